"""Names a kinship in words: what alter is to ego, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from kg import assets
from kg.errors import UnknownName
from kg.model.kin import Bond, Kin, Move, Sex, Step, Whole
from kg.relations.termfile import Chain, Language, Line, Word, gaps, read_language

FOLDER = "data/kin_terms"


class Term(NamedTuple):
    """What alter is to ego. Not `exact`: the language has no word; the text is a description."""

    text: str
    exact: bool


class _Relative(NamedTuple):
    """One link of a chain: brother, wife, adoptive mother …"""

    kind: str
    sex: Sex


class _Part(NamedTuple):
    """A part of a chain: how long it is, its parents, children and siblings, and what of them.

    `blood`: these may be one line of blood, whose siblings have one parent in common with `half`.
    """

    length: int
    ups: int
    downs: int
    siblings: int
    blood: bool
    half: bool


class _Found(NamedTuple):
    """A word of the language for a whole chain."""

    word: Word
    exact: bool
    explained: bool


_KINDS = {
    (Move.PARENT, Bond.BIRTH): "parent",
    (Move.PARENT, Bond.ADOPTIVE): "adoptive parent",
    (Move.PARENT, Bond.FOSTER): "foster parent",
    (Move.PARENT, Bond.SEALING): "sealing parent",
    (Move.CHILD, Bond.BIRTH): "child",
    (Move.CHILD, Bond.ADOPTIVE): "adopted child",
    (Move.CHILD, Bond.FOSTER): "foster child",
    (Move.CHILD, Bond.SEALING): "sealing child",
}
_HALF = {
    Sex.MALE: "half-sibling by father",
    Sex.FEMALE: "half-sibling by mother",
    Sex.UNKNOWN: "half-sibling",
}
_HALVES = frozenset(_HALF.values())
_BLOOD = _HALVES | {"parent", "child", "sibling"}
_EITHER = (Sex.MALE, Sex.FEMALE)
# Both words are told where a sex is unknown; four or more would be a riddle, and are described.
_MOST_ALTERNATIVES = 2


def languages() -> tuple[str, ...]:
    """The codes of the languages that there are words in."""
    return tuple(path.stem for path in assets.files(FOLDER, ".toml"))


@cache
def load_terms(language: str) -> Terms:
    """The words of a language; "pt-BR" falls back to "pt". Raises UnknownName."""
    known = {code.lower(): code for code in languages()}
    wanted = language.lower().replace("_", "-")
    while wanted not in known and "-" in wanted:
        wanted = wanted.rpartition("-")[0]
    if wanted not in known:
        raise UnknownName(f'no words for kinship in "{language}"',
                          hint=f"languages: {', '.join(known.values())}")  # fmt: skip
    file = f"{FOLDER}/{known[wanted]}.toml"
    return Terms(read_language(assets.read(file), file))


class Terms:
    """The kinship words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._lines: dict[tuple[int, int], Line | None] = {}
        self._words: dict[tuple[int, int, Sex, bool, bool], _Found | None] = {}
        self._short: dict[tuple[Sex, tuple[_Relative, ...]], _Found | None] = {}
        # A word within a description in its plain form needs no form for within.
        self._last_inside = "{what}" not in language.fixed["join.alone"]

    def term(self, kin: Kin, times: int = 1) -> Term:
        """What alter is to ego, who are akin in this way by `times` lines."""
        if not kin.steps:
            by_sex = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: "both"}
            return Term(self.language.fixed[f"self.{by_sex[kin.ego]}"], True)
        chain = _relatives(kin)
        if times == 2:
            doubled = self._blood(chain, double=True)
            if doubled:
                return Term(doubled.word.alone, doubled.exact)
        found = self._found(kin.ego, chain)
        if found is None:
            text, exact = self._described(kin.ego, chain), False
        else:
            text, exact = found.word.alone, found.exact
            if found.explained:
                text += f" ({self._described(kin.ego, chain)})"
        if times > 1:
            fixed = self.language.fixed
            pattern = fixed.get(f"times.{times}", fixed["times.many"])
            return Term(pattern.format(term=text, n=times), False)
        return Term(text, exact)

    def sentence(self, a_name: str, b_name: str, term: Term) -> str:
        """A sentence that says that B is `term` of A; no name is inflected."""
        fixed = self.language.fixed
        same = term.text in (fixed["self.male"], fixed["self.female"], fixed["self.both"])
        return fixed["same" if same else "sentence"].format(a=a_name, b=b_name, term=term.text)

    # ---------- words ----------

    def _found(self, ego: Sex, chain: Sequence[_Relative]) -> _Found | None:
        """The language's own word for a chain; both words where a sex is unknown."""
        if len(chain) > self.language.longest:
            return self._blood(chain)
        found = self._by_chain(ego, chain) or self._blood(chain)
        if found:
            return found
        choices = [_EITHER if each.sex is Sex.UNKNOWN else (each.sex,) for each in chain]
        if all(len(choice) == 1 for choice in choices):
            return None
        alternatives: dict[str, _Found] = {}
        for sexes in product(*choices):
            known = [_Relative(each.kind, sex) for each, sex in zip(chain, sexes, strict=True)]
            one = self._by_chain(ego, known)
            if one is None:
                return None
            alternatives[one.word.alone] = one
            if len(alternatives) > _MOST_ALTERNATIVES:
                return None
        return self._either(list(alternatives.values()))

    def _either(self, alternatives: Sequence[_Found]) -> _Found:
        """Several words, joined by "or"."""
        joint = f" {self.language.fixed['or']} "
        inside = [each.word.inside for each in alternatives]
        return _Found(
            Word(
                joint.join(each.word.alone for each in alternatives),
                joint.join(inside) if all(inside) else "",
            ),
            all(each.exact for each in alternatives),
            any(each.explained for each in alternatives),
        )

    def _by_chain(self, ego: Sex, chain: Sequence[_Relative]) -> _Found | None:
        """The word that the file gives for this very chain."""
        chains = self.language.chains
        kinds = tuple([each.kind for each in chain])
        rules: tuple[Chain, ...] = chains.get(kinds, ())
        if not _HALVES.isdisjoint(kinds):
            plain = tuple(["half-sibling" if kind in _HALVES else kind for kind in kinds])
            if plain != kinds:
                rules += chains.get(plain, ())
        for rule in rules:
            if rule.ego is not Sex.UNKNOWN and rule.ego is not ego:
                continue
            if all(
                said is Sex.UNKNOWN or said is each.sex
                for said, each in zip(rule.sexes, chain, strict=True)
            ):
                return self._as_found(rule.word, rule.described)
        return None

    def _blood(self, chain: Sequence[_Relative], *, double: bool = False) -> _Found | None:
        """The word for a line of blood, by the generations up and down."""
        up = down = turns = 0
        half = False
        for kind, _ in chain:
            if kind == "parent":
                if turns or down:
                    return None
                up += 1
            elif kind == "child":
                down += 1
            elif kind in _BLOOD:
                if turns or down:
                    return None
                turns, half = 1, kind != "sibling"
            else:
                return None
        if not turns and up and down:
            return None
        return self._counted_once(up + turns, down + turns, chain[-1].sex, half, double)

    def _counted_once(
        self, up: int, down: int, sex: Sex, half: bool, double: bool
    ) -> _Found | None:
        key = (up, down, sex, half, double)
        if key not in self._words:
            self._words[key] = self._counted(*key)
        return self._words[key]

    def _counted(self, up: int, down: int, sex: Sex, half: bool, double: bool) -> _Found | None:
        line = self._line(up, down)
        if line is None:
            return None
        frame = line.half if half else line.double if double else "{word}"
        if not frame or (half and double):
            return None
        if sex not in line.words or (sex is Sex.UNKNOWN and frame != "{word}"):
            both = [self._counted(up, down, each, half, double) for each in _EITHER]
            distinct = {one.word.alone: one for one in both if one}
            return self._either(list(distinct.values()))
        forms = (self._filled(form, up, down) for form in line.words[sex])
        word = Word(*(form and frame.replace("{word}", form) for form in forms))
        return self._as_found(word, line.described)

    def _line(self, up: int, down: int) -> Line | None:
        if (up, down) not in self._lines:
            numbers = (up, down, up - down, down - up)
            self._lines[up, down] = next(
                (
                    line
                    for line in self.language.lines
                    if all(
                        least <= number <= most
                        for number, (least, most) in zip(numbers, line.bounds, strict=True)
                    )
                ),
                None,
            )
        return self._lines[up, down]

    def _filled(self, text: str, up: int, down: int) -> str:
        """A word with its counts put in: "{great:up-2}uncle"."""
        for gap in gaps(text):
            name, _, sum_ = gap.partition(":")
            number = 0
            for term in sum_.replace("-", "+-").split("+"):
                sign, term = (-1, term[1:]) if term.startswith("-") else (1, term)
                number += sign * (up if term == "up" else down if term == "down" else int(term))
            count = str(number) if name == "number" else self.language.counted[name].of(number)
            text = text.replace(f"{{{gap}}}", count, 1)
        return text

    def _as_found(self, word: Word, described: bool) -> _Found:
        return _Found(word, not described, word.alone in self.language.explained)

    # ---------- descriptions ----------

    def _described(self, ego: Sex, chain: Sequence[_Relative]) -> str:
        """A chain told by the fewest words: "wife's first cousin's husband".

        Among as few words, those that cut a line of blood least often; then those with least
        distance between the generations; then the longest first.
        """
        size = len(chain)
        # Words, cuts, slants, the lengths of the parts with a minus; and the words themselves.
        best: list[tuple[tuple[int, ...], tuple[Word, ...]] | None] = [((0, 0, 0), ())]
        best += [None] * size
        for start in range(size):
            before = best[start]
            if before is None:
                continue
            (number, cuts, slants, *lengths), words = before
            cut = start > 0 and chain[start].kind in _BLOOD and chain[start - 1].kind in _BLOOD
            sex = chain[start - 1].sex if start else ego
            for part in self._parts(chain, start):
                end = start + part.length
                if part.length == size > 1:
                    continue
                slant = abs(part.ups - part.downs) if part.siblings else 0
                word = self._within(sex, chain, start, part)
                if word is None:
                    continue
                cost = (number + 1, cuts + cut, slants + slant, *lengths, -part.length)
                kept = best[end]
                if kept is None or cost < kept[0]:
                    best[end] = (cost, (*words, word))
        found = best[size]
        if found is None:  # cannot be: a file has all single words
            raise AssertionError(f"no words for {chain}")
        whose, *others = found[1]
        for what in others:
            whose = self._joined(what, whose)
        return whose.alone

    def _parts(self, chain: Sequence[_Relative], start: int) -> Iterator[_Part]:
        """The parts of a chain from a place on for which there may be a word, shortest first."""
        longest = self.language.longest
        ups = downs = siblings = 0
        blood, half = True, False
        for length, (kind, _) in enumerate(chain[start:], 1):
            if kind == "parent":
                blood = blood and not (siblings or downs)
                ups += 1
            elif kind == "child":
                blood = blood and not (ups and not siblings)
                downs += 1
            else:
                blood = blood and kind in _BLOOD and not (siblings or downs)
                half = kind != "sibling"
                siblings += "sibling" in kind
            if not blood and length > longest:
                return
            yield _Part(length, ups, downs, siblings, blood, half)

    def _within(self, ego: Sex, chain: Sequence[_Relative], start: int, part: _Part) -> Word | None:
        """The word for a part of a chain, if it can stand in a description at that place."""
        end = start + part.length
        if part.length > self.language.longest:
            turned = part.siblings
            found = self._counted_once(
                part.ups + turned, part.downs + turned, chain[end - 1].sex, part.half, False
            )
        else:
            known = ego, tuple(chain[start:end])
            if known not in self._short:
                self._short[known] = self._found(*known)
            found = self._short[known]
        if found is None or found.explained:
            return None
        if not found.word.inside and (end < len(chain) or self._last_inside):
            return None
        return found.word

    def _joined(self, what: Word, whose: Word) -> Word:
        fixed = self.language.fixed
        gaps_ = {
            "what": what.alone,
            "what_inside": what.inside,
            "whose": whose.alone,
            "whose_inside": whose.inside,
        }
        return Word(fixed["join.alone"].format(**gaps_), fixed["join.inside"].format(**gaps_))


