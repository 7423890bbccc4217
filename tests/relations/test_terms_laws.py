from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from kg import assets
from kg.model.kin import Bond, Kin, Move, Sex, Step, Whole
from kg.relations.terms import languages, load_terms

FAR = 8
WHOLES = (Whole.FULL, Whole.HALF, Whole.UNKNOWN)


def line(up: int, down: int, alter: Sex, whole: Whole, between: Sex = Sex.MALE) -> Kin:
    """A line of blood whose people in between are all of one sex."""
    moves = [Move.PARENT] * up + [Move.CHILD] * down
    sexes = [between] * (up + down - 1) + [alter]
    if up and down and whole is Whole.FULL:
        sexes[up - 1] = Sex.UNKNOWN  # the couple
    wholes = (whole,) if up and down else ()
    return Kin(Sex.MALE, tuple(map(Step, moves, sexes)), wholes)


def lines(wholes: tuple[Whole, ...] = WHOLES) -> Iterator[tuple[int, int, Whole]]:
    for up in range(FAR + 1):
        for down in range(FAR + 1):
            if up and down:
                yield from ((up, down, whole) for whole in wholes)
            elif up or down:
                yield up, down, Whole.UNKNOWN


def converse(kin: Kin) -> Kin:
    sexes = [kin.ego, *(step.sex for step in kin.steps)]
    back = {Move.PARENT: Move.CHILD, Move.CHILD: Move.PARENT}
    steps = [
        Step(back.get(step.move, step.move), sexes[at], step.bond)
        for at, step in reversed(list(enumerate(kin.steps)))
    ]
    return Kin(sexes[-1], tuple(steps), kin.wholes[::-1])


@cache
def wild_kinships() -> tuple[Kin, ...]:
    """Kinships by any steps, as they come in bad or strange data."""
    chance = random.Random(1720)
    return tuple(
        Kin(
            chance.choice(list(Sex)),
            tuple(
                Step(
                    chance.choice(list(Move)),
                    chance.choice(list(Sex)),
                    chance.choice([Bond.BIRTH, Bond.BIRTH, *Bond]),
                )
                for _ in range(chance.randint(1, 9))
            ),
            tuple(chance.choices(WHOLES, k=3)),
        )
        for _ in range(400)
    )


def fit(text: str) -> bool:
    """Nothing is left open, doubled or empty."""
    return (
        bool(text)
        and text == " ".join(text.split())
        and not re.search(r"[{}]|\(\)|\( | \)", text)
        and text.count("(") == text.count(")")
    )


@pytest.mark.parametrize("language", languages())
def test_every_line_has_a_text(language: str) -> None:
    terms = load_terms(language)
    for up, down, whole in lines():
        for alter in Sex:
            for between in Sex:
                found = terms.term(line(up, down, alter, whole, between))
                assert fit(found.text), (up, down, whole, alter, between, found)


@pytest.mark.parametrize("language", languages())
def test_different_lines_never_have_the_same_text(language: str) -> None:
    terms = load_terms(language)
    told = defaultdict(set)
    for up, down, whole in lines((Whole.FULL, Whole.HALF)):
        for alter in (Sex.MALE, Sex.FEMALE):
            told[terms.term(line(up, down, alter, whole)).text].add((up, down, whole, alter))
    for text, shapes in told.items():
        if language == "en" and "cousin" in text:
            # English cousins have no sex, and "removed" does not say which way: see en.toml.
            assert len({(frozenset((up, down)), whole) for up, down, whole, _ in shapes}) == 1
        else:
            assert len(shapes) == 1, (text, shapes)


def test_both_sides_of_an_english_cousinship_have_one_name() -> None:
    terms = load_terms("en")
    for up, down, whole in lines():
        if up > 1 and down > 1:
            kin = line(up, down, Sex.MALE, whole)
            assert terms.term(converse(kin)) == terms.term(kin)


def test_converse_of_converse_is_named_alike() -> None:
    for language in languages():
        terms = load_terms(language)
        for kin in wild_kinships():
            again = converse(converse(kin))
            assert again == kin
            assert terms.term(again) == terms.term(kin)


