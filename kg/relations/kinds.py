"""What a tie is, and the kinds there are, as the headers of the files in `queries/ties/` say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from kg import assets
from kg.errors import QueryError
from kg.query.header import Header, read_header
from kg.vocab import PREFIXES

FAMILIES = ("kin", "service", "office", "membership", "event", "structure")
COLUMNS = "?from ?to ?role ?start ?end ?through ?claim ?possible"


class Words(NamedTuple):
    """How a tie reads in one language: from its source to its target, and back."""

    label: str
    inverse: str


class Kind(NamedTuple):
    """A kind of tie, as the header of its file in `queries/ties/` describes it.

    `words` and `roles` are by language, `roles` by role first: "A — label → B", "B — inverse → A"
    in English; in Russian "A: label — B", so that names keep their dictionary form. `triple` is
    the one triple that makes the tie, empty where it takes several.
    """

    name: str
    summary: str
    family: str
    symmetric: bool
    words: Mapping[str, Words]
    roles: Mapping[str, Mapping[str, Words]]
    triple: tuple[str, ...]
    query: str


class Tie(NamedTuple):
    """One edge, with all that is said of it; IRIs as text, days as `xsd:date`, "" for none.

    `start` and `end` bound the time in which it may hold: outside it surely does not. `through`
    is the posting behind it. `possible`: no fact makes it, only a rival version, a belief, a plan.
    `inferred`: some part of it was concluded and is nowhere said. Of a symmetric kind the smaller
    IRI is the source.
    """

    source: str
    target: str
    kind: str
    role: str = ""
    through: str = ""
    start: str = ""
    end: str = ""
    possible: bool = False
    inferred: bool = False
    claims: tuple[str, ...] = ()


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of tie by name, in the order of their files."""
    found = (kind(file.stem) for file in assets.files("queries/ties", ".rq"))
    return {kind.name: kind for kind in found}


@cache
def kind(name: str) -> Kind:
    """One kind of tie, which its file is called after: whoever tells a few ties reads no others."""
    return _kind(read_header(assets.root() / "queries/ties" / f"{name}.rq"))


def _kind(header: Header) -> Kind:
    family = header.one("family")
    if family not in FAMILIES:
        raise QueryError(f'{header.path.name}: no family of ties is called "{family}"',
                         hint=f"families: {', '.join(FAMILIES)}")  # fmt: skip
    roles = {}
    for line in header.all("role"):
        curie, *words = (part.strip() for part in line.split("|"))
        if len(words) != 4:
            raise QueryError(
                f'{header.path.name}: the role "{curie}" has {len(words)} wordings',
                hint="write: role | label | inverse | label-ru | inverse-ru",
            )
        roles[expand(curie)] = {
            "en": Words(label=words[0], inverse=words[1]),
            "ru": Words(label=words[2], inverse=words[3]),
        }
    triple = tuple(header.one("triple", "").split())
    if len(triple) not in (0, 3):
        raise QueryError(f"{header.path.name}: the header's triple has {len(triple)} terms",
                         hint='write, for instance: "#+ triple: ?from kg:parent ?to"')  # fmt: skip
    return Kind(
        name=header.one("kind"), summary=header.one("summary"), family=family,
        symmetric=header.one("symmetric", "no") == "yes",
        words={
            "en": Words(label=header.one("label"), inverse=header.one("inverse")),
            "ru": Words(label=header.one("label-ru"), inverse=header.one("inverse-ru")),
        },
        roles=roles, triple=triple, query=header.text,
    )  # fmt: skip


def expand(curie: str) -> str:
    """The IRI of a CURIE with one of the project's own prefixes."""
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local
