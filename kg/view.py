"""An archive opened for reading: its store seen from a viewpoint, with its names and indexes.

Each part is opened when it is first used: whoever asks for kinship alone never opens the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.archive.settings import find_archive, read_settings
from kg.errors import StoreError, UnknownName
from kg.freshness import is_fresh, recall, remember
from kg.index.names import Names, open_names
from kg.store.layout import current_folder, info_of
from kg.vocab import KG, PREFIXES, RDF

if TYPE_CHECKING:
    from kg.archive.settings import Archive
    from kg.facts import Viewpoint
    from kg.index.pedigree import Pedigree
    from kg.index.ties import Ties
    from kg.query.labels import Labels
    from kg.store.embedded import Store

Say = Callable[[str], None]


class View:
    """One archive, opened. `base` is the built store, `store` the one of the viewpoint."""

    def __init__(self, archive: Archive, folder: Path, digest: str, language: str,
                 say: Say) -> None:  # fmt: skip
        """Of the build in `folder`, which has this digest; StoreError where it cannot be read."""
        self.archive = archive
        self.digest = digest
        self.language = language
        self._folder = folder
        self._say = say
        self._chosen: tuple[tuple[str, ...], tuple[str, ...], str | None] = ((), (), None)
        self._close = ExitStack()
        self.names: Names = self._close.enter_context(open_names(folder / "names", digest))

    @cached_property
    def viewpoint(self) -> Viewpoint:
        """Which accounts and certainties become facts here."""
        from kg.facts import Viewpoint

        according_to, exclude, least = self._chosen
        return Viewpoint(
            according_to=self._accounts(according_to, "Account"),
            exclude=self._accounts(exclude, "Account", "Source"),
            least=_certainty(least),
        )

    @cached_property
    def base(self) -> Store:
        """The built store; where it is damaged it is built anew first."""
        from kg.store.embedded import open_store_in

        try:
            return open_store_in(self._folder, {**PREFIXES, **self.archive.prefixes})
        except StoreError:
            from kg.build import fresh_store

            store = fresh_store(self.archive, self._say)
            if store.info is not None and store.info["digest"] == self.digest:
                assert store.path is not None
                self._folder = store.path.parent  # the build took the old one with its indexes
                return store
            raise StoreError("the archive was built anew meanwhile", hint="try again") from None

    @cached_property
    def store(self) -> Store:
        """The store of the viewpoint; the built one where that is the usual one."""
        if not any(self._chosen):
            return self.base
        from kg.build import view

        return view(self.base, self.viewpoint, self.archive.rules)

    @cached_property
    def labels(self) -> Labels:
        """Words for the terms of the viewpoint's store, in the reader's language."""
        from kg.query.labels import Labels

        return Labels(self.store, self.language)

    def resolve(self, text: str, classes: Iterable[str] = ()) -> str:
        """The IRI of the thing that a name, CURIE or IRI means; `classes` are class IRIs.

        UnknownName where it means nothing or several things.
        """
        from kg.names import resolve

        wanted = tuple(classes)
        if wanted == (RDF + "Property",):
            from kg.dossier.aspects import find_property

            return find_property(text, self.archive.curies)
        return resolve(self.names, text, curies=self.archive.curies, wanted=wanted,
                       known=self._is_known)  # fmt: skip

    def _is_known(self, iri: str) -> bool:
        from kg.ontology import load

        return bool(self.base.objects(iri, RDF + "type")) or iri in load().codes

    def _accounts(self, texts: Iterable[str], *classes: str) -> frozenset[str]:
        return frozenset(self.resolve(text, [KG + name for name in classes]) for text in texts)

    def curie(self, iri: str) -> str:
        """An IRI as people write it."""
        return self.archive.curies.compress(iri)

    def curie_of(self, text: str) -> str | None:
        """The IRI that a text is, written whole or as a CURIE; None where it is a name."""
        from kg.vocab import is_iri

        if text.startswith(("http://", "https://")) and is_iri(text):
            return text
        return self.archive.curies.expand(text)

    def close(self) -> None:
        """Let go of the files."""
        self._close.close()

    def __enter__(self) -> View:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def is_usual(self) -> bool:
        """Whether the viewpoint is that of the build, so that its indexes hold."""
        return not any(self._chosen)

    def heard_names(self) -> Names:
        """The names that the viewpoint hears; `names` are all, so that whoever asks may use any."""
        if self.is_usual:
            return self.names
        import tempfile

        from kg.index.names import write
        from kg.names import entries

        folder = self._close.enter_context(tempfile.TemporaryDirectory(prefix="kg-names-"))
        path = Path(folder) / "names"
        write(path, entries(self.store), "")
        return self._close.enter_context(open_names(path, ""))

    @cached_property
    def _ties(self) -> Ties:
        if self.is_usual:
            from kg.index.ties import open_ties

            opened = open_ties(self._folder / "ties", self.digest)
            return self._close.enter_context(opened)
        from kg.relations.paths import ties_of

        return ties_of(self.store)

    def ties(self) -> Ties:
        """The ties to walk: the built index, or for another viewpoint the ties of its store."""
        return self._ties

    @cached_property
    def _pedigree(self) -> Pedigree:
        if self.is_usual:
            from kg.index.pedigree import open_pedigree

            opened = open_pedigree(self._folder / "pedigree", self.digest)
            return self._close.enter_context(opened)
        from kg.relations.pedigrees import pedigree_of

        return pedigree_of(self.store)

    def pedigree(self) -> Pedigree:
        """Parents, spouses and life dates of all people: the built index, or the viewpoint's."""
        return self._pedigree

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """The folder of the store, for a process of its own; a viewpoint's is written for the while."""
        if self.store.path is not None:
            yield self.store.path
            return
        import tempfile

        import pyoxigraph as ox

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
    progress: Say | None = None,
) -> View:  # fmt: skip
    """Open the archive in `folder` or its nearest parent, building its store first if it is stale.

    `according_to` and `exclude` name accounts (or sources) as `resolve` does; `min_certainty` is
    possible, probable or certain. `progress` is told what takes time.
    """
    say = progress or (lambda step: None)
    opened = _opened(find_archive(Path(folder)), language, say)
    opened._chosen = (tuple(according_to), tuple(exclude), min_certainty)
    if not opened.is_usual:
        _ = opened.viewpoint  # an unknown account is told before anything is computed
    return opened


def _opened(path: Path, language: str, say: Say) -> View:
    seen = recall(path)
    if seen is not None:
        try:
            return View(*seen, language, say)
        except StoreError:
            pass  # damaged
    archive = read_settings(path)
    folder = current_folder(archive.built) if is_fresh(archive) else None
    info = info_of(folder)
    if folder is not None and info is not None:
        try:
            view = View(archive, folder, info["digest"], language, say)
        except StoreError:
            pass  # damaged, or swapped for another build just now
        else:
            remember(archive, folder, info["digest"])
            return view
    from kg.build import fresh_store

    store = fresh_store(archive, say)
    assert store.path is not None
    assert store.info is not None
    return View(archive, store.path.parent, store.info["digest"], language, say)


def _certainty(text: str | None) -> Any:
    from kg.model.claims import Certainty

    if text is None:
        return None
    try:
        return Certainty(text.title())
    except ValueError:
        raise UnknownName(
            f'"{text}" is no degree of certainty', hint="use possible, probable or certain"
        ) from None
