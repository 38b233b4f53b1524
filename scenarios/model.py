"""The Pyomo model of an allocation: the one place that states variables, bounds, nests and rules (§10)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from engine.formula.tree import Compare
from scenarios.expressions import Instance, NoPreviousError, RuleSides

if TYPE_CHECKING:
    from scenarios.problem import Problem

RULE = "rule_"
"""Before the names of components that stand for the rulebook's rules."""


@dataclass(frozen=True, slots=True)
class Model:
    """``pyomo`` has ``x[quota, unit, period]``, whole and ≥ 0; ``total[quota]``; ``at_least`` and
    ``at_most[quota, unit]`` on the sum over periods; ``within[quota, unit, period]``;
    ``rule_NAME[instance, link]``; and ``one``, fixed at 1, which carries what data alone decides.
    Indexes are positions. ``instances`` maps each rule to the instances it has.
    """

    pyomo: Any
    instances: dict[str, list[Instance]]


def build(problem: Problem) -> Model:
    """State the problem in Pyomo. Raises RuleError (unknown_rule) where a rule needs an unknown figure."""
    quotas, units = range(len(problem.quotas)), range(len(problem.units))
    spans = range(len(problem.periods))
    model = pyo.ConcreteModel(name=problem.allocation.id)
    model.x = pyo.Var(quotas, units, spans, domain=pyo.NonNegativeIntegers)
    model.one = pyo.Var(bounds=(1, 1), initialize=1)
    model.total = pyo.Constraint(
        quotas,
        rule=lambda m, k: sum(m.x[k, u, t] for u in units for t in spans) == problem.quotas[k].total,
    )
    model.at_least = pyo.Constraint(quotas, units, rule=lambda m, k, u: _at_least(m, problem, k, u))
    model.at_most = pyo.Constraint(quotas, units, rule=lambda m, k, u: _at_most(m, problem, k, u))
    nests = [
        (k, problem.quotas.index(problem.asked(asked.quota.within)))
        for k, asked in enumerate(problem.quotas)
        if asked.quota.within
    ]
    outer = dict(nests)
    model.within = pyo.Constraint(
        list(outer), units, spans, rule=lambda m, k, u, t: m.x[k, u, t] <= m.x[outer[k], u, t]
    )
    instances = {
        rule: _state_rule(model, RuleSides(problem, item)) for rule, item in problem.allocation.rules.items()
    }
    return Model(model, instances)


def _at_least(model: Any, problem: Problem, quota: int, unit: int) -> Any:
    bound = float(problem.quotas[quota].at_least[unit])
    return pyo.Constraint.Skip if math.isinf(bound) else _quota(model, problem, quota, unit) >= bound


def _at_most(model: Any, problem: Problem, quota: int, unit: int) -> Any:
    bound = float(problem.quotas[quota].at_most[unit])
    return pyo.Constraint.Skip if math.isinf(bound) else _quota(model, problem, quota, unit) <= bound


def _quota(model: Any, problem: Problem, quota: int, unit: int) -> Any:
    """A unit's quota: its cells over all periods."""
    return sum(model.x[quota, unit, t] for t in range(len(problem.periods)))


def _state_rule(model: Any, sides: RuleSides) -> list[Instance]:
    """Add a rule's constraints; returns its instances, without those that ``previous`` skips."""
    found: list[Instance] = []
    constraint = pyo.Constraint(pyo.Any)
    model.add_component(f"{RULE}{sides.rule.id}", constraint)
    comparison = sides.rule.require.root
    assert isinstance(comparison, Compare)
    for instance in sides.instances():
        try:
            values = sides.at(instance, lambda k, u, t: model.x[k, u, t])
        except NoPreviousError:
            continue
        for link, op in enumerate(comparison.ops):
            body = values[link] - values[link + 1]
            if isinstance(body, float | int):
                body = body * model.one  # what data alone decides still is a row
            constraint[len(found), link] = _row(body, op)
        found.append(instance)
    return found


def _row(body: Any, op: str) -> Any:
    if op == "<=":
        return body <= 0
    return body >= 0 if op == ">=" else body == 0
