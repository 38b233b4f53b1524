"""What a neighbour's problem gives: the very numbers that posing anew gives, whatever it rests on."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from engine.base import Base
from engine.overlay import Overlay, setting
from engine.standing import Standing
from scenarios.arrays import Compiled, compile_like, compile_model, spared
from scenarios.model import build
from scenarios.posing import pose
from scenarios.problem import Asked, Problem, choose_allocation
from tests.scenarios.test_neighbours import same

NAMES = (
    "in_total",
    "in_need",
    "in_metric",
    "in_least",
    "in_most",
    "in_cell",
    "in_cost",
    "in_hold",
    "in_pace",
    "in_rule",
    "in_rule_metric",
    "in_nothing",
)
COUNTS = ("in_total", "in_least", "in_most", "in_cell", "in_hold", "in_rule")
BOOK = """rulebook: book
title: T
year: 2023
root: top
data: {{units: units.csv}}
attributes: {{need: {{measure: person}}, before: {{measure: person}}}}
tables: {{cap: {{file: cap.csv, by: [unit, period], measure: person}}}}
parameters: {{{parameters}}}
indicators:
  jobs: {{measure: person, kind: flow, direction: up}}
  loans: {{measure: person, kind: flow, direction: up}}
metrics:
  asked: {{formula: need * in_metric}}
  limited: {{formula: need * in_rule_metric}}
allocations:
  plan:
    from: 2023-10-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas:
      jobs:
        total: 40 * in_total
        need: asked * in_need
        at_least: in_least
        at_most: fair + 20 * in_most
        per_period: {{at_most: cap + in_cell}}
        cost: need * in_cost
        pace: {{from: before * in_pace, up: 5}}
      loans: {{total: 12, need: need, per_period: {{at_most: cap}}}}
    rules:
      often: {{for: [unit, period], require: "jobs <= 30 * in_rule"}}
      seldom: {{for: unit, require: "by_unit(loans) <= 9 * jobs.limited"}}
      never: {{for: [unit, period], require: "loans <= cap"}}
    hold: {{c: {{jobs: 3 * in_hold}}}}
"""


def standing(folder: Path) -> Standing:
    """A rulebook with a parameter in each place that a formula may stand in."""
    values = ", ".join(
        f"{name}: {{value: 2, status: assumed{', measure: person' if name in COUNTS else ''}}}"
        for name in NAMES
    )
    rows = ["top,,province,,", "a,top,district,3,8", "b,top,district,5,9", "c,top,district,4,7"]
    months = ("2023-10", "2023-11", "2023-12")
    files = {
        "book.yaml": [BOOK.format(parameters=values)],
        "units.csv": ["unit,parent,level,need,before", *rows],
        "cap.csv": ["unit,period,value", *(f"{u},{t},{n + 9}" for n, u in enumerate("abc") for t in months)],
    }
    folder.mkdir()
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Standing.of(Base.of(str(folder)), Overlay(allocation="plan"))


def posed(stands: Standing, *changes: str, like: Problem | None = None) -> Problem:
    rulebook = stands.under(tuple(setting(change) for change in changes))
    return pose(rulebook, choose_allocation(rulebook, "plan"), like)


def alike(one: Asked, other: Asked) -> bool:
    """Whether two quotas are the same in every number."""
    names = [field.name for field in fields(Asked) if field.name not in ("quota", "assumed")]
    return one.assumed == other.assumed and all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        if getattr(one, name) is not None
        else getattr(other, name) is None
        for name in names
    )


def compiled(problem: Problem) -> Compiled:
    return compile_model(build(problem, deferred=True), problem)


@pytest.mark.parametrize("name", NAMES)
def test_as_posed_anew(name: str, tmp_path: Path) -> None:
    stands = standing(tmp_path / "book")
    first = posed(stands)
    anew, like = (posed(stands, f"parameters.{name}.value=3", like=of) for of in (None, first))
    assert like.assumed == anew.assumed
    assert all(alike(one, other) for one, other in zip(like.quotas, anew.quotas, strict=True))
    # Jobs rest on all but what the rules use; loans on none.
    rests = name not in ("in_rule", "in_rule_metric", "in_nothing")
    assert [one is other for one, other in zip(like.quotas, first.quotas, strict=True)] == [not rests, True]
    assert alike(anew.quotas[0], first.quotas[0]) is not rests
    before = compiled(first)
    left_out = spared(like, before)
    rules = {"in_rule": {"seldom", "never"}, "in_rule_metric": {"often", "never"}}
    assert left_out.rules == rules.get(name, {"often", "seldom", "never"})
    assert left_out.quotas is not rests
    assert same(compile_like(like, before), compiled(anew))
    assert list(compile_like(like, before).instances) == list(before.instances)


def test_one_after_the_other(tmp_path: Path) -> None:
    """What was taken over once is taken over again, and what came back is as it was."""
    stands = standing(tmp_path / "book")
    first = posed(stands)
    like, found = first, compiled(first)
    for name in (*NAMES, *NAMES[::-1]):
        change = f"parameters.{name}.value=3"
        like = posed(stands, change, like=like)
        found = compile_like(like, found)
        anew = posed(stands, change)
        assert like.assumed == anew.assumed
        assert all(alike(one, other) for one, other in zip(like.quotas, anew.quotas, strict=True))
        assert same(found, compiled(anew))


def test_nothing_is_taken_over_where_more_than_parameters_differs(tmp_path: Path) -> None:
    stands = standing(tmp_path / "book")
    first = posed(stands)
    for change in ("loans.total=13", "data.units.b.need=6"):
        like = posed(stands, change, like=first)
        assert not any(one is other for one, other in zip(like.quotas, first.quotas, strict=True))
        assert all(alike(*pair) for pair in zip(like.quotas, posed(stands, change).quotas, strict=True))
        assert same(compile_like(like, compiled(first)), compiled(posed(stands, change)))
