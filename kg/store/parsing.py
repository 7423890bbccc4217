"""Reads the part of SPARQL that rules, ties and indexes are written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.errors import QueryError
from kg.store.patterns import (
    FALSE,
    TRUE,
    Bind,
    Call,
    Constant,
    Element,
    Filter,
    Graph,
    Group,
    Optional,
    Path,
    Select,
    Term,
    Triple,
    Union,
    Values,
    Variable,
)
from kg.vocab import PREFIXES, RDF

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*\s*)*
    (?: (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<variable>\?\w+)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<name>[A-Za-z][\w-]*:[\w-]+)
      | (?P<word>[A-Za-z]+)
      | (?P<mark>\|\||&&|!=|<=|>=|[{}()|/^+*=<>!.;,])
      | (?P<end>\Z) )""",
    re.VERBOSE,
)
_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
_CALLS = ("STR", "COALESCE", "IF", "BOUND")


def read_select(text: str, prefixes: Mapping[str, str] = PREFIXES) -> Select:
    """A SELECT without aggregates; its ORDER BY is left out. QueryError for anything else."""
    reader = _Reader(text, prefixes)
    reader.prologue()
    found = reader.select()
    if reader.keyword() == "ORDER":
        return found
    reader.expect("end")
    return found


def read_group(text: str, prefixes: Mapping[str, str] = PREFIXES) -> Group:
    """A group in braces, such as the WHERE of a rule. QueryError as `read_select`."""
    reader = _Reader(text, prefixes)
    found = reader.group()
    reader.expect("end")
    return found


