"""The Pyomo model of an allocation: the one place that states variables, bounds, nests and rules (§10)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from scenarios.components import Stock
from scenarios.deferred import Deferred
from scenarios.expressions import RuleSides, place_kind
from scenarios.fields import GROUP, UNITS
from scenarios.places import Instance, Instances

if TYPE_CHECKING:
    from engine.formula.tree import Node
    from scenarios.problem import Floats, Problem

RULE = "rule_"
"""Before the names of components that stand for the rulebook's rules."""
STAYING = ("stay_least", "stay_most")
"""How far quotas may be from an issued plan."""


@dataclass(frozen=True, slots=True)
class Spared:
    """What needn't be stated, since a neighbour's rows serve: all of the quotas, and some of the rules."""

    quotas: bool = False
    rules: frozenset[str] = frozenset()


NOTHING_SPARED = Spared()
"""All is stated."""


@dataclass(frozen=True, slots=True)
class Model:
    """A problem stated in Pyomo.

    ``pyomo`` has whole numbers ``x[quota, unit, period]``; the constraints ``total[quota]``; ``at_least``,
    ``at_most``, ``pace_least``, ``pace_most`` and ``hold[quota, unit]`` on the sum over periods;
    ``cell_least``, ``cell_most``, ``hold_cell`` and ``shut[quota, unit, period]``;
    ``within[nest, unit, period]``; where there are multiples
    ``multiple[quota, unit]``, q = m × ``times`` + r × ``odd``, and ``one_odd[quota]``;
    ``stay_least`` and ``stay_most[quota, unit]``, how far it may be from an issued plan; where only so many
    may be further, ``moved[quota, unit]`` of 0 or 1, ``near_below``, ``near_above`` and ``few``;
    ``rule_NAME_LINK[instance]``, a LINK for each comparison of a chain; and ``one``, fixed at 1, which
    carries what data alone decides. Indexes are positions from 0.

    ``instances`` maps each rule to the instances it has; ``nests``: (inner, outer) quota of each nest;
    ``data``: the numbers of each rule, a float64 array for each part without quotas.
    """

    pyomo: Any
    instances: Mapping[str, Instances]
    nests: tuple[tuple[int, int], ...]
    data: Mapping[str, tuple[Floats, ...]]


def build(
    problem: Problem, deferred: bool = False, objective: bool = False, spared: Spared = NOTHING_SPARED
) -> Model:
    """State the problem in Pyomo.

    Args:
        problem: what is asked.
        deferred: constraints stay templates that scenarios.bulk expands: fast, but no solver of Pyomo's can
            read them. Without it any can, and the model can be written to LP and MPS.
        objective: state a linear unfairness to minimise: Σ weight / total × Σ |q − fair| / fair, over the
            units not held; |q| where fair is 0. Plans are made with §11, not with this.
        spared: what is left out; the model is then for scenarios.arrays alone.

    Raises:
        RuleError: unknown_rule, where a rule needs an unknown figure.
    """
    builder = _Builder(problem, Deferred() if deferred else Stock(), spared)
    model = builder.model()
    if objective:
        builder.objective()
    return model


