"""The answer of ``alternatives``: plans that are nearly as fair as the fairest, as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from api.answers import number, overlaid
from engine.numbers import Lang, format_number
from engine.words import Message, joined, say

if TYPE_CHECKING:
    from scenarios.alternatives import Alternatives
    from scenarios.convex import Whole
    from scenarios.plan import Solved
    from scenarios.problem import Problem

FEW = 3
"""So many units that gain or lose most are named in words."""


class Change(NamedTuple):
    """By how much a unit's quota differs."""

    quota: str
    unit: str
    change: int


def alternatives_answer(
    solved: Solved, found: Alternatives, seconds: float | None, lang: Lang
) -> dict[str, Any]:
    """The plans, the fairest first."""
    problem = solved.compiled.problem
    best = found.plans[0]
    plans = []
    for at, plan in enumerate(found.plans, start=1):
        gains, loses = changes(problem, best.q, plan.q)
        plans.append(
            {
                "number": at,
                "objective": plan.objective,
                "worse_by": worse_by(plan.objective, best.objective),
                "moved": list(plan.moved),
                "proven": plan.proven,
                "gains": [one._asdict() for one in gains],
                "loses": [one._asdict() for one in loses],
                "words": difference(problem, gains, loses).in_(lang),
                "by_unit": by_unit(problem, plan.q),
                "cells": cells(problem, plan.x),
            }
        )
    return {
        "rulebook": problem.rulebook.id,
        "allocation": problem.allocation.id,
        **overlaid(problem.rulebook),
        "best": best.objective,
        "slack": found.slack,
        "move": found.move,
        "asked": found.asked,
        "time_limit": number(seconds),
        "complete": found.complete,
        "possible_at": found.possible_at,
        "words": outcome(found, seconds).in_(lang),
        "plans": plans,
    }


def worse_by(objective: float, best: float) -> float | None:
    """By which part of the best a plan is less fair; None where the best is 0 and it isn't."""
    if objective <= best:
        return 0.0
    return objective / best - 1 if best > 0 else None


def changes(problem: Problem, before: Whole, after: Whole) -> tuple[list[Change], list[Change]]:
    """Who gains and who loses, int64 [K, U] each: the largest first."""
    found = [
        Change(problem.quotas[k].quota.id, problem.unit_ids[u], int(after[k, u] - before[k, u]))
        for k, u in np.argwhere(after != before).tolist()
    ]
    gains = sorted((one for one in found if one.change > 0), key=lambda one: -one.change)
    return gains, sorted((one for one in found if one.change < 0), key=lambda one: one.change)


def difference(problem: Problem, gains: list[Change], loses: list[Change]) -> Message:
    """Who gains and loses most, in words."""
    if not gains and not loses:
        return say("alternatives.same")
    return joined(
        [
            say("alternatives.gains", units=_named(problem, gains)),
            say("alternatives.loses", units=_named(problem, loses)),
        ],
        "; ",
    )


def _named(problem: Problem, found: list[Change]) -> Message:
    units, several = problem.rulebook.units, len(problem.quotas) > 1
    parts = []
    for one in found[:FEW]:
        name = units.names[units.index[one.unit]]
        sign = "+" if one.change > 0 else ""
        vi, en = (f"{sign}{format_number(one.change, 0, lang)}" for lang in ("vi", "en"))
        label = problem.rulebook.indicators[problem.asked(one.quota).quota.indicator].label
        tail = (f" ({label.vi})", f" ({label.en})") if several else ("", "")
        parts.append(Message(f"{name.vi} {vi}{tail[0]}", f"{name.en} {en}{tail[1]}"))
    if len(found) > FEW:
        parts.append(say("more_causes", more=len(found) - FEW))
    return joined(parts)


def outcome(found: Alternatives, seconds: float | None) -> Message:
    """What was asked of the plans, and why there are no more of them."""
    asked = say("alternatives.asked", slack=percent(found.slack), move=percent(found.move))
    rough = [str(at) for at, plan in enumerate(found.plans, start=1) if not plan.proven]
    if rough:
        asked = joined([asked, say("alternatives.rough", plans=", ".join(rough))], " ")
    if len(found.plans) == found.asked:
        return asked
    if not found.complete:
        return joined([asked, say("alternatives.unproven", seconds=seconds or 0)], " ")
    if found.possible_at is not None:
        possible = percent(math.ceil(found.possible_at * 10_000) / 10_000)
        more = say("alternatives.possible_at", slack=percent(found.slack), possible=possible)
    elif len(found.plans) == 1 and found.plans[0].objective == 0:
        more = say("alternatives.no_more_equal")
    else:
        more = say("alternatives.no_more")
    return joined([asked, more], " ")


def percent(share: float, decimals: int | None = None) -> Message:
    """A share in words."""
    value = round(share * 100, 6)
    return Message(f"{format_number(value, decimals, 'vi')}%", f"{format_number(value, decimals, 'en')}%")


def by_unit(problem: Problem, q: Whole) -> list[dict[str, Any]]:
    """Quotas of units, int64 [K, U]."""
    return [
        {"quota": asked.quota.id, "unit": unit, "value": value}
        for asked, values in zip(problem.quotas, q.tolist(), strict=True)
        for unit, value in zip(problem.unit_ids, values, strict=True)
    ]


def cells(problem: Problem, x: Whole) -> list[dict[str, Any]]:
    """Quotas of units by period, int64 [K, U, T]."""
    periods = [period.name for period in problem.periods]
    return [
        {"quota": asked.quota.id, "unit": unit, "period": period, "value": value}
        for asked, by_unit in zip(problem.quotas, x.tolist(), strict=True)
        for unit, values in zip(problem.unit_ids, by_unit, strict=True)
        for period, value in zip(periods, values, strict=True)
    ]
