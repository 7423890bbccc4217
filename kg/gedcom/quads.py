"""Writing the facts of a tree as N-Quads: terms, one thing at a time, claims and passages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from kg.vocab import DCTERMS, DECLARED, EDTF, ET, KG, RDF, RDFS, XSD

# What a thing is said to be is a list of pairs: predicate and object in one string, so that a
# thing of ten facts is written by one join.

_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


def kg(name: str) -> str:
    """A term of our vocabulary, as N-Quads write it."""
    return f"<{KG}{name}>"


def et(name: str) -> str:
    """An event type, as N-Quads write it."""
    return f"<{ET}{name}>"


TYPE = f"<{RDF}type>"
LABEL = f"<{RDFS}label>"
TITLE = f"<{DCTERMS}title>"
SUBJECT, PREDICATE, OBJECT = f"<{RDF}subject>", f"<{RDF}predicate>", f"<{RDF}object>"
IN_DECLARED = f" <{DECLARED}> .\n"
AS_INTEGER, AS_DATE, AS_DECIMAL = (
    f'"^^<{XSD}integer>', f'"^^<{XSD}date>', f'"^^<{XSD}decimal>',
)  # fmt: skip
AS_EDTF = f'"^^<{EDTF}>'

A_CLAIM = f"{TYPE} {kg('Claim')}"
A_PASSAGE = f"{TYPE} {kg('Passage')}"
ACCOUNT = kg("account")
PASSAGE = kg("passage")
QUOTE, START_LINE, END_LINE = kg("quote"), kg("startLine"), kg("endLine")
CERTAIN = f"{kg('certainty')} {kg('Certain')}"
PROBABLE = f"{kg('certainty')} {kg('Probable')}"
POSSIBLE = f"{kg('certainty')} {kg('Possible')}"
NEGATIVE = f"{kg('polarity')} {kg('Negative')}"
NAME = kg("name")


def escaped(text: str) -> str:
    """A text as it stands between the quotation marks of a literal."""
    if '"' in text or "\\" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        return text.replace("\n", "\\n").replace("\r", "\\r")
    return text


def plain(text: str) -> str:
    """A literal without language."""
    return f'"{escaped(text)}"'


def local(xref: str) -> str:
    """An identifier of the file as a part of an IRI: other characters as `.` and hex digits.

    Upper and lower case stay apart; no two identifiers come out alike.
    """
    if xref.isalnum() and xref.isascii():
        return xref
    return _UNSAFE.sub(lambda match: "".join(f".{b:02X}" for b in match[0].encode()), xref)


def short_hash(text: str) -> str:
    """12 hex digits that stand for a text."""
    return sha256(text.encode()).hexdigest()[:12]


def passage(iri: str, source: str, first: int, last: int, quote: str) -> str:
    """The lines that say of a passage where it stands; lines of it count from 1, both included."""
    return (
        f"{iri} {A_PASSAGE} .\n"
        f'{iri} {QUOTE} "{escaped(quote)}" .\n'
        f"{iri} {source} .\n"
        f'{iri} {START_LINE} "{first}{AS_INTEGER} .\n'
        f'{iri} {END_LINE} "{last}{AS_INTEGER} .\n'
    )


def claim(iri: str, fact: tuple[str, str, str], account: str, certainty: str, where: str) -> str:
    """The lines of a claim of one fact: subject, predicate, object."""
    subject, predicate, value = fact
    return (
        f"{iri} {A_CLAIM} .\n"
        f"{iri} {SUBJECT} {subject} .\n"
        f"{iri} {PREDICATE} {predicate} .\n"
        f"{iri} {OBJECT} {value} .\n"
        f"{iri} {account} .\n"
        f"{iri} {certainty} .\n"
        f"{iri} {where} .\n"
    )


def subjects(iris: Iterable[str]) -> list[str]:
    """The pairs that name the things a claim speaks of."""
    return [f"{SUBJECT} {iri}" for iri in iris]
