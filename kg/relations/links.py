"""Lines that need a bond other than birth: adoptive, foster, step and sealing; or a possible one.

They are counted as those by birth are, only that chains are told apart by the kinds of their bonds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kg.model.kin import Bond, Kin, Move, Sex, Step, Whole
from kg.relations.chains import Bonds, Descent, Pair, chains_down, pairs_down, tangle
from kg.relations.lines import LETTERS, SEXES, WHOLES, Line, letters, stated_siblings

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree

MANY = 10
"""Where more bonds than this are not by birth, a line has at most `MOST` of them."""
MOST = 3

BIRTH = LETTERS[Bond.BIRTH]


class Family(NamedTuple):
    """Parents and children of every kind, ascending, each with the letter of the bond.

    Capital letters are possible bonds.
    """

    parents: Bonds
    children: Bonds
    spouses: Callable[[int], Sequence[int]]
    possible_couples: frozenset[tuple[int, int]] = frozenset()


def family(pedigree: Pedigree, include_possible: bool = False) -> Family:
    """The kin of each as recorded; with those bonds that only a rival claim makes, if asked."""
    by_code = _letters_by_code()

    def runs(starts: Sequence[int], people: Sequence[int], bonds: Sequence[int]) -> Bonds:
        def of(person: int) -> list[tuple[int, str]]:
            first, last = starts[person], starts[person + 1]
            return [(people[at], by_code[bonds[at]]) for at in range(first, last)]

        return of

    parents = runs(pedigree.parents_at, pedigree.parents_of, pedigree.parents_bond)
    children = runs(pedigree.children_at, pedigree.children_of, pedigree.children_bond)
    if not include_possible:
        return Family(parents, children, pedigree.spouses)
    up: dict[int, list[tuple[int, str]]] = {}
    down: dict[int, list[tuple[int, str]]] = {}
    for child, parent, bond in pedigree.possible_bonds:
        up.setdefault(child, []).append((parent, LETTERS[bond].upper()))
        down.setdefault(parent, []).append((child, LETTERS[bond].upper()))
    couples = frozenset(pedigree.possible_unions)
    partners: dict[int, list[int]] = {}
    for one, other in couples:
        partners.setdefault(one, []).append(other)
        partners.setdefault(other, []).append(one)
    return Family(
        lambda person: sorted([*parents(person), *up.get(person, ())]),
        lambda person: sorted([*children(person), *down.get(person, ())]),
        lambda person: sorted({*pedigree.spouses(person), *partners.get(person, ())}),
        couples,
    )


def _letters_by_code() -> list[str]:
    from kg.index.pedigree import BONDS

    return [LETTERS[bond] for bond in BONDS]


class _Part(NamedTuple):
    """The people above two people, numbered anew so that parents come first by every bond."""

    people: Sequence[int]
    number: dict[int, int]
    up: Sequence[Sequence[tuple[int, str]]]
    down: Sequence[Sequence[tuple[int, str]]]


def link_lines(pedigree: Pedigree, one: int, other: int, kin: Family) -> list[Line]:
    """The lines between two people that need some bond other than a sure birth, nearest first."""
    part = _part((one, other), kin.parents)
    if part is None:
        return []
    links = sum(letter != BIRTH for up in part.up for _, letter in up)
    most = links if links <= MANY else MOST
    siblings = stated_siblings(pedigree)

    def near(person: int) -> list[int]:
        stated = siblings(part.people[person]) if siblings else ()
        return [part.number[sibling] for sibling in stated if sibling in part.number]

    descent = Descent(
        part.up.__getitem__, part.down.__getitem__, near if siblings else None, "",
        lambda word: _links(word) <= most,
    )  # fmt: skip
    ends = part.number[one], part.number[other]
    found = tangle(*ends, descent)
    lines = []
    for top, words in zip(ends, (found.direct, found.reverse), strict=True):
        for word, count in words.items():
            if _links(word):
                chain = [part.people[n] for n in next(chains_down(found, top, word))]
                line = _line(pedigree, chain, "", word, chain[:1], (), count)
                lines.append(line if top == ends[0] else line.turned_round())
    groups: dict[tuple[tuple[int, ...], str, str, Whole], list[tuple[Pair, str, str, int]]] = {}
    for pair in found.pairs:
        for tops, up, down, whole in _turns(pair, part):
            for (word, word_other), count in pair.counts.items():
                if _links(word + up) + _links(word_other + down) in range(1, most + 1):
                    key = tops, word + up, word_other + down, whole
                    groups.setdefault(key, []).append((pair, word, word_other, count))
    for (tops, up, down, whole), ways in groups.items():
        pair, word, word_other, _ = ways[0]
        first, second = next(pairs_down(found, pair, word, word_other))
        chain = [part.people[n] for n in (*first[::-1], *tops[:1], *second)]
        apexes = tuple(sorted(part.people[top] for top in tops))
        wholes = (whole,) if tops else ()
        count = sum(n for *_, n in ways)
        lines.append(_line(pedigree, chain, up, down, apexes, wholes, count))
    return sorted(lines, key=_order)


def _order(line: Line) -> tuple[object, ...]:
    bonds = tuple(step.bond != Bond.BIRTH for step in line.kin.steps)
    return (
        line.length, sum(bonds), line.possible, abs(line.up - line.down),
        WHOLES.index(line.kin.whole), line.people, bonds, line.kind,
    )  # fmt: skip


def _links(word: str) -> int:
    return len(word) - word.count(BIRTH)


def _turns(pair: Pair, part: _Part) -> Iterator[tuple[tuple[int, ...], str, str, Whole]]:
    """What turns between two children: by their common parents of like bonds, and if in full."""
    alike: dict[tuple[str, str], list[int]] = {}
    for top, up, down in pair.tops:
        alike.setdefault((up, down), []).append(top)
    if not pair.tops:
        yield (), BIRTH, BIRTH, Whole.UNKNOWN  # stated siblings: no bond of theirs is known
    for (up, down), tops in alike.items():
        found = whole(tops, (part.up[pair.one], up), (part.up[pair.other], down))
        yield tuple(sorted(tops, key=part.people.__getitem__)), up, down, found


def whole(tops: Sequence[int], *children: tuple[Sequence[tuple[int, str]], str]) -> Whole:
    """Whether two children share both parents, by the kinds of bond that they share parents by.

    Of each: all bonds up, and the letter of those that count; of the common parents all.
    """
    if len(tops) > 1:
        return Whole.FULL
    both = all(
        any(bond == own and parent != tops[0] for parent, bond in bonds) for bonds, own in children
    )
    return Whole.HALF if both else Whole.UNKNOWN


def _line(
    pedigree: Pedigree, people: Sequence[int], up: str, down: str, apexes: Sequence[int],
    wholes: tuple[Whole, ...], count: int,
) -> Line:  # fmt: skip
    """A line whose bonds are these words, each from below upwards."""
    sexes = [SEXES[pedigree.sexes[person]] for person in people]
    moves = [Move.PARENT] * len(up) + [Move.CHILD] * len(down)
    bonds = list(letters(up + down[::-1]))
    if not apexes:
        moves[len(up) - 1 : len(up) + 1] = [Move.SIBLING]
        bonds[len(up) - 1 : len(up) + 1] = [Bond.BIRTH]
    elif wholes and wholes[0] is Whole.FULL:
        sexes[len(up)] = Sex.UNKNOWN
    steps = tuple(map(Step, moves, sexes[1:], bonds))
    kind = next((bond.value for bond in bonds if bond is not Bond.BIRTH), "blood")
    possible = not (up + down).islower()
    return Line(
        kind, Kin(sexes[0], steps, wholes), tuple(people), tuple(apexes), len(up), len(down),
        count, possible=possible,
    )  # fmt: skip


def _part(ends: Iterable[int], parents: Bonds) -> _Part | None:
    """Everybody above two people; None where nothing but birth leads up.

    A bond that would make somebody their own ancestor is left out: those by birth make none, so
    that it is one of the others that goes.
    """
    up: dict[int, list[tuple[int, str]]] = {}
    stack = list(ends)
    awry: list[tuple[int, int, str]] = []
    linked = False
    while stack:
        person = stack.pop()
        if person in up:
            continue
        births = set()
        bonds = parents(person)
        for parent, letter in bonds:
            if letter == BIRTH:
                births.add(parent)
        up[person] = []
        for parent, letter in bonds:
            if letter != BIRTH and parent in births:
                continue
            linked |= letter != BIRTH
            stack.append(parent)
            if parent < person:
                up[person].append((parent, letter))
            elif parent != person:
                awry.append((person, parent, letter))
    if not linked:
        return None
    for person, parent, letter in sorted(awry):
        if not _is_above(person, parent, up):
            up[person].append((parent, letter))
    return _numbered(up)


def _is_above(person: int, start: int, up: dict[int, list[tuple[int, str]]]) -> bool:
    seen = {start}
    stack = [start]
    while stack:
        at = stack.pop()
        if at == person:
            return True
        for parent, _ in up[at]:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return False


def _numbered(up: dict[int, list[tuple[int, str]]]) -> _Part:
    """Number people by how high the longest way up is, then as they were."""
    below: dict[int, list[int]] = {}
    pending = {}
    for person, bonds in up.items():
        pending[person] = len(bonds)
        for parent, _ in bonds:
            below.setdefault(parent, []).append(person)
    people: list[int] = []
    level = sorted(person for person, left in pending.items() if not left)
    while level:
        people += level
        following = []
        for person in level:
            for child in below.get(person, ()):
                pending[child] -= 1
                if not pending[child]:
                    following.append(child)
        level = sorted(following)
    number = {person: n for n, person in enumerate(people)}
    parents = [
        sorted((number[parent], letter) for parent, letter in up[person]) for person in people
    ]  # fmt: skip
    children: list[list[tuple[int, str]]] = [[] for _ in people]
    for child, bonds in enumerate(parents):
        for parent, letter in bonds:
            children[parent].append((child, letter))
    return _Part(people, number, parents, children)
