"""The archive folder: plain files that are the truth, read into and written from the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.archive.folder import find_archive, init_archive, open_archive
    from kg.archive.reader import Contents, read_contents
    from kg.archive.settings import Archive

_PLACES = {
    "Archive": "settings", "Contents": "reader", "find_archive": "folder",
    "init_archive": "folder", "open_archive": "folder", "read_contents": "reader",
}  # fmt: skip

__all__ = [
    "Archive",
    "Contents",
    "find_archive",
    "init_archive",
    "open_archive",
    "read_contents",
]


def __getattr__(name: str) -> Any:
    """Each name from its module when it is first used: who only opens an archive reads no tables."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kg.archive.{_PLACES[name]}"), name)
