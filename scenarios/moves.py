"""How many quotas may move away from an issued plan, as rows over 0/1 columns beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from scenarios.tighten import rounding

if TYPE_CHECKING:
    from scenarios.convex import Floats, Whole
    from scenarios.stability import Stay

    Rows = tuple[sparse.csr_array, Floats, Floats]


class Moves(NamedTuple):
    """Rows lower ≤ q-part + own-part ≤ upper that let at most so many of n numbers move.

    ``numbers``: int64 [c], the numbers (positions in [K·U]) that have a column, 1 where it moves;
    ``matrix``: [r, n] over the numbers; ``own``: [r, c] over the columns; ``lower``, ``upper``: float64 [r].
    The last row counts the columns; those before it, where there are any over columns alone, say how many of
    some must move for a row over the numbers to be kept.
    """

    numbers: Whole
    matrix: sparse.csr_array
    own: sparse.csr_array
    lower: Floats
    upper: Floats

    @property
    def possible(self) -> bool:
        """Whether those that must move are few enough."""
        return bool(self.upper[-1] >= 0)


def moves(stay: Stay, lower: Floats, upper: Floats, rows: Rows | None = None) -> Moves:
    """The rows for numbers within bounds, finite float64 [n] (n = K·U) each.

    A number whose bounds keep it near the issued one has no column, nor has one that must move: that is
    counted at once. ``rows``: over the numbers, [m, n] and float64 [m] each, that they keep; what these say
    of how many must move is said of the columns too, which changes no plan. None: nothing is said.
    """
    assert stay.most is not None
    issued, reach = stay.quotas.ravel(), stay.reach.ravel()
    known = ~np.isnan(issued)
    low = np.maximum(lower, np.where(known, issued - reach, lower))
    high = np.minimum(upper, np.where(known, issued + reach, upper))
    must = known & (low > high)
    open_ = np.flatnonzero(known & ~must & ((low > lower) | (high < upper)))
    count = len(open_)
    near = np.where(must, lower, low), np.where(must, upper, high)
    few, least_of_few = _least_moves(near, (lower, upper), rows) if rows else _nothing(len(issued))
    one = sparse.eye_array(len(issued), format="csr")[open_]
    low, high, least, most = low[open_], high[open_], lower[open_], upper[open_]
    infinite = np.full(count, np.inf)
    return Moves(
        open_,
        sparse.vstack([one, one, sparse.csr_array((len(least_of_few) + 1, len(issued)))], format="csr"),
        # low − (low − least) × moves ≤ q ≤ high + (most − high) × moves
        sparse.vstack(
            [
                sparse.diags_array(low - least),
                sparse.diags_array(high - most),
                few[:, open_],
                sparse.csr_array(np.ones((1, count))),
            ],
            format="csr",
        ),
        np.concatenate([low, -infinite, least_of_few, [-np.inf]]),
        np.concatenate([infinite, high, np.full(len(least_of_few), np.inf), [stay.most - float(must.sum())]]),
    )


def _least_moves(
    near: tuple[Floats, Floats], far: tuple[Floats, Floats], rows: Rows
) -> tuple[sparse.csr_array, Floats]:
    """How many numbers must at least leave their bounds `near`, each as far as `far`, for a row to be kept:
    [r, n] of 0 and 1 over those that help it, and float64 [r]. None of rows that need nobody.

    No fewer do than where those move that bring the row the most (a cover inequality; Balas 1975).
    """
    matrix, row_lower, row_upper = rows
    room = rounding(matrix, np.maximum(np.abs(far[0]), np.abs(far[1])))
    places, counts = [], []
    for sign, sides in ((1.0, row_lower), (-1.0, -row_upper)):
        up, down = (sign * matrix).maximum(0), (sign * matrix).minimum(0)
        lacking = sides - room - (up @ near[1] + down @ near[0])
        # What each number brings where it moves.
        brings = sparse.csr_array(up * (far[1] - near[1]) + down * (far[0] - near[0]))
        for row in np.flatnonzero(lacking > 0).tolist():
            entries = brings[[row]]
            helps = entries.data > 0
            sums = np.cumsum(np.sort(entries.data[helps])[::-1])
            # One more than all where not even they suffice: no plan is.
            counts.append(1.0 + int(np.searchsorted(sums + room[row], lacking[row])))
            places.append(entries.indices[helps])
    if not places:
        return _nothing(matrix.shape[1])
    which = np.repeat(np.arange(len(places)), [len(one) for one in places])
    ones = (np.ones(len(which)), (which, np.concatenate(places)))
    return sparse.csr_array(ones, shape=(len(places), matrix.shape[1])), np.array(counts)


def _nothing(numbers: int) -> tuple[sparse.csr_array, Floats]:
    return sparse.csr_array((0, numbers)), np.zeros(0)
