"""Records beside people and families: sources, repositories, media, submitters, the header."""

from __future__ import annotations

from kg.gedcom.associations import submitter_part
from kg.gedcom.citations import A_DOCUMENT, cited_text
from kg.gedcom.details import (
    CONTACTS,
    NUMBERS,
    coded_part,
    date_part,
    language_of,
    reported,
    restriction_part,
    text_part,
)
from kg.gedcom.lines import Node
from kg.gedcom.media import media_part, write_media
from kg.gedcom.notes import note_part
from kg.gedcom.people import speak
from kg.gedcom.quads import LABEL, NAME, TITLE, TYPE, escaped, kg, plain
from kg.gedcom.tree import Part, Record, Tree, claim_record, fill, passage_of

_AN_ORGANIZATION = f"{TYPE} {kg('Organization')}"
_AN_AGENT = f"{TYPE} {kg('Agent')}"
_REPOSITORY, _CALL_NUMBER, _COVERAGE = kg("repository"), kg("callNumber"), kg("coverage")
_AGENCY, _ABBREVIATION = kg("agency"), kg("abbreviation")
_LANGUAGE, _SOFTWARE = kg("language"), kg("software")


# ---------- Sources ----------


def source(tree: Tree, record: Record, node: Node) -> None:
    """Write a SOUR record: a document."""
    tree.things.add(record.stem)
    record.subjects.append(record.iri)
    pairs = [A_DOCUMENT]
    fill(tree, record, record.iri, pairs, node, _SOURCE, "SOUR")
    said = {child.tag: " ".join(child.value.split()) for child in reversed(node.children)}
    title = said.get("TITL") or said.get("ABBR") or ""
    tag = tree.language if title else "en"
    title = title or f"source {node.xref}"
    pairs.append(f'{LABEL} "{escaped(title)}"@{tag}')
    if tree.starts.get(node.xref) == node.line:
        tree.titles[node.xref] = title
    tree.write(record.iri, pairs)
    claim_record(tree, record)


def _after(pairs: list[str], predicate: str) -> str:
    return next((pair[len(predicate) + 1 :] for pair in pairs if pair.startswith(predicate)), "")


