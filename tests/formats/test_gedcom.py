"""What an archive says, in GEDCOM: each construction by itself, then the Lyushkov archive."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import ged4py
import gedcom7
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.formats.gedcom import write_gedcom7, write_gedcom551
from kg.formats.gedcom.lines import FIVE, SEVEN, Line, legal, texts
from kg.formats.gedcom.when import when
from kg.formats.gedcom.words import table, tags
from kg.formats.selection import Selection, select
from kg.model.findings import Finding, Severity
from kg.store.embedded import Store
from kg.vocab import PREFIXES

BASE = "https://example.org/"
HEADER = "".join(f"PREFIX {n}: <{i}>\n" for n, i in {**PREFIXES, "d": BASE}.items())
EVIDENCE = """
d:voice a kg:Account ; kg:mode kg:Stated .
d:rumour a kg:Account ; kg:mode kg:Reported ; rdfs:label "what neighbours said"@en .
d:version a kg:Account ; kg:mode kg:Alternative ; rdfs:label "one version"@en .
"""
WRITERS = {SEVEN: write_gedcom7, FIVE: write_gedcom551}
BOTH = pytest.mark.parametrize("version", [SEVEN, FIVE])


class Written:
    """What was written of some data, and what was reported."""

    def __init__(self, data: str, version: str, **options: str) -> None:
        store = ox.Store()
        store.load(HEADER + EVIDENCE + data, format=ox.RdfFormat.TRIG)
        self.findings: list[Finding] = []
        self.bytes = write(list(store), version, self.findings, **options)
        self.text = self.bytes.decode()
        if version == SEVEN:
            assert gedcom7.validate(gedcom7.loads(self.text)) == []

    def record(self, xref: str) -> str:
        found = re.search(rf"^0 @{xref}@ .*\n(?:[1-9].*\n)*", self.text, re.MULTILINE)
        assert found, self.text
        return found[0]

    def block(self, start: str, xref: str = "I1") -> str:
        """The structures of a record that begin with this line, together."""
        pattern = rf"^1 {re.escape(start)}\n(?:[2-9].*\n)*"
        return "".join(re.findall(pattern, self.record(xref), re.MULTILINE))


def write(quads: list[ox.Quad], version: str, findings: list[Finding], **options: str) -> bytes:
    out = io.BytesIO()
    left = WRITERS[version](
        quads, out, {**PREFIXES, "d": BASE}, report=findings.append, base=BASE, **options
    )
    assert left == len(findings)
    assert all(finding.severity is Severity.INFO for finding in findings)
    return out.getvalue()


def claim(number: int, about: str, quote: str = "", more: str = "", account: str = "voice") -> str:
    """A claim on a fact `s p o`, with the words of the book that it rests on."""
    subject, predicate, value = about.split(" ", 2)
    said = f"; rdf:object {value}" if value else ""
    passage = f"<{BASE}book#char={number * 100},{number * 100 + len(quote)}>"
    return f"""
d:book a kg:Source ; rdfs:label "The Book"@en ; dcterms:title "The Book"@en .
d:c-{number} a kg:Claim ; rdf:subject {subject} ; rdf:predicate {predicate} {said} ;
    kg:account d:{account} ; kg:passage {passage} {more or "; kg:certainty kg:Certain"} .
{passage} a kg:Passage ; kg:source d:book ; kg:quote "{quote}" ; kg:start {number * 100} ;
    kg:end {number * 100 + len(quote)} .
