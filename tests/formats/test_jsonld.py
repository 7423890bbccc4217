"""JSON-LD: the context travels inside, and what is written reads back the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
import rdflib

from kg.vocab import PREFIXES

Written = Callable[..., bytes]

# rdflib's own JSON-LD reader is behind rdflib's own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

KG = PREFIXES["kg"]
D = "https://w3id.org/prosokg/lyushkov/"


@pytest.fixture(autouse=True)
def _literals_as_written() -> Iterator[None]:
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = before


def read(data: bytes) -> set[ox.Quad]:
    return set(ox.parse(data, format=ox.RdfFormat.JSON_LD))


def test_document_has_one_sorted_node_a_subject_and_its_context(
    archive: list[ox.Quad], written: Written
) -> None:
    document = json.loads(written("jsonld", archive))
    assert list(document) == ["@context", "@graph"]
    assert document["@context"]["d"] == D
    names = [node["id"] for node in document["@graph"]]
    subjects = {quad.subject.value for quad in archive if quad.graph_name == ox.DefaultGraph()}
    in_order = sorted(f"<{subject}>" for subject in subjects)
    assert [f"<{name.replace('d:', D)}>" for name in names] == in_order
    nodes = dict(zip(names, document["@graph"], strict=True))
    assert nodes["d:c-1"]["type"] == "Claim"
    assert nodes["d:c-1"]["certainty"] == "kg:Certain"
    assert nodes["d:c-1"]["date"] == "1925"
    assert nodes["d:lyushkov"]["spouse"] == "d:inna"
    assert nodes["d:lyushkov"]["age"] == "45"
    assert {"@value": "Genrikh", "@language": "en-US"} in nodes["d:lyushkov"]["label"]


def test_named_graphs_are_nested_on_request(archive: list[ox.Quad], written: Written) -> None:
    data = written("jsonld", archive, graphs=True)
    assert read(data) == set(archive)
    graphs = {node["id"] for node in json.loads(data)["@graph"] if "@graph" in node}
    assert graphs == {"kg:inferred", "kg:texts"}
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format="json-ld")
    assert len(dataset.graph(rdflib.URIRef(KG + "inferred"))) == 2
    assert sum(1 for _ in dataset.quads()) == len(archive)


@pytest.mark.parametrize("iri", ["kg:spouse", "d:x", "org:10.1/x", "https:x", "id:x", "mailto:a@b"])
def test_iri_that_looks_like_a_compact_one_stays_itself(iri: str, written: Written) -> None:
    quads = [
        ox.Quad(ox.NamedNode(iri), ox.NamedNode(KG + "spouse"), ox.NamedNode(D + "x")),
        ox.Quad(ox.NamedNode(D + "x"), ox.NamedNode(KG + "spouse"), ox.NamedNode(iri)),
        ox.Quad(ox.NamedNode(D + "x"), ox.NamedNode(iri), ox.Literal("1")),
    ]
    data = written("jsonld", quads)
    assert read(data) == set(quads)
    graph = rdflib.Graph().parse(data=data, format="json-ld")
    assert {str(term) for triple in graph for term in triple} == {
        iri,
        D + "x",
        KG + "spouse",
        "1",
    }


def test_values_against_the_kind_of_their_property_read_back(written: Written) -> None:
    """A text where the context expects a resource or a date, and the other way round."""
    values = [
        ox.NamedNode(D + "x"),
        ox.Literal("d:x"),
        ox.Literal("d:x", language="ru-latn"),
        ox.Literal("01", datatype=ox.NamedNode(PREFIXES["xsd"] + "integer")),
        ox.Literal("false", datatype=ox.NamedNode(PREFIXES["xsd"] + "boolean")),
        ox.Literal("1900", datatype=ox.NamedNode(PREFIXES["edtf"] + "EDTF")),
        ox.Literal(""),
    ]
    predicates = [
        KG + "spouse",
        KG + "date",
        KG + "start",
        KG + "quote",
        PREFIXES["rdfs"] + "label",
    ]
    predicates += [PREFIXES["rdf"] + "type", "urn:x:other"]
    quads = {
        ox.Quad(ox.NamedNode(D + "s"), ox.NamedNode(predicate), value)
        for predicate in predicates
        for value in values
    }
    data = written("jsonld", quads)
    assert read(data) == quads
    graph = rdflib.Graph().parse(data=data, format="json-ld")
    assert set(graph) == set(rdflib.Graph().parse(data=written("ntriples", quads), format="nt"))


def test_other_contexts_are_followed(written: Written) -> None:
    context = {
        "k": KG,
        "odd": {"@id": "https://w3id.org/prosokg/lyushkov/odd-", "@prefix": True},
        "label": {"@id": "http://www.w3.org/2000/01/rdf-schema#label", "@container": "@language"},
        "spouse": {"@id": "k:spouse", "@type": "@vocab"},
        "steps": {"@id": "k:steps", "@container": "@list"},
    }
    label = ox.NamedNode(PREFIXES["rdfs"] + "label")
    subject = ox.NamedNode(D + "odd-one")
    quads = [
        ox.Quad(subject, label, ox.Literal("a", language="en")),
        ox.Quad(subject, label, ox.Literal("b", language="en")),
        ox.Quad(subject, label, ox.Literal("c")),
        ox.Quad(subject, ox.NamedNode(KG + "spouse"), ox.NamedNode(KG + "x")),
        ox.Quad(subject, ox.NamedNode(KG + "steps"), ox.Literal("1")),
    ]
    data = written("jsonld", quads, context=context)
    assert read(data) == set(quads)
    node = json.loads(data)["@graph"][0]
    assert node["label"] == {"en": ["a", "b"]}
    assert node["@id"] in ("odd:one", "d:odd-one")
