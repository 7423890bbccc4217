"""What all parts of the GEDCOM writer share: the facts, the words, the identifiers, the losses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kg.formats.gedcom.facts import Facts, Value, natural, short, text
from kg.formats.gedcom.lines import FIVE, SEVEN, Line
from kg.formats.gedcom.when import When, when
from kg.formats.gedcom.words import Words
from kg.model.findings import Finding, Severity

# What each version allows in a cross-reference identifier.
_XREFS: Final = {SEVEN: re.compile("[A-Z0-9_]+"), FIVE: re.compile("[A-Za-z0-9][A-Za-z0-9_]{0,19}")}
_OWN: Final = re.compile(r"\.((?:[A-Za-z0-9_]|\.[0-9A-F]{2})+)\Z")
_HEX: Final = re.compile(r"((?:\.[0-9A-F]{2})+)")


Said = dict[str, list[Value]]
"""What is said of a thing; what is written is taken out."""


class Losses:
    """What GEDCOM cannot say, a finding for each thing or kind of thing."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(self, focus: str, path: str, value: str, message: str) -> None:
        """Note one loss."""
        self.found.append(
            Finding(
                severity=Severity.INFO, rule="gedcom-export", focus=focus, path=path,
                value=value, message=message,
            )
        )  # fmt: skip


def _no_evidence(above: Line, note: Line, thing: str, name: str, value: Value) -> None:
    """Cite nothing."""


class Book:
    """The tree being written, in one version and one language."""

    def __init__(self, facts: Facts, version: str, words: Words, language: str) -> None:
        self.facts = facts
        self.version = version
        self.words = words
        self.language = language
        self.losses = Losses()
        self.xrefs: dict[str, str] = {}
        self.partners: dict[str, tuple[str, ...]] = {}
        self.adopted: Mapping[tuple[str, str], str] = {}
        self.parts: dict[str, list[str]] = {}
        self.unsaid: dict[str, int] = {}
        self.cite_note: Callable[[Line, Line, str, str, Value], None] = _no_evidence
        self.slashes = 0
        self.own_tags = False
        self.languages_lost: dict[str, int] = {}

    @property
    def is_seven(self) -> bool:
        """Whether GEDCOM 7.0 is written."""
        return self.version == SEVEN

    @property
    def is_five(self) -> bool:
        """Whether GEDCOM 5.5.1 is written."""
        return self.version == FIVE

    def note(self, above: Line, value: Value) -> Line:
        """Put a note below a line; 7.0 says its language where it is not that of the file."""
        line = above.add("NOTE", text(value))
        self.language_of(line, value)
        return line

    def notes(self, above: Line, said: Said, thing: str = "") -> None:
        """Write the notes of a thing: those of its record, and the remarks of the archive."""
        for name in ("note", "rdfs:comment"):
            for value in said.pop(name, ()):
                if text(value):
                    note = self.note(above, value)
                    if thing:
                        self.cite_note(above, note, thing, name, value)

    def language_of(self, line: Line, value: Value) -> None:
        """Say in which language a text is, where that is not the language of the file."""
        tag = "" if isinstance(value, str) else value.language
        if tag in ("", "und") or tag == self.language:
            return
        if self.is_five and tag == self.words.language:
            return  # the language that all labels and remarks are in
        if self.is_seven:
            line.add("LANG", tag)
        else:
            self.languages_lost[tag] = self.languages_lost.get(tag, 0) + 1

    def date(self, above: Line, said: Mapping[str, list[Value]], edtf: str) -> Line | None:
        """Put a date below a line, as its record wrote it where the version has that form."""
        recorded, phrase, time = (
            text(said[name][0]) if said.get(name) else ""
            for name in ("recordedDate", "datePhrase", "time")
        )
        return self.dated(above, when(edtf, recorded, phrase, self.version), time)

    def dated(self, above: Line, date: When, time: str = "") -> Line | None:
        """Put a date below a line."""
        if not date.value and not date.phrase:
            return None
        line = above.add("DATE", date.value)
        if time and self.is_seven:
            line.add("TIME", time)
        elif time:
            above.add("NOTE", self.words.say("time", time))
        if date.phrase and self.is_seven:
            line.add("PHRASE", date.phrase)
        elif date.phrase:
            above.add("NOTE", date.phrase)
        return line

    def contacts(self, above: Line, said: Said) -> None:
        """Write address, phones and the like of a thing."""
        for value in said.pop("address", ()):
            above.add("ADDR", text(value))
        for value in said.pop("contact", ()):
            kind, _, number = text(value).partition(" ")
            tag = {"phone": "PHON", "email": "EMAIL", "fax": "FAX", "www": "WWW"}.get(kind)
            above.add(tag or "PHON", number if tag else text(value))

    def identifiers(self, above: Line, said: Said) -> None:
        """Write the numbers of a thing in registers and programs."""
        for value in said.pop("identifier", ()):
            self._identifier(above, text(value))

    def _identifier(self, above: Line, identifier: str) -> None:
        found = re.match(r"([A-Z_]+)(?:\[(.*?)\])? (.*)", identifier, re.DOTALL)
        tag, kind, number = found.groups() if found else ("REFN", None, identifier)
        if self.is_seven and tag in ("AFN", "RFN", "RIN"):
            # The types that the standard itself names for the tags of 5.5.1.
            tag, kind = "EXID", f"https://gedcom.io/terms/v7/{tag}"
        elif self.is_five and tag == "UID":
            tag = "_UID"  # what programs write, and read as what 7.0 calls UID
        elif tag not in ("REFN", "UID", "EXID", "AFN", "RFN", "RIN"):
            tag, kind = "REFN", f"{tag} {kind}" if kind else tag
        elif self.is_five and tag == "EXID":
            tag = "REFN"
        line = above.add(tag, number)
        if kind:
            line.add("TYPE", kind)

    def media(self, above: Line, said: Said) -> None:
        """Link the pictures and recordings of a thing."""
        self.media_links(above, [str(media) for media in said.pop("media", ())])

    def media_links(self, above: Line, media: Iterable[str]) -> None:
        """Link pictures; one that is a part of another is written as the crop of it."""
        for item in media:
            whole = item
            if item not in self.xrefs:
                parts = [str(part) for part in self.facts.take(item, "partOf")]
                whole = parts[0] if parts else ""
            if whole not in self.xrefs:
                continue
            line = above.point("OBJE", self.xrefs[whole])
            if whole != item:
                self.words.mentioned.add(item)
                self._crop(line, item)

    def _crop(self, line: Line, item: str) -> None:
        titles = self.facts.take(item, "dcterms:title")
        crops = self.facts.take(item, "crop")
        if self.is_five:
            for value in (*titles, *crops):
                self.losses.add(
                    item, "kg:crop", text(value),
                    "GEDCOM 5.5.1 links to a whole file alone, under one title",
                )  # fmt: skip
            return
        for value in crops:
            crop = line.add("CROP")
            numbers = text(value).split(",")
            for tag, number in zip(("LEFT", "TOP", "WIDTH", "HEIGHT"), numbers, strict=False):
                if number:
                    crop.add(tag, number)
        for value in titles:
            line.add("TITL", text(value))

    def submitters(self, above: Line, said: Said) -> None:
        """Say who contributed a record."""
        for value in said.pop("submitter", ()):
            above.point("SUBM", self.xrefs[text(value)])

    def restriction(self, above: Line, said: Said) -> None:
        """Write who may see a thing."""
        values = [text(value) for value in said.pop("restriction", ())]
        parts = [part.strip() for value in values for part in value.split(",") if part.strip()]
        if not parts:
            return
        if self.is_seven:
            above.add("RESN", ", ".join(dict.fromkeys(part.upper() for part in parts)))
        else:
            for part in dict.fromkeys(part.lower() for part in parts):
                above.add("RESN", part)


