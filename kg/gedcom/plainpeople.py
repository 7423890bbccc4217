"""Records of people that are plain: the same facts as `people.py` makes, with less ado."""

from __future__ import annotations

import re

from kg.gedcom.families import settle_child
from kg.gedcom.lines import Node
from kg.gedcom.notes import NOTE
from kg.gedcom.people import A_PERSON, GENDER, GENDERS, PIECES, add_name, person_part, read_pieces
from kg.gedcom.plain import (
    CLAIM,
    RECORD,
    Desk,
    begin,
    dated,
    event,
    posting,
    read_part,
    record_of,
    running_text,
    text_of,
    write,
)
from kg.gedcom.quads import LABEL, NAME, SUBJECT, escaped
from kg.gedcom.tree import Record, SaidName

_NAME = re.compile(r"NAME(?:[ \n]|\Z)").match
_SEX = {f"SEX {sex}": f"{RECORD} {GENDER} {GENDERS[sex]} .\n" for sex in ("M", "F")}
_A_PERSON = f"{RECORD} {A_PERSON} .\n"


def plain_person(desk: Desk, block: str, first: int, last: int, xref: str) -> bool:
    """Write all that the record of a person says, whose lines are in order (`IS_PLAIN`).

    False, and nothing is written, where it is not plain.
    """
    chunks = block.split("\n1 ")
    named = 1
    if len(chunks) < 2 or chunks[1][:5] != "NAME ":
        named = next((n for n, chunk in enumerate(chunks) if n and _NAME(chunk)), 0)
        if not named:
            return False
    tree, known = desk.tree, desk.known
    said = tree.said.get(chunks[named]) or _read_name(desk, chunks[named])
    if said and not said.full:
        return False
    iri = desk.open(xref, said.full if said else "")
    passage, claim = begin(desk, first, last, block)
    facts = [f"{_A_PERSON}{claim}"]
    texts: list[str] = []  # facts that may not be ASCII
    families: dict[str, int] = {}
    record: Record | None = None
    left = 0  # lines that are not plain
    if said is None:
        record = record_of(desk, "INDI", xref, first, last, passage)
        left += chunks[named].count("\n") + 1
        said = _odd_name(desk, record, chunks, named)
        desk.call(said.full)
    name = tree.names[xref] = said.full
    of_people, works = desk.of_people, desk.works
    has_sex = False
    line = first + 1
    for number, chunk in enumerate(chunks[1:], 1):
        if number == named:
            line += 1 + chunk.count("\n")
            continue
        tag = chunk[:4]
        if tag == "FAMS" or tag == "FAMC":
            family = chunk[6:-1]
            if known.get(family) == "FAM" and chunk == f"{tag} @{family}@":
                if tag == "FAMS":
                    tree.partner_of[iri, family] = (line, passage)
                elif record is None:
                    families[family] = line
                else:
                    record.member[family] = Node("FAMC", f"@{family}@", line)
                line += 1
                continue
        elif tag == "SEX " and chunk in _SEX and not has_sex:
            has_sex = True
            facts.append(_SEX[chunk])
            line += 1
            continue
        head, _, rest = chunk.partition("\n2 DATE ")
        kind = of_people.get(head) or (works.get(head[5:]) if tag == "OCCU" else None)
        if kind is not None and rest:
            text = dated(desk, kind, rest)
            if text:
                facts.append(text)
                line += 3
                continue
        parts = chunk.split("\n2 ")
        head = parts[0]
        kind = of_people.get(head)
        text = ""
        if kind is not None:
            if len(parts) > 1 or head[-2:] == " Y":
                text = event(desk, kind, parts, line)
        elif tag == "OCCU" and head[4:5] == " ":
            kind = works.get(head[5:]) or posting(desk, head[5:], parts)
            if kind is not None:
                if len(parts) == 1:
                    text = kind.alone
                elif any(part[:4] != "SOUR" for part in parts[1:]):
                    text = event(desk, kind, parts, line)
        elif tag == "NOTE":
            note = running_text(parts)
            if note is not None:
                if note and not note.isspace():
                    texts.append(f'{RECORD} {NOTE} "{escaped(note)}"@{tree.language} .\n')
                line += len(parts)
                continue
        size = 1 + chunk.count("\n")
        if text:
            facts.append(text)
        else:
            if record is None:
                record = record_of(desk, "INDI", xref, first, last, passage)
                record.label = name
                for family, at in families.items():
                    record.member[family] = Node("FAMC", f"@{family}@", at)
            if has_sex:
                record.once.add("sex")
            pairs: list[str] = []
            person_part(tree, record, pairs, read_part(desk, chunk, line))
            texts.append(text_of(RECORD, pairs))
            has_sex = "sex" in record.once
            left += size
        line += size
    if record is not None:
        settle_child(tree, record)
    else:
        for family, at in families.items():
            tree.child_of[iri, family] = (at, passage)
    if desk.subjects:
        facts += [f"{CLAIM} {SUBJECT} {subject} .\n" for subject in desk.subjects]
    tree.carried += last - first + 1 - left
    more = said.facts + "".join(texts).encode() if texts else said.facts
    write(desk, facts, more)
    return True


def _read_name(desk: Desk, chunk: str) -> SaidName | None:
    """Read the first name of a person; None where it has more than its pieces."""
    tree = desk.tree
    if "@" in chunk or "\n3 " in chunk:
        return None
    first, *pieces = chunk.split("\n2 ")
    if len(tree.said) >= _MOST_NAMES:
        tree.said.clear()
    found: dict[str, str] = {}
    for piece in pieces:
        tag = piece[:4]
        if tag not in PIECES or piece[4:5] not in ("", " ") or tag in found:
            return None
        text = piece[5:].strip()
        if text:
            found[tag] = text
    full, tag, said, _ = read_pieces(tree, first[5:], found, [])
    name = f'"{full}"@{tag}'
    facts = f"{RECORD} {NAME} {name} .\n{text_of(RECORD, said)}{RECORD} {LABEL} {name} .\n"
    found_name = tree.said[chunk] = SaidName(full, facts.encode())
    return found_name


def _odd_name(desk: Desk, record: Record, chunks: list[str], named: int) -> SaidName:
    """Map a first name that is not plain."""
    tree = desk.tree
    line = record.node.line + sum(chunk.count("\n") + 1 for chunk in chunks[:named])
    pairs: list[str] = []
    node = read_part(desk, chunks[named], line)
    full, tag = add_name(tree, record, pairs, node, is_first=True)
    if not full:
        full, tag = f"unnamed ({record.node.xref})", "en"
    pairs.append(f'{LABEL} "{full}"@{tag}')
    record.label = full
    return SaidName(full, text_of(RECORD, pairs).encode())


_MOST_NAMES = 65_536
