"""What rules over cells ask of the totals: never more than the rules do."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from scenarios.cells import CellProblem, implied_rows


def problem(shape: tuple[int, int, int], rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> CellProblem:
    quotas, units, periods = shape
    return CellProblem(
        total=np.full(quotas, 99),
        fair=np.ones((quotas, units)),
        weight=np.ones(quotas),
        lower=np.zeros((quotas, units)),
        upper=np.full((quotas, units), np.inf),
        cell_lower=np.zeros(shape),
        cell_upper=np.full(shape, 5.0),
        profile=np.ones((quotas, periods)),
        matrix=sparse.csr_array(rows.reshape(len(rows), -1)),
        row_lower=low,
        row_upper=high,
    )


def test_every_plan_that_keeps_the_rules_keeps_what_they_imply() -> None:
    r = np.random.default_rng(6)
    told = 0
    for _ in range(200):
        shape = (int(r.integers(1, 3)), int(r.integers(1, 4)), int(r.integers(1, 4)))
        x = r.integers(0, 6, shape).astype(float)
        rows = r.integers(-2, 3, (int(r.integers(1, 6)), *shape)).astype(float)
        if r.random() < 0.5:  # the same in each period
            rows = np.zeros((shape[2], *shape))
            same = r.integers(-2, 3, shape[:2])
            for t in range(shape[2]):
                rows[t, :, :, t] = same
        at = (rows * x).sum(axis=(1, 2, 3))
        low = np.where(r.random(len(at)) < 0.5, at - r.integers(0, 2, len(at)), -np.inf)
        even, rest = problem(shape, rows, low, at + r.integers(0, 3, len(at))).apart()
        lower, upper = np.zeros(x.size), np.full(x.size, 5.0)
        q = x.sum(axis=2).ravel()
        for matrix, row_lower, row_upper in (even, implied_rows(rest, lower, upper)):
            assert (matrix @ q >= row_lower - 1e-9).all()
            assert (matrix @ q <= row_upper + 1e-9).all()
            told += int(np.isfinite(row_upper).sum())
    assert told > 500


def test_rules_alike_in_every_period_add_up() -> None:
    """Seats of 4 in each of 3 months: at most 12 in all, which no single rule says."""
    rows = np.zeros((3, 1, 2, 3))
    for t in range(3):
        rows[t, 0, :, t] = 1
    _, rest = problem((1, 2, 3), rows, np.full(3, -np.inf), np.full(3, 4.0)).apart()
    matrix, _, upper = implied_rows(rest, np.zeros(6), np.full(6, 5.0))
    told = zip(matrix.toarray().tolist(), upper.tolist(), strict=True)
    assert min(most for a, most in told if a == [1, 1]) == 12


def test_rules_even_over_the_periods_are_rules_of_the_totals() -> None:
    rows = np.full((1, 1, 2, 3), 0.5)
    even, rest = problem((1, 2, 3), rows, np.array([-np.inf]), np.array([7.0])).apart()
    assert even[0].toarray().tolist() == [[0.5, 0.5]]
    assert rest.matrix.shape[0] == 0
