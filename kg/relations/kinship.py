"""How two people are related: by every line, nearest first, with the coefficients.

The lines by birth come first, each kind once with the number of its lines; then those that need
another bond (adoptive, foster, step, sealing); then the nearest by marriage. The kinship of two
people is reckoned from the one of the lower number, so that what they are to each other is always
converse.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from kg.relations.affinity import Bounds, Search, by_marriage, plain_search, through_one
from kg.relations.chains import ancestors
from kg.relations.lines import (
    BirthLines,
    Group,
    Line,
    birth_line,
    birth_parents,
    own_line,
    turned_round,
)
from kg.relations.links import family, link_lines

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

__all__ = ["Kinship", "Line", "kinship", "kinships", "turned_round"]

NEAR = 5
"""Where two are kin by birth, ways by marriage of more steps are looked for only if asked."""


class Births(Protocol):
    """The lines by birth from one person to another of a higher number."""

    @property
    def nearest(self) -> Group | None:
        """The first group, None if there is none."""

    @property
    def groups(self) -> Sequence[Group]:
        """All groups, nearest first."""

    def first(self, group: Group) -> tuple[int, ...]:
        """A chain that a group stands for."""

    def chains(self, group: Group) -> Iterator[tuple[int, ...]]:
        """All of them, the first one first."""


class Engine(NamedTuple):
    """What finds lines by birth, and what searches ways by marriage: plain Python or compiled.

    `linked` tells of a person whether another bond than birth leads up from there, where known.
    """

    births: Callable[[Pedigree, int, int], Births]
    search: Search
    linked: Callable[[int], bool] | None = None


PLAIN = Engine(BirthLines, plain_search)


class Kinship:
    """What two people are to each other.

    `others` are the lines that are not by birth alone, and `complete` says whether no nearer way
    by marriage can have been missed. Lines by birth are made into values when they are asked for.
    """

    __slots__ = ("_births", "_pedigree", "alter", "complete", "ego", "others")

    def __init__(
        self, pedigree: Pedigree, ego: int, alter: int, births: Births | None,
        others: Sequence[Line], complete: bool,
    ) -> None:  # fmt: skip
        self._pedigree, self._births = pedigree, births
        self.ego, self.alter = ego, alter
        self.others, self.complete = tuple(others), complete

    @property
    def groups(self) -> Sequence[Group]:
        """The lines by birth as they are counted: nearest first, seen from the lower number."""
        return self._births.groups if self._births else ()

    @property
    def blood(self) -> Iterator[Line]:
        """The lines by birth, nearest first."""
        return map(self._line, self.groups)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines: by birth, by other bonds, by marriage; each sort nearest first."""
        own = [own_line(self._pedigree, self.ego)] if self.ego == self.alter else []
        return (*own, *self.blood, *self.others)

    @property
    def nearest(self) -> Line | None:
        """The line of the fewest steps; by birth before by other bonds, these before by marriage.

        By a child in common only where there is no other.
        """
        if self.ego == self.alter:
            return own_line(self._pedigree, self.ego)
        other = min(
            self.others, key=lambda line: (line.kind == "child", line.length), default=None
        )  # fmt: skip
        birth = self._births.nearest if self._births else None
        if birth and (other is None or other.kind == "child" or birth.length <= other.length):
            return self._line(birth)
        return other

    def _line(self, group: Group) -> Line:
        births = self._births
        assert births is not None
        line = birth_line(self._pedigree, group, births.first(group))
        return line.turned_round() if self.ego > self.alter else line

    def times(self, line: Line) -> int:
        """How many lines have the form of this one: 2 for double cousins."""
        if not line.kin.steps or line.kind == "child":
            return 1
        if line.kind != "blood" or line.possible:
            shape, size = _form(line), (line.up, line.down, line.marriages)
            return sum(
                other.count for other in self.others
                if other is line
                or ((other.up, other.down, other.marriages) == size and _form(other) == shape)
            )  # fmt: skip
        up, down = (line.down, line.up) if self.ego > self.alter else (line.up, line.down)
        return sum(
            group.count
            for group in self.groups
            if (group.up, group.down, not group.apexes) == (up, down, not line.apexes)
            and (group.whole is line.kin.whole or not (up and down))
        )

    def chains(self, line: Line) -> Iterator[tuple[int, ...]]:
        """Every chain of people that a line by birth stands for; of another line the one it has.

        There may be very many: take as few as you need.
        """
        group = next((group for group in self.groups if self._is(group, line)), None)
        if group is None or self._births is None or line.kind != "blood" or line.possible:
            yield line.people
            return
        for chain in self._births.chains(group):
            yield chain[::-1] if self.ego > self.alter else chain

    def _is(self, group: Group, line: Line) -> bool:
        up, down = (line.down, line.up) if self.ego > self.alter else (line.up, line.down)
        return (group.apexes, group.up, group.down) == (line.apexes, up, down) and (
            group.whole is line.kin.whole
        )

    @property
    def coefficient(self) -> float:
        """The coefficient of kinship (Malécot 1948): the sum over lines of ½^(n + 1) (1 + F).

        n is the number of steps and F the inbreeding of the common ancestor (Wright 1922).
        """
        from kg.relations import coefficients

        pedigree = self._pedigree
        if self.ego == self.alter or pedigree.has_twins or len(pedigree.surplus):
            # Two people of one genome, and parents beyond two, are nothing that lines can tell.
            return coefficients.kinship(pedigree, self.ego, self.alter)
        inbreeding: dict[int, float] = {}
        parts = []
        for group in self.groups:
            for apex in group.apexes:
                if apex not in inbreeding:
                    inbreeding[apex] = coefficients.inbreeding_of(pedigree, apex)
                steps = group.up + group.down + 1
                parts.append(math.ldexp(group.count, -steps) * (1 + inbreeding[apex]))
        return math.fsum(parts)

    @property
    def inbreeding(self) -> tuple[float, float]:
        """The coefficients of inbreeding of ego and alter."""
        from kg.relations import coefficients

        return (
            coefficients.inbreeding_of(self._pedigree, self.ego),
            coefficients.inbreeding_of(self._pedigree, self.alter),
        )

    @property
    def relationship(self) -> float:
        """The coefficient of relationship: 2 φ / √((1 + F)(1 + F′)) (Wright 1922)."""
        one, other = self.inbreeding
        return 2 * self.coefficient / math.sqrt((1 + one) * (1 + other))

    @property
    def loops(self) -> tuple[tuple[int, ...], ...]:
        """The loops of descent that were cut and touch one of the two or their ancestors."""
        loops = self._pedigree.loops
        if not loops:
            return ()
        up = birth_parents(self._pedigree)
        above = ancestors(self.ego, up) | ancestors(self.alter, up)
        return tuple(loop for loop in loops if not above.isdisjoint(loop))


