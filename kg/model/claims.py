"""The values an archive is read into: sources, accounts, entities, passages and claims."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """How an account vouches for what it says."""

    STATED = "Stated"
    REPORTED = "Reported"
    INFERRED = "Inferred"
    ALTERNATIVE = "Alternative"
    BELIEF = "Belief"
    SUSPICION = "Suspicion"
    ESTIMATED = "Estimated"


class Certainty(StrEnum):
    """How sure an account is of a claim."""

    CERTAIN = "Certain"
    PROBABLE = "Probable"
    POSSIBLE = "Possible"

    @property
    def rank(self) -> int:
        """1 (possible) to 3 (certain)."""
        return _RANKS[self]


_RANKS = {Certainty.POSSIBLE: 1, Certainty.PROBABLE: 2, Certainty.CERTAIN: 3}


class Polarity(StrEnum):
    """What a claim without an object says: that there is none, or that it is not known."""

    NEGATIVE = "Negative"
    UNKNOWN = "Unknown"


class Iri(NamedTuple):
    """A resource, by its full IRI."""

    value: str


class Text(NamedTuple):
    """A literal: its lexical form with a language tag, or with a datatype IRI, or plain."""

    value: str
    language: str = ""
    datatype: str = ""


Term = Iri | Text


class Body(NamedTuple):
    """The stretch of a source whose content words must all be quoted."""

    start: int
    end: int


class Source(NamedTuple):
    """Something that was read. `file` and `claims` are paths inside the archive."""

    iri: str
    file: str
    claims: str
    sha256: str
    title: str
    licence: str
    language: str
    voice: str
    text: str = ""
    body: Body | None = None


class Account(NamedTuple):
    """A voice: who vouches, in which mode. `labels` are (language, text) pairs."""

    iri: str
    mode: Mode
    holder: str | None
    labels: tuple[tuple[str, str], ...]


class Entity(NamedTuple):
    """A thing of the story: its class, labels and comments as (language, text) pairs."""

    iri: str
    type: str
    labels: tuple[tuple[str, str], ...]
    comments: tuple[tuple[str, str], ...] = ()


class Passage(NamedTuple):
    """An exact stretch of a source, in code points: 0-based start, exclusive end."""

    source: str
    start: int
    end: int
    quote: str

    @property
    def iri(self) -> str:
        """The source's IRI with an RFC 5147 character range."""
        return f"{self.source}#char={self.start},{self.end}"


class Claim(NamedTuple):
    """One statement with its passage (or its premises and rule), account and certainty.

    Either `object` or `polarity` is set. `conflicts` and `premises` are IRIs of claims.
    """

    iri: str
    key: str
    subject: str
    predicate: str
    object: Term | None
    polarity: Polarity | None
    account: str
    certainty: Certainty
    passage: Passage | None = None
    date: str = ""
    conflicts: tuple[str, ...] = ()
    premises: tuple[str, ...] = ()
    rule: str = ""
    note: str = ""
