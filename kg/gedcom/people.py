"""People: names, sex and whatever else the record of a person holds."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.gedcom.associations import alias_part, association_part, submitter_part
from kg.gedcom.citations import cite_fact, source_part
from kg.gedcom.details import CONTACTS, NUMBERS, coded, language_of, reported, restriction_part
from kg.gedcom.events import individual_part, no_part
from kg.gedcom.families import child_part, partner_part, settle_child
from kg.gedcom.lines import Node
from kg.gedcom.media import media_part
from kg.gedcom.notes import note_part
from kg.gedcom.occupations import occupation_part
from kg.gedcom.quads import LABEL, NAME, TYPE, escaped, kg, plain
from kg.gedcom.tables import load
from kg.gedcom.tree import Part, Record, Tree, aliased, claim_record, fill
from kg.gedcom.values import read_name, read_name_type, read_sex, read_variant

A_PERSON = f"{TYPE} {kg('Person')}"
_A_NAME = f"{TYPE} {kg('PersonalName')}"
_PERSONAL_NAME, _NAME_TYPE, _WORDS = kg("personalName"), kg("nameType"), kg("phrase")
GENDER = kg("gender")
GENDERS = {"M": kg("Male"), "F": kg("Female"), "X": kg("OtherGender")}
_GIVEN, _FAMILY, _SUFFIX = kg("givenName"), kg("familyName"), kg("nameSuffix")
PIECES = {
    "NPFX": kg("namePrefix"),
    "GIVN": _GIVEN,
    "NICK": kg("nickname"),
    "SPFX": kg("surnamePrefix"),
    "SURN": _FAMILY,
    "NSFX": _SUFFIX,
}
_VARIANTS = ("TRAN", "ROMN", "FONE")
_ORDER = ("NPFX", "GIVN", "SPFX", "SURN", "NSFX")

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_IN_CYRILLIC = frozenset(
    ["ru", "uk", "be", "bg", "sr", "mk", "rue", "cu", "orv", "kk", "ky", "tg", "mn", "tt", "ba"]
)


def tongue(tree: Tree, text: str) -> str:
    """The tag of a name: the language of the file, with its script where that is not the usual."""
    if text.isascii():
        return tree.latin
    return tree.cyrillic if _CYRILLIC.search(text) else tree.language


def speak(tree: Tree, language: str) -> None:
    """Take a language for that of all texts that name none."""
    primary = language.partition("-")[0]
    tree.said.clear()
    tree.language = tree.latin = tree.cyrillic = language
    if primary not in _IN_CYRILLIC:
        tree.cyrillic = "und-Cyrl"
    elif language == primary:
        tree.latin = f"{primary}-Latn"


def person(tree: Tree, record: Record, node: Node) -> None:
    """Write all that the record of a person says."""
    tree.things.add(record.stem)
    record.subjects.append(record.iri)
    pairs = [A_PERSON]
    first = None
    for child in node.children:
        if child.tag == "NAME":
            first = child
            break
    label = tag = ""
    if first is not None:
        label, tag = add_name(tree, record, pairs, first, is_first=True)
    if label:
        record.label = label
    else:
        record.label, tag = f"unnamed ({escaped(node.xref) or f'line {node.line}'})", "en"
    pairs.append(f'{LABEL} "{record.label}"@{tag}')
    if node.xref and tree.starts.get(node.xref) == node.line:
        tree.names[node.xref] = record.label
    for child in node.children:
        if child is not first:
            person_part(tree, record, pairs, child)
    settle_child(tree, record)
    tree.write(record.iri, pairs)
    claim_record(tree, record)


def person_part(tree: Tree, record: Record, pairs: list[str], node: Node) -> None:
    """Map one structure of a person's record."""
    part = PARTS.get(node.tag)
    if part is None:
        fill(tree, record, record.iri, pairs, _only(node), PARTS, "INDI")
    else:
        part(tree, record, record.iri, pairs, node)


