"""Records vouch for what they give: their facts, evidence and viewpoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.archive import Archive, Contents, open_archive, read_contents
from kg.archive.folder import CLAIM_COLUMNS, add_gedcom, add_text, init_archive
from kg.build import build, fresh_store, load, nquads, view
from kg.dossier.aspects import aspects
from kg.dossier.evidence import evidence
from kg.facts import USUAL, Standing, Viewpoint
from kg.infer import Proof, prove, rules
from kg.model.claims import Certainty, Mode
from kg.query.labels import Labels
from kg.statements import Statement, in_words, quoted_lines, statements_about, words_of
from kg.store.embedded import DEFAULT_GRAPH, Store, text_of
from kg.vocab import EDTF, ET, INFERRED, KG, RDF, RDFS

TREE = Path(__file__).resolve().parent / "data" / "berg.ged"
BASE = "https://example.org/bergs/"
B = BASE + "berg."
VOICE, OTHER = BASE + "src-berg-voice", BASE + "src-berg-voice-other"
REGISTER, BIBLE = B + "S1-voice", B + "S2-voice"
ALWAYS = {RDF + "type", RDFS + "label", RDFS + "comment"}

LETTER = (
    "Karl was born in May. Elsa was born in spring 1884. Pavel was a cousin of Olga. She sang.\n"
)
ROWS = [
    '1,Karl was born in May,,d:berg.I4-birt,kg:date,"""1876-05-05""^^edtf:EDTF",,certain,,,,,',
    '2,in spring 1884,,d:berg.I5-birt,kg:date,"""1884-03/1884-05""^^edtf:EDTF",,certain,,,,,',
    "3,Pavel was a cousin of Olga,,d:pavel,kg:relative,d:berg.I13,,certain,,,,,",
    "4,Karl was born,,d:berg.I4-birt,kg:eventType,et:Birth,,certain,,,,,",
]


