"""The whole of an archive in memory: for viewpoints, small archives and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from kg import assets
from kg.archive import Archive, Contents, read_contents
from kg.facts import USUAL, Viewpoint, fact_quads, heard, retyped
from kg.infer import infer, rules
from kg.ontology import FILES
from kg.store.claims import (
    account_quads,
    claim_quads,
    entity_quads,
    node,
    source_quads,
    stored_claims,
    stored_records,
)
from kg.store.embedded import Store, memory, text_of
from kg.vocab import DECLARED, INFERRED, KG, ONTOLOGY, PREFIXES, RDF


def prefixes(archive: Archive) -> dict[str, str]:
    """All prefixes known in an archive: its own and the shared ones."""
    return {**PREFIXES, **archive.prefixes}


def load(archive: Archive, contents: Contents, store: Store | None = None) -> Store:
    """A store in memory with all that an archive says and what follows from it.

    `store` is one into which the sources that are records have been read with the contents.
    """
    if store is None:
        store = memory(prefixes(archive))
        if contents.readings:
            read_contents(archive, store.load_nquads)
    quads: set[ox.Quad] = set()
    things = {entity.iri for entity in contents.entities}
    for source in contents.sources:
        quads.update(source_quads(source, labelled=source.iri in things))
    for account in contents.accounts:
        quads.update(account_quads(account))
    for entity in contents.entities:
        quads.update(entity_quads(entity))
    said = {
        ox.Quad(ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), node(claim.object))
        for claim in contents.claims
        if claim.object is not None
    }
    quads.update([declared(quad) for quad in said if quad in quads or quad in store.inner])
    for claim in contents.claims:
        quads.update(claim_quads(claim))
    store.load(quads)
    load_ontology(store)
    derive(store, USUAL, archive.rules)
    return store


def load_ontology(store: Store) -> None:
    """Put the ontology and its code lists into the graph kg:ontology.

    Axioms with blank nodes (lists of property chains) stay out: no query needs them, and blank
    nodes would change the bytes from build to build.
    """
    store.load(ontology_quads())


def ontology_quads() -> Iterator[ox.Quad]:
    """The quads of the graph kg:ontology."""
    for file in FILES:
        for quad in ox.parse(path=assets.root() / file, format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.BlankNode) and not isinstance(
                quad.object, ox.BlankNode
            ):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(ONTOLOGY))


def derive(store: Store, viewpoint: Viewpoint, rule_sets: Iterable[str]) -> None:
    """Add to a store of claims the facts of a viewpoint and what the rules draw from them."""
    quads = set(fact_quads(heard(stored_claims(store), viewpoint), viewpoint, _own_dates(store)))
    for subject in retyped(quads):
        was = ox.Quad(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(KG + "Possibility"))
        if was in store.inner:
            store.inner.remove(was)
            store.inner.add(declared(was))
    store.load(quads)
    infer(store, rules(tuple(rule_sets)))


def _own_dates(store: Store) -> Callable[[str], list[str]]:
    """The dates that records give a happening, apart from claims; their bounds are dropped."""

    def own(subject: str) -> list[str]:
        found = [text_of(date) for date in store.objects(subject, KG + "date")]
        for bound in [*store.quads(subject, KG + "earliest"), *store.quads(subject, KG + "latest")]:
            store.inner.remove(bound)
        return found

    return own


def declared(quad: ox.Quad) -> ox.Quad:
    """What a table declares, kept where another viewpoint finds it again."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(DECLARED))


def nquads(store: Store) -> bytes:
    """Every quad of a store as sorted N-Quads: the same bytes on every machine."""
    dumped = store.inner.dump(format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(dumped.splitlines(keepends=True)))


def count(store: Store, contents: Contents) -> dict[str, int]:
    """How many sources, claims, things, facts and inferred facts there are."""
    readings = [reading for _, reading in contents.readings]
    voices = sum(len(reading.accounts) for reading in readings)
    claimed = store.rows(assets.read("queries/model/claimed-facts.rq"))
    facts, claims = len(claimed), len(contents.claims)
    if readings:
        subjects = {s for record in stored_records(store) for s in record.subjects}
        twice = sum(text_of(row[0]) in subjects for row in claimed)
        recorded = int(text_of(store.rows(assets.read("queries/model/recorded.rq"))[0][0]))
        facts += recorded - twice
        claims = sum(1 for _ in store.quads(None, KG + "certainty"))
    return {
        "sources": len(contents.sources),
        "accounts": len(contents.accounts) + voices,
        "things": len(contents.entities) + sum(len(reading.things) for reading in readings),
        "claims": claims,
        "facts": facts,
        "inferred": sum(1 for _ in store.quads(graph=INFERRED)),
        "quads": store.count(),
    }
