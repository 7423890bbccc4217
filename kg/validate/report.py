"""What a validation found, whichever engine ran it, and the same as a standard SHACL report."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from kg.model.findings import Finding, Severity
from kg.store.embedded import Node
from kg.vocab import PREFIXES, Curies

if TYPE_CHECKING:
    from rdflib import Graph

SH = PREFIXES["sh"]

_SIGNS = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+",
          "zeroOrOnePath": "{}?"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Path:
    """A property path that is more than one property: its SHACL kind and its parts.

    `kind` is `sequence` or the local name of a SHACL property such as `inversePath`.
    """

    kind: str
    parts: tuple[Step, ...]

    def __str__(self) -> str:
        inner = [f"({part})" if isinstance(part, Path) else f"<{part}>" for part in self.parts]
        if self.kind in _SIGNS:
            return _SIGNS[self.kind].format(inner[0])
        return ("/" if self.kind == "sequence" else "|").join(inner)


Step = Union[str, Path]  # noqa: UP007 - a recursive alias, evaluated at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result of an engine, in the terms of the graph.

    `shape` is the IRI of the named shape it belongs to, `component` that of the SHACL constraint,
    `messages` are (language, text) pairs.
    """

    severity: Severity
    shape: str
    component: str
    focus: Node
    path: Step | None = None
    value: Node | None = None
    messages: tuple[tuple[str, str], ...] = ()


