"""The index of ties: compact arrays in one file, mapped and walked without reading it all."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kg.index.arrays import (
    ALWAYS,
    NEVER,
    Arrays,
    Section,
    from_day,
    mapped,
    packed,
    running,
    to_day,
)

__all__ = [
    "ALWAYS", "NEVER", "SORTS", "Row", "Ties", "from_day", "in_memory", "open_ties", "pack",
    "to_day", "write",
]  # fmt: skip

_KIND = "ties"
SORTS = ("person", "body", "happening")

_NODE_SORT, _NODE_SIZE, _START, _ADJACENT = "node_sort", "node_size", "start", "adjacent"
_COLUMNS = ("source", "target", "kind", "role", "through", "first", "last", "flags", "claims_at")
_POSSIBLE, _INFERRED = 1, 2
_DOORS = ("doors_at", "doors", "doors_last_16", "doors_last_256")


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
    sections: dict[str, Section] = {
        "text_at": running(map(len, encoded)),
        _NODE_SORT: array("i", (SORTS.index(nodes[iri]) for iri in order)),
        _NODE_SIZE: array("i", neighbours),
        _START: running(map(len, adjacent)),
        _ADJACENT: array("i", (at for mine in adjacent for at in mine)),
        **columns,
        "claims": claims,
        **_doors(columns, adjacent, [nodes[iri] == SORTS[0] for iri in order], neighbours),
        "text": b"".join(encoded),
    }
    return b"".join(packed(_KIND, build, sections))


def _doors(
    columns: Mapping[str, array[int]], adjacent: Sequence[Sequence[int]],
    is_person: Sequence[bool], neighbours: Sequence[int],
) -> dict[str, array[int]]:  # fmt: skip
    """What a search walks: of each node first the people, then the connectors next to it.

    Each with the tie (its complement where it is only possible) and the days between which that
    may hold, by the first of these. What has one neighbour leads nowhere and is left out. The
    latest of so many last days lets a search pass over them all.
    """
    source, target, flags = columns["source"], columns["target"], columns["flags"]
    first, last = columns["first"], columns["last"]
    doors, lasts = array("i"), array("i")
    lengths: list[int] = []
    chained = 0
    for node, mine in enumerate(adjacent):
        people, connectors = [], []
        for tie in mine if is_person[node] or neighbours[node] > 1 else ():
            other = source[tie] + target[tie] - node
            if other == node:
                continue
            door = (first[tie], tie, other)
            if is_person[other]:
                people.append(door)
            elif neighbours[other] > 1:
                connectors.append(door)
        chained += 0 if is_person[node] else len(connectors)
        for group in (people, connectors):
            group.sort()
            lengths.append(len(group))
            for day, tie, other in group:
                doors.extend((other, ~tie if flags[tie] & _POSSIBLE else tie, day, last[tie]))
                lasts.append(last[tie])
    at, latest_16, latest_256 = (
        running(lengths),
        *(array("i", (max(lasts[at : at + size]) for at in range(0, len(lasts), size)))
          for size in (16, 256)),
    )  # fmt: skip
    found = dict(zip(_DOORS, (at, doors, latest_16, latest_256), strict=True))
    return {**found, "doors_between": array("q", [chained])}


def _other_texts(rows: Sequence[Row]) -> set[str]:
    found = {""}
    for row in rows:
        found |= {row.kind, row.role, row.through, *row.claims}
    return found


class Ties:
    """An open index. Nodes and ties are numbers; the numbers of nodes grow with their IRIs.

    `source`, `target`, `first`, `last` and the like hold one value a tie, `sort` and `size` one a
    node: an index into `SORTS`, and how many neighbours it has. `doors` are the neighbours as a
    search walks them: those of node n that are people from at[2n] on, connectors from at[2n + 1]
    on; `between` counts those between connectors.
    """

    def __init__(self, data: memoryview, build: str) -> None:
        """Read from bytes; StoreError where they are no index, or of another build."""
        parts = self._arrays = Arrays(data, _KIND, build)
        self._text, self._text_at = parts["text"], parts["text_at"]
        self.sort, self.size = parts[_NODE_SORT], parts[_NODE_SIZE]
        self._start, self._adjacent = parts[_START], parts[_ADJACENT]
        self.source, self.target, self.kind = parts["source"], parts["target"], parts["kind"]
        self.first, self.last, self.flags = parts["first"], parts["last"], parts["flags"]
        self._role, self._through = parts["role"], parts["through"]
        self._claims_at, self._claims = parts["claims_at"], parts["claims"]
        self.doors = tuple(parts[name] for name in _DOORS)
        self.between = parts["doors_between"][0]

    def close(self) -> None:
        """Let go of the bytes, so that a mapped file can be closed."""
        self._arrays.close()

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
        return self._number(iri, 0, self.nodes)

    def word(self, text: str) -> int | None:
        """The number of a kind, a role, a claim; None where no tie has it."""
        return self._number(text, self.nodes, len(self._text_at) - 1)

    def _number(self, text: str, start: int, end: int) -> int | None:
        found = bisect.bisect_left(range(end), text, start, end, key=self.text)
        return found if found < end and self.text(found) == text else None

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
    with mapped(path, _KIND) as data:
        ties = Ties(data, build)
        try:
            yield ties
        finally:
            ties.close()


def in_memory(nodes: Mapping[str, str], ties: Iterable[Row]) -> Ties:
    """The same for ties that stand in no file, such as those of a viewpoint."""
    return Ties(memoryview(pack(nodes, ties)), "")
