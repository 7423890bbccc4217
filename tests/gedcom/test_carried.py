"""Nothing is lost silently: each line of any file is in the facts, or reported with a reason."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import KgError, ReadError
from kg.gedcom import tables
from kg.gedcom.reader import Naming, read
from kg.ontology import load
from kg.vocab import KG

Tree = Callable[..., Any]
ReadFile = Callable[[bytes], Any]

CASES = Path(__file__).parents[3] / "shared" / "cases" / "gedcom"
PAIRS = CASES / "gedcom7code"

WHOLE = """0 HEAD
1 GEDC
2 VERS 5.5.1
1 CHAR UTF-8
1 DEST ANSTFILE
0 @I1@ INDI
1 NAME Ann /Lee/
2 _RUFNAME Annie
2 ROMN Ann
3 TYPE x
1 SEX F
2 NOTE odd
1 BIRT
2 DATE 3 MAY 1900
3 TIME 12:00
2 PLAC Odessa, Russia
3 MAP
4 LATI N46
4 LONG E30
2 SOUR @S1@
3 PAGE 1
3 OBJE
4 FILE x.jpg
4 NOTE n
5 SOUR @S1@
6 NOTE m
7 SOUR @S1@
1 FAMS @F1@
1 CHAN
2 DATE 1 JAN 2000
0 @I2@ INDI
1 FAMC @F1@
2 PEDI birth
3 _X y
1 ASSO @I1@
2 RELA friend
0 @F1@ FAM
1 HUSB @I1@
1 CHIL @I2@
1 MARR Y
2 HUSB
3 AGE 20y
3 _Y
0 @S1@ SOUR
1 TITL Register
1 REPO
2 CALN 4
0 @N1@ NOTE loose
1 CONC  end
0 TRLR
"""


def test_what_one_program_alone_knows_is_reported_by_tag(tree: Tree) -> None:
    found = tree(
        "0 @I1@ INDI\n1 _SHOE 39\n2 NOTE big\n3 CONT feet\n1 NAME Ann\n0 @X1@ _LOC\n1 NAME x"
    )
    assert found.reading.lost == {
        ("_SHOE", "a tag of one program's own"): 1,
        ("NOTE", "a tag of one program's own"): 2,
        ("_LOC", "a tag of one program's own"): 1,
        ("NAME", "a tag of one program's own"): 1,
    }
    assert [(p.line, p.tag, p.lost) for p in found.reading.problems] == [
        (7, "_SHOE", 1), (8, "NOTE", 2), (11, "_LOC", 1), (12, "NAME", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 FAMC @F9@", "points at no record"),
        ("1 FAMC @I1@", "points at a INDI record"),
        ("1 FAMS @VOID@", "points at nothing (@VOID@)"),
        ("1 FAMS F9", "no pointer"),
        ("1 ASSO @I9@", "points at no record"),
        ("1 NOTE @N9@", "points at no record"),
        ("1 OBJE @O9@", "points at no record"),
        ("1 SOUR @S9@", "points at no record"),
        ("1 SUBM @U9@", "points at no record"),
        ("1 SEX Q", "a sex that is not known"),
        ("1 DESI @U1@", "a wish of researchers, not a fact"),
        ("1 FOOT 39", "not a part of this structure in GEDCOM"),
    ],
)
def test_line_that_leads_nowhere_is_reported(tree: Tree, line: str, reason: str) -> None:
    found = tree(f"0 @I1@ INDI\n1 NAME Ann\n{line}")
    assert found.lost() == {(8, line.split()[1], reason)}


def test_edits_are_reported_and_not_taken_for_facts(tree: Tree) -> None:
    found = tree(
        "0 @I1@ INDI\n1 CHAN\n2 DATE 1 JAN 2000\n3 TIME 1:2\n1 CREA\n2 DATE 1 JAN 1999", "7.0"
    )
    assert len(found.lost()) == 5
    assert {reason for _, _, reason in found.lost()} == {"the date of an edit, not of the person"}
    assert not [fact for fact in found.facts if fact[1] == "date"]


def test_record_that_repeats_an_identifier_is_kept_beside_the_first(tree: Tree) -> None:
    found = tree(
        "0 @I1@ INDI\n1 NAME Ann\n1 FAMS @F1@\n0 @I1@ INDI\n1 NAME Bo\n1 FAMC @F1@\n"
        "0 @F1@ FAM\n1 WIFE @I1@"
    )
    assert found.one("I1", "label") == "Ann@und"
    assert found.one("I1-again-2", "label") == "Bo@und"
    assert found.single_claims() == {("I1-again-2", "parent", "I1")}
    assert any("already the identifier" in reason for _, reason in found.remarks())


def test_record_without_identifier_is_kept(tree: Tree) -> None:
    found = tree("0 INDI\n1 NAME Ann")
    assert found.one("line-6", "label") == "Ann@und"
    assert "https://example.org/tree.line-6" in found.reading.things


def test_identifiers_of_any_letters_stay_apart(tree: Tree) -> None:
    xrefs = ["a b", "a.b", "a-b", "A-b", "a_b", "ж", "x-birt", 'x"<', "a.20b"]
    found = tree("\n".join(f"0 @{xref}@ INDI\n1 BIRT\n2 DATE 1900" for xref in xrefs))
    people = {fact[0] for fact in found.facts if fact[1:] == ("type", "Person")}
    births = {fact[0] for fact in found.facts if fact[1:] == ("eventType", "et:Birth")}
    assert people == {
        "a.20b", "a.2Eb", "a.2Db", "A.2Db", "a_b", ".D0.B6", "x.2Dbirt", "x.22.3C", "a.2E20b"
    }  # fmt: skip
    assert births == {f"{person}-birt" for person in people}


def test_pointers_in_circles_end(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 FAMC @F1@
        1 FAMS @F1@
        1 ALIA @I1@
        1 NOTE @N1@
        0 @F1@ FAM
        1 HUSB @I1@
        1 WIFE @I1@
        1 CHIL @I1@
        1 CHIL @I1@
        0 @N1@ NOTE @N1@
        0 @O1@ OBJE
        1 OBJE @O1@
        """
    )
    assert {(tag, reason) for _, tag, reason in found.lost()} >= {
        ("WIFE", "named as a partner twice"), ("CHIL", "a child that is its own parent"),
        ("ALIA", "points at itself"),
    }  # fmt: skip
    assert found.single_claims() == set()


