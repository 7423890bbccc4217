"""Times the reading of GEDCOM files, file to facts, beside other readers in the same run.

    python bench/gedcom.py PEOPLE [--runs N] [--gramps PEOPLE] [--limit SECONDS]

Each reading is a process of its own; medians of several. kg makes all facts of a file (and throws
them away); ged4py and gedcom7 only parse; the plain loop keeps the lines of each record and
understands nothing, which is what Python cannot do faster; Gramps imports into a database in
memory. What was read is compared before times.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import generate
from measure import PEERS, Report, Row, answer, child, seconds


def read_with_kg(path: Path) -> None:
    """The child: one reading by kg."""
    from kg.gedcom.reader import Naming, read

    base = "https://example.org/d/"
    naming = Naming(base, "tree", base + "src-tree", base + "src-tree-voice")
    size = 0

    def discard(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)

    taken, found = seconds(lambda: read(path.read_bytes(), naming, discard))
    answer(
        {
            "seconds": taken, "records": found.records, "people": found.people,
            "families": found.families, "facts_megabytes": round(size / 1e6, 1),
            "lines": found.lines, "carried": found.carried, "lost": found.lost.total(),
        },
        "prosokg",
    )  # fmt: skip


READERS: dict[str, tuple[str, tuple[str, ...], Any]] = {
    "kg, file to facts": ("gedcom.py", ("--read",), sys.executable),
    "plain Python line loop": ("peer_gedcom.py", ("lines",), sys.executable),
    "ged4py, bare parse": ("peer_gedcom.py", ("ged4py",), PEERS),
    "gedcom7, bare parse": ("peer_gedcom.py", ("gedcom7",), PEERS),
    "Gramps, import": ("peer_gedcom.py", ("gramps",), PEERS),
}


def compare(
    report: Report, people: int, version: str, readers: list[str], runs: int, limit: float
) -> None:
    """All readers on one file; the first is kg."""
    path = generate.gedcom(people, version)
    job = f"{people:,} people, {version}"
    results: dict[str, list[dict[str, Any]]] = {who: [] for who in readers}
    # In turn, so that what else the machine does falls on all alike.
    for _ in range(runs):
        for who, sofar in results.items():
            if not any("missing" in result for result in sofar):
                script, words, python = READERS[who]
                sofar.append(child(script, *words, path, python=python, limit=limit))
    known: dict[str, Any] = {}
    for who, times in results.items():
        found = times[-1]
        if report.missing(job, who, found):
            continue
        taken = statistics.median(result["seconds"] for result in times)
        known = known or found  # that of kg, which is the first
        # Some count the first and the last record of a file as records, some do not.
        framing = found.get("records", 0) - known["records"]
        notes = [f"{known['records'] / taken:,.0f} records/s"]
        if found is known:
            notes.append(f"{found['carried']:,} of {found['lines']:,} lines carried,"
                         f" {found['facts_megabytes']:,} MB of facts")  # fmt: skip
        elif found["people"] != known["people"] or ("records" in found and abs(framing) > 2):
            notes.append(f"NOT THE SAME: {found} and {known}")
        else:
            notes.append("the same people and records" if "records" in found else "the same people")
        most = max(result["megabytes"] for result in times)
        report.add(Row(job, who, taken, "s", most, "; ".join(notes)))


def main() -> None:
    """Compare the readers on a file of the size asked for, and Gramps on a small one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=int, nargs="?", default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--gramps", type=int, default=1000, help="people that Gramps imports")
    parser.add_argument("--limit", type=float, default=1800, help="seconds for one reading")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.read:
        read_with_kg(chosen.read)
        return
    kg, lines, ged4py, gedcom7, gramps = READERS
    report = Report("gedcom", f"GEDCOM in, {chosen.people:,} people")
    compare(report, chosen.people, "5.5.1", [kg, lines, ged4py], chosen.runs, chosen.limit)
    compare(report, chosen.people, "7.0", [kg, gedcom7], chosen.runs, chosen.limit)
    if chosen.gramps:
        compare(report, chosen.gramps, "5.5.1", [kg, gramps], 1, chosen.limit)
    report.save(people=chosen.people)


if __name__ == "__main__":
    main()
