"""A worker that is kept: the same answers, limits for each query, and another after each end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

from kg.errors import QueryError, StoreError
from kg.query import engine
from kg.query import warm as module
from kg.query.engine import truth
from kg.query.warm import Warm

X = "http://example.org/"
PREFIXES = {"x": X}
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many people as a product of them is large: 20,000."""
    path = tmp_path_factory.mktemp("warm") / "store"
    node = pyoxigraph.NamedNode
    opened = pyoxigraph.Store(path)
    opened.bulk_extend(
        pyoxigraph.Quad(node(f"{X}p{number}"), node(X + "parent"), node(f"{X}p{number // 2}"))
        for number in range(20_000)
    )
    opened.flush()
    del opened
    return path


@pytest.fixture(scope="module")
def warm(store: Path) -> Iterator[Warm]:
    with Warm(store) as kept:
        yield kept


def process_of(warm: Warm) -> int:
    assert warm._process is not None
    return warm._process.pid


def is_answered(warm: Warm) -> bool:
    return truth(warm.run("ASK { x:p7 x:parent x:p3 }", prefixes=PREFIXES, timeout=20))


def test_answers_are_those_of_a_process_for_each(store: Path, warm: Warm) -> None:
    before = process_of(warm)
    for text, format in (
        ("SELECT ?a ?b { ?a x:parent ?b } ORDER BY ?a LIMIT 2000", "json"),
        ("SELECT ?a { ?a x:parent x:p3 }", "tsv"),
        ("ASK { x:p7 x:parent x:p4 }", "json"),
        ("CONSTRUCT { ?b x:child ?a } WHERE { ?a x:parent ?b } LIMIT 50", "turtle"),
    ):
        one = warm.run(text, format=format, prefixes=PREFIXES)
        other = engine.run(store, text, format=format, prefixes=PREFIXES)
        assert (one.kind, one.variables, one.rows) == (other.kind, other.variables, other.rows)
        assert one.body == other.body or "ORDER BY" not in text
    assert process_of(warm) == before, "all by one process"


def test_error_in_a_query_leaves_the_process_as_it_is(warm: Warm) -> None:
    before = process_of(warm)
    with pytest.raises(QueryError, match=r"query:1:26: .* is not expected"):
        warm.run("SELECT ?a { ?a x:parent  }", prefixes=PREFIXES)
    with pytest.raises(QueryError, match="more than 10 rows"):
        warm.run("SELECT ?a { ?a x:parent ?b }", prefixes=PREFIXES, max_rows=10)
    assert is_answered(warm)
    assert process_of(warm) == before


HOSTILE = {
    "product": "SELECT (COUNT(*) AS ?n) { ?a x:parent ?b . ?c x:parent ?d . ?e x:parent ?f }",
    "sorted product": "SELECT * { ?a x:parent ?b . ?c x:parent ?d } ORDER BY ?d ?b",
    "optionals": "SELECT * { ?s x:parent ?o "
    + " ".join(f"OPTIONAL {{ ?s x:p{n} ?o{n} }}" for n in range(300))
    + " }",
    "path": "SELECT * { ?s " + "/".join(["x:parent"] * 1_000) + " ?o }",
    "braces": "SELECT * " + "{" * 10_000 + " ?s ?p ?o " + "}" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_query_ends_with_an_error_and_the_next_is_answered(warm: Warm, name: str) -> None:
    with pytest.raises(QueryError) as caught:
        warm.run(HOSTILE[name], prefixes=PREFIXES, timeout=0.5, memory_mb=512)
    assert caught.value.hint
    assert is_answered(warm)


@pytest.mark.parametrize("name", ["optionals", "path", "braces"])
def test_what_gets_past_the_guard_is_ended_too(
    warm: Warm, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(engine, "check", lambda *_, **__: "select")
    with pytest.raises(QueryError, match=r"stopped after|crashed the engine|needed more"):
        warm.run(HOSTILE[name], prefixes=PREFIXES, timeout=0.5, memory_mb=512)
    monkeypatch.undo()
    assert is_answered(warm)


@on_linux
def test_memory_is_limited_for_each_query_anew(warm: Warm) -> None:
    greedy = "SELECT * { ?a x:parent ?b . ?c x:parent ?d } ORDER BY ?d ?b"
    for _ in range(2):
        with pytest.raises(QueryError, match="needed more than 64 MB"):
            warm.run(greedy, prefixes=PREFIXES, memory_mb=64)
        assert is_answered(warm)


def test_worker_that_was_killed_is_replaced(warm: Warm) -> None:
    assert is_answered(warm)
    first = process_of(warm)
    os.kill(first, signal.SIGTERM)
    assert warm._process is not None
    warm._process.wait()
    assert is_answered(warm)
    assert process_of(warm) != first


def test_interrupted_query_leaves_nothing_for_the_next(
    warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_frames", interrupted)
    with pytest.raises(KeyboardInterrupt):
        warm.run("SELECT ?a { ?a x:parent ?b }", prefixes=PREFIXES)
    monkeypatch.undo()
    assert is_answered(warm)


def test_store_that_cannot_be_opened_is_said_at_the_first_query(tmp_path: Path) -> None:
    with Warm(tmp_path / "none") as kept, pytest.raises(StoreError, match="cannot be opened"):
        kept.run("ASK {}")
