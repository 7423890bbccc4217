"""The loops at connectors (bodies and happenings) of the search in `kg.relations.walk_loops`.

An entry is by which tie a side came into which connector, from where, as the how-manieth since the
last person, on which level, and between which days. The entries of a connector are a chain, by
their levels. Those of one level and depth are a group, which leaves the connector together: by the
separate stretches of days in which one was there.
"""

from __future__ import annotations

from typing import Any

PERSON = 1 << 32
MOST_BETWEEN = 3
PEOPLE_MADE, ENTRIES_DONE, ENTRIES_MADE, GATHERED, GROUPS, AHEAD, DEEP = 1, 2, 3, 4, 5, 6, 7
OTHER, TIE, FIRST, LAST, DOOR = 0, 1, 2, 3, 4
"""The parts of a door, and how many they are."""
NODE, ORIGIN, DEPTH, LEVEL, BEGIN, END, NEXT, ENTRY = 1, 2, 3, 4, 5, 6, 7, 8
"""The parts of an entry behind its tie, and how many there are."""
GROUPED = 8
"""Stands in the depth of an entry that is in a group, or was."""
HEAD, TAIL, WAITING, EARLIEST, LATEST, PARTS = 0, 1, 2, 3, 4, 5
"""Of each connector: where its entries begin and end, and those that wait; between which days
these lie. Places are counted from 1; 0 is none."""
OPEN = 2**31 - 1
_FEW = 16


def allowed(rules: Any, first: int, last: int, tie: int) -> bool:
    """Whether the conditions let a tie be used."""
    since, until, wanted, kinds = rules[2], rules[3], rules[4], rules[5]
    if first > until or last < since:
        return False
    if len(wanted) == 0:
        return True
    for kind in wanted:  # noqa: SIM110 (it is compiled)
        if kinds[tie] == kind:
            return True
    return False


def enter(
    size: int, side: Any, connector: int, tie: int, origin: int, depth: int, level: int,
    first: int, last: int,
) -> None:  # fmt: skip
    """Note an entry of a connector that has so many ties."""
    counts, heads, entries = side[2], side[4], side[5]
    entry = counts[ENTRIES_MADE]
    counts[ENTRIES_MADE] = entry + ENTRY
    entries[entry] = tie
    entries[entry + NODE] = connector
    entries[entry + ORIGIN] = origin
    entries[entry + DEPTH] = depth
    entries[entry + LEVEL] = level
    entries[entry + BEGIN] = first
    entries[entry + END] = last
    entries[entry + NEXT] = 0
    head = PARTS * connector
    if heads[head + HEAD] == 0:
        heads[head + HEAD] = entry + 1
    else:
        entries[heads[head + TAIL] - 1 + NEXT] = entry + 1
    heads[head + TAIL] = entry + 1
    if heads[head + WAITING] == 0:
        heads[head + WAITING] = entry + 1
        heads[head + EARLIEST] = first
        heads[head + LATEST] = last
    else:
        if first < heads[head + EARLIEST]:
            heads[head + EARLIEST] = first
        if last > heads[head + LATEST]:
            heads[head + LATEST] = last
    # Where days are known, few of those at a connector have met.
    counts[AHEAD] += size if last == OPEN else min(size, 16)
    if depth > 1:
        counts[DEEP] += 1


def gather(graph: Any, mine: Any, theirs: Any, marked: Any, now: int, best: int) -> int:
    """Group the entries of one level, and look whether the other side is at their connectors."""
    counts, entries, groups = mine[2], mine[5], mine[6]
    entry = counts[ENTRIES_DONE]
    group = end = 0
    while entry < counts[ENTRIES_MADE] and entries[entry + LEVEL] == now:
        if entries[entry + DEPTH] < GROUPED:
            groups[2 * group] = entry
            groups[2 * group + 1] = start = end
            single = entries[entry + DEPTH] == 1
            end = _stretches(graph, mine, marked, entry, start)
            if single:
                best = _meeting(graph[0], mine, theirs, entry, start, end, best)
            group += 1
        entry += ENTRY
    groups[2 * group + 1] = end
    counts[GATHERED], counts[GROUPS] = entry, group
    return best


