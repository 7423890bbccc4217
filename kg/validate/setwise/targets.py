"""The focus nodes of a shape as a pattern that binds ?this, and what lies on a path from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.query.tokens import iter_tokens
from kg.validate.report import Step
from kg.validate.setwise.dialect import Dialect
from kg.validate.setwise.paths import nullable, path_text
from kg.validate.setwise.shapes import Shape, ShapeNode, Target
from kg.validate.setwise.terms import SUBCLASS, TYPE, NotCompilable, ShapeError

# The variables of a pattern are kept apart from text that looks like them: an IRI may hold "?this".
_THIS, _VALUE, _ANY = "\ue000this", "\ue000value", "\ue000_any"
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Focus:
    """A pattern that binds ?this to each focus node, perhaps more than once.

    Its other variables start with an underscore: ?_any, and ?_o1, ?_o2 … one for each of the
    `steps` that lead to these from the focus nodes of the first shape of the `route`, which goes
    on with the property shapes on the way.
    """

    raw: str
    route: tuple[ShapeNode, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def pattern(self) -> str:
        """The group graph pattern, without its braces."""
        return self.raw.replace("\ue000", "?")

    def values(self, path: Step | None, value: str = "?value") -> str:
        """The pattern that binds ?this and `value`; without a path `value` is not bound."""
        return self._values(path).replace(_VALUE, value).replace("\ue000", "?")

    def _values(self, path: Step | None) -> str:
        if path is None:
            return self.raw
        if self.raw == f"{_THIS} <{path}> {_ANY} .":
            return f"{_THIS} <{path}> {_VALUE} ."  # one look at the property is enough
        step = f"{self.raw} {_THIS} {path_text(path)} {_VALUE} ."
        if not nullable(path):
            return step
        # written apart: engines differ on paths of length zero at nodes that the data lack
        return f"{{ {step} }} UNION {{ {self.raw} BIND({_THIS} AS {_VALUE}) }}"

    @property
    def before(self) -> tuple[str, ...]:
        """The variables for the nodes that lead to a focus node."""
        return tuple(f"?_o{number + 1}" for number in range(len(self.steps)))

    def along(self, path: Step | None, to: ShapeNode = None) -> Focus:
        """The value nodes of these focus nodes as the focus nodes of the shape `to`."""
        if path is None:
            return replace(self, route=(*self.route, to))
        here = f"\ue000_o{len(self.steps) + 1}"
        raw = self._values(path).replace(_THIS, here).replace(_VALUE, _THIS)
        return Focus(raw, (*self.route, to), (*self.steps, path))


def focus_of(shape: Shape, dialect: Dialect) -> Focus:
    """The pattern for the targets of a shape; NotCompilable where one of them has none."""
    patterns = [pattern for target in shape.targets for pattern in _patterns(target, dialect)]
    union = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
    return Focus(patterns[0] if len(patterns) == 1 else union, (shape.node,))


def _patterns(target: Target, dialect: Dialect) -> Iterator[str]:
    if target.kind == "node":
        yield f"VALUES {_THIS} {{ {' '.join(map(dialect.text, target.terms))} }}"
    elif target.kind == "class":
        for term in target.terms:
            yield f"{_THIS} {TYPE}/{SUBCLASS}* {term} ."
    elif target.kind == "subjectsOf":
        for term in target.terms:
            yield f"{_THIS} {term} {_ANY} ."
    elif target.kind == "objectsOf":
        for term in target.terms:
            yield f"{_ANY} {term} {_THIS} ."
    elif target.kind == "sparql":
        # its own variables stay inside: the query is a sub-select
        yield f"{{ SELECT DISTINCT {_THIS} WHERE {{ {{ {_expanded(target.query)} }} }} }}"
    else:
        raise NotCompilable("a target that is no SPARQL query")


def _expanded(query: str) -> str:
    """A query without its prologue: names as IRIs, and ?this as a variable of the pattern."""
    prefixes: dict[str, str] = {}
    waiting: list[str] = []
    words: list[str] = []
    for token in iter_tokens(query):
        if token.keyword == "PREFIX" or waiting:
            waiting.append(token.text)
            if len(waiting) == 3:
                prefixes[waiting[1].rstrip(":")] = waiting[2][1:-1]
                waiting = []
        elif token.keyword in ("BASE", "FROM", "SERVICE"):
            raise NotCompilable(f"a target with {token.keyword}")
        elif token.kind == "name":
            if token.prefix not in prefixes:
                raise ShapeError(
                    f'a SPARQL target uses the prefix "{token.prefix}", which it does not declare',
                    hint="declare it with sh:declare and name that with sh:prefixes",
                )
            local = _ESCAPED.sub(r"\1", token.text.partition(":")[2])
            words.append(f"<{prefixes[token.prefix]}{local}>")
        elif token.kind == "variable" and token.text[1:] == "this":
            words.append(_THIS)
        else:
            glue = words and (
                token.text == "^^" or token.kind == "language" or words[-1].endswith("^^")
            )
            words.append(words.pop() + token.text if glue else token.text)
    return " ".join(words)
