"""A family tree as a source of an archive: added, built, checked, refused, and told in full."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.archive import open_archive, read_contents
from kg.archive.folder import (
    CLAIM_COLUMNS,
    add_gedcom,
    add_text,
    init_archive,
    remove_source,
    write_file,
)
from kg.archive.tables import write_table
from kg.build import build, fresh_store, same_bytes
from kg.cli.app import run
from kg.errors import KgError, ReadError
from kg.freshness import is_fresh
from kg.store.embedded import Store, text_of
from kg.vocab import KG, RDF

BERG = Path(__file__).resolve().parents[1] / "data" / "berg.ged"
BASE = "https://example.org/mine/"
LOST = [
    (51, "_COLOUR", "a tag of one program's own"),
    (109, "CHAN", "the date of an edit, not of the person"),
    (110, "DATE", "the date of an edit, not of the person"),
]

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """An empty archive."""
    return init_archive(tmp_path / "mine", title="Mine", base=BASE).path


@pytest.fixture
def kg(mine: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command on it: exit code, stdout, stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--archive", str(mine), *words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        assert "a bug in kg" not in captured.err
        return code, captured.out, captured.err

    return call


def files(folder: Path) -> dict[str, bytes]:
    """Every file of an archive but those that a build makes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".kg" not in path.relative_to(folder).parts
    }


def test_import_adds_a_source_and_tells_what_was_carried(kg: Call, mine: Path) -> None:
    code, out, err = kg("import", str(BERG), "--title", "The Bergs")
    assert (code, err) == (0, "")
    (source,) = tomllib.loads((mine / "kg.toml").read_text(encoding="utf-8"))["sources"]
    digest = hashlib.sha256(BERG.read_bytes()).hexdigest()
    assert source == {
        "id": "d:src-berg", "file": "sources/berg.ged", "format": "gedcom", "sha256": digest,
        "title": "The Bergs", "licence": "",
    }  # fmt: skip
    assert (mine / "sources/berg.ged").read_bytes() == BERG.read_bytes()
    assert not list((mine / "claims").iterdir())
    assert is_fresh(open_archive(mine))
    assert "16 people, 7 families in 27 records (GEDCOM 7.0," in out
    total = len(BERG.read_text(encoding="utf-8").splitlines())
    assert f"{total - 3} of {total} lines carried, 3 not:" in out
    rows = [line.split(maxsplit=2) for line in out.splitlines()]
    for number, tag, reason in [("1", *LOST[0][1:]), ("1", *LOST[1][1:]), ("1", *LOST[2][1:])]:
        assert [number, tag, reason] in rows
    assert "build --check --lines" in out
    assert kg("find", "Vera")[0] == 0


def test_import_as_json_counts_the_same(kg: Call, mine: Path) -> None:
    code, out, _ = kg("import", str(BERG), "--json")
    found = json.loads(out)
    assert code == 0
    assert {"id", "file", "sha256", "seconds", "version", "charset", "people", "families",
            "records", "lines", "carried", "lost", "problems"} == set(found)  # fmt: skip
    assert (found["id"], found["people"], found["families"]) == ("d:src-berg", 16, 7)
    assert found["carried"] + sum(kind["lines"] for kind in found["lost"]) == found["lines"]
    lost = [problem for problem in found["problems"] if problem["lost"]]
    assert [(each["line"], each["tag"], each["reason"]) for each in lost] == LOST


def test_every_line_not_carried_is_listed(kg: Call, mine: Path) -> None:
    before = files(mine)
    code, checked, _ = kg("import", str(BERG), "--check", "--lines")
    assert (code, files(mine)) == (0, before)
    for line, tag, reason in LOST:
        assert f"{BERG}:{line}: {tag}: {reason} | " in checked
    assert kg("import", str(BERG), "--lines")[1].count("sources/berg.ged:") == len(LOST)
    code, out, _ = kg("build", "--check", "--lines")
    assert code == 0
    assert [line.partition(" | ")[0] for line in out.splitlines()] == [
        f"sources/berg.ged:{line}: {tag}: {reason}" for line, tag, reason in LOST
    ]
    assert f"{LOST[0][0]}: _COLOUR: {LOST[0][2]} | green" in out
    _, told, _ = kg("build", "--check", "--json")
    rows = [(f["file"], f["row"], f["column"]) for f in json.loads(told)["findings"]]
    assert rows == [("sources/berg.ged", line, tag) for line, tag, _ in LOST]
    assert "3 lines not carried or doubtful" in kg("build", "--check")[1]


