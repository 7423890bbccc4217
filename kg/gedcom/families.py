"""Families: couples and children, and what makes a parent of a child."""

from __future__ import annotations

from collections.abc import Iterator

from kg.gedcom.associations import association_part, submitter_part
from kg.gedcom.citations import cite_claims, source_part
from kg.gedcom.details import CONTACTS, NUMBERS, coded, phrase_of, restriction_part
from kg.gedcom.events import FAMILY, happening, no_part
from kg.gedcom.lines import Node
from kg.gedcom.media import media_part
from kg.gedcom.notes import note_part
from kg.gedcom.quads import (
    CERTAIN,
    LABEL,
    NEGATIVE,
    POSSIBLE,
    TYPE,
    escaped,
    kg,
    plain,
)
from kg.gedcom.tables import load
from kg.gedcom.tree import (
    Kinship,
    Part,
    Record,
    Tree,
    Waiting,
    claim_fact,
    claim_record,
    fill,
    passage_of,
)
from kg.gedcom.values import read_pedigree

A_FAMILY = f"{TYPE} {kg('Family')}"
FIRST, SECOND, OFFSPRING = kg("firstPartner"), kg("secondPartner"), kg("offspring")
PATIENT, SPOUSE, _STATUS, _WORDS = kg("patient"), kg("spouse"), kg("status"), kg("phrase")
USUAL = (Kinship(),)
_STATUSES = ("PROVEN", "CHALLENGED", "DISPROVEN")

Fact = tuple[str, str, str]


# ---------- What the record of a person says ----------


def child_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """FAMC: the family of which the person is a child, and how."""
    xref = node.pointer
    if not xref or not tree.find(xref, "FAM"):
        tree.lose(node, tree.why_not(xref) if xref else "no pointer")
        return
    tree.carried += node.lines
    record.member[xref] = node
    if not node.children:
        return
    bond, status, phrases = "", "", []
    for child in node.children:
        if child.tag == "PEDI" and not bond:
            value, phrase = coded(tree, child)
            known = read_pedigree(value)
            bond = tree.tables.pedigree.get(known, "relative")
            if phrase or (not known and value):
                phrases.append(phrase or value)
        elif child.tag == "STAT" and child.value.strip().upper() in _STATUSES:
            tree.carried += child.lines
            status = child.value.strip().upper()
            phrase = phrase_of(tree, child)
            if phrase:
                phrases.append(phrase)
        elif child.tag in ("NOTE", "SNOTE"):
            note_part(tree, record, thing, pairs, child)
        elif child.tag == "SOUR":
            record.kin_sources.append((xref, child))
        else:
            tree.lose(child)
    if bond or status or phrases:
        how = Kinship(bond or "parent", bond or "parent", status, tuple(phrases))
        record.kinships.setdefault(xref, []).append(how)


def partner_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """FAMS: a family in which the person is a partner."""
    xref = node.pointer
    if not xref or not tree.find(xref, "FAM"):
        tree.lose(node, tree.why_not(xref) if xref else "no pointer")
        return
    tree.carried += node.lines
    tree.partner_of[record.iri, xref] = (node.line, passage_of(tree, record, record.node))
    for child in node.children:
        if child.tag in ("NOTE", "SNOTE"):
            note_part(tree, record, thing, pairs, child)
        else:
            tree.lose(child)


def settle_child(tree: Tree, record: Record) -> None:
    """Keep what a person's record says of its families, until those are read."""
    if not (record.member or record.adopted or record.born):
        return
    passage = passage_of(tree, record, record.node)
    if not (record.kinships or record.adopted or record.born):
        for xref, node in record.member.items():
            tree.child_of[record.iri, xref] = (node.line, passage)
    else:
        _settle_kinships(tree, record, passage)
    for xref, node in record.kin_sources:
        tree.kin_sources.append((record, xref, node))


def _settle_kinships(tree: Tree, record: Record, passage: str) -> None:
    """The same where an adoption, or a line under FAMC, says how the person is a child."""
    for xref, node in {**record.born, **{f: n for f, (_, n) in record.adopted.items()},
                       **record.member}.items():  # fmt: skip
        found = record.kinships.get(xref, [])
        if xref in record.adopted and not found:
            by, _ = record.adopted[xref]
            other = "parent" if xref in record.member else ""
            found = [
                Kinship(
                    "adoptiveParent" if by != "WIFE" else other,
                    "adoptiveParent" if by != "HUSB" else other,
                )
            ]
        tree.child_of[record.iri, xref] = (node.line, passage)
        if found:
            tree.kinships[record.iri, xref] = found
            tree.not_born.add(record.iri)


