"""Who may be among the few that move away from an issued plan (§11): by hand and by enumeration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from scenarios import movers
from scenarios.fairness import allocate
from tests.scenarios.enumerated import random_case
from tests.scenarios.staying import best_close, random_asked
from tests.scenarios.test_methods import one_quota
from tests.scenarios.test_stability import close


@pytest.mark.parametrize("method", movers.QUADRATIC)
@pytest.mark.parametrize("seed", range(2))
def test_as_enumerated_where_movers_are_settled_first(
    method: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same plans as ever, ties and periods too; and the bound is never above them."""
    monkeypatch.setattr(movers, "FEW", 0)
    settled = 0
    narrow = movers.narrowed

    def counted(*given: Any) -> movers.Narrowed:
        nonlocal settled
        found = narrow(*given)
        assert found.bound <= best[2] + 1e-9
        settled += found.problem is not given[0]
        return found

    monkeypatch.setattr("scenarios.fairness.narrowed", counted)
    told = 0
    for one in range(seed * 50, seed * 50 + 50):
        case = random_case(one, method)
        asked = random_asked(one, case)
        if asked.most is None:
            continue
        expected = best_close(case, asked)
        best = (*expected, math.inf) if expected else (None, None, math.inf)
        if expected:
            best = (*expected, worth(asked.problem(case), expected[0]))
        found = allocate(asked.problem(case))
        if expected is None:
            assert found.status == "infeasible", one
            continue
        told += 1
        assert found.status == "optimal", one
        assert found.q is not None
        assert found.x is not None
        assert found.q.tolist() == expected[0].tolist(), one
        assert found.x.tolist() == expected[1].tolist(), one
    assert told > 3
    assert settled > 1


def worth(problem: Any, q: Any) -> float:
    """The objective where every number counts that isn't held."""
    weight = problem.weight / np.maximum(1, problem.total)
    fair, step = problem.fair, problem.multiple[:, None]
    shifted = q - fair + (0.5 * step if problem.fairness == "greatest_divisors" else 0)
    over = 1.0 if problem.fairness == "largest_remainder" else np.where(fair > 0, fair, 1.0)
    counted = ~problem.held & (fair > 0)
    return float((np.where(counted, shifted**2 / over, 0.0).sum(axis=1) * weight).sum())


def test_those_move_that_bear_it_best() -> None:
    """Of 100 units 50 were issued 100 to 149, 50 were issued 10. 3 may move and 444 more are placed: the
    largest take a share each in proportion to what they had, 149 + 148 + 147 = 444.
    """
    issued = [*range(100, 150), *[10] * 50]
    total = sum(issued) + 444
    problem = one_quota(issued, total, "proportional")
    found = allocate(close(problem, [issued], math.inf, reach=0, most=3))
    assert found.status == "optimal"
    assert found.q is not None
    assert found.q[0].tolist() == [*range(100, 147), 294, 296, 298, *[10] * 50]
    # Each d² ÷ p is p: Σ is 444.
    assert found.objective == pytest.approx(444 / total)
    assert found.bound == pytest.approx(444 / total, rel=1e-6)


def test_of_like_units_the_first_move() -> None:
    """50 like units of 10, two may move, 10 more are placed: 5 each at the first two."""
    problem = one_quota([1] * 50, 510, "proportional")
    found = allocate(close(problem, [[10] * 50], math.inf, reach=0, most=2), time_limit=60)
    assert found.status == "optimal"
    assert found.q is not None
    assert found.q[0].tolist() == [15, 15, *[10] * 48]
