"""What the keys of an allocation say once they are linked (§3, §10), against what is written in the files."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import numpy as np
import pytest

from engine.errors import RuleError
from engine.formula.names import Scope, TableRef, Where
from engine.link import load_rulebook
from engine.link_allocations import FAIRNESS
from engine.rulebook import EVERYWHERE, Allocation, Filter, Quota, Rulebook
from engine.words import Message
from tests.books import write_book

UNITS = """\
unit,parent,level,school,zone
top,,province,,
a,top,district,north,hills
b,top,district,south,
c,top,district,north,coast
"""
SCHOOLS = "school,name_en,seats,cost\nwest,West school,5,\nnorth,,20,1.5\nsouth,South school,,2\n"
CAP = "period,unit,value\n2023-08,b,7\n2023-07,a,\n2023-07,b,0\n"
GROUPINGS = """\
groupings:
  school:
    label: {vi: Trường, en: School}
    table: schools.csv
    attributes:
      seats: {measure: person / month, label: {vi: Chỗ, en: Seats}, status: estimated}
      cost: {measure: million VND / person}
  area: {column: zone}
tables:
  cap: {file: cap.csv, by: [unit, period], measure: person}
  grants: {file: grants.csv, by: area, measure: billion VND}
parameters: {limit: {value: 30, measure: person}}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  fund: {measure: million VND, kind: flow, direction: up}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    among: district
    starting_point: {as_of: 2023-06-30}
"""


def book(root: Path, keys: str) -> Rulebook:
    """A rulebook with an allocation of these further keys."""
    folder = write_book(root, GROUPINGS + indent(keys, "    "), units=UNITS)
    for name, text in {"schools": SCHOOLS, "cap": CAP, "grants": "area,value\nhills,2.5\ncoast,\n"}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_rulebook(str(folder))


def plan(root: Path, keys: str) -> Allocation:
    """Such an allocation."""
    return book(root, keys).allocations["plan"]


PLAIN = "quotas: {jobs: {total: 100, need: 1}}\n"


def quota(root: Path, keys: str) -> Quota:
    """The quota of an allocation with these further keys."""
    return plan(root, f"quotas:\n  jobs:\n    total: 100\n    need: 1\n{indent(keys, '    ')}").quotas["jobs"]


# ---------------------------------------------------------------------------------- groupings and tables


def test_groups_come_from_their_table_in_its_order(tmp_path: Path) -> None:
    school = book(tmp_path, PLAIN).groupings["school"]
    assert school.label == Message("Trường", "School")
    assert school.groups == ("west", "north", "south")
    assert school.names == (
        Message("West school", "West school"),
        Message("north", "north"),
        Message("South school", "South school"),
    )
    assert school.of_unit.dtype == np.int32
    assert school.of_unit.tolist() == [-1, 1, 2, 1]
    seats, cost = school.attributes["seats"], school.attributes["cost"]
    np.testing.assert_array_equal(seats.values, [5, 20, np.nan])
    np.testing.assert_array_equal(cost.values, [np.nan, 1_500_000, 2_000_000])
    assert (seats.label.en, seats.status, seats.aggregate) == ("Seats", "estimated", "none")
    assert (seats.measure.name, cost.measure.name) == ("person / month", "million VND / person")


def test_groups_without_a_table_come_from_the_units(tmp_path: Path) -> None:
    area = book(tmp_path, PLAIN).groupings["area"]
    assert (area.groups, area.of_unit.tolist()) == (("hills", "coast"), [-1, 0, -1, 1])
    assert area.names == (Message("hills", "hills"), Message("coast", "coast"))
    assert area.attributes == {}


def test_a_table_keeps_its_rows(tmp_path: Path) -> None:
    cap = book(tmp_path, PLAIN).tables["cap"]
    assert cap.by == ("unit", "period")
    assert cap.keys == (("b", "a", "b"), ("2023-08", "2023-07", "2023-07"))
    np.testing.assert_array_equal(cap.values, [7, np.nan, 0])


def test_a_table_by_a_grouping_is_in_base_measures(tmp_path: Path) -> None:
    grants = book(tmp_path, PLAIN).tables["grants"]
    assert (grants.by, grants.keys) == (("area",), (("hills", "coast"),))
    np.testing.assert_array_equal(grants.values, [2_500_000_000, np.nan])


def test_formulas_find_groups_and_tables(tmp_path: Path) -> None:
    names = book(tmp_path, PLAIN).names
    assert Scope(names, Where.CELL, "jobs").resolve(("cap",)) == TableRef("cap", ("unit", "period"))
    assert names.groups["seats"][0] == "school"
    assert {"cap", "grants", "seats", "cost"} <= names.everything()


def test_tables_lie_beside_the_file_that_names_them(tmp_path: Path) -> None:
    units = "unit,parent,level,school\ntop,,province,\na,top,district,north\nb,top,district,south\n"
    folder = write_book(tmp_path, "include: [../shared/more.yaml]\n", units=units)
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "more.yaml").write_text(
        "groupings: {school: {table: schools.csv}}\ntables: {cap: {file: cap.csv, by: unit}}\n"
    )
    (shared / "schools.csv").write_text("school\nsouth\nnorth\n")
    (shared / "cap.csv").write_text("unit,value\na,0.25\n")
    found = load_rulebook(str(folder))
    assert found.groupings["school"].of_unit.tolist() == [-1, 1, 0]
    assert found.tables["cap"].values.tolist() == [0.25]


# ----------------------------------------------------------------------------------------------- quotas


def test_a_quota_that_says_little(tmp_path: Path) -> None:
    found = quota(tmp_path, "")
    assert (found.bounds, found.cost, found.within) == ((), None, None)
    assert (found.multiple_of, dict(found.profile), found.weight) == (1, {}, 1.0)


def test_a_quota_that_says_all(tmp_path: Path) -> None:
    found = quota(
        tmp_path,
        """\
