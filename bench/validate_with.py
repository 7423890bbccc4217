"""Validates a graph with kg or one of its peers: a process of its own for `validating.py`.

    python bench/validate_with.py ENGINE TRIPLES SHAPES FOLDER [REPORT]

The engines: setwise, setwise-memory, pyshacl, pyrudof, maplib, and `report` for one that stands in
the file REPORT already. The time is that of the validation with the standard report as text; what
was loaded before is told apart.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from measure import answer, seconds

SH = "http://www.w3.org/ns/shacl#"
Work = Callable[[], str]
"""Validates what is loaded; gives the report as Turtle."""


def setwise(triples: Path, shapes: Path, folder: Path) -> Work:
    """kg's engine over its store on disk."""
    import pyoxigraph as ox

    return _setwise(ox.Store.read_only(str(folder / "store")), shapes)


def setwise_memory(triples: Path, shapes: Path, folder: Path) -> Work:
    """kg's engine over an Oxigraph in memory."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    return _setwise(store, shapes)


def _setwise(store: Any, shapes: Path) -> Work:
    import rdflib

    from kg.validate import setwise as engine

    known = rdflib.Graph().parse(shapes)

    def work() -> str:
        report = engine.validate(store, known)
        graph = report.graph() if callable(report.graph) else report.graph
        return str(graph.serialize(format="nt"))

    return work


def pyshacl(triples: Path, shapes: Path, folder: Path) -> Work:
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(triples, format="nt")
    known = rdflib.Graph().parse(shapes)

    def work() -> str:
        _, report, _ = pyshacl.validate(graph, shacl_graph=known, inplace=True)
        if not isinstance(report, rdflib.Graph):
            raise SystemExit(f"no report: {report}")
        return report.serialize(format="nt")

    return work


def pyrudof(triples: Path, shapes: Path, folder: Path) -> Work:
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(str(triples), pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(str(shapes), pyrudof.ShaclFormat.Turtle)

    def work() -> str:
        rudof.validate_shacl(mode=pyrudof.ShaclValidationMode.Native)
        form = pyrudof.ResultShaclValidationFormat.Turtle
        return str(rudof.serialize_shacl_validation_results(format=form))

    return work


def maplib(triples: Path, shapes: Path, folder: Path) -> Work:
    import maplib

    model = maplib.Model()
    model.read(str(triples), format="ntriples")
    model.read(str(shapes), graph="urn:shapes", format="turtle")

    def work() -> str:
        return str(model.validate(shape_graph="urn:shapes").graph())

    return work


def told(report: str) -> dict[str, Any]:
    """What a report says, whoever wrote it: pairs of focus and constraint, and what is in error."""
    import pyoxigraph as ox

    facts: dict[Any, dict[str, list[Any]]] = {}
    for quad in ox.parse(report.encode(), format=ox.RdfFormat.TURTLE):
        facts.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    pairs, kinds, number = set(), Counter[str](), 0
    seen = set()
    for said in facts.values():
        if SH + "sourceConstraintComponent" not in said or SH + "focusNode" not in said:
            continue
        number += 1
        component = said[SH + "sourceConstraintComponent"][0].value.removeprefix(SH)
        component = component.removesuffix("ConstraintComponent")
        focus = said[SH + "focusNode"][0].value
        value = [each.value for each in said.get(SH + "value", ())]
        paths = said.get(SH + "resultPath", ())
        path = [each.value for each in paths if isinstance(each, ox.NamedNode)]
        message = [each.value for each in said.get(SH + "resultMessage", ())]
        pairs.add((focus, component))
        kind = message[0] if component == "SPARQL" and message else (path[0] if path else "")
        if (component, kind, focus, *value) not in seen:
            seen.add((component, kind, focus, *value))
            name = kind.rpartition("#")[2] if "://" in kind else kind
            kinds[f"{component} {name}"] += 1
    digest = hashlib.sha256("\n".join(f"{f} {c}" for f, c in sorted(pairs)).encode())
    by = Counter(component for _, component in pairs)
    return {"answer": {"pairs": len(pairs), "by": dict(sorted(by.items())),
                       "digest": digest.hexdigest()[:12]},
            "results": number, "kinds": dict(sorted(kinds.items()))}  # fmt: skip


def main() -> None:
    """Load, then time one validation; or read a report."""
    who, triples, shapes, folder = sys.argv[1], *map(Path, sys.argv[2:5])
    if who == "report":
        answer(told(Path(sys.argv[5]).read_text(encoding="utf-8")))
        return
    package = "kg" if who.startswith("setwise") else who
    import_module(package)
    engine = globals()[who.replace("-", "_")]
    loaded, work = seconds(lambda: engine(triples, shapes, folder))
    taken, report = seconds(work)
    answer({"seconds": taken, "loaded": loaded, **told(report)},
           "prosokg" if package == "kg" else package)  # fmt: skip


if __name__ == "__main__":
    main()
