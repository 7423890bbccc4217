"""Runs every job of kg beside its peers and tells the results: one table, and as JSON.

    python bench/run.py PEOPLE [--only JOB ...] [--runs N] [--patience SECONDS] [--limit SECONDS]
                        [--json FILE] [--results FILE] [--keep]

The jobs: start, load, ask, validate, export, network, suite. Each job is done by everybody in turn,
several times, and medians are told; answers are compared before times. Whoever cannot do a job,
gives another answer or takes too long has a line that says so. The table goes to `bench/RESULTS.md`
as well, when all jobs were run. Compare two JSON files with `bench/compare.py`.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

import asking
import exporting
import loading
import networking
import results
import starting
import suite
import validating
from contest import Setting
from measure import HERE, OUT, Report, versions

JOBS: dict[str, Callable[[Report, Setting], None]] = {
    "load": loading.measure,
    "start": starting.measure,
    "ask": asking.measure,
    "validate": validating.measure,
    "export": exporting.measure,
    "network": networking.measure,
    "suite": suite.measure,
}


def main() -> None:
    """Run the jobs that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=int, nargs="?", default=1000)
    parser.add_argument("--only", nargs="*", choices=tuple(JOBS), default=list(JOBS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--patience", type=float, default=1800, help="seconds for one answer")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one load or build")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--results", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--keep", action="store_true", help="keep stores and exports")
    chosen = parser.parse_args()
    folder = OUT / f"run-{chosen.people}"
    if not chosen.keep:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    setting = Setting(chosen.people, chosen.runs, chosen.patience, chosen.limit, folder)
    report = Report("run", f"kg beside its peers, {chosen.people:,} people")
    report.document["versions"] |= versions("prosokg", "pyoxigraph")
    try:
        for name in JOBS:
            if name in chosen.only:
                report.theme(name)
                JOBS[name](report, setting)
                # What is known so far stays, if something later breaks or is stopped.
                report.save(people=chosen.people, runs=chosen.runs, patience=chosen.patience,
                            place=chosen.json, quiet=True)  # fmt: skip
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    path = report.save(people=chosen.people, runs=chosen.runs, patience=chosen.patience,
                       place=chosen.json)  # fmt: skip
    if set(chosen.only) == set(JOBS):
        results.write(path, chosen.results)
        print(f"table in {chosen.results}")


if __name__ == "__main__":
    main()
