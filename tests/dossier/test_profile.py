"""A thing whole: facts with their marks, what names it, and what is only claimed."""

from __future__ import annotations

from kg.build import view
from kg.dossier.profile import Profile, Value, profile
from kg.facts import Standing, Viewpoint
from kg.model.claims import Certainty
from kg.query.labels import Labels
from kg.statements import claims_about, read_statements
from kg.store.embedded import Store, text_of
from kg.vocab import INFERRED, KG, RDF

D = "https://w3id.org/prosokg/lyushkov/"
T = "https://example.org/tiny/"
KIN = ("core", "kin")


def show(store: Store, thing: str) -> Profile:
    return profile(store, thing, Labels(store), KIN)


def values(found: Profile, name: str) -> dict[str, Value]:
    """The values of one property by their text or local name."""
    listed = dict(found.facts).get(KG + name, ())
    return {text_of(value.node).removeprefix(D).removeprefix(T): value for value in listed}


def things(store: Store) -> list[str]:
    kinds = ("Claim", "Inference", "Passage", "Account", "Source")
    skipped = {KG + kind for kind in kinds}
    return sorted({text_of(q.subject) for q in store.quads(None, RDF + "type")
                   if text_of(q.object) not in skipped})  # fmt: skip


def test_facts_tell_what_is_stated_inferred_and_contested(lyushkov: Store) -> None:
    found = show(lyushkov, D + "lyushkov")
    assert (found.type, found.label) == (KG + "Person", "Genrikh Lyushkov")
    death = values(found, "deathDate")["1945-08-19"]
    assert (death.rule, death.contested) == ("death-date", True)
    fates = {name: (value.contested, value.rule) for name, value in values(found, "fate").items()}
    assert sorted(fates.values()) == [(False, ""), (True, "")]
    assert next(name for name, mark in fates.items() if mark[0]).endswith("#UncertainFate")
    assert values(found, "birthDate")["1900"].contested is False
    spouse = values(found, "spouse")["inna"]
    assert (spouse.rule, spouse.certainty, spouse.contested) == ("", Certainty.CERTAIN, False)
    assert values(found, "child")["daughter"].rule == "child"
    father = values(found, "father")["tailor"]
    assert father.rule not in ("", "father")  # the words of an editor, no rule's name
    order = [predicate.removeprefix(KG) for predicate, _ in found.facts]
    assert order.index("name") < order.index("birthDate") < order.index("spouse")


def test_what_is_only_claimed_is_told_apart(lyushkov: Store, tiny: Store) -> None:
    anna = show(tiny, T + "anna")
    assert values(anna, "occupation") == {}
    assert [(s.predicate, s.certainty) for s in anna.claimed] == [
        (KG + "occupation", Certainty.POSSIBLE)
    ]
    boris = show(tiny, T + "boris")
    assert values(boris, "spouse") == {}
    assert [s.key for s in boris.claimed] == ["B1", "B2"]
    shooting = show(lyushkov, D + "shooting-lyushkov")
    assert shooting.type == KG + "Possibility"
    assert shooting.facts == ()
    assert {s.key for s in shooting.claimed} >= {"F306", "F307", "F310", "I22", "N018"}


def test_no_claim_without_standing_ever_shows_among_the_facts(lyushkov: Store, tiny: Store) -> None:
    checked = 0
    for store in (lyushkov, tiny, view(lyushkov, Viewpoint(least=Certainty.CERTAIN), KIN)):
        inferred = {(q.subject, q.predicate, q.object) for q in store.quads(graph=INFERRED)}
        for thing in things(store):
            found = show(store, thing)
            statements = read_statements(store, claims_about(store, thing), Labels(store))
            standing = {s.iri: s.standing for s in statements}
            supported = {(s.predicate, str(s.object)) for s in statements
                         if s.standing is not Standing.CLAIMED}  # fmt: skip
            assert {s.iri for s in found.claimed} == {
                iri for iri, how in standing.items() if how is Standing.CLAIMED
            }
            for predicate, listed in found.facts:
                for value in listed:
                    assert value.claims, (thing, predicate)
                    assert Standing.CLAIMED not in {standing.get(c) for c in value.claims}
                    assert value.rule or (predicate, str(value.node)) in supported
                    assert value.rule != "not said"
                    is_inferred = any(
                        text_of(s) == thing and text_of(p) == predicate and o == value.node
                        for s, p, o in inferred
                    )
                    assert bool(value.rule) == is_inferred, (thing, predicate, value.node)
                    assert value.certainty is not Certainty.POSSIBLE
                    checked += 1
    assert checked > 700


def test_an_inferred_value_is_as_sure_as_the_weakest_of_its_premises(tiny: Store) -> None:
    boris = show(tiny, T + "boris")
    father = values(boris, "father")["otto"]
    assert (father.rule, father.certainty) == ("a brother, no half-brother", Certainty.PROBABLE)
    assert values(boris, "parent")["otto"].certainty is Certainty.PROBABLE
    karl = show(tiny, T + "karl")
    dates = values(karl, "deathDate")
    assert {date: (v.certainty, v.contested) for date, v in dates.items()} == {
        "1950": (Certainty.CERTAIN, True), "1951": (Certainty.CERTAIN, True),
    }  # fmt: skip


def test_possibilities_are_marked_wherever_a_profile_names_them(
    lyushkov: Store, tiny: Store
) -> None:
    possible = {text_of(q.subject) for q in lyushkov.quads(None, RDF + "type", KG + "Possibility")}
    checked = 0
    for thing in things(lyushkov):
        found = show(lyushkov, thing)
        for _, listed in found.facts:
            for value in listed:
                assert value.possible == (text_of(value.node) in possible)
                checked += value.possible
        for predicate, others in found.inverse:
            for other in others:
                assert ("possibility" in found.marks.get((predicate, other), "")) == (
                    other in possible
                )
                checked += other in possible
    assert checked > 5
    peru = show(tiny, T + "peru")
    assert [part.kind for part in peru.parts] == ["possibility"]


def test_facts_of_others_are_marked_where_they_are_inferred(lyushkov: Store) -> None:
    found = show(lyushkov, D + "pre-nkvd")
    assert (KG + "partOf", (D + "cheka-odessa",)) in found.inverse
    assert found.marks[KG + "partOf", D + "cheka-odessa"] == "inferred"
    spouse = show(lyushkov, D + "inna")
    assert (KG + "spouse", D + "lyushkov") not in spouse.marks


def test_happenings_are_parts_and_not_listed_again(lyushkov: Store) -> None:
    found = show(lyushkov, D + "lyushkov")
    parts = {part.happening for part in found.parts}
    assert len(parts) == len(found.parts) > 30
    assert not parts & {other for _, others in found.inverse for other in others}


def test_in_a_version_its_own_claims_are_the_facts(lyushkov: Store) -> None:
    version = view(lyushkov, Viewpoint(according_to=frozenset({D + "acc-version"})), KIN)
    found = show(version, D + "shooting-lyushkov")
    assert found.type == KG + "Event"
    assert values(found, "agent").keys() == {"takeoka"}
    assert found.claimed == ()
    assert show(version, D + "lyushkov").facts == ()


def test_a_profile_speaks_russian(lyushkov: Store) -> None:
    found = profile(lyushkov, D + "lyushkov", Labels(lyushkov, "ru"), KIN)
    assert found.label == "Генрих Люшков"
    assert Labels(lyushkov, "ru").of(found.type) == "человек"
