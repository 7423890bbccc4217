"""The same results as pySHACL on random graphs and shapes, and where pySHACL departs."""

from __future__ import annotations

from typing import Any

import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from pyshacl.errors import ReportableRuntimeError
from rdflib import Graph

from kg.validate import setwise
from kg.validate.setwise.reader import read_path

from . import grammar
from .grammar import SH

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))  # fmt: skip


def keys(report: Graph) -> set[Any]:
    """(focus, path, value, component, shape) of each result."""
    return {
        (
            report.value(node, SH.focusNode),
            None if (path := report.value(node, SH.resultPath)) is None
            else str(read_path(report, path)),
            report.value(node, SH.value),
            report.value(node, SH.sourceConstraintComponent),
            report.value(node, SH.sourceShape),
        )
        for node in report.objects(None, SH.result)
    }  # fmt: skip


def by_pyshacl(data: Graph, shapes: Graph) -> Graph:
    report = pyshacl.validate(data, shacl_graph=Graph() + shapes, inference="none")[1]
    assert isinstance(report, Graph), report
    return report


def compare(data: Graph, shapes: Graph) -> None:
    found = keys(setwise.validate(data, shapes, handing_over=False).graph())
    assert found == keys(by_pyshacl(data, shapes))
    as_sets = setwise.validate(data, shapes, inline=False, handing_over=False)
    assert found == keys(as_sets.graph())


@QUICK
@given(grammar.graphs(), grammar.shape_graphs())
def test_random_shapes_find_what_pyshacl_finds(data: Graph, shapes: Graph) -> None:
    compare(data, shapes)


@QUICK
@given(grammar.graphs(grammar.comparable), grammar.shape_graphs(compare=True))
def test_random_comparisons_find_what_pyshacl_finds(data: Graph, shapes: Graph) -> None:
    compare(data, shapes)


# ---------- Where pySHACL (0.40) departs from the standard, each with the case that shows it ----------

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DEPARTURES = {
    # name: data, constraint of the property shape with the path :p, what the standard finds
    "a number that is ill-typed compares with a date": (
        ':a :p "300"^^xsd:byte .', 'sh:maxInclusive "1900-01-01"^^xsd:date', 1,
    ),
    "an IRI is less than another IRI": (":a :p :b ; :q :c .", "sh:lessThan :q", 1),
    "no length is asked of a blank node where the least length is 0": (
        ":a :p [] .", "sh:minLength 0", 1,
    ),
    "a date is less than a text, in a query": (
        ':a :p "1700-01-01"^^xsd:date ; :q "about 1712" .',
        """sh:sparql [ sh:select "SELECT $this WHERE { $this $PATH ?one ; <http://example.org/q> ?two
                                 FILTER(?one < ?two) }" ]""".replace("\n", " "), 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEPARTURES)
def test_departure_of_pyshacl_is_not_followed(name: str) -> None:
    text, constraint, count = DEPARTURES[name]
    data = Graph().parse(data=PREFIXES + text)
    shapes = Graph().parse(
        data=f"{PREFIXES} :S sh:targetNode :a ; sh:property [ sh:path :p ; {constraint} ] ."
    )
    assert len(setwise.validate(data, shapes).results) == count
    assert len(keys(by_pyshacl(data, shapes))) != count


def test_pyshacl_gives_up_where_a_blank_node_is_compared() -> None:
    data = Graph().parse(data=PREFIXES + ":a :p [] ; :q 1 .")
    shapes = Graph().parse(
        data=f"{PREFIXES} :S sh:targetNode :a ; sh:property [ sh:path :p ; sh:lessThan :q ] ."
    )
    assert len(setwise.validate(data, shapes).results) == 1
    with pytest.raises(ReportableRuntimeError, match="compare a BlankNode"):
        pyshacl.validate(data, shacl_graph=shapes, inference="none")[1]
