"""What fairness costs: plans of which none is both fairer and better in another goal than another (§12)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from engine.errors import RuleError
from engine.rulebook import Rulebook
from scenarios import highs
from scenarios.fairness import allocate
from scenarios.growing import Growing
from scenarios.plan import Solved, solve
from scenarios.unfairness import unfairness

if TYPE_CHECKING:
    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole
    from scenarios.problem import Problem

EQUAL = 1e-9
"""Relative: two objectives that are no further apart are the same."""


@dataclass(frozen=True, eq=False)
class Point:
    """A plan and what it comes to. ``goal``: the other goal's value; ``q``: int64 [K, U]; ``x``: [K, U, T];
    ``proven``: whether the plan is proven to be the fairest there.
    """

    goal: Fraction
    objective: float
    q: Whole
    x: Whole
    proven: bool
    problem: Problem | None = None


@dataclass(frozen=True, eq=False)
class Frontier:
    """Points in the order of the goal. ``dominated``: values at which another point was better in every way;
    ``infeasible``: values that allow no plan; ``complete``: whether time was enough for every point.
    """

    points: tuple[Point, ...]
    dominated: tuple[Fraction, ...]
    infeasible: tuple[Fraction, ...]
    complete: bool


def cost_frontier(solved: Solved, points: int) -> Frontier:
    """Fairness against cost: from the cheapest, then fairest, plan up to the fairest, then cheapest, one.

    Of a plan that was found, with at most ``points`` points between and at the ends.
    """
    assert solved.found.q is not None
    assert solved.found.x is not None
    proven = solved.found.status == "optimal"
    deadline = math.inf if solved.deadline is None else solved.deadline
    found = cost_frontier_of(
        solved.compiled.cells(), solved.found.q, solved.found.x, points, deadline, proven=proven
    )
    placed = tuple(replace(point, problem=solved.compiled.problem) for point in found.points)
    return replace(found, points=placed)


def cost_frontier_of(
    problem: CellProblem, q: Whole, x: Whole, points: int, deadline: float = math.inf, *, proven: bool = True
) -> Frontier:
    """The same of a problem of the solver core and its fairest plan: int64 [K, U] and [K, U, T].

    No plan gives more than the fairest to units without need, and where the method asks for first seats all
    keep the seats that they have there, so that objectives can be compared. Between the ends costs are
    limited at equal distances; each limit has its fairest plan, and the cheapest of these.
    """
    fairness = unfairness(problem, q)
    shape = q.shape
    problem = replace(
        problem,
        lower=np.maximum(problem.lower, fairness.lower.reshape(shape)),
        upper=np.minimum(problem.upper, fairness.upper.reshape(shape)),
    )
    fairest = Point(cost_of(problem, q), fairness.of(q.ravel().astype(np.float64)), q, x, proven)
    least = _least_cost(problem, deadline)
    found, complete = {fairest.goal: fairest}, least is not None
    least = fairest.goal if least is None else min(least, fairest.goal)
    for at in range(points - 1):
        most = least + (fairest.goal - least) * Fraction(at, points - 1)
        if most == fairest.goal or any(point.goal == most for point in found.values()):
            continue
        left = deadline - time.perf_counter()
        share = None if math.isinf(left) else max(0.01, left / (points - 1 - at))
        answer = allocate(_under(problem, most), time_limit=share)
        if answer.q is None or answer.x is None:
            complete = False
            continue
        goal = cost_of(problem, answer.q)
        objective = fairness.of(answer.q.ravel().astype(np.float64))
        found.setdefault(goal, Point(goal, objective, answer.q, answer.x, answer.status == "optimal"))
    ordered = [found[goal] for goal in sorted(found)]
    return Frontier(tuple(ordered), (), (), complete and all(point.proven for point in ordered))


def cost_of(problem: CellProblem, q: Whole) -> Fraction:
    """What quotas, int64 [K, U], cost in all, exactly."""
    terms = zip(problem.cost.ravel().tolist(), q.ravel().tolist(), strict=True)
    return sum((Fraction(cost) * number for cost, number in terms), Fraction(0))


def _under(problem: CellProblem, most: Fraction) -> CellProblem:
    """The problem with a limit of what the plan may cost."""
    periods = problem.shape[2]
    row = sparse.csr_array(np.repeat(problem.cost.ravel(), periods)[None])
    return replace(
        problem,
        matrix=sparse.vstack([problem.matrix, row], format="csr"),
        row_lower=np.append(problem.row_lower, -np.inf),
        row_upper=np.append(problem.row_upper, float(most)),
    )


def _least_cost(problem: CellProblem, deadline: float) -> Fraction | None:
    """What the cheapest plan costs; None where time is too short to tell."""
    growing = Growing(problem)
    size = float(np.abs(problem.cost).max(initial=0.0))
    for base in (growing.of_totals, growing.of_cells):
        program = base(growing.lower, growing.upper)
        program.price(problem.cost.ravel() / (size or 1.0))
        left = deadline - time.perf_counter()
        answer = highs.run(program.linear(), time_limit=None if math.isinf(left) else left)
        if answer.status != "optimal" or answer.x is None:
            return None
        q: Floats = np.round(program.sums @ np.round(answer.x[: program.sums.shape[1]]))
        try:
            split = growing.split(q, deadline)
        except TimeoutError:
            return None
        if split is not None:
            return cost_of(problem, q.astype(np.int64))
    return None


def figure_frontier(
    at: Callable[[Decimal], Rulebook],
    values: Sequence[Decimal],
    allocation: str | None,
    time_limit: float | None = None,
    *,
    more: bool = False,
) -> Frontier:
    """Fairness against a figure: the fairest plan at each value, and of these what isn't dominated.

    ``at``: the rulebook with the figure at a value, raising RuleError where it can't have it. ``more``: the
    greater the figure, the better, not the smaller. ``time_limit`` in seconds for all of it.
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    found: list[Point] = []
    infeasible, complete = [], True
    for place, value in enumerate(values):
        left = deadline - time.perf_counter()
        share = None if math.isinf(left) else max(0.01, left / (len(values) - place))
        try:
            solved = solve(at(value), allocation, share)
        except RuleError:
            infeasible.append(Fraction(value))
            continue
        answer = solved.found
        if answer.q is None or answer.x is None:
            complete &= answer.status == "infeasible"
            if answer.status == "infeasible":
                infeasible.append(Fraction(value))
            continue
        proven = answer.status == "optimal"
        complete &= proven
        problem = solved.compiled.problem
        found.append(Point(Fraction(value), answer.objective, answer.q, answer.x, proven, problem))
    kept = undominated(found, more=more)
    dropped = tuple(point.goal for point in found if point not in kept)
    return Frontier(tuple(kept), dropped, tuple(infeasible), complete)


def undominated(points: Sequence[Point], *, more: bool) -> list[Point]:
    """The points, by their goal, that none with a better goal is as fair as."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda one: one.goal, reverse=more):
        if all(point.objective < better.objective * (1 - EQUAL) for better in kept):
            kept.append(point)
    return sorted(kept, key=lambda one: one.goal)
