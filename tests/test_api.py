"""`import kg`: the same as the commands, on plain values."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kg
from kg.archive import Archive


@pytest.fixture
def view(lyushkov_archive: Archive):  # type: ignore[no-untyped-def]
    with kg.open(lyushkov_archive.path) as opened:
        yield opened


def test_import_costs_nothing() -> None:
    code = "import sys, kg; print([m for m in ('pyoxigraph', 'rdflib', 'typer', 'networkx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_is_there_and_documented() -> None:
    for name in kg.__all__:
        found = getattr(kg, name)
        assert name == "__version__" or found.__doc__, name
        assert name in dir(kg)
    with pytest.raises(AttributeError):
        _ = kg.nothing  # type: ignore[attr-defined]


def test_functions_keep_their_names_whatever_modules_are_imported() -> None:
    import kg.build
    import kg.query.engine
    import kg.validate.shapes

    assert all(callable(getattr(kg, name)) for name in ("build", "query", "validate"))


def test_query_gives_rows_truth_and_triples(view: kg.View) -> None:
    rows = kg.query(view, "SELECT ?who ?age { ?who kg:age ?age }")
    assert isinstance(rows, kg.Rows)
    assert rows[0] == ("d:daughter", 11)
    assert rows.dicts() == [{"who": "d:daughter", "age": 11}]
    assert "<td>d:daughter</td>" in rows._repr_html_()
    assert kg.query(view, "ASK { d:inna kg:spouse d:stalin }") is False
    assert len(kg.query(view, "CONSTRUCT { ?a kg:spouse ?b } { ?a kg:spouse ?b }")) == 2  # type: ignore[arg-type]
    with pytest.raises(kg.QueryError):
        kg.query(view, "SELECT")


def test_frame_is_refused_where_its_library_is_not_installed(view: kg.View, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    rows = kg.ask(view, "parents")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(kg.KgError, match="pandas is not installed"):
        rows.frame()


def test_ask_takes_names_and_keywords(view: kg.View) -> None:
    by_place = kg.ask(view, "parents", "Люшков")
    assert by_place.rows == kg.ask(view, "parents", person="d:lyushkov").rows
    assert len(kg.asks()) >= 45
    with pytest.raises(kg.QueryError, match="takes 1 parameter"):
        kg.ask(view, "parents", "Lyushkov", person="Inna")
    with pytest.raises(kg.UnknownName, match="no person is called"):
        kg.ask(view, "parents", "Odessa")


def test_path_prints_and_turns_round(view: kg.View) -> None:
    told = kg.path(view, "Lyushkov", "Zinoviev")
    assert told is not None
    assert "interrogations of Zinoviev" in str(told)
    assert told.to_dict()["people"][0]["label"] == "Genrikh Lyushkov"
    assert "<li>" in told._repr_html_()
    assert kg.paths(view, "Lyushkov", "Inna", only=["service"]) == []


def test_evidence_profile_and_timeline_are_values(view: kg.View) -> None:
    evidence = kg.evidence(view, "Lyushkov", "fate")
    assert evidence.accounts[0].voice.mode.value == "Stated"
    assert kg.profile(view, "Inna").label == "Inna, wife of Lyushkov"
    assert kg.timeline(view, "Lyushkov")[0].date == "1900"
    assert kg.find(view, "Такеока")[0].iri.endswith("takeoka")


def test_views_for_other_libraries(view: kg.View) -> None:
    graph = kg.to_rdflib(view)
    lyushkov = next(graph.subjects(None, None))
    assert lyushkov is not None
    network = kg.to_networkx(view)
    assert (
        network.nodes["https://w3id.org/prosokg/lyushkov/lyushkov"]["label"] == "Genrikh Lyushkov"
    )


def test_viewpoint(lyushkov_archive: Archive) -> None:
    with kg.open(lyushkov_archive.path, according_to=["d:acc-belief"]) as view:
        assert kg.query(view, "SELECT ?f { d:family kg:fate ?f }").rows == (("kg:Safe",),)  # type: ignore[union-attr]


def test_validate_gives_a_report(view: kg.View) -> None:
    report = kg.validate(view)
    assert [f.rule for f in report.findings if f.severity.name == "WARNING"] == ["FateVsDeath"]
    assert "<td>FateVsDeath</td>" in report._repr_html_()
    assert str(report).splitlines()[-1].startswith("0 violation, 1 warning")
