"""The goals of a frontier (§12): what a plan itself has much or little of, or a figure that goes into it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Code, Issue, RuleError
from engine.words import Message, say

FAIRNESS, COST, CHANGES = "fairness", "cost", "changes"
PLAN_GOALS = (FAIRNESS, COST, CHANGES)
"""Those of a plan itself, in the order that two of them are told in."""


@dataclass(frozen=True, slots=True)
class Goal:
    """``name``: fairness, cost, changes, or the path of a figure, which goes from ``first`` to ``last``;
    ``more``: the greater the figure, the better, not the smaller.
    """

    name: str
    first: Decimal | None = None
    last: Decimal | None = None
    more: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether it is the path of a figure."""
        return self.name not in PLAN_GOALS


def in_order(goals: tuple[Goal, Goal], *, with_plan: bool) -> tuple[Goal, Goal]:
    """The goals, fairness first, then cost, changes, figures. Raises RuleError (bad_setting)."""
    names = [goal.name for goal in goals]
    if names[0] == names[1] or "" in names:
        raise bad(say("bad_goals", what=",".join(names)))
    for goal in goals:
        ranged = (goal.first, goal.last) != (None, None) or goal.more
        if ranged and not goal.is_figure:
            raise bad(say("range_without_path"))
        if goal.is_figure and (None in (goal.first, goal.last) or goal.first == goal.last):
            raise bad(say("bad_range", what=goal.name))
    if (CHANGES in names) != with_plan:
        raise bad(say("changes_without_plan" if CHANGES in names else "plan_without_changes"))
    place = {name: at for at, name in enumerate(PLAN_GOALS)}
    one, two = sorted(goals, key=lambda goal: place.get(goal.name, len(place)))
    return one, two


def bad(message: Message) -> RuleError:
    """What can't be asked."""
    return RuleError([Issue(Code.BAD_SETTING, message)])
