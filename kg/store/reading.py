"""How ties and indexes read the facts they are made from, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from kg.store.embedded import Store, text_of


class Named(NamedTuple):
    """A triple as plain texts."""

    subject: str
    predicate: str
    object: str


class Reading(Protocol):
    """Facts that can be read in bulk; everything comes as plain text, "" for none."""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes of the archive."""

    @property
    def store(self) -> Store:
        """The store that holds these facts, for questions about a few of them."""

    def texts(self, query: str) -> Iterator[tuple[str, ...]]:
        """The rows of a SELECT."""

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """The subjects and objects of a property."""

    def literals(self, predicate: str) -> Iterator[tuple[str, str, str]]:
        """The subjects, languages and texts of a property."""


class StoreReading:
    """The facts of a store."""

    def __init__(self, store: Store) -> None:
        self.store, self.prefixes = store, store.prefixes

    def texts(self, query: str) -> Iterator[tuple[str, ...]]:
        """The rows of a SELECT."""
        for row in self.store.rows(query):
            yield tuple(map(text_of, row))

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """The subjects and objects of a property."""
        for quad in self.store.quads(None, predicate):
            yield quad.subject.value, text_of(quad.object)  # type: ignore[union-attr]

    def literals(self, predicate: str) -> Iterator[tuple[str, str, str]]:
        """The subjects, languages and texts of a property."""
        for quad in self.store.quads(None, predicate):
            if isinstance(quad.object, ox.Literal):
                yield quad.subject.value, quad.object.language or "", quad.object.value  # type: ignore[union-attr]
