"""What all benchmarks share: times, memory, versions, work in processes of its own, the table."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
OUT = HERE / "out"
PEERS = OUT / "peers" / "bin" / "python"
"""The Python of the virtual environment that the peers live in, see `peers.txt`."""


class Row(NamedTuple):
    """One line of a report: what was done, by whom, and what it took.

    `value` is in `unit`; None where it could not be measured, and then `note` says why.
    """

    job: str
    who: str
    value: float | None
    unit: str = "ms"
    megabytes: float | None = None
    note: str = ""


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long one run took, and what it gave."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def timed(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """The median of several runs in seconds, and what the last one gave."""
    results = [seconds(work) for _ in range(max(1, runs))]
    return statistics.median(taken for taken, _ in results), results[-1][1]


def spread(times: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and worst of many times in seconds, in milliseconds."""
    ordered = sorted(time * 1000 for time in times)
    return {
        "median_ms": round(statistics.median(ordered), 4),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 4),
        "worst_ms": round(ordered[-1], 3),
        "of": len(ordered),
    }


def peak_memory() -> float:
    """The most memory that this process held at any time, in megabytes."""
    with contextlib.suppress(OSError, StopIteration):
        # What the system counts otherwise has in it what the process held that started this one.
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        line = next(line for line in lines if line.startswith("VmHWM:"))
        return round(int(line.split()[1]) / 1024, 1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1e6 if sys.platform == "darwin" else 1024), 1)


def versions(*names: str) -> dict[str, str]:
    """The versions of installed packages; "" for one that is not there."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def machine() -> dict[str, Any]:
    """What the times were taken on."""
    return {
        "platform": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


def environment() -> dict[str, str]:
    """The environment of a user: Python keeps what it compiled."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    }


def spare() -> None:
    """Before a process begins: it may hold most of the memory of this machine, and not all.

    Where it wants more it is told so, and fails; otherwise the system would end whatever it likes.
    """
    with contextlib.suppress(OSError, ValueError):
        most = int(0.85 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def child(
    script: str, *words: object, python: Path | str = sys.executable, limit: float = 3600
) -> dict[str, Any]:
    """Run a script of this folder by itself; the JSON of its last line.

    {"missing": why} where there is no such Python, it failed or took more than `limit` seconds.
    """
    if not Path(python).exists():
        return {"missing": "no environment of peers: see bench/README.md"}
    command = [str(python), str(HERE / script), *map(str, words)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, check=False,
            env=environment(), preexec_fn=spare,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"missing": f"stopped after {limit:g} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        last = done.stderr.strip().splitlines()
        return {"missing": last[-1] if last else f"ended with {done.returncode}"}
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def answer(document: dict[str, Any], *packages: str) -> None:
    """End a child: what it found, with its peak of memory and the versions it used."""
    numbers = {name: number for name, number in versions(*packages).items() if number}
    print(json.dumps({**document, "megabytes": peak_memory(), "versions": numbers}))


def asked_apart(
    ask: Callable[[Any], Any], questions: Sequence[Any], limit: float
) -> Iterator[tuple[float, Any]]:
    """The time and the answer of each question, asked in a copy of this process.

    A question that takes more than `limit` seconds is given up: its answer is None.
    """
    fork = multiprocessing.get_context("fork")

    def run(start: int, told: Connection) -> None:
        for question in questions[start:]:
            told.send(seconds(lambda question=question: ask(question)))

    at = 0
    while at < len(questions):
        heard, told = fork.Pipe(duplex=False)
        worker = fork.Process(target=run, args=(at, told))
        worker.start()
        told.close()
        while at < len(questions):
            at += 1
            try:
                found = heard.recv() if heard.poll(limit) else (limit, None)
            except EOFError:  # it ran out of memory, or crashed
                found = (limit, None)
            yield found
            if found[1] is None:
                break
        worker.kill()
        worker.join()


class Report:
    """The lines of one benchmark, printed as they come and saved at the end.

    The first line of a job that has a value is the one to which its others are compared.
    """

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.rows: list[Row] = []
        self._theme = ""
        self._themes: list[str] = []
        self.document: dict[str, Any] = {"bench": name, "machine": machine(), "versions": {}}
        first = self.document["machine"]
        print(f"{title}\n{first['platform']}, Python {first['python']}, {first['cores']} cores")
        print(f"{'job':<36} {'who':<30} {'':>12} {'ratio':>9} {'MB':>7}  note")

    def theme(self, name: str) -> None:
        """Begin a group of jobs."""
        print(f"\n{name}", flush=True)
        self._theme = name

    def add(self, row: Row) -> None:
        """Print a line and keep it."""
        value = "-" if row.value is None else f"{row.value:,.4g} {row.unit}"
        if row.value is not None and row.value >= 1000:
            value = f"{row.value:,.0f} {row.unit}"
        base = next((r.value for r in self.rows if r.job == row.job and r.value), None)
        timed = row.value is not None and not row.unit.startswith("of ")
        times = row.value / base if timed and row.value is not None and base else None
        ratio = "" if times is None else f"{times:,.0f}x" if times >= 100 else f"{times:.2g}x"
        memory = "" if row.megabytes is None else f"{row.megabytes:,.0f}"
        print(
            f"{row.job:<36} {row.who:<30} {value:>12} {ratio:>9} {memory:>7}  {row.note}".rstrip(),
            flush=True,
        )
        self.rows.append(row)
        self._themes.append(self._theme)

    def missing(self, job: str, who: str, found: dict[str, Any]) -> bool:
        """Say so where a peer gave nothing; else remember its versions."""
        self.document["versions"] |= found.get("versions", {})
        if "missing" in found:
            self.add(Row(job, who, None, note=f"not measured: {found['missing']}"))
        return "missing" in found

    def save(self, *, place: Path | None = None, quiet: bool = False, **more: Any) -> Path:
        """Write everything to `place`, or to a file in `out/` by name and size; gives its path."""
        OUT.mkdir(exist_ok=True)
        self.document |= more
        numbers = self.document["versions"].items()
        rows = [
            {"theme": theme, **row._asdict()} if theme else row._asdict()
            for theme, row in zip(self._themes, self.rows, strict=True)
        ]
        path = place or OUT / f"{self.name}-{self.document.get('people', '')}.json"
        text = json.dumps({**self.document, "rows": rows}, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        if not quiet:
            print("versions: " + ", ".join(f"{name} {number}" for name, number in sorted(numbers)))
            print(f"kept in {os.path.relpath(path, HERE.parent)}")
        return path