@pytest.mark.parametrize("language", languages())
def test_any_steps_at_all_have_a_text(language: str) -> None:
    terms = load_terms(language)
    for kin in wild_kinships():
        for times in (1, 2, 7):
            found = terms.term(kin, times)
            assert fit(found.text), (kin, found)
        assert fit(terms.sentence("A", "B", terms.term(kin)))


@pytest.mark.parametrize("language", languages())
def test_words_of_several_meanings_stand_explained_and_alone(language: str) -> None:
    terms = load_terms(language)
    either = f" {terms.language.fixed['or']} "
    for kin in wild_kinships():
        text, _, rest = terms.term(kin).text.partition(" (")
        for word in terms.language.explained:
            if word in text.split(either):
                assert rest, text
            else:
                # "Schwager" is part of "Schwippschwager", but no word of it.
                assert not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) or any(
                    word in other for other in terms.language.explained if other in text
                ), text


@pytest.mark.parametrize("language", languages())
def test_sibling_stated_reads_like_sibling_by_parents(language: str) -> None:
    terms = load_terms(language)
    for down in range(FAR):
        below = (Step(Move.CHILD, Sex.FEMALE),) * down
        stated = Kin(Sex.MALE, (Step(Move.SIBLING, Sex.FEMALE), *below))
        full = line(1, down + 1, Sex.FEMALE, Whole.FULL, Sex.FEMALE)
        assert terms.term(stated) == terms.term(full)


def texts_of(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for each in content:
            yield from texts_of(each)
    elif isinstance(content, dict):
        for each in content.values():
            yield from texts_of(each)


SCRIPTS = {
    "en": "LATIN", "de": "LATIN", "fr": "LATIN", "ru": "CYRILLIC", "uk": "CYRILLIC", "he": "HEBREW",
}  # fmt: skip
NOT_OF = {"ru": "іїєґІЇЄҐ", "uk": "ыэёъЫЭЁЪ"}


@pytest.mark.parametrize("language", languages())
def test_words_are_of_one_script_without_stray_marks(language: str) -> None:
    content = tomllib.loads(assets.read(f"data/kin_terms/{language}.toml"))
    for table in ("chains", "descriptions", "lines", "counted", "self", "times", "sources"):
        for text in texts_of(content.get(table, {})):
            plain = re.sub(r"\{[^}]*\}", "", text)
            assert plain == unicodedata.normalize("NFC", plain), text
            for letter in plain:
                name = unicodedata.name(letter)
                if letter.isalpha():
                    # Latin titles may stand among the sources, never within one word.
                    assert name.startswith(SCRIPTS[language]), (text, letter)
                assert not name.startswith(("HEBREW POINT", "HEBREW ACCENT")), text
                assert letter not in NOT_OF.get(language, ""), (text, letter)


SYNONYMS = {
    # The child of the one who fostered me, and the one whom my parent fostered.
    "en": {"foster brother", "foster sister", "foster sibling"},
    "de": {"Adoptivbruder", "Adoptivschwester", "Pflegebruder", "Pflegeschwester"},
    "fr": {"frère adoptif", "sœur adoptive"},
}


@pytest.mark.parametrize("language", languages())
def test_word_of_several_chains_is_explained_or_a_known_synonym(language: str) -> None:
    rules = load_terms(language).language
    words = [rule.word.alone for chains in rules.chains.values() for rule in chains]
    words += {word.alone for each in rules.lines for word in each.words.values()}
    several = {word for word in words if words.count(word) > 1 and "{" not in word}
    assert several - rules.explained == SYNONYMS.get(language, set())


def test_bonds_other_than_birth_are_never_told_as_birth() -> None:
    for language in languages():
        terms = load_terms(language)
        for move in (Move.PARENT, Move.CHILD):
            for sex in Sex:
                told = {bond: terms.term(Kin(Sex.MALE, (Step(move, sex, bond),))) for bond in Bond}
                assert len({term.text for term in told.values()}) == len(Bond), told
