"""What the records of a tree become: one small tree for each kind of thing that is carried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Tree = Callable[..., Any]

COUPLE = """
0 @I1@ INDI
1 NAME Ann /Lee/
1 SEX F
1 FAMS @F1@
0 @I2@ INDI
1 NAME Bo /Berg/
1 SEX M
1 FAMS @F1@
"""


# ---------- People and names ----------


def test_person_has_label_name_parts_and_sex(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 NAME Ann Mary /Lee/ Jr.\n1 SEX F", head="1 LANG English\n")
    assert found.of("I1") == {
        "type": {"Person"}, "label": {"Ann Mary Lee Jr.@en"}, "name": {"Ann Mary Lee Jr.@en"},
        "givenName": {"Ann Mary@en"}, "familyName": {"Lee@en"}, "nameSuffix": {"Jr.@en"},
        "gender": {"Female"},
    }  # fmt: skip
    assert found.reading.people == 1
    assert "https://example.org/tree.I1" in found.reading.things


def test_parts_of_a_name_go_before_what_the_slashes_say(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 NAME Lt. Joseph /de Allen/ jr.
        2 NPFX Lt.
        2 GIVN Joseph
        2 NICK John
        2 SPFX de
        2 SURN Allen
        2 NSFX jr.
        """
    )
    said = found.of("I1")
    assert said["name"] == {"Lt. Joseph de Allen jr.@und"}
    assert (said["namePrefix"], said["nickname"]) == ({"Lt.@und"}, {"John@und"})
    assert (said["surnamePrefix"], said["familyName"]) == ({"de@und"}, {"Allen@und"})
    assert "personalName" not in said


def test_person_without_a_name_is_labelled_by_identifier(tree: Tree) -> None:
    assert tree("0 @I1@ INDI\n1 SEX U").of("I1") == {
        "type": {"Person"}, "label": {"unnamed (I1)@en"}
    }  # fmt: skip


