"""Prints profiles and timelines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kg.cli.accounts import statement_json
from kg.cli.output import clean, paragraph, say, style, table

if TYPE_CHECKING:
    from kg.dossier.profile import Profile, Value
    from kg.dossier.timeline import Part
    from kg.view import View


def print_profile(session: View, profile: Profile) -> None:
    """Facts, then what names the thing, then its happenings, then what is only claimed."""
    from kg.ontology import load

    labels = session.labels
    kind = load().label(profile.type, labels.language)
    say(f"{style(profile.label, 'bold')}  [{kind}]  {session.curie(profile.iri)}")
    for comment in profile.comments:
        say(paragraph(clean(comment), "  "))
    if profile.facts:
        say()
        for predicate, values in profile.facts:
            for number, value in enumerate(_without_repeats(profile, predicate, values)):
                name = labels.of(predicate) if number == 0 else ""
                say(f"  {name:<20} {clean(labels.text(value.node))}{_marks(value)}")
    shown = [item for item in profile.inverse if not _is_mirrored(profile, *item)]
    if shown:
        say()
        for predicate, things in shown:
            listed = ", ".join(
                labels.of(thing) + _bracketed(profile.marks.get((predicate, thing), ""))
                for thing in things[:12]
            )
            more = f" … and {len(things) - 12} more" if len(things) > 12 else ""
            say(f"  ← {labels.of(predicate)}: {listed}{more}")
    print_parts(session, profile.parts, heading="happenings")
    if profile.claimed:
        say()
        say(style("claimed, and not a fact", "yellow"))
        from kg.statements import in_words, words_of

        for statement in profile.claimed:
            quote = f"  “{clean(words_of(statement))}”" if statement.quotation else ""
            say(
                f"  {clean(in_words(statement, labels, with_subject=False))}"
                f"  ({statement.voice.label}, {statement.certainty.value.lower()}){quote}"
            )


def _bracketed(mark: str) -> str:
    return f" ({mark})" if mark else ""


def _without_repeats(profile: Profile, predicate: str, values: Sequence[Value]) -> Sequence[Value]:
    """A parent that is shown as father or mother is not shown again."""
    if not predicate.endswith("#parent"):
        return values
    named = {
        value.node
        for other, found in profile.facts
        if other.endswith(("#father", "#mother"))
        for value in found
    }
    return [value for value in values if value.node not in named]


_MIRRORS = {"child": "parent", "parent": "child", "spouse": "spouse", "sibling": "sibling",
            "relative": "relative", "cousin": "cousin", "inLaw": "inLaw"}  # fmt: skip


def _is_mirrored(profile: Profile, predicate: str, things: Sequence[str]) -> bool:
    """Whether the thing's own facts say the same from its side."""
    from kg.vocab import KG

    mirror = _MIRRORS.get(predicate.removeprefix(KG))
    if predicate in (KG + "father", KG + "mother"):
        mirror = "child"
    own = {
        getattr(value.node, "value", "")
        for own_predicate, values in profile.facts
        if mirror and own_predicate == KG + mirror
        for value in values
    }
    return bool(own) and set(things) <= own


def _marks(value: Value) -> str:
    marks = []
    if value.possible:
        marks.append("a possibility, not an event")
    if value.rule:
        marks.append(f"inferred: {clean(value.rule)}")
    if value.certainty.value != "Certain":
        marks.append(value.certainty.value.lower())
    text = style(f"  ({'; '.join(marks)})", "dim") if marks else ""
    return text + (style("  ≠ contested", "red") if value.contested else "")


def print_parts(
    session: View, parts: Sequence[Part], *, heading: str = "", quote: bool = False
) -> None:
    """Happenings in order; what is no fact carries a mark that says so."""
    from kg.dossier.timeline import mark, when
    from kg.statements import words_of

    labels = session.labels
    if not parts:
        return
    if heading:
        say()
        say(style(heading, "bold"))
    rows = []
    for part in parts:
        happening = labels.of(part.happening)
        place = ", ".join(labels.of(place) for place in part.places)
        roles = ", ".join(labels.of(role) for role in part.roles)
        row = [when(part, labels) or "undated", happening, roles, place, mark(part)]
        if quote:
            words = next((words_of(s) for s in part.statements if s.quotation), "")
            row.append(f"“{words}”" if words else "")
        rows.append(row)
    names = ["when", "what", "as", "where", "standing"] + (["words"] if quote else [])
    table(names, rows)


def part_json(session: View, part: Part) -> dict[str, Any]:
    """One happening of a life as plain values."""
    from kg.dossier.timeline import mark, when

    value: dict[str, Any] = {
        "happening": session.curie(part.happening),
        "label": session.labels.of(part.happening),
        "kind": part.kind,
        "roles": [session.curie(role) for role in part.roles],
        "when": when(part, session.labels),
        "date": part.date,
        "attested": part.attested,
        "earliest": part.earliest,
        "latest": part.latest,
        "places": [session.curie(place) for place in part.places],
        "others": [session.curie(other) for other in part.others],
        "factual": part.factual and part.kind != "possibility",
        "standing": mark(part),
        "contested": part.contested,
        "claims": [statement_json(session, s) for s in part.statements],
    }
    return {key: item for key, item in value.items() if item not in ("", [], None)}


def profile_json(session: View, profile: Profile) -> dict[str, Any]:
    """A profile as plain values."""
    from kg.store.claims import compress

    curies = session.archive.curies
    return {
        "id": session.curie(profile.iri),
        "iri": profile.iri,
        "type": session.curie(profile.type),
        "label": profile.label,
        "facts": [
            {
                "predicate": session.curie(predicate),
                "label": session.labels.of(predicate),
                "values": [
                    {
                        "value": compress(value.node, curies),
                        "text": session.labels.text(value.node),
                        "certainty": value.certainty.value.lower(),
                        "inferred": bool(value.rule),
                        "possibility": value.possible,
                        "rule": value.rule,
                        "contested": value.contested,
                        "claims": [session.curie(claim) for claim in value.claims],
                    }
                    for value in values
                ],
            }
            for predicate, values in profile.facts
        ],
        "named_by": [
            {"predicate": session.curie(p), "things": [session.curie(t) for t in things]}
            for p, things in profile.inverse
        ],
        "happenings": [part_json(session, part) for part in profile.parts],
        "claimed": [statement_json(session, s) for s in profile.claimed],
    }
