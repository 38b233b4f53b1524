"""Metrics of a rulebook at one date and basis, over all units at once (§2, §3, §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from engine import calendar
from engine.formula.arrays import arithmetic, evaluate
from engine.formula.names import (
    AttributeRef,
    CalendarRef,
    FairRef,
    FigureRef,
    MetricRef,
    ParameterRef,
    QuotaRef,
    Scope,
    Symbol,
    Where,
)
from engine.resolve import Resolver
from engine.rulebook import Placed, Rulebook
from engine.values import MISSING_DAY, Floats, day_date


class Evaluator:
    """Evaluates formulas at ``as_of`` and ``basis``: float64 [unit] in base measures, NaN where unknown.

    Keeps what it worked out, so make one for each date and basis. It is the Context of the interpreters.
    """

    def __init__(self, rulebook: Rulebook, as_of: date, basis: str = "actual") -> None:
        self.rulebook = rulebook
        self.as_of, self.basis = as_of, basis
        self.figures = Resolver(rulebook, as_of, basis)
        self.fair: Floats | None = None

    def metric(self, indicator: str, metric: str) -> Floats:
        """A metric of an indicator at every unit. The metric must be for the indicator."""

        def make() -> Floats:
            placed = self.rulebook.metrics[metric].formulas[self.rulebook.indicators[indicator].kind]
            return self.formula(placed, Scope(self.rulebook.names, Where.METRIC, indicator))

        found: Floats = self.figures.once(("metric", indicator, metric), make)
        return found

    def formula(self, placed: Placed, scope: Scope, scale: float = 1.0) -> Floats:
        """A checked formula at every unit; ``scale`` is for bare numbers under a key with a measure (§4)."""
        values = np.asarray(evaluate(placed.root, scope, self), dtype=np.float64)
        if placed.bare:
            values = arithmetic("*", values, np.asarray(scale))
        return np.broadcast_to(values, (self.figures.size,))

    def value(self, symbol: Symbol) -> Floats:
        """What a name stands for."""
        match symbol:
            case FigureRef():
                return self.figure(symbol)
            case MetricRef():
                return self.metric(symbol.indicator, symbol.metric)
            case AttributeRef():
                return self.figures.attribute(symbol.name)
            case ParameterRef():
                return np.asarray(self.rulebook.parameters[symbol.name].value)
            case CalendarRef():
                return self.calendar(symbol)
            case FairRef() if self.fair is not None:
                return self.fair
            case QuotaRef() | FairRef():
                pass
        raise TypeError(symbol)

    def figure(self, figure: FigureRef) -> Floats:
        """A role of an indicator."""
        if figure.role == "target":
            return self.figures.target(figure.indicator).values
        return self.figures.role(figure.indicator, figure.role).values

    def last_year(self, figure: FigureRef) -> Floats:
        """The actual one year before each unit's figure."""
        return self.figures.last_year(figure.indicator, figure.role).values

    def previous(self, figure: FigureRef) -> Floats:
        """The actual before each unit's figure in the same year."""
        return self.figures.previous(figure.indicator, figure.role).values

    def children_sum(self, values: Floats) -> Floats:
        """At each unit the sum over its children."""
        return self.figures.children_sum(values)

    def parent_of(self, values: Floats) -> Floats:
        """At each unit its parent's value."""
        return self.figures.parent_of(values)

    def calendar(self, symbol: CalendarRef) -> Floats:
        """A calendar name at the date of the indicator's ``achieved``, or ``as_of`` where there is none."""

        def make() -> Floats:
            result = np.full(self.figures.size, self.on(symbol, self.as_of))
            if symbol.indicator is not None:
                days = self.figures.role(symbol.indicator, "achieved").days
                for day in np.unique(days):
                    if day != MISSING_DAY:
                        result[days == day] = self.on(symbol, day_date(day))
            return result

        found: Floats = self.figures.once(("calendar", symbol), make)
        return found

    def on(self, symbol: CalendarRef, day: date) -> float:
        """A calendar name on a day."""
        match symbol.name:
            case "year_progress":
                return float(calendar.year_progress(day))
            case "expected_share":
                curve = self.rulebook.indicators[symbol.indicator].curve if symbol.indicator else ()
                return calendar.expected_share(day, curve)
            case "days_elapsed":
                return float(calendar.days_elapsed(day))
            case "days_left":
                return float(calendar.days_left(day))
            case "months_left":
                return float(calendar.months_left(day))
        raise ValueError(symbol.name)


def metric_cube(
    rulebook: Rulebook,
    metrics: Sequence[str],
    indicators: Sequence[str],
    dates: Sequence[date],
    basis: str = "actual",
) -> Floats:
    """Metrics over indicators and dates: float64 [metric, indicator, date, unit], base measures.

    NaN where unknown and where a metric is not for an indicator.
    """
    cube = np.full((len(metrics), len(indicators), len(dates), len(rulebook.units)), np.nan)
    for at, day in enumerate(dates):
        evaluator = Evaluator(rulebook, day, basis)
        for row, metric in enumerate(metrics):
            for column, indicator in enumerate(indicators):
                if indicator in rulebook.metrics[metric].indicators:
                    cube[row, column, at] = evaluator.metric(indicator, metric)
    return cube
