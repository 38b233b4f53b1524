"""The answer of ``diff`` as JSON and CSV: full precision in base measures, unknown as null with its cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from api.answers import number, texts
from engine.numbers import Lang
from engine.words import Message, say
from scenarios.compare import Changed, Comparison, Line, Move
from scenarios.inequality import Inequality
from scenarios.issued import Issued

COLUMNS = ("quota", "unit", "plan", "value", "change", "percent")
"""The columns of the CSV."""


def diff_answer(found: Comparison, lang: Lang) -> dict[str, Any]:
    """Plans side by side: lists with a value for each plan keep the order of ``plans``."""
    first = found.plans[0]
    return {
        "rulebook": first.rulebook,
        "allocation": first.allocation,
        "plans": [
            _plan(plan, fairness, lang) for plan, fairness in zip(found.plans, found.fairness, strict=True)
        ],
        "changed": [_changed(change, found, lang) for change in found.changed],
        "by_unit": [_line(line, lang) for line in found.lines],
        "gains": _moves(found.gains),
        "loses": _moves(found.loses),
        "binding": [
            {
                "plan": turn.plan,
                "quota": turn.quota,
                "unit": turn.unit,
                "starts": list(turn.starts),
                "stops": list(turn.stops),
            }
            for turn in found.binding
        ],
        "rules": [{"name": rule.name, "binding": list(rule.binding)} for rule in found.rules],
    }


def diff_records(found: Comparison) -> list[dict[str, Any]]:
    """A row for each quota, unit and plan."""
    return [
        dict(zip(COLUMNS, (line.quota, line.unit, *row), strict=True))
        for line in found.lines
        for row in zip(found.names, line.values, line.changes, map(number, line.percents), strict=True)
    ]


def _plan(plan: Issued, fairness: Mapping[str, Inequality], lang: Lang) -> dict[str, Any]:
    return {
        "name": plan.name,
        "scenario": plan.scenario,
        "overlaid": [
            {"path": change.path, "from": change.was, "to": change.now, "by": change.by}
            for change in plan.overlaid
        ],
        "status": plan.status,
        "conflicts": texts(plan.conflicts, lang),
        "objective": plan.objective,
        "totals": dict(plan.totals),
        "fairness": {
            quota: {
                "largest_deviation": number(one.largest_deviation),
                "gini": number(one.gini),
                "theil": number(one.theil),
                "unknown": _words(one.unknown, lang),
            }
            for quota, one in fairness.items()
        },
    }


def _changed(change: Changed, found: Comparison, lang: Lang) -> dict[str, Any]:
    unknown = [name for name, known in zip(found.names, change.known, strict=True) if not known]
    causes = {name: say("rulebook_changed", path=change.path) for name in unknown}
    return {"path": change.path, "values": list(change.values), "unknown": _words(causes, lang)}


def _line(line: Line, lang: Lang) -> dict[str, Any]:
    return {
        "quota": line.quota,
        "unit": line.unit,
        "values": list(line.values),
        "changes": list(line.changes),
        "percents": [number(percent) for percent in line.percents],
        "unknown": _words(line.unknown, lang),
    }


def _moves(moves: Iterable[Move]) -> list[dict[str, Any]]:
    return [
        {"plan": move.plan, "quota": move.quota, "unit": move.unit, "change": move.change} for move in moves
    ]


def _words(causes: Mapping[str, Message], lang: Lang) -> dict[str, str]:
    return {name: cause.in_(lang) for name, cause in causes.items()}
