"""Bytes of a GEDCOM file into text, whatever its header says they are."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.errors import ReadError
from kg.gedcom import charsets
from kg.gedcom.lines import split
from kg.gedcom.problems import Problem

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED = {
    "ansel": "ansel",
    "utf8": "utf-8",
    "unicodeutf8": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16",
    "utf16be": "utf-16",
    "unicode": "utf-16",
    "ascii": "ascii",
    "usascii": "ascii",
    "ansi": "cp1252",
    "windows": "cp1252",
    "ibmwindows": "cp1252",
    "latin1": "cp1252",
    "iso88591": "cp1252",
    "windowscyrillic": "cp1251",
    "ansicyrillic": "cp1251",
    "ibmpc": "cp437",
    "ibm": "cp437",
    "oem": "cp437",
    "dos": "cp437",
    "msdos": "cp850",
    "ibmdos": "cp850",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "macos": "mac-roman",
    "macroman": "mac-roman",
    "maccyrillic": "mac-cyrillic",
    "koi8r": "koi8-r",
    "iso88592": "iso8859-2",
    "iso88595": "iso8859-5",
    "iso885915": "iso8859-15",
}
_CODE_PAGE = re.compile(r"(?:cp|windows|ansi|ibm|msdos|oem|codepage)?(\d{3,4})$")
# A letter of several bytes that an exporter cut in two by CONC, counting bytes.
_UTF8_CUT = re.compile(
    rb"([\xc2-\xf4][\x80-\xbf]{0,2})((?:\r\n|\r|\n)[ \t]*[0-9]{1,3} CONC )([\x80-\xbf]{1,3})"
)
_HEAD = re.compile(r"(?:\A|[\r\n])[ \t\ufeff]*0[ \t]+HEAD\b")
_SHAPE = re.compile(r"[ \t\ufeff]*[0-9]{1,3}[ \t]+(?:@[^@]+@[ \t]*)?[A-Z_][A-Z0-9_]{2,}(?![^\s])")
_HEADER_LINE = re.compile(r"[ \t\ufeff]*([0-9]{1,3})[ \t]+(?:@[^@]*@[ \t]*)?(\w+)[ \t]*(.*)")
_START = 65_536  # characters or bytes from the beginning in which a header must stand
_OTHER_FORMATS = (
    (b"\x1f\x8b", "a gzip file", "unpack it; if it is a Gramps file, export GEDCOM from Gramps"),
    (b"PK", "a zip archive", "give it as .gdz if it is a GEDZip, else unpack it"),
    (b"SQLite format 3", "a database", "open it in the program that made it and export GEDCOM"),
    (b"%PDF", "a PDF", "ask whoever made it for the tree as GEDCOM"),
    (b"<", "XML or HTML", "export GEDCOM from the program or site that made it"),
    (b"{", "JSON", "export GEDCOM from the program or site that made it"),
)


class Decoded(NamedTuple):
    """The text of a GEDCOM file, and what its header and its bytes say of it.

    `version` is HEAD.GEDC.VERS as written ("5.5", "5.5.1", "7.0.14"), "" where it is not said;
    `charset` the set in which the bytes were read, as Python calls it, or "ansel".
    """

    text: str
    version: str
    charset: str
    findings: list[Problem]


class _Header(NamedTuple):
    version: str
    version_line: int
    declared: str  # HEAD.CHAR as written
    declared_line: int
    language: str


def decode(data: bytes, where: str = "the file") -> Decoded:
    """The text of a GEDCOM file: by its byte order mark, then its bytes, then HEAD.CHAR.

    A declaration that the bytes contradict is a finding at its line, and the bytes decide. A byte
    that stands for nothing becomes U+FFFD, with a finding. Raises ReadError, with `where` at the
    front, for what is no GEDCOM at all.
    """
    if not data.strip(b"\x00\x1a \t\r\n"):
        raise ReadError(f"{where}: the file is empty", hint="export it again as GEDCOM")
    findings: list[Problem] = []
    mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
    charset = dict(_MARKS).get(mark) or _wide(data)
    body = data[len(mark) :]
    if charset.startswith(("utf-16", "utf-32")):
        text = body.decode(charset, "replace")
        header = _header(text[:_START])
    else:
        header = _header(body[:_START].decode("latin-1"))
        text, charset = _decode_narrow(body, charset, header, findings)
    text = text.removeprefix("\ufeff").rstrip("\x00\x1a")
    if not _is_gedcom(text[:_START]):
        raise _not_gedcom(data, where)
    findings += _contradictions(header, charset)
    if "\x00" in text or "\ufffd" in text:
        text = _unreadable(text, charset, data, findings)
    findings.sort(key=lambda problem: problem.line)
    return Decoded(text, header.version, charset, findings)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, seen by its zero bytes; "" for anything else."""
    start = data[:512]
    half = max(len(start) // 2, 1)
    even, odd = start[0::2].count(0) / half, start[1::2].count(0) / half
    if odd > 0.5 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.5 and odd < 0.1 else ""


def _decode_narrow(
    data: bytes, marked: str, header: _Header, findings: list[Problem]
) -> tuple[str, str]:
    """Text and charset of bytes that are not UTF-16: UTF-8 where they are, else by the letters."""
    declared = _declared(header.declared)
    if data.isascii():
        return data.decode("ascii"), "utf-8" if marked or declared == "utf-8" else "ascii"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    joined, cuts = _UTF8_CUT.subn(rb"\2\1\3", data)
    text = (joined if cuts else data).decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    if good > 3 * bad:
        if cuts:
            reason = "letters cut in two by CONC are joined again"
            findings.append(Problem(1, "CONC", "", reason))
        return text, "utf-8"
    if declared in ("utf-8", "utf-16", "ascii"):
        declared = ""
    charset = charsets.guess(data, declared, header.language)
    return charsets.decode_bytes(data, charset), charset


def _declared(name: str) -> str:
    """The charset that a HEAD.CHAR means, "utf-16" for either order; "" for none that is known."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain in _DECLARED:
        return _DECLARED[plain]
    page = _CODE_PAGE.match(plain)
    charset = f"cp{page[1]}" if page else ""
    return charset if charsets.is_known(charset) else ""


def _header(start: str) -> _Header:
    """What the HEAD record says, found without trusting anything of it."""
    version, version_line, declared, declared_line, language = "", 0, "", 0, ""
    path = ["", "", ""]
    for number, line in enumerate(split(start), 1):
        match = _HEADER_LINE.match(line)
        if match is None:
            continue
        level, tag, value = int(match[1]), match[2], match[3].strip()
        if level == 0 and tag != "HEAD":
            break
        if level > 2:
            continue
        path[level] = tag
        if level == 2 and path[1:] == ["GEDC", "VERS"] and not version:
            version, version_line = value, number
        elif level == 1 and tag == "CHAR" and not declared_line:
            declared, declared_line = value, number
        elif level == 1 and tag == "LANG":
            language = value
    return _Header(version, version_line, declared, declared_line, language)


def _contradictions(header: _Header, charset: str) -> list[Problem]:
    """Where the header names another version or character set than the file has, or none."""
    problems = []
    if not header.version:
        reason = "the header does not say which GEDCOM this is: read as 5.5.1"
        problems.append(Problem(max(header.version_line, 1), "VERS", "", reason))
    elif not header.version.startswith(("5.5", "7.")) and header.version != "7":
        reason = f'GEDCOM "{header.version}" is not known: read as 5.5.1'
        problems.append(Problem(header.version_line, "VERS", header.version, reason))
    named = charsets.title(charset)
    if header.version.startswith("7") and not header.declared_line:
        if charset not in ("utf-8", "ascii"):
            reason = f"GEDCOM 7 is always UTF-8, but the bytes are {named}: read as that"
            problems.append(Problem(header.version_line, "VERS", header.version, reason))
        return problems
    if not header.declared:
        if charset != "ascii":
            reason = f"the header names no character set: the bytes are read as {named}"
            problems.append(Problem(max(header.declared_line, 1), "CHAR", "", reason))
        return problems
    declared = _declared(header.declared)
    if not declared:
        reason = f'"{header.declared}" is no character set known here: read as {named}'
    elif charset.startswith(declared) or (charset == "ascii" and declared != "utf-16"):
        return problems
    else:
        reason = f'declared as "{header.declared}", but the bytes are {named}: read as that'
    problems.append(Problem(header.declared_line, "CHAR", header.declared, reason))
    return problems


def _unreadable(text: str, charset: str, data: bytes, findings: list[Problem]) -> str:
    """The text with U+FFFD for NULs too; a finding for each line that has one."""
    lost_before = text.count("\ufffd") == data.count(b"\xef\xbf\xbd") and charset == "utf-8"
    text = text.replace("\x00", "\ufffd")
    reason = f"bytes that stand for nothing in {charsets.title(charset)}, shown as \ufffd"
    if lost_before:
        reason = "a NUL, or a character lost before this file was written, shown as \ufffd"
    for number, line in enumerate(split(text), 1):
        if "\ufffd" in line:
            findings.append(Problem(number, "", line, reason))
    return text


def _is_gedcom(start: str) -> bool:
    """Whether there is a header, or else mostly lines of a level and a tag."""
    if _HEAD.search(start):
        return True
    lines = [line for line in split(start) if line.strip()][:200]
    return sum(1 for line in lines if _SHAPE.match(line)) * 2 >= max(len(lines), 1)


def _not_gedcom(data: bytes, where: str) -> ReadError:
    start = data[:_START].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, kind, hint in _OTHER_FORMATS:
        if start.startswith(mark):
            return ReadError(f"{where}: this is {kind}, not GEDCOM", hint=hint)
    return ReadError(
        f'{where}: not a GEDCOM file: it has no line "0 HEAD" and no lines of a level and a tag',
        hint="export the tree as GEDCOM (.ged or .gdz) from the program or site where it is kept",
    )
