"""Finds from both ends what lies on the cheapest paths between two people: the ties of a corridor.

A search from one end reaches most of a big archive; from both ends it is over after a few levels.
What the two ways of looking then leave of the archive is so little that the order of the paths,
their number and the ties of their steps can be found by going through it.
"""

from __future__ import annotations

import mmap
from _thread import allocate_lock
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from kg.index.ties import ALWAYS, NEVER, Ties
from kg.relations import entry_loops, trace_loops, walk_loops

if TYPE_CHECKING:
    from kg.relations.usable import Filter

PERSON, NOWHERE = walk_loops.PERSON, walk_loops.NOWHERE


class Corridor(NamedTuple):
    """What lies on the cheapest paths from one person to another.

    `cost` is how many people and how many connectors they have, `ties` all ties that any of them
    uses. `levels` is for each person how many come up to him from the start, himself included.
    """

    cost: tuple[int, int]
    ties: Sequence[int]
    levels: dict[int, tuple[int, int]]


class Loops(NamedTuple):
    """The loops over one index and the arrays they work in, plain or compiled."""

    search: Any
    trace: Any
    clear: Any
    graph: Any
    kinds: Any
    sides: Any
    marked: Any
    kept: Any
    found: Any
    array: Any


_loops: WeakKeyDictionary[Ties, Loops] = WeakKeyDictionary()
_one_at_a_time = allocate_lock()


def corridor(usable: Filter, start: int, goal: int) -> Corridor | None:
    """The corridor between two different people, None where no path joins them."""
    ties = usable.ties
    # The arrays serve one search at a time.
    with _one_at_a_time:
        loops = _loops.get(ties)
        if loops is None:
            loops = _loops[ties] = _plain(ties)
        try:
            return _find(loops, usable, start, goal)
        except BaseException:
            del _loops[ties]  # they are left as they were when it was interrupted
            raise


def _find(loops: Loops, usable: Filter, start: int, goal: int) -> Corridor | None:
    kinds = usable.kinds
    strict = kinds is not None or (usable.first, usable.last) != (NEVER, ALWAYS)
    # No kind at all must not be taken for any kind.
    wanted = loops.array(() if kinds is None else sorted(kinds) or (-1,))
    rules = usable.include_possible, strict, usable.first, usable.last, wanted, loops.kinds
    level = loops.sides[0][0]
    for node in usable.avoid:
        level[2 * node] = level[2 * node + 1] = -1
    best = loops.search(loops.graph, rules, loops.sides, loops.marked, start, goal)
    size = 0
    answer = None
    if best != NOWHERE:
        size = loops.trace(loops.graph, rules, loops.sides, loops.kept, loops.found, best)
        found = loops.found[:size].tolist()
        levels = _levels(usable.ties, found, loops.sides, best)
        answer = Corridor(divmod(int(best), PERSON), found, levels)
    loops.clear(loops.sides, loops.kept, loops.found, size)
    for node in usable.avoid:
        level[2 * node] = level[2 * node + 1] = 0
    return answer


def _levels(ties: Ties, found: Iterable[int], sides: Any, best: int) -> dict[int, tuple[int, int]]:
    at, reached = sides[0][0], sides[0][8]
    levels = {}
    for tie in found:
        for node in (ties.source[tie], ties.target[tie]):
            if ties.sort[node] == 0 and node not in levels:
                chosen = reached[node]
                level = at[2 * node] if chosen else best + PERSON - at[2 * node + 1]
                levels[node] = divmod(int(level), PERSON)
    return levels


def compile_loops(ties: Ties) -> bool:
    """Search this index in compiled code from now on; False where numba is not installed."""
    try:
        from kg.relations import walk_kernel
    except ImportError:
        return False
    _loops[ties] = walk_kernel.compiled(ties)
    return True


def _plain(ties: Ties) -> Loops:
    return Loops(
        walk_loops.search, trace_loops.trace, trace_loops.clear, ties.doors, ties.kind,
        *arrays(ties, _zeros), tuple,
    )  # fmt: skip


def _zeros(code: str, size: int) -> memoryview:
    # Memory that the system gives when it is first written to: most of it never is.
    length = memoryview(bytes(8)).cast(code).itemsize * max(size, 1)  # type: ignore[call-overload]
    return memoryview(mmap.mmap(-1, length)).cast(code)  # type: ignore[call-overload,no-any-return]


def arrays(ties: Ties, zeros: Any) -> tuple[Any, Any, Any, Any]:
    """The sides, what is marked, is kept and found, as the loops want them."""
    nodes, number = ties.nodes, len(ties)
    # A tie is entered once from a person, or in two directions at two depths.
    most = number + 2 * ties.between
    levels = zeros("q", 2 * nodes)

    def side(which: int) -> Any:
        return (
            levels, zeros("i", nodes), zeros("q", 10), zeros("B", number),
            zeros("i", entry_loops.PARTS * nodes), zeros("q", entry_loops.ENTRY * most),
            zeros("q", 2 * most + 2), zeros("i", 2 * most),
            zeros("B", nodes), zeros("i", nodes), zeros("q", most), which,
        )  # fmt: skip

    return (side(0), side(1)), zeros("B", number), zeros("B", number), zeros("i", number)
