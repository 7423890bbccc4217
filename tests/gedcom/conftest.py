"""Small trees, read: their facts and claims in short words, and the laws that every reading obeys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

import pyoxigraph as ox
import pytest

from kg.gedcom.reader import Naming, Reading, read
from kg.ontology import load
from kg.vocab import DCTERMS, DECLARED, ET, KG, RDF, RDFS, XSD

BASE = "https://example.org/"
NAMING = Naming(BASE, "tree", BASE + "src-tree", BASE + "src-tree-voice")
HEADS = {
    "5.5.1": "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n2 FORM LINEAGE-LINKED\n1 CHAR UTF-8\n",
    "7.0": "0 HEAD\n1 GEDC\n2 VERS 7.0\n",
}
_SHORT = ((BASE + "tree.", ""), (BASE, ":"), (KG, ""), (ET, "et:"), (RDF, ""), (RDFS, ""),
          (DCTERMS, ""), (XSD, ""))  # fmt: skip

Fact = tuple[str, str, str]


@dataclass(frozen=True)
class Read:
    """A reading with its quads: facts of things, claims by IRI, and what the record declares."""

    reading: Reading
    facts: set[Fact]
    claims: dict[str, dict[str, set[str]]]
    declared: set[Fact]
    text: str

    def of(self, subject: str) -> dict[str, set[str]]:
        """All that is said of one thing, by property."""
        said: dict[str, set[str]] = {}
        for thing, predicate, value in self.facts:
            if thing == subject:
                said.setdefault(predicate, set()).add(value)
        return said

    def one(self, subject: str, predicate: str) -> str:
        """The single value of a property."""
        (value,) = self.of(subject)[predicate]
        return value

    def single_claims(self) -> set[Fact]:
        """The statements that claims make, records apart."""
        return {
            (*claim["subject"], *claim["predicate"], *claim["object"])
            for claim in self.claims.values()
            if "predicate" in claim
        }  # type: ignore[misc]

    def claim(self, *fact: str) -> dict[str, set[str]]:
        """The only claim of a statement."""
        found = [
            claim
            for claim in self.claims.values()
            if tuple(
                next(iter(claim.get(part, {""}))) for part in ("subject", "predicate", "object")
            )
            == fact
        ]
        assert len(found) == 1, found
        return found[0]

    def record(self, subject: str) -> dict[str, set[str]]:
        """The claim of the record that describes a thing, in the file's own voice."""
        (found,) = (
            claim
            for claim in self.claims.values()
            if "predicate" not in claim
            and subject in claim["subject"]
            and claim["account"] == {":src-tree-voice"}
        )
        return found

    def lost(self) -> set[tuple[int, str, str]]:
        """The lines that were not carried, with tag and reason."""
        return {(p.line, p.tag, p.reason) for p in self.reading.problems if p.lost}

    def remarks(self) -> set[tuple[int, str]]:
        """The lines that were carried with a doubt, with the reason."""
        return {(p.line, p.reason) for p in self.reading.problems if not p.lost}


def short(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> str:
    """A term in few letters: local names, texts with their language."""
    if isinstance(term, ox.Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    assert isinstance(term, ox.NamedNode)
    for start, sign in _SHORT:
        if term.value.startswith(start):
            return sign + term.value[len(start) :]
    return term.value


def read_bytes(data: bytes) -> Read:
    """Read a file and hold the reading to its laws."""
    chunks: list[bytes] = []
    reading = read(data, NAMING, chunks.append)
    assert all(chunk.endswith(b"\n") for chunk in chunks)
    text = b"".join(chunks)
    assert reading.carried + reading.lost.total() == reading.lines
    assert sum(problem.lost for problem in reading.problems) == reading.lost.total()
    quads = list(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    check_vocabulary(quads)
    apart = {
        quad.subject
        for quad in quads
        if quad.predicate.value == RDF + "type"
        and quad.object.value in (KG + "Claim", KG + "Passage", KG + "Account")
    }
    facts: set[Fact] = set()
    declared: set[Fact] = set()
    claims: dict[str, dict[str, set[str]]] = {}
    for quad in quads:
        fact = (short(quad.subject), short(quad.predicate), short(quad.object))
        if quad.graph_name == ox.NamedNode(DECLARED):
            declared.add(fact)
        elif quad.subject in apart:
            claims.setdefault(fact[0], {}).setdefault(fact[1], set()).add(fact[2])
        else:
            facts.add(fact)
    passages = {iri: said for iri, said in claims.items() if "quote" in said}
    for iri, said in list(claims.items()):
        if "Claim" not in said["type"]:
            del claims[iri]
        else:
            (where,) = said["passage"]
            said["quote"] = passages[where]["quote"]
            said["lines"] = {
                f"{next(iter(passages[where][end]))}" for end in ("startLine", "endLine")
            }
            del said["type"], said["passage"]
    return Read(reading, facts, claims, declared, text.decode())


def check_vocabulary(quads: list[ox.Quad]) -> None:
    """Every property and class is declared, and every literal of the declared datatype."""
    ontology = load()
    for quad in quads:
        predicate = quad.predicate.value
        assert predicate in ontology.predicates, predicate
        known = ontology.predicates[predicate]
        if predicate == RDF + "type":
            assert isinstance(quad.object, ox.NamedNode)
            assert quad.object.value in ontology.classes, quad
        elif isinstance(quad.object, ox.Literal):
            assert known.takes_literal, quad
            if known.range:
                assert quad.object.datatype.value == known.range, quad
        else:
            assert known.takes_resource, quad


@pytest.fixture
def tree() -> Callable[..., Read]:
    """Reads the records of a tree that a test writes; the header and the end are added."""

    def read_tree(records: str, version: str = "5.5.1", head: str = "") -> Read:
        text = HEADS[version] + dedent(head).lstrip() + dedent(records).strip() + "\n0 TRLR\n"
        return read_bytes(text.encode())

    return read_tree


@pytest.fixture
def read_file() -> Callable[[bytes], Read]:
    """Reads the bytes of a file."""
    return read_bytes
