"""The JSON-LD context, made from the vocabulary so that the two cannot drift apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kg import assets
from kg.vocab import KG, PREFIXES, RDF, RDFS, SHARED, XSD

if TYPE_CHECKING:
    from pyoxigraph import Triple

_OWL = PREFIXES["owl"]
_TYPE: Final = RDF + "type"
_RANGE: Final = RDFS + "range"
_PROPERTIES: Final = frozenset(
    _OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)
_KEYWORDS: Final = {"id": "@id", "type": "@type"}

# A plain literal and an xsd:string are one thing in RDF 1.1, but rdflib holds them unequal; a
# language string carries its tag with it. Neither may be coerced.
_UNTYPED: Final = frozenset({XSD + "string", RDF + "langString"})

# JSON-LD 1.1 takes a plain term as a prefix only where its IRI ends so.
_PREFIX_ENDS: Final = tuple(":/?#[]@")


def context(ontology: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, object]:
    """The content of `@context` for the properties and classes that `ontology` declares.

    Every term is a local name. Values of an object property are IRIs; values of a property with
    a datatype are to be written as JSON strings (`"11"`, `"true"`), never as JSON numbers or
    booleans, which readers turn into literals of their own taste; language strings are value
    objects with `@language`.
    """
    kinds: dict[str, set[str]] = {}
    ranges: dict[str, str] = {}
    for triple in ontology:
        subject, predicate, value = (
            getattr(part, "value", "") for part in (triple.subject, triple.predicate, triple.object)
        )
        if predicate == _TYPE:
            kinds.setdefault(subject, set()).add(value)
        elif predicate == _RANGE:
            ranges[subject] = value

    terms: dict[str, object] = {"@version": 1.1}

    def define(term: str, definition: object) -> None:
        if terms.setdefault(term, definition) is not definition:
            raise ValueError(f'ontology/kg.ttl: two terms would be "{term}" in the JSON-LD context')

    for prefix, namespace in prefixes.items():
        plain = namespace.endswith(_PREFIX_ENDS)
        define(prefix, namespace if plain else {"@id": namespace, "@prefix": True})
    for term, keyword in _KEYWORDS.items():
        define(term, keyword)
    for iri, kind in sorted(kinds.items()):
        curie = SHARED.compress(iri)
        local = curie.partition(":")[2]
        if iri == _TYPE:
            continue
        if kind & _PROPERTIES:
            define(local, _property(curie, kind, ranges.get(iri)))
        elif _OWL + "Class" in kind and iri.startswith(KG):
            define(local, curie)
    return terms


def _property(curie: str, kind: set[str], range_: str | None) -> dict[str, str]:
    if _OWL + "ObjectProperty" in kind:
        return {"@id": curie, "@type": "@id"}
    if range_ is None or range_ in _UNTYPED:
        return {"@id": curie}
    return {"@id": curie, "@type": SHARED.compress(range_)}


def write_context() -> str:
    """The text of `ontology/context.jsonld`: the same bytes for the same vocabulary."""
    import pyoxigraph

    triples = (
        quad.triple
        for quad in pyoxigraph.parse(
            path=str(assets.root() / "ontology" / "kg.ttl"), format=pyoxigraph.RdfFormat.TURTLE
        )
    )
    document = {"@context": context(triples, PREFIXES)}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
