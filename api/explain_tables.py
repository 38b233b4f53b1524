"""Explanations for people: a number's inputs, or what each rule of a plan costs and to whom (§14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from api import labels
from api.tables import (
    Entry,
    Table,
    amount,
    bullets,
    day,
    decimals_in,
    decimals_of,
    measure_words,
    significant,
    words,
)
from engine.explain import Explanation, Input
from engine.numbers import Lang, format_date, format_number
from engine.rulebook import Rulebook
from engine.words import say

if TYPE_CHECKING:
    from scenarios.ablation import Move
    from scenarios.explain import QuotaExplanation
    from scenarios.explain_plan import PlanExplanation


def explain_sheets(
    found: Explanation | QuotaExplanation | PlanExplanation, rulebook: Rulebook, lang: Lang
) -> list[Table]:
    """The tables of an explanation."""
    if not isinstance(found, Explanation):
        from scenarios.explain_plan import PlanExplanation

        if isinstance(found, PlanExplanation):
            if found.no_plan:
                from api.plan_table import plan_sheet

                return [plan_sheet(found.plan, lang)]
            return [without_sheet(found, lang), *([price_sheet(found, lang)] if found.prices != () else [])]
    return [explain_sheet(found, rulebook, lang)]


def without_sheet(found: PlanExplanation, lang: Lang) -> Table:
    """What each rule, bound, nest and hold costs: the plan made without it."""
    keys = ("rule", "cost", "gains", "loses")
    rows = [
        [
            words(part_words(found, one.name, lang)),
            _cost(one.cost, lang),
            words(_moves(found, [move for move in one.moves if move.change > 0], lang)),
            words(_moves(found, [move for move in one.moves if move.change < 0], lang)),
        ]
        for one in found.without
    ]
    notes = [] if rows else [say("without_nothing").in_(lang)]
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    title = say("without_each").in_(lang)
    return Table(title, titles, rows, [False, True, False, False], notes)


def _cost(cost: float | None, lang: Lang) -> Entry:
    if cost is None:
        return words(labels.UNKNOWN.in_(lang))
    return significant(cost if abs(cost) > NOISE else 0.0, lang)


def price_sheet(found: PlanExplanation, lang: Lang) -> Table:
    """What loosening a rule by one would be worth, in the relaxation at the plan."""
    rulebook = found.plan.problem.rulebook
    rows = [
        [
            words(part_words(found, one.name, lang)),
            words(place_words(found, one.at, lang)),
            significant(one.price, lang),
            words(measure_words(rulebook, one.measure, lang)),
        ]
        for one in found.prices or ()
    ]
    notes = [say("no_shadow_prices").in_(lang)] if found.prices is None else []
    titles = [labels.COLUMNS[key].in_(lang) for key in ("rule", "at", "shadow_price", "per")]
    return Table(say("shadow_prices").in_(lang), titles, rows, [False, False, True, False], notes)


def part_words(found: PlanExplanation, name: str, lang: Lang) -> str:
    """A rule by its label; a bound, nest, hold or multiple with its quota's."""
    problem = found.plan.problem
    if name in problem.allocation.rules:
        return problem.allocation.rules[name].label.in_(lang)
    quota, _, part = name.partition(".")
    indicator = problem.rulebook.indicators[problem.asked(quota).quota.indicator]
    return f"{indicator.label.in_(lang)}: {labels.BOUNDS[part].in_(lang)}"


def place_words(found: PlanExplanation, at: dict[str, str], lang: Lang) -> str:
    """A place: unit, group and period."""
    from api.plan_table import place_of

    return place_of(found.plan, at, lang)


def _moves(found: PlanExplanation, moves: list[Move], lang: Lang) -> str:
    """The quotas that would change, the largest changes first; the rest counted."""
    problem = found.plan.problem
    units = problem.rulebook.units
    ordered = sorted(moves, key=lambda move: -abs(move.change))
    said = []
    for move in ordered[:MOST_TOLD]:
        change = format_number(move.change, 0, lang)
        name = units.names[units.index[move.unit]].in_(lang)
        said.append(f"{name} ({move.quota}) {'+' if move.change > 0 else ''}{change}")
    if len(ordered) > MOST_TOLD:
        said.append(say("more_causes", more=len(ordered) - MOST_TOLD).in_(lang))
    return ", ".join(said)


