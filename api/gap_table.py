"""The gap table for people (§8)."""

from __future__ import annotations

from api import labels
from api.tables import (
    PARTS,
    Entry,
    Table,
    amount,
    bullets,
    day,
    decimals_of,
    marked,
    measure_words,
    not_applicable,
    words,
)
from engine.gaps import METRIC_COLUMNS, GapTable, Row, depth_in_parts
from engine.measures import RATIO, Measure
from engine.numbers import Lang, format_date
from engine.rulebook import Indicator

PRINTED = (
    "target",
    "achieved",
    "achieved_on",
    "percent_of_plan",
    "year_on_year",
    "gap",
    "required_per_month",
    "pace",
    "landing",
    "status",
)
ALL = (
    "target",
    "achieved",
    "achieved_on",
    "percent_of_plan",
    "last_year",
    "year_on_year",
    "gap",
    "year_progress",
    "pace",
    "required_per_month",
    "required_rate_ratio",
    "landing",
    "status",
)
WORDS = frozenset({"achieved_on", "status"})


def gap_sheet(table: GapTable, lang: Lang, *, every_column: bool = False) -> Table:
    """The gap table as it is printed; with ``every_column`` as a workbook holds it."""
    columns = ALL if every_column else PRINTED
    rulebook = table.rulebook
    units = {row.unit for row in table.rows}
    with_units = every_column or units != {rulebook.root}
    others = [name for name, metric in rulebook.metrics.items() if not metric.standard]
    titles = [labels.COLUMNS["indicator"].in_(lang)]
    titles += [labels.COLUMNS["unit"].in_(lang)] if with_units else []
    titles += [labels.COLUMNS["measure"].in_(lang)]
    titles += [labels.COLUMNS[column].in_(lang) for column in columns]
    titles += [rulebook.metrics[name].label.in_(lang) for name in others]
    rows = [_cells(table, row, columns, others, with_units, lang) for row in table.rows]
    numeric = [False] * (2 + with_units)
    numeric += [column not in WORDS for column in columns] + [True] * len(others)
    if every_column:
        titles += [labels.COLUMNS[key].in_(lang) for key in ("flags", "causes")]
        numeric += [False, False]
        for row, cells in zip(table.rows, rows, strict=True):
            cells += [words("\n".join(_flags(row, lang))), words("\n".join(_causes(row, lang)))]
    return Table(gap_title(table, lang), titles, rows, numeric, gap_notes(table, lang))


def gap_title(table: GapTable, lang: Lang) -> str:
    """The rulebook's title, and below it the date and basis."""
    basis = labels.BASIS[table.basis].in_(lang)
    as_of = f"{labels.AS_OF.in_(lang)} {format_date(table.as_of, lang)} ({basis})"
    return f"{table.rulebook.title.in_(lang)}\n{as_of}"


def note_sheet(table: GapTable, lang: Lang) -> Table:
    """What is unknown and why, and what should be looked at: a row for each cause and flag."""
    rows = []
    for row in table.rows:
        indicator = table.rulebook.indicators[row.indicator].label.in_(lang)
        who = [words(indicator), words(_unit(table, row, lang))]
        concerned: dict[str, list[str]] = {}
        for column, found in row.unknown.items():
            for cause in found:
                concerned.setdefault(cause.in_(lang), []).append(column_title(table, column, lang))
        unknown, flagged = words(labels.UNKNOWN_NOTES.in_(lang)), words(labels.FLAG_NOTES.in_(lang))
        rows += [[*who, flagged, words(flag), words("")] for flag in _flags(row, lang)]
        rows += [[*who, unknown, words(cause), words(", ".join(found))] for cause, found in concerned.items()]
    titles = [labels.COLUMNS[key].in_(lang) for key in ("indicator", "unit", "kind", "words", "columns")]
    return Table(gap_title(table, lang), titles, rows, [False] * 5)


def column_title(table: GapTable, column: str, lang: Lang) -> str:
    """The title of a column of the gap table."""
    if column in labels.COLUMNS:
        return labels.COLUMNS[column].in_(lang)
    return table.rulebook.metrics[column].label.in_(lang)


