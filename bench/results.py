"""Writes the table of a run as Markdown: `bench/RESULTS.md`, a part for each number of people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HEAD = """# What kg costs beside its peers

Made by `bench/run.py`, which says in its head what it does; do not edit. The ratio is to the first
line of the same job: above 1 is slower than it. Memory is the peak of the process that did the job,
in megabytes. A line without a number says why there is none; an answer that is not that of the
first line is marked NOT THE SAME.
"""
TITLES = {
    "load": "Building and loading", "start": "Cold start", "ask": "Ten questions",
    "validate": "Validation", "export": "Exports", "network": "Ties", "suite": "The W3C's test suite",
}  # fmt: skip


def table(document: dict[str, Any]) -> str:
    """One run as Markdown."""
    machine, people = document["machine"], document["people"]
    versions = ", ".join(f"{name} {n}" for name, n in sorted(document["versions"].items()) if n)
    lines = [
        f"## {people:,} people", "",
        f"`python bench/run.py {people} --runs {document['runs']}"
        f" --patience {document['patience']:g}` on {machine['platform']}, Python"
        f" {machine['python']}, {machine['cores']} cores, load {machine['load']} at the start.", "",
        f"{versions}.",
    ]  # fmt: skip
    theme = job = None
    base = 0.0
    for row in document["rows"]:
        if row.get("theme") != theme:
            theme = row.get("theme")
            lines += ["", f"### {TITLES.get(str(theme), theme)}", "",
                      "| job | who | median | ratio | MB | |", "|---|---|---:|---:|---:|---|"]  # fmt: skip
        first = row["job"] != job
        if first:
            job, base = row["job"], 0.0
        value = row["value"]
        base = base or value or 0.0
        ratio = (
            ""
            if value is None or not base or row["unit"].startswith("of ")
            else _ratio(value / base)
        )
        memory = "" if not row["megabytes"] else f"{row['megabytes']:,.0f}"
        cells = (job if first else "", row["who"], _number(value, row["unit"]), ratio, memory,
                 row["note"].replace("|", "\\|"))  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return (
        f"{value:,.0f} {unit}" if value >= 1000 or unit.startswith("of ") else f"{value:.3g} {unit}"
    )


def _ratio(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.2g}×"


def write(source: Path, target: Path) -> None:
    """Put the table of one run in its place among those of other sizes."""
    document = json.loads(source.read_text(encoding="utf-8"))
    parts: dict[int, str] = {}
    if target.exists():
        for part in target.read_text(encoding="utf-8").split("\n## ")[1:]:
            number = part.split(" ", 1)[0].replace(",", "")
            if number.isdigit():
                parts[int(number)] = "## " + part.rstrip("\n") + "\n"
    parts[document["people"]] = table(document)
    text = "\n".join([HEAD, *(parts[people] for people in sorted(parts))])
    target.write_text(text, encoding="utf-8")
