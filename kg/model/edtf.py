"""The grammar of EDTF (ISO 8601-2, Library of Congress 2019): text to a frozen value with bounds.

Levels 0 and 1 are read whole; of level 2: sets, unspecified digits anywhere, qualified parts,
exponential years, significant digits, and the parts of a year 25 to 41. Nothing is corrected on
the way in: a text outside the grammar, or a day that no calendar has, is a `DateError`.

What bounds mean, and how two dates compare, is in `dates.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from kg.errors import DateError
from kg.model.calendars import Day, day_fitting, days_in_month, numbers_fitting, years_fitting
from kg.model.mistakes import advice

Precision = Literal[
    "time", "day", "month", "season", "quarter", "third", "half", "year", "decade", "century",
    "millennium", "span", "interval", "set", "range", "unknown", "open",
]  # fmt: skip
"""How finely a date is given.

`span` is a year known only to lie between two years (`1950S2`, `XXXX`); `range` is `a..b` inside
a set; `unknown` (empty) and `open` (`..`) stand for the missing end of an interval or range.
"""


class Edtf(NamedTuple):
    """A date as its author wrote it; two are equal when their texts are.

    `earliest` and `latest` are the first and last day it may touch, None where nothing bounds it.
    `digits` are year, month (or part of the year) and day as written, qualifiers left out.
    `parts` are the two ends of an interval or range, and the members of a set.
    """

    text: str
    precision: Precision
    earliest: Day | None
    latest: Day | None
    digits: tuple[str, ...] = ()
    is_approximate: bool = False
    is_uncertain: bool = False
    parts: tuple[Edtf, ...] = ()

    @property
    def is_interval(self) -> bool:
        """Whether it is a stretch of time with a start and an end, known or not."""
        return self.precision == "interval"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edtf) and self.text == other.text

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text


UNKNOWN = Edtf(text="", precision="unknown", earliest=None, latest=None)
OPEN = Edtf(text="..", precision="open", earliest=None, latest=None)

_PLAIN = r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?"
_DATE = (
    r"[?~%]?(-?[0-9X]{4})[?~%]?"
    r"(?:-[?~%]?([0-9X]{2})[?~%]?(?:-[?~%]?([0-9X]{2})[?~%]?)?)?"
)
_LONG_YEAR = (
    r"[?~%]?(?:Y(-?[1-9][0-9]*)(?:E([1-9][0-9]?))?(?:S([1-9][0-9]*))?"
    r"|(-?[0-9]{4})S([1-9][0-9]*))[?~%]?"
)
_TIME = (
    r"(-?[0-9]{4}-[0-9]{2}-[0-9]{2})T"
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|[+-]([0-9]{2})(?::([0-9]{2}))?)?"
)

# First and last month of the parts of a year, counted from January of that year.
# 21 to 24 are seasons "independent of location" (Library of Congress, level 2): the standard ties
# them to no months, and summer in one half of the world is winter in the other. They get the whole
# year, and summer and winter, which cross the new year in one of the halves, also the two months
# that follow. 25 to 32 name the half: the meteorological seasons. A winter named after the year in
# which it ends is written as an interval or set.
_PARTS_OF_YEAR: dict[int, tuple[int, int]] = {
    21: (1, 12), 22: (1, 14), 23: (1, 12), 24: (1, 14),
    25: (3, 5), 26: (6, 8), 27: (9, 11), 28: (12, 14),
    29: (9, 11), 30: (12, 14), 31: (3, 5), 32: (6, 8),
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12),
    37: (1, 4), 38: (5, 8), 39: (9, 12),
    40: (1, 6), 41: (7, 12),
}  # fmt: skip

# Oxigraph 0.5 compares xsd:date up to twelve digits of a year and fails silently at thirteen.
_LAST_YEAR = 10**12 - 1


def parse(text: str) -> Edtf:
    """Read one EDTF text; `DateError` says what is wrong with it and what to write."""
    return _parse(text)


@lru_cache(maxsize=16384)
def _parse(text: str) -> Edtf:
    plain = re.fullmatch(_PLAIN, text)
    if plain:
        return _plain(text, *plain.groups())
    if text[:1] in ("[", "{"):
        return _set(text)
    if "/" in text:
        return _interval(text)
    return _single(text, text)


def _plain(text: str, year: str, month: str | None, day: str | None) -> Edtf:
    """Build the common forms, which need no search: 1938, 1938-06, 1938-06-13."""
    y = int(year)
    if month is None:
        return Edtf(
            text=text, precision="year", earliest=(y, 1, 1), latest=(y, 12, 31), digits=(year,)
        )
    m = int(month)
    if day is None:
        last = (y, m, days_in_month(y, m))
        return Edtf(
            text=text, precision="month", earliest=(y, m, 1), latest=last, digits=(year, month)
        )
    d = int(day)
    if not 1 <= d <= days_in_month(y, m):
        raise _no_such_day(text, year, month, day)
    whole = (y, m, d)
    return Edtf(text=text, precision="day", earliest=whole, latest=whole, digits=(year, month, day))


def _single(text: str, whole: str) -> Edtf:
    """Read a date that is no interval and no set; `whole` is what the user typed around it."""
    plain = re.fullmatch(_PLAIN, text)
    if plain:
        return _plain(text, *plain.groups())
    date = re.fullmatch(_DATE, text)
    if date:
        return _date(text, *date.groups())
    long_year = re.fullmatch(_LONG_YEAR, text)
    if long_year:
        return _long_year(text, *long_year.groups())
    time = re.fullmatch(_TIME, text)
    if time:
        if text != whole:
            raise DateError(
                f'"{whole}": a time of day cannot stand in an interval or set',
                hint=f'write the day alone: "{time[1]}"',
            )
        return _time(text, *time.groups())
    raise DateError(f'"{whole}": {_where(text, whole)}no date in EDTF', hint=advice(text))


def _time(text: str, date: str, hour: str, minute: str, second: str, *zone: str | None) -> Edtf:
    """Read a date-time; its bounds are the day as written, in its own time zone."""
    day = _single(date, date)
    if day.precision != "day":
        raise DateError(f'"{text}": a time of day needs a full date before it')
    for name, value, limit in (
        ("hour", hour, 23), ("minute", minute, 59), ("second", second, 59),
        ("hour of the time zone", zone[0], 14), ("minute of the time zone", zone[1], 59),
    ):  # fmt: skip
        if value is not None and int(value) > limit:
            raise DateError(f'"{text}": there is no {name} {value}', hint=f"{name}: 00 to {limit}")
    return Edtf(
        text=text, precision="time", earliest=day.earliest, latest=day.latest, digits=day.digits
    )


def _date(text: str, year: str, month: str | None, day: str | None) -> Edtf:
    """Read year, month and day with unspecified digits or qualifiers."""
    if year == "-0000":
        raise DateError(f'"{text}": there is no year -0000', hint='1 BCE is "0000", 2 BCE "-0001"')
    digits = tuple(part for part in (year, month, day) if part is not None)
    precision: Precision
    if month is None:
        precision = _precision_of_year(year)
        first, last = (next(years_fitting(year, latest=latest)) for latest in (False, True))
        earliest, latest_day = (first, 1, 1), (last, 12, 31)
    elif "X" not in month and int(month) in _PARTS_OF_YEAR:
        if day is not None:
            raise DateError(
                f'"{text}": {month} is a part of the year, and a part of the year has no days',
                hint=f'write "{year}-{month}", or a month from 01 to 12',
            )
        precision = _precision_of_part(int(month))
        start, end = _PARTS_OF_YEAR[int(month)]
        last_year = next(years_fitting(year, latest=True)) + (end - 1) // 12
        last_month = (end - 1) % 12 + 1
        earliest = (next(years_fitting(year, latest=False)), start, 1)
        latest_day = (last_year, last_month, days_in_month(last_year, last_month))
    else:
        _check_month(text, year, month)
        precision = "month" if day is None else "day"
        found = [day_fitting(year, month, day or "XX", latest=latest) for latest in (False, True)]
        if found[0] is None or found[1] is None:
            raise _no_such_day(text, year, month, day or "XX")
        earliest, latest_day = found[0], found[1]
    return Edtf(
        text=text,
        precision=precision,
        earliest=earliest,
        latest=latest_day,
        digits=digits,
        is_approximate="~" in text or "%" in text,
        is_uncertain="?" in text or "%" in text,
    )


def _precision_of_year(year: str) -> Precision:
    unspecified = year.lstrip("-").lstrip("0123456789")
    if "X" not in unspecified:
        return "year"
    by_shape: dict[str, Precision] = {"X": "decade", "XX": "century", "XXX": "millennium"}
    return by_shape.get(unspecified, "span")


def _precision_of_part(code: int) -> Precision:
    if code <= 32:
        return "season"
    if code <= 36:
        return "quarter"
    return "third" if code <= 39 else "half"


def _check_month(text: str, year: str, month: str) -> None:
    if numbers_fitting(month, 12, latest=False):
        return
    fault = f"no month fits {month}" if "X" in month else f"there is no month {month}"
    hint = "months are 01 to 12, seasons and other parts of a year 21 to 41"
    if text == f"{year}-{month}" and year.isdigit() and month.isdigit() and month > year[2:]:
        hint += f'; two years are written "{year}/{year[:2]}{month}"'
    raise DateError(f'"{text}": {fault}', hint=hint)


def _no_such_day(text: str, year: str, month: str, day: str) -> DateError:
    if day == "00":
        return DateError(f'"{text}": there is no day 00', hint='an unknown day is written "XX"')
    if "X" in year + month + day:
        return DateError(f'"{text}": no day of the calendar fits it', hint="check month and day")
    number = days_in_month(int(year), int(month))
    return DateError(
        f'"{text}": month {month} of the year {year} has {number} days',
        hint="check the day; convert a Julian date to the Gregorian calendar first",
    )


def _long_year(
    text: str, long: str | None, power: str | None, significant: str | None,
    short: str | None, short_significant: str | None,
) -> Edtf:  # fmt: skip
    """Read years of five and more digits, and years of which only some digits count."""
    significant = significant or short_significant
    mantissa = long or short or ""
    if len(mantissa) + int(power or 0) > 2 * len(str(_LAST_YEAR)):
        raise _too_far(text)
    year = int(mantissa) * 10 ** int(power or 0)
    size = abs(year)
    if long and size <= 9999:
        raise DateError(
            f'"{text}": Y is for years of five and more digits',
            hint=f'write "{"-" if year < 0 else ""}{size:04d}"',
        )
    if size > _LAST_YEAR:
        raise _too_far(text)
    if short == "-0000":
        raise DateError(f'"{text}": there is no year -0000', hint='1 BCE is "0000", 2 BCE "-0001"')
    low = high = size
    if significant:
        if int(significant[:3]) > len(str(size)):
            raise DateError(f'"{text}": the year {size} has fewer than {significant} digits')
        unit = 10 ** (len(str(size)) - int(significant))
        low = size // unit * unit
        high = low + unit - 1
    if year < 0:
        low, high = -high, -low
    return Edtf(
        text=text,
        precision="span" if significant else "year",
        earliest=(low, 1, 1),
        latest=(high, 12, 31),
        digits=(str(year),),
        is_approximate="~" in text or "%" in text,
        is_uncertain="?" in text or "%" in text,
    )


def _too_far(text: str) -> DateError:
    return DateError(f'"{text}": too far from now', hint=f"years go to {_LAST_YEAR} either way")


def _interval(text: str) -> Edtf:
    ends = text.split("/")
    if len(ends) != 2:
        raise DateError(f'"{text}": an interval has one "/"', hint=advice(text))
    start, end = ({"": UNKNOWN, "..": OPEN}.get(part) or _single(part, text) for part in ends)
    if start.earliest is None and end.earliest is None:
        raise DateError(
            f'"{text}": an interval needs a start or an end', hint='write "1937/" or "/1938"'
        )
    return _between(text, "interval", start, end)


def _between(text: str, precision: Precision, start: Edtf, end: Edtf, whole: str = "") -> Edtf:
    if start.earliest and end.latest and start.earliest > end.latest:
        raise DateError(
            f'"{whole or text}": {start.text} is after {end.text}', hint="write the earlier first"
        )
    return Edtf(
        text=text,
        precision=precision,
        earliest=start.earliest,
        latest=end.latest,
        is_approximate=start.is_approximate or end.is_approximate,
        is_uncertain=start.is_uncertain or end.is_uncertain,
        parts=(start, end),
    )


def _set(text: str) -> Edtf:
    """Read `[one of these]` or `{all of these}`."""
    close = {"[": "]", "{": "}"}[text[0]]
    if len(text) < 2 or text[-1] != close:
        raise DateError(
            f'"{text}": a set that opens with {text[0]} must close with {close}',
            hint='write "[1667,1668,1670..1672]" or "{1667,1668,1670..1672}"',
        )
    if "/" in text:
        raise DateError(
            f'"{text}": an interval cannot stand in a set', hint='a range is written "1670..1672"'
        )
    members = text[1:-1].split(",")
    parts = tuple(
        _member(member, text, first=n == 0, last=n == len(members) - 1)
        for n, member in enumerate(members)
    )
    first = [part.earliest for part in parts if part.earliest]
    last = [part.latest for part in parts if part.latest]
    return Edtf(
        text=text,
        precision="set",
        earliest=min(first) if len(first) == len(parts) else None,
        latest=max(last) if len(last) == len(parts) else None,
        is_approximate=any(part.is_approximate for part in parts),
        is_uncertain=any(part.is_uncertain for part in parts),
        parts=parts,
    )


def _member(text: str, whole: str, *, first: bool, last: bool) -> Edtf:
    start, dots, end = text.partition("..")
    if not dots:
        return _single(text, whole)
    if not start and not end:
        raise DateError(f'"{whole}": ".." needs a date', hint='write "[..1938]" or "[1938..]"')
    if (not start and not first) or (not end and not last):
        raise DateError(
            f'"{whole}": an open range stands first or last in a set',
            hint='write "[..1938,1945]" or "[1938,1945..]"',
        )
    a, b = (_single(part, whole) if part else OPEN for part in (start, end))
    return _between(text, "range", a, b, whole)


def _where(text: str, whole: str) -> str:
    if text == whole:
        return ""
    return f'"{text}" is ' if text else "an empty member is "
