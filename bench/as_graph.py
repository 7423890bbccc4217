"""Writes a made-up population as a plain RDF graph in kg's vocabulary: N-Triples, in a stream.

Facts, some twenty triples a person: names in one or two scripts, gender, days of birth and death,
places, parents, children, spouses; weddings and divorces as events; postings with their bodies,
offices and bounds; and for some facts the claim, the passage and the source they rest on. No blank
nodes. All days are exact, so that any engine can compare them: days of birth and death are EDTF and
are compared as text, bounds of happenings are `xsd:date`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import naming
import numpy as np
from pedigrees import BASE, Ints, days
from population import CHUNK, Population, chunks, names, sources

KG = "https://w3id.org/prosokg/ns#"
ET = "https://w3id.org/prosokg/event/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"

A = f"<{RDF}type>"
LABEL = f"<{RDFS}label>"
DATE, DATE_TYPE = f'"^^<{EDTF}> .\n', f'"^^<{XSD}date> .\n'


class Written(NamedTuple):
    """How much was written."""

    people: int
    triples: int
    bytes: int


def term(name: str) -> str:
    """A term of kg's vocabulary."""
    return f"<{KG}{name}>"


def node(letter: str, number: object) -> str:
    """A thing: p a person, l a place, b a body, r an office, q a posting, m a wedding, …"""
    return f"<{BASE}{letter}{number}>"


NAME, GENDER, BORN, BORN_AT = (term(n) for n in ("name", "gender", "birthDate", "birthPlace"))
DIED, DIED_AT = term("deathDate"), term("deathPlace")
PARENT, CHILD, SPOUSE = term("parent"), term("child"), term("spouse")
AGENT, BODY, OFFICE = term("agent"), term("organization"), term("position")
EARLIEST, LATEST, PATIENT = term("earliest"), term("latest"), term("patient")


def _things(population: Population) -> Iterator[str]:
    for number in range(population.villages):
        place = node("l", number)
        yield f'{place} {A} {term("Place")} .\n{place} {LABEL} "{naming.village(number)}"@en .\n'
    for number in range(population.services.bodies):
        body = node("b", number)
        yield f'{body} {A} {term("Organization")} .\n{body} {LABEL} "{naming.body(number)}"@en .\n'
    for number, office in enumerate(naming.OFFICES):
        yield (f'{node("r", number)} {A} {term("Position")} .\n'
               f'{node("r", number)} {LABEL} "{office}"@en .\n')  # fmt: skip
    for number in range(sources(len(population.tree.sire))):
        source = node("s", number)
        yield f'{source} {A} {term("Source")} .\n{source} {LABEL} "Register {number + 1}"@en .\n'


def _gathered(owner: Ints, values: Ints, size: int) -> tuple[list[int], list[int]]:
    """The values of each owner, side by side, and where those of each owner begin."""
    order = np.argsort(owner, kind="stable")
    return np.searchsorted(owner[order], np.arange(size + 1)).tolist(), values[order].tolist()


def _people(population: Population) -> Iterator[str]:
    tree, told, marks = population.tree, population.told, population.marks
    size = len(tree.sire)
    known = [np.flatnonzero(parent >= 0) for parent in (tree.sire, tree.dam)]
    parents = np.concatenate([tree.sire[known[0]], tree.dam[known[1]]])
    children_at, children = _gathered(parents, tree.name[np.concatenate(known)], size)
    both = np.ones(len(tree.husband), bool)
    both[marks.spouse_one_sided] = False
    partners = np.concatenate([tree.husband, tree.wife[both]])
    others = np.concatenate([tree.name[tree.wife], tree.name[tree.husband[both]]])
    spouses_at, spouses = _gathered(partners, others, size)
    unnamed, as_text, wrong_gender, twice = (
        set(places.tolist())
        for places in (
            marks.unnamed,
            marks.birth_as_text,
            marks.gender_wrong_code,
            marks.born_twice,
        )
    )
    for here in chunks(size):
        columns = (
            range(here.start, here.stop), tree.name[here].tolist(), names(population, here),
            tree.female[here].tolist(), days(tree.birth[here]), days(tree.death[here]),
            (tree.death[here] >= 0).tolist(), told.birthplace[here].tolist(),
            told.deathplace[here].tolist(), *(
                np.where(parent[here] >= 0, tree.name[parent[here]], -1).tolist()
                for parent in (tree.sire, tree.dam)
            ),
        )  # fmt: skip
        for n, number, name, female, birth, death, dead, born_at, died_at, sire, dam in zip(
            *columns, strict=True
        ):
            me = node("p", number)
            lines = [f"{me} {A} {term('Person')} .\n"]
            if n not in unnamed:
                lines.append(f'{me} {NAME} "{name.latin}"@{name.tag} .\n')
                if name.cyrillic:
                    lines.append(f'{me} {NAME} "{name.cyrillic}"@ru .\n')
            gender = "Unknown" if n in wrong_gender else "Female" if female else "Male"
            lines.append(f"{me} {GENDER} {term(gender)} .\n")
            if n in as_text:
                lines.append(f'{me} {BORN} "about {birth[:4]}" .\n')
            else:
                lines.append(f'{me} {BORN} "{birth}{DATE}')
            if n in twice:
                lines.append(f'{me} {BORN} "{int(birth[:4]) + 1:04}-02-03{DATE}')
            lines.append(f"{me} {BORN_AT} {node('l', born_at)} .\n")
            if dead:
                lines.append(f'{me} {DIED} "{death}{DATE}{me} {DIED_AT} {node("l", died_at)} .\n')
            lines += [f"{me} {PARENT} {node('p', p)} .\n" for p in (sire, dam) if p >= 0]
            lines += [
                f"{me} {CHILD} {node('p', c)} .\n"
                for c in children[children_at[n] : children_at[n + 1]]
            ]
            lines += [
                f"{me} {SPOUSE} {node('p', s)} .\n"
                for s in spouses[spouses_at[n] : spouses_at[n + 1]]
            ]
            yield "".join(lines)


