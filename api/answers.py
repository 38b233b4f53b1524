"""Answers as JSON (DESIGN §5): full precision in base measures, unknown as null."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api.stay_answers import stay_answer
from engine.cases import CaseResult
from engine.errors import Issue
from engine.explain import Explanation, Input
from engine.gaps import NUMBERS, GapTable, Row
from engine.measures import RATIO, Measure, measure_of
from engine.numbers import Lang
from engine.plausibility import Flag
from engine.rulebook import Rulebook
from engine.words import Message, say

if TYPE_CHECKING:
    from scenarios.ablation import Without
    from scenarios.conflict import Conflict
    from scenarios.explain import QuotaExplanation
    from scenarios.explain_plan import PlanExplanation
    from scenarios.plan import Plan, Share
    from scenarios.prices import Price
    from scenarios.standing import RuleResult
    from scenarios.waterfall import Step


def base_name(measure: Measure) -> str:
    """The base measure that a JSON number is in: a ratio for percent, a ratio a month for percent a month."""
    return measure_of(measure.powers).name


def number(value: float | None) -> float | int | None:
    """A number as JSON has it: whole ones without a decimal point, unknown as null."""
    if value is None:
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def overlaid(rulebook: Rulebook) -> dict[str, Any]:
    """What lies over the rulebook (§12): values as they are written."""
    changes = [
        {"path": change.path, "from": change.was, "to": change.now, "by": change.by}
        for change in rulebook.overlaid
    ]
    return {"scenario": rulebook.scenario, "overlaid": changes}


def gap_answer(table: GapTable, lang: Lang) -> dict[str, Any]:
    """The answer of ``gap``."""
    return {
        "rulebook": table.rulebook.id,
        "as_of": table.as_of.isoformat(),
        "basis": table.basis,
        **overlaid(table.rulebook),
        "rows": [_row(row, lang) for row in table.rows],
    }


def _row(row: Row, lang: Lang) -> dict[str, Any]:
    numbers = {column: number(value) for column, value in row.numbers.items()}
    return {
        "indicator": row.indicator,
        "unit": row.unit,
        "target": numbers.pop("target"),
        "achieved": numbers.pop("achieved"),
        "achieved_on": row.achieved_on.isoformat() if row.achieved_on else None,
        **numbers,
        "status": row.status,
        "metrics": {name: number(value) for name, value in row.metrics.items()},
        "flags": [_flag(flag, lang) for flag in row.flags],
        "unknown": {column: texts(causes, lang) for column, causes in row.unknown.items()},
        "not_applicable": list(row.not_applicable),
    }


def _flag(flag: Flag, lang: Lang) -> dict[str, Any]:
    return {"code": flag.code, "words": flag.words.in_(lang), **flag.facts}


def texts(messages: Iterable[Message], lang: Lang) -> list[str]:
    """Messages in one language."""
    return [message.in_(lang) for message in messages]


def explain_answer(
    found: Explanation | QuotaExplanation | PlanExplanation, rulebook: Rulebook, lang: Lang
) -> dict[str, Any]:
    """The answer of ``explain``."""
    return {**_explain(found, lang), **overlaid(rulebook)}


def _explain(found: Explanation | QuotaExplanation | PlanExplanation, lang: Lang) -> dict[str, Any]:
    if not isinstance(found, Explanation):
        from scenarios.explain_plan import PlanExplanation

        if isinstance(found, PlanExplanation):
            return _explain_plan(found, lang)
    top = _input(found.top)
    steps: tuple[Step, ...] | None = () if isinstance(found, Explanation) else found.waterfall
    unknown = texts(found.unknown, lang)
    is_figure = isinstance(found, Explanation) and found.top.formula is None
    return {
        "what": found.what,
        "unit": found.unit,
        **{key: top[key] for key in ("value", "measure", "formula", "file", "line")},
        "inputs": [top] if is_figure else top["inputs"],
        "unknown": unknown,
        **waterfall(steps, lang),
    }


def _explain_plan(found: PlanExplanation, lang: Lang) -> dict[str, Any]:
    allocation = found.plan.problem.allocation
    return {
        "what": found.what,
        "unit": found.unit,
        "value": found.plan.objective,
        "measure": RATIO.name,
        "formula": allocation.fairness,
        "file": allocation.place.file,
        "line": allocation.place.line,
        "inputs": [],
        "unknown": texts(found.unknown, lang),
        "waterfall": [],
        "without": [_without(one) for one in found.without],
        "shadow_prices": None if found.prices is None else [_price(one) for one in found.prices],
        **({"shadow_prices_unknown": say("no_shadow_prices").in_(lang)} if found.prices is None else {}),
    }


def _without(one: Without) -> dict[str, Any]:
    moves = [{"quota": move.quota, "unit": move.unit, "change": move.change} for move in one.moves]
    return {"name": one.name, "objective": one.objective, "cost": one.cost, "moves": moves}


def _price(one: Price) -> dict[str, Any]:
    return {"name": one.name, "at": one.at, "price": one.price, "per": base_name(one.measure)}


def _input(item: Input) -> dict[str, Any]:
    return {
        "name": item.name,
        "value": number(item.value),
        "measure": base_name(item.measure),
        "status": item.status,
        "source": item.source,
        "as_of": item.as_of.isoformat() if item.as_of else None,
        "formula": item.formula,
        "file": item.place.file if item.place else None,
        "line": item.place.line if item.place else None,
        "inputs": [_input(inner) for inner in item.inputs],
    }


def waterfall(steps: Iterable[Step] | None, lang: Lang) -> dict[str, Any]:
    """The steps of a quota; their changes have at most 6 decimals and add up to it. Where they weren't found,
    why.
    """
    if steps is None:
        return {"waterfall": None, "waterfall_unknown": say("no_waterfall").in_(lang)}
    return {"waterfall": [{"step": step.step, "change": number(float(step.change))} for step in steps]}


def check_answer(
    issues: Iterable[Issue], rulebook: Rulebook | None, scenario: str | None, lang: Lang
) -> dict[str, Any]:
    """The answer of ``check``; ``overlaid`` is null where the rulebook couldn't be loaded (None)."""
    over = {"scenario": scenario, "overlaid": None} if rulebook is None else overlaid(rulebook)
    return {**over, **issues_answer(issues, lang)}


