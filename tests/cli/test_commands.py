"""The command line: exit codes, messages without tracebacks, what goes to which stream."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.archive import Archive
from kg.cli.app import run

VERBS = ("ask", "build", "demo", "evidence", "export", "find", "import", "init", "kin", "network",
         "path", "query", "relatives", "show", "stats", "timeline", "validate")  # fmt: skip


@pytest.fixture
def kg(lyushkov_archive: Archive, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run a command on the Lyushkov archive: exit code, stdout, stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--archive", str(lyushkov_archive.path), *words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return code, captured.out, captured.err

    return call


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    assert f"Example: kg {verb}" in " ".join(capsys.readouterr().out.split())


def test_top_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for verb in VERBS:
        assert f"  {verb} " in out


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from kg.cli.app import run; run(['--help']); run(['path', '--help']);"
        "print([m for m in ('rdflib', 'networkx', 'pyshacl', 'pyoxigraph', 'numpy', 'rapidfuzz')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_module_runs_and_tells_its_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "kg 0.1.0"


def test_show_gives_facts_conflicts_and_possibilities(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("show", "Люшков")
    assert code == 0
    lines = out.splitlines()
    assert any(
        "date of death" in line and "1945-08-19" in line and "contested" in line for line in lines
    )
    assert any(
        "shooting of Lyushkov" in line and "not a fact: alternative" in line for line in lines
    )
    assert any("return to Moscow" in line and line.endswith("possibility") for line in lines)


def test_show_json_has_stable_keys(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("show", "Inna", "--json")
    assert code == 0
    assert set(json.loads(out)) == {
        "id",
        "iri",
        "type",
        "label",
        "facts",
        "named_by",
        "happenings",
        "claimed",
    }


def test_evidence_of_his_fate_has_all_voices(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("evidence", "Lyushkov", "fate")
    assert code == 0
    assert "«His fate is uncertain»" in out
    assert "F305  ≠ F021" in out
    assert "one version: not a fact" in out
    assert "conflict: they cannot both be so" in out


def test_evidence_of_a_derived_fact_has_its_proof(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("evidence", "Lyushkov", "predecessor")
    assert code == 0
    assert "rule predecessor" in out
    assert "predecessors in his post, Deribas" in out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["show", "Lushkov"], 3, "did you mean"),
        (["show", "d:nobody"], 3, 'nothing here has the id "d:nobody"'),
        (["show", "Lyushkov", "--lang"], 2, "requires an argument"),
        (["shwo", "Lyushkov"], 2, "No such command"),
        (["evidence", "Lyushkov", "fait"], 3, "fate"),
        (["ask", "parent", "Lyushkov"], 3, "did you mean: parents"),
        (["ask", "parents", "Lyushkov", "Inna"], 3, "takes 1 parameter"),
        (["ask", "alive-on", "Lyushkov", "1940-13-01"], 3, "month"),
        (["query", "SELECT ?x { ?x kg:fate }"], 3, "query:1:24"),
        (["query", "INSERT DATA { d:a d:b d:c }"], 3, "only reads"),
        (["query", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], 3, "SERVICE asks another machine"),
        (["query", "SELECT ?x { ?x foo:bar 1 }"], 3, "foo"),
        (["query", "no-such-file.rq"], 3, "cannot be read"),
        (["query", "SELECT ?x { ?x a kg:Person }", "--format", "turtle"], 3, "table"),
        (["export", "--format", "turtel"], 3, "turtle"),
        (["path", "Lyushkov", "NKVD"], 3, "no person"),
        (["path", "Lyushkov", "Inna", "--only", "love"], 3, "no kind of tie"),
        (["path", "Lyushkov", "Inna", "--at", "soon"], 3, "date"),
        (["validate", "--fail-on", "never"], 3, "severity"),
        (["validate", "--shapes", "no-such.ttl"], 3, "no-such.ttl"),
        (["find", "Xyzzyqwert"], 1, ""),
        (["path", "Lyushkov", "Inna", "--only", "service"], 1, ""),
        (["show", "Lyushkov", "--min-certainty", "sure"], 3, "possible, probable or certain"),
        (["show", "Lyushkov", "--according-to", "Odessa"], 3, "no account"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_with_a_code(kg, words: list[str], code: int, says: str) -> None:  # type: ignore[no-untyped-def]
    found, out, err = kg(*words)
    assert found == code, err
    assert says in err
    if code != 1:
        assert out == "", "stdout is for answers"


def test_no_archive_here_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--archive", str(tmp_path), "show", "Lyushkov"]) == 3
    assert "kg init" in capsys.readouterr().err


def test_viewpoint_changes_the_answer(kg) -> None:  # type: ignore[no-untyped-def]
    assert "Safe" not in kg("query", "SELECT ?f { d:family kg:fate ?f }")[1]
    _, out, _ = kg("query", "SELECT ?f { d:family kg:fate ?f }", "--according-to", "d:acc-belief")
    assert "kg:Safe" in out
    _, out, _ = kg("timeline", "Lyushkov", "--according-to", "d:acc-version", "--json")
    kinds = {part["label"]: part["kind"] for part in json.loads(out)}
    assert kinds["shooting of Lyushkov (one version)"] == "event"
    assert "(100 %)" in kg("stats")[1]
    assert "0 of 335 content words" in kg("stats", "--exclude", "d:src-jewage")[1]
    assert kg("find", "Samoilovich")[0] == 0
    assert kg("find", "Samoilovich", "--exclude", "d:src-jewage")[0] == 1
    _, out, _ = kg("ask", "fate-of-relatives", "--exclude", "d:acc-report", "--format", "csv")
    assert "Lubyanka" not in out


def test_query_reads_stdin_and_files(kg, tmp_path: Path, lyushkov_archive: Archive) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "spouses.rq"
    file.write_text("SELECT ?a { ?a kg:spouse d:inna }", encoding="utf-8")
    assert "d:lyushkov" in kg("query", str(file))[1]
    assert "d:lyushkov" in kg("query", "--file", str(file))[1]
    done = subprocess.run(
        [sys.executable, "-m", "kg", "-a", str(lyushkov_archive.path), "query", "-", "-f", "csv"],
        input=file.read_text(encoding="utf-8"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["a", "https://w3id.org/prosokg/lyushkov/lyushkov"]


def test_slow_query_ends_with_a_word(kg) -> None:  # type: ignore[no-untyped-def]
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    code, out, err = kg("query", slow, "--timeout", "0.3")
    assert (code, out) == (3, "")
    assert "0.3" in err
    assert kg("query", "ASK { d:inna a kg:Person }")[0] == 0


def test_path_turned_round_is_the_same(kg) -> None:  # type: ignore[no-untyped-def]
    _, there, _ = kg("path", "Lyushkov", "Takeoka", "--json")
    _, back, _ = kg("path", "Takeoka", "Lyushkov", "--json")
    people = [p["id"] for p in json.loads(there)["paths"][0]["people"]]
    assert [p["id"] for p in json.loads(back)["paths"][0]["people"]] == people[::-1]


def test_validate_tells_the_one_warning(kg) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = kg("validate", "--fail-on", "violation", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["counts"]["violation"] == 0
    assert document["counts"]["warning"] == 1
    assert [f["rule"] for f in document["findings"] if f["severity"] == "warning"] == [
        "FateVsDeath"
    ]
    assert kg("validate", "--fail-on", "warning")[0] == 1


def test_pipe_gets_neither_colour_nor_wrapping(lyushkov_archive: Archive) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "show", "Lyushkov", "-a", str(lyushkov_archive.path)],
        capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "40"},
    )  # fmt: skip
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) > 80


def test_reader_that_stops_early_is_no_error(lyushkov_archive: Archive) -> None:
    kg = f'"{sys.executable}" -m kg -a "{lyushkov_archive.path}"'
    for verb in ("export", "show Lyushkov", "ask"):
        done = subprocess.run(
            ["bash", "-c", f"{kg} {verb} | head -1; exit ${{PIPESTATUS[0]}}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert len(done.stdout.splitlines()) == 1
        assert (done.returncode, done.stderr) == (0, "")


def test_output_goes_to_a_file_or_says_why_not(kg, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "out.ttl"
    assert kg("export", "-o", str(file))[0] == 0
    assert file.read_text(encoding="utf-8").startswith("@prefix")
    code, _, err = kg("export", "-o", str(tmp_path / "none" / "out.ttl"))
    assert (code, "there is no folder" in err) == (3, True)
    code, _, err = kg("query", "SELECT ?x { ?x kg:fate ?y }", "-f", "csv", "-o", str(tmp_path))
    assert (code, "cannot be written" in err) == (3, True)
    assert not list(tmp_path.glob(".*"))


def test_completion_offers_names_of_people(lyushkov_archive: Archive) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg"], capture_output=True, text=True, check=True,
        env={**os.environ, "_KG_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "kg show Tak",
             "KG_ARCHIVE": str(lyushkov_archive.path)},
    )  # fmt: skip
    assert "Takeoka" in done.stdout


def test_own_archive_from_nothing_to_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text(
        "My aunt Vera left for Riga in May 1921.\n", encoding="utf-8"
    )
    assert run(["init", "mine", "--title", "Mine", "--base", "https://example.org/mine/"]) == 0
    assert run(["-a", "mine", "import", "letter.txt"]) == 0
    (tmp_path / "mine/entities.csv").write_text(
        "id,class,label@en,comment@en\nd:vera,kg:Person,Vera,\nd:trip,kg:Event,Vera leaves,\n"
        "d:riga,kg:Place,Riga,\n", encoding="utf-8",
    )  # fmt: skip
    header = "key,quote,context,subject,predicate,object,date,certainty,account,conflicts,premises,rule,note\n"
    (tmp_path / "mine/claims/letter.csv").write_text(
        header
        + "1,Vera left,,d:trip,kg:agent,d:vera,,certain,,,,,\n"
        + '2,left,,d:trip,kg:eventType,et:Departure,,certain,,,,,\n'
        + '3,in May 1921,,d:trip,kg:date,"""1921-05""^^edtf:EDTF",,certain,,,,,\n'
        + "4,for Riga,,d:trip,kg:destination,d:riga,,certain,,,,,\n", encoding="utf-8",
    )  # fmt: skip
    assert run(["-a", "mine", "timeline", "Vera"]) == 0
    out = capsys.readouterr().out
    assert "May 1921" in out
    assert "Vera leaves" in out
