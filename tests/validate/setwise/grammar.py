"""Random small graphs and random shapes, as hypothesis strategies."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection

EX = Namespace("http://example.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")

nodes = st.sampled_from([EX.a, EX.b, EX.c, EX.d, BNode("x"), BNode("y")])
properties = st.sampled_from([EX.p, EX.q, EX.r])
classes = st.sampled_from([EX.Person, EX.Child, EX.Thing])
numbers = st.sampled_from([
    Literal(1), Literal(2), Literal(7), Literal("1.5", datatype=XSD.decimal),
    Literal("1", datatype=XSD.byte), Literal("2.0", datatype=XSD.double),
])  # fmt: skip
dates = st.sampled_from([
    Literal("1900-01-01", datatype=XSD.date), Literal("1950-02-28", datatype=XSD.date),
])  # fmt: skip
texts = st.sampled_from([
    Literal("one"), Literal("three"), Literal("1"), Literal("one", lang="en"),
    Literal("two", lang="en"), Literal("drei", lang="de"),
])  # fmt: skip
ill_typed = st.sampled_from([
    Literal("aldi", datatype=XSD.integer), Literal("300", datatype=XSD.byte),
])  # fmt: skip
literals = st.one_of(numbers, dates, texts)
values = st.one_of(nodes, literals, ill_typed)
triples = st.tuples(nodes, properties, values)
# what pySHACL compares as the standard says (see its departures in test_pyshacl.py): all that it
# compares with, the values of q, are numbers
named = st.sampled_from([EX.a, EX.b, EX.c])
comparable = st.one_of(
    st.tuples(named, properties, numbers),
    st.tuples(named, st.sampled_from([EX.p, EX.r]), st.one_of(named, numbers)),
)


@st.composite
def graphs(draw: Any, triples: Any = triples) -> Graph:
    """Up to 20 triples, with types and one class below another."""
    graph = Graph()
    graph.add((EX.Child, RDFS.subClassOf, EX.Person))
    for node, class_ in draw(st.lists(st.tuples(nodes, classes), max_size=5)):
        graph.add((node, RDF.type, class_))
    for triple in draw(st.lists(triples, max_size=15)):
        graph.add(triple)
    return graph


@st.composite
def shape_graphs(draw: Any, *, compare: bool = False) -> Graph:
    """One to three shapes with targets, each with constraints, some of them nested.

    `compare`: whether values are compared by their order.
    """
    writer = _Writer(draw, compare)
    for number in range(draw(st.integers(1, 3))):
        shape = EX[f"Shape{number}"]
        writer.target(shape)
        if draw(st.booleans()):
            writer.property_shape(shape, 2)
        else:
            writer.node_shape(shape, 2)
    return writer.graph


class _Writer:
    def __init__(self, draw: Any, compare: bool) -> None:
        self.draw = draw
        self.compare = compare
        self.graph = Graph()
        self.made = 0

    def fresh(self) -> BNode:
        self.made += 1
        return BNode(f"s{self.made}")

    def add(self, shape: Any, parameter: str, value: Any) -> None:
        self.graph.add((shape, SH[parameter], value))

    def listed(self, members: list[Any]) -> Any:
        if not members:
            return RDF.nil
        head = self.fresh()
        Collection(self.graph, head, members)
        return head

    def target(self, shape: Any) -> None:
        kind = self.draw(st.sampled_from(
            ["targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf"]
        ))  # fmt: skip
        named = st.sampled_from([EX.a, EX.b, EX.absent, Literal("one")])
        of = {"targetNode": named, "targetClass": classes}.get(kind, properties)
        for value in self.draw(st.lists(of, min_size=1, max_size=2)):
            self.add(shape, kind, value)

    def path(self, depth: int) -> Any:
        kind = self.draw(st.sampled_from(["iri", "iri", "inversePath", "sequence", "alternativePath",
                                          "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]))  # fmt: skip
        if kind == "iri" or depth == 0:
            return self.draw(properties)
        if kind == "sequence":
            return self.listed([self.path(depth - 1), self.path(depth - 1)])
        node = self.fresh()
        if kind == "alternativePath":
            self.add(node, kind, self.listed([self.path(depth - 1), self.path(depth - 1)]))
        else:
            self.add(node, kind, self.path(depth - 1))
        return node

    def node_shape(self, shape: Any, depth: int) -> Any:
        self.graph.add((shape, RDF.type, SH.NodeShape))
        self.constraints(shape, depth, of_path=False)
        return shape

    def property_shape(self, shape: Any, depth: int) -> Any:
        self.graph.add((shape, RDF.type, SH.PropertyShape))
        self.add(shape, "path", self.path(2))
        self.constraints(shape, depth, of_path=True)
        return shape

    def inner(self, depth: int) -> Any:
        if self.draw(st.booleans()):
            return self.property_shape(self.fresh(), depth - 1)
        return self.node_shape(self.fresh(), depth - 1)

    def constraints(self, shape: Any, depth: int, *, of_path: bool) -> None:
        kinds = ["class", "datatype", "nodeKind", "length", "pattern", "languageIn", "equals",
                 "disjoint", "hasValue", "in", "closed"]  # fmt: skip
        if of_path:
            kinds += ["minCount", "maxCount", "uniqueLang"] * 2
        if self.compare:
            kinds += ["range"] * 4
            kinds += ["lessThan", "lessThanOrEquals"] * 2 if of_path else []
        if depth:
            kinds += ["not", "and", "or", "xone", "node", "property"] * 2
            if of_path:
                kinds += ["qualified"] * 3
        for kind in self.draw(
            st.lists(st.sampled_from(kinds), min_size=1, max_size=2, unique=True)
        ):
            getattr(self, f"_{kind}", self._plain)(shape, kind, depth)

    def _plain(self, shape: Any, kind: str, depth: int) -> None:
        draw = self.draw
        if kind in ("and", "or", "xone"):
            count = draw(st.integers(1, 3))
            self.add(shape, kind, self.listed([self.inner(depth) for _ in range(count)]))
        elif kind == "not":
            self.add(shape, kind, self.inner(depth))
        elif kind == "node":
            self.add(shape, kind, self.node_shape(self.fresh(), depth - 1))
        elif kind == "property":
            self.add(shape, kind, self.property_shape(self.fresh(), depth - 1))
        elif kind in ("minCount", "maxCount"):
            self.add(shape, kind, Literal(draw(st.integers(0, 2))))
        elif kind == "uniqueLang":
            self.add(shape, kind, Literal(True))
        else:
            self.add(shape, kind, draw({
                "class": classes, "hasValue": values.filter(lambda v: not isinstance(v, BNode)),
                "datatype": st.sampled_from([XSD.integer, XSD.string, XSD.date, XSD.byte,
                                             XSD.double, RDF.langString]),
                "nodeKind": st.sampled_from([SH.IRI, SH.BlankNode, SH.Literal, SH.BlankNodeOrIRI,
                                             SH.BlankNodeOrLiteral, SH.IRIOrLiteral]),
                "lessThan": st.just(EX.q), "lessThanOrEquals": st.just(EX.q),
            }.get(kind, properties)))  # fmt: skip

    def _range(self, shape: Any, _: str, depth: int) -> None:
        kind = self.draw(
            st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"])
        )
        self.add(shape, kind, self.draw(numbers))

    def _length(self, shape: Any, _: str, depth: int) -> None:
        self.add(shape, self.draw(st.sampled_from(["minLength", "maxLength"])),
                 Literal(self.draw(st.integers(1, 4))))  # fmt: skip

    def _pattern(self, shape: Any, _: str, depth: int) -> None:
        self.add(shape, "pattern", Literal(self.draw(st.sampled_from(["^o", "E$", "[0-9]", "a"]))))
        if self.draw(st.booleans()):
            self.add(shape, "flags", Literal("i"))

    def _languageIn(self, shape: Any, _: str, depth: int) -> None:
        tags = self.draw(st.lists(st.sampled_from(["en", "de", "fr"]), max_size=2, unique=True))
        self.add(shape, "languageIn", self.listed([Literal(tag) for tag in tags]))

    def _in(self, shape: Any, _: str, depth: int) -> None:
        members = st.one_of(st.sampled_from([EX.a, EX.b, EX.c]), literals)
        self.add(shape, "in", self.listed(self.draw(st.lists(members, max_size=3, unique=True))))

    def _closed(self, shape: Any, _: str, depth: int) -> None:
        self.add(shape, "closed", Literal(True))
        if self.draw(st.booleans()):
            self.add(shape, "ignoredProperties", self.listed([RDF.type, EX.p]))

    def _qualified(self, shape: Any, _: str, depth: int) -> None:
        self.add(shape, "qualifiedValueShape", self.inner(depth))
        for kind in self.draw(st.lists(st.sampled_from(["qualifiedMinCount", "qualifiedMaxCount"]),
                                       min_size=1, max_size=2, unique=True)):  # fmt: skip
            self.add(shape, kind, Literal(self.draw(st.integers(0, 2))))
        if self.draw(st.booleans()):
            self.add(shape, "qualifiedValueShapesDisjoint", Literal(True))
            parent = self.fresh()  # with a sibling, so that there is something to be disjoint with
            self.add(parent, "property", shape)
            sibling = self.property_shape(self.fresh(), 0)
            self.add(parent, "property", sibling)
            self.add(sibling, "qualifiedValueShape", self.node_shape(self.fresh(), 0))
            self.add(sibling, "qualifiedMinCount", Literal(1))
