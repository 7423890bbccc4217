"""The lines of one thing in a record: of an event, a name, a second birth, a tie."""

from __future__ import annotations

import pytest

from kg.gedcom.excerpts import excerpt, mentions
from kg.vocab import KG

RECORD = """0 @I-1@ INDI
1 ALIA Annie
1 NAME Anna Maria /Lind/
2 NICK Annie
1 NAME Anna /Holm/
2 TYPE MARRIED
2 ROMN Ana Kholm
1 SEX F
1 BIRT
2 DATE 1855
1 BIRT
2 DATE 1857
2 SOUR @S1@
1 OCCU Baker
1 OCCU Cook
2 SOUR @S1@
1 OCCU Nurse
2 DATE 1880
2 OBJE
3 FILE nurse.jpg
1 OBJE
2 FILE anna.jpg
1 NOTE a long note that goes
2 CONC  on and on
1 REFN 12
1 REFN 120""".splitlines()
BASE = "https://example.org/t/my-tree."
ANNA = BASE + "I.2D1"


@pytest.mark.parametrize(
    ("sub", "predicate", "value", "expected"),
    [
        ("", "gender", KG + "Female", (7, 8)),
        ("", "name", "Anna Maria Lind", (2, 4)),
        ("", "name", "Anna Holm", (4, 7)),
        ("", "name", "Ana Kholm", (4, 7)),
        ("", "nickname", "Annie", (2, 4)),
        ("", "personalName", ANNA + "-name", (1, 2)),
        ("", "personalName", ANNA + "-name-2", (4, 7)),
        ("-name-2", "nameType", "married", (4, 7)),
        ("-birt", "date", "1855", (8, 10)),
        ("-birt-2", "date", "1857", (10, 13)),
        ("-birt-3", "date", "1857", (0, 26)),
        ("", "occupation", "https://example.org/t/my-tree.pos-Cook", (14, 16)),
        ("-occu", "date", "1880", (16, 20)),
        ("-obje", "file", "nurse.jpg", (18, 20)),
        ("-obje-2", "file", "anna.jpg", (20, 22)),
        ("-obje", "format", "image/jpeg", (0, 26)),
        ("", "note", "a long note that goes on and on", (22, 24)),
        ("", "identifier", "REFN 12", (24, 25)),
        ("", "identifier", "REFN 120", (25, 26)),
        ("", "fate", KG + "Died", (0, 26)),
    ],
)
def test_excerpt_is_the_part_that_says_so(
    sub: str, predicate: str, value: str, expected: tuple[int, int]
) -> None:
    assert excerpt(RECORD, ANNA + sub, predicate, value) == expected


@pytest.mark.parametrize("record", [["0 @I1@ INDI"], ["1 BIRT", "2 DATE 1"], [""], ["x", "1"], []])
def test_excerpt_of_little_is_all_of_it(record: list[str]) -> None:
    assert excerpt(record, BASE + "I1-birt", "date", "1") == (0, len(record))
    assert excerpt(record, BASE + "I1", "fate", "") == (0, len(record))


def test_a_tie_is_told_by_the_lines_that_point_to_both() -> None:
    family = ["0 @F1@ FAM", "1 HUSB @I-1@", "1 WIFE @I2@", "1 CHIL @I20@", "2 SOUR @S1@", "1 MARR"]
    assert mentions(family, (ANNA, BASE + "I20")) == [family[0], family[1], family[3]]
    assert mentions(family, (BASE + "I7", BASE + "I8")) == family
