"""Happenings: what the events and attributes of people and families say, and what is denied."""

from __future__ import annotations

from kg.gedcom.associations import association_part
from kg.gedcom.citations import cite_claims, quality_part, source_part
from kg.gedcom.details import (
    CONTACTS,
    NUMBERS,
    age_part,
    date_part,
    partner_age,
    restriction_part,
    text_part,
)
from kg.gedcom.lines import Node
from kg.gedcom.media import media_part
from kg.gedcom.notes import note_part
from kg.gedcom.places import PLACE, place_part
from kg.gedcom.quads import (
    A_CLAIM,
    CERTAIN,
    LABEL,
    NEGATIVE,
    OBJECT,
    PREDICATE,
    SUBJECT,
    TYPE,
    kg,
    plain,
)
from kg.gedcom.tables import Happening
from kg.gedcom.tree import HERE, Part, Record, Tree, aliased, fill, passage_of

AN_EVENT = f"{TYPE} {kg('Event')}"
_A_POSSIBILITY = f"{TYPE} {kg('Possibility')}"
EVENT_TYPE, PATIENT, FAMILY = kg("eventType"), kg("patient"), kg("family")
_DETAIL, TYPE_TEXT = kg("detail"), kg("typeText")
_EXPERIENCED = kg("experienced")
_DERIVED = (kg("earliest"), kg("latest"))
_STATUS_DATE = "the date of a status, not of the event"


def individual_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """An event or attribute of a person."""
    happening(tree, record, tree.tables.individual[node.tag], [f"{PATIENT} {thing}"], node)


def happening(tree: Tree, record: Record, kind: Happening, who: list[str], node: Node) -> None:
    """Write one event; told again though it happens once, it is a rival version of the first."""
    tree.carried += node.lines
    value = node.value
    if value == "N" and not kind.value:
        # Not in the standard, yet met: the opposite of "Y".
        deny(tree, record, kind, node, node)
        return
    tag = node.tag.lower()
    is_rival = kind.once and tag in record.numbers
    stem = record.sub(tag)
    iri = tree.make(stem)
    own = [AN_EVENT, "", f"{EVENT_TYPE} {kind.code}", *who]
    if value and (value != "Y" or kind.value):
        value = value.strip()
        own.append(f"{_DETAIL} {plain(value)}")
    fact, record.fact = record.fact, node
    record.rival = is_rival
    if node.children:
        _fill(tree, record, iri, own, node)
    elif not value:
        tree.remark(node, "no date, no place and no Y: taken to have happened")
    own[1] = f'{LABEL} "{_words(kind, own)} of {record.label}"@en'
    if is_rival:
        _rival(tree, record, stem, own)
    else:
        record.subjects.append(iri)
        tree.write(iri, own)
    record.fact, record.rival = fact, False


