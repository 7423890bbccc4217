"""Every shape fires on the fault it is there for, and on nothing near it."""

# ruff: noqa: E501 - a mutation is read as one row of a table

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, SH, BNode, URIRef

from kg import assets
from kg.model import dates
from kg.model.findings import Severity
from kg.store.embedded import Store
from kg.validate.shapes import validate

X = "https://example.org/x/"
QUIET = "https://example.org/quiet/"
D = "https://w3id.org/prosokg/lyushkov/"
SHAPE = "https://w3id.org/prosokg/shape/"
FILES = assets.files("shapes", ".ttl")


# ---------- A small language for mutations: Turtle added to the archive ----------


def happening(name: str, type_: str, who: str, when: str, role: str = "patient") -> str:
    first, last = dates.bounds(dates.parse(when))
    bounds = "".join(
        f' ; kg:{side} "{day}"^^xsd:date'
        for side, day in (("earliest", first), ("latest", last))
        if day
    )
    return f"x:{name} a kg:Event ; kg:eventType et:{type_} ; kg:{role} x:{who}{bounds} ."


def born(who: str, when: str) -> str:
    return f"x:{who} a kg:Person ." + happening(f"birth-{who}", "Birth", who, when)


def died(who: str, when: str, type_: str = "Death") -> str:
    return f"x:{who} a kg:Person ." + happening(f"death-{who}", type_, who, when)


def posting(name: str, who: str, when: str, position: str = "chief") -> str:
    text = happening(name, "X", who, when, role="agent").replace("kg:eventType et:X ;", "")
    return (
        text.replace("kg:Event", "kg:Posting")[:-1]
        + f"; kg:position x:{position} ; kg:organization x:body ."
    )


def claim(
    subject: str, predicate: str, obj: str, *, name: str = "c", account: str = "d:acc-narrator",
    certainty: str = "kg:Certain", more: str = "kg:passage <https://example.org/x/p>",
) -> str:  # fmt: skip
    parts = {
        "rdf:subject": subject, "rdf:predicate": predicate, "rdf:object": obj,
        "kg:account": account, "kg:certainty": certainty,
    }  # fmt: skip
    said = " ; ".join(f"{key} {value}" for key, value in parts.items() if value)
    return f"x:{name} a kg:Claim ; {said} ; {more or 'kg:rule 0'} ."


def passage(text: str = "Lyushkov", start: str = "", end: str = "", more: str = "") -> str:
    return (f'x:p a kg:Passage ; kg:source d:src-jewage ; kg:quote "{text}" ; kg:start {start or 8} ;'
            f" kg:end {end or 16} {more} .")  # fmt: skip


ANN = "x:ann a kg:Person ."
BOB = "x:bob a kg:Person ."
SON = "x:son a kg:Person ; kg:parent x:ann ."


@dataclass(frozen=True)
class Mutation:
    """Turtle that makes a shape fire on the nodes `focus`; `quiet` must not make it fire."""

    focus: str
    turtle: str
    quiet: str = ""


