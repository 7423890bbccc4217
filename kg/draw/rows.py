"""The row of each person: children under their parents, partners side by side where that can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.draw.ranks import Edge, ranks


class Union(NamedTuple):
    """Parents and children as numbers of people."""

    parents: tuple[int, ...]
    children: tuple[int, ...]


class Rows(NamedTuple):
    """The row of each person, and the (union, child) bonds that no order of rows can respect."""

    row: list[int]
    loops: frozenset[tuple[int, int]]


def rows(count: int, unions: Sequence[Union]) -> Rows:
    """Rows from 0 at the top; in each component of the graph on their own.

    Somebody who is among their own ancestors makes a loop: one bond of each loop is left out.
    Partners share a row unless that would put somebody beside an ancestor or a descendant.
    """
    loops = _loops(count, unions)
    groups = _groups(count, unions, loops)
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    weights: dict[tuple[int, int], int] = {}
    for tail, head in _bonds(unions, loops, groups):
        key = numbers[tail], numbers[head]
        weights[key] = weights.get(key, 0) + 1
    rank = ranks(len(numbers), [Edge(*key, weight) for key, weight in sorted(weights.items())])
    return Rows([rank[numbers[group]] for group in groups], loops)


def _bonds(
    unions: Sequence[Union], loops: frozenset[tuple[int, int]], groups: Sequence[int]
) -> Iterable[tuple[int, int]]:
    """(group of a parent, group of a child) once a union, child and group."""
    for number, union in enumerate(unions):
        above = sorted({groups[parent] for parent in union.parents})
        for child in union.children:
            if (number, child) not in loops:
                for group in above:
                    yield group, groups[child]


def _loops(count: int, unions: Sequence[Union]) -> frozenset[tuple[int, int]]:
    """The bonds to leave out so that nobody is their own ancestor: those that close a loop.

    Walked depth first from the people without parents.
    """
    below: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    founder = [True] * count
    for number, union in enumerate(unions):
        for child in union.children:
            if union.parents:
                founder[child] = False
            for parent in union.parents:
                below[parent].append((number, child))
    loops: set[tuple[int, int]] = set()
    state = bytearray(count)  # 1 on the way down, 2 done
    for root in sorted(range(count), key=lambda person: (not founder[person], person)):
        if state[root]:
            continue
        state[root] = 1
        way = [(root, iter(below[root]))]
        while way:
            person, rest = way[-1]
            for bond in rest:
                child = bond[1]
                if state[child] == 1:
                    loops.add(bond)
                elif not state[child]:
                    state[child] = 1
                    way.append((child, iter(below[child])))
                    break
            else:
                state[person] = 2
                way.pop()
    return frozenset(loops)


def _find(leader: list[int], person: int) -> int:
    while leader[person] != person:
        leader[person] = leader[leader[person]]
        person = leader[person]
    return person


def _merge(leader: list[int], people: Iterable[int]) -> None:
    roots = sorted({_find(leader, person) for person in people})
    for root in roots[1:]:
        leader[root] = roots[0]


def _groups(count: int, unions: Sequence[Union], loops: frozenset[tuple[int, int]]) -> list[int]:
    """For each person the least number among those who share a row."""
    leader = list(range(count))
    # Siblings of unknown parents are told to stand in one row as well.
    couples = [union.parents or union.children for union in unions if len(union.parents) != 1]
    for couple in couples:
        _merge(leader, couple)
    core = _core(unions, loops, [_find(leader, person) for person in range(count)])
    if not core:
        return [_find(leader, person) for person in range(count)]
    # Some couples cannot share a row: a father and son who married a daughter and mother. Only groups
    # on a loop are doubtful; of these as many as can be are put together again.
    doubtful = {couple: _find(leader, couple[0]) in core for couple in couples}
    leader = list(range(count))
    for couple, in_doubt in doubtful.items():
        if not in_doubt:
            _merge(leader, couple)
    waiting = [[couple for couple, in_doubt in doubtful.items() if in_doubt]]
    while waiting:
        batch = waiting.pop()
        trial = list(leader)
        for couple in batch:
            _merge(trial, couple)
        if not _core(unions, loops, [_find(trial, person) for person in range(count)]):
            leader = trial
        elif len(batch) > 1:
            half = len(batch) // 2
            waiting += [batch[half:], batch[:half]]
    return [_find(leader, person) for person in range(count)]


def _core(
    unions: Sequence[Union], loops: frozenset[tuple[int, int]], groups: Sequence[int]
) -> set[int]:
    """What is left of the groups when those without parents or children are taken off, again and
    again: empty where the groups have no loop.
    """
    above: dict[int, set[int]] = {}
    below: dict[int, set[int]] = {}
    for tail, head in _bonds(unions, loops, groups):
        below.setdefault(tail, set()).add(head)
        above.setdefault(head, set()).add(tail)
    left = {*above, *below}
    for here, there in ((above, below), (below, above)):
        ready = [group for group in left if not here.get(group)]
        for group in ready:  # grows while it is read
            left.discard(group)
            for other in there.get(group, ()):
                if group in here[other]:
                    here[other].discard(group)
                    if not here[other] and other in left:
                        ready.append(other)
    return left
