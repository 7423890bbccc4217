"""Builds the store of an archive from its files, keeps it fresh, and makes stores for viewpoints."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg import __version__, assets
from kg.archive import Archive, Contents, open_archive, read_contents
from kg.archive.folder import lock, write_file
from kg.archive.reader import Progress as ReadProgress
from kg.errors import ReadError, StoreError
from kg.facts import (
    USUAL,
    Viewpoint,
    combine,
    fact_quads,
    heard,
    heard_records,
    is_bound,
    retyped,
    unvouched,
)
from kg.freshness import fingerprint, is_fresh
from kg.index import names as name_index
from kg.index import ties as tie_index
from kg.infer import infer, rules
from kg.model import dates
from kg.names import entries
from kg.ontology import FILES
from kg.relations.paths import rows
from kg.relations.pedigrees import write_pedigree
from kg.relations.ties import nodes, ties
from kg.store.claims import (
    account_quads,
    bound_quads,
    claim_quads,
    entity_quads,
    node,
    source_quads,
    stored_claims,
    stored_records,
)
from kg.store.embedded import DEFAULT_GRAPH, Store, memory, open_store, text_of, write_store
from kg.store.layout import current_folder, set_current
from kg.vocab import DECLARED, INFERRED, KG, ONTOLOGY, PREFIXES, RDF, RDFS

_INFERRED = ox.NamedNode(INFERRED)
_ALWAYS_KNOWN = frozenset((RDF + "type", RDFS + "label", RDFS + "comment"))
"""What is said of a thing by its being in the archive at all; no viewpoint takes it away."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made: how many of each, the digest of its N-Quads, seconds for each step."""

    counts: dict[str, int]
    digest: str
    seconds: dict[str, float]
    contents: Contents


def prefixes(archive: Archive) -> dict[str, str]:
    """All prefixes known in an archive: its own and the shared ones."""
    return {**PREFIXES, **archive.prefixes}


def build(
    archive: Archive, progress: Progress | None = None, reading: ReadProgress | None = None
) -> Built:
    """Make the store from the archive's files and put it in the place of the old one.

    `progress` is told each step, `reading` how many bytes of a big source have been read.

    ReadError, with every finding, where the files have faults; the old store then stays. The
    swap is one rename: killed at any moment, the old store or the new one answers.
    """
    say = progress or (lambda step: None)
    with lock(archive):
        inputs = fingerprint(archive)
        # The settings were read before the lock was held: they must be those that are recorded.
        while (now := open_archive(archive.path)) != archive:
            archive = now
            inputs = fingerprint(archive)
        seconds: dict[str, float] = {}
        clock = time.perf_counter()

        def done(step: str) -> None:
            nonlocal clock
            now = time.perf_counter()
            seconds[step], clock = round(now - clock, 3), now

        say("reading sources and claims")
        store = memory(prefixes(archive))
        contents = read_contents(archive, store.load_nquads, reading)
        refuse_faults(contents)
        done("read")
        say("computing facts and inferences")
        load(archive, contents, store)
        done("infer")
        say("writing the store")
        lines = nquads(store)
        digest = hashlib.sha256(lines).hexdigest()
        counts = count(store, contents)
        folder = archive.built / f"build-{digest[:12]}-{secrets.token_hex(3)}"
        try:
            write_store(folder, lines, {
                "kg": __version__, "digest": digest, "counts": counts, "inputs": inputs,
            })  # fmt: skip
            done("write")
            say("writing the indexes")
            name_index.write(folder / "names", entries(store), digest)
            tie_index.write(folder / "ties", nodes(store), rows(ties(store)), digest)
            write_pedigree(folder / "pedigree", store, digest)
            done("index")
            set_current(archive.built, folder, write_file)
        except OSError as error:
            raise StoreError(
                f"the store cannot be written: {error.strerror or error}",
                hint="check the disk's free space and your rights; the old store is untouched",
            ) from error
        finally:
            if current_folder(archive.built) != folder:
                shutil.rmtree(folder, ignore_errors=True)
    return Built(counts=counts, digest=digest, seconds=seconds, contents=contents)


