"""Searches the ties outward from one person, level by level, and completes paths from what it saw.

What a path costs: first people, then connectors (bodies and happenings) between them, then its
weight, then its nodes in the order of their IRIs. The weight is the size of the biggest connector;
a tie that no fact makes weighs more than any size, so that of all ways to walk the same nodes the
one by facts counts. A level is a pair (people, connectors); every
step raises it, so what lies on one level cannot depend on itself, and each tie at a connector is
looked at once a level: nothing grows with pairs of members.

Between two people stand at most `MOST_BETWEEN` connectors, all different: a chain of that length
that never turns straight back cannot come round, so the search need not remember where it was.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kg.index.ties import Ties
from kg.relations.entry_loops import MOST_BETWEEN
from kg.relations.usable import DOUBTFUL, Filter

_PERSON = 0

Level = tuple[int, int]

__all__ = ["DOUBTFUL", "Filter", "Found", "Root", "completions", "root"]

_ANYHOW = -1
Ways = tuple[tuple[int, int], ...]
"""The ties by which a node was entered, each with the least weight so far; at a person, where no
date shuts a way, `_ANYHOW` stands for all of them."""


class Root(NamedTuple):
    """The beginning of a path that is to be completed: nodes, the ties of each step, the last ways.

    `barred`: nodes that must not come next.
    """

    nodes: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]
    ways: Ways
    barred: frozenset[int]


def root(usable: Filter, nodes: tuple[int, ...], barred: frozenset[int] = frozenset()) -> Root:
    """A beginning that walks these nodes, by every tie that can be walked from the first on."""
    ways: Ways = ((_ANYHOW, 0),)
    steps = []
    for one, other in pairwise(nodes):
        ways = _go(usable, ways, usable.between(one, other))
        steps.append(tuple(tie for tie, _ in ways))
        ways = _arrived(usable, other, ways)
    return Root(nodes=nodes, steps=tuple(steps), ways=ways, barred=barred)


def _go(usable: Filter, ways: Ways, by: Iterable[int]) -> Ways:
    """Go on by some ties from where one came in `ways`: those that can be taken."""
    found = ((tie, least_so_far(usable, ways, tie)) for tie in by)
    return tuple((tie, max(w, usable.weight(tie))) for tie, w in found if w is not None)


def least_so_far(usable: Filter, ways: Ways, tie: int) -> int | None:
    """The least weight with which one has come to where a tie can be taken; None for not at all."""
    return min((w for t, w in ways if t == _ANYHOW or usable.meet(t, tie)), default=None)


def _arrived(usable: Filter, node: int, ways: Ways) -> Ways:
    if usable.ties.sort[node] != _PERSON or not ways:
        return ways
    return ((_ANYHOW, min(weight for _, weight in ways)),)


class Found(NamedTuple):
    """A whole path: how many people and connectors, weight, nodes, ties of each step."""

    people: int
    connectors: int
    weight: int
    nodes: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]


def completions(usable: Filter, root: Root, goal: int) -> Iterator[Found]:
    """Every cheapest way (in people and connectors) to go on from `root` to `goal`, in order."""
    search = _Search(usable, root, goal)
    search.run()
    return search.paths()


class _Bucket(NamedTuple):
    """What is reached on one level: people with their weight, entries by connector and depth."""

    people: dict[int, int]
    entries: dict[tuple[int, int], list[tuple[int, int, int]]]


class _Way(NamedTuple):
    """A next step towards the goal: the tie, the node, its depth, the weight from here on.

    The depth of a connector is how many of them still stand before the next person, itself
    included; that of a person is 0.
    """

    tie: int
    node: int
    depth: int
    weight: int


_Beginning = tuple[int, tuple[int, ...], int, Level, Ways, tuple[tuple[int, ...], ...]]
"""A beginning of a path: the least weight of what it can become, its nodes, the depth and level
that it goes on from, the ways in which it arrived, the ties of its steps."""


class _Search:
    """One search from the goal until it arrives at the end of the root."""

    def __init__(self, usable: Filter, root: Root, goal: int) -> None:
        self.usable, self.root, self.goal = usable, root, goal
        self.ties = usable.ties
        self.end = root.nodes[-1]
        people = [at for at, node in enumerate(root.nodes) if self.ties.sort[node] == _PERSON]
        self.used = root.nodes[people[-1] + 1 :]
        self.banned = {root.nodes[at] for at in people} - {self.end}
        self.levels: dict[int, Level] = {goal: (1, 0)}
        self.ways: dict[int, list[_Way]] = {}
        self.entered: dict[tuple[int, int, int], tuple[Level, int]] = {}
        self.live: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self.buckets: dict[Level, _Bucket] = {(1, 0): _Bucket({goal: 0}, {})}
        self.queue: list[Level] = [(1, 0)]
        self.arrivals: list[_Way] = []
        self.level: Level = (0, 0)
        self._towards: dict[tuple[int, int, Level], list[tuple[int, int, int]]] = {}

    # ---------- outward from the goal ----------

    def run(self) -> None:
        """Go outward until the root's end is reached; its arrivals then are all of one level."""
        while self.queue and not self.arrivals:
            level = heapq.heappop(self.queue)
            bucket = self.buckets.pop(level)
            for person, weight in bucket.people.items():
                self._from_person(person, level, weight)
            for (connector, depth), entries in bucket.entries.items():
                self._from_connector(connector, depth, level, _Entries(self.ties, entries))

    def _from_person(self, person: int, level: Level, weight: int) -> None:
        for tie, other in self.usable.around(person):
            so_far = max(weight, self.usable.weight(tie))
            if self.ties.sort[other] == _PERSON:
                self._reach_person(other, level, _Way(tie, person, 0, so_far))
            else:
                self._enter(other, level, 1, _Way(tie, person, 0, so_far))

    def _from_connector(self, connector: int, depth: int, level: Level, entries: _Entries) -> None:
        place = (connector, depth)
        live: Sequence[tuple[int, int]] | None = self.live.get(place)
        if live is None:
            live = self.usable.around(connector)
        kept = []
        ahead = (level[0] + 1, level[1])
        for tie, other in live:
            is_person = self.ties.sort[other] == _PERSON
            if other in self.banned or (
                self.levels.get(other, ahead) < ahead if is_person else depth == MOST_BETWEEN
            ):
                continue
            least = entries.least(tie, other)
            if least is None:
                kept.append((tie, other))
                continue
            way = _Way(tie, connector, depth, max(least, self.usable.weight(tie)))
            if is_person:
                self._reach_person(other, level, way)
            else:
                self._enter(other, level, depth + 1, way)
        self.live[place] = kept

    def _reach_person(self, person: int, before: Level, way: _Way) -> None:
        level = (before[0] + 1, before[1])
        if person == self.end:
            if way.node not in self.root.barred:
                self._arrive(level, way)
            return
        if person in self.banned:
            return
        known = self.levels.get(person)
        if known is None:
            self.levels[person] = level
            self.ways[person] = []
        elif known != level:
            return
        self.ways[person].append(way)
        people = self._bucket(level).people
        people[person] = min(way.weight, people.get(person, way.weight))

    def _enter(self, connector: int, before: Level, depth: int, way: _Way) -> None:
        state = (way.tie, connector, depth)
        if state in self.entered:
            return
        level = (before[0], before[1] + 1)
        self.entered[state] = (level, way.weight)
        entries = self._bucket(level).entries.setdefault((connector, depth), [])
        entries.append((way.weight, way.tie, way.node))
        if (
            connector == self.end
            and way.node not in self.root.barred
            and way.node not in self.used
            and len(self.used) - 1 + depth <= MOST_BETWEEN
            and least_so_far(self.usable, self.root.ways, way.tie) is not None
        ):
            self._arrive(level, way)

    def _arrive(self, level: Level, way: _Way) -> None:
        self.level = level
        self.arrivals.append(way)

    def _bucket(self, level: Level) -> _Bucket:
        bucket = self.buckets.get(level)
        if bucket is None:
            bucket = self.buckets[level] = _Bucket({}, {})
            heapq.heappush(self.queue, level)
        return bucket

    # ---------- back from the root to the goal ----------

    def paths(self) -> Iterator[Found]:
        """The paths that the arrivals lead to, by weight and then by nodes."""
        queue: list[_Beginning] = []

        def go_on(nodes: tuple[int, ...], steps: tuple[tuple[int, ...], ...], level: Level,
                  came: Ways, ahead: Iterable[_Way]) -> None:  # fmt: skip
            """Add one longer beginning for each node (and depth) that the ways ahead lead to."""
            grouped: dict[tuple[int, int], list[tuple[int, int]]] = {}
            for way in ahead:
                so_far = least_so_far(self.usable, came, way.tie)
                if so_far is not None:
                    group = grouped.setdefault((way.node, way.depth), [])
                    group.append((max(so_far, way.weight), way.tie))
            for (node, depth), group in grouped.items():
                ways = _go(self.usable, came, (tie for _, tie in group))
                step = tuple(tie for tie, _ in ways)
                ways = _arrived(self.usable, node, ways)
                least = min(weight for weight, _ in group)
                beginning = (least, (*nodes, node), depth, level, ways, (*steps, step))
                heapq.heappush(queue, beginning)

        # A connector's level counts itself, a person's the person: the next node stands one lower.
        people, connectors = self.level
        below = (people, connectors - 1) if self.ties.sort[self.end] else (people - 1, connectors)
        go_on(self.root.nodes, self.root.steps, below, self.root.ways, self.arrivals)
        while queue:
            weight, nodes, depth, level, came, steps = heapq.heappop(queue)
            node = nodes[-1]
            if node == self.goal:
                between = sum(self.ties.sort[node] != _PERSON for node in nodes)
                yield Found(len(nodes) - between, between, weight, nodes,
                            consistent(self.usable, nodes, steps))  # fmt: skip
            elif depth == 0:
                go_on(nodes, steps, (level[0] - 1, level[1]), came, self.ways[node])
            else:
                ahead = self._ahead(node, depth, level, nodes[-2])
                go_on(nodes, steps, (level[0], level[1] - 1), came, ahead)

    def _ahead(self, connector: int, depth: int, level: Level, origin: int) -> Iterator[_Way]:
        """The ways on from a connector, but for the one back."""
        key = (connector, depth, level)
        if key not in self._towards:
            found = []
            for tie, other in self.usable.around(connector):
                known = self.entered.get((tie, connector, depth))
                if known is not None and known[0] == level:
                    found.append((tie, other, known[1]))
            self._towards[key] = found
        for tie, other, weight in self._towards[key]:
            if other != origin:
                yield _Way(tie, other, depth - 1, weight)


