"""A store seen as an rdflib graph: a read-only view, never a copy."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Dataset, Graph, Literal, URIRef, Variable
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.store import Store as RdflibStore

from kg.errors import QueryError, StoreError
from kg.query.guard import check
from kg.store.embedded import DEFAULT_GRAPH, Node, Store
from kg.vocab import XSD, canonical_tag

_STRING = XSD + "string"
_Terms = tuple[Any, Any, Any]


def view(store: Store) -> Graph:
    """The default graph of a store (facts, claims and inferences) as an rdflib graph.

    It shows what the store holds at the moment of asking, and cannot be changed. Queries run in
    the store's own engine and reach nothing else; those with `initBindings` run in rdflib's.
    """
    return _View(_Adapter(store), DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none")


def dataset(store: Store) -> Dataset:
    """A store as an rdflib dataset, with its named graphs (kg:inferred, kg:texts, kg:ontology)."""
    return _DatasetView(_Adapter(store))


@lru_cache(maxsize=2**17)
def from_engine(node: Node) -> Any:
    """A term of the engine as rdflib's.

    Plain literals have no datatype, since rdflib holds `"M"` and `"M"^^xsd:string` unequal;
    numbers keep their lexical form, and language tags get back the case that the engine drops.
    """
    if isinstance(node, ox.NamedNode):
        return URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return BNode(node.value)
    if isinstance(node, ox.Triple):
        raise StoreError("rdflib cannot hold a triple within a triple")
    if node.language:
        return Literal(node.value, lang=canonical_tag(node.language))
    if node.datatype.value == _STRING:
        return Literal(node.value)
    return Literal(node.value, datatype=URIRef(node.datatype.value), normalize=False)


def to_engine(term: Any) -> Node | None:
    """A term of rdflib as the engine's; None for what no store can hold."""
    try:
        if isinstance(term, URIRef):
            return ox.NamedNode(str(term))
        if isinstance(term, BNode):
            return ox.BlankNode(str(term))
        if isinstance(term, Literal):
            datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
            if term.language:
                return ox.Literal(str(term), language=term.language)
            return ox.Literal(str(term), datatype=datatype)
    except ValueError:  # a malformed IRI or tag: rdflib only warns of those
        pass
    return None


def _refuse() -> StoreError:
    return StoreError(
        "this graph is a view on a store and cannot be changed",
        hint="change the archive's files and run kg build, or copy it: rdflib.Graph() + graph",
    )


def _text(query: Query | str) -> str:
    """A query as it was written; a prepared one remembers its text."""
    if isinstance(query, str):
        return query
    written = getattr(query, "_original_args", None)
    if written is None:
        raise QueryError("this prepared query has no text", hint="make it with prepareQuery, "
                         "or give the text of the query")  # fmt: skip
    return str(written[0])


def _prefixes(query: Query | str, known: Mapping[str, Any] | None) -> dict[str, str]:
    own = () if isinstance(query, str) else getattr(query, "_original_args", ("", ()))[1]
    return {prefix: str(iri) for prefix, iri in {**dict(known or ()), **dict(own or ())}.items()}


class _View(Graph):
    """A graph whose truth is cheap, and whose queries stay at home even in rdflib's engine."""

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    def query(self, query_object: Query | str, *args: Any, **options: Any) -> Result:
        """Ask in SPARQL."""
        if not options.get("use_store_provided", True):
            check(_text(query_object), prefixes=_prefixes(query_object, dict(self.namespaces())))
        return super().query(query_object, *args, **options)

    def update(self, *args: Any, **options: Any) -> None:
        """Refused for a view; a copy of one is a graph like any other."""
        if isinstance(self.store, _Adapter):
            raise _refuse()
        super().update(*args, **options)


class _DatasetView(_View, Dataset):
    """The same for a dataset and each of its graphs."""

    def get_context(self, identifier: Any, quoted: bool = False, base: str | None = None) -> Graph:
        """One of its graphs."""
        return _View(self.store, identifier, self.namespace_manager, base)