@pytest.fixture(scope="module")
def berg(berg_archive: Archive) -> Store:
    """The store of the tree. Read it, never change it."""
    return fresh_store(berg_archive)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The tree and a letter that speaks of its people, in one archive."""
    folder = tmp_path_factory.mktemp("mixed")
    archive = init_archive(folder / "bergs", title="Bergs", base=BASE)
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    add_gedcom(archive, TREE)
    add_text(archive, folder / "letter.txt")
    table = "\n".join([",".join(CLAIM_COLUMNS), *ROWS, ""])
    (archive.path / "claims/letter.csv").write_text(table, encoding="utf-8")
    with (archive.path / "entities.csv").open("a", encoding="utf-8") as file:
        file.write("d:pavel,kg:Person,Pavel,\n")
    return open_archive(archive.path)


@pytest.fixture(scope="module")
def both(mixed: Archive) -> Store:
    return load(mixed, read_contents(mixed))


def triple(subject: str, predicate: str, value: str) -> ox.Triple:
    """A fact of the tree in short: ids without their base, values by what they look like."""
    node: ox.NamedNode | ox.Literal
    if value.startswith(("et:", "kg:")):
        node = ox.NamedNode({"et": ET, "kg": KG}[value[:2]] + value[3:])
    elif predicate == "date":
        node = ox.Literal(value, datatype=ox.NamedNode(EDTF))
    elif predicate.lower().endswith("name") and predicate != "personalName":
        node = ox.Literal(value, language="en")
    else:
        node = ox.NamedNode(B + value)
    return ox.Triple(ox.NamedNode(B + subject), ox.NamedNode(KG + predicate), node)


def holds(store: Store, fact: ox.Triple) -> bool:
    return ox.Quad(fact.subject, fact.predicate, fact.object, DEFAULT_GRAPH) in store.inner


def why(store: Store, *fact: str) -> Proof | None:
    return prove(store, triple(*fact), rules(()))


def claims(*names: str) -> tuple[str, ...]:
    return tuple(sorted(B + name for name in names))


def told(store: Store) -> set[ox.Triple]:
    """What the default graph says of things, apart from claims, passages and voices."""
    apart = {
        quad.subject
        for kind in ("Claim", "Passage", "Account", "Source")
        for quad in store.quads(None, RDF + "type", KG + kind)
    }
    return {
        ox.Triple(quad.subject, quad.predicate, quad.object)
        for quad in store.quads()
        if quad.subject not in apart
    }


# Evidence


def test_a_fact_of_a_record_rests_on_the_record(berg: Store) -> None:
    assert why(berg, "I1", "gender", "kg:Male") == Proof(
        triple=triple("I1", "gender", "kg:Male"), claims=claims("I1-record")
    )
    proof = why(berg, "I1-birt", "date", "1850-03-03")
    assert proof is not None
    assert proof.claims == claims("I1-record")
    assert why(berg, "I1-birt", "date", "1851") is None


def test_a_tie_rests_on_its_own_claim(berg: Store) -> None:
    proof = why(berg, "I4", "parent", "I1")
    assert proof is not None
    assert proof.claims == claims("F1-kin-I4-I1")
    proof = why(berg, "I5", "parent", "I1")  # cited under CHIL
    assert proof is not None
    assert proof.claims == claims("F2-kin-I5-I1", "F2-sour")
    assert why(berg, "I7", "spouse", "I14") is None, "they are said not to have married"


def test_a_fact_with_a_citation_has_both_voices(berg: Store) -> None:
    for fact in [("date", "1876-05-05"), ("eventType", "et:Birth"), ("patient", "I4")]:
        proof = why(berg, "I4-birt", *fact)
        assert proof is not None
        assert proof.claims == claims("I4-record", "I4-sour-2")
    proof = why(berg, "I4", "name", "Karl Berg")
    assert proof is not None
    assert proof.claims == claims("I4-record", "I4-sour")


def test_a_citation_of_little_worth_makes_no_fact_beside_the_record(berg: Store) -> None:
    proof = why(berg, "I4-deat", "date", "1940")
    assert proof is not None
    assert proof.claims == claims("I4-record")
    said = {
        s.iri: s.standing
        for s in statements_about(berg, B + "I4-deat", Labels(berg, "en"))
        if s.predicate == KG + "date"
    }
    assert said == {B + "I4-record": Standing.FACT, B + "I4-sour-3": Standing.CLAIMED}


def test_what_a_rule_draws_leads_down_to_records(berg: Store) -> None:
    proof = prove(
        berg,
        ox.Triple(ox.NamedNode(B + "I4"), ox.NamedNode(KG + "birthDate"),
                  ox.Literal("1876-05-05", datatype=ox.NamedNode(EDTF))),
        rules(()),
    )  # fmt: skip
    assert proof is not None
    assert (proof.rule, set(proof.leaves())) == ("birth-date", {*claims("I4-record", "I4-sour-2")})
    bound = next(berg.quads(B + "I4-birt", KG + "earliest"))
    proof = prove(berg, ox.Triple(bound.subject, bound.predicate, bound.object), rules(()))
    assert proof is not None
    assert (proof.rule, proof.leaves()) == ("date-bounds", claims("I4-record", "I4-sour-2"))


def test_every_fact_of_the_store_has_a_proof(berg: Store) -> None:
    chosen = rules(())
    unproved = [
        fact
        for fact in told(berg)
        if fact.predicate.value not in ALWAYS and not prove(berg, fact, chosen)
    ]
    assert unproved == []


def lines_of(store: Store, thing: str, predicate: str, value: str = "") -> list[list[str]]:
    """The lines that evidence shows for a fact, by the record's own voice."""
    return [
        quoted_lines(statement)
        for statement in statements_about(store, B + thing, Labels(store, "en"))
        if statement.predicate == KG + predicate and statement.voice.iri in (VOICE, OTHER)
        and value in text_of(statement.object)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("thing", "predicate", "value", "lines"),
    [
        ("I1", "gender", "", ["1 SEX M"]),
        ("I1", "name", "", ["1 NAME Otto /Berg/"]),
        ("I4", "name", "Kaarel", ["1 NAME Kaarel /Berg/", "2 TYPE AKA"]),
        ("I4", "name", "Karl", ["1 NAME Karl /Berg/", "2 SOUR @S1@", "3 PAGE 12"]),
        ("I4", "personalName", "", ["1 NAME Kaarel /Berg/", "2 TYPE AKA"]),
        ("I4-name", "nameType", "", ["1 NAME Kaarel /Berg/", "2 TYPE AKA"]),
        ("I1-birt", "date", "", ["1 BIRT", "2 DATE 3 MAR 1850", "2 PLAC Tartu, Livonia"]),
        ("I2-birt", "date", "", ["1 BIRT", "2 DATE 1855"]),
        ("I2-birt-2", "date", "", ["1 BIRT", "2 DATE ABT 1857", "2 PLAC Riga, Livonia"]),
        ("F3-div", "date", "", ["1 DIV", "2 DATE 1912"]),
        ("F3", "secondPartner", "", ["1 WIFE @I6@"]),
        ("I9", "occupation", "", ["1 OCCU Teacher"]),
        ("I9-occu", "date", "", ["1 OCCU Singer", "2 DATE 1940"]),
        ("I9", "note", "", ["1 NOTE She sang in the choir of the town", "2 CONT for thirty years."]),
        ("I7", "parent", "I6", ["0 @F3@ FAM", "1 WIFE @I6@", "1 CHIL @I7@"]),
        ("I11", "adoptiveParent", "I5", ["0 @F5@ FAM", "1 WIFE @I5@", "1 CHIL @I11@"]),
        ("I4", "spouse", "I6", ["0 @F3@ FAM", "1 HUSB @I4@", "1 WIFE @I6@"]),
    ],
)  # fmt: skip
def test_evidence_has_exactly_the_lines_of_the_fact(
    berg: Store, thing: str, predicate: str, value: str, lines: list[str]
) -> None:
    assert lines_of(berg, thing, predicate, value) == [lines]


