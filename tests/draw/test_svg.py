from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree as ET

import pytest

from kg.draw import layout as layouts
from kg.draw.family import Child, Family, Person, Picture
from kg.draw.layout import SIDE
from kg.draw.lettering import width
from kg.draw.svg import safe_link, svg
from kg.model.kin import Bond

layout = lru_cache(layouts.layout)  # several tests look at the same pictures

NS = "{http://www.w3.org/2000/svg}"


def odd_ones() -> Picture:
    """All that a card or a line can show."""
    people = (
        Person("a", ("Henry <b>&\"'Smith\x00\u202e",), "1850 – 1920", "m", 2, order="1"),
        Person("b", ("Beatrice von Hohenzollern-Sigmaringen",), "", "f", 1, order="2"),
        Person("c", ("אברהם בן־דוד כהן",), "1880 – 1950", "m", 5, order="3"),
        Person("d", ("Мария Щербакова-Жуковская", "урождённая Шишкина"), "", "f", 11, order="4"),
        Person("e", ("山田太郎左衛門尉忠勝入道",), "", "", order="5"),
        Person("f", (), "", "", 0, order="6", emphasis=True),
        Person("g", ("Clara",), "before 1855 – after 12 December 1921", "f", order="7"),
    )
    families = (
        Family(
            ("a", "b"),
            (Child("c"), Child("d", Bond.ADOPTIVE), Child("e", Bond.FOSTER)),
            married=True, divorced=True,
        ),
        Family(("a", "g"), (Child("f", Bond.STEP),), married=False),
    )  # fmt: skip
    return Picture('Odd "ones" & others', "All <signs>.", people, families)


def drawn(picture: Picture, *, key: bool = True) -> ET.Element:
    return ET.fromstring(svg(layout(picture), key=key))


@pytest.fixture(params=["lines", "ancestors", "odd", "ru", "he"])
def picture(request: pytest.FixtureRequest, lines: Picture, ancestors: Picture) -> Picture:
    return {
        "lines": lines,
        "ancestors": ancestors,
        "odd": odd_ones(),
        "ru": lines._replace(language="ru"),
        "he": lines._replace(language="he"),
    }[request.param]


def test_every_text_fits_its_card_and_the_picture(picture: Picture) -> None:
    arranged = layout(picture)
    root = drawn(picture)
    size = float(root.attrib["width"])
    cards = [node for node in root.iter() if node.get("aria-label") and node is not root]
    assert len(cards) == len(picture.people)
    for card in cards:
        texts = card.findall(NS + "text")
        assert texts
        for text in texts:
            room = arranged.cards[0].width - 2 * SIDE
            assert width(text.text or "") * float(text.attrib["font-size"]) <= room + 0.01
    for text in root.findall(f"{NS}g/{NS}text"):
        assert width(text.text or "") * float(text.attrib["font-size"]) <= size


def test_lines_of_text_lie_inside_the_card_one_below_the_other(picture: Picture) -> None:
    for card in layout(picture).cards:
        lines = len(card.names) + len(card.notes)
        assert lines * 13 <= card.height - 4


def test_the_view_holds_everything(picture: Picture) -> None:
    root = drawn(picture)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    assert (str(root.attrib["width"]), root.attrib["height"]) == (f"{wide:g}", f"{high:g}")
    arranged = layout(picture)
    assert arranged.width < wide
    assert arranged.height < high


def test_texts_have_contrast_enough_even_off_the_lines(picture: Picture) -> None:
    root = drawn(picture)
    paints = {node.attrib["fill"] for node in root.iter(NS + "text")}
    grounds = {node.attrib["fill"] for node in root.iter(NS + "rect")} - {"none"}
    assert min(contrast(ink, ground) for ink in paints for ground in grounds) >= 4.5
    strokes = {node.attrib["stroke"] for node in root.iter() if node.get("stroke")}
    assert min(contrast(ink, "#ffffff") for ink in strokes) >= 3


def test_all_is_black_and_white(picture: Picture) -> None:
    for colour in re.findall(r"#[0-9a-fA-F]{3,6}\b", svg(layout(picture), key=True)):
        parts = channels(colour)
        assert parts[0] == parts[1] == parts[2]


