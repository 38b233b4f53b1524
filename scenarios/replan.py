"""Planning anew close to an issued plan, and at a pace from the last one."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import Code, Issue, Place, RuleError
from engine.numbers import MAX_LENGTH
from engine.overlaid import Overlaid
from engine.rulebook import PRIORITIES, TAPER, Pace, Placed
from engine.words import say
from scenarios.plan import Plan, Solved, plan_of
from scenarios.posing import pose
from scenarios.problem import choose_allocation
from scenarios.stability import Stay

if TYPE_CHECKING:
    from engine.rulebook import Rulebook
    from scenarios.issued import Issued
    from scenarios.problem import Problem


@dataclass(frozen=True, slots=True)
class Within:
    """How far a quota may move: a whole number of its own units, or a part of the issued quota."""

    amount: Decimal
    relative: bool = False

    @property
    def said(self) -> str:
        """As it is written: 20, 5%."""
        return f"{(self.amount * 100).normalize():f}%" if self.relative else f"{self.amount.normalize():f}"

    def reach(self, issued: int) -> int:
        """The whole numbers that are within it."""
        return math.floor(self.amount * issued if self.relative else self.amount)


@dataclass(frozen=True, slots=True)
class Closeness:
    """How a plan is to stay close to an issued one.

    ``weight``: W ≥ 0 or inf, how much an issued quota counts beside its fair share; ``within``: how far a
    quota may move, None for any; ``most``: how many may move further than that (further than 0 without it),
    None: none may.
    """

    plan: Issued
    weight: float = math.inf
    within: Within | None = None
    most: int | None = None


def replan(
    rulebook: Rulebook, closeness: Closeness, allocation: str | None = None, time_limit: float | None = None
) -> Plan:
    """The plan of an allocation close to an issued one. Raises RuleError as ``make_plan``, and bad_plan."""
    from scenarios.arrays import compile_model
    from scenarios.fairness import allocate
    from scenarios.model import build

    deadline = None if time_limit is None else time.perf_counter() + time_limit
    problem = pose(rulebook, choose_allocation(rulebook, allocation or closeness.plan.allocation))
    problem = replace(problem, stay=stay_of(problem, closeness))
    compiled = compile_model(build(problem, deferred=True), problem)
    left = None if deadline is None else max(0.01, deadline - time.perf_counter())
    return plan_of(Solved(compiled, allocate(compiled.cells(), time_limit=left), deadline))


def stay_of(problem: Problem, closeness: Closeness) -> Stay:
    """What an issued plan says about a problem's quotas.

    Raises RuleError (bad_plan, bad_setting): it has no quotas, or numbers that can't be honoured.
    """
    issued = _with_quotas(closeness.plan)
    _check(problem, closeness)
    periods = [period.name for period in problem.periods]
    quotas = np.full(problem.shape[:2], np.nan)
    cells = np.full(problem.shape, np.nan)
    reach = np.full(problem.shape[:2], np.inf)
    within = closeness.within if closeness.most is None else closeness.within or Within(Decimal(0))
    for k, asked in enumerate(problem.quotas):
        name = asked.quota.id
        same = _same_periods(issued, name, periods)
        for u, unit in enumerate(problem.unit_ids):
            value = issued.values.get(name, {}).get(unit)
            if value is None:
                continue
            quotas[k, u] = value
            if same:
                cells[k, u] = [issued.cells.get((name, unit, period), 0) for period in periods]
            if within is not None:
                reach[k, u] = within.reach(value)
    said = None if within is None else within.said
    gone = tuple(
        (asked.quota.id, unit, value)
        for asked in problem.quotas
        for unit, value in issued.values.get(asked.quota.id, {}).items()
        if unit not in problem.unit_ids
    )
    return Stay(issued.name, closeness.weight, quotas, cells, reach, closeness.most, said, gone)


def _same_periods(issued: Issued, quota: str, periods: list[str]) -> bool:
    """Whether the issued plan has this quota in these periods and no others."""
    return {period for of, _, period in issued.cells if of == quota} == set(periods)


def _with_quotas(issued: Issued) -> Issued:
    if not issued.is_plan:
        raise RuleError([Issue(Code.BAD_PLAN, say("no_quotas", plan=issued.name, status=issued.status))])
    return issued


def _check(problem: Problem, closeness: Closeness) -> None:
    weight, within, most = closeness.weight, closeness.within, closeness.most
    faults = []
    if math.isnan(weight) or weight < 0:
        faults.append(say("stay_weight", what=str(weight), most=MAX_LENGTH))
    if within is not None and not (within.amount.is_finite() and within.amount >= 0):
        faults.append(say("stay_within", what=str(within.amount)))
    elif within is not None and not within.relative and within.amount != int(within.amount):
        faults.append(say("stay_fraction", what=str(within.amount)))
    if most is not None and most < 0:
        faults.append(say("stay_most", what=str(most)))
    # The names of what is asked here would mean two things.
    if any(asked.quota.id == "stay" and asked.quota.within for asked in problem.quotas):
        raise RuleError([Issue(Code.BAD_SETTING, say("stay_taken"), hint=say("stay_taken.hint"))])
    if faults:
        raise RuleError([Issue(Code.BAD_SETTING, fault) for fault in faults])


def at_pace(
    rulebook: Rulebook,
    issued: Issued,
    share: float,
    taper: float | None = None,
    allocation: str | None = None,
    by: str = "pace",
) -> Rulebook:
    """The rulebook with a pace of change from an issued plan's quotas in the place of its own, which its
    ``overlaid`` records.

    Args:
        rulebook: with the allocation.
        issued: the last period's plan; units and quotas that it doesn't have aren't bound.
        share: ≥ 0, of the last quota: the change either way that is free.
        taper: 0 to 1, see `scenarios.pace.paced`; None: 0.5.
        allocation: its name, None for the only one or the plan's.
        by: what the answers call whoever asks for it.

    Raises:
        RuleError: bad_plan, bad_setting, unknown_allocation.
    """
    _with_quotas(issued)
    faults = []
    if not (math.isfinite(share) and share >= 0):
        faults.append(say("pace_share", what=str(share)))
    if taper is not None and not 0 <= taper <= 1:
        faults.append(say("pace_taper", what=str(taper)))
    if faults:
        raise RuleError([Issue(Code.BAD_SETTING, fault) for fault in faults])
    chosen = choose_allocation(rulebook, allocation)
    quotas = {
        name: replace(
            quota,
            pace=Pace(
                issued.values[name],
                share,
                share,
                TAPER if taper is None else taper,
                PRIORITIES["bounds"],
                {"from": Place(issued.name, 1, 1)},
            ),
        )
        if name in issued.values
        else quota
        for name, quota in chosen.quotas.items()
    }
    overlaid = tuple(
        Overlaid(
            f"allocations.{chosen.id}.quotas.{name}.pace",
            _written(quota.pace, ""),
            _written(quotas[name].pace, issued.name),
            by,
        )
        for name, quota in chosen.quotas.items()
        if name in issued.values
    )
    return replace(
        rulebook,
        allocations={**rulebook.allocations, chosen.id: replace(chosen, quotas=quotas)},
        overlaid=(*rulebook.overlaid, *overlaid),
    )


def _written(pace: Pace | None, plan: str) -> dict[str, str | float] | None:
    """A pace as a rulebook would write it; ``plan``: the one that its last quotas come from."""
    if pace is None:
        return None
    last = pace.last.formula.text if isinstance(pace.last, Placed) else plan
    sides = {side: share for side, share in (("up", pace.up), ("down", pace.down)) if share is not None}
    return {"from": last, **sides, "taper": pace.taper}