def _relatives(kin: Kin) -> list[_Relative]:
    """The steps of a kinship as links: a climb that turns down again is a brother or sister."""
    links: list[_Relative] = []
    steps = kin.steps
    turns = 0
    skip = False
    for index, step in enumerate(steps):
        if skip:
            skip = False
            continue
        after = steps[index + 1] if index + 1 < len(steps) else None
        turning = step.move is Move.PARENT and after is not None and after.move is Move.CHILD
        if turning and after and step.bond is Bond.BIRTH and after.bond is Bond.BIRTH:
            whole = kin.wholes[turns] if turns < len(kin.wholes) else Whole.UNKNOWN
            kind = _HALF[step.sex] if whole is Whole.HALF else "sibling"
            links.append(_Relative(kind, after.sex))
            skip = True
        else:
            links += _link(step)
        turns += turning
    return links


def _link(step: Step) -> tuple[_Relative, ...]:
    if step.move is Move.SPOUSE:
        return (_Relative("spouse", step.sex),)
    if step.move is Move.SIBLING:
        return (_Relative("sibling", step.sex),)
    # A stepfather is a parent's husband, a stepson a spouse's son: one set of words for both.
    if step.bond is Bond.STEP:
        if step.move is Move.PARENT:
            return (_Relative("parent", Sex.UNKNOWN), _Relative("spouse", step.sex))
        return (_Relative("spouse", Sex.UNKNOWN), _Relative("child", step.sex))
    return (_Relative(_KINDS[step.move, step.bond], step.sex),)
