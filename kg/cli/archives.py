"""Verbs that make archives and their stores: demo, init, build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.cli.output import bar, clean, note, say, say_json, style
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.archive.reader import Contents


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("demo", epilog="Example: kg demo lyushkov; kg demo --family")(demo)
    app.command("init", epilog='Example: kg init my-archive --title "My family"')(init)
    app.command("build", epilog="Example: kg build --archive lyushkov")(build_)


def demo(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to put it.", show_default="lyushkov or habsburg")
    ] = None,
    family: Annotated[
        bool, typer.Option("--family", help="A family tree instead: the Spanish Habsburgs.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Copy the Lyushkov archive here and show what can be asked."""
    import shutil

    from kg import assets
    from kg.archive.folder import open_archive
    from kg.build import build, fresh_store
    from kg.freshness import is_fresh

    name = "habsburg" if family else "lyushkov"
    source = assets.root() / "data" / name
    folder = folder or Path(name)
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
    (_showcase_family if family else _showcase)(folder)


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


def _showcase_family(folder: Path) -> None:
    """The same for a family tree: two people and how they are related."""
    from kg.cli.app import run

    say(style("What she is to him, by every line:", "bold")
        + f'  kg -a {folder} kin "Charles II of Spain" "Joanna of Castile"')  # fmt: skip
    run(["--archive", str(folder), "kin", "Charles II of Spain", "Joanna of Castile"])
    say()
    say(style("Ask on:", "bold"))
    for line in (
        'kin "Charles II of Spain" "Philip IV" --lang ru         in Russian, Ukrainian, German, French, Hebrew',
        'kin "Charles II of Spain" "Joanna of Castile" --svg family.svg     the family on one page',
        'kin "Charles II of Spain" "Charles V" --evidence      with the record lines behind each step',
        'relatives "Philip IV" --degree 3               the near kin of one person',
        'evidence "Charles II of Spain" birth                    what the record says, line by line',
        "export --format gedcom7                        the tree as GEDCOM 7",
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
    say(f"next: kg -a {folder} import FAMILY.ged, or a text, and write claims about it in claims/")


def build_(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Read and check all files; write nothing.")
    ] = False,
    lines: Annotated[
        bool,
        typer.Option("--lines", help="With --check: each line of a family tree that is not carried."),
    ] = False,
    archive: options.Archive = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Make the store from the archive's files.

    Where the files have faults, every one is told with its place, and the old store stays.
    """
    from kg.archive import read_contents
    from kg.archive.folder import find_archive, open_archive
    from kg.build import build, refuse_faults

    opened = open_archive(find_archive(options.chosen_archive(context)))
    if check:
        with bar("reading") as told:
            contents = read_contents(opened, progress=told)
        refuse_faults(contents)
        _checked(contents, lines, as_json)
        return
    with bar("reading") as told:
        made = build(opened, note if sys.stderr.isatty() else None, told)
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


def _checked(contents: Contents, lines: bool, as_json: bool) -> None:
    found = contents.not_carried()
    if as_json:
        say_json({"claims": len(contents.claims), "findings": [f.to_json() for f in found]})
        return
    if lines:
        for finding in found:
            say(f"{finding.file}:{finding.row}: {finding.column}: {clean(finding.message)}"
                f" | {clean(finding.value)}")  # fmt: skip
        return
    read = [f"{len(contents.claims)} claims"]
    read += [f"{reading.records} records" for _, reading in contents.readings]
    say(f"{', '.join(read)} read, nothing wrong"
        + (f"; {len(found)} line{'s' if len(found) > 1 else ''} not carried or doubtful: --lines"
           if found else ""))  # fmt: skip
