"""The folder `.kg/` of an archive: which build is in use, and what it recorded of itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

INFO = "build.json"
_POINTER = "current"
_BUILD = re.compile(r"build-[0-9a-f-]+")
VERSION = 3
"""The layout of `.kg/`; a store of another layout is rebuilt."""


def write_info(folder: Path, record: Mapping[str, Any]) -> None:
    """Write what a build recorded, with a sum of it."""
    full = {**record, "version": VERSION}
    text = json.dumps({**full, "sum": _sum(full)}, indent=1, sort_keys=True)
    (folder / INFO).write_text(text, encoding="utf-8")


def _sum(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def current_folder(built: Path) -> Path | None:
    """The folder of the store in use under `.kg/`, or None where there is none."""
    try:
        name = (built / _POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    folder = built / name
    return folder if _BUILD.fullmatch(name) and folder.is_dir() else None


def set_current(built: Path, folder: Path, write: Callable[[Path, bytes], None]) -> None:
    """Make `folder` the store in use, by one rename, and remove what earlier builds left."""
    write(built / _POINTER, folder.name.encode("ascii"))
    for other in built.iterdir():
        # A reader on Windows may still hold it: the next build tries again.
        with contextlib.suppress(OSError):
            if _BUILD.fullmatch(other.name) and other != folder:
                shutil.rmtree(other)
            elif other.name.startswith(f".{_POINTER}."):
                other.unlink()


def read_info(built: Path) -> dict[str, Any] | None:
    """What the build in use recorded, or None where there is no usable one."""
    return while_swapped(built, info_of)


def info_of(folder: Path | None) -> dict[str, Any] | None:
    """What the build in this folder recorded; None where it is missing, damaged or of another kind."""
    try:
        info = json.loads((folder / INFO).read_text(encoding="utf-8")) if folder else None
    except (OSError, ValueError):
        return None
    if not isinstance(info, dict) or info.get("version") != VERSION:
        return None
    return info if info.pop("sum", None) == _sum(info) else None


T = TypeVar("T")


def while_swapped(built: Path, read: Callable[[Path | None], T]) -> T:
    """What `read` makes of the current folder, once more if a build has swapped it meanwhile."""
    while True:
        folder = current_folder(built)
        found = read(folder)
        if current_folder(built) == folder:
            return found