multiple_of: 5
profile: {2023-07: 0, 2023-12: 1.5}
weight: 0.25
cost: quantity(-3, "million VND")
at_least: 0.8 * fair
at_most: {is: limit, priority: 0, only: {unit: a, school: [north, south]}, except: {level: [province]}}
per_period:
  at_least: {is: 1, only: {period: [2023-07, 2023-08]}, except: {area: hills, unit: [b, c]}}
  at_most: min(cap, fair)
""",
    )
    assert (found.multiple_of, found.profile, found.weight) == (5, {"2023-07": 0.0, "2023-12": 1.5}, 0.25)
    assert found.cost is not None
    assert found.cost.formula.text == 'quantity(-3, "million VND")'
    least, most, cell_least, cell_most = found.at_least, found.at_most, found.cell_least, found.cell_most
    assert least is not None
    assert most is not None
    assert cell_least is not None
    assert cell_most is not None
    assert [bound.priority for bound in (least, most, cell_least, cell_most)] == [3, 0, 2, 2]
    assert least.where == cell_most.where == EVERYWHERE
    assert most.where == Filter(
        {"unit": frozenset({"a"}), "school": frozenset({"north", "south"})},
        {"level": frozenset({"province"})},
    )
    assert cell_least.where == Filter(
        {"period": frozenset({"2023-07", "2023-08"})},
        {"area": frozenset({"hills"}), "unit": frozenset({"b", "c"})},
    )
    assert [bound.formula.formula.text for bound in found.bounds] == [
        "0.8 * fair",
        "limit",
        "1",
        "min(cap, fair)",
    ]
    assert [bound.formula.bare for bound in found.bounds] == [False, False, True, False]


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ({"unit": "a", "level": "district", "school": "north", "period": "2023-07"}, True),
        ({"unit": "b", "level": "district", "school": "north", "period": "2023-07"}, False),  # another unit
        ({"unit": "a", "level": "district", "school": "north", "period": "2023-09"}, False),  # excepted
        ({"unit": "a", "level": "district", "school": "south", "period": "2023-09"}, True),  # in part
        ({"unit": "a", "level": "district", "period": "2023-09"}, True),  # in no group
    ],
)
def test_a_filter_keeps_where_all_fits_and_nothing_is_excepted(at: dict[str, str], kept: bool) -> None:
    but = {"school": frozenset({"north"}), "period": frozenset({"2023-08", "2023-09"})}
    assert Filter({"unit": frozenset({"a"})}, but).keeps(at) is kept


def test_nothing_said_is_everywhere() -> None:
    assert EVERYWHERE.keeps({"unit": "a"})


# ------------------------------------------------------------------------------------------------ rules


def test_rules_over_groups_and_with_filters(tmp_path: Path) -> None:
    rules = plan(
        tmp_path,
        PLAIN
        + """\
rules:
  seats_rule: {for: [school, period], require: by_group(jobs) <= seats * months_in_period, priority: 8}
  august: {for: [period, unit], only: {period: 2023-08}, except: {school: south}, require: jobs <= limit}
