"""The model of the totals: quotas under what the rules over cells imply for them, some cells beside them."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios import highs
from scenarios.cells import implied_rows, stack
from scenarios.lattice import Lattice, Rest
from scenarios.moves import Moves, moves
from scenarios.objectives import OBJECTIVES
from scenarios.parity import impossible
from scenarios.parts import tied_columns
from scenarios.periods import exact_cells, split
from scenarios.separable import Separable, scale_rows
from scenarios.tighten import rounding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.cells import CellProblem, Rows
    from scenarios.convex import Floats, Whole

GRACE = 2.0  # seconds beyond the limit, so that totals which were found are not lost for want of periods


def joint(problem: CellProblem, even: Rows) -> Rows:
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


class Totals:
    """The model of the totals q [K·U] with some cells beside them, and what is made of its answer."""

    def __init__(self, problem: CellProblem, even: Rows, lower: Floats, upper: Floats) -> None:
        quotas, units, _ = problem.shape
        self.problem = problem
        self.numbers = quotas * units
        self.lower, self.upper = lower[: self.numbers], upper[: self.numbers]
        self.cell_lower, self.cell_upper = lower[self.numbers :], upper[self.numbers :]
        self.over_units, self.over_periods = problem.sums()
        limited = problem.stay is not None and problem.stay.most is not None
        self.rows = stack(even, self._useful(implied_rows(problem, self.cell_lower, self.cell_upper)))
        total = problem.total.astype(np.float64)
        rows = stack((self.over_units, total, total), self.rows)
        self.moves = moves(problem.stay, self.lower, self.upper, rows) if problem.stay and limited else None

    def _useful(self, rows: Rows) -> Rows:
        """The rows that the bounds of the quotas don't keep anyhow, loosened by what rounding can be."""
        matrix, row_lower, row_upper = rows
        positive, negative = matrix.maximum(0), matrix.minimum(0)
        most, least = (
            positive @ self.upper + negative @ self.lower,
            positive @ self.lower + negative @ self.upper,
        )
        room = rounding(matrix, np.maximum(np.abs(self.lower), np.abs(self.upper)))
        row_lower, row_upper = row_lower - room, row_upper + room
        kept = np.flatnonzero((least < row_lower) | (most > row_upper))
        return matrix[kept], row_lower[kept], row_upper[kept]

    def model(self, joined: NDArray[np.bool_], *, counting: bool = True) -> Separable:
        """The totals, with the cells of the numbers `joined` (bool [K·U]) as free columns, and after them,
        where `counting`, those that say which quotas move away from an issued plan.
        """
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
        base = Separable(
            fair=np.concatenate([np.where(problem.held, 1.0, problem.fair).ravel(), np.ones(len(cells))]),
            weight=np.concatenate([counted.ravel(), np.zeros(len(cells))]),
            lower=np.concatenate([self.lower, self.cell_lower[cells]]),
            upper=np.concatenate([self.upper, self.cell_upper[cells]]),
            matrix=rows,
            row_lower=np.concatenate([total, row_lower, zero, problem.row_lower[touched]]),
            row_upper=np.concatenate([total, row_upper, zero, problem.row_upper[touched]]),
            rank=np.concatenate([order, np.full(len(cells), np.inf)]),
            objective=problem.fairness if problem.fairness in OBJECTIVES else "proportional",
        )
        return _counting(base, self.moves) if self.moves is not None and counting else base

    def lattice(self) -> Lattice:
        """Which quotas are allowed, and who may take what the multiples leave over."""
        problem = self.problem
        columns = np.arange(self.numbers).reshape(problem.held.shape)
        rests = []
        for k, (multiple, held) in enumerate(zip(problem.multiple.tolist(), problem.held, strict=True)):
            # Held numbers are fixed, their bounds are what they are.
            left = int(problem.total[k]) - int(self.lower.reshape(columns.shape)[k][held].sum())
            if left % multiple:
                rests.append(Rest(float(left % multiple), columns[k][~held], k))
        step = np.where(problem.held, 1, problem.multiple[:, None]).astype(np.float64)
        return Lattice(step.ravel(), tuple(rests))

    def _cells(self, numbers: Whole) -> tuple[Whole, Whole, sparse.csr_array]:
        """The cells of whole components of quotas, the rules that touch them, and these over those cells."""
        periods = self.problem.shape[2]
        cells = (numbers[:, None] * periods + np.arange(periods)).ravel()
        rules = self.problem.matrix[:, cells]
        touched = np.flatnonzero(np.diff(rules.indptr))
        return cells, touched, rules[touched]

    def split(self, q: Whole, deadline: float) -> Whole | None:
        """The totals q (int64 [K, U]) over the periods, int64 [K, U, T]; None where they have no split.

        Raises:
            TimeoutError: not decided in time.
        """
        problem = self.problem
        left = _left(deadline)
        exact = exact_cells(q, problem.profile)
        return split(
            q,
            exact if problem.stay is None else problem.stay.course(q, exact),
            self.cell_lower.reshape(problem.shape),
            self.cell_upper.reshape(problem.shape),
            matrix=problem.matrix,
            row_lower=problem.row_lower,
            row_upper=problem.row_upper,
            time_limit=None if left is None else max(left, GRACE),
        )

    def splittable(self, joined: NDArray[np.bool_]) -> bool:
        """False if equations alone show that no plan exists at all."""
        base, lattice = self.model(joined), self.lattice()
        return not impossible(scale_rows(lattice.open(base)))

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


def _counting(base: Separable, found: Moves) -> Separable:
    """The base problem with rows that count the numbers that move, over columns of 0 and 1."""
    count = len(found.numbers)
    beside = sparse.csr_array((found.matrix.shape[0], base.size - found.matrix.shape[1]))
    return replace(
        base,
        fair=np.append(base.fair, np.ones(count)),
        weight=np.append(base.weight, np.zeros(count)),
        lower=np.append(base.lower, np.zeros(count)),
        upper=np.append(base.upper, np.ones(count)),
        rank=np.append(base.rank, np.full(count, np.inf)),
        matrix=sparse.vstack(
            [
                sparse.hstack([base.matrix, sparse.csr_array((base.matrix.shape[0], count))]),
                sparse.hstack([found.matrix, beside, found.own]),
            ],
            format="csr",
        ),
        row_lower=np.append(base.row_lower, found.lower),
        row_upper=np.append(base.row_upper, found.upper),
        start=np.zeros(base.size + count),
        step=np.ones(base.size + count),
    )


def _left(deadline: float) -> float | None:
    return None if math.isinf(deadline) else deadline - time.perf_counter()
