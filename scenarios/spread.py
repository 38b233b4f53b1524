"""Many units over periods at once, in numpy: each by itself first, then the totals of periods made even.

A unit that only its bounds hold gets its nearest cells at once. Cells that cost it the same are handed out in
turn, one unit beginning where the one before ended, which makes the periods nearly even; what is missing is
moved from period to period at no cost. Only units whose rules that breaks need a search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.parts import tied_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    from scenarios.convex import Floats, Separable, Whole

ROUNDS = 100  # units of one number that are placed or taken away one by one
SAME = 1e-9  # distances that differ by less are the same


def alone(q: Whole, exact: Floats, lower: Floats, upper: Floats) -> Floats | None:
    """The cells nearest to `exact` within their bounds that add up to q, no rule regarded.

    Args:
        q: int64 [K, U].
        exact: float64 [K, U, T].
        lower, upper: float64 [K, U, T], whole.

    Returns:
        float64 [K, U, T]; None where bounds leave no such cells, or leave them too far from `exact`.
    """
    x = np.clip(np.floor(exact), lower, upper)
    # Each step by itself where it costs least: the terms are convex.
    for _ in range(ROUNDS):
        left = q - x.sum(axis=2)
        if not left.any():
            return _in_turn(x, exact, lower, upper)
        for sign in (1.0, -1.0):
            k, u = np.nonzero(sign * left > 0)
            room = (upper - x if sign > 0 else x - lower)[k, u] > 0
            cost = np.where(room, sign * (x - exact)[k, u], np.inf)
            t = np.argmin(cost, axis=1)
            if np.isinf(cost[np.arange(len(t)), t]).any():
                return None
            x[k, u, t] += sign
    return None


def price(x: Floats, exact: Floats, lower: Floats, upper: Floats) -> Floats:
    """What one more costs each number whose cells x (float64 [K, U, T]) are the nearest, [K, U]."""
    down = np.where(x > lower, 2 * (x - exact) - 1, -np.inf).max(axis=2)
    up = np.where(x < upper, 2 * (x - exact) + 1, np.inf).min(axis=2)
    # Between the two, so that what isn't tied isn't at the same price.
    low = np.where(np.isfinite(down), down, np.where(np.isfinite(up), up, 0.0))
    high = np.where(np.isfinite(up), up, low)
    result: Floats = (low + high) / 2
    return result


def ties(x: Floats, exact: Floats, lower: Floats, upper: Floats) -> int:
    """How many cells of such x may as well stand one lower or higher, two of one number together."""
    gone = x - exact
    down = np.where(x > lower, gone, -np.inf).max(axis=2, keepdims=True)
    up = np.where(x < upper, gone + 1, np.inf).min(axis=2, keepdims=True)
    lower_too = (x > lower) & (gone >= down - SAME)
    higher_too = (x < upper) & (gone + 1 <= up + SAME)
    return int(((up - down <= SAME) & (lower_too | higher_too)).sum())


def _in_turn(x: Floats, exact: Floats, lower: Floats, upper: Floats) -> Floats:
    """The same with the steps that cost a number the same handed out in turn."""
    periods = x.shape[2]
    # What the last step of each number cost; a cell is tied if it may as well stand one lower or higher.
    last = np.where(x > lower, x - exact, -np.inf).max(axis=2, keepdims=True)
    taken = (x > lower) & (np.abs(x - exact - last) <= SAME)
    tied = taken | ((x < upper) & (np.abs(x + 1 - exact - last) <= SAME))
    count = np.where(tied.all(axis=2) | ~tied.any(axis=2), taken.sum(axis=2), 0)
    begin = (np.cumsum(count, axis=1) - count) % periods
    turn = np.where(tied, (np.arange(periods) - begin[:, :, None]) % periods, periods)
    place = np.argsort(np.argsort(turn, axis=2, kind="stable"), axis=2, kind="stable")
    given = place < taken.sum(axis=2, keepdims=True)
    result: Floats = np.where(tied, x - taken + given, x)
    return result


def tied_to_broken(problem: Separable, x: Floats) -> NDArray[np.bool_]:
    """The cells, bool [n], that rows tie to those in a row that x (float64 [n]) breaks."""
    labels = tied_columns(problem.matrix)
    broken = _broken(problem, x)
    open_ = np.zeros(int(labels.max(initial=-1)) + 1, dtype=bool)
    open_[labels[problem.matrix[np.flatnonzero(broken)].indices]] = True
    result: NDArray[np.bool_] = open_[labels]
    return result


def _broken(problem: Separable, x: Floats) -> NDArray[np.bool_]:
    activity = problem.matrix @ x
    result: NDArray[np.bool_] = (activity < problem.row_lower) | (activity > problem.row_upper)
    return result


def nearest_totals(wanted: Floats, sums: Whole) -> Whole:
    """The whole numbers nearest to `wanted` (float64 [K, T]) that add up to `sums` (int64 [K]), int64 [K, T];
    of ties earlier ones get more.
    """
    return _rounded(wanted, sums, np.round(wanted - np.floor(wanted), 9))


def first_totals(wanted: Floats, sums: Whole) -> Whole:
    """The same, but the earlier ones are the ceilings, whatever is nearest."""
    return _rounded(wanted, sums, (wanted > np.floor(wanted)).astype(np.float64))


def _rounded(wanted: Floats, sums: Whole, part: Floats) -> Whole:
    """Floors, and one more where `part` is largest."""
    low = np.floor(wanted)
    over = sums - low.sum(axis=1)
    place = np.argsort(np.argsort(-part, axis=1, kind="stable"), axis=1, kind="stable")
    result: Whole = (low + (place < over[:, None])).astype(np.int64)
    return result


class Moves:
    """Moves of one from period to period within a number that leave its distance as it is.

    Attributes:
        x: float64 [K, U, T], the plan as it now is; no move breaks a row.
    """

    def __init__(self, problem: Separable, x: Floats) -> None:
        """`problem`: over the cells of `x` in C order, nearest to its fair shares; `x` keeps its rows."""
        self.problem, self.x = problem, x.copy()
        self.exact, self.lower, self.upper = (
            part.reshape(x.shape) for part in (problem.fair, problem.lower, problem.upper)
        )
        self.rows = self._breakable()
        self.labels = tied_columns(self.rows).reshape(x.shape)

    def _breakable(self) -> sparse.csr_array:
        """The rows, others emptied, that some cells could break by a step of one each."""
        problem, x = self.problem, self.x.ravel()
        low, high = np.maximum(problem.lower, x - 1), np.minimum(problem.upper, x + 1)
        positive, negative = problem.matrix.maximum(0), problem.matrix.minimum(0)
        most, least = positive @ high + negative @ low, positive @ low + negative @ high
        kept = (most > problem.row_upper) | (least < problem.row_lower)
        matrix = problem.matrix.copy()
        matrix.data = np.where(np.repeat(kept, np.diff(matrix.indptr)), matrix.data, 0.0)
        matrix.eliminate_zeros()
        return matrix

    def towards(self, totals: Whole) -> bool:
        """Moves until periods add up to `totals` (int64 [K, T]); False where that stops before."""
        for k, wanted in enumerate(totals):
            while (off := self.x[k].sum(axis=0) - wanted).any():
                pairs = [
                    (a, b) for a in np.flatnonzero(off > 0).tolist() for b in np.flatnonzero(off < 0).tolist()
                ]
                if not any(self._move(k, a, b, int(min(off[a], -off[b]))) for a, b in pairs):
                    return False
        return True

    def _move(self, k: int, a: int, b: int, count: int) -> int:
        """Moves up to `count` from period a to period b, in later units first; how many."""
        x, exact = self.x[k], self.exact[k]
        same = np.abs((x[:, a] - exact[:, a]) - (x[:, b] + 1 - exact[:, b])) <= SAME
        able = same & (x[:, a] > self.lower[k, :, a]) & (x[:, b] < self.upper[k, :, b])
        units, moved = np.flatnonzero(able)[::-1], 0
        while moved < count and len(units):
            # One of each component: what breaks its rows is taken back alone.
            first = np.sort(np.unique(self.labels[k, units, a], return_index=True)[1])[: count - moved]
            chosen = units[first]
            units = np.delete(units, first)
            x[chosen, a] -= 1
            x[chosen, b] += 1
            wrong = self._broken(self.labels[k, chosen, a])
            x[chosen[wrong], a] += 1
            x[chosen[wrong], b] -= 1
            moved += int((~wrong).sum())
        return moved

    def _broken(self, labels: Whole) -> NDArray[np.bool_]:
        """For each of these components whether a row of it is broken."""
        broken = np.flatnonzero(_broken(self.problem, self.x.ravel()))
        columns = self.rows[broken].indices
        return np.isin(labels, self.labels.ravel()[columns])
