"""What one goal costs in another: plans of which none is better in both than another (§12)."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scenarios.fairness import allocate
from scenarios.goals import CHANGES, COST, FAIRNESS
from scenarios.limited import Changes, Cost, Limited, least
from scenarios.plan import Solved
from scenarios.unfairness import LARGEST_DEVIATION, Unfairness, comparable, unfairness
from scenarios.walk import Gap, Walk

if TYPE_CHECKING:
    from scenarios.cells import CellProblem
    from scenarios.convex import Whole
    from scenarios.problem import Problem
    from scenarios.stability import Stay

EQUAL = 1e-9
"""Relative: two objectives that are no further apart are the same."""


@dataclass(frozen=True, eq=False)
class Point:
    """A plan and what it comes to. ``goal``: the value of the second goal; ``other``: of the first, None
    where that is fairness, which is ``objective``; ``q``: int64 [K, U]; ``x``: [K, U, T]; ``proven``: whether
    no plan is proven to be better in both.
    """

    goal: Fraction
    objective: float
    q: Whole
    x: Whole
    proven: bool
    problem: Problem | None = None
    other: Fraction | None = None


@dataclass(frozen=True, eq=False)
class Frontier:
    """Points in the order of the second goal. ``dominated``: values at which another point was better in
    every way; ``infeasible``: values that allow no plan; ``complete``: whether time was enough for every
    point; ``gaps``: neighbouring values between which further points may lie.
    """

    points: tuple[Point, ...]
    dominated: tuple[Fraction, ...]
    infeasible: tuple[Fraction, ...]
    complete: bool
    gaps: tuple[Gap, ...] = ()

    @property
    def every(self) -> bool:
        """Whether there is no point beside these."""
        return self.complete and not self.gaps


def plan_frontier(solved: Solved, goals: tuple[str, str], points: int, stay: Stay | None = None) -> Frontier:
    """Two goals of a plan, of one that was found: from the least of the second goal, and of the first at
    that, up to the best of the first, and the least of the second at that. At most ``points`` in all.

    ``goals``: of fairness, cost and changes, in that order; ``stay``: the issued plan that changes are of.
    """
    assert solved.found.q is not None
    assert solved.found.x is not None
    proven = solved.found.status == "optimal"
    deadline = math.inf if solved.deadline is None else solved.deadline
    problem = replace(solved.compiled.cells(), stay=stay)
    found = plan_frontier_of(problem, solved.found.q, solved.found.x, goals, points, deadline, proven=proven)
    placed = tuple(replace(point, problem=solved.compiled.problem) for point in found.points)
    return replace(found, points=placed)


def cost_frontier_of(
    problem: CellProblem, q: Whole, x: Whole, points: int, deadline: float = math.inf, *, proven: bool = True
) -> Frontier:
    """Fairness against cost, as ``plan_frontier_of``."""
    return plan_frontier_of(problem, q, x, (FAIRNESS, COST), points, deadline, proven=proven)


def plan_frontier_of(
    problem: CellProblem,
    q: Whole,
    x: Whole,
    goals: tuple[str, str],
    points: int,
    deadline: float = math.inf,
    *,
    proven: bool = True,
) -> Frontier:
    """The same of a problem of the solver core and its fairest plan: int64 [K, U] and [K, U, T].

    No plan gives more than the fairest to units without need, and where the method asks for first seats all
    keep the seats that they have there, so that objectives can be compared. The second goal is limited at
    equal distances first, then where points lie far apart, in whole steps of it; each limit has the best
    plan in the first goal, and of these the least in the second.
    """
    asked = _Asked(problem, q, x, goals, deadline, proven=proven)
    try:
        best = asked.best()
        lowest = least(asked.problem, asked.limited, (), deadline)
    except TimeoutError:
        return Frontier((asked.fairest,) if goals[0] == FAIRNESS else (), (), (), complete=False)
    start = best.goal if lowest is None else min(asked.limited.of(lowest.q), best.goal)
    walk = Walk(asked.at, best, start, asked.limited.step)
    walk.run(points)
    kept = [point for point in walk.points if point.proven or not _beaten(point, walk.points)]
    complete = walk.in_time and all(point.proven for point in kept)
    return Frontier(tuple(kept), (), (), complete, tuple(walk.gaps))


class _Asked:
    """Two goals of one problem, and the best plans under limits of the second."""

    def __init__(
        self,
        problem: CellProblem,
        q: Whole,
        x: Whole,
        goals: tuple[str, str],
        deadline: float,
        *,
        proven: bool,
    ) -> None:
        self.deadline, self.goals = deadline, goals
        self.unfair = unfairness(problem, q)
        self.problem = comparable(problem, self.unfair)
        self.cost = Cost(self.problem)
        self.limited: Limited = self.cost if goals[1] == COST else Changes(self.problem)
        self.fairest = self._point(q, x, proven=proven)
        self.known: dict[Fraction, Point] = {}
        if goals[0] == FAIRNESS:
            self.known[self.fairest.goal] = self.fairest

    def best(self) -> Point:
        """The best in the first goal, without a limit. Raises TimeoutError."""
        # What the method settles ties by has the least cost already, not the fewest changes.
        if self.goals == (FAIRNESS, COST):
            return self.fairest
        most = self.fairest.goal if self.goals[0] == FAIRNESS else Fraction(self.problem.fair.size)
        found = self.at(most, 1)
        if found is None:
            raise TimeoutError
        return found

    def at(self, most: Fraction, parts: int) -> Point | None:
        """The best in the first goal under a limit of the second, and of these the least in that."""
        if self.goals[0] == COST:
            return self._cheapest(most, parts)
        point = self._fairest(most, parts)
        while point is not None and self.goals[1] == CHANGES and point.goal > 0:
            fewer = self._fairest(point.goal - 1, parts)
            if fewer is None or not self._as_fair(fewer, point):
                break
            point = fewer
        return point

    def _fairest(self, most: Fraction, parts: int) -> Point | None:
        """Under a limit; where none is found, the reason is the time, or that none can be (changes)."""
        if most not in self.known:
            answer = allocate(self.limited.under(self.problem, most), time_limit=self._share(parts))
            if answer.q is None or answer.x is None:
                return None
            self.known[most] = self._point(answer.q, answer.x, proven=answer.status == "optimal")
        return self.known[most]

    def _cheapest(self, most: Fraction, parts: int) -> Point | None:
        """The cheapest plan with so many changes, of these one with the fewest, of these the fairest."""
        if most in self.known:
            return self.known[most]
        share = self._share(parts)
        deadline = math.inf if share is None else time.perf_counter() + share
        try:
            cheap = least(self.problem, self.cost, ((self.limited, most),), deadline)
            if cheap is None:
                return None
            price = self.cost.of(cheap.q)
            few = least(self.problem, self.limited, ((self.cost, price),), deadline)
        except TimeoutError:
            return None
        few = cheap if few is None else few
        exact = self.limited.under(self.cost.under(self.problem, price), self.limited.of(few.q))
        answer = allocate(exact, time_limit=self._share(parts))
        q, x = (few.q, few.x) if answer.q is None or answer.x is None else (answer.q, answer.x)
        self.known[most] = self._point(q, x, proven=answer.status == "optimal")
        return self.known[most]

    def _point(self, q: Whole, x: Whole, *, proven: bool) -> Point:
        other = self.cost.of(q) if self.goals[0] == COST else None
        objective = self.unfair.of(q.ravel().astype(np.float64))
        return Point(self.limited.of(q), objective, q, x, proven, other=other)

    def _share(self, parts: int) -> float | None:
        return shared(self.deadline, parts)

    def _as_fair(self, one: Point, other: Point) -> bool:
        """Whether one plan is no less fair than another, as the method compares them."""
        mine, yours = (told(self.unfair, point.q) for point in (one, other))
        for a, b in zip(mine, yours, strict=True):
            if abs(a - b) > EQUAL * max(abs(a), abs(b), EQUAL):
                return a < b
        return True


def told(unfair: Unfairness, q: Whole) -> list[float]:
    """What a method compares of quotas, int64 [K, U], one after the other."""
    numbers = q.ravel().astype(np.float64)
    if unfair.method not in LARGEST_DEVIATION:
        return [unfair.of(numbers)]
    each = np.sort(unfair.costs(numbers))[::-1]
    if unfair.method == "leximin":
        found: list[float] = each.tolist()
        return found
    counted = unfair.weight > 0
    off = np.where(counted, unfair.weight * (numbers - unfair.fair) ** 2 / unfair.fair, 0.0)
    return [float(each.max(initial=0.0)), math.fsum(off.tolist())]


def shared(deadline: float, parts: int) -> float | None:
    """Seconds for one of so many questions."""
    return None if math.isinf(deadline) else max(0.01, (deadline - time.perf_counter()) / parts)


def cost_of(problem: CellProblem, q: Whole) -> Fraction:
    """What quotas, int64 [K, U], cost in all, exactly."""
    return Cost(problem).of(q)


def undominated(points: Sequence[Point], *, more: bool, first_more: bool = False) -> list[Point]:
    """The points, by their second goal, that none with a better one is as good as in the first."""
    kept: list[Point] = []
    sign = -1 if first_more else 1
    for point in sorted(points, key=lambda one: (one.goal * (-1 if more else 1), _first(one) * sign)):
        if all(_better(point, before, sign) for before in kept):
            kept.append(point)
    return sorted(kept, key=lambda one: one.goal)


def _first(point: Point) -> Fraction | float:
    return point.objective if point.other is None else point.other


def _better(point: Point, before: Point, sign: int) -> bool:
    """Whether a point is better in the first goal."""
    if point.other is not None and before.other is not None:
        return point.other * sign < before.other * sign
    return point.objective < before.objective * (1 - EQUAL)


def _beaten(point: Point, points: Sequence[Point]) -> bool:
    return any(
        one.goal <= point.goal
        and _first(one) <= _first(point)
        and (one.goal, _first(one)) != (point.goal, _first(point))
        for one in points
    )
