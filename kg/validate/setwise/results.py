"""What was found, and the same as a standard SHACL report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.model.findings import Severity
from kg.validate.report import Path, Result, Step, to_rdflib
from kg.validate.setwise.shapes import Constraint, Shape, ShapeNode
from kg.validate.setwise.terms import SH, Term, text_of

if TYPE_CHECKING:
    from rdflib import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One validation result of the standard.

    `messages` are (language, text) pairs; `source` is the SPARQL constraint in the shapes graph,
    where there is one; `told_by` only tells apart what the standard counts apart: the languages
    of sh:uniqueLang, the other values of sh:lessThan; and for the focus nodes of a property shape
    inside another shape, how it was come by and the nodes that led to them.
    """

    shape: Shape
    component: str
    focus: Term
    path: Step | None = None
    value: Term | None = None
    messages: tuple[tuple[str, str], ...] = ()
    source: ShapeNode = None
    told_by: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two violations the same."""
        return (self.shape.node, self.component, self.focus, self.path, self.value, self.source,
                self.messages, self.told_by)  # fmt: skip

    def to_result(self) -> Result:
        """The same in the terms of kg's own reports, by the named shape it belongs to."""
        name = self.shape.severity.removeprefix(SH)
        known = name.upper() in Severity.__members__
        return Result(
            severity=Severity.named(name) if known else Severity.INFO,
            shape=self.shape.named, component=self.component, focus=self.focus, path=self.path,
            value=self.value, messages=self.messages,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A constraint that pySHACL checked, and why."""

    shape: Shape
    constraint: Constraint
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All results, in a stable order, and the constraints that had no query (`handed`)."""

    results: tuple[Violation, ...]
    handed: tuple[Handed, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, in the sense of SHACL: not even a piece of information."""
        return not self.results

    def __str__(self) -> str:
        found = Counter((v.shape.named, v.component.removeprefix(SH)) for v in self.results)
        lines = [f"{number} {shape} {component}" for (shape, component), number in found.items()]
        return "\n".join([*lines, f"{len(self.results)} results"])

    def graph(self) -> Graph:
        """The standard sh:ValidationReport, its blank nodes numbered so that it is always the same."""
        from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef

        graph = Graph(bind_namespaces="none")
        for prefix, space in (("sh", SH), ("rdf", str(RDF)), ("xsd", str(XSD))):
            graph.bind(prefix, space)

        def sh(name: str) -> URIRef:
            return URIRef(SH + name)

        whole = BNode("report")
        graph.add((whole, RDF.type, sh("ValidationReport")))
        graph.add((whole, sh("conforms"), Literal(self.conforms)))
        for number, found in enumerate(self.results):
            node = BNode(f"result{number:08d}")
            graph.add((whole, sh("result"), node))
            graph.add((node, RDF.type, sh("ValidationResult")))
            graph.add((node, sh("resultSeverity"), URIRef(found.shape.severity)))
            graph.add((node, sh("sourceShape"), found.shape.node))
            graph.add((node, sh("sourceConstraintComponent"), URIRef(found.component)))
            graph.add((node, sh("focusNode"), to_rdflib(found.focus)))
            if found.value is not None:
                graph.add((node, sh("value"), to_rdflib(found.value)))
            if found.source is not None:
                graph.add((node, sh("sourceConstraint"), found.source))
            if found.path is not None:
                for triple in _path_triples(node, sh("resultPath"), found.path, f"{node}p"):
                    graph.add(triple)
            for language, text in found.messages:
                graph.add((node, sh("resultMessage"), Literal(text, lang=language or None)))
        return graph


def _path_triples(subject: Any, predicate: Any, path: Step, name: str) -> Iterator[Any]:
    """The triples of a path in the report; blank nodes are called by their place in it."""
    from rdflib import RDF, BNode, URIRef

    if isinstance(path, str):
        yield subject, predicate, URIRef(path)
        return
    head = BNode(name)
    yield subject, predicate, head
    if path.kind not in ("sequence", "alternativePath"):
        yield from _path_triples(head, URIRef(SH + path.kind), path.parts[0], f"{name}i")
        return
    if path.kind == "alternativePath":
        listed = BNode(f"{name}l")
        yield head, URIRef(SH + path.kind), listed
        head = listed
    for number, part in enumerate(path.parts):
        yield from _path_triples(head, RDF.first, part, f"{name}f{number}")
        rest: Any = BNode(f"{name}n{number}") if number + 1 < len(path.parts) else RDF.nil
        yield head, RDF.rest, rest
        head = rest


def ordered(found: Iterator[Violation]) -> tuple[Violation, ...]:
    """Each violation once, in an order that does not depend on that of the data."""
    once = {violation.key: violation for violation in found}
    return tuple(sorted(once.values(), key=_order))


def _order(found: Violation) -> tuple[str, ...]:
    return (found.shape.named, str(found.shape.node), found.component, str(found.focus),
            _path_text(found.path), str(found.value), str(found.told_by))  # fmt: skip


def _path_text(path: Step | None) -> str:
    return str(path) if isinstance(path, Path) else path or ""


_SAID = {
    "class": "the value is not of the class {terms}",
    "datatype": "the value is no well-formed literal of the datatype {terms}",
    "nodeKind": "the value is not of the kind {terms}",
    "minCount": "there are fewer than {number} values",
    "maxCount": "there are more than {number} values",
    "minInclusive": "the value is not at least {terms}",
    "maxInclusive": "the value is not at most {terms}",
    "minExclusive": "the value is not more than {terms}",
    "maxExclusive": "the value is not less than {terms}",
    "minLength": "the value is shorter than {number} characters",
    "maxLength": "the value is longer than {number} characters",
    "pattern": 'the value does not match "{text}"',
    "languageIn": "the value is in none of the languages {terms}",
    "uniqueLang": "there are several values in one language",
    "equals": "the values are not the same as those of {terms}",
    "disjoint": "the value is one of {terms} as well",
    "lessThan": "the value is not less than that of {terms}",
    "lessThanOrEquals": "the value is more than that of {terms}",
    "not": "the value conforms to a shape that it must not conform to",
    "and": "the value does not conform to all of the shapes",
    "or": "the value conforms to none of the shapes",
    "xone": "the value does not conform to exactly one of the shapes",
    "node": "the value does not conform to the shape",
    "qualifiedMinCount": "fewer than {number} values conform to the shape",
    "qualifiedMaxCount": "more than {number} values conform to the shape",
    "closed": "the property is not one of those that the shape allows",
    "hasValue": "{terms} is missing",
    "in": "the value is not one of those that are allowed",
}


def said_by(constraint: Constraint) -> tuple[tuple[str, str], ...]:
    """What is said of a violation where its shape has no message."""
    said = _SAID.get(constraint.kind, "the constraint is violated")
    names = ", ".join(map(text_of, constraint.terms))
    return (("en", said.format(terms=names, number=constraint.number, text=constraint.text)),)
