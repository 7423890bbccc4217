"""Turtle, TriG and Turtle 1.2: grouped by subject, prefixed, in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from pyoxigraph import Quad

from kg.formats.statements import TYPE, by_graph, default_graph, literal, subjects, write_text
from kg.vocab import RDF, XSD

_WIDTH: Final = 100
_SUBJECT: Final = f"<{RDF}subject>"
_PREDICATE: Final = f"<{RDF}predicate>"
_OBJECT: Final = f"<{RDF}object>"
_REIFIES: Final = f"<{RDF}reifies>"
# A subset of the grammar's PN_LOCAL that every Turtle reader agrees on, without escapes.
_LOCAL: Final = re.compile(
    r"(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})"
    r"(?:(?:[A-Za-z0-9_.-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9_-]|%[0-9A-Fa-f]{2}))?\Z"
)
_BARE: Final = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}


class Terms(dict[str, str]):
    """N-Triples terms → Turtle terms, remembered as they come; `used` holds the prefixes met.

    A dict with `__missing__`, since a known term then costs one look-up and no call.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self.used: set[str] = set()
        self._prefixes: dict[str, str] = {}
        for prefix in sorted(prefixes, reverse=True):
            self._prefixes[prefixes[prefix]] = prefix
        # A local name holds no "/" and no "#", so that most IRIs have one place to be cut.
        self._uncut = sorted(
            (namespace for namespace in self._prefixes if namespace and namespace[-1] not in "/#"),
            key=lambda namespace: (-len(namespace), namespace),
        )

    def __missing__(self, term: str) -> str:
        if term[0] == '"':
            # Literals seldom come twice; keeping them would hold the whole text in memory.
            return term if term[-1] != ">" else self._typed(term)
        if term.startswith("<<("):
            inner = " ".join(self[part] for part in term[4:-4].split(" ", 2))
            short = f"<<( {inner} )>>"
        else:
            short = self._iri(term) if term[0] == "<" else term
        self[term] = short
        return short

    def _iri(self, term: str) -> str:
        iri = term[1:-1]
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        namespace = next((n for n in self._uncut if iri.startswith(n)), iri[:cut])
        prefix = self._prefixes.get(namespace)
        if prefix is None or not _LOCAL.match(iri, len(namespace)):
            return term
        self.used.add(prefix)
        return f"{prefix}:{iri[len(namespace) :]}"

    def _typed(self, term: str) -> str:
        text, _, datatype = literal(term)
        bare = _BARE.get(datatype)
        if bare is not None and bare.match(text):
            return text
        return f'"{text}"^^{self[f"<{datatype}>"]}'


def write_turtle(quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str]) -> int:
    """Write the default graph as Turtle; returns how many quads of other graphs were left out."""
    statements, left_out = default_graph(quads)
    terms = Terms(prefixes)
    blocks = list(_blocks(statements, terms, {}))
    _write(out, blocks, terms, prefixes)
    return left_out


def write_trig(quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str]) -> int:
    """Write all graphs as TriG, the default graph first; nothing is left out."""
    terms = Terms(prefixes)
    blocks: list[str] = []
    for graph, statements in by_graph(quads).items():
        inside = _blocks(statements, terms, {})
        if not graph:
            blocks.extend(inside)
        elif statements:
            # No literal holds a raw line end, so indenting changes no text.
            indented = "".join(inside).replace("\n", "\n    ").replace("\n    \n", "\n\n")
            body = indented.strip("\n ")
            blocks.append(f"\n{terms[graph]} {{\n    {body}\n}}\n")
    _write(out, blocks, terms, prefixes)
    return 0


def write_turtle12(quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str]) -> int:
    """Write the default graph as Turtle 1.2, claims as the reifiers of the triples they make.

    A claim's `rdf:subject`, `rdf:predicate` and `rdf:object` become `s p o ~ claim` where the
    triple is a fact, and `claim rdf:reifies <<( s p o )>>` where it is not: a belief or a rival
    version stays unasserted. Returns how many quads of other graphs were left out.
    """
    statements, left_out = default_graph(quads)
    terms = Terms(prefixes)
    statements, claims = _reified(statements)
    blocks = list(_blocks(statements, terms, claims))
    _write(out, blocks, terms, prefixes)
    return left_out


def _reified(statements: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The statements with reification rewritten, and the claims of each that is a fact."""
    parts: dict[str, dict[str, list[str]]] = {}
    for statement in statements:
        subject, predicate, value = statement.split(" ", 2)
        if predicate in (_SUBJECT, _PREDICATE, _OBJECT):
            parts.setdefault(subject, {}).setdefault(predicate, []).append(value)
    replaced: set[str] = set()
    triples: list[tuple[str, str]] = []
    for claim, of in parts.items():
        whole = len(of) == 3
        # A triple has no literal in its first two places: such a claim is left as it is.
        if not whole or any(t[0] == '"' or t[:3] == "<<(" for t in of[_SUBJECT]):
            continue
        if not all(t[0] == "<" and t[:3] != "<<(" for t in of[_PREDICATE]):
            continue
        replaced.update(f"{claim} {name} {value}" for name in of for value in of[name])
        triples.extend(
            (f"{subject} {predicate} {value}", claim)
            for subject in of[_SUBJECT]
            for predicate in of[_PREDICATE]
            for value in of[_OBJECT]
        )
    kept = set(statements) - replaced
    claims: dict[str, list[str]] = {}
    unasserted: list[str] = []
    for triple, claim in sorted(triples):
        if triple in kept:
            claims.setdefault(triple, []).append(claim)
        else:
            unasserted.append(f"{claim} {_REIFIES} <<( {triple} )>>")
    return sorted(kept.union(unasserted)), claims


def _blocks(statements: list[str], terms: Terms, claims: Mapping[str, list[str]]) -> Iterator[str]:
    """One block of text a subject, each opening with an empty line."""
    for subject, properties in subjects(statements):
        lines: list[str] = []
        for predicate, values in properties:
            verb = "a" if predicate == TYPE else terms[predicate]
            if claims:
                objects = [
                    " ~ ".join(
                        terms[term]
                        for term in (value, *claims.get(f"{subject} {predicate} {value}", ()))
                    )
                    for value in values
                ]
            else:
                objects = [terms[value] for value in values]
            line = f"{verb} {', '.join(objects)}"
            if len(objects) > 1 and len(line) > _WIDTH - 6:
                line = f"{verb} " + ",\n        ".join(objects)
            lines.append(line)
        body = " ;\n    ".join(lines)
        yield f"\n{terms[subject]} {body} .\n"


def _write(out: BinaryIO, blocks: list[str], terms: Terms, prefixes: Mapping[str, str]) -> None:
    header = [f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(terms.used)]
    if not header and blocks:
        blocks[0] = blocks[0].removeprefix("\n")
    write_text(out, header)
    write_text(out, blocks)
