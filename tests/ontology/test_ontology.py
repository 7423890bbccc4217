from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple
from rdflib.compare import isomorphic

from kg import assets
from kg.formats.context import context, write_context
from kg.vocab import ET, KG, PREFIXES, RDF, RDFS, XSD

OWL = PREFIXES["owl"]
SKOS = PREFIXES["skos"]
D = "https://w3id.org/prosokg/lyushkov/"
OURS = (KG, ET)
FILES = ("kg.ttl", "codes.ttl", "alignments.ttl")
CODE_CLASSES = ("Certainty", "EventType", "Fate", "Gender", "Mode", "Outcome", "Polarity")
PREFIX_LINES = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in {**PREFIXES, "d": D}.items())


def path(name: str) -> Path:
    return assets.root() / "ontology" / name


@cache
def triples(name: str) -> tuple[Triple, ...]:
    return tuple(q.triple for q in pyoxigraph.parse(path=str(path(name)), format=RdfFormat.TURTLE))


def iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


@cache
def types() -> dict[str, frozenset[str]]:
    """Every term that kg.ttl or codes.ttl declares, with its classes."""
    found: dict[str, set[str]] = {}
    for triple in (*triples("kg.ttl"), *triples("codes.ttl")):
        if iri(triple.predicate) == RDF + "type" and isinstance(triple.subject, NamedNode):
            found.setdefault(triple.subject.value, set()).add(iri(triple.object))
    return {term: frozenset(classes) for term, classes in found.items()}


def declared(*classes: str) -> set[str]:
    return {term for term, kinds in types().items() if kinds & set(classes)}


def values(predicate: str) -> dict[str, list[Literal]]:
    found: dict[str, list[Literal]] = {}
    for triple in (*triples("kg.ttl"), *triples("codes.ttl")):
        if triple.predicate.value == predicate and isinstance(triple.object, Literal):
            found.setdefault(iri(triple.subject), []).append(triple.object)
    return found


def terms() -> list[str]:
    return sorted(term for term in types() if OWL + "Ontology" not in types()[term])


def test_ontology_sizes_hold() -> None:
    ours = {term for term in types() if term.startswith(OURS)}
    properties = declared(OWL + "ObjectProperty", OWL + "DatatypeProperty") & ours
    assert len(declared(OWL + "Class")) >= 32
    assert len(properties) >= 140
    assert len(declared(KG + "EventType")) >= 90
    sizes = {name: len(declared(KG + name)) for name in CODE_CLASSES if name != "EventType"}
    assert sizes == {"Certainty": 3, "Fate": 7, "Gender": 3, "Mode": 7, "Outcome": 2, "Polarity": 2}
    assert len(declared(SKOS + "ConceptScheme")) == len(CODE_CLASSES)


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_read_the_same_graph(name: str) -> None:
    ours = rdflib.Graph().parse(path(name), format="turtle")
    dump = pyoxigraph.serialize(triples(name), format=RdfFormat.N_TRIPLES)
    theirs = rdflib.Graph().parse(data=dump, format="nt")
    assert len(ours) == len(set(triples(name)))
    assert isomorphic(ours, theirs)


@pytest.mark.parametrize("predicate", [RDFS + "label", RDFS + "comment"])
def test_every_term_is_explained_once_in_english_and_in_russian(predicate: str) -> None:
    found = values(predicate)
    wrong = {
        term: tags
        for term in terms()
        if (tags := sorted(v.language or "" for v in found.get(term, []))) != ["en", "ru"]
    }
    assert wrong == {}


@pytest.mark.parametrize("predicate", [RDFS + "label", RDFS + "comment"])
def test_russian_is_written_in_cyrillic_and_english_is_not(predicate: str) -> None:
    def cyrillic(text: str) -> bool:
        return any("а" <= letter.lower() <= "я" for letter in text)

    wrong = [
        value.value
        for found in values(predicate).values()
        for value in found
        if cyrillic(value.value) is not (value.language == "ru")
    ]
    assert wrong == []


