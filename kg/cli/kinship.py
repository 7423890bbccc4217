"""The verb that tells how two people are related: kin."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.cli.kinwords import Possible, Svg, must_be_svg, save_picture
from kg.cli.output import clean, say, say_json, style
from kg.kindred import Words, both_terms, evidence_of, kinship_document, number_of, sources
from kg.model.kin import Move

if TYPE_CHECKING:
    from kg.relations.kinship import Kinship
    from kg.relations.lines import Line

_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("kin", epilog='Example: kg kin "Charles II" "Joanna of Castile" --lang ru')(kin)


def kin(
    context: typer.Context,
    ego: options.Thing,
    alter: options.Thing,
    all_: Annotated[
        bool, typer.Option("--all", help="Every kind of line, also the longer ways by marriage.")
    ] = False,
    marriages: Annotated[
        int, typer.Option(help="By up to so many marriages.", min=0, max=6, metavar="N")
    ] = 2,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="With the words or record lines behind each step.")
    ] = False,
    include_possible: Possible = False,
    svg: Svg = None,
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:
    """Tell how two people are related: what each is to the other, by every line.

    By birth, adoption, fostering and marriage; nearest first, with the common ancestors, the
    chains of people and the coefficients.
    """
    from kg.cli.session import open_session
    from kg.relations.kinship import kinship

    session = open_session(context)
    words = Words(session)
    one, other = (number_of(words, name) for name in (ego, alter))
    found = kinship(
        words.pedigree, one, other, marriages=marriages, all_lines=all_,
        include_possible=include_possible,
    )  # fmt: skip
    # The nearest first: it is the one that the first words tell.
    nearest = found.nearest
    lines = sorted(found.lines, key=lambda line: line != nearest)
    if svg is not None:
        must_be_svg(svg)
    if svg is not None and lines:
        _draw(words, found, lines if all_ else _near(lines), svg)
    if as_json:
        say_json(kinship_document(words, found, lines, evidence))
    else:
        _print(words, found, lines, marriages, None if all_ else _SHOWN, evidence)
    if not lines:
        raise typer.Exit(1)


def _print(
    words: Words, found: Kinship, lines: list[Line], marriages: int, most: int | None,
    evidence: bool,
) -> None:  # fmt: skip
    a, b = words.name(found.ego), words.name(found.alter)
    nearest = found.nearest
    if nearest is None:
        say(clean(words.text("none", a=a, b=b, n=marriages)))
        _loops(words, found)
        return
    term, back = both_terms(words, found, nearest)
    say(style(clean(words.terms.sentence(a, b, term)), "bold"))
    if found.ego == found.alter:
        return
    say(style(clean(words.terms.sentence(b, a, back)), "bold"))
    say()
    teller = evidence_of(words) if evidence else None
    for number, line in enumerate(lines[:most], start=1):
        text = clean(words.terms.term(line.kin).text)
        say(f"{number:>3}. {style(text, 'cyan')}  {clean('; '.join(_about(words, line)))}".rstrip())
        say(clean(f"     {words.chain(line.people)}"))
        for step in pairwise(line.people) if teller else ():
            assert teller is not None
            for quoted in teller(*step):
                say(style(f"       {clean(quoted)}", "dim"))
    if most is not None and len(lines) > most:
        say(words.text("more", n=len(lines) - most))
    if not found.complete:
        say(words.text("incomplete"))
    _coefficients(words, found)
    _loops(words, found)


def _about(words: Words, line: Line) -> list[str]:
    """How many steps a line has, through whom it goes, how many lines it stands for."""
    key = "steps" if line.up and line.down else "up" if line.up else "down"
    parts = [words.text(key, up=line.up, down=line.down)] if line.up or line.down else []
    if line.apexes and line.up and line.down:
        who = [words.name(person) for person in line.apexes]
        together = words.text("couple", a=who[0], b=who[1]) if len(who) == 2 else who[0]
        parts.append(words.text("through", who=together))
    if line.up and line.down and line.kind == "blood" and not line.kin.whole:
        parts.append(words.text("one_parent"))
    if line.count > 1:
        parts.append(words.text("times", n=line.count))
    if line.possible:
        parts.append(words.text("possible"))
    if line.marriages:
        from kg.draw.kin import is_divorced

        for step, (one, other) in zip(line.kin.steps, pairwise(line.people), strict=True):
            if step.move is Move.SPOUSE and is_divorced(words.pedigree, one, other):
                parts.append(words.text("divorced", a=words.name(one), b=words.name(other)))
    return parts


def _coefficients(words: Words, found: Kinship) -> None:
    say()
    say(words.text("coefficients", kinship=f"{found.coefficient:.6g}",
                   relationship=f"{found.relationship:.6g}"))  # fmt: skip
    inbred = [
        f"{words.name(person)} {value:.6g}"
        for person, value in zip((found.ego, found.alter), found.inbreeding, strict=True)
        if value
    ]
    if inbred:
        say(clean(words.text("inbred", who=", ".join(inbred))))


def _loops(words: Words, found: Kinship) -> None:
    for loop in found.loops:
        people = " → ".join(words.name(person) for person in (*loop, loop[0]))
        say(style(clean(words.text("loop", who=people)), "yellow"))


def _draw(words: Words, found: Kinship, lines: list[Line], file: Path) -> None:
    from kg.draw.kin import picture_of

    a, b = words.name(found.ego), words.name(found.alter)
    assert found.nearest is not None
    term, _ = both_terms(words, found, found.nearest)
    chains = [chain for line in lines for chain in _some(found, line)]
    picture = picture_of(
        words.pedigree, chains, ends=(found.ego, found.alter), title=f"{a} – {b}",
        description=words.terms.sentence(a, b, term), label=words.name,
        sources=sources(words.session, words.pedigree), language=words.session.language,
    )  # fmt: skip
    save_picture(picture, file)


def _near(lines: list[Line]) -> list[Line]:
    """Of a forebear or a descendant the lines of descent alone; else the lines told first."""
    direct = [line for line in lines if not (line.up and line.down) and not line.marriages]
    return direct or lines[:_SHOWN]


def _some(found: Kinship, line: Line, most: int = 40) -> list[tuple[int, ...]]:
    from itertools import islice

    return list(islice(found.chains(line), most))
