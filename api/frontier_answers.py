"""The answer of ``frontier``, as JSON and for people."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from api.alternatives_answers import by_unit, cells
from api.alternatives_table import part, quota_sheets
from api.answers import number, overlaid
from api.tables import Entry, Table, not_applicable, significant, words
from engine.numbers import Lang, format_number
from engine.words import Message, joined, say

if TYPE_CHECKING:
    from scenarios.frontier import Frontier, Point
    from scenarios.goals import Goal
    from scenarios.trading import Traded

WORDED = ("fairness", "cost", "changes")
"""Goals that have words of their own; others are paths."""


def frontier_answer(traded: Traded) -> dict[str, Any]:
    """The points by the second goal: a cost in base measures, a figure as it is written."""
    assert traded.found is not None
    found, (first, second) = traded.found, traded.goals
    points = []
    for point in found.points:
        assert point.problem is not None
        other = point.objective if point.other is None else _plain(point.other)
        points.append(
            {
                "goal": _plain(point.goal),
                "values": [other, _plain(point.goal)],
                "objective": point.objective,
                "proven": point.proven,
                "moved": moved(point, found),
                "totals": {asked.quota.id: asked.total for asked in point.problem.quotas},
                "by_unit": by_unit(point.problem, point.q),
                "cells": cells(point.problem, point.x),
            }
        )
    return {
        "rulebook": traded.rulebook.id,
        "allocation": traded.allocation,
        **overlaid(traded.rulebook),
        "goals": [first.name, second.name],
        "directions": [_better(first), _better(second)],
        "better": _better(second),
        "complete": found.complete,
        "every": found.every,
        "gaps": [[_plain(low), _plain(high)] for low, high in found.gaps],
        "points": points,
        "dominated": [_plain(value) for value in found.dominated],
        "infeasible": [_plain(value) for value in found.infeasible],
    }


def _better(goal: Goal) -> str:
    return "more" if goal.more else "less"


def moved(point: Point, found: Frontier) -> float | None:
    """The share of all that is placed that moves against the fairest point; None where totals differ."""
    fairest = min(found.points, key=lambda one: one.objective)
    if point.q.shape != fairest.q.shape or (point.q.sum(axis=1) != fairest.q.sum(axis=1)).any():
        return None
    return float(np.abs(point.q - fairest.q).sum()) / 2 / max(1, int(fairest.q.sum()))


def frontier_sheets(traded: Traded, lang: Lang) -> list[Table]:
    """A line for each point; then units × points of every quota, where all have the same units and totals."""
    assert traded.found is not None
    found, (first, second) = traded.found, traded.goals
    title = say(
        "frontier.title",
        first=_name(first),
        goal=_name(second),
        allocation=traded.rulebook.allocations[traded.allocation].title,
    ).in_(lang)
    shown = [second] if first.name == "fairness" else [first, second]
    names = [_name(goal).in_(lang) for goal in shown]
    columns = ["", *names, *(say(f"frontier.{key}").in_(lang) for key in ("objective", "moved"))]
    titles = [say("frontier.point", number=at) for at in range(1, len(found.points) + 1)]
    rows = []
    for at, point in zip(titles, found.points, strict=True):
        share = moved(point, found)
        values = [point.goal] if point.other is None else [point.other, point.goal]
        entries = [Entry(_plain(value), _written(value).in_(lang)) for value in values]
        told = not_applicable(lang) if share is None else part(share, lang)
        rows.append([words(at.in_(lang)), *entries, significant(point.objective, lang), told])
    tables = [Table(title, columns, rows, [False, *(True for _ in columns[1:])], _notes(traded, shown, lang))]
    if found.points and all(moved(point, found) is not None for point in found.points):
        problem = found.points[0].problem
        assert problem is not None
        tables += quota_sheets(problem, titles, [point.q for point in found.points], lang)
    return tables


def _notes(traded: Traded, shown: list[Goal], lang: Lang) -> list[str]:
    """Which way is better, whether these are all points, and what was left out."""
    assert traded.found is not None
    found = traded.found
    notes = [say(f"frontier.{_better(goal)}", goal=_name(goal)).in_(lang) for goal in shown]
    for key, values in (("frontier.dominated", found.dominated), ("frontier.infeasible", found.infeasible)):
        if values:
            notes.append(say(key, values=joined(map(_written, values), "; ")).in_(lang))
    if found.gaps and len(found.gaps) == len(found.points) - 1:
        notes.append(say("frontier.gaps_all").in_(lang))
    elif found.gaps:
        pairs = (joined([_written(low), _written(high)], " – ") for low, high in found.gaps)
        notes.append(say("frontier.gaps", values=joined(pairs, "; ")).in_(lang))
    elif found.every and found.points:
        notes.append(say("frontier.every" if len(found.points) > 1 else "frontier.single").in_(lang))
    if not found.complete:
        notes.append(say("frontier.unproven").in_(lang))
    return notes


def _name(goal: Goal) -> Message:
    return say(f"frontier.{goal.name}") if goal.name in WORDED else Message(goal.name, goal.name)


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _written(value: Fraction) -> Message:
    plain = number(_plain(value)) or 0
    decimals = None if value.denominator == 1 else 2
    return Message(format_number(plain, decimals, "vi"), format_number(plain, decimals, "en"))
