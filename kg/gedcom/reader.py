"""Reads a GEDCOM file into N-Quads, in one pass over its records, whatever is wrong with it."""

from __future__ import annotations

import gc
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from kg.gedcom import encodings, package
from kg.gedcom.families import family
from kg.gedcom.lines import Node, records, split, total
from kg.gedcom.notes import settle_notes
from kg.gedcom.people import person
from kg.gedcom.problems import Problem
from kg.gedcom.quads import ACCOUNT, LABEL, TYPE, escaped, kg, local
from kg.gedcom.settling import settle_families
from kg.gedcom.sources import header, media, repository, source, submitter
from kg.gedcom.tree import VENDOR, Naming, Record, Tree, passage_of

__all__ = ["Naming", "Reading", "read"]

Sink = Callable[[bytes], None]
"""Takes N-Quads: complete lines, about a megabyte at a time."""
Progress = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""

_RECORD = re.compile(r"[ \t\ufeff]*0+[ \t]+@([^@]+)@?[ \t]*([^\W\d][\w-]*)")
_STARTS = frozenset("0 \t\ufeff")
# What no XML, and so no RDF/XML, can hold: controls, lone surrogates, non-characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EVERY = 256  # records from one look at the sink and the progress to the next

_AN_ACCOUNT = f"{TYPE} {kg('Account')}"
_MODE = kg("mode")
_REPORTED, _ALTERNATIVE = f"{_MODE} {kg('Reported')}", f"{_MODE} {kg('Alternative')}"


class Reading(NamedTuple):
    """What was read of a file, and what was not carried over.

    `lines` counts all lines that are not blank; `carried` those whose content is in the facts, or
    which tell how to read the file. `lost` counts the others by tag and reason: its sum and
    `carried` make `lines`. `problems` names each lost line, and each that was read with a doubt
    (its `lost` is 0), in the order of the file. `things` are the IRIs of all that was made,
    `accounts` those of cited sources with their labels.
    """

    people: int
    families: int
    records: int
    lines: int
    carried: int
    lost: Counter[tuple[str, str]]
    problems: list[Problem]
    things: set[str]
    accounts: dict[str, str]
    version: str
    charset: str
    language: str


def read(data: bytes, naming: Naming, sink: Sink, *, progress: Progress | None = None) -> Reading:
    """Read a GEDCOM file of version 5.5, 5.5.1 or 7.0, or a GEDZip, and give its facts to `sink`.

    The account of the file's own voice and the source itself are the caller's to describe. The
    same bytes give the same lines. ReadError for what is no GEDCOM at all.
    """
    problems: list[Problem] = []
    size = len(data)
    if package.is_package(data):
        unpacked = package.read_package(data)
        data = unpacked.gedcom
        problems += unpacked.problems
    decoded = encodings.decode(data)
    del data
    problems += decoded.findings
    lines: Sequence[str] = split(decoded.text)
    if _UNFIT.search(decoded.text):
        lines = _fit(lines, problems)
    version, charset = decoded.version or "5.5.1", decoded.charset
    del decoded
    tree = Tree(naming, lines, version, problems)

    def told(problem: Problem) -> None:
        problems.append(problem)
        if problem.lost:
            tree.lost[problem.tag, problem.reason] += problem.lost

    with _without_collection():
        counts = _map_all(tree, told, size if progress else 0, sink, progress)
        settle_families(tree)
        settle_notes(tree)
        accounts = _accounts(tree)
        _flush(tree, sink)
    problems.sort(key=lambda problem: problem.line)
    return Reading(
        people=counts["INDI"],
        families=counts["FAM"],
        records=counts.total(),
        lines=total(lines),
        carried=tree.carried,
        lost=tree.lost,
        problems=problems,
        things=tree.things,
        accounts=accounts,
        version=version,
        charset=charset,
        language=tree.language,
    )


