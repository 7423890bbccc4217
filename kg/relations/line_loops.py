"""The loops behind `kg.relations.line_kernel`, compiled by numba.

The method is that of `kg.relations.chains`, and what it finds is the same. A climb is a tuple: the
place of each person in it (-1 for none), where the counts of chains to each begin, the shortest
length of these chains, and the counts by length, one run a person. The people of a climb stand in
an array of their own, each after those below.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_BIG = 2.0**62
"""Numbers of pairs of chains beyond this might not fit."""
_DEEP = 4_000
"""Longer chains do not fit into the keys that groups are sorted by."""
_ROOM = 1 << 24
"""So many counts are kept at once at most."""
_TRIES = 20_000
"""After so many steps the search for the first chain is left to the one that remembers."""


@njit(cache=True, nogil=True)
def _put(row, a, b, c, d, e, f):  # type: ignore[no-untyped-def]
    row[0], row[1], row[2], row[3], row[4], row[5] = a, b, c, d, e, f


@njit(cache=True, nogil=True)
def _longer(rows, size):  # type: ignore[no-untyped-def]
    """The same rows with room for one more."""
    return rows if size < len(rows) else np.concatenate((rows, rows))


@njit(cache=True, nogil=True)
def _climb(start, lowest, parents_at, parents, mark):  # type: ignore[no-untyped-def]
    """The people from a person up as far as a number, their climb, and the most chains to one.

    `mark` becomes part of the climb: whoever is done with it clears it.
    """
    people = np.empty(64, np.int32)
    people[0] = start
    size = 1
    mark[start] = 0
    done = 0
    while done < size:
        person = people[done]
        done += 1
        for at in range(parents_at[person], parents_at[person + 1]):
            parent = parents[at]
            if parent >= lowest and mark[parent] < 0:
                people = _longer(people, size)
                people[size] = parent
                mark[parent] = 0
                size += 1
    people = np.sort(people[:size])[::-1].copy()
    for place in range(size):
        mark[people[place]] = place
    shortest = np.full(size, 1 << 30, np.int32)
    longest = np.zeros(size, np.int32)
    total = np.zeros(size)
    shortest[0], total[0] = 0, 1.0
    starts = np.zeros(size + 1, np.int64)
    for place in range(size):
        person = people[place]
        starts[place + 1] = starts[place] + longest[place] - shortest[place] + 1
        for at in range(parents_at[person], parents_at[person + 1]):
            if parents[at] >= lowest:
                above = mark[parents[at]]
                shortest[above] = min(shortest[above], shortest[place] + 1)
                longest[above] = max(longest[above], longest[place] + 1)
                total[above] += total[place]
    counts = np.zeros(starts[size], np.int64)
    counts[0] = 1
    for place in range(size):
        person = people[place]
        for at in range(parents_at[person], parents_at[person + 1]):
            if parents[at] >= lowest:
                above = mark[parents[at]]
                shift = starts[above] + shortest[place] + 1 - shortest[above] - starts[place]
                for n in range(starts[place], starts[place + 1]):
                    counts[n + shift] += counts[n]
    return people, (mark, starts, shortest, counts), total.max()


@njit(cache=True, nogil=True)
def _run(climb, person):  # type: ignore[no-untyped-def]
    """Where the counts of a person begin and end, and the length that the first is of."""
    mark, starts, shortest, _ = climb
    place = mark[person]
    return starts[place], starts[place + 1], shortest[place]


@njit(cache=True, nogil=True)
def _chains(climb, person, length):  # type: ignore[no-untyped-def]
    """How many chains of a length lead to a person."""
    if climb[0][person] < 0:
        return 0
    begin, end, low = _run(climb, person)
    at = begin + length - low
    return climb[3][at] if begin <= at < end else 0


@njit(cache=True, nogil=True)
def _candidates(mine, family, mark_a, mark_b):  # type: ignore[no-untyped-def]
    """The pairs of different children, of either climb, with a common parent, by the higher of
    the parents downwards, then the pairs of stated siblings: child, child, parent, parent, whole.
    """
    parents_at, parents, children_at, children, siblings_at, siblings = family
    found = np.empty((64, 6), np.int32)
    size = 0
    fair = True
    for top in mine:
        if mark_b[top] < 0:
            continue
        for at in range(children_at[top], children_at[top + 1]):
            c = children[at]
            if mark_a[c] < 0:
                continue
            for to in range(children_at[top], children_at[top + 1]):
                d = children[to]
                if d == c or mark_b[d] < 0:
                    continue
                second = -1
                first = True
                others = parents[parents_at[d] : parents_at[d + 1]]
                for up in range(parents_at[c], parents_at[c + 1]):
                    parent = parents[up]
                    if parent != top and (others == parent).any():
                        if parent > top:
                            first = False
                        elif second >= 0:
                            fair = False
                        else:
                            second = parent
                if not first:
                    fair = fair and parents_at[c + 1] - parents_at[c] <= 2
                    continue
                found = _longer(found, size)
                known = min(parents_at[c + 1] - parents_at[c], parents_at[d + 1] - parents_at[d])
                whole = 0 if second >= 0 else 2 if known > 1 else 1
                _put(found[size], c, d, top, second, whole, 0)
                size += 1
    if len(siblings):
        for c in mine:
            for at in range(siblings_at[c], siblings_at[c + 1]):
                d = siblings[at]
                if mark_b[d] >= 0:
                    found = _longer(found, size)
                    _put(found[size], c, d, -1, -1, 1, 0)
                    size += 1
    return found[:size], fair


@njit(cache=True, nogil=True)
def find_lines(one, other, family, marks):  # type: ignore[no-untyped-def]
    """The groups, a row each: parent, parent, up, down, whole, count; and the first chain.

    A single row with a negative count: this is not for compiled code.
    """
    parents_at, parents = family[0], family[1]
    mine, a, most_a = _climb(one, 0, parents_at, parents, marks[0])
    yours, b, most_b = _climb(other, 0, parents_at, parents, marks[1])
    pairs, fair = _candidates(mine, family, a[0], b[0])
    size = len(pairs)
    offsets = np.zeros(size + 1, np.int64)
    lowest = 1 << 30
    for k in range(size):
        c, d = pairs[k, 0], pairs[k, 1]
        begin, end, _ = _run(a, c)
        begin_d, end_d, _ = _run(b, d)
        offsets[k + 1] = offsets[k] + (end - begin) * (end_d - begin_d)
        lowest = min(lowest, c, d)
    longest = max((a[2] + a[1][1:] - a[1][:-1]).max(), (b[2] + b[1][1:] - b[1][:-1]).max())
    rows = np.full((1, 6), -1, np.int64)
    chain = np.empty(0, np.int32)
    if fair and most_a * most_b < _BIG and offsets[size] < _ROOM and longest < _DEEP:
        counts = np.zeros(offsets[size], np.int64)
        _sweep(one, mine, a, b, pairs, lowest, offsets, counts, family, marks[2])
        rows, origin = _rows(one, a, b, pairs, offsets, counts)
        if len(rows):
            chain = _chain(one, rows[0], origin, pairs, family, a, b)
    _clear(mine, marks[0])
    _clear(yours, marks[1])
    return rows, chain


@njit(cache=True, nogil=True)
def _clear(people, mark):  # type: ignore[no-untyped-def]
    for person in people:
        mark[person] = -1


@njit(cache=True, nogil=True)
def _sweep(one, mine, a, b, pairs, lowest, offsets, counts, family, mark):  # type: ignore[no-untyped-def]
    """Count the lines of each pair, from the youngest common ancestor to the oldest.

    Until a pair is settled `counts` has what met, then what did not.
    """
    size = len(pairs)
    by_child, after_child = np.full(len(mine), -1, np.int32), np.full(size, -1, np.int32)
    by_second, after_second = np.full(len(mine), -1, np.int32), np.full(size, -1, np.int32)
    for k in range(size - 1, -1, -1):
        place = a[0][pairs[k, 0]]
        after_child[k], by_child[place] = by_child[place], k
        if pairs[k, 3] >= 0:
            place = a[0][pairs[k, 3]]
            after_second[k], by_second[place] = by_second[place], k
    k = 0
    for place in range(len(mine)):
        top = mine[place]
        if b[0][top] < 0:
            continue
        first = k
        while k < size and pairs[k, 2] == top:
            _settle(pairs[k], offsets[k], counts, a, b)
            k += 1
        if top < lowest or (first == k and by_second[place] < 0 and top != one):
            continue
        begin, end, low = _run(a, top)
        begin_d, end_d, low_d = _run(b, top)
        lines = np.zeros((end - begin, end_d - begin_d), np.int64)
        if top == one:
            lines[0] = b[3][begin_d:end_d]
        for pair in range(first, k):
            _add(pairs[pair], offsets[pair], counts, a, b, lines, low, low_d)
        pair = by_second[place]
        while pair >= 0:
            _add(pairs[pair], offsets[pair], counts, a, b, lines, low, low_d)
            pair = after_second[pair]
        if lines.any():
            people, climb, _ = _climb(top, lowest, family[0], family[1], mark)
            for person in people:
                pair = by_child[a[0][person]]
                while pair >= 0:
                    if mark[pairs[pair, 1]] >= 0:
                        _meet(pairs[pair], offsets[pair], counts, a, b, climb, lines, low, low_d)
                    pair = after_child[pair]
            _clear(people, mark)
    while k < size:
        _settle(pairs[k], offsets[k], counts, a, b)
        k += 1


@njit(cache=True, nogil=True)
def _settle(pair, at, counts, a, b):  # type: ignore[no-untyped-def]
    begin, end, _ = _run(a, pair[0])
    begin_d, end_d, _ = _run(b, pair[1])
    for i in range(begin, end):
        for j in range(begin_d, end_d):
            counts[at] = a[3][i] * b[3][j] - counts[at]
            at += 1


@njit(cache=True, nogil=True)
def _add(pair, at, counts, a, b, lines, low, low_d):  # type: ignore[no-untyped-def]
    """Add the lines of a pair of children, a step longer on either side, to those of a parent."""
    begin, end, shortest = _run(a, pair[0])
    begin_d, end_d, shortest_d = _run(b, pair[1])
    for i in range(end - begin):
        for j in range(end_d - begin_d):
            lines[i + shortest + 1 - low, j + shortest_d + 1 - low_d] += counts[at]
            at += 1


@njit(cache=True, nogil=True)
def _meet(pair, offset, counts, a, b, climb, lines, low, low_d):  # type: ignore[no-untyped-def]
    """Count the chains to a pair of children that are one from a person with lines on."""
    _, _, low_a = _run(a, pair[0])
    begin_b, end_b, low_b = _run(b, pair[1])
    begin, end, shortest = _run(climb, pair[0])
    begin_d, end_d, shortest_d = _run(climb, pair[1])
    wide = end_b - begin_b
    for i in range(lines.shape[0]):
        for j in range(lines.shape[1]):
            n = lines[i, j]
            if n == 0:
                continue
            for v in range(begin, end):
                row = low + i + shortest + v - begin - low_a
                at = offset + row * wide + low_d + j + shortest_d - low_b
                for w in range(begin_d, end_d):
                    counts[at + w - begin_d] += n * climb[3][v] * climb[3][w]


@njit(cache=True, nogil=True)
def _rows(one, a, b, pairs, offsets, counts):  # type: ignore[no-untyped-def]
    """The groups in order, and the pair of children of the first chain (-1 for none)."""
    size = len(b[3])
    for at in range(offsets[len(pairs)]):
        size += counts[at] != 0
    raw = np.empty((size, 6), np.int64)
    origins = np.full(size, -1, np.int64)
    n = 0
    if b[0][one] >= 0:
        begin, end, low = _run(b, one)
        for at in range(begin, end):
            if b[3][at]:
                _put(raw[n], one, -1, 0, low + at - begin, 1, b[3][at])
                n += 1
    for k in range(len(pairs)):
        at = offsets[k]
        begin, end, shortest = _run(a, pairs[k, 0])
        begin_d, end_d, shortest_d = _run(b, pairs[k, 1])
        top, second, whole = pairs[k, 2], pairs[k, 3], pairs[k, 4]
        if second >= 0:
            top, second = second, top
        for up in range(shortest + 1, shortest + 1 + end - begin):
            for down in range(shortest_d + 1, shortest_d + 1 + end_d - begin_d):
                if counts[at]:
                    _put(raw[n], top, second, up, down, whole, counts[at])
                    origins[n] = k
                    n += 1
                at += 1
    keys = np.empty(n, np.int64)
    for at in range(n):
        low, _, up, down, whole, _ = raw[at]
        length = up + down - (low < 0)
        keys[at] = (((((length << 12) + abs(up - down)) << 2) + whole) << 32) + low + 1
    order = np.argsort(keys)
    for at in range(1, n):
        item = order[at]
        to = at
        while to and _before(item, order[to - 1], keys, raw, origins, pairs):
            order[to] = order[to - 1]
            to -= 1
        order[to] = item
    rows = np.empty((n, 6), np.int64)
    size = 0
    for item in order:
        if size and (rows[size - 1, :5] == raw[item, :5]).all():
            rows[size - 1, 5] += raw[item, 5]
        else:
            rows[size] = raw[item]
            size += 1
    return rows[:size], origins[order[0]] if n else -1


@njit(cache=True, nogil=True)
def _before(one, other, keys, raw, origins, pairs):  # type: ignore[no-untyped-def]
    if keys[one] != keys[other]:
        return keys[one] < keys[other]
    for field in (1, 2):
        if raw[one, field] != raw[other, field]:
            return raw[one, field] < raw[other, field]
    k, m = origins[one], origins[other]
    if k < 0 or m < 0:
        return False
    if pairs[k, 0] != pairs[m, 0]:
        return pairs[k, 0] < pairs[m, 0]
    return pairs[k, 1] < pairs[m, 1]


@njit(cache=True, nogil=True)
def _chain(one, row, origin, pairs, family, a, b):  # type: ignore[no-untyped-def]
    """The first chain of the first group, as `kg.relations.chains` walks; empty if not found."""
    children_at, children = family[2], family[3]
    up, down = row[2], row[3]
    # A state: the two people, how far they still have to go, and the child that is tried next.
    where = np.empty((up + down + 1, 6), np.int64)
    if up:
        _put(where[0], pairs[origin, 0], up - 1, pairs[origin, 1], down - 1, -1, 0)
    else:
        _put(where[0], -1, 0, one, down, -1, 0)
    n = 0
    tries = _TRIES + 2 * (up + down)
    while n >= 0 and tries:
        tries -= 1
        c, left, d, left_d, at, _ = where[n]
        if left == 0 and left_d == 0:
            break
        on_a = left > 0 and (left_d == 0 or c < d)
        person = c if on_a else d
        if at < 0:
            at = children_at[person]
        moved = False
        while at < children_at[person + 1] and not moved:
            child = children[at]
            at += 1
            if on_a and child != d and _chains(a, child, left - 1):
                _put(where[n + 1], child, left - 1, d, left_d, -1, 0)
                moved = True
            elif not on_a and child != c and _chains(b, child, left_d - 1):
                _put(where[n + 1], c, left, child, left_d - 1, -1, 0)
                moved = True
        where[n, 4] = at
        n += 1 if moved else -1
    if n < 0 or not tries:
        return np.empty(0, np.int32)
    # Between stated siblings there is no top.
    gap = row[0] >= 0
    chain = np.empty(up + down + gap, np.int32)
    for step in range(n + 1):
        if up:
            chain[where[step, 1]] = where[step, 0]
        chain[up + down + gap - 1 - where[step, 3]] = where[step, 2]
    if gap:
        chain[up] = row[0]
    return chain
