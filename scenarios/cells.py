"""What an allocation asks of its cells, quota × unit × period; and what that asks of its totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.tighten import ceil, floor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Whole


@dataclass(frozen=True, eq=False)
class CellProblem:
    """K quotas over U units and T periods.

    Attributes:
        total: int64 [K], what each quota adds up to, ≥ 0.
        fair: float64 [K, U], ≥ 0; ignored where `held`.
        weight: float64 [K], > 0: of each quota's fairness, beside 1 / total (§11).
        lower, upper: float64 [K, U], bounds of the quotas q; ±inf where open. They are drawn in to whole
            numbers, a bound within rounding of one being that one.
        cell_lower, cell_upper: float64 [K, U, T], bounds of the cells, likewise; no cell is below 0.
        profile: float64 [K, T], ≥ 0, how a quota spreads over the periods; 0: nothing in that period.
        matrix: scipy.sparse csr float64 [m, K·U·T], rules and nests over the cells in C order.
        row_lower, row_upper: float64 [m], ±inf where open.
        held: bool [K, U], quotas whose fairness doesn't count; all False by default.
        fairness: a method of §11 that `separable` knows.

    Raises:
        ValueError: shapes that differ, NaN, a negative total, weight or profile.
    """

    total: Whole
    fair: Floats
    weight: Floats
    lower: Floats
    upper: Floats
    cell_lower: Floats
    cell_upper: Floats
    profile: Floats
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    held: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    fairness: str = "proportional"

    def __post_init__(self) -> None:
        total = np.asarray(self.total)
        if not np.issubdtype(total.dtype, np.integer):
            raise ValueError("totals must be integers")
        quotas, units = np.shape(self.fair)
        periods = np.shape(self.profile)[-1]
        set_ = object.__setattr__
        if np.size(self.held) == 0:
            set_(self, "held", np.zeros((quotas, units), dtype=bool))
        shapes = {
            "fair": (quotas, units),
            "weight": (quotas,),
            "lower": (quotas, units),
            "upper": (quotas, units),
            "cell_lower": (quotas, units, periods),
            "cell_upper": (quotas, units, periods),
            "profile": (quotas, periods),
            "row_lower": np.shape(self.row_lower),
            "row_upper": np.shape(self.row_lower),
        }
        for name, shape in shapes.items():
            values = np.asarray(getattr(self, name), dtype=np.float64)
            if values.shape != shape or (name != "fair" and np.isnan(values).any()):
                raise ValueError(f"{name}: shape {values.shape} where {shape} is due, or NaN")
            set_(self, name, values)
        set_(self, "total", total.astype(np.int64))
        set_(self, "matrix", sparse.csr_array(self.matrix).astype(np.float64))
        if self.matrix.shape != (len(self.row_lower), quotas * units * periods):
            raise ValueError(f"a matrix of {self.matrix.shape}")
        if total.shape != (quotas,) or self.held.shape != (quotas, units):
            raise ValueError("total or held has another shape than fair")
        if (self.total < 0).any() or (self.weight <= 0).any() or (self.profile < 0).any():
            raise ValueError("totals and profiles must be at least 0, weights above")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(K, U, T)."""
        quotas, units, periods = self.cell_lower.shape
        return quotas, units, periods

    def bounds(self) -> tuple[Floats, Floats]:
        """Whole, finite bounds of quotas then cells, float64 [K·U + K·U·T] each."""
        most = self.total[:, None].astype(np.float64)
        placed = self.profile[:, None, :] > 0
        lower = np.maximum(ceil(self.lower), 0.0)
        upper = np.minimum(floor(self.upper), most)
        cell_lower = np.maximum(ceil(self.cell_lower), 0.0)
        cell_upper = np.where(placed, np.minimum(floor(self.cell_upper), most[:, :, None]), 0.0)
        return (
            np.concatenate([lower.ravel(), cell_lower.ravel()]),
            np.concatenate([upper.ravel(), cell_upper.ravel()]),
        )

    def joint(self) -> tuple[sparse.csr_array, Floats, Floats]:
        """All rows over quotas then cells: totals [K], q − Σₜ x = 0 [K·U], rules [m]."""
        quotas, units, periods = self.shape
        numbers = quotas * units
        totals = sparse.kron(sparse.eye_array(quotas), np.ones((1, units)))
        sums = sparse.kron(sparse.eye_array(numbers), np.ones((1, periods)))
        matrix = sparse.block_array(
            [
                [totals, sparse.csr_array((quotas, numbers * periods))],
                [sparse.eye_array(numbers), -sums],
                [sparse.csr_array((len(self.row_lower), numbers)), self.matrix],
            ],
            format="csr",
        )
        total, zero = self.total.astype(np.float64), np.zeros(numbers)
        return (
            matrix,
            np.concatenate([total, zero, self.row_lower]),
            np.concatenate([total, zero, self.row_upper]),
        )


