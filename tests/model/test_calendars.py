from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import dates
from kg.model.calendars import (
    Day,
    gregorian_from_julian_day,
    julian_day_from_gregorian,
    julian_day_from_julian,
    julian_from_julian_day,
)

# The same examples on every run, however busy the machine.
law = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("julian", "gregorian"),
    [
        ((1917, 10, 25), (1917, 11, 7)),
        ((1918, 1, 31), (1918, 2, 13)),
        ((1900, 2, 28), (1900, 3, 12)),
        ((1900, 2, 29), (1900, 3, 13)),
        ((1900, 3, 1), (1900, 3, 14)),
        ((1582, 10, 4), (1582, 10, 14)),
        ((1582, 10, 5), (1582, 10, 15)),
        ((200, 3, 1), (200, 3, 1)),
        ((-43, 3, 15), (-43, 3, 13)),
        ((-4712, 1, 1), (-4713, 11, 24)),
    ],
)
def test_published_conversions(julian: Day, gregorian: Day) -> None:
    assert dates.julian_to_gregorian(*julian) == gregorian
    assert dates.gregorian_to_julian(*gregorian) == julian


def test_julian_day_numbers_start_where_they_were_set() -> None:
    assert julian_day_from_julian(-4712, 1, 1) == 0
    assert julian_day_from_gregorian(2000, 1, 1) == 2451545


@law
@given(st.integers(-(10**9), 10**9))
def test_julian_day_number_survives_both_calendars(number: int) -> None:
    assert julian_day_from_gregorian(*gregorian_from_julian_day(number)) == number
    assert julian_day_from_julian(*julian_from_julian_day(number)) == number


@law
@given(st.dates())
def test_day_count_is_that_of_the_standard_library(day: datetime.date) -> None:
    number = julian_day_from_gregorian(day.year, day.month, day.day)
    assert number == day.toordinal() + 1721425
