"""What quads say, as plain texts and IRIs: facts by thing, claims, passages, voices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from kg.vocab import DCTERMS, INFERRED, KG, RDF, RDFS, canonical_tag


class Text(NamedTuple):
    """A literal."""

    value: str
    language: str = ""
    datatype: str = ""


Value = str | Text
"""An IRI is a plain str."""

Fact = tuple[str, str, Value]


class Claim(NamedTuple):
    """A claim; `predicate` is "" for one about a whole record, `said` is all else it has."""

    iri: str
    subjects: tuple[str, ...]
    predicate: str
    object: Value | None
    said: dict[str, list[Value]]

    def one(self, name: str) -> str:
        """The value of a property of the claim as text, "" where there is none."""
        return text(self.said[name][0]) if name in self.said else ""

    @property
    def cited(self) -> str:
        """The document that the record itself cites."""
        return self.one("citedDocument")


# Computed from other statements; the store holds each with its reason, and GEDCOM needs none.
DERIVED: Final = frozenset((
    "birthDate", "birthPlace", "deathDate", "deathPlace", "child", "ancestor", "descendant",
    "grandparent", "auntOrUncle", "cousin", "inLaw", "predecessor", "affiliation",
))  # fmt: skip
_BOUNDS: Final = frozenset(("earliest", "latest"))
_EVIDENCE: Final = {KG + "Claim", KG + "Inference", KG + "Passage", KG + "Account"}
_DIGITS: Final = re.compile(r"([0-9]+)")


class Facts:
    """What some quads say.

    Properties go by short names: `parent` for kg:parent, `rdfs:label`, else the whole IRI.
    `about` holds the facts of each thing; what is written is taken out, so that what remains in
    the end is what was left out.
    """

    __slots__ = ("about", "accounts", "claims", "inferred", "other_graphs", "passages", "types")

    def __init__(self) -> None:
        self.about: dict[str, dict[str, list[Value]]] = {}
        self.types: dict[str, set[str]] = {}
        self.claims: list[Claim] = []
        self.passages: dict[str, dict[str, list[Value]]] = {}
        self.accounts: dict[str, dict[str, list[Value]]] = {}
        self.inferred: set[Fact] = set()
        self.other_graphs = 0

    def see(self, thing: str, name: str) -> list[Value]:
        """The values of a property, in order."""
        return self.about.get(thing, {}).get(name, [])

    def take(self, thing: str, name: str) -> list[Value]:
        """The values of a property, which are then written and gone from here."""
        return self.about.get(thing, {}).pop(name, [])

    def is_a(self, thing: str, *classes: str) -> bool:
        """Whether a thing has one of these classes, by their names without prefix."""
        return not self.types.get(thing, _NONE).isdisjoint(classes)

    def of_class(self, name: str) -> list[str]:
        """The things of a class, in order."""
        return sorted((t for t, classes in self.types.items() if name in classes), key=natural)


_NONE: Final[set[str]] = set()


def text(value: Value) -> str:
    """The text of a literal, or the IRI."""
    return value if isinstance(value, str) else value.value


@cache
def natural(iri: str) -> tuple[tuple[int, str], ...]:
    """A key that puts `I2` before `I10`."""
    parts = _DIGITS.split(iri)
    return tuple((int(p), "") if at % 2 else (-1, p) for at, p in enumerate(parts) if p or at % 2)


def local(iri: str) -> str:
    """The last part of the IRI of a term."""
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]


@cache
def short(iri: str) -> str:
    """The short name of a property or class."""
    if iri.startswith(KG):
        return iri[len(KG) :]
    for prefix, namespace in (("rdf:", RDF), ("rdfs:", RDFS), ("dcterms:", DCTERMS)):
        if iri.startswith(namespace):
            return prefix + iri[len(namespace) :]
    return iri


@cache
def full(name: str) -> str:
    """The IRI that a short name stands for."""
    for prefix, namespace in (("rdf:", RDF), ("rdfs:", RDFS), ("dcterms:", DCTERMS)):
        if name.startswith(prefix):
            return namespace + name[len(prefix) :]
    return name if ":" in name else KG + name


_tag = cache(canonical_tag)


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Value:
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        if term.language:
            # The store keeps language tags in lower case; RFC 5646 has a case for each part.
            return Text(term.value, _tag(term.language))
        return Text(term.value, "", term.datatype.value)
    return str(term)


def _order(value: Value) -> tuple[int, tuple[tuple[int, str], ...], Value]:
    return (0, natural(value), value) if isinstance(value, str) else (1, (), value)


def read(quads: Iterable[ox.Quad]) -> Facts:
    """Read the default graph, and of the others what kg:inferred says."""
    facts = Facts()
    about, types = facts.about, facts.types
    default = ox.DefaultGraph()
    derived: list[Fact] = []
    for quad in quads:
        subject, name = _value(quad.subject), short(quad.predicate.value)
        assert isinstance(subject, str)
        if name in _BOUNDS:
            continue
        value = _value(quad.object)
        if quad.graph_name != default:
            if name not in DERIVED and _value(quad.graph_name) == INFERRED:  # type: ignore[arg-type]
                facts.inferred.add((subject, name, value))
        elif name == "rdf:type":
            types.setdefault(subject, set()).add(short(str(value)))
            about.setdefault(subject, {})
        elif name in DERIVED:
            derived.append((subject, name, value))
        else:
            said = about.get(subject)
            if said is None:
                said = about[subject] = {}
            values = said.get(name)
            if values is None:
                said[name] = [value]
            elif value not in values:
                values.append(value)
    for properties in about.values():
        for values in properties.values():
            if len(values) > 1:
                values.sort(key=_order)
    _set_evidence_apart(facts)
    stated = {(s, c.predicate, c.object) for c in facts.claims for s in c.subjects}
    for subject, name, value in sorted(set(derived), key=lambda f: (f[0], f[1], _order(f[2]))):
        if (subject, name, value) in stated:
            about.setdefault(subject, {}).setdefault(name, []).append(value)
    return facts


def _set_evidence_apart(facts: Facts) -> None:
    for thing in [t for t, classes in facts.types.items() if "Passage" in classes]:
        facts.passages[thing] = facts.about.pop(thing)
        del facts.types[thing]
    for thing in [t for t, classes in facts.types.items() if "Account" in classes]:
        facts.accounts[thing] = facts.about.pop(thing)
        del facts.types[thing]
    claims = [t for t, classes in facts.types.items() if "Claim" in classes]
    for thing in sorted(claims, key=natural):
        said = facts.about.pop(thing)
        del facts.types[thing]
        predicate = said.pop("rdf:predicate", None)
        object_ = said.pop("rdf:object", None)
        facts.claims.append(
            Claim(
                thing,
                tuple(str(s) for s in said.pop("rdf:subject", ())),
                short(str(predicate[0])) if predicate else "",
                object_[0] if object_ else None,
                said,
            )
        )
