"""SPARQL constraints (sh:sparql and validators) as one query over all their focus nodes.

The standard binds $this (and $value) before it runs a query, once for each focus node: every
basic graph pattern is joined with that one solution (appendix A, "pre-binding"). Here the
pattern that finds the focus nodes takes the place of that solution: it is joined to the outermost
group, and within to each group that looks at $this without binding it. What counts or cuts
(GROUP BY, LIMIT) is done for each $this apart; where a query cannot be read that way it is run
for one focus node after another, with the node in the place of $this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.validate.report import Step
from kg.validate.setwise.parsing import Query, read_query
from kg.validate.setwise.paths import nullable
from kg.validate.setwise.patterns import (
    Bind,
    Branches,
    Column,
    Element,
    Exists,
    Expression,
    Filter,
    Graph,
    Group,
    Optional,
    Piece,
    Raw,
    Select,
    SubSelect,
    Triple,
    bound_by,
    bound_in,
    element_mentions,
    groups_in,
    mentioned_in,
    mentions,
    named_in,
    select_text,
    visible_in,
)
from kg.validate.setwise.terms import NotCompilable, ShapeError, Term

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_HINT = "see the standard, 5.3.1 and appendix A: what a SPARQL constraint may hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query that finds the results of all focus nodes at once.

    `columns` are the names of its result columns, `this` first; the first `limit` solutions of
    each $this after `offset` are results, where there is a limit.
    """

    text: str
    columns: tuple[str, ...]
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OneByOne:
    """A query that has to be run for each focus node apart; `focus` is the pattern that finds them.

    `reason` says why.
    """

    select: str
    prefixes: Mapping[str, str]
    path: Step | None
    binds: Mapping[str, Term]
    focus: str
    reason: str
    write: Callable[[Term], str]

    def foci(self) -> str:
        """The query for the focus nodes (columns: this)."""
        return f"SELECT DISTINCT ?this WHERE {{ {self.focus} }}"

    def query(self, this: Term) -> Compiled:
        """The query for one focus node, without the column `this`. NotCompilable for a blank node."""
        constants = _constants({**self.binds, "this": this}, self.write)
        select = read_query(self.select, self.prefixes, constants, self.path).select
        return Compiled(
            text=select_text(_grouped_by_constants(select)),
            columns=tuple(column.variable for column in select.columns)
            or tuple(sorted(visible_in(select.where))),
        )


class _Apart(Exception):
    """The query means something else for all focus nodes at once than for each."""


def compile_select(
    text: str,
    prefixes: Mapping[str, str],
    *,
    focus: str,
    path: Step | None = None,
    binds: Mapping[str, Term] | None = None,
    write: Callable[[Term], str] = str,
) -> Compiled | OneByOne:
    """The query of a constraint for all focus nodes that the pattern `focus` binds to ?this.

    `path` is that of a property shape, `binds` are parameters, $currentShape and $shapesGraph as
    far as they are known. ShapeError where the standard forbids the query; NotCompilable where it
    is beyond us. `write` gives the text of a term for the data at hand.
    """
    binds = binds or {}
    query = read_query(text, prefixes, _constants(binds, write), path)
    if query.is_ask:
        raise ShapeError("sh:select holds an ASK", hint=_HINT)
    select = query.select
    names = {c.variable for c in select.columns} or visible_in(select.where)
    if "this" not in names:
        raise ShapeError("a query of a shape does not select $this", hint=_HINT)
    _check(select, frozenset(["this"]), binds)
    try:
        whole, limit = _for_all(select, focus)
    except _Apart as reason:
        return OneByOne(select=text, prefixes=prefixes, path=path, binds=binds, focus=focus,
                        reason=str(reason), write=write)  # fmt: skip
    return Compiled(
        text=select_text(whole),
        columns=tuple(column.variable for column in whole.columns),
        limit=limit,
        offset=select.offset,
    )


