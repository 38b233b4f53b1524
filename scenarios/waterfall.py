"""Why a quota is what it is (§14): fair share → holds → bounds → rules → whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from scenarios.cells import CellProblem

Floats = NDArray[np.float64]
DECIMALS = 6
FITS = 1e-9
STEPS = ("fair_share", "holds", "bounds", "rules", "whole_numbers")


@dataclass(frozen=True, slots=True)
class Step:
    """What a step adds to a quota; the five steps add up to it exactly."""

    step: str
    change: Decimal


def waterfalls(
    cells: CellProblem, bounds_only: CellProblem, q: NDArray[np.int64]
) -> list[list[tuple[Step, ...]]]:
    """The five steps of each quota and unit, [quota][unit].

    ``cells``: the whole problem, ``bounds_only``: the same without nests and rules, ``q``: int64 [K, U],
    the plan. The third and fourth step are the changes of the continuous ``proportional`` optimum; the
    last one holds the rest, so that the sum is the quota.
    """
    fair = np.asarray(cells.fair)
    bounded = continuous(bounds_only)
    ruled = bounded if cells.matrix.shape[0] == 0 else continuous(cells)
    levels = [np.zeros(fair.shape), fair, fair, bounded, ruled]
    return [
        [_steps([level[k, u] for level in levels], int(q[k, u])) for u in range(fair.shape[1])]
        for k in range(fair.shape[0])
    ]


def _steps(levels: list[Any], value: int) -> tuple[Step, ...]:
    rounded = [round(Decimal(repr(float(level))), DECIMALS) for level in levels]
    changes = [after - before for before, after in pairwise(rounded)]
    changes.append(value - rounded[-1])
    return tuple(Step(name, change.normalize()) for name, change in zip(STEPS, changes, strict=True))


def continuous(cells: CellProblem) -> Floats:
    """The fairest plan in real numbers, float64 [K, U]: least Σ (q − fair)² / fair under bounds and rows.

    Raises ArithmeticError where the solver finds none, though a whole-number plan exists.
    """
    quotas, units, spans = cells.shape
    fair = np.asarray(cells.fair)
    lower = np.maximum(cells.lower, 0)
    even = np.repeat(fair[:, :, None] / spans, spans, axis=2)
    activity = cells.matrix @ even.ravel()
    if (
        (fair >= lower - FITS).all()
        and (fair <= cells.upper + FITS).all()
        and _keeps(activity, cells.row_lower, cells.row_upper)
    ):
        return fair
    return _solve(cells, lower, fair).reshape(quotas, units)


def _keeps(activity: Floats, lower: Floats, upper: Floats) -> bool:
    room = FITS * np.maximum(1.0, np.abs(activity))
    return bool(((activity >= lower - room) & (activity <= upper + room)).all())


def _solve(cells: CellProblem, lower: Floats, fair: Floats) -> Floats:
    """One convex quadratic programme by an interior point: q first, then cells where rows speak of them."""
    import clarabel

    quotas, units, spans = cells.shape
    numbers = quotas * units
    ruled = cells.matrix.shape[0] > 0
    width = numbers + (numbers * spans if ruled else 0)
    counted = fair.ravel() > 0
    scale = np.where(counted, 1 / np.maximum(fair.ravel(), 1e-12), 1.0)
    scale = scale / np.repeat(np.maximum([float(t) for t in cells.total], 1), units)
    quadratic = np.concatenate([2 * scale, np.zeros(width - numbers)])
    linear = np.concatenate([-2 * scale * fair.ravel(), np.zeros(width - numbers)])
    eye = sparse.eye_array(width, format="csr")
    totals = sparse.hstack(
        [
            sparse.kron(sparse.eye_array(quotas), np.ones((1, units))),
            sparse.csr_array((quotas, width - numbers)),
        ]
    )
    equal = [(totals, np.asarray(cells.total, dtype=float))]
    below: list[tuple[Any, Floats]] = [(-eye, np.concatenate([-lower.ravel(), np.zeros(width - numbers)]))]
    capped = np.flatnonzero(np.isfinite(cells.upper.ravel()))
    below.append((eye[capped], cells.upper.ravel()[capped]))
    if ruled:
        sums = sparse.kron(sparse.eye_array(numbers), np.ones((1, spans)))
        equal.append((sparse.hstack([-sparse.eye_array(numbers), sums]), np.zeros(numbers)))
        size = np.maximum(np.sqrt(cells.matrix.multiply(cells.matrix).sum(axis=1)), 1e-12)
        rows = sparse.hstack(
            [
                sparse.csr_array((cells.matrix.shape[0], numbers)),
                sparse.diags_array(1 / size) @ cells.matrix,
            ],
            format="csr",
        )
        low, high = cells.row_lower / size, cells.row_upper / size
        same = low == high
        equal.append((rows[np.flatnonzero(same)], low[same]))
        up = np.flatnonzero(np.isfinite(high) & ~same)
        down = np.flatnonzero(np.isfinite(low) & ~same)
        below += [(rows[up], high[up]), (-rows[down], -low[down])]
    matrix = sparse.vstack([part for part, _ in (*equal, *below)], format="csc")
    right = np.concatenate([side for _, side in (*equal, *below)])
    fixed = sum(len(side) for _, side in equal)
    cones = [clarabel.ZeroConeT(fixed), clarabel.NonnegativeConeT(len(right) - fixed)]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    settings.max_threads = 1
    hessian = sparse.csc_matrix(sparse.diags_array(quadratic))
    found = clarabel.DefaultSolver(hessian, linear, sparse.csc_matrix(matrix), right, cones, settings).solve()
    if "Solved" not in str(found.status):
        raise ArithmeticError(f"no continuous optimum: {found.status}")
    return np.asarray(found.x, dtype=np.float64)[:numbers]
