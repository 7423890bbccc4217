"""What a validation gives back: claims behind findings, the standard report, shapes of one's own."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import SH
from rdflib.compare import isomorphic

from kg.archive import open_archive
from kg.build import view
from kg.errors import ReadError, UnknownName
from kg.facts import Viewpoint
from kg.model import dates
from kg.model.claims import Certainty
from kg.model.findings import Severity
from kg.store.embedded import Store
from kg.validate.evidence import quotes
from kg.validate.prepare import prepared
from kg.validate.report import Path as PropertyPath
from kg.validate.report import Result, Step
from kg.validate.shapes import read_path, read_shapes, report_of, validate

D = "https://w3id.org/prosokg/lyushkov/"
KG = "https://w3id.org/prosokg/ns#"
OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kg: <https://w3id.org/prosokg/ns#> .
@prefix s: <https://w3id.org/prosokg/shape/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix my: <https://example.org/shapes#> .
"""


@pytest.fixture
def changed(lyushkov: Store) -> Store:
    """A copy of the archive that may be changed."""
    inner = ox.Store()
    inner.bulk_extend(lyushkov.quads(graph=None))
    return Store(inner, lyushkov.prefixes)


def keys(store: Store, claims: tuple[str, ...]) -> set[str]:
    return {quad.object.value for c in claims for quad in store.quads(c, KG + "key")}  # type: ignore[union-attr]


def own(tmp_path: Path, turtle: str) -> Path:
    file = tmp_path / "own.ttl"
    file.write_text(OWN + turtle, encoding="utf-8")
    return file


def canonical(text: str, syntax: ox.RdfFormat) -> set[str]:
    dataset = ox.Dataset(ox.parse(text, format=syntax))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def test_fate_against_death_shows_the_claims_that_disagree(lyushkov: Store) -> None:
    (finding,) = validate(lyushkov, only=["FateVsDeath"]).findings
    assert finding.path == KG + "fate"
    assert finding.value == KG + "UncertainFate"
    assert {"F305", "F021", "F019"} <= keys(lyushkov, finding.claims)


