"""Faults of what says where and how much in a plan: groupings, tables, filters, holds, and a quota's keys."""

from __future__ import annotations

from engine.errors import Code
from tests.engine.faults.fault import NAMES, UNITS, Edit, Fault, fault

FULL = "full.yaml"
SCHOOLS, CAP, PLACES_FILE, MONTHS = (f"data/{name}.csv" for name in ("schools", "cap", "places", "months"))
SEATS = "      seats: {"
SCHOOL = f"school|seats|602|{SCHOOLS}|{PLACES_FILE}"
"""What isn't judged where the schools can't be read."""
MEASURE = "measure: person / month, source: report}"


def of(touched: str, name: str, code: Code, old: str, new: str, hint: str = "") -> Fault:
    """A fault in full.yaml that takes an entry, and with it the allocation, out of use."""
    return fault(name, code, FULL, old, new, hint=hint, touches=f"{touched}|full" if touched else "full")


def full(name: str, code: Code, old: str, new: str, hint: str = "") -> Fault:
    """A fault in the allocation that uses every key."""
    return of("", name, code, old, new, hint)


def cell(name: str, code: Code, file: str, old: str, new: str, hint: str = "") -> Fault:
    """A fault in the rows of a table."""
    return fault(name, code, file, old, new, hint=hint, touches=f"{file}|{old}")


ENTRY = """\
groupings:
  school:
    column: code
    label: {vi: Trường, en: School}
    table: data/schools.csv
    attributes:
      seats: {label: {vi: Chỗ học, en: Seats}, measure: person / month, source: report}
  english: {column: name_en}
"""
GROUPINGS: tuple[Fault, ...] = (
    of(SCHOOL, "grouping_by_no_column", Code.UNKNOWN_COLUMN, "column: code", "column: ⌖cod", "'code'"),
    of("english", "key_of_a_grouping", Code.UNKNOWN_KEY, "{column: name_en}", "{⌖colum: code}", "'column'"),
    of(SCHOOL, "key_of_a_group_attribute", Code.UNKNOWN_KEY, MEASURE, f"⌖aggregate: sum, {MEASURE}"),
    of("unit", "grouping_called_unit", Code.NAME_TAKEN, "  english:", "  ⌖unit: {column: code}\n  english:"),
    of(
        "officers",
        "grouping_called_like_a_parameter",
        Code.NAME_TAKEN,
        "  english:",
        "  ⌖officers: {column: code}\n  english:",
        "another name",
    ),
    fault(
        "group_attribute_called_like_another",
        (Code.NAME_TAKEN, Code.MISSING_COLUMN),
        FULL,
        SEATS,
        f"      ⌖⌖budget: {{}}\n{SEATS}",
        touches="budget|full",
    ),
    of(SCHOOL, "no_table_of_groups", Code.FILE_NOT_FOUND, "data/schools.csv", "⌖data/school.csv"),
    of(
        "english",
        "group_attributes_without_a_table",
        Code.MISSING_KEY,
        "{column: name_en}",
        "{column: name_en, ⌖attributes: {rooms: {}}}",
    ),
    of("rooms", "group_attribute_without_column", Code.MISSING_COLUMN, SEATS, f"      ⌖rooms: {{}}\n{SEATS}"),
    of(
        SCHOOL,
        "measure_of_a_group_attribute",
        Code.UNKNOWN_MEASURE,
        MEASURE,
        "measure: person / ⌖moth, source: report}",
        "'month'",
    ),
    of(
        SCHOOL,
        "source_of_a_group_attribute",
        Code.UNKNOWN_SOURCE,
        MEASURE,
        "measure: person / month, source: ⌖reprt}",
        "'report'",
    ),
    fault(
        "groupings_of_a_text",
        Code.WRONG_TYPE,
        FULL,
        ENTRY,
        "groupings: ⌖school\n",
        touches=SCHOOL,
        blinds=True,
    ),
    of(
        SCHOOL,
        "grouping_of_a_text",
        Code.WRONG_TYPE,
        ENTRY.partition("  english")[0],
        "groupings:\n  school: ⌖code\n",
    ),
    cell("group_twice", Code.DUPLICATE_ROW, SCHOOLS, "603,,,0\n", "603,,,0\n⌖602,,,3\n"),
    cell("group_without_a_name", Code.EMPTY_CELL, SCHOOLS, "603,,,0\n", "603,,,0\n⌖,x,y,3\n"),
    cell("seats_with_a_comma", Code.BAD_NUMBER, SCHOOLS, ",15.5", ',⌖"15,5"', "15.5"),
    cell("column_of_the_groups", Code.UNKNOWN_COLUMN, SCHOOLS, "name_en,seats", "name_en,⌖seat", "'seats'"),
    fault(
        "unknown_group", Code.UNKNOWN_GROUP, UNITS, "Binh,602", "Binh,⌖662", touches=f"602|school|{SCHOOLS}"
    ),
)

