"""Tells what has changed between two runs: a table of two of their JSON files.

    python bench/compare.py BEFORE AFTER [--least PERCENT]

Lines that are in both, the biggest change first; then lines that have a number in one only, and
answers that are right in one only. Ends with 1 where something is slower by more than the percent,
no longer answers, or answers otherwise.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

OTHERWISE = "NOT THE SAME"


def lines(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of a run by job and by who did it."""
    return {(row["job"], row["who"]): row for row in document["rows"]}


def changes(before: dict[str, Any], after: dict[str, Any], least: float) -> tuple[list[str], bool]:
    """What to say of two runs, and whether something is worse; `least` is a share."""
    old, new = lines(before), lines(after)
    both = [key for key in old if key in new]
    said: list[tuple[float, str]] = []
    other: list[str] = []
    worse = False
    for key in both:
        a, b = old[key], new[key]
        name = f"{key[0]:<44} {key[1]:<32}"
        if a["value"] is None and b["value"] is None:
            continue
        if a["value"] is None or b["value"] is None:
            lost = b["value"] is None
            worse |= lost
            other.append(f"{name} {'no number any more' if lost else 'has a number now'}:"
                         f" {(b if lost else a)['note']}")  # fmt: skip
            continue
        if (OTHERWISE in a["note"]) != (OTHERWISE in b["note"]):
            wrong = OTHERWISE in b["note"]
            worse |= wrong
            other.append(f"{name} {'another answer now' if wrong else 'the same answer now'}")
        counted = b["unit"].startswith("of ")
        ratio = b["value"] / a["value"] if a["value"] else 1.0
        if abs(ratio - 1) < least and not (counted and ratio != 1):
            continue
        worse |= ratio < 1 if counted else ratio > 1 + least
        memory = ""
        if a["megabytes"] and b["megabytes"]:
            memory = f"{a['megabytes']:>9,.0f} → {b['megabytes']:>7,.0f} MB"
        text = f"{name} {a['value']:>10,.4g} → {b['value']:>10,.4g} {b['unit']:<6} {ratio:>7.2f}× {memory}"
        said.append((ratio, text.rstrip()))
    said.sort(key=lambda each: -max(each[0], 1 / each[0] if each[0] else 0))
    gone = [f"{key[0]:<44} {key[1]:<32} {'only before' if key in old else 'only after'}"
            for key in [*old, *new] if (key in old) != (key in new)]  # fmt: skip
    return [*(text for _, text in said), *other, *gone], worse


def main() -> None:
    """Print the changes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--least", type=float, default=10, help="percent that are worth telling")
    chosen = parser.parse_args()
    before, after = (
        json.loads(p.read_text(encoding="utf-8")) for p in (chosen.before, chosen.after)
    )
    for name, document in (("before", before), ("after", after)):
        machine = document["machine"]
        print(f"{name}: {document.get('people', '')} people, {machine['platform']}, Python"
              f" {machine['python']}, load {machine['load']}")  # fmt: skip
    found, worse = changes(before, after, chosen.least / 100)
    print("\n".join(found) if found else f"nothing changed by {chosen.least:g} % or more")
    raise SystemExit(1 if worse else 0)


if __name__ == "__main__":
    main()
