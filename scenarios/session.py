"""A linear program that is solved again and again after small changes, in HiGHS (§12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.highs import (
    NONE,
    NOTHING,
    Answer,
    Linear,
    answer_of,
    confirmed,
    hand_over,
    new_solver,
    without_columns,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW_ROWS = 8  # that are told faster one by one
MOST_COEFFICIENTS = 1000
"""Changed entries of a matrix beyond which a session hands the whole program over again."""


@dataclass(frozen=True, slots=True)
class Patched:
    """How many parts of the solver's model a change touched."""

    costs: int = 0
    columns: int = 0
    rows: int = 0
    coefficients: int = 0


class Session:
    """A linear program that is solved again after small changes, each time from its last basis.

    Only what differs from the program before reaches the solver. What must be whole is left out of account.

    Attributes:
        patched: what the last change touched.
    """

    def __init__(self, problem: Linear, *, checked: bool = True) -> None:
        """With `checked` an answer from an old basis that numpy can't confirm is worked out anew.

        Raises RuntimeError if HiGHS refuses the arrays.
        """
        self._problem = _continuous(problem)
        self._transposed = problem.matrix.T
        self._checked = checked
        self._fresh = True
        self.patched = Patched()
        self._solver = new_solver(0.0, None, None)
        self._solver.setOptionValue("presolve", "off")
        if problem.cost.size:
            self._load()

    def _load(self) -> None:
        hand_over(self._solver, self._problem)

    def solve(self, changed: Linear | None = None) -> Answer:
        """The answer to the problem as it now is; `changed`: the same columns and rows with other numbers.

        Raises:
            ValueError: if `changed` has another number of columns or rows.
            RuntimeError: if HiGHS ends in a state that has no meaning here.
        """
        if changed is not None:
            self._patch(_continuous(changed))
        if self._problem.cost.size == 0:
            return without_columns(self._problem)
        self._solver.run()
        answer = answer_of(self._solver, self._problem)
        if self._checked and not self._fresh and not confirmed(self._problem, answer, self._transposed):
            self._solver.clearSolver()
            self._solver.run()
            answer = answer_of(self._solver, self._problem)
        self._fresh = False
        return answer

    def within(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Answer:
        """The answer under other bounds of the columns, unchecked; nothing else is looked at for changes.

        Raises RuntimeError as `solve` does.
        """
        before = self._problem
        self._problem = replace(before, lower=lower, upper=upper)
        if lower.size == 0:
            return without_columns(self._problem)
        columns = np.flatnonzero((before.lower != lower) | (before.upper != upper)).astype(np.int32)
        if len(columns):
            self._solver.changeColsBounds(len(columns), columns, lower[columns], upper[columns])
        self._solver.run()
        self._fresh = False
        return answer_of(self._solver, self._problem)

    def _patch(self, after: Linear) -> None:
        before, solver = self._problem, self._solver
        if after.matrix.shape != before.matrix.shape:
            raise ValueError(f"another shape: {after.matrix.shape}, not {before.matrix.shape}")
        costs = _changed((before.cost, after.cost))
        columns = _changed((before.lower, after.lower), (before.upper, after.upper))
        rows = _changed((before.row_lower, after.row_lower), (before.row_upper, after.row_upper))
        at_row, at_column, value = _changed_coefficients(before.matrix, after.matrix)
        self.patched = Patched(len(costs), len(columns), len(rows), len(value))
        self._problem = after
        if after.matrix is not before.matrix:
            self._transposed = after.matrix.T
        if before.cost.size == 0:
            return
        if len(value) > MOST_COEFFICIENTS:  # one by one, each in the time of a whole column
            self._load()
            self._fresh = True
            return
        if len(costs):
            solver.changeColsCost(len(costs), costs, after.cost[costs])
        if len(columns):
            solver.changeColsBounds(len(columns), columns, after.lower[columns], after.upper[columns])
        if 0 < len(rows) <= FEW_ROWS:
            for row in rows.tolist():
                solver.changeRowBounds(row, after.row_lower[row], after.row_upper[row])
        elif len(rows):
            # HiGHS' own type information leaves this method out.
            solver.changeRowsBounds(len(rows), rows, after.row_lower[rows], after.row_upper[rows])  # type: ignore[attr-defined]
        for row, column, number in zip(at_row.tolist(), at_column.tolist(), value.tolist(), strict=True):
            solver.changeCoeff(row, column, number)


def _continuous(problem: Linear) -> Linear:
    return problem if problem.whole is None else replace(problem, whole=None)


def _changed(*pairs: tuple[NDArray[np.float64], NDArray[np.float64]]) -> NDArray[np.int32]:
    """Where any of the pairs differ."""
    differ = [before != after for before, after in pairs if before is not after]
    if not differ:
        return NONE
    return np.flatnonzero(differ[0] if len(differ) == 1 else differ[0] | differ[1]).astype(np.int32)


def _changed_coefficients(
    before: sparse.csr_array | sparse.csc_array, after: sparse.csr_array | sparse.csc_array
) -> tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.float64]]:
    """Rows, columns and new values of the entries that differ; 0 for one that is gone."""
    if before is after:
        return NONE, NONE, NOTHING
    if (
        before.format == after.format
        and np.array_equal(before.indptr, after.indptr)
        and np.array_equal(before.indices, after.indices)
    ):
        places = np.flatnonzero(before.data != after.data)
        along = np.searchsorted(after.indptr, places, side="right") - 1
        across = after.indices[places]
        row, column = (along, across) if after.format == "csr" else (across, along)
        return row, column, after.data[places]
    new = sparse.csr_array(after)
    differ = (new - sparse.csr_array(before)).tocoo()
    kept = differ.data != 0
    row, column = differ.row[kept], differ.col[kept]
    return row, column, np.asarray(new[row, column], dtype=np.float64).ravel()
