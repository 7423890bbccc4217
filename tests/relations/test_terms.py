from __future__ import annotations

from pathlib import Path

import pytest

from kg import assets
from kg.errors import ReadError, UnknownName
from kg.model.kin import Bond, Kin, Move, Sex, Step, Whole
from kg.relations.termfile import REQUIRED, read_language
from kg.relations.terms import Term, Terms, languages, load_terms

EXPECTED = Path(__file__).parent / "expected" / "terms.tsv"
# Um: up to the father; Dxa: down to an adopted child of unknown sex; f foster, s step, l sealing.
MOVES = {"U": Move.PARENT, "D": Move.CHILD, "S": Move.SPOUSE, "B": Move.SIBLING}
SEXES = {"m": Sex.MALE, "f": Sex.FEMALE, "x": Sex.UNKNOWN}
BONDS = {
    "": Bond.BIRTH, "a": Bond.ADOPTIVE, "f": Bond.FOSTER, "s": Bond.STEP, "l": Bond.SEALING,
}  # fmt: skip


def kin(shape: str, ego: Sex = Sex.UNKNOWN, *wholes: Whole) -> Kin:
    steps = (Step(MOVES[word[0]], SEXES[word[1]], BONDS[word[2:]]) for word in shape.split())
    return Kin(ego, tuple(steps), wholes)


def said(language: str, shape: str, ego: Sex = Sex.UNKNOWN, *wholes: Whole) -> str:
    return load_terms(language).term(kin(shape, ego, *wholes)).text


def rows() -> list[dict[str, str]]:
    head, *lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


# ---------- the table ----------


def test_table_has_a_column_a_language() -> None:
    found = rows()
    assert len(found) >= 95
    assert set(found[0]) == {"shape", "ego", "whole", *languages()}


@pytest.mark.parametrize("language", languages())
def test_kinships_of_the_table_are_named_as_expected(language: str) -> None:
    terms = load_terms(language)
    for row in rows():
        wholes = (Whole(row["whole"]),) if row["whole"] else ()
        found = terms.term(kin(row["shape"], Sex(row["ego"]), *wholes))
        text = row[language]
        wanted = Term(text.removesuffix(" ~"), not text.endswith(" ~"))
        assert found == wanted, (row["shape"], row["ego"], row["whole"])


# ---------- what the table cannot show ----------


def test_step_bond_reads_like_a_parents_marriage() -> None:
    for language in languages():
        assert said(language, "Uxs") == said(language, "Ux Sx")
        assert said(language, "Ums Dm") == said(language, "Ux Sm Dm")
        assert said(language, "Dfs") == said(language, "Sx Df")


def test_whole_that_is_not_known_reads_like_full() -> None:
    for language in languages():
        for shape in ("Um Dm", "Uf Um Dm", "Um Uf Df Dm"):
            assert said(language, shape, Sex.MALE, Whole.UNKNOWN) == said(
                language, shape, Sex.MALE, Whole.FULL
            )


def test_each_turn_has_its_own_whole() -> None:
    shape = "Um Dm Sf Uf Df"
    half_first = said("ru", shape, Sex.MALE, Whole.HALF, Whole.FULL)
    half_second = said("ru", shape, Sex.MALE, Whole.FULL, Whole.HALF)
    assert half_first == "свояченица единокровного брата"
    assert half_second == "единоутробная сестра жены брата"


def test_adoptive_turn_takes_a_whole_too() -> None:
    shape = "Uma Dm Sf Uf Df"
    assert said("en", shape, Sex.MALE, Whole.UNKNOWN, Whole.HALF) == (
        "adoptive brother's wife's half-sister"
    )


def test_lines_that_are_double_are_told_so() -> None:
    cousins = kin("Uf Ux Dm Df")
    assert load_terms("en").term(cousins, 2) == Term("double first cousin", True)
    assert load_terms("en").term(cousins, 3) == Term("first cousin in three ways", False)
    assert load_terms("ru").term(cousins, 2) == Term("двоюродная сестра по двум линиям", False)
    assert load_terms("ru").term(cousins, 14).text == "двоюродная сестра (линий родства: 14)"
    assert load_terms("de").term(kin("Um Um"), 2).text == "Großvater auf zwei Wegen"
    half = kin("Uf Um Dm Df", Sex.MALE, Whole.HALF)
    assert load_terms("en").term(half, 2) == Term("half first cousin in two ways", False)


def test_numbers_past_the_words_are_digits() -> None:
    def cousins(degree: int) -> str:
        return "Um " * (degree + 1) + "Dm " * (degree + 1)

    ends = {10: "tenth", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 23: "23rd"}
    for degree, ordinal in ends.items():
        assert said("en", cousins(degree)) == f"{ordinal} cousin"
    assert said("en", cousins(111)) == "111th cousin"
    assert said("ru", cousins(9)) == "десятиюродный брат"
    assert said("ru", cousins(10)) == "11-юродный брат"
    assert said("en", "Um " * 14 + "Dm " * 4) == "third cousin 10 times removed"
    assert said("en", "Um " * 30) == "28×great-grandfather"


def test_many_unknown_sexes_are_described_not_enumerated() -> None:
    assert said("ru", "Sx Ux") == "родитель супруга или супруги"
    assert said("ru", "Sx Um") == "свёкор или тесть"
    assert said("uk", "Sf Ux") == "тесть або теща"


def test_word_that_needs_the_sex_of_ego_is_not_guessed() -> None:
    assert said("ru", "Dm Sf", Sex.MALE) == "сноха"
    assert said("ru", "Dm Sf", Sex.UNKNOWN) == "невестка (жена сына)"
    # Within a description ego is the one before: a brother, here.
    assert said("ru", "Ux Dm Dm Sf", Sex.FEMALE) == "жена племянника"


