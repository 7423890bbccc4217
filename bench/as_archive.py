"""Writes a made-up population as an archive of kg: texts, and claims that quote them, in a stream.

Registers of births and deaths, of weddings and of services, each a text with a table of claims. The
texts are plain sentences with a number for everybody, so that each quotation stands where its claim
says. Days are known in all the ways that registers have; for some births hearsay tells another year.

Not every error can stand in an archive: a posting cannot end before it starts and a date cannot be
a text, since such a claim is refused. Those postings and dates are right here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, TextIO

import naming
import numpy as np
from faults import FAR, Days
from pedigrees import BASE, Ints, days
from population import (
    ABOUT,
    AFTER,
    AS_MONTH,
    AS_YEAR,
    BEFORE,
    BETWEEN,
    DAY,
    Population,
    chunks,
    dates,
    names,
)

BOOK = 2_000
"""So many people, weddings or services stand in one text."""
MONTHS = ["", *"""January February March April May June July August September October November
December""".split()]  # fmt: skip
LEFT_OUT = ("birth_as_text", "gender_wrong_code", "born_twice", "posting_ends_before_start",
            "spouse_one_sided")  # fmt: skip
"""Errors that an archive cannot have."""
_CLAIMS = "key,quote,context,subject,predicate,object,date,certainty,account,conflicts,premises,rule,note\n"


class Written(NamedTuple):
    """How much was written."""

    people: int
    things: int
    claims: int
    sources: int
    bytes: int


class Said(NamedTuple):
    """One claim: the words it quotes, where they stand more than once a sentence, and the fact."""

    quote: str
    context: str
    subject: str
    predicate: str
    object: str
    key: str = ""
    account: str = ""
    conflicts: str = ""


class Entry(NamedTuple):
    """What a register says: its sentences, the things that it tells of, and the claims."""

    text: str
    things: tuple[tuple[str, str, str, str], ...]
    claims: tuple[Said, ...]


def in_words(form: int, year: int, month: int, day: int) -> tuple[str, str]:
    """A date as the text has it, and in EDTF."""
    if form == DAY:
        return f"on {day} {MONTHS[month]} {year}", f"{year:04}-{month:02}-{day:02}"
    if form == AS_MONTH:
        return f"in {MONTHS[month]} {year}", f"{year:04}-{month:02}"
    return {
        AS_YEAR: (f"in {year}", f"{year:04}"), ABOUT: (f"about {year}", f"{year:04}~"),
        BEFORE: (f"not after {year}", f"[..{year:04}]"), AFTER: (f"not before {year}", f"[{year:04}..]"),
        BETWEEN: (f"between {year - 2} and {year + 3}", f"[{year - 2:04}..{year + 3:04}]"),
    }[form]  # fmt: skip


def bounds(form: Ints, on: Ints) -> tuple[Ints, Ints]:
    """First and last day of dates that are known in these ways."""
    stamps = np.datetime64("0001-01-01") + on.astype("timedelta64[D]")
    years = stamps.astype("datetime64[Y]").astype(np.int64)
    months = stamps.astype("datetime64[M]").astype(np.int64)

    def day(unit: str, number: Ints) -> Ints:
        found = number.astype(f"datetime64[{unit}]").astype("datetime64[D]")
        return (found - np.datetime64("0001-01-01")).astype(np.int64)  # type: ignore[no-any-return]

    year, after_year = day("Y", years), day("Y", years + 1) - 1
    ways = [form == AS_YEAR, form == ABOUT, form == AS_MONTH, form == BEFORE, form == AFTER,
            form == BETWEEN]  # fmt: skip
    first = np.select(ways, [year, year, day("M", months), -FAR, year, day("Y", years - 2)], on)
    last = np.select(
        ways,
        [
            after_year,
            after_year,
            day("M", months + 1) - 1,
            after_year,
            FAR,
            day("Y", years + 4) - 1,
        ],
        on,
    )
    return first, last


def days_told(population: Population) -> Days:
    """Between which days everything lies by what the registers say."""
    tree, forms = population.tree, population.told.forms
    return Days(bounds(forms[:, 0], tree.birth), bounds(forms[:, 1], tree.death),
                bounds(forms[tree.wife, 2], tree.wedding))  # fmt: skip


def _text(words: str, tag: str) -> str:
    return f'"{words}"@{tag}'


def _edtf(date: str) -> str:
    return f'"{date}"^^edtf:EDTF'


def _event(
    number: str, sort: str, line: str, patients: Iterable[tuple[str, str]], when: tuple[str, str],
    where: tuple[str, str] | None = None, key: str = "",
) -> Iterator[Said]:  # fmt: skip
    """The claims of an event: what it is, who underwent it, when and where; quotes and values."""
    quotes = list(patients)
    yield Said(quotes[0][0], "", number, "kg:eventType", f"et:{sort}")
    for quote, who in quotes:
        yield Said(quote, line if quote != quotes[0][0] else "", number, "kg:patient", who)
    yield Said(when[0], line, number, "kg:date", _edtf(when[1]), key)
    if where:
        yield Said(where[0], line, number, "kg:place", where[1])


def _births(population: Population, here: slice) -> Iterator[Entry]:
    tree, told = population.tree, population.told
    unnamed = set(population.marks.unnamed.tolist())
    columns = (
        range(here.start, here.stop), tree.name[here].tolist(), names(population, here),
        tree.female[here].tolist(), dates(tree.birth[here]), dates(tree.death[here]),
        (tree.death[here] >= 0).tolist(), told.forms[here].tolist(),
        told.birthplace[here].tolist(), told.deathplace[here].tolist(), *(
            np.where(parent[here] >= 0, tree.name[parent[here]], -1).tolist()
            for parent in (tree.sire, tree.dam)
        ), told.cited[here].tolist(), told.page[here].tolist(),
    )  # fmt: skip
    for (n, number, name, female, birth, death, dead, forms, born_at, died_at, sire, dam, cited,
         page) in zip(*columns, strict=True):  # fmt: skip
        me, no, sex = f"d:p{number}", f"No. {number}", "a woman" if female else "a man"
        claims: list[Said] = []
        called = name.latin
        if n in unnamed:
            called = f"somebody ({number})"
            line = f"{no} is {sex} whose name is lost."
            claims.append(Said(sex, line, me, "kg:gender", f"kg:{'Female' if female else 'Male'}"))
        else:
            also = f" ({name.cyrillic})" if name.cyrillic else ""
            line = f"{no} is {name.latin}{also}, {sex}."
            claims.append(Said(name.latin, line, me, "kg:name", _text(name.latin, name.tag)))
            if also:
                claims.append(Said(name.cyrillic, line, me, "kg:name", _text(name.cyrillic, "ru")))
            claims.append(
                Said(f", {sex}.", line, me, "kg:gender", f"kg:{'Female' if female else 'Male'}")
            )
        lines = [line]
        when = in_words(forms[0], *birth)
        place = naming.village(born_at)
        line = f"{no} was born {when[0]} at {place}."
        lines.append(line)
        heard = cited >= 0 and page % 5 == 0
        claims += _event(f"d:birth{number}", "Birth", line, [(f"{no} was born", me)], when,
                         (place, f"d:l{born_at}"), f"B{number}" if heard else "")  # fmt: skip
        things = [(me, "kg:Person", called, name.cyrillic if n not in unnamed else ""),
                  (f"d:birth{number}", "kg:Event", f"birth of {called}", "")]  # fmt: skip
        if heard:
            year = birth[0] - 2 - page % 3
            lines.append(f"Some say that {no} came into the world in {year}.")
            claims.append(Said(f"in {year}", lines[-1], f"d:birth{number}", "kg:date",
                               _edtf(f"{year:04}"), "", "d:acc-hearsay", f"B{number}"))  # fmt: skip
        if sire >= 0 or dam >= 0:
            father = f"No. {sire}" if sire >= 0 else "an unknown man"
            mother = f"No. {dam}" if dam >= 0 else "an unknown woman"
            line = f"{no} is a child of {father} and {mother}."
            lines.append(line)
            if sire >= 0:
                claims.append(Said(f"a child of {father} and", line, me, "kg:father", f"d:p{sire}"))
            if dam >= 0:
                claims.append(Said(f"and {mother}.", line, me, "kg:mother", f"d:p{dam}"))
        if dead:
            when, place = in_words(forms[1], *death), naming.village(died_at)
            line = f"{no} died {when[0]} at {place}."
            lines.append(line)
            things.append((f"d:death{number}", "kg:Event", f"death of {called}", ""))
            claims += _event(f"d:death{number}", "Death", line, [(f"{no} died", me)], when,
                             (place, f"d:l{died_at}"))  # fmt: skip
        yield Entry("\n".join(lines) + "\n", tuple(things), tuple(claims))


def _weddings(population: Population, here: slice) -> Iterator[Entry]:
    tree = population.tree
    husbands, wives = tree.husband[here], tree.wife[here]
    columns = (
        range(here.start, here.stop), tree.name[husbands].tolist(), tree.name[wives].tolist(),
        dates(tree.wedding[here]), population.told.forms[wives, 2].tolist(),
        tree.village[wives].tolist(), dates(tree.divorce[here]),
        (tree.divorce[here] >= 0).tolist(),
    )  # fmt: skip
    for n, husband, wife, wedding, form, at, divorce, parted in zip(*columns, strict=True):
        he, she = (f"No. {husband}", f"d:p{husband}"), (f"No. {wife}", f"d:p{wife}")
        when, place = in_words(form, *wedding), naming.village(at)
        line = f"Wedding {n}: {he[0]} and {she[0]} were married {when[0]} at {place}."
        lines, things = [line], [(f"d:m{n}", "kg:Event", f"wedding {n}", "")]
        couple = [(f"Wedding {n}: {he[0]} and", he[1]), (f"and {she[0]} were", she[1])]
        claims = list(_event(f"d:m{n}", "Marriage", line, couple, when, (place, f"d:l{at}")))
        both = f"{he[0]} and {she[0]} were married"
        claims.append(Said(both, line, he[1], "kg:spouse", she[1]))
        if parted:
            when = in_words(DAY, *divorce)
            line = f"Divorce {n}: {he[0]} and {she[0]} were parted {when[0]}."
            lines.append(line)
            things.append((f"d:d{n}", "kg:Event", f"divorce {n}", ""))
            couple = [(f"Divorce {n}: {he[0]} and", he[1]), (f"and {she[0]} were", she[1])]
            claims += _event(f"d:d{n}", "Divorce", line, couple, when)
        yield Entry("\n".join(lines) + "\n", tuple(things), tuple(claims))


def _services(population: Population, here: slice) -> Iterator[Entry]:
    served, marks = population.services, population.marks
    nowhere, misplaced = (
        set(marks.posting_without_body.tolist()),
        set(marks.posting_at_a_place.tolist()),
    )
    last = np.maximum(served.first[here], served.last[here])
    columns = (
        range(here.start, here.stop), population.tree.name[served.who[here]].tolist(),
        served.body[here].tolist(), population.office[here].tolist(), dates(served.first[here]),
        dates(last), days(served.first[here]), days(last),
    )  # fmt: skip
    for n, who, body, office, first, until, start, end in zip(*columns, strict=True):
        me = f"d:q{n}"
        where, thing = f"the {naming.body(body)}", f"d:b{body}"
        if n in misplaced:
            place = body % population.villages
            where, thing = naming.village(place), f"d:l{place}"
        where = "a place not told" if n in nowhere else where
        span = f"from {first[2]} {MONTHS[first[1]]} {first[0]} to {until[2]} {MONTHS[until[1]]} {until[0]}"
        line = f"Service {n}: No. {who} was {naming.OFFICES[office]} at {where} {span}."
        claims = [
            Said(f"Service {n}: No. {who} was", "", me, "kg:agent", f"d:p{who}"),
            Said(f"was {naming.OFFICES[office]} at", line, me, "kg:position", f"d:r{office}"),
            Said(span, line, me, "kg:date", _edtf(f"{start}/{end}")),
        ]
        if n not in nowhere:
            claims.append(Said(where, line, me, "kg:organization", thing))
        yield Entry(line + "\n", ((me, "kg:Posting", f"service {n}", ""),), tuple(claims))


def _common(population: Population) -> Iterator[tuple[str, str, str, str]]:
    for number in range(population.villages):
        yield f"d:l{number}", "kg:Place", naming.village(number), ""
    for number in range(population.services.bodies):
        yield f"d:b{number}", "kg:Organization", naming.body(number), ""
    for number, office in enumerate(naming.OFFICES):
        yield f"d:r{number}", "kg:Position", office, ""


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if '"' in text or "," in text else text


class _Writing:
    """The tables that grow while the registers are written, and how much there is in them."""

    def __init__(self, place: Path, settings: TextIO, entities: TextIO) -> None:
        self.place, self.settings, self.entities = place, settings, entities
        self.things = self.claims = self.sources = self.size = 0

    def thing(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        for row in rows:
            self.entities.write(",".join(map(_cell, row)) + "\n")
            self.things += 1

    def register(self, name: str, title: str, entries: Iterable[Entry]) -> None:
        """One text with its table of claims."""
        digest = hashlib.sha256()
        file, table = f"sources/{name}.txt", f"claims/{name}.csv"
        with (
            (self.place / file).open("wb") as text,
            (self.place / table).open("w", encoding="utf-8", newline="\n") as claims,
        ):
            claims.write(_CLAIMS)
            for entry in entries:
                data = entry.text.encode()
                digest.update(data)
                text.write(data)
                self.size += len(data)
                self.thing(entry.things)
                claims.write("".join(
                    ",".join(map(_cell, (
                        said.key, said.quote, said.context, said.subject, said.predicate,
                        said.object, "", "possible" if said.account else "certain", said.account,
                        said.conflicts, "", "", "",
                    ))) + "\n"
                    for said in entry.claims
                ))  # fmt: skip
                self.claims += len(entry.claims)
        self.sources += 1
        self.settings.write(
            f'\n[[sources]]\nid = "d:src-{name}"\nfile = "{file}"\nclaims = "{table}"\n'
            f'sha256 = "{digest.hexdigest()}"\ntitle = "{title}"\nlanguage = "en"\n'
            f'voice = "d:acc-registers"\n'
        )


def write(population: Population, place: Path) -> Written:
    """Write a population into the new folder `place`; gives how much it was."""
    for folder in ("sources", "claims"):
        (place / folder).mkdir(parents=True)
    (place / ".gitignore").write_text(".kg/\n")
    (place / "accounts.csv").write_text(
        "id,mode,holder,label@en\nd:acc-registers,Stated,,what the registers say\n"
        "d:acc-hearsay,Alternative,,what some say\n"
    )
    with ExitStack() as stack:
        settings, entities = (
            stack.enter_context((place / name).open("w", encoding="utf-8", newline="\n"))
            for name in ("kg.toml", "entities.csv")
        )
        settings.write(
            f'title = "A made-up county"\nbase = "{BASE}"\nlicence = "CC0"\nlanguage = "en"\n'
            f'rules = ["core"]\n\n[prefixes]\nd = "{BASE}"\n'
        )
        entities.write("id,class,label@en,label@ru\n")
        writing = _Writing(place, settings, entities)
        writing.thing(_common(population))
        for kind, title, size, entries in (
            ("births", "Births and deaths", len(population.tree.sire), _births),
            ("weddings", "Weddings", len(population.tree.husband), _weddings),
            ("services", "Services", len(population.services.who), _services),
        ):
            for number, here in enumerate(chunks(size, BOOK), start=1):
                writing.register(f"{kind}-{number:04}", f"{title}, book {number}",
                                 entries(population, here))  # fmt: skip
    return Written(len(population.tree.sire), writing.things, writing.claims, writing.sources,
                   writing.size)  # fmt: skip
