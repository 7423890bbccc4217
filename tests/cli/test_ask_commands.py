"""kg ask and kg query: what a question costs, and how it would be answered."""

from __future__ import annotations

import json

import pytest

from kg.archive import Archive
from kg.cli.app import run


@pytest.fixture
def kg(lyushkov_archive: Archive, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run a command on the Lyushkov archive: exit code, stdout, stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--archive", str(lyushkov_archive.path), *words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return code, captured.out, captured.err

    return call


def test_cost_of_a_question_is_told(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("ask", "ages", "--about")
    assert code == 0
    assert "cost: grows with the archive" in out
    assert "cost with what may be left out: looks up" in out
    code, out, _ = kg("ask", "--json")
    assert code == 0
    assert {item["cost"] for item in json.loads(out)} == {"person", "selection", "archive"}


def test_question_is_explained_and_not_asked(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("ask", "siblings", "Inna", "--explain")
    assert code == 0
    assert "look up ?person kg:sibling ?sibling" in out
    assert out.splitlines()[-1].startswith("estimate: ")


def test_query_is_explained_in_words_and_json(kg) -> None:  # type: ignore[no-untyped-def]
    text = "SELECT * { ?a a kg:Person . ?b a kg:Place }"
    code, out, _ = kg("query", "--explain", text)
    assert code == 0
    assert "warning: " in out
    assert "shares no variable" in out
    code, out, _ = kg("query", "--explain", "--json", text)
    assert code == 0
    plan = json.loads(out)
    assert set(plan) == {"steps", "reads", "rows", "warnings"}
    assert set(plan["steps"][0]) == {"depth", "does", "pattern", "count", "capped", "rows"}


def test_query_that_may_not_run_is_not_explained(kg) -> None:  # type: ignore[no-untyped-def]
    code, _, err = kg("query", "--explain", "DELETE WHERE { ?s ?p ?o }")
    assert code != 0
    assert "only reads" in err or "does not begin a query" in err