def test_text_of_any_letters_comes_back(read_file: ReadFile) -> None:
    name = 'Q"uo\\te\tAnn \u2028 \U0001f600 é <b> \u00a0'
    data = f"0 HEAD\n1 GEDC\n2 VERS 7.0\n0 @I1@ INDI\n1 DSCR {name}\n2 CONT next\n0 TRLR\n"
    found = read_file(data.encode())
    assert found.one("I1-dscr", "detail") == f"{name}\nnext".strip()
    assert next(iter(found.record("I1")["quote"])).split("\n")[1] == f"1 DSCR {name}"


def test_characters_that_no_xml_holds_are_left_out_and_told(read_file: ReadFile) -> None:
    found = read_file(
        b"0 HEAD\n1 GEDC\n2 VERS 7.0\n0 @I1@ INDI\n1 DSCR a\x01b\xef\xbf\xbec\n0 TRLR\n"
    )
    assert found.one("I1-dscr", "detail") == "abc"
    assert "left out what no file of facts can hold: U+0001, U+FFFE" in {
        reason for _, reason in found.remarks()
    }


def test_same_bytes_give_the_same_lines(read_file: ReadFile) -> None:
    assert read_file(WHOLE.encode()).text == read_file(WHOLE.encode()).text


def test_progress_ends_at_the_size_of_the_file() -> None:
    told: list[tuple[int, int]] = []
    data = "0 HEAD\n" + "".join(f"0 @I{n}@ INDI\n1 SEX F\n" for n in range(1000)) + "0 TRLR\n"
    naming = Naming("https://example.org/", "t", "https://example.org/s", "https://example.org/v")
    read(data.encode(), naming, lambda chunk: None, progress=lambda *now: told.append(now))
    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1] == (len(data), len(data))


def test_what_is_no_tree_is_refused() -> None:
    naming = Naming("https://example.org/", "t", "https://example.org/s", "https://example.org/v")
    for data in (b"", b"\x00\x01\x02" * 99, b"<xml/>", b"PK\x03\x04broken"):
        with pytest.raises(ReadError):
            read(data, naming, lambda chunk: None)


def test_damaged_files_are_read_to_the_last_line(read_file: ReadFile) -> None:
    chance = random.Random(7)
    lines = WHOLE.splitlines()
    for _ in range(300):
        damaged = list(lines)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(5, len(damaged))
            other = chance.randrange(5, len(damaged))
            match chance.randrange(6):
                case 0:
                    del damaged[at]
                case 1:
                    damaged[at] = damaged[other]
                case 2:
                    damaged[at] = f"{chance.randrange(9)} {damaged[at].partition(' ')[2]}"
                case 3:
                    damaged[at] = damaged[at][: chance.randrange(len(damaged[at]) + 1)]
                case 4:
                    damaged.insert(at, f"{chance.randrange(4)} {chance.choice(TAGS)} @I1@")
                case _:
                    damaged.insert(at, f"{chance.randrange(6)} {chance.choice(TAGS)} 1")
        read_file("\n".join(damaged).encode())


