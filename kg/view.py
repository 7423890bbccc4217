"""An archive opened for reading: its store seen from a viewpoint, with its names and labels."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.archive import Archive
from kg.archive.folder import find_archive, open_archive
from kg.build import fresh_store, view
from kg.dossier.aspects import find_property
from kg.errors import UnknownName
from kg.facts import Viewpoint
from kg.index.names import Names, open_names
from kg.index.names import write as write_names
from kg.index.ties import Ties, open_ties
from kg.model.claims import Certainty
from kg.names import entries, resolve
from kg.ontology import load as load_ontology
from kg.query.labels import Labels
from kg.relations.paths import ties_of
from kg.store.embedded import Store
from kg.vocab import KG, RDF


@dataclass(slots=True)
class View:
    """One archive, opened. `base` is the built store, `store` the one of the viewpoint."""

    archive: Archive
    base: Store
    store: Store
    names: Names
    labels: Labels
    _ties: Ties | None = field(default=None, repr=False)
    _close: ExitStack = field(default_factory=ExitStack, repr=False)

    def resolve(self, text: str, classes: Iterable[str] = ()) -> str:
        """The IRI of the thing that a name, CURIE or IRI means; `classes` are class IRIs.

        UnknownName where it means nothing or several things.
        """
        wanted = tuple(classes)
        if wanted == (RDF + "Property",):
            return find_property(text, self.archive.curies)
        ontology = load_ontology()
        return resolve(
            self.names, text, curies=self.archive.curies, ontology=ontology, wanted=wanted,
            known=lambda iri: iri in ontology.codes or bool(self.base.objects(iri, RDF + "type")),
        )  # fmt: skip

    def curie(self, iri: str) -> str:
        """An IRI as people write it."""
        return self.archive.curies.compress(iri)

    def close(self) -> None:
        """Let go of the files."""
        self._close.close()

    def __enter__(self) -> View:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def heard_names(self) -> Names:
        """The names that the viewpoint hears; `names` are all, so that whoever asks may use any."""
        if self.store is self.base:
            return self.names
        folder = self._close.enter_context(tempfile.TemporaryDirectory(prefix="kg-names-"))
        path = Path(folder) / "names"
        write_names(path, entries(self.store), "")
        return self._close.enter_context(open_names(path, ""))

    def ties(self) -> Ties:
        """The ties to walk: the built index, or for another viewpoint the ties of its store."""
        if self._ties is None:
            if self.store is self.base:
                assert self.base.path is not None
                assert self.base.info is not None
                opened = open_ties(self.base.path.parent / "ties", self.base.info["digest"])
                self._ties = self._close.enter_context(opened)
            else:
                self._ties = ties_of(self.store)
        return self._ties

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """The folder of the store, for a process of its own; a viewpoint's is written for the while."""
        if self.store.path is not None:
            yield self.store.path
            return
        with tempfile.TemporaryDirectory(prefix="kg-view-") as folder:
            place = Path(folder) / "store"
            copy = ox.Store(str(place))
            copy.bulk_extend(self.store.quads(graph=None))
            copy.flush()
            del copy
            yield place


def open_view(
    folder: Path | str = ".", *, language: str = "en", according_to: Iterable[str] = (),
    exclude: Iterable[str] = (), min_certainty: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> View:  # fmt: skip
    """Open the archive in `folder` or its nearest parent, building its store first if it is stale.

    `according_to` and `exclude` name accounts (or sources) as `resolve` does; `min_certainty` is
    possible, probable or certain. `progress` is told what takes time.
    """
    archive = open_archive(find_archive(Path(folder)))
    base = fresh_store(archive, progress)
    assert base.info is not None
    assert base.path is not None
    close = ExitStack()
    # Beside the store that was opened: a build may swap in another one meanwhile.
    names = close.enter_context(open_names(base.path.parent / "names", base.info["digest"]))
    opened = View(archive, base, base, names, Labels(base, language), None, close)
    viewpoint = Viewpoint(
        according_to=_accounts(opened, according_to, "Account"),
        exclude=_accounts(opened, exclude, "Account", "Source"),
        least=_certainty(min_certainty),
    )
    opened.store = view(base, viewpoint, archive.rules)
    opened.labels = Labels(opened.store, language)
    return opened


def _accounts(opened: View, texts: Iterable[str], *classes: str) -> frozenset[str]:
    return frozenset(opened.resolve(text, [KG + name for name in classes]) for text in texts)


def _certainty(text: str | None) -> Certainty | None:
    if text is None:
        return None
    try:
        return Certainty(text.title())
    except ValueError:
        raise UnknownName(
            f'"{text}" is no degree of certainty', hint="use possible, probable or certain"
        ) from None
