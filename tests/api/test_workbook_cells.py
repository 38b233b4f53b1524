"""Cells of a workbook: nothing from data runs as a formula, nothing is lost."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api import services
from api.labels import QUOTA_CHECK
from api.tables import Entry, Table
from api.workbook import Sheet, write_gap, write_plan, write_sheets
from api.workbook_looks import number_format
from engine.link import load_rulebook
from engine.numbers import Lang
from scenarios.plan import make_plan
from tests.api import small

MAY = date(2023, 5, 15)
OURS = re.compile(r"""=('[^'=+@\[\]]+'!|[A-Z]+\(|\$?[A-Z]{1,3}\$?[0-9]+|[-+<>=(),:?*/0-9])+""")
"""Formulas of functions, addresses and signs over sheets of fixed names: no text of a rulebook is in them."""


def without_verdicts(formula: str) -> str:
    """A formula with the program's own words, its verdicts, taken as 0."""
    for words in QUOTA_CHECK.values():
        formula = formula.replace(f'"{words.vi}"', "0")
    return formula


def written(tmp_path: Path, *cells: Entry) -> Any:
    """One row with these cells, read back."""
    table = Table("", [f"c{number}" for number in range(len(cells))], [cells], [False] * len(cells))
    write_sheets([Sheet("gap", [table])], "vi", tmp_path / "cells.xlsx")
    return openpyxl.load_workbook(tmp_path / "cells.xlsx")["Tiến độ"]


def test_wrapped_rows_are_high_enough_and_never_beyond_excels_limit(tmp_path: Path) -> None:
    page = written(tmp_path, Entry("từ " * 9_000, "từ " * 9_000))
    assert 400 < page.row_dimensions[2].height <= 409


# ------------------------------------------------------------------------------- nothing from data runs


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://a.vn", "{=1}", "'x", "=\n1"],
)
def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path, text: str) -> None:
    cell = written(tmp_path, Entry(text, text))["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@", "\t"))


def test_hostile_names_of_units_and_indicators_stay_texts(tmp_path: Path) -> None:
    body = small.BODY.replace("Việc làm", "'=HYPERLINK(1)'").replace("Giao nốt", "'@giao'")
    units = small.UNITS.replace("Huyện A", "+84").replace("Huyện B", "-1").replace("Tỉnh", "=1+1")
    rulebook = load_rulebook(str(small.book(tmp_path, body, units)))
    write_gap(services.gap(rulebook), "vi", tmp_path / "gap.xlsx")
    write_plan(make_plan(rulebook), "vi", tmp_path / "plan.xlsx")
    texts = set()
    for name in ("gap", "plan"):
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        cells = (cell for page in book.worksheets for row in page.iter_rows() for cell in row)
        for cell in cells:
            if cell.data_type == "f":
                assert OURS.fullmatch(without_verdicts(str(cell.value)))
            texts.add(cell.value)
    assert {"=HYPERLINK(1)", "+84", "-1", "=1+1", "@giao (tối ưu)"} <= texts


def test_characters_that_xml_or_excel_would_read_otherwise_are_kept(tmp_path: Path) -> None:
    text = 'a < b & "c" _x0041_ \u200f \U0001f600 đ'
    assert written(tmp_path, Entry(text, text))["A2"].value == text
    assert written(tmp_path, Entry("\x01", "\x01"))["A2"].value == "_x0001_"  # as Excel writes it
    assert written(tmp_path, Entry("\udcff", "\udcff"))["A2"].value == "\\udcff"  # a file's name, no text


def test_a_text_beyond_excels_limit_ends_in_an_ellipsis(tmp_path: Path) -> None:
    long = "x" * 40_000
    value = written(tmp_path, Entry(long, long))["A2"].value
    assert value == "x" * 32_766 + "…"


@pytest.mark.parametrize(
    ("entry", "lang", "form"),
    [
        (Entry(1, "1"), "vi", "[$-42A]#,##0"),
        (Entry(1.5, "1.50", 2), "en", "[$-409]#,##0.00"),
        (Entry(0.5, "50%", 0, True), "vi", "[$-42A]0%"),
        (Entry(0.5, "50,0%", 1, True, "(ước)"), "vi", '[$-42A]"(ước) "0.0%'),
        (Entry(MAY, ""), "vi", "[$-42A]d/m/yyyy"),
        (Entry(MAY, ""), "en", "[$-409]d mmm yyyy"),
    ],
)
def test_number_formats(entry: Entry, lang: Lang, form: str) -> None:
    assert number_format(entry, lang) == form
