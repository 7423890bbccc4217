"""A store is filled while its lines are read; an error reaches whoever reads, and sums add up."""

from __future__ import annotations

import errno
import random
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from kg.store import loading
from kg.store.loading import Loader, Sum

LINES = [b'<https://example.org/s%d> <https://example.org/p> "%d" .\n' % (n, n) for n in range(500)]


def test_all_lines_are_in_the_store_when_it_is_asked_and_when_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_MOST", 1000)
    told: list[tuple[int, int]] = []
    with Loader(tmp_path / "store") as loader:
        for line in LINES[:400]:
            loader.add(line)
        assert len(loader.store) == 400
        for line in LINES[300:]:
            loader.add(line)
        loader.settle(lambda done, of: told.append((done, of)))
        assert loader.loaded == loader.read
    assert all(done <= of for done, of in told)
    assert len(ox.Store.read_only(str(tmp_path / "store"))) == 500


def test_an_error_of_the_engine_is_raised_where_lines_are_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __init__(self, place: str) -> None:
            pass

        def bulk_load(self, *arguments: object, **more: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(loading, "ox", SimpleNamespace(Store=Full, RdfFormat=ox.RdfFormat))
    monkeypatch.setattr(loading, "_MOST", 1000)
    for name, number in (("many", 100), ("one", 1)):
        with pytest.raises(OSError, match="No space left"):
            fill(tmp_path / name, number)


def fill(place: Path, number: int) -> None:
    with Loader(place) as loader:
        for _ in range(number):
            loader.add(b"".join(LINES))


def test_an_error_of_the_reader_closes_the_store(tmp_path: Path) -> None:
    def stop() -> None:
        with Loader(tmp_path / "store") as loader:
            loader.add(LINES[0])
            raise KeyError

    with pytest.raises(KeyError):
        stop()
    ox.Store(str(tmp_path / "store"))  # nothing holds its lock


def test_a_sum_is_of_a_set_whatever_its_order_and_can_be_taken_back() -> None:
    lines = LINES[:50]
    shuffled = random.Random(2).sample(lines, len(lines))
    one, other, empty = Sum(), Sum(), Sum()
    one.add(lines)
    other.add(shuffled[:20])
    other.add(shuffled[20:])
    assert one.text == other.text != empty.text
    other.add(lines[:1], -1)
    assert other.text != one.text
    other.add(lines[1:], -1)
    assert other.text == empty.text == Sum(empty.text).text
