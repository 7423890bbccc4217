"""Measures how people stand in the net of their ties: central, between others, in which circle.

Two people are neighbours where a tie joins them, or where both are tied to one body or happening
at times that may overlap. The weight of the pair is 1 for each tie between them, and 1 / (n - 1)
for each body or happening of n people that they share, so that a cell of six says more than a
ministry (M. E. J. Newman, "Scientific collaboration networks. II", Physical Review E 64, 2001,
016132).

A body or happening of more than `MOST_PAIRED` people is not resolved into pairs, as these grow
with the square of its size. It stays in the graph as a node of its own, tied with weight 1 to each
of its people, and all measures run on this mixed graph: to its people it is one neighbour, and a
way through it is one step longer. Only people are measured and counted.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, Literal

from kg.errors import UnknownName
from kg.index.ties import ALWAYS, NEVER, to_day

if TYPE_CHECKING:
    import networkx as nx

MOST_PAIRED: Final = 30
"""The most people of a body or happening that are made neighbours pair by pair."""
MOST_STEPS: Final = 5_000_000
"""About how many steps betweenness may take before it is estimated; ten seconds or so."""
LEAST_PIVOTS: Final = 10
DAMPING: Final = 0.85
_SEED: Final = 0
_SIGNIFICANT: Final = 6
"""Digits kept of each number: more would differ between versions of Python."""

MEASURES: Final = ("degree", "betweenness", "pagerank", "constraint")

Net = list[dict[int, float]]
"""For each node its neighbours with the weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Centrality:
    """How one person stands in the net. `constraint` is None for whoever has no neighbour."""

    iri: str
    curie: str
    label: str
    degree: int
    betweenness: float
    pagerank: float
    constraint: float | None
    is_broker: bool
    component: int
    community: int

    def to_json(self) -> dict[str, object]:
        """A plain dictionary with stable keys."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Every person, in order of IRI, and what the numbers rest on.

    `pivots`: from how many people betweenness was estimated, None where it is exact. `unpaired`:
    the IRIs of bodies and happenings with too many people to pair them.
    """

    people: tuple[Centrality, ...]
    pivots: int | None = None
    unpaired: tuple[str, ...] = ()


def measure(graph: nx.MultiDiGraph, *, most_steps: int = MOST_STEPS) -> Measures:
    """How each person of a graph (as `to_networkx` makes it) stands.

    - degree: with how many others one is tied.
    - betweenness: the share of the shortest paths between two others that lead through one,
      unweighted (L. C. Freeman, Sociometry 40, 1977; computed after U. Brandes, Journal of
      Mathematical Sociology 25, 2001). In big graphs it is estimated from some people, drawn
      with a fixed seed (U. Brandes, C. Pich, Int. J. of Bifurcation and Chaos 17, 2007).
    - pagerank: the share of time that a walker spends with one who follows ties by weight and
      starts anew with chance 0.15 (L. Page et al., The PageRank Citation Ranking, 1999).
    - constraint: how far one's ties lead back to the same people; low for those who join circles
      that are not otherwise joined (R. S. Burt, Structural Holes, 1992, chapter 2; weighted).
    - is_broker: without this person, others would no longer be connected (articulation point;
      J. Hopcroft, R. Tarjan, Communications of the ACM 16, 1973).
    - component: who is connected at all, numbered from the biggest on.
    - community: who is tied more closely with each other than with the rest, by modularity
      (V. D. Blondel et al., "Fast unfolding of communities", J. Stat. Mech. 2008, P10008; with a
      fixed seed), numbered from the biggest on.
    """
    import networkx as nx

    projected = project(graph)
    nodes = list(projected)
    number = {node: at for at, node in enumerate(nodes)}
    # Numbers in place of IRIs: sets of strings have another order in every run.
    net = nx.relabel_nodes(projected, number, copy=True)
    people = [at for at, node in enumerate(nodes) if projected.nodes[node]["kind"] == "person"]
    neighbours: Net = [{v: net[u][v]["weight"] for v in sorted(net[u])} for u in range(len(nodes))]
    between, pivots = _betweenness(net, people, most_steps)
    totals = [math.fsum(near.values()) for near in neighbours]
    ranks = _pagerank(neighbours, totals, people)
    brokers = set(nx.articulation_points(net))
    components = _numbered(list(nx.connected_components(net)), people)
    louvain = nx.community.louvain_communities(net, weight="weight", seed=_SEED)
    communities = _numbered(louvain, people)
    rows = []
    for at in people:
        known = graph.nodes[nodes[at]]
        rows.append(Centrality(
            iri=nodes[at], curie=known.get("curie", nodes[at]), label=known.get("label", nodes[at]),
            degree=len(neighbours[at]), betweenness=_rounded(between[at]),
            pagerank=_rounded(ranks[at]), constraint=_constraint(neighbours, totals, at),
            is_broker=at in brokers, component=components[at], community=communities[at],
        ))  # fmt: skip
    unpaired = tuple(node for node in nodes if projected.nodes[node]["kind"] != "person")
    return Measures(people=tuple(rows), pivots=pivots, unpaired=unpaired)


