"""Counts the cheapest paths between two people without going through them.

Paths are chains of nodes: that several ties join two of them makes no further path. So the number
up to a person is that of the people one step before, added up; at a connector of all those who
came in by a tie that may hold together with some tie of that person. Those who surely did not meet
him are counted by their first and last days: nothing grows with pairs of members.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from kg.relations.corridor import Corridor
from kg.relations.entry_loops import MOST_BETWEEN
from kg.relations.usable import Filter

Span = tuple[int, int]
Level = tuple[int, int]
_PERSON = 0


def count(usable: Filter, corridor: Corridor, goal: int) -> int:
    """How many paths there are in a corridor."""
    return _Count(usable, corridor).up_to(goal)


class _Count:
    """The ties of a corridor by what they join, and what has been counted so far."""

    def __init__(self, usable: Filter, corridor: Corridor) -> None:
        self.levels = corridor.levels
        self.near: dict[int, set[int]] = {}
        self.spans: dict[int, dict[int, list[Span]]] = {}
        """By connector and person: when the ties between them hold."""
        self.doors: dict[int, set[int]] = {}
        self.chains: dict[int, dict[int, list[Span]]] = {}
        self.at: dict[tuple[int, Level], list[int]] = {}
        self.number: dict[int, int] = {}
        self.crowds: dict[tuple[int, Level], _Crowd] = {}
        self.chained: dict[tuple[int, Level, int], Counter[tuple[int, frozenset[Span]]]] = {}
        ties = usable.ties
        for tie in corridor.ties:
            one, other = ties.source[tie], ties.target[tie]
            span = ties.first[tie], ties.last[tie]
            if ties.sort[one] != _PERSON:
                one, other = other, one
            if ties.sort[one] != _PERSON:
                self.chains.setdefault(one, {}).setdefault(other, []).append(span)
                self.chains.setdefault(other, {}).setdefault(one, []).append(span)
            elif ties.sort[other] != _PERSON:
                self.spans.setdefault(other, {}).setdefault(one, []).append(span)
                self.doors.setdefault(one, set()).add(other)
            else:
                self.near.setdefault(one, set()).add(other)
                self.near.setdefault(other, set()).add(one)
        for connector, people in self.spans.items():
            for person in people:
                self.at.setdefault((connector, self.levels[person]), []).append(person)

    def up_to(self, goal: int) -> int:
        for person in sorted(self.levels, key=self.levels.__getitem__):
            self.number[person] = self._number(person)
        return self.number[goal]

    def _number(self, person: int) -> int:
        people, connectors = self.levels[person]
        if people == 1:
            return 1
        before = (people - 1, connectors)
        found = sum(
            self.number[other] for other in self.near.get(person, ())
            if self.levels[other] == before
        )  # fmt: skip
        for connector in self.doors.get(person, ()):
            spans = _merged(self.spans[connector][person])
            for depth in range(1, min(MOST_BETWEEN, connectors) + 1):
                found += self._through(connector, (people - 1, connectors - depth), depth, spans)
        return found

    def _through(self, connector: int, level: Level, depth: int, spans: Sequence[Span]) -> int:
        """How many ways lead from people on a level to a person who was at a connector."""
        if depth == 1:
            return self._crowd(connector, level).met(spans)
        ways = self._chained(connector, level, depth)
        return sum(number for (_, came), number in ways.items() if _meet(came, spans))

    def _crowd(self, connector: int, level: Level) -> _Crowd:
        found = self.crowds.get((connector, level))
        if found is None:
            spans = self.spans.get(connector, {})
            found = self.crowds[connector, level] = _Crowd([
                (_merged(spans[person]), self.number[person])
                for person in self.at.get((connector, level), ())
            ])  # fmt: skip
        return found

    def _chained(
        self, connector: int, level: Level, depth: int
    ) -> Counter[tuple[int, frozenset[Span]]]:
        """How many ways lead from people on a level to a connector over others.

        By the last of these and when the ties hold by which one can have come.
        """
        key = (connector, level, depth)
        if key not in self.chained:
            found: Counter[tuple[int, frozenset[Span]]] = Counter()
            for before, joined in self.chains.get(connector, {}).items():
                for origin, came, number in self._into(before, level, depth - 1):
                    on = frozenset(span for span in joined if _meet(came, [span]))
                    if on and origin != connector:
                        found[before, on] += number
            self.chained[key] = found
        return self.chained[key]

    def _into(
        self, connector: int, level: Level, depth: int
    ) -> list[tuple[int, Iterable[Span], int]]:
        if depth == 1:
            here = self.spans.get(connector, {})
            return [
                (person, here[person], self.number[person])
                for person in self.at.get((connector, level), ())
            ]
        ways = self._chained(connector, level, depth)
        return [(origin, came, number) for (origin, came), number in ways.items()]


class _Crowd:
    """Those who were at a connector, each with a number: how much those count who met somebody."""

    def __init__(self, people: Sequence[tuple[Sequence[Span], int]]) -> None:
        self.people = people
        self.total = sum(number for _, number in people)
        firsts = sorted((spans[0][0], number) for spans, number in people)
        lasts = sorted((spans[-1][1], number) for spans, number in people)
        self.firsts = [first for first, _ in firsts]
        self.lasts = [last for last, _ in lasts]
        self.from_first = [0, *accumulate(number for _, number in firsts)]
        self.up_to_last = [0, *accumulate(number for _, number in lasts)]
        self.away = [
            (one[1], other[0], number) for spans, number in people
            for one, other in pairwise(spans)
        ]  # fmt: skip

    def met(self, spans: Sequence[Span]) -> int:
        """How much those count who may have met somebody who was there then."""
        if len(spans) > 1:
            return sum(number for theirs, number in self.people if _meet(theirs, spans))
        first, last = spans[0]
        left = self.up_to_last[bisect_left(self.lasts, first)]
        to_come = self.total - self.from_first[bisect_right(self.firsts, last)]
        away = sum(number for gone, back, number in self.away if gone < first and last < back)
        return self.total - left - to_come - away


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same days as separate spans in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _meet(some: Iterable[Span], others: Sequence[Span]) -> bool:
    return any(
        first <= end and start <= last for first, last in some for start, end in others
    )  # fmt: skip
