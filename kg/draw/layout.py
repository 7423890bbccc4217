"""Where everything stands: the cards in their rows, the lines between them, the families' knots."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from kg.draw.family import Person, Picture, arranged
from kg.draw.lettering import width, wrap
from kg.draw.nets import Web, weave
from kg.draw.order import Cluster, order
from kg.draw.routes import Frame, Point, Routes, routes
from kg.draw.rows import Union, rows
from kg.draw.spread import Sizes, spread
from kg.draw.words import words
from kg.model.kin import Bond

NAME_SIZE = 12.5
SMALL_SIZE = 11.0
NAME_LINE = 15.5
SMALL_LINE = 14.0
SIDE = 10.0
"""Between the text and the side of its card."""
_TOP = 8.0
_NARROWEST, _WIDEST = 112.0, 196.0
_COUPLE, _APART, _LANE, _BESIDE, _BETWEEN = 34.0, 22.0, 4.0, 14.0, 60.0


class Card(NamedTuple):
    """One person, with the lines of text and the upper left corner."""

    person: Person
    names: tuple[str, ...]
    notes: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    row: int
    foreground: bool


class Line(NamedTuple):
    """From a partner to the knot of a family, or from there to a child.

    `family` is its number in the picture. `loop`: the child stands above the family, or beside.
    """

    points: tuple[Point, ...]
    family: int
    person: str
    is_child: bool
    bond: Bond
    foreground: bool
    loop: bool = False


class Knot(NamedTuple):
    """Where partners are joined and children begin."""

    x: float
    y: float
    family: int
    married: bool | None
    divorced: bool
    foreground: bool


class Layout(NamedTuple):
    """A picture with a place for everything, inside 0 … width, 0 … height."""

    picture: Picture
    width: float
    height: float
    cards: tuple[Card, ...]
    lines: tuple[Line, ...]
    knots: tuple[Knot, ...]

    @property
    def loops(self) -> tuple[Line, ...]:
        """The bonds that the data draw in a circle, somebody being their own ancestor."""
        return tuple(line for line in self.lines if line.loop)


def layout(picture: Picture) -> Layout:
    """Places for a picture; the same for all orders of its people and families.

    Each person has one card, however many lines meet there. Children stand below their parents and
    partners beside each other as far as the family allows. ValueError as `arranged` has it.
    """
    picture = arranged(picture)
    number = {person.id: index for index, person in enumerate(picture.people)}
    unions = [
        Union(
            tuple(number[parent] for parent in family.parents),
            tuple(number[child.id] for child in family.children),
        )
        for family in picture.families
    ]
    placed = rows(len(number), unions)
    web = weave(unions, placed)
    texts = _texts(picture)
    sizes = Sizes(texts.width, _COUPLE, _APART, _LANE, _BESIDE)
    males = frozenset(n for n, person in enumerate(picture.people) if person.sex == "m")
    ordered = order(web, _couples(picture, unions), males)
    x, across = _across(web, ordered, sizes)
    joined = _joined(unions, web, ordered)
    heights = [
        max(
            (texts.heights[item] for each in row for item in each if item < web.people), default=0.0
        )
        for row in ordered
    ]
    found = routes(Frame(web, x, sizes.card, joined, _COUPLE), heights)
    cards = tuple(
        Card(
            person, texts.names[n], texts.notes[n], x[n] - sizes.card / 2, found.tops[web.row[n]],
            sizes.card, heights[web.row[n]], web.row[n],
            person.id in picture.foreground or person.emphasis,
        )
        for n, person in enumerate(picture.people)
    )  # fmt: skip
    lines = _lines(picture, web, found)
    return Layout(picture, across, found.height, cards, lines, _knots(picture, found))


class _Texts(NamedTuple):
    width: float
    heights: list[float]
    names: list[tuple[str, ...]]
    notes: list[tuple[str, ...]]


def _texts(picture: Picture) -> _Texts:
    """The broken lines of all cards, and the one width: the least that keeps names to two lines."""
    told = words(picture.language)
    names = [tuple(filter(None, person.names)) or (told.unnamed,) for person in picture.people]
    notes = [
        tuple(filter(None, (p.dates, "" if p.sources is None else told.sources(p.sources))))
        for p in picture.people
    ]
    card = _NARROWEST
    for lines in notes:
        for line in lines:
            card = max(card, min(width(line) * SMALL_SIZE + 2 * SIDE, _WIDEST))
    every = {line for lines in names for line in lines}
    card = 4 * -(-card // 4)
    while card < _WIDEST and any(
        len(wrap(line, (card - 2 * SIDE) / NAME_SIZE)) > 2 for line in every
    ):
        card += 4
    room = card - 2 * SIDE
    broken = [tuple(b for line in n for b in wrap(line, room / NAME_SIZE)) for n in names]
    small = [tuple(b for line in n for b in wrap(line, room / SMALL_SIZE)) for n in notes]
    heights = [
        2 * _TOP + NAME_LINE * len(name) + SMALL_LINE * len(note)
        for name, note in zip(broken, small, strict=True)
    ]
    return _Texts(card, heights, broken, small)


def _couples(picture: Picture, unions: Sequence[Union]) -> list[tuple[int, int]]:
    """Pairs of partners: those on the lines asked for first, then those with children."""
    found = []
    for family, union in zip(picture.families, unions, strict=True):
        told = any(
            picture.tied(parent, child.id) for parent in family.parents for child in family.children
        )
        for one, other in zip(union.parents, union.parents[1:], strict=False):
            found.append((not told, not union.children, one, other))
    return [(one, other) for *_, one, other in sorted(found)]


def _across(web: Web, ordered: list[list[Cluster]], sizes: Sizes) -> tuple[dict[int, float], float]:
    """The middle of each item, component by component from left to right, and the whole width."""
    part = _components(web)
    parts: dict[int, dict[int, list[Cluster]]] = {}
    for row, clusters in enumerate(ordered):
        for cluster in clusters:
            parts.setdefault(part[cluster[0]], {}).setdefault(row, []).append(cluster)
    x: dict[int, float] = {}
    start = 0.0
    # The largest first: it is what the picture is about.
    size = {
        key: -sum(len(cluster) for row in own.values() for cluster in row)
        for key, own in parts.items()
    }
    for key in sorted(parts, key=lambda key: (size[key], key)):
        places = spread(web, list(parts[key].values()), sizes)
        left = min(places[item] - _half(web, item, sizes) for item in places)
        right = max(places[item] + _half(web, item, sizes) for item in places)
        for item, place in places.items():
            x[item] = round(place - left + start, 1)
        start += right - left + (_BETWEEN if size[key] < -1 else sizes.apart)
    last = max((x[item] + _half(web, item, sizes) for item in x), default=0.0)
    return x, last


def _half(web: Web, item: int, sizes: Sizes) -> float:
    return (sizes.card if item < web.people else sizes.lane) / 2


def _components(web: Web) -> list[int]:
    """For each item the least number of those it hangs together with."""
    leader = list(range(len(web.row)))

    def find(item: int) -> int:
        while leader[item] != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    for net in web.nets:
        items = (*net.ups, *net.downs)
        for item in items[1:]:
            one, other = sorted((find(items[0]), find(item)))
            leader[other] = one
    return [find(item) for item in range(len(web.row))]


def _joined(
    unions: Sequence[Union], web: Web, ordered: list[list[Cluster]]
) -> dict[int, tuple[int, int]]:
    """The unions whose two parents came to stand side by side."""
    beside = {
        frozenset(pair): pair
        for row in ordered
        for cluster in row
        for pair in itertools.pairwise(cluster)
    }
    found = {}
    for number, union in enumerate(unions):
        pair = beside.get(frozenset(union.parents)) if len(union.parents) == 2 else None
        if pair and web.row[pair[0]] == web.row[pair[1]]:
            found[number] = pair
    return found


def _lines(picture: Picture, web: Web, found: Routes) -> tuple[Line, ...]:
    lines = []
    for way, points in zip(web.ways, found.ways, strict=True):
        family = picture.families[way.union]
        person = picture.people[way.person].id
        bonds = {child.id: child.bond for child in family.children}
        if way.is_child:
            front = any(picture.tied(parent, person) for parent in family.parents)
        else:
            others = (*bonds, *(parent for parent in family.parents if parent != person))
            front = any(picture.tied(person, other) for other in others)
        if len(points) < 2:
            continue
        bond = bonds[person] if way.is_child else Bond.BIRTH
        lines.append(Line(points, way.union, person, way.is_child, bond, front, way.upwards))
    return tuple(lines)


def _knots(picture: Picture, found: Routes) -> tuple[Knot, ...]:
    return tuple(
        Knot(
            *found.middles[number], number, family.married, family.divorced,
            any(
                picture.tied(one, other)
                for one in family.parents
                for other in (*family.parents, *(child.id for child in family.children))
            ),
        )
        for number, family in enumerate(picture.families)
        if len(family.parents) > 1
    )  # fmt: skip