def project(graph: nx.MultiDiGraph, most: int = MOST_PAIRED) -> nx.Graph:
    """Who is tied to whom, with weights: people in order of IRI, then what was not paired.

    Each node has its `kind`, each edge its `weight`.
    """
    import networkx as nx

    kind: Mapping[str, str] = {node: graph.nodes[node].get("kind", "person") for node in graph}
    weights: dict[tuple[str, str], float] = {}
    joined: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for source, target, data in graph.edges(data=True):
        sorts = [kind[source] == "person", kind[target] == "person"]
        if all(sorts) and source != target:
            pair = (min(source, target), max(source, target))
            weights[pair] = weights.get(pair, 0.0) + 1.0
        elif sorts[0] != sorts[1]:
            person, connector = (source, target) if sorts[0] else (target, source)
            span = (to_day(data.get("start", ""), NEVER), to_day(data.get("end", ""), ALWAYS))
            joined.setdefault(connector, {}).setdefault(person, []).append(span)
    net = nx.Graph()
    net.add_nodes_from(sorted(node for node in kind if kind[node] == "person"), kind="person")
    for connector in sorted(joined):
        spans = joined[connector]
        if len(spans) > most:
            net.add_node(connector, kind=kind[connector])
            weights.update(((person, connector), 1.0) for person in spans)
            continue
        for pair in combinations(sorted(spans), 2):
            if _meet(spans[pair[0]], spans[pair[1]]):
                weights[pair] = weights.get(pair, 0.0) + 1.0 / (len(spans) - 1)
    net.add_weighted_edges_from((*pair, weights[pair]) for pair in sorted(weights))
    return net