def _map_all(
    tree: Tree, told: Callable[[Problem], None], size: int, sink: Sink, progress: Progress | None
) -> Counter[str]:
    """Map every record; how many there are of each tag."""
    lines, version = tree.lines, tree.version
    last_person = _survey(tree)
    counts: Counter[str] = Counter()
    waiting: list[tuple[int, int]] = []
    pending = _EVERY
    for node in records(lines, told, version):
        counts[node.tag] += 1
        if node.tag == "FAM" and node.line < last_person:
            # Its couple and children are named, and say what they are to it, further down.
            waiting.append((node.line, node.last))
        else:
            _map(tree, node)
        pending -= 1
        if not pending:
            pending = _EVERY
            _flush(tree, sink)
            if progress:
                progress(size * node.line // len(lines), size)
    for number, (first, last) in enumerate(waiting):
        for node in records(lines[first - 1 : last], _told_already, version):
            _shift(node, first - 1)
            _map(tree, node)
        if not number % _EVERY:
            _flush(tree, sink)
    if progress:
        progress(size, size)
    return counts


@contextmanager
def _without_collection() -> Iterator[None]:
    """Spare the collector of cycles a look at millions of objects that form none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fit(lines: Sequence[str], problems: list[Problem]) -> list[str]:
    """The lines without the characters that no file of facts can hold, each of them told."""
    fit = []
    for number, line in enumerate(lines, 1):
        unfit = _UNFIT.findall(line)
        if unfit:
            named = ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(unfit))
            reason = f"left out what no file of facts can hold: {named}"
            line = _UNFIT.sub("", line)
            problems.append(Problem(number, "", line, reason))
        fit.append(line)
    return fit


def _survey(tree: Tree) -> int:
    """Note which records there are, and where; the line of the last person, 0 for none.

    Pointers lead forwards and backwards: what one leads to must be known when it is met.
    """
    last_person = 0
    kinds, starts, lines = tree.kinds, tree.starts, tree.lines
    for number in [n for n, line in enumerate(lines, 1) if line[:1] in _STARTS]:
        found = _RECORD.match(lines[number - 1])
        if found:
            xref, tag = found.groups()
            if xref not in starts:
                starts[xref] = number
                kinds[xref] = sys.intern(tag)
            if tag == "INDI":
                last_person = number
    return last_person


_MAPS: dict[str, Callable[[Tree, Record, Node], None]] = {
    "INDI": person,
    "FAM": family,
    "SOUR": source,
    "REPO": repository,
    "OBJE": media,
    "SUBM": submitter,
    "HEAD": header,
}


def _map(tree: Tree, node: Node) -> None:
    """Write what one record says, and count its lines."""
    tag = node.tag
    mapping = _MAPS.get(tag)
    if mapping is not None:
        tree.carried += node.lines
        record = Record(node, _stem(tree, node))
        passage_of(tree, record, node)
        if node.value.strip():
            tree.remark(node, "a value that this line does not have in GEDCOM")
        mapping(tree, record, node)
    elif tag in ("NOTE", "SNOTE"):
        tree.note_records.append(node)
    elif tag == "TRLR":
        tree.keep(node)
    elif tag == "SUBN":
        tree.lose(node, "a submission to a temple register, not a fact")
    else:
        tree.lose(node, VENDOR if tag.startswith("_") else "not a record that GEDCOM knows")


def _stem(tree: Tree, node: Node) -> str:
    """The IRI of a record; one that repeats an identifier, or has none, gets its own."""
    xref = node.xref
    if not xref:
        if node.tag != "HEAD":
            tree.remark(node, "a record without an identifier: nothing can point at it")
        return f"{tree.stem}line-{node.line}"
    stem = f"{tree.stem}{local(xref)}"
    if tree.starts.setdefault(xref, node.line) == node.line:
        # A record at another level than 0 was not seen before.
        tree.kinds.setdefault(xref, node.tag)
        return stem
    tree.seen[xref] = tree.seen.get(xref, 1) + 1
    return f"{stem}-again-{tree.seen[xref]}"


def _shift(node: Node, lines: int) -> None:
    """Count the lines of a record from the beginning of the file."""
    todo = [node]
    while todo:
        node = todo.pop()
        node.line += lines
        node.end += lines
        todo += node.children


def _told_already(problem: Problem) -> None:
    """What is wrong with the lines of a record was told at the first reading of it."""


def _flush(tree: Tree, sink: Sink) -> None:
    if tree.out:
        sink("".join(tree.out).encode())
        tree.out.clear()


def _accounts(tree: Tree) -> dict[str, str]:
    """Write the accounts of cited sources, and that of rival versions; their labels by IRI."""
    name = tree.naming.name
    labels = {}
    for iri, xref in tree.accounts.items():
        said = xref[1:] if xref.startswith("@") else tree.titles.get(xref, f"source {xref}")
        labels[iri[1:-1]] = f"{said}, as cited in {name}"
        label = f'{LABEL} "{escaped(labels[iri[1:-1]])}"@en'
        tree.write(iri, [_AN_ACCOUNT, _REPORTED, label])
    if tree.rival_used:
        iri = tree.rival.removeprefix(f"{ACCOUNT} ")
        labels[iri[1:-1]] = f"another version in {name}"
        label = f'{LABEL} "{escaped(labels[iri[1:-1]])}"@en'
        tree.write(iri, [_AN_ACCOUNT, _ALTERNATIVE, label])
    return labels
