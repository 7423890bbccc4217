"""Puts dates into words, in the languages of `data/words/dates.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from kg import assets
from kg.errors import UnknownName
from kg.model.calendars import Day
from kg.model.dates import Edtf

Words = Mapping[str, Any]


@cache
def _languages() -> Mapping[str, Words]:
    return tomllib.loads(assets.read("data/words/dates.toml"))


def in_words(date: Edtf, language: str = "en") -> str:
    """Say a date in a few words: `1920-11/` is "from November 1920", "с ноября 1920".

    Everything that bounds or qualifies the date is said; which part of it a qualifier stands at
    is not.
    """
    words = _languages().get(language)
    if words is None:
        known = ", ".join(_languages())
        raise UnknownName(f'no words for dates in "{language}"', hint=f"languages: {known}")
    if date.precision == "set":
        return _set(date, words)
    if date.precision == "interval":
        return _stretch(date, words)
    return _fill(words, _pattern_of_qualifier(date), date=_cases(date, words))


class _Inflected:
    """A word or phrase that a pattern may ask for in a case: `{start:genitive}`."""

    def __init__(self, say: Callable[[str], str], case: str = "nominative") -> None:
        self._say = say
        self._case = case

    def __format__(self, case: str) -> str:
        return self._say(case or self._case)


def _fill(words: Words, pattern: str, **values: object) -> str:
    return str(words[pattern]).format(**values) if pattern else f"{values['date']}"


def _form(forms: Words, case: str) -> Any:
    return forms.get(case, forms["nominative"])


def _pattern_of_qualifier(date: Edtf) -> str:
    if date.is_approximate and date.is_uncertain:
        return "both"
    if date.is_approximate:
        return "approximate"
    return "uncertain" if date.is_uncertain else ""


def _cases(date: Edtf, words: Words) -> _Inflected:
    return _Inflected(lambda case: _single(date, words, case))


def _inside(date: Edtf, words: Words) -> _Inflected:
    """Make an end of an interval or a member of a set, with its own qualifier."""
    pattern = _pattern_of_qualifier(date)
    if not pattern:
        return _cases(date, words)
    # "с около июля" is no Russian: inside another phrase the qualifier follows.
    return _Inflected(
        lambda case: _fill(words, f"{pattern}_inside", date=_single(date, words, case))
    )


def _stretch(date: Edtf, words: Words) -> str:
    start, end = date.parts
    if start.earliest is None:
        return _fill(words, "until", end=_inside(end, words))
    if end.latest is None:
        pattern = "from_open" if end.precision == "open" else "from"
        return _fill(words, pattern, start=_inside(start, words))
    return _fill(words, "from_to", start=_inside(start, words), end=_inside(end, words))


def _set(date: Edtf, words: Words) -> str:
    all_of = date.text.startswith("{")
    said = [_member(part, words, all_of=all_of) for part in date.parts]
    last = str(words["and" if all_of else "or"]).join(said[-2:])
    return str(words["comma"]).join([*said[:-2], last])


def _member(date: Edtf, words: Words, *, all_of: bool) -> str:
    if date.precision != "range":
        return f"{_inside(date, words)}"
    if all_of:
        return _stretch(date, words)
    start, end = date.parts
    if start.earliest is None:
        return _fill(words, "by", end=_inside(end, words))
    if end.latest is None:
        return _fill(words, "not_before", start=_inside(start, words))
    return _fill(words, "between", start=_inside(start, words), end=_inside(end, words))


def _single(date: Edtf, words: Words, case: str) -> str:
    """Say a date without its qualifier."""
    first, last = date.earliest, date.latest
    if first is None or last is None:
        return date.text
    year, month, day = (*date.digits, "", "")[:3]
    precision = date.precision
    if precision == "time":
        said = _point(first, "day", words, case)
        return _fill(words, "time", date=said, time=date.text.partition("T")[2])
    if precision in ("season", "quarter", "third", "half"):
        part = _Inflected(lambda c: _form(words["parts"], c)[int(month) - 21], case)
        if "X" in year:
            return _apart(f"{part}", date, words)
        return _fill(words, "part", part=part, year=_year(int(year), words))
    if "X" in year and "X" not in month and month and day in ("", "XX"):
        return _apart(_month(first, words, case, "month_without_year"), date, words)
    if "X" in year and "X" not in month + day and day:
        return _apart(_month(first, words, case, "day_without_year"), date, words)
    if precision == "decade" and first[0] > 0:
        return str(_form(words["decade"], case)).format(year=first[0])
    if precision == "span" and not month and "X" not in year:
        between = _between(first, last, "year", words)
        return _fill(words, "significant", year=_year(int(year), words), range=between)
    if month == "XX" and day in ("", "XX") and first[0] == last[0]:
        return _fill(words, "month_unknown", date=_year(first[0], words))
    if day == "XX" and "X" not in year + month:
        return _fill(words, "day_unknown", date=_point(first, "month", words, case))
    unit = "day" if day else "month" if month else "year"
    if "X" not in year + month + day:
        return _point(first, unit, words, case)
    return words["year_unknown"] if year == "XXXX" else _between(first, last, unit, words)


def _apart(said: str, date: Edtf, words: Words) -> str:
    """Say a day, month or part of a year that is not known."""
    first, last = date.earliest, date.latest
    if date.digits[0] == "XXXX" or first is None or last is None:
        return _fill(words, "year_apart", date=said, year=words["year_unknown"])
    return _fill(words, "year_apart", date=said, year=_between(first, last, "year", words))


def _between(first: Day, last: Day, unit: str, words: Words) -> str:
    start, end = (
        _Inflected(lambda case, day=day: _point(day, unit, words, case))  # type: ignore[misc]
        for day in (first, last)
    )
    return _fill(words, "between", start=start, end=end)


def _point(day: Day, unit: str, words: Words, case: str) -> str:
    return _year(day[0], words) if unit == "year" else _month(day, words, case, unit)


def _month(day: Day, words: Words, case: str, pattern: str) -> str:
    month = _Inflected(lambda c: _form(words["months"], c)[day[1] - 1], case)
    return _fill(words, pattern, day=day[2], month=month, year=_year(day[0], words))


def _year(year: int, words: Words) -> str:
    # A bare "43" would not be taken for a year.
    if year <= 0:
        return _fill(words, "bce", year=1 - year)
    return _fill(words, "ce", year=year) if year < 100 else str(year)
