from __future__ import annotations

import importlib
import random
import sys
from array import array
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.pedigree import BondRow, Pedigree, PersonRow, in_memory
from kg.relations.coefficients import (
    inbreeding,
    inbreeding_of,
    kinship,
    kinship_with_all,
    relationship,
    traced,
)

Parents = Mapping[str, tuple[str, ...]]
CLOSE = 1e-12


def family(text: str, twins: list[tuple[str, str]] | None = None) -> Pedigree:
    """A pedigree out of "child=parent+parent" words."""
    return pedigree(parents_in(text), twins or [])


def parents_in(text: str) -> dict[str, tuple[str, ...]]:
    return {
        child: tuple(parents.split("+"))
        for child, _, parents in (word.partition("=") for word in text.split())
    }


def pedigree(parents: Parents, twins: list[tuple[str, str]], *, column: bool = True) -> Pedigree:
    people = {*parents, *(parent for pair in parents.values() for parent in pair)}
    return in_memory(
        [PersonRow(iri) for iri in people],
        [BondRow(child, parent) for child, pair in parents.items() for parent in pair],
        twins=twins, inbreeding=inbreeding if column else None,
    )  # fmt: skip


def number(found: Pedigree, iri: str) -> int:
    n = found.number(iri)
    assert n is not None
    return n


FIRST_COUSINS = "a=g+h b=g+h c=a+i d=b+j"
# The coefficients are those of Wright 1922 (Am. Nat. 56: 330-338), of Malécot 1948 and of the
# tables in Lynch & Walsh 1998 (Genetics and Analysis of Quantitative Traits, ch. 7) and in Lange
# 2002 (Mathematical and Statistical Methods for Genetic Analysis, ch. 5).
TEXTBOOK = {
    "parent and child": ("c=a+b", "ac", "1/4"),
    "full siblings": ("c=a+b d=a+b", "cd", "1/4"),
    "half siblings": ("c=a+b d=a+e", "cd", "1/8"),
    "grandparent": ("c=a+b d=c+e", "ad", "1/8"),
    "uncle and niece": ("a=g+h b=g+h c=a+i", "bc", "1/8"),
    "double first cousins": ("a=g+h b=g+h i=k+l j=k+l c=a+i d=b+j", "cd", "1/8"),
    "first cousins": (FIRST_COUSINS, "cd", "1/16"),
    "first cousins once removed": (FIRST_COUSINS + " e=d+k", "ce", "1/32"),
    "half first cousins": ("a=g+h b=g+m c=a+i d=b+j", "cd", "1/32"),
    "second cousins": (FIRST_COUSINS + " e=c+k f=d+l", "ef", "1/64"),
    "quadruple second cousins": (
        "a=1+2 b=1+2 c=3+4 d=3+4 p=a+c q=b+d e=5+6 f=5+6 g=7+8 h=7+8 r=e+g s=f+h x=p+r y=q+s",
        "xy", "1/16",
    ),
    "three-quarter siblings": ("a=g+h b=g+h c=a+i d=b+i", "cd", "3/16"),
    "nobody in common": ("c=a+b f=d+e", "cf", "0"),
    "oneself": ("c=a+b", "cc", "1/2"),
    "oneself inbred": ("c=a+b d=a+b e=c+d", "ee", "5/8"),
    "parent and child of siblings": ("c=a+b d=a+b e=c+d", "ce", "3/8"),
    "the same again, one side unknown": ("c=a d=a", "cd", "1/8"),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTBOOK)
def test_kinship_is_that_of_the_textbooks(case: str) -> None:
    text, (one, other), expected = TEXTBOOK[case]
    found = family(text)
    a, b = number(found, one), number(found, other)
    wanted = float(Fraction(expected))
    assert kinship(found, a, b) == kinship(found, b, a) == wanted
    assert kinship_with_all(found, a)[b] == kinship_with_all(found, b)[a] == wanted


