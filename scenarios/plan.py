"""A plan: whole quotas by unit and period that add up, what binds them, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.formula.checker import check
from engine.formula.names import Where
from engine.formula.tree import Compare
from engine.measures import RATIO, Measure
from engine.rulebook import Rulebook
from scenarios.conflict import Conflict, find_conflicts
from scenarios.expressions import Instance, RuleSides
from scenarios.posing import pose
from scenarios.problem import Problem, choose_allocation
from scenarios.waterfall import Step, waterfalls

if TYPE_CHECKING:
    from scenarios.arrays import Compiled
    from scenarios.fairness import Allocation as Found

SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Share:
    """A quota of one unit. ``waterfall``: five steps that add up to it; ``binding``: bounds, nest and
    rules under which no further unit fits.
    """

    quota: str
    unit: str
    value: int
    fair: float
    at_least: float | None
    at_most: float | None
    waterfall: tuple[Step, ...]
    binding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A quota of one unit in one period."""

    quota: str
    unit: str
    period: str
    value: int


@dataclass(frozen=True, slots=True)
class Tightest:
    """The instance of a rule with the least slack; ``left`` and ``right`` in base measures."""

    at: dict[str, str]
    left: float
    right: float
    slack: float


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How a rule stands in a plan: at how many instances no further unit fits, and where it is tightest."""

    name: str
    instances: int
    binding: int
    tightest: Tightest | None
    measure: Measure


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer of an allocation (DESIGN §5). Without a plan ``shares`` and ``cells`` are empty."""

    problem: Problem
    status: str
    objective: float | None
    bound_gap: float | None
    shares: tuple[Share, ...]
    cells: tuple[Cell, ...]
    rules: tuple[RuleResult, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def totals(self) -> dict[str, int]:
        """What each quota adds up to."""
        return {asked.quota.id: asked.total for asked in self.problem.quotas}

    def value(self, quota: str, unit: str | None = None) -> int | None:
        """A quota's total, or a unit's quota; None where there is no plan."""
        found = [share.value for share in self.shares if share.quota == quota and unit in (None, share.unit)]
        return sum(found) if found else None


@dataclass(frozen=True, slots=True)
class Solved:
    """An allocation's model with the fairest plan found for it."""

    compiled: Compiled
    found: Found


def solve(rulebook: Rulebook, allocation: str | None = None, time_limit: float | None = None) -> Solved:
    """Pose, model and solve an allocation.

    Raises RuleError where the request or the rulebook's numbers are faulty. ``time_limit`` in seconds.
    """
    from scenarios.arrays import compile_model
    from scenarios.fairness import allocate
    from scenarios.model import build

    problem = pose(rulebook, choose_allocation(rulebook, allocation))
    compiled = compile_model(build(problem), problem)
    return Solved(compiled, allocate(compiled.cells(), time_limit=time_limit))


def make_plan(rulebook: Rulebook, allocation: str | None = None, time_limit: float | None = None) -> Plan:
    """The fairest whole-number plan of an allocation, or why there is none. Raises as ``solve``."""
    return plan_of(solve(rulebook, allocation, time_limit))


def plan_of(solved: Solved) -> Plan:
    """The plan with its explanations, or why there is none."""
    compiled, found = solved.compiled, solved.found
    problem = compiled.problem
    if found.x is None or found.q is None:
        conflicts = find_conflicts(compiled) if found.status == "infeasible" else []
        return Plan(problem, found.status, None, None, (), (), (), tuple(conflicts))
    return _plan(problem, compiled, found)


def _plan(problem: Problem, compiled: Compiled, found: Found) -> Plan:
    assert found.x is not None
    assert found.q is not None
    periods = [period.name for period in problem.periods]
    cells = tuple(
        Cell(asked.quota.id, unit, period, int(found.x[k, u, t]))
        for k, asked in enumerate(problem.quotas)
        for u, unit in enumerate(problem.unit_ids)
        for t, period in enumerate(periods)
    )
    binding = _binding_rows(compiled, found.x)
    bounds_only = compiled.cells(frozenset(compiled.rows))
    steps = waterfalls(compiled.cells(), bounds_only, found.q)
    shares = tuple(
        Share(
            asked.quota.id,
            unit,
            int(found.q[k, u]),
            float(asked.fair[u]),
            _or_none(float(asked.at_least[u])),
            _or_none(float(asked.at_most[u])),
            steps[k][u],
            _binding(problem, found.q, binding, k, u),
        )
        for k, asked in enumerate(problem.quotas)
        for u, unit in enumerate(problem.unit_ids)
    )
    rules = tuple(_rule_result(problem, compiled, name, found.x) for name in problem.allocation.rules)
    gap = 0.0 if found.objective <= found.bound else (found.objective - found.bound) / found.objective
    return Plan(problem, found.status, found.objective, gap, shares, cells, rules, ())


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _binding_rows(compiled: Compiled, x: np.ndarray) -> dict[str, np.ndarray]:
    """By component, bool [quota, unit, period]: cells that one more (or one less) unit would break."""
    found = {}
    flat = x.ravel().astype(float)
    for name, rows in compiled.rows.items():
        activity = rows.matrix @ flat
        entries = rows.matrix.tocoo()
        room_up = (rows.upper - activity)[entries.row]
        room_down = (activity - rows.lower)[entries.row]
        blocked = np.where(
            entries.data > 0, entries.data > room_up + SLACK, -entries.data > room_down + SLACK
        )
        cells = np.zeros(flat.shape, dtype=bool)
        cells[entries.col[blocked & (entries.data != 0)]] = True
        found[name] = cells.reshape(x.shape)
    return found


def _binding(
    problem: Problem,
    q: np.ndarray,
    rows: dict[str, np.ndarray],
    quota: int,
    unit: int,
) -> tuple[str, ...]:
    """What keeps a unit's quota from growing in every period; its floor where it stands on it."""
    asked = problem.quotas[quota]
    value = int(q[quota, unit])
    names = []
    if value - 1 < asked.at_least[unit] - SLACK:
        names.append("at_least")
    if value + 1 > asked.at_most[unit] + SLACK:
        names.append("at_most")
    for name, blocked in rows.items():
        if blocked[quota, unit].all():
            names.append("within" if name == f"{asked.quota.id}.within" else name)
    return tuple(names)


def _rule_result(problem: Problem, compiled: Compiled, name: str, x: np.ndarray) -> RuleResult:
    rule = problem.allocation.rules[name]
    rows = compiled.rows[name]
    sides = RuleSides(problem, rule)
    comparison = rule.require.root
    assert isinstance(comparison, Compare)
    tightest: Tightest | None = None
    binding = set()
    activity = rows.matrix @ x.ravel().astype(float)
    kept = compiled.instances[name]
    for row, (number, link) in enumerate(rows.keys):
        op = comparison.ops[link]
        values = sides.at(kept[number], lambda k, u, t: float(x[k, u, t]))
        left, right = float(values[link]), float(values[link + 1])
        slack = {"<=": right - left, ">=": left - right, "==": -abs(right - left)}[op]
        entries = np.abs(rows.matrix[[row]].data)
        step = float(entries[entries > 0].min(initial=np.inf))
        room = min(rows.upper[row] - activity[row], activity[row] - rows.lower[row])
        if room + SLACK < step:
            binding.add(number)
        if tightest is None or slack < tightest.slack:
            tightest = Tightest(_at(problem, kept[number]), left, right, slack)
    return RuleResult(name, len(kept), len(binding), tightest, _measure(problem, name))


def _at(problem: Problem, instance: Instance) -> dict[str, str]:
    found = {}
    if instance.unit is not None:
        found["unit"] = problem.unit_ids[instance.unit]
    if instance.period is not None:
        found["period"] = problem.periods[instance.period].name
    return found


def _measure(problem: Problem, name: str) -> Measure:
    """What a rule's sides are measured in."""
    rulebook, rule = problem.rulebook, problem.allocation.rules[name]
    scope = rulebook.scope(Where.RULE, None, problem.allocation)
    comparison = rule.require.root
    assert isinstance(comparison, Compare)
    for side in comparison.operands:
        typed = check(
            side, scope, lambda ref: rulebook.metrics[ref.metric].measures.get(ref.indicator), _ignore
        )
        if typed and typed.measure and not typed.bare:
            return typed.measure
    return RATIO


def _ignore(*_: object) -> None:
    """Rules were checked when the rulebook was loaded."""
