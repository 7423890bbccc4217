"""Notes: their text on whatever they are about, in each language that they are given in."""

from __future__ import annotations

from kg.gedcom.citations import cite_fact
from kg.gedcom.details import language_of
from kg.gedcom.lines import Node, records
from kg.gedcom.problems import Problem
from kg.gedcom.quads import escaped, kg
from kg.gedcom.tree import Record, Tree, claim_record, reason_for

NOTE = kg("note")
_NESTED = "a source within a citation or a rival version"
_UNUSED = "nothing points at this note: taken for one of the whole file"
_TEXT_ALONE = "of a shared note, the text alone is carried"


def note_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A NOTE or SNOTE: its text, or that of the shared note it points at."""
    xref = node.pointer
    if xref:
        literals = shared_note(tree, xref)
        left = [(child, "") for child in node.children]
        if literals and tree.to_repeat > 0:
            tree.carried += node.lines
            tree.to_repeat -= sum(map(len, literals))
        elif literals:
            literals = []
            tree.lose_line(node, "a long shared note that was told often enough")
        else:
            tree.lose_line(node, tree.why_not(xref) if literals is None else "an empty note")
    elif node.children:
        literals, left = note_literals(tree, node)
        tree.carried += node.count() - sum(child.count() for child, _ in left)
    else:
        tree.carried += node.lines
        text = node.value
        if text and not text.isspace():
            pairs.append(f'{NOTE} "{escaped(text)}"@{tree.language}')
        return
    for literal in literals or ():
        pairs.append(f"{NOTE} {literal}")
    for child, reason in left:
        if child.tag != "SOUR":
            tree.lose(child, reason)
        elif record.depth or record.rival or not literals:
            tree.lose(child, _NESTED)
        else:
            cite_fact(tree, record, child, (thing, NOTE, literals[0]))


def note_literals(tree: Tree, node: Node) -> tuple[list[str], list[tuple[Node, str]]]:
    """The texts of a note as literals, and what of it they do not hold, with a reason or ""."""
    language, problems = tree.language, []
    literals: list[str] = []
    for child in node.children:
        if child.tag == "LANG" and language_of(child.value) and not child.children:
            language = language_of(child.value)
        elif child.tag == "TRAN":
            found, left = note_literals_of(child, tree.language)
            literals += found
            problems += left
        elif child.tag == "MIME" and child.value.strip() == "text/plain" and not child.children:
            continue
        else:
            problems.append((child, _why(child)))
    if node.value.strip():
        literals.insert(0, f'"{escaped(node.value)}"@{language}')
    return literals, problems


def note_literals_of(node: Node, language: str) -> tuple[list[str], list[tuple[Node, str]]]:
    """The text of one translation of a note, and what of it is left."""
    left = []
    for child in node.children:
        if child.tag == "LANG" and language_of(child.value) and not child.children:
            language = language_of(child.value)
        elif child.tag != "MIME" or child.value.strip() != "text/plain" or child.children:
            left.append((child, _why(child)))
    text = f'"{escaped(node.value)}"@{language}'
    return ([text] if node.value.strip() else []), left


def _why(node: Node) -> str:
    if node.tag == "MIME":
        return "a text is carried without its media type"
    return "a language that is not known" if node.tag == "LANG" else ""


def shared_note(tree: Tree, xref: str) -> list[str] | None:
    """The texts of the note record of that identifier as literals; None where there is none.

    The record may stand anywhere in the file: it is read at its first use, ahead of its turn.
    """
    if tree.kinds.get(xref) not in ("NOTE", "SNOTE"):
        return None
    tree.notes_used.add(xref)
    found = tree.texts.get(xref)
    if found is None:
        lines, start = tree.file.around(tree.starts[xref])
        end = start + 1
        while end < len(lines) and not lines[end].lstrip("\ufeff \t").startswith(("0 ", "0\t")):
            end += 1
        node = next(records(lines[start:end], _told_already, tree.version), None)
        found = tree.texts[xref] = note_literals(tree, node)[0] if node else []
    return found


def _told_already(problem: Problem) -> None:
    """The reading of all records tells the problems of each line once."""


def settle_notes(tree: Tree) -> None:
    """Count the note records, once it is known which of them something points at.

    One that nothing points at is taken for a note of the whole file.
    """
    for node in tree.note_records:
        is_first = tree.starts.get(node.xref, node.line) == node.line
        literals, left = note_literals(tree, node)
        if literals and not (is_first and node.xref in tree.notes_used):
            record = Record(node, f"{tree.stem}line-{node.line}")
            record.subjects.append(tree.source)
            tree.write(tree.source, [f"{NOTE} {literal}" for literal in literals])
            claim_record(tree, record)
            tree.remark(node, _UNUSED)
        tree.carried += node.count() - sum(child.count() for child, _ in left)
        for child, reason in left:
            known = child.tag not in ("CHAN", "CREA") and not child.tag.startswith("_")
            tree.lose(child, reason or (_TEXT_ALONE if known else reason_for(child)))
