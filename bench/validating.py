"""The job of validating: 13 shapes with 39 constraints, 4 of them in SPARQL, over one graph.

What is found is compared with what the peers find, and with the errors that the generator planted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import generate
import jena
import loading
from contest import Entrant, Setting, command, complaint, contest
from measure import HERE, PEERS, Report, child

SHAPES = HERE / "shapes.ttl"
KINDS = {
    "born_before_parent": ("SPARQL born before a parent", 1),
    "died_before_birth": ("SPARQL died before being born", 1),
    "two_spouses_at_once": ("SPARQL married again while still married", 1),
    "own_ancestor": ("SPARQL an ancestor of oneself", 1),
    "posting_ends_before_start": ("LessThanOrEquals earliest", 1),
    "unnamed": ("MinCount name", 1),
    "birth_as_text": ("Datatype birthDate", 1),
    "gender_wrong_code": ("In gender", 1),
    "born_twice": ("MaxCount birthDate", 1),
    "posting_without_body": ("MinCount organization", 1),
    "posting_at_a_place": ("Class organization", 1),
    "spouse_one_sided": ("Equals ", 2),
}
"""Under which constraint an error of each kind is found, and how often."""
FOLLOWS = ("Disjoint parent",)
"""What is found as well where somebody is the own grandparent."""


def measure(report: Report, setting: Setting) -> None:
    """Once with what is loaded, once as whole processes."""
    triples, store = generate.graph(setting.people), loading.graph_place(setting)
    expected = generate.told(triples)["expected"]

    def python(who: str) -> dict[str, Any]:
        own = who.startswith("setwise")
        return child("validate_with.py", who, triples, SHAPES, store,
                     python=sys.executable if own else PEERS, limit=setting.patience)  # fmt: skip

    def tell(found: dict[str, Any]) -> str:
        said = [f"{found['results']:,} results", as_planted(found["kinds"], expected)]
        if "loaded" in found:
            said.append(f"{found['loaded']:.3g} s to load before")
        return "; ".join(said)

    contest(
        report,
        f"validate, {setting.people:,} people",
        [
            Entrant("kg, its store on disk", lambda: python("setwise")),
            Entrant("kg, Oxigraph in memory", lambda: python("setwise-memory")),
            Entrant("pyrudof", lambda: python("pyrudof")),
            Entrant("maplib", lambda: python("maplib")),
            Entrant("Jena shacl, whole process", lambda: with_jena(triples, setting)),
            Entrant("pySHACL", lambda: python("pyshacl")),
        ],
        setting,
        tell=tell,
        differ=differ,
    )


def with_jena(triples: Path, setting: Setting) -> dict[str, Any]:
    """Jena's own command, that starts a Java, loads and validates."""
    if jena.missing():
        return {"missing": jena.missing()}
    words = jena.command("shacl.shacl", "validate", "--shapes", SHAPES, "--data", triples)
    done = command(words, setting.patience)
    if "missing" in done:
        return done
    if done["code"] or not done["out"].strip():
        return {"missing": complaint(done["err"]) or "no report"}
    path = setting.folder / "jena-report.ttl"
    path.write_text(done.pop("out"), encoding="utf-8")
    read = child("validate_with.py", "report", triples, SHAPES, triples, path, python=PEERS)
    if "missing" in read:
        return read
    return {**done, **{name: read[name] for name in ("answer", "results", "kinds")}}


def as_planted(kinds: dict[str, int], expected: dict[str, int]) -> str:
    """Whether all errors that there are were found, and nothing else."""
    wanted = {key: times * expected[name] for name, (key, times) in KINDS.items() if expected[name]}
    wrong = [
        f"{key} {kinds.get(key, 0)} not {wanted.get(key, 0)}"
        for key in sorted((wanted.keys() | kinds.keys()).difference(FOLLOWS))
        if kinds.get(key, 0) != wanted.get(key, 0)
    ]
    return "not as planted: " + ", ".join(wrong) if wrong else "all errors planted, no other"


def differ(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Which constraints have other numbers of nodes."""
    names = sorted(ours["by"].keys() | theirs["by"].keys())
    parts = [
        f"{name} {theirs['by'].get(name, 0)} not {ours['by'].get(name, 0)}"
        for name in names
        if ours["by"].get(name, 0) != theirs["by"].get(name, 0)
    ]
    return ", ".join(parts) or "as many, of other nodes"
