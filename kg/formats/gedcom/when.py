"""EDTF and dates as records wrote them → DATE lines of GEDCOM 5.5.1 and 7.0."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from kg.errors import DateError
from kg.formats.gedcom.lines import SEVEN
from kg.gedcom.dates import nearest_date, read_date, write_date

_JANUARY: Final = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_TISHRI: Final = "(?:TSH|CSH|KSL|TVT|SHV|ADR|ADS|NSN|IYR|SVN|TMZ|AAV|ELL)"
_VENDEMIAIRE: Final = "(?:VEND|BRUM|FRIM|NIVO|PLUV|VENT|GERM|FLOR|PRAI|MESS|THER|FRUC|COMP)"
_DAY: Final = "(?:(?:[0-9]{1,2} )?"
# The forms that each version has (7.0, 2.4; 5.5.1, DATE_VALUE), for each calendar.
_POINT_7: Final = (
    rf"(?:(?:(?:GREGORIAN|JULIAN) )?{_DAY}{_JANUARY} )?[0-9]+(?: BCE)?"
    rf"|HEBREW {_DAY}{_TISHRI} )?[0-9]+|FRENCH_R {_DAY}{_VENDEMIAIRE} )?[0-9]+)"
)
_POINT_5: Final = (
    rf"(?:(?:@#D(?:GREGORIAN|JULIAN)@ )?{_DAY}{_JANUARY} )?[0-9]{{3,4}}(?:/[0-9]{{2}})?(?: ?B\.C\.)?"
    rf"|@#DHEBREW@ {_DAY}{_TISHRI} )?[0-9]{{1,4}}|@#DFRENCH R@ {_DAY}{_VENDEMIAIRE} )?[0-9]{{1,4}})"
)
_OF_MONTH: Final = re.compile(rf"([0-9]{{1,2}}) ({_JANUARY})")
_LONG: Final = re.compile("31 (?:FEB|APR|JUN|SEP|NOV)|30 FEB")


def _value(point: str) -> str:
    return (
        rf"(?:(?:ABT|CAL|EST|BEF|AFT|FROM|TO) )?{point}"
        rf"|FROM {point} TO {point}|BET {point} AND {point}"
    )


_SEVEN: Final = re.compile(_value(_POINT_7))
_FIVE: Final = re.compile(_value(_POINT_5))
_POINT: Final = re.compile(_POINT_5)
_PERIOD: Final = re.compile(r"(?:FROM|TO) .*")
_CALENDAR: Final = re.compile(r"\b(GREGORIAN|JULIAN|HEBREW|FRENCH_R) ")
_DUAL: Final = re.compile(r"\b([0-9]{3,4})/[0-9]{2}([0-9]{2})\b")
_ESCAPES: Final = {
    "GREGORIAN": "@#DGREGORIAN@", "JULIAN": "@#DJULIAN@", "HEBREW": "@#DHEBREW@",
    "FRENCH_R": "@#DFRENCH R@",
}  # fmt: skip


class When(NamedTuple):
    """A date as a version of GEDCOM writes it: the value, and the words that go with it."""

    value: str
    phrase: str


@lru_cache(maxsize=65536)
def when(edtf: str, recorded: str, phrase: str, version: str) -> When:
    """The date that says the same as `edtf`, in the record's own form where the version has it.

    What no form can carry is said in the phrase: the EDTF itself, or the words of the record.
    """
    value = next((form for form in _forms(recorded, version) if _says(form, edtf, version)), "")
    words = phrase
    if not value:
        value = _write(edtf, version)
        if not words and recorded:
            words = recorded
        elif not words and edtf and _reads(value, version) != edtf:
            words = edtf
    if version == SEVEN or not words:
        return When(value, words)
    words = words.replace("\n", " ")
    # 5.5.1 interprets words by a single date and nothing else.
    if value and not _POINT.fullmatch(value):
        return When(value, words)
    return When(f"INT {value} ({words})" if value else f"({words})", "")


def _says(form: str, edtf: str, version: str) -> bool:
    known = _SEVEN if version == SEVEN else _FIVE
    if known.fullmatch(form) is None or _reads(form, version) != edtf:
        return False
    return all(0 < int(day) < 32 and not _LONG.fullmatch(f"{day} {month}")
               for day, month in _OF_MONTH.findall(form))  # fmt: skip


def is_period(value: str) -> bool:
    """Whether a text is a period as 7.0 writes it."""
    return _PERIOD.match(value) is not None and _SEVEN.fullmatch(value) is not None


def period(edtf: str, version: str) -> str:
    """The date as a period, for what 7.0 says of periods alone; "" where it is none."""
    value = _write(edtf, version)
    return value if _PERIOD.match(value) else ""


def _reads(value: str, version: str) -> str:
    return read_date(value, version).edtf if value else ""


def _write(edtf: str, version: str) -> str:
    if not edtf:
        return ""
    try:
        return write_date(edtf, version) or nearest_date(edtf, version)
    except DateError:
        return ""


def _forms(recorded: str, version: str) -> tuple[str, ...]:
    """The date of a record as it is, with calendars named as the version names them."""
    if not recorded:
        return ()
    if version == SEVEN:
        return (recorded,)
    turned = _CALENDAR.sub(lambda found: f"{_ESCAPES[found[1]]} ", recorded)
    turned = turned.replace(" BCE", " B.C.")
    return (recorded, turned, _DUAL.sub(r"\1/\2", turned))