TABLES_OF_FIGURES: tuple[Fault, ...] = (
    of(f"cap|{CAP}", "table_by_nothing", Code.MISSING_KEY, "by: [unit, period]", "⌖by: []"),
    of(
        f"{NAMES}|cap|{CAP}",
        "table_by_a_year",
        Code.WRONG_CHOICE,
        "by: [unit, period]",
        "by: [unit, ⌖perod]",
        "'period'",
    ),
    of(f"cap|{CAP}", "table_by_units_twice", Code.DUPLICATE_NAME, "by: [unit, period]", "by: [unit, ⌖unit]"),
    of(f"cap|{CAP}", "table_without_a_file", Code.MISSING_KEY, "cap: {file: data/cap.csv, ", "⌖cap: {"),
    of(f"cap|{CAP}", "no_table", Code.FILE_NOT_FOUND, "file: data/cap.csv", "file: ⌖data/caps.csv"),
    of(
        f"cap|{CAP}",
        "table_outside",
        Code.OUTSIDE_ROOT,
        "file: data/cap.csv",
        "file: ⌖../../secret.csv",
        "rules root",
    ),
    of(
        "fund",
        "table_called_like_an_indicator",
        Code.NAME_TAKEN,
        "  months: {",
        "  ⌖fund: {file: data/months.csv, by: period}\n  months: {",
    ),
    of(
        f"places|{PLACES_FILE}",
        "measure_of_a_table",
        Code.UNKNOWN_MEASURE,
        "by: school, measure: person}",
        "by: school, measure: ⌖persn}",
    ),
    cell("table_without_values", Code.UNKNOWN_COLUMN, PLACES_FILE, "school,value", "school,⌖vaule", "value"),
    cell("unit_of_a_table", Code.UNKNOWN_UNIT, CAP, "binh,2023-07", "⌖bin,2023-07", "'binh'"),
    cell("group_of_a_table", Code.UNKNOWN_GROUP, PLACES_FILE, "602,100", "⌖612,100"),
    cell("month_of_a_table", Code.UNKNOWN_PERIOD, CAP, "an,2023-08,", "an,⌖2023-13,", "2023-Q3"),
    cell("no_period_in_a_table", Code.EMPTY_CELL, CAP, "an,2023-08,", "an,⌖,"),
    cell("no_unit_in_a_table", Code.EMPTY_CELL, CAP, "an,2023-08,", "⌖,2023-08,"),
    cell(
        "row_of_a_table_twice",
        Code.DUPLICATE_ROW,
        CAP,
        "binh,2023-07,25\n",
        "binh,2023-07,25\n⌖an,2023-08,5\n",
    ),
    cell("cap_with_a_point", Code.AMBIGUOUS_COUNT, CAP, "2023-07,30", "2023-07,⌖30.0"),
    fault(
        "quarter_in_a_table",
        Code.BAD_PERIOD,
        CAP,
        "an,2023-08,",
        "an,2023-Q3,",
        Edit(FULL, "min(cap", "min(⌖cap"),
        touches=f"{CAP}|full",
    ),
    fault(
        "table_of_another_year",
        Code.BAD_PERIOD,
        MONTHS,
        "2023-07,1\n2023-08,1.25\n",
        "2022-07,1\n",
        Edit(FULL, "jobs * months <=", "jobs * ⌖months <="),
        touches=f"{MONTHS}|full",
    ),
)