"""


# ---------- the form ----------


@BOTH
def test_no_people_give_header_and_trailer(version: str) -> None:
    written = Written("", version, title="Nobody", language="de")
    assert written.text.startswith("0 HEAD\n")
    assert written.text.endswith("0 TRLR\n")
    assert "1 NOTE Nobody\n" in written.text
    assert f"1 LANG {'de' if version == SEVEN else 'German'}\n" in written.text
    assert written.findings == []


def test_five_names_character_set_and_contributor() -> None:
    text = Written("", FIVE).text
    assert "1 CHAR UTF-8\n" in text
    assert "1 SUBM @U1@\n" in text
    assert "0 @U1@ SUBM\n1 NAME kg\n" in text
    assert "2 FORM LINEAGE-LINKED\n" in text


def test_at_signs_are_doubled_as_each_version_wants() -> None:
    record = Line("INDI", xref="I1")
    record.add("NOTE", "@home or me@work\n@twice")
    record.add("DATE", "@#DJULIAN@ 1 JAN 1900")
    seven, five = ("".join(texts([record], version)) for version in (SEVEN, FIVE))
    assert "1 NOTE @@home or me@work\n2 CONT @@twice\n" in seven
    assert "1 NOTE @@home or me@@work\n2 CONT @@twice\n" in five
    assert "1 DATE @#DJULIAN@ 1 JAN 1900\n" in five


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=1200), st.booleans())
@settings(max_examples=60, deadline=None)
def test_long_lines_are_cut_where_a_reader_can_join_them(text: str, with_ends: bool) -> None:
    text = (text.replace("a", "\n") if with_ends else text).strip()
    record = Line("INDI", xref="I1")
    record.add("NOTE", text)
    written = "".join(texts([record], FIVE))
    joined = ""
    for line in written.split("\n")[1:-1]:
        assert len(line) <= 254
        tag, _, value = line[2:].partition(" ")
        joined += ("\n" if tag == "CONT" else "") + value
        if tag == "CONC":
            assert value.replace("@@", "").count("@") == 0
            assert value == value.lstrip(" ") or not value.strip(" ")
    assert joined.replace("@@", "@") == text


def test_characters_that_gedcom_forbids_are_replaced_and_reported() -> None:
    assert legal("a\x00b\r\nc\td") == ("a\ufffdb\nc\td", 1)
    written = Written(r'd:ann a kg:Person ; kg:note "bell\u0007"@en .', SEVEN)
    assert "1 NOTE bell\ufffd\n" in written.text
    assert [finding.value for finding in written.findings] == ["1"]


@BOTH
def test_same_quads_in_any_order_give_the_same_bytes(version: str, lyushkov: Store) -> None:
    quads = list(select(lyushkov, Selection()))
    first = write(quads, version, [])
    for seed in (1, 2):
        random.Random(seed).shuffle(quads)
        assert write(quads, version, []) == first


def test_identifiers_are_those_of_the_imported_record_else_numbers() -> None:
    written = Written(
        """
        d:family.I7 a kg:Person . d:family.x.2Dy a kg:Person . d:bob a kg:Person .
        d:one.I1 a kg:Person . d:two.I1 a kg:Person .
        """,
        SEVEN,
    )
    assert re.findall("@(.*)@ INDI", written.text) == ["I1", "I7", "I2", "I3", "I4"]


# ---------- names and sex ----------


@BOTH
def test_names_carry_their_parts_quotation_and_certainty(version: str) -> None:
    written = Written(
        """
        d:ann a kg:Person ; kg:name "Ann van Lee Jr."@en ; kg:givenName "Ann"@en ;
            kg:surnamePrefix "van"@en ; kg:familyName "Lee"@en ; kg:nameSuffix "Jr."@en ;
            kg:nickname "Nan"@en .
        """
        + claim(1, 'd:ann kg:name "Ann van Lee Jr."@en', "young Ann van Lee Jr.",
                "; kg:certainty kg:Probable"),
        version, language="en",
    )  # fmt: skip
    assert written.block("NAME Ann /van Lee/ Jr.").startswith(
        "1 NAME Ann /van Lee/ Jr.\n2 GIVN Ann\n2 NICK Nan\n2 SPFX van\n2 SURN Lee\n2 NSFX Jr.\n"
        "2 SOUR @S1@\n3 PAGE char=100,121\n3 DATA\n4 TEXT young Ann van Lee Jr.\n3 QUAY 2\n"
    )
    assert written.block("TITL The Book", "S1")
    assert written.findings == []


@BOTH
def test_typed_names_and_variants_in_other_scripts(version: str) -> None:
    written = Written(
        """
        d:ann a kg:Person ; rdfs:label "Анна Ли"@ru ; kg:name "Анна Ли"@ru , "Анна Гор"@ru ,
            "Anna Gor"@ru-Latn ; kg:personalName d:ann-name-2 .
        d:ann-name-2 a kg:PersonalName ; kg:name "Анна Гор"@ru , "Anna Gor"@ru-Latn ;
            kg:familyName "Гор"@ru , "Gor"@ru-Latn ; kg:givenName "Анна"@ru ; kg:nameType "married" .
        d:bob a kg:Person ; kg:name "Bob"@ru-Latn ; kg:personalName d:bob-name .
        d:bob-name a kg:PersonalName ; kg:name "Bob"@ru-Latn ; kg:nameType "artistic" .
        """,
        version, language="ru",
    )  # fmt: skip
    record = written.record("I1")
    assert record.index("1 NAME Анна Ли") < record.index("1 NAME Анна /Гор/")
    married, artistic = written.block("NAME Анна /Гор/"), written.block("NAME Bob", "I2")
    if version == SEVEN:
        assert "2 TYPE MARRIED\n2 TRAN Anna /Gor/\n3 LANG ru-Latn\n3 SURN Gor\n" in married
        assert "2 TYPE OTHER\n3 PHRASE artistic\n" in artistic
    else:
        assert "2 TYPE married\n2 ROMN Anna /Gor/\n3 TYPE ru-Latn\n3 SURN Gor\n" in married
        assert "2 TYPE artistic\n" in artistic


@BOTH
def test_rival_name_follows_the_fact_with_its_voice(version: str) -> None:
    written = Written(
        'd:ann a kg:Person ; kg:name "Ann Lee"@en .'
        + claim(1, 'd:ann kg:name "Nan Ley"@en', "known as Nan Ley", account="version"),
        version,
    )
    record = written.record("I1")
    assert record.index("1 NAME Ann Lee\n") < record.index("1 NAME Nan Ley\n")
    assert "2 NOTE a rival version, according to one version, certain\n" in record
    assert "4 TEXT known as Nan Ley\n" in record


@BOTH
def test_somebody_without_a_name_gets_a_heading_marked_as_none(version: str) -> None:
    written = Written('d:x a kg:Person ; rdfs:label "the miller\'s wife"@en .', version)
    assert "no source gives a name" in written.block("NAME the miller's wife")
    unnamed = Written('d:family.I1 a kg:Person ; rdfs:label "unnamed (I1)"@en .', version)
    assert unnamed.record("I1") == "0 @I1@ INDI\n"


def test_a_slash_in_a_name_marks_no_family_name() -> None:
    written = Written('d:a a kg:Person ; kg:name "Ann/Anna"@en .', SEVEN)
    assert "1 NAME Ann⁄Anna\n" in written.text
    assert [finding.path for finding in written.findings] == ["kg:name"]


@BOTH
def test_sex_of_all_kinds(version: str) -> None:
    written = Written(
        """d:a a kg:Person ; kg:gender kg:Male . d:b a kg:Person ; kg:gender kg:Female .
        d:c a kg:Person ; kg:gender kg:OtherGender . d:d a kg:Person .""",
        version,
    )
    sexes = re.findall("1 SEX (.)", written.text)
    assert sexes == (["M", "F", "X"] if version == SEVEN else ["M", "F"])
    assert ("gender: other" in written.text) is (version == FIVE)


# ---------- families ----------

PEOPLE = """
d:abe a kg:Person ; kg:name "Abe"@en ; kg:gender kg:Male .
d:bea a kg:Person ; kg:name "Bea"@en ; kg:gender kg:Female .
d:cal a kg:Person ; kg:name "Cal"@en . d:dan a kg:Person ; kg:name "Dan"@en .
d:eve a kg:Person ; kg:name "Eve"@en ; kg:gender kg:Female .
"""


def families(text: str) -> list[tuple[str, ...]]:
    """The pointers of each family, in the order of the file."""
    records = re.findall(r"^0 @.*@ FAM\n((?:[1-9].*\n)*)", text, re.MULTILINE)
    found = (re.findall(r"^1 (HUSB|WIFE|CHIL) @(.*)@", record, re.MULTILINE) for record in records)
    return [tuple(f"{tag} {xref}" for tag, xref in members) for members in found]


@BOTH
def test_each_couple_and_each_set_of_parents_is_one_family(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:bea kg:spouse d:abe . d:abe kg:spouse d:bea .
        d:cal kg:father d:abe ; kg:mother d:bea ; kg:parent d:abe , d:bea .
        d:dan kg:parent d:abe . d:eve kg:parent d:abe .
        kg:inferred { d:abe kg:spouse d:bea . d:cal kg:parent d:abe , d:bea . }
        """,
        version,
    )
    # Who the mother of Dan and Eve was, nobody says.
    assert families(written.text) == [
        ("HUSB I1", "CHIL I4", "CHIL I5"), ("HUSB I1", "WIFE I2", "CHIL I3"),
    ]  # fmt: skip
    assert written.record("I3").count("1 FAMC") == 1
    assert written.record("I1").count("1 FAMS") == 2
    assert written.findings == []


