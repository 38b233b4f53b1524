"""The fairest plan in whole numbers: totals first, periods afterwards (§10, §11).

The totals are found under what the rules imply for them, which may be too little; then they are split into
periods. Where no split exists, the cells at fault join the model of the totals as free columns and it is
solved again. Every model on the way asks less than the rules do, so a plan that splits is the fairest.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios import highs
from scenarios.cells import CellProblem, implied_rows, stack
from scenarios.parity import impossible
from scenarios.parts import tied_columns
from scenarios.periods import distance, exact_cells, split
from scenarios.separable import Separable, scale_rows, solve_with_face
from scenarios.tighten import tighten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.cells import Rows
    from scenarios.convex import Floats, Outcome, Whole

__all__ = ["Allocation", "CellProblem", "allocate"]

MOST_TIED = 512  # beyond, ties of the totals don't look at the profile
GRACE = 2.0  # seconds beyond the limit, so that totals which were found are not lost for want of periods
SHARE = 0.7  # of the time left, for the totals: the rest is for their periods


@dataclass(frozen=True, eq=False)
class Allocation:
    """The fairest plan, or what is known without one.

    Attributes:
        status: as in `Outcome`.
        q: int64 [K, U], quotas; None without a plan.
        x: int64 [K, U, T], cells.
        objective: Σ over quotas of weight / total × Σ φ over the units not held; NaN without a plan.
        bound: no plan is fairer than this; proven without a solver's word, as in `Outcome`.
    """

    status: highs.Status
    q: Whole | None
    x: Whole | None
    objective: float
    bound: float


def allocate(
    problem: CellProblem, gap: float = 1e-6, time_limit: float | None = None, *, proof: bool = True
) -> Allocation:
    """The plan that is fairest, then nearest to the profile, then gives earlier units and periods more.

    Args:
        problem: shapes and meaning as in `CellProblem`.
        gap: (objective − bound) / objective at which a plan may be called optimal.
        time_limit: seconds, None for as long as it takes. Splitting totals that were found may go up to
            `GRACE` beyond.
        proof: whether a bound is wanted beyond that of the row prices alone; the plan is the same.
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    even, problem = problem.apart()
    matrix, row_lower, row_upper = _joint(problem, even)
    lower, upper = tighten(*problem.bounds(), matrix, row_lower, row_upper)
    if (lower > upper).any():
        return Allocation("infeasible", None, None, math.nan, math.inf)
    totals = _Totals(problem, even, lower, upper)
    joined = np.zeros(totals.numbers, dtype=bool)
    while True:
        outcome = totals.solve(joined, gap, deadline, proof=proof)
        if outcome.q is None:
            return Allocation(outcome.status, None, None, math.nan, outcome.bound)
        try:
            plan = totals.plan(outcome, deadline)
            if plan is not None:
                return plan
            if joined.all():
                raise ArithmeticError("a plan whose cells were found has no split")
            if not joined.any() and impossible(scale_rows(totals.model(~joined))):
                return Allocation("infeasible", None, None, math.nan, math.inf)
            at_fault = totals.at_fault(outcome.q[: totals.numbers], deadline)
        except TimeoutError:
            return Allocation("none_found", None, None, math.nan, outcome.bound)
        # Once, only those at fault: few as a rule. Rules that catch one unit after the other catch all.
        joined = at_fault if at_fault.any() and not joined.any() else np.ones_like(joined)


def _left(deadline: float, share: float = 1.0) -> float | None:
    return None if math.isinf(deadline) else share * (deadline - time.perf_counter())


def _joint(problem: CellProblem, even: Rows) -> Rows:
    """All rows over quotas then cells: totals, even rules, q − Σₜ x = 0, the other rules."""
    totals, sums = problem.sums()
    matrix = sparse.block_array(
        [[totals, None], [even[0], None], [sparse.eye_array(sums.shape[0]), -sums], [None, problem.matrix]],
        format="csr",
    )
    total, zero = problem.total.astype(np.float64), np.zeros(sums.shape[0])
    return (
        matrix,
        np.concatenate([total, even[1], zero, problem.row_lower]),
        np.concatenate([total, even[2], zero, problem.row_upper]),
    )


