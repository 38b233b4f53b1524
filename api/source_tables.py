"""The figures behind a gap table or a plan: what each is worth, since when, from where (§1, §14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from api import labels
from api.explain_tables import input_cells
from api.tables import Entry, Table, words
from engine.explain import Explainer, Input
from engine.formula.names import FigureRef, MetricRef, Scope, Where
from engine.gaps import GapTable, Row
from engine.numbers import Lang
from engine.reasons import Reasoner
from engine.rulebook import Rulebook
from engine.words import Message, both

if TYPE_CHECKING:
    from scenarios.plan import Plan
    from scenarios.problem import Problem

COLUMNS = ("figure", "unit", "value", "measure", "achieved_on", "state", "source", "place", "id")


def gap_figures(table: GapTable, lang: Lang) -> Table:
    """Every figure that the gap table uses."""
    return _sheet(_of_table(table), table.rulebook, lang)


def plan_and_gap_figures(plan: Plan, table: GapTable, lang: Lang) -> Table:
    """Every figure and parameter that the allocation uses, then what only the gap table uses."""
    problem = plan.problem
    return _sheet(chain(_of_problem(problem), _of_table(table)), problem.rulebook, lang)


def _of_table(table: GapTable) -> Iterator[Input]:
    explainer = Explainer(Reasoner(table.rulebook, table.as_of, table.basis))
    return (item for row in table.rows for item in _of_row(explainer, row))


def _of_row(explainer: Explainer, row: Row) -> Iterator[Input]:
    rulebook = explainer.rulebook
    unit = rulebook.units.index[row.unit]
    for role in ("target", "achieved"):
        yield explainer.figure(FigureRef(row.indicator, role), unit)
    yield explainer.beside("last_year", FigureRef(row.indicator, "achieved"), unit)
    if not rulebook.indicators[row.indicator].is_flow:
        yield explainer.figure(FigureRef(row.indicator, "baseline"), unit)
    for metric in row.metrics:
        yield explainer.metric(MetricRef(row.indicator, metric), unit)


def _of_problem(problem: Problem) -> Iterator[Input]:
    rulebook, allocation = problem.rulebook, problem.allocation
    reasoner = Reasoner(rulebook, allocation.as_of, allocation.basis)
    reasoner.fair = np.full(len(rulebook.units), np.nan)  # it is a plan's own number, not a figure's
    explainer = Explainer(reasoner)
    root = rulebook.units.index[allocation.root]
    for asked in problem.quotas:
        quota = asked.quota
        yield from explainer.formula(quota.total, Scope(rulebook.names, Where.TOTAL, quota.indicator), root)
        for placed, where in (
            (quota.need, Where.NEED),
            *((bound.formula, Where.BOUND) for bound in quota.bounds),
        ):
            for unit in problem.units:
                yield from explainer.formula(placed, Scope(rulebook.names, where, quota.indicator), unit)
    scope = rulebook.scope(Where.RULE, None, allocation)
    for rule in allocation.rules.values():
        for unit in (root, *problem.units):
            yield from explainer.formula(rule.require, scope, unit)


def _sheet(inputs: Iterable[Input], rulebook: Rulebook, lang: Lang) -> Table:
    """Inputs down to what was stated somewhere, each once."""
    found = {(leaf.name, leaf.place): leaf for item in inputs for leaf in _stated(item)}
    rows = [_row(leaf, rulebook, lang) for leaf in found.values()]
    titles = [labels.COLUMNS[key].in_(lang) for key in COLUMNS]
    return Table(labels.FIGURE_NOTES.in_(lang), titles, rows, [key == "value" for key in COLUMNS])


def _stated(item: Input) -> Iterator[Input]:
    if item.place is not None and item.formula is None:
        yield item
    for inner in item.inputs:
        yield from _stated(inner)


def _row(item: Input, rulebook: Rulebook, lang: Lang) -> list[Entry]:
    name, _, unit = item.name.partition("@")
    at = rulebook.units.index[unit or rulebook.root]
    return [
        words(figure_label(name, rulebook).in_(lang)),
        words("" if name in rulebook.parameters else rulebook.units.names[at].in_(lang)),
        *input_cells(item, rulebook, lang),
        words(item.name),
    ]


def figure_label(name: str, rulebook: Rulebook, between: str = ": ") -> Message:
    """A figure in words: ``last_year(jobs.achieved)`` is jobs created, same period last year; behind an @
    stands the unit.
    """
    name, _, unit = name.partition("@")
    label = _label(name, rulebook, between)
    if not unit:
        return label
    where = rulebook.units.names[rulebook.units.index[unit]]
    return Message(f"{label.vi}, {where.vi}", f"{label.en}, {where.en}")


def _label(name: str, rulebook: Rulebook, between: str) -> Message:
    function, _, inside = name.rpartition("(")
    first, _, role = inside.removesuffix(")").partition(".")
    if first in rulebook.indicators:
        indicator = rulebook.indicators[first].label
        if not (function or role):
            return indicator
        what = labels.ROLES[function or role]
        return Message(f"{indicator.vi}{between}{what.vi}", f"{indicator.en}{between}{what.en}")
    if name in rulebook.parameters:
        return rulebook.parameters[name].label
    return rulebook.attributes[name].label if name in rulebook.attributes else both(name)


def plan_sources(problem: Problem) -> list[Message]:
    """The sources of the figures and parameters that an allocation uses, each once."""
    titles = problem.rulebook.sources
    used = (leaf.source for item in _of_problem(problem) for leaf in _stated(item))
    return [titles[source] for source in dict.fromkeys(used) if source is not None]
