from __future__ import annotations

import tomllib

import pytest

from kg import assets
from kg.gedcom.dates import read_date
from kg.model.dates import bounds_of

LOOSE = [
    ("1850-1860", "[1850..1860]", "BET 1850 AND 1860"),
    ("1850 – 1860", "[1850..1860]", "BET 1850 AND 1860"),
    ("1850-60", "[1850..1860]", "BET 1850 AND 1860"),
    ("c. 1850", "1850~", "ABT 1850"),
    ("c1850", "1850~", "ABT 1850"),
    ("ca 1850", "1850~", "ABT 1850"),
    ("~1850", "1850~", "ABT 1850"),
    ("about 1850", "1850~", "ABT 1850"),
    ("<1850>", "1850~", "ABT 1850"),
    ("<1850", "[..1850]", "BEF 1850"),
    ("1850?", "1850?", "1850?"),
    ("March 1850?", "1850-03?", "MAR 1850?"),
    ("1850s", "185X", "1850S"),
    ("Spring 1850", "1850-21", "SPRING 1850"),
    ("12.3.1850", "1850-03-12", "12 MAR 1850"),
    ("12.03.1850", "1850-03-12", "12 MAR 1850"),
    ("13/4/1850", "1850-04-13", "13 APR 1850"),
    ("4/13/1850", "1850-04-13", "13 APR 1850"),
    ("4/4/1850", "1850-04-04", "4 APR 1850"),
    ("00.03.1850", "1850-03", "MAR 1850"),
    ("1850-03-12", "1850-03-12", "12 MAR 1850"),
    ("1850/03/12", "1850-03-12", "12 MAR 1850"),
    ("1850-03", "1850-03", "MAR 1850"),
    ("12 March 1850", "1850-03-12", "12 MAR 1850"),
    ("12th of March, 1850", "1850-03-12", "12 MAR 1850"),
    ("March 12, 1850", "1850-03-12", "12 MAR 1850"),
    ("12-MAR-1850", "1850-03-12", "12 MAR 1850"),
    ("bet 1850 - 1860", "[1850..1860]", "BET 1850 AND 1860"),
    ("between 1850 and 1860", "[1850..1860]", "BET 1850 AND 1860"),
    ("before 1850", "[..1850]", "BEF 1850"),
    ("1850 to 1860", "1850/1860", "FROM 1850 TO 1860"),
    ("1850 or 1851", "[1850..1851]", "BET 1850 AND 1851"),
    ("ca. 1850-1860", "[1850~..1860~]", "BET ABT 1850 AND ABT 1860"),
    ("Jan-Mar 1850", "[1850-01..1850-03]", "BET JAN 1850 AND MAR 1850"),
    ("12-15 mar 1850", "[1850-03-12..1850-03-15]", "BET 12 MAR 1850 AND 15 MAR 1850"),
    ("AD 85", "0085", "0085"),
    ("12. März 1850", "1850-03-12", "12 MAR 1850"),
    ("zwischen 1850 und 1860", "[1850..1860]", "BET 1850 AND 1860"),
    ("1er août 1850", "1850-08-01", "1 AUG 1850"),
    ("en 1850", "1850", "1850"),
    ("de 1850 à 1860", "1850/1860", "FROM 1850 TO 1860"),
    ("tussen 1850 en 1860", "[1850..1860]", "BET 1850 AND 1860"),
    ("12 mrt 1850", "1850-03-12", "12 MAR 1850"),
    ("12 марта 1850 г.", "1850-03-12", "12 MAR 1850"),
    ("с 1850 по 1860 гг.", "1850/1860", "FROM 1850 TO 1860"),
    ("до 1850", "[..1850]", "BEF 1850"),
    ("25 октября 1917 г. (ст. ст.)", "1917-11-07", "JULIAN 25 OCT 1917"),
    ("1850 (?)", "1850?", "1850?"),
    ("25 октября 1917 ст. ст.", "1917-11-07", "JULIAN 25 OCT 1917"),
    ("100-50 BC", "[-0099..-0049]", "BET 100 BCE AND 50 BCE"),
    ("100 до н. э.", "-0099", "100 BCE"),
    ("18 brumaire an VIII", "1799-11-09", "FRENCH_R 18 BRUM 8"),
    ("15 Nisan 5708", "1948-04-24", "HEBREW 15 NSN 5708"),
    ("10 Xbre 1720", "1720-12-10", "10 DEC 1720"),
]


@pytest.mark.parametrize(("text", "edtf", "form"), LOOSE)
def test_other_forms_are_read_and_told(text: str, edtf: str, form: str) -> None:
    value = read_date(text)
    assert value == (*value[:4], f'no form of GEDCOM, read as "{form}"')
    assert (value.edtf, value.phrase) == (edtf, "")
    assert (value.earliest or None, value.latest or None) == bounds_of(edtf)


def test_each_word_stands_once_in_lower_case() -> None:
    lists = tomllib.loads(assets.read("data/gedcom/dates.toml"))
    groups = [*(lists[k] for k in ("keywords", "eras", "calendars", "seasons", "fillers"))]
    groups += lists["months"].values()
    words = [word for group in groups for found in group.values() for word in found]
    assert len(words) == len(set(words)) > 400
    assert all(word == " ".join(word.lower().replace(".", " ").split()) for word in words)


def test_every_name_of_a_month_is_read() -> None:
    lists = tomllib.loads(assets.read("data/gedcom/dates.toml"))["months"]
    year = {"GREGORIAN": "1850", "HEBREW": "5708", "FRENCH_R": "8"}
    for calendar, months in lists.items():
        for code, words in months.items():
            expected = read_date(f"{calendar} 3 {code} {year[calendar]}").edtf
            for word in words:
                assert read_date(f"3 {word} {year[calendar]}").edtf == expected != "", word


def test_every_keyword_is_read() -> None:
    lists = tomllib.loads(assets.read("data/gedcom/dates.toml"))
    for code in ("ABT", "EST", "CAL", "BEF", "AFT", "FROM", "TO"):
        for word in lists["keywords"][code]:
            assert read_date(f"{word} 1850").edtf == read_date(f"{code} 1850").edtf != "", word
    for word in lists["eras"]["BCE"]:
        assert read_date(f"850 {word}").edtf == "-0849", word
    for code, words in lists["seasons"].items():
        for word in words:
            assert read_date(f"{word} 1850").edtf == read_date(f"{code} 1850").edtf != "", word
