"""The ten questions as kg answers them: from its indexes, or from its store where that is quicker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from kg_graph import Opened

from kg.index.pedigree import Pedigree
from kg.index.ties import ALWAYS, NEVER, Ties, from_day
from kg.names import beginning
from kg.store.embedded import text_of
from kg.vocab import KG

Rows = list[tuple[str, ...]]
Ask = Callable[[Opened, str, Mapping[str, str]], Rows]
EVERYTHING = 10**9


def by_store(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """The query as it is, to the store."""
    return [tuple(map(text_of, row)) for row in graph.store.rows(text)]


def colleagues(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of ties: the other services of each body, while mine lasted."""
    ties = graph.ties
    me, service = ties.node(values["person"]), ties.word("service")
    if me is None:
        return []
    found = set()
    for tie in ties.at(me):
        if ties.kind[tie] != service or ties.source[tie] != me:
            continue
        body = ties.target[tie]
        begun, ended = _span(graph, tie)
        for other in ties.at(body):
            who = ties.source[other]
            if ties.kind[other] == service and who != me and (who, body) not in found:
                first, last = _span(graph, other)
                if first <= ended and begun <= last:
                    found.add((who, body))
    return [(ties.text(who), ties.text(body)) for who, body in found]


def _span(graph: Opened, tie: int) -> tuple[int, int]:
    """First and last day; the index has none where they contradict each other."""
    first, last = graph.ties.first[tie], graph.ties.last[tie]
    if first > NEVER and last < ALWAYS:
        return first, last
    return _bound(graph, tie, "earliest", NEVER), _bound(graph, tie, "latest", ALWAYS)


def _bound(graph: Opened, tie: int, name: str, default: int) -> int:
    from kg.index.ties import to_day

    found = graph.store.objects(graph.ties.row(tie).through, KG + name)
    return to_day(text_of(found[0]), default) if found else default


def siblings(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of kin."""
    kin = graph.pedigree
    me = kin.number(values["person"])
    if me is None:
        return []
    found = {child for parent in _parents(graph, me) for child in _children(graph, parent)} - {me}
    return _iris(graph, found)


def ancestors(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of kin."""
    return _iris(graph, _above(graph, values["person"]))


def shared(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of kin."""
    return _iris(graph, _above(graph, values["person"]) & _above(graph, values["other"]))


def _above(graph: Opened, person: str) -> set[int]:
    """All ancestors; on a circle of parents one is an ancestor of oneself."""
    kin = graph.pedigree
    start = kin.number(person)
    found: set[int] = set()
    todo = [] if start is None else [start]
    while todo:
        for parent in _parents(graph, todo.pop()):
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return found


def _parents(graph: Opened, person: int) -> Iterable[int]:
    """The parents by birth; the index cuts circles of parents, the store has them."""
    if person in _circling(graph.pedigree):
        return _numbers(graph, person, KG + "parent")
    return graph.pedigree.parents(person)


def _children(graph: Opened, person: int) -> Iterable[int]:
    if person in _circling(graph.pedigree):
        return _numbers(graph, person, KG + "child")
    return graph.pedigree.children(person)


@cache
def _circling(kin: Pedigree) -> frozenset[int]:
    return frozenset(person for loop in kin.loops for person in loop)


def _numbers(graph: Opened, person: int, predicate: str) -> list[int]:
    kin = graph.pedigree
    found = [kin.number(text_of(node)) for node in graph.store.objects(kin.iri(person), predicate)]
    return [number for number in found if number is not None]


def _iris(graph: Opened, people: Iterable[int]) -> Rows:
    return [(graph.pedigree.iri(n),) for n in people]


def by_body_and_year(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of ties: the first day of every service."""
    ties = graph.ties
    service = ties.word("service")
    counted = Counter(
        (body, first)
        for kind, body, first in zip(ties.kind, ties.target, _firsts(graph, ties), strict=True)
        if kind == service
    )
    years: Counter[tuple[int, str]] = Counter()
    for (body, day), number in counted.items():
        years[body, from_day(day)[:-6].lstrip("0")] += number
    return [(ties.text(body), year, str(number)) for (body, year), number in years.items()]


def _firsts(graph: Opened, ties: Ties) -> Iterator[int]:
    service = ties.word("service")
    for tie, first in enumerate(ties.first):
        lost = first == NEVER and ties.kind[tie] == service
        yield _span(graph, tie)[0] if lost else first


def names(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of names."""
    found = beginning(graph.names, values["name"], EVERYTHING)
    return [(match.iri,) for match in found if match.type == KG + "Person"]


def most_children(graph: Opened, text: str, values: Mapping[str, str]) -> Rows:
    """By the index of kin."""
    import heapq

    kin = graph.pedigree
    numbers = ((-len(_children(graph, n)), kin.iri(n), n) for n in range(len(kin)))
    return [(iri, str(-number)) for number, iri, _ in heapq.nsmallest(10, numbers)]


ASKS: dict[str, Ask] = {
    "01-facts": by_store,
    "02-colleagues": colleagues,
    "03-siblings": siblings,
    "04-ancestors": ancestors,
    "05-shared-ancestors": shared,
    "06-by-body-and-year": by_body_and_year,
    "07-two-hops": by_store,
    "08-provenance": by_store,
    "09-names": names,
    "10-most-children": most_children,
}
