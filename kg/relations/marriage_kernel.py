"""The search for ways by marriage in compiled code: needs the extra "speed" (numba).

The same states in the same order as `kg.relations.affinity.plain_search`, so that it meets, and
gives up, at the same step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from kg.index.pedigree import BONDS
from kg.relations.affinity import Bounds, Meeting, Search
from kg.relations.lines import LETTERS
from kg.relations.links import Family

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

_FAR = 1 << 30
_LETTERS = [LETTERS[bond] for bond in BONDS]
_PERSON, _CAME, _WED, _DIST, _NEXT, _STEPS = range(6)
_NONE, _MET, _SPENT = range(3)


def linked(pedigree: Pedigree) -> Callable[[int], bool]:
    """Tells of everybody whether a bond other than birth leads up from them or an ancestor."""
    starts, parents = np.array(pedigree.parents_at), np.array(pedigree.parents_of)
    bonds = np.array(pedigree.parents_bond)
    flags = np.zeros(pedigree.count, np.bool_)
    while _spread(starts, parents, bonds, flags):
        pass  # such a parent may have a higher number
    return lambda person: bool(flags[person])


@njit(cache=True, nogil=True)
def _spread(parents_at, parents, parents_bond, flags):  # type: ignore[no-untyped-def]
    changed = False
    for person in range(len(flags)):
        for at in range(parents_at[person], parents_at[person + 1]):
            if not flags[person] and (parents_bond[at] or flags[parents[at]]):
                flags[person] = changed = True
    return changed


def compiled(pedigree: Pedigree) -> Search:
    """A search among these people; it may not be used by two threads."""
    family = tuple(
        np.array(column, np.int32)
        for column in (
            pedigree.parents_at, pedigree.parents_of, pedigree.parents_bond,
            pedigree.children_at, pedigree.children_of, pedigree.children_bond,
            pedigree.siblings_at, pedigree.siblings_of, pedigree.spouses_at, pedigree.spouses_of,
        )
    )  # fmt: skip
    heads = np.full((2, pedigree.count), -1, np.int32)

    def search(
        pedigree: Pedigree, kin: Family, ends: tuple[int, int], bounds: Bounds
    ) -> Iterator[Meeting | None]:
        longest = _FAR if bounds.longest is None else bounds.longest
        after = 0
        while True:
            length, end, pairs, *ways = _search(
                *ends, bounds.marriages, longest, bounds.budget, after, family, heads
            )
            if end == _SPENT:
                yield None
            if end != _MET:
                return
            met = [((p, a, v), (p, b, w)) for p, a, v, b, w in pairs.tolist()]
            yield Meeting(met, *map(_came, ways))
            after = length

    return search


def _came(ways: Any) -> dict[tuple[int, int, int], list[tuple[tuple[int, int, int], int, str]]]:
    came: dict[tuple[int, int, int], list[tuple[tuple[int, int, int], int, str]]] = {}
    for person, how, wed, before, how_before, wed_before, move, bond in ways.tolist():
        step = (before, how_before, wed_before), move, _LETTERS[bond]
        came.setdefault((person, how, wed), []).append(step)
    return came


@njit(cache=True, nogil=True)
def _search(one, other, marriages, longest, budget, after, family, heads):  # type: ignore[no-untyped-def]
    """Search until the two meet after more steps than `after`.

    The number of steps, how it ended, the meetings (a person, and how either side came there),
    and for either side the steps that lead to these.
    """
    states_a, states_b = np.empty((256, 6), np.int32), np.empty((256, 6), np.int32)
    steps_a, steps_b = np.empty((256, 4), np.int32), np.empty((256, 4), np.int32)
    # How many states, how many before the last layer, how many steps.
    sizes = np.zeros((2, 3), np.int64)
    for side, states, start in ((0, states_a, one), (1, states_b, other)):
        heads[side, start] = 0
        sizes[side, 0] = 1
        states[0, _PERSON], states[0, _CAME], states[0, _WED] = start, 0, 0
        states[0, _DIST], states[0, _NEXT], states[0, _STEPS] = 0, -1, -1
    length = 0
    end = _NONE
    pairs = np.empty((0, 2), np.int32)
    while length < longest:
        wide_a, wide_b = sizes[0, 0] - sizes[0, 1], sizes[1, 0] - sizes[1, 1]
        if min(wide_a, wide_b) == 0:
            break
        if sizes[0, 0] + sizes[1, 0] > budget:
            end = _SPENT
            break
        length += 1
        if wide_a <= wide_b:
            states_a, steps_a = _advance(states_a, steps_a, sizes[0], heads[0], family, marriages)
            pairs = _meetings(states_a, states_b, sizes[0], heads[1], marriages, False)
        else:
            states_b, steps_b = _advance(states_b, steps_b, sizes[1], heads[1], family, marriages)
            pairs = _meetings(states_b, states_a, sizes[1], heads[0], marriages, True)
        if len(pairs) and length > after:
            end = _MET
            break
    if end != _MET:
        pairs = pairs[:0]
    met = np.empty((len(pairs), 5), np.int32)
    for n in range(len(pairs)):
        a, b = states_a[pairs[n, 0]], states_b[pairs[n, 1]]
        met[n, 0] = a[_PERSON]
        met[n, 1], met[n, 2] = a[_CAME], a[_WED]
        met[n, 3], met[n, 4] = b[_CAME], b[_WED]
    ways_a = _ways(states_a, steps_a, sizes[0], pairs[:, 0].copy())
    ways_b = _ways(states_b, steps_b, sizes[1], pairs[:, 1].copy())
    for n in range(sizes[0, 0]):
        heads[0, states_a[n, _PERSON]] = -1
    for n in range(sizes[1, 0]):
        heads[1, states_b[n, _PERSON]] = -1
    return length, end, met, ways_a, ways_b


@njit(cache=True, nogil=True)
def _longer(rows, size):  # type: ignore[no-untyped-def]
    """The same rows with room for one more."""
    if size < len(rows):
        return rows
    longer = np.empty((2 * size, rows.shape[1]), np.int32)
    longer[:size] = rows
    return longer


@njit(cache=True, nogil=True)
def _advance(states, steps, sizes, head, family, marriages):  # type: ignore[no-untyped-def]
    """One step on from the last layer: new states, and how each was reached."""
    (parents_at, parents, parents_bond, children_at, children, children_bond,
     siblings_at, siblings, spouses_at, spouses) = family  # fmt: skip
    first, last = sizes[1], sizes[0]
    for n in range(first, last):
        person, came, wed = states[n, _PERSON], states[n, _CAME], states[n, _WED]
        for move in range(4):
            if move == 0 and came != 1:
                begin, end = parents_at[person], parents_at[person + 1]
            elif move == 1:
                begin, end = children_at[person], children_at[person + 1]
            elif move == 2 and came != 2 and wed < marriages:
                begin, end = spouses_at[person], spouses_at[person + 1]
            elif move == 3 and came != 1:
                begin, end = siblings_at[person], siblings_at[person + 1]
            else:
                continue
            how = 1 if move == 3 else move
            wed_now = wed + (move == 2)
            for at in range(begin, end):
                bond = 0
                if move == 0:
                    goal, bond = parents[at], parents_bond[at]
                elif move == 1:
                    goal, bond = children[at], children_bond[at]
                elif move == 2:
                    goal = spouses[at]
                else:
                    goal = siblings[at]
                same = -1
                better = False
                k = head[goal]
                while k >= 0:
                    if k >= last:
                        if states[k, _CAME] == how and states[k, _WED] == wed_now:
                            same = k
                    elif (states[k, _CAME] == 0 or states[k, _CAME] == how) and (
                        states[k, _WED] <= wed_now
                    ):
                        better = True
                    k = states[k, _NEXT]
                if better:
                    continue
                if same < 0:
                    same = sizes[0]
                    states = _longer(states, same)
                    states[same, _PERSON], states[same, _CAME] = goal, how
                    states[same, _WED], states[same, _DIST] = wed_now, 0
                    states[same, _NEXT], states[same, _STEPS] = head[goal], -1
                    head[goal] = same
                    sizes[0] += 1
                step = sizes[2]
                steps = _longer(steps, step)
                steps[step, 0], steps[step, 1], steps[step, 2] = n, move, bond
                steps[step, 3] = states[same, _STEPS]
                states[same, _STEPS] = step
                sizes[2] += 1
    sizes[1] = last
    return states, steps


@njit(cache=True, nogil=True)
def _meetings(new, old, sizes, head, marriages, turned):  # type: ignore[no-untyped-def]
    """The pairs of states at one person that make a way, of which one is new."""
    pairs = np.empty((64, 2), np.int32)
    size = 0
    for n in range(sizes[1], sizes[0]):
        k = head[new[n, _PERSON]]
        while k >= 0:
            wed = new[n, _WED] + old[k, _WED]
            if 0 < wed <= marriages and (new[n, _CAME] != old[k, _CAME] or new[n, _CAME] == 0):
                pairs = _longer(pairs, size)
                pairs[size, 0], pairs[size, 1] = (k, n) if turned else (n, k)
                size += 1
            k = old[k, _NEXT]
    return pairs[:size]


@njit(cache=True, nogil=True)
def _ways(states, steps, sizes, ends):  # type: ignore[no-untyped-def]
    """Every step on a way to one of these states, a row each."""
    wanted = np.zeros(sizes[0], np.bool_)
    for end in ends:
        wanted[end] = True
    rows = np.empty((64, 8), np.int32)
    size = 0
    # A state comes after those that it was reached from.
    for n in range(sizes[0] - 1, -1, -1):
        if not wanted[n]:
            continue
        step = states[n, _STEPS]
        while step >= 0:
            before = steps[step, 0]
            wanted[before] = True
            rows = _longer(rows, size)
            for field in range(3):
                rows[size, field] = states[n, field]
                rows[size, 3 + field] = states[before, field]
            rows[size, 6], rows[size, 7] = steps[step, 1], steps[step, 2]
            size += 1
            step = steps[step, 3]
    return rows[:size]
