"""Figures as reported: observations as a dense date × unit cube an indicator, and targets (§1, §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import Code, Issues
from engine.measures import Kind, Measure, UnknownMeasureError, known_measures, parse_measure
from engine.tables import MAX_TOLD, Table
from engine.units import Units
from engine.values import (
    MISSING_DAY,
    Floats,
    empty_column,
    fractions_of_dong,
    look_up,
    must_be_whole,
    parse_days,
    parse_texts,
    report_numbers,
    to_base,
)
from engine.words import did_you_mean, say

Ints = NDArray[np.int32]
BASES = ("actual", "estimate")
STATUSES = ("published", "reported", "estimated", "assumed")
TARGET_KINDS = ("reach", "at_most", "maintain", "change_by")

OBSERVATION_COLUMNS = ("indicator", "unit", "as_of", "basis", "value")
TARGET_COLUMNS = ("indicator", "unit", "year", "kind", "value")
OPTIONAL_COLUMNS = ("measure", "source", "status")


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator's observations of one basis.

    ``days``: int32 [date], ascending, since 1970-01-01; ``values``: float64 [date, unit], base
    measure, NaN where there is none; ``rows``: int32 [date, unit], the row in the table, -1 where there is
    no figure.
    """

    days: Ints
    values: Floats
    rows: Ints


@dataclass(frozen=True, slots=True)
class Targets:
    """An indicator's targets of one year.

    ``values``: float64 [unit], base measure (a change for ``change_by``), NaN for none;
    ``kinds``: int8 [unit], index into TARGET_KINDS, -1 for none; ``rows``: int32 [unit].
    """

    values: Floats
    kinds: NDArray[np.int8]
    rows: Ints


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a table says of its rows beside the value: index into STATUSES and the name of a source."""

    table: Table
    status: Ints
    source: Sequence[str]
    source_codes: NDArray[np.integer]

    def status_of(self, row: int) -> str | None:
        """The status of a row's figure (§1), None where the cell is empty."""
        at = int(self.status[row])
        return STATUSES[at] if at >= 0 else None

    def source_of(self, row: int) -> str | None:
        """The source of a row's figure, None where the cell is empty."""
        return self.source[self.source_codes[row]] or None


@dataclass(frozen=True, slots=True)
class Figures:
    """All observations and targets of a rulebook."""

    actual: Mapping[str, Series]
    estimate: Mapping[str, Series]
    targets: Mapping[tuple[str, int], Targets]
    observed: Provenance | None
    targeted: Provenance | None

    def latest_actual_day(self, first: int, last: int) -> int | None:
        """The day of the latest actual of any indicator within these days."""
        found = [
            int(day)
            for series in self.actual.values()
            for day, values in zip(series.days, series.values, strict=True)
            if first <= day <= last and not np.isnan(values).all()
        ]
        return max(found, default=None)


NO_FIGURES = Figures({}, {}, {}, None, None)