FORMULAS_OF_PLACES: tuple[Fault, ...] = (
    full("table_in_a_need", Code.WRONG_PLACE, "population\n        within", "⌖places\n        within"),
    full("table_by_period_in_a_bound", Code.FREE_INDEX, "places + 100", "⌖cap + 100", "per_period"),
    full(
        "table_by_unit_for_schools",
        Code.FREE_INDEX,
        "by_group(by_unit(loans)) <= p",
        "⌖by_group(by_unit(loans)) <= cap + p",
    ),
    full("months_in_a_whole_bound", Code.WRONG_PLACE, "places + 100", "⌖months_in_period * monthly"),
    full("seats_in_a_bound", Code.WRONG_PLACE, "places + 100", "⌖seats"),
    full(
        "seats_without_a_school",
        Code.FREE_INDEX,
        "{for: [school, period], require: by_group(jobs)",
        "{for: period, require: ⌖by_period(jobs)",
    ),
    full(
        "groups_without_a_grouping",
        Code.FREE_INDEX,
        "{for: [school, period], require: by_group",
        "{for: period, require: ⌖by_group",
        "for: [school, period]",
    ),
    full(
        "sum_over_groups", Code.WRONG_PLACE, "require: by_group(jobs)", "require: by_period(⌖by_group(jobs))"
    ),
    full("rule_for_schools_and_units", Code.WRONG_CHOICE, "for: [school, period]", "for: [school, ⌖unit]"),
    full("rule_for_periods_twice", Code.DUPLICATE_NAME, "for: [school, period]", "for: [period, ⌖period]"),
    of(NAMES, "rule_for_no_grouping", Code.WRONG_CHOICE, "{for: school,", "{for: ⌖schol,", "'school'"),
    full("cost_of_a_condition", Code.NOT_A_CONDITION, "cost: average_loan", "cost: ⌖0 < average_loan"),
    full("fair_in_a_cost", Code.WRONG_PLACE, "cost: average_loan", "cost: ⌖fair - average_loan"),
)

