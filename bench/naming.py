"""Names for made-up people, places and bodies: in Latin letters, and of some families in Cyrillic.

The words are in `names.toml`. Three families of ten have names in two scripts, with patronymics.
"""

from __future__ import annotations

import tomllib
from typing import NamedTuple

from measure import HERE

_LISTS: dict[str, str] = tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))


def _list(name: str) -> list[str]:
    return _LISTS[name].split()


def _pairs(name: str) -> list[list[str]]:
    return [each.split("/") for each in _list(name)]


MEN, WOMEN, WORK = _list("west_men"), _list("west_women"), _list("work")
OFFICES, BODIES = _list("offices"), _list("bodies")
NAMES = [front + end for front in _list("west_fronts") for end in _list("west_ends")]
_MEN, _FATHERS, _WOMEN = _pairs("east_men"), _pairs("east_fathers"), _pairs("east_women")
_EAST = [(front, end) for front in _pairs("east_fronts") for end in _pairs("east_ends")]
_SCRIPTS = {"ov": ("ov", "ов"), "ev": ("yev", "ев")}


class Name(NamedTuple):
    """A full name: in Latin letters with the tag of its language, and in Cyrillic or ""."""

    latin: str
    tag: str
    cyrillic: str = ""


def is_eastern(line: int) -> bool:
    """Whether a family (by its founder) has names in two scripts."""
    return line * 7919 % 10 < 3


def full_name(line: int, given: int, female: bool, father: int) -> Name:
    """The name of one of a family; `father` is the given name of the father, -1 where unknown."""
    if not is_eastern(line):
        first = (WOMEN if female else MEN)[given % len(MEN)]
        return Name(f"{first} {NAMES[line * 7919 % len(NAMES)]}", "en")
    chosen = (_WOMEN if female else _MEN)[given % len(_MEN)]
    front, end = _EAST[line // 10 % len(_EAST)]
    latin, cyrillic = [chosen[0]], [chosen[1]]
    if father >= 0:
        stem, joint = _FATHERS[father % len(_MEN)], _SCRIPTS[_MEN[father % len(_MEN)][2]]
        latin.append(stem[0] + joint[0] + ("na" if female else "ich"))
        cyrillic.append(stem[1] + joint[1] + ("на" if female else "ич"))
    latin.append(front[0] + end[2 * female])
    cyrillic.append(front[1] + end[2 * female + 1])
    return Name(" ".join(latin), "ru-Latn", " ".join(cyrillic))


def surname(line: int) -> str:
    """The name of everybody of a male line, in Latin letters, as GEDCOM has it."""
    return NAMES[line * 7919 % len(NAMES)]


def village(number: int) -> str:
    """A place with the parish and the county it lies in."""
    name, parish = NAMES[number * 7 % len(NAMES)], NAMES[(number // 4) * 11 % len(NAMES)]
    again = f" {number // len(NAMES) + 1}" if number >= len(NAMES) else ""
    return f"{name}{again}, {parish} parish, {NAMES[number // 40 * 13 % len(NAMES)]}shire, Loamland"


def body(number: int) -> str:
    """A body that people serve at, each with a name of its own."""
    again = f" {number // len(NAMES) + 1}" if number >= len(NAMES) else ""
    return f"{BODIES[number % len(BODIES)]} of {NAMES[number * 17 % len(NAMES)]}{again}"
