"""The height at which each line runs along between two rows, with few crossings and no overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

NEAR = 6.0
"""Upright lines nearer than this would look like one."""
_OVERLAP = 1000


class Bus(NamedTuple):
    """A line that runs along: where it is joined from above, and left downwards."""

    ups: tuple[float, ...]
    downs: tuple[float, ...]

    @property
    def left(self) -> float:
        """Its left end."""
        return min(self.ups + self.downs)

    @property
    def right(self) -> float:
        """Its right end."""
        return max(self.ups + self.downs)


def tracks(buses: Sequence[Bus]) -> list[int]:
    """A track for each bus, 0 the highest; buses that touch are on different tracks."""
    track = [0] * len(buses)
    done: list[int] = []
    for number in _order(buses):
        bus = buses[number]
        taken = [track[other] + 1 for other in done if _touch(bus, buses[other])]
        track[number] = max(taken, default=0)
        done.append(number)
    return track


def covered(buses: Sequence[Bus], track: Sequence[int]) -> list[tuple[int, float]]:
    """(bus, place) of each line down that covers a line which comes down to a lower bus."""
    ups = sorted((up, number) for number, bus in enumerate(buses) for up in bus.ups)
    found = []
    for number, bus in enumerate(buses):
        for down in bus.downs:
            near = bisect_left(ups, (down - NEAR, -1))
            while near < len(ups) and ups[near][0] < down + NEAR:
                if ups[near][1] != number and track[ups[near][1]] > track[number]:
                    found.append((number, down))
                    break
                near += 1
    return found


def _touch(one: Bus, other: Bus) -> bool:
    return one.left - NEAR < other.right and other.left - NEAR < one.right


def _cost(upper: Bus, lower: Bus) -> int:
    """Crossings if these are in this order, an overlap counting as very many."""
    cost = 0
    for down in upper.downs:
        if lower.left - NEAR < down < lower.right + NEAR:
            cost += 1 + _OVERLAP * sum(abs(down - up) < NEAR for up in lower.ups)
    return cost + sum(upper.left - NEAR < up < upper.right + NEAR for up in lower.ups)


def _order(buses: Sequence[Bus]) -> list[int]:
    """From the highest to the lowest: an order of small cost.

    The heuristic of Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set
    problem", Information Processing Letters 47 (1993), with weights.
    """
    count = len(buses)
    before: list[dict[int, int]] = [{} for _ in range(count)]
    after: list[dict[int, int]] = [{} for _ in range(count)]
    by_left = sorted(range(count), key=lambda number: (buses[number].left, number))
    for position, one in enumerate(by_left):
        for other in by_left[position + 1 :]:
            if buses[other].left - NEAR >= buses[one].right:
                break
            gain = _cost(buses[other], buses[one]) - _cost(buses[one], buses[other])
            if gain:
                high, low = (one, other) if gain > 0 else (other, one)
                after[high][low] = before[low][high] = abs(gain)
    left = dict.fromkeys(by_left)
    first: list[int] = []
    last: list[int] = []
    while left:
        for number in left:
            if not before[number]:
                break
        else:
            number = next((each for each in left if not after[each]), -1)
            if number >= 0:
                last.append(number)
                _drop(number, left, before, after)
                continue
            number = max(left, key=lambda n: sum(after[n].values()) - sum(before[n].values()))
        first.append(number)
        _drop(number, left, before, after)
    return [*first, *reversed(last)]


def _drop(
    number: int, left: dict[int, None], before: list[dict[int, int]], after: list[dict[int, int]]
) -> None:
    del left[number]
    for other in after[number]:
        del before[other][number]
    for other in before[number]:
        del after[other][number]
