"""Questions as plain values: the part of SPARQL that rules, ties and indexes are written in."""

from __future__ import annotations

from typing import NamedTuple

from kg.vocab import XSD


class Variable(NamedTuple):
    """A variable by its name."""

    name: str


class Constant(NamedTuple):
    """A term as N-Quads write it."""

    text: str


Term = Variable | Constant


class Path(NamedTuple):
    """A property path: `kind` is "|" (any of), "+" or "*" (closures), or "^" (turned round)."""

    kind: str
    parts: tuple[Path | Constant, ...]


class Triple(NamedTuple):
    """A pattern of one triple."""

    subject: Term
    predicate: Term | Path
    object: Term


class Values(NamedTuple):
    """Rows of terms for some variables."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Constant, ...], ...]


class Optional(NamedTuple):
    """What may be there."""

    group: Group


class Union(NamedTuple):
    """What is there in one of several ways."""

    groups: tuple[Group, ...]


class Filter(NamedTuple):
    """A condition on rows."""

    condition: Call | Term


class Bind(NamedTuple):
    """A value that gets a name."""

    value: Call | Term
    variable: Variable


class Graph(NamedTuple):
    """What stands in a named graph."""

    name: Constant
    group: Group


class Group(NamedTuple):
    """Elements that hold together."""

    elements: tuple[Element, ...]


class Select(NamedTuple):
    """A question: the variables wanted, and where they are found."""

    variables: tuple[Variable, ...]
    distinct: bool
    group: Group


class Call(NamedTuple):
    """A function or an operator by its name; `group` where it looks at the store."""

    name: str
    parts: tuple[Call | Term, ...] = ()
    group: Group | None = None


Element = Triple | Values | Optional | Union | Filter | Bind | Graph | Group | Select

TRUE = Constant(f'"true"^^<{XSD}boolean>')
FALSE = Constant(f'"false"^^<{XSD}boolean>')


def constants(group: Group | Select | Call) -> set[str]:
    """Every term that a question names, as N-Quads write them."""
    found: set[str] = set()
    todo: list[object] = [group]
    while todo:
        part = todo.pop()
        if isinstance(part, Constant):
            found.add(part.text)
        elif isinstance(part, tuple):
            todo += part
    return found
