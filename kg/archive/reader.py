"""Reads the tables of an archive into the model, with every fault of every file in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kg.archive.folder import ACCOUNT_COLUMNS, CLAIM_COLUMNS, ENTITY_COLUMNS, sha256
from kg.archive.quotes import SourceText
from kg.archive.rows import ClaimRows, Links, near
from kg.archive.settings import SETTINGS, Archive, SourceSettings
from kg.archive.tables import Row, decode, read_table
from kg.errors import ReadError
from kg.model.claims import Account, Body, Claim, Entity, Mode, Source
from kg.model.findings import Finding, Severity
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.vocab import Curies

if TYPE_CHECKING:
    from kg.gedcom.reader import Naming, Reading

ENTITIES, ACCOUNTS = "entities.csv", "accounts.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that an archive says, in file order, and what is wrong with it."""

    sources: tuple[Source, ...]
    accounts: tuple[Account, ...]
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    readings: tuple[tuple[str, Reading], ...] = ()
    """For each source that is records (by its file): what was read and what was not carried."""
    number: int = 0
    """How many claims there are in the tables."""

    def not_carried(self) -> list[Finding]:
        """Each line of the records that could not be carried, and each that was read with a doubt."""
        return [
            Finding(
                severity=Severity.INFO, rule="gedcom", file=file, row=problem.line,
                column=problem.tag, value=problem.text, message=problem.reason,
            )
            for file, reading in self.readings
            for problem in reading.problems
        ]  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """What is gathered while the files are read."""

    archive: Archive
    curies: Curies
    ontology: Ontology
    findings: list[Finding] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    records: list[tuple[Source, bytes]] = field(default_factory=list)
    readings: list[tuple[str, Reading]] = field(default_factory=list)
    unusable: set[str] = field(default_factory=set)
    """Tables of which nothing could be read: what they would declare is not held against others."""

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
            self.unusable.add(file)
            return []
        table, found = read_table(data, file, required=tuple(required), tagged=tuple(tagged))
        self.findings += found
        self.lost |= table.lost
        if not table.usable:
            self.unusable.add(file)
        return list(table.rows)

    def labels(self, file: str, row: Row) -> tuple[tuple[str, str], ...]:
        """The labels in a row; none at all is a finding."""
        found = _tagged(row, "label")
        if not found:
            self.fault(file, row.number, f'"{row.cells["id"]}" has no label',
                       "fill one of the label columns (label@en)", column="label@en",
                       value=row.cells["id"])  # fmt: skip
        return found

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
            declares = f"this archive declares {known}" if known else "kg.toml declares no prefix"
            self.fault(file, row.number, reason, f"write it as d:name; {declares}",
                       column=column, value=value)  # fmt: skip
        return iri


Sink = Callable[[bytes], None]
"""Takes N-Quads, some thousand lines at a time."""
Sinks = Callable[[Source], Sink]
"""Gives the sink for a source that is records."""
Progress = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""


class ClaimSink(Protocol):
    """Takes what the tables of claims say, piece by piece."""

    def claim(self, claim: Claim) -> None:
        """Take a claim, without its conflicts and premises."""

    def links(self, links: Links) -> None:
        """Take the conflicts and premises of a claim that came before."""


class Tables(NamedTuple):
    """What the tables other than those of claims say."""

    sources: tuple[Source, ...]
    accounts: tuple[Account, ...]
    entities: tuple[Entity, ...]


class _Kept:
    """Keeps all claims."""

    def __init__(self) -> None:
        self.claims: dict[str, Claim] = {}

    def claim(self, claim: Claim) -> None:
        self.claims[claim.iri] = claim

    def links(self, links: Links) -> None:
        self.claims[links.iri] = self.claims[links.iri]._replace(
            conflicts=links.conflicts, premises=links.premises
        )


def read_contents(
    archive: Archive, sink: Sink | None = None, progress: Progress | None = None
) -> Contents:
    """Everything in the archive's files; `findings` lists all that is wrong, none left out.

    What sources that are records say (GEDCOM) goes to `sink` and is nowhere kept: it may be big.
    """
    kept = _Kept()
    found = read_parts(
        archive, records=lambda source: sink or _forget, claims=kept, progress=progress
    )
    return replace(found, claims=tuple(kept.claims.values()))


