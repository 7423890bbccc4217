"""The whole Lyushkov archive in every RDF form: what is written reads back to the same graph."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
import rdflib

from kg.archive import Archive
from kg.build import fresh_store
from kg.formats import FORMATS, write
from kg.formats.selection import Selection, select
from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.vocab import INFERRED, KG, RDF

READERS = {
    "turtle": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS, "rdfxml": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
RDFLIB = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
SELECTIONS = [
    Selection(), Selection(claims=False), Selection(inferences=False), Selection(texts=True),
    Selection(claims=False, inferences=False),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(lyushkov_archive: Archive) -> Store:
    return fresh_store(lyushkov_archive)


def written(store: Store, name: str, selection: Selection) -> bytes:
    out = io.BytesIO()
    write(name, select(store, selection), out, store.prefixes)
    return out.getvalue()


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
@pytest.mark.parametrize("name", sorted(READERS))
def test_form_reads_back_to_the_same_graph(store: Store, name: str, selection: Selection) -> None:
    chosen = set(select(store, selection))
    if next(f for f in FORMATS if f.name == name).carries != "dataset" or name == "jsonld":
        chosen = {quad for quad in chosen if quad.graph_name == DEFAULT_GRAPH}
    body = written(store, name, selection)
    assert set(ox.parse(body, format=READERS[name])) == chosen
    assert len(chosen) > 300


# rdflib 7.6 warns of its own JSON-LD reader.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("name", sorted(RDFLIB))
def test_rdflib_reads_the_same(store: Store, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    lines = written(store, "ntriples", Selection())
    ours = set(rdflib.Graph().parse(data=lines, format="nt"))
    assert (
        set(rdflib.Graph().parse(data=written(store, name, Selection()), format=RDFLIB[name]))
        == ours
    )


def test_turtle12_holds_each_claim_as_a_reifier(store: Store) -> None:
    triples = set(ox.parse(written(store, "turtle12", Selection()), format=ox.RdfFormat.TURTLE))
    reified = {t.subject.value for t in triples if t.predicate.value == RDF + "reifies"}
    claims = {quad.subject.value for quad in store.quads(None, RDF + "subject")}
    assert reified == claims
    assert len(claims) == 380


def test_selections_leave_out_what_they_say(store: Store) -> None:
    whole = {quad for quad in select(store, Selection()) if quad.graph_name == DEFAULT_GRAPH}
    facts = set(select(store, Selection(claims=False, inferences=False)))
    assert facts < whole
    assert not any(quad.predicate.value == KG + "quote" for quad in facts)
    for quad in store.quads(graph=INFERRED):
        assert ox.Quad(quad.subject, quad.predicate, quad.object) not in facts
    texts = [q for q in select(store, Selection(texts=True)) if q.predicate.value == KG + "text"]
    assert len(texts) == 1


def test_same_bytes_whatever_the_order(store: Store) -> None:
    quads = list(select(store, Selection()))
    for item in FORMATS:
        bodies = set()
        for order in (quads, quads[::-1]):
            out = io.BytesIO()
            write(item.name, order, out, store.prefixes)
            bodies.add(out.getvalue())
        assert len(bodies) == 1, item.name
