"""A small archive, made by hand, with everything that a format may trip over."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox
import pytest

from kg import formats
from kg.vocab import PREFIXES

BASE = "https://w3id.org/prosokg/lyushkov/"

DATA = """
d:lyushkov a kg:Person ; rdfs:label "Genrikh Lyushkov"@en , "Генрих Люшков"@ru ,
        "Genrikh Lyushkov"@ru-Latn , "Genrikh"@en-US ;
    rdfs:comment "said \\"no\\",\\nthen left\\t\\\\" , "" ; kg:spouse d:inna ; kg:age 45 ;
    kg:birthDate "1900"^^edtf:EDTF ; kg:earliest "1900-01-01"^^xsd:date .
d:inna a kg:Person ; rdfs:label "Inna"@en .
d:birth a kg:Event ; kg:type et:Birth ; kg:agent d:lyushkov ; kg:date "1900"^^edtf:EDTF .
d:acc-narrator a kg:Account ; kg:mode kg:Stated .
d:acc-belief a kg:Account ; kg:mode kg:Belief ; kg:attributedTo d:lyushkov .
d:src-jewage a kg:Source ; dcterms:title "Lyushkov" .
<https://w3id.org/prosokg/lyushkov/src-jewage#char=94,109> a kg:Passage ;
    kg:quote "his wife, \\"Inna\\"" ; kg:start 94 ; kg:end 109 ; kg:source d:src-jewage .
d:c-1 a kg:Claim ; kg:key "F001" ; rdf:subject d:lyushkov ; rdf:predicate kg:spouse ;
    rdf:object d:inna ; kg:account d:acc-narrator ; kg:certainty kg:Certain ;
    kg:passage <https://w3id.org/prosokg/lyushkov/src-jewage#char=94,109> ;
    kg:date "1925"^^edtf:EDTF .
d:c-2 a kg:Claim ; kg:key "F002" ; rdf:subject d:lyushkov ; rdf:predicate kg:spouse ;
    rdf:object d:inna ; kg:account d:acc-narrator ; kg:certainty kg:Probable ;
    kg:conflictsWith d:c-3 , d:c-4 .
d:c-3 a kg:Claim ; kg:key "F010" ; rdf:subject d:inna ; rdf:predicate rdfs:label ;
    rdf:object "=Нина"@ru-Cyrl ; kg:account d:acc-belief ; kg:certainty kg:Possible ;
    kg:conflictsWith d:c-2 ; rdfs:comment "=1+1" .
d:c-4 a kg:Claim ; kg:key "F003" ; rdf:subject d:inna ; rdf:predicate kg:child ;
    kg:polarity kg:Unknown ; kg:account d:acc-narrator ; kg:certainty kg:Certain ;
    kg:conflictsWith d:c-2 .
d:c-5 a kg:Claim , kg:Inference ; kg:key "I01" ; rdf:subject d:lyushkov ; rdf:predicate kg:age ;
    rdf:object 45 ; kg:certainty kg:Certain ; kg:derivedFrom d:c-4 , d:c-1 ; kg:rule "counted" .
d:c-record a kg:Claim ; rdf:subject d:inna ; kg:account d:acc-narrator ; kg:certainty kg:Certain ;
    kg:passage <https://w3id.org/prosokg/lyushkov/src-jewage#char=94,109> .
d:inna kg:spouse d:lyushkov .
kg:inferred { d:inna kg:spouse d:lyushkov . d:lyushkov kg:relative d:inna . }
kg:texts { d:src-jewage kg:text "Line one,\\r\\nline two\\u0000\\uFFFE \\U0001F600 \\u2028" . }
"""


@pytest.fixture(scope="session")
def prefixes() -> dict[str, str]:
    return {**PREFIXES, "d": BASE}


@pytest.fixture(scope="session")
def archive(prefixes: dict[str, str]) -> list[ox.Quad]:
    """The quads of the archive, as a store gives them."""
    header = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    store = ox.Store()
    store.load(header + DATA, format=ox.RdfFormat.TRIG)
    return list(store)


Written = Callable[..., bytes]


@pytest.fixture(scope="session")
def written(prefixes: dict[str, str]) -> Written:
    """`written(format, quads)` gives the bytes of the file."""

    def run(name: str, quads: Iterable[ox.Quad], **options: Any) -> bytes:
        out = io.BytesIO()
        formats.write(name, quads, out, prefixes, **options)
        return out.getvalue()

    return run
