"""GEDCOM 7.0 and 5.5.1: the people, families and events of an archive, with their sources."""

from __future__ import annotations

from kg.formats.gedcom.writer import write_gedcom7, write_gedcom551

__all__ = ["write_gedcom7", "write_gedcom551"]
