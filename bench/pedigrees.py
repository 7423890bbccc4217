"""Makes family trees of any size for the benchmarks: seeded, and shaped like parish registers.

Twelve generations in villages of some 150 people each; nine of ten stay where they were born. People
marry within the village, some again when the first marriage has ended by death or divorce; in every
tenth village cousins marry cousins. Children are spread unevenly over couples, so that there are
large sibships and childless couples. Some parents are unknown. Most people of the later generations
are a little inbred.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.index.pedigree import BondRow, PersonRow, UnionRow
from kg.model.kin import Bond

GENERATIONS = 12
GROWTH = 1.08
"""Each generation is so much larger than the one before."""
FEWEST = 60
"""With fewer people in a generation there are fewer generations."""
VILLAGE = 150
"""People of one generation in a village."""
YEAR = 365
FIRST = 10 * YEAR
"""So long lasts a marriage that one of the two does not leave it at."""
BASE = "https://example.org/tree/"
SEED = 20240607

Ints = NDArray[np.int64]


class Tree(NamedTuple):
    """People as places from 0, older generations first; days are counted from 0001-01-01.

    `sire` and `dam` are -1 where unknown; `female` is 1 or 0; `death` is -1 for the living.
    `name` is the number in a person's IRI, which tells nothing of the generation. `couple` is the
    place of the couple that somebody was born to, -1 for founders, whether or not registers know
    these parents; `village` is where one lives, `line` the founder in the male line. `divorce` is
    the day a couple parted, -1 for most.
    """

    sire: Ints
    dam: Ints
    female: Ints
    birth: Ints
    death: Ints
    husband: Ints
    wife: Ints
    wedding: Ints
    name: Ints
    couple: Ints
    village: Ints
    line: Ints
    divorce: Ints


def grow(size: int, seed: int = SEED) -> Tree:
    """A tree of `size` people; the same for the same seed."""
    chance = np.random.default_rng(seed)
    generations = min(GENERATIONS, max(1, size // FEWEST))
    weights = GROWTH ** np.arange(generations)
    sizes = np.floor(size * weights / weights.sum()).astype(np.int64)
    sizes[-1] += size - sizes.sum()
    start = np.concatenate([[0], np.cumsum(sizes)])
    villages = max(1 + (size >= GENERATIONS * FEWEST), size // (GENERATIONS * VILLAGE))
    close = chance.random(villages) < 0.10
    sire, dam, family = (np.full(size, -1, np.int64) for _ in range(3))
    female = (chance.random(size) < 0.49).astype(np.int64)
    village, birth = np.zeros(size, np.int64), np.zeros(size, np.int64)
    line = np.arange(size)
    first = np.arange(sizes[0])
    village[first] = chance.integers(0, villages, len(first))
    birth[first] = 1500 * YEAR + chance.integers(0, 30 * YEAR, len(first))
    couples: list[tuple[Ints, Ints]] = []
    marriages: list[Marriages] = []
    count = 0
    for depth in range(generations):
        people = np.arange(start[depth], start[depth + 1])
        # Who stands beside whom in the village marries: at random, or by the father's father.
        order = chance.random(len(people))
        grandsire = np.where(sire[people] >= 0, sire[sire[people]], -1)
        cousins = close[village[people]] & (grandsire >= 0)
        order[cousins] = grandsire[cousins] + order[cousins] / 2
        men, men_at = _ranked(people, order, village, female, 0)
        women, women_at = _ranked(people, order, village, female, 1)
        pairs = []
        for shift, share in ((0, 0.90), (1, 0.12)):
            _, a, b = np.intersect1d(men_at, women_at - shift, return_indices=True)
            husband, wife = men[a], women[b]
            strangers = (family[husband] != family[wife]) | (family[husband] < 0)
            kept = strangers & (chance.random(len(a)) < share)
            pairs.append((husband[kept], wife[kept]))
        husband, wife = (np.concatenate(side) for side in zip(*pairs, strict=True))
        couples.append((husband, wife))
        marriages.append(_marriages(birth, husband, wife, len(pairs[0][0])))
        if depth + 1 < generations:
            children = np.arange(start[depth + 1], start[depth + 2])
            fertility = chance.gamma(1.5, 1.0, len(husband))
            fertility[len(pairs[0][0]) :] *= 0.6
            fertility[chance.random(len(husband)) < 0.08] = 0
            chosen = np.sort(
                chance.choice(len(husband), len(children), p=fertility / fertility.sum())
            )
            sire[children], dam[children] = husband[chosen], wife[chosen]
            family[children] = count + chosen
            line[children] = line[husband[chosen]]
            stays = chance.random(len(children)) < 0.9
            village[children] = np.where(
                stays, village[husband[chosen]], chance.integers(0, villages, len(children))
            )
            since = chance.integers(YEAR, 17 * YEAR, len(children))
            short = marriages[-1].ends[chosen] >= 0
            since[short] = YEAR + since[short] % (FIRST - 2 * YEAR)
            birth[children] = marriages[-1].wedding[chosen] + since
        count += len(husband)
    husband, wife = (np.concatenate(side) for side in zip(*couples, strict=True))
    wedding, ends, leaves = (np.concatenate(side) for side in zip(*marriages, strict=True))
    known = _forget(sire, dam, chance)
    death = _deaths(birth, sire, dam, wedding, husband, wife, chance)
    death[leaves[leaves >= 0]] = ends[leaves >= 0]
    return Tree(
        *known, female, birth, death, husband, wife, wedding, chance.permutation(size), family,
        village, line, np.where(leaves < 0, ends, -1),
    )  # fmt: skip


class Marriages(NamedTuple):
    """The marriages of a generation: first ones, then second ones; -1 for never and nobody.

    `ends` is the day on which one ends before its time: by the death of the partner in `leaves`,
    or where that is -1, by divorce.
    """

    wedding: Ints
    ends: Ints
    leaves: Ints


def _marriages(birth: Ints, husband: Ints, wife: Ints, first: int) -> Marriages:
    """Who marries again does so when the first marriage has ended; `first` is how many are first."""
    wedding = np.maximum(birth[husband], birth[wife]) + 16 * YEAR
    again = np.isin(husband[:first], husband[first:]), np.isin(wife[:first], wife[first:])
    ends = np.full(len(husband), -1)
    ends[:first] = np.where(again[0] | again[1], wedding[:first] + FIRST, -1)
    leaves = np.full(len(husband), -1)
    leaves[:first] = np.select(
        [again[0] & again[1], again[0], again[1]], [-1, wife[:first], husband[:first]], -1
    )
    for partner in (husband, wife):
        order = np.argsort(partner[:first])
        place = np.searchsorted(partner[:first], partner[first:], sorter=order)
        place = order[np.minimum(place, first - 1)] if first else place
        had = partner[place] == partner[first:]
        free = np.where(had, ends[place] + YEAR, -1)
        wedding[first:] = np.maximum(wedding[first:], free)
    return Marriages(wedding, ends, leaves)


def _ranked(people: Ints, order: Ints, village: Ints, female: Ints, sex: int) -> tuple[Ints, Ints]:
    """Those of one sex by village, and a number for each: village and place in it."""
    chosen = female[people] == sex
    mine = people[chosen][np.lexsort((order[chosen], village[people[chosen]]))]
    where = village[mine]
    places = np.arange(len(mine))
    begins = np.concatenate([[True], where[1:] != where[:-1]])[: len(mine)]
    return mine, where * 10_000_000 + places - np.maximum.accumulate(np.where(begins, places, 0))


def _forget(sire: Ints, dam: Ints, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Parents as the registers know them: of some both are unknown, of some one."""
    draw = chance.random(len(sire))
    return np.where(draw < 0.05, -1, sire), np.where((draw < 0.03) | (draw > 0.97), -1, dam)


