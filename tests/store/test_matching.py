"""Questions over columns give what the engine gives, for every rule, tie and index that is shipped."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import assets
from kg.archive import Archive
from kg.build import fresh_store, load_ontology
from kg.build.wanted import NAMED, kept
from kg.errors import QueryError
from kg.infer import drawings, infer, rules
from kg.store.closing import close
from kg.store.columns import Columns, ended, plain
from kg.store.embedded import Store, memory
from kg.store.matching import Question, answers, texts
from kg.store.parsing import read_group, read_select
from kg.store.patterns import Select, Variable
from kg.store.working import Working
from kg.vocab import EDTF, ET, INFERRED, KG, PREFIXES, RDF, XSD

MODEL = ("nodes", "kin-lives", "kin-marriages", "kin-rivals", "kin-siblings", "kin-spouses")
ALL = rules(("core", "kin"))
EX = "https://example.org/"
Gather = Callable[[Iterable[ox.Quad]], Columns]


@pytest.fixture
def gather(tmp_path: Path) -> Gather:
    """Puts quads into columns."""

    def columns(quads: Iterable[ox.Quad]) -> Columns:
        with Working(kept(("core", "kin")), NAMED, tmp_path / "work", {}) as working:
            working.add(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
            return working.columns

    return columns


def shipped() -> dict[str, str]:
    """Every question that a build asks of columns, by name."""
    found = {file.stem: file.read_text("utf-8") for file in assets.files("queries/ties", ".rq")}
    return found | {name: assets.read(f"queries/model/{name}.rq") for name in MODEL}


def by_engine(store: Store, query: str) -> Counter[tuple[str, ...]]:
    rows = store.inner.query(query, prefixes=PREFIXES)
    return Counter(tuple("" if node is None else node.value for node in row) for row in rows)


def by_columns(columns: Columns, select: Select) -> Counter[tuple[str, ...]]:
    return Counter(texts(columns, answers(columns, select)))


def check(store: Store, columns: Columns) -> int:
    """Compare every question; how many rows there were."""
    total = 0
    for name, query in shipped().items():
        expected = by_engine(store, query)
        assert by_columns(columns, read_select(query)) == expected, name
        total += expected.total()
    for rule in ALL:
        shown = sorted({term[1:] for term in rule.head if term.startswith("?")})
        query = f"SELECT DISTINCT {' '.join('?' + name for name in shown)} WHERE {rule.body}"
        expected = by_engine(store, query)
        assert by_columns(columns, read_select(query)) == expected, rule.name
        total += expected.total()
    return total


def made_up(seed: int) -> list[ox.Quad]:
    """A few things, with every property that is asked for between them at random."""
    chance = random.Random(seed)
    node = ox.NamedNode
    things = [node(f"{EX}t{n}") for n in range(9)]
    claims = [node(f"{EX}c{n}") for n in range(12)]
    classes = [node(KG + name) for name in
               ("Person", "Person", "Group", "Organization", "Event", "Possibility", "Posting")]  # fmt: skip
    links = sorted(
        term[1:-1] for term in kept(("core", "kin"))
        if term.startswith(f"<{KG}") and term[len(KG) + 1].islower()
    )  # fmt: skip
    days = [ox.Literal(day, datatype=node(XSD + "date"))
            for day in ("1899-12-31", "1900-01-01", "-0044-03-15", "10000-01-01")]  # fmt: skip
    types = [node(ET + name) for name in ("Birth", "Death", "Execution", "Marriage", "Divorce")]
    quads = [ox.Quad(thing, node(RDF + "type"), chance.choice(classes)) for thing in things]

    def some(subject: ox.NamedNode, name: str, obj: ox.NamedNode | ox.Literal) -> None:
        quads.append(ox.Quad(subject, node(name), obj))

    for predicate in links:
        for _ in range(chance.randrange(2, 9)):
            some(chance.choice(things), predicate, chance.choice(things))
    for thing in (*things, *claims):
        for name in ("earliest", "latest"):
            if chance.random() < 0.5:
                some(thing, KG + name, chance.choice(days))
        if chance.random() < 0.5:
            some(thing, KG + "date", ox.Literal("1900", datatype=node(EDTF)))
        if chance.random() < 0.5:
            some(thing, KG + "eventType", chance.choice(types))
    for claim in claims:
        for _ in range(chance.choice((1, 1, 2))):
            some(claim, RDF + "subject", chance.choice(things))
        if chance.random() < 0.8:
            some(claim, RDF + "predicate", node(chance.choice(links)))
            some(claim, RDF + "object", chance.choice(things))
        if chance.random() < 0.2:
            some(claim, KG + "polarity", node(KG + "Negative"))
    return quads


@pytest.mark.parametrize("seed", range(12))
def test_columns_answer_every_shipped_question_as_the_engine_does(
    seed: int, gather: Gather
) -> None:
    store = memory()
    store.load(made_up(seed))
    load_ontology(store)
    assert check(store, gather(store.quads(graph=None))) > 50


def test_columns_answer_about_whole_archives_as_the_engine_does(
    lyushkov: Store, berg_archive: Archive, gather: Gather
) -> None:
    for store in (lyushkov, fresh_store(berg_archive)):
        assert check(store, gather(store.quads(graph=None))) > 150


@pytest.mark.parametrize("seed", range(12))
def test_rules_draw_the_same_from_columns_round_by_round(seed: int, gather: Gather) -> None:
    store = memory()
    store.load(made_up(seed))
    load_ontology(store)
    columns = gather(store.quads(graph=None))
    infer(store, ALL)
    term = columns.texts
    drawn = [
        (term[key >> 32], term[predicate], term[key & 0xFFFFFFFF])
        for new in close(columns, drawings(ALL))
        for predicate, keys in new.items()
        for key in keys
    ]
    assert len(drawn) == len(set(drawn))
    expected = {
        tuple(str(part).encode() for part in quad.triple) for quad in store.quads(graph=INFERRED)
    }
    assert set(drawn) == expected
    assert list(close(columns, drawings(ALL))) == []


def test_what_is_new_draws_only_what_follows_from_it(gather: Gather) -> None:
    """Facts that come later, given to the rules alone, draw what a fresh start draws."""
    quads = made_up(3)
    store = memory()
    load_ontology(store)
    store.load(quads)
    whole = gather(store.quads(graph=None))
    later = [quad for quad in quads if quad.predicate.value == KG + "parent"]
    assert later
    store.inner.remove(later[-1])
    part = gather(store.quads(graph=None))
    for columns in (whole, part):
        list(close(columns, drawings(ALL)))
    subject, predicate, obj = (part.number(str(term).encode()) for term in later[-1].triple)
    key = subject << 32 | obj
    if not part.relation(predicate).has(subject, obj):
        part.relation(predicate).extend((key,))
        list(close(part, drawings(ALL), {predicate: {key}}))

    def pairs(columns: Columns) -> set[tuple[bytes, bytes, bytes]]:
        text = columns.texts
        return {
            (text[s], text[p], text[o])
            for p, relation in columns.graphs[b""].items() for s, o in relation.pairs()
        }  # fmt: skip

    assert pairs(part) == pairs(whole)


@pytest.mark.parametrize(
    ("line", "obj", "graph"),
    [
        (b"<b> .", b"<b>", b""),
        (b"<b> <g> .", b"<b>", b"<g>"),
        (b'"x" .', b'"x"', b""),
        (b'"x <y>" .', b'"x <y>"', b""),
        (b'"x <y>"@en <g> .', b'"x <y>"@en', b"<g>"),
        (b'"x <y>"^^<d> .', b'"x <y>"^^<d>', b""),
        (b'"x <y>"^^<d> <g> .', b'"x <y>"^^<d>', b"<g>"),
        (b'"\\" <g> ." .', b'"\\" <g> ."', b""),
    ],
)
def test_a_line_is_split_where_the_graph_begins(line: bytes, obj: bytes, graph: bytes) -> None:
    assert ended(line) == (obj, graph)


def test_text_of_a_term_is_what_the_engine_reads() -> None:
    chance = random.Random(5)
    for _ in range(300):
        text = "".join(chance.choice('ab"\\\n\r\t <>é\U0001f600\x0b\x7f') for _ in range(9))
        term = str(ox.Literal(text, language="en")).encode()
        assert plain(term) == text


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s kg:nothingThatIsKept ?o }",
        "SELECT ?s { ?s ?p ?o }",
        "SELECT ?s { ?s kg:parent/kg:parent+ ?o } GROUP BY ?s",
        "SELECT (COUNT(?s) AS ?n) { ?s kg:parent ?o }",
        "SELECT ?s { ?s kg:parent ?o MINUS { ?s kg:father ?o } }",
        "SELECT ?s { ?s kg:parent ?o FILTER(REGEX(?o, 'x')) }",
        "SELECT ?s { ?s kg:parent+ ?o }",
    ],
)
def test_what_columns_cannot_answer_is_refused(query: str, gather: Gather) -> None:
    columns = gather(made_up(1))
    with pytest.raises(QueryError):
        list(answers(columns, read_select(query)))


def test_a_row_names_its_variables_by_place(gather: Gather) -> None:
    parent, a, b = (ox.NamedNode(iri) for iri in (KG + "parent", EX + "a", EX + "b"))
    columns = gather([ox.Quad(a, parent, b)])
    question = Question(columns, read_group("{ ?child kg:parent ?x }"), shown=[Variable("none")])
    [row] = question.rows()
    assert [columns.text(row[question.place(name)]) for name in ("child", "x")] == [
        a.value,
        b.value,
    ]
    assert row[question.place("none")] == -1
