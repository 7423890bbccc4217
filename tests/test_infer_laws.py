"""Laws of the rules: one closure in any order, nothing lost by more facts, and owlrl's kinship."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.infer import Rule, infer, rules
from kg.store.embedded import Store, memory
from kg.vocab import INFERRED, KG, PREFIXES, Curies

ROOT = Path(__file__).resolve().parents[1]
ALL = rules(("kin",))
EX = "https://example.org/"
HEAD = f"@prefix ex: <{EX}> . " + " ".join(f"@prefix {p}: <{iri}> ." for p, iri in PREFIXES.items())
CURIES = Curies({**PREFIXES, "ex": EX})
Triple = tuple[str, str, str]


def triples(quads: Iterable[ox.Quad]) -> set[Triple]:
    return {(short(quad.subject), short(quad.predicate), short(quad.object)) for quad in quads}


def short(node: object) -> str:
    assert isinstance(node, ox.NamedNode)
    return CURIES.compress(node.value)


def facts(store: Store) -> set[Triple]:
    return triples(store.quads())


def drawn(store: Store) -> set[Triple]:
    return triples(store.quads(graph=INFERRED))


PEOPLE = [f"ex:p{n}" for n in range(7)]


@st.composite
def families(draw: st.DrawFn) -> frozenset[Triple]:
    """A small family without circles of descent: parents have lower numbers than children."""
    found: set[Triple] = set()
    for child in range(1, len(PEOPLE)):
        for parent in draw(st.sets(st.integers(0, child - 1), max_size=2)):
            predicate = draw(st.sampled_from(["kg:parent", "kg:father", "kg:mother"]))
            found.add((PEOPLE[child], predicate, PEOPLE[parent]))
    pairs = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(
        lambda p: p[0] != p[1]
    )
    for a, b in draw(st.sets(pairs, max_size=4)):
        found.add((a, draw(st.sampled_from(["kg:spouse", "kg:sibling", "kg:relative"])), b))
    return frozenset(found)


def family_store(family: Iterable[Triple]) -> Store:
    store = memory(CURIES.prefixes)
    turtle = HEAD + " ".join(f"{s} {p} {o} ." for s, p, o in sorted(family))
    store.load(ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE))
    return store


def closed(family: Iterable[Triple], chosen: Sequence[Rule] = ALL) -> set[Triple]:
    store = family_store(family)
    infer(store, chosen)
    return facts(store)


@settings(max_examples=40, deadline=None)
@given(family=families(), order=st.permutations(ALL))
def test_rules_give_the_same_closure_in_any_order_and_nothing_the_second_time(
    family: frozenset[Triple], order: list[Rule]
) -> None:
    store = family_store(family)
    number = infer(store, ALL)
    assert number == len(drawn(store))
    assert facts(store) == family | drawn(store)
    assert not family & drawn(store)
    assert infer(store, ALL) == 0
    assert closed(family, order) == facts(store)


@settings(max_examples=40, deadline=None)
@given(family=families(), more=families())
def test_more_facts_take_no_inference_away(
    family: frozenset[Triple], more: frozenset[Triple]
) -> None:
    together = family | more
    assert closed(family) <= closed(together)
    step = family_store(family)
    infer(step, ALL)
    step.load(family_store(more).quads())
    infer(step, ALL)
    assert facts(step) == closed(together)


def test_one_person_under_two_names_is_no_sibling_of_themselves_in_any_order() -> None:
    family = {("ex:a", "kg:father", "ex:c"), ("ex:b", "kg:mother", "ex:d"),
              ("ex:b", "kg:parent", "ex:c"), ("ex:e", "kg:parent", "ex:a")}  # fmt: skip
    assert ("ex:a", "kg:sibling", "ex:b") in closed(family)
    one = {*family, ("ex:a", "kg:samePerson", "ex:b")}
    for order in (ALL, ALL[::-1]):
        found = closed(one, order)
        assert not {p for _, p, _ in found} & {"kg:sibling", "kg:auntOrUncle"}
        assert ("ex:b", "kg:samePerson", "ex:a") in found
        # nothing is merged: what one name has is not drawn for the other
        assert ("ex:a", "kg:parent", "ex:d") not in found


# ---------- owlrl as oracle ----------

KIN = ("parent", "father", "mother", "child", "sibling", "spouse", "grandparent", "auntOrUncle",
       "cousin", "inLaw")  # fmt: skip
AXIOMS = ("subPropertyOf", "inverseOf", "propertyChainAxiom", "type")


def kinship_axioms() -> rdflib.Graph:
    """What ontology/kg.ttl says of kinship, with the lists of its property chains."""
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "kg.ttl")
    found = rdflib.Graph()
    for name in (*KIN, "ancestor", "descendant"):
        for s, p, o in ontology.triples((rdflib.URIRef(KG + name), None, None)):
            if p.rpartition("#")[2] in AXIOMS:
                found.add((s, p, o))
                for item in ontology.transitive_objects(o, rdflib.RDF.rest):
                    found += ontology.triples((item, rdflib.RDF.first, None))
                    found += ontology.triples((item, rdflib.RDF.rest, None))
    return found


_AXIOMS = kinship_axioms()


def owl_closure(family: Iterable[Triple]) -> set[Triple]:
    import owlrl

    graph = rdflib.Graph()
    graph += _AXIOMS
    graph.parse(data=HEAD + " ".join(f"{s} {p} {o} ." for s, p, o in family), format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {
        (CURIES.compress(str(s)), CURIES.compress(str(p)), CURIES.compress(str(o)))
        for s, p, o in graph
        if str(p).startswith(KG) and str(s).startswith(EX) and str(o).startswith(EX)
    }


def test_the_axioms_of_the_oracle_are_those_of_the_ontology() -> None:
    chains = list(_AXIOMS.subject_objects(rdflib.OWL.propertyChainAxiom))
    assert len(chains) == 5
    assert len(list(_AXIOMS.triples((None, rdflib.RDF.first, None)))) == 2 + 2 + 3 + 2 + 2
    assert len(list(_AXIOMS.subject_objects(rdflib.OWL.inverseOf))) == 2


@settings(max_examples=25, deadline=None)
@given(family=families())
def test_kinship_is_that_of_owl_rl_but_for_what_owl_cannot_say(family: frozenset[Triple]) -> None:
    # OWL RL has no way to say "another child of the same parent": as a chain it would make
    # everyone their own sibling. So the oracle is given these pairs, found here without our rules.
    parents = {(s, o) for s, p, o in family if p in ("kg:parent", "kg:father", "kg:mother")}
    shared = {(a, "kg:sibling", b) for a, c in parents for b, d in parents if c == d and a != b}
    oracle = owl_closure(family | shared)
    names = {f"kg:{name}" for name in KIN}
    # We are stricter in one thing: no one is their own aunt, cousin or in-law.
    loops = ("kg:auntOrUncle", "kg:cousin", "kg:inLaw")
    itself = {(s, p, o) for s, p, o in oracle if s == o and p in loops}
    assert all(s != o for s, p, o in oracle - itself if p in names)
    ours = closed(family)
    assert {t for t in ours if t[1] in names} == {t for t in oracle - itself if t[1] in names}
    # We do not write out what is above these: ancestors are a path, and kg:relative holds only
    # what is stated as such, from both sides.
    store = family_store(family)
    infer(store, ALL)
    found = store.rows("SELECT ?x ?y { ?x kg:parent+ ?y } ORDER BY ?x ?y")
    assert {(short(x), short(y)) for x, y in found} == {
        (s, o) for s, p, o in oracle if p == "kg:ancestor"
    }
    stated = {(s, p, o) for s, p, o in family if p == "kg:relative"}
    assert {t for t in ours if t[1] == "kg:relative"} == stated | {(o, p, s) for s, p, o in stated}
