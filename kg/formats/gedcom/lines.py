"""GEDCOM lines as a tree, and the tree as text in GEDCOM 5.5.1 and 7.0."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

SEVEN: Final = "7.0"
FIVE: Final = "5.5.1"

_LONGEST: Final = 255  # GEDCOM 5.5.1, chapter 1: characters of a line, its end included
_ENDS: Final = re.compile(r"\r\n?")
# GEDCOM 7.0, 1.1, production `banned`, and the lone surrogates that UTF-8 has no bytes for.
_BANNED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPE: Final = re.compile(r"@#D[A-Z ]+@")


class Line:
    """One line with what stands below it; `pointer` and `escape` values keep their at signs."""

    __slots__ = ("children", "tag", "value", "verbatim", "xref")

    def __init__(self, tag: str, value: str = "", *, verbatim: bool = False, xref: str = ""):
        self.tag = tag
        self.value = value
        self.verbatim = verbatim
        self.xref = xref
        self.children: list[Line] = []

    def add(self, tag: str, value: str = "") -> Line:
        """Put a line with a text below this one, and give it back."""
        line = Line(tag, value)
        self.children.append(line)
        return line

    def point(self, tag: str, xref: str) -> Line:
        """Put a line that points at a record below this one, and give it back."""
        line = Line(tag, f"@{xref}@", verbatim=True)
        self.children.append(line)
        return line

    def key(self) -> tuple[object, ...]:
        """What tells this structure from others: equal keys are written alike."""
        return (self.tag, self.value, tuple(child.key() for child in self.children))

    def has(self, *tags: str) -> bool:
        """Whether a line with one of these tags stands right below this one."""
        return any(child.tag in tags for child in self.children)


def legal(text: str) -> tuple[str, int]:
    """A text as GEDCOM can carry it, and how many characters had to give way to U+FFFD."""
    if _BANNED.search(text) is None:
        return (text if "\r" not in text else _ENDS.sub("\n", text)), 0
    return _BANNED.subn("\ufffd", _ENDS.sub("\n", text))


def texts(records: Iterable[Line], version: str) -> Iterator[str]:
    """The text of records, a piece for each, the line ends included."""
    write = _seven if version == SEVEN else _five
    for record in records:
        out: list[str] = []
        write(record, 0, out)
        yield "".join(out)


def _seven(line: Line, level: int, out: list[str]) -> None:
    xref = f"@{line.xref}@ " if line.xref else ""
    if not line.value:
        out.append(f"{level} {xref}{line.tag}\n")
    elif line.verbatim:
        out.append(f"{level} {xref}{line.tag} {line.value}\n")
    else:
        head = f"{level} {xref}{line.tag}"
        for part in line.value.split("\n"):
            # 7.0, 1.3: an at sign is doubled where it opens the text of a line, nowhere else.
            at = "@" if part.startswith("@") else ""
            out.append(f"{head} {at}{part}\n" if part else f"{head}\n")
            head = f"{level + 1} CONT"
    for child in line.children:
        _seven(child, level + 1, out)


def _five(line: Line, level: int, out: list[str]) -> None:
    xref = f"@{line.xref}@ " if line.xref else ""
    head = f"{level} {xref}{line.tag}"
    if not line.value or line.verbatim:
        out.append(f"{head} {line.value}\n" if line.value else f"{head}\n")
    else:
        for part in line.value.split("\n"):
            for piece in _pieces(_doubled(line.tag, part), len(head) + 2):
                out.append(f"{head} {piece}\n" if piece else f"{head}\n")
                head = f"{level + 1} CONC"
            head = f"{level + 1} CONT"
    for child in line.children:
        _five(child, level + 1, out)


def _doubled(tag: str, text: str) -> str:
    """5.5.1 doubles each at sign, except those of a calendar escape in a date."""
    if "@" not in text:
        return text
    if tag != "DATE":
        return text.replace("@", "@@")
    ends = [0, *(at for match in _ESCAPE.finditer(text) for at in match.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(p if at % 2 else p.replace("@", "@@") for at, p in enumerate(parts))


def _pieces(text: str, taken: int) -> Iterator[str]:
    """A text cut for CONC: never at a space, which readers strip, nor inside what belongs together."""
    room = _LONGEST - taken
    start = 0
    while len(text) - start > room:
        end = start + room
        while end > start + 1 and _inseparable(text, start, end):
            end -= 1
        if end == start + 1:
            end = start + room  # nothing but spaces: there is no good place
        yield text[start:end]
        start = end
    yield text[start:]


def _inseparable(text: str, start: int, end: int) -> bool:
    left, right = text[end - 1], text[end]
    if left.isspace() or right.isspace() or unicodedata.combining(right):
        return True
    # An at sign is doubled: an odd number of them before the cut would part a pair.
    return left == "@" and (len(text[start:end]) - len(text[start:end].rstrip("@"))) % 2 == 1
