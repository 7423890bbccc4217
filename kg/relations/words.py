"""Tells a path in words: the chain of people, and under each step the words it rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kg import assets
from kg.errors import DateError, UnknownName
from kg.relations.kinds import Tie, kind
from kg.relations.paths import Hop, Path, Step
from kg.vocab import KG

if TYPE_CHECKING:
    from kg.model.claims import Certainty
    from kg.query.labels import Labels
    from kg.statements import Statement


@cache
def _languages() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(assets.read("data/words/paths.toml"))


class Support(NamedTuple):
    """What one claim gives to a tie. An inference has a rule, and what that rests on."""

    claim: str
    key: str
    quote: str
    sentence: str
    source: str
    account: str
    mode: str
    certainty: Certainty
    rule: str
    premises: tuple[Support, ...]


class Teller:
    """Tells ties and paths of the store of `labels`, in the language of `labels`."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self._support: dict[tuple[str, ...], tuple[Support, ...]] = {}

    @property
    def words(self) -> Mapping[str, str]:
        """The fixed words."""
        found = _languages().get(self.labels.language)
        if found is None:
            raise UnknownName(f'no words for paths in "{self.labels.language}"',
                              hint=f"languages: {', '.join(_languages())}")  # fmt: skip
        return found

    # ---------- words ----------

    def text(self, path: Path) -> list[str]:
        """A path as lines: each hop as a chain, under it the quotations of its steps."""
        if not path.hops:
            return [self.words["alone"].format(name=self.labels.of(path.people[0]))]
        lines = []
        for hop in path.hops:
            lines.append(self.chain(hop))
            for step in hop.steps:
                lines += [f"    {line}" for line in self.evidence(step)]
        return lines

    def chain(self, hop: Hop) -> str:
        """A hop as one line, read from its source to its target."""
        line = self.labels.of(hop.source)
        for step in hop.steps:
            line += self.words["step"].format(words=self.step(step), node=self.node(step.target))
        return line

    def node(self, iri: str) -> str:
        """The label of a node, with the date of a happening."""
        return self.labels.of(iri) + self._bracketed([self.when(iri)])

    def step(self, step: Step) -> str:
        """How a step reads: each wording once, with the roles and dates of all its ties."""
        wordings: dict[str, list[str]] = {}
        for tie in step.ties:
            details = wordings.setdefault(self.wording(tie, step.source), [])
            details += [text for text in self.details(tie) if text not in details]
        said = [words + self._bracketed(details) for words, details in wordings.items()]
        return self.words["joined"].join(said)

    def wording(self, tie: Tie, source: str) -> str:
        """How a tie reads from one of its ends."""
        found = kind(tie.kind)
        by_language = found.roles.get(tie.role, found.words)
        words = by_language.get(self.labels.language, by_language["en"])
        return words.label if source == tie.source else words.inverse

    def details(self, tie: Tie) -> list[str]:
        """What stands in brackets behind the wording: position, date, doubt."""
        parts = []
        if tie.role and tie.role not in kind(tie.kind).roles:
            parts.append(self.labels.of(tie.role))
        if tie.through and kind(tie.kind).family == "service":
            parts.append(self.when(tie.through))
        found = [", ".join(filter(None, parts))]
        if tie.possible:
            found.append(self.words["possible"])
        elif tie.inferred:
            found.append(self.words["inferred"])
        return [text for text in found if text]

    def when(self, iri: str) -> str:
        """The date of a happening in words; else a date at which it is attested; else ""."""
        store, language = self.labels.store, self.labels.language
        stated, seen = store.objects(iri, KG + "date"), store.objects(iri, KG + "attested")
        return self._dated(iri, language) if stated or seen else ""

    def _dated(self, iri: str, language: str) -> str:
        # Loaded here: kin by birth, the most frequent ties, have no dates.
        from kg.datewords import in_words
        from kg.model import dates
        from kg.store.embedded import text_of

        def said(name: str) -> list[str]:
            found = self.labels.store.objects(iri, KG + name)
            return sorted({text_of(node) for node in found})

        stated = said("date")
        if len(stated) > 1:
            # Several dates, as of a claim and an inference: what they leave together.
            bounds = [(said(name) or [".."])[0] for name in ("earliest", "latest")]
            fitting = [text for text in stated if _bounds(text) == bounds]
            stated = fitting[:1] or ["/".join(bounds)]
        try:
            if stated:
                return in_words(dates.parse(stated[0]), language)
            attested = [in_words(dates.parse(text), language) for text in said("attested")]
        except DateError:
            return ", ".join(stated)
        return self.words["attested"].format(date=", ".join(attested)) if attested else ""

    def _bracketed(self, details: Iterable[str]) -> str:
        said = self.words["between"].join(filter(None, details))
        return self.words["details"].format(details=said) if said else ""

    # ---------- evidence ----------

    def support(self, tie: Tie) -> tuple[Support, ...]:
        """What the claims behind a tie give, in the order of their places in the sources."""
        found = self._support.get(tie.claims)
        if found is None:
            found = self._support[tie.claims] = self._supports(tie.claims, frozenset())
        return found

    def _supports(self, claims: Iterable[str], above: frozenset[str]) -> tuple[Support, ...]:
        from kg.statements import read_statements

        wanted = [claim for claim in claims if claim not in above]
        statements = read_statements(self.labels.store, wanted, self.labels)
        return tuple(self._one(statement, above) for statement in statements)

    def _one(self, statement: Statement, above: frozenset[str]) -> Support:
        from kg.statements import words_of

        quotation, voice = statement.quotation, statement.voice
        return Support(
            claim=statement.iri, key=statement.key, account=voice.label, mode=voice.mode.value,
            quote=words_of(statement),
            sentence=quotation.sentence if quotation else "",
            source=quotation.title if quotation else "",
            certainty=statement.certainty, rule=statement.rule,
            premises=self._supports(statement.premises, above | {statement.iri}),
        )  # fmt: skip

    def evidence(self, step: Step) -> list[str]:
        """The quotations behind a step, one a line; a quotation inside another is left out."""
        lines: list[str] = []
        found = [support for tie in step.ties for support in self.support(tie)]
        for support in _widest(found):
            lines.append(self._line(support))
            lines += [f"    {self._line(premise)}" for premise in _widest(_premises(support))]
        return list(dict.fromkeys(lines)) or [self.words["no_evidence"]]

    def _line(self, support: Support) -> str:
        from kg.model.claims import Certainty

        voice = support.account
        if support.certainty is not Certainty.CERTAIN:
            certainty = self.labels.of(KG + support.certainty.value)
            voice = self.words["certainty"].format(voice=voice, certainty=certainty)
        if support.quote:
            said = self.words["quoted"].format(quote=support.quote)
        else:
            said = self.words["rule"].format(rule=support.rule)
        return self.words["source"].format(quote=said, voice=voice)

    # ---------- data ----------

    def document(self, path: Path) -> dict[str, Any]:
        """A path as a JSON-able dictionary with stable keys."""
        return {
            "people": [self._named(iri) for iri in path.people],
            "connectors": path.connectors,
            "size": path.size,
            "possible": path.possible,
            "hops": [
                {
                    "from": self._named(hop.source),
                    "to": self._named(hop.target),
                    "text": self.chain(hop),
                    "connectors": [self._named(iri) for iri in hop.connectors],
                    "steps": [self._step_document(step) for step in hop.steps],
                }
                for hop in path.hops
            ],
        }

    def _named(self, iri: str) -> dict[str, str]:
        return {"id": iri, "label": self.labels.of(iri)}

    def _step_document(self, step: Step) -> dict[str, Any]:
        return {
            "from": self._named(step.source),
            "to": self._named(step.target),
            "text": self.step(step),
            "ties": [self._tie_document(tie) for tie in step.ties],
        }

    def _tie_document(self, tie: Tie) -> dict[str, Any]:
        return {
            "kind": tie.kind,
            "source": tie.source,
            "target": tie.target,
            "role": self._named(tie.role) if tie.role else None,
            "through": self._named(tie.through) if tie.through else None,
            "start": tie.start or None,
            "end": tie.end or None,
            "possible": tie.possible,
            "inferred": tie.inferred,
            "claims": [_claim_document(support) for support in self.support(tie)],
        }