INBRED = {
    "c=a+b d=a+b e=c+d": "1/4",  # of full siblings
    "c=a+b d=a+e f=c+d": "1/8",  # of half siblings
    "c=a+b d=a+c": "1/4",  # of parent and child
    "a=g+h b=g+h c=a+i e=b+c": "1/8",  # of uncle and niece
    FIRST_COUSINS + " e=c+d": "1/16",
    "a=g+h b=g+h i=k+l j=k+l c=a+i d=b+j e=c+d": "1/8",  # of double first cousins
    FIRST_COUSINS + " e=c+k f=d+e": "1/32",
    FIRST_COUSINS + " e=c+k f=d+l g1=e+f": "1/64",
    "c=a+b d=a+b e=c": "0",  # one parent unknown
}


@pytest.mark.parametrize("text", INBRED)
def test_inbreeding_is_that_of_the_textbooks(text: str) -> None:
    found = family(text)
    last = number(found, text.split()[-1].partition("=")[0])
    assert found.inbreeding[last] == inbreeding_of(found, last) == float(Fraction(INBRED[text]))


def lines_of_siblings(generations: int) -> str:
    pairs = ["a0=x+y b0=x+y"]
    pairs += [f"a{n + 1}=a{n}+b{n} b{n + 1}=a{n}+b{n}" for n in range(generations)]
    return " ".join(pairs)


def test_sib_mating_over_generations_follows_the_series_of_wright() -> None:
    # Wright 1921, Systems of mating II, Genetics 6: 124-143: 1/4, 3/8, 1/2, 19/32, 43/64 …
    found = family(lines_of_siblings(40))
    series = [Fraction(0), Fraction(0)]  # of the two before: unrelated parents
    for n in range(1, 41):
        series.append(Fraction(1, 4) * (1 + 2 * series[-1] + series[-2]))
        assert abs(found.inbreeding[number(found, f"a{n}")] - float(series[-1])) < CLOSE
    assert series[2:7] == [Fraction(text) for text in ("1/4", "3/8", "1/2", "19/32", "43/64")]


def test_mating_back_to_one_parent_follows_its_series() -> None:
    # F of each next generation is 1/4 (1 + F_parent + 2 F_before): 1/4, 3/8, 7/16, 15/32 …
    found = family("c1=a+b " + " ".join(f"c{n + 1}=a+c{n}" for n in range(1, 12)))
    for n in range(2, 13):
        expected = (1 - 0.5 ** (n - 1)) / 2
        assert found.inbreeding[number(found, f"c{n}")] == pytest.approx(expected, abs=CLOSE)


def test_identical_twins_are_one_genome() -> None:
    text = "s=a+b t=a+b u=a+b c=s+i d=t+j e=t+i"
    found = family(text, [("t", "s")])
    s, t, u, c, d, e, a = (number(found, iri) for iri in "stucdea")
    assert kinship(found, s, t) == kinship(found, s, s) == 0.5
    assert relationship(found, s, t) == 1.0
    # Children of twins are as near as half siblings, with one more parent in common as full ones.
    assert (kinship(found, c, d), kinship(found, c, e)) == (1 / 8, 1 / 4)
    assert kinship(found, t, c) == kinship(found, s, d) == 1 / 4
    assert (kinship(found, t, u), kinship(found, s, a)) == (1 / 4, 1 / 4)
    for n in (s, t, c, d):
        everybody = kinship_with_all(found, n)
        assert [kinship(found, n, m) for m in range(found.count)] == list(everybody)


def test_a_twin_without_known_parents_has_those_of_the_other() -> None:
    found = family("t=a+b c=s+x d=a+b e=c+d", [("s", "t")])
    s, d, e, b = (number(found, iri) for iri in "sdeb")
    assert (kinship(found, s, d), kinship(found, s, b)) == (1 / 4, 1 / 4)
    assert kinship(found, b, e) == 1 / 16 + 1 / 8
    assert found.inbreeding[e] == inbreeding_of(found, e) == 1 / 8


def test_inbred_twins_share_their_inbreeding() -> None:
    found = family("c=a+b d=a+b s=c+d x=t+y", [("t", "s")])
    s, t = number(found, "s"), number(found, "t")
    assert found.inbreeding[s] == found.inbreeding[t] == inbreeding_of(found, t) == 1 / 4
    assert kinship(found, s, t) == 5 / 8


