"""The search from both ends against the one from one end, the next paths, and their number."""

from __future__ import annotations

import heapq
import random
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.ties import Row, Ties, in_memory
from kg.relations import walk_loops
from kg.relations.corridor import corridor
from kg.relations.paths import (
    ANY,
    Conditions,
    _Ends,
    all_shortest,
    conditions,
    count_shortest,
    for_many_pairs,
    shortest,
)
from kg.relations.search import Found, completions, root
from kg.relations.spurs import best_way_on

wanted = st.builds(
    Conditions,
    only=st.sampled_from([frozenset(), frozenset(), frozenset({"x"}), frozenset({"z"})]),
    since=st.sampled_from(["", "", "0004-01-01"]),
    until=st.sampled_from(["", "", "0009-12-31"]),
    avoid=st.sampled_from([frozenset(), frozenset(), frozenset({"p03", "B1"})]),
    include_possible=st.booleans(),
)


def made(seed: int) -> tuple[Ties, list[str]]:
    """A made-up archive: few or many people and bodies, dated or not, doubtful here and there."""
    dice = random.Random(seed)
    people = [f"p{n:02d}" for n in range(dice.choice((6, 12, 30, 60)))]
    bodies = [f"B{n}" for n in range(dice.choice((2, 4, 9)))]
    happenings = [f"H{n}" for n in range(dice.choice((0, 5)))]
    connectors = bodies + happenings
    dated = dice.random()
    rows = set()

    def tie(one: str, other: str) -> None:
        times = {}
        if dice.random() < dated:
            year = dice.randint(1, 12)
            times["start"] = f"{year:04d}-01-01"
            if dice.random() < 0.8:
                times["end"] = f"{year + dice.randint(0, 3):04d}-12-31"
        if one != other:
            rows.add(Row(one, other, dice.choice("xxy"), possible=dice.random() < 0.15, **times))

    for _ in range(dice.randint(0, len(people))):
        tie(*dice.sample(people, 2))
    for _ in range(dice.randint(len(people) // 2, 3 * len(people))):
        tie(dice.choice(people), dice.choice(connectors))
    for _ in range(dice.randint(0, len(connectors))):
        tie(*dice.sample(connectors, 2))
    sorts = dict.fromkeys(people, "person") | dict.fromkeys(bodies, "body")
    return in_memory(sorts | dict.fromkeys(happenings, "happening"), rows), people


def from_one_end(ties: Ties, one: str, other: str, wanted: Conditions) -> list[Found]:
    """The same paths by the search that goes out from one end until it is there."""
    ends = _Ends.of(ties, one, other, wanted)
    if {ends.start, ends.goal} & ends.usable.avoid:
        return []
    return list(completions(ends.usable, root(ends.usable, (ends.start,)), ends.goal))


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**9), wanted)
def test_search_from_both_ends_finds_what_one_from_one_end_does(
    seed: int, wanted: Conditions
) -> None:
    ties, people = made(seed)
    dice = random.Random(seed)
    for _ in range(4):
        one, other = dice.sample(people, 2)
        expected = from_one_end(ties, one, other, wanted)
        ends = _Ends.of(ties, one, other, wanted)
        assert list(ends.first_best()) == expected
        assert [found.steps for found in ends.first_best()] == [found.steps for found in expected]
        assert count_shortest(ties, one, other, wanted) == len(expected)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), wanted)
def test_corridor_has_what_lies_on_the_cheapest_paths(seed: int, wanted: Conditions) -> None:
    ties, people = made(seed)
    one, other = random.Random(seed).sample(people, 2)
    ends = _Ends.of(ties, one, other, wanted)
    expected = from_one_end(ties, one, other, wanted)
    if {ends.start, ends.goal} & ends.usable.avoid:
        return
    found = corridor(ends.usable, ends.start, ends.goal)
    if found is None:
        assert not expected
        return
    assert found.cost == (expected[0].people, expected[0].connectors)
    assert {tie for path in expected for step in path.steps for tie in step} <= set(found.ties)
    for path in expected:
        level = (0, 0)
        for node in path.nodes:
            connector = ties.sort[node] > 0
            level = (level[0] + (not connector), level[1] + connector)
            assert connector or found.levels[node] == level


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), wanted)
def test_compiled_search_gives_the_same_corridor(seed: int, wanted: Conditions) -> None:
    pytest.importorskip("numba")
    ties, people = made(seed)
    dice = random.Random(seed)
    asked = [_Ends.of(ties, *dice.sample(people, 2), wanted) for _ in range(5)]
    asked = [ends for ends in asked if not {ends.start, ends.goal} & ends.usable.avoid]
    plain = [corridor(ends.usable, ends.start, ends.goal) for ends in asked]
    assert for_many_pairs(ties)
    assert [corridor(ends.usable, ends.start, ends.goal) for ends in asked] == plain


