"""``chitieu alternatives``: plans that are nearly as fair as the fairest."""

from __future__ import annotations

import argparse
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api import labels, services
from api.cli.asking import loaded, overlaid_tables, time_limit_of, workbook_of
from api.cli.output import Answer, deliver
from engine.errors import Code, Issue, RuleError
from engine.numbers import NumberFormError, parse_machine_number
from engine.words import say

if TYPE_CHECKING:
    from api.tables import Table
    from scenarios.plan import Solved

FINE, FAULTY, INFEASIBLE = 0, 1, 3
MOST = 100


def alternatives(arguments: argparse.Namespace) -> int:
    """``chitieu alternatives``: exit 3 if there is no plan at all, 1 if none was found in time."""
    count = whole_of(arguments.count, "bad_count", 1, MOST)
    slack = share_of(arguments.slack, "bad_slack")
    move = share_of(arguments.move, "bad_move")
    if not 0 < move <= 1:
        raise _bad("bad_move", arguments.move)
    rulebook, seconds = loaded(arguments), time_limit_of(arguments)
    solved, found = services.alternatives(
        rulebook, arguments.allocation, count, float(slack), float(move), seconds
    )
    if found is None:
        return without_plan(solved, arguments)
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.alternatives_table import alternatives_sheets

        return [*alternatives_sheets(solved, found, seconds, lang), *overlaid_tables(rulebook, lang)]

    def data() -> dict[str, Any]:
        from api.alternatives_answers import alternatives_answer

        return alternatives_answer(solved, found, seconds, lang)

    def records() -> list[dict[str, Any]]:
        return [{"plan": plan["number"], **cell} for plan in data()["plans"] for cell in plan["cells"]]

    answer = Answer(
        text=sheets,
        data=data,
        records=records,
        workbook=workbook_of(arguments, sheets),
        columns=("plan", "quota", "unit", "period", "value"),
        overlaid=rulebook.overlaid,
    )
    deliver(answer, arguments)
    return FINE


def without_plan(solved: Solved, arguments: argparse.Namespace) -> int:
    """Say why there is no plan to begin with: on the error stream, since no answer has it."""
    from scenarios.plan import plan_of

    plan = plan_of(solved)
    name, lang = f"chitieu {arguments.command}", arguments.lang
    print(f"{name}: {labels.PLAN_STATUS[plan.status].in_(lang)}", file=sys.stderr)
    for conflict in plan.conflicts:
        print(f"{name}: {conflict.words.in_(lang)}", file=sys.stderr)
    return INFEASIBLE if plan.status == "infeasible" else FAULTY


def whole_of(text: str, key: str, least: int, most: int) -> int:
    """A whole number of an option within bounds. Raises RuleError (bad_setting)."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise RuleError([Issue(Code.BAD_SETTING, say(key, what=text, most=most))])
    return int(text)


def share_of(text: str, key: str) -> Decimal:
    """A share of an option, as 2% or 0.02. Raises RuleError (bad_setting)."""
    try:
        number = parse_machine_number(text.removesuffix("%"))
    except NumberFormError:
        raise _bad(key, text) from None
    if number < 0:
        raise _bad(key, text)
    return number / 100 if text.endswith("%") else number


def _bad(key: str, text: str) -> RuleError:
    return RuleError([Issue(Code.BAD_SETTING, say(key, what=text))])
