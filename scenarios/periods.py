"""Quotas into periods: a controlled rounding of each quota's exact course over the year (§10).

Where the rules allow, every cell is the floor or the ceiling of its exact value, and so is each period's
total over the units (Cox 1987, controlled rounding). Quotas that rules tie together are decided together;
where theirs is impossible, the sum of (cell − exact)² is least, and of those plans the one whose period
totals are nearest to theirs.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.cells import sums_of
from scenarios.hull import relax
from scenarios.parts import tied_columns
from scenarios.separable import Separable, scale_rows, solve_with_face
from scenarios.spread import Moves, alone, first_totals, nearest_totals, price, tied_to_broken, ties
from scenarios.tighten import noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Outcome, Whole
    from scenarios.separable import Known

GAP = 1e-9
MANY = 512  # cells that may go either way: beyond, the order of ties is that of their periods' totals
MOST_OPEN = 0.1  # of all cells, that a search after the units by themselves is worth while for
ROUGH = 0.1  # of the period totals' distance, where they come second


def exact_cells(q: Whole | Floats, profile: Floats) -> Floats:
    """The course of quotas over the year: q × profile ÷ Σ profile.

    Args:
        q: [K, U].
        profile: float64 [K, T], ≥ 0; a quota whose profile is 0 throughout has exact cells of 0.

    Returns:
        float64 [K, U, T].
    """
    whole = profile.sum(axis=1, keepdims=True)
    share = np.where(whole > 0, profile, 0.0)[:, None, :]
    return np.asarray(q, dtype=np.float64)[:, :, None] * share / np.where(whole > 0, whole, 1.0)[:, :, None]


def distance(q: Whole | Floats, profile: Floats) -> Floats:
    """How near whole cells of each quota by itself can come to its course: least Σ (cell − exact)².

    Args:
        q: [K, U], whole.
        profile: float64 [K, T], ≥ 0.

    Returns:
        float64 [K, U].
    """
    exact = _snap(exact_cells(q, profile))
    parts = exact - np.floor(exact)
    # The largest remainders get the units that floors leave over.
    over = np.round(parts.sum(axis=2, keepdims=True))
    order = np.argsort(np.argsort(-parts, axis=2, kind="stable"), axis=2, kind="stable")
    off = np.where(order < over, 1 - parts, parts)
    result: Floats = (off**2).sum(axis=2)
    return result


def split(
    q: Whole,
    exact: Floats,
    cell_lower: Floats,
    cell_upper: Floats,
    *,
    matrix: sparse.csr_array,
    row_lower: Floats,
    row_upper: Floats,
    time_limit: float | None = None,
) -> Whole | None:
    """Whole cells that add up to q, nearest to `exact`; of exact ties, earlier periods get more.

    Args:
        q: int64 [K, U], each quota of each unit.
        exact: float64 [K, U, T], see `exact_cells`.
        cell_lower: float64 [K, U, T], whole, finite.
        cell_upper: likewise.
        matrix: scipy.sparse csr float64 [m, K·U·T], rules over the cells in C order.
        row_lower: float64 [m], -inf where open.
        row_upper: float64 [m], inf where open.
        time_limit: seconds, None for as long as it takes.

    Returns:
        int64 [K, U, T], or None where no whole cells keep all rules (proven).

    Raises:
        TimeoutError: the limit came before an answer.
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    cells = _Cells(
        q,
        exact,
        np.asarray(cell_lower, dtype=np.float64),
        np.asarray(cell_upper, dtype=np.float64),
        sparse.csr_array(matrix),
        np.asarray(row_lower, dtype=np.float64),
        np.asarray(row_upper, dtype=np.float64),
    )
    if (cells.lower > cells.upper).any():
        return None
    labels = cells.groups()
    x = np.zeros(exact.shape, dtype=np.int64)
    for label in range(int(labels.max(initial=-1)) + 1):
        quotas = np.flatnonzero(labels == label)
        part = _split(cells.take(quotas), deadline)
        if part is None:
            return None
        x[quotas] = part
    return x


