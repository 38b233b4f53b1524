"""`leximin` (§11): the least largest deviation, then the next largest, level by level.

At each level as few numbers as can be stand there. Where it is open which ones do, a column of 0 or 1 for
each keeps it open while the lower levels are sought.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.choice import IMPOSSIBLE, Fairest, choose
from scenarios.convex import Outcome
from scenarios.deviation import SAME, Descent, Deviations, free
from scenarios.hull import relax
from scenarios.lattice import limits
from scenarios.minimax import as_choice
from scenarios.needs import limit, without_plan
from scenarios.separable import scale_rows, solve, solve_with_face

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Separable, Whole
    from scenarios.highs import Status
    from scenarios.lattice import Lattice
    from scenarios.separable import Effort


def leximin(base: Separable, lattice: Lattice, effort: Effort, kinds: Floats | None = None) -> Fairest:
    """The plans whose deviations, from the largest down, are least one after the other."""
    limited = limit(base, lattice, effort)
    if isinstance(limited, Outcome):
        return without_plan(limited)
    deviations = Deviations(limited, lattice)
    if len(deviations.fair) == 0:
        found = choose(free_in_order(limited), lattice, effort, kinds)
        return replace(found, objective=0.0, bound=0.0) if found.choices else found
    if math.isinf(deviations.ends()[0].max()):
        return IMPOSSIBLE
    now = time.perf_counter()
    levels = _Levels(deviations, replace(effort, deadline=now + 0.7 * (effort.deadline - now)))
    done = levels.descend()
    if levels.q is None:
        return Fairest(levels.status, (), math.nan, levels.bound)
    found = choose(free_in_order(levels.inside(0.0)), lattice, effort, kinds) if done else IMPOSSIBLE
    if found.choices:
        return replace(found, objective=levels.worst, bound=levels.bound)
    return Fairest(
        "feasible", (as_choice(levels.deviations.base, lattice, levels.q),), levels.worst, levels.bound
    )


def free_in_order(base: Separable) -> Separable:
    """The base problem without fairness, its order of ties kept."""
    return replace(base, weight=np.zeros(base.size), objective="proportional")


@dataclass(frozen=True, eq=False)
class _Layer:
    # `numbers` of those that count, int64; at most `most` of them reach `level` or more.
    numbers: Whole
    level: float
    most: int


class _Levels:
    def __init__(self, deviations: Deviations, effort: Effort) -> None:
        self.deviations, self.effort = deviations, effort
        self.active = np.ones(len(deviations.fair), dtype=bool)
        self.own = np.zeros(len(deviations.fair))  # the level of those that are settled
        self.layers: list[_Layer] = []
        self.q: Floats | None = None
        self.status: Status = "infeasible"
        self.worst, self.bound = math.nan, math.inf

    def descend(self) -> bool:
        """Finds all levels; False where time is up."""
        level = math.inf
        while self.active.any() and not self._all_above():
            chosen = np.flatnonzero(self.active)
            descent = Descent(
                self.deviations,
                self.inside,
                replace(self.effort, proof=self.effort.proof and self.q is None),
                chosen,
            )
            least, most = self.deviations.ends()
            forced = self.active.copy()
            for layer in self.layers:
                forced[layer.numbers] = False
            low = float(least[forced].max(initial=0.0))
            high = max(low, min(float(most[chosen].max()), _below(level)))
            found = descent.lowest(_below(low), *self._known(high, chosen))
            if self.q is None:
                self.status, self.worst, self.bound = found.status, found.level, found.bound
            if found.q is not None:
                self.q = found.q[: self.deviations.base.size]
            if found.status != "optimal" or time.perf_counter() > self.effort.deadline:
                return False
            level = found.level
            if not self._stand(level):
                return False
        return True

    def _known(self, high: float, chosen: Whole) -> tuple[float, Floats | None]:
        """The largest deviation below the last level of the plan that is known, and this plan."""
        if self.q is None:
            return high, None
        off = self.deviations.of(self.q)[chosen]
        off = off[off <= high]
        return (float(off.max()), self.q) if len(off) else (high, None)

    def _all_above(self) -> bool:
        """Whether all that are still active can stand in layers: then there is no level below."""
        layered = [layer.numbers for layer in self.layers]
        if not layered or not np.isin(np.flatnonzero(self.active), np.concatenate(layered)).all():
            return False
        problem = free(self.inside(-1.0))
        outcome = solve(self.deviations.lattice.open(problem), 0.0, self.effort.left())
        if outcome.q is None:
            return False
        self.own[self.active] = -1.0
        self.active[:] = False
        self.q = self.deviations.lattice.numbers(problem, outcome.q)[: self.deviations.base.size]
        return True

    def inside(self, level: float) -> Separable:
        """The base problem in which all numbers that are still active stay within a level."""
        inner = np.where(self.active, level, self.own)
        return self._layered(inner, self.layers)

    def _layered(self, inner: Floats, layers: list[_Layer]) -> Separable:
        """Every number within its inner level, or within that of a layer where its column there is 1."""
        deviations = self.deviations
        low, high = deviations.within(inner)
        if not layers:
            return deviations.bounded(low, high)
        count = sum(len(layer.numbers) for layer in layers)
        place = np.cumsum([0, *(len(layer.numbers) for layer in layers)])
        up, down, nested, sums = [], [], [], []
        outer_low, outer_high = low.copy(), high.copy()
        next_of: dict[int, int] = {}
        # From the innermost layer out: each adds what its level allows beyond the one inside it.
        for layer, first in reversed(list(zip(layers, place.tolist(), strict=False))):
            level = inner.copy()
            level[layer.numbers] = layer.level
            wide_low, wide_high = deviations.within(level)
            for j, i in enumerate(layer.numbers.tolist()):
                column = first + j
                up.append((i, column, wide_high[i] - outer_high[i]))
                down.append((i, column, outer_low[i] - wide_low[i]))
                if i in next_of:
                    nested.append((column, next_of[i]))
                next_of[i] = column
                outer_low[i], outer_high[i] = wide_low[i], wide_high[i]
            sums.append((first, len(layer.numbers), layer.most))
        return self._rows(
            (low, high), (outer_low, outer_high), sorted(next_of), count, (up, down, nested, sums)
        )

    def _rows(
        self,
        inner: tuple[Floats, Floats],
        outer: tuple[Floats, Floats],
        numbers: list[int],
        count: int,
        parts: tuple[
            list[tuple[int, int, float]],
            list[tuple[int, int, float]],
            list[tuple[int, int]],
            list[tuple[int, int, int]],
        ],
    ) -> Separable:
        up, down, nested, sums = parts
        base = self.deviations.bounded(*outer)
        picked = sparse.eye_array(base.size, format="csr")[self.deviations.counted[numbers]]
        row_of = {number: row for row, number in enumerate(numbers)}

        def entries(triples: list[tuple[int, int, float]]) -> sparse.csr_array:
            rows, columns = [row_of[i] for i, _, _ in triples], [column for _, column, _ in triples]
            values = np.array([value for *_, value in triples])
            return sparse.csr_array((values, (rows, columns)), shape=(len(numbers), count))

        order = sparse.csr_array(
            (
                np.tile([1.0, -1.0], len(nested)),
                (np.repeat(np.arange(len(nested)), 2), np.array(nested, dtype=np.int64).ravel()),
            ),
            shape=(len(nested), count),
        )
        total = sparse.csr_array(
            (
                np.ones(count),
                (
                    np.repeat(np.arange(len(sums)), [size for _, size, _ in sums]),
                    np.concatenate([np.arange(first, first + size) for first, size, _ in sums]),
                ),
            ),
            shape=(len(sums), count),
        )
        open_ = np.full(len(numbers), np.inf)
        none = np.zeros(count)
        return replace(
            base,
            fair=np.append(base.fair, none + 1),
            weight=np.append(base.weight, none),
            lower=np.append(base.lower, none),
            upper=np.append(base.upper, none + 1),
            rank=np.append(base.rank, none + np.inf),
            start=np.zeros(base.size + count),
            step=np.ones(base.size + count),
            matrix=sparse.block_array(
                [
                    [base.matrix, None],
                    [picked, -entries(up)],
                    [picked, entries(down)],
                    [None, order],
                    [None, total],
                ],
                format="csr",
            ),
            row_lower=np.concatenate(
                [
                    base.row_lower,
                    -open_,
                    inner[0][numbers],
                    np.full(len(nested) + len(sums), -np.inf),
                ]
            ),
            row_upper=np.concatenate(
                [
                    base.row_upper,
                    inner[1][numbers],
                    open_,
                    np.zeros(len(nested)),
                    [float(most) for *_, most in sums],
                ]
            ),
        )

    def _stand(self, level: float) -> bool:
        """Settles who stands at a level, or leaves it open in a layer; False where time is up."""
        numbers = np.flatnonzero(self.active & self._reaching(level))
        standing = numbers
        if len(standing) == 1:
            # No plan is without one at this level: it is this one, which then stands no higher.
            rest = [(layer, layer.numbers[layer.numbers != standing[0]]) for layer in self.layers]
            self.layers = [replace(layer, numbers=numbers_) for layer, numbers_ in rest if len(numbers_)]
        members = np.unique(np.concatenate([numbers[:0], *(layer.numbers for layer in self.layers)]))
        members = members[self.active[members]]
        if np.isin(numbers, members).any():
            # Who may stand here may stand higher: only together with all such their count says something.
            numbers = np.union1d(numbers, members)
        most = len(numbers)
        if most > 1:
            fewest = self._fewest(numbers, level)
            if fewest is None:
                return False
            most = fewest
        if most == len(numbers):
            self.active[numbers] = False
            # Those that have no number at this level stand higher.
            self.own[numbers] = -1.0
            self.own[standing] = level
            for i in standing.tolist():
                self._side(i, level)
        else:
            self.layers.append(_Layer(numbers, level, most))
        if level <= SAME:
            self.active[:] = False
        return True

    def _fewest(self, numbers: Whole, level: float) -> int | None:
        """How few of the numbers can stand at a level, all others below it."""
        inner = np.where(self.active, level, self.own)
        inner[numbers] = _below(level)
        layers = [*self.layers, _Layer(numbers, level, len(numbers))]
        problem = free(self._layered(inner, layers))
        weight = np.zeros(problem.size)
        weight[-len(numbers) :] = 1
        counted = replace(problem, weight=weight, fair=np.ones(problem.size), objective="least")
        # Counts: what is within less than one of the least is the least.
        opened = self.deviations.lattice.open(counted)
        outcome = solve_with_face(opened, 0.4 / len(numbers), self.effort.left(), proof=False)[0]
        if outcome.q is None or outcome.status != "optimal":
            return None
        self.q = self.deviations.lattice.numbers(problem, outcome.q)[: self.deviations.base.size]
        return round(outcome.objective)

    def _reaching(self, level: float) -> NDArray[np.bool_]:
        """Which numbers are allowed some that deviate by this level."""
        deviations = self.deviations
        counts = []
        for one in (level, _below(level)):
            low, high = deviations.within(one)
            first, last = limits(
                low[deviations.owner], high[deviations.owner], deviations.start, deviations.step
            )
            counts.append(np.maximum(last - first + 1, 0))
        more = np.bincount(deviations.owner, weights=counts[0] - counts[1], minlength=len(deviations.fair))
        return more > 0

    def _places(self, i: int, level: float) -> Floats:
        """The numbers allowed to i that deviate by this level."""
        deviations = self.deviations
        ways = np.flatnonzero(deviations.owner == i)
        low, high = deviations.within(level)
        found = []
        for way in ways.tolist():
            start, step = deviations.start[way], deviations.step[way]
            first, last = limits(low[i : i + 1], high[i : i + 1], np.array([start]), np.array([step]))
            ends = {float(z) for z in (first[0], last[0]) if first[0] <= last[0]}
            found += [start + step * z for z in ends]
        q = np.unique(found)
        off = np.abs(q - deviations.fair[i]) / deviations.fair[i]
        result: Floats = q[off > _below(level)]
        return result

    def _side(self, i: int, level: float) -> None:
        """Fixes a settled number, if only one of its places at the level is possible."""
        if any(i in layer.numbers for layer in self.layers):
            return
        places = self._places(i, level)
        if len(places) == 2:
            places = np.array([q for q in places if self._can(i, q)])
        if len(places) == 1:
            column = self.deviations.counted[i]
            lower, upper = self.deviations.base.lower.copy(), self.deviations.base.upper.copy()
            lower[column] = upper[column] = places[0]
            self.deviations.base = replace(self.deviations.base, lower=lower, upper=upper)

    def _can(self, i: int, q: float) -> bool:
        problem = free(self.inside(float(self.own[i])))
        column = self.deviations.counted[i]
        lower, upper = problem.lower.copy(), problem.upper.copy()
        lower[column] = upper[column] = q
        fixed = self.deviations.lattice.open(replace(problem, lower=lower, upper=upper))
        return relax(scale_rows(fixed), deadline=self.effort.deadline).status != "infeasible"


def _below(level: float) -> float:
    return level - 4 * SAME * (1 + level) if math.isfinite(level) else level
