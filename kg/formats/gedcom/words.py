"""What things and terms are called, and the words and codes that GEDCOM's own lines need."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any, Final, NamedTuple

from kg import assets, ontology
from kg.formats.gedcom.facts import Facts, Text, Value, full, local, text

# Classes of things that are nothing but a name for what is said of somebody.
_UND: Final = ("", "und")


@cache
def table() -> dict[str, Any]:
    """`data/gedcom/export.toml`."""
    return tomllib.loads(assets.read("data/gedcom/export.toml"))


class Tags(NamedTuple):
    """Which tag each event type has, of a person and of a family, and what the tags are like."""

    person: dict[str, str]
    family: dict[str, str]
    attributes: frozenset[str]
    once: frozenset[str]


@cache
def tags() -> Tags:
    """The tags of `data/gedcom/events.toml`, which also reads them."""
    events = tomllib.loads(assets.read("data/gedcom/events.toml"))
    both = [*events["individual"].items(), *events["family"].items()]
    return Tags(
        # Of two tags for one type the first by letter is the one of today.
        person={row["type"]: tag for tag, row in sorted(events["individual"].items())[::-1]},
        family={row["type"]: tag for tag, row in sorted(events["family"].items())[::-1]},
        attributes=frozenset(tag for tag, row in both if row.get("value")),
        once=frozenset(tag for tag, row in both if row.get("once")),
    )


@cache
def _roles() -> dict[str, str]:
    events = tomllib.loads(assets.read("data/gedcom/events.toml"))
    return {code: word for word, code in sorted(events["roles"].items(), reverse=True)}


@cache
def _languages() -> dict[str, dict[str, str]]:
    return tomllib.loads(assets.read("data/gedcom/languages.toml"))


def language_name(tag: str) -> str:
    """The name that 5.5.1 has for a language; "" where it has none."""
    names = {code: name for name, code in _languages()["standard"].items()}
    return names.get(tag) or names.get(tag.split("-")[0], "")


def variant_name(tag: str) -> str:
    """What 5.5.1 calls the way a name is romanised or spelled by sound; else the language tag."""
    names = {code: name for name, code in sorted(_languages()["variants"].items(), reverse=True)}
    return names.get(tag, tag)


class Words:
    """Names of things in one language; `mentioned` are those whose name was written."""

    def __init__(self, facts: Facts, language: str) -> None:
        self.facts = facts
        self.language = language or "en"
        self.mentioned: set[str] = set()
        self._primary = self.language.split("-")[0].lower()
        words = table()["words"]
        # Names are taken out of the facts as they are written; some people have no other label.
        self._names = {
            thing: self.heading(thing, "name")
            for thing, classes in facts.types.items()
            if "Person" in classes and "rdfs:label" not in facts.about[thing]
        }
        self._words: dict[str, str] = {**words["en"], **words.get(self._primary, {})}

    def label(self, thing: str) -> str:
        """What a thing is called."""
        self.mentioned.add(thing)
        return self.heading(thing) or self._names.get(thing) or local(thing)

    def heading(self, thing: str, name: str = "rdfs:label") -> str:
        """The label of a thing in the language wanted, else the best there is; "" without any."""
        source = self.facts.accounts if thing in self.facts.accounts else self.facts.about
        best = ""
        rank = 9
        for value in source.get(thing, {}).get(name, ()):
            if isinstance(value, str):
                continue
            of = self._rank(value)
            if of < rank:
                best, rank = value.value, of
        return best

    def _rank(self, value: Text) -> int:
        if value.language == self.language:
            return 0
        primary = value.language.split("-")[0].lower()
        if primary == self._primary:
            return 1
        return 2 if value.language in _UND else 3 if primary == "en" else 4

    def term(self, name: str) -> str:
        """What a property, a class or a code of the ontology is called; names as in `facts`."""
        iri = full(name)
        known = ontology.load().labels.get(iri)
        return ontology.load().label(iri, self._primary) if known else local(iri)

    def value(self, value: Value) -> str:
        """A value in words: a text, or what the thing is called."""
        if not isinstance(value, str):
            return value.value
        if value in self.facts.about:
            return self.label(value)
        return self.term(value) if value in ontology.load().labels else value

    def role(self, code: str) -> str:
        """The word for a role that 7.0 has a code for; other roles as they are."""
        return _roles().get(code, code)

    def say(self, key: str, *parts: str) -> str:
        """Words of `export.toml`."""
        return self._words[key].format(*parts)

    def said(self, name: str, value: Value) -> str:
        """A property and its value as a line of a note."""
        return self.say("said", self.term(name), self.value(value))


def texts(values: list[Value]) -> list[str]:
    """The texts of some values."""
    return [text(value) for value in values]
