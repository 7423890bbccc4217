"""Quads as sorted N-Triples statements: the common ground of the RDF writers.

A statement is the text `<s> <p> <o>` in canonical N-Triples, without the final dot. One pass of
the engine makes a hundred thousand of them in 30 ms; taking terms apart in Python takes ten times
that. Only the object can hold a space, so `split(" ", 2)` takes a statement apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import BinaryIO, Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, serialize

from kg.errors import KgError
from kg.vocab import RDF, canonical_tag

TYPE: Final = f"<{RDF}type>"
_RDF: Final = f"<{RDF}"
_tag: Final = cache(canonical_tag)

Properties = list[tuple[str, list[str]]]
"""Each predicate of a subject with its objects."""

_BATCH: Final = 20_000
_DEFAULT: Final = DefaultGraph()
# A quotation mark inside a literal is escaped, and a line ends only where a statement ends.
_TAG: Final = re.compile(r'"@([A-Za-z0-9-]+)(?=(?: \)>>)* \.$)', re.MULTILINE)


def default_graph(quads: Iterable[Quad]) -> tuple[list[str], int]:
    """The statements of the default graph, sorted, and how many quads stand in other graphs."""
    kept: list[str] = []
    left_out = 0
    for batch in _batches(quads):
        default = [quad for quad in batch if quad.graph_name == _DEFAULT]
        left_out += len(batch) - len(default)
        kept.extend(_statements(default))
    return _sorted(kept), left_out


def by_graph(quads: Iterable[Quad]) -> dict[str, list[str]]:
    """The statements of each graph, sorted; the default graph is `""` and comes first."""
    graphs: dict[str, list[str]] = {"": []}
    for batch in _batches(quads):
        default = [quad for quad in batch if quad.graph_name == _DEFAULT]
        graphs[""].extend(_statements(default))
        if len(default) == len(batch):
            continue
        named: dict[str, list[Triple]] = {}
        for quad in batch:
            if quad.graph_name != _DEFAULT:
                named.setdefault(str(quad.graph_name), []).append(quad.triple)
        for name, triples in named.items():
            graphs.setdefault(name, []).extend(_statements(triples))
    return {name: _sorted(graphs[name]) for name in sorted(graphs)}


def subjects(statements: Iterable[str]) -> Iterator[tuple[str, Properties]]:
    """Sorted statements grouped by subject, then by predicate; types come first.

    A claim's subject, predicate and object follow its type, all else comes in order of IRI.
    """
    current = predicate = ""
    properties: Properties = []
    objects: list[str] = []
    for statement in statements:
        subject, verb, value = statement.split(" ", 2)
        if subject != current:
            if properties:
                yield current, properties
            current, predicate, properties = subject, "", []
        if verb == predicate:
            objects.append(value)
            continue
        predicate, objects = verb, [value]
        # Backwards, the names of rdf: give the order to read a claim in: type, subject, predicate,
        # object.
        if verb <= TYPE and verb.startswith(_RDF):
            properties.insert(0, (verb, objects))
        else:
            properties.append((verb, objects))
    if properties:
        yield current, properties


def literal(term: str) -> tuple[str, str, str]:
    """A literal's escaped text, its language tag and its datatype (`""`: plain)."""
    end = term.rindex('"')
    tail = term[end + 1 :]
    if tail.startswith("@"):
        return term[1:end], tail[1:], ""
    return term[1:end], "", tail[3:-1]


def write_text(out: BinaryIO, pieces: Iterable[str]) -> None:
    """Write pieces of text as UTF-8, many at a time."""
    iterator = iter(pieces)
    while batch := list(islice(iterator, _BATCH)):
        out.write("".join(batch).encode("utf-8"))


def refuse_rdf12(subject: str, term: str, format: str) -> None:
    """Raise where an object exists in RDF 1.2 alone: a triple term, or text with a direction."""
    if term.startswith("<<(") or (term[0] == '"' and "--" in literal(term)[1]):
        raise KgError(
            f"{subject}: {format} cannot carry RDF 1.2 terms such as {term}",
            hint="write turtle, trig, ntriples or nquads instead",
        )


def _batches(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    iterator = iter(quads)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _statements(triples: list[Quad] | list[Triple]) -> list[str]:
    text = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode("utf-8")
    # The store keeps language tags in lower case; RFC 5646 has a case for each part.
    text = _TAG.sub(lambda match: f'"@{_tag(match[1])}', text)
    return text.split(" .\n")[:-1]


def _sorted(statements: list[str]) -> list[str]:
    statements.sort()
    # Repetitions are rare, and a set of all statements is dearer to sort than the list.
    if len(set(statements)) < len(statements):
        return list(dict.fromkeys(statements))
    return statements