def compile_ask(
    text: str,
    prefixes: Mapping[str, str],
    *,
    focus: str,
    path: Step | None = None,
    binds: Mapping[str, Term] | None = None,
    write: Callable[[Term], str] = str,
) -> Compiled:
    """The query for the value nodes of which an ASK validator says no (columns: this, value).

    `path` is None for a node shape, whose value node is the focus. Errors as in compile_select.
    """
    binds = binds or {}
    query = read_query(text, prefixes, _constants(binds, write), path)
    if not query.is_ask:
        raise ShapeError("sh:ask holds a SELECT", hint=_HINT)
    _check(query.select, frozenset(["this", "value"]), binds)
    value: Element = (
        Bind((Piece("?this"),), "value") if path is None else Triple("?this", path, "?value")
    )
    where = Group((_found(focus), value, Filter(_denied(query))))
    columns = Column("this"), Column("value")
    return Compiled(text=select_text(Select(columns, where, distinct=True)),
                    columns=("this", "value"))  # fmt: skip


def _denied(query: Query) -> Expression:
    """What holds where the pattern of an ASK has no solution."""
    elements = query.select.where.elements
    tests = [e.expression for e in elements if isinstance(e, Filter)]
    if len(tests) < len(elements) or not tests or query.select.group_by is not None:
        return (Exists(query.select.where, negated=True),)
    # a test that fails with an error has no solution either
    parts: list[Piece | Exists] = [Piece("(COALESCE(!(")]
    for number, test in enumerate(tests):
        parts += [Piece("&&"), *test] if number else test
    return *parts, Piece("), true))", glued=True)


# ---------- What the standard forbids ----------


def _check(select: Select, prebound: frozenset[str], binds: Mapping[str, Term]) -> None:
    """ShapeError where a pre-bound variable gets a value, or a sub-select hides one."""
    for column in select.columns:
        if column.expression and column.variable in prebound:
            raise _reassigned(column.variable)
    for group in groups_in(select.where):
        for element in group.elements:
            if isinstance(element, Bind) and (element.variable in prebound | set(binds)):
                raise _reassigned(element.variable)
            if isinstance(element, SubSelect):
                _check_projection(element.select, prebound)
            unknown = {"shapesGraph", "currentShape", "PATH"} & element_mentions(element)
            if unknown:
                raise NotCompilable(f"the query uses ${min(unknown)}, which is not at hand")


def _check_projection(select: Select, prebound: frozenset[str]) -> None:
    shown = {c.variable for c in select.columns} or visible_in(select.where)
    if missing := prebound - shown:
        raise ShapeError(f"a query within a query of a shape does not select ${min(missing)}",
                         hint=_HINT)  # fmt: skip
    for column in select.columns:
        if column.expression and column.variable in prebound:
            raise _reassigned(column.variable)


def _reassigned(variable: str) -> ShapeError:
    return ShapeError(f"a query of a shape gives ${variable} a value of its own (AS)", hint=_HINT)


# ---------- All focus nodes at once ----------


def _found(focus: str, distinct: bool = False) -> Raw:
    text = f"{{ SELECT DISTINCT ?this WHERE {{ {focus} }} }}" if distinct else focus
    return Raw(text, frozenset(["this"]))


def _for_all(select: Select, focus: str) -> tuple[Select, int | None]:
    """The query over all focus nodes, and how many of its rows each may have."""
    counted = _grouped(select)
    inner = _found(focus, distinct=True)
    if "VALUES" in focus:  # nodes that may stand nowhere in the data
        _refuse_zero_length(select.where)
    where = _prebound(select.where, inner, given=True)
    where = _with_elements(where, front=[_found(focus, distinct=counted.group_by is not None)])
    names = [c for c in select.columns if c.variable == "this"]
    names += [c for c in select.columns if c.variable != "this"]
    if not names:
        names = [Column("this"), *map(Column, sorted(visible_in(select.where) - {"this"}))]
    limit, order = select.limit, select.order
    if limit == 1 and not select.offset and len(names) == 1:
        limit = None  # one row for each $this is what DISTINCT gives
    if limit is None and not select.offset:
        order = ()
    return replace(
        counted, columns=tuple(names), where=where, distinct=True, order=order, limit=None, offset=0
    ), limit


