from __future__ import annotations

from pathlib import Path

import as_graph
import asking
import kg_graph
import kg_questions
import pytest
from population import populate

QUESTIONS = {name: (params, text) for name, _, params, text in asking.questions()}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A graph with errors in it, circles of parents too, and kg's store and indexes of it."""
    folder = tmp_path_factory.mktemp("graph")
    triples = folder / "graph.nt"
    with triples.open("wb") as file:
        as_graph.write(populate(240, 3, 0.02), file)
    kg_graph.load(triples, folder / "kg")
    kg_graph.index(folder / "kg")
    return triples, folder / "kg"


def test_ten_questions_have_each_their_answer() -> None:
    assert list(QUESTIONS) == list(kg_questions.ASKS)
    assert len(QUESTIONS) == 10


def test_kg_answers_as_the_query_does(graph: tuple[Path, Path]) -> None:
    triples, folder = graph
    values = asking.chosen(triples)
    rows = dict.fromkeys(QUESTIONS, 0)
    with kg_graph.opened(folder) as opened:
        for name, (params, text) in QUESTIONS.items():
            for case in asking.cases(params, text, values):
                ours = kg_questions.ASKS[name](opened, case["text"], case["values"])
                plain = kg_questions.by_store(opened, case["text"], {})
                assert sorted(ours) == sorted(plain), (name, case["values"])
                rows[name] += len(plain)
    assert all(rows.values()), rows
