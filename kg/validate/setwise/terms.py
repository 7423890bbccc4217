"""Terms between the shapes graph (rdflib), the data (Oxigraph) and the text of a query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg.errors import ReadError
from kg.vocab import PREFIXES, RDF, RDFS, XSD

SH = PREFIXES["sh"]
Term = ox.NamedNode | ox.BlankNode | ox.Literal
"""What a focus node or a value can be."""

TYPE = f"<{RDF}type>"
SUBCLASS = f"<{RDFS}subClassOf>"
STRING = XSD + "string"


class ShapeError(ReadError):
    """A shape that is ill-formed: the standard gives it no meaning."""


class NotCompilable(Exception):
    """A constraint without a set-based query; `reason` says why. It goes to pySHACL instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def to_ox(term: Any) -> Term:
    """An rdflib term as Oxigraph's, with its lexical form and its datatype as they are."""
    from rdflib import BNode, Literal

    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, Literal):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=str(term.language))
    if term.datatype:
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
    return ox.Literal(str(term))


def quoted(text: str) -> str:
    """A plain string as SPARQL writes it."""
    return str(ox.Literal(text))


def iris(terms: Iterable[str]) -> str:
    """IRIs as a list for IN."""
    return ", ".join(f"<{iri}>" for iri in terms)


def text_of(term: Any) -> str:
    """The IRI, label or lexical form of a term, for messages."""
    if isinstance(term, ox.Literal | ox.NamedNode):
        return term.value
    return str(term)
