"""Finds paths with a peer of kg: a process of its own for `connect.py`.

    python bench/peer_ties.py networkx|igraph paths|count FOLDER PEOPLE PATIENCE

The graph is that of people alone, where all who served at one body at the same time are joined.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measure import answer, asked_apart, peak_memory, seconds, spread

Pair = tuple[int, int]
MOST = 200_000
"""So many paths are gone through to check a count; of pairs that have more it is not checked."""
ROOM = 12 * 2**30
"""A peer that asks for more bytes than this is stopped."""


class Peer(NamedTuple):
    """The questions as a peer takes them; 0 where there is no path."""

    length: Callable[[Pair], int]
    count: Callable[[Pair], int]
    graph: Any


def networkx(people: int, edges: Any) -> Peer:
    """Bidirectional search; all shortest paths are gone through to count them."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(people))
    graph.add_edges_from(edges.tolist())

    def length(pair: Pair) -> int:
        try:
            return len(nx.shortest_path(graph, *pair))
        except nx.NetworkXNoPath:
            return 0

    def count(pair: Pair) -> int:
        try:
            return sum(1 for _ in nx.all_shortest_paths(graph, *pair))
        except nx.NetworkXNoPath:
            return 0

    return Peer(length, count, graph)


def igraph(people: int, edges: Any) -> Peer:
    """Its own search from one side; all shortest paths come as a list."""
    import warnings

    import igraph as ig

    warnings.simplefilter("ignore")  # that there is no path
    graph = ig.Graph(n=people, edges=edges)
    return Peer(
        lambda pair: len(graph.get_shortest_path(pair[0], to=pair[1])),
        lambda pair: len(graph.get_all_shortest_paths(pair[0], to=pair[1])),
        graph,
    )


def as_kg_counts(graph: Any, pair: Pair, direct: set[Pair], met: dict[Pair, int]) -> int | None:
    """The number of paths that kg must find, out of all those of networkx.

    kg names the bodies on the way: two people who met at two bodies are joined twice. Among paths
    of as few people it keeps those with the fewest bodies.
    """
    import networkx as nx

    by_bodies: Counter[int] = Counter()
    try:
        found = list(islice(nx.all_shortest_paths(graph, *pair), MOST + 1))
    except nx.NetworkXNoPath:
        return 0
    if len(found) > MOST:
        return None
    for path in found:
        bodies, ways = 0, 1
        for one, other in pairwise(path):
            edge = (one, other) if one < other else (other, one)
            if edge not in direct:
                bodies += 1
                ways *= met[edge]
        by_bodies[bodies] += ways
    return by_bodies[min(by_bodies)]


def main() -> None:
    """Build the graph, then ask."""
    who, part, place, people, patience = sys.argv[1:]
    folder = Path(place)
    arrays = np.load(folder / "graph.npz")
    edges = np.unique(np.concatenate([arrays["direct"], arrays["together"][:, :2]]), axis=0)
    before = peak_memory()
    import_module(who)
    taken, peer = seconds(lambda: {"networkx": networkx, "igraph": igraph}[who](int(people), edges))
    document: dict[str, Any] = {"build": taken, "before": before, "built": peak_memory()}
    if part == "paths":
        pairs = [(a, b) for a, b in json.loads((folder / "pairs.json").read_text())]
        for a, b in json.loads((folder / "warm.json").read_text()):
            peer.length((a, b))
        times, alone, lengths = [], [], []
        for pair in pairs:
            start = time.process_time()
            each, found = seconds(lambda pair=pair: peer.length(pair))
            alone.append(time.process_time() - start)
            times.append(each)
            lengths.append(found)
        document |= {"spread": spread(times), "alone": spread(alone), "lengths": lengths}
    else:
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        pairs = [(a, b) for a, b in json.loads((folder / "counted.json").read_text())]
        counted = list(asked_apart(peer.count, pairs, float(patience)))
        document |= {"times": [taken for taken, _ in counted], "counts": [n for _, n in counted]}
        if who == "networkx":
            direct = {(a, b) for a, b in arrays["direct"].tolist()}
            met = {(a, b): number for a, b, number in arrays["together"].tolist()}
            checked = asked_apart(
                lambda pair: [as_kg_counts(peer.graph, pair, direct, met)], pairs, float(patience)
            )
            document["expected"] = [answers and answers[0] for _, answers in checked]
    answer(document, who)


if __name__ == "__main__":
    main()
