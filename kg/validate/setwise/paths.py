"""SHACL paths as SPARQL 1.1 property paths."""

from __future__ import annotations

from kg.validate.report import Step

_SUFFIX = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def path_text(path: Step) -> str:
    """A path as SPARQL writes it, in parentheses where it is more than a property."""
    if isinstance(path, str):
        return f"<{path}>"
    parts = [path_text(part) for part in path.parts]
    if path.kind == "sequence":
        return f"({'/'.join(parts)})"
    if path.kind == "alternativePath":
        return f"({'|'.join(parts)})"
    if path.kind == "inversePath":
        return f"(^{parts[0]})"
    return f"({parts[0]}{_SUFFIX[path.kind]})"


def nullable(path: Step) -> bool:
    """Whether a node is one of its own values by this path, even where the data lack the node."""
    if isinstance(path, str):
        return False
    if path.kind in ("zeroOrMorePath", "zeroOrOnePath"):
        return True
    if path.kind == "alternativePath":
        return any(map(nullable, path.parts))
    return all(map(nullable, path.parts))
