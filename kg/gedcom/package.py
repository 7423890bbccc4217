"""GEDZip packages: the GEDCOM file inside a zip, and the names of what comes with it."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import NamedTuple

from kg.errors import ReadError
from kg.gedcom.problems import Problem

_MEMBER = "gedcom.ged"
_MOST_ENTRIES = 100_000
_MOST_BYTES = 2**31  # of the GEDCOM file, unpacked
_SMALL_BYTES = 64 * 2**20  # up to here, any ratio is harmless
_MOST_RATIO = 100  # GEDCOM text packs to a tenth or so
_CHUNK = 2**20
_AGAIN = "export the GEDZip again, or unpack it and give the .ged file"


class Package(NamedTuple):
    """What a GEDZip holds: the bytes of its GEDCOM file, and the names of all other files."""

    gedcom: bytes
    files: tuple[str, ...]
    problems: list[Problem]


def is_package(data: bytes) -> bool:
    """Whether the bytes begin as a zip does (an empty zip too)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read_package(data: bytes, where: str = "the package") -> Package:
    """The GEDCOM file of a GEDZip; nothing is written anywhere, and other files are only named.

    Raises ReadError, with `where` at the front, for a zip that is broken, encrypted, holds no
    GEDCOM file, or unpacks to far more than such files do.
    https://gedcom.io/specifications/FamilySearchGEDCOMv7.html#gedzip
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > _MOST_ENTRIES:
                raise ReadError(
                    f"{where}: {len(entries):,} files in one package; {_MOST_ENTRIES:,} are read",
                    hint="unpack it and give the .ged file",
                )
            entry, problems = _find(entries, where)
            gedcom = _unpack(archive, entry, where)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError,
        NotImplementedError, RuntimeError, ImportError, MemoryError,
    ) as error:  # fmt: skip
        # What zipfile raises for damaged zips is not one class: these were all seen or documented.
        raise ReadError(f"{where}: not a readable zip: {error}", hint=_AGAIN) from error
    files = tuple(other.filename for other in entries if other is not entry)
    return Package(gedcom, files, problems)


def _find(entries: list[zipfile.ZipInfo], where: str) -> tuple[zipfile.ZipInfo, list[Problem]]:
    """The entry that is the GEDCOM file; one under another name is taken where it is the only."""
    exact = [entry for entry in entries if entry.filename == _MEMBER]
    if exact:
        reason = f"the package holds {len(exact)} files named {_MEMBER}: the first is read"
        return exact[0], [Problem(1, "", _MEMBER, reason)] if len(exact) > 1 else []
    others = [entry for entry in entries if entry.filename.lower().endswith(".ged")]
    if len(others) == 1:
        name = others[0].filename
        return others[0], [Problem(1, "", name, f"named so in the package, not {_MEMBER}")]
    found = f"{len(others)} other GEDCOM files" if others else "no other GEDCOM file"
    raise ReadError(
        f"{where}: the package has no {_MEMBER} at its top, and {found}",
        hint="unpack it and give the .ged file",
    )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> bytes:
    """The bytes of one entry, counted while they are unpacked: what a zip says of sizes may lie."""
    if entry.flag_bits & 0x1:
        raise ReadError(
            f'{where}: "{entry.filename}" is encrypted',
            hint="export the GEDZip without a password",
        )
    chunks: list[bytes] = []
    size = 0
    limit = max(_SMALL_BYTES, min(_MOST_BYTES, _MOST_RATIO * max(entry.compress_size, 1)))
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise ReadError(
                    f'{where}: "{entry.filename}" unpacks to more than {limit:,} bytes '
                    f"from {entry.compress_size:,}",
                    hint="if it is no trap, unpack it yourself and give the .ged file",
                )
            chunks.append(chunk)
    return b"".join(chunks)