def test_search_that_was_interrupted_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    ties, people = made(7)
    one, other = people[0], people[-1]
    expected = list(all_shortest(ties, one, other))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(walk_loops, "gather", interrupted)
        with pytest.raises(KeyboardInterrupt):
            list(all_shortest(ties, one, other))
    assert list(all_shortest(ties, one, other)) == expected


# ---------- counting ----------


def test_nobody_is_counted_where_there_is_no_path() -> None:
    ties = in_memory({"a": "person", "b": "person", "c": "person"}, [Row("a", "b", "x")])
    assert count_shortest(ties, "a", "c") == 0
    assert count_shortest(ties, "a", "b", conditions(avoid=["b"])) == 0
    assert count_shortest(ties, "a", "a") == 1


def test_number_of_paths_too_many_to_go_through_is_exact() -> None:
    """Twenty times over three who may stand between, then five bodies that join the next two."""
    rows, sorts = [], {"p0": "person"}
    for stage in range(20):
        here, there, after = f"p{2 * stage}", f"p{2 * stage + 1}", f"p{2 * stage + 2}"
        sorts |= {there: "person", after: "person"}
        for n in range(3):
            sorts[f"m{stage}-{n}"] = "person"
            rows += [Row(here, f"m{stage}-{n}", "x"), Row(f"m{stage}-{n}", there, "x")]
        for n in range(5):
            sorts[f"B{stage}-{n}"] = "body"
            rows += [Row(there, f"B{stage}-{n}", "x"), Row(after, f"B{stage}-{n}", "x")]
            # By two ties at once: no further path.
            rows.append(Row(there, f"B{stage}-{n}", "y"))
    ties = in_memory(sorts, rows)
    assert count_shortest(ties, "p0", "p40") == 15**20
    path = shortest(ties, "p0", "p40")
    assert path is not None
    assert (len(path.people), path.connectors) == (61, 20)


def test_those_who_came_and_went_are_met_only_while_there() -> None:
    """a meets c at the body only in his first stay, d in his second; e was there in between."""
    times = {
        "a": [(1, 2), (8, 9)],
        "c": [(2, 3)],
        "d": [(7, 8)],
        "e": [(4, 5)],
        "f": [(0, 2), (9, 9)],
    }
    rows = [
        Row(who, "B", "x", start=f"{first:04d}-01-01", end=f"{last:04d}-12-31")
        for who, stays in times.items() for first, last in stays
    ]  # fmt: skip
    rows += [Row(who, "z", "x") for who in "cdef"]
    ties = in_memory({"B": "body", **dict.fromkeys("acdefz", "person")}, rows)
    assert count_shortest(ties, "a", "z") == len(list(all_shortest(ties, "a", "z"))) == 3


# ---------- big connectors ----------


def test_two_of_one_big_body_are_tied_without_going_through_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = [f"p{n:04d}" for n in range(2000)]
    rows = [Row(who, "B", "x") for who in crowd]
    ties = in_memory({"B": "body", **dict.fromkeys(crowd, "person")}, rows)
    monkeypatch.setattr(walk_loops, "leave", None)
    path = shortest(ties, "p0003", "p1998", ANY)
    assert path is not None
    assert [hop.connectors for hop in path.hops] == [("B",)]


