"""GraphML, GEXF and node-link JSON carry the ties, read back, and open in Gephi as meant."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pyoxigraph as ox
import pytest

from kg import formats
from kg.facts import Viewpoint
from kg.formats import graphs
from kg.formats.attributes import flattened
from kg.model.findings import Severity
from kg.relations.graph import to_networkx
from kg.relations.measures import annotated, measure
from kg.store.embedded import Store

D = "https://w3id.org/prosokg/lyushkov/"
GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
ROOT = Path(__file__).resolve().parents[2]

Writes = Callable[[nx.MultiDiGraph, io.BytesIO], None]


@pytest.fixture(scope="module")
def lyushkov_graph(lyushkov: Store) -> nx.MultiDiGraph:
    """All ties, with the measures of people."""
    graph = to_networkx(lyushkov, include_possible=True, title="Lyushkov")
    return annotated(graph, measure(graph))


def written(write: Writes, graph: nx.MultiDiGraph) -> bytes:
    out = io.BytesIO()
    write(graph, out)
    return out.getvalue()


def read_graphml(data: bytes) -> nx.MultiDiGraph:
    return nx.read_graphml(io.BytesIO(data), force_multigraph=True)


def read_gexf(data: bytes) -> nx.MultiDiGraph:
    graph = nx.read_gexf(io.BytesIO(data))
    if graph.is_multigraph():
        return graph
    # networkx makes a plain graph of one without parallel ties, and has their keys as "id".
    multi = nx.MultiDiGraph()
    multi.add_nodes_from(graph.nodes(data=True))
    multi.add_edges_from((u, v, data["id"], data) for u, v, data in graph.edges(data=True))
    return multi


def read_nodelink(data: bytes) -> nx.MultiDiGraph:
    return nx.node_link_graph(json.loads(data), edges="links")


def contents(graph: nx.MultiDiGraph, *without: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Nodes and edges with their attributes."""

    def kept(data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name not in without}

    nodes = {node: kept(data) for node, data in graph.nodes(data=True)}
    edges = {
        (source, target, key): kept(data)
        for source, target, key, data in graph.edges(data=True, keys=True)
    }
    return nodes, edges


def test_graphml_reads_back_with_every_attribute(lyushkov_graph: nx.MultiDiGraph) -> None:
    flat = flattened(lyushkov_graph)
    read = read_graphml(written(graphs.graphml, lyushkov_graph))
    assert contents(read, "r", "g", "b", "id") == (flat.nodes, flat.edges)
    assert len(flat.edges) == 108


def test_gexf_reads_back_with_every_attribute(lyushkov_graph: nx.MultiDiGraph) -> None:
    flat = flattened(lyushkov_graph)
    read = read_gexf(written(graphs.gexf, lyushkov_graph))
    assert contents(read, "viz", "id") == (flat.nodes, flat.edges)
    assert read.graph["mode"] == "dynamic"


def test_nodelink_reads_back_as_the_same_graph(lyushkov_graph: nx.MultiDiGraph) -> None:
    data = written(graphs.nodelink, lyushkov_graph)
    read = read_nodelink(data)
    assert contents(read) == contents(lyushkov_graph)
    assert read.graph == lyushkov_graph.graph
    # What D3's examples take: {nodes: [{id}], links: [{source, target}]}.
    document = json.loads(data)
    ids = {node["id"] for node in document["nodes"]}
    assert all(link["source"] in ids and link["target"] in ids for link in document["links"])


@pytest.mark.parametrize("name", ["graphml", "gexf", "nodelink"])
def test_quads_give_the_graph_of_their_store(name: str, lyushkov: Store) -> None:
    quads = list(lyushkov.quads())
    random.Random(1).shuffle(quads)
    out = io.BytesIO()
    assert formats.write(name, quads, out, lyushkov.prefixes) == 0
    assert out.getvalue() == written(getattr(graphs, name), to_networkx(lyushkov))


def test_quads_of_other_graphs_are_counted(lyushkov: Store) -> None:
    inferred = list(lyushkov.quads(graph="https://w3id.org/prosokg/ns#inferred"))
    out = io.BytesIO()
    assert formats.write("gexf", [*lyushkov.quads(), *inferred], out, lyushkov.prefixes) == len(
        inferred
    )  # fmt: skip


