"""The cheapest distribution under nested bounds, against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scenarios.limits import Limits, cheapest


@pytest.mark.parametrize("seed", range(40))
def test_the_cheapest_distribution_is_that_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    costs = rng.integers(-3, 4, (2, 2)).astype(np.float64)
    cell_least = rng.integers(0, 2, (2, 2)).astype(np.float64)
    cell_most = cell_least + rng.integers(0, 4, (2, 2))
    least, most = rng.integers(0, 4, 2).astype(np.float64), rng.integers(2, 8, 2).astype(np.float64)
    total = int(rng.integers(0, 9)) if seed % 4 else None
    open_ = np.full(2, -np.inf), np.full(2, np.inf)
    limits = Limits(least, most, cell_least, cell_most, *open_, total, None)
    spans = [range(int(a), int(b) + 1) for a, b in zip(cell_least.ravel(), cell_most.ravel(), strict=True)]
    values = [
        float(costs.ravel() @ x)
        for x in itertools.product(*spans)
        if total in (None, sum(x))
        and least[0] <= x[0] + x[1] <= most[0]
        and least[1] <= x[2] + x[3] <= most[1]
    ]
    # Where nothing is possible other members are to blame, and the rule says nothing.
    assert cheapest(costs, limits) == min(values, default=-np.inf)


def test_without_an_end_there_is_no_cheapest() -> None:
    cells = np.zeros((1, 2)), np.full((1, 2), np.inf)
    open_ = np.full(1, -np.inf), np.full(1, np.inf)
    limits = Limits(np.zeros(1), np.full(1, np.inf), *cells, *open_, None, None)
    assert cheapest(np.array([[-1.0, 2.0]]), limits) == -np.inf
    assert cheapest(np.array([[1.0, 2.0]]), limits) == 0