@dataclass(frozen=True, slots=True)
class Reader:
    """What the tables of figures are read against."""

    units: Units
    indicators: Mapping[str, Measure]
    measures: Mapping[str, Measure]
    sources: Sequence[str]
    broken: frozenset[str]
    issues: Issues

    def provenance(self, table: Table) -> Provenance:
        """Statuses and sources of a table's rows, checked."""
        none = np.full(table.rows, -1, dtype=np.int32)
        status = none
        if "status" in table.columns:
            status = look_up(table, "status", STATUSES, Code.WRONG_CHOICE, self.issues)
        if "source" not in table.columns:
            return Provenance(table, status, [""], np.zeros(table.rows, dtype=np.int8))
        look_up(table, "source", self.sources, Code.UNKNOWN_SOURCE, self.issues)
        column = table.columns["source"]
        return Provenance(table, status, column.texts, column.codes)

    def indicators_and_units(self, table: Table) -> tuple[Ints, Ints]:
        """Indexes of each row's indicator and unit, -1 where faulty."""
        known = [*self.indicators, *sorted(self.broken)]
        empty = Code.EMPTY_CELL
        indicator = look_up(table, "indicator", known, Code.UNKNOWN_INDICATOR, self.issues, empty=empty)
        unit = np.full(table.rows, -1, dtype=np.int32)
        if self.units.table is not None:
            unit = look_up(table, "unit", self.units.ids, Code.UNKNOWN_UNIT, self.issues, empty=empty)
        if self.broken:
            indicator[indicator >= len(self.indicators)] = -1
        return indicator, unit

    def values(self, table: Table, indicator: Ints, change: NDArray[np.bool_] | None = None) -> Floats:
        """Each row's value in base measures, NaN where empty or faulty.

        ``change``: [row], whether the value is a change of a rate and so in percentage points.
        """
        column = table.columns["value"]
        parsed = parse_texts(column.texts)
        report_numbers(table, "value", parsed, self.issues)
        measures, group = self._measures(table, indicator, change)
        by_text = np.full((len(measures) + 1, len(column.texts)), np.nan)  # the last is for faulty rows
        for at, measure in enumerate(measures):
            by_text[at] = to_base(parsed.values, measure)
            fractions = set(np.flatnonzero(fractions_of_dong(parsed.values, measure)).tolist())
            faulty = parsed.pointed if must_be_whole(measure) else fractions
            if not faulty:
                continue
            rows = column.rows_where(faulty)
            rows = rows[np.broadcast_to(group, (table.rows,))[rows] == at]
            if must_be_whole(measure):
                hint = say("ambiguous_count.hint")
                table.report(rows, "value", Code.AMBIGUOUS_COUNT, self.issues, hint=lambda _, h=hint: h)
            else:
                table.report(rows, "value", Code.FRACTION_OF_DONG, self.issues, measure=measure.name)
        values: Floats = (
            by_text[group, column.codes] if group.ndim else by_text[int(group)].take(column.codes)
        )
        return values

    def _measures(
        self, table: Table, indicator: Ints, change: NDArray[np.bool_] | None
    ) -> tuple[list[Measure], NDArray[np.intp]]:
        """The measures used, and each row's place among them: [row], -1 where it is faulty or doesn't
        suit the indicator; 0-dimensional where it is the same for all.
        """
        ids = list(self.indicators)
        column = table.columns.get("measure", empty_column(table.rows))
        texts = column.texts or [""]
        # one number for each combination that occurs, so that each is judged once
        combined = indicator.astype(np.intp)
        combined += 1
        combined *= 2 * len(texts)
        if len(texts) > 1:
            combined += column.codes.astype(np.intp) * 2
        if change is not None:
            combined += change
        measures: dict[Measure, int] = {}
        place = np.full((len(ids) + 1) * len(texts) * 2, -1, dtype=np.intp)
        used = np.flatnonzero(np.bincount(combined, minlength=len(place)))
        for key in used.tolist():
            at, code = divmod(key // 2, len(texts))
            if at:
                own = self.indicators[ids[at - 1]]
                measure = self._measure(table, combined, key, texts[code], own)
                if measure:
                    place[key] = measures.setdefault(measure, len(measures))
        if len(set(place[used].tolist())) == 1:
            return list(measures), place[used[0]]
        return list(measures), place[combined]

    def _measure(
        self, table: Table, combined: NDArray[np.intp], key: int, text: str, own: Measure
    ) -> Measure | None:
        """What the rows of one combination are measured in, or None with an issue at each of them."""
        is_change = bool(key % 2)
        wants_points = is_change and own.kind is Kind.RATE

        def report(column: str, code: Code, message: str | None = None, **values: object) -> None:
            rows = np.flatnonzero(combined == key)
            table.report(rows, column, code, self.issues, key=message, **values)

        if not text:
            if wants_points:
                report("value", Code.WRONG_MEASURE, "change_by_measure")
                return None
            return own
        try:
            measure = parse_measure(text, self.measures)
        except UnknownMeasureError:
            known = known_measures(self.measures)
            report("measure", Code.UNKNOWN_MEASURE, hint=lambda word: did_you_mean(str(word), known))
            return None
        if wants_points and measure.kind is not Kind.CHANGE:
            report("measure", Code.WRONG_MEASURE, "change_by_measure")
            return None
        if measure.powers != own.powers or (not wants_points and measure.kind is Kind.CHANGE):
            report("measure", Code.WRONG_MEASURE, "figure_measure", expected=own.name, got=text)
            return None
        return measure


def read_observations(
    table: Table, reader: Reader
) -> tuple[dict[str, Series], dict[str, Series], Provenance]:
    """Actuals and estimates by indicator from observations.csv."""
    issues, units = reader.issues, reader.units
    indicator, unit = reader.indicators_and_units(table)
    day = parse_days(table, "as_of", issues)
    basis = look_up(table, "basis", BASES, Code.WRONG_CHOICE, issues, empty=Code.EMPTY_CELL)
    empty_days = table.columns["as_of"].rows_where(
        {code for code, text in enumerate(table.columns["as_of"].texts) if not text}
    )
    if len(empty_days):
        table.report(empty_days, "as_of", Code.EMPTY_CELL, issues, what="as_of")
    values = reader.values(table, indicator)
    provenance = reader.provenance(table)
    sound = (indicator >= 0) & (unit >= 0) & (day != MISSING_DAY) & (basis >= 0)
    outside = _outside(units, unit, day, sound)
    for row in np.flatnonzero(outside)[:20]:
        where, when = units.ids[unit[row]], table.columns["as_of"].text(int(row))
        hint = say("outside_validity.hint")
        table.report(
            np.array([row]),
            "as_of",
            Code.OUTSIDE_VALIDITY,
            issues,
            unit=where,
            when=when,
            hint=lambda _, h=hint: h,
        )
    cubes = _cubes(table, indicator, unit, day, basis, values, sound, reader)
    return cubes[0], cubes[1], provenance


def _cubes(
    table: Table,
    indicator: Ints,
    unit: Ints,
    day: Ints,
    basis: Ints,
    values: Floats,
    sound: NDArray[np.bool_],
    reader: Reader,
) -> tuple[dict[str, Series], dict[str, Series]]:
    """Scatter the rows into one date × unit block for each indicator and basis."""
    ids, width = list(reader.indicators), len(reader.units)
    numbers = np.arange(table.rows, dtype=np.int32)
    if not sound.all():
        numbers, values = numbers[sound], values[sound]
        indicator, unit, day, basis = (part[sound] for part in (indicator, unit, day, basis))
    days, date_at = _ranked(day)
    slots = len(ids) * len(BASES)
    slot = indicator.astype(np.intp)
    slot *= len(BASES)
    slot += basis
    slot *= len(days)
    slot += date_at
    used = np.zeros((slots, len(days)), dtype=bool)
    used.ravel()[slot] = True
    # each slot holds the dates it uses and no others, one after another in a flat block
    first = np.concatenate(([0], np.cumsum(used.ravel())))[:-1].reshape(used.shape)
    total = int(used.sum())
    cells = np.full(total * width, np.nan)
    rows = np.full(total * width, -1, dtype=np.int32)
    at = first.ravel().take(slot)
    at *= width
    at += unit
    cells[at] = values
    rows[at] = numbers
    if np.count_nonzero(rows >= 0) < len(numbers):
        report_twins(table, "indicator", at, numbers, reader.issues)
    if np.isnan(values).any():
        rows[np.isnan(cells)] = -1  # an empty cell is no figure
    result: tuple[dict[str, Series], dict[str, Series]] = ({}, {})
    for number in range(slots):
        own = days[used[number]]
        if len(own):
            start = int(first[number][used[number]][0]) * width
            end = start + len(own) * width
            shape = (len(own), width)
            series = Series(own, cells[start:end].reshape(shape), rows[start:end].reshape(shape))
            result[number % 2][ids[number // 2]] = series
    return result


def _ranked(day: Ints) -> tuple[Ints, Ints]:
    """The dates that occur, ascending, and each row's place among them: [row]."""
    start = int(day.min(initial=np.iinfo(np.int32).max))
    occurs = np.zeros(max(int(day.max(initial=start)) - start + 1, 1), dtype=bool)
    offset = (day - start).astype(np.intp)
    occurs[offset] = True
    days = np.flatnonzero(occurs)
    return (days + start).astype(np.int32), (np.cumsum(occurs, dtype=np.int32) - 1).take(offset)


def _outside(units: Units, unit: Ints, day: Ints, sound: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which sound rows are dated outside the validity of their unit."""
    dates = day[sound]
    if not len(dates) or ((units.valid_from <= dates.min()).all() and (units.valid_to >= dates.max()).all()):
        return np.zeros(len(day), dtype=bool)
    return sound & ((day < units.valid_from[unit]) | (day > units.valid_to[unit]))


def report_twins(
    table: Table, column: str, at: NDArray[np.integer], numbers: NDArray[np.integer], issues: Issues
) -> None:
    """An issue at each row (``numbers``) whose cell of the cube (``at``) an earlier row has taken."""
    if len(np.unique(at)) == len(at):
        return
    first: dict[int, int] = {}
    twins = [
        (row, first[cell])
        for cell, row in zip(at.tolist(), numbers.tolist(), strict=True)
        if first.setdefault(cell, row) != row
    ]
    for row, earlier in twins[:MAX_TOLD]:
        line = str(table.place(earlier).line)
        table.report(np.array([row]), column, Code.DUPLICATE_ROW, issues, first=line)
    if rest := twins[MAX_TOLD:]:
        row = np.array([rest[0][0]])
        table.report(row, column, Code.DUPLICATE_ROW, issues, key="more_issues", more=len(rest))


def read_targets(table: Table, reader: Reader) -> tuple[dict[tuple[str, int], Targets], Provenance]:
    """Targets by indicator and year from targets.csv."""
    issues, width = reader.issues, len(reader.units)
    indicator, unit = reader.indicators_and_units(table)
    kind = look_up(table, "kind", TARGET_KINDS, Code.WRONG_CHOICE, issues, empty=Code.EMPTY_CELL)
    years = _years(table, issues)
    values = reader.values(table, indicator, kind == TARGET_KINDS.index("change_by"))
    provenance = reader.provenance(table)
    ids = list(reader.indicators)
    found: dict[tuple[str, int], Targets] = {}
    for row in range(table.rows):
        if indicator[row] < 0 or unit[row] < 0 or kind[row] < 0 or not years[row]:
            continue
        key = (ids[indicator[row]], int(years[row]))
        if key not in found:
            found[key] = Targets(
                np.full(width, np.nan), np.full(width, -1, dtype=np.int8), np.full(width, -1, dtype=np.int32)
            )
        target, at = found[key], unit[row]
        if target.rows[at] >= 0:
            first = str(table.place(int(target.rows[at])).line)
            table.report(np.array([row]), "indicator", Code.DUPLICATE_ROW, issues, first=first)
            continue
        target.values[at], target.kinds[at], target.rows[at] = values[row], kind[row], row
    return found, provenance


def _years(table: Table, issues: Issues) -> Ints:
    column = table.columns["year"]
    good = [
        len(text) == 4 and text.isascii() and text.isdigit() and 1900 <= int(text) <= 2199
        for text in column.texts
    ]
    years = np.array(
        [int(text) if ok else 0 for text, ok in zip(column.texts, good, strict=True)] or [0], dtype=np.int32
    )
    bad = {code for code, ok in enumerate(good) if not ok and column.texts[code]}
    table.report(column.rows_where(bad), "year", Code.BAD_DATE, issues, key="bad_year")
    empty = {code for code, text in enumerate(column.texts) if not text}
    table.report(column.rows_where(empty), "year", Code.EMPTY_CELL, issues, what="year")
    by_row: Ints = years[column.codes]
    return by_row
