"""The jobs of ties: all ties of a store, and the same as a graph of networkx."""

from __future__ import annotations

import sys
from typing import Any

import generate
import loading
from contest import Entrant, Setting, contest
from measure import PEERS, Report, child


def measure(report: Report, setting: Setting) -> None:
    """Both; a peer that tells less has fewer kinds of ties in its answer."""
    triples, store = generate.graph(setting.people), loading.graph_place(setting)

    def run(who: str) -> dict[str, Any]:
        own = who in ("ties", "kg")
        return child("network_with.py", who, triples, store,
                     python=sys.executable if own else PEERS, limit=setting.patience)  # fmt: skip

    contest(report, f"ties, {setting.people:,} people",
            [Entrant("kg, with dates and claims", lambda: run("ties"))], setting)  # fmt: skip
    contest(
        report,
        f"to_networkx, {setting.people:,} people",
        [
            Entrant("kg, with names, dates, claims", lambda: run("kg")),
            Entrant("SPARQL and networkx by hand", lambda: run("hand")),
            Entrant("rdflib, every triple an edge", lambda: run("rdflib")),
        ],
        setting,
    )