def test_nothing_is_fetched_or_run(picture: Picture) -> None:
    text = svg(layout(picture), key=True)
    tags = {node.tag.removeprefix(NS) for node in ET.fromstring(text).iter()}
    assert tags <= {"svg", "g", "a", "title", "desc", "style", "rect", "path", "circle", "text"}
    assert not re.search(r"url\(|@import|@font-face|\son\w+=|javascript:", text)


def test_the_foreground_is_heavier(lines: Picture) -> None:
    root = drawn(lines, key=False)
    weights = {"front": set(), "back": set()}  # type: dict[str, set[float]]
    for node in root.iter(NS + "path"):
        if node.get("fill") is None:
            side = "front" if node.attrib["stroke"] == "#1a1a1a" else "back"
            weights[side].add(float(node.attrib["stroke-width"]))
    assert min(weights["front"]) >= 2 * max(weights["back"])


def test_each_card_says_who_it_is_and_what_is_known(lines: Picture) -> None:
    root = drawn(lines)
    labels = [node.attrib["aria-label"] for node in root.iter() if node.get("aria-label")]
    assert labels[0] == lines.title
    assert (
        "Charles II of Spain: 1661 – 1700; male; child of Philip IV of Spain and Mariana of "
        "Austria; 2 sources; asked for"
    ) in labels
    for card in root.iter():
        if card.get("aria-label") and card is not root:
            assert card.find(NS + "title") is not None
            assert card.find(NS + "desc") is not None
    assert root.find(NS + "title") is not None
    assert "Christina of Denmark" in (root.findtext(NS + "desc") or "")


def test_the_picture_is_one_image_unless_there_are_links(lines: Picture) -> None:
    assert drawn(lines).attrib["role"] == "group"
    bare = lines._replace(people=tuple(person._replace(href="") for person in lines.people))
    assert drawn(bare).attrib["role"] == "img"


def test_texts_are_escaped_and_what_xml_cannot_hold_is_replaced() -> None:
    root = drawn(odd_ones())
    assert root.findtext(NS + "title") == 'Odd "ones" & others'
    names = [node.text for node in root.iter(NS + "title")]
    assert "Henry <b>&\"'Smith\ufffd\ufffd" in names
    assert "unnamed" in names


def test_text_from_right_to_left_says_so() -> None:
    turned = [
        text.text or "" for text in drawn(odd_ones()).iter(NS + "text") if text.get("direction")
    ]
    assert " ".join(turned).replace("\u200f", "") == "אברהם בן־דוד כהן"
    assert all(each.startswith("\u200f") and each.endswith("\u200f") for each in turned)


def test_bonds_and_unions_are_told_by_dashes_and_strokes() -> None:
    text = svg(layout(odd_ones()))
    dashed = set(re.findall(r'stroke-dasharray="([^"]+)"', text))
    assert len(dashed) == 4  # adoptive, foster, step, not married
    assert "m-2 12l6 -12" in text  # the double stroke of a divorce


def test_the_key_has_the_signs_that_occur_and_no_other(lines: Picture) -> None:
    said = {text.text for text in drawn(odd_ones()).iter(NS + "text")}
    assert {"man", "woman", "sex unknown", "adopted", "fostered", "stepchild"} <= said
    assert {"not married", "divorced"} <= said
    said = {text.text for text in drawn(lines).iter(NS + "text")}
    assert {"man", "woman", "on the lines asked for"} <= said
    assert not {"sex unknown", "adopted", "divorced"} & said


@pytest.mark.parametrize(
    "link", ["https://example.org/a?b=c&d=e", "http://example.org", "people/i1", "#i1", "../a.html"]
)
def test_a_safe_link_is_kept(link: str) -> None:
    assert safe_link(link) == link
    person = Person("a", ("A",), href=link)
    anchor = drawn(Picture("", "", (person,), ())).find(f".//{NS}a")
    assert anchor is not None
    assert anchor.attrib["href"] == link


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "java\nscript:x", "data:text/html,x",
     "//evil.example", "\\\\evil", "vbscript:x", "file:///etc/passwd", ""],
)  # fmt: skip
def test_an_unsafe_link_is_left_out(link: str) -> None:
    assert safe_link(link) == ""
    person = Person("a", ("A",), href=link)
    assert drawn(Picture("", "", (person,), ())).find(f".//{NS}a") is None


def channels(colour: str) -> list[float]:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
