"""A plan's linear relaxation solved again after one parameter changed, against patching HiGHS by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from highspy._core import _Highs
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.instances import LOANS, PERIODS, cell_problem, instance
from benchmarks.measure import Result, side_by_side
from benchmarks.plans import as_model
from scenarios.cells import CellProblem
from scenarios.highs import Linear
from scenarios.session import Session

Floats = NDArray[np.float64]
SIZES = (10, 124, 705)
CHANGES, GOAL = 60, 1.5


def relaxation(cells: CellProblem, seed: int = 0) -> Linear:
    """The cells under all rules and totals, as a linear program: least Σ cost · x with costs from a seed."""
    quotas, units, periods = cells.cell_lower.shape
    sums = sparse.kron(sparse.eye_array(quotas), np.ones((1, units * periods)))
    total = cells.total.astype(np.float64)
    return Linear(
        cost=np.random.default_rng(seed).uniform(0.5, 1.5, quotas * units * periods),
        lower=cells.cell_lower.ravel(),
        upper=cells.cell_upper.ravel(),
        matrix=sparse.csc_array(sparse.vstack([sums, cells.matrix])),
        row_lower=np.concatenate([total, cells.row_lower]),
        row_upper=np.concatenate([total, cells.row_upper]),
    )


class ByHand:
    """HiGHS with the program loaded, told the one number that changed: the last row's upper side."""

    def __init__(self, linear: Linear) -> None:
        self.solver = _Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self.solver.setOptionValue(name, value)
        self.solver.passModel(as_model(linear))
        self.row = len(linear.row_upper) - 1
        self.solver.run()

    def solve(self, most: float) -> tuple[Floats, Floats]:
        """The columns and the rows' prices with this upper side."""
        self.solver.changeRowBounds(self.row, -np.inf, most)
        self.solver.run()
        found = self.solver.getSolution()
        return np.asarray(found.col_value), np.asarray(found.row_dual)


def session() -> Iterator[Result]:
    """The loan budget, the last row, rises and falls by up to 2%, so that the basis changes each time."""
    return (_of_size(units) for units in SIZES)


def _of_size(units: int) -> Result:
    linear = relaxation(cell_problem(instance(units, seed=1)))
    costly = linear.cost.reshape(3, units, PERIODS)
    costly[LOANS] *= np.random.default_rng(2).uniform(0.2, 1, (units, 1))
    first = Session(linear).solve().x
    assert first is not None
    spent = float((linear.matrix @ first)[-1])
    budgets = spent * np.random.default_rng(3).uniform(0.98, 1.0, CHANGES)
    ours, theirs = Session(linear), ByHand(linear)
    ours.solve()
    values: dict[str, list[float]] = {"ours": [], "peer": []}

    def run() -> None:
        for most in budgets:
            upper = linear.row_upper.copy()
            upper[-1] = most
            answer = ours.solve(replace(linear, row_upper=upper))
            assert answer.x is not None
            values["ours"].append(float(linear.cost @ answer.x))

    def by_hand() -> None:
        values["peer"] += [float(linear.cost @ theirs.solve(most)[0]) for most in budgets]

    seconds = side_by_side({"ours": run, "peer": by_hand}, 5)
    np.testing.assert_allclose(values["ours"], values["peer"], rtol=1e-7)
    return Result(
        f"one parameter changed, {units:,} units",
        seconds["ours"] / CHANGES,
        "patching HiGHS by hand, from the last basis",
        seconds["peer"] / CHANGES,
        GOAL,
    )
