"""Prints evidence: each voice with its claims, the words in their sentence, proofs, conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kg.cli.output import clean, paragraph, say, style

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kg.dossier.evidence import Account, Evidence
    from kg.infer import Proof
    from kg.statements import Statement
    from kg.view import View

_LINES = 30
"""Of a record that no part of which can be shown alone, so many lines are."""

_MODES = {
    "Stated": "stated", "Reported": "reported", "Inferred": "inferred",
    "Alternative": "one version: not a fact", "Belief": "a belief: not a fact",
    "Suspicion": "a suspicion: not a fact", "Estimated": "an estimate: not a fact",
}  # fmt: skip


def print_evidence(session: View, evidence: Evidence, *, brief: bool = False) -> None:
    """All accounts side by side."""
    label = clean(session.labels.of(evidence.thing))
    say(style(f"{label}: {evidence.aspect}" if evidence.aspect else label, "bold"))
    if not evidence.accounts and not evidence.proofs:
        say("  no claim says anything of it")
    conflicting = _conflicts(evidence)
    for account in evidence.accounts:
        say()
        _print_account(session, evidence, account, conflicting, brief)
    if evidence.proofs:
        say()
        say(style("drawn by rule", "cyan"))
        for proof in evidence.proofs:
            _print_proof(session, evidence, proof, "  ")
    if evidence.agreements:
        say()
        say(style("agree: more than one passage says so", "green"))
        for group in evidence.agreeing:
            keys = ", ".join(_key(session, statement) for statement in group)
            say(f"  {_line(session, group[0], with_subject=True)}  [{keys}]")
    if evidence.conflicts:
        say()
        say(style("conflict: they cannot both be so", "red"))
        for one, other in evidence.conflicts:
            say(f"  {_told(session, evidence, one)}")
            say(f"    ≠ {_told(session, evidence, other)}")


def _told(session: View, evidence: Evidence, claim: str) -> str:
    statement = evidence.premises.get(claim)
    if statement is None:
        return session.curie(claim)
    voice = clean(statement.voice.label)
    return f"{_line(session, statement, with_subject=True)}  [{_key(session, statement)}, {voice}]"


def _conflicts(evidence: Evidence) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in evidence.conflicts:
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _print_account(
    session: View, evidence: Evidence, account: Account, conflicting: dict[str, list[str]],
    brief: bool,
) -> None:  # fmt: skip
    from kg.ontology import load

    voice = account.voice
    mode = _MODES[voice.mode.value]
    holder = f", held by {clean(voice.holder)}" if voice.holder else ""
    say(f"{style(clean(voice.label), 'cyan')}  ({mode}{holder})")
    for told in account.told:
        kind = load().label(told.type, session.labels.language)
        say(f"  {clean(session.labels.of(told.subject))}" + style(f"  [{kind}]", "dim"))
        groups: dict[str, list[Statement]] = {}
        for statement in told.statements:
            sentence = _place_of(statement)
            groups.setdefault("" if brief else sentence, []).append(statement)
        for sentence, statements in groups.items():
            for statement in statements:
                _print_statement(session, evidence, statement, conflicting, brief)
            if sentence and not brief:
                _print_words(statements)


def _place_of(statement: Statement) -> str:
    """What claims that are shown above the same words have in common."""
    from kg.statements import quoted_lines

    quotation = statement.quotation
    if quotation is None:
        return ""
    return "\n".join(quoted_lines(statement)) if quotation.by_line else quotation.sentence


def _print_words(statements: Sequence[Statement]) -> None:
    """The sentence of a text with its quotations, or the lines of a record as they stand."""
    from kg.statements import quoted_lines

    quotation = statements[0].quotation
    assert quotation is not None
    if not quotation.by_line:
        say(style(paragraph(marked(statements), "        "), "dim"))
        return
    lines = quoted_lines(statements[0])
    where = f"{quotation.title}, line {quotation.start}"
    more = f"–{quotation.end}" if quotation.end > quotation.start else ""
    say(style(f"        {clean(where)}{more}:", "dim"))
    for line in lines[:_LINES]:
        say(style(f"        | {clean(line)}", "dim"))
    if len(lines) > _LINES:
        say(style(f"        | … {len(lines) - _LINES} lines more", "dim"))


def _print_statement(
    session: View, evidence: Evidence, statement: Statement,
    conflicting: dict[str, list[str]], brief: bool,
) -> None:  # fmt: skip
    from kg.facts import FACTUAL, Standing
    from kg.model.claims import Mode
    from kg.statements import words_of

    line = f"    {_line(session, statement)}"
    line += f"  ({statement.certainty.value.lower()})  {_key(session, statement)}"
    if statement.standing is Standing.CLAIMED and statement.voice.mode in (*FACTUAL, Mode.INFERRED):
        line += style("  not a fact", "yellow")
    against = [
        _key(session, evidence.premises[other])
        if other in evidence.premises
        else session.curie(other)
        for other in conflicting.get(statement.iri, ())
    ]
    if against:
        line += style(f"  ≠ {', '.join(against)}", "red")
    if brief and statement.quotation:
        line += f"  “{clean(_short(words_of(statement)))}”"
    say(line)
    if statement.premises:
        say(f"        because: {clean(statement.rule)}")
        for premise in statement.premises:
            _print_premise(session, evidence, premise, "          ", frozenset({statement.iri}))


def _print_premise(
    session: View, evidence: Evidence, claim: str, indent: str, above: frozenset[str],
    triple: Triple | None = None,
) -> None:  # fmt: skip
    """One claim that something rests on; of a record the one fact that is meant, `triple`."""
    from kg.statements import of_triple, words_of

    statement = evidence.premises.get(claim)
    if statement is None:
        say(f"{indent}{session.curie(claim)}")
        return
    if triple is not None:
        statement = of_triple(statement, triple)
    words = f"  “{clean(_short(words_of(statement)))}”" if statement.quotation else ""
    say(
        f"{indent}{_line(session, statement, with_subject=True)}  {_key(session, statement)}{words}"
    )
    if statement.premises and claim not in above:
        say(f"{indent}  because: {clean(statement.rule)}")
        for premise in statement.premises:
            _print_premise(session, evidence, premise, indent + "    ", above | {claim})


def _print_proof(session: View, evidence: Evidence, proof: Proof, indent: str) -> None:
    from kg.store.embedded import text_of

    labels = session.labels
    triple = clean(
        f"{labels.of(text_of(proof.triple.subject))} — {labels.of(text_of(proof.triple.predicate))}:"
        f" {labels.text(proof.triple.object)}"
    )
    if proof.claims:
        for claim in proof.claims:
            _print_premise(session, evidence, claim, indent, frozenset(), proof.triple)
        return
    say(f"{indent}{triple}")
    say(f"{indent}  rule {proof.rule}: {proof.summary}")
    for premise in proof.premises:
        _print_proof(session, evidence, premise, indent + "    ")


def _line(session: View, statement: Statement, *, with_subject: bool = False) -> str:
    from kg.statements import in_words

    line = clean(in_words(statement, session.labels, with_subject=with_subject))
    return f"{line}, as of {statement.date}" if statement.date else line


def _key(session: View, statement: Statement) -> str:
    return statement.key or session.curie(statement.iri)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else flat[:89] + "…"


def marked(statements: Sequence[Statement]) -> str:
    """The sentence that these claims quote from, each quoted stretch between « and »."""
    first = statements[0].quotation
    assert first is not None
    start = first.start - len(first.before)
    text = first.before + first.quote + first.after
    spans = sorted(
        (s.quotation.start - start, s.quotation.end - start) for s in statements if s.quotation
    )
    merged: list[list[int]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    for begin, end in reversed(merged):
        text = f"{text[:begin]}«{text[begin:end]}»{text[end:]}"
    return clean(" ".join(text.split()))


def statement_json(session: View, statement: Statement) -> dict[str, Any]:
    """One claim as plain values; keys that do not apply are left out."""
    quotation = statement.quotation
    value: dict[str, Any] = {
        "claim": session.curie(statement.iri),
        "key": statement.key,
        "subject": session.curie(statement.subject),
        "predicate": session.curie(statement.predicate),
        "object": _term(session, statement),
        "polarity": statement.polarity.value.lower() if statement.polarity else "",
        "text": _line(session, statement, with_subject=True),
        "account": session.curie(statement.voice.iri),
        "mode": statement.voice.mode.value.lower(),
        "holder": statement.voice.holder,
        "certainty": statement.certainty.value.lower(),
        "standing": statement.standing.value,
        "date": statement.date,
        "note": statement.note,
        "rule": statement.rule,
        "premises": [session.curie(iri) for iri in statement.premises],
        "conflicts": [session.curie(iri) for iri in statement.conflicts],
    }
    if quotation is not None:
        value |= {
            "quote": quotation.quote, "source": session.curie(quotation.source),
            "sentence": quotation.sentence,
        }  # fmt: skip
        # Lines of a record are another measure than letters of a text: no key for both.
        first, last = ("first_line", "last_line") if quotation.by_line else ("start", "end")
        value |= {first: quotation.start, last: quotation.end}
    return {key: item for key, item in value.items() if item not in ("", [], None)}


def _term(session: View, statement: Statement) -> str | None:
    import pyoxigraph as ox

    node = statement.object
    if node is None:
        return None
    if isinstance(node, ox.NamedNode):
        return session.curie(node.value)
    return node.value if isinstance(node, ox.Literal) else str(node)


def evidence_json(session: View, evidence: Evidence) -> dict[str, Any]:
    """Everything that is printed, as plain values."""
    return {
        "thing": session.curie(evidence.thing),
        "label": session.labels.of(evidence.thing),
        "aspect": evidence.aspect,
        "accounts": [
            {
                "account": session.curie(account.voice.iri),
                "label": account.voice.label,
                "mode": account.voice.mode.value.lower(),
                "claims": [statement_json(session, s) for s in account.statements()],
            }
            for account in evidence.accounts
        ],
        "proofs": [proof_json(session, proof) for proof in evidence.proofs],
        "agreements": [[session.curie(c) for c in claims] for claims in evidence.agreements],
        "conflicts": [[session.curie(c) for c in pair] for pair in evidence.conflicts],
    }


def proof_json(session: View, proof: Proof) -> dict[str, Any]:
    """A proof tree as plain values."""
    from kg.store.claims import compress

    curies = session.archive.curies
    triple = proof.triple
    value: dict[str, Any] = {
        "triple": [compress(n, curies) for n in (triple.subject, triple.predicate, triple.object)],
        "claims": [session.curie(claim) for claim in proof.claims],
        "rule": proof.rule,
        "premises": [proof_json(session, premise) for premise in proof.premises],
    }
    return {key: item for key, item in value.items() if item not in ("", [])}