def consistent(
    usable: Filter, nodes: Sequence[int], steps: Sequence[Sequence[int]]
) -> tuple[tuple[int, ...], ...]:
    """The ties of each step that can stand with some tie of the next at the connector between."""
    kept = [tuple(sorted(step)) for step in steps]
    for at in range(len(kept) - 2, -1, -1):
        if usable.ties.sort[nodes[at + 1]] != _PERSON:
            following = kept[at + 1]
            kept[at] = tuple(t for t in kept[at] if any(usable.meet(t, f) for f in following))
    return tuple(kept)


class _Entries:
    """The times in which a connector was entered on one level, by the weight of the way so far."""

    def __init__(self, ties: Ties, entries: Iterable[tuple[int, int, int]]) -> None:
        self.ties = ties
        people: dict[int, list[tuple[int, int]]] = {}
        self.others: dict[int, list[tuple[int, int, int]]] = {}
        for weight, tie, origin in entries:
            first, last = ties.first[tie], ties.last[tie]
            if ties.sort[origin] == _PERSON:
                people.setdefault(weight, []).append((first, last))
            else:
                self.others.setdefault(weight, []).append((first, last, origin))
        self.people = {weight: _union(times) for weight, times in people.items()}
        self.weights = sorted({*self.people, *self.others})

    def least(self, tie: int, other: int) -> int | None:
        """The least weight with which one may leave by a tie to a node; None where one cannot.

        Nobody leaves to where they came from.
        """
        first, last = self.ties.first[tie], self.ties.last[tie]
        for weight in self.weights:
            if weight in self.people and _touches(self.people[weight], first, last):
                return weight
            for start, end, origin in self.others.get(weight, ()):
                if origin != other and start <= last and first <= end:
                    return weight
        return None


def _union(times: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Where the stretches that `times` cover together start, and where they end."""
    starts: list[int] = []
    ends: list[int] = []
    for first, last in sorted(times):
        if ends and first <= ends[-1]:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return starts, ends


def _touches(stretches: tuple[list[int], list[int]], first: int, last: int) -> bool:
    starts, ends = stretches
    at = bisect_right(starts, last) - 1
    return at >= 0 and ends[at] >= first
