"""Sheets of a workbook: tables one below the other, charts, checks; every cell text, a number or our own
formula. Nothing from data runs as a formula, and the same sheets give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from api import labels
from api.tables import Entry, Table
from api.workbook_charts import HIGH, ROW, Chart, across, insert, lines_of, page_height
from api.workbook_looks import BAD, FONT, GOOD, Styles, sheet_names, widths, wrapped
from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang

if TYPE_CHECKING:
    from engine.words import Message

LINE, TALLEST = 15, 409
"""Heights of rows, in points."""
LONGEST = 32_767
"""Characters that a cell of Excel holds."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Of a sheet of Excel."""
MANY_CELLS = 200_000
"""From here on rows are put aside in a file as they are written, so that memory holds one of them."""
A4 = 9
UNDATED = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Check:
    """Cells that are to hold ``good``: green where they do, red where they don't. Rows and columns from 0."""

    top: int
    left: int
    bottom: int
    right: int
    good: str | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of one of the kinds of labels.SHEETS, or with a name of its own, ``called``: its tables, one
    below the other, then its charts. ``kept``: columns that stay in view; ``filtered``: with a filter at its
    only table's header; ``unprinted``: how many columns at the right aren't printed.
    """

    name: str
    tables: Sequence[Table]
    kept: int = 1
    called: str = ""
    charts: Sequence[Chart] = ()
    checks: Sequence[Check] = ()
    filtered: bool = False
    unprinted: int = 0

    def title(self, lang: Lang) -> str:
        """What it is called before it is made a name that Excel takes."""
        return self.called or labels.SHEETS[self.name].in_(lang)


def headers(tables: Sequence[Table]) -> list[int]:
    """The row of each table's header, from 0; one more for the row below the last table."""
    found, row = [], 0
    for number, table in enumerate(tables):
        row += 1 if number else 0
        row += len(table.title.splitlines()) + (1 if table.title else 0)
        found.append(row)
        row += 1 + len(table.rows) + (1 + len(table.notes) if table.notes else 0)
    return [*found, row]


def workbook(sheets: Iterable[Sheet], lang: Lang, dated: date = UNDATED) -> bytes:
    """A workbook; ``dated`` is the date it carries, so that it doesn't depend on the clock.

    Raises RuleError (too_large) where a sheet would have more rows or columns than Excel takes.
    """
    sheets = list(sheets)
    names = sheet_names([sheet.title(lang) for sheet in sheets])
    _fits(sheets, names)
    memory = io.BytesIO()
    aside = sum(len(table.rows) * len(table.columns) for sheet in sheets for table in sheet.tables)
    options = {
        "in_memory": aside < MANY_CELLS,
        "constant_memory": aside >= MANY_CELLS,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": dict(FONT),  # which xlsxwriter writes into
    }
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties({"created": datetime.combine(dated, time())})
        styles = Styles(book, lang)
        for sheet, name in zip(sheets, names, strict=True):
            _Writer(book.add_worksheet(name, _Page), styles, sheet).write()
    return memory.getvalue()


def _fits(sheets: Sequence[Sheet], names: Sequence[str]) -> None:
    issues = []
    for sheet, name in zip(sheets, names, strict=True):
        rows = headers(sheet.tables)[-1]
        columns = max((len(table.columns) for table in sheet.tables), default=0)
        words: tuple[Message, ...] = ()
        if rows > MOST_ROWS:
            words = (labels.too_many_rows(name, rows, MOST_ROWS),)
        if columns > MOST_COLUMNS:
            words = (*words, labels.too_many_columns(name, columns, MOST_COLUMNS))
        issues += [Issue(Code.TOO_LARGE, message, hint=labels.TOO_MANY_HINT) for message in words]
    if issues:
        raise RuleError(issues)


