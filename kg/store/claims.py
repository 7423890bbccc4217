"""Sources, accounts, entities and claims as quads, and claims read back from a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg import assets
from kg.model import dates
from kg.model.claims import Account, Certainty, Claim, Entity, Iri, Mode, Polarity, Source, Term
from kg.store.embedded import DEFAULT_GRAPH, Node, Store, text_of
from kg.vocab import EDTF, KG, RDF, RDFS, TEXTS, XSD, Curies

_node = ox.NamedNode
TYPE = _node(RDF + "type")
LABEL = _node(RDFS + "label")
COMMENT = _node(RDFS + "comment")
SUBJECT, PREDICATE, OBJECT = _node(RDF + "subject"), _node(RDF + "predicate"), _node(RDF + "object")
_INTEGER = _node(XSD + "integer")
_DATE = _node(XSD + "date")
EARLIEST, LATEST = _node(KG + "earliest"), _node(KG + "latest")


def kg(name: str) -> ox.NamedNode:
    """A term of our vocabulary."""
    return _node(KG + name)


def node(term: Term) -> ox.NamedNode | ox.Literal:
    """A term of the model as the engine's."""
    if isinstance(term, Iri):
        return _node(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    if term.datatype:
        return ox.Literal(term.value, datatype=_node(term.datatype))
    return ox.Literal(term.value)


def _quad(subject: ox.NamedNode, predicate: ox.NamedNode, object: ox.NamedNode | ox.Literal,
          graph: ox.NamedNode | ox.DefaultGraph = DEFAULT_GRAPH) -> ox.Quad:  # fmt: skip
    return ox.Quad(subject, predicate, object, graph)


def _worded(
    subject: ox.NamedNode, predicate: ox.NamedNode, texts: Iterable[tuple[str, str]]
) -> Iterator[ox.Quad]:
    for language, text in texts:
        yield _quad(subject, predicate, ox.Literal(text, language=language))


def bound_quads(subject: ox.NamedNode, bounds: tuple[str | None, str | None]) -> Iterator[ox.Quad]:
    """kg:earliest and kg:latest, where there are any."""
    for predicate, bound in zip((EARLIEST, LATEST), bounds, strict=True):
        if bound is not None:
            yield _quad(subject, predicate, ox.Literal(bound, datatype=_DATE))


def entity_quads(entity: Entity) -> Iterator[ox.Quad]:
    """Class, labels and comments of a thing."""
    subject = _node(entity.iri)
    yield _quad(subject, TYPE, _node(entity.type))
    yield from _worded(subject, LABEL, entity.labels)
    yield from _worded(subject, COMMENT, entity.comments)


def account_quads(account: Account) -> Iterator[ox.Quad]:
    """Mode, holder and labels of a voice."""
    subject = _node(account.iri)
    yield _quad(subject, TYPE, kg("Account"))
    yield _quad(subject, kg("mode"), kg(account.mode.value))
    if account.holder:
        yield _quad(subject, kg("attributedTo"), _node(account.holder))
    yield from _worded(subject, LABEL, account.labels)


def source_quads(source: Source, *, labelled: bool = False) -> Iterator[ox.Quad]:
    """A source; its full text stands in the graph kg:texts.

    Its title is its label, unless it is `labelled` as a thing of the story too.
    """
    subject = _node(source.iri)
    yield _quad(subject, TYPE, kg("Source"))
    if not labelled:
        yield _quad(subject, LABEL, ox.Literal(source.title, language=source.language or "en"))
    yield _quad(subject, kg("text"), ox.Literal(source.text), _node(TEXTS))


def claim_quads(claim: Claim) -> Iterator[ox.Quad]:
    """A claim with its passage."""
    subject = _node(claim.iri)
    yield _quad(subject, TYPE, kg("Claim"))
    yield _quad(subject, SUBJECT, _node(claim.subject))
    yield _quad(subject, PREDICATE, _node(claim.predicate))
    if claim.object is not None:
        yield _quad(subject, OBJECT, node(claim.object))
    if claim.polarity is not None:
        yield _quad(subject, kg("polarity"), kg(claim.polarity.value))
    yield _quad(subject, kg("account"), _node(claim.account))
    yield _quad(subject, kg("certainty"), kg(claim.certainty.value))
    if claim.key:
        yield _quad(subject, kg("key"), ox.Literal(claim.key))
    if claim.date:
        yield _quad(subject, kg("date"), ox.Literal(claim.date, datatype=_node(EDTF)))
        yield from bound_quads(subject, dates.bounds(dates.parse(claim.date)))
    yield from link_quads(claim.iri, claim.conflicts, claim.premises)
    if claim.rule:
        yield _quad(subject, kg("rule"), ox.Literal(claim.rule))
    if claim.note:
        yield _quad(subject, COMMENT, ox.Literal(claim.note))
    if claim.passage:
        passage = _node(claim.passage.iri)
        yield _quad(subject, kg("passage"), passage)
        yield _quad(passage, TYPE, kg("Passage"))
        yield _quad(passage, kg("quote"), ox.Literal(claim.passage.quote))
        yield _quad(passage, kg("source"), _node(claim.passage.source))
        for name, value in (("start", claim.passage.start), ("end", claim.passage.end)):
            yield _quad(passage, kg(name), ox.Literal(str(value), datatype=_INTEGER))


def link_quads(claim: str, conflicts: Iterable[str], premises: Iterable[str]) -> Iterator[ox.Quad]:
    """What a claim says of others; one that has premises is an inference."""
    subject = _node(claim)
    for other in conflicts:
        yield _quad(subject, kg("conflictsWith"), _node(other))
    inference = False
    for premise in premises:
        inference = True
        yield _quad(subject, kg("derivedFrom"), _node(premise))
    if inference:
        yield _quad(subject, TYPE, kg("Inference"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim as a store holds it: what is needed to decide whether it makes a fact."""

    iri: str
    subject: str
    predicate: str
    object: Node | None
    polarity: Polarity | None
    account: str
    mode: Mode
    certainty: Certainty
    source: str
    premises: tuple[str, ...] = ()


def stored_claims(store: Store) -> list[StoredClaim]:
    """Every claim of a store, by IRI."""
    premises: dict[str, list[str]] = {}
    for quad in store.quads(None, KG + "derivedFrom"):
        premises.setdefault(text_of(quad.subject), []).append(text_of(quad.object))
    found = []
    rows = store.rows(assets.read("queries/model/claims.rq"))
    for claim, subject, predicate, obj, polarity, account, mode, certainty, source in rows:
        iri = text_of(claim)
        found.append(
            StoredClaim(
                iri=iri,
                subject=text_of(subject),
                predicate=text_of(predicate),
                object=obj,
                polarity=Polarity(_local(polarity)) if polarity else None,
                account=text_of(account),
                mode=Mode(_local(mode)),
                certainty=Certainty(_local(certainty)),
                source=text_of(source),
                premises=tuple(sorted(premises.get(iri, ()))),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A claim of a whole record, as a store holds it: it names subjects, and no single fact."""

    iri: str
    subjects: tuple[str, ...]
    account: str
    mode: Mode
    certainty: Certainty
    source: str


def stored_records(store: Store) -> list[StoredRecord]:
    """Every claim of a whole record, by IRI; scans, since there may be one for every person."""
    single = {quad.subject for quad in store.quads(None, PREDICATE.value)}
    subjects: dict[str, list[str]] = {}
    for quad in store.quads(None, SUBJECT.value):
        if quad.subject not in single:
            subjects.setdefault(text_of(quad.subject), []).append(text_of(quad.object))
    if not subjects:
        return []

    def column(name: str) -> dict[str, str]:
        return {text_of(q.subject): text_of(q.object) for q in store.quads(None, KG + name)}

    account, certainty, passage = column("account"), column("certainty"), column("passage")
    source, mode = column("source"), column("mode")
    return [
        StoredRecord(
            iri=iri, subjects=tuple(sorted(named)), account=account[iri],
            mode=Mode(mode[account[iri]].removeprefix(KG)),
            certainty=Certainty(certainty[iri].removeprefix(KG)),
            source=source.get(passage.get(iri, ""), ""),
        )
        for iri, named in sorted(subjects.items())
    ]  # fmt: skip


def _local(term: Node | None) -> str:
    return text_of(term).removeprefix(KG)


def compress(node: Node | None, curies: Curies) -> str:
    """A term for people: a CURIE, or the text of a literal."""
    return curies.compress(node.value) if isinstance(node, ox.NamedNode) else text_of(node)
