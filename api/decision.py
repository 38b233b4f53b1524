"""A plan as a decision with its annexes: what the places of the decision's template are filled with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from api import labels
from api.documents.places import Blocks, Value
from api.documents.word import filled, letterhead
from api.plan_table import period_words as short_words
from api.source_tables import figure_label, plan_sources
from api.tables import measure_words
from engine.numbers import Lang, format_date, format_number, round_half_up
from engine.words import Message, say
from engine.writing.changes import change_words, period_words
from engine.writing.document import Block, Column, Row, Table

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.plan import Plan


def decision_bytes(plan: Plan, lang: Lang, template: Path | None = None) -> bytes:
    """The decision that gives a plan's quotas, as a .docx file. The plan must be one: it has cells.

    ``template``: the office's own. Raises RuleError (bad_template, …).
    """
    return filled("decision", decision_values(plan, lang), lang, template)


def decision_values(plan: Plan, lang: Lang) -> dict[str, Value]:
    """The places of a decision."""
    if not plan.cells:
        raise ValueError("a decision needs a plan")
    allocation = plan.problem.allocation
    title = allocation.title.in_(lang)
    return {
        **letterhead(plan.problem.rulebook.office, lang),
        "subject": say("decision.subject", what=_within(title) if lang == "vi" else title).in_(lang),
        "title": title,
        "from": format_date(allocation.starts, lang),
        "to": format_date(allocation.ends, lang),
        "units_count": format_number(len(plan.problem.units), 0, lang),
        "quotas": tuple(_totals(plan, lang)),
        "annex_units": Blocks((_units_table(plan, lang),)),
        "annex_periods": Blocks(tuple(_period_tables(plan, lang))),
        "notes": tuple(_notes(plan, lang)),
    }


def _within(title: str) -> str:
    """A title within a sentence: its first letter small, unless it begins with an acronym."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _totals(plan: Plan, lang: Lang) -> Iterator[str]:
    quotas = list(plan.totals.items())
    for at, (quota, total) in enumerate(quotas):
        said = (
            f"{_label(plan, quota).in_(lang)}: {format_number(total, 0, lang)} {_measure(plan, quota, lang)}"
        )
        yield said + (";" if at < len(quotas) - 1 else ".")


def _label(plan: Plan, quota: str) -> Message:
    """What a quota is called: its indicator, and its own name where that is another."""
    indicator = plan.problem.rulebook.indicators[plan.problem.asked(quota).quota.indicator]
    if quota == indicator.id:
        return indicator.label
    return Message(f"{indicator.label.vi} ({quota})", f"{indicator.label.en} ({quota})")


def _measure(plan: Plan, quota: str, lang: Lang) -> str:
    rulebook = plan.problem.rulebook
    indicator = rulebook.indicators[plan.problem.asked(quota).quota.indicator]
    return measure_words(rulebook, indicator.measure.base(), lang)


def _unit_names(plan: Plan, lang: Lang) -> dict[str, str]:
    problem = plan.problem
    names = problem.rulebook.units.names
    return {unit: names[at].in_(lang) for unit, at in zip(problem.unit_ids, problem.units, strict=True)}


def _first_columns(lang: Lang) -> tuple[Column, Column]:
    return Column(say("decision.number").in_(lang), is_count=True), Column(say("decision.unit").in_(lang))


def _period(period: str, lang: Lang) -> str:
    """The title of a period's column: 7/2023, July 2023."""
    return short_words(period, lang) if lang == "vi" else period_words(period).in_(lang)


def _units_table(plan: Plan, lang: Lang) -> Table:
    """Units × quotas with totals."""
    values = {(share.quota, share.unit): share.value for share in plan.shares}
    quotas = list(plan.totals)
    rows = [
        Row((str(at), name, *(format_number(values[quota, unit], 0, lang) for quota in quotas)))
        for at, (unit, name) in enumerate(_unit_names(plan, lang).items(), start=1)
    ]
    total = say("decision.total").in_(lang)
    sums = [format_number(plan.totals[quota], 0, lang) for quota in quotas]
    rows.append(Row(("", total, *sums), is_total=True))
    titles = [f"{_label(plan, quota).in_(lang)} ({_measure(plan, quota, lang)})" for quota in quotas]
    columns = (*_first_columns(lang), *(Column(title, is_number=True) for title in titles))
    return Table(columns, tuple(rows))


def _period_tables(plan: Plan, lang: Lang) -> Iterator[Block]:
    """A table a quota: units × periods with totals both ways; none where there is one period only."""
    periods = [period.name for period in plan.problem.periods]
    if len(periods) < 2:
        return
    cells = {(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells}
    units = _unit_names(plan, lang)
    total = say("decision.total").in_(lang)
    columns = (
        *_first_columns(lang),
        *(Column(_period(period, lang), is_number=True) for period in periods),
        Column(total, is_number=True),
    )
    for number, quota in enumerate(plan.totals, start=1):
        rows = []
        for at, (unit, name) in enumerate(units.items(), start=1):
            values = [cells[quota, unit, period] for period in periods]
            rows.append(
                Row((str(at), name, *(format_number(value, 0, lang) for value in [*values, sum(values)])))
            )
        sums = [sum(cells[quota, unit, period] for unit in units) for period in periods]
        down = (format_number(value, 0, lang) for value in [*sums, sum(sums)])
        rows.append(Row(("", total, *down), is_total=True))
        label = f"{number}. {_label(plan, quota).in_(lang)} ({_measure(plan, quota, lang)})"
        yield Table(columns, tuple(rows), label)


def _notes(plan: Plan, lang: Lang) -> Iterator[str]:
    """What the numbers rest on: the scenario, the date, the method, what is assumed."""
    problem = plan.problem
    rulebook, allocation = problem.rulebook, problem.allocation
    if rulebook.scenario is not None:
        title = rulebook.scenarios[rulebook.scenario].title
        yield say("decision.scenario", title=title).in_(lang)
    elif not rulebook.overlaid:
        yield say("decision.base").in_(lang)
    for change in rulebook.overlaid:
        yield say("decision.changed", what=change_words(change, rulebook)).prose_in(lang)
    basis = labels.BASIS[allocation.basis]
    yield say("decision.start", as_of=format_date(allocation.as_of, lang), basis=basis).in_(lang)
    yield say("decision.fairness", fairness=labels.FAIRNESS[allocation.fairness]).in_(lang)
    if plan.status == "feasible" and plan.bound_gap is not None:
        gap = format_number(round_half_up(plan.bound_gap * 100, 2), 2, lang)
        yield say("decision.unproven", gap=gap).in_(lang)
    for found in problem.assumed:
        label = figure_label(found.name, rulebook, ", ") if found.name else allocation.title
        yield say(f"decision.{found.key}", **{**dict(found.values), "what": label}).prose_in(lang)
    for source in plan_sources(problem):
        yield say("decision.source", source=source).in_(lang)
