"""The shapes of answers, for the OpenAPI page alone: answers themselves are plain dicts (DESIGN §5).

A test holds real answers against them, so that neither has a key that the other lacks.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | None
Text = str | None


class Shape(BaseModel):
    """An object with these keys, all of them, and no others."""

    model_config = ConfigDict(extra="forbid")


class Issue(Shape):
    """One fault, as in ``check``'s JSON."""

    code: str
    severity: Literal["error", "warning"]
    file: Text
    line: int | None
    column: int | None
    message: str
    hint: Text


class Problem(Shape):
    """RFC 9457 problem details, with the issues found."""

    type: str
    title: str
    status: int
    detail: str
    issues: list[Issue]


class Listed(Shape):
    """A rulebook by name; no title where it is faulty."""

    id: str
    title: Text
    year: int | None
    faulty: bool


class Rulebooks(Shape):
    """The rulebooks under the rules root."""

    rulebooks: list[Listed]


class Source(Shape):
    """Where figures come from."""

    id: str
    title: str


class Attribute(Shape):
    """A figure that units have."""

    id: str
    label: str
    measure: str
    status: str
    source: Text


class Allocation(Shape):
    """How totals are shared out."""

    id: str
    title: str
    from_: str = Field(alias="from")
    to: str
    every: Literal["month", "quarter", "half", "once"]
    among: str
    root: str
    as_of: str
    basis: Literal["actual", "estimate"]
    fairness: str
    quotas: list[str]
    rules: list[str]


class Rulebook(Shape):
    """What a rulebook is made of, by name."""

    id: str
    title: str
    year: int
    root: str
    levels: list[str]
    stale_after: int
    sources: list[Source]
    attributes: list[Attribute]
    indicators: list[str]
    metrics: list[str]
    parameters: list[str]
    checks: list[str]
    cases: list[str]
    allocations: list[Allocation]
    warnings: list[Issue]


class Unit(Shape):
    """A unit, with its attributes in base measures."""

    id: str
    parent: Text
    level: str
    name: str
    code: Text
    valid_from: Text
    valid_to: Text
    attributes: dict[str, Number]


class Units(Shape):
    """The units of a rulebook."""

    rulebook: str
    units: list[Unit]


class CurvePoint(Shape):
    """The share of the year's target expected by a day."""

    day: str
    expected: float


class Indicator(Shape):
    """What is tracked."""

    id: str
    label: str
    measure: str
    shown_in: str
    decimals: int | None
    kind: Literal["flow", "level"]
    direction: Literal["up", "down", "hold"]
    part_of: Text
    aggregate: str
    weight: Text
    curve: list[CurvePoint]


class Indicators(Shape):
    """The indicators of a rulebook."""

    rulebook: str
    indicators: list[Indicator]


class MetricFormula(Shape):
    """A formula, with the kinds of indicators that it is for."""

    for_: list[Literal["flow", "level"]] = Field(alias="for")
    formula: str
    file: str
    line: int


class Metric(Shape):
    """What is worked out from figures; ``measures`` by indicator."""

    id: str
    label: str
    formulas: list[MetricFormula]
    measures: dict[str, str]
    shown_in: Text
    decimals: int | None
    standard: bool


class Metrics(Shape):
    """The metrics of a rulebook, standard ones included."""

    rulebook: str
    metrics: list[Metric]


class Parameter(Shape):
    """A figure used by name: ``value`` in ``measure``, ``stated`` in ``shown_in``."""

    id: str
    label: str
    value: float
    measure: str
    stated: float
    shown_in: str
    status: str
    source: Text
    file: str
    line: int


class Parameters(Shape):
    """The parameters of a rulebook."""

    rulebook: str
    parameters: list[Parameter]


class Flag(BaseModel):
    """What looks wrong, with the facts it rests on."""

    model_config = ConfigDict(extra="allow")

    code: str
    words: str


class GapRow(Shape):
    """An indicator at a unit: base measures, null where unknown or not applicable."""

    indicator: str
    unit: str
    target: Number
    achieved: Number
    achieved_on: Text
    percent_of_plan: Number
    last_year: Number
    year_on_year: Number
    gap: Number
    year_progress: Number
    pace: Number
    required_per_month: Number
    required_rate_ratio: Number
    landing: Number
    status: str
    metrics: dict[str, Number]
    flags: list[Flag]
    unknown: dict[str, list[str]]
    not_applicable: list[str]


class Overlaid(Shape):
    """What overlays changed: values as they are written, null for what isn't there."""

    path: str
    from_: Any = Field(alias="from")
    to: Any
    by: str


class Gaps(Shape):
    """The gap table."""

    rulebook: str
    as_of: str
    basis: Literal["actual", "estimate"]
    scenario: Text
    overlaid: list[Overlaid]
    rows: list[GapRow]


class Step(Shape):
    """A step of a quota's waterfall; the changes add up to the quota."""

    step: Literal["fair_share", "holds", "bounds", "rules", "stay", "whole_numbers"]
    change: float


class Input(Shape):
    """A number that a formula uses, down to the observation."""

    name: str
    value: Number
    measure: str
    status: Text
    source: Text
    as_of: Text
    formula: Text
    file: Text
    line: int | None
    inputs: list[Input]


class Move(Shape):
    """By how much a quota would change."""

    quota: str
    unit: str
    change: int


class Without(Shape):
    """The plan without one of its rules, bounds, nests, holds or multiples."""

    name: str
    objective: Number
    cost: Number
    moves: list[Move]


class ShadowPrice(Shape):
    """What loosening a rule by one would take off the unfairness, in the relaxation in real numbers."""

    name: str
    at: dict[str, str]
    price: float
    per: str


class Explanation(Shape):
    """Where a number comes from. Of an allocation alone: what each of its rules costs and to whom."""

    what: str
    unit: str
    value: Number
    measure: str
    formula: Text
    file: Text
    line: int | None
    inputs: list[Input]
    unknown: list[str]
    waterfall: list[Step] | None
    waterfall_unknown: str | None = None
    without: list[Without] = Field(default_factory=list)
    shadow_prices: list[ShadowPrice] | None = Field(default_factory=list)
    shadow_prices_unknown: str | None = None
    scenario: Text
    overlaid: list[Overlaid]
