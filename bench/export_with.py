"""Writes a graph in some format with kg or one of its peers: a process of its own.

    python bench/export_with.py WHO turtle|jsonld TRIPLES FOLDER FILE
    python bench/export_with.py kg|networkx graphml TRIPLES FOLDER FILE NODELINK
    python bench/export_with.py read turtle|jsonld|ntriples|graphml FILE

kg writes from its store, the others from what they have in memory. GraphML is of people, bodies and
the ties between them: kg makes the graph, and hands it to networkx with the same plain attributes.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import answer, seconds

RDF_FORMATS = {"turtle": "TURTLE", "jsonld": "JSON_LD", "ntriples": "N_TRIPLES"}


def kg(form: str, triples: Path, folder: Path, file: Path) -> Callable[[], Any]:
    import kg_graph

    from kg import formats
    from kg.vocab import PREFIXES

    store = kg_graph.opened_store(folder)
    prefixes = {**PREFIXES, "d": "https://example.org/tree/"}

    def work() -> None:
        with file.open("wb") as out:
            formats.write(form, store.quads(), out, prefixes)

    return work


def rdflib(form: str, triples: Path, folder: Path, file: Path) -> Callable[[], Any]:
    import rdflib

    graph = rdflib.Graph().parse(triples, format="nt")
    graph.bind("kg", "https://w3id.org/prosokg/ns#")
    graph.bind("d", "https://example.org/tree/")
    names = {"turtle": "turtle", "jsonld": "json-ld"}
    return lambda: graph.serialize(destination=str(file), format=names[form], encoding="utf-8")


def oxigraph(form: str, triples: Path, folder: Path, file: Path) -> Callable[[], Any]:
    import pyoxigraph as ox

    store = ox.Store.read_only(str(folder / "store"))
    target = getattr(ox.RdfFormat, RDF_FORMATS[form])
    return lambda: store.dump(str(file), format=target, from_graph=ox.DefaultGraph())


def maplib(form: str, triples: Path, folder: Path, file: Path) -> Callable[[], Any]:
    import maplib

    if form != "turtle":
        raise SystemExit("it writes no JSON-LD")
    model = maplib.Model()
    model.read(str(triples), format="ntriples")
    return lambda: model.write(str(file), format="turtle")


def graphml_by_kg(folder: Path, file: Path, nodelink: Path) -> dict[str, Any]:
    """The graph of ties in GraphML; and for networkx with the same plain attributes."""
    import kg_graph
    import networkx as nx

    from kg.formats.attributes import flattened
    from kg.formats.graphs import graphml
    from kg.relations.graph import to_networkx

    graph = to_networkx(kg_graph.opened_store(folder))

    def work() -> None:
        with file.open("wb") as out:
            graphml(graph, out)

    taken, _ = seconds(work)
    flat = flattened(graph)
    plain = nx.MultiDiGraph()
    plain.add_nodes_from(flat.nodes.items())
    plain.add_edges_from((*edge, data) for edge, data in flat.edges.items())
    data = nx.node_link_data(plain, edges="links")  # type: ignore[no-untyped-call]
    nodelink.write_text(json.dumps(data), encoding="utf-8")
    return {"seconds": taken, "note": "colours written as well"}


def graphml_by_networkx(file: Path, nodelink: Path) -> dict[str, Any]:
    import networkx as nx

    data = json.loads(nodelink.read_text(encoding="utf-8"))
    graph = nx.node_link_graph(data, edges="links")
    taken, _ = seconds(lambda: nx.write_graphml(graph, str(file)))
    return {"seconds": taken}


def read_back(form: str, file: Path) -> list[Any]:
    """How much a file has, and a digest of it all in whatever order."""
    return _ties(file) if form == "graphml" else _triples(form, file)


def _triples(form: str, file: Path) -> list[Any]:
    import pyoxigraph as ox

    total = number = 0
    for quad in ox.parse(path=str(file), format=getattr(ox.RdfFormat, RDF_FORMATS[form])):
        value: Any = quad.object
        # Tags of languages are the same in upper and lower case.
        said = (value.value, (value.language or "").lower(), value.datatype.value) if isinstance(
            value, ox.Literal) else (value.value,)  # fmt: skip
        total += _mark(quad.subject.value, quad.predicate.value, *said)
        number += 1
    return [number, f"{total % 2**64:016x}"]


def _ties(file: Path) -> list[Any]:
    import networkx as nx

    graph = nx.read_graphml(str(file), force_multigraph=True)
    total = 0
    for node, data in graph.nodes(data=True):
        total += _mark(node, *_plain(data))
    for source, target, key, data in graph.edges(keys=True, data=True):
        total += _mark(source, target, str(key), *_plain(data))
    return [len(graph), graph.number_of_edges(), f"{total % 2**64:016x}"]


def _plain(data: dict[str, Any]) -> list[str]:
    return [
        f"{name}={value}"
        for name, value in sorted(data.items())
        if name not in ("r", "g", "b", "id")
    ]


def _mark(*texts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\t".join(texts).encode(), digest_size=8).digest(), "big")


def main() -> None:
    """Time one export; or read one back."""
    who, form, *rest = sys.argv[1:]
    places = [Path(each) for each in rest]
    packages = {"kg": "prosokg", "oxigraph": "pyoxigraph"}
    if who == "read":
        answer({"answer": read_back(form, places[0])})
        return
    if form == "graphml":
        _, folder, file, nodelink = places
        found = (
            graphml_by_kg(folder, file, nodelink)
            if who == "kg"
            else graphml_by_networkx(file, nodelink)
        )
    else:
        engines = {"kg": kg, "rdflib": rdflib, "oxigraph": oxigraph, "maplib": maplib}
        taken, _ = seconds(engines[who](form, *places))
        found = {"seconds": taken}
    answer({**found, "note": "; ".join(filter(None, [
        found.get("note", ""), f"{places[2].stat().st_size / 1e6:,.1f} MB"]))},
        packages.get(who, who))  # fmt: skip


if __name__ == "__main__":
    main()
