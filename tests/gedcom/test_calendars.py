from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.gedcom.calendars import (
    FRENCH_YEARS,
    french_from_julian_day,
    french_month,
    french_year,
    hebrew_from_julian_day,
    hebrew_month,
    hebrew_year,
    is_french_sextile,
    is_hebrew_leap,
    julian_day_from_french,
    julian_day_from_hebrew,
)
from kg.model.calendars import (
    Day,
    gregorian_from_julian_day,
    julian_day_from_gregorian,
    julian_day_from_julian,
)

law = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("hebrew", "gregorian"),
    [
        ((5758, 1, 1), (1997, 10, 2)),
        ((5708, 8, 15), (1948, 4, 24)),
        ((5708, 9, 5), (1948, 5, 14)),  # the declaration of independence of Israel
        ((5784, 1, 1), (2023, 9, 16)),
        ((5784, 7, 14), (2024, 3, 24)),  # Purim of a leap year
        ((5783, 7, 14), (2023, 3, 7)),  # Purim of a common year
        ((5734, 1, 10), (1973, 10, 6)),  # the Day of Atonement on which a war began
        ((1, 1, 1), (-3760, 9, 7)),  # GEDCOM 7.0, appendix A
    ],
)
def test_published_hebrew_days(hebrew: Day, gregorian: Day) -> None:
    number = julian_day_from_gregorian(*gregorian)
    assert julian_day_from_hebrew(*hebrew) == number
    assert hebrew_from_julian_day(number) == hebrew


def test_hebrew_epoch_is_that_of_the_julian_calendar() -> None:
    assert hebrew_year(1)[0] == julian_day_from_julian(-3760, 10, 7)


def test_hebrew_years_have_six_lengths_and_start_on_four_weekdays() -> None:
    lengths = {True: set[int](), False: set[int]()}
    weekdays = set()
    for year in range(1, 7000):
        first, last = hebrew_year(year)
        assert hebrew_year(year + 1)[0] == last + 1
        lengths[is_hebrew_leap(year)].add(last - first + 1)
        weekdays.add(first % 7)
    assert lengths == {False: {353, 354, 355}, True: {383, 384, 385}}
    assert weekdays == {0, 1, 3, 5}  # never Sunday (6), Wednesday (2) or Friday (4)


def test_hebrew_months_follow_each_other_and_fill_the_year() -> None:
    for year in (5707, 5708, 5758, 5784):
        months = [hebrew_month(year, month) for month in range(1, 14)]
        if not is_hebrew_leap(year):
            assert months[5] == months[6]
            del months[5]
        assert (months[0][0], months[-1][1]) == hebrew_year(year)
        for (_, last), (first, _) in pairwise(months):
            assert first == last + 1


@law
@given(st.integers(347998, 347998 + 7000 * 366))
def test_hebrew_day_survives_the_julian_day_number(number: int) -> None:
    assert julian_day_from_hebrew(*hebrew_from_julian_day(number)) == number


@pytest.mark.parametrize(
    ("french", "gregorian"),
    [
        ((1, 1, 1), (1792, 9, 22)),
        ((2, 11, 9), (1794, 7, 27)),  # the fall of Robespierre
        ((3, 13, 6), (1795, 9, 22)),  # the sixth day of a sextile year
        ((4, 1, 13), (1795, 10, 5)),  # the royalist rising of 13 Vendémiaire
        ((5, 12, 18), (1797, 9, 4)),
        ((8, 2, 18), (1799, 11, 9)),
        ((12, 1, 1), (1803, 9, 24)),
        ((14, 4, 10), (1805, 12, 31)),  # the last day of the calendar
    ],
)
def test_published_french_days(french: Day, gregorian: Day) -> None:
    number = julian_day_from_gregorian(*gregorian)
    assert julian_day_from_french(*french) == number
    assert french_from_julian_day(number) == french


def test_french_years_start_as_the_table_says() -> None:
    days = [gregorian_from_julian_day(french_year(year)[0])[2] for year in range(1, 15)]
    assert days == [22, 22, 22, 23, 22, 22, 22, 23, 23, 23, 23, 24, 23, 23]
    assert [year for year in range(1, 15) if is_french_sextile(year)] == [3, 7, 11]


def test_every_french_day_survives_and_follows_the_day_before() -> None:
    first, last = french_year(1)[0], french_year(FRENCH_YEARS)[1]
    before = None
    for number in range(first, last + 1):
        day = french_from_julian_day(number)
        assert julian_day_from_french(*day) == number
        assert before is None or before < day
        before = day
    assert french_month(11, 13)[1] - french_month(11, 13)[0] == 5
    assert french_month(10, 13)[1] - french_month(10, 13)[0] == 4
