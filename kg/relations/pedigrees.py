"""Reads out of a store who is kin to whom by parents, marriage and statement, for the index of kin.

Facts make kin; what only a rival claim says is marked possible. People who are known to be one
(`kg:samePerson`, as far as the store's viewpoint takes it for a fact) become one person, who is
found under every IRI; the first IRI in order stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, groupby
from pathlib import Path
from typing import Final, NamedTuple

from kg import assets
from kg.facts import combine
from kg.index.pedigree import (
    NEVER,
    BondRow,
    Pedigree,
    PersonRow,
    UnionRow,
    in_memory,
    to_day,
    write,
)
from kg.model.kin import Bond
from kg.relations.coefficients import inbreeding
from kg.store.embedded import Store
from kg.store.reading import Reading, StoreReading
from kg.vocab import ET, KG, RDF, RDFS, Curies

PARENTS: Final[dict[str, Bond]] = {
    KG + "parent": Bond.BIRTH,
    KG + "adoptiveParent": Bond.ADOPTIVE,
    KG + "fosterParent": Bond.FOSTER,
    KG + "stepParent": Bond.STEP,
    KG + "sealingParent": Bond.SEALING,
}
"""The properties that lead to a parent, and the bond that each means."""

_BY_BIRTH = {KG + "father": Bond.BIRTH, KG + "mother": Bond.BIRTH}
_SEXES = {KG + "Male": "m", KG + "Female": "f"}
_SPOUSE = KG + "spouse"
_Bounds = tuple[str, str]
_Pair = tuple[str, str]


class KinRows(NamedTuple):
    """What `kg.index.pedigree` is made from; each part can be gone through once."""

    people: Iterable[PersonRow]
    bonds: Iterable[BondRow]
    unions: Iterable[UnionRow]
    siblings: Iterable[_Pair]
    twins: Iterable[_Pair]
    aliases: Iterable[_Pair]


def write_pedigree(path: Path, source: Store | Reading, build: str) -> None:
    """Write the index of kin of a store to a new file, with everybody's inbreeding."""
    people, bonds, unions, siblings, twins, aliases = kin_rows(source)
    write(path, people, bonds, unions, siblings, twins, build,
          aliases=aliases, inbreeding=inbreeding)  # fmt: skip


def pedigree_of(store: Store) -> Pedigree:
    """The same for a store that has no file, such as that of a viewpoint."""
    people, bonds, unions, siblings, twins, aliases = kin_rows(store)
    return in_memory(people, bonds, unions, siblings, twins,
                     aliases=aliases, inbreeding=inbreeding)  # fmt: skip


def kin_rows(source: Store | Reading) -> KinRows:
    """Everybody in a store and how they are kin: a few queries, whatever the number of people."""
    store: Reading = StoreReading(source) if isinstance(source, Store) else source
    people = {iri for iri, class_ in store.pairs(RDF + "type") if class_ == KG + "Person"}
    same = _one_person(store, people)
    lives = _lives(store, same)
    rivals = sorted(_rows(store, "kin-rivals"))
    return KinRows(
        people=_people(store, people, same, lives),
        bonds=_bonds(store, same, rivals),
        unions=_unions(store, same, lives, rivals),
        siblings=((same.get(a, a), same.get(b, b)) for a, b in _rows(store, "kin-siblings")),
        twins=(
            (same.get(a, a), same.get(b, b)) for a, b in store.pairs(KG + "identicalTwin")
        ),
        aliases=sorted(same.items()),
    )  # fmt: skip


def _rows(store: Reading, query: str) -> Iterator[tuple[str, ...]]:
    return store.texts(assets.read(f"queries/model/{query}.rq"))


def _one_person(store: Reading, people: set[str]) -> dict[str, str]:
    """For each IRI that means the same as one before it in order, the first of them."""
    first: dict[str, str] = {}

    def root(iri: str) -> str:
        while iri in first:
            iri = first[iri]
        return iri

    for one, other in store.pairs(KG + "samePerson"):
        a, b = sorted((root(one), root(other)))
        if a != b and one in people and other in people:
            first[b] = a
    return {iri: root(iri) for iri in first}


class _Life(NamedTuple):
    """Bounds of birth and death, and whether someone is known to be dead."""

    born: _Bounds = ("", "")
    died: _Bounds = ("", "")
    dead: bool = False


def _lives(store: Reading, same: Mapping[str, str]) -> dict[str, _Life]:
    told: dict[str, dict[str, list[tuple[str | None, str | None]]]] = {}
    for person, what, first, last in _rows(store, "kin-lives"):
        spans = told.setdefault(same.get(person, person), {}).setdefault(what, [])
        spans.append((first or None, last or None))
    dead = {same.get(iri, iri) for iri, fate in store.pairs(KG + "fate") if fate == KG + "Died"}
    return {
        person: _Life(
            born=_bounds(spans.get("birth"), spans.get("baptism")),
            died=_bounds(spans.get("death"), spans.get("burial")),
            dead=person in dead or "death" in spans or "burial" in spans,
        )
        for person, spans in told.items()
    } | {person: _Life(dead=True) for person in dead - told.keys()}


