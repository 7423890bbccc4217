"""A life, or the life of a body or place, in order: happenings with dates as sure as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg import assets
from kg.datewords import in_words as date_in_words
from kg.errors import DateError
from kg.facts import FACTUAL, Standing
from kg.model import dates
from kg.model.claims import Certainty, Mode
from kg.query.labels import Labels
from kg.statements import Statement, statements_about
from kg.store.embedded import Store, text_of
from kg.vocab import INFERRED, KG

_ROLES = {KG + "agent", KG + "leader", KG + "patient", KG + "recipient", KG + "involves"}
_DATE = KG + "date"
_Day = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One happening in which a thing has a part.

    `kind` is "event", "posting" or "possibility"; `factual` whether the part is a fact (else it
    is only claimed, by the voices in `told`). `date` is the narrowest date in EDTF ("" undated),
    `earliest` and `latest` the bounds of all dates; `order` says on what an undated part's place
    rests. `inferred` is "inferred" or "date inferred" where nobody states as much. `places` and
    `others` are IRIs.
    """

    happening: str
    kind: str
    roles: tuple[str, ...]
    factual: bool
    date: str
    attested: str
    earliest: str
    latest: str
    order: str
    places: tuple[str, ...]
    others: tuple[str, ...]
    contested: bool
    inferred: str
    statements: tuple[Statement, ...]
    told: tuple[Statement, ...]


def timeline(store: Store, thing: str, labels: Labels) -> list[Part]:
    """The parts of a thing's life in order; those that cannot be placed come last.

    A part without a date is placed by kg:after and kg:during where they tie it to dated ones.
    """
    roles: dict[str, dict[str, None]] = {}
    kinds: dict[str, str] = {}
    facts: set[str] = set()
    for query, is_fact in (("parts", True), ("happenings-of", False)):
        for _, happening, role, class_ in store.rows(
            assets.read(f"queries/model/{query}.rq"), thing=thing
        ):
            iri = text_of(happening)
            if not is_fact and iri in facts:
                continue
            roles.setdefault(iri, {})[text_of(role)] = None
            if kinds.get(iri) != "possibility":  # the class that promises least decides
                kinds[iri] = text_of(class_).removeprefix(KG).lower()
            if is_fact:
                facts.add(iri)
    parts = [
        _part(store, thing, iri, kinds[iri], tuple(roles[iri]), iri in facts, labels)
        for iri in roles
    ]
    places = _placed(store, parts)
    return sorted(
        (replace(part, order=places[part.happening].rests_on) for part in parts),
        key=lambda part: (*places[part.happening].key(), part.happening),
    )


def _part(
    store: Store, thing: str, iri: str, kind: str, roles: tuple[str, ...], factual: bool,
    labels: Labels,
) -> Part:  # fmt: skip
    statements = tuple(statements_about(store, iri, labels))
    if factual:
        date = narrowest(text_of(node) for node in store.objects(iri, _DATE))
        earliest, latest = (
            min((text_of(node) for node in store.objects(iri, KG + name)), default="")
            for name in ("earliest", "latest")
        )
    else:
        date = narrowest(
            text_of(s.object) for s in statements if s.predicate == _DATE and s.object is not None
        )
        earliest, latest = (bound or "" for bound in dates.bounds_of(date))
    others = dict.fromkeys(
        text_of(quad.object)
        for quad in store.quads(iri)
        if quad.predicate.value in _ROLES and text_of(quad.object) != thing
    )
    attested = min((text_of(node) for node in store.objects(iri, KG + "attested")), default="")
    return Part(
        happening=iri, kind=kind, roles=roles, factual=factual, date=date,
        attested=attested,
        earliest=earliest, latest=latest, order="",
        contested=any(s.conflicts for s in statements if s.standing is not Standing.CLAIMED),
        inferred=_inferred(store, iri, roles, thing, date or attested) if factual else "",
        places=tuple(text_of(node) for node in store.objects(iri, KG + "place")),
        others=tuple(others), statements=statements,
        told=tuple(s for s in statements if s.predicate in roles and text_of(s.object) == thing),
    )  # fmt: skip


def _inferred(store: Store, iri: str, roles: Iterable[str], thing: str, date: str) -> str:
    """What of a factual part is only inferred: the part itself, its date, or nothing."""
    drawn = {
        (text_of(quad.predicate), text_of(quad.object))
        for quad in store.quads(iri, None, None, INFERRED)
    }
    if all((role, thing) in drawn for role in roles):
        return "inferred"
    dated = {(KG + name, date) for name in ("date", "attested")}
    return "date inferred" if date and dated & drawn else ""


