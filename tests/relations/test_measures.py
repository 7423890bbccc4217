"""The measures have the values of the literature, whatever the order, and never pair a crowd."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import networkx as nx
import pytest

from kg.errors import UnknownName
from kg.relations.graph import to_networkx
from kg.relations.measures import (
    MOST_PAIRED,
    Centrality,
    Measures,
    annotated,
    groups,
    measure,
    project,
    ranked,
)
from kg.store.embedded import Store

D = "https://w3id.org/prosokg/lyushkov/"


def society(
    ties: Iterable[tuple[str, str] | tuple[str, str, str, str]], bodies: str = "", alone: str = ""
) -> nx.MultiDiGraph:
    """A graph of ties (source, target, start, end); `bodies` and `alone` are names of one letter."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(alone, kind="person")
    for tie in ties:
        for end in tie[:2]:
            graph.add_node(end, kind="body" if end in bodies else "person")
        span = {name: day for name, day in zip(("start", "end"), tie[2:], strict=False) if day}
        graph.add_edge(*tie[:2], **span)
    return graph


def values(measures: Measures, name: str) -> dict[str, Any]:
    return {person.iri: getattr(person, name) for person in measures.people}


def by_iri(measures: Measures) -> dict[str, Centrality]:
    return {person.iri: person for person in measures.people}


def test_kite_has_the_published_betweenness() -> None:
    # D. Krackhardt, "Assessing the political landscape", Administrative Science Quarterly 35, 1990.
    names = dict(enumerate(
        ("Andre", "Beverley", "Carol", "Diane", "Ed", "Fernando", "Garth", "Heather", "Ike", "Jane")
    ))  # fmt: skip
    kite = nx.relabel_nodes(nx.krackhardt_kite_graph(), names)
    measures = measure(society(kite.edges()))
    assert values(measures, "degree") == {
        "Andre": 4, "Beverley": 4, "Carol": 3, "Diane": 6, "Ed": 3, "Fernando": 5, "Garth": 5,
        "Heather": 3, "Ike": 2, "Jane": 1,
    }  # fmt: skip
    rounded = {name: round(value, 3) for name, value in values(measures, "betweenness").items()}
    assert rounded == {
        "Andre": 0.023, "Beverley": 0.023, "Carol": 0.0, "Diane": 0.102, "Ed": 0.0,
        "Fernando": 0.231, "Garth": 0.231, "Heather": 0.389, "Ike": 0.222, "Jane": 0.0,
    }  # fmt: skip
    assert {name for name, broker in values(measures, "is_broker").items() if broker} == {
        "Heather", "Ike",
    }  # fmt: skip
    assert measures.pivots is None
    assert measures.unpaired == ()


def test_star_has_the_values_of_the_formulas() -> None:
    # c = 0.15/5 + 0.85·4·l, l = 0.15/5 + 0.85·c/4, c + 4l = 1: c = 0.88/1.85.
    star = by_iri(measure(society([("c", leaf) for leaf in "wxyz"])))
    assert star["c"].pagerank == pytest.approx(0.88 / 1.85, rel=1e-5)
    assert star["x"].pagerank == pytest.approx((1 - 0.88 / 1.85) / 4, rel=1e-5)
    assert (star["c"].betweenness, star["x"].betweenness) == (1.0, 0.0)
    # Four contacts who do not know each other: 4 · (1/4)²; one contact alone: 1².
    assert (star["c"].constraint, star["x"].constraint) == (0.25, 1.0)


def test_constraint_counts_what_contacts_invest_in_each_other() -> None:
    # Triangle: each of two contacts has 1/2 directly and 1/2 · 1/2 by way of the other: 2 · (3/4)².
    assert values(measure(society(["ab", "bc", "ca"])), "constraint") == {
        "a": 1.125, "b": 1.125, "c": 1.125,
    }  # fmt: skip
    # Two ties between a and b weigh twice: a invests 2/3 and 1/3, b 2/3 and 1/3, c 1/2 each.
    # a: (2/3 + 1/3 · 1/2)² + (1/3 + 2/3 · 1/3)²; c: 2 · (1/2 + 1/2 · 2/3)².
    weighted = values(measure(society(["ab", "ba", "bc", "ca"])), "constraint")
    assert weighted["a"] == weighted["b"] == pytest.approx((5 / 6) ** 2 + (5 / 9) ** 2, rel=1e-5)
    assert weighted["c"] == pytest.approx(2 * (5 / 6) ** 2, rel=1e-5)


def test_constraint_and_betweenness_agree_with_networkx(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov, include_possible=True)
    net = project(graph)
    constraint = nx.constraint(net, weight="weight")
    between = nx.betweenness_centrality(net)
    for person in measure(graph).people:
        assert person.betweenness == pytest.approx(between[person.iri], rel=1e-5)
        if person.constraint is None:
            assert net.degree(person.iri) == 0
        else:
            assert person.constraint == pytest.approx(constraint[person.iri], rel=1e-5)


def test_sharing_a_body_makes_neighbours_where_times_may_overlap() -> None:
    net = project(society([
        ("a", "X", "1920-01-01", "1925-12-31"), ("b", "X", "1926-01-01", ""),
        ("c", "X"), ("d", "X", "", "1919-12-31"), ("a", "X", "1930-01-01", "1930-12-31"),
    ], bodies="X"))  # fmt: skip
    assert sorted(net.edges()) == [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]
    # A body of four people gives each pair a third.
    assert {weight for *_, weight in net.edges(data="weight")} == {1 / 3}


def test_weights_add_up_over_ties_and_bodies() -> None:
    net = project(society(["ab", "ba", "aX", "bX", "aY", "bY", "cY"], bodies="XY"))
    assert dict(net["a"]) == {"b": {"weight": 1 + 1 + 1 + 1 / 2}, "c": {"weight": 1 / 2}}