def test_relationship_is_a_correlation() -> None:
    found = family("c=a+b d=a+b e=c+d f=c+d")
    a, b, c, e, f = (number(found, iri) for iri in "abcef")
    assert relationship(found, a, b) == 0.0
    assert relationship(found, a, c) == 0.5
    assert relationship(found, e, e) == 1.0
    # Inbred full siblings: phi is (1 + 1/4 + 2/4) / 4 + 1/16.
    phi = float(exact(parents_in("c=a+b d=a+b e=c+d f=c+d"))["e", "f"])
    assert relationship(found, e, f) == pytest.approx(2 * phi / 1.25, abs=CLOSE)
    assert relationship(found, c, e) == pytest.approx(2 * (3 / 8) / sqrt(1.25), abs=CLOSE)


def test_parents_of_one_sex_or_none_known_count_alike() -> None:
    people = [PersonRow(iri, sex=sex) for iri, sex in zip("abcd", ("f", "f", "", "m"), strict=True)]
    bonds = [BondRow(child, parent) for child in "cd" for parent in "ab"]
    found = in_memory(people, bonds, inbreeding=inbreeding)
    assert kinship(found, number(found, "c"), number(found, "d")) == 1 / 4


# Two oracles: the table of all pairs in exact fractions, and the counting of chains.


def exact(parents: Parents) -> dict[tuple[str, str], Fraction]:
    """The tabular method (Emik & Terrill 1949), in fractions."""
    everybody = sorted({*parents, *(p for pair in parents.values() for p in pair)})
    order: list[str] = []
    while len(order) < len(everybody):
        order += [
            iri for iri in everybody
            if iri not in order and all(p in order for p in parents.get(iri, ()))
        ][:1]  # fmt: skip
    table: dict[tuple[str, str], Fraction] = {}
    for at, one in enumerate(order):
        mine = parents.get(one, ())
        for other in order[:at]:
            value = sum((table[p, other] for p in mine), Fraction(0)) / 2
            table[one, other] = table[other, one] = value
        inbred = table[mine[0], mine[1]] if len(mine) == 2 else Fraction(0)
        table[one, one] = (1 + inbred) / 2
    return table


def ways_up(parents: Parents, one: str) -> Iterator[tuple[str, ...]]:
    yield (one,)
    for parent in parents.get(one, ()):
        for way in ways_up(parents, parent):
            yield (one, *way)


def by_chains(parents: Parents, one: str, other: str) -> Fraction:
    """Wright's chains: over pairs of ways to a common ancestor that have nobody else in common."""
    total = Fraction(0)
    for up in ways_up(parents, one):
        for down in ways_up(parents, other):
            if up[-1] == down[-1] and not set(up[:-1]) & set(down[:-1]):
                top = parents.get(up[-1], ())
                inbred = by_chains(parents, *top) if len(top) == 2 else Fraction(0)
                total += Fraction(1, 2) ** (len(up) + len(down) - 1) * (1 + inbred)
    return total


@st.composite
def families(draw: st.DrawFn, most: int = 9) -> dict[str, tuple[str, ...]]:
    """Small families in which anybody older may be a parent: loops abound."""
    letters = "abcdefghijklmnopqrstuvwxyz"[: draw(st.integers(3, most))]
    # Letters do not tell who is older.
    order = draw(st.permutations(letters))
    parents: dict[str, tuple[str, ...]] = {}
    for at, child in enumerate(order[2:], 2):
        pool = st.sampled_from(order[:at])
        parents[child] = tuple(draw(st.lists(pool, max_size=2, unique=True)))
    return parents


@settings(max_examples=150, deadline=None)
@given(families())
def test_kinship_agrees_with_the_table_and_the_chains(parents: dict[str, tuple[str, ...]]) -> None:
    table = exact(parents)
    found = pedigree(parents, [])
    bare = pedigree(parents, [], column=False)
    assert len(bare.inbreeding) == 0
    for a in range(found.count):
        one = found.iri(a)
        everybody = kinship_with_all(found, a)
        assert abs(found.inbreeding[a] - float(2 * table[one, one] - 1)) < CLOSE
        assert abs(inbreeding_of(bare, a) - found.inbreeding[a]) < CLOSE
        for b in range(a, found.count):
            other = found.iri(b)
            value = table[one, other]
            assert by_chains(parents, one, other) == value
            assert abs(kinship(found, a, b) - float(value)) < CLOSE
            assert kinship(found, a, b) == kinship(found, b, a)
            assert abs(kinship(bare, a, b) - float(value)) < CLOSE
            assert abs(everybody[b] - float(value)) < CLOSE


