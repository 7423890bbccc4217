"""One thing wrong with a GEDCOM file, at the line where it stands."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """What is wrong with one line, or what of it was not carried.

    `line` is the physical line in the decoded text, counted from 1; `tag` the GEDCOM tag, "" where
    the line has none; `text` the line or value as written; `reason` plain English, lower case, no
    full stop. `lost` is the number of lines that are in no `Node` because of this: 1 for a line
    that could not be read at all, 0 where the line was read all the same.
    """

    line: int
    tag: str
    text: str
    reason: str
    lost: int = 0