FILTERS: tuple[Fault, ...] = (
    of(
        NAMES,
        "key_of_a_filter",
        Code.UNKNOWN_KEY,
        "{unit: an, period: 2023-08}",
        "{⌖units: an, period: 2023-08}",
        "'unit'",
    ),
    full("period_of_a_whole_bound", Code.WRONG_PLACE, "level: huyen}", "⌖period: 2023-07}", "per_period"),
    full("unit_of_a_rule_for_schools", Code.WRONG_PLACE, 'except: {school: "602"}', "except: {⌖unit: an}"),
    full("unit_of_a_filter", Code.UNKNOWN_UNIT, "[an, binh]", "[an, ⌖bin]", "'binh'"),
    full("province_of_a_filter", Code.UNIT_NOT_OF_LEVEL, "{unit: an, period: [", "{unit: ⌖tinh, period: ["),
    full("level_of_a_filter", Code.UNKNOWN_LEVEL, "level: huyen}", "level: ⌖huyn}", "'huyen'"),
    full("group_of_a_filter", Code.UNKNOWN_GROUP, 'school: "602"', 'school: ⌖"662"', "'602'"),
    full("unknown_period", Code.UNKNOWN_PERIOD, "period: 2023-08}", "period: ⌖2023-06}", "2023-07, 2023-08"),
    full("quarter_of_a_filter", Code.UNKNOWN_PERIOD, "[2023-07, 2023-08]", "[2023-07, ⌖2023-Q3]"),
    full("only_of_nothing", Code.MISSING_KEY, "only: {unit: an, period: 2023-08}", "⌖only: {}", "[an]"),
    full("only_of_no_unit", Code.MISSING_KEY, "{unit: an, period: [", "{⌖unit: [], period: [", "only: {unit"),
    full(
        "except_of_no_school", Code.MISSING_KEY, 'except: {school: "602"}', "except: {⌖school: []}", "except"
    ),
    full(
        "applies_nowhere",
        Code.APPLIES_NOWHERE,
        "only: {unit: an, period: 2023-08}",
        "⌖only: {level: tinh}",
        "Mend only or except",
    ),
    full(
        "only_where_no_unit_is",
        Code.APPLIES_NOWHERE,
        'only: {school: "601", level',
        '⌖only: {school: "60", level',
    ),
    full(
        "only_of_two_units",
        Code.APPLIES_NOWHERE,
        'only: {school: "601", level',
        '⌖only: {school: "601", unit: binh, level',
    ),
    full(
        "except_everywhere",
        Code.APPLIES_NOWHERE,
        'except: {school: "602"}',
        '⌖except: {school: ["601", "602", "603"]}',
    ),
    full(
        "except_all_of_only",
        Code.APPLIES_NOWHERE,
        "only: {unit: an, period: 2023-08}",
        "⌖only: {unit: an}, except: {level: huyen}",
    ),
    full(
        "only_of_a_unit_left_out",
        Code.APPLIES_NOWHERE,
        "only: {unit: an, period: 2023-08}",
        "⌖only: {unit: cuong}",
    ),
    full("filter_of_a_number", Code.WRONG_TYPE, "level: huyen}", "level: ⌖1.5}"),
    full("filter_of_a_list", Code.WRONG_TYPE, "only: {unit: an, period: 2023-08}", "only: ⌖[an]"),
)

BOUNDS: tuple[Fault, ...] = (
    full("half_a_priority", Code.WRONG_TYPE, "priority: 6", "priority: ⌖6.5"),
    full("priority_below_zero", Code.BAD_NUMBER, "priority: 1,", "priority: ⌖-1,"),
    full("key_of_a_bound", Code.UNKNOWN_KEY, "priority: 1,", "⌖priorty: 1,", "'priority'"),
    full("key_of_per_period", Code.UNKNOWN_KEY, "at_least: {is: 1, ", "⌖at_lest: {is: 1, ", "'at_least'"),
    full("bound_without_a_formula", Code.MISSING_KEY, "at_least: {is: 1, ", "⌖at_least: {"),
    full(
        "bound_of_a_list",
        Code.WRONG_TYPE,
        "at_most: {is: places + 100, except: {unit: [an, binh], english: An town}}",
        "at_most: ⌖[1]",
    ),
    full("formula_of_a_bound", Code.WRONG_TYPE, "{is: 1, ", "{is: ⌖[1], "),
    full("name_in_a_bound", Code.UNKNOWN_NAME, "is: places + 100", "is: ⌖place + 100", "'places'"),
    full("bound_in_billions", Code.WRONG_MEASURE, "is: 0.1 * fair", "is: ⌖loan_capital"),
)

