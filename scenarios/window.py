"""A small exact model of a separable problem: only the numbers whose reduced cost is within reach.

In reduced form nothing cancels: an answer's excess over the certificate's bound is the sum of the reduced
costs of its unit steps and of its priced slacks, all at least 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios import highs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.certificate import Certificate
    from scenarios.convex import Floats, Separable, Whole


MOST_STEPS = 20_000  # that a search can take


@dataclass(frozen=True, eq=False)
class Window:
    """The numbers from `low` to `high` around `base`, as columns that step away from it.

    Attributes:
        base: float64 [n], where every step is 0.
        offset: the excess of `base` itself, its slacks left out.
        owner: int64 [s], whose number a step moves.
        sign: float64 [s], 1 up or -1 down.
        width: float64 [s], 1; free columns move in one step of any whole width.
        start: float64 [s], the number that a step leaves.
        cost: float64 [s], reduced cost, ≥ 0 within rounding.
        slack_cost: float64 [p], |price| of each priced row's slack.
        matrix: float64 [r, s + p]; row_lower, row_upper: float64 [r]. Rows that can't bind are left out.
        slack_upper: float64 [p].
    """

    base: Floats
    offset: float
    owner: Whole
    sign: Floats
    width: Floats
    start: Floats
    cost: Floats
    slack_cost: Floats
    slack_upper: Floats
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats

    def values(self, x: Floats) -> Floats:
        """The numbers [n] that the columns x [s + p] stand for."""
        steps = self.sign * np.round(x[: len(self.owner)])
        return self.base + np.bincount(self.owner, weights=steps, minlength=len(self.base))

    def columns(self, q: Floats) -> Floats:
        """The columns x [s + p] that stand for q, where every number's steps lie in order."""
        ahead = self.sign * (q[self.owner] - self.start)
        x = np.concatenate([np.minimum(np.maximum(ahead, 0.0), self.width), np.zeros(len(self.slack_cost))])
        # Each slack is alone in its row, with coefficient ±1.
        places = self.matrix[:, len(self.owner) :].tocoo()
        rest = self.row_lower - self.matrix @ x
        x[len(self.owner) + places.col] = rest[places.row] * places.data
        return x

    def linear(self, cost: Floats, extra: tuple[tuple[Floats, float], ...] = ()) -> highs.Linear:
        """The mixed-integer model with this cost [s + p]; each extra row (a, most) asks a · x ≤ most."""
        matrix, lower, upper = self.matrix, self.row_lower, self.row_upper
        for coefficients, most in extra:
            matrix = sparse.vstack([matrix, sparse.csr_array(coefficients[None])])
            lower, upper = np.append(lower, -np.inf), np.append(upper, most)
        widths = np.concatenate([self.width, self.slack_upper])
        whole = np.arange(len(widths)) < len(self.width)
        return highs.Linear(cost, np.zeros(len(widths)), widths, matrix, lower, upper, whole)


def window(
    problem: Separable,
    certificate: Certificate,
    low: Floats,
    high: Floats,
    most: float,
    reach: tuple[Floats, Floats] | None = None,
) -> Window:
    """The model of all q with low ≤ q ≤ high (whole float64 [n]) whose priced slacks cost at most `most`.

    Rows are kept that numbers within `reach` can break, where further columns let them get there.
    """
    base = np.clip(certificate.best, low, high)
    owner, sign, width, at = steps(problem, base, low, high)
    part = problem.take(owner)
    cost = part.rises(at, at + sign) - certificate.slopes[owner] * sign
    activity = problem.matrix @ base
    rows, priced, negative, positive = _rows(problem, certificate, *(reach or (low, high)))
    price = certificate.prices[rows[priced]]
    matrix = _columns(problem.matrix[rows], owner, sign, np.flatnonzero(priced), price)
    lower, upper = problem.row_lower[rows] - activity[rows], problem.row_upper[rows] - activity[rows]
    side = np.where(price > 0, lower[priced], upper[priced])
    room = np.where(
        price > 0, (positive - activity)[rows][priced] - side, side - (negative - activity)[rows][priced]
    )
    slack_upper = np.minimum(np.maximum(room, 0), np.minimum((upper - lower)[priced], most / np.abs(price)))
    lower[priced] = upper[priced] = side
    offset = float(certificate.reduced(problem, base).sum())
    return Window(
        base, offset, owner, sign, width, at, cost, np.abs(price), slack_upper, matrix, lower, upper
    )


