"""The lines between cards: along the gaps between rows, and through rows only on their lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kg.draw.nets import Net, Way, Web
from kg.draw.tracks import NEAR, Bus, covered, tracks

Point = tuple[float, float]
_PAD = 17.0
"""Between a row and the first track beside it."""
_STEP = 10.0
"""Between two tracks."""
_PORT = 16.0
"""Between two lines at one side of a card, at most."""
_JOG = 9.0
"""A sidestep smaller than this is taken out where a line can arrive a little off the middle."""
_LEAN = 30.0
"""The same for a line that has nothing else at either end."""
_MIDDLE = -1


class Ends(NamedTuple):
    """For one net: where it is joined from above, and where it ends below, by item."""

    ups: dict[int, float]
    downs: dict[int, float]

    @property
    def bus(self) -> Bus:
        """The same without names."""
        return Bus(tuple(self.ups.values()), tuple(self.downs.values()))


class Frame(NamedTuple):
    """What the routes need to know of the cards."""

    web: Web
    x: Mapping[int, float]
    card: float
    joined: Mapping[int, tuple[int, int]]
    """The union → its two partners, left and right, who stand side by side."""
    couple: float


class Routes(NamedTuple):
    """Where the rows begin, and the points of each way, downwards, by its number in the web."""

    tops: list[float]
    bottoms: list[float]
    height: float
    ways: list[tuple[Point, ...]]
    middles: dict[int, Point]
    """For each union the point from which its children hang."""


def routes(frame: Frame, card_heights: Sequence[float]) -> Routes:
    """Ways for all lines. `card_heights` has the height of each row."""
    web = frame.web
    ends = _ends(frame)
    gaps: list[list[int]] = [[] for _ in range(len(card_heights) + 1)]
    for number, net in enumerate(web.nets):
        gaps[net.gap + 1].append(number)
    level = [0.0] * len(web.nets)
    tops: list[float] = []
    y = 0.0
    for gap, numbers in enumerate(gaps):
        busy = [n for n in numbers if not _hidden(frame, n)]
        along = _levels(frame, ends, busy)
        depth = max(along.values(), default=-1) + 1
        if gap == 0:
            height = _PAD + _STEP * depth if depth else 0.0
            start = y + (_STEP if depth else 0.0)
        elif gap == len(gaps) - 1:
            height = _PAD + _STEP * depth if busy else 0.0
            start = y + _PAD
        else:
            height = 2 * _PAD + _STEP * max(depth - 1, 0)
            start = y + _PAD
        for number in numbers:
            level[number] = start + _STEP * along.get(number, 0)
        y += height
        if gap < len(card_heights):
            tops.append(y)
            y += card_heights[gap]
    bottoms = [top + height for top, height in zip(tops, card_heights, strict=True)]
    drawing = _Drawing(frame, ends, level, tops, bottoms)
    middles = {union: drawing.middle(union) for union in range(len(web.main))}
    return Routes(
        tops, bottoms, y, [drawing.way(way, middles[way.union]) for way in web.ways], middles
    )


def _hidden(frame: Frame, number: int) -> bool:
    """Whether this is the net of a couple side by side without children."""
    net = frame.web.nets[number]
    return net.union in frame.joined and not net.downs and len(net.ups) == 2


def _ends(frame: Frame) -> list[Ends]:
    """Where each net meets its items: ports of cards, spread so that no two are one."""
    web, x = frame.web, frame.x
    found = [Ends({}, {}) for _ in web.nets]
    below: dict[int, list[int]] = {}
    above: dict[int, list[int]] = {}
    for number, net in enumerate(web.nets):
        main = web.main[net.union] == number
        couple = frame.joined.get(net.union, ()) if main else ()
        if couple:
            found[number].ups[_MIDDLE] = (x[couple[0]] + x[couple[1]]) / 2
        for item in net.ups:
            if item not in couple:
                below.setdefault(item, []).append(number)
        for item in net.downs:
            above.setdefault(item, []).append(number)
    for item, numbers in below.items():
        numbers.sort(key=lambda n: (_mean(x, web.nets[n], item), n))
        for number, port in zip(numbers, _ports(frame, item, len(numbers)), strict=True):
            found[number].ups[item] = port
    for item, numbers in above.items():
        numbers.sort(key=lambda n: (_mean(x, web.nets[n], item), n))
        for number, port in zip(numbers, _ports(frame, item, len(numbers)), strict=True):
            found[number].downs[item] = port
    free = {item for item, numbers in above.items() if len(numbers) == 1 and item < web.people}
    single = {item for item, numbers in below.items() if len(numbers) == 1 and item < web.people}
    for ends in found:
        _smooth(frame, ends, free, single)
    return found


def _mean(x: Mapping[int, float], net: Net, item: int) -> float:
    """Where a net leads, seen from one of its items."""
    others = [x[each] for each in (*net.ups, *net.downs) if each != item]
    return sum(others) / len(others) if others else 0.0


def _ports(frame: Frame, item: int, count: int) -> list[float]:
    """Places along a side of a card, or of a lane, from left to right."""
    room = frame.card if item < frame.web.people else 0.0
    step = min(_PORT, room / (count + 1))
    return [frame.x[item] + (number - (count - 1) / 2) * step for number in range(count)]


def _smooth(frame: Frame, ends: Ends, free: set[int], single: set[int]) -> None:
    """Let lines arrive off the middle of a card where that spares a small sidestep."""
    if len(ends.ups) != 1:  # beside a parent's own line a child's would be lost
        return
    alone = len(ends.downs) == 1
    limit = min(_LEAN if alone else _JOG, frame.card / 2 - 14)
    # What cannot move goes first: the rest can follow it.
    for down, place in sorted(ends.downs.items(), key=lambda end: end[0] in free):
        ((up, source),) = ends.ups.items()
        shift = source - place
        if not shift or abs(shift) > limit:
            continue
        if down in free:
            ends.downs[down] = source
        elif (alone and up in single) or (up == _MIDDLE and abs(shift) < frame.couple / 2 - 6):
            ends.ups[up] = place


def _levels(frame: Frame, ends: Sequence[Ends], numbers: Sequence[int]) -> dict[int, int]:
    """The track of each of these nets that runs along; ports that hide a line are moved."""
    buses: list[Bus] = []
    found: list[int] = []
    for _ in range(4):
        buses = [ends[number].bus for number in numbers]
        found = tracks(buses)
        moved = [
            _move(ends[numbers[upper]].downs, frame, place)
            for upper, place in covered(buses, found)
        ]
        if not any(moved):
            break
    return {
        number: track
        for number, track, bus in zip(numbers, found, buses, strict=True)
        if bus.right - bus.left > 0.5 or len(bus.ups) + len(bus.downs) > 2
    }


def _move(downs: dict[int, float], frame: Frame, place: float) -> bool:
    """Move the port at `place` a little to the side where its card has more room."""
    for item, port in downs.items():
        if port == place and item < frame.web.people:
            side = 1 if port <= frame.x[item] else -1
            new = port + side * (NEAR + 2)
            if abs(new - frame.x[item]) < frame.card / 2 - 8:
                downs[item] = new
                return True
    return False


class _Drawing:
    """Turns steps into points."""

    def __init__(
        self, frame: Frame, ends: Sequence[Ends], level: Sequence[float],
        tops: Sequence[float], bottoms: Sequence[float],
    ) -> None:  # fmt: skip
        self.frame, self.ends, self.level = frame, ends, level
        self.tops, self.bottoms = tops, bottoms

    def middle(self, union: int) -> Point:
        """Between two partners side by side; below a single parent; else on the common line."""
        web = self.frame.web
        number = web.main[union]
        ends, net = self.ends[number], web.nets[number]
        if _MIDDLE in ends.ups:
            return ends.ups[_MIDDLE], (self.tops[net.gap] + self.bottoms[net.gap]) / 2
        if len(ends.ups) == 1:
            ((item, place),) = ends.ups.items()
            return place, self.bottoms[web.row[item]]
        places = list((ends.ups or ends.downs).values())
        return sum(places) / len(places), self.level[number]

    def way(self, way: Way, middle: Point) -> tuple[Point, ...]:
        """From the person down to the middle of the family, or from there down to the child."""
        web = self.frame.web
        points: list[Point] = []
        if way.steps[0].up == _MIDDLE:
            points.append(middle)
        elif self._beside(way):
            card = self.frame.x[way.person], middle[1]
            edge = self.frame.card / 2 if middle[0] > card[0] else -self.frame.card / 2
            return (card[0] + edge, card[1]), middle
        else:
            step = way.steps[0]
            start = self.ends[step.net].ups[step.up]
            points.append((start, self.bottoms[web.row[way.person]]))
        for net, up, down in way.steps:
            ends, y = self.ends[net], self.level[net]
            source = middle[0] if up == _MIDDLE else ends.ups[up]
            target = middle[0] if down == _MIDDLE else ends.downs[down]
            points += [(source, y), (target, y)]
            if down != _MIDDLE:
                points.append((target, self.tops[web.row[down]]))
        if way.steps[-1].down == _MIDDLE:
            points.append(middle)
        return _plain(points)

    def _beside(self, way: Way) -> bool:
        return way.person in self.frame.joined.get(way.union, ()) and not way.is_child


def _plain(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without points that repeat, or lie on a straight line between their neighbours."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 0.01 and abs(kept[-1][1] - point[1]) < 0.01:
            continue
        while len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return tuple(kept)
