"""Sorts the rows of a query outside the engine, which would read both terms at each comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyoxigraph as ox

from kg.store.embedded import Node, Row
from kg.vocab import XSD

_TAIL = re.compile(r"\bORDER\s+BY\b([^{}]*)\Z", re.IGNORECASE)
_HEAD = re.compile(
    r"^\s*SELECT\b(?P<distinct>\s+DISTINCT\b)?(?P<columns>[^{]*?)(?P<end>\s*(?:WHERE\s*)?)\{",
    re.IGNORECASE | re.MULTILINE,
)
_VARIABLE = re.compile(r"[?$](\w+)\Z")
_DIRECTION = re.compile(r"(ASC|DESC)\s*(?=\()", re.IGNORECASE)
_HIDDEN = "kgOrder"
_NUMBERS = frozenset(
    XSD + name
    for name in (
        "integer", "decimal", "double", "float", "long", "int", "short", "byte",
        "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger",
        "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_DATES = frozenset(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))


@dataclass(frozen=True, slots=True)
class Unordered:
    """A SELECT without its ORDER BY.

    `keys` are the columns to sort by and whether the greatest comes first; the last `hidden`
    columns were added for that and are no part of the answer.
    """

    text: str
    keys: tuple[tuple[str, bool], ...]
    hidden: int


@lru_cache(maxsize=256)
def without_order(text: str) -> Unordered | None:
    """A query that gives the same rows in any order; None where the engine has to sort them.

    That is so for one without ORDER BY, with LIMIT (the engine keeps no more than it needs), with
    `SELECT *`, or with DISTINCT and a key that is no column.
    """
    tail, head = _TAIL.search(text), _HEAD.search(text)
    if tail is None or head is None or "*" in re.sub(r"\([^()]*\*[^()]*\)", "", head["columns"]):
        return None
    conditions = _split(tail[1])
    if not conditions:
        return None
    shown = set(_columns(head["columns"]))
    keys: list[tuple[str, bool]] = []
    added: list[str] = []
    for condition in conditions:
        expression, descending = condition
        variable = _VARIABLE.match(expression)
        name = variable[1] if variable else f"{_HIDDEN}{len(added)}"
        if variable is None:
            added.append(f"({expression} AS ?{name})")
        elif name not in shown:
            added.append(f"?{name}")
            shown.add(name)
        keys.append((name, descending))
    if head["distinct"]:
        # An expression of columns alone makes no two rows out of one; a further variable may.
        inside = {each for line in added for each in re.findall(r"[?$](\w+)", line)}
        if not all(name in shown or name.startswith(_HIDDEN) for name in inside):
            return None
        if any(not line.startswith("(") for line in added):
            return None
    at = head.end("columns")
    more = "".join(f" {column}" for column in added)
    return Unordered(
        text=f"{text[:at]}{more}{text[at : tail.start()]}", keys=tuple(keys), hidden=len(added)
    )


def _columns(head: str) -> list[str]:
    """The names that a SELECT gives: bare variables, and what stands after AS."""
    found: list[str] = []
    depth = 0
    for part in re.findall(r"[()]|\bAS\b\s*[?$]\w+|[?$]\w+", head, re.IGNORECASE):
        depth += (part == "(") - (part == ")")
        if part[:2].upper() == "AS" or (depth == 0 and part[0] in "?$"):
            found.append(re.split(r"[?$]", part)[-1])
    return found


def _split(tail: str) -> list[tuple[str, bool]]:
    """The conditions of an ORDER BY: each expression, and whether it is DESC.

    Empty where there is more behind them, such as LIMIT.
    """
    found: list[tuple[str, bool]] = []
    rest = re.sub(r"(?m)^\s*#.*$", "", tail).strip()
    while rest:
        direction = _DIRECTION.match(rest)
        descending = bool(direction and direction[1].upper() == "DESC")
        rest = rest[direction.end() :] if direction else rest
        if rest.startswith("("):
            end = _closing(rest)
            expression = rest[1 : end - 1].strip()
        elif (variable := re.match(r"[?$]\w+", rest)) is not None:
            end, expression = variable.end(), variable[0]
        else:
            return []
        found.append((expression, descending))
        rest = rest[end:].strip()
    return found


def _closing(text: str) -> int:
    """The place behind the bracket that closes the first one; strings may hold brackets."""
    depth = 0
    for match in re.finditer(r"\"[^\"]*\"|'[^']*'|<[^<>\s]*>|[()]", text):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0:
            return match.end()
    return len(text)


def in_order(rows: list[Row], columns: Sequence[str], keys: Sequence[tuple[str, bool]]) -> None:
    """Sort rows in place as SPARQL 1.1 orders terms (15.1), what is left open settled.

    Unbound first, then blank nodes, IRIs, literals. Numbers stand by value before other literals,
    dates by time, and all else by the characters of its text.
    """
    places = [(columns.index(name), descending) for name, descending in keys]
    for descending, group in reversed([(d, list(g)) for d, g in groupby(places, itemgetter(1))]):
        rows.sort(key=_key([place for place, _ in group]), reverse=descending)


def _key(places: Sequence[int]) -> Callable[[Row], Any]:
    known: dict[Node | None, Any] = {None: (0, "")}

    def of_node(node: Node | None) -> Any:
        found = known.get(node)
        if found is None:
            found = known[node] = _rank(node)
        return found

    if len(places) == 1:
        place = places[0]
        return lambda row: of_node(row[place])
    return lambda row: [of_node(row[place]) for place in places]


def _rank(node: Node | None) -> tuple[Any, ...]:
    if isinstance(node, ox.NamedNode):
        return (2, node.value)
    if isinstance(node, ox.BlankNode):
        return (1, node.value)
    if not isinstance(node, ox.Literal):
        return (9, str(node))
    text, datatype = node.value, node.datatype.value
    if datatype in _NUMBERS:
        try:
            return (3, float(text), text)
        except ValueError:
            pass
    elif datatype in _DATES and text.startswith("-"):  # of two years before Christ the greater
        year, dash, day = text[1:].partition("-")
        return (4, f"-{10**9 - int(year):010}{dash}{day}" if year.isdigit() else text)
    return (4, text, node.language or "", datatype)
