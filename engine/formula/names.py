"""What a name in a formula stands for (§5), by the place where the formula stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from engine.errors import Code
from engine.measures import BUILT_IN, RATIO, Measure
from engine.words import Message, did_you_mean, say


class Where(Enum):
    """The places a formula may stand in."""

    METRIC = "metric"
    CHECK = "check"
    TOTAL = "total"
    NEED = "need"  # at the receiving unit
    BOUND = "bound"  # at the receiving unit, with ``fair``
    CELL = "cell"  # a bound per period: also at a period
    RULE = "rule"


ROLES = ("target", "achieved", "actual", "estimate", "baseline")
CALENDAR: Mapping[str, Measure] = {
    "year_progress": RATIO,
    "expected_share": RATIO,
    "days_elapsed": BUILT_IN["day"],
    "days_left": BUILT_IN["day"],
    "months_left": BUILT_IN["month"],
    "months_in_period": BUILT_IN["month"],
}
FAIR = "fair"

_METRICS = frozenset(Where) - {Where.RULE}
_RULES = frozenset({Where.RULE})
_FAIR = frozenset({Where.BOUND, Where.CELL})
_TABLES = _FAIR | _RULES
_PERIODS = frozenset({Where.CELL, Where.RULE})
_BOTH = _METRICS | _RULES


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments a function takes and where it may stand."""

    least: int
    most: int
    where: frozenset[Where]


FUNCTIONS: Mapping[str, Function] = {
    "last_year": Function(1, 1, _METRICS),
    "previous": Function(1, 1, _BOTH),
    "children": Function(1, 1, _METRICS),
    "parent": Function(1, 1, _METRICS),
    "share": Function(1, 1, _METRICS),
    "count": Function(1, 1, _METRICS),
    "total": Function(1, 1, _RULES),
    "by_unit": Function(1, 1, _RULES),
    "by_period": Function(1, 1, _RULES),
    "by_group": Function(1, 1, _RULES),
    "cumulative": Function(1, 1, _RULES),
    "min": Function(2, 20, _BOTH),
    "max": Function(2, 20, _BOTH),
    "abs": Function(1, 1, _BOTH),
    "round_half_up": Function(2, 2, _BOTH),
    "where": Function(3, 3, _BOTH),
    "coalesce": Function(2, 20, _BOTH),
    "known": Function(1, 1, _BOTH),
    "quantity": Function(2, 2, _BOTH),
}
RESERVED = frozenset(ROLES) | frozenset(CALENDAR) | frozenset(FUNCTIONS) | {FAIR}
"""Names that a rulebook can't give to anything of its own."""


@dataclass(frozen=True, slots=True)
class FigureRef:
    """A role of an indicator, such as jobs.achieved (§2)."""

    indicator: str
    role: str


@dataclass(frozen=True, slots=True)
class MetricRef:
    """A metric applied to an indicator, such as jobs.percent_of_plan."""

    indicator: str
    metric: str


@dataclass(frozen=True, slots=True)
class AttributeRef:
    """An attribute of the unit."""

    name: str


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """A parameter of the rulebook."""

    name: str


@dataclass(frozen=True, slots=True)
class CalendarRef:
    """A calendar name, taken at the date of the indicator's ``achieved`` where there is one."""

    name: str
    indicator: str | None


@dataclass(frozen=True, slots=True)
class QuotaRef:
    """A quota's cell, unit × period, in a rule."""

    quota: str


@dataclass(frozen=True, slots=True)
class FairRef:
    """The fair share of the quota whose bound this is (§10)."""


