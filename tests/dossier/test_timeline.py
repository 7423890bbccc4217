"""A life in order: dated, tied to what is dated, or last; and nothing shown as more than it is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kg.build import view
from kg.dossier.timeline import Part, mark, narrowest, timeline, when
from kg.facts import Viewpoint
from kg.query.labels import Labels
from kg.statements import Statement
from kg.store.embedded import Store, text_of
from kg.vocab import KG, RDF

D = "https://w3id.org/prosokg/lyushkov/"
T = "https://example.org/tiny/"


def names(parts: Sequence[Part], base: str = T) -> list[str]:
    return [part.happening.removeprefix(base) for part in parts]


def by_name(parts: Sequence[Part], base: str = T) -> dict[str, Part]:
    return dict(zip(names(parts, base), parts, strict=True))


def voices(statements: Sequence[Statement]) -> list[str]:
    """The labels of the voices of these claims, each once."""
    return list(dict.fromkeys(statement.voice.label for statement in statements))


def test_happenings_stand_in_the_order_that_dates_and_ties_give(tiny: Store) -> None:
    parts = timeline(tiny, T + "anna", Labels(tiny))
    assert names(parts) == [
        "birth",  # 1901
        "letter", "meeting",  # before the meeting of 1920, and it
        "wedding", "illness", "recovery",  # after it; during the wedding; after the illness
        "reunion",  # after the meeting and after the war of 1939, which is no part of her life
        "shooting",  # 1949, by the rumour
        "voyage",  # no date, no tie
    ]  # fmt: skip
    found = by_name(parts)
    labels = Labels(tiny)
    assert found["letter"].order == f"before {T}meeting"
    assert found["reunion"].order == f"after {T}war"
    assert found["illness"].order == f"during {T}wedding"
    assert [when(found[name], labels) for name in ("letter", "illness", "reunion", "voyage")] == [
        "(before first meeting)", "(during wedding)", "(after war)", "",
    ]  # fmt: skip
    assert when(found["reunion"], Labels(tiny, "ru")) == "(после: война)"
    assert found["meeting"].others == (T + "karl",)


def test_dated_parts_of_every_life_are_sorted_and_undated_ones_come_last(
    lyushkov: Store, tiny: Store
) -> None:
    checked = 0
    for store in (lyushkov, tiny):
        for class_ in ("Person", "Group", "Organization", "Place"):
            for quad in store.quads(None, RDF + "type", KG + class_):
                parts = timeline(store, text_of(quad.subject), Labels(store))
                starts = [part.earliest or part.latest for part in parts if part.date]
                assert starts == sorted(starts)
                placed = [bool(p.date or p.attested or p.order) for p in parts]
                assert placed == sorted(placed, reverse=True)
                checked += len(parts)
    assert checked > 100


def test_what_is_no_plain_fact_is_never_without_a_mark(lyushkov: Store, tiny: Store) -> None:
    checked = 0
    for store, base in ((lyushkov, D), (tiny, T)):
        possible = {text_of(q.subject) for q in store.quads(None, RDF + "type", KG + "Possibility")}
        named = {text_of(quad.object) for quad in store.quads(None, RDF + "object")}
        for thing in sorted(iri for iri in named if iri.startswith(base)):
            for part in timeline(store, thing, Labels(store)):
                if part.happening in possible:
                    assert part.kind == "possibility"
                    assert "possibility" in mark(part) or "not a fact" in mark(part)
                    checked += 1
    assert checked > 10


def test_marks_say_whose_word_it_is(lyushkov: Store, tiny: Store) -> None:
    marks = {n: mark(p) for n, p in by_name(timeline(tiny, T + "anna", Labels(tiny))).items()}
    assert marks["shooting"] == "not a fact: alternative"
    assert marks["voyage"] == "possibility"
    assert marks["meeting"] == marks["birth"] == ""
    assert mark(by_name(timeline(tiny, T + "karl", Labels(tiny)))["death"]) == "contested"
    life = by_name(timeline(lyushkov, D + "lyushkov", Labels(lyushkov)), D)
    assert mark(life["death-lyushkov"]) == "contested"
    assert mark(life["shooting-lyushkov"]) == "not a fact: alternative"
    assert mark(life["posting-far-east"]) == "date inferred"
    assert mark(life["birth-lyushkov"]) == ""
    daughter = by_name(timeline(lyushkov, D + "daughter", Labels(lyushkov)), D)
    assert mark(daughter["birth-daughter"]) == "inferred"  # N021 to N023: nobody states it


def test_what_a_rival_version_dates_stands_at_its_date(lyushkov: Store, tiny: Store) -> None:
    shooting = by_name(timeline(tiny, T + "karl", Labels(tiny)))["shooting"]
    assert not shooting.factual
    assert (shooting.date, shooting.earliest, shooting.latest) == (
        "1949",
        "1949-01-01",
        "1949-12-31",
    )
    assert voices(shooting.told) == ["a rumour"]
    assert names(timeline(tiny, T + "karl", Labels(tiny))) == ["meeting", "shooting", "death"]
    life = names(timeline(lyushkov, D + "lyushkov", Labels(lyushkov)), D)
    assert (
        life.index("posting-far-east")
        < life.index("shooting-lyushkov")
        < life.index("death-lyushkov")
    )


def test_according_to_the_version_the_shooting_is_an_event(lyushkov: Store) -> None:
    version = view(
        lyushkov, Viewpoint(according_to=frozenset({D + "acc-version"})), ("core", "kin")
    )
    life = by_name(timeline(version, D + "lyushkov", Labels(version)), D)
    assert life["shooting-lyushkov"].kind == "event"
    assert mark(life["shooting-lyushkov"]) == ""
    assert {voice for part in life.values() for voice in voices(part.statements)} == {
        "one version (whose, is not said)"
    }
    assert mark(life["capture"]) == "possibility"  # even in the version it was prevented
    assert "death-lyushkov" not in life


def test_labels_and_dates_are_russian_for_a_russian_reader(lyushkov: Store) -> None:
    labels = Labels(lyushkov, "ru")
    first, second, *_ = timeline(lyushkov, D + "lyushkov", labels)
    assert (labels.of(first.happening), when(first, labels)) == ("рождение Генриха Люшкова", "1900")
    assert labels.of(KG + "patient") == "с кем или с чем происходит"
    assert when(second, labels) == "с ноября 1920"


@pytest.mark.parametrize(
    ("told", "best"),
    [
        (["1900", "1900-05"], "1900-05"),
        (["1900/", "19XX"], "19XX"),
        (["../1900", "1900/.."], "../1900"),
        (["not a date", "1900/.."], "1900/.."),
        (["-0044-03-15", "-0044"], "-0044-03-15"),
        ([], ""),
    ],
)
def test_narrowest_date_is_the_one_that_says_most(told: list[str], best: str) -> None:
    assert narrowest(told) == narrowest(told[::-1]) == best
