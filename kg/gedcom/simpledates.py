"""The facts of dates in the forms that nearly all have, made without reading EDTF again."""

from __future__ import annotations

import re

from kg.gedcom.dates import read_date
from kg.gedcom.points import MONTHS
from kg.gedcom.quads import AS_DATE, AS_EDTF, kg

DATE, EARLIEST, LATEST = (kg(name) for name in ("date", "earliest", "latest"))
_MONTH = "|".join(MONTHS)
_POINT = rf"((?:(?:[1-9][0-9]? )?(?:{_MONTH}) )?[1-9][0-9]{{3}})"
_FORM = re.compile(rf"(?:(BEF|AFT|FROM|BET) )?{_POINT}(?: (TO|AND) {_POINT})?")
_YEAR = re.compile("[0-9]{4}")
_YEARS = re.compile("(FROM|BET) ([1-9][0-9]{3}) (TO|AND) ([1-9][0-9]{3})")

_MONTH_DIGITS = {code: f"{number:02d}" for number, code in enumerate(MONTHS, 1)}
DAYS = {str(day): f"{day:02d}" for day in range(1, 29)}
"""The days that every month has, as EDTF writes them."""


def simple_month(text: str) -> str:
    """A month and its year as EDTF writes them, with a hyphen after: "1850-05-"; "" for others."""
    month, _, year = text.partition(" ")
    digits = _MONTH_DIGITS.get(month)
    return f"{year}-{digits}-" if digits and _YEAR.fullmatch(year) and year != "0000" else ""


def simple_date(text: str, thing: str) -> str:
    """The facts of a thing's date; "" for a date of another form.

    What is given is what `details.date_pairs` says of the same text, which has no problem then.
    """
    years = _YEARS.fullmatch(text)
    if years:
        word, first, between, second = years.groups()
        earliest, latest = f"{first}-01-01", f"{second}-12-31"
    else:
        form = _FORM.fullmatch(text)
        if form is None:
            return ""
        word, first, between, second = form.groups()
        a = read_date(first)
        b = read_date(second) if second else a
        if a.problem or b.problem:
            return ""
        first, second = a.edtf, b.edtf
        earliest, latest = a.earliest, b.latest
    if earliest > latest:
        return ""
    match word, between:
        case None, None:
            edtf = first
        case "FROM", "TO":
            edtf = f"{first}/{second}"
        case "BET", "AND":
            edtf = f"[{first}..{second}]"
        case "BEF", None:
            edtf, earliest = f"[..{first}]", ""
        case "AFT", None:
            edtf, latest = f"[{first}..]", ""
        case _:
            return ""
    facts = f'{thing} {DATE} "{edtf}{AS_EDTF} .\n'
    if earliest:
        facts = f'{facts}{thing} {EARLIEST} "{earliest}{AS_DATE} .\n'
    if latest:
        facts = f'{facts}{thing} {LATEST} "{latest}{AS_DATE} .\n'
    return facts