def _columns(
    rows: sparse.csr_array, owner: Whole, sign: Floats, priced: Whole, price: Floats
) -> sparse.csr_array:
    """The columns of the steps, then of slacks: A q − s = lower where y > 0, A q + s = upper where y < 0."""
    by_column = sparse.csc_array(rows)
    count = np.diff(by_column.indptr)[owner]
    begin = np.cumsum(count) - count
    places = np.arange(int(count.sum())) + np.repeat(by_column.indptr[owner] - begin, count)
    data = np.concatenate([by_column.data[places] * np.repeat(sign, count), -np.sign(price)])
    indices = np.concatenate([by_column.indices[places], priced])
    ends = np.cumsum(np.concatenate([[0], count, np.ones(len(priced), dtype=np.int64)]))
    shape = (rows.shape[0], len(owner) + len(priced))
    return sparse.csc_array((data, indices, ends), shape=shape).tocsr()


def too_wide(problem: Separable, low: Floats, high: Floats) -> bool:
    """Whether the numbers from low to high, float64 [n], are more steps than a search can take."""
    return float((high - low)[problem.weight != 0].sum()) > max(MOST_STEPS, 4 * problem.size)


def tolerance(problem: Separable, certificate: Certificate, q: Floats) -> float:
    """What excess beyond that of q rounding may be all there is to, so that such plans are as good.

    The certificate's own error covers every plan; beside large figures that lets in more than can be
    searched, and what rounding can make of q itself stands in its place.
    """
    whole = 2 * certificate.error
    excess = max(0.0, certificate.excess(problem, q))
    low, high = certificate.interval(problem, excess * (1 + 1e-9) + whole)
    return certificate.tied(problem, q) if too_wide(problem, low, high) else whole


def steps(
    problem: Separable, base: Floats, low: Floats, high: Floats
) -> tuple[Whole, Floats, Floats, Floats]:
    """The steps from base up to high and down to low: owner, sign, width and starting number of each."""
    free = problem.weight == 0
    owners, signs, widths, starts = [], [], [], []
    for sign, room in ((1.0, high - base), (-1.0, base - low)):
        count = np.where(free, np.minimum(room, 1), room).astype(np.int64)
        owner = np.repeat(np.arange(problem.size), count)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        owners.append(owner)
        signs.append(np.full(len(owner), sign))
        widths.append(np.where(free[owner], room[owner], 1.0))
        starts.append(base[owner] + sign * place)
    return np.concatenate(owners), np.concatenate(signs), np.concatenate(widths), np.concatenate(starts)


def kept_rows(problem: Separable, certificate: Certificate, low: Floats, high: Floats) -> Whole:
    """Which rows the model of low ≤ q ≤ high has."""
    return _rows(problem, certificate, low, high)[0]


def _rows(
    problem: Separable, certificate: Certificate, low: Floats, high: Floats
) -> tuple[Whole, NDArray[np.bool_], Floats, Floats]:
    """Rows that low ≤ q ≤ high can break or that have a price; which need a priced slack; least, most [m]."""
    positive, negative = problem.parts
    most = positive @ high + negative @ low
    least = positive @ low + negative @ high
    room = 1e-9 * (problem.magnitude @ np.maximum(np.abs(low), np.abs(high)))
    binding = (most + room > problem.row_upper) | (least - room < problem.row_lower)
    priced = (certificate.prices != 0) & (problem.row_lower < problem.row_upper)
    rows = np.flatnonzero(binding | priced)
    return rows, priced[rows], least, most
