"""What a plan's numbers rest on without having been observed: assumptions, estimates, fallbacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.figures import Provenance
from engine.formula.arrays import symbol_of
from engine.formula.names import AttributeRef, FigureRef, GroupRef, MetricRef, ParameterRef, Scope, Where
from engine.formula.trace import several
from engine.formula.tree import Call, Name, walk
from engine.measures import Measure
from engine.overlaid import ASSUMED
from engine.reasons import Reasoner
from engine.resolve import Resolved, ResolvedTarget
from engine.rulebook import Attribute, Placed
from engine.values import MISSING_DAY, day_date
from engine.words import Message, joined, say


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a plan rests on without its having been observed. ``key``: of the message, filled in with
    ``values``; ``name``: what it is about, as formulas name it (``jobs.achieved@phu_quy``, an indicator
    alone where a formula took its fallback), None where that is no one thing.
    """

    key: str
    name: str | None
    values: tuple[tuple[str, object], ...] = ()

    @property
    def message(self) -> Message:
        """In words, with the names that formulas use."""
        return say(self.key, **{"what": self.name, **dict(self.values)})


def rests_on(reasoner: Reasoner, placed: Placed, scope: Scope, units: Sequence[int]) -> Iterator[Assumption]:
    """Assumed figures and parameters, estimates and fallbacks that a formula uses at units (DESIGN §5)."""
    for node in walk(placed.root):
        if isinstance(node, Name):
            yield from _symbol(reasoner, node, scope, units)
        elif isinstance(node, Call) and node.function == "coalesce":
            yield from _fallbacks(reasoner, placed, scope, node, units)


def _symbol(reasoner: Reasoner, node: Name, scope: Scope, units: Sequence[int]) -> Iterator[Assumption]:
    symbol = symbol_of(node, scope)
    rulebook = reasoner.rulebook
    match symbol:
        case ParameterRef():
            parameter = rulebook.parameters[symbol.name]
            if parameter.status in _TOLD:
                yield _told(reasoner, parameter.status, parameter.id, parameter.value, parameter.measure)
        case AttributeRef():
            yield from _attribute(reasoner, rulebook.attributes[symbol.name])
        case GroupRef():
            attribute = rulebook.groupings[symbol.grouping].attributes[symbol.name]
            if attribute.status in _TOLD:
                yield Assumption(f"all_{attribute.status}", attribute.id)
        case MetricRef():
            kind = rulebook.indicators[symbol.indicator].kind
            inner = Scope(rulebook.names, Where.METRIC, symbol.indicator)
            yield from rests_on(reasoner, rulebook.metrics[symbol.metric].formulas[kind], inner, units)
        case FigureRef():
            yield from _figure(reasoner, symbol, units)


_TOLD = ("assumed", "estimated")


def _attribute(reasoner: Reasoner, attribute: Attribute) -> Iterator[Assumption]:
    """An attribute that is assumed, or the cells of it that an overlay states, of every unit: a share rests
    on the neighbours too.
    """
    if attribute.status in _TOLD:
        yield Assumption(f"all_{attribute.status}", attribute.id)
    if attribute.status == ASSUMED:
        return
    units = reasoner.rulebook.units
    known = ~np.isnan(attribute.values) & reasoner.figures.tree.valid
    at = [unit for unit in units.assumed(attribute.id) if known[unit]]
    if len(at) > 3:
        yield Assumption("several_assumed", attribute.id, (("count", len(at)),))
        return
    for unit in at:
        value = float(attribute.values[unit])
        yield _told(reasoner, ASSUMED, f"{attribute.id}@{units.ids[unit]}", value, attribute.measure)


def _figure(reasoner: Reasoner, ref: FigureRef, units: Sequence[int]) -> Iterator[Assumption]:
    """The units' figures of a role, those added up from below included."""
    figures = reasoner.figures
    is_target = ref.role == "target"
    found: Resolved | ResolvedTarget = (
        figures.target(ref.indicator) if is_target else figures.role(ref.indicator, ref.role)
    )
    table = reasoner.rulebook.figures.targeted if is_target else reasoner.rulebook.figures.observed
    shown = reasoner.rulebook.indicators[ref.indicator].shown
    weight = reasoner.rulebook.indicators[ref.indicator].weight
    if weight is not None and any(
        found.rows[unit] < 0 and not np.isnan(found.values[unit]) for unit in units
    ):
        yield from _attribute(reasoner, reasoner.rulebook.attributes[weight])
    for status in _TOLD:
        at = [unit for unit in _down_to_rows(reasoner, found, units) if _status(table, found, unit) == status]
        if len(at) > 3:
            yield Assumption(f"several_{status}", f"{ref.indicator}.{ref.role}", (("count", len(at)),))
            continue
        for unit in at:
            day = MISSING_DAY if isinstance(found, ResolvedTarget) else int(found.days[unit])
            name = f"{ref.indicator}.{ref.role}"
            if unit != reasoner.rulebook.units.index[reasoner.rulebook.root]:
                name += f"@{reasoner.rulebook.units.ids[unit]}"
            yield _told(reasoner, status, name, float(found.values[unit]), shown, day)


def _status(table: Provenance | None, found: Resolved | ResolvedTarget, unit: int) -> str | None:
    return table.status_of(int(found.rows[unit])) if table else None


def _down_to_rows(
    reasoner: Reasoner, found: Resolved | ResolvedTarget, units: Sequence[int]
) -> Iterator[int]:
    for unit in units:
        if np.isnan(found.values[unit]):
            continue
        if found.rows[unit] >= 0:
            yield unit
        else:
            yield from _down_to_rows(reasoner, found, reasoner.children_at(unit))


def _told(
    reasoner: Reasoner, status: str, what: str, value: float, shown: Measure, day: int = MISSING_DAY
) -> Assumption:
    label = reasoner.rulebook.measure_label(shown)
    when = Message("", "") if day == MISSING_DAY else say("dated", when=day_date(day))
    values = (("value", value / float(shown.scale)), ("measure", label), ("when", when))
    return Assumption(f"rests_on_{status}", what, values)


def _fallbacks(
    reasoner: Reasoner, placed: Placed, scope: Scope, node: Call, units: Sequence[int]
) -> Iterator[Assumption]:
    """That a ``coalesce`` passed over its first argument, with the causes."""
    tracer = reasoner.tracer(placed, scope)
    first = node.arguments[0]
    causes = [cause for unit in units for cause in tracer.causes(first, unit)]
    if causes:
        text = placed.formula.text
        values = (
            ("what", text[first.start : first.end]),
            ("formula", text[node.start : node.end]),
            ("why", joined(several(causes), "; ")),
        )
        yield Assumption("fallback_taken", scope.home, values)
