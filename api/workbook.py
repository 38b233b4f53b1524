"""Workbooks for Excel: the same tables as printed, with live totals, every cell text or a number.

Nothing from data runs as a formula, and the same answer gives the same bytes.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from api import labels
from api.saving import save
from api.tables import Entry, Table
from engine.gaps import GapTable
from engine.numbers import Lang

if TYPE_CHECKING:
    from engine.rulebook import Rulebook
    from scenarios.plan import Plan

NARROWEST, WIDEST, WIDEST_OF_MANY, MANY = 8, 50, 32, 12
NOTES_ALONE = 100.0  # wide, where a sheet has nothing but notes
"""Widths of columns in characters, wide ones narrower from MANY columns on; longer texts are wrapped."""
LINE, TALLEST = 15, 409
"""Heights of rows, in points."""
LONGEST = 32_767
"""Characters that a cell of Excel holds."""
COUNTRY: Mapping[Lang, str] = {"vi": "[$-42A]", "en": "[$-409]"}
"""Before a number format, as Windows numbers languages."""
RUNS_WHEN_EDITED = ("=", "+", "-", "@", "\t", "\r")
A4 = 9
UNDATED = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and its tables, one below the other; ``kept``: columns that stay in view."""

    name: str
    tables: Sequence[Table]
    kept: int = 1


def write_gap(table: GapTable, lang: Lang, path: Path) -> None:
    """The gap table with every column (§8), its notes, and the figures it uses. Raises SaveError."""
    from api.gap_table import gap_sheet, note_sheet
    from api.source_tables import gap_figures

    sheets = [
        Sheet("gap", [_without_notes(gap_sheet(table, lang, every_column=True))], kept=2),
        Sheet("notes", [note_sheet(table, lang)], kept=2),
        Sheet("sources", [gap_figures(table, lang)]),
        *_changes(table.rulebook, lang),
    ]
    write_sheets(sheets, lang, path, table.as_of)


def write_plan(plan: Plan, lang: Lang, path: Path) -> None:
    """Units × quotas, periods, what the plan rests on, and why each number; without a plan why there is
    none. Raises SaveError.
    """
    from api import plan_table
    from api.source_tables import plan_figures
    from api.stay_table import stay_sheets

    facts, rules = plan_table.fact_sheet(plan, lang), plan_table.rule_sheet(plan, lang)
    sources = [facts, *([rules] if rules.rows else []), plan_figures(plan, lang)]
    sheets = [Sheet("sources", sources)]
    if plan.shares:
        sheets.insert(0, Sheet("plan", [_without_notes(plan_table.plan_sheet(plan, lang))]))
        sheets.insert(1, Sheet("periods", [plan_table.month_sheet(plan, lang)], kept=2))
        sheets.append(Sheet("why", [*stay_sheets(plan, lang), plan_table.why_sheet(plan, lang)], kept=2))
    else:
        sheets.insert(0, Sheet("plan", [plan_table.conflict_sheet(plan, lang)], kept=0))
    sheets += _changes(plan.problem.rulebook, lang)
    write_sheets(sheets, lang, path, plan.problem.allocation.as_of)


def _changes(rulebook: Rulebook, lang: Lang) -> list[Sheet]:
    """What lies over the rulebook (§12), on a sheet of its own."""
    from api.overlay_table import overlaid_sheets

    tables = overlaid_sheets(rulebook, lang)
    return [Sheet("changes", tables)] if tables else []


def _without_notes(table: Table) -> Table:
    return Table(table.title, table.columns, table.rows, table.numeric, (), table.total_row)


def write_sheets(sheets: Iterable[Sheet], lang: Lang, path: Path, dated: date = UNDATED) -> None:
    """Write a workbook; ``dated`` is the date it carries, so that it doesn't depend on the clock.

    Raises SaveError.
    """
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties({"created": datetime.combine(dated, time())})
        styles = _Styles(book, lang)
        for sheet in sheets:
            page = book.add_worksheet(labels.SHEETS[sheet.name].in_(lang))
            _Writer(page, styles, sheet.tables).sheet(sheet.kept)
    save(path, memory.getvalue())


