"""The folder of an archive: finding it, starting one, adding to it, and safe writing."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kg.archive.settings import (
    SETTINGS,
    Archive,
    find_archive,
    is_base,
    parse_settings,
    read_settings,
)
from kg.archive.tables import write_table
from kg.errors import KgError, ReadError, StoreError

__all__ = [
    "ACCOUNT_COLUMNS", "CLAIM_COLUMNS", "ENTITY_COLUMNS", "add_gedcom", "add_text", "find_archive",
    "init_archive", "lock", "open_archive", "remove_source", "sha256", "toml_text", "write_file",
]  # fmt: skip

CLAIM_COLUMNS = (
    "key", "quote", "context", "subject", "predicate", "object", "date", "certainty", "account",
    "conflicts", "premises", "rule", "note",
)  # fmt: skip
ENTITY_COLUMNS = ("id", "class", "label@en", "comment@en")
ACCOUNT_COLUMNS = ("id", "mode", "holder", "label@en")


def open_archive(path: Path) -> Archive:
    """The archive at `path` (the folder itself); ReadError where kg.toml cannot be used."""
    return read_settings(path)


def init_archive(path: Path, *, title: str, base: str) -> Archive:
    """Start an empty archive at `path`, which must be new or empty, and open it."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise KgError(f'"{path}" is not empty', hint="choose a new folder")
    if not is_base(base):
        raise KgError(
            f'the base "{base}" is not an IRI that ends in "/" or "#"',
            hint="for example https://example.org/my-archive/",
        )
    settings = (
        f"title = {toml_text(title)}\nbase = {toml_text(base)}\n"
        f'language = "en"\nrules = ["core"]\n\n[prefixes]\nd = {toml_text(base)}\n'
    )
    with _writing(path):
        for folder in ("sources", "claims"):
            (path / folder).mkdir(parents=True, exist_ok=True)
        write_file(path / "entities.csv", write_table(ENTITY_COLUMNS, []))
        write_file(path / "accounts.csv", write_table(ACCOUNT_COLUMNS, []))
        write_file(path / ".gitignore", b".kg/\n")
        # Last, because it is what makes the folder an archive.
        write_file(path / SETTINGS, settings.encode())
    return open_archive(path)


def add_text(archive: Archive, file: Path, *, title: str = "", licence: str = "") -> Archive:
    """Copy a text into the archive as a new source with an empty table of claims."""
    data = _read(file)
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(
            f'"{file}" is not UTF-8 text (byte {error.start})', hint="save it as UTF-8 first"
        ) from error
    name = _plain_name(file)
    entry = {"file": f"sources/{name}.txt", "claims": f"claims/{name}.csv"}
    files = {entry["file"]: data, entry["claims"]: write_table(CLAIM_COLUMNS, [])}
    return _add(archive, name, entry, files, title=title or file.stem, licence=licence)


def add_gedcom(archive: Archive, file: Path, *, title: str = "", licence: str = "") -> Archive:
    """Copy a GEDCOM file or a GEDZip into the archive as a new source: its records are claims."""
    data = _read(file)
    name = _plain_name(file)
    ending = "gdz" if data[:4] == b"PK\x03\x04" else "ged"
    entry = {"file": f"sources/{name}.{ending}", "format": "gedcom"}
    files = {entry["file"]: data}
    return _add(archive, name, entry, files, title=title or file.stem, licence=licence)


def remove_source(archive: Archive, id: str) -> Archive:
    """Take out the source that was added last, with its files: for an import that cannot be built.

    ReadError where the end of kg.toml is not what adding it has written.
    """
    with lock(archive):
        settings = (archive.path / SETTINGS).read_bytes()
        start = settings.rfind(b"\n[[sources]]\n")
        source = next((s for s in open_archive(archive.path).sources if s.id == id), None)
        if source is None or f"id = {toml_text(id)}\n".encode() not in settings[start:]:
            raise ReadError(f'{SETTINGS}: the source "{id}" is not the last one',
                            hint="take it out by hand")  # fmt: skip
        write_file(archive.path / SETTINGS, settings[:start])
        for made in (source.file, source.claims):
            if made:
                (archive.path / made).unlink(missing_ok=True)
    return open_archive(archive.path)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ReadError(f'"{file}" cannot be read: {error.strerror}') from error


