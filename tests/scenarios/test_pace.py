"""The pace of change: by hand, its shape, as bounds of plans as enumerated, in conflicts."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import RuleError
from scenarios.explain import explain_quota
from scenarios.pace import paced
from scenarios.plan import Paced, make_plan
from scenarios.posing import pose
from scenarios.replan import at_pace
from tests.scenarios.enumerated import METHODS, Case, best
from tests.scenarios.replans import NAMES, book, issue


def limits(
    fair: float, last: float, up: float | None, down: float | None, taper: float
) -> tuple[float, float]:
    least, most = paced(np.array([fair]), np.array([last]), up, down, taper)
    return float(least[0]), float(most[0])


def test_by_hand() -> None:
    """Last 100, a tenth free. 130 is 20 beyond: half of it lets 20 through. 70 likewise the other way."""
    assert limits(130, 100, 0.1, 0.1, 0.5) == (90, 120)
    assert limits(70, 100, 0.1, 0.1, 0.5) == (80, 110)
    assert limits(105, 100, 0.1, 0.1, 0.5) == (90, 110)
    assert limits(130, 100, 0.1, 0.05, 0) == (95, 110)
    assert limits(130, 100, 0.1, 0.1, 1) == (-math.inf, math.inf)
    assert limits(130, 100, None, 0.1, 0) == (90, math.inf)
    assert limits(130, 100, 0.1, None, 0) == (-math.inf, 110)
    assert limits(math.nan, 100, 0.1, 0.1, 0) == (-math.inf, math.inf)
    assert limits(130, math.nan, 0.1, 0.1, 0) == (-math.inf, math.inf)
    assert limits(5, 0, 0.1, 0.1, 0.5) == (0, 2.5)  # from nothing half of the share is let through


@pytest.mark.parametrize("taper", [0.0, 0.25, 0.5, 0.9])
def test_no_cliff_edge(taper: float) -> None:
    """As the fair share grows, both limits grow, and by no more than it does; inside nothing is cut."""
    fair = np.linspace(0, 300, 3001)
    least, most = paced(fair, np.full(fair.shape, 100.0), 0.1, 0.2, taper)
    for side in (least, most):
        steps = np.diff(side)
        assert (steps >= -1e-9).all()
        assert (steps <= 0.1 + 1e-9).all()
    inside = (fair >= 80) & (fair <= 110)
    assert ((least <= fair) & (fair <= most))[inside].all()
    assert (most[fair > 110.01] < fair[fair > 110.01]).all()
    assert (least[fair < 79.99] > fair[fair < 79.99]).all()


@pytest.mark.parametrize("seed", range(12))
def test_plans_as_enumerated(seed: int, tmp_path: Path) -> None:
    """Limits in fractions, drawn in to whole numbers; every method's plan within them by enumeration."""
    r = random.Random(seed)
    needs, total = [r.randint(1, 9) for _ in range(4)], r.randint(10, 24)
    last = {unit: r.randint(0, 10) for unit in NAMES[: r.randint(2, 4)]}
    up, down, taper = r.choice([0, 10, 30]), r.choice([0, 20, 50]), r.choice([0, 25, 50])
    method = METHODS[seed % len(METHODS)]
    keys = f"pace: {{from: before, up: 0.{up:02}, down: 0.{down:02}, taper: 0.{taper:02}}}"
    rulebook = book(tmp_path, needs, total, jobs=keys, fairness=method, before=last)
    lower, upper = [0] * 4, [99] * 4
    fair = [Fraction(total * need, sum(needs)) for need in needs]
    for u, unit in enumerate(NAMES[:4]):
        if unit in last:
            free_up, free_down = Fraction(up * last[unit], 100), Fraction(down * last[unit], 100)
            change, part = fair[u] - last[unit], Fraction(taper, 100)
            upper[u] = math.floor(last[unit] + free_up + part * max(change - free_up, Fraction(0)))
            lower[u] = max(
                0, math.ceil(last[unit] - free_down - part * max(-change - free_down, Fraction(0)))
            )
    nothing: Any = ([], [], [])
    case = Case(
        method,
        np.array([total]),
        [fair],
        [Fraction(1)],
        np.array([lower]),
        np.array([upper]),
        np.zeros((1, 4, 1), dtype=int),
        np.full((1, 4, 1), 99),
        np.ones((1, 1), dtype=int),
        nothing,
        np.zeros((1, 4), dtype=bool),
        np.ones(1, dtype=int),
        [[Fraction(0)] * 4],
    )
    plan, expected = make_plan(rulebook), best(case)
    if expected is None:
        assert plan.status == "infeasible"
        named = {member for conflict in plan.conflicts for member in conflict.members}
        assert any(member.startswith("jobs.pace.") for member in named)
        assert named <= {"jobs.total", *(f"jobs.pace.{unit}" for unit in last)}
    else:
        assert [share.value for share in plan.shares] == expected[0][0].tolist()
        for share, low, high in zip(plan.shares, lower, upper, strict=True):
            at_edge = share.unit in last and share.value in (low, high)
            assert ("pace" in share.binding) == at_edge


def test_in_a_conflict_and_its_relaxation(tmp_path: Path) -> None:
    tight = book(
        tmp_path, [1, 1], 20, jobs="pace: {from: before, up: 0.1, taper: 0}", before={"a": 5, "b": 5}
    )
    plan = make_plan(tight)
    assert plan.status == "infeasible"
    # At most 5.5 each: 5 and 5 in whole numbers, of 20.
    assert [conflict.members for conflict in plan.conflicts] == [("jobs.pace.a", "jobs.pace.b", "jobs.total")]
    assert [(one.member, one.by) for one in plan.conflicts[0].relax] == [
        ("jobs.pace.a", 4.5),
        ("jobs.pace.b", 4.5),
    ]
    assert plan.relaxed is not None
    assert [share.value for share in plan.relaxed.shares] == [10, 10]


