"""The sentence, or sentences, in which a stretch of text stands."""

from __future__ import annotations

import re

# A stop, closing marks, and space before something that can open a sentence; or a line end.
_END = r"[.!?…][\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[^\W\d_a-zа-яё])|[.!?…][\"'”’»)\]]*(?=\s*\Z)|\n+"
_INITIAL = r"(?:\b[^\W\d_]|\b(?:Mr|Mrs|Dr|St|No|vol|pp?|ed|им|ст|гг?|т|д|см))\.\Z"


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the shortest run of whole sentences around `text[start:end]`.

    A full stop after an initial or a common abbreviation ends no sentence. White space at both
    ends is left out.
    """
    # Sentences are short: looking further back than this only costs time in long texts.
    window = max(0, start - 20_000)
    first, last = window, len(text)
    for match in re.compile(_END).finditer(text, window):
        if match.end() <= start:
            if not _is_abbreviation(text, match):
                first = match.end()
        elif match.end() >= end and not _is_abbreviation(text, match):
            last = match.start() if match[0].startswith("\n") else match.end()
            break
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return min(first, start), max(last, end)


def _is_abbreviation(text: str, match: re.Match[str]) -> bool:
    return (
        match[0] == "."
        and re.compile(_INITIAL).search(text, max(0, match.start() - 6), match.end()) is not None
    )