def test_further_names_and_types_of_names_are_forms_of_names(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 NAME Ann /Lee/
        2 TYPE birth
        1 NAME Ann /Berg/
        2 TYPE Married
        2 NOTE by choice
        """
    )
    assert found.of("I1")["name"] == {"Ann Lee@und", "Ann Berg@und"}
    assert found.of("I1")["familyName"] == {"Lee@und"}
    assert found.of("I1")["personalName"] == {"I1-name", "I1-name-2"}
    assert found.one("I1-name", "nameType") == "birth"
    assert found.of("I1-name-2") == {
        "type": {"PersonalName"}, "name": {"Ann Berg@und"}, "givenName": {"Ann@und"},
        "familyName": {"Berg@und"}, "nameType": {"married"}, "note": {"by choice@und"},
    }  # fmt: skip


def test_type_of_a_name_in_words_is_the_same_in_both_versions(tree: Tree) -> None:
    old = tree("0 @I1@ INDI\n1 NAME King /Kong/\n2 TYPE screen")
    new = tree("0 @I1@ INDI\n1 NAME King /Kong/\n2 TYPE OTHER\n3 PHRASE screen", "7.0")
    assert old.one("I1-name", "nameType") == new.one("I1-name", "nameType") == "screen"


@pytest.mark.parametrize(
    ("version", "lines", "tags"),
    [
        ("5.5.1", "2 ROMN Ivan /Petrov/\n3 TYPE unknown kind\n3 GIVN Ivan", {"ru-latn"}),
        ("5.5.1", "2 FONE Ivan /Petrov/\n3 TYPE kana", {"ja-hrkt"}),
        ("7.0", "2 TRAN Ivan /Petrov/\n3 LANG uk-Latn\n3 GIVN Ivan", {"uk-latn"}),
    ],
)
def test_variants_of_a_name_bear_their_script(
    tree: Tree, version: str, lines: str, tags: set[str]
) -> None:
    found = tree(
        f"0 @I1@ INDI\n1 NAME Иван /Петров/\n{lines}", version, head="1 LANG ru\n"
    )  # fmt: skip
    (tag,) = tags
    assert found.of("I1")["name"] == {"Иван Петров@ru", f"Ivan Petrov@{tag}"}
    assert found.of("I1-name")["name"] == {"Иван Петров@ru", f"Ivan Petrov@{tag}"}
    if "GIVN" in lines:
        assert found.of("I1-name")["givenName"] == {"Иван@ru", f"Ivan@{tag}"}


def test_script_of_a_name_that_the_language_of_the_file_does_not_use_is_said(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 NAME Anna\n0 @I2@ INDI\n1 NAME Анна", head="1 LANG Russian\n")
    assert found.one("I1", "label") == "Anna@ru-latn"
    assert found.one("I2", "label") == "Анна@ru"
    found = tree("0 @I2@ INDI\n1 NAME Анна", head="1 LANG English\n")
    assert found.one("I2", "label") == "Анна@und-cyrl"


def test_married_surname_of_a_program_is_a_name_of_its_own(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 NAME Ann /Lee/\n2 _MARNM Berg\n2 _AKA Annie /Lee/")
    assert found.of("I1")["name"] == {"Ann Lee@und", "Annie Lee@und"}
    assert found.one("I1-name-2", "familyName") == "Berg@und"
    assert found.one("I1-name-2", "nameType") == "married"
    assert found.reading.lost.total() == 0


@pytest.mark.parametrize(
    ("value", "gender"),
    [("M", "Male"), ("f", "Female"), ("X", "OtherGender"), ("U", ""), ("N", "")],
)
def test_sex_is_a_code_or_nothing(tree: Tree, value: str, gender: str) -> None:
    found = tree(f"0 @I1@ INDI\n1 SEX {value}")
    assert found.of("I1").get("gender", set()) == ({gender} if gender else set())
    assert found.reading.lost.total() == 0


# ---------- Events and attributes ----------


def test_event_has_type_date_with_bounds_place_and_label(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 NAME Ann /Lee/\n1 BIRT\n2 DATE 3 MAY 1900\n2 PLAC Odessa")
    place = found.one("I1-birt", "place")
    assert found.of("I1-birt") == {
        "type": {"Event"}, "label": {"birth of Ann Lee@en"}, "eventType": {"et:Birth"},
        "patient": {"I1"}, "date": {"1900-05-03"}, "earliest": {"1900-05-03"},
        "latest": {"1900-05-03"}, "place": {place},
    }  # fmt: skip
    assert found.of(place) == {"type": {"Place"}, "label": {"Odessa@und"}}


def test_details_of_an_event_are_carried(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 DEAT
        2 TYPE sudden
        2 DATE ABT 1900
        2 AGE 72y 3m
        2 CAUS typhus
        2 AGNC registry
        2 RELI Lutheran
        2 RESN confidential
        2 ADDR 1 High Street
        3 CONT Odessa
        3 CITY Odessa
        3 CTRY Ukraine
        2 PHON 12 34
        2 WWW https://example.org/x
        2 NOTE a note
        3 CONT of two lines
        """
    )
    said = found.of("I1-deat")
    assert {name: said[name] for name in said if name not in ("type", "label", "patient")} == {
        "eventType": {"et:Death"}, "typeText": {"sudden"}, "date": {"1900~"},
        "earliest": {"1900-01-01"}, "latest": {"1900-12-31"}, "age": {"72"},
        "recordedAge": {"72y 3m"}, "causeText": {"typhus"}, "agency": {"registry"},
        "religion": {"Lutheran"}, "restriction": {"confidential"},
        "address": {"1 High Street\nOdessa\nUkraine"},
        "contact": {"phone 12 34", "www https://example.org/x"},
        "note": {"a note\nof two lines@und"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "lines", "expected"),
    [
        ("5.5.1", "2 DATE EST 1900", {"date": "1900~", "recordedDate": "EST 1900"}),
        ("5.5.1", "2 DATE INT 1900 (about Easter)", {"date": "1900", "datePhrase": "about Easter"}),
        ("5.5.1", "2 DATE (at Easter)", {"datePhrase": "at Easter"}),
        ("5.5.1", "2 DATE some day", {"datePhrase": "some day"}),
        ("7.0", "2 DATE\n3 PHRASE at Easter", {"datePhrase": "at Easter"}),
        ("7.0", "2 DATE 1900\n3 TIME 12:30\n3 PHRASE spring",
         {"date": "1900", "datePhrase": "spring", "time": "12:30"}),
        ("5.5.1", "2 DATE 11 FEB 1731/32", {"date": "1732-02-11", "recordedDate": "11 FEB 1731/32"}),
        ("7.0", "2 DATE 11 FEB 1732\n3 PHRASE 11 FEB 1731/32",
         {"date": "1732-02-11", "recordedDate": "11 FEB 1731/32"}),
        ("5.5.1", "2 DATE @#DJULIAN@ 1 JAN 1700",
         {"date": "1700-01-11", "recordedDate": "JULIAN 1 JAN 1700"}),
        ("7.0", "2 DATE JULIAN 1 JAN 1700",
         {"date": "1700-01-11", "recordedDate": "JULIAN 1 JAN 1700"}),
        ("5.5.1", "2 DATE 44 B.C.", {"date": "-0043"}),
        ("5.5.1", "2 DATE FROM 1900 TO 1905", {"date": "1900/1905"}),
        ("5.5.1", "2 AGE CHILD", {"recordedAge": "< 8y"}),
        ("7.0", "2 AGE < 8y\n3 PHRASE Child", {"recordedAge": "< 8y"}),
        ("5.5.1", "2 AGE very old", {"recordedAge": "(very old)"}),
        ("7.0", "2 AGE 30y\n3 PHRASE adult", {"recordedAge": "30y (adult)", "age": "30"}),
    ],
)  # fmt: skip
def test_dates_and_ages_keep_what_they_say(
    tree: Tree, version: str, lines: str, expected: dict[str, str]
) -> None:
    said = tree(f"0 @I1@ INDI\n1 BIRT\n{lines}", version).of("I1-birt")
    for name in ("date", "recordedDate", "datePhrase", "time", "age", "recordedAge"):
        assert said.get(name, set()) == ({expected[name]} if name in expected else set()), name