@BOTH
def test_families_of_records_are_kept_and_not_made_again(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:t.F1 a kg:Family ; kg:firstPartner d:eve ; kg:secondPartner d:bea ; kg:offspring d:cal ;
            kg:note "Two mothers."@en .
        d:t.F2 a kg:Family ; kg:offspring d:dan .
        d:eve kg:spouse d:bea . d:cal kg:parent d:eve , d:bea .
        """,
        version,
    )
    assert families(written.text) == [("HUSB I5", "WIFE I2", "CHIL I3"), ("CHIL I4",)]
    assert "1 NOTE Two mothers.\n" in written.record("F1")


@BOTH
def test_kinds_of_parents_become_pedigrees(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:abe kg:spouse d:bea . d:cal kg:parent d:eve ; kg:adoptiveParent d:abe , d:bea .
        d:dan kg:fosterParent d:abe ; kg:stepParent d:eve .
        """,
        version,
    )
    cal, dan = written.record("I3"), written.record("I4")
    if version == SEVEN:
        assert "2 PEDI ADOPTED\n" in cal
        assert "2 PEDI FOSTER\n" in dan
        assert "2 PEDI OTHER\n3 PHRASE step\n" in dan
    else:
        assert "2 PEDI adopted\n" in cal
        assert "2 PEDI foster\n" in dan
        assert "2 PEDI step\n" in dan
    assert cal.count("1 FAMC") == 2
    assert ("HUSB I1", "WIFE I2", "CHIL I3") in families(written.text)


@BOTH
def test_doubted_and_denied_parents_have_a_status(version: str) -> None:
    written = Written(
        PEOPLE
        + claim(1, "d:cal kg:parent d:abe", "Abe's, they say", "; kg:certainty kg:Possible",
                account="rumour")
        + claim(2, "d:dan kg:parent d:abe", "not Abe's",
                "; kg:certainty kg:Certain ; kg:polarity kg:Negative"),
        version,
    )  # fmt: skip
    status = str if version == SEVEN else str.lower
    assert f"2 STAT {status('CHALLENGED')}\n" in written.record("I3")
    assert "what neighbours said" in written.record("I3")
    assert f"2 STAT {status('DISPROVEN')}\n" in written.record("I4")
    assert families(written.text) == [("HUSB I1", "CHIL I3", "CHIL I4")]


