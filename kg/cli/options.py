"""Options that several commands share, and the completion of names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

ARCHIVE_HELP = (
    "The archive's folder [default: the current folder or its nearest parent with kg.toml]."
)


def complete_name(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Names of things that start with what was typed, with their CURIEs; [] where nothing can be read."""
    from kg.archive.settings import find_archive, read_settings
    from kg.errors import KgError
    from kg.index.names import open_names
    from kg.names import beginning
    from kg.store.layout import current_folder, read_info

    try:
        archive = read_settings(find_archive(chosen_archive(context)))
        folder, info = current_folder(archive.built), read_info(archive.built)
        if folder is None or info is None:
            return []
        with open_names(folder / "names", info["digest"]) as names:
            found = beginning(names, incomplete, 50)
        first = {match.name: match.iri for match in reversed(found)}
        return sorted((name, archive.curies.compress(iri)) for name, iri in first.items())
    except KgError:
        return []


def complete_ask(incomplete: str) -> list[tuple[str, str]]:
    """Names of questions that start with what was typed."""
    from kg.query.asks import asks

    return [(ask.name, ask.summary) for ask in asks().values() if ask.name.startswith(incomplete)]


def chosen_archive(context: typer.Context) -> Path:
    """Where to look for the archive: the option, then KG_ARCHIVE, then here."""
    given = context.params.get("archive")
    above = context.find_root().params.get("archive")
    return Path(given or above or os.environ.get("KG_ARCHIVE") or ".")


Archive = Annotated[
    Path | None,
    typer.Option("--archive", "-a", help=ARCHIVE_HELP, show_default=False, metavar="FOLDER"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Language = Annotated[
    str,
    typer.Option(
        "--lang", help="Language of labels and words: en, ru or another that the archive has."
    ),
]
AccordingTo = Annotated[
    list[str] | None,
    typer.Option("--according-to", help="Hear this account only (repeatable): what it says counts as fact.",
                 metavar="ACCOUNT", autocompletion=complete_name),
]  # fmt: skip
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", help="Leave out this source or account (repeatable), and what rests on it.",
                 metavar="SOURCE|ACCOUNT", autocompletion=complete_name),
]  # fmt: skip
MinCertainty = Annotated[
    str | None,
    typer.Option("--min-certainty", help="Hear only claims at least this sure: possible, probable or certain.",
                 metavar="CERTAINTY"),
]  # fmt: skip
Thing = Annotated[
    str,
    typer.Argument(help="A name in any script, a CURIE or an IRI.", autocompletion=complete_name),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to this file instead of the terminal.", metavar="FILE"),
]  # fmt: skip
