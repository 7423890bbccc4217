"""The profile of one thing: its facts with how sure they are, and what is only claimed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.dossier.evidence import type_of
from kg.dossier.timeline import Part, timeline
from kg.facts import Standing
from kg.infer import Proof, Rule, prove, rules
from kg.model.claims import Certainty
from kg.query.labels import Labels
from kg.statements import Statement, statements_about
from kg.store.embedded import Node, Store, text_of
from kg.vocab import INFERRED, KG, RDF, RDFS

_FORM = frozenset({KG + "earliest", KG + "latest", RDF + "type", RDFS + "label", RDFS + "comment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One fact's value: the claims behind it, how sure, inferred by which rule, contested or not.

    `rule` is "" for what a claim states outright. `possible` says that the value is itself a mere
    possibility: who suspects an arrest does so in fact, and still nobody need be arrested.
    """

    node: Node
    claims: tuple[str, ...]
    certainty: Certainty
    rule: str
    contested: bool
    possible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A thing whole. `facts` are (property, values); `inverse` are (property, things that name it).

    `marks` says of a (property, thing) of `inverse` that it is "inferred", or "possibility" where
    the thing is a mere possibility. `parts` are its happenings in order; `claimed` the claims
    about it that make no fact.
    """

    iri: str
    type: str
    label: str
    comments: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Value, ...]], ...]
    inverse: tuple[tuple[str, tuple[str, ...]], ...]
    marks: dict[tuple[str, str], str]
    parts: tuple[Part, ...]
    claimed: tuple[Statement, ...]


def profile(store: Store, thing: str, labels: Labels, rule_sets: Sequence[str] = ()) -> Profile:
    """All that a store knows of one thing."""
    statements = statements_about(store, thing, labels)
    parts = tuple(timeline(store, thing, labels))
    inverse = _inverse(store, thing, {part.happening for part in parts})
    return Profile(
        iri=thing,
        type=type_of(store, thing),
        label=labels.of(thing),
        comments=tuple(sorted(text_of(node) for node in store.objects(thing, RDFS + "comment"))),
        facts=_facts(store, thing, statements, rule_sets),
        inverse=inverse,
        marks=_marks(store, thing, inverse),
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
        if predicate in _FORM:
            continue
        behind = claims.get((predicate, str(quad.object)), [])
        if behind:
            value = Value(
                node=quad.object, claims=tuple(s.iri for s in behind),
                certainty=max((s.certainty for s in behind), key=_rank),
                rule=_editorial(behind), contested=any(s.conflicts for s in behind),
                possible=_is_possibility(store, quad.object),
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
    return behind[0].rule or "not said"


def _is_possibility(store: Store, node: Node) -> bool:
    if not isinstance(node, ox.NamedNode):
        return False
    return any(
        text_of(kind) == KG + "Possibility" for kind in store.objects(node.value, RDF + "type")
    )


def _drawn(store: Store, quad: ox.Quad, chosen: Sequence[Rule]) -> Value:
    """A value that a rule made: as sure as the least sure claim it rests on."""
    proof = prove(store, ox.Triple(quad.subject, quad.predicate, quad.object), chosen)
    leaves = proof.leaves() if proof else ()
    return Value(
        node=quad.object, claims=leaves, rule=proof.rule if proof else "not said",
        contested=any(store.objects(claim, KG + "conflictsWith") for claim in leaves),
        certainty=_sureness(store, proof) if proof else Certainty.POSSIBLE,
        possible=_is_possibility(store, quad.object),
    )  # fmt: skip


def _sureness(store: Store, proof: Proof) -> Certainty:
    """The surest claim of a fact counts, and the least sure premise of a rule."""
    if not proof.claims:
        return min((_sureness(store, premise) for premise in proof.premises), key=_rank)
    return max(
        (
            Certainty(text_of(node).removeprefix(KG))
            for claim in proof.claims
            for node in store.objects(claim, KG + "certainty")
        ),
        key=_rank,
    )


def _rank(certainty: Certainty) -> int:
    return certainty.rank


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


def _marks(
    store: Store, thing: str, inverse: Iterable[tuple[str, tuple[str, ...]]]
) -> dict[tuple[str, str], str]:
    """What has to be said of those facts of other things that are no plain ones."""
    found = {}
    for predicate, others in inverse:
        for other in others:
            words = []
            if _is_possibility(store, ox.NamedNode(other)):
                words.append("possibility")
            if next(store.quads(other, predicate, thing, INFERRED), None) is not None:
                words.append("inferred")
            if words:
                found[predicate, other] = ", ".join(words)
    return found
