"""The search from both ends in compiled code, for many pairs: needs the extra "speed" (numba)."""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from numba import njit

from kg.index.ties import Ties
from kg.relations import entry_loops, trace_loops, walk_loops
from kg.relations.corridor import Loops, arrays

_TYPES = {"q": np.int64, "i": np.int32, "B": np.uint8}


def compiled(ties: Ties) -> Loops:
    """The loops over this index; they may not be used by two threads."""
    # Copies, so that the index can be closed whatever still stands here.
    at, doors, *lasts = (np.array(column) for column in ties.doors)
    # The nodes behind the doors once more, alone: most is asked of them, and so they lie closer.
    graph = at.astype(np.int32), doors, *lasts, doors[:: walk_loops.DOOR].copy(), 1
    doubtful = bool((doors[walk_loops.TIE :: walk_loops.DOOR] < 0).any())
    return Loops(
        _LOOPS["find"], graph, np.array(ties.kind),
        *arrays(ties, _zeros), _array, compiled=True, doubtful=doubtful,
    )  # fmt: skip


def _zeros(code: str, size: int) -> Any:
    return np.zeros(max(size, 1), _TYPES[code])


def _array(values: Any) -> Any:
    return np.array(values, np.int32)


def _compile(*modules: ModuleType) -> dict[str, Any]:
    """The functions of modules, compiled, so that they call each other compiled."""
    found: dict[str, Any] = {}
    for module in modules:
        names = {**vars(module), **found}
        for name, function in vars(module).items():
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                twin = FunctionType(function.__code__, names, name)
                names[name] = found[name] = njit(cache=True, nogil=True)(twin)
    return found


_LOOPS = _compile(entry_loops, walk_loops, trace_loops)
