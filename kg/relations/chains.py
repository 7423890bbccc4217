"""Chains of descent: in how many ways two people climb to common ancestors, counted exactly.

A line of descent between two people is a pair of chains, one from each up to a common ancestor,
that share nobody else (Wright 1922). Such pairs are counted, not enumerated. Every pair of chains
that end at the same person has a youngest person that is on both: below there it is a line, from
there on the two climb as they like. So the lines that turn between two children of a person are
all pairs of chains to these children, less those that met before:

    D(c, d) = A(c) B(d) - sum over M of L(M) G(M, c) G(M, d)

where A and B count the chains from the two people, G those from a common ancestor M, and L(M) the
lines that turn at M: the sum of D over the pairs of different children of M. The counts are
polynomials in the lengths of the two chains, or, where chains are told apart by the kinds of bond
they are made of, sums of words. The work is that of climbing from each M with lines, whatever the
number of chains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Word = Any
"""How a chain is told: its length, or its bonds as a text, a letter each, from below upwards."""
Bonds = Callable[[int], Sequence[tuple[int, Word]]]
"""The parents or the children of a person, each with what the bond adds to a word."""
Siblings = Callable[[int], Sequence[int]]
"""Stated siblings of a person."""
Keep = Callable[[Word], bool]
"""Whether chains of a word are counted."""
Counts = dict[tuple[Word, Word], int]
"""How many pairs of chains there are of each pair of words."""


class Descent(NamedTuple):
    """Who descends from whom: numbers of parents are lower than those of their children.

    `nothing` is the word of a chain of one person. All parts of a word that is kept must be kept.
    """

    up: Bonds
    down: Bonds
    siblings: Siblings | None = None
    nothing: Word = 0
    keep: Keep | None = None


class Pair(NamedTuple):
    """Two children under the top of lines, the chains below them, and their common parents.

    `tops`: each common parent with what its bond to either child adds; none where the two are
    stated siblings.
    """

    one: int
    other: int
    tops: tuple[tuple[int, Word, Word], ...]
    counts: Counts


class Climb(NamedTuple):
    """A person with all ancestors, and how many chains of which words lead to each."""

    start: int
    ways: Mapping[int, Mapping[Word, int]]


class Tangle(NamedTuple):
    """All lines between two people. `direct`: chains down from `one` to `other`, if there are any;
    `reverse`: those from `other` to `one`.
    """

    descent: Descent
    one: Climb
    other: Climb
    direct: Mapping[Word, int]
    reverse: Mapping[Word, int]
    pairs: Sequence[Pair]


def tangle(one: int, other: int, descent: Descent) -> Tangle:
    """The lines between two different people."""
    nothing = descent.nothing
    known: dict[int, Sequence[tuple[int, Word]]] = {}
    a, b = (Climb(end, _ways(end, 0, descent, known)) for end in (one, other))
    common = sorted(a.ways.keys() & b.ways.keys(), reverse=True)
    tops: dict[tuple[int, int], list[tuple[int, Word, Word]]] = {}
    turns: dict[int, list[tuple[tuple[int, int], Word, Word]]] = {}
    for top in common:
        children = descent.down(top)
        for c, up_c in children:
            if c in a.ways:
                for d, up_d in children:
                    if c != d and d in b.ways:
                        tops.setdefault((c, d), []).append((top, up_c, up_d))
                        turns.setdefault(top, []).append(((c, d), up_c, up_d))
    if descent.siblings is not None:
        for c in a.ways:
            for d in descent.siblings(c):
                if d in b.ways:
                    tops.setdefault((c, d), [])
    partners: dict[int, list[int]] = {}
    for c, d in tops:
        partners.setdefault(c, []).append(d)
    lowest = min(map(min, tops), default=0)
    met: dict[tuple[int, int], Counts] = {}
    found: dict[tuple[int, int], Counts] = {}
    for top in common:
        lines: Counts = {}
        if top == one:
            lines = {(nothing, word): n for word, n in b.ways[top].items()}
        elif top == other:
            lines = {(word, nothing): n for word, n in a.ways[top].items()}
        for pair, up_c, up_d in turns.get(top, ()):
            if pair not in found:
                # Whoever is above or is both children has been dealt with: numbers fall upwards.
                found[pair] = _apart(a.ways[pair[0]], b.ways[pair[1]], met.get(pair))
            for (word, word_d), n in found[pair].items():
                key = (word + up_c, word_d + up_d)
                lines[key] = lines.get(key, 0) + n
        if lines and top >= lowest:
            _meet(_ways(top, lowest, descent, known), lines, partners, met)
    for c, d in tops:
        if (c, d) not in found:
            found[c, d] = _apart(a.ways[c], b.ways[d], met.get((c, d)))
    return Tangle(
        descent, a, b, b.ways.get(one, {}), a.ways.get(other, {}),
        [
            Pair(c, d, tuple(sorted(tops[c, d])), counts)
            for (c, d), counts in sorted(found.items()) if counts
        ],
    )  # fmt: skip


def ancestors(start: int, up: Bonds) -> set[int]:
    """A person and all ancestors."""
    found = {start}
    stack = [start]
    while stack:
        for parent, _ in up(stack.pop()):
            if parent not in found:
                found.add(parent)
                stack.append(parent)
    return found


def _ways(
    start: int, lowest: int, descent: Descent, known: dict[int, Sequence[tuple[int, Word]]]
) -> dict[int, Mapping[Word, int]]:
    """Count all chains from a person up, as far as a number; `known` keeps parents."""
    met = {start}
    stack = [start]
    up, keep = descent.up, descent.keep
    while stack:
        person = stack.pop()
        bonds = known.get(person)
        if bonds is None:
            bonds = known[person] = up(person)
        for parent, _ in bonds:
            if parent not in met and parent >= lowest:
                met.add(parent)
                stack.append(parent)
    ways: dict[int, Mapping[Word, int]] = {start: {descent.nothing: 1}}
    for person in sorted(met, reverse=True):
        chains = ways[person]
        last = None
        for parent, step in known[person]:
            if parent < lowest:
                continue
            if step != last:
                last = step
                longer = {word + step: n for word, n in chains.items()}
                if keep is not None:
                    longer = {word: n for word, n in longer.items() if keep(word)}
            others = ways.get(parent)
            if others is None:
                ways[parent] = longer  # two parents may have the same: nobody changes it
                continue
            total = dict(others)
            for word, n in longer.items():
                total[word] = total.get(word, 0) + n
            ways[parent] = total
    return ways


def _apart(one: Mapping[Word, int], other: Mapping[Word, int], met: Counts | None) -> Counts:
    """All pairs of two sets of chains, less those that meet."""
    if met is None:
        return {(v, w): m * n for v, m in one.items() for w, n in other.items()}
    counts = {}
    for v, m in one.items():
        for w, n in other.items():
            rest = m * n - met.get((v, w), 0)
            if rest:
                counts[v, w] = rest
    return counts


def _meet(
    ways: Mapping[int, Mapping[Word, int]], lines: Counts, partners: Mapping[int, Sequence[int]],
    met: dict[tuple[int, int], Counts],
) -> None:  # fmt: skip
    """Count in `met`, for each pair of children that `ways` lead to, the chains that met below."""
    for c, above_c in ways.items():
        for d in partners.get(c, ()):
            above_d = ways.get(d)
            if above_d is None:
                continue
            counts = met.setdefault((c, d), {})
            for (v, w), n in lines.items():
                for on_c, m in above_c.items():
                    for on_d, k in above_d.items():
                        key = (v + on_c, w + on_d)
                        counts[key] = counts.get(key, 0) + n * m * k


def chains_down(found: Tangle, top: int, word: Word) -> Iterator[tuple[int, ...]]:
    """Each chain of a word between the two people themselves, of whom `top` is the ancestor."""
    nothing = found.descent.nothing
    below = found.other if top == found.one.start else found.one
    for _, chain in _walk(found.descent.down, None, below, (top, nothing, top, word)):
        yield chain


def pairs_down(
    found: Tangle, pair: Pair, word: Word, word_other: Word
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Each pair of chains of these words below two children that share nobody, from above down.

    The order is fixed by the numbers of the people, and the first comes without a search through
    others: states that lead nowhere are tried once.
    """
    start = pair.one, word, pair.other, word_other
    return _walk(found.descent.down, found.one, found.other, start)


