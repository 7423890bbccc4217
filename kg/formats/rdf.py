"""N-Triples, N-Quads and RDF/XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import count
from typing import BinaryIO, Final

from pyoxigraph import Quad

from kg.errors import KgError
from kg.formats.statements import (
    Properties,
    by_graph,
    default_graph,
    literal,
    refuse_rdf12,
    subjects,
    write_text,
)
from kg.vocab import RDF

_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What may follow the namespace in an element's name; ASCII is enough and safe everywhere.
_ELEMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
# Names that RDF/XML keeps for its own grammar, none of which may stand for a property.
_RESERVED: Final = frozenset(
    RDF + name
    for name in (
        *("Description", "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype"),
        *("li", "aboutEach", "aboutEachPrefix", "bagID"),
    )
)


def write_ntriples(quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str]) -> int:
    """Write the default graph, a triple a line, sorted; returns how many quads were left out."""
    statements, left_out = default_graph(quads)
    write_text(out, (f"{statement} .\n" for statement in statements))
    return left_out


def write_nquads(quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str]) -> int:
    """Write all graphs, a quad a line, sorted by line; nothing is left out."""
    graphs = by_graph(quads)
    lines = [f"{statement} .\n" for statement in graphs.pop("")]
    for graph, statements in graphs.items():
        lines.extend(f"{statement} {graph} .\n" for statement in statements)
    lines.sort()
    write_text(out, lines)
    return 0


def write_rdfxml(quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str]) -> int:
    """Write the default graph as RDF/XML; returns how many quads of other graphs were left out.

    Our own writer, since the engine's leaves a carriage return bare, which every XML reader but
    its own turns into a line feed, and writes characters that XML does not have. Raises KgError
    for what RDF/XML cannot carry: such characters, a predicate that cannot be an element's name,
    and RDF 1.2 terms.
    """
    statements, left_out = default_graph(quads)
    predicates = sorted({statement.split(" ", 2)[1] for statement in statements})
    elements, namespaces = _elements(predicates, prefixes)
    write_text(out, _document(statements, elements, namespaces))
    return left_out


def _document(
    statements: list[str], elements: Mapping[str, str], namespaces: Mapping[str, str]
) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for prefix, namespace in namespaces.items():
        yield f'\n    xmlns:{prefix}="{escape(namespace)}"'
    yield ">\n"
    for subject, properties in subjects(statements):
        yield _node(subject, properties, elements)
    yield "</rdf:RDF>\n"


def _node(subject: str, properties: Properties, elements: Mapping[str, str]) -> str:
    lines = [f"  <rdf:Description {_reference(subject, 'rdf:about')}>\n"]
    for predicate, values in properties:
        element = elements.get(predicate)
        if element is None:
            raise KgError(
                f"{subject}: RDF/XML has no way to write the predicate {predicate}",
                hint="write turtle, trig, ntriples, nquads or jsonld instead",
            )
        for value in values:
            if value[0] != '"' and not value.startswith("<<("):
                lines.append(f"    <{element} {_reference(value, 'rdf:resource')}/>\n")
                continue
            refuse_rdf12(subject, value, "RDF/XML")
            text, tag, datatype = literal(value)
            attribute = f' xml:lang="{tag}"' if tag else ""
            if datatype:
                attribute = f' rdf:datatype="{escape(datatype)}"'
            content = _content(subject, predicate, text)
            lines.append(f"    <{element}{attribute}>{content}</{element}>\n")
    lines.append("  </rdf:Description>\n")
    return "".join(lines)


def _content(subject: str, predicate: str, text: str) -> str:
    if "\\" in text:
        text = _ESCAPE.sub(_unescape, text)
    bad = _NOT_XML.search(text)
    if bad is not None:
        raise KgError(
            f"{subject}: the text of {predicate} holds the character U+{ord(bad[0]):04X},"
            " which XML does not have",
            hint="write turtle, trig, ntriples, nquads or jsonld instead, or correct the text",
        )
    return escape(text, quote=False).replace("\r", "&#13;")


def _unescape(match: re.Match[str]) -> str:
    escaped = match[1]
    if len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    return _ESCAPED.get(escaped, escaped)


def _reference(term: str, attribute: str) -> str:
    if term.startswith("_:"):
        # A node's name in XML may not begin with a digit, ours may.
        return f'rdf:nodeID="n{term[2:]}"'
    return f'{attribute}="{escape(term[1:-1])}"'


def _elements(
    predicates: list[str], prefixes: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The element of each predicate that can have one, and the namespaces to declare."""
    known = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
    known[RDF] = "rdf"
    fresh = (f"ns{number}" for number in count(1) if f"ns{number}" not in prefixes)
    declared = {"rdf": RDF}
    elements: dict[str, str] = {}
    for predicate in predicates:
        iri = predicate[1:-1]
        namespace = _namespace(iri, known)
        if not namespace or iri in _RESERVED:
            continue
        prefix = known.get(namespace)
        # `xml…` belongs to XML itself, and the empty prefix would hide rdf:RDF's own.
        if not prefix or prefix.lower().startswith("xml"):
            prefix = known[namespace] = next(fresh)
        if declared.setdefault(prefix, namespace) != namespace:
            prefix = known[namespace] = next(fresh)
            declared[prefix] = namespace
        elements[predicate] = f"{prefix}:{iri[len(namespace) :]}"
    return elements, declared


def _namespace(iri: str, known: Mapping[str, str]) -> str:
    """The longest known namespace that leaves an element's name, else the longest beginning."""
    fitting = [n for n in known if n and iri.startswith(n) and _ELEMENT.match(iri, len(n))]
    if fitting:
        return max(fitting, key=len)
    # From the right, so that the element's name is as short as the IRI's own separators make it.
    for mark in ("#", "/", ":", "=", "?", "&"):
        end = iri.rfind(mark) + 1
        if end and _ELEMENT.match(iri, end):
            return iri[:end]
    return next((iri[:end] for end in range(1, len(iri)) if _ELEMENT.match(iri, end)), "")
