"""Finds things by name: any script, no diacritics, a part that is unique, a near spelling."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import UnknownName
from kg.index.names import Entry, Names
from kg.ontology import load as ontology
from kg.vocab import KG, RDF, RDFS, Curies, is_iri

if TYPE_CHECKING:
    from kg.store.embedded import Store

_NOT_WORD = re.compile(r"[\W_]+")
_NAMES = tuple(KG + name for name in ("name", "givenName", "familyName", "patronymic", "nickname"))
_NOT_NAMED = frozenset(KG + name for name in ("Claim", "Inference", "Passage", "PersonalName"))
_LABELLED = frozenset(
    KG + name for name in ("Event", "Posting", "Possibility", "Family", "Association", "Media")
)
_MANY = 16_000  # names: to sort more takes longer than to find the first of them


class Match(NamedTuple):
    """A thing that a text may mean: how well it fits (lower `rank` is better; 100 is a near
    spelling) and the name by which it was found.
    """

    iri: str
    type: str
    name: str
    rank: int
    score: float = 100.0


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The key of a name: Latin letters (romanised), lower case, words parted by single spaces."""
    if not text.isascii():
        from anyascii import anyascii

        text = anyascii(text)
    plain = text.replace("'", "").replace("`", "")
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def entries(store: Store) -> Iterator[Entry]:
    """Every way to name a thing of a store.

    Happenings and families of family trees, which are labelled with the names of people, are
    found by their whole label alone: whoever looks for a name looks for people.
    """
    from kg.store.embedded import text_of

    types: dict[str, list[str]] = {}
    for quad in store.quads(None, RDF + "type"):
        type_ = text_of(quad.object)
        if type_ not in _NOT_NAMED:
            types.setdefault(text_of(quad.subject), []).append(type_)
    of_records = _of_records(store)
    for rank, predicates in ((0, _NAMES), (1, (RDFS + "label",))):
        for predicate in predicates:
            for quad in store.quads(None, predicate):
                iri, name = text_of(quad.subject), text_of(quad.object)
                key = fold(name)
                if not key:
                    continue  # signs alone: nothing to search by
                for type_ in types.get(iri, ()):
                    by_words = type_ not in _LABELLED or iri not in of_records
                    yield Entry(key, rank, iri, type_, name, by_words)


def _of_records(store: Store) -> set[str]:
    """What whole records are claims about."""
    from kg.store.embedded import text_of

    single = {quad.subject for quad in store.quads(None, RDF + "predicate")}
    return {
        text_of(quad.object)
        for quad in store.quads(None, RDF + "subject")
        if quad.subject not in single
    }


def find(
    names: Names, text: str, *, most: int = 20, near: bool = True,
    fits: Callable[[str], bool] = lambda type_: True,
) -> list[Match]:  # fmt: skip
    """Things whose names fit `text`, best first, each once, of the classes (IRIs) that `fits` takes.

    A whole name comes before a label, before words of either, before a beginning; where
    nothing has such a name, near spellings.
    """
    key = fold(text)
    stages = [_whole, _begun, _begun_by_word, *([_near] if near else [])] if key else []
    found: dict[str, Match] = {}
    for stage in stages:
        anything = False
        for rank, name, score in stage(names, key):
            for bearer in names.bearers(name):
                anything = True
                if bearer.iri not in found and fits(bearer.type):
                    found[bearer.iri] = Match(
                        iri=bearer.iri, type=bearer.type, name=names.text(name), rank=rank,
                        score=score,
                    )  # fmt: skip
                    if len(found) == most:
                        return list(found.values())
        if anything:
            break
    return list(found.values())


def beginning(names: Names, text: str, most: int) -> list[Match]:
    """Things that have a name of which `text` is the whole or the beginning, or that of a word."""
    key = fold(text)
    found: dict[str, Match] = {}
    for rank, name, _ in _begun(names, key):
        for iri, type_ in names.bearers(name):
            found.setdefault(iri, Match(iri=iri, type=type_, name=names.text(name), rank=rank))
            if len(found) == most:
                return list(found.values())
    return list(found.values())


_Ranked = tuple[int, int, float]  # rank, number of a name, score


def _ranked(names: Names, numbers: Iterable[int], least: int) -> Iterator[_Ranked]:
    return ((least + names.rank(number), number, 100.0) for number in numbers)


