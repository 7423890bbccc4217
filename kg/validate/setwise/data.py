"""The data to be checked: an Oxigraph store, an rdflib graph, or an endpoint somewhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, runtime_checkable

import pyoxigraph as ox

from kg.errors import StoreError
from kg.validate.setwise.dialect import ILL, Dialect, given, is_instead, kept, stored
from kg.validate.setwise.terms import STRING, Term, to_ox
from kg.vocab import XSD

if TYPE_CHECKING:
    from rdflib import Graph

Row = tuple[Term | None, ...]
_BOOLEAN = XSD + "boolean"
SHAPES_GRAPH = "urn:x-kg:shapes"
"""What $shapesGraph stands for, where the shapes can be put beside the data."""


@runtime_checkable
class Data(Protocol):
    """Anything that answers SELECT queries of SPARQL 1.1 with rows of Oxigraph terms."""

    def rows(self, query: str) -> Iterable[Row]:
        """The rows of a SELECT, the terms in the order of its columns."""


@dataclass(slots=True)
class StoreData:
    """An Oxigraph store. `graphs` make up the default graph; None means the store's own."""

    store: ox.Store
    graphs: Sequence[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    dialect: Dialect = field(default_factory=lambda: Dialect(merges=True))

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a SELECT."""
        graphs = list(self.graphs) if self.graphs is not None else None
        answer: Any = self.store.query(query, default_graph=graphs)
        return map(tuple, answer)


class GraphData:
    """An rdflib graph, copied into an Oxigraph store in memory; of a dataset all its graphs.

    rdflib's own SPARQL departs from the standard. Literals that Oxigraph would write anew stand
    under datatypes of ours (see `Dialect`); rows give them back as they were.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._names: dict[str, ox.BlankNode] = {}
        self._plain: _Plain | None = None
        self.store = ox.Store()
        quads = list(self.quads())
        doubtful = list({term for term in (quad.object for quad in quads) if _is_doubtful(term)})
        self.rewritten: dict[ox.Literal, ox.Literal] = {}
        instead: dict[Term | ox.Triple, ox.Literal] = {}
        for literal, as_stored in zip(doubtful, stored(doubtful), strict=True):
            if literal != as_stored:
                self.rewritten[literal] = as_stored
                instead[literal] = kept(literal, as_stored)
        ill = any(is_instead(quad.object) for quad in quads)
        self.dialect = Dialect(keeps=bool(instead) or ill)
        self.store.bulk_extend(
            ox.Quad(quad.subject, quad.predicate, instead.get(quad.object, quad.object))
            for quad in quads
        )

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a SELECT, literals as they were given."""
        answer: Any = self.store.query(query)
        if not self.dialect.keeps:
            return map(tuple, answer)
        return (tuple(map(given, row)) for row in answer)

    @property
    def plain(self) -> _Plain:
        """The same data with all literals as Oxigraph keeps them, for queries written by hand."""
        if self._plain is None:
            store = self.store
            if self.dialect.keeps:
                store = ox.Store()
                store.bulk_extend(self.quads())
            self._plain = _Plain(store, _only_way_back(self.rewritten, self.store))
        return self._plain

    def with_shapes(self, shapes: Graph) -> None:
        """Put the shapes beside the data, as the graph SHAPES_GRAPH."""
        name = ox.NamedNode(SHAPES_GRAPH)
        self.plain.store.bulk_extend(
            ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in self.quads(shapes)
        )

    def quads(self, graph: Graph | None = None) -> Iterator[ox.Quad]:
        """The triples of the graph, or of another one, in the terms of Oxigraph."""
        from rdflib import Dataset

        terms: dict[Any, Any] = {}
        whole = self.graph if graph is None else graph
        triples: Iterable[Any] = (
            (quad[:3] for quad in whole.quads()) if isinstance(whole, Dataset) else whole
        )
        for triple in triples:
            for term in triple:
                if term not in terms:
                    terms[term] = self._term(term)
            subject, predicate, obj = (terms[term] for term in triple)
            if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
                continue  # rdflib allows what RDF does not
            yield ox.Quad(subject, predicate, obj)

    def _term(self, term: Any) -> Term:
        from rdflib import BNode, Literal

        if isinstance(term, Literal) and term.ill_typed and str(term.datatype) == _BOOLEAN:
            # rdflib has made "false" of what was no truth value
            return ox.Literal(str(term), datatype=ox.NamedNode(ILL + _BOOLEAN))
        if not isinstance(term, BNode):
            return to_ox(term)
        try:
            return ox.BlankNode(str(term))
        except ValueError:
            return self._names.setdefault(str(term), ox.BlankNode())


@dataclass(frozen=True, slots=True)
class _Plain:
    """A store whose literals Oxigraph has written anew; `back` leads to the old ones."""

    store: ox.Store
    back: Mapping[ox.Literal, ox.Literal]
    dialect: Dialect = field(default_factory=Dialect)

    def rows(self, query: str) -> Iterator[Row]:
        answer: Any = self.store.query(query)
        if not self.back:
            return map(tuple, answer)
        return (tuple(self.back.get(term, term) for term in row) for row in answer)


def _only_way_back(
    rewritten: Mapping[ox.Literal, ox.Literal], store: ox.Store
) -> dict[ox.Literal, ox.Literal]:
    """From each literal that was written anew to the old one, where that is the only one."""
    back: dict[ox.Literal, ox.Literal] = {}
    twice = set()
    for literal, as_stored in rewritten.items():
        if back.setdefault(as_stored, literal) != literal:
            twice.add(as_stored)
    twice |= {one for one in back if next(store.quads_for_pattern(None, None, one), None)}
    return {as_stored: literal for as_stored, literal in back.items() if as_stored not in twice}


def _is_doubtful(term: object) -> TypeGuard[ox.Literal]:
    """Whether Oxigraph may write a literal anew."""
    if not isinstance(term, ox.Literal):
        return False
    return term.datatype.value.startswith(XSD) and term.datatype.value != STRING


@dataclass(slots=True)
class Endpoint:
    """A SPARQL 1.1 endpoint: `headers` for what it wants beside the query, such as a key.

    Blank nodes of two answers cannot be known to be the same; constraints that compile to one
    query are not touched by this.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 300.0
    dialect: Dialect = field(default_factory=Dialect)

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a SELECT. StoreError where the endpoint does not answer as it should."""
        from urllib.error import URLError
        from urllib.request import Request, urlopen

        request = Request(
            self.url, data=query.encode(), method="POST",
            headers={"Content-Type": "application/sparql-query",
                     "Accept": "application/sparql-results+json", **dict(self.headers)},
        )  # fmt: skip
        try:
            with urlopen(request, timeout=self.seconds) as answer:
                found: Any = ox.parse_query_results(
                    answer.read(), format=ox.QueryResultsFormat.JSON
                )
        except (URLError, OSError, SyntaxError) as error:
            raise StoreError(f"{self.url}: no answer to a query: {error}",
                             hint="is this the address of a SPARQL 1.1 endpoint?") from error  # fmt: skip
        return map(tuple, found)


def data_of(source: object, graphs: Sequence[str] | None = None) -> Data:
    """Data as the engine reads it: of a pyoxigraph Store, an rdflib Graph, or what has `rows`.

    `graphs`: of a store, the IRIs of the graphs that make up the default graph ("" is the store's
    own). TypeError for anything else.
    """
    if isinstance(source, ox.Store):
        if graphs is None:
            return StoreData(source)
        names = [ox.NamedNode(name) if name else ox.DefaultGraph() for name in graphs]
        return StoreData(source, names)
    if isinstance(source, Data):
        return source
    from rdflib import Graph

    if isinstance(source, Graph):
        return GraphData(source)
    raise TypeError(f"no data to validate: {type(source).__name__}")
