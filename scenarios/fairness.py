"""The fairest plan in whole numbers: totals first, periods afterwards (§10, §11).

The totals are found under what the rules imply for them, which may be too little; then they are split into
periods. Where no split exists, the cells at fault join the model of the totals as free columns and it is
solved again. Every model on the way asks less than the rules do, so a plan that splits is the fairest.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios import highs
from scenarios.again import as_issued
from scenarios.cells import CellProblem
from scenarios.exchange import Exchanges, is_large
from scenarios.leximin import leximin
from scenarios.minimax import minimax
from scenarios.movers import Numbers, narrowed, numbers_of
from scenarios.needs import SEATED, seated, shared
from scenarios.separable import Effort
from scenarios.settle import Settling
from scenarios.tighten import tighten
from scenarios.totals import Totals, joint

if TYPE_CHECKING:
    from scenarios.choice import Fairest
    from scenarios.convex import Separable, Whole
    from scenarios.lattice import Lattice

__all__ = ["Allocation", "CellProblem", "allocate"]

SHARE = 0.7  # of the time left, for the totals: the rest is for their periods


@dataclass(frozen=True, eq=False)
class Allocation:
    """The fairest plan, or what is known without one.

    Attributes:
        status: as in `Outcome`.
        q: int64 [K, U], quotas; None without a plan.
        x: int64 [K, U, T], cells.
        objective: Σ over quotas of weight / total × Σ φ over the units not held; under `minimax` and
            `leximin` the largest |q − fair| / fair. NaN without a plan.
        bound: no plan is fairer than this; proven without a solver's word, as in `Outcome`.
    """

    status: highs.Status
    q: Whole | None
    x: Whole | None
    objective: float
    bound: float


def allocate(
    problem: CellProblem,
    gap: float = 1e-6,
    time_limit: float | None = None,
    *,
    proof: bool = True,
    near: Whole | None = None,
) -> Allocation:
    """The plan that is fairest, then cheapest, then nearest to the profile, then gives earlier ones more; an
    issued plan that is to come back comes before all that, wherever it keeps the rules.

    Args:
        problem: shapes and meaning as in `CellProblem`.
        gap: (objective − bound) / objective at which a plan may be called optimal.
        time_limit: seconds, None for as long as it takes. Splitting totals that were found may go up to
            two seconds beyond.
        proof: whether a bound is wanted beyond that of the row prices alone; the plan is the same.
        near: int64 [K, U], quotas that may be near to the answer's, such as those of a problem that differs
            in little. Only the time depends on it.
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    return _allocate(problem, gap, deadline, proof=proof, near=near)


