"""The errors a user can act on, one tree with a single root.

KgError
├─ ReadError      a file is not what it says it is (carries its findings)
├─ UnknownName    no such format, query, person, account …
├─ DateError      a text is no date we understand
├─ QueryError     a query does not parse, lacks a parameter, or was stopped
└─ StoreError     the store cannot be opened, or is busy
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model.findings import Finding


class KgError(Exception):
    """Something the user can act on; never wraps a bug of ours.

    `message` says where and what is wrong, `hint` what to do.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class ReadError(KgError):
    """One or more files of an archive cannot be read as what they claim to be."""

    def __init__(self, message: str, *, hint: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class UnknownName(KgError):
    """A name that stands for nothing here, or for several things."""


class DateError(KgError):
    """A text that is no date."""


class QueryError(KgError):
    """A query that does not parse, lacks a parameter, or was stopped."""


class StoreError(KgError):
    """A store that cannot be opened, is busy or is stale."""
