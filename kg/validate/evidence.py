"""The claims behind a finding, and the words they quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.store.claims import LABEL, OBJECT, PREDICATE, SUBJECT, kg
from kg.store.embedded import DEFAULT_GRAPH, Node, Store, text_of
from kg.validate.report import Path, Result, Step
from kg.vocab import KG, ONTOLOGY, PREFIXES, RDFS

_BROADER = PREFIXES["skos"] + "broader"
_BOUNDS = {KG + "earliest", KG + "latest"}


@dataclass(frozen=True, slots=True)
class _Said:
    """What one claim says, as far as it says it."""

    claim: str
    predicate: str
    object: Node | None


class Behind:
    """Finds the claims behind results. All claims of the store are read once, on first use.

    A result rests on the facts that its shape looks at: the focus (or the value) as subject and
    a property that the shape names, with the value (or the focus) as object where there is such a
    claim. Where the shape compares dates, these are the claims of the dates of the happening and
    of the births and deaths of the people in question.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._said: dict[str, list[_Said]] | None = None
        self._claims: set[str] = set()
        self._about: dict[str, str] = {}
        self._passages: dict[str, list[str]] = {}
        self._vital: dict[str, list[tuple[str, str]]] = {}
        self._narrower: dict[str, set[str]] = {}

    def claims(self, result: Result, looks_at: frozenset[str]) -> tuple[str, ...]:
        """The IRIs of the claims behind one result, in order; `looks_at`: terms the shape names."""
        said = self._read()
        focus, value = text_of(result.focus), text_of(result.value)
        if focus in self._passages:
            return tuple(sorted(self._passages[focus]))
        seen = self._with_narrower(looks_at)
        if focus in self._claims:
            return tuple(sorted({focus} | self._vital_claims((self._about.get(focus, ""),), seen)))
        properties = self._with_narrower(steps(result.path) or looks_at)
        if isinstance(result.path, Path) and result.path.kind == "sequence":
            found = set(self._along(focus, result.path.parts))
        else:
            found = {c.claim for c in said.get(focus, ()) if c.predicate in properties}
        exact = {
            c.claim for c in said.get(focus, ())
            if c.predicate in properties and c.object is not None and text_of(c.object) == value
        } | {
            c.claim for c in said.get(value, ())
            if c.predicate in properties and text_of(c.object) == focus
        }  # fmt: skip
        if exact and value != focus:
            found = exact
        elif result.path is None:
            found |= {c.claim for c in said.get(value, ()) if c.predicate in properties}
        return tuple(sorted(found | self._vital_claims((focus, value), seen)))

    def _along(self, start: str, parts: tuple[Step, ...]) -> Iterator[str]:
        here = {start}
        for part in parts:
            wanted = self._with_narrower(steps(part))
            there = set()
            for subject in here:
                for said in self._read().get(subject, ()):
                    if said.predicate in wanted:
                        yield said.claim
                        there.add(text_of(said.object))
            here = there

    def _vital_claims(self, things: Iterable[str], seen: frozenset[str]) -> set[str]:
        """Dates of the happenings, and of the events of the people, that the shape looks at."""
        dated = bool(seen & _BOUNDS)
        wanted = {KG + "date", KG + "attested", *(() if dated else (KG + "eventType",))}
        happenings = set(things) if dated else set()
        for thing in things:
            happenings |= {event for event, type_ in self._vital.get(thing, ()) if type_ in seen}
        return {
            said.claim for happening in happenings for said in self._read().get(happening, ())
            if said.predicate in wanted
        }  # fmt: skip

    def _with_narrower(self, terms: Iterable[str]) -> frozenset[str]:
        """The terms with all properties and codes below them."""
        found, todo = set(terms), list(terms)
        while todo:
            for below in self._narrower.get(todo.pop(), set()) - found:
                found.add(below)
                todo.append(below)
        return frozenset(found)

    def _read(self) -> dict[str, list[_Said]]:
        if self._said is not None:
            return self._said
        objects = {text_of(q.subject): q.object for q in self._store.quads(None, OBJECT.value)}
        predicates = {
            text_of(q.subject): text_of(q.object) for q in self._store.quads(None, PREDICATE.value)
        }
        self._said = {}
        for quad in self._store.quads(None, SUBJECT.value):
            claim, subject = text_of(quad.subject), text_of(quad.object)
            self._about[claim] = subject
            self._said.setdefault(subject, []).append(
                _Said(claim, predicates.get(claim, ""), objects.get(claim))
            )
        self._claims = {
            text_of(quad.subject) for quad in self._store.quads(None, kg("account").value)
        } | set(predicates)
        for quad in self._store.quads(None, kg("passage").value):
            self._passages.setdefault(text_of(quad.object), []).append(text_of(quad.subject))
        types: dict[str, list[str]] = {}
        for quad in self._store.quads(None, kg("eventType").value):
            types.setdefault(text_of(quad.subject), []).append(text_of(quad.object))
        for quad in self._store.quads(None, kg("patient").value):
            event = text_of(quad.subject)
            self._vital.setdefault(text_of(quad.object), []).extend(
                (event, type_) for type_ in types.get(event, ())
            )
        for predicate in (RDFS + "subPropertyOf", _BROADER):
            for quad in self._store.quads(None, predicate, graph=ONTOLOGY):
                self._narrower.setdefault(text_of(quad.object), set()).add(text_of(quad.subject))
        return self._said


def steps(path: Step | None) -> frozenset[str]:
    """The properties named in a path."""
    if path is None:
        return frozenset()
    if isinstance(path, str):
        return frozenset((path,))
    return frozenset(iri for part in path.parts for iri in steps(part))


def quotes(store: Store, claims: Iterable[str], language: str = "en") -> dict[str, tuple[str, str]]:
    """For each claim its quotation (empty for an inference) and the label of its account."""

    def one(subject: ox.NamedNode, predicate: ox.NamedNode) -> Node | None:
        found = store.inner.quads_for_pattern(subject, predicate, None, DEFAULT_GRAPH)
        return next((quad.object for quad in found), None)

    answer = {}
    for claim in claims:
        node = ox.NamedNode(claim)
        passage, account = one(node, kg("passage")), one(node, kg("account"))
        quote = one(passage, kg("quote")) if isinstance(passage, ox.NamedNode) else None
        labels = {}
        if isinstance(account, ox.NamedNode):
            for quad in store.inner.quads_for_pattern(account, LABEL, None, DEFAULT_GRAPH):
                labels[getattr(quad.object, "language", None)] = text_of(quad.object)
        label = labels.get(language) or labels.get("en") or text_of(account)
        answer[claim] = (text_of(quote), label)
    return answer
