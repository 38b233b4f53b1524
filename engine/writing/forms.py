"""How numbers stand in sentences and tables of a report (§7): half up, in the measure that suits them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.formula.names import (
    AttributeRef,
    Fault,
    FigureRef,
    MetricRef,
    ParameterRef,
    Scope,
    Symbol,
)
from engine.formula.tree import Binary, Call, Name, Node, walk
from engine.measures import PERCENT, POINT, Kind, Measure
from engine.numbers import Lang, exact, format_number, round_half_up
from engine.reports import Filled
from engine.rulebook import Indicator, Metric, Rulebook

__all__ = ["EXACT", "Form", "form_of", "metric_form", "number_text", "role_form"]

EXACT, DIVIDED = 9, 2
"""Decimals of what was stated, or added up from that, and of what was divided; zeros at the end go."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a number is shown in. ``named``: counts too have their measure behind them."""

    measure: Measure
    decimals: int
    named: bool = False


def number_text(rulebook: Rulebook, value: float, form: Form, lang: Lang, *, trim: bool = True) -> str:
    """A number of base measures as a sentence has it; a scale, a percentage is never left off."""
    measure = form.measure
    inside = Fraction(exact(value)) / measure.scale
    text = format_number(round_half_up(inside, form.decimals), form.decimals, lang, trim=trim)
    if measure.kind is Kind.RATE and not measure.powers:
        return f"{text}%"
    scaled = measure.kind is Kind.CHANGE or any(base == "VND" for base, _ in measure.powers)
    if scaled or (form.named and measure.powers):
        return f"{text} {rulebook.measure_label(measure).in_(lang)}"
    return text


def form_of(rulebook: Rulebook, blank: Filled, scope: Scope) -> Form:
    """The form of a blank: the one asked for, else that of what it names.

    A text that is said of several indicators can't say what they are measured in, so the number does.
    """
    node = blank.formula.root
    typed = blank.measures[scope.home]
    form = _named(rulebook, node, scope) or _composed(rulebook, node, scope, typed)
    decimals = form.decimals if blank.decimals is None else blank.decimals
    if blank.measure is None:
        return Form(form.measure, decimals, named=scope.home is not None)
    if blank.decimals is None and form.measure.scale != blank.measure.scale and form.decimals != DIVIDED:
        decimals = EXACT
    return Form(blank.measure, decimals, named=True)


def role_form(indicator: Indicator) -> Form:
    """The form of an indicator's figures."""
    if indicator.decimals is not None:
        return Form(indicator.shown, indicator.decimals)
    return Form(indicator.shown, DIVIDED if indicator.aggregate == "weighted" else EXACT)


def metric_form(rulebook: Rulebook, metric: Metric, indicator: Indicator) -> Form:
    """The form of a metric of an indicator: money a month in the indicator's own scale."""
    shown = rulebook.shown(metric, indicator)
    money = "VND" in dict(shown.powers)
    if metric.shown is None and money and shown.scale == 1 and indicator.shown.is_money:
        name = shown.name.replace("VND", indicator.shown.name, 1)
        shown = Measure(shown.powers, indicator.shown.scale, shown.kind, name)
    own = (money and shown.scale == indicator.shown.scale) or shown.powers == indicator.measure.powers
    if own and indicator.decimals is not None:
        return Form(shown, indicator.decimals)
    if metric.decimals is not None:
        return Form(shown, metric.decimals)
    formula = metric.formulas[indicator.kind].root
    return Form(shown, _decimals(rulebook, formula, indicator.id, shown))


def _decimals(rulebook: Rulebook, node: Node, home: str | None, shown: Measure) -> int:
    """Decimals of what a formula gives: all there are, or few where it divides, of counts none."""
    if not _divides(rulebook, node, home):
        return EXACT
    return 0 if shown.is_count else DIVIDED


def _symbol_form(rulebook: Rulebook, symbol: Symbol) -> Form | None:
    match symbol:
        case FigureRef():
            return role_form(rulebook.indicators[symbol.indicator])
        case MetricRef():
            indicator = rulebook.indicators[symbol.indicator]
            return metric_form(rulebook, rulebook.metrics[symbol.metric], indicator)
        case ParameterRef():
            return Form(rulebook.parameters[symbol.name].measure, EXACT)
        case AttributeRef():
            return Form(rulebook.attributes[symbol.name].measure, EXACT)
    return None


def _named(rulebook: Rulebook, node: Node, scope: Scope) -> Form | None:
    """The form of what a formula names, where it is a name alone, or a figure of last year."""
    if isinstance(node, Call) and node.function in ("last_year", "previous"):
        node = node.arguments[0]
    if not isinstance(node, Name):
        return None
    symbol = scope.resolve(node.parts)
    return None if isinstance(symbol, Fault) else _symbol_form(rulebook, symbol)


def _composed(rulebook: Rulebook, node: Node, scope: Scope, typed: Measure) -> Form:
    """The form of a composed formula: the scale of the first name of its dimension."""
    decimals = _decimals(rulebook, node, scope.home, typed)
    for form in _forms(rulebook, node, scope):
        if form.measure.powers == typed.powers and form.measure.kind is typed.kind:
            return Form(form.measure, min(decimals, form.decimals))
    if not typed.powers and typed.kind is not Kind.PLAIN:
        return Form(PERCENT if typed.kind is Kind.RATE else POINT, decimals)
    return Form(typed, decimals)


def _forms(rulebook: Rulebook, node: Node, scope: Scope) -> Iterator[Form]:
    for part in walk(node):
        if isinstance(part, Name):
            symbol = scope.resolve(part.parts)
            form = None if isinstance(symbol, Fault) else _symbol_form(rulebook, symbol)
            if form is not None:
                yield form


def _divides(rulebook: Rulebook, node: Node, home: str | None) -> bool:
    """Whether a formula may give numbers with no end of decimals."""
    for part in walk(node):
        if isinstance(part, Binary) and part.op in ("/", "**"):
            return True
        if isinstance(part, Call) and part.function == "share":
            return True
        if isinstance(part, Name) and part.parts[-1] in rulebook.metrics:
            indicator = part.parts[0] if len(part.parts) == 2 else home
            if indicator is None:
                return True
            formulas = rulebook.metrics[part.parts[-1]].formulas
            formula = formulas.get(rulebook.indicators[indicator].kind)
            if formula is None or _divides(rulebook, formula.root, indicator):
                return True
    return False
