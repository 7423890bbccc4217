"""kg's store and indexes of a plain graph: built from N-Triples, and opened; for the benchmarks.

What `kg build` does with the claims of an archive is left out, since there are none: the triples are
loaded in bulk, then the indexes of names, of kin and of ties are written as a build writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.index import names as name_index
from kg.index import ties as tie_index
from kg.index.names import Names, open_names
from kg.index.pedigree import Pedigree, open_pedigree
from kg.index.ties import Ties, open_ties
from kg.names import entries
from kg.relations.paths import rows
from kg.relations.pedigrees import write_pedigree
from kg.relations.ties import nodes, ties
from kg.store.embedded import Store
from kg.vocab import PREFIXES

BUILD = "bench"


class Opened(NamedTuple):
    """The store and the indexes of a graph, ready to be asked."""

    store: Store
    names: Names
    pedigree: Pedigree
    ties: Ties


def load(triples: Path, folder: Path) -> int:
    """Write the store of a graph into a new folder; how many triples it holds."""
    place = folder / "store"
    place.mkdir(parents=True)
    store = ox.Store(str(place))
    store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    number = len(store)
    del store  # closes it
    return number


def index(folder: Path) -> None:
    """Write the indexes of names, of ties and of kin beside the store."""
    store = opened_store(folder)
    name_index.write(folder / "names", entries(store), BUILD)
    tie_index.write(folder / "ties", nodes(store), rows(ties(store)), BUILD)
    write_pedigree(folder / "pedigree", store, BUILD)


def opened_store(folder: Path) -> Store:
    """The store alone, read-only."""
    place = folder / "store"
    return Store(ox.Store.read_only(str(place)), dict(PREFIXES), place)


@contextmanager
def opened(folder: Path) -> Iterator[Opened]:
    """The store with its indexes."""
    with (
        open_names(folder / "names", BUILD) as names,
        open_pedigree(folder / "pedigree", BUILD) as pedigree,
        open_ties(folder / "ties", BUILD) as found,
    ):
        yield Opened(opened_store(folder), names, pedigree, found)
