"""HiGHS behind arrays: statuses, models without columns, rays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from scenarios import highs

PAIR = highs.Linear(
    cost=np.array([1.0, 2.0]),
    lower=np.zeros(2),
    upper=np.full(2, 5.0),
    matrix=sparse.csr_array(np.array([[1.0, 1.0]])),
    row_lower=np.array([2.5]),
    row_upper=np.array([np.inf]),
)
WHOLE = np.array([True, True])


def test_a_linear_program() -> None:
    answer = highs.run(PAIR)
    assert answer.status == "optimal"
    assert answer.x is not None
    assert answer.prices is not None
    assert answer.x.tolist() == [2.5, 0]
    assert answer.prices.tolist() == [1]


def test_whole_numbers() -> None:
    answer = highs.run(replace(PAIR, whole=WHOLE), start=np.array([5.0, 5.0]))
    assert answer.status == "optimal"
    assert answer.x is not None
    assert np.round(answer.x).tolist() == [3, 0]
    assert answer.bound == 3


def test_no_answer_and_its_ray() -> None:
    answer = highs.run(replace(PAIR, row_lower=np.array([11.0])))
    assert answer.status == "infeasible"
    assert answer.ray is not None
    # The ray's row asks for more than the bounds give.
    assert abs(answer.ray[0]) * 11 > abs(answer.ray[0]) * 10
    assert highs.run(replace(PAIR, row_lower=np.array([11.0]), whole=WHOLE)).status == "infeasible"


def test_everything_fixed() -> None:
    fixed = replace(PAIR, lower=np.full(2, 2.0), upper=np.full(2, 2.0), whole=WHOLE)
    answer = highs.run(fixed)
    assert answer.status == "optimal"
    assert answer.x is not None
    assert answer.x.tolist() == [2, 2]
    assert highs.run(replace(fixed, row_lower=np.array([5.0]))).status == "infeasible"


def test_no_columns_and_no_rows() -> None:
    none = highs.Linear(
        np.zeros(0), np.zeros(0), np.zeros(0), sparse.csr_array((1, 0)), np.zeros(1), np.ones(1)
    )
    assert highs.run(none).status == "optimal"
    assert highs.run(replace(none, row_lower=np.ones(1))).status == "infeasible"
    rowless = replace(PAIR, matrix=sparse.csr_array((0, 2)), row_lower=np.zeros(0), row_upper=np.zeros(0))
    assert highs.run(rowless).status == "optimal"


@pytest.mark.parametrize("seed", range(10))
def test_a_basis_is_the_solvers_own(seed: int) -> None:
    r = np.random.default_rng(seed)
    rows, columns = 6, 30
    linear = highs.Linear(
        cost=r.uniform(-1, 1, columns),
        lower=np.zeros(columns),
        upper=np.where(r.random(columns) < 0.2, 0.0, r.integers(1, 5, columns)),  # some are fixed
        matrix=sparse.csr_array(r.integers(0, 4, (rows, columns)).astype(np.float64)),
        row_lower=np.where(np.arange(rows) == 0, 10.0, -np.inf),
        row_upper=np.append(10.0, r.uniform(5, 40, rows - 1)),
    )
    found = highs.run(linear, keep_basis=True)
    solver = highs.new_solver(0.0, None, None)
    solver.setOptionValue("presolve", "off")
    highs.hand_over(solver, linear)
    solver.run()
    own = solver.getBasis()
    assert found.basis is not None
    columns_of_own = np.array([int(kind) for kind in own.col_status])
    open_ = linear.lower < linear.upper  # where a fixed column stands is one thing or the other
    assert (found.basis.columns == columns_of_own)[open_].all()
    assert ((found.basis.columns == highs.BASIC) == (columns_of_own == highs.BASIC)).all()
    assert found.basis.rows.tolist() == [int(kind) for kind in own.row_status]
    again = highs.run(linear, basis=found.basis, keep_basis=True)
    assert again.basis is not None
    assert again.bound == pytest.approx(found.bound)
    assert ((again.basis.columns == highs.BASIC) == (found.basis.columns == highs.BASIC)).all()


@pytest.mark.parametrize(
    "rows", [np.zeros((0, 2)), np.zeros((1, 2)), np.array([[1.0, 1.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])]
)
def test_a_basis_where_nothing_is_to_be_done(rows: np.ndarray) -> None:
    linear = replace(
        PAIR,
        matrix=sparse.csr_array(rows),
        row_lower=np.zeros(len(rows)),
        row_upper=np.full(len(rows), np.inf),
    )
    found = highs.run(linear, keep_basis=True)
    assert found.basis is not None
    assert found.basis.columns.tolist() == [highs.LOWER, highs.LOWER]
    assert found.basis.rows.tolist() == [highs.BASIC] * len(rows)
