"""A query as a tree of patterns, read with rdflib's parser: what a plan is reckoned from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from kg.errors import QueryError

Term = Any
"""A term or variable of rdflib; a path stands where a predicate may."""


@dataclass(frozen=True, slots=True)
class Quad:
    """One pattern; `graph` is None in the default graph."""

    subject: Term
    predicate: Term
    object: Term
    graph: Term = None


@dataclass(frozen=True, slots=True)
class Values:
    """A table in the query; `always` are the variables bound in each of its rows."""

    rows: int
    variables: frozenset[str]
    always: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns with a role: join, optional, union, filter, extend, minus or select.

    `variables` are those of the expression, or what a select shows; `binds` that of a BIND;
    `exists` the patterns inside the expression.
    """

    role: str
    parts: tuple[Any, ...]
    variables: frozenset[str] = frozenset()
    binds: str = ""
    exists: tuple[Any, ...] = ()
    text: str = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole query: its patterns and what shapes the answer."""

    pattern: Any
    ordered: bool
    limit: int | None
    aggregated: bool = field(default=False)


def read(text: str, prefixes: Mapping[str, str]) -> Tree:
    """The patterns of a query; QueryError where rdflib's parser does not take it."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra: Any = translateQuery(parseQuery(text), initNs=dict(prefixes)).algebra
    except RecursionError:
        raise QueryError("the query is nested too deeply to be explained") from None
    except Exception as error:  # the parser raises many kinds, Exception itself among them
        first = str(error).split("\n")[0]
        raise QueryError(f"the query cannot be explained: {first}",
                         hint="it may still run; leave out --explain") from error  # fmt: skip
    return _Reader().whole(algebra)


