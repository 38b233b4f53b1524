"""The shape of a plan, for the OpenAPI page alone."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.http.shapes import Number, Overlaid, Shape, Step, Text


class Paced(Shape):
    """What a pace of change leaves a quota, around the last one; null without a limit."""

    last: float
    least: Number
    most: Number


class Share(Shape):
    """A quota of one unit."""

    quota: str
    unit: str
    value: int
    fair: Number
    need: float
    at_least: Number
    at_most: Number
    waterfall: list[Step] | None
    waterfall_unknown: str | None = None
    binding: list[str]
    pace: Paced | None


class Cell(Shape):
    """A quota of one unit in one period."""

    quota: str
    unit: str
    period: str
    value: int


class Tightest(Shape):
    """The instance of a rule with the least slack."""

    at: dict[str, str]
    left: float
    right: float
    slack: float


class Rule(Shape):
    """How a rule stands in the plan."""

    name: str
    instances: int
    binding: int
    tightest: Tightest | None
    measure: str


class Relaxation(Shape):
    """How much a member of a conflict would have to give way at a place."""

    member: str
    at: dict[str, str]
    by: float
    measure: str


class Conflict(Shape):
    """What can't be met together."""

    members: list[str]
    words: str
    relax: list[Relaxation]


class StayMove(Shape):
    """A quota that moves away from the issued one, with the names of what asks for it; to null where the
    unit is no longer in the plan.
    """

    quota: str
    unit: str
    from_: int = Field(alias="from")
    to: int | None
    change: int | None
    why: list[str]


class NewQuota(Shape):
    """A quota that the issued plan doesn't have."""

    quota: str
    unit: str
    to: int


class Stay(Shape):
    """How a plan stays close to an issued one."""

    plan: str
    weight: float | Literal["inf"]
    within: Text
    most: int | None
    moved: list[StayMove]
    new: list[NewQuota]


class Plan(Shape):
    """Whole quotas by unit and period, what binds them, or why there are none."""

    id: str
    rulebook: str
    allocation: str
    scenario: Text
    overlaid: list[Overlaid]
    status: Literal["optimal", "feasible", "infeasible", "none_found"]
    objective: Number
    bound_gap: Number
    totals: dict[str, int]
    by_unit: list[Share]
    cells: list[Cell]
    rules: list[Rule]
    conflicts: list[Conflict]
    relaxed_plan: dict[str, Any] | None
    assumed: list[str]
    stay: Stay | None = None