def _only(child: Node) -> Node:
    """A node that holds this one alone."""
    holder = Node("", "", child.line)
    holder.children.append(child)
    return holder


def add_name(
    tree: Tree, record: Record, pairs: list[str], node: Node, *, is_first: bool
) -> tuple[str, str]:
    """Add a NAME to the facts of a person; the full name, escaped, and its language tag."""
    full, tag, pieces, is_findable, others = _read(tree, node)
    if full and (is_first or is_findable):
        pairs.append(f'{NAME} "{full}"@{tag}')
    if is_first:
        pairs += pieces
    if others or not is_first:
        _form_of_name(tree, record, pairs, node, others, full, tag, pieces, is_first=is_first)
    return full, tag


class _Name(NamedTuple):
    full: str
    tag: str
    pieces: list[str]
    is_findable: bool
    others: list[Node]


def _read(tree: Tree, node: Node) -> _Name:
    """Read a NAME and its pieces, whose lines are counted."""
    tree.carried += node.lines
    own: list[tuple[str, str]] = []
    found: dict[str, str] = {}
    others: list[Node] = []
    for child in node.children:
        tag = child.tag
        if tag in PIECES:
            tree.carried += child.lines
            if child.children:
                tree.lose_parts(child)
            text = child.value.strip()
            if text:
                if tag in found:
                    own.append((tag, text))
                else:
                    found[tag] = text
        else:
            others.append(child)
    return _Name(*read_pieces(tree, node.value, found, own), others)


def read_pieces(
    tree: Tree, text: str, found: dict[str, str], more: list[tuple[str, str]]
) -> tuple[str, str, list[str], bool]:
    """Read a name by its text and its pieces: the full name, escaped, its language tag and facts.

    Last comes whether it is a name to find somebody by: a surname alone, such as a married one,
    is none. `found` is filled up; `more` are pieces told twice.
    """
    value = read_name(text)
    full = value.full
    if not full:
        full = " ".join(found[tag] for tag in _ORDER if tag in found) or found.get("NICK", "")
    tag = tongue(tree, full)
    if "GIVN" not in found and value.given:
        found["GIVN"] = value.given
    if "SURN" not in found and value.surname:
        found["SURN"] = value.surname
    if "NSFX" not in found and value.suffix:
        found["NSFX"] = value.suffix
    full = escaped(full)
    pieces = [f'{PIECES[piece]} "{escaped(text)}"@{tag}' for piece, text in found.items()]
    if more:
        pieces += [f'{PIECES[piece]} "{escaped(text)}"@{tag}' for piece, text in more]
    return full, tag, pieces, bool(value.given or not value.surname)


def _form_of_name(
    tree: Tree, record: Record, pairs: list[str], node: Node, others: list[Node],
    full: str, tag: str, pieces: list[str], *, is_first: bool,
) -> None:  # fmt: skip
    """The node of a name that has a type, variants or notes, or is not the first."""
    own: list[str] = []
    variants: list[str] = []
    further: list[Node] = []
    stem = ""
    iri = ""
    if not is_first or any(child.tag not in ("SOUR",) for child in others):
        stem = record.sub("name")
        iri = f"<{stem}>"
    fact = record.fact
    record.fact = node
    for child in others:
        if child.tag == "SOUR":
            if full:
                cite_fact(tree, record, child, (record.iri, NAME, f'"{full}"@{tag}'))
            else:
                tree.lose(child, "a source of an empty name")
        elif child.tag in _VARIANTS:
            _variant(tree, own, variants, child, tag)
        else:
            part = _NAME_PARTS.get(child.tag) or _NAME_PARTS.get(aliased(tree, "NAME", child))
            if part is not None:
                part(tree, record, iri, own, child)
            elif child.tag == "NAME":
                further.append(child)
            else:
                tree.lose(child)
    record.fact = fact
    pairs += variants
    if own or not is_first:
        tree.things.add(stem)
        record.subjects.append(iri)
        pairs.append(f"{_PERSONAL_NAME} {iri}")
        name = [f'{NAME} "{full}"@{tag}'] if full else []
        tree.write(iri, [_A_NAME, *name, *pieces, *own])
    for child in further:
        if "/" not in child.value and " " not in child.value.strip():
            child.value = f"/{child.value.strip()}/"
        add_name(tree, record, pairs, child, is_first=False)