def test_check_needs_no_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["--archive", str(tmp_path), "import", str(BERG), "--check", "--json"])
    assert code == 0
    assert json.loads(capsys.readouterr().out)["people"] == 16
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, b"", b"PK\x03\x04 cut short",
     b"My aunt Vera left for Riga in May 1921.\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 4000],
    ids=["program", "empty", "broken zip", "plain text", "picture"],
)  # fmt: skip
def test_what_is_no_tree_changes_nothing(data: bytes, kg: Call, mine: Path, tmp_path: Path) -> None:
    assert kg("import", str(BERG))[0] == 0
    before, digest = files(mine), kg("build", "--json")[1]
    file = tmp_path / "family.ged"
    file.write_bytes(data)
    code, out, err = kg("import", str(file))
    assert (code, out) == (3, "")
    assert str(file) in err
    assert files(mine) == before
    again = json.loads(kg("build", "--json")[1])["digest"]
    assert again == json.loads(digest)["digest"]
    assert kg("import", str(file), "--check")[0] == 3


def test_the_same_file_is_refused_a_second_time(kg: Call, mine: Path) -> None:
    assert kg("import", str(BERG))[0] == 0
    before = files(mine)
    code, out, err = kg("import", str(BERG))
    assert (code, out) == (3, "")
    assert 'has a file "sources/berg.ged" already' in err
    assert files(mine) == before


def test_import_into_no_archive_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--archive", str(tmp_path), "import", str(BERG)]) == 3
    assert "kg init" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_tree_that_is_not_there_is_told(kg: Call, mine: Path, tmp_path: Path) -> None:
    before = files(mine)
    code, _, err = kg("import", str(tmp_path / "none.ged"))
    assert (code, "cannot be read" in err) == (3, True)
    assert files(mine) == before


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def test_a_gedzip_gives_the_same_facts_as_its_tree(tmp_path: Path) -> None:
    def facts(data: bytes, ending: str) -> set[str]:
        folder = tmp_path / ending
        archive = init_archive(folder, title="t", base=BASE)
        file = tmp_path / f"berg.{ending}"
        file.write_bytes(data)
        archive = add_gedcom(archive, file, title="Bergs")
        assert archive.sources[0].file == f"sources/berg.{ending}"
        build(archive)
        return {str(quad) for quad in fresh_store(archive).quads()}

    plain = BERG.read_bytes()
    assert facts(plain, "ged") == facts(zipped(gedcom_ged=plain, photo_jpg=b"x"), "gdz")


HEADER = ",".join(CLAIM_COLUMNS) + "\n"
LETTER = (
    "Karl was born on a Friday in spring, and he feared his father. He was a cousin of Pavel.\n"
)


def with_letter(folder: Path) -> None:
    """Add a letter that speaks of people of the tree and of somebody else."""
    file = folder.parent / "letter.txt"
    file.write_text(LETTER, encoding="utf-8")
    add_text(open_archive(folder), file)
    (folder / "claims/letter.csv").write_text(
        HEADER
        + '1,Karl was born,,d:berg.I4,kg:nickname,"""Kalle""@en",,certain,,,,,\n'
        + "2,cousin of Pavel,,d:berg.I4,kg:relative,d:pavel,,certain,,,,,\n"
        + '3,in spring,,d:berg.I5-birt,kg:date,"""1884-03/1884-05""^^edtf:EDTF",,certain,,,,,\n',
        encoding="utf-8",
    )  # fmt: skip
    with (folder / "entities.csv").open("a", encoding="utf-8") as entities:
        entities.write("d:pavel,kg:Person,Pavel,\n")


def objects(store: Store, thing: str, predicate: str) -> set[str]:
    return {text_of(node) for node in store.objects(BASE + thing, KG + predicate)}


