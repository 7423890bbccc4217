from __future__ import annotations

from itertools import pairwise, product

import pyoxigraph
import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DateError
from kg.model import dates
from kg.model.calendars import Day, days_in_month

# The same examples on every run, however busy the machine.
law = settings(derandomize=True, deadline=None)

# ── Laws ─────────────────────────────────────────────────────────────────────────────────────

QUALIFIERS = st.sampled_from(["", "", "", "?", "~", "%"])


@st.composite
def days(draw: st.DrawFn) -> Day:
    year = draw(st.one_of(st.integers(1850, 1990), st.integers(-9999, 9999)))
    month = draw(st.integers(1, 12))
    return year, month, draw(st.integers(1, days_in_month(year, month)))


def written(day: Day) -> str:
    year, month, of_month = day
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{of_month:02d}"


@st.composite
def plain_dates(draw: st.DrawFn) -> tuple[str, Day]:
    """A year, month or day, some digits perhaps X, and one day that it allows."""
    day = draw(days())
    text = written(day)
    text = text[: len(text) - draw(st.sampled_from([0, 3, 6]))]
    masked = draw(st.sets(st.integers(0, len(text) - 1), max_size=3)) if draw(st.booleans()) else ()
    return "".join("X" if n in masked and c != "-" else c for n, c in enumerate(text)), day


@st.composite
def qualified_dates(draw: st.DrawFn) -> str:
    text, _ = draw(plain_dates())
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    parts = [draw(QUALIFIERS) + part + draw(QUALIFIERS) for part in text.split("-")]
    first = parts[0]
    if sign and first[0] in "?~%":
        parts[0] = first[0] + sign + first[1:]
        sign = ""
    return sign + "-".join(parts)


def parts_of_year() -> st.SearchStrategy[str]:
    return st.builds("{:04d}-{}".format, st.integers(0, 9999), st.integers(21, 41))


def long_years() -> st.SearchStrategy[str]:
    sizes = st.integers(10_000, 10**9)
    return st.builds("Y{}{}{}".format, st.sampled_from(["", "-"]), sizes, QUALIFIERS)


SINGLES = st.one_of(qualified_dates(), qualified_dates(), parts_of_year(), long_years())


@st.composite
def ordered_pairs(draw: st.DrawFn) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        sorted((draw(SINGLES), draw(SINGLES)), key=lambda text: dates.parse(text).earliest or ())
    )


@st.composite
def intervals(draw: st.DrawFn) -> str:
    start, end = draw(ordered_pairs())
    return draw(
        st.sampled_from([f"{start}/{end}", f"{start}/", f"{start}/..", f"/{end}", f"../{end}"])
    )


@st.composite
def sets(draw: st.DrawFn) -> str:
    members = draw(st.lists(SINGLES, max_size=3))
    start, end = draw(ordered_pairs())
    first, last = draw(
        st.sampled_from([([start], [end]), ([f"..{start}"], []), ([], [f"{start}..{end}"]),
                         ([], [f"{end}.."])])
    )  # fmt: skip
    text = ",".join([*first, *members, *last])
    return f"[{text}]" if draw(st.booleans()) else f"{{{text}}}"


DATES = st.one_of(SINGLES, intervals(), sets())


@law
@given(DATES)
def test_text_survives_and_bounds_are_in_order(text: str) -> None:
    date = dates.parse(text)
    assert str(date) == text
    assert dates.parse(str(date)) == date
    if date.earliest and date.latest:
        assert date.earliest <= date.latest
    first, last = dates.bounds(date)
    assert (first is None, last is None) == (date.earliest is None, date.latest is None)
    assert first or last


@law
@given(plain_dates())
def test_bounds_hold_the_day_behind_unspecified_digits(date: tuple[str, Day]) -> None:
    text, day = date
    parsed = dates.parse(text)
    assert parsed.earliest is not None
    assert parsed.latest is not None
    assert parsed.earliest <= day <= parsed.latest


@law
@given(qualified_dates())
def test_qualifier_widens_nothing(text: str) -> None:
    bare = text.translate(dict.fromkeys(map(ord, "?~%")))
    assert dates.bounds(dates.parse(text)) == dates.bounds(dates.parse(bare))


@pytest.mark.parametrize(
    "pattern", ["193X-0X-XX", "19X6-X2-29", "1X38-XX-31", "XX00-02-29", "1938-X1-3X", "2X2X-1X-X1"]
)
def test_bounds_of_unspecified_digits_match_a_search_of_all_days(pattern: str) -> None:
    years = [f"{n:04d}" for n in range(10_000) if fits(f"{n:04d}", pattern[:4])]
    found = [
        f"{year}-{month:02d}-{day:02d}"
        for year in years
        for month in range(1, 13)
        for day in range(1, days_in_month(int(year), month) + 1)
        if fits(f"{month:02d}-{day:02d}", pattern[5:])
    ]
    assert dates.bounds(dates.parse(pattern)) == (found[0], found[-1])