@dataclass(frozen=True, slots=True)
class GroupRef:
    """An attribute of a grouping; at a unit it is that of the unit's group."""

    grouping: str
    name: str


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table of figures, in bounds and rules: the figure at the unit, period or group."""

    name: str
    by: tuple[str, ...]


Symbol = (
    GroupRef
    | TableRef
    | FigureRef
    | MetricRef
    | AttributeRef
    | ParameterRef
    | CalendarRef
    | QuotaRef
    | FairRef
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a name can't be used where it stands."""

    code: Code
    message: Message
    hint: Message | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a rulebook's formulas can name, with measures.

    ``metrics`` maps a metric to the indicators it is for; ``groups`` an attribute of a grouping to that
    grouping and its measure; ``tables`` a table to what it is by and its measure.
    """

    indicators: Mapping[str, Measure] = field(default_factory=dict)
    metrics: Mapping[str, frozenset[str]] = field(default_factory=dict)
    attributes: Mapping[str, Measure] = field(default_factory=dict)
    parameters: Mapping[str, Measure] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, Measure]] = field(default_factory=dict)
    tables: Mapping[str, tuple[tuple[str, ...], Measure]] = field(default_factory=dict)

    def everything(self) -> set[str]:
        """All names that could have been meant by a mistyped one."""
        own = {*self.indicators, *self.metrics, *self.attributes, *self.parameters}
        own |= {*self.groups, *self.tables}
        return own | set(ROLES) | set(CALENDAR)


@dataclass(frozen=True, slots=True)
class Scope:
    """A place in the rulebook: what the names of a formula there mean.

    ``home`` is the indicator that the formula is applied to, None for checks and rules;
    ``quotas`` maps a rule's quota names to their indicators.
    """

    names: Names
    where: Where
    home: str | None = None
    quotas: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, parts: tuple[str, ...]) -> Symbol | Fault:
        """What a name stands for, or why it can't stand here."""
        return self._dotted(*parts) if len(parts) == 2 else self._bare(parts[0])

    def _bare(self, name: str) -> Symbol | Fault:
        names = self.names
        if self.where is Where.RULE and name in self.quotas:
            return QuotaRef(name)
        if name in CALENDAR:
            return self._calendar(name)
        if name == FAIR:
            if self.where in _FAIR:
                return FairRef()
            return Fault(Code.WRONG_PLACE, say("fair_in_bounds_only"))
        if name in ROLES or name in names.metrics:
            if self.home is None:
                hint = say("write_indicator.hint", what=name)
                return Fault(Code.WRONG_PLACE, say("bare_role", what=name), hint)
            return self._of_indicator(self.home, name)
        if name in names.attributes:
            return AttributeRef(name)
        if name in names.parameters:
            return ParameterRef(name)
        if name in names.tables:
            return self._table(name)
        if name in names.groups:
            if self.where is Where.RULE:
                return GroupRef(names.groups[name][0], name)
            return Fault(Code.WRONG_PLACE, say("group_in_rules_only", what=name))
        if name in names.indicators:
            return Fault(
                Code.WRONG_PLACE,
                say("indicator_needs_role", what=name),
                say("write_role.hint", what=name),
            )
        if name in FUNCTIONS:
            return Fault(Code.WRONG_PLACE, say("function_needs_brackets", what=name))
        known = names.everything() | set(self.quotas)
        return Fault(Code.UNKNOWN_NAME, say("unknown_name", what=name), did_you_mean(name, known))

    def _table(self, name: str) -> Symbol | Fault:
        by = self.names.tables[name][0]
        if self.where not in _TABLES:
            return Fault(Code.WRONG_PLACE, say("table_not_here", what=name))
        if "period" in by and self.where not in _PERIODS:
            return Fault(Code.FREE_INDEX, say("table_by_period", what=name), say("table_by_period.hint"))
        return TableRef(name, by)

    def _calendar(self, name: str) -> Symbol | Fault:
        if name == "months_in_period":
            if self.where in _PERIODS:
                return CalendarRef(name, self.home)
            return Fault(Code.WRONG_PLACE, say("calendar_not_here", what=name))
        if self.where is Where.RULE:
            return Fault(Code.WRONG_PLACE, say("calendar_not_here", what=name))
        if name == "expected_share" and self.home is None:
            return Fault(Code.WRONG_PLACE, say("bare_role", what=name))
        return CalendarRef(name, self.home)

    def _dotted(self, first: str, second: str) -> Symbol | Fault:
        if first not in self.names.indicators:
            hint = did_you_mean(first, self.names.indicators)
            return Fault(Code.UNKNOWN_INDICATOR, say("unknown_indicator", what=first), hint)
        if second in ROLES or second in self.names.metrics:
            return self._of_indicator(first, second)
        hint = did_you_mean(second, {*ROLES, *self.names.metrics})
        return Fault(Code.UNKNOWN_NAME, say("unknown_role", what=second, indicator=first), hint)

    def _of_indicator(self, indicator: str, name: str) -> Symbol | Fault:
        if name in ROLES:
            return FigureRef(indicator, name)
        if indicator not in self.names.metrics[name]:
            return Fault(
                Code.WRONG_PLACE,
                say("metric_not_for", what=name, indicator=indicator),
                say("metric_not_for.hint"),
            )
        return MetricRef(indicator, name)
