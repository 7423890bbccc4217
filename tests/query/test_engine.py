from __future__ import annotations

import contextlib
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

from kg.errors import QueryError, StoreError
from kg.query import engine, worker
from kg.query.engine import GRAPH_FORMATS, TABLE_FORMATS, rows, run, truth

ROOT = Path(engine.__file__).parents[2]
X = "http://example.org/"
PREFIXES = {"x": X, "xsd": "http://www.w3.org/2001/XMLSchema#"}
NASTY = [
    '"},{"',
    "[{\\",
    '\\",{"a',
    "a\r\nb\n",
    "<result>",
    ",[{",
    'say ""',
    "",
    "\\\\",
    "Люшков\t",
]
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "store"
    node, literal = pyoxigraph.NamedNode, pyoxigraph.Literal
    opened = pyoxigraph.Store(path)
    opened.bulk_extend(
        pyoxigraph.Quad(node(f"{X}{index}"), node(f"{X}label"), literal(label))
        for index, label in enumerate(NASTY)
    )
    opened.bulk_extend(
        pyoxigraph.Quad(node(f"{X}n{index}"), node(f"{X}number"), literal(index))
        for index in range(600)
    )
    opened.flush()
    del opened
    return path


def is_answered(store: Path) -> bool:
    return truth(run(store, "ASK { x:n7 x:number 7 }", prefixes=PREFIXES))


@pytest.mark.parametrize("format", ["json", "xml", "tsv"])
def test_select_reads_back_from_every_table_format(store: Path, format: str) -> None:
    text = "SELECT ?label ?none { ?s x:label ?label } ORDER BY ?s"
    answer = run(store, text, format=format, prefixes=PREFIXES)
    assert (answer.kind, answer.variables, answer.rows) == ("select", ("label", "none"), len(NASTY))
    assert rows(answer) == [(pyoxigraph.Literal(label), None) for label in NASTY]


def test_select_as_csv_is_what_the_engine_writes(store: Path) -> None:
    answer = run(
        store, "SELECT ?s ?l { ?s x:label ?l } ORDER BY ?s", format="csv", prefixes=PREFIXES
    )
    assert answer.body.startswith(b"s,l\r\nhttp://example.org/0,")
    assert answer.rows == len(NASTY)
    with pytest.raises(ValueError, match="no terms in the csv"):
        rows(answer)


@pytest.mark.parametrize("format", TABLE_FORMATS)
def test_ask_reads_back_from_every_table_format(store: Path, format: str) -> None:
    assert truth(run(store, "ASK { ?s x:number 7 }", format=format, prefixes=PREFIXES))
    assert not truth(run(store, "ASK { ?s x:number 'true' }", format=format, prefixes=PREFIXES))


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_construct_reads_back_from_every_graph_format(store: Path, format: str) -> None:
    text = (
        "CONSTRUCT { ?s x:name ?o . ?s a x:Thing } WHERE { ?s x:label ?o FILTER(?o != '\\\\\\\\') }"
    )
    answer = run(store, text, format=format, prefixes=PREFIXES)
    names = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf", "jsonld": "jsonld"}
    parsed = pyoxigraph.parse(answer.body, pyoxigraph.RdfFormat.from_extension(names[format]))
    triples = {quad.triple for quad in parsed}
    assert answer.kind == "construct"
    assert answer.rows == len(triples) == 2 * (len(NASTY) - 1)
    if format == "turtle":
        assert b"@prefix x: <http://example.org/> ." in answer.body
        assert b"@prefix xsd:" not in answer.body


def test_describe_gives_triples(store: Path) -> None:
    answer = run(store, "DESCRIBE x:n3", format="ntriples", prefixes=PREFIXES)
    assert answer.body.startswith(b"<http://example.org/n3> <http://example.org/number> ")
    assert answer.rows == 1


def test_big_answer_arrives_whole(store: Path) -> None:
    answer = run(
        store, "SELECT * { ?a x:number ?b . ?c x:label ?d . ?e x:label ?f }", prefixes=PREFIXES
    )
    assert answer.rows == 600 * len(NASTY) ** 2
    assert len(answer.body) > 10_000_000
    assert answer.body.endswith(b"}]}}")


