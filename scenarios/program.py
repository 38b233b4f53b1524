"""Programs over the cells that keep some members and loosen others (§13)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios import centred, highs
from scenarios.irreducible import multiple_columns
from scenarios.members import NOISE
from scenarios.tighten import ceil, floor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Whole
    from scenarios.members import Members, Multiple

CLOSE = 2.0**-48  # largest loosenings that differ by less, relatively, are the same
SLACK = 1e-7  # sums likewise, over their least scale: HiGHS calls what leaves it less room impossible


class Program:
    """A program over the cells that grows by columns and rows."""

    def __init__(self, members: Members, finite: NDArray[np.bool_]) -> None:
        self.members = members
        self.finite = finite
        self.upper = [members.most]
        self.cost = [np.zeros(len(members.most))]
        self.whole = [np.ones(len(members.most), dtype=bool)]
        self.count = len(members.most)
        self.entries: list[tuple[Whole, Whole, Floats]] = []
        self.sides: list[tuple[Floats, Floats]] = []
        self.rows = 0

    def columns(self, upper: Floats, cost: float | Floats, *, whole: bool) -> Whole:
        """New columns from 0 to `upper`, float64 [n]; `cost` is one for all, or [n]."""
        found = np.arange(self.count, self.count + len(upper))
        self.upper.append(upper)
        self.cost.append(np.broadcast_to(np.asarray(cost, dtype=np.float64), len(upper)))
        self.whole.append(np.full(len(upper), whole))
        self.count += len(upper)
        return found

    def add(
        self, matrix: sparse.csr_array, own: list[tuple[Whole, Floats]], lower: Floats, upper: Floats
    ) -> None:
        """Rows over the cells, with one entry each in columns of their own: (column, coefficient) [r]."""
        entries = matrix.tocoo()
        at = entries.row.astype(np.int64) + self.rows
        self.entries.append((at, entries.col.astype(np.int64), entries.data.astype(np.float64)))
        each = np.arange(matrix.shape[0]) + self.rows
        for column, value in own:
            self.entries.append((each, column, value))
        self.sides.append((lower, upper))
        self.rows += matrix.shape[0]

    def hard(self, level: NDArray[np.bool_], largest: float) -> None:
        """The level's members, each side loosened by `largest` relatively."""
        members = self.members
        rows = np.flatnonzero(level[members.owner])
        room = largest * np.where(self.finite[rows], members.scale[rows], 0.0)
        lower, upper = members.lower[rows] - room[:, 0], members.upper[rows] + room[:, 1]
        whole = members.whole[rows]
        lower, upper = np.where(whole, ceil(lower), lower), np.where(whole, floor(upper), upper)
        self.add(members.matrix[rows], [], lower, upper)
        items = [item for member, item in members.multiples.items() if level[member]]
        for item in items:
            self._steps(item, math.floor(largest * item.step * (1 + CLOSE) + NOISE), [])

    def soft(self, level: NDArray[np.bool_], cost: float) -> tuple[Whole, Floats]:
        """The level's members with columns for how far they are loosened; those columns, and what each is to
        be divided by for its relative loosening. Σ of these is to be least, times any `cost`.
        """
        members = self.members
        found, scales = [], []
        for side, sign in ((0, -1.0), (1, 1.0)):
            rows = np.flatnonzero(level[members.owner] & self.finite[:, side])
            matrix, scale = sparse.csr_array(sign * members.matrix[rows]), members.scale[rows, side]
            limit = sign * (members.lower, members.upper)[side][rows]
            loose = self.columns(np.full(len(rows), np.inf), cost / scale, whole=False)
            open_, one = np.full(len(rows), -np.inf), np.ones(len(rows))
            self.add(matrix, [(loose, -one)], open_, limit)
            # Whole numbers are further beyond a side that is none: from the last within to the first beyond.
            within = floor(limit)
            first = within + 1 - limit
            steep = np.flatnonzero(members.whole[rows] & (first < 1 - 1e-6) & (first > 1e-3))
            self.add(matrix[steep], [(loose[steep], -one[steep] / first[steep])], open_[steep], within[steep])
            found.append(loose)
            scales.append(scale)
        for item in (item for member, item in members.multiples.items() if level[member]):
            n = len(item.units)
            step = np.full(n, float(item.step))
            above, below = (self.columns(step, cost / step, whole=False) for _ in range(2))
            self._steps(item, 0, [(above, -np.ones(n)), (below, np.ones(n))])
            found += [above, below]
            scales += [step, step]
        return np.concatenate(found), np.concatenate(scales)

    def evenly(self, level: NDArray[np.bool_]) -> None:
        """The level's members, multiples aside, all loosened alike; that loosening, times the largest scale,
        is to be least.
        """
        members = self.members
        shared = self.columns(np.array([np.inf]), 1.0, whole=False)[0]
        largest = self.largest_scale(level)
        for side, sign in ((0, -1.0), (1, 1.0)):
            rows = np.flatnonzero(level[members.owner] & self.finite[:, side])
            matrix = sparse.csr_array(sign * members.matrix[rows])
            limit = sign * (members.lower, members.upper)[side][rows]
            own = [(np.full(len(rows), shared), -members.scale[rows, side] / largest)]
            self.add(matrix, own, np.full(len(rows), -np.inf), limit)

    def largest_scale(self, level: NDArray[np.bool_]) -> float:
        """The largest figure that a loosening of the level is relative to."""
        members = self.members
        rows = level[members.owner]
        return float(members.scale[rows][self.finite[rows]].max(initial=0.0)) or 1.0

    def limit(self, columns: Whole, most: float, scales: Floats | None = None) -> None:
        """Σ of columns ≤ most; with scales, float64 [n], each over its own and within rounding."""
        values = np.ones(len(columns))
        if scales is not None and len(columns):
            least = float(scales.min())
            values, most = least / scales, most * least * (1 + 8 * highs.EPSILON) + SLACK
        self.entries.append((np.full(len(columns), self.rows), columns, values))
        self.sides.append((np.array([-np.inf]), np.array([most])))
        self.rows += 1

    def _steps(self, item: Multiple, off: int, own: list[tuple[Whole, Floats]]) -> None:
        """−off ≤ q − step z − residue w + own ≤ off at each unit, Σ w ≤ 1."""
        extra = multiple_columns(self.members, [item])
        n = len(item.units)
        columns = self.columns(extra.most, 0.0, whole=True)
        self.add(
            extra.cells[:n],
            [
                (columns[:n], np.full(n, -float(item.step))),
                (columns[n:], np.full(n, -float(item.residue))),
                *own,
            ],
            np.full(n, -float(off)),
            np.full(n, float(off)),
        )
        self.limit(columns[n:], 1.0)

    def run(self, time_limit: float, *, whole: bool = True) -> highs.Answer:
        """What HiGHS finds."""
        row = np.concatenate([entry[0] for entry in self.entries])
        column = np.concatenate([entry[1] for entry in self.entries])
        data = np.concatenate([entry[2] for entry in self.entries])
        matrix = sparse.coo_array((data, (row, column)), shape=(self.rows, self.count))
        upper = np.concatenate(self.upper)
        cost = np.concatenate(self.cost)
        greatest = float(np.abs(cost).max(initial=0.0)) or 1.0
        found = centred.run(
            highs.Linear(
                cost / greatest,
                np.zeros(self.count),
                upper,
                sparse.csr_array(matrix),
                np.concatenate([side[0] for side in self.sides]),
                np.concatenate([side[1] for side in self.sides]),
                np.concatenate(self.whole) if whole else None,
            ),
            time_limit,
        )
        return replace(found, bound=found.bound * greatest)
