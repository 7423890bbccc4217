"""Dates of GEDCOM 5.5, 5.5.1 and 7.0, in all its calendars, to EDTF and back.

What the words mean:

    1850                   1850                    ABT, CAL, EST 1850   1850~
    BEF 1850               [..1850]                AFT 1850             [1850..]
    BET 1850 AND 1860      [1850..1860]            one day between the two
    FROM 1850 TO 1860      1850/1860               FROM 1850: 1850/     TO 1860: /1860
    JULIAN 1850            [1850-01-13..1851-01-12]
    1731/32                [1731..1732]            11 FEB 1731/32: 1732-02-11

In 7.0 an event `BEF` a date happened "no later than" it (2.4, Date), in 5.5.1 "before the given
date" (DATE_RANGE). Converters carry the one over as the other, and nobody knows which a writer
meant: it is read in the wider sense, which holds both. `AFT` likewise.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import DateError
from kg.gedcom.datewriting import nearest_date, write_date
from kg.gedcom.points import MONTHS, Point, read_point
from kg.model.calendars import days_in_month
from kg.model.dates import bounds, parse

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DateValue", "nearest_date", "read_date", "write_date"]


class DateValue(NamedTuple):
    """What a date of GEDCOM says: `edtf` with its bounds, or nothing but words.

    `earliest` and `latest` are xsd:date, "" where nothing bounds the date. `phrase` are the words
    that stand for the date or interpret it; a text that is no date is its own phrase. `problem`
    says why a text was not read, or that it was read though it has no form of GEDCOM.
    """

    edtf: str
    earliest: str
    latest: str
    phrase: str
    problem: str


# The forms of nine dates in ten.
_COMMON = re.compile(
    rf"(?:(ABT|EST|CAL) )?(?:(?:([0-9]{{1,2}}) )?({'|'.join(MONTHS)}) )?([0-9]{{3,4}})"
)
_MONTH_DIGITS = {code: f"{number:02d}" for number, code in enumerate(MONTHS, 1)}
_LAST_DAYS = {digits: str(days_in_month(2001, int(digits))) for digits in _MONTH_DIGITS.values()}

_SPACE = re.compile(r"\s+")
_ESCAPE = re.compile(r"@{1,2}#D([A-Z _]+)@{1,2} ?")
_FROM_TO = re.compile(r"FROM (.+?) TO (.+)")
_BETWEEN = re.compile(r"BET (.+?) AND (.+)")
_LONGEST = 120  # A longer text is no date, whatever stands in it.
_QUALIFIED = ("ABT ", "CAL ", "EST ")


@lru_cache(maxsize=65536)
def read_date(text: str, version: str = "5.5.1") -> DateValue:
    """Read the value of a DATE line; `version` is that of the file (`7.0`, `5.5.1` …).

    Any text has an answer: what is no date is a phrase, with a problem.
    """
    found = _COMMON.fullmatch(text) or _COMMON.fullmatch(text.strip().upper())
    if found:
        qualifier, day, month, year = found.groups()
        if year != "0000" and year != "000":
            value = _common(qualifier, day, month, year.zfill(4))
            if value:
                return value
    return _read(text.strip(), old=not version.startswith("7"))


def _common(
    qualifier: str | None, day: str | None, month: str | None, year: str
) -> DateValue | None:
    about = "~" if qualifier else ""
    if not month:
        return DateValue(year + about, f"{year}-01-01", f"{year}-12-31", "", "")
    digits = _MONTH_DIGITS[month]
    last = _LAST_DAYS[digits]
    if digits == "02":
        last = str(days_in_month(int(year), 2))
    stem = f"{year}-{digits}"
    if not day:
        return DateValue(stem + about, f"{stem}-01", f"{stem}-{last}", "", "")
    day = day.zfill(2)
    if not "01" <= day <= last:
        return None
    whole = f"{stem}-{day}"
    return DateValue(whole + about, whole, whole, "", "")


def _read(text: str, *, old: bool) -> DateValue:
    """Read the forms that are not common; a text that has none is read as loosely as is safe."""
    if not text:
        return DateValue("", "", "", "", "")
    if text[0] == "(" and text[-1] == ")":
        return DateValue("", "", "", text[1:-1].strip(), "")
    date, bracket, phrase = text.partition("(")
    if bracket and text[-1] == ")" and text[:4].upper() == "INT ":
        value = read_date(date[4:].strip(), "5.5.1" if old else "7.0")
        return value._replace(phrase=phrase[:-1].strip() if value.edtf else text)
    try:
        if len(text) > _LONGEST:
            raise DateError("no date that can be read")
        form = _read_form(_standard(text), old=old)
        return _value(*form) if form else _read_loosely(text, old=old)
    except DateError as error:
        return DateValue("", "", "", text, error.message)


def _read_loosely(text: str, *, old: bool) -> DateValue:
    # Word lists are read for the first text that needs them.
    from kg.gedcom.loosedates import rewritten

    standard = rewritten(text)
    form = _read_form(standard, old=old, loose=True)
    if not form:
        raise DateError("no date that can be read")
    edtf, note = form
    note = note and f"; {note}"
    return _value(edtf, f'no form of GEDCOM, read as "{standard}"{note}')


def _value(edtf: str, problem: str) -> DateValue:
    earliest, latest = bounds(parse(edtf))
    return DateValue(edtf, earliest or "", latest or "", "", problem)


def _standard(text: str) -> str:
    """Write a text in capitals with single spaces, and name calendars as GEDCOM 7.0 does."""
    standard = _SPACE.sub(" ", text).upper()
    if "@" not in standard:
        return standard
    return _ESCAPE.sub(_name_of_calendar, standard)


def _name_of_calendar(escape: re.Match[str]) -> str:
    name = escape[1].strip().replace(" ", "_")
    if name not in ("GREGORIAN", "JULIAN", "HEBREW", "FRENCH_R", "ROMAN", "UNKNOWN"):
        raise DateError(f'GEDCOM has no calendar "{escape[1]}"')
    return f"{name} "


def _read_form(text: str, *, old: bool, loose: bool = False) -> tuple[str, str] | None:
    """Read one of the standard forms: EDTF and what to note, or None."""
    found = _BETWEEN.fullmatch(text)
    if found:
        return _pair(found, _between, old=old, loose=loose)
    found = _FROM_TO.fullmatch(text)
    if found:
        return _pair(found, _from_to, old=old, loose=loose)
    word, _, rest = text.partition(" ")
    if word in ("BEF", "AFT", "FROM", "TO"):
        point, note = _operand(rest, old=old, loose=loose)
        if not point:
            return None
        if word == "FROM":
            return f"{_end(point, point.start)}/", note
        if word == "TO":
            return f"/{_end(point, point.end)}", note
        return (_before if word == "BEF" else _after)(point), note
    point, _ = _operand(text, old=old, loose=loose)
    return (_exactly(point), point.note) if point else None


def _operand(text: str, *, old: bool, loose: bool) -> tuple[Point | None, str]:
    """Read a date that may be qualified, with what is to be noted of it inside another form."""
    qualifier = text.startswith(_QUALIFIED)
    point = read_point(text[4:] if qualifier else text, old=old, loose=loose)
    if not point:
        return None, ""
    note = point.note
    if qualifier:
        if not loose:
            note = note or f"{text[:3]} is for a date that stands alone, read as written"
        both = "%" if point.qualifier else "~"
        point = point._replace(qualifier=both)
    return point, note


def _pair(
    found: re.Match[str],
    combine: Callable[[Point, Point], tuple[str, str]],
    *,
    old: bool,
    loose: bool,
) -> tuple[str, str] | None:
    a, note_a = _operand(found[1], old=old, loose=loose)
    b, note_b = _operand(found[2], old=old, loose=loose)
    if not a or not b:
        return None
    edtf, note = combine(a, b)
    return edtf, "; ".join(dict.fromkeys(n for n in (note_a, note_b, note) if n))


def _exactly(point: Point) -> str:
    start, end = point.start + point.qualifier, point.end + point.qualifier
    return start if point.start == point.end else f"[{start}..{end}]"


def _between(a: Point, b: Point) -> tuple[str, str]:
    edtf = f"[{a.start}{a.qualifier}..{b.end}{b.qualifier}]"
    if _in_order(a.start, b.end):
        return edtf, ""
    turned = f"[{b.start}{b.qualifier}..{a.end}{a.qualifier}]"
    return turned, "the later date stands first, read the other way round"


def _from_to(a: Point, b: Point) -> tuple[str, str]:
    if not _in_order(a.start, b.end):
        raise DateError("the end is before the beginning")
    return f"{_end(a, a.start)}/{_end(b, b.end)}", ""


def _in_order(start: str, end: str) -> bool:
    first, last = parse(start).earliest, parse(end).latest
    return first is None or last is None or first <= last


def _end(point: Point, edtf: str) -> str:
    """Write an end of an interval; one that is no day of the Gregorian calendar is approximate.

    EDTF has no set at the end of an interval. The first day of the first month of Julian 1700 is
    the right bound, but the interval may have begun on any day of that month.
    """
    return edtf + (point.qualifier if point.start == point.end else "~")


def _before(point: Point) -> str:
    return f"[..{point.end}{point.qualifier}]"


def _after(point: Point) -> str:
    return f"[{point.start}{point.qualifier}..]"
