"""Verbs that read about things: find, show, evidence, timeline, stats."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli import options
from kg.cli.output import say, say_json, table


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("find", epilog="Example: kg find Люшков")(find)
    app.command("show", epilog="Example: kg show Lyushkov")(show)
    app.command("evidence", epilog="Example: kg evidence Lyushkov fate")(evidence)
    app.command("timeline", epilog="Example: kg timeline Lyushkov")(timeline)
    app.command("stats", epilog="Example: kg stats")(stats)


def find(
    context: typer.Context,
    text: Annotated[
        str, typer.Argument(help="A name or a part of one, in any script or spelling.")
    ],
    type_: Annotated[
        str | None,
        typer.Option("--type", "-t", help="Only things of this class, e.g. person, place."),
    ] = None,
    most: Annotated[int, typer.Option("--most", "-n", help="How many at the most.", min=1)] = 20,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:
    """Find people, places, bodies and happenings by name."""
    from kg.cli.session import open_session
    from kg.names import find as find_names
    from kg.ontology import load

    session = open_session(context)
    ontology = load()
    if type_:
        from kg.dossier.aspects import class_named

        class_iri = class_named(type_)
        matches = find_names(
            session.heard_names(), text, most=most,
            fits=lambda of: ontology.is_a(of, class_iri),
        )  # fmt: skip
    else:
        matches = find_names(session.heard_names(), text, most=most)
    if as_json:
        say_json(
            [
                {"id": session.curie(m.iri), "iri": m.iri, "label": session.labels.of(m.iri),
                 "type": ontology.label(m.type), "name": m.name, "near": m.rank >= 100}
                for m in matches
            ]
        )  # fmt: skip
    elif matches:
        if matches[0].rank >= 100:
            say(f'nothing is called "{text}"; near in spelling:')
        table(
            ("id", "label", "type", "found as"),
            [
                (session.curie(m.iri), session.labels.of(m.iri), ontology.label(m.type, language),
                 m.name if m.name != session.labels.of(m.iri) else "")
                for m in matches
            ],
        )  # fmt: skip
    else:
        say(f'nothing is called "{text}"')
    if not matches:
        raise typer.Exit(1)


def show(
    context: typer.Context,
    thing: options.Thing,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:
    """Show all that is known of one thing.

    Its facts and how sure they are, what conflicts, and what is only told, believed or planned.
    """
    from kg.cli.profiles import print_profile, profile_json
    from kg.cli.session import open_session
    from kg.dossier.profile import profile

    session = open_session(context)
    found = profile(session.store, session.resolve(thing), session.labels, session.archive.rules)
    if as_json:
        say_json(profile_json(session, found))
    else:
        print_profile(session, found)


def evidence(
    context: typer.Context,
    thing: options.Thing,
    about: Annotated[
        str | None,
        typer.Argument(help="An aspect (fate, birth, death, family, names, career) or a property.",
                       metavar="[ASPECT|PROPERTY]"),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="One line a claim, without sentences.")] = False,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Show all accounts side by side, with the words they rest on.

    Of a thing, or of one aspect or property of it. What was inferred shows its proof.
    """
    from kg.cli.accounts import evidence_json, print_evidence
    from kg.cli.session import open_session
    from kg.dossier.aspects import find_aspect
    from kg.dossier.evidence import evidence as gather

    session = open_session(context)
    aspect = find_aspect(about, session.archive.curies) if about else None
    found = gather(session.store, session.resolve(thing), session.labels, aspect=aspect,
                   rule_sets=session.archive.rules)  # fmt: skip
    if as_json:
        say_json(evidence_json(session, found))
    else:
        print_evidence(session, found, brief=brief)
    if not found.accounts and not found.proofs:
        raise typer.Exit(1)


def timeline(
    context: typer.Context,
    thing: options.Thing,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:
    """Show a life, or that of a body or a place, in order.

    Dates are as sure as they are told; a date in brackets only places what has none.
    """
    from kg.cli.profiles import part_json, print_parts
    from kg.cli.session import open_session
    from kg.dossier.timeline import timeline as order

    session = open_session(context)
    iri = session.resolve(thing)
    parts = order(session.store, iri, session.labels)
    if as_json:
        say_json([part_json(session, part) for part in parts])
        return
    print_parts(session, parts, quote=True)
    if not parts:
        say(f"nothing is told to have happened to {session.labels.of(iri)}")
        raise typer.Exit(1)


def stats(
    context: typer.Context,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:
    """Count what there is, how sure it is, and what is not covered.

    For each source with a body: which of its content words stand in no quotation.
    """
    from dataclasses import asdict

    from kg.archive import read_contents
    from kg.cli.session import open_session
    from kg.dossier.stats import coverage
    from kg.dossier.stats import stats as count

    session = open_session(context)
    numbers = count(session.store, session.labels)
    covered = coverage(read_contents(session.archive), session.store)
    if as_json:
        say_json(asdict(numbers) | {"coverage": [asdict(part) for part in covered]})
        return
    table(("things", "number"), [(name, str(number)) for name, number in numbers.things])
    say()
    table(
        ("account", "mode", "certainty", "claims"),
        [(a, m.lower(), c.lower(), str(n)) for a, m, c, n in numbers.claims],
    )
    say()
    total = numbers.happenings or 1
    say(
        f"facts {numbers.facts}, inferred {numbers.inferred}, recorded conflicts {numbers.conflicts}"
    )
    say(
        f"happenings {numbers.happenings}: dated {numbers.dated} ({numbers.dated * 100 // total} %),"
        f" placed {numbers.placed} ({numbers.placed * 100 // total} %), in dispute {numbers.disputed}"
    )
    for part in covered:
        share = part.covered * 100 // (part.words or 1)
        say(
            f"{part.title}: {part.covered} of {part.words} content words stand in a quotation ({share} %)"
        )
        if part.missing:
            listed = ", ".join(f"{word} ({place})" for place, word in part.missing[:20])
            say(f"  in none: {listed}{' …' if len(part.missing) > 20 else ''}")
