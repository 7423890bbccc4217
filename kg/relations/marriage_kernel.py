"""The search for ways by marriage in compiled code: needs the extra "speed" (numba).

The same states, layer by layer, as in `kg.relations.affinity.plain_search`, so that it meets, and
gives up, at the same step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from kg.index.pedigree import BONDS
from kg.relations import marriage_loops as loops
from kg.relations.affinity import Bounds, Meeting, Search, plain_search
from kg.relations.lines import LETTERS
from kg.relations.links import Family

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

_FAR = 1 << 30
_LETTERS = [LETTERS[bond] for bond in BONDS]
_MOST = 2
"""The codes of states have room for so many marriages."""
_ROOM, _MOST_ROOM = 1 << 15, 1 << 21
"""States that there is room for at first, and at last; half as many people."""


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
    at, edges, bonds = _neighbours(pedigree)
    better = np.array([_better(code) for code in range(3 * (_MOST + 1))], np.int32)
    fits = np.array(
        [[_fits(code, most) for code in range(3 * (_MOST + 1))] for most in range(_MOST + 1)],
        np.int32,
    )
    room = [_room(_ROOM)]

    def search(
        pedigree: Pedigree, kin: Family, ends: tuple[int, int], bounds: Bounds
    ) -> Iterator[Meeting | None]:
        most = bounds.marriages
        if most > _MOST:
            yield from plain_search(pedigree, kin, ends, bounds)
            return
        longest = _FAR if bounds.longest is None else bounds.longest
        family = at, edges, bonds, most
        after = 0
        while True:
            length, end, pairs, *ways = loops.search(
                *ends, longest, bounds.budget, after, family, better, fits[most], room[0]
            )
            if end == loops.FULL:
                size = 2 * len(room[0][1])
                if length >= loops.DEEPEST or size > _MOST_ROOM:
                    yield from plain_search(pedigree, kin, ends, bounds)
                    return
                room[0] = _room(size)
                continue
            if end == loops.SPENT:
                yield None
            if end != loops.MET:
                return
            met = [((p, a, v), (p, b, w)) for p, a, v, b, w in pairs.tolist()]
            yield Meeting(met, *map(_came, ways))
            after = length

    return search


def _neighbours(pedigree: Pedigree) -> tuple[Any, Any, Any]:
    """Parents, children, spouses and siblings of each, together, with the bonds; and where each
    of the four begins.
    """
    none = np.zeros(0, np.int32)
    columns = [
        (np.asarray(starts), np.asarray(people), np.asarray(bonds))
        for starts, people, bonds in (
            (pedigree.parents_at, pedigree.parents_of, pedigree.parents_bond),
            (pedigree.children_at, pedigree.children_of, pedigree.children_bond),
            (pedigree.spouses_at, pedigree.spouses_of, none),
            (pedigree.siblings_at, pedigree.siblings_of, none),
        )
    ]  # fmt: skip
    numbers = np.stack([np.diff(starts) for starts, _, _ in columns], axis=1)
    at = np.zeros(numbers.size + 1, np.int32)
    np.cumsum(numbers.ravel(), out=at[1:])
    # One more: whoever stands last and has nobody is looked up all the same.
    edges, found = np.zeros(at[-1] + 1, np.int32), np.zeros(at[-1] + 1, np.uint8)
    for kind, (starts, people, bonds) in enumerate(columns):
        places = np.arange(len(people)) + np.repeat(at[kind:-1:4] - starts[:-1], numbers[:, kind])
        edges[places] = people
        if len(bonds):
            found[places] = bonds
    return at, edges, found


def _better(code: int) -> int:
    """The codes from which one can go the same ways, as a set of bits."""
    wed, came = divmod(code, 3)
    return sum(1 << (3 * fewer + how) for fewer in range(wed + 1) for how in {loops.UP, came})


def _fits(code: int, most: int) -> int:
    """The codes of the other side that make a way with this one, as a set of bits."""
    wed, came = divmod(code, 3)
    return sum(
        1 << (3 * theirs + how)
        for theirs in range(_MOST + 1) for how in range(3)
        if 0 < wed + theirs <= most and (came != how or came == loops.UP)
    )  # fmt: skip


def _room(size: int) -> tuple[Any, ...]:
    """Where a search of so many states works."""
    table = np.zeros(loops.ROW * size, np.int32)
    table[:: loops.ROW] = -1
    used, begins, met = (np.empty(size, np.int32) for _ in range(3))
    states, following = (np.empty((2, size), np.int32) for _ in range(2))
    return table, used, states, following, begins, met


def _came(ways: Any) -> dict[tuple[int, int, int], list[tuple[tuple[int, int, int], int, str]]]:
    came: dict[tuple[int, int, int], list[tuple[tuple[int, int, int], int, str]]] = {}
    for person, how, wed, before, how_before, wed_before, move, bond in ways.tolist():
        step = (before, how_before, wed_before), move, _LETTERS[bond]
        came.setdefault((person, how, wed), []).append(step)
    return came
