"""Every named question: its header, its rows on the Lyushkov archive, and when it has no answer."""

from __future__ import annotations

import csv
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.archive import open_archive
from kg.build import load_ontology
from kg.errors import KgError, QueryError, UnknownName
from kg.query import asks
from kg.query.header import read_header
from kg.store.claims import compress
from kg.store.embedded import Store, memory
from kg.vocab import PREFIXES, Curies

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = ROOT / "tests/expected"
CURIES = Curies({**PREFIXES, **open_archive(ROOT / "data/lyushkov").prefixes})
NAMES = sorted(asks.asks())
_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})


def iri_of(text: str, classes: tuple[str, ...]) -> str:
    """Names in these tests are CURIEs."""
    found = CURIES.expand(text)
    assert found is not None, text
    return found


def answer(store: Store, name: str, given: dict[str, str]) -> list[list[str]]:
    chosen = asks.get(name)
    found = asks.run(store, chosen, asks.bind(chosen, given, iri_of))
    rows = [[compress(node, CURIES).translate(_ESCAPES) for node in row] for row in found.rows]
    return [list(found.columns), *rows]


def none_cases() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(EXPECTED.glob("none-*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                name, _, assignments = line.partition("\t")
                found[name] = assignments
    return found


def test_questions_are_many_and_each_has_its_files() -> None:
    assert len(NAMES) >= 45
    assert {file.stem for file in EXPECTED.glob("*.tsv") if file.stem in NAMES} == set(NAMES)
    assert set(none_cases()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_question_gives_the_expected_rows(lyushkov: Store, name: str) -> None:
    lines = (EXPECTED / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    expected = [line.split("\t") for line in lines]
    assert len(expected) > 1, "the defaults must give an answer, or the example shows nothing"
    assert answer(lyushkov, name, {}) == expected


@pytest.mark.parametrize("name", NAMES)
def test_question_has_no_answer_where_there_is_none(lyushkov: Store, name: str) -> None:
    assignments = none_cases()[name]
    store, given = lyushkov, {}
    if assignments == "EMPTY":
        store = memory()
        load_ontology(store)
    else:
        given = dict(part.split("=", 1) for part in assignments.split("|"))
    assert answer(store, name, given)[1:] == []


@pytest.mark.parametrize("name", NAMES)
def test_header_and_query_are_sound(name: str) -> None:
    chosen = asks.get(name)
    assert chosen.summary
    assert not chosen.summary.endswith(".")
    assert re.search("[а-яё]", chosen.summary_ru), "a summary in Russian"
    assert chosen.question.endswith("?")
    assert chosen.cost in asks.COSTS
    left_out = any(not parameter.default for parameter in chosen.parameters)
    everything = left_out and all(not parameter.default for parameter in chosen.parameters)
    assert bool(chosen.cost_given) == everything, "what is named narrows it, and the header says so"
    assert chosen.parameters or chosen.cost == "archive"
    assert chosen.examples
    for example in chosen.examples:
        words = shlex.split(example)
        assert words[:3] == ["kg", "ask", name]
        assert len(words) - 3 <= len(chosen.parameters)
    assert re.search(r"ORDER\s+BY[^{}]*\Z", chosen.query), "the order of rows is fixed"
    body = "\n".join(line for line in chosen.query.splitlines() if not line.startswith("#+"))
    assert "prosokg/lyushkov" not in body, "a question is for any archive"
    ox.Store().query(chosen.query)  # parses by itself


def test_lines_for_the_engine_change_no_answer(lyushkov: Store) -> None:
    marked = [ask for ask in asks.asks().values() if "# only without" in ask.query]
    assert marked
    for ask in marked:
        short = replace(ask, query=asks.text_for(ask, [p.name for p in ask.parameters]))
        assert "# only without" not in short.query
        found = asks.run(lyushkov, ask, {})
        assert found.rows == asks.run(lyushkov, short, {}).rows != (), ask.name
        for thing in {row[0] for row in found.rows}:
            given = asks.run(lyushkov, ask, {ask.parameters[0].name: thing})
            assert given.rows == tuple(row[1:] for row in found.rows if row[0] == thing)


def test_cost_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "new.rq"
    for cost in ("cheap", "archive; given: cheap"):
        file.write_text(
            f"#+ summary: x\n#+ question: y?\n#+ theme: time\n#+ cost: {cost}\nASK {{}}\n"
        )
        with pytest.raises(QueryError, match="unknown cost"):
            asks._ask(read_header(file))


def test_order_of_rows_does_not_hang_on_the_store(lyushkov: Store) -> None:
    again = memory(lyushkov.prefixes)
    again.load(reversed(list(lyushkov.quads(graph=None))))
    for name in NAMES:
        assert answer(again, name, {}) == answer(lyushkov, name, {}), name


def test_values_are_checked() -> None:
    chosen = asks.get("alive-on")
    with pytest.raises(QueryError, match='no parameter "when"'):
        asks.bind(chosen, {"when": "1940"}, iri_of)
    with pytest.raises(QueryError, match='"1940" is not one day'):
        asks.bind(chosen, {"date": "1940"}, iri_of)
    with pytest.raises(KgError, match="date"):
        asks.bind(chosen, {"date": "yesterday"}, iri_of)
    with pytest.raises(UnknownName, match="did you mean: parents"):
        asks.get("parent")


def test_a_period_turned_round_is_refused() -> None:
    chosen = asks.get("in-place")
    names = [p.name for p in chosen.parameters if p.type == "date"]
    assert len(names) == 2
    days = dict(zip(names, ("1940-01-01", "1930-01-01"), strict=True))
    with pytest.raises(QueryError, match='"1930-01-01" is before "1940-01-01"'):
        asks.bind(chosen, days, iri_of)


def test_a_parameter_is_never_given_twice() -> None:
    chosen = asks.get("parents")
    with pytest.raises(QueryError, match="takes 1 parameter"):
        asks.assign(chosen, ["Lyushkov"], [("person", "Inna")])
    with pytest.raises(QueryError, match="given twice"):
        asks.assign(chosen, [], [("person", "Inna"), ("person", "Stalin")])


def test_a_name_cannot_leave_its_place_in_the_query(lyushkov: Store) -> None:
    def anything(text: str, classes: tuple[str, ...]) -> str:
        return "https://example.org/a> } ; DROP ALL #"

    chosen = asks.get("parents")
    with pytest.raises(ValueError, match="IRI"):
        asks.run(lyushkov, chosen, asks.bind(chosen, {"person": "x"}, anything))


def test_page_of_questions_is_up_to_date() -> None:
    page = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
    assert page.rstrip() == asks.as_markdown().rstrip(), "kg ask --markdown > docs/questions.md"


def test_expected_files_are_plain_tables() -> None:
    for name in NAMES:
        with (EXPECTED / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            widths = {len(row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
        assert len(widths) == 1, name
