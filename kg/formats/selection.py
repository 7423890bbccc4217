"""Which quads of a store go into an export: facts, claims, inferences, texts of the sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.facts import combine, is_bound
from kg.model import dates
from kg.store.claims import bound_quads
from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.vocab import INFERRED, KG, RDF, TEXTS

_DATE = ox.NamedNode(KG + "date")
_TYPE = ox.NamedNode(RDF + "type")
_EVIDENCE = tuple(ox.NamedNode(KG + name) for name in ("Claim", "Passage", "Account", "Source"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What an export holds beside the stated facts and the things they are about."""

    claims: bool = True
    inferences: bool = True
    texts: bool = False


def select(store: Store, selection: Selection) -> Iterator[ox.Quad]:
    """The quads chosen, unsorted. The ontology is a file of its own and never among them.

    Without claims, their passages, accounts and sources go too. Without inferences, what only
    rules or editors concluded goes, while the editors' claims stay where claims do.
    """
    inferred = (
        set() if selection.inferences else {_triple(quad) for quad in store.quads(graph=INFERRED)}
    )
    evidence = set() if selection.claims else {
        quad.subject
        for kind in _EVIDENCE
        for quad in store.inner.quads_for_pattern(None, _TYPE, kind, DEFAULT_GRAPH)
    }  # fmt: skip
    redated = {triple.subject for triple in inferred if triple.predicate == _DATE}
    for quad in store.quads():
        if quad.subject in evidence or quad.object in evidence or _triple(quad) in inferred:
            continue
        if is_bound(quad) and quad.subject in redated:
            continue  # drawn from an inferred date too: made anew below
        yield quad
    for subject in redated:
        yield from _bounds(store, subject, inferred)
    if selection.inferences:
        yield from store.quads(graph=INFERRED)
    if selection.texts:
        for quad in store.quads(graph=TEXTS):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, DEFAULT_GRAPH)


def _bounds(
    store: Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, without: set[ox.Triple]
) -> Iterator[ox.Quad]:
    """Bounds by the dates that are not inferred."""
    assert isinstance(subject, ox.NamedNode)
    spans = [
        dates.bounds_of(quad.object.value)
        for quad in store.quads(subject.value, _DATE.value)
        if isinstance(quad.object, ox.Literal) and _triple(quad) not in without
    ]
    if spans:
        yield from bound_quads(subject, combine(spans))


def _triple(quad: ox.Quad) -> ox.Triple:
    return ox.Triple(quad.subject, quad.predicate, quad.object)
