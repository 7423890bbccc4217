"""GEDCOM lines into records, in one pass, however broken the lines are."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence

from kg.gedcom.problems import Problem

# Value first, identifier second: an identifier may hold spaces, and may lack its second @.
LINE = re.compile(
    r"[\s\ufeff]*([0-9]{1,9})[ \t]+"
    r"(?:@([^@]+)@[ \t]*|@([^@\s]+)[ \t]+)?"
    r"([^\W\d][\w-]*)(?:[ \t](.*))?\Z",
    re.DOTALL,
)
_BARE = re.compile(r"[\s\ufeff]*([0-9]{1,9})(?:[ \t]+@[^@]*@?)?\s*$")
_POINTER = re.compile(r"\s*(@[^@#\s][^@]*@)\s*$")
_LEVELS = {str(level): level for level in range(100)}
FOLDED = ("CONT", "CONC")
_DEEPEST_JUMP = 1000  # a level that skips others is believed up to here

# Text that goes on over a line end without CONT is put back where the tag takes running text;
# anywhere else it would spoil the value (SEX, DATE, NAME …).
_TEXTS = frozenset(
    [
        "NOTE",
        "SNOTE",
        "TEXT",
        "ADDR",
        "TITL",
        "PUBL",
        "AUTH",
        "COPR",
        "CAUS",
        "DSCR",
        "OCCU",
        "EVEN",
        "FACT",
    ]
)


class Node:
    """One GEDCOM line with everything under it; CONT and CONC lines are part of `value`.

    `line` is its physical line, counted from 1, `end` the last of its own CONT and CONC lines and
    `lines` how many lines it took itself. `xref` is its identifier without the @, "" for none.
    A value that is a pointer keeps its @ ("@I1@", "@VOID@").
    """

    __slots__ = ("children", "end", "line", "lines", "tag", "value", "xref")

    def __init__(self, tag: str, value: str, line: int, xref: str = "") -> None:
        self.tag = tag
        self.value = value
        self.line = line
        self.end = line
        self.lines = 1
        self.xref = xref
        self.children: list[Node] = []

    @property
    def pointer(self) -> str:
        """The identifier that the value points at, without the @ (`VOID` too); "" for a text."""
        value = self.value
        return value[1:-1] if value.startswith("@") and _POINTER.match(value) else ""

    @property
    def last(self) -> int:
        """The last physical line of the whole substructure."""
        node, last = self, self.end
        while node.children:
            node = node.children[-1]
            if node.end > last:
                last = node.end
        return last

    def count(self) -> int:
        """The number of lines in the whole substructure, CONT and CONC included."""
        total = self.lines
        open_ = list(self.children)
        while open_:
            node = open_.pop()
            total += node.lines
            if node.children:
                open_ += node.children
        return total

    def __repr__(self) -> str:
        return f"<{self.line} {self.tag} {self.value[:40]!r} +{len(self.children)}>"


def is_literal(value: str) -> bool:
    """Whether the value of a line is a text that means itself: no pointer, no doubled @."""
    return "@" not in value or ("@@" not in value and _POINTER.match(value) is None)


class TextNode(Node):
    """A node whose text, once unescaped, looks like a pointer and is none ("@@I1@@")."""

    __slots__ = ()

    @property
    def pointer(self) -> str:
        """Always "": the value is a text."""
        return ""


class Seen:
    """What the records read so far leave to the next, where a file is read piece by piece."""

    __slots__ = ("ended", "heads", "tags", "xrefs")

    def __init__(self, heads: dict[str, int] | None = None) -> None:
        self.heads = heads or {}
        """The identifiers of records anywhere in the file, with their lines, where known."""
        self.xrefs: dict[str, int] = {}
        """Those of the records read so far, with the line of the first."""
        self.tags: dict[str, str] = {}
        """Tags already seen to be well formed, but for CONT and CONC."""
        self.ended = False
        """Whether the record read last is TRLR."""


def straight(text: str) -> str:
    """The text with LF for the end of each line (CR LF, LF CR, CR or LF alone)."""
    if "\r" in text:
        end = text.find("\n")
        if text[end : end + 2] == "\n\r" and text[end + 2 : end + 3] != "\n":
            text = text.replace("\n\r", "\n")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def split(text: str) -> list[str]:
    """The physical lines of a text, without their ends (CR LF, LF CR, CR or LF alone)."""
    lines = straight(text).split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def total(lines: Sequence[str]) -> int:
    """How many lines there are to carry: all that are not blank."""
    return sum(1 for line in lines if line and not line.isspace())


def passage(lines: Sequence[str], first: int, last: int) -> str:
    r"""Lines `first` to `last`, counted from 1, both included, verbatim, joined by \n."""
    return "\n".join(lines[first - 1 : last])


def records(
    lines: Sequence[str],
    problem: Callable[[Problem], None],
    version: str = "5.5.1",
    *,
    first: int = 1,
    seen: Seen | None = None,
) -> Iterator[Node]:
    """The records (level 0) of a file, one after the other.

    `lines` are its physical lines (`split`). Every line that is not blank is a node, or part of
    the value of one, or told to `problem` with `lost` 1: the counts of all records and the lost
    lines add up to `total(lines)`. Nothing is raised.

    A line that skips levels goes to the nearest parent there is; lines before the first record
    are records themselves; CONT and CONC under a pointer stay children, for they continue no text.

    The lines may be a piece of a file that begins with a record: `first` is then the number of its
    first line and `seen` what the pieces before it left. That the file ends without TRLR is then
    the caller's to tell.
    """
    seven = version.startswith("7")
    is_whole = seen is None
    seen = seen or Seen()
    tags = seen.tags
    loose = Node("", "", 0)
    root: Node | None = None
    path: list[Node] = [loose] * 128  # path[depth] is the node read last, path[0] its record
    depth = -1
    texts: dict[Node, list[str]] = {}
    number = first - 1
    for line in lines:
        number += 1
        parts = line.split(" ", 2)
        if len(parts) == 3:
            head, name, value = parts
        elif len(parts) == 2:
            head, name = parts
            value = ""
        else:
            head, name, value = line, "", ""
        level = _LEVELS.get(head, -1)
        tag = tags.get(name)
        xref = ""
        if tag is None or level < 0 or level > depth + 1:
            # The rare lines: identifiers, continued text, whatever is new or wrong.
            folded = name in FOLDED
            if not folded or level < 0:
                found = _read(line, number, problem)
                if found is None or (found[0] > depth + 1 and not found[2].isupper()):
                    depth = _stray(line, number, path, depth, texts, problem)
                    continue
                level, xref, name, value = found
                folded = name in FOLDED
            jumped = level > depth + 1
            if jumped:
                if depth < 0:
                    yield from _finished(root, texts)
                    root = path[0] = loose
                    seen.ended = False
                level, depth = _jump(level, name, line, number, path, depth, problem)
            if folded and depth >= 0:
                target = path[level - 1] if level else path[0]
                if (
                    level <= depth
                    and _goes_on(path[level], texts)
                    and not (target.value or target in texts)
                ):
                    target = path[level]
                    text = f"{name} at the level of the line that it continues"
                    problem(Problem(number, name, line, text))
                if target is not loose and not target.pointer:
                    if "@@" in value:
                        value = _unescape(value, seven)
                    if target not in texts:
                        texts[target] = [target.value]
                    texts[target].append("\n" + value if name == "CONT" else value)
                    target.lines += 1
                    target.end = number
                    if not jumped:
                        depth = level if level and target is path[level] else max(level - 1, 0)
                    continue
            tag = name if folded else tags.setdefault(name, sys.intern(name))
            if level == len(path):
                path.append(loose)
            if xref and not level:
                before = min(seen.xrefs.setdefault(xref, number), seen.heads.get(xref, number))
                if before < number:
                    text = f"@{xref}@ is already the identifier of the record at line {before}"
                    problem(Problem(number, tag, line, text))
        node = Node(tag, value, number)
        if "@" in value:
            node = _at_sign(node, seven)
        if xref:
            node.xref = xref
        if level:
            path[level - 1].children.append(node)
        else:
            if seen.ended:
                problem(Problem(number, tag, line, "a record after TRLR, the end of the file"))
            if root is not None:
                yield from _finished(root, texts)
            root = node
            seen.ended = tag == "TRLR"
        path[level] = node
        depth = level
    yield from _finished(root, texts)
    if is_whole and not seen.ended:
        problem(cut_off(number))


def cut_off(number: int) -> Problem:
    """That a file of so many lines ends without TRLR."""
    text = "the file ends without TRLR: it may be cut off"
    return Problem(max(number, 1), "TRLR", "", text)


def _finished(root: Node | None, texts: dict[Node, list[str]]) -> Sequence[Node]:
    """The record that ended, its texts put together; or the lines that had no record."""
    for owner, pieces in texts.items():
        owner.value = "".join(pieces)
    texts.clear()
    if root is None:
        return ()
    if root.line:
        return (root,)
    strays, root.children = root.children, []
    return strays


def _goes_on(node: Node, texts: dict[Node, list[str]]) -> bool:
    """Whether the node holds a text that a CONT may continue."""
    return bool(node.value) or node in texts or node.tag in _TEXTS


def _read(
    line: str, number: int, problem: Callable[[Problem], None]
) -> tuple[int, str, str, str] | None:
    """Level, identifier, tag and value of a line with any spacing; None where it is no line."""
    match = LINE.match(line)
    if match is None:
        return None
    level, xref, open_xref, tag, value = match.groups()
    if open_xref:
        problem(Problem(number, tag, line, f'the identifier "@{open_xref}" lacks its second @'))
    return int(level), xref or open_xref or "", tag, value or ""


def _jump(
    level: int,
    tag: str,
    line: str,
    number: int,
    path: list[Node],
    depth: int,
    problem: Callable[[Problem], None],
) -> tuple[int, int]:
    """Level and depth for a line deeper than any parent; fills the path with the nearest one."""
    if depth < 0:
        depth = 0
        problem(Problem(number, tag, line, f"level {level} without a record above it"))
    else:
        text = f"level {level} follows level {depth}: put under the nearest line above it"
        problem(Problem(number, tag, line, text))
    if level > depth + 1:
        if level > _DEEPEST_JUMP:
            return depth + 1, depth
        path += [path[0]] * (level + 1 - len(path))
        path[depth + 1 : level] = [path[depth]] * (level - depth - 1)
    return level, depth


def _stray(
    line: str,
    number: int,
    path: list[Node],
    depth: int,
    texts: dict[Node, list[str]],
    problem: Callable[[Problem], None],
) -> int:
    """The depth after a line that has no level and tag: text that goes on, or a lost line."""
    if not line or line.isspace():
        return depth
    bare = _BARE.match(line)
    if bare:
        problem(Problem(number, "", line, "a level without a tag", 1))
        # What follows deeper down belongs to the missing line, not to the one before.
        return min(depth, int(bare[1]) - 1)
    node = path[depth]
    if depth >= 0 and (node in texts or node.tag in _TEXTS) and not node.pointer:
        if node not in texts:
            texts[node] = [node.value]
        texts[node].append("\n" + line)
        node.lines += 1
        node.end = number
        text = f"no level and tag: taken as the next line of the {node.tag} above"
        problem(Problem(number, node.tag, line, text))
    else:
        problem(Problem(number, "", line, "no level and tag", 1))
    return depth


def _at_sign(node: Node, seven: bool) -> Node:
    """The node with its value unescaped, or trimmed where it is a pointer."""
    pointer = _POINTER.match(node.value)
    if pointer:
        node.value = pointer[1]
    elif "@@" in node.value:
        value = _unescape(node.value, seven)
        if _POINTER.match(value):
            return TextNode(node.tag, value, node.line)
        node.value = value
    return node


def _unescape(value: str, seven: bool) -> str:
    """A value as it was meant: in GEDCOM 7 only its first @ is doubled, before that every one."""
    if seven:
        return value[1:] if value.startswith("@@") else value
    return value.replace("@@", "@")
