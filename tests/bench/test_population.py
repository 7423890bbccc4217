from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import as_archive
import as_gedcom
import as_graph
import faults
import pyoxigraph as ox
import pytest
import rdflib
import validating
from population import populate

from kg.archive import open_archive, read_contents
from kg.gedcom.reader import Naming, read
from kg.validate import setwise

SH = "http://www.w3.org/ns/shacl#"
SHAPES = Path(as_graph.__file__).with_name("shapes.ttl")


def triples(people: int, errors: float = 0, seed: int = 1) -> bytes:
    file = io.BytesIO()
    as_graph.write(populate(people, seed, errors), file)
    return file.getvalue()


def test_same_seed_writes_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    assert triples(300, 0.01) == triples(300, 0.01)
    assert triples(300, 0.01) != triples(300, 0.01, seed=2)
    found = []
    for name in ("one", "two"):
        as_archive.write(populate(300, 1, 0.01), tmp_path / name)
        found.append({
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*") if path.is_file()
        })  # fmt: skip
    assert found[0] == found[1]


@pytest.mark.parametrize("people", [1, 2, 61, 119, 500])
def test_any_size_is_a_graph_with_as_many_people(people: int) -> None:
    graph = triples(people, 0.1)
    assert graph.count(b"ns#Person> .") == people
    assert sum(1 for _ in ox.parse(graph, format=ox.RdfFormat.N_TRIPLES)) == graph.count(b"\n")


def test_population_without_errors_has_none_to_find() -> None:
    made = populate(2000, 1)
    assert not any(made.planted.values())
    assert not any(made.expected(faults.exact(made.tree)).values())


def test_second_marriages_begin_when_the_first_has_ended() -> None:
    tree = populate(5000, 1).tree
    people = Counter([*tree.husband.tolist(), *tree.wife.tolist()])
    assert sum(number > 1 for number in people.values()) > 300
    assert (tree.divorce >= 0).sum() > 10
    assert not faults.overlapping(tree, faults.exact(tree))


def test_shapes_find_every_planted_error_and_no_other() -> None:
    made = populate(900, 3, 0.004)
    file = io.BytesIO()
    as_graph.write(made, file)
    store = ox.Store()
    store.bulk_load(file.getvalue(), format=ox.RdfFormat.N_TRIPLES)
    expected = made.expected(faults.exact(made.tree))
    assert all(expected[kind] for kind in validating.KINDS), expected
    report = setwise.validate(store, rdflib.Graph().parse(SHAPES)).graph()
    assert validating.as_planted(kinds(report), expected) == "all errors planted, no other"
    less = {**expected, "unnamed": expected["unnamed"] + 1}
    assert validating.as_planted(kinds(report), less).startswith("not as planted: MinCount name")


def kinds(report: Any) -> dict[str, int]:
    from validate_with import told

    found: dict[str, int] = told(report.serialize(format="nt"))["kinds"]
    return found


def test_shapes_are_thirteen_with_39_constraints_4_of_them_sparql() -> None:
    graph = rdflib.Graph().parse(SHAPES)
    sh = rdflib.Namespace(SH)
    assert len(set(graph.subjects(sh.targetClass))) == 13
    kinds = {
        "minCount": 7, "maxCount": 7, "class": 7, "datatype": 4, "in": 2, "disjoint": 2,
        "minLength": 1, "uniqueLang": 1, "pattern": 1, "nodeKind": 1, "equals": 1,
        "lessThanOrEquals": 1, "sparql": 4,
    }  # fmt: skip
    assert sum(kinds.values()) == 39
    assert {name: len(list(graph.subject_objects(sh[name]))) for name in kinds} == kinds


def test_archive_has_every_quotation_where_its_claim_says(tmp_path: Path) -> None:
    written = as_archive.write(populate(250, 5, 0.02), tmp_path / "archive")
    contents = read_contents(open_archive(tmp_path / "archive"))
    assert contents.findings == ()
    assert len(contents.claims) == written.claims > 15 * 250
    assert len(contents.sources) == written.sources == 3
    assert len(contents.entities) == written.things
    assert any(claim.conflicts for claim in contents.claims)


def test_gedcom_is_read_without_a_doubt() -> None:
    made = populate(400, 5, 0.02)
    for version in as_gedcom.VERSIONS:
        file = io.StringIO()
        written = as_gedcom.write(made, file, version)
        base = "https://example.org/d/"
        naming = Naming(base, "tree", base + "src-tree", base + "src-tree-voice")
        found = read(file.getvalue().encode(), naming, lambda chunk: None)
        assert (found.people, found.families) == (400, written.families)
        assert not found.lost.total()
