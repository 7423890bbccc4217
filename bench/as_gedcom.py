"""Writes a made-up population as GEDCOM 5.5.1 or 7.0, in a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

import naming
import numpy as np
from pedigrees import Ints, Tree
from population import CHUNK, Details, Population, chunks, dates, names, sources

VERSIONS = ("5.5.1", "7.0")
LEFT_OUT = ("birth_as_text", "gender_wrong_code", "born_twice", "posting_ends_before_start",
            "posting_without_body", "posting_at_a_place", "spouse_one_sided")  # fmt: skip
"""Errors that a family tree cannot have, or that are not written."""
MONTHS = ["", *"JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()]
_FORMS: tuple[Callable[[int, int, int], str], ...] = (
    lambda y, m, d: f"{d} {MONTHS[m]} {y}",
    lambda y, m, d: f"{y}",
    lambda y, m, d: f"{MONTHS[m]} {y}",
    lambda y, m, d: f"ABT {y}",
    lambda y, m, d: f"BEF {y + 1}",
    lambda y, m, d: f"AFT {y - 1}",
    lambda y, m, d: f"BET {y - 2} AND {y + 3}",
)
"""In the order of `population.SHARES`."""


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
    divorce: Ints
    of_child: Ints
    at: Ints
    children: Ints
    own_at: Ints
    own: Ints


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
    none = np.full(len(keys), -1)
    wedding, divorce = (np.concatenate([days, none]) for days in (tree.wedding, tree.divorce))
    at, children = _gathered(of_child, len(husband))
    partners = np.concatenate([husband, wife])
    own_at, own = _gathered(partners, len(tree.sire))
    return Families(
        husband, wife, wedding, divorce, of_child, at, children, own_at, own % max(1, len(husband))
    )


def _gathered(owner: Ints, owners: int) -> tuple[Ints, Ints]:
    """The places of each owner, side by side, and where those of each owner begin; -1 owns none."""
    order = np.argsort(owner, kind="stable")
    order = order[np.searchsorted(owner[order], 0) :]
    return np.searchsorted(owner[order], np.arange(owners + 1)), order


def _citation(source: int, page: int) -> list[str]:
    lines = [f"2 SOUR @S{source + 1}@", f"3 PAGE folio {page}"]
    if page % 3 == 0:
        lines += ["3 DATA", f"4 TEXT Entered under number {page * 7 % 90 + 1}."]
    return [*lines, f"3 QUAY {page % 4}"]


def _individuals(population: Population, kin: Families, version: str) -> Iterator[str]:
    tree, told = population.tree, population.told
    size = len(tree.sire)
    places = [naming.village(number) for number in range(population.villages)]
    own_at, own = kin.own_at.tolist(), kin.own.tolist()
    unnamed = set(population.marks.unnamed.tolist())
    for here in chunks(size):
        columns = (
            range(here.start, here.stop), tree.name[here].tolist(), tree.female[here].tolist(),
            names(population, here), dates(tree.birth[here]), dates(tree.death[here]),
            (tree.death[here] >= 0).tolist(), kin.of_child[here].tolist(),
            told.forms[here].tolist(), told.birthplace[here].tolist(),
            told.deathplace[here].tolist(), told.work[here].tolist(), told.remark[here].tolist(),
            told.cited[here].tolist(), told.page[here].tolist(),
        )  # fmt: skip
        for (n, number, female, name, birth, death, dead, family, forms, born_at, died_at,
             work, remark, cited, page) in zip(*columns, strict=True):  # fmt: skip
            first, _, last = name.latin.rpartition(" ")
            lines = [f"0 @I{number}@ INDI"]
            if n not in unnamed:
                lines.append(f"1 NAME {first} /{last}/\n2 GIVN {first}\n2 SURN {last}")
                if name.cyrillic and version == "7.0":
                    given, _, surname = name.cyrillic.rpartition(" ")
                    lines.append(f"2 TRAN {given} /{surname}/\n3 LANG ru")
            lines.append(
                f"1 SEX {'F' if female else 'M'}\n1 BIRT\n2 DATE {_FORMS[forms[0]](*birth)}"
                f"\n2 PLAC {places[born_at]}"
            )
            if cited >= 0:
                lines += _citation(cited, page)
            if dead:
                lines.append(f"1 DEAT\n2 DATE {_FORMS[forms[1]](*death)}\n2 PLAC {places[died_at]}")
            if work >= 0:
                year = birth[0] + 20
                lines.append(f"1 OCCU {naming.WORK[work]}")
                lines.append(
                    f"2 DATE FROM {year} TO {max(year, min(year + 5 + page % 30, death[0]))}"
                )
                lines.append(f"2 PLAC {places[died_at]}")
            if remark:
                lines.append(
                    f"1 NOTE Remembered as {first} the {naming.WORK[page % len(naming.WORK)]}."
                )
                lines.append("2 CONT Nothing else was handed down.")
            if family >= 0:
                lines.append(f"1 FAMC @F{family + 1}@")
            lines += [f"1 FAMS @F{f + 1}@" for f in own[own_at[n] : own_at[n + 1]]]
            yield "\n".join(lines)


def _family_records(tree: Tree, kin: Families, told: Details) -> Iterator[str]:
    name, size = tree.name.tolist(), len(kin.husband)
    at, children = kin.at.tolist(), kin.children.tolist()
    for here in chunks(size):
        columns = (range(here.start, here.stop), kin.husband[here].tolist(),
                   kin.wife[here].tolist(), dates(kin.wedding[here]),
                   (kin.wedding[here] >= 0).tolist(), dates(kin.divorce[here]),
                   (kin.divorce[here] >= 0).tolist())  # fmt: skip
        for f, husband, wife, wedding, wed, divorce, parted in zip(*columns, strict=True):
            lines = [f"0 @F{f + 1}@ FAM"]
            if husband >= 0:
                lines.append(f"1 HUSB @I{name[husband]}@")
            if wife >= 0:
                lines.append(f"1 WIFE @I{name[wife]}@")
            lines += [f"1 CHIL @I{name[child]}@" for child in children[at[f] : at[f + 1]]]
            if wed:
                form, place = _FORMS[told.forms[wife, 2]], naming.village(int(tree.village[wife]))
                lines.append(f"1 MARR\n2 DATE {form(*wedding)}\n2 PLAC {place}")
                if told.cited[husband] >= 0:
                    lines += _citation(int(told.cited[husband]), int(told.page[wife]))
            if parted:
                lines.append(f"1 DIV\n2 DATE {_FORMS[0](*divorce)}")
            yield "\n".join(lines)


def _source_records(people: int, villages: int) -> Iterator[str]:
    yield "0 @R1@ REPO\n1 NAME County Record Office"
    for number in range(sources(people)):
        place = naming.village(number % villages).partition(",")[0]
        yield (f"0 @S{number + 1}@ SOUR\n1 TITL Parish register of {place}, book {number + 1}"
               f"\n1 AUTH The parish of {place}\n1 REPO @R1@\n2 CALN PR/{number + 1}")  # fmt: skip


def _head(version: str) -> str:
    if version == "7.0":
        return ("0 HEAD\n1 GEDC\n2 VERS 7.0\n1 SOUR KGBENCH\n2 VERS 1\n1 SUBM @U1@\n1 LANG en"
                "\n0 @U1@ SUBM\n1 NAME Nobody")  # fmt: skip
    return ("0 HEAD\n1 SOUR KGBENCH\n2 VERS 1\n1 SUBM @U1@\n1 GEDC\n2 VERS 5.5.1"
            "\n2 FORM LINEAGE-LINKED\n1 CHAR UTF-8\n1 LANG English"
            "\n0 @U1@ SUBM\n1 NAME Nobody")  # fmt: skip


def write(population: Population, file: TextIO, version: str = "5.5.1") -> Written:
    """Write a population; gives how much it was."""
    tree = population.tree
    kin = families(tree)
    records = lines = size = 0

    def put(found: Iterator[str]) -> None:
        nonlocal records
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
    put(_individuals(population, kin, version))
    put(_family_records(tree, kin, population.told))
    put(_source_records(len(tree.sire), population.villages))
    put(iter(["0 TRLR"]))
    return Written(len(tree.sire), len(kin.husband), sources(len(tree.sire)), records, lines, size)
