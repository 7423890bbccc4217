"""Cutting a file into records: where they begin, however odd the lines between them."""

from __future__ import annotations

import pytest

from kg.gedcom.blocks import File
from kg.gedcom.lines import Seen, records, split
from kg.gedcom.problems import Problem

ODD = """0 HEAD
1 NOTE a
apples
0 apples
0 @I1@ INDI
1 NAME A /B/
0 CONT goes on
0 CONC and on
 0 @I2@ INDI
00 @I3@ INDI

0\t@I4@ INDI
0 @I 5@ INDI
0 @I6 INDI
0 @I1@ FAM
0 @N1@ NOTE a text
0 !
0
1 SEX M
0 TRLR
0 @I7@ INDI
0 TRLR
"""


def test_blocks_put_together_are_the_file() -> None:
    for text in (ODD, ODD[7:], f"\n{ODD}", f"stray\n\n{ODD}", ODD[:-1], "0 HEAD", "x\n"):
        file = File(text)
        lines = split(text)
        assert [line for n in range(len(file.blocks)) for line in file.lines(n)] == lines
        assert file.count == len(lines)
        assert file.lengths() == sum(map(len, lines))
        for number, start in enumerate(file.starts):
            assert file.quote(start, start) == lines[start - 1]
            assert file.lines(number)[0] == lines[start - 1]


def test_blocks_begin_only_where_a_record_begins_for_certain() -> None:
    file = File(ODD)
    heads = [file.lines(number)[0] for number in range(len(file.blocks))]
    assert heads == [
        "0 HEAD", "0 apples", "0 @I1@ INDI", "0 @I 5@ INDI", "0 @I6 INDI", "0 @I1@ FAM",
        "0 @N1@ NOTE a text", "0 TRLR", "0 @I7@ INDI", "0 TRLR",
    ]  # fmt: skip
    # What has lines that may belong elsewhere, or a second identifier, is not taken for plain.
    assert [xref for xref in file.xrefs if xref] == ["I7"]


def test_records_are_known_before_any_is_read() -> None:
    file = File(ODD)
    people = {xref for xref, kind in file.kinds.items() if kind == "INDI"}
    assert people == {"I1", "I2", "I3", "I4", "I 5", "I7"}
    assert file.kinds["N1"] == "NOTE"
    assert file.lines_of["I1"] == 5
    assert file.last_person == 21
    assert set(file.plain) == {"I1", "I2", "I3", "I4", "I7", "N1"}


@pytest.mark.parametrize("text", [ODD, ODD.replace("0 TRLR\n", ""), f"stray\n{ODD}"])
def test_records_piece_by_piece_are_those_of_the_whole(text: str) -> None:
    whole: list[Problem] = []
    pieces: list[Problem] = []
    expected = list(map(repr, records(split(text), whole.append)))
    file = File(text)
    seen = Seen(file.heads)
    found: list[str] = []
    for number, start in enumerate(file.starts):
        lines = file.lines(number)
        found += map(repr, records(lines, pieces.append, first=start, seen=seen))
    assert found == expected
    assert pieces == [problem for problem in whole if "ends without TRLR" not in problem.reason]
    assert seen.ended == (len(pieces) == len(whole))
