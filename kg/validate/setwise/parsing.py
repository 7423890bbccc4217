"""Reads the SELECT or ASK of a SHACL constraint into the values of `patterns`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.query.tokens import expand_escapes
from kg.validate.report import Step
from kg.validate.setwise.cursor import Cursor
from kg.validate.setwise.patterns import (
    RDF_TYPE,
    Bind,
    Branches,
    Column,
    Element,
    Exists,
    Expression,
    Filter,
    Graph,
    Group,
    Optional,
    Piece,
    Raw,
    Select,
    SubSelect,
    Triple,
    Values,
)
from kg.validate.setwise.terms import NotCompilable, ShapeError

_RDF = RDF_TYPE.removesuffix("type")
_HINT = "see the standard, 5.3.1 and appendix A: what a SPARQL constraint may hold"
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as read: the SELECT, or for an ASK its pattern as a SELECT without columns."""

    select: Select
    is_ask: bool


def read_query(
    text: str, prefixes: Mapping[str, str], constants: Mapping[str, str], path: Step | None
) -> Query:
    """Read a query.

    `constants` are variables that stand for one term, as SPARQL writes it; `path` is what $PATH
    stands for. ShapeError where the query is none or holds what the standard forbids;
    NotCompilable where we cannot read it.
    """
    expanded, _ = expand_escapes(text)
    reader = _Reader(expanded, dict(prefixes), constants, path)
    return reader.query()


def read_own(text: str) -> Select:
    """A SELECT that we made ourselves, with VALUES where we put them.

    ShapeError or NotCompilable where it has parts that these values cannot hold.
    """
    return _Reader(text, {}, {}, None, ours=True).query().select


