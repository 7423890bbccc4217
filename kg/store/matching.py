"""Answers questions over columns of numbers: rows flow through joins, one element after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from kg.errors import QueryError
from kg.store.columns import Columns, Relation, plain
from kg.store.conditions import Conditions
from kg.store.joins import closed, joined, perhaps, scanned, varied
from kg.store.patterns import (
    Bind,
    Constant,
    Element,
    Filter,
    Graph,
    Group,
    Optional,
    Path,
    Select,
    Term,
    Triple,
    Union,
    Values,
    Variable,
)

Row = list[int]
"""The numbers of the terms that the variables stand for, by the place of each; -1 for none."""
Rows = Iterable[Row]
Step = Callable[[Rows], Iterator[Row]]

UNBOUND: Final = -1


class Delta(NamedTuple):
    """One triple pattern of a question, to be matched with these pairs alone."""

    triple: Triple
    pairs: Sequence[tuple[int, int]]
    predicate: int


class Question:
    """A question over columns, compiled. Terms are compared as terms, days also by time.

    The terms must all have been added to the columns; what is added later may be missed.
    """

    def __init__(
        self, columns: Columns, group: Group, delta: Delta | None = None,
        shown: Iterable[Variable] = (),
    ) -> None:  # fmt: skip
        self._columns = columns
        self._places: dict[str, int] = {}
        self._delta = delta
        self._group = group
        _name((group, *shown), self._places)
        self._step = self._compiled(group, set(), b"")

    def place(self, variable: str) -> int:
        """Where in a row a variable stands."""
        return self._places[variable]

    def rows(self) -> Iterator[Row]:
        """Every way in which the question holds."""
        return self._step([[UNBOUND] * len(self._places)])

    # Elements

    def _compiled(self, group: Group, bound: set[str], graph: bytes) -> Step:
        """A group; `bound` are the variables that surely have a value, and then those of it."""
        steps: list[Step] = []
        filters = [element for element in group.elements if isinstance(element, Filter)]
        waiting: list[Element] = [e for e in group.elements if not isinstance(e, Filter)]
        mentioned = set(bound).union(*(_variables(element) for element in waiting))
        while waiting:
            element = self._next(waiting, bound, graph)
            waiting.remove(element)
            steps.append(self._element(element, bound, graph))
            for each in [f for f in filters if _variables(f) & mentioned <= bound]:
                filters.remove(each)
                steps.append(self._filter(each, bound, graph))
        steps += [self._filter(each, bound, graph) for each in filters]
        return _chained(steps)

    def _next(self, waiting: Sequence[Element], bound: set[str], graph: bytes) -> Element:
        """The element to match next: of triples and values that stand together the most selective."""
        delta = self._delta
        if delta is not None and delta.triple in waiting:
            return delta.triple
        together = []
        for element in waiting:
            if not isinstance(element, Triple | Values | Graph | Union):
                break
            together.append(element)
        if not together:
            return waiting[0]
        return min(together, key=lambda e: self._cost(e, bound, graph))

    def _element(self, element: Element, bound: set[str], graph: bytes) -> Step:
        match element:
            case Triple():
                step = self._triple(element, bound, graph)
                bound |= _variables(element)
                return step
            case Values():
                bound |= _variables(element)
                return self._values(element)
            case Graph():
                return self._compiled(element.group, bound, element.name.text.encode())
            case Group():
                return self._compiled(element, bound, graph)
            case Optional():
                return self._optional(element.group, bound, graph)
            case Union():
                sets = [set(bound) for _ in element.groups]
                branches = [
                    self._compiled(group, own, graph)
                    for group, own in zip(element.groups, sets, strict=True)
                ]
                bound |= set.intersection(*sets)
                return _union(branches)
            case Bind():
                value = self._conditions(bound, graph).value(element.value)
                place = self._places[element.variable.name]
                return _bind(value, place)
            case Select():
                return self._select(element, bound)
            case _:
                raise QueryError(f"{type(element).__name__} cannot be matched with columns",
                                 hint="write it with triples, OPTIONAL, UNION and FILTER")  # fmt: skip

    def _filter(self, element: Filter, bound: set[str], graph: bytes) -> Step:
        holds = self._conditions(bound, graph).truth(element.condition)

        def step(rows: Rows) -> Iterator[Row]:
            return (row for row in rows if holds(row))

        return step

    def _conditions(self, bound: set[str], graph: bytes) -> Conditions:
        def exists(group: Group) -> Callable[[Row], bool]:
            inner = self._compiled(group, set(bound), graph)
            return lambda row: next(inner((row,)), None) is not None

        return Conditions(self._columns, self._places, exists)

    def _optional(self, group: Group, bound: set[str], graph: bytes) -> Step:
        if len(group.elements) == 1 and isinstance(triple := group.elements[0], Triple):
            subject, predicate, obj = triple
            known = isinstance(subject, Variable) and subject.name in bound
            if known and isinstance(predicate, Constant) and isinstance(obj, Variable):
                [relation] = self._relations(predicate, graph)
                return perhaps(relation, self._places[subject.name], self._places[obj.name])  # type: ignore[union-attr]
        return _optional(self._compiled(group, set(bound), graph))

    def _values(self, element: Values) -> Step:
        number, places = self._columns.number, [self._places[v.name] for v in element.variables]
        table = [[number(term.text.encode()) for term in row] for row in element.rows]

        def step(rows: Rows) -> Iterator[Row]:
            for row in rows:
                for values in table:
                    if all(row[p] in (UNBOUND, v) for p, v in zip(places, values, strict=True)):
                        new = row[:]
                        for place, value in zip(places, values, strict=True):
                            new[place] = value
                        yield new

        return step

    def _select(self, element: Select, bound: set[str]) -> Step:
        """A question within a question: answered by itself, then joined."""
        inner = Question(self._columns, element.group, shown=element.variables)
        shown = [(inner.place(v.name), self._places[v.name]) for v in element.variables]
        sure: set[str] = set()
        self._sure(element.group, sure)
        bound |= sure & {v.name for v in element.variables}
        found = [[row[at] for at, _ in shown] for row in inner.rows()]
        if element.distinct:
            found = [list(row) for row in dict.fromkeys(map(tuple, found))]

        def step(rows: Rows) -> Iterator[Row]:
            for row in rows:
                for values in found:
                    new = row[:]
                    for (_, place), value in zip(shown, values, strict=True):
                        if new[place] == UNBOUND:
                            new[place] = value
                        elif value not in (UNBOUND, new[place]):
                            break
                    else:
                        yield new

        return step

    def _sure(self, group: Group, bound: set[str]) -> None:
        for element in group.elements:
            if isinstance(element, Triple | Values):
                bound |= _variables(element)
            elif isinstance(element, Graph):
                self._sure(element.group, bound)
            elif isinstance(element, Group):
                self._sure(element, bound)
            elif isinstance(element, Bind):
                bound.add(element.variable.name)
            elif isinstance(element, Union):
                sets: list[set[str]] = [set() for _ in element.groups]
                for each, own in zip(element.groups, sets, strict=True):
                    self._sure(each, own)
                bound |= set.intersection(*sets)

    # Triples

    def _relations(self, predicate: Path | Constant, graph: bytes) -> list[Relation]:
        """The relations of a predicate, or of each in a choice of several."""
        if isinstance(predicate, Constant):
            key = predicate.text.encode()
            if key not in self._columns.wanted:
                raise QueryError(f"{predicate.text} is not among the columns",
                                 hint="name it among those that are kept")  # fmt: skip
            return [self._columns.relation(self._columns.number(key), graph)]
        if predicate.kind != "|":
            raise QueryError("this path cannot be matched with columns",
                             hint="write a choice of properties, or a closure of one")  # fmt: skip
        return [r for part in predicate.parts for r in self._relations(part, graph)]

    def _cost(self, element: Element, bound: set[str], graph: bytes) -> float:
        """About how many rows this makes of one."""
        if isinstance(element, Values):
            return 0 if _variables(element) <= bound else len(element.rows)
        if isinstance(element, Graph):
            return 1  # the ontology is small
        if isinstance(element, Union):
            return 1e6 if bound else 0  # what stands before it may bind more; the first way in
        assert isinstance(element, Triple)
        subject, predicate, obj = element
        if isinstance(predicate, Path) and predicate.kind in "+*":
            return 1 if _known(subject, bound) or _known(obj, bound) else float("inf")
        if isinstance(predicate, Variable):
            if predicate.name not in bound:
                return float("inf")
            return 2 if _known(subject, bound) else 3 if _known(obj, bound) else 1e9
        size, subjects, objects = 0, 1, 1
        for relation in self._relations(predicate, graph):
            size += len(relation)
            some_subjects, some_objects = relation.distinct()
            subjects, objects = max(subjects, some_subjects), max(objects, some_objects)
        if _known(subject, bound) and _known(obj, bound):
            return min(1, size / subjects / objects)
        if _known(subject, bound):
            return size / subjects
        if _known(obj, bound):
            return size / objects
        return float(size)

    def _triple(self, triple: Triple, bound: set[str], graph: bytes) -> Step:
        subject, predicate, obj = triple
        s, o = self._end(subject), self._end(obj)
        if self._delta is not None and triple == self._delta.triple:
            place = self._places[predicate.name] if isinstance(predicate, Variable) else None
            return scanned(self._delta.pairs, s, o, place, self._delta.predicate)
        if isinstance(predicate, Variable):
            relations = self._columns.graphs[graph]
            return varied(relations, s, o, self._places[predicate.name])
        if isinstance(predicate, Path) and predicate.kind in "+*":
            return closed(self._closure(predicate, graph), s, o, itself=predicate.kind == "*")
        steps = [
            joined(relation, s, o, _known(subject, bound), _known(obj, bound))
            for relation in self._relations(predicate, graph)
        ]
        return steps[0] if len(steps) == 1 else _union(steps)

    def _closure(self, path: Path, graph: bytes) -> list[tuple[Relation, bool]]:
        """The relations that a closure walks along, and whether against their direction."""
        inner = path.parts[0]
        parts = inner.parts if isinstance(inner, Path) and inner.kind == "|" else (inner,)
        found = []
        for part in parts:
            turned = isinstance(part, Path) and part.kind == "^"
            [relation] = self._relations(part.parts[0] if isinstance(part, Path) else part, graph)
            found.append((relation, turned))
        return found

    def _end(self, term: Term) -> tuple[int, int]:
        """The place of a variable and -1, or -1 and the number of a constant."""
        if isinstance(term, Variable):
            return self._places[term.name], UNBOUND
        return UNBOUND, self._columns.number(term.text.encode())


def answers(columns: Columns, select: Select) -> Iterator[tuple[int, ...]]:
    """The rows of a SELECT as numbers, -1 for none, in no certain order."""
    question = Question(columns, select.group, shown=select.variables)
    places = [question.place(variable.name) for variable in select.variables]
    found = (tuple([row[place] for place in places]) for row in question.rows())
    return iter(dict.fromkeys(found)) if select.distinct else found


def texts(columns: Columns, rows: Iterable[Sequence[int]]) -> Iterator[tuple[str, ...]]:
    """Rows with every term as plain text, "" for none."""
    said: dict[int, str] = {UNBOUND: ""}
    terms = columns.texts
    for row in rows:
        for number in row:
            if number not in said:
                said[number] = plain(terms[number])
        yield tuple([said[number] for number in row])


def _known(term: Term, bound: set[str]) -> bool:
    return isinstance(term, Constant) or term.name in bound


def _variables(part: object) -> set[str]:
    if isinstance(part, Variable):
        return {part.name}
    if isinstance(part, Select):
        return {variable.name for variable in part.variables}
    if isinstance(part, tuple):
        return set().union(*map(_variables, part))
    return set()


def _name(part: object, places: dict[str, int]) -> None:
    """Give every variable a place; those inside a question within a question are its own."""
    for name in sorted(_variables(part)):
        places.setdefault(name, len(places))


def _chained(steps: Sequence[Step]) -> Step:
    def step(rows: Rows) -> Iterator[Row]:
        for each in steps:
            rows = each(rows)
        return iter(rows)

    return step


def _optional(inner: Step) -> Step:
    def step(rows: Rows) -> Iterator[Row]:
        for row in rows:
            found = False
            for new in inner((row,)):
                found = True
                yield new
            if not found:
                yield row

    return step


def _union(branches: Sequence[Step]) -> Step:
    def step(rows: Rows) -> Iterator[Row]:
        for row in rows:
            for branch in branches:
                yield from branch((row,))

    return step


def _bind(value: Callable[[Row], int | None], place: int) -> Step:
    def step(rows: Rows) -> Iterator[Row]:
        for row in rows:
            found = value(row)
            if found is not None:
                row = row[:]
                row[place] = found
            yield row

    return step
