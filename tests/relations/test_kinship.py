"""Kinship in families that everybody can reckon by hand, and in some that no hand can."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kg.index.pedigree import BondRow, Pedigree, PersonRow, UnionRow, in_memory
from kg.model.kin import Bond, Kin, Move, Sex, Step, Whole
from kg.relations import coefficients
from kg.relations.kinship import PLAIN, Engine, Kinship, fastest, kinship
from kg.relations.links import MANY

KINDS = {bond.value: bond for bond in Bond}


def family(
    rows: str, *, couples: str = "", siblings: str = "", twins: str = "", possible: str = "",
    sexes: str = "",
) -> Pedigree:  # fmt: skip
    """A pedigree from rows "child parent parent", "child adoptive=parent"; pairs "a+b"; "a:m"."""
    bonds, names = [], set()
    for maybe, text in ((False, rows), (True, possible)):
        for row in text.split(";"):
            child, *parents = row.split() or [""]
            for parent in parents:
                kind, _, name = parent.rpartition("=")
                bonds.append(BondRow(child, name, KINDS[kind or "birth"], maybe))
                names |= {child, name}
    pairs = {
        what: [tuple(pair.split("+")) for pair in text.split()]
        for what, text in (("couples", couples), ("siblings", siblings), ("twins", twins))
    }
    names.update(name for these in pairs.values() for pair in these for name in pair)
    known = dict(one.split(":") for one in sexes.split())
    people = [PersonRow(name, name, known.get(name, "")) for name in sorted(names)]
    return in_memory(
        people, bonds, [UnionRow(*pair) for pair in pairs["couples"]], pairs["siblings"],
        pairs["twins"], inbreeding=coefficients.inbreeding,
    )  # fmt: skip


def between(pedigree: Pedigree, ego: str, alter: str, **options: object) -> Kinship:
    one, other = pedigree.number(ego), pedigree.number(alter)
    assert one is not None
    assert other is not None
    return kinship(pedigree, one, other, **options)  # type: ignore[arg-type]


def told(pedigree: Pedigree, found: Kinship, kinds: Iterable[str] = ()) -> list[str]:
    """The lines as text: kind, moves, wholes, apexes, count."""
    return [
        " ".join([
            line.kind, line.kin.pattern() or "-",
            *(whole.value or "unknown" for whole in line.kin.wholes),
            "+".join(sorted(map(pedigree.iri, line.apexes))) or "-", f"x{line.count}",
        ])
        for line in found.lines if not kinds or line.kind in kinds
    ]  # fmt: skip


PARENTS = "a f m; b f m; h f x; n f; "

# Published coefficients of relationship: Wright 1922; the usual tables of genetics text books.
TEXTBOOK = [
    ("a f m", "a", "f", ["blood U f x1"], 1 / 2),
    (PARENTS, "a", "b", ["blood UD full f+m x1"], 1 / 2),
    (PARENTS, "a", "h", ["blood UD half f x1"], 1 / 4),
    (PARENTS, "a", "n", ["blood UD unknown f x1"], 1 / 4),
    (PARENTS + "c a y", "c", "f", ["blood UU f x1"], 1 / 4),
    (PARENTS + "c a y", "c", "b", ["blood UUD full f+m x1"], 1 / 4),
    (PARENTS + "c a y; d b z", "c", "d", ["blood UUDD full f+m x1"], 1 / 8),
    (PARENTS + "c a y; d h z", "c", "d", ["blood UUDD half f x1"], 1 / 16),
    (PARENTS + "c a y; d b z; e d w", "c", "e", ["blood UUDDD full f+m x1"], 1 / 16),
    (PARENTS + "c a y; d b z; e d w; g c v", "g", "e", ["blood UUUDDD full f+m x1"], 1 / 32),
    # Double first cousins: two brothers married two sisters.
    ("a f m; b f m; p q r; s q r; c a p; d b s", "c", "d",
     ["blood UUDD full f+m x1", "blood UUDD full q+r x1"], 1 / 4),
    # Three quarter siblings: of one father, by two sisters.
    ("p q r; s q r; c f p; d f s", "c", "d",
     ["blood UD half f x1", "blood UUDD full q+r x1"], 3 / 8),
    # Quadruple half second cousins: their parents are half first cousins twice on each side.
    ("a1 f m1; b1 f m2; a2 g n1; b2 g n2; a3 h o1; b3 h o2; a4 i p1; b4 i p2;"
     "A1 a1 a2; B1 b1 b2; A2 a3 a4; B2 b3 b4; c A1 A2; d B1 B2", "c", "d",
     [f"blood UUUDDD half {top} x1" for top in "fghi"], 4 / 64),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "ego", "alter", "lines", "relationship"), TEXTBOOK)
def test_textbook_kin_have_their_lines_and_coefficients(
    rows: str, ego: str, alter: str, lines: list[str], relationship: float
) -> None:
    pedigree = family(rows)
    found = between(pedigree, ego, alter)
    assert sorted(told(pedigree, found)) == sorted(lines)
    assert found.relationship == pytest.approx(relationship, abs=1e-15)
    assert found.coefficient == pytest.approx(relationship / 2, abs=1e-15)


def test_double_cousins_are_told_twice_over() -> None:
    pedigree = family("a f m; b f m; p q r; s q r; c a p; d b s")
    found = between(pedigree, "c", "d")
    assert found.nearest is not None
    assert found.times(found.nearest) == 2


def test_child_of_uncle_and_niece_is_inbred_and_kin_by_several_lines() -> None:
    pedigree = family("u f m; s f m; n s w; c u n")
    assert between(pedigree, "c", "c").inbreeding[0] == pytest.approx(1 / 8)
    found = between(pedigree, "c", "u")
    # The father is also the grandmother's brother, and by either way one line goes on.
    assert told(pedigree, found) == ["blood U u x1", "blood UUUD full f+m x1"]
    assert found.coefficient == pytest.approx(
        coefficients.kinship(pedigree, found.ego, found.alter)
    )
    assert told(pedigree, between(pedigree, "f", "c"))[:2] == ["blood DD f x1", "blood DDD f x1"]


def test_sib_mating_over_generations_gives_the_published_inbreeding() -> None:
    # F of full-sib mating: 0, 1/4, 3/8, 1/2, 19/32, 43/64 … (Wright 1921, Systems of mating II).
    rows = "; ".join(f"b{n + 1} b{n} s{n}; s{n + 1} b{n} s{n}" for n in range(1, 7))
    pedigree = family(rows)
    inbred = [between(pedigree, f"b{n}", f"b{n}").inbreeding[0] for n in range(1, 8)]
    assert inbred == pytest.approx([0, 0, 1 / 4, 3 / 8, 1 / 2, 19 / 32, 43 / 64], abs=1e-15)
    for n in range(2, 8):
        found = between(pedigree, f"b{n}", f"s{n}")
        expected = coefficients.kinship(pedigree, found.ego, found.alter)
        assert found.coefficient == pytest.approx(expected, abs=1e-12)


def engines(pedigree: Pedigree) -> list[Engine]:
    return [PLAIN, fastest(pedigree)]


def test_no_number_of_generations_or_of_lines_is_too_large() -> None:
    deep = 90
    rows = "; ".join(f"b{n + 1} b{n} s{n}; s{n + 1} b{n} s{n}" for n in range(deep))
    pedigree = family(rows)
    for engine in engines(pedigree):
        found = between(pedigree, f"b{deep}", "b0", engine=engine)
        (line,) = found.blood
        assert (line.up, line.down, line.count) == (deep, 0, 2 ** (deep - 1))
        chain = next(found.chains(line))
        assert len(set(chain)) == deep + 1
        siblings = between(pedigree, f"b{deep}", f"s{deep}", engine=engine)
        assert siblings.nearest is not None
        assert siblings.nearest.kin.whole is Whole.FULL
        assert siblings.coefficient == pytest.approx(
            coefficients.kinship(pedigree, siblings.ego, siblings.alter), abs=1e-12
        )


def test_line_of_five_thousand_generations_is_found() -> None:
    pedigree = family("; ".join(f"p{n + 1} p{n}" for n in range(5_000)) + "; q p0")
    for engine in engines(pedigree):
        found = between(pedigree, "p5000", "q", engine=engine)
        assert found.nearest is not None
        assert (found.nearest.up, found.nearest.down) == (5_000, 1)
        assert len(found.nearest.people) == 5_002


def test_more_than_two_parents_by_birth_are_no_hindrance() -> None:
    pedigree = family("a f g m; b f g m; c f g; d a; e c")
    for engine in engines(pedigree):
        assert told(pedigree, between(pedigree, "d", "e", engine=engine)) == [
            "blood UUDD full f+g x1"
        ]
        assert told(pedigree, between(pedigree, "a", "b", engine=engine)) == [
            "blood UD full f+g+m x1"
        ]


# A dynasty that marries its own: uncle and niece, cousins, again and again.
DYNASTY = """
    philip j1 f1; ferdinand j1 f1; isabel j1 f1; mary j1 f1;
    philip2 philip i1; maria philip i1; joan philip i1;
    max2 ferdinand an; charles ferdinand an; max2b max2 maria; anna max2 maria;
    philip3 philip2 anna; ferdinand2 charles mb; margaret charles mb;
    philip4 philip3 margaret; maria2 philip3 margaret;
    ferdinand3 ferdinand2 mb2; mariana ferdinand3 maria2; last philip4 mariana
