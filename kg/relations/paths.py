"""Paths between people: the shortest, all of the shortest, the next ones; with conditions.

A path counts people. Among paths of as few people the one with fewer connectors (bodies and
happenings between two people) comes first, then the one that rests on facts alone, then the one
whose biggest connector joins fewest, then the one whose nodes come first by IRI, read from the end
with the smaller IRI. So the choice is always the same, and the path from A to B is the path from
B to A turned round.

At a connector one comes in and goes out by ties that may hold at the same time; only where they
surely do not is the way closed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import DateError, UnknownName
from kg.index.ties import ALWAYS, NEVER, SORTS, Row, Ties, in_memory, to_day
from kg.relations.corridor import Corridor, compile_loops, corridor
from kg.relations.foremost import foremost
from kg.relations.kinds import FAMILIES, Tie, kinds
from kg.relations.search import Found, completions, root
from kg.relations.spurs import NO_LIMIT, best_way_on
from kg.relations.usable import DOUBTFUL, Filter

if TYPE_CHECKING:
    from kg.store.embedded import Store


class Conditions(NamedTuple):
    """What a path may be made of.

    `only`: kinds of tie, all if empty. `since` and `until` (`xsd:date`, "" for open): each tie
    may hold at some time between. `avoid`: nodes, by IRI. Ties that only a version, a belief or a
    plan makes are used with `include_possible`.
    """

    only: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    avoid: frozenset[str] = frozenset()
    include_possible: bool = False


ANY = Conditions()


def conditions(
    *, only: Iterable[str] = (), at: str = "", since: str = "", until: str = "",
    avoid: Iterable[str] = (), include_possible: bool = False,
) -> Conditions:  # fmt: skip
    """Conditions from what people write: names of kinds or families, EDTF dates, IRIs."""
    if at and (since or until):
        raise DateError("a path is asked for at a date or between two, not both")
    first = _bounds(at or since)[0]
    last = _bounds(at or until)[1]
    if first and last and to_day(first, NEVER) > to_day(last, ALWAYS):
        raise DateError(f'"{until}" is before "{since}"', hint="give the earlier date first")
    return Conditions(only=_kinds_of(only), since=first or "", until=last or "",
                      avoid=frozenset(avoid), include_possible=include_possible)  # fmt: skip


def _bounds(text: str) -> tuple[str | None, str | None]:
    if not text:
        return None, None
    from kg.model import dates

    return dates.bounds(dates.parse(text))


def _kinds_of(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        kind = {k.name for k in kinds().values() if name in (k.name, k.family)}
        if not kind:
            known = ", ".join(kinds())
            families = ", ".join(FAMILIES)
            raise UnknownName(f'no kind of tie is called "{name}"',
                              hint=f"kinds: {known}; or a family: {families}")  # fmt: skip
        found |= kind
    return frozenset(found)


class Step(NamedTuple):
    """From one node to the next: every tie that joins them and fits the rest of the path."""

    source: str
    target: str
    ties: tuple[Tie, ...]


class Hop(NamedTuple):
    """From one person to the next, directly or through connectors."""

    source: str
    target: str
    connectors: tuple[str, ...]
    steps: tuple[Step, ...]


class Path(NamedTuple):
    """A chain of people.

    `size` is how many neighbours its biggest connector has, 0 for none. `possible`: it cannot be
    walked by facts alone.
    """

    people: tuple[str, ...]
    hops: tuple[Hop, ...]
    size: int = 0
    possible: bool = False

    @property
    def connectors(self) -> int:
        """How many connectors stand between the people."""
        return sum(len(hop.connectors) for hop in self.hops)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for hop in self.hops for step in hop.steps)

    def turned_round(self) -> Path:
        """The same path from its other end."""
        return Path(
            people=self.people[::-1], size=self.size, possible=self.possible,
            hops=tuple(
                Hop(source=hop.target, target=hop.source, connectors=hop.connectors[::-1],
                    steps=tuple(Step(source=step.target, target=step.source, ties=step.ties)
                                for step in reversed(hop.steps)))
                for hop in reversed(self.hops)
            ),
        )  # fmt: skip


def rows(found: Iterable[Tie]) -> list[Row]:
    """Ties as the plain values that the index takes."""
    return [
        Row(tie.source, tie.target, tie.kind, tie.role, tie.through, tie.start, tie.end,
            tie.possible, tie.inferred, tie.claims)
        for tie in found
    ]  # fmt: skip


def from_row(row: Row) -> Tie:
    """A tie of the index as a value."""
    return Tie._make(row)


def ties_of(store: Store) -> Ties:
    """The ties of a store in memory, ready to be walked: for stores without an index."""
    from kg.relations import ties

    return in_memory(ties.nodes(store), rows(ties.ties(store)))


def for_many_pairs(ties: Ties) -> bool:
    """Search these ties in compiled code from now on, where numba is installed; else False.

    The answers are the same. It takes a second, which pays from some dozen pairs on.
    """
    return compile_loops(ties)


def shortest(ties: Ties, source: str, target: str, wanted: Conditions = ANY) -> Path | None:
    """The first path between two people, or None where there is none."""
    ends = _Ends.of(ties, source, target, wanted)
    found = ends.first()
    return ends.path(found) if found else None


def all_shortest(ties: Ties, source: str, target: str, wanted: Conditions = ANY) -> Iterator[Path]:
    """Every path with the fewest people and, among these, the fewest connectors, in order."""
    ends = _Ends.of(ties, source, target, wanted)
    return map(ends.path, ends.first_best())


def count_shortest(ties: Ties, source: str, target: str, wanted: Conditions = ANY) -> int:
    """How many paths `all_shortest` gives, without going through them."""
    from kg.relations.counting import count

    ends = _Ends.of(ties, source, target, wanted)
    if {ends.start, ends.goal} & ends.usable.avoid:
        return 0
    if ends.start == ends.goal:
        return 1
    found = corridor(ends.usable, ends.start, ends.goal)
    return count(ends.usable, found, ends.goal) if found else 0


def k_shortest(
    ties: Ties, source: str, target: str, k: int, wanted: Conditions = ANY
) -> Iterator[Path]:
    """The first `k` paths in order; none meets the same person twice (Yen's method)."""
    ends = _Ends.of(ties, source, target, wanted)
    return map(ends.path, ends.in_order(k) if k > 0 else ())


class _Ends(NamedTuple):
    """The two ends of a question as numbers, the smaller first, and what may lie between."""

    usable: Filter
    start: int
    goal: int
    turned: bool

    @staticmethod
    def of(ties: Ties, source: str, target: str, wanted: Conditions) -> _Ends:
        start, goal = sorted((_person(ties, source), _person(ties, target)))
        names = wanted.only
        numbers = [n for n in map(ties.word, names) if n is not None]
        usable = Filter(
            ties=ties, kinds=frozenset(numbers) if names else None,
            first=to_day(wanted.since, NEVER), last=to_day(wanted.until, ALWAYS),
            avoid=frozenset(n for n in map(ties.node, wanted.avoid) if n is not None),
            include_possible=wanted.include_possible,
        )  # fmt: skip
        return _Ends(usable=usable, start=start, goal=goal, turned=source > target)

    def first_best(self) -> Iterator[Found]:
        """The cheapest paths."""
        if {self.start, self.goal} & self.usable.avoid:
            return iter(())
        if self.start == self.goal:
            return iter([Found(1, 0, 0, (self.start,), ())])
        found = corridor(self.usable, self.start, self.goal)
        return iter(()) if found is None else self._all(found)

    def _all(self, found: Corridor) -> Iterator[Found]:
        inside = self.usable.within(found.ties)
        return completions(inside, root(inside, (self.start,)), self.goal)

    def first(self) -> Found | None:
        """The first path."""
        if {self.start, self.goal} & self.usable.avoid or self.start == self.goal:
            return next(self.first_best(), None)
        found = corridor(self.usable, self.start, self.goal)
        if found is None:
            return None
        return foremost(self.usable, found, self.start, self.goal) or next(
            self._all(found), None
        )  # fmt: skip

    def in_order(self, most: int) -> Iterator[Found]:
        """The first paths, so many at most: the cheapest, then those that leave a given one.

        The next path leaves those that were given at some node: for each of their beginnings the
        best way on that none of them took is a candidate (Yen; Lawler).
        """
        if most == 1:
            first = self.first()
            yield from () if first is None else (first,)
            return
        given = 0
        taken: dict[tuple[int, ...], set[int]] = {}
        for path in self.first_best():
            yield path
            given += 1
            if given == most:
                return
            for at in range(1, len(path.nodes)):
                taken.setdefault(path.nodes[:at], set()).add(path.nodes[at])
        queue: list[tuple[Found, int]] = []
        left = list(taken)
        while True:
            for nodes in left:
                wanted = most - given
                # What comes behind as many as are wanted need not be found.
                limit = heapq.nsmallest(wanted, queue)[-1][0][:2] if len(queue) >= wanted else None
                beginning = root(self.usable, nodes, frozenset(taken[nodes]))
                best = best_way_on(self.usable, beginning, self.goal, limit or NO_LIMIT)
                if best is not None:
                    heapq.heappush(queue, (best, len(nodes)))
            if not queue:
                return
            path, size = heapq.heappop(queue)
            yield path
            given += 1
            if given == most:
                return
            left = [path.nodes[:at] for at in range(size, len(path.nodes))]
            for nodes in left:
                taken.setdefault(nodes, set()).add(path.nodes[len(nodes)])

    def path(self, found: Found) -> Path:
        """A path as a value, from the end that was asked for."""
        ties = self.usable.ties
        names = [ties.text(node) for node in found.nodes]
        people = [at for at, node in enumerate(found.nodes) if SORTS[ties.sort[node]] == "person"]
        steps = [
            Step(source=names[at], target=names[at + 1],
                 ties=tuple(from_row(ties.row(tie)) for tie in step))
            for at, step in enumerate(found.steps)
        ]  # fmt: skip
        sizes = [ties.size[node] for node in found.nodes if ties.sort[node]]
        path = Path(
            people=tuple(names[at] for at in people), size=max(sizes, default=0),
            possible=found.weight >= DOUBTFUL,
            hops=tuple(
                Hop(source=names[one], target=names[other],
                    connectors=tuple(names[one + 1 : other]), steps=tuple(steps[one:other]))
                for one, other in pairwise(people)
            ),
        )  # fmt: skip
        return path.turned_round() if self.turned else path


def _person(ties: Ties, iri: str) -> int:
    node = ties.node(iri)
    if node is None:
        raise UnknownName(f'nothing that can be tied has the id "{iri}"',
                          hint="look for people with: kg find NAME")  # fmt: skip
    if SORTS[ties.sort[node]] != "person":
        raise UnknownName(f'"{iri}" is no person', hint="a path joins two people")
    return node
