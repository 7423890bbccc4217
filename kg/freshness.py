"""Whether the built store is of the archive's files as they are now."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from kg import __version__, assets
from kg.archive.settings import SETTINGS, Archive
from kg.ontology import FILES
from kg.store.layout import read_info

_GRAIN = 2_000_000_000
"""The coarsest clock of a file system in use (FAT), in nanoseconds."""


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
            found[name] = [_digest(path), stat if settled else None]
        except OSError:
            continue
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stat(path: Path) -> list[int]:
    stat = path.stat()
    # The second time changes with the content even where a copy keeps the first.
    return [stat.st_size, max(stat.st_mtime_ns, stat.st_ctime_ns), stat.st_mtime_ns]


def _inputs(archive: Archive) -> dict[str, Path]:
    names = [SETTINGS, "entities.csv", "accounts.csv"]
    for source in archive.sources:
        names += [name for name in (source.file, source.claims) if name]
    inputs = {name: archive.path / name for name in names}
    shipped = tuple(assets.root() / file for file in FILES)
    for folder in ("queries/rules", "queries/model", "queries/ties"):
        shipped += assets.files(folder, ".rq")
    shipped += assets.files("data/gedcom", ".toml")
    inputs |= {f"kg:{path.relative_to(assets.root())}": path for path in shipped}
    # The program too: whoever follows its repository changes it without a new version number.
    package = Path(__file__).parent
    for name in ("archive", "gedcom", "index", "model", "relations", "store"):
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
        if stat != settled and _digest(path) != content:
            return False
    return True
