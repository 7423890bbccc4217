"""The set-based engine finds over our own shapes what pySHACL finds, on archives made worse."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.archive import open_archive
from kg.build import view
from kg.facts import Viewpoint
from kg.model.findings import Severity
from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.validate import setwise
from kg.validate.prepare import planned
from kg.validate.report import Result
from kg.validate.shapes import ENGINES, explain, read_shapes, validate
from kg.vocab import INFERRED

D = "https://w3id.org/prosokg/lyushkov/"
XSD = "http://www.w3.org/2001/XMLSchema#"
KINDS = ("drop", "object", "predicate", "subject", "swap", "retag", "double")


def worse(store: Store, seed: int, count: int) -> Store:
    """A copy with so many triples dropped, changed or doubled at random."""
    chance = random.Random(seed)
    quads = sorted(store.quads(), key=str)
    by_predicate: dict[Any, list[ox.Quad]] = {}
    for quad in quads:
        by_predicate.setdefault(quad.predicate, []).append(quad)
    predicates = sorted(by_predicate, key=str)
    inner = ox.Store()
    inner.bulk_extend(store.quads(graph=None))
    for _ in range(count):
        # by predicate first: what is rare is changed as often as what is common
        quad = chance.choice(by_predicate[chance.choice(predicates)])
        like = chance.choice(by_predicate[quad.predicate])
        other = chance.choice(quads)
        while isinstance(other.object, ox.Literal) != isinstance(like.object, ox.Literal):
            other = chance.choice(quads)  # pySHACL fails where a path meets a text on its way
        kind = chance.choice(KINDS)
        if kind in ("drop", "object", "predicate", "retag", "swap"):
            for graph in (DEFAULT_GRAPH, ox.NamedNode(INFERRED)):  # what is inferred stands in both
                inner.remove(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
        new = {
            "object": (quad.subject, quad.predicate, like.object),
            "double": (quad.subject, quad.predicate, like.object),
            "predicate": (quad.subject, like.predicate, other.object),
            "subject": (other.subject, quad.predicate, quad.object),
            "swap": (quad.object, quad.predicate, quad.subject),
            "retag": (quad.subject, quad.predicate, retagged(quad.object, chance)),
        }.get(kind)
        if new is not None and not isinstance(new[0], ox.Literal):
            inner.add(ox.Quad(*new, DEFAULT_GRAPH))
    return Store(inner, store.prefixes, info=store.info)


def retagged(term: Any, chance: random.Random) -> Any:
    """A literal in another language, of another value; what is none stays."""
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return ox.Literal(term.value, language=chance.choice(("ru", "en", "ru-Latn", "de")))
    if term.datatype.value == XSD + "date":
        return ox.Literal(f"{chance.randint(1500, 2100)}{term.value[4:]}", datatype=term.datatype)
    number = term.datatype.value == XSD + "integer"  # ill-typed numbers: see the departures
    return ox.Literal(term.value + ("1" if number else chance.choice(("", "1", "-06"))),
                      datatype=term.datatype)  # fmt: skip


def keys(results: Sequence[Result]) -> set[tuple[Any, ...]]:
    return {(r.shape.rpartition("/")[2], r.component.rpartition("#")[2], str(r.focus), str(r.path),
             str(r.value), r.severity, r.messages) for r in results}  # fmt: skip


def differences(store: Store) -> tuple[int, list[Any], list[Any]]:
    shapes = read_shapes()
    ours = keys(ENGINES["setwise"](store, shapes, ()))
    theirs = keys(ENGINES["pyshacl"](store, shapes, ()))
    return len(theirs), sorted(ours - theirs), sorted(theirs - ours)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return read_shapes()


def test_every_shipped_shape_is_checked_by_queries_alone(shapes: Graph) -> None:
    asked = setwise.queries(shapes)
    assert {query.reason for query in asked} == {""}
    assert len(asked) > 120
    assert {query.shape.named for query in asked} == {
        root.named for root in setwise.read(shapes).roots
    }


def test_archive_as_it_is_has_the_same_findings(lyushkov: Store) -> None:
    count, ours, theirs = differences(lyushkov)
    assert count > 10
    assert (ours, theirs) == ([], [])
    report, reference = (validate(lyushkov, engine=name) for name in ("setwise", "pyshacl"))
    assert report.findings == reference.findings
    assert report.turtle() == reference.turtle()


@pytest.mark.parametrize("seed", range(3))
def test_archive_made_worse_has_the_same_findings(lyushkov: Store, seed: int) -> None:
    count, ours, theirs = differences(worse(lyushkov, seed, 120))
    assert count > 60
    assert (ours, theirs) == ([], [])


@pytest.mark.parametrize("seed", range(3, 8))
def test_plans_for_big_stores_find_the_same(lyushkov: Store, shapes: Graph, seed: int) -> None:
    store = worse(lyushkov, seed, 300)
    usual, big = planned(store), planned(store)
    big.many = 3  # as if the archive were a thousand times the size
    known = setwise.read(shapes)
    found = [setwise.validate(data, known, handing_over=False) for data in (usual, big)]
    assert found[0].results == found[1].results
    assert len(found[0].results) > 100


def test_viewpoint_made_worse_has_the_same_findings(lyushkov: Store) -> None:
    rules = open_archive(Path(__file__).parents[2] / "data" / "lyushkov").rules
    chosen = frozenset({D + "acc-narrator", D + "acc-belief", D + "acc-version"})
    rival = worse(view(lyushkov, Viewpoint(according_to=chosen), rules), 1, 100)
    count, ours, theirs = differences(rival)
    assert count > 60
    assert (ours, theirs) == ([], [])


def test_number_that_is_ill_typed_is_not_less_than_another(lyushkov: Store) -> None:
    """rdflib compares "8-06"^^xsd:integer with another number as texts; it has no value at all."""
    inner = ox.Store()
    inner.bulk_extend(lyushkov.quads(graph=None))
    start = ox.NamedNode("https://w3id.org/prosokg/ns#start")
    quad = min(inner.quads_for_pattern(None, start, None, DEFAULT_GRAPH), key=str)
    inner.remove(quad)
    wrong = ox.Literal(quad.object.value + "-06", datatype=ox.NamedNode(XSD + "integer"))  # type: ignore[union-attr]
    inner.add(ox.Quad(quad.subject, start, wrong, DEFAULT_GRAPH))
    _, ours, theirs = differences(Store(inner, lyushkov.prefixes))
    assert [key[:2] for key in ours] == [("PassageShape", "LessThanConstraintComponent")]
    assert theirs == []


def test_explain_prints_the_queries_of_one_shape(lyushkov: Store) -> None:
    text = explain(lyushkov, "AncestorCycle")
    assert text.startswith("# AncestorCycle: SPARQLConstraintComponent\n")
    assert "?from kg:parent ?to" in text
    for query in text.split("# ")[1:]:
        select = query[query.find("PREFIX") :]
        if "SELECT" in select:
            lyushkov.inner.query(select)


def test_least_severity_leaves_out_whole_shapes(lyushkov: Store) -> None:
    all_of_it = validate(lyushkov, engine="setwise")
    worst = validate(lyushkov, engine="setwise", least=Severity.WARNING)
    assert [f for f in all_of_it.findings if f.severity >= Severity.WARNING] == list(worst.findings)
