"""Patterns that ask for a circle (`$this p ?value . ?value p* $this`), answered from all edges."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kg.validate.report import Path, Step
from kg.validate.setwise.patterns import Column, Group, Select, Triple, select_text

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Circle:
    """A query whose rows count only where two of their columns lie on one circle of a property.

    `query` lacks the pattern that leads back; `edges` reads all edges. A row is a result where
    `start` and `end`, which an edge joins, belong to one strongly connected component.
    """

    query: Select
    edges: str
    start: str
    end: str


def find_circle(select: Select) -> Circle | None:
    """The circle that a query asks for; None where it asks for none that we can tell."""
    names = {column.variable for column in select.columns if not column.expression}
    elements = select.where.elements
    if select.group_by is not None:
        return None
    for back in elements:
        if not isinstance(back, Triple) or not isinstance(back.predicate, Path):
            continue
        if back.predicate.kind not in ("zeroOrMorePath", "oneOrMorePath"):
            continue
        step = back.predicate.parts[0]
        edge = Triple(back.object, step, back.subject)
        ends = edge.subject.removeprefix("?"), edge.object.removeprefix("?")
        if edge in elements and edge.subject != edge.object and names >= set(ends):
            rest = tuple(element for element in elements if element is not back)
            return Circle(
                query=replace(select, where=Group(rest)), edges=edges_of(step),
                start=ends[0], end=ends[1],
            )  # fmt: skip
    return None


def edges_of(step: Step) -> str:
    """The query for all edges of a path."""
    where = Group((Triple("?from", step, "?to"),))
    return select_text(Select((Column("from"), Column("to")), where))


def circles(edges: Iterable[Sequence[Node]]) -> dict[Node, int]:
    """The nodes that lie on a circle, with the number of their strongly connected component.

    What has no edge in or none out is taken away until nothing more goes (linear); the rest,
    mostly nothing, is split by Tarjan's algorithm (SIAM J. Comput. 1, 1972).
    """
    out: dict[Node, list[Node]] = {}
    into: dict[Node, list[Node]] = {}
    for start, end in edges:
        out.setdefault(start, []).append(end)
        into.setdefault(end, []).append(start)
    gone = _peel(out, into) | _peel(into, out)
    left = {
        node: [n for n in ends if n not in gone] for node, ends in out.items() if node not in gone
    }
    numbered: dict[Node, int] = {}
    for number, component in enumerate(_components(left)):
        if len(component) > 1 or component[0] in left[component[0]]:
            numbered.update(dict.fromkeys(component, number))
    return numbered


def _peel(out: dict[Node, list[Node]], into: dict[Node, list[Node]]) -> set[Node]:
    """The nodes from which no circle can be reached."""
    left = {node: len(ends) for node, ends in out.items()}
    done = [node for node in into if node not in out]
    gone = set(done)
    while done:
        for before in into.get(done.pop(), ()):
            left[before] -= 1
            if not left[before]:
                gone.add(before)
                done.append(before)
    return gone


def _components(graph: dict[Node, list[Node]]) -> Iterator[list[Node]]:
    """Strongly connected components, without recursion: chains may be long."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    waiting: set[Node] = set()
    for root in graph:
        if root in order:
            continue
        todo = [(root, iter(graph[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        waiting.add(root)
        while todo:
            node, ends = todo[-1]
            for end in ends:
                if end not in order:
                    order[end] = low[end] = len(order)
                    stack.append(end)
                    waiting.add(end)
                    todo.append((end, iter(graph[end])))
                    break
                if end in waiting:
                    low[node] = min(low[node], order[end])
            else:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[node])
                if low[node] == order[node]:
                    component: list[Node] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        waiting.discard(component[-1])
                    yield component


def on_circles(
    rows: Iterable[Sequence[Node]],
    circle: Circle,
    columns: Sequence[str],
    numbered: dict[Node, int],
) -> Iterator[Sequence[Node]]:
    """The rows whose edge lies within one component."""
    start, end = columns.index(circle.start), columns.index(circle.end)
    for row in rows:
        number = numbered.get(row[start])
        if number is not None and numbered.get(row[end]) == number:
            yield row
