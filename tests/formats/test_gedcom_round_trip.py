"""Trees written as GEDCOM and read again say the same: made by hand, generated, and found."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import gedcom7
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.formats.gedcom import write_gedcom7, write_gedcom551
from kg.formats.gedcom.lines import FIVE, SEVEN
from kg.gedcom.dates import read_date, write_date
from kg.gedcom.reader import Naming, read
from kg.model.dates import bounds_of
from kg.vocab import EDTF, ET, KG, PREFIXES, RDF, RDFS, XSD

WRITERS = {SEVEN: write_gedcom7, FIVE: write_gedcom551}
BOTH = pytest.mark.parametrize("version", [SEVEN, FIVE])
BASE = "https://example.org/"
NAMING = Naming(BASE, "family", BASE + "tree", BASE + "voice")
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "gedcom"

Fact = tuple[str, ...]


def kg(name: str) -> ox.NamedNode:
    return ox.NamedNode(KG + name)


def rdf(name: str) -> ox.NamedNode:
    return ox.NamedNode(RDF + name)


def imported(data: bytes) -> ox.Store:
    """The facts of a file, those of its claims included, as a build makes them."""
    chunks: list[bytes] = []
    read(data, NAMING, chunks.append)
    store = ox.Store()
    store.load(b"".join(chunks), format=ox.RdfFormat.N_QUADS)
    voice = ox.NamedNode(NAMING.voice)
    store.add(ox.Quad(voice, rdf("type"), kg("Account")))
    store.add(ox.Quad(voice, kg("mode"), kg("Stated")))
    return built(store)


def built(store: ox.Store) -> ox.Store:
    """A store with the facts that its claims on single facts make."""
    modes = {quad.subject: quad.object for quad in store.quads_for_pattern(None, kg("mode"), None)}
    for claim, said in claims(store):
        factual = modes.get(said[kg("account")][0]) in (kg("Stated"), kg("Reported"))
        sure = said[kg("certainty")] != [kg("Possible")]
        if factual and sure and kg("polarity") not in said:
            subject, predicate, value = (
                said[rdf(name)][0] for name in ("subject", "predicate", "object")
            )
            assert claim not in (subject, value)
            store.add(ox.Quad(subject, predicate, value))
    return store


def claims(store: ox.Store) -> list[tuple[ox.NamedNode, dict[ox.NamedNode, list]]]:
    """The claims on single facts, with what is said of them."""
    found = []
    for quad in store.quads_for_pattern(None, rdf("predicate"), None, ox.DefaultGraph()):
        said: dict[ox.NamedNode, list] = {}
        for other in store.quads_for_pattern(quad.subject, None, None):
            said.setdefault(other.predicate, []).append(other.object)
        found.append((quad.subject, said))
    return found


def facts(store: ox.Store) -> set[Fact]:
    """What a store says of the tree: the facts, and the claims that make none."""
    evidence = {
        quad.subject
        for kind in ("Claim", "Passage", "Account")
        for quad in store.quads_for_pattern(None, rdf("type"), kg(kind))
    }
    evidence.add(ox.NamedNode(NAMING.source))
    found: set[Fact] = {
        (str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if quad.subject not in evidence
    }
    names = [rdf("subject"), rdf("predicate"), rdf("object")]
    names += [kg(name) for name in ("polarity", "certainty", "status", "phrase", "date")]
    found.update(
        ("claim", *(" ".join(sorted(map(str, said.get(name, ())))) for name in names))
        for _, said in claims(store)
        if kg("citedDocument") not in said
    )
    return found


def written(store: Iterable[ox.Quad], version: str) -> bytes:
    out = io.BytesIO()
    WRITERS[version](store, out, PREFIXES)
    if version == SEVEN:
        assert gedcom7.validate(gedcom7.loads(out.getvalue().decode())) == []
    return out.getvalue()


def assert_same(before: set[Fact], after: set[Fact]) -> None:
    assert sorted(before - after) == []
    assert sorted(after - before) == []


# ---------- files made by hand ----------

HEADS = {
    SEVEN: "0 HEAD\n1 GEDC\n2 VERS 7.0\n1 LANG en\n0 @U1@ SUBM\n1 NAME Ann Lee\n",
    FIVE: "0 HEAD\n1 SOUR x\n1 SUBM @U1@\n1 GEDC\n2 VERS 5.5.1\n2 FORM LINEAGE-LINKED\n1 CHAR UTF-8\n"
    "1 LANG English\n0 @U1@ SUBM\n1 NAME Ann Lee\n",
}
COUPLE = """0 @I1@ INDI
1 NAME Abe /Lee/
1 SEX M
1 FAMS @F1@
0 @I2@ INDI
1 NAME Bea /Nye/
1 SEX F
1 FAMS @F1@
"""
FAMILY = "0 @F1@ FAM\n1 HUSB @I1@\n1 WIFE @I2@\n"
FILES = {
    "names": (SEVEN, """0 @I1@ INDI