def _flags(row: Row, lang: Lang) -> list[str]:
    return [flag.words.in_(lang) for flag in row.flags]


def _causes(row: Row, lang: Lang) -> list[str]:
    """Why the row's unknown cells are unknown, each cause once."""
    return list(dict.fromkeys(cause.in_(lang) for found in row.unknown.values() for cause in found))


def gap_notes(table: GapTable, lang: Lang) -> list[str]:
    """What is unknown and why, and what should be looked at."""
    causes = [f"{_who(table, row, lang)}: {cause}" for row in table.rows for cause in _causes(row, lang)]
    flags = [_told(_who(table, row, lang), flag) for row in table.rows for flag in _flags(row, lang)]
    notes = bullets(labels.UNKNOWN_NOTES, causes, lang) + bullets(labels.FLAG_NOTES, flags, lang)
    return notes[:-1]


def _told(who: str, flag: str) -> str:
    """A flag with what it is about, which most flags say themselves."""
    return flag if flag.startswith(who) else f"{who}: {flag}"


def _who(table: GapTable, row: Row, lang: Lang) -> str:
    label = table.rulebook.indicators[row.indicator].label.in_(lang)
    return label if row.unit == table.rulebook.root else f"{label}, {_unit(table, row, lang)}"


def _unit(table: GapTable, row: Row, lang: Lang) -> str:
    units = table.rulebook.units
    return units.names[units.index[row.unit]].in_(lang)


def _cells(
    table: GapTable, row: Row, columns: tuple[str, ...], others: list[str], with_units: bool, lang: Lang
) -> list[Entry]:
    rulebook = table.rulebook
    indicator = rulebook.indicators[row.indicator]
    depth = depth_in_parts(rulebook, row.indicator)
    cells = [words(PARTS[min(depth, len(PARTS) - 1)] + indicator.label.in_(lang))]
    if with_units:
        cells.append(words(_unit(table, row, lang)))
    cells.append(words(measure_words(rulebook, indicator.shown, lang)))
    cells += [_cell(table, row, indicator, column, lang) for column in columns]
    for name in others:
        if row.indicator not in rulebook.metrics[name].indicators:
            cells.append(not_applicable(lang))
        else:
            cells.append(_metric(table, indicator, name, row.metrics[name], lang))
    return cells


def _cell(table: GapTable, row: Row, indicator: Indicator, column: str, lang: Lang) -> Entry:
    if column in row.not_applicable:
        return not_applicable(lang)
    if column == "status":
        return words(labels.STATUS[row.status].in_(lang))
    if column == "achieved_on":
        return day(row.achieved_on, lang)
    value = row.numbers[column]
    if column == "year_progress":
        return _percent(value, lang)
    if column in METRIC_COLUMNS:
        return _metric(table, indicator, METRIC_COLUMNS[column], value, lang)
    entry = amount(value, indicator.shown, decimals_of(indicator.shown, indicator, indicator.decimals), lang)
    if column == "achieved" and row.estimated:
        return marked(entry, labels.ESTIMATE_MARK.in_(lang))
    return entry


def _percent(value: float | None, lang: Lang) -> Entry:
    from engine.measures import PERCENT

    return amount(value, PERCENT, 2, lang)


def _metric(table: GapTable, indicator: Indicator, name: str, value: float | None, lang: Lang) -> Entry:
    metric = table.rulebook.metrics[name]
    shown = metric_shown(table, indicator, name)
    return amount(value, shown, decimals_of(shown, indicator, metric.decimals), lang)


def metric_shown(table: GapTable, indicator: Indicator, name: str) -> Measure:
    """What a metric's column is shown in: the indicator's own scale for money a month and the like."""
    metric = table.rulebook.metrics[name]
    shown = table.rulebook.shown(metric, indicator)
    if metric.shown is None and shown.powers and "VND" in dict(shown.powers):
        return Measure(shown.powers, indicator.shown.scale, shown.kind, shown.name, shown.label)
    return shown if shown.powers or shown.scale != 1 or metric.shown else RATIO
