"""Faults of the CSV tables: their form, their cells and what they say of units and figures."""

from __future__ import annotations

from engine.errors import Code
from tests.engine.faults.fault import Edit, Fault, fault
from tests.engine.faults.files import BOOK
from tests.engine.faults.names import CLEAN, FUND, OBSERVATIONS, TARGETS, UNITS

HEADER = "indicator,unit,as_of,basis,value,measure,source,status\n"
LAST_YEAR = "jobs,tinh,2022-05-15,actual,150,person,report,published\n"
CUONG = "cuong,tinh,huyen,Cường,Cuong,603,,,2000,4,\n"


def row(name: str, code: Code, old: str, new: str, hint: str = "") -> Fault:
    """A fault in a row of the observations."""
    return fault(name, code, OBSERVATIONS, old, new, hint=hint, touches=old)


FORM: tuple[Fault, ...] = (
    fault(
        "missing_column",
        Code.MISSING_COLUMN,
        "data/short.csv",
        None,
        "⌖indicator,unit,year,value\njobs,an,2023,200\n",
        Edit(BOOK, "targets: data/targets.csv", "targets: data/short.csv"),
        touches=TARGETS,
    ),
    fault(
        "attribute_without_column",
        Code.MISSING_COLUMN,
        BOOK,
        "attributes:\n",
        "attributes:\n  ⌖area: {measure: ratio}\n",
    ),
    fault(
        "table_without_a_basis",
        Code.MISSING_COLUMN,
        "data/short.csv",
        None,
        "⌖indicator,unit,as_of,value\n",
        Edit(BOOK, "observations: data/observations.csv", "observations: data/short.csv"),
        touches=OBSERVATIONS,
    ),
    fault(
        "unknown_column",
        Code.UNKNOWN_COLUMN,
        OBSERVATIONS,
        HEADER,
        HEADER.replace("status", "⌖state"),
        touches=OBSERVATIONS,
    ),
    fault(
        "column_for_a_needed_one",
        Code.UNKNOWN_COLUMN,
        OBSERVATIONS,
        HEADER,
        HEADER.replace("basis", "⌖bases"),
        hint="'basis'",
        touches=OBSERVATIONS,
    ),
    fault(
        "column_with_a_blank",
        Code.UNKNOWN_COLUMN,
        OBSERVATIONS,
        HEADER,
        HEADER.replace("value", "⌖ value"),
        hint="'value'",
        touches=OBSERVATIONS,
    ),
    fault(
        "column_after_a_quoted_one",
        Code.UNKNOWN_COLUMN,
        OBSERVATIONS,
        HEADER,
        HEADER.replace("unit,as_of", '"unit",⌖"as,of"'),
        touches=OBSERVATIONS,
        hint="as_of",
    ),
    fault(
        "semicolons",
        Code.UNKNOWN_COLUMN,
        "data/short.csv",
        None,
        "⌖indicator;unit;as_of;basis;value\njobs;an;2023-05-15;actual;12,5\n",
        Edit(BOOK, "observations: data/observations.csv", "observations: data/short.csv"),
        hint="commas",
        touches=OBSERVATIONS,
    ),
    fault(
        "duplicate_column",
        Code.DUPLICATE_COLUMN,
        OBSERVATIONS,
        HEADER,
        HEADER.replace("source", "⌖value"),
        touches=OBSERVATIONS,
    ),
    fault(
        "ragged_row",
        Code.RAGGED_ROW,
        OBSERVATIONS,
        LAST_YEAR,
        f"{LAST_YEAR}⌖jobs,tinh,2021-05-15,actual,1,435,person,report,published\n",
        hint="grouping",
        touches=OBSERVATIONS,
    ),
    fault(
        "row_of_too_few_cells",
        Code.RAGGED_ROW,
        OBSERVATIONS,
        LAST_YEAR,
        f"{LAST_YEAR}⌖jobs,tinh,2021-05-15,actual,435\n",
        touches=OBSERVATIONS,
    ),
    fault(
        "rows_that_make_up_for_each_other",
        (Code.RAGGED_ROW, Code.RAGGED_ROW),
        OBSERVATIONS,
        HEADER,
        f"{HEADER}⌖jobs,tinh,2021-05-15,actual,1,435,person,report,published\n⌖jobs,tinh,2020-05-15,actual,435,person,report\n",
        touches=OBSERVATIONS,
    ),
    fault(
        "row_of_blanks", Code.RAGGED_ROW, OBSERVATIONS, LAST_YEAR, f"{LAST_YEAR}⌖   \n", touches=OBSERVATIONS
    ),
    fault(
        "cell_that_never_closes",
        Code.RAGGED_ROW,
        UNITS,
        CUONG,
        CUONG.replace("cuong,tinh", "⌖cuong,tinh").replace("Cường", '"Cường'),
        hint="twice",
        touches=UNITS,
        blinds=True,
    ),
    fault(
        "quote_within_a_cell",
        Code.RAGGED_ROW,
        UNITS,
        CUONG,
        CUONG.replace("cuong,tinh", "⌖cuong,tinh").replace("Cường", 'Cường "mới"'),
        hint="twice",
        touches=UNITS,
        blinds=True,
    ),
)

