"""Rewrites a query for a store whose small graphs are known: the same rows, found sooner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.validate.report import Path, Step
from kg.validate.setwise.nesting import early_filters, nested, one_of, stars
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
    Select,
    SubSelect,
    Triple,
    Values,
    bound_in,
    element_mentions,
    groups_in,
    is_renamable,
    mentions,
    name_of,
    named_in,
    renamed,
)

if TYPE_CHECKING:
    from kg.validate.setwise.planning import Planned

_COUNTING = frozenset(["COUNT", "SUM", "AVG", "GROUP_CONCAT"])
_CLOSURES = ("zeroOrMorePath", "oneOrMorePath")


class Wide(Exception):
    """A query that has to look at all graphs in each of its patterns."""


@dataclass(slots=True)
class Rewriter:
    """Rewrites one query. `places`: whether patterns are sent to the graphs that can match them."""

    data: Planned
    places: bool = True
    made: int = 0
    counts: bool = False

    def select(self, select: Select, depth: int = 0) -> Select:
        """The SELECT rewritten; `depth`: how many groups are around it. Raises Wide."""
        bound, seen = frozenset(bound_in(select.where)), frozenset(mentions(select.where))
        return replace(
            select, where=self._group(select.where, (), depth=depth),
            columns=tuple(replace(c, expression=self._expression(c.expression, (), bound, seen))
                          for c in select.columns),
            having=self._expression(select.having, (), bound, seen),
        )  # fmt: skip

    def _group(
        self, group: Group, outside: Sequence[Element], around: frozenset[str] | None = None,
        *, seen: frozenset[str] = frozenset(), depth: int = 0, is_optional: bool = False,
    ) -> Group:  # fmt: skip
        """`outside`: patterns whose variables are bound when this group is looked at.

        `around`: in EXISTS, all variables that are bound then; `seen`: those of outside that
        filters here look at; `depth`: how many groups are around this one.
        """
        elements: list[Element] = []
        for element in group.elements:
            elements += self._closures(element) if isinstance(element, Triple) else [element]
        elements = list(_listed(elements))
        known = [e for e in elements if isinstance(e, Triple | Values)]
        here = [*outside, *known]
        bound = frozenset(bound_in(Group(tuple(elements)))) | (around or frozenset())
        seen |= {
            name for e in elements if not isinstance(e, Filter) for name in element_mentions(e)
        }
        below = depth + 1 if around is None else 0
        branch_seen = frozenset() if around is None else seen
        found: list[Element] = []
        for element in elements:
            match element:
                case Triple():
                    found += self._placed(element, here)
                case Filter():
                    found.append(
                        Filter(self._expression(element.expression, here, bound, seen, depth))
                    )
                case Bind():
                    expression = self._expression(element.expression, here, bound, seen, depth)
                    found.append(replace(element, expression=expression))
                case Optional():
                    inner = self._group(
                        element.group, here, seen=seen, depth=below, is_optional=True
                    )
                    found.append(Optional(inner))
                case Branches():
                    found.append(Branches(tuple(
                        self._group(g, outside, seen=branch_seen, depth=below)
                        for g in element.groups
                    )))  # fmt: skip
                case SubSelect():
                    found.append(SubSelect(self.select(element.select, below)))
                case _:
                    found.append(element)
        if around is not None:
            return nested(Group(tuple(found)), around)
        if not is_optional:  # whose filters look outside as well
            found = early_filters(found)
        if self.data.is_big:
            found = stars(self._small_first(found), self._is_many)
        return Group(tuple(found))

    def _expression(
        self, expression: Expression, here: Sequence[Element], bound: frozenset[str],
        seen: frozenset[str], depth: int = 0,
    ) -> Expression:  # fmt: skip
        found: list[Piece | Exists] = []
        for part in expression:
            if isinstance(part, Exists):
                group = part.group
                if depth and is_renamable(group):
                    # the engine lets what is bound around a group be seen in EXISTS within it
                    local = sorted(mentions(group) - seen)
                    group = renamed(group, {name: self._fresh() for name in local})
                group = self._group(group, here, bound, seen=seen)
                if len(group.elements) == 1 and isinstance(group.elements[0], Values) \
                        and group.elements[0].variable in bound:  # fmt: skip
                    found += one_of(group.elements[0], negated=part.negated)
                else:
                    found.append(Exists(group, part.negated))
            else:
                found.append(part)
        return tuple(found)

    def _small_first(self, elements: Sequence[Element]) -> list[Element]:
        """What matches little goes first: the engine takes patterns as they stand where it sees
        no difference, and what has a LIMIT for smaller than what has none.
        """
        many = self.data.many
        sized: list[tuple[int, Element]] = []
        for element in elements:
            size = many
            if isinstance(element, Triple) and isinstance(element.predicate, str):
                size = self.data.size(element) if not name_of(element.predicate) else many
                names = sorted(named_in(element))
                if size < many and names:
                    where = Group((element,))
                    element = SubSelect(Select(tuple(map(Column, names)), where, limit=many))
            sized.append((size, element))
        return [element for _, element in sorted(sized, key=lambda pair: pair[0])]

    def _is_many(self, triple: Triple) -> bool:
        return self.data.size(triple) >= self.data.many

    def _fresh(self) -> str:
        self.made += 1
        return f"_k{self.made}"

    # ---------- Code lists and classes ----------

    def _closures(self, triple: Triple) -> Iterator[Element]:
        """A triple whose path ends with `p*` or `p+` at a constant, with the nodes named."""
        *before, last = _steps(triple.predicate)
        if isinstance(last, Path) and last.kind in _CLOSURES and triple.object.startswith("<"):
            nodes = self.data.closure(last.parts[0], triple.object)
            if nodes is not None and last.kind == "zeroOrMorePath":
                if not before and not name_of(triple.subject):
                    yield triple
                    return
                if before and nodes == (triple.object,):
                    yield Triple(triple.subject, _joined(before), triple.object)
                    return
                variable = self._fresh() if before else name_of(triple.subject)
                yield Values(variable, nodes)
                if before:
                    yield Triple(triple.subject, _joined(before), f"?{variable}")
                return
        yield triple

    # ---------- Graphs ----------

    def _placed(self, triple: Triple, here: Sequence[Element]) -> list[Element]:
        """The triple, or what asks the graphs that can match it."""
        if isinstance(triple.predicate, Path) and triple.predicate.kind == "inversePath":
            triple = Triple(triple.object, triple.predicate.parts[0], triple.subject)
            return self._placed(triple, here)
        extras = self.data.extras
        if not extras or not self.places:
            return [triple]
        if nullable(triple.predicate):
            raise Wide  # it leads from each node of any graph to itself
        properties = _properties(triple.predicate)
        if properties is not None and not any(
            properties & self.data.predicates(graph) for graph in extras
        ):
            return [triple]
        steps = _steps(triple.predicate)
        if len(steps) > 1:
            return self._chain(triple, steps, here)
        if (isinstance(triple.predicate, Path) and not _is_single(triple.predicate)
                and triple.predicate.kind == "alternativePath"):  # fmt: skip
            if self.counts:
                raise Wide
            return [Branches(tuple(
                Group(tuple(self._placed(replace(triple, predicate=part), here)))
                for part in triple.predicate.parts
            ))]  # fmt: skip
        if _has_closure(triple.predicate):
            return [self._closure_placed(triple, properties or frozenset())]
        near = [e for e in here if isinstance(e, Values) and e.variable in named_in(triple)]
        graphs = [
            graph for graph in extras
            if self.data.holds([Graph(f"<{graph}>", Group((triple,))), *near])
            and not self._is_elsewhere(graph, triple, here)
        ]  # fmt: skip
        if not graphs:
            return [triple]
        places = [Group((Graph(f"<{graph}>", Group((triple,))),)) for graph in graphs]
        if self.data.holds([triple, *near]):
            places.insert(0, Group((triple,)))
        elif len(places) == 1 and (values := self.data.values(graphs[0], triple)) is not None:
            return [values]
        if len(places) == 1:
            return list(places[0].elements)
        if self.counts:
            raise Wide
        return [Branches(tuple(places))]

    def _chain(
        self, triple: Triple, steps: Sequence[Step], here: Sequence[Element]
    ) -> list[Element]:
        """A path of several steps, each sent where it can match."""
        if isinstance(steps[-1], Path) and steps[-1].kind == "zeroOrMorePath":
            inner = steps[-1].parts[0]
            shorter = Triple(triple.subject, _joined(steps[:-1]), triple.object)
            more = replace(
                triple, predicate=_joined([*steps[:-1], Path("oneOrMorePath", (inner,))])
            )
            if self.counts:
                raise Wide
            return [Branches((Group(tuple(self._placed(shorter, here))),
                              Group(tuple(self._placed(more, here)))))]  # fmt: skip
        found: list[Element] = []
        start = triple.subject
        for number, step in enumerate(steps):
            end = triple.object if number == len(steps) - 1 else f"?{self._fresh()}"
            found += self._placed(Triple(start, step, end), here)
            start = end
        return found

    def _closure_placed(self, triple: Triple, properties: frozenset[str]) -> Element:
        """`p+` whose edges all stand in one graph."""
        if not isinstance(triple.predicate, Path) or triple.predicate.kind != "oneOrMorePath":
            raise Wide
        places = [graph for graph in self.data.extras if properties & self.data.predicates(graph)]
        if len(places) > 1 or any(self.data.holds([Triple("?s", p, "?o")]) for p in properties):
            raise Wide
        return Graph(f"<{places[0]}>", Group((triple,)))

    def _is_elsewhere(self, graph: str, triple: Triple, here: Sequence[Element]) -> bool:
        """Whether what else is said of the subject keeps it out of a small graph."""
        subject = name_of(triple.subject)
        if not subject or not isinstance(triple.predicate, str):
            return False
        others = [
            e for e in here
            if isinstance(e, Triple) and e is not triple and e.subject == triple.subject
            and isinstance(e.predicate, str) and not name_of(e.predicate)
        ]  # fmt: skip
        for other in others:
            near = [e for e in here if isinstance(e, Values) and e.variable in named_in(other)]
            if any(
                self.data.holds([Graph(f"<{g}>", Group((other,))), *near]) for g in self.data.extras
            ):
                continue  # the other pattern may be matched in a small graph too
            both = self.data.in_both(graph)
            if both is None:
                continue
            if not both or not self.data.holds([Values(subject, both), other, *near]):
                return True
        return False


def anonymous(triple: Triple) -> Triple:
    """The pattern with the same names in all queries."""
    ends = [f"?{place}" if name_of(term) else term
            for place, term in (("s", triple.subject), ("o", triple.object))]  # fmt: skip
    return triple if triple.subject == triple.object else Triple(ends[0], triple.predicate, ends[1])


def _listed(elements: Sequence[Element]) -> Iterator[Element]:
    """FILTER(?x IN (<a>, <b>)) on what a triple binds as the terms that it may be."""
    bound = {
        name for e in elements if isinstance(e, Triple)
        for term in (e.predicate, e.object) if isinstance(term, str) and (name := name_of(term))
    }  # fmt: skip
    for element in elements:
        if isinstance(element, Filter):
            words = [part.text if isinstance(part, Piece) else "{" for part in element.expression]
            if (
                words[:1] == ["("] and [w.upper() for w in words[2:4]] == ["IN", "("]
                and words[-2:] == [")", ")"] and words[1][1:] in bound
                and all(word.startswith("<") for word in words[4:-2:2]) and set(words[5:-2:2]) <= {","}
            ):  # fmt: skip
                yield Values(words[1][1:], tuple(words[4:-2:2]))
                continue
        yield element


def counts_rows(select: Select) -> bool:
    """Whether a query, or one within it, counts or adds up rows of which two may be alike."""
    expressions = [select.having, select.order, *(column.expression for column in select.columns)]
    if any(
        isinstance(part, Piece) and part.text.upper() in _COUNTING
        and not (isinstance(distinct, Piece) and distinct.text.upper() == "DISTINCT")
        for expression in expressions
        for part, distinct in zip(expression, [*expression[2:], Piece(""), Piece("")], strict=False)
    ):  # fmt: skip
        return True
    return any(
        isinstance(element, SubSelect) and counts_rows(element.select)
        for group in groups_in(select.where) for element in group.elements
    )  # fmt: skip


def _steps(predicate: Step) -> tuple[Step, ...]:
    if isinstance(predicate, Path) and predicate.kind == "sequence":
        return tuple(step for part in predicate.parts for step in _steps(part))
    return (predicate,)


def _joined(steps: Sequence[Step]) -> Step:
    return steps[0] if len(steps) == 1 else Path("sequence", tuple(steps))


def _properties(predicate: Step) -> frozenset[str] | None:
    """The properties that a path names; None where it may be any."""
    if isinstance(predicate, str):
        return None if predicate[:1] in ("?", "!") else frozenset([predicate])
    found: frozenset[str] = frozenset()
    for part in predicate.parts:
        inner = _properties(part)
        if inner is None:
            return None
        found |= inner
    return found


def _is_single(predicate: Step) -> bool:
    """Whether each match of a path is one triple, or it is a closure."""
    if isinstance(predicate, str):
        return True
    if predicate.kind == "inversePath":
        return isinstance(predicate.parts[0], str)
    if predicate.kind == "alternativePath":
        return not _has_closure(predicate) and all(map(_is_single, predicate.parts))
    return predicate.kind != "sequence"


def _has_closure(predicate: Step) -> bool:
    if isinstance(predicate, str):
        return predicate.startswith("!")
    return predicate.kind in (*_CLOSURES, "zeroOrOnePath") or any(
        map(_has_closure, predicate.parts)
    )
