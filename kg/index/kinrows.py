"""Turns rows about people and their kin into the arrays of the index of kin."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from kg.index.arrays import ALWAYS, NEVER, Section, running, to_day
from kg.index.generations import Descent, Loops, arrange, find_loops
from kg.index.kin import BONDS, SEXES, BondRow, PersonRow, UnionRow

_CODES = {bond: code for code, bond in enumerate(BONDS)}
_KINDS = 8  # above the number of kinds: keys are packed with it
_FEMALE = SEXES.index("f")
_AS_SIRE = (1, 0, 2)  # by code of sex: who is rather taken for the sire; the dam the other way


def sections(
    people: Iterable[PersonRow], bonds: Iterable[BondRow], unions: Iterable[UnionRow],
    siblings: Iterable[tuple[str, str]], twins: Iterable[tuple[str, str]],
    aliases: Iterable[tuple[str, str]],
) -> dict[str, Section]:  # fmt: skip
    """The arrays of the index by name. The same rows give the same arrays in whatever order.

    ValueError where an IRI stands for two people.
    """
    known = _People(people)
    keys, maybe_bonds = _bond_keys(known, bonds)
    lead, mates = _groups(known.count, known.pairs(twins), keys)
    ordered = _ordered(known, keys, lead, mates)
    order, number = ordered.order, ordered.number
    parents, children = _bond_runs(known.count, ordered.keys, number)
    couples, maybe_unions = _couples(known, unions, number)
    texts = [known.iris[place] for place in order]
    first, last, died_first, died_last = (
        array("i", [column[place] for place in order]) for column in known.days
    )
    return {
        "generation": ordered.generation,
        "sire": array("i", [number[ordered.sire[place]] for place in order]),
        "dam": array("i", [number[ordered.dam[place]] for place in order]),
        "twin": array("i", [number[lead[place]] for place in order]),
        "has_twins": bytes([bool(mates)]),
        "inbreeding": array("d"),
        "sexes": bytes([known.sexes[place] for place in order]),
        "dead": bytes([known.dead[place] for place in order]),
        "birth_first": first, "birth_last": last,
        "death_first": died_first, "death_last": died_last,
        **parents, **children, **couples,
        **_siblings(known, siblings, ordered.keys, number),
        "surplus": array("i", sorted(number[place] for place in ordered.surplus)),
        "maybe_bonds": _flat(
            (number[child], number[parent], code) for child, parent, code in maybe_bonds
        ),
        "maybe_unions": maybe_unions,
        "loops_at": running(map(len, ordered.loops), "i"),
        "loops": array("i", [number[place] for loop in ordered.loops for place in loop]),
        **_names(texts, known, number, aliases),
        **_blob("label", [known.labels[place] for place in order]),
    }  # fmt: skip


class _People:
    """The columns of the people by place: the position of a person's IRI among all, sorted."""

    def __init__(self, rows: Iterable[PersonRow]) -> None:
        iris, labels, sexes, dead = [], [], bytearray(), bytearray()
        days = [array("i") for _ in range(4)]
        b1, b2, d1, d2 = (column.append for column in days)
        for iri, label, sex, born, born_last, died, died_last, is_dead in rows:
            iris.append(iri)
            labels.append(label)
            sexes.append(SEXES.index(sex))
            dead.append(is_dead)
            b1(to_day(born, NEVER))
            b2(to_day(born_last, ALWAYS))
            d1(to_day(died, NEVER))
            d2(to_day(died_last, ALWAYS))
        order = sorted(range(len(iris)), key=iris.__getitem__)
        self.count = len(order)
        self.iris = [iris[at] for at in order]
        self.place = {iri: place for place, iri in enumerate(self.iris)}
        if len(self.place) < self.count:
            pairs = zip(self.iris, self.iris[1:], strict=False)
            twice = next(one for one, other in pairs if one == other)
            raise ValueError(f'the IRI "{twice}" stands for two people')
        self.labels = [labels[at] for at in order]
        self.sexes = bytes([sexes[at] for at in order])
        self.dead = bytes([dead[at] for at in order])
        self.days = [array("i", [column[at] for at in order]) for column in days]

    def pairs(self, rows: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
        """Pairs of people by place, the lower first, each once and in order."""
        place = self.place
        found = set()
        for one, other in rows:
            a, b = place.get(one), place.get(other)
            if a is not None and b is not None and a != b:
                found.add((a, b) if a < b else (b, a))
        return sorted(found)


def _bond_keys(
    known: _People, bonds: Iterable[BondRow]
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Each bond once: (child, parent, kind) packed into a number; those only possible apart."""
    place, count = known.place.get, known.count
    sure: set[int] = set()
    maybe: set[int] = set()
    for child, parent, bond, possible in bonds:
        c, p = place(child), place(parent)
        if c is not None and p is not None:
            (maybe if possible else sure).add((c * count + p) * _KINDS + _CODES[bond])
    maybe -= sure
    return sorted(sure), [
        (key // _KINDS // count, key // _KINDS % count, key % _KINDS) for key in sorted(maybe)
    ]


def _groups(
    count: int, pairs: Sequence[tuple[int, int]], keys: Sequence[int]
) -> tuple[array[int], dict[int, list[int]]]:
    """The first of each one's group of identical twins, and by the first the others.

    The first is one of those with the most known parents, so that these count for all.
    """
    lead = array("i", range(count))
    if not pairs:
        return lead, {}

    def root(place: int) -> int:
        while lead[place] != place:
            lead[place] = place = lead[lead[place]]
        return place

    for one, other in pairs:
        lead[root(one)] = root(other)
    groups: dict[int, list[int]] = {}
    for place in sorted(set(chain.from_iterable(pairs))):
        groups.setdefault(root(place), []).append(place)
    twins = set(chain.from_iterable(groups.values()))
    parents = dict.fromkeys(twins, 0)
    for key in keys:
        child = key // _KINDS // count
        if child in twins and key % _KINDS == 0:
            parents[child] += 1
    mates = {}
    for group in groups.values():
        first, *others = sorted(group, key=lambda place: (-parents[place], place))
        mates[first] = others
        for place in group:
            lead[place] = first
    return lead, mates


class _Ordered(NamedTuple):
    """Everybody in order, and what loops of descent had to be cut for it; all by place."""

    order: array[int]
    generation: array[int]
    number: array[int]
    """By place; one more at the end, so that a place of -1 finds -1."""
    sire: array[int]
    dam: array[int]
    surplus: list[int]
    keys: Sequence[int]
    loops: list[tuple[int, ...]]


def _ordered(
    known: _People, keys: Sequence[int], lead: array[int], mates: Mapping[int, Sequence[int]]
) -> _Ordered:
    count = known.count
    loops = Loops([], set())
    while True:
        births = [key // _KINDS for key in keys if not key % _KINDS]
        descent = Descent(
            count,
            array("i", [birth // count for birth in births]),
            array("i", [birth % count for birth in births]),
            lead, mates,
        )  # fmt: skip
        sire, dam, surplus = _two_parents(known, descent)
        order, generation = arrange(descent, sire, dam)
        if len(order) == count:
            break
        loops = find_loops(descent, order, known.days[0], known.days[1])
        cut = {(child * count + parent) * _KINDS for child, parent in loops.cut}
        keys = [key for key in keys if key not in cut]
    number = array("i", bytes(4 * count))
    for new, place in enumerate(order):
        number[place] = new
    number.append(-1)
    return _Ordered(order, generation, number, sire, dam, surplus, keys, loops.loops)


def _two_parents(known: _People, descent: Descent) -> tuple[array[int], array[int], list[int]]:
    """The two parents by birth that coefficients go by, and who has more than two."""
    sire = array("i", [-1]) * known.count
    dam = array("i", sire)
    surplus = []
    children, parents, sexes = descent.children, descent.parents, known.sexes
    at, end = 0, len(children)
    while at < end:
        child, one = children[at], parents[at]
        at += 1
        if at == end or children[at] != child:
            (dam if sexes[one] == _FEMALE else sire)[child] = one
            continue
        run = [one]
        while at < end and children[at] == child:
            run.append(parents[at])
            at += 1
        sire[child], dam[child] = _two(run, sexes)
        if len(run) > 2:
            surplus.append(child)
    return sire, dam, surplus


def _two(parents: Sequence[int], sexes: bytes) -> tuple[int, int]:
    """A male (else unknown) and a female (else unknown) one of several, the first of each."""
    if len(parents) == 2:
        one, other = parents
        swap = _AS_SIRE[sexes[other]] < _AS_SIRE[sexes[one]]
        return (other, one) if swap else (one, other)
    one = min(parents, key=lambda parent: (_AS_SIRE[sexes[parent]], parent))
    rest = (parent for parent in parents if parent != one)
    return one, min(rest, key=lambda parent: (-_AS_SIRE[sexes[parent]], parent))


def _bond_runs(
    count: int, keys: Sequence[int], number: Sequence[int]
) -> tuple[dict[str, Section], dict[str, Section]]:
    """The parents of each by number, and the children of each; runs ascend, by kind within."""
    up = sorted(
        (number[key // _KINDS // count] * count + number[key // _KINDS % count]) * _KINDS
        + key % _KINDS
        for key in keys
    )
    parents = _run(count, up, "parents")
    for at, key in enumerate(up):
        bond, code = divmod(key, _KINDS)
        child, parent = divmod(bond, count)
        up[at] = (parent * count + child) * _KINDS + code
    up.sort()
    return parents, _run(count, up, "children")


def _run(count: int, keys: Sequence[int], name: str) -> dict[str, Section]:
    """Runs out of sorted numbers packed of an owner, another and the kind."""
    sizes = array("i", bytes(4 * count))
    others = array("i")
    kinds = bytearray()
    for key in keys:
        bond, kind = divmod(key, _KINDS)
        owner, other = divmod(bond, count)
        sizes[owner] += 1
        others.append(other)
        kinds.append(kind)
    return {f"{name}_at": running(sizes, "i"), name: others, f"{name}_bond": bytes(kinds)}


def _couples(
    known: _People, unions: Iterable[UnionRow], number: Sequence[int]
) -> tuple[dict[str, Section], array[int]]:
    """The spouses of each with their time, and couples that are only possible.

    Of several rows of a couple the first known begin and the last known end count.
    """
    place = known.place
    sure: dict[tuple[int, int], tuple[int, int, bool]] = {}
    maybe: set[tuple[int, int]] = set()
    for one, other, first, last, ended, possible in unions:
        if one not in place or other not in place or one == other:
            continue
        a, b = number[place[one]], number[place[other]]
        pair = (a, b) if a < b else (b, a)
        if possible:
            maybe.add(pair)
            continue
        begin, end = to_day(first, ALWAYS), to_day(last, NEVER)
        if pair in sure:
            begin, end = min(begin, sure[pair][0]), max(end, sure[pair][1])
            ended = ended or sure[pair][2]
        sure[pair] = begin, end, ended
    sizes = array("i", bytes(4 * known.count))
    spouses, firsts, lasts, over = array("i"), array("i"), array("i"), bytearray()
    for owner, spouse in sorted(chain(sure, ((b, a) for a, b in sure))):
        begin, end, ended = sure[(owner, spouse) if owner < spouse else (spouse, owner)]
        sizes[owner] += 1
        spouses.append(spouse)
        firsts.append(NEVER if begin == ALWAYS else begin)
        lasts.append(ALWAYS if end == NEVER else end)
        over.append(ended)
    return {
        "spouses_at": running(sizes, "i"), "spouses": spouses,
        "spouses_first": firsts, "spouses_last": lasts, "spouses_ended": bytes(over),
    }, _flat(sorted(maybe - sure.keys()))  # fmt: skip


def _siblings(
    known: _People, rows: Iterable[tuple[str, str]], keys: Sequence[int], number: Sequence[int]
) -> dict[str, Section]:
    """Stated siblings of each, without those of whom a common parent by birth is known."""
    pairs = known.pairs(rows)
    parents: dict[int, set[int]] = {place: set() for pair in pairs for place in pair}
    for key in keys if pairs else ():
        bond, kind = divmod(key, _KINDS)
        child, parent = divmod(bond, known.count)
        if kind == 0 and child in parents:
            parents[child].add(parent)
    sizes = array("i", bytes(4 * known.count))
    found = []
    for one, other in pairs:
        if parents[one].isdisjoint(parents[other]):
            for owner, sibling in ((number[one], number[other]), (number[other], number[one])):
                sizes[owner] += 1
                found.append((owner, sibling))
    return {
        "siblings_at": running(sizes, "i"),
        "siblings": array("i", [sibling for _, sibling in sorted(found)]),
    }


def _flat(rows: Iterable[Iterable[int]]) -> array[int]:
    return array("i", chain.from_iterable(rows))


def _names(
    iris: Sequence[str], known: _People, number: Sequence[int],
    aliases: Iterable[tuple[str, str]],
) -> dict[str, Section]:  # fmt: skip
    """The IRIs of people by number and after them other IRIs of theirs; and the order of all."""
    place = known.place
    others: dict[str, int] = {}
    for alias, iri in sorted(set(aliases)):
        if iri in place and alias not in place:
            others.setdefault(alias, number[place[iri]])
    texts = [*iris, *others]
    return {
        **_blob("text", texts),
        "order": array("i", sorted(range(len(texts)), key=texts.__getitem__)),
        "alias": array("i", others.values()),
    }


def _blob(name: str, texts: Sequence[str]) -> dict[str, Section]:
    encoded = [text.encode() for text in texts]
    return {f"{name}_at": running(map(len, encoded)), name: b"".join(encoded)}
