"""The parts of a SPARQL SELECT as values, and the same as text again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Union

from kg.validate.report import Step

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Piece:
    """One token of an expression; `glued` where no space stood before it."""

    text: str
    glued: bool = False

    @property
    def variable(self) -> str:
        """The name of the variable that it is, or nothing."""
        return self.text[1:] if self.text.startswith("?") and len(self.text) > 1 else ""


@dataclass(frozen=True, slots=True)
class Exists:
    """EXISTS or NOT EXISTS within an expression."""

    group: Group
    negated: bool


Expression = tuple[Union[Piece, Exists], ...]  # noqa: UP007 - a recursive alias, read at run time


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern. Terms are written as in SPARQL, IRIs in full; variables begin with `?`.

    The predicate is a path (an IRI without brackets where it is one property), a variable
    (`?name`) or a negated property set (`!(…)`).
    """

    subject: str
    predicate: Step
    object: str


@dataclass(frozen=True, slots=True)
class Filter:
    """FILTER with its expression, the outer brackets included."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Bind:
    """BIND(expression AS ?variable)."""

    expression: Expression
    variable: str


@dataclass(frozen=True, slots=True)
class Optional:
    """OPTIONAL { … }."""

    group: Group


@dataclass(frozen=True, slots=True)
class Graph:
    """GRAPH name { … }."""

    name: str
    group: Group


@dataclass(frozen=True, slots=True)
class Branches:
    """{ … } UNION { … }; with one branch a group in braces."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """VALUES ?variable { … }: made by us, never read from a constraint (the standard bars it)."""

    variable: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of a pattern as text, such as a target, with the variables it surely binds."""

    text: str
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class SubSelect:
    """A SELECT within a group."""

    select: Select


