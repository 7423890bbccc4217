"""A tiny archive with all that Lyushkov's lacks: a register that contradicts, plans, chains."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kg.archive import Archive, open_archive, read_contents
from kg.build import load
from kg.model.claims import Certainty, Claim, Passage, Polarity
from kg.store.embedded import Store
from kg.vocab import KG

TEXT = """Anna Berg was born in 1901 in Riga. Otto was her father, and Boris her brother.
In 1920 she met Karl Lind, after a letter of his. Then they married; on the journey that was \
part of it she fell ill, and then recovered. After the meeting and after the war of 1939 they met again.
Karl died in 1950. Rumour has it that Anna shot Karl in 1949. The parish register has him die in 1951.
She may have been a spy. She planned a voyage to Peru. Boris never married. He had no wife.
"""
FIELDS = ("key", "quote", "context", "subject", "predicate", "object", "date", "certainty",
          "account", "conflicts", "premises", "rule", "note")  # fmt: skip
ENTITIES = """id,class,label@en,label@ru
t:anna,kg:Person,Anna Berg,Анна Берг
t:karl,kg:Person,Karl Lind,Карл Линд
t:otto,kg:Person,Otto,Отто
t:boris,kg:Person,Boris,Борис
t:riga,kg:Place,Riga,Рига
t:peru,kg:Place,Peru,
t:birth,kg:Event,birth of Anna,рождение Анны
t:letter,kg:Event,a letter from Karl,письмо Карла
t:meeting,kg:Event,first meeting,первая встреча
t:wedding,kg:Event,wedding,свадьба
t:illness,kg:Event,illness,болезнь
t:recovery,kg:Event,recovery,выздоровление
t:war,kg:Event,war,война
t:reunion,kg:Event,reunion,новая встреча
t:death,kg:Event,death of Karl,смерть Карла
t:shooting,kg:Possibility,shooting of Karl (rumour),убийство Карла (по слухам)
t:voyage,kg:Possibility,voyage to Peru (planned),поездка в Перу (задуманная)
t:spy,kg:Position,spy,шпионка
"""
ACCOUNTS = """id,mode,holder,label@en,label@ru
t:acc,Stated,,the memoir,мемуары
t:acc-register,Reported,,the parish register,метрическая книга
t:acc-rumour,Alternative,,a rumour,слух
t:acc-editor,Inferred,,the editors,редакторы
"""


def _claims() -> list[dict[str, str]]:
    def row(quote: str, triple: str, **more: str) -> dict[str, str]:
        subject, predicate, value = triple.split(" ", 2)
        return {"quote": quote, "subject": subject, "predicate": predicate, "object": value,
                "certainty": "certain", **more}  # fmt: skip

    def happening(
        name: str, quote: str, kind: str, *ties: str, **more: str
    ) -> list[dict[str, str]]:
        return [row(quote, f"t:{name} {tie}", **more) for tie in (f"kg:eventType et:{kind}", *ties)]

    rumour = {"account": "t:acc-rumour"}
    return [
        *happening("birth", "Anna Berg was born in 1901 in Riga", "Birth", "kg:patient t:anna",
                   'kg:date "1901"^^edtf:EDTF', "kg:place t:riga"),
        row("Otto was her father", "t:anna kg:father t:otto"),
        row("Boris her brother", "t:anna kg:sibling t:boris", key="K1", certainty="probable"),
        row("", "t:boris kg:father t:otto", key="I1", account="t:acc-editor", premises="K1",
            rule="a brother, no half-brother", certainty="probable"),
        *happening("letter", "a letter of his", "Communication", "kg:recipient t:anna"),
        *happening("meeting", "In 1920 she met Karl Lind", "Meeting", "kg:agent t:anna",
                   "kg:agent t:karl", 'kg:date "1920"^^edtf:EDTF'),
        row("after a letter", "t:meeting kg:after t:letter"),
        *happening("wedding", "Then they married", "Marriage", "kg:agent t:anna",
                   "kg:after t:meeting"),
        *happening("illness", "she fell ill", "Knowledge", "kg:patient t:anna",
                   "kg:during t:wedding"),
        *happening("recovery", "then recovered", "Knowledge", "kg:patient t:anna",
                   "kg:after t:illness"),
        *happening("war", "the war of 1939", "Invasion", 'kg:date "1939"^^edtf:EDTF'),
        *happening("reunion", "After the meeting and after the war of 1939 they met again",
                   "Meeting", "kg:agent t:anna", "kg:after t:meeting", "kg:after t:war"),
        *happening("death", "Karl died in 1950", "Death", "kg:patient t:karl"),
        row("Karl died in 1950", 't:death kg:date "1950"^^edtf:EDTF', key="D1", conflicts="D2"),
        # on the other side the conflict is not written: it holds both ways all the same
        row("die in 1951", 't:death kg:date "1951"^^edtf:EDTF', key="D2", account="t:acc-register"),
        row("has him die", "t:death kg:patient t:karl", account="t:acc-register"),
        *happening("shooting", "Anna shot Karl in 1949", "Killing", "kg:agent t:anna",
                   "kg:patient t:karl", 'kg:date "1949"^^edtf:EDTF', "rdf:type kg:Event", **rumour),
        row("may have been a spy", "t:anna kg:occupation t:spy", certainty="possible"),
        *happening("voyage", "planned a voyage to Peru", "Departure", "kg:agent t:anna",
                   "kg:destination t:peru"),
    ]  # fmt: skip


def _table(fields: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture(scope="session")
def tiny_archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The files of an archive of one short text."""
    folder = tmp_path_factory.mktemp("tiny")
    files = {
        "kg.toml": f"""title = "Tiny"
base = "https://example.org/tiny/"
licence = "CC0-1.0"
language = "en"
rules = ["core", "kin"]
[prefixes]
t = "https://example.org/tiny/"
[[sources]]
id = "t:memoir"
file = "sources/memoir.txt"
claims = "claims/memoir.csv"
sha256 = "{hashlib.sha256(TEXT.encode()).hexdigest()}"
title = "A memoir"
licence = "CC0-1.0"
language = "en"
voice = "t:acc"
body = {{ from = "Anna Berg was born", to = "had no wife." }}
""",
        "sources/memoir.txt": TEXT,
        "claims/memoir.csv": _table(FIELDS, _claims()),
        "entities.csv": ENTITIES,
        "accounts.csv": ACCOUNTS,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return open_archive(folder)


def _denied(key: str, quote: str, account: str) -> Claim:
    """A claim that Boris has no wife."""
    base = "https://example.org/tiny/"
    start = TEXT.index(quote)
    return Claim(
        iri=f"{base}c-{key}", key=key, subject=f"{base}boris", predicate=KG + "spouse", object=None,
        polarity=Polarity.NEGATIVE, account=base + account, certainty=Certainty.CERTAIN,
        passage=Passage(source=f"{base}memoir", start=start, end=start + len(quote), quote=quote),
    )  # fmt: skip


@pytest.fixture(scope="session")
def tiny(tiny_archive: Archive) -> Store:
    """The tiny archive in memory. Read it, never change it."""
    contents = read_contents(tiny_archive)
    assert contents.findings == ()
    denials = (_denied("B1", "Boris never married", "acc"),
               _denied("B2", "had no wife", "acc-register"))  # fmt: skip
    return load(tiny_archive, replace(contents, claims=(*contents.claims, *denials)))
