"""What the plain structures of a record say: the same facts as line by line, with less ado.

Nine structures in ten of any file are plain: a name, a sex, a pointer, an event with a date, a
place and a source, each line at the level where it belongs. Their facts are made as text, with
marks for the IRI and the name of the record, which are put in at once. All that is not plain is
read line by line and mapped as ever.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.gedcom.citations import (
    CERTAINTIES,
    CITED_DOCUMENT,
    CITED_PAGE,
    CITED_TEXT,
    RECORDED_CERTAINTY,
)
from kg.gedcom.details import date_pairs
from kg.gedcom.events import AN_EVENT, EVENT_TYPE, FAMILY, PATIENT
from kg.gedcom.lines import FOLDED, Node, Seen, is_literal, records
from kg.gedcom.occupations import A_POSTING, AGENT, OCCUPATION, POSITION, position_of
from kg.gedcom.places import PLACE, place_of
from kg.gedcom.quads import (
    A_CLAIM,
    A_PASSAGE,
    ACCOUNT,
    AS_DATE,
    AS_EDTF,
    AS_INTEGER,
    CERTAIN,
    END_LINE,
    LABEL,
    PASSAGE,
    QUOTE,
    START_LINE,
    SUBJECT,
    escaped,
    kg,
    passage,
)
from kg.gedcom.simpledates import DAYS, simple_date, simple_month
from kg.gedcom.tables import Happening, load
from kg.gedcom.tree import Record, Tree

# No text of a file holds these two: they were left out of its lines.
THIS, NAMED = "\x01", "\x02"
"""Stand for the IRI of the record but for its last sign, and for a name that is not ASCII."""
RECORD = f"{THIS}>"
CLAIM = f"{THIS}-record>"

_LINE = r"[A-Z_][A-Z0-9_]*+(?: [^\n]*+)?+"
_DEEPER = rf"(?:\n3 {_LINE}(?:\n4 {_LINE}(?:\n5 {_LINE})*+)*+)*+"
IS_PLAIN = re.compile(rf"[^\n]*+(?:\n1 (?!CON[TC]\b){_LINE}(?:\n2 {_LINE}{_DEEPER})*+)*+").fullmatch
"""Whether each line of a block stands at a level where it belongs, and none goes on with it."""


class Kind:
    """What is the same in all events of one type, as text: before and after what is not."""

    __slots__ = ("after", "alone", "before", "date", "dates", "once", "place", "thing", "word")

    def __init__(self, tag: str, before: str, *, once: bool) -> None:
        self.word = tag.lower()
        self.once = once
        self.thing = f"{THIS}-{self.word}>"
        self.before, self.after = before.replace("\x03", self.thing).split(NAMED)
        self.date = (
            f'{self.thing} {kg("date")} "',
            f'{AS_EDTF} .\n{self.thing} {kg("earliest")} "',
            f'{AS_DATE} .\n{self.thing} {kg("latest")} "',
            f"{AS_DATE} .\n",
        )
        self.place = f"{self.thing} {PLACE} "
        self.dates: dict[str, str] = {}
        self.alone = ""
        """What is said instead where nothing stands under the first line."""


class Desk:
    """What the mapping of plain records works with: tables, values met before, and the record."""

    __slots__ = (
        "claim", "known", "mark", "months", "name", "numbers", "of_families", "of_people",
        "passage", "places", "seen", "shown", "stem", "subjects", "tree", "works",
    )  # fmt: skip

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.known = tree.file.plain
        tables = load()
        self.of_people = _kinds(tables.individual, f"\x03 {PATIENT} {RECORD} .\n")
        self.of_families = _kinds(tables.family, f"\x03 {FAMILY} {RECORD} .\n")
        self.works: dict[str, Kind] = {}
        """Postings, by the text of their lines."""
        self.places: dict[str, str] = {}
        """Places by the text of their lines."""
        self.months: dict[str, str] = {}
        self.seen = Seen()
        self.passage = f"<{tree.naming.source}#line="
        self.claim = (
            f"{CLAIM} {A_CLAIM} .\n{CLAIM} {tree.voice} .\n{CLAIM} {CERTAIN} .\n"
            f"{CLAIM} {SUBJECT} {RECORD} .\n{CLAIM} "
        )
        # The record at hand.
        self.stem = self.name = self.shown = ""
        self.mark = b""
        self.numbers: dict[str, int] = {}
        self.subjects: list[str] = []

    def open(self, xref: str, name: str) -> str:
        """Begin with a record of that identifier and name; its IRI in brackets."""
        self.stem = stem = f"{self.tree.stem}{xref}"
        self.name = name
        self.shown = name if name.isascii() else NAMED
        self.numbers = {}
        self.subjects = []
        iri = f"<{stem}"
        self.mark = iri.encode()
        self.tree.made.append(stem)
        return f"{iri}>"

    def call(self, name: str) -> None:
        """Take a name for what the record describes."""
        self.name = name
        self.shown = name if name.isascii() else NAMED


def _kinds(happenings: dict[str, Happening], who: str) -> dict[str, Kind]:
    """The types of events by the first line, without its level. Others are called by their text."""
    kinds = {}
    for tag, kind in happenings.items():
        if kind.words in ("event", "fact"):
            continue
        before = (
            f"\x03 {AN_EVENT} .\n\x03 {EVENT_TYPE} {kind.code} .\n{who}{CLAIM} {SUBJECT} \x03 .\n"
            f'\x03 {LABEL} "{kind.words} of {NAMED}"@en .\n'
        )
        kinds[tag] = Kind(tag, before, once=kind.once)
        if not kind.value:
            kinds[f"{tag} Y"] = kinds[tag]
    return kinds


def posting(desk: Desk, text: str, parts: list[str]) -> Kind | None:
    """The posting that an OCCU of this value begins; None for a value that is not plain."""
    work = " ".join(text.split())
    if "@" in text or not work or _goes_on(parts):
        return None
    tree = desk.tree
    position = tree.positions.get(work) or position_of(tree, desk.subjects, work)
    before = (
        f'\x03 {A_POSTING} .\n\x03 {LABEL} "{escaped(work)}: {NAMED}"@en .\n'
        f"\x03 {AGENT} {RECORD} .\n\x03 {POSITION} {position} .\n{CLAIM} {SUBJECT} \x03 .\n"
    )
    if len(desk.works) >= _MOST_WORKS:
        desk.works.clear()
    found = desk.works[text] = Kind("OCCU", before, once=False)
    found.alone = f"{RECORD} {OCCUPATION} {position} .\n"
    return found


def _goes_on(parts: list[str]) -> bool:
    """Whether a text among these lines may go on over further ones."""
    return any(part[:4] in FOLDED for part in parts)


def dated(desk: Desk, kind: Kind, rest: str) -> str:
    """What an event says that has a date and a place met before and nothing else, for a start.

    `rest` is what follows the tag DATE. "" for others, which are for `event`.
    """
    when, _, where = rest.partition("\n2 PLAC ")
    place = desk.places.get(where)
    word = kind.word
    if not place or word in desk.numbers:
        return ""
    date = kind.dates.get(when) or _date(desk, kind, when)
    if not date:
        return ""
    desk.numbers[word] = 1
    desk.tree.made.append(f"{desk.stem}-{word}")
    return f"{kind.before}{desk.shown}{kind.after}{date}{kind.place}{place} .\n"


def event(desk: Desk, kind: Kind, parts: list[str], line: int, who: str = "") -> str:
    """What an event says of itself, by its lines of level 1 and 2; "" where they are not plain.

    `who` are further facts of it, with a mark (U+0003) for its IRI.
    """
    word = kind.word
    turn = desk.numbers.get(word, 0) + 1
    if turn > 1 and kind.once:
        return ""
    date = place = ""
    sources: list[_Source] = []
    for part in parts[1:]:
        head, text = part[:5], part[5:]
        if head == "DATE " and not date:
            date = kind.dates.get(text) or _date(desk, kind, text)
            if not date:
                return ""
        elif head == "PLAC " and not place:
            place = desk.places.get(text) or _place(desk, text, parts)
            if not place:
                return ""
            place = f"{kind.place}{place} .\n"
        else:
            source = _source(desk, part) if head == "SOUR " else None
            if source is None:
                return ""
            sources.append(source)
    desk.numbers[word] = turn
    text = f"{kind.before}{desk.shown}{kind.after}{date}{place}"
    if who:
        text += who.replace("\x03", kind.thing)
    if sources:
        quote = "\n2 ".join(parts)
        text = f"{text}{_cite(desk, kind.thing, sources, line, f'1 {quote}')}"
    if turn > 1:
        desk.tree.made.append(f"{desk.stem}-{word}-{turn}")
        return text.replace(kind.thing, f"{THIS}-{word}-{turn}>")
    desk.tree.made.append(f"{desk.stem}-{word}")
    return text


def _date(desk: Desk, kind: Kind, text: str) -> str:
    """The facts of a date not met before; "" where it has something under it, or a doubt."""
    day, _, rest = text.partition(" ")
    number = DAYS.get(day)
    if number:
        month = desk.months.get(rest)
        if month is None:
            month = desk.months[rest] = simple_month(rest)
        if month:
            return f"{month}{number}".join(kind.date)
    if "\n" in text or not is_literal(text):
        return ""
    said = simple_date(text, kind.thing)
    if not said:
        pairs, problem = date_pairs(desk.tree, text)
        if problem:
            return ""
        said = "".join([f"{kind.thing} {pair} .\n" for pair in pairs])
    if len(kind.dates) >= _MOST_DATES:
        kind.dates.clear()
    kind.dates[text] = said
    return said


def _place(desk: Desk, text: str, parts: list[str]) -> str:
    """The place that a text names; "" where it has something under it, goes on, or names none."""
    if "\n" in text or not is_literal(text) or _goes_on(parts):
        return ""
    tree = desk.tree
    iri = tree.places.get(text) or place_of(tree, desk.subjects, text)
    desk.places[text] = iri
    return iri


class _Source(NamedTuple):
    """A citation: the identifier of a source; page, quality and words of it, "" where not told."""

    xref: str
    page: str
    quality: str
    words: str


def _source(desk: Desk, part: str) -> _Source | None:
    """Read a citation of a source record with page, quality and a text; None if it has more."""
    first, *others = part.split("\n3 ")
    xref = first[6:-1]
    if desk.known.get(xref) != "SOUR" or first != f"SOUR @{xref}@":
        return None
    page = quality = words = ""
    for other in others:
        head = other[:5]
        value = other[5:]
        if head == "PAGE " and not page and "\n" not in value and is_literal(value):
            page = value.strip()
        elif head == "QUAY " and not quality and value in _QUALITIES:
            quality = value
        elif other[:11] == "DATA\n4 TEXT" and not words:
            parts = other[7:].split("\n5 ")
            found = running_text(parts)
            if found is None:
                return None
            words = "" if found.isspace() else found
        else:
            return None
    return _Source(xref, page, quality, words)


def _cite(desk: Desk, thing: str, sources: list[_Source], line: int, quote: str) -> str:
    """The claims of sources that vouch for a thing, and the passage of its lines."""
    tree = desk.tree
    last = line + quote.count("\n")
    where = f"<{tree.naming.source}#line={line - 1},{last}>"
    said = passage(where, tree.source_pair, line, last, quote)
    for xref, page, quality, words in sources:
        number = desk.numbers["sour"] = desk.numbers.get("sour", 0) + 1
        iri = f"{THIS}-sour>" if number == 1 else f"{THIS}-sour-{number}>"
        document = f"<{tree.stem}{xref}"
        voice = f"{document}-voice>"
        tree.accounts.setdefault(voice, xref)
        said = (
            f"{said}{iri} {A_CLAIM} .\n{iri} {SUBJECT} {thing} .\n{iri} {PASSAGE} {where} .\n"
            f"{iri} {ACCOUNT} {voice} .\n{iri} {CERTAINTIES[quality]} .\n"
            f"{iri} {CITED_DOCUMENT} {document}> .\n"
        )
        if page:
            said = f'{said}{iri} {CITED_PAGE} "{escaped(page)}" .\n'
        if quality:
            said = f'{said}{iri} {RECORDED_CERTAINTY} "{quality}" .\n'
        if words:
            said = f'{said}{iri} {CITED_TEXT} "{escaped(words)}"@{tree.language} .\n'
    return said


def running_text(parts: list[str]) -> str | None:
    """The text of a NOTE or TEXT: its line and those that go on with it; None if it is not plain.

    Each is without its level, and the first may have no more than a tag of four letters.
    """
    head = parts[0]
    if head[4:5] not in ("", " ") or "@" in head or "\n" in head:
        return None
    text = head[5:]
    for part in parts[1:]:
        if "@" in part or "\n" in part:
            return None
        if part[:5] == "CONT " or part == "CONT":
            text = f"{text}\n{part[5:]}"
        elif part[:5] == "CONC " or part == "CONC":
            text += part[5:]
        else:
            return None
    return text


def read_part(desk: Desk, chunk: str, line: int) -> Node:
    """A structure of level 1 that is not plain, as the reader of lines gives it."""
    tree = desk.tree
    lines = ["0 INDI", *f"1 {chunk}".split("\n")]
    (record,) = records(lines, tree.tell, tree.version, first=line - 1, seen=desk.seen)
    (node,) = record.children
    return node


def record_of(
    desk: Desk, tag: str, xref: str, first: int, last: int, passage: str
) -> Record:  # fmt: skip
    """The record at hand as the mapping of what is not plain needs it."""
    node = Node(tag, "", first, xref)
    node.end = last
    record = Record(node, desk.stem)
    record.numbers = desk.numbers
    record.subjects = desk.subjects
    record.passages[first] = passage
    return record


def write(desk: Desk, facts: list[str], more: bytes) -> None:
    """Put in what the marks stand for. What is not ASCII is apart, for it is slow to encode."""
    done = desk.tree.done
    text = "".join(facts)
    if not desk.name.isascii():
        done.append(text.encode().replace(b"\x02", desk.name.encode()).replace(b"\x01", desk.mark))
    else:
        done.append(text.encode().replace(b"\x01", desk.mark))
    if more:
        done.append(more.replace(b"\x01", desk.mark))


def begin(desk: Desk, first: int, last: int, block: str) -> tuple[str, str]:
    """Write the passage of the record at hand; the pair of it, and how its claim begins."""
    tree = desk.tree
    iri = f"{desk.passage}{first - 1},{last}>"
    text = block.replace("\n", "\\n") if '"' not in block and "\\" not in block else escaped(block)
    tree.done.append(
        f'{iri} {A_PASSAGE} .\n{iri} {QUOTE} "0 {text}" .\n{iri} {tree.source_pair} .\n'
        f'{iri} {START_LINE} "{first}{AS_INTEGER} .\n'
        f'{iri} {END_LINE} "{last}{AS_INTEGER} .\n'.encode()
    )
    pair = f"{PASSAGE} {iri}"
    return pair, f"{desk.claim}{pair} .\n"


def text_of(thing: str, pairs: list[str]) -> str:
    """Facts of a thing as text."""
    return "".join([f"{thing} {pair} .\n" for pair in pairs])


_MOST_DATES = 8192
_MOST_WORKS = 1024
_QUALITIES = ("0", "1", "2", "3")
