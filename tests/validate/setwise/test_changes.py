"""After an edit the same report as a full validation, from a look at what the edit can touch."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, RDFS, Graph

from kg.errors import UnknownName
from kg.store.embedded import Store
from kg.validate import setwise
from kg.validate.prepare import prepared
from kg.validate.setwise import Revalidated, revalidate
from kg.validate.setwise.terms import to_ox
from kg.validate.shapes import read_shapes
from kg.vocab import INFERRED, XSD

from . import grammar
from .grammar import EX

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))  # fmt: skip
ROUNDS = 60
changed = st.one_of(
    grammar.triples,
    st.tuples(grammar.nodes, st.just(RDF.type), grammar.classes),
    st.tuples(grammar.classes, st.just(RDFS.subClassOf), grammar.classes),
)


def native(triples: Collection[Any]) -> list[ox.Triple]:
    return [ox.Triple(*map(to_ox, triple)) for triple in triples]


def keys(report: setwise.Report) -> set[Any]:
    return {violation.key for violation in report.results}


def check_same(data: Graph, shapes: Graph, edit: Collection[Any], number: int) -> None:
    """Adds the triples of an edit that are new, takes away the others and `number` more."""
    known = setwise.read(shapes)
    gone = [t for t in edit if t in data] + sorted(set(data) - set(edit), key=str)[:number]
    come = [t for t in edit if t not in data]
    after = Graph() + data
    for triple in gone:
        after.remove(triple)
    for triple in come:
        after.add(triple)
    before = setwise.validate(data, known)
    full = setwise.validate(after, known)
    for inline, then in ((True, data), (True, None), (False, data)):
        report = revalidate(before, known, data=after, added=native(come), removed=native(gone),
                            data_before=then, inline=inline)  # fmt: skip
        assert keys(report) == keys(full), (inline, then is None)
    nothing = revalidate(full, known, data=after)
    assert nothing.results == full.results
    assert not nothing.checked.partly


edits = st.lists(changed, min_size=0, max_size=3, unique=True)


@QUICK
@given(grammar.graphs(), grammar.shape_graphs(), edits, st.integers(0, 2))
def test_random_edits_find_what_a_full_validation_finds(
    data: Graph, shapes: Graph, edit: list[Any], number: int
) -> None:
    check_same(data, shapes, edit, number)


# ---------- Queries written by hand ----------

HEAD = f"""
@prefix : <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix s: <urn:x:> .
@prefix rdfs: <{RDFS}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def asking(query: str, target: str = "sh:targetSubjectsOf :p") -> setwise.Shapes:
    return setwise.read(
        Graph().parse(
            data=f"""{HEAD}
s:x sh:declare [ sh:prefix "" ; sh:namespace "{EX}"^^xsd:anyURI ] ,
    [ sh:prefix "rdfs" ; sh:namespace "{RDFS}"^^xsd:anyURI ] .
:S {target} ; sh:sparql [ sh:prefixes s:x ; sh:select '''{query}''' ] ."""
        )
    )


def stored(triples: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    return store


def triples_of(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE)}


def compare(shapes: setwise.Shapes, old: set[ox.Triple], new: set[ox.Triple]) -> list[Revalidated]:
    """The reports with the data before and without them."""
    then, now = stored(old), stored(new)
    before, full = setwise.validate(then, shapes), setwise.validate(now, shapes)
    reports = [
        revalidate(before, shapes, data=now, added=new - old, removed=old - new, data_before=known)
        for known in (then, None)
    ]
    for report in reports:
        assert report.results == full.results
    return reports


