"""Finds the ties of a store: what joins people to each other, to bodies and to happenings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import pyoxigraph as ox

from kg import assets
from kg.errors import QueryError
from kg.facts import Standing, standing, standings, viewpoint_of, vouched, vouches
from kg.infer import prove, rules
from kg.relations.kinds import COLUMNS, FAMILIES, Kind, Tie, Words, expand, kinds
from kg.store.claims import stored_claims, stored_records
from kg.store.closing import IN_INFERRED
from kg.store.embedded import Store, text_of
from kg.store.matching import UNBOUND, answers
from kg.store.parsing import read_select
from kg.store.patterns import TRUE
from kg.store.reading import Reading, StoreReading
from kg.store.working import Working
from kg.vocab import INFERRED, RDF

__all__ = ["FAMILIES", "Kind", "Tie", "Words", "kinds", "nodes", "ties"]

_INFERRED = ox.NamedNode(INFERRED)


def nodes(source: Store | Reading) -> dict[str, str]:
    """Every person, body and happening of a store by IRI, as "person", "body" or "happening"."""
    found: dict[str, str] = {}
    for node, sort in _reading(source).texts(assets.read("queries/model/nodes.rq")):
        # Who is of several sorts is of the first of them: a body, a happening, a person.
        found[node] = min(sort, found.get(node, sort))
    return found


def ties(source: Store | Reading) -> list[Tie]:
    """Every tie between the nodes of a store, in order; each once, however many claims state it."""
    reading = _reading(source)
    if isinstance(reading, Working):
        return _found(_OfColumns(reading))
    return _found(_OfStore(reading.store))


def _reading(source: Store | Reading) -> Reading:
    return StoreReading(source) if isinstance(source, Store) else source


T = TypeVar("T", str, int)
"""A term: as text, or by its number."""
_Key = tuple[T, T, T, T]
"""What makes a tie one: source, target, role and what it comes through."""


class _Heard(Protocol[T]):
    """The ties of a store as they are found, and its claims as its viewpoint hears them."""

    nothing: T
    true: T

    @property
    def store(self) -> Store:
        """The store itself."""

    def nodes(self) -> Collection[T]:
        """What ties can join."""

    def rows(self, query: str) -> Iterator[tuple[T, ...]]:
        """The rows of a SELECT."""

    def text(self, term: T) -> str:
        """A term as plain text."""

    def term(self, iri: str) -> T:
        """The term of an IRI."""

    def given(self, subject: T, predicate: T, obj: T) -> bool:
        """Whether a triple is there that no rule has drawn."""

    def knows(self, claim: T) -> bool:
        """Whether this is a claim of a single fact."""

    def standing(self, claim: T) -> Standing:
        """What it amounts to."""

    def ends(self, claim: T) -> frozenset[T]:
        """Its subject and its object."""

    def records(self, subject: T) -> list[str]:
        """The claims of whole records that vouch for something, in order."""


class _OfStore:
    nothing, true = "", "true"

    def __init__(self, store: Store) -> None:
        self.store = store
        self._claims = {claim.iri: claim for claim in stored_claims(store)}
        self._records: dict[str, list[str]] = {}
        viewpoint = viewpoint_of(store)
        for record in stored_records(store):
            if vouches(record, viewpoint):
                for subject in record.subjects:
                    self._records.setdefault(subject, []).append(record.iri)

    def nodes(self) -> Collection[str]:
        return nodes(self.store)

    def rows(self, query: str) -> Iterator[tuple[str, ...]]:
        return StoreReading(self.store).texts(query)

    def text(self, term: str) -> str:
        return term

    def term(self, iri: str) -> str:
        return iri

    def given(self, subject: str, predicate: str, obj: str) -> bool:
        triple = ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(obj)
        store = self.store.inner
        return ox.Quad(*triple) in store and ox.Quad(*triple, _INFERRED) not in store

    def knows(self, claim: str) -> bool:
        return claim in self._claims

    def standing(self, claim: str) -> Standing:
        return standing(self._claims[claim], viewpoint_of(self.store))

    def ends(self, claim: str) -> frozenset[str]:
        found = self._claims[claim]
        return frozenset((found.subject, text_of(found.object)))

    def records(self, subject: str) -> list[str]:
        return self._records.get(subject, [])


_Holds = Callable[[int, int], bool]


class _OfColumns:
    """The same of columns, which hold a great many claims in little room."""

    nothing = UNBOUND

    def __init__(self, working: Working) -> None:
        self._working = working
        columns = self._columns = working.columns
        self.true = columns.number(TRUE.text.encode())
        self._single = columns.of(RDF + "predicate").forward
        self._subject = columns.of(RDF + "subject").forward
        self._claims = columns.of(RDF + "subject").back
        self._object = columns.of(RDF + "object").forward
        self._vouches = vouched(columns)
        self.standing = standings(columns)
        self._texts = {UNBOUND: ""}
        self._holds: dict[int, tuple[_Holds, _Holds]] = {}

    @property
    def store(self) -> Store:
        return self._working.store

    def nodes(self) -> Collection[int]:
        select = read_select(assets.read("queries/model/nodes.rq"))
        return {node for node, _ in answers(self._columns, select)}

    def rows(self, query: str) -> Iterator[tuple[int, ...]]:
        return answers(self._columns, read_select(query))

    def text(self, term: int) -> str:
        found = self._texts.get(term)
        if found is None:
            found = self._texts[term] = self._columns.text(term)
        return found

    def term(self, iri: str) -> int:
        return self._columns.iri(iri)

    def given(self, subject: int, predicate: int, obj: int) -> bool:
        holds = self._holds.get(predicate)
        if holds is None:
            relation = self._columns.relation
            drawn = relation(predicate, IN_INFERRED)
            holds = self._holds[predicate] = relation(predicate).holds, drawn.holds
        return holds[0](subject, obj) and not holds[1](subject, obj)

    def knows(self, claim: int) -> bool:
        return bool(self._single(claim))

    def ends(self, claim: int) -> frozenset[int]:
        return frozenset((*self._subject(claim), *self._object(claim)))

    def records(self, subject: int) -> list[str]:
        single, vouches_ = self._single, self._vouches
        found = [
            self.text(claim) for claim in self._claims(subject)
            if not single(claim) and vouches_(claim)
        ]  # fmt: skip
        found.sort()
        return found


@dataclass(slots=True)
class _Draft(Generic[T]):
    """The rows of one tie so far: claims with the bounds that each gives."""

    possible: bool
    bounds: dict[T, tuple[T, T]] = field(default_factory=dict)


def _found(heard: _Heard[T]) -> list[Tie]:
    known = heard.nodes()
    found: list[Tie] = []
    for kind in kinds().values():
        gathered: dict[_Key[T], _Draft[T]] = {}
        for row in heard.rows(kind.query):
            _gather(gathered, row, kind, known, heard)
        found += (_finish(draft, key, kind, heard) for key, draft in gathered.items())
    found.sort()
    return found


def _gather(
    gathered: dict[_Key[T], _Draft[T]], row: Sequence[T], kind: Kind, known: Collection[T],
    heard: _Heard[T],
) -> None:  # fmt: skip
    if len(row) != 8:
        raise QueryError(f"queries/ties/{kind.name}.rq: {len(row)} columns",
                         hint=f"select: {COLUMNS}")  # fmt: skip
    source, target, role, start, end, through, claim, maybe = row
    if source not in known or target not in known or source == target:
        return
    if kind.symmetric and heard.text(target) < heard.text(source):
        source, target = target, source
    possible = maybe == heard.true
    key = (source, target, role, through)
    draft = gathered.get(key)
    if draft is None or (draft.possible and not possible):
        draft = gathered[key] = _Draft(possible)
    elif possible and not draft.possible:
        return
    draft.bounds[claim] = (start, end)


def _finish(draft: _Draft[T], key: _Key[T], kind: Kind, heard: _Heard[T]) -> Tie:
    source, target, role, through = key
    text, nothing, bounds = heard.text, heard.nothing, draft.bounds
    claims = [claim for claim in bounds if claim != nothing and heard.knows(claim)]
    inferred = False
    named: list[str] = []
    if not draft.possible:
        ends = {
            claim: heard.ends(claim)
            for claim in claims if heard.standing(claim) is not Standing.CLAIMED
        }  # fmt: skip
        between = frozenset((source, target))
        direct = [claim for claim, joined in ends.items() if joined == between]
        claims = direct if kind.triple and direct else list(ends)
        inferred = bool(kind.triple and not direct) or _is_inferred(claims, ends, heard)
        if not claims:
            named = _proved(heard, kind, source, target, role)
    if named:
        days = [pair for claim, pair in bounds.items() if text(claim) in named]
    else:
        days = [bounds[claim] for claim in claims]
    dated = {pair for pair in days or bounds.values() if pair != (nothing, nothing)}
    start, end = _hull([(text(first), text(last)) for first, last in dated])
    return Tie(source=text(source), target=text(target), kind=kind.name, role=text(role),
               through=text(through), start=start, end=end, possible=draft.possible,
               inferred=inferred, claims=tuple(named or sorted(map(text, claims))))  # fmt: skip


def _is_inferred(claims: Sequence[T], ends: Mapping[T, frozenset[T]], heard: _Heard[T]) -> bool:
    """Whether some triple behind the tie is stated by no claim, only concluded by some."""
    stated: dict[frozenset[T], bool] = {}
    for claim in claims:
        joined = ends[claim]
        stated[joined] = stated.get(joined, False) or heard.standing(claim) is Standing.FACT
    return not all(stated.values())


def _hull(dated: Collection[tuple[str, str]]) -> tuple[str, str]:
    """The days between which all these lie; where nothing is dated, none."""
    if not dated:
        return "", ""
    starts, ends = [pair[0] for pair in dated], [pair[1] for pair in dated]
    start = min(starts, key=_order) if all(starts) else ""
    end = max(ends, key=_order) if all(ends) else ""
    # Dates that contradict each other tell nothing.
    return ("", "") if start and end and _order(start) > _order(end) else (start, end)


def _order(day: str) -> tuple[int, str]:
    """A key that puts an xsd:date of a year before 1 BCE in its place."""
    year, rest = day[:-6], day[-6:]
    return int(year), rest


def _proved(heard: _Heard[T], kind: Kind, source: T, target: T, role: T) -> list[str]:
    """The claims that a tie rests on that no single claim states: of a record, or behind a rule."""
    if not kind.triple:
        return []
    ends = [(source, target), (target, source)] if kind.symmetric else [(source, target)]
    for start, end in ends:
        named = {"?from": start, "?to": end, "?role": role}
        subject, predicate, obj = (
            named[term] if term in named else heard.term(expand(term)) for term in kind.triple
        )
        if heard.given(subject, predicate, obj) and (records := heard.records(subject)):
            return records
        triple = ox.Triple(*(ox.NamedNode(heard.text(term)) for term in (subject, predicate, obj)))
        proof = prove(heard.store, triple, rules(("core",)))
        if proof is not None:
            return sorted(proof.leaves())
    return []
