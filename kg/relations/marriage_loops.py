"""The loops behind `kg.relations.marriage_kernel`, compiled by numba.

A state is one number: the person times 16, and a code, which is three times the number of the
marriages passed, and how one came (up 0, down 1, across a marriage 2). The states of a side stand
in the order in which they were reached, layer by layer. What is known of a person stands in one
row of a table that is found by hashing: a search of the whole country touches few places of it,
and these stay near the processor.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NONE, MET, SPENT, FULL = range(4)
"""How a search ended: nobody met, met, too many states, too little room."""
UP, DOWN, ACROSS = range(3)
ROW = 8
"""Numbers in a row of the table."""
_KEY, _SEEN, _HEAD = 0, 1, 3
"""In a row: the person; for either side which codes were seen; the last state of either side."""
_CODES = 9
_BEFORE = (1 << _CODES) - 1
"""What was seen: codes of earlier layers, those of the layer in the tag, and above them the tag."""
DEEPEST = 4_000
"""More layers than these do not fit into the tag."""


@njit(cache=True, nogil=True)
def search(one, other, longest, budget, after, family, better, fits, room):  # type: ignore[no-untyped-def]
    """Search until the two meet after more steps than `after`.

    The number of steps, how it ended, the meetings (a person, and how either side came there),
    and for either side the steps that lead to these.
    """
    table, used, states, following, _, _ = room
    starts = np.zeros((2, DEEPEST + 2), np.int32)
    depths = np.zeros(2, np.int64)
    sizes = np.ones(2, np.int64)
    counts = np.zeros(2, np.int64)  # of rows used, and of meetings
    for side, start in ((0, one), (1, other)):
        row = _row(table, used, counts, start)
        table[row + _SEEN + side], table[row + _HEAD + side] = 1, 0
        states[side, 0], following[side, 0] = start << 4, -1
        starts[side, 1] = 1
    length = 0
    end = NONE
    turned = 0
    while length < longest:
        wide_a = sizes[0] - starts[0, depths[0]]
        wide_b = sizes[1] - starts[1, depths[1]]
        if min(wide_a, wide_b) == 0:
            break
        if sizes[0] + sizes[1] > budget:
            end = SPENT
            break
        side = 0 if wide_a <= wide_b else 1
        length += 1
        first = starts[side, depths[side]]
        depths[side] += 1
        if depths[side] == DEEPEST:
            end = FULL
            break
        counts[1] = 0
        size = _advance(side, first, sizes[side], depths[side], family, better, fits, room, counts)
        if size < 0:
            end = FULL
            sizes[side] = -size
            break
        sizes[side] = size
        starts[side, depths[side] + 1] = size
        if counts[1] and length > after:
            end = MET
            turned = side
            break
    pairs = np.empty((0, 5), np.int32)
    ways = np.empty((0, 8), np.int32)
    ways_b = ways
    if end == MET:
        wanted_a = np.zeros(sizes[0], np.bool_)
        wanted_b = np.zeros(sizes[1], np.bool_)
        pairs = _pairs(turned, counts[1], fits, room, wanted_a, wanted_b)
        ways = _ways(0, wanted_a, depths[0], starts[0], family, room)
        ways_b = _ways(1, wanted_b, depths[1], starts[1], family, room)
    for n in range(counts[0]):
        row = used[n]
        table[row] = -1
        for part in range(1, 5):
            table[row + part] = 0
    return length, end, pairs, ways, ways_b


@njit(cache=True, nogil=True)
def _row(table, used, counts, person):  # type: ignore[no-untyped-def]
    """The row of a person, a new one if there is none."""
    last = len(table) // ROW - 1
    place = (((person * 2654435769) & 0xFFFFFFFF) >> 8) & last
    while True:
        row = ROW * place
        key = table[row]
        if key == person:
            return row
        if key < 0:
            table[row] = person
            table[row + _HEAD] = table[row + _HEAD + 1] = -1
            used[counts[0]] = row
            counts[0] += 1
            return row
        place = (place + 1) & last


@njit(cache=True, nogil=True)
def _found(table, person):  # type: ignore[no-untyped-def]
    """The row of a person; -1 for none."""
    last = len(table) // ROW - 1
    place = (((person * 2654435769) & 0xFFFFFFFF) >> 8) & last
    while True:
        key = table[ROW * place]
        if key == person:
            return ROW * place
        if key < 0:
            return -1
        place = (place + 1) & last


@njit(cache=True, nogil=True)
def _advance(side, first, last, depth, family, better, fits, room, counts):  # type: ignore[no-untyped-def]
    """One step on from the last layer: how many states there are now, negative without room."""
    at, edges, _, most = family
    table, used, all_states, all_following, begins, met = room
    states, following = all_states[side], all_following[side]
    # What is read one after the other, and waits for nothing, comes from far at once.
    for n in range(first, last):
        begins[n - first] = at[4 * (states[n] >> 4)]
    begun = 0
    for n in range(last - first):
        begun ^= edges[begins[n]]
    begins[last - first] = begun
    size = last
    free = len(states) - 1
    rows = len(used) // 2
    for n in range(first, last):
        person, code = states[n] >> 4, states[n] & 15
        came = code % 3
        for move in range(4):
            if move == 0 and came != DOWN:
                target = code - came
            elif move == 1:
                target = code - came + DOWN
            elif move == 2 and came != ACROSS and code < 3 * most:
                target = code - came + 3 + ACROSS
            elif move == 3 and came != DOWN:
                target = code - came + DOWN
            else:
                continue
            bit = 1 << target
            barred = better[target]
            wanted = fits[target]
            for k in range(at[4 * person + move], at[4 * person + move + 1]):
                goal = edges[k]
                row = _row(table, used, counts, goal)
                seen = table[row + _SEEN + side]
                if seen >> (2 * _CODES) != depth:
                    seen = (depth << (2 * _CODES)) | ((seen | (seen >> _CODES)) & _BEFORE)
                if seen & (barred | (bit << _CODES)):
                    continue
                table[row + _SEEN + side] = seen | (bit << _CODES)
                states[size] = (goal << 4) | target
                following[size] = table[row + _HEAD + side]
                table[row + _HEAD + side] = size
                theirs = table[row + _SEEN + 1 - side]
                if (theirs | (theirs >> _CODES)) & wanted:
                    met[counts[1]] = size
                    counts[1] += 1
                size += 1
                if size == free or counts[0] > rows:
                    return -size
    return size


@njit(cache=True, nogil=True)
def _longer(rows, size):  # type: ignore[no-untyped-def]
    """The same rows with room for one more."""
    if size < len(rows):
        return rows
    longer = np.empty((2 * size, rows.shape[1]), np.int32)
    longer[:size] = rows
    return longer


@njit(cache=True, nogil=True)
def _pairs(side, number, fits, room, wanted_a, wanted_b):  # type: ignore[no-untyped-def]
    """The pairs of states at one person that make a way, of which one is new."""
    table, _, states, following, _, met = room
    pairs = np.empty((64, 5), np.int32)
    size = 0
    for n in range(number):
        mine = met[n]
        person, code = states[side, mine] >> 4, states[side, mine] & 15
        its = table[_found(table, person) + _HEAD + 1 - side]
        while its >= 0:
            other = states[1 - side, its] & 15
            if (1 << other) & fits[code]:
                a, b = (code, other) if side == 0 else (other, code)
                wanted_a[mine if side == 0 else its] = True
                wanted_b[its if side == 0 else mine] = True
                pairs = _longer(pairs, size)
                pairs[size, 0] = person
                pairs[size, 1], pairs[size, 2] = a % 3, a // 3
                pairs[size, 3], pairs[size, 4] = b % 3, b // 3
                size += 1
            its = following[1 - side, its]
    return pairs[:size]


@njit(cache=True, nogil=True)
def _ways(side, wanted, depth, starts, family, room):  # type: ignore[no-untyped-def]
    """Every step on a way to one of these states, a row each."""
    at, edges, bonds, _ = family
    table, _, all_states, all_following, _, _ = room
    states, following = all_states[side], all_following[side]
    rows = np.empty((64, 8), np.int32)
    size = 0
    for n in range(len(wanted) - 1, 0, -1):
        if not wanted[n]:
            continue
        while starts[depth] > n:
            depth -= 1
        person, code = states[n] >> 4, states[n] & 15
        came = code % 3
        # Back by the converse: to a child, a parent, a spouse, a sibling.
        for back in range(4):
            if back == 0 and came == DOWN:
                move, codes = 1, 7 << (code - came)
            elif back == 1 and came == UP:
                move, codes = 0, 5 << code
            elif back == 2 and came == ACROSS:
                move, codes = 2, 3 << (code - came - 3)
            elif back == 3 and came == DOWN:
                move, codes = 3, 5 << (code - came)
            else:
                continue
            for k in range(at[4 * person + back], at[4 * person + back + 1]):
                row = _found(table, edges[k])
                if row < 0:
                    continue
                before = table[row + _HEAD + side]
                while before >= 0:
                    how = states[before] & 15
                    if starts[depth - 1] <= before < starts[depth] and (1 << how) & codes:
                        wanted[before] = True
                        rows = _longer(rows, size)
                        rows[size, 0] = person
                        rows[size, 1], rows[size, 2] = came, code // 3
                        rows[size, 3] = edges[k]
                        rows[size, 4], rows[size, 5] = how % 3, how // 3
                        rows[size, 6], rows[size, 7] = move, bonds[k]
                        size += 1
                    before = following[before]
    return rows[:size]
