"""Ranks for a graph without loops, so that its edges are as short in all as they can be.

Network simplex after Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs",
IEEE Transactions on Software Engineering 19 (1993), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Edge(NamedTuple):
    """From a node to one that must have a higher rank."""

    tail: int
    head: int
    weight: int


def ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """A rank for each of the nodes 0 … count-1, each component starting at 0.

    Each edge goes up by at least 1; the sum of weight times length is the least there is (or near
    it: the number of exchanges has a bound). The edges must have no loop.
    """
    incident: list[list[int]] = [[] for _ in range(count)]
    for number, edge in enumerate(edges):
        incident[edge.tail].append(number)
        incident[edge.head].append(number)
    rank = _longest(count, edges, incident)
    seen = [False] * count
    for root in range(count):
        if seen[root]:
            continue
        tree = _tight_tree(root, rank, edges, incident, seen)
        nodes = sorted(tree)
        _improve(nodes, rank, edges, incident, tree)
        lowest = min(rank[node] for node in nodes)
        for node in nodes:
            rank[node] -= lowest
    return rank


def _longest(count: int, edges: Sequence[Edge], incident: list[list[int]]) -> list[int]:
    """Each node as high as the longest way to it asks for."""
    waiting = [0] * count
    for edge in edges:
        waiting[edge.head] += 1
    rank = [0] * count
    ready = [node for node in range(count) if not waiting[node]]
    for node in ready:  # grows while it is read
        for number in incident[node]:
            edge = edges[number]
            if edge.tail == node:
                rank[edge.head] = max(rank[edge.head], rank[node] + 1)
                waiting[edge.head] -= 1
                if not waiting[edge.head]:
                    ready.append(edge.head)
    return rank


def _tight_tree(
    root: int, rank: list[int], edges: Sequence[Edge], incident: list[list[int]], seen: list[bool]
) -> dict[int, set[int]]:
    """A tree of edges of length 1 over the component of `root`, moving ranks to get it.

    node → numbers of its edges in the tree.
    """
    tree: dict[int, set[int]] = {root: set()}
    seen[root] = True
    fresh = [root]
    border: set[int] = set()
    while True:
        while fresh:
            node = fresh.pop()
            for number in incident[node]:
                tail, head, _ = edges[number]
                other = head if tail == node else tail
                if seen[other]:
                    border.discard(number)
                elif rank[head] - rank[tail] == 1:
                    seen[other] = True
                    tree[other] = {number}
                    tree[node].add(number)
                    fresh.append(other)
                else:
                    border.add(number)
        border = {n for n in border if not (seen[edges[n].tail] and seen[edges[n].head])}
        if not border:
            return tree
        number = min(border, key=lambda n: (rank[edges[n].head] - rank[edges[n].tail], n))
        tail, head, _ = edges[number]
        slack = rank[head] - rank[tail] - 1
        inside = tail if seen[tail] else head
        step = slack if inside == tail else -slack
        for node in tree:
            rank[node] += step
        fresh.append(inside)


def _improve(
    nodes: list[int], rank: list[int], edges: Sequence[Edge], incident: list[list[int]],
    tree: dict[int, set[int]],
) -> None:  # fmt: skip
    """Exchange edges of the tree until none is longer than it need be."""
    pull = {
        node: sum(
            edges[n].weight if edges[n].tail == node else -edges[n].weight for n in incident[node]
        )
        for node in nodes
    }
    for _ in range(2 * len(nodes) + 20):
        order, parent = _walk(nodes[0], edges, tree)
        below = dict(pull)
        worst, leaving = 0, -1
        for node in reversed(order):
            number = parent[node]
            if number < 0:
                continue
            tail, head, _ = edges[number]
            # What crosses the cut, by direction: all edges of the part beyond, the inner ones
            # cancelling out.
            value = below[node] if tail == node else -below[node]
            if value < worst or (value == worst < 0 and number < leaving):
                worst, leaving = value, number
            below[head if tail == node else tail] += below[node]
        if leaving < 0:
            return
        _exchange(leaving, rank, edges, incident, tree)


def _walk(
    root: int, edges: Sequence[Edge], tree: dict[int, set[int]]
) -> tuple[list[int], dict[int, int]]:
    """The nodes from the root outwards, and the edge that leads to each."""
    parent = {root: -1}
    order = [root]
    for node in order:  # grows while it is read
        for number in sorted(tree[node]):
            edge = edges[number]
            other = edge.head if edge.tail == node else edge.tail
            if other not in parent:
                parent[other] = number
                order.append(other)
    return order, parent


def _exchange(
    leaving: int, rank: list[int], edges: Sequence[Edge], incident: list[list[int]],
    tree: dict[int, set[int]],
) -> None:  # fmt: skip
    """Take one edge out of the tree and put the shortest one the other way across in."""
    tail, head, _ = edges[leaving]
    tree[tail].discard(leaving)
    tree[head].discard(leaving)
    part = {tail}
    queue = [tail]
    for node in queue:  # grows while it is read
        for number in sorted(tree[node]):
            edge = edges[number]
            other = edge.head if edge.tail == node else edge.tail
            if other not in part:
                part.add(other)
                queue.append(other)
    entering, shortest = leaving, -1
    for node in queue:
        for number in incident[node]:
            edge = edges[number]
            if edge.head == node and edge.tail not in part:
                slack = rank[node] - rank[edge.tail] - 1
                if shortest < 0 or (slack, number) < (shortest, entering):
                    entering, shortest = number, slack
    edge = edges[entering]
    tree[edge.tail].add(entering)
    tree[edge.head].add(entering)
    for node in queue:
        rank[node] -= max(shortest, 0)
