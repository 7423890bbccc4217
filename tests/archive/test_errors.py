"""Every fault that an archive's files can have is reported, at its place and with what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.archive import open_archive, read_contents
from kg.build import build, fresh_store, prefixes
from kg.errors import KgError, ReadError
from kg.model.findings import Finding, Severity
from kg.store.embedded import open_store

TEXT = (
    "Anna Berg was born in Lund. Her brother Nils Berg, a printer, was eleven then.\n"
    "Anna Berg married Ole Dahl in 1905.\u00a0Nils Berg died in 1919, says a neighbour.\n"
)
SETTINGS = """title = "The Bergs"
base = "https://example.org/berg/"
language = "en"
rules = ["core", "kin"]

[prefixes]
d = "https://example.org/berg/"

[[sources]]
id = "d:src-life"
file = "sources/life.txt"
claims = "claims/life.csv"
sha256 = "%s"
language = "en"
body = { from = "Anna Berg was", to = "neighbour." }
"""
CLAIMS = '''key,quote,context,subject,predicate,object,date,certainty,account,conflicts,premises,rule,note
K1,Her brother Nils Berg,,d:anna,kg:sibling,d:nils,,certain,,,,,
K2,Anna Berg,Anna Berg was born,d:anna,kg:name,"""Anna Berg""@en",,certain,,,,,a name
K3,married Ole Dahl,,d:anna,kg:spouse,d:ole,1905,probable,,,,,
K4,died in 1919,,d:death,kg:date,"""1919""^^edtf:EDTF",,certain,d:acc-neighbour,K1,,,
K5,eleven,,d:nils,kg:age,11,,certain,,,,,
K6,,,d:nils,kg:relative,d:ole,,probable,d:acc-editor,,K1 K3,a brother-in-law is a relative,
'''
ENTITIES = """id,class,label@en,label@ru,comment@en
d:anna,kg:Person,Anna Berg,Анна Берг,
d:nils,kg:Person,Nils Berg,,"a printer, her brother"
d:ole,kg:Person,Ole Dahl,,
d:death,kg:Event,death of Nils Berg,,
"""
ACCOUNTS = """id,mode,holder,label@en
d:acc-neighbour,Reported,d:ole,a neighbour
d:acc-editor,Inferred,,what we conclude
"""
SOURCE, TABLE = "sources/life.txt", "claims/life.csv"


def files() -> dict[str, bytes]:
    return {
        "kg.toml": (SETTINGS % hashlib.sha256(TEXT.encode()).hexdigest()).encode(),
        SOURCE: TEXT.encode(),
        TABLE: CLAIMS.encode(),
        "entities.csv": ENTITIES.encode(),
        "accounts.csv": ACCOUNTS.encode(),
    }


def put(folder: Path, content: dict[str, bytes]) -> Path:
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def faults(folder: Path) -> tuple[Finding, ...]:
    try:
        return read_contents(open_archive(folder)).findings
    except ReadError as error:
        return error.findings


@dataclass(frozen=True)
class Fault:
    """A change to one file, and the finding that it must give."""

    name: str
    file: str
    old: str | bytes
    new: str | bytes
    row: int | None
    column: str
    says: str
    hint: str = ""
    value: str = ""
    at: str = ""  # the file of the finding, where it is another one
    also: int = 0  # findings that follow from it


def claim(number: int) -> str:
    return CLAIMS.splitlines()[number]


FAULTS = [
    # quotations
    Fault("quote-nowhere", TABLE, "Her brother Nils Berg,,", "Her brother Niels Berg,,", 2, "quote",
          "stands nowhere", '"Her brother Nils Berg"; "e" is too much', "Her brother Niels Berg"),
    Fault("quote-invisible", TABLE, "died in 1919,", "1905. Nils Berg died,", 5, "quote",
          "stands nowhere", '" " should be "[no-break space]"'),
    Fault("quote-lookalike", TABLE, "married Ole Dahl,", "married Оle Dahl,", 4, "quote",
          "stands nowhere", '"О" should be "O" [latin capital letter o]'),
    Fault("quote-twice", TABLE, "died in 1919,", "Nils Berg,", 5, "quote", "more than once",
          "context", "Nils Berg"),
    Fault("quote-missing", TABLE, "died in 1919,", ",", 5, "quote", "without a quotation",
          "quote the words"),
    Fault("quote-of-spaces", TABLE, "died in 1919,", "   ,", 5, "quote", "without a quotation"),
    Fault("context-nowhere", TABLE, "Anna Berg was born,", "Anna Berg is born,", 3, "context",
          "stands nowhere", "was"),
    Fault("context-twice", TABLE, "K4,died in 1919,,", "K4,Nils,Nils Berg,", 5, "context",
          "more than once", "longer"),
    Fault("context-without-quote", TABLE, "Anna Berg was born,", "married Ole Dahl,", 3, "context",
          "does not contain"),
    Fault("context-with-two", TABLE, "K2,Anna Berg,", "K2,n,", 3, "context", "more than once"),
    Fault("context-alone", TABLE, "K2,Anna Berg,", "K2,,", 3, "context", "without a quotation"),
    Fault("context-of-an-inference", TABLE, "K6,,,", "K6,,Anna Berg was born,", 7, "context",
          "without a quotation"),
    Fault("source-changed", SOURCE, "says a", "says the", None, "sha256", "not the one",
          "sha256 = "),
    Fault("source-not-recorded", "kg.toml", "sha256", "voice = ''\n#", None, "sha256",
          "no sha256", "sha256 = ", at=SOURCE),
    # names
    Fault("subject-unknown", TABLE, "Nils Berg,,d:anna", "Nils Berg,,d:ana", 2, "subject",
          'nothing has the id "d:ana"', '"d:anna"', "d:ana"),
    Fault("subject-empty", TABLE, "Nils Berg,,d:anna", "Nils Berg,,", 2, "subject", "empty"),
    Fault("subject-literal", TABLE, "Nils Berg,,d:anna", "Nils Berg,,11", 2, "subject", "no CURIE"),
    Fault("prefix-unknown", TABLE, "Nils Berg,,d:anna", "Nils Berg,,x:anna", 2, "subject",
          'prefix "x:" is not declared'),
    Fault("object-unknown", TABLE, "kg:sibling,d:nils", "kg:sibling,d:niels", 2, "object",
          'nothing has the id "d:niels"', '"d:nils"', "d:niels"),
    Fault("object-no-term", TABLE, "kg:sibling,d:nils", "kg:sibling,Nils", 2, "object",
          "neither a CURIE", "d:odessa"),
    Fault("object-empty", TABLE, "kg:sibling,d:nils", "kg:sibling,", 2, "object", "empty",
          "negative"),
    Fault("iri-bad", TABLE, "kg:sibling,d:nils", "kg:sibling,<http://a b/>", 2, "object",
          "no IRI"),
    Fault("predicate-unknown", TABLE, "kg:sibling", "kg:sibblings", 2, "predicate",
          '"kg:sibblings" is no property', '"kg:sibling"', "kg:sibblings"),
    Fault("predicate-of-record", TABLE, "d:anna,kg:sibling,d:nils",
          "d:acc-neighbour,kg:mode,kg:Belief", 2, "predicate", "not claimed", "accounts.csv"),
    Fault("account-unknown", TABLE, "d:acc-neighbour", "d:acc-nieghbour", 5, "account",
          "is no account", '"d:acc-neighbour"'),
    Fault("account-no-curie", TABLE, "d:acc-neighbour", "neighbour", 5, "account", "is no account"),
    Fault("certainty-unknown", TABLE, "1905,probable", "1905,likely", 4, "certainty",
          '"likely" is no degree', "certain, probable or possible", "likely"),
    Fault("certainty-empty", TABLE, "1905,probable", "1905,", 4, "certainty", "no degree"),
    # values
    Fault("date-column", TABLE, "d:ole,1905", "d:ole,5.1.1905", 4, "date", "5.1.1905",
          "year first", "5.1.1905"),
    Fault("date-object", TABLE, '1919""^^', '1919-13""^^', 5, "object", "1919-13"),
    Fault("date-plain", TABLE, '"""1919""^^edtf:EDTF"', '"""1919"""', 5, "object", "wrong type",
          "edtf:EDTF"),
    Fault("integer-string", TABLE, "kg:age,11", 'kg:age,"""11"""', 6, "object", "wrong type",
          "as 11"),
    Fault("integer-words", TABLE, "kg:age,11", 'kg:age,"""eleven""^^xsd:integer"', 6, "object",
          '"eleven" is no xsd:integer', "as 11"),
    Fault("language-missing", TABLE, '""@en"', '"""', 3, "object", "wrong type", "@ru-Latn"),
    Fault("language-bad", TABLE, '""@en"', '""@1a"', 3, "object", "no language"),
    Fault("thing-for-literal", TABLE, "kg:age,11", "kg:age,d:ole", 6, "object", "takes a literal"),
    Fault("literal-for-thing", TABLE, "kg:spouse,d:ole", 'kg:spouse,"""Ole""@en"', 4, "object",
          "takes a thing", "d:odessa"),
    Fault("datatype-unknown", TABLE, "^^edtf:EDTF", "^^edft:EDTF", 5, "object",
          'datatype "edft:EDTF" is unknown'),
    Fault("escape-unknown", TABLE, '""Anna Berg""@en', '""Anna \\qerg""@en', 3, "object", "escape"),
    # keys
    Fault("key-twice", TABLE, "K5,", "K4,", 6, "key", f"{TABLE}:5", "own key", "K4"),
    Fault("key-of-a-faulty-row-twice", TABLE, "K5,eleven,,d:nils,kg:age,11",
          "K4,eleven,,d:nils,kg:age,ten", 6, "key", f"{TABLE}:5", also=1),
    Fault("key-with-space", TABLE, "K5,", "K 5,", 6, "key", "space"),
    Fault("claim-twice", TABLE, "K5,eleven,,d:nils,kg:age,11", "K5,Her brother Nils Berg,,d:anna,"
          "kg:sibling,d:nils", 6, "quote", f"{TABLE}:2", "delete one"),
    Fault("premise-nowhere", TABLE, "K1 K3", "K1 K7", 7, "premises", 'no claim has the key "K7"',
          "key", "K1 K7"),
    Fault("premise-itself", TABLE, "K1 K3", "K1 K6", 7, "premises", "names itself"),
    Fault("premise-circle", TABLE, "K6,,,d:nils,kg:relative,d:ole,,probable,d:acc-editor,,K1 K3",
          "K7,,,d:ole,kg:relative,d:nils,,probable,d:acc-editor,,K6,back,\n"
          "K6,,,d:nils,kg:relative,d:ole,,probable,d:acc-editor,,K1 K7", 7, "premises",
          "rests on itself", also=1),
    Fault("conflict-nowhere", TABLE, "d:acc-neighbour,K1", "d:acc-neighbour,K11", 5, "conflicts",
          'no claim has the key "K11"', '"K1"'),
    Fault("inference-without-premises", TABLE, "K1 K3,", ",", 7, "premises", "without premises"),
    Fault("inference-without-rule", TABLE, "a brother-in-law is a relative", "", 7, "rule",
          "without rule"),
    Fault("inference-with-quote", TABLE, "K6,,", "K6,married,", 7, "quote", "both", "two rows"),
    # tables
    Fault("column-missing", TABLE, ",certainty,", ",", 1, "certainty", 'missing column "certainty"',
          "key, quote, context"),
    Fault("column-unknown", TABLE, ",note", ",note,source", 1, "source",
          'unknown column "source"', "note", also=6),
    Fault("column-twice", TABLE, ",date,", ",object,", 1, "object", "stands twice", also=1),
    Fault("semicolons", TABLE, CLAIMS, CLAIMS.replace(",", ";"), 1, "key", 'separated by ";"',
          "commas"),
    Fault("stray-quote", TABLE, "a name", 'a "name', 3, "note", "stray quote", "double each",
          'a "name', also=0),
    Fault("stray-quote-in-pairs", TABLE, "a name", 'a "so called" name', 3, "note", "stray quote"),
    Fault("turtle-unquoted", TABLE, '"""Anna Berg""@en"', '"Anna Berg"@en', 3, "object", "stray quote",
          '"a ""b"" c"'),
    Fault("quote-never-closed", TABLE, "K5,eleven", 'K5,"eleven', 6, "quote", "stray quote"),
    Fault("header-stray-quote", TABLE, "key,", 'key",', 1, "", "stray quote"),
    Fault("cells-too-few", TABLE, "1905,probable,,,,,", "1905,probable,,,,", 4, "",
          "12 cells where the header has 13", "keep empty cells"),
    Fault("cells-too-many", TABLE, claim(5), claim(5) + ",x", 6, "", "14 cells"),
    Fault("empty-table", TABLE, CLAIMS, "", 1, "", "empty", "key,quote"),
    Fault("cp1251", TABLE, "a name", "имя".encode("cp1251"), 3, "", "0xE8 is not UTF-8",
          "CSV UTF-8", "0xE8"),
    Fault("bom-and-cp1251", TABLE, CLAIMS, b"\xef\xbb\xbf" + CLAIMS.encode() + b"\n\xe8", 9, "",
          "0xE8 is not UTF-8"),
    Fault("utf-16", TABLE, CLAIMS, CLAIMS.encode("utf-16"), 1, "", "UTF-16", "UTF-8"),
    Fault("utf-16-without-mark", TABLE, CLAIMS, CLAIMS.encode("utf-16-le"), 1, "", "UTF-16"),
    Fault("latin-1-source", SOURCE, "printer", "é".encode("latin-1"), 1, "", "0xE9", also=1),
    # entities and accounts
    Fault("class-unknown", "entities.csv", "d:ole,kg:Person", "d:ole,kg:Persn", 4, "class",
          '"kg:Persn" is no class', '"kg:Person"', "kg:Persn"),
    Fault("class-no-curie", "entities.csv", "d:ole,kg:Person", "d:ole,Person", 4, "class",
          "no CURIE"),
    Fault("entity-twice", "entities.csv", "d:ole,", "d:nils,", 4, "id", "row 3", "one row",
          "d:nils", also=3),
    Fault("entity-without-label", "entities.csv", "Ole Dahl", "", 4, "label@en", "no label",
          "label@en", "d:ole"),
    Fault("entity-id-bad", "entities.csv", "d:death,", "e:death,", 5, "id", 'prefix "e:"', "d:",
          also=1),
    Fault("label-language-bad", "entities.csv", "label@ru", "label@r_u", 1, "label@r_u",
          '"r_u" is no language', "ru-Latn"),
    Fault("entities-column-missing", "entities.csv", "id,class", "id,klass", 1, "class",
          'missing column "class"', also=1),
    Fault("mode-unknown", "accounts.csv", "Reported", "Rumoured", 2, "mode", '"Rumoured"',
          "Stated, Reported", "Rumoured"),
    Fault("holder-unknown", "accounts.csv", "Reported,d:ole", "Reported,d:olle", 2, "holder",
          'holder "d:olle" is no entity', '"d:ole"', "d:olle"),
    Fault("account-twice", "accounts.csv", "d:acc-editor,", "d:acc-neighbour,", 3, "id", "row 2",
          also=1),
    Fault("account-is-a-thing", "accounts.csv", "d:acc-editor,", "d:ole,", 3, "id",
          "entities.csv", also=1),
    Fault("account-without-label", "accounts.csv", "a neighbour", "", 2, "label@en", "no label"),
    # settings
    Fault("voice-unknown", "kg.toml", "language = \"en\"\nbody", "voice = \"d:acc-x\"\nbody", None,
          "voice", '"d:acc-x" is no account', "d:acc-editor"),
    Fault("body-not-found", "kg.toml", "neighbour.", "neighbours.", None, "body",
          '"neighbours."', "letter for letter"),
    Fault("source-id-bad", "kg.toml", '"d:src-life"', '"src-life"', None, "id", "no CURIE",
          also=0),
    Fault("source-id-fragment", "kg.toml", '"d:src-life"', '"<https://example.org/a#b>"', None,
          "id", "#", also=0),
]  # fmt: skip


