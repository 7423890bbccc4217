"""What the verbs about kinship share: options, and writing a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.output import note
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.draw.family import Picture

Svg = Annotated[
    Path | None,
    typer.Option("--svg", help="Draw the family into this file.", metavar="FILE"),
]
Possible = Annotated[
    bool,
    typer.Option("--include-possible", help="Also by parents and marriages that one version alone has."),
]  # fmt: skip


def must_be_svg(file: Path) -> None:
    """KgError where a picture would go into a file that is called something else."""
    if file.suffix.lower() != ".svg":
        raise KgError(f'"{file}": a picture is written as SVG', hint="name it as family.svg")


def save_picture(picture: Picture, file: Path) -> None:
    """Lay a family out and write it as SVG."""
    from kg.cli.output import save
    from kg.draw.layout import layout
    from kg.draw.svg import svg

    save(file, svg(layout(picture), key=True).encode())
    note(f"{file}: {len(picture.people)} people drawn")
