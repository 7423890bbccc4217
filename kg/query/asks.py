"""Named questions: their headers and parameters, running them, and their rows."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

from kg import assets
from kg.errors import QueryError, UnknownName
from kg.model import dates
from kg.query.header import Header, read_header
from kg.query.order import in_order, without_order
from kg.store.embedded import Node, Row, Store, text_of
from kg.vocab import KG, RDF, XSD

_ONLY_WITHOUT = "# only without "

THEMES = (
    "family", "career", "networks", "events", "places", "time", "provenance", "uncertainty",
    "groups",
)  # fmt: skip

COSTS: Mapping[str, str] = {
    "person": "looks up what the indexes have on the things that are named",
    "selection": "grows with what its parameters select",
    "archive": "grows with the archive",
}
"""How the time that a question takes grows."""

CLASSES: Mapping[str, tuple[str, ...]] = {
    "person": (KG + "Person",),
    "place": (KG + "Place",),
    "group": (KG + "Group",),
    "event": (KG + "Event", KG + "Possibility"),
    "position": (KG + "Position",),
    "account": (KG + "Account",),
    "source": (KG + "Source",),
    "property": (RDF + "Property",),
    "thing": (),
}
"""Types of parameters that name a thing, and the classes it may have (empty: any)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a question; `default` is empty where it may be left out."""

    name: str
    type: str
    default: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A named question: what it answers, its parameters and its query.

    `cost` is one of `COSTS`; `cost_given` that with a value for what may be left out, else "".
    """

    name: str
    summary: str
    summary_ru: str
    question: str
    answers: tuple[int, ...]
    theme: str
    cost: str
    cost_given: str
    parameters: tuple[Parameter, ...]
    examples: tuple[str, ...]
    query: str
    path: Path

    def in_language(self, language: str) -> str:
        """The summary in Russian, or in English for any other language."""
        return self.summary_ru if language == "ru" and self.summary_ru else self.summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Columns and rows of terms; `query` is what ran and `bindings` what it was asked with."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    query: str
    bindings: Mapping[str, Node]


@cache
def asks() -> Mapping[str, Ask]:
    """Every shipped question by name, in order of theme and name."""
    found = [_ask(read_header(path)) for path in assets.files("queries/ask", ".rq")]
    found.sort(key=lambda ask: (THEMES.index(ask.theme), ask.name))
    return {ask.name: ask for ask in found}


def get(name: str) -> Ask:
    """The question of this name; UnknownName, with near names, where there is none."""
    path = assets.root() / "queries/ask" / f"{name}.rq"
    # One file is read, not all of them; a name with a slash in it is no name.
    found = _ask(read_header(path)) if path.stem == name and path.is_file() else None
    if found is None:
        from rapidfuzz import fuzz, process

        near = process.extract(name, list(asks()), scorer=fuzz.WRatio, limit=3, score_cutoff=60)
        listed = ", ".join(match[0] for match in near)
        hint = f"did you mean: {listed}?" if near else "list them all with: kg ask"
        raise UnknownName(f'no question is called "{name}"', hint=hint)
    return found


def _ask(header: Header) -> Ask:
    theme = header.one("theme")
    if theme not in THEMES:
        raise QueryError(f'{header.path.name}: unknown theme "{theme}"')
    parameters = []
    for line in header.all("param"):
        name, type_, default, *text = line.split(maxsplit=3)
        if default.startswith('"'):  # a default of several words stands between double quotes
            name, type_, default, *words = shlex.split(line)
            text = [" ".join(words)]
        if type_ not in {*CLASSES, "date", "text", "integer"}:
            raise QueryError(f'{header.path.name}: unknown type "{type_}" of a parameter')
        parameters.append(
            Parameter(name=name, type=type_, default="" if default == "-" else default,
                      text=text[0] if text else "")
        )  # fmt: skip
    cost, semicolon, given = header.one("cost").partition("; given: ")
    if cost not in COSTS or (semicolon and given not in COSTS):
        raise QueryError(f'{header.path.name}: unknown cost "{header.one("cost")}"',
                         hint=f"it is one of: {', '.join(COSTS)}")  # fmt: skip
    numbers = header.one("answers", "")
    return Ask(
        name=header.name, summary=header.one("summary"),
        summary_ru=header.one("summary-ru", ""),
        question=header.one("question").strip('"'),
        answers=tuple(int(number) for number in numbers.split(",") if number.strip()),
        theme=theme, cost=cost, cost_given=given, parameters=tuple(parameters), examples=header.all("example"),
        query=header.text, path=header.path,
    )  # fmt: skip