def test_comments_are_sentences() -> None:
    wrong = [
        value.value
        for found in values(RDFS + "comment").values()
        for value in found
        if not value.value.endswith(".") or value.value != value.value.strip()
    ]
    assert wrong == []


def test_labels_tell_the_terms_of_one_class_apart() -> None:
    labels = values(RDFS + "label")
    count = Counter(
        (kind, label.language, label.value)
        for term in terms()
        for kind in types()[term] - {SKOS + "Concept"}
        for label in labels[term]
    )
    assert [seen for seen, times in count.items() if times > 1] == []


def test_every_term_has_an_example_that_is_turtle_and_uses_the_term() -> None:
    examples = values(SKOS + "example")
    assert set(examples) == set(terms())
    known = set(types())
    for term, found in examples.items():
        assert len(found) == 1
        assert found[0].language is None
        text = PREFIX_LINES + found[0].value
        parsed = [q.triple for q in pyoxigraph.parse(text, format=RdfFormat.TURTLE)]
        used = {
            node.value
            for t in parsed
            for node in (t.subject, t.predicate, t.object)
            if isinstance(node, NamedNode)
        } | {t.object.datatype.value for t in parsed if isinstance(t.object, Literal)}
        assert len(rdflib.Graph().parse(data=text, format="turtle")) == len(parsed)
        assert term in used, term
        assert {node for node in used if node.startswith(OURS)} <= known, term


def test_every_term_of_ours_that_the_axioms_mention_is_declared() -> None:
    mentioned = {
        node.value
        for triple in (*triples("kg.ttl"), *triples("codes.ttl"))
        for node in (triple.subject, triple.predicate, triple.object)
        if isinstance(node, NamedNode) and node.value.startswith(OURS)
    }
    assert mentioned - set(types()) == set()


def test_domains_and_ranges_are_classes_or_datatypes() -> None:
    classes = declared(OWL + "Class")
    data = declared(OWL + "DatatypeProperty")
    for triple in triples("kg.ttl"):
        if triple.predicate.value == RDFS + "domain":
            assert iri(triple.object) in classes, triple
        if triple.predicate.value == RDFS + "range":
            assert (iri(triple.object) in classes) is not (iri(triple.subject) in data), triple
    ranged = {iri(t.subject) for t in triples("kg.ttl") if t.predicate.value == RDFS + "range"}
    assert data <= ranged


def test_the_vocabulary_commits_to_nothing_it_should_not() -> None:
    mentioned = {
        node.value
        for triple in (*triples("kg.ttl"), *triples("codes.ttl"))
        for node in (triple.predicate, triple.object)
        if isinstance(node, NamedNode)
    }
    forbidden = {"imports", "sameAs", "FunctionalProperty", "InverseFunctionalProperty", "hasKey"}
    assert mentioned & {OWL + name for name in forbidden} == set()


def test_codes_stand_in_the_list_of_their_class() -> None:
    lists: dict[str, set[str]] = {}
    for triple in triples("codes.ttl"):
        if triple.predicate.value == SKOS + "inScheme":
            kind = types()[iri(triple.subject)] - {SKOS + "Concept"}
            lists.setdefault(iri(triple.object), set()).update(kind)
    assert set(lists) == declared(SKOS + "ConceptScheme")
    assert sorted(len(kinds) for kinds in lists.values()) == [1] * len(CODE_CLASSES)
    in_lists = {
        iri(t.subject) for t in triples("codes.ttl") if t.predicate.value.endswith("#inScheme")
    }
    assert in_lists == declared(*(KG + name for name in CODE_CLASSES))
    assert in_lists == declared(SKOS + "Concept")


