"""Live checks of an edited plan: whether totals, bounds and periods still hold, worked out by the workbook.

The formulas name cells of the plan's sheets by their places, which follow from how tables are laid out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell

from api import labels
from api.plan_table import quota_title
from api.tables import Entry, Table, words
from api.workbook_sheets import Check, headers
from engine.numbers import Lang, format_number

if TYPE_CHECKING:
    from scenarios.plan import Plan
    from scenarios.problem import Asked

SLACK = 1e-6
"""What the program's own plan may be off a bound that is no whole number (scenarios.standing)."""
CHECKED = 2
"""The column of the number that is checked, on the sheet of checks."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a plan's numbers stand: names of its sheets, and the first row of numbers on each, from 0."""

    plan: str
    plan_top: int
    periods: str
    periods_top: int
    checks: str
    checks_top: int


def places(tables: tuple[Table, Table], names: tuple[str, str, str], title: Table) -> Places:
    """The places, from the tables of the plan and of its periods; ``title``: the table of checks as far as
    it is known before its rows are.
    """
    plan, periods, checks = names
    tops = [headers([table])[0] + 1 for table in (*tables, title)]
    return Places(plan, tops[0], periods, tops[1], checks, tops[2])


def with_checks(table: Table, plan: Plan, at: Places, lang: Lang) -> tuple[Table, list[Check]]:
    """The table of units × quotas with a column and two rows that check it, and where they stand."""
    count, quotas = len(plan.problem.units), len(plan.problem.quotas)
    top, fine = at.plan_top, labels.QUOTA_CHECK["fine"].in_(lang)
    look = labels.QUOTA_CHECK["look"].in_(lang)
    verdicts = [_verdict_cell(plan, at, k) for k in range(quotas)]
    rows: list[Sequence[Entry]] = []
    for u, row in enumerate(table.rows[:count]):
        met = ",".join(f'{_shifted(cell, u)}="{fine}"' for cell in verdicts)
        rows.append([*row, Entry(fine, fine, formula=f'IF(AND({met}),"{fine}","{look}")')])
    total, to_place, difference = top + count, top + count + 1, top + count + 2
    zeros = [f"{xl_rowcol_to_cell(difference, k + 1)}=0" for k in range(quotas)]
    summed = Entry(fine, fine, formula=f'IF(AND({",".join(zeros)}),"{fine}","{look}")')
    rows.append([*table.rows[count], summed])
    wanted = [_whole(asked.total, lang) for asked in plan.problem.quotas]
    off = [
        Entry(
            0,
            "0",
            signed=True,
            formula=f"{xl_rowcol_to_cell(total, k + 1)}-{xl_rowcol_to_cell(to_place, k + 1)}",
        )
        for k in range(quotas)
    ]
    rows.append([words(labels.QUOTA_CHECK["to_place"].in_(lang)), *wanted, words("")])
    rows.append([words(labels.QUOTA_CHECK["difference"].in_(lang)), *off, words("")])
    columns = [*table.columns, labels.QUOTA_CHECK["verdict"].in_(lang)]
    checks = [
        Check(top, quotas + 1, total, quotas + 1, fine),
        Check(difference, 1, difference, quotas, 0),
    ]
    return replace(table, columns=columns, rows=rows, numeric=[*table.numeric, False]), checks


def check_sheet(plan: Plan, at: Places, lang: Lang) -> tuple[Table, list[Check]]:
    """Each quota with the least and the most it may be, and what the workbook finds of it."""
    problem = plan.problem
    names = [problem.rulebook.units.names[unit].in_(lang) for unit in problem.units]
    months: dict[tuple[str, str], int] = {}
    for cell in plan.cells:
        months[cell.quota, cell.unit] = months.get((cell.quota, cell.unit), 0) + cell.value
    fine = words(labels.QUOTA_CHECK["fine"].in_(lang))
    rows: list[list[Entry]] = []
    for k, asked in enumerate(problem.quotas):
        title = words(quota_title(plan, asked.quota.id, lang))
        quotas = [share.value for share in plan.shares if share.quota == asked.quota.id]
        for u, (unit, value) in enumerate(zip(problem.unit_ids, quotas, strict=True)):
            least, most = limits(asked, u)
            row = at.checks_top + len(rows)
            rows.append(
                [
                    title,
                    words(names[u]),
                    replace(_whole(value, lang), formula=_on(at.plan, at.plan_top + u, k + 1)),
                    _whole(least, lang),
                    words("") if most is None else _whole(most, lang),
                    replace(_whole(months[asked.quota.id, unit], lang), formula=_sum_of(plan, at, k, u)),
                    replace(fine, formula=_verdict(plan, at, (k, u), row, lang)),
                ]
            )
        rows.append([title, *_total(plan, at, k, at.checks_top + len(rows), lang)])
    notes = [
        labels.EDIT_NOTE.in_(lang).format(plan=at.plan, periods=at.periods),
        *(
            [labels.NOT_CHECKED_NOTE.in_(lang).format(what=", ".join(unchecked))]
            if (unchecked := _unchecked(plan, lang))
            else []
        ),
    ]
    last = at.checks_top + len(rows) - 1
    checks = [Check(at.checks_top, CHECKED + 4, last, CHECKED + 4, fine.text)]
    return replace(check_head(lang), rows=rows, notes=notes), checks


