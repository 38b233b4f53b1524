"""The units that exist on a day, and what adds up over them (§6)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.rulebook import Rulebook
from engine.units import Units
from engine.values import Floats

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
_Int = TypeVar("_Int", np.int8, np.int32)


@dataclass(frozen=True, slots=True)
class Level:
    """``at``: [child], the units of one depth, those of one parent together; ``above``: [parent], the units
    they hang from, each once; ``first``: [parent], where the children of each begin in ``at``.
    Both are slices where the units stand in a row.
    """

    at: NDArray[np.intp] | slice
    above: NDArray[np.intp] | slice
    first: NDArray[np.intp]

    def sum(self, below: Floats) -> Floats:
        """Sums over children: [child] to [parent]."""
        total: Floats = np.add.reduceat(below, self.first)
        return total

    def any(self, which: Bools) -> Bools:
        """Whether any child is among the units ``which``: [unit] to [parent]."""
        found: Bools = np.logical_or.reduceat(which[self.at], self.first)
        return found

    def range(self, values: NDArray[_Int]) -> tuple[NDArray[_Int], NDArray[_Int]]:
        """The least and the greatest of the children: [unit] to [parent]."""
        below = values[self.at]
        return np.minimum.reduceat(below, self.first), np.maximum.reduceat(below, self.first)


class Tree:
    """The units that exist on one day. ``levels``: those below others, deepest first."""

    def __init__(self, rulebook: Rulebook, day: int) -> None:
        self.rulebook = rulebook
        self.units: Units = rulebook.units
        self.size = len(self.units)
        self.valid: Bools = self.units.valid_on(day)
        self.levels = self._levels()
        self.attributes: dict[str, Floats] = {}

    def _levels(self) -> list[Level]:
        found = []
        for depth in range(int(self.units.depth.max(initial=0)), 0, -1):
            at = np.flatnonzero((self.units.depth == depth) & self.valid)
            if len(at):
                at = at[np.argsort(self.units.parent[at], kind="stable")]
                above, first = np.unique(self.units.parent[at], return_index=True)
                found.append(Level(_in_a_row(at), _in_a_row(above.astype(np.intp)), first))
        return found

    def combined(self, values: Floats, level: Level, how: str, weight: str | None) -> Floats:
        """The sum, or the mean weighted by an attribute, over the children: float64 [parent] of the
        level, NaN where one is unknown.
        """
        below = values[level.at]
        if how != "weighted" or not weight:
            return level.sum(below)
        weights = self.attribute(weight)[level.at]
        with np.errstate(all="ignore"):
            mean = level.sum(below * weights) / level.sum(weights)
        return np.where(np.isfinite(mean), mean, np.nan)

    def children_sum(self, values: Floats) -> Floats:
        """At each unit the sum over its children; NaN where one is unknown or there are none."""
        values = np.broadcast_to(values, (self.size,))
        total = np.full(self.size, np.nan)
        for level in self.levels:
            total[level.above] = level.sum(values[level.at])
        return total

    def parent_of(self, values: Floats) -> Floats:
        """At each unit its parent's value; NaN at the top."""
        values = np.broadcast_to(values, (self.size,))
        return np.where(self.units.parent >= 0, values[self.units.parent], np.nan)

    def attribute(self, name: str) -> Floats:
        """An attribute at every unit, parents filled from their children where it adds up."""
        if name not in self.attributes:
            item = self.rulebook.attributes[name]
            values: Floats = item.values.copy()
            for level in self.levels if item.aggregate != "none" else ():
                own = values[level.above]
                summed = self.combined(values, level, item.aggregate, item.weight)
                values[level.above] = np.where(np.isnan(own), summed, own)
            self.attributes[name] = values
        return self.attributes[name]


class Forest:
    """The trees of a rulebook: one for each stretch of days on which the same units exist."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        units = rulebook.units
        starts, ends = units.valid_from.tolist(), units.valid_to.tolist()
        self.borders = sorted({*starts, *(end + 1 for end in ends)})
        self.trees: dict[int, Tree] = {}

    def on(self, day: int) -> Tree:
        """The tree of a day."""
        stretch = bisect_right(self.borders, day)
        if stretch not in self.trees:
            self.trees[stretch] = Tree(self.rulebook, day)
        return self.trees[stretch]


def _in_a_row(units: NDArray[np.intp]) -> NDArray[np.intp] | slice:
    """The same units as a slice, if they are one: it reads faster."""
    start, end = int(units[0]), int(units[0]) + len(units)
    return slice(start, end) if np.array_equal(units, np.arange(start, end)) else units
