"""Rewrites dates as they stand in files, though not in the standard, into forms of GEDCOM.

`c. 1850`, `12.3.1850` and `между 1850 и 1860` have one meaning each. A text with two, such as
`3/4/1850`, is refused, and so is one with a word that no list of `data/gedcom/dates.toml` has.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import NamedTuple

from kg import assets
from kg.errors import DateError
from kg.gedcom.points import MONTHS

_NOT_READ = "no date that can be read"
_DIGITS = frozenset("0123456789")

_SIGNS = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‑": "-", "’": "'", "~": " c ", "≈": " c ", "\u00a0": " "}
)
_YEAR_FIRST = re.compile(r"(?<![\d./-])(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?![\d/])")
_YEAR_LAST = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d/])")
_YEAR_MONTH = re.compile(r"(?<![\d./-])(\d{4})-(\d{2})(?![\d./-])")
_STOPS = re.compile(r"[.,()]")
_JOINED = re.compile(r"(?<=[^\W\d_])(?<!\ds)[-/](?=\d)|(?<=\d)[-/](?=[^\W\d_])")
_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DECADE = re.compile(r"\b(\d\d\d0)[ '-]*(?:s|er|е|х)(?!\w)")
_ORDINAL = re.compile(r"\b(\d\d?)[ -]*(?:st|nd|rd|th|er|го|е|º)(?!\w)")
_TOKEN = re.compile(r"\d+/\d+|\d+S\b|\d+|[^\W\d_]+(?:_[A-Z]+)?|[^\w\s]")

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")
_QUALIFIERS = ("ABT", "EST", "CAL")
_LINKS = ("BEF", "AFT", "FROM", "TO", "BET", "AND", "OR", "-")
_FORMS = {
    ("S",): "{}",
    ("BEF", "S"): "BEF {}",
    ("AFT", "S"): "AFT {}",
    ("FROM", "S"): "FROM {}",
    ("TO", "S"): "TO {}",
    ("AND", "S"): "{}",  # "en 1850": French for "in", Dutch for "and"
    ("S", "-", "S"): "BET {} AND {}",
    ("S", "OR", "S"): "BET {} AND {}",
    ("BET", "S", "-", "S"): "BET {} AND {}",
    ("BET", "S", "TO", "S"): "BET {} AND {}",
    ("BET", "S", "AND", "S"): "BET {} AND {}",
    ("S", "TO", "S"): "FROM {} TO {}",
    ("FROM", "S", "-", "S"): "FROM {} TO {}",
    ("FROM", "S", "TO", "S"): "FROM {} TO {}",
    ("FROM", "S", "BEF", "S"): "FROM {} TO {}",  # "с 1850 до 1860"
}


class _Words(NamedTuple):
    codes: dict[str, str]  # word: code of a keyword, month, calendar, era or season; "" a filler
    several: re.Pattern[str]  # those that are not one run of letters
    months: dict[str, str]  # code of a month or season: its calendar
    calendars: frozenset[str]
    signs: frozenset[str]  # all codes, and what else may stand among the tokens


@cache
def _words() -> _Words:
    lists = tomllib.loads(assets.read("data/gedcom/dates.toml"))
    codes = dict.fromkeys(lists["fillers"]["words"], "")
    months = dict.fromkeys(lists["seasons"], "GREGORIAN")
    named = [lists[kind] for kind in ("keywords", "eras", "calendars", "seasons")]
    for calendar, names in lists["months"].items():
        months.update(dict.fromkeys(names, calendar))
        named.append(names)
    codes.update((word, code) for names in named for code, words in names.items() for word in words)
    # Longer ones first: "до н э" before "н э".
    several = sorted((word for word in codes if not word.isalpha()), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, several))})(?!\w)")
    signs = frozenset([*codes.values(), *months, *_ROMAN, "-", "?"])
    return _Words(codes, pattern, months, frozenset(lists["calendars"]), signs)


def rewritten(text: str) -> str:
    """Give the form of GEDCOM that a text surely means, in capitals.

    It may hold what GEDCOM lacks and `points.py` reads: `1850?`, `1850S`, `SPRING 1850`.
    DateError where the text has no meaning as a date, or several.
    """
    tokens = _tokens(text) if not _DIGITS.isdisjoint(text) else []
    kinds: list[str] = []
    dates: list[list[str]] = []
    qualifier = ""
    for token in tokens:
        if token in _LINKS:
            kinds.append(token)
        elif token in _QUALIFIERS:
            qualifier = token
        else:
            if not kinds or kinds[-1] != "S":
                kinds.append("S")
                dates.append([])
            if qualifier:
                dates[-1].insert(0, qualifier)
                qualifier = ""
            dates[-1].append(token)
    form = _FORMS.get(tuple(kinds))
    if not form or not tokens:
        raise DateError(_NOT_READ)
    # "1850 ca."; and "ca. 1850-1860" is about both.
    if qualifier:
        dates[-1].insert(0, qualifier)
    if tokens[0] in _QUALIFIERS and len(dates) == 2 and dates[1][0] not in _QUALIFIERS:
        dates[1].insert(0, tokens[0])
    return form.format(*_written(dates))


def _tokens(text: str) -> list[str]:
    """Split a text into numbers, signs and codes, fillers left out."""
    words = _words()
    low = text.strip().translate(_SIGNS).lower().replace("(?)", "?")
    if low.startswith("<"):
        low = f"c {low[1:-1]}" if low.endswith(">") else f"vor {low[1:]}"
    elif low.startswith(">"):
        low = f"nach {low[1:]}"
    low = _YEAR_FIRST.sub(lambda found: _numbers(found[4], found[3], found[1]), low)
    low = _YEAR_LAST.sub(_day_and_month, low)
    low = _YEAR_MONTH.sub(_year_and_month, low)
    low = " ".join(_STOPS.sub(" ", low).split())
    low = words.several.sub(lambda found: f" {words.codes[found[0]]} ", low)
    low = _TOUCHING.sub(" ", _JOINED.sub(" ", low))
    low = _ORDINAL.sub(r"\1", _DECADE.sub(r"\1S", low))
    tokens = []
    for token in _TOKEN.findall(low):
        if token[0] in _DIGITS or token in words.signs:
            tokens.append(token)
            continue
        code = words.codes.get(token)
        if code is None:
            raise DateError(_NOT_READ)
        if code:
            tokens.append(code)
    return tokens


def _numbers(day: str, month: str, year: str) -> str:
    """Write a date of three numbers; 00 is a part not known."""
    if int(month) > 12:
        raise DateError(_NOT_READ)
    if not int(month):
        return f" {year} "
    code = MONTHS[int(month) - 1]
    return f" {int(day)} {code} {year} " if int(day) else f" {code} {year} "


def _day_and_month(found: re.Match[str]) -> str:
    first, sign, second, year = found.groups()
    a, b = int(first), int(second)
    if sign == "." or a > 12 or a == b or not a:
        if b > 12 and 0 < a <= 12:
            return _numbers(second, first, year)
        return _numbers(first, second, year)
    if b > 12:
        return _numbers(second, first, year)
    one = _numbers(first, second, year).strip()
    other = _numbers(second, first, year).strip()
    raise DateError(f"may be {one} or {other}")


def _year_and_month(found: re.Match[str]) -> str:
    """Read `1850-03` as a month, `1850-60` as years; `1910-12` may be either."""
    year, second = found.groups()
    is_later = second > year[2:]
    if int(second) <= 12:
        if is_later:
            raise DateError(
                f"may be month {second} of {year} or the years {year} to {year[:2]}{second}"
            )
        return _numbers("0", second, year)
    if not is_later:
        raise DateError(_NOT_READ)
    return f"{year} - {year[:2]}{second}"


def _written(dates: list[list[str]]) -> list[str]:
    """Write one or two dates in the order of GEDCOM; the first may lack what the second tells."""
    if len(dates) == 2:
        _share_epoch(*dates)
        _share_year(*dates)
    return [_date(date) for date in dates]


def _share_epoch(first: list[str], second: list[str]) -> None:
    """Read "100-50 BC" as two years before Christ; "716 BC or 725" may mean either."""
    epochs = [[token for token in date if token in ("BCE", "CE")] for date in (first, second)]
    if "BCE" not in epochs[0] + epochs[1] or all(epochs):
        return
    years = [[token for token in date if token.isdecimal()] for date in (first, second)]
    if epochs[0] or len(years[0]) != 1 or len(years[1]) != 1 or int(years[0][0]) < int(years[1][0]):
        raise DateError("may be before Christ or after")
    first.append("BCE")


def _share_year(first: list[str], second: list[str]) -> None:
    """Read "12-15 MAR 1850" and "JAN-MAR 1850" as two dates of one year."""
    months = _words().months
    if any(_is_year(token) for token in first) or "BCE" in first:
        return
    if not any(token in months for token in first):
        first += [token for token in second if token in months]
    first += [token for token in second if _is_year(token)]


def _is_year(token: str) -> bool:
    return len(token) > 2 and token[0] in _DIGITS


def _date(tokens: list[str]) -> str:
    """Write the tokens of one date as `[ABT] [calendar] [day] [month] year [BCE] [?]`."""
    words = _words()
    lead, calendar, month, epoch, doubt = "", "", "", "", ""
    numbers: list[str] = []
    for token in tokens:
        if token in _QUALIFIERS:
            lead = f"{token} "
        elif token in words.months and not month:
            month = token
        elif token in words.calendars and not calendar:
            calendar = token
        elif token in ("BCE", "CE") and not epoch:
            epoch = token
        elif token == "?":
            doubt = token
        elif token[0] in _DIGITS or token in _ROMAN:
            numbers.append(token)
        else:
            raise DateError(_NOT_READ)
    calendar = calendar or words.months.get(month, "")
    is_short = bool(epoch) or calendar == "FRENCH_R"
    year, day = _year_and_day(numbers, is_french=calendar == "FRENCH_R", is_short=is_short)
    if day and not month:
        raise DateError(_NOT_READ)
    if len(year) < 3 and not is_short:
        raise DateError(f'the year "{year}" has no century')
    if epoch == "CE":
        year, epoch = year.zfill(4), ""
    calendar = "" if calendar == "GREGORIAN" else calendar
    parts = (calendar, day, month, year, epoch)
    return lead + " ".join(part for part in parts if part) + doubt


def _year_and_day(numbers: list[str], *, is_french: bool, is_short: bool) -> tuple[str, str]:
    if is_french:
        numbers = [str(_ROMAN.index(n) + 1) if n in _ROMAN else n for n in numbers]
    if any(n in _ROMAN for n in numbers) or not 1 <= len(numbers) <= 2:
        raise DateError(_NOT_READ)
    if len(numbers) == 1:
        if len(numbers[0]) < 3 and not is_short:
            raise DateError("a date without a year")
        return numbers[0], ""
    day, year = numbers
    if _is_year(day):
        year, day = day, year
    if len(day) > 2:
        raise DateError(_NOT_READ)
    return year, day