class _Builder:
    def __init__(self, problem: Problem, make: Stock, spared: Spared) -> None:
        self.problem, self.make, self.spared = problem, make, spared
        self.pyomo = pyo.ConcreteModel(name=problem.allocation.id)
        self.shape = len(problem.quotas), len(problem.units), len(problem.periods)
        self.data: dict[str, tuple[Floats, ...]] = {}

    def model(self) -> Model:
        m, make = self.pyomo, self.make
        m.K, m.U, m.T = (make.range(size) for size in self.shape)
        m.x = make.var(m.K, m.U, m.T, domain=pyo.NonNegativeIntegers)
        m.one = pyo.Var(bounds=(1, 1), initialize=1)
        nests = () if self.spared.quotas else self._quotas()
        until = np.tri(self.shape[2], dtype=np.int64)
        m.until = make.sets(m.T, np.nonzero(until)[1], until.sum(axis=1))
        rules = [rule for rule in self.problem.allocation.rules.values() if rule.id not in self.spared.rules]
        instances = {rule.id: self._rule(RuleSides(self.problem, rule)) for rule in rules}
        return Model(m, instances, nests, self.data)

    def _quotas(self) -> tuple[tuple[int, int], ...]:
        """All but the rules; returns the nests."""
        self._totals()
        self._quota_bounds()
        self._cell_bounds()
        nests = self._nests()
        self._multiples()
        self._staying()
        return nests

    def _totals(self) -> None:
        m = self.pyomo
        m.amount = self.make.param(np.array([float(asked.total) for asked in self.problem.quotas]), m.K)
        m.total = self.make.constraint(
            m.K, rule=lambda m, k: sum(m.x[k, u, t] for u in m.U for t in m.T) == m.amount[k]
        )

    def _quota_bounds(self) -> None:
        quotas = self.problem.quotas
        single = [
            ~np.isnan(asked.held_cells).any(axis=1) if asked.held_cells.size else False for asked in quotas
        ]
        held = np.array(
            [np.where(cells, np.nan, asked.held) for asked, cells in zip(quotas, single, strict=True)]
        )
        self._one_side("at_least", "least", np.array([asked.at_least for asked in quotas]), ">=", _quota)
        self._one_side("at_most", "most", np.array([asked.at_most for asked in quotas]), "<=", _quota)
        self._one_side(
            "pace_least", "slowest", np.array([asked.pace_least for asked in quotas]), ">=", _quota
        )
        self._one_side("pace_most", "fastest", np.array([asked.pace_most for asked in quotas]), "<=", _quota)
        self._one_side("hold", "held", np.where(np.isnan(held), np.inf, held), "==", _quota)

    def _cell_bounds(self) -> None:
        quotas = self.problem.quotas
        of = lambda m, k, u, t: m.x[k, u, t]  # noqa: E731
        held = np.array([asked.held_cells for asked in quotas])
        free = np.isnan(held) & np.isnan([asked.held for asked in quotas])[:, :, None]
        floor = np.where(free, [asked.cell_least for asked in quotas], -np.inf)
        ceiling = np.where(free, [asked.cell_most for asked in quotas], np.inf)
        shut = np.array([asked.profile for asked in quotas])[:, None, :] == 0
        self._one_side("cell_least", "floor", floor, ">=", of)
        self._one_side("cell_most", "ceiling", ceiling, "<=", of)
        self._one_side("hold_cell", "held_cell", np.where(np.isnan(held), np.inf, held), "==", of)
        self._one_side("shut", "open", np.where(np.isnan(held) & shut, 0.0, np.inf), "<=", of)

    def _one_side(self, name: str, param: str, values: Floats, op: str, of: Callable[..., Any]) -> None:
        """What ``of`` says compared with a figure, wherever that is finite; nothing where it never is."""
        if not np.isfinite(values).any():
            return
        m = self.pyomo
        index = (m.K, m.U, m.T)[: values.ndim]
        setattr(m, param, self.make.param(values, *index))
        sides = m.component(param)
        setattr(m, name, self.make.constraint(*index, rule=lambda m, *at: _stated(of(m, *at), op, sides[at])))

    def _nests(self) -> tuple[tuple[int, int], ...]:
        m, problem = self.pyomo, self.problem
        nests = tuple(
            (k, problem.quotas.index(problem.asked(asked.quota.within)))
            for k, asked in enumerate(problem.quotas)
            if asked.quota.within
        )
        if nests:
            m.nests = self.make.range(len(nests))
            m.inner = self.make.param(np.array([inner for inner, _ in nests]), m.nests)
            m.outer = self.make.param(np.array([outer for _, outer in nests]), m.nests)
            m.within = self.make.constraint(
                m.nests, m.U, m.T, rule=lambda m, n, u, t: m.x[m.inner[n], u, t] <= m.x[m.outer[n], u, t]
            )
        return nests

    def _multiples(self) -> None:
        """q = m z + r w for whole z and w of 0 or 1, over the units not held; w is 1 at one of them (§10)."""
        m, make = self.pyomo, self.make
        quotas = [(k, asked) for k, asked in enumerate(self.problem.quotas) if asked.quota.multiple_of > 1]
        quotas = [(k, asked) for k, asked in quotas if np.isnan(asked.held).any()]
        if not quotas:
            return
        held = np.array([asked.held for _, asked in quotas])
        of = np.array([float(asked.quota.multiple_of) for _, asked in quotas])
        rest = np.array([asked.total for _, asked in quotas]) - np.nansum(held, axis=1)
        m.M = make.range(len(quotas))
        m.in_multiples = make.param(np.array([k for k, _ in quotas]), m.M)
        m.size = make.param(of, m.M)
        m.rest = make.param(rest % of, m.M)
        m.free = make.param(np.where(np.isnan(held), 1.0, 0.0), m.M, m.U)
        m.whole = make.param(np.where(np.isnan(held), 0.0, np.inf), m.M, m.U)
        m.times = make.var(m.M, m.U, domain=pyo.NonNegativeIntegers)
        m.odd = make.var(m.M, m.U, domain=pyo.Binary)
        m.multiple = make.constraint(
            m.M,
            m.U,
            rule=lambda m, n, u: _stated(
                sum(m.x[m.in_multiples[n], u, t] for t in m.T)
                - m.size[n] * m.times[n, u]
                - m.rest[n] * m.odd[n, u],
                "==",
                m.whole[n, u],
            ),
        )
        m.one_odd = make.constraint(m.M, rule=lambda m, n: sum(m.free[n, u] * m.odd[n, u] for u in m.U) == 1)

    def _staying(self) -> None:
        """Quotas near those of an issued plan: all of them, or all but so many."""
        stay = self.problem.stay
        if stay is None:
            return
        least, most = stay.sides()
        self._one_side("stay_least", "near_least", least, ">=", _quota)
        self._one_side("stay_most", "near_most", most, "<=", _quota)
        if stay.most is None:
            return
        m, make = self.pyomo, self.make
        low, high = stay.nearest()
        top = np.array([[float(asked.total)] for asked in self.problem.quotas])
        m.moved = make.var(m.K, m.U, domain=pyo.Binary)
        m.near_low = make.param(low, m.K, m.U)
        m.near_high = make.param(high, m.K, m.U)
        # What a moved quota may miss its nearest by: all of it, or all of the total.
        m.off_low = make.param(np.where(np.isfinite(low), low, 0.0), m.K, m.U)
        m.off_high = make.param(np.where(np.isfinite(high), np.maximum(top - high, 0.0), 0.0), m.K, m.U)
        m.near_below = make.constraint(
            m.K,
            m.U,
            rule=lambda m, k, u: _stated(
                _quota(m, k, u) + m.off_low[k, u] * m.moved[k, u], ">=", m.near_low[k, u]
            ),
        )
        m.near_above = make.constraint(
            m.K,
            m.U,
            rule=lambda m, k, u: _stated(
                _quota(m, k, u) - m.off_high[k, u] * m.moved[k, u], "<=", m.near_high[k, u]
            ),
        )
        m.all_moved = make.range(1)
        m.few = make.constraint(
            m.all_moved, rule=lambda m, _: sum(m.moved[k, u] for k in m.K for u in m.U) <= stay.most
        )

    def objective(self) -> None:
        """``deviation[quota, unit]`` ≥ |q − fair|, and ``unfairness``, their weighted sum."""
        m, make, quotas = self.pyomo, self.make, self.problem.quotas
        fair = np.array([asked.fair for asked in quotas])
        free = ~np.isnan(fair)
        scale = np.array([[asked.quota.weight / max(asked.total, 1)] for asked in quotas])
        counted = np.where(free, scale / np.where(fair > 0, fair, 1.0), 0.0)
        m.deviation = make.var(m.K, m.U, domain=pyo.NonNegativeReals)
        m.fair_below = make.param(np.where(free, fair, np.inf), m.K, m.U)
        m.fair_above = make.param(np.where(free, fair, -np.inf), m.K, m.U)
        m.counted = make.param(counted, m.K, m.U)
        m.above = make.constraint(
            m.K,
            m.U,
            rule=lambda m, k, u: _stated(_quota(m, k, u) - m.deviation[k, u], "<=", m.fair_below[k, u]),
        )
        m.below = make.constraint(
            m.K,
            m.U,
            rule=lambda m, k, u: _stated(_quota(m, k, u) + m.deviation[k, u], ">=", m.fair_above[k, u]),
        )
        m.unfairness = pyo.Var(bounds=(0, None))
        m.once = make.range(1)
        m.sum = make.constraint(
            m.once,
            rule=lambda m, _: (
                sum(m.counted[k, u] * m.deviation[k, u] for k in m.K for u in m.U) - m.unfairness == 0
            ),
        )
        m.fairest = pyo.Objective(expr=m.unfairness)

    def _rule(self, sides: RuleSides) -> Instances:
        """State a rule; returns its instances."""
        m, make = self.pyomo, self.make
        instances = sides.stated()
        name = sides.rule.id
        if len(instances) == 0:
            return instances
        data = _Data(m, make, name, sides)
        self.data[name] = tuple(data.values)
        over = make.range(len(instances))
        m.add_component(f"instances_{name}", over)
        places = {
            axis: _param(m, make, f"{axis}_{name}", positions, over)
            for axis, positions in instances.axes().items()
        }
        for link, op in enumerate(sides.comparison.ops):
            data_alone = not any(map(sides.fields.linear, sides.comparison.operands[link : link + 2]))

            def rule(m: Any, i: Any, link: int = link, op: str = op, alone: bool = data_alone) -> Any:
                at = Instance(**{axis: found[i] for axis, found in places.items()})
                left, right = sides.pair(link, at, lambda k, u, t: m.x[k, u, t], data)
                body = left - right
                if alone or isinstance(body, float | int):
                    body = body * m.one  # what data alone decides still is a row
                return _stated(body, op, 0.0)

            m.add_component(f"{RULE}{name}_{link}", make.constraint(over, rule=rule))
        return instances