def _deaths(
    birth: Ints, sire: Ints, dam: Ints, wedding: Ints, husband: Ints, wife: Ints,
    chance: np.random.Generator,
) -> Ints:  # fmt: skip
    """Days of death after the children and weddings that people had; -1 for a few."""
    size = len(birth)
    young = chance.random(size) < 0.15
    grown = chance.normal(62 * YEAR, 14 * YEAR, size).astype(np.int64).clip(10, 101 * YEAR)
    death = birth + np.where(young, chance.integers(0, 15 * YEAR, size), grown)
    for parent in (sire, dam):
        known = parent >= 0
        np.maximum.at(death, parent[known], birth[known] + 30)
    for spouse in (husband, wife):
        np.maximum.at(death, spouse, wedding + YEAR)
    return np.where(chance.random(size) < 0.92, death, -1)


def iri(name: int) -> str:
    """The IRI of a person by its number."""
    return f"{BASE}p{name}"


def people(tree: Tree) -> Iterator[PersonRow]:
    """The people of a tree as rows for the index of kin."""
    born, died = days(tree.birth), days(tree.death)
    columns = (tree.name.tolist(), tree.female.tolist(), born, died, tree.death.tolist())
    for name, female, birth, death, day in zip(*columns, strict=True):
        end = death if day >= 0 else ""
        yield PersonRow(
            iri(name), f"Person {name}", "f" if female else "m", birth, birth, end, end, day >= 0
        )


def bonds(tree: Tree) -> Iterator[BondRow]:
    """Children and their parents."""
    for parent in (tree.sire, tree.dam):
        known = np.flatnonzero(parent >= 0)
        pairs = zip(tree.name[known].tolist(), tree.name[parent[known]].tolist(), strict=True)
        for child, other in pairs:
            yield BondRow(iri(child), iri(other), Bond.BIRTH, False)


def unions(tree: Tree) -> Iterator[UnionRow]:
    """Couples with the day of the wedding."""
    columns = (tree.name[tree.husband].tolist(), tree.name[tree.wife].tolist(), days(tree.wedding))
    for husband, wife, day in zip(*columns, strict=True):
        yield UnionRow(iri(husband), iri(wife), day, "", False, False)


def days(numbers: Ints) -> list[str]:
    """Days counted from 0001-01-01 as `xsd:date`."""
    return (np.datetime64("0001-01-01") + numbers.astype("timedelta64[D]")).astype(str).tolist()  # type: ignore[no-any-return]
