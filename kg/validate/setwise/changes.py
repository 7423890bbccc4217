"""After a small edit only what the edit can have touched is checked again; the rest is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.validate.setwise import fallback
from kg.validate.setwise.components import Check, Found
from kg.validate.setwise.core import Query
from kg.validate.setwise.data import Data, GraphData, Row, data_of
from kg.validate.setwise.dialect import Dialect, stored
from kg.validate.setwise.engine import Columns, Engine
from kg.validate.setwise.parsing import read_own, read_query
from kg.validate.setwise.patterns import Select
from kg.validate.setwise.planning import Planned, Rows
from kg.validate.setwise.results import Report, Violation, ordered
from kg.validate.setwise.scopes import NotUnderstood
from kg.validate.setwise.shapes import Constraint, Shape, Shapes, read
from kg.validate.setwise.sparql import Compiled
from kg.validate.setwise.targets import _THIS, Focus, focus_of
from kg.validate.setwise.terms import NotCompilable, Term
from kg.validate.setwise.touched import MOST, Edges, edges_of, looks_at, read_steady, touching

if TYPE_CHECKING:
    from rdflib import Graph

_TARGET = Constraint(kind="target", component="")
_WRITTEN = ("sparql", "custom")  # constraints whose queries people write


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How much was checked again, counted in constraints of shapes with their targets.

    `whole`: at all focus nodes; `partly`: at some, `nodes` of them altogether; `kept`: not at all.
    `reasons` says why not less, with the number of constraints of which it holds.
    """

    whole: int = 0
    partly: int = 0
    kept: int = 0
    nodes: int = 0
    reasons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revalidated(Report):
    """The report after a change, and what was checked for it."""

    checked: Checked


def revalidate(
    before: Report,
    shapes: Graph | Shapes,
    *,
    data: object,
    added: Iterable[ox.Triple | ox.Quad] = (),
    removed: Iterable[ox.Triple | ox.Quad] = (),
    data_before: object = None,
    graphs: Sequence[str] | None = None,
    columns: Columns | None = None,
    inline: bool = True,
    handing_over: bool = True,
) -> Revalidated:
    """The report of a full validation, from that of before and what has changed since.

    `before`: the report of the same shapes over the data before. `added` and `removed` name every
    triple that came or went, in whatever graph; they may name more. `data` is as it is now. With
    `data_before`, the data as it was, fewer focus nodes have to be looked at where triples were
    removed. Blank nodes are the same in both if they have the same label. What is not understood
    (queries with a LIMIT, counts over all focus nodes, NOW(), what pySHACL checks) is checked as a
    whole. The other parameters and the errors are those of `validate`; UnknownName where `before`
    is a report of other shapes.
    """
    known = shapes if isinstance(shapes, Shapes) else read(shapes)
    now = data_of(data, graphs)
    then = None if data_before is None else data_of(data_before, graphs)
    gone = tuple(removed)
    come = tuple(added)
    rewrites = isinstance(now, GraphData) and (now.dialect.keeps or _rewritten((*come, *gone)))
    watch = _Watch(known, _dialect_of(now), inline, rewrites)
    sides = [_Side(watch, _unplanned(now), edges_of(come))]
    if gone:
        if then is not None and _dialect_of(then) != watch.dialect:
            watch = _Watch(known, _dialect_of(then), inline, rewrites)
        sides.append(_Side(watch, _unplanned(then or now), edges_of(gone, apart=then is None)))
    again = _Again(known, now, columns=columns, inline=inline)
    found = list(again.after(before, sides))
    if again.handed:
        if not handing_over:
            raise NotCompilable("; ".join(sorted({one.reason for one in again.handed})))
        found += fallback.results(now, known, again.handed, again.roots_handed)
    return Revalidated(results=ordered(iter(found)), handed=tuple(again.handed),
                       checked=again.checked)  # fmt: skip


# ---------- What a change can touch ----------


@dataclass(frozen=True, slots=True)
class _Looks:
    """What a constraint looks at: its queries, with the variable of each that is the focus node.

    `apart` are queries that only a check of all focus nodes can answer, with the reason.
    """

    queries: tuple[tuple[Select, str], ...]
    apart: tuple[tuple[str, Select], ...]