1 NAME Dr. Jan "Jo" van /der Berg/ III
2 NPFX Dr.
2 GIVN Jan
2 NICK Jo
2 SPFX van der
2 SURN Berg
2 NSFX III
1 NAME Ян /Берг/
2 TYPE OTHER
3 PHRASE in the register
2 TRAN Jan /Berg/
3 GIVN Jan
3 LANG nl
2 NOTE Once only.
1 NAME /Berg/
2 TYPE AKA
1 SEX X
1 RESN CONFIDENTIAL, LOCKED
1 REFN 12
2 TYPE parish
1 UID 9b8a
1 EXID 5
2 TYPE https://example.org/id
1 EXID 6
2 TYPE https://gedcom.io/terms/v7/AFN
1 SUBM @U1@
"""),
    "families": (SEVEN, COUPLE + FAMILY + """1 CHIL @I3@
1 CHIL @I4@
1 CHIL @I5@
1 NO DIV
2 DATE TO 1900
1 MARR
2 HUSB
3 AGE 30y
2 WIFE
3 AGE > 25y
4 PHRASE of age
2 DATE BET 1880 AND 1881
2 PLAC Mill, Odessa, Russia
3 MAP
4 LATI N46.5
4 LONG E30.75
1 NCHI 3
0 @I3@ INDI
1 NAME Cal /Lee/
1 BIRT Y
2 FAMC @F1@
1 FAMC @F1@
2 PEDI FOSTER
2 STAT CHALLENGED
0 @I4@ INDI
1 NAME Dan /Lee/
1 ADOP
2 DATE 1890
2 FAMC @F1@
3 ADOP WIFE
1 FAMC @F1@
0 @I5@ INDI
1 NAME Eve /Lee/
1 FAMC @F1@
2 PEDI OTHER
3 PHRASE ward
1 ASSO @I1@
2 ROLE GODP
3 PHRASE godfather
2 NOTE At the font.
1 ALIA @I3@
2 PHRASE perhaps
0 @F2@ FAM
1 CHIL @I3@
"""),
    "step": (FIVE, COUPLE + FAMILY + """1 CHIL @I3@
2 _FREL Step
2 _MREL Natural
1 CHIL @I4@
1 CHIL @I5@
0 @I3@ INDI
1 NAME Cal /Nye/
1 FAMC @F1@
0 @I4@ INDI
1 NAME Dan /Lee/
1 FAMC @F1@
2 PEDI adopted
2 STAT disproven
0 @I5@ INDI
1 NAME Eve /Lee/
1 FAMC @F1@
2 PEDI birth
1 FAMC @F1@
2 PEDI sealing
"""),
    "events": (SEVEN, """0 @I1@ INDI
1 NAME Abe
1 BIRT
2 DATE JULIAN 25 OCT 1817
3 PHRASE St. Crispin's
3 TIME 13:05
2 PLAC Odessa
1 BIRT
2 DATE 1818
2 SOUR @S1@
3 PAGE 4
1 OCCU clerk
2 DATE FROM 1840 TO 1850
2 AGNC the mill
1 OCCU tailor
1 EDUC BA
2 TYPE degree
1 EVEN Wounded
2 TYPE War
2 AGE 30y
2 CAUS a shell
2 ASSO @VOID@
3 PHRASE the captain
3 ROLE OTHER
4 PHRASE commander
1 RESI
2 ADDR 1 Road
3 CONT Odessa
2 PHON 123
2 EMAIL a@example.org
2 RELI none
1 DEAT Y
1 BAPL
2 STAT COMPLETED
2 TEMP LOGAN
1 NO NATU
0 @S1@ SOUR
1 TITL Register
1 AUTH the parish
1 DATA
2 EVEN BIRT, DEAT
3 DATE FROM 1800 TO 1850
3 PLAC Odessa
1 REPO @R1@
2 CALN 37/1
3 MEDI FILM
0 @R1@ REPO
1 NAME State Archive
1 WWW https://example.org/
0 @O1@ OBJE
1 FILE abe.jpg
2 FORM image/jpeg
3 MEDI PHOTO
2 TITL Abe
1 FILE abe.txt
2 FORM text/plain
"""),
    "five": (FIVE, """0 @I1@ INDI
