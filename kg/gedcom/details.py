"""Parts that many structures have: texts, dates, ages, addresses, numbers, restrictions."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.gedcom.dates import read_date, write_date
from kg.gedcom.lines import Node
from kg.gedcom.points import MONTHS
from kg.gedcom.quads import AS_DATE, AS_EDTF, AS_INTEGER, escaped, kg, plain
from kg.gedcom.tree import Part, Record, Tree
from kg.gedcom.values import read_age, read_language
from kg.vocab import canonical_tag, is_tag

_DATE, _EARLIEST, _LATEST = kg("date"), kg("earliest"), kg("latest")
_CITED_DATE = kg("citedDate")
_RECORDED, _PHRASE, _TIME = kg("recordedDate"), kg("datePhrase"), kg("time")
_AGE, _RECORDED_AGE = kg("age"), kg("recordedAge")
_CONTACT, _IDENTIFIER, _RESTRICTION = kg("contact"), kg("identifier"), kg("restriction")
_ADDRESS = kg("address")
_WORDS = kg("phrase")

_USUAL_DATE = re.compile(rf"(?:(?:[1-9][0-9]? )?(?:{'|'.join(MONTHS)}) )?[0-9]{{4}}")
_CALENDAR = re.compile(r"@#D([A-Z]+)(?: R)?@ ?")
_FIELDS = ("ADR1", "ADR2", "ADR3", "CITY", "STAE", "POST", "CTRY")
_GEDCOM_TYPE = re.compile(r"https?://gedcom\.io/terms/v7/(AFN|RFN|RIN)")


def text_part(predicate: str, *, lower: bool = False) -> Part:
    """A part whose value is one fact of the thing."""

    def part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
        tree.carried += node.lines
        if node.children:
            tree.lose_parts(node)
        value = node.value.strip()
        if value:
            pairs.append(f"{predicate} {plain(value.lower() if lower else value)}")

    return part


def coded_part(predicate: str, *, lower: bool = False) -> Part:
    """A part whose value is a code, or OTHER with a PHRASE, which then is the value."""

    def part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
        value, phrase = coded(tree, node)
        if value:
            pairs.append(f"{predicate} {plain(value.lower() if lower else value)}")
        if phrase:
            pairs.append(f"{_WORDS} {plain(phrase)}")

    return part


def coded(tree: Tree, node: Node) -> tuple[str, str]:
    """A code and the words beside it; where the code is OTHER, the words are the code."""
    tree.carried += node.lines
    phrase = phrase_of(tree, node)
    value = node.value.strip()
    if phrase and (not value or value.upper() == "OTHER"):
        return phrase, ""
    return value, phrase


def phrase_of(tree: Tree, node: Node) -> str:
    """The words under a node; all else under it is reported."""
    phrase = ""
    for child in node.children:
        if child.tag == "PHRASE" and not phrase:
            tree.keep(child)
            phrase = child.value.strip()
        else:
            tree.lose(child)
    return phrase


def date_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A DATE: EDTF with its bounds, and the words that EDTF does not give back."""
    tree.carried += node.lines
    made, problem = date_pairs(tree, node.value)
    if made and made[0].startswith(_PHRASE) and any(c.tag == "PHRASE" for c in node.children):
        # No date, and words beside it: what stands in the date's place is not the words.
        made = (_RECORDED + made[0][len(_PHRASE) :],)
    pairs += made
    if problem:
        tree.remark(node, problem)
    if node.children:
        _date_details(tree, pairs, node)


