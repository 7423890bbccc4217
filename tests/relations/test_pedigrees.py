from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.archive import open_archive
from kg.build import derive, load_ontology, view
from kg.facts import USUAL, Viewpoint
from kg.index.pedigree import NEVER, Pedigree, UnionRow, from_day, open_pedigree
from kg.model.claims import Certainty
from kg.model.kin import Bond
from kg.relations.pedigrees import kin_rows, pedigree_of, write_pedigree
from kg.store.embedded import Store, memory
from kg.vocab import PREFIXES

EX = "https://example.org/"
HEAD = f"@prefix ex: <{EX}> . " + " ".join(f"@prefix {p}: <{iri}> ." for p, iri in PREFIXES.items())
ACCOUNTS = "ex:acc a kg:Account ; kg:mode kg:Stated . ex:rumour a kg:Account ; kg:mode kg:Belief . "


def claims(*lines: str) -> str:
    """One claim a line: subject, property, object, then maybe account, certainty, date, polarity."""
    texts = [ACCOUNTS]
    for number, line in enumerate(lines):
        subject, predicate, object_, *more = line.split()
        said = {"account": "ex:acc", "certainty": "kg:Certain"}
        said |= dict(word.split("=") for word in more)
        text = " ; ".join(f"kg:{name} {value}" for name, value in said.items())
        text = text.replace("'", '"')
        texts.append(
            f"ex:c{number} a kg:Claim ; rdf:subject {subject} ; rdf:predicate {predicate} ; "
            f"rdf:object {object_} ; {text} . "
        )
    return "".join(texts)


def people(names: str, more: str = "") -> str:
    return (
        "".join(f"ex:{n} a kg:Person ; rdfs:label '{n.title()}'@en . " for n in names.split())
        + more
    )


def event(
    name: str, kind: str, who: str, first: str = "", last: str = "", role: str = "patient"
) -> str:
    text = f"ex:{name} a kg:Event ; kg:eventType et:{kind} . "
    text += "".join(f"ex:{name} kg:{role} ex:{one} . " for one in who.split())
    for bound, day in (("earliest", first), ("latest", last)):
        if day:
            text += f"ex:{name} kg:{bound} '{day}'^^xsd:date . "
    return text


def store_of(*turtle: str, viewpoint: Viewpoint = USUAL) -> Store:
    store = memory({**PREFIXES, "ex": EX})
    store.load(ox.parse((HEAD + " ".join(turtle)).encode(), format=ox.RdfFormat.TURTLE))
    load_ontology(store)
    derive(store, viewpoint, ("core",))
    return store


def pedigree(*turtle: str, viewpoint: Viewpoint = USUAL) -> Pedigree:
    return pedigree_of(store_of(*turtle, viewpoint=viewpoint))


def of(found: Pedigree, name: str) -> int:
    number = found.number(EX + name)
    assert number is not None
    return number


def days(found: Pedigree, name: str) -> tuple[str, str, str, str, int]:
    n = of(found, name)
    columns = (found.birth_first, found.birth_last, found.death_first, found.death_last)
    return *(from_day(column[n]) for column in columns), found.dead[n]  # type: ignore[return-value]


def test_pedigree_of_the_archive_has_its_kin(lyushkov: Store) -> None:
    found = pedigree_of(lyushkov)
    d = "https://w3id.org/prosokg/lyushkov/"
    he, daughter, inna, mother, tailor, brother, sister = (
        found.number(d + name)
        for name in ("lyushkov", "daughter", "inna", "mother", "tailor", "brother", "sister")
    )
    assert found.count == 15
    assert he is not None
    assert daughter is not None
    assert set(found.parents(he)) == {mother, tailor}
    assert (found.sire[he], found.dam[he]) == (tailor, mother)
    assert found.parents(daughter) == (he,)
    assert found.spouses(he) == (inna,)
    assert set(found.siblings(he)) == {brother, sister}
    assert found.label(he) == "Genrikh Lyushkov"
    assert found.sex(he) == "m"
    assert (from_day(found.birth_first[he]), from_day(found.death_last[he])) == (
        "1900-01-01", "1945-08-19",
    )  # fmt: skip
    assert found.dead[he]
    assert list(found.inbreeding) == [0.0] * 15


