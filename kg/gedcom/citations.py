"""Citations: what a record says on the word of a source, as claims of that source's account."""

from __future__ import annotations

from kg.gedcom.details import cited_date_part, coded, language_of, role, text_part
from kg.gedcom.lines import Node
from kg.gedcom.quads import (
    A_CLAIM,
    ACCOUNT,
    CERTAIN,
    IN_DECLARED,
    LABEL,
    OBJECT,
    POSSIBLE,
    PREDICATE,
    PROBABLE,
    SUBJECT,
    TYPE,
    escaped,
    kg,
    plain,
    short_hash,
)
from kg.gedcom.tree import Part, Record, Tree, fill, passage_of
from kg.gedcom.values import read_quality

A_DOCUMENT = f"{TYPE} {kg('Document')}"
CITED_TEXT = kg("citedText")
CITED_DOCUMENT, _CITED_EVENT, _CITED_ROLE = kg("citedDocument"), kg("citedEvent"), kg("citedRole")
RECORDED_CERTAINTY, CITED_PAGE, _WORDS = kg("recordedCertainty"), kg("citedPage"), kg("phrase")
_IS_EVENT = [f"{PREDICATE} {TYPE}", f"{OBJECT} {kg('Event')}"]
CERTAINTIES = {"": CERTAIN, "3": CERTAIN, "2": PROBABLE, "1": POSSIBLE, "0": POSSIBLE}
_DEEPEST = 2  # a source cited for a picture that a citation shows, and no deeper


def source_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A SOUR: the source vouches for the thing as the lines of `record.fact` describe it."""
    about = [f"{SUBJECT} {thing}"]
    if record.rival:
        _cite(tree, record, node, [about + _IS_EVENT], tree.rival)
    else:
        _cite(tree, record, node, [about])


def cite_fact(tree: Tree, record: Record, node: Node, fact: tuple[str, str, str]) -> None:
    """A SOUR for one fact that the record gives: a claim of that fact alone.

    The fact is declared by the record as well, so that it stays where the source is not heard.
    """
    cite_claims(tree, record, node, [fact])
    subject, predicate, value = fact
    tree.out.append(f"{subject} {predicate} {value}{IN_DECLARED}")


def cite_claims(
    tree: Tree, record: Record, node: Node, facts: list[tuple[str, str, str]], *more: str
) -> None:
    """A SOUR for facts that are claims already: a claim of the source for each.

    `more` are further pairs of each claim, such as that it denies the fact.
    """
    if not facts:
        tree.lose(node, "a source of a pointer that leads nowhere")
        return
    abouts = [
        [f"{SUBJECT} {subject}", f"{PREDICATE} {predicate}", f"{OBJECT} {value}", *more]
        for subject, predicate, value in facts
    ]
    _cite(tree, record, node, abouts)


def _cite(
    tree: Tree, record: Record, node: Node, abouts: list[list[str]], account: str = ""
) -> None:
    """Write a claim about each of `abouts`, of the source's account or another."""
    if record.depth >= _DEEPEST:
        tree.lose(node, "a source within a source")
        return
    iris = [f"<{record.sub('sour')}>" for _ in abouts]
    document, voice = _document(tree, record, node)
    quality = next((child.value for child in node.children if child.tag == "QUAY"), "")
    pairs = [
        passage_of(tree, record, record.fact),
        account or f"{ACCOUNT} {voice}",
        CERTAINTIES.get(read_quality(quality), CERTAIN),
    ]
    if document:
        pairs.append(f"{CITED_DOCUMENT} {document}")
    record.depth += 1
    fill(tree, record, iris[0], pairs, node, parts(), "citation")
    record.depth -= 1
    if account:
        tree.rival_used = True
    else:
        tree.accounts.setdefault(voice, node.pointer)
    for iri, about in zip(iris, abouts, strict=True):
        tree.write(iri, [A_CLAIM, *about, *pairs])


def _document(tree: Tree, record: Record, node: Node) -> tuple[str, str]:
    """The cited thing, "" where it is not named, and the account of it; counts the line."""
    xref = node.pointer
    text = node.value.strip()
    if xref:
        found = tree.find(xref, "SOUR")
        if found:
            tree.carried += node.lines
            return found, f"{found[:-1]}-voice>"
        if xref == "VOID":
            tree.carried += node.lines
        else:
            tree.lose_line(node, tree.why_not(xref))
    else:
        tree.carried += node.lines
    if xref or not text:
        voice = f"<{tree.naming.base}{tree.naming.name}-unnamed>"
        tree.accounts[voice] = "@a source not named"
        return "", voice
    stem = f"{tree.stem}cited-{short_hash(text)}"
    iri = f"<{stem}>"
    if stem not in tree.things:
        record.subjects.append(tree.make(stem))
        label = " ".join(text.split())
        tree.write(iri, [A_DOCUMENT, f'{LABEL} "{escaped(label)}"@{tree.language}'])
        tree.accounts[f"<{stem}-voice>"] = f"@{label}"
    return iri, f"<{stem}-voice>"


def quality_part(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """QUAY: how sure the record is, of a citation or (against the standard) of an event."""
    quality = read_quality(node.value)
    if quality:
        tree.keep(node)
        pairs.append(f"{RECORDED_CERTAINTY} {plain(quality)}")
    else:
        tree.lose(node, "a quality that is none of 0, 1, 2, 3")


def cited_text(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    """A TEXT: words of a source, in the language that is named beside them."""
    tree.carried += node.lines
    language = tree.language
    for child in node.children:
        if child.tag == "LANG" and language_of(child.value):
            tree.keep(child)
            language = language_of(child.value)
        elif child.tag == "MIME" and child.value.strip() == "text/plain":
            tree.keep(child)
        else:
            tree.lose(
                child, "a text is carried without its media type" if child.tag == "MIME" else ""
            )
    if node.value.strip():
        pairs.append(f'{CITED_TEXT} "{escaped(node.value)}"@{language}')


def _event(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    tree.carried += node.lines
    value, words = node.value.strip(), ""
    for child in node.children:
        if child.tag == "PHRASE":
            tree.keep(child)
            words = child.value.strip()
        elif child.tag == "ROLE":
            text, phrase = coded(tree, child)
            code, said = role(tree, text)
            if code:
                pairs.append(f"{_CITED_ROLE} {plain(code)}")
            if phrase or said:
                pairs.append(f"{_WORDS} {plain(phrase or said)}")
        else:
            tree.lose(child)
    if value or words:
        pairs.append(f"{_CITED_EVENT} {plain(value or words)}")
    if value and words:
        pairs.append(f"{_WORDS} {plain(words)}")


def _data(tree: Tree, record: Record, thing: str, pairs: list[str], node: Node) -> None:
    if node.value.strip():
        tree.lose_line(node, "a value that this line does not have in GEDCOM")
    else:
        tree.carried += node.lines
    fill(tree, record, thing, pairs, node, _DATA, "citation")


_DATA: dict[str, Part] = {"DATE": cited_date_part, "TEXT": cited_text}
_PARTS: dict[str, Part] = {
    "PAGE": text_part(CITED_PAGE),
    "EVEN": _event,
    "DATA": _data,
    "TEXT": cited_text,
    "QUAY": quality_part,
}


def parts() -> dict[str, Part]:
    """What can stand under a citation. Notes and media have citations of their own."""
    if "NOTE" not in _PARTS:
        from kg.gedcom.media import media_part
        from kg.gedcom.notes import note_part

        _PARTS.update({"NOTE": note_part, "SNOTE": note_part, "OBJE": media_part})
    return _PARTS
