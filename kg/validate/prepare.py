"""What an engine is given to validate: the store behind a planner, or a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.facts import FACTUAL, Viewpoint, viewpoint_of
from kg.model.claims import Mode
from kg.store.claims import OBJECT, SUBJECT, TYPE, kg
from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.vocab import INFERRED, ONTOLOGY, RDF, TEXTS

if TYPE_CHECKING:
    from kg.validate.setwise.planning import Planned

_INFERRED = ox.NamedNode(INFERRED)
_SHOWN = {DEFAULT_GRAPH, ox.NamedNode(ONTOLOGY), ox.NamedNode(TEXTS)}
_FACTUAL = {kg(mode.value) for mode in (*FACTUAL, Mode.INFERRED)}
_EVIDENCE = {kg(name) for name in ("Claim", "Inference", "Passage", "Account", "Source")}
_HAPPENINGS = {kg(name) for name in ("Event", "Possibility", "Posting")}


def planned(store: Store) -> Planned:
    """The store as data of the set-based engine, nothing copied: facts, claims, ontology, texts.

    The ontology and the texts stand in named graphs; a query looks at them where it can match
    something there. What was inferred stands in the default graph as well as in kg:inferred.
    Another viewpoint than the usual one is validated as a copy.
    """
    from kg.validate.setwise.data import StoreData
    from kg.validate.setwise.planning import Planned

    if not viewpoint_of(store).is_usual:
        return Planned(StoreData(prepared(store), (DEFAULT_GRAPH, _INFERRED)))
    near = StoreData(store.inner, (DEFAULT_GRAPH,))
    small = (ox.NamedNode(ONTOLOGY), ox.NamedNode(TEXTS))
    whole = StoreData(store.inner, (DEFAULT_GRAPH, *small))
    return Planned(whole, near, tuple(graph.value for graph in small))


def prepared(store: Store) -> ox.Store:
    """A copy to be validated: facts, claims, ontology and texts in the default graph.

    What was inferred stands in the graph kg:inferred only, so that each triple is there once:
    pySHACL looks at the union of all graphs, where Oxigraph counts a triple in two graphs twice.
    """
    inferred = {quad.triple for quad in store.quads(graph=INFERRED)}
    viewpoint = viewpoint_of(store)
    seen = None if viewpoint.is_usual else _Seen(store, viewpoint)

    def quads() -> Iterator[ox.Quad]:
        for quad in store.quads(graph=None):
            if quad.graph_name not in _SHOWN or quad.triple in inferred:
                continue
            triple = seen.through(quad.triple) if seen else quad.triple
            if triple is not None:
                yield ox.Quad(triple.subject, triple.predicate, triple.object, DEFAULT_GRAPH)
        for triple in inferred:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, _INFERRED)

    copy = ox.Store()
    copy.bulk_extend(quads())
    return copy


class _Seen:
    """How a viewpoint looks to shapes that were written for the usual one.

    The accounts that are followed count as stated. A thing that no claim mentions is not there,
    and a happening of which nothing is said is neither an event nor a possibility.
    """

    def __init__(self, store: Store, viewpoint: Viewpoint) -> None:
        types = list(store.quads(None, RDF + "type"))
        evidence: set[Any] = {quad.subject for quad in types if quad.object in _EVIDENCE}
        self._spoken_of = {quad.object for quad in store.quads(None, SUBJECT.value)}
        mentioned = evidence | self._spoken_of
        for predicate in (OBJECT, kg("attributedTo")):
            mentioned |= {quad.object for quad in store.quads(None, predicate.value)}
        self._silent = {quad.subject for quad in types} - mentioned
        self._followed = {ox.NamedNode(account) for account in viewpoint.according_to}
        self._claimed = {
            quad.subject for quad in store.quads(None, kg("account").value)
            if quad.object in self._followed
        }  # fmt: skip

    def through(self, triple: ox.Triple) -> ox.Triple | None:
        """The triple as it is to be validated, or None."""
        subject, predicate, obj = triple
        if subject in self._silent:
            return None
        if predicate == TYPE and obj in _HAPPENINGS and subject not in self._spoken_of:
            return ox.Triple(subject, predicate, kg("Happening"))
        if subject in self._followed and predicate == kg("mode") and obj not in _FACTUAL:
            return ox.Triple(subject, predicate, kg("Stated"))
        if subject in self._claimed and obj == kg("Possible"):
            return ox.Triple(subject, predicate, kg("Probable"))
        return triple
