"""Who may be among the few that move away from an issued plan (§11): by hand and by enumeration."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios import movers
from scenarios.cells import CellProblem
from scenarios.fairness import Allocation, allocate
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


PEOPLE = (
    [1558, 736, 995, 889, 1265, 801, 677, 866, 486],
    [256, 331, 628, 800, 1204, 802, 644, 715, 408],
    [107, 138, 262, 333, 501, 334, 269, 298, 170],
)
LEFT = (185, 212, 88)
"""What nine districts were issued of three quotas, and what a tenth had, which is left out now."""


def without_a_unit(most: int, *, jobs_of_the_first: float = math.inf) -> CellProblem:
    """The quotas of the tenth placed anew among the nine, of which so many may change."""
    total = np.array([sum(one) + left for one, left in zip(PEOPLE, LEFT, strict=True)])
    upper = np.full((3, 9), np.inf)
    upper[0, 0] = jobs_of_the_first
    problem = CellProblem(
        total=total,
        fair=np.array([total[k] * np.array(one) / sum(one) for k, one in enumerate(PEOPLE)]),
        weight=np.ones(3),
        lower=np.zeros((3, 9)),
        upper=upper,
        cell_lower=np.zeros((3, 9, 1)),
        cell_upper=np.full((3, 9, 1), np.inf),
        profile=np.ones((3, 1)),
        matrix=sparse.csr_array((0, 27)),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        fairness="proportional",
    )
    return close(problem, PEOPLE, math.inf, reach=0, most=most)


def changes(found: Allocation) -> dict[tuple[int, int], int]:
    assert found.status == "optimal"
    assert found.q is not None
    more = found.q - np.array(PEOPLE)
    return {(int(k), int(u)): int(more[k, u]) for k, u in np.argwhere(more)}


@pytest.mark.parametrize("most", range(3))
def test_three_totals_need_three_that_move(most: int) -> None:
    assert allocate(without_a_unit(most)).status == "infeasible"


def test_three_move_where_three_totals_are_placed_anew() -> None:
    """One of each quota takes all: where d² ÷ p is least, at the largest p. Where the first district's jobs
    are full, those are the fifth's, all three.
    """
    found = allocate(without_a_unit(3))
    assert changes(found) == {(0, 0): 185, (1, 4): 212, (2, 4): 88}
    expected = 185**2 / 1558 / 8458 + 212**2 / 1204 / 6000 + 88**2 / 501 / 2500
    assert found.objective == pytest.approx(expected)
    assert found.bound == pytest.approx(expected, rel=1e-6)
    full = allocate(without_a_unit(3, jobs_of_the_first=1558))
    assert changes(full) == {(0, 4): 185, (1, 4): 212, (2, 4): 88}


@pytest.mark.parametrize("most", [4, 5, 6, 7])
def test_any_number_that_moves_as_enumerated(most: int) -> None:
    """Nothing ties the quotas but how many move: the best of each with so many, and of those what is best in
    sum. Whole numbers one after the other where the next costs least are the best of a set that moves.
    """
    tables = []
    for people, left in zip(PEOPLE, LEFT, strict=True):
        table: dict[int, tuple[float, dict[int, int]]] = {}
        for count in range(1, most - 1):
            for moving in itertools.combinations(range(9), count):
                more = dict.fromkeys(moving, 0)
                for _ in range(left):
                    least = min(moving, key=lambda u: (2 * more[u] + 1) / people[u])
                    more[least] += 1
                cost = sum(d * d / people[u] for u, d in more.items()) / (sum(people) + left)
                table[count] = min(table.get(count, (math.inf, {})), (cost, more), key=lambda one: one[0])
        tables.append(table)
    best = min(
        (
            [table[n] for table, n in zip(tables, counts, strict=True)]
            for counts in itertools.product(range(1, most - 1), repeat=3)
            if sum(counts) == most
        ),
        key=lambda parts: sum(cost for cost, _ in parts),
    )
    found = allocate(without_a_unit(most))
    assert changes(found) == {(k, u): d for k, (_, more) in enumerate(best) for u, d in more.items()}
    assert found.objective == pytest.approx(sum(cost for cost, _ in best))
    assert found.bound == pytest.approx(found.objective, rel=1e-6)
