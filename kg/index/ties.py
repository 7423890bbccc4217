"""The index of ties: compact arrays in one file, mapped and walked without reading it all."""

from __future__ import annotations

import bisect
import mmap
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kg.errors import StoreError

# The byte order is part of the magic: arrays are mapped as this machine has them.
_MAGIC = f"kg ties 1 {sys.byteorder}"
_HINT = "run: kg build"
NEVER, ALWAYS = -(2**31), 2**31 - 1
"""Stand for a time that has no first or no last day."""
SORTS = ("person", "body", "happening")

_NODE_SORT, _NODE_SIZE, _START, _ADJACENT = "node_sort", "node_size", "start", "adjacent"
_COLUMNS = ("source", "target", "kind", "role", "through", "first", "last", "flags", "claims_at")
_POSSIBLE, _INFERRED = 1, 2


class Row(NamedTuple):
    """One tie as plain values: IRIs and kinds as text, days as `xsd:date`, "" for none."""

    source: str
    target: str
    kind: str
    role: str = ""
    through: str = ""
    start: str = ""
    end: str = ""
    possible: bool = False
    inferred: bool = False
    claims: tuple[str, ...] = ()


def write(path: Path, nodes: Mapping[str, str], ties: Iterable[Row], build: str) -> None:
    """Write the index of one build (its digest) to a new file."""
    path.write_bytes(pack(nodes, ties, build))


def pack(nodes: Mapping[str, str], ties: Iterable[Row], build: str = "") -> bytes:
    """The index as bytes. `nodes` gives the sort of every node; every end of a tie is one."""
    rows = sorted(ties)
    order = sorted(nodes)
    texts = [*order, *sorted(_other_texts(rows).difference(nodes))]
    place = {text: number for number, text in enumerate(texts)}
    number = {iri: place[iri] for iri in order}
    columns: dict[str, array[int]] = {name: array("i") for name in _COLUMNS}
    claims = array("i")
    adjacent: list[list[int]] = [[] for _ in order]
    for at, row in enumerate(rows):
        source, target = number[row.source], number[row.target]
        flags = _POSSIBLE * row.possible + _INFERRED * row.inferred
        values = (
            source, target, place[row.kind], place[row.role], place[row.through],
            to_day(row.start, NEVER), to_day(row.end, ALWAYS), flags, len(claims),
        )  # fmt: skip
        for name, value in zip(_COLUMNS, values, strict=True):
            columns[name].append(value)
        claims.extend(place[claim] for claim in row.claims)
        adjacent[source].append(at)
        adjacent[target].append(at)
    columns["claims_at"].append(len(claims))
    neighbours = [
        len({columns["source"][at] + columns["target"][at] - node for at in mine})
        for node, mine in enumerate(adjacent)
    ]
    encoded = [text.encode() for text in texts]
    sections: dict[str, array[int] | bytes] = {
        "text_at": _running(map(len, encoded)),
        _NODE_SORT: array("i", (SORTS.index(nodes[iri]) for iri in order)),
        _NODE_SIZE: array("i", neighbours),
        _START: _running(map(len, adjacent)),
        _ADJACENT: array("i", (at for mine in adjacent for at in mine)),
        **columns,
        "claims": claims,
        "text": b"".join(encoded),
    }
    return _assemble(sections, build)


def _other_texts(rows: Sequence[Row]) -> set[str]:
    found = {""}
    for row in rows:
        found |= {row.kind, row.role, row.through, *row.claims}
    return found


def _running(lengths: Iterable[int]) -> array[int]:
    """Where each of consecutive parts starts, and where the last one ends."""
    starts = array("q", [0])
    for length in lengths:
        starts.append(starts[-1] + length)
    return starts


def _assemble(sections: Mapping[str, array[int] | bytes], build: str) -> bytes:
    header = [_MAGIC, build]
    body = bytearray()
    for name, values in sections.items():
        body.extend(b"\0" * (-len(body) % 8))
        data = values if isinstance(values, bytes) else values.tobytes()
        code = "B" if isinstance(values, bytes) else values.typecode
        header.append(f"{name} {code} {len(body)} {len(data)}")
        body.extend(data)
    head = "\t".join(header).encode() + b"\n"
    head = b"".join((head[:-1], b" " * (-len(head) % 8), b"\n"))
    return head + bytes(body)


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