def _quota(model: Any, quota: Any, unit: Any) -> Any:
    """A unit's quota: its cells over all periods."""
    return sum(model.x[quota, unit, t] for t in model.T)


def _stated(body: Any, op: str, side: Any) -> Any:
    """A comparison; left out where its side is known to be infinite."""
    if isinstance(side, float) and math.isinf(side):
        return pyo.Constraint.Skip
    if op == "<=":
        return body <= side
    return body >= side if op == ">=" else body == side


def _param(model: Any, make: Stock, name: str, values: Any, *index: Any) -> Any:
    found = make.param(values, *index)
    model.add_component(name, found)
    return found


class _Data:
    """A rule's data as Params, made before its constraints are: see scenarios.expressions.Numbers."""

    def __init__(self, model: Any, make: Stock, rule: str, sides: RuleSides) -> None:
        self.model = model
        self.found: dict[tuple[int, str, bool], tuple[Any, bool, bool]] = {}
        self.values: list[Floats] = []
        if sides.fields.grouping:
            groups = make.range(sides.fields.groups)
            model.add_component(f"groups_{rule}", groups)
            inside = np.flatnonzero(sides.fields.group_of >= 0)
            of = sides.fields.group_of[inside]
            members = inside[np.argsort(of, kind="stable")]
            self.group_members = make.sets(groups, members, np.bincount(of, minlength=sides.fields.groups))
            model.add_component(f"members_{rule}", self.group_members)
            self.index = {UNITS: model.U, GROUP: groups}
        else:
            self.index = {UNITS: model.U}
        for node, place, divisor in sides.data():
            key = (id(node), place, divisor)
            if key in self.found:
                continue
            values = sides.fields.of(node, place).values
            # only skipped instances and branches not taken meet what is unknown
            values = np.where(np.isnan(values) | (divisor & (values == 0)), float(divisor), values)
            self.values.append(values)
            by_place, by_period = values.shape[0] > 1, values.shape[1] > 1
            if not by_place and not by_period:
                self.found[key] = float(values[0, 0]), False, False
                continue
            index = ([self.index[place]] if by_place else []) + ([model.T] if by_period else [])
            values = values.reshape([size for size in values.shape if size > 1])
            param = _param(model, make, f"data_{rule}_{len(self.found)}", values, *index)
            self.found[key] = param, by_place, by_period

    def number(self, node: Node, at: Instance, divisor: bool) -> Any:
        """A part without quotas."""
        param, by_place, by_period = self.found[id(node), place_kind(at), divisor]
        place = at.unit if at.unit is not None else at.group
        if by_place:
            return param[place, at.period] if by_period else param[place]
        return param[at.period] if by_period else param

    def units(self) -> Any:
        """All receiving units."""
        return self.model.U

    def periods(self) -> Any:
        """All periods."""
        return self.model.T

    def until(self, period: Any) -> Any:
        """The periods up to one."""
        return self.model.until[period]

    def members(self, group: Any) -> Any:
        """The receiving units of a group."""
        return self.group_members[group]