def test_dates_compared_show_the_claims_of_both_dates(changed: Store) -> None:
    early = ox.Literal("1899-01-01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    death = ox.NamedNode(D + "death-lyushkov")
    for old in list(changed.quads(death.value, KG + "latest")):
        changed.inner.remove(old)
    changed.inner.add(ox.Quad(death, ox.NamedNode(KG + "latest"), early))
    (finding,) = validate(changed, only=["DeathBeforeBirth"]).findings
    assert (finding.focus, finding.value) == (D + "lyushkov", death.value)
    assert {"F018", "F021"} <= keys(changed, finding.claims)


def test_kinship_stated_as_father_is_behind_a_shape_about_parents(changed: Store) -> None:
    changed.inner.load(
        f"""@prefix kg: <{KG}> . @prefix d: <{D}> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        d:tailor kg:parent d:lyushkov .
        d:k a kg:Claim ; rdf:subject d:tailor ; rdf:predicate kg:father ; rdf:object d:lyushkov .""",
        format=ox.RdfFormat.TURTLE,
    )
    found = {f.focus: f.claims for f in validate(changed, only=["AncestorCycle"]).findings}
    assert D + "k" in found[D + "tailor"]
    assert keys(changed, found[D + "lyushkov"]) >= {"F029"}


def test_claims_and_passages_lead_to_themselves(changed: Store) -> None:
    passage = next(changed.quads(None, KG + "quote", ox.Literal("his wife Inna"))).subject
    changed.inner.remove(ox.Quad(passage, ox.NamedNode(KG + "quote"), ox.Literal("his wife Inna")))
    changed.inner.add(ox.Quad(passage, ox.NamedNode(KG + "quote"), ox.Literal("his wife Anna")))
    (finding,) = validate(changed, only=["QuoteMatches"]).findings
    assert finding.value == "his wife Anna"
    quoting = {quad.subject.value for quad in changed.quads(None, KG + "passage", passage)}  # type: ignore[union-attr]
    assert set(finding.claims) == quoting
    words = quotes(changed, finding.claims, "ru")
    assert set(words) == quoting
    assert set(words.values()) == {("his wife Anna", "сама биография")}


def test_messages_come_in_the_language_asked_for(lyushkov: Store) -> None:
    english = validate(lyushkov, only=["Unnamed"])
    russian = validate(lyushkov, only=["Unnamed"], language="ru")
    assert english.results == russian.results
    assert english.findings[0].message.startswith("the sources do not name this person")
    assert russian.findings[0].message.startswith("источники не называют")


def test_report_is_standard_and_the_same_in_both_syntaxes(lyushkov: Store) -> None:
    report = validate(lyushkov, only=["FateVsDeath", "Unnamed"])
    graph = report.report
    assert len(list(graph.objects(None, SH.result))) == len(report.findings) == 7
    assert (None, SH.conforms, rdflib.Literal(False)) in graph
    assert {str(text.language) for text in graph.objects(None, SH.resultMessage)} == {"en", "ru"}  # type: ignore[attr-defined]
    assert isomorphic(graph, rdflib.Graph().parse(data=report.turtle(), format="turtle"))
    assert canonical(report.turtle(), ox.RdfFormat.TURTLE) == canonical(
        report.jsonld(), ox.RdfFormat.JSON_LD
    )


def test_report_of_the_same_results_is_the_same_text(lyushkov: Store) -> None:
    report = validate(lyushkov, only=["FateVsDeath", "Unnamed", "EventHasSomeone"])
    again = report_of(lyushkov, reversed(report.results), looks_at=lambda shape: frozenset())
    assert [f.rule for f in again.findings] == [f.rule for f in report.findings]
    assert again.turtle() == report.turtle()
    assert again.jsonld() == report.jsonld()


@pytest.mark.parametrize(
    ("turtle", "path", "text"),
    [
        ("<a:p>", "a:p", "a:p"),
        ("( <a:p> <a:q> )", PropertyPath("sequence", ("a:p", "a:q")), "<a:p>/<a:q>"),
        ("[ sh:alternativePath ( <a:p> [ sh:inversePath <a:q> ] ) ]",
         PropertyPath("alternativePath", ("a:p", PropertyPath("inversePath", ("a:q",)))), "<a:p>|(^<a:q>)"),
        ("[ sh:oneOrMorePath ( <a:p> <a:q> ) ]",
         PropertyPath("oneOrMorePath", (PropertyPath("sequence", ("a:p", "a:q")),)), "(<a:p>/<a:q>)+"),
    ],
)  # fmt: skip
def test_paths_survive_reading_and_writing(turtle: str, path: Step, text: str) -> None:
    graph = rdflib.Graph().parse(data=f"{OWN} my:x sh:path {turtle} .", format="turtle")
    assert read_path(graph, next(graph.objects(None, SH.path))) == path
    assert str(path) == text
    result = Result(severity=Severity.INFO, shape="a:s", component="a:c",
                    focus=ox.NamedNode("a:f"), path=path)  # fmt: skip
    store = Store(ox.Store(), {})
    report = report_of(store, [result], looks_at=lambda shape: frozenset())
    back = rdflib.Graph().parse(data=report.turtle(), format="turtle")
    assert read_path(back, next(back.objects(None, SH.resultPath))) == path
    assert canonical(report.turtle(), ox.RdfFormat.TURTLE) == canonical(
        report.jsonld(), ox.RdfFormat.JSON_LD
    )


def test_least_leaves_out_what_is_less_bad(lyushkov: Store) -> None:
    report = validate(lyushkov, least=Severity.WARNING)
    assert {f.severity for f in report.findings} <= {Severity.WARNING, Severity.VIOLATION}
    assert [f for f in validate(lyushkov).findings if f.severity >= Severity.WARNING] == list(
        report.findings
    )


def test_unknown_shape_and_engine_name_near_ones(lyushkov: Store) -> None:
    with pytest.raises(UnknownName, match="FateVersusDeath") as caught:
        validate(lyushkov, only=["FateVersusDeath"])
    assert "FateVsDeath" in caught.value.hint
    with pytest.raises(UnknownName, match="magic"):
        validate(lyushkov, engine="magic")


def test_own_shapes_are_run_beside_the_shipped_ones(lyushkov: Store, tmp_path: Path) -> None:
    file = own(tmp_path, """
        my:PlaceInPlace a sh:PropertyShape ; sh:targetClass kg:Place ; sh:path kg:partOf ;
            sh:minCount 1 ; sh:severity sh:Warning ; sh:message "lies nowhere" .
        s:Unnamed sh:deactivated true .""")  # fmt: skip
    report = validate(lyushkov, extra=[file])
    own_findings = [f for f in report.findings if f.rule == "PlaceInPlace"]
    assert D + "odessa" in {f.focus for f in own_findings}
    assert {f.message for f in own_findings} == {"lies nowhere"}
    assert not [f for f in report.findings if f.rule == "Unnamed"]


def asking(select: str) -> str:
    return f'my:A a sh:NodeShape ; sh:targetClass kg:Person ; sh:sparql [ sh:select "{select}" ] .'


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        ("my:A a sh:NodeShape ; ", "no Turtle"),
        ("my: owl:imports <http://localhost/shapes> .", "owl:imports"),
        ('my:A sh:targetClass kg:Person ; sh:js [ sh:jsFunctionName "f" ] .', "sh:js"),
        (asking("SELECT $this { SERVICE <http://localhost/> { $this ?p ?o } }"), "SERVICE"),
        (asking("SELECT $this { \\\\u0053ERVICE <http://localhost/> { $this ?p ?o } }"), "SERVICE"),
        (asking("SELECT $this FROM <http://localhost/> { $this ?p ?o }"), "FROM"),
        (asking("SELECT $this { $this"), "own.ttl"),
        (asking("SELECT $this { VALUES $this { kg:x } }"), "VALUES"),
    ],
)
def test_shapes_that_cannot_be_run_or_reach_out_are_refused(
    lyushkov: Store, tmp_path: Path, turtle: str, fault: str
) -> None:
    file = own(tmp_path, turtle)
    with pytest.raises(ReadError, match=fault) as caught:
        validate(lyushkov, extra=[file])
    assert str(file) in caught.value.message
    assert caught.value.hint