@pytest.mark.parametrize("format", TABLE_FORMATS)
def test_rows_are_counted_wherever_the_pieces_are_cut(format: str) -> None:
    memory = pyoxigraph.Store()
    node = pyoxigraph.NamedNode(X)
    for label in NASTY:
        memory.add(pyoxigraph.Quad(node, node, pyoxigraph.Literal(label)))
    for text in ("SELECT * { ?s ?p ?o }", "SELECT ?q { ?s ?p ?o }", "SELECT * { ?s ?p 1 }"):
        results = memory.query(text)
        assert isinstance(results, pyoxigraph.QuerySolutions)
        body = results.serialize(format=getattr(pyoxigraph.QueryResultsFormat, format.upper()))
        assert body is not None
        for size in (*range(1, 30), len(body)):
            count = worker.row_counter(format)
            pieces = [body[start : start + size] for start in range(0, len(body), size)]
            assert sum(map(count, pieces)) == (0 if text.endswith("1 }") else len(NASTY))


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("SELECT ?s WHERE { ?s x:label }", 1, 30, '"}" is not expected here'),
        ("SELECT ?s\nWHERE { ?s x:label ?o\n  FILTER(?o < ) }", 3, 15, '")" is not expected'),
        ("SELECT ?s\nWHERE { ?s x:label ?o", 2, 22, "the query ends too early"),
        ("SELECT ?s { ?s x:label ?o }}", 1, 28, '"}" closes nothing'),
        ("# 'a' {\nSELECT ?s { ?s x:label 'ж😀' ?o }", 2, 29, '"?o" is not expected'),
        ("SELECT ?s { <a> x:label ?o }", 1, 13, '"<a>" is no full IRI'),
        ("SELECT ?s { ?s x:label ?o } ORDER ?s", 1, 35, '"?s" is not expected'),
        ("SELECT * { BIND(CONCAT ('a') AS ?x) }", 1, 17, '"CONCAT" is not expected'),
        ("SELECT * { BIND(coalesce(1,?x) AS ?x) FILTER(foo(1)) }", 1, 46, '"foo" is not expected'),
        ("SELECT ?s { ?s ?p ?o }\n\n\n  GROUP  BY", 4, 12, "the query ends too early"),
    ],
)
def test_parse_error_is_placed_in_the_text_of_the_user(
    store: Path, text: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(QueryError) as caught:
        run(store, text, prefixes=PREFIXES, name="who.rq")
    first, shown, caret = caught.value.message.split("\n")
    assert first.startswith(f"who.rq:{line}:{column}: ")
    assert said in first
    assert caret.index("^") - 2 == column - 1
    assert shown.strip() == text.split("\n")[line - 1].strip()
    assert caught.value.hint


def test_parse_error_names_the_bracket_left_open(store: Path) -> None:
    with pytest.raises(QueryError) as caught:
        run(store, "SELECT * {\n  ?s ?p ?o FILTER(?o > 1 }")
    assert "2:26" in caught.value.message
    assert '"}" closes nothing' in caught.value.message
    with pytest.raises(QueryError) as caught:
        run(store, "SELECT * {\n  { ?s ?p ?o } ")
    assert caught.value.hint == 'the "{" at 1:10 is never closed'


def test_format_that_does_not_fit_is_refused_before_running(store: Path) -> None:
    with pytest.raises(QueryError, match='SELECT cannot be written as "turtle"'):
        run(store, "SELECT * { ?s ?p ?o }", format="turtle")
    with pytest.raises(QueryError, match='CONSTRUCT cannot be written as "csv"'):
        run(store, "CONSTRUCT WHERE { ?s ?p ?o }", format="csv")


def test_missing_store_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        run(tmp_path / "none", "ASK {}")


def test_slow_query_is_stopped_and_its_process_is_gone(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def recorded(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", recorded)
    with pytest.raises(QueryError, match=r"stopped after 0\.5 s"):
        run(store, SLOW, timeout=0.5)
    assert [process.returncode is not None for process in started] == [True]
    assert is_answered(store)


def test_answer_with_too_many_rows_is_an_error_not_a_part(store: Path) -> None:
    with pytest.raises(QueryError, match="more than 100 rows"):
        run(store, "SELECT * { ?s ?p ?o }", max_rows=100)
    with pytest.raises(QueryError, match="more than 100 triples"):
        run(store, "CONSTRUCT WHERE { ?s ?p ?o }", format="turtle", max_rows=100)


@on_linux
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        'SELECT (STRLEN(?x40) AS ?n) { BIND("x" AS ?x0) '
        + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
        + " }",
    ],
)
def test_query_that_takes_all_memory_is_stopped(store: Path, text: str) -> None:
    with pytest.raises(QueryError, match="needed more than 32 MB"):
        run(store, text, memory_mb=32)
    assert is_answered(store)


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * 5_000 + "}" * 5_000,
        "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "ASK { FILTER(" + "!" * 40_000 + "?x) }",
        "ASK { ?s ?p " + "<<( ?s ?p " * 9_000 + "1" + " )>>" * 9_000 + " }",
    ],
)
def test_query_that_crashes_the_engine_hurts_only_its_own_process(
    store: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(engine, "check", lambda *_, **__: "ask")
    with pytest.raises(QueryError, match=r"crashed the engine|stopped after|needed more"):
        run(store, text, timeout=1)
    monkeypatch.undo()
    assert is_answered(store)


@contextlib.contextmanager
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server that notes who connects, and hangs up."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, address = server.accept()
                    connection.close()
                    calls.append(address)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1], calls
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@on_linux
def test_query_that_gets_past_the_guard_reaches_no_other_machine(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "check", lambda *_, **__: "ask")
    with listener() as (port, calls):
        for text in (
            f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
            f"ASK {{ SERVICE <http://localhost:{port}/> {{ ?s ?p ?o }} }}",
        ):
            with pytest.raises(QueryError, match="the engine gave up"):
                run(store, text)
        run(store, f"ASK {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        assert calls == []
        # and the same query outside the wall does reach it, so this test can fail
        with contextlib.suppress(OSError):
            pyoxigraph.Store().query(f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
    assert len(calls) >= 1


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="needs the seccomp filter of Linux on x86_64 or aarch64",
)
def test_close_sockets_leaves_no_way_round() -> None:
    script = """
import ctypes, os, socket
from kg.query import worker
libc = ctypes.CDLL(None, use_errno=True)
assert worker.close_sockets()
def denied(number):
    ctypes.set_errno(0)
    return libc.syscall(number, 2, 1, 0) == -1 and ctypes.get_errno() == 13
for call in (socket.socket, socket.socketpair):
    try:
        call()
    except PermissionError:
        pass
    else:
        raise SystemExit("open")
numbers = list(worker._MACHINES[os.uname().machine][1])
if os.uname().machine == "x86_64":
    numbers += [0x40000000 + number for number in (41, 42)]
assert all(map(denied, numbers)), list(map(denied, numbers))
assert os.getpid() and open("/dev/null").read() == ""
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


RUNNER = f"""
import subprocess, sys
from pathlib import Path
from kg.query import engine
class Loud(subprocess.Popen):
    def communicate(self, *arguments, **options):
        print(self.pid, flush=True)
        return super().communicate(*arguments, **options)
subprocess.Popen = Loud
try:
    engine.run(Path(sys.argv[1]), "{SLOW}", timeout=30)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@contextlib.contextmanager
def running(store: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process in the middle of a slow query, and the id of the worker that runs it."""
    command = [sys.executable, "-c", RUNNER, str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def is_gone(pid: int, *, within: float = 5) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
            if (
                f"/{pid}/"
                and Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] == "Z"
            ):
                return True  # dead; its adopter has not looked yet
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


@on_linux
def test_interrupt_ends_the_worker_and_is_passed_on(store: Path) -> None:
    with running(store) as (process, pid):
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=10)
        assert said == "interrupted\n"
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@on_linux
def test_worker_dies_with_its_parent(store: Path) -> None:
    with running(store) as (process, pid):
        process.kill()
        assert is_gone(pid)
