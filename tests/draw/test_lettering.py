from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest

from kg.draw.lettering import runs_left, width, wrap
from kg.draw.words import plural, words
from kg.errors import UnknownName
from kg.model.kin import Bond

DATA = Path(__file__).resolve().parents[2] / "data/words"
LANGUAGES = ("en", "ru", "uk", "de", "fr", "he")


def test_each_letter_is_in_one_class_of_widths() -> None:
    table = tomllib.loads((DATA / "widths.toml").read_text(encoding="utf-8"))
    letters = [letter for entry in table["class"] for letter in entry["letters"]]
    assert len(letters) > 800
    assert len(letters) == len(set(letters))
    assert set(string.printable) - set(string.whitespace) <= set(letters)
    ems = [entry["em"] for entry in table["class"]]
    assert ems == sorted(ems)


def test_widths_are_those_of_the_widest_font_or_more() -> None:
    # Advance widths of DejaVu Sans Bold, of 2048 units an em.
    for letter, units in {"W": 2259, "m": 2134, "i": 702, "Щ": 2725, "ш": 2175, "ש": 1550}.items():
        assert units / 2048 <= width(letter) <= units / 2048 * 1.2
    assert width("山田") >= 2.0
    assert width("é") == width("e") == width("e\u0301")


@pytest.mark.parametrize("room", [4.0, 7.0, 11.0, 30.0])
def test_no_line_is_wider_than_the_room(room: float) -> None:
    for text in (
        "Maximiliane Wilhelmine von Hohenzollern-Sigmaringen",
        "Донаударкиншиффартсгезельшафт Александрович",
        "山田太郎左衛門尉忠勝入道",
        "אברהם בן־דוד כהן הלוי",
    ):
        lines = wrap(text, room)
        assert all(width(line) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_are_even_and_break_after_a_comma_rather_than_elsewhere() -> None:
    assert wrap("Anna of Bohemia and Hungary", 13) == ("Anna of Bohemia", "and Hungary")
    assert wrap("Charles V, Holy Roman Emperor", 13) == ("Charles V,", "Holy Roman Emperor")
    assert wrap("Joanna of Castile", 13) == ("Joanna of Castile",)
    assert wrap("  ", 13) == ()


def test_direction_is_that_of_the_first_letter_that_has_one() -> None:
    assert runs_left("1905 אברהם Cohen")
    assert runs_left("محمد")
    assert not runs_left("Cohen אברהם")
    assert not runs_left("1905")


def test_each_language_has_the_same_words_and_a_word_for_each_bond() -> None:
    table = tomllib.loads((DATA / "draw.toml").read_text(encoding="utf-8"))
    assert tuple(table) == LANGUAGES
    for language in LANGUAGES:
        assert table[language].keys() == table["en"].keys()
        assert table[language]["key"].keys() == table["en"]["key"].keys()
        assert {bond.value for bond in Bond} <= table[language]["key"].keys()
        assert "{count}" in table[language]["sources"]["other"]
        for name in ("child_of", "partner_of"):
            assert "{names}" in table[language][name]
        forms = {plural(language, count) for count in range(200)}
        assert forms <= table[language]["sources"].keys() | {"other"}


def test_sources_are_counted_in_the_grammar_of_the_language() -> None:
    assert [words("en").sources(n) for n in (0, 1, 2)] == ["0 sources", "1 source", "2 sources"]
    assert [words("ru").sources(n) for n in (1, 3, 5, 11, 21, 112)] == [
        "1 источник", "3 источника", "5 источников", "11 источников", "21 источник",
        "112 источников",
    ]  # fmt: skip
    assert words("uk-UA").sources(4) == "4 джерела"
    assert words("fr").sources(0) == "0 source"
    assert words("he").sources(2) == "שני מקורות"


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(UnknownName, match='no words for pictures in "xx"'):
        words("xx")
