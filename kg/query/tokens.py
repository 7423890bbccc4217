"""SPARQL text as tokens, with positions: enough to look at a query without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# A `#` starts a comment only outside IRIs, strings and escaped local names, so those come
# first. Possessive quantifiers (`*+`), a bound on prefixes, and giving up at a string that is
# never closed keep the time for hostile text linear.
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n\ufeff]++)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
    | (?P<string>
          \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3}
        | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
        | \"(?!\"\")(?:[^"\\\r\n]|\\.)*+\"
        | '(?!'')(?:[^'\\\r\n]|\\.)*+'
      )
    | (?P<unclosed>["'].*+)
    | (?P<variable>[?$][\w·]++)
    | (?P<language>@[A-Za-z][A-Za-z0-9-]*+)
    | (?P<blank>_:\w(?:[\w·-]|\.++(?=[\w·-]))*+)
    | (?P<name>
          (?P<prefix>(?:[^\W\d_](?:[\w·-]|\.(?=[\w.·-])){0,200}+)?+):
          (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])(?:[·-]|(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])|\.++(?=[·-]|(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])))*+)?+
      )
    | (?P<number>[+-]?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    | (?P<word>[A-Za-z_]\w*+)
    | (?P<mark><<\(|\)>>|<<|>>|\{\||\|\}|\|\||&&|\^\^|<=|>=|!=|[{}()\[\].,;/|^!*+?=<>-])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PADDING = " " * 16  # longer than any keyword of SPARQL


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token: what sort it is, its text, and where it starts in the text it was read from."""

    kind: str
    text: str
    start: int
    prefix: str = ""  # of a prefixed name

    @property
    def keyword(self) -> str:
        """The word in capitals, or nothing where the token is no bare word."""
        return self.text.upper() if self.kind == "word" else ""


def iter_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`, without space and comments; what is no token is kind `other`.

    A quote that opens a string which never ends is kind `unclosed` and takes the rest.
    """
    for match in _TOKEN.finditer(text):
        # the last group that closed is the outermost one, so `prefix` never shows up here
        kind = match.lastgroup or "other"
        if kind not in ("space", "comment"):
            yield Token(kind=kind, text=match[0], start=match.start(), prefix=match["prefix"] or "")


def expand_escapes(text: str) -> tuple[str, Sequence[int]]:
    r"""Resolve `\u0053` and `\U00000053` everywhere, as SPARQL 1.1 does before it reads a query.

    Gives the new text and, for each of its characters and its end, the place in the old one.
    Escapes that name no character stay as they are.
    """
    if "\\u" not in text and "\\U" not in text:
        return text, range(len(text) + 1)
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for match in _ESCAPE.finditer(text):
        code = int(match[1] or match[2], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            continue
        pieces += text[done : match.start()], chr(code)
        places += range(done, match.start() + 1)
        done = match.end()
    pieces.append(text[done:])
    places += range(done, len(text) + 1)
    return "".join(pieces), places


def spread(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Write the tokens of `text` far apart, so that an engine's error falls on the right one.

    Oxigraph places an error at the far end of the longest keyword it tried, up to fourteen
    characters after the token it stumbled over; with more space than that between tokens the
    place it gives lies between that token's start and the next one's. Gives the new text and
    the pairs (start there, start in `text`), the end of the text included.
    """
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    length = end = 0
    word = False
    for token in iter_tokens(text):
        # the engine takes CONCAT( but not CONCAT (, so what stands close stays close
        if word and token.text == "(" and token.start == end:
            length -= len(pieces.pop())
        else:
            starts.append((length, token.start))
        pieces += token.text, _PADDING
        length += len(token.text) + len(_PADDING)
        end, word = token.start + len(token.text), token.kind == "word"
    starts.append((length, len(text.rstrip())))
    return "".join(pieces), tuple(starts)
