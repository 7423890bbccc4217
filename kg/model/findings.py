"""A finding: one thing wrong or doubtful in the data, with its place and what to do."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How bad a finding is; a higher value is worse."""

    INFO = 0
    WARNING = 1
    VIOLATION = 2

    @classmethod
    def named(cls, name: str) -> Severity:
        """The severity called `name` in any case; KeyError where there is none."""
        return cls[name.upper()]


class Finding(NamedTuple):
    """One thing wrong or doubtful, the same value whichever check found it.

    `rule` names the check. In files: `file`, `row` (the line on which the row starts, the header
    being 1; a spreadsheet counts the same unless cells hold line ends) and `column`. In the
    graph: `focus` (IRI), `path` (IRI or path text) and `value` (text). `claims` are the IRIs of
    the claims behind the offending facts.
    """

    severity: Severity
    message: str
    rule: str
    hint: str = ""
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    focus: str = ""
    path: str = ""
    claims: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, as `file:row, column` or the focus node."""
        if not self.file:
            return self.focus
        row = f":{self.row}" if self.row is not None else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}"

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text}\n  hint: {self.hint}" if self.hint else text

    def to_json(self) -> dict[str, object]:
        """A plain dictionary with stable keys; empty parts are left out."""
        parts: dict[str, object] = {
            "severity": self.severity.name.lower(),
            "rule": self.rule,
            "message": self.message,
            "hint": self.hint,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "focus": self.focus,
            "path": self.path,
            "claims": list(self.claims),
        }
        return {key: value for key, value in parts.items() if value not in ("", None, [])}