def test_same_sex_couples_have_their_words() -> None:
    assert said("ru", "Sm Uf", Sex.MALE) == "свекровь"
    assert said("he", "Sf Um", Sex.FEMALE) == "חותן"
    assert said("en", "Um Sm", Sex.MALE) == "stepfather"


# ---------- sentences ----------


def test_sentences_leave_names_as_they_are() -> None:
    shape = kin("Um Um Ux Dm Dm")
    sentences = {
        code: load_terms(code).sentence("Anna Weiss", "Иван", load_terms(code).term(shape))
        for code in languages()
    }
    assert sentences == {
        "de": "Иван ist Onkel 2. Grades von Anna Weiss",
        "en": "Иван is Anna Weiss's first cousin once removed",
        "fr": "Иван : oncle à la mode de Bretagne (cousin germain du père)"
        " (par rapport à Anna Weiss)",
        "he": "Иван – בן הדוד של האב של Anna Weiss",
        "ru": "Иван — двоюродный дядя (по отношению к: Anna Weiss)",
        "uk": "Иван — двоюрідний дядько (щодо особи: Anna Weiss)",
    }


def test_somebody_is_the_same_person_as_oneself() -> None:
    terms = load_terms("en")
    own = terms.term(Kin(Sex.FEMALE, ()))
    assert own == Term("self", True)
    assert terms.sentence("Ann", "Ann", own) == "Ann and Ann are the same person"


# ---------- languages ----------


def test_region_falls_back_to_its_language() -> None:
    assert load_terms("de-AT").language.code == "de"
    assert load_terms("EN_us").language.code == "en"


def test_language_without_words_is_an_error_that_lists_the_others() -> None:
    for wrong in ("xx", "", "../words/dates", "e"):
        with pytest.raises(UnknownName) as caught:
            load_terms(wrong)
        assert f'"{wrong}"' in caught.value.message
        assert caught.value.hint == "languages: de, en, fr, he, ru, uk"


# ---------- files ----------


def english() -> str:
    return assets.read("data/kin_terms/en.toml")


def test_every_file_is_complete_and_names_its_sources() -> None:
    for code in languages():
        language = load_terms(code).language
        assert language.code == code
        assert len(language.sources) >= 3
        assert language.lines


def without(key: str) -> str:
    """The English file without the lines of a key or a table."""
    lines = english().splitlines()
    table = f"[{key}]"
    if table in lines:
        start = lines.index(table)
        end = next(at for at in range(start + 1, len(lines)) if not lines[at])
        return "\n".join(lines[:start] + lines[end:])
    left = [line for line in lines if not line.startswith((f"{key} =", f'"{key}" ='))]
    assert len(left) < len(lines)
    return "\n".join(left)


@pytest.mark.parametrize(
    ("key", "named"),
    [
        *((key, key) for key in ("language", "name", "or", "explained", "sentence", "same")),
        ("inside", "inside"),
        ("join", "join.alone"),
        ("self", "self.male"),
        *((name, f'chains."{name}"') for name in REQUIRED if not name.startswith("sealing")),
    ],
)
def test_missing_key_is_told_with_the_file(key: str, named: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_language(without(key), "data/kin_terms/xx.toml")
    assert caught.value.message == f"data/kin_terms/xx.toml: no {named}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('or = "or"', 'ore = "or"', "ore is no key of this format"),
        ('or = "or"', "or = 3", "no or"),
        ('or = "or"', "or =", "not TOML: Invalid value (at line 24, column 5)"),
        ("beyond = \"{n} times\"", "", "no counted.removed.beyond"),
        ('"wife" = "wife"', '"wife" = ["wife"]',
         'chains."wife" has no form for within a description'),
        ('"wife" = "wife"', '"wife" = ["wife", "wife\'s", "wives"]',
         'chains."wife" is neither a text nor a list of one or two texts'),
        ("\"spouse's son\"", "\"spouse's sun\"",
         'chains."spouse\'s sun" "sun" is no relative of this format'),
        ('"{great:up-2}grandfather"', '"{grate:up-2}grandfather"',
         'lines[2] has the gap "{grate:up-2}", which nothing fills'),
        ('"{great:up-2}grandfather"', '"{great:upp-2}grandfather"',
         'lines[2] has the gap "{great:upp-2}", which nothing fills'),
        ("{b} is {a}'s {term}", "{b} is {a}'s {terms}",
         'sentence has the gap "{terms}", which nothing fills'),
        ('up = "2"', 'up = "two"', 'lines[1].up is none of the forms "2", "3-5", "6+"'),
        ('up = "2"\n', "", "no lines[1].up"),
        ('male = "grandfather"\n', "", "no lines[1].male"),
        ('half = "half-{word}"', 'hlaf = "half-{word}"', "lines[5].hlaf is no key of this format"),
    ],
)  # fmt: skip
def test_wrong_value_is_told_with_the_file(old: str, new: str, message: str) -> None:
    text = english()
    assert old in text
    with pytest.raises(ReadError) as caught:
        read_language(text.replace(old, new, 1), "xx.toml")
    assert caught.value.message == f"xx.toml: {message}"


def test_language_with_the_required_words_alone_describes_everything() -> None:
    head, _, rest = english().partition("# ---------- by blood ----------")
    chains = [
        line
        for line in rest[rest.index("[chains]") :].splitlines()
        if line.startswith("[") or line.partition(" = ")[0].strip('"') in REQUIRED
    ]
    terms = Terms(read_language("\n".join(["lines = []", head, *chains]), "xx.toml"))
    assert terms.term(kin("Um Um Dm Df Sm")) == Term("father's brother's daughter's husband", False)
    assert terms.term(kin("Sx Ux")).text == ("husband's or wife's father or mother")