def _plain_name(file: Path) -> str:
    from anyascii import anyascii

    plain = anyascii(file.stem).lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "source"


def _add(
    archive: Archive, name: str, entry: Mapping[str, str], files: Mapping[str, bytes],
    *, title: str, licence: str,
) -> Archive:  # fmt: skip
    """Write the files of a new source, its own first, and its entry in kg.toml: all or none."""
    with lock(archive):
        archive = open_archive(archive.path)  # another process may have added one just now
        prefix = next((p for p, ns in archive.prefixes.items() if ns == archive.base), None)
        source_id = f"{prefix}:src-{name}" if prefix else f"<{archive.base}src-{name}>"
        if archive.base.endswith("#"):  # the place in a source is the fragment of its IRI
            source_id = f"<{archive.base[:-1]}/src-{name}>"
        for taken in files:
            if (archive.path / taken).exists():
                raise KgError(f'the archive has a file "{taken}" already',
                              hint="rename the new file")  # fmt: skip
        if source_id in {source.id for source in archive.sources}:
            raise KgError(f'the archive has a source "{source_id}" already',
                          hint="rename the new file")  # fmt: skip
        lines = {"id": source_id, **entry, "sha256": sha256(files[entry["file"]]),
                 "title": title, "licence": licence}  # fmt: skip
        text = "\n[[sources]]\n" + "".join(f"{k} = {toml_text(v)}\n" for k, v in lines.items())
        settings = (archive.path / SETTINGS).read_bytes().rstrip(b"\r\n") + b"\n" + text.encode()
        try:
            parse_settings(archive.path, tomllib.loads(settings.decode("utf-8-sig")))
        except tomllib.TOMLDecodeError:
            raise KgError(
                f"{SETTINGS}: a source cannot be added to sources = [ … ]",
                hint="write each source as a table of its own: [[sources]]",
            ) from None
        try:
            with _writing(archive.path):
                for path, data in files.items():
                    write_file(archive.path / path, data)
                write_file(archive.path / SETTINGS, settings)
        except BaseException:
            for made in files:
                (archive.path / made).unlink(missing_ok=True)
            raise
    return open_archive(archive.path)


def sha256(data: bytes) -> str:
    """The SHA-256 of `data` as hex digits."""
    return hashlib.sha256(data).hexdigest()


def toml_text(value: str) -> str:
    """`value` as a TOML basic string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'


def write_file(path: Path, data: bytes) -> None:
    """Put `data` at `path` whole or not at all: temporary file, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner can read; an archive is shared like any file.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say what a failed write means to the user."""
    try:
        yield
    except OSError as error:
        raise KgError(f'"{path}" cannot be written: {error.strerror or error}',
                      hint="check the disk's free space and your rights to the folder") from error  # fmt: skip


@contextmanager
def lock(archive: Archive) -> Iterator[None]:
    """The one lock of an archive, for whoever changes its files or its store.

    StoreError where another process holds it. The system drops it when its holder dies.
    """
    try:
        archive.built.mkdir(exist_ok=True)
        file = open(archive.built / "lock", "a+b")  # noqa: SIM115
    except OSError as error:
        raise StoreError(
            f'nothing can be written in "{archive.built}": {error.strerror or error}',
            hint="check your rights to the folder and the disk's free space, or copy the archive",
        ) from error
    with file:
        try:
            _hold(file.fileno())
        except OSError:
            raise StoreError(
                f'the archive "{archive.path}" is being changed by another process',
                hint="wait until it is done and try again",
            ) from None
        yield


def _hold(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
