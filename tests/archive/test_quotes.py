"""A quotation is found at its one place, in code points, and a wrong one is explained."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.archive import open_archive, quotes, read_contents
from kg.archive.folder import add_text, init_archive
from kg.archive.quotes import Misquote, SourceText, difference, locate, nearest

PIECES = [
    "a",
    "b",
    "ab",
    " ",
    ". ",
    "é",
    "e\u0301",
    "\U00010400",
    "\n",
    "-",
    "Люшков",
    "\u00a0",
    "_",
    "1",
]
pieces = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def places(text: str, part: str) -> list[int]:
    """Every offset of `part`, overlapping ones too: the plainest way there is."""
    return [at for at in range(len(text)) if part and text[at : at + len(part)] == part]


@pytest.fixture(params=[False, True], ids=["small", "indexed"])
def _indexed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param:
        monkeypatch.setattr(quotes, "_SMALL", -1)


@pytest.mark.usefixtures("_indexed")
@pytest.mark.parametrize("seed", range(5))
def test_occurrences_are_those_of_plain_search(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(300):
        text = "".join(chance.choices(PIECES, k=chance.randint(0, 60)))
        source = SourceText(text)
        start = chance.randint(0, len(text))
        for part in (
            text[start : start + chance.randint(0, 8)], "".join(chance.choices(PIECES, k=3)),
        ):  # fmt: skip
            assert source.occurrences(part, 1000) == places(text, part)
            assert source.occurrences(part) == places(text, part)[:2]


@given(pieces, st.data())
@example("aaa", None)
def test_located_stretch_is_the_quotation_and_the_only_one(text: str, data: st.DataObject) -> None:
    if data is None:
        assert isinstance(locate(SourceText("aaa"), "aa"), Misquote)
        return
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    quote = text[begin:end]
    for context in ("", text[max(0, begin - 3) : end + 3]):
        found = locate(SourceText(text), quote, context)
        if context:
            inside = places(context, quote)
            lone = len(places(text, context)) == 1 and len(inside) == 1
            expected = places(text, context)[0] + inside[0] if lone else -1
        else:
            lone = len(places(text, quote)) == 1
            expected = begin
        if lone:
            assert found == (expected, expected + len(quote))
            assert text[found[0] : found[1]] == quote
        else:
            assert isinstance(found, Misquote)
            assert found.column == ("context" if context else "quote")


def test_big_text_is_searched_through_its_words() -> None:
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefgh", k=5)) for _ in range(2000)]
    text = " ".join(chance.choices(words, k=50_000))
    assert len(text) > 200_000
    source = SourceText(text)
    for _ in range(200):
        start = chance.randint(0, len(text) - 60)
        part = text[start : start + chance.randint(1, 60)]
        found, first = source.occurrences(part, 3), text.find(part)
        expected = [first]
        while len(expected) < 3 and (first := text.find(part, first + 1)) >= 0:
            expected.append(first)
        assert found == expected
    assert source.occurrences("no such words stand here") == []
    assert source.occurrences("@") == []


def claimed(tmp_path: Path, data: bytes, quote: str) -> tuple[int, int, str]:
    """Where a quotation stands that an archive on disk makes of a source with these bytes."""
    file = tmp_path / "in.txt"
    file.write_bytes(data)
    archive = init_archive(tmp_path / "a", title="t", base="https://example.org/a/")
    archive = add_text(archive, file)
    header, *_ = (archive.path / "claims/in.csv").read_text(encoding="utf-8").splitlines()
    cell = '"' + quote.replace('"', '""') + '"'
    row = f"\n,{cell},,d:src-in,kg:topic,d:it,,certain,,,,,\n"
    (archive.path / "claims/in.csv").write_bytes((header + row).encode())
    (archive.path / "entities.csv").write_text("id,class,label@en\nd:it,kg:Topic,it\n")
    contents = read_contents(open_archive(archive.path))
    assert contents.findings == ()
    passage = contents.claims[0].passage
    assert passage is not None
    assert contents.sources[0].text[passage.start : passage.end] == passage.quote == quote
    assert contents.sources[0].sha256 == hashlib.sha256(data).hexdigest()
    return passage.start, passage.end, passage.iri


def test_offsets_are_code_points(tmp_path: Path) -> None:
    text = "\U0001f469\U0001f3fd e\u0301 Anna"
    assert claimed(tmp_path, text.encode(), "Anna") == (
        6, 10, "https://example.org/a/src-in#char=6,10",
    )  # fmt: skip


def test_line_ends_count_as_they_stand(tmp_path: Path) -> None:
    assert claimed(tmp_path, b"one\r\ntwo\r\nthree", "two\r\nthree")[:2] == (5, 15)


def test_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    assert claimed(tmp_path, b"\xef\xbb\xbfAnna Berg", "Anna")[:2] == (0, 4)


@pytest.mark.parametrize(
    ("ours", "theirs", "says"),
    [
        ("a b", "a\u00a0b", '" " should be "[no-break space]"'),
        ("ab", "a\u00adb", '"[soft hyphen]" is missing after "a"'),
        ("ab", "a\u200bb", "[zero width space]"),
        ("a b", "a\nb", '" " should be "[line end]"'),
        ("é", "e\u0301", "[combining acute accent]"),
        ("c", "с", '"c" should be "с" [cyrillic small letter es]'),
        ("it's", "it’s", "[right single quotation mark]"),
        ("a\u202eb", "ab", '"[right-to-left override]" is too much'),
        ("same", "same", "no difference"),
    ],
)
def test_difference_names_what_the_eye_does_not_see(ours: str, theirs: str, says: str) -> None:
    assert says in difference(ours, theirs)


@given(pieces, pieces)
def test_any_misquote_is_explained(text: str, quote: str) -> None:
    assert nearest(text, quote)
    assert difference(quote, text)


def test_long_misquote_is_explained_in_short() -> None:
    text = "".join(f"word{number} " for number in range(20_000))
    quote = text[5_000:25_000].replace("word2000 ", "wort2000 ")
    told = nearest(text, quote)
    assert '"d" is missing' in told or '"t" should be "d"' in told
    assert len(told) < 700
