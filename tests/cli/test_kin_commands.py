"""kg kin and kg relatives: what they say, in which words, with which codes, and how lightly."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.archive import Archive
from kg.archive.folder import add_gedcom, init_archive
from kg.build import build
from kg.cli.app import run
from kg.relations.kinship import kinship, turned_round
from kg.relations.terms import load_terms
from kg.view import open_view

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kg(berg_archive: Archive, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command on the tree: exit code, stdout, stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--archive", str(berg_archive.path), *words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        assert "a bug in kg" not in captured.err
        return code, captured.out, captured.err

    return call


def first_lines(out: str) -> list[str]:
    return out.splitlines()[:2]


@pytest.mark.parametrize(
    ("ego", "alter", "alter_is", "ego_is"),
    [
        ("Otto", "Karl", "son", "father"),
        ("Karl", "Elsa", "half-sister", "half-brother"),
        ("d:berg.I7", "Nina", "half-sister", "half-brother"),
        ("d:berg.I7", "Otto", "paternal grandfather", "grandson"),
        ("Elsa", "Leo", "adopted son", "adoptive mother"),
        ("d:berg.I7", "Paul", "stepfather", "stepson"),
        ("Mihkel", "Otto", "great-grandfather", "great-grandchild"),
        ("Tom", "Vera", "maternal grandmother", "grandson"),
        ("Otto", "Maria", "wife", "husband"),
    ],
)
def test_each_is_told_what_the_other_is(
    kg: Call, ego: str, alter: str, alter_is: str, ego_is: str
) -> None:
    def told(one: str, other: str) -> tuple[str, str]:
        found = json.loads(kg("kin", one, other, "--json")[1])
        assert set(found) == {"ego", "alter", "alter_is", "ego_is", "lines", "kinship",
                              "relationship", "inbreeding", "complete", "loops"}  # fmt: skip
        return found["alter_is"], found["ego_is"]

    there = told(ego, alter)
    assert told(alter, ego) == there[::-1]
    assert {there[0].split()[-1], there[1].split()[-1]} == {
        alter_is.split()[-1], ego_is.split()[-1],
    }  # fmt: skip
    code, out, err = kg("kin", ego, alter)
    assert (code, err) == (0, "")
    words = " ".join(first_lines(out))
    assert there[0] in words
    assert there[1] in words


def test_half_sister_in_text(kg: Call) -> None:
    code, out, err = kg("kin", "Karl", "Elsa", "--evidence")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Elsa Berg is Karl Berg's half-sister",
        "Karl Berg is Elsa Berg's half-brother",
        "",
        "  1. half-sister  1 up, 1 down; through Otto Berg",
        "     Karl Berg (1876–1940) → Otto Berg (1850–1910) → Elsa Berg (1884–)",
        "       “0 @F1@ FAM / 1 HUSB @I1@ / 1 CHIL @I4@” (berg, in its own voice)",
        "       “0 @F2@ FAM / 1 HUSB @I1@ / 1 CHIL @I5@” (berg, in its own voice)",
        "       “0 @F2@ FAM / 1 HUSB @I1@ / 1 CHIL @I5@” (Register of Tartu, as cited in berg)",
        "",
        "kinship coefficient 0.125 (Malécot), relationship 0.25 (Wright)",
    ]


def test_half_sister_in_russian(kg: Call) -> None:
    for language in ("ru", "ru-RU"):
        code, out, err = kg("kin", "Elsa", "Karl", "--lang", language)
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "Karl Berg — единокровный брат (по отношению к: Elsa Berg)",
            "Elsa Berg — единокровная сестра (по отношению к: Karl Berg)",
            "",
            "  1. единокровный брат  вверх 1, вниз 1; через: Otto Berg",
            "     Elsa Berg (1884–) → Otto Berg (1850–1910) → Karl Berg (1876–1940)",
            "",
            "коэффициент родства φ 0.125 (Малеко), R 0.25 (Райт)",
        ]
    assert "«0 @F1@ FAM" in kg("kin", "Elsa", "Karl", "--lang", "ru-RU", "--evidence")[1]
    assert "единоутробная сестра" in kg("kin", "d:berg.I7", "Nina", "--lang", "ru")[1]


def test_no_line_of_the_answer_ends_in_blanks(kg: Call) -> None:
    for words in (["kin", "Karl", "Vera"], ["kin", "Karl", "Elsa"], ["relatives", "Karl"]):
        assert all(line == line.rstrip() for line in kg(*words)[1].splitlines())


def test_evidence_is_told_in_every_language_of_kinship(kg: Call) -> None:
    for language in ("de", "fr", "he", "uk", "en-GB"):
        code, out, err = kg("kin", "Karl", "Elsa", "--evidence", "--lang", language)
        assert (code, err) == (0, "")
        assert "0 @F1@ FAM / 1 HUSB @I1@ / 1 CHIL @I4@" in out


def test_names_do_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "odd.ged"
    odd = "O\u202edd\u009b2J"
    file.write_text(
        f"0 HEAD\n1 GEDC\n2 VERS 7.0\n0 @I1@ INDI\n1 NAME {odd} /A/\n1 FAMC @F1@\n"
        f"0 @I2@ INDI\n1 NAME {odd} /B/\n1 FAMS @F1@\n0 @F1@ FAM\n1 HUSB @I2@\n"
        "1 CHIL @I1@\n0 TRLR\n",
        encoding="utf-8",
    )
    archive = init_archive(tmp_path / "a", title="t", base="https://example.org/t/")
    at = ["-a", str(archive.path)]
    assert run([*at, "import", str(file)]) == 0
    for words in (["kin", "d:odd.I1", "d:odd.I2", "--evidence"], ["relatives", "d:odd.I1"],
                  ["kin", "d:odd.I1", "d:odd.I1"], ["evidence", "d:odd.I1"]):  # fmt: skip
        assert run([*at, *words]) == 0
    out = capsys.readouterr().out
    assert "Odd" not in out
    assert "\\u202e" in out
    assert not {"\u202e", "\u009b"} & set(out)


def test_evidence_in_json_has_the_lines_of_each_step(kg: Call) -> None:
    _, out, _ = kg("kin", "Otto", "Leo", "--evidence", "--json")
    (line,) = json.loads(out)["lines"]
    assert [person["id"] for person in line["chain"]] == ["d:berg.I1", "d:berg.I5", "d:berg.I11"]
    assert (line["kind"], line["up"], line["down"], line["marriages"]) == ("adoptive", 0, 2, 0)
    assert [len(step) for step in line["evidence"]] == [2, 1]
    assert line["evidence"][1][0].startswith("“0 @F5@ FAM / 1 WIFE @I5@ / 1 CHIL @I11@”")


def test_a_marriage_that_was_denied_makes_no_spouse(kg: Call) -> None:
    _, out, _ = kg("kin", "d:berg.I7", "d:berg.I14")
    assert "wife" not in out
    assert "child's mother" in out


def test_a_challenged_parent_counts_where_asked(kg: Call) -> None:
    assert kg("kin", "Rein", "Nina")[0] == 1
    code, out, _ = kg("kin", "Rein", "Nina", "--include-possible")
    assert (code, first_lines(out)[0]) == (0, "Nina Roos is Rein Roos's mother")
    assert "by one version only" in out
    assert kg("relatives", "Rein")[0] == 1
    assert "Nina Roos" in kg("relatives", "Rein", "--include-possible")[1]


def test_a_viewpoint_without_the_tree_knows_no_kin(kg: Call) -> None:
    code, out, _ = kg("kin", "Karl", "Elsa", "--exclude", "d:src-berg")
    assert (code, out.startswith("no kinship")) == (1, True)
    assert kg("kin", "Otto", "Elsa", "--according-to", "d:berg.S1-voice")[0] == 0
    assert kg("kin", "Otto", "Karl", "--according-to", "d:berg.S1-voice")[0] == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["kin", "d:berg.I13", "Otto"], 1, ""),
        (["kin", "Karl", "Nobody"], 3, 'no person is called "Nobody"'),
        (["kin", "Karl", "d:berg.I999"], 3, "d:berg.I999"),
        (["kin", "Karl", "d:berg.F1"], 3, '"d:berg.F1" is no person'),
        (["kin", "Olga", "Otto"], 3, '"Olga" may mean 2 things'),
        (["kin", "Karl"], 2, "Missing argument"),
        (["kin", "Karl", "Elsa", "--marriages", "9"], 2, "--marriages"),
        (["kin", "Karl", "Elsa", "--lang", "xx"], 3, 'no words for kinship in "xx"'),
        (["kin", "Karl", "Elsa", "--svg", "no/such/folder/x.svg"], 3, "there is no folder"),
        (["relatives", "Olga"], 3, '"Olga" may mean 2 things'),
        (["relatives", "d:berg.I13"], 1, ""),
        (["relatives", "Otto", "--side", "left"], 3, "paternal or maternal"),
        (["relatives", "Otto", "--degree", "0"], 2, "--degree"),
        (["relatives", "Otto", "--format", "xml"], 3, "text or csv"),
        (["relatives", "Otto", "--alive", "soon"], 3, "date"),
        (["relatives", "Otto", "--alive", "1905/.."], 3, "no first or no last day"),
        (["relatives", "Otto", "--lang", "xx"], 3, "languages: de, en, fr, he, ru, uk"),
        (["relatives", "Otto", "--term", "second cousin"], 1, ""),
    ],
)  # fmt: skip
def test_wrong_use_is_told_with_a_code(kg: Call, words: list[str], code: int, says: str) -> None:
    found, out, err = kg(*words)
    assert found == code, err
    assert says in err
    if code != 1:
        assert out == ""
    if code == 3:
        assert err.startswith("error: ")


def test_a_person_is_told_to_be_the_same(kg: Call) -> None:
    code, out, _ = kg("kin", "Karl", "Karl")
    assert (code, out) == (0, "Karl Berg and Karl Berg are the same person\n")


# Relatives


def listed(kg: Call, *words: str) -> dict[str, str]:
    """The kin of a person by id, with what they are."""
    code, out, err = kg("relatives", *words, "--format", "csv")
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == ["id", "name", "years", "term", "degree", "generation", "side",
                             "kinship", "alive"]  # fmt: skip
    assert [int(row["degree"]) for row in rows] == sorted(int(row["degree"]) for row in rows) or (
        "--spouses" in words
    )
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"].removeprefix("d:berg."): row["term"] for row in rows}


def test_relatives_are_listed_once_each_with_their_term(kg: Call) -> None:
    assert listed(kg, "Karl") == {
        "I1": "father", "I2": "mother", "I7": "son", "I5": "half-sister", "I15": "grandchild",
        "I11": "half-sister's adopted son",
    }  # fmt: skip
    assert listed(kg, "Karl", "--degree", "1") == {"I1": "father", "I2": "mother", "I7": "son"}
    assert listed(kg, "Karl", "--side", "maternal") == {"I2": "mother"}
    assert set(listed(kg, "Karl", "--side", "paternal")) == {"I1", "I5", "I11"}
    assert listed(kg, "Karl", "--term", "half-sisters") == {"I5": "half-sister"}
    assert listed(kg, "Karl", "--lang", "ru", "--term", "Сын") == {"I7": "сын"}


def test_relatives_with_spouses_have_in_laws_and_step_kin(kg: Call) -> None:
    found = listed(kg, "Karl", "--spouses")
    assert listed(kg, "Karl").items() <= found.items()
    assert found["I3"] == "stepmother"
    assert found["I9"] == "stepdaughter"
    assert found["I6"] == "wife"
    assert "I13" not in found


def test_relatives_alive_leave_out_the_dead_and_the_unborn(kg: Call) -> None:
    assert set(listed(kg, "Karl", "--alive", "1879")) == {"I1", "I2", "I15"}
    _, out, _ = kg("relatives", "Karl", "--alive", "1905", "--json")
    found = {each["id"]: each["alive"] for each in json.loads(out)["relatives"]}
    assert found["d:berg.I1"] == "yes"
    assert "d:berg.I2" not in found
    assert set(found.values()) <= {"yes", "unknown"}
    assert "alive" in kg("relatives", "Karl", "--alive", "1905")[1].splitlines()[1]


def test_relatives_as_json_have_stable_keys(kg: Call) -> None:
    found = json.loads(kg("relatives", "Karl", "--json")[1])
    assert set(found) == {"of", "relatives"}
    for each in found["relatives"]:
        assert set(each) == {"id", "name", "term", "degree", "generation", "side", "kind",
                             "kinship", "alive", "chain"}  # fmt: skip
        assert each["chain"][0] == found["of"]
        assert each["chain"][-1]["id"] == each["id"]


# Pictures


def titles(root: ET.Element) -> list[str]:
    """The titles of all that is drawn, apart from that of the picture."""
    return [part.text or "" for each in root.iter() if each is not root
            for part in each.iterfind("{*}title")]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (["kin", "Karl", "Elsa"], {"Karl Berg", "Elsa Berg", "Otto Berg", "Anna Lind", "Maria Holm"}),
        (["kin", "Otto", "Leo"], {"Otto Berg", "Elsa Berg", "Leo Tamm", "Jaan Tamm", "Maria Holm"}),
        (["kin", "Rein", "Nina", "--include-possible"], {"Rein Roos", "Nina Roos"}),
        (["kin", "Karl", "Vera", "--lang", "ru"], {"Karl Berg", "Vera Orlova"}),
    ],
)  # fmt: skip
def test_a_picture_has_each_person_once(
    kg: Call, tmp_path: Path, words: list[str], people: set[str]
) -> None:
    file = tmp_path / "family.svg"
    assert kg(*words, "--svg", str(file))[0] == 0
    root = ET.parse(file).getroot()
    cards = titles(root)
    assert set(cards) >= people
    assert len(cards) == len(set(cards))
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}


def test_a_picture_of_all_relatives_is_valid(kg: Call, tmp_path: Path) -> None:
    file = tmp_path / "all.svg"
    code, out, _ = kg("relatives", "Karl", "--spouses", "--svg", str(file))
    assert code == 0
    told = int(out.split()[0])
    cards = titles(ET.parse(file).getroot())
    assert len(cards) == len(set(cards)) >= told + 1
    assert "Karl Berg" in cards


def test_nothing_is_drawn_where_there_is_no_kinship(kg: Call, tmp_path: Path) -> None:
    assert kg("kin", "d:berg.I13", "Otto", "--svg", str(tmp_path / "none.svg"))[0] == 1
    assert not list(tmp_path.iterdir())


# Lightly

HEAVY = "('pyoxigraph', 'numpy', 'numba', 'networkx', 'rdflib', 'rapidfuzz', 'pyshacl', 'rich')"


@pytest.mark.parametrize(
    "words",
    [["kin", "Karl", "Elsa"], ["kin", "Karl", "Elsa", "--json"], ["kin", "d:berg.I1", "Leo"],
     ["kin", "d:berg.I13", "Otto"], ["relatives", "Karl"]],
)  # fmt: skip
def test_kinship_in_english_opens_no_store(berg_archive: Archive, words: list[str]) -> None:
    code = (
        "import sys; from kg.cli.app import run;"
        f"run(['-a', {str(berg_archive.path)!r}, *{words!r}]);"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""


# Any family


@st.composite
def trees(draw: st.DrawFn) -> str:
    """A tree of a few people, as GEDCOM: anybody may be anybody's parent or spouse."""
    count = draw(st.integers(2, 7))
    person = st.integers(1, count)
    lines = ["0 HEAD", "1 GEDC", "2 VERS 5.5.1", "1 CHAR UTF-8"]
    for number in range(1, count + 1):
        sex = draw(st.sampled_from("MFU"))
        lines += [f"0 @I{number}@ INDI", f"1 NAME P{number} /X/", f"1 SEX {sex}"]
        if draw(st.booleans()):
            lines += ["1 BIRT", f"2 DATE {draw(st.integers(1800, 1900))}"]
    for number in range(1, draw(st.integers(1, 4)) + 1):
        lines.append(f"0 @F{number}@ FAM")
        for tag in draw(st.sampled_from([["HUSB", "WIFE"], ["HUSB"], ["WIFE"], ["HUSB", "HUSB"]])):
            lines.append(f"1 {tag} @I{draw(person)}@")
        lines += [f"1 CHIL @I{draw(person)}@" for _ in range(draw(st.integers(0, 3)))]
        lines += draw(st.sampled_from([[], ["1 MARR"], ["1 MARR", "1 DIV Y"]]))
    return "\n".join([*lines, "0 TRLR", ""])


@settings(max_examples=8, deadline=None)
@given(trees())
def test_any_tree_imports_and_kinship_turned_round_is_its_converse(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tree.ged"
        file.write_text(text, encoding="utf-8")
        archive = init_archive(Path(folder) / "a", title="t", base="https://example.org/t/")
        made = build(add_gedcom(archive, file))
        (_, reading), = made.contents.readings  # fmt: skip
        assert reading.carried + reading.lost.total() == reading.lines
        with open_view(archive.path) as view:
            pedigree, terms = view.pedigree(), load_terms("en")
            assert pedigree.count == reading.people
            for one, other in combinations(range(pedigree.count), 2):
                there, back = kinship(pedigree, one, other), kinship(pedigree, other, one)
                assert there.coefficient == back.coefficient
                assert (there.nearest is None) == (back.nearest is None)
                if there.nearest is not None and back.nearest is not None:
                    assert turned_round(there.nearest.kin) == back.nearest.kin
                    assert terms.term(back.nearest.kin).text
                    assert back.nearest.people == there.nearest.people[::-1]
