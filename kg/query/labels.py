"""Words for terms: the label of a thing in the reader's language, the text of a literal."""

from __future__ import annotations

import pyoxigraph as ox

from kg.ontology import load as load_ontology
from kg.store.embedded import Node, Store
from kg.vocab import RDFS, Curies


class Labels:
    """Looks labels up once each. Falls back to English, then any language, then the CURIE."""

    __slots__ = ("_known", "language", "store")

    def __init__(self, store: Store, language: str = "en") -> None:
        """Of a store, in the reader's language."""
        self.store = store
        self.language = language
        self._known: dict[str, str] = {}

    @property
    def curies(self) -> Curies:
        """The prefixes that CURIEs are written with."""
        return Curies(self.store.prefixes)

    def of(self, iri: str) -> str:
        """The label of a thing, a property or a code."""
        found = self._known.get(iri)
        if found is None:
            found = self._known[iri] = self._find(iri)
        return found

    def _find(self, iri: str) -> str:
        labels = sorted(
            (node.language or "", node.value)
            for node in self.store.objects(iri, RDFS + "label")
            if isinstance(node, ox.Literal)
        )
        if labels:
            for language in (self.language, "en"):
                for tag, text in labels:
                    if tag == language or tag.startswith(language + "-"):
                        return text
            return labels[0][1]
        ontology = load_ontology()
        if iri in ontology.labels:
            return ontology.label(iri, self.language)
        return self.curies.compress(iri)

    def text(self, node: Node | None) -> str:
        """A term in words: a label for a resource, the value of a literal, "" for nothing."""
        if isinstance(node, ox.NamedNode):
            return self.of(node.value)
        return node.value if isinstance(node, ox.Literal | ox.BlankNode) else ""