@dataclass(slots=True)
class _Token:
    kind: str
    text: str


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.text, self.prefixes = text, dict(prefixes)
        self.at = 0
        self.fresh = 0
        self.token = self._next()

    def _next(self) -> _Token:
        match = _TOKEN.match(self.text, self.at)
        if match is None or match.lastgroup is None:
            raise QueryError(f'this cannot be read: "{self.text[self.at : self.at + 40].strip()}"',
                             hint="it is beyond the SPARQL that rules and ties are written in")  # fmt: skip
        self.at = match.end()
        return _Token(match.lastgroup, match[match.lastgroup])

    def take(self) -> str:
        text = self.token.text
        self.token = self._next()
        return text

    def expect(self, *wanted: str) -> str:
        """The text of the next token, which must be this mark, this word or of this kind."""
        token = self.token
        if token.text in wanted or token.kind in wanted or self.keyword() in wanted:
            return self.take() if token.kind != "end" else ""
        raise QueryError(
            f'"{token.text or "the end"}" stands where {" or ".join(wanted)} is expected',
            hint="it is beyond the SPARQL that rules and ties are written in",
        )

    def keyword(self) -> str:
        return self.token.text.upper() if self.token.kind == "word" else ""

    def mark(self, *wanted: str) -> bool:
        return self.token.kind == "mark" and self.token.text in wanted

    def prologue(self) -> None:
        while self.keyword() == "PREFIX":
            # "PREFIX kg: <…>": the name before the colon is a token that nothing else is.
            declared = re.compile(r"\s*([A-Za-z][\w-]*):\s*<([^>]*)>").match(self.text, self.at)
            if declared is None:
                self.expect("a prefix")
            else:
                self.prefixes[declared[1]] = declared[2]
                self.at = declared.end()
                self.token = self._next()

    def select(self) -> Select:
        self.expect("SELECT")
        distinct = self.keyword() == "DISTINCT"
        if distinct:
            self.take()
        variables = [Variable(self.expect("variable")[1:])]
        while self.token.kind == "variable":
            variables.append(Variable(self.take()[1:]))
        if self.keyword() == "WHERE":
            self.take()
        return Select(tuple(variables), distinct, self.group())

    def group(self) -> Group:
        self.expect("{")
        elements: list[Element] = []
        while not self.mark("}"):
            elements += self.element()
        self.take()
        return Group(tuple(elements))

    def element(self) -> Iterable[Element]:
        word = self.keyword()
        if self.mark("."):
            self.take()
            return ()
        if self.mark("{"):
            return (self.braces(),)
        if word == "SELECT":
            return (self.select(),)
        if word in ("OPTIONAL", "FILTER", "BIND", "VALUES", "GRAPH"):
            self.take()
        if word == "OPTIONAL":
            return (Optional(self.group()),)
        if word == "FILTER":
            return (Filter(self.expression()),)
        if word == "BIND":
            self.expect("(")
            value = self.expression()
            self.expect("AS")
            variable = Variable(self.expect("variable")[1:])
            self.expect(")")
            return (Bind(value, variable),)
        if word == "VALUES":
            return (self.values(),)
        if word == "GRAPH":
            name = self.term()
            if isinstance(name, Variable):
                raise QueryError("a graph that is a variable cannot be read", hint="name it")
            return (Graph(name, self.group()),)
        return self.triples()

    def braces(self) -> Element:
        groups = [self.group()]
        while self.keyword() == "UNION":
            self.take()
            groups.append(self.group())
        return groups[0] if len(groups) == 1 else Union(tuple(groups))

    def values(self) -> Values:
        if self.token.kind == "variable":
            variables = (Variable(self.take()[1:]),)
            self.expect("{")
            singles: list[tuple[Constant, ...]] = []
            while not self.mark("}"):
                singles.append((self.constant(),))
            self.take()
            return Values(variables, tuple(singles))
        self.expect("(")
        names = []
        while not self.mark(")"):
            names.append(Variable(self.expect("variable")[1:]))
        self.take()
        self.expect("{")
        rows: list[tuple[Constant, ...]] = []
        while not self.mark("}"):
            self.expect("(")
            rows.append(tuple(self.constant() for _ in names))
            self.expect(")")
        self.take()
        return Values(tuple(names), tuple(rows))

    def triples(self) -> list[Triple]:
        found: list[Triple] = []
        subject = self.term()
        while True:
            first = len(found)
            predicate = self.predicate()
            found += self.walked(subject, predicate, self.term())
            while self.mark(","):
                self.take()
                found += self.walked(subject, predicate, self.term())
            assert len(found) > first
            while self.mark(";"):
                self.take()
            if self.mark(".", "}", "{") or self.keyword() in (
                "OPTIONAL", "FILTER", "BIND", "VALUES", "GRAPH", "UNION",
            ):  # fmt: skip
                return found
            if self.token.kind in ("variable", "iri", "name") and not self._goes_on():
                return found

    def _goes_on(self) -> bool:
        """Whether what was just read ended with a semicolon, so that a predicate follows."""
        before = self.text[: self.at].rstrip()
        return before[: len(before) - len(self.token.text)].rstrip().endswith(";")

    def walked(self, subject: Term, predicate: object, end: Term) -> list[Triple]:
        """The triples of a path in sequence, with variables of their own between."""
        steps = predicate if isinstance(predicate, list) else [predicate]
        found = []
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            self.fresh += not last
            target: Term = end if last else Variable(f" {self.fresh}")
            if isinstance(step, Path) and step.kind == "^":
                found.append(Triple(target, step.parts[0], subject))
            else:
                found.append(Triple(subject, step, target))
            subject = target
        return found

    def predicate(self) -> object:
        """A term, a path, or a list of these in sequence."""
        if self.token.kind == "variable":
            return self.term()
        steps = [self.alternatives()]
        while self.mark("/"):
            self.take()
            steps.append(self.alternatives())
        return steps if len(steps) > 1 else steps[0]

    def alternatives(self) -> Path | Constant:
        found = [self.step()]
        while self.mark("|"):
            self.take()
            found.append(self.step())
        return found[0] if len(found) == 1 else Path("|", tuple(found))

    def step(self) -> Path | Constant:
        if self.mark("^"):
            self.take()
            return Path("^", (self.step(),))
        if self.mark("("):
            self.take()
            inner = self.alternatives()
            self.expect(")")
        elif self.keyword() == "A":
            self.take()
            inner = Constant(f"<{RDF}type>")
        else:
            inner = self.constant()
        if self.mark("+", "*"):
            return Path(self.take(), (inner,))
        return inner

    def term(self) -> Term:
        if self.token.kind == "variable":
            return Variable(self.take()[1:])
        return self.constant()

    def constant(self) -> Constant:
        if self.keyword() in ("TRUE", "FALSE"):
            return TRUE if self.take().upper() == "TRUE" else FALSE
        text = self.expect("iri", "name", "string")
        if text[0] in '<"':
            return Constant(text)
        prefix, _, local = text.partition(":")
        if prefix not in self.prefixes:
            raise QueryError(f'the prefix "{prefix}:" is not declared', hint="declare it")
        return Constant(f"<{self.prefixes[prefix]}{local}>")

    def expression(self) -> Call | Term:
        found = self.conjunction()
        while self.mark("||"):
            self.take()
            found = Call("||", (found, self.conjunction()))
        return found

    def conjunction(self) -> Call | Term:
        found = self.comparison()
        while self.mark("&&"):
            self.take()
            found = Call("&&", (found, self.comparison()))
        return found

    def comparison(self) -> Call | Term:
        left = self.primary()
        if self.mark(*_COMPARISONS):
            return Call(self.take(), (left, self.primary()))
        negated = self.keyword() == "NOT"
        if negated:
            self.take()
        if negated or self.keyword() == "IN":
            self.expect("IN")
            self.expect("(")
            parts = [left, self.expression()]
            while self.mark(","):
                self.take()
                parts.append(self.expression())
            self.expect(")")
            found = Call("IN", tuple(parts))
            return Call("!", (found,)) if negated else found
        return left

    def primary(self) -> Call | Term:
        if self.mark("!"):
            self.take()
            return Call("!", (self.primary(),))
        if self.mark("("):
            self.take()
            found = self.expression()
            self.expect(")")
            return found
        word = self.keyword()
        if word == "NOT":
            self.take()
            self.expect("EXISTS")
            return Call("!", (Call("EXISTS", group=self.group()),))
        if word == "EXISTS":
            self.take()
            return Call("EXISTS", group=self.group())
        if word in _CALLS:
            self.take()
            self.expect("(")
            parts = [self.expression()]
            while self.mark(","):
                self.take()
                parts.append(self.expression())
            self.expect(")")
            return Call(word, tuple(parts))
        return self.term()
