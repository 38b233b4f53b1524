"""Metrics of a rulebook at one date and basis, over all units at once (§2, §3, §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from engine import calendar
from engine.forest import Forest
from engine.formula.arrays import arithmetic, evaluate
from engine.formula.names import (
    AttributeRef,
    CalendarRef,
    FairRef,
    Fault,
    FigureRef,
    MetricRef,
    ParameterRef,
    QuotaRef,
    Scope,
    Symbol,
    Where,
)
from engine.resolve import Kept, Resolver
from engine.rulebook import Placed, Rulebook
from engine.values import Floats, day_date


@dataclass(frozen=True, slots=True)
class _Remembering(Scope):
    """A scope that looks up each name once, as an indicator's formulas are evaluated at date after date."""

    found: dict[tuple[str, ...], Symbol | Fault] = field(default_factory=dict)

    def resolve(self, parts: tuple[str, ...]) -> Symbol | Fault:
        """What a name stands for, or why it can't stand here."""
        symbol = self.found.get(parts)
        if symbol is None:
            symbol = self.found[parts] = Scope.resolve(self, parts)
        return symbol


class Evaluator:
    """Evaluates formulas at ``as_of`` and ``basis``: float64 [unit] in base measures, NaN where unknown.

    Keeps what it worked out, so make one for each date and basis. It is the Context of the interpreters.
    """

    def __init__(
        self, rulebook: Rulebook, as_of: date, basis: str = "actual", kept: Kept | None = None
    ) -> None:
        self.rulebook = rulebook
        self.as_of, self.basis = as_of, basis
        self.figures = Resolver(rulebook, as_of, basis, kept)
        self.constant: dict[tuple[str, str | None, date], Floats] = {}
        self.fair: Floats | None = None

    def metric(self, indicator: str, metric: str, out: Floats | None = None) -> Floats:
        """A metric of an indicator at every unit, in ``out`` if given. It must be for the indicator."""
        found, key = self.figures.found, ("metric", indicator, metric)
        values: Floats | None = found.get(key)
        if values is None:
            placed = self.rulebook.metrics[metric].formulas[self.rulebook.indicators[indicator].kind]
            values = found[key] = self.formula(placed, self.scope(indicator), out=out)
        if out is not None and values is not out:
            np.copyto(out, values)
        return values

    def scope(self, indicator: str) -> Scope:
        """The scope of the formulas applied to an indicator, shared by evaluators of several dates."""
        kept, key = self.figures.kept.year, ("scope", indicator)
        found: Scope | None = kept.get(key)
        if found is None:
            found = kept[key] = _Remembering(self.rulebook.names, Where.METRIC, indicator)
        return found

    def formula(self, placed: Placed, scope: Scope, scale: float = 1.0, out: Floats | None = None) -> Floats:
        """A checked formula at every unit; ``scale`` is for bare numbers under a key with a measure (§4)."""
        values = np.asarray(evaluate(placed.root, scope, self, out), dtype=np.float64)
        if placed.bare and scale != 1.0:
            values = arithmetic("*", values, np.asarray(scale))
        return values if values.ndim else np.broadcast_to(values, (self.figures.size,))

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
        achieved = self.figures.role(symbol.indicator, "achieved") if symbol.indicator else None
        if achieved is None or achieved.day == self.figures.day:
            return self.everywhere(symbol, self.as_of)

        def make() -> Floats:
            result = np.full(self.figures.size, self.on(symbol, self.as_of))
            for day in np.unique(achieved.days[achieved.known]):
                result[achieved.days == day] = self.on(symbol, day_date(day))
            return result

        found: Floats = self.figures.once(symbol, make)
        return found

    def everywhere(self, symbol: CalendarRef, day: date) -> Floats:
        """A calendar name on the same day at every unit; one number, not to be written to."""
        curve = self.rulebook.indicators[symbol.indicator].curve if symbol.indicator else ()
        key = (symbol.name, symbol.indicator if curve else None, day)
        if key not in self.constant:
            self.constant[key] = np.broadcast_to(self.on(symbol, day), (self.figures.size,))
        return self.constant[key]

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
    out: Floats | None = None,
) -> Floats:
    """Metrics over indicators and dates: float64 [metric, indicator, date, unit], base measures.

    NaN where unknown and where a metric is not for an indicator. ``out``: an array of that shape to
    fill; a new one costs more than the metrics where it is large.
    """
    shape = (len(metrics), len(indicators), len(dates), len(rulebook.units))
    cube = np.empty(shape) if out is None else out
    if cube.shape != shape:
        raise ValueError(f"out has the shape {cube.shape}, not {shape}")
    kept = Kept(Forest(rulebook))
    evaluators = [Evaluator(rulebook, day, basis, kept) for day in dates]
    for column, indicator in enumerate(indicators):
        for at, evaluator in enumerate(evaluators):
            for row, metric in enumerate(metrics):
                if indicator in rulebook.metrics[metric].measures:
                    evaluator.metric(indicator, metric, cube[row, column, at])
                else:
                    cube[row, column, at] = np.nan
            evaluator.figures.forget()  # few arrays stay in the processor's cache, many don't
        kept.year.clear()
    return cube
