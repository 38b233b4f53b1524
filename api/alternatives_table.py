"""Plans that are nearly as fair as the fairest, for people: how they differ, then units × plans by quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import labels
from api.alternatives_answers import changes, difference, outcome, percent, worse_by
from api.tables import Entry, Table, measure_words, not_applicable, significant, words
from engine.numbers import Lang, format_number
from engine.words import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.alternatives import Alternatives
    from scenarios.convex import Whole
    from scenarios.plan import Solved
    from scenarios.problem import Problem


def alternatives_sheets(
    solved: Solved, found: Alternatives, seconds: float | None, lang: Lang
) -> list[Table]:
    """The plans in a line each, then every quota."""
    problem = solved.compiled.problem
    best = found.plans[0]
    titles = [say("alternatives.plan", number=at) for at in range(1, len(found.plans) + 1)]
    rows = []
    for title, plan in zip(titles, found.plans, strict=True):
        worse = worse_by(plan.objective, best.objective)
        shown = not_applicable(lang) if worse is None else part(worse, lang)
        moved = part(min(plan.moved), lang) if plan.moved else not_applicable(lang)
        gains, loses = changes(problem, best.q, plan.q)
        said = difference(problem, gains, loses) if plan.moved else say("alternatives.fairest")
        name = words(title.in_(lang))
        rows.append([name, significant(plan.objective, lang), shown, moved, words(said.in_(lang))])
    keys = ("objective", "worse_by", "moved", "difference")
    columns = ["", *(say(f"alternatives.{key}").in_(lang) for key in keys)]
    heading = f"{say('alternatives.title').in_(lang)}: {problem.allocation.title.in_(lang)}"
    numeric = [False, True, True, True, False]
    notes = [outcome(found, seconds).in_(lang)]
    plans = [plan.q for plan in found.plans]
    return [Table(heading, columns, rows, numeric, notes), *quota_sheets(problem, titles, plans, lang)]


def quota_sheets(problem: Problem, titles: list[Message], plans: Sequence[Whole], lang: Lang) -> list[Table]:
    """For each quota units × plans, int64 [K, U] each, with totals."""
    rulebook = problem.rulebook
    tables = []
    for k, asked in enumerate(problem.quotas):
        rows = [
            [
                words(rulebook.units.names[at].in_(lang)),
                *(Entry(int(q[k, u]), format_number(int(q[k, u]), 0, lang)) for q in plans),
            ]
            for u, at in enumerate(problem.units)
        ]
        total = Entry(asked.total, format_number(asked.total, 0, lang), above=len(rows))
        rows.append([words(labels.COLUMNS["total"].in_(lang)), *([total] * len(plans))])
        indicator = rulebook.indicators[asked.quota.indicator]
        label = indicator.label.in_(lang) if asked.quota.id == indicator.id else asked.quota.id
        title = f"{label} ({measure_words(rulebook, indicator.measure.base(), lang)})"
        columns = [labels.COLUMNS["unit"].in_(lang), *(one.in_(lang) for one in titles)]
        tables.append(Table(title, columns, rows, [False, *([True] * len(plans))], total_row=True))
    return tables


def part(share: float, lang: Lang) -> Entry:
    """A share with two decimals of a percent."""
    return Entry(share, percent(share, 2).in_(lang), 2, percent=True)
