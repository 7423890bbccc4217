"""How wide a text will be at most, in fonts not known here, and where its lines break."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from kg import assets


class _Widths(NamedTuple):
    characters: dict[str, float]
    categories: dict[str, float]
    wide: float
    other: float


@cache
def _widths() -> _Widths:
    table = tomllib.loads(assets.read("data/words/widths.toml"))
    characters = {
        character: float(entry["em"]) for entry in table["class"] for character in entry["letters"]
    }
    return _Widths(characters, table["category"], table["wide"], table["other"])


@lru_cache(maxsize=8192)
def width(text: str) -> float:
    """The width in em, in bold: what the widest of the common sans-serif fonts would need.

    A character counts by the table data/words/widths.toml: its own class, else its category, else
    (East Asian wide) a full square. Marks that stand on letters take no room.
    """
    table = _widths()
    total = 0.0
    for character in text:
        known = table.characters.get(character)
        if known is None:
            if unicodedata.east_asian_width(character) in "WF":
                known = table.wide
            else:
                known = table.categories.get(unicodedata.category(character))
                if known is None:
                    # An accent does not widen its letter.
                    base = unicodedata.normalize("NFD", character)[0]
                    known = table.characters.get(base, table.other)
        total += known
    return total


def wrap(text: str, room: float) -> tuple[str, ...]:
    """The fewest lines of which none is wider than `room` (em), as even as they can be.

    Breaks at spaces, after hyphens, between wide characters, and in words that are too long; after
    a comma rather than elsewhere.
    """
    lines = _even(text, room)
    start, comma, rest = text.rpartition(", ")
    if comma and len(lines) > 1:
        parts = (*_even(start + ",", room), *_even(rest, room))
        if len(parts) == len(lines):
            return parts
    return lines


def _even(text: str, room: float) -> tuple[str, ...]:
    pieces = [piece for word in text.split() for piece in _pieces(word, room)]
    if not pieces:
        return ()
    lines = _fill(pieces, room)
    if lines is None:  # a single character wider than the room
        return tuple(piece.text for piece in pieces)
    # The least width that gives no more lines is found by halving.
    low, high, best = max(piece.em for piece in pieces), room, lines
    for _ in range(8):
        middle = (low + high) / 2
        trial = _fill(pieces, middle)
        if trial is not None and len(trial) <= len(lines):
            high, best = middle, trial
        else:
            low = middle
    return tuple(best)


class _Piece(NamedTuple):
    """A text that is not broken; `spaced`: a space stands before it unless it begins a line."""

    text: str
    em: float
    spaced: bool


def _pieces(word: str, room: float) -> list[_Piece]:
    parts: list[str] = [""]
    for character in word:
        grown = parts[-1] + character
        if parts[-1] and not unicodedata.combining(character):
            broken = parts[-1][-1] in "-‐–—/" or unicodedata.east_asian_width(character) in "WF"
            if broken or width(grown) > room:
                parts.append(character)
                continue
        parts[-1] = grown
    return [_Piece(part, width(part), number == 0) for number, part in enumerate(parts)]


def _fill(pieces: list[_Piece], room: float) -> list[str] | None:
    """The lines that result from filling each, or None where a piece is too wide."""
    space = width(" ")
    lines: list[str] = []
    left = -1.0
    for piece in pieces:
        if piece.em > room:
            return None
        gap = space if piece.spaced else 0.0
        if lines and piece.em + gap <= left:
            lines[-1] += (" " if piece.spaced else "") + piece.text
            left -= piece.em + gap
        else:
            lines.append(piece.text)
            left = room - piece.em
    return lines


def runs_left(text: str) -> bool:
    """Whether the text is read from right to left: its first letter with a direction says so."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
