"""Sorts more lines than memory should hold: sorted runs in files, read back in one order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile

_HELD = 64 << 20  # bytes of lines that are held at a time
_OF_A_LINE = 49  # what Python needs for a line beside its bytes


def in_order(lines: Iterable[bytes], folder: Path, held: int = _HELD) -> Iterator[bytes]:
    """These lines, none of which has a line end, in ascending order; equal ones once.

    Runs of `held` bytes are written to files in `folder`, which go away by themselves.
    """
    with ExitStack() as stack:
        runs: list[Iterator[bytes]] = []
        part: list[bytes] = []
        size = 0
        for line in lines:
            part.append(line)
            size += len(line) + _OF_A_LINE
            if size > held:
                runs.append(_written(part, folder, stack))
                part, size = [], 0
        part.sort()
        last: bytes | None = None
        for line in heapq.merge(*runs, part) if runs else part:
            if line != last:
                yield line
                last = line


def _written(part: list[bytes], folder: Path, stack: ExitStack) -> Iterator[bytes]:
    part.sort()
    file = stack.enter_context(TemporaryFile(dir=folder))  # noqa: SIM115
    file.writelines(line + b"\n" for line in part)
    file.seek(0)
    return (line[:-1] for line in file)
