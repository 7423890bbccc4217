"""The verb that measures the net of people: network."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kg.cli import options
from kg.cli.output import note, save, say, say_json, table
from kg.errors import UnknownName

if TYPE_CHECKING:
    import networkx as nx

    from kg.relations.measures import Centrality, Measures

_FORMATS = ("table", "csv", "json", "graphml", "gexf", "nodelink")
_GRAPHS = ("graphml", "gexf", "nodelink")
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("network", epilog="Example: kg network --by betweenness")(network)


def _complete_kind() -> list[str]:
    from kg.relations.ties import kinds

    return list(kinds())


def _complete_measure() -> list[str]:
    from kg.relations.measures import MEASURES

    return list(MEASURES)


def network(
    context: typer.Context,
    by: Annotated[
        str,
        typer.Option("--by", help="Order by degree, betweenness, pagerank or constraint.",
                     autocompletion=_complete_measure, metavar="MEASURE"),
    ] = "degree",
    most: Annotated[
        int | None,
        typer.Option("--most", "-n", help="How many people at the most [default: 20 in a table, else all].",
                     min=1, show_default=False),
    ] = None,
    components: Annotated[bool, typer.Option("--components", help="Who is connected at all.")] = False,
    communities: Annotated[
        bool, typer.Option("--communities", help="Circles: who is tied more closely with each other.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only this kind of tie, or family of kinds (repeatable).",
                     autocompletion=_complete_kind, metavar="KIND"),
    ] = None,
    include_possible: Annotated[
        bool,
        typer.Option("--include-possible", help="Also ties by what was planned, feared, or told by one version."),
    ] = False,
    format_: Annotated[
        str | None,
        typer.Option("--format", "-f", help="table, csv, json; or the whole graph: graphml, gexf, nodelink.",
                     autocompletion=lambda: list(_FORMATS), show_default=False),
    ] = None,
    output: options.Output = None,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Show who is central, who joins circles, and which circles there are."""
    from kg.cli.session import open_session
    from kg.relations.graph import to_networkx
    from kg.relations.measures import annotated, groups, measure, ranked

    if components and communities:
        raise typer.BadParameter("choose one of --components and --communities")
    chosen = _format(format_, output, as_json)
    if chosen in _GRAPHS and (components or communities or most):
        raise typer.BadParameter(f"{chosen} holds the whole graph, with the numbers of all people")
    session = open_session(context)
    graph = to_networkx(
        session.store, language=language, kinds=only or None, include_possible=include_possible,
        title=session.archive.title, base=session.archive.base,
    )  # fmt: skip
    measures = measure(graph)
    people = ranked(measures, by)
    _remark(measures, session.labels.of)
    if chosen in _GRAPHS:
        _write(_graph(chosen, annotated(graph, measures)), chosen, output, as_json)
    elif components or communities:
        part: Literal["component", "community"] = "component" if components else "community"
        found = groups(measures, part)[:most]
        if chosen == "json":
            body = _json([_group_json(part, group) for group in found])
        else:
            body = _rows(chosen, *_of_groups(part, found))
        _write(body, chosen, output, as_json)
    else:
        shown = people[: most or (_SHOWN if chosen == "table" else None)]
        if chosen == "json":
            body = _json([_person_json(person) for person in shown])
        else:
            body = _rows(chosen, *_of_people(shown, chosen))
        _write(body, chosen, output, as_json)
        if chosen == "table" and len(shown) < len(people):
            note(f"… and {len(people) - len(shown)} more: --most {len(people)}")
    if not people:
        note("there are no people in this archive")
        raise typer.Exit(1)


def _format(name: str | None, output: Path | None, as_json: bool) -> str:
    """The format by its name, by the end of the file's name, or by --json; else a table.

    With a file, --json is for what is said of the file.
    """
    if name is not None and name not in _FORMATS:
        raise UnknownName(
            f'no format here is called "{name}"', hint=f"formats: {', '.join(_FORMATS)}"
        )
    end = output.suffix[1:].lower() if output is not None else ""
    chosen = name or (end if output is not None else "json" if as_json else "table")
    if as_json and chosen != "json" and output is None:
        raise typer.BadParameter(f"write {chosen} to a file (-o), or leave out --json")
    if output is not None and (chosen == "table" or chosen not in _FORMATS):
        raise UnknownName(
            f'"{output}": not clear in what format',
            hint=f"name one with --format: {', '.join(_FORMATS[1:])}",
        )
    return chosen


Table = tuple[Sequence[str], list[Sequence[str]]]


def _of_people(people: Sequence[Centrality], chosen: str) -> Table:
    def number(value: float | None) -> str:
        if value is None:
            return ""
        if chosen != "table":
            return repr(value)
        return f"{value:.3f}" if value >= 0.001 or not value else f"{value:.1e}"

    columns = ("person", "id", "degree", "betweenness", "pagerank", "constraint", "broker",
               "component", "community")  # fmt: skip
    return columns, [
        (p.label, p.curie, str(p.degree), number(p.betweenness), number(p.pagerank),
         number(p.constraint), "yes" if p.is_broker else "", str(p.component), str(p.community))
        for p in people
    ]  # fmt: skip


def _of_groups(part: str, found: Sequence[Sequence[Centrality]]) -> Table:
    return (part, "size", "people"), [
        (str(getattr(group[0], part)), str(len(group)), "; ".join(p.label for p in group))
        for group in found
    ]


def _person_json(person: Centrality) -> dict[str, Any]:
    values = person.to_json()
    return {"id": values.pop("curie"), **values}


def _group_json(part: str, group: Sequence[Centrality]) -> dict[str, Any]:
    people = [{"id": p.curie, "iri": p.iri, "label": p.label} for p in group]
    return {part: getattr(group[0], part), "size": len(group), "people": people}


def _json(document: list[dict[str, Any]]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _rows(chosen: str, columns: Sequence[str], rows: list[Sequence[str]]) -> bytes:
    """Rows as CSV; those of a table are printed at once."""
    if chosen == "table":
        if rows:
            table(columns, rows)
        return b""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((columns, *rows))
    return text.getvalue().encode()


def _graph(chosen: str, graph: nx.MultiDiGraph) -> bytes:
    from kg.formats import graphs

    write = {"graphml": graphs.graphml, "gexf": graphs.gexf, "nodelink": graphs.nodelink}[chosen]
    out = io.BytesIO()
    write(graph, out)
    if chosen != "nodelink":
        for finding in graphs.coercions(graph):
            note(finding.message)
    return out.getvalue()


def _write(body: bytes, chosen: str, output: Path | None, as_json: bool) -> None:
    if output is None:
        sys.stdout.buffer.write(body)
        return
    save(output, body)
    if as_json:
        say_json({"format": chosen, "bytes": len(body), "file": str(output)})
    else:
        say(f"{output}: {chosen}, {len(body)} bytes")


def _remark(measures: Measures, label: Callable[[str], str]) -> None:
    if measures.pivots is not None:
        note(f"betweenness is estimated from {measures.pivots} people, as there are so many")
    if measures.unpaired:
        named = ", ".join(label(iri) for iri in measures.unpaired[:5])
        more = f" and {len(measures.unpaired) - 5} more" if len(measures.unpaired) > 5 else ""
        note(f"with so many people that it counts as one neighbour: {named}{more}")
