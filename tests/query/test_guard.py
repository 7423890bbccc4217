from __future__ import annotations

import pyoxigraph
import pytest

from kg.errors import QueryError
from kg.query.guard import check, with_prefixes
from kg.query.messages import excerpt, syntax_error
from kg.query.tokens import expand_escapes, iter_tokens, spread

KG = "https://w3id.org/prosokg/ns#"
D = "https://w3id.org/prosokg/lyushkov/"
TEXTS = KG + "texts"
PREFIXES = {"kg": KG, "d": D}

FINE = [
    "SELECT * { ?s ?p ?o } LIMIT 10",
    'ASK { ?s ?p "SERVICE # DROP \\" {{{{" }',
    "ASK { ?s ?p '''it's SERVICE\n}'''@en }",
    'ASK { ?s ?p """a "" b"""^^<http://example.org/#SERVICE> }',
    "PREFIX ex: <http://example.org/> SELECT ?service { ?service ex:SERVICE ex:a\\#b } # SERVICE",
    "PREFIX ex: <http://example.org/> CONSTRUCT { ?s ex:insert ?o } WHERE { ?s ex:load ?o }",
    "DESCRIBE <http://example.org/delete>",
    f"BASE <http://example.org/> SELECT * FROM <{TEXTS}> {{ ?s ?p ?o }}",
    f"PREFIX k: <{KG}> SELECT * FROM NAMED k:texts {{ GRAPH k:texts {{ ?s ?p ?o }} }}",
    "SELECT ?x { VALUES ?x { -1 +2.5 .5e3 } FILTER(?x<3&&?x>-2||!(?x=1)) BIND(?x -1 AS ?y) }",
    "SELECT (COUNT(*) AS ?n) { ?s (<a:b>|!(<a:c>|^a))/<a:d>*/<a:e>?|<a:f>+ ?o ; a [] , (1 2) }",
    "SELECT (BNODE() AS ?b) { BIND(COALESCE(CONCAT('a'), STR (1)) AS ?x) } # CONCAT (",
    "SELECT * { <<( ?a ?b ?c )>> ?p ?o . << ?a ?b ?c >> ?p ?o . ?s ?p ?o {| ?q 1 |} }",
    "\ufeffSELECT * { _:b.1 ?p 'x'@en-Latn }",
]


@pytest.mark.parametrize("text", FINE)
def test_check_passes_a_query_that_reads(text: str) -> None:
    assert check(text, graphs=[TEXTS]) in ("select", "ask", "construct", "describe")


