"""The units that exist on a day, and what adds up over them (§6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.rulebook import Rulebook
from engine.units import Units
from engine.values import Floats

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Level:
    """``at``: [child], the units of one depth; ``above``: [parent], the units they hang from, each once;
    ``to``: [child], where a child's parent stands in ``above``.
    """

    at: NDArray[np.intp]
    above: Ints
    to: NDArray[np.intp]

    def any(self, which: Bools) -> Bools:
        """Whether any child is among the units ``which``: bool [unit] to [parent]."""
        return np.bincount(self.to, weights=which[self.at], minlength=len(self.above)) > 0


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
                above, to = np.unique(self.units.parent[at], return_inverse=True)
                found.append(Level(at, above, to))
        return found

    def combined(self, values: Floats, level: Level, how: str, weight: str | None) -> Floats:
        """The sum, or the mean weighted by an attribute, over the children: float64 [parent] of the
        level, NaN where one is unknown.
        """
        below = values[level.at]
        if how != "weighted" or not weight:
            return self.summed(below, level)
        weights = self.attribute(weight)[level.at]
        with np.errstate(all="ignore"):
            mean = self.summed(below * weights, level) / self.summed(weights, level)
        return np.where(np.isfinite(mean), mean, np.nan)

    def summed(self, below: Floats, level: Level) -> Floats:
        """Sums over the children of a level: float64 [child] to [parent]."""
        return np.asarray(np.bincount(level.to, below, minlength=len(level.above)), dtype=np.float64)

    def children_sum(self, values: Floats) -> Floats:
        """At each unit the sum over its children; NaN where one is unknown or there are none."""
        values = np.broadcast_to(values, (self.size,))
        total = np.full(self.size, np.nan)
        for level in self.levels:
            total[level.above] = self.summed(values[level.at], level)
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
                wanting = np.isnan(values[level.above])
                summed = self.combined(values, level, item.aggregate, item.weight)
                values[level.above[wanting]] = summed[wanting]
            self.attributes[name] = values
        return self.attributes[name]


class Forest:
    """The trees of a rulebook: one for each stretch of days on which the same units exist."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        units = rulebook.units
        ends = units.valid_to.astype(np.int64) + 1
        self.borders = np.unique(np.concatenate((units.valid_from, ends)))
        self.trees: dict[int, Tree] = {}

    def on(self, day: int) -> Tree:
        """The tree of a day."""
        stretch = int(np.searchsorted(self.borders, day, side="right"))
        if stretch not in self.trees:
            self.trees[stretch] = Tree(self.rulebook, day)
        return self.trees[stretch]
