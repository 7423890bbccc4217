"""Turns rows of a claims table into claims, gathering what is wrong with each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kg.archive.quotes import Misquote, SourceText, locate
from kg.archive.tables import Row
from kg.archive.terms import parse_term, write_term
from kg.errors import DateError
from kg.model import dates
from kg.model.claims import Certainty, Claim, Iri, Passage, Polarity, Source, Term, Text
from kg.model.findings import Finding, Severity
from kg.ontology import Ontology, Predicate
from kg.vocab import EDTF, RDF, Curies, digest

_LANG_STRING = RDF + "langString"
_XSD = "http://www.w3.org/2001/XMLSchema#"


def near(name: str, names: Iterable[str]) -> str:
    """A hint with up to three of `names` that are like `name`; empty where none is."""
    from rapidfuzz import fuzz, process

    found = process.extract(name, sorted(names), scorer=fuzz.WRatio, limit=3, score_cutoff=70)
    return "did you mean " + ", ".join(f'"{match[0]}"' for match in found) + "?" if found else ""


@dataclass(slots=True)
class ClaimRows:
    """Reads rows one by one; references between claims are resolved in `finish`."""

    curies: Curies
    ontology: Ontology
    things: set[str]
    accounts: set[str]
    findings: list[Finding] = field(default_factory=list)
    _claims: list[tuple[str, Row, Claim]] = field(default_factory=list)
    _keys: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    _seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    _faulty_keys: set[str] = field(default_factory=set)

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

    def read(self, source: Source, text: SourceText, row: Row) -> None:
        """Read one row; every fault in it becomes a finding."""
        file = source.claims
        before = len(self.findings)
        cells = {name: value.strip() for name, value in row.cells.items()}
        # Spaces at the ends of a quotation may be the source's own: they are kept.
        cells["quote"], cells["context"] = row.cells["quote"], row.cells["context"]
        subject = self._thing(file, row, "subject", cells["subject"])
        predicate = self._predicate(file, row, cells["predicate"])
        object_ = self._object(file, row, cells["object"], predicate)
        account = source.voice
        if cells["account"]:
            account = self.curies.expand(cells["account"]) or ""
            if account not in self.accounts:
                hint = near(cells["account"], map(self.curies.compress, self.accounts))
                self._fault(file, row, "account", f'"{cells["account"]}" is no account',
                            hint or "add it to accounts.csv")  # fmt: skip
        certainty = self._certainty(file, row, cells["certainty"])
        self._date(file, row, "date", cells["date"])
        passage = self._passage(file, row, source, text, cells)
        key = cells["key"]
        if key and key in self._keys:
            _, first_file, first_row = self._keys[key]
            self._fault(file, row, "key", f'the key "{key}" stands in {first_file}:{first_row}'
                        " already", "give each claim its own key")  # fmt: skip
        if len(self.findings) > before or subject is None or predicate is None:
            self._faulty_keys.add(key)
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
        claim = replace(claim, iri=self._mint(source, claim))
        if claim.iri in self._seen:
            first_file, first_row = self._seen[claim.iri]
            self._fault(file, row, "quote", f"the same claim stands in {first_file}:{first_row}"
                        " already", "delete one of the two rows")  # fmt: skip
            return
        self._seen[claim.iri] = (file, row.number)
        if key:
            self._keys[key] = (claim.iri, file, row.number)
        self._claims.append((file, row, claim))

    def finish(self) -> list[Claim]:
        """The claims in order, with conflicts (made symmetric) and premises as IRIs."""
        against: dict[str, set[str]] = {}
        premises: dict[str, tuple[str, ...]] = {}
        for file, row, claim in self._claims:
            for other in self._references(file, row, "conflicts", claim):
                against.setdefault(claim.iri, set()).add(other)
                against.setdefault(other, set()).add(claim.iri)
            premises[claim.iri] = tuple(self._references(file, row, "premises", claim))
        return [
            replace(
                claim,
                conflicts=tuple(sorted(against.get(claim.iri, ()))),
                premises=premises[claim.iri],
            )
            for _, _, claim in self._claims
        ]

    def _references(self, file: str, row: Row, column: str, claim: Claim) -> list[str]:
        found = []
        for key in row.cells[column].split():
            if key in self._keys and self._keys[key][0] != claim.iri:
                found.append(self._keys[key][0])
            elif key in self._faulty_keys:
                continue  # its row has a finding of its own
            elif key in self._keys:
                self._fault(file, row, column, f'the claim "{key}" names itself', "name another")
            else:
                self._fault(file, row, column, f'no claim has the key "{key}"',
                            near(key, self._keys) or "write the key of a claim")  # fmt: skip
        return found

    def _mint(self, source: Source, claim: Claim) -> str:
        if claim.passage:
            span = f"{claim.passage.start},{claim.passage.end}"
        else:
            span = f"rule {claim.rule}"
        object_ = write_term(claim.object or claim.polarity or Polarity.UNKNOWN)
        base = source.iri[: max(source.iri.rfind("/"), source.iri.rfind("#")) + 1]
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
        if iri not in self.things and iri not in self.ontology.codes:
            hint = near(cell, map(self.curies.compress, self.things))
            self._fault(file, row, column, f'nothing has the id "{cell}"',
                        hint or "add it to entities.csv")  # fmt: skip
            return None
        return iri

    def _predicate(self, file: str, row: Row, cell: str) -> Predicate | None:
        iri = self.curies.expand(cell)
        predicate = self.ontology.predicates.get(iri) if iri else None
        if predicate is None:
            hint = near(cell, map(self.curies.compress, self.ontology.predicates))
            self._fault(file, row, "predicate", f'"{cell}" is no property of the ontology',
                        hint or "see ontology/kg.ttl for the properties")  # fmt: skip
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
        if isinstance(term, str):
            self._fault(file, row, "object", f"{cell}: {term}",
                        'write d:odessa, "text"@en, "1900"^^edtf:EDTF or 11')  # fmt: skip
            return None
        if predicate is None or isinstance(term, Polarity):
            return term
        name = self.curies.compress(predicate.iri)
        if isinstance(term, Iri):
            if not predicate.takes_resource:
                self._fault(file, row, "object", f"{name} takes a literal, not the thing {cell}",
                            _example(predicate.range, self.curies))  # fmt: skip
                return None
            known = (term.value in self.things or term.value in self.ontology.codes
                     or term.value in self.ontology.classes)  # fmt: skip
            if not known:
                hint = near(cell, map(self.curies.compress, {*self.things, *self.ontology.codes}))
                self._fault(file, row, "object", f'nothing has the id "{cell}"',
                            hint or "add it to entities.csv")  # fmt: skip
                return None
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
        elif wanted == _XSD + "string":
            fits = not text.language and not text.datatype
        elif wanted.startswith(_XSD) or wanted == EDTF:
            fits = text.datatype == wanted
        else:
            fits = True
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
        self, file: str, row: Row, source: Source, text: SourceText, cells: dict[str, str]
    ) -> Passage | None:
        inferred = bool(cells["premises"] or cells["rule"])
        if not cells["quote"]:
            if not inferred:
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
        _XSD + "integer": "write a whole number, as 11",
        _XSD + "string": 'write a text, as "Moscow"',
        _XSD + "boolean": "write true or false",
    }
    return examples.get(wanted, f"its range is {curies.compress(wanted)}" if wanted else "")