_State = tuple[int, Word, int, Word]


def _walk(
    down: Bonds, one: Climb | None, other: Climb, start: _State
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Go down on both sides at once: always on from the older, so that whoever would be on both
    chains is met on one while the other still stands there. Without `one`, on one side alone.
    """
    dead: set[_State] = set()
    path: list[_State] = [start]
    moves = [_moves(down, one, other, start)]
    fruitful = [False]
    if not (start[1] or start[3]):
        yield start[:1], start[2:3]
        return
    while moves:
        state = next(moves[-1], None)
        if state is None:
            moves.pop()
            last = path.pop()
            if fruitful.pop():
                if fruitful:
                    fruitful[-1] = True
            else:
                dead.add(last)
            continue
        if state in dead:
            continue
        if not (state[1] or state[3]):
            fruitful[-1] = True
            whole = [*path, state]
            yield _once(at[0] for at in whole), _once(at[2] for at in whole)
            continue
        path.append(state)
        moves.append(_moves(down, one, other, state))
        fruitful.append(False)


def _moves(down: Bonds, one: Climb | None, other: Climb, state: _State) -> Iterator[_State]:
    c, word, d, word_d = state
    if one is not None and word and (not word_d or c < d):
        for child, rest in _below(down, one, c, word):
            if child != d:
                yield child, rest, d, word_d
    elif word_d:
        for child, rest in _below(down, other, d, word_d):
            if one is None or child != c:
                yield c, word, child, rest


def _below(down: Bonds, climb: Climb, person: int, word: Word) -> Iterator[tuple[int, Word]]:
    """The children a chain of this word may come through, with the word that is left to them."""
    for child, step in down(person):
        if child not in climb.ways:
            continue
        if isinstance(word, str):
            if not word.endswith(step):
                continue
            rest: Word = word[: len(word) - len(step)]
        else:
            rest = word - step
        if rest in climb.ways[child]:
            yield child, rest


def _once(people: Iterator[int]) -> tuple[int, ...]:
    """People in order, without the same one twice running."""
    chain: list[int] = []
    for person in people:
        if not chain or chain[-1] != person:
            chain.append(person)
    return tuple(chain)