def check_head(lang: Lang) -> Table:
    """The table of checks without its rows."""
    own = ("given", "least", "most", "periods", "verdict")
    titles = [labels.COLUMNS[key].in_(lang) for key in ("quota", "unit")]
    titles += [labels.QUOTA_CHECK[key].in_(lang) for key in own]
    numeric = [False, False, True, True, True, True, False]
    return Table(labels.QUOTA_CHECK["title"].in_(lang), titles, [], numeric)


def limits(asked: Asked, unit: int) -> tuple[int, int | None]:
    """The least and the most that a unit's quota may be, as whole numbers; None without a ceiling."""
    if not math.isnan(asked.held[unit]):
        held = round(asked.held[unit])
        return held, held
    floor = max(float(asked.at_least[unit]), float(asked.pace_least[unit]), 0.0)
    ceiling = min(float(asked.at_most[unit]), float(asked.pace_most[unit]))
    return math.ceil(floor - SLACK), None if math.isinf(ceiling) else math.floor(ceiling + SLACK)


def _total(plan: Plan, at: Places, k: int, row: int, lang: Lang) -> list[Entry]:
    """The row of a quota's total: it is to be exactly what is placed."""
    asked, count = plan.problem.quotas[k], len(plan.problem.units)
    total = asked.total
    fine, wrong, periods = (labels.QUOTA_CHECK[key].in_(lang) for key in ("fine", "not_total", "not_added"))
    given, least, summed = (xl_rowcol_to_cell(row, column) for column in (CHECKED, CHECKED + 1, CHECKED + 3))
    verdict = f'IF({given}<>{least},"{wrong}",IF({summed}<>{given},"{periods}","{fine}"))'
    return [
        words(labels.COLUMNS["total"].in_(lang)),
        replace(_whole(total, lang), formula=_on(at.plan, at.plan_top + count, k + 1), above=count),
        _whole(total, lang),
        _whole(total, lang),
        replace(_whole(total, lang), formula=_sum_of(plan, at, k, count)),
        Entry(fine, fine, formula=verdict),
    ]


def _verdict(plan: Plan, at: Places, which: tuple[int, int], row: int, lang: Lang) -> str:
    """What is wrong with a unit's quota, the first thing found."""
    k, u = which
    given, least, most, summed = (xl_rowcol_to_cell(row, CHECKED + n) for n in range(4))
    months = _months(plan, at, k, u)
    tests = [
        ("no_number", f"NOT(ISNUMBER({given}))"),
        ("not_whole", f"OR({given}<0,{given}<>INT({given}))"),
        ("below", f"{given}<{least}"),
        *([] if limits(plan.problem.quotas[k], u)[1] is None else [("above", f"{given}>{most}")]),
        ("not_added", f"{summed}<>{given}"),
        ("part_not_whole", f"SUMPRODUCT(({months}<0)+({months}<>INT({months})))>0"),
    ]
    outer = plan.problem.quotas[k].quota.within
    if outer is not None:
        around = [asked.quota.id for asked in plan.problem.quotas].index(outer)
        tests.append(("beyond", f"SUMPRODUCT(--({months}>{_months(plan, at, around, u)}))>0"))
    found = f'"{labels.QUOTA_CHECK["fine"].in_(lang)}"'
    for key, test in reversed(tests):
        found = f'IF({test},"{labels.QUOTA_CHECK[key].in_(lang)}",{found})'
    return found


def _unchecked(plan: Plan, lang: Lang) -> list[str]:
    """What else this plan must keep, which the workbook doesn't check."""
    problem = plan.problem
    asked = problem.quotas
    there = {
        "per_period": any(
            (one.cell_least > -math.inf).any() or (one.cell_most < math.inf).any() for one in asked
        ),
        "multiple_of": any(one.quota.multiple_of > 1 for one in asked),
        "held_periods": any((one.held_cells == one.held_cells).any() for one in asked),
        "profile": any((one.profile == 0).any() for one in asked),
        "stay": problem.stay is not None,
    }
    rules = [rule.label.in_(lang) for rule in problem.allocation.rules.values()]
    return [labels.NOT_CHECKED[key].in_(lang) for key, found in there.items() if found] + rules


def _on(sheet: str, row: int, column: int) -> str:
    return f"{quote_sheetname(sheet)}!{xl_rowcol_to_cell(row, column)}"


def _row(plan: Plan, at: Places, k: int, u: int) -> int:
    """The row of a quota's unit on the sheet of periods; the total's with ``u`` the number of units."""
    return at.periods_top + k * (len(plan.problem.units) + 1) + u


def _months(plan: Plan, at: Places, k: int, u: int) -> str:
    row = _row(plan, at, k, u)
    return f"{quote_sheetname(at.periods)}!{xl_range_abs(row, 2, row, 1 + len(plan.problem.periods))}"


def _sum_of(plan: Plan, at: Places, k: int, u: int) -> str:
    return _on(at.periods, _row(plan, at, k, u), 2 + len(plan.problem.periods))


def _verdict_cell(plan: Plan, at: Places, k: int) -> tuple[str, int, int]:
    """The sheet, row and column of the verdict on a quota's first unit."""
    return at.checks, at.checks_top + k * (len(plan.problem.units) + 1), CHECKED + 4


def _shifted(cell: tuple[str, int, int], rows: int) -> str:
    sheet, row, column = cell
    return _on(sheet, row + rows, column)


def _whole(value: int, lang: Lang) -> Entry:
    return Entry(value, format_number(value, 0, lang))
