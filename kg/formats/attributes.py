"""Flattens the attributes of a graph: each one text, number or truth value that XML can carry."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kg.model.findings import Finding, Severity

if TYPE_CHECKING:
    import networkx as nx

# https://www.w3.org/TR/xml/#charsets, with lone surrogates, which no encoding can carry.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACED: Final = "\ufffd"

Flattened = str | int | float | bool
EdgeId = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """The attributes of a graph's nodes and edges, in its order, and what had to be changed."""

    nodes: Mapping[str, Mapping[str, Flattened]]
    edges: Mapping[EdgeId, Mapping[str, Flattened]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An attribute as a table has it; `type` is boolean, long, double or string.

    `id` is unique in the file; nodes and edges may have attributes of the same name.
    """

    id: str
    name: str
    type: str

    def written(self, value: Flattened) -> str:
        """A value of this column as XML Schema writes it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        return repr(float(value)) if self.type == "double" else str(value)


def legal(text: str) -> str:
    """A text with U+FFFD in place of each character that XML 1.0 has no way to write."""
    return _ILLEGAL.sub(_REPLACED, text)


def flattened(graph: nx.MultiDiGraph) -> Flat:
    """Lists joined by "; ", what is None or no number left out, illegal characters replaced."""
    seen: Counter[tuple[str, str, str]] = Counter()
    nodes = {str(node): _flat("nodes", data, seen) for node, data in graph.nodes(data=True)}
    edges = {
        (str(source), str(target), str(key)): _flat("ties", data, seen)
        for source, target, key, data in graph.edges(data=True, keys=True)
    }
    findings = tuple(_finding(*place, count) for place, count in sorted(seen.items()))
    return Flat(nodes=nodes, edges=edges, findings=findings)


def _flat(
    scope: str, data: Mapping[str, Any], seen: Counter[tuple[str, str, str]]
) -> dict[str, Flattened]:
    found: dict[str, Flattened] = {}
    for key, value in data.items():
        name = legal(str(key))
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            seen[scope, name, "missing"] += 1
            continue
        if isinstance(value, list | tuple | set | frozenset):
            parts = value if isinstance(value, list | tuple) else sorted(value, key=str)
            value = "; ".join(str(part) for part in parts)
            seen[scope, name, "list"] += 1
        elif not isinstance(value, str | int | float):
            value = str(value)
            seen[scope, name, "type"] += 1
        if isinstance(value, str) and _ILLEGAL.search(value):
            value = legal(value)
            seen[scope, name, "characters"] += 1
        found[name] = value
    return found


_MESSAGES: Final = {
    "list": (Severity.INFO, 'lists are joined by "; "', "take node-link JSON to keep them"),
    "missing": (Severity.INFO, "values that are missing or no number are left out", ""),
    "type": (Severity.INFO, "values are written as text", ""),
    "characters": (Severity.WARNING, "characters that XML cannot carry are replaced by U+FFFD",
                   "take them out of the labels and quotations"),
}  # fmt: skip


def _finding(scope: str, name: str, change: str, count: int) -> Finding:
    severity, message, hint = _MESSAGES[change]
    return Finding(
        severity=severity, rule="graph-coercion", path=name, hint=hint,
        message=f'"{name}" of {count} {scope}: {message}',
    )  # fmt: skip


def columns(
    prefix: str, rows: Iterable[Mapping[str, Flattened]], without: Collection[str] = ()
) -> dict[str, Column]:
    """The columns of some rows by name, in order of first use; of mixed types, the wider one."""
    types: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            if name not in without:
                types.setdefault(name, set()).add(_type(value))
    return {
        name: Column(id=f"{prefix}{at}", name=name, type=_widest(found))
        for at, (name, found) in enumerate(types.items())
    }


def _type(value: Flattened) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "long" if isinstance(value, int) else "double" if isinstance(value, float) else "string"


def _widest(types: set[str]) -> str:
    if len(types) == 1:
        return next(iter(types))
    return "double" if types == {"long", "double"} else "string"
