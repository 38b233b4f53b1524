"""The least largest deviation |q − fair| / fair (§11), by bisection over the levels that whole numbers have.

A level allows each number an interval. Whether a plan exists within these is asked of linear relaxations
first, whose refusals are proven in numpy (Farkas), then of whole numbers from the lowest level that is left.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.branch import Aim, prove
from scenarios.certificate import certify
from scenarios.convex import EPSILON
from scenarios.core import ROUGH
from scenarios.hull import relax
from scenarios.lattice import limits
from scenarios.parity import impossible
from scenarios.separable import scale_rows, solve, solve_with_face
from scenarios.window import window

if TYPE_CHECKING:
    from collections.abc import Callable

    from scenarios.convex import Floats, Separable, Whole
    from scenarios.highs import Status
    from scenarios.lattice import Lattice
    from scenarios.separable import Effort

SAME = 1e-13  # levels that differ by less, beside their size, are one
ROOM = 64 * EPSILON  # by which a number may pass its level, beside its fair share
MOST_LEVELS = 4096  # beyond, levels aren't listed but halved
PROOF_WORK = 1_000_000  # nodes × size of a node's program
ROW_WORK = 20


@dataclass(frozen=True, eq=False)
class Level:
    """The least level at which a plan exists.

    Attributes:
        status: as in `Outcome`.
        q: float64 [n], a plan at that level; None without one.
        level: its largest deviation, NaN without a plan.
        bound: no plan's largest deviation is below.
    """

    status: Status
    q: Floats | None
    level: float
    bound: float


class Deviations:
    """The numbers whose deviation counts, and the levels it can have.

    Args:
        base: in plain numbers, those of no share limited.
        lattice: which numbers are allowed.
    """

    def __init__(self, base: Separable, lattice: Lattice) -> None:
        self.base, self.lattice = base, lattice
        self.counted = np.flatnonzero((base.weight != 0) & (base.fair > 0))
        self.fair = base.fair[self.counted]
        step = lattice.steps(base)
        none = np.zeros(0, dtype=np.int64)
        rested = [rest.columns for rest in lattice.rests] or [none]
        amounts = [np.full(len(rest.columns), rest.amount) for rest in lattice.rests] or [np.zeros(0)]
        moved = np.isin(np.concatenate(rested), self.counted)
        place = np.searchsorted(self.counted, np.concatenate(rested)[moved])
        # One entry for every way a number may run: in multiples, and with the rest on top.
        self.owner = np.concatenate([np.arange(len(self.counted)), place])
        self.start = np.concatenate([np.zeros(len(self.counted)), np.concatenate(amounts)[moved]])
        self.step = step[self.counted][self.owner]

    def of(self, q: Floats) -> Floats:
        """The deviations of a plan's numbers (float64 [n]), one for each that counts."""
        off: Floats = np.abs(q[self.counted] - self.fair) / self.fair
        return off

    def within(self, level: float | Floats) -> tuple[Floats, Floats]:
        """The interval of each number that counts at a level, in its bounds."""
        reach = self.fair * (level + ROOM * (1 + level))
        return (
            np.maximum(np.ceil(self.fair - reach), self.base.lower[self.counted]),
            np.minimum(np.floor(self.fair + reach), self.base.upper[self.counted]),
        )

    def at(self, level: float | Floats) -> Separable:
        """The base problem within the intervals of a level, or of one level each."""
        low, high = self.within(level)
        return self.bounded(low, high)

    def bounded(self, low: Floats, high: Floats) -> Separable:
        """The base problem with these bounds of the numbers that count."""
        lower, upper = self.base.lower.copy(), self.base.upper.copy()
        lower[self.counted], upper[self.counted] = low, high
        return replace(self.base, lower=lower, upper=upper)

    def ends(self) -> tuple[Floats, Floats]:
        """The least and the largest deviation that each number's bounds leave it."""
        low, high = self.base.lower[self.counted][self.owner], self.base.upper[self.counted][self.owner]
        first, last = limits(low, high, self.start, self.step)
        fair = self.fair[self.owner]
        near = np.clip((fair - self.start) / self.step, first, last)
        sides = [
            np.where(first <= last, np.abs(self.start + self.step * z - fair) / fair, np.nan)
            for z in (np.floor(near), np.ceil(near), first, last)
        ]
        least, most = np.full(len(self.fair), np.inf), np.zeros(len(self.fair))
        np.fmin.at(least, self.owner, np.fmin(sides[0], sides[1]))
        np.fmax.at(most, self.owner, np.fmax(sides[2], sides[3]))
        return least, most

    def levels(self, low: float, high: float, chosen: Whole | None = None) -> Floats | None:
        """All levels above `low` and up to `high`, rising; None where they are too many to list.

        Args:
            low: a deviation.
            high: likewise.
            chosen: int64, of which numbers that count; all without.
        """
        kept = np.ones(len(self.fair), dtype=bool) if chosen is None else np.zeros(len(self.fair), dtype=bool)
        if chosen is not None:
            kept[chosen] = True
        kept = kept[self.owner]
        owner, start, step = self.owner[kept], self.start[kept], self.step[kept]
        outer = self.within(high)
        first, last = limits(outer[0][owner], outer[1][owner], start, step)
        fair = self.fair[owner]
        # What deviates by less than `low` lies in the middle.
        inner = fair * max(0.0, low - ROOM * (1 + low))
        below = np.minimum(np.ceil((fair - inner - start) / step), last)
        above = np.maximum(np.floor((fair + inner - start) / step), below + 1)
        counts = [np.maximum(below - first + 1, 0), np.maximum(last - np.maximum(above, first) + 1, 0)]
        if sum(count.sum() for count in counts) > 4 * MOST_LEVELS:
            return None
        found = []
        for begin, count in zip((first, np.maximum(above, first)), counts, strict=True):
            whose = np.repeat(np.arange(len(owner)), count.astype(np.int64))
            place = np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count.astype(np.int64))
            q = start[whose] + step[whose] * (begin[whose] + place)
            found.append(np.abs(q - fair[whose]) / fair[whose])
        off = np.sort(np.concatenate(found))
        off = off[(off > low + SAME * (1 + low)) & (off <= high + SAME * (1 + high))]
        # Of levels that are the same up to rounding the largest stands for all.
        last_of_same = np.append(np.diff(off) > SAME * (1 + off[1:]), True)[: len(off)]
        result: Floats = off[last_of_same]
        return result


