"""Sources, archives, pictures and contributors → SOUR, REPO, OBJE and SUBM records."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Final

from kg import assets
from kg.formats.gedcom.book import Book, Said, in_order, is_placeholder
from kg.formats.gedcom.evidence import Evidence
from kg.formats.gedcom.facts import Facts, Value, text
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.when import is_period
from kg.formats.gedcom.words import language_name

# What only a source that is cited has: a document without any of it is one of the story.
_BIBLIOGRAPHIC: Final = (
    "author", "publication", "abbreviation", "repository", "callNumber", "coverage", "citedText",
    "dcterms:title",
)  # fmt: skip


_UNFIT: Final = re.compile("[^A-Za-z0-9.+-]+")
NOBODY: Final = "#nobody"
"""Stands for the contributor that 5.5.1 must name, where none is known."""


def file_read(facts: Facts) -> str:
    """The tree file that all records are from; "" where there is none, or more than one."""
    found = {
        text(passage["source"][0])
        for passage in facts.passages.values()
        if "startLine" in passage and "source" in passage
    }
    return found.pop() if len(found) == 1 else ""


def recorded(book: Book, name: str) -> set[str]:
    """The things of exactly this class that a tree file has records of."""
    return {
        subject
        for claim in book.facts.claims
        if not claim.predicate
        for subject in claim.subjects
        if claim.iri == f"{subject}-record" and name in book.facts.types.get(subject, ())
    }


def submitters(book: Book) -> list[str]:
    """Those who contributed a tree or a record of it, in order."""
    found = {
        text(agent) for said in book.facts.about.values() for agent in said.get("submitter", ())
    }
    if book.is_five and not book.facts.see(file_read(book.facts), "submitter"):
        found.add(NOBODY)
    return in_order(found | recorded(book, "Agent"))


def cited(book: Book, evidence: Evidence) -> list[str]:
    """The documents that are written as sources, in order."""
    facts = book.facts
    found = {claim.cited for claim in facts.claims if claim.cited}
    for claim in facts.claims:
        passage = facts.passages.get(claim.one("passage"))
        if passage and "startLine" not in passage and "source" in passage:
            found.add(text(passage["source"][0]))
    for document in facts.of_class("Document"):
        if any(name in facts.about[document] for name in _BIBLIOGRAPHIC):
            found.add(document)
    return in_order((found | recorded(book, "Document")) & facts.about.keys())


def repositories(book: Book, documents: list[str]) -> list[str]:
    """The bodies that keep the sources."""
    found = {text(v) for d in documents for v in book.facts.see(d, "repository")}
    return in_order(found | recorded(book, "Organization"))


def media(book: Book) -> list[str]:
    """The pictures and recordings that have a record: not the parts of others."""
    facts = book.facts
    return [item for item in facts.of_class("Media") if not facts.see(item, "partOf")]


def source(book: Book, document: str) -> Line:
    """The record of a source."""
    record = Line("SOUR", xref=book.xrefs[document])
    said = book.facts.about[document]
    book.words.mentioned.add(document)
    data = Line("DATA")
    for value in said.pop("coverage", ()):
        _coverage(book, data, text(value))
    for value in said.pop("agency", ()):
        data.add("AGNC", text(value))
    if data.children:
        record.children.append(data)
    for value in said.pop("author", ()):
        record.add("AUTH", text(value))
    title = book.words.heading(document, "dcterms:title") or book.words.heading(document)
    said.pop("dcterms:title", None)
    abbreviations = [text(value) for value in said.pop("abbreviation", ())]
    # A record without a title is headed by its abbreviation, or by its number.
    if title not in abbreviations and not is_placeholder(title, "source", document):
        record.add("TITL", title)
    for abbreviation in abbreviations:
        record.add("ABBR", abbreviation)
    publication = [text(value) for value in said.pop("publication", ())]
    publication.extend(book.words.value(value) for value in said.pop("dcterms:publisher", ()))
    if publication:
        record.add("PUBL", ", ".join(publication))
    for value in said.pop("citedText", ()):
        book.language_of(record.add("TEXT", text(value)), value)
    _kept(book, record, said)
    book.restriction(record, said)
    book.identifiers(record, said)
    for name in ("dcterms:license", "rdfs:seeAlso", "copyright", "language"):
        for value in said.pop(name, ()):
            record.add("NOTE", book.words.said(name, value))
    book.notes(record, said)
    book.media(record, said)
    return record


def _kept(book: Book, record: Line, said: Said) -> None:
    """Where a source is kept, under which number."""
    numbers = [text(value) for value in said.pop("callNumber", ())]
    media = [text(value) for value in said.pop("medium", ())]
    links = [
        record.point("REPO", book.xrefs[text(value)])
        for value in said.pop("repository", ())
        if text(value) in book.xrefs
    ]
    if not links and (numbers or media):
        links = [record.add("REPO") if book.is_five else record.point("REPO", "VOID")]
    for link in links[:1]:
        for number in numbers or ([""] if media else []):
            line = link.add("CALN", number)
            for medium in media:
                _medium(book, line, medium, said.pop("phrase", ()))


def _medium(book: Book, above: Line, medium: str, phrases: Iterable[Value]) -> None:
    known = (
        "audio", "book", "card", "electronic", "fiche", "film", "magazine", "manuscript", "map",
        "newspaper", "photo", "tombstone", "video",
    )  # fmt: skip
    if book.is_five:
        above.add("MEDI", medium)
    elif medium in known:
        line = above.add("MEDI", medium.upper())
        for phrase in phrases:
            line.add("PHRASE", text(phrase))
    else:
        above.add("MEDI", "OTHER").add("PHRASE", medium)


def _coverage(book: Book, data: Line, coverage: str) -> None:
    """Which events a source records, when and where, line by line."""
    event = data.add("EVEN")
    for line in coverage.split("\n"):
        kind, _, value = line.partition(" ")
        if kind == "events":
            event.value = value
        elif kind == "place":
            event.add("PLAC", value)
        elif kind == "date":
            _covered(book, event, value)


def _covered(book: Book, event: Line, said: str) -> None:
    """The time that a source covers; 7.0 has periods alone, and words beside them."""
    if book.is_five:
        event.add("DATE", said)
        return
    date, _, phrase = (part.strip() for part in said.partition("("))
    if not is_period(date):
        event.add("DATE").add("PHRASE", said)
    elif phrase:
        event.add("DATE", date).add("PHRASE", phrase.removesuffix(")"))
    else:
        event.add("DATE", date)


def _name(book: Book, record: Line, said: Said, thing: str, word: str) -> None:
    """The name of an archive or a contributor; not the label of one without a name."""
    label = book.words.label(thing) if thing != NOBODY else "kg"
    names = [name for name in said.pop("name", ()) if text(name) != label]
    record.add("NAME", label if not is_placeholder(label, word, thing) else "")
    if names:
        said["name"] = names


def repository(book: Book, body: str) -> Line:
    """The record of an archive or a library."""
    record = Line("REPO", xref=book.xrefs[body])
    said = book.facts.about.get(body, {})
    _name(book, record, said, body, "repository")
    book.contacts(record, said)
    book.identifiers(record, said)
    book.notes(record, said)
    return record


def picture(book: Book, item: str, evidence: Evidence) -> Line:
    """The record of a picture or a recording, with all its files."""
    record = Line("OBJE", xref=book.xrefs[item])
    said = book.facts.about[item]
    book.words.mentioned.add(item)
    book.restriction(record, said)
    _file(book, record, said)
    _parts(book, record, item)
    book.identifiers(record, said)
    book.notes(record, said)
    evidence.cite(record, evidence.records.get(item, ()))
    return record


def _parts(book: Book, record: Line, whole: str, *, nested: bool = False) -> None:
    """The further files of a record, and after each the same in other formats."""
    # Other formats of the first file come before its further files.
    parts = sorted(book.parts.get(whole, ()), key=lambda part: "-tran" not in part[len(whole) :])
    for part in parts:
        if not book.facts.see(part, "file"):
            continue
        said = book.facts.about[part]
        said.pop("partOf", None)
        book.words.mentioned.add(part)
        _file(book, record, said, other_format=nested or "-tran" in part[len(whole) :])
        _parts(book, record, part, nested=True)


def _file(book: Book, record: Line, said: Said, *, other_format: bool = False) -> None:
    for value in said.pop("file", ()):
        if other_format and book.is_seven and record.has("FILE"):
            file = record.children[-1].add("TRAN", text(value))
        else:
            file = record.add("FILE", text(value))
        for form in said.pop("format", ()):
            line = file.add("FORM", _form(book, text(form)))
            for medium in said.pop("medium", ()):
                if book.is_five:
                    line.add("TYPE", text(medium))
                else:
                    _medium(book, line, text(medium), said.pop("phrase", ()))
        for title in said.pop("dcterms:title", ()):
            file.add("TITL", text(title))


@cache
def _formats() -> dict[str, str]:
    """Media types → the short names that GEDCOM 5.5.1 has for file formats."""
    events = tomllib.loads(assets.read("data/gedcom/events.toml"))
    return {media: name for name, media in sorted(events["formats"].items(), reverse=True)}


def _form(book: Book, form: str) -> str:
    if book.is_five:
        return _formats().get(form, form)
    # 7.0 knows media types alone.
    return form if "/" in form else f"application/x-{_UNFIT.sub('-', form).lower()}"


def submitter(book: Book, agent: str) -> Line:
    """The record of who contributed a tree."""
    record = Line("SUBM", xref=book.xrefs[agent])
    said = book.facts.about.get(agent, {})
    _name(book, record, said, agent, "submitter")
    book.contacts(record, said)
    book.media(record, said)
    for value in said.pop("language", ()):
        name = text(value) if book.is_seven else language_name(text(value))
        if name:
            record.add("LANG", name)
    book.identifiers(record, said)
    book.notes(record, said)
    return record
