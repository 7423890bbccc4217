"""Finds an archive, and what its kg.toml says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import KgError, ReadError
from kg.vocab import PREFIXES, Curies, is_iri

SETTINGS = "kg.toml"
FORMATS = ("text", "gedcom")
"""How a source can be read: a text that claims quote, or records that are claims themselves."""


class SourceSettings(NamedTuple):
    """One `[[sources]]` entry of kg.toml, as written there."""

    id: str
    file: str
    format: str
    claims: str
    sha256: str
    title: str
    licence: str
    language: str
    voice: str
    body_from: str
    body_to: str


class Archive(NamedTuple):
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


def is_base(text: str) -> bool:
    """Whether names can be appended to this IRI."""
    return is_iri(text) and text[-1] in "/#"


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


def read_settings(path: Path) -> Archive:
    """The archive at `path` by its kg.toml; ReadError with all that is wrong there."""
    import tomllib

    file = path / SETTINGS
    try:
        # utf-8-sig: some editors put a byte order mark, which TOML does not allow.
        text = file.read_bytes().decode("utf-8-sig")
        return parse_settings(path, tomllib.loads(text))
    except FileNotFoundError:
        raise KgError(f'no kg.toml in "{path}"', hint="start an archive with: kg init") from None
    except OSError as error:
        raise ReadError(f'"{file}" cannot be read: {error.strerror}') from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{SETTINGS}: it is not UTF-8 text", hint="save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"{SETTINGS}: {error}", hint="see https://toml.io for the form") from error


def parse_settings(path: Path, settings: Mapping[str, Any]) -> Archive:
    """The archive that these settings describe; ReadError with all that is wrong with them."""
    from kg.archive.keys import checked

    archive, findings = checked(path, settings)
    if findings:
        first, *more = findings
        raise ReadError(
            f"{first.file}: {first.message}"
            + (f" (and {len(more)} more fault{'s' if len(more) > 1 else ''})" if more else ""),
            hint=first.hint,
            findings=findings if more else (),
        )
    return archive
