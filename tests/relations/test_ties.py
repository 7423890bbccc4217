from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from kg.archive import Archive, Contents, open_archive
from kg.build import load, view
from kg.facts import Viewpoint
from kg.model.claims import Certainty
from kg.relations.ties import FAMILIES, Tie, kinds, nodes, ties
from kg.store.embedded import Store, text_of
from kg.vocab import KG

D = "https://w3id.org/prosokg/lyushkov/"


@pytest.fixture(scope="module")
def found(lyushkov: Store) -> list[Tie]:
    return ties(lyushkov)


def between(found: list[Tie], one: str, other: str) -> list[Tie]:
    return [tie for tie in found if {tie.source, tie.target} == {D + one, D + other}]


def keys(store: Store, tie: Tie) -> set[str]:
    return {text_of(node) for claim in tie.claims for node in store.objects(claim, KG + "key")}


def test_kinds_read_well_from_both_ends_in_both_languages() -> None:
    assert len(kinds()) == 16
    assert {kind.family for kind in kinds().values()} == set(FAMILIES)
    for name, kind in kinds().items():
        assert kind.name == name
        wordings = [kind.words, *kind.roles.values()]
        assert all({"en", "ru"} == set(by_language) for by_language in wordings)
        for words in [words for by_language in wordings for words in by_language.values()]:
            assert words.label
            assert kind.symmetric == (words.label == words.inverse)


def test_every_kind_occurs_in_the_archive(found: list[Tie]) -> None:
    assert Counter(tie.kind for tie in found) == {
        "participation": 61, "service": 11, "membership": 7, "purpose": 6, "allegiance": 6,
        "cause": 4, "parent": 3, "relative": 3, "sibling": 2, "office": 2, "spouse": 1,
        "part": 1, "succession": 1,
    }  # fmt: skip


def test_ties_come_once_and_in_order(found: list[Tie]) -> None:
    edges = [(*sorted((t.source, t.target)), t.kind, t.role, t.through) for t in found]
    assert len(set(edges)) == len(edges)
    assert found == sorted(found)


def test_ties_join_nodes_and_rest_on_claims(lyushkov: Store, found: list[Tie]) -> None:
    known = nodes(lyushkov)
    assert Counter(known.values()) == {"person": 15, "body": 20, "happening": 56}
    for tie in found:
        assert {tie.source, tie.target} <= set(known)
        assert tie.claims


def test_rules_double_no_kinship(lyushkov: Store, found: list[Tie]) -> None:
    for one, other, kind, claims in (
        ("daughter", "lyushkov", "parent", {"F159"}),
        ("lyushkov", "tailor", "parent", {"F029", "I01"}),
        ("lyushkov", "mother", "parent", {"F210"}),
        ("inna", "lyushkov", "spouse", {"F156"}),
        ("brother", "lyushkov", "sibling", {"F214"}),
        ("family", "lyushkov", "relative", {"F189"}),
    ):
        kin = [tie for tie in between(found, one, other) if tie.kind in kinds()
               and kinds()[tie.kind].family == "kin"]  # fmt: skip
        assert [(tie.source, tie.target, tie.kind) for tie in kin] == [(D + one, D + other, kind)]
        assert keys(lyushkov, kin[0]) == claims
        assert not kin[0].inferred


def test_service_has_position_posting_and_bounds(lyushkov: Store, found: list[Tie]) -> None:
    [tie] = between(found, "lyushkov", "nkvd")
    assert (tie.role, tie.through) == (D + "nkvd-boss-far-east", D + "posting-far-east")
    assert (tie.start, tie.end) == ("1937-07-31", "1938-06-13")
    assert keys(lyushkov, tie) == {"F055", "F056", "F057"}
    assert not tie.inferred
    assert {t.role: t.inferred for t in between(found, "lyushkov", "the-japanese")} == {
        D + "intelligence-advisor": False, D + "military-advisor": True,
    }  # fmt: skip


def test_leader_is_no_second_agent(found: list[Tie]) -> None:
    assert [t.role for t in between(found, "lyushkov", "interrogations")] == [KG + "leader"]


def test_rival_versions_and_plans_are_possible(lyushkov: Store, found: list[Tie]) -> None:
    shooting = between(found, "takeoka", "shooting-lyushkov")
    assassination = between(found, "stalin", "assassination")
    guess = between(found, "sister", "relatives")
    for [tie], claims in ((shooting, {"F310"}), (assassination, {"F254"}), (guess, {"I07"})):
        assert tie.possible
        assert keys(lyushkov, tie) == claims
    facts = [tie for tie in found if not tie.possible]
    assert len(facts) == 84
    versions = {text_of(q.subject) for q in lyushkov.quads(None, KG + "account", D + "acc-version")}
    assert len(versions) == 16
    assert not versions & {claim for tie in facts for claim in tie.claims}


def test_what_a_viewpoint_follows_is_a_fact(lyushkov: Store) -> None:
    told = view(lyushkov, Viewpoint(according_to=frozenset({D + "acc-version"})), ("core", "kin"))
    found = ties(told)
    [tie] = between(found, "takeoka", "shooting-lyushkov")
    assert not tie.possible
    assert not between(found, "inna", "lyushkov")


def test_what_a_viewpoint_does_not_hear_ties_nobody(lyushkov: Store) -> None:
    certain = view(lyushkov, Viewpoint(least=Certainty.CERTAIN), ("core", "kin"))
    assert not between(ties(certain), "lyushkov", "deportation-parents")
    assert not between(ties(certain), "takeoka", "shooting-lyushkov")
    silent = view(lyushkov, Viewpoint(exclude=frozenset({D + "acc-editor"})), ("core", "kin"))
    [tailor] = between(ties(silent), "lyushkov", "tailor")
    assert keys(silent, tailor) == {"F029"}


def test_siblings_by_rule_rest_on_what_names_their_parent(
    lyushkov_contents: Contents, lyushkov_archive: Archive
) -> None:
    store = load(open_archive(lyushkov_archive.path), lyushkov_contents)
    _claim(store, "x1", "child", "parent", "lyushkov")
    [tie] = [t for t in between(ties(store), "child", "daughter") if t.kind == "sibling"]
    assert tie.inferred
    assert keys(store, tie) == {"F159", "x1"}


def _claim(store: Store, key: str, subject: str, predicate: str, obj: str) -> None:
    """Put a claim, the fact and what the rules make of it into a store."""
    from kg.infer import infer, rules

    node = ox.NamedNode
    claim, rdf = node(D + key), "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    pairs = [
        (claim, rdf + "type", node(KG + "Claim")),
        (claim, rdf + "subject", node(D + subject)),
        (claim, rdf + "predicate", node(KG + predicate)),
        (claim, rdf + "object", node(D + obj)),
        (claim, KG + "account", node(D + "acc-narrator")),
        (claim, KG + "certainty", node(KG + "Certain")),
        (claim, KG + "key", ox.Literal(key)),
        (node(D + subject), rdf + "type", node(KG + "Person")),
        (node(D + subject), KG + predicate, node(D + obj)),
    ]
    store.load(ox.Quad(s, node(p), o) for s, p, o in pairs)
    infer(store, rules(("core",)))
