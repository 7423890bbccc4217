"""What is wrong with a query, said at the line and column where the user wrote it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from kg.errors import QueryError
from kg.query.tokens import Token, iter_tokens

_ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_BRACKETS = {"}": "{", ")": "(", "]": "["}
# What the engine says in words and not as a list of tokens: what is wrong, and a hint.
_REASONS = {
    "The SELECT contains a variable that is unbound": (
        "a variable of the SELECT is neither grouped nor aggregated",
        "add it to GROUP BY, or write (SAMPLE(?x) AS ?y)",
    ),
    "Duplicated variable name in SELECT": (
        "a variable stands twice in the SELECT",
        "give each column a name of its own",
    ),
    "SELECT * is not authorized with GROUP BY": (
        "SELECT * cannot go with GROUP BY, HAVING or an aggregate",
        "name the variables that are wanted",
    ),
}


def position(text: str, place: int) -> tuple[int, int]:
    """Return line and column of a place in `text`, both counted from 1, in characters."""
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def place_of(text: str, line: int, column: int) -> int:
    """Return the place in `text` of a line and column, as `position` counts them."""
    start = 0
    for _ in range(line - 1):
        found = text.find("\n", start)
        if found < 0:
            break
        start = found + 1
    return min(start + column - 1, len(text))


def excerpt(text: str, place: int, *, width: int = 96) -> str:
    """Show the line around `place` with a caret under it, shortened to `width`."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)]
    # control characters, tabs and direction marks would move the caret or hide text
    line = "".join(char if char.isprintable() else " " for char in line)
    left = max(0, min(place - start - width // 2, len(line) - width))
    shown = line[left : left + width].rstrip()
    before, after = "…" if left else "", "…" if left + width < len(line) else ""
    return f"  {before}{shown}{after}\n  {' ' * (len(before) + place - start - left)}^"


def error_at(text: str, place: int, name: str, what: str, hint: str) -> QueryError:
    """Make the error for something at `place`: where, what, the line and a caret."""
    line, column = position(text, place)
    return QueryError(f"{name}:{line}:{column}: {what}\n{excerpt(text, place)}", hint=hint)


def syntax_error(
    message: str,
    text: str,
    *,
    shift: int = 0,
    starts: Sequence[tuple[int, int]] = (),
    ran: str = "",
    name: str = "query",
) -> QueryError:
    """Turn what the engine says of a query that does not parse into an error about `text`.

    `ran` is what the engine read: `text` moved right by `shift` columns in its first line
    (`guard.with_prefixes`), or, where `starts` is given, spread out (`tokens.spread`).
    """
    found = _ENGINE_ERROR.fullmatch(message)
    if found is None:
        return QueryError(f"{name}: does not parse: {message}")
    place = place_of(ran or text, int(found[1]), int(found[2]))
    if starts:
        place = starts[bisect_right(starts, (place, len(ran))) - 1][1]
    place = min(max(0, place - shift), len(text))
    tokens = list(iter_tokens(text))
    token = next(
        (each for each in tokens if each.start <= place < each.start + len(each.text)), None
    )
    reason = next((known for known in _REASONS if known in found[3]), "")
    if reason:
        what, hint = _REASONS[reason]
    elif token is None:
        what, hint = "the query ends too early", _unclosed(text, tokens)
    elif token.kind == "iri" and ":" not in token.text:
        what = f'"{_short(token.text)}" is no full IRI'
        hint = "write the whole IRI, or a prefix and a name such as d:lyushkov"
    elif (opening := _BRACKETS.get(token.text)) and not _matches(tokens, token):
        what = f'"{token.text}" closes nothing'
        hint = f'remove it, or add the "{opening}" it closes'
    else:
        what = f'"{_short(token.text)}" is not expected here'
        hint = "what stands before it is incomplete, or it belongs elsewhere"
        after = text[token.start + len(token.text) :]
        if token.kind == "word" and after[:1].isspace() and after.lstrip().startswith("("):
            hint = f"write {token.text}( without a space"  # the engine is strict about some
    return error_at(text, place, name, what, hint)


def quoted(names: Sequence[str]) -> str:
    """Join names, in double quotes, for a message."""
    return ", ".join(f'"{name}"' for name in names)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def _open(tokens: Sequence[Token]) -> list[Token]:
    """Return the brackets that are still open after `tokens`."""
    still: list[Token] = []
    for token in tokens:
        if token.text in ("{", "(", "["):
            still.append(token)
        elif still and _BRACKETS.get(token.text) == still[-1].text:
            still.pop()
    return still


def _matches(tokens: Sequence[Token], closing: Token) -> bool:
    """Tell whether a closing bracket closes the last one that is open before it."""
    before = _open([each for each in tokens if each.start < closing.start])
    return bool(before) and before[-1].text == _BRACKETS[closing.text]


def _unclosed(text: str, tokens: Sequence[Token]) -> str:
    still = _open(tokens)
    if not still:
        return "something is missing at the end"
    line, column = position(text, still[-1].start)
    return f'the "{still[-1].text}" at {line}:{column} is never closed'
