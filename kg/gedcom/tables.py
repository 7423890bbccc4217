"""What the tags of GEDCOM mean: the tables of `data/gedcom`, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from kg import assets
from kg.gedcom.quads import et

EVENTS = "data/gedcom/events.toml"
VENDOR = "data/gedcom/vendor.toml"


class Happening(NamedTuple):
    """What the tag of an event or an attribute means."""

    code: str
    """Its event type, as N-Quads write it."""
    words: str
    once: bool
    value: bool


class Alias(NamedTuple):
    """The standard tag as which the tag of one program is read, and what is put beside it."""

    tag: str
    type: str


class Tables(NamedTuple):
    """The tables of `events.toml`, and by structure the tags of single programs."""

    individual: dict[str, Happening]
    family: dict[str, Happening]
    pedigree: dict[str, str]
    roles: dict[str, str]
    formats: dict[str, str]
    vendor: dict[str, dict[str, Alias]]


@cache
def load() -> Tables:
    """The tables as shipped."""
    events = tomllib.loads(assets.read(EVENTS))
    vendor = tomllib.loads(assets.read(VENDOR))
    return Tables(
        individual=_happenings(events["individual"]),
        family=_happenings(events["family"]),
        pedigree=events["pedigree"],
        roles=events["roles"],
        formats=events["formats"],
        vendor={
            structure: {tag: Alias(row["tag"], row.get("type", "")) for tag, row in rows.items()}
            for structure, rows in vendor.items()
        },
    )


def _happenings(rows: dict[str, dict[str, str | bool]]) -> dict[str, Happening]:
    return {
        tag: Happening(
            et(str(row["type"])), str(row["words"]),
            bool(row.get("once")), bool(row.get("value")),
        )
        for tag, row in rows.items()
    }  # fmt: skip