QUOTAS: tuple[Fault, ...] = (
    full("multiple_of_none", Code.BAD_NUMBER, "multiple_of: 10", "multiple_of: ⌖0"),
    full("multiple_of_a_half", Code.WRONG_TYPE, "multiple_of: 10", "multiple_of: ⌖2.5"),
    full("weight_of_nothing", Code.BAD_NUMBER, "weight: 2.5", "weight: ⌖0"),
    full("profile_below_zero", Code.BAD_NUMBER, "2023-08: 0,", "2023-08: ⌖-1,"),
    full(
        "profile_of_zeros",
        Code.BAD_NUMBER,
        "profile: {2023-07: 2, 2023-08: 0, 2023-09: 1.5}",
        "⌖profile: {2023-07: 0, 2023-08: 0, 2023-09: 0, 2023-10: 0, 2023-11: 0, 2023-12: 0}",
    ),
    full("quarter_of_a_profile", Code.UNKNOWN_PERIOD, "profile: {2023-07: 2", "profile: {⌖2023-Q3: 2"),
    full("profile_of_a_text", Code.BAD_NUMBER, "2023-09: 1.5", "2023-09: ⌖nhiều"),
)

HOLDS: tuple[Fault, ...] = (
    full("hold_of_no_unit", Code.UNKNOWN_UNIT, "hold: {an:", "hold: {⌖bin:", "'binh'"),
    full("hold_not_in_plan", Code.HOLD_NOT_IN_PLAN, "hold: {an:", "hold: {⌖tinh:"),
    fault(
        "hold_of_a_unit_left_out",
        (Code.HOLD_NOT_IN_PLAN, *[Code.APPLIES_NOWHERE] * 4),
        FULL,
        "hold: {an:",
        "hold: {⌖an:",
        Edit(FULL, "leave_out: cuong", "leave_out: [cuong, an]"),
        Edit(FULL, 'only: {school: "601"', '⌖only: {school: "601"'),
        Edit(FULL, "only: {unit: an, period: [", "⌖only: {unit: an, period: ["),
        Edit(FULL, "only: {unit: an, period: 2023-08", "⌖only: {unit: an, period: 2023-08"),
        Edit(FULL, 'except: {school: "602"}', '⌖except: {school: "602"}'),
        touches="full",
    ),
    full("hold_of_no_quota", Code.UNKNOWN_NAME, "{jobs: 20}", "{⌖job: 20}", "'jobs'"),
    full("hold_of_no_period", Code.UNKNOWN_PERIOD, "2023-09: officers", "⌖2023-Q4: officers"),
    full("bad_hold", Code.BAD_HOLD, "{jobs: 20}", "{jobs: ⌖-20}"),
    full("hold_of_half_a_person", Code.AMBIGUOUS_COUNT, "{jobs: 20}", "{jobs: ⌖20.5}"),
    full("hold_of_nothing", Code.WRONG_TYPE, "{jobs: 20}", "{jobs: ⌖null}"),
    full("hold_of_a_list", Code.WRONG_TYPE, "{jobs: 20}", "{jobs: ⌖[20]}"),
    full("hold_of_no_periods", Code.MISSING_KEY, "{jobs: 20}", "{⌖jobs: {}}"),
    full("fair_in_a_hold", Code.WRONG_PLACE, "2023-09: officers", "2023-09: ⌖fair"),
    full("hold_in_billions", Code.WRONG_MEASURE, "2023-09: officers", "2023-09: ⌖loan_capital"),
    full("unit_left_out", Code.UNKNOWN_UNIT, "leave_out: cuong", "leave_out: ⌖cuongg", "'cuong'"),
    full(
        "unit_not_of_level",
        Code.UNIT_NOT_OF_LEVEL,
        "leave_out: cuong",
        "leave_out: [cuong, ⌖tinh]",
        "an, binh",
    ),
    full("unit_left_out_twice", Code.DUPLICATE_NAME, "leave_out: cuong", "leave_out: [cuong, ⌖cuong]"),
    full(
        "province_left_out_by_half",
        Code.UNKNOWN_UNIT,
        "leave_out: cuong",
        "leave_out: ⌖tin",
        "an, binh, cuong",
    ),
)

PLACES = (*GROUPINGS, *TABLES_OF_FIGURES, *FORMULAS_OF_PLACES, *FILTERS, *BOUNDS, *QUOTAS, *HOLDS)
