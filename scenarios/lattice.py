"""Quotas in multiples (§10): which numbers are allowed, and what is left over for one unit.

A base problem is in plain numbers, q = z. The lattice says which of them are multiples; of each quota whose
rest is not 0 one unit, yet to be chosen, takes that on top of a multiple.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from scenarios.convex import Floats, Separable, Whole


@dataclass(frozen=True, eq=False)
class Rest:
    """What a quota leaves over.

    Attributes:
        amount: from 1 to the multiple less 1.
        columns: int64 [c], the numbers one of which takes it; all have the same multiple.
        row: of the base problem, the quota's total.
    """

    amount: float
    columns: Whole
    row: int


@dataclass(frozen=True, eq=False)
class Lattice:
    """The numbers allowed to the first columns of a base problem; any others are plain.

    Attributes:
        multiple: float64 [n'], ≥ 1.
        rests: of the quotas that leave something over.
    """

    multiple: Floats
    rests: tuple[Rest, ...] = ()

    def steps(self, base: Separable) -> Floats:
        """The multiple of every column, float64 [n]."""
        return np.append(self.multiple, np.ones(base.size - len(self.multiple)))

    def place(self, base: Separable, taken: Whole) -> Separable:
        """The base problem in multiples, the numbers `taken` taking their quotas' rests (one of each)."""
        start, step = np.zeros(base.size), self.steps(base)
        start[taken] = [rest.amount for rest in self.rests]
        if (step == 1).all():
            return base
        least, most = limits(base.lower, base.upper, start, step)
        moved = base.matrix @ start
        return replace(
            base,
            lower=least,
            upper=most,
            matrix=base.matrix @ sparse.diags_array(step),
            row_lower=base.row_lower - moved,
            row_upper=base.row_upper - moved,
            start=start,
            step=step,
        )

    def open(self, base: Separable) -> Separable:
        """The base problem in multiples, who takes a rest left open: one more column for each that may.

        Only for objectives that are linear in these numbers.
        """
        if not self.rests:
            return self.place(base, np.zeros(0, dtype=np.int64))
        step = self.steps(base)
        columns = np.concatenate([rest.columns for rest in self.rests])
        amount = np.concatenate([np.full(len(rest.columns), rest.amount) for rest in self.rests])
        count, none = len(columns), np.zeros(len(columns))
        least, most = limits(base.lower, base.upper, np.zeros(base.size), step)
        low, high = limits(base.lower[columns], base.upper[columns], amount, step[columns])
        must, may = least[columns] > most[columns], low <= high
        first, last = least[columns], most[columns]
        # Where only one of the two is possible its bounds stand for both.
        low, high = np.where(may, low, first), np.where(may, high, last)
        first, last = np.where(must, low, first), np.where(must, high, last)
        least[columns], most[columns] = np.minimum(first, low), np.maximum(last, high)
        one = sparse.eye_array(base.size, format="csr")[columns]
        taken = sparse.csr_array(
            (np.ones(count), (np.repeat(np.arange(len(self.rests)), self._counts()), np.arange(count))),
            shape=(len(self.rests), count),
        )
        at, infinite = np.ones(len(self.rests)), np.full(count, np.inf)
        return replace(
            base,
            fair=np.append(base.fair, base.fair[columns]),
            weight=np.append(base.weight, base.weight[columns]),
            lower=np.concatenate([least, must & may]),
            upper=np.concatenate([most, may]),
            rank=np.append(base.rank, none + np.inf),
            start=np.zeros(base.size + count),
            step=np.append(step, amount),
            matrix=sparse.block_array(
                [
                    [
                        base.matrix @ sparse.diags_array(step),
                        base.matrix[:, columns] @ sparse.diags_array(amount),
                    ],
                    # first + (low − first) × taken ≤ z ≤ last + (high − last) × taken
                    [one, sparse.diags_array(first - low)],
                    [one, sparse.diags_array(last - high)],
                    [None, taken],
                ],
                format="csr",
            ),
            row_lower=np.concatenate([base.row_lower, first, -infinite, at]),
            row_upper=np.concatenate([base.row_upper, infinite, last, at]),
        )

    def numbers(self, base: Separable, z: Floats | Whole) -> Floats:
        """The numbers q [n] of an answer to the open problem."""
        columns = np.concatenate([np.zeros(0, dtype=np.int64), *(rest.columns for rest in self.rests)])
        q = self.steps(base) * z[: base.size]
        amount = np.repeat([rest.amount for rest in self.rests], self._counts())
        return q + np.bincount(columns, weights=amount * z[base.size :], minlength=base.size)

    def _counts(self) -> list[int]:
        return [len(rest.columns) for rest in self.rests]


def limits(lower: Floats, upper: Floats, start: Floats, step: Floats) -> tuple[Floats, Floats]:
    """The z of the first and last start + step × z within whole bounds, z ≥ 0: two float64 [n]."""
    return np.maximum(np.ceil((lower - start) / step), 0.0), np.floor((upper - start) / step)
