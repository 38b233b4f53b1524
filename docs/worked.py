"""The gap table's columns worked out by hand, compared with what the program says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from api import labels
from api.gap_table import ALL, gap_sheet
from docs.markdown import DocsError, table
from docs.reference import standard_metrics
from engine.formula.parser import parse
from engine.formula.tree import Binary, Node, Number, Unary
from engine.gaps import METRIC_COLUMNS, GapTable, gap_table
from engine.link import load_rulebook
from engine.numbers import format_number, round_half_up

RULEBOOK, INDICATOR, DAY = "binh_thuan_2023", "jobs", date(2023, 5, 15)
BY_HAND: Mapping[str, str] = {
    "target": "20000",
    "achieved": "9262",
    "achieved_on": "",
    "percent_of_plan": "9262 / 20000",
    "last_year": "8591",
    "year_on_year": "9262 / 8591",
    "gap": "20000 - 9262",
    "year_progress": "135 / 365",
    "pace": "(9262 / 20000) / (135 / 365)",
    "required_per_month": "10738 / (7 + 16/31)",
    "required_rate_ratio": "(10738 / 230) / (9262 / 135)",
    "landing": "9262 / (135 / 365)",
    "status": "",
}
"""Jobs in Bình Thuận on 15 May 2023: 135 days gone, 230 to come, 16 of May's 31 days and 7 months left."""
FORMULAS: Mapping[str, str] = {
    "target": "the year's target",
    "achieved": "the latest actual up to the date",
    "achieved_on": "the date of that actual",
    "year_progress": "`days_elapsed` ÷ days of the year",
    "status": "see below",
}
DECIMALS = 4


def columns_by_hand() -> list[str]:
    """Each column with its titles, formula, arithmetic and how it is shown."""
    found = _gap(DAY, "actual")
    row = next(row for row in found.rows if row.indicator == INDICATOR)
    cells = dict(zip(ALL, _cells(found), strict=True))
    metrics = standard_metrics()
    rows = []
    for column, text in BY_HAND.items():
        worked = ""
        if text:
            value = _compared(text, row.numbers[column], column)
            worked = f"{text} = {value}" if " " in text else text
        metric = METRIC_COLUMNS.get(column)
        formula = f"`{_formula(metrics[metric]['formula'])}`" if metric else FORMULAS[column]
        title = labels.COLUMNS[column]
        rows.append([f"`{column}`", title.vi, title.en, formula, worked, cells[column]])
    return table(["key", "cột", "column", "formula", "by hand", "shown"], rows)


def _formula(formula: object) -> str:
    return str(formula["flow"] if isinstance(formula, dict) else formula)


def _gap(day: date, basis: str) -> GapTable:
    return gap_table(load_rulebook(RULEBOOK), day, basis)


def _cells(found: GapTable) -> list[str]:
    """The indicator's printed cells in Vietnamese, those of the columns alone."""
    sheet = gap_sheet(found, "vi", every_column=True)
    at = next(at for at, row in enumerate(found.rows) if row.indicator == INDICATOR)
    cells = [entry.text for entry in sheet.rows[at]]
    first = list(sheet.columns).index(labels.COLUMNS[ALL[0]].vi)
    return cells[first : first + len(ALL)]


def _compared(text: str, value: float | None, column: str) -> str:
    """What arithmetic gives, rounded. Raises DocsError unless the program says the same."""
    exact = arithmetic(parse(text).root)
    if value is None or abs(float(exact) - value) > 1e-12 * abs(value):
        raise DocsError(f"{column}: by hand {float(exact)}, the program says {value}")
    return plain(exact, DECIMALS)


def plain(value: Fraction, decimals: int) -> str:
    """A number in English without needless zeros."""
    return format_number(round_half_up(value, decimals), None, "en", trim=True)


def arithmetic(node: Node) -> Fraction:
    """The exact value of a formula without names. Raises DocsError for anything else."""
    match node:
        case Number():
            return Fraction(node.value)
        case Unary(op="-"):
            return -arithmetic(node.operand)
        case Binary():
            left, right = arithmetic(node.left), arithmetic(node.right)
            match node.op:
                case "+":
                    return left + right
                case "-":
                    return left - right
                case "*":
                    return left * right
                case "/":
                    return left / right
    raise DocsError(f"no arithmetic: {node}")


def statuses_by_hand() -> list[str]:
    """Where each known flow of Bình Thuận would end, what would be missed of what is to do, its status."""
    rows = []
    for day, basis in ((DAY, "actual"), (date(2023, 6, 30), "estimate")):
        found = _gap(day, basis)
        for row in found.rows:
            achieved, target, landing = (row.numbers[key] for key in ("achieved", "target", "landing"))
            if achieved is None or target is None or landing is None:
                continue
            rulebook = found.rulebook
            shown = rulebook.indicators[row.indicator].shown
            a, t, end = (plain(Fraction(v) / shown.scale, 3) for v in (achieved, target, landing))
            missed = "nothing"
            if landing < target:
                share = Fraction(target - landing) / Fraction(target - achieved)
                missed = f"({t} - {end}) / ({t} - {a}) = {plain(share * 100, 1)}%"
            label = rulebook.indicators[row.indicator].label.en
            rows.append([day.isoformat(), label, a, t, end, missed, f"`{row.status}`"])
    return table(["date", "indicator", "A achieved", "T target", "L landing", "missed", "status"], rows)
