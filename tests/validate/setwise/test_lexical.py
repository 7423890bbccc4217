"""Which texts are values of a datatype: the examples of XML Schema, and what is near them."""

from __future__ import annotations

import datetime

import pytest

from kg.validate.setwise.lexical import is_ill_typed
from kg.vocab import XSD

FORMS = {
    "boolean": ("true 0", "TRUE yes"),
    "integer": ("-0 +7 007 99999999999999999999999", "1.0 e 1e2 -"),
    "positiveInteger": ("+1 12", "0 -1"),
    "nonNegativeInteger": ("-0 0 5", "-1"),
    "nonPositiveInteger": ("0 +0 -3", "1 +1"),
    "byte": ("-128 127", "-129 128"),
    "unsignedLong": ("18446744073709551615", "18446744073709551616 -1"),
    "decimal": ("-1.5 .5 5.", "1e5 . 1,5"),
    "double": ("1e5 -INF NaN .5E-2 5.", "inf 1e INFINITY"),
    "dateTime": ("2000-02-29T24:00:00Z -0044-03-15T12:00:00.5+14:00",
                 "2000-02-29 2001-02-29T00:00:00 2000-01-01T24:00:01 2000-01-01T12:00:00+14:30"),
    "gYear": ("1900 -0044 12000 1900Z", "900 01900 1900-01"),
    "gYearMonth": ("1900-12", "1900-13"),
    "gMonthDay": ("--02-29", "--02-30 02-28"),
    "gDay": ("---31", "---32"),
    "time": ("23:59:59.9", "24:00:01 7:00:00"),
    "duration": ("P1Y2M3DT4H5M6.7S PT5M -P2M3D", "P PT P1YT 1Y P1S"),
    "dayTimeDuration": ("P3D PT1.5S", "P1Y P1DT"),
    "yearMonthDuration": ("P1Y2M", "P1D P"),
    "hexBinary": ("0aFF", "0aF"),
    "base64Binary": ("AAAA AAA= AA==", "A AAA"),
    "language": ("en de-Latn-1996", "en_GB toolonglanguage"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_lexical_form_is_known(name: str) -> None:
    good, bad = FORMS[name]
    assert [text for text in good.split() if is_ill_typed(text, XSD + name)] == []
    assert [text for text in bad.split() if not is_ill_typed(text, XSD + name)] == []


def test_leap_days_are_those_of_the_gregorian_calendar() -> None:
    def exists(year: int) -> bool:
        try:
            datetime.date(year, 2, 29)
        except ValueError:
            return False
        return True

    wrong = [year for year in range(1, 3000)
             if is_ill_typed(f"{year:04}-02-29", XSD + "date") == exists(year)]  # fmt: skip
    assert wrong == []
    assert not is_ill_typed("12000-02-29", XSD + "date")
    assert is_ill_typed("12100-02-29", XSD + "date")
