"""Names of people, with their parts, types and variants → NAME."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kg.formats.gedcom.book import Book, is_placeholder
from kg.formats.gedcom.evidence import Evidence
from kg.formats.gedcom.facts import Claim, Text, Value, natural, text
from kg.formats.gedcom.lines import Line
from kg.formats.gedcom.words import variant_name
from kg.gedcom.values import read_name

# In the order of both standards.
PARTS: Final = {
    "namePrefix": "NPFX", "givenName": "GIVN", "nickname": "NICK", "surnamePrefix": "SPFX",
    "familyName": "SURN", "nameSuffix": "NSFX",
}  # fmt: skip
_TYPES: Final = frozenset(("aka", "birth", "immigrant", "maiden", "married", "professional"))
_SPACES: Final = re.compile(r"\s+")
_PHONETIC: Final = re.compile(r"-(?:Hira|Kana|Hrkt|Bopo|Hang)\b|-fonipa\b", re.IGNORECASE)

Parts = dict[str, list[Text]]


def write_names(book: Book, evidence: Evidence, person: str, above: Line) -> bool:
    """Write the names of a person, the preferred one first; whether there are any."""
    facts = book.facts
    whole = _literals(facts.take(person, "name"))
    parts = {name: _literals(facts.take(person, name)) for name in PARTS}
    claims = [c for name in ("name", *PARTS) for c in evidence.on(person, name)]
    nodes = [_Node(book, text(node)) for node in facts.take(person, "personalName")]
    nodes.sort(key=lambda node: natural(node.iri))
    told = {name for node in nodes for name in node.names}
    base = [name for name in whole if name not in told]
    lines: list[tuple[str, Line]] = []
    for name in base:
        fitting = {part: _fitting(name, found, base) for part, found in parts.items()}
        line = _name_line(book, name, fitting)
        evidence.cite(line, _about(claims, [name], fitting))
        lines.append((name.value, line))
    for fitting in _nameless(parts, base, nodes):
        line = _name_line(book, Text("", _language(fitting)), fitting)
        evidence.cite(line, _about(claims, [], fitting))
        lines.append(("", line))
    for node in nodes:
        line = _node_line(book, node)
        evidence.cite(line, [*_about(claims, node.names, {}), *evidence.records.get(node.iri, ())])
        book.notes(line, facts.about[node.iri], node.iri)
        lines.append((node.main(book).value, line))
    headings = {text(value) for value in facts.see(person, "rdfs:label")}
    lines.sort(key=lambda pair: pair[0] not in headings)
    above.children.extend(line for _, line in lines)
    _write_rivals(book, evidence, person, above, whole)
    return bool(lines)


class _Node:
    """A name that has a type, variants or notes: its forms in each language, and their parts."""

    def __init__(self, book: Book, iri: str) -> None:
        self.iri = iri
        self.names = _literals(book.facts.take(iri, "name"))
        self.parts = {name: _literals(book.facts.take(iri, name)) for name in PARTS}
        book.words.mentioned.add(iri)

    def main(self, book: Book) -> Text:
        """The form whose variants the others are: of the file's language, else in no script."""
        for name in self.names:
            if name.language in ("", "und", book.language):
                return name
        plain = [name for name in self.names if name.language == "und-Cyrl"]
        plain.extend(name for name in self.names if "-" not in name.language)
        return (plain or self.names or [Text("", _language(self.parts))])[0]


def _language(parts: Parts) -> str:
    return next((part.language for found in parts.values() for part in found), "")


def _nameless(parts: Parts, base: Sequence[Text], nodes: Sequence[_Node]) -> list[Parts]:
    """The parts, by language, that belong to no name that is given in full."""
    languages = {name.language for name in base}
    of_nodes = {(name, part) for node in nodes for name in PARTS for part in node.parts[name]}
    left = {
        name: [p for p in found if p.language not in languages and (name, p) not in of_nodes]
        for name, found in parts.items()
    }
    return [
        {name: [p for p in found if p.language == language] for name, found in left.items()}
        for language in sorted({p.language for found in left.values() for p in found})
    ]


def _write_rivals(
    book: Book, evidence: Evidence, person: str, above: Line, known: Sequence[Text]
) -> None:
    """Names that a source gives and that are no fact."""
    rivals: dict[Value, list[Claim]] = {}
    for claim in evidence.on(person, "name"):
        if isinstance(claim.object, Text) and claim.object not in known:
            rivals.setdefault(claim.object, []).append(claim)
    for value, claims in rivals.items():
        assert isinstance(value, Text)
        line = _name_line(book, value, {})
        line.add("NOTE", book.words.say("rival", evidence.attribution(claims[0])))
        evidence.cite(line, claims)
        above.children.append(line)


def write_heading(book: Book, person: str, above: Line) -> None:
    """Write the heading of somebody without a name, marked as no name; not what stands for none."""
    heading = book.words.heading(person)
    if not heading or is_placeholder(heading, "unnamed", person):
        return
    line = above.add("NAME", _plain(heading))
    _write_type(book, line, book.words.say("heading"), "")


def _literals(values: Iterable[Value]) -> list[Text]:
    return [value for value in values if isinstance(value, Text) and value.value.strip()]


