"""Kin by marriage: the shortest ways from person to person that lead through spouses.

Such a way is one of climbs (up to parents, then down to children) with marriages between them. It
is looked for from both ends at once, a step at a time, until the two searches meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from kg.model.kin import Bond, Kin, Move, Sex, Step
from kg.relations.chains import Siblings
from kg.relations.lines import BACK, SEXES, Line, letters, stated_siblings
from kg.relations.links import BIRTH, Family, whole

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

BUDGET = 12_000
"""So many states of the search are looked at before it gives up."""
MOST = 64
"""So many ways of one length are told apart; more are not looked for."""
_ENOUGH = 2 * MOST
"""Of the ways to one state: as many may have been told before, and as many more are told."""

_UP, _DOWN, _WED = 0, 1, 2
"""How the search came to a person: up from a child (or not at all), down from a parent, across a
marriage. From up it may go anywhere, from down on down or across, from across up or down.
"""
_MOVES = (Move.PARENT, Move.CHILD, Move.SPOUSE, Move.SIBLING)
_SHORT = "UDSB"

_State = tuple[int, int, int]
"""A person, how the search came there, and how many marriages it passed."""
Hop = tuple[int, int, int, str]
"""Two people, the place of the move in `_MOVES`, and the letter of its bond."""


Came = Mapping[_State, Sequence[tuple[_State, int, str]]]
"""For each state those that the search came from, with the place of the move and its bond."""


class Found(NamedTuple):
    """Ways by marriage, nearest first; `complete`: there is surely no shorter one, or none."""

    lines: list[Line]
    complete: bool


class Meeting(NamedTuple):
    """Pairs of states at which two searches met, and how each of them came there."""

    pairs: Sequence[tuple[_State, _State]]
    one: Came
    other: Came


class Bounds(NamedTuple):
    """How far to look: through how many marriages, how many steps, how many states."""

    marriages: int = 2
    longest: int | None = None
    budget: int = BUDGET


Search = Callable[["Pedigree", Family, tuple[int, int], Bounds], Iterator[Meeting | None]]
"""Searches from two people until they meet, one meeting a length; None where it gives up."""


def by_marriage(
    pedigree: Pedigree, kin: Family, ends: tuple[int, int], bounds: Bounds, search: Search
) -> Found:
    """The shortest ways between two people through marriages; of these, those with the fewest."""
    for meeting in search(pedigree, kin, ends, bounds):
        if meeting is None:
            return Found([], False)
        lines = _lines(pedigree, kin, meeting)
        if lines:
            return Found(lines, True)
    return Found([], True)


def plain_search(
    pedigree: Pedigree, kin: Family, ends: tuple[int, int], bounds: Bounds
) -> Iterator[Meeting | None]:
    """The search in plain Python."""
    siblings = stated_siblings(pedigree)
    one, other = (_Side(end, kin, siblings, bounds.marriages) for end in ends)
    length = 0
    while bounds.longest is None or length < bounds.longest:
        side = min(one, other, key=lambda side: len(side.layer))
        if not side.layer:
            return
        if len(one.came) + len(other.came) > bounds.budget:
            yield None
            return
        side.advance()
        length += 1
        pairs = list(_meetings(one, other, side, bounds.marriages))
        if pairs:
            yield Meeting(pairs, one.came, other.came)


class _Side:
    """The search from one end: for each state the states before it, all equally near."""

    def __init__(self, start: int, kin: Family, siblings: Siblings | None, marriages: int) -> None:
        first: _State = (start, _UP, 0)
        self.came: dict[_State, list[tuple[_State, int, str]]] = {first: []}
        self.layer: list[_State] = [first]
        self.at: dict[int, list[_State]] = {start: [first]}
        self._kin, self._siblings, self._marriages = kin, siblings, marriages

    def advance(self) -> None:
        """Go one step on from all states that were reached last."""
        reached: dict[_State, list[tuple[_State, int, str]]] = {}
        for state in self.layer:
            for following, move, letter in self._onward(state):
                if following in reached:
                    reached[following].append((state, move, letter))
                elif not self._has_better(following):
                    reached[following] = [(state, move, letter)]
        self.came.update(reached)
        self.layer = sorted(reached)
        for state in self.layer:
            self.at.setdefault(state[0], []).append(state)

    def _has_better(self, state: _State) -> bool:
        """Whether a state from which one can go the same ways was reached before."""
        return any(
            came in (_UP, state[1]) and wed <= state[2]
            for _, came, wed in self.at.get(state[0], ())
        )

    def _onward(self, state: _State) -> Iterator[tuple[_State, int, str]]:
        person, came, wed = state
        if came != _DOWN:
            for parent, letter in self._kin.parents(person):
                yield (parent, _UP, wed), 0, letter
            if self._siblings is not None:
                for sibling in self._siblings(person):
                    yield (sibling, _DOWN, wed), 3, BIRTH
        for child, letter in self._kin.children(person):
            yield (child, _DOWN, wed), 1, letter
        if came != _WED and wed < self._marriages:
            for spouse in self._kin.spouses(person):
                yield (spouse, _WED, wed + 1), 2, BIRTH


def _meetings(
    one: _Side, other: _Side, new: _Side, marriages: int
) -> Iterator[tuple[_State, _State]]:
    """The pairs of states at one person that make a way, of which one is new."""
    old = other if new is one else one
    for state in new.layer:
        for match in old.at.get(state[0], ()):
            if state[1] == match[1] != _UP:
                continue  # down and down again up, or two marriages without a step between them
            if 0 < state[2] + match[2] <= marriages:
                yield (state, match) if new is one else (match, state)


def _lines(pedigree: Pedigree, kin: Family, meeting: Meeting) -> list[Line]:
    """The ways that are none by blood in disguise, grouped by their shape."""
    fewest: int | None = None
    grouped: dict[tuple[object, ...], Line] = {}
    patterns: dict[tuple[object, ...], str] = {}
    for wed, hops in islice(_ways(meeting), MOST):
        if fewest is not None and wed > fewest:
            break
        line = line_of(pedigree, kin, hops)
        if line is None:
            continue
        fewest = wed
        key = line.kin, line.apexes
        known = grouped.get(key)
        if known is None:
            grouped[key] = line
            patterns[key] = _pattern(hops)
        else:
            people = min(known.people, line.people)
            grouped[key] = known._replace(count=known.count + 1, people=people)
    return [grouped[key] for key in sorted(grouped, key=lambda k: (patterns[k], grouped[k].people))]


def _pattern(hops: Iterable[Hop]) -> str:
    """The moves as letters, as `Kin.pattern` gives them."""
    return "".join([_SHORT[move] for _, _, move, _ in hops])


def _ways(meeting: Meeting) -> Iterator[tuple[int, tuple[Hop, ...]]]:
    """Every way through these pairs of states, each once, with the number of its marriages.

    Those of the fewest marriages come first.
    """
    told = set()
    befores: dict[_State, list[tuple[Hop, ...]]] = {}
    afters: dict[_State, list[tuple[Hop, ...]]] = {}
    for state, match in sorted(meeting.pairs, key=lambda pair: (pair[0][2] + pair[1][2], pair)):
        if state not in befores:
            befores[state] = list(islice(_back(meeting.one, state), _ENOUGH))
        if match not in afters:
            afters[match] = [
                tuple([(to, come, _BACK[move], bond) for come, to, move, bond in reversed(end)])
                for end in islice(_back(meeting.other, match), _ENOUGH)
            ]
        for begin in befores[state]:
            for end in afters[match]:
                way = begin + end
                if way not in told:
                    told.add(way)
                    yield state[2] + match[2], way


def _back(came: Came, state: _State) -> Iterator[tuple[Hop, ...]]:
    """Every way from the start of a search to a state."""
    stack: list[tuple[_State, tuple[Hop, ...]]] = [(state, ())]
    while stack:
        at, way = stack.pop()
        steps = came.get(at)
        if not steps:
            yield way
            continue
        for before, move, letter in sorted(steps, reverse=True):
            stack.append((before, ((before[0], at[0], move, letter), *way)))


_NO_SEX = SEXES.index(Sex.UNKNOWN)
_BACK = tuple(_MOVES.index(BACK[move]) for move in _MOVES)


def line_of(pedigree: Pedigree, kin: Family, hops: Sequence[Hop]) -> Line | None:
    """A way as a line; None where it says nothing that blood does not say better."""
    people = (hops[0][0], *[hop[1] for hop in hops])
    if len(set(people)) < len(people):
        return None
    codes = pedigree.sexes
    sexes = [codes[person] for person in people]
    wholes = []
    apexes: tuple[int, ...] = ()
    for at, (before, after) in enumerate(pairwise(hops), 1):
        child, top, move, letter = before
        _, goal, following, letter_down = after
        if following == move:
            continue
        if move == 0 and following == 1:
            tops = common_parents(kin, (child, letter), (goal, letter_down))
            if top != tops[0]:
                return None  # told through the other parent
            if len(tops) > 1:
                sexes[at] = _NO_SEX
            wholes.append(
                whole(tops, (kin.parents(child), letter), (kin.parents(goal), letter_down))
            )  # fmt: skip
            apexes = apexes or tuple(tops)
        elif move == 0 and following == 2 and _is_child(kin, child, goal):
            return None  # to the other parent by way of the one
        elif move == 2 and following == 1 and _is_child(kin, goal, child):
            return None  # to a child of one's own
    moves = [move for _, _, move, _ in hops]
    steps = tuple([
        _step(move, sex, letter) for (_, _, move, letter), sex in zip(hops, sexes[1:], strict=True)
    ])  # fmt: skip
    shape = Kin(SEXES[sexes[0]], steps, tuple(wholes))
    stated, wed = moves.count(3), moves.count(2)
    up, down = moves.count(0) + stated, moves.count(1) + stated
    if wed:
        kind = "step" if _is_step(_pattern(hops)) else "affinity"
    else:
        kind = next((step.bond.value for step in steps if step.bond is not Bond.BIRTH), "blood")
        if not up or not down:
            apexes = (people[-1 if up else 0],)
    possible = any(
        letter.isupper() or (move == 2 and tuple(sorted((begin, end))) in kin.possible_couples)
        for begin, end, move, letter in hops
    )
    return Line(kind, shape, people, apexes, up, down, 1, wed, possible)


@cache
def _step(move: int, sex: int, letter: str) -> Step:
    return Step(_MOVES[move], SEXES[sex], letters(letter)[0])


def _is_step(pattern: str) -> bool:
    """Whether a marriage stands at the top of the line: of an ancestor, or of a parent."""
    above, _, below = pattern.partition("S")
    return not above.strip("U") and not below.strip("D") and pattern != "S"


def common_parents(kin: Family, one: tuple[int, str], other: tuple[int, str]) -> list[int]:
    """The parents of both of two people, by bonds of these letters."""
    mine = {parent for parent, bond in kin.parents(one[0]) if bond == one[1]}
    return sorted(p for p, bond in kin.parents(other[0]) if bond == other[1] and p in mine)


def _is_child(kin: Family, child: int, parent: int) -> bool:
    return any(other == parent for other, _ in kin.parents(child))


def through_one(
    pedigree: Pedigree, kin: Family, one: int, other: int, marriages: int
) -> list[Line]:
    """What two are to each other who have a child or, by two marriages, a spouse in common."""
    mates = [
        mate for mate in kin.spouses(one) if marriages > 1 and mate in kin.spouses(other)
    ]  # fmt: skip
    children = [child for child, bond in kin.children(one)
                if bond == BIRTH and (other, BIRTH) in kin.parents(child)]  # fmt: skip
    lines = []
    for people, moves, wed in (
        (children, (Move.CHILD, Move.PARENT), 0), (mates, (Move.SPOUSE, Move.SPOUSE), 2),
    ):  # fmt: skip
        if people:
            chain = one, people[0], other
            sexes = [SEXES[pedigree.sexes[person]] for person in chain]
            shape = Kin(sexes[0], tuple(map(Step, moves, sexes[1:])))
            kind, climbs = ("affinity", 0) if wed else ("child", 1)
            lines.append(Line(kind, shape, chain, (), climbs, climbs, len(people), wed))
    return lines
