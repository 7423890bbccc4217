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
    graph = tuple(np.array(column) for column in ties.doors)
    return Loops(
        _LOOPS["search"], _LOOPS["trace"], _LOOPS["clear"], graph, np.array(ties.kind),
        *arrays(ties, _zeros), _array,
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
