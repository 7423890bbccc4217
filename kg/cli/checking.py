"""The verb that checks: validate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import options
from kg.cli.output import clean, paragraph, save, say, say_json, style
from kg.errors import UnknownName

if TYPE_CHECKING:
    from kg.model.findings import Finding
    from kg.view import View

_STYLES = {"VIOLATION": "red", "WARNING": "yellow", "INFO": "cyan"}


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("validate", epilog="Example: kg validate --fail-on warning")(validate)


def validate(
    context: typer.Context,
    fail_on: Annotated[
        str,
        typer.Option("--fail-on", help="Exit 1 from this severity on: violation, warning or info."),
    ] = "violation",
    least: Annotated[
        str,
        typer.Option(
            "--least", help="Show findings from this severity on: violation, warning or info."
        ),
    ] = "info",
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            "--shapes", help="Also these SHACL shapes, in Turtle (repeatable).", metavar="FILE"
        ),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option("--report", help="Print the standard SHACL report: turtle or jsonld."),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            help="Print the queries that a shape is checked by, and stop.",
            metavar="SHAPE",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option("--engine", help="setwise, or pyshacl: the reference, slow, to compare with."),
    ] = "setwise",
    output: options.Output = None,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:
    """Check the archive with the SHACL shapes.

    Worst first: what is impossible (violation), doubtful (warning), worth knowing (info).
    """
    from kg.cli.session import open_session
    from kg.model.findings import Severity
    from kg.validate.shapes import explain as explained
    from kg.validate.shapes import validate as check

    limit, shown = _severity(fail_on), _severity(least)
    if report not in (None, "turtle", "jsonld"):
        raise UnknownName(f'no report is called "{report}"', hint="use turtle or jsonld")
    session = open_session(context)
    if explain is not None:
        sys.stdout.write(explained(session.store, explain, extra=shapes or ()))
        return
    found = check(session.store, extra=shapes or (), least=min(shown, limit), language=language,
                  engine=engine)  # fmt: skip
    findings = [finding for finding in found.findings if finding.severity >= shown]
    if report is not None:
        body = (found.turtle() if report == "turtle" else found.jsonld()).encode()
        if output is not None:
            save(output, body)
        else:
            sys.stdout.buffer.write(body)
    elif as_json:
        say_json({
            "counts": {s.name.lower(): _count(findings, s) for s in sorted(Severity, reverse=True)},
            "findings": [_finding_json(session, finding) for finding in findings],
        })  # fmt: skip
    else:
        for finding in findings:
            _print_finding(session, finding)
        say(", ".join(
            f"{_count(findings, severity)} {severity.name.lower()}{'s' if _count(findings, severity) != 1 else ''}"
            for severity in sorted(Severity, reverse=True) if severity >= shown
        ))  # fmt: skip
    if any(finding.severity >= limit for finding in found.findings):
        raise typer.Exit(1)


def _severity(name: str):  # type: ignore[no-untyped-def]
    from kg.model.findings import Severity

    try:
        return Severity.named(name)
    except KeyError:
        raise UnknownName(f'no severity is called "{name}"',
                          hint="use violation, warning or info") from None  # fmt: skip


def _count(findings: list[Finding], severity: int) -> int:
    return sum(1 for finding in findings if finding.severity == severity)


def _print_finding(session: View, finding: Finding) -> None:
    from kg.validate.evidence import quotes

    name = finding.severity.name
    value = f"  value: {clean(_words(session, finding.value))}" if finding.value else ""
    say(f"{style(name.lower(), _STYLES[name])}  {finding.rule}  {session.labels.of(finding.focus)}"
        f" ({session.curie(finding.focus)}){value}")  # fmt: skip
    say(paragraph(clean(finding.message), "    "))
    for claim, (quote, account) in quotes(
        session.store, finding.claims[:5], session.labels.language
    ).items():
        words = f"“{clean(' '.join(quote.split()))}”" if quote else "(an inference)"
        say(style(f"    {session.curie(claim)}  {words}  — {account}", "dim"))
    if len(finding.claims) > 5:
        say(style(f"    … and {len(finding.claims) - 5} more claims", "dim"))
    say()


def _words(session: View, value: str) -> str:
    return session.labels.of(value) if value.startswith(("http://", "https://")) else value


def _finding_json(session: View, finding: Finding) -> dict[str, Any]:
    value = finding.to_json()
    value["focus"] = session.curie(finding.focus)
    value["claims"] = [session.curie(claim) for claim in finding.claims]
    return value
