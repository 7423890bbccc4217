"""Ties that no one record tells: what another family of the child says counts too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

PEOPLE = """0 @I1@ INDI
1 NAME Tom
{families}
0 @I2@ INDI
1 NAME Father
1 FAMS @F1@
0 @I3@ INDI
1 NAME Mother
1 FAMS @F1@
1 FAMS @F2@
0 @I4@ INDI
1 NAME Stepfather
1 FAMS @F2@
"""
BORN = "0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I3@\n1 CHIL @I1@\n"
OTHER = "0 @F2@ FAM\n1 HUSB @I4@\n1 WIFE @I3@\n1 CHIL @I1@\n"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("pedi", "bond"), [("step", "stepParent"), ("adopted", "adoptiveParent")])
def test_mother_by_birth_is_no_step_mother_in_her_second_marriage(
    tree: Callable[..., Any], pedi: str, bond: str, first: bool
) -> None:
    people = PEOPLE.format(families=f"1 FAMC @F1@\n1 FAMC @F2@\n2 PEDI {pedi}")
    families = BORN + OTHER if first else OTHER + BORN
    found = tree(people + families)
    ties = {
        (predicate, other) for child, predicate, other in found.single_claims() if child == "I1"
    }
    assert ties == {("parent", "I2"), ("parent", "I3"), (bond, "I4")}


def test_marriage_that_is_denied_makes_no_spouses(tree: Callable[..., Any]) -> None:
    couple = (
        "0 @I1@ INDI\n1 FAMS @F1@\n0 @I2@ INDI\n1 FAMS @F1@\n0 @F1@ FAM\n1 HUSB @I1@\n1 WIFE @I2@\n"
    )
    assert ("I1", "spouse", "I2") in tree(couple).single_claims()
    assert ("I1", "spouse", "I2") not in tree(couple + "1 MARR N\n").single_claims()
