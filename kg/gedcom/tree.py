"""The state of one reading: what was written, what was seen, and what could not be carried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from kg.gedcom import tables
from kg.gedcom.blocks import File
from kg.gedcom.lines import Node
from kg.gedcom.problems import Problem
from kg.gedcom.quads import (
    A_CLAIM,
    ACCOUNT,
    CERTAIN,
    PASSAGE,
    claim,
    kg,
    local,
    passage,
    subjects,
)

VENDOR = "a tag of one program's own"
EDIT = "the date of an edit, not of the person"
HERE = "not a part of this structure in GEDCOM"
EMPTY = "nothing is said"
VOID = "points at nothing (@VOID@)"
NOWHERE = "points at no record"
_LEAST_REPEATED = 1 << 26
_REASONS = {
    "CHAN": EDIT,
    "CREA": EDIT,
    "CONT": "continues no text",
    "CONC": "continues no text",
    "SDATE": "a date for sorting only",
}


class Naming(NamedTuple):
    """How the things of one file are called, all without angle brackets.

    `base` is what their IRIs start with, `name` the file's own name in them ("family"), `source`
    the IRI of the file as a source and `voice` that of its account.
    """

    base: str
    name: str
    source: str
    voice: str


class Kinship(NamedTuple):
    """What the record of a child says of its place in a family.

    `first` and `second` are the properties that lead from the child to the partners of the family,
    "" where the child has none of that partner.
    """

    first: str = "parent"
    second: str = "parent"
    status: str = ""
    phrases: tuple[str, ...] = ()


class Waiting(NamedTuple):
    """A child in a family, of whom another family may say more."""

    stem: str
    child: str
    partners: tuple[str, str]
    kinships: Sequence[Kinship]
    passage: str


class SaidName(NamedTuple):
    """What the lines of a first name say: the full name, escaped, and the facts of the person.

    The facts have a mark for the IRI.
    """

    full: str
    facts: bytes


class Tree:
    """All that the mapping of one file shares. IRIs here have their angle brackets."""

    def __init__(self, naming: Naming, file: File, version: str, problems: list[Problem]) -> None:
        self.naming = naming
        self.file = file
        self.version = version
        self.problems = problems
        self.tables = tables.load()
        self.out: list[str] = []
        self.done: list[bytes] = []
        """N-Quads, those of `done` encoded already."""
        self.carried = 0
        self.lost: Counter[tuple[str, str]] = Counter()
        self.things: set[str] = set()
        self.made: list[str] = []
        """Things that are to be added to those: many at once are added faster."""
        self.stem = f"{naming.base}{naming.name}."
        self.source = f"<{naming.source}>"
        self.source_pair = f"{kg('source')} {self.source}"
        self.voice = f"{ACCOUNT} <{naming.voice}>"
        self.rival = f"{ACCOUNT} <{naming.voice}-other>"
        self.rival_used = False
        self.language = self.latin = "und"
        self.cyrillic = "und-Cyrl"
        """The tag of the file's texts; those of names in Cyrillic and in Latin letters."""
        self.accounts: dict[str, str] = {}
        """Accounts of cited sources, with the source's identifier or its label."""
        # What the file's records are, by their identifiers; the first of two counts.
        self.kinds = file.kinds
        self.starts = file.lines_of
        self.seen: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.said: dict[str, SaidName] = {}
        """What the lines of a first NAME say, in the language of the file."""
        self.titles: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}
        self.places: dict[str, str] = {}
        self.positions: dict[str, str] = {}
        self.positions_of_places: dict[str, str] = {}
        self.dates: dict[str, tuple[tuple[str, ...], str]] = {}
        # Families: their partners, what children say of them, and what is still one-sided.
        self.partners: dict[str, tuple[str, str]] = {}
        self.kinships: dict[tuple[str, str], list[Kinship]] = {}
        # Children who are not born to each family they grew up in, and what waits for all of these.
        self.not_born: set[str] = set()
        self.waiting: list[Waiting] = []
        self.child_of: dict[tuple[str, str], tuple[int, str]] = {}
        self.partner_of: dict[tuple[str, str], tuple[int, str]] = {}
        self.open_families: dict[str, list[str]] = {}
        self.kin_sources: list[tuple[Record, str, Node]] = []
        self.notes_used: set[str] = set()
        # How many letters of shared notes may be told again: one note may have many readers.
        self.to_repeat = max(_LEAST_REPEATED, 10 * file.lengths())
        self.note_records: list[Node] = []

    def tell(self, problem: Problem) -> None:
        """Note a problem of a line, and the lines that are lost by it."""
        self.problems.append(problem)
        if problem.lost:
            self.lost[problem.tag, problem.reason] += problem.lost

    def keep(self, node: Node) -> None:
        """Count the line of a node that has no parts as carried; parts that it has are lost."""
        self.carried += node.lines
        for child in node.children:
            self.lose(child)

    def lose(self, node: Node, reason: str = "") -> None:
        """Report a node and all under it as not carried, each line with its reason."""
        todo = [(node, reason)]
        while todo:
            node, reason = todo.pop()
            why = reason or reason_for(node)
            self.lose_line(node, why)
            if node.children:
                todo += [(child, why) for child in reversed(node.children)]

    def lose_line(self, node: Node, reason: str) -> None:
        """Report a node as not carried, without what is under it."""
        self.lost[node.tag, reason] += node.lines
        problem = Problem(node.line, node.tag, node.value, reason, node.lines)
        self.problems.append(problem)

    def lose_parts(self, node: Node) -> None:
        """Report all that is under a node, and not the node."""
        for child in node.children:
            self.lose(child)

    def remark(self, node: Node, reason: str) -> None:
        """Note something about a line that is carried."""
        self.problems.append(Problem(node.line, node.tag, node.value, reason))

    def write(self, iri: str, pairs: list[str]) -> None:
        """Write what is said of one thing: pairs of predicate and object, at least one."""
        between = f" .\n{iri} "
        self.out.append(f"{iri} {between.join(pairs)} .\n")

    def make(self, stem: str) -> str:
        """The IRI in brackets of a new thing that has this IRI."""
        self.things.add(stem)
        return f"<{stem}>"

    def find(self, xref: str, *tags: str) -> str:
        """The IRI of the record that an identifier names, "" where no record of such a tag is."""
        if self.kinds.get(xref) in tags:
            return f"<{self.stem}{local(xref)}>"
        return ""

    def why_not(self, xref: str) -> str:
        """Why `find` found nothing."""
        if xref == "VOID":
            return VOID
        kind = self.kinds.get(xref)
        return f"points at a {kind} record" if kind else NOWHERE


