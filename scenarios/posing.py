"""From a rulebook to a problem in numbers (§10): totals, needs, holds, fair shares and bounds, checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.calendar import Period, periods
from engine.errors import Code, Issue, Issues, RuleError
from engine.formula.names import Scope, Where
from engine.formula.trace import several
from engine.rulebook import EVERYWHERE, TAPER, Allocation, Bound, Hold, Placed, Quota, Rulebook
from engine.values import day_number
from engine.words import Message, joined, say
from scenarios.assumptions import Assumption, rests_on
from scenarios.neighbours import changed_parameters, parameters_of
from scenarios.pace import paced
from scenarios.problem import Asked, Floats, Problem
from scenarios.reached import reached, why_unknown
from scenarios.situation import Situation, place_of


def in_periods(issue: Issue, names: Sequence[str], count: int) -> Issue:
    """An issue that is the same in several periods of `count`: told once, with them unless it is in all."""
    if len(names) == count:
        return issue
    return replace(issue, message=say("in_periods", words=issue.message, periods=joined(names)))


LARGEST = 2.0**53
"""From here on whole numbers aren't exact in float64."""


def pose(rulebook: Rulebook, allocation: Allocation, like: Problem | None = None) -> Problem:
    """Work out an allocation's numbers at its starting point. ``like``: a neighbour's, of which those quotas
    are taken over that rest on no parameter in which they differ.

    Raises RuleError with every issue: unknown, negative or fractional totals and holds, unknown, negative or
    all-zero needs, unknown bounds and costs, no units.
    """
    return _Poser(rulebook, allocation, like).problem()