# ---------- The record of a family ----------


def family(tree: Tree, record: Record, node: Node) -> None:
    """Write all that the record of a family says."""
    tree.things.add(record.stem)
    record.subjects.append(record.iri)
    is_first = tree.starts.get(node.xref) == node.line
    husbands, wives, children = [], [], []
    denies = False
    for child in node.children:
        if child.tag == "HUSB":
            husbands.append(child)
        elif child.tag == "WIFE":
            wives.append(child)
        elif child.tag == "CHIL":
            children.append(child)
        elif child.tag == "MARR" and child.value.strip() == "N":
            denies = True
        elif child.tag == "NO" and child.value.strip() == "MARR":
            denies = denies or not any(part.tag == "DATE" for part in child.children)
    first, second = _partners(tree, record, husbands, wives, is_first=is_first)
    pairs = [A_FAMILY, f'{LABEL} "{record.label}"@en']
    if first:
        pairs.append(f"{FIRST} {first}")
    if second:
        pairs.append(f"{SECOND} {second}")
    passage = passage_of(tree, record, node)
    sources = [s for n in (*husbands, *wives) for s in n.children if s.tag == "SOUR"]
    facts: list[Fact] = []
    if first and second and not denies:
        facts.append((first, SPOUSE, second))
        claim_fact(tree, tie_iri(tree, record.stem, first, second), facts[0], passage)
    for source in sources:
        cite_claims(tree, record, source, facts)
    for child in children:
        _child(tree, record, pairs, child, (first, second), passage, is_first=is_first)
    if is_first:
        tree.partners[node.xref] = (first, second)
    for child in node.children:
        tag = child.tag
        if tag not in _POINTERS:
            family_part(tree, record, pairs, child)
    tree.write(record.iri, pairs)
    claim_record(tree, record)


def family_part(tree: Tree, record: Record, pairs: list[str], node: Node) -> None:
    """Map one structure of a family's record beside its people."""
    part = PARTS.get(node.tag)
    if part is None:
        holder = Node("", "", node.line)
        holder.children.append(node)
        fill(tree, record, record.iri, pairs, holder, PARTS, "FAM")
    else:
        part(tree, record, record.iri, pairs, node)


def _partners(
    tree: Tree, record: Record, husbands: list[Node], wives: list[Node], *, is_first: bool
) -> tuple[str, str]:
    """The couple; two husbands or two wives are first and second. Labels the family."""
    places = ["", ""]
    names = ["", ""]
    for place, nodes in ((0, husbands), (1, wives)):
        for node in nodes:
            xref = node.pointer
            person = tree.find(xref, "INDI") if xref else ""
            at = place if not places[place] else 1 - place
            if not person or places[at] or person in places:
                why = "named as a partner twice" if person in places else "a third partner"
                tree.lose_line(
                    node, why if person else tree.why_not(xref) if xref else "no pointer"
                )
            else:
                tree.carried += node.lines
                places[at] = person
                names[at] = tree.names.get(xref, xref)
                if is_first and tree.partner_of.pop((person, record.node.xref), None) is None:
                    tree.remark(node, "the record of the partner does not name this family")
            for child in node.children:
                if child.tag != "SOUR":
                    tree.lose(child, "words beside a pointer" if child.tag == "PHRASE" else "")
    said = [name for name in names if name]
    if len(said) == 2:
        record.label = " and ".join(said)
    else:
        one = said[0] if said else f"({escaped(record.node.xref)})"
        record.label = f"family of {one}" if said else f"family {one}"
    return places[0], places[1]


