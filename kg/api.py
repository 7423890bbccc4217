"""The Python API: what the commands do, as functions on plain values."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyoxigraph as ox

from kg.archive.folder import find_archive, open_archive
from kg.build import Built
from kg.build import build as _build
from kg.dossier.aspects import find_aspect
from kg.dossier.evidence import Evidence
from kg.dossier.evidence import evidence as _evidence
from kg.dossier.profile import Profile
from kg.dossier.profile import profile as _profile
from kg.dossier.timeline import Part
from kg.dossier.timeline import timeline as _timeline
from kg.errors import KgError
from kg.names import Match
from kg.names import find as _find
from kg.query import asks as _asks
from kg.query import engine
from kg.query.guard import check
from kg.relations.paths import Path as Chain
from kg.relations.paths import all_shortest, conditions, k_shortest
from kg.relations.words import Teller
from kg.store.embedded import Node, Row, Store
from kg.view import View, open_view
from kg.vocab import KG, XSD

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from kg.validate.report import Report

__all__ = [
    "Rows", "Told", "View", "ask", "asks", "build", "evidence", "find", "kinship", "open", "path",
    "paths", "profile", "query", "relatives", "timeline", "to_networkx", "to_rdflib", "validate",
]  # fmt: skip

_PYTHON: dict[str, Callable[[str], Any]] = {XSD + "integer": int, XSD + "decimal": float, XSD + "double": float,
           XSD + "boolean": lambda text: text == "true"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows(Sequence[tuple[Any, ...]]):
    """The rows of an answer as plain values: IRIs as CURIEs, numbers as numbers, None if unbound.

    A sequence of tuples; `dicts()` and `frame()` give the same otherwise.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.rows)

    def dicts(self) -> list[dict[str, Any]]:
        """One dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """A data frame; KgError where that library is not installed."""
        if library not in ("pandas", "polars"):
            raise KgError(f'no library for frames is called "{library}"', hint="pandas or polars")
        try:
            if library == "polars":
                import polars

                return polars.DataFrame(
                    self.dicts(), schema=list(self.columns), infer_schema_length=None
                )
            import pandas

            return pandas.DataFrame(self.rows, columns=list(self.columns))
        except ImportError as error:
            raise KgError(f"{library} is not installed", hint=f"pip install {library}") from error

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape('' if v is None else str(v))}</td>" for v in row)
            + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True, slots=True)
class Told:
    """A path with the words to tell it: printed, it reads as on the command line."""

    path: Chain
    teller: Teller

    def __str__(self) -> str:
        return "\n".join(self.teller.text(self.path))

    def to_dict(self) -> dict[str, Any]:
        """People, hops, ties and the claims behind them as plain values."""
        return self.teller.document(self.path)

    def _repr_html_(self) -> str:
        hops = "".join(
            f"<li><b>{html.escape(self.teller.chain(hop))}</b><ul>"
            + "".join(
                f"<li>{html.escape(line)}</li>"
                for step in hop.steps for line in self.teller.evidence(step)
            )
            + "</ul></li>"
            for hop in self.path.hops
        )  # fmt: skip
        return f"<ol>{hops}</ol>"


def open(
    folder: Path | str = ".", *, language: str = "en", according_to: Iterable[str] = (),
    exclude: Iterable[str] = (), min_certainty: str | None = None,
) -> View:  # fmt: skip
    """Open the archive in `folder` or its nearest parent; a stale store is built anew first.

    `according_to`, `exclude` (accounts, sources) and `min_certainty` choose the viewpoint.
    Raises KgError (ReadError with findings) where the archive's files have faults.
    """
    return open_view(folder, language=language, according_to=according_to, exclude=exclude,
                     min_certainty=min_certainty)  # fmt: skip


def build(folder: Path | str = ".") -> Built:
    """Build the archive's store, whether stale or not. ReadError, with findings, for faults."""
    return _build(open_archive(find_archive(Path(folder))))


def query(view: View, sparql: str, *, timeout: float | None = 60) -> Rows | bool | rdflib.Graph:
    """Ask in SPARQL: Rows for a SELECT, a bool for an ASK, an rdflib Graph for triples.

    Runs in a process of its own with `timeout` seconds; reaches nothing outside. QueryError.
    """
    prefixes = dict(view.archive.curies.prefixes)
    form = check(sparql, prefixes=prefixes, graphs=view.store.graphs(), name="query")
    table = form in ("select", "ask")
    with view.on_disk() as place:
        answer = engine.run(place, sparql, format="json" if table else "ntriples", timeout=timeout,
                            prefixes=prefixes, graphs=view.store.graphs())  # fmt: skip
    if answer.kind == "ask":
        return engine.truth(answer)
    if table:
        return _plain(view, answer.variables, engine.rows(answer))
    import rdflib

    return rdflib.Graph().parse(data=answer.body, format="nt")


def _plain(view: View, columns: Sequence[str], rows: Iterable[Row]) -> Rows:
    return Rows(tuple(columns), tuple(tuple(_value(view, node) for node in row) for row in rows))


def _value(view: View, node: Node | None) -> Any:
    if isinstance(node, ox.NamedNode):
        return view.curie(node.value)
    if isinstance(node, ox.Literal):
        return _PYTHON.get(node.datatype.value, str)(node.value)
    return None if node is None else str(node)