def _claim_document(support: Support) -> dict[str, Any]:
    return {
        "id": support.claim,
        "key": support.key or None,
        "quote": support.quote or None,
        "sentence": support.sentence or None,
        "source": support.source or None,
        "account": support.account,
        "mode": support.mode.lower(),
        "certainty": support.certainty.value.lower(),
        "rule": support.rule or None,
        "premises": [_claim_document(premise) for premise in support.premises],
    }


def _bounds(text: str) -> list[str]:
    from kg.model import dates

    return [bound or ".." for bound in dates.bounds(dates.parse(text))]


def _premises(support: Support) -> list[Support]:
    """All quotations that an inference rests on, those of inferences among its premises too."""
    found: list[Support] = []
    todo = list(support.premises)
    while todo:
        premise = todo.pop(0)
        if premise.quote:
            found.append(premise)
        todo = [*premise.premises, *todo]
    return found


def _widest(supports: Iterable[Support]) -> list[Support]:
    """Those whose quotation is not part of another one by the same voice."""
    found = list(dict.fromkeys(supports))
    return [
        one for at, one in enumerate(found)
        if not one.quote or not any(
            one.quote in other.quote and (one.quote != other.quote or before < at)
            and (one.account, one.certainty) == (other.account, other.certainty)
            for before, other in enumerate(found) if before != at
        )
    ]  # fmt: skip
