"""Frontiers of any two goals of a plan (§12): every point there is, against enumeration."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios.cells import CellProblem
from scenarios.frontier import plan_frontier_of
from scenarios.limited import Cost
from scenarios.stability import Stay
from scenarios.walk import Walk
from tests.scenarios.enumerated import METHODS, Case, best
from tests.scenarios.test_alternatives import all_plans, unfairness
from tests.scenarios.test_frontier import cost, order, priced


def issued(case: Case, seed: int) -> Any:
    """Quotas near the needs that may be impossible by now, float64 [K, U]; some units had none."""
    r = np.random.default_rng([seed, 11])
    quotas = np.array(
        [
            r.multinomial(int(n) + 1, np.ones(len(f)) / len(f))
            for n, f in zip(case.total, case.fair, strict=True)
        ]
    ).astype(float)
    quotas[r.random(quotas.shape) < 0.15] = np.nan
    return quotas


def beside(case: Case, quotas: Any) -> CellProblem:
    problem = case.problem()
    none = np.full(problem.shape, np.nan)
    stay = Stay("issued", 0.0, quotas, none, np.zeros(quotas.shape), most=quotas.size)
    return replace(problem, stay=stay)


def changes(q: Any, quotas: Any) -> Fraction:
    return Fraction(sum(a != b for a, b in zip(q.ravel(), quotas.ravel(), strict=True) if not np.isnan(b)))


def frontier_of(worth: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Pairs of which none is as good in both and better in one, in order."""
    kept: list[tuple[Any, Any]] = []
    for one in sorted(set(worth)):
        if not kept or one[1] < kept[-1][1]:
            kept.append(one)
    return kept


@pytest.mark.parametrize(
    ("method", "goals"),
    [
        *((method, ("fairness", other)) for method in METHODS for other in ("cost", "changes")),
        ("proportional", ("cost", "changes")),
        ("smallest_divisors", ("cost", "changes")),
    ],
)
def test_every_point_there_is(method: str, goals: tuple[str, str]) -> None:
    """With room for all points, all are there and none else; with room for 3, some of them, both ends."""
    several = 0
    for seed in range(60):
        if several == 3:
            break
        case = priced(seed, method)
        first = best(case)
        if first is None:
            continue
        q, x = np.asarray(first[0]), np.asarray(first[1])
        was = issued(case, seed)
        problem = beside(case, was) if "changes" in goals else case.problem()

        def worth(p: Any, case: Case = case, was: Any = was) -> tuple[Any, Any]:
            value = order(p, case) if goals[0] == "fairness" else cost(p, case)
            return (cost(p, case) if goals[1] == "cost" else changes(p, was)), value

        true = frontier_of([worth(p) for p in all_plans(case) if unfairness(p, q, case) is not None])
        if len(true) < 3 and seed > 2:
            continue
        found = plan_frontier_of(problem, q, x, goals, 1000)
        assert found.every
        assert [worth(point.q) for point in found.points] == true
        assert [point.goal for point in found.points] == [one[0] for one in true]
        if goals[0] == "cost":
            assert [point.other for point in found.points] == [one[1] for one in true]
        few = plan_frontier_of(problem, q, x, goals, 3)
        shown = [worth(point.q) for point in few.points]
        assert set(shown) <= set(true)
        assert {true[0], true[-1]} <= set(shown)
        assert len(shown) <= 3
        # It is known whether there are more; if there are, between which neighbours.
        assert few.every == (len(shown) == len(true))
        for one in set(true) - set(shown):
            assert any(low < one[0] < high for low, high in few.gaps)
        several += len(true) > 2
    assert several


class Place:
    def __init__(self, goal: Fraction) -> None:
        self.goal = goal


def test_a_walk_finds_all_of_a_few_points_or_says_where_more_lie() -> None:
    goals = [Fraction(n) for n in (0, 1, 2, 50, 51, 100)]

    def at(most: Fraction, _: int) -> Place:
        return Place(max(goal for goal in goals if goal <= most))

    def walked(points: int, step: Fraction | None) -> tuple[list[Fraction], list[Any]]:
        walk = Walk(at, Place(Fraction(100)), Fraction(0), step)
        walk.run(points)
        return [one.goal for one in walk.points], walk.gaps

    assert walked(6, Fraction(1)) == (goals, [])
    found, gaps = walked(3, Fraction(1))
    assert found == [0, 50, 100]
    assert gaps == [(0, 50), (50, 100)]
    # Where steps can't be told apart nothing is called proven to be all.
    assert walked(2, None)[1] == [(0, 100)]


def test_costs_are_counted_in_the_steps_they_differ_by() -> None:
    """7.5 and 5 differ by 2.5, 0.1 and 0.3 by 0.2: all costs of plans by multiples of 0.1."""
    shape = (2, 2)
    problem = CellProblem(
        total=np.array([4, 10]),
        fair=np.ones(shape),
        weight=np.ones(2),
        lower=np.zeros(shape),
        upper=np.full(shape, 10.0),
        cell_lower=np.zeros((2, 2, 1)),
        cell_upper=np.full((2, 2, 1), 10.0),
        profile=np.ones((2, 1)),
        matrix=sparse.csr_array((0, 4)),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        cost=np.array([[7.5, 5.0], [0.1, 0.3]]),
    )
    goal = Cost(problem)
    assert goal.step == Fraction(1, 10)
    q = np.array([[1, 3], [4, 6]])
    assert goal.of(q) == Fraction(75, 10) + 15 + Fraction(4, 10) + Fraction(18, 10)
    # The least: 4 × 5 + 10 × 0.1 = 21; 24.7 lies 37 steps above.
    assert goal.most(Fraction(247, 10)) == 37.5
