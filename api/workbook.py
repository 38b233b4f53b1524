"""Workbooks for Excel: an answer with everything that a planner looks for beside it.

The tables are those that are printed; totals and checks are live, and charts are Excel's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from api import labels
from api.saving import save
from api.tables import Entry, Table, words
from api.workbook_charts import MOST_UNITS, Area, Chart, Series
from api.workbook_looks import sheet_names
from api.workbook_sheets import UNDATED, Sheet, headers, workbook
from engine.gaps import GapTable
from engine.numbers import Lang

if TYPE_CHECKING:
    from engine.rulebook import Rulebook
    from scenarios.compare import Comparison
    from scenarios.plan import Plan

__all__ = [
    "Sheet",
    "diff_workbook",
    "gap_workbook",
    "plan_workbook",
    "write_diff",
    "write_gap",
    "write_plan",
    "write_sheets",
]


def write_gap(table: GapTable, lang: Lang, path: Path) -> None:
    """``gap_workbook`` to a file. Raises SaveError, RuleError."""
    save(path, gap_workbook(table, lang))


def write_plan(plan: Plan, lang: Lang, path: Path) -> None:
    """``plan_workbook`` to a file. Raises SaveError, RuleError."""
    save(path, plan_workbook(plan, lang))


def write_diff(found: Comparison, rulebook: Rulebook, lang: Lang, path: Path) -> None:
    """``diff_workbook`` to a file. Raises SaveError, RuleError."""
    save(path, diff_workbook(found, rulebook, lang))


def write_sheets(sheets: Iterable[Sheet], lang: Lang, path: Path, dated: date = UNDATED) -> None:
    """Sheets to a file. Raises SaveError, RuleError."""
    save(path, workbook(sheets, lang, dated))


def gap_workbook(table: GapTable, lang: Lang) -> bytes:
    """The gap table with every column (§8), its chart and notes, the figures it uses and what lies over the
    rulebook. Raises RuleError (too_large).
    """
    from api.gap_table import note_sheet
    from api.source_tables import gap_figures

    gap = _gap(table, lang)
    progress, charts = _progress(table, gap, lang)
    sheets = [
        gap,
        *([Sheet("charts", [progress], charts=charts)] if charts else []),
        Sheet("notes", [note_sheet(table, lang)], kept=2),
        Sheet("sources", [gap_figures(table, lang)], filtered=True),
        *_changes(table.rulebook, lang),
    ]
    return workbook(sheets, lang, table.as_of)


def plan_workbook(plan: Plan, lang: Lang) -> bytes:
    """Units × quotas and periods with live totals and checks, why each number, charts, the gap table that
    the plan starts from, what all of it rests on; without a plan why there is none, and the plan under the
    least relaxation on sheets that say so. Raises RuleError (too_large).
    """
    from api import plan_table
    from api.gap_table import note_sheet
    from api.services import gap
    from api.source_tables import plan_and_gap_figures

    problem = plan.problem
    table = gap(problem.rulebook, problem.allocation.as_of, problem.allocation.basis)
    facts, rules = plan_table.fact_sheet(plan, lang), plan_table.rule_sheet(plan, lang)
    about = [facts, *([rules] if rules.rows else [])]
    sheets: list[Sheet] = []
    drawn: list[Chart] = []
    if plan.shares:
        sheets, drawn = _plan_sheets(plan, lang)
    else:
        sheets.append(Sheet("conflict", [plan_table.conflict_sheet(plan, lang)], kept=0))
        if plan.relaxed is not None:
            relaxed, drawn = _plan_sheets(plan.relaxed, lang, f" ({labels.IF_RELAXED.in_(lang)})")
            sheets += relaxed
    start = _gap(table, lang)
    progress, charts = _progress(table, start, lang)
    if drawn or charts:
        shown = [progress] if charts else [Table(plan_table.plan_title(plan, lang), [], [], [])]
        told = labels.TOO_MANY_UNITS.in_(lang).format(count=len(problem.units), most=MOST_UNITS)
        many = sheets and not drawn and (plan.shares or plan.relaxed is not None)
        shown[0] = replace(shown[0], notes=[told] if many else [])
        sheets.append(Sheet("charts", shown, charts=[*charts, *drawn]))
    sheets += [Sheet("about", about), start, Sheet("notes", [note_sheet(table, lang)], kept=2)]
    figures = plan_and_gap_figures(plan, table, lang)
    sheets += [Sheet("sources", [figures], filtered=True), *_changes(problem.rulebook, lang)]
    return workbook(sheets, lang, problem.allocation.as_of)


def diff_workbook(found: Comparison, rulebook: Rulebook, lang: Lang) -> bytes:
    """Plans side by side: what went in and came out, then a sheet for each quota with its units, and a chart
    of them. Raises RuleError (too_large).
    """
    from api.diff_table import parts

    before, by_quota, after = parts(found, rulebook, lang)
    called = [table.title for table in by_quota]
    sheets = [
        Sheet("diff", [*before, *after]),
        *(
            Sheet("diff", [_live(table, len(found.plans))], called=name)
            for name, table in zip(called, by_quota, strict=True)
        ),
    ]
    names = sheet_names([sheet.title(lang) for sheet in sheets])[1:]
    charts = [
        chart
        for name, table in zip(names, by_quota, strict=True)
        for chart in _compared(name, table, found.names, lang)
    ]
    if charts:
        sheets.insert(1, Sheet("charts", [Table(before[0].title, [], [], [])], charts=charts))
    return workbook(sheets, lang)


def _plan_sheets(plan: Plan, lang: Lang, suffix: str = "") -> tuple[list[Sheet], list[Chart]]:
    """The sheets of a plan, and its charts."""
    from api import plan_table
    from api.stay_table import stay_sheets
    from api.workbook_checks import check_head, check_sheet, places, with_checks

    keys = ("plan", "periods", "quota_check", "why")
    wanted = [labels.SHEETS[key].in_(lang) + suffix for key in keys]
    quotas, periods, checks, reasons = sheet_names(wanted)
    relaxed = labels.RELAXED.in_(lang) if suffix else ""
    table = _without_notes(plan_table.plan_sheet(plan, lang))
    by_period = plan_table.month_sheet(plan, lang)
    if relaxed:
        table = replace(table, title=f"{relaxed}\n{table.title}")
        by_period = replace(by_period, title=f"{relaxed}\n{by_period.title}")
    at = places((table, by_period), (quotas, periods, checks), check_head(lang))
    checked, marks = with_checks(table, plan, at, lang)
    verdicts, found = check_sheet(plan, at, lang)
    why = [*stay_sheets(plan, lang), plan_table.why_sheet(plan, lang)]
    sheets = [
        Sheet("plan", [checked], called=quotas, checks=marks),
        Sheet("periods", [by_period], kept=2, called=periods, filtered=True),
        Sheet("quota_check", [verdicts], kept=2, called=checks, checks=found, filtered=True),
        Sheet("why", why, kept=2, called=reasons, filtered=len(why) == 1),
    ]
    return sheets, _quota_charts(plan, at.plan_top, (quotas, reasons), headers(why)[-2] + 1, lang)


def _quota_charts(
    plan: Plan, plan_top: int, sheets: tuple[str, str], why_top: int, lang: Lang
) -> list[Chart]:
    """For each quota what the units get beside their fair shares, and what moves them off these."""
    from api.plan_table import quota_title, steps_of

    count, steps = len(plan.problem.units), steps_of(plan)
    if count > MOST_UNITS:
        return []
    quotas, why = sheets
    charts = []
    units = Area(quotas, plan_top, plan_top + count - 1, 0)
    for k, asked in enumerate(plan.problem.quotas):
        title = quota_title(plan, asked.quota.id, lang)
        top = why_top + k * count
        reached = [Area(why, top, top + count - 1, 2 + n) for n in range(len(steps))]
        named = [labels.STEPS[step].in_(lang) for step in steps]
        given = labels.QUOTA_CHECK["given"].in_(lang)
        values = Area(quotas, plan_top, plan_top + count - 1, k + 1)
        charts.append(
            Chart(
                labels.CHARTS["quota"].in_(lang).format(quota=title),
                "column",
                [Series(given, units, values), Series(named[0], units, reached[0], points=True)],
            )
        )
        moved = [Series(name, units, area) for name, area in zip(named[1:], reached[1:], strict=True)]
        charts.append(Chart(labels.CHARTS["steps"].in_(lang).format(quota=title), "stacked", moved))
    return charts


def _gap(table: GapTable, lang: Lang) -> Sheet:
    from api.gap_table import gap_sheet

    whole = _without_notes(gap_sheet(table, lang, every_column=True))
    return Sheet("gap", [whole], kept=2, filtered=True, unprinted=2)  # the sheet of notes has them too


def _progress(table: GapTable, gap: Sheet, lang: Lang) -> tuple[Table, list[Chart]]:
    """What the root has reached, against the time that is gone: the numbers of the gap table that are known,
    and the chart of them.
    """
    from api.gap_table import ALL

    title = f"{labels.CHARTS['progress'].in_(lang)}\n{gap.tables[0].title.splitlines()[-1]}"
    keys = ("percent_of_plan", "year_progress")
    columns = [3 + ALL.index(key) for key in keys]
    name, top = gap.title(lang), headers(gap.tables)[0] + 1
    rows: list[list[Entry]] = []
    for place, (row, cells) in enumerate(zip(table.rows, gap.tables[0].rows, strict=True)):
        shown = [cells[column] for column in columns]
        if row.unit == table.rulebook.root and all(isinstance(entry.value, float) for entry in shown):
            addresses = [xl_rowcol_to_cell(top + place, column) for column in columns]
            linked = [
                replace(entry, formula=f"{quote_sheetname(name)}!{address}")
                for entry, address in zip(shown, addresses, strict=True)
            ]
            rows.append([words(cells[0].text.lstrip("-+ ")), *linked])
    titles = [labels.COLUMNS[key].in_(lang) for key in ("indicator", *keys)]
    drawn = Table(title, titles, rows, [False, True, True])
    if not rows:
        return drawn, []
    first = headers([drawn])[0] + 1
    own = labels.SHEETS["charts"].in_(lang)
    areas = [Area(own, first, first + len(rows) - 1, column) for column in range(3)]
    series = [Series(title, areas[0], area) for title, area in zip(titles[1:], areas[1:], strict=True)]
    return drawn, [Chart(labels.CHARTS["progress"].in_(lang), "bar", series, percent=True)]


def _live(table: Table, plans: int) -> Table:
    """A comparison whose changes and percents follow the plans' numbers."""
    top = headers([table])[0] + 1
    rows = []
    for place, cells in enumerate(table.rows):
        live = list(cells)
        first = xl_rowcol_to_cell(top + place, 1)
        for column in range(2, 2 + 3 * (plans - 1), 3):
            value = xl_rowcol_to_cell(top + place, column)
            change = xl_rowcol_to_cell(top + place, column + 1)
            for at, formula in ((column + 1, f"{value}-{first}"), (column + 2, f"{change}/{first}")):
                if cells[at].value is not None:
                    live[at] = replace(cells[at], formula=formula, above=0)
        rows.append(live)
    return replace(table, rows=rows)


