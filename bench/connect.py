"""Times the shortest paths over all ties, beside networkx and igraph in the same run.

    python bench/connect.py PEOPLE [--pairs N] [--counted N] [--patience SECONDS]

Ties are to parents, spouses, and bodies of very different sizes. kg goes through the bodies; the
peers have a graph of people alone, where all who served at one body at the same time are joined.
So the fewest people that join two are the same, and are compared before times.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from typing import Any

from measure import OUT, PEERS, Report, Row, child, spread

MOST = 1_000_000
"""Where kg cannot count without going through all paths, it stops at so many."""
WAYS = ("networkx", "igraph")
SEVERAL = 5
"""So many paths of each pair are asked for, of `--several` pairs."""


def rest_of(found: dict[str, Any]) -> str:
    """What a line says beside the median."""
    return (f"99 % under {found['p99_ms']:,.4g}, worst {found['worst_ms']:,.4g} ms"
            f" of {found['of']:,}")  # fmt: skip


def alone(found: dict[str, Any]) -> str:
    """What the processor alone needed: other work on the machine makes no difference to it."""
    taken = found["alone"]
    return f"; of the processor {taken['median_ms']:,.4g}, worst {taken['worst_ms']:,.4g} ms"


def same(ours: list[Any], theirs: list[Any], what: str) -> str:
    """How many of the answers that both gave are the same."""
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    wrong = [(a, b) for a, b in both if a != b]
    if wrong:
        return f"NOT THE SAME {what}: {len(wrong)} of {len(both)}, such as {wrong[0]}"
    return f"the same {what} in {len(both)} of {len(ours)}"


def main() -> None:
    """Build, find, count; each in processes of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=int, nargs="?", default=1000)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--counted", type=int, default=10, help="pairs all whose paths are counted")
    parser.add_argument("--several", type=int, default=50, help="pairs of which some are asked for")
    parser.add_argument("--patience", type=float, default=60, help="seconds for one count")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one part")
    options = parser.parse_args()
    folder = OUT / f"ties-{options.people}"
    folder.mkdir(parents=True, exist_ok=True)
    report = Report("connect", f"shortest paths over all ties, {options.people:,} people")
    chance = random.Random(5)
    for name, number in (("pairs", options.pairs), ("warm", 20), ("counted", options.counted),
                         ("several", options.several)):  # fmt: skip
        pairs = [chance.sample(range(options.people), 2) for _ in range(number)]
        (folder / f"{name}.json").write_text(json.dumps(pairs))

    def kg(part: str, *words: object) -> dict[str, Any]:
        return child("kg_ties.py", part, folder, *words, limit=options.limit)

    try:
        built, graph = kg("index", options.people), kg("graph", options.people)
        if report.missing("build", "kg", built) or report.missing("graph", "kg", graph):
            raise SystemExit(1)
        compare(report, options, kg, built, graph, folder)
    finally:
        shutil.rmtree(folder)
    report.save(people=options.people)


def compare(
    report: Report, options: argparse.Namespace, kg: Any, built: Any, graph: Any, folder: Any
) -> None:
    """The lines of the report."""

    def peer(who: str, part: str) -> dict[str, Any]:
        return child("peer_ties.py", who, part, folder, options.people, options.patience,
                     python=PEERS, limit=options.limit)  # fmt: skip

    note = (f"{built['ties']:,} ties, {built['size']} MB on disk; the biggest body has"
            f" {built['biggest']:,} services")  # fmt: skip
    report.add(Row("build", "kg, index", built["seconds"], "s", built["megabytes"], note))
    found = {who: peer(who, "paths") for who in WAYS}
    for who, each in found.items():
        if not report.missing("build", who, each):
            note = f"{graph['direct'] + graph['together']:,} edges between people"
            room = each["built"] - each["before"]
            report.add(Row("build", who, each["build"], "s", room, note))
    ours = kg("paths")
    if report.missing("shortest path", "kg", ours):
        return
    none = ours["lengths"].count(0)
    note = f"{rest_of(ours['spread'])}{alone(ours)}; {none} of no path; opened in {ours['open'] * 1000:.2f} ms"
    value = ours["spread"]["median_ms"]
    who = "kg, compiled" if ours["compiled"] else "kg, plain Python"
    report.add(Row("shortest path", who, value, "ms", ours["megabytes"], note))
    for who, each in found.items():
        if not report.missing("shortest path", who, each):
            note = f"{rest_of(each['spread'])}{alone(each)}; {same(ours['lengths'], each['lengths'], 'length')}"
            report.add(
                Row(
                    "shortest path", who, each["spread"]["median_ms"], "ms", each["megabytes"], note
                )
            )
    several = kg("several", SEVERAL)
    job = f"the first {SEVERAL} paths"
    if not report.missing(job, "kg", several):
        who = "kg, compiled" if several["compiled"] else "kg, plain Python"
        note = f"{rest_of(several['spread'])}; {several['found']:,} paths"
        report.add(Row(job, who, several["spread"]["median_ms"], "ms", several["megabytes"], note))
    job = "all shortest, counted"
    counted, theirs = kg("count", MOST, options.patience), {who: peer(who, "count") for who in WAYS}
    if report.missing(job, "kg", counted):
        return
    expected = theirs["networkx"].get("expected")
    manner = "kg, counted" if counted["counted"] else "kg, by going through all"
    note = rest_of(spread(counted["times"]))
    note += f"; {given_up(counted)}most {max(filter(None, counted['counts']), default=0):,} paths"
    if expected:
        note += f"; {same(counted['counts'], expected, 'number as networkx implies')}"
    report.add(Row(job, manner, spread(counted["times"])["median_ms"], "ms", counted["megabytes"],
                   note))  # fmt: skip
    reference = theirs["networkx"].get("counts", [])
    for who, each in theirs.items():
        if not report.missing(job, who, each):
            found_times = spread(each["times"])
            note = f"{rest_of(found_times)}; {given_up(each)}"
            note += same(reference, each["counts"], "number as networkx") if who != "networkx" else (
                f"most {max(filter(None, each['counts']), default=0):,} paths of people"
            )  # fmt: skip
            report.add(Row(job, who, found_times["median_ms"], "ms", each["megabytes"], note))


def given_up(found: dict[str, Any]) -> str:
    """How many questions took too long."""
    number = found["counts"].count(None)
    return f"{number} given up; " if number else ""


if __name__ == "__main__":
    main()
