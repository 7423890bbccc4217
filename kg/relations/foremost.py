"""The first of the cheapest paths in a corridor, without going through the others.

The weight of a path is that of its heaviest tie. So from the goal back each person learns the least
weight of the rest of the way; then from the start one goes to the first node of all from which the
rest is no heavier than it must be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from kg.index.ties import Ties
from kg.relations.corridor import Corridor
from kg.relations.search import Found, consistent
from kg.relations.usable import DOUBTFUL, Filter

MANY = 10_000
"""Where more ties than this meet at connectors one by one, it is left to the search in order."""
_PERSON = 0
Door = tuple[int, int]
"""A tie and the node at its other end."""
Doors = dict[int, list[Door]]
Way = tuple[tuple[int, ...], int]
"""The next person, with the connector before, and the weight of all from here on."""


def foremost(usable: Filter, found: Corridor, start: int, goal: int) -> Found | None:
    """The first path; None where connectors follow each other, or too many meet at one."""
    ties = usable.ties
    source, target, sort = ties.source, ties.target, ties.sort
    near: Doors = {}
    doors: Doors = {}
    inside: Doors = {}
    for tie in found.ties:
        one, other = source[tie], target[tie]
        if sort[one] != _PERSON:
            one, other = other, one
        if sort[one] != _PERSON:
            return None
        if sort[other] == _PERSON:
            near.setdefault(one, []).append((tie, other))
            near.setdefault(other, []).append((tie, one))
        else:
            doors.setdefault(one, []).append((tie, other))
            inside.setdefault(other, []).append((tie, one))
    if sum(len(people) ** 2 for people in inside.values()) > MANY:
        return None
    ways = _ways(ties, found.levels, near, doors, inside, goal)
    least = min(weight for _, weight in ways[start])
    nodes = [start]
    while nodes[-1] != goal:
        nodes += min(way for way, weight in ways[nodes[-1]] if weight <= least)
    steps = []
    came: list[int] = []
    for one, other in pairwise(nodes):
        if sort[one] == _PERSON:
            by = near if sort[other] == _PERSON else doors
            came = [tie for tie, node in by[one] if node == other]
        else:
            came = [tie for tie, node in inside[one]
                    if node == other and any(usable.meet(t, tie) for t in came)]  # fmt: skip
        steps.append(tuple(came))
    return Found(*found.cost, least, tuple(nodes), consistent(usable, nodes, steps))


def _ways(
    ties: Ties, levels: Mapping[int, tuple[int, int]], near: Mapping[int, Sequence[Door]],
    doors: Mapping[int, Sequence[Door]], inside: Mapping[int, Sequence[Door]], goal: int,
) -> dict[int, list[Way]]:  # fmt: skip
    """The ways on from each person from whom the goal can be reached."""
    first, last, size = ties.first, ties.last, ties.size
    found: dict[int, list[Way]] = {}
    rest = {goal: 0}
    for person in sorted(levels, key=levels.__getitem__, reverse=True):
        if person == goal:
            continue
        people, connectors = levels[person]
        ways: list[Way] = []
        after = people + 1, connectors
        for tie, other in near.get(person, ()):
            if other in rest and levels[other] == after:
                doubt = DOUBTFUL if ties.is_possible(tie) else 0
                ways.append(((other,), max(doubt, rest[other])))
        after = people + 1, connectors + 1
        for tie, connector in doors.get(person, ()):
            begin, end = first[tie], last[tie]
            for on, other in inside[connector]:
                if (
                    other in rest and levels[other] == after
                    and begin <= last[on] and first[on] <= end
                ):  # fmt: skip
                    doubt = ties.is_possible(tie) or ties.is_possible(on)
                    weight = size[connector] + (DOUBTFUL if doubt else 0)
                    ways.append(((connector, other), max(weight, rest[other])))
        if ways:
            found[person] = ways
            rest[person] = min(weight for _, weight in ways)
    return found