def _name_type(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    value, phrase = coded(tree, node)
    if value:
        pairs.append(f"{_NAME_TYPE} {plain(read_name_type(value))}")
    if phrase:
        pairs.append(f"{_WORDS} {plain(phrase)}")


def _nickname(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.keep(node)
    text = node.value.strip()
    if text:
        pairs.append(f'{PIECES["NICK"]} "{escaped(text)}"@{tongue(tree, text)}')


def _variant(tree: Tree, own: list[str], variants: list[str], node: Node, language: str) -> None:
    """TRAN, ROMN or FONE of a name: the whole name and its parts in another script or language."""
    tree.carried += node.lines
    tag = variant_tag(tree, node, language)
    value = read_name(node.value)
    if value.full:
        pair = f'{NAME} "{escaped(value.full)}"@{tag}'
        own.append(pair)
        variants.append(pair)
    for child in node.children:
        if child.tag in PIECES:
            tree.keep(child)
            if child.value.strip():
                own.append(f'{PIECES[child.tag]} "{escaped(child.value.strip())}"@{tag}')
        elif child.tag not in ("LANG", "TYPE"):
            tree.lose(child)


def variant_tag(tree: Tree, node: Node, language: str = "") -> str:
    """The language tag of a variant by its LANG or TYPE, whose lines are counted."""
    kind = ""
    tag = ""
    for child in node.children:
        if child.tag == "LANG" and node.tag == "TRAN":
            tag = language_of(child.value)
            if tag:
                tree.keep(child)
            else:
                tree.lose(child, "a language that is not known")
        elif child.tag == "TYPE" and node.tag != "TRAN":
            kind = child.value
            tree.keep(child)
        elif child.tag in ("LANG", "TYPE"):
            tree.lose(child)
    if node.tag == "TRAN":
        return tag or "und"
    return read_variant(node.tag, kind, language or tree.language)


def name_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A NAME after the first."""
    add_name(tree, record, pairs, node, is_first=False)


def sex_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """SEX: male, female or other; not known and not recorded are no facts."""
    sex = read_sex(node.value)
    gender = GENDERS.get(sex)
    if gender and record.is_second("sex"):
        tree.lose(node, "a second sex")
        return
    if sex or not node.value.strip():
        tree.carried += node.lines
    else:
        tree.lose_line(node, "a sex that is not known")
    if gender:
        pairs.append(f"{GENDER} {gender}")
    for child in node.children:
        if child.tag == "SOUR" and gender:
            fact, record.fact = record.fact, node
            cite_fact(tree, record, child, (record.iri, GENDER, gender))
            record.fact = fact
        else:
            tree.lose(child)


_WISH = reported("a wish of researchers, not a fact")
_NAME_PARTS: dict[str, Part] = {
    "TYPE": _name_type,
    "NICK": _nickname,
    "NOTE": note_part,
    "SNOTE": note_part,
}
PARTS: dict[str, Part] = {
    **dict.fromkeys(load().individual, individual_part),
    **CONTACTS,
    **NUMBERS,
    "NAME": name_part,
    "SEX": sex_part,
    "OCCU": occupation_part,
    "FAMC": child_part,
    "FAMS": partner_part,
    "NO": no_part,
    "ASSO": association_part,
    "ALIA": alias_part,
    "SUBM": submitter_part,
    "ANCI": _WISH,
    "DESI": _WISH,
    "RESN": restriction_part,
    "NOTE": note_part,
    "SNOTE": note_part,
    "SOUR": source_part,
    "OBJE": media_part,
}
