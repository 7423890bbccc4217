"""Named questions on an imported family tree, where the record answers for what it tells."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.archive import Archive
from kg.archive.folder import add_gedcom, init_archive
from kg.build import build
from kg.query import asks
from kg.store.claims import compress
from kg.store.embedded import Store, memory, open_store
from kg.vocab import PREFIXES, Curies

TESTS = Path(__file__).resolve().parents[1]
EXPECTED = TESTS / "expected"
FILE = "berg-answers.txt"
BERG = (TESTS / "data" / "berg.ged").read_text(encoding="utf-8").splitlines()
TREE = "d:berg."
EXAMPLE = "https://example.org/"


@pytest.fixture(scope="module")
def tree(berg_archive: Archive) -> Store:
    return open_store(berg_archive.built, {**PREFIXES, **berg_archive.prefixes})


def short(text: str, of: list[str]) -> str:
    """A quotation as the numbers of its lines in the file `of`, an IRI without what all have."""
    lines = text.split("\n")
    if lines[0][:2] in ("0 ", "1 ", "2 "):
        [at] = [n for n in range(len(of)) if of[n : n + len(lines)] == lines]
        return f"{at + 1}-{at + len(lines)}"
    return text.removeprefix(TREE).removeprefix("kg:").replace("\n", " ")


def answer(tree: Store, question: str, of: list[str] = BERG) -> list[str]:
    name, *words = question.split()
    curies = Curies(tree.prefixes)
    chosen = asks.get(name)

    def iri_of(text: str, classes: tuple[str, ...]) -> str:
        found = curies.expand(text if ":" in text else TREE + text)
        assert found is not None, text
        return found

    found = asks.run(tree, chosen, asks.bind(chosen, asks.assign(chosen, words, []), iri_of))
    return [" | ".join(short(compress(node, curies), of) for node in row) for row in found.rows]


def cases(file: str) -> list[tuple[str, list[str]]]:
    """Questions and their rows; a row is indented under its question."""
    found: list[tuple[str, list[str]]] = []
    for line in (EXPECTED / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            found[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            found.append((line, []))
    return found


@pytest.mark.parametrize(("question", "rows"), [pytest.param(*c, id=c[0]) for c in cases(FILE)])
def test_record_answers_for_its_facts(tree: Store, question: str, rows: list[str]) -> None:
    assert [row.strip() for row in answer(tree, question)] == rows


def test_no_fact_of_a_tree_is_without_a_voice(tree: Store) -> None:
    """Every happening in a life, and every name, has an account and its words."""
    rows = tree.rows("SELECT ?p { ?p a kg:Person } ORDER BY ?p")
    people = [node for [node] in rows if node is not None]
    assert len(people) == 16
    for name in ("events-of", "timeline-of", "places-of", "where-was", "names-of", "postings"):
        for person in people:
            chosen = asks.get(name)
            found = asks.run(tree, chosen, {chosen.parameters[0].name: person})
            assert found.rows or name != "names-of"
            for row in found.rows:
                said = dict(zip(found.columns, row, strict=True))
                assert said["account"] is not None, (name, person)
                assert said["quote"] is not None, (name, person)


WARDS = """0 HEAD
1 GEDC
2 VERS 7.0
0 @I1@ INDI
1 NAME Adam /Old/
1 SEX M
1 FAMS @F1@
0 @I2@ INDI
1 NAME Ben /Old/
1 SEX M
1 DEAT
2 DATE 4 JUN 1880
2 AGE 30y
1 FAMC @F1@
1 FAMS @F2@
0 @I3@ INDI
1 NAME Carl /New/
1 SEX M
1 FAMC @F2@
2 PEDI FOSTER
1 FAMC @F3@
0 @I4@ INDI
1 NAME Dan /New/
1 SEX M
1 FAMS @F3@
0 @F1@ FAM
1 HUSB @I1@
1 CHIL @I2@
0 @F2@ FAM
1 HUSB @I2@
1 CHIL @I3@
0 @F3@ FAM
1 HUSB @I4@
1 CHIL @I3@
0 TRLR
"""


def test_male_line_goes_by_birth_and_an_age_bounds_the_birth(tmp_path: Path) -> None:
    file = tmp_path / "berg.ged"
    file.write_text(WARDS, encoding="utf-8")
    archive = init_archive(tmp_path / "wards", title="Wards", base="https://example.org/wards/")
    archive = add_gedcom(archive, file)
    build(archive)
    tree = open_store(archive.built, {**PREFIXES, **archive.prefixes})

    def said(question: str) -> list[str]:
        return [row.split(" | d:")[0] for row in answer(tree, question, WARDS.splitlines())]

    assert said("paternal-line I3") == ["I4 | I3 | New"]
    assert said("paternal-line I2") == ["I1 | I2 | Old"]
    assert said("parents I3") == ["I2 | fosterParent | fact", "I4 | parent | fact"]
    assert said("children I2") == ["I3 | Male |  | foster child"]
    assert [row[:25] for row in said("relatives I2")] == [
        "I1 | parent | Male", "I3 | foster child | Male",
    ]  # fmt: skip
    assert said("ages") == ["I2 | 30 | 1880-06-04 | 1880-06-04"]
    assert said("birth-bounds I2") == ["age | 30 | 1849-06-04 | 1850-06-04"]


RECORDS = """
@prefix : <https://example.org/> .
@prefix kg: <https://w3id.org/prosokg/ns#> .
@prefix et: <https://w3id.org/prosokg/event/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
:ann a kg:Person ; kg:gender kg:Female .
:arrest a kg:Event ; kg:eventType et:Arrest ; kg:patient :ann .
:book a kg:Account ; kg:mode kg:Stated .
:page kg:quote "Ann was taken" .
:record rdf:subject :ann , :arrest ; kg:account :book ; kg:passage :page ; kg:certainty %s .
"""
OTHER = """
:letter a kg:Account ; kg:mode kg:Reported .
:other rdf:subject :arrest ; kg:account :letter ; kg:certainty kg:Certain .
"""


def test_claim_of_a_record_is_heard_for_each_fact_that_it_tells() -> None:
    def said(store: Store, question: str) -> list[list[str]]:
        name, *values = question.split()
        chosen = asks.get(name)
        bound = asks.bind(chosen, asks.assign(chosen, values, []), lambda text, _: EXAMPLE + text)
        rows = asks.run(store, chosen, bound).rows
        return [
            [compress(n, curies).replace("kg:", "") for n in row if n is not None] for row in rows
        ]

    def store_of(text: str) -> Store:
        store = memory()
        store.load(ox.parse(text, format=ox.RdfFormat.TURTLE))
        return store

    curies = Curies({**PREFIXES, "": EXAMPLE})
    one, two = store_of(RECORDS % "kg:Probable"), store_of(RECORDS % "kg:Probable" + OTHER)
    doubtful = [row[:3] for row in said(one, "doubtful")]
    assert doubtful == [
        [":ann", "gender", "Female"], [":arrest", "eventType", "et:Arrest"],
        [":arrest", "patient", ":ann"],
    ]  # fmt: skip
    assert said(two, "doubtful arrest") == [], "a certain record speaks for it"
    assert [row[:3] for row in said(two, "doubtful")] == doubtful[:1]
    assert said(store_of(RECORDS % "kg:Certain"), "doubtful") == []

    assert [row[1:4] for row in said(one, "what-falls book")] == doubtful
    assert [row[1:4] for row in said(two, "what-falls book")] == doubtful[:1]

    assert said(one, "agreements") == []
    agreed = said(two, "agreements")
    assert [row[:4] for row in agreed] == [
        [*fact, voice] for fact in doubtful[1:] for voice in (":book", ":letter")
    ]
    assert {row[6] for row in agreed} == {"true"}

    assert [row[:5] for row in said(one, "victims")] == [
        [":ann", ":arrest", "et:Arrest", "happened", ":book"]
    ]
    assert said(two, "certainty-count") == [["2", "1", "1", "0", "0"]]
