"""SPARQL constraints over all focus nodes at once give what they give for each focus node."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.validate.setwise.components import limited
from kg.validate.setwise.data import StoreData
from kg.validate.setwise.sparql import Compiled, OneByOne, compile_ask, compile_select
from kg.validate.setwise.terms import NotCompilable, ShapeError

X = "http://example.org/"
PREFIXES = {"": X}
NODES = "abcde"
VARIABLES = ("$this", "?this", "?x", "?y", "?value")
FOCUS = f"?this <{X}p> ?_any ."


def random_data(chance: random.Random) -> StoreData:
    store = ox.Store()
    for _ in range(14):
        s, o = (ox.NamedNode(X + chance.choice(NODES)) for _ in range(2))
        p = ox.NamedNode(X + chance.choice("pq"))
        store.add(ox.Quad(s, p, o if chance.random() < 0.7 else ox.Literal(chance.randrange(4))))
    return StoreData(store)


def term(chance: random.Random) -> str:
    return chance.choice(VARIABLES) if chance.random() < 0.75 else f":{chance.choice(NODES)}"


def triple(chance: random.Random) -> str:
    path = chance.choice([":p", ":q", ":p/:q", "^:p", ":p|:q", ":q+", "a"])
    return f"{term(chance)} {path} {term(chance)} ."


def condition(chance: random.Random) -> str:
    return chance.choice([
        f"$this = {term(chance)}", f"{term(chance)} != {term(chance)}", "bound($this)",
        "isLiteral(?x)", "?value > 1", "STR($this) < STR(?value)", f"?x IN ({term(chance)}, :a)",
    ])  # fmt: skip


def group(chance: random.Random, depth: int = 0) -> str:
    parts = [triple(chance) for _ in range(chance.randint(0 if depth else 1, 2))]
    for _ in range(chance.randint(0, 2)):
        if depth > 1:
            parts.append(f"FILTER({condition(chance)})")
            continue
        inner, other = group(chance, depth + 1), group(chance, depth + 1)
        single = triple(chance)
        parts.append(chance.choice([
            f"FILTER({condition(chance)})", f"BIND($this AS ?b{len(parts)}{depth})",
            f"{{ {inner} }}", f"{{ {inner} }} UNION {{ {other} }}",
            f"OPTIONAL {{ {single} FILTER({condition(chance)}) }}" if depth == 0 else "",
            f"FILTER NOT EXISTS {{ {single} }}" if depth == 0 else "",
            f"FILTER EXISTS {{ {single} {{ {filtered(chance)} }} }}" if depth == 0 else "",
            f"{{ SELECT $this ?x {{ {triple(chance)} FILTER({condition(chance)}) }} }}",
            f"{{ SELECT $this (COUNT(?x) AS ?n{depth}) {{ {triple(chance)} }} GROUP BY $this }}",
        ]))  # fmt: skip
    return " ".join(parts)


def filtered(chance: random.Random) -> str:
    return f"FILTER({condition(chance)})"


def query(chance: random.Random) -> str:
    body = group(chance)
    return chance.choice([
        f"SELECT $this ?value WHERE {{ {body} }}",
        f"SELECT $this ?value WHERE {{ {body} }}",
        f"SELECT DISTINCT ?this (?x AS ?path) ?value {{ {body} }} ORDER BY ?x",
        f"SELECT $this {{ {body} }} LIMIT 1",
        f"SELECT $this (COUNT(DISTINCT ?x) AS ?value) {{ {body} }} GROUP BY $this HAVING (COUNT(?x) > 1)",
        f"SELECT $this ?y (MAX(?x) AS ?value) {{ {body} }} GROUP BY ?y",
    ])  # fmt: skip


def rows_for_each(data: StoreData, text: str) -> Iterator[tuple[str, ...]]:
    """What the definition says: the query for one focus node after another, the node put in."""
    one = OneByOne(select=text, prefixes=PREFIXES, path=None, binds={}, focus=FOCUS, reason="",
                   write=str)  # fmt: skip
    for (this,) in data.rows(one.foci()):
        assert this is not None
        compiled = one.query(this)
        for row in data.rows(compiled.text):
            named = dict(zip(compiled.columns, row, strict=True))
            yield str(this), *(f"{name}={named[name]}" for name in sorted(named)
                               if name not in ("this", "_none") and named[name] is not None)  # fmt: skip


def rows_at_once(data: StoreData, compiled: Compiled) -> Iterator[tuple[str, ...]]:
    for row in limited(compiled, data.rows(compiled.text)):
        named = dict(zip(compiled.columns, row, strict=True))
        yield (
            str(named.pop("this")),
            *(f"{name}={named[name]}" for name in sorted(named) if named[name] is not None),
        )


def test_random_queries_mean_the_same_at_once_as_for_each_focus_node() -> None:
    compared = 0
    for seed in range(800):
        chance = random.Random(seed)
        data, text = random_data(chance), query(chance)
        try:
            compiled = compile_select(text, PREFIXES, focus=FOCUS)
            expected = set(rows_for_each(data, text))
        except (ShapeError, NotCompilable, SyntaxError):
            continue  # a literal or a constant where SPARQL has none
        if isinstance(compiled, OneByOne):
            continue
        assert set(rows_at_once(data, compiled)) == expected, (seed, text, compiled.text)
        compared += 1
    assert compared > 400


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT $this { $this :p ?x MINUS { $this :q ?x } }", "MINUS"),
        ("SELECT $this { VALUES ?x { 1 } }", "VALUES"),
        ("SELECT $this { $this :p ?x } VALUES ?x { 1 }", "VALUES"),
        ("SELECT $this { SERVICE <http://example.org/> { $this :p ?x } }", "SERVICE"),
        ("SELECT ?x { $this :p ?x }", "does not select"),
        ("SELECT $this { { SELECT ?x { ?x :p ?y } } }", "does not select"),
        ("SELECT $this { { SELECT * { FILTER($this = :a) } } }", "does not select"),
        ("SELECT $this { BIND(1 AS $this) }", "(AS)"),
        ("SELECT (1 AS $this) { ?x :p ?y }", "(AS)"),
        ("SELECT $this { $this my:p ?x }", '"my"'),
        ("ASK { $this :p ?x }", "ASK"),
        ("SELECT $this { $this :p", "cannot be read"),
    ],
)
def test_queries_that_the_standard_forbids_are_refused(text: str, fault: str) -> None:
    with pytest.raises(ShapeError) as caught:
        compile_select(text, PREFIXES, focus=FOCUS)
    assert fault in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT $this (COUNT(?x) AS ?value) { $this :q ?x }", "counts"),
        ("SELECT $this { { SELECT $this ?x { $this :p ?x } LIMIT 1 } }", "LIMIT"),
        ("SELECT $this { GRAPH :g { FILTER($this != :a) } }", "named graph"),
    ],
)
def test_what_means_something_else_for_all_at_once_is_run_one_by_one(
    text: str, reason: str
) -> None:
    found = compile_select(text, PREFIXES, focus=FOCUS)
    assert isinstance(found, OneByOne)
    assert reason in found.reason


def test_counting_nothing_gives_a_row_for_each_focus_node() -> None:
    store = ox.Store()
    store.update(f"INSERT DATA {{ <{X}a> <{X}p> 1 . <{X}b> <{X}p> 1 ; <{X}q> 1 }}")
    text = "SELECT $this (COUNT(?x) AS ?value) { $this :q ?x }"
    assert sorted(rows_for_each(StoreData(store), text)) == [
        (f"<{X}{name}>", f'value="{count}"^^<http://www.w3.org/2001/XMLSchema#integer>')
        for name, count in (("a", 0), ("b", 1))
    ]


def test_limit_holds_for_each_focus_node() -> None:
    store = ox.Store()
    store.update(f"INSERT DATA {{ <{X}a> <{X}p> 1, 2, 3 . <{X}b> <{X}p> 4, 5 }}")
    text = "SELECT $this ?value { $this :p ?value } ORDER BY DESC(?value) LIMIT 2 OFFSET 1"
    compiled = compile_select(text, PREFIXES, focus=FOCUS)
    assert isinstance(compiled, Compiled)
    rows = limited(compiled, StoreData(store).rows(compiled.text))
    assert [(str(this)[-2], value.value) for this, value in rows] == [  # type: ignore[union-attr]
        ("b", "4"), ("a", "2"), ("a", "1"),
    ]  # fmt: skip


def test_validator_that_asks_finds_the_values_it_denies() -> None:
    store = ox.Store()
    store.update(f'INSERT DATA {{ <{X}a> <{X}p> "x"@en, "y", 3 . <{X}b> <{X}p> <{X}a> }}')
    binds = {"lang": ox.Literal("en")}
    for text in ("ASK { FILTER(LANGMATCHES(LANG($value), $lang)) }",
                 "ASK { { FILTER(LANGMATCHES(LANG($value), $lang)) } FILTER(BOUND($lang)) }"):  # fmt: skip
        compiled = compile_ask(text, PREFIXES, focus=FOCUS, path=X + "p", binds=binds)
        found = {str(value)[:2] for _, value in StoreData(store).rows(compiled.text)}
        assert found == {'"y', '"3', "<h"}