@BOTH
def test_partners_who_are_parents_in_different_ways_stay_one_family(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:t.F1 a kg:Family ; kg:firstPartner d:abe ; kg:secondPartner d:bea ; kg:offspring d:cal .
        d:cal kg:stepParent d:abe ; kg:parent d:bea .
        """,
        version,
    )
    assert families(written.text) == [("HUSB I1", "WIFE I2", "CHIL I3")]
    assert "2 _FREL step\n2 _MREL birth\n" in written.record("F1")
    assert ("2 TAG _FREL https://" in written.text) is (version == SEVEN)


@BOTH
def test_adoption_by_one_of_a_couple(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:t.F1 a kg:Family ; kg:firstPartner d:abe ; kg:secondPartner d:bea ; kg:offspring d:cal .
        d:cal kg:adoptiveParent d:abe ; kg:parent d:bea .
        d:cal-adop a kg:Event ; kg:eventType et:Adoption ; kg:patient d:cal ; kg:family d:t.F1 ;
            kg:date "1910"^^edtf:EDTF .
        """,
        version,
    )
    assert written.block("ADOP", "I3") == (
        "1 ADOP\n2 DATE 1910\n2 FAMC @F1@\n3 ADOP HUSB\n"
    )  # fmt: skip
    assert written.record("I3").count("1 FAMC @F1@\n") == 1


@BOTH
def test_kinship_is_cited_in_the_family(version: str) -> None:
    written = Written(
        PEOPLE + "d:abe kg:spouse d:bea . d:cal kg:parent d:abe ."
        + claim(1, "d:abe kg:spouse d:bea", "his wife Bea")
        + claim(2, "d:cal kg:parent d:abe", "their boy"),
        version,
    )  # fmt: skip
    assert "3 TEXT his wife Bea\n" in written.block("SOUR @S1@", "F2")
    assert "2 NOTE Abe: spouse: Bea\n" in written.record("F2")
    assert "3 TEXT their boy\n" in written.record("F1")


@BOTH
def test_siblings_without_parents_are_associates(version: str) -> None:
    written = Written(
        PEOPLE
        + """d:abe kg:sibling d:bea , d:cal . d:bea kg:sibling d:abe .
        kg:inferred { d:bea kg:sibling d:abe . d:abe kg:sibling d:cal . }""",
        version,
    )
    below = "2 ROLE OTHER\n3 PHRASE sibling\n" if version == SEVEN else "2 RELA sibling\n"
    assert written.record("I1").endswith(f"1 ASSO @I2@\n{below}")
    assert "ASSO" not in written.record("I2")
    assert families(written.text) == []


@BOTH
def test_a_loop_of_parents_is_written_as_it_is(version: str) -> None:
    written = Written(PEOPLE + "d:cal kg:parent d:dan . d:dan kg:parent d:cal , d:dan .", version)
    assert families(written.text) == [("HUSB I3", "CHIL I4"), ("HUSB I4", "CHIL I3")]


# ---------- events ----------


@BOTH
def test_events_carry_all_that_is_said_of_them(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:death a kg:Event ; rdfs:label "death of Abe"@en ; kg:eventType et:Death ;
            kg:patient d:abe ; kg:date "1900-05"^^edtf:EDTF ; kg:place d:mill ;
            kg:recordedAge "44y (they say)" ; kg:causeText "typhus" ; kg:agency "the parish" ;
            kg:religion "Lutheran" ; kg:note "At dawn,\\nin the rain."@en ; kg:address "1 Road" ;
            kg:contact "www https://example.org/" ; kg:restriction "privacy" .
        d:mill a kg:Place ; rdfs:label "the mill"@en ; kg:partOf d:town ;
            kg:latitude 46.5 ; kg:longitude -30.75 .
        d:town a kg:Place ; rdfs:label "Odessa"@en .
        """,
        version,
        language="en",
    )
    block = written.block("DEAT")
    for line in (
        "2 DATE MAY 1900", "2 PLAC the mill, Odessa\n3 MAP\n4 LATI N46.5\n4 LONG W30.75",
        "2 ADDR 1 Road\n2 WWW https://example.org/", "2 AGNC the parish", "2 RELI Lutheran",
        "2 CAUS typhus", "2 NOTE At dawn,\n3 CONT in the rain.",
        f"2 RESN {'PRIVACY' if version == SEVEN else 'privacy'}",
        "2 AGE 44y\n3 PHRASE they say" if version == SEVEN else "2 AGE 44y\n2 NOTE age: they say",
    ):  # fmt: skip
        assert f"{line}\n" in block
    assert written.findings == []


@BOTH
def test_events_of_couples_stand_in_their_family(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:m a kg:Event ; kg:eventType et:Marriage ; kg:agent d:abe , d:bea ;
            kg:date "1899-02-03"^^edtf:EDTF .
        d:div a kg:Event ; kg:eventType et:Divorce ; kg:patient d:abe , d:bea ; kg:family d:t.F9 .
        d:t.F9 a kg:Family ; kg:firstPartner d:abe ; kg:secondPartner d:bea .
        """,
        version,
    )
    assert families(written.text) == [("HUSB I1", "WIFE I2")]
    assert written.block("MARR", "F9") == "1 MARR\n2 DATE 3 FEB 1899\n"
    assert written.block("DIV Y", "F9") == "1 DIV Y\n"
    assert "MARR" not in written.record("I1")


