"""What GEDCOM cannot say: everything of the facts that no line was written for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kg.formats.gedcom.book import Book, curie
from kg.formats.gedcom.facts import Claim, Facts, full, natural, text
from kg.vocab import Curies

_UNSAID: Final = frozenset(("rdf:type", "rdfs:label"))
# Classes that nothing but their names is said of: positions, nations and the like.
_NEVER: Final = ("Account", "Claim", "Passage")


def report_left(book: Book, prefixes: Mapping[str, str], base: str, replaced: int) -> None:
    """Report each thing, or part of one, that was left out; in order of IRI."""
    curies = Curies(dict(prefixes))
    facts, words = book.facts, book.words
    lost = _lost_with_others(book)
    for thing in sorted(facts.about, key=natural):
        if thing in book.xrefs and facts.is_a(thing, "Person"):
            continue
        left = _left(book, thing)
        rivals = book.unsaid.get(thing, 0)
        told = thing in words.mentioned or thing in book.xrefs
        if (not left and not rivals and (told or thing in lost)) or facts.is_a(thing, *_NEVER):
            continue
        if facts.is_a(thing, "Source") and not left and not told:
            continue  # the file that was read
        kind = _kind(book, thing)
        heading = words.heading(thing) or curies.compress(thing)
        names = ", ".join(words.term(name) for name in left)
        if rivals:
            number = (
                "a claim that is no fact" if rivals == 1 else f"{rivals} claims that are no facts"
            )
            names = f"{names}, {number}".removeprefix(", ")
        if told:
            message = f"GEDCOM has no place for: {names}"
        elif facts.is_a(thing, "Event", "Possibility", "Posting"):
            message = "nobody who is a person of the tree takes part in it"
        else:
            message = "GEDCOM has no record for it" + (f": {names} left out" if names else "")
        book.losses.add(
            thing, ", ".join(curie(name) for name in left) or "rdf:type", heading,
            f'{kind} "{heading}": {message}',
        )  # fmt: skip
    _report_conflicts(book)
    for tag, count in sorted(book.languages_lost.items()):
        book.losses.add(
            base, "kg:name", tag,
            f"GEDCOM {book.version} has no place for the language of a text: {count} in {tag}",
        )  # fmt: skip
    if book.slashes:
        book.losses.add(
            base, "kg:name", "/",
            f'GEDCOM keeps "/" for family names: in {book.slashes} names it is written as "⁄"',
        )  # fmt: skip
    if replaced:
        book.losses.add(
            base, "", str(replaced),
            f"{replaced} control characters, which GEDCOM forbids, are written as U+FFFD",
        )  # fmt: skip


def _left(book: Book, thing: str) -> list[str]:
    """The properties of a thing that are not written, but for what was only concluded."""
    facts = book.facts
    return sorted(
        name
        for name, values in facts.about[thing].items()
        if name not in _UNSAID
        and any((thing, name, value) not in facts.inferred for value in values)
    )


def _lost_with_others(book: Book) -> set[str]:
    """Things that are nothing but a name in a statement that is reported itself."""
    return {
        value
        for said in book.facts.about.values()
        for name, values in said.items()
        for value in values
        if name not in _UNSAID and isinstance(value, str)
    }


def _kind(book: Book, thing: str) -> str:
    classes = sorted(book.facts.types.get(thing, ()))
    return book.words.term(classes[-1]) if classes else "thing"


def _report_conflicts(book: Book) -> None:
    """Both of two claims that contradict each other are written; that they do is not."""
    told: set[frozenset[str]] = set()
    for claim in book.facts.claims:
        for other in claim.said.get("conflictsWith", ()):
            pair = frozenset((claim.iri, text(other)))
            if pair not in told:
                told.add(pair)
                book.losses.add(
                    claim.iri, "kg:conflictsWith", text(other),
                    f"{_name(book.facts, claim)}: that it contradicts another claim",
                )  # fmt: skip


def _name(facts: Facts, claim: Claim) -> str:
    return claim.one("key") or full(claim.iri)
