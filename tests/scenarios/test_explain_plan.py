"""What each rule costs and to whom, and shadow prices (§14); numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.link import load_rulebook
from scenarios.explain import explain_quota
from scenarios.explain_plan import PlanExplanation, explain_plan
from scenarios.plan import make_plan
from tests.books import write_book

BOOK = """\
attributes: {{need: {{measure: person}}}}
indicators: {{jobs: {{measure: person, kind: flow, direction: up}}}}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: half
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas: {{jobs: {{total: 60, need: need{quota}}}}}
    {more}
"""
UNITS = """\
unit,parent,level,need
top,,province,
a,top,district,100
b,top,district,200
c,top,district,300
"""


def explained(root: Path, quota: str = "", more: str = "") -> PlanExplanation:
    folder = write_book(root, BOOK.format(quota=quota, more=more), units=UNITS)
    return explain_plan(load_rulebook(str(folder)), "plan")


def test_a_ceiling_costs_what_its_unit_and_the_others_are_moved(tmp_path: Path) -> None:
    found = explained(tmp_path, ", at_most: {is: 5, only: {unit: a}}")
    assert [share.value for share in found.plan.shares] == [5, 22, 33]
    [ceiling] = found.without
    assert ceiling.name == "jobs.at_most"
    assert ceiling.objective == 0
    # (5² / 10 + 2² / 20 + 3² / 30) / 60
    assert ceiling.cost == pytest.approx(0.05)
    assert [(move.unit, move.change) for move in ceiling.moves] == [("a", 5), ("b", -2), ("c", -3)]
    assert found.prices == ()


def test_the_price_of_a_rule_is_the_slope_of_the_relaxation(tmp_path: Path) -> None:
    rule = "rules: {few: {for: unit, only: {unit: a}, require: by_unit(jobs) <= 5}}"
    found = explained(tmp_path, more=rule)
    [few] = found.without
    assert few.name == "few"
    assert few.cost == pytest.approx(0.05)
    # d below its fair share of 10, a costs d² / 10 and the others d² / 50: 2 × 5 × 0.12 / 60 for one more
    [price] = found.prices or ()
    assert (price.name, price.at, price.measure.name) == ("few", {"unit": "a"}, "person")
    assert price.price == pytest.approx(0.02, rel=1e-6)


def test_without_a_hold_its_unit_shares_in_again(tmp_path: Path) -> None:
    found = explained(tmp_path, more="hold: {a: {jobs: 30}}")
    assert [share.value for share in found.plan.shares] == [30, 12, 18]
    [hold] = found.without
    assert hold.name == "jobs.hold"
    assert [(move.unit, move.change) for move in hold.moves] == [("a", -20), ("b", 8), ("c", 12)]


def test_without_a_multiple_every_number_is_free(tmp_path: Path) -> None:
    found = explained(tmp_path, ", multiple_of: 20")
    # fair 10, 20, 30 in twenties: 20, 20, 20 costs 10 + 0 + 3.33, 0, 20, 40 costs 10 + 0 + 3.33: earlier more
    assert [share.value for share in found.plan.shares] == [20, 20, 20]
    [multiple] = found.without
    assert (multiple.name, multiple.objective) == ("jobs.multiple_of", 0)
    assert [(move.unit, move.change) for move in multiple.moves] == [("a", -10), ("c", 10)]


def test_where_there_is_no_plan_its_conflicts_are_the_answer(tmp_path: Path) -> None:
    found = explained(tmp_path, ", at_most: 5")
    assert not found.without
    assert not found.prices
    assert "add up to 15" in found.unknown[0].en


def test_a_quota_tells_its_holds_and_bounds_per_period(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        BOOK.format(quota=", per_period: {at_most: 2 * fair}", more="hold: {a: {jobs: 12}}"),
        units=UNITS,
    )
    plan = make_plan(load_rulebook(str(folder)))
    held = explain_quota(plan, "jobs", "a").top
    assert {item.name: item.value for item in held.inputs}["plan.jobs.hold@a"] == 12
    free = explain_quota(plan, "jobs", "b").top
    # 48 over 200 and 300
    inputs = {item.name: item.value for item in free.inputs}
    assert inputs["plan.jobs.per_period.at_most@b/2023-H2"] == pytest.approx(2 * 19.2)
    assert free.value == 19


def test_without_a_hold_bounds_speak_of_the_new_fair_shares(tmp_path: Path) -> None:
    found = explained(tmp_path, ", at_most: 1.1 * fair", "hold: {a: {jobs: 30}}")
    assert [share.value for share in found.plan.shares] == [30, 12, 18]
    hold = next(one for one in found.without if one.name == "jobs.hold")
    # 10, 20 and 30 again, within ceilings of 11, 22 and 33; those beside the hold were 13.2 and 19.8
    assert [(move.unit, move.change) for move in hold.moves] == [("a", -20), ("b", 8), ("c", 12)]
    assert hold.objective == 0