def _form(line: Line) -> tuple[object, ...]:
    bonds = [step.bond for step in line.kin.steps]
    # By marriage it matters through whom: a son's father-in-law is not a daughter's.
    through = [step.sex for step in line.kin.steps[:-1]] if line.marriages else []
    return line.kind, line.kin.pattern(), bonds, line.kin.wholes, line.possible, through


def kinship(
    pedigree: Pedigree, ego: int, alter: int, *, marriages: int = 2, all_lines: bool = False,
    include_possible: bool = False, engine: Engine = PLAIN,
) -> Kinship:  # fmt: skip
    """What two people, given by number, are to each other.

    Ways through up to `marriages` marriages are looked for where two are not kin by birth; where
    they are, those that are shorter and of few steps (`NEAR`), or with `all_lines` the shortest
    there are. Bonds that only a rival claim makes count with `include_possible`.
    """
    if ego == alter:
        return Kinship(pedigree, ego, alter, None, (), True)
    one, other = (ego, alter) if ego < alter else (alter, ego)
    births = engine.births(pedigree, one, other)
    kin = family(pedigree, include_possible)
    others = []
    linked = _has_links(pedigree) and (
        engine.linked is None or engine.linked(one) or engine.linked(other)
    )
    if include_possible or linked:
        others = link_lines(pedigree, one, other, kin)
    lengths = [line.length for line in others]
    if births.nearest:
        lengths.append(births.nearest.length)
    nearest = min(lengths) if lengths and not all_lines else None
    longest = None if nearest is None else min(nearest - 1, NEAR)
    complete = True
    if marriages and (longest is None or longest > 0):
        # The compiled search knows no bonds but those that are recorded as facts.
        search = plain_search if include_possible else engine.search
        found = by_marriage(pedigree, kin, (one, other), Bounds(marriages, longest), search)
        others += found.lines
        complete = found.complete
    if longest is None or longest > 1:
        shortest = min((line.length for line in others), default=0)
        if not shortest or shortest > 1:
            others += through_one(pedigree, kin, one, other, marriages)
    if ego > alter:
        others = [line.turned_round() for line in others]
    return Kinship(pedigree, ego, alter, births, others, complete)


def kinships(
    pedigree: Pedigree, pairs: Iterable[tuple[int, int]], *, marriages: int = 2,
    all_lines: bool = False, include_possible: bool = False,
) -> Iterator[Kinship]:  # fmt: skip
    """The kinship of many pairs, compiled where numba is installed; options as in `kinship`."""
    engine = fastest(pedigree)
    for ego, alter in pairs:
        yield kinship(
            pedigree, ego, alter, marriages=marriages, all_lines=all_lines,
            include_possible=include_possible, engine=engine,
        )  # fmt: skip


def fastest(pedigree: Pedigree) -> Engine:
    """Compiled where numba is installed: worth the second or so that it takes for many pairs."""
    try:
        from kg.relations import line_kernel, marriage_kernel
    except ImportError:
        return PLAIN
    return Engine(
        line_kernel.compiled(pedigree), marriage_kernel.compiled(pedigree),
        marriage_kernel.linked(pedigree) if _has_links(pedigree) else None,
    )  # fmt: skip


_links_known: WeakKeyDictionary[Pedigree, bool] = WeakKeyDictionary()


def _has_links(pedigree: Pedigree) -> bool:
    """Whether there is any bond but birth."""
    known = _links_known.get(pedigree)
    if known is None:
        known = any(pedigree.parents_bond.tobytes().strip(b"\0"))
        _links_known[pedigree] = known
    return known
