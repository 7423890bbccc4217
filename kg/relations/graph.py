"""The ties of a store as a networkx graph, with what is known of those they join."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.query.labels import Labels
from kg.relations.paths import conditions
from kg.relations.ties import Kind, Tie, kinds, nodes, ties
from kg.store.embedded import Store, text_of
from kg.vocab import KG, RDF, Curies, digest

if TYPE_CHECKING:
    import networkx as nx

_CLASSES = ("Person", "Organization", "Group", "Event", "Possibility")
_QUOTES_APART = " … "


def to_networkx(
    store: Store, *, language: str = "en", kinds: Collection[str] | None = None,
    include_possible: bool = False, persons_only: bool = False, title: str = "", base: str = "",
) -> nx.MultiDiGraph:  # fmt: skip
    """A graph of who and what is tied to whom and what, keyed by IRI, in order of IRI.

    Nodes are all people, tied or not, and the bodies and happenings that a tie touches. A node has
    `label`, `curie`, `kind` (person, body or happening), `type` (its class) and, where known,
    `names` (a list), `gender`, `birth` and `death` (EDTF), `fates` (a list), `event` (what sort of
    event), `start` and `end` (bounds of a happening).

    Each tie is an edge; its key is the same in every run. It has `kind`, `family`, `label` (how
    it reads from source to target), `symmetric`, `possible`, `inferred`, `claims` (a list of
    CURIEs) and, where known, `role`, `start` and `end` (bounds of the time in which it may hold),
    `through` (the CURIE of the posting behind it) and `quote`.

    `kinds` takes names of kinds of tie or of families, all if None. Ties that only a version, a
    belief or a plan makes come with `include_possible`. With `persons_only`, people and the ties
    that join two of them directly. Words are in `language`, else in English.
    """
    import networkx as nx

    chosen = _chosen(kinds)
    sorts = nodes(store)
    used = [
        tie for tie in ties(store)
        if tie.kind in chosen and (include_possible or not tie.possible)
        and not (persons_only and {sorts[tie.source], sorts[tie.target]} != {"person"})
    ]  # fmt: skip
    graph = nx.MultiDiGraph()
    graph.graph.update({name: text for name, text in (("title", title), ("base", base)) if text})
    ends = {end for tie in used for end in (tie.source, tie.target)}
    kept = sorted(node for node, sort in sorts.items() if sort == "person" or node in ends)
    described = _Described(store, Labels(store, language))
    for node in kept:
        graph.add_node(node, **described.node(node, sorts[node]))
    for tie in used:
        graph.add_edge(tie.source, tie.target, key=_key(tie), **described.tie(tie))
    return graph


def _chosen(names: Collection[str] | None) -> frozenset[str]:
    return frozenset(kinds()) if names is None else conditions(only=names).only


def _key(tie: Tie) -> str:
    return digest(tie.source, tie.target, tie.kind, tie.role, tie.through)


def wording(kind: Kind, role: str, language: str) -> str:
    """How a tie reads from its source to its target."""
    words = kind.roles.get(role, kind.words)
    return (words.get(language) or words["en"]).label


@dataclass(slots=True)
class _Described:
    """What a store says of nodes and ties; each property is read once, for all nodes."""

    store: Store
    labels: Labels
    _read: dict[str, Mapping[str, list[str]]] = field(default_factory=dict)

    def node(self, iri: str, sort: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "label": self.labels.of(iri), "curie": self.curies.compress(iri), "kind": sort,
            "type": self._class(iri), "names": self._values("name", iri),
        }  # fmt: skip
        if sort == "person":
            found |= {
                "gender": self._words("gender", iri), "birth": self._joined("birthDate", iri),
                "death": self._joined("deathDate", iri),
                "fates": [self.labels.of(code) for code in self._values("fate", iri)],
            }  # fmt: skip
        elif sort == "happening":
            found |= {
                "event": self._words("eventType", iri), "start": self._joined("earliest", iri),
                "end": self._joined("latest", iri),
            }  # fmt: skip
        return _known(found)

    def tie(self, tie: Tie) -> dict[str, Any]:
        kind = kinds()[tie.kind]
        quotes = (
            quote
            for claim in tie.claims
            for passage in self._values("passage", claim)
            for quote in self._values("quote", passage)
        )
        return _known({
            "label": wording(kind, tie.role, self.labels.language), "kind": tie.kind,
            "family": kind.family, "role": self.labels.of(tie.role) if tie.role else "",
            "start": tie.start, "end": tie.end, "symmetric": kind.symmetric,
            "possible": tie.possible, "inferred": tie.inferred,
            "through": self.curies.compress(tie.through) if tie.through else "",
            "claims": [self.curies.compress(claim) for claim in tie.claims],
            "quote": _QUOTES_APART.join(dict.fromkeys(quotes)),
        })  # fmt: skip

    @property
    def curies(self) -> Curies:
        return self.labels.curies

    def _class(self, iri: str) -> str:
        """The node's class; the most telling one where a store gives it several."""
        types = self._values("", iri)
        return next((name for name in _CLASSES if KG + name in types), "")

    def _values(self, name: str, iri: str) -> list[str]:
        """The values of a property of ours ("" for the class), each once and in order."""
        if name not in self._read:
            predicate = KG + name if name else RDF + "type"
            by_subject: dict[str, list[ox.Quad]] = {}
            for quad in self.store.quads(None, predicate):
                by_subject.setdefault(text_of(quad.subject), []).append(quad)
            self._read[name] = {
                subject: list(dict.fromkeys(text_of(q.object) for q in sorted(quads, key=_order)))
                for subject, quads in by_subject.items()
            }
        return self._read[name].get(iri, [])

    def _joined(self, name: str, iri: str) -> str:
        return "; ".join(self._values(name, iri))

    def _words(self, name: str, iri: str) -> str:
        return "; ".join(self.labels.of(value) for value in self._values(name, iri))


def _order(quad: ox.Quad) -> tuple[str, str]:
    """English first, then the other languages by tag."""
    language = (quad.object.language or "") if isinstance(quad.object, ox.Literal) else ""
    return ("" if language == "en" else language, text_of(quad.object))


def _known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known; a graph has no attribute rather than an empty one."""
    return {name: value for name, value in attributes.items() if value not in ("", [])}
