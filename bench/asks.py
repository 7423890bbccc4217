"""Times every named question over one built archive, with parameters taken from that archive.

    python bench/asks.py ARCHIVE [--only NAME ...] [--runs N] [--limit SECONDS] [--query TEXT]

People, places, bodies, events and the rest are those of whom the archive says most and least;
what a question may leave out is left out once and given once. Times are of the processor, in
one process, from the query to the last row; the first run is not counted. A question about one
person or thing is flagged above `--bound` milliseconds, one about a selection or the archive
where it gives fewer than `--rate` rows in a millisecond and takes more than the bound.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from measure import Report, Row, versions

from kg.query import asks
from kg.store.embedded import Node, Store, text_of
from kg.store.layout import current_folder
from kg.vocab import KG, PREFIXES, RDF, RDFS

SEEN = 100_000
"""Quads that are looked at for a day in the middle."""


class Case(NamedTuple):
    """One question with its parameters; `label` tells which they are."""

    ask: str
    label: str
    bindings: Mapping[str, tuple[str, str]]


def opened(archive: Path) -> Store:
    """The store as it was built, whatever has changed since; nothing is built anew."""
    built = archive / ".kg"
    folder = current_folder(built) or next(built.glob("build-*"))
    place = folder / "store"
    return Store(ox.Store.read_only(str(place)), dict(PREFIXES), place)


class Chosen:
    """Things of the archive by the type of a parameter: the ones of which it says most and least."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[str, tuple[str, str]] = {}

    def _count(self, *properties: str, of_subject: bool = False) -> Counter[str]:
        """How often each thing stands at one end of these properties; counted by the engine."""
        end, listed = "?s" if of_subject else "?o", " ".join(f"<{name}>" for name in properties)
        query = (
            f"SELECT {end} (COUNT(*) AS ?n) {{ VALUES ?p {{ {listed} }} ?s ?p ?o }} GROUP BY {end}"
        )
        return Counter({
            node.value: int(text_of(number))
            for node, number in self._store.rows(query)
            if isinstance(node, ox.NamedNode)
        })  # fmt: skip

    def _of_class(self, name: str) -> Counter[str]:
        quads = self._store.quads(None, RDF + "type", KG + name)
        return Counter(q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode))

    def _counted(self, type_: str) -> Counter[str]:
        match type_:
            case "person":
                people = self._of_class("Person")
                roles = ("agent", "patient", "leader", "recipient", "involves", "sibling", "parent")
                tied = self._count(*(KG + role for role in roles))
                return Counter({person: tied[person] for person in people})
            case "place":
                return self._count(KG + "place") or self._of_class("Place")
            case "group":
                return self._count(KG + "organization") or self._of_class("Organization") or (
                    self._of_class("Group")
                )  # fmt: skip
            case "position":
                return self._count(KG + "position")
            case "event":
                events = self._of_class("Event")
                roles = ("agent", "patient", "involves")
                had = self._count(*(KG + role for role in roles), of_subject=True)
                return Counter({event: had[event] for event in events})
            case "account":
                return self._count(KG + "account")
            case "source":
                return self._count(KG + "source")
            case "property":
                return self._count(RDF + "predicate")
        return Counter(dict.fromkeys(self.most_and_least("person"), 1))

    def most_and_least(self, type_: str) -> tuple[str, str]:
        """The IRI of each; ("", "") where the archive has no such thing."""
        if type_ not in self._found:
            counted = self._counted(type_)
            ordered = sorted((number, iri) for iri, number in counted.items() if number) or sorted(
                (0, iri) for iri in counted
            )
            self._found[type_] = (ordered[-1][1], ordered[0][1]) if ordered else ("", "")
        return self._found[type_]

    def days(self) -> tuple[str, str]:
        """A day in the middle of the archive's time, and one a year later."""
        days = []
        for number, quad in enumerate(self._store.quads(None, KG + "earliest")):
            days.append(str(getattr(quad.object, "value", "")))
            if number > SEEN:
                break
        day = sorted(days)[len(days) // 2] if days else "1900-06-01"
        return day, f"{int(day[:4]) + 1:04}{day[4:]}"

    def text(self, name: str) -> str:
        """A word for a parameter that is text: a type of event, the key of a claim."""
        if name == "type":
            kind = self._count(KG + "eventType").most_common(1)
            labels = self._store.quads(kind[0][0] if kind else None, RDFS + "label", None, None)
            return next((q.object.value for q in labels if isinstance(q.object, ox.Literal)), "")
        keys = self._store.quads(None, KG + "key")
        return next((q.object.value for q in keys if isinstance(q.object, ox.Literal)), "none")


def cases(chosen: Chosen, names: list[str]) -> Iterator[Case]:
    """Each question with what is most and least said of; once without what may be left out."""
    day, later = chosen.days()
    for name in names:
        ask = asks.get(name)
        if any(not parameter.default for parameter in ask.parameters):
            needed = [p for p in ask.parameters if p.default]
            yield Case(name, "left out", _bound(chosen, needed, 0, day, later))
        if all(parameter.type in ("date", "text") for parameter in ask.parameters):
            yield Case(name, "", _bound(chosen, ask.parameters, 0, day, later))
            continue
        for at, label in enumerate(("most", "least")):
            yield Case(name, label, _bound(chosen, ask.parameters, at, day, later))


def _bound(
    chosen: Chosen, parameters: object, at: int, day: str, later: str
) -> dict[str, tuple[str, str]]:
    bound: dict[str, tuple[str, str]] = {}
    dates = iter((day, later))
    for parameter in parameters:  # type: ignore[attr-defined]
        if parameter.type == "date":
            bound[parameter.name] = ("date", next(dates))
        elif parameter.type == "text":
            bound[parameter.name] = ("text", chosen.text(parameter.name))
        else:
            # Of two parameters of one type the second is the other one, not the same again.
            again = sum(p.type == parameter.type for p in parameters if p.name in bound)  # type: ignore[attr-defined]
            both = chosen.most_and_least(parameter.type)
            if both[0]:
                bound[parameter.name] = ("iri", both[(at + again) % 2])
    return bound


def _terms(bindings: Mapping[str, tuple[str, str]]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, (kind, value) in bindings.items():
        match kind:
            case "iri":
                found[name] = ox.NamedNode(value)
            case "date":
                found[name] = ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))
            case _:
                found[name] = ox.Literal(value)
    return found


