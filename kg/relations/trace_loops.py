"""The loops that follow a search from both ends back from where it met, run plain or compiled.

The arrays are those of `kg.relations.walk_loops`.
"""

from __future__ import annotations

from typing import Any

from kg.relations.entry_loops import allowed
from kg.relations.walk_loops import search

PERSON = 1 << 32
MOST_BETWEEN = 3
PEOPLE_MADE, ENTRIES_DONE, ENTRIES_MADE, DEEP, PEOPLE_LEFT, ENTRIES_LEFT = 1, 2, 3, 7, 8, 9
OTHER, TIE, FIRST, LAST, DOOR = 0, 1, 2, 3, 4
NODE, ORIGIN, DEPTH, LEVEL, BEGIN, END, NEXT, ENTRY = 1, 2, 3, 4, 5, 6, 7, 8
GROUPED, TRACED = 8, 16
NOTED = 11
"""The place in a side's counts for how many people are noted, each once."""
HEAD, WAITING, PARTS = 0, 2, 5


def find(
    graph: Any, rules: Any, sides: Any, marked: Any, kept: Any, found: Any, people: Any,
    levels: Any, start: int, goal: int, limit: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Search, put what lies on the cheapest paths into arrays, and leave the others clean.

    The level of these paths, or `limit`; how many ties are in `found`, and how many in `people`,
    with in `levels` how many come up to each from the start.
    """
    best = search(graph, rules, sides, marked, start, goal, limit)
    size = number = 0
    if best != limit:
        size = trace(graph, rules, sides, kept, found, best)
        one, other = sides
        for at in range(one[2][NOTED]):
            people[number] = one[12][at]
            levels[number] = one[0][2 * one[12][at]]
            number += 1
        for at in range(other[2][NOTED]):
            person = other[12][at]
            if one[8][person] == 0:
                people[number] = person
                levels[number] = best + PERSON - one[0][2 * person + 1]
                number += 1
    clear(sides, kept, found, size)
    return best, size, number


def trace(graph: Any, rules: Any, sides: Any, kept: Any, found: Any, best: int) -> int:
    """Put all ties that lie on some cheapest path into `found`; gives how many they are.

    `best` is what the search gave. Some more may be among them, which no path can use.
    """
    one, other = sides
    few, many = (one, other) if one[2][PEOPLE_MADE] <= other[2][PEOPLE_MADE] else (other, one)
    level, people = few[0], few[1]
    for at in range(few[2][PEOPLE_MADE]):
        person = people[at]
        here, there = level[2 * person], level[2 * person + 1]
        if here > 0 and there > 0 and here + there == best + PERSON:
            _add_person(few, person)
            _add_person(many, person)
    # Where one side has left a connector, the meeting is that of the people whence the other came.
    few, many = one, other
    if (
        one[2][ENTRIES_MADE] - one[2][ENTRIES_DONE]
        > other[2][ENTRIES_MADE] - other[2][ENTRIES_DONE]
    ):
        few, many = other, one
    for entry in range(few[2][ENTRIES_DONE], few[2][ENTRIES_MADE], ENTRY):
        _meet(few, many, entry, WAITING, best)
    for deep, their in ((one, other), (other, one)):
        if deep[2][DEEP]:
            for entry in range(0, deep[2][ENTRIES_MADE], ENTRY):
                if deep[5][entry + DEPTH] % GROUPED > 1:
                    _meet(deep, their, entry, HEAD, best)
    size = _collect(graph, rules, one, kept, found, 0)
    return _collect(graph, rules, other, kept, found, size)


def _add_person(side: Any, person: int) -> None:
    counts, chosen, todo = side[2], side[8], side[9]
    if chosen[person] == 0:
        chosen[person] = 1
        todo[counts[PEOPLE_LEFT]] = person
        counts[PEOPLE_LEFT] += 1
        side[12][counts[NOTED]] = person
        counts[NOTED] += 1


def _add_entry(side: Any, entry: int) -> None:
    counts, entries, todo = side[2], side[5], side[10]
    if entries[entry + DEPTH] < TRACED:
        entries[entry + DEPTH] += TRACED
        todo[counts[ENTRIES_LEFT]] = entry
        counts[ENTRIES_LEFT] += 1


def _meet(few: Any, many: Any, entry: int, where: int, best: int) -> None:
    """Add an entry and those of the other side with which it makes a cheapest path.

    Those waiting at its connector, or all from the head on.
    """
    entries, theirs = few[5], many[5]
    its = many[4][PARTS * entries[entry + NODE] + where] - 1
    wanted = best + 1 - entries[entry + LEVEL]
    while its >= 0 and theirs[its + LEVEL] <= wanted:
        if (
            theirs[its + LEVEL] == wanted
            and theirs[its + BEGIN] <= entries[entry + END]
            and theirs[its + END] >= entries[entry + BEGIN]
            and theirs[its + DEPTH] % GROUPED + entries[entry + DEPTH] % GROUPED <= MOST_BETWEEN + 1
            and theirs[its + ORIGIN] != entries[entry + ORIGIN]
        ):
            _add_entry(few, entry)
            _add_entry(many, its)
        its = theirs[its + NEXT] - 1


def _collect(graph: Any, rules: Any, side: Any, kept: Any, found: Any, size: int) -> int:
    """Go back from all that was added to where the side began."""
    level, ours = side[0], side[11]
    counts, entries, people, todo = side[2], side[5], side[9], side[10]
    while counts[PEOPLE_LEFT] or counts[ENTRIES_LEFT]:
        while counts[PEOPLE_LEFT]:
            counts[PEOPLE_LEFT] -= 1
            person = people[counts[PEOPLE_LEFT]]
            if level[2 * person + ours] > PERSON:
                size = _before_person(graph, rules, side, kept, found, size, person)
        while counts[ENTRIES_LEFT]:
            counts[ENTRIES_LEFT] -= 1
            entry = todo[counts[ENTRIES_LEFT]]
            size = _keep(kept, found, size, entries[entry])
            _before_entry(side, entry)
    return size


def _keep(kept: Any, found: Any, size: int, tie: int) -> int:
    if kept[tie] == 0:
        kept[tie] = 1
        found[size] = tie
        size += 1
    return size


def _before_person(
    graph: Any, rules: Any, side: Any, kept: Any, found: Any, size: int, person: int
) -> int:
    at, doors = graph[0], graph[1]
    level, heads, entries, ours = side[0], side[4], side[5], side[11]
    before = level[2 * person + ours] - PERSON
    for door in range(DOOR * at[2 * person], DOOR * at[2 * person + 2], DOOR):
        other, tie = doors[door + OTHER], doors[door + TIE]
        first, last = doors[door + FIRST], doors[door + LAST]
        entry = heads[PARTS * other + HEAD] - 1
        if entry < 0 and level[2 * other + ours] != before:
            continue
        if tie < 0:
            if not rules[0]:
                continue
            tie = ~tie
        if rules[1] and not allowed(rules, first, last, tie):
            continue
        if entry < 0:
            size = _keep(kept, found, size, tie)
            _add_person(side, other)
            continue
        while entry >= 0 and entries[entry + LEVEL] <= before:
            if (
                entries[entry + LEVEL] == before
                and entries[entry + BEGIN] <= last
                and entries[entry + END] >= first
            ):
                size = _keep(kept, found, size, tie)
                _add_entry(side, entry)
            entry = entries[entry + NEXT] - 1
    return size


def _before_entry(side: Any, entry: int) -> None:
    heads, entries = side[4], side[5]
    depth, origin = entries[entry + DEPTH] % GROUPED, entries[entry + ORIGIN]
    if depth == 1:
        _add_person(side, origin)
        return
    level = entries[entry + LEVEL] - 1
    before = heads[PARTS * origin + HEAD] - 1
    while before >= 0 and entries[before + LEVEL] <= level:
        if (
            entries[before + LEVEL] == level
            and entries[before + DEPTH] % GROUPED == depth - 1
            and entries[before + BEGIN] <= entries[entry + END]
            and entries[before + END] >= entries[entry + BEGIN]
            and entries[before + ORIGIN] != entries[entry + NODE]
        ):
            _add_entry(side, before)
        before = entries[before + NEXT] - 1


def clear(sides: Any, kept: Any, found: Any, size: int) -> None:
    """Make the arrays ready for the next search."""
    for at in range(size):
        kept[found[at]] = 0
    for side in sides:
        level, people, counts, passed, heads, entries, chosen = (
            side[0], side[1], side[2], side[3], side[4], side[5], side[8]
        )  # fmt: skip
        for at in range(counts[PEOPLE_MADE]):
            person = people[at]
            level[2 * person] = 0
            level[2 * person + 1] = 0
            side[13][person] = 0
            chosen[person] = 0
        for entry in range(0, counts[ENTRIES_MADE], ENTRY):
            head = PARTS * entries[entry + NODE]
            heads[head + HEAD] = 0
            heads[head + WAITING] = 0
            passed[entries[entry]] = 0
        for at in range(len(counts)):
            counts[at] = 0