1 NAME Abe /Lee/
2 ROMN Abe /Li/
3 TYPE pinyin
1 BIRT
2 DATE INT 1817 (about the year of the comet)
1 CHR
2 DATE @#DFRENCH R@ 11 VEND 9
2 AGE <1y
1 DEAT
2 DATE (in the war)
2 NOTE a@@b
3 CONT @@ the end
1 BURI
2 DATE 11 FEB 1831/32
1 ASSO @I2@
2 RELA Godfather
1 REFN 7
1 AFN 88
0 @I2@ INDI
1 NAME Bea
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_read_written_and_read_says_the_same(name: str) -> None:
    version, body = FILES[name]
    store = imported(f"{HEADS[version]}{body}0 TRLR\n".encode())
    before = facts(store)
    assert len(before) > 20
    once = written(list(store), version)
    again = imported(once)
    assert_same(before, facts(again))
    # What was written once comes out alike for ever.
    assert written(list(again), version) == once


def test_a_file_keeps_its_citations() -> None:
    body = """0 @I1@ INDI
1 NAME Abe
2 SOUR @S1@
3 PAGE 9
1 SOUR @S1@
2 EVEN BIRT
3 ROLE CHIL
2 DATA
3 DATE 1 MAY 1900
3 TEXT born today
2 QUAY 1
2 NOTE Torn.
1 DEAT Y
2 SOUR @VOID@
3 PAGE in the attic
0 @S1@ SOUR
1 TITL Register
"""
    store = imported(f"{HEADS[SEVEN]}{body}0 TRLR\n".encode())
    text = written(list(store), SEVEN).decode()
    for lines in ("1 NAME Abe\n2 GIVN Abe\n2 SOUR @S1@\n3 PAGE 9\n",
                  "1 SOUR @S1@\n2 DATA\n3 DATE 1 MAY 1900\n3 TEXT born today\n2 EVEN BIRT\n"
                  "3 ROLE CHIL\n2 QUAY 1\n2 NOTE Torn.\n",
                  "1 DEAT Y\n2 SOUR @VOID@\n3 PAGE in the attic\n"):  # fmt: skip
        assert lines in text
    assert text.count(" SOUR @") == 3


# ---------- files found ----------

FOUND = (
    "gedcom70/maximal70.ged", "gedcom70/maximal70-tree2.ged", "gedcom70/remarriage2.ged",
    "gedcom70/age.ged", "gedcom70/escapes.ged",
)  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_published_files_read_written_and_read_say_the_same(name: str) -> None:
    file = CASES / "familysearch" / name
    if not file.exists():
        pytest.skip("the published files are not here")
    store = imported(file.read_bytes())
    assert_same(facts(store), facts(imported(written(list(store), SEVEN))))


# ---------- generated families ----------

LETTERS = st.text("abzéßОли5", min_size=1, max_size=6) | st.sampled_from(
    ("O'Neil", "Jean-Luc", "a@b", "@home", "#5", "и́ли", "(x)", "1900")
)
WORDS = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join)
PARAGRAPHS = st.lists(WORDS | st.just(""), min_size=1, max_size=4).map("\n".join)
NOTES = st.tuples(PARAGRAPHS, WORDS, PARAGRAPHS).map("\n".join)
DATES = st.sampled_from((
    "1850", "1850-03", "1850-03-31", "1850~", "1850/1860", "1850/", "/1860", "[1850..1860]",
    "[..1850]", "[1850..]", "-0043-03-15", "0800",
))  # fmt: skip
RECORDED = st.sampled_from(("JULIAN 1 MAR 1850", "HEBREW 13 CSH 5760", "CAL 1850", "EST 1851"))
INDIVIDUAL = ("Birth", "Death", "Christening", "Burial", "Education", "Census", "Fact", "OtherEvent",
              "Residence", "Emigration", "Will")  # fmt: skip
COUPLES = ("Marriage", "Divorce", "Engagement", "Census", "OtherEvent")
ATTRIBUTES = ("Education", "Fact", "OtherEvent", "Residence")
TAGS = {"Birth": "birt", "Death": "deat", "Christening": "chr", "Burial": "buri",
        "Education": "educ", "Census": "cens", "Fact": "fact", "OtherEvent": "even",
        "Residence": "resi", "Emigration": "emig", "Will": "will", "Marriage": "marr",
        "Divorce": "div", "Engagement": "enga"}  # fmt: skip
KINDS = ("parent", "adoptiveParent", "fosterParent", "stepParent", "sealingParent")


class Tree(NamedTuple):
    """A generated tree, as N-Quads terms."""

    quads: list[ox.Quad]


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}family.{name}")


