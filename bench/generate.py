"""Writes made-up family trees of any size as GEDCOM 5.5.1 or 7.0, in a stream.

    python bench/generate.py PEOPLE [--version 7.0] [--seed N] [--to FILE]

The people are those of `pedigrees.py`, with names, places, dates in all the forms that registers
have, occupations, remarks, and sources cited for some events. The same for the same seed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np
import pedigrees
from measure import HERE, OUT
from numpy.typing import NDArray
from pedigrees import Ints, Tree

VERSIONS = ("5.5.1", "7.0")
CHUNK = 20_000
"""So many records are made before they are written."""

_MEN = """John William Thomas Robert Richard Henry Edward George James Francis Hugh Ralph Walter
Peter Simon Adam Gilbert Stephen Matthew Philip Carlo Giovanni Johann Pierre Jean Louis Charles
Antoine Jacques Étienne José Juan Pedro Luis Miguel Karl Friedrich Otto Jürgen Søren"""
_WOMEN = """Mary Anne Elizabeth Margaret Joan Alice Agnes Katherine Jane Isabel Cecily Matilda
Eleanor Emma Edith Beatrice Maud Lucy Sybil Philippa Giulia Maria Anna Marie Françoise Jeanne Louise
Charlotte Josefa Ana Isabella Karoline Hélène Ingrid Zoë Astrid Bridget Helga Rosa Clara"""
_FRONT = """Ash Black Brook Carl Dun East Fair Glen Hart Holm Kings Lang Mar Nor Oak Pem Queen Rams
Stan Thorn Under Wal West York Zell"""
_END = """bury field ford ham hurst land ley man mere more ridge son ston ter ton wald ward well
wick worth"""
_WORK = """farmer weaver smith carpenter miller shepherd baker tailor mason clerk chaplain bailiff
notary sailor soldier teacher midwife servant brewer physician"""
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"

MEN, WOMEN, WORK = _MEN.split(), _WOMEN.split(), _WORK.split()
NAMES = [front + end for front in _FRONT.split() for end in _END.split()]
MONTHS = ["", *_MONTHS.split()]
SHARES = {"day": 0.74, "year": 0.08, "month": 0.05, "about": 0.07, "before": 0.02, "after": 0.01,
          "between": 0.03}  # fmt: skip
"""How the dates of events are known."""
FORMS: dict[str, Callable[[int, int, int], str]] = {
    "day": lambda y, m, d: f"{d} {MONTHS[m]} {y}",
    "year": lambda y, m, d: f"{y}",
    "month": lambda y, m, d: f"{MONTHS[m]} {y}",
    "about": lambda y, m, d: f"ABT {y}",
    "before": lambda y, m, d: f"BEF {y + 1}",
    "after": lambda y, m, d: f"AFT {y - 1}",
    "between": lambda y, m, d: f"BET {y - 2} AND {y + 3}",
}
_FORMS = tuple(FORMS.values())


class Written(NamedTuple):
    """How much was written."""

    people: int
    families: int
    sources: int
    records: int
    lines: int
    bytes: int


class Families(NamedTuple):
    """Families as records: who the partners are, and who is whose child.

    `husband` and `wife` are -1 where there is none; `of_child` is the family of each person as a
    child, -1 for none. `children` stand one after the other, of family `f` from `at[f]`; likewise
    `own`, the families of each person as a partner, from `own_at`.
    """

    husband: Ints
    wife: Ints
    wedding: Ints
    of_child: Ints
    at: Ints
    children: Ints
    own_at: Ints
    own: Ints


class Details(NamedTuple):
    """What registers tell of people beside their kin, one value a person; -1 for nothing."""

    given: Ints
    forms: NDArray[np.int8]
    birthplace: Ints
    deathplace: Ints
    work: Ints
    remark: NDArray[np.bool_]
    cited: Ints
    page: Ints


def families(tree: Tree) -> Families:
    """Every couple is a family; so is a known parent with the children of an unknown one."""
    sire, dam = tree.sire >= 0, tree.dam >= 0
    count = len(tree.husband)
    alone = np.flatnonzero(sire ^ dam)
    keys, place = np.unique(tree.couple[alone] * 2 + sire[alone], return_inverse=True)
    of_child = np.where(sire & dam, tree.couple, -1)
    of_child[alone] = count + place
    fathers = keys % 2 == 1
    husband = np.concatenate([tree.husband, np.where(fathers, tree.husband[keys // 2], -1)])
    wife = np.concatenate([tree.wife, np.where(fathers, -1, tree.wife[keys // 2])])
    wedding = np.concatenate([tree.wedding, np.full(len(keys), -1)])
    at, children = _gathered(of_child, len(husband))
    partners = np.concatenate([husband, wife])
    own_at, own = _gathered(partners, len(tree.sire))
    return Families(husband, wife, wedding, of_child, at, children, own_at, own % len(husband))


def _gathered(owner: Ints, owners: int) -> tuple[Ints, Ints]:
    """The places of each owner, side by side, and where those of each owner begin; -1 owns none."""
    order = np.argsort(owner, kind="stable")
    order = order[np.searchsorted(owner[order], 0) :]
    return np.searchsorted(owner[order], np.arange(owners + 1)), order


def details(tree: Tree, seed: int) -> Details:
    """What is told of each person; the kin do not depend on it."""
    chance = np.random.default_rng([seed, 1])
    size = len(tree.sire)
    villages = int(tree.village.max()) + 1
    home = np.where(
        tree.couple >= 0, tree.village[tree.husband[np.maximum(tree.couple, 0)]], tree.village
    )
    elsewhere = chance.integers(0, villages, size)
    worked = (chance.random(size) < 0.25) & (tree.death - tree.birth > 25 * pedigrees.YEAR)
    cited = chance.random(size) < 0.15
    return Details(
        given=chance.integers(0, len(MEN), size),
        forms=chance.choice(len(SHARES), (size, 3), p=list(SHARES.values())).astype(np.int8),
        birthplace=home,
        deathplace=np.where(chance.random(size) < 0.9, tree.village, elsewhere),
        work=np.where(worked, chance.integers(0, len(WORK), size), -1),
        remark=chance.random(size) < 0.03,
        cited=np.where(cited, chance.integers(0, sources(size), size), -1),
        page=chance.integers(1, 400, size),
    )


def sources(people: int) -> int:
    """How many sources there are."""
    return people // 100 + 5


def village(number: int) -> str:
    """A place with the parish and the county it lies in."""
    name, parish = NAMES[number * 7 % len(NAMES)], NAMES[(number // 4) * 11 % len(NAMES)]
    again = f" {number // len(NAMES) + 1}" if number >= len(NAMES) else ""
    return f"{name}{again}, {parish} parish, {NAMES[number // 40 * 13 % len(NAMES)]}shire, Loamland"


def surname(line: int) -> str:
    """The name of everybody of a male line."""
    return NAMES[line * 7919 % len(NAMES)]


def _dates(days: Ints) -> list[tuple[int, int, int]]:
    """Days counted from 0001-01-01 as year, month and day."""
    texts = (np.datetime64("0001-01-01") + days.astype("timedelta64[D]")).astype(str).tolist()
    return [(int(text[:4]), int(text[5:7]), int(text[8:])) for text in texts]


def _citation(source: int, page: int) -> list[str]:
    lines = [f"2 SOUR @S{source + 1}@", f"3 PAGE folio {page}"]
    if page % 3 == 0:
        lines += ["3 DATA", f"4 TEXT Entered under number {page * 7 % 90 + 1}."]
    return [*lines, f"3 QUAY {page % 4}"]


def _individuals(tree: Tree, kin: Families, told: Details) -> Iterator[str]:
    size = len(tree.sire)
    places = [village(number) for number in range(int(tree.village.max()) + 1)]
    own_at, own = kin.own_at.tolist(), kin.own.tolist()
    for start in range(0, size, CHUNK):
        here = slice(start, min(start + CHUNK, size))
        columns = (
            range(here.start, here.stop), tree.name[here].tolist(), tree.female[here].tolist(),
            tree.line[here].tolist(), _dates(tree.birth[here]), _dates(tree.death[here]),
            (tree.death[here] >= 0).tolist(), kin.of_child[here].tolist(),
            told.given[here].tolist(), told.forms[here].tolist(), told.birthplace[here].tolist(),
            told.deathplace[here].tolist(), told.work[here].tolist(), told.remark[here].tolist(),
            told.cited[here].tolist(), told.page[here].tolist(),
        )  # fmt: skip
        for (n, name, female, line, birth, death, dead, family, given, forms, born_at, died_at,
             work, remark, cited, page) in zip(*columns, strict=True):  # fmt: skip
            first, last = (WOMEN if female else MEN)[given], surname(line)
            lines = [
                f"0 @I{name}@ INDI\n1 NAME {first} /{last}/\n2 GIVN {first}\n2 SURN {last}",
                f"1 SEX {'F' if female else 'M'}\n1 BIRT\n2 DATE {_FORMS[forms[0]](*birth)}"
                f"\n2 PLAC {places[born_at]}",
            ]
            if cited >= 0:
                lines += _citation(cited, page)
            if dead:
                lines.append(f"1 DEAT\n2 DATE {_FORMS[forms[1]](*death)}\n2 PLAC {places[died_at]}")
            if work >= 0:
                year = birth[0] + 20
                lines.append(f"1 OCCU {WORK[work]}")
                lines.append(f"2 DATE FROM {year} TO {min(year + 5 + page % 30, death[0])}")
                lines.append(f"2 PLAC {places[died_at]}")
            if remark:
                lines.append(f"1 NOTE Remembered as {first} the {WORK[page % len(WORK)]}.")
                lines.append("2 CONT Nothing else was handed down.")
            if family >= 0:
                lines.append(f"1 FAMC @F{family + 1}@")
            lines += [f"1 FAMS @F{f + 1}@" for f in own[own_at[n] : own_at[n + 1]]]
            yield "\n".join(lines)


def _family_records(tree: Tree, kin: Families, told: Details) -> Iterator[str]:
    name, size = tree.name.tolist(), len(kin.husband)
    at, children = kin.at.tolist(), kin.children.tolist()
    for start in range(0, size, CHUNK):
        here = slice(start, min(start + CHUNK, size))
        columns = (range(here.start, here.stop), kin.husband[here].tolist(),
                   kin.wife[here].tolist(), _dates(kin.wedding[here]),
                   (kin.wedding[here] >= 0).tolist())  # fmt: skip
        for f, husband, wife, wedding, wed in zip(*columns, strict=True):
            lines = [f"0 @F{f + 1}@ FAM"]
            if husband >= 0:
                lines.append(f"1 HUSB @I{name[husband]}@")
            if wife >= 0:
                lines.append(f"1 WIFE @I{name[wife]}@")
            lines += [f"1 CHIL @I{name[child]}@" for child in children[at[f] : at[f + 1]]]
            if wed:
                form, place = _FORMS[told.forms[wife, 2]], village(int(tree.village[wife]))
                lines.append(f"1 MARR\n2 DATE {form(*wedding)}\n2 PLAC {place}")
                if told.cited[husband] >= 0:
                    lines += _citation(int(told.cited[husband]), int(told.page[wife]))
            yield "\n".join(lines)


def _source_records(people: int, villages: int) -> Iterator[str]:
    yield "0 @R1@ REPO\n1 NAME County Record Office"
    for number in range(sources(people)):
        place = village(number % villages).partition(",")[0]
        yield (f"0 @S{number + 1}@ SOUR\n1 TITL Parish register of {place}, book {number + 1}"
               f"\n1 AUTH The parish of {place}\n1 REPO @R1@\n2 CALN PR/{number + 1}")  # fmt: skip


def _head(version: str) -> str:
    if version == "7.0":
        return ("0 HEAD\n1 GEDC\n2 VERS 7.0\n1 SOUR KGBENCH\n2 VERS 1\n1 SUBM @U1@\n1 LANG en"
                "\n0 @U1@ SUBM\n1 NAME Nobody")  # fmt: skip
    return ("0 HEAD\n1 SOUR KGBENCH\n2 VERS 1\n1 SUBM @U1@\n1 GEDC\n2 VERS 5.5.1"
            "\n2 FORM LINEAGE-LINKED\n1 CHAR UTF-8\n1 LANG English"
            "\n0 @U1@ SUBM\n1 NAME Nobody")  # fmt: skip


def write(tree: Tree, file: TextIO, version: str = "5.5.1", seed: int = pedigrees.SEED) -> Written:
    """Write a tree; gives how much it was."""
    kin, told = families(tree), details(tree, seed)
    records = lines = size = 0

    def put(found: Iterator[str]) -> None:
        nonlocal records, lines, size
        waiting: list[str] = []
        for record in found:
            waiting.append(record)
            records += 1
            if len(waiting) == CHUNK:
                flush(waiting)
        flush(waiting)

    def flush(waiting: list[str]) -> None:
        nonlocal lines, size
        if waiting:
            text = "\n".join(waiting) + "\n"
            lines += text.count("\n")
            file.write(text)
            size += len(text.encode())
            waiting.clear()

    put(iter(_head(version).split("\n0 ", 1)[:1]))
    put(iter(["0 " + _head(version).split("\n0 ", 1)[1]]))
    put(_individuals(tree, kin, told))
    put(_family_records(tree, kin, told))
    put(_source_records(len(tree.sire), int(tree.village.max()) + 1))
    put(iter(["0 TRLR"]))
    return Written(len(tree.sire), len(kin.husband), sources(len(tree.sire)), records, lines, size)


def gedcom(people: int, version: str = "5.5.1", seed: int = pedigrees.SEED) -> Path:
    """The file of a tree, made where it is not there yet or was made by other code."""
    code = b"".join((HERE / name).read_bytes() for name in ("generate.py", "pedigrees.py"))
    mark = hashlib.sha256(code + f"{seed} {np.__version__}".encode()).hexdigest()[:8]
    OUT.mkdir(exist_ok=True)
    path = OUT / f"tree-{people}-{version}-{mark}.ged"
    if not path.exists():
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8", newline="\n") as file:
            write(pedigrees.grow(people, seed), file, version, seed)
        part.rename(path)
    return path


def main() -> None:
    """Write one tree to a file, or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=int)
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0])
    parser.add_argument("--seed", type=int, default=pedigrees.SEED)
    parser.add_argument("--to", type=Path)
    chosen = parser.parse_args()
    tree = pedigrees.grow(chosen.people, chosen.seed)
    if chosen.to:
        with chosen.to.open("w", encoding="utf-8", newline="\n") as file:
            done = write(tree, file, chosen.version, chosen.seed)
    else:
        done = write(tree, sys.stdout, chosen.version, chosen.seed)
    numbers = ", ".join(f"{number:,} {name}" for name, number in done._asdict().items())
    print(numbers, file=sys.stderr)


if __name__ == "__main__":
    main()