def reason_for(node: Node) -> str:
    """Why a node is not carried that no table knows."""
    if node.tag.startswith("_"):
        return VENDOR
    return _REASONS.get(node.tag, HERE)


class Record:
    """One record while it is mapped. `stem` is its IRI without brackets, `label` is escaped."""

    __slots__ = (
        "adopted", "born", "depth", "fact", "iri", "kin_sources", "kinships", "label", "member",
        "node", "numbers", "once", "passages", "rival", "stem", "subjects",
    )  # fmt: skip

    def __init__(self, node: Node, stem: str) -> None:
        self.node = node
        self.stem = stem
        self.iri = f"<{stem}>"
        self.label = ""
        self.subjects: list[str] = []
        self.numbers: dict[str, int] = {}
        self.passages: dict[int, str] = {}
        self.once: set[str] = set()
        self.fact = node
        self.rival = False
        self.depth = 0
        # Families of which the person is a child, by identifier: from FAMC, ADOP and BIRT.
        self.member: dict[str, Node] = {}
        self.adopted: dict[str, tuple[str, Node]] = {}
        self.born: dict[str, Node] = {}
        self.kinships: dict[str, list[Kinship]] = {}
        self.kin_sources: list[tuple[str, Node]] = []

    def is_second(self, what: str) -> bool:
        """Whether this was asked before of the record: for what it can have once."""
        if what in self.once:
            return True
        self.once.add(what)
        return False

    def sub(self, tag: str) -> str:
        """The IRI, without brackets, of the next thing of this sort in the record."""
        number = self.numbers.get(tag, 0) + 1
        self.numbers[tag] = number
        return f"{self.stem}-{tag}" if number == 1 else f"{self.stem}-{tag}-{number}"


def passage_of(tree: Tree, record: Record, node: Node) -> str:
    """The pair that names the passage of a node's lines; the passage is written once."""
    found = record.passages.get(node.line)
    if found is None:
        first, last = node.line, node.last
        iri = f"<{tree.naming.source}#line={first - 1},{last}>"
        quote = tree.file.quote(first, last)
        tree.out.append(passage(iri, tree.source_pair, first, last, quote))
        found = record.passages[node.line] = f"{PASSAGE} {iri}"
    return found


def claim_record(tree: Tree, record: Record) -> None:
    """Write the claim of a whole record: it vouches for all that is said of its subjects."""
    pairs = [
        A_CLAIM, tree.voice, CERTAIN, passage_of(tree, record, record.node),
        *subjects(record.subjects),
    ]  # fmt: skip
    tree.write(f"<{record.stem}-record>", pairs)


def claim_fact(
    tree: Tree, iri: str, fact: tuple[str, str, str], where: str, more: Iterable[str] = (),
    *, account: str = "", certainty: str = CERTAIN,
) -> None:  # fmt: skip
    """Write the claim of one fact (subject, predicate, object)."""
    tree.out.append(claim(iri, fact, account or tree.voice, certainty, where))
    for pair in more:
        tree.out.append(f"{iri} {pair} .\n")


Part = Callable[[Tree, Record, str, list[str], Node], None]
"""Maps a node that is part of a thing (its IRI) to pairs of that thing, and counts its lines."""


def fill(
    tree: Tree, record: Record, thing: str, pairs: list[str], node: Node,
    parts: dict[str, Part], structure: str,
) -> None:  # fmt: skip
    """Map all parts of a node by a table; what the table does not know is reported."""
    for child in node.children:
        part = parts.get(child.tag)
        if part is None:
            part = parts.get(aliased(tree, structure, child))
        if part is None:
            tree.lose(child)
        else:
            part(tree, record, thing, pairs, child)


def aliased(tree: Tree, structure: str, node: Node) -> str:
    """The standard tag of a program's own, which the node then bears; "" where there is none."""
    alias = tree.tables.vendor.get(structure, {}).get(node.tag)
    if alias is None:
        return ""
    if alias.type:
        beside = Node("TYPE", alias.type, node.line)
        beside.lines = 0  # it stands in no line of the file
        node.children.insert(0, beside)
    node.tag = alias.tag
    return alias.tag
