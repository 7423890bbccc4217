"""Who served where and when, for the people of `pedigrees.py`: bodies of very different sizes.

A quarter of the people serve some four times each. The biggest of the bodies takes a hundred
times as many people as most: in a graph of people alone it is a knot of all who were there at
the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pedigrees
from pedigrees import YEAR, Ints, Tree

from kg.index.ties import Row

FORM = "https://example.org/tree/b{}"


class Services(NamedTuple):
    """One value a service: who, at which body, from which day to which."""

    who: Ints
    body: Ints
    first: Ints
    last: Ints
    bodies: int


def serve(tree: Tree, seed: int = pedigrees.SEED) -> Services:
    """The services of a tree; the same for the same seed."""
    chance = np.random.default_rng([seed, 2])
    size = len(tree.sire)
    times = np.where(chance.random(size) < 0.25, 1 + chance.poisson(3, size), 0)
    who = np.repeat(np.arange(size), times)
    nth = np.arange(len(who)) - np.repeat(np.cumsum(times) - times, times)
    first = tree.birth[who] + (20 + 6 * nth) * YEAR + chance.integers(0, 3 * YEAR, len(who))
    last = first + YEAR + chance.integers(0, 5 * YEAR, len(who))
    bodies = size // 200 + 5
    weights = 1 / np.arange(1, bodies + 1) ** 0.7
    body = chance.choice(bodies, len(who), p=weights / weights.sum())
    end = np.where(tree.death[who] < 0, last, tree.death[who])
    kept = first < end
    return Services(who[kept], body[kept], first[kept], np.minimum(last, end)[kept], bodies)


def nodes(tree: Tree, services: Services) -> dict[str, str]:
    """Everything that can be tied, with its sort."""
    people = {pedigrees.iri(name): "person" for name in tree.name.tolist()}
    return people | {FORM.format(number): "body" for number in range(services.bodies)}


def rows(tree: Tree, services: Services) -> Iterator[Row]:
    """All ties as rows for the index: parents, spouses, services."""
    for bond in pedigrees.bonds(tree):
        yield Row(bond.child, bond.parent, "parent")
    for union in pedigrees.unions(tree):
        one, other = sorted((union.one, union.other))
        yield Row(one, other, "spouse", start=union.first)
    columns = (tree.name[services.who].tolist(), services.body.tolist(),
               pedigrees.days(services.first), pedigrees.days(services.last))  # fmt: skip
    for name, body, first, last in zip(*columns, strict=True):
        yield Row(pedigrees.iri(name), FORM.format(body), "service", start=first, end=last)


def direct(tree: Tree) -> Ints:
    """Parents and spouses as pairs of names, each once, the smaller first."""
    known = [np.flatnonzero(parent >= 0) for parent in (tree.sire, tree.dam)]
    pairs = np.concatenate([
        *(np.stack([place, parent[place]], 1)
          for place, parent in zip(known, (tree.sire, tree.dam), strict=True)),
        np.stack([tree.husband, tree.wife], 1),
    ])  # fmt: skip
    return np.unique(np.sort(tree.name[pairs], 1), axis=0)


def together(tree: Tree, services: Services) -> Ints:
    """Pairs of names that served at one body on one day, and at how many bodies they did so."""
    order = np.lexsort((services.first, services.body))
    who, body = services.who[order], services.body[order]
    first, last = services.first[order], services.last[order]
    span = int(last.max(initial=0)) + 1
    # Of those at one body, sorted by the first day: all that begin before one ends.
    ends = np.searchsorted(body * span + first, body * span + last, side="right")
    many = ends - np.arange(len(who)) - 1
    one = np.repeat(np.arange(len(who)), many)
    other = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + one + 1
    pairs = np.sort(tree.name[np.stack([who[one], who[other]], 1)], 1)
    places = body[one]
    apart = pairs[:, 0] != pairs[:, 1]
    met = np.unique(np.column_stack([pairs[apart], places[apart]]), axis=0)  # each body once
    found, count = np.unique(met[:, :2], axis=0, return_counts=True)
    return np.column_stack([found, count])
