"""An allocation in real numbers: its ``proportional`` optimum and what loosening a row is worth (§14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scenarios.periods import exact_cells

if TYPE_CHECKING:
    from scenarios.cells import CellProblem

Floats = NDArray[np.float64]
FITS = 1e-9


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The continuous optimum. ``q``: float64 [K, U]; ``prices``: float64 [m], by how much the objective falls
    for one more on the side of each row that binds, ≥ 0 (of an equation: either way).
    """

    q: Floats
    prices: Floats


def continuous(cells: CellProblem) -> Relaxed:
    """The fairest plan in real numbers: least Σ weight / total × Σ (q − fair)² / fair under bounds and rows.

    Held quotas stay as they are. Raises ArithmeticError where the solver finds none, though a whole-number
    plan exists.
    """
    fair = _wanted(cells)
    even = exact_cells(fair, cells.profile)
    if _keeps(even, cells.cell_lower, cells.cell_upper) and _keeps(fair, cells.lower, cells.upper):
        activity = cells.matrix @ even.ravel()
        if _keeps(activity, cells.row_lower, cells.row_upper) and _placed(cells, fair):
            return Relaxed(fair, np.zeros(len(cells.row_lower)))
    if len(cells.row_lower) == 0 and (filled := _fill(cells, fair)) is not None:
        return Relaxed(filled, np.zeros(0))
    return _solve(cells, fair)


def _fill(cells: CellProblem, fair: Floats) -> Floats | None:
    """The optimum where nothing but bounds limits quotas: q = level × fair share within its bounds.

    None where units without a fair share must take a part of the total.
    """
    shut = np.broadcast_to(cells.profile[:, None, :] == 0, cells.shape) & (cells.cell_lower <= 0)
    cell_upper = np.where(shut, 0.0, cells.cell_upper)
    low = np.maximum(np.maximum(cells.lower, 0), np.maximum(cells.cell_lower, 0).sum(axis=2))
    high = np.minimum(cells.upper, cell_upper.sum(axis=2))
    q: Floats = low.copy()
    for k, total in enumerate(cells.total.tolist()):
        counted = (fair[k] > 0) & ~cells.held[k]
        found = _level(fair[k, counted], low[k, counted], high[k, counted], total - low[k, ~counted].sum())
        if found is None:
            return None
        q[k, counted] = found
    return q


def _level(fair: Floats, low: Floats, high: Floats, total: float) -> Floats | None:
    """level × fair within low and high that adds up to the total; None where nothing does."""
    if not low.sum() <= total <= high.sum():
        return None
    breaks = np.unique(np.concatenate([[0.0], low / fair, high[np.isfinite(high)] / fair[np.isfinite(high)]]))

    def at(level: float) -> Floats:
        found: Floats = np.minimum(np.maximum(level * fair, low), high)
        return found

    below, above = 0, len(breaks)  # what is placed at `below` is at most the total
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if at(breaks[middle]).sum() <= total else (below, middle)
    placed = at(breaks[below])
    rises = (breaks[below] * fair >= low) & (breaks[below] * fair < high)
    slope = float(fair[rises].sum())
    left = total - float(placed.sum())
    return placed if slope == 0 else at(breaks[below] + left / slope)


def _wanted(cells: CellProblem) -> Floats:
    """The fair shares, held quotas at what they are held at."""
    return np.where(cells.held, cells.lower, cells.fair)


def _placed(cells: CellProblem, q: Floats) -> bool:
    """Whether q adds up to the totals, and nothing that is wanted falls to periods without any weight."""
    sums = np.abs(q.sum(axis=1) - cells.total) <= FITS * np.maximum(1.0, cells.total)
    return bool(sums.all() and ((cells.profile > 0).any(axis=1) | (q == 0).all(axis=1)).all())


def _keeps(values: Floats, lower: Floats, upper: Floats) -> bool:
    room = FITS * np.maximum(1.0, np.abs(values))
    return bool(((values >= lower - room) & (values <= upper + room)).all())