def test_every_kind_of_parent_is_read_and_fathers_are_parents() -> None:
    found = pedigree(
        people("kid pa ma ado fos ste sea"),
        claims(
            "ex:kid kg:father ex:pa", "ex:kid kg:mother ex:ma", "ex:kid kg:adoptiveParent ex:ado",
            "ex:kid kg:fosterParent ex:fos", "ex:kid kg:stepParent ex:ste",
            "ex:kid kg:sealingParent ex:sea",
        ),
    )  # fmt: skip
    kid = of(found, "kid")
    assert {found.label(n): bond for n, bond in found.all_parents(kid)} == {
        "Pa": Bond.BIRTH, "Ma": Bond.BIRTH, "Ado": Bond.ADOPTIVE, "Fos": Bond.FOSTER,
        "Ste": Bond.STEP, "Sea": Bond.SEALING,
    }  # fmt: skip
    assert (found.sex(of(found, "pa")), found.sex(of(found, "ma"))) == ("m", "f")
    assert (found.sire[kid], found.dam[kid]) == (of(found, "pa"), of(found, "ma"))
    assert found.possible_bonds == []


def test_rival_claims_are_possible_and_denials_are_not() -> None:
    found = pedigree(
        people("kid pa other alleged denied wife lover"),
        claims(
            "ex:kid kg:parent ex:pa", "ex:kid kg:father ex:other account=ex:rumour",
            "ex:kid kg:parent ex:alleged certainty=kg:Possible",
            "ex:kid kg:parent ex:denied polarity=kg:Negative",
            "ex:pa kg:spouse ex:wife", "ex:pa kg:spouse ex:lover account=ex:rumour",
            "ex:wife kg:spouse ex:pa account=ex:rumour",
            "ex:kid kg:parent ex:pa certainty=kg:Possible",
        ),
    )  # fmt: skip
    kid, pa = of(found, "kid"), of(found, "pa")
    assert found.parents(kid) == (pa,)
    assert {found.label(parent) for child, parent, bond in found.possible_bonds} == {
        "Other", "Alleged",
    }  # fmt: skip
    assert all(child == kid and bond is Bond.BIRTH for child, _, bond in found.possible_bonds)
    assert found.spouses(pa) == (of(found, "wife"),)
    assert found.possible_unions == [tuple(sorted((pa, of(found, "lover"))))]


