"""What was reached is held where a plan is made again (§12): worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.link import load_rulebook
from engine.overlay import Overlay, freeze
from engine.rulebook import Rulebook
from scenarios.plan import Plan, make_plan
from tests.books import write_book

BODY = """
indicators:
  jobs: {measure: person, kind: flow, direction: up, aggregate: sum}
  poor: {measure: person, kind: level, direction: down, aggregate: sum}
allocations:
  rest:
    from: 2023-07-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {as_of: 2023-06-30, basis: actual}
    quotas:
      QUOTA: {total: target - achieved, need: 1}
"""
# đã đạt từ đầu năm / reached since 1 January: on 30 June, 31 July, 31 August
REACHED = {"a": (30, 40, 52), "b": (30, 35, 41), "c": (20, 25, 25)}
DAYS = ("2023-06-30", "2023-07-31", "2023-08-31")


def book(folder: Path, figures: Mapping[str, tuple[int | None, ...]], quota: str = "jobs") -> Path:
    rows = [
        f"{quota},{unit},{day},actual,{value},person,,reported\n"
        for unit, values in figures.items()
        for day, value in zip(DAYS, values, strict=True)
        if value is not None
    ]
    target = f"{quota},top,2023,reach,200,person,,published\n"
    body = BODY.replace("QUOTA", quota)
    return write_book(folder, body, targets=target, observations="".join(rows))


def frozen(folder: Path, day: str) -> Rulebook:
    return load_rulebook(str(folder), None, Overlay(layers=(freeze(day),)))


def cells(plan: Plan, unit: str) -> list[int]:
    return [cell.value for cell in plan.cells if cell.unit == unit]


def test_july_and_august_are_what_was_reached_and_the_total_is_kept(tmp_path: Path) -> None:
    plan = make_plan(frozen(book(tmp_path, REACHED), "2023-08-31"))
    # 200 - (30 + 30 + 20) = 120, three equal needs: 40 each
    assert plan.totals == {"jobs": 120}
    assert {share.unit: share.value for share in plan.shares} == {"a": 40, "b": 40, "c": 40}
    # July: 40-30, 35-30, 25-20; August: 52-40, 41-35, 25-25
    assert {unit: cells(plan, unit)[:2] for unit in "abc"} == {"a": [10, 12], "b": [5, 6], "c": [5, 0]}
    # the rest of each 40 in the four months left
    assert {unit: sum(cells(plan, unit)[2:]) for unit in "abc"} == {"a": 18, "b": 29, "c": 35}


def test_july_alone(tmp_path: Path) -> None:
    plan = make_plan(frozen(book(tmp_path, REACHED), "2023-07-31"))
    assert {unit: cells(plan, unit)[0] for unit in "abc"} == {"a": 10, "b": 5, "c": 5}
    assert sum(cell.value for cell in plan.cells) == 120


def test_a_unit_that_reached_more_than_its_share_keeps_it(tmp_path: Path) -> None:
    plan = make_plan(frozen(book(tmp_path, {**REACHED, "a": (30, 60, 90)}), "2023-08-31"))
    # a has 30 + 30 = 60 of the 120 already; b and c share the other 60
    assert {share.unit: share.value for share in plan.shares} == {"a": 60, "b": 30, "c": 30}
    assert cells(plan, "a") == [30, 30, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"c": (20, 25, 24)}, "falls in 2023-08"),
        ({"b": (30, 35, None)}, "no actual dated 2023-08-31"),
        ({"b": (30, None, 41)}, "no actual dated 2023-07-31"),
    ],
)
def test_what_cannot_be_held_is_said(
    tmp_path: Path, change: dict[str, tuple[int | None, ...]], words: str
) -> None:
    with pytest.raises(RuleError) as caught:
        make_plan(frozen(book(tmp_path, {**REACHED, **change}), "2023-08-31"))
    assert {issue.code.value for issue in caught.value.issues} == {"unknown_hold"}
    assert any(words in issue.message.en for issue in caught.value.issues)


def test_a_level_has_nothing_to_hold(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        make_plan(frozen(book(tmp_path, REACHED, "poor"), "2023-08-31"))
    (issue,) = caught.value.issues
    assert "a level has no part that was reached" in issue.message.en


@pytest.mark.parametrize("day", ["2023-08-30", "2023-06-30", "2024-01-31"])
def test_a_day_that_ends_no_period(tmp_path: Path, day: str) -> None:
    with pytest.raises(RuleError) as caught:
        frozen(book(tmp_path, REACHED), day)
    (issue,) = caught.value.issues
    assert issue.place is not None
    assert (issue.code.value, issue.place.file, issue.place.column) == ("bad_period", f"--freeze {day}", 1)
