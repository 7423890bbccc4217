"""Draws what follows from triples in columns, round by round, until a round draws nothing new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from kg.store.columns import Columns
from kg.store.matching import UNBOUND, Delta, Question
from kg.store.parsing import read_group
from kg.store.patterns import (
    Constant,
    Group,
    Optional,
    Path,
    Select,
    Triple,
    Union,
    Values,
    constants,
)
from kg.vocab import INFERRED, PREFIXES

_SHIFT, _MASK = 32, 2**32 - 1

IN_INFERRED = f"<{INFERRED}>".encode()
"""The graph, in columns, of what was inferred."""

Packed = Mapping[int, set[int]]
"""By predicate the pairs that are new: the subject in the upper half of 64 bits."""


class Drawing(NamedTuple):
    """A rule: the triple it makes, as terms of SPARQL, and the group in braces that it needs."""

    head: tuple[str, str, str]
    body: str


class _Rule(NamedTuple):
    head: tuple[str | int, str | int, str | int]
    """Names of variables, and numbers of terms."""
    group: Group
    triples: tuple[tuple[Triple, frozenset[int]], ...]
    """The patterns by which something new can come in, with the predicates of each."""


def predicates(drawing: Drawing) -> set[str]:
    """The terms that a rule names, its head included, as N-Quads write them."""
    named = {f"<{_iri(term)}>" for term in drawing.head if not term.startswith("?")}
    return named | constants(read_group(drawing.body))


def close(
    columns: Columns, drawings: Iterable[Drawing], new: Packed | None = None
) -> Iterator[Packed]:
    """Add all that the rules draw to the columns; each round's new triples, until there are none.

    From the second round on a rule is matched only with what the round before has drawn (it is
    semi-naive); from the first on with `new`, where everything older has been drawn already.
    """
    rules = [_rule(columns, drawing) for drawing in drawings]
    while new is None or new:
        drawn: dict[int, set[int]] = {}
        for rule in rules:
            for question in _questions(columns, rule, new):
                _draw(columns, rule, question, drawn)
        for predicate, keys in drawn.items():
            columns.relation(predicate).extend(sorted(keys))
            columns.relation(predicate, IN_INFERRED).extend(sorted(keys))
        if drawn:
            yield drawn
        new = drawn


def _questions(columns: Columns, rule: _Rule, new: Packed | None) -> Iterator[Question]:
    if new is None:
        yield Question(columns, rule.group)
        return
    for triple, named in rule.triples:
        for predicate in sorted(named & new.keys()):
            pairs = [(key >> _SHIFT, key & _MASK) for key in sorted(new[predicate])]
            yield Question(columns, rule.group, Delta(triple, pairs, predicate))


def _draw(columns: Columns, rule: _Rule, question: Question, drawn: dict[int, set[int]]) -> None:
    subject, predicate, obj = (
        (question.place(term), UNBOUND) if isinstance(term, str) else (UNBOUND, term)
        for term in rule.head
    )
    known: dict[int, tuple[set[int], Callable[[int, int], bool]]] = {}
    for row in question.rows():
        s = row[subject[0]] if subject[0] >= 0 else subject[1]
        p = row[predicate[0]] if predicate[0] >= 0 else predicate[1]
        o = row[obj[0]] if obj[0] >= 0 else obj[1]
        if p not in known:
            known[p] = drawn.setdefault(p, set()), columns.relation(p).holds
        found, holds = known[p]
        if not holds(s, o):
            found.add(s << _SHIFT | o)
    for p in known:
        if not drawn[p]:
            del drawn[p]


def _rule(columns: Columns, drawing: Drawing) -> _Rule:
    group = read_group(drawing.body)
    choices: dict[str, frozenset[int]] = {}
    triples: list[tuple[Triple, frozenset[int]]] = []
    for element in group.elements:
        if isinstance(element, Values):
            for at, variable in enumerate(element.variables):
                choices[variable.name] = frozenset(
                    columns.number(row[at].text.encode()) for row in element.rows
                )
    for element in group.elements:
        if isinstance(element, Optional | Union | Select | Group):
            raise ValueError(f"a rule is made of triples and filters alone: {drawing.body}")
        if isinstance(element, Triple):
            predicate = element.predicate
            if isinstance(predicate, Path):
                raise ValueError(f"a path in a rule: {drawing.body}")
            named = (
                frozenset((columns.number(predicate.text.encode()),))
                if isinstance(predicate, Constant) else choices[predicate.name]
            )  # fmt: skip
            triples.append((element, named))
    s, p, o = (
        term[1:] if term.startswith("?") else columns.iri(_iri(term)) for term in drawing.head
    )
    return _Rule((s, p, o), group, tuple(triples))


def _iri(term: str) -> str:
    prefix, _, local = term.partition(":")
    return PREFIXES[prefix] + local