class _Rows:
    """Rows a·x = b and a·x ≤ b over the columns, each with whose row of the problem it is (-1: none)."""

    def __init__(self) -> None:
        self.matrices: tuple[list[Any], list[Any]] = ([], [])
        self.sides: tuple[list[Floats], list[Floats]] = ([], [])
        self.owners: tuple[list[Any], list[Any]] = ([], [])

    def add(self, matrix: Any, lower: Floats, upper: Floats, owned: bool = False) -> None:
        """Rows between two sides; ``owned``: they are the problem's own, in their order."""
        matrix = sparse.csr_array(matrix)
        same, none = lower == upper, np.full(len(lower), -1)
        owner = np.arange(len(lower)) if owned else none
        for kind, sign, side, at in (
            (0, 1, upper, same),
            (1, 1, upper, np.isfinite(upper) & ~same),
            (1, -1, lower, np.isfinite(lower) & ~same),
        ):
            kept = np.flatnonzero(at)
            self.matrices[kind].append(sign * matrix[kept])
            self.sides[kind].append(sign * side[kept])
            self.owners[kind].append(owner[kept])

    def over(self, free: Any, x: Floats) -> tuple[Any, Floats, Any, int]:
        """All rows over the free columns, those of equations first, the others' part at x: matrix, sides,
        owners, how many equations. Rows without a free column are left out.
        """
        matrix = sparse.vstack([*self.matrices[0], *self.matrices[1]], format="csr")
        side = np.concatenate([*self.sides[0], *self.sides[1]]) - matrix @ x
        owner = np.concatenate([*self.owners[0], *self.owners[1]])
        equations = sum(len(part) for part in self.sides[0])
        matrix = sparse.csr_array(matrix[:, free])
        matrix.eliminate_zeros()
        kept = np.flatnonzero(np.diff(matrix.indptr))
        return matrix[kept], side[kept], owner[kept], int((kept < equations).sum())


def _solve(cells: CellProblem, fair: Floats) -> Relaxed:
    """One convex quadratic programme by an interior point: q first, then cells where they matter."""
    quotas, units, spans = cells.shape
    numbers = quotas * units
    shut = np.broadcast_to(cells.profile[:, None, :] == 0, cells.shape)
    cell_upper = np.where(shut & (cells.cell_lower <= 0), 0.0, cells.cell_upper)
    ruled = len(cells.row_lower) > 0 or bool(np.isfinite(cell_upper).any() or (cells.cell_lower > 0).any())
    width = numbers + (numbers * spans if ruled else 0)
    counted = (fair > 0) & ~cells.held
    weight = (cells.weight / np.maximum(cells.total, 1))[:, None]
    scale = np.where(counted, weight / np.where(counted, fair, 1.0), weight).ravel()
    quadratic = np.concatenate([2 * scale, np.zeros(width - numbers)])
    linear = np.concatenate([-2 * scale * fair.ravel(), np.zeros(width - numbers)])
    low, high = np.maximum(cells.lower, 0).ravel(), cells.upper.ravel()
    rows = _Rows()
    total = cells.total.astype(np.float64)
    rows.add(_widen(sparse.kron(sparse.eye_array(quotas), np.ones((1, units))), width), total, total)
    size = np.maximum(np.sqrt(cells.matrix.multiply(cells.matrix).sum(axis=1)), 1e-12)
    if ruled:
        low = np.concatenate([low, np.maximum(cells.cell_lower, 0).ravel()])
        high = np.concatenate([high, cell_upper.ravel()])
        sums = sparse.kron(sparse.eye_array(numbers), np.ones((1, spans)))
        zero = np.zeros(numbers)
        rows.add(sparse.hstack([-sparse.eye_array(numbers), sums]), zero, zero)
        scaled = sparse.diags_array(1 / size) @ cells.matrix
        before = sparse.csr_array((len(size), numbers))
        rows.add(sparse.hstack([before, scaled]), cells.row_lower / size, cells.row_upper / size, owned=True)
    # Fixed columns would say the same twice where rows fix them too: an interior point stumbles over that.
    fixed = low == high
    free = np.flatnonzero(~fixed)
    x = np.where(fixed, low, 0.0)
    rows.add(sparse.eye_array(width, format="csr")[free], low[free], high[free])
    matrix, right, owner, equal = rows.over(free, x)
    if len(free):
        program = (quadratic[free], linear[free], matrix, right, equal)
        x[free], prices = _interior_point(*program)
    else:
        prices = np.zeros(len(right))
    own = owner >= 0
    prices = np.bincount(owner[own], weights=np.abs(prices)[own], minlength=len(size)) / size
    return Relaxed(x[:numbers].reshape(quotas, units), prices)


def _interior_point(
    quadratic: Floats, linear: Floats, matrix: Any, right: Floats, equal: int
) -> tuple[Floats, Floats]:
    """Least ½ Σ quadratic x² + linear · x, the first ``equal`` rows = and the others ≤ right: x and duals."""
    import clarabel

    cones = [clarabel.ZeroConeT(equal), clarabel.NonnegativeConeT(len(right) - equal)]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    settings.max_threads = 1
    hessian = sparse.csc_matrix(sparse.diags_array(quadratic))
    found = clarabel.DefaultSolver(hessian, linear, sparse.csc_matrix(matrix), right, cones, settings).solve()
    if "Solved" not in str(found.status):
        raise ArithmeticError(f"no continuous optimum: {found.status}")
    return np.asarray(found.x, dtype=np.float64), np.asarray(found.z, dtype=np.float64)


def _widen(matrix: Any, width: int) -> Any:
    """The matrix with columns of zeros to the right."""
    return sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], width - matrix.shape[1]))])
