"""Which focus nodes a changed triple can touch, asked by the patterns of a constraint's own query.

A focus node has other results than before only if a pattern somewhere in the query, those within
OPTIONAL and EXISTS included, matches a changed triple while all that has to hold around it holds
too: in the data after where the triple was added, in the data before where it was removed. So for
each pattern that a changed triple can match there is one query: the pattern with that triple, and
around it what any solution needs; filters, OPTIONAL and EXISTS are left away. It may find too
many focus nodes and never too few. A change within a path p* is looked for at each of its steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.validate.report import Path, Step
from kg.validate.setwise.parsing import read_own
from kg.validate.setwise.paths import nullable
from kg.validate.setwise.patterns import (
    Bind,
    Branches,
    Column,
    Element,
    Exists,
    Filter,
    Graph,
    Group,
    Optional,
    Raw,
    Select,
    SubSelect,
    Triple,
    Values,
    groups_in,
    name_of,
    named_in,
    select_text,
)
from kg.validate.setwise.scopes import (
    NotUnderstood,
    bound_to_nodes,
    is_one_row,
    refuse_counts,
    renamed,
    renames,
    said_in,
    shown_by,
    surely_bound,
    variables_of,
)
from kg.validate.setwise.terms import STRING, NotCompilable, ShapeError

MOST = 2000  # focus nodes, or changed triples, that are looked at one by one
_CLOSURES = ("zeroOrMorePath", "oneOrMorePath")
_UNSTEADY = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_FRESH = "_touched"


@dataclass(frozen=True, slots=True)
class Edge:
    """A changed triple as queries write it; an end is empty where no query can surely name it."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Edges:
    """Changed triples by their property.

    `apart`: they are not in the data that is asked, which is then that after the change: what is
    looked for may lie partly there and partly among these triples.
    """

    by_property: Mapping[str, tuple[Edge, ...]]
    apart: bool = False

    @property
    def ends(self) -> tuple[str, ...]:
        """The subjects and objects, each once."""
        ends = (end for edges in self.by_property.values() for edge in edges
                for end in (edge.subject, edge.object))  # fmt: skip
        return tuple(dict.fromkeys(ends))


def edges_of(triples: Iterable[ox.Triple | ox.Quad], *, apart: bool = False) -> Edges:
    """Changed triples, or quads, as edges."""
    found: dict[str, dict[Edge, None]] = {}
    for triple in triples:
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        edge = Edge(_text(subject), str(predicate)[1:-1], _text(object_))
        found.setdefault(edge.predicate, {})[edge] = None
    return Edges({name: tuple(edges) for name, edges in found.items()}, apart)


def _text(term: object) -> str:
    # literals may be kept in another form than they were given in
    if isinstance(term, ox.NamedNode) or (
        isinstance(term, ox.Literal) and not term.language and term.datatype.value == STRING
    ):
        return str(term)
    return ""


def read_steady(query: str) -> Select:
    """A query as read; NotUnderstood where it cannot be, or has another answer each time."""
    if _UNSTEADY.search(query):
        raise NotUnderstood("the query has another answer each time")
    try:
        return read_own(query)
    except (NotCompilable, ShapeError) as error:
        raise NotUnderstood(str(error)) from error


def touching(select: Select, variable: str, edges: Edges) -> list[str]:
    """The queries for what a variable of a query stands for where a changed triple can touch it.

    No query means that no changed triple can. Each has one column and stops after MOST + 1 rows.
    NotUnderstood where such queries cannot be made.
    """
    if not looks_at(select, edges):
        return []
    refuse_counts(select)
    found: dict[str, None] = {}
    for hit in _Tracer(edges).hits(select.where, frozenset()):
        if variable not in surely_bound(hit):
            raise NotUnderstood("the focus node is not bound by a pattern")
        hit = _joined_to(variable, hit) if edges.apart else hit
        text = select_text(Select((Column(variable),), hit, distinct=True, limit=MOST + 1))
        found[text] = None
    return list(found)


def _joined_to(variable: str, group: Group) -> Group:
    """What of a group has to do with a variable: the rest would only be multiplied with it."""
    known, left = {variable}, list(group.elements)
    while near := [element for element in left if variables_of(element) & known]:
        left = [element for element in left if element not in near]
        known = known.union(*map(variables_of, near))
    return Group(tuple(element for element in group.elements if element not in left))


def looks_at(select: Select, edges: Edges) -> bool:
    """Whether one of the changed triples can be matched by any pattern of a query."""
    if _UNSTEADY.search(select_text(select)):
        return True
    if not edges.by_property:
        return False
    said = [select.group_by or (), *said_in(select)]
    return any(isinstance(part, Exists) for expression in said for part in expression) or any(
        isinstance(element, Raw) or _matches_any(element, edges)
        for group in groups_in(select.where) for element in group.elements
    )  # fmt: skip


