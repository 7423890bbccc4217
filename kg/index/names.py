"""The index of names: keys and words in order, the names that have them, and who bears each name.

A name is a number. Names of rank 0 come before those of rank 1; in each rank those that are found
by their words come first; and then they stand in the order of their texts, and so do the bearers of
each by IRI. So the best answers come first, and whoever wants twenty reads no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kg.index import sealed

_KIND = "names"
_READ = 4096


class Entry(NamedTuple):
    """One way to name a thing: folded key, rank (0 a name in the story, 1 a label), IRI, class IRI
    and the name as written; not `by_words`: the thing is found by the whole name alone.
    """

    key: str
    rank: int
    iri: str
    type: str
    name: str
    by_words: bool = True


class Bearer(NamedTuple):
    """A thing that bears a name: its IRI and its class IRI."""

    iri: str
    type: str


def write(path: Path, entries: Iterable[Entry], build: str) -> None:
    """Write the index of one build (its digest) to a new file."""
    from contextlib import ExitStack

    from kg.index.naming import Writer

    with ExitStack() as stack:
        sealed.write(path, _KIND, build, Writer(path.parent, stack).sections(entries))


class Names:
    """An open index. Names, keys and words are numbers."""

    def __init__(self, parts: sealed.Sealed) -> None:
        """Of an open file."""
        self._keys, self._keys_at = parts["keys"], parts["keys_at"]
        self._key_names, self._key_names_at = parts["key_names"], parts["key_names_at"]
        self._words, self._words_at = parts["words"], parts["words_at"]
        self._word_names, self._word_names_at = parts["word_names"], parts["word_names_at"]
        self._name_key, self._sounds = parts["name_key"], parts["sounds"]
        self._names, self._names_at = parts["names"], parts["names_at"]
        self._bearers, self._bearers_at = parts["bearers"], parts["bearers_at"]
        starts = parts["starts"]
        self._starts = starts.between(0, len(starts))
        self._types = _lines(parts["types"])
        self._spaces = _lines(parts["spaces"])

    @property
    def size(self) -> int:
        """How many different keys there are."""
        return len(self._keys_at) - 1

    def rank(self, name: int) -> int:
        """The rank of a name."""
        return int(name >= self._starts[2])

    def text(self, name: int) -> str:
        """A name as written."""
        return self._names.text(self._names_at[name], self._names_at[name + 1]).decode()

    def key(self, name: int) -> str:
        """The folded key of a name."""
        return _text(self._keys, self._keys_at, self._name_key[name]).decode()

    def bearers(self, name: int) -> Iterator[Bearer]:
        """The things that bear a name, by IRI; they are read as they are taken."""
        at, end = self._bearers_at[name], self._bearers_at[name + 1]
        rest = b""
        while at < end:
            stop = min(at + _READ, end)
            *whole, rest = (rest + self._bearers.text(at, stop)).split(b"\n")
            at = stop
            for line in whole:
                type_, space, local = line.decode().split("\t", 2)
                yield Bearer(self._spaces[int(space)] + local, self._types[int(type_)])

    def with_key(self, key: str) -> list[int]:
        """The names with this key, in order."""
        return self._of_keys(*_run(self._keys, self._keys_at, key.encode() + b"\n"))

    def keys_starting(self, prefix: str) -> list[int]:
        """The names whose key starts so, by key."""
        return self._of_keys(*_run(self._keys, self._keys_at, prefix.encode()))

    def _of_keys(self, first: int, after: int) -> list[int]:
        at = self._key_names_at
        return self._key_names.between(at[first], at[after])

    def word(self, word: str) -> int | None:
        """The number of a word; None where no name has it."""
        first, after = _run(self._words, self._words_at, word.encode() + b"\n")
        return first if first < after else None

    def words_starting(self, prefix: str) -> range:
        """The words that start so."""
        return range(*_run(self._words, self._words_at, prefix.encode()))

    def with_words(self, words: range) -> list[int]:
        """The names that have one of these words, by word; a name may come twice."""
        at = self._word_names_at
        return self._word_names.between(at[words.start], at[words.stop])

    def times(self, words: range) -> int:
        """How many names `with_words` gives."""
        return self._word_names_at[words.stop] - self._word_names_at[words.start]

    def all_keys(self) -> list[str]:
        """Every key, in order."""
        return _lines(self._keys)[:-1]

    def all_words(self) -> list[str]:
        """Every word, in order."""
        return _lines(self._words)[:-1]

    def all_sounds(self) -> list[str]:
        """Of every word its `sounding`."""
        return _lines(self._sounds)[:-1]


def _lines(part: sealed.Part) -> list[str]:
    return part.text(0, len(part)).decode().split("\n")


def _text(texts: sealed.Part, at: sealed.Part, number: int) -> bytes:
    return texts.text(at[number], at[number + 1] - 1)


def _run(texts: sealed.Part, at: sealed.Part, prefix: bytes) -> tuple[int, int]:
    """The first of the lines in order that start so, and the first after them."""
    first = _below(texts, at, prefix, 0)
    return first, _below(texts, at, prefix + b"\xff", first)


def _below(texts: sealed.Part, at: sealed.Part, wanted: bytes, low: int) -> int:
    """How many of the lines, of which `low` are, are below a text."""
    high = len(at) - 1
    while low < high:
        middle = (low + high) // 2
        if texts.text(at[middle], at[middle + 1]) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@contextmanager
def open_names(path: Path, build: str) -> Iterator[Names]:
    """The index at `path`; StoreError where it is missing, damaged or of another build."""
    with sealed.opened(path, _KIND, build) as parts:
        yield Names(parts)