MUTATIONS: dict[str, Mutation] = {
    # names
    "LabelTagged": Mutation("ann bob eve", ANN + 'x:bob a kg:Place ; rdfs:label "Bob" . x:eve a kg:Kind ; rdfs:label "E"@en , "F"@en .',
                            'x:ann a kg:Person ; rdfs:label "Ann"@en , "Анна"@ru .'),
    "EntityIsIri": Mutation("_", "[] a kg:Place .", "x:a a kg:Place ."),
    "NameTagged": Mutation("ann", 'x:ann kg:givenName "Ann" .', 'x:ann kg:givenName "Ann"@en .'),
    "CyrillicTag": Mutation("ann bob", 'x:ann kg:name "Анна"@en . x:bob kg:familyName "Боб"@ru-Latn .',
                            'x:ann kg:name "Анна"@ru , "Анна"@mul-Cyrl , "Ганна"@uk , "Anna"@ru-Latn .'),
    "LatinTag": Mutation("ann", 'x:ann kg:name "Anna"@ru .', 'x:ann kg:name "Anna"@ru-Latn , "Анна A"@ru , "Ana"@sr .'),
    "Unnamed": Mutation("ann", ANN, 'x:ann a kg:Person ; kg:familyName "A"@en .'),
    "DuplicatePerson": Mutation(
        "ann", ANN + BOB + 'x:ann kg:name "A B"@en . x:bob kg:name "A B"@en .',
        ANN + BOB + 'x:ann kg:name "Q"@en . x:bob kg:name "Q"@en ; kg:parent x:ann .'
        + born("c", "1800") + born("e", "1801") + 'x:c kg:name "C"@en . x:e kg:name "C"@en .'
        'x:f a kg:Person ; kg:name "F"@en . x:g a kg:Person ; kg:name "F"@en ; owl:differentFrom x:f .'),
    # people
    "OneGender": Mutation("ann bob", ANN + BOB + "x:ann kg:gender kg:Male , kg:Female . x:bob kg:gender kg:Died .",
                          ANN + "x:ann kg:gender kg:Female ."),
    "PersonNotGroup": Mutation("ann", ANN + "x:ann a kg:Organization .", "x:ann a kg:Organization ."),
    "KindRange": Mutation("ann", ANN + "x:ann kg:kind d:odessa .", ANN + "x:ann kg:kind d:hotel ."),
    "OneMother": Mutation("ann", ANN + "x:ann kg:mother x:b , x:c .", ANN + "x:ann kg:mother x:b ."),
    "OneFather": Mutation("ann", ANN + "x:ann kg:father x:b , x:c .", ANN + "x:ann kg:father x:b ."),
    "TwoParents": Mutation("ann", ANN + "x:ann kg:parent x:b , x:c , x:d .", ANN + "x:ann kg:parent x:b , x:c ."),
    "MotherFemale": Mutation("ann", "x:ann kg:mother x:b . x:b kg:gender kg:Male .",
                             "x:ann kg:mother x:b , x:c . x:b kg:gender kg:Female ."),
    "FatherMale": Mutation("ann", "x:ann kg:father x:b . x:b kg:gender kg:Female .",
                           "x:ann kg:father x:b , x:c . x:b kg:gender kg:Male ."),
    "NotOwnKin": Mutation("ann bob eve", ANN + BOB + "x:eve a kg:Person ; kg:adoptiveParent x:eve . x:ann kg:parent x:ann . x:bob kg:spouse x:bob .", ANN + BOB + "x:ann kg:parent x:bob ; kg:topic x:ann ."),
    "AncestorCycle": Mutation("ann bob eve", ANN + BOB + "x:eve a kg:Person ; kg:parent x:ann . x:ann kg:parent x:bob . x:bob kg:parent x:eve .",
                              ANN + BOB + "x:eve a kg:Person ; kg:parent x:ann , x:bob . x:ann kg:parent x:bob , x:ann ."),
    "SpouseIsKin": Mutation("ann", ANN + BOB + "x:ann kg:spouse x:bob . x:bob kg:spouse x:ann ; kg:parent x:ann .",
                            ANN + BOB + "x:ann kg:spouse x:bob ; kg:cousin x:bob ."),
    "SamePersonOnlyClaimed": Mutation("ann", "x:ann kg:samePerson x:bob .",
                                      "x:ann kg:samePerson x:bob . x:bob kg:samePerson x:ann ." + claim("x:bob", "kg:samePerson", "x:ann")),
    "SamePersonVsDates": Mutation(
        "ann", born("ann", "1900") + born("bob", "1902") + "x:ann kg:samePerson x:bob . x:bob kg:samePerson x:ann .",
        born("ann", "1900") + born("bob", "1900-05") + died("ann", "1950") + died("bob", "195X", "Execution")
        + "x:ann kg:samePerson x:bob ."),
    "SameAndDifferent": Mutation("ann", "x:ann kg:samePerson x:bob ; owl:differentFrom x:bob .",
                                 "x:ann kg:samePerson x:bob ; owl:differentFrom x:eve ."),
    "NoSameAs": Mutation("ann", "x:ann owl:sameAs x:bob .", "x:ann kg:samePerson x:bob ."),
    # time
    "DateIsEdtf": Mutation("ann bob", 'x:ann kg:date "in June 1938"^^edtf:EDTF . x:bob kg:date "1938" .',
                           'x:ann kg:date "193X"^^edtf:EDTF , "[..1938-06-13]"^^edtf:EDTF , "1920-11/"^^edtf:EDTF , "Y17000"^^edtf:EDTF , "1938~"^^edtf:EDTF .'),
    "AttestedIsEdtf": Mutation("ann", 'x:ann kg:attested "13.06.1938"^^edtf:EDTF .', 'x:ann kg:attested "1938-06"^^edtf:EDTF .'),
    "DateHasBounds": Mutation("ann", 'x:ann kg:date "1938"^^edtf:EDTF .',
                              'x:ann kg:date "/1938"^^edtf:EDTF ; kg:latest "1938-12-31"^^xsd:date . x:bob kg:date "1938/"^^edtf:EDTF , "/1930"^^edtf:EDTF .'),
    "BoundsOrder": Mutation("ann bob", 'x:ann kg:earliest "1938-06-14"^^xsd:date ; kg:latest "1938-06-13"^^xsd:date . x:bob kg:earliest "-0010-01-01"^^xsd:date ; kg:latest "-0011-01-01"^^xsd:date .',
                            'x:ann kg:earliest "-0011-06-13"^^xsd:date ; kg:latest "-0010-06-13"^^xsd:date . x:bob kg:earliest "17000-01-01"^^xsd:date ; kg:latest "17000-01-01"^^xsd:date .'),
    "OneBound": Mutation("ann bob", 'x:ann kg:latest "1938-01-01"^^xsd:date , "1939-01-01"^^xsd:date . x:bob kg:earliest "1938" .',
                         'x:ann kg:earliest "1938-01-01"^^xsd:date ; kg:latest "-0044-03-15"^^xsd:date .'),
    "FutureDate": Mutation("e", happening("e", "Trial", "ann", "8000"),
                           happening("e", "Trial", "ann", "1938/..") + 'x:f a kg:Possibility ; kg:earliest "8000-01-01"^^xsd:date .'),
    "AttestedVsDates": Mutation("e f", happening("e", "War", "ann", "1939/1945") + 'x:e kg:attested "1946"^^edtf:EDTF .'
                                + happening("f", "War", "ann", "1939-09-01/") + 'x:f kg:attested "1939-08-31"^^edtf:EDTF .',
                                happening("e", "War", "ann", "1939-09-01/1945") + 'x:e kg:attested "1939"^^edtf:EDTF , "1945-12-31"^^edtf:EDTF , "1950~"^^edtf:EDTF .'),
    "DeathBeforeBirth": Mutation("ann", born("ann", "1900") + died("ann", "1899", "Execution"),
                                 born("ann", "1900") + died("ann", "1900-01-01") + born("bob", "1900") + 'x:p a kg:Possibility ; kg:eventType et:Death ; kg:patient x:bob ; kg:latest "1800-01-01"^^xsd:date .'),
    "Lifespan": Mutation("ann", born("ann", "1800") + died("ann", "1911"), born("ann", "1800") + died("ann", "1910")),
    "OneBirth": Mutation("ann", born("ann", "1900") + happening("other", "Birth", "ann", "1901"), born("ann", "1900")),
    "OneDeath": Mutation("ann", died("ann", "1938") + happening("other", "Killing", "ann", "1937"),
                         died("ann", "1938") + happening("other", "Shooting", "ann", "1937")),
    "BaptismBeforeBirth": Mutation("ann", born("ann", "1900") + happening("e", "Baptism", "ann", "1899-12"),
                                   born("ann", "1900") + happening("e", "Baptism", "ann", "1900-01")),
    "BuriedBeforeDeath": Mutation("ann bob", died("ann", "1938-06-13") + happening("e", "Burial", "ann", "1938-05") + died("bob", "1938") + happening("f", "Cremation", "bob", "1937"),
                                  died("ann", "1938-06-13") + happening("e", "Burial", "ann", "1938-06")),
    "ActsBeforeBirth": Mutation("ann", born("ann", "1900") + posting("e", "ann", "1890/1899"),
                                born("ann", "1900") + posting("e", "ann", "1890/1900") + happening("f", "Trial", "ann", "1890")),
    "ActsAfterDeath": Mutation("ann", died("ann", "1938") + happening("e", "Trial", "ann", "1939", role="agent"),
                               died("ann", "1938") + happening("e", "Trial", "ann", "1938/1945", role="agent")
                               + happening("f", "Publication", "ann", "1950", role="agent") + happening("g", "Rehabilitation", "ann", "1956")),
    "AgeVsBirth": Mutation("c d", born("ann", "1900") + "".join(
        claim("x:ann", "kg:age", age, name=name, more='kg:earliest "1938-01-01"^^xsd:date ; kg:latest "1938-12-31"^^xsd:date')
        for name, age in (("c", "36"), ("d", "39"))),
        born("ann", "1900") + "".join(
        claim("x:ann", "kg:age", age, name=name, more='kg:earliest "1938-01-01"^^xsd:date ; kg:latest "1938-12-31"^^xsd:date')
        for name, age in (("c", "37"), ("d", "38")))),
    "AgeRange": Mutation("ann bob", 'x:ann kg:age -1 . x:bob kg:age "11" .', "x:ann kg:age 0 , 120 ."),
    "ChildBeforeParent": Mutation("son", SON + born("son", "1899") + born("ann", "1900"),
                                  SON + born("son", "1900-06") + born("ann", "1900")),
    "ParentTooYoung": Mutation("son", SON + born("son", "1912") + born("ann", "1900"),
                               SON + born("son", "1913") + born("ann", "1900")),
    "ParentTooOld": Mutation("son", SON + "x:son kg:mother x:ann ." + born("son", "1956") + born("ann", "1900"),
                             SON + "x:son kg:mother x:ann ; kg:parent x:bob ." + born("son", "1955") + born("ann", "1900") + born("bob", "1880")),
    "FatherTooOld": Mutation("son", SON + "x:son kg:father x:ann ." + born("son", "1981") + born("ann", "1900"),
                             SON + "x:son kg:father x:ann ." + born("son", "1980") + born("ann", "1900")),
    "BornAfterParentDeath": Mutation("son", SON + born("son", "1940") + died("ann", "1938", "Execution"),
                                     SON + born("son", "1939") + died("ann", "1938")),
    "BornAfterMotherDeath": Mutation("son", SON + "x:son kg:mother x:ann ." + born("son", "1938-02") + died("ann", "1938-01"),
                                     SON + "x:son kg:mother x:ann ; kg:father x:bob ." + born("son", "1938") + died("ann", "1938") + died("bob", "1937")),
    "SiblingsTooClose": Mutation("son", "x:son kg:mother x:ann . x:kid kg:mother x:ann ." + born("son", "1900-01") + born("kid", "1900-06"),
                                 "x:son kg:mother x:ann . x:kid kg:mother x:ann . x:eve kg:mother x:ann ." + born("son", "1900-01") + born("kid", "1900-02") + born("eve", "1900-11")),
    "MarriageBeforeBirth": Mutation("ann", born("ann", "1900") + happening("e", "Marriage", "ann", "1899", role="agent"),
                                    born("ann", "1900") + happening("e", "Marriage", "ann", "1918")),
    "MarriedTooYoung": Mutation("ann", born("ann", "1900") + happening("e", "Marriage", "ann", "1912"),
                                born("ann", "1900") + happening("e", "Marriage", "ann", "1913")),
    "MarriageAfterDeath": Mutation("ann", died("ann", "1938") + happening("e", "Marriage", "ann", "1939"),
                                   died("ann", "1938") + happening("e", "Marriage", "ann", "1938")),
    "AfterCycle": Mutation("a b", "x:a kg:after x:b . x:b kg:after x:a .", "x:a kg:after x:b , x:c . x:b kg:after x:c ."),
    "AfterVsDates": Mutation("a", happening("a", "Trial", "z", "1937") + happening("b", "Trial", "z", "1938") + "x:a kg:after x:b .",
                             happening("a", "Trial", "z", "1938") + happening("b", "Trial", "z", "1938-06") + "x:a kg:after x:b ."),
    "DuringVsDates": Mutation("a c", happening("a", "Trial", "z", "1937") + happening("b", "War", "z", "1939/1945") + "x:a kg:during x:b ."
                              + happening("c", "Trial", "z", "1946/") + "x:c kg:during x:b .",
                              happening("a", "Trial", "z", "1945") + happening("b", "War", "z", "1939/1945-05") + "x:a kg:during x:b ."),
    "CauseVsDates": Mutation("a", happening("a", "Trial", "z", "1937") + happening("b", "Trial", "z", "1938") + "x:a kg:cause x:b .",
                             happening("a", "Trial", "z", "1937") + 'x:b a kg:Possibility ; kg:earliest "1938-01-01"^^xsd:date . x:a kg:cause x:b .'),
    # happenings
    "EventHasType": Mutation("e f", "x:e a kg:Event . x:f a kg:Event ; kg:eventType kg:Died .", "x:e a kg:Event ; kg:eventType et:War ."),
    "EventHasSomeone": Mutation("e", "x:e a kg:Event .", "x:e a kg:Event ; kg:leader x:ann ."),
    "EventNotPossibility": Mutation("e", "x:e a kg:Event , kg:Possibility .", "x:e a kg:Event , kg:Happening ."),
    "EventNotPosting": Mutation("e", "x:e a kg:Event , kg:Posting .", "x:e a kg:Posting ."),
    "PossibilityHasType": Mutation("e", "x:e a kg:Possibility .", "x:e a kg:Possibility ." + claim("x:e", "kg:eventType", "et:Trial", account="d:acc-version")),
    "OneOutcome": Mutation("e", "x:e kg:outcome kg:Succeeded , kg:Failed .", "x:e kg:outcome kg:Failed ."),
    "FateVsDeath": Mutation("ann", died("ann", "1938", "Execution") + "x:ann kg:fate kg:UnknownFate .",
                            died("ann", "1938") + "x:ann kg:fate kg:Purged . x:bob kg:fate kg:UnknownFate ." + happening("e", "Shooting", "bob", "1938")),
    "PostingHasWhat": Mutation("e", "x:e a kg:Posting .", "x:e a kg:Posting ; kg:organization d:nkvd ."),
    "PostingHasAgent": Mutation("e f g", "x:e a kg:Posting . x:f a kg:Posting ; kg:agent d:inna , d:lyushkov . x:g a kg:Posting ; kg:agent d:family .",
                                "x:e a kg:Posting ; kg:agent d:inna ."),
    "OverlappingPostings": Mutation("e", posting("e", "ann", "1930/1935") + posting("f", "bob", "1933/1937") + "x:e kg:precededBy x:z .",
                                    posting("e", "ann", "1930/1935") + posting("f", "bob", "1935/1937") + "x:e kg:precededBy x:z ."
                                    + posting("g", "eve", "1930/1935", "member") + posting("h", "kid", "1930/1935", "member")),
    "PredecessorOrder": Mutation("e", posting("e", "ann", "1930/1935") + posting("f", "bob", "1936/") + "x:e kg:precededBy x:f .",
                                 posting("e", "ann", "1935/1936") + posting("f", "bob", "1930/1935") + "x:e kg:precededBy x:f ."),
    "PredecessorCycle": Mutation("e f", "x:e kg:precededBy x:f . x:f kg:precededBy x:e .", "x:e kg:precededBy x:f ."),
    "PredecessorSamePost": Mutation("e", "x:e kg:precededBy x:f ; kg:position x:a . x:f kg:position x:b .",
                                    "x:e kg:precededBy x:f , x:g ; kg:position x:a , x:b . x:f kg:position x:b ."),
    "PartOfCycle": Mutation("a b", "x:a kg:partOf x:b . x:b kg:partOf x:a .", "x:a kg:partOf x:b ."),
    "GroupSize": Mutation("g", "x:g kg:quantity 1 ; kg:hasMember x:a , x:b .", "x:g kg:quantity 2 ; kg:hasMember x:a , x:b . x:h kg:hasMember x:a ."),
    # evidence
    "ClaimSubject": Mutation("c", claim("", "kg:gender", "kg:Male"), claim("d:inna , d:lyushkov", "", "")),
    "ClaimOneSubject": Mutation("c", claim("d:inna , d:lyushkov", "kg:gender", "kg:Male"), claim("d:inna , d:lyushkov", "", "")),
    "ClaimPredicate": Mutation("c", claim("d:inna", "", "kg:Male"), claim("d:inna", "", "")),
    "ClaimObject": Mutation("c e f g", claim("d:inna", "kg:gender", "") + claim("d:inna", "kg:spouse", "d:stalin", name="e", more="kg:polarity kg:Unknown")
                            + claim("d:inna", "kg:spouse", "d:stalin , d:lyushkov", name="f") + claim("d:inna", "kg:spouse", "", name="g", more="kg:polarity kg:Unknown , kg:Negative"),
                            claim("d:inna", "kg:gender", "", more="kg:polarity kg:Unknown") + claim("d:inna", "kg:experienced", "et:Divorce", name="f", more="kg:polarity kg:Negative") + claim("d:inna", "", "", name="e")),
    "ClaimSource": Mutation("c", claim("d:inna", "kg:gender", "kg:Male", more="")),
    "ClaimAccount": Mutation("c e", claim("d:inna", "kg:gender", "kg:Male", account="") + claim("d:inna", "kg:gender", "kg:Male", name="e", account="d:inna")),
    "ClaimCertainty": Mutation("c", claim("d:inna", "kg:gender", "kg:Male", certainty="kg:Certain , kg:Possible")),
    "ConflictBothWays": Mutation("c", "x:c kg:conflictsWith x:e .", "x:c kg:conflictsWith x:e . x:e kg:conflictsWith x:c ."),
    "InferenceBasis": Mutation("a b c", 'x:a a kg:Inference ; kg:rule "r" . x:b a kg:Inference ; kg:derivedFrom x:k . x:k a kg:Claim . x:c a kg:Inference ; kg:derivedFrom x:k ; kg:rule "r" ; kg:passage x:p .',
                               'x:a a kg:Inference ; kg:rule "r" ; kg:derivedFrom x:k . x:k a kg:Claim .'),
    "InferenceCycle": Mutation("a b", "x:a a kg:Inference ; kg:derivedFrom x:b . x:b a kg:Inference ; kg:derivedFrom x:a .",
                               "x:a a kg:Inference ; kg:derivedFrom x:b . x:b a kg:Inference ."),
    "AccountMode": Mutation("a b", "x:a a kg:Account . x:b a kg:Account ; kg:mode kg:Stated , kg:Belief .", "x:a a kg:Account ; kg:mode kg:Stated ."),
    "AccountHolder": Mutation("a", "x:a a kg:Account ; kg:mode kg:Suspicion .", "x:a a kg:Account ; kg:mode kg:Alternative . x:b a kg:Account ; kg:mode kg:Belief ; kg:attributedTo d:inna ."),
    "PassageShape": Mutation("a b p q r", "x:q a kg:Passage ; kg:quote \"0 HEAD\" ; kg:source d:src-jewage ; kg:startLine 2 ; kg:endLine 1 . x:r a kg:Passage ; kg:quote \"0 HEAD\" ; kg:source d:src-jewage ; kg:startLine 1 . x:a a kg:Passage ; kg:start 1 ; kg:end 2 ; kg:source d:src-jewage . x:b a kg:Passage ; kg:quote \"q\" ; kg:start 1 ; kg:end 2 ." + passage(start="17"),
                             passage() + 'x:q a kg:Passage ; kg:quote "0 HEAD" ; kg:source d:src-jewage ; kg:startLine 1 ; kg:endLine 1 .'),
    "QuoteMatches": Mutation("p", passage("Yezhov"), passage()),
    "FactHasClaim": Mutation("ann", ANN + "x:ann kg:gender kg:Female .",
                             ANN + "x:ann kg:gender kg:Female ; kg:child x:bob ." + claim("x:ann", "kg:gender", "kg:Female") + BOB + "x:bob kg:gender kg:Male ." + claim("x:bob", "", "", name="record")),
    "ClaimMaterialised": Mutation("c", claim("d:inna", "kg:occupation", "d:agent"),
                                  claim("d:inna", "kg:occupation", "d:agent", account="d:acc-belief") + claim("d:inna", "kg:occupation", "d:officer", name="e", certainty="kg:Possible")
                                  + claim("d:inna", "kg:spouse", "d:lyushkov", name="f")),
    "BeliefNotMaterialised": Mutation("c e", "d:inna kg:occupation d:agent , d:officer ." + claim("d:inna", "kg:occupation", "d:agent", account="d:acc-belief")
                                      + claim("d:inna", "kg:occupation", "d:officer", name="e", certainty="kg:Possible"),
                                      claim("d:inna", "kg:spouse", "d:lyushkov", account="d:acc-belief") + claim("d:daughter", "kg:auntOrUncle", "d:sister", name="e", account="d:acc-version")),
    "EventVouchedFor": Mutation("e f", "x:e a kg:Event . x:f a kg:Event ." + claim("x:e", "kg:agent", "d:inna", account="d:acc-version") + claim("x:f", "kg:agent", "d:inna", name="k", certainty="kg:Possible"),
                                "x:e a kg:Event . x:f a kg:Event ." + claim("x:e", "kg:agent", "d:inna") + claim("x:f", "", "", name="record")),
    "UnmarkedConflict": Mutation("e ann", 'x:e kg:date "1938"^^edtf:EDTF , "1939-01"^^edtf:EDTF . x:ann kg:father x:a , x:b .',
                                 'x:e kg:date "1938"^^edtf:EDTF , "1938-06-13"^^edtf:EDTF , "1939~"^^edtf:EDTF . x:ann kg:father x:a , x:b .'
                                 + claim("x:ann", "kg:father", "x:a", more="kg:conflictsWith x:k") + claim("x:ann", "kg:father", "x:b", name="k")),
    "OrphanEntity": Mutation("ann", ANN, ANN + "x:acc kg:attributedTo x:ann . x:bob a kg:Place . x:c rdf:object x:bob ."),
    "KnownPredicate": Mutation("c", claim("d:inna", "kg:spuose", "d:lyushkov"), claim("d:inna", "kg:spouse", "d:lyushkov") + claim("d:inna", "<http://xmlns.com/foaf/0.1/knows>", "d:stalin", name="e")),
    "DomainRange": Mutation("c", claim("d:odessa", "kg:spouse", "d:lyushkov"), claim("d:nkvd", "kg:succeededBy", "d:nkvd") + claim("d:shooting-lyushkov", "rdf:type", "kg:Event", name="e")),
    "RangeCheck": Mutation("c e", claim("d:birth-lyushkov", "kg:place", "d:lyushkov") + claim("d:inna", "kg:age", '"eleven"', name="e"),
                           claim("d:birth-lyushkov", "kg:place", "d:odessa") + claim("d:inna", "kg:age", "11", name="e") + claim("d:inna", "kg:name", '"Inna"@ru-Latn', name="f")),
}  # fmt: skip

