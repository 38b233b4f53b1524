"""A whole plan explained (§14): what each rule costs and to whom, and what one unit more would be worth."""

from __future__ import annotations

from dataclasses import dataclass

from engine.rulebook import Rulebook
from engine.words import Message
from scenarios.ablation import Without, leave_out_each
from scenarios.plan import Plan, plan_of, solve
from scenarios.prices import Price, shadow_prices


@dataclass(frozen=True, slots=True)
class PlanExplanation:
    """The answer of ``explain`` for an allocation. ``unknown``: why there is nothing to explain; ``prices``:
    None where they weren't found.
    """

    what: str
    plan: Plan
    without: tuple[Without, ...] = ()
    prices: tuple[Price, ...] | None = ()
    unknown: tuple[Message, ...] = ()

    @property
    def unit(self) -> str:
        """The unit that the totals belong to."""
        return self.plan.problem.allocation.root

    @property
    def plan_status(self) -> str:
        """How the plan is."""
        return self.plan.status

    @property
    def no_plan(self) -> tuple[Message, ...]:
        """Why there is no plan."""
        return self.unknown


def explain_plan(rulebook: Rulebook, allocation: str, time_limit: float | None = None) -> PlanExplanation:
    """Explain an allocation's plan. ``time_limit``: seconds for the plan, and again for all without a rule.

    Raises RuleError as ``make_plan``.
    """
    solved = solve(rulebook, allocation, time_limit)
    plan = plan_of(solved)
    if not plan.cells:
        return PlanExplanation(allocation, plan, unknown=plan.why_none)
    without = leave_out_each(solved.compiled, solved.found, time_limit)
    return PlanExplanation(allocation, plan, without, shadow_prices(solved.compiled))