def refuse_faults(contents: Contents) -> None:
    """ReadError with all findings, where there are any."""
    if contents.findings:
        number = len(contents.findings)
        raise ReadError(
            f"the archive has {number} fault{'s' if number > 1 else ''}; nothing was built",
            findings=sorted(contents.findings, key=lambda f: (f.file, f.row or 0)),
        )


def load(archive: Archive, contents: Contents, store: Store | None = None) -> Store:
    """A store in memory with all that an archive says and what follows from it.

    `store` is one into which the sources that are records have been read with the contents.
    """
    if store is None:
        store = memory(prefixes(archive))
        if contents.readings:
            read_contents(archive, store.load_nquads)
    quads: set[ox.Quad] = set()
    things = {entity.iri for entity in contents.entities}
    for source in contents.sources:
        quads.update(source_quads(source, labelled=source.iri in things))
    for account in contents.accounts:
        quads.update(account_quads(account))
    for entity in contents.entities:
        quads.update(entity_quads(entity))
    said = {
        ox.Quad(ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), node(claim.object))
        for claim in contents.claims
        if claim.object is not None
    }
    quads.update([_declared(quad) for quad in said if quad in quads or quad in store.inner])
    for claim in contents.claims:
        quads.update(claim_quads(claim))
    store.load(quads)
    load_ontology(store)
    derive(store, USUAL, archive.rules)
    return store


def load_ontology(store: Store) -> None:
    """Put the ontology and its code lists into the graph kg:ontology.

    Axioms with blank nodes (lists of property chains) stay out: no query needs them, and blank
    nodes would change the bytes from build to build.
    """
    for file in FILES:
        parsed = ox.parse(path=assets.root() / file, format=ox.RdfFormat.TURTLE)
        store.load(
            ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(ONTOLOGY))
            for quad in parsed
            if not isinstance(quad.subject, ox.BlankNode)
            and not isinstance(quad.object, ox.BlankNode)
        )


def derive(store: Store, viewpoint: Viewpoint, rule_sets: Iterable[str]) -> None:
    """Add to a store of claims the facts of a viewpoint and what the rules draw from them."""
    quads = set(fact_quads(heard(stored_claims(store), viewpoint), viewpoint, _own_dates(store)))
    for subject in retyped(quads):
        was = ox.Quad(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(KG + "Possibility"))
        if was in store.inner:
            store.inner.remove(was)
            store.inner.add(_declared(was))
    store.load(quads)
    infer(store, rules(tuple(rule_sets)))


def _own_dates(store: Store) -> Callable[[str], list[str]]:
    """The dates that records give a happening, apart from claims; their bounds are dropped."""

    def own(subject: str) -> list[str]:
        found = [text_of(date) for date in store.objects(subject, KG + "date")]
        for bound in [*store.quads(subject, KG + "earliest"), *store.quads(subject, KG + "latest")]:
            store.inner.remove(bound)
        return found

    return own


