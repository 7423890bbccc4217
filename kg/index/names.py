"""The index of names: sorted lines in one file, searched by bisection without reading it all."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError

_MAGIC = "kg names 1"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One way to name a thing: folded key, rank (0 best), IRI, class IRI and the name as written.

    Ranks: 0 a name in the story, 1 a label, 2 a word of a name, 3 a word of a label.
    """

    key: str
    rank: int
    iri: str
    type: str
    name: str


def write(path: Path, entries: Iterable[Entry], build: str) -> None:
    """Write the index of one build (its digest) to a new file."""
    with path.open("wb") as file:
        file.write(f"{_MAGIC}\t{build}\n".encode())
        for entry in sorted(set(entries)):
            name = entry.name.replace("\t", " ").replace("\n", " ")
            line = f"{entry.key}\t{entry.rank}\t{entry.iri}\t{entry.type}\t{name}\n"
            file.write(line.encode())


@dataclass(frozen=True, slots=True)
class Names:
    """An open index."""

    data: mmap.mmap
    start: int

    def starting(self, prefix: str) -> Iterator[Entry]:
        """Entries whose key starts with `prefix`, in order: O(log n) and what it returns."""
        wanted = prefix.encode()
        at = self._first(wanted)
        while at < len(self.data):
            end = self.data.find(b"\n", at)
            line = self.data[at:end]
            if not line.startswith(wanted):
                return
            yield _entry(line)
            at = end + 1

    def exactly(self, key: str) -> Iterator[Entry]:
        """Entries of this key."""
        return self.starting(key + "\t")

    def all(self) -> Iterator[Entry]:
        """Every entry, by key."""
        return self.starting("")

    def _first(self, wanted: bytes) -> int:
        """The offset of the first line that is not below `wanted`."""
        low, high = self.start, len(self.data)
        while low < high:
            middle = (low + high) // 2
            line_start = max(self.data.rfind(b"\n", 0, middle) + 1, low)
            line_end = self.data.find(b"\n", line_start)
            if self.data[line_start:line_end] < wanted:
                low = line_end + 1
            else:
                high = line_start
        return low


@contextmanager
def open_names(path: Path, build: str) -> Iterator[Names]:
    """The index at `path`; StoreError where it is missing or of another build."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            end = data.find(b"\n")
            if data[:end].decode("utf-8", "replace") != f"{_MAGIC}\t{build}":
                raise StoreError("the index of names is of another build", hint="run: kg build")
            yield Names(data, end + 1)
    except (OSError, ValueError) as error:
        raise StoreError("the index of names cannot be read", hint="run: kg build") from error


def _entry(line: bytes) -> Entry:
    key, rank, iri, type_iri, name = line.decode().split("\t", 4)
    return Entry(key, int(rank), iri, type_iri, name)
