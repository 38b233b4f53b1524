"""The shape of a comparison's answer, for the OpenAPI page alone."""

from __future__ import annotations

from typing import Any, Literal

from api.http.shapes import Move, Number, Overlaid, Shape, Text


class Fairness(Shape):
    """How far a quota's values are from the needs: ratios, null where unknown, with the cause."""

    largest_deviation: Number
    gini: Number
    theil: Number
    unknown: dict[str, str]


class Compared(Shape):
    """One of the plans that are compared."""

    name: str
    scenario: Text
    overlaid: list[Overlaid]
    status: Literal["optimal", "feasible", "infeasible", "none_found"]
    conflicts: list[str]
    objective: Number
    totals: dict[str, int]
    fairness: dict[str, Fairness]


class ChangedInput(Shape):
    """What the plans were made with at a path, a value a plan."""

    path: str
    values: list[Any]
    unknown: dict[str, str]


class ComparedQuota(Shape):
    """A quota of a unit: a value a plan, then change and percent against the first plan."""

    quota: str
    unit: str
    values: list[int | None]
    changes: list[int | None]
    percents: list[Number]
    unknown: dict[str, str]


class PlanMove(Move):
    """By how much a plan differs from the first."""

    plan: str


class Turn(Shape):
    """What binds in a plan and not in the first, and the other way round."""

    plan: str
    quota: str
    unit: str
    starts: list[str]
    stops: list[str]


class RuleBinding(Shape):
    """At how many instances a rule binds, a number a plan."""

    name: str
    binding: list[int | None]


class Diff(Shape):
    """Plans side by side, against the first."""

    rulebook: str
    allocation: str
    plans: list[Compared]
    changed: list[ChangedInput]
    by_unit: list[ComparedQuota]
    gains: list[PlanMove]
    loses: list[PlanMove]
    binding: list[Turn]
    rules: list[RuleBinding]
