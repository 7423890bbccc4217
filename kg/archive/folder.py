"""The folder of an archive: finding it, its settings, starting one, and safe writing."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.archive.tables import write_table
from kg.errors import KgError, ReadError, StoreError
from kg.vocab import PREFIXES, Curies, is_iri

SETTINGS = "kg.toml"
CLAIM_COLUMNS = (
    "key", "quote", "context", "subject", "predicate", "object", "date", "certainty", "account",
    "conflicts", "premises", "rule", "note",
)  # fmt: skip
ENTITY_COLUMNS = ("id", "class", "label@en", "comment@en")
ACCOUNT_COLUMNS = ("id", "mode", "holder", "label@en")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One `[[sources]]` entry of kg.toml, as written there."""

    id: str
    file: str
    claims: str
    sha256: str
    title: str
    licence: str
    language: str
    voice: str
    body_from: str
    body_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A folder with kg.toml, and what kg.toml says."""

    path: Path
    title: str
    base: str
    licence: str
    language: str
    rules: tuple[str, ...]
    prefixes: dict[str, str]
    sources: tuple[SourceSettings, ...]

    @property
    def curies(self) -> Curies:
        """The archive's own prefixes and the shared ones."""
        return Curies({**PREFIXES, **self.prefixes})

    @property
    def built(self) -> Path:
        """Where the store and its indexes are; safe to delete."""
        return self.path / ".kg"


