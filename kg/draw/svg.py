"""Writes a layout as one SVG text that stands alone: no script, no fonts, nothing to fetch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.draw.key import key_rows
from kg.draw.layout import (
    NAME_LINE,
    NAME_SIZE,
    SMALL_LINE,
    SMALL_SIZE,
    Card,
    Knot,
    Layout,
    Line,
)
from kg.draw.lettering import wrap
from kg.draw.marks import (
    FAINT,
    HEAVY,
    INK,
    PALE,
    attribute,
    dashes,
    label,
    outline,
    path,
    plain,
    stroke,
    text,
    trim,
)
from kg.draw.routes import Point
from kg.draw.words import Words, words

_MARGIN = 18.0
_TITLE_SIZE, _TITLE_LINE = 18.0, 24.0
_ABOUT_SIZE, _ABOUT_LINE = 12.0, 17.0
_LEAST = 320.0
_FONT = "'Noto Sans','Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans',sans-serif"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PRINT = "@media print{svg:root{width:100%;height:100%}}"


def svg(layout: Layout, *, key: bool = False) -> str:
    """The picture as SVG, `key` with a key to the signs that occur in it.

    Lines asked for are heavy and the rest thin, so that no colour is needed; the corners of a card
    tell the sex. Every card is a group with a name and a description of its own. Links are kept
    where they are http(s) or relative.
    """
    picture = layout.picture
    told = words(picture.language)
    width = max(layout.width, _LEAST)
    head, top = _heading(layout, width)
    rows = key_rows(layout, told, width) if key else ()
    foot = sum(row.height for row in rows) + (14.0 if rows else 0.0)
    left = (width - layout.width) / 2
    full = width + 2 * _MARGIN, top + layout.height + foot + 2 * _MARGIN
    size = f'width="{trim(full[0])}" height="{trim(full[1])}"'
    # What is inside an image is not read out, and links in one cannot be reached.
    role = "group" if any(safe_link(card.person.href) for card in layout.cards) else "img"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {trim(full[0])} {trim(full[1])}" '
        f'{size} role="{role}" aria-label="{attribute(picture.title)}" '
        f'xml:lang="{attribute(picture.language)}" font-family="{_FONT}">',
        f"<title>{plain(picture.title)}</title>",
        f"<desc>{plain(_described(layout, told))}</desc>",
        f"<style>{_PRINT}</style>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<g transform="translate({trim(_MARGIN)} {trim(_MARGIN)})">',
        *head,
        f'<g transform="translate({trim(left)} {trim(top)})">',
        '<g fill="none" aria-hidden="true">',
        *_lines(layout),
        "</g>",
        *_cards(layout, told),
        "</g>",
    ]
    y = top + layout.height + 14.0
    for row in rows:
        parts.append(f'<g aria-hidden="true" transform="translate(0 {trim(y)})">{row.marks}</g>')
        y += row.height
    parts += ["</g>", "</svg>", ""]
    return "\n".join(parts)


def safe_link(href: str) -> str:
    """The link if it is http(s) or relative, else nothing."""
    if not href or href.startswith("//") or "\\" in href:
        return ""
    if any(character.isspace() or not character.isprintable() for character in href):
        return ""
    scheme = _SCHEME.match(href)
    return href if not scheme or scheme[0].lower() in ("http:", "https:") else ""


def _heading(layout: Layout, width: float) -> tuple[list[str], float]:
    """Title and description above the picture, and their height."""
    y = 0.0
    parts = []
    for words_, size, line, weight in (
        (layout.picture.title, _TITLE_SIZE, _TITLE_LINE, "bold"),
        (layout.picture.description, _ABOUT_SIZE, _ABOUT_LINE, "normal"),
    ):
        for row in wrap(words_, width / size):
            y += line
            parts.append(text(row, width / 2, y - line / 4, size, weight=weight, fill=INK))
    return parts, y + (12.0 if parts else 0.0)


def _described(layout: Layout, told: Words) -> str:
    """The description, and who is in the picture for those who do not see it."""
    names = [" ".join(card.person.names) or told.unnamed for card in layout.cards]
    people = told.table["sentence"].join(names)
    return ". ".join(filter(None, (layout.picture.description.rstrip("."), people)))


def _lines(layout: Layout) -> Iterable[str]:
    """The thin ones first, broken before solid: what matters lies on top."""
    strong = [line for line in layout.lines if line.foreground]
    weak = [line for line in layout.lines if not line.foreground]
    for lines in (weak, strong):
        for line in sorted(lines, key=lambda line: dashes(_style(layout, line)) == ""):
            yield _line(layout, line)
    for line in layout.loops:
        yield _arrow(line.points[0], layout, line)
    for knot in layout.knots:
        yield from _knot(layout, knot)


def _style(layout: Layout, line: Line) -> str:
    if line.is_child:
        return line.bond.value
    family = layout.picture.families[line.family]
    return "unmarried" if family.married is False else ""


def _line(layout: Layout, line: Line) -> str:
    drawn = path(line.points)
    return f'<path d="{drawn}" {stroke(layout, line.foreground)}{dashes(_style(layout, line))}/>'


def _arrow(point: Point, layout: Layout, line: Line) -> str:
    """A head on a line that arrives at a card from below."""
    x, y = trim(point[0]), trim(point[1])
    ink = INK if line.foreground or not layout.picture.selective else PALE
    return f'<path d="M{x} {y}l-5 9h10z" fill="{ink}"/>'


def _knot(layout: Layout, knot: Knot) -> Iterable[str]:
    strong = knot.foreground or not layout.picture.selective
    x, y = trim(knot.x), trim(knot.y)
    ink = INK if strong else PALE
    hollow = knot.married is False
    fill = "#fff" if hollow else ink
    yield f'<circle cx="{x}" cy="{y}" r="{3.6 if strong else 2.8}" fill="{fill}" stroke="{ink}"/>'
    if knot.divorced:
        yield f'<path d="M{trim(knot.x - 13)} {trim(knot.y + 6)}l6 -12m-2 12l6 -12" ' + (
            f'stroke="{ink}" stroke-width="1.6"/>'
        )


def _cards(layout: Layout, told: Words) -> Iterable[str]:
    names = {card.person.id: " ".join(card.person.names) or told.unnamed for card in layout.cards}
    parents: dict[str, list[str]] = {}
    partners: dict[str, list[str]] = {}
    for family in layout.picture.families:
        for child in family.children:
            parents.setdefault(child.id, []).extend(names[each] for each in family.parents)
        for person in family.parents:
            others = [names[each] for each in family.parents if each != person]
            partners.setdefault(person, []).extend(others)
    # Read out row by row, from left to right.
    for card in sorted(layout.cards, key=lambda card: (card.row, card.x)):
        about = _about(card, parents.get(card.person.id), partners.get(card.person.id), told)
        yield from _card(layout, card, names[card.person.id], about)


def _about(
    card: Card, parents: Sequence[str] | None, partners: Sequence[str] | None, told: Words
) -> str:
    person = card.person
    sex = {"m": "male", "f": "female"}.get(person.sex)
    parts = [
        person.dates,
        told.table[sex] if sex else "",
        told.table["child_of"].format(names=told.names(parents)) if parents else "",
        told.table["partner_of"].format(names=told.names(partners)) if partners else "",
        "" if person.sources is None else told.sources(person.sources),
        told.table["emphasis"]
        if person.emphasis
        else told.table["on_line"]
        if card.foreground
        else "",
    ]
    return told.table["sentence"].join(filter(None, parts))


def _card(layout: Layout, card: Card, name: str, about: str) -> Iterable[str]:
    front = card.foreground or not layout.picture.selective
    ink = INK if front else FAINT
    link = safe_link(card.person.href)
    place = f'transform="translate({trim(card.x)} {trim(card.y)})"'
    named = f'aria-label="{attribute(label(name, about))}"'
    yield (
        f'<a href="{attribute(link)}" {named} {place}>'
        if link
        else f'<g role="img" {named} {place}>'
    )
    yield f"<title>{plain(name)}</title><desc>{plain(about)}</desc>"
    line = HEAVY if card.person.emphasis else 2.0 if card.foreground else 1.0
    border = INK if front else PALE
    fill = "#efefef" if card.person.emphasis else "#fff"
    yield outline(card.person.sex, card.width, card.height, border, line, fill)
    height = NAME_LINE * len(card.names) + SMALL_LINE * len(card.notes)
    y = (card.height - height) / 2
    for each in card.names:
        y += NAME_LINE
        weight = "bold" if front else "normal"
        yield text(each, card.width / 2, y - NAME_LINE / 4, NAME_SIZE, weight=weight, fill=ink)
    for each in card.notes:
        y += SMALL_LINE
        yield text(each, card.width / 2, y - SMALL_LINE / 4, SMALL_SIZE, fill=ink)
    yield "</a>" if link else "</g>"
