"""What the verbs about kinship share: options, and writing a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Svg = Annotated[
    Path | None,
    typer.Option("--svg", help="Draw the family into this file.", metavar="FILE"),
]
Possible = Annotated[
    bool,
    typer.Option("--include-possible", help="Also by parents and marriages that one version alone has."),
]  # fmt: skip


def save_picture(picture: Any, file: Path) -> None:
    """Lay a family out and write it as SVG."""
    from kg.cli.output import save
    from kg.draw.layout import layout
    from kg.draw.svg import svg

    save(file, svg(layout(picture), key=True).encode())
