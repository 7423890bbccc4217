"""Checks what kg.toml says, key by key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.archive.settings import FORMATS, SETTINGS, Archive, SourceSettings, is_base
from kg.model.findings import Finding, Severity
from kg.vocab import PREFIXES, is_iri, is_prefix, is_tag

_KEYS = ("title", "base", "licence", "language", "rules", "prefixes", "sources")
_RULES = re.compile(r"[a-z][a-z0-9-]*")
_SOURCE_KEYS = (
    "id", "file", "format", "claims", "sha256", "title", "licence", "language", "voice", "body",
)  # fmt: skip


def checked(path: Path, settings: Mapping[str, Any]) -> tuple[Archive, list[Finding]]:
    """The archive at `path` as these settings describe it, and all that is wrong with them."""
    keys = _Keys(path)
    return keys.archive(settings), keys.findings


@dataclass(slots=True)
class _Keys:
    path: Path
    findings: list[Finding] = field(default_factory=list)

    def fault(self, key: str, message: str, hint: str, value: object = "") -> None:
        self.findings.append(
            Finding(
                severity=Severity.VIOLATION, rule="settings", file=SETTINGS, column=key,
                message=message, hint=hint, value=str(value),
            )
        )  # fmt: skip

    def archive(self, settings: Mapping[str, Any]) -> Archive:
        self.known(settings, _KEYS, "the archive")
        base = self.text(settings, "base", "the archive")
        if base and not is_base(base):
            self.fault("base", f'base "{base}" is not an IRI that ends in "/" or "#"',
                       'write for example: base = "https://example.org/my-archive/"', base)  # fmt: skip
        entries = settings.get("sources", [])
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            self.fault("sources", "sources are no list of tables",
                       "begin each source with: [[sources]]", entries)  # fmt: skip
            entries = []
        sources = [self.source(table, number) for number, table in enumerate(entries, start=1)]
        for key in ("id", "file", "claims"):
            self.once(key, [getattr(source, key) for source in sources])
        return Archive(
            path=self.path,
            title=self.text(settings, "title", "the archive"),
            base=base,
            licence=self.text(settings, "licence", "the archive", ""),
            language=self.language(settings, "the archive", "en"),
            rules=self.rules(settings.get("rules", ["core"])),
            prefixes=self.prefixes(settings.get("prefixes", {})),
            sources=tuple(sources),
        )

    def source(self, table: Mapping[str, Any], number: int) -> SourceSettings:
        where = f"source {number}"
        self.known(table, _SOURCE_KEYS, where)
        body = table.get("body", {})
        if not isinstance(body, dict):
            self.fault("body", f"the body of {where} is no table",
                       'write: body = { from = "first words", to = "last words" }', body)  # fmt: skip
            body = {}
        self.known(body, ("from", "to"), f"the body of {where}")
        begins = self.text(body, "from", f"the body of {where}", "")
        ends = self.text(body, "to", f"the body of {where}", "")
        if bool(begins) != bool(ends):
            self.fault("body", f"the body of {where} has only one end",
                       "give both its first words (from) and its last (to)", begins + ends)  # fmt: skip
        source_id = self.text(table, "id", where)
        return SourceSettings(
            id=source_id,
            file=self.inside(self.text(table, "file", where)),
            format=self.format(table, where),
            claims=self.inside(self.claims(table, where)),
            sha256=self.text(table, "sha256", where, "").lower(),
            title=self.text(table, "title", where, source_id),
            licence=self.text(table, "licence", where, ""),
            language=self.language(table, where, ""),
            voice=self.text(table, "voice", where, ""),
            body_from=begins,
            body_to=ends,
        )

    def format(self, table: Mapping[str, Any], where: str) -> str:
        name = self.text(table, "format", where, "text")
        if name not in FORMATS:
            self.fault("format", f'{where} has the unknown format "{name}"',
                       f"the formats are: {', '.join(FORMATS)}", name)  # fmt: skip
        return name

    def claims(self, table: Mapping[str, Any], where: str) -> str:
        """The table of claims about a source; one that is records needs none."""
        return self.text(table, "claims", where, "" if table.get("format") == "gedcom" else None)

    def text(
        self, table: Mapping[str, Any], key: str, where: str, default: str | None = None
    ) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self.fault(key, f'{where} needs the key "{key}" with a text', f'write: {key} = "…"',
                       "" if value is None else value)  # fmt: skip
            return ""
        return value

    def language(self, table: Mapping[str, Any], where: str, default: str) -> str:
        value = self.text(table, "language", where, default)
        if value and not is_tag(value):
            self.fault("language", f'the language of {where}, "{value}", is no language tag',
                       'write its code, as language = "en"', value)  # fmt: skip
        return value

    def known(self, table: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
        for key in table:
            if key not in keys:
                self.fault(key, f'unknown key "{key}" of {where}',
                           f"the keys are: {', '.join(keys)}", key)  # fmt: skip

    def once(self, key: str, values: list[str]) -> None:
        for value in dict.fromkeys(values):
            if value and values.count(value) > 1:
                self.fault(key, f'two sources have the {key} "{value}"',
                           "each source has its own id, file and table of claims", value)  # fmt: skip

    def inside(self, file: str) -> str:
        """`file`, refused where it leads out of the archive."""
        try:
            within = (self.path / file).resolve().is_relative_to(self.path.resolve())
        except (OSError, ValueError):  # a null character, a loop of links
            within = False
        if not within:
            self.fault("file", f'the file "{file}" lies outside the archive',
                       "copy it into the folder sources/ and name it from there", file)  # fmt: skip
        return file

    def prefixes(self, table: object) -> dict[str, str]:
        if not isinstance(table, dict):
            self.fault("prefixes", "prefixes is no table", "write: [prefixes]", table)
            return {}
        example = 'd = "https://example.org/my-archive/"'
        for prefix, namespace in table.items():
            if prefix in PREFIXES:
                self.fault(prefix, f'the prefix "{prefix}" has its meaning already',
                           "choose another name for it", namespace)  # fmt: skip
            elif not is_prefix(prefix):
                self.fault(prefix, f'"{prefix}" cannot be a prefix',
                           f"use letters, digits, - and _, as {example}", prefix)  # fmt: skip
            if not isinstance(namespace, str) or not is_iri(namespace):
                self.fault(prefix, f'the prefix "{prefix}" is not bound to an IRI: "{namespace}"',
                           f"write for example: {example}", namespace)  # fmt: skip
        return {str(prefix): str(namespace) for prefix, namespace in table.items()}

    def rules(self, names: object) -> tuple[str, ...]:
        if not isinstance(names, list) or not all(
            isinstance(name, str) and _RULES.fullmatch(name) for name in names
        ):
            self.fault("rules", "rules is no list of names", 'write: rules = ["core"]', names)
            return ()
        return tuple(names)