class _Styles:
    """The workbook's formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, lang: Lang) -> None:
        self.book, self.lang = book, lang
        self.made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    def title(self, line: int) -> Format:
        return self.of(bold=True, font_size=14) if line == 0 else self.of(italic=True)

    def header(self) -> Format:
        look = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
        return self.of(**look, border=1, bg_color="#E7E6E6")

    def note(self) -> Format:
        return self.of(text_wrap=True, valign="top")

    def cell(self, entry: Entry, *, total: bool) -> Format:
        look: dict[str, Any] = {"border": 1, "valign": "top", "bold": total}
        if isinstance(entry.value, str):
            look |= {"text_wrap": True, "align": "left", "indent": 1}
            look["quote_prefix"] = entry.value.startswith(RUNS_WHEN_EDITED)
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
    return COUNTRY[lang] + mark + (f"0{point}%" if entry.percent else f"#,##0{point}")


class _Writer:
    """Writes the tables of one worksheet from the top down."""

    def __init__(self, page: Worksheet, styles: _Styles, tables: Sequence[Table]) -> None:
        self.page, self.styles, self.tables = page, styles, tables
        self.widths = _widths(tables)
        self.row = 0

    def sheet(self, kept: int) -> None:
        """Write everything; ``kept``: columns that stay in view."""
        headers = []
        for number, table in enumerate(self.tables):
            self.row += 1 if number else 0
            headers.append(self.table(table))
        for column, width in enumerate(self.widths):
            self.page.set_column(column, column, width)
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.fit_to_pages(1, 0)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.page.set_footer("&L&A&R&P/&N")
        if len(headers) == 1:
            self.page.repeat_rows(headers[0])
            self.page.freeze_panes(headers[0] + 1, kept)
        else:
            self.page.freeze_panes(headers[0], 0)  # below the title

    def table(self, table: Table) -> int:
        """Write a table; the row of its header."""
        for line, text in enumerate(table.title.splitlines()):
            self.text(0, text, self.styles.title(line))
            self.row += 1
        self.row += 1 if table.title else 0
        header = self.row
        self.height(table.columns)
        for column, title in enumerate(table.columns):
            self.text(column, title, self.styles.header())
        self.row += 1
        for cells in table.rows:
            self.cells(cells)
        for note in ("", *table.notes) if table.notes else ():
            self.note(note)
        return header

    def cells(self, cells: Sequence[Entry]) -> None:
        """A row of a table, bold where it adds up the rows above."""
        total = any(entry.above for entry in cells)
        self.height([entry.text for entry in cells])
        for column, entry in enumerate(cells):
            self.entry(column, entry, self.styles.cell(entry, total=total))
        self.row += 1

    def entry(self, column: int, entry: Entry, style: Format) -> None:
        value, row = entry.value, self.row
        if value is None or isinstance(value, str):
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
        self.lines(_wrapped(note, sum(self.widths)))
        self.text(0, note, self.styles.note())
        self.row += 1

    def height(self, texts: Sequence[str]) -> None:
        """Make the row as high as its wrapped texts, which not every program does by itself."""
        self.lines(max(map(_wrapped, texts, self.widths), default=1))

    def lines(self, lines: int) -> None:
        if lines > 1:
            self.page.set_row(self.row, min(LINE * lines, TALLEST))


def _widths(tables: Sequence[Table]) -> list[float]:
    """Column widths in characters: as wide as the widest cell, or as a title of up to three lines."""
    found = [0.0] * max(len(table.columns) for table in tables) or [NOTES_ALONE]
    for table in tables:
        widest = WIDEST if len(table.columns) < MANY else WIDEST_OF_MANY
        for column, title in enumerate(table.columns):
            cells = (len(line) for row in table.rows for line in row[column].text.splitlines())
            wanted = [NARROWEST, len(title) / 3, *map(len, title.split()), min(max(cells, default=0), widest)]
            found[column] = max(found[column], max(wanted) + 2)
    return found


def _wrapped(text: str, width: float) -> int:
    """How many lines a text takes in a column."""
    room = int(width)
    return sum(
        len(textwrap.wrap(line, room)) if len(line) > room else 1 for line in text.splitlines() or ("",)
    )
