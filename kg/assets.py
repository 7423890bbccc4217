"""Finds the shipped files (ontology, shapes, queries, data) in a checkout and in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """The folder that holds `ontology/`, `shapes/`, `queries/` and `data/`."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    # An editable install leaves a copy in the wheel's place; the working tree must win.
    if (checkout / "ontology").is_dir():
        return checkout
    return package / "_assets"


def read(path: str) -> str:
    """The text of one shipped file, e.g. `ontology/kg.ttl`."""
    return (root() / path).read_text(encoding="utf-8")


def files(folder: str, suffix: str) -> tuple[Path, ...]:
    """The shipped files of `folder` (subfolders included) with that suffix, sorted by path."""
    return tuple(sorted((root() / folder).rglob(f"*{suffix}")))
