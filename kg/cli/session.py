"""Opens the archive that a reading command was asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kg.cli.options import chosen_archive
from kg.cli.output import note

if TYPE_CHECKING:
    from kg.view import View


def open_session(context: typer.Context) -> View:
    """The archive seen from the viewpoint that the command's options choose.

    A stale store is rebuilt, with a word on stderr. The options are those that reading commands
    share (`options.py`); a command that lacks one has its default.
    """
    from kg.view import open_view

    chosen = context.params
    view = open_view(
        chosen_archive(context),
        language=chosen.get("language", "en"),
        according_to=chosen.get("according_to") or (),
        exclude=chosen.get("exclude") or (),
        min_certainty=chosen.get("min_certainty"),
        progress=note,
    )
    context.call_on_close(view.close)
    return view
