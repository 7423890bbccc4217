"""Laws of paths on random small archives, against brute force and networkx."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.ties import ALWAYS, NEVER, Row, Ties, in_memory, to_day
from kg.relations.paths import Conditions, Path, all_shortest, k_shortest, shortest
from kg.relations.search import DOUBTFUL

PEOPLE = ("a", "b", "c", "d", "e")
BODIES = ("M", "N", "O", "P")
EVERYTHING = 10_000

Key = tuple[int, int, int, tuple[str, ...]]

times = st.one_of(
    st.just(("", "")),
    st.tuples(st.integers(1, 6), st.integers(0, 3)).map(
        lambda t: (f"{t[0]:04d}-01-01", f"{t[0] + t[1]:04d}-12-31")
    ),
    st.integers(1, 6).map(lambda year: (f"{year:04d}-01-01", "")),
)


@st.composite
def archives(draw: st.DrawFn) -> list[Row]:
    """Ties between a few people and bodies; people are tied directly only now and then."""
    ends = st.one_of(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(BODIES)),
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(BODIES)),
        st.tuples(st.sampled_from(BODIES), st.sampled_from(BODIES)),
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    ).filter(lambda pair: pair[0] != pair[1])
    drawn = draw(st.lists(st.tuples(ends, times, st.integers(0, 4), st.sampled_from("xy")),
                          min_size=3, max_size=13))  # fmt: skip
    return sorted({
        Row(*pair, kind=kind, start=time[0], end=time[1], possible=doubt == 0)
        for pair, time, doubt, kind in drawn
    })  # fmt: skip


def index(rows: list[Row]) -> Ties:
    return in_memory(
        {name: "person" if name.islower() else "body" for name in PEOPLE + BODIES}, rows
    )


wanted = st.builds(
    Conditions,
    only=st.sampled_from([frozenset(), frozenset(), frozenset({"x"})]),
    since=st.sampled_from(["", "", "0002-01-01"]),
    until=st.sampled_from(["", "", "0004-12-31"]),
    avoid=st.sampled_from([frozenset(), frozenset(), frozenset({"c", "N"})]),
    include_possible=st.booleans(),
)


# ---------- brute force ----------


def usable(rows: list[Row], wanted: Conditions) -> list[Row]:
    return [
        row for row in rows
        if (wanted.include_possible or not row.possible)
        and (not wanted.only or row.kind in wanted.only)
        and not {row.source, row.target} & wanted.avoid
        and to_day(row.start, NEVER) <= to_day(wanted.until, ALWAYS)
        and to_day(wanted.since, NEVER) <= to_day(row.end, ALWAYS)
    ]  # fmt: skip


def may_meet(one: Row, other: Row) -> bool:
    return (
        to_day(one.start, NEVER) <= to_day(other.end, ALWAYS)
        and to_day(other.start, NEVER) <= to_day(one.end, ALWAYS)
    )  # fmt: skip


def every_path(rows: list[Row], start: str, goal: str) -> Iterator[tuple[str, ...]]:
    """All ways from one person to another, by trying every one of them."""

    def go_on(nodes: tuple[str, ...], by: list[Row]) -> Iterator[tuple[str, ...]]:
        here = nodes[-1]
        if here == goal:
            yield nodes
            return
        people = [at for at, node in enumerate(nodes) if node.islower()]
        in_hop = nodes[people[-1] + 1 :]
        for there in PEOPLE + BODIES:
            used = [nodes[at] for at in people] if there.islower() else in_hop
            if there in used or (there.isupper() and len(in_hop) == 3):
                continue
            joining = [row for row in rows if {row.source, row.target} == {here, there}]
            if here.isupper():
                joining = [row for row in joining if any(may_meet(row, came) for came in by)]
            if joining:
                yield from go_on((*nodes, there), joining)

    yield from go_on((start,), [])


def brute(all_rows: list[Row], start: str, goal: str, wanted: Conditions) -> list[Key]:
    """Every path with what it costs, in order; start is the smaller end."""
    rows = usable(all_rows, wanted)
    if {start, goal} & wanted.avoid:
        return []

    def weight(row: Row) -> int:
        sizes = [
            len({row.source for row in all_rows if row.target == node}
                | {row.target for row in all_rows if row.source == node})
            for node in (row.source, row.target) if node.isupper()
        ]  # fmt: skip
        return max(sizes, default=0) + DOUBTFUL * row.possible

    def least(nodes: tuple[str, ...], chosen: tuple[Row, ...]) -> int | None:
        """The weight of the lightest choice of ties that begins with those chosen."""
        if len(chosen) == len(nodes) - 1:
            return max((weight(row) for row in chosen), default=0)
        here, there = nodes[len(chosen) : len(chosen) + 2]
        weights = [
            least(nodes, (*chosen, row)) for row in rows
            if {row.source, row.target} == {here, there}
            and (here.islower() or may_meet(row, chosen[-1]))
        ]  # fmt: skip
        return min((w for w in weights if w is not None), default=None)

    found = []
    for nodes in every_path(rows, start, goal):
        people = sum(node.islower() for node in nodes)
        lightest = least(nodes, ())
        if lightest is not None:
            found.append((people, len(nodes) - people, lightest, nodes))
    return sorted(found)


def names(path: Path) -> tuple[str, ...]:
    return (path.people[0], *(step.target for step in path.steps))


# ---------- laws ----------


@settings(max_examples=400, deadline=None)
@given(archives(), wanted)
def test_paths_are_those_of_brute_force_in_its_order(rows: list[Row], wanted: Conditions) -> None:
    ties = index(rows)
    expected = brute(rows, "a", "b", wanted)
    paths = list(k_shortest(ties, "a", "b", EVERYTHING, wanted))
    assert [names(path) for path in paths] == [key[3] for key in expected]
    best = [key for key in expected if key[:2] == expected[0][:2]]
    assert [names(p) for p in all_shortest(ties, "a", "b", wanted)] == [key[3] for key in best]
    first = shortest(ties, "a", "b", wanted)
    assert first == (paths[0] if paths else None)
    for path, key in zip(paths, expected, strict=True):
        assert (len(path.people), path.connectors) == key[:2]
        assert path.possible == (key[2] >= DOUBTFUL)
        assert len(set(path.people)) == len(path.people)


@settings(max_examples=150, deadline=None)
@given(archives(), wanted)
def test_way_back_is_the_way_there_turned_round(rows: list[Row], wanted: Conditions) -> None:
    ties = index(rows)
    there = list(k_shortest(ties, "a", "b", 6, wanted))
    back = list(k_shortest(ties, "b", "a", 6, wanted))
    assert [path.turned_round() for path in there] == back
    assert [p.turned_round() for p in all_shortest(ties, "a", "b", wanted)] == list(
        all_shortest(ties, "b", "a", wanted)
    )


@settings(max_examples=150, deadline=None)
@given(archives(), wanted)
def test_every_tie_shown_can_stand_with_its_neighbours(rows: list[Row], wanted: Conditions) -> None:
    allowed = usable(rows, wanted)
    for path in k_shortest(index(rows), "a", "b", 5, wanted):
        for hop in path.hops:
            assert (hop.steps[0].source, hop.steps[-1].target) == (hop.source, hop.target)
            shown = [[Row(t.source, t.target, t.kind, start=t.start, end=t.end, possible=t.possible)
                      for t in step.ties] for step in hop.steps]  # fmt: skip
            assert all(step for step in shown)
            assert all(row in allowed for step in shown for row in step)
            for one, other in pairwise(shown):
                assert all(any(may_meet(x, y) for y in other) for x in one)
                assert all(any(may_meet(x, y) for x in one) for y in other)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_length_is_that_of_networkx(seed: int) -> None:
    """Without dates and bodies inside bodies, people and connectors are plain weights."""
    import random

    dice = random.Random(seed)
    people = [f"p{n:02d}" for n in range(40)]
    bodies = [f"B{n}" for n in range(12)]
    pairs = {tuple(sorted(dice.sample(people, 2))) for _ in range(15)}
    pairs |= {(dice.choice(people), dice.choice(bodies)) for _ in range(45)}
    ties = in_memory(
        dict.fromkeys(people, "person") | dict.fromkeys(bodies, "body"),
        [Row(*pair, kind="x") for pair in pairs],
    )
    graph = nx.Graph(pairs)
    graph.add_nodes_from(people)
    cost = {node: 1000 if node in people else 1 for node in graph}
    for one, other in (dice.sample(people, 2) for _ in range(8)):
        path = shortest(ties, one, other)
        if not nx.has_path(graph, one, other):
            assert path is None
            continue
        least = nx.dijkstra_path_length(graph, one, other, weight=lambda u, v, _: cost[u] + cost[v])
        assert path is not None
        # Every node but the two ends is counted from both sides.
        assert least == 2 * (len(path.people) * 1000 + path.connectors) - 2000
        best = {names(p) for p in all_shortest(ties, one, other)}
        assert best == {
            tuple(way)
            for way in nx.all_shortest_paths(graph, one, other, weight=lambda u, v, _: cost[u] + cost[v])
        }  # fmt: skip
