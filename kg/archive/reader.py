"""Reads the tables of an archive into the model, with every fault of every file in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.archive.folder import (
    ACCOUNT_COLUMNS,
    CLAIM_COLUMNS,
    ENTITY_COLUMNS,
    Archive,
    SourceSettings,
    sha256,
)
from kg.archive.quotes import SourceText
from kg.archive.rows import ClaimRows, near
from kg.archive.tables import Row, decode, read_table
from kg.model.claims import Account, Body, Claim, Entity, Mode, Source
from kg.model.findings import Finding, Severity
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.vocab import Curies


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that an archive says, in file order, and what is wrong with it."""

    sources: tuple[Source, ...]
    accounts: tuple[Account, ...]
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Reading:
    """What is gathered while the files are read."""

    archive: Archive
    curies: Curies
    ontology: Ontology
    findings: list[Finding] = field(default_factory=list)

    def fault(
        self, file: str, row: int | None, message: str, hint: str, *, column: str = "",
        value: str = "", rule: str = "archive",
    ) -> None:  # fmt: skip
        self.findings.append(
            Finding(
                severity=Severity.VIOLATION, rule=rule, file=file, row=row, column=column,
                value=value, message=message, hint=hint,
            )
        )  # fmt: skip

    def rows(self, file: str, required: Iterable[str], tagged: Iterable[str] = ()) -> list[Row]:
        """The rows of a table; a missing or unreadable file is a finding."""
        try:
            data = (self.archive.path / file).read_bytes()
        except OSError as error:
            self.fault(file, None, f"the file cannot be read: {error.strerror}",
                       f"make it, with the columns: {','.join(required)}")  # fmt: skip
            return []
        table, found = read_table(data, file, required=tuple(required), tagged=tuple(tagged))
        self.findings += found
        return list(table.rows)

    def iri(self, file: str, row: Row, column: str) -> str | None:
        """The IRI in a cell, or None and a finding."""
        value = row.cells[column].strip()
        iri = self.curies.expand(value)
        if iri is None:
            prefix = value.partition(":")[0]
            known = ", ".join(f"{name}:" for name in self.archive.prefixes)
            reason = (
                f'the prefix "{prefix}:" is not declared'
                if ":" in value and prefix not in self.curies.prefixes
                else f'"{value}" is no CURIE'
            )
            self.fault(file, row.number, reason, f"write it as d:name; this archive declares {known}",
                       column=column, value=value)  # fmt: skip
        return iri


def read_contents(archive: Archive) -> Contents:
    """Everything in the archive's files; `findings` lists all that is wrong, none left out."""
    reading = _Reading(archive, archive.curies, load_ontology())
    entities = _entities(reading)
    accounts = _accounts(reading)
    sources = [
        source
        for settings in archive.sources
        if (source := _source(reading, settings, accounts)) is not None
    ]
    for account in accounts.values():
        if account.holder is not None and account.holder not in entities:
            reading.fault("accounts.csv", None, f'the holder "{reading.curies.compress(account.holder)}"'
                          " is no entity", "add it to entities.csv", column="holder",
                          value=reading.curies.compress(account.holder))  # fmt: skip
    claims = _claims(reading, sources, accounts, entities)
    return Contents(
        sources=tuple(sources),
        accounts=tuple(accounts.values()),
        entities=tuple(entities.values()),
        claims=tuple(claims),
        findings=tuple(reading.findings),
    )


def _tagged(row: Row, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.partition("@")[2], value.strip())
        for column, value in row.cells.items()
        if column.startswith(name + "@") and value.strip()
    )


def _entities(reading: _Reading) -> dict[str, Entity]:
    file = "entities.csv"
    found: dict[str, Entity] = {}
    first: dict[str, int] = {}
    classes = reading.ontology.classes
    for row in reading.rows(file, ENTITY_COLUMNS[:2], ("label", "comment")):
        iri, type_iri = reading.iri(file, row, "id"), reading.iri(file, row, "class")
        if type_iri is not None and type_iri not in classes:
            hint = near(row.cells["class"], (reading.curies.compress(name) for name in classes))
            reading.fault(file, row.number, f'"{row.cells["class"]}" is no class of the ontology',
                          hint or "see ontology/kg.ttl", column="class",
                          value=row.cells["class"])  # fmt: skip
        if iri is None or type_iri is None:
            continue
        if iri in found:
            reading.fault(file, row.number, f'the id "{row.cells["id"]}" stands in row {first[iri]}'
                          " already", "keep one row for each thing", column="id",
                          value=row.cells["id"])  # fmt: skip
            continue
        labels = _tagged(row, "label")
        if not labels:
            reading.fault(file, row.number, f'"{row.cells["id"]}" has no label',
                          "fill one of the label columns", column="label@en",
                          value=row.cells["id"])  # fmt: skip
        first[iri] = row.number
        found[iri] = Entity(
            iri=iri, type=type_iri, labels=labels, comments=_tagged(row, "comment")
        )
    return found