def implied_rows(
    problem: CellProblem, cell_lower: Floats, cell_upper: Floats
) -> tuple[sparse.csr_array, Floats, Floats]:
    """What the rules over cells ask of the totals: rows over q that every allowed plan keeps.

    A rule whose coefficients are equal over the periods is passed on as it is. Of any other, each quota's
    least (greatest) coefficient counts for its whole total. Rules that repeat from period to period are added
    up, a missing period standing at its cells' bounds.

    Args:
        problem: K quotas × U units × T periods.
        cell_lower: float64 [K·U·T], finite.
        cell_upper: likewise.

    Returns:
        Matrix csr [r, K·U], row_lower [r], row_upper [r].
    """
    parts = [_by_extremes(problem, cell_lower), _by_families(problem, cell_lower, cell_upper)]
    return (
        sparse.vstack([part[0] for part in parts], format="csr"),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _by_extremes(problem: CellProblem, cell_lower: Floats) -> tuple[sparse.csr_array, Floats, Floats]:
    quotas, units, periods = problem.shape
    numbers, m = quotas * units, len(problem.row_lower)
    rows = problem.matrix.tocoo()
    if rows.nnz == 0:
        empty = sparse.csr_array((m, numbers))
        return empty, problem.row_lower, problem.row_upper
    key = rows.row.astype(np.int64) * numbers + rows.col // periods
    order = np.argsort(key, kind="stable")
    pairs, starts, count = np.unique(key[order], return_index=True, return_counts=True)
    data = rows.data[order]
    least, most = np.minimum.reduceat(data, starts), np.maximum.reduceat(data, starts)
    # Periods that a rule leaves out have coefficient 0.
    partial = count < periods
    least, most = np.where(partial, np.minimum(least, 0), least), np.where(partial, np.maximum(most, 0), most)
    at = (pairs // numbers, pairs % numbers)
    shape = (m, numbers)
    low, high = sparse.csr_array((least, at), shape=shape), sparse.csr_array((most, at), shape=shape)
    uneven = np.zeros(m, dtype=bool)
    uneven[at[0][least != most]] = True
    # Σ aₜ xₜ ≥ (min a) q + Σ (aₜ − min a) × cell_lower, and with max a the other way.
    sums = cell_lower.reshape(numbers, periods).sum(axis=1)
    placed = problem.matrix @ cell_lower
    upper = problem.row_upper - np.where(uneven, placed - low @ sums, 0.0)
    lower = problem.row_lower + np.where(uneven, high @ sums - placed, 0.0)
    open_ = np.full(int(uneven.sum()), np.inf)
    even = ~uneven
    return (
        sparse.vstack([low[even], low[uneven], high[uneven]], format="csr"),
        np.concatenate([lower[even], -open_, lower[uneven]]),
        np.concatenate([upper[even], upper[uneven], open_]),
    )


def _by_families(
    problem: CellProblem, cell_lower: Floats, cell_upper: Floats
) -> tuple[sparse.csr_array, Floats, Floats]:
    quotas, units, periods = problem.shape
    numbers = quotas * units
    families = _families(problem)
    picked = [next(iter(family.values())) for family in families]
    # The family's coefficients over the totals: those of one of its rows, its period left out.
    rows = problem.matrix[picked].tocoo()
    shape = (len(families), numbers)
    shared = sparse.csr_array((rows.data, (rows.row, rows.col // periods)), shape=shape)
    low, high = cell_lower.reshape(numbers, periods), cell_upper.reshape(numbers, periods)
    positive, negative = shared.maximum(0), shared.minimum(0)
    most, least = positive @ high + negative @ low, positive @ low + negative @ high
    for place, family in enumerate(families):
        for period, row in family.items():
            most[place, period] = min(most[place, period], problem.row_upper[row])
            least[place, period] = max(least[place, period], problem.row_lower[row])
    return shared, least.sum(axis=1), most.sum(axis=1)


def _families(problem: CellProblem) -> list[dict[int, int]]:
    """Rules within one period that are alike but for the period: {period: row}, two periods or more."""
    periods = problem.shape[2]
    matrix = problem.matrix.copy()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    found: dict[tuple[bytes, bytes], dict[int, int]] = {}
    period, number = matrix.indices % periods, matrix.indices // periods
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        times = period[span]
        if times.size == 0 or (times != times[0]).any():
            continue
        family = found.setdefault((number[span].tobytes(), matrix.data[span].tobytes()), {})
        # Of two rules alike in one period the first stands: fewer rows loosen, never tighten wrongly.
        family.setdefault(int(times[0]), row)
    return [family for family in found.values() if len(family) > 1]
