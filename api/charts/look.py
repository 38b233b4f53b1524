"""How the pictures look: colours, sizes, number forms, the font."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

from api import labels
from api.charts.names import Names
from engine.numbers import Lang, exact, format_number

FONT = "Be Vietnam Pro"
FAMILIES = f"{FONT}, Arial, sans-serif"
"""Where a viewer of an SVG doesn't have the font, one that is no wider takes its place."""
# Okabe and Ito's colours: told apart by colour-blind eyes, the first two in grey print too.
BLUE, ORANGE, GREEN, RED, PURPLE, SKY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"
PALETTE = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY)
SHAPES = ("circle", "diamond", "triangle-up", "square", "triangle-down", "cross", "triangle-right")
"""As many as no multiple of the colours: two plans differ in colour or in shape up to 42 of them."""
INK, QUIET, FAINT = "#222222", "#5F5F5F", "#E3E3E3"
ROW, TIGHT, MANY = 26, 18, 40
"""The height of a row, of a row where there are more than MANY."""
WIDE = 88
"""Letters on a line of a title."""
NUMBERS = ",.12~f"
"""Ticks of axes: grouped, without needless zeros."""
LOCALES: dict[Lang, dict[str, Any]] = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", ""], "minus": "-"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""], "minus": "-"},
}
TICKS: dict[str, Any] = {"format": NUMBERS, "labelOverlap": True, "tickCount": 5, "labelFlush": False}
SMALL, LARGE = 0.01, 1_000_000
Chart = alt.TopLevelMixin
"""Any picture."""
Values = Sequence[dict[str, Any]]


def finished(
    panels: Sequence[alt.LayerChart],
    title: str,
    notes: Iterable[str],
    lang: Lang,
    columns: int = 1,
    keys: int = 4,
) -> alt.ConcatChart:
    """Panels under one title, with notes below it; ``columns`` of panels, ``keys`` on a legend's line."""
    words = alt.TitleParams(
        text=wrapped(title, WIDE),
        subtitle=[line for note in notes for line in wrapped(note, WIDE + 12)],
        anchor="start",
        offset=18,
    )
    # A name is given, since Altair's own counts the charts made so far: bytes would differ.
    whole = alt.concat(*panels, columns=columns, spacing=36, title=words, name="chart")
    whole = whole.resolve_scale(color="shared", shape="shared", x="independent", y="independent")
    found: alt.ConcatChart = whole.configure(
        font=FAMILIES,
        aria=False,  # its words would be ids and row numbers; what is read stands as text
        background="white",
        padding=20,
        locale=alt.Locale(number=alt.NumberLocale(**LOCALES[lang])),
        view=alt.ViewConfig(stroke=None),
        title=alt.TitleConfig(
            fontSize=18,
            subtitleFontSize=13,
            color=INK,
            subtitleColor=QUIET,
            subtitlePadding=6,
            lineHeight=23,
            subtitleLineHeight=18,
        ),
        axis=alt.AxisConfig(
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight="normal",
            titlePadding=10,
            labelColor=INK,
            titleColor=INK,
            gridColor=FAINT,
            domainColor=QUIET,
            tickColor=QUIET,
            labelLimit=0,
            titleLimit=0,
        ),
        legend=alt.LegendConfig(
            orient="top",
            direction="horizontal",
            columns=keys,
            columnPadding=18,
            labelFontSize=13,
            labelLimit=0,
            titleLimit=0,
            symbolSize=110,
            labelColor=INK,
            title=None,
        ),
        text=alt.MarkConfig(fontSize=13, color=INK),
    )
    return found


def wrapped(text: str, width: int) -> list[str]:
    """Lines of a title: a word is never cut."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def rows(names: Sequence[str], *, labels_shown: bool = True) -> alt.Y:
    """An axis with a row for each name, from the top; ``row`` of the data is its number.

    Two names may be the same, so that they aren't what tells rows apart.
    """
    shown = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        grid=True,
        labels=labels_shown,
        labelPadding=8,
        labelOverlap=False,
        labelExpr=f"{json.dumps(list(names), ensure_ascii=True)}[datum.value]",
    )
    return alt.Y("row:O", axis=shown, scale=alt.Scale(domain=list(range(len(names)))))


def height(count: int) -> int:
    """Of a panel with that many rows."""
    return count * (ROW if count <= MANY else TIGHT)


def data(values: Iterable[dict[str, Any]]) -> alt.Data:
    """Rows of a picture, kept in it."""
    return alt.Data(values=list(values))


def scaled(values: Iterable[float | None], names: Names) -> tuple[float, str]:
    """By what to multiply so that ticks stay short, and how that is said: ``(1e6, "phần triệu")``.

    Numbers from 0.01 to a million stay as they are.
    """
    most = max((abs(value) for value in values if value is not None), default=0)
    if not most or SMALL <= most < LARGE:
        return 1.0, ""
    power = 3 * (exact(most).adjusted() // 3)
    power = max(-12, min(12, power))
    return 10.0**-power, names.say(f"scale.{power}")


def with_scale(title: str, scale: str) -> str:
    """A title that says what its numbers are counted in."""
    return f"{title}, {scale}" if scale else title


def short(value: float, lang: Lang) -> str:
    """A number with at most four digits that count, whole from 1,000 on."""
    size = abs(value)
    decimals = 0 if size >= 1000 or value == int(value) else max(0, 3 - exact(size).adjusted())
    return format_number(value, decimals, lang, trim=True)


def signed(value: float, lang: Lang) -> str:
    """A change."""
    return ("+" if value > 0 else "") + short(value, lang)


def unknown(names: Names) -> str:
    """The word for what isn't known."""
    return labels.UNKNOWN.in_(names.lang)


def figure(name: str, names: Names) -> str:
    """A figure of a sweep in words, with its measure."""
    kind, _, quota = name.partition(".")
    if kind not in ("objective", "outcome", "total"):
        return name
    measure = names.measures.get(quota)
    told = names.say(kind, quota=names.quota(quota))
    return f"{told} ({measure})" if measure else told


def domain(values: Iterable[float], *, around: bool = False) -> list[float]:
    """From where to where an axis goes, with some room; ``around``: 0 isn't sought, only the values."""
    known = sorted(values) or [0.0]
    low, high = known[0], known[-1]
    if not around and 0 <= low < high / 2:
        low = 0.0
    room = (high - low or abs(high) or 1.0) * 0.04
    return [low - room if low else low, high + room if high else high]


def layered(layers: Sequence[alt.Chart], title: str, width: int, height: int) -> alt.LayerChart:
    """Marks over one another, under a title: a panel."""
    panel = alt.LayerChart(layer=list(layers), width=width, height=height)
    if title:
        panel.title = alt.TitleParams(
            text=wrapped(title, width // 7), fontSize=14, anchor="start", offset=10, lineHeight=18
        )
    return panel


def empty() -> alt.LayerChart:
    """A panel with nothing in it."""
    return layered([alt.Chart(data([])).mark_point()], "", 400, 20)
