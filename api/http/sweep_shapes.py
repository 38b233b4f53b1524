"""The shapes of jobs and of a sweep's summary, for the OpenAPI page alone."""

from __future__ import annotations

from typing import Literal

from api.http.shapes import Issue, Number, Overlaid, Shape, Text


class FailedScenario(Shape):
    """A scenario without a plan."""

    number: int
    status: str
    cause: str


class UnknownFigures(Shape):
    """Why figures are unknown, and in how many scenarios."""

    cause: str
    scenarios: int


class Spread(Shape):
    """How a figure spreads over the scenarios where it is known."""

    known: int
    unknown: int
    mean: Number
    sd: Number
    min: Number
    p5: Number
    p25: Number
    p50: Number
    p75: Number
    p95: Number
    max: Number


class TargetChance(Shape):
    """How often a quota's target is met; `chance` with its standard error and 95% interval if drawn."""

    quota: str
    target: Number
    met: int
    known: int
    unknown: int
    chance: Number
    standard_error: Number
    interval: list[float] | None


class Importance(Shape):
    """How much an input matters for a figure, under the name of the measure, which is one of three."""

    path: str
    figure: str
    squared_rank_correlation: Number = None
    correlation_ratio: Number = None
    swing: Number = None
    first: float | str | None = None
    last: float | str | None = None
    at_first: Number = None
    at_last: Number = None
    at_base: Number = None


class SweepSummary(Shape):
    """What all scenarios come to."""

    rulebook: str
    allocation: str
    scenario: Text
    overlaid: list[Overlaid]
    method: Literal["grid", "one_at_a_time", "draws"]
    seed: int
    scenarios: int
    counts: dict[str, int]
    failed: list[FailedScenario]
    failed_untold: int
    unknown: list[UnknownFigures]
    distributions: dict[str, Spread]
    targets: list[TargetChance]
    inputs: list[Importance]
    file: Text


class Progress(Shape):
    """How many scenarios are finished, and how many there are."""

    done: int
    total: int


class Job(Shape):
    """A sweep that goes on by itself. `cause` and `issues` say why it failed; `result` is there when done."""

    id: str
    rulebook: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Progress
    seconds_left: Number
    cause: Text
    issues: list[Issue]
    result: SweepSummary | None
    rows: str
    events: str
