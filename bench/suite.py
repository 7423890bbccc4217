"""The W3C's test suite of SHACL: how many of its cases each engine reports as it is expected to.

A report is right when it has the same results: focus, path, value, constraint, severity, and the
shape where that has a name. Messages are not compared. A case that must fail is right when the
engine refuses it. Blank nodes are all alike.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jena
from contest import Setting, Talk, command
from measure import HERE, PEERS, Report, Row

SUITE = HERE.parents[1] / "shared/cases/shacl/data-shapes-test-suite/tests"
PARTS = ("core", "sparql")
SH, MF = "http://www.w3.org/ns/shacl#", "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
ONE = 30.0
"""Seconds for one case."""


class Case(NamedTuple):
    """One test: its name, its files, and the results it expects; None where it must fail."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[tuple[str, ...]] | None


def measure(report: Report, setting: Setting) -> None:
    """Every engine over every case, in processes that can be given up."""
    import rdflib

    if not SUITE.is_dir():
        report.missing("W3C suite", "all", {"missing": f"no suite at {SUITE}"})
        return
    logging.disable(
        logging.CRITICAL
    )  # rdflib tells of every ill-formed literal, and many are meant
    warnings.simplefilter("ignore")
    rdflib.NORMALIZE_LITERALS = False  # a literal is what is written
    engines = {"kg": ("setwise", sys.executable), "pySHACL": ("pyshacl", PEERS),
               "pyrudof": ("pyrudof", PEERS), "maplib": ("maplib", PEERS)}  # fmt: skip
    for part in PARTS:
        found = list(cases(SUITE / part))
        for who, (engine, python) in engines.items():
            questions = [{"data": str(c.data), "shapes": str(c.shapes)} for c in found]
            told = Talk("suite_with.py", engine, python=python).answers(questions, ONE, 60)
            first = next(told)
            report.document["versions"] |= first.get("versions", {})
            if "missing" in first:
                report.missing(f"W3C suite, {part}", who, first)
                continue
            _tell(report, part, who, found, list(told))
        if jena.missing():
            report.missing(f"W3C suite, {part}", "Jena", {"missing": jena.missing()})
        else:
            _tell(report, part, "Jena", found, [with_jena(case, setting) for case in found])


def with_jena(case: Case, setting: Setting) -> dict[str, Any]:
    """One case by Jena's command."""
    done = command(jena.command("shacl.shacl", "validate", "--shapes", case.shapes, "--data",
                                case.data, memory="1G"), ONE)  # fmt: skip
    if "missing" in done or not done["out"].strip():
        return {"raised": done.get("missing") or done["err"][:200]}
    return {"report": done["out"]}


def _tell(
    report: Report, part: str, who: str, found: list[Case], answers: list[dict[str, Any]]
) -> None:
    if not any("report" in said for said in answers):
        said = answers[0]
        report.missing(f"W3C suite, {part}", who,
                       {"missing": f"no report at all: {said.get('missing') or said.get('raised')}"})  # fmt: skip
        return
    wrong = [case.name for case, said in zip(found, answers, strict=True) if not right(case, said)]
    passed = len(found) - len(wrong)
    note = f"otherwise: {', '.join(wrong[:6])}{' …' if len(wrong) > 6 else ''}" if wrong else ""
    report.add(Row(f"W3C suite, {part}", who, passed, f"of {len(found)}", note=note))


def right(case: Case, said: dict[str, Any]) -> bool:
    """Whether an engine said of a case what is expected."""
    if "report" not in said:
        return case.expected is None and "raised" in said
    if case.expected is None:
        return False
    import rdflib

    graph = rdflib.Graph()
    try:
        graph.parse(data=said["report"], format="turtle", publicID=case.data.as_uri())
    except Exception:  # no Turtle is no report
        return False
    return results(graph, graph.objects(None, rdflib.URIRef(SH + "result"))) == case.expected


def cases(folder: Path) -> Iterator[Case]:
    """The tests in the files of a folder; their manifests leave one out."""
    import rdflib

    for file in sorted(folder.rglob("*.ttl")):
        graph = rdflib.Graph().parse(file, format="turtle", publicID=file.as_uri())
        for test in sorted(graph.subjects(rdflib.RDF.type, rdflib.URIRef(SHT + "Validate"))):
            action = graph.value(test, rdflib.URIRef(MF + "action"))
            files = [
                Path(str(graph.value(action, rdflib.URIRef(SHT + name))).removeprefix("file://"))
                for name in ("dataGraph", "shapesGraph")
            ]
            result = graph.value(test, rdflib.URIRef(MF + "result"))
            failure = result == rdflib.URIRef(SHT + "Failure")
            nodes = graph.objects(result, rdflib.URIRef(SH + "result"))
            name = f"{file.parent.name}/{file.stem}"
            yield Case(name, files[0], files[1], None if failure else results(graph, nodes))


def results(graph: Any, nodes: Any) -> Counter[tuple[str, ...]]:
    """Validation results as plain values."""
    import rdflib

    names = ("focusNode", "resultPath", "value", "sourceConstraintComponent", "resultSeverity",
             "sourceShape")  # fmt: skip
    return Counter(
        tuple(_text(graph, graph.value(node, rdflib.URIRef(SH + name))) for name in names)
        for node in set(nodes)
    )


def _text(graph: Any, term: Any, depth: int = 0) -> str:
    """A term; a blank node by what is said of it where it is a path, else as any other."""
    import rdflib

    if term is None or depth > 20:
        return ""
    if not isinstance(term, rdflib.BNode):
        # Whether a plain text has its datatype written or not is the same.
        return str(term.n3()).replace("^^<http://www.w3.org/2001/XMLSchema#string>", "")
    path = [
        (predicate, value) for predicate, value in graph.predicate_objects(term)
        if predicate in (rdflib.RDF.first, rdflib.RDF.rest) or str(predicate).endswith("Path")
    ]  # fmt: skip
    parts = sorted(
        f"{predicate.n3()} {_text(graph, value, depth + 1)}" for predicate, value in path
    )
    return f"[{' ; '.join(parts)}]"
