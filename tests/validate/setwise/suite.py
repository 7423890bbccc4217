"""The W3C data-shapes test suite, from where it is: its cases, and reports as comparable values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import rdflib
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from kg.validate.setwise.reader import read_path

SH = Namespace("http://www.w3.org/ns/shacl#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
TESTS = (Path(__file__).resolve().parents[4] / "shared" / "cases" / "shacl"
         / "data-shapes-test-suite" / "tests")  # fmt: skip


@dataclass(frozen=True)
class Case:
    name: str
    part: str  # core or sparql
    data: Graph
    shapes: Graph
    expected: Counter[Any] | None  # None: the shapes must be refused
    with_messages: bool


def cases(part: str) -> Iterator[Case]:
    """The validation cases of the part `core` or `sparql`."""
    for file in sorted((TESTS / part).rglob("*.ttl")):
        graph = read(file)
        for node in sorted(graph.subjects(RDF.type, SHT.Validate)):
            action = graph.value(node, MF.action)
            data, shapes = (
                read(Path(str(graph.value(action, which)).removeprefix("file://")))
                for which in (SHT.dataGraph, SHT.shapesGraph)
            )
            result = graph.value(node, MF.result)
            expected = None if result == SHT.Failure else found_in(graph, result, messages=True)
            said = expected is not None and any(key[-1] for key in expected)
            name = f"{file.parent.relative_to(TESTS)}/{str(node).rpartition('/')[2]}"
            yield Case(name, part, data, shapes, expected, said)


@cache
def read(file: Path) -> Graph:
    rdflib.NORMALIZE_LITERALS = False  # the suite minds how literals are written
    try:
        return Graph().parse(file, format="turtle", publicID=file.as_uri())
    finally:
        rdflib.NORMALIZE_LITERALS = True


def found_in(graph: Graph, report: Any, *, messages: bool) -> Counter[Any]:
    """The results of a report: blank nodes are all alike, as their names mean nothing."""
    found: Counter[Any] = Counter()
    for node in graph.objects(report, SH.result):
        path = graph.value(node, SH.resultPath)
        told = frozenset(map(str, graph.objects(node, SH.resultMessage))) if messages else None
        found[(
            *(_alike(graph.value(node, SH[name])) for name in (
                "focusNode", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity",
            )),
            None if path is None else str(read_path(graph, path)),
            told,
        )] += 1  # fmt: skip
    return found


def report_in(graph: Graph, *, messages: bool) -> Counter[Any]:
    """The results of the report that a graph holds."""
    return found_in(graph, graph.value(None, RDF.type, SH.ValidationReport), messages=messages)


def _alike(term: Any) -> Any:
    if isinstance(term, BNode):
        return "blank"
    if isinstance(term, Literal):
        return str(term), str(term.datatype or ""), term.language
    assert term is None or isinstance(term, URIRef)
    return term


def without_messages(found: Counter[Any]) -> Counter[Any]:
    """The same results, whatever is said of them."""
    alike: Counter[Any] = Counter()
    for key, count in found.items():
        alike[(*key[:-1], None)] += count
    return alike
