"""One date of GEDCOM, `[calendar] [day] [month] year`, as a day, month or year of EDTF.

EDTF has the Gregorian calendar alone. A day of another calendar becomes a Gregorian day; its month
or year becomes the span of Gregorian days that it covers.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.errors import DateError
from kg.gedcom import calendars
from kg.model.calendars import (
    days_in_month,
    gregorian_from_julian_day,
    julian_day_from_julian,
)

MONTHS = (
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
)  # fmt: skip
"""GEDCOM's codes of the months of the Gregorian and the Julian calendar."""

_CODES = {
    "GREGORIAN": MONTHS,
    "JULIAN": MONTHS,
    "HEBREW": calendars.HEBREW_MONTHS,
    "FRENCH_R": calendars.FRENCH_MONTHS,
}
_NUMBERS = {name: {code: n for n, code in enumerate(c, 1)} for name, c in _CODES.items()}
_WITHOUT_RULES = {
    "ROMAN": "GEDCOM names the Roman calendar and gives no rules for it",
    "UNKNOWN": "a date of a calendar that is not known",
}
_SEASONS = {"SPRING": "21", "SUMMER": "22", "AUTUMN": "23", "WINTER": "24"}

_POINT = re.compile(
    r"(?:(GREGORIAN|JULIAN|HEBREW|FRENCH_R|ROMAN|UNKNOWN|_[A-Z0-9_]+) )?"
    r"(?:(?:([0-9]{1,2}) )?([A-Z_][A-Z0-9_]*) )?"
    r"([0-9]{1,4})(?:/([0-9]{1,4}))?(?: ?(B\.?C\.?E?\.?))?"
)
# What loosedates.py writes in addition: a year in doubt, a decade, a part of a year.
_LOOSE = re.compile(
    r"(?:(SPRING|SUMMER|AUTUMN|WINTER) )?(?:([0-9]{3})0S|([0-9]{4}))(\?)?"
    r"|(.+)(\?)"
)

# The last month in which a year began anywhere in Europe was April (on Easter Day, in France).
# Up to then the second of two years is the one that began on 1 January.
_LAST_MONTH_OF_OLD_YEAR = 4


class Point(NamedTuple):
    """A day, month or year: EDTF of its start and of its end, the same text where EDTF has it.

    `either` marks two years between which the date leaves the choice; `qualifier` is `?` or "".
    """

    start: str
    end: str
    note: str = ""
    either: bool = False
    qualifier: str = ""


def read_point(text: str, *, old: bool, loose: bool = False) -> Point | None:
    """Read one date in capitals, its calendar named as in GEDCOM 7.0; None where it is none.

    `old`: by the rules before 7.0, where a year has three or four digits. `loose` admits what
    `loosedates.rewritten` writes. DateError says what is wrong with a date that has the right form.
    """
    found = _POINT.fullmatch(text)
    if not found:
        return _read_loose(text, old=old) if loose else None
    calendar, day, month, year, second, epoch = found.groups()
    calendar = calendar or "GREGORIAN"
    if calendar not in _CODES:
        reason = _WITHOUT_RULES.get(calendar, "a calendar of one program's own")
        raise DateError(reason)
    number = _NUMBERS[calendar].get(month) if month else 0
    if number is None:
        return _read_loose(text, old=old) if loose else None
    _check_year(year, calendar, epoch, second, old=old)
    if second:
        return _two_years(calendar, day, number, int(year), second)
    return _convert(calendar, day, number, 1 - int(year) if epoch else int(year))


def _check_year(year: str, calendar: str, epoch: str, second: str, *, old: bool) -> None:
    if not int(year):
        raise DateError("there is no year 0")
    if old and len(year) < 3 and not epoch and calendar != "FRENCH_R":
        raise DateError(f'the year "{year}" has no century')
    if epoch and (second or calendar not in ("GREGORIAN", "JULIAN")):
        raise DateError("two years, or years of this calendar, cannot be before Christ")
    if second and calendar not in ("GREGORIAN", "JULIAN"):
        raise DateError("two years are for the Gregorian and the Julian calendar")
    if calendar == "FRENCH_R" and int(year) > calendars.FRENCH_YEARS:
        raise DateError("the French Republican calendar ended in its year 14")


