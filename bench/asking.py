"""The job of asking: ten questions about one graph, the same to kg and to its peers."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import generate
import loading
from contest import KGLAB, Setting, Talk, compared
from measure import HERE, PEERS, Report, Row

CASES = 5
"""So many people are asked about; none of them twice."""
NAMES = ("Ashb", "Golub", "Kings", "Ivan", "Marg")
BASE = "https://example.org/tree/"


def questions() -> Iterator[tuple[str, str, list[str], str]]:
    """Name, summary, parameters and text of each."""
    for file in sorted((HERE / "questions").glob("*.rq")):
        text = file.read_text(encoding="utf-8")
        header = dict(
            line[2:].strip().split(":", 1) for line in text.splitlines() if line.startswith("#+")
        )
        yield file.stem, header["summary"].strip(), header["params"].split(), text


def chosen(triples: Path) -> dict[str, list[str]]:
    """People to ask about: of the latest generations, who serve and have parents; the same always."""
    serving, cited, parents = set(), [], {}
    with triples.open(encoding="utf-8") as lines:
        for line in lines:
            subject, predicate, value = line.split(" ", 2)
            if predicate.endswith("#agent>"):
                serving.add(value.split(">")[0][1:])
            elif predicate.endswith("ns#parent>"):
                parents[subject[1:-1]] = value.split(">")[0][1:]
            elif subject.startswith(f"<{BASE}c") and predicate.endswith("#subject>"):
                who = value.split(">")[0][1:]
                if who in parents:
                    cited.append(who)
    chance = random.Random(7)
    late = [person for person in parents if person in serving][-len(parents) // 8 :]
    people = chance.sample(late, min(len(late), 2 * CASES))
    return {"person": people[:CASES], "other": people[CASES:], "name": list(NAMES),
            "cited": chance.sample(cited, min(len(cited), CASES))}  # fmt: skip


def cases(params: list[str], text: str, values: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The query for each choice of its parameters."""
    found = []
    for turn in range(CASES if params else 1):
        chosen = {name: values[name][turn] for name in params}
        said = text
        for name, value in chosen.items():
            said = said.replace(f"${name}", value if name == "name" else f"<{value}>")
        found.append({"text": said, "values": chosen})
    return found


def measure(report: Report, setting: Setting) -> None:
    """Every question to everybody; the engines one after the other, since each keeps its graph."""
    triples, store = generate.graph(setting.people), loading.graph_place(setting)
    values = chosen(triples)
    asked = [
        (name, summary, {"name": name, "runs": 1 + setting.runs, "cases": cases(params, text, values)})
        for name, summary, params, text in questions()
    ]  # fmt: skip
    engines = {
        "kg": ("kg", sys.executable), "Oxigraph, on disk": ("disk", PEERS),
        "Oxigraph, memory": ("memory", PEERS), "maplib, memory": ("maplib", PEERS),
        "rdflib, memory": ("rdflib", PEERS), "kglab, memory": ("kglab", KGLAB),
    }  # fmt: skip
    answers: dict[str, list[dict[str, Any]]] = {}
    for who, (engine, python) in engines.items():
        talk = Talk("questions_with.py", engine, triples, store, python=python)
        told = talk.answers([each[2] for each in asked], setting.patience, setting.limit)
        first = next(told)
        report.document["versions"] |= first.get("versions", {})
        answers[who] = list(told)
    for at, (name, summary, question) in enumerate(asked):
        job = name.replace("-", " ")
        reference = None
        for who in engines:
            found = answers[who][at]
            if report.missing(job, who, found):
                continue
            notes = [f"{found['rows']:,} rows of {len(question['cases'])} cases"]
            if len(question["cases"]) > 1:
                notes.append(f"worst {found['worst'] * 1000:,.3g} ms")
            if reference is None:
                reference = found["answer"]
                notes.insert(0, summary.lower())
            else:
                notes.append(compared(reference, found["answer"]))
            report.add(Row(job, who, found["seconds"] * 1000, "ms", found["megabytes"],
                           "; ".join(notes)))  # fmt: skip
