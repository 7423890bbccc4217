"""The graph of ties: who is in it, what its nodes and edges carry, and what is left out."""

from __future__ import annotations

from collections import Counter

import pytest

from kg.archive import Archive
from kg.build import view
from kg.errors import UnknownName
from kg.facts import Viewpoint
from kg.relations.graph import to_networkx
from kg.relations.ties import nodes, ties
from kg.store.embedded import Store, memory

D = "https://w3id.org/prosokg/lyushkov/"


def test_graph_holds_all_people_and_whatever_a_tie_touches(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov)
    kinds = Counter(data["kind"] for _, data in graph.nodes(data=True))
    assert kinds == {"person": 15, "body": 18, "happening": 37}
    # Nothing but rival versions ties Takeoka to another person; he is there all the same.
    assert [graph.nodes[node]["kind"] for node in graph[D + "takeoka"]] == ["body"]
    touched = {end for source, target in graph.edges() for end in (source, target)}
    people = {node for node, sort in nodes(lyushkov).items() if sort == "person"}
    assert set(graph) == touched | people


def test_each_tie_is_one_edge_under_a_key_of_its_own(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov)
    expected = [tie for tie in ties(lyushkov) if not tie.possible]
    assert graph.number_of_edges() == len(expected) == 84
    assert Counter(kind for *_, kind in graph.edges(data="kind")) == {
        "participation": 46, "service": 11, "membership": 6, "allegiance": 6, "parent": 3,
        "relative": 3, "sibling": 2, "office": 2, "cause": 2, "spouse": 1, "part": 1,
        "succession": 1,
    }  # fmt: skip
    assert len({key for *_, key in graph.edges(keys=True)}) == 84


def test_node_says_what_is_known_of_a_person(lyushkov: Store) -> None:
    assert to_networkx(lyushkov).nodes[D + "lyushkov"] == {
        "label": "Genrikh Lyushkov",
        "curie": "d:lyushkov",
        "kind": "person",
        "type": "Person",
        "names": ["Генрих Самойлович Люшков", "Genrikh Lyushkov", "Genrikh Samoilovich Lyushkov"],
        "gender": "male",
        "birth": "1900",
        "death": "1945-08-19",
        "fates": ["disappeared", "fate uncertain"],
    }


def test_what_is_not_known_is_no_attribute(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov)
    assert graph.nodes[D + "nkvd"].keys() == {"label", "curie", "kind", "type"}
    stalin = graph.nodes[D + "stalin"]
    assert "birth" not in stalin
    assert all(value not in (None, "", []) for _, data in graph.nodes(data=True)
               for value in data.values())  # fmt: skip


def test_happening_has_its_sort_and_bounds(lyushkov: Store) -> None:
    disappearance = to_networkx(lyushkov).nodes[D + "disappearance"]
    assert disappearance["type"] == "Event"
    assert disappearance["event"] == "disappearance"
    assert (disappearance["start"], disappearance["end"]) == ("1945-08-01", "1945-08-31")


def test_edge_says_what_the_tie_rests_on(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov)
    (service,) = graph.get_edge_data(D + "yezhov", D + "nkvd").values()
    claims = service.pop("claims")
    assert len(claims) == 3
    assert all(claim.startswith("d:c-") for claim in claims)
    assert "NKVD boss Nikolai Yezhov" in service.pop("quote")
    assert service == {
        "label": "in the service of", "kind": "service", "family": "service", "role": "NKVD boss",
        "through": "d:posting-yezhov", "symmetric": False, "possible": False, "inferred": False,
    }  # fmt: skip
    (patient,) = graph.get_edge_data(D + "lyushkov", D + "disappearance").values()
    assert (patient["label"], patient["role"]) == ("underwent", "patient")
    assert (patient["start"], patient["end"]) == ("1945-08-01", "1945-08-31")


def test_possible_ties_come_when_asked_for(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov, include_possible=True)
    assert graph.number_of_edges() == 108
    assert Counter(possible for *_, possible in graph.edges(data="possible")) == {
        False: 84, True: 24,
    }  # fmt: skip
    assert graph.nodes[D + "departure"]["type"] == "Possibility"
    assert D + "departure" not in to_networkx(lyushkov)


def test_kinds_and_families_narrow_the_ties_but_not_the_people(lyushkov: Store) -> None:
    kin = to_networkx(lyushkov, kinds=["kin"])
    assert {kind for *_, kind in kin.edges(data="kind")} == {
        "parent", "relative", "sibling", "spouse",
    }  # fmt: skip
    assert sum(data["kind"] == "person" for _, data in kin.nodes(data=True)) == 15
    only = to_networkx(lyushkov, kinds=["office", "spouse"])
    assert only.number_of_edges() == 3
    assert to_networkx(lyushkov, kinds=[]).number_of_edges() == 0
    with pytest.raises(UnknownName, match='"friendship"'):
        to_networkx(lyushkov, kinds=["friendship"])


def test_persons_only_keeps_what_joins_two_people_directly(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov, persons_only=True)
    assert graph.number_of_nodes() == 15
    assert sorted((s[len(D):], t[len(D):], kind) for s, t, kind in graph.edges(data="kind")) == [
        ("brother", "lyushkov", "sibling"), ("daughter", "lyushkov", "parent"),
        ("inna", "lyushkov", "spouse"), ("lyushkov", "balitsky", "office"),
        ("lyushkov", "deribas", "office"), ("lyushkov", "mother", "parent"),
        ("lyushkov", "sister", "sibling"), ("lyushkov", "tailor", "parent"),
    ]  # fmt: skip


def test_words_are_in_the_language_asked_for(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov, language="ru")
    assert graph.nodes[D + "yezhov"]["label"] == "Николай Ежов"
    (spouse,) = graph.get_edge_data(D + "inna", D + "lyushkov").values()
    assert spouse["label"] == "в браке"
    (english,) = to_networkx(lyushkov, language="xx").get_edge_data(
        D + "inna", D + "lyushkov"
    ).values()  # fmt: skip
    assert english["label"] == "married to"


def test_order_and_title_are_fixed(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov, title="A life", base=D)
    assert graph.graph == {"title": "A life", "base": D}
    assert list(graph) == sorted(graph)
    again = to_networkx(lyushkov)
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(data=True, keys=True)) == list(graph.edges(data=True, keys=True))


def test_viewpoint_that_hears_nobody_has_no_ties(
    lyushkov: Store, lyushkov_archive: Archive
) -> None:
    accounts = {quad.subject.value for quad in lyushkov.quads(
        None, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "https://w3id.org/prosokg/ns#Account")}  # fmt: skip
    silent = view(lyushkov, Viewpoint(exclude=frozenset(accounts)), lyushkov_archive.rules)
    graph = to_networkx(silent, include_possible=True)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (15, 0)


def test_empty_store_gives_an_empty_graph() -> None:
    graph = to_networkx(memory())
    assert (len(graph), graph.number_of_edges(), graph.graph) == (0, 0, {})
