"""Laws of kinship on random small families: against brute force, and against the coefficients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.pedigree import BondRow, Pedigree, PersonRow, UnionRow, in_memory
from kg.model.kin import Bond, Move, Whole
from kg.relations import coefficients
from kg.relations.affinity import BUDGET, Bounds, by_marriage, plain_search
from kg.relations.kinship import Kinship, kinship, kinships, turned_round
from kg.relations.lines import BirthLines, Line
from kg.relations.links import family
from kg.relations.relatives import relatives

MANY = settings(max_examples=150, deadline=None, derandomize=True)
OTHER_BONDS = (Bond.ADOPTIVE, Bond.FOSTER, Bond.STEP, Bond.SEALING)


@st.composite
def pedigrees(
    draw: st.DrawFn, *, bonds: bool = False, loops: bool = True, most: int = 10
) -> Pedigree:
    """People with up to two parents among those before them: much inbreeding, half-siblings.

    With `bonds` there are some of other kinds, and spouses; with `loops` these may lead in rounds.
    """
    count = draw(st.integers(2, most))
    names = [f"p{n:02d}" for n in range(count)]
    sexes = draw(st.lists(st.sampled_from("mf") | st.just(""), min_size=count, max_size=count))
    people = [PersonRow(name, name, sex) for name, sex in zip(names, sexes, strict=True)]
    births, unions, siblings = [], [], []
    for n in range(1, count):
        above = st.lists(st.integers(max(0, n - 6), n - 1), max_size=2, unique=True)
        births += [BondRow(names[n], names[p]) for p in draw(above)]
    if bonds:
        pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
        some = st.lists(pairs.filter(lambda pair: pair[0] != pair[1]), max_size=4)
        kinds = st.sampled_from(OTHER_BONDS)
        links = [pair if loops else (max(pair), min(pair)) for pair in draw(some)]
        births += [BondRow(names[c], names[p], draw(kinds)) for c, p in links]
        births += [BondRow(names[c], names[p], possible=True) for c, p in draw(some)]
        unions = [UnionRow(names[a], names[b], possible=draw(st.booleans())) for a, b in draw(some)]
        siblings = [(names[a], names[b]) for a, b in draw(some)[:2]]
    order = draw(st.permutations(people))
    return in_memory(order, draw(st.permutations(births)), unions, siblings)


# ---------- brute force ----------


def climbs(pedigree: Pedigree, start: int) -> Iterator[tuple[int, ...]]:
    """Every chain from a person up, the empty one included."""
    yield (start,)
    for parent in pedigree.parents(start):
        for chain in climbs(pedigree, parent):
            yield (start, *chain)


def brute(pedigree: Pedigree, one: int, other: int) -> Counter[tuple[object, ...]]:
    """The lines by enumeration: apexes, up, down, whole."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], set[int]] = {}
    for mine in climbs(pedigree, one):
        for yours in climbs(pedigree, other):
            if mine[-1] == yours[-1] and len(set(mine + yours)) == len(mine) + len(yours) - 1:
                found.setdefault((mine[:-1], yours[:-1]), set()).add(mine[-1])
    lines: Counter[tuple[object, ...]] = Counter()
    for (mine, yours), tops in found.items():
        whole = Whole.UNKNOWN
        if mine and yours:
            parents = [pedigree.parents(side[-1]) for side in (mine, yours)]
            if len(tops) == 2:
                whole = Whole.FULL
            elif all(len(both) == 2 for both in parents):
                whole = Whole.HALF
        lines[tuple(sorted(tops)), len(mine), len(yours), whole] += 1
    return lines


def pairs(pedigree: Pedigree) -> Iterator[tuple[int, int]]:
    return combinations(range(pedigree.count), 2)


@MANY
@given(pedigrees(most=9))
def test_lines_are_counted_as_brute_force_finds_them(pedigree: Pedigree) -> None:
    for one, other in pairs(pedigree):
        groups = BirthLines(pedigree, one, other).groups
        assert {group[:4]: group.count for group in groups} == brute(pedigree, one, other)
        distances = [(group.up + group.down, abs(group.up - group.down)) for group in groups]
        assert distances == sorted(distances)


@MANY
@given(pedigrees(most=9))
def test_chains_of_a_group_are_as_many_as_it_counts_and_share_only_the_top(
    pedigree: Pedigree,
) -> None:
    for one, other in pairs(pedigree):
        lines = BirthLines(pedigree, one, other)
        for group in lines.groups:
            chains = list(lines.chains(group))
            assert len(set(chains)) == len(chains) == group.count
            for chain in chains:
                assert (chain[0], chain[-1]) == (one, other)
                assert len(set(chain)) == len(chain) == group.up + group.down + 1
                assert chain[group.up] == group.apexes[0]
                for at, (person, following) in enumerate(pairwise(chain)):
                    child, parent = (
                        (person, following) if at < group.up else (following, person)
                    )  # fmt: skip
                    assert parent in pedigree.parents(child)


