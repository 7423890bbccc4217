"""Which ties and nodes a path may use, and what using them adds to its weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kg.index.ties import ALWAYS, NEVER, Ties

DOUBTFUL = ALWAYS
"""What a tie weighs more where no fact makes it."""
_PERSON = 0


class Filter(NamedTuple):
    """Conditions by number: kinds and nodes as the index has them, days too.

    With `inside`, the usable ties at each node have been found already: they are all there are.
    """

    ties: Ties
    kinds: frozenset[int] | None = None
    first: int = NEVER
    last: int = ALWAYS
    avoid: frozenset[int] = frozenset()
    include_possible: bool = False
    inside: Mapping[int, Sequence[tuple[int, int]]] | None = None

    def within(self, found: Iterable[int]) -> Filter:
        """The same where nothing but some usable ties is left."""
        source, target = self.ties.source, self.ties.target
        inside: dict[int, list[tuple[int, int]]] = {}
        for tie in sorted(found):
            one, other = source[tie], target[tie]
            inside.setdefault(one, []).append((tie, other))
            inside.setdefault(other, []).append((tie, one))
        return self._replace(inside=inside)

    def around(self, node: int) -> Sequence[tuple[int, int]]:
        """The usable ties at a node, each with the node at its other end."""
        if self.inside is not None:
            return self.inside.get(node, ())
        ties, kinds = self.ties, self.kinds
        found = []
        for tie in ties.at(node):
            if not self.include_possible and ties.is_possible(tie):
                continue
            if kinds is not None and ties.kind[tie] not in kinds:
                continue
            if ties.first[tie] > self.last or ties.last[tie] < self.first:
                continue
            other = ties.source[tie] + ties.target[tie] - node
            if other not in self.avoid:
                found.append((tie, other))
        return found

    def between(self, one: int, other: int) -> list[int]:
        """The usable ties that join two nodes."""
        fewer, more = sorted((one, other), key=self.ties.degree)
        return [tie for tie, found in self.around(fewer) if found == more]

    def weight(self, tie: int) -> int:
        """What a tie adds to the weight of a path."""
        ties = self.ties
        ends = (ties.source[tie], ties.target[tie])
        size = max(0 if ties.sort[end] == _PERSON else ties.size[end] for end in ends)
        return size + DOUBTFUL if ties.is_possible(tie) else size

    def meet(self, one: int, other: int) -> bool:
        """Whether two ties may hold at one time: False only where they surely do not."""
        ties = self.ties
        return ties.first[one] <= ties.last[other] and ties.first[other] <= ties.last[one]
