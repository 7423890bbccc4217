"""Kinship told in words and as plain values: people with names and years, terms, evidence."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.errors import UnknownName
from kg.vocab import KG

if TYPE_CHECKING:
    from kg.index.pedigree import Pedigree
    from kg.relations.kinship import Kinship
    from kg.relations.lines import Line
    from kg.relations.relatives import Relative
    from kg.relations.terms import Term, Terms
    from kg.relations.words import Teller
    from kg.view import View


class Words:
    """How people and kinship are told in the language asked for."""

    def __init__(self, session: View) -> None:
        """Of an archive; the store is opened only where the index lacks the language."""
        from kg import assets
        from kg.relations.terms import load_terms

        self.session = session
        self.pedigree: Pedigree = session.pedigree()
        language = session.language
        self.terms: Terms = load_terms(language)
        tables = tomllib.loads(assets.read("data/words/kinship.toml"))
        self._fixed: dict[str, str] = tables.get(language.partition("-")[0], tables["en"])
        self._of_index = language.partition("-")[0] == "en"

    def text(self, key: str, **values: object) -> str:
        """A phrase with its values."""
        return self._fixed[key].format(**values)

    def name(self, person: int) -> str:
        """The label of a person."""
        if self._of_index:
            return self.pedigree.label(person)
        return self.session.labels.of(self.pedigree.iri(person))

    def dated(self, person: int) -> str:
        """The label of a person with the years of the life."""
        from kg.draw.kin import years

        lived = years(self.pedigree, person)
        return f"{self.name(person)} ({lived})" if lived else self.name(person)

    def chain(self, people: tuple[int, ...]) -> str:
        """A chain of people, from one end to the other."""
        return " → ".join(map(self.dated, people))


def number_of(words: Words, text: str) -> int:
    """A person's number in the pedigree; UnknownName where the text means no person here."""
    session = words.session
    iri = session.curie_of(text)
    number = words.pedigree.number(iri) if iri else None
    if number is None:
        try:
            number = words.pedigree.number(session.resolve(text, [KG + "Person"]))
        except UnknownName as error:
            meant = _meant(words, text)
            if len(meant) != 1:
                raise UnknownName(error.message, hint=_listed(words, meant) or error.hint) from None
            number = meant[0]
    if number is None:
        raise UnknownName(f'"{text}" is no person of this viewpoint',
                          hint="kinship is between people: look with kg find")  # fmt: skip
    return number


def _meant(words: Words, text: str) -> list[int]:
    """The people that a name fits best; one who is known under several IRIs is one."""
    from kg.names import find

    if words.session.curie_of(text) is not None:
        return []
    found = [match for match in find(words.session.names, text, most=1000, near=False)
             if match.type == KG + "Person"]  # fmt: skip
    best = [match.iri for match in found if match.rank == found[0].rank]
    numbers = (words.pedigree.number(iri) for iri in best)
    return list(dict.fromkeys(number for number in numbers if number is not None))


def _listed(words: Words, people: list[int]) -> str:
    """A hint that names people with their years, so that namesakes can be told apart."""
    if not people:
        return ""
    lines = [f"    {words.session.curie(words.pedigree.iri(person))}  {words.dated(person)}"
             for person in people[:10]]  # fmt: skip
    more = f"\n    … and {len(people) - 10} more" if len(people) > 10 else ""
    return "name one of\n" + "\n".join(lines) + more


def person_json(words: Words, person: int) -> dict[str, str]:
    """A person as plain values."""
    return {"id": words.session.curie(words.pedigree.iri(person)), "name": words.name(person)}


def sources(session: View, pedigree: Pedigree) -> Callable[[int], int]:
    """A function that counts the sources that tell of a person."""
    from kg import assets
    from kg.store.embedded import text_of

    def count(person: int) -> int:
        found = {
            text_of(row[1])
            for iri in pedigree.iris(person)
            for row in session.store.rows(assets.read("queries/model/sources-of.rq"), thing=iri)
        }
        return len(found)

    return count


def both_terms(words: Words, found: Kinship, line: Line) -> tuple[Term, Term]:
    """What alter is to ego and ego to alter, by one line and all of its form."""
    from kg.relations.kinship import turned_round

    times = found.times(line)
    return words.terms.term(line.kin, times), words.terms.term(turned_round(line.kin), times)


def evidence_of(words: Words) -> Callable[[int, int], list[str]]:
    """A function that gives the words or record lines behind the step between two people."""
    from kg.relations.paths import Step, from_row
    from kg.relations.ties import kinds

    teller = _teller(words.session)
    ties = words.session.ties()
    kin_ties = {kind.name for kind in kinds().values() if kind.family == "kin"}

    def behind(one: int, other: int) -> list[str]:
        ends = words.pedigree.iris(one), words.pedigree.iris(other)
        found = []
        for iri in ends[0]:
            node = ties.node(iri)
            for tie in ties.at(node) if node is not None else ():
                row = ties.row(tie)
                if row.kind in kin_ties and {row.source, row.target} & set(ends[1]):
                    found.append(from_row(row))
        if not found:
            return []
        step = Step(source=ends[0][0], target=ends[1][0], ties=tuple(found))
        return teller.evidence(step)

    return behind


def _teller(session: View) -> Teller:
    """Who tells evidence: in English where the fixed words lack the language asked for."""
    from kg.query.labels import Labels
    from kg.relations.words import Teller

    for language in (session.language, session.language.partition("-")[0]):
        teller = Teller(Labels(session.store, language))
        with suppress(UnknownName):
            _ = teller.words
            return teller
    return Teller(Labels(session.store, "en"))


def kinship_document(
    words: Words, found: Kinship, lines: list[Line], evidence: bool
) -> dict[str, Any]:  # fmt: skip
    """The answer as plain values."""
    from kg.relations.kinship import turned_round

    teller = evidence_of(words) if evidence else None
    value: dict[str, Any] = {
        "ego": person_json(words, found.ego), "alter": person_json(words, found.alter),
        "alter_is": None, "ego_is": None, "lines": [],
    }  # fmt: skip
    if found.nearest is not None:
        term, back = both_terms(words, found, found.nearest)
        value |= {"alter_is": term.text, "ego_is": back.text}
    for line in lines:
        entry: dict[str, Any] = {
            "kind": line.kind, "term": words.terms.term(line.kin).text,
            "converse": words.terms.term(turned_round(line.kin)).text,
            "up": line.up, "down": line.down, "marriages": line.marriages,
            "whole": line.kin.whole.value, "lines": line.count, "possible": line.possible,
            "through": [person_json(words, person) for person in line.apexes],
            "chain": [person_json(words, person) for person in line.people],
        }  # fmt: skip
        if teller is not None:
            entry["evidence"] = [teller(*step) for step in pairwise(line.people)]
        value["lines"].append(entry)
    value |= {
        "kinship": found.coefficient, "relationship": found.relationship,
        "inbreeding": list(found.inbreeding), "complete": found.complete,
        "loops": [[person_json(words, person) for person in loop] for loop in found.loops],
    }  # fmt: skip
    return value


def relative_document(words: Words, relative: Relative, text: str) -> dict[str, Any]:
    """One relative as plain values."""
    return {
        **person_json(words, relative.person), "term": text, "degree": relative.degree,
        "generation": relative.generation, "side": relative.side, "kind": relative.line.kind,
        "kinship": relative.coefficient, "alive": relative.alive,
        "chain": [person_json(words, person) for person in relative.line.people],
    }  # fmt: skip
