"""Whatever has a syntax of its own parses: queries, headers, word lists."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.query.header import read_header

ROOT = Path(__file__).resolve().parents[1]
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))
WORDS = sorted((ROOT / "data/words").glob("*.toml"))


def test_there_are_as_many_as_there_should_be() -> None:
    assert len(QUERIES) >= 90
    assert len(WORDS) >= 3


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_query_parses_and_says_what_it_is_for(path: Path) -> None:
    header = read_header(path)
    assert header.one("summary")
    result = ox.Store().query(header.text)
    if isinstance(result, ox.QuerySolutions):
        assert "ORDER BY" in header.text


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem)
def test_word_list_parses(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))


def test_no_file_of_code_is_longer_than_it_should_be() -> None:
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "kg").rglob("*.py")
    }
    assert len(lengths) > 60
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}
