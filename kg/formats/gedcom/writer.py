"""Writes a whole GEDCOM file from quads, and tells what GEDCOM could not say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from pyoxigraph import Quad

from kg.formats.gedcom import sources
from kg.formats.gedcom.book import Book, Said, assign
from kg.formats.gedcom.details import Details
from kg.formats.gedcom.events import Events
from kg.formats.gedcom.evidence import Evidence
from kg.formats.gedcom.facts import Facts, Text, natural, read, text
from kg.formats.gedcom.families import Families
from kg.formats.gedcom.left import report_left
from kg.formats.gedcom.lines import FIVE, SEVEN, Line, legal, texts
from kg.formats.gedcom.people import People
from kg.formats.gedcom.places import Places
from kg.formats.gedcom.words import Words, language_name
from kg.formats.statements import write_text
from kg.model.findings import Finding

_SCRIPT: Final = re.compile("-(?:Latn|Cyrl)$")

_TAGS: Final = "https://w3id.org/prosokg/gedcom/"

Report = Callable[[Finding], None]


def write_gedcom7(
    quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str], *,
    report: Report | None = None, base: str = "", title: str = "", language: str = "",
) -> int:  # fmt: skip
    """Write GEDCOM 7.0; returns how many things were left out, each told to `report`.

    `title` goes into the header. `language` is that of labels and notes, and the file's own: the
    one that names of people are in where nothing else is said.
    """
    return _write(SEVEN, quads, out, prefixes, report, base, title, language)


def write_gedcom551(
    quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str], *,
    report: Report | None = None, base: str = "", title: str = "", language: str = "",
) -> int:  # fmt: skip
    """Write GEDCOM 5.5.1, in UTF-8; arguments and result as for 7.0."""
    return _write(FIVE, quads, out, prefixes, report, base, title, language)


def _write(
    version: str, quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str],
    report: Report | None, base: str, title: str, language: str,
) -> int:  # fmt: skip
    facts = read(quads)
    native = _language_of_records(facts)
    recorded = any("Family" in classes for classes in facts.types.values())
    words = Words(facts, language or (native if recorded else "") or "en")
    # What a record says without naming a language is in that of its file.
    book = Book(facts, version, words, native if recorded else language or native)
    records = list(_records(book))
    records.insert(0, _head(book, title))
    replaced = sum(_legalize(record) for record in records)
    records.append(Line("TRLR"))
    write_text(out, texts(records, version))
    report_left(book, prefixes, base, replaced)
    if report is not None:
        for finding in book.losses.found:
            report(finding)
    return len(book.losses.found)


def _records(book: Book) -> Iterator[Line]:
    facts = book.facts
    people = facts.of_class("Person")
    evidence = Evidence(book)
    evidence.count_unsaid()
    book.cite_note = evidence.cite_note
    families = Families(facts, evidence, set(people))
    for item in facts.of_class("Media"):
        for whole in facts.see(item, "partOf"):
            book.parts.setdefault(text(whole), []).append(item)
    documents = sources.cited(book, evidence)
    bodies = sources.repositories(book, documents)
    pictures = sources.media(book)
    submitters = sources.submitters(book)
    known = {"I": people, "S": documents, "R": bodies, "O": pictures, "U": submitters}
    families.gather()
    book.adopted = families.adopted
    # Events may make couples more, and need to know who is written.
    book.xrefs = assign({**known, "F": list(families.all)}, book.version)
    places = Places(book)
    details = Details(book, evidence, places)
    events = Events(book, evidence, details, families.couple)
    events.make_couples()
    book.xrefs = assign({**known, "F": sorted(families.all, key=natural)}, book.version)
    book.partners = {iri: family.people for iri, family in families.all.items()}
    associations = _associations(facts)
    births = People.births(facts)
    events.write()
    writer = People(book, evidence, families, events, details, associations, births)
    for person in people:
        yield writer.person(person)
    for iri in sorted(families.all, key=natural):
        yield writer.family(families.all[iri])
    for document in documents:
        yield sources.source(book, document)
    for body in bodies:
        yield sources.repository(book, body)
    for item in pictures:
        yield sources.picture(book, item, evidence)
    for agent in submitters:
        yield sources.submitter(book, agent)
    places.finish()


def _associations(facts: Facts) -> dict[str, list[str]]:
    """The associations of people and families; those of events are put with the events."""
    found: dict[str, list[str]] = {}
    for node in facts.of_class("Association"):
        for of in facts.see(node, "associationOf"):
            if facts.is_a(text(of), "Event", "Possibility", "Posting"):
                facts.about[text(of)].setdefault("#associations", []).append(node)
            else:
                found.setdefault(text(of), []).append(node)
    return found


def _language_of_records(facts: Facts) -> str:
    """The language of a tree file, if all is from one: what it says, else that of its texts.

    "" where the file names none.
    """
    said = facts.see(sources.file_read(facts), "language")
    if said:
        return text(said[0])
    counts: Counter[str] = Counter()
    # Names of people have a script in their tags, where that of the file is another.
    for name, kinds in (
        ("rdfs:label", ("Place", "Position")), ("name", ("Person",)),
        ("note", ("Person", "Event", "Posting", "Family")),
    ):  # fmt: skip
        for thing, classes in facts.types.items():
            if not classes.isdisjoint(kinds):
                counts.update(
                    value.language
                    for value in facts.see(thing, name)
                    if isinstance(value, Text) and not value.language.startswith("und-")
                )
        if counts:
            break
    best = _SCRIPT.sub("", max(sorted(counts), key=lambda tag: counts[tag], default=""))
    return "" if best == "und" else best


def _head(book: Book, title: str) -> Line:
    head = Line("HEAD")
    file = sources.file_read(book.facts)
    said = book.facts.about.get(file, {})
    owners = [text(agent) for agent in said.pop("submitter", ())]
    if book.is_seven:
        head.add("GEDC").add("VERS", SEVEN)
        if book.own_tags:
            schema = head.add("SCHMA")
            for tag in ("_FREL", "_MREL"):
                schema.add("TAG", f"{tag} {_TAGS}{tag}")
        head.add("SOUR", "PROSOKG").add("NAME", "kg")
        for agent in owners[:1]:
            head.point("SUBM", book.xrefs[agent])
        _copyright(head, said)
        if book.language:
            head.add("LANG", book.language)
    else:
        head.add("SOUR", "PROSOKG").add("NAME", "kg")
        head.point("SUBM", book.xrefs[(owners or [sources.NOBODY])[0]])
        _copyright(head, said)
        gedcom = head.add("GEDC")
        gedcom.add("VERS", FIVE)
        gedcom.add("FORM", "LINEAGE-LINKED")
        head.add("CHAR", "UTF-8")
        if language_name(book.language):
            head.add("LANG", language_name(book.language))
    if title:
        head.add("NOTE", title)
    else:
        book.notes(head, said)
    return head


def _copyright(head: Line, said: Said) -> None:
    for value in said.pop("copyright", ())[:1]:
        head.add("COPR", text(value))


def _legalize(record: Line) -> int:
    """Put U+FFFD for what GEDCOM cannot carry; how many characters that were."""
    count = 0
    todo = [record]
    while todo:
        line = todo.pop()
        line.value, replaced = legal(line.value)
        count += replaced
        todo.extend(line.children)
    return count