def _allocate(
    problem: CellProblem,
    gap: float,
    deadline: float,
    *,
    proof: bool,
    settled: bool = False,
    near: Whole | None = None,
) -> Allocation:
    """The same. ``settled``: whether who may move away from an issued plan is settled as far as it can be."""
    whole = problem
    even, problem = problem.apart()
    matrix, row_lower, row_upper = joint(problem, even)
    lower, upper = tighten(*problem.bounds(), matrix, row_lower, row_upper)
    if (lower > upper).any():
        return Allocation("infeasible", None, None, math.nan, math.inf)
    totals = Totals(problem, even, lower, upper)
    joined = np.zeros(totals.numbers, dtype=bool)
    if totals.moves is not None and not totals.moves.possible:
        return Allocation("infeasible", None, None, math.nan, math.inf)
    try:
        issued = as_issued(totals, deadline)
    except TimeoutError:
        return Allocation("none_found", None, None, math.nan, -math.inf)
    if issued is not None:
        return Allocation("optimal", issued.q, issued.x, issued.objective, issued.objective)
    numbers = None if settled or is_large(problem) else numbers_of(problem, totals)
    if numbers is not None:
        return _with_few_movers(whole, numbers, gap, deadline, proof=proof)
    exchanges = Exchanges(totals) if is_large(problem) else None
    if exchanges is not None:
        free = exchanges.free()
        x = None if free is None else _split(totals, free.q, deadline)
        if free is not None and x is not None:
            return Allocation("optimal", free.q, x, free.objective, free.bound)
    begin = None if near is None else near.ravel().astype(np.float64)
    while True:
        effort = Effort(gap, _share(deadline), proof, begin)
        settling = Settling(problem, totals.model(joined), totals.lattice(), effort)
        found = _fairest(problem, settling.base, settling.lattice, settling.effort)
        if not found.choices:
            return Allocation(found.status, None, None, math.nan, found.bound)
        q = settling.settle(found).reshape(problem.fair.shape)
        try:
            x = totals.split(q, deadline)
            if x is not None:
                if exchanges is not None:
                    return _exchanged(exchanges, q, x, found, gap, deadline)
                q, x = settling.in_periods(found, q, x, lambda other: _split(totals, other, deadline))
                return Allocation(found.status, q, x, found.objective, found.bound)
            if joined.all():
                raise ArithmeticError("a plan whose cells were found has no split")
            if not joined.any() and not totals.splittable(~joined):
                return Allocation("infeasible", None, None, math.nan, math.inf)
            at_fault = totals.at_fault(q.ravel(), deadline)
        except TimeoutError:
            return Allocation("none_found", None, None, math.nan, found.bound)
        # Once, only those at fault: few as a rule. Rules that catch one unit after the other catch all.
        joined = at_fault if at_fault.any() and not joined.any() else np.ones_like(joined)


def _with_few_movers(
    problem: CellProblem, numbers: Numbers, gap: float, deadline: float, *, proof: bool
) -> Allocation:
    """The fairest plan where many numbers may move but few at a time: who does is settled first."""
    kept: Allocation | None = None

    def solve(one: CellProblem) -> float:
        nonlocal kept
        now = time.perf_counter()
        found = _allocate(one, gap, now + (deadline - now) / 4, proof=False)
        if found.q is None or not numbers.fits(found.q):
            return math.inf
        if kept is None or found.objective < kept.objective:
            kept = found
        return found.objective

    less = narrowed(problem, numbers, solve, deadline)
    answer = _allocate(less.problem, gap, deadline, proof=proof, settled=True)
    if kept is None:
        return answer
    if answer.q is None or answer.objective > kept.objective:
        answer = replace(kept, status="feasible", bound=-math.inf)
    bound = min(max(answer.bound, less.bound), answer.objective)
    proven = answer.objective - bound <= gap * answer.objective
    return replace(answer, status="optimal" if proven else answer.status, bound=bound)


def _split(totals: Totals, q: Whole, deadline: float) -> Whole | None:
    """The periods of totals, None where they have none or time is too short to tell."""
    try:
        return totals.split(q, deadline)
    except TimeoutError:
        return None


def _exchanged(
    exchanges: Exchanges, q: Whole, x: Whole, found: Fairest, gap: float, deadline: float
) -> Allocation:
    """A plan of large figures after all exchanges that make it fairer, told in exact fractions."""
    other = exchanges.finish(q)
    if (other != q).any():
        periods = _split(exchanges.totals, other, deadline)
        if periods is not None:
            q, x = other, periods
    told = exchanges.told(q, found.bound)
    proven = told.objective - told.bound <= gap * told.objective
    return Allocation("optimal" if proven else "feasible", q, x, told.objective, told.bound)


def _share(deadline: float) -> float:
    now = time.perf_counter()
    return now + SHARE * (deadline - now)


def _fairest(problem: CellProblem, base: Separable, lattice: Lattice, effort: Effort) -> Fairest:
    kinds = problem.cost.ravel()
    if problem.fairness in SEATED:
        return seated(base, lattice, effort, kinds)
    if problem.fairness == "minimax":
        return minimax(base, lattice, effort, kinds)
    if problem.fairness == "leximin":
        return leximin(base, lattice, effort, kinds)
    return shared(base, lattice, effort, kinds)
