"""Writes EDTF as a date of GEDCOM: exactly, or as near as GEDCOM comes."""

from __future__ import annotations

import re

from kg.gedcom.points import MONTHS
from kg.model.calendars import (
    Day,
    days_in_month,
)
from kg.model.dates import Edtf, parse

_PLAIN = re.compile(r"(-?[0-9]{4})(?:-([01][0-9])(?:-([0-9]{2}))?)?")


def write_date(edtf: str, version: str = "7.0") -> str:
    """Write the canonical date of GEDCOM that says exactly what the EDTF says; "" if none does.

    What it writes, `read_date` reads as the same EDTF, but for a year or month that bounds an open
    set before 7.0: `[..1849]` gives `BEF 1850`, which is read as `[..1849-12-31]`. DateError where
    the text is no EDTF.
    """
    old = not version.startswith("7")
    date = parse(edtf)
    if date.precision == "interval":
        return _period(date, old=old)
    if date.precision == "set":
        return _one_of(date, old=old)
    if date.is_approximate and edtf.endswith("~"):
        about = _plain(edtf[:-1], old=old)
        return about and f"ABT {about}"
    return _plain(edtf, old=old)


def nearest_date(edtf: str, version: str = "7.0") -> str:
    """Write the date of GEDCOM that comes nearest: the exact one, else one with the same bounds.

    What is lost are qualifiers, gaps in a set, and whether the end of an interval is unknown or
    open. "" where nothing bounds the date or GEDCOM has no such year; DateError where the text is
    no EDTF.
    """
    exact = write_date(edtf, version)
    if exact:
        return exact
    old = not version.startswith("7")
    date = parse(edtf)
    first, last = date.earliest, date.latest
    unit = _unit(first, last)
    start = _say(first, unit, old=old) if first else ""
    end = _say(last, unit, old=old) if last else ""
    if (first and not start) or (last and not end):
        return ""
    if date.is_interval:
        return f"{start and f'FROM {start}'} {end and f'TO {end}'}".strip()
    if start and end:
        if start != end:
            return f"BET {start} AND {end}"
        return f"ABT {start}" if date.is_approximate or date.is_uncertain else start
    if last:
        return _before(last, old=old)
    return _after(first, old=old) if first else ""


def _period(date: Edtf, *, old: bool) -> str:
    start, end = date.parts
    if "open" in (start.precision, end.precision):
        return ""
    said = [_plain(part.text, old=old) for part in date.parts]
    if start.precision == "unknown":
        return said[1] and f"TO {said[1]}"
    if end.precision == "unknown":
        return said[0] and f"FROM {said[0]}"
    return f"FROM {said[0]} TO {said[1]}" if all(said) else ""


def _one_of(date: Edtf, *, old: bool) -> str:
    if not date.text.startswith("[") or len(date.parts) != 1 or date.parts[0].precision != "range":
        return ""
    start, end = date.parts[0].parts
    if start.precision != "open" and not _PLAIN.fullmatch(start.text):
        return ""
    if end.precision != "open" and not _PLAIN.fullmatch(end.text):
        return ""
    if start.precision == "open":
        return _worded("BEF", end.text, old=old)
    if end.precision == "open":
        return _worded("AFT", start.text, old=old)
    said = [_plain(part.text, old=old) for part in (start, end)]
    return f"BET {said[0]} AND {said[1]}" if all(said) else ""


def _worded(word: str, edtf: str, *, old: bool) -> str:
    said = _plain(edtf, old=old)
    return said and f"{word} {said}"


def _before(last: Day | None, *, old: bool) -> str:
    """Say that something happened on a day or earlier."""
    if last is None:
        return ""
    said = _say(last, _unit(None, last), old=old)
    return said and f"BEF {said}"


def _after(first: Day | None, *, old: bool) -> str:
    """Say that something happened on a day or later."""
    if first is None:
        return ""
    said = _say(first, _unit(first, None), old=old)
    return said and f"AFT {said}"


def _unit(first: Day | None, last: Day | None) -> int:
    """Say which parts name the days best: 1 the year, 2 also the month, 3 also the day."""
    months = (first is None or first[2] == 1) and (
        last is None or last[2] == days_in_month(last[0], last[1])
    )
    years = months and (first is None or first[1] == 1) and (last is None or last[1] == 12)
    return 1 if years else 2 if months else 3


def _say(day: Day, unit: int, *, old: bool) -> str:
    year, month, of_month = day
    return _words(year, month if unit > 1 else 0, of_month if unit > 2 else 0, old=old)


def _plain(edtf: str, *, old: bool) -> str:
    """Write a year, month or day that has no qualifier and no unspecified digit; else ""."""
    found = _PLAIN.fullmatch(edtf)
    if not found or (found[2] and int(found[2]) > 12):
        return ""
    return _words(int(found[1]), int(found[2] or 0), int(found[3] or 0), old=old)


def _words(year: int, month: int, day: int, *, old: bool) -> str:
    if not -9999 < year <= 9999:
        return ""
    # Before 7.0 a year has three digits at least.
    after, before = (f"{year:03d}", "B.C.") if old else (str(year), "BCE")
    said = after if year > 0 else f"{1 - year} {before}"
    if month:
        said = f"{MONTHS[month - 1]} {said}"
    return f"{day} {said}" if day else said
