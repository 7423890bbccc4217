"""Reads an archive into a store on disk in one pass, and draws what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from kg.archive import Archive, Contents
from kg.archive.reader import Tables
from kg.archive.rows import Links
from kg.build.whole import declared, ontology_quads
from kg.facts import Decided, decide
from kg.infer import drawings, rules
from kg.model.claims import Claim, Source
from kg.store.claims import (
    account_quads,
    bound_quads,
    claim_quads,
    entity_quads,
    link_quads,
    source_quads,
)
from kg.store.closing import close
from kg.store.loading import Loader, Sum
from kg.store.working import Working, lines_of, packed
from kg.vocab import DECLARED, INFERRED, KG, RDF, RDFS

_MANY = 4096  # claims that are written at once
_IN_INFERRED = f" <{INFERRED}> .\n".encode()
_IN_DECLARED = f" <{DECLARED}> .\n".encode()
_SHIFT, _MASK = 32, 2**32 - 1


class Stream:
    """One build on its way: lines go to the store, to the columns and into the digest.

    The digest is one over those of the parts: of each source that is records in the order of its
    lines; of all else whatever the order, since rows of tables may stand in any.
    """

    def __init__(self, archive: Archive, loader: Loader, working: Working) -> None:
        self._archive, self._loader, self._working = archive, loader, working
        self._sums: dict[str, Sum] = {}
        self._of_records: dict[str, Callable[[], str]] = {}
        self._claims: list[ox.Quad] = []
        self._first_claim = 0
        self._counts = {"facts": 0, "inferred": 0}

    # The parts, as they are read

    def tables(self, tables: Tables) -> None:
        """Take what the tables declare."""
        quads: set[ox.Quad] = set()
        things = {entity.iri for entity in tables.entities}
        for source in tables.sources:
            quads.update(source_quads(source, labelled=source.iri in things))
        for account in tables.accounts:
            quads.update(account_quads(account))
        for entity in tables.entities:
            quads.update(entity_quads(entity))
        self._add("tables", _lines(quads))
        self._add("ontology", _lines(set(ontology_quads())))

    def records(self, source: Source) -> Callable[[bytes], None]:
        """Take the lines of a source that is records."""
        digest = hashlib.sha256()
        self._of_records[source.iri] = digest.hexdigest

        def take(lines: bytes) -> None:
            digest.update(lines)
            self._loader.add(lines)
            self._working.add(lines, counted=True)

        return take

    def claim(self, claim: Claim) -> None:
        """Take a claim."""
        self._claims += claim_quads(claim)
        if len(self._claims) > _MANY:
            self._write_claims()

    def links(self, links: Links) -> None:
        """Take what a claim says of others."""
        self._claims += link_quads(links.iri, links.conflicts, links.premises)

    def _write_claims(self) -> None:
        self._first_claim = self._first_claim or len(self._working.columns.texts)
        self._add("claims", _lines(self._claims))
        self._claims.clear()

    def _add(self, part: str, lines: list[bytes]) -> None:
        self._sums.setdefault(part, Sum()).add(lines)
        joined = b"".join(lines)
        self._loader.add(joined)
        self._working.add(joined)

    # What follows

    def decide(self) -> int:
        """Compute facts from the claims, and their bounds; how many facts claims make."""
        self._write_claims()
        decided = decide(self._working.columns)
        self._sums["facts"] = Sum()
        known = self._known(decided)
        self._override(decided)
        self._load("facts", lines_of(self._working.columns, iter(decided.facts)), b" .\n")
        texts = list(lines_of(self._working.columns, iter(decided.inferred)))
        self._load("facts", iter(texts), b" .\n")
        self._load("facts", iter(texts), _IN_INFERRED)
        self._counts["inferred"] = len(decided.inferred)
        self._counts["facts"] = len(decided.facts) + self._working.recorded() - known
        return len(decided.facts)

    def _load(self, part: str, triples: Iterator[bytes], end: bytes) -> None:
        for lines in packed(triples, end):
            self._sums[part].add(lines.splitlines(keepends=True))
            self._loader.add(lines)
            self._working.add(lines)

    def _known(self, decided: Decided) -> int:
        """How many facts of claims a record gives as well; those a table declares are kept apart."""
        columns = self._working.columns
        of_records = {subject for _, subject in self._working.records()}
        declares = {columns.iri(iri) for iri in (RDF + "type", RDFS + "label", RDFS + "comment")}
        known, doubtful = 0, []
        for triple in decided.facts:
            subject, predicate, obj = triple
            if subject in of_records and predicate not in declares:
                if columns.texts[predicate] in columns.wanted:
                    known += columns.relation(predicate).has(subject, obj)
                else:
                    doubtful.append(triple)
        said = self._said_again(declares)
        if doubtful:
            store = self._loader.store
            known += sum(quad in store for quad in _quads(lines_of(columns, iter(doubtful))))
        if said:
            store = self._loader.store
            again = {quad for quad in _quads(lines_of(columns, iter(said))) if quad in store}
            self._add("facts", _lines(map(declared, again)))
        return known

    def _said_again(self, declares: set[int]) -> list[tuple[int, int, int]]:
        """What claims of the tables say and something else may declare too."""
        columns = self._working.columns
        subject, obj = columns.of(RDF + "subject").forward, columns.of(RDF + "object").forward
        mixed = bool(self._of_records)
        return sorted({
            (subject(claim)[0], predicate, obj(claim)[0])
            for claim, predicate in columns.of(RDF + "predicate").pairs()
            if (mixed or predicate in declares)
            and self._first_claim and claim >= self._first_claim and obj(claim)
        })  # fmt: skip

    def _override(self, decided: Decided) -> None:
        """Take away what facts override: bounds of happenings, and the class of possibilities."""
        columns = self._working.columns
        type_, event = columns.iri(RDF + "type"), columns.iri(KG + "Event")
        possibility = columns.iri(KG + "Possibility")
        types = columns.relation(type_)
        happened = {
            (s, possibility) for s, p, o in (*decided.facts, *decided.inferred)
            if p == type_ and o == event and types.has(s, possibility)
        }  # fmt: skip
        gone = [(s, type_, o) for s, o in sorted(happened)]
        types.discard(happened)
        declared_lines = [b"%b%b" % (line, _IN_DECLARED) for line in lines_of(columns, iter(gone))]
        self._add("facts", declared_lines)
        made: set[ox.Quad] = set()
        for happening, bounds in decided.bounds.items():
            made |= set(bound_quads(ox.NamedNode(columns.text(happening)), bounds))
        for name in ("earliest", "latest"):
            relation = columns.of(KG + name)
            old = {(s, o) for s in decided.bounds for o in relation.forward(s)}
            gone += [(s, columns.iri(KG + name), o) for s, o in sorted(old)]
            relation.discard(old)
        removed = set(_quads(lines_of(columns, iter(gone))))
        if removed - made:
            store = self._loader.store
            for quad in removed - made:
                store.remove(quad)
            self._sums["facts"].add(sorted(_lines(removed - made)), -1)
        self._add("facts", _lines(made - removed))
        # Those that stay as they were come back to the columns alone.
        self._working.add(b"".join(_lines(made & removed)))

    def draw(self, told: Callable[[int], None]) -> int:
        """Add what the rules draw; how much that is."""
        columns = self._working.columns
        self._sums["drawn"] = Sum()
        total = 0
        for drawn in close(columns, drawings(rules(self._archive.rules))):
            triples = (
                (key >> _SHIFT, predicate, key & _MASK)
                for predicate in sorted(drawn) for key in sorted(drawn[predicate])
            )  # fmt: skip
            for lines in packed(lines_of(columns, triples), b" .\n"):
                self._sums["drawn"].add(lines.splitlines())
                self._loader.add(lines)
                self._loader.add(lines.replace(b" .\n", _IN_INFERRED))
            total += sum(map(len, drawn.values()))
            told(total)
        self._counts["inferred"] += total
        return total

    def digest(self) -> str:
        """The digest over all parts."""
        parts = {name: part.text for name, part in self._sums.items()}
        parts |= {f"records {iri}": digest() for iri, digest in self._of_records.items()}
        text = "".join(f"{name} {value}\n" for name, value in sorted(parts.items()))
        return hashlib.sha256(text.encode()).hexdigest()

    def counts(self, contents: Contents) -> dict[str, int]:
        """How many sources, claims, things, facts and inferred facts there are."""
        readings = [reading for _, reading in contents.readings]
        return {
            "sources": len(contents.sources),
            "accounts": len(contents.accounts) + sum(len(r.accounts) for r in readings),
            "things": len(contents.entities) + sum(len(r.things) for r in readings),
            "claims": len(self._working.columns.of(KG + "certainty")),
            **self._counts,
        }


def _lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert lines is not None
    return lines.splitlines(keepends=True)


def _quads(triples: Iterable[bytes]) -> Iterator[ox.Quad]:
    lines = b"".join(b"%b .\n" % triple for triple in triples)
    return iter(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
