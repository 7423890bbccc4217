"""The kin of a person: each once, with what they are by the nearest line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kg.model.kin import Bond, Kin
from kg.relations.affinity import Hop, common_parents, line_of
from kg.relations.chains import Siblings
from kg.relations.lines import WHOLES, Line, stated_siblings
from kg.relations.links import BIRTH, Family, family, whole

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

OLDEST = 120 * 372
"""Nobody is taken to have lived for longer than so many days (120 years as days are numbered)."""

PATERNAL, MATERNAL, BOTH = "paternal", "maternal", "both"
_SIDES = ("", PATERNAL, MATERNAL, BOTH)
"""By the codes of the sexes of the parents that the nearest lines begin with, added up."""
_UP, _DOWN, _WED = 0, 1, 2

# A person, how it was reached, through how many marriages, and after how many steps up.
_State = tuple[int, int, int, int]


class Relative(NamedTuple):
    """One of a person's kin.

    `degree`: steps up and down, as civil law counts (a spouse's kin are of the spouse's degree).
    `generation`: how many generations older, below 0 for younger. `side`: "paternal", "maternal",
    "both", or "" where the nearest line does not begin with a parent whose sex is known.
    `coefficient`: of kinship, where asked. `alive`: "yes", "no" or "unknown" at the time asked.
    """

    person: int
    line: Line
    degree: int
    generation: int
    side: str = ""
    coefficient: float | None = None
    alive: str = ""

    @property
    def kin(self) -> Kin:
        """What the relative is to ego."""
        return self.line.kin


def relatives(
    pedigree: Pedigree, ego: int, *, degree: int | None = None, marriages: int = 0, side: str = "",
    alive_at: tuple[int, int] | None = None, coefficients: bool = False,
    include_possible: bool = False, birth_only: bool = False,
) -> list[Relative]:  # fmt: skip
    """The kin of a person up to a degree, nearest first; the work grows with their number.

    `marriages`: so many may be on the way. `side`: "paternal" or "maternal"; who is kin on both
    is on either. `alive_at`: the first and the last day (as the index numbers them) of when; left
    out is who was surely not alive then.
    """
    kin = family(pedigree, include_possible)
    if birth_only:
        kin = _births(kin)
    reckoned: Sequence[float] = ()
    if coefficients:
        from kg.relations.coefficients import kinship_with_all

        reckoned = kinship_with_all(pedigree, ego)
    found = []
    for line, sides in _lines(pedigree, kin, ego, degree, marriages):
        person = line.people[-1]
        on = _SIDES[sides]
        alive = is_alive(pedigree, person, *alive_at) if alive_at else ""
        if (side and on not in (side, BOTH)) or alive == "no":
            continue
        coefficient = float(reckoned[person]) if coefficients else None
        found.append(
            Relative(person, line, line.up + line.down, line.up - line.down, on, coefficient, alive)
        )
    return found


def is_alive(pedigree: Pedigree, person: int, first: int, last: int) -> str:
    """Whether a person was alive at a time that lies between two days: yes, no or unknown."""
    from kg.index.pedigree import ALWAYS, NEVER

    born, born_last = pedigree.birth_first[person], pedigree.birth_last[person]
    died, died_last = pedigree.death_first[person], pedigree.death_last[person]
    if born_last != ALWAYS:
        died_last = min(died_last, born_last + OLDEST)
    if died != NEVER:
        born = max(born, died - OLDEST)
    if born > last or died_last < first:
        return "no"
    return "yes" if born_last <= first and died >= last else "unknown"


def _births(kin: Family) -> Family:
    return kin._replace(
        parents=lambda person: [bond for bond in kin.parents(person) if bond[1] == BIRTH],
        children=lambda person: [bond for bond in kin.children(person) if bond[1] == BIRTH],
    )


class _Way(NamedTuple):
    """The best way to a state: how good it is, and the hops from the last turn or state on."""

    rank: tuple[int, int, int]
    before: _State
    hops: tuple[Hop, ...]
    sides: int


class _Search:
    """Goes on from ego layer by layer, each layer one step longer."""

    def __init__(
        self, kin: Family, ego: int, siblings: Siblings | None, degree: int | None, marriages: int,
        sexes: Sequence[int],
    ) -> None:  # fmt: skip
        self.first: _State = (ego, _UP, 0, 0)
        self.ways: dict[_State, _Way | None] = {self.first: None}
        self.downs: dict[_State, int] = {self.first: 0}
        self.at: dict[int, list[_State]] = {ego: [self.first]}
        # By state reached going up: every child it was reached from.
        self.from_below: dict[_State, list[tuple[_State, str]]] = {}
        self._kin, self._siblings, self._sexes = kin, siblings, sexes
        self._degree, self._marriages = degree, marriages

    def advance(self, layer: Sequence[_State]) -> list[_State]:
        """The states one step on that are not worse than one reached before."""
        reached: dict[_State, _Way] = {}
        downs: dict[_State, int] = {}
        below: dict[_State, list[tuple[_State, str]]] = {}
        for state in layer:
            for following, down, way in self._onward(state):
                if self._has_better(following):
                    continue
                known = reached.get(following)
                if known is None or way[:3] < known[:3]:
                    reached[following] = way
                    downs[following] = down
                if known is not None:
                    sides = known.sides | way.sides
                    reached[following] = reached[following]._replace(sides=sides)
                if following[1] == _UP:
                    below.setdefault(following, []).append((state, way.hops[-1][3]))
        self.ways.update(reached)
        self.downs.update(downs)
        self.from_below.update(below)
        for state in reached:
            self.at.setdefault(state[0], []).append(state)
        return sorted(reached)

    def _has_better(self, state: _State) -> bool:
        return any(
            came in (_UP, state[1]) and wed <= state[2]
            for _, came, wed, _ in self.at.get(state[0], ())
        )

    def _onward(self, state: _State) -> Iterator[tuple[_State, int, _Way]]:
        person, came, wed, up = state
        down, way = self.downs[state], self.ways[state]
        links, half, _ = way.rank if way else (0, 0, 0)
        sides = way.sides if way else 0
        room = None if self._degree is None else self._degree - up - down
        kin = self._kin
        if room is None or room > 0:
            if came != _DOWN:
                for parent, letter in kin.parents(person):
                    on = self._sexes[parent] if state == self.first else sides
                    yield (parent, _UP, wed, up + 1), down, _Way(
                        (links + (letter != BIRTH), half, person), state,
                        ((person, parent, 0, letter),), on,
                    )  # fmt: skip
            for child, letter in kin.children(person):
                goal = (child, _DOWN, wed, up)
                count = links + (letter != BIRTH)
                hop = (person, child, 1, letter)
                if came != _UP or state == self.first:
                    yield goal, down + 1, _Way((count, half, person), state, (hop,), sides)
                    continue
                for before, bond in self.from_below[state]:
                    tops = common_parents(kin, (before[0], bond), (child, letter))
                    if before[0] == child or tops[0] != person:
                        continue  # the same child again, or told through the other parent
                    full = whole(tops, (kin.parents(before[0]), bond), (kin.parents(child), letter))
                    turn = (before[0], person, 0, bond), hop
                    link, on = 0, 0
                    earlier = self.ways[before]
                    if earlier is not None:
                        link, on = earlier.rank[0], earlier.sides
                    elif before == self.first:
                        for top in tops:
                            on |= self._sexes[top]
                    link += (bond != BIRTH) + (letter != BIRTH)
                    rank = link, half * len(WHOLES) + WHOLES.index(full), person
                    yield goal, down + 1, _Way(rank, before, turn, on)
        if self._siblings is not None and came != _DOWN and (room is None or room > 1):
            for sibling in self._siblings(person):
                yield (sibling, _DOWN, wed, up + 1), down + 1, _Way(
                    (links, half * len(WHOLES) + 1, person), state, ((person, sibling, 3, BIRTH),), sides
                )  # fmt: skip
        if came != _WED and wed < self._marriages:
            for spouse in kin.spouses(person):
                yield (spouse, _WED, wed + 1, up), down, _Way(
                    (links, half, person), state, ((person, spouse, 2, BIRTH),), sides
                )  # fmt: skip

    def hops(self, state: _State) -> list[Hop]:
        """The best way to a state."""
        hops: list[Hop] = []
        way = self.ways[state]
        while way is not None:
            hops = [*way.hops, *hops]
            way = self.ways[way.before]
        return hops


def _lines(
    pedigree: Pedigree, kin: Family, ego: int, degree: int | None, marriages: int
) -> Iterator[tuple[Line, int]]:
    """The nearest line to everybody who is kin, with the sides it is on, layer by layer."""
    search = _Search(kin, ego, stated_siblings(pedigree), degree, marriages, pedigree.sexes)
    known = {ego}
    layer = [search.first]
    while layer:
        layer = search.advance(layer)
        reached: dict[int, list[_State]] = {}
        for state in layer:
            if state[0] not in known:
                reached.setdefault(state[0], []).append(state)
        found = []
        for states in reached.values():
            lines = []
            for state in states:
                line = line_of(pedigree, kin, search.hops(state))
                way = search.ways[state]
                if line is not None and way is not None:
                    lines.append((_order(line), line, way.sides))
            if lines:
                found.append(min(lines))
        known.update(line.people[-1] for _, line, _ in found)
        for _, line, sides in sorted(found):
            yield line, sides


def _order(line: Line) -> tuple[object, ...]:
    links = sum(step.bond is not Bond.BIRTH for step in line.kin.steps)
    wholes = [WHOLES.index(whole) for whole in line.kin.wholes]
    return (
        line.length, line.marriages, links, abs(line.up - line.down), wholes, -line.up,
        line.people,
    )  # fmt: skip
