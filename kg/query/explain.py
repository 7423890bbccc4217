"""What a query asks of a store before it runs: its patterns counted, an order, and warnings.

The engine does not tell its plan to Python. What stands here is reckoned from the store: each
pattern is counted, the rarest comes first, and after it the one that adds fewest rows to what is
bound. The engine may go another way; what reads much here reads much there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.query.algebra import Group, Quad, Values, name_of, read, variables_of
from kg.store.embedded import DEFAULT_GRAPH, Node, Store
from kg.vocab import Curies

CAP = 100_000
"""No pattern is counted further."""
_SAMPLE = 40
_MANY = 100_000


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done: `count` is what the store has for the pattern by itself, up to `CAP`.

    `rows` are the rows expected after it; None where that cannot be told.
    """

    depth: int
    does: str
    pattern: str
    count: int | None = None
    rows: float | None = None

    @property
    def counted(self) -> str:
        """The count in words; empty where there is none."""
        if self.count is None:
            return ""
        return f"{CAP:,} or more" if self.count >= CAP else f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in order, what they are expected to read and to give, and what to mind."""

    steps: tuple[Step, ...]
    reads: float
    rows: float
    warnings: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The plan as one JSON document."""
        return {
            "steps": [
                {"depth": step.depth, "does": step.does, "pattern": step.pattern,
                 "count": step.count, "capped": step.count is not None and step.count >= CAP,
                 "rows": None if step.rows is None else round(step.rows, 1)}
                for step in self.steps
            ],
            "reads": round(self.reads), "rows": round(self.rows), "warnings": list(self.warnings),
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """The plan for people."""
        for number, step in enumerate(self.steps, 1):
            expected = "" if step.rows is None else f" -> about {step.rows:,.0f} rows"
            count = f"  [{step.counted}]" if step.counted else ""
            yield f"{number:>3}  {'  ' * step.depth}{step.does} {step.pattern}{count}{expected}".rstrip()
        yield f"estimate: about {self.reads:,.0f} entries of the indexes read, {self.rows:,.0f} rows"
        for warning in self.warnings:
            yield f"warning: {warning}"


def explain(store: Store, text: str, bindings: Mapping[str, Node] | None = None) -> Plan:
    """The plan of a query with these variables bound; QueryError where it cannot be read.

    In square brackets is how many triples match a pattern by itself: what it costs to begin there.
    """
    tree = read(text, store.prefixes)
    planner = _Planner(store, dict(bindings or {}))
    bound = frozenset(planner.bindings)
    rows = planner.walk(tree.pattern, bound, 1.0, 0)
    if tree.ordered and tree.limit is None and rows >= _MANY:
        planner.warn("ORDER BY without LIMIT sorts some "
                     f"{rows:,.0f} rows, all held in memory: add LIMIT, or sort what you get")  # fmt: skip
    if tree.aggregated:
        planner.steps.append(Step(0, "group and count", "", rows=None))
    return Plan(tuple(planner.steps), planner.reads,
                min(rows, tree.limit) if tree.limit is not None else rows,
                tuple(planner.warnings))  # fmt: skip


@dataclass(slots=True)
class _Planner:
    store: Store
    bindings: dict[str, Node]
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    reads: float = 0.0
    _counts: dict[Any, int] = field(default_factory=dict)
    _fans: dict[Any, float] = field(default_factory=dict)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def walk(self, node: Any, bound: frozenset[str], rows: float, depth: int) -> float:
        """Add the steps of a pattern that starts from `rows` rows; the rows after it."""
        match node:
            case Quad():
                return self._quad(node, bound, rows, depth)
            case Values():
                self.steps.append(Step(depth, "take", f"{node.rows} rows of VALUES"))
                return rows * node.rows if not node.variables & bound else rows
            case Group(role="join"):
                return self._join(node.parts, bound, rows, depth)
            case Group(role="optional"):
                return self._optional(node, bound, rows, depth)
            case Group(role="union"):
                branches = list(_branches(node))
                self.steps.append(Step(depth, "each of", f"{len(branches)} alternatives"))
                return sum(self.walk(each, bound, rows, depth + 1) for each in branches)
            case Group(role="minus"):
                rows = self.walk(node.parts[0], bound, rows, depth)
                self.steps.append(Step(depth, "take away", "MINUS"))
                self.walk(node.parts[1], frozenset(self.bindings), 1.0, depth + 1)
                return rows
            case Group(role="select"):
                if depth or node.limit is not None:
                    self.steps.append(Step(depth, "select", ""))
                found = self.walk(node.parts[0], bound & node.variables, 1.0, depth + 1)
                return rows * (found if node.limit is None else min(found, node.limit))
            case Group():
                rows = self.walk(node.parts[0], bound, rows, depth)
                inside = bound | variables_of(node.parts[0])[0]
                for each in node.exists:
                    self.steps.append(Step(depth, "look whether", "EXISTS"))
                    self.walk(each, inside, rows, depth + 1)
        return rows

    def _join(self, parts: Iterable[Any], bound: frozenset[str], rows: float, depth: int) -> float:
        left, known, first = list(parts), bound, True
        while left:
            near = [part for part in left if first or variables_of(part)[1] & known
                    or not variables_of(part)[1]]  # fmt: skip
            if not near:
                pattern = min(left, key=lambda part: self._fan(part, frozenset()))
                size = self._fan(pattern, frozenset())
                if rows > 1 and size > 1:
                    self.warn(f"{self._text(pattern)} shares no variable with what stands before it:"
                              f" some {rows:,.0f} rows times {size:,.0f}")  # fmt: skip
                near = [pattern]
            chosen = min(near, key=lambda part: self._fan(part, known))
            left.remove(chosen)
            rows = self.walk(chosen, known, rows, depth)
            known |= variables_of(chosen)[0]
            first = False
        return rows

    def _optional(self, node: Group, bound: frozenset[str], rows: float, depth: int) -> float:
        rows = self.walk(node.parts[0], bound, rows, depth)
        always, some = variables_of(node.parts[0])
        inside = variables_of(node.parts[1])[1]
        self.steps.append(Step(depth, "if there is", "OPTIONAL"))
        known = bound | always
        if not inside & known:
            size = self._fan(node.parts[1], frozenset())
            if size > 1 and (inside & some or rows > 1):
                kind = "is sure to be bound" if inside & some else "stands"
                self.warn(f"OPTIONAL {self._text(node.parts[1])}: no variable of it {kind} before it,"
                          f" so all {size:,.0f} are read")  # fmt: skip
        return max(rows, self.walk(node.parts[1], known, rows, depth + 1))

    def _quad(self, quad: Quad, bound: frozenset[str], rows: float, depth: int) -> float:
        names = variables_of(quad)[0]
        fan = self._fan(quad, bound)
        does = "look up" if names & bound else "read"
        after = rows * fan
        self.reads += max(rows, after)
        self.steps.append(Step(depth, does, self._text(quad), self._count(quad), after))
        self._mind(quad, bound, fan)
        return after

    def _mind(self, quad: Quad, bound: frozenset[str], fan: float) -> None:
        ends = [name_of(quad.subject), name_of(quad.object)]
        if _repeats(quad.predicate) and all(end and end not in bound for end in ends):
            self.warn(f"the path {self._text(quad)} starts nowhere: neither end is bound, so it is"
                      " followed from every node; bind one end")  # fmt: skip
        if all(end and end not in bound for end in [*ends, name_of(quad.predicate)]):
            self.warn(f"{self._text(quad)} matches everything in the graph")

    def _fan(self, node: Any, bound: frozenset[str]) -> float:
        """How many rows a part makes of one, by what the store has."""
        match node:
            case Values():
                return 1.0 if node.variables & bound else float(node.rows)
            case Group(role="join"):
                total, known = 1.0, bound
                for part in sorted(node.parts, key=lambda part: self._fan(part, bound)):
                    total *= self._fan(part, known)
                    known |= variables_of(part)[0]
                return total
            case Group(role="union"):
                return sum(self._fan(part, bound) for part in node.parts)
            case Group(role="select") if node.limit is not None:
                return min(self._fan(node.parts[0], bound), float(node.limit))
            case Group():
                return self._fan(node.parts[0], bound)
            case Quad():
                return self._fan_of(node, bound)
        return 1.0

    def _fan_of(self, quad: Quad, bound: frozenset[str]) -> float:
        """The matches of a pattern for one row, from a sample where a variable is bound."""
        given = [self._given(end) for end in (quad.subject, quad.object)]
        open_ = [bool(name_of(end)) and name_of(end) not in bound and at is None
                 for end, at in zip((quad.subject, quad.object), given, strict=True)]  # fmt: skip
        total = self._count(quad)
        property_ = name_of(quad.predicate)
        if property_ in bound and self._given(quad.predicate) is None:
            kinds = {each.predicate for each in islice(self._match(quad), 1000)}
            return total / max(1, len(kinds))
        if not any(open_):
            return min(1.0, float(total))
        sampled = [place for place in (0, 1) if not open_[place] and given[place] is None]
        if not sampled:
            return float(total)
        key = (str(quad.predicate), str(quad.graph), sampled[0], str(given))
        if key not in self._fans:
            self._fans[key] = self._sampled(quad, sampled[0])
        return self._fans[key]

    def _sampled(self, quad: Quad, place: int) -> float:
        found = list(islice(self._match(quad), _SAMPLE * 4))
        keys = list(dict.fromkeys(each.subject if place == 0 else each.object for each in found))
        keys = keys[:: max(1, len(keys) // _SAMPLE)][:_SAMPLE]
        if not keys:
            return 0.0
        sizes = [sum(1 for _ in islice(self._match(quad, key, place), 1000)) for key in keys]
        # What follows a path of any length from one end is more than one step.
        return sum(sizes) / len(sizes) * (10 if _repeats(quad.predicate) else 1)

    def _count(self, quad: Quad) -> int:
        key = (str(self._given(quad.subject)), str(quad.predicate), str(self._given(quad.object)),
               str(quad.graph))  # fmt: skip
        if key not in self._counts:
            self._counts[key] = sum(1 for _ in islice(self._match(quad), CAP))
        return self._counts[key]

    def _match(self, quad: Quad, node: Any = None, place: int = 0) -> Iterator[ox.Quad]:
        """Quads of a pattern, of each property where it has a path, with one end given or not."""
        subject = node if node is not None and place == 0 else self._given(quad.subject)
        object_ = node if node is not None and place == 1 else self._given(quad.object)
        if isinstance(subject, ox.Literal):
            return
        graph: Any = DEFAULT_GRAPH
        if quad.graph is not None:
            graph = self._given(quad.graph)
        if name_of(quad.predicate):
            steps: list[Any] = [self._given(quad.predicate)]
        elif _is_path(quad.predicate):
            steps = [ox.NamedNode(iri) for iri in sorted(set(_iris(quad.predicate)))]
        else:
            steps = [_term(quad.predicate)]
        for step in steps:
            yield from self.store.inner.quads_for_pattern(subject, step, object_, graph)

    def _given(self, term: Any) -> Any:
        """The term that stands at a place; None for a variable that nothing binds beforehand."""
        name = name_of(term)
        return self.bindings.get(name) if name else _term(term)

    def _text(self, node: Any) -> str:
        match node:
            case Quad():
                curies = Curies(self.store.prefixes)
                words = (
                    _word(each, curies) for each in (node.subject, node.predicate, node.object)
                )
                where = f" in {_word(node.graph, curies)}" if node.graph is not None else ""
                return " ".join(words) + where
            case Values():
                return "VALUES"
            case Group():
                return self._text(node.parts[0]) + (" …" if len(node.parts) > 1 else "")
        return ""


def _branches(node: Group) -> Iterator[Any]:
    for part in node.parts:
        if isinstance(part, Group) and part.role == "union":
            yield from _branches(part)
        else:
            yield part


def _is_path(term: Any) -> bool:
    return type(term).__module__ == "rdflib.paths"


def _iris(path: Any) -> Iterator[str]:
    """The properties that a path goes by."""
    if not _is_path(path):
        yield str(path)
        return
    inside = getattr(path, "args", None) or [
        getattr(path, "arg", None) or getattr(path, "path", "")
    ]
    for each in inside:
        if each != "":
            yield from _iris(each)


def _repeats(path: Any) -> bool:
    return type(path).__name__ == "MulPath" and getattr(path, "mod", "") in ("*", "+")


def _term(term: Any) -> Any:
    from kg.query.rdflib_view import to_engine

    return to_engine(term)


def _word(term: Any, curies: Curies) -> str:
    if (name := name_of(term)) != "":
        return "_" if name.startswith(("_:", "_step")) else f"?{name}"
    if _is_path(term):
        text = str(term.n3())
        for iri in sorted(set(_iris(term)), key=len, reverse=True):
            text = text.replace(f"<{iri}>", curies.compress(iri))
        return text
    return curies.compress(str(term)) if type(term).__name__ == "URIRef" else str(term.n3())
