"""Reads along the words of a query: one after the other, and whole property paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.query.tokens import iter_tokens
from kg.validate.report import Path, Step
from kg.validate.setwise.patterns import RDF_TYPE
from kg.validate.setwise.terms import NotCompilable, ShapeError

_REFUSED = ("MINUS", "VALUES", "SERVICE")
_HINT = "see the standard, 5.3.1 and appendix A: what a SPARQL constraint may hold"
_UNESCAPE = re.compile(r"\\(.)")


@dataclass(slots=True)
class Cursor:
    """The words of a query and the place that has been read up to.

    `constants` are variables that stand for one term; `path` is what $PATH stands for; `ours` is
    true of a query that we made, which may hold what the standard forbids in shapes.
    """

    text: str
    prefixes: dict[str, str]
    constants: Mapping[str, str]
    path: Step | None
    ours: bool = False
    words: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    glued: list[bool] = field(default_factory=list)
    place: int = 0
    made: int = 0

    # ---------- Tokens ----------

    def _tokens(self) -> None:
        end = 0
        waiting: list[str] = []  # of a PREFIX declaration
        tokens = list(iter_tokens(self.text))
        for word in (token.keyword for token in tokens if not self.ours):
            if word in _REFUSED:
                raise ShapeError(f"a query of a shape holds {word}", hint=_HINT)
        for token in tokens:
            word, kind = token.text, token.kind
            if kind in ("other", "unclosed"):
                raise ShapeError(f"a query of a shape cannot be read at {word[:20]!r}", hint=_HINT)
            glued, end = token.start == end, token.start + len(word)
            if waiting or token.keyword == "PREFIX":
                waiting.append(word)
                if len(waiting) == 3:
                    self.prefixes[waiting[1].rstrip(":")] = waiting[2][1:-1]
                    waiting = []
                continue
            if token.keyword == "BASE":
                raise NotCompilable("the query has a BASE")
            if kind == "name":
                word, kind = self._full(token.prefix, word), "iri"
            elif kind == "variable":
                word = "?" + word[1:]
                if word[1:] in self.constants:
                    word, kind = self.constants[word[1:]], "constant"
            elif kind == "language" or word == "^^":
                glued = True
            self.words.append(word)
            self.kinds.append(kind)
            self.glued.append(glued or (bool(self.words[1:]) and self.words[-2] == "^^"))

    def _full(self, prefix: str, name: str) -> str:
        space = self.prefixes.get(prefix)
        if space is None:
            raise ShapeError(f'a query of a shape uses the prefix "{prefix}", which it does not declare',
                             hint="declare it with sh:declare and name that with sh:prefixes")  # fmt: skip
        return f"<{space}{_UNESCAPE.sub(lambda match: match[1], name.partition(':')[2])}>"

    def _at(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.words[place] if place < len(self.words) else ""

    def _kind(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.kinds[place] if place < len(self.kinds) else ""

    def _word(self, ahead: int = 0) -> str:
        """The keyword here, in capitals; nothing where there is none."""
        return self._at(ahead).upper() if self._kind(ahead) == "word" else ""

    def _take(self, expected: str = "") -> str:
        word = self._at()
        if not word or (expected and word != expected and self._word() != expected):
            raise self._wrong(f"{expected or 'more'} is expected")
        self.place += 1
        return word

    def _wrong(self, what: str) -> ShapeError:
        near = " ".join(self.words[max(0, self.place - 4) : self.place + 2])
        return ShapeError(f"a query of a shape cannot be read: {what} near: {near}", hint=_HINT)

    def _end(self) -> None:
        if self.place != len(self.words):
            raise self._wrong("its end")

    # ---------- Paths ----------

    def _verb(self) -> Step:
        if self._kind() == "constant":
            word = self._take()
            if not word.startswith("<"):
                raise NotCompilable("the query has a literal for a property")
            return word[1:-1]
        if self._kind() == "variable" and self._at() != "?PATH":
            return self._take()
        return self._alternatives()

    def _alternatives(self) -> Step:
        parts = [self._sequence()]
        while self._at() == "|":
            self.place += 1
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("alternativePath", tuple(parts))

    def _sequence(self) -> Step:
        parts = [self._step()]
        while self._at() == "/":
            self.place += 1
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else Path("sequence", tuple(parts))

    def _step(self) -> Step:
        if self._at() == "^":
            self.place += 1
            return Path("inversePath", (self._step(),))
        step = self._primary()
        kind = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}.get(self._at())
        if kind is None:
            return step
        self.place += 1
        return Path(kind, (step,))

    def _primary(self) -> Step:
        word = self._at()
        if word == "(":
            self.place += 1
            step = self._alternatives()
            self._take(")")
            return step
        if word == "!":
            return self._negated()
        if word == "?PATH" and self.path is not None:
            self.place += 1
            return self.path
        if word == "a" and self._kind() == "word":
            self.place += 1
            return RDF_TYPE
        if word.startswith("<") and self._kind() in ("iri", "constant"):
            self.place += 1
            return word[1:-1]
        raise self._wrong("a property is expected")

    def _negated(self) -> Step:
        text = self._take()
        if self._at() == "(":
            depth = 0
            while True:
                word = self._take()
                depth += (word == "(") - (word == ")")
                text += f"<{RDF_TYPE}>" if word == "a" else word
                if not depth:
                    return text
        text += self._take() if self._at() == "^" else ""
        word = self._take()
        return text + (f"<{RDF_TYPE}>" if word == "a" else word)
