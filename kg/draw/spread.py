"""Where each item stands along its row: near its family, at a distance from its neighbours.

Least squares under distances, row by row, by pooling adjacent violators: R. E. Barlow and others,
"Statistical inference under order restrictions" (1972).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.draw.nets import Web
from kg.draw.order import Cluster

_ROUNDS = 40
_LANE_PULL = 2.0
_STAY = 0.02
_NUDGE = 12.0
"""A lane this near to the place where its line comes from is put there."""


class Sizes(NamedTuple):
    """Widths and distances along a row."""

    card: float
    couple: float
    """Between two partners."""
    apart: float
    """Between two cards that are no partners."""
    lane: float
    """The width that a lane takes."""
    beside: float
    """Between a lane and what is beside it."""


def pool(wants: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The positions nearest to `wants` (weighted squares) of which each is at least `apart` from
    the one before; `apart` has one value fewer.
    """
    shifts = [0.0]
    for distance in apart:
        shifts.append(shifts[-1] + distance)
    blocks: list[tuple[float, float, int]] = []
    for want, weight, shift in zip(wants, weights, shifts, strict=True):
        total, mass, size = weight * (want - shift), weight, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / mass:
            before = blocks.pop()
            total, mass, size = total + before[0], mass + before[1], size + before[2]
        blocks.append((total, mass, size))
    starts = [total / mass for total, mass, size in blocks for _ in range(size)]
    return [start + shift for start, shift in zip(starts, shifts, strict=True)]


def spread(web: Web, rows: Sequence[Sequence[Cluster]], sizes: Sizes) -> dict[int, float]:
    """The middle of each item of these rows, which hold one component of the web."""
    spreading = _Spreading(web, rows, sizes)
    for turn in range(_ROUNDS):
        down = turn % 2 == 0
        one_sided = turn < _ROUNDS // 4
        numbers = range(len(rows))
        for row in numbers if down else reversed(numbers):
            spreading.settle(row, above=down or not one_sided, below=not (down and one_sided))
    for turn in range(4):
        spreading.straighten(downwards=turn % 2 == 1)
    return spreading.x


class _Spreading:
    def __init__(self, web: Web, rows: Sequence[Sequence[Cluster]], sizes: Sizes) -> None:
        self.web, self.rows, self.sizes = web, rows, sizes
        self.above, self.below = web.above, web.below
        self.x: dict[int, float] = {}
        self.offset: dict[int, float] = {}
        self.apart: list[list[float]] = []
        for clusters in rows:
            for cluster in clusters:
                self.offset[cluster[0]] = 0.0
                for left, right in itertools.pairwise(cluster):
                    self.offset[right] = self.offset[left] + sizes.card + sizes.couple
            self.apart.append(
                [
                    self.offset[left[-1]] + self._distance(left[-1], right[0])
                    for left, right in itertools.pairwise(clusters)
                ]
            )
            start = 0.0
            for cluster, step in zip(clusters, [*self.apart[-1], 0.0], strict=False):
                self._put(cluster, start)
                start += step

    def _is_lane(self, item: int) -> bool:
        return item >= self.web.people

    def _distance(self, left: int, right: int) -> float:
        sizes = self.sizes
        lanes = self._is_lane(left), self._is_lane(right)
        width = sum(sizes.lane if lane else sizes.card for lane in lanes) / 2
        return width + (sizes.beside if any(lanes) else sizes.apart)

    def _put(self, cluster: Cluster, start: float) -> None:
        for item in cluster:
            self.x[item] = start + self.offset[item]

    def _middle(self, items: Iterable[int]) -> float:
        found = [self.x[item] for item in items]
        return sum(found) / len(found)

    def settle(self, row: int, above: bool, below: bool) -> None:
        """Put one row where its neighbours want it."""
        clusters = self.rows[row]
        if not clusters:
            return
        wants: list[float] = []
        weights: list[float] = []
        for cluster in clusters:
            total = mass = 0.0
            for want, weight in self._pulls(cluster, above, below):
                total += want * weight
                mass += weight
            stay = self.x[cluster[0]]
            total, mass = total + stay * _STAY, mass + _STAY
            wants.append(total / mass)
            weights.append(mass)
        starts = pool(wants, weights, self.apart[row])
        for cluster, start in zip(clusters, starts, strict=True):
            self._put(cluster, start)

    def _pulls(self, cluster: Cluster, above: bool, below: bool) -> Iterable[tuple[float, float]]:
        """(where the cluster should start, how strongly) for each net at it."""
        nets = self.web.nets
        if above:
            for item in cluster:
                for number in self.above[item]:
                    ends = nets[number].ups
                    if not ends:  # siblings of unknown parents stay together
                        ends = tuple(each for each in nets[number].downs if each != item)
                    if ends:
                        pull = _LANE_PULL if self._is_lane(item) else 1.0
                        yield self._middle(ends) - self.offset[item], pull
        if below:
            for number in dict.fromkeys(n for item in cluster for n in self.below[item]):
                net = nets[number]
                mine = [self.offset[item] for item in net.ups if item in cluster]
                lanes = any(self._is_lane(item) for item in (*net.ups, *net.downs))
                pull = _LANE_PULL if lanes and len(net.downs) == 1 else float(len(net.downs) or 1)
                ends = net.downs or tuple(up for up in net.ups if up not in cluster)
                if ends:
                    middle = sum(mine) / len(mine)
                    yield self._middle(ends) - middle, pull * len(mine) / len(net.ups)

    def straighten(self, downwards: bool) -> None:
        """Move lanes, within the room they have, to the end of their line above or below."""
        numbers = range(len(self.rows))
        for row in numbers if downwards else reversed(numbers):
            items = [item for cluster in self.rows[row] for item in cluster]
            for number, item in enumerate(items):
                if not self._is_lane(item):
                    continue
                net = self.web.nets[(self.above if downwards else self.below)[item][0]]
                ends = net.ups if downwards else net.downs
                if not ends:
                    continue
                want = self._middle(ends)
                if len(net.downs) > 1 and abs(want - self.x[item]) > _NUDGE:
                    continue
                if number:
                    left = items[number - 1]
                    want = max(want, self.x[left] + self._distance(left, item))
                if number + 1 < len(items):
                    right = items[number + 1]
                    want = min(want, self.x[right] - self._distance(item, right))
                self.x[item] = want