def _compared(sheet: str, table: Table, plans: Sequence[str], lang: Lang) -> list[Chart]:
    """A quota's units in every plan; none where a plan isn't there, or has too many of them."""
    count, top = len(table.rows) - 1, headers([table])[0] + 1
    columns = [1, *range(2, 2 + 3 * (len(plans) - 1), 3)]
    known = [column for column in columns if table.rows[-1][column].value is not None]
    if not known or count > MOST_UNITS:
        return []
    units = Area(sheet, top, top + count - 1, 0)
    drawn = [
        Series(name, units, Area(sheet, top, top + count - 1, column), colour=number)
        for number, (name, column) in enumerate(zip(plans, columns, strict=True))
        if column in known
    ]
    charts = [Chart(labels.CHARTS["compared"].in_(lang).format(quota=table.title), "column", drawn)]
    changed = [
        Series(name, units, Area(sheet, top, top + count - 1, column + 1), colour=number)
        for number, (name, column) in list(enumerate(zip(plans, columns, strict=True)))[1:]
        if column in known and 1 in known
    ]
    if changed:
        title = labels.CHARTS["changes"].in_(lang).format(quota=table.title, plan=plans[0])
        charts.append(Chart(title, "column", changed))
    return charts


def _changes(rulebook: Rulebook, lang: Lang) -> list[Sheet]:
    """What lies over the rulebook (§12), on a sheet of its own."""
    from api.overlay_table import overlaid_sheets

    tables = overlaid_sheets(rulebook, lang)
    return [Sheet("changes", tables)] if tables else []


def _without_notes(table: Table) -> Table:
    return replace(table, notes=())