CELLS: tuple[Fault, ...] = (
    fault("empty_cell", Code.EMPTY_CELL, UNITS, CUONG, CUONG.replace("huyen", "⌖"), touches="cuong"),
    fault("unit_of_no_name", Code.EMPTY_CELL, UNITS, CUONG, f"{CUONG}⌖,tinh,huyen,,,,,,,,\n"),
    row("empty_indicator", Code.EMPTY_CELL, CLEAN, CLEAN.replace("clean", "⌖")),
    row("empty_unit", Code.EMPTY_CELL, CLEAN, CLEAN.replace(",an,", ",⌖,")),
    row("empty_date", Code.EMPTY_CELL, CLEAN, CLEAN.replace("2023-05-15", "⌖")),
    row("empty_basis", Code.EMPTY_CELL, CLEAN, CLEAN.replace("actual", "⌖")),
    fault("empty_year", Code.EMPTY_CELL, TARGETS, "clean,an,2023,", "clean,an,⌖,", touches="clean,an"),
    fault(
        "empty_kind",
        Code.EMPTY_CELL,
        TARGETS,
        "clean,an,2023,maintain",
        "clean,an,2023,⌖",
        touches="clean,an",
    ),
    fault(
        "identifier_of_a_unit",
        Code.BAD_IDENTIFIER,
        UNITS,
        CUONG,
        f"{CUONG}⌖Đông,tinh,huyen,,,,,,,,\n",
        hint="ASCII",
    ),
    row(
        "date_as_people_write_it",
        Code.BAD_DATE,
        CLEAN,
        CLEAN.replace("2023-05-15", "⌖15/5/2023"),
        hint="Write 2023-05-15",
    ),
    row(
        "day_that_is_not_in_a_row",
        Code.BAD_DATE,
        CLEAN,
        CLEAN.replace("2023-05-15", "⌖2023-02-30"),
        hint="2023-06-30",
    ),
    row(
        "date_with_time_in_a_row",
        Code.BAD_DATE,
        CLEAN,
        CLEAN.replace("2023-05-15", "⌖2023-05-15T00:00"),
        hint="2023-06-30",
    ),
    fault(
        "validity_of_no_date",
        Code.BAD_DATE,
        UNITS,
        "binh,tinh,huyen,Bình,Binh,602,,2025-06-30",
        "binh,tinh,huyen,Bình,Binh,602,,⌖30-06-2025",
        hint="Write 2025-06-30",
        touches="binh",
    ),
    fault(
        "unit_that_ends_first",
        Code.BAD_DATE,
        UNITS,
        "2000-01-01,2025-06-30",
        "2025-07-01,⌖2025-06-30",
        touches="an",
    ),
    fault(
        "year_of_two_digits", Code.BAD_DATE, TARGETS, "clean,an,2023,", "clean,an,⌖23,", touches="clean,an"
    ),
    row(
        "number_in_quotes_and_dots",
        Code.BAD_NUMBER,
        CLEAN,
        CLEAN.replace(",7,", ',⌖"1.469,72",'),
        hint="write 1469.72",
    ),
    row(
        "number_in_quotes_of_two_readings",
        Code.BAD_NUMBER,
        CLEAN,
        CLEAN.replace(",7,", ',⌖"1,435",'),
        hint="1.435 or 1435",
    ),
    row("number_in_arabic", Code.BAD_NUMBER, CLEAN, CLEAN.replace(",7,", ",⌖٧,"), hint="plain number"),
    row(
        "number_with_an_exponent", Code.BAD_NUMBER, FUND, FUND.replace(",31,", ",⌖31e3,"), hint="plain number"
    ),
    row("number_with_a_blank", Code.BAD_NUMBER, FUND, FUND.replace(",31,", ",⌖ 31,"), hint="plain number"),
    row("number_with_a_plus", Code.BAD_NUMBER, FUND, FUND.replace(",31,", ",⌖+31,"), hint="plain number"),
    row("number_of_nan", Code.BAD_NUMBER, FUND, FUND.replace(",31,", ",⌖NaN,"), hint="plain number"),
    row(
        "number_of_26_digits",
        Code.BAD_NUMBER,
        FUND,
        FUND.replace(",31,", f",⌖{'3' * 26},"),
        hint="at most 25",
    ),
    row("number_of_two_lines", Code.BAD_NUMBER, FUND, FUND.replace(",31,", ',⌖"3\n1",'), hint="plain number"),
    fault(
        "attribute_of_a_word",
        Code.BAD_NUMBER,
        UNITS,
        CUONG,
        CUONG.replace(",4,", ",⌖vài,"),
        hint="plain number",
        touches="cuong",
    ),
    row("basis_in_a_row", Code.WRONG_CHOICE, CLEAN, CLEAN.replace("actual", "⌖actuals")),
    row("status_in_a_row", Code.WRONG_CHOICE, CLEAN, CLEAN.replace("reported", "⌖report")),
    fault(
        "kind_of_a_target",
        Code.WRONG_CHOICE,
        TARGETS,
        "clean,an,2023,maintain",
        "clean,an,2023,⌖keep",
        touches="clean,an",
    ),
    row(
        "thousands_in_a_row",
        Code.AMBIGUOUS_COUNT,
        LAST_YEAR,
        LAST_YEAR.replace("150", "⌖9.262"),
        hint="whole number",
    ),
    fault(
        "thousands_of_an_attribute",
        Code.AMBIGUOUS_COUNT,
        UNITS,
        CUONG,
        CUONG.replace("2000", "⌖2.000"),
        hint="whole number",
        touches="cuong",
    ),
    row("fraction_of_dong_in_a_row", Code.FRACTION_OF_DONG, FUND, FUND.replace(",31,", ",⌖31.0000005,")),
    fault(
        "fraction_of_dong_of_an_attribute",
        Code.FRACTION_OF_DONG,
        UNITS,
        "3000,3.5,200.5",
        "3000,3.5,⌖200.0000005",
        touches="binh|budget",
    ),
    row("measure_in_a_row", Code.WRONG_MEASURE, LAST_YEAR, LAST_YEAR.replace("person", "⌖household")),
    row(
        "points_in_a_row",
        Code.WRONG_MEASURE,
        "poverty,tinh,2022-12-31,actual,3,percent",
        "poverty,tinh,2022-12-31,actual,3,⌖percentage point",
    ),
    fault(
        "change_in_percent",
        Code.WRONG_MEASURE,
        TARGETS,
        "change_by,-0.5,percentage point",
        "change_by,-0.5,⌖percent",
        touches="poverty",
    ),
    fault(
        "change_in_nothing",
        Code.WRONG_MEASURE,
        TARGETS,
        "change_by,-0.5,percentage point",
        "change_by,⌖-0.5,",
        touches="poverty",
    ),
)

