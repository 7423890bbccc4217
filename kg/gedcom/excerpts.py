"""Finds in the lines of a GEDCOM record those that say one thing, so that evidence shows no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_TAGS = {
    "gender": ("SEX",), "name": ("NAME", "FONE", "ROMN", "TRAN"), "givenName": ("NAME",),
    "familyName": ("NAME",), "namePrefix": ("NAME",), "nameSuffix": ("NAME",),
    "nickname": ("NAME",), "surnamePrefix": ("NAME",), "personalName": ("NAME",),
    "firstPartner": ("HUSB",), "secondPartner": ("WIFE",), "offspring": ("CHIL",),
    "restriction": ("RESN",), "occupation": ("OCCU",),
}  # fmt: skip
"""Where the value itself need not stand in the lines as the graph has it."""

_SHARED = {"place": "PLAC", "pos": "OCCU"}
"""Things of no one record, by the word that their IRIs begin with: the tag that they come from."""

_NAME_PIECES = frozenset(["NPFX", "GIVN", "NICK", "SPFX", "SURN", "NSFX", "SOUR"])
_ESCAPED = re.compile(r"(?:\.[0-9A-F]{2})+")

Span = tuple[int, int]


class _Block(NamedTuple):
    """A line with all that stands under it: its tag, the rest of the line, where it is."""

    tag: str
    payload: str
    span: Span


def excerpt(lines: Sequence[str], thing: str, predicate: str, value: str) -> Span:
    """The part of a record's lines that speaks of a thing: first line and line after the last.

    `thing` is the IRI of what the record describes (its own or that of an event in it, whose IRI
    ends in the tag), `predicate` the local name of a property and `value` the text of its value.
    The whole record where no part can be told.
    """
    whole = (0, len(lines))
    if value.startswith(f"{thing}-"):  # what is said of the record is told by a part of it
        thing, value = value, ""
    head, _, sub = _local(thing).partition("-")
    if sub:
        tag, _, ordinal = sub.partition("-")
        if head in _SHARED and not _of_tag(_blocks(lines), tag):
            named = _of_tag(_blocks(lines, deep=True), _SHARED[head])
            return named[0].span if len({block.payload for block in named}) == 1 else whole
        return _of_part(lines, tag, int(ordinal) if ordinal.isdecimal() else 1, value) or whole
    wanted = _TAGS.get(predicate)
    blocks = _blocks(lines)
    fitting = [block for block in blocks if wanted is None or block.tag in wanted]
    if predicate == "occupation":
        value = _local(value).partition("-")[2]
    pointer = f"@{_xref(value)}@" if "/" in value or "#" in value else ""
    best = [
        *(block for block in fitting if pointer and block.payload == pointer),
        *(block for block in fitting if value and _plain(block.payload) == value),
        *(block for block in fitting if value and value in _plain(block.payload)),
        *(block for block in fitting if value and _holds(lines, block, value)),
        *(fitting if wanted else ()),
    ]
    return best[0].span if best else whole


def _of_part(lines: Sequence[str], tag: str, number: int, value: str) -> Span | None:
    """Where the part of a record with this tag and number stands; None where that is not sure."""
    mine = [block for block in _blocks(lines) if _is_numbered(lines, block, tag)]
    if mine and tag not in ("asso", "obje"):
        return mine[number - 1].span if 0 < number <= len(mine) else None
    # These stand in other parts too, and not each of them is a thing.
    found = _of_tag(_blocks(lines, deep=True), tag)
    if len(found) > 1:
        found = [block for block in found if value and _holds(lines, block, value)]
    return found[0].span if len(found) == 1 else None


def _is_numbered(lines: Sequence[str], block: _Block, tag: str) -> bool:
    """Whether a block made a thing with a number: not each name and each trade does."""
    if tag == "name" and block.tag == "ALIA":
        return not block.payload.startswith("@")
    if block.tag.lower() != tag or block.payload == "N":
        return False
    first, after = block.span
    under = {_Line.of(line).tag for line in lines[first + 1 : after] if _Line.of(line).level == 2}
    if tag == "name":
        is_first = not any(_Line.of(line).tag == "NAME" for line in lines[:first])
        return not is_first or bool(under - _NAME_PIECES)
    return tag != "occu" or bool(under - {"SOUR"})


class _Line(NamedTuple):
    """A line in its parts; level -1 where it has none."""

    level: int
    tag: str
    payload: str

    @staticmethod
    def of(text: str) -> _Line:
        level, _, rest = text.strip(" \t\ufeff").replace("\t", " ").partition(" ")
        tag, _, payload = rest.strip().partition(" ")
        return _Line(int(level) if level.isdecimal() else -1, tag, payload.strip())


def _blocks(lines: Sequence[str], *, deep: bool = False) -> list[_Block]:
    """The parts of a record that stand at level 1, or `deep` at any level below its head."""
    read = [_Line.of(line) for line in lines]
    found: list[_Block] = []
    open_: list[tuple[int, int]] = []  # the level of each block that has no end yet, its number
    for number, line in enumerate(read):
        if line.level < 0:
            continue
        while open_ and open_[-1][0] >= line.level:
            _, at = open_.pop()
            found[at] = found[at]._replace(span=(found[at].span[0], number))
        if line.level == 1 or (deep and line.level > 1):
            open_.append((line.level, len(found)))
            found.append(_Block(line.tag, line.payload, (number, len(lines))))
    return found


def _of_tag(blocks: Sequence[_Block], tag: str) -> list[_Block]:
    return [block for block in blocks if block.tag.lower() == tag.lower()]


def _holds(lines: Sequence[str], block: _Block, value: str) -> bool:
    """Whether the value stands in one line of a block, or goes on from its first to further ones."""
    first, after = block.span
    if any(value in _plain(line) or value in line for line in lines[first:after]):
        return True
    return len(block.payload) > 3 and value.startswith(block.payload)


def _plain(text: str) -> str:
    """A name as it is told: without the slashes around the surname."""
    return " ".join(text.replace("/", " ").split()) if "/" in text else text


def mentions(lines: Sequence[str], things: Sequence[str]) -> list[str]:
    """The head of a record and its lines that point to one of these things (IRIs of records)."""
    xrefs = [f"@{_xref(thing)}@" for thing in things]
    found = [line for line in lines[1:] if any(xref in line for xref in xrefs)]
    return [*lines[:1], *found] if found else list(lines)


def _local(iri: str) -> str:
    """What an IRI has after the name of its tree."""
    return iri.replace("#", "/").rpartition("/")[2].partition(".")[2]


def _xref(thing: str) -> str:
    """The identifier in the file that an IRI was made from."""
    local = _local(thing).partition("-")[0]
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace(".", "")).decode(), local)
