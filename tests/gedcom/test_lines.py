from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.gedcom.lines import Node, passage, records, split, total
from kg.gedcom.problems import Problem

STEADY = settings(derandomize=True, deadline=None, max_examples=250)
Tree = tuple[str, str, str, list["Tree"]]  # tag, identifier, value, children


def read(text: str, version: str = "5.5.1") -> tuple[list[Node], list[Problem]]:
    """Records and problems of a text; every line of it is accounted for."""
    problems: list[Problem] = []
    lines = split(text)
    found = list(records(lines, problems.append, version))
    kept = sum(record.count() for record in found)
    assert kept + sum(problem.lost for problem in problems) == total(lines)
    return found, problems


def tree(node: Node) -> Tree:
    return (node.tag, node.xref, node.value, [tree(child) for child in node.children])


def one(text: str, version: str = "5.5.1") -> Node:
    """The only record of a text that has nothing wrong but its missing end."""
    (record,), (problem,) = read(text, version)
    assert problem.tag == "TRLR"
    return record


def reasons(problems: list[Problem]) -> list[tuple[int, str, int]]:
    return [(p.line, p.reason, p.lost) for p in problems if p.tag != "TRLR"]


def test_lines_become_trees_by_level() -> None:
    found, problems = read(
        "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n0 @I1@ INDI\n1 NAME Anna /Lind/\n2 GIVN Anna\n"
        "1 BIRT\n2 DATE 1850\n2 PLAC Åbo\n1 FAMS @F1@\n0 TRLR\n"
    )
    assert problems == []
    assert tree(found[1]) == (
        "INDI",
        "I1",
        "",
        [
            ("NAME", "", "Anna /Lind/", [("GIVN", "", "Anna", [])]),
            ("BIRT", "", "", [("DATE", "", "1850", []), ("PLAC", "", "Åbo", [])]),
            ("FAMS", "", "@F1@", []),
        ],
    )
    assert [record.tag for record in found] == ["HEAD", "INDI", "TRLR"]


def test_each_node_knows_its_lines_and_the_passage_is_verbatim() -> None:
    text = "0 @I1@ INDI\n1 NOTE a\n2 CONT b\n\n2 CONC c\n1 BIRT\n2 DATE 1850\n"
    record = one(text)
    note, birth = record.children
    assert (note.line, note.end, note.lines, note.last, note.count()) == (2, 5, 3, 5, 3)
    assert (birth.line, birth.end, birth.last, birth.count()) == (6, 6, 7, 2)
    assert (record.line, record.last, record.count()) == (1, 7, 6)
    assert passage(split(text), note.line, note.last) == "1 NOTE a\n2 CONT b\n\n2 CONC c"


def test_cont_is_a_line_end_and_conc_is_nothing() -> None:
    record = one("0 @N@ NOTE  two \n1 CONC  spaces\n1 CONT\n1 CONT last\tline ")
    assert record.value == " two  spaces\n\nlast\tline "
    assert record.children == []


def test_cont_after_other_lines_still_continues_its_own_line() -> None:
    note = one("0 INDI\n1 NOTE a\n2 SOUR @S1@\n3 PAGE 4\n4 CONC 2\n2 CONT b").children[0]
    assert (note.value, note.end, note.lines, note.last) == ("a\nb", 6, 2, 6)
    assert tree(note.children[0]) == ("SOUR", "", "@S1@", [("PAGE", "", "42", [])])


def test_cont_at_the_level_of_its_own_line_is_taken_and_told() -> None:
    found, problems = read("0 @I1@ INDI\n1 NOTE a\n1 CONT b\n1 CONC c\n1 SEX M\n0 TRLR")
    assert tree(found[0])[3] == [("NOTE", "", "a\nbc", []), ("SEX", "", "M", [])]
    assert [problem.line for problem in problems] == [3, 4]


