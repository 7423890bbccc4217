"""What hangs together between two rows: families, and lanes where a line passes a row by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.draw.rows import Rows, Union


class Net(NamedTuple):
    """Items of one row that are connected with items of the next, all by one line.

    `gap` r lies between the rows r and r+1. A net without `ups` joins siblings of unknown parents.
    """

    gap: int
    union: int
    ups: tuple[int, ...]
    downs: tuple[int, ...]


class Step(NamedTuple):
    """Through one net: in by an item of the row above, out by one of the row below; -1: the
    middle of the family, from which or to which the way leads.
    """

    net: int
    up: int
    down: int


class Way(NamedTuple):
    """The steps, downwards, between a person and the middle of a family.

    `upwards`: the person is a child who stands no lower than the parents, as bad data have it.
    """

    union: int
    person: int
    steps: tuple[Step, ...]
    is_child: bool
    upwards: bool = False


class Web(NamedTuple):
    """Items of the rows (people 0 … n-1, then lanes), the nets between, the ways through them."""

    people: int
    row: list[int]
    nets: list[Net]
    main: list[int]
    """For each union its own net."""
    ways: list[Way]
    above: list[list[int]]
    """For each item the nets that come down to it."""
    below: list[list[int]]
    """For each item the nets that begin at it."""


def weave(unions: Sequence[Union], rows: Rows) -> Web:
    """The nets and lanes for these families."""
    weaver = _Weaver(rows.row)
    for number, union in enumerate(unions):
        weaver.add(number, union)
    above: list[list[int]] = [[] for _ in weaver.row]
    below: list[list[int]] = [[] for _ in weaver.row]
    for number, net in enumerate(weaver.nets):
        for item in net.ups:
            below[item].append(number)
        for item in net.downs:
            above[item].append(number)
    return Web(len(rows.row), weaver.row, weaver.nets, weaver.main, weaver.ways, above, below)


class _Weaver:
    def __init__(self, row: Sequence[int]) -> None:
        self.row = list(row)
        self.nets: list[Net] = []
        self.main: list[int] = []
        self.ways: list[Way] = []

    def add(self, number: int, union: Union) -> None:
        """The nets of one family."""
        row, children = self.row, union.children
        if union.parents:
            gap = max(row[parent] for parent in union.parents)
        else:
            gap = min(row[child] for child in children) - 1
        lower = [child for child in children if row[child] > gap]
        # A child beside or above the parents: a loop in the data. Its line comes from below.
        upper = [child for child in children if row[child] <= gap and child not in union.parents]
        ups: list[int] = []
        reached: list[tuple[int, list[Step], bool]] = []
        for person in (*union.parents, *upper):
            steps, end = self._down_to(number, person, gap)
            ups.append(end)
            reached.append((person, steps, person in upper))
        main = len(self.nets)
        self.main.append(main)
        self.nets.append(Net(gap, number, tuple(ups), ()))
        for (person, steps, is_child), end in zip(reached, ups, strict=True):
            steps.append(Step(main, end, -1))
            self.ways.append(Way(number, person, tuple(steps), is_child, is_child))
        self._spread_down(number, main, gap, lower)

    def _lane(self, row: int) -> int:
        self.row.append(row)
        return len(self.row) - 1

    def _down_to(self, union: int, person: int, row: int) -> tuple[list[Step], int]:
        """The steps from a person down to `row`, and the item in which they end there."""
        steps: list[Step] = []
        item = person
        for gap in range(self.row[person], row):
            lane = self._lane(gap + 1)
            steps.append(Step(len(self.nets), item, lane))
            self.nets.append(Net(gap, union, (item,), (lane,)))
            item = lane
        return steps, item

    def _spread_down(self, union: int, main: int, gap: int, children: Iterable[int]) -> None:
        """From the middle of a family to all children below; those far below share their lane."""
        left = list(children)
        steps: list[Step] = []
        net, up = main, -1
        while left:
            near = [child for child in left if self.row[child] == gap + 1]
            left = [child for child in left if self.row[child] > gap + 1]
            for child in near:
                way = (*steps, Step(net, up, child))
                self.ways.append(Way(union, child, way, True))
            lanes = [self._lane(gap + 1)] if left else []
            self.nets[net] = self.nets[net]._replace(downs=(*near, *lanes))
            if lanes:
                steps.append(Step(net, up, lanes[0]))
                gap, up, net = gap + 1, lanes[0], len(self.nets)
                self.nets.append(Net(gap, union, (up,), ()))
