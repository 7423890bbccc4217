"""Verbs that ask: query (SPARQL) and ask (questions that have a name)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import options
from kg.cli.output import note, paragraph, save, say, say_json, style, table
from kg.errors import QueryError, UnknownName

if TYPE_CHECKING:
    from kg.query.asks import Ask
    from kg.store.embedded import Node, Row
    from kg.view import View

_TABLES = ("table", "json", "xml", "csv", "tsv")
_GRAPHS = ("turtle", "ntriples", "rdfxml", "jsonld")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("ask", epilog="Example: kg ask parents Lyushkov")(ask)
    app.command("query", epilog='Example: kg query "SELECT ?who { ?who kg:fate kg:Purged }"')(query)


def ask(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(help="The question; leave it out to list them all.", autocompletion=options.complete_ask),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Argument(help="Values of its parameters in order, or NAME=VALUE.",
                       autocompletion=options.complete_name),
    ] = None,
    sparql: Annotated[bool, typer.Option("--sparql", help="Print the query that answers it.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how it would be answered and what that takes, and stop.")
    ] = False,
    about: Annotated[bool, typer.Option("--about", help="Say what it answers and which parameters it has.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="List them all as a table in Markdown.")] = False,
    format_: Annotated[str, typer.Option("--format", "-f", help="table, json, csv or tsv.")] = "table",
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Ask a question that has a name, or list them all."""
    from kg.query.asks import as_markdown, bind, get, run, text_for

    if name is None:
        if markdown:
            say(as_markdown().rstrip())
        else:
            _list_asks(as_json, language)
        return
    chosen = get(name)
    if about:
        _describe(chosen, as_json)
        return
    given = _given(chosen, values or [])
    from kg.cli.session import open_session

    session = open_session(context)
    bindings = bind(chosen, given, session.resolve)
    if sparql:
        from kg.store.embedded import text_of

        for parameter, node in bindings.items():
            say(f"# ?{parameter} = {session.archive.curies.compress(text_of(node))}"
                if type(node).__name__ == "NamedNode" else f"# ?{parameter} = {node}")  # fmt: skip
        say(chosen.query.rstrip())
        return
    if explain:
        _explain(session, text_for(chosen, bindings), bindings, as_json)
        return
    answer = run(session.store, chosen, bindings)
    _print_rows(session, answer.columns, answer.rows, "json" if as_json else format_, labelled=True)
    if not answer.rows:
        if not as_json and format_ == "table":
            shown = ", ".join(
                f"{parameter}: {session.labels.text(node)}" for parameter, node in bindings.items()
            )
            note(f"no answer ({chosen.summary[0].lower()}{chosen.summary[1:]}; {shown})" if shown
                 else f"no answer ({chosen.summary})")  # fmt: skip
        raise typer.Exit(1)


def _list_asks(as_json: bool, language: str) -> None:
    from kg.query.asks import asks

    if as_json:
        say_json([_ask_json(item) for item in asks().values()])
        return
    theme = ""
    for item in asks().values():
        if item.theme != theme:
            say(("\n" if theme else "") + style(item.theme, "bold"))
            theme = item.theme
        parameters = " ".join(
            p.name.upper() if p.default else f"[{p.name.upper()}]" for p in item.parameters
        )
        say(f"  {item.name + ' ' + parameters:<44} {item.in_language(language)}")
    say("\nwhat one of them means: kg ask NAME --about; its query: kg ask NAME --sparql")


def _ask_json(item: Ask) -> dict[str, Any]:
    return {
        "name": item.name, "summary": item.summary, "question": item.question,
        "theme": item.theme, "cost": item.cost, "cost_given": item.cost_given,
        "answers": list(item.answers), "examples": list(item.examples),
        "parameters": [
            {"name": p.name, "type": p.type, "default": p.default, "text": p.text}
            for p in item.parameters
        ],
    }  # fmt: skip


def _describe(item: Ask, as_json: bool) -> None:
    from kg.query.asks import COSTS

    if as_json:
        say_json(_ask_json(item))
        return
    say(f"{style(item.name, 'bold')}: {item.summary}")
    say(paragraph(item.question, "  "))
    for p in item.parameters:
        default = f" [default: {p.default}]" if p.default else " [may be left out]"
        say(f"  {p.name:<12} {p.type:<9} {p.text}{default}")
    say(f"  cost: {COSTS[item.cost]}")
    if item.cost_given:
        say(f"  cost with what may be left out: {COSTS[item.cost_given]}")
    for example in item.examples:
        say(f"  {example}")


def _given(chosen: Ask, values: Sequence[str]) -> dict[str, str]:
    """Values by parameter, from values in order and NAME=VALUE."""
    from kg.query.asks import assign

    names = {parameter.name for parameter in chosen.parameters}
    split = [(value, *value.partition("=")) for value in values]
    named = [(name, text) for _, name, equals, text in split if equals and name in names]
    in_order = [value for value, name, equals, _ in split if not (equals and name in names)]
    return assign(chosen, in_order, named)


