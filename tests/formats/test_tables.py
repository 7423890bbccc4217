"""The table of claims has the columns of a claims file, and survives a spreadsheet."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable

import pyoxigraph as ox

from kg import assets
from kg.formats.tables import COLUMNS, write_claims
from kg.vocab import PREFIXES

Written = Callable[..., bytes]

KG = PREFIXES["kg"]


def rows(data: bytes) -> dict[str, dict[str, str]]:
    reader = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return {row["claim"]: row for row in reader}


def test_claims_stand_in_the_columns_of_a_claims_file(
    archive: list[ox.Quad], written: Written
) -> None:
    data = written("csv", archive)
    assert data.split(b"\n")[0].decode() == ",".join(COLUMNS)
    assert COLUMNS[:13] == (
        *("key", "quote", "context", "subject", "predicate", "object", "date", "certainty"),
        *("account", "conflicts", "premises", "rule", "note"),
    )
    table = rows(data)
    assert sorted(table) == ["d:c-1", "d:c-2", "d:c-3", "d:c-4", "d:c-5", "d:c-record"]
    assert list(table["d:c-1"].values()) == [
        *("F001", 'his wife, "Inna"', "", "d:lyushkov", "kg:spouse", "d:inna", "1925", "certain"),
        *("d:acc-narrator", "", "", "", "", "d:src-jewage", "94", "109", "d:c-1"),
    ]
    assert table["d:c-2"]["conflicts"] == "F003 F010"
    assert table["d:c-3"]["object"] == '"=Нина"@ru-Cyrl'
    assert table["d:c-4"]["object"] == "unknown"
    assert table["d:c-5"]["object"] == "45"
    assert table["d:c-5"]["premises"] == "F001 F003"
    assert table["d:c-5"]["rule"] == "counted"
    assert table["d:c-record"]["predicate"] == ""
    assert table["d:c-record"]["quote"] == 'his wife, "Inna"'


def test_rows_come_in_one_order(archive: list[ox.Quad], written: Written) -> None:
    expected = written("csv", archive)
    for seed in range(3):
        shuffled = list(archive)
        random.Random(seed).shuffle(shuffled)
        assert written("csv", shuffled) == expected


def test_store_gives_the_same_table(
    archive: list[ox.Quad], written: Written, prefixes: dict[str, str]
) -> None:
    out = io.BytesIO()
    store = ox.Store()
    store.extend(archive)
    write_claims(store, out, prefixes)
    assert out.getvalue() == written("csv", archive)


def test_spreadsheet_safe_disarms_formulas_only_when_asked(
    archive: list[ox.Quad], written: Written
) -> None:
    assert rows(written("csv", archive))["d:c-3"]["note"] == "=1+1"
    table = rows(written("csv", archive, spreadsheet_safe=True))
    assert table["d:c-3"]["note"] == "'=1+1"
    assert table["d:c-1"]["subject"] == "d:lyushkov"


def test_odd_texts_come_back_from_the_table(written: Written) -> None:
    texts = ["a\rb", 'x"y', "a,b", "a\nb", "\u2028", "é\x00", "'", " a ", "@x", "-1", "\tx"]
    quads: list[ox.Quad] = []
    for number, text in enumerate(texts):
        claim = ox.NamedNode(f"urn:claim:{number}")
        quads.append(
            ox.Quad(claim, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(KG + "Claim"))
        )
        quads.append(ox.Quad(claim, ox.NamedNode(KG + "rule"), ox.Literal(text)))
    table = rows(written("csv", quads))
    assert [table[f"<urn:claim:{n}>"]["rule"] for n in range(len(texts))] == texts
    safe = rows(written("csv", quads, spreadsheet_safe=True))
    assert [safe[f"<urn:claim:{n}>"]["rule"] for n in range(len(texts))] == [
        "'" + text if text[0] in "=+-@\t\r" else text for text in texts
    ]


def test_query_parses_on_its_own() -> None:
    ox.Store().query(assets.read("queries/export/claims.rq"))