def _whole(names: Names, key: str) -> Iterator[_Ranked]:
    """The names that are the key, then those that have all its words."""
    yield from _ranked(names, names.with_key(key), 0)
    words = [names.word(word) for word in set(key.split())]
    known = [range(word, word + 1) for word in words if word is not None]
    if len(known) == len(words):
        first, *others = sorted(known, key=names.times)
        all_of_them = names.with_words(first)
        for word in others:
            all_of_them = sorted(set(all_of_them).intersection(names.with_words(word)))
        yield from _ranked(names, all_of_them, 2)


def _begun(names: Names, key: str) -> Iterator[_Ranked]:
    """The names that begin with the key, then those of which a word does."""
    yield from _ranked(names, _ascending(names.keys_starting(key)), 4)
    if " " not in key:
        begun = names.with_words(names.words_starting(key))
        yield from _ranked(names, _ascending(begun), 6)


def _begun_by_word(names: Names, key: str) -> Iterator[_Ranked]:
    """The names in which each word of the key is one or begins one."""
    runs = {word: names.words_starting(word) for word in key.split()}
    rarest = min(runs, key=lambda word: names.times(runs[word]))
    others = set(runs) - {rarest}

    def has_them(name: int) -> bool:
        own = names.key(name).split()
        return all(any(word.startswith(other) for word in own) for other in others)

    begun = names.with_words(runs[rarest])
    yield from _ranked(names, filter(has_them, _ascending(begun)), 6)


def _ascending(numbers: list[int]) -> Iterator[int]:
    """Numbers in order, each once; of a great many the first are found before all are sorted."""
    if len(numbers) > _MANY:
        first = sorted(set(heapq.nsmallest(_MANY // 16, numbers)))
        yield from first
        numbers = [number for number in numbers if number > first[-1]]
    yield from sorted(set(numbers))


def _near(names: Names, key: str) -> Iterator[_Ranked]:
    """The names whose keys, or words of them, are spelt or sound nearly so."""
    from kg.index.spellings import near

    found = near(names, key)
    for score, group in groupby(sorted(found, key=lambda text: -found[text]), key=found.get):
        numbers: set[int] = set()
        for text in group:
            numbers.update(names.with_key(text))
            word = names.word(text)
            if word is not None:
                numbers.update(names.with_words(range(word, word + 1))[: _MANY // 16])
        for number in sorted(numbers, key=lambda number: (names.text(number), number)):
            yield 100, number, score or 0.0


def resolve(
    names: Names, text: str, *, curies: Curies, known: Callable[[str], bool],
    wanted: Iterable[str] = (),
) -> str:  # fmt: skip
    """The IRI of the one thing that `text` (an IRI, a CURIE or a name) means.

    `wanted` are classes (IRIs) that it must be one of; empty for any. UnknownName where nothing
    fits (with near names) or several things do (with the candidates).
    """
    iri = curies.expand(text)
    if iri is None and text.startswith(("http://", "https://")) and is_iri(text):
        iri = text
    if iri is not None:
        if known(iri):
            return iri
        raise UnknownName(
            f'nothing here has the id "{text}"', hint="look for it with: kg find NAME"
        )
    classes = tuple(wanted)

    def fits(type_: str) -> bool:
        return (
            not classes or type_ in classes or any(ontology().is_a(type_, name) for name in classes)
        )

    matches = find(names, text, most=1000, fits=fits)
    kind = "thing"
    if classes and (not matches or matches[0].rank >= 100):
        kind = " or ".join(ontology().label(name) for name in classes)
    if not matches:
        others = find(names, text, most=3)
        hint = f'look with: kg find "{text}"'
        if others:
            listed = ", ".join(f"{curies.compress(o.iri)} ({o.name})" for o in others)
            hint = f"there is, of another kind: {listed}"
        raise UnknownName(f'no {kind} is called "{text}"', hint=hint)
    best = [match for match in matches if match.rank == matches[0].rank]
    if matches[0].rank >= 100:
        listed = ", ".join(dict.fromkeys(match.name for match in matches[:3]))
        raise UnknownName(f'no {kind} is called "{text}"', hint=f"did you mean: {listed}?")
    if len(best) > 1:
        listed = "\n".join(f"    {curies.compress(m.iri)}  {m.name}" for m in best[:10])
        more = f"\n    … and {len(best) - 10} more" if len(best) > 10 else ""
        raise UnknownName(
            f'"{text}" may mean {len(best)} things', hint=f"name one of\n{listed}{more}"
        )
    return best[0].iri
