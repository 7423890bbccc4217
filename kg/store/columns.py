"""Triples of chosen predicates as columns of numbers: a tenth of the room of a store in memory."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate

Get = Callable[[int], Sequence[int]]
"""The numbers next to a number, in order."""

_SHIFT, _MASK = 32, 2**32 - 1
_SPARSE = 8  # so many terms to a pair: below it a table of all terms is the smaller one
_LONG = 32  # from here on a run is searched by bisection
_ESCAPED = re.compile(rb"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_SIGNS = {b"t": b"\t", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"f": b"\f"}


class Relation:
    """The pairs of one predicate: subjects and objects by number, each pair once and in order."""

    __slots__ = ("_back", "_distinct", "_forward", "_sealed", "objects", "subjects")

    def __init__(self) -> None:
        self.subjects, self.objects = array("I"), array("I")
        self._sealed = True
        self._forward: Get | None = None
        self._back: Get | None = None
        self._distinct: tuple[int, int] | None = None

    def __len__(self) -> int:
        self._seal()
        return len(self.subjects)

    def add(self, subject: int, obj: int) -> None:
        """Add a pair; one that is there already changes nothing."""
        self.subjects.append(subject)
        self.objects.append(obj)
        self._sealed = False

    def appended(self) -> tuple[Callable[[int], None], Callable[[int], None]]:
        """Functions that add a subject and then its object; until the relation is read again."""
        self._sealed = False
        return self.subjects.append, self.objects.append

    def extend(self, keys: Iterable[int]) -> None:
        """Add pairs that are packed: the subject in the upper half of 64 bits."""
        for key in keys:
            self.subjects.append(key >> _SHIFT)
            self.objects.append(key & _MASK)
        self._sealed = False

    def discard(self, pairs: Collection[tuple[int, int]]) -> None:
        """Take pairs away."""
        if not pairs:
            return
        kept = [pair for pair in self.pairs() if pair not in pairs]
        self.subjects = array("I", [subject for subject, _ in kept])
        self.objects = array("I", [obj for _, obj in kept])
        self._forward = self._back = self._distinct = None

    def _seal(self) -> None:
        if self._sealed:
            return
        keys = sorted({s << _SHIFT | o for s, o in zip(self.subjects, self.objects, strict=True)})
        self.subjects = array("I", [key >> _SHIFT for key in keys])
        self.objects = array("I", [key & _MASK for key in keys])
        self._sealed, self._forward, self._back, self._distinct = True, None, None, None

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every pair, in order."""
        self._seal()
        return zip(self.subjects, self.objects, strict=True)

    @property
    def forward(self) -> Get:
        """Gives the objects of a subject."""
        self._seal()
        if self._forward is None:
            self._forward = _runs(self.subjects, self.objects)
        return self._forward

    @property
    def back(self) -> Get:
        """Gives the subjects of an object."""
        self._seal()
        if self._back is None:
            keys = sorted(o << _SHIFT | s for s, o in self.pairs())
            self._back = _runs(
                array("I", [key >> _SHIFT for key in keys]),
                array("I", [key & _MASK for key in keys]),
            )
        return self._back

    @property
    def holds(self) -> Callable[[int, int], bool]:
        """Tells whether a pair is there."""
        forward = self.forward

        def has(subject: int, obj: int) -> bool:
            run = forward(subject)
            if len(run) < _LONG:
                return obj in run
            at = bisect_left(run, obj)
            return at < len(run) and run[at] == obj

        return has

    def has(self, subject: int, obj: int) -> bool:
        """Whether this pair is there; for many pairs take `holds` once."""
        return self.holds(subject, obj)

    def distinct(self) -> tuple[int, int]:
        """How many subjects and how many objects there are."""
        self._seal()
        if self._distinct is None:
            self._distinct = len(set(self.subjects)), len(set(self.objects))
        return self._distinct


def _runs(keys: array[int], values: array[int]) -> Get:
    """Finds the values of a key; both columns are in the order of the keys."""
    top = keys[-1] + 1 if keys else 0
    none = values[:0]
    if top > len(keys) * _SPARSE:
        first: dict[int, int] = {}
        for at, key in enumerate(keys):
            first.setdefault(key, at)
        ends = dict(zip(first, [*list(first.values())[1:], len(keys)], strict=True))

        def sparse(key: int) -> Sequence[int]:
            return values[first[key] : ends[key]] if key in first else none

        return sparse
    counts = array("I", bytes(4 * (top + 1)))
    for key in keys:
        counts[key + 1] += 1
    starts = array("I", accumulate(counts))

    def dense(key: int) -> Sequence[int]:
        return values[starts[key] : starts[key + 1]] if key < top else none

    return dense


class Columns:
    """Triples by predicate. Terms are numbers; as texts they stand as N-Quads write them.

    `wanted` are the predicates that are kept (terms in brackets); of `rdf:type` all classes but
    those in `dull`. Pairs of a named graph are kept apart, under its name.
    """

    def __init__(self, wanted: Collection[str], dull: Collection[str] = ()) -> None:
        self.terms: dict[bytes, int] = {}
        self.texts: list[bytes] = []
        self.wanted = frozenset(term.encode() for term in wanted)
        self.dull = frozenset(term.encode() for term in dull)
        self.graphs: dict[bytes, dict[int, Relation]] = {b"": {}}

    def number(self, term: bytes) -> int:
        """The number of a term, a new one if need be."""
        found = self.terms.get(term)
        if found is None:
            found = self.terms[term] = len(self.texts)
            self.texts.append(term)
        return found

    def relation(self, predicate: int, graph: bytes = b"") -> Relation:
        """The pairs of a predicate, perhaps none."""
        of_graph = self.graphs.setdefault(graph, {})
        if predicate not in of_graph:
            of_graph[predicate] = Relation()
        return of_graph[predicate]

    def taking(
        self, predicate: bytes, graph: bytes
    ) -> tuple[Callable[[int], None], Callable[[int], None]]:
        """Functions that add a subject, and then its object, to the pairs of a predicate."""
        return self.relation(self.number(predicate), graph).appended()

    def of(self, predicate: str, graph: bytes = b"") -> Relation:
        """The pairs of the predicate with this IRI."""
        return self.relation(self.number(f"<{predicate}>".encode()), graph)

    def iri(self, iri: str) -> int:
        """The number of an IRI."""
        return self.number(f"<{iri}>".encode())

    def text(self, number: int) -> str:
        """A term as plain text: the IRI, or the lexical form of a literal."""
        return plain(self.texts[number])

    def is_iri(self, number: int) -> bool:
        """Whether a term is an IRI."""
        return self.texts[number][:1] == b"<"


def ended(rest: bytes) -> tuple[bytes, bytes]:
    """What follows a predicate in a line of N-Quads: the object, and the graph or nothing."""
    body = rest[:-2]
    if body[-1:] != b">":
        return body, b""
    before, space, last = body.rpartition(b" ")
    # In a literal a space and angle brackets may stand too: then a quotation mark comes after.
    if not space or last[:1] != b"<" or b'"' in last:
        return body, b""
    return before, last


def plain(term: bytes) -> str:
    """The IRI, or the lexical form of a literal, of a term as N-Quads write it."""
    if term[:1] == b"<":
        return term[1:-1].decode()
    text = term[1 : term.rindex(b'"')]
    return (_ESCAPED.sub(_unescaped, text) if b"\\" in text else text).decode()


def _unescaped(match: re.Match[bytes]) -> bytes:
    sign = match[1]
    if len(sign) > 1:
        return chr(int(sign[1:], 16)).encode()
    return _SIGNS.get(sign, sign)