def _grouped(select: Select) -> Select:
    """The query with $this among the keys of its groups, where it has groups."""
    if select.group_by is None:
        expressions = [select.having, select.order, *(c.expression for c in select.columns)]
        if any(_aggregates(expression) for expression in expressions):
            # the one group of a focus node that nothing matches would be missing
            raise _Apart("it counts without GROUP BY")
        return select
    if Piece("?this").variable in {p.variable for p in select.group_by if isinstance(p, Piece)}:
        return select
    return replace(select, group_by=(*select.group_by, Piece("?this")))


def _aggregates(expression: Expression) -> bool:
    return any(isinstance(part, Piece) and part.text.upper() in _AGGREGATES for part in expression)


def _refuse_zero_length(group: Group) -> None:
    for inner in groups_in(group):
        for element in inner.elements:
            if (isinstance(element, Triple) and "this" in named_in(element)
                    and nullable(element.predicate)):  # fmt: skip
                raise _Apart("a path of no length starts at nodes that may not be in the data")


def _prebound(group: Group, focus: Raw, *, given: bool, seen_outside: bool = False) -> Group:
    """The group with the focus joined in wherever $this is looked at before it is bound.

    `given`: $this is bound when the group begins. `seen_outside`: its filters see a $this that
    is bound outside, as those of an OPTIONAL do.
    """
    bound = given or _is_needed(group, seen_outside)
    front = [focus] if bound and not given else []
    elements: list[Element] = []
    for element in group.elements:
        match element:
            case Optional():
                inner = _prebound(element.group, focus, given=False, seen_outside=bound)
                elements.append(Optional(inner))
            case Graph():
                if _prebound(element.group, focus, given=False) != element.group:
                    raise _Apart("it looks at $this in a named graph without binding it there")
                elements.append(element)
            case Branches():
                elements.append(Branches(tuple(
                    _prebound(branch, focus, given=False) for branch in element.groups
                )))  # fmt: skip
            case SubSelect():
                elements.append(SubSelect(_prebound_select(element.select, focus)))
            case _:
                elements.append(element)
        bound = bound or "this" in bound_by(elements[-1])
    return _with_elements(Group(tuple(elements)), front=front)


def _prebound_select(select: Select, focus: Raw) -> Select:
    if select.limit is not None or select.offset:
        raise _Apart("it has a LIMIT within")
    counted = _grouped(select)
    where = _prebound(select.where, focus, given=False)
    if counted.group_by is not None and "this" not in bound_in(where):
        where = _with_elements(where, front=[focus])
    return replace(counted, where=where, order=())


def _is_needed(group: Group, seen_outside: bool) -> bool:
    """Whether something in the group looks at $this where the group has not bound it."""
    bound = late = False
    for element in group.elements:
        match element:
            case Filter():
                late |= "this" in mentioned_in(element.expression) and not seen_outside
            case Bind():
                if "this" in mentioned_in(element.expression) and not bound:
                    return True
            case Optional():
                if "this" in mentions(element.group) and not bound:
                    return True
        bound |= "this" in bound_by(element)
    return late and not bound


# ---------- One focus node after another ----------


def _constants(binds: Mapping[str, Term], write: Callable[[Term], str]) -> dict[str, str]:
    for name, term in binds.items():
        if isinstance(term, ox.BlankNode):
            raise NotCompilable(f"${name} is a blank node, which no query can name")
    return {name: write(term) for name, term in binds.items()}


def _grouped_by_constants(select: Select) -> Select:
    """GROUP BY takes a constant in brackets only."""
    if select.group_by is None:
        return select
    keys = tuple(
        part if isinstance(part, Exists) or part.variable or not part.text.startswith(("<", '"'))
        else Piece(f"({part.text})") for part in select.group_by
    )  # fmt: skip
    return replace(select, group_by=keys)


def _with_elements(
    group: Group, front: Iterable[Element] = (), back: Iterable[Element] = ()
) -> Group:
    """A group with more elements before and after its own."""
    return replace(group, elements=(*front, *group.elements, *back))
