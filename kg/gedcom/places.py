"""Places: one for each text, within the places that its parts name."""

from __future__ import annotations

from kg.gedcom.details import identifier_part, language_of
from kg.gedcom.lines import Node
from kg.gedcom.notes import note_part
from kg.gedcom.quads import AS_DECIMAL, LABEL, NAME, TYPE, escaped, kg, plain, short_hash
from kg.gedcom.tree import Part, Record, Tree, fill
from kg.gedcom.values import read_coordinate

PLACE = kg("place")
_A_PLACE = f"{TYPE} {kg('Place')}"
_PART_OF, _FORM = kg("partOf"), kg("placeForm")
_LATITUDE, _LONGITUDE = kg("latitude"), kg("longitude")
_DEEPEST = 16  # steps of a hierarchy; a text of a thousand commas names no thousand places


def place_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A PLAC: the place, and what the file says of it here."""
    if not node.children:
        tree.carried += node.lines
        iri = tree.places.get(node.value) or place_of(tree, record.subjects, node.value)
        if iri:
            pairs.append(f"{PLACE} {iri}")
        return
    tree.carried += node.lines
    iri = _described_place(tree, record, node)
    if iri:
        pairs.append(f"{PLACE} {iri}")


def place_of(tree: Tree, subjects: list[str], text: str, tag: str = "") -> str:
    """The place that a text names, made where it is new; "" for an empty text.

    New places are added to `subjects`.
    """
    text_as_written, text = text, " ".join(text.split())
    if not text.strip(", "):
        return ""
    iri = tree.places.get(text)
    if iri is None:
        iri = _make(tree, subjects, text, f"{tree.stem}place-{short_hash(text)}", tag)
        tree.places[text] = iri
    tree.places[text_as_written] = iri
    return iri


def _make(tree: Tree, subjects: list[str], text: str, stem: str, tag: str = "") -> str:
    """A new place, and the places that it is part of."""
    first = iri = tree.make(stem)
    for _ in range(_DEEPEST):
        subjects.append(iri)
        pairs = [_A_PLACE, f'{LABEL} "{escaped(text)}"@{tag or tree.language}']
        text = text.partition(",")[2].lstrip(", ")
        above = tree.places.get(text) if text else None
        is_new = bool(text) and above is None
        if is_new:
            above = tree.places[text] = tree.make(f"{tree.stem}place-{short_hash(text)}")
        if above and above != iri:
            pairs.append(f"{_PART_OF} {above}")
        tree.write(iri, pairs)
        if not is_new or above is None:
            break
        iri, tag = above, ""
    return first


def _described_place(tree: Tree, record: Record, node: Node) -> str:
    """A place with its coordinates, names, numbers and notes.

    Where one text is given two positions, the second is a place of its own: a town and its
    namesake are not to be mixed.
    """
    tag = position = ""
    for child in node.children:
        if child.tag == "MAP":
            position = "\n".join(part.value for part in child.children)
        elif child.tag == "LANG":
            tag = language_of(child.value)
    iri = place_of(tree, record.subjects, node.value, tag)
    if iri and position:
        known = tree.positions_of_places.setdefault(iri, position)
        if known != position:
            key = f"{' '.join(node.value.split())}\n{position}"
            found = tree.places.get(key)
            if found is None:
                stem = f"{tree.stem}place-{short_hash(key)}"
                text = key.partition("\n")[0]
                found = tree.places[key] = _make(tree, record.subjects, text, stem, tag)
            iri = found
    pairs: list[str] = []
    fill(tree, record, iri or record.iri, pairs, node, _PARTS, "PLAC")
    if not iri:
        # A position without a name: nothing to hang it on.
        for child in node.children:
            tree.remark(child, "of a place without a name")
    elif pairs:
        if not record.is_second(iri):
            record.subjects.append(iri)
        tree.write(iri, pairs)
    return iri


def _map(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    for child in node.children:
        predicate = {"LATI": _LATITUDE, "LONG": _LONGITUDE}.get(child.tag)
        degrees = read_coordinate(child.value) if predicate else ""
        if not degrees:
            tree.lose(child, "no degrees of latitude or longitude" if predicate else "")
            continue
        tree.keep(child)
        pairs.append(f'{predicate} "{degrees}{AS_DECIMAL}')


def _form(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.keep(node)
    if node.value.strip():
        pairs.append(f"{_FORM} {plain(node.value.strip())}")


def _language(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    if language_of(node.value):
        tree.keep(node)
    else:
        tree.lose(node, "a language that is not known")


def _variant(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    from kg.gedcom.people import variant_tag

    tree.carried += node.lines
    tag = variant_tag(tree, node)
    for child in node.children:
        if child.tag not in ("LANG", "TYPE"):
            tree.lose(child)
    if node.value.strip():
        pairs.append(f'{NAME} "{escaped(node.value.strip())}"@{tag}')


_PARTS: dict[str, Part] = {
    "FORM": _form,
    "LANG": _language,
    "MAP": _map,
    "TRAN": _variant,
    "ROMN": _variant,
    "FONE": _variant,
    "EXID": identifier_part,
    "NOTE": note_part,
    "SNOTE": note_part,
}
