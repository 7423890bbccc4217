"""Reads one shape after another out of a shapes graph, from those with a target downwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.validate.report import Path, Step
from kg.validate.setwise.shapes import Constraint, Shape, ShapeNode, Target, is_a, listed, terms
from kg.validate.setwise.terms import SH, ShapeError, to_ox
from kg.vocab import RDFS

if TYPE_CHECKING:
    from rdflib import Graph

_TERM = ("class", "datatype", "nodeKind", "equals", "disjoint", "lessThan", "lessThanOrEquals",
         "hasValue", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive")  # fmt: skip
_NUMBER = ("minCount", "maxCount", "minLength", "maxLength")
_LIST = ("in", "languageIn")
_SHAPES = ("and", "or", "xone")
_SHAPE = ("not", "node", "property")
_ONCE = {"datatype", "nodeKind", "in", "languageIn", "uniqueLang", "closed", *_NUMBER,
         "minInclusive", "maxInclusive", "minExclusive", "maxExclusive"}  # fmt: skip
_PATH_ONLY = {"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"}
_TARGETS = {"targetNode": "node", "targetClass": "class", "targetSubjectsOf": "subjectsOf",
            "targetObjectsOf": "objectsOf"}  # fmt: skip
_PATHS = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


def component_of(kind: str) -> str:
    """The IRI of the Core constraint component of a parameter."""
    return f"{SH}{kind[0].upper()}{kind[1:]}ConstraintComponent"


class Reader:
    """The shapes read so far, by node."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.read: dict[ShapeNode, Shape] = {}
        self._components = list(_components(graph))

    def roots(self) -> list[ShapeNode]:
        """The shapes with a target, in order of their names."""
        found = {
            node for name in (*_TARGETS, "target") for node in self._graph.subjects(_sh(name), None)
        }
        for type_ in ("NodeShape", "PropertyShape"):
            for node in self._instances(SH + type_):
                if is_a(self._graph, node, [RDFS + "Class"]):
                    found.add(node)
        return sorted(found, key=str)

    def _instances(self, class_: str) -> Iterator[Any]:
        from rdflib import RDF as CORE
        from rdflib import RDFS as SCHEMA
        from rdflib import URIRef

        for below in self._graph.transitive_subjects(SCHEMA.subClassOf, URIRef(class_)):
            yield from self._graph.subjects(CORE.type, below)

    def shape(self, start: ShapeNode) -> Shape:
        """A shape with all that it refers to."""
        todo = [(start, str(start))]
        while todo:
            node, named = todo.pop()
            if node in self.read:
                continue
            shape = self._one(node, named)
            self.read[node] = shape
            for constraint in shape.constraints:
                for other in (*constraint.shapes, *constraint.siblings):
                    self._check_sort(node, constraint.kind, other)
                    todo.append((other, shape.named if _is_blank(other) else str(other)))
        return self.read[start]

    def _check_sort(self, node: ShapeNode, kind: str, other: ShapeNode) -> None:
        has_path = (other, _sh("path"), None) in self._graph
        if kind == "property" and not has_path:
            raise ShapeError(f"{node}: sh:property names a shape without a path",
                             hint="give it a sh:path, or use sh:node")  # fmt: skip
        if kind == "node" and has_path:
            raise ShapeError(f"{node}: sh:node names a property shape", hint="use sh:property")

    def _one(self, node: ShapeNode, named: str) -> Shape:
        graph = self._graph
        paths = list(graph.objects(node, _sh("path")))
        if len(paths) > 1:
            raise ShapeError(f"{named}: a shape has {len(paths)} paths", hint="give it one sh:path")
        severities = list(graph.objects(node, _sh("severity")))
        off = any(_is_true(found) for found in graph.objects(node, _sh("deactivated")))
        return Shape(
            node=node,
            path=read_path(graph, paths[0]) if paths and not off else None,
            path_node=paths[0] if paths else None,
            targets=tuple(self._targets(node)),
            # what is switched off need not even be well-formed
            constraints=() if off else tuple(self._constraints(node, bool(paths))),
            severity=str(severities[0]) if severities else SH + "Violation",
            messages=messages_of(graph, node),
            deactivated=off,
            named=named,
        )

    # ---------- targets ----------

    def _targets(self, node: ShapeNode) -> Iterator[Target]:
        graph = self._graph
        for name, kind in _TARGETS.items():
            found = terms(sorted(graph.objects(node, _sh(name)), key=str))
            if found:
                yield Target(kind=kind, terms=found)
        if is_a(graph, node, [RDFS + "Class"]) and not _is_blank(node):
            yield Target(kind="class", terms=(to_ox(node),))
        for target in sorted(graph.objects(node, _sh("target")), key=str):
            yield self._query_target(target)

    def _query_target(self, target: Any) -> Target:
        from rdflib import RDF as CORE

        graph = self._graph
        for source in (target, *graph.objects(target, CORE.type)):
            query = graph.value(source, _sh("select"))
            if query is None:
                continue
            text = str(query)
            for parameter in graph.objects(source, _sh("parameter")):
                path = graph.value(parameter, _sh("path"))
                value = graph.value(target, path)
                if value is not None:
                    name = re.escape(local_name(str(path)))
                    said = str(to_ox(value)).replace("\\", r"\\")
                    text = re.sub(rf"[?$]{name}\b", said, text)
            declared = prefixes_of(graph, source)
            return Target(kind="sparql", query=prologue(declared) + text)
        return Target(kind="unknown")

    # ---------- constraints ----------

    def _constraints(self, node: ShapeNode, has_path: bool) -> Iterator[Constraint]:
        graph = self._graph
        for kind in (*_TERM, *_NUMBER, *_LIST, *_SHAPES, *_SHAPE, "pattern", "uniqueLang",
                     "closed", "qualifiedValueShape", "sparql", "expression", "js"):  # fmt: skip
            values = sorted(graph.objects(node, _sh(kind)), key=str)
            if not values:
                continue
            if len(values) > 1 and kind in _ONCE:
                raise ShapeError(f"{node}: sh:{kind} stands {len(values)} times",
                                 hint="one shape can have it once")  # fmt: skip
            if kind in _PATH_ONLY and not has_path:
                raise ShapeError(f"{node}: sh:{kind} in a node shape",
                                 hint="it needs a property shape, with a sh:path")  # fmt: skip
            for value in values:
                yield from self._constraint(node, kind, value)
        yield from self._custom(node)

    def _constraint(self, node: ShapeNode, kind: str, value: Any) -> Iterator[Constraint]:
        graph = self._graph
        component = component_of(kind)
        if kind in _TERM:
            yield Constraint(kind=kind, component=component, terms=(to_ox(value),))
        elif kind in _NUMBER:
            yield Constraint(kind=kind, component=component, number=_number(node, kind, value))
        elif kind in _LIST:
            members = listed(graph, value, of=node)
            yield Constraint(kind=kind, component=component, terms=terms(members))
        elif kind in _SHAPES:
            yield Constraint(kind=kind, component=component, shapes=listed(graph, value, of=node))
        elif kind in _SHAPE:
            yield Constraint(kind=kind, component=component, shapes=(value,))
        elif kind == "pattern":
            flags = graph.value(node, _sh("flags"))
            yield Constraint(kind=kind, component=component, text=str(value),
                             flags="" if flags is None else str(flags))  # fmt: skip
        elif kind == "uniqueLang":
            if _is_true(value):
                yield Constraint(kind=kind, component=component)
        elif kind == "closed":
            if _is_true(value):
                yield Constraint(kind=kind, component=component, properties=self._allowed(node))
        elif kind == "qualifiedValueShape":
            yield from self._qualified(node, value)
        elif kind == "sparql":
            if not any(_is_true(off) for off in graph.objects(value, _sh("deactivated"))):
                yield Constraint(kind=kind, component=SH + "SPARQLConstraintComponent", node=value)
        else:
            yield Constraint(kind=kind, component=component, node=value)

    def _allowed(self, node: ShapeNode) -> tuple[str, ...]:
        graph = self._graph
        found = {
            str(path)
            for inner in graph.objects(node, _sh("property"))
            for path in graph.objects(inner, _sh("path"))
            if not _is_blank(path)
        }
        for ignored in graph.objects(node, _sh("ignoredProperties")):
            found.update(map(str, listed(graph, ignored, of=node)))
        return tuple(sorted(found))

    def _qualified(self, node: ShapeNode, inner: Any) -> Iterator[Constraint]:
        graph = self._graph
        siblings: set[Any] = set()
        if any(map(_is_true, graph.objects(node, _sh("qualifiedValueShapesDisjoint")))):
            for parent in graph.subjects(_sh("property"), node):
                for other in graph.objects(parent, _sh("property")):
                    siblings.update(graph.objects(other, _sh("qualifiedValueShape")))
            siblings.discard(inner)
        for kind in ("qualifiedMinCount", "qualifiedMaxCount"):
            for value in graph.objects(node, _sh(kind)):
                yield Constraint(
                    kind=kind, component=component_of(kind), number=_number(node, kind, value),
                    shapes=(inner,), siblings=tuple(sorted(siblings, key=str)),
                )  # fmt: skip

    def _custom(self, node: ShapeNode) -> Iterator[Constraint]:
        for component, required, optional in self._components:
            values = {
                path: sorted(self._graph.objects(node, path), key=str)
                for path in (*required, *optional)
            }
            if not all(values[path] for path in required):
                continue
            several = len(values) == 1  # only then may a parameter stand several times
            first = next(iter(values))
            for value in values[first] if several else (None,):
                yield Constraint(
                    kind="custom", component=str(component), node=component,
                    parameters=tuple(
                        (local_name(str(path)), to_ox(value if several else found[0]))
                        for path, found in values.items() if found
                    ),
                )  # fmt: skip


