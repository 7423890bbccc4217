from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.index.pedigree import (
    ALWAYS,
    NEVER,
    BondRow,
    Pedigree,
    PersonRow,
    UnionRow,
    from_day,
    in_memory,
    open_pedigree,
    write,
)
from kg.model.kin import Bond

PEOPLE = [
    PersonRow("d:яна", "Яна", "f", "1901-02-03", "1901-02-03"),
    PersonRow("d:bo", "Bo", "m", "", "1870-12-31", "1930-01-01", "1930-12-31", True),
    PersonRow("d:al", "Al"),
    PersonRow("d:cy", "Cy", "f", "-0043-03-15", "", dead=True),
    PersonRow("d:di", "Di", "m"),
    PersonRow("d:ed", "", "f"),
]
BONDS = [
    BondRow("d:яна", "d:cy"),
    BondRow("d:яна", "d:bo"),
    BondRow("d:яна", "d:di", Bond.STEP),
    BondRow("d:яна", "d:bo", Bond.ADOPTIVE),
    BondRow("d:al", "d:яна"),
    BondRow("d:al", "d:di", Bond.FOSTER),
    BondRow("d:ed", "d:di", Bond.BIRTH, True),
    BondRow("d:al", "d:яна", Bond.BIRTH, True),
    BondRow("d:al", "d:nobody"),
]
UNIONS = [
    UnionRow("d:cy", "d:bo", "1890-05-01", "1899-12-31", True),
    UnionRow("d:bo", "d:cy"),
    UnionRow("d:di", "d:cy"),
    UnionRow("d:di", "d:яна", possible=True),
    UnionRow("d:nobody", "d:cy"),
]
SIBLINGS = [("d:ed", "d:di"), ("d:di", "d:ed"), ("d:bo", "d:nobody")]
TWINS = [("d:di", "d:bo")]
ALIASES = [("d:aaa", "d:яна"), ("d:я", "d:bo"), ("d:al", "d:bo"), ("d:q", "d:nobody")]


def small(step: int = 1) -> Pedigree:
    return in_memory(
        PEOPLE[::step], BONDS[::step], UNIONS[::step], SIBLINGS[::step], TWINS[::step],
        aliases=ALIASES[::step],
    )  # fmt: skip


def of(pedigree: Pedigree, name: str) -> int:
    number = pedigree.number(f"d:{name}")
    assert number is not None
    return number


def names(pedigree: Pedigree, numbers: object) -> list[str]:
    return [pedigree.iri(n)[2:] for n in numbers]  # type: ignore[attr-defined]


def test_people_come_after_their_parents_with_all_that_is_known_of_them() -> None:
    found = small()
    assert len(found) == found.count == 6
    # By generation, then by the parents' places, then by IRI; twins side by side.
    assert names(found, range(6)) == ["bo", "di", "cy", "ed", "яна", "al"]
    assert list(found.generation) == [0, 0, 0, 0, 1, 2]
    assert [found.sex(n) for n in range(6)] == ["m", "m", "f", "f", "f", ""]
    assert [found.label(n) for n in range(6)] == ["Bo", "Di", "Cy", "", "Яна", "Al"]
    assert list(found.dead) == [1, 0, 1, 0, 0, 0]
    yana, bo, cy, di = (of(found, name) for name in ("яна", "bo", "cy", "di"))
    assert from_day(found.birth_first[yana]) == from_day(found.birth_last[yana]) == "1901-02-03"
    assert (found.birth_first[bo], from_day(found.birth_last[bo])) == (NEVER, "1870-12-31")
    assert from_day(found.birth_first[cy]) == "-0043-03-15"
    assert (found.death_first[yana], found.death_last[yana]) == (NEVER, ALWAYS)
    assert (found.twin[di], found.twin[bo], found.twin[yana]) == (bo, bo, yana)
    assert (found.twins(di), found.twins(bo), found.twins(yana)) == ((bo,), (di,), ())
    assert found.has_twins
    assert not len(found.inbreeding)


