"""Reads a GEDCOM file into N-Quads, in one pass over its records, whatever is wrong with it."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from kg.gedcom import encodings, package
from kg.gedcom.blocks import File
from kg.gedcom.families import family
from kg.gedcom.lines import Node, Seen, cut_off, records, straight, total
from kg.gedcom.notes import settle_notes
from kg.gedcom.people import person
from kg.gedcom.plain import IS_PLAIN, Desk
from kg.gedcom.plainfamilies import plain_family
from kg.gedcom.plainpeople import plain_person
from kg.gedcom.problems import Problem
from kg.gedcom.quads import ACCOUNT, LABEL, TYPE, escaped, kg, local
from kg.gedcom.settling import settle_families
from kg.gedcom.sources import header, media, repository, source, submitter
from kg.gedcom.tree import VENDOR, Naming, Record, Tree, passage_of

__all__ = ["Naming", "Reading", "read"]

Sink = Callable[[bytes], None]
"""Takes N-Quads: complete lines, some hundred kilobytes at a time."""
Progress = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""

# What no XML, and so no RDF/XML, can hold: controls, lone surrogates, non-characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNFIT_MARKS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_CONTROLS = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)])
_UTF_8 = ("ascii", "utf-8")
_EVERY = 32  # records of which the facts go to the sink together: those of few fit the cache
_LOOK = 256  # records from one look at the progress to the next, a multiple of those

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
    may_be_unfit = bool(decoded.findings) or decoded.charset not in _UTF_8 or _is_unfit(data)
    del data
    problems += decoded.findings
    text = straight(decoded.text)
    version, charset = decoded.version or "5.5.1", decoded.charset
    del decoded
    if may_be_unfit and _UNFIT.search(text):
        text = _fit(text, problems)
    with _without_collection():
        tree = Tree(naming, File(text), version, problems)
        del text
        counts, lines = _map_all(tree, size if progress else 0, sink, progress)
        settle_families(tree)
        settle_notes(tree)
        accounts = _accounts(tree)
        _flush(tree, sink)
    problems.sort(key=lambda problem: problem.line)
    return Reading(
        people=counts["INDI"],
        families=counts["FAM"],
        records=counts.total(),
        lines=lines,
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
    tree: Tree, size: int, sink: Sink, progress: Progress | None
) -> tuple[Counter[str], int]:
    """Map every record; how many there are of each tag, and how many lines are not blank."""
    file = tree.file
    starts, blocks, tags = file.starts, file.blocks, file.tags
    desk, seen = Desk(tree), Seen(file.heads)
    ends = [start - 1 for start in [*starts[1:], file.count + 1]]
    counts: Counter[str] = Counter()
    lines = 0
    waiting: list[tuple[int, bool]] = []
    of_blocks = zip(blocks, tags, file.xrefs, starts, ends, strict=True)
    for number, (block, tag, xref, first, last) in enumerate(of_blocks):
        if not number % _EVERY:
            _flush(tree, sink)
            if progress and not number % _LOOK:
                progress(size * first // file.count, size)
        is_waiting = tag == "FAM" and first < file.last_person
        plain = _PLAIN_MAPS.get(tag)
        is_new = plain and not seen.ended and xref not in seen.xrefs
        if plain and is_new and IS_PLAIN(block):
            if is_waiting:
                waiting.append((number, True))
            if is_waiting or plain(desk, block, first, last, xref):
                counts[tag] += 1
                lines += last - first + 1
                continue
        is_waiting = False
        of_block = file.lines(number)
        lines += total(of_block)
        for node in records(of_block, tree.tell, tree.version, first=first, seen=seen):
            counts[node.tag] += 1
            if node.tag == "FAM" and node.line < file.last_person:
                is_waiting = True
            else:
                _map(tree, node)
        if is_waiting:
            waiting.append((number, False))
    if not seen.ended:
        tree.tell(cut_off(file.count))
    for turn, (number, is_plain) in enumerate(waiting):
        if not turn % _EVERY:
            _flush(tree, sink)
        _map_waiting(tree, desk, number, is_plain=is_plain)
    if progress:
        progress(size, size)
    return counts, lines


def _map_waiting(tree: Tree, desk: Desk, number: int, *, is_plain: bool) -> None:
    """Map the families of a block: their couples and children, further down, have been read."""
    file = tree.file
    first, xref = file.starts[number], file.xrefs[number]
    block = file.blocks[number]
    if is_plain and plain_family(desk, block, first, first + block.count("\n"), xref):
        return
    tell = tree.tell if is_plain else _told_already
    for node in records(file.lines(number), tell, tree.version, first=first, seen=Seen()):
        if node.tag == "FAM" and node.line < file.last_person:
            _map(tree, node)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Spare the collector of cycles a look at millions of objects that form none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # All that was made is taken for old at once: a first look at it would take long.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _is_unfit(data: bytes) -> bool:
    """Whether bytes in UTF-8 may hold what no file of facts can: faster than a look at the text."""
    if any(mark in data for mark in _UNFIT_MARKS):
        return True
    return len(data.translate(None, _CONTROLS)) < len(data)


def _fit(text: str, problems: list[Problem]) -> str:
    """The text without the characters that no file of facts can hold, each of them told."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        unfit = _UNFIT.findall(line)
        if unfit:
            named = ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(unfit))
            reason = f"left out what no file of facts can hold: {named}"
            lines[number - 1] = line = _UNFIT.sub("", line)
            problems.append(Problem(number, "", line, reason))
    return "\n".join(lines)


_PLAIN_MAPS: dict[str, Callable[[Desk, str, int, int, str], bool]] = {
    "INDI": plain_person,
    "FAM": plain_family,
}
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


def _told_already(problem: Problem) -> None:
    """What is wrong with the lines of a record was told at the first reading of it."""


def _flush(tree: Tree, sink: Sink) -> None:
    if tree.out:
        tree.done.append("".join(tree.out).encode())
        tree.out.clear()
    tree.things.update(tree.made)
    tree.made.clear()
    if tree.done:
        sink(b"".join(tree.done))
        tree.done.clear()


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