def test_members_that_surely_did_not_meet_are_passed_over_in_blocks() -> None:
    """A thousand people one after another at one body: each met the next; some days are unknown."""
    crowd = [f"p{n:04d}" for n in range(1000)]
    rows = [
        Row(who, "B", "x", start=f"{1000 + n:04d}-01-01", end=f"{1001 + n:04d}-06-30")
        for n, who in enumerate(crowd)
    ]  # fmt: skip
    sorts = {"B": "body", **dict.fromkeys(crowd, "person")}
    ties = in_memory(sorts, rows)
    path = shortest(ties, "p0100", "p0160")
    assert path is not None
    assert list(path.people) == crowd[100:161]
    assert count_shortest(ties, "p0100", "p0160") == 1
    late = [Row("q", "B", "x", start="1150-01-01"), Row("r", "B", "x", end="1120-12-31")]
    ties = in_memory(sorts | {"q": "person", "r": "person"}, [*rows, *late])
    for one, other in pairwise(("p0100", "p0160", "r", "q", "p0900")):
        assert count_shortest(ties, one, other) == len(from_one_end(ties, one, other, ANY)) > 0


# ---------- the next paths ----------


def one_by_one(ends: _Ends, most: int) -> list[Found]:
    """The first paths by Yen's method as it stands in books, each from one end."""
    beginning = root(ends.usable, (ends.start,))
    first = next(completions(ends.usable, beginning, ends.goal), None)
    queue = [] if first is None else [first]
    given: list[Found] = []
    while queue and len(given) < most:
        path = heapq.heappop(queue)
        given.append(path)
        for at in range(1, len(path.nodes)):
            nodes = path.nodes[:at]
            taken = frozenset(p.nodes[at] for p in given if p.nodes[:at] == nodes)
            best = next(completions(ends.usable, root(ends.usable, nodes, taken), ends.goal), None)
            if best is not None and best not in queue:
                heapq.heappush(queue, best)
    return given


def questions_of(seed: int, wanted: Conditions) -> list[_Ends]:
    ties, people = made(seed)
    dice = random.Random(seed)
    found = [_Ends.of(ties, *dice.sample(people, 2), wanted) for _ in range(3)]
    return [ends for ends in found if not {ends.start, ends.goal} & ends.usable.avoid]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), wanted, st.sampled_from([1, 2, 4, 9]))
def test_first_paths_are_those_of_yen(seed: int, wanted: Conditions, most: int) -> None:
    for ends in questions_of(seed, wanted):
        found = list(ends.in_order(most))
        expected = one_by_one(ends, most)
        assert found == expected
        assert [path.steps for path in found] == [path.steps for path in expected]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), wanted)
def test_way_on_from_any_beginning_is_that_from_one_end(seed: int, wanted: Conditions) -> None:
    dice = random.Random(seed)
    for ends in questions_of(seed, wanted):
        for path in ends.in_order(4):
            at = dice.randint(1, len(path.nodes) - 1)
            near = sorted({node for _, node in ends.usable.around(path.nodes[at - 1])})
            barred = frozenset(dice.sample(near, dice.randint(0, min(3, len(near)))))
            beginning = root(ends.usable, path.nodes[:at], barred)
            expected = next(completions(ends.usable, beginning, ends.goal), None)
            assert best_way_on(ends.usable, beginning, ends.goal) == expected
            if expected is None:
                continue
            people, connectors = expected[:2]
            assert best_way_on(ends.usable, beginning, ends.goal, expected[:2]) == expected
            for too_few in ((people, connectors - 1), (people - 1, connectors + 9)):
                assert best_way_on(ends.usable, beginning, ends.goal, too_few) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), wanted)
def test_compiled_loops_give_the_same_paths(seed: int, wanted: Conditions) -> None:
    pytest.importorskip("numba")
    questions = questions_of(seed, wanted)
    plain = [list(ends.in_order(6)) for ends in questions]
    assert all(for_many_pairs(ends.usable.ties) for ends in questions)
    assert [list(ends.in_order(6)) for ends in questions] == plain


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), wanted)
def test_first_path_is_chosen_as_the_order_of_all_has_it(seed: int, wanted: Conditions) -> None:
    for ends in questions_of(seed, wanted):
        first = next(islice(ends.first_best(), 1), None)
        found = ends.first()
        assert found == first
        assert (found and found.steps) == (first and first.steps)
