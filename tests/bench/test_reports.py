from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import compare
import contest
import pytest
import results
from contest import Entrant, Setting
from measure import Report

SETTING = Setting(people=10, runs=3, patience=60, limit=60, folder=Path())


def row(job: str, who: str, value: float | None, note: str = "", unit: str = "s") -> dict[str, Any]:
    return {"theme": "load", "job": job, "who": who, "value": value, "unit": unit,
            "megabytes": 10.0, "note": note}  # fmt: skip


def document(people: int, *rows: dict[str, Any]) -> dict[str, Any]:
    machine = {"platform": "Linux", "python": "3.11", "cores": 2, "load": 0.1}
    return {"people": people, "runs": 3, "patience": 60.0, "machine": machine,
            "versions": {"rdflib": "7.6.0"}, "rows": list(rows)}  # fmt: skip


def test_answers_are_compared_before_times(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("test", "a test")
    times = iter([3.0, 1.0, 2.0])
    contest.contest(
        report, "count",
        [
            Entrant("kg", lambda: {"seconds": next(times), "answer": [5]}),
            Entrant("same", lambda: {"seconds": 4.0, "answer": [5]}),
            Entrant("other", lambda: {"seconds": 0.1, "answer": [4]}),
            Entrant("slow", lambda: {"seconds": 30.0, "answer": [5]}),
            Entrant("none", lambda: {"missing": "given up after 60 s"}),
        ],
        SETTING,
    )  # fmt: skip
    found = {each.who: each for each in report.rows}
    assert found["kg"].value == 2.0
    assert found["same"].note == "the same answer"
    assert found["other"].note == "NOT THE SAME: [4], not [5]"
    assert found["slow"].note == "the same answer; one run"
    assert found["none"].value is None
    assert "given up" in found["none"].note
    assert "0.05x" in capsys.readouterr().out


def test_process_is_timed_or_given_up() -> None:
    done = contest.command([sys.executable, "-c", "print('x'); raise SystemExit(1)"], 60)
    assert (done["out"], done["code"]) == ("x\n", 1)
    assert 0 < done["seconds"] < 60
    assert done["megabytes"] > 1
    failed = contest.command([sys.executable, "-c", "int('x')"], 60)
    assert failed["code"] == 1
    assert "ValueError" in contest.complaint(failed["err"])
    late = contest.command([sys.executable, "-c", "while True: pass"], 0.5)
    assert late["missing"] == "given up after 0.5 s"
    assert "missing" in contest.command(["no-such-command"], 1)


def test_table_keeps_the_parts_of_other_sizes(tmp_path: Path) -> None:
    source, target = tmp_path / "run.json", tmp_path / "RESULTS.md"
    for people, value in ((10_000, 2.0), (1000, 1.0), (10_000, 4.0)):
        source.write_text(json.dumps(document(
            people, row("load a graph", "kg", value), row("load a graph", "rdflib", 8.0, "a | b"),
            row("load a graph", "maplib", None, "not measured: none"),
        )))  # fmt: skip
        results.write(source, target)
    text = target.read_text()
    assert text.index("## 1,000 people") < text.index("## 10,000 people")
    assert text.count("## 10,000 people") == 1
    assert "| load a graph | kg | 4 s | 1× | 10 |  |" in text
    assert "|  | rdflib | 8 s | 2× | 10 | a \\| b |" in text
    assert "|  | maplib | – |  | 10 | not measured: none |" in text


def test_compare_tells_what_is_slower_missing_or_answers_otherwise() -> None:
    before = document(10, row("a", "kg", 1.0), row("b", "kg", 1.0), row("c", "kg", 1.0),
                      row("d", "kg", 98, unit="of 98"), row("e", "kg", 1.0))  # fmt: skip
    after = document(10, row("a", "kg", 2.0), row("b", "kg", None, "not measured: it broke"),
                     row("c", "kg", 1.02, "NOT THE SAME: 1, not 2"),
                     row("d", "kg", 97, unit="of 98"), row("f", "kg", 1.0))  # fmt: skip
    lines, worse = compare.changes(before, after, 0.1)
    assert worse
    assert [" ".join(line.split()) for line in lines] == [
        "a kg 1 → 2 s 2.00× 10 → 10 MB",
        "d kg 98 → 97 of 98 0.99× 10 → 10 MB",
        "b kg no number any more: not measured: it broke",
        "c kg another answer now",
        "e kg only before",
        "f kg only after",
    ]
    assert compare.changes(before, before, 0.1) == ([], False)
