"""Only what a source states, and surely enough, is a fact; a viewpoint hears a part of it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.archive import Archive, Contents, open_archive
from kg.build import load, view
from kg.facts import (
    USUAL,
    Standing,
    Viewpoint,
    combine,
    fact_quads,
    heard,
    retyped,
    standing,
    viewpoint_of,
)
from kg.model.claims import (
    Account,
    Certainty,
    Claim,
    Entity,
    Iri,
    Mode,
    Passage,
    Polarity,
    Source,
    Text,
)
from kg.store.claims import StoredClaim, account_quads, claim_quads, stored_claims
from kg.store.embedded import DEFAULT_GRAPH, Store, memory
from kg.vocab import EDTF, INFERRED, KG, RDF, RDFS

LYUSHKOV = Path(__file__).resolve().parents[1] / "data" / "lyushkov"
BASE = "https://example.org/b/"
D = "https://w3id.org/prosokg/lyushkov/"

# P2, said again in other words: what may be a fact, by mode and certainty.
FACT = {(mode, sure) for mode in ("Stated", "Reported") for sure in ("Certain", "Probable")}
CONCLUDED = {("Inferred", "Certain"), ("Inferred", "Probable")}

stored = st.builds(
    StoredClaim,
    iri=st.integers(0, 40).map(lambda number: f"{BASE}c-{number}"),
    subject=st.sampled_from([BASE + "a", BASE + "b"]),
    predicate=st.sampled_from([KG + "spouse", KG + "parent"]),
    object=st.sampled_from([ox.NamedNode(BASE + "c"), ox.Literal("x", language="en")]),
    polarity=st.sampled_from([None, None, *Polarity]),
    account=st.integers(0, 3).map(lambda number: f"{BASE}acc-{number}"),
    mode=st.sampled_from(Mode),
    certainty=st.sampled_from(Certainty),
    source=st.integers(0, 1).map(lambda number: f"{BASE}src-{number}"),
    premises=st.lists(st.integers(0, 40).map(lambda n: f"{BASE}c-{n}"), max_size=2).map(tuple),
)


def triples(quads: Iterable[ox.Quad], graph: object) -> set[ox.Triple]:
    return {ox.Triple(q.subject, q.predicate, q.object) for q in quads if q.graph_name == graph}


def triple(claim: StoredClaim) -> ox.Triple:
    return ox.Triple(ox.NamedNode(claim.subject), ox.NamedNode(claim.predicate), claim.object)  # type: ignore[arg-type]


@given(st.lists(stored, max_size=12))
def test_facts_are_those_of_the_rule_and_no_others(claims: list[StoredClaim]) -> None:
    quads = list(fact_quads(claims))
    stated = {triple(c) for c in claims if not c.polarity and (c.mode, c.certainty) in FACT}
    drawn = {triple(c) for c in claims if not c.polarity and (c.mode, c.certainty) in CONCLUDED}
    assert triples(quads, DEFAULT_GRAPH) == stated | drawn
    assert triples(quads, ox.NamedNode(INFERRED)) == drawn - stated


@given(stored)
def test_beliefs_suspicions_versions_and_estimates_are_never_facts(claim: StoredClaim) -> None:
    if claim.mode in ("Belief", "Suspicion", "Alternative", "Estimated"):
        for least in (None, *Certainty):
            assert standing(claim, Viewpoint(least=least)) is Standing.CLAIMED
    if claim.polarity or claim.certainty is Certainty.POSSIBLE:
        assert standing(claim) is Standing.CLAIMED


@given(stored)
def test_account_that_is_followed_is_believed(claim: StoredClaim) -> None:
    followed = Viewpoint(according_to=frozenset({claim.account}))
    expected = Standing.CLAIMED
    if claim.polarity is None:
        expected = Standing.INFERRED if claim.mode is Mode.INFERRED else Standing.FACT
    assert standing(claim, followed) is expected


viewpoints = st.builds(
    Viewpoint,
    according_to=st.frozensets(st.sampled_from([BASE + "acc-0", BASE + "acc-1"])),
    exclude=st.frozensets(st.sampled_from([BASE + "acc-1", BASE + "acc-2", BASE + "src-1"])),
    least=st.sampled_from([None, *Certainty]),
)


@given(st.lists(stored, max_size=14, unique_by=lambda claim: claim.iri), viewpoints)
def test_heard_claims_rest_on_heard_claims(claims: list[StoredClaim], seen: Viewpoint) -> None:
    kept = heard(claims, seen)
    names = {claim.iri for claim in kept}
    assert kept == [claim for claim in claims if claim.iri in names]

    def admitted(claim: StoredClaim) -> bool:
        return (
            (not seen.according_to or claim.account in seen.according_to)
            and not {claim.account, claim.source} & seen.exclude
            and (seen.least is None or claim.certainty.rank >= seen.least.rank)
        )

    assert all(admitted(claim) and set(claim.premises) <= names for claim in kept)
    # Nothing more could be kept: what fell is not admitted, or rests on what fell.
    assert all(not admitted(c) or set(c.premises) - names for c in claims if c.iri not in names)


def test_conclusions_fall_with_their_premises_all_the_way_up() -> None:
    made = [
        StoredClaim(
            iri=f"{BASE}c-{number}", subject=BASE + "a", predicate=KG + "parent",
            object=ox.NamedNode(BASE + "b"), polarity=None, account=f"{BASE}acc-{min(number, 1)}",
            mode=Mode.STATED, certainty=Certainty.CERTAIN, source="",
            premises=(f"{BASE}c-{number - 1}",) if number else (),
        )
        for number in range(50)
    ]  # fmt: skip
    assert len(heard(reversed(made), USUAL)) == 50
    assert heard(reversed(made), Viewpoint(exclude=frozenset({BASE + "acc-0"}))) == []


# A whole archive


@pytest.fixture(scope="module")
def archive() -> Archive:
    return open_archive(LYUSHKOV)


def without(contents: Contents, gone: set[str]) -> Contents:
    """An archive in which these claims were never written, nor what rests on them."""
    while True:
        more = {c.iri for c in contents.claims if c.iri not in gone and set(c.premises) & gone}
        if not more:
            break
        gone |= more
    kept = [
        claim._replace(conflicts=tuple(other for other in claim.conflicts if other not in gone))
        for claim in contents.claims
        if claim.iri not in gone
    ]
    return replace(contents, claims=tuple(kept))


def same(left: Store, right: Store) -> None:
    for graph in ("", INFERRED, KG + "texts"):
        ours, theirs = set(left.quads(graph=graph)), set(right.quads(graph=graph))
        assert (ours - theirs, theirs - ours) == (set(), set())


def test_usual_viewpoint_is_the_store_itself(lyushkov: Store, archive: Archive) -> None:
    assert view(lyushkov, USUAL, archive.rules) is lyushkov
    assert viewpoint_of(lyushkov) == USUAL
    assert viewpoint_of(view(lyushkov, Viewpoint(least=Certainty.CERTAIN), ())).least is not None


def test_facts_of_the_archive_are_those_of_the_rule(
    lyushkov: Store, lyushkov_contents: Contents
) -> None:
    modes = {account.iri: account.mode for account in lyushkov_contents.accounts}
    told = {
        claim.iri: (modes[claim.account], claim.certainty)
        for claim in lyushkov_contents.claims
        if claim.object is not None
    }
    claims = [claim for claim in stored_claims(lyushkov) if claim.iri in told]
    facts = {triple(claim) for claim in claims if told[claim.iri] in FACT | CONCLUDED}
    default = triples(lyushkov.quads(), DEFAULT_GRAPH)
    assert facts <= default
    drawn = triples(lyushkov.quads(graph=INFERRED), ox.NamedNode(INFERRED))
    silent = {triple(claim) for claim in claims} - facts
    assert len(silent) > 10
    assert silent & default <= drawn  # only where a rule draws the same from facts


@pytest.mark.parametrize(
    "excluded", ["acc-narrator", "acc-report", "acc-version", "acc-belief", "src-jewage"]
)
def test_excluded_voice_is_as_if_it_had_never_spoken(
    excluded: str, lyushkov: Store, lyushkov_contents: Contents, archive: Archive
) -> None:
    iri = D + excluded
    gone = {
        claim.iri
        for claim in lyushkov_contents.claims
        if claim.account == iri or (claim.passage and claim.passage.source == iri)
    }
    assert gone
    expected = load(archive, without(lyushkov_contents, gone))
    same(view(lyushkov, Viewpoint(exclude=frozenset({iri})), archive.rules), expected)


def test_least_certainty_is_as_if_nothing_less_sure_were_written(
    lyushkov: Store, lyushkov_contents: Contents, archive: Archive
) -> None:
    gone = {c.iri for c in lyushkov_contents.claims if c.certainty is not Certainty.CERTAIN}
    expected = load(archive, without(lyushkov_contents, set(gone)))
    same(view(lyushkov, Viewpoint(least=Certainty.CERTAIN), archive.rules), expected)


def test_view_of_a_view_hears_less(lyushkov: Store, archive: Archive) -> None:
    before = set(lyushkov.quads(graph=None))
    first = view(lyushkov, Viewpoint(exclude=frozenset({D + "acc-report"})), archive.rules)
    assert set(lyushkov.quads(graph=None)) == before
    again = view(first, Viewpoint(exclude=frozenset({D + "acc-report"})), archive.rules)
    same(first, again)


def test_possibility_is_an_event_by_the_version_that_says_so(
    lyushkov: Store, archive: Archive
) -> None:
    def classes(store: Store) -> list[str]:
        return [node.value for node in store.objects(D + "shooting-lyushkov", RDF + "type")]  # type: ignore[union-attr]

    followed = Viewpoint(according_to=frozenset({D + "acc-version"}))
    assert classes(lyushkov) == [KG + "Possibility"]
    assert classes(view(lyushkov, followed, archive.rules)) == [KG + "Event"]


# A small one, with what the big one lacks


def small(claims: list[Claim]) -> tuple[Archive, Contents]:
    archive = Archive(path=Path("nowhere"), title="t", base=BASE, licence="", language="en",
                      rules=("core",), prefixes={"d": BASE}, sources=())  # fmt: skip
    source = Source(iri=BASE + "src", file="", claims="", sha256="", title="t", licence="",
                    language="en", voice=BASE + "acc-0", text="0123456789" * 5)  # fmt: skip
    accounts = [
        Account(iri=f"{BASE}acc-{number}", mode=mode, holder=None, labels=(("en", mode),))
        for number, mode in enumerate((Mode.STATED, Mode.REPORTED, Mode.INFERRED, Mode.BELIEF))
    ]
    entities = [
        Entity(iri=BASE + name, type=KG + type_, labels=(("en", name),))
        for name, type_ in [("a", "Person"), ("b", "Person"), ("e", "Event"), ("p", "Possibility")]
    ]
    return archive, Contents(sources=(source,), accounts=tuple(accounts),
                             entities=tuple(entities), claims=tuple(claims), findings=())  # fmt: skip


SAID = [
    ("a", KG + "parent", Iri(BASE + "b")),
    ("a", KG + "spouse", Iri(BASE + "b")),
    ("p", RDF + "type", Iri(KG + "Event")),
    ("e", RDF + "type", Iri(KG + "Event")),
    ("a", RDFS + "label", Text("a", language="en")),
    ("e", KG + "date", Text("1938", datatype=EDTF)),
    ("e", KG + "date", Text("1938-06/1939", datatype=EDTF)),
    ("e", KG + "earliest", Text("1938-02-01", datatype="http://www.w3.org/2001/XMLSchema#date")),
]
claims = st.lists(
    st.tuples(
        st.integers(0, len(SAID) - 1), st.integers(0, 3), st.sampled_from(Certainty),
        st.integers(0, 3), st.sampled_from(["", "1938~"]),
    ),
    max_size=9, unique_by=lambda drawn: drawn[:2],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(claims, viewpoints.filter(lambda seen: not seen.according_to), st.booleans())
def test_view_is_a_fresh_load_of_what_is_heard(
    drawn: list[tuple[int, int, Certainty, int, str]], seen: Viewpoint, conflict: bool
) -> None:
    if seen.least is Certainty.POSSIBLE:
        return  # hears all, and takes more of it for fact
    made: list[Claim] = []
    for number, (what, account, certainty, place, date) in enumerate(drawn):
        subject, predicate, object_ = SAID[what]
        made.append(
            Claim(
                iri=f"{BASE}c-{number}", key=f"K{number}", subject=BASE + subject,
                predicate=predicate, object=object_, polarity=None,
                account=f"{BASE}acc-{account}", certainty=certainty, date=date,
                premises=(made[-1].iri,) if account == 2 and made else (), rule="r",
                conflicts=(made[0].iri,) if made and conflict else (),
                passage=None if account == 2 else Passage(
                    source=BASE + "src", start=place, end=place + 2, quote="x"),
            )
        )  # fmt: skip
    archive, contents = small(made)
    gone = {
        claim.iri
        for claim in made
        if claim.account in seen.exclude
        or (seen.least is not None and claim.certainty.rank < seen.least.rank)
    }
    same(view(load(archive, contents), seen, archive.rules),
         load(archive, without(contents, gone)))  # fmt: skip


def test_stored_claims_are_those_that_were_written() -> None:
    _, contents = small([])
    written = Claim(
        iri=BASE + "c-1", key="K", subject=BASE + "a", predicate=KG + "parent", object=None,
        polarity=Polarity.UNKNOWN, account=BASE + "acc-3", certainty=Certainty.POSSIBLE,
        passage=Passage(source=BASE + "src", start=0, end=1, quote="0"), date="1900?",
    )  # fmt: skip
    store = memory()
    for account in contents.accounts:
        store.load(account_quads(account))
    store.load(claim_quads(written))
    (found,) = stored_claims(store)
    assert (found.polarity, found.mode, found.object) == (Polarity.UNKNOWN, Mode.BELIEF, None)
    assert (found.source, found.certainty) == (BASE + "src", Certainty.POSSIBLE)


def test_retyped_are_things_that_a_fact_calls_events() -> None:
    event = ox.Quad(
        ox.NamedNode(BASE + "p"), ox.NamedNode(RDF + "type"), ox.NamedNode(KG + "Event")
    )
    person = ox.Quad(event.subject, event.predicate, ox.NamedNode(KG + "Person"))
    elsewhere = ox.Quad(ox.NamedNode(BASE + "q"), event.predicate, event.object, ox.NamedNode(BASE))
    assert retyped([event, person, elsewhere]) == {event.subject}


# Bounds


@pytest.mark.parametrize(
    ("spans", "bounds"),
    [
        ([("1938-01-01", "1938-12-31")], ("1938-01-01", "1938-12-31")),
        (
            [("1938-01-01", "1938-12-31"), ("1938-06-13", "1938-06-13")],
            ("1938-06-13", "1938-06-13"),
        ),
        ([("1938-01-01", None), (None, "1939-12-31")], ("1938-01-01", "1939-12-31")),
        (
            [("1938-01-01", "1938-12-31"), ("1945-01-01", "1945-12-31")],
            ("1938-01-01", "1945-12-31"),
        ),
        ([("1938-01-01", "1938-12-31"), ("1945-01-01", None)], ("1938-01-01", None)),
        ([("-0044-03-15", "-0044-03-15"), ("-0100-01-01", "0001-01-01")], ("-0044-03-15",) * 2),
        ([("12000-01-01", "12000-12-31"), ("9999-01-01", None)], ("12000-01-01", "12000-12-31")),
        ([(None, None)], (None, None)),
    ],
)
def test_bounds_combine(
    spans: list[tuple[str | None, str | None]], bounds: tuple[str | None, str | None]
) -> None:
    assert combine(spans) == combine(reversed(spans)) == bounds