@BOTH
def test_events_that_gedcom_has_no_tag_for_are_told_by_all_who_took_part(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:arrest a kg:Event ; rdfs:label "arrest of Abe"@en ; kg:eventType et:Arrest ;
            kg:patient d:abe ; kg:agent d:bea ; kg:purpose d:trial .
        d:trial a kg:Possibility ; rdfs:label "a trial"@en .
        """,
        version,
    )
    of_abe, of_bea = (written.block("EVEN arrest of Abe", xref) for xref in ("I1", "I2"))
    assert "2 TYPE arrest\n" in of_abe
    assert "2 NOTE purpose: a trial\n" in of_abe
    assert "2 NOTE role: agent\n" in of_bea
    if version == SEVEN:
        assert "2 ASSO @I2@\n3 ROLE OTHER\n4 PHRASE agent\n" in of_abe
    else:
        assert "2 NOTE agent: " in of_abe


@BOTH
def test_rival_versions_of_a_birth_follow_the_fact(version: str) -> None:
    written = Written(
        PEOPLE
        + """d:b a kg:Event ; kg:eventType et:Birth ; kg:patient d:abe ;
            kg:date "1900"^^edtf:EDTF ."""
        + claim(1, 'd:b kg:date "1900"^^edtf:EDTF', "born 1900")
        + claim(2, 'd:b kg:date "1898"^^edtf:EDTF', "some say 1898", account="version",
                more="; kg:certainty kg:Possible")
        + claim(3, "d:b kg:place d:moon", "on the moon", account="version")
        + 'd:moon a kg:Place ; rdfs:label "the Moon"@en .',
        version,
    )  # fmt: skip
    first, second = re.findall(r"1 BIRT.*\n(?:[2-9].*\n)*", written.record("I1"))
    assert first.startswith("1 BIRT\n2 DATE 1900\n2 SOUR @S1@\n")
    assert "TEXT born 1900\n" in first
    assert "1898" not in first
    assert second.startswith("1 BIRT\n2 DATE 1898\n2 PLAC the Moon\n")
    assert "2 NOTE a rival version, according to one version, possible\n" in second
    assert "4 TEXT some say 1898\n" in second
    assert "3 QUAY 1\n" in second
    assert "3 QUAY 3\n" in first


@BOTH
def test_rival_events_of_records_are_events_again(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:abe-birt a kg:Event ; kg:eventType et:Birth ; kg:patient d:abe ;
            kg:date "1900"^^edtf:EDTF .
        d:abe-birt-2 a kg:Possibility ; rdfs:label "birth of Abe"@en .
        <https://example.org/tree#line=8,10> a kg:Passage ; kg:startLine 9 ; kg:endLine 10 ;
            kg:quote "1 BIRT\\n2 DATE 1901" ; kg:source d:tree .
        """
        + "".join(
            f"""d:r-{at} a kg:Claim ; rdf:subject d:abe-birt-2 ; rdf:predicate {said} ;
            kg:account d:version ; kg:certainty kg:Certain ;
            kg:passage <https://example.org/tree#line=8,10> ."""
            for at, said in enumerate(
                ("kg:eventType ; rdf:object et:Birth", "kg:patient ; rdf:object d:abe",
                 'kg:date ; rdf:object "1901"^^edtf:EDTF')
            )
        ),
        version,
    )  # fmt: skip
    assert "1 BIRT\n2 DATE 1900\n1 BIRT\n2 DATE 1901\n" in written.record("I1")
    assert "SOUR" not in written.record("I1")


@BOTH
def test_plans_and_fears_are_never_told_as_events(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:fear a kg:Possibility ; rdfs:label "the death that Abe feared"@en .
        d:plan a kg:Possibility ; rdfs:label "a wedding"@en ; kg:eventType et:Marriage ;
            kg:agent d:abe , d:bea .
        d:alone a kg:Possibility ; rdfs:label "a war"@en ; kg:eventType et:War .
        """
        + claim(1, "d:fear kg:eventType et:Death", "his death", account="version")
        + claim(2, "d:fear kg:patient d:abe", "his death", account="version"),
        version,
    )
    assert not re.search("^1 (DEAT|MARR)", written.text, re.MULTILINE)
    assert families(written.text) == []
    fear = written.block("EVEN the death that Abe feared")
    assert "2 TYPE death (possible)\n" in fear
    assert "no source says that it happened" in fear
    assert "one version" in fear
    assert "1 EVEN a wedding\n" in written.record("I1")
    assert [finding.focus for finding in written.findings] == [BASE + "alone"]


@BOTH
def test_a_fate_that_is_death_says_that_somebody_is_dead(version: str) -> None:
    written = Written(PEOPLE + "d:abe kg:fate kg:Died . d:bea kg:fate kg:Survived .", version)
    assert "1 DEAT Y\n" in written.record("I1")
    assert "1 FACT died\n2 TYPE fate\n" in written.record("I1")
    assert "DEAT" not in written.record("I2")


@BOTH
def test_postings_ranks_and_trades(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:p1 a kg:Posting ; rdfs:label "clerk (Abe)"@en ; kg:agent d:abe ; kg:position d:clerk ;
            kg:organization d:mill ; kg:date "1890/1895"^^edtf:EDTF ; kg:precededBy d:p2 .
        d:p2 a kg:Posting ; rdfs:label "captain (Abe)"@en ; kg:agent d:abe ;
            kg:position d:captain ; kg:attested "1889"^^edtf:EDTF .
        d:clerk a kg:Position ; rdfs:label "clerk"@en . d:captain a kg:Rank ; rdfs:label "captain"@en .
        d:mill a kg:Organization ; rdfs:label "the mill"@en .
        d:abe kg:occupation d:clerk ; kg:nationality d:danish ; kg:ethnicity d:danish .
        d:danish a kg:Nation ; rdfs:label "Danish"@en .
        """
        + claim(1, "d:p1 kg:position d:clerk", "a clerk at the mill"),
        version,
    )
    posting = "1 OCCU clerk\n2 DATE FROM 1890 TO 1895\n2 AGNC the mill\n2 NOTE preceded by: captain (Abe)\n"
    assert written.block("OCCU clerk").startswith(posting)
    assert "4 TEXT a clerk at the mill\n" in written.block("OCCU clerk")
    assert written.block("TITL captain").startswith("1 TITL captain\n2 DATE 1889\n2 NOTE in force")
    assert written.record("I1").count("1 OCCU clerk\n") == 2
    assert "1 NATI Danish\n2 TYPE ethnicity\n1 NATI Danish\n" in written.record("I1")
    assert written.findings == []


