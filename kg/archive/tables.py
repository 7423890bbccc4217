"""CSV tables of an archive: strict reading with the place of every fault, and writing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model.findings import Finding, Severity

_MOST_LINES = 200  # a cell longer than this is a quote that was never closed


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the 1-based line it starts on, and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The readable rows of a file, in order."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def _fault(file: str, row: int | None, message: str, hint: str, **more: str) -> Finding:
    return Finding(
        severity=Severity.VIOLATION, rule="table", file=file, row=row, message=message, hint=hint,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def decode(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """`data` as UTF-8 text, or None and a finding that gives the line and the byte."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        return None, [
            _fault(
                file,
                line,
                f"byte 0x{byte:02X} is not UTF-8 text",
                "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)",
                value=f"0x{byte:02X}",
            )
        ]


def _records(text: str, file: str) -> Iterable[tuple[int, list[str]] | Finding]:
    """Records with the line they start on; after a stray quote reading goes on at the next line."""
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        record, end = lines[at], at + 1
        while record.count('"') % 2 and end < len(lines) and end - at < _MOST_LINES:
            record += lines[end]
            end += 1
        try:
            cells = next(csv.reader(io.StringIO(record, newline=""), strict=True), [])
            if record.count('"') % 2:
                raise csv.Error
        except csv.Error:
            shown = lines[at].strip()
            yield _fault(
                file,
                at + 1,
                "a stray quote: this row cannot be split into cells",
                'put the whole cell between double quotes and double each quote in it: "a ""b"" c"',
                value=shown if len(shown) <= 80 else shown[:79] + "…",
            )
            at += 1
            continue
        if cells:
            yield at + 1, cells
        at = end


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
        return Table((), ()), findings
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    for record in _records(text, file):
        if isinstance(record, Finding):
            findings.append(record)
            continue
        number, cells = record
        if not columns:
            columns = tuple(cell.strip() for cell in cells)
            header = _check_header(columns, file, number, required, optional, tagged)
            findings += header
            if any(finding.rule == "columns" for finding in header):
                return Table(columns, ()), findings
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
            continue
        if any(cell.strip() for cell in cells):
            rows.append(Row(number, dict(zip(columns, cells, strict=True))))
    if not columns:
        findings.append(
            _fault(file, 1, "the file is empty", f"its first row is: {','.join(required)}")
        )
    return Table(columns, tuple(rows)), findings


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

    for name in required:
        if name not in columns:
            say(f'missing column "{name}"', f"the columns are: {', '.join(required)}", name)
    for name in columns:
        base = name.partition("@")[0]
        known = name in required or name in optional or ("@" in name and base in tagged)
        if columns.count(name) > 1 and f'column "{name}" stands twice' not in {
            finding.message for finding in found
        }:
            say(f'column "{name}" stands twice', "keep one of them", name)
        elif not known:
            allowed = [*required, *optional, *(f"{base}@en" for base in tagged)]
            say(f'unknown column "{name}"', f"the columns are: {', '.join(allowed)}", name)
    return found


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file (RFC 4180 but for the line feed) with these columns; missing cells are empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(column, "") for column in columns])
    return out.getvalue().encode("utf-8")
