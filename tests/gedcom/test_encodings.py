from __future__ import annotations

import unicodedata

import ansel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.gedcom.charsets import decode_bytes
from kg.gedcom.encodings import Decoded, decode
from kg.gedcom.lines import split

ansel.register()

STEADY = settings(derandomize=True, deadline=None, max_examples=250)
RUSSIAN = ["Иванов /Пётр/", "Санкт-Петербург, Россия", "родился в деревне Ямное", "жена его Анна"]
UKRAINIAN = ["Ґалаґан /Григорій/", "Київ, Україна", "Марія Євгенівна", "їхав"]
GERMAN = ["Jürgen /Müller/", "Köln", "Straße 5", "Schöneweiß, Österreich"]
FRENCH = ["André /Béranger/", "né à Besançon", "Hélène", "Saint-Étienne", "L'Évêque"]
SPANISH = ["José /Muñoz/", "Ángel Íñiguez", "Concepción"]
SWEDISH = ["Göran /Håkansson/", "Åke", "Märta", "Östen"]
CZECH = ["Antonín /Dvořák/", "Plzeň", "Jiří", "Božena Němcová"]
POLISH = ["Lech /Wałęsa/", "Łódź", "Święcicki", "Józef"]
HEBREW = ["משה כהן", "ירושלים", "יעקב בן אברהם"]
GREEK = ["Γεώργιος Παπαδόπουλος", "Αθήνα", "Μαρία"]


def file(
    texts: list[str], codec: str, char: str = "", version: str = "5.5.1", language: str = ""
) -> bytes:
    lines = ["0 HEAD", "1 GEDC", f"2 VERS {version}"]
    lines += [f"1 CHAR {char}"] if char else []
    lines += [f"1 LANG {language}"] if language else []
    lines += ["0 @I1@ INDI", *(f"1 NOTE {text}" for text in texts), "0 TRLR"]
    text = "\r\n".join(lines) + "\r\n"
    return text.encode({"ansel": "gedcom"}.get(codec, codec))


def notes(decoded: Decoded) -> list[str]:
    return [line[7:] for line in split(decoded.text) if line.startswith("1 NOTE ")]


@pytest.mark.parametrize(
    ("codec", "char", "charset"),
    [
        ("utf-8", "UTF-8", "utf-8"),
        ("utf-8-sig", "UTF-8", "utf-8"),
        ("ansel", "ANSEL", "ansel"),
        ("cp1252", "ANSI", "cp1252"),
        ("cp1252", "WINDOWS-1252", "cp1252"),
        ("cp1252", "ISO-8859-1", "cp1252"),
        ("cp437", "IBMPC", "cp437"),
        ("cp850", "CP850", "cp850"),
        ("mac-roman", "MACINTOSH", "mac-roman"),
        ("utf-16-le", "UNICODE", "utf-16-le"),
        ("utf-16-be", "UTF-16", "utf-16-be"),
        ("utf-16", "UNICODE", "utf-16-le"),
    ],
)
def test_a_charset_declared_rightly_is_read_without_findings(
    codec: str, char: str, charset: str
) -> None:
    decoded = decode(file(GERMAN, codec, char))
    assert notes(decoded) == GERMAN
    assert (decoded.charset, decoded.version, decoded.findings) == (charset, "5.5.1", [])


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf16_with_a_mark_in_either_order(mark: bytes) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    decoded = decode(mark + file(RUSSIAN, codec, "UNICODE"))
    assert notes(decoded) == RUSSIAN
    assert (decoded.charset, decoded.findings) == (codec, [])


