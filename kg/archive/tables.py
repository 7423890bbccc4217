"""CSV tables of an archive: strict reading with the place of every fault, and writing."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.model.findings import Finding, Severity
from kg.vocab import is_tag

_SAVE = "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
_PLAIN = re.compile(r'[^",\r\n]*')
_NEXT_LINE = re.compile(r"\r\n|\r|\n")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_MUST_QUOTE = re.compile(r'[",\r\n]')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the 1-based line it starts on, and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The readable rows of a file, in order; `usable` is False where not even its header is.

    `lost` has what seem to be the cells of rows that cannot be read.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    usable: bool = True
    lost: frozenset[str] = frozenset()


def _fault(file: str, row: int | None, message: str, hint: str, **more: str) -> Finding:
    return Finding(
        severity=Severity.VIOLATION, rule="table", file=file, row=row, message=message, hint=hint,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def decode(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """`data` as UTF-8 text without its byte order mark, or None and a finding with line and byte."""
    body = data.removeprefix(codecs.BOM_UTF8)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in body[:2]:
        return None, [
            _fault(file, 1, "this is UTF-16, not UTF-8 text", _SAVE, value=f"0x{body[:2].hex()}")
        ]
    try:
        return body.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        byte = f"0x{body[error.start]:02X}"
        return None, [_fault(file, line, f"byte {byte} is not UTF-8 text", _SAVE, value=byte)]


class _StrayQuote(Exception):
    """A double quote that neither opens nor closes a cell: its offset, and how many cells precede."""

    def __init__(self, at: int, cells: int) -> None:
        super().__init__(at, cells)
        self.at, self.cells = at, cells


def _record(text: str, at: int) -> tuple[list[str], int]:
    """The cells of the record at `at` and where the next one starts (RFC 4180, any line end)."""
    cells: list[str] = []
    while True:
        if text.startswith('"', at):
            parts = []
            close = at
            while True:
                open_, close = close + 1, text.find('"', close + 1)
                if close < 0:
                    raise _StrayQuote(at, len(cells))
                parts.append(text[open_:close])
                close += 1
                if not text.startswith('"', close):
                    break
            cells.append('"'.join(parts))
            opened, at = at, close
        else:
            match = _PLAIN.match(text, at)
            assert match is not None  # it matches the empty cell too
            cells.append(match[0])
            opened = at = match.end()
        if text.startswith(",", at):
            at += 1
            continue
        line_end = _LINE_END.match(text, at)
        if line_end is None:
            # Where a cell goes on over lines, the quote that opened it is the one to look at.
            spans = _NEXT_LINE.search(text, opened, at)
            raise _StrayQuote(opened if spans else at, len(cells) - 1)
        return cells, line_end.end()


def _records(text: str) -> Iterator[tuple[int, list[str] | _StrayQuote, str]]:
    """Records with the line they start on and as written; a stray quote spoils its line only.

    The standard library's reader will not do: it takes a quote inside an unquoted cell for text,
    and after an error nobody knows where it stands.
    """
    at, line = 0, 1
    while at < len(text):
        start = at
        try:
            cells, at = _record(text, at)
            yield line, cells, text[start:at]
        except _StrayQuote as stray:
            next_line = _NEXT_LINE.search(text, start)
            at = next_line.end() if next_line else len(text)
            yield line, _StrayQuote(stray.at - start, stray.cells), text[start:at]
        line += len(_NEXT_LINE.findall(text, start, at))


def read_table(
    data: bytes, file: str, *, required: Sequence[str], optional: Sequence[str] = (),
    tagged: Sequence[str] = (),
) -> tuple[Table, list[Finding]]:  # fmt: skip
    """The rows of a CSV file and every fault in its form.

    `tagged` names columns that come once per language, as `label@en`, `label@ru`. Cells are
    stripped of spaces around them only in the header; quotations keep every character.
    """
    text, findings = decode(data, file)
    if text is None:
        return Table((), (), False), findings
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    lost: set[str] = set()
    for number, cells, written in _records(text):
        if isinstance(cells, _StrayQuote):
            shown = written[max(0, cells.at - 40) : cells.at + 40].strip()
            findings.append(
                _fault(
                    file,
                    number,
                    "a stray quote: this row cannot be split into cells",
                    "put the whole cell between double quotes and double each quote in it:"
                    ' "a ""b"" c"',
                    column=columns[cells.cells] if cells.cells < len(columns) else "",
                    value=shown,
                )
            )
            if not columns:  # this was the header: no row after it has a meaning
                return Table((), (), False), findings
            lost.update(written.strip().split(","))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = tuple(cell.strip() for cell in cells)
            findings += _check_header(columns, file, number, required, optional, tagged)
            if any(columns.count(name) != 1 for name in required):
                return Table(columns, (), False), findings
            continue
        if len(cells) != len(columns):
            findings.append(
                _fault(
                    file,
                    number,
                    f"{len(cells)} cells where the header has {len(columns)}",
                    "put cells that contain commas between double quotes; keep empty cells",
                    value=",".join(cells)[:80],
                )
            )
            lost.update(cells)
            continue
        rows.append(Row(number, dict(zip(columns, cells, strict=True))))
    if not columns:
        findings.append(
            _fault(file, 1, "the file is empty", f"its first row is: {','.join(required)}")
        )
    return Table(columns, tuple(rows), bool(columns), frozenset(lost)), findings


def _check_header(
    columns: Sequence[str], file: str, row: int, required: Sequence[str], optional: Sequence[str],
    tagged: Sequence[str],
) -> list[Finding]:  # fmt: skip
    found: list[Finding] = []

    def say(message: str, hint: str, column: str) -> None:
        found.append(
            Finding(
                severity=Severity.VIOLATION, rule="columns", file=file, row=row, column=column,
                message=message, hint=hint, value=",".join(columns),
            )
        )  # fmt: skip

    separator = next((mark for mark in ";\t|" if mark in columns[0]), None)
    if len(columns) == 1 and separator:
        shown = {"\t": "tabs"}.get(separator, f'"{separator}"')
        say(f"the cells are separated by {shown}, not by commas",
            "save the file as CSV with commas", required[0])  # fmt: skip
        return found
    for name in required:
        if name not in columns:
            say(f'missing column "{name}"', f"the columns are: {', '.join(required)}", name)
    for name in columns:
        base, at, tag = name.partition("@")
        known = name in required or name in optional or (at and base in tagged)
        if columns.count(name) > 1 and f'column "{name}" stands twice' not in {
            finding.message for finding in found
        }:
            say(f'column "{name}" stands twice', "keep one of them", name)
        elif not known:
            allowed = [*required, *optional, *(f"{base}@en" for base in tagged)]
            say(f'unknown column "{name}"', f"the columns are: {', '.join(allowed)}", name)
        elif at and not is_tag(tag):
            say(f'"{tag}" is no language', "write its code, as en, ru or ru-Latn", name)
    return found


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file (RFC 4180 but for the line feed) with these columns; missing cells are empty."""
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return "".join(",".join(map(_cell, line)) + "\n" for line in lines).encode("utf-8")


def _cell(text: str) -> str:
    # The standard library's writer leaves a lone carriage return bare, and readers end the row.
    return '"' + text.replace('"', '""') + '"' if _MUST_QUOTE.search(text) else text
