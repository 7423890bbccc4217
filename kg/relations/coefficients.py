"""Coefficients of inbreeding, of kinship and of relationship, out of a pedigree.

What they mean. The *coefficient of kinship* of two people (Malécot 1948, Les mathématiques de
l'hérédité) is the chance that a gene drawn from the one and a gene drawn from the other, at the
same place of an autosome, are copies of one gene of a common ancestor. The *coefficient of
inbreeding* of a person (Wright 1922, Coefficients of inbreeding and relationship, Am. Nat. 56:
330-338) is the coefficient of kinship of the two parents, 0 where one is unknown. The *coefficient
of relationship* of two people (ibid.) is the correlation between them.

Founders count as unrelated and not inbred. Identical twins are one genome. Only parents by birth
count, and of more than two the pair that `Pedigree.sire` and `Pedigree.dam` name.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree


_MANY = 20_000
"""For fewer people than these, to load the compiled code takes longer than it saves."""
_ROUNDING = 1e-13


def inbreeding(pedigree: Pedigree) -> array[float]:
    """The coefficient of inbreeding of everybody, by number.

    Meuwissen & Luo 1992 (Computing inbreeding coefficients in large populations, Genet. Sel. Evol.
    24: 305-313): 1 + F of a person is the sum, over the person and all ancestors j, of l² d. There
    l is the share of j's genes that reaches the person, and d what chance adds in j: ½ − ¼ (F of
    the sire + F of the dam), where F is −1 for an unknown parent. Full siblings share the work.
    Compiled where numba is installed; plain Python gives the same numbers, to the bit.
    """
    sire, dam = _genomes(pedigree)
    generation = pedigree.generation
    found = None
    if pedigree.count > _MANY:
        try:
            from kg.relations import kernels

            found = array("d", kernels.inbreeding(sire, dam, generation).tobytes())
        except (ImportError, RuntimeError):  # the latter where numba may keep its code nowhere
            pass
    if found is None:
        found = traced(sire, dam, generation)
    # What is left of a sum that is nothing but for rounding.
    found = array("d", (0.0 if abs(each) < _ROUNDING else each for each in found))
    if pedigree.has_twins:
        for n, first in enumerate(pedigree.twin):
            found[n] = found[first]
    return found


def traced(sire: Sequence[int], dam: Sequence[int], generation: Sequence[int]) -> array[float]:
    """The inbreeding of everybody in plain Python; -1 is an unknown parent."""
    size = len(generation)
    found = [0.0] * size + [-1.0]  # the last is nobody: the place -1
    within = [0.0] * size
    share = [0.0] * size
    waiting: list[list[int]] = [[] for _ in range(generation[-1] + 1 if size else 0)]
    for i in range(size):
        one, other = sire[i], dam[i]
        within[i] = 0.5 - 0.25 * (found[one] + found[other])
        if one < 0 or other < 0:
            continue
        if one == sire[i - 1] and other == dam[i - 1]:
            found[i] = found[i - 1]
            continue
        total = 0.0
        share[i] = 1.0
        waiting[generation[i]].append(i)
        for depth in range(generation[i], -1, -1):
            level = waiting[depth]
            # The last come first, as in the compiled code: sums then agree to the bit.
            while level:
                j = level.pop()
                part = share[j]
                share[j] = 0.0
                total += part * part * within[j]
                half = 0.5 * part
                parent = sire[j]
                if parent >= 0:
                    if share[parent] == 0.0:
                        waiting[generation[parent]].append(parent)
                    share[parent] += half
                parent = dam[j]
                if parent >= 0:
                    if share[parent] == 0.0:
                        waiting[generation[parent]].append(parent)
                    share[parent] += half
        found[i] = total - 1.0
    del found[size:]
    return array("d", found)


def inbreeding_of(pedigree: Pedigree, n: int) -> float:
    """The coefficient of inbreeding of one person."""
    if len(pedigree.inbreeding):
        return pedigree.inbreeding[n]
    first = pedigree.twin[n]
    one, other = pedigree.sire[first], pedigree.dam[first]
    return 0.0 if one < 0 or other < 0 else kinship(pedigree, one, other)


def kinship(pedigree: Pedigree, one: int, other: int) -> float:
    """The coefficient of kinship of two people; of a person with itself ½ (1 + F).

    Half the sum, over common ancestors j (the two included), of l l′ d: the shares of j's genes
    that reach the two, and what chance adds in j, as in `inbreeding` (Henderson 1976, A simple
    method for computing the inverse of a numerator relationship matrix, Biometrics 32: 69-83).
    Linear in the number of ancestors, whatever number of lines leads through them.
    """
    shares = _shares(pedigree, [one]), _shares(pedigree, [other])
    few, many = sorted(shares, key=len)
    common = [j for j in few if j in many]
    if not common:
        return 0.0
    within = _within(pedigree, common)
    # Sorted, so that the sum does not depend on whom we began with.
    return 0.5 * sum(few[j] * many[j] * within[j] for j in sorted(common))


def relationship(pedigree: Pedigree, one: int, other: int) -> float:
    """The coefficient of relationship of two people: 2 φ / √((1 + F)(1 + F′)) (Wright 1922)."""
    found = kinship(pedigree, one, other)
    if found == 0.0:
        return 0.0
    inbred = (1 + inbreeding_of(pedigree, one)) * (1 + inbreeding_of(pedigree, other))
    return 2 * found / sqrt(inbred)


def kinship_with_all(pedigree: Pedigree, n: int) -> array[float]:
    """The coefficient of kinship of one person with everybody, by number.

    Colleau 2002 (An indirect approach to the extensive calculation of relationship coefficients,
    Genet. Sel. Evol. 34: 409-421): one pass up through the ancestors, and one down through all.
    Much faster where numpy is installed.
    """
    shares = _shares(pedigree, [n])
    within = _within(pedigree, shares)
    own = {j: 0.5 * share * within[j] for j, share in shares.items()}
    sire, dam = _genomes(pedigree)
    try:
        import numpy as np
    except ImportError:
        found = array("d", bytes(8 * (pedigree.count + 1)))  # the last is nobody: the place -1
        for j, value in own.items():
            found[j] = value
        for j in range(pedigree.count):
            found[j] += 0.5 * (found[sire[j]] + found[dam[j]])
        del found[-1]
        if pedigree.has_twins:
            for j, first in enumerate(pedigree.twin):
                found[j] = found[first]
        return found
    columns = np.asarray(sire), np.asarray(dam)
    result = np.zeros(pedigree.count + 1)
    result[list(own)] = list(own.values())
    start = bisect_right(pedigree.generation, 0)
    while start < pedigree.count:
        end = bisect_right(pedigree.generation, pedigree.generation[start])
        one, other = (result[column[start:end]] for column in columns)
        result[start:end] += 0.5 * (one + other)
        start = end
    return array("d", result[np.asarray(pedigree.twin)].tobytes())


def _genomes(pedigree: Pedigree) -> tuple[memoryview | array[int], memoryview | array[int]]:
    """Sire and dam of everybody, where identical twins are the first of them."""
    if not pedigree.has_twins:
        return pedigree.sire, pedigree.dam
    twin = [*pedigree.twin, -1]
    return (
        array("i", [twin[n] for n in pedigree.sire]),
        array("i", [twin[n] for n in pedigree.dam]),
    )


def _shares(pedigree: Pedigree, people: Iterable[int]) -> dict[int, float]:
    """The share of the genes of each ancestor that reaches some people (each has 1 of its own)."""
    sire, dam, twin, generation = pedigree.sire, pedigree.dam, pedigree.twin, pedigree.generation
    shares = {twin[n]: 1.0 for n in people}
    levels: list[list[int]] = [[] for _ in range(1 + max(generation[n] for n in shares))]
    for n in shares:
        levels[generation[n]].append(n)
    for level in reversed(levels):
        for j in level:
            half = 0.5 * shares[j]
            for parent in (sire[j], dam[j]):
                if parent >= 0:
                    parent = twin[parent]
                    if parent in shares:
                        shares[parent] += half
                    else:
                        shares[parent] = half
                        levels[generation[parent]].append(parent)
    return shares


def _within(pedigree: Pedigree, people: Collection[int]) -> dict[int, float]:
    """What chance adds in each of some people: ½ − ¼ (F of the sire + F of the dam)."""
    sire, dam = pedigree.sire, pedigree.dam
    column = pedigree.inbreeding
    inbred = column if len(column) else _of_ancestors(pedigree, people)
    return {
        j: 0.5
        - 0.25 * (
            (inbred[sire[j]] if sire[j] >= 0 else -1.0) + (inbred[dam[j]] if dam[j] >= 0 else -1.0)
        )
        for j in people
    }  # fmt: skip


def _of_ancestors(pedigree: Pedigree, people: Iterable[int]) -> dict[int, float]:
    """The inbreeding of some people and all their ancestors, where the pedigree has no column."""
    twin = [*pedigree.twin, -1]
    known = sorted(_shares(pedigree, people))
    place = {n: at for at, n in enumerate(known)} | {-1: -1}
    found = traced(
        [place[twin[pedigree.sire[n]]] for n in known],
        [place[twin[pedigree.dam[n]]] for n in known],
        [pedigree.generation[n] for n in known],
    )
    by_number = dict(zip(known, found, strict=True))
    return {n: by_number[first] for n, first in enumerate(pedigree.twin) if first in by_number}