def _title(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    text = " ".join(node.value.split())
    if text and record.is_second("title"):
        tree.lose(node, "a second title")
        return
    tree.keep(node)
    if text:
        pairs.append(f'{TITLE} "{escaped(text)}"@{tree.language}')


def _repository(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    xref = node.pointer
    found = tree.find(xref, "REPO") if xref else ""
    if found:
        tree.carried += node.lines
        pairs.append(f"{_REPOSITORY} {found}")
    elif not xref and not node.value.strip() and node.children:
        # GEDCOM 5.5 has repositories that are not named, with a call number.
        tree.carried += node.lines
    else:
        tree.lose_line(node, tree.why_not(xref) if xref else "no pointer")
    fill(tree, record, thing, pairs, node, _KEPT, "SOUR")


def _call_number(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    if node.value.strip():
        pairs.append(f"{_CALL_NUMBER} {plain(node.value.strip())}")
    fill(tree, record, thing, pairs, node, {"MEDI": _medium}, "SOUR")


def _data(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    for child in node.children:
        if child.tag == "EVEN":
            _covers(tree, pairs, child)
        elif child.tag in _DATA:
            _DATA[child.tag](tree, record, thing, pairs, child)
        else:
            tree.lose(child)


def _covers(tree: Tree, pairs: list[str], node: Node) -> None:
    """EVEN of DATA: which events the source records, when and where, line by line."""
    tree.carried += node.lines
    lines = [f"events {node.value.strip()}"] if node.value.strip() else []
    for child in node.children:
        if child.tag not in ("DATE", "PLAC"):
            tree.lose(child)
            continue
        tree.carried += child.lines
        text = " ".join(child.value.split())
        for part in child.children:
            if part.tag == "PHRASE" and child.tag == "DATE":
                tree.keep(part)
                text = f"{text} ({part.value.strip()})".strip()
            else:
                tree.lose(part)
        if text:
            lines.append(f"{'date' if child.tag == 'DATE' else 'place'} {text}")
    if lines:
        said = "\n".join(lines)
        pairs.append(f"{_COVERAGE} {plain(said)}")


_medium = coded_part(kg("medium"), lower=True)
_KEPT: dict[str, Part] = {
    "CALN": _call_number,
    "MEDI": _medium,
    "NOTE": note_part,
    "SNOTE": note_part,
}
_DATA: dict[str, Part] = {
    "AGNC": text_part(_AGENCY),
    "COPR": text_part(kg("copyright")),
    "NOTE": note_part,
    "SNOTE": note_part,
}
_SOURCE: dict[str, Part] = {
    **NUMBERS,
    "TITL": _title,
    "AUTH": text_part(kg("author")),
    "PUBL": text_part(kg("publication")),
    "ABBR": text_part(_ABBREVIATION),
    "TEXT": cited_text,
    "REPO": _repository,
    "DATA": _data,
    "RESN": restriction_part,
    "NOTE": note_part,
    "SNOTE": note_part,
    "OBJE": media_part,
}


# ---------- Repositories, submitters, media ----------


def repository(tree: Tree, record: Record, node: Node) -> None:
    """Write a REPO record: an organization."""
    _named(tree, record, node, _AN_ORGANIZATION, "repository")


def submitter(tree: Tree, record: Record, node: Node) -> None:
    """Write a SUBM record: whoever contributed to the file."""
    _named(tree, record, node, _AN_AGENT, "submitter")


def _named(tree: Tree, record: Record, node: Node, kind: str, word: str) -> None:
    tree.things.add(record.stem)
    record.subjects.append(record.iri)
    pairs = [kind]
    fill(tree, record, record.iri, pairs, node, _BODY, node.tag)
    name = _after(pairs, NAME)
    label = name or f'"{word} {escaped(node.xref)}"@en'
    pairs.append(f"{LABEL} {label}")
    tree.write(record.iri, pairs)
    claim_record(tree, record)


def media(tree: Tree, record: Record, node: Node) -> None:
    """Write an OBJE record: a media thing for each of its files."""
    write_media(tree, record, record.stem, node)
    claim_record(tree, record)


def _name(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.keep(node)
    text = " ".join(node.value.replace("/", " ").split())
    if text:
        pairs.append(f'{NAME} "{escaped(text)}"@{tree.language}')


def language_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """LANG: a language by its name (before GEDCOM 7) or its tag."""
    tag = language_of(node.value)
    if tag:
        tree.keep(node)
        pairs.append(f"{_LANGUAGE} {plain(tag)}")
    else:
        tree.lose(node, "a language that is not known")


_BODY: dict[str, Part] = {
    **CONTACTS,
    **NUMBERS,
    "NAME": _name,
    "LANG": language_part,
    "RESN": restriction_part,
    "NOTE": note_part,
    "SNOTE": note_part,
    "OBJE": media_part,
}


# ---------- The header ----------


def header(tree: Tree, record: Record, node: Node) -> None:
    """Write what the header says of the file, as facts of the source."""
    for child in node.children:
        if child.tag == "LANG" and language_of(child.value):
            speak(tree, language_of(child.value))
    record.iri = tree.source
    record.subjects.append(record.iri)
    pairs: list[str] = []
    fill(tree, record, record.iri, pairs, node, _HEADER, "HEAD")
    if pairs:
        tree.write(record.iri, pairs)
        claim_record(tree, record)
    else:
        passage_of(tree, record, node)


def _software(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """SOUR of the header: the program that wrote the file, by name and version."""
    tree.carried += node.lines
    said = {"": node.value.strip()}
    for child in node.children:
        if child.tag in ("NAME", "VERS") and child.tag not in said:
            tree.keep(child)
            said[child.tag] = child.value.strip()
        elif child.tag == "DATA" or child.tag == "CORP":
            tree.lose(child, "about the program that wrote the file")
        else:
            tree.lose(child)
    name = said.get("NAME") or said[""]
    if name:
        beside = f" ({said['']})" if said[""] and said[""] != name else ""
        version = f" {said['VERS']}" if said.get("VERS") else ""
        pairs.append(f"{_SOFTWARE} {plain(f'{name}{version}{beside}')}")


def _whole(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """GEDC, CHAR, SCHMA: they tell how to read the file, with all that is under them."""
    tree.carried += node.count()


def _form_of_places(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    fill(tree, record, thing, pairs, node, {"FORM": text_part(kg("placeForm"))}, "PLAC")


_HEADER: dict[str, Part] = {
    "GEDC": _whole,
    "CHAR": _whole,
    "SCHMA": _whole,
    "LANG": language_part,
    "SOUR": _software,
    "DATE": date_part,
    "SUBM": submitter_part,
    "COPR": text_part(kg("copyright")),
    "FILE": text_part(kg("file")),
    "TITL": _title,
    "NOTE": note_part,
    "SNOTE": note_part,
    "PLAC": _form_of_places,
    "DEST": reported("the program that the file was written for"),
    "SUBN": reported("a submission to a temple register, not a fact"),
}
