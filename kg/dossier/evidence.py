"""The evidence for a thing or one aspect of it: every account, what agrees, what conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg import assets
from kg.dossier.aspects import Aspect
from kg.infer import Proof, prove, rules
from kg.model.claims import Mode
from kg.query.labels import Labels
from kg.statements import Statement, Voice, read_statements, statements_about
from kg.store.embedded import Store, text_of
from kg.vocab import INFERRED, KG, ONTOLOGY, PREFIXES, RDF

_ORDER = tuple(Mode)
_SUBJECT, _PREDICATE, _OBJECT = RDF + "subject", RDF + "predicate", RDF + "object"
_BROADER = PREFIXES["skos"] + "broader"
_PATIENT = frozenset({KG + "patient"})
_INVOLVED = frozenset({KG + role for role in ("patient", "agent", "leader", "recipient")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one voice says of one thing or happening. `type` is the class IRI of the subject."""

    subject: str
    type: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One voice with all that it says on the matter."""

    voice: Voice
    told: tuple[Told, ...]

    def statements(self) -> Iterator[Statement]:
        """Every claim of the voice, in the order shown."""
        for part in self.told:
            yield from part.statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All accounts of a matter side by side, and the proofs of what only rules say of it.

    `agreeing` are claims that say one and the same of a thing; `conflicts` are pairs of
    claims that were recorded as irreconcilable.
    """

    thing: str
    aspect: str
    accounts: tuple[Account, ...]
    proofs: tuple[Proof, ...]
    agreeing: tuple[tuple[Statement, ...], ...]
    conflicts: tuple[tuple[str, str], ...]
    premises: dict[str, Statement]

    @property
    def agreements(self) -> tuple[tuple[str, ...], ...]:
        """The IRIs of the claims that agree."""
        return tuple(tuple(statement.iri for statement in group) for group in self.agreeing)

    def statements(self) -> Iterator[Statement]:
        """Every claim on the matter."""
        for account in self.accounts:
            yield from account.statements()


def evidence(
    store: Store, thing: str, labels: Labels, *, aspect: Aspect | None = None,
    rule_sets: Sequence[str] = (),
) -> Evidence:  # fmt: skip
    """Every claim about a thing, or about one aspect of it, grouped by the voice that makes it.

    For an aspect with types of events, the claims about those happenings are part of it:
    whoever asks for a man's fate wants his death, its place and the hand behind it.
    """
    subjects = [thing, *_happenings(store, thing, aspect)]
    wanted = [
        statement
        for subject in subjects
        for statement in statements_about(store, subject, labels)
        if aspect is None or subject != thing or statement.predicate in aspect.properties
    ]
    # The claim of a record stands for many facts: which one is meant, whoever refers to it says.
    by_iri = {statement.iri: statement for statement in wanted if not statement.of_record}
    proofs = tuple(_proofs(store, thing, aspect, rule_sets))
    return Evidence(
        thing=thing,
        aspect=aspect.name if aspect else "",
        accounts=tuple(_by_voice(store, wanted)),
        proofs=proofs,
        agreeing=_agreeing(wanted),
        conflicts=_conflicts(wanted),
        premises=_premises(store, wanted, proofs, by_iri, labels),
    )


def _happenings(store: Store, thing: str, aspect: Aspect | None) -> list[str]:
    if aspect is None or not (aspect.events or aspect.postings):
        return []
    types = _with_narrower(store, aspect.events)
    found: dict[str, None] = {}
    for _, happening, role, class_ in store.rows(
        assets.read("queries/model/happenings-of.rq"), thing=thing
    ):
        iri, role_iri = text_of(happening), text_of(role)
        if text_of(class_) == KG + "Posting":
            if aspect.postings and role_iri == KG + "agent":
                found[iri] = None
        elif role_iri in (_INVOLVED if aspect.postings else _PATIENT) and types & _types(
            store, iri
        ):
            found[iri] = None
    return list(found)


def _types(store: Store, happening: str) -> set[str]:
    """Types of a happening by any account."""
    claims = (text_of(quad.subject) for quad in store.quads(None, _SUBJECT, happening))
    return {text_of(node) for node in store.objects(happening, KG + "eventType")} | {
        text_of(node)
        for claim in claims
        if text_of(next(iter(store.objects(claim, _PREDICATE)), None)) == KG + "eventType"
        for node in store.objects(claim, _OBJECT)
    }


