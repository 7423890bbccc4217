"""Decides which claims become facts, for the usual viewpoint and for any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.model import dates
from kg.model.claims import Certainty, Mode
from kg.store.claims import EARLIEST, LATEST, TYPE, StoredClaim, StoredRecord, bound_quads, kg
from kg.store.embedded import DEFAULT_GRAPH, Store, text_of
from kg.vocab import EDTF, INFERRED, KG, RDF

if TYPE_CHECKING:
    from kg.store.columns import Columns

FACTUAL = frozenset({Mode.STATED, Mode.REPORTED})
"""Modes of an account whose claims may become facts."""

_INFERRED = ox.NamedNode(INFERRED)
_EVENT = kg("Event")
_DATE = kg("date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint:
    """A choice of which accounts and certainties become facts.

    `according_to`: only these accounts are heard, and what they say counts as fact whatever
    their mode. `exclude`: accounts and sources that are not heard. `least`: claims below this
    certainty are not heard. All IRIs. Inferences fall with any of their premises.
    """

    according_to: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    least: Certainty | None = None

    @property
    def is_usual(self) -> bool:
        """Whether this is the viewpoint of the built store."""
        return not self.according_to and not self.exclude and self.least is None


USUAL = Viewpoint()


def viewpoint_of(store: Store) -> Viewpoint:
    """The viewpoint whose facts a store holds."""
    found = (store.info or {}).get("viewpoint")
    return found if isinstance(found, Viewpoint) else USUAL


class Standing(Enum):
    """What a claim amounts to in a viewpoint."""

    FACT = "fact"
    INFERRED = "inferred"
    CLAIMED = "claimed"
    """It is known as a claim, and makes no fact."""


def standing(claim: StoredClaim, viewpoint: Viewpoint = USUAL) -> Standing:
    """Whether a claim that is heard makes a fact, an inferred fact, or none."""
    if claim.object is None or claim.polarity is not None:
        return Standing.CLAIMED
    least = viewpoint.least or (
        Certainty.POSSIBLE if viewpoint.according_to else Certainty.PROBABLE
    )
    if claim.certainty.rank < least.rank:
        return Standing.CLAIMED
    if claim.mode is Mode.INFERRED:
        return Standing.INFERRED
    if claim.mode in FACTUAL or claim.account in viewpoint.according_to:
        return Standing.FACT
    return Standing.CLAIMED


def heard(claims: Iterable[StoredClaim], viewpoint: Viewpoint) -> list[StoredClaim]:
    """The claims that a viewpoint knows of, in the order given.

    An inference is heard only if all its premises are, down to the quotations.
    """
    kept = {claim.iri: claim for claim in claims if _is_heard(claim, viewpoint)}
    while True:
        fallen = [iri for iri, claim in kept.items() if any(p not in kept for p in claim.premises)]
        if not fallen:
            return list(kept.values())
        for iri in fallen:
            del kept[iri]


def _is_heard(claim: StoredClaim | StoredRecord, viewpoint: Viewpoint) -> bool:
    if viewpoint.according_to and claim.account not in viewpoint.according_to:
        return False
    if claim.account in viewpoint.exclude or claim.source in viewpoint.exclude:
        return False
    return viewpoint.least is None or claim.certainty.rank >= viewpoint.least.rank


def heard_records(records: Iterable[StoredRecord], viewpoint: Viewpoint) -> list[StoredRecord]:
    """The records that a viewpoint knows of, in the order given."""
    return [record for record in records if _is_heard(record, viewpoint)]


def vouches(record: StoredRecord, viewpoint: Viewpoint = USUAL) -> bool:
    """Whether what a record gives of its subjects is fact in a viewpoint."""
    if not _is_heard(record, viewpoint):
        return False
    least = viewpoint.least or (
        Certainty.POSSIBLE if viewpoint.according_to else Certainty.PROBABLE
    )
    return record.certainty.rank >= least.rank and (
        record.mode in FACTUAL or record.account in viewpoint.according_to
    )


def unvouched(records: Iterable[StoredRecord], viewpoint: Viewpoint) -> set[str]:
    """Subjects of records (IRIs) for which no record vouches in a viewpoint."""
    known: set[str] = set()
    kept: set[str] = set()
    for record in records:
        known.update(record.subjects)
        if vouches(record, viewpoint):
            kept.update(record.subjects)
    return known - kept


def fact_quads(
    claims: Iterable[StoredClaim], viewpoint: Viewpoint = USUAL,
    own_dates: Callable[[str], list[str]] = lambda subject: [],
) -> Iterator[ox.Quad]:  # fmt: skip
    """The facts that claims support, then the bounds of the dates among them.

    `own_dates` gives the dates that a happening has from records, apart from claims.

    A claim that something *is* an event (`rdf:type kg:Event`), made by an account that is
    followed, turns a possibility into an event; the caller drops the class it had.
    """
    facts: set[ox.Triple] = set()
    inferred: set[ox.Triple] = set()
    spans: dict[ox.NamedNode, list[tuple[str | None, str | None]]] = {}
    for claim in claims:
        amounts_to = standing(claim, viewpoint)
        if amounts_to is Standing.CLAIMED:
            continue
        assert claim.object is not None
        triple = ox.Triple(ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), claim.object)
        known = triple in facts or triple in inferred
        (facts if amounts_to is Standing.FACT else inferred).add(triple)
        if not known and triple.predicate == _DATE and _is_edtf(claim):
            spans.setdefault(ox.NamedNode(claim.subject), []).append(
                dates.bounds_of(text_of(claim.object))
            )
    for triple in facts | inferred:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, DEFAULT_GRAPH)
    for triple in inferred - facts:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, _INFERRED)
    for subject, found in spans.items():
        found += [dates.bounds_of(date) for date in own_dates(subject.value)]
        yield from bound_quads(subject, combine(found))


def retyped(quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    """Things that some fact says to be events."""
    return {
        quad.subject  # type: ignore[misc]
        for quad in quads
        if quad.predicate == TYPE and quad.object == _EVENT and quad.graph_name == DEFAULT_GRAPH
    }


def is_bound(quad: ox.Quad) -> bool:
    """Whether a quad is a derived bound of a date."""
    return quad.predicate in (EARLIEST, LATEST)


def _is_edtf(claim: StoredClaim) -> bool:
    return isinstance(claim.object, ox.Literal) and claim.object.datatype.value == EDTF


def combine(spans: Iterable[tuple[str | None, str | None]]) -> tuple[str | None, str | None]:
    """The bounds of one happening that has several dates.

    Dates that agree narrow each other (the latest start, the earliest end); where they cannot
    all be true, the bounds hold every one of them.
    """
    starts, ends = zip(*spans, strict=True)
    known_starts = sorted((s for s in starts if s is not None), key=dates.day)
    known_ends = sorted((e for e in ends if e is not None), key=dates.day)
    start = known_starts[-1] if known_starts else None
    end = known_ends[0] if known_ends else None
    if start is None or end is None or dates.day(start) <= dates.day(end):
        return start, end
    return (
        known_starts[0] if None not in starts else None,
        known_ends[-1] if None not in ends else None,
    )


Numbers = tuple[int, int, int]
"""A triple by the numbers of its terms."""


class Decided(NamedTuple):
    """What the claims in columns amount to in the usual viewpoint, each triple once and in order.

    `bounds` gives the days of happenings whose dates claims state, with those that records give.
    """

    facts: list[Numbers]
    inferred: list[Numbers]
    """Those that are concluded and nowhere stated."""
    bounds: dict[int, tuple[str | None, str | None]]


def standings(columns: Columns) -> Callable[[int], Standing]:
    """Tells of a single claim, by number, what it amounts to in the usual viewpoint."""
    account, certainty = columns.of(KG + "account").forward, columns.of(KG + "certainty").forward
    mode, polarity = columns.of(KG + "mode").forward, columns.of(KG + "polarity").forward
    obj = columns.of(RDF + "object").forward
    known: dict[tuple[int, int], Standing] = {}

    def of(claim: int) -> Standing:
        if not obj(claim) or polarity(claim):
            return Standing.CLAIMED
        key = account(claim)[0], certainty(claim)[0]
        if key not in known:
            named = [columns.text(number).removeprefix(KG) for number in (*mode(key[0]), key[1])]
            known[key] = standing(
                StoredClaim(
                    iri="", subject="", predicate="", object=TYPE, polarity=None, source="",
                    account=columns.text(key[0]), mode=Mode(named[0]),
                    certainty=Certainty(named[1]),
                )
            )  # fmt: skip
        return known[key]

    return of


def vouched(columns: Columns) -> Callable[[int], bool]:
    """Tells of the claim of a whole record, by number, whether it vouches in the usual viewpoint."""
    account, certainty = columns.of(KG + "account").forward, columns.of(KG + "certainty").forward
    mode = columns.of(KG + "mode").forward
    known: dict[tuple[int, int], bool] = {}

    def of(claim: int) -> bool:
        key = account(claim)[0], certainty(claim)[0]
        if key not in known:
            named = [columns.text(number).removeprefix(KG) for number in (*mode(key[0]), key[1])]
            known[key] = vouches(
                StoredRecord(
                    iri="",
                    subjects=(),
                    account=columns.text(key[0]),
                    mode=Mode(named[0]),
                    certainty=Certainty(named[1]),
                    source="",
                )
            )
        return known[key]

    return of


def decide(columns: Columns) -> Decided:
    """The facts that the claims in columns support, as `fact_quads` for a store.

    Every claim must rest on claims that are there, as those of an archive do.
    """
    amounts_to = standings(columns)
    subject, obj = columns.of(RDF + "subject").forward, columns.of(RDF + "object").forward
    facts: set[Numbers] = set()
    inferred: set[Numbers] = set()
    for claim, predicate in columns.of(RDF + "predicate").pairs():
        found = amounts_to(claim)
        if found is not Standing.CLAIMED:
            triple = subject(claim)[0], predicate, obj(claim)[0]
            (facts if found is Standing.FACT else inferred).add(triple)
    dated = columns.iri(KG + "date")
    of_records = columns.relation(dated).forward
    spans: dict[int, list[tuple[str | None, str | None]]] = {}
    for subject_, predicate, value in facts | inferred:
        if predicate == dated and columns.texts[value].endswith(_AS_EDTF):
            spans.setdefault(subject_, []).append(dates.bounds_of(columns.text(value)))
    bounds = {
        happening: combine(
            [*found, *(dates.bounds_of(columns.text(date)) for date in of_records(happening))]
        )
        for happening, found in spans.items()
    }
    return Decided(sorted(facts), sorted(inferred - facts), bounds)


_AS_EDTF = f'"^^<{EDTF}>'.encode()