def test_kin_stands_in_order_with_its_kind_and_time() -> None:
    found = small()
    yana, bo, cy, di, al, ed = (of(found, name) for name in ("яна", "bo", "cy", "di", "al", "ed"))
    assert found.parents(yana) == (bo, cy)
    assert found.all_parents(yana) == (
        (bo, Bond.BIRTH), (bo, Bond.ADOPTIVE), (di, Bond.STEP), (cy, Bond.BIRTH),
    )  # fmt: skip
    assert (found.children(bo), found.children(di), found.children(yana)) == ((yana,), (), (al,))
    assert found.all_children(di) == ((yana, Bond.STEP), (al, Bond.FOSTER))
    assert (found.sire[yana], found.dam[yana]) == (bo, cy)
    assert (found.sire[al], found.dam[al]) == (-1, yana)
    assert found.spouses(cy) == (bo, di)
    assert found.spouses(yana) == ()
    one, other = found.couples(cy)
    assert (from_day(one.first), from_day(one.last), one.ended) == (
        "1890-05-01",
        "1899-12-31",
        True,
    )
    assert (other.first, other.last, other.ended) == (NEVER, ALWAYS, False)
    assert (found.siblings(ed), found.siblings(di), found.siblings(bo)) == ((di,), (ed,), ())
    assert found.possible_bonds == [(ed, di, Bond.BIRTH)]
    assert found.possible_unions == [(di, yana)]
    assert found.loops == []


def test_every_iri_of_a_person_finds_it_and_no_other_does() -> None:
    found = small()
    assert [found.number(found.iri(n)) for n in range(6)] == list(range(6))
    assert of(found, "aaa") == of(found, "яна")
    assert of(found, "я") == of(found, "bo")
    # An alias that is a person's own IRI, or of nobody, is none.
    assert found.iri(of(found, "al")) == "d:al"
    for unknown in ("", "d:", "d:q", "d:яна ", "e"):
        assert found.number(unknown) is None


def test_index_is_the_same_from_file_whatever_the_order_of_rows(tmp_path: Path) -> None:
    def halves(pedigree: Pedigree) -> list[float]:
        return [n / 2 for n in range(pedigree.count)]

    for step in (1, -1):
        write(
            tmp_path / str(step), PEOPLE[::step], BONDS[::step], UNIONS[::step],
            SIBLINGS[::step], TWINS[::step], "digest", aliases=ALIASES[::step], inbreeding=halves,
        )  # fmt: skip
    assert (tmp_path / "1").read_bytes() == (tmp_path / "-1").read_bytes()
    with open_pedigree(tmp_path / "1", "digest") as found:
        assert list(found.inbreeding) == [0, 0.5, 1, 1.5, 2, 2.5]
        expected = small(-1)
        for n in range(6):
            assert found.iri(n) == expected.iri(n)
            assert found.all_parents(n) == expected.all_parents(n)
            assert found.couples(n) == expected.couples(n)


def test_nobody_at_all_can_be_written_and_read(tmp_path: Path) -> None:
    write(tmp_path / "kin", [], [], build="b", inbreeding=lambda pedigree: [])
    with open_pedigree(tmp_path / "kin", "b") as found:
        assert (found.count, found.number("d:a"), found.loops) == (0, None, [])


def test_two_people_under_one_iri_are_refused() -> None:
    with pytest.raises(ValueError, match='"d:al" stands for two'):
        in_memory([*PEOPLE, PersonRow("d:al", "Other")], [])


def test_siblings_with_a_known_parent_in_common_are_not_told_twice() -> None:
    people = [PersonRow(iri) for iri in "abcp"]
    bonds = [BondRow("a", "p"), BondRow("b", "p"), BondRow("c", "p", Bond.STEP)]
    found = in_memory(people, bonds, siblings=[("a", "b"), ("c", "a")])
    a, b, c = (found.number(iri) for iri in "abc")
    assert (found.siblings(a), found.siblings(b), found.siblings(c)) == ((c,), (), (a,))


@pytest.mark.parametrize(
    ("sexes", "sire", "dam"),
    [
        ("m", "a", ""), ("f", "", "a"), (" ", "a", ""),
        ("mf", "a", "b"), ("fm", "b", "a"), ("mm", "a", "b"), ("ff", "a", "b"),
        ("f ", "b", "a"), (" m", "b", "a"), ("  ", "a", "b"),
        ("mmf", "a", "c"), (" ff", "a", "b"), ("f f", "b", "a"), (" m ", "b", "a"),
    ],
)  # fmt: skip
def test_two_parents_are_chosen_by_sex_then_iri(sexes: str, sire: str, dam: str) -> None:
    parents = dict(zip("abc", sexes, strict=False))
    people = [PersonRow(iri, sex=sex.strip()) for iri, sex in parents.items()]
    found = in_memory([*people, PersonRow("x")], [BondRow("x", iri) for iri in parents])
    x = found.number("x")
    assert x is not None
    chosen = [found.iri(n) if n >= 0 else "" for n in (found.sire[x], found.dam[x])]
    assert chosen == [sire, dam]
    assert len(found.parents(x)) == len(sexes)
    assert list(found.surplus) == ([x] if len(sexes) > 2 else [])


