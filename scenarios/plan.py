"""A plan: whole quotas by unit and period that add up, what binds them, or why there are none."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.rulebook import Rulebook
from engine.words import Message, say
from scenarios.arrays import STAY
from scenarios.conflict import Conflict, find_conflicts
from scenarios.moved import Staying, kept_close, seconds_left, staying
from scenarios.posing import pose
from scenarios.problem import Asked, Problem, choose_allocation
from scenarios.standing import RuleResult, bindings, rule_result, ruling
from scenarios.waterfall import Step, waterfalls

if TYPE_CHECKING:
    from scenarios.arrays import Compiled
    from scenarios.fairness import Allocation as Found

GRACE = 5.0
"""Seconds to say why there is no plan where the limit was used up in finding that out."""
PATIENCE = 120.0
"""Seconds for the reasons and the least relaxation where no limit was asked for; past them it is said that
the relaxation isn't proven to be the least.
"""


@dataclass(frozen=True, slots=True)
class Paced:
    """What a pace of change leaves a quota around the last one; a side without a limit is None."""

    last: float
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """A quota of one unit. ``fair``: None where it is held; ``need``: in base measures; ``waterfall``: five
    steps that add up to it, none where they weren't found; ``binding``: bounds, hold, nest and rules that
    no further unit fits under, or that one less would break; ``pace``: where a pace of change limits it.
    """

    quota: str
    unit: str
    value: int
    fair: float | None
    need: float
    at_least: float | None
    at_most: float | None
    waterfall: tuple[Step, ...]
    binding: tuple[str, ...]
    pace: Paced | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A quota of one unit in one period."""

    quota: str
    unit: str
    period: str
    value: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer of an allocation (DESIGN §5). Without a plan ``shares`` and ``cells`` are empty; where it is
    infeasible ``relaxed`` is the best plan under the least relaxation (§13), None if none was found in time,
    and ``least`` tells whether that relaxation is proven to be the least. ``staying``: how a plan that was to
    stay close to an issued one does so.
    """

    problem: Problem
    status: str
    objective: float | None
    bound_gap: float | None
    shares: tuple[Share, ...]
    cells: tuple[Cell, ...]
    rules: tuple[RuleResult, ...]
    conflicts: tuple[Conflict, ...]
    relaxed: Plan | None = None
    least: bool = True
    staying: Staying | None = None

    @property
    def totals(self) -> dict[str, int]:
        """What each quota adds up to."""
        return {asked.quota.id: asked.total for asked in self.problem.quotas}

    @property
    def why_none(self) -> tuple[Message, ...]:
        """The conflicts of a plan that can't be met, or that none was found in time."""
        if self.cells:
            return ()
        return tuple(conflict.words for conflict in self.conflicts) or (say("no_plan_found"),)

    def value(self, quota: str, unit: str | None = None) -> int | None:
        """A quota's total, or a unit's quota; None where there is no plan."""
        found = [share.value for share in self.shares if share.quota == quota and unit in (None, share.unit)]
        return sum(found) if found else None


@dataclass(frozen=True, slots=True)
class Solved:
    """An allocation's model with the fairest plan found for it. ``deadline``: on the clock of
    time.perf_counter, None without a limit.
    """

    compiled: Compiled
    found: Found
    deadline: float | None = None

    @property
    def left(self) -> float:
        """Seconds to say why there is no plan: those left, and a few in any case, for a reason is worth them;
        without a limit as many as somebody waits.
        """
        return PATIENCE if self.deadline is None else max(GRACE, self.deadline - time.perf_counter())


def pose_and_compile(rulebook: Rulebook, allocation: str | None = None) -> Compiled:
    """An allocation in numbers, ready to be solved. Raises RuleError."""
    from scenarios.arrays import compile_model
    from scenarios.model import build

    problem = pose(rulebook, choose_allocation(rulebook, allocation))
    return compile_model(build(problem, deferred=True), problem)


def solve(rulebook: Rulebook, allocation: str | None = None, time_limit: float | None = None) -> Solved:
    """Pose, model and solve an allocation.

    Raises RuleError where the request or the rulebook's numbers are faulty. ``time_limit`` in seconds.
    """
    from scenarios.fairness import allocate

    deadline = None if time_limit is None else time.perf_counter() + time_limit
    compiled = pose_and_compile(rulebook, allocation)
    left = None if deadline is None else max(0.01, deadline - time.perf_counter())
    return Solved(compiled, allocate(compiled.cells(), time_limit=left), deadline)


def make_plan(rulebook: Rulebook, allocation: str | None = None, time_limit: float | None = None) -> Plan:
    """The fairest whole-number plan of an allocation, or why there is none. Raises as ``solve``."""
    return plan_of(solve(rulebook, allocation, time_limit))


def plan_of(solved: Solved) -> Plan:
    """The plan with its explanations; or why there is none, and the best plan under the least relaxation."""
    compiled, found = solved.compiled, solved.found
    if found.x is not None and found.q is not None:
        return _plan(compiled.problem, compiled, found, solved.deadline)
    none = Plan(compiled.problem, found.status, None, None, (), (), (), ())
    if found.status != "infeasible":
        return none
    why = find_conflicts(compiled, solved.left)
    return replace(none, conflicts=why.conflicts, least=why.least, relaxed=_relaxed(why.relaxed, solved))


def _relaxed(compiled: Compiled | None, solved: Solved) -> Plan | None:
    from scenarios.fairness import allocate

    if compiled is None:
        return None
    found = allocate(compiled.cells(), time_limit=solved.left)
    return None if found.x is None else _plan(compiled.problem, compiled, found, solved.deadline)


def _plan(problem: Problem, compiled: Compiled, found: Found, deadline: float | None) -> Plan:
    assert found.x is not None
    assert found.q is not None
    periods = [period.name for period in problem.periods]
    cells = tuple(
        Cell(asked.quota.id, unit, period, value)
        for asked, by_unit in zip(problem.quotas, found.x.tolist(), strict=True)
        for unit, by_period in zip(problem.unit_ids, by_unit, strict=True)
        for period, value in zip(periods, by_period, strict=True)
    )
    binding = bindings(compiled, found.x, found.q)
    whole = compiled.cells(frozenset({STAY}))
    bounds_only = compiled.cells(frozenset({STAY, *ruling(compiled)}))
    before = np.array([asked.before for asked in problem.quotas])
    kept = None if problem.stay is None else kept_close(compiled.cells(), problem.stay, found.q)
    steps = waterfalls(whole, bounds_only, before, found.q, kept)
    shares = tuple(
        Share(
            asked.quota.id,
            unit,
            int(found.q[k, u]),
            _or_none(float(asked.fair[u])),
            float(asked.need[u]),
            _or_none(float(asked.at_least[u])),
            _or_none(float(asked.at_most[u])),
            steps[k][u],
            binding[k][u],
            _paced(asked, u),
        )
        for k, asked in enumerate(problem.quotas)
        for u, unit in enumerate(problem.unit_ids)
    )
    rules = tuple(rule_result(compiled, name, found.x) for name in problem.allocation.rules)
    gap = 0.0 if found.objective <= found.bound else (found.objective - found.bound) / found.objective
    plan = Plan(problem, found.status, found.objective, gap, shares, cells, rules, ())
    if problem.stay is None:
        return plan
    return replace(plan, staying=staying(compiled, found.q, seconds_left(deadline)))


def _paced(asked: Asked, unit: int) -> Paced | None:
    least, most = (_or_none(float(side[unit])) for side in (asked.pace_least, asked.pace_most))
    return None if least is None and most is None else Paced(float(asked.last[unit]), least, most)


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
