"""The archive folder: plain files that are the truth, read into and written from the model."""

from __future__ import annotations

from kg.archive.folder import find_archive, init_archive, open_archive
from kg.archive.reader import Contents, read_contents
from kg.archive.settings import Archive

__all__ = [
    "Archive",
    "Contents",
    "find_archive",
    "init_archive",
    "open_archive",
    "read_contents",
]