@dataclass(slots=True)
class _Watch:
    """Finds out what constraints look at.

    `rewrites`: what queries written by people find is given back by a look at all literals.
    """

    shapes: Shapes
    dialect: Dialect
    inline: bool
    rewrites: bool
    _read: dict[str, Select] = field(default_factory=dict)
    _known: dict[_Place, _Looks] = field(default_factory=dict)

    def looks(self, place: _Place) -> _Looks:
        """NotUnderstood or NotCompilable where it cannot be told."""
        if place not in self._known:
            self._known[place] = self._found(place)
        return self._known[place]

    def _found(self, place: _Place) -> _Looks:
        shape, focus = place.shape, place.focus
        recorder = _Recorder(self.shapes, _Nowhere(self.dialect), inline=self.inline)
        asked = recorder.asks(shape, place.constraint, focus)
        if self.rewrites and any(query.constraint.kind in _WRITTEN for query in asked):
            raise NotUnderstood("literals that Oxigraph writes anew")
        texts = {f"SELECT ?this WHERE {{ {focus.pattern} }}": "this"}
        if shape.path is not None:
            texts[f"SELECT ?this WHERE {{ {focus.values(shape.path)} }}"] = "this"
        for query in asked:
            # on the way to the values of an inner shape the focus node gets another name
            inside = len(query.focus.steps) > len(focus.steps)
            texts[query.text] = f"_o{len(focus.steps) + 1}" if inside else "this"
        for text in texts.keys() - self._read.keys():
            self._read[text] = read_steady(text)
        queries = tuple((self._read[text], variable) for text, variable in texts.items())
        return _Looks(queries, tuple(recorder.apart))


@dataclass(slots=True)
class _Side:
    """The changed triples and the data in which they can be seen."""

    watch: _Watch
    data: Data
    edges: Edges
    _known: dict[str, frozenset[Term]] = field(default_factory=dict)
    _texts: dict[tuple[int, str], list[str]] = field(default_factory=dict)

    def touched(self, place: _Place) -> set[Term]:
        """The focus nodes whose results can be others than before.

        NotUnderstood or NotCompilable where all can.
        """
        looks = self.watch.looks(place)
        found: set[Term] = set()
        for select, variable in looks.queries:
            key = id(select), variable  # the watch keeps each query once
            if key not in self._texts:
                self._texts[key] = touching(select, variable, self.edges)
            for query in self._texts[key]:
                found |= self._found(query)
            if len(found) > MOST:
                raise NotUnderstood("so many focus nodes are touched")
        for reason, select in looks.apart:
            if found or looks_at(select, self.edges):
                raise NotUnderstood(reason)
        return found

    def _found(self, query: str) -> frozenset[Term]:
        if query not in self._known:
            rows = [row[0] for row in self.data.rows(query)]
            terms = frozenset(term for term in rows if term is not None)
            if len(rows) > MOST or len(terms) < len(set(rows)):
                raise NotUnderstood("so many focus nodes are touched")
            self._known[query] = terms
        return self._known[query]


@dataclass(frozen=True, slots=True)
class _Unplanned:
    """The data behind a planner: to plan takes longer than to look at a few nodes."""

    data: Rows
    dialect: Dialect

    def rows(self, query: str) -> Iterable[Row]:
        return map(tuple, self.data.rows(query))


def _unplanned(data: Data) -> Data:
    """Data for questions about a few nodes."""
    return _Unplanned(data.wide, _dialect_of(data)) if isinstance(data, Planned) else data


def _dialect_of(data: Data) -> Dialect:
    """How the data write terms."""
    return getattr(data, "dialect", None) or Dialect()


def _rewritten(triples: Iterable[ox.Triple | ox.Quad]) -> bool:
    """Whether Oxigraph writes one of the literals in another way."""
    literals = [t.object for t in triples if isinstance(t.object, ox.Literal)]
    return literals != stored(literals)


@dataclass(frozen=True, slots=True)
class _Nowhere:
    """Data that hold nothing."""

    dialect: Dialect

    def rows(self, query: str) -> Iterable[Row]:
        return ()


class _Recorder(Engine):
    """Finds out what would be asked; `apart` is what only a check of all focus nodes can do."""

    apart: list[tuple[str, Select]]

    def asks(self, shape: Shape, constraint: Constraint, focus: Focus) -> list[Query]:
        """The queries of a constraint but those set apart; NotCompilable where there are others."""
        self.apart = []
        for _ in self._results(shape, constraint, focus):
            pass
        return list(dict.fromkeys(self.asked))

    def _solutions(self, data: Data, blank: Query, check: Check) -> Iterator[Found]:
        query = check.query
        self.asked.append(replace(blank, text=f"SELECT ?this WHERE {{ {blank.focus.pattern} }}"))
        if not isinstance(query, Compiled):
            own = read_query(query.select, query.prefixes, {}, query.path).select
            self.apart.append((query.reason, own))
        elif query.limit is not None or query.offset:
            self.apart.append(("the query has a LIMIT", read_own(query.text)))
        else:
            self.asked.append(replace(blank, text=query.text, columns=query.columns))
        return iter(())


