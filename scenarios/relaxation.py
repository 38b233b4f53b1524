"""An allocation in real numbers: its ``proportional`` optimum and what loosening a row is worth (§14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scenarios.forced import fairest_of_least
from scenarios.parts import tied_columns
from scenarios.periods import exact_cells
from scenarios.quadratic import Program

if TYPE_CHECKING:
    from scenarios.cells import CellProblem, Rows

Floats = NDArray[np.float64]
FITS = 1e-12
CLEAR = 1e-11  # by how much of its terms a rule may be passed before its cells join the program
MOST_KEPT = 0.5  # of the quotas: beyond, all are
HALVINGS = 60


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The continuous optimum. ``q``: float64 [K, U]; ``prices``: float64 [m], by how much the objective falls
    for one more on the side of each row that binds, ≥ 0 (of an equation: either way).
    """

    q: Floats
    prices: Floats


def continuous(cells: CellProblem) -> Relaxed:
    """The fairest plan in real numbers: least Σ weight / total × Σ (q − fair)² / fair under bounds and rows.

    Before that, units without a fair share get as little as possible in sum (§10); prices are of fairness
    alone. Held quotas stay as they are. Raises ArithmeticError where the solver finds none, though a
    whole-number plan exists.
    """
    fair = _wanted(cells)
    known = _at_hand(cells, fair)
    return _solve(cells, fair) if known is None else Relaxed(known, np.zeros(len(cells.row_lower)))


def fairest(cells: CellProblem) -> Floats:
    """The quotas alone of the `continuous` optimum, float64 [K, U], which takes far less work."""
    fair = _wanted(cells)
    known = _at_hand(cells, fair)
    return _by_totals(cells, fair) if known is None else known


def _at_hand(cells: CellProblem, fair: Floats) -> Floats | None:
    """The optimum where it takes no program: fair shares that keep everything, or bounds on quotas alone."""
    even = exact_cells(fair, cells.profile)
    if _keeps(even, cells.cell_lower, cells.cell_upper) and _keeps(fair, cells.lower, cells.upper):
        activity = cells.matrix @ even.ravel()
        if _keeps(activity, cells.row_lower, cells.row_upper) and _placed(cells, fair):
            return fair
    return _fill(cells, fair) if len(cells.row_lower) == 0 else None


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
    """The convex quadratic program of quotas and, where something limits them, all cells."""
    _, cell_high = _cell_bounds(cells)
    ruled = len(cells.row_lower) > 0 or bool(np.isfinite(cell_high).any() or (cells.cell_lower > 0).any())
    none = (sparse.csr_array((0, fair.size)), np.zeros(0), np.zeros(0))
    return _optimum(cells, fair, none, np.full(fair.shape, ruled))[0]


