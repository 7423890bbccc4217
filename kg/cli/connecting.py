"""The verb that connects people: path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.cli.output import clean, say, say_json, style
from kg.errors import UnknownName

if TYPE_CHECKING:
    from kg.relations.paths import Path
    from kg.relations.words import Teller


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("path", epilog="Example: kg path Lyushkov Stalin")(path)


def _complete_kind() -> list[str]:
    from kg.relations.ties import kinds

    return list(kinds())


def path(
    context: typer.Context,
    source: options.Thing,
    target: options.Thing,
    all_: Annotated[bool, typer.Option("--all", help="Every shortest path, not the first alone.")] = False,
    k: Annotated[int, typer.Option("-k", help="The first so many paths, longer ones too.", min=1)] = 1,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only this kind of tie, or family of kinds (repeatable).",
                     autocompletion=_complete_kind, metavar="KIND"),
    ] = None,
    at: Annotated[str, typer.Option("--at", help="Only ties that may hold at this date (EDTF).")] = "",
    since: Annotated[str, typer.Option("--from", help="Only ties that may hold from this date on.")] = "",
    until: Annotated[str, typer.Option("--to", help="Only ties that may hold up to this date.")] = "",
    avoid: Annotated[
        list[str] | None,
        typer.Option("--avoid", help="Not through this person or body (repeatable).",
                     autocompletion=options.complete_name, metavar="NAME"),
    ] = None,
    include_possible: Annotated[
        bool,
        typer.Option("--include-possible", help="Also through what was planned, feared, or told by one version."),
    ] = False,
    format_: Annotated[str, typer.Option("--format", "-f", help="text, mermaid or dot.")] = "text",
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Show how two people are connected.

    Hop by hop, directly or through bodies and happenings, with the words each tie rests on.
    """
    from kg.cli.session import open_session
    from kg.relations.paths import all_shortest, conditions, k_shortest
    from kg.relations.words import Teller
    from kg.vocab import KG

    if format_ not in ("text", "mermaid", "dot"):
        raise UnknownName(f'a path cannot be drawn as "{format_}"', hint="use text, mermaid or dot")
    session = open_session(context)
    ends = session.resolve(source, [KG + "Person"]), session.resolve(target, [KG + "Person"])
    wanted = conditions(
        only=only or (), at=at, since=since, until=until, include_possible=include_possible,
        avoid=[session.resolve(name) for name in avoid or ()],
    )  # fmt: skip
    search = all_shortest(session.ties(), *ends, wanted) if all_ else k_shortest(
        session.ties(), *ends, k, wanted
    )  # fmt: skip
    found, teller = list(search), Teller(session.labels)
    if as_json:
        say_json({"from": session.curie(ends[0]), "to": session.curie(ends[1]),
                  "paths": [teller.document(item) for item in found]})  # fmt: skip
    elif format_ == "text":
        _print(found, teller)
    elif found:
        from kg.relations.pictures import dot, mermaid

        say((mermaid if format_ == "mermaid" else dot)(found, teller).rstrip("\n"))
    if not found:
        if not as_json:
            names = [session.labels.of(iri) for iri in ends]
            hint = (
                ""
                if include_possible
                else "; by plans and rival versions, perhaps: --include-possible"
            )
            say(f"no path: nothing here connects {names[0]} and {names[1]}{hint}")
        raise typer.Exit(1)


def _print(found: list[Path], teller: Teller) -> None:
    for number, item in enumerate(found, start=1):
        if len(found) > 1:
            people = " – ".join(teller.labels.of(iri) for iri in item.people)
            say(("\n" if number > 1 else "") + style(f"{number}. {people}", "cyan"))
        if not item.hops:
            say(clean(teller.text(item)[0]))
        for hop in item.hops:
            say(style(clean(teller.chain(hop)), "bold"))
            for step in hop.steps:
                for line in teller.evidence(step):
                    say(f"    {clean(line)}")
