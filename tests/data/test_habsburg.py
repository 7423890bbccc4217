"""The Habsburg archive: the pedigree of Charles II of Spain against what is published of it."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ARCHIVE = Path(__file__).resolve().parents[2] / "data" / "habsburg"


class Pedigree(NamedTuple):
    """Names, sexes and years by id; parents (father first) by id."""

    names: dict[str, str]
    sexes: dict[str, str]
    born: dict[str, int]
    died: dict[str, int]
    parents: dict[str, tuple[str, ...]]

    def id(self, name: str) -> str:
        (found,) = (person for person, known in self.names.items() if known == name)
        return found


@pytest.fixture(scope="module")
def pedigree() -> Pedigree:
    found = Pedigree({}, {}, {}, {}, {})
    families: dict[str, list[str]] = {}
    record, event = "", ""
    for line in (ARCHIVE / "sources/habsburg.ged").read_text(encoding="utf-8").splitlines():
        level, tag, *rest = line.split(" ", 2)
        value = rest[0] if rest else ""
        if level == "0":
            record = tag.strip("@") if value in ("INDI", "FAM") else ""
        elif level == "1":
            event = tag
            if tag == "NAME":
                found.names[record] = value
            elif tag == "SEX":
                found.sexes[record] = value
            elif tag in ("HUSB", "WIFE"):
                families.setdefault(record, []).append(value.strip("@"))
            elif tag == "CHIL":
                assert value.strip("@") not in found.parents
                found.parents[value.strip("@")] = tuple(families[record])
        elif tag == "DATE" and event in ("BIRT", "DEAT"):
            years = found.born if event == "BIRT" else found.died
            years[record] = int(value.split()[-1])
    return found


def lengths(pedigree: Pedigree, descendant: str, ancestor: str) -> Counter[int]:
    """How many lines of descent there are of each length."""

    @cache
    def count(person: str) -> Counter[int]:
        if person == ancestor:
            return Counter({0: 1})
        total: Counter[int] = Counter()
        for parent in pedigree.parents.get(person, ()):
            for steps, lines in count(parent).items():
                total[steps + 1] += lines
        return total

    return count(pedigree.id(descendant) if descendant in pedigree.names.values() else descendant)


def inbreeding(pedigree: Pedigree) -> dict[str, float]:
    """Wright's coefficient for everybody, by the recursion of Malécot's kinship coefficient."""

    @cache
    def depth(person: str) -> int:
        return 1 + max((depth(parent) for parent in pedigree.parents.get(person, ())), default=0)

    @cache
    def kinship(one: str, other: str) -> float:
        if one == other:
            return (1 + own(one)) / 2
        lower, upper = sorted((one, other), key=lambda person: (-depth(person), person))
        return sum(kinship(parent, upper) for parent in pedigree.parents.get(lower, ())) / 2

    @cache
    def own(person: str) -> float:
        parents = pedigree.parents.get(person, ())
        return kinship(*parents) if len(parents) == 2 else 0.0

    return {pedigree.names[person]: own(person) for person in pedigree.names}


def test_the_file_is_the_one_that_the_settings_name() -> None:
    settings = tomllib.loads((ARCHIVE / "kg.toml").read_text(encoding="utf-8"))
    (source,) = settings["sources"]
    data = (ARCHIVE / source["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == source["sha256"]
    assert source["format"] == "gedcom"


def test_each_name_stands_for_one_person_and_everybody_is_an_ancestor(pedigree: Pedigree) -> None:
    assert len(pedigree.names) == 197
    assert len(set(pedigree.names.values())) == 197
    reached = [pedigree.id("Charles II of Spain")]
    for person in reached:
        reached += [p for p in pedigree.parents.get(person, ()) if p not in reached]
    assert set(reached) == set(pedigree.names)


def test_fathers_are_male_and_mothers_female(pedigree: Pedigree) -> None:
    for parents in pedigree.parents.values():
        assert [pedigree.sexes[parent] for parent in parents] in (["M", "F"], ["M"])


def test_lives_and_generations_have_possible_lengths(pedigree: Pedigree) -> None:
    for person, died in pedigree.died.items():
        if person in pedigree.born:
            assert 15 < died - pedigree.born[person] < 95, pedigree.names[person]
    for child, parents in pedigree.parents.items():
        for parent in parents:
            if child in pedigree.born and parent in pedigree.born:
                age = pedigree.born[child] - pedigree.born[parent]
                assert 14 <= age <= 60, pedigree.names[child]
            if child in pedigree.born and parent in pedigree.died:
                assert pedigree.born[child] <= pedigree.died[parent] + 1


def test_charles_descends_from_joanna_by_fourteen_lines(pedigree: Pedigree) -> None:
    for ancestor in ("Joanna of Castile", "Philip the Handsome"):
        lines = lengths(pedigree, "Charles II of Spain", pedigree.id(ancestor))
        assert lines == {5: 2, 6: 6, 7: 6}


@pytest.mark.parametrize(
    ("child", "uncle", "niece"),
    [
        ("Charles II of Spain", "Philip IV of Spain", "Mariana of Austria"),
        ("Philip III of Spain", "Philip II of Spain", "Anna of Austria, Queen of Spain"),
        (
            "Margaret of Austria, Queen of Spain",
            "Charles II, Archduke of Austria",
            "Maria of Bavaria",
        ),
    ],
)
def test_uncle_and_niece_are_the_parents(
    pedigree: Pedigree, child: str, uncle: str, niece: str
) -> None:
    father, mother = pedigree.parents[pedigree.id(child)]
    assert (pedigree.names[father], pedigree.names[mother]) == (uncle, niece)
    grandparents = [set(pedigree.parents[parent]) for parent in pedigree.parents[mother]]
    assert set(pedigree.parents[father]) in grandparents


def test_all_eight_great_grandparents_descend_from_joanna(pedigree: Pedigree) -> None:
    people = [pedigree.id("Charles II of Spain")]
    for _ in range(3):
        people = [parent for person in people for parent in pedigree.parents[person]]
    assert len(people) == 8
    joanna = pedigree.id("Joanna of Castile")
    assert all(lengths(pedigree, person, joanna).total() for person in people)


def test_inbreeding_is_a_little_under_what_is_published(pedigree: Pedigree) -> None:
    found = inbreeding(pedigree)
    published = {  # Alvarez, Ceballos and Quinteiro 2009, over up to 16 generations
        "Philip the Handsome": 0.025, "Charles V, Holy Roman Emperor": 0.037,
        "Philip II of Spain": 0.123, "Philip III of Spain": 0.218, "Philip IV of Spain": 0.115,
        "Charles II of Spain": 0.254,
    }  # fmt: skip
    for name, value in published.items():
        assert value - 0.017 < found[name] < value, name
    told = {
        line.split("|")[1].strip(): float(line.split("|")[2])
        for line in (ARCHIVE / "README.md").read_text(encoding="utf-8").splitlines()
        if line.count("|") == 4 and line.split("|")[2].strip().startswith("0.")
    }
    assert len(told) == 6
    assert [round(found[name], 3) for name in published] == list(told.values())
