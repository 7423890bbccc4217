"""Reads a file of kinship words (`data/kin_terms/LANGUAGE.toml`) and says what is wrong with it.

The format is told in `data/kin_terms/README.md`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kg.errors import ReadError
from kg.model.kin import Sex


class Word(NamedTuple):
    """A word as it stands alone, and as it stands within a description ("": it never does)."""

    alone: str
    inside: str = ""


class Chain(NamedTuple):
    """The word for one chain of relatives, e.g. the husband's father."""

    sexes: tuple[Sex, ...]
    """Of each relative of the chain; UNKNOWN where the chain holds for either."""
    ego: Sex
    word: Word
    described: bool


class Line(NamedTuple):
    """The words for all relatives by blood between two numbers of generations up and down."""

    bounds: tuple[tuple[int, int], ...]
    """Least and most of: up, down, up less down, down less up."""
    words: Mapping[Sex, Word]
    half: str
    double: str
    described: bool


class Counted(NamedTuple):
    """Words that stand for numbers."""

    first: int
    words: tuple[str, ...]
    beyond: str
    endings: tuple[str, ...]

    def of(self, number: int) -> str:
        """The word for a number; past the last word, digits."""
        if 0 <= number - self.first < len(self.words):
            return self.words[number - self.first]
        if not self.beyond:
            return str(number)
        # 11, 12, 13, 111 … take the ending of 0: "11th", "21st".
        digit = 0 if number // 10 % 10 == 1 else number % 10
        ending = self.endings[digit] if self.endings else ""
        return self.beyond.replace("{n}", str(number)).replace("{ending}", ending)


class Language(NamedTuple):
    """The rules of one language, as its file gives them."""

    code: str
    name: str
    sources: tuple[str, ...]
    fixed: Mapping[str, str]
    explained: frozenset[str]
    counted: Mapping[str, Counted]
    chains: Mapping[tuple[str, ...], tuple[Chain, ...]]
    """By the kinds of the relatives; the chain that says most of the sexes first."""
    longest: int
    lines: tuple[Line, ...]


_BY_SEX = {
    "parent": ("father", "mother"),
    "child": ("son", "daughter"),
    "sibling": ("brother", "sister"),
    "spouse": ("husband", "wife"),
    "half-sibling": ("half-brother", "half-sister"),
    "half-sibling by father": ("half-brother by father", "half-sister by father"),
    "half-sibling by mother": ("half-brother by mother", "half-sister by mother"),
    "adoptive parent": ("adoptive father", "adoptive mother"),
    "adopted child": ("adopted son", "adopted daughter"),
    "foster parent": ("foster father", "foster mother"),
    "foster child": ("foster son", "foster daughter"),
    "sealing parent": ("sealing father", "sealing mother"),
    "sealing child": ("sealing son", "sealing daughter"),
}

RELATIVES: Mapping[str, tuple[str, Sex]] = {
    name: (kind, sex)
    for kind, (male, female) in _BY_SEX.items()
    for name, sex in ((male, Sex.MALE), (female, Sex.FEMALE), (kind, Sex.UNKNOWN))
}
"""The names that chains are written with: the kind of relative, and the sex."""

# Descriptions are put together from these, so that every language has them.
REQUIRED = tuple(
    name for kind, names in _BY_SEX.items() if not kind.startswith("half-sibling by")
    for name in names
)  # fmt: skip

_FIXED = (
    "language", "name", "or", "sentence", "same", "self.male", "self.female", "self.both",
    "join.alone", "join.inside", "times.2", "times.many",
)  # fmt: skip
_PLACES = {
    "sentence": ("a", "b", "term"), "same": ("a", "b"), "times.2": ("term",),
    "times.many": ("term", "n"),
    "join.alone": ("what", "what_inside", "whose", "whose_inside"),
    "join.inside": ("what", "what_inside", "whose", "whose_inside"),
}  # fmt: skip
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "both": Sex.UNKNOWN}
_EGO = {"a man's ": Sex.MALE, "a woman's ": Sex.FEMALE}
_BOUNDS = ("up", "down", "older", "younger")
_KEYS = {
    "language", "name", "sources", "or", "sentence", "same", "self", "join", "times", "inside",
    "explained", "counted", "chains", "descriptions", "lines",
}  # fmt: skip
_ANY = (-(10**6), 10**6)


