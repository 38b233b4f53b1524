"""Tables of figures against a judge that goes from row to row (§1, §4, DESIGN §3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Code, Issues
from engine.figures import (
    OBSERVATION_COLUMNS,
    OPTIONAL_COLUMNS,
    TARGET_COLUMNS,
    TARGET_KINDS,
    Figures,
    Provenance,
    Reader,
    Series,
    Targets,
    read_observations,
    read_targets,
)
from engine.measures import BUILT_IN
from engine.tables import Table, read_table
from engine.units import FIXED_COLUMNS, REQUIRED_COLUMNS, read_units
from engine.values import day_date, day_number

OWN = {"jobs": "person", "fund": "million VND", "rate": "percent"}
DIMENSIONS = {
    "person": "person",
    "VND": "VND",
    "million VND": "VND",
    "percent": "rate",
    "percentage point": "change",
}
SCALES = {"million VND": Fraction(10**6), "percent": Fraction(1, 100), "percentage point": Fraction(1, 100)}
UNITS = {"u0": date.min, "u1": date.min, "late": date(2023, 3, 31)}
SOURCES = ("report",)
GOOD_NUMBERS = {"": None} | {
    text: Fraction(text) for text in ("0", "5", "-3", "20.000", "1469.72", "0.0000001", "1000000000.5")
}
BAD_NUMBERS = ("1e5", " 7", "07", "abc", "+1", "1.", ".5", "NaN", "٣", "5 ")
DATES = {text: date.fromisoformat(text) for text in ("2023-01-01", "2023-05-15", "2022-05-15")}
BAD_DATES = ("15/05/2023", "2023-02-29", "2023-5-15", "20230515")

Row = tuple[str, ...]
Found = Counter[tuple[Code, int, int]]


def mostly(*good: str, bad: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    return st.sampled_from(good * 12 + bad) if bad else st.sampled_from(good)


def rows_of(*columns: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.tuples(*columns), max_size=12)


indicators = mostly(*OWN, bad=("", "work", "Jobs", "jobs "))
units = mostly(*UNITS, bad=("", "nowhere"))
numbers = mostly(*GOOD_NUMBERS, bad=BAD_NUMBERS)
measures = mostly("", "", "person", "million VND", "percent", bad=("VND", "percentage point", "people"))
sources, statuses = mostly("", "report", bad=("rumour",)), mostly("", "reported", "assumed", bad=("told",))


def reader(folder: Path) -> Reader:
    issues = Issues()
    lines = [f"{unit},,some,{'' if day == date.min else day}" for unit, day in UNITS.items()]
    (folder / "units.csv").write_text("\n".join(["unit,parent,level,valid_from", *lines]), encoding="utf-8")
    table = read_table(folder / "units.csv", "units.csv", REQUIRED_COLUMNS, FIXED_COLUMNS, issues)
    assert table is not None
    own = {name: BUILT_IN[measure] for name, measure in OWN.items()}
    return Reader(read_units(table, issues), own, {}, SOURCES, frozenset(), issues)


def written(folder: Path, columns: tuple[str, ...], rows: list[Row], issues: Issues) -> Table:
    path = folder / "figures.csv"
    path.write_text("\n".join(",".join(row) for row in [columns, *rows]) + "\n", encoding="utf-8")
    table = read_table(path, "figures.csv", columns, OPTIONAL_COLUMNS, issues)
    assert table is not None
    return table


class Judge:
    """What is wrong with each row, where; and the amounts of the sound ones."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns, self.issues = columns, Found()
        self.first: dict[tuple[object, ...], int] = {}
        self.amounts: dict[tuple[object, ...], tuple[Fraction | None, int]] = {}

    def fault(self, code: Code, row: Row, line: int, name: str) -> bool:
        position = self.columns.index(name)
        self.issues[code, line, sum(len(cell) + 1 for cell in row[:position]) + 1] += 1
        return False

    def cell(
        self, row: Row, line: int, name: str, known: Collection[str], code: Code, empty: Code | None
    ) -> bool:
        text = row[self.columns.index(name)]
        if not text:
            return self.fault(empty, row, line, name) if empty else True
        return text in known or self.fault(code, row, line, name)

    def value(self, row: Row, line: int, indicator: str, change: bool) -> Fraction | None:
        text, measure = (row[self.columns.index(name)] for name in ("value", "measure"))
        good = text in GOOD_NUMBERS or self.fault(Code.BAD_NUMBER, row, line, "value")
        if indicator not in OWN:
            return None
        wanted = DIMENSIONS[OWN[indicator]]
        wanted = "change" if change and wanted == "rate" else wanted
        if measure and measure not in DIMENSIONS:
            self.fault(Code.UNKNOWN_MEASURE, row, line, "measure")
            return None
        if DIMENSIONS[measure or OWN[indicator]] != wanted:
            self.fault(Code.WRONG_MEASURE, row, line, "measure" if measure else "value")
            return None
        if not good or not text:
            return None
        measure = measure or OWN[indicator]
        amount = Fraction(text) * SCALES.get(measure, 1)
        if measure in ("person", "VND") and "." in text:
            self.fault(Code.AMBIGUOUS_COUNT, row, line, "value")
        elif wanted == "VND" and amount.denominator > 1:
            self.fault(Code.FRACTION_OF_DONG, row, line, "value")
        return amount

    def keep(self, key: tuple[object, ...], row: Row, line: int, amount: Fraction | None) -> None:
        if key in self.first:
            self.fault(Code.DUPLICATE_ROW, row, line, "indicator")
        else:
            self.first[key] = line
            self.amounts[key] = amount, line - 2


