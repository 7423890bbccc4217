"""What happened to people and families → events and attributes, rival versions after the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from kg.formats.gedcom.book import Book, Said
from kg.formats.gedcom.details import Details
from kg.formats.gedcom.evidence import Evidence
from kg.formats.gedcom.facts import Claim, Value, local, natural, text
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.words import tags
from kg.model.dates import bounds_of, day

# Who has a part in a happening; leaders are agents too.
ROLES: Final = ("patient", "agent", "leader", "recipient", "involves")
_LATE: Final = (10**9, 0, 0)
_RANKS: Final = {"BIRT": 0, "CHR": 1, "DEAT": 3, "BURI": 4, "CREM": 4, "PROB": 5}
_AMONG_OTHERS: Final = 2


class Told(NamedTuple):
    """An event as a structure, with the key of its place among the events of its record."""

    order: tuple[object, ...]
    iri: str
    lines: list[Line]


Couple = Callable[[str, str, bool], str]
"""The family of two people; the last argument says whether to make it where there is none."""


class Events:
    """The happenings of a tree, by the people and families in whose records they stand."""

    def __init__(self, book: Book, evidence: Evidence, details: Details, couple: Couple) -> None:
        self.book = book
        self.evidence = evidence
        self.details = details
        self.couple = couple
        self.of: dict[str, list[Told]] = {}
        self._factual: set[tuple[str, str]] = set()

    def make_couples(self) -> None:
        """Make the families of those who are a couple by an event alone."""
        known = tags()
        facts = self.book.facts
        for happening in facts.of_class("Event"):
            said = facts.about[happening]
            if "family" not in said and any(
                local(text(kind)) in known.family for kind in said.get("eventType", ())
            ):
                self._owners(said, possible=False)

    def write(self) -> None:
        """Make the structures of all happenings, those that are no facts last."""
        facts = self.book.facts
        for happening in facts.of_class("Event"):
            if not facts.is_a(happening, "Possibility"):
                self._event(happening)
        for happening in facts.of_class("Posting"):
            self._posting(happening)
        for happening in facts.of_class("Possibility"):
            self._possibility(happening)

    def lines(self, owner: str) -> list[Line]:
        """The structures of a person or a family, in order of time.

        Those of one tag that a record of the owner had keep the order of that record.
        """
        told = sorted(self.of.pop(owner, ()), key=lambda one: one.order)
        recorded: dict[str, list[Told]] = {}
        for one in told:
            if one.iri.startswith(f"{owner}-"):
                recorded.setdefault(one.lines[0].tag, []).append(one)
        for group in recorded.values():
            group.sort(key=lambda one: natural(one.iri), reverse=True)
        placed = [
            recorded[one.lines[0].tag].pop() if one.iri.startswith(f"{owner}-") else one
            for one in told
        ]
        return [line for one in placed for line in one.lines]

    # ---------- whose it is ----------

    def _event(self, happening: str) -> None:
        said = self.book.facts.about[happening]
        agreed, others = self.evidence.split(happening)
        owners, tag = self._owners(said, possible=False)
        for owner in owners:
            self._factual.add((owner, tag))
        self._told(happening, said, owners, tag, agreed, others)

    def _possibility(self, happening: str) -> None:
        """What nobody says happened: a rival version where the facts have another, else a plan."""
        said = self.book.facts.about[happening]
        claims = [c for c in self.evidence.of.get(happening, ()) if "polarity" not in c.said]
        for claim in claims:
            if claim.object is not None and claim.predicate != "rdf:type":
                values = said.setdefault(claim.predicate, [])
                if claim.object not in values:
                    values.append(claim.object)
        agreed, others = self.evidence.split(happening)
        owners, tag = self._owners(said, possible=True)
        rival = tag != "EVEN" and all((owner, tag) in self._factual for owner in owners)
        if rival:
            self._told(happening, said, owners, tag, agreed, others, rival=True)
            return
        if tag != "EVEN":
            owners = self._people(said)
        self._told(happening, said, owners, "EVEN", agreed, others, planned=True)

    def _owners(self, said: Said, *, possible: bool) -> tuple[list[str], str]:
        """In whose records a happening stands, and under which tag."""
        known = tags()
        types = [local(text(value)) for value in said.get("eventType", ())]
        families = [f for f in said.get("family", ()) if text(f) in self.book.xrefs]
        people = self._people(said)
        for kind in types:
            if kind in known.family:
                tag = known.family[kind]
                if families:
                    return [text(families[0])], tag
                if kind not in known.person and len(people) == 2:
                    family = self.couple(people[0], people[1], not possible)
                    if family:
                        return [family], tag
            if kind in known.person:
                patients = self._persons(said.get("patient", ()))
                if patients and known.person[kind] != "EVEN":
                    return patients, known.person[kind]
        return people, "EVEN"

    def _people(self, said: Said) -> list[str]:
        """Everybody who has a part in a happening."""
        found = [p for role in ROLES for p in self._persons(said.get(role, ()))]
        return list(dict.fromkeys(found))

    def _persons(self, values: Iterable[Value]) -> list[str]:
        return [text(v) for v in values if text(v) in self.book.xrefs and self._is_person(text(v))]

    def _is_person(self, thing: str) -> bool:
        return self.book.facts.is_a(thing, "Person")

    # ---------- how it is told ----------

    def _told(
        self, happening: str, said: Said, owners: Sequence[str], tag: str, agreed: list[Claim],
        others: list[Claim], *, rival: bool = False, planned: bool = False,
    ) -> None:  # fmt: skip
        if not owners:
            return
        self.book.facts.about[happening] = {
            name: said[name] for name in ("rdfs:label",) if name in said
        }
        self.book.words.mentioned.add(happening)
        self._stated_first(happening, said)
        start = _start(said)
        for owner in owners:
            line = self._line(happening, {n: list(v) for n, v in said.items()}, owner, tag, planned)
            if rival or planned:
                self._say_no_fact(line, agreed, planned)
            rest = [] if rival or planned else self.details.rivals(line, tag, others)
            if rival or planned:
                self.details.remarks(line, others)
            self.evidence.cite(line, [*agreed, *self.evidence.records.get(happening, ())])
            order = (_RANKS.get(tag, _AMONG_OTHERS), start if tag not in _RANKS else (),
                     rival, natural(happening))  # fmt: skip
            self.of.setdefault(owner, []).append(Told(order, happening, [line, *rest]))

    def _stated_first(self, happening: str, said: Said) -> None:
        """Put what a source states before what was only concluded."""
        for name in ("date", "place"):
            if len(said.get(name, ())) > 1:
                said[name].sort(key=lambda v: self.evidence.is_inferred((happening, name, v)))

    def _line(self, happening: str, said: Said, owner: str, tag: str, planned: bool) -> Line:
        words = self.book.words
        heading = words.heading(happening)
        if not heading and "rdfs:label" in said:
            heading = text(said["rdfs:label"][0])
        line = Line(tag)
        types = [text(value) for value in said.pop("eventType", ())]
        known = tags()
        table = known.person if self._is_person(owner) else known.family
        standard = [kind for kind in types if table.get(local(kind)) == tag]
        kind_text = said.pop("typeText", [])
        detail = said.pop("detail", [])
        if not standard:
            # GEDCOM has no tag for it: its heading is what is told, its type the type.
            kinds = ", ".join(words.value(kind) for kind in types) or words.term("Event")
            line.value = heading
            line.add("TYPE", words.say("possible", kinds) if planned else kinds)
            for value in (*kind_text, *detail):
                line.add("NOTE", text(value))
        else:
            for kind in types:
                if kind not in standard:
                    line.add("NOTE", words.said("eventType", kind))
            self.details.payload(line, tag, kind_text, detail)
        said.pop("rdfs:label", None)
        self.details.write(line, tag, said, owner, self._persons, happening)
        return line

    def _say_no_fact(self, line: Line, claims: Sequence[Claim], planned: bool) -> None:
        """Say whose version a possibility is, or that it was a plan."""
        claims = [claim for claim in claims if not self.evidence.is_record(claim)]
        voices = list(dict.fromkeys(self.evidence.attribution(c) for c in claims))
        words = self.book.words
        if planned:
            line.add("NOTE", words.say("planned"))
        for voice in voices:
            if not planned and voice:
                line.add("NOTE", words.say("rival", voice))

    def _posting(self, posting: str) -> None:
        facts = self.book.facts
        said = facts.about[posting]
        owners = self._persons(said.get("agent", ()))
        if not owners:
            return
        agreed, others = self.evidence.split(posting)
        facts.about[posting] = {"rdfs:label": said["rdfs:label"]} if "rdfs:label" in said else {}
        self.book.words.mentioned.add(posting)
        self._stated_first(posting, said)
        for owner in owners:
            copy = {name: list(values) for name, values in said.items()}
            positions = copy.pop("position", [])
            is_rank = bool(positions) and all(facts.is_a(text(p), "Rank") for p in positions)
            line = Line("TITL" if is_rank else "OCCU")
            named = ", ".join(self.book.words.value(position) for position in positions)
            line.value = named or self.book.words.label(posting)
            for kind in copy.pop("typeText", ()):
                line.add("TYPE", text(kind))
            copy["agent"] = [agent for agent in copy["agent"] if agent != owner]
            copy.pop("rdfs:label", None)
            self.details.write(line, line.tag, copy, owner, self._persons, posting)
            rest = self.details.rivals(line, line.tag, others)
            self.evidence.cite(line, [*agreed, *self.evidence.records.get(posting, ())])
            order = (_AMONG_OTHERS, _start(said), False, natural(posting))
            self.of.setdefault(owner, []).append(Told(order, posting, [line, *rest]))


def _start(said: Said) -> tuple[int, int, int]:
    """The first day of a happening, for the order of events; late where nothing is known."""
    for name in ("date", "attested"):
        for value in said.get(name, ()):
            first, last = bounds_of(text(value))
            if first or last:
                return day(first or last or "")
    return _LATE
