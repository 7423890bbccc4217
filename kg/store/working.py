"""What a build keeps at hand of the triples that pass by: columns, and names on the disk."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.store.columns import Columns, ended, plain
from kg.store.embedded import Store
from kg.store.matching import answers, texts
from kg.store.parsing import read_select
from kg.store.reading import Named
from kg.vocab import KG, RDF, RDFS

_DULL = tuple(f"<{KG}{name}>" for name in ("Claim", "Inference", "Passage", "PersonalName"))
_EVIDENCE = frozenset(f"<{KG}{name}>".encode() for name in ("Claim", "Passage"))
_TYPE = f"<{RDF}type>".encode()
_NO_FACTS = frozenset(
    f"<{iri}>".encode()
    for iri in (
        RDF + "type", RDFS + "label", RDFS + "comment", KG + "earliest", KG + "latest",
    )
)  # fmt: skip
"""What a record says of a thing that does not count as a fact."""
_CLAIMS = tuple(
    f"<{iri}>"
    for iri in (
        *(RDF + name for name in ("type", "subject", "predicate", "object")),
        *(KG + name for name in ("account", "certainty", "polarity", "mode", "date", "earliest",
                                 "latest")),
    )
)  # fmt: skip


class Working:
    """Gathers from N-Quads what rules, ties and indexes are made from.

    `wanted` are the predicates (terms in brackets) of which the pairs are kept as numbers,
    `named` those (IRIs) whose literals are laid aside in the folder `place`.
    """

    def __init__(
        self, wanted: Collection[str], named: Collection[str], place: Path,
        prefixes: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.columns = Columns({*wanted, *_CLAIMS}, _DULL)
        self.prefixes = prefixes
        self.opener: Callable[[], ox.Store] = ox.Store
        """Gives the store that is being built; asked only when a question needs it."""
        self._facts: array[int] = array("I")
        self._files = ExitStack()
        place.mkdir(parents=True, exist_ok=True)
        self._named: dict[bytes, IO[bytes]] = {
            f"<{iri}>".encode(): self._files.enter_context((place / f"names-{at}").open("w+b"))
            for at, iri in enumerate(named)
        }

    def __enter__(self) -> Working:
        return self

    def __exit__(self, *error: object) -> None:
        """Close the files of names."""
        self._files.close()

    @property
    def store(self) -> Store:
        """The store that is being built, with all that was added to it so far."""
        return Store(self.opener(), self.prefixes)

    def add(self, lines: bytes, *, counted: bool = False) -> None:
        """Keep of these lines what is wanted; `counted`: they are the facts of records."""
        columns, named = self.columns, self._named
        wanted, dull, number = columns.wanted, columns.dull, columns.number
        known = columns.terms.get
        takes: dict[tuple[bytes, bytes], tuple[Callable[[int], None], Callable[[int], None]]] = {}
        last, facts, evidence, at = b"", 0, False, -1
        for line in lines.split(b"\n"):
            if not line:
                continue
            subject, predicate, rest = line.split(b" ", 2)
            if subject != last:
                if facts and not evidence:
                    self._count(last, facts)
                last, facts, evidence, at = subject, 0, False, -1
            if predicate in wanted:
                obj, graph = rest[:-2], b""
                if b" <" in obj:
                    obj, graph = ended(rest)
                if predicate == _TYPE:
                    evidence = evidence or obj in _EVIDENCE
                    if obj in dull:
                        continue
                if at < 0:
                    at = number(subject)
                value = known(obj)
                if value is None:
                    value = number(obj)
                take = takes.get((predicate, graph))
                if take is None:
                    take = takes[predicate, graph] = columns.taking(predicate, graph)
                take[0](at)
                take[1](value)
            elif predicate in named:
                named[predicate].write(b"%b %b\n" % (subject, rest))
            if (
                counted
                and predicate not in _NO_FACTS
                and not (
                    b" <" in rest and ended(rest)[1]  # what is declared is said once more
                )
            ):
                facts += 1
        if facts and not evidence:
            self._count(last, facts)

    def _count(self, subject: bytes, facts: int) -> None:
        number = self.columns.number(subject)
        if number >= len(self._facts):
            self._facts.frombytes(bytes(4 * (4096 + number - len(self._facts))))
        self._facts[number] += facts

    def records(self) -> Iterator[tuple[int, int]]:
        """The claims of whole records, by number, with each thing that they vouch for."""
        single = self.columns.of(RDF + "predicate").forward
        for claim, subject in self.columns.of(RDF + "subject").pairs():
            if not single(claim):
                yield claim, subject

    def recorded(self) -> int:
        """How many facts records give of the things they vouch for."""
        subjects = {subject for _, subject in self.records()}
        return sum(self._facts[number] for number in subjects if number < len(self._facts))

    # As a Reading, for ties and indexes

    def texts(self, query: str) -> Iterator[tuple[str, ...]]:
        """The rows of a SELECT."""
        return texts(self.columns, answers(self.columns, read_select(query)))

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """The subjects and objects of a property."""
        key = f"<{predicate}>".encode()
        if key in self._named:
            return ((iri, text) for iri, _, text in self.literals(predicate))
        assert key in self.columns.wanted, predicate
        text = self.columns.text
        return ((text(s), text(o)) for s, o in self.columns.of(predicate).pairs())

    def literals(self, predicate: str) -> Iterator[tuple[str, str, str]]:
        """The subjects, languages and texts of a property whose literals were laid aside."""
        file = self._named[f"<{predicate}>".encode()]
        file.flush()
        file.seek(0)
        for line in file:
            subject, rest = line[:-1].split(b" ", 1)
            term, graph = ended(rest)
            if not graph and term[:1] == b'"':
                language = term[term.rindex(b'"') + 1 :]
                yield (
                    plain(subject), language[1:].decode() if language[:1] == b"@" else "",
                    plain(term),
                )  # fmt: skip
        file.seek(0, 2)

    def quads(
        self, subject: None = None, predicate: str = "", object: str | None = None
    ) -> Iterator[Named]:
        """The triples of a property, to be read like those of a store."""
        found = (Named(s, predicate, o) for s, o in self.pairs(predicate))
        return found if object is None else (each for each in found if each.object == object)


def lines_of(columns: Columns, keys: Iterator[tuple[int, int, int]]) -> Iterator[bytes]:
    """Triples by number as lines of N-Triples without their ends."""
    term = columns.texts
    for subject, predicate, obj in keys:
        yield b"%b %b %b" % (term[subject], term[predicate], term[obj])


def packed(lines: Iterator[bytes], end: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    """Lines joined to pieces of about this size, each with this end."""
    while few := list(_few(lines, size)):
        few.append(b"")
        yield end.join(few)


def _few(lines: Iterator[bytes], size: int) -> Iterator[bytes]:
    total = 0
    for line in lines:
        yield line
        total += len(line)
        if total >= size:
            return
