"""Every content word of the biography stands in a quotation, and every sentence in a claim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.archive import Contents
from kg.dossier.stats import coverage
from kg.model.sentences import sentence_at


def test_every_content_word_is_quoted(lyushkov_contents: Contents) -> None:
    (found,) = coverage(lyushkov_contents)
    assert found.missing == ()
    assert found.covered == found.words
    assert found.words > 300


def sentences(contents: Contents) -> set[tuple[int, int]]:
    """The sentences of the body, as spans."""
    source = contents.sources[0]
    assert source.body is not None
    found, at = set(), source.body.start
    while at < source.body.end:
        if source.text[at].isspace():
            at += 1
            continue
        start, end = sentence_at(source.text, at, at + 1)
        found.add((start, end))
        at = max(end, at + 1)
    return found


def test_every_sentence_has_a_claim(lyushkov_contents: Contents) -> None:
    text = lyushkov_contents.sources[0].text
    spans = [(c.passage.start, c.passage.end) for c in lyushkov_contents.claims if c.passage]
    found = sentences(lyushkov_contents)
    assert len(found) >= 20
    bare = [
        text[start:end]
        for start, end in sorted(found)
        if not any(start < last and first < end for first, last in spans)
    ]
    assert bare == []


def test_a_claim_that_alone_quotes_a_word_is_missed(lyushkov_contents: Contents) -> None:
    """Each word is held by some row: take away the rows that quote it, and it is missing."""
    (whole,) = coverage(lyushkov_contents)
    alone = 0
    for number, claim in enumerate(lyushkov_contents.claims):
        others = lyushkov_contents.claims[:number] + lyushkov_contents.claims[number + 1 :]
        if claim.passage is None:
            continue
        quoted = range(claim.passage.start, claim.passage.end)
        if any(
            o.passage and o.passage.start <= quoted.start and o.passage.end >= quoted.stop
            for o in others
        ):
            continue
        (found,) = coverage(replace(lyushkov_contents, claims=others))
        assert found.words == whole.words
        alone += bool(found.missing)
        assert all(start in quoted for start, _ in found.missing)
    assert alone > 25


@pytest.mark.parametrize("word", ["cremated", "Lyushkov"])
def test_word_without_any_claim_is_named(word: str, lyushkov_contents: Contents) -> None:
    source = lyushkov_contents.sources[0]
    assert source.body is not None
    at = source.text.index(word, source.body.start)
    kept = tuple(
        claim
        for claim in lyushkov_contents.claims
        if not (claim.passage and claim.passage.start <= at < claim.passage.end)
    )
    assert len(kept) < len(lyushkov_contents.claims)
    (found,) = coverage(replace(lyushkov_contents, claims=kept))
    assert (at, word) in found.missing