def _by_totals(cells: CellProblem, fair: Floats) -> Floats:
    """The q of `_solve`, float64 [K, U], with only those cells in the program that the rest has no room for.

    A program without some rules is no worse: its optimum is that of all as soon as cells of its q keep them.
    """
    even, rest = cells.apart()
    entries = rest.matrix.tocoo()
    touches = sparse.csr_array(
        (np.ones(entries.nnz), (entries.row, entries.col // cells.shape[2])),
        shape=(len(rest.row_lower), fair.size),
    )
    labels = tied_columns(touches)
    kept = np.zeros(fair.size, dtype=bool)
    while True:
        found, own = _optimum(rest, fair, even, kept.reshape(fair.shape))
        x = np.where(kept.reshape(fair.shape)[:, :, None], own, _placed_in(rest, found.q))
        missed = np.abs(x.sum(axis=2) - found.q) > CLEAR * np.maximum(1.0, found.q)
        activity = rest.matrix @ x.ravel()
        over = np.maximum(activity - rest.row_upper, rest.row_lower - activity)
        passed = over > CLEAR * np.maximum(1.0, abs(rest.matrix) @ np.abs(x.ravel()))
        wrong = np.concatenate([touches[passed].indices, np.flatnonzero(missed)])
        more = np.isin(labels, labels[wrong]) & ~kept
        if not more.any():
            return found.q
        kept |= more
        if kept.mean() > MOST_KEPT:
            kept[:] = True


def _placed_in(cells: CellProblem, q: Floats) -> Floats:
    """Cells of each quota as near its profile as their bounds allow, float64 [K, U, T]: level × profile."""
    low, high = _cell_bounds(cells)
    share = np.broadcast_to(exact_cells(np.ones(q.shape), cells.profile), cells.shape)
    x = exact_cells(q, cells.profile)
    k, u = np.nonzero(((x < low) | (x > high)).any(axis=2))
    low, high, share, wanted = low[k, u], high[k, u], share[k, u], q[k, u]
    # At this level every cell is at its ceiling, or one alone holds what is wanted.
    ends = np.where(np.isfinite(high), np.maximum(low, high), 0.0).max(axis=1, initial=0.0)
    thinnest = np.where(share > 0, share, np.inf).min(axis=1, initial=np.inf)
    least, most = np.zeros(len(k)), np.maximum(ends, wanted) / thinnest
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        enough = np.clip(middle[:, None] * share, low, high).sum(axis=1) >= wanted
        least, most = np.where(enough, least, middle), np.where(enough, middle, most)
    x[k, u] = np.clip(most[:, None] * share, low, high)
    return x


def _cell_bounds(cells: CellProblem) -> tuple[Floats, Floats]:
    shut = np.broadcast_to(cells.profile[:, None, :] == 0, cells.shape)
    return np.maximum(cells.cell_lower, 0), np.where(shut & (cells.cell_lower <= 0), 0.0, cells.cell_upper)


def _optimum(cells: CellProblem, fair: Floats, even: Rows, kept: NDArray[np.bool_]) -> tuple[Relaxed, Floats]:
    """One convex quadratic program by an interior point: q, the cells of the numbers `kept` (bool [K, U]) and
    the rules that touch these; rows `even` over q. Also the cells, float64 [K, U, T], 0 where not kept.
    """
    quotas, units, spans = cells.shape
    numbers = quotas * units
    cell_low, cell_high = _cell_bounds(cells)
    own = np.flatnonzero(np.repeat(kept.ravel(), spans))
    width = numbers + len(own)
    counted = (fair > 0) & ~cells.held
    weight = (cells.weight / np.maximum(cells.total, 1))[:, None]
    scale = (weight / np.where(counted, fair, np.maximum(cells.total, 1)[:, None] / units)).ravel()
    curved = np.where(counted.ravel(), 2 * scale, 0.0)
    quadratic = np.concatenate([curved, np.zeros(len(own))])
    linear = np.concatenate([-curved * fair.ravel(), np.zeros(len(own))])
    low, high = np.maximum(cells.lower, 0), cells.upper
    # What cells of its own would say of a quota that has none.
    low = np.where(kept, low, np.maximum(low, cell_low.sum(axis=2)))
    high = np.where(kept, high, np.minimum(high, cell_high.sum(axis=2)))
    low = np.concatenate([low.ravel(), cell_low.ravel()[own]])
    high = np.concatenate([high.ravel(), cell_high.ravel()[own]])
    rows = _Rows()
    total = cells.total.astype(np.float64)
    rows.add(_widen(sparse.kron(sparse.eye_array(quotas), np.ones((1, units))), width), total, total)
    size = np.maximum(np.sqrt(even[0].multiply(even[0]).sum(axis=1)), 1e-12)
    rows.add(_widen(sparse.diags_array(1 / size) @ even[0], width), even[1] / size, even[2] / size)
    size = np.maximum(np.sqrt(cells.matrix.multiply(cells.matrix).sum(axis=1)), 1e-12)
    if len(own):
        whose = np.flatnonzero(kept.ravel())
        sums = sparse.kron(sparse.eye_array(len(whose)), np.ones((1, spans)))
        zero = np.zeros(len(whose))
        rows.add(sparse.hstack([-sparse.eye_array(numbers, format="csr")[whose], sums]), zero, zero)
        scaled = (sparse.diags_array(1 / size) @ cells.matrix)[:, own]
        before = sparse.csr_array((len(size), numbers))
        # Rules of other cells alone are empty rows, which are left out.
        rows.add(sparse.hstack([before, scaled]), cells.row_lower / size, cells.row_upper / size, owned=True)
    # Fixed columns would say the same twice where rows fix them too: an interior point stumbles over that.
    fixed = low == high
    free = np.flatnonzero(~fixed)
    x = np.where(fixed, low, 0.0)
    rows.add(sparse.eye_array(width, format="csr")[free], low[free], high[free])
    matrix, right, owner, equal = rows.over(free, x)
    if len(free):
        centre = np.concatenate([fair.ravel(), exact_cells(fair, cells.profile).ravel()[own]])
        of = np.concatenate([np.arange(numbers), own // spans])[free]  # the quota of each column
        columns = (1 / np.sqrt(2 * scale))[of]
        program = Program(quadratic[free], linear[free], matrix, right, equal, centre[free], columns)
        none = (free < numbers) & ~counted.ravel()[of]
        most = np.repeat(np.maximum(total, 1), units)[of]
        x[free], prices = fairest_of_least(program, none, most, tied_columns(matrix))
    else:
        prices = np.zeros(len(right))
    known = owner >= 0
    prices = np.bincount(owner[known], weights=np.abs(prices)[known], minlength=len(size)) / size
    placed = np.zeros(cells.cell_lower.size)
    placed[own] = x[numbers:]
    return Relaxed(x[:numbers].reshape(quotas, units), prices), placed.reshape(cells.shape)


def _widen(matrix: Any, width: int) -> Any:
    """The matrix with columns of zeros to the right."""
    return sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], width - matrix.shape[1]))])