def test_broader_codes_are_event_types_and_never_circular() -> None:
    broader = {
        iri(t.subject): iri(t.object)
        for t in triples("codes.ttl")
        if t.predicate.value == SKOS + "broader"
    }
    assert {broader[ET + name] for name in ("Execution", "Assassination", "Killing")} == {
        ET + "Death"
    }
    assert ET + "Shooting" not in broader
    for code in broader:
        seen = [code]
        while seen[-1] in broader:
            seen.append(broader[seen[-1]])
            assert seen[-1] not in seen[:-1]
            assert seen[-1] in declared(KG + "EventType")


def test_modes_say_whether_they_make_facts_and_certainties_have_an_order() -> None:
    factual = {term: v[0].value for term, v in values(KG + "factual").items()}
    assert set(factual) == declared(KG + "Mode")
    assert {m for m, v in factual.items() if v == "true"} == {
        KG + name for name in ("Stated", "Reported", "Inferred")
    }
    assert {term: v[0].value for term, v in values(KG + "rank").items()} == {
        KG + "Possible": "1",
        KG + "Probable": "2",
        KG + "Certain": "3",
    }


def test_alignments_map_declared_terms_outward_only() -> None:
    mappings = {RDFS + "subClassOf", RDFS + "subPropertyOf"} | {
        SKOS + "closeMatch",
        SKOS + "exactMatch",
    }
    known = tuple(PREFIXES.values())
    assert len(triples("alignments.ttl")) >= 120
    for triple in triples("alignments.ttl"):
        assert iri(triple.subject).startswith(OURS), triple
        assert iri(triple.subject) in types(), triple
        assert triple.predicate.value in mappings, triple
        assert iri(triple.object).startswith(known), triple
        assert not iri(triple.object).startswith(OURS), triple


def test_alignments_map_classes_to_classes_and_properties_to_properties() -> None:
    classes = declared(OWL + "Class")
    for triple in triples("alignments.ttl"):
        if triple.predicate.value == RDFS + "subClassOf":
            assert iri(triple.subject) in classes, triple
        if triple.predicate.value == RDFS + "subPropertyOf":
            assert iri(triple.subject) in declared(
                OWL + "ObjectProperty", OWL + "DatatypeProperty"
            ), triple


def test_shipped_context_is_the_one_made_from_the_vocabulary() -> None:
    assert path("context.jsonld").read_text(encoding="utf-8") == write_context()


def test_context_names_every_class_and_property_by_its_local_name() -> None:
    terms_of = json.loads(write_context())["@context"]
    for term in declared(OWL + "Class"):
        assert terms_of[term.removeprefix(KG)] == "kg:" + term.removeprefix(KG)
    for term in declared(OWL + "ObjectProperty", OWL + "DatatypeProperty"):
        if term.startswith(KG):
            local = term.removeprefix(KG)
            assert terms_of[local]["@id"] == "kg:" + local
    assert terms_of["spouse"] == {"@id": "kg:spouse", "@type": "@id"}
    assert terms_of["date"] == {"@id": "kg:date", "@type": "edtf:EDTF"}
    assert terms_of["name"] == {"@id": "kg:name"}
    assert {p: terms_of[p] for p in PREFIXES} == PREFIXES


def test_context_refuses_two_terms_of_one_name() -> None:
    twice = (*triples("kg.ttl"), *_property("http://purl.org/dc/terms/place"))
    with pytest.raises(ValueError, match='two terms would be "place"'):
        context(twice, PREFIXES)


def test_context_marks_a_prefix_whose_namespace_ends_in_a_letter() -> None:
    made = context((), {"x": "https://example.org/vocab-"})
    assert made == {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "x": {"@id": "https://example.org/vocab-", "@prefix": True},
    }


def _property(term: str) -> list[Triple]:
    return [Triple(NamedNode(term), NamedNode(RDF + "type"), NamedNode(OWL + "ObjectProperty"))]


