"""SPARQL-based constraint components: which validator runs, with what parameters, what is said."""

from __future__ import annotations

import pytest
from rdflib import Graph

from kg.validate import setwise

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
: sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
LENGTH = """
:LengthComponent a sh:ConstraintComponent ;
    sh:parameter [ sh:path :longest ] , [ sh:path :shortest ; sh:optional true ] ;
    sh:message "from {$shortest} to {$longest} letters, not {?value}"@en ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:prefixes : ; sh:ask
        "ASK { FILTER(STRLEN(STR($value)) <= $longest && STRLEN(STR($value)) >= COALESCE($shortest, 0)) }"
    ] ;
    sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:prefixes : ; sh:select
        "SELECT $this ?value { $this $PATH ?value FILTER(STRLEN(STR(?value)) > $longest) }" ] .
"""
DATA = ':a :p "long word" , "word" , "w" .'


def validate(data: str, shapes: str) -> setwise.Report:
    return setwise.validate(
        Graph().parse(data=PREFIXES + data), Graph().parse(data=PREFIXES + shapes),
        handing_over=False,
    )  # fmt: skip


def test_property_shape_takes_the_property_validator() -> None:
    report = validate(
        DATA, LENGTH + ":S sh:targetNode :a ; sh:property [ sh:path :p ; :longest 5 ] ."
    )
    (found,) = report.results
    assert found.component == "http://example.org/LengthComponent"
    assert str(found.path) == "http://example.org/p"
    assert found.messages == (("en", "from {$shortest} to 5 letters, not long word"),)


def test_node_shape_takes_the_validator_for_all_and_optional_parameters() -> None:
    shapes = LENGTH + ":S sh:targetObjectsOf :p ; :longest 5 ; :shortest 2 ."
    report = validate(DATA, shapes)
    assert {found.value.value for found in report.results} == {"long word", "w"}  # type: ignore[union-attr]
    assert "from 2 to 5 letters, not w" in {said for v in report.results for _, said in v.messages}


def test_component_without_its_required_parameter_says_nothing() -> None:
    assert validate(DATA, LENGTH + ":S sh:targetObjectsOf :p ; :shortest 2 .").conforms


def test_message_that_the_query_selects_comes_first() -> None:
    report = validate(
        DATA,
        """
        :S sh:targetNode :a ; sh:message "no" ; sh:sparql [ sh:prefixes : ; sh:message "never" ; sh:select
        "SELECT $this ?value ?message { $this :p ?value FILTER(STRLEN(?value) = 1)
         BIND(CONCAT(?value, '!') AS ?message) }" ] .""".replace("\n         ", " "),
    )
    assert [found.messages for found in report.results] == [(("", "w!"),)]


def test_parameter_may_not_have_a_reserved_name() -> None:
    with pytest.raises(setwise.ShapeError, match="value"):
        validate(
            DATA,
            LENGTH.replace(":shortest", ":value") + ":S sh:targetNode :a ; :longest 1 ; :value 1 .",
        )
