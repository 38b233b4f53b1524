"""What is asked of a frontier: which two goals, over which ranges (§12)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.overlay import Overlay
from engine.rulebook import Rulebook
from engine.words import say
from scenarios.figure_path import Figure, Load, figure_at, with_figure
from scenarios.frontier import Frontier, plan_frontier
from scenarios.frontier_figures import Range, figure_frontier, figures_frontier
from scenarios.goals import COST, Goal, bad, in_order
from scenarios.plan import Solved, solve
from scenarios.problem import Problem, choose_allocation
from scenarios.replan import Closeness, stay_of

if TYPE_CHECKING:
    from scenarios.issued import Issued
    from scenarios.stability import Stay

Reader = Callable[[Rulebook], "Issued"]
"""Reads the issued plan that changes are counted against. Raises RuleError."""


@dataclass(frozen=True, eq=False)
class Traded:
    """A frontier with what it is of. ``goals``: the first, and the second that points are in the order of,
    figures by their path in full; ``found``: None where there is no plan to begin with, as ``solved`` tells.
    """

    rulebook: Rulebook
    allocation: str
    goals: tuple[Goal, Goal]
    found: Frontier | None
    solved: Solved | None = None


def trade(
    read: Load,
    overlay: Overlay,
    goals: tuple[Goal, Goal],
    points: int,
    time_limit: float | None = None,
    issued: Reader | None = None,
) -> Traded:
    """The frontier of two goals. ``time_limit``: seconds for all of it. Raises RuleError."""
    deadline = None if time_limit is None else time.perf_counter() + time_limit
    one, two = in_order(goals, with_plan=issued is not None)
    rulebook = read(overlay)
    allocation = choose_allocation(rulebook, overlay.allocation).id
    overlay = overlay.with_allocation(allocation)
    plan = None if issued is None else issued(rulebook)
    spans = []
    for goal in (one, two):
        if goal.is_figure:
            figure = figure_at(read, overlay, goal.name)
            spans.append((figure.path, _range(goal, figure, points)))
    one, two = _in_full(one, two, [path for path, _ in spans])

    def stay(problem: Problem) -> Stay:
        assert plan is not None
        most = problem.shape[0] * problem.shape[1]
        return stay_of(problem, Closeness(plan, weight=0.0, most=most))

    def left() -> float | None:
        return None if deadline is None else max(0.01, deadline - time.perf_counter())

    if not spans:
        solved = solve(rulebook, allocation, left())
        _check_cost((one, two), solved.compiled.problem)
        if solved.found.x is None:
            return Traded(rulebook, allocation, (one, two), None, solved)
        at = None if plan is None else stay(solved.compiled.problem)
        found = plan_frontier(solved, (one.name, two.name), points, at)
        return Traded(rulebook, allocation, (one, two), found, solved)
    if one.is_figure:
        (first, across), (second, along) = spans

        def both(a: Decimal, b: Decimal) -> Rulebook:
            return read(with_figure(with_figure(overlay, first, a), second, b))

        return Traded(
            rulebook, allocation, (one, two), figures_frontier(both, (across, along), allocation, left())
        )
    ((path, span),) = spans
    if one.name == COST and all(
        quota.cost is None for quota in rulebook.allocations[allocation].quotas.values()
    ):
        raise bad(say("no_cost", what=allocation))
    found = figure_frontier(
        lambda value: read(with_figure(overlay, path, value)),
        span,
        allocation,
        left(),
        one.name,
        None if plan is None else stay,
    )
    return Traded(rulebook, allocation, (one, two), found)


def _in_full(one: Goal, two: Goal, paths: list[str]) -> tuple[Goal, Goal]:
    """The goals with the paths of figures in full. Raises RuleError where both are the same."""
    if len(set(paths)) < len(paths):
        raise bad(say("bad_goals", what=f"{one.name},{two.name}"))
    if one.is_figure:
        return replace(one, name=paths[0]), replace(two, name=paths[1])
    return one, replace(two, name=paths[0]) if paths else two


def _range(goal: Goal, figure: Figure, points: int) -> Range:
    """Values as evenly as whole steps of the figure allow, both ends among them."""
    assert goal.first is not None
    assert goal.last is not None
    first, last = min(goal.first, goal.last), max(goal.first, goal.last)
    if figure.whole and (first % 1 or last % 1):
        raise bad(say("whole_figure", what=f"{goal.name} = {first if first % 1 else last}"))
    step = figure.step
    for end in (first, last):  # an end may be written finer than the figure is
        exponent = end.as_tuple().exponent
        step = min(step, Decimal(1).scaleb(exponent)) if isinstance(exponent, int) and exponent < 0 else step
    span = last - first
    between = [first + (span * at / (points - 1) // step) * step for at in range(points - 1)]
    return Range(tuple(sorted({*between, last})), step, goal.more)


def _check_cost(goals: tuple[Goal, Goal], problem: Problem) -> None:
    if COST in {goal.name for goal in goals} and all(asked.cost is None for asked in problem.quotas):
        raise bad(say("no_cost", what=problem.allocation.id))
