"""Media: files that show something of a person, an event or a source, and parts of them."""

from __future__ import annotations

from kg.gedcom.citations import source_part
from kg.gedcom.details import NUMBERS, coded_part, reported, restriction_part
from kg.gedcom.lines import Node
from kg.gedcom.notes import note_part
from kg.gedcom.quads import LABEL, TITLE, TYPE, escaped, kg, plain
from kg.gedcom.tree import Part, Record, Tree, fill

MEDIA = kg("media")
_A_MEDIA = f"{TYPE} {kg('Media')}"
_PART_OF, _FILE, _FORMAT, _CROP = kg("partOf"), kg("file"), kg("format"), kg("crop")
_MEDIUM = kg("medium")
_SIDES = ("LEFT", "TOP", "WIDTH", "HEIGHT")


def media_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """An OBJE: a pointer to a media record, a part of what it shows, or the file itself."""
    xref = node.pointer
    if not xref:
        stem = record.sub("obje")
        tree.carried += node.lines
        if node.value.strip():
            tree.remark(node, "neither a pointer nor empty")
        pairs.append(f"{MEDIA} {write_media(tree, record, stem, node)}")
        return
    iri = tree.find(xref, "OBJE")
    if not iri:
        tree.lose_line(node, tree.why_not(xref))
        tree.lose_parts(node)
        return
    tree.carried += node.lines
    if any(child.tag in ("TITL", "CROP") for child in node.children):
        stem = record.sub("obje")
        part = tree.make(stem)
        own = [_A_MEDIA, f"{_PART_OF} {iri}"]
        fill(tree, record, part, own, node, _LINK, "OBJE")
        _write(tree, record, part, own, f"a part of {xref}")
        iri = part
    else:
        tree.lose_parts(node)
    pairs.append(f"{MEDIA} {iri}")


def write_media(tree: Tree, record: Record, stem: str, node: Node) -> str:
    """Write the media thing that a node describes; its IRI.

    Its first file is the thing itself; each further file is a thing of its own that is part of it.
    """
    iri = tree.make(stem)
    own = [_A_MEDIA]
    files = 0
    for child in node.children:
        if child.tag != "FILE":
            continue
        files += 1
        if files == 1:
            _file(tree, record, iri, own, child)
            continue
        other = tree.make(f"{stem}-file-{files}")
        pairs = [_A_MEDIA, f"{_PART_OF} {iri}"]
        _file(tree, record, other, pairs, child)
        _write(tree, record, other, pairs, child.value)
    fill(tree, record, iri, own, node, _PARTS, "OBJE")
    _write(tree, record, iri, own, next((c.value for c in node.children if c.tag == "FILE"), ""))
    return iri


def _file(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    if node.value.strip():
        pairs.append(f"{_FILE} {plain(node.value.strip())}")
    for child in node.children:
        if child.tag == "TRAN":
            _other_format(tree, record, thing, child)
        else:
            part = _OF_FILE.get(child.tag)
            if part:
                part(tree, record, thing, pairs, child)
            else:
                tree.lose(child)


def _other_format(tree: Tree, record: Record, thing: str, node: Node) -> None:
    """The same in another file format: a part of the first."""
    tree.carried += node.lines
    iri = tree.make(record.sub("tran"))
    pairs = [_A_MEDIA, f"{_PART_OF} {thing}", f"{_FILE} {plain(node.value.strip())}"]
    fill(tree, record, iri, pairs, node, {"FORM": _form}, "OBJE")
    _write(tree, record, iri, pairs, node.value)


def _write(tree: Tree, record: Record, iri: str, pairs: list[str], name: str) -> None:
    """Write a media thing, labelled by its title, else by `name`."""
    title = next((pair for pair in pairs if pair.startswith(TITLE)), "")
    if title:
        pairs.append(f"{LABEL}{title[len(TITLE) :]}")
    else:
        name = escaped(" ".join(name.split())) or "a media file"
        pairs.append(f'{LABEL} "{name}"@en')
    record.subjects.append(iri)
    tree.write(iri, pairs)


def _title(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    text = " ".join(node.value.split())
    if text and record.is_second(f"title {thing}"):
        tree.lose(node, "a second title")
        return
    tree.keep(node)
    if text:
        pairs.append(f'{TITLE} "{escaped(text)}"@{tree.language}')


def _form(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """FORM: a media type, or the ending of files that stood for it before GEDCOM 7."""
    tree.carried += node.lines
    value = node.value.strip()
    if value:
        pairs.append(f"{_FORMAT} {plain(tree.tables.formats.get(value.lower(), value))}")
    fill(tree, record, thing, pairs, node, {"MEDI": _medium, "TYPE": _medium}, "OBJE")


def _crop(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    sides = dict.fromkeys(_SIDES, "")
    for child in node.children:
        if child.tag in sides and child.value.strip().isdecimal() and not sides[child.tag]:
            tree.keep(child)
            sides[child.tag] = child.value.strip()
        else:
            tree.lose(child)
    pairs.append(f'{_CROP} "{",".join(sides.values())}"')


def _written(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A FILE, which was written before the rest."""


_medium = coded_part(_MEDIUM, lower=True)
_OF_FILE: dict[str, Part] = {
    "FORM": _form, "TITL": _title, "MEDI": _medium, "TYPE": _medium,
}  # fmt: skip
_LINK: dict[str, Part] = {"TITL": _title, "CROP": _crop}
_PARTS: dict[str, Part] = {
    **NUMBERS,
    "FILE": _written,
    "FORM": _form,
    "TITL": _title,
    "MEDI": _medium,
    "TYPE": _medium,
    "RESN": restriction_part,
    "NOTE": note_part,
    "SNOTE": note_part,
    "SOUR": source_part,
    "BLOB": reported("a picture written into the file itself"),
}
