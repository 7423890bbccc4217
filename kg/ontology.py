"""What the ontology and its code lists say of each term, for checking claims and for wording."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from kg import assets
from kg.vocab import KG, RDF, RDFS

_OWL = "http://www.w3.org/2002/07/owl#"
FILES = ("ontology/kg.ttl", "ontology/codes.ttl")


class Predicate(NamedTuple):
    """A property: whether it takes a resource or a literal, and which range it has ("" if open)."""

    iri: str
    takes_literal: bool
    takes_resource: bool
    range: str
    derived: bool


class Ontology(NamedTuple):
    """Predicates by IRI, classes with all their superclasses, codes with their class, labels."""

    predicates: dict[str, Predicate]
    classes: dict[str, frozenset[str]]
    codes: dict[str, str]
    labels: dict[str, dict[str, str]]

    def label(self, iri: str, language: str = "en") -> str:
        """The label of a term in `language`, else in English, else its local name."""
        labels = self.labels.get(iri, {})
        return labels.get(language) or labels.get("en") or iri.replace("#", "/").rpartition("/")[2]

    def is_a(self, type_iri: str, class_iri: str) -> bool:
        """Whether the class `type_iri` is `class_iri` or below it."""
        return type_iri == class_iri or class_iri in self.classes.get(type_iri, ())


@cache
def load() -> Ontology:
    """The shipped ontology, read once."""
    triples = list(_triples())
    kinds: dict[str, set[str]] = {}
    ranges: dict[str, str] = {}
    above: dict[str, set[str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for s, p, o, language in triples:
        if p == RDF + "type":
            kinds.setdefault(s, set()).add(o)
        elif p == RDFS + "range":
            ranges[s] = o
        elif p == RDFS + "subClassOf":
            above.setdefault(s, set()).add(o)
        elif p == RDFS + "label":
            labels.setdefault(s, {})[language] = o
    predicates = {}
    codes = {}
    literal_kinds = {_OWL + "DatatypeProperty", _OWL + "AnnotationProperty"}
    resource_kinds = {_OWL + "ObjectProperty", _OWL + "AnnotationProperty", RDF + "Property"}
    for iri, found in kinds.items():
        if found & (literal_kinds | resource_kinds):
            predicates[iri] = Predicate(
                iri=iri,
                takes_literal=bool(found & literal_kinds),
                takes_resource=bool(found & resource_kinds)
                and _OWL + "DatatypeProperty" not in found,
                range=ranges.get(iri, ""),
                derived=KG + "DerivedProperty" in found,
            )
        code = next((kind for kind in sorted(found) if kind.startswith(KG)), "")
        if code and iri not in predicates and _OWL + "Class" not in found:
            codes[iri] = code
    classes = {
        iri: frozenset(_closure(iri, above))
        for iri, found in kinds.items()
        if _OWL + "Class" in found
    }
    return Ontology(predicates=predicates, classes=classes, codes=codes, labels=labels)


def _closure(start: str, above: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for parent in above.get(todo.pop(), ()):
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return seen


def _triples() -> Iterator[tuple[str, str, str, str]]:
    import pyoxigraph as ox

    for file in FILES:
        for quad in ox.parse(path=assets.root() / file, format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode) or isinstance(quad.object, ox.Triple):
                continue
            language = (quad.object.language or "") if isinstance(quad.object, ox.Literal) else ""
            yield quad.subject.value, quad.predicate.value, quad.object.value, language
