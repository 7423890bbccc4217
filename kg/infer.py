"""Runs the rules to a fixpoint, and shows for an inferred triple the rule and its premises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import assets
from kg.errors import UnknownName
from kg.facts import Standing, standing, viewpoint_of, vouches
from kg.model.claims import Certainty, Mode
from kg.query.header import Header, read_header
from kg.store.claims import EARLIEST, LATEST, StoredClaim, StoredRecord, kg
from kg.store.embedded import DEFAULT_GRAPH, Node, Store, text_of
from kg.vocab import DECLARED, INFERRED, KG, PREFIXES, RDF, RDFS

if TYPE_CHECKING:
    from kg.store.closing import Drawing

_INFERRED = ox.NamedNode(INFERRED)
_TEMPLATE = re.compile(r"(\S+)\s+(\S+)\s+(\S+)")
_HEAD = re.compile(r"CONSTRUCT\s*\{\s*(\S+)\s+(\S+)\s+(\S+)\s*\}\s*WHERE\s*(\{.*\})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its file, the triple it makes, and its premises as triples with variables."""

    name: str
    summary: str
    text: str
    head: tuple[str, str, str]
    body: str
    premises: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Why a triple is there: claims, or a rule with the proofs of its premises.

    `claims` are the claims that support it as a fact. Where there are none, `rule` names the
    rule (or "date bounds") and `premises` lead down to claims.
    """

    triple: ox.Triple
    claims: tuple[str, ...] = ()
    rule: str = ""
    summary: str = ""
    premises: tuple[Proof, ...] = ()

    def leaves(self) -> tuple[str, ...]:
        """Every claim that it rests on, in order of first use."""
        found = dict.fromkeys(self.claims)
        for premise in self.premises:
            found |= dict.fromkeys(premise.leaves())
        return tuple(found)


@cache
def rules(names: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of the sets of these names; UnknownName where there is no such set."""
    found: list[Rule] = []
    for name in dict.fromkeys(("core", *names)):
        files = assets.files(f"queries/rules/{name}", ".rq")
        if not files:
            sets = sorted(p.name for p in (assets.root() / "queries/rules").iterdir() if p.is_dir())
            raise UnknownName(
                f'no rule set is called "{name}"', hint=f"there are: {', '.join(sets)}"
            )
        found += [_rule(read_header(file)) for file in files]
    return tuple(found)


def _rule(header: Header) -> Rule:
    match = _HEAD.search(header.text)
    assert match is not None, header.path
    premises = []
    for part in header.one("premises").split(" . "):
        template = _TEMPLATE.fullmatch(part.strip())
        assert template is not None, header.path
        premises.append((template[1], template[2], template[3]))
    return Rule(
        name=header.name, summary=header.one("summary"), text=header.text,
        head=(match[1], match[2], match[3]), body=match[4], premises=tuple(premises),
    )  # fmt: skip


def drawings(chosen: Sequence[Rule]) -> list[Drawing]:
    """The rules as they are run over columns."""
    from kg.store.closing import Drawing  # whoever only asks for proofs need not load it

    return [Drawing(rule.head, rule.body) for rule in chosen]


def infer(store: Store, chosen: Sequence[Rule]) -> int:
    """Add all that the rules draw from the store to it; how many triples are new.

    Each goes into the default graph and into kg:inferred. Only rules that use what the last
    round has made run again, until a round makes nothing.
    """
    total = 0
    changed: set[str] | None = None
    while changed is None or changed:
        fresh: dict[ox.Triple, None] = {}
        for rule in chosen:
            if changed is not None and not _uses(rule, changed):
                continue
            for triple in store.triples(rule.text):
                if not _holds(store, triple):
                    fresh[triple] = None
        store.load(
            ox.Quad(triple.subject, triple.predicate, triple.object, graph)
            for triple in fresh
            for graph in (DEFAULT_GRAPH, _INFERRED)
        )
        total += len(fresh)
        changed = {triple.predicate.value for triple in fresh}
    return total


def _uses(rule: Rule, predicates: set[str]) -> bool:
    used = (_term(predicate) for _, predicate, _ in rule.premises)
    return any(term is None or term.value in predicates for term in used)


def _holds(store: Store, triple: ox.Triple) -> bool:
    return ox.Quad(triple.subject, triple.predicate, triple.object) in store.inner


def _term(text: str) -> ox.NamedNode | None:
    """The term in a template; None for a variable."""
    if text.startswith("?"):
        return None
    prefix, _, local = text.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def supporting(store: Store, triple: ox.Triple) -> tuple[str, ...]:
    """The claims that state this triple and make it a fact in the store's viewpoint.

    A record that names the subject vouches for it unless single claims or rules make it.
    """
    rows = store.rows(
        assets.read("queries/model/supporting.rq"),
        subject=triple.subject, predicate=triple.predicate, object=triple.object,
    )  # fmt: skip
    found = set()
    for claim, subject, predicate, obj, account, mode, certainty in rows:
        candidate = StoredClaim(
            iri=text_of(claim), subject=text_of(subject), predicate=text_of(predicate), object=obj,
            polarity=None, account=text_of(account), mode=Mode(text_of(mode).removeprefix(KG)),
            certainty=Certainty(text_of(certainty).removeprefix(KG)), source="",
        )  # fmt: skip
        if standing(candidate, viewpoint_of(store)) is not Standing.CLAIMED:
            found.add(candidate.iri)
    if _of_record(store, triple, bool(rows)):
        found |= set(vouching(store, triple.subject))
    return tuple(sorted(found))


