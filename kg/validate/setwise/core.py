"""Each Core constraint as one query that finds all its violations at all focus nodes at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.validate.setwise.inner import (
    LOGICAL,
    Context,
    bad_logical,
    closed_filter,
    good_qualified,
)
from kg.validate.setwise.paths import nullable, path_text
from kg.validate.setwise.shapes import Constraint, Shape
from kg.validate.setwise.targets import Focus
from kg.validate.setwise.terms import NotCompilable
from kg.validate.setwise.values import VALUE_KINDS, bad_value, compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query whose rows are the violations of one constraint.

    `columns` names what its rows hold: `this`; `value` where there is one (`this` stands for both
    where `value_is_focus`); `path` where the data decide it; others only tell violations apart.
    Where there is a `reason`, the query is not all there is to the constraint.
    """

    shape: Shape
    constraint: Constraint
    text: str
    columns: tuple[str, ...] = ("this",)
    value_is_focus: bool = False
    focus: Focus = field(default_factory=lambda: Focus(""))
    reason: str = ""


def query_of(context: Context, shape: Shape, constraint: Constraint, focus: Focus) -> Query:
    """The query for one Core constraint of a shape; NotCompilable where one query is not enough."""
    kind = constraint.kind
    has_path = shape.path is not None
    value = "?value" if has_path else "?this"
    found = focus.values(shape.path)
    columns: tuple[str, ...] = ("this", "value") if has_path else ("this",)
    value_is_focus = not has_path
    dialect = context.dialect
    after = ""
    if kind in VALUE_KINDS:
        where = f"{found} FILTER({bad_value(constraint, value, dialect)})"
    elif kind in LOGICAL:
        where = f"{found} FILTER({bad_logical(context, constraint, value)})"
    elif kind in ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount"):
        columns, value_is_focus = ("this",), False
        where, after = _counted(context, shape, constraint, focus)
    elif kind == "hasValue":
        columns = ("this",)
        where = _without(context, shape, constraint, focus)
        value_is_focus = False
    elif kind == "uniqueLang":
        columns = ("this", "language")
        where = f'{found} BIND(LCASE(LANG({value})) AS ?language) FILTER(?language != "")'
        after = f"GROUP BY ?this ?language HAVING (COUNT(DISTINCT {value}) > 1)"
    elif kind == "closed":
        columns, value_is_focus = ("this", "path", "value"), False
        node = "?_node" if has_path else "?this"
        where = (f"{focus.values(shape.path, node)} {node} ?path ?value . "
                 f"{closed_filter(constraint, '?path')}")  # fmt: skip
    elif kind == "equals":
        columns, value_is_focus = ("this", "value"), False
        where = _unequal(shape, focus, dialect.text(constraint.terms[0]))
    elif kind == "disjoint":
        where = f"{found} ?this {dialect.text(constraint.terms[0])} {value} ."
    elif kind in ("lessThan", "lessThanOrEquals"):
        columns = ("this", "value", "other")
        worse = compared(constraint, dialect.value("?value"), dialect.value("?other"))
        where = (f"{found} ?this {dialect.text(constraint.terms[0])} ?other . "
                 f"FILTER({worse})")  # fmt: skip
    else:
        raise NotCompilable(f"constraints of the kind {kind}")
    head = " ".join(f"?{name}" for name in columns)
    text = f"SELECT DISTINCT {head} WHERE {{ {where} }} {after}".rstrip()
    return Query(shape=shape, constraint=constraint, text=text, columns=columns,
                 value_is_focus=value_is_focus, focus=focus)  # fmt: skip


def is_idle(shape: Shape, constraint: Constraint) -> bool:
    """Whether nothing can violate a constraint."""
    kind = constraint.kind
    if kind in ("minCount", "qualifiedMinCount") and constraint.number == 0:
        return True
    reflexive = shape.path is not None and nullable(shape.path)
    return kind == "minCount" and constraint.number == 1 and reflexive


def _counted(
    context: Context, shape: Shape, constraint: Constraint, focus: Focus
) -> tuple[str, str]:
    """The pattern for too few or too many values, and what comes after it."""
    assert shape.path is not None
    test = ""
    if constraint.kind.startswith("qualified"):
        test = f" FILTER({good_qualified(context, constraint, '?value')})"
    few = constraint.kind in ("minCount", "qualifiedMinCount")
    reflexive = nullable(shape.path)
    step = f"?this {path_text(shape.path)} ?value .{test}"
    if few and constraint.number == 1 and not reflexive:
        return f"{focus.pattern} FILTER NOT EXISTS {{ {step} }}", ""
    if constraint.kind == "maxCount" and constraint.number == 1:
        # no groups: they would all have to be held in memory
        second = f"?this {path_text(shape.path)} ?_second . FILTER(!sameTerm(?value, ?_second))"
        return f"{focus.pattern} FILTER EXISTS {{ {step} {second} }}", ""
    if not few:
        where = focus.values(shape.path) + test
    elif reflexive:
        where = f"{{ {focus.values(shape.path)}{test} }} UNION {{ {focus.pattern} }}"
    else:
        where = f"{focus.pattern} OPTIONAL {{ {step} }}"
    sign = "<" if few else ">"
    return where, f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) {sign} {constraint.number})"


def _without(context: Context, shape: Shape, constraint: Constraint, focus: Focus) -> str:
    wanted = context.dialect.text(constraint.terms[0])
    other = f"FILTER(!sameTerm(?this, {wanted}))"
    if shape.path is None:
        return f"{focus.pattern} {other}"
    without = f"FILTER NOT EXISTS {{ ?this {path_text(shape.path)} {wanted} . }}"
    return f"{focus.pattern} {without} {other if nullable(shape.path) else ''}"


def _unequal(shape: Shape, focus: Focus, prop: str) -> str:
    there = f"?this {prop} ?value ."
    if shape.path is None:
        return (
            f"{{ {focus.pattern} FILTER NOT EXISTS {{ ?this {prop} ?this . }} "
            f"BIND(?this AS ?value) }} UNION "
            f"{{ {focus.pattern} {there} FILTER(!sameTerm(?this, ?value)) }}"
        )
    itself = "FILTER(!sameTerm(?this, ?value))" if nullable(shape.path) else ""
    return (
        f"{{ {focus.values(shape.path)} FILTER NOT EXISTS {{ {there} }} }} UNION "
        f"{{ {focus.pattern} {there} FILTER NOT EXISTS {{ ?this {path_text(shape.path)} ?value . }}"
        f" {itself} }}"
    )
