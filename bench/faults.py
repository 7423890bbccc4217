"""Plants errors of known kinds in a made-up population, and counts what a validation must find.

What can be told from values is planted in the values, and counted in them afterwards, since one
wrong date may show in several places. What is wrong in form (a name that is missing, a date that is
a text) is marked, for the writers to write it so.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pedigrees import YEAR, Ints, Tree
from services import Services

FAR = 10**9
"""A day after all others."""


class Marks(NamedTuple):
    """Who and what is wrong in form: places of people, services and couples."""

    unnamed: Ints
    birth_as_text: Ints
    gender_wrong_code: Ints
    born_twice: Ints
    posting_without_body: Ints
    posting_at_a_place: Ints
    spouse_one_sided: Ints


class Planted(NamedTuple):
    """A population with errors, and how many of each kind were planted."""

    tree: Tree
    services: Services
    marks: Marks
    planted: dict[str, int]


def plant(tree: Tree, services: Services, rate: float, seed: int) -> Planted:
    """Errors of every kind in `rate` of those whom it could befall, and in two at least if any."""
    chance = np.random.default_rng([seed, 3])
    size = len(tree.sire)
    serving = np.zeros(size, bool)
    serving[services.who] = True
    partner, parent = np.zeros(size, bool), np.zeros(size, bool)
    partner[tree.husband] = partner[tree.wife] = True
    for column in (tree.sire, tree.dam):
        parent[column[column >= 0]] = True
    quiet = ~serving & ~partner & ~parent
    known = (tree.sire >= 0) & (tree.dam >= 0)
    grown = (tree.death < 0) | (tree.death > tree.birth + 3 * YEAR)
    taken = np.zeros(size, bool)

    def some(of: Ints, number: int) -> Ints:
        """Some of these people, whom nothing else has befallen."""
        if not rate:
            return of[:0]
        free = chance.permutation(of[~taken[of]])[: max(2, round(rate * number))]
        taken[free] = True
        return free

    birth, death, wedding = tree.birth.copy(), tree.death.copy(), tree.wedding.copy()
    early = some(np.flatnonzero(quiet & known), size)
    birth[early] = birth[tree.sire[early]] - 3 * YEAR
    dead = some(np.flatnonzero(quiet & known & (tree.death >= 0)), size)
    death[dead] = birth[dead] - 2 * YEAR
    marks = {
        name: some(np.flatnonzero(among), size)
        for name, among in (
            ("unnamed", np.ones(size, bool)), ("birth_as_text", quiet),
            ("gender_wrong_code", ~parent & ~partner), ("born_twice", quiet & known & grown),
        )
    }  # fmt: skip
    seconds, firsts = _second_marriages(tree)
    chosen = chance.permutation(len(seconds))[: _number(rate, len(tree.husband), len(seconds))]
    wedding[seconds[chosen]] = tree.wedding[firsts[chosen]] + FIRST_YEARS * YEAR
    sire, couple, loops = _loops(tree, rate, chance)
    order = chance.permutation(len(services.who))
    parts = np.array_split(order[: 3 * _number(rate, len(order), len(order) // 3)], 3)
    last = services.last.copy()
    last[parts[0]] = services.first[parts[0]] - 200
    couples = chance.permutation(len(tree.husband))
    one_sided = couples[: _number(rate, len(couples), len(couples))]
    return Planted(
        tree._replace(sire=sire, couple=couple, birth=birth, death=death, wedding=wedding),
        services._replace(last=last),
        Marks(**marks, posting_without_body=np.sort(parts[1]),
              posting_at_a_place=np.sort(parts[2]), spouse_one_sided=np.sort(one_sided)),
        {
            "born_before_parent": len(early), "died_before_birth": len(dead),
            "two_spouses_at_once": len(chosen), "own_ancestor": loops,
            "posting_ends_before_start": len(parts[0]),
            **{name: len(places) for name, places in marks.items()},
            "posting_without_body": len(parts[1]), "posting_at_a_place": len(parts[2]),
            "spouse_one_sided": len(one_sided),
        },
    )  # fmt: skip


FIRST_YEARS = 4
"""After so many years of the first marriage somebody marries again too soon."""


def _number(rate: float, base: int, most: int) -> int:
    return min(most, max(2, round(rate * base))) if rate else 0


def _second_marriages(tree: Tree) -> tuple[Ints, Ints]:
    """Couples whose husband was married before, and that marriage."""
    order = np.lexsort((tree.wedding, tree.husband))
    again = np.flatnonzero(tree.husband[order][1:] == tree.husband[order][:-1]) + 1
    return order[again], order[again - 1]


def _loops(tree: Tree, rate: float, chance: np.random.Generator) -> tuple[Ints, Ints, int]:
    """Makes some founders the children of a son or a grandson of theirs."""
    sire, couple = tree.sire.copy(), tree.couple.copy()
    father = np.flatnonzero(couple < 0) if rate else np.zeros(0, np.int64)
    number = _number(rate / 10, len(sire), len(father))
    generation = (couple < 0).astype(np.int64)
    generation[couple >= 0] = 2
    children = np.flatnonzero((tree.sire >= 0) & (couple >= 0))
    of_founder = children[couple[tree.sire[children]] < 0]
    marriage = np.full(len(sire), -1)
    marriage[tree.husband] = np.arange(len(tree.husband))
    sons = of_founder[marriage[of_founder] >= 0]
    grandsons = children[np.isin(tree.sire[children], sons)]
    grandsons = grandsons[marriage[grandsons] >= 0]
    made, villages = 0, set()
    for turn in range(number):
        among = sons if turn % 2 == 0 or not len(grandsons) else grandsons
        for one in chance.permutation(among)[:50].tolist() if len(among) else ():
            top = int(tree.sire[one])
            top = top if couple[top] < 0 else int(tree.sire[top])
            # One in each village, as long as there are villages: loops that meet make one knot.
            if tree.village[top] not in villages and couple[top] < 0:
                villages.add(tree.village[top])
                sire[top], couple[top] = one, marriage[one]
                made += 1
                break
    return sire, couple, made


class Days(NamedTuple):
    """Between which days births, deaths and weddings are known to lie; a day each if exact."""

    born: tuple[Ints, Ints]
    died: tuple[Ints, Ints]
    wed: tuple[Ints, Ints]


def exact(tree: Tree) -> Days:
    """Every day is known."""
    return Days((tree.birth,) * 2, (tree.death,) * 2, (tree.wedding,) * 2)


def expected(found: Planted, days: Days) -> dict[str, int]:
    """How many a validation must find of each kind that shows in the values.

    Pairs of child and parent, people, people, people on a circle of parents, postings. Births that
    are written as a text cannot be compared.
    """
    tree = found.tree
    typed = np.ones(len(tree.sire), bool)
    typed[found.marks.birth_as_text] = False
    early = 0
    for parent in (tree.sire, tree.dam):
        child = np.flatnonzero((parent >= 0) & typed)
        child = child[typed[parent[child]]]
        early += int((days.born[1][child] < days.born[0][parent[child]]).sum())
    dead = (tree.death >= 0) & typed
    return {
        "born_before_parent": early,
        "died_before_birth": int((dead & (days.died[1] < days.born[0])).sum()),
        "two_spouses_at_once": len(overlapping(tree, days)),
        "own_ancestor": len(on_circles(tree)),
        "posting_ends_before_start": int((found.services.last < found.services.first).sum()),
    }


def overlapping(tree: Tree, days: Days) -> set[int]:
    """Who was surely married to two at once: the later wedding is before the former end."""
    end = np.where(tree.divorce >= 0, tree.divorce, FAR)
    for partner in (tree.husband, tree.wife):
        end = np.minimum(end, np.where(tree.death[partner] >= 0, days.died[0][partner], FAR))
    people = np.concatenate([tree.husband, tree.wife])
    couple = np.tile(np.arange(len(tree.husband)), 2)
    order = np.lexsort((couple, people))
    people, couple = people[order], couple[order]
    found: set[int] = set()
    for step in range(1, 4):
        same = np.flatnonzero(people[step:] == people[:-step])
        for one, other in ((same, same + step), (same + step, same)):
            a, b = couple[one], couple[other]
            wrong = (days.wed[1][a] < days.wed[0][b]) & (days.wed[1][b] < end[a])
            found.update(people[one[wrong]].tolist())
    return found


def on_circles(tree: Tree) -> set[int]:
    """Who is an ancestor of themselves."""
    edges = np.concatenate([
        np.stack([np.flatnonzero(p >= 0), p[p >= 0]], 1) for p in (tree.sire, tree.dam)
    ])  # fmt: skip
    while True:  # who has no parents or no children that are left is on no circle
        kept = np.isin(edges[:, 0], edges[:, 1]) & np.isin(edges[:, 1], edges[:, 0])
        if kept.all():
            break
        edges = edges[kept]
    parents: dict[int, list[int]] = {}
    for child, parent in edges.tolist():
        parents.setdefault(child, []).append(parent)
    found = set()
    for person in parents:
        seen, todo = set(), list(parents[person])
        while todo and person not in seen:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += parents.get(at, ())
        if person in seen:
            found.add(person)
    return found
