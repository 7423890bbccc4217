"""The W3C suite: the reports that it expects, each by queries alone."""

from __future__ import annotations

from collections import Counter

import pytest

from kg.validate import setwise

from .suite import TESTS, Case, cases, report_in, without_messages

pytestmark = pytest.mark.skipif(
    not TESTS.exists(), reason="the W3C suite is not beside the repository"
)
KNOWN = {"core": 98, "sparql": 23}


def outcome(case: Case, *, inline: bool = True) -> str:
    """`passed by compilation`, `passed through pySHACL`, `rightly refused`, or `failed: why`."""
    try:
        report = setwise.validate(case.data, case.shapes, inline=inline)
    except setwise.ShapeError as error:
        return "rightly refused" if case.expected is None else f"failed: {error}"
    if case.expected is None:
        return "failed: it should have been refused"
    found = report_in(report.graph(), messages=case.with_messages)
    expected = case.expected if case.with_messages else without_messages(case.expected)
    if found != expected:
        return f"failed: lacks {expected - found}, has {found - expected}"
    return "passed through pySHACL" if report.handed else "passed by compilation"


@pytest.mark.parametrize("part", ["core", "sparql"])
def test_w3c_suite_gives_the_expected_reports(part: str) -> None:
    outcomes = {case.name: outcome(case) for case in cases(part)}
    table = Counter(text.partition(":")[0] for text in outcomes.values())
    print(f"\n{part}: " + ", ".join(f"{count} {text}" for text, count in sorted(table.items())))
    assert {name: text for name, text in outcomes.items() if text.startswith("failed")} == {}
    assert table["passed through pySHACL"] == 0
    assert len(outcomes) >= KNOWN[part]


def test_w3c_core_checked_as_sets_gives_the_same_reports() -> None:
    failed = {case.name: text for case in cases("core")
              if (text := outcome(case, inline=False)) != "passed by compilation"}  # fmt: skip
    assert failed == {}
