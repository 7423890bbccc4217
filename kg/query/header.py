"""Reads the `#+` header that opens each query file (grlc's convention)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kg.errors import QueryError


class Header(NamedTuple):
    """The header of one file: each key with all its values, in order."""

    name: str
    path: Path
    text: str
    values: Mapping[str, tuple[str, ...]]

    def one(self, key: str, default: str | None = None) -> str:
        """The value of a key that stands once; QueryError where it is missing."""
        found = self.values.get(key)
        if found:
            return found[0]
        if default is None:
            raise QueryError(f'{self.path.name}: the header lacks "#+ {key}: …"',
                             hint="see docs/queries.md for the keys")  # fmt: skip
        return default

    def all(self, key: str) -> tuple[str, ...]:
        """All values of a key."""
        return self.values.get(key, ())


def read_header(path: Path) -> Header:
    """The header and the whole text of a query file."""
    text = path.read_text(encoding="utf-8")
    values: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#+"):
            break
        key, colon, value = line[2:].partition(":")
        if not colon:
            raise QueryError(f"{path.name}: the header line {line!r} has no colon")
        values.setdefault(key.strip(), []).append(value.strip())
    return Header(
        name=path.stem, path=path, text=text, values={k: tuple(v) for k, v in values.items()}
    )
