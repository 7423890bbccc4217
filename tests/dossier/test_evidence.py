"""All accounts of a matter side by side: order, standing, sentences, conflicts, proofs."""

from __future__ import annotations

from kg.build import view
from kg.dossier.aspects import find_aspect
from kg.dossier.evidence import Evidence, evidence
from kg.facts import Standing, Viewpoint
from kg.model.claims import Mode
from kg.query.labels import Labels
from kg.statements import Statement, claims_about, in_words, read_statements
from kg.store.embedded import Store, text_of
from kg.vocab import KG, RDF, TEXTS

D = "https://w3id.org/prosokg/lyushkov/"
T = "https://example.org/tiny/"
KIN = ("core", "kin")


def ask(store: Store, thing: str, aspect: str = "", language: str = "en") -> Evidence:
    chosen = find_aspect(aspect) if aspect else None
    return evidence(store, thing, Labels(store, language), aspect=chosen, rule_sets=KIN)


def by_key(found: Evidence) -> dict[str, Statement]:
    return {s.key: s for s in found.premises.values() if s.key}


def keys(found: Evidence) -> set[str]:
    return {statement.key for statement in found.statements()}


def test_accounts_of_a_fate_stand_in_the_order_of_their_modes(lyushkov: Store) -> None:
    fate = ask(lyushkov, D + "lyushkov", "fate")
    assert [account.voice.iri.removeprefix(D) for account in fate.accounts] == [
        "acc-narrator", "acc-editor", "acc-version", "acc-suspicion",
    ]  # fmt: skip
    modes = [list(Mode).index(account.voice.mode) for account in fate.accounts]
    assert modes == sorted(modes)
    for account in fate.accounts:
        assert {s.voice for s in account.statements()} == {account.voice}
    assert fate.accounts[3].voice.holder == "Genrikh Lyushkov"
    assert keys(fate) >= {"F019", "F021", "F304", "F305", "F306", "F310", "F317", "F104", "I22"}


def test_his_death_date_conflicts_with_his_uncertain_fate(lyushkov: Store) -> None:
    fate = ask(lyushkov, D + "lyushkov", "fate")
    known = by_key(fate)
    assert {frozenset(pair) for pair in fate.conflicts} == {
        frozenset({known["F021"].iri, known["F305"].iri})
    }
    # a conflict is told from either side, also when only one side was asked for
    only = ask(lyushkov, D + "death-lyushkov")
    assert "F305" not in keys(only)
    assert only.premises[known["F305"].iri].key == "F305"
    assert len(only.conflicts) == 1


def test_what_a_version_or_a_suspicion_says_is_no_fact(lyushkov: Store) -> None:
    for statement in ask(lyushkov, D + "lyushkov", "fate").statements():
        factual = statement.voice.mode in (Mode.STATED, Mode.REPORTED)
        assert (statement.standing is Standing.FACT) == factual, statement.key
        if not factual:
            assert statement.standing is Standing.CLAIMED


def test_every_quotation_of_the_archive_stands_in_its_sentence(lyushkov: Store) -> None:
    (source,) = (text_of(quad.object) for quad in lyushkov.quads(None, KG + "text", None, TEXTS))
    claims = sorted(
        text_of(quad.subject) for quad in lyushkov.quads(None, RDF + "type", KG + "Claim")
    )
    statements = read_statements(lyushkov, claims, Labels(lyushkov))
    assert len(statements) == 380
    quoted = [s.quotation for s in statements if s.quotation is not None]
    assert len(quoted) == 347
    for q in quoted:
        whole = q.before + q.quote + q.after
        assert source[q.start : q.end] == q.quote
        assert source[q.start - len(q.before) : q.end + len(q.after)] == whole
        assert " ".join(q.quote.split()) in q.sentence
        assert "\n" not in q.sentence
        assert q.sentence == q.sentence.strip()
    assert all(s.premises and s.rule for s in statements if s.quotation is None)
    places = [(s.quotation is None, s.quotation.start if s.quotation else 0) for s in statements]
    assert places == sorted(places)


def test_what_two_passages_say_agrees(lyushkov: Store, tiny: Store) -> None:
    birth = ask(lyushkov, D + "lyushkov", "birth")
    known = {s.iri: s for s in birth.statements()}
    agreed = {tuple(sorted(known[iri].key for iri in claims)) for claims in birth.agreements}
    assert agreed
    for claims in birth.agreements:
        said = {(known[c].subject, known[c].predicate, str(known[c].object)) for c in claims}
        assert len(said) == 1
        assert len(set(claims)) == len(claims) > 1
    # two voices: who died, and that there was no wife, which has no value to compare
    died = ask(tiny, T + "death")
    assert [len(claims) for claims in died.agreements] == [2]
    boris = ask(tiny, T + "boris", "family")
    assert {tuple(boris.premises[c].key for c in claims) for claims in boris.agreements} == {
        ("B1", "B2")
    }


