"""Runs the shapes over a store: set by set, or with pySHACL, the reference engine."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import assets
from kg.errors import QueryError, ReadError, UnknownName
from kg.model.findings import Finding, Severity
from kg.query import guard
from kg.store.embedded import Store, text_of
from kg.validate.evidence import Behind
from kg.validate.prepare import planned, prepared
from kg.validate.report import SH, Path, Report, Result, Step, message, to_rdflib
from kg.vocab import INFERRED, ONTOLOGY, PREFIXES, TEXTS, Curies

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.validate.setwise import Violation

_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_IRI = re.compile(r"<([^<>\"{}|^`\\\s]+)>")
_NAME = re.compile(r"[A-Za-z][\w-]*:[A-Za-z_][\w-]*")
_QUERIES = ("select", "ask", "construct", "update")


def validate(
    store: Store,
    *,
    extra: Sequence[File] = (),
    only: Collection[str] = (),
    least: Severity = Severity.INFO,
    language: str = "en",
    engine: str = "setwise",
) -> Report:
    """Check a store against the shipped shapes and those of the files `extra` (Turtle).

    `only`: names of shapes, empty for all. `least`: findings below this severity are left out.
    `language` is that of the messages; `engine` is one of ENGINES. UnknownName where no shape has
    a name; ReadError where an extra file is no Turtle, is no set of shapes, or would reach out of
    the store (owl:imports, scripts, SERVICE). An extra file may switch a shipped shape off:
    `s:Unnamed sh:deactivated true`.
    """
    run = ENGINES.get(engine)
    if run is None:
        raise UnknownName(f'no engine is called "{engine}"', hint=f"there is: {', '.join(ENGINES)}")
    shapes = read_shapes(extra)
    _switch_off(shapes, only, least)
    results = run(store, shapes, extra)
    return report_of(store, [result for result in results if result.severity >= least],
                     looks_at=lambda shape: seen_by(shapes, shape), language=language)  # fmt: skip


def report_of(
    store: Store, results: Iterable[Result], *, looks_at: Callable[[str], frozenset[str]],
    language: str = "en",
) -> Report:  # fmt: skip
    """The report of an engine's results; `looks_at` tells which terms a shape looks at."""
    behind = Behind(store)
    looked_at = cache(looks_at)
    found: dict[Finding, Result] = {}
    for result in sorted(results, key=_place):  # of two that read alike, always the same stays
        finding = Finding(
            severity=result.severity,
            message=message(result, language),
            rule=name_of(result.shape),
            focus=text_of(result.focus),
            path=str(result.path or ""),
            value=text_of(result.value) if result.value != result.focus else "",
            claims=behind.claims(result, looked_at(result.shape)),
        )
        found.setdefault(finding, result)
    ordered = sorted(
        found.items(), key=lambda item: (-item[0].severity, item[0].rule, item[0].focus,
                                         item[0].path, item[0].value, str(item[1]))
    )  # fmt: skip
    return Report(
        findings=tuple(finding for finding, _ in ordered),
        results=tuple(result for _, result in ordered),
    )


def _place(result: Result) -> tuple[str, ...]:
    return (result.shape, str(result.focus), str(result.path or ""), str(result.value),
            result.component, str(result.messages))  # fmt: skip


def explain(store: Store, shape: str, *, extra: Sequence[File] = ()) -> str:
    """The SPARQL that the set-based engine runs for a shape, as it is asked of this store.

    UnknownName where no shape has the name; ReadError as for validate.
    """
    from kg.validate import setwise

    shapes = read_shapes(extra)
    _switch_off(shapes, [shape], Severity.INFO)
    data = planned(store)
    curies = Curies({**PREFIXES, **store.prefixes})
    parts = []
    for query in setwise.queries(shapes):
        lines = [f"# {name_of(query.shape.named)}: {name_of(query.constraint.component)}"]
        lines += [f"# {query.reason}"] if query.reason else []
        if query.text:
            plan = data.plan(query.text)
            if (circle := plan.circle) is not None:
                lines += [f"# ?{circle.start} and ?{circle.end} have to lie on one circle of these edges",
                          _short(circle.edges, curies), "# of these rows"]  # fmt: skip
            lines += [f"# over {'all graphs as one' if plan.wide else 'the default graph'}",
                      _short(plan.text, curies)]  # fmt: skip
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _short(query: str, curies: Curies) -> str:
    """A query with prefixes where they make it shorter, and these declared."""
    used: dict[str, str] = {}

    def one(match: re.Match[str]) -> str:
        short = curies.compress(match[1])
        if short.startswith("<") or not _NAME.fullmatch(short):
            return match[0]
        prefix = short.partition(":")[0]
        used[prefix] = curies.prefixes[prefix]
        return short

    body = _IRI.sub(one, query)
    return "".join(f"PREFIX {prefix}: <{used[prefix]}>\n" for prefix in sorted(used)) + body


