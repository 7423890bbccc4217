"""Pictures of kinship: the people on the lines between two, or the relatives of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.draw.family import Child, Family, Person, Picture
from kg.index.arrays import ALWAYS, NEVER
from kg.model.kin import Bond

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

Label = Callable[[int], str]
Count = Callable[[int], int | None]


def years(pedigree: Pedigree, person: int) -> str:
    """The years of a life as "1661–1700", "~" before a year that is not sure; "" if unknown."""
    born = _year(pedigree.birth_first[person], pedigree.birth_last[person])
    died = _year(pedigree.death_first[person], pedigree.death_last[person])
    return f"{born}–{died}" if born or died else ""


def _year(first: int, last: int) -> str:
    if first in (NEVER, ALWAYS) and last in (NEVER, ALWAYS):
        return ""
    known = [day // 372 for day in (first, last) if day not in (NEVER, ALWAYS)]
    text = str(known[0]) if known[0] > 0 else f"{1 - known[0]} BCE"
    return text if len(known) == 2 and known[0] == known[1] else f"~{text}"


def picture_of(
    pedigree: Pedigree, chains: Iterable[tuple[int, ...]], *, ends: Iterable[int], title: str,
    description: str, label: Label, sources: Count, language: str = "en",
    around: Iterable[int] = (), selective: bool = True,
) -> Picture:  # fmt: skip
    """The people on `chains`, with the other parent of each child among them.

    `ends` are marked; `around` are drawn too. `label` gives a person's name, `sources` how many
    sources tell of the person (None: not said).
    """
    chains = list(chains)
    front = {person for chain in chains for person in chain}
    steps = {
        (pedigree.iri(one), pedigree.iri(other))
        for chain in chains
        for one, other in pairwise(chain)
    }
    drawn = {*front, *around}
    ties = {(min(one, other), max(one, other)) for chain in chains
            for one, other in pairwise(chain)}  # fmt: skip
    # Of a child whose parent is on a line the other parent is shown: couples are joined.
    for one, other in sorted(ties):
        child = next(
            (c for c, p in ((one, other), (other, one)) if p in _parents(pedigree, c)), None
        )
        if child is not None:
            drawn.update(pedigree.parents(child))
    marked = set(ends)
    people = [
        Person(
            id=pedigree.iri(person), names=(label(person),), dates=years(pedigree, person),
            sex=pedigree.sex(person), sources=sources(person), emphasis=person in marked,
            order=f"{pedigree.birth_first[person] + 2**31:011d}",
        )
        for person in sorted(drawn)
    ]  # fmt: skip
    return Picture(
        title=title, description=description, people=tuple(people),
        families=tuple(_families(pedigree, drawn)), language=language,
        foreground=frozenset(pedigree.iri(person) for person in front) if selective else frozenset(),
        ties=frozenset(steps) if selective else frozenset(),
    )  # fmt: skip


def _parents(pedigree: Pedigree, child: int) -> set[int]:
    return {parent for parent, _ in pedigree.all_parents(child)}


def _families(pedigree: Pedigree, drawn: set[int]) -> Iterable[Family]:
    """Every couple and every set of parents among those drawn, and siblings without parents."""
    children: dict[tuple[int, ...], list[Child]] = {}
    for child in sorted(drawn):
        by_bond: dict[Bond, list[int]] = {}
        for parent, bond in pedigree.all_parents(child):
            if parent in drawn:
                by_bond.setdefault(bond, []).append(parent)
        for bond, known in by_bond.items():
            found = children.setdefault(tuple(sorted(known)), [])
            found.append(Child(pedigree.iri(child), bond))
    couples: dict[tuple[int, ...], bool] = {}
    for person in sorted(drawn):
        for couple in pedigree.couples(person):
            if couple.spouse in drawn:
                pair = min(person, couple.spouse), max(person, couple.spouse)
                # What ended by a death is no divorce.
                deaths = [pedigree.death_last[each] for each in pair if pedigree.dead[each]]
                couples[pair] = couple.ended and couple.last not in deaths
    groups: set[tuple[int, ...]] = {*children, *couples}
    for parents in sorted(groups):
        yield Family(
            parents=tuple(pedigree.iri(parent) for parent in parents),
            children=tuple(children.get(parents, ())),
            married=True if parents in couples else None,
            divorced=couples.get(parents, False),
        )
    for person in sorted(drawn):
        for other in pedigree.siblings(person):
            if other in drawn and person < other:
                yield Family((), (Child(pedigree.iri(person)), Child(pedigree.iri(other))))
