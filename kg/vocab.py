"""Namespaces and prefixes, IRI ↔ CURIE, and what an IRI or a language tag may look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

KG: Final = "https://w3id.org/prosokg/ns#"
ET: Final = "https://w3id.org/prosokg/event/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
DCTERMS: Final = "http://purl.org/dc/terms/"

PREFIXES: Final[dict[str, str]] = {
    "kg": KG,
    "et": ET,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": XSD,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sh": "http://www.w3.org/ns/shacl#",
    "dcterms": DCTERMS,
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "bio": "http://purl.org/vocab/bio/0.1/",
    "rel": "http://purl.org/vocab/relationship/",
    "fpo": "https://github.com/johnBradley501/FPO/raw/master/fpo.owl#",
    "gx": "http://gedcomx.org/",
}

INFERRED: Final = KG + "inferred"
"""Named graph in which inferred triples stand a second time."""
TEXTS: Final = KG + "texts"
"""Named graph of the full texts of sources."""
DECLARED: Final = KG + "declared"
"""Named graph of what the tables declare, where claims say or override the same."""
ONTOLOGY: Final = KG + "ontology"
"""Named graph of the ontology and its code lists."""


# Each pattern is compiled when it is first used: most commands need one or none of them.
@cache
def _curie() -> re.Pattern[str]:
    return re.compile(r"([A-Za-z][\w-]*):([\w.~%!$&'()*+,;=@/#-]*)\Z")


@cache
def _local() -> re.Pattern[str]:
    return re.compile(r"[\w](?:[\w.-]*[\w-])?\Z")


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


@cache
def _iri() -> re.Pattern[str]:
    # RFC 3987 without IP literals in brackets: what every RDF syntax and engine takes.
    return re.compile(
        r"[A-Za-z][A-Za-z0-9+.-]*:(?://(?:[^/?#@]*@)?[^/?#@:]*(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
        r"[^?#]*(?:\?[^#]*)?(?:#[^#]*)?\Z"
    )


@cache
def _bad_iri() -> re.Pattern[str]:
    return re.compile(
        r'%(?![0-9A-Fa-f]{2})|[\x00-\x20"<>\[\\\]^`{|}\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]'
        "|[\U000e0000-\U0010ffff]"
    )


@cache
def _tag() -> re.Pattern[str]:
    return re.compile(  # RFC 5646, 2.1
        r"([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"
        r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*"
        r"(-x(-[a-z0-9]{1,8})+)?|x(-[a-z0-9]{1,8})+",
        re.IGNORECASE | re.ASCII,
    )


class Curies(NamedTuple):
    """A prefix map, used both ways. The archive's own prefixes come before the shared ones."""

    prefixes: Mapping[str, str]

    def expand(self, curie: str) -> str | None:
        """The IRI that `curie` (or `<iri>`) stands for; None where it is neither."""
        if curie.startswith("<") and curie.endswith(">"):
            iri = curie[1:-1]
            return iri if is_iri(iri) else None
        prefix, colon, local = curie.partition(":")
        if colon and _is_plain(local) and self.prefixes.get(prefix, " ")[-1] in "/#":
            return self.prefixes[prefix] + local
        match = _curie().match(curie)
        if match is None or match[1] not in self.prefixes:
            return None
        iri = self.prefixes[match[1]] + match[2]
        return iri if is_iri(iri) else None

    def compress(self, iri: str) -> str:
        """The CURIE for `iri` by the longest matching namespace, or `<iri>` where none fits."""
        best = ""
        best_prefix = ""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and len(namespace) > len(best):
                best, best_prefix = namespace, prefix
        local = iri[len(best) :]
        plain = _is_plain(local) and local[0] not in ".-" and local[-1] != "."
        if best and (plain or _local().match(local)):
            return f"{best_prefix}:{local}"
        return f"<{iri}>"


def _is_plain(local: str) -> bool:
    """Whether this is made of ASCII letters, digits, dots, hyphens and low lines alone."""
    return local.isascii() and local.replace(".", "").replace("-", "").replace("_", "").isalnum()


SHARED: Final = Curies(PREFIXES)
"""The prefixes that every archive knows."""


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI that every RDF syntax can carry."""
    if _iri().match(text) is None or _bad_iri().search(text):
        return False
    # The last two code points of each plane are no characters.
    return text.isascii() or all(ord(char) & 0xFFFE != 0xFFFE for char in text)


def is_prefix(text: str) -> bool:
    """Whether `text` can stand before the colon of a CURIE, here and in Turtle and SPARQL."""
    return _prefix().match(text) is not None


def is_tag(text: str) -> bool:
    """Whether `text` is a well-formed language tag."""
    return _tag().fullmatch(text) is not None


def digest(*parts: str) -> str:
    """20 hex digits (80 bits) over `parts`: no collision expected below some 10^11 claims."""
    import hashlib  # OpenSSL takes longer to load than the rest of this file

    joined = "\x1f".join(parts).encode("utf-8")
    return hashlib.sha256(joined).hexdigest()[:20]


def canonical_tag(tag: str) -> str:
    """A language tag in the case RFC 5646 (2.1.1) recommends: `ru-latn` → `ru-Latn`."""
    first, *rest = tag.split("-")
    out = [first.lower()]
    single = False
    for part in rest:
        if single:
            out.append(part.lower())
        elif len(part) == 4 and part.isalpha():
            out.append(part.title())
        elif len(part) == 2 and part.isalpha():
            out.append(part.upper())
        else:
            out.append(part.lower())
        single = single or len(part) == 1
    return "-".join(out)
