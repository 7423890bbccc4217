"""Finds paths with kg: processes of their own for `connect.py`.

python bench/kg_ties.py index|graph|paths|several|count FOLDER …
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pedigrees
import services
from measure import answer, asked_apart, seconds, spread

from kg.index.ties import open_ties, write
from kg.relations import paths

BUILD = "bench"


def index(folder: Path, people: str) -> dict[str, Any]:
    """Write the index of ties; and the graph of people alone, as the peers read it."""
    tree = pedigrees.grow(int(people))
    served = services.serve(tree)
    path = folder / "ties"
    nodes = services.nodes(tree, served)
    ties = list(services.rows(tree, served))
    taken, _ = seconds(lambda: write(path, nodes, ties, BUILD))
    return {"seconds": taken, "ties": len(ties), "size": round(path.stat().st_size / 1e6, 1),
            "biggest": int(np.bincount(served.body).max())}  # fmt: skip


def graph(folder: Path, people: str) -> dict[str, Any]:
    """Write the graph of people alone, as the peers read it."""
    tree = pedigrees.grow(int(people))
    direct = services.direct(tree)
    met = services.together(tree, services.serve(tree))
    np.savez(folder / "graph.npz", direct=direct, together=met)
    return {"direct": len(direct), "together": len(met)}


def _pairs(folder: Path, name: str) -> list[tuple[str, str]]:
    pairs = json.loads((folder / f"{name}.json").read_text())
    return [(pedigrees.iri(a), pedigrees.iri(b)) for a, b in pairs]


def shortest(folder: Path) -> dict[str, Any]:
    """The shortest path of each pair, as a value; how many people it joins, 0 for no path."""
    times, alone, lengths = [], [], []
    with ExitStack() as stack:
        opened = open_ties(folder / "ties", BUILD)
        taken, ties = seconds(lambda: stack.enter_context(opened))
        compiled = paths.for_many_pairs(ties)
        for a, b in _pairs(folder, "warm"):
            paths.shortest(ties, a, b)
        for a, b in _pairs(folder, "pairs"):
            start = time.process_time()
            each, found = seconds(lambda a=a, b=b: paths.shortest(ties, a, b))
            alone.append(time.process_time() - start)
            times.append(each)
            lengths.append(len(found.people) if found else 0)
    return {"open": taken, "spread": spread(times), "alone": spread(alone), "lengths": lengths,
            "compiled": compiled}  # fmt: skip


def several(folder: Path, number: str) -> dict[str, Any]:
    """The first paths of each pair, so many."""
    with open_ties(folder / "ties", BUILD) as ties:
        compiled = paths.for_many_pairs(ties)
        for pair in _pairs(folder, "warm"):
            list(paths.k_shortest(ties, *pair, int(number)))
        found = [
            seconds(lambda pair=pair: len(list(paths.k_shortest(ties, *pair, int(number)))))
            for pair in _pairs(folder, "several")
        ]
    return {"spread": spread([taken for taken, _ in found]), "compiled": compiled,
            "found": sum(number for _, number in found)}  # fmt: skip


def count(folder: Path, most: str, patience: str) -> dict[str, Any]:
    """How many paths are as short as the shortest; by name of what kg has for it."""
    counting = getattr(paths, "count_shortest", None)
    with open_ties(folder / "ties", BUILD) as ties:

        def ask(pair: tuple[str, str]) -> int:
            if counting is not None:
                return int(counting(ties, *pair))
            return sum(1 for _ in islice(paths.all_shortest(ties, *pair), int(most)))

        paths.for_many_pairs(ties)
        for pair in _pairs(folder, "warm")[:3]:
            ask(pair)
        found = list(asked_apart(ask, _pairs(folder, "counted"), float(patience)))
    return {"times": [taken for taken, _ in found], "counts": [number for _, number in found],
            "counted": counting is not None}  # fmt: skip


PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "index": index, "graph": graph, "paths": shortest, "several": several, "count": count,
}  # fmt: skip


def main() -> None:
    """Do the part that is named."""
    part, folder, *words = sys.argv[1:]
    answer(PARTS[part](Path(folder), *words), "prosokg")


if __name__ == "__main__":
    main()
