"""The short way of reading plain records: it gives what the long way gives, whatever comes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from kg.gedcom import plainfamilies, plainpeople, reader

BASE = "https://example.org/"
NAMING = reader.Naming(BASE, "tree", BASE + "src-tree", BASE + "src-tree-voice")
HEADS = {
    "5.5.1": "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n2 FORM LINEAGE-LINKED\n1 CHAR UTF-8\n",
    "7.0": "0 HEAD\n1 GEDC\n2 VERS 7.0\n",
}

_PLACES = ("Ashton, Ashshire", "Ашхабад", 'The "Oak", X', "  Two  spaces , x", ", ,", "")
_DATES = ("5 NOV 1555", "29 FEB 1900", "ABT 1850", "EST 1850", "FROM 1533 TO 1558", "(spring)",
          "BET 1800 AND 1700", "@#DJULIAN@ 3 MAY 1700", "1731/32", "", "garbage")  # fmt: skip
_NAMES = ("Mary /Ashbury/", "Étienne /O\\Neil/", "Анна /Петрова/", "/Nagy/ János", "Solo", "",
          'A "B" /C/ Jr.', "x@@y /Z/", "Mary  /Two Words/")  # fmt: skip
_SEX = ("SEX M", "SEX F", "SEX X", "SEX male", "SEX ?", "SEX M\n2 SOUR @S1@")
_SOURCES = ("@S1@\n3 PAGE folio 22\n3 QUAY 2", "@S1@", "@S9@\n3 PAGE a", "a book\n3 PAGE 3",
            "@S1@\n3 QUAY 7", "@S1@\n3 PAGE \"é\"\n3 DATA\n4 TEXT Said.\n5 CONT More.\n3 QUAY 0",
            "@S1@\n3 DATA\n4 DATE 1 MAY 1900", "@S1@\n3 NOTE n")  # fmt: skip
_ODD = (
    "_UID 33", "CHAN\n2 DATE 1 JAN 2000", "NO MARR", "MARR N", "BIRT", "DEAT Y", "BIRT N",
    "RESI\n2 DATE 1900", "RESI\n2 PLAC Q", "NOTE a\n2 CONT b\n2 CONC c", "NOTE  ", "NOTE @N1@",
    "NOTE a\n2 SOUR @S1@", "NOTE\n2 CONT b \\ \"q\"", "OCCU tailor", "OCCU tailor\n2 CONT x",
    "OCCU  two  words\n2 PLAC Ashton", "OCCU smith\n2 SOUR @S1@", "OCCU", "EVEN\n2 TYPE t",
    "EVEN word\n2 DATE 1900", "FAMC @F1@\n2 PEDI adopted", "FAMS @VOID@", "FAMC @I1@",
    "ADOP\n2 FAMC @F2@\n3 ADOP HUSB", "BIRT\n2 PLAC A\n2 CONT b", "BIRT\n2 DATE 1900\n2 DATE 1901",
    "BIRT\n2 DATE 1900\n2 PLAC A\n3 MAP\n4 LATI N5\n4 LONG E5", "BURI\n2 AGE 70y\n2 PLAC Ashton",
    "HUSB @I2@\n2 SOUR @S1@", "CHIL @I3@\n2 _FREL Adopted", "WIFE @I-4@", "CHIL @I_5@",
    "NAME Second /Name/", "NAME Mary\n2 TYPE birth", "NAME Anna /B/\n2 TRAN Анна /Б/\n3 LANG ru",
    "EMAIL a@@b.c", "DIV\n2 DATE 1900\n2 PLAC Ashton", "MARR\n2 HUSB\n3 AGE 30",
)  # fmt: skip
_WILD = ("2 CONT zzz", "1 CONT q", "stray words", "0", "", " ", "3 DATE x", "\ufeff1 SEX M",
         "1\tSEX M", " 0 @I3@ INDI", "0 CONT z", "0 TRLR", "\xa00 @I4@ INDI", "1 SEX M\x01")  # fmt: skip


def _event(tag: str, rng: random.Random) -> str:
    lines = [tag]
    for word, values in (("DATE", _DATES), ("PLAC", _PLACES), ("SOUR", _SOURCES)):
        if rng.random() < (0.3 if word == "SOUR" else 0.8):
            lines.append(f"{word} {rng.choice(values if rng.random() < 0.4 else values[:1])}")
    return "\n2 ".join(lines)


def _file(rng: random.Random, oddity: float) -> str:
    people, families = [f"I{n}" for n in range(1, 9)] + ["I_5", "I-4"], ["F1", "F2", "F3"]
    records = []
    for xref in people:
        name = rng.choice(_NAMES)
        given, _, rest = name.partition(" /")
        parts = [f"NAME {name}\n2 GIVN {given}\n2 SURN {rest.partition('/')[0]}",
                 rng.choice(_SEX[:2] if rng.random() < 0.7 else _SEX),
                 _event("BIRT", rng), _event("DEAT", rng),
                 f"FAMS @{rng.choice(families)}@", f"FAMC @{rng.choice(families)}@"]  # fmt: skip
        if rng.random() < 0.2:
            rng.shuffle(parts)
        records.append((xref, "INDI", parts))
    for xref in families:
        parts = [
            f"HUSB @{rng.choice(people)}@",
            f"WIFE @{rng.choice(people)}@",
            _event("MARR", rng),
        ]
        parts += [f"CHIL @{rng.choice(people)}@" for _ in range(rng.randrange(4))]
        records.append((xref, "FAM", parts))
    if rng.random() < 0.5:
        rng.shuffle(records)
    version = rng.choice(tuple(HEADS))
    language = rng.choice(("", "1 LANG Russian\n" if version == "5.5.1" else "1 LANG ru\n"))
    text = HEADS[version] + language
    for xref, tag, parts in records:
        while rng.random() < oddity:
            parts.insert(rng.randrange(len(parts) + 1), rng.choice(_ODD))
        text += "\n1 ".join([f"0 @{xref}@ {tag}", *parts]) + "\n"
    lines = f"{text}0 @S1@ SOUR\n1 TITL A book\n0 @N1@ NOTE shared\n0 TRLR\n".split("\n")
    while rng.random() < oddity / 2:
        lines.insert(rng.randrange(1, len(lines)), rng.choice(_WILD))
    return "\n".join(lines)


@pytest.mark.parametrize("oddity", [0.0, 0.3, 0.8])
def test_plain_records_say_what_they_say_line_by_line(
    oddity: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(60):
        data = _file(random.Random(seed), oddity).encode()
        found: list[tuple[Counter[str], object]] = []
        for maps in ({"INDI": plainpeople.plain_person, "FAM": plainfamilies.plain_family}, {}):
            monkeypatch.setattr(reader, "_PLAIN_MAPS", maps)
            chunks: list[bytes] = []
            reading = reader.read(data, NAMING, chunks.append)
            assert reading.carried + reading.lost.total() == reading.lines, seed
            found.append((Counter(b"".join(chunks).decode().split("\n")), reading))
        assert found[0] == found[1], seed


PLAIN = """0 @I1@ INDI
1 NAME Étienne /Ashbury/
2 GIVN Étienne
2 SURN Ashbury
1 SEX M
1 BIRT
2 DATE ABT 1511
2 PLAC Ashton, Ashshire
2 SOUR @S1@
3 PAGE folio 22
3 DATA
4 TEXT Said.
3 QUAY 2
1 OCCU tailor
2 DATE FROM 1530 TO 1540
1 RESI
2 DATE 1531
1 RESI
2 PLAC Ashton, Ashshire
1 DEAT Y
1 NOTE a
2 CONT b
1 FAMS @F1@
0 @I2@ INDI
1 SEX F
1 NAME Анна /Петрова/
1 FAMC @F1@
0 @F1@ FAM
1 HUSB @I1@
1 CHIL @I2@
1 MARR
2 DATE 5 NOV 1530
0 @S1@ SOUR
"""


@pytest.mark.parametrize("version", HEADS)
def test_plain_records_are_read_the_short_way(
    version: str, tree: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_way: list[str] = []
    records = reader.records

    def noted(lines: list[str], *rest: Any, **more: Any) -> Any:
        long_way.append(lines[0])
        return records(lines, *rest, **more)

    def refuse(*rest: object) -> None:
        raise AssertionError(rest)

    monkeypatch.setattr(reader, "records", noted)
    monkeypatch.setattr(plainpeople, "read_part", refuse)
    monkeypatch.setattr(plainfamilies, "read_part", refuse)
    found = tree(PLAIN, version)
    assert long_way == ["0 HEAD", "0 @S1@ SOUR", "0 TRLR"]
    assert found.of("I1-resi-2")["label"] == {"residence of Étienne Ashbury@en"}
    assert found.of("I1-occu")["date"] == {"1530/1540"}
    assert found.reading.carried == found.reading.lines
