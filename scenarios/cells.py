"""What an allocation asks of its cells, quota × unit × period; and what that asks of its totals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.tighten import ceil, floor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Whole
    from scenarios.stability import Stay

    # matrix csr float64 [r, n], lower [r], upper [r]
    Rows = tuple[sparse.csr_array, Floats, Floats]


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
        profile: float64 [K, T], ≥ 0, how a quota spreads over the periods; 0: nothing in that period, but in
            cells whose lower bound is above 0.
        matrix: scipy.sparse csr float64 [m, K·U·T], rules and nests over the cells in C order.
        row_lower, row_upper: float64 [m], ±inf where open.
        held: bool [K, U], quotas whose fairness doesn't count; all False by default.
        fairness: a method of §11.
        multiple: int64 [K], ≥ 1: every quota is a multiple of it, but held ones and one unit that takes
            (total − Σ held) mod multiple (§10). All 1 by default.
        cost: float64 [K, U], of one; Σ cost × q is least after fairness (§11). All 0 by default.
        need: float64 [K, U], what `fair` comes from, for large figures that ask for more than its digits: not
            held ones get (total − Σ held) × need / Σ need. NaN, as by default, where `fair` is all there is.
        stay: an issued plan: how many quotas may move away from it, and whether it is to come back. Its
            weight and its bounds are in `fair`, `lower` and `upper` already.

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
    multiple: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    cost: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    need: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    stay: Stay | None = None

    def __post_init__(self) -> None:
        total = np.asarray(self.total)
        if not np.issubdtype(total.dtype, np.integer):
            raise ValueError("totals must be integers")
        quotas, units = np.shape(self.fair)
        periods = np.shape(self.profile)[-1]
        set_ = object.__setattr__
        if np.size(self.held) == 0:
            set_(self, "held", np.zeros((quotas, units), dtype=bool))
        if np.size(self.multiple) == 0:
            set_(self, "multiple", np.ones(quotas, dtype=np.int64))
        if np.size(self.cost) == 0:
            set_(self, "cost", np.zeros((quotas, units)))
        if np.size(self.need) == 0:
            set_(self, "need", np.full((quotas, units), np.nan))
        shapes = {
            "cost": (quotas, units),
            "need": (quotas, units),
            "multiple": (quotas,),
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
            if values.shape != shape or (name not in {"fair", "need"} and np.isnan(values).any()):
                raise ValueError(f"{name}: shape {values.shape} where {shape} is due, or NaN")
            set_(self, name, values)
        set_(self, "total", total.astype(np.int64))
        set_(self, "multiple", np.asarray(self.multiple).astype(np.int64))
        matrix = sparse.csr_array(self.matrix).astype(np.float64)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        set_(self, "matrix", matrix)
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
        # A cell that must hold something may, even in a period of no weight.
        placed = placed | (cell_lower > 0)
        cell_upper = np.where(placed, np.minimum(floor(self.cell_upper), most[:, :, None]), 0.0)
        return (
            np.concatenate([lower.ravel(), cell_lower.ravel()]),
            np.concatenate([upper.ravel(), cell_upper.ravel()]),
        )

    def sums(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Totals over the quotas' units, [K, K·U], and over the cells' periods, [K·U, K·U·T]."""
        quotas, units, periods = self.shape
        return sums_of(quotas, units), sums_of(quotas * units, periods)

    def apart(self) -> tuple[Rows, CellProblem]:
        """The rules that ask the same of every period, as rows over quotas; and the problem without them."""
        low, high = self._extremes()
        differing = sparse.csr_array(high - low)
        differing.eliminate_zeros()
        even = np.diff(differing.indptr) == 0
        rows = (low[even], self.row_lower[even], self.row_upper[even])
        rest = replace(
            self,
            matrix=self.matrix[~even],
            row_lower=self.row_lower[~even],
            row_upper=self.row_upper[~even],
        )
        return rows, rest

    def _extremes(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Each rule's least and greatest coefficient over the periods of each quota, [m, K·U]."""
        quotas, units, periods = self.shape
        numbers, m = quotas * units, len(self.row_lower)
        rows = self.matrix.tocoo()
        if rows.nnz == 0:
            return sparse.csr_array((m, numbers)), sparse.csr_array((m, numbers))
        key = rows.row.astype(np.int64) * numbers + rows.col // periods
        order = np.argsort(key, kind="stable")
        pairs, starts, count = np.unique(key[order], return_index=True, return_counts=True)
        data = rows.data[order]
        low, high = np.minimum.reduceat(data, starts), np.maximum.reduceat(data, starts)
        # Periods that a rule leaves out have coefficient 0.
        low = np.where(count < periods, np.minimum(low, 0), low)
        high = np.where(count < periods, np.maximum(high, 0), high)
        at = (pairs // numbers, pairs % numbers)
        return sparse.csr_array((low, at), shape=(m, numbers)), sparse.csr_array(
            (high, at), shape=(m, numbers)
        )


def sums_of(count: int, size: int) -> sparse.csr_array:
    """Sums of `size` neighbouring columns each, as rows [count, count·size]."""
    return sparse.csr_array(
        (np.ones(count * size), np.arange(count * size), np.arange(count + 1) * size),
        shape=(count, count * size),
    )


def of_quotas(cells: CellProblem, which: NDArray[np.intp]) -> CellProblem:
    """The problem of some quotas alone, int64 [k], that share no rule with others; without an issued plan."""
    quotas, units, periods = cells.shape
    own = np.isin(np.arange(quotas), which).repeat(units * periods)
    matrix = cells.matrix[:, own]
    rows = np.diff(matrix.indptr) > 0
    names = [
        "total",
        "fair",
        "weight",
        "lower",
        "upper",
        "cell_lower",
        "cell_upper",
        "profile",
        "held",
        "multiple",
        "cost",
        "need",
    ]
    return replace(
        cells,
        matrix=matrix[rows],
        row_lower=cells.row_lower[rows],
        row_upper=cells.row_upper[rows],
        stay=None,
        **{name: getattr(cells, name)[np.sort(which)] for name in names},
    )


def stack(*parts: Rows) -> Rows:
    """Rows over the same columns, one below the other."""
    return (
        sparse.vstack([part[0] for part in parts], format="csr"),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def implied_rows(problem: CellProblem, cell_lower: Floats, cell_upper: Floats) -> Rows:
    """What rules over cells ask of the quotas: rows over q that every allowed plan keeps.

    Of each rule, a quota's least (greatest) coefficient counts for all of it. Rules that repeat from period
    to period are added up, a missing period standing at its cells' bounds.

    Args:
        problem: K quotas × U units × T periods.
        cell_lower: float64 [K·U·T], finite.
        cell_upper: likewise.
    """
    return stack(_by_extremes(problem, cell_lower), _by_families(problem, cell_lower, cell_upper))


def _by_extremes(problem: CellProblem, cell_lower: Floats) -> Rows:
    low, high = problem._extremes()
    # Σ aₜ xₜ ≥ (min a) q + Σ (aₜ − min a) × cell_lower, and with max a the other way.
    sums = problem.sums()[1] @ cell_lower
    placed = problem.matrix @ cell_lower
    open_ = np.full(len(placed), np.inf)
    return stack(
        (low, -open_, problem.row_upper - (placed - low @ sums)),
        (high, problem.row_lower + (high @ sums - placed), open_),
    )


def _by_families(problem: CellProblem, cell_lower: Floats, cell_upper: Floats) -> Rows:
    quotas, units, periods = problem.shape
    numbers = quotas * units
    row, family, period = _families(problem)
    first = row[np.unique(family, return_index=True)[1]]
    # The family's coefficients over the totals: those of one of its rows, its period left out.
    rows = problem.matrix[first].tocoo()
    shape = (len(first), numbers)
    shared = sparse.csr_array((rows.data, (rows.row, rows.col // periods)), shape=shape)
    low, high = cell_lower.reshape(numbers, periods), cell_upper.reshape(numbers, periods)
    positive, negative = shared.maximum(0), shared.minimum(0)
    most, least = positive @ high + negative @ low, positive @ low + negative @ high
    np.minimum.at(most, (family, period), problem.row_upper[row])
    np.maximum.at(least, (family, period), problem.row_lower[row])
    return shared, least.sum(axis=1), most.sum(axis=1)


def _families(problem: CellProblem) -> tuple[Whole, Whole, Whole]:
    """Rules within one period that are alike but for the period, two periods or more.

    Returns:
        Three int64 [r], by row: which row of the matrix, its family 0 … f − 1 and its period; of two rows
        alike in one period only the first, so that fewer rows loosen and none tightens wrongly.
    """
    periods = problem.shape[2]
    matrix = problem.matrix
    count = np.diff(matrix.indptr)
    filled = np.flatnonzero(count)
    times = matrix.indices % periods
    starts = matrix.indptr[filled]
    one = np.zeros(len(count), dtype=bool)
    if len(filled):
        one[filled] = np.minimum.reduceat(times, starts) == np.maximum.reduceat(times, starts)
    family = np.full(len(count), -1)
    for size in np.unique(count[one]):
        rows = np.flatnonzero(one & (count == size))
        at = matrix.indptr[rows][:, None] + np.arange(size)
        alike = np.concatenate([matrix.indices[at] // periods, matrix.data[at]], axis=1)
        labels = np.unique(alike, axis=0, return_inverse=True)[1].ravel()
        family[rows] = labels + family.max(initial=-1) + 1
    rows = np.flatnonzero(one)
    period = times[matrix.indptr[rows]]
    rows = rows[np.unique(family[rows] * periods + period, return_index=True)[1]]
    several = np.bincount(family[rows])[family[rows]] > 1
    rows = np.sort(rows[several])
    labels = np.unique(family[rows], return_inverse=True)[1]
    return rows, labels.astype(np.int64), times[matrix.indptr[rows]].astype(np.int64)
