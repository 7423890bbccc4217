"""Writes the index of names from entries in any order, of which memory never holds all."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from kg.index.sorting import in_order
from kg.index.spellings import sounding

if TYPE_CHECKING:
    from kg.index.names import Entry
    from kg.index.sealed import Section

_SPACES = 1000  # parts that IRIs begin with; a further one is written out each time


class _Texts:
    """Texts that are written one after the other, and where each begins."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.file = stack.enter_context(TemporaryFile(dir=folder))  # noqa: SIM115
        self.at = array("q", [0])
        self._end = 0

    def add(self, *texts: bytes) -> None:
        for text in texts:
            self._end += self.file.write(text)
        self.at.append(self._end)

    def extend(self, other: _Texts) -> None:
        other.file.seek(0)
        copyfileobj(other.file, self.file)
        self.at.extend(array("q", (self._end + at for at in other.at[1:])))
        self._end += other._end


class Writer:
    """Turns entries into the sections of the file."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._names = [self._new() for _ in range(4)]
        self._bearers = [self._new() for _ in range(4)]
        self._words: dict[str, tuple[array[int], array[int]]] = {}
        self._types: dict[bytes, int] = {}
        self._spaces: dict[bytes, int] = {b"": 0}

    def _new(self) -> _Texts:
        return _Texts(self._folder, self._stack)

    def sections(self, entries: Iterable[Entry]) -> dict[str, Section]:
        """All arrays of the file; those of texts are files, which the stack closes."""
        rows = in_order(map(_line, entries), self._folder)
        # All names have been numbered when the first key comes back in order.
        keys, key_names, name_key = self._keys(in_order(self._numbered(rows), self._folder))
        starts = self._starts()
        names, bearers = self._names[0], self._bearers[0]
        for more_names, more_bearers in zip(self._names[1:], self._bearers[1:], strict=True):
            names.extend(more_names)
            bearers.extend(more_bearers)
        return {
            "starts": starts,
            "keys": keys.file, "keys_at": keys.at, **key_names, "name_key": name_key,
            "names": names.file, "names_at": names.at,
            "bearers": bearers.file, "bearers_at": bearers.at,
            **self._words_sections(starts[2]),
            "types": self._listed(self._types), "spaces": self._listed(self._spaces),
        }  # fmt: skip

    def _starts(self) -> array[int]:
        found = array("q", [0])
        for part in self._names:
            found.append(found[-1] + len(part.at) - 1)
        return found

    def _numbered(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        """Give each name its number among its kind, write it down with its bearers; its key."""
        kinds: dict[int, list[bytes]] = {}
        named: list[bytes] = []
        bearer: list[bytes] = []
        best = 0
        for row in rows:
            *this, iri, type_, last = row.split(b"\t")
            kind = int(last)
            if this != named:
                yield from self._finished(named, kinds)
                named, kinds, bearer = this, {}, []
            # A label that repeats a name of the same thing adds nothing.
            if bearer == [iri, type_] and (kind & 1 or not best & 1):
                continue
            bearer, best = [iri, type_], kind
            kinds.setdefault(kind, []).append(self._bearer(iri, type_))
        yield from self._finished(named, kinds)

    def _finished(self, named: list[bytes], kinds: dict[int, list[bytes]]) -> Iterator[bytes]:
        for kind, bearers in kinds.items():
            name, key = named
            number = len(self._names[kind].at) - 1
            self._names[kind].add(name)
            self._bearers[kind].add(*bearers)
            if not kind & 1:
                for word in set(key.decode().split()):
                    if word not in self._words:
                        self._words[word] = (array("i"), array("i"))
                    self._words[word][kind >> 1].append(number)
            yield b"%b\t%d%08x" % (key, kind, number)

    def _bearer(self, iri: bytes, type_: bytes) -> bytes:
        cut = max(iri.rfind(b"/"), iri.rfind(b"#")) + 1
        space = self._spaces.get(iri[:cut])
        if space is None and len(self._spaces) < _SPACES:
            space = self._spaces[iri[:cut]] = len(self._spaces)
        if space is None:
            space = cut = 0
        return b"%d\t%d\t%b\n" % (self._types.setdefault(type_, len(self._types)), space, iri[cut:])

    def _keys(self, numbered: Iterator[bytes]) -> tuple[_Texts, dict[str, Section], array[int]]:
        """The keys in order, the names of each, and of each name its key."""
        keys, names_at, names = self._new(), array("q"), array("i")
        name_key = array("i")
        starts = array("q")
        last = None
        for line in numbered:
            if not starts:
                starts = self._starts()
                name_key = array("i", bytes(4 * starts[-1]))
            key, number = line[:-10], starts[int(line[-9:-8])] + int(line[-8:], 16)
            if key != last:
                keys.add(key, b"\n")
                names_at.append(len(names))
                last = key
            name_key[number] = len(names_at) - 1
            names.append(number)
        names_at.append(len(names))
        return keys, {"key_names_at": names_at, "key_names": names}, name_key

    def _words_sections(self, labels_from: int) -> dict[str, Section]:
        words, sounds = self._new(), self._new()
        names_at, names = array("q", [0]), array("i")
        for word in sorted(self._words):
            words.add(word.encode(), b"\n")
            sounds.add(sounding(word).encode(), b"\n")
            of_names, of_labels = self._words.pop(word)
            names.extend(of_names)
            names.extend(array("i", (labels_from + number for number in of_labels)))
            names_at.append(len(names))
        return {"words": words.file, "words_at": words.at, "sounds": sounds.file,
                "word_names_at": names_at, "word_names": names}  # fmt: skip

    def _listed(self, numbers: dict[bytes, int]) -> Section:
        texts = self._new()
        texts.add(b"\n".join(numbers))
        return texts.file


def _line(entry: Entry) -> bytes:
    name = entry.name.replace("\t", " ").replace("\n", " ")
    kind = 2 * entry.rank + (not entry.by_words)
    return f"{name}\t{entry.key}\t{entry.iri}\t{entry.type}\t{kind}".encode()
