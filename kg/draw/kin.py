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
    """The years of a life as "1661–1700"; "≤1700", "≥1661" and "1661/1665" as far as they are known."""
    born = _year(pedigree.birth_first[person], pedigree.birth_last[person])
    died = _year(pedigree.death_first[person], pedigree.death_last[person])
    return f"{born}–{died}" if born or died else ""


def _year(first: int, last: int) -> str:
    if first == NEVER:
        return "" if last == ALWAYS else f"≤{_in_words(last)}"
    if last == ALWAYS:
        return f"≥{_in_words(first)}"
    one, other = _in_words(first), _in_words(last)
    return one if one == other else f"{one}/{other}"


def _in_words(day: int) -> str:
    year = day // 372
    return str(year) if year > 0 else f"{1 - year} BCE"


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
        for child, parent in ((one, other), (other, one)):
            bonds = {bond for each, bond in pedigree.all_parents(child) if each == parent}
            drawn.update(each for each, bond in pedigree.all_parents(child) if bond in bonds)
    marked = set(ends)
    people = [
        Person(
            id=pedigree.iri(person), names=(label(person),), dates=years(pedigree, person),
            sex=pedigree.sex(person), sources=sources(person), emphasis=person in marked,
            href=pedigree.iri(person),
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


def is_divorced(pedigree: Pedigree, one: int, other: int) -> bool:
    """Whether a marriage ended otherwise than by a death."""
    deaths = [pedigree.death_last[each] for each in (one, other) if pedigree.dead[each]]
    return any(
        couple.spouse == other and couple.ended and couple.last not in deaths
        for couple in pedigree.couples(one)
    )


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
                couples[pair] = is_divorced(pedigree, person, couple.spouse)
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