@BOTH
def test_what_has_no_structure_of_its_own_is_a_fact_of_its_type(version: str) -> None:
    written = Written(
        PEOPLE
        + 'd:abe kg:characterization "known for his wit"@en ; kg:award d:cross ; kg:patronymic "Il"@ru .'
        + 'd:cross a kg:Award ; rdfs:label "the Cross"@en .'
        + claim(1, 'd:abe kg:characterization "known for his wit"@en', "a wit"),
        version,
    )
    record = written.record("I1")
    assert "1 FACT known for his wit\n2 TYPE characterization\n2 SOUR @S1@\n" in record
    assert "1 FACT the Cross\n2 TYPE award\n" in record
    assert "1 FACT Il\n2 TYPE patronymic\n" in record


@BOTH
def test_what_did_not_happen(version: str) -> None:
    written = Written(
        PEOPLE
        + """d:n a kg:Claim ; rdf:subject d:abe ; rdf:predicate kg:experienced ;
            rdf:object et:Naturalization ; kg:polarity kg:Negative ; kg:account d:voice ;
            kg:certainty kg:Certain ; kg:date "/1900"^^edtf:EDTF ."""
        + claim(2, "d:abe kg:spouse ", "never wed", "; kg:polarity kg:Negative"),
        version,
    )
    record = written.record("I1")
    if version == SEVEN:
        assert "1 NO NATU\n2 DATE TO 1900\n" in record
    else:
        assert "1 NOTE did not take place: naturalization\n" in record
    assert "1 NOTE none: spouse\n" in record
    assert "never wed" in record


# ---------- dates ----------


@pytest.mark.parametrize(
    ("edtf", "recorded", "phrase", "seven", "five"),
    [
        ("1938-06-13", "", "", ("13 JUN 1938", ""), ("13 JUN 1938", "")),
        ("1938~", "", "", ("ABT 1938", ""), ("ABT 1938", "")),
        ("1900/1910", "", "", ("FROM 1900 TO 1910", ""), ("FROM 1900 TO 1910", "")),
        ("-0043-03-15", "", "", ("15 MAR 44 BCE", ""), ("15 MAR 44 B.C.", "")),
        ("1938?", "", "", ("ABT 1938", "1938?"), ("ABT 1938", "1938?")),
        ("1900", "", "the dry year", ("1900", "the dry year"), ("INT 1900 (the dry year)", "")),
        ("", "", "in his youth", ("", "in his youth"), ("(in his youth)", "")),
        ("1917-11-07", "JULIAN 25 OCT 1917", "", ("JULIAN 25 OCT 1917", ""),
         ("@#DJULIAN@ 25 OCT 1917", "")),
        ("1732-02-11", "11 FEB 1731/32", "", ("11 FEB 1732", "11 FEB 1731/32"),
         ("11 FEB 1731/32", "")),
        ("1850~", "CAL 1850", "", ("CAL 1850", ""), ("CAL 1850", "")),
        ("1850", "year 1850", "", ("1850", "year 1850"), ("INT 1850 (year 1850)", "")),
        ("no date", "", "", ("", "no date"), ("(no date)", "")),
    ],
)  # fmt: skip
def test_dates_keep_their_form_and_put_the_rest_into_words(
    edtf: str, recorded: str, phrase: str, seven: tuple[str, str], five: tuple[str, str]
) -> None:
    assert tuple(when(edtf, recorded, phrase, SEVEN)) == seven
    assert tuple(when(edtf, recorded, phrase, FIVE)) == five


# ---------- sources ----------