Element = Union[  # noqa: UP007
    Triple, Filter, Bind, Optional, Graph, Branches, Values, Raw, SubSelect
]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two braces."""

    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A result column: a variable, or an expression with a name."""

    variable: str
    expression: Expression = ()


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT: no columns stand for `*`. `order` and `having` are without their keywords."""

    columns: tuple[Column, ...]
    where: Group
    distinct: bool = False
    group_by: Expression | None = None
    having: Expression = ()
    order: Expression = ()
    limit: int | None = None
    offset: int = 0


# ---------- Text ----------


def select_text(select: Select, depth: int = 0) -> str:
    """A SELECT as SPARQL."""
    pad = "  " * depth
    columns = " ".join(
        f"({expression_text(c.expression, depth).strip()} AS ?{c.variable})" if c.expression
        else f"?{c.variable}" for c in select.columns
    ) or "*"  # fmt: skip
    lines = [f"SELECT {'DISTINCT ' if select.distinct else ''}{columns} WHERE "
             + group_text(select.where, depth)]  # fmt: skip
    if select.group_by is not None:
        lines.append(f"{pad}GROUP BY{expression_text(select.group_by, depth, ' ')}")
    if select.having:
        lines.append(f"{pad}HAVING {expression_text(select.having, depth).strip()}")
    if select.order:
        lines.append(f"{pad}ORDER BY{expression_text(select.order, depth, ' ')}")
    if select.limit is not None:
        lines.append(f"{pad}LIMIT {select.limit}")
    if select.offset:
        lines.append(f"{pad}OFFSET {select.offset}")
    return "\n".join(lines)


def group_text(group: Group, depth: int = 0) -> str:
    """A group in its braces."""
    pad = "  " * (depth + 1)
    lines = [pad + _element_text(element, depth + 1) for element in group.elements]
    return "\n".join(["{", *lines, "  " * depth + "}"])


def _element_text(element: Element, depth: int) -> str:
    match element:
        case Triple():
            return f"{element.subject} {predicate_text(element.predicate)} {element.object} ."
        case Filter():
            return f"FILTER {expression_text(element.expression, depth).strip()}"
        case Bind():
            text = expression_text(element.expression, depth).strip()
            return f"BIND({text} AS ?{element.variable})"
        case Optional():
            return f"OPTIONAL {group_text(element.group, depth)}"
        case Graph():
            return f"GRAPH {element.name} {group_text(element.group, depth)}"
        case Branches():
            return " UNION ".join(group_text(group, depth) for group in element.groups)
        case Values():
            return f"VALUES ?{element.variable} {{ {' '.join(element.terms)} }}"
        case Raw():
            return element.text
        case SubSelect():
            return f"{{ {select_text(element.select, depth)} }}"


def expression_text(expression: Expression, depth: int = 0, first: str = "") -> str:
    """An expression with the spaces it was written with."""
    text = ""
    for part in expression:
        if isinstance(part, Exists):
            text += f" {'NOT ' if part.negated else ''}EXISTS {group_text(part.group, depth)}"
        else:
            text += ("" if part.glued else " ") + part.text
    return text if text.startswith(first) else first + text


def predicate_text(predicate: Step) -> str:
    """A predicate as SPARQL."""
    if isinstance(predicate, str):
        return predicate if predicate[:1] in ("?", "!") else f"<{predicate}>"
    inner = [predicate_text(part) if isinstance(part, str) else f"({predicate_text(part)})"
             for part in predicate.parts]  # fmt: skip
    match predicate.kind:
        case "inversePath":
            return f"^{inner[0]}"
        case "zeroOrMorePath":
            return f"{inner[0]}*"
        case "oneOrMorePath":
            return f"{inner[0]}+"
        case "zeroOrOnePath":
            return f"{inner[0]}?"
    return ("/" if predicate.kind == "sequence" else "|").join(inner)


# ---------- Variables ----------


def name_of(term: str) -> str:
    """The name of a variable as it stands in a triple; nothing for a constant."""
    return term[1:] if term.startswith("?") else ""


def named_in(triple: Triple) -> set[str]:
    """The variables of a triple pattern."""
    terms = [triple.subject, triple.object]
    if isinstance(triple.predicate, str):
        terms.append(triple.predicate)
    return {name for term in terms if (name := name_of(term))}


def bound_by(element: Element) -> set[str]:
    """The variables that have a value in every solution of an element."""
    match element:
        case Triple():
            return named_in(element)
        case Raw():
            return set(element.variables)
        case Values():
            return {element.variable}
        case Bind() | Filter() | Optional():
            return set()  # a BIND whose expression fails leaves its variable without a value
        case Graph():
            return bound_in(element.group) | ({name_of(element.name)} - {""})
        case Branches():
            return set.intersection(*(bound_in(group) for group in element.groups))
        case SubSelect():
            inside = bound_in(element.select.where)
            shown = {c.variable for c in element.select.columns if not c.expression}
            return inside & shown if element.select.columns else inside


def bound_in(group: Group) -> set[str]:
    """The variables that have a value in every solution of a group."""
    return set().union(*(bound_by(element) for element in group.elements))


def visible_in(group: Group) -> set[str]:
    """The variables that `SELECT *` over this group would show."""
    found: set[str] = set()
    for element in group.elements:
        match element:
            case Bind():
                found.add(element.variable)
            case Optional() | Graph():
                found |= visible_in(element.group)
            case Branches():
                found |= set().union(*(visible_in(group) for group in element.groups))
            case SubSelect():
                columns = {column.variable for column in element.select.columns}
                found |= columns or visible_in(element.select.where)
        found |= bound_by(element)
    return {name for name in found if not name.startswith("_")}


def mentioned_in(expression: Expression) -> set[str]:
    """All variables of an expression, those within EXISTS included."""
    found: set[str] = set()
    for part in expression:
        found |= mentions(part.group) if isinstance(part, Exists) else {part.variable} - {""}
    return found


def mentions(group: Group) -> set[str]:
    """All variables that stand anywhere in a group."""
    return set().union(*(element_mentions(element) for element in group.elements))


def element_mentions(element: Element) -> set[str]:
    """All variables that stand anywhere in an element."""
    match element:
        case Filter():
            return mentioned_in(element.expression)
        case Bind():
            return mentioned_in(element.expression) | {element.variable}
        case Optional():
            return mentions(element.group)
        case Graph():
            return mentions(element.group) | ({name_of(element.name)} - {""})
        case Branches():
            return set().union(*(mentions(group) for group in element.groups))
        case SubSelect():
            select = element.select
            found = mentions(select.where) | {column.variable for column in select.columns}
            for expression in (select.group_by or (), select.having, select.order,
                               *(column.expression for column in select.columns)):  # fmt: skip
                found |= mentioned_in(expression)
            return found
    return bound_by(element)


def renamed(group: Group, names: Mapping[str, str]) -> Group:
    """The group with other names for some variables. It holds no Raw and no SubSelect."""

    def term(text: str) -> str:
        return f"?{names[text[1:]]}" if text.startswith("?") and text[1:] in names else text

    def expression(parts: Expression) -> Expression:
        return tuple(
            Exists(renamed(part.group, names), part.negated) if isinstance(part, Exists)
            else Piece(term(part.text), part.glued) for part in parts
        )  # fmt: skip

    def element(one: Element) -> Element:
        match one:
            case Triple():
                predicate = one.predicate
                predicate = term(predicate) if isinstance(predicate, str) else predicate
                return Triple(term(one.subject), predicate, term(one.object))
            case Filter():
                return Filter(expression(one.expression))
            case Bind():
                return Bind(expression(one.expression), names.get(one.variable, one.variable))
            case Optional():
                return Optional(renamed(one.group, names))
            case Graph():
                return Graph(term(one.name), renamed(one.group, names))
            case Branches():
                return Branches(tuple(renamed(branch, names) for branch in one.groups))
            case Values():
                return Values(names.get(one.variable, one.variable), one.terms)
        raise TypeError(f"no names can be changed in {one}")

    return Group(tuple(map(element, group.elements)))


def is_renamable(group: Group) -> bool:
    """Whether `renamed` can be used."""
    return not any(
        isinstance(element, Raw | SubSelect)
        for inner in groups_in(group)
        for element in inner.elements
    )


# ---------- Walking ----------


def groups_in(group: Group) -> Iterator[Group]:
    """A group and all groups within it, those of EXISTS and of sub-selects too."""
    yield group
    for element in group.elements:
        for inner in _inner_groups(element):
            yield from groups_in(inner)


def _inner_groups(element: Element) -> Iterator[Group]:
    match element:
        case Filter() | Bind():
            yield from _exists_groups(element.expression)
        case Optional() | Graph():
            yield element.group
        case Branches():
            yield from element.groups
        case SubSelect():
            select = element.select
            yield select.where
            yield from _exists_groups(select.having)
            for column in select.columns:
                yield from _exists_groups(column.expression)


def _exists_groups(expression: Expression) -> Iterator[Group]:
    yield from (part.group for part in expression if isinstance(part, Exists))
