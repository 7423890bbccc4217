"""A made-up population: who is whose child, who married and served where, and what is told of them.

The same for the same size, seed and rate of errors. It is a few arrays: the writers
(`as_gedcom.py`, `as_graph.py`, `as_archive.py`) go through them in a stream.
"""

from __future__ import annotations

from typing import NamedTuple

import faults
import naming
import numpy as np
import pedigrees
import services
from faults import Days, Marks, Planted
from numpy.typing import NDArray
from pedigrees import YEAR, Ints, Tree
from services import Services

CHUNK = 20_000
"""So many people, services or records are made into text before they are written."""
SHARES = {"day": 0.74, "year": 0.08, "month": 0.05, "about": 0.07, "before": 0.02, "after": 0.01,
          "between": 0.03}  # fmt: skip
"""How the dates of events are known."""
DAY, AS_YEAR, AS_MONTH, ABOUT, BEFORE, AFTER, BETWEEN = range(len(SHARES))


class Details(NamedTuple):
    """What registers tell of people beside their kin, one value a person; -1 for nothing.

    `forms` says how the dates of birth, death and wedding (that of the wife) are known.
    """

    given: Ints
    forms: NDArray[np.int8]
    birthplace: Ints
    deathplace: Ints
    work: Ints
    remark: NDArray[np.bool_]
    cited: Ints
    page: Ints


class Population(NamedTuple):
    """Everything that is written of a population, and the errors in it."""

    tree: Tree
    services: Services
    told: Details
    marks: Marks
    planted: dict[str, int]
    office: Ints
    """What each service was as."""

    @property
    def villages(self) -> int:
        """How many places there are."""
        return int(self.tree.village.max()) + 1

    def expected(self, days: Days) -> dict[str, int]:
        """What a validation must find, where the days are known as `days` says."""
        found = Planted(self.tree, self.services, self.marks, self.planted)
        in_form = {name: len(places) for name, places in self.marks._asdict().items()}
        return faults.expected(found, days) | in_form


def populate(people: int, seed: int = pedigrees.SEED, errors: float = 0) -> Population:
    """A population of this size, with errors in that share of all that could be wrong."""
    tree = pedigrees.grow(people, seed)
    served = services.serve(tree, seed)
    found = faults.plant(tree, served, errors, seed)
    chance = np.random.default_rng([seed, 4])
    office = chance.integers(0, len(naming.OFFICES), len(served.who))
    return Population(
        found.tree, found.services, details(tree, seed), found.marks, found.planted, office
    )


def details(tree: Tree, seed: int) -> Details:
    """What is told of each person; the kin do not depend on it."""
    chance = np.random.default_rng([seed, 1])
    size = len(tree.sire)
    villages = int(tree.village.max()) + 1
    home = np.where(
        tree.couple >= 0, tree.village[tree.husband[np.maximum(tree.couple, 0)]], tree.village
    ) if len(tree.husband) else tree.village  # fmt: skip
    elsewhere = chance.integers(0, villages, size)
    worked = (chance.random(size) < 0.25) & (tree.death - tree.birth > 25 * YEAR)
    cited = chance.random(size) < 0.15
    return Details(
        given=chance.integers(0, len(naming.MEN), size),
        forms=chance.choice(len(SHARES), (size, 3), p=list(SHARES.values())).astype(np.int8),
        birthplace=home,
        deathplace=np.where(chance.random(size) < 0.9, tree.village, elsewhere),
        work=np.where(worked, chance.integers(0, len(naming.WORK), size), -1),
        remark=chance.random(size) < 0.03,
        cited=np.where(cited, chance.integers(0, sources(size), size), -1),
        page=chance.integers(1, 400, size),
    )


def sources(people: int) -> int:
    """How many sources there are."""
    return people // 100 + 5


def dates(days: Ints) -> list[tuple[int, int, int]]:
    """Days counted from 0001-01-01 as year, month and day."""
    texts = (np.datetime64("0001-01-01") + days.astype("timedelta64[D]")).astype(str).tolist()
    return [(int(text[:4]), int(text[5:7]), int(text[8:])) for text in texts]


def names(population: Population, here: slice) -> list[naming.Name]:
    """The full names of some of the people."""
    tree, told = population.tree, population.told
    sire = tree.sire[here]
    father = np.where(sire >= 0, told.given[sire], -1)
    columns = (tree.line[here], told.given[here], tree.female[here] == 1, father)
    return [naming.full_name(*each) for each in zip(*(c.tolist() for c in columns), strict=True)]


def chunks(size: int, step: int = CHUNK) -> list[slice]:
    """Stretches of so many places, one after the other."""
    return [slice(start, min(start + step, size)) for start in range(0, size, step)]
