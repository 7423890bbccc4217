"""Runs a query in a process of its own and brings back the whole answer, or an error."""

from __future__ import annotations

import ast
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import QueryError, StoreError
from kg.query import worker
from kg.query.guard import check, with_prefixes
from kg.query.messages import quoted, syntax_error
from kg.query.tokens import spread

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    Term = NamedNode | BlankNode | Literal | Triple

Work = Callable[[Mapping[str, object], str, float | None, str], tuple[bytes, dict[str, Any]]]
"""Gives a job and a query to a process: what it wrote, and its report."""

TABLE_FORMATS = ("json", "xml", "csv", "tsv")
GRAPH_FORMATS = ("turtle", "ntriples", "rdfxml", "jsonld")
MAX_BYTES = 512 * 2**20  # of one answer: it is held in memory here


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The whole answer to a query, serialised.

    `kind` is select, ask or construct (a DESCRIBE too); `rows` counts rows or triples and is 1
    for an ASK; `seconds` includes the start of the process.
    """

    kind: str
    format: str
    variables: tuple[str, ...]
    body: bytes
    rows: int
    seconds: float


def run(
    store_path: Path,
    text: str,
    *,
    format: str = "json",
    timeout: float | None = 60,
    memory_mb: int | None = 2048,
    max_rows: int | None = None,
    prefixes: Mapping[str, str] | None = None,
    graphs: Collection[str] = (),
    base: str | None = None,
    name: str = "query",
    work: Work | None = None,
) -> Answer:
    """Run a query that may be slow or hostile on the store in a folder.

    `format` is one of `TABLE_FORMATS` for SELECT and ASK, of `GRAPH_FORMATS` for CONSTRUCT and
    DESCRIBE. `timeout` is in seconds of wall time, `memory_mb` on top of the open store (Linux
    only). `prefixes` need no declaration, `graphs` are the named graphs that FROM may name,
    `name` is what messages call the query. An answer is whole or an error; none is cut short.
    `work` hands the query to a process that is already there (`kg.query.warm`).
    """
    work = work or _work
    form = check(text, prefixes=prefixes, graphs=graphs, name=name)
    _check_format(form, format, name)
    ran, shift = with_prefixes(text, prefixes or {}, name=name)
    job = {
        "store": store_path.resolve(),
        "format": format,
        "base": base,
        "memory_mb": memory_mb,
        # wall time ends a query; this only ends one whose parent was stopped
        "cpu": None if timeout is None else math.ceil(timeout) + 2,
        "max_rows": max_rows,
        "max_bytes": MAX_BYTES,
        **{f"{prefix}:": iri for prefix, iri in (prefixes or {}).items()},
    }
    start = time.perf_counter()
    body, report = work(job, ran, timeout, name)
    if report.get("error") == "syntax":
        apart, starts = spread(ran)
        again = work(job, apart, timeout, name)[1]
        if again.get("error") == "syntax":
            raise syntax_error(
                again["message"], text, shift=shift, starts=starts, ran=apart, name=name
            )
        raise syntax_error(report["message"], text, shift=shift, ran=ran, name=name)
    if "error" in report:
        raise _failure(report, job, name)
    return Answer(
        kind=report["kind"],
        format=format,
        variables=tuple(report["variables"]),
        body=body,
        rows=report["rows"],
        seconds=time.perf_counter() - start,
    )


def rows(answer: Answer) -> list[tuple[Term | None, ...]]:
    """Return the rows of a SELECT as terms, None where a variable is unbound.

    CSV does not say what sort of term a value is: ask for another format.
    """
    import pyoxigraph

    if answer.kind != "select" or answer.format == "csv":
        raise ValueError(f"no terms in the {answer.format} of a {answer.kind}")
    format = getattr(pyoxigraph.QueryResultsFormat, answer.format.upper())
    results = pyoxigraph.parse_query_results(answer.body, format)
    return [tuple(row) for row in results]  # type: ignore[union-attr]  # no QueryBoolean


def truth(answer: Answer) -> bool:
    """Return the answer to an ASK."""
    if answer.kind != "ask":
        raise ValueError(f"no yes or no in a {answer.kind}")
    return b"true" in answer.body


def _work(
    job: Mapping[str, object], query: str, timeout: float | None, name: str
) -> tuple[bytes, dict[str, Any]]:
    """Give one query to a worker process; return what it wrote and its report."""
    arguments = [f"{key}={value}" for key, value in job.items() if value is not None]
    with start(arguments) as process:
        try:
            body, talk = process.communicate(query.encode(), timeout)
        except subprocess.TimeoutExpired as error:
            raise too_slow(timeout, name) from error
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    last = talk.rstrip().rpartition(b"\n")[2]
    if process.returncode == 0 and last.startswith(b"{"):
        report: dict[str, Any] = ast.literal_eval(last.decode("ascii"))
        return body, report
    raise crash(process.returncode, job, timeout, name)


def start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a worker with these arguments, its pipes open."""
    spec = find_spec("pyoxigraph")
    assert spec is not None
    assert spec.origin is not None
    more = [f"parent={os.getpid()}", f"path={Path(spec.origin).parent.parent}"]
    # -I -S: nothing in the current folder or the environment is imported in place of the
    # standard library, and the start takes half the time. The worker is imported, not run, so
    # that it comes compiled. Ctrl-C is for us alone: we end the worker ourselves, and know
    # when it is gone.
    folder = str(Path(worker.__file__).parent)
    code = f"import sys; sys.path.append({folder!a}); import worker; worker.main()"
    return subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-S",
            f"-Xutf8={sys.flags.utf8_mode}",
            "-c",
            code,
            *arguments,
            *more,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **_own_group(),
    )


