"""The lexical forms of the XML Schema datatypes: which literals are ill-typed."""

from __future__ import annotations

import re
from functools import cache

from kg.vocab import XSD

INTEGERS: dict[str, tuple[int | None, int | None]] = {
    XSD + name: limits for name, limits in {
        "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1), "byte": (-128, 127), "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255),
    }.items()
}  # fmt: skip
"""The integer types with their least and greatest value."""

# W3C XML Schema Definition Language 1.1, part 2, section 3; written without look-ahead, so that
# every engine can run them.
_ZONE = "(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
# leap years: the last two digits, or else the last four where these are 00, divide by four
_LEAP = ("-?([1-9][0-9]*)?([0-9]{2}(0[48]|[2468][048]|[13579][26])"
         "|([02468][048]|[13579][26])00)")  # fmt: skip
_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-{})"
_DATE = f"({_YEAR}-{_MONTH_DAY.format('(0[1-9]|1[0-9]|2[0-8])')}|{_LEAP}-02-29)"
_CLOCK = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_TIME = f"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_MONTHS = "([0-9]+Y([0-9]+M)?|[0-9]+M)"
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"({_NUMBER}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_FORMS = {
    "boolean": "(true|false|0|1)",
    "decimal": _NUMBER,
    "float": _FLOAT,
    "double": _FLOAT,
    "date": f"{_DATE}{_ZONE}?",
    "dateTime": f"{_DATE}T{_CLOCK}{_ZONE}?",
    "dateTimeStamp": f"{_DATE}T{_CLOCK}{_ZONE}",
    "time": f"{_CLOCK}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?",
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}?",
    "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}?",
    "gMonthDay": f"--{_MONTH_DAY.format('(0[1-9]|[12][0-9])')}{_ZONE}?",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}?",
    "yearMonthDuration": f"-?P{_MONTHS}",
    "dayTimeDuration": f"-?P([0-9]+D({_TIME})?|{_TIME})",
    "duration": f"-?P({_MONTHS}([0-9]+D)?({_TIME})?|[0-9]+D({_TIME})?|{_TIME})",
    "hexBinary": "([0-9A-Fa-f]{2})*",
    "base64Binary": "(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){2}= ?=|([A-Za-z0-9+/] ?){3}=)?",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
}  # fmt: skip


def form_of(datatype: str) -> str:
    """The regular expression, from start to end, for a datatype; empty where all text is fine."""
    if datatype in INTEGERS:
        least, most = INTEGERS[datatype]
        if least is not None and least >= 0:
            sign = r"(\+?[0-9]+|-0+)"
        elif most is not None and most <= 0:
            sign = r"(-[0-9]+|\+?0+)"
        else:
            sign = "[+-]?[0-9]+"
        return f"^{sign}$"
    form = _FORMS.get(datatype.removeprefix(XSD)) if datatype.startswith(XSD) else None
    return f"^{form}$" if form else ""


@cache
def _compiled(datatype: str) -> re.Pattern[str] | None:
    form = form_of(datatype)
    return re.compile(form) if form else None


def is_ill_typed(lexical: str, datatype: str) -> bool:
    """Whether a datatype has no value for this text; False for datatypes we do not know."""
    pattern = _compiled(datatype)
    if pattern is None:
        return False
    if "\n" in lexical or not pattern.match(lexical):
        return True
    if datatype not in INTEGERS:
        return False
    least, most = INTEGERS[datatype]
    number = int(lexical)
    return (least is not None and number < least) or (most is not None and number > most)