_DECLARED = ox.NamedNode(DECLARED)
_NOT_OF_RECORDS = frozenset(
    ox.NamedNode(iri) for iri in (RDF + "type", RDFS + "label", RDFS + "comment")
) | {EARLIEST, LATEST}


def _of_record(store: Store, triple: ox.Triple, claimed: bool) -> bool:
    """Whether a triple of the store can only have come from a record, or came from one as well."""
    if triple.predicate in _NOT_OF_RECORDS or _is_inferred(store, triple):
        return False
    if not claimed:
        return _holds(store, triple)
    quad = ox.Quad(triple.subject, triple.predicate, triple.object, _DECLARED)
    return quad in store.inner


def vouching(store: Store, subject: Node) -> tuple[str, ...]:
    """The claims of whole records that vouch for a thing in the store's viewpoint."""
    viewpoint = viewpoint_of(store)
    return tuple(
        record.iri
        for record in (
            StoredRecord(
                iri=text_of(claim), subjects=(text_of(named),), account=text_of(account),
                mode=Mode(text_of(mode).removeprefix(KG)), source="",
                certainty=Certainty(text_of(certainty).removeprefix(KG)),
            )
            for claim, named, account, mode, certainty in store.rows(
                assets.read("queries/model/vouching.rq"), subject=subject
            )
        )
        if vouches(record, viewpoint)
    )  # fmt: skip


def of_records(store: Store, subject: str) -> list[ox.Triple]:
    """What records, and not single claims or rules, say of a thing, in order."""
    found = []
    for quad in store.quads(subject):
        triple = ox.Triple(quad.subject, quad.predicate, quad.object)
        rows = store.rows(
            assets.read("queries/model/supporting.rq"),
            subject=triple.subject, predicate=triple.predicate, object=triple.object,
        )  # fmt: skip
        if _of_record(store, triple, bool(rows)):
            found.append(triple)
    return sorted(found, key=str)


def prove(store: Store, triple: ox.Triple, chosen: Sequence[Rule]) -> Proof | None:
    """Why the store holds this triple; None where it does not, or nothing supports it.

    Claims come before rules, rules in the order of their files; a triple never serves in its own
    proof. The proof is the first found, the same each time.
    """
    return _prove(store, triple, chosen, frozenset())


def _prove(
    store: Store, triple: ox.Triple, chosen: Sequence[Rule], above: frozenset[ox.Triple]
) -> Proof | None:
    if triple in above or not _holds(store, triple):
        return None
    claims = supporting(store, triple)
    if claims:
        return Proof(triple=triple, claims=claims)
    if triple.predicate in (EARLIEST, LATEST):
        return _prove_bound(store, triple, chosen, above)
    for rule in chosen:
        for premises in _applications(store, rule, triple):
            proofs = _prove_all(store, premises, chosen, above | {triple})
            if proofs is not None:
                return Proof(
                    triple=triple, rule=rule.name, summary=rule.summary, premises=tuple(proofs)
                )
    return None


def _prove_all(
    store: Store, triples: Iterable[ox.Triple], chosen: Sequence[Rule],
    above: frozenset[ox.Triple],
) -> list[Proof] | None:  # fmt: skip
    proofs = []
    for triple in triples:
        proof = _prove(store, triple, chosen, above)
        if proof is None:
            return None
        proofs.append(proof)
    return proofs


def _prove_bound(
    store: Store, triple: ox.Triple, chosen: Sequence[Rule], above: frozenset[ox.Triple]
) -> Proof | None:
    found = [
        ox.Triple(quad.subject, quad.predicate, quad.object)
        for quad in store.inner.quads_for_pattern(triple.subject, kg("date"), None, DEFAULT_GRAPH)
    ]
    proofs = _prove_all(store, sorted(found, key=str), chosen, above)
    if not proofs:
        return None
    return Proof(triple=triple, rule="date-bounds", premises=tuple(proofs),
                 summary="The first and last day that the dates allow")  # fmt: skip


def _applications(store: Store, rule: Rule, triple: ox.Triple) -> Iterator[tuple[ox.Triple, ...]]:
    """The premises of each way in which the rule can make this triple, in a fixed order.

    Those that rest on more stated premises come first: their proofs are the shorter ones, and a
    long chain (of office holders) is then walked along and not searched.
    """
    bound: dict[str, Node] = {}
    for template, term in zip(
        rule.head, (triple.subject, triple.predicate, triple.object), strict=True
    ):
        fixed = _term(template)
        if fixed is not None and fixed != term:
            return
        if fixed is None:
            if bound.get(template[1:], term) != term:
                return
            bound[template[1:]] = term
    names = sorted({t[1:] for premise in rule.premises for t in premise if t.startswith("?")})
    wanted = sorted({*names, *bound})
    query = f"SELECT DISTINCT {' '.join('?' + name for name in wanted)} WHERE {rule.body}"
    found = []
    for row in store.rows(query, **bound):
        values = dict(zip(wanted, row, strict=True))
        premises = tuple(_filled(premise, values) for premise in rule.premises)
        drawn = sum(_is_inferred(store, premise) for premise in premises)
        found.append((drawn, [str(node) for node in row], premises))
    for _, _, premises in sorted(found, key=lambda way: way[:2]):
        yield premises


def _filled(template: tuple[str, str, str], values: Mapping[str, Node | None]) -> ox.Triple:
    """A premise with terms in the places of its variables."""
    nodes = []
    for part in template:
        node = _term(part) or values[part.removeprefix("?")]
        assert node is not None, template
        nodes.append(node)
    return ox.Triple(*nodes)  # type: ignore[arg-type]


def _is_inferred(store: Store, triple: ox.Triple) -> bool:
    return ox.Quad(triple.subject, triple.predicate, triple.object, _INFERRED) in store.inner
