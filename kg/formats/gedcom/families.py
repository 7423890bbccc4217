"""Couples, parents and children → families: each couple and each set of parents once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from kg.formats.gedcom.evidence import Evidence
from kg.formats.gedcom.facts import Claim, Facts, Value, local, natural, text
from kg.formats.gedcom.lines import FIVE, SEVEN
from kg.formats.gedcom.words import table

# kg:father and kg:mother are parents by birth, whose rule may not have been drawn yet.
KINDS: Final = {
    "parent": "parent", "father": "parent", "mother": "parent",
    "adoptiveParent": "adoptiveParent", "fosterParent": "fosterParent",
    "stepParent": "stepParent", "sealingParent": "sealingParent",
}  # fmt: skip
CHALLENGED: Final = "CHALLENGED"
DISPROVEN: Final = "DISPROVEN"

Bond = tuple[str, str]
"""A kind of parenthood, and its status: "" for a fact."""


class Link(NamedTuple):
    """A child in a family: how it belongs there.

    `kind` is "" where the record of the child does not name the family as one of its own.
    `kinds` are the kinds for each partner, where they differ.
    """

    kind: str
    status: str
    phrase: str = ""
    kinds: tuple[str, str] = ("", "")


class Family:
    """A family: up to two partners, and children with how they belong to it."""

    __slots__ = ("children", "iri", "partners")

    def __init__(self, iri: str, partners: tuple[str, str]) -> None:
        self.iri = iri
        self.partners = partners  # husband or first, wife or second; "" where there is none
        self.children: dict[str, list[Link]] = {}

    @property
    def people(self) -> tuple[str, ...]:
        """Its partners, those there are."""
        return tuple(partner for partner in self.partners if partner)


class Families:
    """All families of a tree: those that records have, and those that the ties make."""

    def __init__(self, facts: Facts, evidence: Evidence, people: set[str]) -> None:
        self.facts = facts
        self.evidence = evidence
        self.people = people
        self.all: dict[str, Family] = {}
        self.claims: dict[tuple[str, str], list[Claim]] = {}
        self.couples: set[tuple[str, str]] = set()
        self.related: set[tuple[str, str]] = set()
        self.adopted: dict[tuple[str, str], str] = {}
        self._of: dict[frozenset[str], str] = {}
        self._ties: dict[str, dict[Bond, set[str]]] = {}
        self._placed: dict[str, dict[Bond, set[str]]] = {}

    def gather(self) -> None:
        """Read the families of records, then make those of other couples and parents."""
        self._read_ties()
        self._read_adoptions()
        self._recorded()
        for one, other in self._couples():
            self.couple(one, other, True)
        for child in sorted(self._ties, key=natural):
            for bond in sorted(self._ties[child], key=_bond_order):
                placed = self._placed.get(child, {}).get(bond, set())
                self._parents(child, bond, self._ties[child][bond] - placed)
        self.claims = {pair: claims for pair, claims in self.claims.items() if claims}

    def couple(self, one: str, other: str, make: bool) -> str:
        """The family of two people; "" where there is none and none is to be made."""
        found = self._of.get(frozenset((one, other)), "")
        return found or (self._make([one, other]) if make else "")

    # ---------- what is there ----------

    def _read_ties(self) -> None:
        statuses = {
            (child, KINDS[claim.predicate], text(claim.object or "")): claim
            for claim in self.facts.claims
            if claim.predicate in KINDS
            for child in claim.subjects
        }
        for child in self.people:
            ties: dict[Bond, set[str]] = {}
            for name, kind in KINDS.items():
                for parent in self._kin(child, name):
                    claim = statuses.get((child, kind, parent))
                    proven = claim.one("status") if claim else ""
                    ties.setdefault((kind, proven), set()).add(parent)
            facts = {(kind, p) for (kind, _), parents in ties.items() for p in parents}
            for claim in self.evidence.of.get(child, ()):
                if claim.predicate not in KINDS or not isinstance(claim.object, str):
                    continue
                kind = KINDS[claim.predicate]
                if claim.object not in self.people:
                    continue
                self.claims.setdefault((child, claim.object), []).append(claim)
                if "polarity" in claim.said:
                    if local(claim.one("polarity")) == "Negative":
                        ties.setdefault((kind, DISPROVEN), set()).add(claim.object)
                elif (kind, claim.object) not in facts:
                    ties.setdefault((kind, CHALLENGED), set()).add(claim.object)
            if ties:
                self._ties[child] = ties

    def _kin(self, person: str, name: str) -> list[str]:
        """The kin of somebody who are written; each tie is then said."""
        values = self.facts.see(person, name)
        kin = [value for value in values if isinstance(value, str) and value in self.people]
        if kin:
            left = [value for value in values if value not in kin]
            if left:
                self.facts.about[person][name] = left
            else:
                self.facts.take(person, name)
        return kin

    def _recorded(self) -> None:
        offspring: list[tuple[Family, str]] = []
        for iri in self.facts.of_class("Family"):
            places = [
                [text(p) for p in self.facts.take(iri, name) if p in self.people]
                for name in ("firstPartner", "secondPartner")
            ]
            first, second = (found[0] if found else "" for found in places)
            family = Family(iri, (first, second))
            self.all[iri] = family
            key = frozenset(family.people)
            if key:
                self._of.setdefault(key, iri)
            for child in self.facts.take(iri, "offspring"):
                if isinstance(child, str) and child in self.people:
                    offspring.append((family, child))
        # Where ties leave but one way to belong, it takes what several others could mean.
        several = []
        for family, child in offspring:
            if len(self._shared(family, child)) == 1:
                self._belongs(family, child)
            else:
                several.append((family, child))
        for family, child in several:
            self._belongs(family, child)

    def _bonds(self, family: Family, child: str) -> list[set[Bond]]:
        """What each partner of a family is to a child."""
        ties = self._ties.get(child, {})
        return [
            {bond for bond, parents in ties.items() if partner in parents}
            for partner in family.people
        ]

    def _shared(self, family: Family, child: str) -> list[Bond]:
        bonds = self._bonds(family, child)
        return sorted(set.intersection(*bonds), key=_bond_order) if bonds else []

    def _belongs(self, family: Family, child: str) -> None:
        """Put a child where its record has it, if that says of every partner what the ties say."""
        bonds = self._bonds(family, child)
        shared = self._shared(family, child)
        new = [
            bond
            for bond in shared
            if not self._placed.get(child, {}).get(bond, set()).issuperset(family.people)
        ]
        links = family.children.setdefault(child, [])
        for bond in new or shared[:1]:
            kind, status = bond
            links.append(Link(kind, status, self._phrase(child, family, kind)))
            self._place(child, bond, family.people)
        if not shared and self._is_related(family, child):
            links.append(Link("relative", "", self._phrase(child, family, "relative")))
        elif not shared:
            self._differs(family, child, bonds, links)
        if not links and not any(bonds):
            links.append(Link("parent", ""))
        if not links:
            del family.children[child]  # its own record of parents says something else

    def _differs(
        self, family: Family, child: str, bonds: list[set[Bond]], links: list[Link]
    ) -> None:
        """Put a child into a family whose partners are not its parents in the same way."""
        if len(bonds) != 2:
            return
        chosen = [
            self._likeliest(child, who, found)
            for who, found in zip(family.people, bonds, strict=True)
        ]
        if any(status for _, status in chosen):
            return
        kinds = [kind for kind, _ in chosen]
        by = self.adopted.get((child, family.iri))
        if by is not None and kinds in (["adoptiveParent", "parent"], ["adoptiveParent", ""]):
            self.adopted[child, family.iri] = "HUSB"
        elif by is not None and kinds in (["parent", "adoptiveParent"], ["", "adoptiveParent"]):
            self.adopted[child, family.iri] = "WIFE"
        elif all(kinds):
            by = None
            links.append(Link("parent", "", "", (kinds[0], kinds[1])))
        else:
            return
        if by is not None:
            links.append(Link("parent" if all(kinds) else "", ""))
        for who, bond in zip(family.people, chosen, strict=True):
            self._place(child, bond, (who,))

    def _likeliest(self, child: str, parent: str, bonds: set[Bond]) -> Bond:
        """Of the ways in which somebody is a parent, the first that no other family says."""
        placed = self._placed.get(child, {})
        new = [bond for bond in bonds if parent not in placed.get(bond, ())]
        return min(new or bonds, key=_bond_order, default=("", ""))

    def _place(self, child: str, bond: Bond, parents: Iterable[str]) -> None:
        self._placed.setdefault(child, {}).setdefault(bond, set()).update(parents)

    def _is_related(self, family: Family, child: str) -> bool:
        """Whether a record calls the partners relatives of the child, and says no more."""
        related = self.facts.see(child, "relative")
        if not family.people or not all(partner in related for partner in family.people):
            return False
        left = [value for value in related if value not in family.people]
        self.facts.about[child]["relative"] = left
        self.related.update((child, partner) for partner in family.people)
        for partner in family.people:
            back = self.facts.about[partner].get("relative", [])
            self.facts.about[partner]["relative"] = [value for value in back if value != child]
        return True

    def _phrase(self, child: str, family: Family, kind: str) -> str:
        """The words in which a record says how a child belongs to a family."""
        for claim in self.evidence.of.get(child, ()):
            if (
                "phrase" in claim.said
                and KINDS.get(claim.predicate, claim.predicate) == kind
                and claim.object in family.people
            ):
                return claim.one("phrase")
        return ""

    def _read_adoptions(self) -> None:
        for event in self.facts.of_class("Event"):
            said = self.facts.about[event]
            if any(local(text(kind)) == "Adoption" for kind in said.get("eventType", ())):
                for child in said.get("patient", ()):
                    for family in said.get("family", ()):
                        self.adopted[text(child), text(family)] = ""

    def _couples(self) -> list[tuple[str, str]]:
        pairs = set()
        for person in self.people:
            for spouse in self._kin(person, "spouse"):
                if spouse != person:
                    self.couples |= {(person, spouse), (spouse, person)}
                    pairs.add(
                        (person, spouse) if natural(person) < natural(spouse) else (spouse, person)
                    )
        return sorted(pairs, key=lambda pair: (natural(pair[0]), natural(pair[1])))

    # ---------- what is made ----------

    def _parents(self, child: str, bond: Bond, parents: set[str]) -> None:
        """Put a child with those of its parents who are in no family with it yet."""
        parents -= {child}
        ordered = sorted(parents, key=natural)
        sets = [ordered] if len(ordered) <= 2 else [[parent] for parent in ordered]
        for group in sets:
            if group:
                iri = self._of.get(frozenset(group)) or self._make(group)
                links = self.all[iri].children.setdefault(child, [])
                if Link(*bond) not in links:
                    links.append(Link(*bond))

    def _make(self, people: Iterable[str]) -> str:
        first, second = self._places(list(people))
        iri = f"couple {first} {second}"
        family = Family(iri, (first, second))
        self.all[iri] = family
        self._of[frozenset(family.people)] = iri
        return iri

    def _places(self, people: list[str]) -> tuple[str, str]:
        """Who stands as husband and who as wife: by gender where that tells, else in order."""
        people = sorted(people, key=natural)
        if len(people) == 1:
            return ("", people[0]) if self._gender(people[0]) == "Female" else (people[0], "")
        one, other = people
        swap = self._gender(one) == "Female" and self._gender(other) != "Female"
        swap = swap or (self._gender(other) == "Male" and self._gender(one) != "Male")
        return (other, one) if swap else (one, other)

    def _gender(self, person: str) -> str:
        values: list[Value] = self.facts.see(person, "gender")
        return local(text(values[0])) if values else ""


def pedigree(link: Link, version: str) -> tuple[str, str]:
    """The word of PEDI for how a child belongs to a family, and the phrase that goes with it."""
    row = table()["pedigree"][link.kind]
    word: str = row[version]
    phrase = link.phrase if not link.status else ""
    if version == SEVEN:
        if not word and phrase:
            return "BIRTH", phrase
        return word, phrase or (row.get("phrase", "") if word == "OTHER" else "")
    return (phrase if link.kind == "relative" and phrase else word), ""


def kind_word(kind: str) -> str:
    """What programs call a kind of parenthood in words."""
    return str(table()["pedigree"][kind][FIVE] or "birth")


def _bond_order(bond: Bond) -> tuple[int, str, str]:
    order = list(dict.fromkeys(KINDS.values()))
    return order.index(bond[0]), bond[1], bond[0]
