"""How many quotas may move away from an issued plan, as rows over 0/1 columns beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from scenarios.convex import Floats, Whole
    from scenarios.stability import Stay


class Moves(NamedTuple):
    """Rows lower ≤ q-part + own-part ≤ upper that let at most so many of n numbers move.

    ``numbers``: int64 [c], the numbers (positions in [K·U]) that have a column, 1 where it moves;
    ``matrix``: [r, n] over the numbers; ``own``: [r, c] over the columns; ``lower``, ``upper``: float64 [r].
    The last row counts the columns.
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


def moves(stay: Stay, lower: Floats, upper: Floats) -> Moves:
    """The rows for numbers within bounds, finite float64 [n] (n = K·U) each.

    A number whose bounds keep it near the issued one has no column, nor has one that must move: that is
    counted at once.
    """
    assert stay.most is not None
    issued, reach = stay.quotas.ravel(), stay.reach.ravel()
    known = ~np.isnan(issued)
    low = np.maximum(lower, np.where(known, issued - reach, lower))
    high = np.minimum(upper, np.where(known, issued + reach, upper))
    must = known & (low > high)
    open_ = np.flatnonzero(known & ~must & ((low > lower) | (high < upper)))
    count = len(open_)
    one = sparse.eye_array(len(issued), format="csr")[open_]
    low, high, least, most = low[open_], high[open_], lower[open_], upper[open_]
    infinite = np.full(count, np.inf)
    return Moves(
        open_,
        sparse.vstack([one, one, sparse.csr_array((1, len(issued)))], format="csr"),
        # low − (low − least) × moves ≤ q ≤ high + (most − high) × moves
        sparse.vstack(
            [
                sparse.diags_array(low - least),
                sparse.diags_array(high - most),
                sparse.csr_array(np.ones((1, count))),
            ],
            format="csr",
        ),
        np.concatenate([low, -infinite, [-np.inf]]),
        np.concatenate([infinite, high, [stay.most - float(must.sum())]]),
    )
