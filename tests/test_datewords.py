from __future__ import annotations

import tomllib

import pytest

from kg import assets
from kg.datewords import in_words
from kg.errors import UnknownName
from kg.model.dates import parse


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        ("1900", "1900", "1900"),
        ("1938-07", "July 1938", "июль 1938"),
        ("1938-07~", "July 1938 (approximate)", "около июля 1938"),
        ("1984?", "1984 (uncertain)", "предположительно 1984"),
        ("1984%", "1984 (approximate, uncertain)", "предположительно около 1984"),
        ("1945-08-19", "19 August 1945", "19 августа 1945"),
        ("1920-11/", "from November 1920", "с ноября 1920"),
        ("1920-11/..", "from November 1920 on", "с ноября 1920 и далее"),
        ("1920-11~/", "from November 1920 (approximate)", "с ноября 1920 (приблизительно)"),
        ("/1945-08", "until August 1945", "до августа 1945"),
        ("../1945-08", "until August 1945", "до августа 1945"),
        (
            "1937-07-31/1938-06-13",
            "31 July 1937 – 13 June 1938",
            "31 июля 1937 – 13 июня 1938",
        ),
        ("193X", "the 1930s", "1930-е годы"),
        ("193X~", "the 1930s (approximate)", "около 1930-х годов"),
        ("19XX", "between 1900 and 1999", "между 1900 и 1999"),
        ("1950S2", "1950 (between 1900 and 1999)", "1950 (между 1900 и 1999)"),
        ("[..1937-07-31]", "by 31 July 1937", "не позднее 31 июля 1937"),
        ("[1937-07-31..]", "not before 31 July 1937", "не ранее 31 июля 1937"),
        ("[1926..1927]", "between 1926 and 1927", "между 1926 и 1927"),
        (
            "[1937-07..1938-08]",
            "between July 1937 and August 1938",
            "между июлем 1937 и августом 1938",
        ),
        (
            "[1667,1668,1670..1672]",
            "1667, 1668 or between 1670 and 1672",
            "1667, 1668 или между 1670 и 1672",
        ),
        ("{1667,1670..1672}", "1667 and 1670 – 1672", "1667 и 1670 – 1672"),
        ("1938-06-XX", "June 1938 (day unknown)", "июнь 1938 (день неизвестен)"),
        ("1938-XX-XX", "1938 (month unknown)", "1938 (месяц неизвестен)"),
        ("15XX-12-25", "25 December, between 1500 and 1599", "25 декабря, между 1500 и 1599"),
        ("XXXX-12-XX", "December, year unknown", "декабрь, год неизвестен"),
        ("XXXX", "year unknown", "год неизвестен"),
        (
            "1984-1X",
            "between October 1984 and December 1984",
            "между октябрём 1984 и декабрём 1984",
        ),
        ("1938-22", "summer 1938", "лето 1938"),
        ("1938-22/", "from summer 1938", "с лета 1938"),
        ("19XX-21", "spring, between 1900 and 1999", "весна, между 1900 и 1999"),
        ("2001-33", "the first quarter of 2001", "первый квартал 2001"),
        ("2001-41", "the second half of 2001", "вторая половина 2001"),
        ("-0043-03-15", "15 March 44 BCE", "15 марта 44 до н. э."),
        ("0000", "1 BCE", "1 до н. э."),
        ("0014", "14 CE", "14 н. э."),
        ("-004X", "between 50 BCE and 41 BCE", "между 50 до н. э. и 41 до н. э."),
        ("Y170000002", "170000002", "170000002"),
        ("1938-06-13T23:20:30Z", "13 June 1938, 23:20:30Z", "13 июня 1938, 23:20:30Z"),
    ],
)
def test_date_in_words(text: str, english: str, russian: str) -> None:
    assert in_words(parse(text)) == english
    assert in_words(parse(text), "ru") == russian


def test_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r'"xx"[\s\S]*en, ru'):
        in_words(parse("1938"), "xx")


def test_languages_have_the_same_patterns_and_full_lists() -> None:
    languages = tomllib.loads(assets.read("data/words/dates.toml"))
    english, russian = languages["en"], languages["ru"]
    assert english.keys() == russian.keys()
    for words in (english, russian):
        assert {len(forms) for forms in words["months"].values()} == {12}
        assert {len(forms) for forms in words["parts"].values()} == {21}