class _Totals:
    """The model of the totals q [K·U] with some cells beside them, and what is made of its answer."""

    def __init__(self, problem: CellProblem, even: Rows, lower: Floats, upper: Floats) -> None:
        quotas, units, _ = problem.shape
        self.problem = problem
        self.numbers = quotas * units
        self.lower, self.upper = lower[: self.numbers], upper[: self.numbers]
        self.cell_lower, self.cell_upper = lower[self.numbers :], upper[self.numbers :]
        self.over_units, self.over_periods = problem.sums()
        self.rows = stack(even, self._useful(implied_rows(problem, self.cell_lower, self.cell_upper)))

    def _useful(self, rows: Rows) -> Rows:
        """The rows that the bounds of the quotas don't keep anyhow, loosened by what rounding can be."""
        matrix, row_lower, row_upper = rows
        positive, negative = matrix.maximum(0), matrix.minimum(0)
        most, least = (
            positive @ self.upper + negative @ self.lower,
            positive @ self.lower + negative @ self.upper,
        )
        room = 1e-12 * np.maximum(np.abs(most), np.abs(least))
        row_lower, row_upper = row_lower - room, row_upper + room
        kept = np.flatnonzero((least < row_lower) | (most > row_upper))
        return matrix[kept], row_lower[kept], row_upper[kept]

    def model(self, joined: NDArray[np.bool_]) -> Separable:
        """The totals, with the cells of the numbers `joined` (bool [K·U]) as free columns."""
        problem = self.problem
        quotas, units, _ = problem.shape
        weight = problem.weight / np.maximum(1, problem.total)
        counted = np.where(problem.held, 0.0, weight[:, None])
        numbers = np.flatnonzero(joined)
        cells, touched, rules = self._cells(numbers)
        totals, sums = self.over_units, self.over_periods
        matrix, row_lower, row_upper = self.rows
        rows = sparse.block_array(
            [
                [totals, sparse.csr_array((quotas, len(cells)))],
                [matrix, None],
                [sparse.eye_array(self.numbers, format="csr")[numbers], -sums[numbers][:, cells]],
                [None, rules],
            ],
            format="csr",
        )
        total, zero = problem.total.astype(np.float64), np.zeros(len(numbers))
        order = np.broadcast_to(np.arange(units, dtype=np.float64), (quotas, units)).ravel()
        return Separable(
            fair=np.concatenate([np.where(problem.held, 1.0, problem.fair).ravel(), np.ones(len(cells))]),
            weight=np.concatenate([counted.ravel(), np.zeros(len(cells))]),
            lower=np.concatenate([self.lower, self.cell_lower[cells]]),
            upper=np.concatenate([self.upper, self.cell_upper[cells]]),
            matrix=rows,
            row_lower=np.concatenate([total, row_lower, zero, problem.row_lower[touched]]),
            row_upper=np.concatenate([total, row_upper, zero, problem.row_upper[touched]]),
            rank=np.concatenate([order, np.full(len(cells), np.inf)]),
            objective=problem.fairness,
        )

    def solve(self, joined: NDArray[np.bool_], gap: float, deadline: float, *, proof: bool) -> Outcome:
        """The fairest totals; of those tied, the ones whose periods can be nearest to the profile."""
        model = self.model(joined)
        outcome, face = solve_with_face(model, gap, _left(deadline, SHARE), proof=proof)
        if outcome.q is None or face is None or self.problem.shape[2] == 1:
            return outcome
        nearer = self._nearer(face, model)
        if nearer is None:
            return outcome
        found = solve_with_face(nearer, gap, _left(deadline, SHARE), proof=False)[0].q
        if found is None:
            return outcome
        q = found[: model.size]
        worse = model.compare(outcome.q.astype(np.float64), q.astype(np.float64)) > 0
        return outcome if worse or not model.allows(q) else replace(outcome, q=q)

    def _nearer(self, face: Separable, model: Separable) -> Separable | None:
        """The optimal face, distance to the profile to be least; None where ties don't change that."""
        quotas, units, _ = self.problem.shape
        low, high = face.lower[: self.numbers], face.upper[: self.numbers]
        ends = (end.reshape(quotas, units) for end in (low, high))
        below, above = (distance(end, self.problem.profile) for end in ends)
        change = np.where(
            (high - low == 1) & (model.weight[: self.numbers] != 0), (above - below).ravel(), 0.0
        )
        tied = np.flatnonzero(change)
        # Where all tied numbers of a quota change alike, their sum doesn't change.
        steps = [np.ptp(change[tied[tied // units == k]]) for k in np.unique(tied // units)]
        # A face with steps is hard to search: only where it is small.
        most = MOST_TIED if face.size == model.size else MOST_TIED // 8
        if len(tied) > most or max(steps, default=0.0) <= 1e-9:
            return None
        rising = change[tied] > 0
        count = len(tied)
        # One more column each: how far its number is from the end that is nearer to the profile.
        moved = sparse.csr_array((np.ones(count), (np.arange(count), tied)), shape=(count, face.size))
        away = sparse.diags_array(np.where(rising, -1.0, 1.0))
        side = np.where(rising, low[tied], high[tied])
        return Separable(
            fair=np.ones(face.size + count),
            weight=np.concatenate([np.zeros(face.size), np.abs(change[tied])]),
            lower=np.concatenate([face.lower, np.zeros(count)]),
            upper=np.concatenate([face.upper, np.ones(count)]),
            matrix=sparse.block_array([[face.matrix, None], [moved, away]], format="csr"),
            row_lower=np.concatenate([face.row_lower, side]),
            row_upper=np.concatenate([face.row_upper, side]),
            rank=np.concatenate([face.rank, np.full(count, np.inf)]),
            objective="least",
        )

    def _cells(self, numbers: Whole) -> tuple[Whole, Whole, sparse.csr_array]:
        """The cells of whole components of quotas, the rules that touch them, and these over those cells."""
        periods = self.problem.shape[2]
        cells = (numbers[:, None] * periods + np.arange(periods)).ravel()
        rules = self.problem.matrix[:, cells]
        touched = np.flatnonzero(np.diff(rules.indptr))
        return cells, touched, rules[touched]

    def plan(self, outcome: Outcome, deadline: float) -> Allocation | None:
        """The outcome's totals with periods, None where they have no split."""
        problem = self.problem
        assert outcome.q is not None
        q = outcome.q[: self.numbers].reshape(problem.fair.shape)
        left = _left(deadline)
        x = split(
            q,
            exact_cells(q, problem.profile),
            self.cell_lower.reshape(problem.shape),
            self.cell_upper.reshape(problem.shape),
            matrix=problem.matrix,
            row_lower=problem.row_lower,
            row_upper=problem.row_upper,
            time_limit=None if left is None else max(left, GRACE),
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
        labels = tied_columns(touches)
        faulty = np.zeros(self.numbers, dtype=bool)
        for label in range(int(labels.max(initial=-1)) + 1):
            numbers = np.flatnonzero(labels == label)
            if not self._splits(q, numbers, deadline):
                faulty[numbers] = True
        return faulty

    def _splits(self, q: Whole, numbers: Whole, deadline: float) -> bool:
        problem = self.problem
        cells, touched, rules = self._cells(numbers)
        wanted = q[numbers].astype(np.float64)
        sums = self.over_periods[numbers][:, cells]
        part = scale_rows(
            Separable(
                fair=np.ones(len(cells)),
                weight=np.zeros(len(cells)),
                lower=self.cell_lower[cells],
                upper=self.cell_upper[cells],
                matrix=sparse.vstack([sums, rules], format="csr"),
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
