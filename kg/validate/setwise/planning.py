"""What makes the queries fast on a big store that stands still: each step gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph as ox

from kg.validate.report import Path, Step
from kg.validate.setwise import cycles
from kg.validate.setwise.parsing import read_own
from kg.validate.setwise.patterns import (
    Element,
    Graph,
    Group,
    Triple,
    Values,
    group_text,
    named_in,
    select_text,
)
from kg.validate.setwise.rewriting import Rewriter, Wide, anonymous, counts_rows
from kg.validate.setwise.terms import NotCompilable, ShapeError, Term

_FEW = 500  # terms that a query may name one by one
Row = Sequence["Term | None"]


class Rows(Protocol):
    """What answers SELECT queries."""

    def rows(self, query: str) -> Iterable[Row]:
        """The rows of a SELECT."""


@dataclass(slots=True)
class Planned:
    """Data behind a planner: the rows of its queries are those of `wide`.

    `wide` answers over all graphs as one; `narrow`, where there is such, over the default graph
    alone, to which the small graphs `extras` (IRIs) are to be added. What the planner finds out
    is kept: the data must not change meanwhile.
    """

    wide: Rows
    narrow: Rows | None = None
    extras: tuple[str, ...] = ()
    many: int = 2000  # matches that are not counted further: the engine guesses 10,000 or more
    _plans: dict[str, Plan] = field(default_factory=dict)
    _known: dict[str, bool] = field(default_factory=dict)
    _big: bool | None = None
    _overlaps: bool | None = None
    _sizes: dict[str, int] = field(default_factory=dict)
    _closed: dict[tuple[Step, str], tuple[str, ...] | None] = field(default_factory=dict)
    _predicates: dict[str, frozenset[str]] = field(default_factory=dict)
    _both: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    _circles: dict[str, dict[Term | None, int]] = field(default_factory=dict)

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a SELECT."""
        plan = self.plan(query)
        data = self.wide if plan.wide else self._near
        if plan.circle is None:
            yield from data.rows(plan.text)
            return
        numbered = self._circles.get(plan.circle.edges)
        if numbered is None:
            numbered = cycles.circles(tuple(row) for row in self.wide.rows(plan.circle.edges))
            self._circles[plan.circle.edges] = numbered
        if numbered:
            columns = [column.variable for column in plan.circle.query.columns]
            yield from cycles.on_circles(data.rows(plan.text), plan.circle, columns, numbered)

    def plan(self, query: str) -> Plan:
        """How a query is run."""
        if query not in self._plans:
            self._plans[query] = self._plan(query)
        return self._plans[query]

    @property
    def _near(self) -> Rows:
        return self.narrow or self.wide

    def _plan(self, query: str) -> Plan:
        try:
            select = read_own(query)
        except (NotCompilable, ShapeError):
            return Plan(text=query, wide=True)
        circle = cycles.find_circle(select)
        if circle is not None:
            select = circle.query
        counts = counts_rows(select)
        try:
            planner = Rewriter(self, counts=counts)
            return Plan(text=select_text(planner.select(select)), circle=circle)
        except Wide:
            if counts and self.overlaps:
                raise NotCompilable("it counts, and some triples stand in two graphs") from None
            planner = Rewriter(self, places=False)
            return Plan(text=select_text(planner.select(select)), circle=circle, wide=True)

    # ---------- What the data hold, asked for once ----------

    def closure(self, step: Step, end: str) -> tuple[str, ...] | None:
        """The nodes from which steps lead to `end`, itself included; None where they are many."""
        key = step, end
        if key not in self._closed:
            path = Path("zeroOrMorePath", (Path("inversePath", (step,)),))
            where = group_text(Group((Triple(end, path, "?x"),)))
            found = [row[0] for row in _some(self.wide, f"SELECT DISTINCT ?x WHERE {where}")]
            few = len(found) <= _FEW and all(isinstance(term, ox.NamedNode) for term in found)
            self._closed[key] = tuple(sorted(map(str, found))) if few else None
        return self._closed[key]

    def predicates(self, graph: str) -> frozenset[str]:
        """The properties that a small graph uses."""
        if graph not in self._predicates:
            query = f"SELECT DISTINCT ?p WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            self._predicates[graph] = frozenset(str(row[0])[1:-1] for row in self._near.rows(query))
        return self._predicates[graph]

    def holds(self, elements: Iterable[Element]) -> bool:
        """Whether a pattern matches anything, in the near graph where it names no other."""
        where = group_text(Group(tuple(elements)))
        if where not in self._known:
            query = f"SELECT (true AS ?found) WHERE {where} LIMIT 1"
            self._known[where] = any(True for _ in self._near.rows(query))
        return self._known[where]

    def values(self, graph: str, triple: Triple) -> Values | None:
        """The terms for the one variable of a pattern in a small graph; None where they are many."""
        names = named_in(triple)
        if len(names) != 1:
            return None
        (name,) = names
        where = group_text(Group((Graph(f"<{graph}>", Group((triple,))),)))
        found = [row[0] for row in _some(self._near, f"SELECT DISTINCT ?{name} WHERE {where}")]
        few = len(found) <= _FEW and all(isinstance(term, ox.NamedNode) for term in found)
        return Values(name, tuple(sorted(map(str, found)))) if few else None

    @property
    def is_big(self) -> bool:
        """Whether the data are so many that the order of patterns matters."""
        if self._big is None:
            query = f"SELECT (true AS ?found) WHERE {{ ?s ?p ?o }} LIMIT {10 * self.many}"
            self._big = sum(1 for _ in self._near.rows(query)) >= 10 * self.many
        return self._big

    def size(self, triple: Triple) -> int:
        """How much a pattern matches over all graphs, counted up to a bound."""
        where = group_text(Group((anonymous(triple),)))
        if where not in self._sizes:
            query = f"SELECT (true AS ?found) WHERE {where} LIMIT {self.many}"
            self._sizes[where] = sum(1 for _ in self.wide.rows(query))
        return self._sizes[where]

    @property
    def overlaps(self) -> bool:
        """Whether a triple of a small graph stands in the near graph or in another small one too."""
        if self._overlaps is None:
            others = [(graph, group) for graph in self.extras for group in ("", *self.extras)
                      if graph != group]  # fmt: skip
            self._overlaps = any(
                True for graph, other in others for _ in self._near.rows(
                    f"SELECT ?s WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} FILTER EXISTS {{ "
                    + (f"GRAPH <{other}> {{ ?s ?p ?o }}" if other else "?s ?p ?o") + " } } LIMIT 1"
                )
            )  # fmt: skip
        return self._overlaps

    def in_both(self, graph: str) -> tuple[str, ...] | None:
        """The subjects of a small graph that the near graph has too; None where they are many."""
        if graph not in self._both:
            query = (f"SELECT DISTINCT ?x WHERE {{ {{ SELECT DISTINCT ?x WHERE {{ GRAPH <{graph}> "
                     "{ ?x ?p ?o } } } FILTER EXISTS { ?x ?q ?r } }")  # fmt: skip
            found = [row[0] for row in _some(self._near, query)]
            few = len(found) <= _FEW and all(isinstance(term, ox.NamedNode) for term in found)
            self._both[graph] = tuple(sorted(map(str, found))) if few else None
        return self._both[graph]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a query is run: its text, over all graphs or the near one, and the circle it asks for."""

    text: str
    wide: bool = False
    circle: cycles.Circle | None = None


def _some(data: Rows, query: str) -> list[Row]:
    return list(data.rows(f"{query} LIMIT {_FEW + 1}"))
