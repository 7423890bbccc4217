"""Lines by birth in compiled code, for many pairs: needs the extra "speed" (numba).

Where numbers grow too big for it, or somebody has more than two parents in common with another,
plain Python takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.relations.line_loops import find_lines
from kg.relations.lines import WHOLES, BirthLines, Group

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree


def compiled(pedigree: Pedigree) -> Callable[[Pedigree, int, int], Lines | BirthLines]:
    """What finds the lines by birth among these people; it may not be used by two threads."""
    at, of = np.asarray(pedigree.parents_at), np.asarray(pedigree.parents_of)
    by_birth = np.asarray(pedigree.parents_bond) == 0
    parents_at = np.concatenate([np.zeros(1, np.int64), np.cumsum(by_birth)])[at].astype(np.int32)
    parents = np.ascontiguousarray(of[by_birth])
    at, of = np.asarray(pedigree.children_at), np.asarray(pedigree.children_of)
    by_birth = np.asarray(pedigree.children_bond) == 0
    children_at = np.concatenate([np.zeros(1, np.int64), np.cumsum(by_birth)])[at].astype(np.int32)
    children = np.ascontiguousarray(of[by_birth])
    family = (
        parents_at, parents.astype(np.int32), children_at, children.astype(np.int32),
        np.array(pedigree.siblings_at, np.int32), np.array(pedigree.siblings_of, np.int32),
    )  # fmt: skip
    marks = tuple(np.full(pedigree.count + 1, -1, np.int32) for _ in range(3))

    def find(pedigree: Pedigree, one: int, other: int) -> Lines | BirthLines:
        rows, chain = find_lines(one, other, family, marks)
        if len(rows) and rows[0, 5] < 0:
            return BirthLines(pedigree, one, other)
        return Lines(pedigree, one, other, rows, chain)

    return find


class Lines:
    """The lines by birth of two people, as `BirthLines` has them; made into values when asked."""

    __slots__ = ("_chain", "_ends", "_groups", "_pedigree", "_rows", "_slow")

    def __init__(self, pedigree: Pedigree, one: int, other: int, rows: Any, chain: Any) -> None:
        self._pedigree, self._ends = pedigree, (one, other)
        self._rows, self._chain = rows, chain
        self._groups: list[Group] | None = None
        self._slow: BirthLines | None = None

    @property
    def nearest(self) -> Group | None:
        """The first group, None if there is none."""
        return _group(self._rows[0].tolist()) if len(self._rows) else None

    @property
    def groups(self) -> list[Group]:
        """All groups, nearest first."""
        if self._groups is None:
            self._groups = [_group(row) for row in self._rows.tolist()]
        return self._groups

    def chains(self, group: Group) -> Iterator[tuple[int, ...]]:
        """Every chain of people that a group stands for, always in the same order."""
        if self._slow is None:
            self._slow = BirthLines(self._pedigree, *self._ends)
        return self._slow.chains(group)

    def first(self, group: Group) -> tuple[int, ...]:
        """The first of these chains."""
        if len(self._chain) and group == self.nearest:
            return tuple(self._chain.tolist())
        return next(self.chains(group))


def _group(row: list[int]) -> Group:
    low, high, up, down, whole, count = row
    apexes = () if low < 0 else (low,) if high < 0 else (low, high)
    return Group(apexes, up, down, WHOLES[whole], count)