@BOTH
def test_citations_of_a_record_are_written_as_they_were(version: str) -> None:
    written = Written(
        """
        d:t.I1 a kg:Person ; kg:name "Ann"@en .
        d:t.I1-birt a kg:Event ; kg:eventType et:Birth ; kg:patient d:t.I1 ; kg:date "1900"^^edtf:EDTF .
        d:t.S5 a kg:Document ; rdfs:label "Register"@en ; dcterms:title "Register"@en ;
            kg:author "the parish" ; kg:publication "Odessa, 1900" ; kg:repository d:t.R2 ;
            kg:callNumber "37/1" ; kg:medium "film" .
        d:t.R2 a kg:Organization ; rdfs:label "State Archive"@en ; kg:address "2 Road" .
        d:t.S5-voice a kg:Account ; kg:mode kg:Reported ; rdfs:label "Register, as cited in t"@en .
        <https://example.org/t#line=9,12> a kg:Passage ; kg:startLine 10 ; kg:source d:t ;
            kg:quote "1 BIRT" .
        d:t.I1-sour a kg:Claim ; rdf:subject d:t.I1-birt ; kg:account d:t.S5-voice ;
            kg:certainty kg:Possible ; kg:passage <https://example.org/t#line=9,12> ;
            kg:citedDocument d:t.S5 ; kg:citedPage "p. 3" ; kg:citedText "born the 3rd"@en ;
            kg:citedDate "1900-05"^^edtf:EDTF ; kg:recordedCertainty "0" ; kg:note "Torn."@en .
        d:t.I1-record a kg:Claim ; rdf:subject d:t.I1 , d:t.I1-birt ; kg:account d:voice ;
            kg:certainty kg:Certain ; kg:passage <https://example.org/t#line=9,12> .
        """,
        version,
        language="en",
    )
    data = "3 PAGE p. 3\n3 DATA\n4 DATE MAY 1900\n4 TEXT born the 3rd\n"
    assert "2 SOUR @S5@\n" + data in written.block("BIRT")
    assert "3 QUAY 0\n" in written.block("BIRT")
    assert "3 NOTE Torn.\n" in written.block("BIRT")
    assert written.text.count(" SOUR @") == 1
    source = written.record("S5")
    for line in ("1 TITL Register", "1 AUTH the parish", "1 PUBL Odessa, 1900", "1 REPO @R2@",
                 "2 CALN 37/1", f"3 MEDI {'FILM' if version == SEVEN else 'film'}"):  # fmt: skip
        assert f"{line}\n" in source
    assert written.record("R2").startswith("0 @R2@ REPO\n1 NAME State Archive\n1 ADDR 2 Road\n")


@BOTH
def test_reported_and_inferred_statements_say_whose_they_are(version: str) -> None:
    written = Written(
        PEOPLE
        + """d:b a kg:Event ; kg:eventType et:Birth ; kg:patient d:abe ; kg:date "1900"^^edtf:EDTF .
        d:editor a kg:Account ; kg:mode kg:Inferred ; rdfs:label "the editors"@en .
        d:i a kg:Claim , kg:Inference ; rdf:subject d:b ; rdf:predicate kg:date ;
            rdf:object "1900"^^edtf:EDTF ; kg:account d:editor ; kg:certainty kg:Probable ;
            kg:derivedFrom d:c-1 ; kg:rule "ten years before 1910" ."""
        + claim(1, "d:b kg:patient d:abe", "Abe, born", account="rumour"),
        version,
    )
    block = written.block("BIRT")
    assert "3 NOTE according to what neighbours said\n" in block
    assert "3 NOTE according to the editors\n4 CONT reason: ten years before 1910\n" in block
    assert "3 QUAY 2\n" in block