def _with_narrower(store: Store, types: Iterable[str]) -> set[str]:
    found = set(types)
    todo = list(found)
    while todo:
        for quad in store.quads(None, _BROADER, todo.pop(), ONTOLOGY):
            narrower = text_of(quad.subject)
            if narrower not in found:
                found.add(narrower)
                todo.append(narrower)
    return found


def type_of(store: Store, iri: str) -> str:
    """The class of a thing, "" where it has none."""
    return min((text_of(node) for node in store.objects(iri, RDF + "type")), default="")


def _by_voice(store: Store, statements: Sequence[Statement]) -> Iterator[Account]:
    voices: dict[str, list[Statement]] = {}
    for statement in statements:
        voices.setdefault(statement.voice.iri, []).append(statement)
    ordered = sorted(
        voices.values(), key=lambda group: (_ORDER.index(group[0].voice.mode), group[0].voice.iri)
    )
    for group in ordered:
        subjects: dict[str, list[Statement]] = {}
        for statement in group:
            subjects.setdefault(statement.subject, []).append(statement)
        yield Account(
            voice=group[0].voice,
            told=tuple(
                Told(subject=subject, type=type_of(store, subject), statements=tuple(told))
                for subject, told in sorted(subjects.items(), key=lambda item: _first(item[1]))
            ),
        )


def _first(told: Sequence[Statement]) -> tuple[bool, str, int, str]:
    """Where a voice begins to speak of a thing; what it only concludes comes last."""
    return min(
        (s.quotation is None, s.quotation.source if s.quotation else "",
         s.quotation.start if s.quotation else 0, s.subject)
        for s in told
    )  # fmt: skip


def _agreeing(statements: Sequence[Statement]) -> tuple[tuple[Statement, ...], ...]:
    same: dict[tuple[str, ...], list[Statement]] = {}
    for statement in statements:
        value = str(statement.object or statement.polarity)
        same.setdefault((statement.subject, statement.predicate, value), []).append(statement)
    return tuple(tuple(claims) for claims in same.values() if _apart(claims))


def _apart(claims: Sequence[Statement]) -> bool:
    """Whether claims rest on more than one passage: a record and a citation in it are one."""
    taken: list[tuple[str, int, int]] = []
    for claim in claims:
        place = claim.quotation
        if place is None:
            continue
        span = place.source, place.start, place.end + place.by_line
        if all(span[0] != s or span[1] >= end or span[2] <= start for s, start, end in taken):
            taken.append(span)
    quoted = sum(claim.quotation is not None for claim in claims)
    return len(taken) > 1 or (quoted < len(claims) and len(claims) > 1)


def _conflicts(statements: Sequence[Statement]) -> tuple[tuple[str, str], ...]:
    pairs: dict[frozenset[str], tuple[str, str]] = {}
    for statement in statements:
        for other in statement.conflicts:
            pairs.setdefault(frozenset({statement.iri, other}), (statement.iri, other))
    return tuple(pairs.values())


def _proofs(
    store: Store, thing: str, aspect: Aspect | None, rule_sets: Sequence[str]
) -> Iterator[Proof]:
    """Proofs of the inferred triples about the thing that no claim states."""
    chosen = rules(tuple(rule_sets))
    found = sorted(store.quads(thing, None, None, INFERRED), key=str)
    for quad in found:
        if aspect is not None and quad.predicate.value not in aspect.properties:
            continue
        proof = prove(store, ox.Triple(quad.subject, quad.predicate, quad.object), chosen)
        if proof is not None and not proof.claims:
            yield proof


def _premises(
    store: Store, statements: Sequence[Statement], proofs: Sequence[Proof],
    known: dict[str, Statement], labels: Labels,
) -> dict[str, Statement]:  # fmt: skip
    """Every claim that an inference, a proof or a conflict refers to, premises of premises too."""
    found = dict(known)
    todo = [iri for s in statements for iri in (*s.premises, *s.conflicts)]
    todo += [iri for proof in proofs for iri in proof.leaves()]
    while todo:
        fresh = [iri for iri in dict.fromkeys(todo) if iri not in found]
        todo = []
        for statement in read_statements(store, fresh, labels):
            found[statement.iri] = statement
            todo += statement.premises
    return found
