"""How a workbook looks: number formats, fonts and borders, widths of columns, names of sheets."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from api.tables import Entry, Table
from engine.numbers import Lang

NARROWEST, WIDEST, WIDEST_OF_MANY, MANY = 8, 50, 32, 12
NOTES_ALONE = 100.0  # wide, where a sheet has nothing but notes
"""Widths of columns in characters, wide ones narrower from MANY columns on; longer texts are wrapped."""
COUNTRY: Mapping[Lang, str] = {"vi": "[$-42A]", "en": "[$-409]"}
"""Before a number format, as Windows numbers languages."""
RUNS_WHEN_EDITED = ("=", "+", "-", "@", "\t", "\r")
FONT = {"font_name": "Arial", "font_size": 10}
"""There in every office, with every Vietnamese letter."""
LONGEST_NAME = 31
"""Characters of a sheet's name."""
GOOD, BAD = {"font_color": "#006100"}, {"font_color": "#9C0006", "bg_color": "#FFC7CE", "bold": True}
"""Of a check that is met, and of one that isn't."""


class Styles:
    """The workbook's formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, lang: Lang) -> None:
        self.book, self.lang = book, lang
        self.made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.cells: dict[tuple[object, ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """A format of these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    def title(self, line: int) -> Format:
        """A line of a title; the first is the largest."""
        return self.of(bold=True, font_size=14) if line == 0 else self.of(italic=True)

    def header(self) -> Format:
        """A column's title."""
        look = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
        return self.of(**look, border=1, bg_color="#E7E6E6")

    def note(self) -> Format:
        """A note below a table."""
        return self.of(text_wrap=True, valign="top")

    def cell(self, entry: Entry, *, total: bool) -> Format:
        """A cell; ``total``: in a row that adds up those above."""
        value = entry.value
        form: object = (entry.decimals, entry.percent, entry.mark, entry.signed)
        if isinstance(value, str):
            form = value.startswith(RUNS_WHEN_EDITED) and not entry.formula
        key = (type(value), total, form)
        if key not in self.cells:
            self.cells[key] = self._cell(entry, total=total)
        return self.cells[key]

    def _cell(self, entry: Entry, *, total: bool) -> Format:
        look: dict[str, Any] = {"border": 1, "valign": "top", "bold": total}
        if isinstance(entry.value, str):
            look |= {"text_wrap": True, "align": "left", "indent": 1}
            look["quote_prefix"] = entry.value.startswith(RUNS_WHEN_EDITED) and not entry.formula
        elif entry.value is None:
            look |= {"italic": True, "align": "right"}
        else:
            look |= {"num_format": number_format(entry, self.lang), "align": "right"}
        return self.of(**{key: value for key, value in look.items() if value})


def number_format(entry: Entry, lang: Lang) -> str:
    """How a number or date is shown: grouped, with exactly the decimals of the printed table.

    Excel writes the separators of its own computer's country, so ``#,##0`` is 9.262 in Vietnam;
    LibreOffice takes them from the country code.
    """
    if isinstance(entry.value, date):
        return COUNTRY[lang] + ("d/m/yyyy" if lang == "vi" else "d mmm yyyy")
    point = "." + "0" * entry.decimals if entry.decimals else ""
    mark = f'"{entry.mark} "' if entry.mark else ""
    form = f"0{point}%" if entry.percent else f"#,##0{point}"
    if entry.signed:
        return ";".join(f"{COUNTRY[lang]}{sign}{form}" for sign in ("+", "-", ""))
    return COUNTRY[lang] + mark + form


def widths(tables: Sequence[Table]) -> list[float]:
    """Column widths in characters: as wide as the widest cell, or as a title of up to three lines."""
    found = [0.0] * max(len(table.columns) for table in tables) or [NOTES_ALONE]
    for table in tables:
        widest = WIDEST if len(table.columns) < MANY else WIDEST_OF_MANY
        for column, title in enumerate(table.columns):
            texts = (row[column].text for row in table.rows)
            longest = max(
                (len(text) if "\n" not in text else _longest_line(text) for text in texts), default=0
            )
            wanted = [NARROWEST, len(title) / 3, *map(len, title.split()), min(longest, widest)]
            found[column] = max(found[column], max(wanted) + 2)
    return found


def _longest_line(text: str) -> int:
    return max(map(len, text.splitlines()), default=0) if "\n" in text else len(text)


def wrapped(text: str, width: float) -> int:
    """How many lines a text takes in a column."""
    room = int(width)
    if len(text) <= room and "\n" not in text:
        return 1
    return sum(
        len(textwrap.wrap(line, room)) if len(line) > room else 1 for line in text.splitlines() or ("",)
    )


def sheet_names(wanted: Sequence[str]) -> list[str]:
    r"""Names that Excel takes, each once, close to those wanted: at most 31 characters, none of ``[]:*?/\``,
    no apostrophe at an end, not the one name that it keeps for itself.
    """
    found: list[str] = []
    taken = {"history"}
    for name in wanted:
        sound = re.sub(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]", "-", name).strip("' ") or "-"
        chosen, number = _cut(sound, ""), 1
        while chosen.casefold() in taken:
            number += 1
            chosen = _cut(sound, f" ({number})")
        taken.add(chosen.casefold())
        found.append(chosen)
    return found


def _cut(name: str, suffix: str) -> str:
    """A name in Excel's length, which counts UTF-16 units, with a suffix; what was cut off ends in an
    ellipsis.
    """
    room = LONGEST_NAME - len(suffix)
    if _units(name) <= room:
        return name + suffix
    while _units(name) > room - 1:
        name = name[:-1]
    return name.rstrip("' ") + "…" + suffix


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
