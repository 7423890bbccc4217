"""The inbreeding of everybody in compiled code, on all cores: needs the extra "speed" (numba)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numba import njit

_SMALL = 2_000
"""A generation of fewer people is not worth several threads."""
_MOST = 8
"""No more threads than this: each needs room of its own."""


def inbreeding(sires: Any, dams: Any, generations: Any) -> Any:
    """What `kg.relations.coefficients.traced` gives, to the bit; buffers of int32 by number."""
    # Places are numbers plus one: at 0 stands nobody, the unknown parent.
    sire, dam = (
        np.append(np.int32(0), np.asarray(column) + np.int32(1)) for column in (sires, dams)
    )
    generation = np.append(np.int32(0), np.asarray(generations))
    size = len(sire)
    depths = int(generation[-1]) + 1
    ends = np.searchsorted(generation[1:], np.arange(depths), side="right") + 1
    found, within = np.zeros(size), np.zeros(size)
    found[0] = -1.0
    workers = min(os.cpu_count() or 1, _MOST) if size > _SMALL else 1
    room = [
        (np.zeros(size), np.zeros(size, np.int32), np.zeros(depths, np.int32))
        for _ in range(workers)
    ]
    start = 1
    with ThreadPoolExecutor(workers) as pool:
        for end in ends:
            parts = workers if end - start > _SMALL else 1
            edges = [start + (end - start) * part // parts for part in range(parts + 1)]
            _within(start, end, sire, dam, found, within)
            # Each part reads what earlier generations gave, and writes places of its own.
            running = []
            for part, own in enumerate(room[:parts]):
                task = partial(_trace, edges[part], edges[part + 1], sire, dam, generation)
                running.append(pool.submit(task, found, within, *own))
            for done in running:
                done.result()
            start = end
    return found[1:]


@njit(cache=True, nogil=True)
def _within(start: int, end: int, sire: Any, dam: Any, found: Any, within: Any) -> None:
    for i in range(start, end):
        within[i] = 0.5 - 0.25 * (found[sire[i]] + found[dam[i]])


@njit(cache=True, nogil=True)
def _trace(
    start: int, end: int, sire: Any, dam: Any, generation: Any, found: Any, within: Any,
    share: Any, after: Any, heads: Any,
) -> None:  # fmt: skip
    for i in range(start, end):
        if sire[i] == 0 or dam[i] == 0:
            continue
        if i > start and sire[i] == sire[i - 1] and dam[i] == dam[i - 1]:
            found[i] = found[i - 1]
            continue
        total = 0.0
        share[i] = 1.0
        after[i] = 0
        heads[generation[i]] = i
        # Those waiting in a generation are a chain, the last come first: nothing is sorted.
        for depth in range(generation[i], -1, -1):
            j = heads[depth]
            heads[depth] = 0
            while j != 0:
                part = share[j]
                share[j] = 0.0
                total += part * part * within[j]
                half = 0.5 * part
                following = after[j]
                for parent in (sire[j], dam[j]):
                    if parent != 0:
                        if share[parent] == 0.0:
                            after[parent] = heads[generation[parent]]
                            heads[generation[parent]] = parent
                        share[parent] += half
                j = following
        found[i] = total - 1.0