def _child(
    tree: Tree, record: Record, pairs: list[str], node: Node, partners: tuple[str, str],
    passage: str, *, is_first: bool,
) -> None:  # fmt: skip
    xref = node.pointer
    child = tree.find(xref, "INDI") if xref else ""
    if not child or child in partners:
        why = "a child that is its own parent" if child else tree.why_not(xref)
        tree.lose(node, why if xref else "no pointer")
        return
    if record.is_second(child):
        tree.lose(node, "a child named twice")
        return
    tree.carried += node.lines
    pairs.append(f"{OFFSPRING} {child}")
    key = (child, record.node.xref)
    kinships: tuple[Kinship, ...] | list[Kinship] = tree.kinships.get(key, USUAL)
    if is_first:
        if tree.child_of.pop(key, None) is None:
            tree.remark(node, "the record of the child does not name this family")
        if not (partners[0] and partners[1]):
            tree.open_families.setdefault(record.node.xref, []).append(child)
    sources: list[Node] = []
    if node.children:
        kinships, sources = _from_child_line(tree, node, kinships)
    if child in tree.not_born and not sources:
        tree.waiting.append(Waiting(record.stem, child, partners, kinships, passage))
        return
    facts = list(tie_child(tree, record.stem, child, partners, kinships, passage))
    for source in sources:
        cite_claims(tree, record, source, facts)


def _from_child_line(
    tree: Tree, node: Node, kinships: tuple[Kinship, ...] | list[Kinship]
) -> tuple[tuple[Kinship, ...] | list[Kinship], list[Node]]:
    """What stands under CHIL: sources, and how programs say the kinship to each partner."""
    vendor = tree.tables.vendor.get("CHIL", {})
    sources: list[Node] = []
    for child in node.children:
        alias = vendor.get(child.tag)
        bond = tree.tables.pedigree.get(read_pedigree(child.value), "") if alias else ""
        if child.tag == "SOUR":
            sources.append(child)
        elif alias and bond:
            tree.keep(child)
            one = kinships[0]
            first = bond if alias.tag == "FREL" else one.first
            second = bond if alias.tag == "MREL" else one.second
            kinships = (one._replace(first=first, second=second), *kinships[1:])
        else:
            tree.lose(child, "words beside a pointer" if child.tag == "PHRASE" else "")
    return kinships, sources


def tie_child(
    tree: Tree, family_stem: str, child: str, partners: tuple[str, str],
    kinships: tuple[Kinship, ...] | list[Kinship], passage: str,
) -> Iterator[Fact]:  # fmt: skip
    """Claim the parents of a child; gives the facts that are claimed and not denied."""
    for number, how in enumerate(kinships, 1):
        for parent, bond in ((partners[0], how.first), (partners[1], how.second)):
            if not parent or not bond:
                continue
            fact = (child, kg(bond), parent)
            iri = tie_iri(tree, family_stem, child, parent, number)
            if how == USUAL[0]:
                claim_fact(tree, iri, fact, passage)
            else:
                more = [f"{_WORDS} {plain(phrase)}" for phrase in how.phrases]
                if how.status:
                    more.append(f"{_STATUS} {plain(how.status)}")
                if how.status == "DISPROVEN":
                    more.append(NEGATIVE)
                certainty = POSSIBLE if how.status == "CHALLENGED" else CERTAIN
                claim_fact(tree, iri, fact, passage, more, certainty=certainty)
            if how.status != "DISPROVEN":
                yield fact


def tie_iri(tree: Tree, family_stem: str, one: str, other: str, number: int = 1) -> str:
    """The IRI of the claim of a tie within a family."""
    start = len(tree.stem) + 1
    iri = f"<{family_stem}-kin-{one[start:-1]}-{other[start:-1]}"
    return f"{iri}>" if number == 1 else f"{iri}-{number}>"


def _of_couple(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """An event or attribute of a family: of both partners."""
    who = [f"{PATIENT} {pair.partition(' ')[2]}" for pair in pairs[2:4]
           if pair.startswith((FIRST, SECOND))]  # fmt: skip
    who.append(f"{FAMILY} {thing}")
    happening(tree, record, tree.tables.family[node.tag], who, node)


_POINTERS = frozenset(["HUSB", "WIFE", "CHIL"])
PARTS: dict[str, Part] = {
    **dict.fromkeys(load().family, _of_couple),
    **CONTACTS,
    **NUMBERS,
    "NO": no_part,
    "ASSO": association_part,
    "SUBM": submitter_part,
    "RESN": restriction_part,
    "NOTE": note_part,
    "SNOTE": note_part,
    "SOUR": source_part,
    "OBJE": media_part,
}
