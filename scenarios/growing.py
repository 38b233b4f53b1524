"""Mixed-integer programs over the whole plans of an allocation, to which columns and rows are added."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from scenarios import highs
from scenarios.convex import Separable
from scenarios.separable import scale_rows
from scenarios.tighten import tighten
from scenarios.totals import Totals, joint

if TYPE_CHECKING:
    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole


class Apart(NamedTuple):
    """How far quotas lie from those of a plan, ``q`` float64 [n]: of the numbers that can go both ways, int64
    [b], the columns of what is above, what is below, and of 1 where the number goes up.
    """

    q: Floats
    numbers: Whole
    above: Whole
    below: Whole
    up: Whole


class Program:
    """Whole base columns, of which ``sums`` (csr [n, base]) makes the quotas, then further ones from 0 up."""

    def __init__(self, sums: sparse.csr_array, lower: Floats, upper: Floats) -> None:
        self.sums = sums
        self.lower, self.upper = [lower], [upper]
        self.cost, self.whole = [np.zeros(len(lower))], [np.ones(len(lower), dtype=bool)]
        self.count, self.rows = len(lower), 0
        self.entries: list[tuple[Whole, Whole, Floats]] = []
        self.sides: list[tuple[Floats, Floats]] = []

    def price(self, cost: Floats) -> None:
        """What one of each quota costs, float64 [n]: the sum is to be least."""
        self.cost[0] = np.asarray(self.sums.T @ cost, dtype=np.float64).ravel()

    def columns(self, upper: Floats, cost: float, *, whole: bool) -> Whole:
        """New columns from 0 to `upper`, float64 [n]."""
        found = np.arange(self.count, self.count + len(upper))
        self.lower.append(np.zeros(len(upper)))
        self.upper.append(upper)
        self.cost.append(np.full(len(upper), cost))
        self.whole.append(np.full(len(upper), whole))
        self.count += len(upper)
        return found

    def add(
        self, matrix: sparse.csr_array, own: list[tuple[Whole, Floats]], lower: Floats, upper: Floats
    ) -> None:
        """Rows over the base, with one entry each in columns of their own: (column, coefficient) [r]."""
        entries = matrix.tocoo()
        at = entries.row.astype(np.int64) + self.rows
        self.entries.append((at, entries.col.astype(np.int64), entries.data.astype(np.float64)))
        each = np.arange(matrix.shape[0]) + self.rows
        self.entries += [(each, column, value) for column, value in own]
        self.sides.append((lower, upper))
        self.rows += matrix.shape[0]

    def own(self, entries: list[tuple[Whole, Floats]], lower: Floats, upper: Floats) -> None:
        """Rows over columns beside the base alone: of each entry one column and coefficient a row."""
        self.add(sparse.csr_array((len(lower), self.sums.shape[1])), entries, lower, upper)

    def sum_of(self, columns: Whole, least: float, most: float) -> None:
        """least ≤ Σ of columns ≤ most."""
        self.entries.append((np.full(len(columns), self.rows), columns, np.ones(len(columns))))
        self.sides.append((np.array([least]), np.array([most])))
        self.rows += 1

    def apart(self, q: Floats, low: Floats, high: Floats, least: int) -> Apart:
        """Quotas between `low` and `high` that give at least so much more where they give more than `q`."""
        up_most, down_most = np.maximum(high - q, 0.0), np.maximum(q - low, 0.0)
        # One that can go but one way needs no choice of it.
        both = np.flatnonzero((up_most > 0) & (down_most > 0))
        alone = np.flatnonzero((up_most > 0) & (down_most == 0))
        above = self.columns(up_most[both], 0.0, whole=False)
        below = self.columns(down_most[both], 0.0, whole=False)
        up = self.columns(np.ones(len(both)), 0.0, whole=True)
        more = self.columns(up_most[alone], 0.0, whole=False)
        ones, open_ = np.ones(len(both)), np.full(len(both), -np.inf)
        self.add(self.sums[both], [(above, -ones), (below, ones)], q[both], q[both])
        self.add(self.sums[alone], [(more, -np.ones(len(alone)))], q[alone], q[alone])
        self.own([(above, ones), (up, -up_most[both])], open_, np.zeros(len(both)))
        self.own([(below, ones), (up, down_most[both])], open_, down_most[both])
        self.sum_of(np.concatenate([above, more]), float(least), np.inf)
        return Apart(q, both, above, below, up)

    def linear(self) -> highs.Linear:
        """The program's arrays."""
        row, column, data = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        matrix = sparse.coo_array((data, (row, column)), shape=(self.rows, self.count))
        return highs.Linear(
            np.concatenate(self.cost),
            np.concatenate(self.lower),
            np.concatenate(self.upper),
            sparse.csr_array(matrix),
            np.concatenate([side[0] for side in self.sides]),
            np.concatenate([side[1] for side in self.sides]),
            np.concatenate(self.whole),
        )


