"""kg: a knowledge graph of people that can be checked.

    import kg

    with kg.open("lyushkov") as view:
        for row in kg.ask(view, "parents", "Lyushkov"):
            print(row)

The names below are loaded when first used, so that `import kg` costs nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import (
        Rows,
        Told,
        View,
        ask,
        asks,
        build,
        evidence,
        find,
        kinship,
        open,
        path,
        paths,
        profile,
        query,
        relatives,
        timeline,
        to_networkx,
        to_rdflib,
        validate,
    )
    from kg.errors import (
        DateError,
        KgError,
        QueryError,
        ReadError,
        StoreError,
        UnknownName,
    )

__version__ = "0.1.0"

_ERRORS = ("DateError", "KgError", "QueryError", "ReadError", "StoreError", "UnknownName")

__all__ = [
    "DateError",
    "KgError",
    "QueryError",
    "ReadError",
    "Rows",
    "StoreError",
    "Told",
    "UnknownName",
    "View",
    "__version__",
    "ask",
    "asks",
    "build",
    "evidence",
    "find",
    "kinship",
    "open",
    "path",
    "paths",
    "profile",
    "query",
    "relatives",
    "timeline",
    "to_networkx",
    "to_rdflib",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("kg.errors" if name in _ERRORS else "kg.api"), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """This package: `kg.build`, `kg.query` and `kg.validate` are functions, whatever was imported.

    Importing the module `kg.build` would otherwise put itself in the place of the function. The
    modules are reached as always: `from kg.build import fresh_store`.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
