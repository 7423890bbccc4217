"""Asks a peer of kg about kin: a process of its own for `kinship.py`.

python bench/peer_kinship.py sgkit PARENTS.npz RESULT.npy
python bench/peer_kinship.py gramps TREE.ged PAIRS.json DEPTH LIMIT
python bench/peer_kinship.py oxigraph|rdflib PARENTS.nt PAIRS.json LIMIT
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import answer, asked_apart, seconds
from peer_gedcom import ready_gramps

Pair = tuple[int, int]
IRI = "https://example.org/tree/"
NAIVE = "SELECT DISTINCT ?x {{ <{a}> <{p}>+ ?x . <{b}> <{p}>+ ?x }}"
APART = (
    "SELECT ?x {{ {{ SELECT DISTINCT ?x {{ <{a}> <{p}>+ ?x }} }}"
    " {{ SELECT DISTINCT ?x {{ <{b}> <{p}>+ ?x }} }} }}"
)
"""The same question so written that an engine need not join one closure with the other."""


def sgkit(parents: str, result: str) -> None:
    """The inbreeding of everybody, after a small run that compiles.

    It compiles for each type of number by itself: the small run must have that of the large one.
    """
    import numpy as np
    import sgkit as sg
    import xarray as xr

    def reckon(found: Any) -> Any:
        data = xr.Dataset({"parent": (("samples", "parents"), found)})
        done = sg.pedigree_inbreeding(data, method="diploid", allow_half_founders=True)
        return done["stat_pedigree_inbreeding"].values

    pedigree = np.load(parents)["parents"]
    first, _ = seconds(
        lambda: reckon(np.array([[-1, -1], [-1, -1], [0, 1], [0, -1]], pedigree.dtype))
    )
    taken, found = seconds(lambda: reckon(pedigree))
    np.save(result, found)
    answer({"seconds": taken, "first": first, "mean": float(found.mean())}, "sgkit")


def gramps(tree: str, pairs: str, depth: str, limit: str) -> None:
    """The nearest relationship of each pair, by the calculator of Gramps on its own database."""
    taken, database = seconds(lambda: quietly(lambda: ready_gramps()(Path(tree))))
    from gramps.gen.relationship import RelationshipCalculator

    calculator = RelationshipCalculator()
    calculator.set_depth(int(depth))
    people = {}
    for person in database.iter_people():
        people[int(re.sub(r"\D", "", person.gramps_id))] = person.handle

    def ask(pair: Pair) -> Any:
        start = time.process_time()
        one, other = (database.get_person_from_handle(people[name]) for name in pair)
        found = calculator.get_one_relationship(database, one, other, extra_info=True)
        return time.process_time() - start, found

    wanted = [(a, b) for a, b in json.loads(Path(pairs).read_text())]
    ask((wanted[0][0], wanted[0][0]))
    found = list(asked_apart(ask, wanted, float(limit)))
    answer({"ready": taken, "people": len(people), "times": [taken for taken, _ in found],
            "cpu": [each[0] for _, each in found if each],
            "answers": [each and each[1] for _, each in found]}, "gramps")  # fmt: skip


def quietly(work: Callable[[], Any]) -> Any:
    """Do something that prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return work()


def shared(engine: str, triples: str, pairs: str, limit: str) -> None:
    """How many ancestors each pair shares, by SPARQL in two wordings."""
    ask = {"oxigraph": _oxigraph, "rdflib": _rdflib}[engine]
    ready, query = seconds(lambda: ask(triples))
    wanted = [(a, b) for a, b in json.loads(Path(pairs).read_text())]
    document: dict[str, Any] = {"ready": ready}
    for name, text in (("naive", NAIVE), ("apart", APART)):

        def one(pair: Pair, text: str = text) -> int:
            a, b = (f"{IRI}p{name}" for name in pair)
            return int(query(text.format(a=a, b=b, p=IRI + "parent")))

        one((-1, -1))  # of nobody: what is loaded for the first question does not count
        found = list(asked_apart(one, wanted, float(limit)))
        document[name] = {"times": [t for t, _ in found], "answers": [a for _, a in found]}
    answer(document, "pyoxigraph" if engine == "oxigraph" else engine)


def _oxigraph(triples: str) -> Callable[[str], int]:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=triples, format=ox.RdfFormat.N_TRIPLES)
    return lambda text: sum(1 for _ in store.query(text))


def _rdflib(triples: str) -> Callable[[str], int]:
    import rdflib

    graph = rdflib.Graph()
    graph.parse(triples, format="nt")
    return lambda text: len(graph.query(text))


def main() -> None:
    """Ask the peer that is named."""
    who, *words = sys.argv[1:]
    if who in ("oxigraph", "rdflib"):
        shared(who, *words)
    else:
        {"sgkit": sgkit, "gramps": gramps}[who](*words)


if __name__ == "__main__":
    main()
