"""What is said of one happening → the lines below its event or attribute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kg.formats.gedcom.book import Book, Said
from kg.formats.gedcom.evidence import Evidence
from kg.formats.gedcom.facts import Claim, Value, local, text
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.places import Places
from kg.formats.gedcom.when import when
from kg.formats.gedcom.words import tags

_AGE: Final = re.compile(r"(?P<age>[<>]? ?[0-9][0-9ymwd ]*)?(?: ?\((?P<phrase>.*)\))?", re.DOTALL)
_CODE: Final = re.compile("[A-Z_]+")
# Rites of the Latter-day Saints, and the statuses that 7.0 has for them.
_ORDINANCES: Final = ("BAPL", "CONL", "ENDL", "INIL", "SLGC", "SLGS")
_STATUSES: Final = frozenset((
    "BIC", "CANCELED", "CHILD", "COMPLETED", "EXCLUDED", "DNS", "DNS_CAN", "INFANT", "PRE_1970",
    "STILLBORN", "SUBMITTED", "UNCLEARED",
))  # fmt: skip
_COUNTS: Final = ("NCHI", "NMR")
_DROPPED_ROLES: Final = frozenset(("patient",))

Persons = Callable[[Iterable[Value]], list[str]]


class Details:
    """Writes dates, places, people and the like below events."""

    def __init__(self, book: Book, evidence: Evidence, places: Places) -> None:
        self.book = book
        self.evidence = evidence
        self.places = places

    def payload(
        self, line: Line, tag: str, kinds: Sequence[Value], detail: Sequence[Value]
    ) -> None:
        """The value of an event or attribute, and its type in words."""
        values = [text(value) for value in detail]
        takes = tag in tags().attributes and values
        if takes and (tag not in _COUNTS or values[0].isdecimal()):
            line.value = values.pop(0)
        for kind in kinds:
            line.add("TYPE", text(kind))
        for value in values:
            line.add("NOTE", value)

    def write(
        self, line: Line, tag: str, said: Said, owner: str, persons: Persons,
        happening: str,
    ) -> None:  # fmt: skip
        """Everything that is said of a happening; `said` is emptied. Citations come later."""
        book = self.book
        self._date(line, said)
        for at, place in enumerate(said.pop("place", ())):
            if at == 0:
                self.places.write(line, place)
            else:
                line.add("NOTE", book.words.said("place", place))
        book.contacts(line, said)
        bodies = [text(value) for value in said.pop("agency", ())]
        bodies.extend(book.words.value(body) for body in said.pop("organization", ()))
        if bodies:
            line.add("AGNC", ", ".join(dict.fromkeys(bodies)))
        for value in said.pop("religion", ()):
            line.add("RELI", text(value))
        self._cause(line, said)
        book.restriction(line, said)
        for value in said.pop("temple", ()):
            line.add("TEMP", text(value))
        for value in said.pop("status", ()):
            code = text(value).upper().replace("-", "_").replace("/", "_")
            if code in _STATUSES and tag in _ORDINANCES:
                line.add("STAT", code if book.is_seven else text(value))
            else:
                line.add("NOTE", book.words.said("status", value))
        self._ages(line, said, owner)
        self._family(line, tag, said, owner)
        self._roles(line, said, owner, persons)
        self._associated(line, said)
        book.notes(line, said, happening)
        book.media(line, said)
        book.identifiers(line, said)
        for name in sorted(said):
            for value in said.pop(name):
                line.add("NOTE", book.words.said(name, value))
        if (
            tag not in tags().attributes
            and not line.has("DATE", "PLAC")
            and tag not in ("EVEN", "OCCU", "TITL")
            and tag not in _ORDINANCES
        ):
            line.value = "Y"

    def rivals(self, line: Line, tag: str, others: Sequence[Claim]) -> list[Line]:
        """What some say of a happening and is no fact.

        Of events that happen once, another date or place is a structure of its own, to stand
        after the facts; everything else is a note.
        """
        known = tags()
        apart: dict[str, list[Claim]] = {}
        notes: list[Claim] = []
        for claim in others:
            if (
                tag in known.once
                and claim.predicate in ("date", "place")
                and claim.object is not None
                and "polarity" not in claim.said
            ):
                apart.setdefault(claim.one("account"), []).append(claim)
            else:
                notes.append(claim)
        self.remarks(line, notes)
        return [rival for claims in apart.values() for rival in self._apart(tag, claims)]

    def _apart(self, tag: str, claims: Sequence[Claim]) -> Iterable[Line]:
        dates = list(dict.fromkeys(c.object for c in claims if c.predicate == "date"))
        places = list(dict.fromkeys(c.object for c in claims if c.predicate == "place"))
        for at in range(max(len(dates), len(places))):
            rival = Line(tag)
            told = [values[at] for values in (dates, places) if at < len(values)]
            if at < len(dates):
                self.book.date(rival, {}, text(dates[at] or ""))
            if at < len(places):
                self.places.write(rival, places[at] or "")
            behind = [claim for claim in claims if claim.object in told]
            rival.add("NOTE", self.book.words.say("rival", self.evidence.attribution(behind[0])))
            self.evidence.cite(rival, behind)
            yield rival

    def remarks(self, above: Line, claims: Iterable[Claim]) -> None:
        """Claims that are no facts, as notes that say whose they are."""
        told: dict[str, list[Claim]] = {}
        for claim in claims:
            told.setdefault(self._remark(claim), []).append(claim)
        for words, behind in told.items():
            note = above.add("NOTE", words)
            if self.book.is_seven:
                self.evidence.cite(note, behind)
            else:
                self.evidence.cite(above, behind, words)

    def _remark(self, claim: Claim) -> str:
        """What a claim says, in words."""
        words = self.book.words
        name = words.term(claim.predicate)
        polarity = local(claim.one("polarity"))
        if claim.predicate == "experienced" and polarity == "Negative" and claim.object:
            said = words.say("never", words.value(claim.object))
        elif claim.object is not None:
            said = words.said(claim.predicate, claim.object)
            said = words.say("denied", said) if polarity == "Negative" else said
        else:
            said = words.say("none" if polarity == "Negative" else "unknown", name)
        whose = self.evidence.voice(claim) if polarity else self.evidence.attribution(claim)
        return words.say("sure", said, whose) if whose else said

    # ---------- the parts ----------

    def _date(self, line: Line, said: Said) -> None:
        """The date; further ones, and those at which something is only shown, go into notes."""
        words = self.book.words
        dates = said.pop("date", [])
        shown = said.pop("attested", [])
        own = {name: said.pop(name, []) for name in ("recordedDate", "datePhrase", "time")}
        self.book.date(line, own, text(dates[0]) if dates else "")
        if not line.has("DATE") and shown:
            self.book.date(line, {}, text(shown[0]))
            line.add("NOTE", words.say("attested"))
            shown = shown[1:]
        for name, values in (("date", dates[1:]), ("attested", shown)):
            for value in values:
                date = when(text(value), "", "", self.book.version)
                line.add("NOTE", words.say("said", words.term(name), date.phrase or date.value))

    def _cause(self, line: Line, said: Said) -> None:
        causes = [text(value) for value in said.pop("causeText", ())]
        causes.extend(self.book.words.value(value) for value in said.pop("cause", ()))
        if causes:
            line.add("CAUS", ", ".join(causes))

    def _ages(self, line: Line, said: Said, owner: str) -> None:
        plain = said.pop("age", [])
        recorded = said.pop("recordedAge", [])
        for age in recorded or [f"{text(value)}y" for value in plain]:
            if owner in self.book.partners:
                line.add("NOTE", self.book.words.say("age", text(age)))  # whose, is not said
            else:
                self._age(line, line, text(age))
        for name, tag in (("firstPartnerAge", "HUSB"), ("secondPartnerAge", "WIFE")):
            for age in said.pop(name, ()):
                self._age(line, line.add(tag), text(age))

    def _age(self, event: Line, above: Line, recorded: str) -> None:
        """An age as 7.0 writes it, with words of the record in brackets → AGE."""
        found = _AGE.fullmatch(recorded)
        age, phrase = (found["age"] or "", found["phrase"] or "") if found else ("", recorded)
        age = age.strip()
        if self.book.is_seven:
            line = above.add("AGE", age)
            if phrase:
                line.add("PHRASE", phrase)
            return
        # 5.5.1 has one text, of 13 characters.
        above.add("AGE", age.replace("< ", "<").replace("> ", ">") or phrase)
        if age and phrase:
            event.add("NOTE", self.book.words.say("age", phrase))

    def _family(self, line: Line, tag: str, said: Said, owner: str) -> None:
        """The family in which somebody was born, adopted or sealed."""
        for family in said.pop("family", ()):
            if tag in ("BIRT", "CHR", "ADOP", "SLGC") and text(family) in self.book.xrefs:
                below = line.point("FAMC", self.book.xrefs[text(family)])
                by = self.book.adopted.get((owner, text(family))) if tag == "ADOP" else ""
                if by:
                    below.add("ADOP", by)

    def _roles(self, line: Line, said: Said, owner: str, persons: Persons) -> None:
        """Who else took part: people as associations, all else in notes."""
        words = self.book.words
        partners = self.book.partners.get(owner, ())
        leaders = said.get("leader", [])
        if leaders and "agent" in said:
            said["agent"] = [agent for agent in said["agent"] if agent not in leaders]
        for role in ("patient", "agent", "leader", "recipient", "involves"):
            values = said.pop(role, [])
            people = persons(values)
            for value in values:
                if value == owner:
                    if role not in _DROPPED_ROLES:
                        line.add("NOTE", words.say("role", words.term(role)))
                elif text(value) in partners:
                    continue
                elif text(value) in people and self.book.is_seven:
                    self.associate(line, text(value), words.term(role), "")
                else:
                    line.add("NOTE", words.said(role, value))

    def associate(self, above: Line, person: str, role: str, phrase: str) -> Line:
        """Put an association with somebody below a line; "" is somebody who is not in the file."""
        xref = self.book.xrefs.get(person, "VOID" if self.book.is_seven else "")
        line = above.point("ASSO", xref) if xref else above.add("ASSO")
        known = _CODE.fullmatch(role)
        if self.book.is_five:
            # Words that mean the code are read as it.
            line.add("RELA", phrase if known and phrase else role)
        elif role:
            below = line.add("ROLE", role if known else "OTHER")
            if phrase or not known:
                below.add("PHRASE", phrase if known else role)
        return line

    def association(self, above: Line, node: str, *, inside: bool) -> None:
        """Write one association of a record; 5.5.1 has none below an event."""
        book = self.book
        said = book.facts.about[node]
        people = [text(value) for value in said.pop("associate", ())] or [""]
        role = ", ".join(text(value) for value in said.pop("role", ()))
        phrase = ", ".join(text(value) for value in said.pop("phrase", ()))
        names = [text(value) for value in said.pop("name", ())]
        said.pop("associationOf", None)
        book.words.mentioned.add(node)
        for person in people:
            if book.is_five and (inside or person not in book.xrefs):
                named = book.words.label(person) if person else ", ".join(names)
                words = phrase or book.words.role(role)
                above.add("NOTE", book.words.say("said", words, named) if named else words)
                continue
            line = self.associate(above, person, role, phrase)
            for name in names[:1]:
                if book.is_seven:
                    line.children.insert(0, Line("PHRASE", name))
            book.notes(line, said, node)
            self.evidence.cite(line, self.evidence.records.get(node, ()))

    def _associated(self, line: Line, said: Said) -> None:
        """The associations that a record of its own has below an event."""
        for node in said.pop("#associations", ()):
            self.association(line, text(node), inside=True)
