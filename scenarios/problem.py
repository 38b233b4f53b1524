"""What is asked of an allocation (§10), in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.calendar import Period
from engine.errors import Code, Issues, RuleError
from engine.rulebook import Allocation, Quota, Rulebook
from engine.words import did_you_mean, say
from scenarios.assumptions import Assumption
from scenarios.situation import Situation
from scenarios.stability import Stay

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One quota in numbers over the receiving units [U] and periods [T]; float64 in base measures.

    ``need`` [U]; ``fair`` [U]: (total − Σ held) × need / Σ need over the units not held, NaN where held;
    ``before`` [U]: total × need / Σ need, as if none were held (§14); ``at_least`` / ``at_most`` [U] and
    ``cell_least`` / ``cell_most`` [U, T]: −inf / inf where there is no bound, held ones included;
    ``held`` [U] and ``held_cells`` [U, T]: what is fixed, NaN where nothing is (a unit whose every period is
    held is held at their sum); ``profile`` [T]; ``cost`` [U] or None; ``pace_least`` / ``pace_most`` [U]: as
    bounds, what its pace of change allows around ``last`` [U], the last quotas, NaN where nothing is limited;
    ``assumed``: what these rest on without having been observed.
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
    pace_least: Floats
    pace_most: Floats
    last: Floats
    assumed: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """An allocation ready to be modelled. ``units``: indexes into the rulebook's units, in their order;
    ``assumed``: what the numbers rest on without having been observed; ``stay``: the issued plan that it is
    to stay close to.
    """

    rulebook: Rulebook
    allocation: Allocation
    reasoner: Situation
    units: tuple[int, ...]
    periods: tuple[Period, ...]
    quotas: tuple[Asked, ...]
    assumed: tuple[Assumption, ...]
    stay: Stay | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many quotas, units and periods."""
        return len(self.quotas), len(self.units), len(self.periods)

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
    if name is None:
        name = rulebook.chosen
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
