"""Reads a shapes graph into frozen values: what is to be checked, on what, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.validate.report import Step
from kg.validate.setwise.terms import SH, ShapeError, Term, to_ox
from kg.vocab import RDF, RDFS

if TYPE_CHECKING:
    from rdflib import Graph

ShapeNode = Any
"""The rdflib term that a shape is called by in its graph: an IRI or a blank node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How focus nodes are found.

    `kind` is `node`, `class`, `subjectsOf` or `objectsOf` with the terms it names, or `sparql`
    with a query that selects ?this.
    """

    kind: str
    terms: tuple[Term, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One constraint of a shape.

    `kind` is the local name of the SHACL parameter that makes it (`minCount`, `or`, `sparql`), or
    `custom` for a component that the shapes graph defines. What else is filled in depends on it:
    `terms` the class, datatype, list, language tags or other property; `number` a count or
    length; `text` and `flags` a pattern; `shapes` the shapes it refers to; `siblings` those that
    a qualified value must not conform to; `properties` what a closed shape allows; `node` the
    SPARQL constraint or the component in the shapes graph; `parameters` those of a component by
    name.
    """

    kind: str
    component: str
    terms: tuple[Term, ...] = ()
    number: int = 0
    text: str = ""
    flags: str = ""
    shapes: tuple[ShapeNode, ...] = ()
    siblings: tuple[ShapeNode, ...] = ()
    properties: tuple[str, ...] = ()
    node: ShapeNode = None
    parameters: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape. `path` is None for a node shape; `severity` an IRI; `messages` (language, text).

    `path_node` is the path in the shapes graph, and `named` the nearest shape with an IRI that
    this one is a part of.
    """

    node: ShapeNode
    path: Step | None = None
    path_node: Any = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    severity: str = SH + "Violation"
    messages: tuple[tuple[str, str], ...] = ()
    deactivated: bool = False
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """All shapes that can be reached from those with a target, by their node."""

    graph: Graph
    by_node: Mapping[ShapeNode, Shape]
    roots: tuple[Shape, ...]
    recursive: frozenset[ShapeNode] = field(default_factory=frozenset)

    def __getitem__(self, node: ShapeNode) -> Shape:
        return self.by_node[node]


def read(graph: Graph) -> Shapes:
    """The shapes of a graph. ShapeError where a shape that is in use is ill-formed."""
    from kg.validate.setwise.reader import Reader

    reader = Reader(graph)
    roots = tuple(reader.shape(node) for node in reader.roots())
    return Shapes(graph=graph, by_node=reader.read, roots=roots, recursive=_recursive(reader.read))


def refers_to(shape: Shape) -> Iterator[ShapeNode]:
    """The shapes that a shape refers to."""
    for constraint in shape.constraints:
        yield from constraint.shapes
        yield from constraint.siblings


def _recursive(by_node: Mapping[ShapeNode, Shape]) -> frozenset[ShapeNode]:
    """The shapes that reach a cycle of references: the standard leaves their meaning open."""
    # a shape is harmless once all that it refers to is; what is left reaches a cycle
    left = {node: set(refers_to(shape)) for node, shape in by_node.items()}
    users: dict[ShapeNode, list[ShapeNode]] = {}
    for node, used in left.items():
        for other in used:
            users.setdefault(other, []).append(node)
    done = [node for node, used in left.items() if not used]
    harmless = set(done)
    while done:
        node = done.pop()
        for user in users.get(node, ()):
            left[user].discard(node)
            if not left[user] and user not in harmless:
                harmless.add(user)
                done.append(user)
    return frozenset(set(by_node) - harmless)


def listed(graph: Graph, node: Any, *, of: Any) -> tuple[Any, ...]:
    """The members of an RDF list. ShapeError where `node` is none; `of` is the shape it is in."""
    from rdflib import RDF as LIST

    members: list[Any] = []
    seen: set[Any] = set()
    while node != LIST.nil:
        first = list(graph.objects(node, LIST.first))
        rest = list(graph.objects(node, LIST.rest))
        if len(first) != 1 or len(rest) != 1 or node in seen:
            raise ShapeError(f"{of}: a list is broken", hint="write it as ( one two three )")
        seen.add(node)
        members.append(first[0])
        node = rest[0]
    return tuple(members)


def is_a(graph: Graph, node: Any, classes: Iterable[str]) -> bool:
    """Whether a node of the shapes graph is an instance of a class or of one below it."""
    from rdflib import URIRef

    wanted = {URIRef(name) for name in classes}
    todo = list(graph.objects(node, URIRef(RDF + "type")))
    seen: set[Any] = set()
    while todo:
        type_ = todo.pop()
        if type_ in wanted:
            return True
        if type_ not in seen:
            seen.add(type_)
            todo.extend(graph.objects(type_, URIRef(RDFS + "subClassOf")))
    return False


def terms(nodes: Iterable[Any]) -> tuple[Term, ...]:
    """rdflib terms as Oxigraph's."""
    return tuple(to_ox(node) for node in nodes)
