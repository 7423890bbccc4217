"""kg validate: its engines, and the queries it shows."""

from __future__ import annotations

import json

import pytest

from kg.archive import Archive
from kg.cli.app import run


def called(
    archive: Archive, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    code = run(["--archive", str(archive.path), "validate", *words])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    return code, captured.out, captured.err


def test_both_engines_say_the_same(
    lyushkov_archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = called(lyushkov_archive, capsys, "--json")
    assert json.loads(usual[1])["findings"]
    assert called(lyushkov_archive, capsys, "--json", "--engine", "pyshacl") == usual


def test_explain_prints_queries_and_checks_nothing(
    lyushkov_archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = called(lyushkov_archive, capsys, "--explain", "OneMother", "--fail-on", "info")
    assert code == 0
    assert "# OneMother: MaxCountConstraintComponent" in out
    assert "SELECT DISTINCT ?this" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--engine", "magic"], 'no engine is called "magic"'),
        (["--explain", "OneMothre"], "did you mean: OneMother"),
    ],
)
def test_unknown_engine_and_shape_are_named(
    lyushkov_archive: Archive, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    code, out, err = called(lyushkov_archive, capsys, *words)
    assert (code, out) == (3, "")
    assert says in err
