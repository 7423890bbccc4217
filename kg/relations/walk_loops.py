"""The loops of the search from both ends: numbers in flat arrays, run as they are or compiled.

Each side reaches people and enters connectors (bodies and happenings) level by level. A level is
one number: people count `PERSON`, connectors 1, so that fewer people always come first. People
stand in a queue in the order of their levels; so do the entries of connectors: by which tie, from
where, as the how-manieth connector since the last person. What one level reaches, later ones need
not reach again: how one came to a person never matters to what follows, and at a connector only
the tie by which one came.

A path is found where both sides reach the same person, or enter the same connector by ties that
may hold at the same time. What the queues begin with bounds the paths that are not yet found: such
a path goes from what one side has gone on from to something that waits in its queue, and that the
other side has not reached.
"""

from __future__ import annotations

from typing import Any

from kg.relations.entry_loops import allowed, enter, gather, leave

PERSON = 1 << 32
NOWHERE = 1 << 60
"""More than any level."""
PEOPLE_DONE, PEOPLE_MADE, ENTRIES_DONE, ENTRIES_MADE, GATHERED, GROUPS, AHEAD, DEEP = range(8)
"""The places of a side's counts: where its queues begin and end, how far the entries are gathered
in groups and in how many, about how many ties wait at connectors, how many connectors were entered
from connectors."""
OTHER, TIE, FIRST, LAST, DOOR = 0, 1, 2, 3, 4
LEVEL, PARTS = 4, 5
SEEN = 10
"""The place in a side's counts for what nobody asks for."""


def search(
    graph: Any, rules: Any, sides: Any, marked: Any, start: int, goal: int, limit: int
) -> int:  # fmt: skip
    """The level of the cheapest paths below `limit`, both ends counted; `limit` if there is none.

    All that lies on one of them has then been reached from one side or the other. Where `start` is
    -1, what the first side begins with stands in its queues.
    """
    best = limit
    one, other = sides
    level = one[0]
    seen = one[13]
    if start >= 0:
        level[2 * start] = PERSON
        seen[start] = 1
        one[1][0] = start
        one[2][PEOPLE_MADE] = 1
    elif level[2 * goal] > 0:
        best = min(best, level[2 * goal])
    level[2 * goal + 1] = PERSON
    seen[goal] |= 2
    other[1][0] = goal
    other[2][PEOPLE_MADE] = 1
    while True:
        people_one, entries_one = _next_person(one), _next_entry(one)
        people_other, entries_other = _next_person(other), _next_entry(other)
        ahead_one, ahead_other = min(people_one, entries_one), min(people_other, entries_other)
        if ahead_one == NOWHERE or ahead_other == NOWHERE:
            return best
        if best < NOWHERE and (
            (best + PERSON <= people_one + ahead_other and best + 1 <= entries_one + ahead_other)
            or (best + PERSON <= people_other + ahead_one and best + 1 <= entries_other + ahead_one)
        ):
            return best
        if _work(one, people_one <= entries_one) <= _work(other, people_other <= entries_other):
            best = _advance(
                graph, rules, one, other, marked, people_one, entries_one, ahead_other, best
            )
        else:
            best = _advance(
                graph, rules, other, one, marked, people_other, entries_other, ahead_one, best
            )


def _next_person(side: Any) -> int:
    level, people, counts = side[0], side[1], side[2]
    if counts[PEOPLE_DONE] == counts[PEOPLE_MADE]:
        return NOWHERE
    return level[2 * people[counts[PEOPLE_DONE]] + side[11]]  # type: ignore[no-any-return]


def _next_entry(side: Any) -> int:
    counts, entries = side[2], side[5]
    if counts[ENTRIES_DONE] == counts[ENTRIES_MADE]:
        return NOWHERE
    return entries[counts[ENTRIES_DONE] + LEVEL]  # type: ignore[no-any-return]


def _work(side: Any, with_people: bool) -> int:
    """About how many ties come next: some for each person, else those at connectors."""
    counts = side[2]
    if with_people:
        return 8 * (counts[PEOPLE_MADE] - counts[PEOPLE_DONE])  # type: ignore[no-any-return]
    return counts[AHEAD]  # type: ignore[no-any-return]


