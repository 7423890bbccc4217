from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest

from kg.draw.family import Child, Family, Person, Picture
from kg.draw.layout import Layout, layout
from kg.draw.svg import svg
from kg.model.kin import Bond

NAMES = (
    "Anna Maria of Österreich-Este", "Иван Петрович Кузнецов", "John", "אברהם בן־דוד כהן",
    "Maximiliane Wilhelmine Donaudampfschifffahrtsgesellschaftskapitänswitwe", "山田太郎",
)  # fmt: skip


def random_picture(seed: int, count: int, *, wild: bool = False) -> Picture:
    """A family of some generations with remarriage and cousin marriages; `wild`: any nonsense."""
    chance = random.Random(seed)
    people = tuple(
        Person(
            f"p{n:04}", (chance.choice(NAMES),), f"{1500 + n} – {1570 + n}",
            chance.choice(("m", "f", "")), chance.randrange(9),
        )
        for n in range(count)
    )  # fmt: skip
    generation = max(2, count // 7)
    couples: list[tuple[int, ...]] = []
    families: list[Family] = []
    for child in range(0 if wild else generation, count):
        if wild:
            parents = tuple({chance.randrange(count) for _ in range(chance.randrange(4))})
        else:
            top = child // generation * generation
            # From the row above as a rule, from any row above now and then.
            low = 0 if chance.random() < 0.15 else top - generation
            known = [couple for couple in couples if max(couple) < top and min(couple) >= low]
            parents = tuple({chance.randrange(low, top) for _ in range(2)})
            if known and chance.random() < 0.7:
                parents = chance.choice(known)
            couples.append(parents)
        bond = chance.choice(tuple(Bond)) if chance.random() < 0.1 else Bond.BIRTH
        families.append(
            Family(
                tuple(f"p{parent:04}" for parent in parents),
                (Child(f"p{child:04}", bond),),
                chance.choice((True, False, None)),
                chance.random() < 0.1,
            )
        )
    return Picture("Everybody", "At random.", people, tuple(families))


def faults(layout: Layout) -> Iterator[str]:
    """What must not be in any picture: cards on cards, lines through cards, lines on lines."""
    rows: dict[int, list[tuple[float, float, str]]] = {}
    for card in layout.cards:
        rows.setdefault(card.row, []).append((card.x, card.x + card.width, card.person.id))
    for row in rows.values():
        row.sort()
        for (_, end, left), (start, _, right) in pairwise(row):
            if end > start:
                yield f"{left} on {right}"
    upright: dict[int, list[tuple[float, float, int]]] = {}
    level: dict[int, list[tuple[float, float, int]]] = {}
    for line in layout.lines:
        for (x, y), (u, v) in pairwise(line.points):
            left, right, top, bottom = min(x, u), max(x, u), min(y, v), max(y, v)
            if right - left > 0.01 and bottom - top > 0.01:
                yield f"slanting line to {line.person}"
            if left < 0 or top < 0 or right > layout.width or bottom > layout.height:
                yield f"line to {line.person} leaves the picture"
            for card in layout.cards:
                if (
                    right > card.x + 0.5
                    and left < card.x + card.width - 0.5
                    and bottom > card.y + 0.5
                    and top < card.y + card.height - 0.5
                ):
                    yield f"line to {line.person} crosses {card.person.id}"
            if right - left > 0.01:
                level.setdefault(round(top), []).append((left, right, line.family))
            else:
                upright.setdefault(round(left), []).append((top, bottom, line.family))
    for lines in (*upright.values(), *level.values()):
        lines.sort()
        for (_, end, one), (start, _, other) in pairwise(lines):
            if one != other and end - start > 1:
                yield f"lines of two families on each other: {one}, {other}"


def test_the_lines_of_charles_fit_one_screen_with_each_person_once(lines: Picture) -> None:
    drawn = layout(lines)
    assert drawn.width <= 1900
    assert drawn.height <= 1000
    assert sorted(card.person.id for card in drawn.cards) == sorted(p.id for p in lines.people)
    assert list(faults(drawn)) == []


def test_the_lines_of_charles_do_not_cross(lines: Picture) -> None:
    assert crossings(layout(lines)) == 0


def test_all_fourteen_lines_are_in_the_foreground_and_nothing_else(lines: Picture) -> None:
    drawn = layout(lines)
    parents: dict[str, list[str]] = {}
    for line in drawn.lines:
        if line.is_child and line.foreground:
            partners = [
                other.person
                for other in drawn.lines
                if other.family == line.family and not other.is_child and other.foreground
            ]
            parents[line.person] = partners
    emphasis = {
        card.person.names[0]: card.person.id for card in drawn.cards if card.person.emphasis
    }
    joanna = emphasis["Joanna of Castile"]

    def count(person: str) -> int:
        return 1 if person == joanna else sum(count(parent) for parent in parents.get(person, ()))

    assert count(emphasis["Charles II of Spain"]) == 14
    front = {card.person.id for card in drawn.cards if card.foreground}
    assert front == lines.foreground
    assert {line.person for line in drawn.lines if line.foreground} == front


def test_partners_stand_side_by_side_in_one_row(lines: Picture) -> None:
    drawn = layout(lines)
    cards = {card.person.id: card for card in drawn.cards}
    for family in drawn.picture.families:
        one, other = (cards[parent] for parent in family.parents)
        assert one.row == other.row
        assert abs(one.x - other.x) < 1.5 * one.width
        assert all(cards[child.id].row > one.row for child in family.children)


def test_all_ancestors_of_charles_are_drawn_without_a_fault(ancestors: Picture) -> None:
    drawn = layout(ancestors)
    assert len(drawn.cards) > 150
    assert list(faults(drawn)) == []


@pytest.mark.parametrize("seed", range(5))
def test_families_at_random_are_drawn_without_a_fault(seed: int) -> None:
    for count in (3, 14, 40, 70):
        assert list(faults(layout(random_picture(seed, count)))) == []


@pytest.mark.parametrize("seed", range(6))
def test_nonsense_is_drawn_with_each_bond_and_no_line_through_a_card(seed: int) -> None:
    drawn = layout(random_picture(seed, 30, wild=True))
    assert [fault for fault in faults(drawn) if "on each other" not in fault] == []
    told = {
        (number, child.id)
        for number, family in enumerate(drawn.picture.families)
        for child in family.children
        if child.id not in family.parents
    }
    alone = {  # one child without parents hangs from nothing
        (number, family.children[0].id)
        for number, family in enumerate(drawn.picture.families)
        if not family.parents and len(family.children) == 1
    }
    lines = {(line.family, line.person) for line in drawn.lines if line.is_child}
    assert told - alone <= lines


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    picture = random_picture(seed, 40, wild=seed % 2 == 1)
    chance = random.Random(seed)
    families = [
        family._replace(
            parents=tuple(chance.sample(family.parents, len(family.parents))),
            children=tuple(chance.sample(family.children, len(family.children))),
        )
        for family in chance.sample(picture.families, len(picture.families))
    ]
    people = chance.sample(picture.people, len(picture.people))
    mixed = picture._replace(people=tuple(people), families=tuple(families))
    assert svg(layout(mixed), key=True) == svg(layout(picture), key=True)


def test_who_is_their_own_ancestor_is_drawn_once_with_a_line_from_below() -> None:
    people = tuple(Person(name, (name,)) for name in "abc")
    families = (
        Family(("a",), (Child("b"),)), Family(("b",), (Child("c"),)), Family(("c",), (Child("a"),)),
    )  # fmt: skip
    drawn = layout(Picture("A circle", "", people, families))
    assert [(line.person, line.is_child) for line in drawn.loops] == [("a", True)]
    assert {card.person.id: card.row for card in drawn.cards} == {"a": 0, "b": 1, "c": 2}
    card = next(card for card in drawn.cards if card.person.id == "a")
    assert drawn.loops[0].points[0][1] == card.y + card.height
    assert list(faults(drawn)) == []


def test_who_married_three_times_has_two_partners_beside_and_one_line_below() -> None:
    people = tuple(Person(name, (name,)) for name in "xabc")
    families = tuple(Family(("x", partner)) for partner in "abc")
    drawn = layout(Picture("Three", "", people, families))
    cards = {card.person.id: card for card in drawn.cards}
    assert {card.row for card in drawn.cards} == {0}
    beside = [abs(cards[partner].x - cards["x"].x) < 1.5 * cards["x"].width for partner in "abc"]
    assert sorted(beside) == [False, True, True]
    assert list(faults(drawn)) == []


def test_siblings_without_parents_hang_from_one_line() -> None:
    people = tuple(Person(name, (name,)) for name in "abc")
    pairs = (Family((), (Child("a"), Child("b"))), Family((), (Child("c"), Child("b"))))
    drawn = layout(Picture("Three", "", people, pairs))
    assert len(drawn.picture.families) == 1
    assert len(drawn.lines) == 3
    assert {card.row for card in drawn.cards} == {0}
    assert list(faults(drawn)) == []


def test_nobody_gives_an_empty_picture() -> None:
    drawn = layout(Picture("Nobody", "", (), ()))
    assert drawn.cards == ()
    assert "<svg" in svg(drawn)


def crossings(drawn: Layout) -> int:
    """Points at which lines of two families cross."""
    level: list[tuple[float, float, float, int]] = []
    upright: list[tuple[float, float, float, int]] = []
    for line in drawn.lines:
        for (x, y), (u, v) in pairwise(line.points):
            if y == v:
                level.append((y, min(x, u), max(x, u), line.family))
            else:
                upright.append((x, min(y, v), max(y, v), line.family))
    return len(
        {
            (x, y)
            for y, left, right, one in level
            for x, top, bottom, other in upright
            if one != other and left < x < right and top < y < bottom
        }
    )