def test_lines_are_numbered_as_in_the_file(berg: Store) -> None:
    file = TREE.read_text(encoding="utf-8").splitlines()
    seen = 0
    for thing in ("I4", "I4-birt", "I9", "F3", "F7", "I2-birt-2", "S1", "I13", "I9-occu"):
        for statement in statements_about(berg, B + thing, Labels(berg, "en")):
            quotation = statement.quotation
            assert quotation is not None
            assert quotation.by_line
            assert quotation.quote.split("\n") == file[quotation.start - 1 : quotation.end]
            seen += 1
    assert seen > 30


def test_evidence_of_a_birth_has_the_rival_beside(berg: Store) -> None:
    found = evidence(berg, B + "I2", Labels(berg, "en"), aspect=aspects()["birth"])
    assert [(account.voice.iri, account.voice.mode) for account in found.accounts] == [
        (VOICE, Mode.STATED), (OTHER, Mode.ALTERNATIVE),
    ]  # fmt: skip
    dates = {text_of(s.object) for s in found.statements() if s.predicate == KG + "date"}
    assert dates == {"1855", "1857~"}


def test_a_denial_says_what_it_denies(berg: Store) -> None:
    def denial(language: str) -> tuple[Statement, str]:
        labels = Labels(berg, language)
        (found,) = (s for s in statements_about(berg, B + "F7", labels) if s.polarity)
        return found, in_words(found, labels, with_subject=False)

    statement, words = denial("en")
    assert statement.standing is Standing.CLAIMED
    assert words == "experienced: not marriage"
    assert denial("ru")[1].endswith(": не вступление в брак")
    assert words_of(statement) == "1 NO MARR"


# Viewpoints


def seen(store: Store, **chosen: object) -> Store:
    sets = {key: value if key == "least" else frozenset([value]) for key, value in chosen.items()}
    return view(store, Viewpoint(**sets), ())  # type: ignore[arg-type]


def test_a_rival_birth_is_no_plain_fact(berg: Store) -> None:
    rival = triple("I2-birt-2", "date", "1857~")
    assert not holds(berg, rival)
    assert [text_of(n) for n in berg.objects(B + "I2-birt-2", RDF + "type")] == [KG + "Possibility"]
    assert [text_of(n) for n in berg.objects(B + "I2", KG + "birthDate")] == ["1855"]
    followed = seen(berg, according_to=OTHER)
    assert holds(followed, rival)
    assert [text_of(n) for n in followed.objects(B + "I2", KG + "birthDate")] == ["1857~"]
    assert [text_of(n) for n in followed.objects(B + "I2-birt-2", RDF + "type")] == [KG + "Event"]


@pytest.mark.parametrize("gone", [BASE + "src-berg", BASE + "src-berg-voice"])
def test_without_the_tree_its_people_have_no_facts_of_it(berg: Store, gone: str) -> None:
    found = seen(berg, exclude=gone)
    for number in range(1, 17):
        assert [text_of(n) for n in found.objects(f"{B}I{number}", RDF + "type")] == [KG + "Person"]
        assert found.objects(f"{B}I{number}", RDFS + "label")
    left = {fact for fact in told(found) if fact.predicate.value not in ALWAYS}
    if gone.endswith("src-berg"):
        assert left == set()
        return
    # What a document is cited for stays, on its own word.
    subjects = {text_of(fact.subject).removeprefix(B) for fact in left}
    assert {"I4", "I4-birt", "I5"} <= subjects <= {"I4", "I4-birt", "I5", "I1", "I3"}
    assert not holds(found, triple("I4-deat", "date", "1940")), "its citation is not sure enough"
    proof = why(found, "I4-birt", "date", "1876-05-05")
    assert proof is not None
    assert proof.claims == claims("I4-sour-2")
    assert why(found, "I4", "parent", "I1") is None
    assert why(found, "I4", "name", "Karl Berg") is not None


