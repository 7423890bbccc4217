"""Finds things by name: any script, no diacritics, a part that is unique, a near spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

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
_CLOSE = 75  # of 100: from here on a spelling counts as near
# Ways of writing one sound in Latin letters: German, French, Polish, English.
_SOUNDS = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("t?sch|sz|ch", "sh"), ("ou", "u"), ("j|i(?=[aou])", "y"), ("w", "v"), ("ck", "k"),
        ("ph", "f"), ("th", "t"), (r"(.)\1", r"\1"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
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
    from anyascii import anyascii

    plain = anyascii(text).replace("'", "").replace("`", "")
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def entries(store: Store) -> Iterator[Entry]:
    """Every way to name a thing of a store, words of names included.

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
                    yield Entry(key, rank, iri, type_, name)
                    if " " not in key or (iri in of_records and type_ in _LABELLED):
                        continue
                    for word in key.split():
                        yield Entry(word, rank + 2, iri, type_, name)


def _of_records(store: Store) -> set[str]:
    """What whole records are claims about."""
    from kg.store.embedded import text_of

    single = {quad.subject for quad in store.quads(None, RDF + "predicate")}
    return {
        text_of(quad.object)
        for quad in store.quads(None, RDF + "subject")
        if quad.subject not in single
    }


def find(names: Names, text: str, *, most: int = 20, near: bool = True) -> list[Match]:
    """Things whose names fit `text`, best first, each once.

    A whole name comes before a label, before words of either, before a beginning; where
    nothing fits, near spellings.
    """
    key = fold(text)
    if not key:
        return []
    found: dict[str, Match] = {}

    def add(entry: Entry, rank: int, score: float = 100.0) -> None:
        have = found.get(entry.iri)
        if have is None or (rank, -score) < (have.rank, -have.score):
            found[entry.iri] = Match(iri=entry.iri, type=entry.type, name=entry.name, rank=rank,
                                     score=score)  # fmt: skip

    for entry in names.exactly(key):
        add(entry, entry.rank)
    words = key.split()
    if len(words) > 1:
        for entry in _with_all(names, words):
            add(entry, entry.rank)
    if not found:
        for entry in names.starting(key):
            add(entry, entry.rank + 4)
    if not found and len(words) > 1:
        for entry in _with_all(names, words, prefix=True):
            add(entry, entry.rank + 4)
    if not found and near:
        for entry, score in _near(names, key):
            add(entry, 100, score)
    ordered = sorted(found.values(), key=lambda m: (m.rank, -m.score, m.name, m.iri))
    return ordered[:most]


def _with_all(names: Names, words: list[str], *, prefix: bool = False) -> Iterator[Entry]:
    """Entries (of words) of the things that have every one of `words` in one and the same name."""
    hits: dict[tuple[str, str], set[str]] = {}
    first: dict[tuple[str, str], Entry] = {}
    for word in words:
        for entry in names.starting(word) if prefix else names.exactly(word):
            if entry.rank >= 2 or " " not in entry.key:
                hits.setdefault((entry.iri, entry.name), set()).add(word)
                first.setdefault((entry.iri, entry.name), entry)
    for place, seen in hits.items():
        if len(seen) == len(set(words)):
            yield first[place]


def _near(names: Names, key: str) -> Iterator[tuple[Entry, float]]:
    from rapidfuzz import fuzz, process

    everything = list(names.all())
    best: dict[int, float] = {}
    for folded in (str, _sounding):
        keys = [folded(entry.key) for entry in everything]
        for _, score, place in process.extract(
            folded(key), keys, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=40
        ):
            best[place] = max(score, best.get(place, 0))
    for place, score in sorted(best.items(), key=lambda item: -item[1]):
        yield everything[place], score


def _sounding(key: str) -> str:
    """A key by its sounds, roughly: Ljuschkow, Liouchkov and Lyushkov become one."""
    for spelling, sound in _SOUNDS:
        key = spelling.sub(sound, key)
    return key


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

    def fits(match: Match) -> bool:
        return (
            not classes
            or match.type in classes
            or any(ontology().is_a(match.type, name) for name in classes)
        )

    matches = [match for match in find(names, text, most=1000) if fits(match)]
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
