"""Frontiers against a figure that goes into a plan: each of its values has plans of its own (§12)."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.errors import RuleError
from engine.rulebook import Rulebook
from scenarios.fairness import allocate
from scenarios.frontier import Frontier, Point, shared, undominated
from scenarios.goals import CHANGES, COST, FAIRNESS
from scenarios.limited import Changes, Cost, Limited, least
from scenarios.plan import Solved, pose_and_compile, solve
from scenarios.unfairness import comparable, unfairness

if TYPE_CHECKING:
    from scenarios.problem import Problem
    from scenarios.stability import Stay
    from scenarios.walk import Gap

At = Callable[[Decimal], Rulebook]
"""The rulebook with the figure at a value. Raises RuleError where it can't have it."""


@dataclass(frozen=True, slots=True)
class Range:
    """The values of a figure that are looked at, in order. ``step``: what it can move by; ``more``: whether
    the greater is the better.
    """

    values: tuple[Decimal, ...]
    step: Decimal
    more: bool = False

    @property
    def best_first(self) -> tuple[Decimal, ...]:
        """The values, the best of them first."""
        return self.values[::-1] if self.more else self.values

    def middle(self, good: Decimal, bad: Decimal) -> Decimal | None:
        """A whole step half way between two values; None where they are neighbours."""
        low, high = min(good, bad), max(good, bad)
        middle = low + (high - low) / 2 // self.step * self.step
        return middle if low < middle < high else None

    def between(self, values: Sequence[Fraction]) -> tuple[Gap, ...]:
        """Neighbours among values that have whole steps between them."""
        pairs = itertools.pairwise(values)
        return tuple((low, high) for low, high in pairs if high - low > Fraction(self.step))


def figure_frontier(
    at: At,
    span: Range,
    allocation: str | None,
    time_limit: float | None = None,
    goal: str = FAIRNESS,
    issued: Callable[[Problem], Stay] | None = None,
) -> Frontier:
    """A goal of a plan against a figure: the best plan at each value, and of these what isn't dominated.

    Where a value allows a plan and the next one none, the last that does is looked for between them, by
    halves. ``goal``: fairness, or cost or changes, of which the least is found, then the fairest plan that
    has no more; ``issued``: what an issued plan says of a problem; ``time_limit``: seconds for all of it.
    """
    values = _Values(at, allocation, goal, issued, time_limit)
    for place, value in enumerate(span.values):
        values.look(value, len(span.values) - place)
    tried = list(span.values)
    for here, there in itertools.pairwise(span.values):
        tried += values.ends(span, here, there)
    known = sorted(value for value in tried if values.found.get(value))
    found = [point for value in known if (point := values.found[value])]
    kept = undominated(found, more=span.more)
    asked = [value for value in span.values if value in values.found]
    return Frontier(
        tuple(kept),
        tuple(point.goal for point in found if point not in kept),
        tuple(Fraction(value) for value in asked if values.found[value] is None),
        values.in_time and all(point.proven for point in found),
        span.between([Fraction(value) for value in known]),
    )


class _Values:
    """The best plan at each value that was looked at, None where there is none."""

    def __init__(
        self,
        at: At,
        allocation: str | None,
        goal: str,
        issued: Callable[[Problem], Stay] | None,
        time_limit: float | None,
    ) -> None:
        self.at, self.allocation, self.goal, self.issued = at, allocation, goal, issued
        self.deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
        self.found: dict[Decimal, Point | None] = {}
        self.in_time = True

    def look(self, value: Decimal, parts: int) -> None:
        """Find the best plan at a value; what isn't decided in time is left out."""
        try:
            solved = solve(self.at(value), self.allocation, shared(self.deadline, parts))
            answer = solved.found
            if answer.q is None or answer.x is None:
                if answer.status == "infeasible":
                    self.found[value] = None
                else:
                    self.in_time = False
                return
            self.found[value] = self._point(Fraction(value), solved)
        except RuleError:
            self.found[value] = None
        except TimeoutError:
            self.in_time = False

    def ends(self, span: Range, here: Decimal, there: Decimal) -> list[Decimal]:
        """The last value that allows a plan between one that does and one that doesn't, if it is neither."""
        if here not in self.found or there not in self.found:
            return []
        if (self.found[here] is None) == (self.found[there] is None):
            return []
        good, bad = (there, here) if self.found[here] is None else (here, there)
        first = good
        while (middle := span.middle(good, bad)) is not None:
            self.look(middle, 8)
            if middle not in self.found:
                break
            good, bad = (good, middle) if self.found[middle] is None else (middle, bad)
        return [good] if good != first else []

    def _point(self, value: Fraction, solved: Solved) -> Point:
        """What the goal comes to there. Raises TimeoutError."""
        found, problem = solved.found, solved.compiled.problem
        assert found.q is not None
        assert found.x is not None
        proven = found.status == "optimal"
        point = Point(value, found.objective, found.q, found.x, proven, problem)
        if self.goal == FAIRNESS:
            return point
        cells = solved.compiled.cells()
        if self.goal == CHANGES:
            assert self.issued is not None
            cells = replace(cells, stay=self.issued(problem))
        unfair = unfairness(cells, found.q)
        cells = comparable(cells, unfair)
        goal: Limited = Cost(cells) if self.goal == COST else Changes(cells)
        deadline = math.inf if solved.deadline is None else solved.deadline
        best = least(cells, goal, (), deadline)
        if best is None:
            raise TimeoutError
        answer = allocate(goal.under(cells, goal.of(best.q)), time_limit=shared(deadline, 1))
        if answer.q is None or answer.x is None:
            return replace(point, q=best.q, x=best.x, other=goal.of(best.q), proven=False)
        proven = answer.status == "optimal"
        return replace(
            point, objective=answer.objective, q=answer.q, x=answer.x, other=goal.of(answer.q), proven=proven
        )


