"""The waterfall's continuous optimum against the exact one, in fractions, at figures of every size (§14)."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from scenarios.cells import CellProblem
from scenarios.relaxation import continuous, fairest

CASES = 60
NEAR = Fraction(1, 10**6)  # of the largest total: sides that may bind
CLOSE = 1e-11  # of the largest total
FIRST = Fraction(10**60)  # what one of what has no need costs, against fairness of about 1


def case(seed: int) -> CellProblem:
    """Quotas of one period under rules that a point near the fair shares keeps; these may not."""
    rng = np.random.default_rng(seed)
    quotas, units = int(rng.integers(1, 3)), int(rng.integers(2, 5))
    total = np.floor(10 ** rng.uniform(2, 12, quotas)).astype(np.int64)
    need = rng.integers(1, 1000, (quotas, units)).astype(float)
    fair = total[:, None] * need / need.sum(axis=1, keepdims=True)
    away = rng.uniform(-0.05, 0.05, fair.shape) * fair
    point = fair + away - fair * away.sum(axis=1, keepdims=True) / total[:, None]
    rows, lower, upper = [], [], []
    for _ in range(int(rng.integers(1, 4))):
        row = np.where(rng.random(fair.shape) < 0.4, rng.choice([1.0, 2.0, 0.1, -1.0, 3.7], fair.shape), 0.0)
        row[0, rng.integers(units)] = 1.0
        at, ideal = float((row * point).sum()), float((row * fair).sum())
        side = at + (ideal - at) * rng.choice([0, 0.3, 0.99, 0.999999, 1.0, 1.3])
        rows.append(row.ravel())
        lower.append(-np.inf if ideal >= at else min(side, at))
        upper.append(max(side, at) if ideal >= at else np.inf)
    open_ = np.full(fair.shape, np.inf)
    ceiling = np.where(rng.random(fair.shape) < 0.3, np.maximum(point, fair) * rng.uniform(1, 1.05), open_)
    return CellProblem(
        total=total,
        fair=fair,
        weight=np.ones(quotas),
        lower=-open_,
        upper=ceiling,
        cell_lower=np.zeros((quotas, units, 1)),
        cell_upper=open_[:, :, None],
        profile=np.ones((quotas, 1)),
        matrix=sparse.csr_array(np.array(rows)),
        row_lower=np.array(lower),
        row_upper=np.array(upper),
    )


def solved(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """The solution of linear equations by elimination; None where there isn't exactly one."""
    rows = [[*row, side] for row, side in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next((row for row in range(at, len(rows)) if rows[row][at]), None)
        if pivot is None:
            return None
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(len(rows)):
            if other != at and (factor := rows[other][at]):
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]


def exact(problem: CellProblem, near: np.ndarray) -> np.ndarray | None:
    """The optimum from the sides that bind near a point: the set of them that meets all KKT conditions.

    What has no need costs so much that no fairness makes up for it, and its square next to nothing: in
    fractions, where nothing rounds, that is as little as possible first, and evenly last.
    """
    quotas, units = problem.fair.shape
    n = quotas * units
    fair = [Fraction(value) for value in problem.fair.ravel().tolist()]
    total = [int(problem.total[i // units]) for i in range(n)]
    curve = [2 / (fair[i] * total[i]) if fair[i] else 1 / FIRST for i in range(n)]
    slope = [Fraction(2, total[i]) if fair[i] else -FIRST for i in range(n)]
    equations = [
        ([Fraction(int(i // units == k)) for i in range(n)], Fraction(int(problem.total[k])))
        for k in range(quotas)
    ]
    sides: list[tuple[list[Fraction], Fraction]] = []
    for row, low, high in zip(
        problem.matrix.toarray().tolist(), problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True
    ):
        values = [Fraction(value) for value in row]
        if np.isfinite(high):
            sides.append((values, Fraction(high)))
        if np.isfinite(low):
            sides.append(([-value for value in values], -Fraction(low)))
    for i, most in enumerate(problem.upper.ravel().tolist()):
        unit = [Fraction(int(i == j)) for j in range(n)]
        if np.isfinite(most):
            sides.append((unit, Fraction(most)))
        sides.append(([-value for value in unit], Fraction(0)))

    def at(row: list[Fraction], q: list[Fraction]) -> Fraction:
        return sum((a * b for a, b in zip(row, q, strict=True)), Fraction(0))

    point = [Fraction(value) for value in near.ravel().tolist()]
    tight = [side for side in sides if side[1] - at(side[0], point) <= NEAR * max(total)]
    for count in range(len(tight) + 1):
        for active in itertools.combinations(tight, count):
            rows = [*equations, *active]
            matrix = [
                [curve[i] * (i == j) for j in range(n)] + [row[i] for row, _ in rows] for i in range(n)
            ] + [[*row, *[Fraction(0)] * len(rows)] for row, _ in rows]
            found = solved(matrix, slope + [side for _, side in rows])
            if found is None or any(pull < 0 for pull in found[n + quotas :]):
                continue
            q = found[:n]
            # sides are float64: what rounding left of a point on them is no breach
            if all(
                at(row, q) - side <= Fraction(1, 10**13) * at([abs(a) for a in row], q) for row, side in sides
            ):
                return np.array([float(value) for value in q]).reshape(quotas, units)
    return None


@pytest.mark.parametrize("seed", range(CASES))
def test_the_optimum_is_the_exact_one(seed: int) -> None:
    problem = case(seed)
    found = fairest(problem)
    wanted = exact(problem, found)
    assert wanted is not None
    room = CLOSE * float(problem.total.max())
    assert np.abs(found - wanted).max() <= room
    assert np.abs(continuous(problem).q - wanted).max() <= room


def test_enough_rules_bind() -> None:
    """Else the fair shares alone would pass."""
    moved = [np.abs(fairest(case(seed)) - case(seed).fair).max() > 0 for seed in range(CASES)]
    assert sum(moved) > CASES // 2