class Growing:
    """The programs of one problem. ``lower`` and ``upper``: float64 [K·U], what its quotas can be at all."""

    def __init__(self, problem: CellProblem) -> None:
        self.problem = problem
        even, rest = problem.apart()
        (lower, upper), rows = rest.bounds(), joint(rest, even)
        lower, upper = tighten(lower, upper, *rows)
        self.totals = Totals(rest, even, lower, upper)
        self.lower, self.upper = self.totals.lower, self.totals.upper

    def of_totals(self, low: Floats, high: Floats) -> Program:
        """The totals between bounds, float64 [K·U], under what the rules imply for them: maybe too little."""
        low, high = self._steps(low, high)
        program = Program(sparse.eye_array(len(low), format="csr"), low, np.maximum(high, low))
        placed = self.problem.total.astype(np.float64)
        program.add(sparse.csr_array(self.problem.sums()[0]), [], placed, placed)
        self._rows(program, *self.totals.rows)
        self._multiples(program, low, high)
        return program

    def of_cells(self, low: Floats, high: Floats) -> Program:
        """The cells under every demand, their totals between bounds, float64 [K·U]."""
        low, high = self._steps(low, high)
        totals, sums = self.problem.sums()
        program = Program(sums, self.totals.cell_lower, self.totals.cell_upper)
        placed = self.problem.total.astype(np.float64)
        program.add(sparse.csr_array(totals @ sums), [], placed, placed)
        program.add(sums, [], low, high)
        self._rows(program, self.problem.matrix, self.problem.row_lower, self.problem.row_upper)
        self._multiples(program, low, high)
        return program

    def split(self, q: Floats, deadline: float) -> Whole | None:
        """Whole quotas, float64 [K·U], over the periods, near the profile; None where they have no split.

        Raises TimeoutError.
        """
        return self.totals.split(q.astype(np.int64).reshape(self.problem.shape[:2]), deadline)

    def _steps(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Bounds drawn in to multiples where every quota is one."""
        step = np.ones(self.problem.held.shape)
        for k, _, residue in self._asked():
            if residue == 0:
                step[k, ~self.problem.held[k]] = self.problem.multiple[k]
        flat = step.ravel()
        return np.ceil(low / flat) * flat, np.floor(high / flat) * flat

    def _asked(self) -> list[tuple[int, int, int]]:
        """Of each quota in multiples: its position, step and what one unit takes beside them."""
        problem = self.problem
        lower = self.lower.reshape(problem.held.shape)
        found = []
        for k, step in enumerate(problem.multiple.tolist()):
            left = int(problem.total[k]) - int(lower[k][problem.held[k]].sum())
            if step > 1 and not problem.held[k].all():
                found.append((k, step, left % step))
        return found

    def _rows(self, program: Program, matrix: sparse.csr_array, lower: Floats, upper: Floats) -> None:
        """Rows over the base's whole columns, scaled."""
        n = matrix.shape[1]
        ones = np.ones(n)
        scaled = scale_rows(
            Separable(
                fair=ones,
                weight=np.zeros(n),
                lower=program.lower[0],
                upper=program.upper[0],
                matrix=matrix,
                row_lower=lower,
                row_upper=upper,
                rank=np.full(n, np.inf),
            )
        )
        program.add(sparse.csr_array(scaled.matrix), [], scaled.row_lower, scaled.row_upper)

    def _multiples(self, program: Program, low: Floats, high: Floats) -> None:
        """q = step × z at each unit, but one may take the rest."""
        units = self.problem.shape[1]
        for k, step, residue in self._asked():
            which = k * units + np.flatnonzero(~self.problem.held[k])
            n = len(which)
            z = program.columns(np.floor(np.maximum(high[which], 0.0) / step), 0.0, whole=True)
            own = [(z, np.full(n, -float(step)))]
            if residue:
                rest = program.columns(np.ones(n), 0.0, whole=True)
                own.append((rest, np.full(n, -float(residue))))
                program.sum_of(rest, 1.0, 1.0)
            program.add(sparse.csr_array(program.sums[which]), own, np.zeros(n), np.zeros(n))
