"""What is asked of an allocation (§10): totals, needs, fair shares and bounds in numbers, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.calendar import Period, periods
from engine.errors import Code, Issues, RuleError
from engine.formula.names import Scope, Where
from engine.formula.trace import several
from engine.reasons import Reasoner
from engine.rulebook import Allocation, Bound, Placed, Quota, Rulebook
from engine.values import day_number
from engine.words import Message, did_you_mean, joined, say
from scenarios.assumptions import rests_on

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One quota in numbers over the receiving units [U] and periods [T]; float64 in base measures.

    ``need`` [U]; ``fair`` [U]: (total − Σ held) × need / Σ need over the units not held, NaN where held;
    ``before`` [U]: total × need / Σ need, as if none were held (§14); ``at_least`` / ``at_most`` [U] and
    ``cell_least`` / ``cell_most`` [U, T]: −inf / inf where there is no bound, held ones included;
    ``held`` [U] and ``held_cells`` [U, T]: what is fixed, NaN where nothing is (a unit whose every period is
    held is held at their sum); ``profile`` [T]; ``cost`` [U] or None.
    """

    quota: Quota
    total: int
    need: Floats
    fair: Floats
    before: Floats
    at_least: Floats
    at_most: Floats
    cell_least: Floats
    cell_most: Floats
    held: Floats
    held_cells: Floats
    profile: Floats
    cost: Floats | None


@dataclass(frozen=True, slots=True)
class Problem:
    """An allocation ready to be modelled. ``units``: indexes into the rulebook's units, in their order;
    ``assumed``: what the numbers rest on without having been observed.
    """

    rulebook: Rulebook
    allocation: Allocation
    reasoner: Reasoner
    units: tuple[int, ...]
    periods: tuple[Period, ...]
    quotas: tuple[Asked, ...]
    assumed: tuple[Message, ...]

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """The names of the receiving units."""
        return tuple(self.rulebook.units.ids[unit] for unit in self.units)

    def asked(self, quota: str) -> Asked:
        """A quota by its name."""
        return next(asked for asked in self.quotas if asked.quota.id == quota)


def choose_allocation(rulebook: Rulebook, name: str | None) -> Allocation:
    """The allocation asked for, or the only one. Raises RuleError (unknown_allocation)."""
    issues = Issues()
    known = rulebook.allocations
    if name is not None and name in known:
        return known[name]
    if name is not None:
        issues.add(Code.UNKNOWN_ALLOCATION, None, hint=did_you_mean(name, known), what=name)
    elif len(known) == 1:
        return next(iter(known.values()))
    elif known:
        message = say("which_allocation", options=", ".join(known))
        issues.add(Code.UNKNOWN_ALLOCATION, None, message, say("which_allocation.hint"))
    else:
        issues.add(Code.UNKNOWN_ALLOCATION, None, say("no_allocation"))
    raise RuleError(issues.found)


def pose(rulebook: Rulebook, allocation: Allocation) -> Problem:
    """Work out an allocation's numbers at its starting point.

    Raises RuleError with every issue: unknown, negative or fractional totals, unknown, negative or
    all-zero needs, unknown bounds, no units.
    """
    return _Poser(rulebook, allocation).problem()


