"""Cuts the text of a GEDCOM file into its records, and notes which there are."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right

from kg.gedcom.lines import FOLDED, LINE

# The first line of nearly every record: a plain identifier, a tag, nothing else.
_HEAD = re.compile(r"@([A-Za-z0-9_]+)@ (?!CON[TC]\b)([A-Z_][A-Z0-9_]*)(?:\n|\Z)")
_PLAIN = re.compile(r"[A-Za-z0-9_]+")
_RECORD = re.compile(r"[ \t\ufeff]*0+[ \t]+@([^@]+)@?[ \t]*([^\W\d][\w-]*)")
_STARTS = frozenset("0 \t\ufeff")
_MOST_OPEN = 4  # blocks of which the lines are kept: the one at hand, and notes that it points at


class File:
    """The records of a file as texts, before any line of them is read.

    A block is a record without the "0 " that it begins with, up to the next line that begins one
    for certain. What stands before the first is a block of its own, whole. `starts` are the lines
    of blocks, counted from 1; `xrefs` and `tags` are those of blocks whose first line is plain
    and the first with this identifier, else "".
    """

    def __init__(self, text: str) -> None:
        text = text[:-1] if text.endswith("\n") else text
        self.size = len(text)
        self.count = text.count("\n") + 1
        """How many lines there are, blank ones too."""
        self.blocks: list[str] = []
        self.starts: list[int] = []
        self.xrefs: list[str] = []
        self.tags: list[str] = []
        self.has_lead = False
        self.kinds: dict[str, str] = {}
        """What the records of the file are, by their identifiers; the first of two counts."""
        self.lines_of: dict[str, int] = {}
        """Where they begin."""
        self.last_person = 0
        """The line of the last person, 0 for none."""
        self._open: dict[int, list[str]] = {}
        self._odd: list[str] = []
        self._noted = False
        self._cut(text)
        self.plain = self.kinds.copy()
        """The same, but for identifiers with other signs than letters, digits and `_`."""
        for xref in self._odd:
            self.plain.pop(xref, None)
        self.heads = self.lines_of
        """The lines of the records of `xrefs`."""
        if self._noted:
            heads = zip(self.xrefs, self.starts, strict=True)
            self.heads = {xref: start for xref, start in heads if xref}

    def _cut(self, text: str) -> None:
        """Find the blocks. Pointers lead forwards: what one leads to must be known before."""
        blocks, starts, xrefs, tags = self.blocks, self.starts, self.xrefs, self.tags
        kinds, lines_of = self.kinds, self.lines_of
        number = 1
        match, intern = _HEAD.match, sys.intern
        text = f"\n{text}"
        joined: list[str] = []  # the pieces of the last block, where there are several
        pieces = text.split("\n0 ")
        lead = pieces[0][1:]
        if pieces[0]:
            self.has_lead = True
            self._add(lead, 1, "", "")
            number += 1 + lead.count("\n")
        for piece in pieces[1:]:
            found = match(piece)
            if found:
                xref, tag = found.groups()
                tag = intern(tag)
                if tag == "INDI":
                    self.last_person = number
                if lines_of.setdefault(xref, number) == number:
                    kinds[xref] = tag
                else:
                    xref = tag = ""
            else:
                line = f"0 {piece.partition(chr(10))[0]}"
                self._note(line, number)
                xref = tag = ""
                whole = LINE.match(line)
                if blocks and (whole is None or whole[4] in FOLDED):
                    # It may go on with what stands above.
                    joined = joined or [blocks[-1]]
                    joined.append(piece)
                    number += 1 + piece.count("\n")
                    continue
            if joined:
                self._join(joined)
                joined = []
            blocks.append(piece)
            starts.append(number)
            xrefs.append(xref)
            tags.append(tag)
            number += 1 + piece.count("\n")
        if joined:
            self._join(joined)
        if text.count("\n0") > len(pieces) - 1 or any(
            f"\n{sign}" in text for sign in _STARTS - {"0"}
        ):
            # There may be records whose first line has another form.
            self._survey()

    def _add(self, block: str, start: int, xref: str, tag: str) -> None:
        self.blocks.append(block)
        self.starts.append(start)
        self.xrefs.append(xref)
        self.tags.append(tag)

    def _join(self, pieces: list[str]) -> None:
        self.blocks[-1] = "\n0 ".join(pieces)
        self.xrefs[-1] = self.tags[-1] = ""

    def _survey(self) -> None:
        """Note the records anew, line by line."""
        self.kinds.clear()
        self.lines_of.clear()
        self.last_person = 0
        for number in range(len(self.blocks)):
            for at, line in enumerate(self.lines(number), self.starts[number]):
                if line[:1] in _STARTS:
                    self._note(line, at)
        for number, xref in enumerate(self.xrefs):
            if xref and self.lines_of[xref] != self.starts[number]:
                self.xrefs[number] = self.tags[number] = ""

    def _note(self, line: str, number: int) -> None:
        found = _RECORD.match(line)
        if found:
            self._noted = True
            xref, tag = found.groups()
            if xref not in self.lines_of:
                self.lines_of[xref] = number
                self.kinds[xref] = sys.intern(tag)
                if not _PLAIN.fullmatch(xref):
                    self._odd.append(xref)
            if tag == "INDI":
                self.last_person = number

    def lines(self, number: int) -> list[str]:
        """The lines of a block."""
        lines = self._open.pop(number, None)
        if lines is None:
            block = self.blocks[number]
            if number or not self.has_lead:
                block = f"0 {block}"
            lines = block.split("\n")
            if len(self._open) >= _MOST_OPEN:
                del self._open[next(iter(self._open))]
        self._open[number] = lines
        return lines

    def around(self, line: int) -> tuple[list[str], int]:
        """The lines of the block that holds a line, and the place of that line among them."""
        number = bisect_right(self.starts, line) - 1
        return self.lines(number), line - self.starts[number]

    def quote(self, first: int, last: int) -> str:
        r"""Lines `first` to `last` of one block, both included, verbatim, joined by \n."""
        lines, at = self.around(first)
        return "\n".join(lines[at : at + last - first + 1])

    def lengths(self) -> int:
        """How many letters the file has, line ends apart."""
        return self.size - self.count + 1
