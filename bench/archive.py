"""Times the main jobs on the Lyushkov archive, beside rdflib and networkx, in one run.

    python bench/archive.py [--runs N] [--json FILE]

Answers are compared before times; a job whose peer gives another answer says so. Medians of
several runs, in milliseconds. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import rdflib

import kg
from kg import assets
from kg.archive import open_archive
from kg.build import build, nquads
from kg.query import asks
from kg.relations.paths import shortest
from kg.store.embedded import text_of

QUESTIONS = ("parents", "postings", "fate-accounts", "participants", "source-claims")


def median(work: Callable[[], Any], runs: int) -> float:
    """Milliseconds, median of `runs` after one run that is not counted."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def shell(*command: str) -> Callable[[], Any]:
    """A whole process, as a user starts it: with the compiled modules that Python keeps."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=False, capture_output=True, env=environment)


def answer_of(view: kg.View, name: str) -> tuple[list[tuple[str, ...]], dict[str, Any]]:
    chosen = asks.get(name)
    bindings = asks.bind(chosen, {}, view.resolve)
    answer = asks.run(view.store, chosen, bindings)
    return [tuple(text_of(node) for node in row) for row in answer.rows], bindings


def rdflib_answer(
    dataset: rdflib.Dataset, name: str, bindings: dict[str, Any]
) -> list[tuple[str, ...]]:
    terms = {
        key: rdflib.URIRef(node.value)
        if type(node).__name__ == "NamedNode"
        else rdflib.Literal(node.value, datatype=node.datatype.value)
        for key, node in bindings.items()
    }
    result = dataset.query(asks.get(name).query, initBindings=terms)
    names = [str(variable) for variable in result.vars or []]
    kept = [place for place, column in enumerate(names) if column not in bindings]
    return [tuple("" if row[p] is None else str(row[p]) for p in kept) for row in result]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    runs = options.runs
    results: list[dict[str, Any]] = []

    def report(
        job: str, ours: float, peer: str = "", theirs: float | None = None, note: str = ""
    ) -> None:
        ratio = None if theirs is None else theirs / ours
        results.append({"job": job, "kg_ms": round(ours, 3), "peer": peer,
                        "peer_ms": None if theirs is None else round(theirs, 3),
                        "ratio": None if ratio is None else round(ratio, 2), "note": note})  # fmt: skip
        beside = "" if theirs is None else f"{peer:<28}{theirs:>11.2f}{ratio:>9.1f}x"
        print(f"{job:<34}{ours:>10.2f}  {beside} {note}".rstrip())

    versions = {
        name: version(name) for name in ("prosokg", "pyoxigraph", "rdflib", "networkx", "typer")
    }
    print(f"{platform.platform()}, Python {platform.python_version()}, "
          + ", ".join(f"{name} {number}" for name, number in versions.items()))  # fmt: skip
    print(f"{'job':<34}{'kg, ms':>10}  {'peer':<28}{'peer, ms':>11}{'peer/kg':>10}")

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "lyushkov"
        shutil.copytree(
            assets.root() / "data/lyushkov", place, ignore=shutil.ignore_patterns(".kg")
        )
        archive = open_archive(place)
        command = str(Path(sys.executable).with_name("kg"))
        python = sys.executable
        bare = median(shell(python, "-c", "pass"), runs)
        typer = median(shell(python, "-c", "import typer"), runs)
        report(
            "start: kg --version", median(shell(command, "--version"), runs), "python -c pass", bare
        )
        report(
            "start: kg --help",
            median(shell(command, "--help"), runs),
            "python -c 'import typer'",
            typer,
        )
        report("build (files to swapped store)", median(lambda: build(archive), runs))

        view = kg.open(place)
        lines = nquads(view.base)
        dataset = rdflib.Dataset()
        load = median(lambda: rdflib.Dataset().parse(data=lines, format="nquads"), 3)
        report(
            "open a built store",
            median(lambda: kg.open(place).close(), runs),
            "rdflib: parse N-Quads",
            load,
        )
        dataset.parse(data=lines, format="nquads")
        for name in QUESTIONS:
            ours, bindings = answer_of(view, name)
            theirs = rdflib_answer(dataset, name, bindings)
            note = (
                f"{len(ours)} rows"
                if sorted(ours) == sorted(theirs)
                else (f"{len(ours)} rows; rdflib gives {len(theirs)}, not the same")
            )
            report(f"ask {name}", median(lambda n=name: answer_of(view, n), runs), "rdflib, same SPARQL",
                   median(lambda n=name, b=bindings: rdflib_answer(dataset, n, b), 3), note)  # fmt: skip

        ends = [view.resolve(name) for name in ("Lyushkov", "Takeoka")]
        ties, graph = view.ties(), kg.to_networkx(view).to_undirected()
        found = shortest(ties, *ends)
        peer = nx.shortest_path(graph, *ends)
        note = f"{len(found.people) + found.connectors if found else 0} nodes; networkx {len(peer)}"
        report("path Lyushkov Takeoka", median(lambda: shortest(ties, *ends), runs), "networkx.shortest_path",
               median(lambda: nx.shortest_path(graph, *ends), runs), note)  # fmt: skip
        for words in (["ask", "parents"], ["show", "Lyushkov"], ["path", "Lyushkov", "Takeoka"],
                      ["evidence", "Lyushkov", "fate"], ["query", "SELECT ?a { ?a kg:spouse ?b }"]):  # fmt: skip
            report(f"cold: kg {words[0]}", median(shell(command, "-a", str(place), *words), runs),
                   "python -c 'import typer'", typer)  # fmt: skip
        view.close()
    if options.json:
        options.json.write_text(json.dumps(
            {"platform": platform.platform(), "python": platform.python_version(), "versions": versions,
             "results": results}, indent=1), encoding="utf-8")  # fmt: skip


if __name__ == "__main__":
    main()
