"""Days of the Gregorian and the Julian calendar: counting, converting, fitting `193X-0X-XX`.

Every year is allowed. Years are astronomical, as in ISO 8601 and XML Schema 1.1: 0 is 1 BCE and
-43 is 44 BCE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

Day = tuple[int, int, int]
"""Year, month and day; tuples of one calendar compare in the order of time."""

# Days between the epochs of the two calendars and of the Julian Day Number, in the algorithms
# 15.11 of E. G. Richards, "Calendars", in Explanatory Supplement to the Astronomical Almanac,
# 3rd ed. (2013). Written with floor division, as Python has it, they hold for every year;
# Fliegel and Van Flandern (1968) rely on division that rounds towards zero.
_YEARS_BEFORE = 4716
_DAYS_BEFORE = 1401


def is_leap(year: int) -> bool:
    """Say whether a year of the Gregorian calendar has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Give the number of days of a month of the Gregorian calendar."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _count(year: int, month: int, day: int) -> tuple[int, int]:
    """Count days as the Julian calendar does; the second value is the shifted year."""
    shifted = year + _YEARS_BEFORE - (14 - month) // 12
    days = 1461 * shifted // 4 + (153 * ((month + 9) % 12) + 2) // 5
    return days + day - 1 - _DAYS_BEFORE, shifted


def _date(shifted_days: int) -> Day:
    """Turn a count of days since the start of Richards's computational calendar into a date."""
    quarters = 4 * shifted_days + 3
    fifths = 5 * (quarters % 1461 // 4) + 2
    month = (fifths // 153 + 2) % 12 + 1
    return quarters // 1461 - _YEARS_BEFORE + (14 - month) // 12, month, fifths % 153 // 5 + 1


def julian_day_from_julian(year: int, month: int, day: int) -> int:
    """Give the Julian Day Number (of noon) of a date of the Julian calendar."""
    return _count(year, month, day)[0]


def julian_day_from_gregorian(year: int, month: int, day: int) -> int:
    """Give the Julian Day Number (of noon) of a date of the Gregorian calendar."""
    days, shifted = _count(year, month, day)
    return days - 3 * ((shifted + 184) // 100) // 4 + 38


def julian_from_julian_day(number: int) -> Day:
    """Give the date of the Julian calendar of a Julian Day Number."""
    return _date(number + _DAYS_BEFORE)


def gregorian_from_julian_day(number: int) -> Day:
    """Give the date of the Gregorian calendar of a Julian Day Number."""
    return _date(number + _DAYS_BEFORE + (4 * number + 274277) // 146097 * 3 // 4 - 38)


def julian_to_gregorian(year: int, month: int, day: int) -> Day:
    """Convert a Julian (Old Style) date; 25 October 1917 becomes 7 November 1917.

    The year must begin on 1 January: where a source begins its year on another day (1 March,
    25 March, 1 September), correct the year first.
    """
    return gregorian_from_julian_day(julian_day_from_julian(year, month, day))


def gregorian_to_julian(year: int, month: int, day: int) -> Day:
    """Convert a Gregorian (New Style) date; 7 November 1917 becomes 25 October 1917."""
    return julian_from_julian_day(julian_day_from_gregorian(year, month, day))


def years_fitting(pattern: str, *, latest: bool) -> Iterator[int]:
    """Give the years that fit `193X`, from the first on, or from the last back."""
    negative = pattern.startswith("-")
    # The digits that come first in time are the small ones, before year 0 the great ones.
    choice = "9876543210" if latest is not negative else "0123456789"
    for digits in product(*(choice if c == "X" else c for c in pattern.lstrip("-"))):
        size = int("".join(digits))
        if size or not negative:
            yield -size if negative else size


def numbers_fitting(pattern: str, highest: int, *, latest: bool) -> list[int]:
    """Give the numbers from 1 to `highest` that fit two digits such as `1X`, in order of time."""
    shape = re.compile(pattern.replace("X", "[0-9]"))
    fitting = [n for n in range(1, highest + 1) if shape.fullmatch(f"{n:02d}")]
    return fitting[::-1] if latest else fitting


def day_fitting(year: str, month: str, day: str, *, latest: bool) -> Day | None:
    """Give the first or last day of the calendar that fits, or None."""
    days = numbers_fitting(day, 31, latest=latest)
    # 2000 is a leap year: what it lacks, every year lacks.
    months = [
        m
        for m in numbers_fitting(month, 12, latest=latest)
        if days and min(days) <= days_in_month(2000, m)
    ]
    if not months:
        return None
    for y in years_fitting(year, latest=latest):
        for m in months:
            for d in days:
                if d <= days_in_month(y, m):
                    return y, m, d
    return None
