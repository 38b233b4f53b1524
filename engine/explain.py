"""Where a number comes from (§14): formula, inputs, dates, statuses and sources, down to the observation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from engine.errors import Code, Issue, Place, RuleError
from engine.figures import TARGET_KINDS, Provenance
from engine.formula.arrays import symbol_of
from engine.formula.names import (
    CALENDAR,
    ROLES,
    AttributeRef,
    CalendarRef,
    FairRef,
    FigureRef,
    GroupRef,
    MetricRef,
    ParameterRef,
    QuotaRef,
    Scope,
    Symbol,
    TableRef,
    Where,
)
from engine.formula.tree import Call, Name, Node, children_of
from engine.gaps import METRIC_COLUMNS, latest_date
from engine.measures import POINT, RATIO, Kind, Measure
from engine.overlaid import ASSUMED
from engine.reasons import Reasoner
from engine.resolve import Resolved
from engine.rulebook import Placed, Rulebook
from engine.tables import Table
from engine.values import MISSING_DAY, Floats, day_date
from engine.words import Message, did_you_mean, say


@dataclass(frozen=True, slots=True)
class Input:
    """A number and where it stands. ``value`` in ``measure``'s base measures, None where unknown;
    ``line`` counts from 1; ``shown``: what people see it in.
    """

    name: str
    value: float | None
    measure: Measure
    shown: Measure
    status: str | None = None
    source: str | None = None
    as_of: date | None = None
    place: Place | None = None
    formula: str | None = None
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of ``explain`` for a metric or a role of an indicator at a unit."""

    what: str
    unit: str
    as_of: date
    basis: str
    top: Input
    unknown: tuple[Message, ...] = field(default=())


def explain(
    rulebook: Rulebook,
    what: str,
    unit: str | None = None,
    as_of: date | None = None,
    basis: str = "actual",
) -> Explanation:
    """Explain ``indicator.metric`` or ``indicator.role`` at a unit (the root), as the gap table shows it.

    Raises RuleError (unknown_indicator, unknown_metric, unknown_unit, no_date).
    """
    symbol = find(rulebook, what)
    unit = unit or rulebook.root
    if unit not in rulebook.units.index:
        hint = did_you_mean(unit, rulebook.units.ids)
        raise RuleError([Issue(Code.UNKNOWN_UNIT, say("unknown_unit", what=unit), hint=hint)])
    reasoner = Reasoner(rulebook, as_of or latest_date(rulebook), basis)
    at = rulebook.units.index[unit]
    top = Explainer(reasoner).input(symbol, at)
    unknown = tuple(reasoner.why(symbol, at)) if top.value is None else ()
    return Explanation(what, unit, reasoner.as_of, basis, top, unknown)


def find(rulebook: Rulebook, what: str) -> FigureRef | MetricRef:
    """What ``indicator.metric`` or ``indicator.role`` stands for. Raises RuleError."""
    first, _, second = what.partition(".")
    if first not in rulebook.indicators:
        known = [*rulebook.indicators, *rulebook.allocations]
        hint = did_you_mean(first, known) or say("explain_what.hint")
        raise RuleError([Issue(Code.UNKNOWN_INDICATOR, say("unknown_indicator", what=first), hint=hint)])
    metric = METRIC_COLUMNS.get(second, second)
    if second in ROLES:
        return FigureRef(first, second)
    if metric in rulebook.metrics:
        if first not in rulebook.metrics[metric].indicators:
            message = say("metric_not_for", what=metric, indicator=first)
            raise RuleError([Issue(Code.UNKNOWN_METRIC, message, hint=say("metric_not_for.hint"))])
        return MetricRef(first, metric)
    known = [*ROLES, *(name for name, metric in rulebook.metrics.items() if first in metric.indicators)]
    if not second:
        message = say("explain_of", what=first, options=", ".join(f"{first}.{name}" for name in known))
        raise RuleError([Issue(Code.UNKNOWN_METRIC, message)])
    hint = did_you_mean(second, known) or say("explain_what.hint")
    message = say("unknown_role", what=second, indicator=first)
    raise RuleError([Issue(Code.UNKNOWN_METRIC, message, hint=hint)])