def message(result: Result, language: str) -> str:
    """The message in `language`, else in English, else in whatever language there is."""
    texts = dict(result.messages)
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings of one validation, the worst first, beside the results they were made from."""

    findings: tuple[Finding, ...]
    results: tuple[Result, ...]

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, in the sense of SHACL: not even a piece of information."""
        return not self.results

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst finding; None where there is none."""
        return self.findings[0].severity if self.findings else None

    def __str__(self) -> str:
        counts = ", ".join(f"{self.count(s)} {s.name.lower()}" for s in reversed(Severity))
        return "\n".join([*map(str, self.findings), counts])

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td>{html.escape(text)}</td>"
                for text in (f.severity.name.lower(), f.rule, f.focus, f.value, f.message)
            )
            + "</tr>"
            for f in self.findings
        )
        head = "".join(f"<th>{n}</th>" for n in ("severity", "rule", "focus", "value", "message"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def report(self) -> Graph:
        """The standard SHACL validation report."""
        from rdflib import Graph

        graph = Graph(bind_namespaces="none")
        for prefix in ("sh", "kg", "rdf", "xsd"):
            graph.bind(prefix, PREFIXES[prefix])
        graph.bind("s", SHAPE)
        for triple in _triples(self):
            graph.add(triple)
        return graph

    def turtle(self) -> str:
        """The standard report in Turtle: the same text for the same results."""
        return self.report.serialize(format="turtle")

    def jsonld(self) -> str:
        """The standard report in JSON-LD: the same text for the same results."""
        curies = Curies({**PREFIXES, "s": SHAPE})
        document = {
            "@context": {
                **{name: PREFIXES[name] for name in ("sh", "kg", "rdf", "xsd")}, "s": SHAPE,
            },
            "@type": "sh:ValidationReport",
            "sh:conforms": self.conforms,
            "sh:result": [_json_result(result, curies) for result in self.results],
        }  # fmt: skip
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


SHAPE = "https://w3id.org/prosokg/shape/"
"""The namespace of the shipped shapes."""


def _triples(report: Report) -> Iterator[Any]:
    from rdflib import RDF as TYPE
    from rdflib import BNode, Literal, URIRef

    sh = {name: URIRef(SH + name) for name in (
        "ValidationReport", "ValidationResult", "conforms", "result", "focusNode", "resultPath",
        "value", "sourceShape", "sourceConstraintComponent", "resultSeverity", "resultMessage",
    )}  # fmt: skip
    whole = BNode("report")
    yield whole, TYPE.type, sh["ValidationReport"]
    yield whole, sh["conforms"], Literal(report.conforms)
    for number, result in enumerate(report.results):
        # numbered, not random: a serializer sorts blank nodes by their names
        node = BNode(f"r{number:08d}")
        yield whole, sh["result"], node
        yield node, TYPE.type, sh["ValidationResult"]
        yield node, sh["resultSeverity"], URIRef(SH + result.severity.name.capitalize())
        yield node, sh["sourceShape"], URIRef(result.shape)
        yield node, sh["sourceConstraintComponent"], URIRef(result.component)
        yield node, sh["focusNode"], to_rdflib(result.focus)
        if result.value is not None:
            yield node, sh["value"], to_rdflib(result.value)
        if result.path is not None:
            yield from _path_triples(node, sh["resultPath"], result.path, f"{node}p")
        for language, text in result.messages:
            yield node, sh["resultMessage"], Literal(text, lang=language or None)


def _path_triples(subject: Any, predicate: Any, path: Step, name: str) -> Iterator[Any]:
    from rdflib import RDF as TYPE
    from rdflib import BNode, URIRef

    if isinstance(path, str):
        yield subject, predicate, URIRef(path)
        return
    head = BNode(name)
    yield subject, predicate, head
    if path.kind in _SIGNS:
        yield from _path_triples(head, URIRef(SH + path.kind), path.parts[0], name + "i")
        return
    if path.kind != "sequence":
        first = BNode(name + "l")
        yield head, URIRef(SH + path.kind), first
        head = first
    for number, part in enumerate(path.parts):
        yield from _path_triples(head, TYPE.first, part, f"{name}f{number}")
        last = number == len(path.parts) - 1
        rest: Any = TYPE.nil if last else BNode(f"{name}n{number}")
        yield head, TYPE.rest, rest
        head = rest


def _json_result(result: Result, curies: Curies) -> dict[str, object]:
    found: dict[str, object] = {
        "@type": "sh:ValidationResult",
        "sh:resultSeverity": {"@id": "sh:" + result.severity.name.capitalize()},
        "sh:sourceShape": _json_iri(result.shape, curies),
        "sh:sourceConstraintComponent": _json_iri(result.component, curies),
        "sh:focusNode": _json_node(result.focus, curies),
    }
    if result.path is not None:
        found["sh:resultPath"] = _json_path(result.path, curies)
    if result.value is not None:
        found["sh:value"] = _json_node(result.value, curies)
    if result.messages:
        found["sh:resultMessage"] = [
            {"@value": text, "@language": language} if language else text
            for language, text in result.messages
        ]
    return found


def _json_iri(iri: str, curies: Curies) -> dict[str, str]:
    short = curies.compress(iri)
    known = short.partition(":")[0] in ("sh", "kg", "rdf", "xsd", "s")
    return {"@id": short if known and not short.startswith("<") else iri}


def _json_path(path: Step, curies: Curies) -> Mapping[str, object]:
    if isinstance(path, str):
        return _json_iri(path, curies)
    parts = [_json_path(part, curies) for part in path.parts]
    if path.kind in _SIGNS:
        return {f"sh:{path.kind}": parts[0]}
    listed = {"@list": parts}
    return listed if path.kind == "sequence" else {f"sh:{path.kind}": listed}


def _json_node(node: Node, curies: Curies) -> dict[str, str]:
    import pyoxigraph as ox

    if isinstance(node, ox.Literal):
        if node.language:
            return {"@value": node.value, "@language": node.language}
        if node.datatype.value == PREFIXES["xsd"] + "string":
            return {"@value": node.value}
        return {"@value": node.value, "@type": _json_iri(node.datatype.value, curies)["@id"]}
    if isinstance(node, ox.NamedNode):
        return _json_iri(node.value, curies)
    return {"@id": str(node)}


def to_rdflib(node: Node) -> Any:
    """A term of the store as rdflib's; the lexical form is kept."""
    import pyoxigraph as ox
    from rdflib import BNode, Literal, URIRef

    if isinstance(node, ox.NamedNode):
        return URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return BNode(node.value)
    assert isinstance(node, ox.Literal)
    if node.language:
        return Literal(node.value, lang=node.language)
    if node.datatype.value == PREFIXES["xsd"] + "string":
        return Literal(node.value)
    return Literal(node.value, datatype=URIRef(node.datatype.value), normalize=False)