def read_shapes(extra: Sequence[File] = ()) -> Graph:
    """The shipped shapes and those of the files `extra`, checked, as one graph."""
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for file in assets.files("shapes", ".ttl"):
        _add(graph, file)
    for file in extra:
        own = Graph(bind_namespaces="none")
        _add(own, file)
        _refuse_reaching_out(own, file)
        graph += own
    return graph


def _add(graph: Graph, file: File) -> None:
    try:
        quads = list(
            ox.parse(path=file, format=ox.RdfFormat.TURTLE, base_iri=file.resolve().as_uri())
        )
    except SyntaxError as error:
        raise ReadError(f"{file}: no Turtle: {error}",
                        hint="shapes are written in SHACL, as Turtle; see shapes/ for examples") from error  # fmt: skip
    except OSError as error:
        raise ReadError(f"{file}: cannot be read: {error.strerror or error}") from error
    names: dict[str, Any] = {}
    for quad in quads:
        subject, predicate, obj = (_local_blank(term, file, names) for term in quad.triple)
        graph.add((subject, predicate, obj))


def _local_blank(term: Any, file: File, names: dict[str, Any]) -> Any:
    """A term for rdflib; blank nodes of two files must not meet."""
    from rdflib import BNode

    if isinstance(term, ox.Triple):
        raise ReadError(f"{file}: a triple inside a triple is no SHACL shape")
    if not isinstance(term, ox.BlankNode):
        return to_rdflib(term)
    return names.setdefault(term.value, BNode(f"{file.stem}{len(names):05d}"))


def _refuse_reaching_out(graph: Graph, file: File) -> None:
    hint = "shapes are checked in this process: they may look at the store and at nothing else"
    for _, predicate, obj in graph:
        iri = str(predicate)
        if iri == PREFIXES["owl"] + "imports":
            raise ReadError(f"{file}: owl:imports is not followed", hint="give that file as well")
        if iri.startswith(SH + "js"):
            raise ReadError(f"{file}: shapes with scripts (sh:js) are refused", hint=hint)
        if iri in {SH + name for name in _QUERIES}:
            try:
                guard.check(str(obj), prefixes=PREFIXES, graphs=(INFERRED, ONTOLOGY, TEXTS),
                            name="query of a shape")  # fmt: skip
            except QueryError as error:
                raise ReadError(f"{file}: {error.message}", hint=error.hint or hint) from error


def _switch_off(shapes: Graph, only: Collection[str], least: Severity) -> None:
    """Deactivate the shapes that are not asked for, or all of whose results would be left out."""
    from rdflib import Literal, URIRef

    nested = URIRef(SH + "property")
    top = {
        shape for target in _TARGETS for shape in shapes.subjects(URIRef(SH + target), None)
    }  # fmt: skip
    names = {name_of(str(shape)) for shape in top}
    for name in sorted(set(only) - names):
        near = difflib.get_close_matches(name, names, n=3) or sorted(names)[:3]
        raise UnknownName(f'no shape is called "{name}"', hint=f"did you mean: {', '.join(near)}?")
    for shape in top:
        inner = shapes.objects(shape, nested)
        low = all(_severity(shapes, node) < least for node in (shape, *inner))
        if low or (only and name_of(str(shape)) not in only):
            shapes.add((shape, URIRef(SH + "deactivated"), Literal(True)))


def name_of(shape: str) -> str:
    """The name of a shape, by which findings are called: the last part of its IRI."""
    return shape.replace("#", "/").rpartition("/")[2]


def _severity(shapes: Graph, shape: Any) -> Severity:
    from rdflib import URIRef

    found = shapes.value(shape, URIRef(SH + "severity"))
    return _named_severity(found)


def _named_severity(iri: Any) -> Severity:
    if iri is None:
        return Severity.VIOLATION
    try:
        return Severity.named(str(iri).removeprefix(SH))
    except KeyError:  # SHACL allows severities of one's own
        return Severity.INFO


