"""A bound on a separable problem from row prices alone, computed in numpy: no solver is trusted.

For any prices y whose signs fit the rows' sides, with slopes c = Aᵀy, every plan q costs at least

    Σ_i min_k (weight_i φ(k, fair_i) − c_i k)  +  Σ_rows y × (the side that y presses on)

which is Lagrangian duality over whole numbers (Geoffrion 1974). A plan's excess over the bound is the sum of
its numbers' reduced costs and of its priced slacks, each at least 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.convex import EPSILON

if TYPE_CHECKING:
    from scipy import sparse

    from scenarios.convex import Floats, Separable

STRIDES = 8.0  # how a search outwards grows


@dataclass(frozen=True, eq=False)
class Certificate:
    """Prices and what they prove.

    Attributes:
        bound: no plan costs less, up to `error`.
        error: how far floating point can have moved `bound`.
        prices: float64 [m], y.
        slopes: float64 [n], c = Aᵀy.
        best: float64 [n], the whole number in its bounds that is cheapest at these prices.
        steep: float64 [n], what the rounding of `slopes` is relative to.
    """

    bound: float
    error: float
    prices: Floats
    slopes: Floats
    best: Floats
    steep: Floats

    def reduced(self, problem: Separable, q: Floats) -> Floats:
        """Reduced cost of each number, float64 [n]: what q_i costs beyond `best_i` at these prices."""
        return problem.rises(self.best, q) - self.slopes * (q - self.best)

    def excess(self, problem: Separable, q: Floats) -> float:
        """The objective of q less the bound, from its parts."""
        priced = np.flatnonzero(self.prices)
        side = np.where(self.prices > 0, problem.row_lower, problem.row_upper)[priced]
        slack = (problem.matrix @ q)[priced] - side
        return math.fsum(self.reduced(problem, q).tolist() + (self.prices[priced] * slack).tolist())

    def noise(self, problem: Separable, q: Floats) -> Floats:
        """How far rounding can have moved each number's reduced cost, float64 [n].

        It grows with the distance from `best`, not with the figures: beside large figures `error` is so much
        more than that, that thousands of neighbours would be called as good.
        """
        return self._noise(problem, q, problem.rises(self.best, q))

    def _noise(self, problem: Separable, q: Floats, rises: Floats) -> Floats:
        blurred = problem.blurred(self.best, q, rises)
        found: Floats = 2 * EPSILON * (blurred + self.steep * np.abs(q - self.best))
        return found

    def tied(self, problem: Separable, q: Floats) -> float:
        """What of the excess of q rounding alone can make; a plan of that more is as good as q."""
        priced = np.flatnonzero(self.prices)
        rows = problem.matrix[priced]
        size = abs(rows) @ np.abs(q)
        missed = np.where(size < _grain(rows) * 2.0**53, 0.0, size)  # sums of whole parts are exact
        sums = 4 * EPSILON * float(np.abs(self.prices[priced]) @ missed)
        # What it is compared with is elsewhere: a step away in any number, as a rule.
        beside = [self.noise(problem, problem.within(q + step)) for step in (-1.0, 0.0, 1.0)]
        return min(2 * self.error, 2 * (math.fsum(np.maximum.reduce(beside).tolist()) + sums))

    def interval(self, problem: Separable, most: float) -> tuple[Floats, Floats]:
        """The whole numbers around `best` whose reduced cost is at most `most` within rounding: two
        float64 [n].
        """
        ends = []
        for side, limit in ((-1, problem.lower), (1, problem.upper)):
            # Reduced cost grows with the distance, φ being convex: bisect on it, the near ones first, since
            # most numbers reach no farther.
            near, far, stride = np.zeros(problem.size), np.abs(limit - self.best), 1.0
            while (near < far).any():
                middle = np.minimum(np.ceil((near + far) / 2), near + stride)
                stride *= STRIDES
                there = self.best + side * middle
                rises = problem.rises(self.best, there)
                reduced = rises - self.slopes * (there - self.best)
                fits = reduced - self._noise(problem, there, rises) <= most
                near, far = np.where(fits, middle, near), np.where(fits, far, middle - 1)
            ends.append(self.best + side * near)
        return ends[0], ends[1]


def _grain(rows: sparse.csr_array) -> Floats:
    """The greatest power of two of which all coefficients of a row are multiples, float64 [m]."""
    fraction, exponent = np.frexp(rows.data)
    whole = np.abs(fraction * 2.0**53).astype(np.int64)
    grains = np.ldexp((whole & -whole).astype(np.float64), exponent - 53)
    found = np.ones(rows.shape[0])
    filled = np.flatnonzero(np.diff(rows.indptr))
    if len(filled):
        found[filled] = np.minimum.reduceat(np.where(rows.data == 0, 1.0, grains), rows.indptr[filled])
    return found


def certify(problem: Separable, prices: Floats) -> Certificate:
    """The bound that `prices` (float64 [m], any numbers) prove; those of an impossible sign count as 0."""
    impossible = ((prices > 0) & np.isinf(problem.row_lower)) | ((prices < 0) & np.isinf(problem.row_upper))
    prices = np.where(impossible | ~np.isfinite(prices), 0.0, prices)
    slopes = problem.matrix.T @ prices
    best = cheapest(problem, slopes)
    # Everything is measured from whole numbers near the answer, so that large sums don't cancel.
    centre = np.where(problem.weight != 0, problem.nearest(), best)
    side = np.where(prices > 0, problem.row_lower, problem.row_upper)
    side = np.where(prices != 0, side, 0.0)
    activity = problem.matrix @ centre
    costs, rises, moved = problem.costs(centre), problem.rises(centre, best), slopes * (best - centre)
    pressed = np.where(prices != 0, prices * (side - activity), 0.0)
    bound = math.fsum(np.concatenate([costs, rises, -moved, pressed]).tolist())
    magnitude = problem.magnitude
    entries = np.bincount(problem.matrix.indices, minlength=problem.size) + 4.0
    steep = entries * (magnitude.T @ np.abs(prices))
    error = EPSILON * (
        4 * float(np.sum(np.abs(costs)) + np.sum(np.abs(rises)) + np.sum(np.abs(moved)))
        + 4 * float(np.abs(prices) @ (np.abs(side) + magnitude @ np.abs(centre)))
        + float(steep @ (problem.upper - problem.lower))
    )
    return Certificate(bound, error, prices, slopes, best, steep)


def cheapest(problem: Separable, slopes: Floats) -> Floats:
    """The smallest k with φ(k + 1) − φ(k) ≥ c, float64 [n]."""
    low, high = problem.lower.copy(), problem.upper.copy()
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        enough = problem.rises(middle, middle + 1) >= slopes
        low, high = np.where(enough | (low >= high), low, middle + 1), np.where(enough, middle, high)
    return low
