"""Charts of a workbook, Excel's own: they follow the cells that they are drawn from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from api.workbook_looks import COUNTRY, FONT
from engine.numbers import Lang

MOST_UNITS = 40
"""Columns that can still be read in one chart."""
WIDTH, HEIGHT, GUTTER = 620, 300, 16
"""Of a chart, in pixels."""
ROW, HIGH = 20, 16
"""Pixels of a row, and rows that a chart takes with some room below."""
PAPER = 0.64
"""Height over width of a landscape page of A4 within its margins, a little less for safety."""
COLOURS = ("#1F4E79", "#C55A11", "#7F7F7F", "#548235", "#7030A0", "#BF9000")
"""Told apart in grey print too by their lightness, as far as six can."""


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of one column of a sheet, rows and columns from 0."""

    sheet: str
    top: int
    bottom: int
    column: int

    def formula(self) -> str:
        """Its address."""
        cells = xl_range_abs(self.top, self.column, self.bottom, self.column)
        return f"={quote_sheetname(self.sheet)}!{cells}"


@dataclass(frozen=True, slots=True)
class Series:
    """A row of columns, or of points where ``points``; ``colour``: its number, its place if None."""

    name: str
    names: Area
    values: Area
    points: bool = False
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of columns side by side or stacked, or of bars that lie, which takes the room of two.

    ``percent``: its numbers are ratios.
    """

    title: str
    kind: Literal["column", "stacked", "bar"]
    series: Sequence[Series]
    percent: bool = False

    @property
    def wide(self) -> bool:
        """Whether it takes the room of two."""
        return self.kind == "bar"


def lines_of(charts: Sequence[Chart]) -> list[list[Chart]]:
    """The charts by lines: two side by side, or a wide one."""
    found: list[list[Chart]] = []
    for chart in charts:
        if found and not chart.wide and not found[-1][0].wide and len(found[-1]) < 2:
            found[-1].append(chart)
        else:
            found.append([chart])
    return found


def page_height(widths: Sequence[float]) -> int:
    """How many pixels of a sheet of charts a landscape page of A4 takes, fitted to its width."""
    last = across(widths)
    width = sum(_pixels(widths, column) for column in range(last + 1))
    return int(width * PAPER)


def _pixels(widths: Sequence[float], column: int) -> int:
    return round(7 * widths[column] + 5) if column < len(widths) else 64


def across(widths: Sequence[float]) -> int:
    """The last column that two charts side by side reach, over columns of these widths and usual ones."""
    column, left = 0, 2 * WIDTH + GUTTER
    while left > 0:
        left -= _pixels(widths, column)
        column += 1
    return column - 1


def insert(
    book: xlsxwriter.Workbook, page: Worksheet, chart: Chart, row: int, place: int, lang: Lang
) -> None:
    """Put a chart on a page, the first or the second from the left."""
    kind: dict[str, Any] = {"type": "bar" if chart.kind == "bar" else "column"}
    if chart.kind == "stacked":
        kind["subtype"] = "stacked"
    drawn: Any = book.add_chart(kind)  # annotated as one of eight kinds or None, whatever is asked for
    points: Any = book.add_chart({"type": "line"}) if any(one.points for one in chart.series) else None
    for number, one in enumerate(chart.series):
        place_of = number if one.colour is None else one.colour
        colour = COLOURS[place_of % len(COLOURS)]
        said: dict[str, Any] = {
            "name": _plain(one.name),
            "categories": one.names.formula(),
            "values": one.values.formula(),
        }
        if one.points and points is not None:
            marker = {"type": "diamond", "size": 7, "fill": {"color": colour}, "border": {"color": colour}}
            points.add_series({**said, "line": {"none": True}, "marker": marker})
        else:
            drawn.add_series({**said, "fill": {"color": colour}, "gap": 60})
    if points is not None:
        drawn.combine(points)
    font = {"name": FONT["font_name"], "size": 9}
    form = COUNTRY[lang] + ("0%" if chart.percent else "#,##0")
    numbers = {
        "num_format": form,
        "num_font": font,
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    }
    names: dict[str, Any] = {"label_position": "low", "num_font": font}
    drawn.set_title({"name": _plain(chart.title), "name_font": {**font, "size": 11}, "overlay": False})
    if chart.kind == "bar":
        drawn.set_x_axis(numbers)
        drawn.set_y_axis({**names, "reverse": True})
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(numbers)
    drawn.set_legend({"position": "bottom", "font": font})
    drawn.set_size({"width": 2 * WIDTH + GUTTER if chart.wide else WIDTH, "height": HEIGHT})
    where = {
        "x_offset": place * (WIDTH + GUTTER) + 2,
        "y_offset": 4,
        "object_position": 2,
        "description": chart.title,
    }
    page.insert_chart(row, 0, drawn, where)


def _plain(words: str) -> str:
    """A title as text: xlsxwriter takes one such as ``A!B2`` for the address of a cell, unless a sign that
    isn't seen (U+2060, which joins words) stands between.
    """
    return re.sub(r"!(?=\$?[A-Z])", "!\u2060", words)
