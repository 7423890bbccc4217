"""The jobs of building: an archive from its files, and a store from the triples of a graph."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import generate
import jena
from contest import KGLAB, Entrant, Setting, command, complaint, contest
from measure import PEERS, Report, child

KG = Path(sys.executable).with_name("kg")
OXIGRAPH = PEERS.with_name("oxigraph")
TEXTS = 10_000
"""Up to so many people the archive of texts is as big as the graph; beyond, it has so many."""


def measure(report: Report, setting: Setting) -> None:
    """Both jobs."""
    build(report, setting)
    load(report, setting)


def build(report: Report, setting: Setting) -> None:
    """`kg build` of texts with claims that quote them, and of a family tree; nobody else does it."""
    texts = min(setting.people, TEXTS)
    for sort, made, people in (
        ("texts", generate.archive(texts), texts),
        ("GEDCOM", None, setting.people),
    ):
        place = built_place(setting, sort)
        if made is None:
            tree(place, setting.people)
        else:
            shutil.copytree(made, place)

        def run(place: Path = place) -> dict[str, Any]:
            shutil.rmtree(place / ".kg", ignore_errors=True)
            done = command([KG, "-a", place, "build", "--json"], setting.limit)
            if "missing" not in done:
                if done["code"]:
                    return {"missing": complaint(done["err"])}
                counts = json.loads(done["out"])["counts"]
                rate = counts["quads"] / done["seconds"] / 1000
                done["note"] = (f"{counts['claims']:,} claims, {counts['quads']:,} triples,"
                                f" {rate:,.0f} thousand a second")  # fmt: skip
            return done

        contest(report, f"kg build, {sort}, {people:,} people", [Entrant("kg", run)], setting)


def built_place(setting: Setting, sort: str) -> Path:
    """Where the archive of this sort is, once it has been built."""
    return setting.folder / f"archive-{sort.lower()}"


def tree(place: Path, people: int) -> None:
    """An archive with one family tree in it, not yet built."""
    from kg.archive.folder import add_gedcom, init_archive

    named = place.with_name("tree.ged")
    named.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(generate.gedcom(people, errors=generate.ERRORS), named)
    add_gedcom(init_archive(place, title="A tree", base="https://example.org/tree/"), named)
    named.unlink()


def load(report: Report, setting: Setting) -> None:
    """The same N-Triples into kg's store and indexes, and into what others have."""
    triples = generate.graph(setting.people)
    store = setting.folder / "graph"

    def python(who: str, script_python: Path | str = PEERS) -> dict[str, Any]:
        if who == "kg":
            shutil.rmtree(store, ignore_errors=True)
        return child("load_with.py", who, triples, store, python=script_python,
                     limit=setting.limit)  # fmt: skip

    def oxigraph() -> dict[str, Any]:
        place = setting.folder / "oxigraph"
        shutil.rmtree(place, ignore_errors=True)
        done = command([OXIGRAPH, "load", "--location", place, "--file", triples], setting.limit)
        return _counted(done, [OXIGRAPH, "query", "--location", place, "--results-format", "csv",
                               "--query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"])  # fmt: skip

    def tdb2() -> dict[str, Any]:
        if jena.missing():
            return {"missing": jena.missing()}
        place = setting.folder / "tdb2"
        shutil.rmtree(place, ignore_errors=True)
        done = command(jena.command("tdb2.tdbloader", "--loc", place, triples), setting.limit)
        return _counted(done, jena.command("tdb2.tdbquery", "--loc", place, "--results=csv",
                                           "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))  # fmt: skip

    def rate(found: dict[str, Any]) -> str:
        return f"{found['answer'] / found['seconds'] / 1000:,.0f} thousand triples/s"

    contest(
        report,
        f"load a graph, {setting.people:,} people",
        [
            Entrant("kg, store and indexes on disk", lambda: python("kg", sys.executable)),
            Entrant("Oxigraph bulk load, on disk", oxigraph),
            Entrant("Jena tdb2, on disk", tdb2),
            Entrant("Oxigraph bulk load, memory", lambda: python("memory")),
            Entrant("maplib, memory", lambda: python("maplib")),
            Entrant("rdflib, memory", lambda: python("rdflib")),
            Entrant("kglab, memory", lambda: python("kglab", KGLAB)),
        ],
        setting,
        tell=rate,
    )
    report.document["versions"]["Jena"] = jena.version()


def graph_place(setting: Setting) -> Path:
    """Where kg has the graph, loaded first if need be."""
    store = setting.folder / "graph"
    if not (store / "pedigree").exists():
        shutil.rmtree(store, ignore_errors=True)
        found = child("load_with.py", "kg", generate.graph(setting.people), store)
        if "missing" in found:
            raise SystemExit(f"kg cannot load the graph: {found['missing']}")
    return store


def archive_place(setting: Setting) -> Path:
    """An archive of all the people that is built, by a build before or now; texts if not too many."""
    sort = "texts" if setting.people <= TEXTS else "GEDCOM"
    place = built_place(setting, sort)
    if not (place / ".kg" / "current").exists():
        if sort == "texts":
            shutil.copytree(generate.archive(setting.people), place, dirs_exist_ok=True)
        elif not place.exists():
            tree(place, setting.people)
        done = command([KG, "-a", place, "build"], setting.limit)
        if "missing" in done or done["code"]:
            raise SystemExit(f"kg cannot build the archive: {done}")
    return place


def _counted(done: dict[str, Any], question: list[Any]) -> dict[str, Any]:
    """The load with the number of triples that are there afterwards; a whole process, so told."""
    if "missing" in done:
        return done
    if done["code"]:
        return {"missing": complaint(done["err"])}
    found = command(question, 600)
    number = int(found["out"].split()[-1]) if "missing" not in found else -1
    return {**done, "answer": number, "note": "whole process"}