def asks() -> Mapping[str, _asks.Ask]:
    """The named questions: name → what it answers, its parameters and its query."""
    return _asks.asks()


def ask(view: View, name: str, *values: str, **parameters: str) -> Rows:
    """Ask a named question; values in the order of its parameters, or by name.

    UnknownName for a question or a person that is unknown, QueryError for a parameter that is.
    """
    chosen = _asks.get(name)
    given = _asks.assign(chosen, values, parameters.items())
    answer = _asks.run(view.store, chosen, _asks.bind(chosen, given, view.resolve))
    return _plain(view, answer.columns, answer.rows)


def find(view: View, text: str, *, most: int = 20) -> list[Match]:
    """Things whose names fit `text`, best first; near spellings where nothing fits."""
    return _find(view.heard_names(), text, most=most)


def profile(view: View, thing: str) -> Profile:
    """All that is known of one thing, named as on the command line."""
    return _profile(view.store, view.resolve(thing), view.labels, view.archive.rules)


def timeline(view: View, thing: str) -> list[Part]:
    """The happenings of a life, a body or a place, in order."""
    return _timeline(view.store, view.resolve(thing), view.labels)


def evidence(view: View, thing: str, about: str | None = None) -> Evidence:
    """Every account of a thing, or of one aspect or property of it, side by side."""
    aspect = find_aspect(about, view.archive.curies) if about else None
    return _evidence(view.store, view.resolve(thing), view.labels, aspect=aspect,
                     rule_sets=view.archive.rules)  # fmt: skip


def paths(
    view: View, source: str, target: str, *, k: int | None = 1, only: Iterable[str] = (),
    at: str = "", since: str = "", until: str = "", avoid: Iterable[str] = (),
    include_possible: bool = False,
) -> list[Told]:  # fmt: skip
    """How two people are connected: the `k` shortest chains, or with None all of the shortest.

    `only`: kinds of tie; `at`, or `since` and `until`: EDTF dates; `avoid`: people or bodies.
    The list is empty where there is no chain.
    """
    wanted = conditions(only=only, at=at, since=since, until=until,
                        avoid=[view.resolve(name) for name in avoid],
                        include_possible=include_possible)  # fmt: skip
    ends = (view.resolve(source, [KG + "Person"]), view.resolve(target, [KG + "Person"]))
    found = (
        all_shortest(view.ties(), *ends, wanted) if k is None
        else k_shortest(view.ties(), *ends, k, wanted)
    )  # fmt: skip
    teller = Teller(view.labels)
    return [Told(path, teller) for path in found]


def path(view: View, source: str, target: str, **choices: Any) -> Told | None:
    """The shortest chain between two people (choices as for `paths`), or None."""
    return next(iter(paths(view, source, target, k=1, **choices)), None)


def kinship(
    view: View, ego: str, alter: str, *, marriages: int = 2, all_lines: bool = False,
    include_possible: bool = False, evidence: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What two people are to each other, by every line, as plain values.

    The keys are those of `kg kin --json`: "alter_is", "ego_is", "lines" (nearest first, each with
    its term, its chain of people and, with `evidence`, the words behind each step), "kinship"
    (Malécot), "relationship" (Wright), "inbreeding". `kg.relations.kinship` is for many pairs.
    """
    from kg.kindred import Words, kinship_document, number_of
    from kg.relations.kinship import kinship as find_kinship

    words = Words(view)
    one, other = number_of(words, ego), number_of(words, alter)
    found = find_kinship(words.pedigree, one, other, marriages=marriages, all_lines=all_lines,
                         include_possible=include_possible)  # fmt: skip
    nearest = found.nearest
    lines = sorted(found.lines, key=lambda line: line != nearest)
    return kinship_document(words, found, lines, evidence)


def relatives(view: View, person: str, **choices: Any) -> list[dict[str, Any]]:
    """The kin of a person, nearest first, as plain values; choices as for `relations.relatives`."""
    from kg.kindred import Words, number_of, relative_document
    from kg.relations.relatives import relatives as find_relatives

    words = Words(view)
    found = find_relatives(words.pedigree, number_of(words, person), **choices)
    return [relative_document(words, each, words.terms.term(each.kin).text) for each in found]


def validate(view: View, *, shapes: Sequence[Path] = ()) -> Report:
    """Check the archive against the shipped shapes and `shapes` (Turtle files): a report."""
    from kg.validate.shapes import validate as run

    return run(view.store, extra=shapes, language=view.labels.language)


def to_rdflib(view: View | Store) -> rdflib.Graph:
    """The default graph as a read-only rdflib Graph: a view on the store, not a copy."""
    from kg.query.rdflib_view import view as rdflib_view

    return rdflib_view(_store(view))


def to_networkx(view: View | Store, **choices: Any) -> nx.MultiDiGraph:
    """People, bodies and happenings with the ties between them as a networkx MultiDiGraph."""
    from kg.relations.graph import to_networkx as make

    if isinstance(view, View):
        choices.setdefault("language", view.labels.language)
    return make(_store(view), **choices)


def _store(view: View | Store) -> Store:
    return view.store if isinstance(view, View) else view
