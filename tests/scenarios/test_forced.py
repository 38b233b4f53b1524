"""Units without need, forced to take part of large totals: as little as possible before fairness (§10)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from scenarios.cells import CellProblem
from scenarios.relaxation import continuous, fairest
from tests.scenarios.test_continuous import CLOSE, exact

CASES = 60


def forced(seed: int) -> CellProblem:
    """Quotas of one period, some units without need; ceilings and rules that a point with something for these
    keeps.
    """
    rng = np.random.default_rng(seed)
    quotas, units = int(rng.integers(1, 3)), int(rng.integers(3, 5))
    total = np.floor(10 ** rng.uniform(9, 12, quotas)).astype(np.int64)
    need = rng.integers(1, 1000, (quotas, units)).astype(float)
    none = rng.random((quotas, units)) < 0.5
    none[:, 0] = False
    none[0, -1] = True
    need[none] = 0
    fair = total[:, None] * need / need.sum(axis=1, keepdims=True)
    point = np.where(none, total[:, None] * rng.uniform(0.001, 0.2, fair.shape), fair)
    spared = (total - np.where(none, point, 0).sum(axis=1)) / total
    point = np.where(none, point, fair * spared[:, None])
    rows, lower, upper = [], [], []
    for _ in range(int(rng.integers(1, 4))):
        row = np.where(rng.random(fair.shape) < 0.5, rng.choice([1.0, 2.0, 0.1, -1.0, 3.7], fair.shape), 0.0)
        row[0, rng.integers(units)] = 1.0
        at, ideal = float((row * point).sum()), float((row * fair).sum())
        side = at + (ideal - at) * rng.choice([0, 0, 0.3, 0.9, 1.3])
        rows.append(row.ravel())
        lower.append(-np.inf if ideal >= at else min(side, at))
        upper.append(max(side, at) if ideal >= at else np.inf)
    open_ = np.full(fair.shape, np.inf)
    ceiling = np.where(rng.random(fair.shape) < 0.5, point * rng.uniform(1, 1.02), open_)
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


@pytest.mark.parametrize("seed", range(CASES))
def test_the_optimum_is_the_exact_one(seed: int) -> None:
    asked = forced(seed)
    found = fairest(asked)
    wanted = exact(asked, found)
    assert wanted is not None
    room = CLOSE * float(asked.total.max())
    assert np.abs(found - wanted).max() <= room
    assert np.abs(continuous(asked).q - wanted).max() <= room


def test_enough_units_are_forced() -> None:
    """Else nothing at all would pass."""
    taken = [float(fairest(one)[one.fair == 0].max()) > 0 for one in map(forced, range(CASES))]
    assert sum(taken) > CASES // 4


def test_by_hand() -> None:
    """10 with fair shares 6, 4, 0 and 0; the first at most 4."""
    asked = CellProblem(
        total=np.array([10]),
        fair=np.array([[6.0, 4, 0, 0]]),
        weight=np.ones(1),
        lower=np.full((1, 4), -np.inf),
        upper=np.array([[4.0, np.inf, np.inf, np.inf]]),
        cell_lower=np.zeros((1, 4, 1)),
        cell_upper=np.full((1, 4, 1), np.inf),
        profile=np.ones((1, 1)),
        # the second and twice the fourth at least 8; the second at most 5
        matrix=sparse.csr_array(np.array([[0.0, 1, 0, 2], [0, 1, 0, 0]])),
        row_lower=np.array([8.0, -np.inf]),
        row_upper=np.array([np.inf, 5.0]),
    )
    # 1 must go to the last two, 9 at most to the first two, and the fourth takes at least (8 − 5) / 2.
    assert fairest(asked)[0] == pytest.approx([3.5, 5, 0, 1.5], abs=1e-9)
    assert continuous(asked).q[0] == pytest.approx([3.5, 5, 0, 1.5], abs=1e-9)


def test_what_is_forced_is_even_where_nothing_tells_the_units_apart() -> None:
    asked = CellProblem(
        total=np.array([10**10]),
        fair=np.array([[1e10, 0, 0]]),
        weight=np.ones(1),
        lower=np.full((1, 3), -np.inf),
        upper=np.array([[6e9, np.inf, np.inf]]),
        cell_lower=np.zeros((1, 3, 1)),
        cell_upper=np.full((1, 3, 1), np.inf),
        profile=np.ones((1, 1)),
        matrix=sparse.csr_array((0, 3)),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
    )
    assert fairest(asked)[0] == pytest.approx([6e9, 2e9, 2e9], abs=1e-3)