class Ties:
    """An open index. Nodes and ties are numbers; the numbers of nodes grow with their IRIs.

    `source`, `target`, `first`, `last` and the like hold one value a tie, `sort` and `size` one a
    node: an index into `SORTS`, and how many neighbours it has.
    """

    def __init__(self, data: memoryview, build: str) -> None:
        """Read from bytes; StoreError where they are no index, or of another build."""
        self._views: list[memoryview] = [data]
        parts: dict[str, memoryview] = {}
        try:
            end = bytes(data[: 1 << 16]).index(b"\n")
            magic, digest, *sections = bytes(data[:end]).decode().rstrip(" ").split("\t")
            if (magic, digest) != (_MAGIC, build):
                raise StoreError("the index of ties is of another build", hint=_HINT)
            for section in sections:
                name, code, at, length = section.split()
                start = end + 1 + int(at)
                view = data[start : start + int(length)]
                self._views.append(view)
                if len(view) != int(length):
                    raise StoreError("the index of ties is cut short", hint=_HINT)
                parts[name] = view if code == "B" else view.cast("q" if code == "q" else "i")
                self._views.append(parts[name])
            self._text, self._text_at = parts["text"], parts["text_at"]
            self.sort, self.size = parts[_NODE_SORT], parts[_NODE_SIZE]
            self._start, self._adjacent = parts[_START], parts[_ADJACENT]
            self.source, self.target, self.kind = parts["source"], parts["target"], parts["kind"]
            self.first, self.last, self.flags = parts["first"], parts["last"], parts["flags"]
            self._role, self._through = parts["role"], parts["through"]
            self._claims_at, self._claims = parts["claims_at"], parts["claims"]
        except (ValueError, KeyError, UnicodeDecodeError) as error:
            self.close()
            raise StoreError("the index of ties cannot be read", hint=_HINT) from error
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the bytes, so that a mapped file can be closed."""
        for view in reversed(self._views):
            view.release()

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.sort)

    def __len__(self) -> int:
        return len(self.source)

    def text(self, number: int) -> str:
        """The IRI of a node, or the text of a kind, a role, a claim."""
        return str(self._text[self._text_at[number] : self._text_at[number + 1]], "utf-8")

    def node(self, iri: str) -> int | None:
        """The number of a node; None where the IRI is none."""
        found = bisect.bisect_left(range(self.nodes), iri, key=self.text)
        return found if found < self.nodes and self.text(found) == iri else None

    def at(self, node: int) -> list[int]:
        """The ties at a node."""
        return self._adjacent[self._start[node] : self._start[node + 1]].tolist()

    def degree(self, node: int) -> int:
        """How many ties there are at a node."""
        return self._start[node + 1] - self._start[node]

    def is_possible(self, tie: int) -> bool:
        """Whether only a version, a belief or a plan makes a tie."""
        return bool(self.flags[tie] & _POSSIBLE)

    def row(self, tie: int) -> Row:
        """A tie in full."""
        claims = self._claims[self._claims_at[tie] : self._claims_at[tie + 1]]
        flags = self.flags[tie]
        return Row(
            self.text(self.source[tie]), self.text(self.target[tie]), self.text(self.kind[tie]),
            self.text(self._role[tie]), self.text(self._through[tie]),
            from_day(self.first[tie]), from_day(self.last[tie]),
            bool(flags & _POSSIBLE), bool(flags & _INFERRED), tuple(map(self.text, claims)),
        )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Every tie, in order."""
        return map(self.row, range(len(self)))


@contextmanager
def open_ties(path: Path, build: str) -> Iterator[Ties]:
    """The index at `path`; StoreError where it is missing, damaged or of another build."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreError("the index of ties cannot be read", hint=_HINT) from error
    with file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise StoreError("the index of ties cannot be read", hint=_HINT) from error
        with data:
            ties = Ties(memoryview(data), build)
            try:
                yield ties
            finally:
                ties.close()


def in_memory(nodes: Mapping[str, str], ties: Iterable[Row]) -> Ties:
    """The same for ties that stand in no file, such as those of a viewpoint."""
    return Ties(memoryview(pack(nodes, ties)), "")