def assign(ask: Ask, in_order: Sequence[str], named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Values by parameter: the named ones, then the others in the order of the free parameters.

    QueryError for a parameter that is given twice, or for more values than there are parameters.
    """
    given: dict[str, str] = {}
    for name, text in named:
        if name in given:
            raise QueryError(f'the parameter "{name}" is given twice')
        given[name] = text
    names = [parameter.name for parameter in ask.parameters]
    free = [name for name in names if name not in given]
    if len(in_order) > len(free):
        raise QueryError(
            f'the question "{ask.name}" takes {len(names)} parameter(s),'
            f" not {len(in_order) + len(given)}",
            hint=f"they are: {', '.join(names) or 'none'}; put a name of several words between quotes",
        )
    return given | dict(zip(free, in_order, strict=False))


def bind(
    ask: Ask, given: Mapping[str, str], resolve: Callable[[str, tuple[str, ...]], str]
) -> dict[str, Node]:
    """Terms for the parameters given as text, defaults for the others.

    `resolve(text, classes)` finds the IRI of a thing by name. QueryError for a parameter that
    the question does not have, or a value that does not fit its type.
    """
    known = {parameter.name: parameter for parameter in ask.parameters}
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise QueryError(
                f'the question "{ask.name}" has no parameter "{name}"', hint=f"it has: {listed}"
            )
    bound: dict[str, Node] = {}
    for parameter in ask.parameters:
        if given.get(parameter.name):
            bound[parameter.name] = _value(parameter, given[parameter.name], resolve)
        elif parameter.default and parameter.name not in given:
            try:
                bound[parameter.name] = _value(parameter, parameter.default, resolve)
            except UnknownName:  # the default names something of the archive we ship
                raise QueryError(
                    f'the question "{ask.name}" needs {parameter.name}: {parameter.text}',
                    hint=f"kg ask {ask.name} "
                    + " ".join(parameter.name.upper() for parameter in ask.parameters),
                ) from None
    _check_order(ask, bound)
    return bound


def _check_order(ask: Ask, bound: Mapping[str, Node]) -> None:
    """Two dates are the start and the end of a period: QueryError where they are turned round."""
    days = [text_of(bound[p.name]) for p in ask.parameters if p.type == "date" and p.name in bound]
    for first, last in pairwise(days):
        if dates.day(first) > dates.day(last):
            raise QueryError(f'"{last}" is before "{first}"', hint="give the earlier date first")


def _value(
    parameter: Parameter, value: str, resolve: Callable[[str, tuple[str, ...]], str]
) -> Node:
    if parameter.type in CLASSES:
        return ox.NamedNode(resolve(value, CLASSES[parameter.type]))
    if parameter.type == "integer":
        if not value.lstrip("+-").isdigit():
            raise QueryError(f'{parameter.name}: "{value}" is no whole number')
        return ox.Literal(value, datatype=ox.NamedNode(XSD + "integer"))
    if parameter.type == "date":
        earliest, latest = dates.bounds(dates.parse(value))
        if earliest is None or earliest != latest:
            raise QueryError(
                f'{parameter.name}: "{value}" is not one day',
                hint="write a day as 1937-07-31",
            )
        return ox.Literal(earliest, datatype=ox.NamedNode(XSD + "date"))
    return ox.Literal(value)


def text_for(ask: Ask, given: Collection[str]) -> str:
    """The query for these parameters: without the lines marked `# only without PARAMETER`.

    Such a line repeats what the query says elsewhere, to show the engine where to begin.
    """
    lines = ask.query.splitlines(keepends=True)
    return "".join(line for line in lines if line.partition(_ONLY_WITHOUT)[2].strip() not in given)


def run(store: Store, ask: Ask, bindings: Mapping[str, Node]) -> Answer:
    """The rows of a question; the columns that only repeat a parameter are dropped."""
    text = text_for(ask, bindings) if _ONLY_WITHOUT in ask.query else ask.query
    unordered = without_order(text)
    result = store.run(unordered.text if unordered else text, bindings)
    assert isinstance(result, ox.QuerySolutions), ask.name
    names = [variable.value for variable in result.variables]
    width = range(len(names))
    found = [tuple(row[place] for place in width) for row in result]
    hidden = 0
    if unordered:
        in_order(found, names, [key for key in unordered.keys if key[0] not in bindings])
        hidden = unordered.hidden
    kept = [place for place in width[: len(names) - hidden] if names[place] not in bindings]
    pick = itemgetter(*kept) if len(kept) > 1 else lambda row: tuple(row[at] for at in kept)
    return Answer(columns=tuple(names[place] for place in kept), rows=tuple(map(pick, found)),
                  query=ask.query, bindings=bindings)  # fmt: skip


def as_markdown() -> str:
    """All questions as a Markdown page: by theme, with what each answers (docs/questions.md)."""
    lines = [
        "# Named questions",
        "",
        "Made by `kg ask --markdown`. The numbers are those of the list of questions that scholars and",
        "genealogists ask of such a graph, at the end of this page.",
    ]
    theme = ""
    for ask in asks().values():
        if ask.theme != theme:
            theme = ask.theme
            lines += [
                "",
                f"## {theme.title()}",
                "",
                "| question | answers | parameters | no. |",
                "|---|---|---|---|",
            ]
        parameters = ", ".join(f"`{p.name}`" for p in ask.parameters)
        numbers = ", ".join(str(number) for number in ask.answers)
        lines.append(f"| `{ask.name}` | {ask.question} | {parameters} | {numbers} |")
    listed = assets.read("data/words/questions.txt").splitlines()
    answered = {number for ask in asks().values() for number in ask.answers}
    lines += ["", "## The list", "", "| no. | question | asked by |", "|---|---|---|"]
    for line in listed:
        number, _, text = line.partition(". ")
        names = ", ".join(f"`{a.name}`" for a in asks().values() if int(number) in a.answers)
        lines.append(f"| {number} | {text} | {names} |")
    lines += [
        "",
        f"{len(asks())} questions have a name; they bear on {len(answered)} of the {len(listed)}.",
        "",
    ]
    return "\n".join(lines)
