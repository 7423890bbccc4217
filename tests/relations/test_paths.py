from __future__ import annotations

import pytest

from kg.build import view
from kg.errors import DateError, UnknownName
from kg.facts import Viewpoint
from kg.index.ties import Row, Ties, in_memory
from kg.relations.paths import (
    Conditions,
    Path,
    all_shortest,
    conditions,
    k_shortest,
    shortest,
    ties_of,
)
from kg.store.embedded import Store

D = "https://w3id.org/prosokg/lyushkov/"


@pytest.fixture(scope="module")
def archive_ties(lyushkov: Store) -> Ties:
    return ties_of(lyushkov)


def trail(path: Path | None) -> str | None:
    """A path as the names of its nodes with the kinds of ties between them."""
    if path is None:
        return None
    parts = [_name(path.people[0])]
    for step in path.steps:
        parts += [f"-{'+'.join(dict.fromkeys(t.kind for t in step.ties))}-", _name(step.target)]
    return " ".join(parts)


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]


FROM_LYUSHKOV = {
    "balitsky": "lyushkov -office- balitsky",
    "brother": "lyushkov -sibling- brother",
    "daughter": "lyushkov -parent- daughter",
    "deribas": "lyushkov -office- deribas",
    "infiltrator": "lyushkov -service- soviet-secret-police -allegiance- the-soviets"
                   " -allegiance- infiltrator",
    "inna": "lyushkov -spouse- inna",
    "kamenev": "lyushkov -participation- interrogations -participation- kamenev",
    "mother": "lyushkov -parent- mother",
    "sister": "lyushkov -sibling- sister",
    "stalin": "lyushkov -participation- stalin-favor -participation- stalin",
    "tailor": "lyushkov -parent- tailor",
    "takeoka": "lyushkov -service- the-japanese -allegiance- dairen-mission -service- takeoka",
    "yezhov": "lyushkov -service- nkvd -service- yezhov",
    "zinoviev": "lyushkov -participation- interrogations -participation- zinoviev",
}  # fmt: skip


def test_everybody_but_himself_is_in_the_table(archive_ties: Ties) -> None:
    people = {
        _name(archive_ties.text(node))
        for node in range(archive_ties.nodes)
        if archive_ties.sort[node] == 0
    }
    assert people == {*FROM_LYUSHKOV, "lyushkov"}
    assert len(people) == 15


@pytest.mark.parametrize("person", FROM_LYUSHKOV)
def test_path_from_lyushkov_is_the_one_expected(archive_ties: Ties, person: str) -> None:
    there = shortest(archive_ties, D + "lyushkov", D + person)
    back = shortest(archive_ties, D + person, D + "lyushkov")
    assert trail(there) == FROM_LYUSHKOV[person]
    assert there is not None
    assert back == there.turned_round()
    assert there == there.turned_round().turned_round()
    assert not there.possible


def test_path_over_two_hops_goes_through_him(archive_ties: Ties) -> None:
    path = shortest(archive_ties, D + "kamenev", D + "inna")
    assert trail(path) == (
        "kamenev -participation- interrogations -participation- lyushkov -spouse- inna"
    )
    assert path is not None
    assert path.people == (D + "kamenev", D + "lyushkov", D + "inna")
    assert [hop.connectors for hop in path.hops] == [(D + "interrogations",), ()]
    assert (path.connectors, path.size) == (1, 3)


def test_version_gives_a_nearer_way_only_when_asked(archive_ties: Ties) -> None:
    path = shortest(archive_ties, D + "lyushkov", D + "takeoka", conditions(include_possible=True))
    assert trail(path) == ("lyushkov -participation- shooting-lyushkov -participation- takeoka")
    assert path is not None
    assert path.possible


def test_facts_come_before_what_is_only_possible(archive_ties: Ties) -> None:
    """Falling into Soviet hands, which was feared, ties the two as closely and comes second."""
    paths = k_shortest(
        archive_ties, D + "lyushkov", D + "infiltrator", 2, conditions(include_possible=True)
    )
    assert [(trail(p), p.possible) for p in paths] == [
        (FROM_LYUSHKOV["infiltrator"], False),
        ("lyushkov -participation- capture -participation- the-soviets -allegiance- infiltrator",
         True),
    ]  # fmt: skip


def test_conditions_shut_ways(archive_ties: Ties) -> None:
    def way(person: str, wanted: Conditions) -> str | None:
        return trail(shortest(archive_ties, D + "lyushkov", D + person, wanted))

    assert way("inna", conditions(only=["kin"])) == "lyushkov -spouse- inna"
    assert way("inna", conditions(only=["parent"])) is None
    assert way("inna", conditions(only=["event"])) == (
        "lyushkov -participation- telegram-receipt -participation- inna"
    )
    assert way("inna", conditions(only=["membership", "relative"])) == (
        "lyushkov -relative- family -membership- inna"
    )
    assert way("yezhov", conditions(at="1938-01")) == FROM_LYUSHKOV["yezhov"]
    assert way("yezhov", conditions(at="1938-07")) == (
        "lyushkov -service- pre-nkvd -succession- nkvd -service- yezhov"
    )
    assert way("yezhov", conditions(at="1938-07", avoid=[D + "pre-nkvd"])) is None
    assert way("yezhov", conditions(since="1939")) == way("yezhov", conditions(at="1938-07"))
    assert way("yezhov", conditions(since="1938-06-13", until="1939")) == FROM_LYUSHKOV["yezhov"]
    assert way("stalin", conditions(avoid=[D + "stalin"])) is None
    nobody_between = conditions(avoid=[D + "lyushkov"])
    assert shortest(archive_ties, D + "mother", D + "inna", nobody_between) is None


