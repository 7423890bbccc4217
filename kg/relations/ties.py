"""Finds the ties of a store: what joins people to each other, to bodies and to happenings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg import assets
from kg.errors import QueryError
from kg.facts import Standing, standing, viewpoint_of, vouches
from kg.infer import prove, rules
from kg.relations.kinds import COLUMNS, FAMILIES, Kind, Tie, Words, expand, kinds
from kg.store.claims import StoredClaim, stored_claims, stored_records
from kg.store.embedded import Row, Store, text_of
from kg.vocab import INFERRED

__all__ = ["FAMILIES", "Kind", "Tie", "Words", "kinds", "nodes", "ties"]

_INFERRED = ox.NamedNode(INFERRED)


def nodes(store: Store) -> dict[str, str]:
    """Every person, body and happening of a store by IRI, as "person", "body" or "happening"."""
    found: dict[str, str] = {}
    for node, sort in store.rows(assets.read("queries/model/nodes.rq")):
        found.setdefault(text_of(node), text_of(sort))
    return found


def ties(store: Store) -> list[Tie]:
    """Every tie between the nodes of a store, in order; each once, however many claims state it."""
    known = nodes(store)
    claims = {claim.iri: claim for claim in stored_claims(store)}
    heard = _Heard(store, claims, _vouching(store))
    found: list[Tie] = []
    for kind in kinds().values():
        gathered: dict[tuple[str, str, str, str], _Draft] = {}
        for row in store.rows(kind.query):
            _gather(gathered, row, kind, known)
        found += (_finish(draft, key, kind, heard) for key, draft in gathered.items())
    return sorted(found)


@dataclass(slots=True)
class _Draft:
    """The rows of one tie so far: claims with the bounds that each gives."""

    possible: bool
    source: str
    target: str
    bounds: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The claims of a store and what they amount to in its viewpoint."""

    store: Store
    claims: Mapping[str, StoredClaim]
    records: Mapping[str, Sequence[str]]
    """By what they vouch for: the claims of whole records."""

    def standing(self, claim: str) -> Standing:
        return standing(self.claims[claim], viewpoint_of(self.store))

    def ends(self, claim: str) -> frozenset[str]:
        found = self.claims[claim]
        return frozenset((found.subject, text_of(found.object)))


def _vouching(store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    viewpoint = viewpoint_of(store)
    for record in stored_records(store):
        if vouches(record, viewpoint):
            for subject in record.subjects:
                found.setdefault(subject, []).append(record.iri)
    return found


def _gather(
    gathered: dict[tuple[str, str, str, str], _Draft], row: Row, kind: Kind,
    known: Mapping[str, str],
) -> None:  # fmt: skip
    texts = [text_of(node) for node in row]
    if len(texts) != 8:
        raise QueryError(f"queries/ties/{kind.name}.rq: {len(texts)} columns",
                         hint=f"select: {COLUMNS}")  # fmt: skip
    source, target, role, start, end, through, claim, maybe = texts
    if source not in known or target not in known or source == target:
        return
    if kind.symmetric and target < source:
        source, target = target, source
    possible = maybe == "true"
    key = (source, target, role, through)
    draft = gathered.get(key)
    if draft is None or (draft.possible and not possible):
        draft = gathered[key] = _Draft(possible, source, target)
    elif possible and not draft.possible:
        return
    draft.bounds[claim] = (start, end)


def _finish(
    draft: _Draft, key: tuple[str, str, str, str], kind: Kind, heard: _Heard
) -> Tie:  # fmt: skip
    source, target, role, through = key
    bounds = draft.bounds
    claims = sorted(claim for claim in bounds if claim in heard.claims)
    inferred = False
    if not draft.possible:
        claims = [claim for claim in claims if heard.standing(claim) is not Standing.CLAIMED]
        ends = frozenset((source, target))
        direct = [claim for claim in claims if heard.ends(claim) == ends]
        if kind.triple and direct:
            claims = direct
        inferred = _is_inferred(claims, heard) or bool(kind.triple and not direct)
        if not claims:
            claims = _proved(heard, kind, source, target, role)
    start, end = _hull([bounds[claim] for claim in claims if claim in bounds] or bounds.values())
    return Tie(source=source, target=target, kind=kind.name, role=role, through=through,
               start=start, end=end, possible=draft.possible, inferred=inferred,
               claims=tuple(claims))  # fmt: skip


def _is_inferred(claims: Sequence[str], heard: _Heard) -> bool:
    """Whether some triple behind the tie is stated by no claim, only concluded by some."""
    stated: dict[frozenset[str], bool] = {}
    for claim in claims:
        ends = heard.ends(claim)
        stated[ends] = stated.get(ends, False) or heard.standing(claim) is Standing.FACT
    return not all(stated.values())


def _hull(bounds: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The days between which all of `bounds` lie; claims without any date say nothing."""
    dated = sorted({pair for pair in bounds if pair != ("", "")})
    if not dated:
        return "", ""
    starts, ends = [pair[0] for pair in dated], [pair[1] for pair in dated]
    start = min(starts, key=_order) if all(starts) else ""
    end = max(ends, key=_order) if all(ends) else ""
    # Dates that contradict each other tell nothing.
    return ("", "") if start and end and _order(start) > _order(end) else (start, end)


def _order(day: str) -> tuple[int, str]:
    """A key that puts an xsd:date of a year before 1 BCE in its place."""
    year, rest = day[:-6], day[-6:]
    return int(year), rest


def _proved(heard: _Heard, kind: Kind, source: str, target: str, role: str) -> list[str]:
    """The claims that a tie rests on that no single claim states: of a record, or behind a rule."""
    store = heard.store
    if not kind.triple:
        return []
    named = {"?from": source, "?to": target, "?role": role}
    ends = [(source, target), (target, source)] if kind.symmetric else [(source, target)]
    for start, end in ends:
        named |= {"?from": start, "?to": end}
        subject, predicate, obj = (
            ox.NamedNode(named[term] if term in named else expand(term)) for term in kind.triple
        )
        inferred = ox.Quad(subject, predicate, obj, _INFERRED) in store.inner
        recorded = ox.Quad(subject, predicate, obj) in store.inner and not inferred
        if recorded and subject.value in heard.records:
            return list(heard.records[subject.value])
        proof = prove(store, ox.Triple(subject, predicate, obj), rules(("core",)))
        if proof is not None:
            return sorted(proof.leaves())
    return []