def test_an_inferred_fact_shows_its_rule_and_the_claims_below_it(
    lyushkov: Store, tiny: Store
) -> None:
    family = ask(lyushkov, D + "daughter", "family")
    proofs = {(text_of(p.triple.predicate), text_of(p.triple.object)): p for p in family.proofs}
    aunt = proofs[KG + "auntOrUncle", D + "sister"]
    assert aunt.rule == "aunt-or-uncle"
    assert len(aunt.premises) == 2
    assert aunt.leaves()
    for proof in family.proofs:
        assert not proof.claims
        for claim in proof.leaves():
            assert family.premises[claim].quotation is not None
            assert family.premises[claim].standing is not Standing.CLAIMED
    # an inference of the editors stands among the claims, with its premises
    boris = ask(tiny, T + "boris", "family")
    (editorial,) = (s for s in boris.statements() if s.key == "I1")
    assert [boris.premises[p].key for p in editorial.premises] == ["K1"]
    assert editorial.standing is Standing.INFERRED
    drawn = {text_of(p.triple.predicate).removeprefix(KG): p for p in boris.proofs}
    assert drawn.keys() == {"parent", "sibling"}
    assert editorial.iri in drawn["parent"].leaves()


def test_without_an_aspect_only_claims_about_the_thing_itself_are_shown(lyushkov: Store) -> None:
    found = ask(lyushkov, D + "lyushkov")
    assert {s.iri for s in found.statements()} == set(claims_about(lyushkov, D + "lyushkov"))
    assert {s.subject for s in found.statements()} == {D + "lyushkov"}


def test_career_has_postings_with_what_is_told_of_them(lyushkov: Store) -> None:
    subjects = {s.subject for s in ask(lyushkov, D + "lyushkov", "career").statements()}
    assert {D + "posting-far-east", D + "posting-kwantung"} <= subjects
    assert D + "posting-yezhov" not in subjects


def test_one_conflict_recorded_on_one_side_is_told_once_from_both(tiny: Store) -> None:
    death = ask(tiny, T + "karl", "death")
    known = by_key(death)
    assert {frozenset(pair) for pair in death.conflicts} == {
        frozenset({known["D1"].iri, known["D2"].iri})
    }
    assert known["D1"].conflicts == (known["D2"].iri,)
    assert known["D2"].conflicts == (known["D1"].iri,)
    assert [account.voice.label for account in death.accounts] == [
        "the memoir", "the parish register", "a rumour",  # the rumour's killing is a death too
    ]  # fmt: skip


def test_according_to_a_version_only_its_claims_are_evidence(lyushkov: Store) -> None:
    version = view(lyushkov, Viewpoint(according_to=frozenset({D + "acc-version"})), KIN)
    fate = ask(version, D + "lyushkov", "fate")
    assert [account.voice.iri for account in fate.accounts] == [D + "acc-version"]
    assert {s.standing for s in fate.statements()} == {Standing.FACT}
    assert {t.type for t in fate.accounts[0].told} == {KG + "Event"}
    assert fate.conflicts == ()


def test_claims_are_worded_in_the_language_of_the_reader(lyushkov: Store, tiny: Store) -> None:
    fate = ask(lyushkov, D + "lyushkov", "fate", "ru")
    labels = Labels(lyushkov, "ru")
    assert fate.accounts[0].voice.label == "сама биография"
    assert in_words(by_key(fate)["F020"], labels) == (
        "смерть Генриха Люшкова — с кем или с чем происходит: Генрих Люшков"
    )
    denied = by_key(ask(tiny, T + "boris"))["B1"]
    assert in_words(denied, Labels(tiny), with_subject=False) == "spouse: none"
    assert in_words(denied, Labels(tiny, "ru"), with_subject=False).endswith(": нет")


def test_labels_fall_back_to_english_then_to_the_curie(tiny: Store) -> None:
    assert Labels(tiny, "ru").of(T + "riga") == "Рига"
    assert Labels(tiny, "ru").of(T + "peru") == "Peru"
    assert Labels(tiny, "ru").of(KG + "Certain") != "Certain"
    assert Labels(tiny, "fr").of(T + "riga") == "Riga"
    assert Labels(tiny).of("https://example.org/elsewhere") == "<https://example.org/elsewhere>"
    assert Labels(tiny).text(None) == ""
