"""The fairest plan in whole numbers: totals first, periods afterwards (§10, §11).

The totals are found under what the rules imply for them, which may be too little; then they are split into
periods. Where no split exists, the cells at fault join the model of the totals as free columns and it is
solved again. Every model on the way asks less than the rules do, so a plan that splits is the fairest.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scenarios import highs
from scenarios.cells import CellProblem, implied_rows
from scenarios.periods import exact_cells, split
from scenarios.separable import Separable, scale_rows, solve
from scenarios.tighten import tighten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Outcome, Whole

__all__ = ["Allocation", "CellProblem", "allocate"]


@dataclass(frozen=True, eq=False)
class Allocation:
    """The fairest plan, or what is known without one.

    Attributes:
        status: as in `Outcome`.
        q: int64 [K, U], quotas; None without a plan.
        x: int64 [K, U, T], cells.
        objective: Σ over quotas of weight / total × Σ φ over the units not held; NaN without a plan.
        bound: no plan is fairer than this.
    """

    status: highs.Status
    q: Whole | None
    x: Whole | None
    objective: float
    bound: float


def allocate(problem: CellProblem, gap: float = 1e-6, time_limit: float | None = None) -> Allocation:
    """The plan that is fairest, then nearest to the profile, then gives earlier units and periods more.

    Args:
        problem: shapes and meaning as in `CellProblem`.
        gap: (objective − bound) / objective at which a plan may be called optimal.
        time_limit: seconds, None for as long as it takes.
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    matrix, row_lower, row_upper = problem.joint()
    lower, upper = tighten(*problem.bounds(), matrix, row_lower, row_upper)
    if (lower > upper).any():
        return Allocation("infeasible", None, None, math.nan, math.inf)
    totals = _Totals(problem, lower, upper)
    joined = np.zeros(totals.numbers, dtype=bool)
    while True:
        outcome = solve(totals.model(joined), gap, _left(deadline))
        if outcome.q is None:
            return Allocation(outcome.status, None, None, math.nan, outcome.bound)
        try:
            plan = totals.plan(outcome, deadline)
            if plan is not None:
                return plan
            more = totals.at_fault(outcome.q[: totals.numbers], deadline)
        except TimeoutError:
            return Allocation("none_found", None, None, math.nan, outcome.bound)
        # Cells already in the model do split; were rounding to say otherwise, all of them join.
        joined = joined | more if (more & ~joined).any() else np.ones_like(joined)


def _left(deadline: float) -> float | None:
    return None if math.isinf(deadline) else deadline - time.perf_counter()