@settings(max_examples=60, deadline=None)
@given(families(14), st.data())
def test_twins_agree_with_the_table_of_genomes(
    parents: dict[str, tuple[str, ...]], data: st.DataObject
) -> None:
    """A twin of somebody who takes over some of the children changes nothing but the names."""
    table = exact(parents)
    everybody = sorted({*parents, *(p for pair in parents.values() for p in pair)})
    twin = data.draw(st.sampled_from(everybody))
    split = {
        child: tuple("TWIN" if p == twin and data.draw(st.booleans()) else p for p in pair)
        for child, pair in parents.items()
    }
    split["TWIN"] = parents.get(twin, ()) if data.draw(st.booleans()) else ()
    split["z"] = (twin,)  # so that the one is there even if the other has all the children
    found = pedigree(split, [(twin, "TWIN")])
    genome = {"TWIN": twin}
    for a in range(found.count):
        for b in range(found.count):
            one, other = found.iri(a), found.iri(b)
            if "z" in (one, other):
                continue
            value = float(table[genome.get(one, one), genome.get(other, other)])
            assert abs(kinship(found, a, b) - value) < CLOSE
            assert abs(kinship_with_all(found, a)[b] - value) < CLOSE


def village(size: int, founders: int, window: int, seed: int) -> Pedigree:
    chance = random.Random(seed)
    people = [PersonRow(f"{n:05d}", sex=chance.choice(("m", "f"))) for n in range(size)]
    bonds = []
    couple = (0, 1)
    for n in range(founders, size):
        if chance.random() < 0.6:
            one, other = chance.sample(range(max(0, n - window), n), 2)
            couple = (one, other)
        known = couple if chance.random() < 0.95 else couple[:1]
        bonds += [BondRow(f"{n:05d}", f"{parent:05d}") for parent in known]
    return in_memory(people, bonds, inbreeding=inbreeding)


def test_compiled_and_plain_python_give_the_same_numbers() -> None:
    pytest.importorskip("numba", reason='numba is not installed: the extra "speed"')
    kernels = importlib.import_module("kg.relations.kernels")
    # Generations large enough to be shared by several threads.
    for found in (village(9_000, 3_000, 3_000, 1), village(300, 10, 30, 2)):
        plain = traced(found.sire, found.dam, found.generation)
        compiled = kernels.inbreeding(found.sire, found.dam, found.generation)
        assert list(plain) == list(compiled) == list(found.inbreeding)
        assert max(plain) > 0.01


def test_all_is_the_same_without_numba_and_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = village(400, 12, 40, 3)
    twins = family("c=a+b d=a+b s=c+d e=t+c", [("s", "t")])
    with_them = [kinship_with_all(found, n) for n in (0, 200, 399)]
    of_twins = [kinship_with_all(twins, n) for n in range(twins.count)]
    calls = []

    def counted(*columns: memoryview) -> object:
        calls.append(columns)
        return traced(*columns)

    monkeypatch.setattr("kg.relations.coefficients.traced", counted)
    monkeypatch.delattr("kg.relations.kernels", raising=False)
    for module in ("kg.relations.kernels", "numba", "numpy"):
        monkeypatch.setitem(sys.modules, module, None)
    assert inbreeding(found) == array("d", found.inbreeding)
    assert len(calls) == 1
    for n, expected in zip((0, 200, 399), with_them, strict=True):
        assert kinship_with_all(found, n) == expected
    assert [kinship_with_all(twins, n) for n in range(twins.count)] == of_twins


def test_kinship_is_linear_where_lines_are_many() -> None:
    # Full siblings for 60 generations: 2 ** 120 pairs of lines lead to the first couple.
    found = family(lines_of_siblings(60))
    a, b = number(found, "a60"), number(found, "b60")
    assert kinship(found, a, b) == pytest.approx(1.0, abs=1e-4)
    assert relationship(found, a, b) == pytest.approx(1.0, abs=1e-4)
