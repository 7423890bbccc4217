"""Looks at a query before it runs: its size and depth, and that it reads only this store.

This is the first of two walls, made to give a good message; the second is the process without
sockets that the query then runs in (`kg.query.engine`), which holds where this one is fooled.
It does not parse SPARQL: what is wrong in other ways is left for the engine to find.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import QueryError
from kg.query.messages import error_at, quoted
from kg.query.tokens import Token, expand_escapes, iter_tokens

MAX_BYTES = 100_000
MAX_DEPTH = 64  # the engine dies with a segmentation fault at some 2,200 braces
MAX_BRANCHES = 60  # its planner takes 6 s for 160 OPTIONALs, over 20 s for 240
MAX_STEPS = 300  # and 4 s for a path of 320 steps
MAX_CHAIN = 1000  # and over 20 s for 4,400 terms joined by ||

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PROLOGUE = {"PREFIX": 3, "BASE": 2, "VERSION": 2}  # a keyword and how many tokens it takes
_UPDATES = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
_OPENING = frozenset(["{", "(", "[", "<<", "<<(", "{|"])
_CLOSING = frozenset(["}", ")", "]", ">>", ")>>", "|}"])
_STEPS = frozenset("/|^!")
_IN_PATH = frozenset("()*+?")  # with IRIs and names; anything else ends a path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way to read a query: its tokens, and the way back to what the user wrote."""

    name: str
    written: str
    places: Sequence[int]
    tokens: Sequence[Token]

    def error(self, token: Token, what: str, hint: str) -> QueryError:
        return error_at(self.written, self.places[token.start], self.name, what, hint)


def check(
    text: str,
    *,
    prefixes: Mapping[str, str] | None = None,
    graphs: Collection[str] = (),
    name: str = "query",
) -> str:
    r"""Refuse a query that could hurt or reach out; return its form, such as "select".

    `prefixes` are those known without being declared, `graphs` the IRIs of the named graphs of
    the store, `name` what the messages call the query. Nothing is executed. SPARQL 1.1 reads
    escapes such as `\u0053` anywhere, our engine in strings and IRIs only: the text has to pass
    read either way.
    """
    if (size := len(text.encode("utf-8", "surrogatepass"))) > MAX_BYTES:
        raise QueryError(
            f"{name}: {size:,} bytes are more than the {MAX_BYTES:,} a query may have",
            hint="move long lists of VALUES into several queries",
        )
    for place, char in enumerate(text):
        if "\ud800" <= char <= "\udfff":
            raise error_at(text, place, name, "half a character", "save the query as UTF-8")
    expanded, places = expand_escapes(text)
    # expanded first: an escaped SERVICE is then named as one
    readings = [(expanded, places)] if expanded != text else []
    readings.append((text, range(len(text) + 1)))
    form = ""
    for each, back in readings:
        reading = _Reading(name=name, written=text, places=back, tokens=list(iter_tokens(each)))
        _check_size(reading)
        _check_reach(reading, prefixes or {}, graphs)
        form = _form(reading)
    return form


def with_prefixes(
    text: str, prefixes: Mapping[str, str], *, name: str = "query"
) -> tuple[str, int]:
    """Put a PREFIX in front for each prefix that `text` uses but does not declare.

    They go on the first line, so that line numbers stay; the second value is by how much the
    columns of that line moved. A prefix in neither place is an error that suggests near names.
    """
    tokens = list(iter_tokens(text))
    declared = _declared(tokens)
    missing: set[str] = set()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind != "name" or token.prefix in declared:
            continue
        if token.prefix not in prefixes:
            if before and before.text == "<" and before.start == token.start - 1:
                raise error_at(
                    text,
                    before.start,
                    name,
                    "this is no IRI",
                    "an IRI ends with > and holds no spaces or quotes: write %20 for a space",
                )
            hint = _near_prefixes(token.prefix, sorted({*declared, *prefixes}))
            raise error_at(text, token.start, name, f'unknown prefix "{token.prefix}"', hint)
        missing.add(token.prefix)
    front = "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in sorted(missing))
    # editors on Windows begin files with a mark that is no SPARQL; a space keeps the columns
    body = " " + text[1:] if text.startswith("\ufeff") else text
    return front + body, len(front)