def _fill(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """Map the parts of an event; a date and a place already met take the short way."""
    dates, places = tree.dates, tree.places
    for child in node.children:
        tag = child.tag
        if not child.children:
            if tag == "DATE":
                date = dates.get(child.value)
                if date is not None and not date[1]:
                    tree.carried += child.lines
                    pairs += date[0]
                    continue
            elif tag == "PLAC":
                place = places.get(child.value)
                if place is not None:
                    tree.carried += child.lines
                    pairs.append(f"{PLACE} {place}")
                    continue
        part = _PARTS.get(tag) or _PARTS.get(aliased(tree, "event", child))
        if part is None:
            tree.lose(child)
        else:
            part(tree, record, thing, pairs, child)


def _words(kind: Happening, pairs: list[str]) -> str:
    """What an event is called: a mere event or fact by its own words."""
    if kind.words in ("event", "fact"):
        for predicate in (TYPE_TEXT, _DETAIL):
            for pair in pairs:
                if pair.startswith(predicate) and len(pair) < len(predicate) + 60:
                    return pair[len(predicate) + 2 : -1]
    return kind.words


def _rival(tree: Tree, record: Record, stem: str, pairs: list[str]) -> None:
    """Write an event that another version tells: a possibility, and each of its facts a claim."""
    tree.rival_used = True
    iri = f"<{stem}>"
    tree.write(iri, [_A_POSSIBILITY, pairs[1]])
    passage = passage_of(tree, record, record.fact)
    number = 0
    for pair in pairs:
        predicate, _, value = pair.partition(" ")
        if predicate == LABEL or predicate in _DERIVED:
            continue
        number += 1
        claim = [
            A_CLAIM, f"{SUBJECT} {iri}", f"{PREDICATE} {predicate}", f"{OBJECT} {value}",
            tree.rival, CERTAIN, passage,
        ]  # fmt: skip
        tree.write(f"<{stem}-claim-{number}>", claim)


def no_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """NO: that an event did not happen, at all or in a period."""
    kinds = tree.tables.individual if record.node.tag == "INDI" else tree.tables.family
    kind = kinds.get(node.value.strip())
    if kind is None:
        tree.lose(node, "not an event that GEDCOM knows")
        return
    tree.carried += node.lines
    deny(tree, record, kind, node, node)


def deny(tree: Tree, record: Record, kind: Happening, node: Node, fact: Node) -> None:
    """Claim that the record's person or couple went through no event of this type."""
    outer, record.fact = record.fact, fact
    own: list[str] = []
    sources = [child for child in node.children if child.tag == "SOUR"]
    iri = f"<{record.sub('no')}>"
    parts = {tag: part for tag, part in _PARTS.items() if tag in ("DATE", "NOTE", "SNOTE")}
    parts["SOUR"] = _later
    record.depth += 1
    fill(tree, record, iri, own, node, parts, "event")
    record.depth -= 1
    about = (record.iri, _EXPERIENCED, kind.code)
    subject, predicate, value = about
    claim = [
        A_CLAIM, f"{SUBJECT} {subject}", f"{PREDICATE} {predicate}", f"{OBJECT} {value}", NEGATIVE,
        tree.voice, CERTAIN, passage_of(tree, record, fact), *own,
    ]  # fmt: skip
    tree.write(iri, claim)
    for source in sources:
        cite_claims(tree, record, source, [about], NEGATIVE)
    record.fact = outer


def _later(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A part that is mapped when the rest of its structure is."""


def _type(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.keep(node)
    text = node.value.strip()
    if text:
        pairs.append(f"{TYPE_TEXT} {plain(text)}")


def _family(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """FAMC under an event: the family into which one is born, adopted, christened or sealed."""
    xref = node.pointer
    family = tree.find(xref, "FAM") if xref else ""
    if not family:
        tree.lose(node, tree.why_not(xref) if xref else "no pointer")
        return
    tree.carried += node.lines
    pairs.append(f"{FAMILY} {family}")
    event = record.fact.tag
    by = "BOTH"
    for child in node.children:
        value = child.value.strip().upper()
        if child.tag == "ADOP" and event == "ADOP" and value in ("HUSB", "WIFE", "BOTH"):
            tree.carried += child.lines
            tree.lose_parts(child)
            by = value
        else:
            tree.lose(child, "not HUSB, WIFE or BOTH" if child.tag == "ADOP" else "")
    if record.rival:
        return
    if event == "ADOP":
        record.adopted[xref] = (by, node)
    elif event == "BIRT":
        record.born[xref] = node


def _status(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    for child in node.children:
        tree.lose(child, _STATUS_DATE if child.tag == "DATE" else HERE)
    if node.value.strip():
        pairs.append(f"{_STATUS} {plain(node.value.strip())}")


def _with_sources(part: Part) -> Part:
    """A part whose own sources vouch for the event: GEDCOM 5.5 has them under PLAC."""

    def with_sources(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
        if any(child.tag == "SOUR" for child in node.children):
            for child in node.children:
                if child.tag == "SOUR":
                    source_part(tree, record, thing, pairs, child)
            node.children = [child for child in node.children if child.tag != "SOUR"]
        part(tree, record, thing, pairs, node)

    return with_sources


_STATUS = kg("status")
DETAILS: dict[str, Part] = {
    **CONTACTS,
    **NUMBERS,
    "DATE": _with_sources(date_part),
    "PLAC": _with_sources(place_part),
    "TYPE": _type,
    "AGE": age_part,
    "CAUS": text_part(kg("causeText")),
    "AGNC": text_part(kg("agency")),
    "RELI": text_part(kg("religion")),
    "RESN": restriction_part,
    "QUAY": quality_part,
    "ASSO": association_part,
    "NOTE": note_part,
    "SNOTE": note_part,
    "SOUR": source_part,
    "OBJE": media_part,
}
_PARTS: dict[str, Part] = {
    **DETAILS,
    "FAMC": _family,
    "HUSB": partner_age(kg("firstPartnerAge")),
    "WIFE": partner_age(kg("secondPartnerAge")),
    "TEMP": text_part(kg("temple")),
    "STAT": _status,
}
