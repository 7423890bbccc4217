"""Claims as a reader wants them: with their voice, their words in the sentence, their standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.facts import Standing, standing, viewpoint_of
from kg.gedcom.excerpts import excerpt, mentions
from kg.infer import of_records, vouching
from kg.model.claims import Certainty, Mode, Polarity
from kg.model.sentences import sentence_at
from kg.query.labels import Labels
from kg.store.claims import StoredClaim
from kg.store.embedded import Node, Store, text_of
from kg.vocab import KG, RDF, RDFS, TEXTS


class Voice(NamedTuple):
    """Whose account a claim is: its label, its mode, and who holds it ("" where unknown)."""

    iri: str
    label: str
    mode: Mode
    holder: str


class Quotation(NamedTuple):
    """The words a claim rests on, in code points of the source, and the sentence around them.

    Of a record, `by_line`, they are lines, the first having number 1, both ends included.
    """

    source: str
    title: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    by_line: bool = False

    @property
    def sentence(self) -> str:
        """The whole sentence, as one line."""
        return " ".join((self.before + self.quote + self.after).split())


class Statement(NamedTuple):
    """One claim, whole. `object` is None for a claim that something is not, or is not known.

    The claim of a record (`of_record`) has no predicate, until one of its facts is picked out.
    """

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
    of_record: bool = False


def claims_about(store: Store, subject: str) -> list[str]:
    """The IRIs of the claims whose subject is a thing, in order."""
    found = store.quads(None, RDF + "subject", subject)
    return sorted(text_of(quad.subject) for quad in found)


def statements_about(store: Store, subject: str, labels: Labels) -> list[Statement]:
    """All that is said of a thing, in the order of `read_statements`.

    The claim of a record gives one statement for each fact that the record gives of the thing.
    """
    found = read_statements(store, claims_about(store, subject), labels)
    if all(statement.predicate for statement in found):
        return found
    facts = of_records(store, subject)
    vouched = set(vouching(store, ox.NamedNode(subject)))
    return [
        single
        for statement in found
        for single in (
            (statement,)
            if statement.predicate
            else _singly(statement, facts, statement.iri in vouched)
        )
    ]


def _singly(record: Statement, facts: Iterable[ox.Triple], fact: bool) -> Iterator[Statement]:
    """What a record says of one of its subjects, fact by fact, each with its own lines."""
    for triple in facts:
        single = of_triple(record, triple)
        yield single if fact else single._replace(standing=Standing.CLAIMED)


def of_triple(record: Statement, triple: ox.Triple) -> Statement:
    """One fact that a record vouches for, with the lines that say it; other claims as they are."""
    if not record.of_record:
        return record
    subject, predicate = text_of(triple.subject), text_of(triple.predicate)
    return record._replace(
        subject=subject, predicate=predicate, object=triple.object, standing=Standing.FACT,
        quotation=_narrowed(record.quotation, subject, predicate, text_of(triple.object)),
    )  # fmt: skip


def _narrowed(
    quotation: Quotation | None, subject: str, predicate: str, value: str
) -> Quotation | None:
    if quotation is None or not quotation.by_line:
        return quotation
    lines = quotation.quote.split("\n")
    name = predicate.replace("#", "/").rpartition("/")[2]
    first, after = excerpt(lines, subject, name, value)
    return quotation._replace(
        quote="\n".join(lines[first:after]), start=quotation.start + first,
        end=quotation.start + after - 1,
    )  # fmt: skip


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
        conflicts=many("conflictsWith"), of_record=not claim.predicate,
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
    if KG + "startLine" in parts:
        return Quotation(
            source=source, title=labels.of(source), start=int(parts[KG + "startLine"]),
            end=int(parts[KG + "endLine"]), quote=parts[KG + "quote"], before="", after="",
            by_line=True,
        )  # fmt: skip
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


def words_of(statement: Statement) -> str:
    """The words a claim rests on, on one line; of a record the lines that speak of both ends."""
    quotation = statement.quotation
    if quotation is None:
        return ""
    if not quotation.by_line:
        return " ".join(quotation.quote.split())
    return " / ".join(" ".join(line.split()) for line in quoted_lines(statement))


def quoted_lines(statement: Statement) -> list[str]:
    """The lines of a record that a claim rests on; of a tie those that speak of both ends."""
    lines = statement.quotation.quote.split("\n") if statement.quotation else []
    if isinstance(statement.object, ox.NamedNode):
        return mentions(lines, (statement.subject, statement.object.value))
    return lines


_NO_VALUE = {
    Polarity.NEGATIVE: {"en": "none", "ru": "нет"},
    Polarity.UNKNOWN: {"en": "not known", "ru": "неизвестно"},
}
_NOT = {"en": "not", "ru": "не"}


def in_words(statement: Statement, labels: Labels, *, with_subject: bool = True) -> str:
    """A claim as one line: subject, property, value."""
    language = "ru" if labels.language == "ru" else "en"
    if statement.polarity is Polarity.NEGATIVE and statement.object is not None:
        value = f"{_NOT[language]} {labels.text(statement.object)}"
    elif statement.polarity is not None:
        value = _NO_VALUE[statement.polarity][language]
    else:
        value = labels.text(statement.object)
        if isinstance(statement.object, ox.Literal) and statement.object.language:
            value = f"“{value}”"
    line = f"{labels.of(statement.predicate)}: {value}"
    return f"{labels.of(statement.subject)} — {line}" if with_subject else line