def _stretches(graph: Any, mine: Any, marked: Any, entry: int, start: int) -> int:
    """Note between which days a connector was entered on one level; gives where the notes end.

    All entries of the same depth from this one on, as separate stretches in order.
    """
    entries, stretches = mine[5], mine[7]
    depth, now = entries[entry + DEPTH], entries[entry + LEVEL]
    number = 0
    later = entry
    while later >= 0 and entries[later + LEVEL] == now:
        if entries[later + DEPTH] == depth:
            entries[later + DEPTH] = depth + GROUPED
            number += 1
            # In their place among those before, as long as these are few.
            if number <= _FEW:
                first = entries[later + BEGIN]
                place = 2 * (start + number - 1)
                while place > 2 * start and stretches[place - 2] > first:
                    stretches[place] = stretches[place - 2]
                    stretches[place + 1] = stretches[place - 1]
                    place -= 2
                stretches[place] = first
                stretches[place + 1] = entries[later + END]
            else:
                marked[entries[later]] = 1
        later = entries[later + NEXT] - 1
    if number > _FEW:
        return _swept(graph, mine, marked, entry, start)
    place = 2 * start
    for following in range(place + 2, place + 2 * number, 2):
        if stretches[following] <= stretches[place + 1]:
            stretches[place + 1] = max(stretches[place + 1], stretches[following + 1])
        else:
            place += 2
            stretches[place] = stretches[following]
            stretches[place + 1] = stretches[following + 1]
    return place // 2 + 1


def _swept(graph: Any, mine: Any, marked: Any, entry: int, start: int) -> int:
    """The same for many: doors stand in the order of their first days, so nothing is sorted."""
    at, doors = graph[0], graph[1]
    entries, stretches = mine[5], mine[7]
    connector, depth, now = entries[entry + NODE], entries[entry + DEPTH], entries[entry + LEVEL]
    later = entry
    for _ in range(_FEW):
        marked[entries[later]] = 1
        later = entries[later + NEXT] - 1
        while entries[later + DEPTH] != depth or entries[later + LEVEL] != now:
            later = entries[later + NEXT] - 1
    side = 2 * connector if depth == GROUPED + 1 else 2 * connector + 1
    place = 2 * start - 2
    for door in range(DOOR * at[side], DOOR * at[side + 1], DOOR):
        tie = doors[door + TIE]
        if tie < 0:
            tie = ~tie
        if marked[tie] == 0:
            continue
        marked[tie] = 0
        if place >= 2 * start and doors[door + FIRST] <= stretches[place + 1]:
            stretches[place + 1] = max(stretches[place + 1], doors[door + LAST])
        else:
            place += 2
            stretches[place] = doors[door + FIRST]
            stretches[place + 1] = doors[door + LAST]
    return place // 2 + 1


def _meeting(
    at: Any, mine: Any, theirs: Any, entry: int, start: int, end: int, best: int
) -> int:  # fmt: skip
    """The level of the best path so far, or of one by this group and an entry of the other side.

    Only entries that wait there: what others lead to has been reached, and those whence one came.
    """
    entries, stretches = mine[5], mine[7]
    heads, theirs_entries = theirs[4], theirs[5]
    connector = entries[entry + NODE]
    head = PARTS * connector
    its = heads[head + WAITING] - 1
    latest = stretches[2 * end - 1]
    if its < 0 or heads[head + EARLIEST] > latest or heads[head + LATEST] < stretches[2 * start]:
        return best
    level = entries[entry + LEVEL] - 1
    depth = entries[entry + DEPTH] % GROUPED
    # Not worth more than leaving the connector, which finds as much.
    patience = at[2 * connector + 2] - at[2 * connector] if latest == OPEN else 32
    while its >= 0 and level + theirs_entries[its + LEVEL] < best and patience > 0:
        patience -= 1
        if theirs_entries[its + DEPTH] % GROUPED + depth <= MOST_BETWEEN + 1:
            # The first stretch that has not ended before.
            low, high = start, end
            while low < high:
                middle = (low + high) // 2
                if stretches[2 * middle + 1] < theirs_entries[its + BEGIN]:
                    low = middle + 1
                else:
                    high = middle
            if low < end and stretches[2 * low] <= theirs_entries[its + END]:
                best = level + theirs_entries[its + LEVEL]
        its = theirs_entries[its + NEXT] - 1
    return best