def variables_of(node: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that each row of a pattern binds, and all that it may bind."""
    match node:
        case Quad():
            found = frozenset(
                name
                for term in (node.subject, node.predicate, node.object, node.graph)
                if (name := name_of(term))
            )
            return found, found
        case Values():
            return node.always, node.variables
        case Group():
            return _of_group(node)
    return frozenset(), frozenset()


def _of_group(group: Group) -> tuple[frozenset[str], frozenset[str]]:
    inside = [variables_of(part) for part in group.parts]
    some: frozenset[str] = frozenset().union(*(each for _, each in inside))
    match group.role:
        case "union":
            return frozenset.intersection(*(always for always, _ in inside)), some
        case "optional" | "minus":
            return inside[0][0], some if group.role == "optional" else inside[0][1]
        case "extend":
            # An expression may fail where one of its variables is open; a constant never does.
            sure = group.variables <= inside[0][0] and not group.text
            always = inside[0][0] | ({group.binds} if sure else frozenset())
            return always, some | {group.binds}
        case "select":
            return inside[0][0] & group.variables, some & group.variables
    return frozenset().union(*(always for always, _ in inside)), some


def name_of(term: Term) -> str:
    """The name of a variable (a blank node is one too), or "" for a constant."""
    kind = type(term).__name__
    return str(term) if kind == "Variable" else f"_:{term}" if kind == "BNode" else ""


class _Reader:
    """Goes through rdflib's algebra; numbers the variables that stand between steps of a path."""

    def __init__(self) -> None:
        self._between = count(1)

    def whole(self, query: Any) -> Tree:
        node, ordered, limit, aggregated = query.p, False, None, False
        while node.name in ("Project", "Distinct", "Reduced", "OrderBy", "Slice", "ToList"):
            ordered |= node.name == "OrderBy"
            if node.name == "Slice":
                limit = node.length
            node = node.p
        inner = node
        while inner.name in ("Extend", "Filter", "AggregateJoin", "Group"):
            aggregated |= inner.name == "AggregateJoin"
            inner = inner.p
        return Tree(self.pattern(node, None), ordered, limit, aggregated)

    def pattern(self, node: Any, graph: Term) -> Any:
        match node.name:
            case "BGP":
                parts = [quad for s, p, o in node.triples for quad in self._quads(s, p, o, graph)]
                return parts[0] if len(parts) == 1 else Group("join", tuple(parts))
            case "Join":
                sides = (self.pattern(node.p1, graph), self.pattern(node.p2, graph))
                return Group("join", tuple(part for side in sides for part in _flat(side)))
            case "LeftJoin":
                sides = (self.pattern(node.p1, graph), self.pattern(node.p2, graph))
                return self._with(node.expr, Group("optional", sides), graph)
            case "Union" | "Minus":
                sides = (self.pattern(node.p1, graph), self.pattern(node.p2, graph))
                return Group(node.name.lower(), sides)
            case "Filter":
                inner = self.pattern(node.p, graph)
                return self._with(node.expr, Group("filter", (inner,)), graph)
            case "Extend":
                inner = self.pattern(node.p, graph)
                found = self._with(node.expr, Group("extend", (inner,), binds=str(node.var)), graph)
                name = getattr(node.expr, "name", "")
                return Group(found.role, found.parts, found.variables, found.binds, found.exists,
                             text="" if not name or "Aggregate" in name else name)  # fmt: skip
            case "Graph":
                return self.pattern(node.p, node.term)
            case "ToMultiSet" | "values":
                return self._table(node, graph)
            case "Project":
                shown = frozenset(str(each) for each in node.PV)
                return Group("select", (self.pattern(node.p, graph),), shown)
            case "Slice":
                inner = self.pattern(node.p, graph)
                return Group("select", (inner,), variables_of(inner)[1], limit=node.length)
            case "Distinct" | "Reduced" | "OrderBy" | "AggregateJoin" | "Group" | "ToList":
                inner = self.pattern(node.p, graph)
                return Group("select", (inner,), variables_of(inner)[1] | _results(node))
        raise QueryError(f"the query cannot be explained: it has {node.name}",
                         hint="leave out --explain")  # fmt: skip

    def _table(self, node: Any, graph: Term) -> Any:
        rows = node.res if node.name == "values" else getattr(node.p, "res", None)
        if rows is None:
            return self.pattern(node.p, graph)
        names = [frozenset(str(name) for name in row) for row in rows] or [frozenset()]
        return Values(len(rows), frozenset().union(*names), frozenset.intersection(*names))

    def _quads(self, subject: Term, path: Term, object_: Term, graph: Term) -> Iterator[Quad]:
        """A path of steps is as many patterns, one turned round is one the other way."""
        from rdflib import Variable
        from rdflib.paths import InvPath, SequencePath

        if isinstance(path, InvPath):
            yield from self._quads(object_, path.arg, subject, graph)
        elif isinstance(path, SequencePath):
            *first, last = path.args
            for step in first:
                after = Variable(f"_step{next(self._between)}")
                yield from self._quads(subject, step, after, graph)
                subject = after
            yield from self._quads(subject, last, object_, graph)
        else:
            yield Quad(subject, path, object_, graph)

    def _with(self, expression: Any, group: Group, graph: Term) -> Group:
        names: set[str] = set()
        exists: list[Any] = []
        for each in _walk(expression):
            if getattr(each, "name", "") in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                inner = each.graph
                exists.append(self.pattern(inner, graph) if hasattr(inner, "name") else inner)
            elif name_of(each):
                names.add(name_of(each))
        return Group(group.role, group.parts, frozenset(names), group.binds, tuple(exists))


def _results(node: Any) -> frozenset[str]:
    return (
        frozenset(str(each.res) for each in node.A) if node.name == "AggregateJoin" else frozenset()
    )


def _flat(node: Any) -> tuple[Any, ...]:
    return node.parts if isinstance(node, Group) and node.role == "join" else (node,)


def _walk(expression: Any) -> Iterator[Any]:
    """All parts of an expression; what stands inside EXISTS is a pattern, and left alone."""
    yield expression
    if getattr(expression, "name", "") in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        return
    if isinstance(expression, dict):
        for part in expression.values():
            yield from _walk(part)
    elif isinstance(expression, list | tuple | set):
        for part in expression:
            yield from _walk(part)
