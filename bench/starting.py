"""The job of starting: one command from a cold shell, beside what Python and others take."""

from __future__ import annotations

import random
import statistics
import sys
from pathlib import Path
from typing import Any

import generate
import loading
from contest import Setting, command, complaint
from measure import PEERS, Report, Row

TURNS = 10
"""So many people are asked about, each by a process of its own; the first is not counted."""
SCRIPT = """import sys, rdflib
g = rdflib.Graph().parse(sys.argv[1], format="nt")
print(len(list(g.query(sys.argv[2]))))"""


def measure(report: Report, setting: Setting) -> None:
    """In turn, so that what else the machine does falls on all alike; each about another person."""
    archive = loading.archive_place(setting)
    command([loading.KG, "-a", archive, "ask", "people"], setting.limit)  # builds anew if need be
    current = (archive / ".kg" / "current").read_text().strip()
    store = archive / ".kg" / current / "store"
    texts = "texts" in archive.name
    chance = random.Random(3)
    people = [f"d:{'p' if texts else 'tree.I'}{number}"
              for number in chance.sample(range(setting.people), TURNS + 1)]  # fmt: skip
    base = "https://example.org/tree/"
    kg = [loading.KG, "-a", archive]

    def query(person: str) -> str:
        iri = base + person.removeprefix("d:")
        return f"SELECT * {{ <{iri}> ?property ?value }}"

    jobs: dict[str, dict[str, Any]] = {
        "nothing": {
            "python -c pass": lambda person: [sys.executable, "-c", "pass"],
            "kg --version": lambda person: [loading.KG, "--version"],
            "python -c 'import typer'": lambda person: [sys.executable, "-c", "import typer"],
            "oxigraph --version": lambda person: [loading.OXIGRAPH, "--version"],
        },
        "one person": {
            "kg show": lambda person: [*kg, "show", person],
            "kg ask siblings": lambda person: [*kg, "ask", "siblings", person],
            "kg query": lambda person: [*kg, "query", query(person)],
            "oxigraph query, same store": lambda person: [
                loading.OXIGRAPH, "query", "--location", store, "--results-format", "csv",
                "--query", query(person),
            ],
        },
        "a name": {"kg find": lambda person: [*kg, "find", chance.choice(("Ashbury", "Kings", "Golubov"))]},
    }  # fmt: skip
    for job, ways in jobs.items():
        found: dict[str, list[dict[str, Any]]] = {who: [] for who in ways}
        for person in people:
            for who, words in ways.items():
                if not any("missing" in each for each in found[who]):
                    found[who].append(_said(command(words(person), setting.patience)))
        for who, each in found.items():
            if not report.missing(f"cold start: {job}", who, each[-1]):
                times = [one["seconds"] * 1000 for one in each[1:]]
                memory = max(one["megabytes"] for one in each)
                report.add(Row(f"cold start: {job}", who, statistics.median(times), "ms", memory,
                               f"worst {max(times):,.0f} ms of {len(times)}"))  # fmt: skip
        if job == "one person":
            rdflib(report, setting, query("d:p1"))


def rdflib(report: Report, setting: Setting, text: str) -> None:
    """A script that parses the triples of the graph and asks once; they are fewer than a store's."""
    triples: Path = generate.graph(setting.people)
    words = [PEERS, "-c", SCRIPT, triples, text]
    done = command(words, setting.patience) if PEERS.exists() else {"missing": "no peers"}
    if not report.missing("cold start: one person", "rdflib, parse and query", done):
        report.add(Row("cold start: one person", "rdflib, parse and query",
                       done["seconds"] * 1000, "ms", done["megabytes"],
                       "facts of the plain graph; one run"))  # fmt: skip


def _said(done: dict[str, Any]) -> dict[str, Any]:
    """A process that did what it was asked; 1 is an answer too: there is none."""
    if "building" in done.get("err", ""):
        return {"missing": "the store was built anew meanwhile"}
    if done.get("code") == 1 and "rror" in done["err"]:
        return {"missing": complaint(done["err"])}
    return done