def test_without_the_cited_document_the_record_still_says_so(berg: Store) -> None:
    found = seen(berg, exclude=REGISTER)
    assert told(found) == told(berg)
    for fact in [("I4-birt", "date", "1876-05-05"), ("I4", "name", "Karl Berg")]:
        proof = why(found, *fact)
        assert proof is not None
        assert proof.claims == claims("I4-record")


def test_according_to_a_document_only_it_is_heard(berg: Store) -> None:
    found = seen(berg, according_to=REGISTER)
    facts = {fact for fact in told(found) if fact.predicate.value not in ALWAYS}
    drawn = {ox.Triple(q.subject, q.predicate, q.object) for q in found.quads(graph=INFERRED)}
    assert {
        (text_of(f.subject).removeprefix(B), text_of(f.predicate).removeprefix(KG))
        for f in facts - drawn
    } == {("I4", "name"), ("I5", "parent"),
          *(("I4-birt", name) for name in ("date", "earliest", "eventType", "latest", "patient",
                                           "place"))}  # fmt: skip
    assert [text_of(n) for n in found.objects(B + "I4", KG + "birthDate")] == ["1876-05-05"]
    assert holds(seen(berg, according_to=BIBLE), triple("I4-deat", "date", "1940"))


def test_least_certainty_leaves_out_what_is_less_sure(berg: Store) -> None:
    challenged = triple("I16", "parent", "I9")
    assert not holds(berg, challenged)
    assert not holds(seen(berg, least=Certainty.PROBABLE), challenged)
    assert holds(seen(berg, least=Certainty.POSSIBLE), challenged)
    certain = seen(berg, least=Certainty.CERTAIN)
    assert told(certain) == told(berg)
    assert B + "I4-sour-3" not in {text_of(q.subject) for q in certain.quads(None, RDF + "subject")}


def same(left: Store, right: Store) -> None:
    for graph in ("", INFERRED, KG + "texts"):
        ours, theirs = set(left.quads(graph=graph)), set(right.quads(graph=graph))
        assert (ours - theirs, theirs - ours) == (set(), set())


def without(contents: Contents, keys: Iterable[str]) -> Contents:
    return replace(contents, claims=tuple(c for c in contents.claims if c.key not in keys))


def test_the_usual_view_is_the_store_and_a_view_of_a_view_hears_less(both: Store) -> None:
    assert view(both, USUAL, ()) is both
    before = nquads(both)
    first = seen(both, exclude=BASE + "src-letter")
    same(first, seen(first, exclude=BASE + "src-letter"))
    same(seen(first, exclude=REGISTER),
         view(both, Viewpoint(exclude=frozenset({BASE + "src-letter", REGISTER})), ()))  # fmt: skip
    assert nquads(both) == before


@pytest.mark.parametrize("gone", ["src-letter", "src-letter-voice"])
def test_without_the_letter_the_tree_is_as_if_it_had_never_been(
    both: Store, mixed: Archive, gone: str
) -> None:
    contents = read_contents(mixed)
    expected = load(mixed, without(contents, "1234"))
    same(seen(both, exclude=BASE + gone), expected)
    assert [text_of(n) for n in both.objects(B + "I5-birt", KG + "latest")] == ["1884-05-31"]
    assert [text_of(n) for n in expected.objects(B + "I5-birt", KG + "latest")] == ["1884-12-31"]


def test_without_the_tree_the_letter_is_as_if_alone(both: Store, mixed: Archive) -> None:
    found = seen(both, exclude=BASE + "src-berg")
    contents = read_contents(mixed)
    alone = load(mixed, replace(contents, readings=()))
    apart = told(found) - told(alone)
    assert told(alone) <= told(found)
    assert {text_of(fact.predicate) for fact in apart} <= ALWAYS
    assert set(found.quads(graph=INFERRED)) >= set(alone.quads(graph=INFERRED))
    assert [text_of(n) for n in found.objects(B + "I5-birt", KG + "latest")] == ["1884-05-31"]


def test_a_build_is_the_load_of_its_files(mixed: Archive, both: Store) -> None:
    assert build(mixed).digest == build(mixed).digest
    assert nquads(fresh_store(mixed)) == nquads(both)