def edited(fault: Fault) -> dict[str, bytes]:
    content = files()
    old, new = (text.encode() if isinstance(text, str) else text for text in (fault.old, fault.new))
    assert content[fault.file].count(old) >= 1, "the case changes nothing"
    content[fault.file] = content[fault.file].replace(old, new, 1)
    if fault.file == SOURCE and fault.name != "source-changed":
        before = hashlib.sha256(TEXT.encode()).hexdigest().encode()
        after = hashlib.sha256(content[SOURCE]).hexdigest().encode()
        content["kg.toml"] = content["kg.toml"].replace(before, after)
    return content


def test_clean_archive_has_no_fault(tmp_path: Path) -> None:
    contents = read_contents(open_archive(put(tmp_path, files())))
    assert contents.findings == ()
    assert len(contents.claims) == 6


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_reported_at_its_place(fault: Fault, tmp_path: Path) -> None:
    found = faults(put(tmp_path, edited(fault)))
    place = fault.at or fault.file
    matching = [
        f for f in found
        if (f.file, f.row, f.column) == (place, fault.row, fault.column) and fault.says in f.message
    ]  # fmt: skip
    assert len(matching) == 1, "\n".join(map(str, found))
    finding = matching[0]
    assert fault.hint in finding.hint
    assert fault.value in finding.value
    assert all(f.hint and f.severity is Severity.VIOLATION and f.rule for f in found)
    # One mistake must not bury itself under what follows from it.
    assert len(found) - 1 <= fault.also, "\n".join(map(str, found))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_finding_tells_the_place_in_one_line(fault: Fault, tmp_path: Path) -> None:
    for finding in faults(put(tmp_path, edited(fault))):
        assert str(finding).startswith(finding.file)
        assert finding.message[0] not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" or finding.value
        assert not finding.message.endswith(".")