PREFIXES = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {
        "d": D, "kg": "https://w3id.org/prosokg/ns#", "et": "https://w3id.org/prosokg/event/",
        "rdf": str(RDF), "rdfs": str(RDFS), "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#", "edtf": "http://id.loc.gov/datatypes/edtf/",
    }.items()
)  # fmt: skip


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in FILES:
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def quads(lyushkov: Store) -> list[ox.Quad]:
    return list(lyushkov.quads(graph=None))


def mutated(store: Store, quads: list[ox.Quad], mutation: Mutation) -> Store:
    """The archive with both halves of a mutation, each in a namespace of its own."""
    inner = ox.Store()
    inner.bulk_extend(quads)
    for namespace, turtle in ((X, mutation.turtle), (QUIET, mutation.quiet)):
        text = f"{PREFIXES}@prefix x: <{namespace}> .\n{turtle}"
        inner.load(text, format=ox.RdfFormat.TURTLE)
    return Store(inner, store.prefixes)


def named_shapes(graph: rdflib.Graph) -> set[URIRef]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}


@pytest.mark.parametrize("shape", MUTATIONS)
def test_shape_fires_on_its_fault_and_on_nothing_near_it(
    lyushkov: Store, quads: list[ox.Quad], shape: str
) -> None:
    mutation = MUTATIONS[shape]
    report = validate(mutated(lyushkov, quads, mutation), only=[shape])
    assert {finding.rule for finding in report.findings} == {shape}
    found = {f.focus if f.focus.startswith("http") else X + "_" for f in report.findings}
    new = {focus for focus in found if not focus.startswith(D)}
    assert new == {X + name for name in mutation.focus.split()}