# ---------- What is checked again ----------


@dataclass(frozen=True, slots=True)
class _Place:
    """A constraint at the focus nodes to which a route from a shape with targets leads."""

    root: Shape
    shape: Shape
    constraint: Constraint
    focus: Focus

    @property
    def key(self) -> tuple[Any, ...]:
        """What the violations of a place have in common; several constraints may share it."""
        return self.shape.node, self.constraint.component, self.focus.route


class _Again(Engine):
    """A validation that starts from a report."""

    checked: Checked = Checked()

    def after(self, before: Report, sides: Sequence[_Side]) -> Iterator[Violation]:
        """The violations after the change, but for those that pySHACL finds."""
        old: dict[tuple[Any, ...], list[Violation]] = {}
        for violation in before.results:
            if route := _route(violation):  # those that pySHACL found have none
                key = violation.shape.node, violation.component, route
                old.setdefault(key, []).append(violation)
        places: dict[tuple[Any, ...], list[_Place]] = {}
        for place in self._places():
            places.setdefault(place.key, []).append(place)
        if strange := old.keys() - places.keys():
            shape = min(str(node) for node, _, _ in strange)
            raise UnknownName(f"{shape}: the report of before knows a shape that is not there",
                              hint="give the same shapes, read from the same graph, or validate anew")  # fmt: skip
        whole = partly = unchanged = nodes = 0
        reasons: dict[str, int] = {}
        for key, here in places.items():
            try:
                touched = self._touched(here, sides)
            except (NotUnderstood, NotCompilable) as error:
                whole += len(here)
                reasons[str(error)] = reasons.get(str(error), 0) + len(here)
                for place in here:
                    yield from self._found(place, place.focus)
                continue
            if touched:
                partly += len(here)
                nodes += len(touched) * len(here)
                yield from self._partly(here, touched)
            else:
                unchanged += len(here)
            yield from (v for v in old.get(key, ()) if v.focus not in touched)
        self.checked = Checked(whole=whole, partly=partly, kept=unchanged, nodes=nodes,
                               reasons=tuple(sorted(reasons.items())))  # fmt: skip

    def _touched(self, places: Sequence[_Place], sides: Sequence[_Side]) -> set[Term]:
        """The focus nodes of constraints that may have other results now."""
        found: set[Term] = set()
        for place in places:
            for side in sides:
                found |= side.touched(place)
        if len(found) > MOST:
            raise NotUnderstood("so many focus nodes are touched")
        if any(isinstance(term, ox.BlankNode) for term in found):
            raise NotUnderstood("a blank node, which no query can name, is touched")
        if self._dialect.keeps and any(isinstance(term, ox.Literal) for term in found):
            raise NotUnderstood("literals that Oxigraph writes anew")
        return found

    def _partly(self, places: Iterable[_Place], nodes: Collection[Term]) -> list[Violation]:
        columns, data = self.columns, self.data
        self.columns = None  # these know of no queries for some nodes
        self.data = _unplanned(data)
        names = " ".join(sorted(map(self._dialect.text, nodes)))
        found: list[Violation] = []
        for place in places:
            some = replace(place.focus, raw=f"VALUES {_THIS} {{ {names} }} {place.focus.raw}")
            found += self._found(place, some)
        self.columns, self.data = columns, data
        return found

    def _found(self, place: _Place, focus: Focus) -> list[Violation]:
        try:
            found = list(self._results(place.shape, place.constraint, focus))
            return list(self._for_each_way(found, focus))
        except NotCompilable as error:
            self._hand_over(place.root, place.shape, place.constraint, error)
            return []

    def _places(self) -> Iterator[_Place]:
        """All constraints at all routes; what has no query is handed over."""
        for root in self.shapes.roots:
            try:
                focus = focus_of(root, self._dialect)
            except NotCompilable as error:
                self._hand_over(root, root, _TARGET, error)
                continue
            todo = [(root, focus)]
            while todo:
                shape, focus = todo.pop()
                for constraint in shape.constraints:
                    if constraint.kind != "property":
                        yield _Place(root, shape, constraint, focus)
                        continue
                    (node,) = constraint.shapes
                    if node in self.shapes.recursive:
                        self._hand_over(root, shape, constraint,
                                        NotCompilable("a shape that refers to itself"))  # fmt: skip
                        continue
                    todo.append((self.shapes[node], focus.along(shape.path, node)))


def _route(violation: Violation) -> tuple[Any, ...]:
    """The shapes through which a violation was come by, as the engine notes them."""
    from rdflib.term import Node

    return tuple(part for part in violation.told_by if isinstance(part, Node))