def _two_years(calendar: str, day: str | None, month: int, first: int, second: str) -> Point:
    """Read `1731/32`: the year of old, which began in spring, and the one from 1 January."""
    digits = str(first)
    # One digit or two stand for the end of the year, as in 1731/2 and 1699/00.
    later = int(digits[: -len(second)] + second) if len(second) < len(digits) else int(second)
    if later < first and not int(second):
        later += 10 ** len(second)
    if later == first + 1 and 0 < month <= _LAST_MONTH_OF_OLD_YEAR:
        return _convert(calendar, day, month, later)
    if later <= first or (month and later != first + 1):
        raise DateError(f'"{first}/{second}" are not two years that follow each other')
    start = _convert(calendar, day, month, first)
    end = _convert(calendar, day, month, later)
    note = start.note or end.note
    if month:
        note = note or f"two years are for the months before Easter, read as {first} or {later}"
    elif later > first + 1:
        note = note or f"read as between {first} and {later}"
    return Point(start.start, end.end, note, either=True)


def _convert(calendar: str, day: str | None, month: int, year: int) -> Point:
    if calendar == "GREGORIAN":
        return _gregorian(day, month, year)
    first, last = _span(calendar, month, year)
    note = ""
    if day:
        if 1 <= int(day) <= last - first + 1:
            edtf = edtf_of_day(first + int(day) - 1)
            return Point(edtf, edtf)
        note = _no_such_day(_CODES[calendar][month - 1], year, last - first + 1)
    return Point(edtf_of_day(first), edtf_of_day(last), note)


def _gregorian(day: str | None, month: int, year: int) -> Point:
    edtf = f"{year:04d}" if year >= 0 else f"-{-year:04d}"
    if not month:
        return Point(edtf, edtf)
    edtf = f"{edtf}-{month:02d}"
    if not day:
        return Point(edtf, edtf)
    length = days_in_month(year, month)
    if not 1 <= int(day) <= length:
        return Point(edtf, edtf, _no_such_day(MONTHS[month - 1], year, length))
    edtf = f"{edtf}-{int(day):02d}"
    return Point(edtf, edtf)


def _no_such_day(month: str, year: int, length: int) -> str:
    name = f"{month} {year}" if year > 0 else f"{month} {1 - year} BCE"
    return f"{name} has the days 1 to {length}, read as the month"


def _span(calendar: str, month: int, year: int) -> tuple[int, int]:
    """Give the Julian Day Numbers of the first and last day of a month, or of a year (month 0)."""
    if calendar == "HEBREW":
        return calendars.hebrew_month(year, month) if month else calendars.hebrew_year(year)
    if calendar == "FRENCH_R":
        return calendars.french_month(year, month) if month else calendars.french_year(year)
    first = julian_day_from_julian(year, month or 1, 1)
    after = (year, month + 1) if 0 < month < 12 else (year + 1, 1)
    return first, julian_day_from_julian(*after, 1) - 1


def edtf_of_day(number: int) -> str:
    """Give the Gregorian day of a Julian Day Number as EDTF."""
    year, month, day = gregorian_from_julian_day(number)
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{day:02d}"


def _read_loose(text: str, *, old: bool) -> Point | None:
    found = _LOOSE.fullmatch(text)
    if not found:
        return None
    season, decade, year, doubt, rest, rest_doubt = found.groups()
    if rest:
        point = read_point(rest, old=old)
        return point and point._replace(qualifier=rest_doubt)
    edtf = f"{decade}X" if decade else year
    if season:
        if decade:
            return None
        edtf = f"{edtf}-{_SEASONS[season]}"
    return Point(edtf, edtf, qualifier=doubt or "")
