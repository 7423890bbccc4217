"""The embedded store: Oxigraph in memory, or on disk and read-only, behind a narrow interface."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.store.layout import info_of, while_swapped, write_info
from kg.vocab import PREFIXES

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Node | None, ...]
DEFAULT_GRAPH = ox.DefaultGraph()

_BIG_TABLE = 4_000_000  # bytes; to read all of a smaller one at each start takes milliseconds
_ANEW = "the archive's files are safe; make the store anew with: kg build"


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """A table that the disk has spoilt is found when it is read: the engine sums its blocks."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        # The engine raises RuntimeError for a damaged table, and for limits of its own too.
        if isinstance(error, RuntimeError) and "orruption" not in str(error):
            raise
        raise StoreError(f"the store cannot be read: {error}", hint=_ANEW) from error


@dataclass(slots=True)
class Store:
    """Triples that can be queried. `path` is None in memory; `info` is what the build recorded."""

    inner: ox.Store
    prefixes: Mapping[str, str]
    path: Path | None = None
    info: Mapping[str, Any] | None = None

    def rows(self, query: str, **bindings: Node | str | None) -> list[Row]:
        """The rows of a SELECT. Bindings are terms, or IRIs as text; None leaves one open.

        Bound variables must be projected; prefixes need not be declared.
        """
        result = self.run(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise QueryError("this query gives no rows", hint="write a SELECT")
        width = range(len(result.variables))
        with _readable():
            return [tuple(row[column] for column in width) for row in result]

    def triples(self, query: str) -> list[ox.Triple]:
        """The triples of a CONSTRUCT."""
        result = self.run(query, {})
        if not isinstance(result, ox.QueryTriples):
            raise QueryError("this query gives no triples", hint="write a CONSTRUCT")
        with _readable():
            return list(result)

    def run(self, query: str, bindings: Mapping[str, Node | str | None]) -> Any:
        """The engine's own result of any query, in this process and without limits."""
        terms = {
            ox.Variable(name): ox.NamedNode(value) if isinstance(value, str) else value
            for name, value in bindings.items()
            if value is not None
        }
        try:
            with _readable():
                return self.inner.query(query, prefixes=dict(self.prefixes), substitutions=terms)
        except SyntaxError as error:
            raise QueryError(f"the query does not parse: {error}") from error
        except RuntimeError as error:
            raise QueryError(f"the query failed: {error}") from error

    def quads(
        self,
        subject: str | None = None,
        predicate: str | None = None,
        object: Node | str | None = None,
        graph: str | None = "",
    ) -> Iterator[ox.Quad]:
        """Quads that match; the empty graph is the default graph, None any graph."""
        named = ox.NamedNode
        place = None if graph is None else named(graph) if graph else DEFAULT_GRAPH
        with _readable():
            yield from self.inner.quads_for_pattern(
                named(subject) if subject else None,
                named(predicate) if predicate else None,
                named(object) if isinstance(object, str) else object,
                place,
            )

    def objects(self, subject: str, predicate: str) -> list[Node]:
        """What the default graph says of one property of one thing."""
        return [quad.object for quad in self.quads(subject, predicate)]

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs."""
        return [g.value for g in self.inner.named_graphs() if isinstance(g, ox.NamedNode)]

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads in bulk."""
        self.inner.bulk_extend(quads)

    def load_nquads(self, lines: bytes) -> None:
        """Add quads written as N-Quads in bulk."""
        self.inner.bulk_load(lines, format=ox.RdfFormat.N_QUADS)

    def count(self) -> int:
        """How many quads there are."""
        return len(self.inner)


def memory(prefixes: Mapping[str, str] = PREFIXES) -> Store:
    """An empty store in memory."""
    return Store(ox.Store(), dict(prefixes))


def seal_store(folder: Path, info: Mapping[str, Any]) -> None:
    """Record a closed, complete store in the folder of its build. OSError where it cannot be."""
    write_info(folder, {**info, "files": _fingerprint(folder / "store")})


def _fingerprint(place: Path) -> dict[str, list[Any]]:
    """Size of every file, and its digest unless it is a big table.

    The engine sums the blocks of tables itself when it reads them. It does not notice a cut or
    lost manifest or log: such a store opens with data missing.
    """
    found: dict[str, list[Any]] = {}
    for file in sorted(place.iterdir()):
        if file.name == "LOCK" or file.name.startswith("LOG"):
            continue
        size = file.stat().st_size
        whole = file.suffix != ".sst" or size < _BIG_TABLE
        content = hashlib.sha256(file.read_bytes()).hexdigest() if whole else ""
        found[file.name] = [size, content]
    return found


def open_store(built: Path, prefixes: Mapping[str, str]) -> Store:
    """The built store in use, read-only: a snapshot that never sees a later build.

    StoreError where it is missing or its files are not the ones that the build wrote.
    """

    def opened(folder: Path | None) -> Store | StoreError:
        try:
            return open_store_in(folder, prefixes)
        except StoreError as error:
            return error

    found = while_swapped(built, opened)
    if isinstance(found, StoreError):
        raise found
    return found


def open_store_in(folder: Path | None, prefixes: Mapping[str, str]) -> Store:
    """The store of one build's folder, read-only; StoreError as `open_store`."""
    info = info_of(folder)
    if folder is None or info is None:
        raise StoreError("the archive has no store yet", hint="make it with: kg build")
    place = folder / "store"
    try:
        if _fingerprint(place) != info.get("files"):
            raise StoreError("the store's files are not the ones that were built", hint=_ANEW)
        return Store(ox.Store.read_only(str(place)), dict(prefixes), place, info)
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(f"the store cannot be opened: {error}", hint=_ANEW) from None


def text_of(node: Node | None) -> str:
    """A term as plain text: the IRI or the lexical form; empty for None."""
    if node is None:
        return ""
    return node.value if isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal) else str(node)


def texts(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Rows with every term as plain text."""
    return [tuple(text_of(node) for node in row) for row in rows]
