"""The values that a picture of a family is drawn from: people, families, the lines asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kg.model.kin import Bond


class Person(NamedTuple):
    """One card: the lines of the name, one line of dates, how many sources tell of the person.

    `sources` None: not counted, nothing is said. `href` is kept only where it is safe to follow.
    `order` sorts siblings and partners (a date of birth does); any text that compares.
    """

    id: str
    names: tuple[str, ...]
    dates: str = ""
    sex: str = ""
    sources: int | None = None
    href: str = ""
    emphasis: bool = False
    order: str = ""


class Child(NamedTuple):
    """A child of a family, and what makes it one."""

    id: str
    bond: Bond = Bond.BIRTH


class Family(NamedTuple):
    """Parents (none: siblings whose parents are unknown) and their children.

    `married` None: not known. Families with the same parents are drawn as one.
    """

    parents: tuple[str, ...]
    children: tuple[Child, ...] = ()
    married: bool | None = None
    divorced: bool = False


class Picture(NamedTuple):
    """All that is to be drawn, in any order.

    `foreground` has the people on the lines asked for, `ties` the steps of these lines as pairs of
    people, either way round. Where both are empty, nothing is paler than the rest.
    """

    title: str
    description: str
    people: tuple[Person, ...]
    families: tuple[Family, ...]
    foreground: frozenset[str] = frozenset()
    ties: frozenset[tuple[str, str]] = frozenset()
    language: str = "en"

    @property
    def selective(self) -> bool:
        """Whether some lines stand before others."""
        return bool(self.foreground or self.ties)

    def tied(self, one: str, other: str) -> bool:
        """Whether the step between these two is in the foreground."""
        return (one, other) in self.ties or (other, one) in self.ties


def arranged(picture: Picture) -> Picture:
    """The same picture in the one order that all its orders have in common.

    Families with the same parents become one. ValueError where a person is given twice, or a
    family names somebody who is not among the people.
    """
    people = tuple(sorted(picture.people, key=lambda person: (person.order, person.id)))
    rank = {person.id: number for number, person in enumerate(people)}
    if len(rank) != len(people):
        twice = next(p.id for p in people if sum(q.id == p.id for q in people) > 1)
        raise ValueError(f'two people have the id "{twice}"')
    merged: dict[tuple[str, ...], Family] = {}
    orphans: list[Family] = []
    for family in picture.families:
        for known in (*family.parents, *(child.id for child in family.children)):
            if known not in rank:
                raise ValueError(f'a family has "{known}", who is not among the people')
        key = tuple(sorted(set(family.parents), key=rank.__getitem__))
        plain = family._replace(parents=key)
        if not key:
            orphans.append(plain)
        else:
            merged[key] = _joined(merged[key], plain) if key in merged else plain
    found = (*merged.values(), *_siblings(orphans))
    families = sorted(
        (
            family._replace(children=_sorted(family.children, rank))
            for family in found
            if family.children or len(family.parents) > 1
        ),
        key=lambda family: [
            [rank[p] for p in family.parents],
            [rank[c.id] for c in family.children],
        ],
    )
    return picture._replace(people=people, families=tuple(families))


def _siblings(families: Iterable[Family]) -> Iterable[Family]:
    """Families without parents as one where they share a child: siblings told of pair by pair."""
    group: dict[str, dict[str, Child]] = {}
    for family in families:
        together = {child.id: Child(child.id) for child in family.children}
        for known in [group[child] for child in together if child in group]:
            together = {**known, **together}
        for child in together:
            group[child] = together
    seen: set[int] = set()
    for together in group.values():
        if id(together) not in seen:
            seen.add(id(together))
            yield Family((), tuple(together.values()))


def _joined(one: Family, other: Family) -> Family:
    """Two families of the same parents: married if one says so, divorced if all that speak of a
    marriage do.
    """
    said = (one.married, other.married)
    married = next((value for value in (True, False) if value in said), None)
    speaking = [each for each in (one, other) if each.married is not None or each.divorced]
    divorced = bool(speaking) and all(each.divorced for each in speaking)
    return Family(one.parents, one.children + other.children, married, divorced)


def _sorted(children: Iterable[Child], rank: dict[str, int]) -> tuple[Child, ...]:
    """Each child once; of several bonds the first in the list of bonds, birth before all."""
    bonds = list(Bond)
    best: dict[str, Child] = {}
    for child in sorted(children, key=lambda child: (rank[child.id], bonds.index(child.bond))):
        best.setdefault(child.id, child)
    return tuple(best.values())