def assign(groups: Mapping[str, Iterable[str]], version: str) -> dict[str, str]:
    """An identifier for each record: the one it was imported with, else a number by kind.

    `groups` are the things of each kind, in order, by the letter their identifiers begin with.
    """
    things = [(letter, thing) for letter, group in groups.items() for thing in group]
    legal = _XREFS[version]
    own = {}
    for _, thing in things:
        xref = recorded_xref(thing)
        own[thing] = xref if legal.fullmatch(xref) and xref != "VOID" else ""
    counts: dict[str, int] = {}
    for xref in own.values():
        counts[xref] = counts.get(xref, 0) + 1
    given = {thing: xref for thing, xref in own.items() if xref and counts[xref] == 1}
    used = set(given.values())
    numbers: dict[str, int] = {}
    for letter, thing in things:
        if thing not in given:
            number = numbers.get(letter, 0) + 1
            while f"{letter}{number}" in used:
                number += 1
            numbers[letter] = number
            given[thing] = f"{letter}{number}"
    return given


def recorded_xref(iri: str) -> str:
    """The identifier, in a tree file, of the record that a thing was imported from; "" for none."""
    found = None if " " in iri else _OWN.search(iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :])
    if found is None:
        return ""
    return _HEX.sub(
        lambda m: bytes.fromhex(m[1].replace(".", "")).decode("utf-8", "replace"), found[1]
    )


def is_placeholder(label: str, word: str, iri: str) -> bool:
    """Whether a label only stands for a name that the record does not give."""
    number = iri.rpartition("line-")[2]
    return label in (f"{word} {recorded_xref(iri)}", f"{word} ({recorded_xref(iri)})",
                     f"{word} (line {number})", f"{word} line {number}", f"{word} ")  # fmt: skip


def in_order(things: Iterable[str]) -> list[str]:
    """Things by IRI, numbers in it by their size."""
    return sorted(things, key=natural)


def curie(name: str) -> str:
    """A property's short name as messages show it."""
    return name if ":" in name else f"kg:{short(name)}"
