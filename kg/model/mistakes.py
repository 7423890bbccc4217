"""What people write where EDTF is wanted, and how EDTF writes it."""

from __future__ import annotations

import re

_MISTAKES = (
    (r".*\s.*", "write it without spaces"),
    (r"(open|unknown)", 'an open end is "..", an unknown end is left empty: "1938/"'),
    (r"[0-9]{3}0.?s", 'a decade is written "193X"'),
    (r"(c|ca|circa|about)\.?[0-9]+", 'an approximate date is written "1938~"'),
    (r"[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}", 'write the year first: "1938-06-13"'),
    (r"[0-9]{4}[./][0-9]{1,2}[./][0-9]{1,2}", 'write hyphens: "1938-06-13"'),
    (r"[0-9]{8}", 'write hyphens: "1938-06-13"'),
    (r"[0-9]{4}-[0-9]{4}", 'an interval is written with "/": "1937/1938"'),
    (r"[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?", 'month and day have two digits: "1938-06-03"'),
    (r"-?[0-9]{1,3}([?~%-].*)?", 'a year has four digits: "0938", 44 BCE is "-0043"'),
    (r"-?[0-9]{5,}.*", 'a year of five and more digits is written "Y12000"'),
    (r"-?[0-9u]{2,4}(-.*)?", 'an unspecified digit is a capital X: "193X"'),
    (r"-?[0-9x]{4}(-.*)?", 'an unspecified digit is a capital X: "193X"'),
    (r".*(\?~|~\?).*", 'uncertain and approximate together is "%": "1938%"'),
    (r"y-?[0-9].*", 'a long year is written "Y170000002" or "Y17E7"'),
)


def advice(text: str) -> str:
    """Guess from the shape what was meant, and show how EDTF writes it."""
    for shape, remedy in _MISTAKES:
        if re.fullmatch(shape, text, re.IGNORECASE | re.DOTALL):
            return remedy
    return 'write "1938", "1938-06", "1938-06-13", "1938~", "193X", "1937/1938" or "[..1938]"'