class Descent:
    """The search for the lowest level at which a family of problems has a plan.

    Args:
        deviations: the levels.
        at: the problem, in plain numbers, that a level allows; more at higher levels.
        effort: how much to do.
        chosen: int64, the numbers that count whose levels matter; all without.
    """

    def __init__(
        self,
        deviations: Deviations,
        at: Callable[[float], Separable],
        effort: Effort,
        chosen: Whole | None = None,
    ) -> None:
        self.deviations, self.at, self.effort, self.chosen = deviations, at, effort, chosen
        self.refuted = -math.inf  # the highest level shown in numpy to be too low
        self.late = False

    def lowest(self, low: float, high: float, known: Floats | None = None) -> Level:
        """The least level above `low`, which is known to be too low, and up to `high`, which allows all.

        Of a plan that is `known` (float64 [n]) `high` is the level.
        """
        levels = self.deviations.levels(low, high, self.chosen)
        while levels is None:
            middle = (low + high) / 2
            if self._relaxed(middle):
                high, known = middle, None
            else:
                low = middle
            levels = self.deviations.levels(low, high, self.chosen)
        first, last = 0, len(levels) - (known is not None)
        # A plan that is known is near the least level as a rule.
        stride = 1
        while first < last:
            middle = max(first, last - stride) if known is not None else (first + last) // 2
            stride *= 2
            if self._relaxed(float(levels[middle])):
                last = middle
            else:
                first = middle + 1
                stride = max(1, (last - first + 1) // 2)
        return self._whole(levels, first, known)

    def _relaxed(self, level: float) -> bool:
        """Whether the relaxation has a plan at a level, as far as it can be told."""
        problem = self.deviations.lattice.open(free(self.at(level)))
        hull = relax(scale_rows(problem), deadline=self.effort.deadline)
        if hull.status == "infeasible" or (problem.lower > problem.upper).any():
            self.refuted = max(self.refuted, level)
            return False
        return hull.q is not None

    def _whole(self, levels: Floats, first: int, found: Floats | None = None) -> Level:
        """From a place on, the first level with a plan; one that is found is at the last of them."""
        below, place, last, stride = first, first, len(levels) - (found is not None), 1
        if found is not None:
            place = (below + last) // 2
        while below < last:
            q = self._plan(float(levels[place]))
            if q is None and self.late:
                break
            if q is None:
                below = place + 1
                place = min(below + stride - 1, last - 1) if found is None else (below + last) // 2
                stride *= 2
                continue
            found = q
            last = self._place_of(levels, q, place)
            place = (below + last) // 2
        if found is None:
            return Level("none_found" if self.late else "infeasible", None, math.nan, self._bound(levels))
        level = float(levels[last])
        if self.effort.proof and not self.late and last > 0 and self.refuted < levels[last - 1]:
            other = self._prove(float(levels[last - 1]))
            if other is not None:
                return self._whole(levels[:last], 0)
        return Level("feasible" if self.late else "optimal", found, level, min(level, self._bound(levels)))

    def _place_of(self, levels: Floats, q: Floats, most: int) -> int:
        off = self.deviations.of(q)
        off = off if self.chosen is None else off[self.chosen]
        worst = float(off.max(initial=0.0))
        return min(most, int(np.searchsorted(levels, worst - SAME * (1 + worst))))

    def _plan(self, level: float) -> Floats | None:
        problem, lattice = free(self.at(level)), self.deviations.lattice
        if self.chosen is None or lattice.rests:
            outcome = solve(lattice.open(problem), 0.0, self.effort.left())
        else:
            aimed = lattice.open(self._near(problem, self.chosen))
            outcome = solve_with_face(aimed, ROUGH, self.effort.left(), proof=False)[0]
        if outcome.q is None:
            self.late |= outcome.status == "none_found"
            return None
        return lattice.numbers(problem, outcome.q)

    def _near(self, problem: Separable, chosen: Whole) -> Separable:
        """The problem with a goal, Σ deviation² to be least: such a plan is near many levels at once."""
        columns, weight = self.deviations.counted[chosen], np.zeros(problem.size)
        weight[columns] = 1 / problem.fair[columns]
        return replace(problem, weight=weight)

    def _prove(self, level: float) -> Floats | None:
        """Tries to show that a level is too low; a plan that is met on the way shows the contrary."""
        problem = free(self.at(level))
        scaled = scale_rows(self.deviations.lattice.open(problem))
        if (scaled.row_lower > scaled.row_upper).any() or impossible(scaled):
            self.refuted = max(self.refuted, level)
            return None
        certificate = certify(scaled, np.zeros(len(scaled.row_lower)))
        space = window(scaled, certificate, scaled.lower, scaled.upper, math.inf)
        nodes = PROOF_WORK // (1 + len(space.cost) + ROW_WORK * len(space.row_lower))
        now = time.perf_counter()
        aim = Aim(1.0, 0.0, (nodes, nodes), scaled.allows, (now + self.effort.deadline) / 2)
        proof = prove(space, aim)
        if proof.found is not None:
            return self.deviations.lattice.numbers(problem, proof.found)
        if proof.excess >= 1:
            self.refuted = max(self.refuted, level)
        return None

    def _bound(self, levels: Floats) -> float:
        """The first level that isn't refuted."""
        place = int(np.searchsorted(levels, self.refuted, side="right"))
        return float(levels[place]) if place < len(levels) else math.inf


def free(base: Separable) -> Separable:
    """The base problem without goals: whether it has a plan."""
    return replace(
        base, weight=np.zeros(base.size), rank=np.full(base.size, np.inf), objective="proportional"
    )