def _matches_any(element: Element, edges: Edges) -> bool:
    if not isinstance(element, Triple):
        return False
    path = element.predicate
    if isinstance(path, str) and path.startswith("?"):
        return True
    # a path of no length looks at all nodes
    return nullable(path) or _uses_any(path, edges.by_property)


@dataclass(slots=True)
class _Tracer:
    """Makes the patterns around changed triples. Fresh variables start with _FRESH."""

    edges: Edges
    made: int = field(default=0)

    def fresh(self) -> str:
        self.made += 1
        return f"{_FRESH}{self.made}"

    # ---------- Where a changed triple can be matched ----------

    def hits(self, group: Group, there: frozenset[str], within: bool = False) -> Iterator[Group]:
        """The group with a changed triple at one of its patterns, once for each of them.

        `there`: variables that surely stand for nodes of the data. `within`: inside EXISTS.
        """
        there |= bound_to_nodes(group)
        elements = group.elements
        for place, element in enumerate(elements):
            # a filter sees all of its group, the others what stands before them
            seen = group if isinstance(element, Filter) else Group(elements[:place])
            for hit in self._hits_of(element, surely_bound(seen), there, within):
                before = self.around(elements[:place], within)
                after = self.around(elements[place + 1 :], within)
                if not any(isinstance(e, Bind) for e in (*before, *after)):
                    yield Group((*hit, *before, *after))
                elif isinstance(element, Filter):
                    yield Group((*before, *after, *hit))  # what BIND binds must not stand before it
                else:
                    yield Group((*before, *hit, *after))

    def _hits_of(
        self, element: Element, bound: frozenset[str], there: frozenset[str], within: bool
    ) -> Iterator[tuple[Element, ...]]:
        match element:
            case Triple():
                yield from self._uses(element.subject, element.predicate, element.object)
                if nullable(element.predicate) and not there & named_in(element):
                    yield self._at_ends(element)
            case Filter() | Bind():
                for part in element.expression:
                    if isinstance(part, Exists):
                        for hit in self.hits(part.group, there & bound, within=True):
                            yield (Branches((self._apart(hit, bound),)),)
            case Optional():
                # what it finds or not is decided by what is bound before it, and by nothing later
                for hit in self.hits(element.group, there & bound, within):
                    yield (Branches((self._apart(hit, bound),)),)
            case Graph():
                for hit in self.hits(element.group, frozenset(), within):
                    yield (Graph(element.name, hit),)
            case Branches():
                for group in element.groups:
                    for hit in self.hits(group, there, within):
                        yield (Branches((hit,)),)
            case SubSelect():
                shared = shown_by(element.select)
                for hit in self.hits(element.select.where, there & shared, within):
                    yield (Branches((self._apart(hit, shared),)),)

    def _uses(self, start: str, path: Step, end: str) -> Iterator[tuple[Element, ...]]:
        """The ways in which a path from start to end can lead through a changed triple."""
        if isinstance(path, str):
            if path.startswith("!"):
                raise NotUnderstood("a path of all properties but some")
            for named in self._matches(start, path, end):
                # what no query can name is found by the pattern itself, where it is there
                same = () if self.edges.apart else (Triple(start, path, end),)
                yield (*named, *same)
        elif path.kind == "inversePath":
            yield from self._uses(end, path.parts[0], start)
        elif path.kind == "sequence":
            for place, part in enumerate(path.parts):
                first = start if not place else "?" + self.fresh()
                last = end if place == len(path.parts) - 1 else "?" + self.fresh()
                for use in self._uses(first, part, last):
                    yield (*use, *self._step(start, path.parts[:place], first),
                           *self._step(last, path.parts[place + 1 :], end))  # fmt: skip
        elif path.kind in _CLOSURES:
            first, last = "?" + self.fresh(), "?" + self.fresh()
            more = (Path("zeroOrMorePath", path.parts),)
            for use in self._uses(first, path.parts[0], last):
                yield (*use, *self._step(start, more, first), *self._step(last, more, end))
        else:  # alternatives, and a step that may be left out
            for part in path.parts:
                yield from self._uses(start, part, end)

    def _step(self, start: str, parts: Sequence[Step], end: str) -> list[Element]:
        if not parts:
            return []
        path = parts[0] if len(parts) == 1 else Path("sequence", tuple(parts))
        return self._around(Triple(start, path, end), within=False)

    def _matches(self, start: str, predicate: str, end: str) -> Iterator[list[Element]]:
        """VALUES for the changed triples that a pattern can match, by which of their terms have names."""
        terms = (start, predicate if predicate.startswith("?") else f"<{predicate}>", end)
        known = self.edges.by_property
        found = known.values() if predicate.startswith("?") else [known.get(predicate, ())]
        rows: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
        for edge in (edge for edges in found for edge in edges):
            pairs = list(
                zip(terms, (edge.subject, f"<{edge.predicate}>", edge.object), strict=True)
            )
            if any(text and not name_of(term) and term != text and not _differ(term, text)
                   for term, text in pairs):  # fmt: skip
                continue
            named = {name_of(term): text for term, text in pairs if name_of(term) and text}
            rows.setdefault(tuple(named), {})[tuple(named.values())] = None
        if sum(map(len, rows.values())) > MOST:
            raise NotUnderstood("so many triples have changed")
        for names, values in rows.items():
            yield _values(names, list(values))

    def _at_ends(self, triple: Triple) -> tuple[Element, ...]:
        """A path of no length, at a node that may be in the data only since, or until, the change."""
        ends, names = self.edges.ends, sorted(named_in(triple))
        if len(ends) > MOST:
            raise NotUnderstood("so many triples have changed")
        if not all(ends) or not names:
            return ()  # it holds or not for all that is around it
        return tuple(_values(names, [(end,) * len(names) for end in ends]))

    # ---------- What has to hold around it ----------

    def around(self, elements: Iterable[Element], within: bool) -> list[Element]:
        """What each solution of these elements needs, and nothing that more triples can undo."""
        return [part for element in elements for part in self._around(element, within)]

    def _around(self, element: Element, within: bool) -> list[Element]:
        match element:
            case Triple():
                return self._placed(element) if self.edges.apart else [element]
            case Values():
                return [element]
            case Bind():
                return [element] if renames(element) and not within else []
            case Graph():
                inner = self.around(element.group.elements, within)
                return [Graph(element.name, Group(tuple(inner)))] if inner else []
            case Branches():
                groups = [Group(tuple(self.around(g.elements, within))) for g in element.groups]
                return [Branches(tuple(groups))] if all(g.elements for g in groups) else []
            case SubSelect():
                if is_one_row(element.select):
                    return []  # it is there even where nothing matches
                inner = self.around(element.select.where.elements, within)
                whole = self._apart(Group(tuple(inner)), shown_by(element.select))
                return [Branches((whole,))] if inner else []
            case Raw():
                return [element] if element.text.startswith("VALUES") else []
        return []

    def _placed(self, triple: Triple) -> list[Element]:
        """A pattern where the triples lie apart: nothing is asked that one of them may answer."""
        start, path, end = triple.subject, triple.predicate, triple.object
        if isinstance(path, str):
            free = path.startswith("!") or any(True for _ in self._matches(start, path, end))
            return [] if free else [triple]
        if _uses_any(path, self.edges.by_property):
            return []
        if not nullable(path):
            return [triple]
        # a node may be in none but these triples, and the path of no length be there all the same
        ends, names = self.edges.ends, sorted(named_in(triple))
        if len(names) == 1:
            ends = tuple(term for term in (start, end) if not name_of(term))
        if not names or not all(ends) or len(ends) > MOST:
            return []
        itself = _values(names, [(term,) * len(names) for term in ends])
        return [Branches((Group((triple,)), Group(tuple(itself))))]

    def _apart(self, group: Group, shared: Iterable[str]) -> Group:
        """The group with variables of its own where they mean others than outside."""
        keep = set(shared)
        names: dict[str, str] = {}
        for element in group.elements:
            for name in variables_of(element):
                if name not in keep and not name.startswith(_FRESH):
                    names.setdefault(name, self.fresh())
        return renamed(group, names)


def _differ(term: str, text: str) -> bool:
    """Whether two texts of a constant may yet be the same literal."""
    return not term.startswith("<") and not text.startswith("<")


def _uses_any(path: Step, properties: Mapping[str, object]) -> bool:
    if isinstance(path, str):
        return path.startswith("!") or path in properties
    return any(_uses_any(part, properties) for part in path.parts)


def _values(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[Element]:
    """VALUES of one or more variables; nothing where there is no variable."""
    if not names:
        return []
    if len(names) == 1:
        return [Values(names[0], tuple(row[0] for row in rows))]
    head = " ".join(f"?{name}" for name in names)
    body = " ".join(f"({' '.join(row)})" for row in rows)
    return [Raw(f"VALUES ({head}) {{ {body} }}", frozenset(names))]