SETTINGS_FAULTS: list[tuple[str, Callable[[str], str], list[str]]] = [
    ("title", lambda t: t.replace("title", "titel", 1), ['unknown key "titel"', 'key "title"']),
    ("base", lambda t: t.replace("berg/", "berg", 1), ["is not an IRI that ends in"]),
    ("no-base", lambda t: t.replace("base =", "# base =", 1), ['needs the key "base"']),
    ("prefix-clash", lambda t: t.replace("\nd =", "\nkg =", 1), ['"kg" has its meaning already']),
    ("prefix-form", lambda t: t.replace("\nd =", '\n"a b" =', 1), ['"a b" cannot be a prefix']),
    ("prefix-value", lambda t: t.replace("[prefixes]", "[prefixes]\ne = 'x y'"), ["not bound"]),
    ("prefixes", lambda t: t.replace("[prefixes]\nd =", "prefixes ="), ["prefixes is no table"]),
    ("rules", lambda t: t.replace('"core", "kin"', '"../ask"'), ["rules is no list of names"]),
    ("sources", lambda t: t.replace("[[sources]]", "[sources]"), ["sources are no list"]),
    ("outside", lambda t: t.replace("sources/life", "../../life"), ["lies outside the archive"]),
    ("null", lambda t: t.replace("sources/life", "a\\u0000b"), ["lies outside the archive"]),
    ("body", lambda t: t.replace('{ from = "Anna Berg was", to = "neighbour." }', "1"),
     ["body of source 1 is no table"]),
    ("half-body", lambda t: t.replace(', to = "neighbour."', ""), ["only one end"]),
    ("language", lambda t: t.replace('language = "en"\nrules', 'language = "English"\nrules'), []),
    ("bad-language", lambda t: t.replace('language = "en"\nbody', 'language = "e n"\nbody'),
     ["is no language tag"]),
    ("twice", lambda t: t + t[t.index("[[sources]]"):],
     ['two sources have the id', 'two sources have the file', 'two sources have the claims']),
    ("many", lambda t: t.replace("title", "titel").replace("berg/", "berg").replace("file", "fail"),
     ['unknown key "titel"', 'key "title"', "is not an IRI that ends", 'unknown key "fail"']),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), SETTINGS_FAULTS, ids=lambda v: str(v)[:12])