def _pyshacl(store: Store, shapes: Graph, extra: Sequence[File]) -> list[Result]:
    import logging

    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import Graph, Literal, URIRef

    # rdflib cannot make Python values of years before 1, and says so of each with a traceback.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    given = Graph()
    given += shapes  # pySHACL adds triples of its own
    try:
        _, report, _ = pyshacl.validate(prepared(store), shacl_graph=given)  # type: ignore[arg-type]
        if isinstance(report, Exception):
            raise report
    except (ReportableRuntimeError, ValidationFailure, SyntaxError) as error:
        if not extra:
            raise
        names = ", ".join(str(file) for file in extra)
        text = getattr(error, "message", None) or str(error)
        raise ReadError(f"{names}: not all shapes can be run: {text}",
                        hint="see shapes/ for shapes that can") from error  # fmt: skip
    term = {name: URIRef(SH + name) for name in (
        "result", "resultSeverity", "sourceShape", "sourceConstraintComponent", "focusNode",
        "resultPath", "value",
    )}  # fmt: skip
    results = []
    for node in report.objects(None, term["result"]):
        source = report.value(node, term["sourceShape"])
        named = _named_shape(shapes, source)
        path = report.value(node, term["resultPath"])
        if isinstance(path, Literal):
            path = None  # a query may select what is no path
        results.append(
            Result(
                severity=_named_severity(report.value(node, term["resultSeverity"])),
                shape=str(named),
                component=str(report.value(node, term["sourceConstraintComponent"])),
                focus=_to_ox(report.value(node, term["focusNode"])),
                path=read_path(shapes, path) if path is not None else None,
                value=_to_ox(report.value(node, term["value"])),
                messages=_messages(shapes, source) or _messages(shapes, named),
            )
        )
    return results


def _setwise(store: Store, shapes: Graph, extra: Sequence[File]) -> list[Result]:
    from kg.validate import setwise

    try:
        report = setwise.validate(planned(store), shapes)
    except (setwise.ShapeError, SyntaxError) as error:
        if not extra:
            raise
        names = ", ".join(str(file) for file in extra)
        raise ReadError(f"{names}: not all shapes can be run: {getattr(error, 'message', error)}",
                        hint=getattr(error, "hint", "") or "see shapes/ for shapes that can") from error  # fmt: skip
    return [_result(shapes, found) for found in report.results]


def _result(shapes: Graph, found: Violation) -> Result:
    result = found.to_result()
    if found.shape.messages or (found.source is not None and _messages(shapes, found.source)):
        return result
    # a property shape without a message speaks with that of the shape it is a part of
    messages = _messages(shapes, _named_shape(shapes, found.shape.node))
    return replace(result, messages=messages) if messages else result


ENGINES: Mapping[str, Callable[[Store, Graph, Sequence[File]], list[Result]]] = {
    "pyshacl": _pyshacl,
    "setwise": _setwise,
}


def _messages(shapes: Graph, shape: Any) -> tuple[tuple[str, str], ...]:
    """The messages of a shape, or else of its SPARQL constraint."""
    from rdflib import URIRef

    say, query = URIRef(SH + "message"), URIRef(SH + "sparql")
    found: list[Any] = [*shapes.objects(shape, say)]
    for constraint in () if found else shapes.objects(shape, query):
        found += shapes.objects(constraint, say)
    return tuple(sorted({(text.language or "", str(text)) for text in found}))


def _named_shape(shapes: Graph, shape: Any) -> Any:
    """The shape itself or, where it has no name, the named one that it is a part of."""
    from rdflib import BNode

    seen: set[Any] = set()
    while isinstance(shape, BNode) and shape not in seen:
        seen.add(shape)
        shape = next(iter(sorted(shapes.subjects(None, shape), key=str)), shape)
    return shape


def read_path(shapes: Graph, node: Any) -> Step:
    """A path of the shapes graph as a value."""
    from rdflib import RDF as LIST
    from rdflib import URIRef

    if isinstance(node, URIRef):
        return str(node)
    if (node, LIST.first, None) in shapes:
        return Path("sequence", tuple(read_path(shapes, part) for part in shapes.items(node)))
    for predicate, obj in shapes.predicate_objects(node):
        kind = str(predicate).removeprefix(SH)
        if kind == "alternativePath":
            return Path(kind, tuple(read_path(shapes, part) for part in shapes.items(obj)))
        return Path(kind, (read_path(shapes, obj),))
    raise ReadError("a shape has a path that is none", hint="see shapes/ for examples")


def seen_by(shapes: Graph, shape: str) -> frozenset[str]:
    """The IRIs of all terms that a shape names, in its paths or in its query."""
    from rdflib import BNode, Literal, URIRef

    found: set[str] = set()
    todo: list[Any] = [URIRef(shape)]
    done: set[Any] = set()
    while todo:
        node = todo.pop()
        if node in done:
            continue
        done.add(node)
        for predicate, obj in shapes.predicate_objects(node):
            if isinstance(obj, BNode):
                todo.append(obj)
            elif isinstance(obj, URIRef):
                found.add(str(obj))
            elif isinstance(obj, Literal) and str(predicate) == SH + "select":
                found |= _named_in(str(obj))
    return frozenset(found)


def _named_in(query: str) -> set[str]:
    from kg.query.tokens import iter_tokens

    return {
        PREFIXES[token.prefix] + token.text.partition(":")[2]
        for token in iter_tokens(query)
        if token.kind == "name" and token.prefix in PREFIXES
    }


def _to_ox(term: Any) -> Any:
    from rdflib import BNode, Literal

    if term is None:
        return None
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, Literal):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    if term.datatype:
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
    return ox.Literal(str(term))
