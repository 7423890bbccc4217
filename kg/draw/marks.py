"""The single signs of a picture as SVG: texts, outlines, strokes; every text escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.draw.layout import Layout
from kg.draw.lettering import runs_left
from kg.draw.routes import Point

INK = "#1a1a1a"
FAINT = "#555"
"""Text off the lines asked for: 7.5 : 1 on white."""
PALE = "#7d7d7d"
"""Lines and borders off the lines asked for: 4.1 : 1 on white."""
HEAVY = 3.4
_ROUND = 7.0
_DASHES = {
    "adoptive": "9 5", "foster": "2 5", "step": "10 4 2 4", "sealing": "1.5 9",
    "unmarried": "4.5 4.5",
}  # fmt: skip
# What XML 1.0 has no place for, and the signs that turn text around beyond its own end.
_UNFIT = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def plain(words: str) -> str:
    """A text between tags."""
    fit = _UNFIT.sub("\ufffd", words)
    return fit.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(words: str) -> str:
    """A text between double quotes."""
    return " ".join(plain(words).replace('"', "&quot;").splitlines())


def label(name: str, about: str) -> str:
    """Name and description in one line."""
    return f"{name}: {about}" if about else name


def trim(value: float) -> str:
    """A number with one decimal at most."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def text(
    words: str, x: float, y: float, size: float, *, weight: str = "normal", fill: str = INK
) -> str:
    """One line of text about its middle `x`, which is the same for both directions of reading.

    What is read from right to left says so, and stands between marks of direction for the programs
    that do not listen.
    """
    bold = ' font-weight="bold"' if weight == "bold" else ""
    shown, turned = plain(words), ""
    if runs_left(words):
        shown, turned = f"\u200f{shown}\u200f", ' direction="rtl"'
    return (
        f'<text x="{trim(x)}" y="{trim(y)}" font-size="{trim(size)}"{bold} fill="{fill}"'
        f' text-anchor="middle"{turned}>{shown}</text>'
    )


def outline(sex: str, width: float, height: float, ink: str, line: float, fill: str) -> str:
    """The edge of a card: square for men, round for women, cut off where the sex is not known."""
    paint = f'fill="{fill}" stroke="{ink}" stroke-width="{trim(line)}"'
    if sex == "m":
        return f'<rect width="{trim(width)}" height="{trim(height)}" {paint}/>'
    if sex == "f":
        bend = trim(min(18.0, height / 3))
        return f'<rect width="{trim(width)}" height="{trim(height)}" rx="{bend}" {paint}/>'
    cut = min(10.0, height / 4)
    w, h, c = trim(width - 2 * cut), trim(height - 2 * cut), trim(cut)
    return f'<path d="M{c} 0h{w}l{c} {c}v{h}l-{c} {c}h-{w}l-{c} -{c}v-{h}z" {paint}/>'


def stroke(layout: Layout, foreground: bool) -> str:
    """How heavy a line is."""
    if foreground:
        return f'stroke="{INK}" stroke-width="3"'
    if layout.picture.selective:
        return f'stroke="{PALE}" stroke-width="1.1"'
    return f'stroke="{INK}" stroke-width="1.4"'


def dashes(style: str) -> str:
    """How a line of that bond is broken, or nothing."""
    found = _DASHES.get(style)
    return f' stroke-dasharray="{found}"' if found else ""


def path(points: Sequence[Point]) -> str:
    """The points as a line with rounded corners, so that a bend differs from a crossing."""
    drawn = [f"M{trim(points[0][0])} {trim(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        bend = min(_ROUND, _length(before, here) / 2, _length(here, after) / 2)
        start, end = _toward(here, before, bend), _toward(here, after, bend)
        drawn.append(
            f"L{trim(start[0])} {trim(start[1])}"
            f"Q{trim(here[0])} {trim(here[1])} {trim(end[0])} {trim(end[1])}"
        )
    drawn.append(f"L{trim(points[-1][0])} {trim(points[-1][1])}")
    return "".join(drawn)


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(start: Point, end: Point, far: float) -> Point:
    length = _length(start, end)
    share = far / length if length else 0.0
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