@pytest.mark.parametrize("char", ["ANSEL", "ANSI", "ASCII", "UTF-8", "IBMPC", ""])
@pytest.mark.parametrize(
    ("texts", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (UKRAINIAN, "cp1251"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-8"),
        (GERMAN, "utf-8"),
        (GERMAN, "cp1252"),
        (GERMAN, "ansel"),
        (GERMAN, "cp850"),
        (FRENCH, "cp1252"),
        (FRENCH, "ansel"),
        (SPANISH, "cp1252"),
        (SWEDISH, "cp1252"),
        (SWEDISH, "ansel"),
        (POLISH, "cp1250"),
        (HEBREW, "cp1255"),
        (GREEK, "cp1253"),
    ],
)
def test_the_text_is_right_whatever_is_declared(texts: list[str], codec: str, char: str) -> None:
    decoded = decode(file(texts, codec, char))
    assert notes(decoded) == texts
    right = {"ansel": "ANSEL", "cp1252": "ANSI", "utf-8": "UTF-8", "cp850": "IBMPC"}.get(codec)
    if char != right:
        (finding,) = decoded.findings
        assert (finding.line, finding.tag, finding.text) == (4 if char else 1, "CHAR", char)
        assert finding.lost == 0


def test_a_contradicted_declaration_is_told_in_plain_words() -> None:
    (finding,) = decode(file(RUSSIAN, "cp1251", "ANSEL")).findings
    assert finding.reason == (
        'declared as "ANSEL", but the bytes are Windows-1251 (Cyrillic): read as that'
    )
    (finding,) = decode(file(GERMAN, "utf-8", "UNICODE")).findings
    assert finding.reason == 'declared as "UNICODE", but the bytes are UTF-8: read as that'
    (finding,) = decode(file(GERMAN, "utf-8", "KLINGON")).findings
    assert finding.reason == '"KLINGON" is no character set known here: read as UTF-8'


@pytest.mark.parametrize("language", ["Czech", "Hungarian"])
def test_the_language_of_the_header_says_what_ansi_means(language: str) -> None:
    assert notes(decode(file(CZECH, "cp1250", "ANSI", language=language))) == CZECH


def test_one_foreign_name_does_not_change_the_set_of_a_file() -> None:
    texts = [*GERMAN * 3, "né à Besançon", "Ærø"]
    assert decode(file(texts, "cp1252", "ANSI")).charset == "cp1252"
    assert decode(file([*GERMAN, *CZECH, *POLISH], "ansel", "ANSEL")).charset == "ansel"
    assert decode(file(["José"], "ansel", "ANSEL")).charset == "ansel"
    assert decode(file(["José"], "cp1252", "ANSI")).charset == "cp1252"


def test_ansel_letters_come_out_composed() -> None:
    data = file([], "ascii", "ANSEL").replace(
        b"0 TRLR", b"1 NOTE \xe8u \xeaA \xf0c \xe2e \xa1\xb1\xa5 \xe3\xe2a\xe2\xe3a \xc3\r\n0 TRLR"
    )
    (note,) = notes(decode(data))
    assert note == "ü Å ç é ŁłÆ ấấ ©"
    assert unicodedata.is_normalized("NFC", note)


def test_ansel_marks_that_show_every_letter_stay_ansel() -> None:
    rows = [
        b"".join(bytes([mark, letter]) for letter in b"ABCDEabcde") for mark in range(0xE0, 0xFC)
    ]
    lines = b"".join(b"1 NOTE " + row + b"\r\n" for row in rows)
    decoded = decode(file([], "ascii", "ANSEL").replace(b"0 TRLR", lines + b"0 TRLR"))
    assert (decoded.charset, decoded.findings) == ("ansel", [])
    assert notes(decoded)[1].startswith("ÀB̀C̀D̀È")


def test_letters_that_conc_cut_in_two_are_whole_again() -> None:
    cut = b"1 NOTE Mu\xe8\r\n2 CONC ller\r\n1 NOTE M\xe8uller\r\n"
    decoded = decode(file(GERMAN, "ansel", "ANSEL").replace(b"0 TRLR", cut + b"0 TRLR"))
    assert "1 NOTE Mu\r\n2 CONC l\u0308ler" in decoded.text
    name = "Müller".encode()
    cut = b"1 NOTE " + name[:2] + b"\r\n2 CONC " + name[2:] + b"\r\n"
    decoded = decode(file(RUSSIAN, "utf-8", "UTF-8").replace(b"0 TRLR", cut + b"0 TRLR"))
    assert "1 NOTE M\r\n2 CONC üller" in decoded.text
    assert [finding.tag for finding in decoded.findings] == ["CONC"]


def test_bytes_that_stand_for_nothing_are_shown_and_told_by_line() -> None:
    data = file(RUSSIAN, "utf-8", "UTF-8").replace(b"0 TRLR", b"1 NOTE a\xffb\r\n0 TRLR\xd0")
    decoded = decode(data)
    assert notes(decoded) == [*RUSSIAN, "a\ufffdb"]
    assert [(finding.line, finding.lost) for finding in decoded.findings] == [(10, 0), (11, 0)]
    odd = decode(file(RUSSIAN, "utf-16-le", "UNICODE")[:-1])
    assert [finding.line for finding in odd.findings] == [11]


def test_nuls_and_the_dos_end_of_file() -> None:
    assert decode(file(GERMAN, "cp1252", "ANSI") + b"\x1a\x00\x00").findings == []
    decoded = decode(file(["a\x00b"], "ascii", "ASCII"))
    assert notes(decoded) == ["a\ufffdb"]
    assert [finding.line for finding in decoded.findings] == [6]


@pytest.mark.parametrize(
    ("version", "reasons"),
    [
        ("5.5", []),
        ("5.5.5", []),
        ("7.0.14", []),
        ("4.0", ['GEDCOM "4.0" is not known: read as 5.5.1']),
        ("", ["the header does not say which GEDCOM this is: read as 5.5.1"]),
    ],
)
def test_the_version_is_what_the_header_says(version: str, reasons: list[str]) -> None:
    decoded = decode(file(["é"], "utf-8", "UTF-8", version))
    assert decoded.version == version
    assert [finding.reason for finding in decoded.findings] == reasons


def test_only_the_version_of_gedc_in_the_header_counts() -> None:
    text = "0 HEAD\n1 SOUR X\n2 VERS 9\n1 CHAR ASCII\n2 VERS 8\n1 GEDC\n2 FORM X\n2 VERS 5.5\n0 @S@ SOUR"
    assert decode(f"{text}\n1 GEDC\n2 VERS 7.0\n".encode()).version == "5.5"
    assert decode(b"0 @I1@ INDI\n1 NAME x\n0 TRLR").version == ""


def test_gedcom_7_is_utf8_and_needs_no_char() -> None:
    assert decode(file(RUSSIAN, "utf-8", version="7.0")).findings == []
    (finding,) = decode(file(RUSSIAN, "cp1251", version="7.0")).findings
    assert (finding.line, finding.tag) == (3, "VERS")
    assert "GEDCOM 7 is always UTF-8" in finding.reason


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\r"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "utf-16-le"])
def test_every_line_end_in_every_kind_of_set(end: str, codec: str) -> None:
    text = file(RUSSIAN, "utf-8", "ANSI").decode().replace("\r\n", end)
    decoded = decode(text.encode(codec))
    assert notes(decoded) == RUSSIAN
    assert len(split(decoded.text)) == 10


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"\r\n \x00\x1a", "the file is empty"),
        (bytes(range(256)) * 100, "not a GEDCOM file"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 500, "not a GEDCOM file"),
        (b"SQLite format 3\x00" + b"\x00" * 4000, "this is a database"),
        (b"\x1f\x8b\x08" + b"\x00\xff" * 400, "this is a gzip file"),
        (b"<?xml version='1.0'?><database/>", "this is XML or HTML"),
        (b"Dear Anna,\n1 January was cold.\nYours", "not a GEDCOM file"),
    ],
)
def test_what_is_no_gedcom_is_refused_with_a_hint(data: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=rf"^tree\.ged: .*{says}|^tree\.ged: {says}") as error:
        decode(data, "tree.ged")
    assert error.value.hint


BYTES = st.binary(max_size=60)
HEADED = st.tuples(
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"]),
    st.sampled_from([b"0 HEAD\n1 CHAR ANSEL\n", b"0 HEAD\r1 CHAR ANSI\r", b"0 HEAD\n", b"0 \x00"]),
    st.lists(st.sampled_from([b"1 NOTE ", b"2 CONC ", b"\xe8", b"\xd0", b"\x80", b"\n"]) | BYTES),
).map(lambda parts: parts[0] + parts[1] + b"".join(parts[2]))


@STEADY
@given(BYTES | HEADED)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except ReadError:
        return
    count = len(split(decoded.text))
    assert "\x00" not in decoded.text
    decoded.text.encode()
    assert all(1 <= finding.line <= max(count, 1) for finding in decoded.findings)


@STEADY
@given(st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x24F), max_size=40))
def test_what_ansel_can_write_comes_back_composed(text: str) -> None:
    try:
        data = text.encode("gedcom")
    except UnicodeError:
        return
    assert decode_bytes(data, "ansel") == unicodedata.normalize("NFC", data.decode("gedcom"))