def narrowest(told: Iterable[str]) -> str:
    """The EDTF date that says most: both bounds known and close, else one bound known."""

    def width(text: str) -> tuple[int, int, str]:
        earliest, latest = dates.bounds_of(text)
        if earliest is None or latest is None:
            return (2 if earliest is None and latest is None else 1, 0, text)
        first, last = dates.day(earliest), dates.day(latest)
        days = (last[0] - first[0]) * 372 + (last[1] - first[1]) * 31 + last[2] - first[2]
        return (0, days, text)

    return min(told, key=width, default="")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a happening stands in time.

    What stands before or after a dated happening has its day and an `offset` of so many steps
    from it; of two with the same offset, what is during comes before what is after.
    """

    start: _Day | None = None
    end: _Day | None = None
    offset: int = 0
    rests_on: str = ""

    def key(self) -> tuple[object, ...]:
        """Sorts by start; what has none comes last."""
        late = (10**9, 0, 0)
        return (self.start is None, self.start or late, self.offset,
                self.rests_on.startswith("after"), self.end or late)  # fmt: skip


def _placed(store: Store, parts: Sequence[Part]) -> dict[str, _Place]:
    """The places of these parts and of all happenings that kg:after and kg:during tie them to."""
    places: dict[str, _Place] = {}
    forward: dict[str, list[tuple[str, str]]] = {}
    backward: dict[str, list[tuple[str, str]]] = {}
    known = {part.happening: (part.earliest, part.latest) for part in parts}
    todo = list(known)
    while todo:
        iri = todo.pop()
        if iri in places:
            continue
        places[iri] = _dated(store, iri, known.get(iri, ("", "")))
        for name in ("after", "during"):
            for node in store.objects(iri, KG + name):
                forward.setdefault(iri, []).append((name, text_of(node)))
                if name == "after":
                    backward.setdefault(text_of(node), []).append(("before", iri))
                todo.append(text_of(node))
            todo += [text_of(quad.subject) for quad in store.quads(None, KG + name, iri)]
    while True:
        undated = sorted(iri for iri, place in places.items() if place.start is None)
        if not _place(undated, places, forward, 1) and not _place(undated, places, backward, -1):
            return places


def _dated(store: Store, iri: str, known: tuple[str, str]) -> _Place:
    """The place by the happening's own bounds, else by a day at which it went on."""
    earliest, latest = known
    if not earliest and not latest:
        earliest, latest = (
            min((text_of(node) for node in store.objects(iri, KG + name)), default="")
            for name in ("earliest", "latest")
        )
    if not earliest and not latest:
        attested = narrowest(text_of(node) for node in store.objects(iri, KG + "attested"))
        earliest, latest = (bound or "" for bound in dates.bounds_of(attested))
    start = earliest or latest
    return _Place(dates.day(start) if start else None, dates.day(latest) if latest else None)


def _place(
    undated: Sequence[str], places: dict[str, _Place],
    ties: dict[str, list[tuple[str, str]]], step: int,
) -> bool:  # fmt: skip
    """Place undated happenings by their ties; whether any found a place.

    Of several ties the one that binds most decides: what is later than two things stands after
    the later of them. A circle of ties cannot run on: there are no more rounds than happenings.
    """
    found = False
    for _ in undated:
        changed = False
        for iri in undated:
            others = [(places[other], word, other) for word, other in ties.get(iri, ())]
            placed = [(place.start, place.offset, word, other)
                      for place, word, other in others if place.start is not None]  # fmt: skip
            if not placed:
                continue
            start, offset, word, other = max(placed) if step > 0 else min(placed)
            place = _Place(start, None, offset + step, f"{word} {other}")
            if place != places[iri]:
                places[iri] = place
                found = changed = True
        if not changed:
            break
    return found


_ORDER_WORDS = {"ru": {"after": "после:", "before": "до:", "during": "во время:"}}


def when(part: Part, labels: Labels) -> str:
    """The date of a part in words; for an undated one, what places it, in brackets."""
    if part.date:
        return words(part.date, labels.language)
    if part.attested:
        return f"({words(part.attested, labels.language)})"
    if part.order:
        word, _, iri = part.order.partition(" ")
        word = _ORDER_WORDS.get(labels.language, {}).get(word, word)
        return f"({word} {labels.of(iri)})"
    return ""


def words(text: str, language: str) -> str:
    """An EDTF text in words; as it is where it is no date."""
    try:
        return date_in_words(dates.parse(text), language if language in ("en", "ru") else "en")
    except DateError:
        return text


def mark(part: Part) -> str:
    """How a part stands: "" for a stated fact, else possibility, contested, inferred or no fact.

    For what is no fact, it names the modes of the accounts that tell it.
    """
    if not part.factual:
        return "not a fact: " + ", ".join(dict.fromkeys(_mode(s) for s in part.told))
    marks = [
        "possibility" if part.kind == "possibility" else "",
        "contested" if part.contested else "",
        part.inferred,
    ]
    return ", ".join(word for word in marks if word)


def _mode(statement: Statement) -> str:
    mode = statement.voice.mode
    doubt = statement.certainty is Certainty.POSSIBLE and mode in (*FACTUAL, Mode.INFERRED)
    return f"{mode.value.lower()} as possible" if doubt else mode.value.lower()
