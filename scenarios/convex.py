"""The separable convex problem in whole numbers that every fair allocation comes down to, and its objectives.

min Σ_i weight_i φ(q_i, fair_i)   subject to   row_lower ≤ A q ≤ row_upper,  lower ≤ q ≤ upper,  q whole
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.highs import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Objective:
    """One unit's unfairness φ(q, f), convex in q, elementwise over float64 arrays.

    Attributes:
        cost: φ(q, f).
        rise: φ(b, f) − φ(a, f) as (a, b, f), written so that nothing cancels.
        blur: how much `rise` moves per relative change of f, as (a, b, f): two plans whose difference is
            below the blur of f's own rounding are tied.
    """

    cost: Callable[[Floats, Floats], Floats]
    rise: Callable[[Floats, Floats, Floats], Floats]
    blur: Callable[[Floats, Floats, Floats], Floats]


# §11
OBJECTIVES: Mapping[str, Objective] = {
    "proportional": Objective(
        cost=lambda q, f: (q - f) ** 2 / f,
        rise=lambda a, b, f: (b - a) * ((a - f) + (b - f)) / f,
        blur=lambda a, b, f: np.abs(b - a) * (a + b) / f,
    ),
    "largest_remainder": Objective(
        cost=lambda q, f: (q - f) ** 2,
        rise=lambda a, b, f: (b - a) * ((a - f) + (b - f)),
        blur=lambda a, b, f: 2 * np.abs(b - a) * f,
    ),
    # The sum itself: how little zero shares can be made to get (§10).
    "least": Objective(
        cost=lambda q, _f: q,
        rise=lambda a, b, _f: b - a,
        blur=lambda _a, _b, f: np.zeros_like(f),
    ),
}


@dataclass(frozen=True, eq=False)
class Separable:
    """A separable convex problem over n whole numbers under m linear rows.

    Attributes:
        fair: float64 [n], the fair share of each number, ≥ 0. Ignored where `weight` is 0.
        weight: float64 [n], ≥ 0. A number of weight 0 is a free column: it costs nothing, and serves rows.
        lower, upper: float64 [n], whole and finite.
        matrix: scipy.sparse csr, float64 [m, n].
        row_lower, row_upper: float64 [m], ±inf where open.
        rank: float64 [n], the order of ties: of equally fair answers the one that gives more to the number
            of smallest rank (then of smallest index), then to the next, and so on. inf: has no say.
        objective: a key of `OBJECTIVES`.

    Raises:
        ValueError: shapes that differ, NaN, bounds that are open or not whole, negative shares or weights.
    """

    fair: Floats
    weight: Floats
    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    rank: Floats
    objective: str = "proportional"

    def __post_init__(self) -> None:
        for name in ("fair", "weight", "lower", "upper", "row_lower", "row_upper", "rank"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        matrix = sparse.csr_array(self.matrix).astype(np.float64)
        object.__setattr__(self, "matrix", matrix)
        n, m = self.fair.size, self.row_lower.size
        columns = (self.fair, self.weight, self.lower, self.upper, self.rank)
        if any(column.shape != (n,) for column in columns) or matrix.shape != (m, n):
            raise ValueError(f"shapes differ: {n} numbers, {m} rows, a matrix of {matrix.shape}")
        if self.row_upper.shape != (m,):
            raise ValueError("row_lower and row_upper differ in length")
        if any(np.isnan(values).any() for values in (*columns[1:], self.row_lower, self.row_upper)):
            raise ValueError("NaN in a problem")
        if not (np.isfinite(matrix.data).all() and np.isfinite(self.weight).all()):
            raise ValueError("a coefficient or weight is not finite")
        counted = self.fair[self.weight != 0]
        if (self.weight < 0).any() or not (np.isfinite(counted).all() and (counted >= 0).all()):
            raise ValueError("fair shares and weights must be finite and at least 0")
        for bound in (self.lower, self.upper):
            if not (np.isfinite(bound).all() and (bound == np.round(bound)).all()):
                raise ValueError("bounds must be finite and whole")
        if self.objective not in OBJECTIVES:
            raise ValueError(f"no objective {self.objective!r}")

    @property
    def size(self) -> int:
        """n, how many numbers."""
        return self.fair.size

    def nearest(self) -> Floats:
        """The whole numbers nearest the fair shares within the bounds, float64 [n]; free columns at lower."""
        return self.within(np.where(self.weight != 0, self.fair, self.lower))

    def within(self, q: Floats) -> Floats:
        """The whole numbers nearest q within the bounds, float64 [n]."""
        return np.minimum(np.maximum(np.round(q), self.lower), self.upper)

    def costs(self, q: Floats) -> Floats:
        """The terms weight φ(q, fair), float64 [n]; 0 for free columns."""
        return self._weighted(OBJECTIVES[self.objective].cost(q, self._shares()))

    def rises(self, a: Floats, b: Floats) -> Floats:
        """The terms weight (φ(b) − φ(a)), float64 [n]."""
        return self._weighted(OBJECTIVES[self.objective].rise(a, b, self._shares()))

    def value(self, q: Floats | Whole) -> float:
        """The objective of q, correctly rounded from its terms."""
        return math.fsum(self.costs(np.asarray(q, dtype=np.float64)).tolist())

    def compare(self, q: Floats, other: Floats) -> float:
        """The objective of `other` less that of `q`: exactly 0.0 where they are tied.

        A tie is a difference that the rounding of `fair` and `weight` alone could make.
        """
        objective = OBJECTIVES[self.objective]
        changed = np.flatnonzero((q != other) & (self.weight != 0))
        part = self.take(changed)
        rise = part.rises(q[changed], other[changed])
        blur = part._weighted(objective.blur(q[changed], other[changed], part._shares()))
        difference = math.fsum(rise.tolist())
        noise = 8 * EPSILON * math.fsum((np.abs(rise) + blur).tolist())
        return 0.0 if abs(difference) <= noise else difference

    def broken(self, q: Floats | Whole) -> NDArray[np.bool_]:
        """Which rows q breaks, bool [m].

        Sums of whole coefficients are exact. Elsewhere a row may pass its side by what the rounding of its
        coefficients can make (0.1 × 30 keeps ≤ 3), and by no more.
        """
        numbers = np.asarray(q, dtype=np.float64)
        activity = self.matrix @ numbers
        size = abs(self.matrix) @ np.abs(numbers)
        slack = np.minimum(activity - self.row_lower, self.row_upper - activity)
        result: NDArray[np.bool_] = slack < 0
        for row in np.flatnonzero(np.abs(slack) <= 1e-9 * size):
            span = slice(self.matrix.indptr[row], self.matrix.indptr[row + 1])
            terms = (self.matrix.data[span] * numbers[self.matrix.indices[span]]).tolist()
            noise = 4 * EPSILON * size[row]
            result[row] = (
                math.fsum([*terms, -self.row_lower[row]]) < -noise
                or math.fsum([*terms, -self.row_upper[row]]) > noise
            )
        return result

    def allows(self, q: Floats | Whole) -> bool:
        """Whether q keeps every bound and row."""
        inside = bool(((q >= self.lower) & (q <= self.upper)).all())
        return inside and not self.broken(q).any()

    def take(self, columns: Whole) -> Separable:
        """The numbers at `columns` alone, without rows."""
        return replace(
            self,
            fair=self.fair[columns],
            weight=self.weight[columns],
            lower=self.lower[columns],
            upper=self.upper[columns],
            rank=self.rank[columns],
            matrix=sparse.csr_array((0, len(columns))),
            row_lower=np.zeros(0),
            row_upper=np.zeros(0),
        )

    def _shares(self) -> Floats:
        # A free column may have any share, zero too; 1 keeps φ finite.
        return np.where(self.weight != 0, self.fair, 1.0)

    def _weighted(self, terms: Floats) -> Floats:
        return np.where(self.weight != 0, self.weight * terms, 0.0)


@dataclass(frozen=True, eq=False)
class Outcome:
    """The answer to a `Separable`.

    Attributes:
        status: `optimal`; `feasible` when a limit came first; `infeasible`; `none_found` at a limit.
        q: int64 [n], None without an answer. It keeps every row and bound, checked outside the solver.
        objective: of q, NaN without one.
        bound: no plan is better than this; proven in numpy, whatever any solver said.
    """

    status: Status
    q: Whole | None
    objective: float
    bound: float