class _Poser:
    def __init__(self, rulebook: Rulebook, allocation: Allocation) -> None:
        self.rulebook, self.allocation = rulebook, allocation
        self.issues = Issues()
        self.reasoner = Reasoner(rulebook, allocation.as_of, allocation.basis)
        self.root = rulebook.units.index[allocation.root]
        self.assumed: dict[Message, None] = {}
        self.units = self._units()

    def _units(self) -> tuple[int, ...]:
        """The units of the level below the root that exist when the periods begin."""
        units, allocation = self.rulebook.units, self.allocation
        valid = units.valid_on(day_number(allocation.starts)) & units.below(self.root)
        found = tuple(u for u in range(len(units)) if units.levels[u] == allocation.among and valid[u])
        if not found:
            root = units.names[self.root]
            self.issues.add(Code.NO_UNITS, allocation.place, level=allocation.among, root=root)
        return found

    def problem(self) -> Problem:
        allocation = self.allocation
        asked = [found for quota in allocation.quotas.values() if (found := self._quota(quota))]
        for rule in allocation.rules.values():
            scope = self.rulebook.scope(Where.RULE, None, allocation)
            self._rests_on(rule.require, scope, [self.root, *self.units])
        if self.issues.found:
            raise RuleError(self.issues.found)
        spans = tuple(periods(allocation.starts, allocation.ends, allocation.every))
        return Problem(
            self.rulebook,
            allocation,
            self.reasoner,
            self.units,
            spans,
            tuple(asked),
            tuple(self.assumed),
        )

    def _quota(self, quota: Quota) -> Asked | None:
        total = self._total(quota)
        need = self._need(quota)
        if total is None or need is None:
            return None
        fair = total * need / need.sum()
        everywhere = np.full(len(self.rulebook.units), np.nan)
        everywhere[list(self.units)] = fair
        self.reasoner.fair = everywhere
        at_least = self._bound(quota, quota.at_least, "at_least", -np.inf)
        at_most = self._bound(quota, quota.at_most, "at_most", np.inf)
        self.reasoner.fair = None
        spans = len(periods(self.allocation.starts, self.allocation.ends, self.allocation.every))
        shape = (len(self.units), spans)
        return Asked(
            quota=quota,
            total=total,
            need=need,
            fair=fair,
            before=fair,
            at_least=at_least,
            at_most=at_most,
            cell_least=np.full(shape, -np.inf),
            cell_most=np.full(shape, np.inf),
            held=np.full(len(self.units), np.nan),
            held_cells=np.full(shape, np.nan),
            profile=np.ones(spans),
            cost=None,
        )

    def _values(self, placed: Placed, scope: Scope, quota: Quota) -> Floats:
        scale = float(self.rulebook.indicators[quota.indicator].measure.scale)
        return self.reasoner.formula(placed, scope, scale)

    def _total(self, quota: Quota) -> int | None:
        scope = Scope(self.rulebook.names, Where.TOTAL, quota.indicator)
        value = float(self._values(quota.total, scope, quota)[self.root])
        place = quota.total.place
        label = self.rulebook.indicators[quota.indicator].label
        if np.isnan(value):
            causes = self.reasoner.tracer(quota.total, scope).causes(quota.total.root, self.root)
            self.issues.add(Code.UNKNOWN_TOTAL, place, quota=label, why=joined(causes, "; "))
            return None
        if value < 0:
            self.issues.add(Code.NEGATIVE_TOTAL, place, quota=label, value=value)
            return None
        if value != int(value):
            self.issues.add(Code.TOTAL_NOT_WHOLE, place, quota=label, value=value)
            return None
        self._rests_on(quota.total, scope, [self.root])
        return int(value)

    def _need(self, quota: Quota) -> Floats | None:
        scope = Scope(self.rulebook.names, Where.NEED, quota.indicator)
        values = self._values(quota.need, scope, quota)[list(self.units)]
        label = self.rulebook.indicators[quota.indicator].label
        tracer = self.reasoner.tracer(quota.need, scope)
        sound = True
        for unit, value in zip(self.units, values, strict=True):
            name = self.rulebook.units.names[unit]
            if np.isnan(value):
                why = joined(several(tracer.causes(quota.need.root, unit)), "; ")
                self.issues.add(Code.UNKNOWN_NEED, quota.need.place, quota=label, unit=name, why=why)
                sound = False
            elif value < 0:
                self.issues.add(
                    Code.NEGATIVE_NEED, quota.need.place, quota=label, unit=name, value=float(value)
                )
                sound = False
        if sound and self.units and not values.any():
            self.issues.add(Code.ZERO_NEEDS, quota.need.place, quota=label)
            sound = False
        self._rests_on(quota.need, scope, self.units)
        return values if sound and self.units else None

    def _bound(self, quota: Quota, bound: Bound | None, key: str, none: float) -> Floats:
        if bound is None:
            return np.full(len(self.units), none)
        placed = bound.formula
        scope = Scope(self.rulebook.names, Where.BOUND, quota.indicator)
        values = self._values(placed, scope, quota)[list(self.units)]
        tracer = self.reasoner.tracer(placed, scope)
        for unit in np.flatnonzero(np.isnan(values)):
            name = self.rulebook.units.names[self.units[unit]]
            why = joined(several(tracer.causes(placed.root, self.units[unit])), "; ")
            label = self.rulebook.indicators[quota.indicator].label
            self.issues.add(Code.UNKNOWN_BOUND, placed.place, quota=label, bound=key, unit=name, why=why)
        self._rests_on(placed, scope, self.units)
        return values

    def _rests_on(self, placed: Placed, scope: Scope, units: Sequence[int]) -> None:
        self.assumed.update(dict.fromkeys(rests_on(self.reasoner, placed, scope, units)))
