"""Claims as a reader wants them: with their voice, their words in the sentence, their standing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.facts import Standing, standing, viewpoint_of
from kg.model.claims import Certainty, Mode, Polarity
from kg.model.sentences import sentence_at
from kg.query.labels import Labels
from kg.store.claims import StoredClaim
from kg.store.embedded import Node, Store, text_of
from kg.vocab import KG, RDF, RDFS, TEXTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Whose account a claim is: its label, its mode, and who holds it ("" where unknown)."""

    iri: str
    label: str
    mode: Mode
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The words a claim rests on, in code points of the source, and the sentence around them."""

    source: str
    title: str
    start: int
    end: int
    quote: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """The whole sentence, as one line."""
        return " ".join((self.before + self.quote + self.after).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One claim, whole. `object` is None for a claim that something is not, or is not known."""

    iri: str
    key: str
    subject: str
    predicate: str
    object: Node | None
    polarity: Polarity | None
    voice: Voice
    certainty: Certainty
    standing: Standing
    quotation: Quotation | None
    date: str
    note: str
    rule: str
    premises: tuple[str, ...]
    conflicts: tuple[str, ...]


def claims_about(store: Store, subject: str) -> list[str]:
    """The IRIs of the claims whose subject is a thing, in order."""
    found = store.quads(None, RDF + "subject", subject)
    return sorted(text_of(quad.subject) for quad in found)


def read_statements(store: Store, claims: Iterable[str], labels: Labels) -> list[Statement]:
    """These claims in the order of their places in the sources; inferences last."""
    texts: dict[str, str] = {}
    found = [_statement(store, iri, labels, texts) for iri in dict.fromkeys(claims)]
    found.sort(
        key=lambda s: (
            s.quotation is None,
            s.quotation.source if s.quotation else "",
            s.quotation.start if s.quotation else 0,
            s.quotation.end if s.quotation else 0,
            s.key,
            s.iri,
        )
    )
    return found


def _statement(store: Store, iri: str, labels: Labels, texts: dict[str, str]) -> Statement:
    parts: dict[str, list[Node]] = {}
    for quad in store.quads(iri):
        parts.setdefault(text_of(quad.predicate), []).append(quad.object)

    def one(name: str) -> Node | None:
        return parts.get(name, [None])[0]

    def many(name: str) -> tuple[str, ...]:
        return tuple(sorted(text_of(node) for node in parts.get(KG + name, ())))

    voice = _voice(store, text_of(one(KG + "account")), labels)
    polarity = text_of(one(KG + "polarity")).removeprefix(KG)
    passage = one(KG + "passage")
    claim = StoredClaim(
        iri=iri, subject=text_of(one(RDF + "subject")), predicate=text_of(one(RDF + "predicate")),
        object=one(RDF + "object"), polarity=Polarity(polarity) if polarity else None,
        account=voice.iri, mode=voice.mode, source="",
        certainty=Certainty(text_of(one(KG + "certainty")).removeprefix(KG)),
    )  # fmt: skip
    return Statement(
        iri=iri, key=text_of(one(KG + "key")), subject=claim.subject, predicate=claim.predicate,
        object=claim.object, polarity=claim.polarity, voice=voice, certainty=claim.certainty,
        standing=standing(claim, viewpoint_of(store)),
        quotation=_quotation(store, text_of(passage), labels, texts) if passage else None,
        date=text_of(one(KG + "date")), note=text_of(one(RDFS + "comment")),
        rule=text_of(one(KG + "rule")), premises=many("derivedFrom"),
        conflicts=many("conflictsWith"),
    )  # fmt: skip


def _voice(store: Store, iri: str, labels: Labels) -> Voice:
    modes = store.objects(iri, KG + "mode")
    holders = store.objects(iri, KG + "attributedTo")
    return Voice(
        iri=iri, label=labels.of(iri),
        mode=Mode(text_of(modes[0]).removeprefix(KG)) if modes else Mode.STATED,
        holder=labels.of(text_of(holders[0])) if holders else "",
    )  # fmt: skip


def _quotation(store: Store, passage: str, labels: Labels, texts: dict[str, str]) -> Quotation:
    parts = {text_of(quad.predicate): text_of(quad.object) for quad in store.quads(passage)}
    source = parts[KG + "source"]
    start, end = int(parts[KG + "start"]), int(parts[KG + "end"])
    if source not in texts:
        found = store.quads(source, KG + "text", None, TEXTS)
        texts[source] = next((text_of(quad.object) for quad in found), "")
    text = texts[source]
    # A store without the texts of its sources still shows the quotation by itself.
    first, last = sentence_at(text, start, end) if text else (start, end)
    return Quotation(
        source=source, title=labels.of(source), start=start, end=end, quote=parts[KG + "quote"],
        before=text[first:start], after=text[end:last],
    )  # fmt: skip


_NO_VALUE = {
    Polarity.NEGATIVE: {"en": "none", "ru": "нет"},
    Polarity.UNKNOWN: {"en": "not known", "ru": "неизвестно"},
}


def in_words(statement: Statement, labels: Labels, *, with_subject: bool = True) -> str:
    """A claim as one line: subject, property, value."""
    if statement.polarity is not None:
        value = _NO_VALUE[statement.polarity]["ru" if labels.language == "ru" else "en"]
    else:
        value = labels.text(statement.object)
        if isinstance(statement.object, ox.Literal) and statement.object.language:
            value = f"“{value}”"
    line = f"{labels.of(statement.predicate)}: {value}"
    return f"{labels.of(statement.subject)} — {line}" if with_subject else line