def answer(archive: Path, told: Connection, runs: int) -> None:
    """Answer one case after the other: milliseconds and rows, until the other side hangs up."""
    store = opened(archive)
    while (case := told.recv()) is not None:
        ask, bindings = asks.get(case.ask), _terms(case.bindings)
        times = []
        rows = 0
        for _ in range(runs + 1):
            start = time.process_time()
            rows = len(asks.run(store, ask, bindings).rows)
            times.append((time.process_time() - start) * 1000)
            if times[-1] > 2000:  # the first run of a long one counts: it is not the cold disk
                break
        told.send((statistics.median(times[1:] or times), rows))


def measured(
    archive: Path, wanted: list[Case], runs: int, limit: float
) -> Iterator[tuple[Case, float | None, int]]:
    """Each case with its milliseconds (None where it was given up) and its rows."""
    spawn = multiprocessing.get_context("spawn")
    worker = pipe = None
    for case in wanted:
        if worker is None:
            pipe, told = spawn.Pipe()
            worker = spawn.Process(target=answer, args=(archive, told, runs), daemon=True)
            worker.start()
            told.close()
        assert pipe is not None
        pipe.send(case)
        try:
            found = pipe.recv() if pipe.poll(limit * (runs + 1)) else None
        except EOFError:
            found = None
        if found is None:
            worker.kill()
            worker.join()
            worker = None
            yield case, None, 0
        else:
            yield case, *found
    if worker is not None and pipe is not None:
        pipe.send(None)
        worker.join()


def main() -> None:
    """Print the table and keep it in `out/`."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=20, help="seconds for one run")
    parser.add_argument("--bound", type=float, default=5, help="milliseconds")
    parser.add_argument("--rate", type=float, default=5, help="rows in a millisecond")
    chosen = parser.parse_args()

    store = opened(chosen.archive)
    people = sum(1 for _ in store.quads(None, RDF + "type", KG + "Person"))
    report = Report("asks", f"named questions over {people:,} people, {store.count():,} quads")
    wanted = list(cases(Chosen(store), chosen.only or sorted(asks.asks())))
    flagged = 0
    for case, taken, rows in measured(chosen.archive, wanted, chosen.runs, chosen.limit):
        if taken is None:
            flagged += 1
            report.add(Row(case.ask, case.label, None, note=f"SLOW: over {chosen.limit:g} s"))
            continue
        rate = rows / max(taken, 0.001)
        slow = taken > chosen.bound and rate < chosen.rate
        flagged += slow
        note = f"{rows:,} rows, {rate:.3g} rows/ms" + ("  SLOW" if slow else "")
        report.add(Row(case.ask, case.label, round(taken, 3), note=note))
    print(f"{len(wanted)} cases, {flagged} flagged")
    report.document["versions"] |= versions("pyoxigraph")
    report.save(people=people, quads=store.count(), flagged=flagged)


if __name__ == "__main__":
    main()
