"""Conflicts with a month that a profile shuts say so (§10, §13); figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.link import load_rulebook
from scenarios.plan import Plan, make_plan
from tests.books import write_book

UNITS = """\
unit,parent,level,name_vi,name_en,need
top,,province,Tỉnh,Province,
a,top,district,Huyện A,District A,100
b,top,district,Huyện B,District B,200
c,top,district,Huyện C,District C,300
"""
BOOK = """\
attributes: {{need: {{measure: person}}}}
indicators:
  jobs: {{label: {{vi: Việc làm, en: Jobs}}, measure: person, kind: flow, direction: up}}
  loans: {{label: {{vi: Vay vốn, en: Loans}}, measure: person, kind: flow, direction: up}}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas:
      jobs: {{total: 60, need: need, profile: {{2023-08: 0}}{quota}}}
    {more}
"""


def planned(root: Path, quota: str = "", more: str = "") -> Plan:
    folder = write_book(root, BOOK.format(quota=quota, more=more), units=UNITS)
    return make_plan(load_rulebook(str(folder)))


def words(plan: Plan) -> tuple[str, str]:
    assert plan.status == "infeasible"
    [conflict] = plan.conflicts
    return conflict.words.vi, conflict.words.en


SHUT = "; the profile of Jobs gives nothing in 2023-08"


def test_floors_in_a_shut_month_name_every_unit_and_the_profile(tmp_path: Path) -> None:
    vi, en = words(planned(tmp_path, ", per_period: {at_least: {is: 2, only: {period: 2023-08}}}"))
    assert en == f"Jobs: the 3 units must get at least 6 together in 2023-08, but may get at most 0{SHUT}"
    assert vi == (
        "Việc làm: tháng 8/2023 phải giao cho 3 đơn vị ít nhất 6 cộng lại, nhưng chỉ được giao nhiều nhất 0; "
        "profile của chỉ tiêu Việc làm không giao gì trong tháng 8/2023"
    )


def test_a_rule_about_a_shut_month_names_the_profile(tmp_path: Path) -> None:
    rule = "rules: {august: {for: period, only: {period: 2023-08}, require: by_period(jobs) >= 5}}"
    _, en = words(planned(tmp_path, more=rule))
    assert en.endswith(SHUT)


def test_ceilings_of_the_open_months_alone_are_too_low_for_the_total(tmp_path: Path) -> None:
    # 3 a month in 5 open months is 15 a unit, 45 in all; with August 18 and 54: still not 60
    _, en = words(planned(tmp_path / "still", ", per_period: {at_most: 3}"))
    assert "gives nothing" not in en
    # 4 a month is 60 in all in the open months
    assert planned(tmp_path / "enough", ", per_period: {at_most: 4}").status == "optimal"
    rule = "rules: {cap: {for: period, require: by_period(jobs) <= 11}}"
    # 11 in each of 5 months is 55, in 6 months 66
    _, en = words(planned(tmp_path / "opened", more=rule))
    assert en.endswith(SHUT)


def test_a_held_month_opens_it_and_a_held_quota_does_not(tmp_path: Path) -> None:
    month = planned(tmp_path / "month", more="hold: {a: {jobs: {2023-08: 7}}}")
    assert month.status == "optimal"
    assert {(c.unit, c.value) for c in month.cells if c.period == "2023-08"} == {("a", 7), ("b", 0), ("c", 0)}
    whole = planned(tmp_path / "whole", more="hold: {a: {jobs: 7}}")
    assert [c.value for c in whole.cells if c.period == "2023-08"] == [0, 0, 0]


def test_only_the_months_that_matter_are_named(tmp_path: Path) -> None:
    floors = (
        "profile: {2023-08: 0, 2023-10: 0}, per_period: {at_least: {is: 1, only: {period: 2023-10, unit: b}}}"
    )
    folder = write_book(
        tmp_path,
        BOOK.replace("profile: {{2023-08: 0}}{quota}", floors.replace("{", "{{").replace("}", "}}")).format(
            more=""
        ),
        units=UNITS,
    )
    _, en = words(make_plan(load_rulebook(str(folder))))
    assert en == (
        "Jobs: District B must get at least 1 in 2023-10, but may get at most 0; "
        "the profile of Jobs gives nothing in 2023-10"
    )


@pytest.mark.parametrize(
    ("profile", "named"), [("", "Jobs"), (", profile: {2023-08: 0}", "Loans")], ids=["around", "itself"]
)
def test_of_nested_quotas_the_one_whose_month_matters_is_named(
    tmp_path: Path, profile: str, named: str
) -> None:
    # loans need August: shut around them by jobs, or already by their own profile
    loans = f"}}\n      loans: {{total: 6, need: need, within: jobs{profile}"
    rule = "rules: {august: {for: period, only: {period: 2023-08}, require: by_period(loans) >= 1}}"
    _, en = words(planned(tmp_path, loans, rule))
    assert en.endswith(f"; the profile of {named} gives nothing in 2023-08")
    assert en.count("gives nothing") == 1
