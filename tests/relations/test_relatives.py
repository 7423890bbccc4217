"""The kin of one person: by degree, side and time."""

from __future__ import annotations

import pytest

from kg.index.pedigree import BondRow, Pedigree, PersonRow, UnionRow, in_memory, to_day
from kg.model.kin import Bond
from kg.relations.relatives import Relative, is_alive, relatives

DAYS = {
    "grandpa": ("1800-01-01", "1800-12-31", "1870-05-01", "1870-05-01"),
    "father": ("1830-01-01", "1830-01-01", "1899-12-31", "1899-12-31"),
    "mother": ("1833-01-01", "1833-12-31", "", ""),
    "uncle": ("", "", "1890-01-01", "1890-12-31"),
    "ego": ("1860-01-01", "1860-01-01", "1930-01-01", "1930-01-01"),
}
SEXES = {"father": "m", "grandpa": "m", "grandma": "f", "mother": "f", "ego": "f", "aunt": "f"}


@pytest.fixture(scope="module")
def house() -> Pedigree:
    rows = """
        father grandpa grandma; uncle grandpa grandma; mother granny; aunt granny;
        ego father mother; brother father mother; half father other;
        cousin uncle; maternal aunt; child ego husband; niece brother; step husband first
    """
    bonds = [
        BondRow(child, parent)
        for child, *parents in (row.split() for row in rows.split(";"))
        for parent in parents
    ]
    bonds.append(BondRow("ward", "ego", Bond.ADOPTIVE))
    unions = [UnionRow("ego", "husband"), UnionRow("uncle", "wife"), UnionRow("father", "mother")]
    names = sorted({row.child for row in bonds} | {row.parent for row in bonds} | {"wife"})
    people = [PersonRow(name, name, SEXES.get(name, ""), *DAYS.get(name, ())) for name in names]
    return in_memory(people, bonds, unions)


def named(pedigree: Pedigree, name: str, **options: object) -> dict[str, Relative]:
    ego = pedigree.number(name)
    assert ego is not None
    found = relatives(pedigree, ego, **options)  # type: ignore[arg-type]
    assert len({one.person for one in found}) == len(found)
    assert [one.line.length for one in found] == sorted(one.line.length for one in found)
    return {pedigree.iri(one.person): one for one in found}


def test_relatives_come_once_with_degree_generation_and_side(house: Pedigree) -> None:
    found = named(house, "ego")
    assert {name: (one.degree, one.generation, one.side) for name, one in found.items()} == {
        "father": (1, 1, "paternal"), "mother": (1, 1, "maternal"),
        "child": (1, -1, ""), "ward": (1, -1, ""),
        "grandpa": (2, 2, "paternal"), "grandma": (2, 2, "paternal"), "granny": (2, 2, "maternal"),
        "brother": (2, 0, "both"), "half": (2, 0, "paternal"),
        "uncle": (3, 1, "paternal"), "aunt": (3, 1, "maternal"), "niece": (3, -1, "both"),
        "cousin": (4, 0, "paternal"), "maternal": (4, 0, "maternal"),
    }  # fmt: skip
    assert found["ward"].kin.steps[0].bond is Bond.ADOPTIVE
    assert found["brother"].kin.whole == "full"
    assert found["half"].kin.whole == "half"
    assert "ward" not in named(house, "ego", birth_only=True)


def test_relatives_are_as_near_and_on_the_side_that_is_asked(house: Pedigree) -> None:
    near = named(house, "ego", degree=2)
    assert max(one.degree for one in near.values()) == 2
    assert set(near) == {name for name, one in named(house, "ego").items() if one.degree <= 2}
    maternal = named(house, "ego", side="maternal", degree=3)
    assert set(maternal) == {"mother", "granny", "brother", "aunt", "niece"}


def test_spouses_and_their_kin_are_added_where_asked(house: Pedigree) -> None:
    found = named(house, "ego", marriages=1)
    patterns = {
        name: one.kin.pattern() for name, one in found.items() if one.line.marriages
    }  # fmt: skip
    assert patterns == {"husband": "S", "step": "SD", "wife": "UUDS"}
    assert found["step"].line.kind == "step"
    assert "step" not in named(house, "ego")


def test_alive_at_a_time_leaves_out_whom_it_surely_cannot_be(house: Pedigree) -> None:
    at = to_day("1895-01-01", 0), to_day("1895-12-31", 0)
    found = named(house, "ego", alive_at=at)
    assert {"grandpa", "uncle"}.isdisjoint(found)
    assert found["father"].alive == "yes"
    assert found["mother"].alive == "unknown"
    assert found["cousin"].alive == "unknown"
    later = to_day("1960-01-01", 0), to_day("1960-01-01", 0)
    assert "mother" not in named(house, "ego", alive_at=later)  # she would be 126


@pytest.mark.parametrize(
    ("day", "alive"),
    [("1799-12-31", "no"), ("1800-06-01", "unknown"), ("1801-01-01", "yes"),
     ("1870-05-01", "yes"), ("1870-05-02", "no")],
)  # fmt: skip
def test_is_alive_knows_yes_no_and_unknown(house: Pedigree, day: str, alive: str) -> None:
    person = house.number("grandpa")
    assert person is not None
    assert is_alive(house, person, to_day(day, 0), to_day(day, 0)) == alive


def test_coefficients_are_those_of_each_with_the_person(house: Pedigree) -> None:
    found = named(house, "ego", coefficients=True)
    wanted = {"father": 1 / 4, "brother": 1 / 4, "half": 1 / 8, "uncle": 1 / 8, "cousin": 1 / 16}
    assert {name: found[name].coefficient for name in wanted} == wanted
    assert found["ward"].coefficient == 0