"""


def test_last_of_a_dynasty_descends_many_times_and_lines_are_grouped() -> None:
    pedigree = family(DYNASTY)
    found = between(pedigree, "last", "j1")
    # By hand: 5 steps through Philip II and Charles; 6 five times; 7 through Anna's two parents.
    assert told(pedigree, found) == [
        "blood UUUUU j1 x2", "blood UUUUUU j1 x5", "blood UUUUUUU j1 x2",
    ]  # fmt: skip
    for line in found.blood:
        chains = list(found.chains(line))
        assert len(set(chains)) == len(chains) == line.count
        assert line.people == chains[0]
    expected = coefficients.kinship(pedigree, found.ego, found.alter)
    assert found.coefficient == pytest.approx(expected, abs=1e-12)
    parents = between(pedigree, "philip4", "mariana")
    assert parents.nearest is not None
    assert parents.nearest.kin.pattern() in ("UDD", "UUD")
    assert parents.coefficient == pytest.approx(found.inbreeding[0], abs=1e-12)


HOUSE = """
    a f m; b f m; k a w; j w x; l b v; e adoptive=a; t foster=f foster=m; i e y; w o r; z o r
"""
WED = "f+m a+w b+v w+x k+s l+u o+r z+zz f+f2"

BY_MARRIAGE = [
    ("a", "w", ["affinity S - x1"]),
    ("a", "v", ["affinity UDS full f+m x1"]),
    ("v", "a", ["affinity SUD full f+m x1"]),
    ("w", "v", ["affinity SUDS full f+m x1"]),
    ("a", "o", ["affinity SU - x1"]),
    ("s", "a", ["affinity SU - x1"]),
    ("f", "o", ["affinity DSU - x1"]),
    ("a", "z", ["affinity SUD full o+r x1"]),
    ("a", "zz", ["affinity SUDS full o+r x1"]),
    ("a", "j", ["step SD - x1"]),
    ("j", "a", ["step US - x1"]),
    ("a", "x", ["affinity SS - x1"]),
    ("a", "f2", ["step US - x1"]),
    ("k", "f2", ["step UUS - x1"]),
    ("k", "j", ["blood UD half w x1"]),
    ("k", "u", ["affinity UUDDS full f+m x1"]),
    ("f", "m", ["affinity S - x1"]),
    ("e", "a", ["adoptive U a x1"]),
    ("e", "f", ["adoptive UU f x1"]),
    ("e", "k", ["adoptive UD unknown a x1"]),
    ("e", "w", ["step US - x1"]),
    ("i", "l", ["adoptive UUUDD full f+m x1"]),
    ("t", "a", ["foster UD full f+m x1"]),
    ("e", "t", ["adoptive UUD full f+m x1"]),
]


@pytest.mark.parametrize(("ego", "alter", "lines"), BY_MARRIAGE)
def test_kin_by_marriage_and_other_bonds_are_told_by_their_steps(
    ego: str, alter: str, lines: list[str]
) -> None:
    pedigree = family(HOUSE, couples=WED)
    for engine in engines(pedigree):
        assert told(pedigree, between(pedigree, ego, alter, engine=engine)) == lines


def test_step_siblings_have_no_parent_in_common() -> None:
    pedigree = family("a f m; b g n; c f g", couples="f+g")
    assert told(pedigree, between(pedigree, "a", "b")) == ["step USD - x1"]
    assert told(pedigree, between(pedigree, "a", "c")) == ["blood UD half f x1"]


def test_shorter_way_by_marriage_is_told_beside_the_blood_and_longer_ones_if_asked() -> None:
    pedigree = family("a f m; b f m; c a x; d b y", couples="c+d f+m")
    wed = between(pedigree, "c", "d")
    assert told(pedigree, wed) == ["blood UUDD full f+m x1", "affinity S - x1"]
    assert wed.nearest is not None
    assert wed.nearest.kin.pattern() == "S"
    assert told(pedigree, between(pedigree, "a", "b")) == ["blood UD full f+m x1"]
    assert "affinity DSU - x1" in told(pedigree, between(pedigree, "a", "b", all_lines=True))


def test_marriages_are_passed_as_often_as_asked() -> None:
    pedigree = family("b p q; c p q; d r s; e r s", couples="a+b c+d e+z")
    assert told(pedigree, between(pedigree, "a", "z")) == []
    assert between(pedigree, "a", "z").complete
    assert told(pedigree, between(pedigree, "a", "z", marriages=3)) == [
        "affinity SUDSUDS full full p+q x1"
    ]
    assert told(pedigree, between(pedigree, "a", "b", marriages=0)) == []


def test_stated_siblings_are_kin_without_a_common_parent() -> None:
    pedigree = family("c a; d b", siblings="a+b", couples="b+w")
    for engine in engines(pedigree):
        found = between(pedigree, "c", "d", engine=engine)
        assert told(pedigree, found) == ["blood UBD - x1"]
        assert found.coefficient == 0
        assert found.nearest is not None
        assert (found.nearest.up, found.nearest.down) == (2, 2)
        assert told(pedigree, between(pedigree, "a", "w", engine=engine)) == ["affinity BS - x1"]


def test_parents_of_a_child_who_are_no_couple_are_told_by_the_child() -> None:
    pedigree = family("c a b; d a b")
    assert told(pedigree, between(pedigree, "a", "b")) == ["child DU - x2"]


def test_possible_bonds_count_only_if_asked_and_are_marked() -> None:
    pedigree = family("a f; c b", possible="b f; c x", couples="f+m")
    assert told(pedigree, between(pedigree, "a", "c")) == []
    found = between(pedigree, "a", "c", include_possible=True)
    assert told(pedigree, found) == ["blood UDD unknown f x1"]
    assert [line.possible for line in found.lines] == [True]
    assert found.coefficient == 0


def test_many_other_bonds_are_followed_a_few_at_a_time() -> None:
    rows = "; ".join(f"p{n + 1} adoptive=p{n}" for n in range(MANY))
    pedigree = family(rows)
    assert told(pedigree, between(pedigree, f"p{MANY}", "p0")) == [f"adoptive {'U' * MANY} p0 x1"]
    pedigree = family(f"{rows}; p{MANY + 1} adoptive=p{MANY}")
    assert told(pedigree, between(pedigree, f"p{MANY + 1}", f"p{MANY - 2}"))
    assert told(pedigree, between(pedigree, f"p{MANY + 1}", "p0")) == []


def test_bonds_that_lead_in_rounds_do_no_harm() -> None:
    pedigree = family("c p; p adoptive=c; g adoptive=h; h adoptive=g; p g")
    assert told(pedigree, between(pedigree, "c", "p")) == ["blood U p x1"]
    assert told(pedigree, between(pedigree, "c", "h")) == ["adoptive UUD unknown g x1"]


def test_loop_of_descent_is_told_where_it_touches_the_kin() -> None:
    pedigree = family("a b; b c; c a; d a; e c; x y")
    found = between(pedigree, "d", "e")
    assert [sorted(map(pedigree.iri, loop)) for loop in found.loops] == [["a", "b", "c"]]
    assert found.lines
    assert between(pedigree, "x", "y").loops == ()


def test_identical_twins_are_one_genome_and_two_people() -> None:
    pedigree = family("a f m; b f m; c a x; d b y", twins="a+b")
    assert told(pedigree, between(pedigree, "c", "d")) == ["blood UUDD full f+m x1"]
    assert between(pedigree, "c", "d").relationship == pytest.approx(1 / 4)
    assert between(pedigree, "a", "b").relationship == pytest.approx(1)


def test_person_is_kin_to_themselves() -> None:
    pedigree = family("a f m", sexes="a:f")
    found = between(pedigree, "a", "a")
    assert told(pedigree, found) == ["self - a x1"]
    assert found.nearest is not None
    assert found.nearest.kin == Kin(Sex.FEMALE, ())
    assert (found.coefficient, found.relationship) == (0.5, 1.0)


def test_sexes_stand_at_each_step_but_at_no_couple() -> None:
    pedigree = family("a f m; b f m; c b x", sexes="a:m b:f c:f f:m m:f")
    found = between(pedigree, "a", "c")
    assert found.nearest is not None
    assert found.nearest.kin.steps == (
        Step(Move.PARENT), Step(Move.CHILD, Sex.FEMALE), Step(Move.CHILD, Sex.FEMALE),
    )  # fmt: skip
    assert [pedigree.iri(person) for person in found.nearest.people] in (
        ["a", "f", "b", "c"], ["a", "m", "b", "c"],
    )  # fmt: skip