def _own_group() -> dict[str, Any]:
    """Return the arguments that put a process in a group of its own."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def _check_format(form: str, format: str, name: str) -> None:
    fitting = TABLE_FORMATS if form in ("select", "ask") else GRAPH_FORMATS
    if format not in fitting:
        raise QueryError(
            f'{name}: the answer to {form.upper()} cannot be written as "{format}"',
            hint=f"choose one of {quoted(fitting)}",
        )


def _failure(
    report: Mapping[str, Any], job: Mapping[str, object], name: str
) -> QueryError | StoreError:
    """Make the error for a report that says the query did not end well."""
    kind, message = report["error"], report["message"]
    if kind == "store":
        return StoreError(
            f"{job['store']}: the store cannot be opened: {message}", hint="run kg build"
        )
    if kind == "memory":
        return _too_big(job, name)
    if kind == "large":
        return QueryError(
            f"{name}: the answer has {message}", hint="add LIMIT, or ask for fewer columns"
        )
    return QueryError(f"{name}: the engine gave up: {message}")


def crash(code: int, job: Mapping[str, object], timeout: float | None, name: str) -> QueryError:
    """Make the error for a worker that ended without a report."""
    if sys.platform != "win32":
        if code == -signal.SIGXCPU:
            return too_slow(timeout, name)
        # Rust and C++ abort where Python raises MemoryError, often too short of memory to say
        # so; a kill that was not ours is the system running out of it
        if code in (-signal.SIGKILL, -signal.SIGABRT):
            return _too_big(job, name)
    return QueryError(
        f"{name}: the query crashed the engine (code {code})",
        hint="write it simpler: less nesting, fewer alternatives",
    )


def too_slow(timeout: float | None, name: str) -> QueryError:
    """Make the error for a query that was given its time."""
    return QueryError(
        f"{name}: stopped after {timeout:g} s" if timeout else f"{name}: stopped",
        hint="bind a variable, look for a pattern that shares none with the rest, "
        "or give it longer with --timeout",
    )


def _too_big(job: Mapping[str, object], name: str) -> QueryError:
    most = job["memory_mb"]
    return QueryError(
        f"{name}: the query needed more than {most} MB" if most else f"{name}: out of memory",
        hint="ask for less at once: ORDER BY, DISTINCT and GROUP BY keep everything in memory",
    )
