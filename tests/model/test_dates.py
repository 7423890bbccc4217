from __future__ import annotations

import pytest

from kg.errors import DateError
from kg.model import dates

# ── Known texts ──────────────────────────────────────────────────────────────────────────────

KNOWN = [
    # text, first day, last day, precision
    ("1900", "1900-01-01", "1900-12-31", "year"),
    ("1920-11/", "1920-11-01", None, "interval"),
    ("1920-11/..", "1920-11-01", None, "interval"),
    ("193X", "1930-01-01", "1939-12-31", "decade"),
    ("1937-07-31/", "1937-07-31", None, "interval"),
    ("[..1937-07-31]", None, "1937-07-31", "set"),
    ("1938-07~", "1938-07-01", "1938-07-31", "month"),
    ("1939-01", "1939-01-01", "1939-01-31", "month"),
    ("/1945-08", None, "1945-08-31", "interval"),
    ("1945-08-19", "1945-08-19", "1945-08-19", "day"),
    ("[1926..1927]", "1926-01-01", "1927-12-31", "set"),
    ("1937-07-31/1938-06-13", "1937-07-31", "1938-06-13", "interval"),
    # the examples of the Library of Congress, level 0
    ("1985-04-12T23:20:30", "1985-04-12", "1985-04-12", "time"),
    ("1985-04-12T23:20:30Z", "1985-04-12", "1985-04-12", "time"),
    ("1985-04-12T23:20:30-04", "1985-04-12", "1985-04-12", "time"),
    ("1985-04-12T23:20:30+04:30", "1985-04-12", "1985-04-12", "time"),
    ("1964/2008", "1964-01-01", "2008-12-31", "interval"),
    ("2004-02-01/2005", "2004-02-01", "2005-12-31", "interval"),
    # level 1
    ("Y170000002", "170000002-01-01", "170000002-12-31", "year"),
    ("Y-170000002", "-170000002-01-01", "-170000002-12-31", "year"),
    ("2001-21", "2001-01-01", "2001-12-31", "season"),
    ("2001-22", "2001-01-01", "2002-02-28", "season"),
    ("1984%", "1984-01-01", "1984-12-31", "year"),
    ("20XX", "2000-01-01", "2099-12-31", "century"),
    ("2004-XX", "2004-01-01", "2004-12-31", "month"),
    ("1985-02-XX", "1985-02-01", "1985-02-28", "day"),
    ("1985-XX-XX", "1985-01-01", "1985-12-31", "day"),
    ("../1985-04-12", None, "1985-04-12", "interval"),
    ("/1985-04-12", None, "1985-04-12", "interval"),
    ("1984~/2004-06", "1984-01-01", "2004-06-30", "interval"),
    ("-1985", "-1985-01-01", "-1985-12-31", "year"),
    ("0000", "0000-01-01", "0000-12-31", "year"),
    ("-0043-03-15", "-0043-03-15", "-0043-03-15", "day"),
    # level 2
    ("Y-17E7", "-170000000-01-01", "-170000000-12-31", "year"),
    ("Y12E3", "12000-01-01", "12000-12-31", "year"),
    ("1950S2", "1900-01-01", "1999-12-31", "span"),
    ("-1950S2", "-1999-01-01", "-1900-12-31", "span"),
    ("Y171010000S3", "171000000-01-01", "171999999-12-31", "span"),
    ("Y3388E2S3", "338000-01-01", "338999-12-31", "span"),
    ("2001-28", "2001-12-01", "2002-02-28", "season"),
    ("2003-28", "2003-12-01", "2004-02-29", "season"),
    ("2001-29", "2001-09-01", "2001-11-30", "season"),
    ("2001-34", "2001-04-01", "2001-06-30", "quarter"),
    ("2001-39", "2001-09-01", "2001-12-31", "third"),
    ("2001-41", "2001-07-01", "2001-12-31", "half"),
    ("193X-28", "1930-12-01", "1940-02-29", "season"),
    ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31", "set"),
    ("{1667,1668,1670..1672}", "1667-01-01", "1672-12-31", "set"),
    ("[1760-01,1760-02,1760-12..]", "1760-01-01", None, "set"),
    ("[1760-12,1667]", "1667-01-01", "1760-12-31", "set"),
    ("[..1667,1760]", None, "1760-12-31", "set"),
    ("{..1984}", None, "1984-12-31", "set"),
    ("2004-06~-11", "2004-06-11", "2004-06-11", "day"),
    ("?2004-06-~11", "2004-06-11", "2004-06-11", "day"),
    ("2004-06-~01/2004-06-~20", "2004-06-01", "2004-06-20", "interval"),
    ("15XX-12-25", "1500-12-25", "1599-12-25", "day"),
    ("1560-XX-25", "1560-01-25", "1560-12-25", "day"),
    ("XXXX-12-XX", "0000-12-01", "9999-12-31", "day"),
    ("1XXX-12", "1000-12-01", "1999-12-31", "month"),
    ("1984-1X", "1984-10-01", "1984-12-31", "month"),
    ("1938-06-0X", "1938-06-01", "1938-06-09", "day"),
    ("195X-02-29", "1952-02-29", "1956-02-29", "day"),
    ("1938-XX-31", "1938-01-31", "1938-12-31", "day"),
    ("-004X", "-0049-01-01", "-0040-12-31", "decade"),
    ("-000X", "-0009-01-01", "-0001-12-31", "decade"),
]


