"""Printing: tables and text for people, JSON for programs, talk to stderr."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import KgError

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
# Control characters (and the bidirectional overrides) in the data must not steer a terminal.
_CONTROL = {
    code: f"\\u{code:04x}"
    for start, end in ((0, 8), (0xB, 0x1F), (0x7F, 0x9F), (0x202A, 0x202E), (0x2066, 0x2069))
    for code in range(start, end + 1)
}


def colour() -> bool:
    """Whether stdout is a terminal that may be coloured (https://no-color.org is heeded)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def style(text: str, name: str) -> str:
    """`text` in a style on a terminal; unchanged into a pipe."""
    return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if colour() else text


def clean(text: str) -> str:
    """`text` with its control characters spelt out."""
    return text.translate(_CONTROL)


def width() -> int | None:
    """Columns of the terminal; None into a pipe, where nothing is wrapped."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None


def note(text: str) -> None:
    """Say something about the work, on stderr."""
    print(text, file=sys.stderr)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr for work that takes over a second; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def say(text: str = "") -> None:
    """Print a line of the answer."""
    print(text)


def say_json(value: Any) -> None:
    """Print the answer as one JSON document."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


def save(path: Path, body: bytes) -> None:
    """Put an answer into a file, whole or not at all; KgError where it cannot be written."""
    from kg.archive.folder import write_file

    if not path.parent.is_dir():
        raise KgError(f'there is no folder "{path.parent}"', hint="make it first, or name another")
    try:
        write_file(path, body)
    except OSError as error:
        raise KgError(f'"{path}" cannot be written: {error.strerror}') from error


def paragraph(text: str, indent: str) -> str:
    """`text` behind an indent, wrapped on a terminal only."""
    columns = width()
    if columns is None:
        return indent + text
    return textwrap.fill(
        text, max(columns, 40), initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], indent: str = "") -> None:
    """An aligned table; on a terminal long cells are folded into it, into a pipe nothing is."""
    cells = [[clean(cell).replace("\n", " ") for cell in row] for row in rows]
    if width() is None:
        widths = [len(name) for name in columns]
        for row in cells:
            widths = [max(w, len(cell)) for w, cell in zip(widths, row, strict=True)]
        lines = [list(columns), ["-" * w for w in widths], *cells]
        for line in lines:
            parts = [cell.ljust(w) for cell, w in zip(line, widths, strict=True)]
            say((indent + "  ".join(parts)).rstrip())
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1))
    for name in columns:
        shown.add_column(name, overflow="fold")
    for row in cells:
        shown.add_row(*(Text(cell) for cell in row))
    Console(no_color=not colour()).print(Padding(shown, (0, 0, 0, len(indent))))