def test_wrong_conditions_say_what_there_is() -> None:
    with pytest.raises(UnknownName, match='"marriage"') as caught:
        conditions(only=["marriage"])
    assert "spouse" in caught.value.hint
    with pytest.raises(DateError, match="before"):
        conditions(since="1939", until="1938")
    with pytest.raises(DateError, match="not both"):
        conditions(at="1938", until="1939")


def test_ends_that_are_no_people_are_refused(archive_ties: Ties) -> None:
    with pytest.raises(UnknownName, match="no person"):
        shortest(archive_ties, D + "lyushkov", D + "nkvd")
    with pytest.raises(UnknownName, match="nobody"):
        shortest(archive_ties, D + "nobody", D + "lyushkov")


def test_somebody_is_one_person_from_himself(archive_ties: Ties) -> None:
    path = shortest(archive_ties, D + "lyushkov", D + "lyushkov")
    assert path == Path(people=(D + "lyushkov",), hops=())
    assert list(k_shortest(archive_ties, D + "lyushkov", D + "lyushkov", 3)) == [path]


def test_viewpoint_decides_what_ties(lyushkov: Store) -> None:
    told = view(lyushkov, Viewpoint(according_to=frozenset({D + "acc-version"})), ("core", "kin"))
    ties = ties_of(told)
    assert trail(shortest(ties, D + "lyushkov", D + "takeoka")) == (
        "lyushkov -participation- shooting-lyushkov -participation- takeoka"
    )
    assert shortest(ties, D + "lyushkov", D + "inna") is None


# ---------- small made-up archives ----------


def made_up(*ties: tuple[object, ...]) -> Ties:
    """Ties (one end, other end, start, end): lower-case ends are people, others bodies."""
    rows = [
        Row(str(a), str(b), "service", start=f"{times[0]}-01-01", end=f"{times[1]}-12-31")
        if times else Row(str(a), str(b), "service")
        for a, b, *times in ties
    ]  # fmt: skip
    ends = {end for row in rows for end in (row.source, row.target)}
    return in_memory({e: "person" if e.islower() else "body" for e in ends}, rows)


def ways(ties: Ties, one: str, other: str, k: int = 9) -> list[str]:
    return [
        ">".join([path.people[0], *(step.target for step in path.steps)])
        for path in k_shortest(ties, one, other, k)
    ]


def test_those_who_surely_never_met_are_not_tied_by_their_body() -> None:
    ties = made_up(("a", "CHEKA", 1920, 1922), ("b", "CHEKA", 1923, 1930))
    assert shortest(ties, "a", "b") is None
    ties = made_up(("a", "CHEKA", 1920, 1922), ("b", "CHEKA", 1922, 1930))
    assert ways(ties, "a", "b") == ["a>CHEKA>b"]
    ties = made_up(("a", "CHEKA"), ("b", "CHEKA", 1923, 1930))
    assert ways(ties, "a", "b") == ["a>CHEKA>b"]


def test_a_third_who_knew_both_ties_them() -> None:
    ties = made_up(
        ("a", "CHEKA", 1920, 1922), ("b", "CHEKA", 1930, 1935), ("c", "CHEKA", 1921, 1931)
    )
    assert ways(ties, "a", "b") == ["a>CHEKA>c>CHEKA>b"]


def test_no_way_out_and_back_gets_round_the_dates() -> None:
    body = [("a", "CHEKA", 1920, 1922), ("b", "CHEKA", 1930, 1935)]
    assert shortest(made_up(*body, ("CHEKA", "STATE")), "a", "b") is None
    ring = [("CHEKA", "STATE"), ("STATE", "PARTY"), ("PARTY", "CHEKA")]
    assert shortest(made_up(*body, *ring), "a", "b") is None


def test_three_bodies_may_stand_between_two_people_and_no_more() -> None:
    three = [("a", "K"), ("K", "L"), ("L", "M"), ("M", "b")]
    assert ways(made_up(*three), "a", "b") == ["a>K>L>M>b"]
    four = [*three[:-1], ("M", "N"), ("N", "b")]
    assert shortest(made_up(*four), "a", "b") is None


def test_the_smaller_body_says_more() -> None:
    crowd = [(name, "MINISTRY") for name in "abcdef"]
    cell = [(name, "ZELLE") for name in "abc"]
    assert ways(made_up(*crowd, *cell), "a", "b", 3) == [
        "a>ZELLE>b", "a>MINISTRY>b", "a>ZELLE>c>ZELLE>b",
    ]  # fmt: skip


def test_all_shortest_stop_where_paths_grow_longer() -> None:
    ties = made_up(("a", "K"), ("b", "K"), ("a", "L"), ("b", "L"), ("a", "c"), ("c", "b"))
    assert [hop.connectors for p in all_shortest(ties, "b", "a") for hop in p.hops] == [
        ("K",), ("L",),
    ]  # fmt: skip
    assert ways(ties, "a", "b")[2] == "a>c>b"


def test_step_has_every_tie_that_fits_and_no_other() -> None:
    ties = made_up(("a", "K", 1920, 1921), ("b", "K", 1921, 1925))
    twice = in_memory(
        {"a": "person", "b": "person", "K": "body"},
        [*ties.rows(), Row("a", "K", "membership"),
         Row("a", "K", "service", through="p", start="1930-01-01", end="1931-01-01")],
    )  # fmt: skip
    path = shortest(twice, "b", "a")
    assert path is not None
    assert [(t.kind, t.through) for t in path.steps[1].ties] == [
        ("membership", ""), ("service", ""),
    ]  # fmt: skip