# query, data, what is added to them: a change that is easily missed
SUBTLE = {
    "what OPTIONAL finds takes away a solution that had none": (
        "SELECT $this ?v { { $this :p ?y OPTIONAL { ?y :q ?v } } ?z :r ?v }",
        ":a :p :y . :z :r :w .", ":y :q :v .",
    ),
    "a node that was nowhere leads to itself by a path of no length": (
        "SELECT $this ?v { $this :p ?y . ?v :q* :new }", ":a :p :y .", ":new :r :k .",
    ),
    "a variable within a group is another one than outside": (
        "SELECT $this { $this :p ?x . { ?k :q ?b FILTER EXISTS { ?x :r ?b } } }",
        ":a :p :x . :k :q :b .", ":other :r :b .",
    ),
    "a variable that a query within does not show is its own": (
        """SELECT $this ?n { $this :p ?x .
           { SELECT $this (COUNT(?x) AS ?n) { $this :p ?y . ?x :q ?y } GROUP BY $this } }""",
        ":a :p :y .", ":other :q :y .",
    ),
    "a step in the middle of a path": (
        "SELECT $this ?value { $this :p/:q* ?value }",
        ":a :p :b . :b :q :k . :k :q :c . :d :q :l . :l :q :e .", ":c :q :d .",
    ),
    "what only the second branch of a UNION looks at": (
        "SELECT $this ?value { { $this :p ?value } UNION { $this :p/:q ?value } }",
        ":a :p :b .", ":b :q :c .",
    ),
    "EXISTS within NOT EXISTS": (
        "SELECT $this { $this :p ?v . FILTER NOT EXISTS { ?v :q ?w FILTER EXISTS { ?w :r ?u } } }",
        ":a :p :b . :b :q :c .", ":c :r :d .",
    ),
    "a class below the one of the target": (
        "SELECT $this { $this :p ?v . ?v a/rdfs:subClassOf* :Thing }",
        ":a :p :b . :b a :Child .", ":Child rdfs:subClassOf :Thing .",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SUBTLE)
def test_change_that_is_easily_missed_is_found(name: str) -> None:
    query, text, more = SUBTLE[name]
    shapes, less = asking(query), triples_of(text)
    much = less | triples_of(more)
    full = [setwise.validate(stored(data), shapes).results for data in (less, much)]
    assert full[0] != full[1]
    for old, new in ((less, much), (much, less)):
        for report in compare(shapes, old, new):
            assert not report.checked.whole


VERBS = [":p", ":q", ":r", "^:p", ":p/:q", ":p|:r", ":p*", ":q+", ":p?", "a", "a/rdfs:subClassOf*",
         "?verb"]  # fmt: skip
TARGETS = ["sh:targetClass :Person", "sh:targetSubjectsOf :p", "sh:targetSubjectsOf :p, :q",
           "sh:targetClass :Thing ; sh:targetObjectsOf :q"]  # fmt: skip
KINDS = ["triple"] * 3 + ["optional", "union", "exists", "not", "not", "select", "group"]


class Writer:
    """Writes queries and data at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def group(self, depth: int, start: str = "$this") -> str:
        pick = self.random.choice
        end = pick(["?value", "?value", "?b", "?c", "?c", ":b"])
        parts = [f"{start} {pick(VERBS)} {end} ."]
        for _ in range(self.random.randint(1, 2) if depth else 0):
            kind = pick(KINDS)
            first = pick(["$this", end if end.startswith("?") else "?value"])
            inner = self.group(depth - 1, first)
            parts.append({
                "triple": self.group(0, first), "optional": f"OPTIONAL {{ {inner} }}",
                "exists": f"FILTER EXISTS {{ {inner} }}", "not": f"FILTER NOT EXISTS {{ {inner} }}",
                "group": f"{{ {inner} }}", "union": f"{{ {inner} }} UNION {{ {self.group(0)} }}",
                "select": f"{{ SELECT $this ?value {{ $this :p ?x . {inner} }} }}",
            }[kind])  # fmt: skip
        return " ".join(parts)

    def query(self) -> str:
        if self.random.random() < 0.2:
            return f"SELECT $this ?value {{ {self.group(2)} }} GROUP BY $this ?value HAVING (COUNT(*) > 1)"
        return f"SELECT DISTINCT $this ?value {{ {self.group(2)} }}"

    def triple(self) -> str:
        pick = self.random.choice
        if self.random.random() < 0.2:
            return f":{pick('abc')} a :{pick(['Person', 'Thing', 'Child'])} ."
        return f":{pick('abc')} :{pick('pqr')} {pick([':a', ':b', ':c', ':d', '01.0'])} ."


def test_random_queries_find_what_a_full_validation_finds() -> None:
    different = 0
    for seed in range(ROUNDS):
        writer = Writer(seed)
        shapes = asking(writer.query(), writer.random.choice(TARGETS))
        data = triples_of(
            " ".join(writer.triple() for _ in range(12)) + ":Child rdfs:subClassOf :Person ."
        )
        for _ in range(4):
            edit = triples_of(" ".join(writer.triple() for _ in range(writer.random.randint(1, 2))))
            gone = writer.random.sample(sorted(data, key=str), writer.random.randint(0, 1))
            reports = compare(shapes, data, (data | edit) - set(gone))
            different += len(reports[0].results) > 0 and not reports[0].checked.whole
            data = (data | edit) - set(gone)
    assert different > ROUNDS


# ---------- Our own shapes ----------

KG = "https://w3id.org/prosokg/ns#"
GRAPHS = ["", INFERRED]


@pytest.fixture(scope="module")
def archive(lyushkov: Store) -> ox.Store:
    return prepared(lyushkov)


@pytest.fixture(scope="module")
def shapes() -> setwise.Shapes:
    return setwise.read(read_shapes())


@pytest.fixture(scope="module")
def before(archive: ox.Store, shapes: setwise.Shapes) -> setwise.Report:
    return setwise.validate(archive, shapes, graphs=GRAPHS)


def edited(archive: ox.Store, come: Iterable[ox.Quad], gone: Iterable[ox.Quad]) -> ox.Store:
    copy = ox.Store()
    copy.bulk_extend(archive)
    for quad in gone:
        copy.remove(quad)
    copy.extend(come)
    return copy


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_of_an_archive_find_what_a_full_validation_finds(
    archive: ox.Store, shapes: setwise.Shapes, before: setwise.Report, seed: int
) -> None:
    chance = random.Random(seed)
    gone = chance.sample(sorted(archive, key=str), 6)
    # what was said of one thing is said of another
    come = [replaced(quad, chance.choice(gone).subject) for quad in gone[:3]]
    after = edited(archive, come, gone)
    full = setwise.validate(after, shapes, graphs=GRAPHS)
    for then in (archive, None):
        report = revalidate(before, shapes, data=after, data_before=then, graphs=GRAPHS,
                            added=come, removed=gone)  # fmt: skip
        assert report.results == full.results
        assert full.results != before.results
        assert report.checked.kept > report.checked.partly + report.checked.whole


def replaced(quad: ox.Quad, subject: Any) -> ox.Quad:
    return ox.Quad(subject, quad.predicate, quad.object, quad.graph_name)


def test_edit_of_one_date_looks_at_few_people(
    archive: ox.Store, shapes: setwise.Shapes, before: setwise.Report
) -> None:
    death = ox.NamedNode("https://w3id.org/prosokg/lyushkov/death-lyushkov")
    latest = ox.NamedNode(KG + "latest")
    early = ox.Literal("1899-01-01", datatype=ox.NamedNode(XSD + "date"))
    gone = list(archive.quads_for_pattern(death, latest, None))
    come = [ox.Quad(death, latest, early)]
    after = edited(archive, come, gone)
    report = revalidate(before, shapes, data=after, data_before=archive, graphs=GRAPHS,
                        added=come, removed=gone)  # fmt: skip
    assert report.results == setwise.validate(after, shapes, graphs=GRAPHS).results
    found = {violation.shape.named.rpartition("/")[2] for violation in report.results}
    assert "DeathBeforeBirth" in found
    checked = report.checked
    assert checked.whole == len(checked.reasons) == 1  # a date in the future: it asks for NOW()
    assert 0 < checked.partly <= checked.nodes <= 20
    assert checked.kept > 100


def test_report_after_a_change_can_be_the_report_before_the_next(
    archive: ox.Store, shapes: setwise.Shapes, before: setwise.Report
) -> None:
    gone = list(archive.quads_for_pattern(None, ox.NamedNode(KG + "name"), None))[:2]
    after = edited(archive, [], gone)
    there = revalidate(before, shapes, data=after, graphs=GRAPHS, removed=gone)
    back = revalidate(there, shapes, data=archive, graphs=GRAPHS, added=gone)
    assert there.results != before.results
    assert back.results == before.results


# ---------- What is checked as a whole ----------


@pytest.mark.parametrize(("query", "whole"), [
    ("SELECT $this ?value { $this :p ?value } ORDER BY ?value LIMIT 1", 1),
    ("SELECT $this ?value { $this :q ?value } ORDER BY ?value LIMIT 1", 0),
    ("SELECT $this (COUNT(*) AS ?value) { $this :p ?x }", 1),
    ("SELECT $this (NOW() AS ?value) { $this :q ?x }", 1),
    ("SELECT $this ?value { $this :p ?value }", 0),
])  # fmt: skip
def test_what_is_not_understood_is_checked_as_a_whole(query: str, whole: int) -> None:
    old, new = triples_of(":a :p :b . :c :q :d ."), triples_of(":a :p :b, :c . :c :q :d .")
    target = "sh:targetNode :a, :c"
    shapes = asking(query, target)
    before = setwise.validate(stored(old), shapes)
    report = revalidate(before, shapes, data=stored(new), added=new - old)
    assert report.checked.whole == whole
    assert len(report.results) == len(setwise.validate(stored(new), shapes).results)


def test_query_for_each_node_inside_another_shape_is_checked_where_the_way_to_it_changes() -> None:
    shapes = setwise.read(
        Graph().parse(
            data=f"""{HEAD}
:S sh:targetNode :a ; sh:property [ sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:node [
  sh:sparql [ sh:select "SELECT $this (COUNT(*) AS ?value) {{ $this <{EX}r> ?x }}" ] ] ] ] ] ."""
        )
    )
    old = triples_of(":a :p :b . :c :r :d .")
    for report in compare(shapes, old, old | triples_of(":b :q :c .")):
        assert len(report.results) == 1


def test_report_of_other_shapes_is_refused() -> None:
    data = stored(triples_of(":a :p :b ."))
    report = setwise.validate(data, asking("SELECT $this { $this :p ?x }"))
    other = Graph().parse(data=f"{HEAD} :T sh:targetNode :a ; sh:nodeKind sh:IRI .")
    with pytest.raises(UnknownName, match="/S: the report"):
        revalidate(report, other, data=data)
