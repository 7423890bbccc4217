"""How terms are written and compared in queries to the data at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

import pyoxigraph as ox

from kg.validate.setwise.lexical import INTEGERS, form_of, is_ill_typed
from kg.validate.setwise.terms import NotCompilable, Term, quoted
from kg.vocab import XSD

KEPT = "urn:x-kg-kept:"
"""Start of datatypes that stand for others: of literals that Oxigraph would write anew."""
ILL = "urn:x-kg-ill-:"
"""The same for literals that are ill-typed: they have no value. As long as KEPT."""

_ABOUT = ox.NamedNode("urn:x-kg:p")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What must be minded.

    `keeps`: literals that Oxigraph would write anew ("01", "5"^^xsd:byte) stand under datatypes
    of ours, so that nothing about them is lost. `merges`: the data is an Oxigraph store, which
    has made xsd:integer of all integer types when it was loaded.
    """

    keeps: bool = False
    merges: bool = False

    def text(self, term: Term) -> str:
        """A term as SPARQL writes it; NotCompilable for a blank node, which no query can name."""
        if isinstance(term, ox.BlankNode):
            raise NotCompilable("a blank node of the shapes graph as a value")
        if self.keeps and isinstance(term, ox.Literal):
            return str(kept(term, stored([term])[0]))
        return str(term)

    def value(self, variable: str) -> str:
        """The expression for what a variable's literal is worth in comparisons."""
        if not self.keeps:
            return variable
        return (
            f'COALESCE(IF(STRSTARTS(STR(DATATYPE({variable})), "{KEPT}"), STRDT(STR({variable}), '
            f"IRI(SUBSTR(STR(DATATYPE({variable})), {len(KEPT) + 1}))), {variable}), {variable})"
        )

    def has_datatype(self, variable: str, datatype: str) -> str:
        """The expression for: it is a literal of this datatype, and not ill-typed."""
        here = f"DATATYPE({variable})"
        if self.merges and datatype in INTEGERS:
            same = f"{here} IN (<{datatype}>, <{XSD}integer>)"
        elif self.keeps:
            same = f"{here} IN (<{datatype}>, <{KEPT}{datatype}>)"
        else:
            same = f"{here} = <{datatype}>"
        return f"(isLiteral({variable}) && {same}{_is_formed(variable, datatype)})"


def _is_formed(variable: str, datatype: str) -> str:
    form = form_of(datatype)
    if not form:
        return ""
    formed = f"REGEX(STR({variable}), {quoted(form)})"
    if datatype in INTEGERS:
        least, most = INTEGERS[datatype]
        # a decimal holds what is too long for an integer; signs are in the form
        value = f"<{XSD}decimal>(STR({variable}))"
        if least not in (None, 0):
            formed += f" && COALESCE({value} >= {least}, false)"
        if most not in (None, 0):
            formed += f" && COALESCE({value} <= {most}, false)"
    return f" && {formed}"


def stored(literals: Iterable[ox.Literal]) -> list[ox.Literal]:
    """The literals as Oxigraph keeps them."""
    wanted = list(literals)
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:x-kg:{number}"), _ABOUT, literal)
        for number, literal in enumerate(wanted)
    )
    for quad in store:
        assert isinstance(quad.object, ox.Literal)
        wanted[int(quad.subject.value.rpartition(":")[2])] = quad.object
    return wanted


def kept(literal: ox.Literal, as_stored: ox.Literal) -> ox.Literal:
    """The literal that stands in the data for one that Oxigraph would write anew."""
    if literal == as_stored or literal.language:
        return as_stored
    datatype = literal.datatype.value
    start = ILL if is_ill_typed(literal.value, datatype) else KEPT
    return ox.Literal(literal.value, datatype=ox.NamedNode(start + datatype))


def given(term: Term) -> Term:
    """The literal that another one stands for in the data."""
    if is_instead(term):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value[len(KEPT) :]))
    return term


def is_instead(term: object) -> TypeGuard[ox.Literal]:
    """Whether a literal stands for another one."""
    return isinstance(term, ox.Literal) and term.datatype.value.startswith((KEPT, ILL))