def issues_answer(issues: Iterable[Issue], lang: Lang) -> dict[str, Any]:
    """Issues under their key."""
    return {"issues": [issue_answer(issue, lang) for issue in issues]}


def issue_answer(issue: Issue, lang: Lang) -> dict[str, Any]:
    """One issue."""
    return {
        "code": issue.code.value,
        "severity": issue.severity.value,
        "file": issue.place.file if issue.place else None,
        "line": issue.place.line if issue.place else None,
        "column": issue.place.column if issue.place else None,
        "message": issue.message.in_(lang),
        "hint": issue.hint.in_(lang) if issue.hint else None,
    }


def cases_answer(results: Iterable[CaseResult], rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """The answer of ``test``."""
    return {
        **overlaid(rulebook),
        "cases": [
            {
                "name": result.name,
                "what": result.what,
                "expected": result.expected,
                "got": result.got,
                "passed": result.passed,
                "unknown": texts(result.unknown, lang),
            }
            for result in results
        ],
    }


def plan_answer(plan: Plan, lang: Lang) -> dict[str, Any]:
    """The answer of ``plan``."""
    return {
        "rulebook": plan.problem.rulebook.id,
        "allocation": plan.problem.allocation.id,
        **overlaid(plan.problem.rulebook),
        "status": plan.status,
        "objective": plan.objective,
        "bound_gap": plan.bound_gap,
        "totals": plan.totals,
        "by_unit": [_share(share, lang) for share in plan.shares],
        "cells": [
            {"quota": cell.quota, "unit": cell.unit, "period": cell.period, "value": cell.value}
            for cell in plan.cells
        ],
        "rules": [_rule(rule) for rule in plan.rules],
        "conflicts": [conflict_answer(conflict, lang) for conflict in plan.conflicts],
        "relaxed_plan": plan_answer(plan.relaxed, lang) if plan.relaxed else None,
        "assumed": texts((found.message for found in plan.problem.assumed), lang),
        **stay_answer(plan),
    }


def _share(share: Share, lang: Lang) -> dict[str, Any]:
    return {
        "quota": share.quota,
        "unit": share.unit,
        "value": share.value,
        "fair": number(share.fair),
        "need": number(share.need),
        "at_least": number(share.at_least),
        "at_most": number(share.at_most),
        **waterfall(share.waterfall or None, lang),
        "binding": list(share.binding),
        "pace": None
        if share.pace is None
        else {
            "last": number(share.pace.last),
            "least": number(share.pace.least),
            "most": number(share.pace.most),
        },
    }


def _rule(rule: RuleResult) -> dict[str, Any]:
    tightest = rule.tightest
    return {
        "name": rule.name,
        "instances": rule.instances,
        "binding": rule.binding,
        "tightest": {
            "at": tightest.at,
            "left": number(tightest.left),
            "right": number(tightest.right),
            "slack": number(tightest.slack),
        }
        if tightest
        else None,
        "measure": base_name(rule.measure),
    }


def conflict_answer(conflict: Conflict, lang: Lang) -> dict[str, Any]:
    """A conflict with its least relaxation."""
    relax = [
        {"member": one.member, "at": one.at, "by": number(one.by), "measure": base_name(one.measure)}
        for one in conflict.relax
    ]
    return {"members": list(conflict.members), "words": conflict.words.in_(lang), "relax": relax}


def gap_columns(table: GapTable) -> list[str]:
    """The columns of the gap table's CSV: a row's JSON keys, the rulebook's own metrics in their place."""
    others = [name for name, metric in table.rulebook.metrics.items() if not metric.standard]
    first = ("indicator", "unit", "target", "achieved", "achieved_on", *NUMBERS[2:], "status")
    return [*first, *others, "flags", "unknown", "not_applicable"]


def gap_records(table: GapTable, lang: Lang) -> list[dict[str, Any]]:
    """The gap table's rows flat, for CSV: metrics as columns, causes and flags joined by ``; ``."""
    records = []
    for row in gap_answer(table, lang)["rows"]:
        causes = dict.fromkeys(cause for found in row["unknown"].values() for cause in found)
        flat = {
            **row,
            **row["metrics"],
            "flags": "; ".join(flag["code"] for flag in row["flags"]),
            "unknown": "; ".join(causes),
            "not_applicable": "; ".join(row["not_applicable"]),
        }
        records.append({column: flat.get(column) for column in gap_columns(table)})
    return records


INPUT_COLUMNS = (
    "depth",
    "name",
    "value",
    "measure",
    "status",
    "source",
    "as_of",
    "formula",
    "file",
    "line",
)


def explain_columns(found: Explanation | QuotaExplanation | PlanExplanation) -> tuple[str, ...]:
    """The columns of an explanation's CSV."""
    return INPUT_COLUMNS if hasattr(found, "top") else WITHOUT_COLUMNS


def explain_records(found: Explanation | QuotaExplanation | PlanExplanation) -> list[dict[str, Any]]:
    """An explanation flat, for CSV."""
    if not isinstance(found, Explanation):
        from scenarios.explain_plan import PlanExplanation

        if isinstance(found, PlanExplanation):
            return without_records(found)
    return input_records(found)


def without_records(found: PlanExplanation) -> list[dict[str, Any]]:
    """What each rule costs flat, for CSV: a row for each quota that would change, or one without."""
    records = []
    for one in found.without:
        rule = {"name": one.name, "objective": one.objective, "cost": one.cost}
        moves = [{"quota": m.quota, "unit": m.unit, "change": m.change} for m in one.moves]
        records += [{**rule, **move} for move in moves or [dict.fromkeys(("quota", "unit", "change"))]]
    return records


WITHOUT_COLUMNS = ("name", "objective", "cost", "quota", "unit", "change")


def input_records(found: Explanation | QuotaExplanation) -> list[dict[str, Any]]:
    """An explanation's tree flat, for CSV: outermost first, with its depth."""
    records: list[dict[str, Any]] = []

    def add(item: dict[str, Any], name: str, depth: int) -> None:
        records.append({"depth": depth, "name": name, **{key: item[key] for key in INPUT_COLUMNS[2:]}})
        for inner in item["inputs"]:
            add(inner, inner["name"], depth + 1)

    add(_input(found.top), found.what, 0)
    return records