@dataclass(frozen=True, eq=False)
class _Cells:
    q: Whole
    exact: Floats
    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats

    def groups(self) -> NDArray[np.int32]:
        """Which quotas rules tie together: a label for each, [K]."""
        quotas, units, periods = self.exact.shape
        rows = self.matrix.tocoo()
        touches = sparse.csr_array(
            (np.ones(rows.nnz), (rows.row, rows.col // (units * periods))),
            shape=(self.matrix.shape[0], quotas),
        )
        return tied_columns(touches)

    def take(self, quotas: Whole) -> _Cells:
        """These quotas alone, with the rules that touch them."""
        index = np.arange(self.exact.size).reshape(self.exact.shape)[quotas].ravel()
        matrix = self.matrix[:, index]
        # Rows without any cell stand with the first group: they may be impossible.
        empty = (np.diff(self.matrix.indptr) == 0) & bool((quotas == 0).any())
        rows = np.flatnonzero((np.diff(matrix.indptr) > 0) | empty)
        return _Cells(
            self.q[quotas],
            self.exact[quotas],
            self.lower[quotas],
            self.upper[quotas],
            matrix[rows],
            self.row_lower[rows],
            self.row_upper[rows],
        )

    def problem(self) -> Separable:
        """Least Σ (x − exact)² under the quotas and rules; ties to earlier periods, then earlier units."""
        quotas, units, periods = self.exact.shape
        rank = np.arange(periods) * units + np.arange(units)[:, None]
        sums = sums_of(quotas * units, periods)
        wanted = self.q.ravel().astype(np.float64)
        return Separable(
            fair=_snap(self.exact).ravel(),
            weight=np.ones(self.exact.size),
            lower=self.lower.ravel(),
            upper=self.upper.ravel(),
            matrix=sparse.vstack([sums, self.matrix], format="csr"),
            row_lower=np.concatenate([wanted, self.row_lower]),
            row_upper=np.concatenate([wanted, self.row_upper]),
            rank=np.broadcast_to(rank, self.exact.shape).ravel(),
            objective="largest_remainder",
        )

    def totals(self) -> tuple[sparse.csr_array, Floats]:
        """The sums of each period over the units, as rows [K·T, K·U·T], and their exact values [K·T]."""
        quotas, units, periods = self.exact.shape
        columns = np.arange(self.exact.size).reshape(self.exact.shape).transpose(0, 2, 1).ravel()
        rows = sparse.csr_array(
            (np.ones(len(columns)), columns, np.arange(quotas * periods + 1) * units),
            shape=(quotas * periods, len(columns)),
        )
        return rows, _snap(self.exact.sum(axis=1)).ravel()


@dataclass(frozen=True, eq=False)
class _Near:
    # The nearest plan, float64 [K, U, T], if it may go many ways at no cost; the relaxation that proves it.
    x: Floats | None
    known: Known


def _snap(exact: Floats) -> Floats:
    """Values within rounding of a whole number become it: else its ceiling would be one too many."""
    near = np.round(exact)
    return np.where(np.abs(exact - near) <= noise(near), near, exact)


def _split(cells: _Cells, deadline: float) -> Whole | None:
    problem = cells.problem()
    rows, wanted = cells.totals()
    controlled = replace(
        problem,
        lower=np.maximum(problem.lower, np.floor(problem.fair)),
        upper=np.minimum(problem.upper, np.ceil(problem.fair)),
        matrix=sparse.vstack([problem.matrix, rows], format="csr"),
        row_lower=np.concatenate([problem.row_lower, np.floor(wanted)]),
        row_upper=np.concatenate([problem.row_upper, np.ceil(wanted)]),
    )
    possible, near = _unit_by_unit(cells, problem, deadline)
    if not possible:
        return None
    totals, sums = wanted.reshape(len(cells.q), -1), cells.q.sum(axis=1)
    x = None if near is None else near.x
    found = None
    if _fits(cells, controlled):
        if x is not None and _within(x.ravel(), controlled):
            found = _evened(problem, x, first_totals(totals, sums))
        found = _answer(controlled, deadline) if found is None else found
    if found is None and x is not None:
        found = _evened(problem, x, nearest_totals(totals, sums))
    if found is None:
        found = _nearest(problem, rows, wanted, deadline, None if near is None else near.known)
    return None if found is None else found.reshape(cells.exact.shape)


def _fits(cells: _Cells, problem: Separable) -> bool:
    """Whether some cells within the problem's bounds add up to the quotas."""
    low, high = (side.reshape(cells.exact.shape) for side in (problem.lower, problem.upper))
    inside = (low.sum(axis=2) <= cells.q) & (cells.q <= high.sum(axis=2))
    return bool((low <= high).all() and inside.all())


def _within(q: Floats, problem: Separable) -> bool:
    return bool(((q >= problem.lower) & (q <= problem.upper)).all())


def _unit_by_unit(cells: _Cells, problem: Separable, deadline: float) -> tuple[bool, _Near | None]:
    """Least Σ (x − exact)² of many cells by a search over few of them; None where that is not to be had. Also
    whether there is any plan, as far as was seen.
    """
    if problem.size <= MANY:
        return True, None
    course = problem.fair.reshape(cells.exact.shape), cells.lower, cells.upper
    x = alone(cells.q, *course)
    if x is None:
        return True, None
    open_ = np.flatnonzero(tied_to_broken(problem, x.ravel()))
    if len(open_) > MOST_OPEN * problem.size:
        return True, None
    relaxed, prices = x.ravel().copy(), np.zeros(len(problem.row_lower))
    prices[: cells.q.size] = price(x, *course).ravel()
    several = ties(x, *course) > MANY
    if len(open_) == 0:
        return True, _Near(x if several else None, (relaxed, prices))
    matrix = problem.matrix[:, open_]
    touched = np.flatnonzero(np.diff(matrix.indptr))
    part = replace(
        problem.take(open_),
        matrix=matrix[touched],
        row_lower=problem.row_lower[touched],
        row_upper=problem.row_upper[touched],
    )
    hull = relax(scale_rows(part), deadline=deadline)
    if hull.q is None or hull.certificate is None:
        return hull.status != "infeasible", None
    relaxed[open_], prices[touched] = hull.q, hull.certificate.prices
    if not several:
        return True, _Near(None, (relaxed, prices))
    found = _solve(part, deadline, known=(hull.q, hull.certificate.prices))[0].q
    if found is None:
        return False, None
    return True, _Near(_with(x, open_, found), (relaxed, prices))


def _with(x: Floats, places: Whole, values: Whole) -> Floats:
    flat = x.ravel().copy()
    flat[places] = values
    return flat.reshape(x.shape)


def _evened(problem: Separable, near: Floats, totals: Whole) -> Whole | None:
    """A plan as near as `near` whose periods add up to the totals; None where moves at no cost find none."""
    moves = Moves(problem, near)
    if not moves.towards(totals):
        return None
    q = moves.x.ravel()
    exact = problem.allows(q) and problem.compare(near.ravel(), q) == 0
    return q.astype(np.int64) if exact else None


def _nearest(
    problem: Separable, rows: sparse.csr_array, wanted: Floats, deadline: float, known: Known | None
) -> Whole | None:
    """Least Σ (x − exact)²; of those plans the one whose period totals (rows · x) are nearest to wanted."""
    outcome, face = _solve(problem, deadline, known=known)
    if outcome.q is None or face is None:
        return outcome.q
    places, cells = rows.shape
    of_face = sparse.hstack([rows, sparse.csr_array((places, face.size - cells))])
    low, high = rows @ problem.lower, rows @ problem.upper
    both = Separable(
        fair=np.concatenate([face.fair, wanted]),
        weight=np.concatenate([np.zeros(face.size), np.ones(places)]),
        lower=np.concatenate([face.lower, low]),
        upper=np.concatenate([face.upper, high]),
        matrix=sparse.block_array(
            [
                [face.matrix, sparse.csr_array((face.matrix.shape[0], places))],
                [of_face, -sparse.eye_array(places)],
            ],
            format="csr",
        ),
        row_lower=np.concatenate([face.row_lower, np.zeros(places)]),
        row_upper=np.concatenate([face.row_upper, np.zeros(places)]),
        rank=np.concatenate([face.rank, np.full(places, np.inf)]),
        objective="largest_remainder",
    )
    nearest = _answer(both, deadline, gap=ROUGH)
    if nearest is None:
        return outcome.q
    first, second = outcome.q.astype(np.float64), nearest[:cells].astype(np.float64)
    as_near = problem.allows(second) and problem.compare(first, second) <= 0
    return nearest[:cells] if as_near else outcome.q


def _answer(problem: Separable, deadline: float, gap: float = GAP) -> Whole | None:
    return _solve(problem, deadline, gap)[0].q


def _solve(
    problem: Separable, deadline: float, gap: float = GAP, known: Known | None = None
) -> tuple[Outcome, Separable | None]:
    left = None if math.isinf(deadline) else deadline - time.perf_counter()
    outcome, face = solve_with_face(problem, gap, left, proof=False, known=known)
    if outcome.status == "none_found":
        raise TimeoutError("no split into periods found in time")
    return outcome, face
