"""What the variables of a query mean, group by group: which are bound, shown, and how they are renamed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kg.validate.setwise.paths import nullable
from kg.validate.setwise.patterns import (
    Bind,
    Branches,
    Element,
    Exists,
    Expression,
    Graph,
    Group,
    Piece,
    Raw,
    Select,
    Triple,
    Values,
    bound_by,
    element_mentions,
    name_of,
)

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_NAME = re.compile(r"\?(\w+)")


class NotUnderstood(Exception):
    """It cannot be told which focus nodes are touched: all have to be checked again."""


def refuse_counts(select: Select) -> None:
    """NotUnderstood where the rows of one focus node depend on those of others."""
    said = said_in(select)
    if any(isinstance(part, Exists) for expression in said for part in expression):
        raise NotUnderstood("EXISTS stands among the columns")
    if select.limit is not None or select.offset:
        raise NotUnderstood("the query has a LIMIT")
    if select.group_by is None:
        if any(_counts(expression) for expression in said):
            raise NotUnderstood("the query counts without GROUP BY")
    elif "this" not in _keys(select):
        raise NotUnderstood("the groups of the query are not those of a focus node")


def said_in(select: Select) -> list[Expression]:
    """The expressions of a query outside its WHERE, but for the keys of its groups."""
    return [select.having, select.order, *(column.expression for column in select.columns)]


def _counts(expression: Expression) -> bool:
    return any(isinstance(part, Piece) and part.text.upper() in _AGGREGATES for part in expression)


def _keys(select: Select) -> set[str]:
    """The variables that a query groups by: no expression in brackets counts."""
    keys: set[str] = set()
    depth = 0
    for part in select.group_by or ():
        if isinstance(part, Piece):
            depth += (part.text == "(") - (part.text == ")")
            keys |= {part.variable} if not depth else set()
    return keys - {""}


def surely_bound(group: Group) -> frozenset[str]:
    """The variables with a value in every solution of a group, those that BIND names anew too."""
    found: set[str] = set()
    for element in group.elements:
        match element:
            case Bind():
                if renames(element) and _source(element) in found:
                    found.add(element.variable)
            case Branches():
                found |= frozenset.intersection(*map(surely_bound, element.groups))
            case Graph():
                found |= surely_bound(element.group) | ({name_of(element.name)} - {""})
            case _:
                found |= bound_by(element)
    return frozenset(found)


def renames(bind: Bind) -> bool:
    """Whether a BIND gives a variable another name."""
    return len(bind.expression) == 1 and bool(_source(bind))


def _source(bind: Bind) -> str:
    first = bind.expression[0]
    return first.variable if isinstance(first, Piece) else ""


def bound_to_nodes(group: Group) -> frozenset[str]:
    """The variables that a pattern of the group binds to nodes of the data."""
    return frozenset(
        name for element in group.elements
        if isinstance(element, Triple) and not nullable(element.predicate)
        for name in (name_of(element.subject), name_of(element.object)) if name
    )  # fmt: skip


def shown_by(select: Select) -> frozenset[str]:
    """The variables of a sub-select that its rows show as they stand inside."""
    if select.limit is not None or select.offset:
        raise NotUnderstood("a query within has a LIMIT")
    said = said_in(select)
    if any(isinstance(part, Exists) for expression in said for part in expression):
        raise NotUnderstood("EXISTS stands among the columns of a query within")
    shown = {column.variable for column in select.columns if not column.expression}
    if not select.columns:
        shown = set(surely_bound(select.where))
    if select.group_by is not None:
        return frozenset(shown & _keys(select))
    return frozenset() if is_one_row(select) else frozenset(shown)


def is_one_row(select: Select) -> bool:
    """Whether a query counts over all that it finds."""
    return select.group_by is None and any(map(_counts, said_in(select)))


def variables_of(element: Element) -> set[str]:
    """All variables of an element that stands around a changed triple."""
    return element_mentions(element) | _listed(element)


def _listed(element: Element) -> set[str]:
    """All variables of a VALUES, also those that it leaves open."""
    if not isinstance(element, Raw):
        inner = element.groups if isinstance(element, Branches) else (
            (element.group,) if isinstance(element, Graph) else ()
        )  # fmt: skip
        return {name for group in inner for e in group.elements for name in _listed(e)}
    return set(_NAME.findall(element.text.partition("{")[0]))


def renamed(group: Group, names: Mapping[str, str]) -> Group:
    """A group of what stands around a changed triple, with other variables."""

    def term(text: str) -> str:
        name = name_of(text)
        return f"?{names.get(name, name)}" if name else text

    def one(element: Element) -> Element:
        match element:
            case Triple():
                path = element.predicate
                return Triple(term(element.subject), term(path) if isinstance(path, str) else path,
                              term(element.object))  # fmt: skip
            case Values():
                return replace(element, variable=names.get(element.variable, element.variable))
            case Bind():
                source, variable = _source(element), element.variable
                return Bind((Piece(term(f"?{source}")),), names.get(variable, variable))
            case Graph():
                return Graph(term(element.name), renamed(element.group, names))
            case Branches():
                return Branches(tuple(renamed(group, names) for group in element.groups))
            case Raw():
                head, brace, body = element.text.partition("{")
                head = _NAME.sub(lambda match: term(match[0]), head)
                return Raw(
                    head + brace + body, frozenset(names.get(v, v) for v in element.variables)
                )
        raise AssertionError(element)

    return Group(tuple(map(one, group.elements)))
