"""Runs the queries of all shapes, and puts together what shapes inside shapes need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from kg.validate.setwise import fallback
from kg.validate.setwise.components import Check, Found, checks_of, found_in, limited
from kg.validate.setwise.core import Query, is_idle, query_of
from kg.validate.setwise.data import SHAPES_GRAPH, Data, GraphData, Row, data_of
from kg.validate.setwise.dialect import Dialect, given
from kg.validate.setwise.inner import LOGICAL, Context
from kg.validate.setwise.results import Handed, Report, Violation, ordered, said_by
from kg.validate.setwise.shapes import Constraint, Shape, ShapeNode, Shapes, read
from kg.validate.setwise.sparql import Compiled
from kg.validate.setwise.targets import Focus, focus_of
from kg.validate.setwise.terms import NotCompilable, Term

if TYPE_CHECKING:
    from rdflib import Graph

_QUALIFIED = ("qualifiedMinCount", "qualifiedMaxCount")
_TARGET = Constraint(kind="target", component="")
_FEW = 500  # nodes that a query names one by one


class Columns(Protocol):
    """Answers some queries faster, from columns beside the store."""

    def rows(self, query: Query) -> Iterable[Row] | None:
        """The rows of a query, or None where it must be run."""


def validate(
    data: object,
    shapes: Graph | Shapes,
    *,
    graphs: Sequence[str] | None = None,
    columns: Columns | None = None,
    inline: bool = True,
    handing_over: bool = True,
) -> Report:
    """Check data against SHACL shapes.

    `data`: a pyoxigraph Store (`graphs`: the IRIs of those that make up its default graph, "" the
    store's own; None for that alone), an rdflib Graph, or anything with `rows(query)`, such as an
    `Endpoint`. `shapes`: an rdflib Graph, or the same as read before. `columns` is asked first.
    `inline` False: shapes inside shapes are never made one expression, but checked as sets, which
    is slower and does not ask much of the data's SPARQL. `handing_over` False: nothing goes to
    pySHACL.
    ShapeError where a shape is ill-formed; NotCompilable where a constraint has no query and may
    not be handed over; TypeError where the data are none.
    """
    known = shapes if isinstance(shapes, Shapes) else read(shapes)
    engine = Engine(known, data_of(data, graphs), columns=columns, inline=inline)
    found = list(engine.violations())
    if engine.handed:
        if not handing_over:
            raise NotCompilable("; ".join(sorted({one.reason for one in engine.handed})))
        found += fallback.results(engine.data, known, engine.handed, engine.roots_handed)
    return Report(results=ordered(iter(found)), handed=tuple(engine.handed))


def queries(shapes: Graph | Shapes, *, dialect: Dialect | None = None) -> list[Query]:
    """The queries that validation asks, shape by shape.

    Those with `reason` are not all there is to a constraint: the reason says what else is done.
    """
    known = shapes if isinstance(shapes, Shapes) else read(shapes)
    engine = Engine(known, _Nothing(dialect or Dialect()))
    for _ in engine.violations():
        pass
    asked = list(dict.fromkeys(engine.asked))
    return [*asked, *(Query(shape=one.shape, constraint=one.constraint, text="",
                            reason=f"checked by pySHACL: {one.reason}") for one in engine.handed)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Data that hold nothing: every question is asked, and none has an answer."""

    dialect: Dialect

    def rows(self, query: str) -> Iterable[Row]:
        return ()


@dataclass(slots=True)
class Engine:
    """One validation."""

    shapes: Shapes
    data: Data
    columns: Columns | None = None
    inline: bool = True
    handed: list[Handed] = field(default_factory=list)
    roots_handed: set[ShapeNode] = field(default_factory=set)
    asked: list[Query] = field(default_factory=list)
    _known: dict[tuple[ShapeNode, str], frozenset[Term]] = field(default_factory=dict)

    def violations(self) -> Iterator[Violation]:
        """What violates the shapes with a target, and the property shapes they refer to."""
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
                    try:
                        if constraint.kind == "property":
                            (node,) = constraint.shapes
                            if node in self.shapes.recursive:
                                raise NotCompilable("a shape that refers to itself")
                            todo.append((self.shapes[node], focus.along(shape.path, node)))
                        else:
                            # a list: nothing is reported before all queries have been compiled
                            found = list(self._results(shape, constraint, focus))
                            yield from self._for_each_way(found, focus)
                    except NotCompilable as error:
                        self._hand_over(root, shape, constraint, error)

    def _for_each_way(self, found: Sequence[Violation], focus: Focus) -> Iterator[Violation]:
        """A focus node is checked once for each way that leads to it, and so it is reported."""
        ways: dict[Term | None, list[tuple[object, ...]]] = {}
        if found and focus.before:
            few = self._named("?this", {violation.focus for violation in found})
            head = " ".join(("?this", *focus.before))
            text = f"SELECT DISTINCT {head} WHERE {{ {focus.pattern}{few} }}"
            for this, *before in self.data.rows(text):
                ways.setdefault(this, []).append(tuple(before))
        for violation in found:
            for way in ways.get(violation.focus, [()]):
                yield replace(violation, told_by=(*violation.told_by, *focus.route, *way))

    @property
    def _dialect(self) -> Dialect:
        return getattr(self.data, "dialect", None) or Dialect()

    def _hand_over(
        self, root: Shape, shape: Shape, constraint: Constraint, error: NotCompilable
    ) -> None:
        self.handed.append(Handed(shape=shape, constraint=constraint, reason=error.reason))
        self.roots_handed.add(root.node)

    # ---------- One constraint ----------

    def _results(self, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Violation]:
        """The violations of one constraint at the focus nodes of a pattern."""
        if constraint.kind in ("sparql", "custom"):
            yield from self._by_checks(shape, constraint, focus)
            return
        if is_idle(shape, constraint):
            return
        try:
            query = query_of(
                Context(self.shapes, self._dialect, self.inline), shape, constraint, focus
            )
        except NotCompilable:
            if constraint.kind in LOGICAL:
                yield from self._logical(shape, constraint, focus)
                return
            if constraint.kind in _QUALIFIED:
                yield from self._qualified(shape, constraint, focus)
                return
            raise
        names = query.columns
        place = {name: number for number, name in enumerate(names)}
        messages = shape.messages or said_by(constraint)
        value, path = place.get("value"), place.get("path")
        others = [number for name, number in place.items() if name not in ("this", "value", "path")]
        for row in self._rows(query):
            focus_node = row[0]
            assert focus_node is not None
            yield Violation(
                shape=shape, component=constraint.component, focus=focus_node,
                path=shape.path if path is None else row[path].value,  # type: ignore[union-attr]
                value=row[value] if value is not None
                else focus_node if query.value_is_focus else None,
                messages=messages, told_by=tuple(row[number] for number in others),
            )  # fmt: skip

    def _rows(self, query: Query, data: Data | None = None) -> Iterable[Row]:
        self.asked.append(query)
        rows = self.columns.rows(query) if self.columns is not None else None
        if rows is not None:
            return rows
        if SHAPES_GRAPH in query.text and isinstance(self.data, GraphData):
            self.data.with_shapes(self.shapes.graph)
        return (data or self.data).rows(query.text)

    # ---------- Shapes inside shapes, as sets ----------

    def _failing(self, node: ShapeNode, focus: Focus) -> frozenset[Term]:
        """The focus nodes of a pattern that do not conform to a shape."""
        if node in self.shapes.recursive:
            raise NotCompilable("a shape that refers to itself")
        key = (node, focus.pattern)
        if key not in self._known:
            self._known[key] = frozenset(self._find_failing(self.shapes[node], focus))
        return self._known[key]

    def _find_failing(self, shape: Shape, focus: Focus) -> Iterator[Term]:
        for constraint in shape.constraints:
            if constraint.kind != "property":
                for violation in self._results(shape, constraint, focus):
                    yield violation.focus
                continue
            bad = self._failing(constraint.shapes[0], focus.along(shape.path))
            for this, _ in self._pairs(shape, constraint, focus, bad):
                yield this

    def _pairs(
        self, shape: Shape, constraint: Constraint, focus: Focus,
        among: frozenset[Term] | None = None,
    ) -> Iterator[tuple[Term, Term]]:  # fmt: skip
        """Focus nodes with their value nodes, or only those `among` some."""
        if among is not None and not among:
            return
        few = self._named("?value" if shape.path is not None else "?this", among)
        head = "?this ?value" if shape.path is not None else "?this"
        text = f"SELECT DISTINCT {head} WHERE {{ {focus.values(shape.path)}{few} }}"
        query = Query(shape=shape, constraint=constraint, text=text, columns=tuple(head.replace("?", "").split()),
                      focus=focus, reason="conformance to the inner shapes is found by their own queries")  # fmt: skip
        for row in self._rows(query):
            this, value = row[0], row[-1]
            assert this is not None
            assert value is not None
            if among is None or value in among:
                yield this, value

    def _named(self, variable: str, among: Collection[Term] | None) -> str:
        """A clause that says which nodes are wanted, where they are few and can be named."""
        if among is None or len(among) > _FEW:
            return ""
        if self._dialect.keeps and any(isinstance(term, ox.Literal) for term in among):
            return ""  # what stands for a literal in the data is not always known
        try:
            texts = " ".join(sorted(map(self._dialect.text, among)))
        except NotCompilable:  # a blank node
            return ""
        return f" VALUES {variable} {{ {texts} }}"

    def _logical(self, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Violation]:
        values = focus.along(shape.path)
        failing = [self._failing(node, values) for node in constraint.shapes]
        kind = constraint.kind
        if kind in ("and", "node"):
            pairs = self._pairs(shape, constraint, focus, frozenset().union(*failing))
        elif kind == "or" and failing:
            pairs = self._pairs(shape, constraint, focus, failing[0].intersection(*failing[1:]))
        else:
            pairs = (
                (this, value) for this, value in self._pairs(shape, constraint, focus)
                if kind == "or" or sum(value not in bad for bad in failing) != (kind == "xone")
            )  # fmt: skip
        for this, value in pairs:
            yield self._violation(shape, constraint, this, value)

    def _qualified(self, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Violation]:
        values = focus.along(shape.path)
        bad = self._failing(constraint.shapes[0], values)
        apart = [self._failing(node, values) for node in constraint.siblings]
        whole = Query(shape=shape, constraint=constraint, columns=("this",), focus=focus,
                      text=f"SELECT DISTINCT ?this WHERE {{ {focus.pattern} }}",
                      reason="conformance to the inner shapes is found by their own queries")  # fmt: skip
        counts: dict[Term | None, int] = {row[0]: 0 for row in self._rows(whole)}
        for this, value in self._pairs(shape, constraint, focus):
            counts[this] += value not in bad and all(value in failing for failing in apart)
        few = constraint.kind == "qualifiedMinCount"
        for focus_node, count in counts.items():
            if count < constraint.number if few else count > constraint.number:
                assert focus_node is not None
                yield self._violation(shape, constraint, focus_node, None)

    def _violation(
        self, shape: Shape, constraint: Constraint, focus: Term, value: Term | None
    ) -> Violation:
        return Violation(shape=shape, component=constraint.component, focus=focus, path=shape.path,
                         value=value, messages=shape.messages or said_by(constraint))  # fmt: skip

    # ---------- SPARQL constraints and components ----------

    def _by_checks(self, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Violation]:
        own = isinstance(self.data, GraphData)
        # what people write compares literals as such: it needs them as Oxigraph keeps them
        data = self.data.plain if isinstance(self.data, GraphData) else self.data
        dialect = getattr(data, "dialect", None) or Dialect()
        for check in checks_of(self.shapes.graph, shape, constraint, focus=focus.pattern,
                               shapes_graph=SHAPES_GRAPH if own else "", write=dialect.text):  # fmt: skip
            source = check.node if constraint.kind == "sparql" else None
            for found in self._solutions(
                data, Query(shape=shape, constraint=constraint, text="", focus=focus), check
            ):
                yield Violation(
                    shape=shape, component=constraint.component, focus=given(found.focus),
                    path=found.path, value=None if found.value is None else given(found.value),
                    messages=found.messages or shape.messages or said_by(constraint), source=source,
                )  # fmt: skip

    def _solutions(self, data: Data, blank: Query, check: Check) -> Iterator[Found]:
        if isinstance(check.query, Compiled):
            columns = check.query.columns
            query = replace(blank, text=check.query.text, columns=columns)
            for row in limited(check.query, iter(self._rows(query, data))):
                yield found_in(check, columns, row)
            return
        reason = f"its own query is run for each of these: {check.query.reason}"
        query = replace(blank, text=check.query.foci(), reason=reason)
        for (this,) in list(self._rows(query, data)):
            assert this is not None
            one = check.query.query(this)
            for row in limited(one, iter(self._rows(replace(blank, text=one.text), data))):
                yield found_in(check, one.columns, row, this=this)
