"""The index of kin: who is whose parent, child, spouse and sibling, as compact mapped arrays."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kg.index.arrays import ALWAYS, NEVER, Arrays, Section, from_day, mapped, packed, to_day
from kg.index.kin import BONDS, SEXES, BondRow, PersonRow, UnionRow
from kg.model.kin import Bond

__all__ = [
    "ALWAYS", "BONDS", "NEVER", "BondRow", "Pedigree", "PersonRow", "UnionRow", "from_day",
    "in_memory", "open_pedigree", "to_day", "write",
]  # fmt: skip

_KIND = "kin"


class Couple(NamedTuple):
    """A spouse by number, with the days (numbers, see `from_day`) between which the two lived so."""

    spouse: int
    first: int
    last: int
    ended: bool


class Pedigree:
    """Persons as numbers from 0, each after its parents by birth; all columns are by number.

    The parents (children, spouses, siblings) of all stand one after the other in `parents_of` and
    so on; those of person `n` from `parents_at[n]` up to `parents_at[n + 1]`, in ascending order.
    `parents_bond` has the kind of each as a code, see `BONDS`; 0 is birth.
    Bonds that only rival claims make are in `possible_bonds` and `possible_unions` alone.

    `sire` and `dam` are the two parents by birth that coefficients go by, -1 for none: the first
    male, else of unknown sex, and the first female, else of unknown sex, by IRI; of the same sex if
    there is no other. Whoever has more than two parents by birth is in `surplus`.
    `generation` is the longest way up to a founder. `twin` is the lowest number among identical
    twins, else the person itself. `inbreeding` is empty where nobody reckoned it.
    `loops`: each a tuple of persons of whom the next is recorded as a parent by birth, and the
    first as one of the last (or is an identical twin of that parent); the bond of the first person
    with the second was left out to cut it. Of more than a thousand, the later ones give that bond
    alone.
    """

    def __init__(self, data: memoryview, build: str) -> None:
        """Read from bytes; StoreError where they are no such index, or of another build."""
        arrays = self._arrays = Arrays(data, _KIND, build)
        self._text, self._text_at = arrays["text"], arrays["text_at"]
        self._label, self._label_at = arrays["label"], arrays["label_at"]
        self._order, self._alias = arrays["order"], arrays["alias"]
        self.sexes, self.dead = arrays["sexes"], arrays["dead"]
        self.birth_first, self.birth_last = arrays["birth_first"], arrays["birth_last"]
        self.death_first, self.death_last = arrays["death_first"], arrays["death_last"]
        self.sire, self.dam, self.surplus = arrays["sire"], arrays["dam"], arrays["surplus"]
        self.generation, self.twin = arrays["generation"], arrays["twin"]
        self.inbreeding: memoryview[float] = arrays["inbreeding"]  # type: ignore[assignment]
        self.parents_at, self.parents_of = arrays["parents_at"], arrays["parents"]
        self.parents_bond = arrays["parents_bond"]
        self.children_at, self.children_of = arrays["children_at"], arrays["children"]
        self.children_bond = arrays["children_bond"]
        self.spouses_at, self.spouses_of = arrays["spouses_at"], arrays["spouses"]
        self.spouses_first, self.spouses_last = arrays["spouses_first"], arrays["spouses_last"]
        self.spouses_ended = arrays["spouses_ended"]
        self.siblings_at, self.siblings_of = arrays["siblings_at"], arrays["siblings"]
        self._possible_bonds, self._possible_unions = arrays["maybe_bonds"], arrays["maybe_unions"]
        self._loops_at, self._loops = arrays["loops_at"], arrays["loops"]
        self.count = len(self.generation)

    def close(self) -> None:
        """Let go of the bytes, so that a mapped file can be closed."""
        self._arrays.close()

    def __len__(self) -> int:
        return self.count

    def iri(self, n: int) -> str:
        """The IRI of a person; of one known under several, the first in order."""
        return str(self._text[self._text_at[n] : self._text_at[n + 1]], "utf-8")

    def number(self, iri: str) -> int | None:
        """The person of an IRI, also of one that means the same person; None where there is none."""
        wanted, order = iri.encode(), self._order

        def key(place: int) -> bytes:
            name = order[place]
            return bytes(self._text[self._text_at[name] : self._text_at[name + 1]])

        found = bisect.bisect_left(range(len(order)), wanted, key=key)
        if found == len(order) or key(found) != wanted:
            return None
        name: int = order[found]
        return name if name < self.count else int(self._alias[name - self.count])

    def iris(self, n: int) -> tuple[str, ...]:
        """Every IRI of a person, the first one first: several mean one where sources are joined."""
        others = [at for at, one in enumerate(self._alias) if one == n]
        return (self.iri(n), *(self.iri(self.count + at) for at in others))

    def label(self, n: int) -> str:
        """The name of a person."""
        return str(self._label[self._label_at[n] : self._label_at[n + 1]], "utf-8")

    def sex(self, n: int) -> str:
        """ "m", "f" or "" where it is not known or neither."""
        return SEXES[self.sexes[n]]

    def parents(self, n: int) -> tuple[int, ...]:
        """The parents by birth."""
        bonds = self.parents_bond
        run = range(self.parents_at[n], self.parents_at[n + 1])
        return tuple(self.parents_of[at] for at in run if not bonds[at])

    def all_parents(self, n: int) -> tuple[tuple[int, Bond], ...]:
        """The parents of every kind, with the kind."""
        run = range(self.parents_at[n], self.parents_at[n + 1])
        return tuple((self.parents_of[at], BONDS[self.parents_bond[at]]) for at in run)

    def children(self, n: int) -> tuple[int, ...]:
        """The children by birth."""
        bonds = self.children_bond
        run = range(self.children_at[n], self.children_at[n + 1])
        return tuple(self.children_of[at] for at in run if not bonds[at])

    def all_children(self, n: int) -> tuple[tuple[int, Bond], ...]:
        """The children of every kind, with the kind."""
        run = range(self.children_at[n], self.children_at[n + 1])
        return tuple((self.children_of[at], BONDS[self.children_bond[at]]) for at in run)

    def spouses(self, n: int) -> tuple[int, ...]:
        """Those a person was ever married to."""
        return tuple(self.spouses_of[self.spouses_at[n] : self.spouses_at[n + 1]])

    def couples(self, n: int) -> tuple[Couple, ...]:
        """The spouses of a person, with the time of each."""
        return tuple(
            Couple(
                self.spouses_of[at], self.spouses_first[at], self.spouses_last[at],
                bool(self.spouses_ended[at]),
            )
            for at in range(self.spouses_at[n], self.spouses_at[n + 1])
        )  # fmt: skip

    def siblings(self, n: int) -> tuple[int, ...]:
        """Stated siblings with whom no common parent by birth is known."""
        return tuple(self.siblings_of[self.siblings_at[n] : self.siblings_at[n + 1]])

    def twins(self, n: int) -> tuple[int, ...]:
        """The identical twins of a person, without the person."""
        first = at = self.twin[n]
        group = []
        while at < self.count and self.twin[at] == first:  # they stand side by side
            group.append(at)
            at += 1
        return tuple(twin for twin in group if twin != n)

    @property
    def has_twins(self) -> bool:
        """Whether there are any identical twins."""
        return bool(self._arrays["has_twins"][0])

    @property
    def loops(self) -> list[tuple[int, ...]]:
        """The loops of descent that were cut."""
        starts = self._loops_at
        return [tuple(self._loops[starts[k] : starts[k + 1]]) for k in range(len(starts) - 1)]

    @property
    def possible_bonds(self) -> list[tuple[int, int, Bond]]:
        """Child, parent and kind where only a rival claim makes the bond."""
        flat = self._possible_bonds
        return [(flat[at], flat[at + 1], BONDS[flat[at + 2]]) for at in range(0, len(flat), 3)]

    @property
    def possible_unions(self) -> list[tuple[int, int]]:
        """Couples that only a rival claim makes, the lower number first."""
        flat = self._possible_unions
        return [(flat[at], flat[at + 1]) for at in range(0, len(flat), 2)]


Inbreeding = Callable[[Pedigree], Sequence[float]]
"""Reckons one coefficient a person; see `kg.relations.coefficients.inbreeding`."""


@contextmanager
def open_pedigree(path: Path, build: str) -> Iterator[Pedigree]:
    """The index at `path`; StoreError where it is missing, damaged or of another build."""
    with mapped(path, _KIND) as data:
        pedigree = Pedigree(data, build)
        try:
            yield pedigree
        finally:
            pedigree.close()


def write(
    path: Path, people: Iterable[PersonRow], bonds: Iterable[BondRow],
    unions: Iterable[UnionRow] = (), siblings: Iterable[tuple[str, str]] = (),
    twins: Iterable[tuple[str, str]] = (), build: str = "", *,
    aliases: Iterable[tuple[str, str]] = (), inbreeding: Inbreeding | None = None,
) -> None:  # fmt: skip
    """Write the index of one build (its digest) to a new file; arguments as in `in_memory`."""
    found = _made(people, bonds, unions, siblings, twins, aliases, inbreeding)
    with path.open("wb") as file:
        file.writelines(packed(_KIND, build, found))


def in_memory(
    people: Iterable[PersonRow], bonds: Iterable[BondRow], unions: Iterable[UnionRow] = (),
    siblings: Iterable[tuple[str, str]] = (), twins: Iterable[tuple[str, str]] = (), *,
    aliases: Iterable[tuple[str, str]] = (), inbreeding: Inbreeding | None = None,
) -> Pedigree:  # fmt: skip
    """The same for people that stand in no file, such as those of a viewpoint.

    The order of rows does not matter; plain tuples will do. Siblings and twins (identical ones)
    are pairs of IRIs, an alias is another IRI and the one of the person. Rows that name somebody
    who is not among the people are left out. ValueError where an IRI stands for two people.
    """
    return _opened(_made(people, bonds, unions, siblings, twins, aliases, inbreeding))


def _made(
    people: Iterable[PersonRow], bonds: Iterable[BondRow], unions: Iterable[UnionRow],
    siblings: Iterable[tuple[str, str]], twins: Iterable[tuple[str, str]],
    aliases: Iterable[tuple[str, str]], inbreeding: Inbreeding | None,
) -> dict[str, Section]:  # fmt: skip
    from kg.index.kinrows import sections  # whoever only reads need not load it

    found = sections(people, bonds, unions, siblings, twins, aliases)
    if inbreeding is not None:
        found["inbreeding"] = array("d", inbreeding(_opened(found)))
    return found


def _opened(found: Mapping[str, Section]) -> Pedigree:
    return Pedigree(memoryview(b"".join(packed(_KIND, "", found))), "")