def _check_size(reading: _Reading) -> None:
    """Refuse what makes the engine crash or its planner hang."""
    depth = branches = steps = chain = negations = 0
    for token in reading.tokens:
        mark = token.text if token.kind == "mark" else ""
        if token.kind == "unclosed":
            raise reading.error(
                token, "this string is never closed", f"close it with {token.text[0]}"
            )
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth = max(0, depth - 1)
        negations = negations + 1 if mark == "!" else 0
        # ?a<(((?b)))>?c looks like an IRI; no real one holds that many brackets
        inside = token.text.count("(") + token.text.count("!") if token.kind == "iri" else 0
        if max(depth, negations, inside) > MAX_DEPTH:
            raise reading.error(
                token,
                f"nesting deeper than {MAX_DEPTH} levels",
                "write it flatter, or as several queries",
            )
        branches += token.keyword in ("OPTIONAL", "UNION")
        if branches > MAX_BRANCHES:
            raise reading.error(
                token,
                f"more than {MAX_BRANCHES} OPTIONAL and UNION",
                "ask with VALUES, with a path of |, or in several queries",
            )
        if mark in _STEPS:
            steps += 1
        elif token.kind not in ("iri", "name") and mark not in _IN_PATH and token.text != "a":
            steps = 0
        if steps > MAX_STEPS:
            raise reading.error(
                token,
                f"a path of more than {MAX_STEPS} steps",
                "use + or * where the same step repeats",
            )
        chain += mark in ("||", "&&")
        if chain > MAX_CHAIN:
            raise reading.error(
                token, f"more than {MAX_CHAIN:,} terms of || and &&", "use IN (…) or VALUES"
            )


def _check_reach(reading: _Reading, prefixes: Mapping[str, str], graphs: Collection[str]) -> None:
    """Refuse what writes, or reads anything but this store."""
    names = {**prefixes, **_declared(reading.tokens)}
    depth = 0
    for index, token in enumerate(reading.tokens):
        word = token.keyword
        if word == "SERVICE":
            raise reading.error(
                token,
                "SERVICE asks another machine, and kg reaches none",
                "fetch that data first and add it to the archive as a source",
            )
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > 0:
            continue
        if word in _UPDATES:
            raise reading.error(
                token,
                f"kg query only reads: {word} would change the store",
                "change the files of the archive, then run kg build",
            )
        if word == "FROM":
            _check_graph(reading, index, names, graphs)


def _check_graph(
    reading: _Reading, index: int, names: Mapping[str, str], graphs: Collection[str]
) -> None:
    """Refuse the FROM or FROM NAMED at `index` unless it names a graph that the store holds."""
    following = reading.tokens[index + 1 : index + 3]
    if following and following[0].keyword == "NAMED":
        following = following[1:]
    if not following or following[0].kind not in ("iri", "name"):
        return  # no SPARQL: the engine says so
    graph = following[0]
    if graph.kind == "name":
        iri = names.get(graph.prefix, "") + graph.text[len(graph.prefix) + 1 :]
    else:
        iri = expand_escapes(graph.text[1:-1])[0]
    if iri not in graphs:
        known = ", ".join(f"<{each}>" for each in sorted(graphs))
        raise reading.error(
            graph,
            f"{graph.text} is no graph of this store, and kg fetches none",
            f"leave FROM out, or name one of {known}" if known else "leave FROM out",
        )


def _form(reading: _Reading) -> str:
    """Return how the query begins after its prologue: select, ask, construct or describe."""
    tokens, index = reading.tokens, 0
    while index < len(tokens) and tokens[index].keyword in _PROLOGUE:
        index += _PROLOGUE[tokens[index].keyword]
    if index >= len(tokens):
        raise QueryError(
            f"{reading.name}: the query is empty", hint="try SELECT * { ?s ?p ?o } LIMIT 10"
        )
    first = tokens[index]
    if first.keyword not in _FORMS:
        near = difflib.get_close_matches(first.keyword, _FORMS, n=1)
        raise reading.error(
            first,
            f'"{first.text}" does not begin a query',
            f"did you mean {near[0]}?" if near else f"begin with {', '.join(_FORMS)}",
        )
    return first.keyword.lower()


def _declared(tokens: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that a query declares itself."""
    return {
        name.prefix: expand_escapes(iri.text[1:-1])[0]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.keyword == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def _near_prefixes(prefix: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(prefix, known, n=3, cutoff=0.5)
    declare = f"declare it: PREFIX {prefix}: <…>"
    if near:
        return f"did you mean {quoted(near)}? otherwise {declare}"
    return f"{declare}; known are {quoted(known)}" if known else declare