class _Adapter(RdflibStore):
    """rdflib's interface to stores over ours. Prefixes can be bound: they change no data."""

    context_aware = True
    graph_aware = True

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._inner = store.inner
        self._namespaces = {prefix: URIRef(iri) for prefix, iri in store.prefixes.items()}
        # An open store on disk is a snapshot; one in memory may change under the view.
        self._is_fixed = store.path is not None
        self._sizes: dict[str, int] = {}

    def triples(
        self, triple_pattern: Any, context: Any = None
    ) -> Iterator[tuple[Any, Iterator[Any]]]:
        """Triples that match, each with the graphs it stands in."""
        pattern = []
        for term in triple_pattern:
            node = None if term is None else to_engine(term)
            if term is not None and node is None:
                return
            pattern.append(node)
        subject, predicate, obj = pattern
        if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode | None):
            return
        graph = None if context is None else _graph(context)
        for quad in self._inner.quads_for_pattern(subject, predicate, obj, graph):
            graphs = [quad.graph_name]
            if graph is None:
                found = self._inner.quads_for_pattern(
                    quad.subject, quad.predicate, quad.object, None
                )
                graphs = sorted((other.graph_name for other in found), key=str)
                if graphs[0] != quad.graph_name:
                    continue  # it was, or will be, given with the first of its graphs
            yield _terms(quad), (self._context(each) for each in graphs)

    def _context(self, graph: Any) -> Graph:
        name = DATASET_DEFAULT_GRAPH_ID if graph == DEFAULT_GRAPH else from_engine(graph)
        return Graph(self, name, bind_namespaces="none")

    def __len__(self, context: Any = None) -> int:
        graph = None if context is None else _graph(context)
        key = str(graph)
        if key not in self._sizes or not self._is_fixed:
            self._sizes[key] = self._count(graph)
        return self._sizes[key]

    def _count(self, graph: Any) -> int:
        if graph is None:
            return sum(1 for _ in self.triples((None, None, None)))
        if graph != DEFAULT_GRAPH:
            return sum(1 for _ in self._inner.quads_for_pattern(None, None, None, graph))
        # The engine counts all quads at once; the named graphs are the smaller part.
        return len(self._inner) - sum(self._count(name) for name in self._inner.named_graphs())

    def contexts(self, triple: Any = None) -> Generator[Any, None, None]:
        """The named graphs, and the default graph; with a triple, those that it stands in."""
        for graph in (DEFAULT_GRAPH, *sorted(self._inner.named_graphs(), key=str)):
            context = self._context(graph)
            if triple is None or next(self.triples(triple, context), None) is not None:
                yield context

    def query(
        self, query: Query | str, initNs: Mapping[str, Any],
        initBindings: Mapping[str, Any], queryGraph: str, **options: Any,
    ) -> Result:  # fmt: skip
        """Run a query in the engine; NotImplementedError asks rdflib to run it itself."""
        text, prefixes = _text(query), _prefixes(query, initNs)
        by_rdflib = bool(initBindings) or queryGraph == "__UNION__"
        # rdflib would fetch what FROM names, even where it is a graph of the store
        graphs = () if by_rdflib else [graph.value for graph in self._inner.named_graphs()]
        check(text, prefixes=prefixes, graphs=graphs)
        if by_rdflib:
            raise NotImplementedError
        default = _graph(URIRef(queryGraph))
        try:
            found = self._inner.query(
                text, prefixes=prefixes, base_iri=options.get("base"),
                default_graph=None if default == DEFAULT_GRAPH else default,
            )  # fmt: skip
            return _result(found)
        except SyntaxError as error:
            raise QueryError(f"the query does not parse: {error}") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query failed: {error}") from error

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:
        """Give a namespace a prefix, in this view alone."""
        if override or (prefix not in self._namespaces and self.prefix(namespace) is None):
            self._namespaces = {
                known: iri for known, iri in self._namespaces.items() if iri != namespace
            }
            self._namespaces[prefix] = URIRef(namespace)

    def prefix(self, namespace: URIRef) -> str | None:
        """The prefix of a namespace."""
        return next((p for p, iri in self._namespaces.items() if iri == namespace), None)

    def namespace(self, prefix: str) -> URIRef | None:
        """The namespace of a prefix."""
        return self._namespaces.get(prefix)

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        """Prefixes with their namespaces: the archive's own among them."""
        yield from tuple(self._namespaces.items())

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        """Refused."""
        raise _refuse()

    def remove(self, triple: Any, context: Any = None) -> None:
        """Refused."""
        raise _refuse()

    def update(self, *args: Any, **options: Any) -> None:
        """Refused."""
        raise _refuse()

    def add_graph(self, graph: Graph) -> None:
        """Refused, unless it is one that the store has."""
        if all(known.identifier != graph.identifier for known in self.contexts()):
            raise _refuse()

    def remove_graph(self, graph: Graph) -> None:
        """Refused."""
        raise _refuse()


def _graph(context: Any) -> Any:
    """The engine's graph for a graph of rdflib, or its name; one without a name is the default."""
    name = getattr(context, "identifier", context)
    if isinstance(name, BNode) or name == DATASET_DEFAULT_GRAPH_ID:
        return DEFAULT_GRAPH
    return ox.NamedNode(str(name))


def _result(found: Any) -> Result:
    """An answer of the engine as rdflib's."""
    if isinstance(found, ox.QueryBoolean):
        result = Result("ASK")
        result.askAnswer = bool(found)
    elif isinstance(found, ox.QueryTriples):
        result = Result("CONSTRUCT")
        result.graph = Graph()
        for triple in found:
            result.graph.add(_terms(triple))
    else:
        result = Result("SELECT")
        names = [Variable(variable.value) for variable in found.variables]
        result.vars = names
        result.bindings = [
            {
                name: from_engine(row[place])
                for place, name in enumerate(names)
                if row[place] is not None
            }
            for row in found
        ]
    return result


def _terms(triple: ox.Triple | ox.Quad) -> _Terms:
    return from_engine(triple.subject), from_engine(triple.predicate), from_engine(triple.object)
