"""Pictures of kinship: who is drawn, how couples and children are joined, what is in front."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

import pytest

from kg.draw.family import Child, Picture
from kg.draw.kin import picture_of, years
from kg.draw.layout import layout
from kg.draw.svg import svg
from kg.index.pedigree import BondRow, Pedigree, PersonRow, UnionRow, in_memory
from kg.model.kin import Bond
from kg.relations.kinship import kinship

# A tree: g + h have a; a married b, then (divorced) c; children x of a + b, y of a + c;
# y adopted z with w, z being the child of b and an unknown man; s is a stated sibling of g.
PEOPLE = "abcghswxyz"
PARENTS = ["ag", "ah", "xa", "xb", "ya", "yc", "zb"]
ADOPTED = ["zy", "zw"]
MARRIED = [
    ("g", "h", "1870-01-01", "1890-12-31", True),
    ("a", "b", "1895-01-01", "1900-12-31", True),
    ("a", "c", "1901-01-01", "", False),
    ("w", "y", "", "", True),
]


def pedigree(*more: UnionRow, dead: str = "gh") -> Pedigree:
    people = [
        PersonRow(one, one.upper(), "f" if one in "bchw" else "m", f"18{at + 50}-01-01",
                  f"18{at + 50}-12-31", *(("1890-01-01", "1890-12-31", True) if one in dead
                                          else ("", "", False)))
        for at, one in enumerate(PEOPLE)
    ]  # fmt: skip
    bonds = [BondRow(*pair, Bond.BIRTH) for pair in PARENTS]
    bonds += [BondRow(*pair, Bond.ADOPTIVE) for pair in ADOPTED]
    unions = [UnionRow(*each) for each in MARRIED]
    return in_memory(people, bonds, [*unions, *more], [("g", "s")])


TREE = pedigree()


def drawn(
    chains: Iterable[str], *, tree: Pedigree = TREE, around: str = "", selective: bool = True
) -> Picture:
    def number(iri: str) -> int:
        found = tree.number(iri)
        assert found is not None
        return found

    numbered = [tuple(map(number, chain)) for chain in chains]
    return picture_of(
        tree, numbered, ends=(numbered[0][0], numbered[0][-1]), title="t", description="d",
        label=tree.label, sources=lambda person: 3, around=map(number, around),
        selective=selective,
    )  # fmt: skip


def names(picture: Picture) -> str:
    return "".join(sorted(person.id for person in picture.people))


def families(picture: Picture) -> dict[str, tuple[str, bool | None, bool]]:
    return {
        "".join(sorted(family.parents)): (
            "".join(sorted(child.id for child in family.children)), family.married,
            family.divorced,
        )
        for family in picture.families
    }  # fmt: skip


def test_the_other_parent_of_each_child_is_drawn() -> None:
    picture = drawn(["xay"])
    assert names(picture) == "abcxy"
    assert picture.foreground == frozenset("xay")
    assert {person.id for person in picture.people if person.emphasis} == {"x", "y"}
    assert picture.tied("x", "a")
    assert picture.tied("a", "y")
    assert not picture.tied("x", "b")


def test_couples_are_joined_with_their_own_children() -> None:
    assert families(drawn(["xay"])) == {
        "ab": ("x", True, True),
        "ac": ("y", True, False),
    }


def test_an_adopted_child_hangs_on_those_who_adopted_it() -> None:
    picture = drawn(["yz"])
    assert names(picture) == "wyz", "with the other adoptive parent, without those by birth"
    (family,) = picture.families
    assert family.children == (Child("z", Bond.ADOPTIVE),)
    assert set(family.parents) == {"w", "y"}


def test_a_child_of_two_families_hangs_on_both() -> None:
    assert families(drawn(["yz", "bz"])) == {
        "wy": ("z", True, True),
        "b": ("z", None, False),
    }


def test_what_ended_by_death_is_no_divorce() -> None:
    assert families(drawn(["xag"]))["gh"] == ("a", True, False)


def test_a_divorce_without_a_date_is_drawn() -> None:
    assert families(drawn(["wy"]))["wy"][2]
    late = pedigree(dead="ghw")  # she died later, and that has a date
    assert families(drawn(["wy"], tree=late))["wy"][2]


def test_marriages_of_steps_are_drawn_without_children() -> None:
    picture = drawn(["ab"])
    assert names(picture) == "ab"
    assert families(picture) == {"ab": ("", True, True)}


def test_stated_siblings_hang_together_without_parents() -> None:
    picture = drawn(["ags"])
    assert names(picture) == "aghs"
    assert families(picture)[""] == ("gs", None, False)
    assert picture.tied("g", "s")


def test_many_chains_have_each_person_once() -> None:
    picture = drawn(["xay", "xag", "yag", "xab"], around="s")
    assert names(picture) == "abcghsxy"
    assert len({person.id for person in picture.people}) == len(picture.people)
    assert "s" not in picture.foreground


def test_of_all_relatives_none_stands_in_front() -> None:
    picture = drawn(["xay", "xag"], selective=False)
    assert not picture.selective
    assert drawn(["xay"]).selective


def test_siblings_are_in_the_order_of_birth() -> None:
    orders = {person.id: person.order for person in drawn(["xay"]).people}
    assert sorted(orders, key=lambda one: orders[one]) == sorted(
        orders, key=lambda one: TREE.birth_first[TREE.number(one) or 0]
    )


def test_kinship_is_drawn_by_its_chains() -> None:
    one, other = (TREE.number(iri) for iri in "xz")
    assert one is not None
    assert other is not None
    chains = [line.people for line in kinship(TREE, one, other).lines]
    assert chains
    picture = drawn(["".join(map(TREE.iri, chain)) for chain in chains])
    assert {"x", "z"} <= set(names(picture))
    root = ET.fromstring(svg(layout(picture), key=True))
    titles = [part.text for each in root.iter() if each is not root
              for part in each.iterfind("{*}title")]  # fmt: skip
    assert sorted(titles, key=str) == sorted(names(picture).upper())


def test_a_bond_that_is_only_possible_still_has_both_people() -> None:
    people = [PersonRow(one, one, "", "", "", "", "", False) for one in "ab"]
    tree = in_memory(people, [BondRow("a", "b", Bond.BIRTH, True)])
    picture = drawn(["ab"], tree=tree)
    assert names(picture) == "ab"
    assert ET.fromstring(svg(layout(picture))).tag.endswith("svg")


@pytest.mark.parametrize(
    ("born", "died", "text"),
    [
        (("1661-11-06", "1661-11-06"), ("1700-11-01", "1700-11-01"), "1661–1700"),
        (("1661-01-01", "1662-12-31"), ("", ""), "1661/1662–"),
        (("", ""), ("1700-01-01", "1700-12-31"), "–1700"),
        (("", "1662-12-31"), ("1700-01-01", ""), "≤1662–≥1700"),
        (("-0099-01-01", "-0099-12-31"), ("-0043-03-15", "-0043-03-15"), "100 BCE–44 BCE"),
        (("0000-01-01", "0000-12-31"), ("0001-01-01", "0001-12-31"), "1 BCE–1"),
        (("", ""), ("", ""), ""),
    ],
)
def test_years_of_a_life(born: tuple[str, str], died: tuple[str, str], text: str) -> None:
    tree = in_memory([PersonRow("a", "A", "", *born, *died, bool(died[0]))], [])
    assert years(tree, 0) == text
