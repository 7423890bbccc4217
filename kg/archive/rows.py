"""Turns rows of a claims table into claims, gathering what is wrong with each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.archive.quotes import Misquote, SourceText, locate
from kg.archive.tables import Row
from kg.archive.terms import parse_term, write_term
from kg.errors import DateError
from kg.model import dates
from kg.model.claims import Certainty, Claim, Iri, Passage, Polarity, Source, Term, Text
from kg.model.findings import Finding, Severity
from kg.ontology import Ontology, Predicate
from kg.vocab import EDTF, KG, RDF, XSD, Curies, digest

_LANG_STRING = RDF + "langString"
_OF_RECORD = {
    *(RDF + name for name in ("subject", "predicate", "object")),
    *(KG + name for name in (
        "passage", "source", "quote", "start", "end", "text", "account", "mode", "attributedTo",
        "certainty", "polarity", "conflictsWith", "derivedFrom", "rule", "key", "factual",
    )),
}  # fmt: skip
"""A claim with one of these could make the store take a belief for a fact."""
_FORMS = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD + "boolean": re.compile(r"true|false|1|0"),
    XSD + "date": re.compile(r"-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
}


def near(name: str, names: Iterable[str]) -> str:
    """A hint with up to three of `names` that are like `name`; empty where none is."""
    from rapidfuzz import fuzz, process

    found = process.extract(name, sorted(names), scorer=fuzz.WRatio, limit=3, score_cutoff=70)
    return "did you mean " + ", ".join(f'"{match[0]}"' for match in found) + "?" if found else ""


class Links(NamedTuple):
    """What a claim says of other claims: IRIs of those that contradict it, and of its premises."""

    iri: str
    conflicts: tuple[str, ...]
    premises: tuple[str, ...]


class _Naming(NamedTuple):
    """A row that names other claims, and the IRI of its own ("" where it has a fault)."""

    file: str
    row: Row
    iri: str


@dataclass(slots=True)
class ClaimRows:
    """Reads rows one by one and passes each claim on; what they say of each other comes at the end.

    Of rows that name no other claim nothing but a sum is kept.
    """

    curies: Curies
    ontology: Ontology
    things: set[str] | None
    """Ids that the archive declares; None where its tables cannot be read: all are taken then."""
    accounts: set[str] | None
    taken: Callable[[Claim], None]
    """Is given each claim without its conflicts and premises."""
    findings: list[Finding] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Cells of rows that could not be read: a key among them is not missed."""
    number: int = 0
    """How many claims there are so far."""
    _naming: list[_Naming] = field(default_factory=list)
    _keys: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """By key: the claim ("" where its row has a fault), file and row."""
    _seen: dict[bytes, tuple[str, int]] = field(default_factory=dict)

    def _fault(
        self, file: str, row: Row, column: str, message: str, hint: str, rule: str = "claims"
    ) -> None:
        value = row.cells[column]
        self.findings.append(
            Finding(
                severity=Severity.VIOLATION, rule=rule, file=file, row=row.number, column=column,
                message=message, hint=hint, value=value if len(value) <= 120 else value[:119] + "…",
            )
        )  # fmt: skip

    def read(self, source: Source, text: SourceText | None, row: Row) -> None:
        """Read one row; every fault in it becomes a finding. Without a text no quote is sought."""
        file = source.claims
        before = len(self.findings)
        cells = {name: value.strip() for name, value in row.cells.items()}
        # Spaces at the ends of a quotation may be the source's own: they are kept.
        for name in ("quote", "context"):
            cells[name] = row.cells[name] if cells[name] else ""
        subject = self._thing(file, row, "subject", cells["subject"])
        predicate = self._predicate(file, row, cells["predicate"])
        object_ = self._object(file, row, cells["object"], predicate)
        account = source.voice
        if cells["account"]:
            account = self.curies.expand(cells["account"]) or ""
            if not account or (self.accounts is not None and account not in self.accounts):
                hint = near(cells["account"], map(self.curies.compress, self.accounts or ()))
                self._fault(file, row, "account", f'"{cells["account"]}" is no account',
                            hint or "add it to accounts.csv")  # fmt: skip
        certainty = self._certainty(file, row, cells["certainty"])
        self._date(file, row, "date", cells["date"])
        passage = self._passage(file, row, source, text, cells)
        key = cells["key"]
        if len(key.split()) > 1:
            self._fault(file, row, "key", f'the key "{key}" has a space in it',
                        "spaces part the keys in conflicts and premises: write F021")  # fmt: skip
        elif key and key in self._keys:
            _, first_file, first_row = self._keys[key]
            self._fault(file, row, "key", f'the key "{key}" stands in {first_file}:{first_row}'
                        " already", "give each claim its own key")  # fmt: skip
        elif key:
            self._keys[key] = ("", file, row.number)
        names_others = bool(cells["conflicts"] or cells["premises"])
        if len(self.findings) > before or subject is None or predicate is None:
            if names_others:
                self._naming.append(_Naming(file, row, ""))
            return
        assert certainty is not None
        assert object_ is not None
        claim = Claim(
            iri="", key=key, subject=subject, predicate=predicate.iri,
            object=None if isinstance(object_, Polarity) else object_,
            polarity=object_ if isinstance(object_, Polarity) else None,
            account=account, certainty=certainty, passage=passage, date=cells["date"],
            rule=cells["rule"], note=cells["note"],
        )  # fmt: skip
        claim = claim._replace(iri=self._mint(source, claim))
        # The IRI ends in a digest of all that makes the claim: it alone tells claims apart.
        mark = bytes.fromhex(claim.iri[-20:])
        if mark in self._seen:
            first_file, first_row = self._seen[mark]
            self._fault(file, row, "quote", f"the same claim stands in {first_file}:{first_row}"
                        " already", "delete one of the two rows")  # fmt: skip
            return
        self._seen[mark] = (file, row.number)
        if key:
            self._keys[key] = (claim.iri, file, row.number)
        if names_others:
            self._naming.append(_Naming(file, row, claim.iri))
        self.number += 1
        self.taken(claim)

    def finish(self, *, check: bool = True) -> list[Links]:
        """Which claims contradict each other (from both sides) and which rest on others.

        `check` is whether a key that stands nowhere is a fault.
        """
        against: dict[str, set[str]] = {}
        premises: dict[str, tuple[str, ...]] = {}
        # Those with faults come last: so that one run tells all that is wrong with them.
        for file, row, iri in sorted(self._naming, key=lambda naming: not naming.iri):
            others = self._references(file, row, "conflicts", iri, check)
            rests_on = tuple(self._references(file, row, "premises", iri, check))
            for other in others if iri else ():
                against.setdefault(iri, set()).add(other)
                against.setdefault(other, set()).add(iri)
            if iri and rests_on:
                premises[iri] = rests_on
        self._circles(premises)
        return [
            Links(iri, tuple(sorted(against.get(iri, ()))), premises.get(iri, ()))
            for iri in dict.fromkeys((*against, *premises))
        ]

    def _references(self, file: str, row: Row, column: str, own: str, check: bool) -> list[str]:
        found = []
        for key in row.cells[column].split():
            other = self._keys[key][0] if key in self._keys else None
            if other and other == own:
                self._fault(file, row, column, f'the claim "{key}" names itself', "name another")
            elif other:
                found.append(other)
            elif other is None and check and key not in self.lost:
                self._fault(file, row, column, f'no claim has the key "{key}"',
                            near(key, self._keys) or "write the key of a claim")  # fmt: skip
        return found

    def _circles(self, premises: Mapping[str, Iterable[str]]) -> None:
        """Find inferences that rest, in the end, on themselves."""
        open_ = {iri: set(named) for iri, named in premises.items() if named}
        while free := [iri for iri, named in open_.items() if not named & open_.keys()]:
            for iri in free:
                del open_[iri]
        for file, row, iri in self._naming:
            if iri in open_:
                self._fault(file, row, "premises", "this inference rests on itself in the end",
                            "an inference starts from claims that quote a source")  # fmt: skip

    def _mint(self, source: Source, claim: Claim) -> str:
        place = claim.passage
        span = f"{place.start},{place.end}" if place else f"rule {claim.rule}"
        # With full IRIs, so that a prefix more changes no claim.
        object_ = write_term(claim.object or claim.polarity or Polarity.UNKNOWN, Curies({}))
        base = source.iri[: max(map(source.iri.rfind, "/:")) + 1]
        return base + "c-" + digest(
            source.iri, span, claim.subject, claim.predicate, object_, claim.account
        )  # fmt: skip

    def _thing(self, file: str, row: Row, column: str, cell: str) -> str | None:
        iri = self.curies.expand(cell)
        if iri is None:
            why = parse_term(cell, self.curies) if cell else "the cell is empty"
            message = why if isinstance(why, str) else f'"{cell}" is no CURIE'
            self._fault(file, row, column, message, "write the id of a thing, as d:odessa")
            return None
        if not self._known(iri):
            hint = near(cell, map(self.curies.compress, self.things or ()))
            self._fault(file, row, column, f'nothing has the id "{cell}"',
                        hint or "add it to entities.csv")  # fmt: skip
            return None
        return iri

    def _known(self, iri: str) -> bool:
        return self.things is None or iri in self.things or iri in self.ontology.codes

    def _predicate(self, file: str, row: Row, cell: str) -> Predicate | None:
        iri = self.curies.expand(cell)
        predicate = self.ontology.predicates.get(iri) if iri else None
        if predicate is None:
            hint = near(cell, map(self.curies.compress, self.ontology.predicates))
            self._fault(file, row, "predicate", f'"{cell}" is no property of the ontology',
                        hint or "see ontology/kg.ttl for the properties")  # fmt: skip
        elif predicate.iri in _OF_RECORD:
            self._fault(file, row, "predicate", f"{cell} is how claims are recorded, not claimed",
                        "the columns, accounts.csv and kg.toml say such things")  # fmt: skip
            return None
        return predicate

    def _object(
        self, file: str, row: Row, cell: str, predicate: Predicate | None
    ) -> Term | Polarity | None:
        if not cell:
            self._fault(file, row, "object", "the cell is empty",
                        'write a value, or "negative" or "unknown" where the source says that'
                        " there is none or that it is not known")  # fmt: skip
            return None
        term = parse_term(cell, self.curies)
        if isinstance(term, Polarity):  # first, as it is a string too
            return term
        if isinstance(term, str):
            self._fault(file, row, "object", f"{cell}: {term}",
                        'write d:odessa, "text"@en, "1900"^^edtf:EDTF or 11')  # fmt: skip
            return None
        name = self.curies.compress(predicate.iri) if predicate else ""
        if isinstance(term, Iri):
            if predicate is not None and not predicate.takes_resource:
                self._fault(file, row, "object", f"{name} takes a literal, not the thing {cell}",
                            _example(predicate.range, self.curies))  # fmt: skip
                return None
            if not self._known(term.value) and term.value not in self.ontology.classes:
                known = {*(self.things or ()), *self.ontology.codes}
                hint = near(cell, map(self.curies.compress, known))
                self._fault(file, row, "object", f'nothing has the id "{cell}"',
                            hint or "add it to entities.csv")  # fmt: skip
                return None
            return term
        if predicate is None:
            return term
        if not predicate.takes_literal:
            self._fault(file, row, "object", f"{name} takes a thing, not the literal {cell}",
                        "write the id of a thing, as d:odessa")  # fmt: skip
            return None
        return term if self._fits(file, row, term, predicate) else None

    def _fits(self, file: str, row: Row, text: Text, predicate: Predicate) -> bool:
        name, wanted = self.curies.compress(predicate.iri), predicate.range
        if wanted == _LANG_STRING:
            fits = bool(text.language)
        elif wanted == XSD + "string":
            fits = not text.language and not text.datatype
        elif wanted.startswith(XSD) or wanted == EDTF:
            fits = text.datatype == wanted
        else:
            fits = True
        form = _FORMS.get(text.datatype)
        if form is not None and not form.fullmatch(text.value):
            self._fault(file, row, "object", f'"{text.value}" is no'
                        f" {self.curies.compress(text.datatype)}",
                        _example(text.datatype, self.curies))  # fmt: skip
            return False
        if not fits:
            self._fault(file, row, "object", f"{row.cells['object']} is the wrong type for {name}",
                        _example(wanted, self.curies))  # fmt: skip
        elif text.datatype == EDTF:
            return self._date(file, row, "object", text.value)
        return fits

    def _date(self, file: str, row: Row, column: str, text: str) -> bool:
        if not text:
            return True
        try:
            dates.parse(text)
        except DateError as error:
            self._fault(file, row, column, error.message, error.hint)
            return False
        return True

    def _certainty(self, file: str, row: Row, cell: str) -> Certainty | None:
        try:
            return Certainty(cell.removeprefix("kg:").title())
        except ValueError:
            self._fault(file, row, "certainty", f'"{cell}" is no degree of certainty',
                        "use certain, probable or possible")  # fmt: skip
            return None

    def _passage(
        self,
        file: str,
        row: Row,
        source: Source,
        text: SourceText | None,
        cells: dict[str, str],
    ) -> Passage | None:
        inferred = bool(cells["premises"] or cells["rule"])
        if not cells["quote"]:
            if cells["context"]:
                self._fault(file, row, "context", "a context without a quotation",
                            "write in quote the words of it that matter")  # fmt: skip
            elif not inferred:
                self._fault(file, row, "quote", "a claim without a quotation",
                            "quote the words it rests on; an inference has premises and a rule"
                            " in their place")  # fmt: skip
            elif not cells["premises"] or not cells["rule"]:
                missing = "rule" if cells["premises"] else "premises"
                self._fault(file, row, missing, f"an inference without {missing}",
                            "give the keys of its premises and name the rule")  # fmt: skip
            return None
        if inferred:
            self._fault(file, row, "quote", "a claim with both a quotation and premises or a rule",
                        "a quotation shows what a source says, premises what you conclude:"
                        " write two rows")  # fmt: skip
            return None
        if text is None:
            return None
        found = locate(text, cells["quote"], cells["context"])
        if isinstance(found, Misquote):
            self._fault(file, row, found.column, found.message, found.hint, rule="quote")
            return None
        start, end = found
        return Passage(source=source.iri, start=start, end=end, quote=cells["quote"])


def _example(wanted: str, curies: Curies) -> str:
    examples = {
        _LANG_STRING: 'write a text with its language, as "Inna"@ru-Latn',
        EDTF: 'write an EDTF date, as "1920-11"^^edtf:EDTF',
        XSD + "integer": "write a whole number, as 11",
        XSD + "string": 'write a text, as "Moscow"',
        XSD + "boolean": "write true or false",
    }
    return examples.get(wanted, f"its range is {curies.compress(wanted)}" if wanted else "")
