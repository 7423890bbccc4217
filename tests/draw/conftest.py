from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from kg.draw.family import Child, Family, Person, Picture

HABSBURG = Path(__file__).resolve().parents[2] / "data/habsburg/sources/habsburg.ged"


class Tree(NamedTuple):
    """A GEDCOM file as far as a picture needs it: records by id, values by tag."""

    people: dict[str, dict[str, str]]
    families: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@pytest.fixture(scope="session")
def habsburg() -> Tree:
    people: dict[str, dict[str, str]] = {}
    families: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    record, event = "", ""
    for line in HABSBURG.read_text(encoding="utf-8").splitlines():
        level, first, *rest = line.split(" ", 2)
        value = rest[0] if rest else ""
        if level == "0":
            record = first.strip("@")
            if value == "INDI":
                people[record] = {"sources": "0"}
            elif value == "FAM":
                families[record] = (), ()
        elif level == "1":
            event = first
            if record in people and first in ("NAME", "SEX"):
                people[record][first] = value
            elif record in people and first == "SOUR":
                people[record]["sources"] = str(int(people[record]["sources"]) + 1)
            elif record in families and first in ("HUSB", "WIFE", "CHIL"):
                parents, children = families[record]
                if first == "CHIL":
                    families[record] = parents, (*children, value.strip("@"))
                else:
                    families[record] = (*parents, value.strip("@")), children
        elif record in people and event in ("BIRT", "DEAT") and first == "DATE":
            people[record][event] = value.split()[-1]
    return Tree(people, families)


@pytest.fixture(scope="session")
def lines(habsburg: Tree) -> Picture:
    """Charles II of Spain and his lines of descent from Joanna of Castile."""
    by_name = {facts["NAME"]: person for person, facts in habsburg.people.items()}
    charles, joanna = by_name["Charles II of Spain"], by_name["Joanna of Castile"]
    above = _reached(charles, _parents(habsburg))
    below = _reached(joanna, _children(habsburg))
    front = above & below
    families = [
        Family(parents, tuple(Child(child) for child in children if child in front), married=True)
        for parents, children in habsburg.families.values()
        if front.intersection(parents) and front.intersection(children)
    ]
    shown = front.union(*(family.parents for family in families))
    return Picture(
        title="Charles II of Spain and his lines of descent from Joanna of Castile",
        description="Each person once.",
        people=tuple(_person(habsburg, person, person in (charles, joanna)) for person in shown),
        families=tuple(families),
        foreground=frozenset(front),
        ties=frozenset(
            (parent, child.id)
            for family in families
            for parent in family.parents
            for child in family.children
            if parent in front
        ),
    )


@pytest.fixture(scope="session")
def ancestors(habsburg: Tree) -> Picture:
    """Everybody in the file."""
    return Picture(
        title="The ancestors of Charles II of Spain",
        description="",
        people=tuple(_person(habsburg, person, False) for person in habsburg.people),
        families=tuple(
            Family(parents, tuple(Child(child) for child in children))
            for parents, children in habsburg.families.values()
        ),
    )


def _person(tree: Tree, person: str, emphasis: bool) -> Person:
    facts = tree.people[person]
    born, died = facts.get("BIRT", ""), facts.get("DEAT", "")
    return Person(
        person, (facts["NAME"],), f"{born} – {died}", facts["SEX"].lower(), int(facts["sources"]),
        f"people/{person}", emphasis, born,
    )  # fmt: skip


def _parents(tree: Tree) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for parents, children in tree.families.values():
        for child in children:
            found.setdefault(child, set()).update(parents)
    return found


def _children(tree: Tree) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for parents, children in tree.families.values():
        for parent in parents:
            found.setdefault(parent, set()).update(children)
    return found


def _reached(start: str, near: dict[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    for person in waiting:
        for other in sorted(near.get(person, ())):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
