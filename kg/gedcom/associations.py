"""Ties that are no kinship: associations with their roles, aliases, submitters."""

from __future__ import annotations

from kg.gedcom.citations import cite_claims, source_part
from kg.gedcom.details import coded, phrase_of, role
from kg.gedcom.lines import Node
from kg.gedcom.notes import note_part
from kg.gedcom.quads import LABEL, NAME, POSSIBLE, TYPE, escaped, kg, plain
from kg.gedcom.tree import Part, Record, Tree, claim_fact, fill, passage_of
from kg.gedcom.values import read_name

_AN_ASSOCIATION = f"{TYPE} {kg('Association')}"
_OF, _ASSOCIATE, _ROLE, _WORDS = kg("associationOf"), kg("associate"), kg("role"), kg("phrase")
_SUBMITTER = kg("submitter")
_SAME_PERSON = kg("samePerson")
_PERSONAL_NAME, _NAME_TYPE = kg("personalName"), kg("nameType")
_A_NAME = f"{TYPE} {kg('PersonalName')}"


def association_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """ASSO: somebody who has a part in the life of a person or in an event.

    Who is not in the file (@VOID@) is no thing; the association still says the role and the name.
    """
    xref = node.pointer
    associate = tree.find(xref, "INDI", "SUBM") if xref else ""
    own = [_AN_ASSOCIATION, f"{_OF} {thing}"]
    if associate:
        own.append(f"{_ASSOCIATE} {associate}")
    if associate or xref == "VOID" or not node.value.strip():
        tree.carried += node.lines
    elif xref:
        tree.lose_line(node, tree.why_not(xref))
    else:
        tree.carried += node.lines
        own.append(f'{NAME} "{escaped(node.value.strip())}"@{tree.language}')
    stem = record.sub("asso")
    iri = tree.make(stem)
    record.subjects.append(iri)
    fact, record.fact = record.fact, node
    fill(tree, record, iri, own, node, _PARTS, "ASSO")
    record.fact = fact
    said = next((pair for pair in own if pair.startswith(_ROLE)), "")
    words = said.partition('"')[2][:-1] or "association"
    own.append(f'{LABEL} "{words} of {record.label}"@en')
    tree.write(iri, own)


def _role(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    text, phrase = coded(tree, node)
    code, said = role(tree, text)
    if code:
        pairs.append(f"{_ROLE} {plain(code)}")
    if phrase or said:
        pairs.append(f"{_WORDS} {plain(phrase or said)}")


def _name(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """PHRASE beside the pointer: what the record calls the associate."""
    tree.keep(node)
    if node.value.strip():
        pairs.append(f'{NAME} "{escaped(node.value.strip())}"@{tree.language}')


def _kind(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """TYPE of GEDCOM 5.5: which sort of record is pointed at."""
    if node.value.strip() in ("INDI", "FAM", "SUBM", "SOUR", "REPO", "OBJE", "NOTE"):
        tree.keep(node)
    else:
        tree.lose(node)


_PARTS: dict[str, Part] = {
    "ROLE": _role,
    "RELA": _role,
    "PHRASE": _name,
    "TYPE": _kind,
    "NOTE": note_part,
    "SNOTE": note_part,
    "SOUR": source_part,
}


def alias_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """ALIA: another record that may be of the same person, or (against the standard) a name."""
    xref = node.pointer
    if not xref:
        tree.keep(node)
        value = read_name(node.value)
        if value.full:
            pair = f'{NAME} "{escaped(value.full)}"@{tree.language}'
            iri = tree.make(record.sub("name"))
            record.subjects.append(iri)
            pairs += [pair, f"{_PERSONAL_NAME} {iri}"]
            tree.write(iri, [_A_NAME, pair, f'{_NAME_TYPE} "aka"'])
        return
    other = tree.find(xref, "INDI")
    if not other or other == record.iri:
        tree.lose(node, "points at itself" if other else tree.why_not(xref))
        return
    tree.carried += node.lines
    fact = (thing, _SAME_PERSON, other)
    sources = [child for child in node.children if child.tag == "SOUR"]
    node.children = [child for child in node.children if child.tag != "SOUR"]
    phrase = phrase_of(tree, node)
    more = [f"{_WORDS} {plain(phrase)}"] if phrase else []
    claim_fact(
        tree, f"<{record.sub('alia')}>", fact, passage_of(tree, record, record.node), more,
        certainty=POSSIBLE,
    )  # fmt: skip
    for source in sources:
        cite_claims(tree, record, source, [fact])


def submitter_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """SUBM: who contributed the record."""
    submitter = tree.find(node.pointer, "SUBM") if node.pointer else ""
    if submitter:
        tree.keep(node)
        pairs.append(f"{_SUBMITTER} {submitter}")
    else:
        tree.lose(node, tree.why_not(node.pointer) if node.pointer else "no pointer")