MOST_TOLD = 3
NOISE = 1e-12
"""Costs below it are rounding."""


def explain_sheet(found: Explanation | QuotaExplanation, rulebook: Rulebook, lang: Lang) -> Table:
    """The tree of inputs, each below what it feeds, with value, status, source and place."""
    keys = ("figure", "value", "measure", "achieved_on", "state", "source", "place")
    rows = list(_rows(found.top, rulebook, lang, 0))
    unit = rulebook.units.names[rulebook.units.index[found.unit]].in_(lang)
    causes = [cause.in_(lang) for cause in found.unknown]
    notes = bullets(labels.UNKNOWN_NOTES, causes, lang)
    if isinstance(found, Explanation):
        unit += f", {format_date(found.as_of, lang)} ({labels.BASIS[found.basis].in_(lang)})"
    elif found.waterfall is None:
        notes = bullets(say("waterfall"), [say("no_waterfall").in_(lang)], lang)
        notes += bullets(say("bound_by"), _bound_by(found, rulebook, lang), lang)
    elif found.waterfall:
        steps = [
            f"{labels.STEPS[step.step].in_(lang)}: {format_number(step.change, None, lang)}"
            for step in found.waterfall
        ]
        notes = bullets(say("waterfall"), steps, lang)
        notes += bullets(say("bound_by"), _bound_by(found, rulebook, lang), lang)
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table(f"{found.what}, {unit}", titles, rows, [key == "value" for key in keys], notes[:-1])


def _bound_by(found: QuotaExplanation, rulebook: Rulebook, lang: Lang) -> list[str]:
    """What binds a quota: rules by their labels, bounds, and what it is held at."""
    allocation, _, quota = found.what.partition(".")
    rules = rulebook.allocations[allocation].rules
    step = rulebook.allocations[allocation].quotas[quota].multiple_of
    values = {item.name: item for item in found.top.inputs}
    said = []
    for name in found.binding:
        label = rules[name].label if name in rules else labels.BOUNDS[name]
        if name == "pace":
            said.append(f"{label.in_(lang)}: {_sides(found, values, rulebook, lang)}")
            continue
        item = values.get(f"{found.what}.{name}@{found.unit}")
        value = f": {amount(item.value, item.shown, _decimals(item, rulebook), lang).text}" if item else ""
        said.append(label.in_(lang) + (f": {step}" if name == "multiple_of" else value))
    return said


def _sides(found: QuotaExplanation, values: Mapping[str, Input], rulebook: Rulebook, lang: Lang) -> str:
    """What a pace of change leaves: floor and ceiling, as far as there are any."""
    said = []
    for key in ("at_least", "at_most"):
        item = values.get(f"{found.what}.pace.{key}@{found.unit}")
        if item is not None:
            shown = amount(item.value, item.shown, _decimals(item, rulebook), lang).text
            said.append(f"{labels.BOUNDS[key].in_(lang)} {shown}")
    return ", ".join(said)


def _rows(item: Input, rulebook: Rulebook, lang: Lang, depth: int) -> Iterable[list[Entry]]:
    name = "· " * depth + item.name + (f" = {item.formula}" if item.formula else "")
    yield [words(name), *input_cells(item, rulebook, lang)]
    for inner in item.inputs:
        yield from _rows(inner, rulebook, lang, depth + 1)


def input_cells(item: Input, rulebook: Rulebook, lang: Lang) -> list[Entry]:
    """A number's value, measure, date, status, source and place; a figure with the decimals it has."""
    shown = item.shown
    return [
        amount(item.value, shown, _decimals(item, rulebook), lang),
        words(measure_words(rulebook, shown, lang)),
        day(item.as_of, lang) if item.as_of else words(""),
        words(labels.FIGURE_STATUS[item.status].in_(lang) if item.status else ""),
        words(rulebook.sources[item.source].in_(lang) if item.source else ""),
        words(f"{item.place.file}:{item.place.line}" if item.place else ""),
    ]


def _decimals(item: Input, rulebook: Rulebook) -> int:
    """A metric's own decimals; other numbers as they are."""
    indicator, _, metric = item.name.partition("@")[0].partition(".")
    if item.formula and indicator in rulebook.indicators and metric in rulebook.metrics:
        own = rulebook.metrics[metric].decimals
        return decimals_of(item.shown, rulebook.indicators[indicator], own)
    return decimals_in(item.value, item.shown)
