"""The least relaxation of what can't hold together (§13): what has the highest priority is loosened least.

Lexicographic over the priorities, from the highest: first the largest relative loosening of a place is made
least, then the sum of all. A place's relative loosening is the amount over |the figure of its side|, the
amount itself where that figure is 0; of a multiple, the distance to the nearest allowed number over the
multiple. Each step fixes what the next may not worsen. Amounts are worked out from the whole-number plan.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.excess import excess
from scenarios.members import NOISE
from scenarios.program import CLOSE, Program
from scenarios.tighten import floor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios import highs
    from scenarios.convex import Floats, Whole
    from scenarios.excess import Excess
    from scenarios.members import Members

CALL = 20.0  # seconds for one program
ROUGH = 2e-9  # of the largest loosening, where it isn't one of whole numbers
BOUND = 1e-7  # of the linear program's bound that isn't relied on; no more than
PARTS = 1e-2  # of one, where the largest scale makes that less


@dataclass(frozen=True, eq=False)
class Relaxed:
    """``x``: int64 [K, U, T], a plan that breaks the members as little as can be, None where none was found
    in time; ``least``: whether it is proven to be so; ``excess``: of it.
    """

    x: Whole | None
    least: bool
    excess: Excess | None


def relax(members: Members, deadline: float = math.inf) -> Relaxed:
    """The least relaxation of all members together; ``deadline`` on the clock of time.perf_counter."""
    search = _Search(members, deadline)
    for priority in sorted({item.priority for item in members.items}, reverse=True):
        if not search.settle(priority):
            return Relaxed(None, False, None)
    if search.x is None:
        return Relaxed(None, False, None)
    if members.counted >= 0:
        search.fewest_moves()
    return Relaxed(search.x.reshape(members.shape), search.least, search.excess(search.x))


@dataclass(frozen=True, eq=False)
class _Level:
    """A priority that is settled: its members, the largest relative loosening and the sum of all."""

    members: NDArray[np.bool_]
    largest: float
    sum: float


class _Search:
    def __init__(self, members: Members, deadline: float) -> None:
        self.members = members
        self.deadline = deadline
        self.levels: list[_Level] = []
        self.x: Whole | None = None
        self.least = True
        sides = np.column_stack([members.lower, members.upper])
        self.finite = np.isfinite(sides)

    def settle(self, priority: int) -> bool:
        """Loosens the members of a priority least. False where time ran out before any plan."""
        level = np.array([item.priority == priority for item in self.members.items])
        if self.x is not None and self.largest(self.x, level) == 0:
            self.levels.append(_Level(level, 0.0, 0.0))
            return True
        if self.try_(level, 0.0):
            self.levels.append(_Level(level, 0.0, 0.0))
            return True
        if self.x is None and not self._begin(level):
            return False
        assert self.x is not None
        largest = self._least_largest(level)
        self._least_sum(level, largest)
        self.levels.append(_Level(level, largest, self.sum(self.x, level, largest)))
        return True

    def try_(self, level: NDArray[np.bool_], largest: float) -> bool:
        """Whether the level's loosening can stay within `largest` everywhere; takes the plan if so."""
        program = self._program()
        program.hard(level, largest)
        return self._take(program.run(self._time()))

    def _begin(self, level: NDArray[np.bool_]) -> bool:
        program = self._program()
        program.soft(level, cost=1.0)
        return self._take(program.run(self._time()))

    def _take(self, answer: highs.Answer) -> bool:
        if answer.x is None:
            self.least = self.least and answer.status == "infeasible"
            return False
        cells = len(self.members.most)
        self.x = np.round(answer.x[:cells]).astype(np.int64)
        return True

    def _time(self) -> float:
        return max(0.01, min(CALL, self.deadline - time.perf_counter()))

    def _program(self) -> Program:
        """Cells that keep what the settled levels fix."""
        program = Program(self.members, self.finite)
        for done in self.levels:
            program.hard(done.members, done.largest)
            if done.largest > 0:
                columns, scales = program.soft(done.members, cost=0.0)
                program.limit(columns, done.sum, scales)
        return program

    # The least of the largest: a search over its possible values

    def _least_largest(self, level: NDArray[np.bool_]) -> float:
        assert self.x is not None
        low, high = self._bound(level), self.largest(self.x, level)
        step, at = 0.0, low
        # From the linear program's bound upwards, in steps that double; then by halves.
        while True:
            following = self._next(level, max(at - CLOSE * at, 0.0))
            if following >= high * (1 - CLOSE):
                break
            if self.try_(level, following):
                high = min(high, self.largest(self.x, level))
                break
            if self._late():
                return self.largest(self.x, level)
            low = following
            step = max(2 * step, self._next(level, low) - low, CLOSE * low)
            at = low + step
        while (following := self._next(level, low)) < high * (1 - CLOSE) and not self._late():
            middle = max(following, self._next(level, (low + high) / 2 * (1 - CLOSE)))
            if middle >= high * (1 - CLOSE):
                middle = following
            before = high
            if self.try_(level, middle):
                high = min(high, self.largest(self.x, level))
            if high == before:  # no plan, or one within rounding of the last
                low = middle
        return high

    def _late(self) -> bool:
        if time.perf_counter() <= self.deadline:
            return False
        self.least = False
        return True

    def _bound(self, level: NDArray[np.bool_]) -> float:
        """What the linear program says the largest is at least."""
        program = self._program()
        program.evenly(level)
        answer = program.run(self._time(), whole=False)
        if answer.x is None:
            return 0.0
        scale = program.largest_scale(level)
        bound = answer.bound / scale
        return max(0.0, bound - min(BOUND * bound, PARTS / scale))

    def _next(self, level: NDArray[np.bool_], largest: float) -> float:
        """The least relative loosening above `largest` that a place of the level can have."""
        members = self.members
        rows = np.flatnonzero(level[members.owner])
        found = [math.inf]
        sides = np.column_stack([-members.lower, members.upper])[rows]
        scale = members.scale[rows]
        usable = self.finite[rows]
        # Whole activities: the next one beyond the side loosened by `largest`.
        sides, scale = sides[usable], scale[usable]
        whole = np.repeat(members.whole[rows][:, None], 2, axis=1)[usable]
        reached = floor(sides + largest * (1 + CLOSE) * scale)
        for ahead in (1.0, 2.0):
            beyond = (reached[whole] + ahead - sides[whole]) / scale[whole]
            found.append(float(beyond[beyond > largest * (1 + CLOSE)].min(initial=math.inf)))
        if not whole.all():
            found.append(largest * (1 + ROUGH) + 1e-12)
        for member, item in members.multiples.items():
            if level[member]:
                found.append((math.floor(largest * item.step * (1 + CLOSE) + NOISE) + 1) / item.step)
        return min(found)

    def _least_sum(self, level: NDArray[np.bool_], largest: float) -> None:
        assert self.x is not None
        total = self.sum(self.x, level, largest)
        program = self._program()
        program.hard(level, largest)
        program.soft(level, cost=1 / max(total, NOISE))
        before = self.x
        answer = program.run(self._time())
        if self._take(answer):
            self.least = self.least and answer.status == "optimal"
            if self.sum(self.x, level, largest) > total:
                self.x = before

    # How many quotas are away from an issued plan: what comes last

    def moved(self, x: Whole) -> int:
        """How many quotas a plan moves."""
        stay = self.members.problem.stay
        assert stay is not None
        return int(stay.moved(x.reshape(self.members.shape).sum(axis=2)).sum())

    def fewest_moves(self) -> None:
        """Moves as few quotas as the settled levels allow, or as few as may be moved."""
        stay = self.members.problem.stay
        assert stay is not None
        assert self.x is not None
        if stay.most is None or (before := self.moved(self.x)) <= stay.most:
            return
        at = self.x.reshape(self.members.shape).sum(axis=(1, 2))
        totals = np.array([float(asked.total) for asked in self.members.problem.quotas])
        found = self.members.counting(np.maximum(at, totals))
        count = len(found.numbers)
        program = self._program()
        columns = program.columns(np.ones(count), 1.0, whole=True)
        coefficients = np.asarray(found.own[: 2 * count].sum(axis=1), dtype=np.float64).ravel()
        own = [(np.tile(columns, 2), coefficients)]
        program.add(found.matrix[: 2 * count], own, found.lower[:-1], found.upper[:-1])
        x = self.x
        answer = program.run(self._time())
        self.least = self.least and answer.status == "optimal"
        if self._take(answer) and self.moved(self.x) > before:
            self.x = x

    # How far a plan is off

    def excess(self, x: Whole) -> Excess:
        """By how much a plan breaks the members, the unit that leaves a residue being the one that helps."""
        limits = {
            member: done.largest
            for done in self.levels
            for member in np.flatnonzero(done.members).tolist()
            if member in self.members.multiples
        }
        return excess(self.members, x, limits)

    def _relative(self, x: Whole, level: NDArray[np.bool_], limit: float) -> tuple[Floats, Floats]:
        members = self.members
        limits = dict.fromkeys(members.multiples, limit)
        found = excess(members, x, limits)
        rows = level[members.owner]
        steps = [found.steps[m] / item.step for m, item in members.multiples.items() if level[m]]
        return (found.rows[rows] / members.scale[rows])[self.finite[rows]], np.concatenate(
            [np.zeros(0), *steps]
        )

    def largest(self, x: Whole, level: NDArray[np.bool_]) -> float:
        """The largest relative loosening of a level's places."""
        return max(float(part.max(initial=0.0)) for part in self._relative(x, level, 0.0))

    def sum(self, x: Whole, level: NDArray[np.bool_], limit: float) -> float:
        """The sum of the relative loosenings of a level's places, none above `limit`."""
        return math.fsum(np.concatenate(self._relative(x, level, limit)).tolist())