""",
    ).rules
    seats, august = rules["seats_rule"], rules["august"]
    assert (seats.over, seats.priority, seats.where) == (("school", "period"), 8, EVERYWHERE)
    assert (august.over, august.priority) == (("period", "unit"), 5)
    assert august.where == Filter({"period": frozenset({"2023-08"})}, {"school": frozenset({"south"})})


# -------------------------------------------------------------------------------- holds, left out, methods


def test_holds_of_quotas_and_of_periods(tmp_path: Path) -> None:
    keys = """\
quotas: {jobs: {total: 100, need: 1}, fund: {total: 9, need: 1}}
hold:
  a: {jobs: 20, fund: 0.5}
  b: {jobs: {2023-12: limit / 3, 2023-07: 0}}
leave_out: [c]
"""
    found = plan(tmp_path, keys)
    assert [(hold.unit, hold.quota, hold.period, hold.amount.formula.text) for hold in found.holds] == [
        ("a", "jobs", None, "20"),
        ("a", "fund", None, "0.5"),
        ("b", "jobs", "2023-12", "limit / 3"),
        ("b", "jobs", "2023-07", "0"),
    ]
    assert [hold.amount.bare for hold in found.holds] == [True, True, False, True]
    line = GROUPINGS.count("\n") + 5  # and the five lines of the head
    assert [(hold.place.line, hold.place.column) for hold in found.holds] == [
        (line + 3, 11),
        (line + 3, 21),
        (line + 4, 18),
        (line + 4, 38),
    ]
    assert found.leave_out == {"c"}


@pytest.mark.parametrize("amount", ["0.0000001", "-1", "1e-9"])
def test_a_hold_is_of_whole_dong(tmp_path: Path, amount: str) -> None:
    with pytest.raises(RuleError, match="bad_hold"):
        plan(tmp_path, f"quotas: {{fund: {{total: 9, need: 1}}}}\nhold: {{a: {{fund: {amount}}}}}\n")


def test_nothing_held(tmp_path: Path) -> None:
    found = plan(tmp_path, PLAIN + "hold:\nleave_out:\n")
    assert (found.holds, found.leave_out) == ((), frozenset())


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("webster", "proportional"),
        ("Sainte_Lague", "proportional"),
        ("hamilton", "largest_remainder"),
        ("hill", "equal_proportions"),
        ("huntington_hill", "equal_proportions"),
        ("adams", "smallest_divisors"),
        ("jefferson", "greatest_divisors"),
        ("dhondt", "greatest_divisors"),
        ("propotional", "proportional"),
    ],
)
def test_a_method_by_another_name_is_named(tmp_path: Path, name: str, method: str) -> None:
    with pytest.raises(RuleError) as caught:
        plan(tmp_path, f"{PLAIN}fairness: {name}\n")
    [issue] = caught.value.issues
    assert issue.hint is not None
    assert method in issue.hint.in_("en")
    assert "," not in issue.hint.in_("en")


@pytest.mark.parametrize("method", FAIRNESS)
def test_every_method_of_fairness(tmp_path: Path, method: str) -> None:
    assert plan(tmp_path, f"{PLAIN}fairness: {method}\n").fairness == method


@pytest.mark.parametrize(
    ("every", "starts", "ends", "name"),
    [
        ("quarter", "2023-07-01", "2023-09-30", "2023-Q3"),
        ("half", "2023-07-01", "2023-12-31", "2023-H2"),
        ("once", "2023-01-01", "2023-12-31", "2023"),
        ("once", "2023-05-01", "2023-09-30", "2023-05..2023-09"),
    ],
)
def test_periods_have_the_names_of_their_kind(
    tmp_path: Path, every: str, starts: str, ends: str, name: str
) -> None:
    body = f"""\
indicators: {{jobs: {{measure: person, kind: flow, direction: up}}}}
tables: {{cap: {{file: cap.csv, by: period, measure: person}}}}
allocations:
  plan:
    from: {starts}
    to: {ends}
    every: {every}
    among: district
    starting_point: {{as_of: 2023-01-31}}
    quotas:
      jobs:
        total: 100
        need: 1
        per_period: {{at_most: {{is: cap, only: {{period: {name}}}}}}}
        profile: {{{name}: 2}}
    hold: {{a: {{jobs: {{{name}: 3}}}}}}
"""
    folder = write_book(tmp_path, body)
    (folder / "cap.csv").write_text(f"period,value\n{name},50\n", encoding="utf-8")
    found = load_rulebook(str(folder)).allocations["plan"]
    assert found.quotas["jobs"].profile == {name: 2.0}
    assert found.quotas["jobs"].bounds[0].where.only == {"period": frozenset({name})}
    assert [hold.period for hold in found.holds] == [name]
