"""Stores that know only what a viewpoint hears."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg.build.whole import derive
from kg.facts import Viewpoint, combine, heard, heard_records, is_bound, unvouched
from kg.model import dates
from kg.store.claims import bound_quads, stored_claims, stored_records
from kg.store.embedded import DEFAULT_GRAPH, Store, text_of
from kg.vocab import DECLARED, INFERRED, KG, RDF, RDFS

_INFERRED = ox.NamedNode(INFERRED)
_ALWAYS_KNOWN = frozenset((RDF + "type", RDFS + "label", RDFS + "comment"))
"""What is said of a thing by its being in the archive at all; no viewpoint takes it away."""


def view(store: Store, viewpoint: Viewpoint, rule_sets: Iterable[str]) -> Store:
    """A store in memory that knows only what a viewpoint hears; facts and inferences follow.

    `store` is the usual one. Its facts, bounds and inferences are left out and drawn anew.
    """
    if viewpoint.is_usual:
        return store
    claims, records = stored_claims(store), stored_records(store)
    kept = {claim.iri for claim in heard(claims, viewpoint)}
    kept |= {record.iri for record in heard_records(records, viewpoint)}
    voiceless = {ox.NamedNode(iri) for iri in unvouched(records, viewpoint)}
    of_records = {ox.NamedNode(subject) for record in records for subject in record.subjects}
    silent = {
        ox.NamedNode(iri)
        for iri in (*(claim.iri for claim in claims), *(record.iri for record in records))
        if iri not in kept
    }
    drawn = {
        (quad.subject, quad.predicate, quad.object) for quad in store.quads(graph=INFERRED)
    } | {
        (ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), claim.object)
        for claim in claims
    }
    asserted = {claim.iri for claim in claims}
    dated = {ox.NamedNode(c.subject) for c in claims if c.predicate == KG + "date"} & of_records
    of_records_alone = of_records - dated
    result = Store(ox.Store(), store.prefixes, info={"viewpoint": viewpoint})
    fallen_passages = _unused_passages(store, kept)

    def stays(quad: ox.Quad) -> bool:
        if quad.graph_name == _INFERRED:
            return False
        if quad.subject in voiceless and quad.predicate.value not in _ALWAYS_KNOWN:
            return False
        if quad.graph_name != DEFAULT_GRAPH:
            return True
        if quad.subject in silent or quad.object in silent or quad.subject in fallen_passages:
            return False
        if is_bound(quad):
            # Those of happenings are computed anew, unless records alone give the date.
            return quad.subject.value in asserted or quad.subject in of_records_alone  # type: ignore[union-attr]
        return (quad.subject, quad.predicate, quad.object) not in drawn

    result.load(quad for quad in store.quads(graph=None) if stays(quad))
    result.load(ox.Quad(quad.subject, quad.predicate, quad.object)
                for quad in store.quads(graph=DECLARED)
                if quad.subject not in voiceless
                or quad.predicate.value in _ALWAYS_KNOWN)  # fmt: skip
    for happening in dated:
        own = [dates.bounds_of(text_of(d)) for d in result.objects(happening.value, KG + "date")]
        if own:
            result.load(bound_quads(happening, combine(own)))
    derive(result, viewpoint, rule_sets)
    return result


def _unused_passages(store: Store, kept: set[str]) -> set[Any]:
    used: set[Any] = set()
    unused: set[Any] = set()
    for quad in store.quads(None, KG + "passage"):
        (used if quad.subject.value in kept else unused).add(quad.object)  # type: ignore[union-attr]
    return unused - used