class _Page(Worksheet):
    """A worksheet that takes formulas as they are written: xlsxwriter would look through each thirty times
    for functions of later Excels, of which ours have none.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class _Writer:
    """Writes the tables of one worksheet from the top down."""

    def __init__(self, page: Worksheet, styles: Styles, sheet: Sheet) -> None:
        self.page, self.styles, self.sheet = page, styles, sheet
        self.widths = widths(sheet.tables)
        self.row = 0

    def write(self) -> None:
        tables = self.sheet.tables
        *tops, bottom = headers(tables)
        for column, width in enumerate(self.widths):
            self.page.set_column(column, column, width)
        for table, top in zip(tables, tops, strict=True):
            self.table(table, top)
        for check in self.sheet.checks:
            self.check(check)
        right = max(len(self.widths) - 1 - self.sheet.unprinted, 0)
        if self.sheet.charts:
            bottom, right = self.charts(bottom + 1), max(right, across(self.widths))
        self.page.print_area(0, 0, max(bottom - 1, 0), right)
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.fit_to_pages(1, 0)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.page.set_footer("&L&A&R&P/&N")
        if len(tops) == 1 and not self.sheet.charts:
            self.page.repeat_rows(tops[0])
            self.page.freeze_panes(tops[0] + 1, self.sheet.kept)
            if self.sheet.filtered:
                self.page.autofilter(tops[0], 0, tops[0] + len(tables[0].rows), len(tables[0].columns) - 1)
        else:
            self.page.freeze_panes(tops[0], 0)  # below the title

    def charts(self, row: int) -> int:
        """The charts below the tables, none over two pages; the row below them."""
        breaks, page, most = [], 0, page_height(self.widths)
        for line in lines_of(self.sheet.charts):
            if row > page and (row + HIGH - page) * ROW > most:
                breaks.append(row)
                page = row
            for place, chart in enumerate(line):
                insert(self.styles.book, self.page, chart, row, place, self.styles.lang)
            row += HIGH
        self.page.set_h_pagebreaks(breaks)
        return row

    def check(self, check: Check) -> None:
        area = (check.top, check.left, check.bottom, check.right)
        good = f'"{check.good}"' if isinstance(check.good, str) else check.good
        for criteria, look in (("==", GOOD), ("!=", BAD)):
            condition = {
                "type": "cell",
                "criteria": criteria,
                "value": good,
                "format": self.styles.of(**look),
            }
            self.page.conditional_format(*area, condition)

    def table(self, table: Table, header: int) -> None:
        """Write a table with its header in this row."""
        self.row = header - len(table.title.splitlines()) - (1 if table.title else 0)
        for line, text in enumerate(table.title.splitlines()):
            self.text(0, text, self.styles.title(line))
            self.row += 1
        self.row = header
        self.height(table.columns)
        for column, title in enumerate(table.columns):
            self.text(column, title, self.styles.header())
        self.row += 1
        for cells in table.rows:
            self.cells(cells)
        for note in ("", *table.notes) if table.notes else ():
            self.note(note)

    def cells(self, cells: Sequence[Entry]) -> None:
        """A row of a table, bold where it adds up the rows above."""
        total = any(entry.above for entry in cells)
        self.height([entry.text for entry in cells])
        for column, entry in enumerate(cells):
            self.entry(column, entry, self.styles.cell(entry, total=total))
        self.row += 1

    def entry(self, column: int, entry: Entry, style: Format) -> None:
        value, row = entry.value, self.row
        if entry.formula:
            self.page.write_formula(row, column, f"={entry.formula}", style, value)
        elif value is None or isinstance(value, str):
            self.text(column, entry.text, style)
        elif isinstance(value, date):
            self.page.write_datetime(row, column, datetime.combine(value, time()), style)
        elif entry.above:
            area = xl_range(row - entry.above, column, row - 1, column)
            self.page.write_formula(row, column, f"=SUM({area})", style, value)
        elif entry.left:
            area = xl_range(row, column - entry.left, row, column - 1)
            self.page.write_formula(row, column, f"=SUM({area})", style, value)
        else:
            self.page.write_number(row, column, value, style)

    def text(self, column: int, text: str, style: Format) -> None:
        """A text whatever it looks like; one beyond Excel's limit ends in an ellipsis."""
        sound = text.encode("utf-8", "backslashreplace").decode("utf-8")
        kept = sound if len(sound) <= LONGEST else sound[: LONGEST - 1] + "…"
        if kept:
            self.page.write_string(self.row, column, kept, style)
        else:
            self.page.write_blank(self.row, column, None, style)

    def note(self, note: str) -> None:
        """A note across the sheet."""
        if note and len(self.widths) > 1:
            self.page.merge_range(self.row, 0, self.row, len(self.widths) - 1, "", self.styles.note())
        self.lines(wrapped(note, sum(self.widths)))
        self.text(0, note, self.styles.note())
        self.row += 1

    def height(self, texts: Sequence[str]) -> None:
        """Make the row as high as its wrapped texts, which not every program does by itself."""
        self.lines(max(map(wrapped, texts, self.widths), default=1))

    def lines(self, lines: int) -> None:
        if lines > 1:
            self.page.set_row(self.row, min(LINE * lines, TALLEST))
