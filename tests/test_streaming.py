"""A build that streams makes the store, the counts and the indexes that memory makes of it all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.archive import Archive, open_archive, read_contents
from kg.archive.folder import CLAIM_COLUMNS, add_gedcom, add_text, init_archive
from kg.build import build, count, load, nquads, prefixes, same_bytes, streaming
from kg.errors import ReadError
from kg.index import names as name_index
from kg.index import ties as tie_index
from kg.names import entries
from kg.relations.paths import rows
from kg.relations.pedigrees import write_pedigree
from kg.relations.ties import nodes, ties
from kg.store import loading
from kg.store.embedded import open_store, text_of
from kg.store.layout import current_folder
from kg.vocab import DECLARED, INFERRED, KG, RDF

ROOT = Path(__file__).resolve().parents[1]
TREE = ROOT / "tests" / "data" / "berg.ged"
BASE = "https://example.org/bergs/"
LETTER = (
    "Karl was born in May. Elsa was born in spring 1884. Pavel was a cousin of Olga. She sang."
    " The feast took place. They say Karl is called Karl Berg. Pavel knew nobody. So they met.\n"
)
# A second date for a birth that the tree dates; what the tree says already; a possibility that
# happened; a name that a table gives as well; what is denied, doubted and concluded.
CLAIMS = """1,Karl was born in May,,d:berg.I4-birt,kg:date,"\""1876-05-05""^^edtf:EDTF",,certain,,,,,
2,in spring 1884,,d:berg.I5-birt,kg:date,"\""1884-03/1884-05""^^edtf:EDTF",,certain,,,,,
3,Pavel was a cousin of Olga,,d:pavel,kg:relative,d:berg.I13,,certain,,5,,,
4,Karl was born,,d:berg.I4-birt,kg:eventType,et:Birth,,certain,,,,,
5,Pavel knew nobody,,d:pavel,kg:relative,negative,,certain,,,,,
6,The feast took place,,d:feast,rdf:type,kg:Event,,certain,,,,,
7,The feast,,d:feast,kg:date,"\""1900-06""^^edtf:EDTF",1901,probable,,,,,
8,They say,,d:feast,kg:agent,d:berg.I4,,certain,d:gossip,,,,
9,called Karl Berg,,d:pavel,rdfs:label,"\""Pavel""@en",,certain,,,,,
10,She sang,,d:feast,kg:agent,d:pavel,,possible,,,,,
11,,,d:feast,kg:involves,d:pavel,,probable,d:scholar,,3 6,Who sang was there,seen
12,,,d:berg.I4,kg:spouse,d:pavel,,certain,d:scholar,,10,A guess,
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A family tree, and a letter whose claims meet it in every way."""
    folder = tmp_path_factory.mktemp("mixed")
    archive = init_archive(folder / "bergs", title="Bergs", base=BASE)
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    add_gedcom(archive, TREE)
    add_text(archive, folder / "letter.txt")
    table = ",".join(CLAIM_COLUMNS) + "\n" + CLAIMS.replace('\\"', '"')
    (archive.path / "claims/letter.csv").write_text(table, encoding="utf-8")
    with (archive.path / "entities.csv").open("a", encoding="utf-8") as file:
        file.write("d:pavel,kg:Person,Pavel,\nd:feast,kg:Possibility,A feast,\n")
    with (archive.path / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("d:gossip,Belief,d:pavel,Gossip\nd:scholar,Inferred,,A scholar\n")
    return open_archive(archive.path)


def copy(archive: Path, place: Path) -> Archive:
    shutil.copytree(archive, place, ignore=shutil.ignore_patterns(".kg"))
    return open_archive(place)


@pytest.mark.parametrize("name", ["mixed", "lyushkov", "habsburg"])
def test_a_build_makes_what_memory_makes(
    name: str, mixed: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = copy(mixed.path if name == "mixed" else ROOT / "data" / name, tmp_path / "archive")
    made = build(archive)
    contents = read_contents(archive)
    whole = load(archive, contents)
    store = open_store(archive.built, prefixes(archive))
    assert nquads(store) == nquads(whole)
    assert made.counts == count(whole, contents)
    place = current_folder(archive.built)
    assert place is not None
    assert sorted(path.name for path in place.iterdir()) == [
        "build.json", "names", "pedigree", "store", "ties",
    ]  # fmt: skip
    name_index.write(tmp_path / "names", entries(whole), made.digest)
    tie_index.write(tmp_path / "ties", nodes(whole), rows(ties(whole)), made.digest)
    write_pedigree(tmp_path / "pedigree", whole, made.digest)
    for index in ("names", "ties", "pedigree"):
        assert (place / index).read_bytes() == (tmp_path / index).read_bytes(), index
    # However the lines are cut into pieces, the digest is the same.
    monkeypatch.setattr(loading, "_MOST", 5000)
    monkeypatch.setattr(streaming, "_MANY", 20)
    assert same_bytes(archive) == made.digest


def test_the_mixed_archive_overrides_what_it_should(mixed: Archive, tmp_path: Path) -> None:
    archive = copy(mixed.path, tmp_path / "archive")
    build(archive)
    store = open_store(archive.built, prefixes(archive))

    def said(subject: str, predicate: str, graph: str = "") -> set[str]:
        found = store.quads(BASE + subject, predicate, None, graph)
        return {text_of(quad.object).removeprefix(KG).removeprefix(BASE) for quad in found}

    assert said("feast", RDF + "type") == {"Event"}
    assert said("feast", RDF + "type", DECLARED) == {"Possibility"}
    assert said("feast", KG + "earliest") == {"1900-06-01"}
    assert said("berg.I4-birt", KG + "latest") == {"1876-05-05"}
    assert said("feast", KG + "involves") == said("feast", KG + "involves", INFERRED) == {"pavel"}
    assert said("feast", KG + "agent") == set()
    assert said("berg.I13", KG + "relative") == {"pavel"}


def test_any_change_of_any_part_changes_the_digest(mixed: Archive, tmp_path: Path) -> None:
    digests = {same_bytes(mixed)}
    changes: list[tuple[str, Callable[[str], str]]] = [
        ("claims/letter.csv", lambda text: text.replace("possible", "probable")),
        ("claims/letter.csv", lambda text: text.replace("A guess", "An idea")),
        ("entities.csv", lambda text: text.replace("A feast", "The feast")),
        ("accounts.csv", lambda text: text.replace("Belief", "Stated")),
        ("kg.toml", lambda text: text.replace('"core"', '"core", "kin"')),
    ]
    for number, (name, change) in enumerate(changes):
        archive = copy(mixed.path, tmp_path / str(number))
        text = (archive.path / name).read_text(encoding="utf-8")
        assert change(text) != text
        (archive.path / name).write_text(change(text), encoding="utf-8")
        digests.add(same_bytes(open_archive(archive.path)))
    assert len(digests) == len(changes) + 1


def test_faults_found_at_the_end_leave_nothing(mixed: Archive, tmp_path: Path) -> None:
    archive = copy(mixed.path, tmp_path / "archive")
    with (archive.path / "claims/letter.csv").open("a", encoding="utf-8") as file:
        file.write("13,not there,,d:pavel,kg:relative,d:nobody,,certain,,,,,\n")
    with pytest.raises(ReadError):
        build(archive)
    assert [path.name for path in archive.built.iterdir()] == ["lock"]


def test_progress_names_each_step_and_seconds_are_told(mixed: Archive, tmp_path: Path) -> None:
    archive = copy(mixed.path, tmp_path / "archive")
    said: list[str] = []
    made = build(archive, said.append)
    assert said[0] == "reading sources and claims"
    assert any(line.startswith("computing inferences: ") for line in said)
    steps = ["read", "facts", "rules", "names", "kin", "ties", "store", "swap"]
    assert list(made.seconds) == steps
