"""Where a rule stands: the positions of its instances, in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.rulebook import Filter
    from scenarios.problem import Problem


@dataclass(frozen=True, slots=True)
class Instance:
    """One place of a rule: positions of unit, period and group, None where it runs over none."""

    unit: Any = None
    period: Any = None
    group: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Instances(Sequence[Instance]):
    """Places of a rule, units or groups outermost. ``unit``, ``period``, ``group``: int64 [instance], all -1
    where the rule runs over none.
    """

    unit: NDArray[np.int64]
    period: NDArray[np.int64]
    group: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.unit)

    @overload
    def __getitem__(self, at: int) -> Instance: ...
    @overload
    def __getitem__(self, at: slice) -> Instances: ...
    def __getitem__(self, at: int | slice) -> Instance | Instances:
        if isinstance(at, slice):
            return self.picked(at)
        places = (int(axis[at]) for axis in (self.unit, self.period, self.group))
        return Instance(*(place if place >= 0 else None for place in places))

    def __iter__(self) -> Iterator[Instance]:
        return (self[at] for at in range(len(self)))

    def picked(self, at: Any) -> Instances:
        """Those at positions, a mask or a slice."""
        return Instances(self.unit[at], self.period[at], self.group[at])

    @property
    def place(self) -> NDArray[np.int64]:
        """The unit or else the group of each, -1 where the rule runs over neither."""
        return np.maximum(self.unit, self.group)

    def axes(self) -> Mapping[str, NDArray[np.int64]]:
        """The positions by what the rule runs over."""
        axes = {"unit": self.unit, "period": self.period, "group": self.group}
        return {name: axis for name, axis in axes.items() if len(axis) and axis[0] >= 0}


def instances_of(
    problem: Problem, over_units: bool, groups: Sequence[int] | None, periods: bool
) -> Instances:
    """Every place over the units, or over groups, and over periods."""
    spans = np.arange(len(problem.periods)) if periods else np.array([-1])
    if groups is not None:
        at = np.asarray(groups, dtype=np.int64)
    else:
        at = np.arange(len(problem.units)) if over_units else np.array([-1])
    place, period = np.repeat(at, len(spans)), np.tile(spans, len(at))
    nowhere = np.full(len(place), -1, dtype=np.int64)
    return Instances(nowhere, period, place) if groups is not None else Instances(place, period, nowhere)


def kept(where: Filter, problem: Problem, instances: Instances, grouping: str | None) -> NDArray[np.bool_]:
    """Which places a filter keeps, bool [instance]."""
    inside = _all(where.only, problem, instances, grouping)
    outside = (
        _all(where.but, problem, instances, grouping) if where.but else np.zeros(len(instances), dtype=bool)
    )
    return inside & ~outside


def _all(
    keys: Mapping[str, frozenset[str]], problem: Problem, instances: Instances, grouping: str | None
) -> NDArray[np.bool_]:
    found = np.ones(len(instances), dtype=bool)
    rulebook = problem.rulebook
    for key, names in keys.items():
        if key == "period":
            matches, at = [period.name in names for period in problem.periods], instances.period
        elif key == grouping and len(instances) and instances.group[0] >= 0:
            matches, at = [group in names for group in rulebook.groupings[key].groups], instances.group
        else:
            at = instances.unit
            if key in ("unit", "level"):
                of = rulebook.units.ids if key == "unit" else rulebook.units.levels
                matches = [of[unit] in names for unit in problem.units]
            else:
                groups = rulebook.groupings[key]
                among = [group in names for group in groups.groups] + [False]
                matches = [among[groups.of_unit[unit]] for unit in problem.units]
        # a key that the place doesn't have never matches
        found &= np.append(np.array(matches, dtype=bool), False)[at]
    return found
