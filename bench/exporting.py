"""The jobs of exporting: Turtle and JSON-LD of a graph, GraphML of its ties; each is read back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import generate
import loading
from contest import Entrant, Setting, contest
from measure import PEERS, Report, child


def measure(report: Report, setting: Setting) -> None:
    """All three formats."""
    triples, store = generate.graph(setting.people), loading.graph_place(setting)
    source = _read(triples, "ntriples", setting)
    for form, name in (("turtle", "Turtle"), ("jsonld", "JSON-LD")):

        def run(who: str, form: str = form) -> dict[str, Any]:
            file = setting.folder / f"{who}.{form}"
            found = child("export_with.py", who, form, triples, store, file,
                          python=sys.executable if who == "kg" else PEERS,
                          limit=setting.patience)  # fmt: skip
            return _checked(found, file, form, setting, source)

        entrants = [
            Entrant("kg, from its store", lambda run=run: run("kg")),
            Entrant("Oxigraph's own, from the store", lambda run=run: run("oxigraph")),
            Entrant("rdflib, from memory", lambda run=run: run("rdflib")),
        ]
        if form == "turtle":
            entrants.append(Entrant("maplib, from memory", lambda run=run: run("maplib")))
        contest(report, f"export {name}, {setting.people:,} people", entrants, setting)
    ties(report, setting, triples, store)


def ties(report: Report, setting: Setting, triples: Path, store: Path) -> None:
    """The graph of ties that kg makes, written by both."""
    nodelink = setting.folder / "ties.json"

    def run(who: str) -> dict[str, Any]:
        file = setting.folder / f"{who}.graphml"
        found = child("export_with.py", who, "graphml", triples, store, file, nodelink,
                      python=sys.executable if who == "kg" else PEERS, limit=setting.patience)  # fmt: skip
        return _checked(found, file, "graphml", setting, None)

    contest(
        report,
        f"export GraphML, {setting.people:,} people",
        [
            Entrant("kg", lambda: run("kg")),
            Entrant("networkx, the same graph", lambda: run("networkx")),
        ],
        setting,
    )


def _read(file: Path, form: str, setting: Setting) -> dict[str, Any]:
    return child("export_with.py", "read", form, file, python=PEERS, limit=setting.limit)


def _checked(
    found: dict[str, Any], file: Path, form: str, setting: Setting, source: dict[str, Any] | None
) -> dict[str, Any]:
    """What was found, with the graph that the file holds when it is read again."""
    if "missing" in found:
        return found
    read = _read(file, form, setting)
    if "missing" in read:
        return {**found, "note": f"{found['note']}; NOT READ AGAIN: {read['missing']}"}
    note = found["note"]
    if source and "answer" in source:
        same = read["answer"] == source["answer"]
        note += "; read again, the same graph" if same else "; READ AGAIN, NOT THE SAME GRAPH"
    return {**found, "answer": read["answer"], "note": note}