def worded(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def named(text: str) -> ox.Literal:
    cyrillic = any("\u0400" <= char <= "\u052f" for char in text)
    return ox.Literal(text, language="und-Cyrl" if cyrillic else "en")


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """People with names, couples, children of all kinds, and what happened to them."""
    quads: list[ox.Quad] = []

    def say(subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> None:
        predicate = ox.NamedNode(name) if ":" in name else kg(name)
        quads.append(ox.Quad(subject, predicate, value))

    def event(record: str, kind: str, numbers: dict[str, int]) -> ox.NamedNode:
        tag = TAGS[kind]
        numbers[tag] = numbers.get(tag, 0) + 1
        node = thing(f"{record}-{tag}" + (f"-{numbers[tag]}" if numbers[tag] > 1 else ""))
        say(node, RDF + "type", kg("Event"))
        say(node, "eventType", ox.NamedNode(ET + kind))
        edtf, recorded = draw(DATES), ""
        if draw(st.booleans()):
            recorded = draw(RECORDED)
            edtf = read_date(recorded, "7.0").edtf
        say(node, "date", ox.Literal(edtf, datatype=ox.NamedNode(EDTF)))
        if recorded and recorded != write_date(edtf, "7.0"):
            say(node, "recordedDate", ox.Literal(recorded))
        for name, bound in zip(("earliest", "latest"), bounds_of(edtf), strict=True):
            if bound:
                say(node, name, ox.Literal(bound, datatype=ox.NamedNode(XSD + "date")))
        if kind in ATTRIBUTES and draw(st.booleans()):
            say(node, "detail", ox.Literal(draw(WORDS)))
        for name in ("typeText", "causeText", "agency", "religion"):
            if draw(st.integers(0, 3)) == 0:
                say(node, name, ox.Literal(draw(WORDS)))
        if draw(st.integers(0, 3)) == 0:
            say(node, "note", worded(draw(NOTES)))
        return node

    count = draw(st.integers(1, 6))
    for number in range(1, count + 1):
        person = thing(f"I{number}")
        say(person, RDF + "type", kg("Person"))
        given, surname = draw(LETTERS), draw(LETTERS | st.just(""))
        full = f"{given} {surname}".strip()
        say(person, "name", named(full))
        tag = named(full).language
        say(person, "givenName", ox.Literal(given, language=tag))
        if surname:
            say(person, "familyName", ox.Literal(surname, language=tag))
        say(person, RDFS + "label", named(full))
        gender = draw(st.sampled_from(("Male", "Female", "")))
        if gender:
            say(person, "gender", kg(gender))
        numbers: dict[str, int] = {}
        for kind in draw(st.lists(st.sampled_from(INDIVIDUAL), max_size=3)):
            if kind in ("Birth", "Death", "Burial") and TAGS[kind] in numbers:
                continue  # told twice, it would be a rival version
            say(event(f"I{number}", kind, numbers), "patient", person)
        if draw(st.booleans()):
            say(person, "note", worded(draw(NOTES)))
    everyone = range(1, count + 1)
    pairs = [(one, other) for one in (0, *everyone) for other in everyone if one < other]
    couples = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True))
    kinds: dict[tuple[int, ox.NamedNode], str] = {}
    for number, (one, other) in enumerate(couples, 1):
        family = thing(f"F{number}")
        partners = [thing(f"I{at}") for at in (one, other) if at]
        say(family, RDF + "type", kg("Family"))
        say(family, "secondPartner", partners[-1])
        if len(partners) == 2:
            say(family, "firstPartner", partners[0])
            say(partners[0], "spouse", partners[1])
        for child in draw(st.sets(st.integers(1, count), max_size=3)):
            if child in (one, other):
                continue
            say(family, "offspring", thing(f"I{child}"))
            usual = draw(st.sampled_from(KINDS))
            for partner in partners:
                # Who is a parent is so in one way, whatever the families are.
                kind = draw(st.sampled_from((usual, usual, usual, *KINDS)))
                kind = kinds.setdefault((child, partner), kind)
                say(thing(f"I{child}"), kind, partner)
        numbers = {}
        for kind in draw(st.lists(st.sampled_from(COUPLES), max_size=2)):
            node = event(f"F{number}", kind, numbers)
            say(node, "family", family)
            for partner in partners:
                say(node, "patient", partner)
    return Tree(quads)


HEADINGS = (f"<{RDFS}label>",)


def without_headings(found: set[Fact]) -> set[Fact]:
    """Without the labels that a reader makes, the contributor that 5.5.1 asks for, and claims."""
    return {
        fact
        for fact in found
        if fact[1] not in HEADINGS and fact[0] not in ("claim", str(thing("U1")))
    }


@BOTH
@given(trees())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_generated_families_written_and_read_say_the_same(version: str, tree: Tree) -> None:
    store = ox.Store()
    store.extend(tree.quads)
    data = written(tree.quads, version)
    assert_same(without_headings(facts(store)), without_headings(facts(imported(data))))
