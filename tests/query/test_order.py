"""Rows sorted outside the engine stand as the engine would sort them."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from kg.query import asks
from kg.query.order import in_order, without_order
from kg.store.embedded import Row
from kg.vocab import XSD


def literals(datatype: str, *texts: str) -> list[ox.Literal]:
    return [ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)) for text in texts]


COLUMNS = {
    "words": [ox.Literal(text) for text in ("b", "a", "", "Я", "ё", "Z", "aa", "😀", "-1")],
    "tagged": [ox.Literal(text, language="ru") for text in ("б", "а", "в")],
    "numbers": literals("integer", "10", "9", "-3", "100") + literals("decimal", "9.5"),
    "dates": literals(
        "date", "1938-06-13", "1900-01-01", "-0044-03-15", "-0100-01-01", "0800-12-25"
    ),
    "things": [ox.NamedNode(f"https://example.org/{name}") for name in ("b", "a", "Я", "a/b")],
    "kinds": [ox.Literal("a"), ox.NamedNode("https://example.org/z")],
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("direction", ["?x ?y", "DESC(?x) ?y", "?y DESC(?x)"])
def test_rows_are_sorted_as_the_engine_sorts_them(kind: str, direction: str) -> None:
    chance = random.Random(kind)
    store = ox.Store()
    for number in range(60):
        node = ox.NamedNode(f"https://example.org/row{number:02}")
        if chance.random() > 0.1:
            store.add(ox.Quad(node, ox.NamedNode("https://example.org/x"),
                              chance.choice(COLUMNS[kind])))  # fmt: skip
        store.add(ox.Quad(node, ox.NamedNode("https://example.org/y"), ox.Literal(number)))
    text = f"""PREFIX : <https://example.org/>
SELECT ?x ?y WHERE {{ ?row :y ?y OPTIONAL {{ ?row :x ?x }} }} ORDER BY {direction}"""
    found = without_order(text)
    assert found is not None
    assert found.hidden == 0
    rows: list[Row] = [(row[0], row[1]) for row in store.query(found.text)]  # type: ignore[union-attr]
    chance.shuffle(rows)
    in_order(rows, ["x", "y"], found.keys)
    assert rows == [(row[0], row[1]) for row in store.query(text)]  # type: ignore[union-attr]


def test_keys_that_are_no_columns_are_added_and_counted() -> None:
    found = without_order("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b . ?a ?q ?c } GROUP BY ?a ?c "
                          "ORDER BY ?c DESC(COUNT(?b)) (COALESCE(?a, \"(\")) ?n")  # fmt: skip
    assert found is not None
    assert found.hidden == 3
    assert found.keys == (("c", False), ("kgOrder1", True), ("kgOrder2", False), ("n", False))
    ox.Store().query(found.text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { ?a ?b ?c }",
        "SELECT ?a { ?a ?b ?c } ORDER BY ?a LIMIT 3",
        "SELECT * { ?a ?b ?c } ORDER BY ?a",
        "SELECT DISTINCT ?a { ?a ?b ?c } ORDER BY ?c",
        "SELECT DISTINCT ?a { ?a ?b ?c } ORDER BY (STR(?c))",
        "ASK { ?a ?b ?c }",
    ],
)
def test_engine_sorts_what_cannot_be_sorted_outside(text: str) -> None:
    assert without_order(text) is None


@pytest.mark.parametrize("name", sorted(asks.asks()))
def test_every_question_is_sorted_outside_the_engine(name: str) -> None:
    found = without_order(asks.get(name).query)
    assert found is not None
    assert "ORDER BY" not in found.text[found.text.rindex("}") :]
    ox.Store().query(found.text)