@MANY
@given(pedigrees(most=12))
def test_lines_give_the_coefficients(pedigree: Pedigree) -> None:
    for ego in range(pedigree.count):
        for alter in range(pedigree.count):
            found = kinship(pedigree, ego, alter, marriages=0)
            expected = coefficients.kinship(pedigree, ego, alter)
            assert abs(found.coefficient - expected) < 1e-12
            assert abs(found.relationship - coefficients.relationship(pedigree, ego, alter)) < 1e-12


def seen(found: Kinship) -> list[Line]:
    return [line.turned_round() for line in found.lines]


@MANY
@given(pedigrees(bonds=True, most=8), st.booleans(), st.booleans())
def test_kinship_is_converse(pedigree: Pedigree, all_lines: bool, possible: bool) -> None:
    for ego, alter in pairs(pedigree):
        there, back = (
            kinship(pedigree, *ends, all_lines=all_lines, include_possible=possible)
            for ends in ((ego, alter), (alter, ego))
        )
        assert seen(there) == list(back.lines)
        assert abs(there.coefficient - back.coefficient) < 1e-15
        nearest, turned = there.nearest, back.nearest
        assert (nearest and nearest.turned_round()) == turned
        for line, converse in zip(there.lines, back.lines, strict=True):
            assert turned_round(turned_round(line.kin)) == line.kin
            assert there.times(line) == back.times(converse) > 0
            assert turned_round(line.kin) == converse.kin


BACK = {Move.PARENT: Move.CHILD, Move.CHILD: Move.PARENT}


@MANY
@given(pedigrees(bonds=True, most=8), st.booleans())
def test_lines_walk_over_recorded_bonds(pedigree: Pedigree, possible: bool) -> None:
    bonds = {(child, parent, bond) for child in range(pedigree.count)
             for parent, bond in pedigree.all_parents(child)}  # fmt: skip
    couples = {(one, other) for one in range(pedigree.count) for other in pedigree.spouses(one)}
    if possible:
        bonds.update(pedigree.possible_bonds)
        couples.update(pedigree.possible_unions)
        couples.update((b, a) for a, b in pedigree.possible_unions)
    for ego, alter in pairs(pedigree):
        for line in kinship(pedigree, ego, alter, include_possible=possible).lines:
            chain, steps = line.people, line.kin.steps
            assert (chain[0], chain[-1], len(chain)) == (ego, alter, len(steps) + 1)
            assert len(set(chain)) == len(chain)
            for one, other, step in zip(chain, chain[1:], steps, strict=False):
                match step.move:
                    case Move.PARENT:
                        assert (one, other, step.bond) in bonds
                    case Move.CHILD:
                        assert (other, one, step.bond) in bonds
                    case Move.SPOUSE:
                        assert (one, other) in couples
                    case Move.SIBLING:
                        assert other in pedigree.siblings(one)


@MANY
@given(pedigrees(bonds=True, most=9))
def test_every_pair_at_once_is_as_each_alone(pedigree: Pedigree) -> None:
    asked = [(a, b) for a in range(pedigree.count) for b in range(pedigree.count)]
    for (ego, alter), found in zip(asked, kinships(pedigree, asked), strict=True):
        alone = kinship(pedigree, ego, alter)
        assert (found.ego, found.alter) == (ego, alter)
        assert found.lines == alone.lines
        assert found.nearest == alone.nearest


@MANY
@given(
    pedigrees(bonds=True, most=14), st.integers(0, 3), st.sampled_from([None, 1, 4]),
    st.sampled_from([5, 20, BUDGET]),
)  # fmt: skip
def test_compiled_search_by_marriage_finds_what_the_plain_one_does(
    pedigree: Pedigree, marriages: int, longest: int | None, budget: int
) -> None:
    marriage_kernel = pytest.importorskip("kg.relations.marriage_kernel")
    kin, bounds = family(pedigree), Bounds(marriages, longest, budget)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marriage_kernel, "_ROOM", 8)  # it has to grow
        compiled = marriage_kernel.compiled(pedigree)
        for ends in pairs(pedigree):
            one, other = (
                by_marriage(pedigree, kin, ends, bounds, search)
                for search in (plain_search, compiled)
            )
            assert one == other


# ---------- other bonds and marriages, by brute force ----------


def linked(pedigree: Pedigree, start: int) -> Iterator[tuple[tuple[int, ...], tuple[Bond, ...]]]:
    """Every chain up over bonds of all kinds; one that birth makes counts as birth alone."""
    yield (start,), ()
    births = pedigree.parents(start)
    for parent, bond in pedigree.all_parents(start):
        if bond is Bond.BIRTH or parent not in births:
            for chain, bonds in linked(pedigree, parent):
                yield (start, *chain), (bond, *bonds)


