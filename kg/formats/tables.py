"""The claims of an archive as a table (CSV), in the columns of its own claims files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from pyoxigraph import DefaultGraph, Literal, Quad, QuerySolution, QuerySolutions, Store

from kg import assets
from kg.formats.statements import write_text
from kg.formats.turtle import Terms
from kg.vocab import KG, canonical_tag

COLUMNS: Final = (
    *("key", "quote", "context", "subject", "predicate", "object", "date", "certainty"),
    *("account", "conflicts", "premises", "rule", "note"),
    *("source", "start", "end", "claim"),
)
"""The thirteen columns of a claims file, then where the quotation stands, and the claim's IRI."""

_DEFAULT: Final = DefaultGraph()
# The csv module quotes a lone carriage return from Python 3.13 on only; readers need it always.
_QUOTED: Final = re.compile(r'[",\r\n]')


def write_csv(
    quads: Iterable[Quad],
    out: BinaryIO,
    prefixes: Mapping[str, str],
    *,
    spreadsheet_safe: bool = False,
) -> int:
    """Write the claims among some quads; returns how many quads of other graphs were left out.

    Whoever has a store at hand saves a copy of it with `write_claims`.
    """
    left_out = 0

    def default() -> Iterator[Quad]:
        nonlocal left_out
        for quad in quads:
            if quad.graph_name == _DEFAULT:
                yield quad
            else:
                left_out += 1

    store = Store()
    store.bulk_extend(default())
    write_claims(store, out, prefixes, spreadsheet_safe=spreadsheet_safe)
    return left_out


def write_claims(
    store: Store,
    out: BinaryIO,
    prefixes: Mapping[str, str],
    *,
    spreadsheet_safe: bool = False,
) -> None:
    """Write the claims of a store, a row each, by source and place (RFC 4180, but LF).

    `spreadsheet_safe` puts an apostrophe before a cell that a spreadsheet would run as a formula;
    such a file is for reading, not for reading back.
    """
    rows = claim_rows(store, prefixes)
    write_text(out, (_line(row, spreadsheet_safe) for row in (COLUMNS, *rows)))


def claim_rows(store: Store, prefixes: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The rows of the table, without the header."""
    terms = Terms(prefixes)
    solutions = store.query(assets.read("queries/export/claims.rq"))
    assert isinstance(solutions, QuerySolutions)
    for row in solutions:
        yield (
            _plain(row, "key"),
            _plain(row, "quote"),
            "",
            _term(row, "subject", terms),
            _term(row, "predicate", terms),
            _term(row, "object", terms) or _code(row, "polarity"),
            _plain(row, "date"),
            _code(row, "certainty"),
            _term(row, "account", terms),
            _keys(row, "conflicts", terms),
            _keys(row, "premises", terms),
            _plain(row, "rule"),
            _plain(row, "note"),
            _term(row, "source", terms),
            _plain(row, "start"),
            _plain(row, "end"),
            _term(row, "claim", terms),
        )


def _plain(row: QuerySolution, name: str) -> str:
    value = row[name]
    if value is None:
        return ""
    return value.value if isinstance(value, Literal) else str(value)


def _term(row: QuerySolution, name: str, terms: Terms) -> str:
    value = row[name]
    if value is None:
        return ""
    if isinstance(value, Literal) and value.language:
        # The store keeps language tags in lower case; RFC 5646 has a case for each part.
        text = str(value)
        return text[: text.rindex('"@') + 2] + canonical_tag(value.language)
    return terms[str(value)]


def _code(row: QuerySolution, name: str) -> str:
    """The word of a code list as claims files write it: `kg:Certain` → `certain`."""
    value = row[name]
    return "" if value is None else str(value).strip("<>").removeprefix(KG).lower()


def _keys(row: QuerySolution, name: str, terms: Terms) -> str:
    """Keys in order; a claim without a key goes by its IRI."""
    keys = sorted(_plain(row, name).split())
    return " ".join(terms[f"<{key}>"] if "://" in key else key for key in keys)


def _line(cells: tuple[str, ...], spreadsheet_safe: bool) -> str:
    if spreadsheet_safe:
        cells = tuple("'" + cell if cell.startswith(tuple("=+-@\t\r")) else cell for cell in cells)
    return ",".join(_cell(cell) for cell in cells) + "\n"


def _cell(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell
