"""The fixed words of a picture, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kg import assets
from kg.errors import UnknownName


class Words(NamedTuple):
    """The words of one language; `table` is its part of data/words/draw.toml."""

    language: str
    table: Mapping[str, str]
    counted: Mapping[str, str]
    key: Mapping[str, str]

    @property
    def unnamed(self) -> str:
        """What stands on the card of somebody without a name."""
        return self.table["unnamed"]

    def sources(self, count: int) -> str:
        """So many sources."""
        form = plural(self.language, count)
        return self.counted.get(form, self.counted["other"]).format(count=count)

    def names(self, names: Sequence[str]) -> str:
        """A list in words."""
        *some, last = names
        return self.table["comma"].join(some) + self.table["and"] + last if some else last


@cache
def _languages() -> Mapping[str, Words]:
    tables = tomllib.loads(assets.read("data/words/draw.toml"))
    return {
        language: Words(
            language,
            {name: text for name, text in table.items() if isinstance(text, str)},
            table["sources"],
            table["key"],
        )
        for language, table in tables.items()
    }


def words(language: str) -> Words:
    """The words of a language, by its tag or the first part of it; UnknownName without any."""
    found = _languages().get(language) or _languages().get(language.partition("-")[0])
    if found is None:
        raise UnknownName(
            f'no words for pictures in "{language}"', hint=f"languages: {', '.join(_languages())}"
        )
    return found


def plural(language: str, count: int) -> str:
    """The plural form of a whole number: one, two, few, many or other (Unicode CLDR 45)."""
    if language in ("ru", "uk"):
        last, tens = count % 10, count % 100
        if last == 1 and tens != 11:
            return "one"
        return "few" if 2 <= last <= 4 and not 12 <= tens <= 14 else "many"
    if language == "fr":
        return "one" if count < 2 else "other"
    if language == "he":
        return {1: "one", 2: "two"}.get(count, "other")
    return "one" if count == 1 else "other"
