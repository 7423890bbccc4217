"""Finds a quotation in its source, and says what is nearest where it does not stand there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_WORD = re.compile(r"\w+")
_SHOWN = 300
_COMPARED = 2_000
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Co", "Cn"}
_PLAIN_NAMES = {"\t": "tab", "\n": "line end", "\r": "carriage return"}
_SMALL = 200_000  # below this, plain search is faster than making an index of words


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source's text with the places of its words, so that a search costs the rarest word.

    Plain search would make a build quadratic: every quotation reads the whole source.
    """

    text: str
    _places: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False)

    def occurrences(self, quote: str, most: int = 2) -> list[int]:
        """The offsets (code points) at which `quote` stands, the first `most` of them."""
        if not quote:
            return []
        if len(self.text) <= _SMALL:
            return self._search(quote, most)
        # Only a word with a non-word character on both sides is surely whole in the source too.
        inner = [
            (match.start(), match.group())
            for match in _WORD.finditer(quote)
            if match.start() > 0 and match.end() < len(quote)
        ]
        if not inner:
            return self._search(quote, most)
        if not self._places:
            for match in _WORD.finditer(self.text):
                self._places.setdefault(match.group(), []).append(match.start())
        shift, word = min(inner, key=lambda item: len(self._places.get(item[1], ())))
        found = []
        for place in self._places.get(word, ()):
            if self.text.startswith(quote, max(place - shift, 0)) and place >= shift:
                found.append(place - shift)
                if len(found) == most:
                    break
        return found

    def _search(self, quote: str, most: int) -> list[int]:
        found: list[int] = []
        at = self.text.find(quote)
        while at >= 0 and len(found) < most:
            found.append(at)
            at = self.text.find(quote, at + 1)
        return found


@dataclass(frozen=True, slots=True)
class Misquote:
    """Why a quotation has no single place: the column at fault, what is wrong, what to do."""

    column: str
    message: str
    hint: str


def locate(source: SourceText, quote: str, context: str = "") -> tuple[int, int] | Misquote:
    """Start and end of `quote`, by itself or inside the one place of `context`."""
    if not context:
        places = source.occurrences(quote)
        if len(places) == 1:
            return places[0], places[0] + len(quote)
        if not places:
            return Misquote("quote", "the quotation stands nowhere in the source",
                            nearest(source.text, quote))  # fmt: skip
        return Misquote(
            "quote",
            f"the quotation stands more than once in the source (first at {places[0]}"
            f" and {places[1]})",
            "fill the column context with a longer stretch of the source that contains it once",
        )
    places = source.occurrences(context)
    if not places:
        return Misquote("context", "the context stands nowhere in the source",
                        nearest(source.text, context))  # fmt: skip
    if len(places) > 1:
        return Misquote(
            "context",
            f"the context stands more than once in the source (first at {places[0]}"
            f" and {places[1]})",
            "make the context longer until it is the only one of its kind",
        )
    inside = SourceText(context).occurrences(quote)
    if len(inside) == 1:
        start = places[0] + inside[0]
        return start, start + len(quote)
    if not inside:
        return Misquote("context", "the context does not contain the quotation",
                        nearest(context, quote))  # fmt: skip
    return Misquote("context", "the context contains the quotation more than once",
                    "choose a context that contains it once")  # fmt: skip


def nearest(text: str, quote: str) -> str:
    """The stretch of `text` most like `quote`, and where the two differ."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    match = fuzz.partial_ratio_alignment(quote, text, score_cutoff=50)
    if match is None:
        return "nothing like it stands there: is it from another source?"
    start, end = match.dest_start, match.dest_end
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    # The stretch has the length of the quotation: what hangs over at either end is not meant.
    steps = Levenshtein.opcodes(quote[:_COMPARED], text[start : min(end, start + _COMPARED)])
    if steps and steps[0].tag == "insert":
        start += steps[0].dest_end
    if steps and steps[-1].tag == "insert" and end - start < _COMPARED:
        end -= steps[-1].dest_end - steps[-1].dest_start
    near = text[start:end]
    shown = near if len(near) <= _SHOWN else near[: _SHOWN - 1] + "…"
    return f'nearest, at {start}: "{shown}"; {difference(quote, near)}'


def difference(ours: str, theirs: str) -> str:
    """Where two texts differ, character by character, invisible characters named."""
    from rapidfuzz.distance import Levenshtein

    pairs = enumerate(zip(ours, theirs, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
    # Comparing costs the product of both lengths: of long texts one stretch has to do.
    ours, theirs = ours[max(0, same - 40) :][:_COMPARED], theirs[max(0, same - 40) :][:_COMPARED]
    parts = []
    for step in Levenshtein.opcodes(ours, theirs):
        act, i1, i2 = step.tag, step.src_start, step.src_end
        j1, j2 = step.dest_start, step.dest_end
        if act == "equal":
            continue
        have, want = visible(ours[i1:i2]), visible(theirs[j1:j2])
        if act == "insert":
            parts.append(f'"{want}" is missing after "{visible(ours[max(0, i1 - 12) : i1])}"')
        elif act == "delete":
            parts.append(f'"{have}" is too much')
        else:
            parts.append(f'"{have}" should be "{want}"')
            if len(have) == len(want) == 1 and not (have + want).isascii():
                # They may look alike: Latin c and Cyrillic с, ' and ’.
                parts[-1] += f" [{unicodedata.name(want, '').lower()}]"
        if len(parts) == 4:
            parts.append("…")
            break
    return "; ".join(parts) if parts else "no difference"


def visible(text: str) -> str:
    """`text` with every character named that looks like a plain space or like nothing."""
    return "".join(
        f"[{_PLAIN_NAMES.get(char) or unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"
        if char != " " and unicodedata.category(char) in _UNSEEN
        else char
        for char in text
    )
