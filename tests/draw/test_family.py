from __future__ import annotations

import pytest

from kg.draw.family import Child, Family, Person, Picture, arranged
from kg.model.kin import Bond

A, B, C, D = (Person(name, (name,)) for name in "abcd")


def picture(*families: Family, people: tuple[Person, ...] = (A, B, C, D)) -> Picture:
    return Picture("", "", people, families)


def test_families_of_the_same_parents_become_one() -> None:
    found = arranged(
        picture(
            Family(("b", "a"), (Child("d"),)),
            Family(("a", "b"), (Child("c", Bond.ADOPTIVE), Child("d", Bond.STEP)), married=True),
        )
    )
    assert found.families == (
        Family(("a", "b"), (Child("c", Bond.ADOPTIVE), Child("d")), married=True),
    )


def test_who_married_anew_after_a_divorce_is_not_divorced() -> None:
    first = Family(("a", "b"), married=True, divorced=True)
    again = Family(("a", "b"), married=True)
    silent = Family(("a", "b"), (Child("c"),))
    assert not arranged(picture(first, again)).families[0].divorced
    assert arranged(picture(silent, first)).families[0].divorced


def test_siblings_come_in_the_order_of_their_birth() -> None:
    people = (A, B._replace(order="1520"), C._replace(order="1510"))
    found = arranged(picture(Family(("a",), (Child("b"), Child("c"))), people=people))
    assert [child.id for child in found.families[0].children] == ["c", "b"]


def test_a_family_of_one_alone_is_left_out() -> None:
    assert arranged(picture(Family(("a",)), Family(()))).families == ()


def test_an_unknown_person_is_refused() -> None:
    with pytest.raises(ValueError, match='a family has "x", who is not among the people'):
        arranged(picture(Family(("a",), (Child("x"),))))


def test_a_person_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match='two people have the id "a"'):
        arranged(picture(people=(A, A)))