SAMPLES = {
    XSD + "integer": ("-7", "11"),
    XSD + "boolean": ("true", "false"),
    XSD + "date": ("1938-06-13", "1900-12-31"),
    XSD + "decimal": ("46.48", "-122.0"),
    XSD + "string": ("1938", 'a "quoted" line\nand another'),
    PREFIXES["edtf"] + "EDTF": ("1920-11/", "[..1938-06-12]", "193X", "1938-07~"),
}


def _sample_graph() -> set[Triple]:
    """One statement or more with every property, and one instance of every class."""
    ranges = {
        iri(t.subject): iri(t.object)
        for t in triples("kg.ttl")
        if t.predicate.value == RDFS + "range"
    }
    subject = NamedNode(D + "x")
    graph = {
        Triple(NamedNode(D + "a-" + term.removeprefix(KG)), NamedNode(RDF + "type"), node)
        for term in declared(OWL + "Class")
        for node in [NamedNode(term)]
    }
    kinds = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    for term in declared(*(OWL + kind for kind in kinds)) - {RDF + "type"}:
        objects: list[NamedNode | Literal] = []
        range_ = ranges.get(term, "")
        if OWL + "ObjectProperty" in types()[term]:
            objects += [NamedNode(D + "y"), NamedNode(KG + "Male"), NamedNode(D + "s#char=1,2")]
        elif range_ in SAMPLES:
            objects += [Literal(v, datatype=NamedNode(range_)) for v in SAMPLES[range_]]
        else:
            objects += [
                Literal("Генрих", language="ru"),
                Literal("Genrikh", language="ru-latn"),
            ]
        if OWL + "AnnotationProperty" in types()[term]:
            objects += [NamedNode(D + "y"), Literal("GFDL"), Literal("11", datatype=_int())]
        graph |= {Triple(subject, NamedNode(term), o) for o in objects}
    return graph


def _int() -> NamedNode:
    return NamedNode(XSD + "integer")


def _compact(graph: set[Triple]) -> str:
    """A JSON-LD document for `graph`, written by the letter of the context."""
    definitions = json.loads(write_context())["@context"]
    by_iri = {KG + k: k for k in definitions}
    for term, definition in definitions.items():
        if isinstance(definition, dict) and ":" in definition["@id"]:
            prefix, _, local = definition["@id"].partition(":")
            by_iri[PREFIXES[prefix] + local] = term
    nodes: dict[str, dict[str, list[object]]] = {}
    for triple in sorted(graph, key=str):
        node = nodes.setdefault(iri(triple.subject), {})
        value = triple.object
        assert not isinstance(value, BlankNode | Triple)
        if triple.predicate.value == RDF + "type":
            node.setdefault("type", []).append(by_iri[value.value])
            continue
        term = by_iri[triple.predicate.value]
        coerced = "@type" in definitions[term]
        written: object = value.value
        if isinstance(value, NamedNode):
            short = value.value.replace(KG, "kg:")
            written = short if coerced else {"@id": short}
        elif value.language:
            written = {"@value": value.value, "@language": value.language}
        elif not coerced and value.datatype.value != XSD + "string":
            written = {"@value": value.value, "@type": value.datatype.value}
        node.setdefault(term, []).append(written)
    body = [{"id": subject, **rest} for subject, rest in nodes.items()]
    return json.dumps({"@context": definitions, "@graph": body}, ensure_ascii=False)


# rdflib's JSON-LD parser uses a class that rdflib itself has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_every_property_comes_back_from_json_ld_alike_in_both_parsers() -> None:
    graph = _sample_graph()
    document = _compact(graph)
    read = {q.triple for q in pyoxigraph.parse(document, format=RdfFormat.JSON_LD)}
    assert read == graph

    lines = pyoxigraph.serialize(graph, format=RdfFormat.N_TRIPLES)
    expected = rdflib.Graph().parse(data=lines, format="nt")
    other = rdflib.Graph().parse(data=document, format="json-ld")
    assert set(other) == set(expected)
    assert {p.value for p in {t.predicate for t in graph}} >= {
        term for term in declared(OWL + "DatatypeProperty") if term.startswith(KG)
    }
