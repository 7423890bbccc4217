"""The set-based engine finds over our own shapes what pySHACL finds, on archives made worse."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.facts import Viewpoint
from kg.build import view
from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.validate import setwise
from kg.validate.report import Result
from kg.validate.shapes import ENGINES, read_shapes, validate
from kg.vocab import INFERRED

D = "https://w3id.org/prosokg/lyushkov/"
KG = "https://w3id.org/prosokg/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
KINDS = ("drop", "object", "predicate", "subject", "swap", "retag", "double")


def worse(store: Store, seed: int, count: int) -> Store:
    """A copy with so many triples dropped, changed or doubled at random."""
    chance = random.Random(seed)
    quads = sorted(store.quads(), key=str)
    by_predicate: dict[Any, list[ox.Quad]] = {}
    for quad in quads:
        by_predicate.setdefault(quad.predicate, []).append(quad)
    predicates = sorted(by_predicate, key=str)
    inner = ox.Store()
    inner.bulk_extend(store.quads(graph=None))
    for _ in range(count):
        # by predicate first: what is rare is changed as often as what is common
        quad = chance.choice(by_predicate[chance.choice(predicates)])
        like = chance.choice(by_predicate[quad.predicate])
        other = chance.choice(quads)
        while isinstance(other.object, ox.Literal) != isinstance(like.object, ox.Literal):
            other = chance.choice(quads)  # pySHACL fails where a path meets a text on its way
        kind = chance.choice(KINDS)
        if kind in ("drop", "object", "predicate", "retag", "swap"):
            for graph in (DEFAULT_GRAPH, ox.NamedNode(INFERRED)):  # what is inferred stands in both
                inner.remove(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
        new = {
            "object": (quad.subject, quad.predicate, like.object),
            "double": (quad.subject, quad.predicate, like.object),
            "predicate": (quad.subject, like.predicate, other.object),
            "subject": (other.subject, quad.predicate, quad.object),
            "swap": (quad.object, quad.predicate, quad.subject),
            "retag": (quad.subject, quad.predicate, retagged(quad.object, chance)),
        }.get(kind)
        if new is not None and not isinstance(new[0], ox.Literal):
            inner.add(ox.Quad(*new, DEFAULT_GRAPH))
    return Store(inner, store.prefixes, info=store.info)


def retagged(term: Any, chance: random.Random) -> Any:
    """A literal in another language, of another value; what is none stays."""
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return ox.Literal(term.value, language=chance.choice(("ru", "en", "ru-Latn", "de")))
    if term.datatype.value == XSD + "date":
        return ox.Literal(f"{chance.randint(1500, 2100)}{term.value[4:]}", datatype=term.datatype)
    number = term.datatype.value == XSD + "integer"  # ill-typed numbers: see the departures
    return ox.Literal(term.value + ("1" if number else chance.choice(("", "1", "-06"))),
                      datatype=term.datatype)  # fmt: skip


def keys(results: Sequence[Result]) -> set[tuple[Any, ...]]:
    return {(r.shape.rpartition("/")[2], r.component.rpartition("#")[2], str(r.focus), str(r.path),
             str(r.value), r.severity, r.messages) for r in results}  # fmt: skip


def differences(store: Store) -> tuple[int, list[Any], list[Any]]:
    shapes = read_shapes()
    ours = keys(ENGINES["setwise"](store, shapes, ()))
    theirs = keys(ENGINES["pyshacl"](store, shapes, ()))
    return len(theirs), sorted(ours - theirs), sorted(theirs - ours)
