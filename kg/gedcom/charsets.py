"""Text in the single-byte character sets of old GEDCOM files, told apart by its letters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# In ANSEL the marks come before their letter: a run of high bytes takes one more character.
_ANSEL_RUN = re.compile("[\x80-\xff]+[^\x80-\xff]?")
_TWO_MARKS = re.compile("[\xe0-\xfe]{2,}[A-Za-z]$")
# A text cut between the marks and their letter: "Mu\xe8" CONC "ller".
_ANSEL_CUT = re.compile("([\xe0-\xfe]+)((?:\r\n|\r|\n)[ \t]*[0-9]{1,3} CONC )(?=[A-Za-z])")
_ANSEL_MARKED = re.compile(rb"[\xe0-\xff\xc7-\xcc\xd0-\xdf]+[A-Za-z\xa1-\xbd]?")
_WORD = re.compile(rb"[A-Za-z'\x80-\xff]{1,60}")

_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "utf-32-le": "UTF-32 (little-endian)",
    "utf-32-be": "UTF-32 (big-endian)",
    "ascii": "ASCII",
    "ansel": "ANSEL",
    "cp437": "IBM PC code page 437",
    "cp850": "IBM PC code page 850",
    "cp852": "IBM PC code page 852 (Central European)",
    "cp866": "IBM PC code page 866 (Cyrillic)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1252": "Windows-1252 (Western European)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1257": "Windows-1257 (Baltic)",
    "mac-roman": "Mac Roman",
    "mac-cyrillic": "Mac Cyrillic",
    "koi8-r": "KOI8-R (Cyrillic)",
    "iso8859-1": "ISO 8859-1",
    "iso8859-2": "ISO 8859-2 (Central European)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "iso8859-15": "ISO 8859-15",
}
_CANDIDATES = ("cp1252", "cp1251", "ansel", "cp850", "cp437", "cp866", "cp1250", "cp1253", "cp1255",
               "mac-roman", "koi8-r", "mac-cyrillic")  # fmt: skip
# What it costs to prefer a set that is neither declared nor common in files.
_RARE = {"cp850": 0.1, "cp437": 0.1, "cp866": 0.1, "cp1250": 0.15, "cp1253": 0.05, "cp1255": 0.05,
         "mac-roman": 0.2, "koi8-r": 0.1, "mac-cyrillic": 0.1}  # fmt: skip
# A declared set is believed unless another reads better by more than this, a letter; ANSEL more
# than the others, which mean only "this computer's code page".
_TRUST_ANSEL, _TRUST = 0.5, 0.3
_LANGUAGES = {
    "cp1250": "czech slovak polish hungarian croatian slovene slovenian romanian serbo_croa",
    "cp1251": "russian ukrainian belorusian belarusian bulgarian macedonian serbian",
    "cp1253": "greek",
    "cp1254": "turkish",
    "cp1255": "hebrew yiddish",
    "cp1257": "latvian lithuanian estonian",
}
_COMMON = frozenset(
    "äöüßÄÖÜéèêëáàâíóúñçåæøãõôîÉÁÓÅÆØÇ"
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў"
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐЎ"
)
# ANSEL's grave, acute, umlaut, ring and double acute as Western sets show them: before a vowel
# no language has them.
_ANSEL_MARKS = frozenset("áâèêî")
_MARKS_IN_WORDS = frozenset("’‘´`–-'ʼʹʺ·")


def title(charset: str) -> str:
    """The name of a character set as people know it."""
    return _NAMES.get(charset, charset.upper())


def is_known(charset: str) -> bool:
    """Whether `decode_bytes` reads this set."""
    return charset in _NAMES


def decode_bytes(data: bytes, charset: str) -> str:
    """The text of `data`; U+FFFD for each byte that stands for nothing. Never raises."""
    return _decode_ansel(data) if charset == "ansel" else data.decode(charset, "replace")


def guess(data: bytes, declared: str = "", language: str = "") -> str:
    """The set in which the words of `data` read best; the declared one unless clearly worse.

    `language` is the language that the file's header names, in English. Each word with bytes
    above 127 is read in each set and its oddities are counted: bytes that stand for nothing,
    signs inside words, two scripts in one word, accents in a row, capitals after small letters.
    """
    words = _words(data)
    if declared == "ansel" and _has_ansel_form(words):
        return declared
    by_language = [name for name, names in _LANGUAGES.items() if language.lower() in names.split()]
    costs = {
        name: _oddity(words, name)
        for name in dict.fromkeys(filter(None, (declared, *by_language, *_CANDIDATES)))
    }
    preferences = {**_RARE, **dict.fromkeys(by_language, -0.1), declared: 0.0}
    best = min(costs, key=lambda name: costs[name] + preferences.get(name, 0.0))
    # ANSI only says "the code page of that computer", so the language may overrule it.
    meant = declared == "cp1252" and best in by_language
    trust = _TRUST_ANSEL if declared == "ansel" else _TRUST
    if declared and not meant and costs[declared] <= costs[best] + trust:
        return declared
    return best


def _has_ansel_form(words: Counter[bytes]) -> bool:
    """Whether the bytes are what only ANSEL gives: many different marks, a letter after each.

    Texts that show every mark on every letter read oddly, and are ANSEL all the same.
    """
    runs = [run for word in words for run in _ANSEL_MARKED.findall(word)]
    sound = sum(1 for run in runs if run[-1] < 0xE0)
    return len({byte for run in runs for byte in run if byte >= 0xE0}) >= 20 and (
        sound >= 0.98 * len(runs)
    )


def _words(data: bytes) -> Counter[bytes]:
    """The words with bytes above 127, from lines spread over the whole of the data."""
    end = b"\n" if b"\n" in data else b"\r"
    lines = [line for line in data.split(end) if not line.isascii()]
    words: Counter[bytes] = Counter()
    for line in lines[:: max(1, len(lines) // 500)]:
        words.update(word for word in _WORD.findall(line[:2000]) if not word.isascii())
        if len(words) > 1500:
            break
    return words


def _oddity(words: Counter[bytes], charset: str) -> float:
    """How odd the words look when read in this set, per byte above 127; 0 is not at all."""
    cost, count = 0.0, 0
    for word, times in words.items():
        times = min(times, 5)  # one name everywhere is one piece of evidence, not a thousand
        count += times * sum(1 for byte in word if byte > 127)
        cost += times * _word_oddity(decode_bytes(word, charset))
    return cost / max(count, 1)


def _word_oddity(word: str) -> float:
    cost = 0.0
    scripts = set()
    before = ""  # the letter before, "" at the start and after a sign
    small = False  # whether a small letter came before
    for place, char in enumerate(word):
        kind = unicodedata.category(char)
        if kind[0] != "L":
            before = ""
            cost += _sign_oddity(kind, char, word, place)
            continue
        script = _script(char)
        scripts.add(script)
        if char > "\x7f":
            cost += 0 if char in _COMMON else _rarity(char)
            if before > "\x7f" and script == "Latin" == _script(before):
                cost += 1
        elif before in _ANSEL_MARKS and char in "aeiouAEIOU":
            cost += 0.9
        if kind == "Lu" and small and (char > "\x7f" or before > "\x7f"):
            cost += 1
        if place == 0 and kind == "Ll" and script in ("Cyrillic", "Greek"):
            cost += 0.6  # names have capitals; Hebrew read as Cyrillic has none
        small = small or kind == "Ll"
        before = char
    return cost + 2 * max(len(scripts) - 1, 0)


def _sign_oddity(kind: str, char: str, word: str, place: int) -> float:
    if char < "\x80":
        return 0
    if char in _MARKS_IN_WORDS:
        return 0.3
    if char == "\ufffd" or kind in ("Cc", "Cn", "Co"):
        return 3
    if kind == "Mn":
        return 2
    beside = word[max(place - 1, 0) : place + 2].replace(char, "")
    if kind[0] == "P":
        return 2 if 0 < place < len(word) - 1 and beside.isalpha() else 0.5
    return 3 if beside.isalpha() else 0.5


def _rarity(char: str) -> float:
    code = ord(char)
    if 0x370 <= code < 0x3D0 or 0x5D0 <= code < 0x5F0:
        return 0
    return 0.2 if code < 0x180 else 0.8


def _script(char: str) -> str:
    code = ord(char)
    if code < 0x370 or 0x1E00 <= code < 0x1F00:
        return "Latin"
    if code < 0x400:
        return "Greek"
    if code < 0x530:
        return "Cyrillic"
    return "Hebrew" if 0x590 <= code < 0x600 else "other"


def _decode_ansel(data: bytes) -> str:
    """ANSEL with GEDCOM's additions, each letter with its marks as one character where there is one.

    Only the runs above 127 go through the codec, and each different one once: its Python loop
    over every byte would take seconds for a big file.
    """
    from ansel.encodings import gedcom

    codec = gedcom.Codec()
    known: dict[str, str] = {}

    def composed(run: str) -> str:
        return unicodedata.normalize("NFC", codec.decode(run.encode("latin-1"), "replace")[0])  # type: ignore[no-untyped-call]

    def letter(match: re.Match[str]) -> str:
        run = match[0]
        text = known.get(run)
        if text is None:
            text = composed(run)
            if len(text) > 1 and _TWO_MARKS.match(run):
                # Programs do not agree on which of two marks stands nearer to the letter.
                text = min(text, composed(run[-2::-1] + run[-1]), key=len)
            known[run] = text
        return text

    text = data.decode("latin-1")
    if " CONC " in text:
        text = _ANSEL_CUT.sub(r"\2\1", text)
    return _ANSEL_RUN.sub(letter, text)
