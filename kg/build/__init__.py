"""Builds the store of an archive from its files, keeps it fresh, and makes stores for viewpoints."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kg import __version__
from kg.archive import Archive, Contents, open_archive
from kg.archive.folder import lock, write_file
from kg.archive.reader import Progress as ReadProgress
from kg.archive.reader import read_parts
from kg.build.streaming import Stream
from kg.build.viewing import view
from kg.build.wanted import NAMED, kept
from kg.build.whole import count, derive, load, load_ontology, nquads, prefixes
from kg.errors import ReadError, StoreError
from kg.freshness import fingerprint, is_fresh
from kg.index import names as name_index
from kg.index import ties as tie_index
from kg.names import entries
from kg.relations.pedigrees import write_pedigree
from kg.relations.ties import nodes, ties
from kg.store.embedded import Store, open_store, seal_store
from kg.store.layout import current_folder, set_current
from kg.store.loading import Loader
from kg.store.working import Working

if TYPE_CHECKING:
    from kg.relations.kinds import Tie

__all__ = [
    "Built", "Progress", "build", "count", "derive", "fresh_store", "is_fresh", "load",
    "load_ontology", "nquads", "prefixes", "refuse_faults", "same_bytes", "view",
]  # fmt: skip

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made: how many of each, the digest of it all, seconds for each step.

    `contents` is what was read, without the claims of the tables: they went into the store.
    """

    counts: dict[str, int]
    digest: str
    seconds: dict[str, float]
    contents: Contents


class _Clock:
    """The seconds of each step, and what is said at its beginning."""

    def __init__(self, say: Progress | None) -> None:
        self.say = say or (lambda step: None)
        self.seconds: dict[str, float] = {}
        self._began = self._started = time.perf_counter()

    def done(self, step: str) -> None:
        """A step is over, the next one begins."""
        now = time.perf_counter()
        self.seconds[step] = round(now - self._began, 3)
        self._began = now

    def waiting(self, what: str, done: int, of: int) -> None:
        """Say how much of a step is done, and how long the rest may take."""
        passed = time.perf_counter() - self._started
        left = passed * (of - done) / done if done else 0
        about = f", about {left:.0f} s left" if left >= 1 else ""
        self.say(f"{what}: {done / 1e6:.0f} of {of / 1e6:.0f} MB{about}")


def build(
    archive: Archive, progress: Progress | None = None, reading: ReadProgress | None = None
) -> Built:
    """Make the store from the archive's files and put it in the place of the old one.

    `progress` is told each step, `reading` how many bytes of a big source have been read.

    ReadError, with every finding, where the files have faults; the old store then stays. The
    swap is one rename: killed at any moment, the old store or the new one answers.
    """
    with lock(archive):
        inputs = fingerprint(archive)
        # The settings were read before the lock was held: they must be those that are recorded.
        while (now := open_archive(archive.path)) != archive:
            archive = now
            inputs = fingerprint(archive)
        clock = _Clock(progress)
        folder = archive.built / f"build-{secrets.token_hex(8)}"
        try:
            made = _streamed(archive, folder, clock, reading)
            seal_store(folder, {
                "kg": __version__, "digest": made.digest, "counts": made.counts, "inputs": inputs,
            })  # fmt: skip
            set_current(archive.built, folder, write_file)
            clock.done("swap")
        except OSError as error:
            raise StoreError(
                f"the store cannot be written: {error.strerror or error}",
                hint="check the disk's free space and your rights; the old store is untouched",
            ) from error
        finally:
            if current_folder(archive.built) != folder:
                shutil.rmtree(folder, ignore_errors=True)
    return made


def _streamed(
    archive: Archive, folder: Path, clock: _Clock, reading: ReadProgress | None = None
) -> Built:
    """Write the store and its indexes into a new folder."""
    with (
        Loader(folder / "store") as loader,
        Working(kept(archive.rules), NAMED, folder / "work", prefixes(archive)) as working,
    ):
        working.opener = lambda: loader.store
        stream = Stream(archive, loader, working)
        clock.say("reading sources and claims")
        contents = read_parts(
            archive, records=stream.records, claims=stream, tables=stream.tables,
            progress=reading,
        )  # fmt: skip
        refuse_faults(contents)
        clock.done("read")
        clock.say("computing facts")
        stream.decide()
        clock.done("facts")
        stream.draw(lambda drawn: clock.say(f"computing inferences: {drawn:,} so far"))
        clock.done("rules")
        digest = stream.digest()
        _write_indexes(folder, working, digest, clock)
        counts = stream.counts(contents)
        loader.settle(lambda done, of: clock.waiting("writing the store", done, of))
        counts["quads"] = len(loader.store)
    shutil.rmtree(folder / "work")
    clock.done("store")
    return Built(counts=counts, digest=digest, seconds=clock.seconds, contents=contents)


def _write_indexes(folder: Path, working: Working, digest: str, clock: _Clock) -> None:
    clock.say("writing the index of names")
    name_index.write(folder / "names", entries(cast(Store, working)), digest)
    clock.done("names")
    clock.say("writing the index of kin")
    write_pedigree(folder / "pedigree", working, digest)
    clock.done("kin")
    clock.say("writing the index of ties")
    found = ties(working)
    found.reverse()
    tie_index.write(folder / "ties", nodes(working), _given_up(found), digest)
    clock.done("ties")


def _given_up(found: list[Tie]) -> Iterator[tie_index.Row]:
    """Ties as the index takes them; each is let go, since there may be millions."""
    while found:
        yield tie_index.Row._make(found.pop())


def refuse_faults(contents: Contents) -> None:
    """ReadError with all findings, where there are any."""
    if contents.findings:
        number = len(contents.findings)
        raise ReadError(
            f"the archive has {number} fault{'s' if number > 1 else ''}; nothing was built",
            findings=sorted(contents.findings, key=lambda f: (f.file, f.row or 0)),
        )


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
    """The digest that a build of this archive has, without writing anything in it."""
    with tempfile.TemporaryDirectory() as folder:
        return _streamed(archive, Path(folder) / "build", _Clock(None)).digest