def brute_links(pedigree: Pedigree, one: int, other: int) -> Counter[tuple[object, ...]]:
    """The lines that need another bond than birth: apexes and the bonds on either side."""
    found: dict[tuple[object, ...], set[int]] = {}
    for mine, up in linked(pedigree, one):
        for yours, down in linked(pedigree, other):
            if {*up, *down} <= {Bond.BIRTH} or mine[-1] != yours[-1]:
                continue
            if len(set(mine + yours)) == len(mine) + len(yours) - 1:
                found.setdefault((mine[:-1], yours[:-1], up, down), set()).add(mine[-1])
    lines: Counter[tuple[object, ...]] = Counter()
    for (_, _, up, down), tops in found.items():
        lines[tuple(sorted(tops)), up, down] += 1
    return lines


@MANY
@given(pedigrees(bonds=True, loops=False, most=8))
def test_lines_over_other_bonds_are_counted_as_brute_force_finds_them(pedigree: Pedigree) -> None:
    for one, other in pairs(pedigree):
        found: Counter[tuple[object, ...]] = Counter()
        for line in kinship(pedigree, one, other, marriages=0).others:
            bonds = tuple(step.bond for step in line.kin.steps)
            if line.apexes and line.kin.pattern() != "DU":
                found[line.apexes, bonds[: line.up], bonds[line.up :][::-1]] += line.count
        assert found == brute_links(pedigree, one, other)


def walks(pedigree: Pedigree, ego: int, alter: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """Every way from person to person that meets nobody twice, with its moves."""
    stack: list[tuple[tuple[int, ...], str]] = [((ego,), "")]
    while stack:
        chain, moves = stack.pop()
        at = chain[-1]
        if at == alter:
            yield chain, moves
            continue
        steps = {(person, "U") for person, _ in pedigree.all_parents(at)}
        steps |= {(person, "D") for person, _ in pedigree.all_children(at)}
        steps |= {(person, "S") for person in pedigree.spouses(at)}
        steps |= {(person, "B") for person in pedigree.siblings(at)}
        for person, move in steps:
            if person not in chain and moves[-1:] + move not in ("DU", "DB", "BU", "BB", "SS"):
                stack.append(((*chain, person), moves + move))


def is_parent(pedigree: Pedigree, parent: int, child: int) -> bool:
    return any(parent == other for other, _ in pedigree.all_parents(child))


def brute_marriages(pedigree: Pedigree, ego: int, alter: int) -> set[str]:
    """The moves of the shortest ways through one or two marriages, the fewest of these."""
    found: dict[tuple[int, int], set[str]] = {}
    for chain, moves in walks(pedigree, ego, alter):
        disguised = any(
            (moves[at : at + 2] == "US" and is_parent(pedigree, chain[at + 2], chain[at]))
            or (moves[at : at + 2] == "SD" and is_parent(pedigree, chain[at], chain[at + 2]))
            for at in range(len(moves) - 1)
        )
        if not disguised and moves.count("S") in (1, 2):
            found.setdefault((len(moves), moves.count("S")), set()).add(moves)
    return found[min(found)] if found else set()


@MANY
@given(pedigrees(bonds=True, most=8))
def test_ways_by_marriage_are_the_shortest_that_brute_force_finds(pedigree: Pedigree) -> None:
    for ego, alter in pairs(pedigree):
        lines = kinship(pedigree, ego, alter).lines
        if all(line.marriages or line.kin.pattern() == "DU" for line in lines):
            found = {line.kin.pattern() for line in lines if line.marriages}
            assert found - {"SS"} == brute_marriages(pedigree, ego, alter)


def shape(line: Line) -> tuple[object, ...]:
    return line.length, line.marriages, abs(line.up - line.down), line.kin.wholes


@MANY
@given(pedigrees(most=10))
def test_relatives_are_all_that_are_kin_each_by_the_nearest_line(pedigree: Pedigree) -> None:
    for ego in range(pedigree.count):
        found = {one.person: one for one in relatives(pedigree, ego, coefficients=True)}
        for alter in range(pedigree.count):
            known = kinship(pedigree, ego, alter, marriages=0)
            nearest = next(known.blood, None)
            assert (nearest is None) == (alter not in found)
            if nearest is not None:
                assert shape(found[alter].line) == shape(nearest)
                assert found[alter].line.people[-1] == alter
                assert found[alter].coefficient is not None
                assert abs(found[alter].coefficient - known.coefficient) < 1e-12


@MANY
@given(pedigrees(bonds=True, loops=False, most=8))
def test_relatives_by_marriage_are_those_kinship_finds(pedigree: Pedigree) -> None:
    for ego in range(pedigree.count):
        found = {one.person: one.line for one in relatives(pedigree, ego, marriages=2)}
        for alter in range(pedigree.count):
            nearest = kinship(pedigree, ego, alter).nearest
            if nearest is None:
                assert alter not in found
            elif nearest.kin.pattern() not in ("", "SS", "DU"):
                assert shape(found[alter])[:2] == shape(nearest)[:2]
