"""Asks an archive a set of questions in one process, and prints the answers' digest as JSON.

    python bench/strain_reader.py ARCHIVE PERSON PERSON

Used by `strain.py`. The answers go through every part of what was built: each order of the
store's tables, the names, the ties and the pedigree. What kg said on the way is in `said`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kg
from kg.errors import KgError
from kg.view import View, open_view

COUNTS = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"
GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
BY_OBJECT = """SELECT ?class (COUNT(?s) AS ?n) WHERE { ?s a ?class . ?claim rdf:subject ?s }
GROUP BY ?class ORDER BY ?class"""
DATES = "SELECT ?s ?from WHERE { ?s kg:earliest ?from . FILTER(?from < '1850-01-01'^^xsd:date) }"


def answers(view: View, one: str, other: str) -> Iterator[Any]:
    """What each question answers, as plain values in a fixed order."""
    for query in (COUNTS, GRAPHS, BY_OBJECT):
        yield [[str(node) for node in row] for row in view.store.rows(query)]
    yield sorted(str(row) for row in view.store.rows(DATES))
    yield sorted(str(quad) for quad in view.store.quads(graph=None))
    yield [match.iri for match in kg.find(view, view.labels.of(one))]
    yield [match.iri for match in kg.find(view, "Jhon")]
    for name in ("parents", "children", "events-of"):
        yield [list(row) for row in kg.ask(view, name, one)]
    yield str(kg.path(view, one, other))
    yield kg.kinship(view, one, other)
    yield kg.relatives(view, one)


def main() -> None:
    """Answer, or say why not: exit code 4 and the error's words."""
    archive, one, other = sys.argv[1:]
    said: list[str] = []
    try:
        with open_view(Path(archive), progress=said.append) as view:
            digest = hashlib.sha256()
            for answer in answers(view, one, other):
                digest.update(json.dumps(answer, ensure_ascii=False, default=str).encode())
    except KgError as error:
        print(json.dumps({"said": said, "error": error.message}))
        raise SystemExit(4) from None
    print(json.dumps({"said": said, "answers": digest.hexdigest()}))


if __name__ == "__main__":
    main()
