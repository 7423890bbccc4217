"""People and families → INDI and FAM records."""

from __future__ import annotations

from kg.formats.gedcom.book import Book, Said
from kg.formats.gedcom.details import Details
from kg.formats.gedcom.events import Events
from kg.formats.gedcom.evidence import Evidence, is_citation
from kg.formats.gedcom.facts import Claim, Facts, local, natural, text
from kg.formats.gedcom.families import KINDS, Families, Family, kind_word, pedigree
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.names import write_heading, write_names
from kg.formats.gedcom.when import period
from kg.formats.gedcom.words import table, tags
from kg.model.dates import bounds_of


class People:
    """Writes the records of people and families."""

    def __init__(
        self, book: Book, evidence: Evidence, families: Families, events: Events, details: Details,
        associations: dict[str, list[str]], births: dict[str, str],
    ) -> None:  # fmt: skip
        self.book = book
        self.evidence = evidence
        self.families = families
        self.events = events
        self.details = details
        self.associations = associations
        self.births_of = births
        self._families_of: dict[str, list[tuple[Family, bool]]] = {}
        for family in families.all.values():
            for partner in family.people:
                self._families_of.setdefault(partner, []).append((family, True))
            for child in family.children:
                self._families_of.setdefault(child, []).append((family, False))

    # ---------- a person ----------

    def person(self, person: str) -> Line:
        """The record of a person."""
        book, facts, evidence = self.book, self.book.facts, self.evidence
        record = Line("INDI", xref=book.xrefs[person])
        said = facts.about[person]
        agreed, others = evidence.split(person)
        book.restriction(record, said)
        if not write_names(book, evidence, person, record):
            write_heading(book, person, record)
        self._sex(record, person)
        record.children.extend(self.events.lines(person))
        self._died(record, person, said, agreed)
        self._never(record, others)
        self._codes(record, person, agreed)
        as_child = [family for family, partner in self._families_of.get(person, ()) if not partner]
        for family in as_child:
            self._as_child(record, person, family)
        for family, partner in self._families_of.get(person, ()):
            if partner:
                record.point("FAMS", book.xrefs[family.iri])
        self._associations(record, person, agreed)
        self._aliases(record, person)
        book.submitters(record, said)
        book.identifiers(record, said)
        book.notes(record, said, person)
        book.media(record, said)
        self._rest(record, person, said, agreed)
        self.details.remarks(record, [c for c in others if self._unsaid(c)])
        evidence.cite(record, evidence.records.get(person, ()))
        return record

    def _sex(self, record: Line, person: str) -> None:
        book = self.book
        genders = book.facts.take(person, "gender")
        for at, gender in enumerate(genders):
            code = table()["sex"].get(local(text(gender)), {}).get(book.version, "")
            words = book.words.said("gender", gender)
            if at == 0 and code:
                record.add("SEX", code)
            else:
                record.add("NOTE", words)
            self.evidence.cite(record, self.evidence.on(person, "gender", gender), words)

    def _died(self, record: Line, person: str, said: Said, agreed: list[Claim]) -> None:
        """A fate that is death, where no death is told: programs take others for living."""
        for value in said.get("fate", ()):
            if local(text(value)) == "Died" and not record.has("DEAT"):
                self.evidence.cite(record.add("DEAT", "Y"), _about(agreed, "fate", value))

    def _codes(self, record: Line, person: str, agreed: list[Claim]) -> None:
        """What is said of somebody in a word: trade, nation."""
        book = self.book
        for name, row in table()["person"].items():
            for value in book.facts.take(person, name):
                line = record.add(row["tag"], book.words.value(value))
                if row["type"]:
                    line.add("TYPE", book.words.term(name))
                self.evidence.cite(line, _about(agreed, name, value))

    def _rest(self, record: Line, person: str, said: Said, agreed: list[Claim]) -> None:
        """Everything else that is said of a person, as facts of the type that the property names."""
        book = self.book
        for name in sorted(said):
            if name == "rdfs:label":
                continue
            for value in said.pop(name):
                if self.evidence.is_inferred((person, name, value)) and not _about(
                    agreed, name, value
                ):
                    continue
                line = record.add("FACT", book.words.value(value))
                line.add("TYPE", book.words.term(name))
                self.evidence.cite(line, _about(agreed, name, value))

    def _unsaid(self, claim: Claim) -> bool:
        """Whether a claim that is no fact was not written with names, families or non-events."""
        if claim.predicate == "name" and "polarity" not in claim.said:
            return False
        if claim.predicate == "experienced" and self.book.is_seven:
            return claim.object is None
        if claim.predicate in ("spouse", "relative") and claim.object is not None:
            families = self.families
            told = families.couples if claim.predicate == "spouse" else families.related
            return not any((one, text(claim.object)) in told for one in claim.subjects)
        if claim.predicate == "samePerson" and "polarity" not in claim.said:
            return text(claim.object or "") not in self.book.xrefs
        if claim.predicate in KINDS and isinstance(claim.object, str):
            return claim.object not in self.book.xrefs
        return True

    def _never(self, record: Line, others: list[Claim]) -> None:
        """Events that did not take place."""
        if self.book.is_five:
            return
        known = tags()
        denials = [c for c in others if c.predicate == "experienced" and c.object is not None]
        cited = [claim for claim in denials if is_citation(claim)]
        for claim in denials:
            if claim in cited:
                continue
            kind = local(text(claim.object or ""))
            tag = known.family.get(kind)
            if record.tag == "INDI":
                tag = known.person.get(kind) or tag
            if not tag:
                self.details.remarks(record, [claim])
                continue
            line = record.add("NO", tag)
            edtf = claim.one("date")
            if edtf and period(edtf, self.book.version):
                self.book.date(line, claim.said, edtf)
            elif edtf:
                date = line.add("DATE")
                date.add("PHRASE", edtf)
            for note in claim.said.get("note", ()):
                self.book.note(line, note)
            same = [c for c in cited if c.one("passage") == claim.one("passage")]
            self.evidence.cite(line, [claim, *same])

    # ---------- kin ----------

    def _as_child(self, record: Line, person: str, family: Family) -> None:
        book = self.book
        for link in family.children[person]:
            if not link.kind:
                continue
            line = record.point("FAMC", book.xrefs[family.iri])
            word, phrase = pedigree(link, book.version)
            if not word and len(family.children[person]) > 1:
                word = "BIRTH" if book.is_seven else "birth"  # beside another way to belong
            if word:
                pedi = line.add("PEDI", word)
                if phrase:
                    pedi.add("PHRASE", phrase)
            if link.status:
                status = line.add("STAT", link.status if book.is_seven else link.status.lower())
                if link.phrase and book.is_seven:
                    status.add("PHRASE", link.phrase)
            if link.status in ("CHALLENGED", "DISPROVEN"):
                for parent in family.people:
                    for claim in self.families.claims.get((person, parent), ()):
                        whose = self.evidence.attribution(claim)
                        if self.evidence.voice(claim):
                            line.add("NOTE", whose)

    def _aliases(self, record: Line, person: str) -> None:
        """Records of the same person, or of one that may be the same."""
        book, facts = self.book, self.book.facts
        others = facts.take(person, "samePerson")
        claims = self.evidence.on(person, "samePerson")
        for other in dict.fromkeys([*others, *(c.object for c in claims)]):
            if not isinstance(other, str) or other not in book.xrefs:
                continue
            behind = [claim for claim in claims if claim.object == other]
            stated = behind or not self.evidence.is_inferred((person, "samePerson", other))
            if not stated:
                continue
            line = record.point("ALIA", book.xrefs[other])
            for claim in behind:
                if "phrase" in claim.said and book.is_seven:
                    line.add("PHRASE", claim.one("phrase"))
            self.evidence.cite(record, behind, book.words.said("samePerson", other))

    def _associations(self, record: Line, person: str, agreed: list[Claim]) -> None:
        """Associations of the record, and kin that GEDCOM's families cannot hold."""
        facts, book = self.book.facts, self.book
        for node in self.associations.pop(person, ()):
            self.details.association(record, node, inside=False)
        for name, role in table()["kin"].items():
            others = facts.take(person, name)
            for other in others:
                claims = _about(agreed, name, other)
                stated = claims or not self.evidence.is_inferred((person, name, other))
                if text(other) not in book.xrefs or not stated:
                    if stated:
                        facts.about[person].setdefault(name, []).append(other)
                    continue
                line = self.details.associate(record, text(other), role, "")
                self.evidence.cite(line, claims)

    # ---------- a family ----------

    def family(self, family: Family) -> Line:
        """The record of a family."""
        book, facts, evidence = self.book, self.book.facts, self.evidence
        record = Line("FAM", xref=book.xrefs[family.iri])
        said = facts.about.get(family.iri, {})
        others = evidence.split(family.iri)[1]
        book.restriction(record, said)
        record.children.extend(self.events.lines(family.iri))
        self._never(record, others)
        for tag, partner in zip(("HUSB", "WIFE"), family.partners, strict=True):
            if partner:
                record.point(tag, book.xrefs[partner])
        for child in sorted(family.children, key=self._birth):
            line = record.point("CHIL", book.xrefs[child])
            for link in family.children[child]:
                if any(link.kinds):
                    # What each partner is to the child: as most programs say it.
                    book.own_tags = True
                    line.add("_FREL", kind_word(link.kinds[0]))
                    line.add("_MREL", kind_word(link.kinds[1]))
        if book.is_seven:
            for node in self.associations.pop(family.iri, ()):
                self.details.association(record, node, inside=False)
        else:
            for node in self.associations.pop(family.iri, ()):
                self.details.association(record, node, inside=True)
        book.submitters(record, said)
        book.identifiers(record, said)
        book.notes(record, said, family.iri)
        self.details.remarks(
            record, [c for c in others if c.predicate != "experienced" or book.is_five]
        )
        self._cite_ties(record, family)
        evidence.cite(record, evidence.records.get(family.iri, ()))
        book.media(record, said)
        return record

    def _cite_ties(self, record: Line, family: Family) -> None:
        """The evidence for a couple and for their children, each with what it is for."""
        evidence = self.evidence
        pairs = [(a, b) for a in family.people for b in family.people if a != b]
        for one, other in pairs:
            claims = evidence.on(one, "spouse", other)
            evidence.cite(record, claims, self._tie(one, "spouse", other))
        for child in family.children:
            for parent in family.people:
                for claim in self.families.claims.get((child, parent), ()):
                    evidence.cite(record, [claim], self._tie(child, claim.predicate, parent))

    def _tie(self, person: str, name: str, other: str) -> str:
        words = self.book.words
        return f"{words.label(person)}: {words.said(name, other)}"

    def _birth(self, child: str) -> tuple[str, object]:
        """Children in the order of their births, where those are known."""
        return self.births_of.get(child, "9999"), natural(child)

    @staticmethod
    def births(facts: Facts) -> dict[str, str]:
        """When people were born; to be asked before events are taken out of the facts."""
        found: dict[str, str] = {}
        for event, said in facts.about.items():
            if not any(local(text(v)) == "Birth" for v in said.get("eventType", ())):
                continue
            for value in said.get("date", ()):
                first, last = bounds_of(text(value))
                day = first or last or "9999"
                if facts.is_a(event, "Possibility") or day.startswith("-"):
                    continue
                for person in said.get("patient", ()):
                    found[text(person)] = min(day, found.get(text(person), "9999"))
        return found


def _about(claims: list[Claim], name: str, value: object) -> list[Claim]:
    return [claim for claim in claims if claim.predicate == name and claim.object == value]
