"""What a query asks of a store: counted patterns, an order and warnings."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.query import asks
from kg.query import explain as module
from kg.query.explain import CAP, explain
from kg.store.embedded import Store, memory

X = "http://example.org/"


@pytest.fixture(scope="module")
def store() -> Store:
    node = ox.NamedNode
    found = memory({"x": X})
    found.load(
        quad
        for number in range(500)
        for quad in (
            ox.Quad(node(f"{X}p{number}"), node(X + "in"), node(f"{X}place{number % 5}")),
            ox.Quad(node(f"{X}p{number}"), node(X + "parent"), node(f"{X}p{number // 2}")),
        )
    )
    found.load([ox.Quad(node(X + "place1"), node(X + "capital"), node(X + "land"))])
    return found


def test_rarest_pattern_comes_first_and_what_it_binds_is_looked_up(store: Store) -> None:
    plan = explain(store, "SELECT * { ?who x:in ?place . ?place x:capital ?land }")
    assert [(step.does, step.pattern, step.count) for step in plan.steps] == [
        ("read", "?place x:capital ?land", 1),
        ("look up", "?who x:in ?place", 500),
    ]
    assert plan.rows == 100
    assert plan.warnings == ()
    assert json.loads(json.dumps(plan.document()))["steps"][1]["rows"] == 100


def test_bound_variable_makes_the_estimate_that_of_one_thing(store: Store) -> None:
    text = "SELECT * { ?who x:in ?place . ?who x:parent ?parent }"
    assert explain(store, text).rows == 500
    assert explain(store, text, {"who": ox.NamedNode(X + "p7")}).rows == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * { ?a x:in ?b . ?c x:parent ?d }", "shares no variable"),
        ("SELECT * { ?a x:parent+ ?b }", "starts nowhere"),
        ("SELECT * { ?a x:in ?b OPTIONAL { ?c x:parent ?d } }", "so all 500 are read"),
        ("SELECT * { ?a x:in ?b . ?c x:in ?d . ?e ?f ?g } ORDER BY ?a", "ORDER BY without LIMIT"),
        ("SELECT * { ?s ?p ?o }", "matches everything"),
    ],
)
def test_what_costs_much_is_warned_of(store: Store, text: str, said: str) -> None:
    assert any(said in warning for warning in explain(store, text).warnings)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a x:in ?b . ?b x:capital ?c } ORDER BY ?a",
        "SELECT * { x:p7 x:parent+ ?b }",
        "SELECT * { ?a x:in x:place1 OPTIONAL { ?a x:parent ?d } }",
        "SELECT ?a { { ?a x:in x:place1 } UNION { ?a x:in x:place2 } FILTER EXISTS { ?a x:parent ?b } }",
        "SELECT (COUNT(*) AS ?n) { VALUES ?p { x:in x:parent } ?a ?p ?b MINUS { ?a x:in x:place1 } }",
    ],
)
def test_what_is_sound_is_not_warned_of(store: Store, text: str) -> None:
    plan = explain(store, text)
    assert plan.warnings == ()
    assert plan.steps
    assert list(plan.lines())[-1].startswith("estimate: about ")


def test_counting_stops_at_the_cap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CAP", 50)
    [step] = explain(store, "SELECT * { ?a x:in ?b }").steps
    assert (step.count, step.counted) == (50, "50 or more")
    assert CAP > 1000


def test_query_that_does_not_parse_is_an_error(store: Store) -> None:
    with pytest.raises(QueryError, match="cannot be explained"):
        explain(store, "SELECT * { ?a x:in }")


@pytest.mark.parametrize("name", sorted(asks.asks()))
def test_every_question_can_be_explained(lyushkov: Store, name: str) -> None:
    person = ox.NamedNode("https://example.org/nobody")
    given = {parameter.name: person for parameter in asks.get(name).parameters}
    assert explain(lyushkov, asks.get(name).query, given).steps