TAGS = [
    *sorted({line.split()[1] for line in WHOLE.splitlines()} - {"@I1@"}),
    *("FAMC", "ALIA", "ADOP", "NO", "OCCU", "SNOTE", "TRAN", "EXID", "CROP", "TITL"),
]


def test_deep_and_long_files_end(read_file: ReadFile) -> None:
    head = "0 HEAD\n1 GEDC\n2 VERS 7.0\n0 @I1@ INDI\n"
    deep = "".join(f"{n} {'SOUR' if n % 2 else 'NOTE'} x\n" for n in range(1, 2000))
    media = "".join(f"{n} {('OBJE', 'NOTE', 'SOUR')[n % 3]}\n" for n in range(1, 300))
    commas = f"1 BIRT\n2 PLAC {','.join(str(n) for n in range(5000))}\n"
    for body in (deep, media, commas):
        read_file((head + body + "0 TRLR\n").encode())


# ---------- The same facts from both versions ----------

OLD = """0 HEAD
1 GEDC
2 VERS 5.5.1
1 CHAR UTF-8
1 LANG English
0 @I1@ INDI
1 NAME Ann /Lee/
2 TYPE birth
2 ROMN Anna /Li/
3 TYPE x
1 SEX F
1 RESN locked
1 BIRT
2 DATE @#DJULIAN@ 1 JAN 1700
2 PLAC Odessa, Russia
3 MAP
4 LATI N46.5
4 LONG E30.5
1 DEAT
2 DATE (in winter)
2 AGE CHILD
1 BURI
2 DATE 44 B.C.
1 ASSO @I2@
2 RELA witness
1 FAMC @F1@
2 PEDI adopted
2 STAT challenged
1 AFN 1-2
1 NOTE @N1@
1 OBJE @O1@
1 SOUR @S1@
2 DATA
3 TEXT said
2 QUAY 2
0 @I2@ INDI
1 FAMS @F1@
0 @F1@ FAM
1 WIFE @I2@
1 CHIL @I1@
1 MARR
2 DATE 11 FEB 1731/32
2 WIFE
3 AGE < 20y
0 @N1@ NOTE shared
0 @O1@ OBJE
1 FILE a.jpg
2 FORM jpg
3 TYPE photo
0 @S1@ SOUR
1 TITL Register
0 TRLR
"""
NEW = """0 HEAD
1 GEDC
2 VERS 7.0
1 LANG en
0 @I1@ INDI
1 NAME Ann /Lee/
2 TYPE BIRTH
2 TRAN Anna /Li/
3 LANG en-Latn
1 SEX F
1 RESN LOCKED
1 BIRT
2 DATE JULIAN 1 JAN 1700
2 PLAC Odessa, Russia
3 MAP
4 LATI N46.5
4 LONG E30.5
1 DEAT
2 DATE
3 PHRASE in winter
2 AGE < 8y
3 PHRASE Child
1 BURI
2 DATE 44 BCE
1 ASSO @I2@
2 ROLE WITN
3 PHRASE witness
1 FAMC @F1@
2 PEDI ADOPTED
2 STAT CHALLENGED
1 EXID 1-2
2 TYPE https://gedcom.io/terms/v7/AFN
1 SNOTE @N1@
1 OBJE @O1@
1 SOUR @S1@
2 DATA
3 TEXT said
2 QUAY 2
0 @I2@ INDI
1 FAMS @F1@
0 @F1@ FAM
1 WIFE @I2@
1 CHIL @I1@
1 MARR
2 DATE 11 FEB 1732
3 PHRASE 11 FEB 1731/32
2 WIFE
3 AGE < 20y
0 @N1@ SNOTE shared
0 @O1@ OBJE
1 FILE a.jpg
2 FORM image/jpeg
3 MEDI PHOTO
0 @S1@ SOUR
1 TITL Register
0 TRLR
"""


def said_of_claims(found: Any) -> set[tuple[tuple[str, tuple[str, ...]], ...]]:
    """The claims without their names and passages, which tell the two files apart."""
    return {
        tuple(
            (name, tuple(sorted(values)))
            for name, values in sorted(claim.items())
            if name not in ("quote", "lines")
        )
        for claim in found.claims.values()
    }


def test_two_versions_of_one_tree_give_the_same_facts(read_file: ReadFile) -> None:
    old, new = read_file(OLD.encode()), read_file(NEW.encode())
    assert old.lost() == new.lost() == set()
    assert old.facts == new.facts
    assert said_of_claims(old) == said_of_claims(new)
    assert len(old.facts) > 70