def test_births_and_deaths_are_bound_by_all_events_of_fact() -> None:
    found = pedigree(
        people("a b c d e"),
        event("b1", "Birth", "a", "1900-01-01", "1900-12-31"),
        event("b2", "Birth", "a", "1900-05-01", "1901-06-30"),
        event("d1", "Execution", "a", "1937-01-01"),
        event("bap", "Baptism", "b", "1800-01-01", "1800-01-01"),
        event("bur", "Burial", "b", "1860-02-02", "1860-02-03"),
        event("b3", "Birth", "c", "1850-01-01", "1850-12-31"),
        event("bap2", "Baptism", "c", "1850-03-01", "1850-03-01"),
        event("d3", "Death", "c"),
        "ex:maybe a kg:Possibility ; kg:eventType et:Death ; kg:patient ex:d . ",
        "ex:e kg:fate kg:Died . ",
    )
    assert days(found, "a") == ("1900-05-01", "1900-12-31", "1937-01-01", "", 1)
    assert days(found, "b") == ("", "1800-01-01", "", "1860-02-03", 1)
    assert days(found, "c") == ("1850-01-01", "1850-12-31", "", "", 1)
    assert days(found, "d") == ("", "", "", "", 0)
    assert days(found, "e") == ("", "", "", "", 1)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", ("", "", False)),
        (event("w", "Marriage", "a b", "1900-05-01", "1900-05-31"), ("1900-05-01", "", False)),
        (
            event("w", "Marriage", "a b", "1900-05-01", "1900-05-31")
            + event("x", "Divorce", "a b", "1910-01-01", "1910-12-31"),
            ("1900-05-01", "1910-12-31", True),
        ),
        (event("x", "Divorce", "b a"), ("", "", True)),
        (
            event("w", "Marriage", "a b", "1900-05-01", "1900-05-31")
            + event("x", "Divorce", "a b", "1910-01-01", "1910-12-31")
            + event("v", "Marriage", "a b", "1912-01-01", "1912-12-31")
            + event("y", "Death", "b", "1930-01-01", "1930-01-01"),
            ("1900-05-01", "1930-01-01", True),
        ),
        (
            event("w", "Marriage", "a b", "-0043-03-01", "-0043-03-01", "agent")
            + event("y", "Death", "a", "-0020-01-01", "-0020-12-31")
            + event("z", "Death", "b", "-0030-01-01", "-0030-12-31"),
            ("-0043-03-01", "-0030-12-31", True),
        ),
        # With a priest it is the claim that tells who the couple is.
        (
            event("w", "Marriage", "a b c", "1900-05-01", "1900-05-31", "agent"),
            ("1900-05-01", "", False),
        ),
    ],
)
def test_a_marriage_has_its_time_from_events(told: str, expected: tuple[str, str, bool]) -> None:
    store = store_of(people("a b c"), told, claims("ex:a kg:spouse ex:b"))
    assert list(kin_rows(store).unions) == [UnionRow(EX + "a", EX + "b", *expected)]


@pytest.mark.parametrize(
    ("date", "expected"),
    [("1920", ("1920-01-01", "", False)), ("1920/1930", ("1920-01-01", "1930-12-31", True)),
     ("1920/..", ("1920-01-01", "", False))],
)  # fmt: skip
def test_a_marriage_has_its_time_from_the_date_of_its_claim(
    date: str, expected: tuple[str, str, bool]
) -> None:
    last = "1930-12-31" if date.endswith("1930") else ""
    bounds = "earliest='1920-01-01'^^xsd:date" + (f" latest='{last}'^^xsd:date" if last else "")
    if date == "1920":
        bounds += " latest='1920-12-31'^^xsd:date"
    store = store_of(
        people("a b"), claims(f"ex:b kg:spouse ex:a date='{date}'^^edtf:EDTF {bounds}")
    )
    assert list(kin_rows(store).unions) == [UnionRow(EX + "a", EX + "b", *expected)]


def test_a_wedding_of_two_makes_a_couple_without_a_claim() -> None:
    found = pedigree(people("a b"), event("w", "Marriage", "a b", "1900-05-01", "1900-05-31"))
    assert found.spouses(of(found, "a")) == (of(found, "b"),)
    assert found.couples(of(found, "b"))[0].first > NEVER


def test_people_known_to_be_one_are_one_unless_a_viewpoint_parts_them() -> None:
    turtle = (
        people("a b c kid grand wife twin"),
        "ex:a kg:gender kg:Male . ex:c kg:gender kg:Male . ",
        event("b1", "Birth", "b", "1900-01-01", "1900-12-31"),
        event("b2", "Birth", "c", "1900-06-01", "1901-12-31"),
        claims(
            "ex:b kg:samePerson ex:c", "ex:a kg:samePerson ex:c certainty=kg:Probable",
            "ex:kid kg:parent ex:b", "ex:grand kg:parent ex:kid", "ex:c kg:spouse ex:wife",
            "ex:wife kg:samePerson ex:grand certainty=kg:Possible",
        ),
    )  # fmt: skip
    store = store_of(*turtle)
    found = pedigree_of(store)
    assert found.count == 5
    one = of(found, "a")
    assert of(found, "b") == of(found, "c") == one
    assert (found.iri(one), found.label(one), found.sex(one)) == (EX + "a", "A", "m")
    assert days(found, "a")[:2] == ("1900-06-01", "1900-12-31")
    assert found.children(one) == (of(found, "kid"),)
    assert found.spouses(one) == (of(found, "wife"),)
    parted = pedigree_of(view(store, Viewpoint(least=Certainty.CERTAIN), ("core",)))
    assert parted.count == 6
    assert of(parted, "a") != of(parted, "b") == of(parted, "c")
    assert of(parted, "wife") != of(parted, "grand")