def test_missing_shapes_file_is_named(lyushkov: Store, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"gone\.ttl"):
        validate(lyushkov, extra=[tmp_path / "gone.ttl"])


@pytest.mark.parametrize("viewpoint", [
    Viewpoint(according_to=frozenset({D + "acc-version"})),
    Viewpoint(according_to=frozenset({D + "acc-narrator", D + "acc-belief", D + "acc-suspicion"})),
    Viewpoint(exclude=frozenset({D + "acc-report"})),
    Viewpoint(exclude=frozenset({D + "acc-editor"})),
    Viewpoint(least=Certainty.CERTAIN),
], ids=["version", "with belief", "without report", "without editors", "certain"])  # fmt: skip
def test_other_viewpoints_have_no_violation_either(lyushkov: Store, viewpoint: Viewpoint) -> None:
    rules = open_archive(Path(__file__).parents[2] / "data" / "lyushkov").rules
    report = validate(view(lyushkov, viewpoint, rules), least=Severity.WARNING)
    assert {f.rule for f in report.findings} <= {"FateVsDeath"}


def test_followed_version_is_validated_as_fact(lyushkov: Store) -> None:
    viewpoint = Viewpoint(according_to=frozenset({D + "acc-version"}))
    rival = view(lyushkov, viewpoint, ("core",))
    shooting = D + "shooting-lyushkov"
    assert ox.NamedNode(D + "takeoka") in rival.objects(shooting, KG + "agent")
    assert prepared(rival).query(f"ASK {{ <{shooting}> a <{KG}Event> }}")
    lost = next(rival.quads(shooting, KG + "agent"))
    rival.inner.remove(lost)
    assert {f.rule for f in validate(rival, least=Severity.VIOLATION).findings} == {
        "ClaimMaterialised"
    }


@pytest.mark.parametrize("text", [
    "1900", "193X", "1937-07-31/", "[..1937-07-31]", "/1945-08", "../1938", "1938~", "1938-06-0X", "Y17000",
    "Y17E7", "1950S2", "{1937,1938}", "[1667,1668,1670..1672]", "[1760-12..]", "1938-21", "2004-06-~11",
    "-0043", "1938-06-13T10:00:00Z", "1937/..", "?2004-06-04~", "Y-17000", "{..1984}", "1984?/2004-06~",
])  # fmt: skip
def test_shape_of_dates_accepts_what_the_reader_accepts(text: str) -> None:
    import re

    dates.parse(text)
    shapes = read_shapes()
    (pattern,) = set(shapes.objects(None, SH.pattern))
    assert re.search(str(pattern), text)
