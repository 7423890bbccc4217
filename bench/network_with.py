"""Makes the graph of ties of a store: a process of its own for `networking.py`.

    python bench/network_with.py ties|kg|hand|rdflib TRIPLES FOLDER

kg reads ties with their dates, claims and quotations. By hand: rows of SPARQL by Oxigraph, put into
networkx. rdflib turns every triple into an edge. Edges are counted by kind.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import answer, seconds

KG = "https://w3id.org/prosokg/ns#"
KINDS = {"parent": KG + "parent", "spouse": KG + "spouse"}
SERVICE = f"""SELECT ?who ?body ?from ?until {{
  ?posting <{KG}agent> ?who ; <{KG}organization> ?body ; <{KG}earliest> ?from ; <{KG}latest> ?until .
  ?body a <{KG}Organization> }}"""
Work = Callable[[], Any]


def ties(triples: Path, folder: Path) -> tuple[Work, Callable[[Any], Counter[str]]]:
    import kg_graph

    from kg.relations.ties import ties as read

    store = kg_graph.opened_store(folder)
    return lambda: read(store), lambda found: Counter(tie.kind for tie in found)


def kg(triples: Path, folder: Path) -> tuple[Work, Callable[[Any], Counter[str]]]:
    import kg_graph

    from kg.relations.graph import to_networkx

    store = kg_graph.opened_store(folder)
    return lambda: to_networkx(store), lambda graph: Counter(
        data["kind"] for _, _, data in graph.edges(data=True)
    )


def hand(triples: Path, folder: Path) -> tuple[Work, Callable[[Any], Counter[str]]]:
    import networkx as nx
    import pyoxigraph as ox

    store = ox.Store.read_only(str(folder / "store"))

    def work() -> Any:
        graph = nx.MultiDiGraph()
        for kind, predicate in KINDS.items():
            for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None):
                one, other = quad.subject.value, quad.object.value  # type: ignore[union-attr]
                if kind != "spouse" or not graph.has_edge(other, one):
                    graph.add_edge(one, other, kind=kind)
        for who, body, first, last in store.query(SERVICE):  # type: ignore[misc, union-attr]
            graph.add_edge(who.value, body.value, kind="service", start=first.value, end=last.value)
        return graph

    return work, lambda graph: Counter(data["kind"] for _, _, data in graph.edges(data=True))


def rdflib(triples: Path, folder: Path) -> tuple[Work, Callable[[Any], Counter[str]]]:
    import rdflib
    from rdflib.extras.external_graph_libs import rdflib_to_networkx_multidigraph

    graph = rdflib.Graph().parse(triples, format="nt")
    names = {rdflib.URIRef(predicate): kind for kind, predicate in KINDS.items()}

    def count(found: Any) -> Counter[str]:
        return Counter(names[key] for _, _, key in found.edges(keys=True) if key in names)

    return lambda: rdflib_to_networkx_multidigraph(graph), count


def main() -> None:
    """Time one."""
    who, triples, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    work, count = {"ties": ties, "kg": kg, "hand": hand, "rdflib": rdflib}[who](triples, folder)
    taken, found = seconds(work)
    wanted = {kind: number for kind, number in sorted(count(found).items())
              if kind in ("parent", "spouse", "service")}  # fmt: skip
    own = who in ("ties", "kg")
    answer({"seconds": taken, "answer": wanted, "note": f"{sum(count(found).values()):,} ties"},
           "prosokg" if own else "networkx", "networkx")  # fmt: skip


if __name__ == "__main__":
    main()