def test_export_without_claims_does_not_say_what_was_inferred(lyushkov: Store) -> None:
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    claims = {
        q.subject for q in lyushkov.quads(None, rdf_type, "https://w3id.org/prosokg/ns#Claim")
    }
    graph, _ = graphs.graph_of(
        (quad for quad in lyushkov.quads() if quad.subject not in claims), lyushkov.prefixes
    )
    assert graph.number_of_edges() == 84
    assert all("inferred" not in data for *_, data in graph.edges(data=True))


def test_options_reach_the_graph(lyushkov: Store) -> None:
    viewpoint = Viewpoint(according_to=frozenset({D + "acc-narrator"}))
    graph, _ = graphs.graph_of(lyushkov.quads(), lyushkov.prefixes, viewpoint=viewpoint,
                               persons_only=True, language="ru")  # fmt: skip
    assert graph.number_of_nodes() == 15
    assert graph.nodes[D + "yezhov"]["label"] == "Николай Ежов"


# ---------- as Gephi reads them ----------


def test_gephi_finds_labels_colours_and_times_in_gexf(lyushkov_graph: nx.MultiDiGraph) -> None:
    root = ElementTree.fromstring(written(graphs.gexf, lyushkov_graph))
    assert root.get("version") == "1.3"
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert graph.attrib == {"defaultedgetype": "directed", "mode": "dynamic",
                            "timeformat": "date", "timerepresentation": "interval"}  # fmt: skip
    nodes = {node.get("id"): node for node in graph.iter(f"{GEXF}node")}
    assert nodes[D + "yezhov"].get("label") == "Nikolai Yezhov"
    assert nodes[D + "disappearance"].get("start") == "1945-08-01"
    elements = [*nodes.values(), *graph.iter(f"{GEXF}edge")]
    assert all(element.find(f"{VIZ}color") is not None for element in elements)
    edges = list(graph.iter(f"{GEXF}edge"))
    # Edges of one kind between the same two nodes are one edge in Gephi; "kind" tells the others.
    assert all(edge.get("kind") and edge.get("label") for edge in edges)
    assert {edge.get("end") for edge in edges if edge.get("target") == D + "disappearance"} == {
        "1945-08-31"
    }  # fmt: skip
    assert len({edge.get("id") for edge in edges}) == len(edges)


def test_gephi_finds_labels_and_colours_in_graphml(lyushkov_graph: nx.MultiDiGraph) -> None:
    root = ElementTree.fromstring(written(graphs.graphml, lyushkov_graph))
    keys = root.findall(f"{GRAPHML}key")
    names = {(key.get("for"), key.get("attr.name")) for key in keys}
    assert names >= {(s, n) for s in ("node", "edge") for n in ("label", "r", "g", "b")}
    ids = [key.get("id") for key in keys]
    assert len(set(ids)) == len(ids)
    # Gephi takes "d3" and "d7" for the labels of yEd, whatever their name is.
    assert not set(ids) & {"d3", "d7", "id", "label", "x", "y", "size", "weight"}


def test_colours_are_by_kind_or_by_community_where_there_are_any(lyushkov: Store) -> None:
    plain = to_networkx(lyushkov)
    assert graphs.colour_of(plain.nodes[D + "stalin"]) == graphs.KIND_COLOURS["person"]
    assert graphs.colour_of(plain.nodes[D + "nkvd"]) == graphs.KIND_COLOURS["body"]
    marked = annotated(plain, measure(plain))
    communities = {
        graphs.colour_of(data) for _, data in marked.nodes(data=True) if data["kind"] == "person"
    }
    assert communities == set(graphs.COMMUNITY_COLOURS[:5])
    assert graphs.colour_of(marked.nodes[D + "nkvd"]) == graphs.KIND_COLOURS["body"]
    assert graphs.colour_of({"kind": "person", "community": 99}) == graphs.OTHER_COLOUR


def test_graph_without_times_is_static() -> None:
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="1")
    assert b'mode="static"' in written(graphs.gexf, graph)
    assert b"dynamic" not in written(graphs.gexf, graph)


# ---------- what XML cannot carry ----------


