"""Whole allocations against enumeration and against CP-SAT on all cells."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from scenarios.fairness import CellProblem, allocate
from tests.scenarios.test_periods import allowed, best_split, compositions, course, random_rows, rows_of


def fair_shares(total: Any, need: Any) -> list[list[Fraction]]:
    return [
        [Fraction(int(total[k]) * int(v), max(1, int(sum(need[k])))) for v in need[k]]
        for k in range(len(total))
    ]


def random_case(seed: int) -> Any:
    r = np.random.default_rng(seed)
    shape = [(1, 3, 2), (2, 2, 2), (1, 2, 3), (2, 3, 1), (1, 1, 3), (1, 4, 1)][int(r.integers(6))]
    quotas, units, periods = shape
    total = r.integers(0, 8 if quotas * units < 4 else 6, quotas)
    need = r.integers(0 if r.random() < 0.2 else 1, [3, 9, 50][int(r.integers(3))], (quotas, units))
    need[:, 0] += need.sum(axis=1) == 0
    fair = fair_shares(total, need)
    profile = r.integers(0 if r.random() < 0.2 else 1, 4, (quotas, periods))
    profile[:, 0] += profile.sum(axis=1) == 0
    lower, upper = np.zeros((quotas, units), dtype=int), np.full((quotas, units), 9)
    upper[r.random(upper.shape) < 0.2] = 2
    lower[r.random(lower.shape) < 0.1] = 1
    cell_lower, cell_upper = np.zeros(shape, dtype=int), np.full(shape, 9)
    cell_upper[r.random(shape) < 0.15] = 1
    weight = [Fraction(int(v)) for v in r.integers(1, 4, quotas)]
    q = np.array([r.multinomial(total[k], need[k] / need[k].sum()) for k in range(quotas)])
    x = np.array(
        [[r.multinomial(q[k, u], profile[k] / profile[k].sum()) for u in range(units)] for k in range(quotas)]
    )
    rows = random_rows(r, x, int(r.integers(0, 4)))
    return total, fair, weight, lower, upper, cell_lower, cell_upper, profile, rows


def problem_of(case: Any) -> CellProblem:
    total, fair, weight, lower, upper, cell_lower, cell_upper, profile, rows = case
    return CellProblem(
        total=np.asarray(total),
        fair=np.array([[float(f) for f in one] for one in fair]),
        weight=np.array([float(w) for w in weight]),
        lower=lower,
        upper=upper,
        cell_lower=cell_lower,
        cell_upper=cell_upper,
        profile=profile,
        matrix=rows_of(rows[0], np.size(cell_lower)),
        row_lower=np.array([float(v) for v in rows[1]]),
        row_upper=np.array([float(v) for v in rows[2]]),
    )


def unfairness(q: Any, case: Any) -> tuple[int, Fraction]:
    total, fair, weight = case[:3]
    none = sum(int(q[k][u]) for k, u in np.ndindex(np.shape(q)) if fair[k][u] == 0)
    value = sum(
        (
            weight[k] / max(1, int(total[k])) * (int(q[k][u]) - fair[k][u]) ** 2 / fair[k][u]
            for k, u in np.ndindex(np.shape(q))
            if fair[k][u]
        ),
        Fraction(0),
    )
    return none, value


def enumerated(case: Any) -> tuple[Any, Any, Fraction] | None:
    total, _, _, lower, upper, cell_lower, cell_upper, profile, rows = case
    quotas, units, _ = cell_lower.shape
    cell_upper = np.where(np.asarray(profile)[:, None, :] == 0, 0, cell_upper)
    options = [compositions(int(total[k]), lower[k], np.minimum(upper[k], total[k])) for k in range(quotas)]
    plans = [np.array(q).reshape(quotas, units) for q in itertools.product(*options)]
    plans.sort(key=lambda q: (*unfairness(q, case), tuple(-q.T.ravel())))
    for q in plans:
        if allowed(q, cell_lower, cell_upper, rows):
            x = best_split(q, course(q, profile), cell_lower, cell_upper, rows)
            return q, x, unfairness(q, case)[1]
    return None


@pytest.mark.parametrize("seed", range(8))
def test_as_enumerated(seed: int) -> None:
    for one in range(seed * 40, seed * 40 + 40):
        case = random_case(one)
        expected, found = enumerated(case), allocate(problem_of(case))
        if expected is None:
            assert found.status == "infeasible", one
            continue
        q, x, value = expected
        assert found.status == "optimal", one
        assert found.q is not None
        assert found.x is not None
        assert found.q.tolist() == q.tolist(), one
        assert found.x.tolist() == x.tolist(), one
        assert found.objective == pytest.approx(float(value), rel=1e-9, abs=1e-12)
        assert found.objective - found.bound <= 1e-6 * found.objective + 1e-15