def fits(text: str, pattern: str) -> bool:
    return all(p in ("X", c) for c, p in zip(text, pattern, strict=True))


@law
@given(st.text(alphabet="0123456789X?~%-/.[]{},YEST:Z ", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        date = dates.parse(text)
    except DateError:
        return
    assert str(date) == text


# ── Comparison ───────────────────────────────────────────────────────────────────────────────


@law
@given(DATES, DATES)
def test_before_is_antisymmetric_and_excludes_overlap(a_text: str, b_text: str) -> None:
    a, b = dates.parse(a_text), dates.parse(b_text)
    if dates.before(a, b):
        assert dates.before(b, a) is False
        assert dates.overlaps(a, b) is False
    assert dates.overlaps(a, b) is dates.overlaps(b, a)
    assert dates.before(a, a) is not True
    assert dates.overlaps(a, a) is not False
    if dates.overlaps(a, b) is False:
        assert dates.before(a, b) or dates.before(b, a)


def readings(text: str) -> set[tuple[int, int]]:
    """All (first day, last day) that a date of January 1938 may mean, in a world of days 0 to 7."""
    world = [(s, e) for s in range(8) for e in range(s, 8)]
    if text.startswith("["):
        low, _, high = text[1:-1].partition("..")
        first, last = int(low[-2:] or 0), int(high[-2:] or 7)
        return {(s, e) for s, e in world if first <= s and e <= last}
    low, _, high = text.partition("/")
    return {
        (s, e)
        for s, e in world
        if (not low or s == int(low[-2:])) and (not high or e == int(high[-2:]))
    }


def small_world() -> list[str]:
    stretches = [(f"1938-01-0{a}", f"1938-01-0{b}") for a in range(2, 6) for b in range(a, 6)]
    closed = [text for a, b in stretches for text in (f"{a}/{b}", f"[{a}..{b}]")]
    ends = [f"1938-01-0{n}" for n in range(2, 6)]
    return closed + [t for d in ends for t in (f"{d}/", f"/{d}", f"[..{d}]", f"[{d}..]")]


def verdict(answers: set[bool]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


def test_comparison_is_what_all_readings_agree_on() -> None:
    texts = small_world()
    assert len(texts) == 36
    for a, b in product(texts, texts):
        pairs = [(x, y) for x in readings(a) for y in readings(b)]
        one, two = dates.parse(a), dates.parse(b)
        # Equal days leave the hour open: neither surely before nor surely not.
        order = {True if x[1] < y[0] else None if x[1] == y[0] else False for x, y in pairs}
        assert dates.before(one, two) is (order.pop() if len(order) == 1 else None), (a, b)
        common = {x[0] <= y[1] and y[0] <= x[1] for x, y in pairs}
        assert dates.overlaps(one, two) is verdict(common), (a, b)


# ── Other judges ─────────────────────────────────────────────────────────────────────────────


def bounds_of_edtf(text: str) -> tuple[Day, Day]:
    judged = parse_edtf(text)
    return tuple(judged.lower_strict()[:3]), tuple(judged.upper_strict()[:3])


@st.composite
def level_one(draw: st.DrawFn) -> str:
    """Dates that edtf 5.0.2 reads as the standard has them: -1938-XX it does not, nor 193X~."""
    year, month, day = draw(days())
    qualifier = draw(QUALIFIERS)
    text = written((year, month, day))
    forms = [text + qualifier, text[:-3] + qualifier, text[:-6] + qualifier]
    forms.append(f"Y{year * 10**6 + 12345}")
    if year >= 0:
        forms += [f"{text[:-3]}-XX", f"{text[:-6]}-XX", f"{text[:-6]}-XX-XX"]
    # Of -000X, edtf takes -0000 for a year; the standard has none.
    if year >= 0 or year <= -100:
        forms += [f"{text[:-7]}X", f"{text[:-8]}XX"]
    return draw(st.sampled_from(forms))


@law
@given(level_one())
def test_python_edtf_agrees_on_dates(text: str) -> None:
    date = dates.parse(text)
    assert (date.earliest, date.latest) == bounds_of_edtf(text)


@law
@given(days(), days(), QUALIFIERS)
def test_python_edtf_agrees_on_intervals(a: Day, b: Day, qualifier: str) -> None:
    text = f"{written(min(a, b))[:-3]}/{written(max(a, b))}{qualifier}"
    date = dates.parse(text)
    assert (date.earliest, date.latest) == bounds_of_edtf(text)


def test_store_orders_bounds_as_we_do() -> None:
    texts = ["Y-999999999999", "-0043", "-0001", "0000", "0001", "1938-06-13", "Y999999999999"]
    ends = [end for text in texts for end in dates.bounds(dates.parse(text))]
    assert len(set(ends)) == 13
    store = pyoxigraph.Store()
    for a, b in pairwise(dict.fromkeys(ends)):
        date = "<http://www.w3.org/2001/XMLSchema#date>"
        assert store.query(f'ASK {{ FILTER("{a}"^^{date} < "{b}"^^{date}) }}'), (a, b)
