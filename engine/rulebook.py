"""A linked rulebook: everything named, measured and parsed; immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.actions import Action
from engine.errors import Issue, Place
from engine.expected import Expected
from engine.figures import Figures
from engine.formula.names import Names, Scope, Where
from engine.formula.tree import Formula, Node
from engine.measures import Kind, Measure, label_of, parse_measure
from engine.office import NO_OFFICE, Office
from engine.overlaid import Overlaid
from engine.reports import Report
from engine.tables import Table
from engine.units import Ints, Units
from engine.values import Floats
from engine.words import Message
from engine.yamlfile import Spot

PRIORITIES: Mapping[str, int] = {
    "stay": 1,
    "per_period": 2,
    "bounds": 3,
    "multiples": 4,
    "rules": 5,
    "nests": 7,
    "holds": 8,
    "totals": 9,
}
"""What is loosened least where a plan can't be met, unless the rulebook says otherwise (§13)."""

TAPER = 0.5
"""How much of a change beyond its free part a pace of change lets through, unless it says otherwise."""


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
class Grouping:
    """Units that share something, such as a school (§3). ``groups``: their names in the order they are met;
    ``of_unit``: int32 [unit], each unit's group, -1 without one; attributes have float64 [group];
    ``names``: what tables call the groups; ``table``: the file of the groups, in their order.
    """

    id: str
    label: Message
    groups: tuple[str, ...]
    of_unit: Ints
    attributes: Mapping[str, Attribute]
    place: Place
    names: tuple[Message, ...] = ()
    table: Table | None = None

    def of(self, unit: int) -> str | None:
        """The group of a unit, None where it is in none."""
        group = int(self.of_unit[unit])
        return self.groups[group] if group >= 0 else None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures by unit, period or group (§3). ``by``: unit, period or groupings; ``keys``: for each of them
    the key of every row; ``values``: float64 [row], base measure, NaN where the cell is empty: no bound;
    ``table``: the file.
    """

    id: str
    by: tuple[str, ...]
    measure: Measure
    keys: tuple[tuple[str, ...], ...]
    values: Floats
    place: Place
    table: Table | None = None

    def row(self, at: Mapping[str, str | None]) -> int | None:
        """The row for these keys by what the table is by, None where there is none."""
        wanted = tuple(at.get(axis) for axis in self.by)
        return next((row for row, key in enumerate(zip(*self.keys, strict=True)) if key == wanted), None)


@dataclass(frozen=True, slots=True)
class Filter:
    """Where a rule or bound applies: ``only`` where all its keys match, not where all of ``but`` do.

    Keys are unit, level, period or a grouping; values are names. Empty: everywhere, and nowhere not.
    """

    only: Mapping[str, frozenset[str]]
    but: Mapping[str, frozenset[str]]

    def keeps(self, at: Mapping[str, str]) -> bool:
        """Whether it applies at a place, given as {unit: …, level: …, period: …, grouping: …}."""
        inside = all(at.get(key) in names for key, names in self.only.items())
        outside = bool(self.but) and all(at.get(key) in names for key, names in self.but.items())
        return inside and not outside


EVERYWHERE = Filter({}, {})


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of a quota, or of its cells under ``per_period`` (§10). ``priority``: §13."""

    formula: Placed
    priority: int
    where: Filter


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a unit's quota may be from the last one. ``last``: that quota, a formula at the receiving unit
    or figures by unit; ``up`` and ``down``: the free change as a share of it, None without a limit;
    ``taper``: how much of what the fair share asks for beyond that is let through, 0 to 1; ``places``: where
    each of these stands, by its key.
    """

    last: Placed | Mapping[str, int]
    up: float | None
    down: float | None
    taper: float
    priority: int
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Quota:
    """What is shared out (§10). ``cell_least`` and ``cell_most`` are the bounds per period; ``profile``: the
    weight of a period by its name, 1 where missing; ``cost``: of one, at the receiving unit.
    """

    id: str
    indicator: str
    total: Placed
    need: Placed
    at_least: Bound | None
    at_most: Bound | None
    cell_least: Bound | None
    cell_most: Bound | None
    within: str | None
    multiple_of: int
    profile: Mapping[str, float]
    weight: float
    cost: Placed | None
    place: Place
    pace: Pace | None = None

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Its bounds of any kind that are stated, the last quota of its pace of change among them."""
        pace = self.pace
        last = Bound(pace.last, pace.priority, EVERYWHERE) if pace and isinstance(pace.last, Placed) else None
        stated = (self.at_least, self.at_most, self.cell_least, self.cell_most, last)
        return tuple(bound for bound in stated if bound is not None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A linear condition at each instance of ``over``: unit or a grouping, period, or nothing (once in all).

    ``priority``: §13.
    """

    id: str
    label: Message
    require: Placed
    over: tuple[str, ...]
    where: Filter
    priority: int
    place: Place


@dataclass(frozen=True, slots=True)
class Hold:
    """A quota of a unit, or one period of it, that is fixed (§10)."""

    unit: str
    quota: str
    period: str | None
    amount: Placed
    place: Place


@dataclass(frozen=True, slots=True)
class Allocation:
    """How totals are shared out (§10). ``starts`` … ``ends``: whole periods ``every`` within ``year``;
    ``freeze``: periods up to this day are held at what was reached (§12).
    """

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
    holds: tuple[Hold, ...]
    leave_out: frozenset[str]
    fairness: str
    place: Place
    freeze: date | None = None


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
class Scenario:
    """A what-if (§12). ``allocation``: the one that it is about; ``over``: the scenario that it stands on."""

    id: str
    title: Message
    allocation: str | None
    over: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a rulebook says, ready to be evaluated. ``warnings``: issues that don't stop the work.

    With overlays over it (§12) ``scenario`` is the one asked for, ``chosen`` the allocation that they are
    about, None where they don't say, ``overlaid`` what they changed.
    """

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
    groupings: Mapping[str, Grouping]
    tables: Mapping[str, FigureTable]
    allocations: Mapping[str, Allocation]
    cases: Mapping[str, Case]
    figures: Figures
    names: Names
    warnings: tuple[Issue, ...]
    scenarios: Mapping[str, Scenario]
    scenario: str | None
    chosen: str | None
    overlaid: tuple[Overlaid, ...]
    reports: Mapping[str, Report]
    actions: Mapping[str, Action]
    office: Office = NO_OFFICE

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