def _components(graph: Graph) -> Iterator[tuple[Any, tuple[Any, ...], tuple[Any, ...]]]:
    """The constraint components that the graph defines, with their parameters by need."""
    for component in sorted(set(graph.subjects(_sh("parameter"), None)), key=str):
        if not is_a(graph, component, [SH + "ConstraintComponent"]):
            continue
        required, optional = [], []
        for parameter in graph.objects(component, _sh("parameter")):
            path = graph.value(parameter, _sh("path"))
            if any(map(_is_true, graph.objects(parameter, _sh("optional")))):
                optional.append(path)
            else:
                required.append(path)
        if required:
            yield component, tuple(sorted(required)), tuple(sorted(optional))


def messages_of(graph: Graph, node: Any) -> tuple[tuple[str, str], ...]:
    """The messages of a shape or of a constraint as (language, text)."""
    found = graph.objects(node, _sh("message"))
    return tuple(sorted({(getattr(text, "language", None) or "", str(text)) for text in found}))


def prefixes_of(graph: Graph, node: Any) -> dict[str, str]:
    """The prefixes that a query of the shapes graph may use: sh:prefixes, also through imports."""
    from rdflib import OWL

    found: dict[str, str] = {}
    todo = list(graph.objects(node, _sh("prefixes")))
    seen: set[Any] = set()
    while todo:
        source = todo.pop()
        if source in seen:
            continue
        seen.add(source)
        todo.extend(graph.objects(source, OWL.imports))
        for declaration in graph.objects(source, _sh("declare")):
            name = graph.value(declaration, _sh("prefix"))
            space = graph.value(declaration, _sh("namespace"))
            if name is not None and space is not None:
                found[str(name)] = str(space)
    return found