def read_parts(
    archive: Archive, *, records: Sinks, claims: ClaimSink,
    tables: Callable[[Tables], None] = lambda tables: None, progress: Progress | None = None,
) -> Contents:  # fmt: skip
    """Everything in the archive's files, piece by piece: the tables, the records, the claims.

    The contents that come back have no claims, which went to `claims`. Whoever takes the pieces
    must let go of them again if there are findings.
    """
    reading = _Reading(archive, archive.curies, load_ontology())
    entities = _entities(reading)
    accounts = _accounts(reading, entities)
    read = [_source(reading, settings, accounts) for settings in archive.sources]
    sources = tuple(source for source, _ in read if source.iri)
    tables(Tables(sources, tuple(accounts.values()), tuple(entities.values())))
    for source, data in reading.records:
        _records(reading, source, data, records(source), progress)
    reading.records.clear()
    number = _claims(reading, [pair for pair in read if pair[0].iri], accounts, entities, claims)
    return Contents(
        sources=sources,
        accounts=tuple(accounts.values()),
        entities=tuple(entities.values()),
        claims=(),
        findings=tuple(reading.findings),
        readings=tuple(reading.readings),
        number=number,
    )


def _tagged(row: Row, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.partition("@")[2], value.strip())
        for column, value in row.cells.items()
        if column.startswith(name + "@") and value.strip()
    )


def _entities(reading: _Reading) -> dict[str, Entity]:
    file = ENTITIES
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
        if iri is None:
            continue
        if iri in found:
            reading.fault(file, row.number, f'the id "{row.cells["id"]}" stands in row {first[iri]}'
                          " already", "keep one row for each thing", column="id",
                          value=row.cells["id"])  # fmt: skip
            continue
        labels = reading.labels(file, row)
        first[iri] = row.number
        found[iri] = Entity(
            iri=iri, type=type_iri or "", labels=labels, comments=_tagged(row, "comment")
        )
    return found


def _accounts(reading: _Reading, entities: Mapping[str, Entity]) -> dict[str, Account]:
    file = ACCOUNTS
    found: dict[str, Account] = {}
    first: dict[str, int] = {}
    for row in reading.rows(file, ACCOUNT_COLUMNS[:3], ("label",)):
        iri = reading.iri(file, row, "id")
        holder = reading.iri(file, row, "holder") if row.cells["holder"].strip() else None
        if holder is not None and holder not in entities and ENTITIES not in reading.unusable:
            reading.fault(file, row.number, f'the holder "{row.cells["holder"]}" is no entity',
                          near(row.cells["holder"], map(reading.curies.compress, entities))
                          or "add it to entities.csv", column="holder",
                          value=row.cells["holder"])  # fmt: skip
        name = row.cells["mode"].strip()
        mode = Mode.STATED
        try:
            mode = Mode(name.removeprefix("kg:").title())
        except ValueError:
            reading.fault(file, row.number, f'"{name}" is no mode of an account',
                          f"use one of: {', '.join(Mode)}", column="mode", value=name)  # fmt: skip
        if iri is None:
            continue
        if iri in found or iri in entities:
            where = f"row {first[iri]}" if iri in found else ENTITIES
            reading.fault(file, row.number, f'the id "{row.cells["id"]}" stands in {where} already',
                          "keep one row for each account, and none in entities.csv", column="id",
                          value=row.cells["id"])  # fmt: skip
            continue
        first[iri] = row.number
        found[iri] = Account(iri=iri, mode=mode, holder=holder, labels=reading.labels(file, row))
    return found


def _source(
    reading: _Reading, settings: SourceSettings, accounts: dict[str, Account]
) -> tuple[Source, SourceText | None]:
    """A source and its text; None where the text cannot be read, so that no quote is checked."""
    iri = reading.curies.expand(settings.id)
    if iri is None or iri in accounts or "#" in iri:
        wrong = "is no CURIE" if iri is None else "is an account's id"
        if iri is not None and "#" in iri:
            wrong = "has a #, which is what parts a source from the place in it"
        reading.fault(SETTINGS, None, f'the source id "{settings.id}" {wrong}',
                      "write it as d:src-name", column="id", value=settings.id)  # fmt: skip
    voice = reading.curies.expand(settings.voice) if settings.voice else f"{iri}-voice"
    if settings.voice and voice not in accounts and ACCOUNTS not in reading.unusable:
        reading.fault(SETTINGS, None, f'the voice "{settings.voice}" is no account',
                      near(settings.voice, map(reading.curies.compress, accounts))
                      or "add it to accounts.csv", column="voice",
                      value=settings.voice)  # fmt: skip
    if voice is not None and not settings.voice:
        accounts.setdefault(voice, Account(
            iri=voice, mode=Mode.STATED, holder=None,
            labels=(("en", f"{settings.title}, in its own voice"),),
        ))  # fmt: skip
    sha, data = _bytes(reading, settings)
    text = None
    if data is not None and settings.format == "text":
        text, findings = decode(data, settings.file)
        reading.findings += findings
    source = Source(
        iri=iri or "", file=settings.file, claims=settings.claims, sha256=sha,
        title=settings.title, licence=settings.licence,
        language=settings.language, voice=voice or "", text=text or "",
        body=None if text is None else _body(reading, settings, text),
    )  # fmt: skip
    if data is not None and settings.format == "gedcom" and iri is not None:
        reading.records.append((source, data))
    return source, None if text is None else SourceText(text)


