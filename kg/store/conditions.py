"""Conditions and values in questions over columns; what is an error in SPARQL is None here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.errors import QueryError
from kg.store.columns import Columns, plain
from kg.store.patterns import FALSE, TRUE, Call, Constant, Group, Term, Variable
from kg.vocab import XSD

Row = list[int]
Value = Callable[[Row], int | str | bool | None]
"""A term by its number, a plain string, a truth value, or None: no value, or an error."""

_DATE = f'"^^<{XSD}date>'.encode()


class Conditions:
    """Turns expressions into functions of a row."""

    def __init__(
        self, columns: Columns, places: Mapping[str, int],
        exists: Callable[[Group], Callable[[Row], bool]],
    ) -> None:  # fmt: skip
        self._columns, self._places, self._exists = columns, places, exists

    def truth(self, expression: Call | Term) -> Callable[[Row], bool]:
        """Whether a condition holds; an error is no."""
        value = self._value(expression)
        return lambda row: value(row) is True

    def value(self, expression: Call | Term) -> Callable[[Row], int | None]:
        """The number of the term that an expression gives."""
        value, number = self._value(expression), self._columns.number
        true, false = number(TRUE.text.encode()), number(FALSE.text.encode())

        def term(row: Row) -> int | None:
            found = value(row)
            if isinstance(found, bool):
                return true if found else false
            if isinstance(found, str):
                raise QueryError("a string cannot be bound to a name over columns")
            return found

        return term

    def _value(self, expression: Call | Term) -> Value:
        if isinstance(expression, Variable):
            place = self._places[expression.name]
            return lambda row: row[place] if row[place] >= 0 else None
        if isinstance(expression, Constant):
            if expression in (TRUE, FALSE):
                return lambda row: expression == TRUE
            constant = self._columns.number(expression.text.encode())
            return lambda row: constant
        if expression.group is not None:
            return self._exists(expression.group)
        parts = [self._value(part) for part in expression.parts]
        made = _CALLS.get(expression.name)
        if made is None:
            raise QueryError(f"{expression.name} cannot be used over columns")
        return made(self._columns, *parts)


def _not(columns: Columns, inner: Value) -> Value:
    def value(row: Row) -> bool | None:
        found = inner(row)
        return None if found is None else found is False

    return value


def _or(columns: Columns, one: Value, other: Value) -> Value:
    def value(row: Row) -> bool | None:
        first = one(row)
        if first is True:
            return True
        second = other(row)
        return True if second is True else None if first is None or second is None else False

    return value


def _and(columns: Columns, one: Value, other: Value) -> Value:
    def value(row: Row) -> bool | None:
        first = one(row)
        if first is False:
            return False
        second = other(row)
        return False if second is False else None if first is None or second is None else True

    return value


def _in(columns: Columns, one: Value, *others: Value) -> Value:
    def value(row: Row) -> bool | None:
        found = one(row)
        return None if found is None else any(other(row) == found for other in others)

    return value


def _equal(columns: Columns, one: Value, other: Value) -> Value:
    def value(row: Row) -> bool | None:
        first, second = one(row), other(row)
        return None if first is None or second is None else first == second

    return value


def _compared(wanted: tuple[int, ...]) -> Callable[[Columns, Value, Value], Value]:
    def made(columns: Columns, one: Value, other: Value) -> Value:
        def value(row: Row) -> bool | None:
            first, second = one(row), other(row)
            if isinstance(first, str) and isinstance(second, str):
                return (first > second) - (first < second) in wanted
            a, b = _day(columns, first), _day(columns, second)
            return None if a is None or b is None else (a > b) - (a < b) in wanted

        return value

    return made


def _day(columns: Columns, found: int | str | bool | None) -> tuple[int, bytes] | None:
    """What orders days: the year as a number, month and day as text."""
    if found is None or isinstance(found, str | bool):
        return None
    term = columns.texts[found]
    if not term.endswith(_DATE):
        return None
    day = term[1 : -len(_DATE)]
    return int(day[:-6]), day[-6:]


def _str(columns: Columns, inner: Value) -> Value:
    def value(row: Row) -> str | None:
        found = inner(row)
        return plain(columns.texts[found]) if isinstance(found, int) else found

    return value


def _coalesce(columns: Columns, *parts: Value) -> Value:
    def value(row: Row) -> int | str | bool | None:
        return next((found for part in parts if (found := part(row)) is not None), None)

    return value


def _if(columns: Columns, condition: Value, yes: Value, no: Value) -> Value:
    def value(row: Row) -> int | str | bool | None:
        found = condition(row)
        return None if found is None else yes(row) if found is True else no(row)

    return value


def _bound(columns: Columns, inner: Value) -> Value:
    return lambda row: inner(row) is not None


_CALLS: Mapping[str, Callable[..., Value]] = {
    "!": _not, "||": _or, "&&": _and, "IN": _in, "=": _equal,
    "!=": lambda columns, one, other: _not(columns, _equal(columns, one, other)),
    "<": _compared((-1,)), ">": _compared((1,)), "<=": _compared((-1, 0)),
    ">=": _compared((0, 1)), "STR": _str, "COALESCE": _coalesce, "IF": _if, "BOUND": _bound,
}  # fmt: skip
