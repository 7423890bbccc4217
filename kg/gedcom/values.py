"""Values of GEDCOM lines other than dates: ages, names, coordinates, languages, codes.

Each reader has an answer for any text: a value it does not know gives "" or None, which is for the
caller to report. What is met in files beyond the standard stands in `data/gedcom/values.toml` and
`languages.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from typing import Any, NamedTuple

from kg import assets


class AgeValue(NamedTuple):
    """An age: `years` where whole years are said without "more" or "less", `text` as in GEDCOM 7.0.

    A text that is no age stays as it is, with a problem.
    """

    years: int | None
    text: str
    problem: str


class NameValue(NamedTuple):
    """A personal name without its slashes, and the parts that the slashes tell apart."""

    full: str
    given: str
    surname: str
    suffix: str


# GEDCOM 5.5.1, AGE_AT_EVENT: "CHILD = age < 8 years, INFANT = age < 1 year, STILLBORN = died just
# prior, at, or near birth, 0 years".
_AGES_IN_WORDS = {"child": "< 8y", "infant": "< 1y", "stillborn": "0y"}
_UNITS = "ymwd"
_AGE = re.compile(r"(?:([<>]) ?)?[0-9]{1,5}[ymwd](?: [0-9]{1,5}[ymwd]){0,3}")
_PART_OF_AGE = re.compile(r"([0-9]{1,5}) ?([ymwd])(?![a-z])")
_UNIT_WORD = re.compile(
    r"(?<![^\W\d_])(?:"
    r"(years?|yrs?|jahre?|ans?|jaar|лет|года?|г)"
    r"|(months?|mos?|mths?|monate?|mois|maand(?:en)?|мес(?:яц(?:а|ев)?)?)"
    r"|(weeks?|wks?|wochen?|semaines?|weken|нед(?:ел[ьяи])?)"
    r"|(days?|tage?|jours?|dag(?:en)?|дн(?:ей|я)|день)"
    r")(?![^\W\d_])\.?"
)

_COORDINATE = re.compile(
    r"([NSEW])? ?([-+])?([0-9]{1,3})(?:[.,]([0-9]+))? ?°? ?([NSEW])?", re.IGNORECASE
)
_DEGREES_MINUTES = re.compile(
    r"([NSEW])? ?([-+])?([0-9]{1,3}) ?(?:[°: ]|deg|([NSEW])) ?([0-5]?[0-9](?:[.,][0-9]+)?) ?['′’:m ]?"
    r" ?(?:([0-5]?[0-9](?:[.,][0-9]+)?) ?(?:[\"″”s]|'')?)? ?([NSEW])?",
    re.IGNORECASE,
)

_USUAL_NAME = re.compile(r"([^\s/]+(?: [^\s/]+)*+) /([^\s/]+(?: [^\s/]+)*+)/")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@lru_cache(maxsize=4096)
def read_age(text: str) -> AgeValue:
    """Read an age: `72y 3m 5d`, `< 10y`, `> 8m`, `CHILD`, and what else is met.

    A number alone is read as years, and an age in words of English, German, French, Dutch or
    Russian by its units; a problem says so.
    """
    whole = text.strip()
    low = " ".join(whole.lower().split())
    if low in _AGES_IN_WORDS:
        standard = _AGES_IN_WORDS[low]
        return AgeValue(0 if standard == "0y" else None, standard, "")
    sign = low[:1] if low[:1] in ("<", ">") else ""
    rest = low[len(sign) :].strip()
    if rest.isdecimal() and rest.isascii():
        rest += "y"
    elif len(low) < 60 and not _AGE.fullmatch(low):
        rest = _UNIT_WORD.sub(lambda found: _UNITS[(found.lastindex or 1) - 1], rest)
    parts = [(unit, int(number)) for number, unit in _PART_OF_AGE.findall(rest)]
    numbers = dict(parts)
    if not parts or _PART_OF_AGE.sub("", rest).strip(" ,") or len(numbers) < len(parts):
        return AgeValue(None, whole, "no age that can be read" if whole else "")
    standard = " ".join(f"{numbers[unit]}{unit}" for unit in _UNITS if unit in numbers)
    years = numbers.get("y") if not sign else None
    if sign:
        standard = f"{sign} {standard}"
    in_order = [unit for unit, _ in parts] == [unit for unit in _UNITS if unit in numbers]
    is_standard = in_order and _AGE.fullmatch(low)
    return AgeValue(
        years, standard, "" if is_standard else f'no form of GEDCOM, read as "{standard}"'
    )


@lru_cache(maxsize=65536)
def read_name(text: str) -> NameValue:
    """Read a personal name: `John /Smith/ Jr.`, its surname between slashes.

    `full` keeps the order as written (`/Nagy/ János`). A name of several words without slashes is
    not divided: which of them is the surname is not said.
    """
    usual = _USUAL_NAME.fullmatch(text)
    if usual:
        given, surname = usual.groups()
        return NameValue(f"{given} {surname}", given, surname, "")
    pieces = text.split("/")
    if len(pieces) == 1:
        full = " ".join(text.split())
        return NameValue(full, "" if " " in full else full, "", "")
    full = pieces[0]
    for piece in pieces[1:]:
        joined = full[-1:] in _JOINED or piece[:1] in _CLOSING or not full
        full += piece if joined else f" {piece}"
    full = " ".join(full.split())
    parts = [" ".join(piece.split()) for piece in pieces]
    surname = " ".join(part for part in parts[1::2] if part)
    others = [part for part in parts[2::2] if part.strip(" ,;")]
    given = parts[0]
    # A surname that the text leaves open at its end has nothing after it.
    suffix = (
        others.pop().lstrip(",; ") if others and len(parts) % 2 and parts[-1].strip(" ,;") else ""
    )
    if suffix and not given and not others and not _is_suffix(suffix):
        given, suffix = suffix, ""
    return NameValue(full, " ".join([given, *others]).strip(), surname, suffix)


# Before a surname and after it, where no space is to be added.
_JOINED = frozenset(" '’-(\t")
_CLOSING = frozenset(" ,;.)'’-\t")


def _is_suffix(text: str) -> bool:
    return text.lower().rstrip(".") in _lists()["name_suffix"]["words"]


@lru_cache(maxsize=16384)
def read_coordinate(text: str) -> str | None:
    """Read a latitude or longitude as a decimal number of degrees, south and west negative.

    `N50.0616`, `W3`, `50.06`, `50N03` (degrees and minutes), `51°28'38"N`. None where it is none.
    """
    whole = " ".join(text.split())
    found = _COORDINATE.fullmatch(whole)
    if found:
        before, sign, degrees, fraction, after = found.groups()
        size = (degrees.lstrip("0") or "0") + f".{fraction or ''}".rstrip("0").rstrip(".")
        return _signed(size, sign, before, after) if len(size) < 30 else None
    found = _DEGREES_MINUTES.fullmatch(whole)
    if not found:
        return None
    before, sign, degrees, between, minutes, seconds, after = found.groups()
    total = (
        int(degrees)
        + float(minutes.replace(",", ".")) / 60
        + float((seconds or "0").replace(",", ".")) / 3600
    )
    # Seven digits are a centimetre.
    size = f"{total:.7f}".rstrip("0").rstrip(".")
    return _signed(size, sign, before, between, after)


def _signed(size: str, sign: str | None, *letters: str | None) -> str | None:
    sides = [letter.upper() for letter in letters if letter]
    if len(sides) > 1 or (sides and sign == "-" and sides[0] in "NE"):
        return None
    side = sides[0] if sides else ""
    limit = 90 if side and side in "NS" else 180
    if float(size) > limit:
        return None
    is_negative = sign == "-" or (side and side in "SW")
    return f"-{size}" if is_negative and float(size) else size


@lru_cache(maxsize=1024)
def read_language(text: str) -> str:
    """Read the name of a language, or a tag of BCP 47, as a tag; "" for one not known."""
    name = " ".join(text.split())
    tag = _languages().get(name.lower())
    if tag:
        return tag
    tag = name.replace("_", "-")
    return tag if _TAG.fullmatch(tag) else ""


@lru_cache(maxsize=256)
def read_variant(tag: str, kind: str, language: str = "") -> str:
    """Give the language tag of a romanised (`ROMN`) or phonetic (`FONE`) name by its TYPE.

    A romanised name of a kind not known is in Latin script, of `language` where that is given.
    """
    known: str | None = _lists("languages")["variants"].get(" ".join(kind.lower().split()))
    if known:
        return known
    primary = language.partition("-")[0] or "und"
    return f"{primary}-Latn" if tag == "ROMN" else primary


def read_sex(text: str) -> str:
    """Read a sex: `M`, `F`, `X` (another), `U` (not known, not recorded); "" for other texts."""
    return text if text in ("M", "F") else _code("sex", text)


def read_pedigree(text: str) -> str:
    """Read how a child belongs to a family: `birth`, `adopted`, `foster`, `step`, `sealing`, `other`.

    "" for other texts.
    """
    return _code("pedigree", text)


def read_quality(text: str) -> str:
    """Read a QUAY: `0` (unreliable) to `3` (primary evidence); "" for other texts."""
    return _code("quality", text)


def read_name_type(text: str) -> str:
    """Read the TYPE of a name in the word of GEDCOM, lower case; a word of one's own stays."""
    return _code("name_type", text) or " ".join(text.split())


@lru_cache(maxsize=4096)
def _code(kind: str, text: str) -> str:
    word = " ".join(text.lower().split())
    return _codes(kind).get(word) or _codes(kind).get(word.rstrip("."), "")


@cache
def _codes(kind: str) -> dict[str, str]:
    return {word: code for code, words in _lists()[kind].items() for word in words}


@cache
def _languages() -> dict[str, str]:
    lists = _lists("languages")
    return {
        name.lower(): tag
        for kind in ("codes", "own", "other", "standard")
        for name, tag in lists[kind].items()
    }


@cache
def _lists(name: str = "values") -> dict[str, Any]:
    return tomllib.loads(assets.read(f"data/gedcom/{name}.toml"))