def _weddings(population: Population) -> Iterator[str]:
    tree = population.tree
    for letter, sort, on in (("m", "Marriage", tree.wedding), ("d", "Divorce", tree.divorce)):
        couples = np.flatnonzero(on >= 0)
        columns = (couples.tolist(), tree.name[tree.husband[couples]].tolist(),
                   tree.name[tree.wife[couples]].tolist(), days(on[couples]))  # fmt: skip
        for number, husband, wife, day in zip(*columns, strict=True):
            event = node(letter, number)
            yield (
                f"{event} {A} {term('Event')} .\n{event} {term('eventType')} <{ET}{sort}> .\n"
                f"{event} {PATIENT} {node('p', husband)} .\n{event} {PATIENT} {node('p', wife)} .\n"
                f'{event} {EARLIEST} "{day}{DATE_TYPE}{event} {LATEST} "{day}{DATE_TYPE}'
            )


def _postings(population: Population) -> Iterator[str]:
    served, marks = population.services, population.marks
    nowhere, misplaced = (
        set(marks.posting_without_body.tolist()),
        set(marks.posting_at_a_place.tolist()),
    )
    for here in chunks(len(served.who)):
        columns = (
            range(here.start, here.stop), population.tree.name[served.who[here]].tolist(),
            served.body[here].tolist(), population.office[here].tolist(),
            days(served.first[here]), days(served.last[here]),
        )  # fmt: skip
        for n, who, body, office, first, last in zip(*columns, strict=True):
            me = node("q", n)
            place = node("l", body % population.villages) if n in misplaced else node("b", body)
            at = "" if n in nowhere else f"{me} {BODY} {place} .\n"
            yield (
                f"{me} {A} {term('Posting')} .\n{me} {AGENT} {node('p', who)} .\n{at}"
                f'{me} {OFFICE} {node("r", office)} .\n{me} {EARLIEST} "{first}{DATE_TYPE}'
                f'{me} {LATEST} "{last}{DATE_TYPE}'
            )


def _claims(population: Population) -> Iterator[str]:
    """For some people: a claim of a parent, or of the birth, with its passage."""
    tree, told = population.tree, population.told
    cited = np.flatnonzero(told.cited >= 0)
    for here in chunks(len(cited)):
        chosen = cited[here]
        sire = tree.sire[chosen]
        columns = (
            range(here.start, here.stop), tree.name[chosen].tolist(),
            np.where(sire >= 0, tree.name[sire], -1).tolist(), days(tree.birth[chosen]),
            told.cited[chosen].tolist(), told.page[chosen].tolist(),
        )  # fmt: skip
        for n, who, sire_name, birth, source, page in zip(*columns, strict=True):
            claim, passage = node("c", n), f"<{BASE}s{source}#line={page},{page + 1}>"
            said = (
                f"{claim} <{RDF}predicate> {PARENT} .\n{claim} <{RDF}object> {node('p', sire_name)} .\n"
                if sire_name >= 0
                else f'{claim} <{RDF}predicate> {BORN} .\n{claim} <{RDF}object> "{birth}{DATE}'
            )
            sure = term(("Possible", "Probable", "Certain", "Certain")[page % 4])
            yield (
                f"{claim} {A} {term('Claim')} .\n{claim} <{RDF}subject> {node('p', who)} .\n{said}"
                f"{claim} {term('certainty')} {sure} .\n{claim} {term('passage')} {passage} .\n"
            )
    pairs = np.unique(np.stack([told.cited[cited], told.page[cited]], 1), axis=0)
    for source, page in pairs.tolist():  # claims share passages
        passage = f"<{BASE}s{source}#line={page},{page + 1}>"
        yield (
            f"{passage} {A} {term('Passage')} .\n{passage} {term('source')} {node('s', source)} .\n"
            f'{passage} {term("quote")} "Entered on folio {page}." .\n'
        )


def write(population: Population, file: BinaryIO) -> Written:
    """Write a population; gives how much it was."""
    triples = size = 0
    waiting: list[str] = []

    def flush() -> None:
        nonlocal triples, size
        data = "".join(waiting).encode()
        triples += data.count(b"\n")
        size += len(data)
        file.write(data)
        waiting.clear()

    for part in (_things, _people, _weddings, _postings, _claims):
        for lines in part(population):
            waiting.append(lines)
            if len(waiting) == CHUNK:
                flush()
    flush()
    return Written(len(population.tree.sire), triples, size)
