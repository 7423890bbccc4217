"""The verb that adds a source to an archive: import."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.cli.output import bar, clean, note, say, say_json, table
from kg.errors import KgError, ReadError

if TYPE_CHECKING:
    from kg.archive.settings import Archive
    from kg.gedcom.reader import Reading

_TREES = {".ged", ".gdz", ".gedcom"}
_LATER = {".xml", ".csv", ".ttl", ".rdf", ".nt", ".jsonld", ".gramps", ".gpkg"}
_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("import", epilog="Example: kg import family.ged")(import_)


def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="A family tree (GEDCOM 5.5, 5.5.1, 7.0, GEDZip) or a plain text (UTF-8).",
                       show_default=False),
    ],
    title: Annotated[str, typer.Option(help="The source's title.")] = "",
    licence: Annotated[str, typer.Option(help="The source's licence.")] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Read the tree and tell what would be carried; write nothing.")
    ] = False,
    lines: Annotated[
        bool, typer.Option("--lines", help="List every line of the tree that is not carried.")
    ] = False,
    archive: options.Archive = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Add a family tree or a text to the archive as a source.

    The records of a tree are claims: the archive is built at once, and each line that could not be
    carried is counted. A text gets an empty table for the claims about it.
    """
    from kg.archive.folder import add_text, find_archive, open_archive

    if file.suffix.lower() in _LATER:
        raise KgError(f'"{file}": kg imports family trees (GEDCOM) and plain text so far',
                      hint="export a GEDCOM file from the program that wrote it")  # fmt: skip
    if _is_tree(file):
        if check:
            _check(file, lines, as_json)
        else:
            _import_tree(open_archive(find_archive(options.chosen_archive(context))), file, title,
                         licence, lines, as_json)  # fmt: skip
        return
    if check or lines:
        raise KgError(f'"{file}" is no family tree: there are no lines to check',
                      hint="import it without --check and --lines")  # fmt: skip
    opened = open_archive(find_archive(options.chosen_archive(context)))
    source = add_text(opened, file, title=title, licence=licence).sources[-1]
    if as_json:
        say_json(
            {"id": source.id, "file": source.file, "claims": source.claims, "sha256": source.sha256}
        )
        return
    say(f"{source.id}: {source.file}, recorded with its sha256")
    where = os.path.relpath(opened.path / source.claims)
    say(f"next: write claims in {where}, then: kg build")


def _is_tree(file: Path) -> bool:
    """Whether a file is GEDCOM, by its name or by how it begins."""
    if file.suffix.lower() in _TREES:
        return True
    try:
        with file.open("rb") as opened:
            start = opened.read(40)
    except OSError:
        return False
    return start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"0 HEAD")


def _check(file: Path, lines: bool, as_json: bool) -> None:
    from kg.gedcom.reader import Naming, read

    try:
        data = file.read_bytes()
    except OSError as error:
        raise ReadError(f'"{file}" cannot be read: {error.strerror}') from error
    naming = Naming("https://example.org/", "tree", "https://example.org/src-tree",
                    "https://example.org/src-tree-voice")  # fmt: skip
    try:
        with bar(f"reading {file.name}") as told:
            reading = read(data, naming, lambda chunk: None, progress=told)
    except ReadError as error:
        said = error.message.removeprefix("the file: ").removeprefix("the package: ")
        raise ReadError(f'"{file}": {said}', hint=error.hint) from error
    if as_json:
        say_json(_document(reading, {"file": str(file)}))
        return
    _summarise(reading, str(file), lines)


def _import_tree(
    archive: Archive, file: Path, title: str, licence: str, lines: bool, as_json: bool
) -> None:
    from kg.archive.folder import add_gedcom, remove_source
    from kg.build import build

    archive = add_gedcom(archive, file, title=title, licence=licence)
    source = archive.sources[-1]
    try:
        with bar(f"reading {file.name}") as told:
            made = build(archive, note if told else None, told)
    except ReadError as error:
        # A tree that cannot be read at all must not stay; other faults of the archive are told.
        if any(finding.file == source.file for finding in error.findings):
            remove_source(archive, source.id)
            wrong = next(f for f in error.findings if f.file == source.file)
            raise ReadError(f'"{file}": {wrong.message}', hint=wrong.hint) from error
        raise
    reading = dict(made.contents.readings)[source.file]
    if as_json:
        say_json(_document(reading, {"id": source.id, "file": source.file, "sha256": source.sha256,
                                     "seconds": made.seconds}))  # fmt: skip
        return
    say(f"{source.id}: {source.file}, recorded with its sha256")
    _summarise(reading, source.file, lines)
    where = "" if archive.path == Path.cwd() else f" -a {os.path.relpath(archive.path)}"
    if not lines and reading.lost:
        say(f"every such line: kg{where} build --check --lines")
    say(f"next: kg{where} find NAME · kg{where} show NAME · kg{where} kin NAME NAME")


def _summarise(reading: Reading, file: str, lines: bool) -> None:
    """What was read, and by tag what was not carried."""
    people = "person" if reading.people == 1 else "people"
    families = "family" if reading.families == 1 else "families"
    say(f"{reading.people:,} {people}, {reading.families:,} {families} in {reading.records:,} records"
        f" (GEDCOM {reading.version or 'of no version'}, {reading.charset})")  # fmt: skip
    lost = sum(reading.lost.values())
    say(f"{reading.carried:,} of {reading.lines:,} lines carried"
        + (f", {lost:,} not:" if lost else ""))  # fmt: skip
    by_tag: Counter[tuple[str, str]] = Counter(reading.lost)
    rows = [[f"{number:,}", tag, reason] for (tag, reason), number in by_tag.most_common(_SHOWN)]
    if rows:
        table(["lines", "tag", "why"], rows)
    if len(by_tag) > _SHOWN:
        say(f"… and {len(by_tag) - _SHOWN} more kinds")
    doubts = [problem for problem in reading.problems if not problem.lost]
    if doubts:
        say(f"{len(doubts):,} line{'s' if len(doubts) > 1 else ''} read with a doubt, the first:"
            f" {file}:{doubts[0].line}: {clean(doubts[0].reason)}")  # fmt: skip
    if lines:
        for problem in reading.problems:
            say(f"{file}:{problem.line}: {problem.tag}: {clean(problem.reason)}"
                f" | {clean(problem.text)}")  # fmt: skip


def _document(reading: Reading, more: dict[str, object]) -> dict[str, object]:
    return {
        **more,
        "version": reading.version, "charset": reading.charset, "people": reading.people,
        "families": reading.families, "records": reading.records, "lines": reading.lines,
        "carried": reading.carried,
        "lost": [{"tag": tag, "reason": reason, "lines": number}
                 for (tag, reason), number in Counter(reading.lost).most_common()],
        "problems": [problem._asdict() for problem in reading.problems],
    }  # fmt: skip
