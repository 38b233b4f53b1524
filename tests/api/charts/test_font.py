"""Every letter is there, and is that of the font: its size on the picture is its size in the font's file."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator

import fontpkg
import numpy as np
import pytest
import vl_convert
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from api import labels
from api.charts import look
from api.charts.picture import drawn
from api.charts.words import WORDS
from tests.api.charts.drawings import dots

SIZE, CELL, DOWN, COLUMNS = 48, 112, 76, 16
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


def vietnamese() -> str:
    """The alphabet with its tones, small and large."""
    vowels = [unicodedata.normalize("NFC", f"{letter}{tone}") for letter in "aăâeêioôơuưy" for tone in TONES]
    small = "".join(vowels) + "đ"
    return small + small.upper() + string.ascii_letters + string.digits


def said() -> str:
    """What else the pictures say."""
    words = [*WORDS.values(), labels.UNKNOWN, labels.NOT_APPLICABLE, *labels.PLAN_STATUS.values()]
    return "".join({letter for word in words for letter in word.vi + word.en} - {" "}) + "+-.,%&<>"


@pytest.mark.parametrize("weight", [400, 700])
def test_the_font_has_all_letters(weight: int) -> None:
    assert len(vietnamese()) == 2 * 73 + 62
    have = TTFont(fontpkg.path(look.FONT, weight)).getBestCmap()
    assert [letter for letter in vietnamese() + said() if ord(letter) not in have] == []


@pytest.mark.parametrize(("weight", "name"), [(400, "normal"), (700, "bold")])
def test_every_letter_on_a_picture_is_the_fonts_own(weight: int, name: str) -> None:
    letters = vietnamese()
    drawn(look.finished([look.empty()], "", [], "vi"), ".svg")  # the font is known from the first picture on
    rows = -(-len(letters) // COLUMNS)
    texts = "".join(
        f'<text x="{at % COLUMNS * CELL + 16}" y="{at // COLUMNS * CELL + DOWN}">{letter}</text>'
        for at, letter in enumerate(letters)
    )
    style = f'font-family="{look.FAMILIES}" font-weight="{name}" font-size="{SIZE}"'
    size = f'width="{COLUMNS * CELL}" height="{rows * CELL}"'
    inside = f'<rect {size} fill="white"/><g {style}>{texts}</g>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'
    image = dots(vl_convert.svg_to_png(svg))[:, :, 0] < 160
    for at, (letter, (left, bottom, right, top)) in enumerate(
        zip(letters, _sizes(letters, weight), strict=True)
    ):
        y, x = at // COLUMNS * CELL, at % COLUMNS * CELL
        ink = np.argwhere(image[y : y + CELL, x : x + CELL])
        assert len(ink), letter
        (high, west), (low, east) = ink.min(axis=0), ink.max(axis=0) + 1
        found = (west - 16, DOWN - low, east - 16, DOWN - high)
        assert found == pytest.approx((left, bottom, right, top), abs=1.3), letter


def _sizes(letters: str, weight: int) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of the letters' ink, in dots, by the font's file."""
    font = TTFont(fontpkg.path(look.FONT, weight))
    glyphs, have, unit = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    for letter in letters:
        pen = BoundsPen(glyphs)
        glyphs[have[ord(letter)]].draw(pen)
        left, bottom, right, top = (value * SIZE / unit for value in pen.bounds)
        yield left, bottom, right, top
