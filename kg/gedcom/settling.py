"""Makes the ties that no one record tells: once all records of a tree have been read."""

from __future__ import annotations

from kg.gedcom.citations import cite_claims
from kg.gedcom.families import FIRST, OFFSPRING, SECOND, SPOUSE, USUAL, tie_child, tie_iri
from kg.gedcom.problems import Problem
from kg.gedcom.quads import SUBJECT, kg
from kg.gedcom.tree import Record, Tree, claim_fact


def settle_families(tree: Tree) -> None:
    """Make the ties that only the record of a person tells, once all records are read."""
    for (person, xref), (line, passage) in tree.partner_of.items():
        _late_partner(tree, person, xref, line, passage)
    _settle_not_born(tree)
    for (child, xref), (line, passage) in tree.child_of.items():
        partners = tree.partners.get(xref, ("", ""))
        iri = tree.find(xref, "FAM")
        if child in partners:
            problem = "a child that is its own parent"
        else:
            problem = "the family does not name this child: taken from the child's own record"
            tree.write(iri, [f"{OFFSPRING} {child}"])
            how = tree.kinships.get((child, xref), USUAL)
            for _ in tie_child(tree, iri[1:-1], child, partners, how, passage):
                pass
        tree.problems.append(Problem(line, "FAMC", f"@{xref}@", problem))
    for record, xref, node in tree.kin_sources:
        partners = tree.partners.get(xref, ("", ""))
        facts = [
            (record.iri, kg(bond), parent)
            for how in tree.kinships.get((record.iri, xref), USUAL)
            if how.status != "DISPROVEN"
            for parent, bond in zip(partners, (how.first, how.second), strict=True)
            if parent and bond and parent != record.iri
        ]
        record.subjects = []
        cite_claims(tree, record, node, facts)
        if record.subjects:
            _claim_again(tree, record)


def _settle_not_born(tree: Tree) -> None:
    """Tie children who came into a family otherwise than by birth.

    PEDI is said of a family, not of a partner: who has a child by birth in another family is no
    step-parent or adoptive parent of it in this one.
    """
    born: dict[str, set[str]] = {}
    for each in tree.waiting:
        for how in each.kinships:
            for parent, bond in zip(each.partners, (how.first, how.second), strict=True):
                if parent and bond == "parent" and how.status != "DISPROVEN":
                    born.setdefault(each.child, set()).add(parent)
    for each in tree.waiting:
        own = born.get(each.child, set())
        first, second = each.partners
        kinships = [
            how._replace(
                first="" if first in own and how.first != "parent" else how.first,
                second="" if second in own and how.second != "parent" else how.second,
            )
            for how in each.kinships
        ]
        for _ in tie_child(tree, each.stem, each.child, each.partners, kinships, each.passage):
            pass


def _claim_again(tree: Tree, record: Record) -> None:
    """Claim things that were made after the claim of their record was written."""
    tree.write(f"<{record.stem}-record>", [f"{SUBJECT} {iri}" for iri in record.subjects])


def _late_partner(tree: Tree, person: str, xref: str, line: int, passage: str) -> None:
    first, second = tree.partners.get(xref, ("", ""))
    text = f"@{xref}@"
    if first and second:
        problem = "the family names two other partners: not taken as a third"
        tree.problems.append(Problem(line, "FAMS", text, problem))
        return
    iri = tree.find(xref, "FAM")
    place = SECOND if first else FIRST
    tree.write(iri, [f"{place} {person}"])
    other = first or second
    if other:
        claim_fact(tree, tie_iri(tree, iri[1:-1], other, person), (other, SPOUSE, person), passage)
    partners = (first, person) if first else (person, second)
    tree.partners[xref] = partners
    new = ("", person) if first else (person, "")
    for child in tree.open_families.get(xref, ()):
        how = tree.kinships.get((child, xref), USUAL)
        if child != person:
            for _ in tie_child(tree, iri[1:-1], child, new, how, passage):
                pass
    problem = "the family does not name this partner: taken from the partner's own record"
    tree.problems.append(Problem(line, "FAMS", text, problem))
