"""Places with what they are part of, and their coordinates → PLAC."""

from __future__ import annotations

from kg.formats.gedcom.book import Book
from kg.formats.gedcom.facts import Text, Value, text
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.names import write_variant


class Places:
    """The places of a tree, as PLAC writes them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._names: dict[str, str] = {}
        self._below: dict[str, list[Line]] = {}
        self._parts: set[tuple[str, str]] = set()

    def write(self, above: Line, place: Value) -> Line:
        """Put a place below a line."""
        if not isinstance(place, str):
            return above.add("PLAC", place.value)
        line = above.add("PLAC", self.name(place))
        line.children.extend(self._details(place))
        return line

    def name(self, place: str) -> str:
        """The name of a place with all it is part of, the smallest first."""
        known = self._names.get(place)
        if known is not None:
            return known
        words = self.book.words
        parts: list[str] = []
        seen: set[str] = set()
        at = place
        whole = False
        while at and at not in seen:
            seen.add(at)
            label = words.label(at)
            inside = self._part_of(at)
            if not whole:
                parts.append(label)
            if inside:
                self._parts.add((at, inside))
                # The label of an imported place is its whole name already.
                whole = whole or label.partition(",")[2].lstrip(", ") == words.heading(inside)
            at = inside
        self._names[place] = ", ".join(parts)
        return self._names[place]

    def _part_of(self, place: str) -> str:
        """The larger place; of several, the first by IRI."""
        for value in self.book.facts.see(place, "partOf"):
            if isinstance(value, str) and self.book.facts.is_a(value, "Place"):
                return value
        return ""

    def _details(self, place: str) -> list[Line]:
        """Form, coordinates and notes; they are written at each mention of the place."""
        known = self._below.get(place)
        if known is not None:
            return known
        said = self.book.facts.about.get(place, {})
        found = Line("PLAC")
        labels = [value for value in said.get("rdfs:label", ()) if isinstance(value, Text)]
        heading = self.book.words.heading(place)
        for value in labels:
            if value.value == heading and self.book.is_seven:
                self.book.language_of(found, value)
                break
        for form in said.pop("placeForm", ()):
            found.add("FORM", text(form))
        latitude, longitude = said.get("latitude"), said.get("longitude")
        if latitude and longitude:
            above = found.add("MAP")
            above.add("LATI", _degrees(text(said.pop("latitude")[0]), "NS"))
            above.add("LONG", _degrees(text(said.pop("longitude")[0]), "EW"))
        for name in said.pop("name", ()):
            if isinstance(name, Text):
                write_variant(self.book, found, name)
        numbers = said.get("identifier", [])
        if self.book.is_seven and all(text(number).startswith("EXID") for number in numbers):
            self.book.identifiers(found, said)
        self.book.notes(found, said)
        self._below[place] = found.children
        return found.children

    def finish(self) -> None:
        """Take out of the facts what the names of the places written say."""
        for place, inside in self._parts:
            said = self.book.facts.about[place]
            said["partOf"] = [part for part in said.get("partOf", ()) if part != inside]


def _degrees(number: str, letters: str) -> str:
    """A signed number of degrees with the letter of its direction."""
    return (
        f"{letters[1]}{number[1:]}"
        if number.startswith("-")
        else f"{letters[0]}{number.lstrip('+')}"
    )
