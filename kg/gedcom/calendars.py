"""Days of the Hebrew and the French Republican calendar, by Julian Day Number.

Months have the numbers of their place in GEDCOM's lists: `TSH` to `ELL` are 1 to 13, `VEND` to
`COMP` likewise. As in all tables of conversion, a Hebrew day is the civil day on which most of it
falls, though it begins at the sunset before.
"""

from __future__ import annotations

from functools import lru_cache

from kg.model.calendars import Day

HEBREW_MONTHS = (
    "TSH", "CSH", "KSL", "TVT", "SHV", "ADR", "ADS", "NSN", "IYR", "SVN", "TMZ", "AAV", "ELL",
)  # fmt: skip
"""GEDCOM's codes of the Hebrew months; `ADR` is the Adar that leap years alone have."""

FRENCH_MONTHS = (
    "VEND", "BRUM", "FRIM", "NIVO", "PLUV", "VENT", "GERM", "FLOR", "PRAI", "MESS", "THER", "FRUC",
    "COMP",
)  # fmt: skip
"""GEDCOM's codes of the French Republican months; `COMP` are the five or six days after them."""

FRENCH_YEARS = 14
"""How many years the French Republican calendar was in use."""

# 1 Tishri 1, 7 October 3761 BCE of the Julian calendar.
_HEBREW_EPOCH = 347998
# 1 Vendémiaire I, 22 September 1792 of the Gregorian calendar.
_FRENCH_EPOCH = 2375840

_ADAR_OF_LEAP_YEARS, _ADAR = 6, 7


def is_hebrew_leap(year: int) -> bool:
    """Say whether a Hebrew year has thirteen months."""
    return (7 * year + 1) % 19 < 7


@lru_cache(maxsize=1024)
def _hebrew_year_start(year: int) -> int:
    """Give the Julian Day Number of 1 Tishri.

    The arithmetic of the mean new moon and the four postponements are those of E. M. Reingold and
    N. Dershowitz, Calendrical Calculations: The Ultimate Edition (2018), chapter "The Hebrew
    Calendar": `hebrew-calendar-elapsed-days` and `hebrew-year-length-correction`.
    """
    before, start, after = (_elapsed(y) for y in (year - 1, year, year + 1))
    if after - start == 356:
        start += 2
    elif start - before == 382:
        start += 1
    return _HEBREW_EPOCH + start


def _elapsed(year: int) -> int:
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    day = 29 * months + parts // 25920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


@lru_cache(maxsize=1024)
def _hebrew_months(year: int) -> tuple[int, ...]:
    """Give the number of days of each of the 13 months; `ADR` has none in a common year."""
    length = _hebrew_year_start(year + 1) - _hebrew_year_start(year)
    cheshvan = 30 if length % 10 == 5 else 29
    kislev = 29 if length % 10 == 3 else 30
    adar_of_leap_years = 30 if is_hebrew_leap(year) else 0
    return (30, cheshvan, kislev, 29, 30, adar_of_leap_years, 29, 30, 29, 30, 29, 30, 29)


def hebrew_month(year: int, month: int) -> tuple[int, int]:
    """Give the Julian Day Numbers of the first and last day of a Hebrew month.

    In a common year `ADR` and `ADS` are the same month: GEDCOM 7.0 wants `ADS` (appendix A), and
    files have either.
    """
    months = _hebrew_months(year)
    if month == _ADAR_OF_LEAP_YEARS and not months[_ADAR_OF_LEAP_YEARS - 1]:
        month = _ADAR
    first = _hebrew_year_start(year) + sum(months[: month - 1])
    return first, first + months[month - 1] - 1


def hebrew_year(year: int) -> tuple[int, int]:
    """Give the Julian Day Numbers of the first and last day of a Hebrew year."""
    return _hebrew_year_start(year), _hebrew_year_start(year + 1) - 1


def julian_day_from_hebrew(year: int, month: int, day: int) -> int:
    """Give the Julian Day Number of a day of the Hebrew calendar."""
    return hebrew_month(year, month)[0] + day - 1


def hebrew_from_julian_day(number: int) -> Day:
    """Give the Hebrew date of a Julian Day Number; the Adar of a common year is `ADS` (7)."""
    # A mean year has 35975351/98496 days (in the same chapter): the guess is one year late at most.
    year = (number - _HEBREW_EPOCH) * 98496 // 35975351 + 2
    while _hebrew_year_start(year) > number:
        year -= 1
    days = number - _hebrew_year_start(year)
    month = 1
    for length in _hebrew_months(year):
        if days < length:
            break
        days -= length
        month += 1
    return year, month, days + 1


def is_french_sextile(year: int) -> bool:
    """Say whether a French Republican year, of those in use, had a sixth complementary day."""
    return year % 4 == 3


def french_year(year: int) -> tuple[int, int]:
    """Give the Julian Day Numbers of the first and last day of a French Republican year.

    A year began on the day of the autumn equinox in Paris. In the years 1 to 14, the only ones in
    use, that made 3, 7 and 11 sextile: Reingold and Dershowitz, chapter "The French Revolutionary
    Calendar"; day by day in F. Parise, The Book of Calendars (1982). For later years this says
    nothing: whether the equinox or a rule should decide was never settled.
    """
    start = _FRENCH_EPOCH + 365 * (year - 1) + year // 4
    return start, start + (365 if is_french_sextile(year) else 364)


def french_month(year: int, month: int) -> tuple[int, int]:
    """Give the Julian Day Numbers of the first and last day of a French Republican month."""
    start, end = french_year(year)
    first = start + 30 * (month - 1)
    return first, min(first + 29, end)


def julian_day_from_french(year: int, month: int, day: int) -> int:
    """Give the Julian Day Number of a day of the French Republican calendar, years 1 to 14."""
    return french_month(year, month)[0] + day - 1


def french_from_julian_day(number: int) -> Day:
    """Give the French Republican date of a Julian Day Number that lies in the years 1 to 14."""
    year = (number - _FRENCH_EPOCH) // 365 + 1
    while french_year(year)[0] > number:
        year -= 1
    days = number - french_year(year)[0]
    return year, days // 30 + 1, days % 30 + 1
