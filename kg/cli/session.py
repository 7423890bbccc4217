"""What a reading command works with: the archive, its store seen from a viewpoint, names, labels."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from kg.cli.options import chosen_archive
from kg.cli.output import note

if TYPE_CHECKING:
    from kg.archive import Archive
    from kg.index.names import Names
    from kg.query.labels import Labels
    from kg.store.embedded import Store


@dataclass(slots=True)
class Session:
    """One archive, opened for reading. `base` is the built store, `store` the viewpoint's."""

    archive: Archive
    base: Store
    store: Store
    names: Names
    labels: Labels
    _open: ExitStack = field(default_factory=ExitStack)

    def resolve(self, text: str, classes: Iterable[str] = ()) -> str:
        """The IRI of the thing that a name, CURIE or IRI means."""
        from kg.names import resolve
        from kg.ontology import load
        from kg.vocab import RDF

        return resolve(
            self.names, text, curies=self.archive.curies, ontology=load(), wanted=classes,
            known=lambda iri: next(self.base.quads(iri, RDF + "type"), None) is not None,
        )  # fmt: skip

    def curie(self, iri: str) -> str:
        """An IRI as people write it."""
        return self.archive.curies.compress(iri)


def open_session(
    context: typer.Context, *, language: str = "en", according_to: list[str] | None = None,
    exclude: list[str] | None = None, min_certainty: str | None = None,
) -> Session:  # fmt: skip
    """Open the archive, rebuild a stale store first, and take the viewpoint asked for."""
    from kg.archive.folder import find_archive, open_archive
    from kg.build import fresh_store, view
    from kg.facts import Viewpoint
    from kg.index.names import open_names
    from kg.names import resolve
    from kg.ontology import load
    from kg.query.labels import Labels
    from kg.store.embedded import current_folder
    from kg.vocab import KG

    archive = open_archive(find_archive(chosen_archive(context)))
    base = fresh_store(archive, note)
    assert base.info is not None
    folder = current_folder(archive.built)
    assert folder is not None
    stack = ExitStack()
    context.call_on_close(stack.close)
    names = stack.enter_context(open_names(folder / "names", base.info["digest"]))

    def iris(texts: list[str] | None, *classes: str) -> frozenset[str]:
        return frozenset(
            resolve(names, text, curies=archive.curies, ontology=load(), known=_known(base),
                    wanted=[KG + name for name in classes])
            for text in texts or ()
        )  # fmt: skip

    viewpoint = Viewpoint(
        according_to=iris(according_to, "Account"),
        exclude=iris(exclude, "Account", "Source"),
        least=_certainty(min_certainty),
    )
    store = view(base, viewpoint, archive.rules)
    return Session(archive, base, store, names, Labels(store, language), stack)


def _known(store: Store):  # type: ignore[no-untyped-def]
    from kg.vocab import RDF

    return lambda iri: next(store.quads(iri, RDF + "type"), None) is not None


def _certainty(text: str | None):  # type: ignore[no-untyped-def]
    from kg.errors import UnknownName
    from kg.model.claims import Certainty

    if text is None:
        return None
    try:
        return Certainty(text.title())
    except ValueError:
        raise UnknownName(
            f'"{text}" is no degree of certainty', hint="use possible, probable or certain"
        ) from None
