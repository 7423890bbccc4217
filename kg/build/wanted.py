"""What a build must keep at hand of the triples that pass by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kg import assets
from kg.infer import drawings, rules
from kg.relations.kinds import kinds
from kg.relations.pedigrees import PARENTS
from kg.store.closing import predicates
from kg.store.parsing import read_select
from kg.store.patterns import constants
from kg.vocab import KG, RDFS

NAMED: Final = (
    RDFS + "label",
    *(KG + name for name in ("name", "givenName", "familyName", "patronymic", "nickname")),
)
"""Properties (IRIs) whose literals the index of names and the pedigree are made from."""

_MODEL = ("nodes", "kin-lives", "kin-marriages", "kin-rivals", "kin-siblings", "kin-spouses")
_KIN = (
    *PARENTS,
    *(KG + name for name in ("spouse", "samePerson", "identicalTwin", "gender", "fate")),
)


def kept(rule_sets: Iterable[str]) -> set[str]:
    """The predicates (terms in brackets) that rules, ties and the pedigree ask for."""
    found = {f"<{iri}>" for iri in _KIN}
    for drawing in drawings(rules(tuple(rule_sets))):
        found |= predicates(drawing)
    for kind in kinds().values():
        found |= constants(read_select(kind.query))
    for name in _MODEL:
        found |= constants(read_select(assets.read(f"queries/model/{name}.rq")))
    return {term for term in found if term.startswith("<")} - {f"<{iri}>" for iri in NAMED}