def told(issues: Issues) -> Found:
    return Found((i.code, i.place.line, i.place.column) for i in issues.found if i.place)


OBSERVED = (*OBSERVATION_COLUMNS, *OPTIONAL_COLUMNS)
observation_rows = rows_of(
    indicators,
    units,
    mostly(*DATES, bad=("", *BAD_DATES)),
    mostly("actual", "estimate", bad=("", "guess")),
    numbers,
    measures,
    sources,
    statuses,
)


@pytest.mark.fuzz
@given(rows=observation_rows)
def test_observations(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    judge = Judge(OBSERVED)
    for line, row in enumerate(rows, 2):
        indicator, unit, as_of, basis = row[:4]
        empty = Code.EMPTY_CELL
        sound = [
            judge.cell(row, line, "indicator", OWN, Code.UNKNOWN_INDICATOR, empty),
            judge.cell(row, line, "unit", UNITS, Code.UNKNOWN_UNIT, empty),
            judge.cell(row, line, "as_of", DATES, Code.BAD_DATE, empty),
            judge.cell(row, line, "basis", ("actual", "estimate"), Code.WRONG_CHOICE, empty),
        ]
        judge.cell(row, line, "source", SOURCES, Code.UNKNOWN_SOURCE, None)
        judge.cell(row, line, "status", ("reported", "assumed"), Code.WRONG_CHOICE, None)
        amount = judge.value(row, line, indicator, False)
        if all(sound):
            if DATES[as_of] < UNITS[unit]:
                judge.fault(Code.OUTSIDE_VALIDITY, row, line, "as_of")
            judge.keep((indicator, unit, DATES[as_of], basis), row, line, amount)

    folder = tmp_path_factory.mktemp("figures")
    own = reader(folder)
    table = written(folder, OBSERVED, rows, own.issues)
    actual, estimate, provenance = read_observations(table, own)
    assert told(own.issues) == judge.issues
    if not judge.issues:
        check_observations(judge, own, {"actual": actual, "estimate": estimate})
        for at, row in enumerate(rows):
            assert provenance.status_of(at) == (row[-1] or None)
            assert provenance.source_of(at) == (row[-2] or None)


def check_observations(judge: Judge, own: Reader, found: dict[str, dict[str, Series]]) -> None:
    cells = 0
    for basis, by_indicator in found.items():
        for indicator, series in by_indicator.items():
            assert (np.diff(series.days) > 0).all()
            for at, unit in np.argwhere(series.rows >= 0).tolist():
                day = day_date(int(series.days[at]))
                amount, row = judge.amounts[indicator, own.units.ids[unit], day, basis]
                assert series.rows[at, unit] == row
                same(float(series.values[at, unit]), amount)
                cells += 1
            assert np.isnan(series.values[series.rows < 0]).all()
    assert cells == sum(amount is not None for amount, _ in judge.amounts.values())


def same(value: float, amount: Fraction | None) -> None:
    assert np.isnan(value) if amount is None else value == pytest.approx(float(amount), rel=1e-15)


TARGETED = (*TARGET_COLUMNS, *OPTIONAL_COLUMNS)
target_rows = rows_of(
    indicators,
    units,
    mostly("2023", "2024", bad=("", "23", "02023", "1899", "２０２３")),
    mostly("reach", "at_most", "change_by", bad=("", "more")),
    numbers,
    st.one_of(measures, st.just("percentage point")),
    sources,
    statuses,
)


@pytest.mark.fuzz
@given(rows=target_rows)
def test_targets(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    judge = Judge(TARGETED)
    for line, row in enumerate(rows, 2):
        indicator, unit, year, kind = row[:4]
        empty = Code.EMPTY_CELL
        sound = [
            judge.cell(row, line, "indicator", OWN, Code.UNKNOWN_INDICATOR, empty),
            judge.cell(row, line, "unit", UNITS, Code.UNKNOWN_UNIT, empty),
            judge.cell(row, line, "year", ("2023", "2024"), Code.BAD_DATE, empty),
            judge.cell(row, line, "kind", TARGET_KINDS, Code.WRONG_CHOICE, empty),
        ]
        judge.cell(row, line, "source", SOURCES, Code.UNKNOWN_SOURCE, None)
        judge.cell(row, line, "status", ("reported", "assumed"), Code.WRONG_CHOICE, None)
        amount = judge.value(row, line, indicator, kind == "change_by")
        if all(sound):
            judge.keep((indicator, unit, int(year)), row, line, amount)

    folder = tmp_path_factory.mktemp("figures")
    own = reader(folder)
    found, _ = read_targets(written(folder, TARGETED, rows, own.issues), own)
    assert told(own.issues) == judge.issues
    if not judge.issues:
        check_targets(judge, own, found, rows)


def check_targets(judge: Judge, own: Reader, found: dict[tuple[str, int], Targets], rows: list[Row]) -> None:
    cells = 0
    for (indicator, year), targets in found.items():
        for unit in np.flatnonzero(targets.kinds >= 0).tolist():
            amount, row = judge.amounts[indicator, own.units.ids[unit], year]
            assert targets.rows[unit] == row
            assert TARGET_KINDS[targets.kinds[unit]] == rows[row][3]
            same(float(targets.values[unit]), amount)
            cells += 1
    assert cells == len(judge.amounts)


# -- by hand ---------------------------------------------------------------------------------------


def observations(folder: Path, text: str) -> tuple[Figures, Provenance, Issues]:
    own = reader(folder)
    path = folder / "figures.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path, "figures.csv", OBSERVATION_COLUMNS, OPTIONAL_COLUMNS, own.issues)
    assert table is not None
    actual, estimate, provenance = read_observations(table, own)
    return Figures(actual, estimate, {}, provenance, None), provenance, own.issues


def test_the_columns_that_may_be_left_out(tmp_path: Path) -> None:
    text = "indicator,unit,as_of,basis,value\nfund,u0,2023-05-15,actual,1469.72\n"
    figures, provenance, issues = observations(tmp_path, text)
    assert not issues.found
    assert figures.actual["fund"].values.tolist()[0][0] == 1_469_720_000
    assert (provenance.status_of(0), provenance.source_of(0)) == (None, None)


def test_persons_with_a_point_are_refused_and_said_why(tmp_path: Path) -> None:
    text = "indicator,unit,as_of,basis,value\njobs,u0,2023-05-15,actual,20.000\n"
    (issue,) = observations(tmp_path, text)[2].found
    assert (issue.code, str(issue.place)) == (Code.AMBIGUOUS_COUNT, "figures.csv:2:27")
    assert "20.000" in issue.message.en


def test_money_is_exact_to_the_dong(tmp_path: Path) -> None:
    text = "indicator,unit,as_of,basis,value\nfund,u0,2023-05-15,actual,123456789.123457\n"
    figures, _, issues = observations(tmp_path, text)
    assert not issues.found
    assert figures.actual["fund"].values[0, 0] == 123_456_789_123_457


def test_an_empty_value_is_no_figure(tmp_path: Path) -> None:
    text = "indicator,unit,as_of,basis,value\njobs,u1,2023-05-15,actual,\n"
    figures, _, issues = observations(tmp_path, text)
    assert not issues.found
    assert np.isnan(figures.actual["jobs"].values).all()
    assert figures.actual["jobs"].rows.tolist() == [[-1, -1, -1]]
    assert figures.latest_actual_day(0, 10**6) is None


def test_the_latest_actual_is_not_an_estimate(tmp_path: Path) -> None:
    text = (
        "indicator,unit,as_of,basis,value\n"
        "jobs,u1,2023-05-15,actual,5\nfund,u0,2023-03-31,actual,7\njobs,u1,2023-06-30,estimate,9\n"
    )
    figures = observations(tmp_path, text)[0]
    first, last = day_number(date(2023, 1, 1)), day_number(date(2023, 12, 31))
    assert figures.latest_actual_day(first, last) == day_number(date(2023, 5, 15))
    assert figures.latest_actual_day(first, day_number(date(2023, 4, 30))) == day_number(date(2023, 3, 31))


def test_the_twentieth_fault_is_not_the_last(tmp_path: Path) -> None:
    rows = [f"jobs,u0,2023-05-15,actual,{n}" for n in range(30)]
    issues = observations(tmp_path, "\n".join(["indicator,unit,as_of,basis,value", *rows]))[2].found
    assert {issue.code for issue in issues} == {Code.DUPLICATE_ROW}
    assert "9" in issues[-1].message.en