def _fitting(name: Text, parts: Sequence[Text], names: Sequence[Text]) -> list[Text]:
    """The parts that belong to a name: in its language and found in it, or found in no other."""
    same = [part for part in parts if part.language == name.language]
    found = [part for part in same if _holds(name.value, part.value)]
    of_language = [other for other in names if other.language == name.language]
    if name == of_language[0]:
        lost = [p for p in same if not any(_holds(other.value, p.value) for other in of_language)]
        found.extend(lost)
    return found


def _holds(name: str, part: str) -> bool:
    return next(_places(name, part), -1) >= 0


def _places(name: str, part: str) -> Iterator[int]:
    """Where a part of a name stands in it as a whole word or more."""
    at = name.find(part)
    while at >= 0:
        before, after = name[at - 1 : at] if at else "", name[at + len(part) : at + len(part) + 1]
        if not (_in_word(before) and _in_word(part[:1])) and not (
            _in_word(after) and _in_word(part[-1:])
        ):
            yield at
        at = name.find(part, at + 1)


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _about(claims: list[Claim], names: Sequence[Text], parts: Parts) -> list[Claim]:
    said = {("name", value) for value in names}
    said.update((part, value) for part, found in parts.items() for value in found)
    return [claim for claim in claims if (claim.predicate, claim.object) in said]


def _name_line(book: Book, name: Text, parts: Parts) -> Line:
    line = Line("NAME", _slashed(book, name.value, parts))
    _write_parts(line, parts)
    if not _told_by_script(name.language, book.language):
        book.languages_lost[name.language] = book.languages_lost.get(name.language, 0) + 1
    return line


def _told_by_script(tag: str, language: str) -> bool:
    """Whether a reader finds the language of a name by that of the file and by its letters."""
    primary = language.partition("-")[0]
    return tag in ("", "und", language, "und-Cyrl", f"{primary}-Latn")


def _write_parts(line: Line, parts: Parts) -> None:
    for part, tag in PARTS.items():
        for value in parts.get(part, ()):
            line.add(tag, value.value)


def _node_line(book: Book, node: _Node) -> Line:
    facts = book.facts
    main = node.main(book)
    variants = [name for name in node.names if name != main]
    spoken = {name.language for name in variants}
    line = _name_line(
        book,
        main,
        {n: [p for p in found if p.language not in spoken] for n, found in node.parts.items()},
    )
    types = [text(value) for value in facts.take(node.iri, "nameType")]
    phrases = [text(value) for value in facts.take(node.iri, "phrase")]
    if types:
        _write_type(book, line, types[0], phrases[0] if phrases else "")
    for name in variants:
        own = {
            n: [p for p in found if p.language == name.language] for n, found in node.parts.items()
        }
        value = _slashed(book, name.value, own, is_variant=True)
        _write_parts(write_variant(book, line, Text(value, name.language)), own)
    return line


def write_variant(book: Book, above: Line, name: Text) -> Line:
    """Put a name in another script or language below a name."""
    if book.is_seven:
        line = above.add("TRAN", name.value)
        line.add("LANG", name.language or "und")
    else:
        line = above.add("FONE" if _PHONETIC.search(name.language) else "ROMN", name.value)
        line.add("TYPE", variant_name(name.language))
    return line


def _write_type(book: Book, line: Line, kind: str, phrase: str) -> None:
    known = kind in _TYPES
    if book.is_five:
        line.add("TYPE", kind)
        if phrase:
            line.add("NOTE", phrase)
        return
    typed = line.add("TYPE", kind.upper() if known else "OTHER")
    if phrase or not known:
        typed.add("PHRASE", phrase or kind)


def _plain(name: str) -> str:
    """A name on one line; a slash in it would mark a family name."""
    return _SPACES.sub(" ", name).strip().replace("/", "⁄")


def _slashed(book: Book, name: str, parts: Parts, *, is_variant: bool = False) -> str:
    """A name with its family name between slashes; made of its parts where it is not given."""
    said = {part: [_plain(value.value) for value in parts.get(part, ())] for part in PARTS}
    given, prefix, title, suffix = (
        " ".join(said[part][:1])
        for part in ("givenName", "surnamePrefix", "namePrefix", "nameSuffix")
    )
    surnames = said["familyName"]
    if "/" in name:
        book.slashes += 1
    name = _plain(name)
    if not name:
        marked = f"{prefix} {' '.join(surnames)}".strip()
        between = f"/{marked}/" if marked else ""
        return " ".join(part for part in (title, given, between, suffix) if part)
    for sought in (*(f"{prefix} {surname}".strip() for surname in surnames), *surnames):
        for at in _places(name, sought):
            slashed = f"{name[:at]}/{sought}/{name[at + len(sought) :]}"
            # Of a variant, readers take the parts that are told, and no others.
            if is_variant or _says_no_more(slashed, name, said):
                return slashed
    return name


def _says_no_more(slashed: str, name: str, parts: dict[str, list[str]]) -> bool:
    """Whether the slashes are read as the same name, and imply no part that it does not have."""
    value = read_name(slashed)
    return (
        value.full == name
        and bool(parts["givenName"] or not value.given)
        and bool(parts["nameSuffix"] or not value.suffix)
    )