def query(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(help="SPARQL, a file that holds it, or - for standard input.", show_default=False),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-F", help="Read the query from this file.")] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", "-f",
                     help=f"For rows: {', '.join(_TABLES)}; for triples: {', '.join(_GRAPHS)}."),
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Stop it after so many seconds.", min=0.01)] = 60,
    memory: Annotated[int, typer.Option("--memory", help="Stop it above so many MB.", min=16)] = 2048,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how it would be answered and what that takes, and stop.")
    ] = False,
    output: options.Output = None,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Ask in SPARQL.

    Prefixes need not be declared. The query runs in a process of its own: it changes nothing,
    reaches nothing outside, and can be stopped.
    """
    from kg.cli.session import open_session
    from kg.query import engine
    from kg.query.guard import check, with_prefixes

    sparql, name = _query_text(text, file)
    session = open_session(context)
    graphs = session.store.graphs()
    prefixes = dict(session.archive.curies.prefixes)
    form = check(sparql, prefixes=prefixes, graphs=graphs, name=name)
    if explain:
        _explain(session, with_prefixes(sparql, prefixes, name=name)[0], {}, as_json)
        return
    chosen = "json" if as_json else format_
    choices = _TABLES if form in ("select", "ask") else _GRAPHS
    if chosen is None:
        chosen = choices[0]
    elif chosen not in choices:
        raise UnknownName(
            f'a {form.upper()} cannot be written as "{chosen}"',
            hint=f"use one of: {', '.join(choices)}",
        )
    wire = "ntriples" if choices is _GRAPHS else "json" if chosen == "table" else chosen
    with session.on_disk() as place:
        answer = engine.run(
            place, sparql, format=wire, timeout=timeout, memory_mb=memory, prefixes=prefixes,
            graphs=graphs, name=name,
        )  # fmt: skip
    if chosen == "table":
        if answer.kind == "ask":
            say("yes" if engine.truth(answer) else "no")
        else:
            _print_rows(session, answer.variables, engine.rows(answer), "table", labelled=False)
    else:
        _write(_body(session, answer.body, chosen), output)
    if answer.kind == "ask" and not engine.truth(answer):
        raise typer.Exit(1)


def _explain(session: View, text: str, bindings: Mapping[str, Node], as_json: bool) -> None:
    from kg.query.explain import explain

    plan = explain(session.store, text, bindings)
    if as_json:
        say_json(plan.document())
        return
    for line in plan.lines():
        say(line)


def _query_text(text: str | None, file: Path | None) -> tuple[str, str]:
    """The query and what to call it in messages."""
    if (text is None) == (file is None):
        if text is None and not sys.stdin.isatty():
            return sys.stdin.read(), "standard input"
        raise QueryError(
            "no query" if text is None else "a query and a file are both given",
            hint='kg query "SELECT …", kg query --file questions.rq, or kg query - < questions.rq',
        )
    if text == "-":
        return sys.stdin.read(), "standard input"
    if file is None and text is not None and text.endswith((".rq", ".sparql")) and "{" not in text:
        file = Path(text)
    if file is not None:
        try:
            return file.read_text(encoding="utf-8"), str(file)
        except OSError as error:
            raise QueryError(f'"{file}" cannot be read: {error.strerror}') from error
        except UnicodeDecodeError as error:
            raise QueryError(f'"{file}" is not UTF-8 text', hint="save it as UTF-8") from error
    assert text is not None
    return text, "query"


def _body(session: View, body: bytes, format: str) -> bytes:
    """Triples in our own writers' layout; everything else as the engine wrote it."""
    if format not in _GRAPHS:
        return body
    import io

    import pyoxigraph as ox

    from kg.formats import write

    out = io.BytesIO()
    quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
    write(format, quads, out, dict(session.archive.curies.prefixes))
    return out.getvalue()


def _write(body: bytes, output: Path | None) -> None:
    if output is not None:
        save(output, body)
        return
    sys.stdout.buffer.write(body)
    if body and not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")


def _print_rows(
    session: View, columns: Sequence[str], rows: Sequence[Row], format: str, *, labelled: bool
) -> None:
    from kg.store.claims import compress
    from kg.store.embedded import text_of

    curies = session.archive.curies
    if format == "json":
        say_json([
            {column: compress(node, curies) for column, node in zip(columns, row, strict=True) if node is not None}
            | ({f"{column}Label": session.labels.of(text_of(node))
                for column, node in zip(columns, row, strict=True)
                if type(node).__name__ == "NamedNode"} if labelled else {})
            for row in rows
        ])  # fmt: skip
    elif format in ("csv", "tsv"):
        import csv

        writer = csv.writer(
            sys.stdout, delimiter="," if format == "csv" else "\t", lineterminator="\n"
        )
        writer.writerow(columns)
        writer.writerows([compress(node, curies) for node in row] for row in rows)
    elif format == "table":
        shown = session.labels.text if labelled else lambda node: compress(node, curies)
        if rows:
            table(columns, [[shown(node) for node in row] for row in rows])
        elif not labelled:
            note("no rows")
    else:
        raise UnknownName(
            f'rows cannot be written as "{format}"', hint="use table, json, csv or tsv"
        )
