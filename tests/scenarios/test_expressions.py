"""The third interpreter: a rule over Pyomo variables and over plain numbers is worth the same (§5)."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Code, RuleError
from engine.link import load_rulebook
from engine.rulebook import Rulebook
from scenarios.arrays import compile_model
from scenarios.expressions import NoBoundError, NoPreviousError, RuleSides
from scenarios.model import build
from scenarios.places import Instance
from scenarios.posing import pose
from scenarios.problem import Problem
from tests.books import write_book
from tests.scenarios.problems import problem_of as grouped

BODY = """
attributes: {{people: {{measure: person}}, mark: {{measure: ratio}}}}
parameters: {{each: {{value: 3, measure: ratio}}, rate: {{value: 2, measure: person / month}}}}
indicators:
  jobs: {{measure: person, kind: flow, direction: up}}
  loans: {{measure: person, kind: flow, direction: up}}
allocations:
  plan:
    from: 2023-01-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {{as_of: 2023-01-31, basis: actual}}
    quotas: {{jobs: {{total: 60, need: people}}, loans: {{total: 20, need: people}}}}
    rules:
      rule:
        for: {over}
        require: {require}
"""
UNITS = "unit,parent,level,people,mark\ntop,,province,,\na,top,district,5,1\nb,top,district,7,0\n"
OBSERVED = "jobs,a,2023-01-31,actual,4,person,,reported\njobs,b,2023-01-31,actual,6,person,,reported\n"
BOTH = "[unit, period]"


def load(folder: Path, over: str, require: str) -> Rulebook:
    body = BODY.format(over=over, require=f"'{require}'")
    return load_rulebook(str(write_book(folder, body, units=UNITS, observations=OBSERVED)))


def problem_of(folder: Path, over: str, require: str) -> Problem:
    book = load(folder, over, require)
    return pose(book, book.allocations["plan"])


def cell(k: int, u: int, t: int) -> float:
    """Cells that are all different: jobs a: 1 … 4, jobs b: 11 … 14, loans a: 101 …"""
    return 100.0 * k + 10.0 * u + t + 1


@pytest.mark.parametrize(
    ("over", "left", "at", "value"),
    [
        (BOTH, "jobs", Instance(1, 2), 13),
        (BOTH, "jobs + 2 * loans", Instance(0, 0), 1 + 2 * 101),
        (BOTH, "-jobs + loans / 2", Instance(0, 1), -2 + 51),
        ("[]", "total(jobs)", Instance(), (1 + 2 + 3 + 4) + (11 + 12 + 13 + 14)),
        ("unit", "by_unit(jobs)", Instance(1, None), 11 + 12 + 13 + 14),
        ("period", "by_period(jobs)", Instance(None, 3), 4 + 14),
        (BOTH, "cumulative(jobs)", Instance(0, 2), 1 + 2 + 3),
        ("period", "cumulative(by_period(jobs))", Instance(None, 1), (1 + 11) + (2 + 12)),
        (BOTH, "jobs - previous(jobs)", Instance(1, 1), 1),
        (BOTH, "previous(cumulative(jobs))", Instance(0, 2), 1 + 2),
        ("[]", "total(by_unit(jobs))", Instance(), 60),
        ("[]", "total(by_period(jobs))", Instance(), 60),
        ("[]", "total(by_unit(jobs) - by_unit(loans) + people)", Instance(), 60 - 860 + 12),
        ("period", "by_period(cumulative(jobs))", Instance(None, 1), (1 + 2) + (11 + 12)),
        ("[]", "total(jobs * mark)", Instance(), 1 + 2 + 3 + 4),
        ("[]", "total(jobs * people / people)", Instance(), 60),
        ("[]", "total(jobs) + 0 * total(people)", Instance(), 60),
        ("unit", "by_unit(jobs) - people", Instance(1, None), 50 - 7),
        ("unit", "by_unit(jobs) + jobs.achieved", Instance(0, None), 10 + 4),
        ("[]", "total(jobs) + jobs.achieved", Instance(), 60 + 10),  # the province's: 4 + 6
        ("[]", "total(jobs) + people", Instance(), 60 + 12),
        (BOTH, "jobs + rate * months_in_period", Instance(0, 0), 1 + 2 * 3),
        ("unit", "where(mark > 0, by_unit(jobs), 2 * by_unit(jobs))", Instance(1, None), 100),
        ("unit", "by_unit(jobs) if mark > 0 else by_unit(loans)", Instance(0, None), 10),
        ("unit", "by_unit(jobs) * max(each, 1) ** 2", Instance(0, None), 10 * 9),
        (BOTH, "total(jobs) - jobs", Instance(0, 0), 59),
    ],
)
def test_a_side_at_an_instance_equals_the_hand_sum(
    over: str, left: str, at: Instance, value: float, tmp_path: Path
) -> None:
    problem = problem_of(tmp_path, over, f"({left}) <= 1000")
    sides = RuleSides(problem, problem.allocation.rules["rule"])
    assert at in sides.instances()
    assert sides.at(at, cell) == [value, 1000]
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(2), range(2), range(4))
    for index, variable in model.x.items():
        variable.fix(cell(*index))
    stated: list[Any] = sides.at(at, lambda k, u, t: model.x[k, u, t])
    assert pyo.value(stated[0]) == pytest.approx(value, rel=1e-12)


def test_the_first_period_has_none_before_it(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, BOTH, "jobs - previous(jobs) <= 3")
    sides = RuleSides(problem, problem.allocation.rules["rule"])
    with pytest.raises(NoPreviousError):
        sides.at(Instance(0, 0), cell)


@pytest.mark.parametrize(
    ("over", "require", "why"),
    [
        ("unit", "by_unit(loans) <= loans.achieved", "no actual of loans for District A up to 2023-01-31"),
        ("unit", "by_unit(loans) / mark <= 5", "division by zero: mark is 0"),
        ("unit", "by_unit(loans) <= people / mark", "division by zero: mark is 0"),
    ],
)
def test_an_unknown_figure_in_a_rule_is_an_issue_with_its_cause(
    over: str, require: str, why: str, tmp_path: Path
) -> None:
    units = UNITS.replace("level,", "level,name_en,").replace("province,", "province,Top,")
    units = units.replace("a,top,district,", "a,top,district,District A,").replace(
        "b,top,district,", "b,top,district,District B,"
    )
    body = BODY.format(over=over, require=f"'{require}'")
    book = load_rulebook(str(write_book(tmp_path, body, units=units, observations=OBSERVED)))
    problem = pose(book, book.allocations["plan"])
    sides = RuleSides(problem, problem.allocation.rules["rule"])
    with pytest.raises(RuleError) as error:
        deque((sides.at(instance, cell) for instance in sides.instances()), maxlen=0)
    (issue,) = error.value.issues
    assert issue.code is Code.UNKNOWN_RULE
    assert why in issue.message.en


NUMBERS = st.integers(min_value=-9, max_value=9)


@st.composite
def linear(draw: st.DrawFn, depth: int = 3) -> tuple[str, Any]:
    """A random linear side over [unit, period] and what it is worth, worked out in plain Python."""
    kind = draw(
        st.sampled_from(
            ["jobs", "loans", "sum", "difference", "times", "over"] if depth else ["jobs", "loans"]
        )
    )
    if kind == "jobs":
        return "jobs", lambda u, t: cell(0, u, t)
    if kind == "loans":
        return "loans", lambda u, t: cell(1, u, t)
    text, value = draw(linear(depth - 1))
    if kind in ("times", "over"):
        factor = draw(NUMBERS.filter(lambda n: n != 0))
        if kind == "times":
            return f"({factor} * ({text}))", lambda u, t: factor * value(u, t)
        return f"(({text}) / ({factor}))", lambda u, t: value(u, t) / factor
    other_text, other = draw(linear(depth - 1))
    if kind == "sum":
        return f"(({text}) + ({other_text}))", lambda u, t: value(u, t) + other(u, t)
    return f"(({text}) - ({other_text}))", lambda u, t: value(u, t) - other(u, t)


@given(side=linear())
def test_random_linear_sides(side: tuple[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    text, value = side
    problem = problem_of(tmp_path_factory.mktemp("book"), BOTH, f"{text} <= 5")
    sides = RuleSides(problem, problem.allocation.rules["rule"])
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(2), range(2), range(4))
    for index, variable in model.x.items():
        variable.value = cell(*index)
    rows = compile_model(build(problem, deferred=True), problem).rows["rule"]
    worth = rows.matrix @ np.array([cell(*index) for index in model.x])
    for row, at in enumerate(sides.instances()):
        assert at.unit is not None
        assert at.period is not None
        assert worth[row] - rows.upper[row] == pytest.approx(value(at.unit, at.period) - 5, abs=1e-9)
        expected = pytest.approx(value(at.unit, at.period), rel=1e-12, abs=1e-12)
        assert sides.at(at, cell)[0] == expected
        assert pyo.value(sides.at(at, lambda k, u, t: model.x[k, u, t])[0]) == expected


def sides_of(folder: Path, rule: str, observed: str = "") -> RuleSides:
    """A rule over the units a and b of the school north, c of south, d of none."""
    problem = grouped(folder, f"rule: {{{rule}}}", observed=observed)
    return RuleSides(problem, problem.allocation.rules["rule"])


@pytest.mark.parametrize(
    ("rule", "at", "values"),
    [
        ("for: [school, period], require: by_group(jobs) <= seats * months_in_period", (None, 1, 0), [14, 9]),
        ("for: [school, period], require: by_group(jobs) <= seats * months_in_period", (None, 3, 1), [24, 6]),
        ("for: school, require: by_group(by_unit(jobs)) <= limit", (None, None, 0), [10 + 50, 30]),
        ("for: school, require: by_group(by_unit(jobs) * people) <= 9", (None, None, 0), [50 + 350, 9]),
        (
            "for: school, require: by_group(by_unit(jobs)) <= people * seats / seats",
            (None, None, 0),
            [60, 24],
        ),
        (
            "for: school, require: by_group(by_unit(jobs)) + total(loans) <= 9",
            (None, None, 0),
            [60 + 1880, 9],
        ),
        (
            "for: [unit, period], except: {unit: d}, require: jobs * rate / seats <= people",
            (2, 0, None),
            [21 * 2 / 2, 8],
        ),
        ("for: [unit, period], require: jobs <= cap", (1, 1, None), [12, 8]),
        ("for: unit, except: {unit: d}, require: by_unit(jobs) <= limit", (1, None, None), [50, 30]),
        ("for: [school, period], require: cumulative(by_group(jobs)) <= 9", (None, 1, 0), [1 + 11 + 14, 9]),
        ("for: [school, period], require: by_group(jobs - previous(jobs)) <= 9", (None, 1, 0), [2, 9]),
        ("require: total(loans) <= total(people)", (None, None, None), [1880, 24]),
        (
            "for: period, require: by_period(jobs * mark) <= rate * total(months_in_period)",
            (None, 0, None),
            [1 + 21 + 2 * 31, 2 * 12],
        ),
    ],
)
def test_groups_tables_and_their_sums(
    rule: str, at: tuple[int | None, ...], values: list[float], tmp_path: Path
) -> None:
    """Cells as in ``cell``; people 5, 7, 8, 4; mark 1, 0, 1, 2; seats 3 and 2; limit 30 and none."""
    sides = sides_of(tmp_path, rule)
    assert Instance(*at) in list(sides.stated())
    assert sides.at(Instance(*at), cell) == values


@pytest.mark.parametrize(
    ("rule", "stated"),
    [
        ("for: school, require: by_group(by_unit(jobs)) >= 1", [(None, None, 0), (None, None, 1)]),
        ("for: school, require: by_group(by_unit(jobs)) <= limit", [(None, None, 0)]),
        ("for: school, except: {school: north}, require: by_group(by_unit(jobs)) >= 1", [(None, None, 1)]),
        (
            "for: [unit, period], require: jobs <= cap",
            [(0, 0, None), (1, 1, None), (2, 3, None), (3, 0, None)],
        ),
        (
            "for: [unit, period], only: {unit: [a, b], period: [2023-Q2]}, require: jobs <= 9",
            [(0, 1, None), (1, 1, None)],
        ),
        ("for: unit, only: {school: south}, require: by_unit(jobs) <= 9", [(2, None, None)]),
        (
            "for: [unit, period], only: {period: 2023-Q1}, except: {school: [north]}, require: jobs <= 9",
            [(2, 0, None), (3, 0, None)],
        ),
        (
            "for: [unit, period], only: {unit: a}, require: jobs - previous(previous(jobs)) <= 9",
            [(0, 2, None), (0, 3, None)],
        ),
        ("for: [unit, period], only: {unit: a}, require: previous(cap) >= jobs", [(0, 1, None)]),
        ("for: period, require: by_period(jobs) <= total(cap)", []),  # some cells are empty
        (
            f"for: {BOTH}, only: {{period: 2023-Q1}}, require: (jobs if mark > 0 else previous(jobs)) <= 9",
            [(0, 0, None), (2, 0, None), (3, 0, None)],  # at b the first quarter asks for the one before
        ),
    ],
)
def test_where_a_rule_is_stated(rule: str, stated: list[tuple[int | None, ...]], tmp_path: Path) -> None:
    sides = sides_of(tmp_path, rule)
    assert list(sides.stated()) == [Instance(*at) for at in stated]
    skipped = [at for at in sides.instances() if at not in list(sides.stated())]
    for at in skipped:
        with pytest.raises((NoPreviousError, NoBoundError)):
            sides.at(at, cell)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("for: unit, require: by_unit(jobs) * rate / seats <= 9", ["d: d is in no group that has seats"]),
        ("require: total(jobs * seats / rate) <= 9", ["top: d is in no group that has seats"]),
        (
            "for: [unit, period], only: {unit: a, period: [2023-Q2]}, require: jobs <= cap + loans.achieved",
            ["a: the table cap has no figure for a; no actual of loans for a up to 2023-01-31"],
        ),
        (
            "for: [school, period], only: {period: [2023-Q2]}, require: by_group(jobs * loans.achieved) <= 9",
            [
                "north: no actual of loans for a up to 2023-01-31",
                "south: no actual of loans for c up to 2023-01-31",
            ],
        ),
        (
            "for: unit, only: {unit: b}, require: by_unit(jobs / mark) <= 9",
            ["b: division by zero: mark is 0"],
        ),
    ],
)
def test_every_instance_with_an_unknown_figure_is_an_issue(rule: str, why: list[str], tmp_path: Path) -> None:
    with pytest.raises(RuleError) as error:
        sides_of(tmp_path, rule).stated()
    assert {issue.code for issue in error.value.issues} == {Code.UNKNOWN_RULE}
    assert [issue.message.en.partition(" at ")[2] for issue in error.value.issues] == why


def test_a_group_whose_figure_is_missing_is_told(tmp_path: Path) -> None:
    problem = grouped(
        tmp_path, "rule: {for: school, require: by_group(by_unit(jobs)) * rate / seats <= each * people}"
    )
    school = problem.rulebook.groupings["school"]
    seats = replace(school.attributes["seats"], values=np.array([3, np.nan, np.nan]))
    rulebook = replace(problem.rulebook, groupings={"school": replace(school, attributes={"seats": seats})})
    problem = replace(problem, rulebook=rulebook)
    with pytest.raises(RuleError, match="unknown at south: the group south has no seats"):
        RuleSides(problem, problem.allocation.rules["rule"]).stated()