def test_a_table_can_speak_of_an_imported_person(kg: Call, mine: Path) -> None:
    assert kg("import", str(BERG))[0] == 0
    with_letter(mine)
    code, _, err = kg("build")
    assert code == 0, err
    store = fresh_store(open_archive(mine))
    assert objects(store, "berg.I4", "nickname") == {"Kalle"}
    assert objects(store, "berg.I4", "relative") == {BASE + "pavel"}
    assert objects(store, "berg.I4", "parent") == {BASE + "berg.I1", BASE + "berg.I2"}
    assert objects(store, "berg.I4", "gender") == {KG + "Male"}
    # Both dates stand, and the bounds are those that both allow.
    assert objects(store, "berg.I5-birt", "date") == {"1884", "1884-03/1884-05"}
    assert objects(store, "berg.I5-birt", "earliest") == {"1884-03-01"}
    assert objects(store, "berg.I5-birt", "latest") == {"1884-05-31"}
    _, out, _ = kg("evidence", "d:berg.I4")
    assert "letter, in its own voice  (stated)" in out
    assert "«Karl was born» on a Friday" in out
    assert "berg, in its own voice  (stated)" in out


def test_a_table_that_names_nobody_of_the_tree_is_a_fault(kg: Call, mine: Path) -> None:
    assert kg("import", str(BERG))[0] == 0
    with_letter(mine)
    table = mine / "claims/letter.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("I4,kg:relative", "I99,kg:relative"))
    code, _, err = kg("build", "--check")
    assert code == 3
    assert "d:berg.I99" in err


def test_a_changed_tree_is_told_and_built_anew_once_it_is_recorded(kg: Call, mine: Path) -> None:
    assert kg("import", str(BERG))[0] == 0
    tree, settings = mine / "sources/berg.ged", mine / "kg.toml"
    old = tree.read_bytes()
    new = old.replace(b"2 DATE 1884", b"2 DATE 1885")
    assert new != old
    write_file(tree, new)
    digest = [hashlib.sha256(data).hexdigest() for data in (old, new)]
    assert not is_fresh(open_archive(mine))
    code, _, err = kg("show", "Elsa")
    assert code == 3
    assert f'its sha256 is "{digest[1]}", kg.toml says "{digest[0]}"' in err
    settings.write_text(settings.read_text(encoding="utf-8").replace(*digest), encoding="utf-8")
    code, out, err = kg("show", "Elsa")
    assert code == 0
    assert "building the store anew" in err
    assert "1885" in out
    assert "1884" not in out


def test_the_same_files_give_the_same_bytes(mine: Path, tmp_path: Path) -> None:
    add_gedcom(open_archive(mine), BERG)
    with_letter(mine)
    first = build(open_archive(mine))
    other = tmp_path / "elsewhere"
    shutil.copytree(mine, other, ignore=shutil.ignore_patterns(".kg"))
    second = build(open_archive(other))
    assert first.digest == second.digest == same_bytes(open_archive(other))
    assert first.counts == second.counts
    folders = [next(folder.glob(".kg/build-*")) for folder in (mine, other)]
    for index in ("names", "ties", "pedigree"):
        assert (folders[0] / index).read_bytes() == (folders[1] / index).read_bytes()


def test_counts_hold_the_tree(mine: Path) -> None:
    archive = add_gedcom(open_archive(mine), BERG)
    made = build(archive)
    store = fresh_store(archive)
    (_, reading), = made.contents.readings  # fmt: skip
    assert made.counts["things"] == len(reading.things)
    assert made.counts["accounts"] == sum(
        1 for _ in store.quads(None, RDF + "type", KG + "Account")
    )
    assert made.counts["claims"] == sum(1 for _ in store.quads(None, RDF + "type", KG + "Claim"))
    assert made.counts["quads"] == store.count()
    assert made.counts["facts"] > 150
    for thing in reading.things:
        assert store.objects(thing, RDF + "type"), thing


def test_a_source_is_taken_out_only_where_it_is_the_last(mine: Path) -> None:
    archive = add_gedcom(open_archive(mine), BERG)
    before = files(mine)
    with_letter(mine)
    with pytest.raises(ReadError, match="is not the last one"):
        remove_source(archive, "d:src-berg")
    after = remove_source(archive, "d:src-letter")
    assert [source.id for source in after.sources] == ["d:src-berg"]
    assert (mine / "kg.toml").read_bytes() == before["kg.toml"]
    assert not (mine / "sources/letter.txt").exists()
    assert not (mine / "claims/letter.csv").exists()


