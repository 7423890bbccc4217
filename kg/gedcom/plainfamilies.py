"""Records of families that are plain: the same facts as `families.py` makes, with less ado."""

from __future__ import annotations

from kg.gedcom.events import PATIENT
from kg.gedcom.families import A_FAMILY, FIRST, OFFSPRING, SECOND, SPOUSE, USUAL, family_part
from kg.gedcom.plain import (
    CLAIM,
    RECORD,
    THIS,
    Desk,
    begin,
    dated,
    event,
    read_part,
    record_of,
    text_of,
    write,
)
from kg.gedcom.problems import Problem
from kg.gedcom.quads import (
    A_CLAIM,
    CERTAIN,
    LABEL,
    OBJECT,
    PREDICATE,
    SUBJECT,
    kg,
)
from kg.gedcom.tree import Record, Waiting

_A_FAMILY = f'{RECORD} {A_FAMILY} .\n{RECORD} {LABEL} "'
_A_CLAIM = f" {A_CLAIM} .\n"
_IS_PARENT, _IS_SPOUSE = f" {PREDICATE} {kg('parent')} .\n", f" {PREDICATE} {SPOUSE} .\n"
_UNNAMED = "the record of the {} does not name this family"


def plain_family(desk: Desk, block: str, first: int, last: int, xref: str) -> bool:
    """Write all that the record of a family says, whose lines are in order (`IS_PLAIN`).

    False, and nothing is written, where it is not plain.
    """
    known = desk.known
    couple: dict[str, tuple[str, int]] = {}
    children: dict[str, int] = {}
    rest: list[tuple[str, int]] = []
    line = first + 1
    for chunk in block.split("\n1 ")[1:]:
        tag = chunk[:4]
        if tag == "CHIL" or tag == "HUSB" or tag == "WIFE":
            person = chunk[6:-1]
            if known.get(person) != "INDI" or chunk != f"{tag} @{person}@":
                return False
            if tag == "CHIL" and person not in children:
                children[person] = line
            elif tag != "CHIL" and tag not in couple:
                couple[tag] = (person, line)
            else:
                return False
            line += 1
        elif chunk[:3] == "NO " or (
            tag == "MARR" and chunk[5:].partition("\n")[0].strip() == "N"
        ):  # fmt: skip
            return False  # it may deny the marriage
        else:
            rest.append((chunk, line))
            line += 1 + chunk.count("\n")
    husband, _ = couple.get("HUSB", ("", 0))
    wife, _ = couple.get("WIFE", ("", 0))
    if husband in children or wife in children or (husband and husband == wife):
        return False
    _write(desk, block, first, last, xref, couple, children, rest)
    return True


def _write(
    desk: Desk, block: str, first: int, last: int, xref: str,
    couple: dict[str, tuple[str, int]], children: dict[str, int], rest: list[tuple[str, int]],
) -> None:  # fmt: skip
    tree = desk.tree
    partners, label = _partners(desk, xref, couple)
    desk.open(xref, label)
    passage, claim = begin(desk, first, last, block)
    facts = [f'{_A_FAMILY}{desk.shown}"@en .\n{claim}']
    one, other = partners
    who = ""
    if one:
        facts.append(f"{RECORD} {FIRST} {one} .\n")
        who = f"\x03 {PATIENT} {one} .\n"
    if other:
        facts.append(f"{RECORD} {SECOND} {other} .\n")
        who = f"{who}\x03 {PATIENT} {other} .\n"
    tree.partners[xref] = partners
    end = (f" {tree.voice} .\n", f" {CERTAIN} .\n", f" {passage} .\n")
    if one and other:
        names = f"{couple['HUSB'][0]}-{couple['WIFE'][0]}"
        facts.append(_claim(names, one, _IS_SPOUSE, other, end))
    parents = [(person, f"<{tree.stem}{person}>") for person, _ in couple.values()]
    child_of, not_born = tree.child_of, tree.not_born
    for person, line in children.items():
        child = f"<{tree.stem}{person}>"
        facts.append(f"{RECORD} {OFFSPRING} {child} .\n")
        if child_of.pop((child, xref), None) is None:
            text = _UNNAMED.format("child")
            tree.problems.append(Problem(line, "CHIL", f"@{person}@", text))
        if len(parents) < 2:
            tree.open_families.setdefault(xref, []).append(child)
        if child in not_born:
            kinships = tree.kinships.get((child, xref), USUAL)
            tree.waiting.append(Waiting(desk.stem, child, partners, kinships, passage))
        else:
            for name, parent in parents:
                facts.append(_claim(f"{person}-{name}", child, _IS_PARENT, parent, end))
    texts: list[str] = []  # facts that may not be ASCII
    record: Record | None = None
    left = 0  # lines that are not plain
    for chunk, line in rest:
        head, _, when = chunk.partition("\n2 DATE ")
        kind = desk.of_families.get(head)
        if kind is not None and when:
            text = dated(desk, kind, when)
            if text:
                facts.append(f"{text}{who}".replace("\x03", kind.thing))
                continue
        parts = chunk.split("\n2 ")
        kind = desk.of_families.get(parts[0])
        text = ""
        if kind is not None and (len(parts) > 1 or parts[0][-2:] == " Y"):
            text = event(desk, kind, parts, line, who)
        if text:
            facts.append(text)
            continue
        if record is None:
            record = record_of(desk, "FAM", xref, first, last, passage)
            record.label = label
        pairs = [
            "",
            "",
            *(f"{place} {person}" for place, person in ((FIRST, one), (SECOND, other)) if person),
        ]
        known = len(pairs)
        family_part(tree, record, pairs, read_part(desk, chunk, line))
        texts.append(text_of(RECORD, pairs[known:]))
        left += 1 + chunk.count("\n")
    if desk.subjects:
        facts += [f"{CLAIM} {SUBJECT} {subject} .\n" for subject in desk.subjects]
    tree.carried += last - first + 1 - left
    write(desk, facts, "".join(texts).encode())


def _partners(
    desk: Desk, xref: str, couple: dict[str, tuple[str, int]]
) -> tuple[tuple[str, str], str]:
    """The husband and the wife, "" for one that is not named, and what the family is called."""
    tree = desk.tree
    partners = []
    names = []
    for tag in ("HUSB", "WIFE"):
        person, line = couple.get(tag, ("", 0))
        iri = ""
        if person:
            iri = f"<{tree.stem}{person}>"
            names.append(tree.names.get(person, person))
            if tree.partner_of.pop((iri, xref), None) is None:
                text = _UNNAMED.format("partner")
                tree.problems.append(Problem(line, tag, f"@{person}@", text))
        partners.append(iri)
    if len(names) == 2:
        label = f"{names[0]} and {names[1]}"
    else:
        label = f"family of {names[0]}" if names else f"family ({xref})"
    return (partners[0], partners[1]), label


def _claim(names: str, subject: str, predicate: str, value: str, end: tuple[str, str, str]) -> str:
    """The claim of a tie that the record of a family tells, sure and in the usual way."""
    said = ("", _A_CLAIM, f" {SUBJECT} {subject} .\n", predicate, f" {OBJECT} {value} .\n", *end)
    return f"{THIS}-kin-{names}>".join(said)
