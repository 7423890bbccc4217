"""What has no query is checked by pySHACL, the reference engine, for its own shapes alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from kg.validate.report import to_rdflib
from kg.validate.setwise.data import Data, GraphData
from kg.validate.setwise.reader import read_path
from kg.validate.setwise.results import Handed, Violation
from kg.validate.setwise.shapes import Shape, ShapeNode, Shapes
from kg.validate.setwise.terms import SH, ShapeError, to_ox

if TYPE_CHECKING:
    from rdflib import Graph

_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")


def results(
    data: Data, shapes: Shapes, handed: Collection[Handed], roots: Collection[ShapeNode]
) -> Iterator[Violation]:
    """The violations of the constraints handed over; `roots` are the shapes whose targets count.

    ShapeError where pySHACL cannot run them either.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import URIRef

    wanted = {
        (node, component) for one in handed for node, component in _covered(shapes, one)
    }  # fmt: skip
    advanced = any(one.constraint.kind in ("expression", "js", "target") for one in handed)
    try:
        _, report, _ = pyshacl.validate(
            _all_of(data), shacl_graph=_only(shapes, roots), advanced=advanced, inference="none"
        )
    except (ReportableRuntimeError, ValidationFailure, SyntaxError) as error:
        said = getattr(error, "message", None) or error
        raise ShapeError(f"pySHACL cannot run the shapes: {said}",
                         hint=f"handed over: {'; '.join(sorted({h.reason for h in handed}))}") from error  # fmt: skip
    if isinstance(report, Exception):
        raise ShapeError(f"pySHACL cannot run the shapes: {report}") from report

    def value(node: Any, name: str) -> Any:
        return report.value(node, URIRef(SH + name))

    for node in report.objects(None, URIRef(SH + "result")):
        source = value(node, "sourceShape")
        component = str(value(node, "sourceConstraintComponent"))
        if (source, component) not in wanted and (source, "") not in wanted:
            continue
        path, found = value(node, "resultPath"), value(node, "value")
        said = report.objects(node, URIRef(SH + "resultMessage"))
        shape = shapes.by_node.get(source) or Shape(node=source, named=str(source))
        yield Violation(
            shape=shape, component=component, focus=to_ox(value(node, "focusNode")),
            path=None if path is None else read_path(report, path),
            value=None if found is None else to_ox(found),
            messages=shape.messages
            or tuple(sorted((getattr(m, "language", "") or "", str(m)) for m in said)),
            source=value(node, "sourceConstraint"),
        )  # fmt: skip


def _covered(shapes: Shapes, one: Handed) -> Iterator[tuple[ShapeNode, str]]:
    """The shapes and components whose results come from a constraint; "" is any component."""
    if one.constraint.kind == "target":
        todo = [one.shape.node]
    elif one.constraint.kind == "property":
        todo = list(one.constraint.shapes)
    else:
        yield one.shape.node, one.constraint.component
        return
    seen: set[ShapeNode] = set()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node, ""
        inner = shapes.by_node[node].constraints
        todo.extend(other for c in inner if c.kind == "property" for other in c.shapes)


def _only(shapes: Shapes, roots: Collection[ShapeNode]) -> Graph:
    """A copy of the shapes in which the others have no targets."""
    from rdflib import RDF, RDFS, Graph, URIRef

    copy = Graph(bind_namespaces="none")
    copy += shapes.graph
    for shape in shapes.roots:
        if shape.node not in roots:
            for name in _TARGETS:
                copy.remove((shape.node, URIRef(SH + name), None))
            copy.remove((shape.node, RDF.type, RDFS.Class))
    return copy


def _all_of(data: Data) -> Graph:
    """The whole data as an rdflib graph: what a constraint looks at is not known."""
    from rdflib import Graph

    if isinstance(data, GraphData):
        return data.graph
    graph = Graph(bind_namespaces="none")
    for row in data.rows("SELECT ?s ?p ?o WHERE { ?s ?p ?o }"):
        subject, predicate, obj = (to_rdflib(term) for term in row if term is not None)
        graph.add((subject, predicate, obj))
    return graph