def test_it_is_a_step_of_its_own_kind_and_held_quotas_are_free(tmp_path: Path) -> None:
    """Shares 15 and 15, last 20 and 10, nothing free, half: 17.5 and 12.5 at most and least."""
    keys = "pace: {from: before, up: 0, down: 0}"
    plan = make_plan(book(tmp_path, [1, 1], 30, jobs=keys, before={"a": 20, "b": 10}))
    assert [share.value for share in plan.shares] == [18, 12]
    assert [float(step.change) for step in plan.shares[0].waterfall] == [15, 0, 2.5, 0, 0.5]
    held = make_plan(book(tmp_path, [1, 1], 30, jobs=keys, before={"a": 20}, hold="a: {jobs: 3}"))
    assert [share.value for share in held.shares] == [3, 27]


def test_from_a_plan_in_the_place_of_the_rulebooks_own(tmp_path: Path) -> None:
    last = issue(book(tmp_path, [2, 1], 30))
    now = book(tmp_path, [1, 1], 30, jobs="pace: {from: before, up: 5}", before={"a": 1})
    # Last 20 and 10, a tenth free, half beyond: 15 is 3 too low and 4 too high.
    paced_book = at_pace(now, last, 0.1)
    posed = pose(paced_book, paced_book.allocations["plan"]).quotas[0]
    assert posed.pace_least.tolist() == [16.5, 9]
    assert posed.pace_most.tolist() == [22, 13]
    assert [share.value for share in make_plan(paced_book).shares] == [17, 13]


def test_an_explanation_goes_down_to_the_row_of_the_last_quota(tmp_path: Path) -> None:
    """Shares 20 and 10 of 30. Of 10 a fifth is free, 2, and a quarter of the other 8: 14. Down a fifth: 8."""
    keys = "pace: {from: before, up: 0.2, down: 0.2, taper: 0.25}"
    plan = make_plan(book(tmp_path, [2, 1], 30, jobs=keys, before={"a": 10}))
    assert plan.status == "optimal"
    assert [
        (share.pace and (share.pace.last, share.pace.least, share.pace.most)) for share in plan.shares
    ] == [
        (10, 8, 14),
        None,
    ]
    found = {item.name: item for item in explain_quota(plan, "jobs", "a").top.inputs}
    most = found["plan.jobs.pace.at_most@a"]
    assert most.value == 14
    assert most.formula == "last + up * last + taper * max(fair - last - up * last, 0)"
    inside = {item.name: item for item in most.inputs}
    assert {name: item.value for name, item in inside.items()} == {
        "plan.jobs.pace.from@a": 10,
        "plan.jobs.pace.up": 0.2,
        "plan.jobs.pace.taper": 0.25,
        "plan.jobs.fair@a": 20,
    }
    last = inside["plan.jobs.pace.from@a"]
    assert last.formula == "before"
    (row,) = last.inputs
    assert row.place is not None
    assert (row.name, row.value, row.place.file, row.place.line) == ("before@a", 10, "book/before.csv", 2)
    other = [item.name for item in explain_quota(plan, "jobs", "b").top.inputs]
    assert not [name for name in other if "pace" in name]  # no last quota: nothing is limited


def test_one_sided_and_without_any_limit(tmp_path: Path) -> None:
    """Shares 15 each; nothing free above 20, and below 20 all but half of 5."""
    plan = make_plan(book(tmp_path, [1, 1], 30, jobs="pace: {from: before, down: 0}", before={"a": 20}))
    assert plan.shares[0].pace == Paced(20, 17.5, None)
    names = [item.name for item in explain_quota(plan, "jobs", "a").top.inputs]
    assert [name for name in names if "pace" in name] == ["plan.jobs.pace.at_least@a"]
    free = make_plan(
        book(tmp_path, [1, 1], 30, jobs="pace: {from: before, up: 0, taper: 1}", before={"a": 20})
    )
    assert free.shares[0].pace is None
    held = make_plan(
        book(tmp_path, [1, 1], 30, jobs="pace: {from: before, up: 0}", before={"a": 9}, hold="a: {jobs: 12}")
    )
    assert held.shares[0].pace is None


@pytest.mark.parametrize(("share", "taper"), [(-0.1, None), (math.nan, None), (math.inf, None), (0.1, 1.5)])
def test_numbers_that_mean_nothing_are_refused(share: float, taper: float | None, tmp_path: Path) -> None:
    rulebook = book(tmp_path, [1, 1], 10)
    with pytest.raises(RuleError) as caught:
        at_pace(rulebook, issue(rulebook), share, taper)
    assert [one.code.value for one in caught.value.issues] == ["bad_setting"]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("pace: {from: before}", "missing_key"),
        ("pace: {up: 0.1}", "missing_key"),
        ("pace: {from: before, up: -0.1}", "bad_number"),
        ("pace: {from: before, up: 0.1, taper: 1.5}", "bad_number"),
        ("pace: {from: nowhere, up: 0.1}", "unknown_name"),
        ("pace: {from: before, sideways: 0.1}", "unknown_key"),
    ],
)
def test_keys_that_are_wrong_are_told(keys: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        book(tmp_path, [1, 1], 10, jobs=keys)
    assert code in {one.code.value for one in caught.value.issues}


def test_a_last_quota_below_nothing_is_told(tmp_path: Path) -> None:
    rulebook = book(tmp_path, [1, 1], 10, jobs="pace: {from: 0 - need, up: 0.1}")
    with pytest.raises(RuleError, match="below 0"):
        make_plan(rulebook)