class _Poser:
    def __init__(self, rulebook: Rulebook, allocation: Allocation, like: Problem | None) -> None:
        self.rulebook, self.allocation = rulebook, allocation
        self.issues = Issues()
        self.situation = Situation(rulebook, allocation)
        self.root = rulebook.units.index[allocation.root]
        self.assumed: dict[Assumption, None] = {}
        self.periods: tuple[Period, ...] = tuple(
            periods(allocation.starts, allocation.ends, allocation.every)
        )
        self.units = self._units()
        self.position = {rulebook.units.ids[unit]: at for at, unit in enumerate(self.units)}
        self.like = {asked.quota.id: asked for asked in like.quotas} if like is not None else {}
        self.changed = changed_parameters(rulebook, like.rulebook) if like is not None else None
        if like is None or like.allocation is not allocation or self.changed is None:
            self.like = {}
        else:
            self.situation.take_over(like.reasoner)

    def _units(self) -> tuple[int, ...]:
        """The units of the level below the root that exist when the periods begin and aren't left out."""
        units, allocation = self.rulebook.units, self.allocation
        valid = units.valid_on(day_number(allocation.starts)) & units.below(self.root)
        found = tuple(
            u
            for u in range(len(units))
            if units.levels[u] == allocation.among and valid[u] and units.ids[u] not in allocation.leave_out
        )
        if not found:
            root = units.names[self.root]
            left_out = any(valid[u] and units.levels[u] == allocation.among for u in range(len(units)))
            message = say("no_units.left_out" if left_out else "no_units", level=allocation.among, root=root)
            self.issues.add(Code.NO_UNITS, allocation.place, message)
        return found

    def problem(self) -> Problem:
        allocation = self.allocation
        asked = [found for quota in allocation.quotas.values() if (found := self._asked(quota))]
        for rule in allocation.rules.values():
            scope = self.rulebook.scope(Where.RULE, None, allocation)
            self._rests_on(rule.require, scope, [self.root, *self.units])
        if self.issues.found:
            raise RuleError(self.issues.found)
        return Problem(
            self.rulebook,
            allocation,
            self.situation,
            self.units,
            self.periods,
            tuple(asked),
            tuple(self.assumed),
        )

    def _asked(self, quota: Quota) -> Asked | None:
        """A quota in numbers: the neighbour's where that is the same, None where it has issues."""
        like = self.like.get(quota.id)
        if like is not None and self.changed is not None and not self._uses(quota) & self.changed:
            self.assumed.update(dict.fromkeys(like.assumed))
            return like
        before, self.assumed = self.assumed, {}
        found = self._quota(quota)
        own, self.assumed = self.assumed, before | self.assumed
        return None if found is None else replace(found, assumed=tuple(own))

    def _uses(self, quota: Quota) -> frozenset[str]:
        """The parameters that anything of a quota rests on."""
        formulas = [(quota.total, Where.TOTAL), (quota.need, Where.NEED)]
        # A bound per period knows all that one of the whole does, and tables by period.
        formulas += [(bound.formula, Where.CELL) for bound in quota.bounds]
        formulas += [(hold.amount, Where.NEED) for hold in self.allocation.holds if hold.quota == quota.id]
        if quota.cost is not None:
            formulas.append((quota.cost, Where.NEED))
        used = (parameters_of(self.rulebook, placed, self._scope(quota, where)) for placed, where in formulas)
        return frozenset().union(*used)

    def _quota(self, quota: Quota) -> Asked | None:
        total = self._total(quota)
        held, held_cells = self._holds(quota)
        fixed = np.where(np.isnan(held_cells), held[:, None], held_cells)
        need = self._need(quota, held, total)
        if total is None or need is None:
            return None
        free = np.isnan(held)
        rest = max(total - float(np.nansum(held)), 0.0)
        among = need[free].sum()
        # Nothing left for units without need: a fair share of 0.
        fair = np.where(free, rest * need / among if among else 0.0, np.nan)
        everywhere = np.full(len(self.rulebook.units), np.nan)
        everywhere[list(self.units)] = fair
        self.situation.fair = everywhere
        last = self._last(quota, free)
        pace = quota.pace
        sides = (None, None, TAPER) if pace is None else (pace.up, pace.down, pace.taper)
        slowest, fastest = paced(fair, last, *sides)
        asked = Asked(
            quota=quota,
            total=total,
            need=need,
            fair=fair,
            before=total * need / need.sum() if need.any() else np.zeros(len(need)),
            at_least=self._bound(quota, quota.at_least, "at_least", -np.inf, free),
            at_most=self._bound(quota, quota.at_most, "at_most", np.inf, free),
            cell_least=self._cell_bound(quota, quota.cell_least, "per_period.at_least", -np.inf, fixed),
            cell_most=self._cell_bound(quota, quota.cell_most, "per_period.at_most", np.inf, fixed),
            held=held,
            held_cells=held_cells,
            profile=np.array([quota.profile.get(period.name, 1.0) for period in self.periods]),
            cost=self._cost(quota),
            pace_least=slowest,
            pace_most=fastest,
            last=last,
        )
        self.situation.fair = None
        return asked

    def _label(self, quota: Quota) -> Message:
        return self.rulebook.indicators[quota.indicator].label

    def _scope(self, quota: Quota, where: Where) -> Scope:
        return Scope(self.rulebook.names, where, quota.indicator)

    def _values(self, placed: Placed, scope: Scope, quota: Quota) -> Floats:
        scale = float(self.rulebook.indicators[quota.indicator].measure.scale)
        return self.situation.formula(placed, scope, scale)

    def _total(self, quota: Quota) -> int | None:
        scope = self._scope(quota, Where.TOTAL)
        value = float(self._values(quota.total, scope, quota)[self.root])
        place, label = quota.total.place, self._label(quota)
        if np.isnan(value):
            causes = self.situation.tracer(quota.total, scope).causes(quota.total.root, self.root)
            message = say(Code.UNKNOWN_TOTAL, quota=label, why=joined(causes, "; "))
            self.issues.add(Code.UNKNOWN_TOTAL, place, message, self._taken(self.root))
            return None
        if value < 0:
            self.issues.add(Code.NEGATIVE_TOTAL, place, quota=label, value=value)
            return None
        if value >= LARGEST:
            self.issues.add(Code.NOT_FINITE, place, say("beyond_exact", what=f"{value:.0f}"))
            return None
        if value != int(value):
            self.issues.add(Code.TOTAL_NOT_WHOLE, place, quota=label, value=value)
            return None
        self._rests_on(quota.total, scope, [self.root])
        return int(value)

    def _need(self, quota: Quota, held: Floats, total: int | None) -> Floats | None:
        """The needs, float64 [unit]: those of held units must be known too, for the share before holds."""
        scope = self._scope(quota, Where.NEED)
        values = self._values(quota.need, scope, quota)[list(self.units)]
        self._known(values, quota.need, scope, quota, Code.UNKNOWN_NEED)
        for at in np.flatnonzero(values < 0):
            unit, value = self._name(int(at)), float(values[at])
            self.issues.add(
                Code.NEGATIVE_NEED, quota.need.place, quota=self._label(quota), unit=unit, value=value
            )
        self._rests_on(quota.need, scope, self.units)
        if not self.units or np.isnan(values).any() or (values < 0).any():
            return None
        free = np.isnan(held)
        left = total is None or float(np.nansum(held)) < total
        if (free.any() and left and not values[free].any()) or not values.any():
            hint = say("zero_needs.hint") if total == 0 else None
            key = "zero_needs.free" if values.any() else "zero_needs"
            message = say(key, quota=self._label(quota))
            self.issues.add(Code.ZERO_NEEDS, quota.need.place, message, hint)
            return None
        return values

    def _known(
        self, values: Floats, placed: Placed, scope: Scope, quota: Quota, code: Code, bound: str = ""
    ) -> None:
        """An issue at each receiving unit whose value is unknown, with its causes."""
        tracer = self.situation.tracer(placed, scope)
        for at in np.flatnonzero(np.isnan(values)):
            why = joined(several(tracer.causes(placed.root, self.units[at])), "; ")
            message = say(code, quota=self._label(quota), unit=self._name(int(at)), why=why, bound=bound)
            self.issues.add(code, placed.place, message, self._taken(self.units[at]))

    def _taken(self, unit: int) -> Message | None:
        """A hint that names the unit's figures that changes took away."""
        name = self.rulebook.units.ids[unit]
        gone = [change.path for change in self.rulebook.overlaid if change.now is None]
        gone = [path for path in gone if path.startswith("data.") and name in path.split(".")]
        return say("taken_away.hint", what=joined(gone)) if gone else None

    def _name(self, at: int) -> Message:
        return self.rulebook.units.names[self.units[at]]

    def _holds(self, quota: Quota) -> tuple[Floats, Floats]:
        """What is fixed: [unit] as a whole, [unit, period] in single periods; NaN where nothing is."""
        held = np.full(len(self.units), np.nan)
        cells = np.full((len(self.units), len(self.periods)), np.nan)
        places = {period.name: at for at, period in enumerate(self.periods)}
        for hold in self.allocation.holds:
            if hold.quota != quota.id:
                continue
            if hold.unit not in self.position:
                unit = self.rulebook.units.names[self.rulebook.units.index[hold.unit]]
                self.issues.add(Code.HOLD_NOT_IN_PLAN, hold.place, unit=unit)
            elif (amount := self._amount(quota, hold)) is not None:
                at = self.position[hold.unit]
                if hold.period is None:
                    held[at] = amount
                else:
                    cells[at, places[hold.period]] = amount
        self._frozen(quota, cells)
        whole = ~np.isnan(cells).any(axis=1)
        held[whole] = cells[whole].sum(axis=1)
        return held, cells

    def _frozen(self, quota: Quota, cells: Floats) -> None:
        """Hold what was reached in the periods up to the allocation's day, where nothing else is held."""
        allocation, label = self.allocation, self._label(quota)
        frozen = [
            at for at, p in enumerate(self.periods) if allocation.freeze and p.ends <= allocation.freeze
        ]
        if frozen and not self.rulebook.indicators[quota.indicator].is_flow:
            self.issues.add(Code.UNKNOWN_HOLD, quota.place, say("freeze_level", quota=label))
            return
        for t in frozen:
            period, free = self.periods[t], np.isnan(cells[:, t])
            values = reached(self.situation, allocation, quota, period)[list(self.units)]
            unknown: dict[Message, list[Message]] = {}
            for at in np.flatnonzero(free & np.isnan(values)):
                why = why_unknown(self.situation, allocation, quota, period, self.units[at])
                unknown.setdefault(why, []).append(self._name(int(at)))
            for why, names in unknown.items():
                among = joined(several(names))
                message = say("freeze_unknown", quota=label, unit=among, period=period.name, why=why)
                self.issues.add(Code.UNKNOWN_HOLD, quota.place, message)
            for at in np.flatnonzero(free & (values < 0)):
                name, value = self._name(int(at)), float(values[at])
                message = say("freeze_falls", quota=label, unit=name, period=period.name, value=value)
                self.issues.add(Code.UNKNOWN_HOLD, quota.place, message)
            cells[free, t] = values[free]

    def _amount(self, quota: Quota, hold: Hold) -> float | None:
        unit = self.rulebook.units.index[hold.unit]
        scope = self._scope(quota, Where.NEED)
        value = float(self._values(hold.amount, scope, quota)[unit])
        label, name = self._label(quota), self.rulebook.units.names[unit]
        if np.isnan(value):
            causes = self.situation.tracer(hold.amount, scope).causes(hold.amount.root, unit)
            self.issues.add(
                Code.UNKNOWN_HOLD, hold.amount.place, quota=label, unit=name, why=joined(causes, "; ")
            )
            return None
        if value < 0 or value != int(value):
            self.issues.add(Code.BAD_HOLD, hold.amount.place, quota=label, unit=name, value=value)
            return None
        if value >= LARGEST:
            self.issues.add(Code.NOT_FINITE, hold.amount.place, say("beyond_exact", what=f"{value:.0f}"))
            return None
        self._rests_on(hold.amount, scope, [unit])
        return value

    def _bound(self, quota: Quota, bound: Bound | None, key: str, none: float, free: Floats) -> Floats:
        """A bound of the whole quota, float64 [unit]; ``none`` where it is open: held, filtered, empty."""
        scope = self._scope(quota, Where.BOUND)
        return self._stated(quota, bound, key, none, scope, free, None)

    def _cell_bound(self, quota: Quota, bound: Bound | None, key: str, none: float, held: Floats) -> Floats:
        """A bound of the cells, float64 [unit, period]."""
        result = np.full(held.shape, none)
        before, told = len(self.issues.found), dict[Issue, list[str]]()
        for at, period in enumerate(self.periods if bound else ()):
            self.situation.period = period
            scope = self._scope(quota, Where.CELL)
            free = np.isnan(held[:, at])
            result[:, at] = self._stated(quota, bound, key, none, scope, free, period.name)
            for issue in self.issues.found[before:]:
                told.setdefault(issue, []).append(period.name)
            del self.issues.found[before:]
        self.situation.period = None
        self.issues.found += [in_periods(issue, names, len(self.periods)) for issue, names in told.items()]
        return result

    def _stated(
        self,
        quota: Quota,
        bound: Bound | None,
        key: str,
        none: float,
        scope: Scope,
        free: Floats,
        period: str | None,
    ) -> Floats:
        if bound is None:
            return np.full(len(self.units), none)
        applies = free.astype(bool)
        if bound.where.only or bound.where.but:
            keeps: Callable[[int], bool] = lambda unit: bound.where.keeps(  # noqa: E731
                place_of(self.rulebook, unit, period)
            )
            applies = applies & np.array([keeps(unit) for unit in self.units], dtype=bool)
        here = list(self.units)
        values = self._values(bound.formula, scope, quota)[here]
        unknown = applies & np.isnan(values)
        if unknown.any():
            self.situation.filled = True
            by_cells = ~np.isnan(self._values(bound.formula, scope, quota)[here])
            self.situation.filled = False
            applies, unknown = applies & ~(unknown & by_cells), unknown & ~by_cells
        self._known(
            np.where(unknown, np.nan, 0.0), bound.formula, scope, quota, Code.UNKNOWN_BOUND, bound=key
        )
        self._rests_on(bound.formula, scope, [u for u, at in zip(here, applies, strict=True) if at])
        return np.where(applies, values, none)

    def _last(self, quota: Quota, free: Floats) -> Floats:
        """The last quotas that its pace of change goes from, float64 [U]; NaN where nothing is limited."""
        pace = quota.pace
        if pace is None:
            return np.full(len(self.units), np.nan)
        if isinstance(pace.last, Placed):
            stated = Bound(pace.last, pace.priority, EVERYWHERE)
            last = self._bound(quota, stated, "pace.from", np.nan, free)
            for at in np.flatnonzero(last < 0):
                unit, value = self._name(int(at)), float(last[at])
                message = say("pace_negative", quota=self._label(quota), unit=unit, value=value)
                self.issues.add(Code.BAD_NUMBER, pace.last.place, message)
        else:
            names = [self.rulebook.units.ids[unit] for unit in self.units]
            last = np.array([float(pace.last.get(name, np.nan)) for name in names])
        return np.where(free, last, np.nan)

    def _cost(self, quota: Quota) -> Floats | None:
        if quota.cost is None:
            return None
        scope = self._scope(quota, Where.NEED)
        values = self.situation.formula(quota.cost, scope)[list(self.units)]
        self._known(values, quota.cost, scope, quota, Code.UNKNOWN_COST)
        self._rests_on(quota.cost, scope, self.units)
        return values

    def _rests_on(self, placed: Placed, scope: Scope, units: Sequence[int]) -> None:
        self.assumed.update(dict.fromkeys(rests_on(self.situation, placed, scope, units)))
