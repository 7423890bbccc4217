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
_KEPT = 20_000  # subjects whose claims are remembered


@dataclass(frozen=True, slots=True)
class _Said:
    """What one claim says, as far as it says it."""

    claim: str
    predicate: str
    object: Node | None


class Behind:
    """Finds the claims behind results, and reads no others.

    A result rests on the facts that its shape looks at: the focus (or the value) as subject and
    a property that the shape names, with the value (or the focus) as object where there is such a
    claim. Where the shape compares dates, these are the claims of the dates of the happening and
    of the births and deaths of the people in question.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._said: dict[str, tuple[_Said, ...]] = {}
        self._below: dict[str, set[str]] | None = None
        self._closed: dict[frozenset[str], frozenset[str]] = {}

    def claims(self, result: Result, looks_at: frozenset[str]) -> tuple[str, ...]:
        """The IRIs of the claims behind one result, in order; `looks_at`: terms the shape names."""
        focus, value = text_of(result.focus), text_of(result.value)
        if quoting := self._subjects(kg("passage"), result.focus):
            return tuple(sorted(quoting))
        seen = self._with_narrower(looks_at)
        if self._is_claim(result.focus):
            about = text_of(self._object(result.focus, SUBJECT))
            return tuple(sorted({focus} | self._vital_claims((about,), seen)))
        properties = self._with_narrower(steps(result.path) or looks_at)
        if isinstance(result.path, Path) and result.path.kind == "sequence":
            found = set(self._along(focus, result.path.parts))
        else:
            found = {c.claim for c in self._about(focus) if c.predicate in properties}
        exact = {
            c.claim for c in self._about(focus)
            if c.predicate in properties and c.object is not None and text_of(c.object) == value
        } | {
            c.claim for c in self._about(value)
            if c.predicate in properties and text_of(c.object) == focus
        }  # fmt: skip
        if exact and value != focus:
            found = exact
        elif result.path is None:
            found |= {c.claim for c in self._about(value) if c.predicate in properties}
        return tuple(sorted(found | self._vital_claims((focus, value), seen)))

    def _along(self, start: str, parts: tuple[Step, ...]) -> Iterator[str]:
        here = {start}
        for part in parts:
            wanted = self._with_narrower(steps(part))
            there = set()
            for subject in here:
                for said in self._about(subject):
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
            node = _named(thing)
            for event in self._subjects(kg("patient"), node) if node else ():
                types = self._objects(ox.NamedNode(event), kg("eventType"))
                if any(text_of(type_) in seen for type_ in types):
                    happenings.add(event)
        return {
            said.claim for happening in happenings for said in self._about(happening)
            if said.predicate in wanted
        }  # fmt: skip

    def _with_narrower(self, terms: Iterable[str]) -> frozenset[str]:
        """The terms with all properties and codes below them."""
        key = frozenset(terms)
        if key not in self._closed:
            below = self._narrower()
            found, todo = set(key), list(key)
            while todo:
                for term in below.get(todo.pop(), set()) - found:
                    found.add(term)
                    todo.append(term)
            self._closed[key] = frozenset(found)
        return self._closed[key]

    def _narrower(self) -> dict[str, set[str]]:
        """For each property and code of the ontology what stands right below it."""
        if self._below is None:
            self._below = {}
            for predicate in (RDFS + "subPropertyOf", _BROADER):
                for quad in self._store.quads(None, predicate, graph=ONTOLOGY):
                    self._below.setdefault(text_of(quad.object), set()).add(text_of(quad.subject))
        return self._below

    # ---------- Single look-ups ----------

    def _about(self, subject: str) -> tuple[_Said, ...]:
        """What the claims about one thing say."""
        node = _named(subject)
        if node is None:
            return ()
        if subject not in self._said:
            if len(self._said) >= _KEPT:
                self._said.clear()
            self._said[subject] = tuple(
                _Said(claim, text_of(self._object(ox.NamedNode(claim), PREDICATE)),
                      self._object(ox.NamedNode(claim), OBJECT))
                for claim in self._subjects(SUBJECT, node)
            )  # fmt: skip
        return self._said[subject]

    def _is_claim(self, node: Node) -> bool:
        return any(
            self._object(node, predicate) is not None for predicate in (kg("account"), PREDICATE)
        )

    def _object(self, subject: Node | None, predicate: ox.NamedNode) -> Node | None:
        return next(self._objects(subject, predicate), None)

    def _objects(self, subject: Node | None, predicate: ox.NamedNode) -> Iterator[Node]:
        if isinstance(subject, ox.NamedNode | ox.BlankNode):
            for quad in self._store.inner.quads_for_pattern(
                subject, predicate, None, DEFAULT_GRAPH
            ):
                yield quad.object

    def _subjects(self, predicate: ox.NamedNode, obj: Node) -> list[str]:
        """The IRIs of what has this value."""
        found = self._store.inner.quads_for_pattern(None, predicate, obj, DEFAULT_GRAPH)
        return [text_of(quad.subject) for quad in found]


def _named(text: str) -> ox.NamedNode | None:
    """The node called by an IRI; None for what is no IRI."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


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