def naming(source: Source, base: str) -> Naming:
    """How the things of a source that is records are called: after the source's own name."""
    from kg.gedcom.reader import Naming

    name = source.iri[max(map(source.iri.rfind, "/#:")) + 1 :].removeprefix("src-")
    return Naming(base=base, name=name, source=source.iri, voice=source.voice)


def _records(
    reading: _Reading, source: Source, data: bytes, sink: Sink, progress: Progress | None
) -> None:
    from kg.gedcom.reader import read

    try:
        found = read(data, naming(source, reading.archive.base), sink, progress=progress)
    except ReadError as error:
        said = error.message.removeprefix("the file: ").removeprefix("the package: ")
        reading.fault(source.file, None, said, error.hint, value=source.file)
        return
    reading.readings.append((source.file, found))


def _forget(chunk: bytes) -> None:
    pass


def _bytes(reading: _Reading, settings: SourceSettings) -> tuple[str, bytes | None]:
    """The digest and the content of a source's file."""
    try:
        data = (reading.archive.path / settings.file).read_bytes()
    except OSError as error:
        reading.fault(settings.file, None, f"the source cannot be read: {error.strerror}",
                      "put the file there, or correct kg.toml", value=settings.file)  # fmt: skip
        return "", None
    actual = sha256(data)
    if settings.sha256 != actual:
        reading.fault(
            settings.file, None,
            f'the source is not the one that was recorded: its sha256 is "{actual}",'
            f' kg.toml says "{settings.sha256}"' if settings.sha256 else
            "kg.toml gives no sha256 for this source",
            "restore the file; if the change is meant, check the claims about it and write"
            f' sha256 = "{actual}" in kg.toml',
            column="sha256", value=settings.sha256, rule="source-changed",
        )  # fmt: skip
    return actual, data


def _body(reading: _Reading, settings: SourceSettings, text: str) -> Body | None:
    if not settings.body_from and not settings.body_to:
        return None
    start = text.find(settings.body_from)
    last = text.rfind(settings.body_to)
    if start < 0 or last < start:
        missing = settings.body_from if start < 0 else settings.body_to
        reading.fault(SETTINGS, None, f'the body of "{settings.id}" is not found in its source:'
                      f' "{missing}"', "body.from and body.to are the first and the last words of"
                      " the body, letter for letter", column="body", value=missing)  # fmt: skip
        return None
    return Body(start=start, end=last + len(settings.body_to))


def _claims(
    reading: _Reading, sources: list[tuple[Source, SourceText | None]],
    accounts: Mapping[str, Account], entities: Mapping[str, Entity], sink: ClaimSink,
) -> int:  # fmt: skip
    things = {*entities, *accounts, *(source.iri for source, _ in sources)}
    for _, found in reading.readings:
        things |= found.things
    rows = ClaimRows(
        curies=reading.curies,
        ontology=reading.ontology,
        things=None if reading.unusable & {ENTITIES, ACCOUNTS} else things,
        accounts=None if ACCOUNTS in reading.unusable else set(accounts),
        taken=sink.claim,
    )
    for source, text in sources:
        for row in reading.rows(source.claims, CLAIM_COLUMNS) if source.claims else ():
            rows.read(source, text, row)
    # Where a whole table could not be read, a missing key may well stand in it.
    rows.lost = reading.lost
    for links in rows.finish(check=not any(s.claims in reading.unusable for s, _ in sources)):
        sink.links(links)
    reading.findings += rows.findings
    return rows.number
