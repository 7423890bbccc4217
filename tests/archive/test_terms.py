"""Cells, tables and IRIs come back as they were written, whatever stands in them."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.archive.folder import CLAIM_COLUMNS, toml_text
from kg.archive.tables import read_table, write_table
from kg.archive.terms import parse_term, write_term
from kg.model.claims import Iri, Polarity, Text
from kg.store.claims import node
from kg.vocab import EDTF, PREFIXES, XSD, Curies, canonical_tag, is_iri, is_tag

ROOT = Path(__file__).resolve().parents[2]
CURIES = Curies({**PREFIXES, "d": "https://example.org/berg/", "b": "https://example.org/berg/b-"})
ODD = ['"', "'", ",", "\n", "\r", "\r\n", "\t", "\\", "\u00a0", "\u2028", "\u0085", "\x0c", "\ufeff",
       "אברהם", "\u202e", "\u200f", "e\u0301", "\U0001f469", "=1+1", " ", "a", "é", "|", ";"]  # fmt: skip
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(st.sampled_from(ODD), max_size=8).map("".join),
)
tags = st.sampled_from(["en", "ru", "ru-Latn", "de-AT", "zh-Hant-TW", "sr-Cyrl", "x-own"])
iris = st.one_of(
    texts.map(lambda text: "https://example.org/berg/" + text),
    texts.map(lambda text: PREFIXES["kg"] + text),
    texts.map(lambda text: "urn:x:" + text),
).filter(is_iri)
terms = st.one_of(
    iris.map(Iri),
    texts.map(Text),
    st.builds(Text, texts, language=tags, datatype=st.just("")),
    st.builds(Text, texts, language=st.just(""),
              datatype=st.sampled_from([EDTF, XSD + "date", XSD + "gYear"])),
    st.integers().map(lambda number: Text(str(number), datatype=XSD + "integer")),
    st.sampled_from(Polarity),
)  # fmt: skip


@given(terms)
@example(Text("a\\", language="en"))
@example(Text('\\"\\\\n'))
@example(Text("negative"))
@example(Iri("https://example.org/berg/b-"))
@example(Iri("https://example.org/berg/b-x.y."))
@example(Iri(PREFIXES["kg"]))
def test_term_is_read_as_written(term: Iri | Text | Polarity) -> None:
    assert parse_term(write_term(term, CURIES), CURIES) == term
    assert parse_term(f"  {write_term(term, CURIES)}\u00a0", CURIES) == term


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("d:lund", Iri("https://example.org/berg/lund")),
        ("<https://a.org/ü?x=1#y>", Iri("https://a.org/ü?x=1#y")),
        ('"Inna"@ru-latn', Text("Inna", language="ru-Latn")),
        ('"1900"^^edtf:EDTF', Text("1900", datatype=EDTF)),
        ('"x"^^xsd:string', Text("x")),
        ('"a\\n\\t\\"b\\\\"', Text('a\n\t"b\\')),
        ("11", Text("11", datatype=XSD + "integer")),
        ("-1.50", Text("-1.50", datatype=XSD + "decimal")),
        ("true", Text("true", datatype=XSD + "boolean")),
        ("negative", Polarity.NEGATIVE),
    ],
)
def test_cell_means(cell: str, term: object) -> None:
    assert parse_term(cell, CURIES) == term


@pytest.mark.parametrize(
    "cell",
    ["", "Lund", "x:lund", ":lund", "d: lund", '"open', '"a"b', '"a"@', '"a"@-en', '"a"@e_n',
     '"a"@a', '"a"@en-', '"a"^^', '"a"^^zz:q', '"a\\q"', '"a\\u0041"', "<a>", "<http://a b>",
     "<http://a:b/>", "<http://a/%zz>", "d:a#b#c", "1.", "1e5", "d:%", "'a'"],
)  # fmt: skip
def test_bad_cell_is_no_term(cell: str) -> None:
    why = parse_term(cell, CURIES)
    assert isinstance(why, str)
    assert why


@given(texts, st.sampled_from(["", "http://", "urn:", "a:", "http://a/", "http://a/%4", "x://h:"]))
@example("http://[::1]", "")
@example("a#b#c", "http://")
@example("\ue000", "http://a/")
@example("\U0001fffe", "http://a/")
def test_every_iri_that_passes_is_one_for_the_engine(text: str, start: str) -> None:
    iri = start + text
    if is_iri(iri):
        assert ox.NamedNode(iri).value == iri
        assert CURIES.expand(CURIES.compress(iri)) == iri


@given(st.from_regex(r"[A-Za-z0-9]{1,9}(-[A-Za-z0-9]{1,9}){0,4}", fullmatch=True))
@example("i-klingon")
@example("en-a-bbb-x-a-ccc")
def test_every_tag_that_passes_is_one_for_the_engine(tag: str) -> None:
    if is_tag(tag):
        assert ox.Literal("x", language=tag).language == tag.lower()
        assert canonical_tag(canonical_tag(tag)) == canonical_tag(tag)
    cell = f'"x"@{tag}'
    assert isinstance(parse_term(cell, CURIES), Text) == is_tag(tag)


@given(terms)
def test_every_term_that_is_read_fits_the_engine(term: Iri | Text | Polarity) -> None:
    if not isinstance(term, Polarity):
        assert node(term).value == term.value


rows = st.lists(st.fixed_dictionaries({"a": texts, "b": texts, "c": texts}), max_size=6)


@given(rows)
@example([{"a": "\r", "b": "", "c": ""}])
@example([{"a": "", "b": '"', "c": "x\u2028y"}])
def test_table_is_read_as_written(rows: list[dict[str, str]]) -> None:
    data = write_table(("a", "b", "c"), rows)
    table, findings = read_table(data, "t.csv", required=("a", "b", "c"))
    assert findings == []
    assert [dict(row.cells) for row in table.rows] == [
        row for row in rows if any(cell.strip() for cell in row.values())
    ]
    assert write_table(("a", "b", "c"), [row.cells for row in table.rows]) == write_table(
        ("a", "b", "c"), [dict(row.cells) for row in table.rows]
    )


@given(rows)
def test_table_is_read_like_the_standard_library_does(rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)  # the only style that keeps a bare \\r
    writer.writerow(["a", "b", "c"])
    writer.writerows([row["a"], row["b"], row["c"]] for row in rows)
    table, findings = read_table(out.getvalue().encode(), "t.csv", required=("a", "b", "c"))
    assert findings == []
    expected = list(csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True))[1:]
    assert [list(row.cells.values()) for row in table.rows] == [
        row for row in expected if any(cell.strip() for cell in row)
    ]


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from(ODD), max_size=20).map("".join).map(str.encode)
)
def test_any_bytes_give_rows_or_findings(data: bytes) -> None:
    table, findings = read_table(b"a,b\n" + data, "t.csv", required=("a", "b"))
    assert all(set(row.cells) == {"a", "b"} and row.number > 1 for row in table.rows)
    assert all(finding.file == "t.csv" and finding.row and finding.hint for finding in findings)


def test_rows_tell_the_line_they_start_on() -> None:
    data = b'a,b\r\n1,"x\r\ny\n\nz"\n\n2,q\r3,"""\r"\n4,end'
    table, findings = read_table(data, "t.csv", required=("a", "b"))
    assert findings == []
    assert [(row.number, row.cells["a"]) for row in table.rows] == [
        (2, "1"), (7, "2"), (8, "3"), (10, "4"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["claims/jewage.csv", "entities.csv", "accounts.csv"])
def test_tables_of_the_archive_are_written_as_they_are(name: str) -> None:
    data = (ROOT / "data" / "lyushkov" / name).read_bytes()
    columns = tuple(data.decode().splitlines()[0].split(","))
    table, findings = read_table(data, name, required=columns)
    assert findings == []
    assert len(table.rows) > 5
    assert write_table(columns, [row.cells for row in table.rows]) == data
    if name.startswith("claims"):
        assert columns == CLAIM_COLUMNS


@given(texts)
def test_settings_text_is_read_as_written(text: str) -> None:
    assert tomllib.loads(f"a = {toml_text(text)}") == {"a": text}
