"""Aspects of a life (fate, family, career …) and properties, found by the word a reader types."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kg import assets
from kg.errors import UnknownName
from kg.names import fold
from kg.ontology import load as load_ontology
from kg.vocab import KG, SHARED, Curies


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """What to look at: properties, types of events, and whether postings belong to it."""

    name: str
    properties: frozenset[str]
    events: frozenset[str] = frozenset()
    postings: bool = False


@cache
def aspects() -> dict[str, Aspect]:
    """The aspects that have a word of their own."""
    found = {}
    for name, table in tomllib.loads(assets.read("data/words/aspects.toml")).items():
        found[name] = Aspect(
            name=name,
            properties=frozenset(_iri(curie) for curie in table["properties"]),
            events=frozenset(_iri(curie) for curie in table["events"]),
            postings=bool(table.get("postings", False)),
        )
    return found


def _iri(curie: str) -> str:
    iri = SHARED.expand(curie)
    assert iri is not None, curie
    return iri


def find_aspect(text: str, curies: Curies = SHARED) -> Aspect:
    """The aspect, or the one property, that a word, a CURIE or a label (English, Russian) means.

    UnknownName, with near words, where it means none.
    """
    if text in aspects():
        return aspects()[text]
    found = _property(text, curies)
    if found is None:
        raise UnknownName(
            f'"{text}" is no property and no aspect of a life',
            hint=_near(text, curies, aspects()) or f"the aspects are: {', '.join(aspects())}",
        )
    return Aspect(name=load_ontology().label(found), properties=frozenset({found}))


def find_property(text: str, curies: Curies = SHARED) -> str:
    """The property (IRI) that a CURIE, a local name or a label means; UnknownName where none."""
    found = _property(text, curies)
    if found is None:
        raise UnknownName(f'"{text}" is no property', hint=_near(text, curies, ()))
    return found


def _property(text: str, curies: Curies) -> str | None:
    iri = curies.expand(text) or KG + text
    return iri if iri in load_ontology().predicates else _words().get(fold(text))


@cache
def _words() -> dict[str, str]:
    """The words for each property: its labels and its local name, folded."""
    ontology = load_ontology()
    words: dict[str, str] = {}
    for predicate in ontology.predicates:
        for label in ontology.labels.get(predicate, {}).values():
            words.setdefault(fold(label), predicate)
        words.setdefault(fold(predicate.rpartition("#")[2]), predicate)
    return words


def _near(text: str, curies: Curies, more: Iterable[str]) -> str:
    from rapidfuzz import fuzz, process

    options = sorted(
        {*more, *(curies.compress(iri).removeprefix("kg:") for iri in _words().values())}
    )
    near = process.extract(text, options, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    return f"did you mean: {', '.join(match[0] for match in near)}?" if near else ""


def class_named(text: str, curies: Curies = SHARED) -> str:
    """The class (IRI) that a word, a CURIE or a label means; UnknownName where it means none."""
    ontology = load_ontology()
    iri = curies.expand(text) or KG + text[:1].upper() + text[1:]
    if iri in ontology.classes:
        return iri
    for name in sorted(ontology.classes):
        if text.casefold() in (
            label.casefold() for label in ontology.labels.get(name, {}).values()
        ):
            return name
    raise UnknownName(
        f'"{text}" is no class of things', hint="for example person, place, group, event, posting"
    )
