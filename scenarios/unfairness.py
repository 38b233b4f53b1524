"""The objective of §11 as a convex function of each quota, for programs that bound it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.needs import SEATED
from scenarios.objectives import OBJECTIVES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole

LARGEST_DEVIATION = ("minimax", "leximin")


@dataclass(frozen=True, eq=False)
class Unfairness:
    """What plans beside a fairest one cost, number by number (n = quota × unit).

    Attributes:
        fair, step, weight: float64 [n]; the weight is 0 where a number doesn't count: held, without need, or
            left without a seat by the fairest plan under a method that asks for one.
        lower, upper: float64 [n], whole: what the method asks of a number beside the rules.
        method: of §11.
    """

    fair: Floats
    step: Floats
    weight: Floats
    lower: Floats
    upper: Floats
    method: str

    @property
    def by_largest(self) -> bool:
        """Whether the objective is the largest deviation, not a sum."""
        return self.method in LARGEST_DEVIATION

    def costs(self, q: Floats) -> Floats:
        """Each number's part of the objective, float64 [n]: its own deviation where the largest counts."""
        counts = self.weight > 0
        fair = np.where(counts, self.fair, 1.0)
        q = np.where(counts, q, 1.0)
        if self.by_largest:
            return np.where(counts, np.abs(q - fair) / fair, 0.0)
        cost = OBJECTIVES[self.method].cost(q, fair, self.step)
        found: Floats = np.where(counts, self.weight * cost, 0.0)
        return found

    def of(self, q: Floats) -> float:
        """The objective of a plan's quotas."""
        costs = self.costs(q)
        return float(costs.max(initial=0.0)) if self.by_largest else math.fsum(costs.tolist())

    def within(self, most: float) -> tuple[Floats, Floats]:
        """The numbers that a plan whose objective is at most `most` can have, float64 [n] each."""
        bottom = self._lowest()
        least = self.costs(bottom)
        room = np.full(len(bottom), most) if self.by_largest else most - (math.fsum(least.tolist()) - least)
        return self._reach(bottom, room, -1.0), self._reach(bottom, room, 1.0)

    def take(self, numbers: NDArray[np.intp]) -> Unfairness:
        """The same of some numbers, which may stand several times."""
        return Unfairness(
            self.fair[numbers],
            self.step[numbers],
            self.weight[numbers],
            self.lower[numbers],
            self.upper[numbers],
            self.method,
        )

    def _lowest(self) -> Floats:
        """The whole numbers where each cost is least: beside the place where the convex cost turns."""
        shift = {"smallest_divisors": 0.5, "greatest_divisors": -0.5}.get(self.method, 0.0)
        near = np.where(self.weight > 0, self.fair + shift * self.step, self.lower)
        below = np.minimum(np.maximum(np.floor(near), self.lower), self.upper)
        above = np.minimum(below + 1, self.upper)
        return np.where(self.costs(above) < self.costs(below), above, below)

    def _reach(self, bottom: Floats, room: Floats, sign: float) -> Floats:
        """How far each number can go one way from its lowest until its cost is beyond its room."""
        end = self.upper if sign > 0 else self.lower
        free = self.costs(end) <= room
        inside, outside = np.where(free, end, bottom), np.where(free, end + sign, end)
        while (open_ := np.abs(outside - inside) > 1).any():
            middle = np.where(open_, np.floor((inside + outside) / 2), inside)
            fits = self.costs(middle) <= room
            inside, outside = np.where(fits, middle, inside), np.where(fits, outside, middle)
        return inside


def unfairness(problem: CellProblem, fairest: Whole) -> Unfairness:
    """How plans beside the fairest (int64 [K, U]) are measured: as that one was.

    Numbers without need get no more than the fairest plan gives them, and neither do those that it leaves
    without a seat under a method that asks for one; all others keep their seat.
    """
    q = fairest.astype(np.float64)
    counts = ~problem.held & (problem.fair > 0)
    step = np.broadcast_to(problem.multiple[:, None], q.shape).astype(np.float64)
    total = np.broadcast_to(problem.total[:, None], q.shape).astype(np.float64)
    lower, upper = np.zeros(q.shape), total.copy()
    if problem.fairness in SEATED:
        served = counts & (q >= step)
        lower = np.where(served, step, lower)
        upper = np.where(counts & ~served, q, upper)
        counts = served
    upper = np.where(~problem.held & (problem.fair == 0), q, upper)
    each = np.where(counts, problem.weight[:, None] / np.maximum(total, 1.0), 0.0)
    return Unfairness(
        np.where(counts, problem.fair, 1.0).ravel(),
        step.ravel(),
        each.ravel(),
        lower.ravel(),
        upper.ravel(),
        problem.fairness,
    )


def comparable(problem: CellProblem, unfair: Unfairness) -> CellProblem:
    """The problem whose plans can be compared with the fairest one."""
    shape = problem.fair.shape
    return replace(
        problem,
        lower=np.maximum(problem.lower, unfair.lower.reshape(shape)),
        upper=np.minimum(problem.upper, unfair.upper.reshape(shape)),
    )


def tangents(cost: Unfairness, at: Floats, numbers: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """The lines through the costs of numbers (int [r]) at whole points (float64 [r]) and the next ones.

    Returns their slopes and their heights at 0, float64 [r] each.
    """
    part = cost.take(numbers)
    low = part.costs(at)
    slope = part.costs(at + 1) - low
    return slope, low - slope * at
