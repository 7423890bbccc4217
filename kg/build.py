"""Builds the store of an archive from its files, keeps it fresh, and makes stores for viewpoints."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import __version__, assets
from kg.archive import Archive, Contents, open_archive, read_contents
from kg.archive.folder import lock, sha256, write_file
from kg.archive.settings import SETTINGS
from kg.errors import ReadError, StoreError
from kg.facts import USUAL, Viewpoint, fact_quads, heard, is_bound, retyped
from kg.index import names as name_index
from kg.index import ties as tie_index
from kg.infer import infer, rules
from kg.names import entries
from kg.ontology import FILES
from kg.relations.paths import rows
from kg.relations.ties import nodes, ties
from kg.store.claims import (
    account_quads,
    claim_quads,
    entity_quads,
    node,
    source_quads,
    stored_claims,
)
from kg.store.embedded import (
    DEFAULT_GRAPH,
    Store,
    current_folder,
    memory,
    open_store,
    read_info,
    set_current,
    write_store,
)
from kg.vocab import DECLARED, INFERRED, KG, ONTOLOGY, PREFIXES, RDF

_GRAIN = 2_000_000_000
"""The coarsest clock of a file system in use (FAT), in nanoseconds."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made: how many of each, the digest of its N-Quads, seconds for each step."""

    counts: dict[str, int]
    digest: str
    seconds: dict[str, float]


def prefixes(archive: Archive) -> dict[str, str]:
    """All prefixes known in an archive: its own and the shared ones."""
    return {**PREFIXES, **archive.prefixes}


def build(archive: Archive, progress: Progress | None = None) -> Built:
    """Make the store from the archive's files and put it in the place of the old one.

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
        contents = read_contents(archive)
        refuse_faults(contents)
        done("read")
        say("computing facts and inferences")
        store = load(archive, contents)
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
    return Built(counts=counts, digest=digest, seconds=seconds)


def refuse_faults(contents: Contents) -> None:
    """ReadError with all findings, where there are any."""
    if contents.findings:
        number = len(contents.findings)
        raise ReadError(
            f"the archive has {number} fault{'s' if number > 1 else ''}; nothing was built",
            findings=sorted(contents.findings, key=lambda f: (f.file, f.row or 0)),
        )


def load(archive: Archive, contents: Contents) -> Store:
    """A store in memory with all that an archive says and what follows from it."""
    store = memory(prefixes(archive))
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
    quads.update([_declared(quad) for quad in quads & said])
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
    quads = set(fact_quads(heard(stored_claims(store), viewpoint), viewpoint))
    for subject in retyped(quads):
        was = ox.Quad(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(KG + "Possibility"))
        if was in store.inner:
            store.inner.remove(was)
            store.inner.add(_declared(was))
    store.load(quads)
    infer(store, rules(tuple(rule_sets)))


def _declared(quad: ox.Quad) -> ox.Quad:
    """What a table declares, kept where another viewpoint finds it again."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(DECLARED))


def view(store: Store, viewpoint: Viewpoint, rule_sets: Iterable[str]) -> Store:
    """A store in memory that knows only what a viewpoint hears; facts and inferences follow.

    `store` is the usual one. Its facts, bounds and inferences are left out and drawn anew.
    """
    if viewpoint.is_usual:
        return store
    claims = stored_claims(store)
    kept = {claim.iri for claim in heard(claims, viewpoint)}
    silent = {ox.NamedNode(claim.iri) for claim in claims if claim.iri not in kept}
    drawn = {
        (quad.subject, quad.predicate, quad.object) for quad in store.quads(graph=INFERRED)
    } | {
        (ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), claim.object)
        for claim in claims
    }
    asserted = {claim.iri for claim in claims}
    result = Store(ox.Store(), store.prefixes, info={"viewpoint": viewpoint})
    fallen_passages = _unused_passages(store, kept)

    def stays(quad: ox.Quad) -> bool:
        if quad.graph_name != DEFAULT_GRAPH:
            return quad.graph_name != ox.NamedNode(INFERRED)
        if quad.subject in silent or quad.object in silent or quad.subject in fallen_passages:
            return False
        if is_bound(quad):
            return quad.subject.value in asserted  # type: ignore[union-attr]
        return (quad.subject, quad.predicate, quad.object) not in drawn

    result.load(quad for quad in store.quads(graph=None) if stays(quad))
    result.load(ox.Quad(quad.subject, quad.predicate, quad.object)
                for quad in store.quads(graph=DECLARED))  # fmt: skip
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
    return {
        "sources": len(contents.sources),
        "accounts": len(contents.accounts),
        "things": len(contents.entities),
        "claims": len(contents.claims),
        "facts": len(store.rows(assets.read("queries/model/claimed-facts.rq"))),
        "inferred": sum(1 for _ in store.quads(graph=INFERRED)),
        "quads": store.count(),
    }


def fingerprint(archive: Archive) -> dict[str, list[Any]]:
    """Digest of every file that a build reads, shipped ones included, and its size and times.

    The times of a file that was changed just now are left out: it may change again within the
    grain of the clock, and its size with it stay the same.
    """
    found: dict[str, list[Any]] = {}
    for name, path in _inputs(archive).items():
        try:
            stat = _stat(path)
            settled = stat[1] < time.time_ns() - _GRAIN
            found[name] = [sha256(path.read_bytes()), stat if settled else None]
        except OSError:
            continue
    return found


def _stat(path: Path) -> list[int]:
    stat = path.stat()
    # The second time changes with the content even where a copy keeps the first.
    return [stat.st_size, max(stat.st_mtime_ns, stat.st_ctime_ns), stat.st_mtime_ns]


def _inputs(archive: Archive) -> dict[str, Path]:
    names = [SETTINGS, "entities.csv", "accounts.csv"]
    for source in archive.sources:
        names += [source.file, source.claims]
    inputs = {name: archive.path / name for name in names}
    shipped = tuple(assets.root() / file for file in FILES)
    for folder in ("queries/rules", "queries/model", "queries/ties"):
        shipped += assets.files(folder, ".rq")
    inputs |= {f"kg:{path.relative_to(assets.root())}": path for path in shipped}
    # The program too: whoever follows its repository changes it without a new version number.
    package = Path(__file__).parent
    for name in ("archive", "index", "model", "relations", "store"):
        for path in sorted((package / name).glob("*.py")):
            inputs[f"kg:{name}/{path.name}"] = path
    for name in ("build", "facts", "infer", "names", "vocab"):
        inputs[f"kg:{name}.py"] = package / f"{name}.py"
    return inputs


def is_fresh(archive: Archive) -> bool:
    """Whether the built store is of the files as they are now.

    A file of the same size and times is taken to be the same; else its content decides.
    """
    info = read_info(archive.built)
    if info is None or info.get("kg") != __version__:
        return False
    recorded = info["inputs"]
    inputs = _inputs(archive)
    if set(recorded) - set(inputs):
        return False
    for name, path in inputs.items():
        try:
            stat = _stat(path)
        except OSError:
            if name in recorded:
                return False
            continue
        if name not in recorded:
            return False
        content, settled = recorded[name]
        if stat != settled and sha256(path.read_bytes()) != content:
            return False
    return True


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
