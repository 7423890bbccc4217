"""Loads a graph with kg or one of its peers: a process of its own for `loading.py`.

python bench/load_with.py kg|memory|rdflib|maplib|kglab TRIPLES FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from measure import answer, seconds


def kg(triples: Path, folder: Path) -> dict[str, Any]:
    """Store on disk and all indexes."""
    import kg_graph

    loaded, number = seconds(lambda: kg_graph.load(triples, folder))
    indexed, _ = seconds(lambda: kg_graph.index(folder))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "seconds": loaded + indexed, "answer": number, "load": loaded, "index": indexed,
        "note": f"store {loaded:.3g} s, indexes {indexed:.3g} s, {size / 1e6:,.0f} MB on disk",
    }  # fmt: skip


def memory(triples: Path, folder: Path) -> int:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    return len(store)


def rdflib(triples: Path, folder: Path) -> int:
    import rdflib

    return len(rdflib.Graph().parse(triples, format="nt"))


def maplib(triples: Path, folder: Path) -> int:
    import maplib

    model = maplib.Model()
    model.read(str(triples), format="ntriples")
    found = model.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    return int(found["n"][0])


def kglab(triples: Path, folder: Path) -> int:
    import kglab

    graph = kglab.KnowledgeGraph()
    graph.load_rdf(str(triples), format="nt")
    return len(graph.rdf_graph())


def main() -> None:
    """Time one load; what is imported for it does not count."""
    who, triples, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    package = {"kg": "kg", "memory": "pyoxigraph"}.get(who, who)
    import_module(package)
    if who == "kg":
        import_module("kg_graph")
        answer(kg(triples, folder), "prosokg", "pyoxigraph")
        return
    work: dict[str, Callable[[Path, Path], int]] = {
        "memory": memory, "rdflib": rdflib, "maplib": maplib, "kglab": kglab
    }  # fmt: skip
    taken, number = seconds(lambda: work[who](triples, folder))
    answer({"seconds": taken, "answer": number}, package)


if __name__ == "__main__":
    main()