def _accounts(reading: _Reading) -> dict[str, Account]:
    file = "accounts.csv"
    found: dict[str, Account] = {}
    for row in reading.rows(file, ACCOUNT_COLUMNS[:3], ("label",)):
        iri = reading.iri(file, row, "id")
        holder = reading.iri(file, row, "holder") if row.cells["holder"].strip() else None
        name = row.cells["mode"].strip()
        try:
            mode = Mode(name.removeprefix("kg:").title())
        except ValueError:
            reading.fault(file, row.number, f'"{name}" is no mode of an account',
                          f"use one of: {', '.join(Mode)}", column="mode", value=name)  # fmt: skip
            continue
        if iri is None:
            continue
        if iri in found:
            reading.fault(file, row.number, f'the id "{row.cells["id"]}" stands twice',
                          "keep one row for each account", column="id",
                          value=row.cells["id"])  # fmt: skip
            continue
        found[iri] = Account(iri=iri, mode=mode, holder=holder, labels=_tagged(row, "label"))
    return found


def _source(
    reading: _Reading, settings: SourceSettings, accounts: dict[str, Account]
) -> Source | None:
    archive = reading.archive
    iri = reading.curies.expand(settings.id)
    if iri is None:
        reading.fault("kg.toml", None, f'the source id "{settings.id}" is no CURIE',
                      "write it as d:src-name", value=settings.id)  # fmt: skip
        return None
    try:
        data = (archive.path / settings.file).read_bytes()
    except OSError as error:
        reading.fault(settings.file, None, f"the source cannot be read: {error.strerror}",
                      "put the file there, or correct kg.toml")  # fmt: skip
        return None
    actual = sha256(data)
    if settings.sha256 != actual:
        reading.fault(
            settings.file, None,
            f'the source is not the one that was recorded: its sha256 is "{actual}",'
            f' kg.toml says "{settings.sha256}"' if settings.sha256 else
            "kg.toml gives no sha256 for this source",
            "restore the file; if the change is meant, check the claims about it and write"
            f' sha256 = "{actual}" in kg.toml',
            value=settings.sha256, rule="source-changed",
        )  # fmt: skip
    # utf-8-sig: a byte order mark is no character of the text.
    text, findings = decode(data, settings.file)
    reading.findings += findings
    if text is None:
        return None
    voice = reading.curies.expand(settings.voice) if settings.voice else iri + "-voice"
    if settings.voice and voice not in accounts:
        reading.fault("kg.toml", None, f'the voice "{settings.voice}" is no account',
                      "add it to accounts.csv", value=settings.voice)  # fmt: skip
    if voice is not None and not settings.voice:
        accounts[voice] = Account(
            iri=voice, mode=Mode.STATED, holder=None,
            labels=((archive.language, f"{settings.title}, in its own voice"),),
        )  # fmt: skip
    return Source(
        iri=iri, file=settings.file, claims=settings.claims, sha256=actual, title=settings.title,
        licence=settings.licence, language=settings.language, voice=voice or "", text=text,
        body=_body(reading, settings, text),
    )  # fmt: skip


def _body(reading: _Reading, settings: SourceSettings, text: str) -> Body | None:
    if not settings.body_from and not settings.body_to:
        return None
    start = text.find(settings.body_from)
    last = text.rfind(settings.body_to)
    if start < 0 or last < 0 or last + len(settings.body_to) <= start:
        reading.fault("kg.toml", None, f'the body of "{settings.id}" is not found in its source',
                      "body.from and body.to are the first and the last words of the body,"
                      " letter for letter", value=settings.body_from)  # fmt: skip
        return None
    return Body(start=start, end=last + len(settings.body_to))


def _claims(
    reading: _Reading, sources: list[Source], accounts: Mapping[str, Account],
    entities: Mapping[str, Entity],
) -> list[Claim]:  # fmt: skip
    things = set(entities) | set(accounts) | {source.iri for source in sources}
    rows = ClaimRows(
        curies=reading.curies, ontology=reading.ontology, things=things, accounts=set(accounts)
    )
    for source in sources:
        table = reading.rows(source.claims, CLAIM_COLUMNS)
        text = SourceText(source.text)
        for row in table:
            rows.read(source, text, row)
    claims = rows.finish()
    reading.findings += rows.findings
    return claims
