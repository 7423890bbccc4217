"""The index of names: sorted lines in one file, searched by bisection without reading it all."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.errors import StoreError

_MAGIC = "kg names 2"
_ANEW = "make it anew with: kg build"


class Entry(NamedTuple):
    """One way to name a thing: folded key, rank (0 best), IRI, class IRI and the name as written.

    Ranks: 0 a name in the story, 1 a label, 2 a word of a name, 3 a word of a label.
    """

    key: str
    rank: int
    iri: str
    type: str
    name: str


def write(path: Path, entries: Iterable[Entry], build: str) -> None:
    """Write the index of one build (its digest) to a new file.

    Its first line gives its length; each other line ends with a sum of itself, since a search
    reads a few lines only and none of them may be a damaged one.
    """
    body = b"".join(map(_line, sorted(set(entries))))
    path.write_bytes(f"{_MAGIC}\t{build}\t{len(body)}\n".encode() + body)


def _line(entry: Entry) -> bytes:
    name = entry.name.replace("\t", " ").replace("\n", " ")
    line = f"{entry.key}\t{entry.rank}\t{entry.iri}\t{entry.type}\t{name}".encode()
    return b"%b\t%08x\n" % (line, zlib.crc32(line))


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
            line, at = self._read(at)
            if not line.startswith(wanted):
                return
            yield _entry(line)

    def exactly(self, key: str) -> Iterator[Entry]:
        """Entries of this key."""
        return self.starting(key + "\t")

    def all(self) -> Iterator[Entry]:
        """Every entry, by key."""
        return self.starting("")

    def _read(self, at: int) -> tuple[bytes, int]:
        """The line at this offset without its sum, and where the next one starts."""
        end = self.data.find(b"\n", at)
        line, _, crc = self.data[at:end].rpartition(b"\t")
        if end < 0 or crc != b"%08x" % zlib.crc32(line):
            raise StoreError("the index of names is damaged", hint=_ANEW)
        return line, end + 1

    def _first(self, wanted: bytes) -> int:
        """The offset of the first line that is not below `wanted`."""
        low, high = self.start, len(self.data)
        while low < high:
            middle = (low + high) // 2
            line_start = max(self.data.rfind(b"\n", low, middle) + 1, low)
            line, after = self._read(line_start)
            if line < wanted:
                low = after
            else:
                high = line_start
        return low


@contextmanager
def open_names(path: Path, build: str) -> Iterator[Names]:
    """The index at `path`; StoreError where it is missing, cut short or of another build."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            data = stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise StoreError("the index of names cannot be read", hint=_ANEW) from error
        start = data.find(b"\n") + 1
        if data[:start] != f"{_MAGIC}\t{build}\t{len(data) - start}\n".encode():
            raise StoreError("the index of names is not of this build", hint=_ANEW)
        yield Names(data, start)


def _entry(line: bytes) -> Entry:
    key, rank, iri, type_iri, name = line.decode().split("\t", 4)
    return Entry(key, int(rank), iri, type_iri, name)
