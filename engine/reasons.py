"""Why a figure is unknown at a unit, in words (§3): the Reasons that the tracer asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from engine.calendar import year_before
from engine.figures import TARGET_KINDS
from engine.formula.names import AttributeRef, FigureRef, MetricRef, Scope, Symbol, Where
from engine.formula.trace import Tracer, several
from engine.metrics import Evaluator
from engine.resolve import Resolved
from engine.rulebook import Placed, Rulebook
from engine.values import MISSING_DAY, day_date
from engine.words import Message, say

_Say = Callable[[int], Message]


class Reasoner(Evaluator):
    """An Evaluator that can also say why something is unknown."""

    def __init__(self, rulebook: Rulebook, as_of: date, basis: str = "actual") -> None:
        super().__init__(rulebook, as_of, basis)
        self.tracers: dict[tuple[str, str], Tracer] = {}

    def causes(self, indicator: str, metric: str, unit: int) -> list[Message]:
        """Why a metric is unknown at a unit; none where it is known."""
        key = (indicator, metric)
        if key not in self.tracers:
            placed = self.rulebook.metrics[metric].formulas[self.rulebook.indicators[indicator].kind]
            self.tracers[key] = self.tracer(placed, Scope(self.rulebook.names, Where.METRIC, indicator))
        tracer = self.tracers[key]
        placed = self.rulebook.metrics[metric].formulas[self.rulebook.indicators[indicator].kind]
        return tracer.causes(placed.root, unit)

    def tracer(self, placed: Placed, scope: Scope) -> Tracer:
        """A tracer for a formula."""
        return Tracer(placed.formula.text, scope, self, self.figures.size)

    def why(self, symbol: Symbol, unit: int) -> list[Message]:
        """Why a name has no value at a unit."""
        match symbol:
            case FigureRef():
                return self.why_figure(symbol, unit)
            case MetricRef():
                return self.causes(symbol.indicator, symbol.metric, unit)
            case AttributeRef():
                return self.why_attribute(symbol.name, unit)
        return [say("beyond_numbers", what=type(symbol).__name__)]

    def why_figure(self, figure: FigureRef, unit: int) -> list[Message]:
        """Why a role has no figure at a unit."""
        if figure.role == "target":
            return self.why_target(figure.indicator, unit)
        found = self.figures.role(figure.indicator, figure.role)
        return self._missing(figure.indicator, found, unit, lambda at: self.no_figure(figure, at))

    def no_figure(self, figure: FigureRef, unit: int) -> Message:
        """That a role has no figure at a unit."""
        role = figure.role
        if role == "achieved":
            role = "actual" if self.basis == "actual" else "achieved"
        values = {"what": self.indicator_name(figure.indicator), "unit": self.unit_name(unit)}
        if role == "baseline":
            return say("no_baseline", year=str(self.as_of.year - 1), **values)
        return say(f"no_{role}", when=self.as_of, **values)

    def why_target(self, indicator: str, unit: int) -> list[Message]:
        """Why there is no target at a unit."""
        found = self.figures.target(indicator)
        if found.kinds[unit] == TARGET_KINDS.index("change_by"):
            return self.why_figure(FigureRef(indicator, "baseline"), unit)
        year = str(self.as_of.year)
        what = self.indicator_name(indicator)

        def none(at: int) -> Message:
            return say("no_target", what=what, unit=self.unit_name(at), year=year)

        children = self.adding_up(indicator, unit)
        lacking = [child for child in children if np.isnan(found.values[child])]
        if lacking and len(lacking) < len(children):
            return several([none(child) for child in lacking])
        if children and not lacking:
            return [say("targets_of_several_kinds", what=what, unit=self.unit_name(unit))]
        return [none(unit)]

    def why_beside(self, function: str, figure: FigureRef, unit: int) -> list[Message]:
        """Why last_year or previous of a figure has no value at a unit."""
        day = int(self.figures.role(figure.indicator, figure.role).days[unit])
        if day == MISSING_DAY:
            return self.why_figure(figure, unit)
        what = self.indicator_name(figure.indicator)
        if function == "previous":
            when = day_date(day)
            found = self.figures.previous(figure.indicator, figure.role)
            key = "no_previous"
        else:
            when = year_before(day_date(day))
            found = self.figures.last_year(figure.indicator, figure.role)
            key = "no_actual_on"
        return self._missing(
            figure.indicator, found, unit, lambda at: say(key, what=what, unit=self.unit_name(at), when=when)
        )

    def _missing(self, indicator: str, found: Resolved, unit: int, none: _Say) -> list[Message]:
        """The unit's own lack, or that of those of its children that hold up the sum."""
        children = self.adding_up(indicator, unit)
        lacking = [child for child in children if np.isnan(found.values[child])]
        if lacking and len(lacking) < len(children):
            return several([none(child) for child in lacking])
        return [none(unit)]

    def adding_up(self, indicator: str, unit: int) -> list[int]:
        """The children that a unit's figure would be taken from (§6)."""
        if self.rulebook.indicators[indicator].aggregate == "none":
            return []
        return self.children_at(unit)

    def why_attribute(self, name: str, unit: int) -> list[Message]:
        """Why an attribute has no value at a unit."""
        values = self.figures.attribute(name)
        item = self.rulebook.attributes[name]
        children = self.children_at(unit) if item.aggregate != "none" else []
        lacking = [child for child in children if np.isnan(values[child])]
        at = lacking if lacking and len(lacking) < len(children) else [unit]
        label = Message(item.label.vi, name, f"'{item.label.en}'")
        return several([say("no_attribute", what=label, unit=self.unit_name(child)) for child in at])

    def children_at(self, unit: int) -> list[int]:
        """The valid units directly below a unit."""
        return [child for child in self.rulebook.units.children(unit) if self.figures.valid[child]]

    def parent_at(self, unit: int) -> int | None:
        """The unit above, None at the top."""
        above = int(self.rulebook.units.parent[unit])
        return None if above < 0 else above

    def unit_name(self, unit: int) -> Message:
        """A unit's name."""
        return self.rulebook.units.names[unit]

    def indicator_name(self, indicator: str) -> Message:
        """An indicator as causes name it: by its label in Vietnamese, by its name in English, by its label
        in written English.
        """
        label = self.rulebook.indicators[indicator].label
        return Message(label.vi, indicator, f"'{label.en}'")
