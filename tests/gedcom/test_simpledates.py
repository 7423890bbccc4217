"""Dates in their usual forms: the short way says what the long way says."""

from __future__ import annotations

import pytest

from kg.gedcom.blocks import File
from kg.gedcom.details import date_pairs
from kg.gedcom.reader import Naming
from kg.gedcom.simpledates import DAYS, simple_date, simple_month
from kg.gedcom.tree import Tree

POINTS = (
    "1850", "1851", "1000", "9999", "0850", "850", "0000", "FEB 1900", "FEB 1904", "DEC 1850",
    "JAN 0000", "1 JAN 1850", "29 FEB 1900", "29 FEB 1904", "31 APR 1850", "31 DEC 1850",
    "05 MAY 1850", "0 MAY 1850", "1 may 1850", "1 MAI 1850", "5 MAY 850", "1850 BCE",
)  # fmt: skip
FORMS = ("{}", "BEF {}", "AFT {}", "FROM {}", "TO {}", "ABT {}", "INT {} (x)", " {}", "{} ", "{}\n")
PAIRS = ("FROM {} TO {}", "BET {} AND {}", "FROM {} AND {}", "BET {} TO {}", "BEF {} AND {}",
         "{} TO {}", "BET {}  AND {}")  # fmt: skip


@pytest.fixture(params=["5.5.1", "7.0"])
def empty(request: pytest.FixtureRequest) -> Tree:
    base = "https://example.org/"
    naming = Naming(base, "tree", f"{base}src-tree", f"{base}src-tree-voice")
    return Tree(naming, File("0 HEAD"), request.param, [])


def test_simple_dates_say_what_all_dates_say(empty: Tree) -> None:
    texts = [form.format(point) for form in FORMS for point in POINTS]
    texts += [pair.format(a, b) for pair in PAIRS for a in POINTS for b in POINTS]
    taken = 0
    for text in texts:
        said = simple_date(text, "<x>")
        if said:
            taken += 1
            pairs, problem = date_pairs(empty, text)
            assert said == "".join(f"<x> {pair} .\n" for pair in pairs), text
            assert not problem, text
    assert taken > 100


def test_days_and_months_make_the_date_of_a_day(empty: Tree) -> None:
    for month in ("JAN 1850", "FEB 1900", "DEC 9999", "MAY 0001", "may 1850", "MAY 850", "MAY 0000",
                  "MAY 1850 ", "MAY 1850\n", "MAY  1850", "", "MAY"):  # fmt: skip
        start = simple_month(month)
        for text, day in DAYS.items() if start else ():
            pairs, problem = date_pairs(empty, f"{text} {month}")
            assert [f'"{start}{day}"' in pair for pair in pairs] == [True] * 3
            assert not problem
        assert bool(start) == (month in ("JAN 1850", "FEB 1900", "DEC 9999", "MAY 0001"))
