"""Ways to match one triple pattern with a relation, for each row that comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.store.columns import Relation

if TYPE_CHECKING:
    from kg.store.matching import Row, Rows, Step

End = tuple[int, int]
"""The place of a variable and -1, or -1 and the number of a constant."""


def joined(relation: Relation, s: End, o: End, subject_known: bool, object_known: bool) -> Step:
    """Match with one relation; what is surely known of a row before decides the way."""
    (s_at, s_is), (o_at, o_is) = s, o

    def both(rows: Rows) -> Iterator[Row]:
        has = relation.holds
        for row in rows:
            if has(row[s_at] if s_at >= 0 else s_is, row[o_at] if o_at >= 0 else o_is):
                yield row

    def ahead(rows: Rows) -> Iterator[Row]:
        forward = relation.forward
        for row in rows:
            found = forward(row[s_at] if s_at >= 0 else s_is)
            if not found:
                continue
            known = row[o_at]
            for value in found:
                if known < 0:
                    new = row[:]
                    new[o_at] = value
                    yield new
                elif known == value:
                    yield row

    def behind(rows: Rows) -> Iterator[Row]:
        back = relation.back
        for row in rows:
            found = back(row[o_at] if o_at >= 0 else o_is)
            if not found:
                continue
            known = row[s_at]
            for value in found:
                if known < 0:
                    new = row[:]
                    new[s_at] = value
                    yield new
                elif known == value:
                    yield row

    def free(rows: Rows) -> Iterator[Row]:
        for row in rows:
            subject, obj = row[s_at], row[o_at]
            if subject >= 0 and obj >= 0:
                yield from both((row,))
            elif subject >= 0:
                yield from ahead((row,))
            elif obj >= 0:
                yield from behind((row,))
            else:
                yield from _all(relation.pairs(), row, s_at, o_at)

    if subject_known and object_known:
        return both
    if subject_known:
        return ahead
    return behind if object_known else free


def perhaps(relation: Relation, s_at: int, o_at: int) -> Step:
    """Match with one relation, of which the subject is known, whatever there is."""

    def step(rows: Rows) -> Iterator[Row]:
        forward = relation.forward
        for row in rows:
            found = forward(row[s_at])
            known = row[o_at]
            if not found or known >= 0:
                yield row
                continue
            for value in found:
                new = row[:]
                new[o_at] = value
                yield new

    return step


def _all(pairs: Iterable[tuple[int, int]], row: Row, s_at: int, o_at: int) -> Iterator[Row]:
    for subject, obj in pairs:
        if s_at == o_at and subject != obj:
            continue
        new = row[:]
        new[s_at] = subject
        new[o_at] = obj
        yield new


def scanned(
    pairs: Sequence[tuple[int, int]], s: End, o: End, p_at: int | None, predicate: int
) -> Step:
    """Match with a few pairs alone, each in turn."""
    (s_at, s_is), (o_at, o_is) = s, o

    def step(rows: Rows) -> Iterator[Row]:
        for row in rows:
            for subject, obj in pairs:
                new = row[:]
                if _fits(new, s_at, s_is, subject) and _fits(new, o_at, o_is, obj) and (
                    p_at is None or _fits(new, p_at, -1, predicate)
                ):  # fmt: skip
                    yield new

    return step


def _fits(row: Row, at: int, is_: int, value: int) -> bool:
    """Whether a value can stand at this place; it stands there afterwards."""
    if at < 0:
        return is_ == value
    if row[at] < 0:
        row[at] = value
        return True
    return row[at] == value


def varied(relations: Mapping[int, Relation], s: End, o: End, p_at: int) -> Step:
    """Match with the relation that each row names."""
    joins: dict[tuple[int, bool, bool], Step] = {}

    def step(rows: Rows) -> Iterator[Row]:
        for row in rows:
            predicate = row[p_at]
            if predicate < 0:
                raise QueryError("a property that nothing names cannot be matched with columns",
                                 hint="name it with VALUES")  # fmt: skip
            relation = relations.get(predicate)
            if relation is None:
                continue
            known = s[0] < 0 or row[s[0]] >= 0, o[0] < 0 or row[o[0]] >= 0
            key = (predicate, *known)
            if key not in joins:
                joins[key] = joined(relation, s, o, *known)
            yield from joins[key]((row,))

    return step


def closed(along: Sequence[tuple[Relation, bool]], s: End, o: End, *, itself: bool) -> Step:
    """Match with the closure of some relations, from whichever end is known."""

    def around(start: int, turned: bool) -> set[int]:
        seen = {start} if itself else set()
        todo = [start]
        while todo:
            node = todo.pop()
            for relation, against in along:
                for other in (relation.back if against != turned else relation.forward)(node):
                    if other not in seen:
                        seen.add(other)
                        todo.append(other)
        return seen

    def step(rows: Rows) -> Iterator[Row]:
        for row in rows:
            subject = row[s[0]] if s[0] >= 0 else s[1]
            obj = row[o[0]] if o[0] >= 0 else o[1]
            if subject >= 0 and obj >= 0:
                if obj in around(subject, False):
                    yield row
                continue
            if subject < 0 and obj < 0:
                raise QueryError("a closure needs one of its ends", hint="bind it before")
            for value in sorted(around(obj if subject < 0 else subject, subject < 0)):
                new = row[:]
                new[s[0] if subject < 0 else o[0]] = value
                yield new

    return step
