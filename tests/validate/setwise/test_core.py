"""Each Core constraint, target and kind of data, on the smallest data that show what matters."""

from __future__ import annotations

import io
import json
import urllib.request
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from kg.model.findings import Severity
from kg.validate import setwise
from kg.validate.setwise.results import Violation

EX = "http://example.org/"
SH = Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = """
PREFIX : <http://example.org/>  PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>  PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text)


def stored(text: str) -> ox.Store:
    store = ox.Store()
    store.load((PREFIXES + text).encode(), format=ox.RdfFormat.TURTLE)
    return store


def said(violation: Violation) -> str:
    """`focus value` with what is common left out."""
    parts = [str(violation.focus), "" if violation.value is None else str(violation.value)]
    return " ".join(parts).replace(EX, "").replace("<", "").replace(">", "").strip()


def found(data: object, shape: str, **options: Any) -> list[str]:
    """What violates a shape :S on :a, :b and :c, `[…]` standing for a property shape there."""
    shape = shape.replace("[", "sh:property [ sh:path :p ;", 1) if shape.startswith("[") else shape
    text = shape if ":S" in shape else f":S sh:targetNode :a, :b, :c ; {shape} ."
    data = turtle(data) if isinstance(data, str) else data
    report = setwise.validate(data, turtle(text), handing_over=False, **options)
    return [said(violation) for violation in report.results]


# name: data, shape, what violates it
CASES: dict[str, tuple[str, str, list[str]]] = {
    "a class below counts": (
        ":a :p :x, :y . :x a :D . :D rdfs:subClassOf :C . :y a :E .", "[ sh:class :C ]", ["a y"],
    ),
    "a literal is of no class": (":a :p 1 .", "[ sh:class :C ]",
                                 ['a "1"^^http://www.w3.org/2001/XMLSchema#integer']),
    "leap days": (
        ':a :p "1900-02-29"^^xsd:date, "2000-02-29"^^xsd:date, "1904-02-29Z"^^xsd:date .',
        "[ sh:datatype xsd:date ]", ['a "1900-02-29"^^http://www.w3.org/2001/XMLSchema#date'],
    ),
    "an unknown datatype has any form": (':a :p "x"^^:code .', "[ sh:datatype :code ]", []),
    "blank nodes have no length": (":a :p [] .", "[ sh:maxLength 9 ; sh:nodeKind sh:BlankNode ]",
                                   ["a blank"]),
    "IRIs have a length": (":a :p :long .", "[ sh:maxLength 9 ]", ["a long"]),
    "a timezone too few cannot be compared": (
        ':a :p "2000-01-01T12:00:00"^^xsd:dateTime .',
        '[ sh:maxInclusive "2000-01-01T13:00:00Z"^^xsd:dateTime ]',
        ['a "2000-01-01T12:00:00"^^http://www.w3.org/2001/XMLSchema#dateTime'],
    ),
    "members are compared as terms": (
        ":a :p 1 . :b :p 1.0 .", "[ sh:in ( 1 ) ]",
        ['b "1.0"^^http://www.w3.org/2001/XMLSchema#decimal'],
    ),
    "an empty list allows nothing": (":a :p :x .", "[ sh:in () ]", ["a x"]),
    "language ranges": (
        ':a :p "x"@en-GB, "y"@de, "z" .', '[ sh:languageIn ( "en" ) ]', ['a "y"@de', 'a "z"'],
    ),
    "each language that stands twice": (
        ':a :p "x"@en, "y"@EN, "x"@de, "z"@de, "w"@fr .', "[ sh:uniqueLang true ]", ["a", "a"],
    ),
    "too few, none, too many": (
        ":a :p :x, :y, :z . :b :p :x .", "[ sh:minCount 2 ; sh:maxCount 2 ]", ["a", "b", "c"],
    ),
    "a path of no length has a value": (
        "", ":S sh:targetNode :a ; sh:property [ sh:path [ sh:zeroOrMorePath :p ] ;"
            " sh:minCount 1 ; sh:maxCount 1 ; sh:hasValue :a ; sh:in ( :b ) ] .", ["a a"],
    ),
    "equals looks both ways": (":a :p :x, :y ; :q :y, :z .", "[ sh:equals :q ]", ["a x", "a z"]),
    "a node equal to a property of itself": (":a :q :a . :b :q :b, :c .", "sh:equals :q",
                                             ["b c", "c c"]),
    "disjoint": (":a :p :x, :y ; :q :y .", "[ sh:disjoint :q ]", ["a y"]),
    "one result for each pair": (
        ":a :p 1, 5 ; :q 3, 4 .", "[ sh:lessThan :q ]",
        ['a "5"^^http://www.w3.org/2001/XMLSchema#integer'] * 2,
    ),
    "closed": (
        ":a :p 1 ; :q :x ; a :C .",
        "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ]", ["a x"],
    ),
    "not": (":a :p :x . :x a :C .", "[ sh:not [ sh:class :C ] ]", ["a x"]),
    "exactly one": (
        ":a :q 1 . :b :q 1 ; :r 1 .",
        "sh:xone ( [ sh:path :q ; sh:minCount 1 ] [ sh:path :r ; sh:minCount 1 ] )",
        ["b b", "c c"],
    ),
    "or, and": (
        ":a :q 1 . :b :r 1 .",
        "sh:or ( [ sh:path :q ; sh:minCount 1 ] [ sh:and ( [ sh:path :r ; sh:minCount 1 ] ) ] )",
        ["c c"],
    ),
    "counts inside a shape that are too great for an expression": (
        ":a :p 1, 2, 3, 4, 5, 6 . :b :p 1, 2, 3, 4, 5 .", "sh:not [ sh:path :p ; sh:minCount 6 ]",
        ["a a"],
    ),
    "qualified values, apart from their siblings": (
        ":hand :digit :t, :f1, :f2 . :t a :Thumb . :f1 a :Finger . :f2 a :Finger, :Thumb .",
        """:S sh:targetNode :hand ; sh:property
           [ sh:path :digit ; sh:qualifiedValueShape [ sh:class :Thumb ] ;
             sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ],
           [ sh:path :digit ; sh:qualifiedValueShape [ sh:class :Finger ] ;
             sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 2 ] .""", ["hand"],
    ),
    "a property shape in a property shape is checked once for each way": (
        ":a :p :x . :b :p :x .", "[ sh:property [ sh:path :q ; sh:minCount 1 ] ]", ["x", "x"],
    ),
    "what is switched off finds nothing, and conforms": (
        ":a :p :x .",
        "[ sh:in () ; sh:deactivated true ] ; sh:node [ sh:in () ; sh:deactivated true ]", [],
    ),
    "subjects and objects as targets": (
        ":a :p :x .", ":S sh:targetSubjectsOf :p ; sh:targetObjectsOf :p ; sh:in () .",
        ["a a", "x x"],
    ),
    "a class that is a shape is its own target": (
        ":a a :D . :D rdfs:subClassOf :S .", ":S a sh:NodeShape, rdfs:Class ; sh:in () .", ["a a"],
    ),
    "a query as a target": (
        ":a :p :x . :b :p :y .",
        """:S sh:target [ a sh:SPARQLTarget ; sh:prefixes : ;
           sh:select "SELECT ?this WHERE { ?this e:p e:y }" ] ; sh:nodeKind sh:Literal .
           : sh:declare [ sh:prefix "e" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .""",
        ["b b"],
    ),
    "a kind of target with a parameter": (
        ":a :p :x . :b :p :y .",
        """:S sh:target [ a :With ; :object :x ] ; sh:in () .
           :With a sh:SPARQLTargetType ; rdfs:subClassOf sh:Target ;
             sh:parameter [ sh:path :object ] ; sh:prefixes : ;
             sh:select "SELECT ?this WHERE { ?this ?any $object }" .""", ["a a"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("inline", [True, False], ids=["expressions", "sets"])
@pytest.mark.parametrize("name", CASES)
def test_constraint_finds_what_the_standard_says(name: str, inline: bool) -> None:
    data, shape, expected = CASES[name]
    answer = ["a blank" if " _:" in one else one for one in found(data, shape, inline=inline)]
    assert answer == expected


def test_literals_of_a_graph_are_kept_as_they_are_written() -> None:
    numbers = ':a :p "5"^^xsd:byte, "300"^^xsd:byte, "5"^^xsd:integer, "1.50"^^xsd:decimal .'
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert found(numbers, "[ sh:datatype xsd:byte ]") == [
        f'a "1.50"^^{xsd}decimal', f'a "300"^^{xsd}byte', f'a "5"^^{xsd}integer',
    ]  # fmt: skip
    assert found(numbers, '[ sh:hasValue "5"^^xsd:byte ]') == ["b", "c"]
    assert found(numbers, "[ sh:maxExclusive 5 ]") == [
        f'a "300"^^{xsd}byte', f'a "5"^^{xsd}byte', f'a "5"^^{xsd}integer',
    ]  # fmt: skip
    query = '[ sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value FILTER(?value < 5) }" ] ]'
    assert found(numbers, query) == [f'a "1.50"^^{xsd}decimal']


def test_store_that_has_made_one_type_of_all_integers_is_taken_at_its_word() -> None:
    store = stored(':a :p "5"^^xsd:int, "-5"^^xsd:integer, "x"^^xsd:int .')
    xsd = "http://www.w3.org/2001/XMLSchema#"
    answer = found(store, "[ sh:datatype xsd:positiveInteger ]")
    assert answer == [f'a "-5"^^{xsd}integer', f'a "x"^^{xsd}int']


def test_graphs_of_a_store_that_are_asked_for_make_up_the_data() -> None:
    store = stored(":a :p :x .")
    store.add(ox.Quad(*(ox.NamedNode(EX + n) for n in ("x", "q", "y", "graph"))))
    shape = "[ sh:property [ sh:path :q ; sh:minCount 1 ] ]"
    assert found(store, shape) == ["x"]
    assert found(store, shape, graphs=["", EX + "graph"]) == []


def test_endpoint_is_asked_over_the_standard_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    store, asked = stored(":a :p 1 ."), []

    def answer(request: urllib.request.Request, timeout: float) -> io.BytesIO:
        asked.append((request.full_url, request.get_header("Authorization")))
        assert isinstance(request.data, bytes)
        rows: Any = store.query(request.data.decode())
        return io.BytesIO(rows.serialize(format=ox.QueryResultsFormat.JSON))

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    endpoint = setwise.Endpoint("https://example.org/sparql", headers=(("Authorization", "key"),))
    assert found(endpoint, "[ sh:nodeKind sh:IRI ]") == [
        'a "1"^^http://www.w3.org/2001/XMLSchema#integer'
    ]
    assert asked == [("https://example.org/sparql", "key")]


@pytest.mark.parametrize(("shape", "reason"), [
    ('[ sh:pattern "a(?=b)" ]', "a pattern that Oxigraph cannot run: a(?=b)"),
    (":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 2 ; sh:node :S ] .",
     "a shape that refers to itself"),
])  # fmt: skip
def test_what_has_no_query_goes_to_pyshacl_alone(shape: str, reason: str) -> None:
    with pytest.raises(setwise.NotCompilable, match=r"refers to itself|cannot run"):
        found(":a :p :ac .", shape)
    text = (
        shape
        if ":S" in shape
        else f":S sh:targetNode :a ; sh:property [ sh:path :p ; {shape[1:]} ."
    )
    more = ":Other sh:targetNode :a ; sh:class :C ."
    report = setwise.validate(turtle(":a :p :ac ."), turtle(text + more))
    assert [one.reason for one in report.handed] == [reason]
    components = [found.component.removeprefix(str(SH)) for found in report.results]
    assert components.count("ClassConstraintComponent") == 1
    assert len(components) == (2 if "pattern" in shape else 3)
    (asked,) = [query for query in setwise.queries(turtle(text)) if not query.text]
    assert reason in asked.reason


@pytest.mark.parametrize("shape", [
    "[ sh:minCount 1 ; sh:minCount 2 ]", "sh:minCount 1", "[ sh:node [ sh:path :q ] ]",
    "sh:property [ sh:class :C ]", "[ sh:in :x ]", "[ sh:nodeKind :Blue ]", '[ sh:minCount "x" ]',
    "sh:property [ sh:path ( :p ) ]", "sh:property [ sh:path 1 ]", "sh:property [ sh:path :p, :q ]",
])  # fmt: skip
def test_ill_formed_shape_is_refused(shape: str) -> None:
    with pytest.raises(setwise.ShapeError):
        found(":a :p :x .", shape)


def test_report_is_the_standard_one_and_always_the_same() -> None:
    shapes = turtle("""
        :S sh:targetNode :a ; sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:class :C ;
          sh:severity sh:Warning ; sh:message "not a C"@en, "kein C"@de ] .""")
    report = setwise.validate(turtle(":a :p :x . :y :q :x ."), shapes)
    assert not report.conforms
    graph = report.graph()
    (node,) = graph.objects(None, SH.result)
    assert graph.value(node, SH.focusNode) == URIRef(EX + "a")
    assert graph.value(node, SH.value) == URIRef(EX + "y")
    assert graph.value(node, SH.resultSeverity) == SH.Warning
    assert set(graph.objects(node, SH.resultMessage)) == {
        Literal("not a C", lang="en"), Literal("kein C", lang="de"),
    }  # fmt: skip
    assert (graph.value(node, SH.sourceShape), SH["class"], URIRef(EX + "C")) in shapes
    path = graph.value(node, SH.resultPath)
    assert [graph.value(part, SH.inversePath) or part for part in graph.items(path)] == [
        URIRef(EX + "p"), URIRef(EX + "q"),
    ]  # fmt: skip
    assert (None, RDF.type, SH.ValidationReport) in graph
    assert (
        graph.serialize()
        == setwise.validate(turtle(":a :p :x . :y :q :x ."), shapes).graph().serialize()
    )
    (result,) = [violation.to_result() for violation in report.results]
    assert (result.severity, result.shape) == (Severity.WARNING, EX + "S")
    assert json.dumps(result.messages) == '[["de", "kein C"], ["en", "not a C"]]'


def test_nothing_found_conforms() -> None:
    report = setwise.validate(Graph(), turtle(":S sh:targetClass :C ; sh:in () ."))
    assert report.conforms
    assert (None, SH.conforms, Literal(True)) in report.graph()


def test_data_that_are_none_are_refused() -> None:
    with pytest.raises(TypeError, match="no data to validate: str"):
        setwise.validate("data.ttl", Graph())