def _meet(ones: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> bool:
    """Whether two people may have been there at one time; False only where surely not."""
    return any(a <= d and c <= b for a, b in ones for c, d in others)


def ranked(measures: Measures, by: str) -> list[Centrality]:
    """People by a measure, the most central first; those alike by name, then by IRI.

    By constraint the least constrained come first, those without neighbours last.
    """
    if by not in MEASURES:
        raise UnknownName(f'no measure is called "{by}"', hint=f"measures: {', '.join(MEASURES)}")

    def place(person: Centrality) -> tuple[float, str, str]:
        value: float | None = getattr(person, by)
        if by == "constraint":
            return (math.inf if value is None else value, person.label, person.iri)
        return (-(value or 0), person.label, person.iri)

    return sorted(measures.people, key=place)


def groups(
    measures: Measures, of: Literal["component", "community"]
) -> list[tuple[Centrality, ...]]:
    """The components or communities in the order of their numbers, each by betweenness and name."""
    found: dict[int, list[Centrality]] = {}
    for person in ranked(measures, "betweenness"):
        found.setdefault(getattr(person, of), []).append(person)
    return [tuple(found[number]) for number in sorted(found)]


def annotated(graph: nx.MultiDiGraph, measures: Measures) -> nx.MultiDiGraph:
    """A copy of a graph whose people carry their measures as attributes, where there are any."""
    copy = graph.copy()
    for person in measures.people:
        values: dict[str, Any] = {
            name: value
            for name, value in person.to_json().items()
            if value is not None and name not in ("iri", "curie", "label")
        }
        copy.nodes[person.iri].update(values)
    return copy


def _rounded(value: float) -> float:
    return float(f"{value:.{_SIGNIFICANT}g}")


def _betweenness(
    net: nx.Graph, people: Sequence[int], most_steps: int
) -> tuple[dict[int, float], int | None]:
    """Betweenness by node, and from how many people it was estimated (None: from all)."""
    import networkx as nx

    count = len(people)
    affordable = max(most_steps // (len(net) + net.number_of_edges() or 1), LEAST_PIVOTS)
    exact = count <= affordable
    pivots = people if exact else sorted(random.Random(_SEED).sample(people, affordable))
    # The sum over pivots and people, halved, as each pair is met from both ends.
    raw = nx.betweenness_centrality_subset(net, sources=pivots, targets=people, normalized=False)
    pairs = (count - 1) * (count - 2) / 2
    scale = count / (len(pivots) * pairs) if count > 2 else 0.0
    return {node: value * scale for node, value in raw.items()}, None if exact else len(pivots)


def _pagerank(neighbours: Net, totals: Sequence[float], people: Sequence[int]) -> dict[int, float]:
    """PageRank by person, by repeated walking; whoever starts anew does so with a person."""
    share = 1.0 / len(people) if people else 0.0
    rank = [0.0] * len(neighbours)
    for person in people:
        rank[person] = share
    for _ in range(200):  # what is left of an error shrinks to 0.85 of itself each time
        stuck = math.fsum(rank[at] for at, total in enumerate(totals) if not total)
        anew = (1.0 - DAMPING + DAMPING * stuck) * share
        step = [0.0] * len(rank)
        for person in people:
            step[person] = anew
        for at, near in enumerate(neighbours):
            for other, weight in near.items():
                step[other] += DAMPING * rank[at] * weight / totals[at]
        change = math.fsum(abs(new - old) for new, old in zip(step, rank, strict=True))
        rank = step
        if change < 1e-10:
            break
    everything = math.fsum(rank[person] for person in people)
    return {person: rank[person] / everything for person in people}


def _constraint(neighbours: Net, totals: Sequence[float], at: int) -> float | None:
    """Burt's constraint: the sum over contacts j of (p_ij + sum over q of p_iq p_qj) squared.

    p_ij is the share of j in all weights of i.
    """
    near = neighbours[at]
    if not near:
        return None
    invested = {contact: weight / totals[at] for contact, weight in near.items()}
    for between, weight in near.items():
        onward = neighbours[between]
        share = weight / totals[at] / totals[between]
        # Whichever is shorter: a body that was not paired has very many people.
        for contact in near if len(near) < len(onward) else onward:
            if contact in near and contact in onward:
                invested[contact] += share * onward[contact]
    return _rounded(math.fsum(value * value for value in invested.values()))


def _numbered(parts: Sequence[set[int]], people: Sequence[int]) -> dict[int, int]:
    """The number of each person's part: the biggest is 1; of two as big, that of the first IRI."""
    members = set(people)
    kept = sorted(_ordered(parts, members), key=lambda part: (-len(part), part))
    return {person: number for number, part in enumerate(kept, 1) for person in part}


def _ordered(parts: Sequence[set[int]], members: set[int]) -> Iterator[list[int]]:
    for part in parts:
        found = sorted(part & members)
        if found:
            yield found
