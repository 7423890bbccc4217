from __future__ import annotations

import itertools
import random

import pytest

from kg.draw.ranks import Edge, ranks
from kg.draw.rows import Union, rows
from kg.draw.spread import pool
from kg.draw.tracks import Bus, tracks


def random_edges(chance: random.Random, count: int) -> list[Edge]:
    pairs = [pair for pair in itertools.combinations(range(count), 2) if chance.random() < 0.5]
    return [Edge(tail, head, chance.randrange(1, 4)) for tail, head in pairs]


@pytest.mark.parametrize("seed", range(60))
def test_ranks_are_as_short_as_trying_all_finds(seed: int) -> None:
    chance = random.Random(seed)
    count = chance.randrange(2, 6)
    edges = random_edges(chance, count)
    found = ranks(count, edges)
    assert all(found[head] > found[tail] for tail, head, _ in edges)

    def length(rank: tuple[int, ...] | list[int]) -> int:
        return sum((rank[head] - rank[tail]) * weight for tail, head, weight in edges)

    best = min(
        length(rank)
        for rank in itertools.product(range(count), repeat=count)
        if all(rank[head] > rank[tail] for tail, head, _ in edges)
    )
    assert length(found) == best


def test_a_founder_stands_right_above_the_children() -> None:
    # 0+1 → 2, 2+3 → 4, 4+5 → 6: the founders 3 and 5 stand beside their partners.
    found = rows(7, [Union((0, 1), (2,)), Union((2, 3), (4,)), Union((4, 5), (6,))])
    assert found.row == [0, 0, 1, 1, 2, 2, 3]
    assert found.loops == frozenset()


def test_uncle_and_niece_share_the_row_of_the_niece() -> None:
    # 0+1 → 2, 3; 3+4 → 5; the uncle 2 and the niece 5 → 6.
    found = rows(7, [Union((0, 1), (2, 3)), Union((3, 4), (5,)), Union((2, 5), (6,))])
    assert found.row == [0, 0, 2, 1, 1, 2, 3]


def test_father_and_son_who_marry_daughter_and_mother_keep_their_generations() -> None:
    # 0 → 1, 2 → 3; 0 married 3, 1 married 2: not both couples can be in one row.
    found = rows(4, [Union((0,), (1,)), Union((2,), (3,)), Union((0, 3), ()), Union((1, 2), ())])
    assert found.loops == frozenset()
    assert found.row[1] > found.row[0]
    assert found.row[3] > found.row[2]
    assert (found.row[0] == found.row[3]) != (found.row[1] == found.row[2])


def test_who_marries_a_descendant_does_not_share_the_row() -> None:
    found = rows(3, [Union((0,), (1,)), Union((1,), (2,)), Union((0, 2), ())])
    assert found.row == [0, 1, 2]


def test_a_loop_loses_one_bond() -> None:
    ring = [Union((number,), ((number + 1) % 5,)) for number in range(5)]
    found = rows(5, ring)
    assert found.loops == {(4, 0)}
    assert found.row == [0, 1, 2, 3, 4]


def test_two_thousand_generations_are_no_matter() -> None:
    found = rows(2000, [Union((number,), (number + 1,)) for number in range(1999)])
    assert found.row == list(range(2000))


@pytest.mark.parametrize("seed", range(20))
def test_pool_keeps_distances_and_nothing_near_is_better(seed: int) -> None:
    chance = random.Random(seed)
    count = chance.randrange(1, 7)
    wants = [chance.uniform(0, 10) for _ in range(count)]
    weights = [chance.uniform(0.1, 3) for _ in range(count)]
    apart = [chance.uniform(0, 3) for _ in range(count - 1)]

    def cost(places: list[float]) -> float:
        return sum(w * (x - y) ** 2 for w, x, y in zip(weights, places, wants, strict=True))

    def keeps(places: list[float]) -> bool:
        pairs = itertools.pairwise(places)
        return all(b - a >= d - 1e-9 for (a, b), d in zip(pairs, apart, strict=True))

    found = pool(wants, weights, apart)
    assert keeps(found)
    for _ in range(300):
        moved = [place + chance.gauss(0, 0.3) for place in found]
        assert not keeps(moved) or cost(moved) >= cost(found) - 1e-9


def test_a_line_that_would_cover_another_runs_below_it() -> None:
    # The second comes down at 50, where the first goes down: it must run above.
    found = tracks([Bus((0.0,), (50.0,)), Bus((50.0,), (100.0,))])
    assert found == [1, 0]


def test_lines_that_do_not_touch_share_a_track() -> None:
    assert tracks([Bus((0.0,), (50.0,)), Bus((70.0,), (100.0,))]) == [0, 0]