def read_language(text: str, file: str) -> Language:
    """The rules in `text`; `file` is its name in messages. Raises ReadError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"{file}: not TOML: {error}") from None
    return _File(content, file).language()


class _File:
    """One file while it is read."""

    def __init__(self, content: Mapping[str, Any], file: str) -> None:
        self.content = content
        self.file = file

    def language(self) -> Language:
        """Everything in the file, checked."""
        for key in self.content:
            if key not in _KEYS:
                raise self.wrong(key, "is no key of this format")
        fixed = {key: self.text(key) for key in _FIXED}
        times: Mapping[str, str] = self.table("times")
        fixed.update({f"times.{n}": self.text(f"times.{n}") for n in times})
        for key, text in fixed.items():
            places = _PLACES.get(key, ("term", "n") if key.startswith("times.") else ())
            self.check_places(key, text, places)
        sources = self.texts("sources")
        if not sources:
            raise self.wrong("sources", "names no source")
        counted = {name: self.counted(name) for name in self.table("counted")}
        chains = self.chains()
        lines = self.content.get("lines")
        if not isinstance(lines, list):
            raise self.missing("lines")
        return Language(
            code=fixed["language"],
            name=fixed["name"],
            sources=sources,
            fixed=fixed,
            explained=frozenset(self.texts("explained")),
            counted=counted,
            chains=chains,
            longest=max(map(len, chains)),
            lines=tuple(self.line(number, counted) for number in range(len(lines))),
        )

    # ---------- the parts ----------

    def chains(self) -> Mapping[tuple[str, ...], tuple[Chain, ...]]:
        """The tables `chains` and `descriptions`, by kinds."""
        found: dict[tuple[str, ...], list[Chain]] = {}
        usable = set()
        for section in ("chains", "descriptions"):
            for name, value in self.table(section).items():
                key = f'{section}."{name}"'
                ego, rest = Sex.UNKNOWN, name
                for start, sex in _EGO.items():
                    if name.startswith(start):
                        ego, rest = sex, name.removeprefix(start)
                relatives = rest.split("'s ")
                for relative in relatives:
                    if relative not in RELATIVES:
                        raise self.wrong(key, f'"{relative}" is no relative of this format')
                kinds, sexes = zip(*(RELATIVES[relative] for relative in relatives), strict=True)
                word = self.word(key, value, sexes[-1])
                found.setdefault(kinds, []).append(
                    Chain(sexes, ego, word, section == "descriptions")
                )
                if word.inside:
                    usable.add(name)
        for name in REQUIRED:
            if name not in usable:
                if name in self.table("chains") or name in self.table("descriptions"):
                    raise self.wrong(f'chains."{name}"', "has no form for within a description")
                raise self.missing(f'chains."{name}"')
        return {
            kinds: tuple(sorted(rules, key=lambda rule: -_said(rule)))
            for kinds, rules in found.items()
        }

    def line(self, number: int, counted: Mapping[str, Counted]) -> Line:
        """One entry of `lines`."""
        where = f"lines[{number + 1}]"
        entry = self.content["lines"][number]
        if not isinstance(entry, dict):
            raise self.wrong(where, "is no table")
        known = {*_BOUNDS, *_SEXES, "any", "half", "double", "described"}
        for key in entry:
            if key not in known:
                raise self.wrong(f"{where}.{key}", "is no key of this format")
        for key in ("up", "down"):
            if key not in entry:
                raise self.missing(f"{where}.{key}")
        words = {}
        for key, sex in _SEXES.items():
            if "any" in entry:
                words[sex] = self.word(f"{where}.any", entry["any"], sex)
            elif key in entry:
                words[sex] = self.word(f"{where}.{key}", entry[key], sex)
            elif key != "both":
                raise self.missing(f"{where}.{key}")
        for word in words.values():
            for form in word:
                self.check_counts(where, form, counted)
        for key in ("half", "double"):
            self.check_places(f"{where}.{key}", entry.get(key, ""), ("word",))
        return Line(
            bounds=tuple(self.bounds(f"{where}.{key}", entry.get(key)) for key in _BOUNDS),
            words=words,
            half=entry.get("half", ""),
            double=entry.get("double", ""),
            described=entry.get("described", False),
        )

    def bounds(self, key: str, value: Any) -> tuple[int, int]:
        """A condition: `"2"`, `"3-5"`, `"6+"`."""
        if value is None:
            return _ANY
        first, dash, last = str(value).partition("-")
        open_ended = first.endswith("+")
        first = first.removesuffix("+")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise self.wrong(key, 'is none of the forms "2", "3-5", "6+"')
        if open_ended:
            return int(first), _ANY[1]
        return int(first), int(last or first)

    def counted(self, name: str) -> Counted:
        """One table of words for numbers."""
        key = f"counted.{name}"
        entry = self.table(key)
        endings = self.texts(f"{key}.endings") if "endings" in entry else ()
        if endings and len(endings) != 10:
            raise self.wrong(f"{key}.endings", "has not ten endings, for the digits 0 to 9")
        first = entry.get("from")
        if not isinstance(first, int):
            raise self.missing(f"{key}.from")
        beyond = self.text(f"{key}.beyond")
        self.check_places(f"{key}.beyond", beyond, ("n", "ending"))
        return Counted(first, self.texts(f"{key}.words"), beyond, endings)

    def word(self, key: str, value: Any, sex: Sex) -> Word:
        """A text, or a list of one or two texts, as a word."""
        if isinstance(value, str) and value:
            by_sex = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: "both"}
            pattern = self.table("inside").get(by_sex[sex], "")
            return Word(value, pattern.replace("{word}", value))
        forms = value if isinstance(value, list) else []
        if len(forms) in (1, 2) and forms[0] and all(isinstance(form, str) for form in forms):
            return Word(*forms)
        raise self.wrong(key, "is neither a text nor a list of one or two texts")

    # ---------- keys ----------

    def at(self, key: str) -> Any:
        """The value of a dotted key; None where there is none."""
        value: Any = self.content
        for part in key.split("."):
            if not isinstance(value, dict):
                return None
            value = value.get(part)
        return value

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.at(key)
        if not isinstance(value, str) or not value:
            raise self.missing(key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that must be there."""
        value = self.at(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.missing(key)
        return tuple(value)

    def table(self, key: str) -> Mapping[str, Any]:
        """A table; `descriptions` may be left out."""
        value = self.at(key)
        if value is None and key == "descriptions":
            return {}
        if not isinstance(value, dict):
            raise self.missing(key)
        return value

    def check_places(self, key: str, text: str, places: tuple[str, ...]) -> None:
        """Only the named gaps stand in a pattern."""
        for place in gaps(text):
            if place not in places:
                raise self.wrong(key, f'has the gap "{{{place}}}", which nothing fills')

    def check_counts(self, key: str, text: str, counted: Mapping[str, Counted]) -> None:
        """The gaps of a word of `lines` name a table of numbers and what to count."""
        for gap in gaps(text):
            name, _, sum_ = gap.partition(":")
            if (name != "number" and name not in counted) or not _is_sum(sum_):
                raise self.wrong(key, f'has the gap "{{{gap}}}", which nothing fills')

    def missing(self, key: str) -> ReadError:
        """The error for a key that is not there."""
        return ReadError(f"{self.file}: no {key}", hint="data/kin_terms/README.md tells each key")

    def wrong(self, key: str, what: str) -> ReadError:
        """The error for a key whose value will not do."""
        return ReadError(f"{self.file}: {key} {what}", hint="see data/kin_terms/README.md")


def _said(chain: Chain) -> int:
    """How many sexes a chain says."""
    return sum(sex is not Sex.UNKNOWN for sex in (chain.ego, *chain.sexes))


def gaps(text: str) -> Iterator[str]:
    """What stands between each pair of curly brackets."""
    for piece in text.split("{")[1:]:
        yield piece.partition("}")[0]


def _is_sum(text: str) -> bool:
    """Whether a text is `up`, `down` and numbers with plus and minus between."""
    terms = text.replace("-", "+").split("+")
    return all(term.isdecimal() or term in ("up", "down") for term in terms)
