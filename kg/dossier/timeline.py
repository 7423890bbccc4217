"""A life, or the life of a body or place, in order: happenings with dates as sure as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg import assets
from kg.datewords import in_words as date_in_words
from kg.dossier.claims import Statement, claims_about, read_statements
from kg.errors import DateError
from kg.facts import Standing
from kg.model import dates
from kg.query.labels import Labels
from kg.store.embedded import Store, text_of
from kg.vocab import KG

_ROLES = {KG + "agent", KG + "leader", KG + "patient", KG + "recipient", KG + "involves"}
_Day = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One happening in which a thing has a part.

    `kind` is "event", "posting" or "possibility"; `factual` whether the part is a fact (else it
    is only claimed, by `statements`' voices). `date` is the narrowest date in EDTF ("" undated),
    `earliest` and `latest` the bounds of all dates; `order` says on what an undated part's place
    rests. `places` and `others` are IRIs.
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
    statements: tuple[Statement, ...]


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
            kinds[iri] = text_of(class_).removeprefix(KG).lower()
            if is_fact:
                facts.add(iri)
    spans = _spans(store, roles)
    placed = _propagate(store, spans)
    parts = [
        _part(store, thing, iri, kinds[iri], tuple(roles[iri]), iri in facts, placed, labels)
        for iri in roles
    ]
    return sorted(parts, key=lambda part: _order(part, placed))


def _part(
    store: Store, thing: str, iri: str, kind: str, roles: tuple[str, ...], factual: bool,
    placed: dict[str, _Span], labels: Labels,
) -> Part:  # fmt: skip
    statements = tuple(read_statements(store, claims_about(store, iri), labels))
    told = [text_of(node) for node in store.objects(iri, KG + "date")]
    if not factual:
        told = [
            text_of(s.object) for s in statements
            if s.predicate == KG + "date" and s.object is not None
        ]  # fmt: skip
    attested = sorted(text_of(node) for node in store.objects(iri, KG + "attested"))
    others = dict.fromkeys(
        text_of(quad.object)
        for quad in store.quads(iri)
        if quad.predicate.value in _ROLES and text_of(quad.object) != thing
    )
    bounds = [next((text_of(n) for n in store.objects(iri, KG + name)), "")
              for name in ("earliest", "latest")]  # fmt: skip
    return Part(
        happening=iri, kind=kind, roles=roles, factual=factual, date=narrowest(told),
        attested=attested[0] if attested else "", earliest=bounds[0], latest=bounds[1],
        order=placed[iri].rests_on, contested=any(
            s.conflicts for s in statements if s.standing is not Standing.CLAIMED
        ),
        places=tuple(text_of(node) for node in store.objects(iri, KG + "place")),
        others=tuple(others), statements=statements,
    )  # fmt: skip


def narrowest(told: Iterable[str]) -> str:
    """The EDTF date that says most: both bounds known and close, else one bound known."""

    def width(text: str) -> tuple[int, int, str]:
        try:
            earliest, latest = dates.bounds(dates.parse(text))
        except DateError:
            return (3, 0, text)
        if earliest is None or latest is None:
            return (2 if earliest is None and latest is None else 1, 0, text)
        first, last = _day(earliest), _day(latest)
        days = (last[0] - first[0]) * 372 + (last[1] - first[1]) * 31 + last[2] - first[2]
        return (0, days, text)

    return min(told, key=width, default="")


@dataclass(slots=True)
class _Span:
    """Bounds for sorting, and what they rest on where the happening itself is undated."""

    earliest: _Day | None
    latest: _Day | None
    rests_on: str = ""


def _spans(store: Store, happenings: Iterable[str]) -> dict[str, _Span]:
    """Bounds of these happenings and of all that kg:after and kg:during tie them to."""
    found: dict[str, _Span] = {}
    todo = list(happenings)
    while todo:
        iri = todo.pop()
        if iri in found:
            continue
        bounds = [next((_day(text_of(n)) for n in store.objects(iri, KG + name)), None)
                  for name in ("earliest", "latest")]  # fmt: skip
        if bounds == [None, None]:
            attested = narrowest(text_of(n) for n in store.objects(iri, KG + "attested"))
            if attested:
                bounds = [_day(b) if b else None for b in dates.bounds(dates.parse(attested))]
        found[iri] = _Span(*bounds)
        for name in ("after", "during"):
            todo += [text_of(node) for node in store.objects(iri, KG + name)]
            todo += [text_of(quad.subject) for quad in store.quads(None, KG + name, iri)]
    return found


def _propagate(store: Store, spans: dict[str, _Span]) -> dict[str, _Span]:
    """Give undated happenings bounds from what they follow, precede or are part of."""
    for _ in range(len(spans)):
        changed = False
        for iri, span in spans.items():
            if span.earliest or span.latest:
                continue
            for name, backwards, word in (
                ("after", False, "after"), ("during", False, "during"), ("after", True, "before"),
            ):  # fmt: skip
                others = (
                    [text_of(quad.subject) for quad in store.quads(None, KG + name, iri)]
                    if backwards
                    else [text_of(node) for node in store.objects(iri, KG + name)]
                )
                known = [(spans[o], o) for o in others if o in spans
                         and (spans[o].earliest or spans[o].latest)]  # fmt: skip
                if known:
                    other, name_of_other = min(known, key=lambda k: (_key(k[0]), k[1]))
                    if word == "before":
                        span.latest = other.latest or other.earliest
                    else:
                        span.earliest = other.earliest or other.latest
                    span.rests_on = f"{word} {name_of_other}"
                    changed = True
                    break
        if not changed:
            break
    return spans


def _key(span: _Span) -> tuple[int, _Day, _Day]:
    end = (10**9, 0, 0)
    if span.earliest is None and span.latest is None:
        return 1, end, end
    return 0, span.earliest or span.latest or end, span.latest or end


def _order(part: Part, spans: dict[str, _Span]) -> tuple[object, ...]:
    span = spans[part.happening]
    # What stands right before or after a dated happening sorts on that side of it.
    side = {"before": 0, "": 1, "during": 2, "after": 3}[span.rests_on.partition(" ")[0]]
    number, start, end = _key(span)
    return number, start, side, end, part.happening


def _day(text: str) -> _Day:
    year, month, day = text.rsplit("-", 2)
    return int(year), int(month), int(day)


def when(part: Part, labels: Labels) -> str:
    """The date of a part in words; for an undated one, what places it, in brackets."""
    if part.date:
        return words(part.date, labels.language)
    if part.attested:
        return f"({words(part.attested, labels.language)})"
    if part.order:
        word, _, iri = part.order.partition(" ")
        return f"({word} the {labels.of(iri)})" if labels.language == "en" else f"({labels.of(iri)})"
    return ""


def words(text: str, language: str) -> str:
    """An EDTF text in words; as it is where it is no date."""
    try:
        return date_in_words(dates.parse(text), language if language in ("en", "ru") else "en")
    except DateError:
        return text


def mark(part: Part) -> str:
    """How a part stands: "" for a fact, else the modes of the accounts that tell it."""
    if part.kind != "possibility" and part.factual:
        return "contested" if part.contested else ""
    if part.factual:
        return "possibility"
    modes = dict.fromkeys(s.voice.mode.value.lower() for s in part.statements)
    return "not a fact: " + ", ".join(modes)


def voices(statements: Sequence[Statement]) -> list[str]:
    """The labels of the voices of these claims, each once."""
    return list(dict.fromkeys(statement.voice.label for statement in statements))