def odd() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(title="a\x00b")
    graph.add_node("http://x/?a&b", label="<b>&\"'\r\n\t]]> \x1b[31m", kind="person", names=["x", "y"],
                   age=None, share=float("nan"), size_=3, mixed=1)  # fmt: skip
    graph.add_node("b", label="\U0001f600 Ünï \ufffe", names=[], mixed="one", flag=True)
    graph.add_edge("http://x/?a&b", "b", key='k"1', label="a\x0bb", start="-0044-03-15", ratio=1)
    graph.add_edge("http://x/?a&b", "b", key="k2", label="plain", ratio=0.5, when=ox.Literal("x"))
    return graph


@pytest.mark.parametrize(
    ("write", "read"), [(graphs.graphml, read_graphml), (graphs.gexf, read_gexf)]
)
def test_odd_characters_come_back_or_are_replaced(
    write: Writes, read: Callable[[bytes], nx.MultiDiGraph]
) -> None:
    graph = read(written(write, odd()))
    strange, other = graph.nodes["http://x/?a&b"], graph.nodes["b"]
    assert strange["label"] == "<b>&\"'\r\n\t]]> \ufffd[31m"
    assert other["label"] == "\U0001f600 Ünï \ufffd"
    assert strange["names"] == "x; y"
    assert (strange["mixed"], other["mixed"]) == ("1", "one")
    assert (strange["size_"], other["flag"]) == (3, True)
    assert not {"age", "share"} & set(strange)
    ties = graph.get_edge_data("http://x/?a&b", "b")
    assert set(ties) == {'k"1', "k2"}
    assert (ties['k"1']["label"], ties['k"1']["start"]) == ("a\ufffdb", "-0044-03-15")
    assert (ties['k"1']["ratio"], ties["k2"]["ratio"]) == (1.0, 0.5)


def test_every_coercion_is_reported_once() -> None:
    found = {(finding.path, finding.severity): finding for finding in graphs.coercions(odd())}
    assert dict(found.keys()) == {
        "age": Severity.INFO, "share": Severity.INFO, "names": Severity.INFO, "when": Severity.INFO,
        "label": Severity.WARNING,
    }  # fmt: skip
    assert len(graphs.coercions(odd())) == 6  # labels of nodes, and labels of ties
    assert found["names", Severity.INFO].message == '"names" of 2 nodes: lists are joined by "; "'
    assert {finding.rule for finding in found.values()} == {"graph-coercion"}
    plain = nx.MultiDiGraph()
    plain.add_node("a", label="b", size_=1)
    assert graphs.coercions(plain) == []


def test_nodelink_keeps_lists_and_characters_and_writes_null_for_no_number() -> None:
    document = json.loads(written(graphs.nodelink, odd()))
    node = document["nodes"][0]
    assert node["label"] == "<b>&\"'\r\n\t]]> \x1b[31m"
    assert (node["names"], node["age"], node["share"]) == (["x", "y"], None, None)


# ---------- nothing, and the same again ----------


@pytest.mark.parametrize(
    ("name", "read"),
    [("graphml", read_graphml), ("gexf", read_gexf), ("nodelink", read_nodelink)],
)
def test_nothing_gives_a_file_of_nothing(
    name: str, read: Callable[[bytes], nx.MultiDiGraph]
) -> None:
    out = io.BytesIO()
    assert formats.write(name, [], out, {}) == 0
    graph = read(out.getvalue())
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (0, 0)
    assert graph.is_directed()


_SCRIPT = """
import hashlib, io
from pathlib import Path
from kg.archive import open_archive, read_contents
from kg.build import load
from kg.formats import graphs
from kg.relations.graph import to_networkx
from kg.relations.measures import annotated, measure
archive = open_archive(Path("data/lyushkov"))
graph = to_networkx(load(archive, read_contents(archive)), include_possible=True)
graph = annotated(graph, measure(graph))
for write in (graphs.graphml, graphs.gexf, graphs.nodelink):
    out = io.BytesIO()
    write(graph, out)
    print(hashlib.sha256(out.getvalue()).hexdigest())
"""


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    def digests(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", _SCRIPT], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT,
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert digests("1") == digests("2") != ""
