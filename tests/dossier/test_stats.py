"""An archive in numbers, and which words of its sources nobody has quoted."""

from __future__ import annotations

from kg.archive import Archive, Contents, read_contents
from kg.build import count, view
from kg.dossier.stats import coverage, function_words, stats
from kg.facts import Viewpoint
from kg.query.labels import Labels
from kg.store.embedded import Store

D = "https://w3id.org/prosokg/lyushkov/"


def test_counts_are_those_of_the_build(lyushkov: Store, lyushkov_contents: Contents) -> None:
    found = stats(lyushkov, Labels(lyushkov))
    built = count(lyushkov, lyushkov_contents)
    assert (found.facts, found.inferred) == (built["facts"], built["inferred"])
    assert sum(number for *_, number in found.claims) == built["claims"] == 380
    # the source is a thing of the list, but none of the story
    assert sum(number for _, number in found.things) + 1 == built["things"] == 155
    assert found.conflicts == 3
    assert 0 < found.disputed < found.dated < found.happenings
    assert 0 < found.placed < found.happenings
    assert {account for account, *_ in found.claims} >= {"the biography's own voice"}


def test_labels_of_classes_are_in_the_language_of_the_reader(lyushkov: Store) -> None:
    things = dict(stats(lyushkov, Labels(lyushkov, "ru")).things)
    assert things["человек"] == dict(stats(lyushkov, Labels(lyushkov)).things)["person"]


def test_facts_are_counted_in_the_viewpoint_of_the_store(lyushkov: Store) -> None:
    version = view(lyushkov, Viewpoint(according_to=frozenset({D + "acc-version"})), ("core",))
    found = stats(version, Labels(version))
    assert found.facts == sum(number for *_, number in found.claims) == 16
    assert found.conflicts == 0
    silent = view(lyushkov, Viewpoint(exclude=frozenset({D + "acc-narrator"})), ("core",))
    assert 0 < stats(silent, Labels(silent)).facts < stats(lyushkov, Labels(lyushkov)).facts


def test_every_content_word_of_the_biography_is_quoted(lyushkov_contents: Contents) -> None:
    (found,) = coverage(lyushkov_contents)
    assert found.missing == ()
    assert found.covered == found.words > 300


def test_words_that_nobody_quoted_are_named_with_their_places(tiny_archive: Archive) -> None:
    contents = read_contents(tiny_archive)
    (found,) = coverage(contents)
    text = contents.sources[0].text
    missing = {word for _, word in found.missing}
    assert {"Rumour", "parish", "register", "journey"} <= missing
    assert "spy" not in missing
    assert all(text[place:].startswith(word) for place, word in found.missing)
    assert found.covered + len(found.missing) == found.words


def test_function_words_exist_for_languages_we_know_and_no_others() -> None:
    assert {"the", "of"} <= function_words("en")
    assert function_words("en-GB") == function_words("en")
    assert function_words("") == function_words("xx") == frozenset()
