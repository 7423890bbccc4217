"""The profile of one thing: its facts with how sure they are, and what is only claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.dossier.claims import Statement, claims_about, read_statements
from kg.dossier.evidence import type_of
from kg.dossier.timeline import Part, timeline
from kg.facts import Standing
from kg.infer import Rule, prove, rules
from kg.model.claims import Certainty
from kg.query.labels import Labels
from kg.store.embedded import Node, Store, text_of
from kg.vocab import INFERRED, KG, RDFS

_FORM = frozenset({KG + "earliest", KG + "latest", RDFS + "label", RDFS + "comment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One fact's value: the claims behind it, how sure, inferred by which rule, contested or not.

    `rule` is "" for what a claim states outright.
    """

    node: Node
    claims: tuple[str, ...]
    certainty: Certainty
    rule: str
    contested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A thing whole. `facts` are (property, values); `inverse` are (property, things that name it).

    `parts` are its happenings in order; `claimed` the claims about it that make no fact.
    """

    iri: str
    type: str
    label: str
    comments: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Value, ...]], ...]
    inverse: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[Part, ...]
    claimed: tuple[Statement, ...]


def profile(store: Store, thing: str, labels: Labels, rule_sets: Sequence[str] = ()) -> Profile:
    """All that a store knows of one thing."""
    statements = read_statements(store, claims_about(store, thing), labels)
    parts = tuple(timeline(store, thing, labels))
    in_parts = {part.happening for part in parts}
    return Profile(
        iri=thing,
        type=type_of(store, thing),
        label=labels.of(thing),
        comments=tuple(sorted(text_of(node) for node in store.objects(thing, RDFS + "comment"))),
        facts=_facts(store, thing, statements, rule_sets),
        inverse=_inverse(store, thing, in_parts),
        parts=parts,
        claimed=tuple(s for s in statements if s.standing is Standing.CLAIMED),
    )


def _facts(
    store: Store, thing: str, statements: Sequence[Statement], rule_sets: Sequence[str]
) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    claims: dict[tuple[str, str], list[Statement]] = {}
    for statement in statements:
        if statement.standing is not Standing.CLAIMED:
            claims.setdefault((statement.predicate, str(statement.object)), []).append(statement)
    inferred = {(q.predicate, q.object) for q in store.quads(thing, None, None, INFERRED)}
    chosen = rules(tuple(rule_sets))
    found: dict[str, list[Value]] = {}
    for quad in store.quads(thing):
        predicate = text_of(quad.predicate)
        if predicate in _FORM or predicate.endswith("#type"):
            continue
        behind = claims.get((predicate, str(quad.object)), [])
        if behind:
            value = Value(
                node=quad.object, claims=tuple(s.iri for s in behind),
                certainty=max((s.certainty for s in behind), key=lambda c: c.rank),
                rule=_editorial(behind), contested=any(s.conflicts for s in behind),
            )  # fmt: skip
        elif (quad.predicate, quad.object) in inferred:
            value = _drawn(store, quad, chosen)
        else:
            continue  # the form of a claim, a passage, an account or a source
        found.setdefault(predicate, []).append(value)
    return tuple(
        (predicate, tuple(sorted(values, key=lambda v: str(v.node))))
        for predicate, values in sorted(found.items(), key=lambda item: _place(item[0]))
    )


def _editorial(behind: Sequence[Statement]) -> str:
    """The rule of an editorial inference, where nothing but such inferences supports a fact."""
    if any(s.standing is Standing.FACT for s in behind):
        return ""
    return behind[0].rule


def _drawn(store: Store, quad: ox.Quad, chosen: Sequence[Rule]) -> Value:
    """A value that a rule made: as sure as the least sure claim it rests on."""
    proof = prove(store, ox.Triple(quad.subject, quad.predicate, quad.object), chosen)
    leaves = proof.leaves() if proof else ()
    ranks = []
    contested = False
    for claim in leaves:
        for node in store.objects(claim, KG + "certainty"):
            ranks.append(Certainty(text_of(node).removeprefix(KG)))
        contested = contested or bool(store.objects(claim, KG + "conflictsWith"))
    return Value(
        node=quad.object, claims=leaves, rule=proof.rule if proof else "?", contested=contested,
        certainty=min(ranks, key=lambda c: c.rank, default=Certainty.POSSIBLE),
    )  # fmt: skip


_FIRST = (
    "name", "givenName", "patronymic", "familyName", "gender", "birthDate", "birthPlace",
    "deathDate", "deathPlace", "fate", "age", "father", "mother", "parent", "spouse", "child",
    "sibling", "relative",
)  # fmt: skip


def _place(predicate: str) -> tuple[int, str]:
    """Names first, then birth and death, family, and the rest by name."""
    local = predicate.removeprefix(KG)
    return (_FIRST.index(local) if local in _FIRST else len(_FIRST), predicate)


def _inverse(
    store: Store, thing: str, in_parts: set[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Facts of other things that name this one: members, what lies in it, what is about it."""
    found: dict[str, list[str]] = {}
    for quad in store.quads(None, None, thing):
        predicate, subject = text_of(quad.predicate), text_of(quad.subject)
        if subject in in_parts or not predicate.startswith(KG):
            continue
        if predicate in (KG + "source", KG + "account", KG + "attributedTo"):
            continue
        found.setdefault(predicate, []).append(subject)
    return tuple((predicate, tuple(sorted(things))) for predicate, things in sorted(found.items()))
