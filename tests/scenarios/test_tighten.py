"""Bounds that rows imply."""

from __future__ import annotations

import itertools

import numpy as np
from scipy import sparse

from scenarios.tighten import ceil, floor, tighten


def test_no_whole_solution_is_lost() -> None:
    r = np.random.default_rng(4)
    closer = 0
    for _ in range(300):
        n, m = int(r.integers(1, 5)), int(r.integers(1, 4))
        a: np.ndarray = r.integers(-3, 4, (m, n)) / r.choice([1, 10], (m, 1))
        lower = r.integers(0, 3, n).astype(float)
        upper: np.ndarray = lower + r.integers(0, 5, n)
        at = a @ r.integers(lower, upper + 1)
        low: np.ndarray = np.where(r.random(m) < 0.5, at - r.integers(0, 2, m), -np.inf)
        high: np.ndarray = np.where(r.random(m) < 0.7, at + r.integers(0, 2, m), np.inf)
        found = tighten(lower, upper, sparse.csr_array(a), low, high)
        closer += int((found[0] > lower).any() or (found[1] < upper).any())
        box = np.array(
            list(itertools.product(*(range(int(u), int(v) + 1) for u, v in zip(lower, upper, strict=True))))
        )
        activity = box @ a.T
        kept = box[((activity >= low - 1e-9) & (activity <= high + 1e-9)).all(axis=1)]
        assert ((kept >= found[0]) & (kept <= found[1])).all()
    assert closer > 100


def test_crossing_bounds_show_that_there_is_no_solution() -> None:
    lower, upper = tighten(
        np.zeros(2), np.full(2, 3.0), sparse.csr_array(np.ones((1, 2))), np.array([7.0]), np.array([7.0])
    )
    assert (lower > upper).any()


def test_rounding_to_whole_numbers() -> None:
    values = np.array([2.0, 2.0000000000001, 1.9999999999999, 2.1, np.inf, -np.inf])
    assert floor(values).tolist() == [2, 2, 2, 2, np.inf, -np.inf]
    assert ceil(values).tolist() == [2, 2, 2, 3, np.inf, -np.inf]
