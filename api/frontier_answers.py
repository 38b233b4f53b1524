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
    from engine.rulebook import Rulebook
    from scenarios.frontier import Frontier, Point

COST = "cost"


def frontier_answer(
    found: Frontier, rulebook: Rulebook, allocation: str, goal: str, *, more: bool
) -> dict[str, Any]:
    """The points by the goal beside fairness: a cost in base measures, a figure as it is written."""
    points = []
    for point in found.points:
        assert point.problem is not None
        points.append(
            {
                "goal": _plain(point.goal),
                "objective": point.objective,
                "proven": point.proven,
                "moved": moved(point, found),
                "totals": {asked.quota.id: asked.total for asked in point.problem.quotas},
                "by_unit": by_unit(point.problem, point.q),
                "cells": cells(point.problem, point.x),
            }
        )
    return {
        "rulebook": rulebook.id,
        "allocation": allocation,
        **overlaid(rulebook),
        "goals": ["fairness", goal],
        "better": "more" if more else "less",
        "complete": found.complete,
        "points": points,
        "dominated": [_plain(value) for value in found.dominated],
        "infeasible": [_plain(value) for value in found.infeasible],
    }


def moved(point: Point, found: Frontier) -> float | None:
    """The share of all that is placed that moves against the fairest point; None where totals differ."""
    fairest = min(found.points, key=lambda one: one.objective)
    if point.q.shape != fairest.q.shape or (point.q.sum(axis=1) != fairest.q.sum(axis=1)).any():
        return None
    return float(np.abs(point.q - fairest.q).sum()) / 2 / max(1, int(fairest.q.sum()))


def frontier_sheets(
    found: Frontier, rulebook: Rulebook, allocation: str, goal: str, lang: Lang, *, more: bool
) -> list[Table]:
    """A line for each point; then units × points of every quota, where all have the same units and totals."""
    name = say("frontier.cost") if goal == COST else Message(goal, goal)
    title = say("frontier.title", goal=name, allocation=rulebook.allocations[allocation].title).in_(lang)
    keys = ("objective", "moved")
    columns = ["", name.in_(lang), *(say(f"frontier.{key}").in_(lang) for key in keys)]
    titles = [say("frontier.point", number=at) for at in range(1, len(found.points) + 1)]
    rows = []
    for at, point in zip(titles, found.points, strict=True):
        share = moved(point, found)
        value = Entry(_plain(point.goal), _written(point.goal).in_(lang))
        shown = not_applicable(lang) if share is None else part(share, lang)
        rows.append([words(at.in_(lang)), value, significant(point.objective, lang), shown])
    notes = [say("frontier.more" if more else "frontier.less", goal=name).in_(lang)]
    for key, values in (("frontier.dominated", found.dominated), ("frontier.infeasible", found.infeasible)):
        if values:
            notes.append(say(key, values=joined(map(_written, values), "; ")).in_(lang))
    if not found.complete:
        notes.append(say("frontier.unproven").in_(lang))
    tables = [Table(title, columns, rows, [False, True, True, True], notes)]
    if found.points and all(moved(point, found) is not None for point in found.points):
        problem = found.points[0].problem
        assert problem is not None
        tables += quota_sheets(problem, titles, [point.q for point in found.points], lang)
    return tables


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _written(value: Fraction) -> Message:
    plain = number(_plain(value)) or 0
    decimals = None if value.denominator == 1 else 2
    return Message(format_number(plain, decimals, "vi"), format_number(plain, decimals, "en"))
