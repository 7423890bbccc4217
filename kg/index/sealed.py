"""Named arrays in one file that is mapped, each block with a sum that is checked when it is read.

A search reads a few blocks of a big file. What the disk has spoilt among them is found then, and
reading the rest first would take longer than the search.
"""

from __future__ import annotations

import mmap
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from kg.errors import StoreError

_ANEW = "make it anew with: kg build"
_BLOCK = 4096
_CHUNK = 1 << 20
_SUM = struct.Struct("<I")

Section: TypeAlias = "array[int] | BinaryIO"
"""An array, or a file of bytes that is copied from its start."""


def write(path: Path, kind: str, build: str, sections: Mapping[str, Section]) -> None:
    """Write these sections to a new file: a line that tells where each lies, all, their sums."""
    places = []
    length = 0
    for name, section in sections.items():
        code, size = _measure(section)
        places.append(f"{name} {code} {length} {size}")
        length += size + -size % 8
    line = "\t".join([_magic(kind), build, str(length), *places]).encode()
    line += b" " * (-(len(line) + 1) % 8) + b"\n"
    sums: array[int] = array("I")
    with path.open("wb") as file:
        file.write(line)
        for block in _blocks(_pieces(sections.values())):
            file.write(block)
            sums.append(zlib.crc32(block))
        table = sums.tobytes()
        file.write(table)
        file.write(_SUM.pack(zlib.crc32(table, zlib.crc32(line))))


def _magic(kind: str) -> str:
    # The byte order is part of it: arrays are mapped as this machine has them.
    return f"kg {kind} 3 {sys.byteorder}"


def _measure(section: Section) -> tuple[str, int]:
    if isinstance(section, array):
        return section.typecode, len(section) * section.itemsize
    return "B", section.seek(0, 2)


def _pieces(sections: Iterable[Section]) -> Iterator[bytes]:
    for section in sections:
        _, size = _measure(section)
        if isinstance(section, array):
            data = memoryview(section).cast("B")
            yield from (bytes(data[at : at + _CHUNK]) for at in range(0, size, _CHUNK))
        else:
            section.seek(0)
            yield from iter(lambda file=section: file.read(_CHUNK), b"")  # type: ignore[misc]
        yield bytes(-size % 8)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of one size, but for the last."""
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % _BLOCK
        yield from (rest[at : at + _BLOCK] for at in range(0, whole, _BLOCK))
        rest = rest[whole:]
    if rest:
        yield rest


class Part:
    """One array of a sealed file. Slices are lists of numbers, or bytes where these are the items."""

    __slots__ = ("_check", "_code", "_size", "_start", "_view")

    def __init__(self, file: Sealed, view: memoryview, start: int, code: str) -> None:
        """The part of `file` that `view` shows and that starts so many bytes into its body."""
        self._view, self._start, self._code = view, start, code
        self._size = view.itemsize
        self._check = file.check

    def __len__(self) -> int:
        return len(self._view)

    def __getitem__(self, at: int) -> int:
        if at < 0 or at >= len(self._view):
            raise _damaged()
        start = self._start + at * self._size
        self._check(start, start + self._size)
        found: int = self._view[at]
        return found

    def between(self, start: int, end: int) -> list[int]:
        """The numbers from one place up to another."""
        self._checked(start, end)
        return self._view[start:end].tolist()

    def text(self, start: int, end: int) -> bytes:
        """The bytes from one place up to another."""
        self._checked(start, end)
        return bytes(self._view[start:end])

    def _checked(self, start: int, end: int) -> None:
        if not 0 <= start <= end <= len(self._view):
            raise _damaged()
        self._check(self._start + start * self._size, self._start + end * self._size)


class Sealed:
    """A mapped file; only its first line and its sums have been read."""

    def __init__(self, data: mmap.mmap, kind: str, build: str) -> None:
        """StoreError where the bytes are no such file, cut short, or of another build."""
        self._kind = kind
        self._parts: dict[str, Part] = {}
        self._views: list[memoryview] = []
        end = data.find(b"\n") + 1
        magic, *rest = data[:end].decode("ascii", "replace").rstrip().split("\t")
        if magic != _magic(kind) or rest[:1] != [build]:
            raise StoreError(f"the index of {kind} is not of this build", hint=_ANEW)
        try:
            places = [(name, code, int(at), int(size))
                      for name, code, at, size in map(str.split, rest[2:])]  # fmt: skip
            table = end + int(rest[1])
            count = -(-int(rest[1]) // _BLOCK)
            whole = len(data) == table + count * 4 + _SUM.size
            if not whole or data[-4:] != _SUM.pack(
                zlib.crc32(data[table:-4], zlib.crc32(data[:end]))
            ):
                raise _damaged(kind)
        except (ValueError, IndexError):
            raise _damaged(kind) from None
        whole_view = memoryview(data)
        self._body = whole_view[end:table]
        self._sums = array("I", data[table:-4])
        self._views += [whole_view, self._body]
        self._seen = bytearray(count)
        for name, code, at, size in places:
            view = self._body[at : at + size]
            typed = view if code == "B" else view.cast(code)  # type: ignore[call-overload]
            self._views += [view, typed]
            self._parts[name] = Part(self, typed, at, code)

    def check(self, start: int, end: int) -> None:
        """StoreError where a block that has one of these bytes is not as it was written."""
        seen = self._seen
        for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
            if not seen[block]:
                at = block * _BLOCK
                if zlib.crc32(self._body[at : at + _BLOCK]) != self._sums[block]:
                    raise _damaged(self._kind)
                seen[block] = 1

    def __getitem__(self, name: str) -> Part:
        """An array by its name."""
        return self._parts[name]

    def close(self) -> None:
        """Let go of the bytes, so that the file can be closed."""
        for view in reversed(self._views):
            view.release()


def _damaged(kind: str = "names") -> StoreError:
    return StoreError(f"the index of {kind} is damaged", hint=_ANEW)


@contextmanager
def opened(path: Path, kind: str, build: str) -> Iterator[Sealed]:
    """The sealed file at `path`; StoreError where it is missing, damaged or of another build."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreError(f"the index of {kind} cannot be read", hint=_ANEW) from error
    with file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise StoreError(f"the index of {kind} cannot be read", hint=_ANEW) from error
        with data:
            sealed = Sealed(data, kind, build)
            try:
                yield sealed
            finally:
                sealed.close()