def leave(graph: Any, rules: Any, mine: Any, theirs: Any, group: int, far: int, best: int) -> int:
    """Leave a connector by all ties that may hold together with one by which it was entered."""
    at, doors, lasts_16, lasts_256 = graph[:4]
    possible, strict = rules[0], rules[1]
    level, people, counts, passed, heads, entries, groups, stretches = mine[:8]
    ours, their_heads = mine[11], theirs[4]
    seen, by_us = mine[13], ours + 1
    entry = groups[2 * group]
    connector, depth = entries[entry + NODE], entries[entry + DEPTH] % GROUPED
    now = entries[entry + LEVEL]
    after = now + PERSON
    latest = stretches[2 * groups[2 * group + 3] - 1]
    waiting = PARTS * connector + WAITING
    while heads[waiting] > 0 and entries[heads[waiting] - 1 + LEVEL] <= now:
        heads[waiting] = entries[heads[waiting] - 1 + NEXT]
    made = counts[PEOPLE_MADE]
    for side in range(2 * connector, 2 * connector + (1 if depth == MOST_BETWEEN else 2)):
        place = 2 * groups[2 * group + 1]
        door, end = DOOR * at[side], DOOR * at[side + 1]
        while door < end:
            first = doors[door + FIRST]
            if first > latest:
                break
            # Doors stand in the order of their first days: what ended before one is over for all.
            while stretches[place + 1] < first:
                place += 2
            start = stretches[place]
            here = door
            door += DOOR
            if doors[here + LAST] < start:
                while door < end and door % (16 * DOOR) == 0:
                    if door % (256 * DOOR) == 0 and lasts_256[door // (256 * DOOR)] < start:
                        door += 256 * DOOR
                    elif lasts_16[door // (16 * DOOR)] < start:
                        door += 16 * DOOR
                    else:
                        break
                continue
            other = doors[here + OTHER]
            tie = doors[here + TIE]
            at_level = 2 * other + ours
            # A connector has no mark but that it is closed.
            mark = seen[other]
            if mark & by_us:
                continue
            there = level[at_level ^ 1] if mark else 0
            if side % 2 == 1:
                there = their_heads[PARTS * other]
            if there == 0 and now + far >= best:
                continue
            if tie < 0:
                if not possible:
                    continue
                tie = ~tie
            last = doors[here + LAST]
            if strict and not allowed(rules, first, last, tie):
                continue
            if side % 2 == 0:
                level[at_level] = after
                seen[other] = mark | by_us
                people[made] = other
                made += 1
                if there > 0 and now + there < best:
                    best = now + there
                continue
            mark = depth if connector < other else 4 * depth
            if passed[tie] & mark:
                continue
            if depth > 1 and not _may_leave(entries, entry, other, first, last):
                continue
            passed[tie] |= mark
            size = at[2 * other + 2] - at[2 * other]
            enter(size, mine, other, tie, connector, depth + 1, now + 1, first, last)
            best = _meeting_there(mine, theirs, counts[ENTRIES_MADE] - ENTRY, best)
    counts[PEOPLE_MADE] = made
    return best


def _meeting_there(mine: Any, theirs: Any, entry: int, best: int) -> int:
    """The level of the best path so far, or of one by an entry that was made from a connector."""
    entries, its_entries = mine[5], theirs[5]
    level = entries[entry + LEVEL] - 1
    its = theirs[4][PARTS * entries[entry + NODE] + HEAD] - 1
    while its >= 0 and level + its_entries[its + LEVEL] < best:
        if (
            its_entries[its + BEGIN] <= entries[entry + END]
            and its_entries[its + END] >= entries[entry + BEGIN]
            and its_entries[its + DEPTH] % GROUPED + entries[entry + DEPTH] <= MOST_BETWEEN + 1
            and its_entries[its + ORIGIN] != entries[entry + ORIGIN]
        ):
            best = level + its_entries[its + LEVEL]
        its = its_entries[its + NEXT] - 1
    return best


def _may_leave(entries: Any, entry: int, other: int, first: int, last: int) -> bool:
    """Whether some entry of one level lets one go on to a connector; nobody turns straight back."""
    depth, now = entries[entry + DEPTH], entries[entry + LEVEL]
    while entry >= 0 and entries[entry + LEVEL] == now:
        if (
            entries[entry + DEPTH] == depth
            and entries[entry + ORIGIN] != other
            and entries[entry + BEGIN] <= last
            and entries[entry + END] >= first
        ):
            return True
        entry = entries[entry + NEXT] - 1
    return False
