"""Goals of a plan that can be limited: what it costs, and how many quotas it changes (§12)."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from scenarios import highs
from scenarios.growing import Growing, Program

if TYPE_CHECKING:
    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole

FINE = 2.0**40
"""A sum of steps beyond which a solver can't tell one step."""


class Cost:
    """Costs as whole steps above the least cost of each quota, whose totals are fixed.

    ``step``: two plans' costs differ by a multiple of it; None where it is too fine to be told apart.
    """

    def __init__(self, problem: CellProblem) -> None:
        each = [[_written(cost) for cost in row] for row in problem.cost.tolist()]
        least = [min(row, default=Fraction(0)) for row in each]
        above = [[cost - low for cost in row] for row, low in zip(each, least, strict=True)]
        over = math.lcm(*(cost.denominator for row in above for cost in row))
        found = math.gcd(*(int(cost * over) for row in above for cost in row))
        self.unit = Fraction(found, over) if found else Fraction(1)
        self.base = sum((low * int(t) for low, t in zip(least, problem.total, strict=True)), Fraction(0))
        self.steps = np.array([[float(cost / self.unit) for cost in row] for row in above])
        self.steps = self.steps.reshape(problem.cost.shape)
        self.whole = [[int(cost / self.unit) for cost in row] for row in above]
        most = self.steps.max(axis=1, initial=0.0) @ problem.total
        self.step = self.unit if most < FINE else None

    def of(self, q: Whole) -> Fraction:
        """What quotas, int64 [K, U], cost in all, exactly."""
        pairs = zip(self.whole, q.tolist(), strict=True)
        steps: int = sum(a * b for row, numbers in pairs for a, b in zip(row, numbers, strict=True))
        return self.base + self.unit * steps

    def most(self, limit: Fraction) -> float:
        """The steps that a limit allows; half a step beyond, so that no tolerance of a solver matters."""
        steps = (limit - self.base) / self.unit
        return float(steps) if self.step is None else math.floor(steps) + 0.5

    def under(self, problem: CellProblem, limit: Fraction) -> CellProblem:
        """The problem with a limit of what the plan may cost."""
        if not self.steps.any():
            return problem
        row = sparse.csr_array(np.repeat(self.steps.ravel(), problem.shape[2])[None])
        return replace(
            problem,
            matrix=sparse.vstack([problem.matrix, row], format="csr"),
            row_lower=np.append(problem.row_lower, -np.inf),
            row_upper=np.append(problem.row_upper, self.most(limit)),
        )


class Changes:
    """How many quotas aren't what was issued, of a problem with an issued plan (``stay``)."""

    step = Fraction(1)

    def __init__(self, problem: CellProblem) -> None:
        assert problem.stay is not None
        self.stay = replace(problem.stay, most=problem.fair.size, reach=np.zeros(problem.fair.shape))

    def of(self, q: Whole) -> Fraction:
        """How many of the quotas, int64 [K, U], that were issued have changed."""
        return Fraction(int(self.stay.moved(q).sum()))

    def under(self, problem: CellProblem, limit: Fraction) -> CellProblem:
        """The problem with a limit of how many may change."""
        return replace(problem, stay=replace(self.stay, most=math.floor(limit)))


Limited = Cost | Changes


class Least(NamedTuple):
    """A plan: int64 [K, U] and [K, U, T]."""

    q: Whole
    x: Whole


def least(
    problem: CellProblem,
    aim: Limited,
    limits: tuple[tuple[Limited, Fraction], ...] = (),
    deadline: float = math.inf,
) -> Least | None:
    """The plan that has least of a goal under limits of goals; None where there is none.

    Raises:
        TimeoutError: not decided in time.
    """
    growing = Growing(problem)
    for base in (growing.of_totals, growing.of_cells):
        program = base(growing.lower, growing.upper)
        changed = None
        for goal, limit in ((aim, None), *limits):
            if isinstance(goal, Cost):
                if limit is not None:
                    row = sparse.csr_array(goal.steps.ravel()[None]) @ program.sums
                    size = float(np.abs(goal.steps).max(initial=0.0)) or 1.0
                    bound = np.array([goal.most(limit) / size])
                    program.add(sparse.csr_array(row / size), [], np.array([-np.inf]), bound)
                else:
                    program.price(goal.steps.ravel() / (float(goal.steps.max(initial=0.0)) or 1.0))
                continue
            if changed is None:
                changed = _counted(program, growing, goal, 1.0 if aim is goal else 0.0)
            if limit is not None:
                program.sum_of(changed, 0.0, float(math.floor(limit)) + 0.5)
        left = deadline - time.perf_counter()
        answer = highs.run(program.linear(), time_limit=None if math.isinf(left) else max(left, 0.01))
        if answer.status == "infeasible":
            return None
        if answer.status != "optimal" or answer.x is None:
            raise TimeoutError
        q: Floats = np.round(program.sums @ np.round(answer.x[: program.sums.shape[1]]))
        split = growing.split(q, deadline)
        if split is not None:
            return Least(q.astype(np.int64).reshape(problem.shape[:2]), split)
    raise TimeoutError


def _counted(program: Program, growing: Growing, goal: Changes, price: float) -> Whole:
    """Columns of 0 and 1 that are 1 where a quota isn't what was issued."""
    low, high = growing.lower, growing.upper
    issued = goal.stay.quotas.ravel()
    known = np.flatnonzero(~np.isnan(issued))
    at, low, high = issued[known], low[known], high[known]
    must = (at < low) | (at > high)
    columns = program.columns(np.ones(len(known)), price, whole=True)
    open_ = np.full(len(known), np.inf)
    program.own([(columns[must], np.ones(int(must.sum())))], np.ones(int(must.sum())), open_[must])
    sums = program.sums[known]
    up, down = np.maximum(high - at, 0.0), np.maximum(at - low, 0.0)
    program.add(sums, [(columns, -up)], -open_, at)
    program.add(sums, [(columns, down)], at, open_)
    return columns


def _written(cost: float) -> Fraction:
    """A cost as the decimal that it is written as."""
    return Fraction(repr(float(cost)))
