"""What a SPARQL constraint, or a component that the shapes graph defines, asks of its data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.validate.report import Step
from kg.validate.setwise.reader import messages_of, prefixes_of
from kg.validate.setwise.shapes import Constraint, Shape, is_a
from kg.validate.setwise.sparql import Compiled, OneByOne, compile_ask, compile_select
from kg.validate.setwise.terms import SH, NotCompilable, ShapeError, Term, text_of, to_ox

if TYPE_CHECKING:
    from rdflib import Graph

_HINT = "see the standard, 5 and 6: what SPARQL constraints and components need"
_VARIABLE = re.compile(r"\{[?$](\w+)\}")
# what a parameter may not be called (6.2.1)
_RESERVED = frozenset(["this", "shapesGraph", "currentShape", "path", "PATH", "value"])
Row = Sequence["Term | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One query of a constraint, and how its solutions become results.

    `messages` may have {?variables} in them, which `said` fills in; `parameters` are those of the
    component by name. `node` is where the query stands in the shapes graph (sh:sourceConstraint
    for sh:sparql).
    """

    query: Compiled | OneByOne
    node: Any
    path: Step | None
    parameters: Mapping[str, Term]
    messages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One solution as a result; `messages` are empty where those of the shape hold."""

    focus: Term
    path: Step | None
    value: Term | None
    messages: tuple[tuple[str, str], ...]


def checks_of(
    graph: Graph, shape: Shape, constraint: Constraint, *, focus: str,
    shapes_graph: str = "", write: Callable[[Term], str] = str,
) -> Iterator[Check]:  # fmt: skip
    """The queries of a constraint of kind `sparql` or `custom` over the focus nodes of a pattern.

    `shapes_graph` is the IRI of the shapes among the data, where they are there; `write` gives
    the text of a term for the data at hand. ShapeError where the constraint is ill-formed,
    NotCompilable where only pySHACL can run it.
    """
    binds: dict[str, Term] = {}
    node = to_ox(shape.node)
    if isinstance(node, ox.NamedNode):
        binds["currentShape"] = node
    if shapes_graph:
        binds["shapesGraph"] = ox.NamedNode(shapes_graph)
    if constraint.kind == "sparql":
        text = _text(graph, constraint.node, "select")
        query = compile_select(text, prefixes_of(graph, constraint.node), focus=focus,
                               path=shape.path, binds=binds, write=write)  # fmt: skip
        yield Check(query=query, node=constraint.node, path=shape.path, parameters={},
                    messages=messages_of(graph, constraint.node))  # fmt: skip
        return
    parameters = dict(constraint.parameters)
    if wrong := _RESERVED & set(parameters):
        raise ShapeError(f"{constraint.component}: a parameter may not be called {min(wrong)}",
                         hint=_HINT)  # fmt: skip
    validator, kind = _validator(graph, constraint.node, is_property=shape.path is not None)
    if validator is None:
        return
    text = _text(graph, validator, kind)
    compiled = (compile_ask if kind == "ask" else compile_select)(
        text, prefixes_of(graph, validator), focus=focus, path=shape.path,
        binds={**parameters, **binds}, write=write,
    )  # fmt: skip
    yield Check(
        query=compiled, node=validator, path=shape.path, parameters=parameters,
        messages=messages_of(graph, validator) or messages_of(graph, constraint.node),
    )  # fmt: skip


def _validator(graph: Graph, component: Any, *, is_property: bool) -> tuple[Any, str]:
    """The validator of a component for this kind of shape, and whether it is a SELECT or an ASK."""
    from rdflib import URIRef

    for name, kind in (("propertyValidator" if is_property else "nodeValidator", "select"),
                       ("validator", "ask")):  # fmt: skip
        found = sorted(graph.objects(component, URIRef(SH + name)), key=str)
        for validator in found:
            if is_a(graph, validator, [SH + f"SPARQL{kind.capitalize()}Validator"]) or (
                validator, URIRef(SH + kind), None
            ) in graph:  # fmt: skip
                return validator, kind
        if found:
            raise NotCompilable(f"{component}: its validator is no SPARQL")
    return None, ""


def _text(graph: Graph, node: Any, kind: str) -> str:
    from rdflib import Literal, URIRef

    found = list(graph.objects(node, URIRef(SH + kind)))
    if len(found) != 1 or not isinstance(found[0], Literal):
        raise ShapeError(f"{node}: not exactly one sh:{kind}", hint=_HINT)
    return str(found[0])


# ---------- Results ----------


def found_in(check: Check, columns: Sequence[str], row: Row, this: Term | None = None) -> Found:
    """A solution of the check as a result; `this` where the query was run for that node."""
    values = dict(zip(columns, row, strict=False))
    focus = this if this is not None else values["this"]
    assert focus is not None
    path: Step | None = check.path
    given = values.get("path")
    if isinstance(given, ox.NamedNode):
        path = given.value
    value = values.get("value")
    if value is None and check.path is None:
        value = focus
    said = values.get("message")
    if said is not None:
        messages: tuple[tuple[str, str], ...] = (
            (getattr(said, "language", "") or "", text_of(said)),
        )
    else:
        messages = _filled(check, {**check.parameters, **values, "this": focus, "value": value})
    return Found(focus=focus, path=path, value=value, messages=messages)


def _filled(check: Check, values: Mapping[str, Term | None]) -> tuple[tuple[str, str], ...]:
    """The messages with {?variable} replaced by what the variable stands for, where it does."""

    def one(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return match[0] if value is None else text_of(value)

    return tuple(
        (language, _VARIABLE.sub(one, text) if "{" in text else text)
        for language, text in check.messages
    )


def limited(query: Compiled, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows that LIMIT and OFFSET leave of each focus node."""
    if query.limit is None and not query.offset:
        yield from rows
        return
    place = query.columns.index("this")
    seen: dict[Any, int] = {}
    end = None if query.limit is None else query.offset + query.limit
    for row in rows:
        number = seen.get(row[place], 0)
        seen[row[place]] = number + 1
        if number >= query.offset and (end is None or number < end):
            yield row