ROWS: tuple[Fault, ...] = (
    row("duplicate_row", Code.DUPLICATE_ROW, CLEAN, f"{CLEAN}⌖{CLEAN.replace(',7,', ',8,')}"),
    fault(
        "row_three_times",
        (Code.DUPLICATE_ROW, Code.DUPLICATE_ROW),
        OBSERVATIONS,
        CLEAN,
        f"{CLEAN}⌖{CLEAN}⌖{CLEAN}",
        touches=CLEAN,
    ),
    fault(
        "target_twice",
        Code.DUPLICATE_ROW,
        TARGETS,
        "clean,an,2023",
        "clean,an,2023,maintain,8,,,\n⌖clean,an,2023",
        touches="clean,an",
    ),
    fault("unit_twice", Code.DUPLICATE_ROW, UNITS, CUONG, f"{CUONG}⌖{CUONG}", touches="cuong"),
    row(
        "outside_validity",
        Code.OUTSIDE_VALIDITY,
        CLEAN,
        CLEAN.replace("2023-05-15", "⌖1999-12-31"),
        hint="valid_from",
    ),
    row(
        "after_validity",
        Code.OUTSIDE_VALIDITY,
        CLEAN,
        CLEAN.replace("2023-05-15", "⌖2025-07-01"),
        hint="valid_to",
    ),
)

TABLES = (*FORM, *CELLS, *ROWS)
