"""The shapes of limits, what is needed, alternatives and the frontier, for the OpenAPI page alone."""

from __future__ import annotations

from typing import Literal

from api.http.plan_shapes import Cell, Conflict
from api.http.shapes import Number, Overlaid, Shape, Text


class Tested(Shape):
    """A value that was tried; `feasible` is null where that wasn't decided in time."""

    value: float
    feasible: bool | None


class Limits(Shape):
    """How far a figure may go before no plan exists, as it is written in the rulebook."""

    rulebook: str
    allocation: str
    scenario: Text
    overlaid: list[Overlaid]
    path: str
    direction: Literal["up", "down"]
    start: float
    step: float
    limit: Number
    beyond: Number
    free_to: Number
    in_time: bool
    tested: list[Tested]
    binding: list[str]
    conflicts: list[Conflict]
    issues: list[str]


class Needed(Shape):
    """What a unit must reach so that the root makes its target, in base measures."""

    rulebook: str
    scenario: Text
    overlaid: list[Overlaid]
    indicator: str
    unit: str
    as_of: str
    basis: Literal["actual", "estimate"]
    level: str
    units: int
    target: Number
    others: Number
    needed: Number
    own_target: Number
    achieved: Number
    landing: Number
    per_month: Number
    beyond: Number
    unknown: list[str]


class Placed(Shape):
    """A quota of one unit."""

    quota: str
    unit: str
    value: int


class Changed(Shape):
    """By how much a unit's quota differs from the fairest plan's."""

    quota: str
    unit: str
    change: int


class Alternative(Shape):
    """A plan nearly as fair; `moved`: its part that lies elsewhere than in each plan before it; `proven`:
    whether it is nearly the fairest that moves as much.
    """

    number: int
    objective: float
    worse_by: Number
    moved: list[float]
    proven: bool
    gains: list[Changed]
    loses: list[Changed]
    words: str
    by_unit: list[Placed]
    cells: list[Cell]


class Alternatives(Shape):
    """Plans that are nearly as fair as the fairest, which comes first."""

    rulebook: str
    allocation: str
    scenario: Text
    overlaid: list[Overlaid]
    best: float
    slack: float
    move: float
    asked: int
    time_limit: Number
    complete: bool
    possible_at: Number
    words: str
    plans: list[Alternative]


class Point(Shape):
    """A plan of the frontier; `values`: of both goals, `goal` of the second; `moved`: its part that lies
    elsewhere than in the fairest.
    """

    goal: float
    values: list[float]
    objective: float
    proven: bool
    moved: Number
    totals: dict[str, int]
    by_unit: list[Placed]
    cells: list[Cell]


class Frontier(Shape):
    """What one goal costs in another: no point is worse by both than another. `every`: whether there are no
    other points; `gaps`: values of the second goal between which others may lie.
    """

    rulebook: str
    allocation: str
    scenario: Text
    overlaid: list[Overlaid]
    goals: list[str]
    directions: list[Literal["more", "less"]]
    better: Literal["more", "less"]
    complete: bool
    every: bool
    gaps: list[list[float]]
    points: list[Point]
    dominated: list[float]
    infeasible: list[float]
