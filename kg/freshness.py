"""Whether the built store is of the archive's files as they are now."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kg import __version__, assets
from kg.archive.settings import SETTINGS, Archive, SourceSettings
from kg.ontology import FILES
from kg.store.layout import current_folder, read_info

_GRAIN = 2_000_000_000
"""The coarsest clock of a file system in use (FAT), in nanoseconds."""
_SHIPPED = (
    ("queries/rules", ".rq"), ("queries/model", ".rq"), ("queries/ties", ".rq"),
    ("data/gedcom", ".toml"),
)  # fmt: skip
# The program too: whoever follows its repository changes it without a new version number.
_PROGRAM = ("archive", "build", "gedcom", "index", "model", "relations", "store")
_MODULES = ("facts.py", "infer.py", "names.py", "vocab.py")
_NOTE = "seen"

_Stat = tuple[int, int, int]


def fingerprint(archive: Archive) -> dict[str, list[Any]]:
    """Digest of every file that a build reads, shipped ones included, and its size and times.

    The times of a file that was changed just now are left out: it may change again within the
    grain of the clock, and its size with it stay the same.
    """
    found: dict[str, list[Any]] = {}
    for name, (path, stat) in _inputs(archive).items():
        try:
            found[name] = [_digest(path), list(stat) if _settled([stat]) else None]
        except OSError:
            continue
    return found


def _digest(path: str) -> str:
    import hashlib

    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settled(stats: list[_Stat]) -> bool:
    return max(stat[1] for stat in stats) < time.time_ns() - _GRAIN


def _stat(stat: os.stat_result) -> _Stat:
    # The second time changes with the content even where a copy keeps the first.
    return stat.st_size, max(stat.st_mtime_ns, stat.st_ctime_ns), stat.st_mtime_ns


def _inputs(archive: Archive) -> dict[str, tuple[str, _Stat]]:
    """The files that a build reads and that are there: path, size and times of each."""
    names = [SETTINGS, "entities.csv", "accounts.csv"]
    for source in archive.sources:
        names += [name for name in (source.file, source.claims) if name]
    places = [(name, os.path.join(archive.path, name)) for name in names]
    package, shipped = os.path.dirname(__file__), os.fspath(assets.root())
    places += [(f"kg:{name}", os.path.join(shipped, name)) for name in FILES]
    places += [(f"kg:{name}", os.path.join(package, name)) for name in _MODULES]
    found = {}
    for name, path in places:
        try:
            found[name] = path, _stat(os.stat(path))
        except OSError:
            continue
    for folder, suffix in _SHIPPED:
        found.update(_in_folder(os.path.join(shipped, folder), f"kg:{folder}", suffix))
    for folder in _PROGRAM:
        found.update(_in_folder(os.path.join(package, folder), f"kg:{folder}", ".py"))
    return found


def _in_folder(folder: str, name: str, suffix: str) -> Iterator[tuple[str, tuple[str, _Stat]]]:
    """The files of a folder and of those in it, in one reading of each folder."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(suffix):
            yield f"{name}/{entry.name}", (entry.path, _stat(entry.stat()))
        elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
            yield from _in_folder(entry.path, f"{name}/{entry.name}", suffix)


def is_fresh(archive: Archive) -> bool:
    """Whether the built store is of the files as they are now.

    A file of the same size and times is taken to be the same; else its content decides.
    """
    info = read_info(archive.built)
    if info is None or info.get("kg") != __version__:
        return False
    recorded, inputs = info["inputs"], _inputs(archive)
    if recorded.keys() != inputs.keys():
        return False
    for name, (path, stat) in inputs.items():
        content, settled = recorded[name]
        if list(stat) != settled:
            try:
                if _digest(path) != content:
                    return False
            except OSError:
                return False
    return True


class Seen(NamedTuple):
    """An archive that was found fresh, its build and that build's digest."""

    archive: Archive
    folder: Path
    digest: str


def remember(archive: Archive, folder: Path, digest: str) -> None:
    """Note beside a build that it is fresh, so that the next command need only look at times.

    Nothing is noted while a file may still change unseen, nor where nothing can be written.
    """
    from contextlib import suppress

    from kg.archive.folder import write_file

    inputs = _inputs(archive)
    if _settled([stat for _, stat in inputs.values()]):
        values = tuple(archive[1:-1]), tuple(map(tuple, archive.sources))
        text = f"{(__version__, digest, values)!r}\n{_times(inputs)}".encode()
        with suppress(OSError):
            write_file(folder / _NOTE, b"%08x\n%b" % (zlib.crc32(text), text))


def _times(inputs: dict[str, tuple[str, _Stat]]) -> str:
    return "\n".join(f"{name}\t{stat}" for name, (_, stat) in inputs.items())


def recall(path: Path) -> Seen | None:
    """The archive at `path` where it was noted and no file has changed since; else None."""
    folder = current_folder(path / ".kg")
    try:
        note = (folder / _NOTE).read_bytes() if folder else b""
    except OSError:
        return None
    if folder is None or note[:9] != b"%08x\n" % zlib.crc32(note[9:]):
        return None
    from ast import literal_eval

    first, _, times = note[9:].decode().partition("\n")
    version, digest, (values, sources) = literal_eval(first)
    if version != __version__:
        return None
    archive = Archive(*(path, *values, tuple(SourceSettings(*each) for each in sources)))
    return Seen(archive, folder, digest) if times == _times(_inputs(archive)) else None