@pytest.mark.parametrize(("text", "first", "last", "precision"), KNOWN)
def test_known_text_has_its_bounds(
    text: str, first: str | None, last: str | None, precision: str
) -> None:
    date = dates.parse(text)
    assert dates.bounds(date) == (first, last)
    assert date.precision == precision
    assert str(date) == text


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("1984", False, False),
        ("1984~", True, False),
        ("1984?", False, True),
        ("1984%", True, True),
        ("2004-06~-11", True, False),
        ("?2004-06-~11", True, True),
        ("1984~/2004?", True, True),
        ("[1984,1986?]", False, True),
    ],
)
def test_qualifier_anywhere_is_seen(text: str, approximate: bool, uncertain: bool) -> None:
    date = dates.parse(text)
    assert (date.is_approximate, date.is_uncertain) == (approximate, uncertain)


def test_unknown_and_open_ends_differ() -> None:
    unknown, undetermined = dates.parse("1937/"), dates.parse("1937/..")
    assert unknown != undetermined
    assert unknown.is_interval
    assert [part.precision for part in unknown.parts] == ["year", "unknown"]
    assert [part.precision for part in undetermined.parts] == ["year", "open"]


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "no date in EDTF", '"1938-06-13"'),
        ("13 June 1938", "no date in EDTF", "without spaces"),
        ("1938\n", "no date in EDTF", "without spaces"),
        ("13.06.1938", "no date in EDTF", "the year first"),
        ("19380613", "no date in EDTF", "hyphens"),
        ("1938/06/13", 'one "/"', "hyphens"),
        ("1938-6-3", "no date in EDTF", "two digits"),
        ("938", "no date in EDTF", "four digits"),
        ("12000", "no date in EDTF", '"Y12000"'),
        ("1930s", "no date in EDTF", '"193X"'),
        ("193u", "no date in EDTF", '"193X"'),
        ("193x", "no date in EDTF", '"193X"'),
        ("c.1938", "no date in EDTF", '"1938~"'),
        ("1938?~", "no date in EDTF", '"%"'),
        ("1937-1938", "no date in EDTF", '"1937/1938"'),
        ("y17e7", "no date in EDTF", '"Y17E7"'),
        ("unknown/1938", '"unknown" is no date', "left empty"),
        ("１９３８", "no date in EDTF", "write"),
        ("1938-13", "there is no month 13", "01 to 12"),
        ("1938-00", "there is no month 00", "01 to 12"),
        ("1937-54", "there is no month 54", '"1937/1954"'),
        ("1938-2X", "no month fits 2X", "01 to 12"),
        ("1938-02-30", "month 02 of the year 1938 has 28 days", "check the day"),
        ("1900-02-29", "has 28 days", "Julian"),
        ("1938-06-31/1939", "has 30 days", "check the day"),
        ("1938-06-00", "there is no day 00", '"XX"'),
        ("1938-06-4X", "no day of the calendar fits", "month and day"),
        ("19X5-02-29", "no day of the calendar fits", "month and day"),
        ("1938-21-05", "a part of the year has no days", '"1938-21"'),
        ("-0000", "no year -0000", '"0000"'),
        ("Y1984", "five and more digits", '"1984"'),
        ("Y1E99", "too far", "years go to"),
        ("Y9999999999999", "too far", "years go to"),
        ("1950S5", "fewer than 5 digits", ""),
        ("1938-06-13T24:00:00", "there is no hour 24", "00 to 23"),
        ("1938-06-13T23:60:00", "there is no minute 60", "00 to 59"),
        ("1938-06-13T23:00:00/1939", "time of day cannot stand", '"1938-06-13"'),
        ("1938/1937", "1938 is after 1937", "the earlier first"),
        ("1938-06-13/1938-06-12", "is after", "the earlier first"),
        ("[1938..1937]", "1938 is after 1937", "the earlier first"),
        ("/", "a start or an end", '"1937/"'),
        ("../..", "a start or an end", '"1937/"'),
        ("..", "no date in EDTF", "write"),
        ("[1937", "must close with ]", '"[1667'),
        ("{1937]", "must close with }", '"[1667'),
        ("[]", "an empty member is no date", "write"),
        ("[1937,,1938]", "an empty member is no date", "write"),
        ("[1937, 1938]", '" 1938" is no date', "without spaces"),
        ("[..]", "needs a date", '"[..1938]"'),
        ("[1937,..1938]", "first or last", '"[..1938,1945]"'),
        ("[1937/1938]", "an interval cannot stand in a set", '"1670..1672"'),
        ("[1937]/1938", "must close with ]", '"[1667'),
        ("1936/[1937]", '"[1937]" is no date', "write"),
    ],
)  # fmt: skip
def test_refusal_says_what_is_wrong_and_what_to_write(text: str, message: str, hint: str) -> None:
    with pytest.raises(DateError) as caught:
        dates.parse(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    # The message leads with the text, or with the end of the interval that is at fault.
    assert caught.value.message.startswith((f'"{text}": ', f'"{text.partition("/")[0]}": '))


# ── Comparison ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("a", "b", "before", "overlaps"),
    [
        ("1900", "1938-06-13", True, False),
        ("1938-06-13", "1900", False, False),
        ("1938", "1938-06", None, None),
        ("1938-06-13", "1938-06-13", None, True),
        ("1937-07-31/1938-06-13", "1938-01", False, True),
        ("1937-07-31/", "1938-01", None, None),
        ("1937-07-31/", "1937-06", False, False),
        ("[..1937-07-31]", "1938", True, False),
        ("1938", "[..1937-07-31]", False, False),
        ("1920-11/1937", "1936/1938-06", False, True),
        ("1920-11/1937", "1937/1938-06", None, None),
    ],
)
def test_before_and_overlaps(
    a: str, b: str, before: bool | None, overlaps: bool | None
) -> None:  # fmt: skip
    assert dates.before(dates.parse(a), dates.parse(b)) is before
    assert dates.overlaps(dates.parse(a), dates.parse(b)) is overlaps


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("1938-06", "193X", True),
        ("1938-06", "1938", True),
        ("1938", "1938-06", None),
        ("1940", "193X", False),
        ("1937-07-31/1938-06-13", "1938", False),
        ("1920-11/", "193X", False),
        ("1936/", "193X", None),
        ("1938", "1937/..", True),
        ("1938", "1937/", None),
        ("1938", "[..1940]", True),
        ("[..1937]", "../1940", True),
        ("[..1937]", "193X", None),
        ("1936-05", "1936/1939", True),
    ],
)
def test_within(inner: str, outer: str, expected: bool | None) -> None:
    assert dates.within(dates.parse(inner), dates.parse(outer)) is expected


@pytest.mark.parametrize(
    ("earlier", "later", "years"),
    [
        ("1900-01-01", "1938-06-13", 38),
        ("1900-06-14", "1938-06-13", 37),
        ("1900-06-13", "1938-06-13", 38),
        ("1904-02-29", "1905-02-28", 0),
        ("1904-02-29", "1905-03-01", 1),
        ("-0043-03-15", "0014-08-19", 57),
        ("1938-06-13", "1938-06-13", 0),
    ],
)
def test_years_between(earlier: str, later: str, years: int) -> None:
    assert dates.years_between(earlier, later) == years


@pytest.mark.parametrize(
    ("earlier", "later", "message"),
    [("1939-01-01", "1938-01-01", "is before"), ("1938", "1939-01-01", "no xsd:date")],
)
def test_years_between_refuses(earlier: str, later: str, message: str) -> None:
    with pytest.raises(DateError, match=message):
        dates.years_between(earlier, later)
