"""Opens the archive that a reading command was asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kg.cli.options import chosen_archive
from kg.cli.output import note

if TYPE_CHECKING:
    from kg.view import View


def open_session(
    context: typer.Context, *, language: str = "en", according_to: list[str] | None = None,
    exclude: list[str] | None = None, min_certainty: str | None = None,
) -> View:  # fmt: skip
    """The archive seen from the viewpoint asked for; a stale store is rebuilt, with a word on stderr."""
    from kg.view import open_view

    view = open_view(
        chosen_archive(context), language=language, according_to=according_to or (),
        exclude=exclude or (), min_certainty=min_certainty, progress=note,
    )  # fmt: skip
    context.call_on_close(view.close)
    return view
