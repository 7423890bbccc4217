"""Spellings of names that are near one another: by their letters, and by their sounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.index.names import Names

# Ways of writing one sound in Latin letters: German, French, Polish, English.
_SOUNDS = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("t?sch|sz|ch", "sh"), ("ou", "u"), ("j|i(?=[aou])", "y"), ("w", "v"), ("ck", "k"),
        ("ph", "f"), ("th", "t"), (r"(.)\1", r"\1"),
    )
)  # fmt: skip
_CLOSE = 75  # of 100: from here on a spelling counts as near
_ALIKE = 65  # of 100: so much alike is each word of a name that as a whole is near
_KEYS = 4000  # to compare with each of so many takes a few milliseconds
_MOST = 40


def sounding(key: str) -> str:
    """A key by its sounds, roughly: Ljuschkow, Liouchkov and Lyushkov become one."""
    for spelling, sound in _SOUNDS:
        key = spelling.sub(sound, key)
    return key


def near(names: Names, key: str) -> dict[str, float]:
    """Keys and words of names near to a key, with how near (75 to 100).

    Among few names the key is compared with all. Among many only with words, and with the keys
    of names in which each word, but perhaps one of three, is like one asked for. Where no key is
    near as a whole: those in which each word asked for is like one of theirs.
    """
    words, sounds = names.all_words(), names.all_sounds()
    asked = key.split()
    few = names.size <= _KEYS
    if few:
        keys = list(dict.fromkeys([*names.all_keys(), *words]))
        found = _compared(key, keys, _sounds_of(keys, words, sounds), _CLOSE)
    elif len(asked) == 1:
        known = set(words)
        parted = [f"{key[:at]} {key[at:]}" for at in range(2, len(key) - 1)
                  if key[:at] in known and key[at:] in known]  # fmt: skip
        return _compared(key, words + parted, sounds + list(map(sounding, parted)), _CLOSE)
    if len(asked) == 1 or (few and found):
        return found
    alike = {word: _compared(word, words, sounds, _ALIKE) for word in asked if len(word) > 2}
    keys = _keys_with(names, words, alike)
    if not few:
        joined = "".join(asked)
        more = [joined] if names.word(joined) is not None else []
        found = _compared(key, keys + more, list(map(sounding, keys + more)), _CLOSE)
    return found or _in_part(keys, asked, alike)


def _compared(
    key: str, keys: Sequence[str], sounds: Sequence[str], least: float, most: int = _MOST
) -> dict[str, float]:
    """The best of keys, with how near they are in letters or in sounds, whichever is nearer."""
    from rapidfuzz import fuzz, process

    best: dict[str, float] = {}
    for text, choices in ((key, keys), (sounding(key), sounds)):
        for _, score, place in process.extract(
            text, choices, scorer=fuzz.ratio, score_cutoff=least, limit=most
        ):
            best[keys[place]] = max(score, best.get(keys[place], 0.0))
    return best


def _sounds_of(keys: Iterable[str], words: Sequence[str], sounds: Sequence[str]) -> list[str]:
    known = dict(zip(words, sounds, strict=True))
    other = lru_cache(maxsize=None)(sounding)
    return [" ".join(known.get(word) or other(word) for word in key.split()) for key in keys]


def _keys_with(
    names: Names, words: Sequence[str], alike: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """The keys of names with words like all that are asked for; one of three may be missing."""
    places = {word: place for place, word in enumerate(words)}
    groups: list[set[int]] = []
    for like in alike.values():
        group: set[int] = set()
        for spelling in sorted(like, key=lambda word: -like[word]):
            place = places[spelling]
            group.update(names.with_words(range(place, place + 1)))
            if len(group) > 50 * _KEYS:
                break
        groups.append(group)
    if not groups:
        return []
    groups.sort(key=len)
    found = set.intersection(*groups)
    if len(groups) > 2:
        times = Counter(number for group in groups for number in group)
        found.update(number for number, count in times.items() if count == len(groups) - 1)
    return list(dict.fromkeys(map(names.key, sorted(found or groups[0])[:_KEYS])))


def _in_part(
    keys: Iterable[str], asked: Sequence[str], alike: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Keys in which each word asked for is like one, or is as short as an initial and begins one."""
    found: dict[str, float] = {}
    for key in keys:
        own = key.split()
        scores = [
            max(alike[word].get(other, 0.0) for other in own) if word in alike
            else 100.0 * any(other.startswith(word) for other in own)
            for word in asked
        ]  # fmt: skip
        if min(scores) > 0 and sum(scores) >= _CLOSE * len(scores):
            found[key] = sum(scores) / len(scores)
    best = sorted(found, key=lambda key: (-found[key], key))[:_MOST]
    return {key: found[key] for key in best}
