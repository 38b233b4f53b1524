"""Fairness against cost and against a figure (§12), against enumeration."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from scenarios.frontier import Point, cost_frontier_of, undominated
from tests.scenarios.enumerated import METHODS, Case, best, random_case, rating
from tests.scenarios.test_alternatives import all_plans, unfairness


def order(q: Any, case: Case) -> Any:
    """What a method compares, for plans that keep the fairest one's seats."""
    if case.method in {"minimax", "leximin"}:
        return rating(q, case)[0]
    return rating(q, case)[-1]


def cost(q: Any, case: Case) -> Fraction:
    return sum((case.cost[k][u] * int(q[k][u]) for k, u in case.places()), Fraction(0))


def priced(seed: int, method: str) -> Case:
    case = random_case(seed, method)
    r = np.random.default_rng([seed, 5])
    case.cost = [[Fraction(int(v), 2) for v in one] for one in r.integers(-3, 9, np.shape(case.fair))]
    return case


@pytest.mark.parametrize("method", METHODS)
def test_every_point_is_on_the_true_frontier(method: str) -> None:
    several = between = 0
    for seed in range(30):
        case = priced(seed, method)
        first = best(case)
        if first is None:
            continue
        q, x = np.asarray(first[0]), np.asarray(first[1])
        found = cost_frontier_of(case.problem(), q, x, 5)
        assert found.complete
        plans = [p for p in all_plans(case) if unfairness(p, q, case) is not None]
        worth = [(cost(p, case), order(p, case)) for p in plans]
        cheapest = min(worth)  # the least cost, and the fairest at that
        assert (found.points[0].goal, order(found.points[0].q, case)) == cheapest
        assert (found.points[-1].q == q).all()
        assert [one.goal for one in found.points] == sorted({one.goal for one in found.points})
        for point in found.points:
            here = (cost(point.q, case), order(point.q, case))
            assert here in worth
            assert here[0] == point.goal
            assert point.objective == pytest.approx(float(unfairness(point.q, q, case) or 0), abs=1e-12)
            # None is as good in both and better in one.
            assert not [w for w in worth if w[0] <= here[0] and w[1] <= here[1] and w != here]
        several += len(found.points) > 1
        between += len(found.points) > 2
    assert several > 5
    assert between > 2


def point(goal: int, objective: float) -> Point:
    nothing = np.zeros((1, 1), dtype=np.int64)
    return Point(Fraction(goal), objective, nothing, nothing, True)


def test_dominated_points_are_left_out() -> None:
    points = [point(1, 5.0), point(2, 3.0), point(3, 3.0), point(4, 4.0), point(5, 1.0)]
    assert [one.goal for one in undominated(points, more=False)] == [1, 2, 5]
    assert [one.goal for one in undominated(points, more=True)] == [5]
    rising = [point(1, 1.0), point(2, 2.0), point(3, 2.0)]
    assert [one.goal for one in undominated(rising, more=False)] == [1]
    assert [one.goal for one in undominated(rising, more=True)] == [1, 3]
    assert undominated([point(1, 0.0), point(2, 0.0)], more=False)[0].goal == 1