# What the conversion of a pair changes, by property; a pair that is not listed changes nothing
# but the program that wrote it.
DIFFERENCES = {
    "age-valid.ged": ("the converted file adds an age at death", {"type", "label", "eventType",
                      "patient", "age", "recordedAge"}),
    "atsign.ged": ("escapes of calendars are converted within notes, identifiers are new",
                   {"note", "type", "label", "name", "submitter"}),
    "filename-1.ged": ("paths become URLs", {"file", "label"}),
    "obje-1.ged": ("a file written under a person becomes a record; formats it does not know get "
                   "names of their own", {"file", "format", "label", "medium", "note", "partOf",
                                          "type"}),
    "sour-1.ged": ("a source in words becomes a record with a note", {"label", "type", "note"}),
    "date-all.ged": ("two years that do not follow each other are cut to one, years of two digits "
                     "get a century, calendars not known are renamed",
                     {"date", "earliest", "latest", "recordedDate", "datePhrase", "note"}),
    "date-dual-invalid.ged": ("two years that do not follow each other are cut to one",
                              {"date", "earliest", "latest", "recordedDate", "datePhrase"}),
}  # fmt: skip


def test_official_pairs_of_versions_give_the_same_facts(read_file: ReadFile) -> None:
    if not PAIRS.is_dir():
        pytest.skip("the pairs of files are not here: ../shared/cases/gedcom/gedcom7code")
    pairs = [(old, PAIRS / "7" / old.name) for old in sorted((PAIRS / "5").glob("*.ged"))]
    pairs = [(old, new) for old, new in pairs if new.exists()]
    assert len(pairs) >= 24
    for first, second in pairs:
        old, new = read_file(first.read_bytes()), read_file(second.read_bytes())
        _, allowed = DIFFERENCES.get(first.name, ("", set()))
        differ = {fact for fact in old.facts ^ new.facts if fact[1] not in allowed}
        assert {fact[1] for fact in differ} <= {"software"}, (first.name, sorted(differ)[:5])
        if not allowed:
            assert said_of_claims(old) == said_of_claims(new), first.name


def test_all_cases_of_others_are_read_with_every_line_accounted_for(read_file: ReadFile) -> None:
    if not CASES.is_dir():
        pytest.skip("the files of others are not here: ../shared/cases/gedcom")
    files = [path for path in sorted(CASES.rglob("*")) if path.suffix.lower() in (".ged", ".gdz")]
    assert len(files) >= 180
    big = {"mhftb8-export.ged", "date-all.ged", "date.ged", "legacy10-2025-export.ged"}
    for path in files:
        if path.name in big:
            continue  # the laws hold there too; parsing their facts again takes seconds
        try:
            read_file(path.read_bytes())
        except KgError as error:
            pytest.fail(f"{path.name}: {error}")


# ---------- The tables ----------


def test_tables_name_declared_codes_and_properties() -> None:
    known = tables.load()
    ontology = load()
    for kind in (*known.individual.values(), *known.family.values()):
        assert ontology.codes[kind.code[1:-1]] == KG + "EventType"
        assert kind.words == kind.words.strip().lower() or "Latter-day" in kind.words
    for name in known.pedigree.values():
        assert KG + name in ontology.predicates
    assert {tag for tag, kind in known.individual.items() if kind.once} == {
        "BIRT", "DEAT", "BURI", "CREM"
    }  # fmt: skip
    assert set(known.roles.values()) == {
        "CHIL", "CLERGY", "FATH", "FRIEND", "GODP", "HUSB", "MOTH", "NGHBR", "OFFICIATOR", "PARENT",
        "SPOU", "WIFE", "WITN",
    }  # fmt: skip


def test_tags_of_programs_are_read_as_tags_that_stand_there(tree: Tree) -> None:
    for structure, rows in tables.load().vendor.items():
        assert structure in {
            "INDI", "FAM", "NAME", "event", "CHIL", "SOUR", "OBJE", "REPO", "SUBM", "HEAD"
        }  # fmt: skip
        for tag, alias in rows.items():
            assert tag != alias.tag
            if structure == "INDI":
                found = tree(f"0 @I1@ INDI\n1 {tag} 7")
                assert found.lost() == set(), tag


def test_every_output_is_plain_n_quads(read_file: ReadFile) -> None:
    found = read_file(WHOLE.encode())
    graphs = {q.graph_name for q in ox.parse(found.text.encode(), format=ox.RdfFormat.N_QUADS)}
    assert graphs == {ox.DefaultGraph()}
    assert found.reading.lost.total() == len(found.lost())
