"""The separable convex problem in whole numbers that every fair allocation comes down to.

min Σ_i weight_i φ(q_i, fair_i)   subject to   row_lower ≤ A z ≤ row_upper,  lower ≤ z ≤ upper,  z whole,

where q = start + step × z: quotas in multiples are searched as how many multiples they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.highs import Status
from scenarios.objectives import OBJECTIVES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

EPSILON = float(np.finfo(np.float64).eps)


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
        start, step: float64 [n], q = start + step × z, step > 0; by default q is z. Bounds, rows and every
            method's arguments and answers are in z.

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
    start: Floats = field(default_factory=lambda: np.zeros(0))
    step: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if np.size(self.step) == 0:
            object.__setattr__(self, "start", np.zeros(np.size(self.fair)))
            object.__setattr__(self, "step", np.ones(np.size(self.fair)))
        for name in ("fair", "weight", "lower", "upper", "row_lower", "row_upper", "rank", "start", "step"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        matrix = sparse.csr_array(self.matrix).astype(np.float64, copy=False)
        object.__setattr__(self, "matrix", matrix)
        n, m = self.fair.size, self.row_lower.size
        columns = (self.fair, self.weight, self.lower, self.upper, self.rank, self.start, self.step)
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
        if not (self.step > 0).all():
            raise ValueError("steps must be above 0")
        for bound in (self.lower, self.upper):
            if not (np.isfinite(bound).all() and (bound == np.round(bound)).all()):
                raise ValueError("bounds must be finite and whole")
        if self.objective not in OBJECTIVES:
            raise ValueError(f"no objective {self.objective!r}")

    @property
    def size(self) -> int:
        """n, how many numbers."""
        return self.fair.size

    @cached_property
    def magnitude(self) -> sparse.csr_array:
        """|A|."""
        return abs(self.matrix)

    @cached_property
    def columns(self) -> sparse.csc_array:
        """A by columns."""
        return self.matrix.tocsc()

    @cached_property
    def parts(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """A's coefficients above 0, and those below."""
        return self.matrix.maximum(0), self.matrix.minimum(0)

    def numbers(self, z: Floats | Whole) -> Floats:
        """q = start + step × z, float64 [n]."""
        return self.start + self.step * z

    def nearest(self) -> Floats:
        """The z whose q is nearest the fair shares within the bounds, float64 [n]; free columns at lower."""
        return self.within(np.where(self.weight != 0, (self._shares() - self.start) / self.step, self.lower))

    def within(self, z: Floats) -> Floats:
        """The whole numbers nearest z within the bounds, float64 [n]."""
        return np.minimum(np.maximum(np.round(z), self.lower), self.upper)

    def costs(self, z: Floats) -> Floats:
        """The terms weight φ(q, fair), float64 [n]; 0 for free columns."""
        cost = OBJECTIVES[self.objective].cost
        return self._weighted(cost(self._counted(self.numbers(z)), self._shares(), self.step))

    def rises(self, a: Floats, b: Floats) -> Floats:
        """The terms weight (φ(b) − φ(a)), float64 [n]."""
        return self.between(self.numbers(a), self.numbers(b))

    def between(self, a: Floats, b: Floats) -> Floats:
        """As `rises`, of numbers q that need not be in step, float64 [n]."""
        rise = OBJECTIVES[self.objective].rise
        return self._weighted(rise(self._counted(a), self._counted(b), self._shares(), self.step))

    def value(self, q: Floats | Whole) -> float:
        """The objective of q, correctly rounded from its terms."""
        return math.fsum(self.costs(np.asarray(q, dtype=np.float64)).tolist())

    def compare(self, q: Floats, other: Floats) -> float:
        """The objective of `other` less that of `q`: exactly 0.0 where they are tied.

        A tie is a difference that the rounding of `fair` and `weight` alone could make.
        """
        changed = np.flatnonzero((q != other) & (self.weight != 0))
        part = self.take(changed)
        return part.difference(part.numbers(q[changed]), part.numbers(other[changed]))

    def difference(self, a: Floats, b: Floats) -> float:
        """The objective of b (float64 [n], q and not z) less that of a: exactly 0.0 where they are tied."""
        rises = self.between(a, b)
        difference = math.fsum(rises.tolist())
        noise = 8 * EPSILON * math.fsum(self._blurred(a, b, rises).tolist())
        return 0.0 if abs(difference) <= noise else difference

    def blurred(self, a: Floats, b: Floats, rises: Floats | None = None) -> Floats:
        """How much the terms of `rises` (where they are at hand) move per relative rounding of what they come
        from, float64 [n].
        """
        a, b = self.numbers(a), self.numbers(b)
        return self._blurred(a, b, self.between(a, b) if rises is None else rises)

    def _blurred(self, a: Floats, b: Floats, rises: Floats) -> Floats:
        blurred = OBJECTIVES[self.objective].blur
        blur = self._weighted(blurred(self._counted(a), self._counted(b), self._shares(), self.step))
        found: Floats = np.abs(rises) + blur
        return found

    def broken(self, q: Floats | Whole) -> NDArray[np.bool_]:
        """Which rows q breaks, bool [m].

        Sums of whole coefficients are exact. Elsewhere a row may pass its side by what the rounding of its
        coefficients can make (0.1 × 30 keeps ≤ 3), and by no more.
        """
        numbers = np.asarray(q, dtype=np.float64)
        activity = self.matrix @ numbers
        size = self.magnitude @ np.abs(numbers)
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
        # What is taken from a sound problem is sound: it isn't looked through again.
        part = object.__new__(Separable)
        names = ("fair", "weight", "lower", "upper", "rank", "start", "step")
        part.__dict__.update({name: getattr(self, name)[columns] for name in names})
        none = np.zeros(0)
        part.__dict__.update(
            matrix=sparse.csr_array((0, len(columns))),
            row_lower=none,
            row_upper=none,
            objective=self.objective,
        )
        return part

    def _counted(self, q: Floats) -> Floats:
        # A free column may stand at 0; 1 keeps φ finite.
        return np.where(self.weight != 0, q, 1.0)

    def _shares(self) -> Floats:
        # Likewise: it may have any share, zero too.
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
