"""Verbs that make archives and their stores: demo, init, import, build."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli import options
from kg.cli.output import note, say, say_json, style
from kg.errors import KgError


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("demo", epilog="Example: kg demo lyushkov")(demo)
    app.command("init", epilog='Example: kg init my-archive --title "My family"')(init)
    app.command("import", epilog='Example: kg import letter.txt --title "A letter of 1937"')(
        import_
    )
    app.command("build", epilog="Example: kg build --archive lyushkov")(build_)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it.")] = Path("lyushkov"),
    as_json: options.Json = False,
) -> None:
    """Copy the Lyushkov archive here and show what can be asked."""
    import shutil

    from kg import assets
    from kg.archive.folder import open_archive
    from kg.build import build, fresh_store, is_fresh

    source = assets.root() / "data" / "lyushkov"
    if folder.exists() and not (folder / "kg.toml").is_file():
        raise KgError(
            f'"{folder}" exists and is no archive', hint="name another folder: kg demo NAME"
        )
    copied = not folder.exists()
    if copied:
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".kg"))
    archive = open_archive(folder)
    fresh = is_fresh(archive)
    if not fresh:
        build(archive)
    store = fresh_store(archive)
    assert store.info is not None
    counts = store.info["counts"]
    if as_json:
        say_json({"archive": str(folder), "copied": copied, "built": not fresh, "counts": counts})
        return
    what = "copied to" if copied else "already in"
    say(f'"{archive.title}": {what} {folder}/, {"up to date" if fresh else "built"}.')
    say(
        f"{counts['claims']} claims, each with the words it rests on, by {counts['accounts']} voices;"
        f" {counts['facts']} facts, {counts['inferred']} inferred."
    )
    say()
    _showcase(folder)


def _showcase(folder: Path) -> None:
    """What a newcomer sees first: one question answered, and what to ask next."""
    from kg.cli.app import run

    say(
        style("All accounts of his end, side by side:", "bold")
        + f"  kg -a {folder} evidence Lyushkov fate --brief"
    )
    run(["--archive", str(folder), "evidence", "Lyushkov", "fate", "--brief"])
    say()
    say(style("The chain to the man of whom one version says that he shot him:", "bold")
        + f"  kg -a {folder} path Lyushkov Takeoka")  # fmt: skip
    run(["--archive", str(folder), "path", "Lyushkov", "Takeoka"])
    say()
    say(style("Ask on:", "bold"))
    for line in (
        "show Lyushkov                     all that is known of him",
        "ask                               the questions that have a name",
        "ask fate-of-relatives Lyushkov    what became of his family, and by whose account",
        "timeline Lyushkov                 his life in order, as surely as it can be told",
        "path Lyushkov Stalin              how two people are connected",
        'query "SELECT ?who { ?who kg:fate kg:Purged }"',
        "validate                          what is wrong or doubtful",
        "export --format turtle            the whole graph",
    ):
        say(f"  kg -a {folder} {line}")


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    title: Annotated[str, typer.Option(help="The archive's title.")] = "",
    base: Annotated[
        str, typer.Option(help="The IRI that the archive's own IRIs start with; ends in / or #.")
    ] = "",
    as_json: options.Json = False,
) -> None:
    """Start an empty archive."""
    from urllib.parse import quote

    from kg.archive.folder import init_archive

    name = folder.resolve().name
    # example.org is reserved for such use (RFC 2606): it can never be somebody's own.
    archive = init_archive(
        folder, title=title or name, base=base or f"https://example.org/{quote(name)}/"
    )
    if as_json:
        say_json({"archive": str(folder), "title": archive.title, "base": archive.base})
        return
    say(f'"{archive.title}" starts in {folder}/')
    say(f"  kg.toml        its settings; base {archive.base}")
    say("  entities.csv   the people, places, bodies and happenings; accounts.csv the voices")
    say(f"next: kg -a {folder} import TEXT.txt, then write claims about it in claims/")


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A plain text, UTF-8.", show_default=False)],
    title: Annotated[str, typer.Option(help="The source's title.")] = "",
    licence: Annotated[str, typer.Option(help="The source's licence.")] = "",
    archive: options.Archive = None,
    as_json: options.Json = False,
) -> None:
    """Add a plain text to the archive as a source.

    It gets an empty table for the claims about it, and its sha256 is recorded.
    """
    from kg.archive.folder import add_text, find_archive, open_archive

    if file.suffix.lower() in {".ged", ".gedz", ".xml", ".csv", ".ttl", ".rdf", ".nt", ".jsonld"}:
        raise KgError(
            f'"{file}": kg imports plain text only so far', hint="GEDCOM, tables and RDF come later"
        )
    opened = open_archive(find_archive(options.chosen_archive(context)))
    source = add_text(opened, file, title=title, licence=licence).sources[-1]
    if as_json:
        say_json(
            {"id": source.id, "file": source.file, "claims": source.claims, "sha256": source.sha256}
        )
        return
    say(f"{source.id}: {source.file}, recorded with its sha256")
    table = os.path.relpath(opened.path / source.claims)
    say(f"next: write claims in {table}, then: kg build")


def build_(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Read and check all files; write nothing.")
    ] = False,
    archive: options.Archive = None,
    as_json: options.Json = False,
) -> None:
    """Make the store from the archive's files.

    Where the files have faults, every one is told with its place, and the old store stays.
    """
    from kg.archive import read_contents
    from kg.archive.folder import find_archive, open_archive
    from kg.build import build, refuse_faults

    opened = open_archive(find_archive(options.chosen_archive(context)))
    if check:
        contents = read_contents(opened)
        refuse_faults(contents)
        say_json({"claims": len(contents.claims), "findings": []}) if as_json else say(
            f"{len(contents.claims)} claims read, nothing wrong"
        )
        return
    made = build(opened, note if sys.stderr.isatty() else None)
    if as_json:
        say_json({"counts": made.counts, "digest": made.digest, "seconds": made.seconds})
        return
    counts = made.counts
    say(
        f"{counts['claims']} claims about {counts['things']} things, from {counts['sources']}"
        f" source{'s' if counts['sources'] != 1 else ''}: {counts['facts']} facts,"
        f" {counts['inferred']} inferred, {counts['quads']} triples"
        f" ({sum(made.seconds.values()):.1f} s)"
    )
