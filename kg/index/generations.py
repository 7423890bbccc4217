"""Puts people into an order in which parents come before children, and cuts loops of descent."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kg.index.arrays import ALWAYS, NEVER, running

_TANGLE = 2_000
"""A component with more bonds than this is cut in one go: to look for the best cut takes long."""
_TOLD = 1_000
"""So many loops are given in full; of further ones only the bond that was cut."""


class Descent(NamedTuple):
    """Who descends from whom, by places: bonds by birth ascending by child, then parent.

    `lead` gives the first of a group of identical twins, who are put side by side, and `mates`
    the others by their first.
    """

    size: int
    children: Sequence[int]
    parents: Sequence[int]
    lead: Sequence[int]
    mates: Mapping[int, Sequence[int]]


def arrange(
    descent: Descent, sire: Sequence[int], dam: Sequence[int]
) -> tuple[array[int], array[int]]:
    """The places in order, and the generation of each: the longest way up to a founder.

    In a generation, children of the same two parents (-1 for none) stand together. Who is in a
    loop of descent, or descends from one, is left out.
    """
    count, lead = descent.size, descent.lead
    starts, below = _below(descent)
    pending = array("i", bytes(4 * count))
    for child in descent.children:
        pending[lead[child]] += 1
    number = array("i", [-1]) * (count + 1)  # one more: a place of -1 finds -1 there
    order, generation = array("i"), array("i")
    level = [place for place in range(count) if lead[place] == place and not pending[place]]
    depth = 0
    while level:
        width = count + 1
        packed = [
            ((number[sire[place]] + 1) * width + number[dam[place]] + 1) * count + place
            for place in level
        ]
        packed.sort()
        level = []
        for key in packed:
            first = key % count
            for place in (first, *descent.mates.get(first, ())):
                number[place] = len(order)
                order.append(place)
                generation.append(depth)
                for child in below[starts[place] : starts[place + 1]]:
                    child = lead[child]
                    pending[child] -= 1
                    if not pending[child]:
                        level.append(child)
        depth += 1
    return order, generation


def _below(descent: Descent) -> tuple[array[int], array[int]]:
    """The children of each place, one run after the other, with where the runs start."""
    sizes = array("i", bytes(4 * descent.size))
    for parent in descent.parents:
        sizes[parent] += 1
    starts = running(sizes, "i")
    free = array("i", starts)
    below = array("i", bytes(4 * len(descent.parents)))
    for child, parent in zip(descent.children, descent.parents, strict=True):
        below[free[parent]] = child
        free[parent] += 1
    return starts, below


class Loops(NamedTuple):
    """Loops of descent, and the bonds (child, parent) that are to go so that none is left."""

    loops: list[tuple[int, ...]]
    cut: set[tuple[int, int]]


class _Edge(NamedTuple):
    """From a child up to a parent: the firsts of their groups of twins, then the two themselves."""

    low: int
    high: int
    child: int
    parent: int


def find_loops(
    descent: Descent, ordered: Iterable[int], first: Sequence[int], last: Sequence[int]
) -> Loops:
    """The loops among those who are not `ordered`; `first` and `last` bound each one's birth.

    Cut is, while there is a loop: a bond to a parent who was surely born later; else one of
    unknown days; among these one that most ways lead through, then the first in order.
    """
    free = bytearray(descent.size)
    for place in ordered:
        free[place] = 1
    found = Loops([], set())
    up: dict[int, list[_Edge]] = {}
    lead = descent.lead
    for child, parent in zip(descent.children, descent.parents, strict=True):
        if free[child] or free[parent]:
            continue
        edge = _Edge(lead[child], lead[parent], child, parent)
        if edge.low == edge.high:
            _cut(found, edge, [] if child == parent else [parent])
        else:
            up.setdefault(edge.low, []).append(edge)
    work = _components(up, sorted(up))
    while work:
        nodes = work.pop()
        inside = set(nodes)
        edges = [edge for node in sorted(nodes) for edge in up[node] if edge.high in inside]
        if len(edges) > _TANGLE:
            _untangle(found, up, sorted(nodes), inside)
            continue
        edge = _worst(edges, first, last)
        _cut(found, edge, _way(up, edge, inside))
        up[edge.low].remove(edge)
        work += _components({n: [e for e in up[n] if e.high in inside] for n in nodes}, nodes)
    found.loops.sort()
    return found


def _cut(found: Loops, edge: _Edge, way: Sequence[int]) -> None:
    found.cut.add((edge.child, edge.parent))
    found.loops.append((edge.child, *way) if len(found.loops) < _TOLD else edge[2:])


def _worst(edges: Sequence[_Edge], first: Sequence[int], last: Sequence[int]) -> _Edge:
    """The bond of a component that had best go."""
    into: dict[int, int] = {}
    out: dict[int, int] = {}
    for edge in edges:
        into[edge.high] = into.get(edge.high, 0) + 1
        out[edge.low] = out.get(edge.low, 0) + 1

    def doubt(edge: _Edge) -> tuple[int, int, _Edge]:
        child, parent = edge.child, edge.parent
        if first[parent] > NEVER and last[child] < ALWAYS and first[parent] > last[child]:
            rank = 0
        elif first[child] > NEVER and last[parent] < ALWAYS and last[parent] < first[child]:
            rank = 2
        else:
            rank = 1
        return rank, -into.get(edge.low, 0) * out.get(edge.high, 0), edge

    return min(edges, key=doubt)


def _way(up: Mapping[int, Sequence[_Edge]], edge: _Edge, inside: set[int]) -> list[int]:
    """A shortest way from the parent of a bond up to its child: each once, without the last."""
    came: dict[int, _Edge | None] = {edge.high: None}
    queue = deque([edge.high])
    while edge.low not in came:
        node = queue.popleft()
        for step in up[node]:
            if step.high in inside and step.high not in came:
                came[step.high] = step
                queue.append(step.high)
    way = []
    step_down = came[edge.low]
    while step_down is not None:
        way.append(step_down.child)
        step_down = came[step_down.low]
    return way[::-1]


def _untangle(
    found: Loops, up: Mapping[int, Sequence[_Edge]], nodes: Sequence[int], inside: set[int]
) -> None:
    """Cut every bond that a walk up finds leading back to its own way: linear in the bonds."""
    on_way: dict[int, int] = {}
    done: set[int] = set()
    for root in nodes:
        if root in done:
            continue
        way = [root]
        taken: list[int] = []  # the child of each bond that was followed
        on_way[root] = 0
        walks = [iter(up[root])]
        while walks:
            for edge in walks[-1]:
                if edge.high not in inside or edge.high in done:
                    continue
                if edge.high in on_way:
                    told = len(found.loops) < _TOLD
                    _cut(found, edge, taken[on_way[edge.high] :] if told else ())
                    continue
                on_way[edge.high] = len(way)
                way.append(edge.high)
                taken.append(edge.child)
                walks.append(iter(up[edge.high]))
                break
            else:
                walks.pop()
                node = way.pop()
                del on_way[node]
                done.add(node)
                if taken:
                    taken.pop()


def _components(up: Mapping[int, Sequence[_Edge]], nodes: Iterable[int]) -> list[list[int]]:
    """The strongly connected components of more than one node (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        walks = [(root, iter(up.get(root, ())))]
        while walks:
            node, edges = walks[-1]
            for edge in edges:
                other = edge.high
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    walks.append((other, iter(up.get(other, ()))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                walks.pop()
                if walks:
                    above = walks[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == index[node]:
                    at = _place(stack, node)
                    group = stack[at:]
                    del stack[at:]
                    on_stack.difference_update(group)
                    if len(group) > 1:
                        found.append(group)
    return found


def _place(stack: Sequence[int], node: int) -> int:
    at = len(stack) - 1
    while stack[at] != node:
        at -= 1
    return at
