"""Reads the terms of a cell (CURIEs and literals as in Turtle) and writes them back."""

from __future__ import annotations

import re

from kg.model.claims import Iri, Polarity, Term, Text
from kg.vocab import SHARED, XSD, Curies, canonical_tag, is_tag

_STRING = re.compile(
    r'"(?P<body>(?:[^"\\]|\\.)*)"(?:@(?P<tag>[A-Za-z0-9-]+)|\^\^(?P<type>\S+))?\Z',
    re.DOTALL,
)
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+\Z")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def parse_term(cell: str, curies: Curies) -> Term | Polarity | str:
    """The term in a cell, or a text that says why it is none."""
    text = cell.strip()
    if text in ("negative", "unknown"):
        return Polarity(text.title())
    if text.startswith('"'):
        return _literal(text, curies)
    if _INTEGER.match(text):
        return Text(text, datatype=XSD + "integer")
    if _DECIMAL.match(text):
        return Text(text, datatype=XSD + "decimal")
    if text in ("true", "false"):
        return Text(text, datatype=XSD + "boolean")
    iri = curies.expand(text)
    if iri is not None:
        return Iri(iri)
    if text.startswith("<"):
        return "it is no IRI: none has spaces, quotes or brackets in it"
    prefix = text.partition(":")[0]
    if ":" in text and prefix not in curies.prefixes:
        return f'the prefix "{prefix}:" is not declared'
    return "it is neither a CURIE (d:odessa) nor a literal"


def _literal(text: str, curies: Curies) -> Term | str:
    match = _STRING.match(text)
    if match is None:
        return "its quotes, language or datatype cannot be read"
    unknown = re.search(r"\\([^ntr\"\\])", re.sub(r"\\\\", "", match["body"]))
    if unknown:
        return f'the escape "\\{unknown[1]}" is none that kg knows'
    value = re.sub(r"\\(.)", lambda found: _ESCAPES[found[1]], match["body"], flags=re.DOTALL)
    if match["tag"] and not is_tag(match["tag"]):
        return f'"{match["tag"]}" is no language (write its code, as en, ru or ru-Latn)'
    if match["tag"]:
        return Text(value, language=canonical_tag(match["tag"]))
    if match["type"]:
        datatype = curies.expand(match["type"])
        if datatype is None:
            return f'the datatype "{match["type"]}" is unknown'
        return Text(value, datatype="" if datatype == XSD + "string" else datatype)
    return Text(value)


def write_term(term: Term | Polarity, curies: Curies = SHARED) -> str:
    """The cell for a term; `parse_term` reads it back to the same value."""
    if isinstance(term, Polarity):
        return term.value.lower()
    if isinstance(term, Iri):
        return curies.compress(term.value)
    if term.datatype == XSD + "integer" and _INTEGER.match(term.value):
        return term.value
    escaped = (
        term.value.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )
    if term.language:
        return f'"{escaped}"@{term.language}'
    if term.datatype:
        return f'"{escaped}"^^{curies.compress(term.datatype)}'
    return f'"{escaped}"'