@pytest.mark.parametrize("text", FINE)
def test_spread_keeps_a_query_that_parses(text: str) -> None:
    apart, starts = spread(text)
    pyoxigraph.Store().query(apart)
    assert [text[start] for _, start in starts[:-1]] == [apart[start] for start, _ in starts[:-1]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { SERVICE <http://example.org/> { ?s ?p ?o } }", "1:7: SERVICE asks another"),
        ("ASK { service silent ?x { } }", "1:7: SERVICE asks another"),
        ("ASK {\n\\u0053ERVICE <http://example.org/> { } }", "2:1: SERVICE asks another"),
        ("ASK { S\\U00000045RVIC\\u0045 ?x { } }", "1:7: SERVICE asks another"),
        ('ASK { ?s ?p "\\u0022 . SERVICE ?x { } # " }', "SERVICE asks another"),
        ("ASK { ?s ?p 'it\\'s' . SERVICE ?x { } }", "1:23: SERVICE asks another"),
        ("ASK { FILTER EXISTS { { SERVICE ?x { } } } }", "SERVICE asks another"),
        ("ASK { ?s <a:b#c>?o.SERVICE<a:b>{} }", "SERVICE asks another"),
        ("ASK { FILTER(?a<?b)SERVICE ?x { } }", "SERVICE asks another"),
        ("LOAD <http://example.org/>", "LOAD"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "INSERT"),
        ("PREFIX a: <a:> DELETE WHERE { ?s ?p ?o }", "DELETE"),
        ("with <a:g> delete { ?s ?p ?o } where { ?s ?p ?o }", "with"),
        ("DROP ALL", "DROP"),
        ("CLEAR DEFAULT", "CLEAR"),
        ("SELECT * { } ; DROP ALL", "1:16: kg query only reads: DROP would change the store"),
        ("\\u0044ROP ALL", "1:1: kg query only reads: DROP would change the store"),
        ("SELECT * FROM <http://example.org/> { }", "is no graph of this store"),
        ("SELECT * FROM NAMED d:other { }", "1:21: d:other is no graph of this store"),
        ("SELECT * FROM <file:///etc/passwd> { }", "is no graph of this store"),
        ("SELECT * { ?s ?p 'abc }", "1:18: this string is never closed"),
        ('SELECT * { ?s ?p """abc" }', "1:18: this string is never closed"),
        ("SELECT * { ?s ?p '\ud800' }", "1:19: half a character"),
        ("SELCT * { }", '1:1: "SELCT" does not begin a query'),
        ("", "the query is empty"),
        ("# only a remark\nPREFIX d: <a:b>", "the query is empty"),
        ("SELECT * { ?s ?p '" + "x" * 100_000 + "' }", "bytes are more than the 100,000"),
    ],
)
def test_check_refuses_what_reaches_out_or_writes(text: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        check(text, prefixes=PREFIXES, graphs=[TEXTS])
    assert said in caught.value.message
    assert caught.value.hint


HUGE = {
    "nesting": [
        "ASK " + "{" * 20_000,
        "ASK { FILTER(" + "(" * 40_000,
        "ASK { FILTER(" + "!" * 20_000,
        "ASK { FILTER(" + "!(" * 20_000,
        "ASK { ?s ?p " + "<<(" * 10_000,
        "ASK { ?s ?p " + "<<" * 10_000,
        "ASK { ?s ?p " + "[ ?p " * 5_000,
        "ASK { FILTER(?a<" + "(" * 9_000 + "?b" + ")" * 9_000 + ">?c) }",
        "ASK { FILTER(" + "\\u0028" * 9_000,
    ],
    "OPTIONAL": ["ASK {" + " OPTIONAL { ?s ?p ?o }" * 300 + "}", "ASK {{}" + "UNION{}" * 61 + "}"],
    "path": [
        "ASK { ?s " + "/".join(["<a:b>"] * 1000) + " ?o }",
        "ASK { ?s " + "|".join(["a"] * 400) + " ?o }",
        "ASK { ?s (" + "/".join(["(^d:b)*"] * 200) + ")+ ?o }",
    ],
    "terms": ["ASK { FILTER(" + "||".join(["?a"] * 5000) + ") }"],
}


@pytest.mark.parametrize(("said", "text"), [(said, text) for said in HUGE for text in HUGE[said]])
def test_check_refuses_what_would_crash_or_hang_the_engine(said: str, text: str) -> None:
    with pytest.raises(QueryError) as caught:
        check(text)
    assert said in caught.value.message.partition("\n")[0]
    assert len(caught.value.message) < 400


def test_check_passes_what_is_just_small_enough() -> None:
    assert check("ASK " + "{" * 64 + "}" * 64) == "ask"
    assert check("ASK {" + "OPTIONAL { ?s ?p ?o }" * 60 + "}") == "ask"
    assert check("ASK { ?s " + "/".join(["<a:b>"] * 300) + " ?o }") == "ask"
    many_short_paths = "ASK {" + " ?s <a:b>/<a:c>/<a:d> ?o ." * 400 + "}"
    assert check(many_short_paths) == "ask"


@pytest.mark.parametrize("piece", ['"""', "'\\", "<a", "a.", "a:.", "_:a..", "a:b..", "<", "%41:"])
def test_tokens_of_hostile_text_are_all_there(piece: str) -> None:
    text = (piece * 50_000)[:99_999]  # quadratic time would show as a test of minutes
    assert "".join(token.text for token in iter_tokens(text)) == text


def test_expand_escapes_leads_back_to_what_was_written() -> None:
    expanded, places = expand_escapes("a\\u0041b\\U0001F600c\\uD800")
    assert expanded == "aAb😀c\\uD800"
    assert [places[expanded.index(char)] for char in "aAb😀c"] == [0, 1, 7, 8, 18]
    assert places[len(expanded)] == 25


def test_with_prefixes_adds_those_used_and_not_declared_on_the_first_line() -> None:
    text = "PREFIX d: <http://example.org/>\nSELECT * { d:x kg:name 'rdf:x' } # skos:y"
    full, shift = with_prefixes(text, {**PREFIXES, "rdf": "r:", "skos": "s:"})
    assert full == f"PREFIX kg: <{KG}> {text}"
    assert full[shift:] == text
    assert with_prefixes(text.replace("kg:", "d:"), PREFIXES) == (text.replace("kg:", "d:"), 0)


def test_with_prefixes_suggests_near_names_for_an_unknown_one() -> None:
    with pytest.raises(QueryError) as caught:
        with_prefixes("SELECT *\n{ ?s gk:name ?o }", PREFIXES, name="who.rq")
    assert caught.value.message == (
        'who.rq:2:6: unknown prefix "gk"\n  { ?s gk:name ?o }\n       ^'
    )
    assert 'did you mean "kg"?' in caught.value.hint
    with pytest.raises(QueryError, match="this is no IRI"):
        with_prefixes("SELECT * { <http://example.org/a b> ?p ?o }", PREFIXES)


def test_syntax_error_of_another_form_is_passed_on() -> None:
    assert str(syntax_error("no idea", "ASK {}")) == "query: does not parse: no idea"


def test_excerpt_of_a_long_line_stays_short_and_points_right() -> None:
    text = "x\n" + "a" * 300 + "!\t\u202e" + "b" * 300 + "\ny"
    shown, caret = excerpt(text, text.index("!")).split("\n")
    assert shown[caret.index("^")] == "!"
    assert len(shown) < 110
    assert "\u202e" not in shown
