"""A shape inside another one as a SPARQL expression: true of a node that does not conform to it.

Such an expression only ever refers, from inside an EXISTS, to a variable that the pattern there
binds as well: engines agree on these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.validate.setwise.dialect import Dialect
from kg.validate.setwise.paths import nullable, path_text
from kg.validate.setwise.shapes import Constraint, Shape, ShapeNode, Shapes
from kg.validate.setwise.terms import NotCompilable, iris
from kg.validate.setwise.values import VALUE_KINDS, bad_value, compared

LOGICAL = frozenset(("not", "and", "or", "xone", "node"))
_MOST = 3  # values written out side by side; more are counted elsewhere


@dataclass(slots=True)
class Context:
    """What a compiler needs: the shapes, how the data writes terms, and free names.

    `inline`: whether shapes inside shapes become expressions; else they are always checked as
    sets.
    """

    shapes: Shapes
    dialect: Dialect = field(default_factory=Dialect)
    inline: bool = True
    made: int = 0

    def fresh(self) -> str:
        """A variable that is used nowhere else."""
        self.made += 1
        return f"?_w{self.made}"


def bad_node(context: Context, node: ShapeNode, value: str) -> str:
    """The expression for a shape and a variable; NotCompilable where it needs more than that."""
    if not context.inline:
        raise NotCompilable("shapes inside shapes are checked as sets")
    if node in context.shapes.recursive:
        raise NotCompilable("a shape that refers to itself")
    shape = context.shapes[node]
    parts = [part for constraint in shape.constraints
             for part in _bad(context, shape, constraint, value)]  # fmt: skip
    return _any_of(parts)


def bad_logical(context: Context, constraint: Constraint, value: str) -> str:
    """The expression for one of LOGICAL and a variable."""
    bad = [bad_node(context, node, value) for node in constraint.shapes]
    if constraint.kind == "not":
        return f"!{bad[0]}"
    if constraint.kind in ("and", "node"):
        return _any_of(bad)
    if constraint.kind == "or":
        return f"({' && '.join(bad) or 'true'})"
    conforming = " + ".join(f"IF({part}, 0, 1)" for part in bad)
    return f"({conforming or '0'}) != 1"


def good_qualified(context: Context, constraint: Constraint, value: str) -> str:
    """The expression for: the value conforms to the qualified shape and to no sibling of it."""
    parts = [f"!{bad_node(context, constraint.shapes[0], value)}"]
    parts += [bad_node(context, sibling, value) for sibling in constraint.siblings]
    return f"({' && '.join(parts)})"


def _any_of(parts: list[str]) -> str:
    return f"({' || '.join(parts)})" if parts else "(false)"


def _bad(context: Context, shape: Shape, constraint: Constraint, this: str) -> Iterator[str]:
    """The expressions for one constraint of a shape, at a focus node."""
    kind = constraint.kind
    if kind in VALUE_KINDS or kind in LOGICAL or kind == "property":
        if shape.path is None:
            yield _bad_of(context, constraint, this)
            return
        value = context.fresh()
        bad = _bad_of(context, constraint, value)
        yield f"EXISTS {{ {_step(shape, this, value)} FILTER({bad}) }}"
        if nullable(shape.path):  # engines differ where the data lack the node
            yield _bad_of(context, constraint, this)
    elif kind in ("minCount", "qualifiedMinCount"):
        if constraint.number:
            yield f"!{_at_least(context, shape, constraint, this, constraint.number)}"
    elif kind in ("maxCount", "qualifiedMaxCount"):
        yield _at_least(context, shape, constraint, this, constraint.number + 1)
    elif kind == "hasValue":
        yield _lacks(context, shape, constraint, this)
    elif kind == "closed":
        prop, obj = context.fresh(), context.fresh()
        value = context.fresh() if shape.path is not None else this
        yield (f"EXISTS {{ {_step(shape, this, value)} {value} {prop} {obj} . "
               f"{closed_filter(constraint, prop)} }}")  # fmt: skip
    elif kind in ("equals", "disjoint", "lessThan", "lessThanOrEquals", "uniqueLang"):
        yield from _bad_pair(context, shape, constraint, this)
    else:
        raise NotCompilable(f"a constraint of the kind {kind} inside another shape")


def _bad_of(context: Context, constraint: Constraint, value: str) -> str:
    if constraint.kind in VALUE_KINDS:
        return bad_value(constraint, value, context.dialect)
    if constraint.kind in LOGICAL:
        return bad_logical(context, constraint, value)
    return bad_node(context, constraint.shapes[0], value)


def _step(shape: Shape, this: str, value: str) -> str:
    return f"{this} {path_text(shape.path)} {value} ." if shape.path is not None else ""


def _at_least(
    context: Context, shape: Shape, constraint: Constraint, this: str, number: int
) -> str:
    """The expression for: there are so many different values (that conform)."""
    if number > _MOST:
        raise NotCompilable(f"a count of {number} inside another shape")
    qualified = constraint.kind.startswith("qualified")
    names = [context.fresh() for _ in range(number)]
    steps = " ".join(_step(shape, this, name) for name in names)
    filters = [f"!sameTerm({one}, {other})" for place, one in enumerate(names)
               for other in names[place + 1 :]]  # fmt: skip
    if qualified:
        filters += [good_qualified(context, constraint, name) for name in names]
    test = f" FILTER({' && '.join(filters)})" if filters else ""
    found = f"EXISTS {{ {steps}{test} }}"
    assert shape.path is not None
    if number == 1 and nullable(shape.path):
        itself = good_qualified(context, constraint, this) if qualified else "true"
        return f"({found} || {itself})"
    return f"({found})"


def _lacks(context: Context, shape: Shape, constraint: Constraint, this: str) -> str:
    wanted = context.dialect.text(constraint.terms[0])
    if shape.path is None:
        return f"!sameTerm({this}, {wanted})"
    lacks = f"NOT EXISTS {{ {_step(shape, this, wanted)} }}"
    return f"({lacks} && !sameTerm({this}, {wanted}))" if nullable(shape.path) else lacks


def closed_filter(constraint: Constraint, prop: str) -> str:
    """The filter for properties that a closed shape does not allow."""
    allowed = iris(constraint.properties)
    return f"FILTER({prop} NOT IN ({allowed}))" if allowed else ""


def _bad_pair(context: Context, shape: Shape, constraint: Constraint, this: str) -> Iterator[str]:
    """Constraints that compare the values with one another or with those of another property."""
    kind = constraint.kind
    value, other = context.fresh(), context.fresh()
    if kind == "uniqueLang":
        yield (f"EXISTS {{ {_step(shape, this, value)} {_step(shape, this, other)} "
               f"FILTER({same_language(value, other)}) }}")  # fmt: skip
        return
    prop = context.dialect.text(constraint.terms[0])
    if kind == "disjoint":
        value = value if shape.path is not None else this
        yield f"EXISTS {{ {_step(shape, this, value)} {this} {prop} {value} . }}"
    elif kind == "equals":
        if shape.path is None or nullable(shape.path):
            yield f"NOT EXISTS {{ {this} {prop} {this} . }}"
        if shape.path is None:
            yield f"EXISTS {{ {this} {prop} {value} . FILTER(!sameTerm({value}, {this})) }}"
            return
        there, here = _step(shape, this, value), f"{this} {prop} {value} ."
        yield f"EXISTS {{ {there} FILTER NOT EXISTS {{ {here} }} }}"
        yield f"EXISTS {{ {here} FILTER NOT EXISTS {{ {there} }} }}"
    else:
        worth = context.dialect.value
        yield (f"EXISTS {{ {_step(shape, this, value)} {this} {prop} {other} . "
               f"FILTER({compared(constraint, worth(value), worth(other))}) }}")  # fmt: skip


def same_language(value: str, other: str) -> str:
    """The expression for: two different literals in the same language."""
    return (f'LANG({value}) != "" && LCASE(LANG({value})) = LCASE(LANG({other})) '
            f"&& !sameTerm({value}, {other})")  # fmt: skip