def test_other_faults_of_the_archive_keep_the_tree(kg: Call, mine: Path) -> None:
    (mine / "entities.csv").write_text("id,class,label@en\nd:x,kg:Nonsense,x\n", encoding="utf-8")
    code, _, err = kg("import", str(BERG))
    assert (code, "Nonsense" in err) == (3, True)
    assert [source.id for source in open_archive(mine).sources] == ["d:src-berg"]
    write_file(mine / "entities.csv", write_table(("id", "class", "label@en"), []))
    assert kg("build")[0] == 0
    assert kg("kin", "Karl", "Elsa")[0] == 0


def test_a_format_that_is_not_known_is_a_fault_of_the_settings(mine: Path) -> None:
    add_gedcom(open_archive(mine), BERG)
    settings = mine / "kg.toml"
    settings.write_text(settings.read_text().replace('"gedcom"', '"gedcon"'), encoding="utf-8")
    with pytest.raises(KgError, match="gedcon"):
        open_archive(mine)


def test_a_tree_with_doubts_is_read_and_they_are_told(mine: Path, kg: Call, tmp_path: Path) -> None:
    file = tmp_path / "odd.ged"
    file.write_text("0 HEAD\n1 GEDC\n2 VERS 5.5.1\n1 CHAR UTF-8\n0 @I1@ INDI\n1 NAME A /B/\n"
                    "1 FAMC @F9@\n0 @F1@ FAM\n1 CHIL @I1@\n0 TRLR\n")  # fmt: skip
    code, out, _ = kg("import", str(file), "--lines")
    assert code == 0
    assert "1 person, 1 family in 4 records" in out
    assert "9 of 10 lines carried, 1 not" in out
    assert "1 line read with a doubt, the first: sources/odd.ged:9:" in out
    listed = [
        line.split(":")[1] for line in out.splitlines() if line.startswith("sources/odd.ged:")
    ]
    assert listed == ["7", "9"]
    contents = read_contents(open_archive(mine))
    assert [finding.row for finding in contents.not_carried()] == [7, 9]


def test_evidence_as_json_tells_lines_of_records_apart_from_letters_of_texts(
    kg: Call, mine: Path
) -> None:
    add_gedcom(open_archive(mine), BERG)
    with_letter(mine)
    _, out, _ = kg("evidence", "d:berg.I4", "--json")
    voices = {account["account"]: account["claims"] for account in json.loads(out)["accounts"]}
    (letter, *_), record = voices["d:src-letter-voice"], voices["d:src-berg-voice"]
    assert (letter["start"], letter["end"], "first_line" in letter) == (0, 13, False)
    sex = next(claim for claim in record if claim["predicate"] == "kg:gender")
    assert (sex["first_line"], sex["last_line"], "start" in sex) == (36, 36, False)


def test_progress_is_told_to_the_end(mine: Path) -> None:
    told: list[tuple[int, int]] = []
    add_gedcom(open_archive(mine), BERG)
    read_contents(open_archive(mine), progress=lambda done, total: told.append((done, total)))
    size = BERG.stat().st_size
    assert told[-1] == (size, size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
def test_two_trees_live_side_by_side(mine: Path, kg: Call, tmp_path: Path) -> None:
    other = tmp_path / "berg 2.GED"
    other.write_bytes(BERG.read_bytes())
    assert kg("import", str(BERG))[0] == 0
    assert kg("import", str(other))[0] == 0
    archive = open_archive(mine)
    assert [(s.id, s.file) for s in archive.sources] == [
        ("d:src-berg", "sources/berg.ged"), ("d:src-berg-2", "sources/berg-2.ged"),
    ]  # fmt: skip
    code, out, _ = kg("kin", "d:berg.I4", "d:berg-2.I5")
    assert (code, out.startswith("no kinship")) == (1, True)
    assert kg("kin", "d:berg-2.I4", "d:berg-2.I5")[0] == 0
