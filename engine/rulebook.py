"""A linked rulebook: everything named, measured and parsed; immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.errors import Issue, Place
from engine.expected import Expected
from engine.figures import Figures
from engine.formula.names import Names, Scope, Where
from engine.formula.tree import Formula, Node
from engine.measures import Kind, Measure, label_of, parse_measure
from engine.units import Units
from engine.values import Floats
from engine.words import Message
from engine.yamlfile import Spot


@dataclass(frozen=True, slots=True)
class Placed:
    """A formula and where it stands. ``bare``: it is made of bare numbers, in the measure of its key."""

    formula: Formula
    spot: Spot
    bare: bool = False

    @property
    def root(self) -> Node:
        """The formula's tree."""
        return self.formula.root

    @property
    def place(self) -> Place:
        """Where the formula begins."""
        return self.spot.at(self.formula.text, 0)


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is tracked (§1). ``curve``: (day of a 365-day year, expected share), ascending; empty: linear."""

    id: str
    label: Message
    measure: Measure
    shown: Measure
    kind: str
    direction: str
    part_of: str | None
    aggregate: str
    weight: str | None
    curve: tuple[tuple[int, float], ...]
    decimals: int | None
    place: Place

    @property
    def is_flow(self) -> bool:
        """Whether it adds up over the year."""
        return self.kind == "flow"


@dataclass(frozen=True, slots=True)
class Metric:
    """A derived figure (§5). ``formulas`` by indicator kind; ``measures`` by indicator, its base measure;
    ``shown``: what it is shown in, None for the indicator's own.
    """

    id: str
    label: Message
    formulas: Mapping[str, Placed]
    measures: Mapping[str, Measure]
    shown: Measure | None
    decimals: int | None
    standard: bool

    @property
    def indicators(self) -> frozenset[str]:
        """The indicators it is for."""
        return frozenset(self.measures)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of units.csv. ``values``: float64 [unit], base measure, NaN where the cell is empty."""

    id: str
    label: Message
    measure: Measure
    status: str
    source: str | None
    aggregate: str
    weight: str | None
    values: Floats


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure used by name. ``value`` in base measures; ``stated`` as written, in ``measure``."""

    id: str
    label: Message
    measure: Measure
    value: float
    stated: Decimal
    status: str
    source: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that must hold wherever there are figures."""

    id: str
    label: Message
    require: Placed
    severity: str
    place: Place


@dataclass(frozen=True, slots=True)
class Quota:
    """What is shared out (§10)."""

    id: str
    indicator: str
    total: Placed
    need: Placed
    at_least: Placed | None
    at_most: Placed | None
    within: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Rule:
    """A linear condition at each instance of ``over``: unit, period, both or neither (once in all)."""

    id: str
    label: Message
    require: Placed
    over: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Allocation:
    """How totals are shared out (§10). ``starts`` … ``ends``: whole periods ``every`` within ``year``."""

    id: str
    title: Message
    starts: date
    ends: date
    every: str
    among: str
    root: str
    year: int
    as_of: date
    basis: str
    quotas: Mapping[str, Quota]
    rules: Mapping[str, Rule]
    fairness: str
    place: Place


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of a case: a target such as jobs.percent_of_plan and what it must be."""

    what: str
    expected: Expected
    place: Place


@dataclass(frozen=True, slots=True)
class Case:
    """A rule author's own test (§14): of figures at a unit, or of a plan."""

    id: str
    as_of: date | None
    basis: str
    unit: str
    plan: str | None
    expect: tuple[Expectation, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a rulebook says, ready to be evaluated. ``warnings``: issues that don't stop the work."""

    id: str
    title: Message
    year: int
    root: str
    stale_after: int
    sources: Mapping[str, Message]
    measures: Mapping[str, Measure]
    units: Units
    attributes: Mapping[str, Attribute]
    parameters: Mapping[str, Parameter]
    indicators: Mapping[str, Indicator]
    metrics: Mapping[str, Metric]
    checks: Mapping[str, Check]
    allocations: Mapping[str, Allocation]
    cases: Mapping[str, Case]
    figures: Figures
    names: Names
    warnings: tuple[Issue, ...]

    def scope(self, where: Where, home: str | None, allocation: Allocation | None = None) -> Scope:
        """The scope of a formula at a place, for resolving its names."""
        quotas = {q.id: q.indicator for q in allocation.quotas.values()} if allocation else {}
        return Scope(self.names, where, home, quotas)

    def measure_label(self, measure: Measure) -> Message:
        """A measure's words, the rulebook's own counts included."""
        return measure.label if measure.label.vi else label_of(measure.name, self.measures)

    def shown(self, metric: Metric, indicator: Indicator) -> Measure:
        """What a metric of an indicator is shown in."""
        if metric.shown:
            return metric.shown
        own = metric.measures[indicator.id]
        if own.powers == indicator.measure.powers and own.kind is indicator.measure.kind:
            return indicator.shown
        if own.kind is not Kind.PLAIN:  # 0.0052 is 0.52 percentage points
            return parse_measure(own.name, self.measures)
        return own