def figures_frontier(
    at: Callable[[Decimal, Decimal], Rulebook],
    spans: tuple[Range, Range],
    allocation: str | None,
    time_limit: float | None = None,
) -> Frontier:
    """One figure against another: how good the first can be at each value of the second, and what isn't
    dominated, each with the fairest plan there.

    All pairs of the values are decided; between one that allows a plan and a better one that doesn't, the
    last that does is looked for by halves, so that neither figure of a point can be better by one step.
    ``at``: the rulebook with both figures, the first one first.
    """
    pairs = _Pairs(at, spans, allocation, time_limit)
    found: dict[tuple[Decimal, Decimal], None] = {}
    dropped, none = [], []
    for value in [*spans[1].best_first, None]:
        second = pairs.second_best(spans[0].best_first[-1]) if value is None else value
        first = None if second is None else pairs.first_best(second)
        if first is None or second is None:
            if value is not None and pairs.in_time:
                none.append(value)
            continue
        end = pairs.second_best(first)
        found[first, second if end is None else end] = None
    points = [point for pair in found if (point := pairs.point(*pair)) is not None]
    kept = undominated(points, more=spans[1].more, first_more=spans[0].more)
    goals = [point.goal for point in kept]
    dropped = [
        Fraction(value)
        for value in spans[1].values
        if value not in none and Fraction(value) not in goals and pairs.in_time
    ]
    gaps = []
    for here, there in itertools.pairwise(kept):
        assert here.other is not None
        assert there.other is not None
        apart = abs(there.other - here.other) > Fraction(spans[0].step)
        if apart and there.goal - here.goal > Fraction(spans[1].step):
            gaps.append((here.goal, there.goal))
    return Frontier(
        tuple(kept),
        tuple(dropped),
        tuple(Fraction(value) for value in sorted(none)),
        pairs.in_time and all(point.proven for point in kept),
        tuple(gaps),
    )


@dataclass(slots=True)
class _Pairs:
    """Which pairs of two figures' values allow a plan."""

    at: Callable[[Decimal, Decimal], Rulebook]
    spans: tuple[Range, Range]
    allocation: str | None
    time_limit: float | None
    known: dict[tuple[Decimal, Decimal], bool] = field(default_factory=dict)
    in_time: bool = True
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = math.inf if self.time_limit is None else time.perf_counter() + self.time_limit

    def allows(self, first: Decimal, second: Decimal) -> bool:
        """Whether there is a plan; what isn't decided in time counts as none."""
        if (first, second) not in self.known:
            if time.perf_counter() > self.deadline:
                self.in_time = False
                return False
            try:
                compiled = pose_and_compile(self.at(first, second), self.allocation)
            except RuleError:
                self.known[first, second] = False
            else:
                seconds = shared(self.deadline, 2)
                status = allocate(compiled.cells(), time_limit=seconds, proof=False).status
                if status == "none_found":
                    self.in_time = False
                    return False
                self.known[first, second] = status != "infeasible"
        return self.known[first, second]

    def first_best(self, second: Decimal) -> Decimal | None:
        """The best value of the first figure beside one of the second."""
        return self._best(self.spans[0], lambda value: self.allows(value, second))

    def second_best(self, first: Decimal) -> Decimal | None:
        """The best value of the second figure beside one of the first."""
        return self._best(self.spans[1], lambda value: self.allows(first, value))

    def point(self, first: Decimal, second: Decimal) -> Point | None:
        """The fairest plan of a pair that allows one."""
        solved = solve(self.at(first, second), self.allocation, shared(self.deadline, 4))
        answer = solved.found
        if answer.q is None or answer.x is None:
            self.in_time = False
            return None
        proven = answer.status == "optimal"
        problem = solved.compiled.problem
        return Point(Fraction(second), answer.objective, answer.q, answer.x, proven, problem, Fraction(first))

    def _best(self, span: Range, allows: Callable[[Decimal], bool]) -> Decimal | None:
        before: Decimal | None = None
        for value in span.best_first:
            if allows(value):
                if before is None:
                    return value
                good, bad = value, before
                while (middle := span.middle(good, bad)) is not None:
                    good, bad = (middle, bad) if allows(middle) else (good, middle)
                return good
            before = value
        return None