def _declared(quad: ox.Quad) -> ox.Quad:
    """What a table declares, kept where another viewpoint finds it again."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(DECLARED))


def view(store: Store, viewpoint: Viewpoint, rule_sets: Iterable[str]) -> Store:
    """A store in memory that knows only what a viewpoint hears; facts and inferences follow.

    `store` is the usual one. Its facts, bounds and inferences are left out and drawn anew.
    """
    if viewpoint.is_usual:
        return store
    claims, records = stored_claims(store), stored_records(store)
    kept = {claim.iri for claim in heard(claims, viewpoint)}
    kept |= {record.iri for record in heard_records(records, viewpoint)}
    voiceless = {ox.NamedNode(iri) for iri in unvouched(records, viewpoint)}
    of_records = {ox.NamedNode(subject) for record in records for subject in record.subjects}
    silent = {
        ox.NamedNode(iri)
        for iri in (*(claim.iri for claim in claims), *(record.iri for record in records))
        if iri not in kept
    }
    drawn = {
        (quad.subject, quad.predicate, quad.object) for quad in store.quads(graph=INFERRED)
    } | {
        (ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), claim.object)
        for claim in claims
    }
    asserted = {claim.iri for claim in claims}
    dated = {ox.NamedNode(c.subject) for c in claims if c.predicate == KG + "date"} & of_records
    of_records_alone = of_records - dated
    result = Store(ox.Store(), store.prefixes, info={"viewpoint": viewpoint})
    fallen_passages = _unused_passages(store, kept)

    def stays(quad: ox.Quad) -> bool:
        if quad.graph_name == _INFERRED:
            return False
        if quad.subject in voiceless and quad.predicate.value not in _ALWAYS_KNOWN:
            return False
        if quad.graph_name != DEFAULT_GRAPH:
            return True
        if quad.subject in silent or quad.object in silent or quad.subject in fallen_passages:
            return False
        if is_bound(quad):
            # Those of happenings are computed anew, unless records alone give the date.
            return quad.subject.value in asserted or quad.subject in of_records_alone  # type: ignore[union-attr]
        return (quad.subject, quad.predicate, quad.object) not in drawn

    result.load(quad for quad in store.quads(graph=None) if stays(quad))
    result.load(ox.Quad(quad.subject, quad.predicate, quad.object)
                for quad in store.quads(graph=DECLARED)
                if quad.subject not in voiceless
                or quad.predicate.value in _ALWAYS_KNOWN)  # fmt: skip
    for happening in dated:
        own = [dates.bounds_of(text_of(d)) for d in result.objects(happening.value, KG + "date")]
        if own:
            result.load(bound_quads(happening, combine(own)))
    derive(result, viewpoint, rule_sets)
    return result


def _unused_passages(store: Store, kept: set[str]) -> set[Any]:
    used: set[Any] = set()
    unused: set[Any] = set()
    for quad in store.quads(None, KG + "passage"):
        (used if quad.subject.value in kept else unused).add(quad.object)  # type: ignore[union-attr]
    return unused - used


def nquads(store: Store) -> bytes:
    """Every quad of a store as sorted N-Quads: the same bytes on every machine."""
    dumped = store.inner.dump(format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(dumped.splitlines(keepends=True)))


def count(store: Store, contents: Contents) -> dict[str, int]:
    """How many sources, claims, things, facts and inferred facts there are."""
    readings = [reading for _, reading in contents.readings]
    voices = sum(len(reading.accounts) for reading in readings)
    claimed = store.rows(assets.read("queries/model/claimed-facts.rq"))
    facts, claims = len(claimed), len(contents.claims)
    if readings:
        subjects = {s for record in stored_records(store) for s in record.subjects}
        twice = sum(text_of(row[0]) in subjects for row in claimed)
        recorded = int(text_of(store.rows(assets.read("queries/model/recorded.rq"))[0][0]))
        facts += recorded - twice
        claims = sum(1 for _ in store.quads(None, KG + "certainty"))
    return {
        "sources": len(contents.sources),
        "accounts": len(contents.accounts) + voices,
        "things": len(contents.entities) + sum(len(reading.things) for reading in readings),
        "claims": claims,
        "facts": facts,
        "inferred": sum(1 for _ in store.quads(graph=INFERRED)),
        "quads": store.count(),
    }


def fresh_store(archive: Archive, progress: Progress | None = None) -> Store:
    """The built store, built anew first where the files have changed or it is damaged."""
    say = progress or (lambda step: None)
    if not is_fresh(archive):
        have = current_folder(archive.built) is not None
        say("the files have changed: building the store anew" if have else "building the store")
        build(archive)
    try:
        return open_store(archive.built, prefixes(archive))
    except StoreError:
        say("the store is damaged: building it anew")
        build(archive)
        return open_store(archive.built, prefixes(archive))


def same_bytes(archive: Archive) -> str:
    """The digest that a build of this archive has, without writing anything."""
    contents = read_contents(archive)
    refuse_faults(contents)
    return hashlib.sha256(nquads(load(archive, contents))).hexdigest()
