"""The verb that lists the kin of a person: relatives."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.cli.kinwords import Possible, Svg, must_be_svg, save_picture
from kg.cli.output import clean, note, say, say_json, style, table
from kg.errors import DateError, UnknownName
from kg.kindred import Words, number_of, person_json, relative_document, sources

if TYPE_CHECKING:
    from kg.relations.relatives import Relative

_DEGREE = 4
_DRAWN = 400


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("relatives", epilog='Example: kg relatives "Philip IV" --term "second cousin"')(
        relatives
    )


def relatives(
    context: typer.Context,
    person: options.Thing,
    degree: Annotated[
        int | None,
        typer.Option("--degree", "-d", min=1, metavar="N",
                     help=f"Up to so many steps up and down [default: {_DEGREE}; with --term any]."),
    ] = None,
    term: Annotated[
        str, typer.Option("--term", help='Only those called so, as "second cousin".', metavar="WORDS")
    ] = "",
    side: Annotated[
        str, typer.Option("--side", help="paternal or maternal.", metavar="SIDE")
    ] = "",
    alive: Annotated[
        str, typer.Option("--alive", help="Not who was surely dead or unborn at this date (EDTF).",
                          metavar="DATE")
    ] = "",
    spouses: Annotated[
        bool, typer.Option("--spouses", help="Also kin by one marriage: spouses, in-laws, step-kin.")
    ] = False,
    include_possible: Possible = False,
    svg: Svg = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="text or csv.")] = "text",
    archive: options.Archive = None,
    language: options.Language = "en",
    according_to: options.AccordingTo = None,
    exclude: options.Exclude = None,
    min_certainty: options.MinCertainty = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """List the kin of a person: nearest first, each once, with what they are to the person."""
    from kg.cli.session import open_session
    from kg.relations.relatives import relatives as find

    if side not in ("", "paternal", "maternal"):
        raise UnknownName(f'"{side}" is no side of a family', hint="use paternal or maternal")
    if format_ not in ("text", "csv"):
        raise UnknownName(f'relatives cannot be listed as "{format_}"', hint="use text or csv")
    words = Words(open_session(context))
    ego = number_of(words, person)
    steps = degree if degree is not None else None if term else _DEGREE
    found = find(
        words.pedigree, ego, degree=steps, marriages=int(spouses), side=side,
        alive_at=_days(alive) if alive else None, include_possible=include_possible,
        coefficients=as_json or format_ == "csv",
    )  # fmt: skip
    told = [(relative, words.terms.term(relative.kin).text) for relative in found]
    if term:
        told = [(relative, text) for relative, text in told if _is_called(text, term)]
    told.sort(key=lambda each: each[0].degree)
    if svg is not None:
        must_be_svg(svg)
    if svg is not None and told:
        _draw(words, ego, [relative for relative, _ in told], svg)
    if as_json:
        say_json({"of": person_json(words, ego),
                  "relatives": [relative_document(words, relative, text) for relative, text in told]})  # fmt: skip
    elif format_ == "csv":
        _write_csv(words, told)
    else:
        _print(words, ego, told, bool(alive))
    if not told:
        if term and found and not as_json:
            known = dict.fromkeys(words.terms.term(each.kin).text for each in found)
            note(f"the kin here are called: {', '.join(list(known)[:30])}")
        raise typer.Exit(1)


def _days(date: str) -> tuple[int, int]:
    """The first and the last day of a date, as the index numbers days."""
    from kg.index.arrays import ALWAYS, NEVER, to_day
    from kg.model import dates

    try:
        first, last = dates.bounds(dates.parse(date))
    except DateError as error:
        raise DateError(error.message, hint="give a date as 1880, 1880-05 or 1880-05-13") from None
    if first is None or last is None:
        raise DateError(
            f'"{date}" has no first or no last day', hint="give a date as 1880 or 1880-05"
        )
    return to_day(first, NEVER), to_day(last, ALWAYS)


def _is_called(text: str, wanted: str) -> bool:
    """Whether a term is the one asked for, in the singular or an English plural."""
    plain = wanted.casefold().strip()
    return text.casefold() in (plain, plain.removesuffix("s"))


def _print(
    words: Words, ego: int, told: Sequence[tuple[Relative, str]], with_alive: bool
) -> None:  # fmt: skip
    name = words.name(ego)
    if not told:
        say(clean(words.text("no_relatives", name=name)))
        return
    key = "relative" if len(told) == 1 else "relatives"
    say(style(clean(words.text(key, n=len(told), name=name)), "bold"))
    rows = [
        [
            str(relative.degree), text, words.dated(relative.person), relative.side,
            *([relative.alive] if with_alive else ()),
        ]
        for relative, text in told
    ]  # fmt: skip
    table(["degree", "what", "who", "side", *(["alive"] if with_alive else ())],
          [[clean(cell) for cell in row] for row in rows])  # fmt: skip


def _write_csv(words: Words, told: Sequence[tuple[Relative, str]]) -> None:
    from kg.draw.kin import years

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ("id", "name", "years", "term", "degree", "generation", "side", "kinship", "alive")
    )
    for relative, text in told:
        writer.writerow((
            words.session.curie(words.pedigree.iri(relative.person)), words.name(relative.person),
            years(words.pedigree, relative.person), text, relative.degree, relative.generation,
            relative.side, relative.coefficient, relative.alive,
        ))  # fmt: skip
    sys.stdout.write(out.getvalue())


def _draw(words: Words, ego: int, found: Sequence[Relative], file: Path) -> None:
    from kg.draw.kin import picture_of
    from kg.errors import KgError

    if len(found) > _DRAWN:
        raise KgError(f"{len(found)} relatives are too many for one picture",
                      hint=f"ask for fewer than {_DRAWN}: --degree, --term, --side")  # fmt: skip
    name = words.name(ego)
    picture = picture_of(
        words.pedigree, [relative.line.people for relative in found], ends=(ego,), title=name,
        description=words.text("relatives", n=len(found), name=name), label=words.name,
        sources=sources(words.session, words.pedigree), language=words.session.language,
        selective=False,
    )  # fmt: skip
    save_picture(picture, file)
