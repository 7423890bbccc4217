"""Which quads of a store go into an export: facts, claims, inferences, texts of the sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.vocab import INFERRED, KG, RDF, TEXTS

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
    inferred = set() if selection.inferences else {_triple(quad) for quad in store.quads(graph=INFERRED)}
    evidence = set() if selection.claims else {
        quad.subject
        for kind in _EVIDENCE
        for quad in store.inner.quads_for_pattern(None, _TYPE, kind, DEFAULT_GRAPH)
    }  # fmt: skip
    for quad in store.quads():
        if quad.subject not in evidence and quad.object not in evidence and _triple(quad) not in inferred:
            yield quad
    if selection.inferences:
        yield from store.quads(graph=INFERRED)
    if selection.texts:
        for quad in store.quads(graph=TEXTS):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, DEFAULT_GRAPH)


def _triple(quad: ox.Quad) -> ox.Triple:
    return ox.Triple(quad.subject, quad.predicate, quad.object)
