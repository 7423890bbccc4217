"""A store as an rdflib graph: the same triples, nothing copied, nothing written, nothing reached."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, XSD, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import prepareQuery

from kg.archive import Archive
from kg.build import fresh_store, nquads
from kg.errors import KgError
from kg.query.rdflib_view import dataset, from_engine, to_engine, view
from kg.store.embedded import DEFAULT_GRAPH, Store, memory
from kg.vocab import INFERRED, KG, ONTOLOGY, TEXTS

# rdflib 7.6 warns of what its own Dataset does inside
pytestmark = pytest.mark.filterwarnings(r"ignore:Dataset\.:DeprecationWarning")

KGN = Namespace(KG)
D = Namespace("https://w3id.org/prosokg/lyushkov/")
EX = Namespace("https://example.org/")
PREFIXES = (
    "PREFIX kg: <https://w3id.org/prosokg/ns#> PREFIX d: <https://w3id.org/prosokg/lyushkov/>\n"
)


def small() -> Store:
    store = memory()
    store.load(
        ox.parse(
            """@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
            ex:a ex:name "M", "Люшков"@ru, "Lyushkov"@ru-Latn ; ex:age 11 ; ex:rate 1.50 ;
              ex:is true ; ex:born "1900-01-01"^^xsd:date ; ex:knows ex:b .""".encode(),
            format=ox.RdfFormat.TURTLE,
        )
    )
    return store


def test_view_is_isomorphic_to_the_same_quads_parsed_by_rdflib(lyushkov: Store) -> None:
    parsed = rdflib.Dataset()
    # the engine lowers tags; isomorphic() compares them by their letters
    parsed.parse(data=nquads(lyushkov).replace(b"-latn", b"-Latn"), format="nquads")
    ours = view(lyushkov)
    assert len(ours) == len(parsed.default_graph) > 5_000
    assert isomorphic(ours, parsed.default_graph)
    assert set(ours) == set(parsed.default_graph)
    seen = dataset(lyushkov)
    for name in (INFERRED, TEXTS, ONTOLOGY):
        assert set(seen.graph(URIRef(name))) == set(parsed.graph(URIRef(name))) != set()
    assert {graph.identifier for graph in seen.graphs()} == {
        graph.identifier for graph in parsed.graphs()
    }
    assert len(list(seen.quads())) == lyushkov.count()


def test_view_works_where_rdflib_graphs_do(lyushkov: Store) -> None:
    g = view(lyushkov)
    assert (D.lyushkov, KGN.spouse, D.inna) in g
    assert (D.lyushkov, KGN.spouse, D.takeoka) not in g
    assert g.value(D.lyushkov, KGN.spouse) == D.inna
    assert set(g[D.lyushkov : KGN.spouse]) == {D.inna}
    assert list(g[: RDF.type : KGN.Source]) == [D["src-jewage"]]
    assert {str(o) for o in g.objects(D.daughter, KGN.parent * "+")} == {
        str(D.lyushkov), str(D.mother), str(D.tailor),
    }  # fmt: skip
    assert g.value(D.lyushkov, RDFS.label, default=None) is not None
    assert dict(g.namespaces())["d"] == URIRef(D)
    again = rdflib.Graph().parse(data=g.serialize(format="turtle"), format="turtle")
    assert isomorphic(again, g)
    assert "d:lyushkov a kg:Person" in g.serialize(format="turtle")
    copy = rdflib.Graph() + g
    copy.add((D.lyushkov, KGN.spouse, D.takeoka))
    assert len(copy) == len(g) + 1


def test_terms_come_as_rdflib_would_read_them() -> None:
    g = view(small())
    assert set(g.objects(EX.a, EX.name)) == {
        Literal("M"), Literal("Люшков", lang="ru"), Literal("Lyushkov", lang="ru-Latn"),
    }  # fmt: skip
    plain = next(o for o in g.objects(EX.a, EX.name) if o == Literal("M"))
    assert plain.datatype is None
    assert {o.language for o in g.objects(EX.a, EX.name)} == {None, "ru", "ru-Latn"}
    assert (EX.a, EX.name, Literal("Lyushkov", lang="ru-Latn")) in g
    assert g.value(EX.a, EX.age).toPython() == 11
    assert g.value(EX.a, EX.age).datatype == XSD.integer
    assert str(g.value(EX.a, EX.born)) == "1900-01-01"
    assert g.value(EX.a, EX["is"]).toPython() is True
    for term in g.all_nodes():
        assert from_engine(to_engine(term)) == term  # type: ignore[arg-type]


def test_what_no_store_can_hold_matches_nothing() -> None:
    g = view(small())
    assert to_engine(URIRef("no iri")) is None
    assert list(g.triples((URIRef("no iri"), None, None))) == []
    assert list(g.triples((Literal("M"), None, None))) == []
    assert (None, Literal("M"), None) not in g
    with pytest.raises(KgError, match="within a triple"):
        from_engine(ox.Triple(ox.NamedNode(EX.a), ox.NamedNode(EX.b), ox.NamedNode(EX.c)))


def test_view_shows_later_changes_of_its_store_and_its_truth_is_that_of_its_triples() -> None:
    store = memory()
    g = view(store)
    assert not g
    assert len(g) == 0
    quad = ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.Literal("1"))
    store.load([quad])
    assert g
    assert len(g) == 1
    assert (EX.a, EX.p, Literal("1")) in g
    store.load([ox.Quad(*quad.triple, ox.NamedNode(EX.graph))])
    store.inner.remove(quad)
    assert not g
    assert len(g) == 0
    assert len(dataset(store).graph(EX.graph)) == 1


def test_view_on_disk_counts_once(lyushkov_archive: Archive, lyushkov: Store) -> None:
    store = fresh_store(lyushkov_archive)
    g = view(store)
    assert len(g) == len(g) == len(view(lyushkov))
    assert set(g) == set(view(lyushkov))


def test_nameless_graph_over_the_same_store_is_the_default_graph() -> None:
    g = view(small())
    assert set(rdflib.Graph(store=g.store)) == set(g)


def test_a_triple_of_two_graphs_stands_once_in_a_union_and_twice_among_quads() -> None:
    store = memory()
    triple = (ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.NamedNode(EX.b))
    store.load(ox.Quad(*triple, graph) for graph in (DEFAULT_GRAPH, ox.NamedNode(INFERRED)))
    union = rdflib.Dataset(store=view(store).store, default_union=True)
    assert list(union.triples((None, None, None))) == [(EX.a, EX.p, EX.b)]
    assert len(list(dataset(store).quads())) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda g: g.add((EX.a, EX.p, EX.b)),
        lambda g: g.addN([(EX.a, EX.p, EX.b, g)]),
        lambda g: g.remove((None, None, None)),
        lambda g: g.set((EX.a, EX.name, EX.b)),
        lambda g: g.update("INSERT DATA { <https://e.org/a> <https://e.org/p> 1 }"),
        lambda g: g.update("CLEAR ALL", use_store_provided=False),
        lambda g: g.update("LOAD <http://127.0.0.1:9/x>", use_store_provided=False),
        lambda g: g.parse(data="<https://e.org/a> <https://e.org/p> 1 .", format="turtle"),
        lambda g: g.__iadd__([(EX.a, EX.p, EX.b)]),
        lambda g: g.store.remove_graph(g),
        lambda g: g.store.add_graph(rdflib.Graph(identifier=EX.new)),
    ],
)
def test_writes_are_refused_with_a_way_out(change: object) -> None:
    store = small()
    before = nquads(store)
    with pytest.raises(KgError, match="cannot be changed") as caught:
        change(view(store))  # type: ignore[operator]
    assert "archive's files" in caught.value.hint
    assert nquads(store) == before


def test_prefixes_can_be_bound_for_one_view_alone() -> None:
    store = small()
    g = view(store)
    g.bind("ex", EX)
    assert "ex:a ex:age 11" in g.serialize(format="turtle")
    g.bind("other", EX)
    assert g.store.prefix(URIRef(EX)) == "other"
    assert g.store.namespace("ex") is None
    assert "other" not in dict(view(store).namespaces())


def test_queries_of_every_form_give_rdflib_terms(lyushkov: Store) -> None:
    g = view(lyushkov)
    rows = list(
        g.query("SELECT ?b ?none { d:lyushkov kg:spouse ?b OPTIONAL { ?b kg:award ?none } }")
    )
    assert [(row.b, row.none) for row in rows] == [(D.inna, None)]  # type: ignore[union-attr]
    assert bool(g.query("ASK { d:lyushkov kg:spouse d:inna }"))
    made = g.query("CONSTRUCT { ?b kg:spouse ?a } { ?a kg:spouse ?b }").graph
    assert set(made or []) == set(g.triples((None, KGN.spouse, None)))
    assert (D.inna, RDF.type, KGN.Person) in g.query("DESCRIBE d:inna")
    seen = dataset(lyushkov)
    for query in (
        f"SELECT (COUNT(*) AS ?n) FROM <{INFERRED}> {{ ?s ?p ?o }}",
        f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{INFERRED}> {{ ?s ?p ?o }} }}",
    ):
        for asked in (seen, g):
            assert [int(row[0]) for row in asked.query(query)] == [
                len(seen.graph(URIRef(INFERRED)))
            ]  # type: ignore[arg-type, index]
    assert [int(row[0]) for row in seen.graph(URIRef(INFERRED)).query(  # type: ignore[arg-type, index]
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    )] == [len(seen.graph(URIRef(INFERRED)))]  # fmt: skip


def test_initial_bindings_and_prepared_queries_are_honoured(lyushkov: Store) -> None:
    g = view(lyushkov)
    text = PREFIXES + "SELECT ?b { ?a kg:spouse ?b }"
    for query in (text, prepareQuery(text)):
        assert len(g.query(query)) == 2
        rows = list(g.query(query, initBindings={"a": D.lyushkov}))
        assert [row[0] for row in rows] == [D.inna]  # type: ignore[index]
    own = g.query("SELECT ?b { x:lyushkov kg:spouse ?b }", initNs={"x": D, "kg": KGN})
    assert [row[0] for row in own] == [D.inna]  # type: ignore[index]


@pytest.mark.parametrize(
    "options", [{}, {"initBindings": {"s": EX.a}}, {"use_store_provided": False}]
)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o " + "{" * 3000 + "}" * 3000 + "}",
    ],
)
def test_queries_reach_nothing_else_in_either_engine(
    query: str, options: dict[str, object]
) -> None:
    for graph in (view(small()), dataset(small())):
        with pytest.raises(KgError):
            graph.query(query, **options)  # type: ignore[arg-type]
    if "{{" not in query:
        with pytest.raises(KgError):
            view(small()).query(prepareQuery(query.replace("\\u0053", "S")), **options)  # type: ignore[arg-type]


def test_a_query_that_does_not_parse_says_so() -> None:
    with pytest.raises(KgError, match="does not parse"):
        view(small()).query("SELECT ?s { ?s ?p }")