class Explainer:
    """Builds the tree of inputs over one Reasoner."""

    def __init__(self, reasoner: Reasoner) -> None:
        self.reasoner = reasoner
        self.rulebook = reasoner.rulebook
        self.figures = reasoner.figures

    def input(self, symbol: Symbol, unit: int) -> Input:
        """What a name is worth at a unit, and from where."""
        match symbol:
            case FigureRef():
                return self.figure(symbol, unit)
            case MetricRef():
                return self.metric(symbol, unit)
            case AttributeRef():
                return self.attribute(symbol.name, unit)
            case GroupRef():
                return self.of_group(symbol, unit)
            case TableRef():
                return self.cell(symbol, unit)
            case ParameterRef():
                item = self.rulebook.parameters[symbol.name]
                return Input(
                    item.id,
                    item.value,
                    item.measure.base(),
                    item.measure,
                    item.status,
                    item.source,
                    place=item.place,
                )
            case CalendarRef():
                return self.calendar(symbol, unit)
            case FairRef() if self.reasoner.fair is not None:
                return Input("fair", known(self.reasoner.fair, unit), RATIO, RATIO)
        raise TypeError(symbol)

    def formula(self, placed: Placed, scope: Scope, unit: int) -> tuple[Input, ...]:
        """The inputs of a formula at a unit: each name and each figure beside a figure once."""
        found: dict[tuple[str, int], Input] = {}
        self._gather(placed, placed.root, scope, unit, found)
        return tuple(found.values())

    def _gather(
        self, placed: Placed, node: Node, scope: Scope, unit: int, found: dict[tuple[str, int], Input]
    ) -> None:
        if isinstance(node, Name):
            symbol = symbol_of(node, scope)
            if isinstance(symbol, QuotaRef) or node.parts == ("months_in_period",):
                return  # a plan's own numbers, not a figure's
            item = self.input(symbol, unit)
            found.setdefault((item.name, unit), item)
            return
        if isinstance(node, Call) and node.function in ("last_year", "previous"):
            argument = node.arguments[0]
            assert isinstance(argument, Name)
            figure = symbol_of(argument, scope)
            if isinstance(figure, FigureRef):
                item = self.beside(node.function, figure, unit)
                found.setdefault((item.name, unit), item)
                return
        units = [unit]
        if isinstance(node, Call) and node.function in ("children", "count"):
            units = self.reasoner.children_at(unit)
        elif isinstance(node, Call) and node.function in ("parent", "share"):
            above = self.reasoner.parent_at(unit)
            units = [] if above is None else [above]
            if node.function == "share" and above is not None:
                units = self.reasoner.children_at(above)
        for at in units:
            for child in children_of(node):
                self._gather(placed, child, scope, at, found)

    def metric(self, ref: MetricRef, unit: int) -> Input:
        """A metric with its formula and inputs."""
        metric = self.rulebook.metrics[ref.metric]
        indicator = self.rulebook.indicators[ref.indicator]
        placed = metric.formulas[indicator.kind]
        scope = Scope(self.rulebook.names, Where.METRIC, ref.indicator)
        return Input(
            self.name(f"{ref.indicator}.{ref.metric}", unit),
            known(self.reasoner.metric(ref.indicator, ref.metric), unit),
            metric.measures[ref.indicator],
            self.rulebook.shown(metric, indicator),
            place=placed.place,
            formula=placed.formula.text,
            inputs=self.formula(placed, scope, unit),
        )

    def figure(self, ref: FigureRef, unit: int) -> Input:
        """A role with the row it stands in, or the children it adds up."""
        if ref.role == "target":
            return self.target(ref.indicator, unit)
        found = self.figures.role(ref.indicator, ref.role)
        name = f"{ref.indicator}.{ref.role}"
        return self.resolved(name, ref.indicator, found, unit)

    def beside(self, function: str, ref: FigureRef, unit: int) -> Input:
        """The figure that last_year or previous finds."""
        find_figure = self.figures.last_year if function == "last_year" else self.figures.previous
        found = find_figure(ref.indicator, ref.role)
        return self.resolved(f"{function}({ref.indicator}.{ref.role})", ref.indicator, found, unit)

    def resolved(self, name: str, indicator: str, found: Resolved, unit: int) -> Input:
        """A figure found for a role, at a unit."""
        item = self.rulebook.indicators[indicator]
        row, day = int(found.rows[unit]), int(found.days[unit])
        value = known(found.values, unit)
        status, source, place = self.provenance(self.rulebook.figures.observed, row)
        children: tuple[Input, ...] = ()
        if row < 0 and value is not None:
            below = self.reasoner.children_at(unit)
            children = tuple(self.resolved(name, indicator, found, child) for child in below)
        return Input(
            self.name(name, unit),
            value,
            item.measure.base(),
            item.shown,
            status,
            source,
            None if day == MISSING_DAY else day_date(day),
            place,
            inputs=children,
        )

    def target(self, indicator: str, unit: int) -> Input:
        """The year's target; a change_by shows the baseline and the change."""
        found = self.figures.target(indicator)
        item = self.rulebook.indicators[indicator]
        row = int(found.rows[unit])
        status, source, place = self.provenance(self.rulebook.figures.targeted, row)
        inputs: tuple[Input, ...] = ()
        value = known(found.values, unit)
        if row >= 0 and found.kinds[unit] == TARGET_KINDS.index("change_by"):
            own = self.rulebook.figures.targets[indicator, self.reasoner.as_of.year]
            change = Input(
                self.name(f"{indicator}.change_by", unit),
                known(own.values, unit),
                POINT.base() if item.measure.kind is Kind.RATE else item.measure.base(),
                POINT if item.measure.kind is Kind.RATE else item.shown,
                status,
                source,
                place=place,
            )
            inputs = (self.figure(FigureRef(indicator, "baseline"), unit), change)
        elif row < 0 and value is not None:
            inputs = tuple(self.target(indicator, child) for child in self.reasoner.children_at(unit))
        name = self.name(f"{indicator}.target", unit)
        return Input(name, value, item.measure.base(), item.shown, status, source, place=place, inputs=inputs)

    def attribute(self, name: str, unit: int) -> Input:
        """An attribute with its row, or the children it adds up; assumed where an overlay states any."""
        item = self.rulebook.attributes[name]
        value = known(self.figures.attribute(name), unit)
        own = not np.isnan(item.values[unit])
        table = self.rulebook.units.table
        place = table.place(unit, name) if table and own else None
        inputs: tuple[Input, ...] = ()
        if not own and value is not None:
            inputs = tuple(self.attribute(name, child) for child in self.reasoner.children_at(unit))
        is_assumed = self.rulebook.units.is_assumed(unit, name) if own else _any_assumed(inputs)
        return Input(
            self.name(name, unit),
            value,
            item.measure.base(),
            item.measure,
            ASSUMED if is_assumed else item.status,
            None if is_assumed else item.source,
            place=place,
            inputs=inputs,
        )

    def of_group(self, ref: GroupRef, unit: int) -> Input:
        """An attribute of the unit's group with its row."""
        grouping = self.rulebook.groupings[ref.grouping]
        item, group = grouping.attributes[ref.name], int(grouping.of_unit[unit])
        value = known(item.values, group) if group >= 0 else None
        name = f"{ref.name}@{grouping.groups[group]}" if group >= 0 else ref.name
        place = _row_of(grouping.table, group if group >= 0 else None) or grouping.place
        return Input(name, value, item.measure.base(), item.measure, item.status, item.source, place=place)

    def cell(self, ref: TableRef, unit: int) -> Input:
        """A table's figure at the unit or at its group, with its row."""
        item = self.rulebook.tables[ref.name]
        at = {name: grouping.of(unit) for name, grouping in self.rulebook.groupings.items()}
        row = item.row({**at, "unit": self.rulebook.units.ids[unit]})
        value = None if row is None else known(item.values, row)
        place = _row_of(item.table, row) or item.place
        return Input(self.name(ref.name, unit), value, item.measure.base(), item.measure, place=place)

    def calendar(self, ref: CalendarRef, unit: int) -> Input:
        """A calendar name and the date it was taken on."""
        value = known(self.reasoner.calendar(ref), unit)
        day = MISSING_DAY
        if ref.indicator is not None:
            day = int(self.figures.role(ref.indicator, "achieved").days[unit])
        on = self.reasoner.as_of if day == MISSING_DAY else day_date(day)
        measure = CALENDAR[ref.name]
        return Input(ref.name, value, measure, measure, as_of=on)

    def provenance(self, table: Provenance | None, row: int) -> tuple[str | None, str | None, Place | None]:
        """Status, source and place of a row."""
        if table is None or row < 0:
            return None, None, None
        return table.status_of(row), table.source_of(row), table.table.place(row)

    def name(self, name: str, unit: int) -> str:
        """A name, with the unit where it isn't the root's."""
        return (
            name
            if self.rulebook.units.ids[unit] == self.rulebook.root
            else (f"{name}@{self.rulebook.units.ids[unit]}")
        )


def _row_of(table: Table | None, row: int | None) -> Place | None:
    return None if table is None or row is None else table.place(row)


def _any_assumed(inputs: tuple[Input, ...]) -> bool:
    return any(item.status == ASSUMED for item in inputs)


def known(values: Floats, unit: int) -> float | None:
    """The value at a unit, None where unknown."""
    value = float(values[unit])
    return None if np.isnan(value) else value