@BOTH
def test_media_identifiers_restrictions_and_associations(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:abe kg:media d:t.O1 , d:t.O1-cut ; kg:restriction "confidential" , "locked" ;
            kg:identifier "REFN[parish] 17" , "AFN 1-2" , "EXID[https://example.org/x] 5" ;
            kg:samePerson d:cal .
        d:t.O1 a kg:Media ; kg:file "abe.jpg" ; kg:format "image/jpeg" ; dcterms:title "Abe"@en .
        d:t.O1-cut a kg:Media ; kg:partOf d:t.O1 ; kg:crop "1,2,,4" .
        d:asso a kg:Association ; kg:associationOf d:abe ; kg:associate d:bea ; kg:role "GODP" ;
            kg:note "At the font."@en .
        """,
        version,
    )
    record = written.record("I1")
    assert "1 ALIA @I3@\n" in record
    assert "1 REFN 17\n2 TYPE parish\n" in record
    assert record.count("1 OBJE @O1@\n") == 2
    if version == SEVEN:
        assert "1 RESN CONFIDENTIAL, LOCKED\n" in record
        assert "1 EXID 1-2\n2 TYPE https://gedcom.io/terms/v7/AFN\n" in record
        assert "2 CROP\n3 LEFT 1\n3 TOP 2\n3 HEIGHT 4\n" in record
        assert "1 ASSO @I2@\n2 ROLE GODP\n2 NOTE At the font.\n" in record
        assert "1 FILE abe.jpg\n2 FORM image/jpeg\n2 TITL Abe\n" in written.record("O1")
    else:
        assert "1 RESN confidential\n1 RESN locked\n" in record
        assert "1 AFN 1-2\n" in record
        assert "1 ASSO @I2@\n2 RELA GODP\n" in record
        assert "2 FORM jpg\n" in written.record("O1") or "2 FORM jpeg\n" in written.record("O1")
        assert [finding.path for finding in written.findings] == ["kg:crop"]


# ---------- what is left out ----------


@BOTH
def test_everything_that_no_line_says_is_reported_once(version: str) -> None:
    written = Written(
        PEOPLE
        + """
        d:abe kg:allegiance d:party .
        d:party a kg:Organization ; rdfs:label "the Party"@en ; kg:kind d:club ; kg:hasMember d:abe .
        d:club a kg:Kind ; rdfs:label "club"@en .
        d:tanks a kg:Group ; rdfs:label "the tanks"@en ; kg:quantity 6 .
        d:letter a kg:Document ; rdfs:label "a letter"@en .
        """
        + claim(1, "d:abe kg:allegiance d:party", "a Party man",
                more="; kg:certainty kg:Certain ; kg:conflictsWith d:c-2")
        + claim(2, "d:abe kg:allegiance d:tanks", "a tank man", account="version",
                more="; kg:certainty kg:Possible ; kg:conflictsWith d:c-1"),
        version,
    )  # fmt: skip
    assert [(f.focus.removeprefix(BASE), f.path) for f in written.findings] == [
        ("letter", "rdf:type"), ("party", "kg:hasMember, kg:kind"), ("tanks", "kg:quantity"),
        ("c-1", "kg:conflictsWith"),
    ]  # fmt: skip
    assert '"the Party"' in written.findings[1].message
    assert "1 FACT the Party\n2 TYPE allegiance\n" in written.record("I1")
    rival = "1 NOTE allegiance: the tanks, according to one version, possible\n"
    assert rival in written.record("I1")


def test_tables_name_what_the_ontology_has() -> None:
    known = ontology.load()
    events = {*tags().person, *tags().family}
    assert all(f"{PREFIXES['et']}{name}" in known.codes for name in events)
    for section in ("person", "pedigree", "kin"):
        for name in table()[section]:
            iri = PREFIXES["kg"] + name
            assert iri in known.predicates or name == "identicalTwin", name
    assert all(PREFIXES["kg"] + name in known.codes for name in (*table()["sex"], *table()["quay"]))
    words = table()["words"]
    assert all(words[language].keys() == words["en"].keys() for language in words)
    for key, text in words["en"].items():
        fields = re.findall(r"\{\d\}", text)
        assert all(re.findall(r"\{\d\}", words[language][key]) == fields for language in words)


# ---------- the Lyushkov archive ----------


@BOTH
def test_lyushkov_tells_every_person_birth_and_fate_with_quotations(
    version: str, lyushkov: Store
) -> None:
    findings: list[Finding] = []
    quads = list(select(lyushkov, Selection()))
    text = write(quads, version, findings, title="Lyushkov", language="en").decode()
    if version == SEVEN:
        assert gedcom7.validate(gedcom7.loads(text)) == []
    people = lyushkov.rows("SELECT (COUNT(*) AS ?n) { ?p a kg:Person }")[0][0]
    assert text.count(" INDI\n") == int(people.value)
    flat = re.sub(r"\n\d CONC ", "", text).replace("@@", "@")
    for name, quote in lyushkov.rows(
        """SELECT ?name ?quote { ?c rdf:subject ?p ; rdf:predicate kg:name ; rdf:object ?name ;
        kg:passage/kg:quote ?quote . ?p a kg:Person ; kg:name ?name }"""
    ):
        assert f"TEXT {quote.value}\n" in flat
        assert name.value in flat.replace("/", "")
    for fate, quote in lyushkov.rows(
        """SELECT ?fate ?quote { ?c rdf:subject ?p ; rdf:predicate kg:fate ; rdf:object ?fate ;
        kg:passage/kg:quote ?quote . ?p a kg:Person ; kg:fate ?fate }"""
    ):
        assert f"1 FACT {ontology.load().label(fate.value)}\n2 TYPE fate\n" in flat
        assert f"TEXT {quote.value}\n" in flat
    record = re.search(r"0 @(I\d+)@ INDI\n1 NAME Genrikh /Lyushkov/\n(?:[1-9].*\n)*", text)
    assert record
    assert "1 BIRT\n2 DATE 1900\n2 PLAC Odessa\n" in record[0]
    assert "1 DEAT\n2 DATE 19 AUG 1945\n" in record[0]
    assert "1 TITL third-rank commissar of state security\n" in record[0]
    assert "1 CREM" not in record[0]  # told by one version only
    assert len(families(text)) == 3
    assert 30 < len(findings) < 70
    assert len({(f.focus, f.path, f.value) for f in findings}) == len(findings)


def test_ged4py_reads_the_same_people_families_and_dates(lyushkov: Store, tmp_path: Path) -> None:
    file = tmp_path / "lyushkov.ged"
    file.write_bytes(write(list(select(lyushkov, Selection())), FIVE, []))
    text = file.read_text(encoding="utf-8")
    assert max(map(len, text.split("\n"))) <= 254
    with ged4py.GedcomReader(str(file)) as reader:
        people = {person.xref_id: person for person in reader.records0("INDI")}
        assert list(people) == re.findall(r"^0 (@.*@) INDI", text, re.MULTILINE)
        hero = next(p for p in people.values() if p.name.surname == "Lyushkov")
        assert hero.name.given == "Genrikh"
        assert str(hero.sub_tag_value("BIRT/DATE")) == "1900"
        assert str(hero.sub_tag_value("DEAT/DATE")) == "19 AUG 1945"
        assert "tailor" in hero.father.name.given + hero.father.name.surname
        read = [
            tuple(
                f"{sub.tag} {sub.value.strip('@')}"
                for sub in record.sub_tags("HUSB", "WIFE", "CHIL", follow=False)
            )
            for record in reader.records0("FAM")
        ]
        assert read == families(text)
        quotes = [text.value for p in people.values() for text in p.sub_tags("SOUR/DATA/TEXT")]
        assert all(quotes)
