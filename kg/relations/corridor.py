"""Finds from both ends what lies on the cheapest paths between two people: the ties of a corridor.

A search from one end reaches most of a big archive; from both ends it is over after a few levels.
What the two ways of looking then leave of the archive is so little that the order of the paths,
their number and the ties of their steps can be found by going through it.
"""

from __future__ import annotations

import mmap
from _thread import allocate_lock
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from kg.index.ties import ALWAYS, NEVER, Ties
from kg.relations import entry_loops, trace_loops, walk_loops

if TYPE_CHECKING:
    from kg.relations.usable import Filter

CLOSED = 3
"""The mark of a node that is not to be used: as if both sides had seen it."""
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
    """The loops over one index and the arrays they work in, plain or compiled.

    `doubtful`: some ties may be only possible, so that each has to be looked at.
    """

    find: Any
    graph: Any
    kinds: Any
    sides: Any
    marked: Any
    kept: Any
    found: Any
    people: Any
    levels: Any
    array: Any
    compiled: bool
    doubtful: bool


_loops: WeakKeyDictionary[Ties, Loops] = WeakKeyDictionary()
_one_at_a_time = allocate_lock()


class Beginning(NamedTuple):
    """What a path that goes on from its beginning may come to next.

    `people`, and `entries` of connectors: connector, tie, node from where, depth, days. `closed`:
    nodes that the beginning leaves no way to.
    """

    people: Sequence[int]
    entries: Sequence[tuple[int, int, int, int, int, int]]
    closed: frozenset[int]


def corridor(usable: Filter, start: int, goal: int) -> Corridor | None:
    """The corridor between two different people, None where no path joins them."""
    with _working(usable.ties) as loops:
        return _find(loops, usable, start, goal)


def onward(
    usable: Filter, beginning: Beginning, goal: int, limit: int = NOWHERE
) -> Sequence[int] | None:
    """The ties on the cheapest ways on to a person, behind the first step; None if there are none.

    The level of these ways must be below `limit`: the end of the beginning and the goal counted,
    the former as a person.
    """
    with _working(usable.ties) as loops:
        one = loops.sides[0]
        usable = usable._replace(avoid=usable.avoid | beginning.closed)
        for number, person in enumerate(beginning.people):
            one[0][2 * person] = 2 * PERSON
            one[13][person] = 1
            one[1][number] = person
        one[2][walk_loops.PEOPLE_MADE] = len(beginning.people)
        for connector, tie, origin, depth, first, last in beginning.entries:
            size = usable.ties.degree(connector)
            entry_loops.enter(size, one, connector, tie, origin, depth, PERSON + 1, first, last)
            if depth > 1:
                one[3][tie] |= depth - 1 if origin < connector else 4 * (depth - 1)
        found = _find(loops, usable, -1, goal, limit)
        return found.ties if found else None


@contextmanager
def _working(ties: Ties) -> Iterator[Loops]:
    # The arrays serve one search at a time.
    with _one_at_a_time:
        loops = _loops.get(ties)
        if loops is None:
            loops = _loops[ties] = _plain(ties)
        try:
            yield loops
        except BaseException:
            del _loops[ties]  # they are left as they were when it was interrupted
            raise


def _find(
    loops: Loops, usable: Filter, start: int, goal: int, limit: int = NOWHERE
) -> Corridor | None:
    kinds = usable.kinds
    strict = kinds is not None or (usable.first, usable.last) != (NEVER, ALWAYS)
    # No kind at all must not be taken for any kind.
    wanted = loops.array(() if kinds is None else sorted(kinds) or (-1,))
    rules = (
        usable.include_possible, strict, usable.first, usable.last, wanted, loops.kinds,
        loops.compiled, strict or loops.doubtful,
    )  # fmt: skip
    seen = loops.sides[0][13]
    for node in usable.avoid:
        seen[node] = CLOSED
    best, size, number = loops.find(
        loops.graph, rules, loops.sides, loops.marked, loops.kept, loops.found, loops.people,
        loops.levels, start, goal, limit,
    )  # fmt: skip
    for node in usable.avoid:
        seen[node] = 0
        loops.sides[0][8][node] = 0  # a way goes back to where the beginning ends
    if best == limit:
        return None
    levels = {
        person: divmod(level, PERSON)
        for person, level in zip(
            loops.people[:number].tolist(), loops.levels[:number].tolist(), strict=True
        )
    }
    return Corridor(divmod(best, PERSON), loops.found[:size].tolist(), levels)


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
        trace_loops.find, (*ties.doors, ties.doors[1], walk_loops.DOOR), ties.kind,
        *arrays(ties, _zeros), tuple, compiled=False, doubtful=True,
    )  # fmt: skip


def _zeros(code: str, size: int) -> memoryview:
    # Memory that the system gives when it is first written to: most of it never is.
    length = memoryview(bytes(8)).cast(code).itemsize * max(size, 1)  # type: ignore[call-overload]
    return memoryview(mmap.mmap(-1, length)).cast(code)  # type: ignore[call-overload,no-any-return]


def arrays(ties: Ties, zeros: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
    """The sides, what is marked, is kept and found, and people with levels, for the loops."""
    nodes, number = ties.nodes, len(ties)
    # A tie is entered once from a person, or in two directions at two depths.
    most = number + 2 * ties.between + 1
    levels, seen = zeros("q", 2 * nodes), zeros("B", nodes)

    def side(which: int) -> Any:
        return (
            levels, zeros("i", nodes), zeros("q", 12), zeros("B", number),
            zeros("i", entry_loops.PARTS * nodes), zeros("q", entry_loops.ENTRY * most),
            zeros("q", 2 * most + 2), zeros("i", 2 * most),
            zeros("B", nodes), zeros("i", nodes), zeros("q", most), which,
            zeros("i", nodes), seen,
        )  # fmt: skip

    marked, kept, found = zeros("B", number), zeros("B", number), zeros("i", number)
    return (side(0), side(1)), marked, kept, found, zeros("i", nodes), zeros("q", nodes)
