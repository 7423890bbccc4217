"""Constraints that look at one value: the SPARQL expression that is true of what violates them."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from kg.validate.setwise.dialect import Dialect
from kg.validate.setwise.shapes import Constraint
from kg.validate.setwise.terms import SH, SUBCLASS, TYPE, NotCompilable, ShapeError, quoted

_COMPARED = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<",
             "lessThan": "<", "lessThanOrEquals": "<="}  # fmt: skip
_KINDS = {
    "IRI": "!isIRI({0})",
    "BlankNode": "!isBlank({0})",
    "Literal": "!isLiteral({0})",
    "BlankNodeOrIRI": "isLiteral({0})",
    "BlankNodeOrLiteral": "isIRI({0})",
    "IRIOrLiteral": "isBlank({0})",
}
VALUE_KINDS = frozenset((
    "class", "datatype", "nodeKind", "minInclusive", "maxInclusive", "minExclusive",
    "maxExclusive", "minLength", "maxLength", "pattern", "languageIn", "in",
))  # fmt: skip


def bad_value(constraint: Constraint, value: str, dialect: Dialect) -> str:
    """The expression for one of VALUE_KINDS and a variable; it never raises an error.

    NotCompilable where the expression cannot be written; ShapeError where the shape is wrong.
    """
    kind = constraint.kind
    if kind == "class":
        return f"NOT EXISTS {{ {value} {TYPE}/{SUBCLASS}* {dialect.text(constraint.terms[0])} }}"
    if kind == "datatype":
        return f"!{dialect.has_datatype(value, constraint.terms[0].value)}"
    if kind == "nodeKind":
        name = constraint.terms[0].value.removeprefix(SH)
        if name not in _KINDS:
            raise ShapeError(f'sh:nodeKind is "{name}"', hint=f"there is: {', '.join(_KINDS)}")
        return _KINDS[name].format(value)
    if kind in _COMPARED:
        return compared(constraint, dialect.value(value), str(constraint.terms[0]))
    if kind in ("minLength", "maxLength"):
        sign = "<" if kind == "minLength" else ">"
        return f"(isBlank({value}) || STRLEN(STR({value})) {sign} {constraint.number})"
    if kind == "pattern":
        return f"(isBlank({value}) || !{_matches(constraint, value)})"
    if kind == "languageIn":
        ranges = [f"LANGMATCHES(LANG({value}), {quoted(tag.value)})" for tag in constraint.terms]
        return f"!(isLiteral({value}) && ({' || '.join(ranges) or 'false'}))"
    assert kind == "in"
    return _is_none_of(constraint, value, dialect)


def compared(constraint: Constraint, left: str, right: str) -> str:
    """The expression for: two values do not compare as they should, or cannot be compared."""
    return f"!COALESCE({left} {_COMPARED[constraint.kind]} {right}, false)"


def _is_none_of(constraint: Constraint, value: str, dialect: Dialect) -> str:
    named = [term for term in constraint.terms if isinstance(term, ox.NamedNode)]
    others = [f"sameTerm({value}, {dialect.text(term)})" for term in constraint.terms
              if not isinstance(term, ox.NamedNode)]  # fmt: skip
    # the members are compared as terms: 1 is not 1.0; only for IRIs is IN the same as that
    if named:
        others.insert(0, f"{value} IN ({', '.join(map(str, named))})")
    return f"!({' || '.join(others) or 'false'})"


def _matches(constraint: Constraint, value: str) -> str:
    flags = f", {quoted(constraint.flags)}" if constraint.flags else ""
    pattern = f"{quoted(constraint.text)}{flags}"
    if not _can_run(pattern):
        raise NotCompilable(f"a pattern that Oxigraph cannot run: {constraint.text}")
    return f"REGEX(STR({value}), {pattern})"


@cache
def _can_run(pattern: str) -> bool:
    """Whether the engine takes a regular expression: one that it does not take matches nothing."""
    answer = ox.Store().query(f'SELECT (REGEX("", {pattern}) AS ?answer) {{}}')
    return next(iter(answer))[0] is not None  # type: ignore[arg-type]
