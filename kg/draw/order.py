"""The order within each row: partners together, as few crossing lines as can be found.

Layer by layer sweeps after Sugiyama, Tagawa and Toda, "Methods for visual understanding of
hierarchical system structures", IEEE Transactions on Systems, Man and Cybernetics 11 (1981).
"""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from kg.draw.nets import Web

Cluster = list[int]
"""Items of a row that stay together, in their order."""
_SWEEPS = 16
_EXCHANGES = 12
_LEAST_SHUFFLES, _MOST_SHUFFLES, _EFFORT = 2, 24, 3000
"""Starts at random, fewer where there are more items: the random numbers are always the same."""


def order(
    web: Web, couples: Iterable[tuple[int, int]], males: frozenset[int]
) -> list[list[Cluster]]:
    """The rows as clusters from left to right, for one component of the web or all.

    `couples` are the pairs that want to be neighbours, the most important first; among equals a
    man stands to the left. Equal input gives equal output: ties keep the order of the numbers.
    """
    ordering = _Ordering(web, _clusters(web, couples, males))
    chance = random.Random(len(web.row))
    shuffles = max(_LEAST_SHUFFLES, min(_MOST_SHUFFLES, _EFFORT // (len(web.row) + 1)))
    starts = [ordering.from_above, ordering.from_below]
    starts += [partial(ordering.shuffle, chance)] * shuffles
    best: tuple[tuple[int, float], list[list[Cluster]]] | None = None
    for start in starts:
        start()
        found = ordering.improve()
        if best is None or found[0] < best[0]:
            best = found
    return best[1] if best else []


def _clusters(
    web: Web, couples: Iterable[tuple[int, int]], males: frozenset[int]
) -> list[list[Cluster]]:
    """Partners of one row as chains; who has three or more gets the rest beside the chain."""
    partners: dict[int, list[int]] = {}
    group: dict[int, int] = {}
    chains: dict[int, list[int]] = {}

    def find(person: int) -> int:
        while group.setdefault(person, person) != person:
            person = group[person]
        return person

    rest: list[tuple[int, int]] = []
    for one, other in couples:
        if web.row[one] != web.row[other]:
            continue
        ends = [partners.setdefault(each, []) for each in (one, other)]
        if find(one) == find(other) or max(map(len, ends)) > 1:
            rest.append((one, other))
            continue
        ends[0].append(other)
        ends[1].append(one)
        group[find(other)] = find(one)
    for person in range(web.people):
        if person in partners and len(partners[person]) < 2 and find(person) not in chains:
            chains[find(person)] = _chain(person, partners, males)
    # A partner for whom there is no place beside: next to the nearer end of the other's chain.
    for one, other in rest:
        a, b = find(one), find(other)
        if a == b:
            continue
        near, far = chains[a], chains[b]
        at_start = one in near and near.index(one) < len(near) / 2 - 0.5
        chains[a] = [*reversed(far), *near] if at_start else [*near, *far]
        group[b] = a
        del chains[b]
    height = max(web.row, default=-1) + 1
    rows: list[list[Cluster]] = [[] for _ in range(height)]
    for item, row in enumerate(web.row):
        if item not in partners:
            rows[row].append([item])
        elif find(item) == item:
            rows[row].append(chains[item])
    return rows


def _chain(start: int, partners: dict[int, list[int]], males: frozenset[int]) -> list[int]:
    chain, before = [start], -1
    while True:
        after = [each for each in partners[chain[-1]] if each != before]
        if not after:
            break
        before = chain[-1]
        chain.append(after[0])
    if chain[0] not in males and chain[-1] in males:
        chain.reverse()
    return chain


class _Ordering:
    """The rows while they are being ordered."""

    def __init__(self, web: Web, rows: list[list[Cluster]]) -> None:
        self.web = web
        self.rows = rows
        self.place = [0] * len(web.row)
        self.above, self.below = web.above, web.below
        self.gaps: list[list[int]] = [[] for _ in range(len(rows) + 1)]
        for number, net in enumerate(web.nets):
            self.gaps[net.gap + 1].append(number)
        self.cluster = {item: each for row in rows for each in row for item in each}
        self._number()

    def _number(self, rows: Iterable[int] | None = None) -> None:
        for row in range(len(self.rows)) if rows is None else rows:
            number = 0
            for cluster in self.rows[row]:
                for item in cluster:
                    self.place[item] = number
                    number += 1

    def from_above(self) -> None:
        """Start with the order in which a walk from the top row meets people."""
        self._walk(range(len(self.rows)))

    def from_below(self) -> None:
        """Start with the order in which a walk from the bottom row meets people."""
        self._walk(reversed(range(len(self.rows))))

    def shuffle(self, chance: random.Random) -> None:
        """Start with any order."""
        for row in self.rows:
            row.sort(key=min)
            chance.shuffle(row)
            for cluster in row:
                if chance.random() < 0.5:
                    cluster.reverse()
        self._number()

    def _walk(self, order: Iterable[int]) -> None:
        met: dict[int, int] = {}
        for row in order:
            for root in sorted(self.rows[row], key=min):
                stack = [root]
                while stack:
                    cluster = stack.pop()
                    if id(cluster) in met:
                        continue
                    met[id(cluster)] = len(met)
                    near = [self.web.nets[n].downs for item in cluster for n in self.below[item]]
                    near += [self.web.nets[n].ups for item in cluster for n in self.above[item]]
                    for items in reversed(near):
                        stack.extend(self.cluster[item] for item in reversed(items))
        for clusters in self.rows:
            clusters.sort(key=lambda cluster: met[id(cluster)])
        self._number()

    def upper(self, net: int) -> float:
        """Where a net hangs, in the row above it; without one, among those who hang there."""
        found = self.web.nets[net]
        return _mean([self.place[item] for item in found.ups or found.downs])

    def lower(self, net: int) -> float:
        """Where a net ends, in the row below it."""
        return _mean([self.place[item] for item in self.web.nets[net].downs])

    def improve(self) -> tuple[tuple[int, float], list[list[Cluster]]]:
        """Sweep down and up, then exchange neighbours; the best that was seen, and its cost."""
        best = self.cost()
        kept = self._copy()
        height = len(self.rows)
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            for row in range(height) if down else reversed(range(height)):
                self._sort(row, down)
            found = self.cost()
            if found < best:
                best, kept = found, self._copy()
        self._restore(kept)
        for _ in range(_EXCHANGES):
            if not best[0] or not self._exchange():
                break
            found = self.cost()
            if found >= best:
                break
            best, kept = found, self._copy()
        return best, kept

    def _copy(self) -> list[list[Cluster]]:
        return [[list(cluster) for cluster in row] for row in self.rows]

    def _restore(self, rows: list[list[Cluster]]) -> None:
        """Take these orders back; a cluster stays the same list, since it is known by it."""
        for row, clusters in enumerate(rows):
            self.rows[row] = [self.cluster[each[0]] for each in clusters]
            for mine, kept in zip(self.rows[row], clusters, strict=True):
                mine[:] = kept
        self._number()

    def _sort(self, row: int, down: bool) -> None:
        where: Callable[[int], float] = self.upper if down else self.lower
        nets = self.above if down else self.below
        keys: dict[int, float] = {}
        for cluster in self.rows[row]:
            pulls = {
                item: _mean([where(net) for net in nets[item] if self._tells(net, down)])
                for item in cluster
                if any(self._tells(net, down) for net in nets[item])
            }
            stay = _mean([self.place[item] for item in cluster])
            keys[id(cluster)] = _mean(list(pulls.values())) if pulls else stay
            if _slope([pulls.get(item) for item in cluster]) < 0:
                cluster.reverse()
        self.rows[row].sort(key=lambda cluster: keys[id(cluster)])
        self._number((row,))

    def _tells(self, net: int, down: bool) -> bool:
        return down or bool(self.web.nets[net].downs)

    def cost(self) -> tuple[int, float]:
        """How often lines between rows cross, were they straight; then how far they lead aside."""
        aside = sum(
            abs(upper - lower)
            for gap in self.gaps
            for net in gap
            for upper, lower in self._lines(net)
        )
        return sum(self._crossings(gap) for gap in range(len(self.gaps))), aside

    def _crossings(self, gap: int) -> int:
        lines = sorted(
            (upper, lower) for net in self.gaps[gap] for upper, lower in self._lines(net)
        )
        seen: list[float] = []
        total = 0
        for _, lower in lines:
            total += len(seen) - bisect_right(seen, lower)
            insort(seen, lower)
        return total

    def _lines(self, number: int) -> list[tuple[float, float]]:
        net = self.web.nets[number]
        if not net.ups:
            return []
        place = self.place
        ups = [place[item] for item in net.ups]
        if max(ups) - min(ups) < 2:  # neighbours hang their children from one point
            middle = _mean(ups)
            return [(middle, place[item]) for item in net.downs]
        downs = [float(place[item]) for item in net.downs] or [_mean(ups)]
        return [(up, down) for up in ups for down in downs]

    def _exchange(self) -> bool:
        """Exchange neighbours, and turn clusters, where that takes crossings away."""
        changed = False
        for row, clusters in enumerate(self.rows):
            for number in range(len(clusters) - 1):
                one, other = clusters[number : number + 2]
                if self._gain(one, other) > 0:
                    clusters[number : number + 2] = other, one
                    self._number((row,))
                    changed = True
            changed |= self._turn(row)
        return changed

    def _turn(self, row: int) -> bool:
        """Turn round the clusters of a row where that takes crossings away."""
        changed = False
        before = self._crossings(row) + self._crossings(row + 1)
        for cluster in self.rows[row]:
            if not before or len(cluster) < 2:
                continue
            cluster.reverse()
            self._number((row,))
            after = self._crossings(row) + self._crossings(row + 1)
            if after < before:
                before, changed = after, True
            else:
                cluster.reverse()
                self._number((row,))
        return changed

    def _gain(self, one: Cluster, other: Cluster) -> int:
        """How many crossings go if `other` comes before `one`."""
        gain = 0
        for nets, where in ((self.above, self.upper), (self.below, None)):
            sides: list[list[float]] = []
            for cluster in (one, other):
                if where:
                    ends = [
                        where(n) for item in cluster for n in nets[item] if self.web.nets[n].ups
                    ]
                else:
                    known = dict.fromkeys(n for item in cluster for n in nets[item])
                    ends = [float(self.place[d]) for n in known for d in self.web.nets[n].downs]
                sides.append(sorted(ends))
            gain += _pairs(sides[0], sides[1]) - _pairs(sides[1], sides[0])
        return gain


def _pairs(left: Sequence[float], right: Sequence[float]) -> int:
    """How many pairs have a greater end on the left; `left` is sorted."""
    return sum(len(left) - bisect_right(left, end) for end in right)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _slope(values: Sequence[float | None]) -> float:
    """Above 0 where the values rise from left to right, below where they fall."""
    known = [(number, value) for number, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return 0.0
    middle = _mean([number for number, _ in known])
    return sum((number - middle) * value for number, value in known)
