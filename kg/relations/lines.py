"""Lines between two people: values, and those by birth grouped by what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kg.model.kin import Bond, Kin, Move, Sex, Step, Whole
from kg.relations.chains import (
    Bonds,
    Descent,
    Pair,
    Siblings,
    Tangle,
    chains_down,
    pairs_down,
    tangle,
)

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

SEXES = (Sex.UNKNOWN, Sex.MALE, Sex.FEMALE)
"""By the codes in `Pedigree.sexes`."""
WHOLES = (Whole.FULL, Whole.UNKNOWN, Whole.HALF)
"""In the order in which lines of one length are told."""
BACK = {
    Move.PARENT: Move.CHILD, Move.CHILD: Move.PARENT, Move.SPOUSE: Move.SPOUSE,
    Move.SIBLING: Move.SIBLING,
}  # fmt: skip
"""The move that leads back."""


class Line(NamedTuple):
    """A way in which two people are kin, and how many ways of the same kind it stands for.

    `kind`: "self", "blood", "adoptive", "foster", "step", "sealing", "affinity", or "child" for
    the two parents of a child.
    `people`: one chain of those it stands for, ego and alter included, one more than `kin` has
    steps; at the top of a line through a couple the first of the two. `apexes`: the common
    ancestor, or both of a couple; none between stated siblings, and none by marriage.
    `up` and `down`: how many steps lead to parents and how many to children. A stated sibling is
    one of each. `possible`: only a rival claim makes one of its bonds.
    """

    kind: str
    kin: Kin
    people: tuple[int, ...]
    apexes: tuple[int, ...]
    up: int
    down: int
    count: int = 1  # type: ignore[assignment]  # hides the method of tuples
    marriages: int = 0
    possible: bool = False

    @property
    def length(self) -> int:
        """How many steps it takes; to a stated sibling it is one."""
        return len(self.kin.steps)

    def turned_round(self) -> Line:
        """The same line from alter to ego."""
        return self._replace(
            kin=turned_round(self.kin), people=self.people[::-1], up=self.down, down=self.up
        )


def turned_round(kin: Kin) -> Kin:
    """What ego is to alter: the converse."""
    sexes = [kin.ego, *(step.sex for step in kin.steps)]
    steps = tuple(
        Step(BACK[step.move], sexes[at], step.bond)
        for at, step in zip(range(len(kin.steps) - 1, -1, -1), reversed(kin.steps), strict=True)
    )
    return Kin(sexes[-1], steps, kin.wholes[::-1])


class Group(NamedTuple):
    """Lines by birth of one kind: through the same person or couple, as long on either side."""

    apexes: tuple[int, ...]
    up: int
    down: int
    whole: Whole
    count: int  # type: ignore[assignment]  # hides the method of tuples

    @property
    def length(self) -> int:
        """How many steps it takes; to a stated sibling it is one."""
        return self.up + self.down - (not self.apexes)


def order(group: Group) -> tuple[int, int, int, tuple[int, ...], int]:
    """Nearest first; then those of people as far from the top; full before half; by the top."""
    up, down = group.up, group.down
    return group.length, abs(up - down), WHOLES.index(group.whole), group.apexes, up


def birth_parents(pedigree: Pedigree) -> Bonds:
    """The parents by birth of each, as a climb takes them."""
    return _births(pedigree.parents_at, pedigree.parents_of, pedigree.parents_bond)


def birth_children(pedigree: Pedigree) -> Bonds:
    """The children by birth of each."""
    return _births(pedigree.children_at, pedigree.children_of, pedigree.children_bond)


def _births(starts: Sequence[int], people: Sequence[int], bonds: Sequence[int]) -> Bonds:
    def of(person: int) -> list[tuple[int, int]]:
        run = range(starts[person], starts[person + 1])
        return [(people[at], 1) for at in run if not bonds[at]]

    return of


def stated_siblings(pedigree: Pedigree) -> Siblings | None:
    """Those who state to be siblings without a common parent; None where nobody does."""
    return pedigree.siblings if len(pedigree.siblings_of) else None


class BirthLines:
    """Every line by birth from one person to another, whose number is higher."""

    def __init__(self, pedigree: Pedigree, one: int, other: int) -> None:
        self._pedigree = pedigree
        self._ends = one, other
        descent = Descent(
            birth_parents(pedigree), birth_children(pedigree), stated_siblings(pedigree)
        )  # fmt: skip
        found = tangle(one, other, descent)
        self._found: Tangle = found
        counts: dict[tuple[tuple[int, ...], int, int, Whole], int] = {}
        self._parts: dict[tuple[tuple[int, ...], int, int, Whole], list[Pair]] = {}
        for length, n in found.direct.items():
            counts[(one,), 0, length, Whole.UNKNOWN] = n
        for pair in found.pairs:
            apexes = tuple(top for top, _, _ in pair.tops)
            whole = self._whole(pair, apexes)
            for (up, down), n in pair.counts.items():
                key = apexes, up + 1, down + 1, whole
                counts[key] = counts.get(key, 0) + n
                self._parts.setdefault(key, []).append(pair)
        self.groups: list[Group] = sorted(
            (Group(*key, n) for key, n in counts.items()), key=order
        )  # fmt: skip

    @property
    def nearest(self) -> Group | None:
        """The first group, None if there is none."""
        return self.groups[0] if self.groups else None

    def _whole(self, pair: Pair, apexes: Sequence[int]) -> Whole:
        if len(apexes) > 1:
            return Whole.FULL
        alone = apexes and all(
            len(self._pedigree.parents(child)) > 1 for child in (pair.one, pair.other)
        )
        return Whole.HALF if alone else Whole.UNKNOWN

    def chains(self, group: Group) -> Iterator[tuple[int, ...]]:
        """Every chain of people that a group stands for, always in the same order."""
        if not group.up:
            yield from chains_down(self._found, self._ends[0], group.down)
            return
        for pair in self._parts[group[:4]]:
            for one, other in pairs_down(self._found, pair, group.up - 1, group.down - 1):
                yield (*one[::-1], *group.apexes[:1], *other)

    def first(self, group: Group) -> tuple[int, ...]:
        """The first of these chains."""
        return next(self.chains(group))


def birth_line(pedigree: Pedigree, group: Group, people: tuple[int, ...]) -> Line:
    """A group as a line, with one of its chains."""
    sexes = [SEXES[pedigree.sexes[person]] for person in people]
    moves = [Move.PARENT] * group.up + [Move.CHILD] * group.down
    wholes: tuple[Whole, ...] = ()
    if group.up and group.down:
        if group.apexes:
            wholes = (group.whole,)
            if group.whole is Whole.FULL:
                sexes[group.up] = Sex.UNKNOWN
        else:
            moves[group.up - 1 : group.up + 1] = [Move.SIBLING]
    steps = tuple(map(Step, moves, sexes[1:]))
    return Line(
        "blood", Kin(sexes[0], steps, wholes), people, group.apexes, group.up, group.down,
        group.count,
    )  # fmt: skip


def own_line(pedigree: Pedigree, person: int) -> Line:
    """What somebody is to themselves."""
    return Line("self", Kin(SEXES[pedigree.sexes[person]], ()), (person,), (person,), 0, 0)


def letters(bonds: str) -> tuple[Bond, ...]:
    """The bonds that the letters of a word stand for; capitals are possible ones."""
    return tuple(_BONDS[letter.lower()] for letter in bonds)


_BONDS = {
    "b": Bond.BIRTH, "a": Bond.ADOPTIVE, "f": Bond.FOSTER, "s": Bond.STEP, "l": Bond.SEALING,
}  # fmt: skip
LETTERS = {bond: letter for letter, bond in _BONDS.items()}
"""The letter of each kind of bond in a word."""
