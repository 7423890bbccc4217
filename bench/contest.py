"""Lets kg and its peers do the same job in turn: answers are compared, then medians are told."""

from __future__ import annotations

import json
import selectors
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from measure import HERE, OUT, Report, Row, environment, spare

KGLAB = OUT / "kglab" / "bin" / "python"
"""kglab lives in an environment of its own, since it brings a hundred packages with it."""


class Setting(NamedTuple):
    """What is measured: how many people, how often, and how long one answer may take."""

    people: int
    runs: int
    patience: float
    limit: float
    """How long one process may take to load before it is asked anything."""
    folder: Path
    """Where stores and exports are written; emptied at the end."""


class Entrant(NamedTuple):
    """Somebody who does a job: `run` gives its "seconds" and its "answer", or "missing" and why."""

    who: str
    run: Callable[[], dict[str, Any]]


def contest(
    report: Report, job: str, entrants: Sequence[Entrant], setting: Setting, *, unit: str = "s",
    tell: Callable[[dict[str, Any]], str] = lambda found: "",
    differ: Callable[[Any, Any], str] | None = None,
) -> None:  # fmt: skip
    """One job, `runs` times for each in turn, so that what else the machine does falls on all.

    The first entrant that answers is the one whom the others are compared to. Whoever took longer
    than a tenth of the patience does it once.
    """
    found: dict[str, list[dict[str, Any]]] = {entrant.who: [] for entrant in entrants}
    for _ in range(setting.runs):
        for who, run in entrants:
            sofar = found[who]
            slow = sofar and sofar[-1].get("seconds", 0) > setting.patience / 10
            if not slow and not any("missing" in result for result in sofar):
                sofar.append(run())
    reference: dict[str, Any] | None = None
    for who, results in found.items():
        last = results[-1]
        if report.missing(job, who, last):
            continue
        notes = [last.get("note", ""), tell(last)]
        if "answer" in last:
            if reference is None:
                reference = last
            else:
                notes.append(compared(reference["answer"], last["answer"], differ))
        factor = {"s": 1, "ms": 1000}[unit]
        value = statistics.median(result["seconds"] for result in results) * factor
        memory = max((result.get("megabytes", 0) for result in results), default=0)
        if len(results) < setting.runs:
            notes.append("one run" if len(results) == 1 else f"{len(results)} runs")
        report.add(Row(job, who, value, unit, memory or None, "; ".join(filter(None, notes))))


def compared(ours: Any, theirs: Any, differ: Callable[[Any, Any], str] | None = None) -> str:
    """Whether two answers are the same, and if not, what each is."""
    if ours == theirs:
        return "the same answer"
    if differ:
        return f"NOT THE SAME: {differ(ours, theirs)}"
    return f"NOT THE SAME: {_short(theirs)}, not {_short(ours)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def command(words: Sequence[object], limit: float, *, folder: Path | None = None) -> dict[str, Any]:
    """Run a whole process: its seconds, its peak of memory, what it printed ("out", "err"), "code".

    {"missing": why} where it cannot be started, fails or takes more than `limit` seconds.
    """
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / name for name in ("out", "err")]
        launcher = [sys.executable, "-S", str(HERE / "launch.py"), str(limit), *map(str, files)]
        done = subprocess.run([*launcher, *map(str, words)], capture_output=True, text=True,
                              env=environment(), cwd=folder, check=False, preexec_fn=spare)  # fmt: skip
        if done.returncode:
            return {"missing": complaint(done.stderr)}
        told = json.loads(done.stdout)
        if "failed" in told:
            return {"missing": told["failed"]}
        if told["late"]:
            return {"missing": f"given up after {limit:g} s", "seconds": limit}
        texts = [file.read_bytes().decode("utf-8", "replace") for file in files]
    if told["code"] not in (0, 1):
        return {"missing": complaint(texts[1] or texts[0]) or f"ended with {told['code']}"}
    scale = 1e6 if sys.platform == "darwin" else 1024
    return {"seconds": told["seconds"], "megabytes": round(told["most"] / scale, 1),
            "out": texts[0], "err": texts[1], "code": told["code"]}  # fmt: skip


def complaint(text: str) -> str:
    """The line of what a process printed that says what went wrong; "" where there is none."""
    lines = [line for line in text.strip().splitlines() if line[:1].strip()]
    errors = [line for line in lines if "error" in line.lower() or "exception" in line.lower()]
    return (errors or lines or [""])[0][:200]


class Talk:
    """A script of this folder that answers one question a line, and can be given up at each."""

    def __init__(self, script: str, *words: object, python: Path | str = sys.executable) -> None:
        self._words = [str(python), str(HERE / script), *map(str, words)]
        self._python = Path(python)

    def answers(
        self, questions: Sequence[Any], patience: float, limit: float
    ) -> Iterator[dict[str, Any]]:
        """For each question what it found, or {"missing": why}.

        The first that comes is what it says of itself when it is ready. One that takes too long or
        crashes is started anew for the questions that are left.
        """
        at, ready = 0, False
        while at < len(questions) or not ready:
            if not self._python.exists():
                first = {"missing": "no environment of peers: see bench/README.md"}
                yield from [first] * (len(questions) + 1)
                return
            with self._started() as hear:
                said = hear(None, limit)
                if not ready:
                    yield said
                    ready = True
                if "missing" in said:
                    yield from [said] * (len(questions) - at)
                    return
                while at < len(questions):
                    said = hear(questions[at], patience)
                    at += 1
                    yield said
                    if said.get("lost"):
                        break

    @contextmanager
    def _started(self) -> Iterator[Callable[[Any, float], dict[str, Any]]]:
        """The process, as a function that tells it a question, if any, and hears its next line."""
        with tempfile.TemporaryFile(mode="w+") as complaints:
            process = subprocess.Popen(
                self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                stderr=complaints, env=environment(), start_new_session=True, preexec_fn=spare,
            )  # fmt: skip
            assert process.stdin is not None
            told = process.stdin

            def hear(question: Any, patience: float) -> dict[str, Any]:
                if question is not None:
                    told.write(json.dumps(question) + "\n")
                    told.flush()
                return _heard(process, patience, complaints)

            try:
                yield hear
            finally:
                process.kill()
                process.communicate()


def _heard(process: subprocess.Popen[str], patience: float, complaints: IO[str]) -> dict[str, Any]:
    """The next line of a process as JSON; "lost" where it will say nothing more."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(patience):
            return {"missing": f"given up after {patience:g} s", "lost": True}
    line = process.stdout.readline()
    if not line:
        process.wait()
        complaints.seek(0)
        lines = complaints.read().strip().splitlines()
        why = lines[-1].strip()[:200] if lines else f"ended with {process.returncode}"
        return {"missing": why, "lost": True}
    found: dict[str, Any] = json.loads(line)
    return found
