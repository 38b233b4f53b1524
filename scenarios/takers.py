"""Who takes several quotas' rests, all choices in one model: the window of the multiples and of each taker.

A number moves in steps of its multiple away from the best; one that takes a rest stands on its own lattice
instead, moved by the rest. What that costs, and every step, is a reduced cost at the same prices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.window import kept_rows, steps, window

if TYPE_CHECKING:
    from scenarios.certificate import Certificate
    from scenarios.convex import Floats, Separable, Whole
    from scenarios.window import Window


@dataclass(frozen=True, eq=False)
class Takers:
    """Who may take the rests.

    Attributes:
        columns: int64 [c], numbers of the problem.
        quota: int64 [c], which rest each may take.
        moved: of these numbers, on the multiples moved by the rest.
        best: float64 [c], the cheapest of these.
        more: float64 [c], what a plan costs more in which it takes the rest, at least.
    """

    columns: Whole
    quota: Whole
    moved: Separable
    best: Floats
    more: Floats

    def take(self, chosen: Whole) -> Takers:
        """Some of them."""
        return Takers(
            self.columns[chosen],
            self.quota[chosen],
            self.moved.take(chosen),
            self.best[chosen],
            self.more[chosen],
        )


def joint_window(problem: Separable, certificate: Certificate, takers: Takers, most: float) -> Window:
    """The model of all plans of excess up to `most`, whoever takes the rests.

    Its numbers are those of the problem, then 0 or 1 for each taker, then the takers' moved numbers.
    """
    count, size = len(takers.columns), problem.size
    low, high = certificate.interval(problem, most)
    slopes, steep = certificate.slopes[takers.columns], certificate.steep[takers.columns]
    here = replace(certificate, slopes=slopes, steep=steep, best=takers.best)
    first, last = here.interval(takers.moved, most)
    rest = takers.moved.start / takers.moved.step
    reach = low.copy(), high.copy()
    np.minimum.at(reach[0], takers.columns, np.floor(first + rest))
    np.maximum.at(reach[1], takers.columns, np.ceil(last + rest))
    plain = window(problem, certificate, low, high, most, reach)
    rows = problem.matrix[kept_rows(problem, certificate, *reach)].tocsc()[:, takers.columns]
    owner, sign, width, start = steps(takers.moved, takers.best, first, last)
    cost = takers.moved.take(owner).rises(start, start + sign) - here.slopes[owner] * sign
    before, slacks, after = len(plain.owner), len(plain.slack_cost), len(owner)
    taken = np.full(size, -1)
    taken[takers.columns] = np.arange(count)
    tied = np.flatnonzero(taken[plain.owner] >= 0)
    whose = taken[plain.owner[tied]]
    one = sparse.eye_array(count, format="csr")
    rests = int(takers.quota.max()) + 1
    sums = sparse.csr_array((np.ones(count), (takers.quota, np.arange(count))), shape=(rests, count))
    matrix = sparse.block_array(
        [
            [
                plain.matrix[:, :before],
                rows @ sparse.diags_array(takers.best + rest - plain.base[takers.columns]),
                rows[:, owner] @ sparse.diags_array(sign),
                plain.matrix[:, before:],
            ],
            # Steps of a number on the one lattice or on the other.
            [
                sparse.eye_array(before, format="csr")[tied],
                sparse.diags_array(plain.width[tied]) @ one[whose],
                None,
                sparse.csr_array((len(tied), slacks)),
            ],
            [None, -(sparse.diags_array(width) @ one[owner]), sparse.eye_array(after), None],
            [None, sums, None, None],
        ],
        format="csr",
    )
    none = np.zeros(count)
    return replace(
        plain,
        base=np.concatenate([plain.base, none, takers.best]),
        owner=np.concatenate([plain.owner, size + np.arange(count), size + count + owner]),
        sign=np.concatenate([plain.sign, none + 1, sign]),
        width=np.concatenate([plain.width, none + 1, width]),
        start=np.concatenate([plain.start, none, start]),
        cost=np.concatenate([plain.cost, takers.more, cost]),
        matrix=matrix,
        row_lower=np.concatenate([plain.row_lower, np.full(len(tied) + after, -math.inf), np.ones(rests)]),
        row_upper=np.concatenate([plain.row_upper, plain.width[tied], np.zeros(after), np.ones(rests)]),
    )
