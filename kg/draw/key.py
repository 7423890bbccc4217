"""The key under a picture: the signs that occur in it, and what they mean."""

from __future__ import annotations

from typing import NamedTuple

from kg.draw.layout import Layout
from kg.draw.lettering import width as text_width
from kg.draw.marks import INK, dashes, outline, text, trim
from kg.draw.words import Words

_SIZE = 11.0
_ROW = 24.0
_SIGN = 40.0


class KeyRow(NamedTuple):
    """One row of signs, drawn from its upper left corner."""

    marks: str
    height: float


def key_rows(layout: Layout, told: Words, width: float) -> tuple[KeyRow, ...]:
    """The signs that occur, as many in a row as there is room for."""
    rows: list[KeyRow] = []
    marks: list[str] = []
    x = 0.0
    for name, sign in _signs(layout):
        meaning = told.key[name]
        room = text_width(meaning) * _SIZE
        need = _SIGN + 6 + room + 14
        if marks and x + need > width:
            rows.append(KeyRow("".join(marks), _ROW))
            marks, x = [], 0.0
        words = text(meaning, _SIGN + 6 + room / 2, 13, _SIZE)
        marks.append(f'<g transform="translate({trim(x)} 0)">{sign}{words}</g>')
        x += need
    if marks:
        rows.append(KeyRow("".join(marks), _ROW))
    return tuple(rows)


def _signs(layout: Layout) -> list[tuple[str, str]]:
    """(name in the word list, drawing) for each sign that occurs, in a fixed order."""
    found = []
    sexes = {card.person.sex for card in layout.cards}
    for sex, name in (("m", "male"), ("f", "female"), ("", "unknown")):
        if sex in sexes:
            found.append((name, f'<g transform="translate(8 0)">{_edge(sex)}</g>'))
    if layout.picture.selective:
        found.append(("foreground", _stroke("", 3.0)))
    bonds = {line.bond.value for line in layout.lines if line.is_child}
    found += [(bond, _stroke(bond, 1.4)) for bond in _BROKEN if bond in bonds]
    if any(knot.married is False for knot in layout.knots):
        ring = f'<circle cx="20" cy="9" r="3.6" fill="#fff" stroke="{INK}"/>'
        found.append(("unmarried", _stroke("unmarried", 1.4) + ring))
    if any(knot.divorced for knot in layout.knots):
        slashes = f'<path d="M14 15l6 -12m-2 12l6 -12" stroke="{INK}" stroke-width="1.6"/>'
        found.append(("divorced", _stroke("", 1.4) + slashes))
    if layout.loops:
        head = f'<path d="M20 2l-5 9h10z" fill="{INK}"/>'
        upright = f'<path d="M20 5v13" stroke="{INK}" stroke-width="1.4"/>'
        found.append(("loop", upright + head))
    return found


_BROKEN = ("adoptive", "foster", "step", "sealing")


def _edge(sex: str) -> str:
    return outline(sex, 26.0, 18.0, INK, 1.4, "#fff")


def _stroke(style: str, weight: float) -> str:
    return f'<path d="M2 9h36" stroke="{INK}" stroke-width="{trim(weight)}"{dashes(style)}/>'
