"""The waterfall's continuous optimum against hand and an independent solver (§14)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, minimize

from benchmarks.instances import cell_problem, instance
from engine.link import load_rulebook
from scenarios.cells import CellProblem
from scenarios.plan import make_plan
from scenarios.relaxation import continuous, fairest
from tests.scenarios.test_plan import share_book

OPEN = np.inf


def problem(
    fair: list[list[float]],
    lower: float = -OPEN,
    upper: float | list[list[float]] = OPEN,
    rows: list[tuple[list[float], float]] = (),  # type: ignore[assignment]
    periods: int = 1,
) -> CellProblem:
    shares = np.array(fair)
    quotas, units = shares.shape
    matrix = np.array([row for row, _ in rows]).reshape(len(rows), quotas * units * periods)
    return CellProblem(
        total=np.rint(shares.sum(axis=1)).astype(np.int64),
        fair=shares,
        weight=np.ones(quotas),
        lower=np.full(shares.shape, lower),
        upper=np.broadcast_to(np.asarray(upper, dtype=float), shares.shape).copy(),
        cell_lower=np.zeros((quotas, units, periods)),
        cell_upper=np.full((quotas, units, periods), OPEN),
        profile=np.ones((quotas, periods)),
        matrix=sparse.csr_array(matrix),
        row_lower=np.full(len(rows), -OPEN),
        row_upper=np.array([limit for _, limit in rows], dtype=float),
    )


def test_without_bounds_and_rules_it_is_the_fair_share_to_the_bit() -> None:
    fair = [[8.1, 3.3, 0.6], [1.25, 2.5, 1.25]]
    assert (continuous(problem(fair)).q == np.array(fair)).all()


def test_what_a_ceiling_cuts_off_goes_to_the_others_by_their_fair_shares() -> None:
    # 6, 3, 1 with the first at most 4: the other two share 2 more as 3 to 1
    found = continuous(problem([[6, 3, 1]], upper=[[4, OPEN, OPEN]])).q
    assert found[0] == pytest.approx([4, 4.5, 1.5], abs=1e-7)


def test_a_rule_moves_as_little_as_it_must() -> None:
    assert continuous(problem([[2, 3, 4]], rows=[([1, 2, 0], 9)])).q[0] == pytest.approx([2, 3, 4])
    found = continuous(problem([[2, 4, 3]], rows=[([1, 2, 0], 9)])).q[0]
    # q0 + 2 q1 is 10, one too many: (q − f) / f = −z − y a with a = (1, 2, 0); Σ q stays, a·q falls by 1
    f, a = np.array([2.0, 4, 3]), np.array([1.0, 2, 0])
    y, z = np.linalg.solve([[f @ a, f.sum()], [f @ (a * a), f @ a]], [0, 1])
    assert found == pytest.approx(f * (1 - z - y * a), abs=1e-7)


@pytest.mark.parametrize("seed", range(12))
def test_random_problems_agree_with_an_independent_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    quotas, units, periods = 2, 4, 2
    total = rng.integers(20, 60, quotas)
    need = rng.uniform(1, 5, (quotas, units))
    fair = total[:, None] * need / need.sum(axis=1, keepdims=True)
    rows = []
    for _ in range(2):
        row = rng.integers(0, 3, (quotas, units, periods)).astype(float)
        even = np.repeat(fair[:, :, None] / periods, periods, axis=2)
        rows.append((row.ravel().tolist(), float((row * even).sum() * rng.uniform(0.93, 1.02))))
    upper = fair * rng.uniform(1.02, 1.5, fair.shape)
    asked = problem(fair.tolist(), upper=upper.tolist(), rows=rows, periods=periods)
    found = continuous(asked).q
    width = quotas * units * periods
    sums = np.kron(np.eye(quotas * units), np.ones((1, periods)))
    totals = np.kron(np.eye(quotas), np.ones((1, units * periods)))

    def unfairness(x: np.ndarray) -> float:
        q = (sums @ x).reshape(fair.shape)
        return float((((q - fair) ** 2 / fair).sum(axis=1) / total).sum())

    other = minimize(
        unfairness,
        np.repeat(fair[:, :, None] / periods, periods, axis=2).ravel(),
        method="SLSQP",
        bounds=Bounds(np.zeros(width), np.full(width, OPEN)),
        constraints=[
            LinearConstraint(totals, total, total),
            LinearConstraint(sums, np.full(quotas * units, -OPEN), upper.ravel()),
            LinearConstraint(asked.matrix.toarray(), asked.row_lower, asked.row_upper),
        ],
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    assert other.success
    assert found == pytest.approx((sums @ other.x).reshape(fair.shape), abs=2e-4)
    assert fairest(asked) == pytest.approx(found, abs=1e-7)


def test_cells_join_where_their_quotas_have_no_room() -> None:
    # 6, 3, 1 in two periods, the first unit at most 1 in the first by a rule and at most 3 in the second.
    rows = [([1.0, 0, 0, 0, 0, 0], 1.0)]
    asked = problem([[6, 3, 1]], rows=rows, periods=2)
    asked.cell_upper[0, 0, 1] = 3
    assert fairest(asked)[0] == pytest.approx([4, 4.5, 1.5], abs=1e-7)
    # A rule on both first units' first period leaves them room in the second: nothing moves.
    loose = problem([[6, 3, 1]], rows=[([1.0, 0, 1, 0, 0, 0], 2.0)], periods=2)
    assert fairest(loose)[0] == pytest.approx([6, 3, 1], abs=1e-7)
    # Of a quota whose profile is nothing but zero, cells hold what they must.
    shut = replace(loose, profile=np.zeros((1, 2)), cell_lower=np.array([[[0.0, 2], [0, 2], [0, 2]]]))
    shut.cell_upper[:] = 5
    assert fairest(shut) == pytest.approx(continuous(shut).q, abs=1e-6)


@pytest.mark.parametrize("seed", range(1, 5))
def test_few_cells_say_what_all_say(seed: int) -> None:
    cells = cell_problem(instance(60, seed))
    assert fairest(cells) == pytest.approx(continuous(cells).q, abs=1e-6)
    bent = replace(cells, profile=np.array([[1.0, 1, 1, 1, 1, 1], [3, 2, 2, 2, 2, 2], [1, 2, 1, 2, 2, 1]]))
    assert fairest(bent) == pytest.approx(continuous(bent).q, abs=1e-6)


def test_the_steps_name_what_took_and_what_gave(tmp_path: Path) -> None:
    plan = make_plan(
        load_rulebook(str(share_book(tmp_path, [6, 3, 1], 10, ', at_most: "where(weight > 5, 4, 10)"')))
    )
    steps = [[float(step.change) for step in share.waterfall] for share in plan.shares]
    # (4, 4.5, 1.5) becomes (4, 5, 1) or (4, 4, 2): as far from fair, so the earlier unit gets more
    assert [share.value for share in plan.shares] == [4, 5, 1]
    assert steps == [
        pytest.approx([6, 0, -2, 0, 0], abs=2e-6),
        pytest.approx([3, 0, 1.5, 0, 0.5], abs=2e-6),
        pytest.approx([1, 0, 0.5, 0, -0.5], abs=2e-6),
    ]
    for share in plan.shares:
        assert sum((step.change for step in share.waterfall), Decimal(0)) == share.value


@pytest.mark.parametrize("seed", range(20))
def test_bounds_alone_agree_with_the_interior_point(seed: int) -> None:
    rng = np.random.default_rng(seed)
    fair = rng.uniform(0.5, 20, (2, 8))
    low, high = fair * rng.uniform(0, 0.9, fair.shape), fair * rng.uniform(1.02, 1.6, fair.shape)
    high[rng.random(fair.shape) < 0.3] = np.inf
    total = np.maximum(np.ceil(low.sum(axis=1)), np.floor(np.minimum(high, 2 * fair).sum(axis=1) * 0.8))
    asked = replace(problem(fair.tolist(), upper=high.tolist()), total=total.astype(int), lower=low)
    # A row that never binds sends the same problem to the other solver.
    idle = replace(
        asked,
        matrix=sparse.csr_array(np.ones((1, fair.size))),
        row_lower=np.array([-1.0]),
        row_upper=np.array([1e4]),
    )
    assert continuous(asked).q == pytest.approx(continuous(idle).q, abs=1e-6)
    assert continuous(asked).q.sum(axis=1) == pytest.approx(total, abs=1e-9)
