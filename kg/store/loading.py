"""Fills a store on disk while its triples are still being read, and sums them up."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

_LEAST, _MOST = 16_000_000, 128_000_000
"""Bytes of N-Quads that are loaded at once.

Small batches let the engine begin while the first lines are read; big ones spare it from merging
its files again and again (of 9 million quads: 94 s of processor time in batches of 24 MB, 71 s of
128 MB), but take eight times their size in memory.
"""
_SHARE = 3  # a batch is this part of all that came before
_NEWS = 2.0  # seconds from one word to the next while one waits
_WAITING = 1  # batches that wait for the engine; whoever reads faster waits too


class Loader:
    """Loads N-Quads into a new store in a thread of its own, batch by batch.

    What goes wrong there is raised by the next call. Leave it as a context manager: the store is
    then closed and complete, or, after an error, only closed.
    """

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True)
        self._store: ox.Store | None = ox.Store(str(place))
        self._batch: list[bytes] = []
        self._size = 0
        self._queue: queue.Queue[list[bytes] | None] = queue.Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="kg-load", daemon=True)
        self._thread.start()
        self.read = self.loaded = 0
        """Bytes that came, and bytes that are in the store."""

    def __enter__(self) -> Loader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._batch, self._size = ([], 0) if error else (self._batch, self._size)
        try:
            if error is None:
                self.store.flush()
        finally:
            self._error = self._error or error  # what still waits is passed over
            self._queue.put(None)
            self._thread.join()
            store, self._store = self._store, None
            del store  # closes it

    @property
    def store(self) -> ox.Store:
        """The store, with all in it that was added."""
        self.settle()
        assert self._store is not None, "closed"
        return self._store

    def add(self, lines: bytes) -> None:
        """Add complete lines of N-Quads."""
        self._batch.append(lines)
        self._size += len(lines)
        self.read += len(lines)
        if self._size >= min(max(_LEAST, self.read // _SHARE), _MOST):
            self._pass_on()

    def settle(self, told: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Wait until all that was added is in the store; `told` how many bytes of how many are."""
        self._pass_on()
        with self._queue.all_tasks_done:
            while self._queue.unfinished_tasks:
                told(self.loaded, self.read)
                self._queue.all_tasks_done.wait(_NEWS)
        self._check()

    def _pass_on(self) -> None:
        self._check()
        if self._batch:
            self._queue.put(self._batch)
            self._batch, self._size = [], 0

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while (batch := self._queue.get()) is not None:
            try:
                if self._error is None:
                    lines = b"".join(batch)
                    batch.clear()
                    # Lenient: the IRIs were checked when they were made.
                    assert self._store is not None
                    self._store.bulk_load(lines, format=ox.RdfFormat.N_QUADS, lenient=True)
                    self.loaded += len(lines)
            except BaseException as error:
                self._error = error
            finally:
                self._queue.task_done()


class Sum:
    """A digest of a set of lines, whatever their order; each is added once, and can be taken away.

    The sum of the digests of the lines (Bellare and Micciancio, "A New Paradigm for
    Collision-free Hashing", 1997): it is to notice accidents, not forgery.
    """

    def __init__(self, value: str = "0") -> None:
        self._value = int(value, 16)

    def add(self, lines: Iterable[bytes], sign: int = 1) -> None:
        """Add lines; with a sign of -1 take them away."""
        made, total = hashlib.blake2b, 0
        for line in lines:
            total += int.from_bytes(made(line, digest_size=32).digest())
        self._value = (self._value + sign * total) % 2**256

    @property
    def text(self) -> str:
        """The digest as hex digits."""
        return f"{self._value:064x}"
