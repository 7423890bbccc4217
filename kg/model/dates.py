"""Dates as intervals of days: bounds, and comparison that may answer "can't tell".

The calendar is the proleptic Gregorian one with astronomical years (0000 is 1 BCE), as in EDTF
and in XML Schema 1.1. A qualifier (`?`, `~`, `%`) widens nothing: how many years "about" means is
known to nobody, so the bounds are those of the date as written, and the reader sees the qualifier.

The day is the smallest unit. Each date starts on some day and ends on some day; an interval tells
the two apart (`1920-11/1937` starts in November 1920 and ends in 1937), every other date says only
between which days both lie (an event of `1938` happened at some time in 1938). All comparisons
follow from these four bounds and answer True or False only where every reading agrees.
"""

from __future__ import annotations

from typing import NamedTuple

from kg.errors import DateError
from kg.model.calendars import Day, gregorian_to_julian, julian_to_gregorian
from kg.model.edtf import Edtf, Precision, parse

__all__ = [
    "Edtf",
    "Precision",
    "before",
    "bounds",
    "gregorian_to_julian",
    "julian_to_gregorian",
    "overlaps",
    "parse",
    "within",
    "years_between",
]


def bounds(date: Edtf) -> tuple[str | None, str | None]:
    """Give the first and last day a date may touch, as xsd:date; None where nothing bounds it.

    An interval goes from the earliest start to the latest end. An end that is unknown (`1937/`)
    or open (`1937/..`) has no bound, nor has `[..1937]` a first day.
    """
    earliest, latest = date.earliest, date.latest
    return earliest and _lexical(earliest), latest and _lexical(latest)


def bounds_of(text: str) -> tuple[str | None, str | None]:
    """The bounds of an EDTF text; none where it is empty or no date (a store from elsewhere)."""
    try:
        return bounds(parse(text)) if text else (None, None)
    except DateError:
        return None, None


def _lexical(day: Day) -> str:
    # Year 0000 is legal in XML Schema 1.1 only, but Oxigraph reads and orders it.
    year, month, of_month = day
    if year < 0:
        return f"-{-year:04d}-{month:02d}-{of_month:02d}"
    return f"{year:04d}-{month:02d}-{of_month:02d}"


# Days before and after all others, for ends that nothing bounds.
_NEVER: Day = (-(10**13), 1, 1)
_ALWAYS: Day = (10**13, 1, 1)


class _Extent(NamedTuple):
    """Between which days a date starts, and between which it ends."""

    start_earliest: Day
    start_latest: Day
    end_earliest: Day
    end_latest: Day


def _extent(date: Edtf) -> _Extent:
    earliest, latest = date.earliest or _NEVER, date.latest or _ALWAYS
    if not date.is_interval:
        return _Extent(earliest, latest, earliest, latest)
    start, end = date.parts
    # What is known of one end bounds the other: nothing ends before it starts.
    start_latest = min(start.latest or _ALWAYS, latest)
    end_earliest = max(end.earliest or _NEVER, earliest)
    return _Extent(earliest, start_latest, end_earliest, latest)


def before(a: Edtf, b: Edtf) -> bool | None:
    """Say whether `a` is over before `b` begins: on an earlier day.

    True: the last day of `a` is surely earlier than the first day of `b`. False: `a` surely goes on
    past the day on which `b` begins. None: can't tell; so two events of one day, since a date does
    not know the hour.
    """
    x, y = _extent(a), _extent(b)
    if x.end_latest < y.start_earliest:
        return True
    return False if x.end_earliest > y.start_latest else None


def overlaps(a: Edtf, b: Edtf) -> bool | None:
    """Say whether `a` and `b` have at least one day in common.

    True: surely; so two dates that are the same single day. False: one is surely over before the
    other begins. None: can't tell; so two events of 1938, which may be months apart.
    """
    x, y = _extent(a), _extent(b)
    if x.end_latest < y.start_earliest or y.end_latest < x.start_earliest:
        return False
    if x.start_latest <= y.end_earliest and y.start_latest <= x.end_earliest:
        return True
    return None


def within(inner: Edtf, outer: Edtf) -> bool | None:
    """Say whether `inner` lies in the period that `outer` names, such as a year or a decade.

    Here `outer` is read as all days between its bounds, not as some time among them: `1938-06` is
    within `193X`. An open side of it (`1937/..`, `[..1937]`) admits everything on that side; an
    unknown end (`1937/`) leaves open what lies beyond.
    """
    x = _extent(inner)
    first, last = outer.earliest or _NEVER, outer.latest or _ALWAYS
    if x.start_latest < first or x.end_earliest > last:
        return False
    unknown_start = outer.is_interval and outer.parts[0].precision == "unknown"
    unknown_end = outer.is_interval and outer.parts[1].precision == "unknown"
    starts_inside = x.start_earliest >= first and not unknown_start
    ends_inside = x.end_latest <= last and not unknown_end
    return True if starts_inside and ends_inside else None


def years_between(earlier: str, later: str) -> int:
    """Count the full years from one xsd:date to another, as ages are counted.

    Who was born on 29 February completes a year on 1 March where there is no 29 February.
    """
    a, b = day(earlier), day(later)
    if b < a:
        raise DateError(f'"{later}" is before "{earlier}"', hint="give the earlier date first")
    return b[0] - a[0] - (b[1:] < a[1:])


def day(text: str) -> Day:
    """Year, month and day of an xsd:date, which sort in order of time; DateError for other texts."""
    sign = -1 if text.startswith("-") else 1
    try:
        year, month, day = text.lstrip("-").split("-")
        return sign * int(year), int(month), int(day)
    except ValueError:
        raise DateError(f'"{text}": no xsd:date', hint='write "1938-06-13"') from None