def test_bodies_alone_join_nobody() -> None:
    assert not project(society(["aX", "XY", "bY"], bodies="XY")).edges()


def test_people_without_ties_are_measured_too() -> None:
    measures = measure(society(["ab"], alone="z"))
    alone = by_iri(measures)["z"]
    assert (alone.degree, alone.betweenness, alone.constraint, alone.is_broker) == (
        0, 0.0, None, False,
    )  # fmt: skip
    assert (alone.component, alone.community) == (2, 2)
    assert sum(values(measures, "pagerank").values()) == pytest.approx(1, abs=1e-5)


def test_nobody_has_no_measures() -> None:
    assert measure(nx.MultiDiGraph()) == Measures(people=())


def test_components_and_communities_are_numbered_from_the_biggest() -> None:
    # Two cliques of four and three with one tie between them, and a pair elsewhere.
    ties = ["ab", "ac", "ad", "bc", "bd", "cd", "ef", "eg", "fg", "de", "yz"]
    measures = measure(society(ties))
    assert [[p.iri for p in group] for group in groups(measures, "component")] == [
        ["d", "e", "a", "b", "c", "f", "g"], ["y", "z"],
    ]  # fmt: skip
    assert [sorted(p.iri for p in group) for group in groups(measures, "community")] == [
        ["a", "b", "c", "d"], ["e", "f", "g"], ["y", "z"],
    ]  # fmt: skip
    assert [p.iri for p in measures.people if p.is_broker] == ["d", "e"]


def test_ranking_puts_equal_people_in_order_of_name() -> None:
    graph = society([("c", leaf) for leaf in "zyx"], alone="b")
    nx.set_node_attributes(graph, {"z": "Anna", "y": "Boris", "x": "Anna", "c": "Z"}, "label")
    measures = measure(graph)
    assert [p.iri for p in ranked(measures, "degree")] == ["c", "x", "z", "y", "b"]
    assert [p.iri for p in ranked(measures, "constraint")] == ["c", "x", "z", "y", "b"]
    with pytest.raises(UnknownName, match='"fame"'):
        ranked(measures, "fame")


def test_order_in_which_ties_come_changes_nothing(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov)
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from(reversed(list(graph.edges(data=True))))
    assert measure(turned) == measure(graph)


def test_lyushkov_stands_between_the_others(lyushkov: Store) -> None:
    graph = to_networkx(lyushkov)
    measures = measure(graph)
    assert {person.iri[len(D):] for person in measures.people if not person.degree} == {
        "infiltrator", "takeoka",
    }  # fmt: skip
    (broker,) = (person for person in measures.people if person.is_broker)
    # Relatives, those he interrogated, his predecessors, Stalin's favour and Yezhov's NKVD.
    assert sorted(iri[len(D):] for iri in project(graph)[D + "lyushkov"]) == [
        "balitsky", "brother", "daughter", "deribas", "inna", "kamenev", "mother", "sister",
        "stalin", "tailor", "yezhov", "zinoviev",
    ]  # fmt: skip
    # Of 91 pairs, 66 among his neighbours; 4 of these are neighbours themselves.
    assert (broker.curie, broker.degree, broker.betweenness) == ("d:lyushkov", 12, 0.681319)
    assert broker.betweenness == pytest.approx((66 - 4) / 91, rel=1e-5)


def test_crowd_is_not_paired() -> None:
    few = society([(chr(0x400 + n), "X") for n in range(MOST_PAIRED)], bodies="X")
    assert project(few).number_of_edges() == MOST_PAIRED * (MOST_PAIRED - 1) // 2
    many = society([(chr(0x400 + n), "X") for n in range(MOST_PAIRED + 1)], bodies="X")
    assert project(many).number_of_edges() == MOST_PAIRED + 1
    measures = measure(many)
    assert measures.unpaired == ("X",)
    assert {(p.degree, p.component, p.community) for p in measures.people} == {(1, 1, 1)}
    assert sum(p.pagerank for p in measures.people) == pytest.approx(1, abs=1e-4)


def test_very_big_body_costs_no_more_than_its_people() -> None:
    started = time.process_time()
    graph = society([(f"person-{n}", "X") for n in range(20_000)], bodies="X")
    measures = measure(graph, most_steps=100_000)
    assert time.process_time() - started < 30  # in pairs: 200 million
    assert measures.pivots == 10


def test_estimated_betweenness_is_near_and_always_the_same() -> None:
    # A chain of 300, where the middle lies between the most.
    graph = society([(f"{n:03}", f"{n + 1:03}") for n in range(299)])
    exact, estimated = measure(graph), measure(graph, most_steps=60_000)
    assert (exact.pivots, estimated.pivots) == (None, 100)
    assert estimated == measure(graph, most_steps=60_000)
    middle = by_iri(estimated)["150"].betweenness
    assert middle == pytest.approx(by_iri(exact)["150"].betweenness, rel=0.1)


def test_annotated_graph_is_a_copy_with_what_is_known() -> None:
    graph = society(["aX", "bX"], bodies="X", alone="z")
    marked = annotated(graph, measure(graph))
    # z = (0.15 + 0.85·z)/3, as whoever is alone starts anew; a and b share the rest.
    assert marked.nodes["a"] == {
        "kind": "person", "degree": 1, "betweenness": 0.0, "pagerank": 0.465116,
        "constraint": 1.0, "is_broker": False, "component": 1, "community": 1,
    }  # fmt: skip
    assert "constraint" not in marked.nodes["z"]
    assert marked.nodes["X"] == graph.nodes["X"] == {"kind": "body"}
    assert graph.nodes["a"] == {"kind": "person"}