class _Totals:
    """The model of the totals q [K·U] with some cells beside them, and what is made of its answer."""

    def __init__(self, problem: CellProblem, lower: Floats, upper: Floats) -> None:
        quotas, units, _ = problem.shape
        self.problem = problem
        self.numbers = quotas * units
        self.lower, self.upper = lower, upper
        self.cell_lower, self.cell_upper = lower[self.numbers :], upper[self.numbers :]
        self.implied = implied_rows(problem, self.cell_lower, self.cell_upper)

    def model(self, joined: NDArray[np.bool_]) -> Separable:
        """The totals, with the cells of the numbers `joined` (bool [K·U]) as free columns."""
        problem = self.problem
        quotas, units, periods = problem.shape
        weight = problem.weight / np.maximum(1, problem.total)
        counted = ~problem.held & (weight[:, None] > 0)
        cells = np.flatnonzero(np.repeat(joined, periods))
        rules = problem.matrix[:, cells]
        # A rule touches cells of one component only: either all of them have joined or none.
        touched = np.flatnonzero(np.diff(rules.tocsr().indptr))
        numbers = np.flatnonzero(joined)
        sums = sparse.kron(sparse.eye_array(len(numbers)), np.ones((1, periods)))
        totals = sparse.kron(sparse.eye_array(quotas), np.ones((1, units)))
        matrix, row_lower, row_upper = self.implied
        rows = sparse.block_array(
            [
                [totals, sparse.csr_array((quotas, len(cells)))],
                [matrix, sparse.csr_array((matrix.shape[0], len(cells)))],
                [sparse.eye_array(self.numbers, format="csr")[numbers], -sums],
                [sparse.csr_array((len(touched), self.numbers)), rules[touched]],
            ],
            format="csr",
        )
        total, zero = problem.total.astype(np.float64), np.zeros(len(numbers))
        order = np.broadcast_to(np.arange(units, dtype=np.float64), (quotas, units)).ravel()
        return Separable(
            fair=np.concatenate([np.where(problem.held, 1.0, problem.fair).ravel(), np.ones(len(cells))]),
            weight=np.concatenate([np.where(counted, weight[:, None], 0.0).ravel(), np.zeros(len(cells))]),
            lower=np.concatenate([self.lower[: self.numbers], self.cell_lower[cells]]),
            upper=np.concatenate([self.upper[: self.numbers], self.cell_upper[cells]]),
            matrix=rows,
            row_lower=np.concatenate([total, row_lower, zero, problem.row_lower[touched]]),
            row_upper=np.concatenate([total, row_upper, zero, problem.row_upper[touched]]),
            rank=np.concatenate([order, np.full(len(cells), np.inf)]),
            objective=problem.fairness,
        )

    def plan(self, outcome: Outcome, deadline: float) -> Allocation | None:
        """The outcome's totals with periods, None where they have no split."""
        problem = self.problem
        assert outcome.q is not None
        q = outcome.q[: self.numbers].reshape(problem.fair.shape)
        x = split(
            q,
            exact_cells(q, problem.profile),
            self.cell_lower.reshape(problem.shape),
            self.cell_upper.reshape(problem.shape),
            matrix=problem.matrix,
            row_lower=problem.row_lower,
            row_upper=problem.row_upper,
            time_limit=_left(deadline),
        )
        if x is None:
            return None
        return Allocation(outcome.status, q, x, outcome.objective, outcome.bound)

    def at_fault(self, q: Whole, deadline: float) -> NDArray[np.bool_]:
        """The numbers, bool [K·U], of those components of the rules in which q has no split."""
        problem = self.problem
        periods = problem.shape[2]
        rules = problem.matrix.tocoo()
        shape = (problem.matrix.shape[0], self.numbers)
        touches = sparse.csr_array((np.ones(rules.nnz), (rules.row, rules.col // periods)), shape=shape)
        count, labels = connected_components(touches.T @ touches, directed=False)
        faulty = np.zeros(self.numbers, dtype=bool)
        for label in range(count):
            numbers = np.flatnonzero(labels == label)
            if not self._splits(q, numbers, deadline):
                faulty[numbers] = True
        return faulty

    def _splits(self, q: Whole, numbers: Whole, deadline: float) -> bool:
        problem = self.problem
        periods = problem.shape[2]
        cells = (numbers[:, None] * periods + np.arange(periods)).ravel()
        rules = problem.matrix[:, cells]
        touched = np.flatnonzero(np.diff(rules.tocsr().indptr))
        wanted = q[numbers].astype(np.float64)
        sums = sparse.kron(sparse.eye_array(len(numbers)), np.ones((1, periods)), format="csr")
        part = scale_rows(
            Separable(
                fair=np.ones(len(cells)),
                weight=np.zeros(len(cells)),
                lower=self.cell_lower[cells],
                upper=self.cell_upper[cells],
                matrix=sparse.vstack([sums, rules[touched]], format="csr"),
                row_lower=np.concatenate([wanted, problem.row_lower[touched]]),
                row_upper=np.concatenate([wanted, problem.row_upper[touched]]),
                rank=np.full(len(cells), np.inf),
            )
        )
        if (part.row_lower > part.row_upper).any():
            return False
        whole = np.ones(len(cells), dtype=bool)
        linear = highs.Linear(
            np.zeros(len(cells)), part.lower, part.upper, part.matrix, part.row_lower, part.row_upper, whole
        )
        answer = highs.run(linear, time_limit=_left(deadline))
        if answer.status == "none_found":
            raise TimeoutError("whether a split exists was not decided in time")
        return answer.x is not None