def test_every_shape_has_a_mutation(shapes: rdflib.Graph) -> None:
    names = {str(shape).removeprefix(SHAPE) for shape in named_shapes(shapes)}
    assert names == set(MUTATIONS)
    assert len(names) >= 65


def test_every_shape_says_its_fault_in_both_languages(shapes: rdflib.Graph) -> None:
    for shape in named_shapes(shapes):
        for node in (shape, *shapes.objects(shape, SH.property)):
            severity = shapes.value(node, SH.severity)
            assert severity in (SH.Violation, SH.Warning, SH.Info), shape
            assert severity == shapes.value(shape, SH.severity), shape
            wanted = (
                [SH.message] if isinstance(node, BNode) else [SH.message, RDFS.label, RDFS.comment]
            )
            for predicate in wanted:
                texts = list(shapes.objects(node, predicate))
                assert sorted(text.language for text in texts) == ["en", "ru"], (shape, predicate)
                russian = next(text for text in texts if text.language == "ru")
                assert any("а" <= letter <= "я" for letter in russian), (shape, predicate)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_shapes_file_stands_alone(file: Path) -> None:
    graph = rdflib.Graph().parse(file)
    assert len(graph) == len({quad.triple for quad in ox.parse(path=file)})
    for constraint in graph.objects(None, SH.sparql):
        assert (graph.value(constraint, SH.prefixes), SH.declare, None) in graph


def test_lyushkov_has_no_violation_and_one_warning(lyushkov: Store) -> None:
    report = validate(lyushkov)
    assert [str(f) for f in report.findings if f.severity is Severity.VIOLATION] == []
    warnings = [f for f in report.findings if f.severity is Severity.WARNING]
    assert [(f.rule, f.focus) for f in warnings] == [("FateVsDeath", D + "lyushkov")]
    assert report.count(Severity.INFO) >= 1
    assert [f.severity for f in report.findings] == sorted(
        (f.severity for f in report.findings), reverse=True
    )
