"""Occupations: a trade as such, or a posting where the record says when or where."""

from __future__ import annotations

import re

from kg.gedcom.citations import cite_fact
from kg.gedcom.events import DETAILS, individual_part
from kg.gedcom.lines import Node
from kg.gedcom.quads import LABEL, TYPE, escaped, kg, short_hash
from kg.gedcom.tree import Record, Tree, fill

OCCUPATION, POSITION, AGENT = kg("occupation"), kg("position"), kg("agent")
_A_POSITION = f"{TYPE} {kg('Position')}"
A_POSTING = f"{TYPE} {kg('Posting')}"
_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_LONGEST = 60  # letters of a position that are spelled out in its IRI


def occupation_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """OCCU: kg:occupation where it stands alone or with a source only, else a posting."""
    text = " ".join(node.value.split())
    if not text:
        node.tag = "FACT"
        node.children.insert(0, _beside(node))
        individual_part(tree, record, thing, pairs, node)
        return
    position = tree.positions.get(text) or position_of(tree, record.subjects, text)
    tree.carried += node.lines
    if all(child.tag == "SOUR" for child in node.children):
        pairs.append(f"{OCCUPATION} {position}")
        fact, record.fact = record.fact, node
        for child in node.children:
            cite_fact(tree, record, child, (thing, OCCUPATION, position))
        record.fact = fact
        return
    iri = tree.make(record.sub("occu"))
    record.subjects.append(iri)
    own = [
        A_POSTING, f'{LABEL} "{escaped(text)}: {record.label}"@en',
        f"{AGENT} {thing}", f"{POSITION} {position}",
    ]  # fmt: skip
    fact, record.fact = record.fact, node
    fill(tree, record, iri, own, node, DETAILS, "event")
    record.fact = fact
    tree.write(iri, own)


def _beside(node: Node) -> Node:
    """A TYPE for an occupation without a name, which is a fact like any other."""
    beside = Node("TYPE", "occupation", node.line)
    beside.lines = 0
    return beside


def position_of(tree: Tree, subjects: list[str], text: str) -> str:
    """The position of that name, made where it is new, and then added to `subjects`.

    Small and capital letters stay apart.
    """
    slug = text.replace(" ", "-")
    if _PLAIN.fullmatch(text) is None or len(text) > _LONGEST or "-" in text:
        slug = short_hash(text)
    iri = tree.make(f"{tree.stem}pos-{slug}")
    tree.positions[text] = iri
    subjects.append(iri)
    tree.write(iri, [_A_POSITION, f'{LABEL} "{escaped(text)}"@{tree.language}'])
    return iri
