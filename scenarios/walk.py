"""A walk along a frontier: limits of one goal, each with the best plan of another under it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Generic, Protocol, TypeVar


class HasGoal(Protocol):
    """Whatever has a value of the goal that is limited."""

    @property
    def goal(self) -> Fraction:
        """The value."""
        ...


P = TypeVar("P", bound=HasGoal)
Gap = tuple[Fraction, Fraction]


class Walk(Generic[P]):
    """What was found so far, and between which neighbours others may lie.

    Args:
        at: the best point under a limit, which of equally good ones has the least goal; None where it wasn't
            decided in time. Its second argument: among how many such questions the time left is to be shared.
        best: the best point without a limit.
        least: the least value that the goal can have.
        step: two values differ by a multiple of it; None where that is too fine to tell them apart.
    """

    def __init__(
        self,
        at: Callable[[Fraction, int], P | None],
        best: P,
        least: Fraction,
        step: Fraction | None,
    ) -> None:
        self.at, self.least, self.step = at, least, step
        self.found: dict[Fraction, P] = {best.goal: best}
        self.reach: dict[Fraction, Fraction] = {best.goal: best.goal}
        self.in_time = True

    @property
    def points(self) -> list[P]:
        """In the order of the goal."""
        return [self.found[goal] for goal in sorted(self.found)]

    @property
    def gaps(self) -> list[Gap]:
        """Neighbouring values between which a limit may have a point of its own."""
        goals = sorted(self.found)
        between = itertools.pairwise(goals)
        return [(low, high) for low, high in between if not self._shut(low, high)]

    def run(self, points: int) -> None:
        """Find up to so many: limits at equal distances first, then between those that lie far apart."""
        top = max(self.found)
        for at in range(points - 1):
            most = self._on_step(self.least + (top - self.least) * Fraction(at, points - 1))
            if not self._known(most):
                self._look(most, points - 1 - at)
        while self.step is not None and self.in_time and len(self.found) < points:
            gaps = self.gaps
            if not gaps:
                return
            low, high = max(gaps, key=lambda gap: gap[1] - self.reach[gap[0]])
            middle = self._on_step((self.reach[low] + high) / 2)
            point = self._look(middle, points - len(self.found))
            if point is not None and point.goal == low:
                self._look(high - self.step, points - len(self.found))
        self._close()

    def _close(self) -> None:
        """Find out whether nothing lies between those that were found, until something does."""
        gaps = self.gaps if self.step is not None and self.in_time else []
        for place, (low, high) in enumerate(gaps):
            assert self.step is not None
            point = self.at(high - self.step, len(gaps) - place)
            if point is None or point.goal != low:
                return
            self.reach[low] = high - self.step

    def _shut(self, low: Fraction, high: Fraction) -> bool:
        return self.step is not None and self.reach[low] >= high - self.step

    def _known(self, most: Fraction) -> bool:
        return any(goal <= most <= self.reach[goal] for goal in self.found)

    def _on_step(self, most: Fraction) -> Fraction:
        if self.step is None:
            return most
        return self.least + math.floor((most - self.least) / self.step) * self.step

    def _look(self, most: Fraction, parts: int) -> P | None:
        point = self.at(most, max(1, parts))
        if point is None:
            self.in_time = False
            return None
        self.found.setdefault(point.goal, point)
        self.reach[point.goal] = max(self.reach.get(point.goal, point.goal), most)
        return point