def loops(bonds: list[str], people: list[PersonRow] | None = None, **more: object) -> list[str]:
    people = people or [PersonRow(iri) for iri in sorted({iri for bond in bonds for iri in bond})]
    found = in_memory(people, [BondRow(*bond) for bond in bonds], **more)  # type: ignore[arg-type]
    consistent(found)
    return ["".join(found.iri(n) for n in loop) for loop in found.loops]


def consistent(found: Pedigree) -> None:
    for n in range(found.count):
        parents = found.parents(n)
        assert all(parent < n for parent in parents)
        if not found.has_twins:
            assert found.generation[n] == max((found.generation[p] + 1 for p in parents), default=0)


def test_loops_are_cut_at_one_bond_and_told() -> None:
    assert loops(["aa", "ab"]) == ["a"]
    assert loops(["ab", "ba", "ca"]) == ["ab"]
    assert loops(["ab", "bc", "ca", "xa", "cy"]) == ["abc"]
    # One bond that two loops share is cut, not one of each.
    assert loops(["bc", "cd", "db", "ce", "eb"]) == ["bcd"]
    assert len(loops(["ab", "bc", "ca", "bd", "da"])) == 1
    assert loops(["ab", "ba", "cd", "dc"]) == ["ab", "cd"]


def test_the_bond_to_a_parent_who_was_born_later_is_cut() -> None:
    born = {"a": "1900-01-01", "b": "1880-01-01", "c": "1860-01-01"}
    people = [PersonRow(iri, birth_first=day, birth_last=day) for iri, day in born.items()]
    assert loops(["ab", "bc", "ca"], people) == ["cab"]


def test_descent_from_ones_own_twin_is_cut() -> None:
    people = [PersonRow(iri) for iri in "abc"]
    assert loops(["ab"], people, twins=[("a", "b")]) == ["ab"]
    assert loops(["ca", "bc"], people, twins=[("a", "b")]) == ["bc"]


@st.composite
def tangles(draw: st.DrawFn) -> list[str]:
    letters = st.sampled_from("abcdefgh")
    return draw(st.lists(st.tuples(letters, letters).map("".join), max_size=24))


@given(tangles(), st.randoms())
def test_any_tangle_becomes_a_pedigree_the_same_in_any_order(
    bonds: list[str], random: object
) -> None:
    told = loops(bonds)
    shuffled = [*bonds]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert loops(shuffled) == told
    given_bonds = set(bonds)
    for loop in told:
        steps = [one + other for one, other in pairwise(loop + loop[0])]
        assert set(steps) <= given_bonds
    cut = {loop[0] + (loop + loop[0])[1] for loop in told}
    assert len(cut) == len(told)
    kept = in_memory([PersonRow(iri) for iri in "abcdefgh"], [BondRow(*bond) for bond in bonds])
    bonds_left = {
        kept.iri(n) + kept.iri(parent) for n in range(kept.count) for parent in kept.parents(n)
    }
    assert bonds_left == given_bonds - cut


def test_a_great_tangle_is_cut_without_delay() -> None:
    size = 1500
    people = [PersonRow(f"{n:04d}") for n in range(size)]
    bonds = [
        BondRow(f"{n:04d}", f"{(n * step + 7) % size:04d}")
        for n in range(size)
        for step in (1, 3, 7)
    ]
    found = in_memory(people, bonds)
    consistent(found)
    assert found.loops
    assert found.loops == in_memory(people[::-1], bonds[::-1]).loops


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"digest", b"gidest", 1),
        lambda data: data[: len(data) - 9],
        lambda data: b"",
        lambda data: b"\xff" * 40,
        lambda data: data.replace(b"\tgeneration i", b"\tgeneratiom i", 1),
        lambda data: data.replace(b"\tgeneration i", b"\tgeneration ?", 1),
        lambda data: data.replace(b"\tgeneration i 0 ", b"\tgeneration i x ", 1),
        lambda data: data.replace(b"kg kin 1", b"kg kin 0", 1),
        lambda data: data.replace(b"kg kin 1", b"kg ties 1", 1),
    ],
)
def test_stale_or_damaged_index_is_refused(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / "kin"
    write(path, PEOPLE, BONDS, UNIONS, SIBLINGS, TWINS, "digest")
    data = path.read_bytes()
    assert spoil(data) != data  # type: ignore[operator]
    path.write_bytes(spoil(data))  # type: ignore[operator]
    with pytest.raises(StoreError) as caught, open_pedigree(path, "digest"):
        pass
    assert "kg build" in caught.value.hint


def test_missing_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError), open_pedigree(tmp_path / "kin", "digest"):
        pass