def _advance(
    graph: Any, rules: Any, mine: Any, theirs: Any, marked: Any, next_person: int,
    next_entry: int, far: int, best: int,
) -> int:  # fmt: skip
    """Do what comes next on one side; gives the level of the best path so far.

    `far` is the level that the other side has come to: what it has not reached lies beyond.
    """
    counts = mine[2]
    if next_person <= next_entry:
        return _from_people(graph, rules, mine, theirs, next_person, far, best)
    if counts[GROUPS] == 0:
        # Before connectors are left, which may be big, one looks whether the other side is there.
        return gather(graph, mine, theirs, marked, next_entry, best)
    counts[ENTRIES_DONE] = counts[GATHERED]
    counts[AHEAD] = 0
    for group in range(counts[GROUPS]):
        best = leave(graph, rules, mine, theirs, group, far, best)
    counts[GROUPS] = 0
    return best


def _from_people(
    graph: Any, rules: Any, mine: Any, theirs: Any, now: int, far: int, best: int
) -> int:  # fmt: skip
    """Go on from all people of one level."""
    at, doors, others, stride = graph[0], graph[1], graph[4], graph[5]
    possible, strict, picky = rules[0], rules[1], rules[7]
    level, people, counts, ours = mine[0], mine[1], mine[2], mine[11]
    heads = theirs[4]
    seen, by_us = mine[13], ours + 1
    after = now + PERSON
    number, made = counts[PEOPLE_DONE], counts[PEOPLE_MADE]
    if rules[6]:
        _look_ahead(graph, mine, theirs, now)
    while number < made:
        person = people[number]
        if level[2 * person + ours] != now:
            break
        number += 1
        middle = at[2 * person + 1]
        for door in range(at[2 * person], middle):
            other = others[stride * door]
            place = 2 * other + ours
            if seen[other] & by_us:
                continue
            there = level[place ^ 1] if seen[other] else 0
            if there == 0 and now + far >= best:
                continue
            if picky:
                tie = doors[DOOR * door + TIE]
                if tie < 0:
                    if not possible:
                        continue
                    tie = ~tie
                first, last = doors[DOOR * door + FIRST], doors[DOOR * door + LAST]
                if strict and not allowed(rules, first, last, tie):
                    continue
            level[place] = after
            seen[other] |= by_us
            people[made] = other
            made += 1
            if there > 0 and now + there < best:
                best = now + there
        for door in range(DOOR * middle, DOOR * at[2 * person + 2], DOOR):
            other = doors[door + OTHER]
            if seen[other] or (now + far >= best and heads[PARTS * other] == 0):
                continue
            tie = doors[door + TIE]
            if tie < 0:
                if not possible:
                    continue
                tie = ~tie
            first, last = doors[door + FIRST], doors[door + LAST]
            if strict and not allowed(rules, first, last, tie):
                continue
            size = at[2 * other + 2] - at[2 * other]
            enter(size, mine, other, tie, person, 1, now + 1, first, last)
    counts[PEOPLE_DONE], counts[PEOPLE_MADE] = number, made
    return best


def _look_ahead(graph: Any, mine: Any, theirs: Any, now: int) -> None:
    """Read once what the people of a level will be asked for, with nothing that waits for it.

    Compiled, that brings it from far all at once; in plain Python there is nothing to gain.
    """
    at, others = graph[0], graph[4]
    level, people, counts, ours, heads = mine[0], mine[1], mine[2], mine[11], theirs[4]
    marks = mine[13]
    first, end = counts[PEOPLE_DONE], counts[PEOPLE_MADE]
    last = first
    seen = 0
    while last < end and level[2 * people[last] + ours] == now:
        begin = at[2 * people[last]]
        if begin < at[2 * people[last] + 2]:
            seen ^= others[begin]
        last += 1
    for number in range(first, last):
        person = people[number]
        middle = at[2 * person + 1]
        for door in range(at[2 * person], middle):
            seen ^= marks[others[door]]
        for door in range(middle, at[2 * person + 2]):
            seen ^= heads[PARTS * others[door]]
    counts[SEEN] = seen