def test_settings_fault_is_reported(
    name: str, change: Callable[[str], str], says: list[str], tmp_path: Path
) -> None:
    content = files()
    content["kg.toml"] = change(content["kg.toml"].decode()).encode()
    put(tmp_path, content)
    if not says:
        open_archive(tmp_path)
        return
    with pytest.raises(ReadError) as caught:
        open_archive(tmp_path)
    told = str(caught.value) + "".join(map(str, caught.value.findings))
    assert told.startswith("kg.toml: ")
    assert caught.value.hint
    for part in says:
        assert part in told


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\ntitle = x", "line 2"),
        ("title = 'é'".encode("latin-1"), "UTF-8"),
        (b"a = 1\na = 2", "a"),
    ],
)
def test_unreadable_settings_are_refused(data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_bytes(data)
    with pytest.raises(ReadError, match=says):
        open_archive(tmp_path)


def test_settings_with_byte_order_mark_are_read(tmp_path: Path) -> None:
    content = files()
    content["kg.toml"] = b"\xef\xbb\xbf" + content["kg.toml"].replace(b"\n", b"\r\n")
    assert open_archive(put(tmp_path, content)).title == "The Bergs"


def test_no_settings_is_said(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"no kg\.toml"):
        open_archive(tmp_path)


def test_unknown_rule_set_is_said_before_anything_is_built(tmp_path: Path) -> None:
    content = files()
    content["kg.toml"] = content["kg.toml"].replace(b'"kin"', b'"kinn"')
    archive = open_archive(put(tmp_path, content))
    with pytest.raises(KgError, match="kinn"):
        build(archive)
    assert not list(archive.built.glob("build-*"))


def test_faults_of_all_files_are_reported_in_one_run(tmp_path: Path) -> None:
    content = files()
    content[TABLE] = (
        content[TABLE].replace(b"Her brother Nils", b"His brother Nils").replace(b"K5,", b'K5,"x"y')
        .replace(b"1905,probable", b"1905,sure").replace(b"K1 K3", b"K1 K9")
    )  # fmt: skip
    content["entities.csv"] = content["entities.csv"].replace(b"d:ole,kg:Person", b"d:ole,kg:Man")
    content["accounts.csv"] = content["accounts.csv"].replace(b"Inferred", b"Guessed")
    content[SOURCE] = content[SOURCE].replace(b"Lund", b"Umea")
    found = {(f.file, f.row, f.column) for f in faults(put(tmp_path, content))}
    assert found == {
        (TABLE, 2, "quote"), (TABLE, 4, "certainty"), (TABLE, 6, "quote"), (TABLE, 7, "premises"),
        ("entities.csv", 4, "class"), ("accounts.csv", 3, "mode"), (SOURCE, None, "sha256"),
    }  # fmt: skip


def test_every_fault_of_one_row_is_reported(tmp_path: Path) -> None:
    content = files()
    row = b"K9,nowhere at all,,d:x,kg:nothing,d:y,32.1.1905,surely,d:z,,,,"
    content[TABLE] += row
    columns = [f.column for f in faults(put(tmp_path, content))]
    assert sorted(columns) == [
        "account", "certainty", "date", "object", "predicate", "quote", "subject",
    ]  # fmt: skip


@pytest.mark.parametrize("broken", ['K0,"open', 'K0,a "b" c,', 'K0,"a"b'])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_rows_after_a_stray_quote_are_read(broken: str, line_end: str, tmp_path: Path) -> None:
    content = files()
    head, *rows = CLAIMS.replace("eleven", "twelve").splitlines()
    content[TABLE] = line_end.join([head, broken, *rows, ""]).encode()
    archive = open_archive(put(tmp_path, content))
    contents = read_contents(archive)
    assert [(f.row, f.column) for f in contents.findings] == [(2, "quote"), (7, "quote")]
    assert [claim.key for claim in contents.claims] == ["K1", "K2", "K3", "K4", "K6"]


@pytest.mark.parametrize("name", [SOURCE, TABLE, "entities.csv", "accounts.csv"])
def test_missing_file_is_one_finding(name: str, tmp_path: Path) -> None:
    put(tmp_path, files())
    (tmp_path / name).unlink()
    found = faults(tmp_path)
    assert [(f.file, f.row) for f in found] == [(name, None)]
    assert "cannot be read" in found[0].message


def test_rows_without_content_are_passed_over(tmp_path: Path) -> None:
    content = files()
    content[TABLE] = content[TABLE].replace(b"\nK3", b"\n\n,,,,,,,,,,,,\n  \n,,\nK3")
    contents = read_contents(open_archive(put(tmp_path, content)))
    assert contents.findings == ()
    assert len(contents.claims) == 6


def test_line_separators_inside_a_cell_do_not_end_the_row(tmp_path: Path) -> None:
    content = files()
    content[TABLE] = content[TABLE].replace(b"a name", "a\u2028na\u0085me\x0c".encode())
    contents = read_contents(open_archive(put(tmp_path, content)))
    assert contents.findings == ()
    assert contents.claims[1].note == "a\u2028na\u0085me"


def test_failed_build_writes_nothing_and_the_old_store_answers(tmp_path: Path) -> None:
    archive = open_archive(put(tmp_path, files()))
    build(archive)
    before = {p: p.read_bytes() for p in archive.built.rglob("*") if p.is_file()}
    (tmp_path / TABLE).write_text(CLAIMS.replace("K1 K3", "K1 K8"), encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        build(archive)
    assert caught.value.findings[0].column == "premises"
    assert {p: p.read_bytes() for p in archive.built.rglob("*") if p.is_file()} == before
    old = open_store(archive.built, prefixes(archive))
    assert old.rows("SELECT ?x { d:anna kg:spouse ?x }") != []
    with pytest.raises(ReadError):  # and nobody takes it for the store of the files as they are
        fresh_store(archive)


def test_auto_voice_does_not_replace_an_account_of_its_name(tmp_path: Path) -> None:
    content = files()
    content["accounts.csv"] += b"d:src-life-voice,Belief,,what the author believes\n"
    contents = read_contents(open_archive(put(tmp_path, content)))
    assert contents.findings == ()
    voice = next(a for a in contents.accounts if a.iri.endswith("src-life-voice"))
    assert voice.mode == "Belief"


def test_row_with_a_fault_has_its_references_checked_too(tmp_path: Path) -> None:
    content = files()
    table = next(name for name in content if name.startswith("claims/"))
    content[table] += b"bad,nowhere at all,,d:nobody,kg:age,1,,certain,,NONE1,,,\n"
    messages = [finding.message for finding in faults(put(tmp_path, content))]
    assert 'no claim has the key "NONE1"' in messages
    assert 'nothing has the id "d:nobody"' in messages
