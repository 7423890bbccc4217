"""An archive in numbers: what there is, how sure it is, and which words no claim has quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg import assets
from kg.archive import Contents
from kg.facts import Standing, standing, viewpoint_of
from kg.model.claims import Passage, Source
from kg.query.labels import Labels
from kg.store.claims import stored_claims
from kg.store.embedded import Store, text_of
from kg.vocab import INFERRED, KG

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a source's body is quoted: content words, and those in no quotation.

    `missing` are (offset, word); `words` counts content words.
    """

    source: str
    title: str
    words: int
    covered: int
    missing: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The numbers; `things` by class, `claims` by (account, mode, certainty)."""

    things: tuple[tuple[str, int], ...]
    claims: tuple[tuple[str, str, str, int], ...]
    facts: int
    inferred: int
    happenings: int
    dated: int
    placed: int
    disputed: int
    conflicts: int


def stats(store: Store, labels: Labels) -> Stats:
    """Counts over a whole store."""
    things = tuple(
        (labels.of(text_of(class_)), int(text_of(number)))
        for class_, number in store.rows(assets.read("queries/model/counts.rq"))
    )
    claims = tuple(
        (labels.of(text_of(account)), text_of(mode).removeprefix(KG),
         text_of(certainty).removeprefix(KG), int(text_of(number)))
        for account, mode, certainty, number in store.rows(
            assets.read("queries/model/claim-counts.rq")
        )
    )  # fmt: skip
    shares = store.rows(assets.read("queries/model/share.rq"))[0]
    happenings, dated, placed, disputed = (int(text_of(node)) for node in shares)
    inferred = sum(1 for _ in store.quads(graph=INFERRED))
    viewpoint = viewpoint_of(store)
    facts = {
        (claim.subject, claim.predicate, claim.object)
        for claim in stored_claims(store)
        if standing(claim, viewpoint) is Standing.FACT
    }
    conflicts = sum(1 for _ in store.quads(None, KG + "conflictsWith")) // 2
    return Stats(
        things=things, claims=claims, facts=len(facts), inferred=inferred, happenings=happenings,
        dated=dated, placed=placed, disputed=disputed, conflicts=conflicts,
    )  # fmt: skip


def coverage(contents: Contents, store: Store | None = None) -> tuple[Coverage, ...]:
    """For each source that has a body: which of its content words stand in a quotation.

    With a store, only the claims that its viewpoint hears count.
    """
    passages = [
        claim.passage
        for claim in contents.claims
        if claim.passage is not None and (store is None or store.objects(claim.iri, KG + "passage"))
    ]
    return tuple(
        _coverage(source, passages) for source in contents.sources if source.body is not None
    )


def _coverage(source: Source, passages: Sequence[Passage]) -> Coverage:
    assert source.body is not None
    quoted = bytearray(len(source.text))
    for passage in passages:
        if passage.source == source.iri:
            quoted[passage.start : passage.end] = b"\x01" * (passage.end - passage.start)
    skipped = function_words(source.language)
    words = covered = 0
    missing = []
    for match in _WORD.finditer(source.text, source.body.start, source.body.end):
        if match[0].casefold() in skipped:
            continue
        words += 1
        if all(quoted[match.start() : match.end()]):
            covered += 1
        else:
            missing.append((match.start(), match[0]))
    return Coverage(
        source=source.iri, title=source.title, words=words, covered=covered, missing=tuple(missing)
    )


def function_words(language: str) -> frozenset[str]:
    """Words that need not be quoted in a text of this language; none where there is no list."""
    path = f"data/words/function-{language.partition('-')[0]}.txt"
    if not language or not (assets.root() / path).is_file():
        return frozenset()
    lines = assets.read(path).splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
