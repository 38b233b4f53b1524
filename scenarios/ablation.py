"""What each rule costs and to whom (§14): the plan made anew without it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.arrays import compile_model
from scenarios.fairness import allocate
from scenarios.model import build
from scenarios.posing import pose

if TYPE_CHECKING:
    from scenarios.arrays import Compiled
    from scenarios.cells import CellProblem
    from scenarios.fairness import Allocation


@dataclass(frozen=True, slots=True)
class Move:
    """By how much a unit's quota would change."""

    quota: str
    unit: str
    change: int


@dataclass(frozen=True, slots=True)
class Without:
    """The plan without one rule, bound, nest, hold or multiple.

    ``objective``: its unfairness (§11), None where none was found in time; ``cost``: what the rule adds;
    ``moves``: the quotas that would change, in the order of quotas and units.
    """

    name: str
    objective: float | None
    cost: float | None
    moves: tuple[Move, ...]


def leave_out_each(
    compiled: Compiled, found: Allocation, time_limit: float | None = None
) -> tuple[Without, ...]:
    """The plan without each rule, nest, bound, hold and multiple in turn.

    Args:
        compiled: the model.
        found: its plan, with numbers.
        time_limit: seconds for all together, None for as long as it takes.
    """
    deadline = None if time_limit is None else time.perf_counter() + time_limit
    return tuple(_without(compiled, found, name, deadline) for name in parts(compiled))


def parts(compiled: Compiled) -> Iterator[str]:
    """What can be left out, in the rulebook's order: everything but the totals."""
    for asked in compiled.problem.quotas:
        quota = asked.quota.id
        for key in ("at_least", "at_most", "per_period.at_least", "per_period.at_most", "hold", "within"):
            if f"{quota}.{key}" in compiled.rows:
                yield f"{quota}.{key}"
        if asked.quota.multiple_of > 1:
            yield f"{quota}.multiple_of"
    yield from (name for name in compiled.problem.allocation.rules if name in compiled.rows)


def _without(compiled: Compiled, found: Allocation, name: str, deadline: float | None) -> Without:
    left = None if deadline is None else max(0.01, deadline - time.perf_counter())
    if name.endswith(".hold"):
        other = allocate(_without_hold(compiled, name.removesuffix(".hold")), time_limit=left, proof=False)
    else:
        other = allocate(compiled.cells(frozenset({name})), time_limit=left, proof=False)
    if other.q is None or found.q is None:
        return Without(name, None, None, ())
    problem = compiled.problem
    change = other.q - found.q
    moves = tuple(
        Move(problem.quotas[k].quota.id, problem.unit_ids[u], int(change[k, u]))
        for k, u in np.argwhere(change).tolist()
    )
    return Without(name, other.objective, found.objective - other.objective, moves)


def _without_hold(compiled: Compiled, quota: str) -> CellProblem:
    """The problem posed anew without a quota's holds: fair shares change, and bounds that speak of them."""
    rulebook, allocation = compiled.problem.rulebook, compiled.problem.allocation
    holds = tuple(hold for hold in allocation.holds if hold.quota != quota)
    problem = pose(rulebook, replace(allocation, holds=holds))
    return compile_model(build(problem, deferred=True), problem).cells()
