"""Answers questions about a graph with kg or one of its peers: a process that `asking.py` talks to.

    python bench/questions_with.py kg|memory|disk|rdflib|kglab|maplib TRIPLES FOLDER

One question a line on standard input as JSON, one answer a line: the median time of all its cases,
how many rows there are, and a digest of all rows in order.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from measure import peak_memory, seconds, versions

Rows = list[tuple[Any, ...]]
Answerer = Callable[[dict[str, Any], str, dict[str, str]], Any]
BUDGET = 2.0
"""Seconds after which a case is not repeated."""


def _sparql(terms: Callable[[Any], Iterable[Iterable[Any]]]) -> Answerer:
    return lambda question, text, values: [tuple(row) for row in terms(text)]


def kg(triples: Path, folder: Path) -> Answerer:
    from contextlib import ExitStack

    import kg_graph
    import kg_questions

    stack = ExitStack()  # what is mapped stays open as long as it is held
    graph = stack.enter_context(kg_graph.opened(folder))

    def ask(question: dict[str, Any], text: str, values: dict[str, str]) -> Rows:
        assert stack
        return kg_questions.ASKS[question["name"]](graph, text, values)

    return ask


def disk(triples: Path, folder: Path) -> Answerer:
    import pyoxigraph as ox

    store = ox.Store.read_only(str(folder / "store"))
    return _sparql(store.query)  # type: ignore[arg-type]


def memory(triples: Path, folder: Path) -> Answerer:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    return _sparql(store.query)  # type: ignore[arg-type]


def rdflib(triples: Path, folder: Path) -> Answerer:
    import rdflib

    graph = rdflib.Graph().parse(triples, format="nt")
    return _sparql(graph.query)  # type: ignore[arg-type]


def kglab(triples: Path, folder: Path) -> Answerer:
    import kglab

    graph = kglab.KnowledgeGraph()
    graph.load_rdf(str(triples), format="nt")
    return _sparql(graph.query)


def maplib(triples: Path, folder: Path) -> Answerer:
    import maplib

    model = maplib.Model()
    model.read(str(triples), format="ntriples")

    def ask(question: dict[str, Any], text: str, values: dict[str, str]) -> Rows:
        rows: Rows = model.query(text).rows()
        return rows

    return ask


ENGINES = {"kg": kg, "memory": memory, "disk": disk, "rdflib": rdflib, "kglab": kglab,
           "maplib": maplib}  # fmt: skip
PACKAGES = {"kg": "prosokg", "memory": "pyoxigraph", "disk": "pyoxigraph"}


def plain(term: Any) -> str:
    """A term as text, whatever the library: the IRI, or the words of a literal."""
    text = str(getattr(term, "value", term)) if not _is_rdflib(term) else str(term)
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    if text.startswith('"'):  # maplib: a literal with its language or type
        return text[1 : text.rindex('"')]
    return text


def _is_rdflib(term: Any) -> bool:
    return type(term).__module__.startswith("rdflib")


def main() -> None:
    """Be ready, then answer."""
    who, triples, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    import_module({"memory": "pyoxigraph", "disk": "pyoxigraph"}.get(who, who))
    taken, ask = seconds(lambda: ENGINES[who](triples, folder))
    tell({"seconds": taken, "versions": versions(PACKAGES.get(who, who))})
    for line in sys.stdin:
        question = json.loads(line)
        times, digest, number = [], hashlib.sha256(), 0
        for case in question["cases"]:
            own: list[float] = []
            begun = time.perf_counter()
            while len(own) < question["runs"] and (
                not own or time.perf_counter() - begun < BUDGET / len(question["cases"])
            ):
                took, rows = seconds(
                    lambda case=case, question=question: ask(question, case["text"], case["values"])
                )
                own.append(took)
            # The first time things are compiled and found; of a few runs it is left out.
            times.append(median(own[1:] or own))
            written = sorted("\t".join(map(plain, row)) for row in rows)
            number += len(written)
            digest.update("\n".join(written).encode())
        tell({"seconds": median(times), "worst": max(times), "rows": number,
              "answer": [number, digest.hexdigest()[:12]], "megabytes": peak_memory()})  # fmt: skip


def tell(document: dict[str, Any]) -> None:
    """One line of JSON."""
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    main()
