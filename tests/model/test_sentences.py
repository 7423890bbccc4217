"""The sentence around a quotation is found, and an initial does not end it."""

from __future__ import annotations

import pytest

from kg.model.sentences import sentence_at

TEXT = (
    "A heading\nG. S. Lyushkov fled in 1938. He met Mr. Ota in Tokyo! Was he shot? "
    "“Yes.” So it is said… Нет. Г. С. Люшков родился в 1900 г. в Одессе. Конец"
)


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("heading", "A heading"),
        ("Lyushkov", "G. S. Lyushkov fled in 1938."),
        ("Ota", "He met Mr. Ota in Tokyo!"),
        ("shot", "Was he shot?"),
        ("Yes", "“Yes.”"),
        ("said", "So it is said…"),
        ("Люшков", "Г. С. Люшков родился в 1900 г. в Одессе."),
        ("Конец", "Конец"),
        ("1938. He met", "G. S. Lyushkov fled in 1938. He met Mr. Ota in Tokyo!"),
        ("fled in 1938.", "G. S. Lyushkov fled in 1938."),
        ("A heading\nG.", "A heading\nG. S. Lyushkov fled in 1938."),
        (TEXT, TEXT),
    ],
)
def test_sentence_is_the_one_around_the_quotation(quote: str, sentence: str) -> None:
    start = TEXT.index(quote)
    first, last = sentence_at(TEXT, start, start + len(quote))
    assert TEXT[first:last] == sentence


def test_every_stretch_lies_in_its_sentence() -> None:
    for start in range(len(TEXT)):
        for end in range(start, min(start + 12, len(TEXT)) + 1):
            first, last = sentence_at(TEXT, start, end)
            assert 0 <= first <= start <= end <= last <= len(TEXT)


def test_long_text_without_a_stop_gives_no_endless_sentence() -> None:
    text = "word " * 40_000
    first, _ = sentence_at(text, 150_000, 150_004)
    assert first >= 150_000 - 20_000
