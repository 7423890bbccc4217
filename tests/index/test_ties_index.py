from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.index.ties import (
    ALWAYS,
    NEVER,
    SORTS,
    Row,
    from_day,
    in_memory,
    open_ties,
    pack,
    to_day,
    write,
)
from kg.relations.paths import from_row, rows
from kg.relations.ties import nodes, ties
from kg.store.embedded import Store

SMALL = {"d:a": "person", "d:б": "person", "d:c": "body"}
ROWS = [
    Row("d:a", "d:c", "service", "r:x", "d:p", "1937-07-31", "", False, True, ("c:1", "c:2")),
    Row("d:a", "d:б", "spouse", claims=("c:2",)),
    Row("d:б", "d:c", "membership", "", "", "-0043-03-15", "1938-06-13", True),
]


def test_index_gives_back_the_ties_of_the_archive(lyushkov: Store, tmp_path: Path) -> None:
    found, known = ties(lyushkov), nodes(lyushkov)
    write(tmp_path / "ties", known, rows(found), "digest")
    with open_ties(tmp_path / "ties", "digest") as index:
        assert [from_row(row) for row in index.rows()] == found
        assert index.nodes == len(known) == 91
        for iri, sort in known.items():
            node = index.node(iri)
            assert node is not None
            assert (index.text(node), SORTS[index.sort[node]]) == (iri, sort)
            mine = [t for t in found if iri in (t.source, t.target)]
            assert [from_row(index.row(tie)) for tie in index.at(node)] == mine
            assert index.degree(node) == len(mine)
            assert index.size[node] == len(
                {end for t in mine for end in (t.source, t.target)} - {iri}
            )
        assert index.node("https://w3id.org/prosokg/lyushkov/nobody") is None


def test_rows_and_nodes_survive_in_any_order() -> None:
    index = in_memory(SMALL, reversed(ROWS))
    assert list(index.rows()) == sorted(ROWS)
    assert [index.text(n) for n in range(index.nodes)] == ["d:a", "d:c", "d:б"]
    assert [index.size[n] for n in range(index.nodes)] == [2, 2, 2]
    assert [index.is_possible(tie) for tie in range(len(index))] == [False, False, True]
    assert pack(SMALL, ROWS) == pack(dict(reversed(SMALL.items())), reversed(ROWS))


def test_empty_index_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / "ties", {}, [], "b")
    with open_ties(tmp_path / "ties", "b") as index:
        assert (len(index), index.nodes, index.node("d:a")) == (0, 0, None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"digest", b"gidest", 1),
        lambda data: data[: len(data) - 9],
        lambda data: b"",
        lambda data: b"\xff" * 40,
        lambda data: data.replace(b"node_size", b"node_sise", 1),
        lambda data: data.replace(b"kg ties 1", b"kg ties 0", 1),
    ],
)
def test_stale_or_damaged_index_is_refused(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / "ties"
    write(path, SMALL, ROWS, "digest")
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(StoreError) as caught, open_ties(path, "digest"):
        pass
    assert "kg build" in caught.value.hint


def test_missing_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError), open_ties(tmp_path / "ties", "digest"):
        pass


@given(st.dates(), st.dates())
def test_numbers_of_days_keep_their_order(one: object, other: object) -> None:
    first, second = to_day(str(one), NEVER), to_day(str(other), ALWAYS)
    assert (first < second) == (str(one) < str(other))
    assert from_day(first) == str(one)


def test_days_far_away_and_unknown_keep_their_side() -> None:
    assert to_day("-0044-12-31", NEVER) < to_day("-0043-01-01", NEVER) < to_day("0000-01-01", NEVER)
    assert from_day(to_day("-0043-03-15", NEVER)) == "-0043-03-15"
    assert from_day(to_day("", NEVER)) == from_day(to_day("", ALWAYS)) == ""
    assert NEVER < to_day("-170000000-01-01", NEVER) < to_day("170000000-01-01", ALWAYS) < ALWAYS