def find_archive(start: Path) -> Path:
    """`start` or its nearest parent that holds kg.toml; KgError where there is none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise KgError(
        f'no archive at "{start}" or above it: there is no kg.toml',
        hint="go into an archive, name one with --archive, or start one with: kg init FOLDER",
    )


def open_archive(path: Path) -> Archive:
    """The archive at `path` (the folder itself); ReadError where kg.toml cannot be used."""
    file = path / SETTINGS
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KgError(f'no kg.toml in "{path}"', hint="start an archive with: kg init") from None
    except UnicodeDecodeError as error:
        raise ReadError(f"{SETTINGS}: it is not UTF-8 text", hint="save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"{SETTINGS}: {error}", hint="see https://toml.io for the form") from error
    return _settings(path, settings)


def _settings(path: Path, settings: dict[str, Any]) -> Archive:
    def text(table: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise ReadError(
                f'{SETTINGS}: {where} needs the key "{key}" with a text',
                hint=f'write: {key} = "…"',
            )
        return value

    known = {"title", "base", "licence", "language", "rules", "prefixes", "sources"}
    for key in settings:
        if key not in known:
            raise ReadError(
                f'{SETTINGS}: unknown key "{key}"', hint=f"the keys are: {', '.join(sorted(known))}"
            )
    base = text(settings, "base", "the archive")
    if not is_iri(base) or base[-1] not in "/#":
        raise ReadError(
            f'{SETTINGS}: base "{base}" is not an IRI that ends in "/" or "#"',
            hint='write for example: base = "https://example.org/my-archive/"',
        )
    prefixes = settings.get("prefixes", {})
    if not isinstance(prefixes, dict):
        raise ReadError(f"{SETTINGS}: prefixes is no table", hint="write: [prefixes]")
    for prefix, namespace in prefixes.items():
        if prefix in PREFIXES:
            raise ReadError(
                f'{SETTINGS}: the prefix "{prefix}" has its meaning already',
                hint="choose another name for it",
            )
        if not isinstance(namespace, str) or not is_iri(namespace):
            raise ReadError(
                f'{SETTINGS}: the prefix "{prefix}" is not bound to an IRI: "{namespace}"',
                hint="write for example: " + 'd = "https://example.org/my-archive/"',
            )
    rules = settings.get("rules", ["core"])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise ReadError(f"{SETTINGS}: rules is no list of names", hint='write: rules = ["core"]')
    sources = []
    for number, table in enumerate(settings.get("sources", []), start=1):
        where = f"source {number}"
        body = table.get("body", {})
        sources.append(
            SourceSettings(
                id=text(table, "id", where),
                file=_inside(path, text(table, "file", where)),
                claims=_inside(path, text(table, "claims", where)),
                sha256=text(table, "sha256", where, ""),
                title=text(table, "title", where, text(table, "id", where)),
                licence=text(table, "licence", where, ""),
                language=text(table, "language", where, ""),
                voice=text(table, "voice", where, ""),
                body_from=text(body, "from", f"the body of {where}", ""),
                body_to=text(body, "to", f"the body of {where}", ""),
            )
        )
    return Archive(
        path=path,
        title=text(settings, "title", "the archive"),
        base=base,
        licence=text(settings, "licence", "the archive", ""),
        language=text(settings, "language", "the archive", "en"),
        rules=tuple(rules),
        prefixes=dict(prefixes),
        sources=tuple(sources),
    )


def _inside(path: Path, file: str) -> str:
    """`file`, refused where it leads out of the archive."""
    if not (path / file).resolve().is_relative_to(path.resolve()):
        raise ReadError(
            f'{SETTINGS}: the file "{file}" lies outside the archive',
            hint="copy it into the folder sources/ and name it from there",
        )
    return file


def init_archive(path: Path, *, title: str, base: str) -> Archive:
    """Start an empty archive at `path`, which must be new or empty, and open it."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise KgError(f'"{path}" is not empty', hint="choose a new folder")
    if not is_iri(base) or base[-1] not in "/#":
        raise KgError(
            f'the base "{base}" is not an IRI that ends in "/" or "#"',
            hint="for example https://example.org/my-archive/",
        )
    for folder in ("sources", "claims"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    write_file(
        path / SETTINGS,
        (
            f"title = {toml_text(title)}\nbase = {toml_text(base)}\n"
            f'language = "en"\nrules = ["core", "kin"]\n\n[prefixes]\nd = {toml_text(base)}\n'
        ).encode(),
    )
    write_file(path / "entities.csv", write_table(ENTITY_COLUMNS, []))
    write_file(path / "accounts.csv", write_table(ACCOUNT_COLUMNS, []))
    write_file(path / ".gitignore", b".kg/\n")
    return open_archive(path)


def add_text(archive: Archive, file: Path, *, title: str = "", licence: str = "") -> Archive:
    """Copy a text into the archive as a new source with an empty table of claims."""
    try:
        data = file.read_bytes()
        data.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f'"{file}" cannot be read: {error.strerror}') from error
    except UnicodeDecodeError as error:
        raise ReadError(
            f'"{file}" is not UTF-8 text (byte {error.start})', hint="save it as UTF-8 first"
        ) from error
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "source"
    taken = {source.file for source in archive.sources}
    if f"sources/{name}.txt" in taken or (archive.path / f"sources/{name}.txt").exists():
        raise KgError(
            f'the archive has a source "sources/{name}.txt" already', hint="rename the new file"
        )
    prefix = next((p for p, ns in archive.prefixes.items() if ns == archive.base), None)
    source_id = f"{prefix}:src-{name}" if prefix else f"<{archive.base}src-{name}>"
    entry = (
        f"\n[[sources]]\nid = {toml_text(source_id)}\n"
        f'file = "sources/{name}.txt"\nclaims = "claims/{name}.csv"\n'
        f'sha256 = "{sha256(data)}"\ntitle = {toml_text(title or file.stem)}\n'
        f"licence = {toml_text(licence)}\n"
    )
    with lock(archive):
        settings = archive.path / SETTINGS
        write_file(archive.path / f"sources/{name}.txt", data)
        write_file(archive.path / f"claims/{name}.csv", write_table(CLAIM_COLUMNS, []))
        before = settings.read_text(encoding="utf-8").rstrip("\n") + "\n"
        write_file(settings, (before + entry).encode())
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
def lock(archive: Archive) -> Iterator[None]:
    """The one lock of an archive, for whoever changes its files or its store.

    StoreError where another process holds it. The system drops it when its holder dies.
    """
    archive.built.mkdir(exist_ok=True)
    with open(archive.built / "lock", "a+b") as file:
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
