"""A worker process that is kept for many queries, and started anew where one has ended it."""

from __future__ import annotations

import ast
import contextlib
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from kg.query import engine
from kg.query.engine import Answer

_PIECE = 1 << 16
_SPARE = 256 * 2**20  # what a worker may hold between two queries before another takes its place


class _Ended(Exception):
    """The worker closed its end: it crashed, or was ended by a limit."""


class Warm:
    """Answers queries on the store in a folder, as `engine.run` does, without a start for each.

    One process at a time, and queries wait for each other. A query that takes too long, or too
    much memory, or crashes the engine ends its process and no other; the next is answered by a
    new one, which is started at once. The store is a snapshot: a later build is not seen.
    """

    def __init__(self, store_path: Path) -> None:
        """Start a worker on this store; that it cannot be opened is said by the first query."""
        self._path = store_path.resolve()
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._start()

    def run(self, text: str, **options: Any) -> Answer:
        """Run one query; the options and errors are those of `engine.run`."""
        with self._turn:
            return engine.run(self._path, text, work=self._work, **options)

    def close(self) -> None:
        """End the worker; a later query starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def __enter__(self) -> Warm:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        arguments = ["serve", f"store={self._path}", "format=json"]
        self._process = engine.start(arguments)
        # Nobody reads what the engine says while it dies, and a full pipe would stop it.
        assert self._process.stderr is not None
        threading.Thread(target=_drain, args=(self._process.stderr,), daemon=True).start()
        return self._process

    def _work(
        self, job: Mapping[str, object], query: str, timeout: float | None, name: str
    ) -> tuple[bytes, dict[str, Any]]:
        process = self._process
        if process is None or process.poll() is not None:
            self.close()
            process = self._start()
        end = None if timeout is None else time.monotonic() + timeout
        arguments = [f"{key}={value}" for key, value in job.items() if value is not None]
        try:
            body, report = _asked(process, "\0".join(arguments).encode(), query.encode(), end)
        except TimeoutError:
            self._again()
            raise engine.too_slow(timeout, name) from None
        except _Ended:
            code = process.wait()
            self._again()
            raise engine.crash(code, job, timeout, name) from None
        except BaseException:  # Ctrl-C: what is still to come belongs to no later query
            self.close()
            raise
        if report.get("error") == "memory" or report.pop("held", 0) > _SPARE:
            self._again()
        return body, report

    def _again(self) -> None:
        self.close()
        self._start()


def _asked(
    process: subprocess.Popen[bytes], job: bytes, query: bytes, end: float | None
) -> tuple[bytes, dict[str, Any]]:
    """Hand over a job and a query; collect the frames that come back, up to the report."""
    assert process.stdin is not None
    assert process.stdout is not None
    watch = None
    if sys.platform == "win32" and end is not None:  # no select on pipes there
        watch = threading.Timer(max(0.0, end - time.monotonic()), process.kill)
        watch.start()
    try:
        for frame in (job, query):
            process.stdin.write(len(frame).to_bytes(4, "big") + frame)
        process.stdin.flush()
        return _frames(process.stdout.fileno(), end)
    except BrokenPipeError:
        raise _Ended from None
    except _Ended:
        if watch is not None and end is not None and time.monotonic() >= end:
            raise TimeoutError from None
        raise
    finally:
        if watch is not None:
            watch.cancel()


def _frames(pipe: int, end: float | None) -> tuple[bytes, dict[str, Any]]:
    got = bytearray()
    at = 0
    body: list[bytes] = []
    while True:
        while len(got) - at >= 5:
            size = int.from_bytes(got[at + 1 : at + 5], "big")
            if len(got) - at - 5 < size:
                break
            content = bytes(got[at + 5 : at + 5 + size])
            if got[at : at + 1] == b"R":
                report: dict[str, Any] = ast.literal_eval(content.decode("ascii"))
                return b"".join(body), report
            body.append(content)
            at += 5 + size
        if at:
            del got[:at]
            at = 0
        if end is not None and sys.platform != "win32":
            left = end - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise TimeoutError
        more = os.read(pipe, _PIECE)
        if not more:
            raise _Ended
        got += more


def _drain(pipe: Any) -> None:
    with contextlib.suppress(OSError, ValueError):
        while pipe.read(_PIECE):
            pass
