"""The verb that writes an archive in other formats: export."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import options
from kg.cli.output import clean, note, save, say, say_json, table

if TYPE_CHECKING:
    from kg.model.findings import Finding


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("export", epilog="Example: kg export --format jsonld --output lyushkov.jsonld")(
        export
    )


def _complete_format() -> list[tuple[str, str]]:
    from kg.formats import FORMATS

    return [(item.name, item.description) for item in FORMATS]


def export(
    context: typer.Context,
    format_: Annotated[
        str | None,
        typer.Option("--format", "-f", help="The format; by the file's extension where left out, else turtle.",
                     autocompletion=_complete_format),
    ] = None,
    output: options.Output = None,
    claims: Annotated[bool, typer.Option("--claims/--no-claims", help="With the claims, or the facts alone.")] = True,
    inferences: Annotated[
        bool, typer.Option("--inferences/--no-inferences", help="With what was inferred, or without.")
    ] = True,
    texts: Annotated[bool, typer.Option("--texts/--no-texts", help="With the full texts of the sources.")] = False,
    graphs: Annotated[
        bool, typer.Option("--graphs", help="JSON-LD: also the graph of inferred triples by itself.")
    ] = False,
    spreadsheet_safe: Annotated[
        bool, typer.Option("--spreadsheet-safe", help="CSV: put ' before cells that a spreadsheet would compute.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the formats.")] = False,
    archive: options.Archive = None,
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Write the graph in another format.

    RDF in all its forms, graphs for Gephi, GEDCOM, the claims as CSV: see --list.
    """
    from kg import formats

    if list_:
        if as_json:
            say_json([{"name": f.name, "media_type": f.media_type, "extension": f.extension,
                       "description": f.description} for f in formats.FORMATS])  # fmt: skip
        else:
            table(("format", "extension", "description"),
                  [(f.name, f".{f.extension}", f.description) for f in formats.FORMATS])  # fmt: skip
        return
    if format_:
        chosen = formats.get(format_)
    elif output is not None:
        chosen = formats.by_extension(output)
    else:
        chosen = formats.get("turtle")
    from kg.cli.session import open_session
    from kg.facts import viewpoint_of
    from kg.formats.selection import Selection, select

    session = open_session(context)
    selection = Selection(claims=claims, inferences=inferences, texts=texts)
    choices: dict[str, Any] = {}
    if chosen.carries == "ties":
        choices["viewpoint"] = viewpoint_of(session.store)
    if chosen.name == "jsonld" and graphs:
        choices["graphs"] = True
    if chosen.name == "csv" and spreadsheet_safe:
        choices["spreadsheet_safe"] = True
    missing: list[Finding] = []
    if chosen.carries == "families":
        archive_ = session.archive
        choices |= {"report": missing.append, "base": archive_.base, "title": archive_.title,
                    "language": archive_.language}  # fmt: skip
    out = io.BytesIO()
    left_out = formats.write(
        chosen.name,
        select(session.store, selection),
        out,
        dict(session.archive.curies.prefixes),
        **choices,
    )
    body = out.getvalue()
    if output is not None:
        save(output, body)
    elif not as_json:
        sys.stdout.buffer.write(body)
    inferred_twice = chosen.carries == "graph" or (chosen.name == "jsonld" and not graphs)
    if left_out and not inferred_twice and chosen.carries == "dataset":
        note(f"{left_out} statements stand in a graph that {chosen.name} cannot carry")
    for finding in missing if not as_json else ():
        note(f"not in GEDCOM: {session.curie(finding.focus)}: {clean(finding.message)}")
    if as_json:
        say_json({"format": chosen.name, "bytes": len(body), "file": str(output or ""),
                  "left_out": left_out, "findings": [f.to_json() for f in missing]})  # fmt: skip
    elif output is not None:
        say(f"{output}: {chosen.description}, {len(body)} bytes")