def prologue(prefixes: dict[str, str]) -> str:
    """Prefixes as the head of a query."""
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(prefixes.items()))


def local_name(iri: str) -> str:
    """The last part of an IRI: what a parameter is called in a query."""
    return iri.replace("#", "/").rpartition("/")[2]


def read_path(graph: Graph, node: Any, seen: tuple[Any, ...] = ()) -> Step:
    """A path of the shapes graph as a value; ShapeError where it is none."""
    from rdflib import RDF as CORE
    from rdflib import Literal

    if isinstance(node, Literal) or node in seen:
        raise ShapeError(f"{node}: this is no path", hint="a path is a property or made of paths")
    if not _is_blank(node) and (node, CORE.first, None) not in graph:
        return str(node)
    seen = (*seen, node)
    if (node, CORE.first, None) in graph:
        parts = tuple(read_path(graph, part, seen) for part in listed(graph, node, of=node))
        kind = "sequence"
    elif (choices := graph.value(node, _sh("alternativePath"))) is not None:
        parts = tuple(read_path(graph, part, seen) for part in listed(graph, choices, of=node))
        kind = "alternativePath"
    else:
        found = [(kind, graph.value(node, _sh(kind))) for kind in _PATHS]
        for kind, inner in found:
            if inner is not None:
                return Path(kind, (read_path(graph, inner, seen),))
        raise ShapeError(f"{node}: this is no path", hint="a path is a property or made of paths")
    if len(parts) < 2:
        raise ShapeError(f"{node}: a path of one part", hint="name that part alone")
    return Path(kind, parts)


def _number(node: ShapeNode, kind: str, value: Any) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise ShapeError(f"{node}: sh:{kind} is \"{value}\"", hint="write a whole number") from error  # fmt: skip


def _sh(name: str) -> Any:
    from rdflib import URIRef

    return URIRef(SH + name)


def _is_true(value: Any) -> bool:
    return str(value) == "true"  # the standard names this term; "1"^^xsd:boolean is another one


def _is_blank(node: Any) -> bool:
    from rdflib import BNode

    return isinstance(node, BNode)