def cited_date_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A DATE of a citation: as another property, and without the bounds of a valid time."""
    own: list[str] = []
    date_part(tree, record, thing, own, node)
    for pair in own:
        if pair.startswith(_DATE):
            pairs.append(_CITED_DATE + pair[len(_DATE) :])
        elif not pair.startswith((_EARLIEST, _LATEST)):
            pairs.append(pair)


def _date_details(tree: Tree, pairs: list[str], node: Node) -> None:
    for child in node.children:
        if child.tag not in ("PHRASE", "TIME"):
            tree.lose(child)
            continue
        tree.keep(child)
        value = child.value.strip()
        if not value:
            continue
        predicate = _TIME if child.tag == "TIME" else _PHRASE
        if child.tag == "PHRASE":
            read = read_date(value, "5.5.1").edtf
            if read and read == read_date(node.value, tree.version).edtf:
                # GEDCOM 7 puts here what older files have as the date itself: "1731/32".
                predicate = _RECORDED
        pairs.append(f"{predicate} {plain(value)}")


def date_pairs(tree: Tree, text: str) -> tuple[tuple[str, ...], str]:
    """The facts of a date as pairs, and what is doubtful about it."""
    found = tree.dates.get(text)
    if found is None:
        found = tree.dates[text] = _date_pairs(text, tree.version)
    return found


def _date_pairs(text: str, version: str) -> tuple[tuple[str, ...], str]:
    value = read_date(text, version)
    if not value.edtf:
        words = value.phrase or text.strip()
        return ((f"{_PHRASE} {plain(words)}",) if words else (), value.problem)
    pairs = [f'{_DATE} "{value.edtf}{AS_EDTF}']
    if value.earliest:
        pairs.append(f'{_EARLIEST} "{value.earliest}{AS_DATE}')
    if value.latest:
        pairs.append(f'{_LATEST} "{value.latest}{AS_DATE}')
    if not _USUAL_DATE.fullmatch(text):
        said = _said(text)
        if said not in (write_date(value.edtf, version), write_date(value.edtf)):
            pairs.append(f"{_RECORDED} {plain(said)}")
    if value.phrase:
        pairs.append(f"{_PHRASE} {plain(value.phrase)}")
    return tuple(pairs), value.problem


def _said(text: str) -> str:
    """A date as written, calendars named as in GEDCOM 7, without the words in brackets."""
    said = " ".join(text.split()).upper()
    if said.startswith("INT "):
        said = said[4:].partition("(")[0].strip()
    if "@" in said:
        said = _CALENDAR.sub(lambda m: {"FRENCH": "FRENCH_R"}.get(m[1], m[1]) + " ", said)
    return said.replace("GREGORIAN ", "").replace("B.C.", "BCE")


def age_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """The AGE of the one who undergoes an event."""
    recorded, years = age(tree, node)
    if recorded:
        pairs.append(f"{_RECORDED_AGE} {plain(recorded)}")
    if years is not None:
        pairs.append(f'{_AGE} "{years}{AS_INTEGER}')


def age(tree: Tree, node: Node) -> tuple[str, int | None]:
    """An age as recorded, words in brackets, and its whole years where they are said plainly."""
    tree.carried += node.lines
    phrase = phrase_of(tree, node) if node.children else ""
    value = read_age(node.value)
    recorded = value.text
    if value.problem:
        tree.remark(node, value.problem)
        if recorded == node.value.strip() and not phrase:
            # No age at all: GEDCOM 7 writes such words as a phrase.
            recorded, phrase = "", recorded
    if phrase and read_age(phrase).text == recorded:
        # GEDCOM 7 writes CHILD of 5.5.1 as "< 8y" with the phrase "Child".
        phrase = ""
    if phrase:
        recorded = f"{recorded} ({phrase})" if recorded else f"({phrase})"
    return recorded, value.years


def partner_age(predicate: str) -> Part:
    """HUSB or WIFE under an event of a family: a line that holds nothing but an AGE."""

    def part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
        tree.carried += node.lines
        for child in node.children:
            if child.tag != "AGE":
                tree.lose(child)
                continue
            recorded, _ = age(tree, child)
            if recorded:
                pairs.append(f"{predicate} {plain(recorded)}")

    return part


def address_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """An ADDR: its lines, and its fields where the lines do not hold them already."""
    tree.carried += node.lines
    lines = [line.strip() for line in node.value.split("\n") if line.strip()]
    whole = "\n".join(lines)
    for child in node.children:
        if child.tag not in _FIELDS:
            tree.lose(child)
            continue
        tree.keep(child)
        field = child.value.strip()
        if field and field not in whole:
            lines.append(field)
            whole = "\n".join(lines)
    if whole:
        pairs.append(f"{_ADDRESS} {plain(whole)}")


def contact_part(kind: str) -> Part:
    """PHON, EMAIL, FAX or WWW."""
    return _worded(_CONTACT, kind)


def _worded(predicate: str, word: str) -> Part:
    def part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
        tree.keep(node)
        value = node.value.strip()
        if value:
            pairs.append(f'{predicate} "{word} {escaped(value)}"')

    return part


def identifier_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A number of a register or a program: "REFN[type] value"."""
    tree.carried += node.lines
    kind = ""
    for child in node.children:
        if child.tag == "TYPE" and not kind:
            tree.keep(child)
            kind = child.value.strip()
        else:
            tree.lose(child)
    tag = node.tag
    standard = _GEDCOM_TYPE.fullmatch(kind) if tag == "EXID" else None
    if standard:
        # What GEDCOM 7 writes for the tags of 5.5.1.
        tag, kind = standard[1], ""
    value = node.value.strip()
    if value:
        word = f"{tag}[{kind}]" if kind else tag
        pairs.append(f"{_IDENTIFIER} {plain(f'{word} {value}')}")


def restriction_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """RESN: one restriction, or several with commas between."""
    tree.keep(node)
    for value in node.value.lower().split(","):
        if value.strip():
            pairs.append(f"{_RESTRICTION} {plain(value.strip())}")


def ignored(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A line that tells how to read others, and is carried by doing so."""
    tree.keep(node)


def reported(reason: str) -> Part:
    """A structure that is not carried, for this reason."""

    def part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
        tree.lose(node, reason)

    return part


CONTACTS: dict[str, Part] = {
    "ADDR": address_part,
    "PHON": contact_part("phone"),
    "EMAIL": contact_part("email"),
    "FAX": contact_part("fax"),
    "WWW": contact_part("www"),
}
NUMBERS: dict[str, Part] = dict.fromkeys(
    ("REFN", "RIN", "UID", "EXID", "AFN", "RFN"), identifier_part
)


@lru_cache(maxsize=1024)
def language_of(text: str) -> str:
    """The well-formed tag of a language by its name or its tag; "" for one not known."""
    tag = read_language(text)
    return canonical_tag(tag) if is_tag(tag) else ""


def role(tree: Tree, text: str) -> tuple[str, str]:
    """A role as GEDCOM 7 codes it, and the words of the record where they say more than the code.

    5.5.1 puts roles of one's own in brackets.
    """
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    code = tree.tables.roles.get(text.lower(), "")
    if not code:
        upper = text.upper()
        return (upper, "") if upper in tree.tables.roles.values() else (text, "")
    return code, "" if code == text.upper() else text