def test_who_is_both_male_and_female_is_of_unknown_sex() -> None:
    found = pedigree(
        people("a b c"), "ex:a kg:gender kg:Male , kg:Female . ex:b kg:gender kg:OtherGender . "
    )
    assert [found.sex(of(found, name)) for name in "abc"] == ["", "", ""]


def test_siblings_and_twins_are_those_stated() -> None:
    found = pedigree(
        people("a b c d pa"),
        "ex:c kg:identicalTwin ex:d . ",
        claims(
            "ex:a kg:parent ex:pa", "ex:b kg:parent ex:pa", "ex:a kg:sibling ex:b",
            "ex:c kg:sibling ex:a", "ex:d kg:sibling ex:b account=ex:rumour",
        ),
    )  # fmt: skip
    a, b, c, d = (of(found, name) for name in "abcd")
    assert [found.siblings(n) for n in (a, b, c, d)] == [(c,), (), (a,), ()]
    assert found.twins(c) == (d,)


def test_labels_are_english_else_the_first_else_the_short_iri() -> None:
    found = pedigree(
        "ex:a a kg:Person ; rdfs:label 'Аня'@ru , 'Anya'@en-GB , 'Ania'@pl . "
        "ex:b a kg:Person ; rdfs:label 'Бо'@uk , 'Во'@ru . ex:c a kg:Person . ex:e a kg:Event . "
    )
    assert [found.label(of(found, name)) for name in "abc"] == ["Anya", "Во", "ex:c"]
    assert found.number(EX + "e") is None


def test_loops_in_the_facts_are_cut_and_the_rest_stays() -> None:
    found = pedigree(
        people("a b c"),
        claims("ex:a kg:parent ex:b", "ex:b kg:parent ex:a", "ex:c kg:parent ex:a"),
    )
    a, b, c = (of(found, name) for name in "abc")
    assert found.loops == [(a, b)]
    assert found.parents(c) == (a,)
    assert found.parents(b) == (a,)
    assert found.parents(a) == ()


def test_written_pedigree_is_the_one_of_the_store(lyushkov: Store, tmp_path: Path) -> None:
    write_pedigree(tmp_path / "pedigree", lyushkov, "digest")
    write_pedigree(tmp_path / "again", lyushkov, "digest")
    assert (tmp_path / "pedigree").read_bytes() == (tmp_path / "again").read_bytes()
    expected = pedigree_of(lyushkov)
    with open_pedigree(tmp_path / "pedigree", "digest") as found:
        for n in range(found.count):
            assert found.iri(n) == expected.iri(n)
            assert found.all_parents(n) == expected.all_parents(n)
            assert found.couples(n) == expected.couples(n)


def test_a_viewpoint_that_doubts_everything_leaves_people_without_kin(lyushkov: Store) -> None:
    archive = open_archive(Path(__file__).resolve().parents[2] / "data" / "lyushkov")
    nobody = frozenset({f"{archive.base}acc-nobody"})
    found = pedigree_of(view(lyushkov, Viewpoint(according_to=nobody), archive.rules))
    assert found.count == 15
    assert list(found.parents_of) == list(found.spouses_of) == list(found.siblings_of) == []
