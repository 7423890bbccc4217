"""Validates the cases of a test suite with one engine: a process that `suite.py` talks to.

    python bench/suite_with.py setwise|pyshacl|pyrudof|maplib

One case a line on standard input, as JSON with the files "data" and "shapes"; the report comes back
as N-Triples or Turtle, or what was raised.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

from measure import versions


def graphs(case: dict[str, str]) -> tuple[Any, Any]:
    """Data and shapes; one graph where they are one file, so that its blank nodes stay the same."""
    import rdflib

    rdflib.NORMALIZE_LITERALS = False  # a literal is what is written
    data, shapes = (Path(case[name]) for name in ("data", "shapes"))
    first = rdflib.Graph().parse(data, format="turtle", publicID=data.as_uri())
    if data == shapes:
        return first, first
    return first, rdflib.Graph().parse(shapes, format="turtle", publicID=shapes.as_uri())


def setwise(case: dict[str, str]) -> str:
    from kg.validate import setwise as engine

    report = engine.validate(*graphs(case))
    graph = report.graph() if callable(report.graph) else report.graph
    return str(graph.serialize(format="nt"))


def pyshacl(case: dict[str, str]) -> str:
    import pyshacl

    data, shapes = graphs(case)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=False)
    if isinstance(report, Exception):
        raise report
    return str(report.serialize(format="nt"))


def pyrudof(case: dict[str, str]) -> str:
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    texts = {name: Path(case[name]) for name in ("data", "shapes")}
    bases = {name: path.as_uri() for name, path in texts.items()}
    rudof.read_data(texts["data"].read_text("utf-8"), pyrudof.RDFFormat.Turtle, base=bases["data"])
    rudof.read_shacl(texts["shapes"].read_text("utf-8"), pyrudof.ShaclFormat.Turtle,
                     base=bases["shapes"])  # fmt: skip
    rudof.validate_shacl(mode=pyrudof.ShaclValidationMode.Native)
    form = pyrudof.ResultShaclValidationFormat.Turtle
    return str(rudof.serialize_shacl_validation_results(format=form))


def maplib(case: dict[str, str]) -> str:
    import maplib

    model = maplib.Model()
    model.read(case["data"], format="turtle", base_iri=Path(case["data"]).as_uri())
    model.read(
        case["shapes"], graph="urn:shapes", format="turtle", base_iri=Path(case["shapes"]).as_uri()
    )
    return str(model.validate(shape_graph="urn:shapes").graph())


def main() -> None:
    """Answer case by case."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    engine, package = globals()[sys.argv[1]], {"setwise": "kg"}.get(sys.argv[1], sys.argv[1])
    import_module(package)
    say({"versions": versions({"kg": "prosokg"}.get(package, package))})
    for line in sys.stdin:
        try:
            say({"report": engine(json.loads(line))})
        except Exception as error:  # whatever an engine raises is its answer
            say({"raised": f"{type(error).__name__}: {error}"[:200]})


def say(document: dict[str, Any]) -> None:
    """One line of JSON."""
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    main()
