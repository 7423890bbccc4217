"""Claims → source citations: who says so, where, in which words and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kg.formats.gedcom.book import Book
from kg.formats.gedcom.facts import Claim, Fact, Value, local, natural, text
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.when import when
from kg.formats.gedcom.words import table

_TAG: Final = re.compile("[A-Z_]+")
_TOLD: Final = ("Person", "Family", "Event", "Possibility", "Posting")


class Evidence:
    """The claims of a store, by what they are about.

    `of` holds the claims on single facts by subject, `records` those that a record of its own
    cites a document for.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.by_iri: dict[str, Claim] = {}
        self.of: dict[str, list[Claim]] = {}
        self.records: dict[str, list[Claim]] = {}
        self._quay: dict[str, str] = table()["quay"]
        # Claims whose date is that of the happening they are about: its record says it.
        self._dated: set[str] = set()
        facts = book.facts
        for claim in facts.claims:
            dates = claim.said.get("date", ())
            if dates and any(
                dates[0] in facts.see(s, n) for s in claim.subjects for n in ("date", "attested")
            ):
                self._dated.add(claim.iri)
            self.by_iri[claim.iri] = claim
            if claim.predicate:
                for subject in claim.subjects:
                    self.of.setdefault(subject, []).append(claim)
            elif is_citation(claim):
                for subject in claim.subjects:
                    self.records.setdefault(subject, []).append(claim)

    def cite_note(self, above: Line, note: Line, thing: str, name: str, value: Value) -> None:
        """Cite the claims that a note rests on: below it, or in 5.5.1 beside it."""
        claims = self.on(thing, name, value)
        if claims and self.book.is_seven:
            self.cite(note, claims)
        elif claims:
            self.cite(above, claims, text(value))

    def count_unsaid(self) -> None:
        """Count the claims that are no facts on things that have no lines of their own."""
        facts = self.book.facts
        for thing in self.of:
            if not facts.is_a(thing, *_TOLD) and thing in facts.about:
                others = self.split(thing)[1]
                if others:
                    self.book.unsaid[thing] = len(others)

    def on(self, thing: str, name: str, value: Value | None = None) -> list[Claim]:
        """The claims that a thing has this property, with this value if one is given."""
        return [
            claim
            for claim in self.of.get(thing, ())
            if claim.predicate == name
            and (value is None or claim.object == value)
            and "polarity" not in claim.said
        ]

    def split(self, thing: str) -> tuple[list[Claim], list[Claim]]:
        """The claims on single facts of a thing: those that agree with the facts, and the others.

        To be asked before the facts are taken out.
        """
        agreed: list[Claim] = []
        others: list[Claim] = []
        facts = self.book.facts
        for claim in self.of.get(thing, ()):
            fact = (
                "polarity" not in claim.said
                and claim.object is not None
                and (
                    claim.object in facts.see(thing, claim.predicate)
                    # What class a thing has is said by how it is written.
                    or claim.predicate == "rdf:type"
                )
            )
            if fact and claim.predicate in ("note", "rdfs:comment"):
                continue  # cited with the note
            (agreed if fact else others).append(claim)
        return agreed, others

    def is_inferred(self, fact: Fact) -> bool:
        """Whether a fact was computed or concluded and is said by no source."""
        return fact in self.book.facts.inferred

    def cite(self, above: Line, claims: Iterable[Claim], words: str = "") -> None:
        """Put the citations of some claims below a line, each once; `words` go into a note."""
        lines = [line for claim in claims for line in self._citations(claim, words)]
        lines.sort(key=lambda pair: pair[0])
        seen = set()
        for _, line in lines:
            key = line.key()
            if key not in seen:
                seen.add(key)
                above.children.append(line)

    def _citations(self, claim: Claim, words: str) -> Iterable[tuple[tuple[object, ...], Line]]:
        passage = self.book.facts.passages.get(claim.one("passage"))
        if is_citation(claim):
            yield (natural(claim.cited), 0, natural(claim.iri)), self._cited(claim)
        elif passage is not None:
            line = self._quoted(claim, claim.one("passage"), words)
            if line is not None:
                yield self._place(claim.one("passage")), line
        elif "derivedFrom" in claim.said:
            reason = self._reason(claim)
            said = f"{reason}\n{words}" if words else reason
            for premise in self._premises(claim):
                line = self._quoted(claim, premise, said)
                if line is not None:
                    yield self._place(premise), line

    def _place(self, passage: str) -> tuple[object, ...]:
        said = self.book.facts.passages[passage]
        start = said.get("start")
        return (
            natural(text(said["source"][0])),
            int(text(start[0])) if start else 0,
            natural(passage),
        )

    def _premises(self, claim: Claim) -> list[str]:
        """The passages that an inference rests on in the end."""
        found: dict[str, None] = {}
        todo = [claim.iri]
        seen = set(todo)
        while todo:
            premise = self.by_iri.get(todo.pop())
            if premise is None:
                continue
            if premise.one("passage") in self.book.facts.passages:
                found[premise.one("passage")] = None
            for other in premise.said.get("derivedFrom", ()):
                if text(other) not in seen:
                    seen.add(text(other))
                    todo.append(text(other))
        return list(found)

    def _reason(self, claim: Claim) -> str:
        """Who concluded something, and why."""
        said = [self.voice(claim)]
        rule = claim.one("rule")
        if rule:
            said.append(self.book.words.say("reason", rule))
        return "\n".join(line for line in said if line)

    def voice(self, claim: Claim) -> str:
        """Whose version a claim is, in words; "" where the source speaks in its own voice."""
        account = claim.one("account")
        said = self.book.facts.accounts.get(account, {})
        mode = local(text(said["mode"][0])) if said.get("mode") else "Stated"
        if (mode == "Stated" and "attributedTo" not in said) or self.is_record(claim):
            return ""
        label = self.book.words.heading(account) or self.book.words.term(mode)
        return self.book.words.say("according", label)

    def is_record(self, claim: Claim) -> bool:
        """Whether a claim is in the words of a record: its own structure says it."""
        passage = self.book.facts.passages.get(claim.one("passage"), {})
        return is_citation(claim) or "startLine" in passage

    def attribution(self, claim: Claim) -> str:
        """Whose version a claim is and how sure, for one that is no fact."""
        certainty = claim.one("certainty")
        sure = self.book.words.term(local(certainty)) if certainty else ""
        voice = self.voice(claim)
        return self.book.words.say("sure", voice, sure) if voice and sure else voice or sure

    def _quoted(self, claim: Claim, passage: str, words: str) -> Line | None:
        """The citation of a stretch of a text; None where the passage is lines of a record."""
        said = self.book.facts.passages[passage]
        if "startLine" in said or text(said["source"][0]) not in self.book.xrefs:
            return None
        line = Line("SOUR", f"@{self.book.xrefs[text(said['source'][0])]}@", verbatim=True)
        place = passage.partition("#")[2]
        if not place and "start" in said and "end" in said:
            place = f"char={text(said['start'][0])},{text(said['end'][0])}"
        if place:
            line.add("PAGE", place)
        if "quote" in said:
            line.add("DATA").add("TEXT", text(said["quote"][0]))
        notes = [] if words else [self.voice(claim)]
        notes.append(words)
        if "date" in claim.said and claim.iri not in self._dated:
            date = when(claim.one("date"), "", "", self.book.version)
            notes.append(self.book.words.say("holds", date.phrase or date.value))
        notes.extend(text(remark) for remark in claim.said.get("rdfs:comment", ()))
        certainty = claim.one("recordedCertainty") or self._quay.get(local(claim.one("certainty")))
        if self.book.is_seven and certainty:
            line.add("QUAY", certainty)
        for note in dict.fromkeys(notes):
            if note:
                line.add("NOTE", note)
        if self.book.is_five and certainty:
            line.add("QUAY", certainty)
        return line

    def _cited(self, claim: Claim) -> Line:
        """The citation that a record has of its own."""
        book = self.book
        xref = book.xrefs.get(claim.cited, "VOID" if book.is_seven else "")
        line = Line("SOUR", f"@{xref}@" if xref else "", verbatim=True)
        if "citedPage" in claim.said:
            line.add("PAGE", claim.one("citedPage"))
        data = Line("DATA")
        date = claim.one("citedDate")
        book.date(data, claim.said, date)
        for quotation in claim.said.get("citedText", ()):
            book.language_of(data.add("TEXT", text(quotation)), quotation)
        event = self._event(claim)
        parts = [data] if data.children else []
        if event.value or event.children:
            # 5.5.1 has them in the other order.
            parts = [*parts, event] if book.is_seven else [event, *parts]
        line.children.extend(parts)
        quay = claim.one("recordedCertainty")
        if quay and book.is_seven:
            line.add("QUAY", quay)
        book.media_links(line, [text(media) for media in claim.said.get("media", ())])
        for name in ("note", "rdfs:comment"):
            for note in claim.said.get(name, ()):
                book.note(line, note)
        if quay and book.is_five:
            line.add("QUAY", quay)
        return line

    def _event(self, claim: Claim) -> Line:
        """In the entry of which event the words stand, and in which role somebody is there."""
        kind, role, phrase = (claim.one(n) for n in ("citedEvent", "citedRole", "phrase"))
        event = Line("EVEN", kind)
        if self.book.is_five:
            if role:
                event.add("ROLE", role)
            return event
        if kind and not _TAG.fullmatch(kind):
            event.value = ""
            event.add("PHRASE", kind)
        elif phrase and not role:
            event.add("PHRASE", phrase)
        if role:
            known = _TAG.fullmatch(role)
            line = event.add("ROLE", role if known else "OTHER")
            if phrase or not known:
                line.add("PHRASE", phrase or role)
        return event


def is_citation(claim: Claim) -> bool:
    """Whether a record cites a source of its own for what is claimed, named or not."""
    return bool(claim.cited) or claim.one("account").endswith("-unnamed")