def test_cont_under_a_pointer_stays_a_line_of_its_own() -> None:
    record = one("0 @I1@ INDI\n1 NOTE @N1@\n2 CONT lost?\n2 CONT no")
    assert tree(record.children[0]) == (
        "NOTE", "", "@N1@", [("CONT", "", "lost?", []), ("CONT", "", "no", [])],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("version", "written", "meant", "pointer"),
    [
        ("5.5.1", "@I1@", "@I1@", "I1"),
        ("5.5.1", " @I1@ ", "@I1@", "I1"),
        ("7.0", "@VOID@", "@VOID@", "VOID"),
        ("5.5.1", "@@I1@@", "@I1@", ""),
        ("7.0", "@@I1@", "@I1@", ""),
        ("5.5.1", "me@@example.org", "me@example.org", ""),
        ("7.0", "me@@example.org", "me@@example.org", ""),
        ("7.0", "@@me and @you@", "@me and @you@", ""),
        ("7.0", "@@@@ two", "@@@ two", ""),
        ("5.5.1", "@@@@ two", "@@ two", ""),
        ("5.5.1", "@#DJULIAN@ 1 JAN 1700", "@#DJULIAN@ 1 JAN 1700", ""),
        ("5.5.1", "@#DJULIAN@", "@#DJULIAN@", ""),
        ("5.5.1", "a single @ stays", "a single @ stays", ""),
    ],
)
def test_at_signs_are_read_by_the_rules_of_the_version(
    version: str, written: str, meant: str, pointer: str
) -> None:
    node = one(f"0 INDI\n1 NOTE {written}", version).children[0]
    assert (node.value, node.pointer) == (meant, pointer)


def test_at_signs_of_cont_lines_are_unescaped_line_by_line() -> None:
    assert one("0 NOTE a\n1 CONT @@b@@", "5.5.1").value == "a\n@b@"
    assert one("0 SNOTE a\n1 CONT @@b@@", "7.0").value == "a\n@b@@"


def test_indented_lines_tabs_and_wide_spacing_are_read() -> None:
    record = one("\ufeff  0   @I 1@\tINDI\n\t1 NAME Anna\n    1\tSEX  F\n  02 GIVN\tAnna Maria")
    assert tree(record) == (
        "INDI", "I 1", "", [("NAME", "", "Anna", []), ("SEX", "", " F", [("GIVN", "", "Anna Maria", [])])],
    )  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r"])
def test_every_kind_of_line_end_gives_the_same_lines(end: str) -> None:
    lines = ["0 HEAD", "1 NOTE a\u2028b\x0bc\x85d", "2 CONT", "0 TRLR"]
    assert split(end.join(lines)) == split(end.join(lines) + end) == lines


def test_level_jumps_go_to_the_nearest_line_and_are_told() -> None:
    found, problems = read(
        "0 @I1@ INDI\n1 BIRT\n4 DATE 1850\n4 PLAC Åbo\n3 NOTE x\n1 SEX F\n99 INVALID y\n0 TRLR"
    )
    birth, sex = found[0].children
    assert [child.tag for child in birth.children] == ["DATE", "PLAC", "NOTE"]
    assert [child.tag for child in sex.children] == ["INVALID"]
    assert [problem.line for problem in problems] == [3, 7]


def test_a_file_without_header_or_records_keeps_its_lines() -> None:
    found, problems = read("1 NAME Anna\n2 GIVN Anna\n1 SEX F\n0 @I2@ INDI\n1 SEX M\n0 TRLR")
    assert [record.tag for record in found] == ["NAME", "SEX", "INDI", "TRLR"]
    assert found[0].children[0].tag == "GIVN"
    assert reasons(problems) == [(1, "level 1 without a record above it", 0)]


def test_lines_of_an_unreadable_record_do_not_go_to_the_record_before() -> None:
    found, problems = read("0 @I1@ INDI\n1 SEX M\n0 @I2@\n1 SEX F\n2 NOTE x\n0 TRLR")
    assert [tree(record) for record in found] == [
        ("INDI", "I1", "", [("SEX", "", "M", [])]),
        ("SEX", "", "F", [("NOTE", "", "x", [])]),
        ("TRLR", "", "", []),
    ]
    assert reasons(problems) == [
        (3, "a level without a tag", 1),
        (4, "level 1 without a record above it", 0),
    ]