class _Reader(Cursor):
    __slots__ = ()

    def query(self) -> Query:
        self._tokens()
        if self._word() == "ASK":
            self.place += 1
            self._where()
            select = Select((), self._group())
            self._end()
            return Query(select, is_ask=True)
        if self._word() != "SELECT":
            raise self._wrong("a SELECT or an ASK is expected")
        select = self._select()
        self._end()
        return Query(select, is_ask=False)

    # ---------- SELECT ----------

    def _select(self) -> Select:
        self._take("SELECT")
        distinct = self._word() in ("DISTINCT", "REDUCED")
        self.place += distinct
        columns = self._columns()
        self._where()
        where = self._group()
        clauses: dict[str, Expression] = {}
        numbers: dict[str, int | None] = {"LIMIT": None, "OFFSET": None}
        while (word := self._word()) in _MODIFIERS and word != "VALUES":
            self.place += 1
            if word in numbers:
                if not self._at().isdigit():
                    raise self._wrong("a number is expected")
                numbers[word] = int(self._take())
                continue
            if word in ("GROUP", "ORDER"):
                self._take("BY")
            clauses[word] = self._until(_MODIFIERS)
        return Select(
            columns, where, distinct, clauses.get("GROUP"), clauses.get("HAVING", ()),
            clauses.get("ORDER", ()), numbers["LIMIT"], numbers["OFFSET"] or 0,
        )  # fmt: skip

    def _columns(self) -> tuple[Column, ...]:
        if self._at() == "*":
            self.place += 1
            return ()
        columns: list[Column] = []
        while self._at() not in ("{", "") and self._word() not in ("WHERE", "FROM"):
            word, kind = self._at(), self._kind()
            if kind == "variable":
                columns.append(Column(word[1:]))
                self.place += 1
            elif kind == "constant":
                self.place += 1
            elif word == "(":
                expression, variable = self._named_expression()
                columns.append(Column(variable, expression))
            else:
                raise self._wrong("a result column is expected")
        return tuple(columns) or (Column("_none", (Piece("true"),)),)

    def _named_expression(self) -> tuple[Expression, str]:
        """`(expression AS ?variable)`, the brackets included."""
        self._take("(")
        expression = self._until(("AS",))
        self._take("AS")
        if self._kind() == "constant":
            raise ShapeError(
                "a query of a shape gives a pre-bound variable a value (AS)", hint=_HINT
            )
        variable = self._take()
        self._take(")")
        return expression, variable.removeprefix("?")

    def _where(self) -> None:
        if self._word() == "FROM":
            raise NotCompilable("the query names its own dataset (FROM)")
        if self._word() == "WHERE":
            self.place += 1

    # ---------- Groups ----------

    def _group(self) -> Group:
        self._take("{")
        elements: list[Element] = []
        if self._word() == "SELECT":
            elements.append(SubSelect(self._select()))
        while self._at() != "}":
            word = self._word()
            if word == "VALUES" and self.ours:
                elements.append(self._values())
                continue
            if word == "FILTER":
                self.place += 1
                elements.append(Filter(self._constraint()))
            elif word == "BIND":
                self.place += 1
                elements.append(Bind(*self._named_expression()))
            elif word == "OPTIONAL":
                self.place += 1
                elements.append(Optional(self._group()))
            elif word == "GRAPH":
                self.place += 1
                elements.append(Graph(self._take(), self._group()))
            elif self._at() == "{":
                elements.append(self._branches())
            elif self._at() == ".":
                self.place += 1
            else:
                self._same_subject(elements)
        self._take("}")
        return Group(tuple(elements))

    def _branches(self) -> Element:
        groups = [self._group()]
        while self._word() == "UNION":
            self.place += 1
            groups.append(self._group())
        if len(groups) == 1 and len(groups[0].elements) == 1:
            (only,) = groups[0].elements
            if isinstance(only, SubSelect):
                return only
        return Branches(tuple(groups))

    def _values(self) -> Element:
        self._take("VALUES")
        if self._kind() == "variable":
            variable = self._take()
            self._take("{")
            terms: list[str] = []
            while self._at() != "}":
                terms.append(self._take() if self._word() == "UNDEF" else self._term())
            self._take("}")
            if "UNDEF" not in terms:
                return Values(variable[1:], tuple(terms))
            return Raw(f"VALUES {variable} {{ {' '.join(terms)} }}", frozenset())
        start = self.place
        variables: set[str] = set()
        while self._at() != "{":
            word = self._take()
            variables |= {word[1:]} if word.startswith("?") else set()
        while self._at() != "}":
            variables -= variables if self._take() == "UNDEF" else set()
        self._take("}")
        text = "".join(
            word if glued else " " + word
            for word, glued in zip(
                self.words[start : self.place], self.glued[start : self.place], strict=True
            )
        )
        return Raw(f"VALUES{text}", frozenset(variables))

    # ---------- Expressions ----------

    def _constraint(self) -> Expression:
        """What follows FILTER: brackets, a call, or EXISTS."""
        parts: list[Piece | Exists] = []
        if self._word() in ("EXISTS", "NOT"):
            parts.append(self._exists())
            return tuple(parts)
        if self._at() != "(":
            self._part(parts)
        if isinstance(parts[0] if parts else None, Piece) and parts[0] == Piece("true"):
            return Piece("("), Piece("true"), Piece(")")  # BOUND of what is pre-bound
        if self._at() != "(":
            raise self._wrong("( is expected")
        self._bracketed(parts)
        return tuple(parts)

    def _until(self, words: Sequence[str]) -> Expression:
        """An expression up to one of these keywords, a closing bracket, or the end."""
        parts: list[Piece | Exists] = []
        while self._at() and self._at() not in (")", "}") and self._word() not in words:
            self._part(parts)
        return tuple(parts)

    def _bracketed(self, parts: list[Piece | Exists]) -> None:
        parts.append(self._piece())
        while self._at() != ")":
            if not self._at():
                raise self._wrong(") is expected")
            self._part(parts)
        parts.append(self._piece())

    def _part(self, parts: list[Piece | Exists]) -> None:
        if self._word() == "EXISTS" or (self._word() == "NOT" and self._word(1) == "EXISTS"):
            parts.append(self._exists())
        elif self._word() == "BOUND" and self._at(1) == "(" and self._kind(2) == "constant":
            self.place += 4
            parts.append(Piece("true"))
        elif self._at() == "(":
            self._bracketed(parts)
        elif self._at() == "{":
            raise self._wrong("no group is expected")
        else:
            parts.append(self._piece())

    def _piece(self) -> Piece:
        if self._at() == "?PATH" and self.path is not None:
            if not isinstance(self.path, str):
                raise NotCompilable("the query uses a path as a value")
            self.words[self.place] = f"<{self.path}>"
        if not self._at():
            raise self._wrong("more is expected")
        piece = Piece(self._at(), self.glued[self.place])
        self.place += 1
        return piece

    def _exists(self) -> Exists:
        negated = self._word() == "NOT"
        self.place += negated
        self._take("EXISTS")
        return Exists(self._group(), negated)

    # ---------- Triples ----------

    def _same_subject(self, found: list[Element]) -> None:
        subject = self._node(found)
        if self._at() in (".", "}") or (self._word() and self._at() != "a"):
            return  # [ … ] or ( … ) that stands alone
        self._properties(subject, found)

    def _properties(self, subject: str, found: list[Element]) -> None:
        while True:
            predicate = self._verb()
            while True:
                found.append(Triple(subject, predicate, self._node(found)))
                if self._at() != ",":
                    break
                self.place += 1
            if self._at() != ";":
                return
            while self._at() == ";":
                self.place += 1
            if self._at() in (".", "}", "]"):
                return

    def _node(self, found: list[Element]) -> str:
        """A term of a triple; what stands in brackets becomes triples of its own in `found`."""
        word, kind = self._at(), self._kind()
        if word == "[":
            self.place += 1
            node = self._fresh()
            if self._at() != "]":
                self._properties(node, found)
            self._take("]")
            return node
        if word == "(":
            return self._list(found)
        if kind == "blank":  # stands for anything, as a variable that nobody asks for
            self.place += 1
            return "?_b" + "".join(c if c.isalnum() else f"_{ord(c):x}_" for c in word[2:])
        if kind in ("iri", "variable", "constant", "string", "number") or word in ("true", "false"):
            return self._term()
        raise self._wrong("a term is expected") if kind != "mark" else NotCompilable(
            f"the query has {word} in a triple")  # fmt: skip

    def _term(self) -> str:
        word = self._take()
        if self._kind(-1) == "string":
            if self._kind() == "language":
                word += self._take()
            elif self._at() == "^^":
                self.place += 1
                word += "^^" + self._take()
        return word

    def _fresh(self) -> str:
        self.made += 1
        return f"?_n{self.made}"

    def _list(self, found: list[Element]) -> str:
        self._take("(")
        items: list[str] = []
        while self._at() != ")":
            items.append(self._node(found))
        self.place += 1
        head = f"<{_RDF}nil>"
        for item in reversed(items):
            node = self._fresh()
            found += Triple(node, _RDF + "first", item), Triple(node, _RDF + "rest", head)
            head = node
        return head