def test_event_that_is_only_said_to_have_happened(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 DEAT Y\n1 CHR")
    assert found.of("I1-deat").keys() == {"type", "label", "eventType", "patient"}
    assert found.one("I1-chr", "eventType") == "et:Christening"
    assert {reason for _, reason in found.remarks()} == {
        "no date, no place and no Y: taken to have happened"
    }


def test_attributes_have_their_value_and_their_type(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 NAME Ann
        1 EDUC BA
        2 TYPE degree
        1 NATI Y
        1 EVEN drowned cow
        2 TYPE loss
        1 FACT left-handed
        1 IDNO 42
        2 TYPE passport
        """
    )
    assert found.one("I1-educ", "detail") == "BA"
    assert found.one("I1-educ", "typeText") == "degree"
    assert found.one("I1-nati", "detail") == "Y"
    assert found.one("I1-even", "label") == "loss of Ann@en"
    assert found.one("I1-fact", "label") == "left-handed of Ann@en"
    assert found.one("I1-idno", "eventType") == "et:IdentityNumber"


def test_occupation_is_a_position_and_a_posting_where_it_is_dated(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 NAME Ann
        1 OCCU farmer
        1 OCCU Farmer
        2 DATE FROM 1900 TO 1905
        2 AGNC the estate
        1 OCCU
        2 PLAC Odessa
        """
    )
    assert found.one("I1", "occupation") == "pos-farmer"
    assert found.of("pos-farmer") == {"type": {"Position"}, "label": {"farmer@und"}}
    posting = found.of("I1-occu")
    assert (posting["agent"], posting["position"]) == ({"I1"}, {"pos-Farmer"})
    assert (posting["date"], posting["agency"]) == ({"1900/1905"}, {"the estate"})
    assert (posting["type"], posting["label"]) == ({"Posting"}, {"Farmer: Ann@en"})
    assert found.one("I1-fact", "typeText") == "occupation"


def test_ordinances_have_types_temple_and_status(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 BAPL
        2 DATE 1900
        2 TEMP LOGAN
        2 STAT COMPLETED
        3 DATE 1901
        1 SLGC
        2 FAMC @F1@
        0 @F1@ FAM
        1 SLGS
        2 STAT DNS
        """
    )
    said = found.of("I1-bapl")
    assert said["eventType"] == {"et:LdsBaptism"}
    assert (said["temple"], said["status"]) == ({"LOGAN"}, {"COMPLETED"})
    assert found.one("I1-slgc", "family") == "F1"
    assert found.one("F1-slgs", "eventType") == "et:LdsSealingToSpouse"
    assert found.lost() == {(11, "DATE", "the date of a status, not of the event")}


def test_second_birth_is_a_rival_version(tree: Tree) -> None:
    found = tree(
        """
        0 @S1@ SOUR
        1 TITL Register
        0 @I1@ INDI
        1 NAME Ann
        1 BIRT
        2 DATE 1900
        1 BIRT
        2 DATE 1901
        2 PLAC Odessa
        2 SOUR @S1@
        """
    )
    assert found.one("I1-birt", "date") == "1900"
    assert found.of("I1-birt-2") == {"type": {"Possibility"}, "label": {"birth of Ann@en"}}
    rival = [c for c in found.claims.values() if c["account"] == {":src-tree-voice-other"}]
    assert {(*c["predicate"], *c["object"]) for c in rival} >= {
        ("type", "Event"), ("eventType", "et:Birth"), ("patient", "I1"), ("date", "1901"),
    }  # fmt: skip
    assert not any(c["predicate"] & {"earliest", "latest", "label"} for c in rival)
    assert any("citedDocument" in c for c in rival)
    assert found.reading.accounts["https://example.org/src-tree-voice-other"]
    assert "I1-birt-2" not in found.record("I1")["subject"]


@pytest.mark.parametrize(
    ("version", "line"), [("7.0", "1 NO MARR"), ("5.5.1", "1 NO MARR"), ("5.5.1", "1 MARR N")]
)
def test_non_event_of_a_family_is_a_negative_claim(tree: Tree, version: str, line: str) -> None:
    found = tree(f"{COUPLE}0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n{line}", version)
    claim = found.claim("F1", "experienced", "et:Marriage")
    assert claim["polarity"] == {"Negative"}
    assert not [fact for fact in found.facts if fact[0].startswith("F1-marr")]


def test_non_event_keeps_period_note_and_source(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 NO NATU
        2 DATE FROM 1700 TO 1800
        2 NOTE looked for in vain
        2 SOUR @VOID@
        3 PAGE 4
        1 NO DEAL
        """,
        "7.0",
    )
    denials = [c for c in found.claims.values() if "predicate" in c]
    own, cited = sorted(denials, key=lambda c: "citedPage" in c)
    assert own["date"] == {"1700/1800"}
    assert own["latest"] == {"1800-12-31"}
    assert own["note"] == {"looked for in vain@und"}
    assert cited["polarity"] == {"Negative"}
    assert cited["citedPage"] == {"4"}
    assert found.lost() == {(10, "NO", "not an event that GEDCOM knows")}


# ---------- Families ----------


def test_family_ties_couple_and_children(tree: Tree) -> None:
    found = tree(
        COUPLE
        + """0 @I3@ INDI
1 NAME Cai /Berg/
1 FAMC @F1@
0 @F1@ FAM
1 HUSB @I2@
1 WIFE @I1@
1 CHIL @I3@
1 MARR
2 DATE 1920
2 HUSB
3 AGE 25y
2 WIFE
3 AGE 23y
"""
    )
    assert found.of("F1") == {
        "type": {"Family"}, "label": {"Bo Berg and Ann Lee@en"}, "firstPartner": {"I2"},
        "secondPartner": {"I1"}, "offspring": {"I3"},
    }  # fmt: skip
    assert found.single_claims() == {
        ("I2", "spouse", "I1"), ("I3", "parent", "I1"), ("I3", "parent", "I2")
    }  # fmt: skip
    assert not [fact for fact in found.facts if fact[1] in ("parent", "spouse")]
    marriage = found.of("F1-marr")
    assert marriage["patient"] == {"I1", "I2"}
    assert marriage["family"] == {"F1"}
    assert marriage["label"] == {"marriage of Bo Berg and Ann Lee@en"}
    assert (marriage["firstPartnerAge"], marriage["secondPartnerAge"]) == ({"25y"}, {"23y"})
    claim = found.claims["F1-kin-I3-I1"]
    assert claim["lines"] == {"17", "26"}
    assert claim["certainty"] == {"Certain"}
    assert next(iter(claim["quote"])).startswith("0 @F1@ FAM\n1 HUSB @I2@")
    assert found.remarks() == set()


def test_family_before_its_people_is_the_same(tree: Tree) -> None:
    people = f"{COUPLE}0 @I3@ INDI\n1 NAME Cai\n1 FAMC @F1@\n2 PEDI adopted\n"
    family = "0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n1 CHIL @I3@\n1 MARR\n2 DATE 1920\n"
    before, after = tree(family + people), tree(people + family)
    assert before.facts == after.facts
    assert before.single_claims() == after.single_claims()
    assert ("I3", "adoptiveParent", "I1") in before.single_claims()
    assert before.claims["F1-kin-I3-I1"]["quote"] == after.claims["F1-kin-I3-I1"]["quote"]
    assert before.claims["F1-kin-I3-I1"]["lines"] == {"6", "11"}


@pytest.mark.parametrize(
    ("version", "pedi", "bond", "phrase"),
    [
        ("5.5.1", "birth", "parent", ""), ("5.5.1", "Adopted", "adoptiveParent", ""),
        ("7.0", "FOSTER", "fosterParent", ""), ("5.5.1", "step", "stepParent", ""),
        ("7.0", "SEALING", "sealingParent", ""), ("5.5.1", "ward", "relative", ""),
        ("7.0", "OTHER\n3 PHRASE milk son", "relative", "milk son"),
    ],
)  # fmt: skip
def test_pedigree_types_are_properties_of_their_own(
    tree: Tree, version: str, pedi: str, bond: str, phrase: str
) -> None:
    found = tree(
        f"{COUPLE}0 @I3@ INDI\n1 FAMC @F1@\n2 PEDI {pedi}\n"
        "0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n1 CHIL @I3@",
        version,
    )
    assert ("I3", bond, "I1") in found.single_claims()
    assert ("I3", bond, "I2") in found.single_claims()
    if phrase:
        assert found.claim("I3", bond, "I1")["phrase"] == {phrase}


def test_status_of_a_kinship_is_its_certainty_or_denies_it(tree: Tree) -> None:
    family = "0 @F1@ FAM\n1 WIFE @I1@\n1 CHIL @I3@\n1 CHIL @I4@\n1 CHIL @I5@"
    child = "0 @I{0}@ INDI\n1 FAMC @F1@\n2 STAT {1}\n"
    found = tree(
        "0 @I1@ INDI\n1 FAMS @F1@\n"
        + child.format(3, "challenged") + child.format(4, "DISPROVEN") + child.format(5, "proven")
        + family
    )  # fmt: skip
    assert found.claim("I3", "parent", "I1")["certainty"] == {"Possible"}
    assert found.claim("I3", "parent", "I1")["status"] == {"CHALLENGED"}
    assert found.claim("I4", "parent", "I1")["polarity"] == {"Negative"}
    assert found.claim("I5", "parent", "I1")["certainty"] == {"Certain"}
    assert "polarity" not in found.claim("I5", "parent", "I1")


@pytest.mark.parametrize(
    ("by", "bonds"),
    [
        ("BOTH", {("I2", "adoptiveParent"), ("I1", "adoptiveParent")}),
        ("HUSB", {("I2", "adoptiveParent"), ("I1", "parent")}),
        ("WIFE", {("I2", "parent"), ("I1", "adoptiveParent")}),
    ],
)
def test_adoption_says_who_adopted(tree: Tree, by: str, bonds: set[tuple[str, str]]) -> None:
    found = tree(
        f"{COUPLE}0 @I3@ INDI\n1 ADOP\n2 FAMC @F1@\n3 ADOP {by}\n1 FAMC @F1@\n"
        "0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n1 CHIL @I3@"
    )
    said = {(parent, bond) for child, bond, parent in found.single_claims() if child == "I3"}
    assert said == bonds
    assert found.one("I3-adop", "family") == "F1"


def test_child_of_two_families(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 FAMC @F1@
        1 FAMC @F2@
        2 PEDI adopted
        0 @I2@ INDI
        1 FAMS @F1@
        0 @I3@ INDI
        1 FAMS @F2@
        0 @F1@ FAM
        1 WIFE @I2@
        1 CHIL @I1@
        0 @F2@ FAM
        1 HUSB @I3@
        1 CHIL @I1@
        """
    )
    assert found.single_claims() == {("I1", "parent", "I2"), ("I1", "adoptiveParent", "I3")}


def test_couple_of_one_sex_and_a_divorce(tree: Tree) -> None:
    found = tree(f"{COUPLE}0 @F1@ FAM\n1 WIFE @I1@\n1 WIFE @I2@\n1 DIV\n2 DATE 1930")
    assert found.one("F1", "secondPartner") == "I1"
    assert found.one("F1", "firstPartner") == "I2"
    assert found.single_claims() == {("I2", "spouse", "I1")}
    assert found.one("F1-div", "eventType") == "et:Divorce"
    assert found.lost() == set()


def test_kinship_that_one_record_alone_tells_is_made_and_noted(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 FAMS @F1@
        0 @I2@ INDI
        1 FAMS @F1@
        0 @I3@ INDI
        1 FAMC @F1@
        0 @I4@ INDI
        0 @F1@ FAM
        1 HUSB @I1@
        1 CHIL @I4@
        """
    )
    assert found.single_claims() == {
        ("I1", "spouse", "I2"), ("I3", "parent", "I1"), ("I3", "parent", "I2"),
        ("I4", "parent", "I1"), ("I4", "parent", "I2"),
    }  # fmt: skip
    assert found.of("F1")["offspring"] == {"I3", "I4"}
    assert found.one("F1", "secondPartner") == "I2"
    assert next(iter(found.claim("I3", "parent", "I1")["quote"])).startswith("0 @I3@")
    assert {line for line, _ in found.remarks()} == {9, 11, 15}


def test_programs_that_say_the_kinship_to_each_parent(tree: Tree) -> None:
    found = tree(
        f"{COUPLE}0 @I3@ INDI\n1 FAMC @F1@\n0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n"
        "1 CHIL @I3@\n2 _FREL Step\n2 _MREL Natural"
    )
    assert ("I3", "stepParent", "I2") in found.single_claims()
    assert ("I3", "parent", "I1") in found.single_claims()
    assert found.lost() == set()


# ---------- Evidence ----------


def test_record_claim_vouches_for_all_that_the_record_describes(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 NAME Ann\n1 BIRT\n2 DATE 1900\n2 PLAC Odessa\n1 OCCU smith")
    record = found.record("I1")
    assert record["subject"] == {
        "I1", "I1-birt", found.one("I1-birt", "place"), "pos-smith"
    }  # fmt: skip
    assert record["lines"] == {"6", "11"}
    assert record["quote"] == {
        "0 @I1@ INDI\n1 NAME Ann\n1 BIRT\n2 DATE 1900\n2 PLAC Odessa\n1 OCCU smith"
    }
    assert record["certainty"] == {"Certain"}
    assert "<https://example.org/src-tree#line=5,11>" in found.text


def test_source_of_an_event_is_a_claim_of_its_account(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 NAME Ann
        1 BIRT
        2 DATE 1900
        2 SOUR @S1@
        3 PAGE 12
        3 EVEN BIRT
        4 ROLE CHIL
        3 DATA
        4 DATE 4 MAY 1900
        4 TEXT born the 3rd
        5 CONT in the morning
        3 QUAY 2
        3 NOTE hard to read
        0 @S1@ SOUR
        1 TITL Register
        """
    )
    (cited,) = (c for c in found.claims.values() if "citedDocument" in c)
    quote = "\n".join(
        ["1 BIRT", "2 DATE 1900", "2 SOUR @S1@", "3 PAGE 12", "3 EVEN BIRT", "4 ROLE CHIL",
         "3 DATA", "4 DATE 4 MAY 1900", "4 TEXT born the 3rd", "5 CONT in the morning", "3 QUAY 2",
         "3 NOTE hard to read"]
    )  # fmt: skip
    assert cited == {
        "subject": {"I1-birt"}, "account": {"S1-voice"}, "certainty": {"Probable"},
        "citedDocument": {"S1"}, "citedPage": {"12"}, "citedEvent": {"BIRT"},
        "citedRole": {"CHIL"}, "citedDate": {"1900-05-04"},
        "citedText": {"born the 3rd\nin the morning@und"}, "recordedCertainty": {"2"},
        "note": {"hard to read@und"}, "quote": {quote}, "lines": {"8", "19"},
    }  # fmt: skip
    assert found.reading.accounts["https://example.org/tree.S1-voice"] == (
        "Register, as cited in tree"
    )


@pytest.mark.parametrize(
    ("quality", "certainty"),
    [("3", "Certain"), ("2", "Probable"), ("1", "Possible"), ("0", "Possible"), ("", "Certain")],
)
def test_quality_of_a_citation_is_its_certainty(tree: Tree, quality: str, certainty: str) -> None:
    line = f"\n3 QUAY {quality}" if quality else ""
    found = tree(f"0 @I1@ INDI\n1 DEAT Y\n2 SOUR @S1@{line}\n0 @S1@ SOUR\n1 TITL R")
    (cited,) = (c for c in found.claims.values() if "citedDocument" in c)
    assert cited["certainty"] == {certainty}


def test_source_of_a_name_or_a_sex_claims_that_fact_alone(tree: Tree) -> None:
    found = tree(
        "0 @I1@ INDI\n1 NAME Ann /Lee/\n2 SOUR @S1@\n1 SEX F\n2 SOUR @S1@\n1 OCCU smith\n"
        "2 SOUR @S1@\n1 SOUR @S1@\n0 @S1@ SOUR\n1 TITL R"
    )
    cited = [c for c in found.claims.values() if "citedDocument" in c]
    facts = {
        ("I1", "name", "Ann Lee@und"), ("I1", "gender", "Female"), ("I1", "occupation", "pos-smith")
    }  # fmt: skip
    assert found.declared == facts
    assert facts <= found.facts
    assert found.single_claims() == facts
    assert found.claim("I1", "gender", "Female")["quote"] == {"1 SEX F\n2 SOUR @S1@"}
    (whole,) = (c for c in cited if "predicate" not in c)
    assert whole["subject"] == {"I1"}
    assert "personalName" not in found.of("I1")


def test_source_of_a_kinship_claims_it_for_both_parents(tree: Tree) -> None:
    found = tree(
        f"{COUPLE}0 @I3@ INDI\n1 FAMC @F1@\n2 SOUR @S1@\n3 PAGE 1\n"
        "0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n2 SOUR @S1@\n1 CHIL @I3@\n2 SOUR @S1@\n3 PAGE 2\n"
        "0 @S1@ SOUR\n1 TITL R"
    )
    cited = [c for c in found.claims.values() if "citedDocument" in c]
    said = sorted(
        (*c["subject"], *c["predicate"], *c["object"], *c.get("citedPage", {""})) for c in cited
    )
    assert said == [
        ("I2", "spouse", "I1", ""), ("I3", "parent", "I1", "1"), ("I3", "parent", "I1", "2"),
        ("I3", "parent", "I2", "1"), ("I3", "parent", "I2", "2"),
    ]  # fmt: skip
    assert found.declared == set()


def test_source_in_words_is_a_document_of_that_name(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 DEAT Y\n2 SOUR the family bible\n3 TEXT died young\n3 QUAY 1")
    (cited,) = (c for c in found.claims.values() if "citedDocument" in c)
    (document,) = cited["citedDocument"]
    assert document.startswith("cited-")
    assert found.of(document) == {"type": {"Document"}, "label": {"the family bible@und"}}
    assert cited["account"] == {f"{document}-voice"}
    assert cited["citedText"] == {"died young@und"}


def test_source_record_has_its_parts_and_its_repository(tree: Tree) -> None:
    found = tree(
        """
        0 @S1@ SOUR
        1 TITL Register
        2 CONC  of births
        1 AUTH the parish
        1 PUBL Odessa, 1900
        1 ABBR Births
        1 TEXT all of them
        1 DATA
        2 EVEN BIRT, DEAT
        3 DATE FROM 1900 TO 1910
        3 PLAC Odessa
        2 AGNC the church
        1 REPO @R1@
        2 CALN 37-1
        3 MEDI Book
        1 REFN 17
        2 TYPE parish
        1 NOTE bound
        0 @R1@ REPO
        1 NAME State Archive
        1 ADDR 1 High Street
        1 EMAIL a@example.org
        """
    )
    assert found.of("S1") == {
        "type": {"Document"}, "label": {"Register of births@und"},
        "title": {"Register of births@und"}, "author": {"the parish"},
        "publication": {"Odessa, 1900"}, "abbreviation": {"Births"},
        "citedText": {"all of them@und"}, "repository": {"R1"}, "callNumber": {"37-1"},
        "medium": {"book"}, "agency": {"the church"}, "note": {"bound@und"},
        "coverage": {"events BIRT, DEAT\ndate FROM 1900 TO 1910\nplace Odessa"},
        "identifier": {"REFN[parish] 17"},
    }  # fmt: skip
    assert found.of("R1") == {
        "type": {"Organization"}, "label": {"State Archive@und"}, "name": {"State Archive@und"},
        "address": {"1 High Street"}, "contact": {"email a@example.org"},
    }  # fmt: skip
    assert found.lost() == set()


# ---------- Notes, media, associations, places, numbers ----------


def test_shared_notes_are_texts_of_all_that_point_at_them(tree: Tree) -> None:
    found = tree(
        "0 @I1@ INDI\n1 NOTE @N1@\n1 BIRT\n2 DATE 1900\n2 NOTE @N1@\n"
        "0 @N1@ NOTE seen\n1 CONT twice\n1 CHAN\n2 DATE 1 JAN 2000\n0 @N2@ NOTE of all"
    )
    assert found.one("I1", "note") == found.one("I1-birt", "note") == "seen\ntwice@und"
    assert found.one(":src-tree", "note") == "of all@und"
    assert {tag for _, tag, _ in found.lost()} == {"CHAN", "DATE"}


def test_notes_of_version_7_have_languages_and_sources(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 SNOTE @N1@
        1 NOTE colour
        2 MIME text/plain
        2 LANG en-GB
        2 TRAN color
        3 LANG en-US
        2 SOUR @S1@
        1 NOTE <b>x</b>
        2 MIME text/html
        0 @N1@ SNOTE Bild
        1 LANG de
        1 TRAN picture
        2 LANG en
        0 @S1@ SOUR
        1 TITL R
        """,
        "7.0",
    )
    assert found.of("I1")["note"] == {
        "colour@en-gb", "color@en-us", "<b>x</b>@und", "Bild@de", "picture@en"
    }  # fmt: skip
    assert found.declared == {("I1", "note", "colour@en-gb")}
    assert found.lost() == {(13, "MIME", "a text is carried without its media type")}


def test_media_records_and_links_with_a_part_of_the_picture(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 OBJE @O1@
        1 OBJE @O1@
        2 TITL Ann alone
        2 CROP
        3 TOP 10
        3 LEFT 5
        3 WIDTH 20
        0 @O1@ OBJE
        1 FILE pictures/ann.jpg
        2 FORM image/jpeg
        3 MEDI PHOTO
        2 TITL Ann and Bo
        1 FILE ann.mp3
        2 FORM audio/mpeg
        2 TRAN ann.oga
        3 FORM audio/ogg
        """,
        "7.0",
    )
    assert found.of("I1")["media"] == {"O1", "I1-obje"}
    assert found.of("I1-obje") == {
        "type": {"Media"}, "partOf": {"O1"}, "title": {"Ann alone@und"},
        "label": {"Ann alone@und"}, "crop": {"5,10,20,"},
    }  # fmt: skip
    assert found.of("O1") == {
        "type": {"Media"}, "label": {"Ann and Bo@und"}, "title": {"Ann and Bo@und"},
        "file": {"pictures/ann.jpg"}, "format": {"image/jpeg"}, "medium": {"photo"},
    }  # fmt: skip
    assert found.one("O1-file-2", "partOf") == "O1"
    assert found.one("O1-file-2", "label") == "ann.mp3@en"
    assert found.one("O1-tran", "partOf") == "O1-file-2"
    assert found.lost() == set()


def test_media_written_under_a_person_are_things_of_their_own(tree: Tree) -> None:
    found = tree(
        "0 @I1@ INDI\n1 OBJE\n2 FORM JPG\n2 FILE c:\\ann.jpg\n2 TITL Ann\n1 OBJE\n"
        "2 FILE b.png\n3 FORM png\n4 MEDI photo\n2 NOTE old"
    )
    assert found.of("I1")["media"] == {"I1-obje", "I1-obje-2"}
    assert found.one("I1-obje", "file") == "c:\\ann.jpg"
    assert found.one("I1-obje", "format") == "image/jpeg"
    assert found.one("I1-obje-2", "label") == "b.png@en"
    assert found.one("I1-obje-2", "medium") == "photo"


def test_associations_have_role_words_and_associate(tree: Tree) -> None:
    old = tree(
        "0 @I1@ INDI\n1 NAME Ann\n1 ASSO @I2@\n2 RELA neighbor\n1 CHR\n2 DATE 1900\n"
        "2 ASSO @I2@\n3 RELA godfather\n1 ASSO @I2@\n2 RELA land-lord\n2 NOTE rich\n0 @I2@ INDI"
    )
    new = tree(
        "0 @I1@ INDI\n1 NAME Ann\n1 ASSO @I2@\n2 ROLE NGHBR\n3 PHRASE neighbor\n1 CHR\n2 DATE 1900\n"
        "2 ASSO @I2@\n3 ROLE GODP\n4 PHRASE godfather\n1 ASSO @I2@\n2 ROLE OTHER\n"
        "3 PHRASE land-lord\n2 NOTE rich\n0 @I2@ INDI",
        "7.0",
    )
    assert old.facts == new.facts
    assert old.of("I1-asso") == {
        "type": {"Association"}, "label": {"NGHBR of Ann@en"}, "associationOf": {"I1"},
        "associate": {"I2"}, "role": {"NGHBR"}, "phrase": {"neighbor"},
    }  # fmt: skip
    assert old.one("I1-asso-2", "associationOf") == "I1-chr"
    assert old.one("I1-asso-3", "role") == "land-lord"
    assert old.one("I1-asso-3", "note") == "rich@und"
    assert "I1-asso" in old.record("I1")["subject"]


def test_associate_outside_the_file_is_named(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 ASSO @VOID@\n2 PHRASE Mr Stock\n2 ROLE FRIEND", "7.0")
    assert found.one("I1-asso", "name") == "Mr Stock@und"
    assert found.one("I1-asso", "role") == "FRIEND"
    assert "associate" not in found.of("I1-asso")


def test_alias_is_a_possible_identity_or_a_name(tree: Tree) -> None:
    found = tree("0 @I1@ INDI\n1 NAME Ann\n1 ALIA @I2@\n1 ALIA Annie /Lee/\n0 @I2@ INDI")
    assert found.claim("I1", "samePerson", "I2")["certainty"] == {"Possible"}
    assert found.of("I1")["name"] == {"Ann@und", "Annie Lee@und"}


def test_places_stand_within_each_other_and_have_positions(tree: Tree) -> None:
    found = tree(
        """
        0 @I1@ INDI
        1 BIRT
        2 PLAC Odessa, , Kherson,Russia
        3 MAP
        4 LATI N46.48
        4 LONG E30.73
        3 FORM city, , region, country
        3 ROMN Odesa
        4 TYPE romanized
        1 DEAT
        2 PLAC Kherson, Russia
        1 BURI
        2 PLAC Odessa, , Kherson,Russia
        3 MAP
        4 LATI S1
        4 LONG W2.5
        """
    )
    odessa, kherson = found.one("I1-birt", "place"), found.one("I1-deat", "place")
    assert found.one(odessa, "label") == "Odessa, , Kherson,Russia@und"
    assert found.one(odessa, "latitude") == "46.48"
    assert found.one(odessa, "longitude") == "30.73"
    assert found.one(odessa, "placeForm") == "city, , region, country"
    assert found.of(odessa)["name"] == {"Odesa@und-latn"}
    inner = found.one(odessa, "partOf")
    assert found.one(inner, "label") == "Kherson,Russia@und"
    assert found.one(found.one(inner, "partOf"), "label") == "Russia@und"
    assert found.one(kherson, "partOf") == found.one(inner, "partOf")
    # The same text elsewhere on the globe is another place.
    other = found.one("I1-buri", "place")
    assert other != odessa
    assert (found.one(other, "latitude"), found.one(other, "longitude")) == ("-1", "-2.5")
    assert {odessa, inner, kherson, other} <= found.record("I1")["subject"]


def test_numbers_and_restrictions_are_carried(tree: Tree) -> None:
    old = tree(
        "0 @I1@ INDI\n1 RESN locked\n1 REFN 7\n2 TYPE parish\n1 RIN 5\n1 AFN 1-2\n1 _UID AB\n"
        "1 BIRT Y\n2 RIN x:1"
    )
    new = tree(
        "0 @I1@ INDI\n1 RESN LOCKED\n1 REFN 7\n2 TYPE parish\n1 EXID 5\n"
        "2 TYPE https://gedcom.io/terms/v7/RIN\n1 EXID 1-2\n2 TYPE https://gedcom.io/terms/v7/AFN\n"
        "1 UID AB\n1 BIRT Y\n2 EXID x:1\n3 TYPE https://gedcom.io/terms/v7/RIN",
        "7.0",
    )
    assert old.of("I1")["identifier"] == {"REFN[parish] 7", "RIN 5", "AFN 1-2", "UID AB"}
    assert old.of("I1")["restriction"] == {"locked"}
    assert old.facts == new.facts
    found = tree("0 @I1@ INDI\n1 RESN CONFIDENTIAL, LOCKED\n1 EXID 9\n2 TYPE https://x.org/", "7.0")
    assert found.of("I1")["restriction"] == {"confidential", "locked"}
    assert found.of("I1")["identifier"] == {"EXID[https://x.org/] 9"}


def test_header_says_language_program_and_submitter_of_the_source(tree: Tree) -> None:
    found = tree(
        "0 @U1@ SUBM\n1 NAME Ann /Lee/\n1 PHON 12\n1 LANG German",
        head="""
        1 SOUR PROG
        2 NAME The Program
        2 VERS 3.1
        2 CORP A company
        1 LANG Russian
        1 DATE 3 MAY 2001
        2 TIME 10:00
        1 COPR free
        1 FILE tree.ged
        1 SUBM @U1@
        1 NOTE of the file
        1 PLAC
        2 FORM city, country
        """,
    )
    assert found.of(":src-tree") == {
        "language": {"ru"}, "software": {"The Program 3.1 (PROG)"}, "date": {"2001-05-03"},
        "earliest": {"2001-05-03"}, "latest": {"2001-05-03"}, "time": {"10:00"},
        "copyright": {"free"}, "file": {"tree.ged"}, "submitter": {"U1"},
        "note": {"of the file@ru"}, "placeForm": {"city, country"},
    }  # fmt: skip
    assert found.of("U1") == {
        "type": {"Agent"}, "label": {"Ann Lee@ru"}, "name": {"Ann Lee@ru"},
        "contact": {"phone 12"}, "language": {"de"},
    }  # fmt: skip
    assert found.record(":src-tree")["lines"] == {"1", "18"}