def _bounds(
    own: list[tuple[str | None, str | None]] | None,
    after: list[tuple[str | None, str | None]] | None,
) -> _Bounds:
    """The bounds of a happening, and where it has no last day, that of what came after it."""
    first, last = combine(own) if own else (None, None)
    if last is None and after:
        last = combine(after)[1]
    return first or "", last or ""


def _people(
    store: Reading, people: set[str], same: Mapping[str, str], lives: Mapping[str, _Life]
) -> Iterator[PersonRow]:
    labels: dict[str, tuple[bool, str, str]] = {}
    for iri, language, label in store.literals(RDFS + "label"):
        if iri in people:
            rank = (language.partition("-")[0] != "en", language, label)
            if iri not in labels or rank < labels[iri]:
                labels[iri] = rank
    sexes: dict[str, str] = {}
    for iri, gender in store.pairs(KG + "gender"):
        iri, sex = same.get(iri, iri), _SEXES.get(gender, "")
        # Who is said to be both is of unknown sex.
        sexes[iri] = sex if sexes.get(iri, sex) == sex else ""
    curies = Curies(store.prefixes)
    nobody = _Life()
    for iri in people:
        if iri not in same:
            label = labels[iri][2] if iri in labels else curies.compress(iri)
            born, died, dead = lives.get(iri, nobody)
            yield PersonRow(iri, label, sexes.get(iri, ""), *born, *died, dead)


def _bonds(
    store: Reading, same: Mapping[str, str], rivals: Iterable[tuple[str, ...]]
) -> Iterator[BondRow]:
    for predicate, bond in PARENTS.items():
        for child, parent in store.pairs(predicate):
            yield BondRow(same.get(child, child), same.get(parent, parent), bond)
    known = PARENTS | _BY_BIRTH
    for child, predicate, parent in rivals:
        if predicate in known:
            bond = known[predicate]
            yield BondRow(same.get(child, child), same.get(parent, parent), bond, True)


class _Told(NamedTuple):
    """What is told of a couple: bounds of weddings and divorces, and of dated claims with a date."""

    weddings: list[_Bounds]
    divorces: list[_Bounds]
    claims: list[tuple[str, str, str]]


def _unions(
    store: Reading, same: Mapping[str, str], lives: Mapping[str, _Life],
    rivals: Iterable[tuple[str, ...]],
) -> Iterator[UnionRow]:  # fmt: skip
    def pair(one: str, other: str) -> _Pair:
        one, other = same.get(one, one), same.get(other, other)
        return (one, other) if one < other else (other, one)

    couples = {pair(one, other): _Told([], [], []) for one, other in store.pairs(_SPOUSE)}
    for one, other, date, first, last in _rows(store, "kin-spouses"):
        couples[pair(one, other)].claims.append((date, first, last))
    events = groupby(sorted(_rows(store, "kin-marriages")), key=lambda row: row[:2])
    for (_, kind), rows in events:
        present: dict[str, _Bounds] = {
            same.get(person, person): (first, last) for _, _, person, first, last in rows
        }
        for one, other in combinations(sorted(present), 2):
            # More than two: a priest or a witness; then it is known otherwise who the couple is.
            if len(present) == 2 or (one, other) in couples:
                told = couples.setdefault((one, other), _Told([], [], []))
                where = told.weddings if kind == ET + "Marriage" else told.divorces
                where.append(present[one])
    for (one, other), told in couples.items():
        yield UnionRow(one, other, *_time(told, lives.get(one), lives.get(other)))
    for one, predicate, other in rivals:
        if predicate == _SPOUSE:
            yield UnionRow(*pair(one, other), possible=True)


def _time(told: _Told, *lives: _Life | None) -> tuple[str, str, bool]:
    """First and last day of a marriage, and whether it is known to have ended.

    It begins with the wedding, else with the date of the claim, and ends by divorce (unless they
    married again), else by the first death, else with a claim whose date is an interval.
    """
    begins = [first for first, _ in told.weddings] or [first for _, first, _ in told.claims]
    first = min(filter(None, begins), key=_order, default="")
    divorced = max((last for _, last in told.divorces), key=_order, default=None)
    again = divorced and any(begin and _order(begin) > _order(divorced) for begin in begins)
    if divorced is not None and not again:
        return first, divorced, True
    dead = [life.died[1] for life in lives if life and life.dead]
    if dead:
        return first, min(filter(None, dead), key=_order, default=""), True
    ends = [last for date, _, last in told.claims if "/" in date and last]
    return first, max(ends, key=_order, default=""), bool(ends)


def _order(day: str) -> int:
    return to_day(day, NEVER)