def test_identifiers_repeated_or_unterminated_are_told() -> None:
    found, problems = read("0 @I1@ INDI\n0 @I1@ INDI\n0 @i1@ INDI\n0 @I2 INDI\n0 @I3@FAM\n0 TRLR")
    assert [record.xref for record in found] == ["I1", "I1", "i1", "I2", "I3", ""]
    assert reasons(problems) == [
        (2, "@I1@ is already the identifier of the record at line 1", 0),
        (4, 'the identifier "@I2" lacks its second @', 0),
    ]


def test_text_that_goes_on_without_a_level_continues_a_note() -> None:
    found, problems = read(
        "0 @I1@ INDI\n1 NOTE first\nsecond line\n1914 bis 1918 im Krieg\n2 CONC !\n0 TRLR"
    )
    assert found[0].children[0].value == "first\nsecond line\n1914 bis 1918 im Krieg!"
    text = "no level and tag: taken as the next line of the NOTE above"
    assert reasons(problems) == [(3, text, 0), (4, text, 0)]


@pytest.mark.parametrize("before", ["1 SEX M", "1 NOTE @N1@", "1 BIRT"])
def test_text_that_goes_on_elsewhere_is_told_and_spoils_nothing(before: str) -> None:
    found, problems = read(f"0 @I1@ INDI\n{before}\nstray, words\n1 NAME x\n0 TRLR")
    assert found[0].children[0].lines == 1
    assert problems == [Problem(3, "", "stray, words", "no level and tag", 1)]


def test_a_cut_off_file_is_told() -> None:
    found, problems = read("0 HEAD\n0 @I1@ INDI\n1 NAME An")
    assert tree(found[1])[3] == [("NAME", "", "An", [])]
    assert problems == [
        Problem(3, "TRLR", "", "the file ends without TRLR: it may be cut off"),
    ]
    assert read("")[1][0].tag == "TRLR"


def test_records_after_the_end_are_read_and_told() -> None:
    found, problems = read("0 HEAD\n0 TRLR\n0 @I1@ INDI\n0 TRLR")
    assert [record.tag for record in found] == ["HEAD", "TRLR", "INDI", "TRLR"]
    assert reasons(problems) == [(3, "a record after TRLR, the end of the file", 0)]


def test_a_hundred_thousand_levels_need_no_recursion() -> None:
    depth = 100_000
    text = "0 HEAD\n" + "\n".join(f"{level} NOTE x" for level in range(1, depth))
    (record,), _ = read(text)
    assert (record.count(), record.last) == (depth, depth)
    far, problems = read("0 HEAD\n999999999 NOTE x\n999999999 NOTE y")
    assert far[0].count() == 3
    assert len(problems) == 3


def test_one_very_long_text_is_joined_once() -> None:
    lines = ["0 @N@ NOTE x", *["1 CONT " + "y" * 100, "1 CONC z"] * 100_000]
    record = one("\n".join(lines))
    assert (len(record.value), record.lines) == (1 + 100_000 * 102, 200_001)
    assert one("0 NOTE " + "x" * 5_000_000).value == "x" * 5_000_000


WORDS = "0 1 2 3 7 99 100 4000 -1 @I1@ @I2@ @I3 @ @@ @#DX@ @VOID@ HEAD INDI NOTE CONT CONC SEX TRLR"
ODD = [
    " ",
    "\t",
    "\x00",
    "\ufeff",
    "\u2028",
    "\x85",
    "é",
    "_X",
    "name",
    "1 CONT",
    "1 NOTE",
    "2 CONC ",
]
PIECES = st.sampled_from([*WORDS.split(), *ODD, "0 @I1@ INDI", "a text"])
LINE = st.lists(PIECES, max_size=5).map(" ".join) | st.text(max_size=12)


@STEADY
@given(st.lists(LINE, max_size=25), st.sampled_from(["\n", "\r", "\r\n"]), st.sampled_from("57"))
def test_any_text_is_read_and_every_line_accounted_for(
    lines: list[str], end: str, version: str
) -> None:
    found, problems = read(end.join(lines), version)
    ended = bool(found) and found[-1].tag == "TRLR"
    assert ended or [p.tag for p in problems if "ends without" in p.reason] == ["TRLR"]
    for record in found:
        assert record.line <= record.end <= record.last <= len(lines) * 2 + 25
        assert record.count() >= 1
