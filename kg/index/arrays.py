"""Named arrays in one file, which is mapped and read only where it is asked."""

from __future__ import annotations

import mmap
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from kg.errors import StoreError

_HINT = "run: kg build"
_CODES: tuple[Literal["B", "i", "q", "d"], ...] = ("B", "i", "q", "d")
NEVER, ALWAYS = -(2**31), 2**31 - 1
"""Stand for a time that has no first or no last day."""

Section: TypeAlias = "array[int] | array[float] | bytes"


def running(lengths: Iterable[int], code: str = "q") -> array[int]:
    """Where each of consecutive parts starts, and where the last one ends."""
    starts: array[int] = array(code, [0])
    end = 0
    for length in lengths:
        end += length
        starts.append(end)
    return starts


def packed(kind: str, build: str, sections: Mapping[str, Section]) -> Iterator[memoryview]:
    """The pieces of a file of arrays, in order: a line that tells where each lies, then all."""
    header = [_magic(kind), build]
    body: list[memoryview] = []
    length = 0
    for name, values in sections.items():
        data = memoryview(values)
        code = "B" if isinstance(values, bytes) else values.typecode
        header.append(f"{name} {code} {length} {data.nbytes}")
        gap = -data.nbytes % 8
        body += [data, memoryview(bytes(gap))]
        length += data.nbytes + gap
    head = "\t".join(header).encode()
    yield memoryview(head + b" " * (-(len(head) + 1) % 8) + b"\n")
    yield from body


def _magic(kind: str) -> str:
    # The byte order is part of it: arrays are mapped as this machine has them.
    return f"kg {kind} 1 {sys.byteorder}"


class Arrays:
    """The arrays of a file by name, over its bytes; only the header has been read."""

    def __init__(self, data: memoryview, kind: str, build: str) -> None:
        """StoreError where the bytes are no index of this kind, or one of another build."""
        self._views: list[memoryview] = [data]
        self._kind = kind
        self._parts: dict[str, memoryview] = {}
        try:
            self._read(data, build)
        except (ValueError, TypeError, UnicodeDecodeError) as error:
            self.close()
            raise self._unreadable() from error
        except StoreError:
            self.close()
            raise

    def _read(self, data: memoryview, build: str) -> None:
        end = bytes(data[: 1 << 16]).index(b"\n")
        magic, digest, *sections = bytes(data[:end]).decode().rstrip(" ").split("\t")
        if (magic, digest) != (_magic(self._kind), build):
            raise StoreError(f"the index of {self._kind} is of another build", hint=_HINT)
        for section in sections:
            name, code, at, length = section.split()
            start = end + 1 + int(at)
            view = data[start : start + int(length)]
            self._views.append(view)
            if len(view) != int(length):
                raise StoreError(f"the index of {self._kind} is cut short", hint=_HINT)
            if code not in _CODES:
                raise ValueError(code)
            view = view.cast(code)  # type: ignore[assignment]
            self._views.append(view)
            self._parts[name] = view

    def _unreadable(self) -> StoreError:
        return StoreError(f"the index of {self._kind} cannot be read", hint=_HINT)

    def __getitem__(self, name: str) -> memoryview:
        """An array; StoreError where there is none of this name."""
        try:
            return self._parts[name]
        except KeyError as error:
            self.close()
            raise self._unreadable() from error

    def close(self) -> None:
        """Let go of the bytes, so that a mapped file can be closed."""
        for view in reversed(self._views):
            view.release()


@contextmanager
def mapped(path: Path, kind: str) -> Iterator[memoryview]:
    """The bytes of a file; StoreError where it cannot be read."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreError(f"the index of {kind} cannot be read", hint=_HINT) from error
    with file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise StoreError(f"the index of {kind} cannot be read", hint=_HINT) from error
        with data:
            yield memoryview(data)


def to_day(text: str, unknown: int) -> int:
    """An `xsd:date` as a number that grows with time; `unknown` for "".

    Days beyond some five million years from now all stand for the last of these.
    """
    if not text:
        return unknown
    year, month, day = text[:-6], text[-5:-3], text[-2:]
    number = int(year) * 372 + (int(month) - 1) * 31 + int(day) - 1
    return min(max(number, NEVER + 1), ALWAYS - 1)


def from_day(number: int) -> str:
    """The `xsd:date` of such a number; "" where it stands for no day."""
    if number in (NEVER, ALWAYS):
        return ""
    year, rest = divmod(number, 372)
    month, day = divmod(rest, 31)
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month + 1:02d}-{day + 1:02d}"
