"""``chitieu frontier``: what fairness is traded for."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.alternatives import whole_of, without_plan
from api.cli.asking import loaded, overlaid_tables, overlay_of, rules_of, time_limit_of, workbook_of
from api.cli.drawing import draw, drawable
from api.cli.output import Answer, deliver
from engine.errors import Code, Issue, RuleError
from engine.numbers import NumberFormError, parse_machine_number
from engine.words import Message, say

if TYPE_CHECKING:
    from api.charts.look import Chart
    from api.tables import Table
    from engine.rulebook import Rulebook
    from scenarios.frontier import Frontier

FINE, FAULTY, INFEASIBLE = 0, 1, 3
MOST = 100
COST = "cost"


def frontier(arguments: argparse.Namespace) -> int:
    """``chitieu frontier``: exit 3 if there is no plan at all, 1 if none was found in time."""
    drawable(arguments)
    goal = _goal(arguments.goals)
    points = whole_of(arguments.points, "bad_points", 2, MOST)
    seconds, ends = time_limit_of(arguments), (arguments.first, arguments.last)
    if goal == COST:
        if ends != (None, None) or arguments.more:
            raise _bad(say("range_without_path"))
        rulebook = loaded(arguments)
        solved, found = services.frontier(rulebook, arguments.allocation, points, seconds)
        if found is None:
            return without_plan(solved, arguments)
        allocation = solved.compiled.problem.allocation.id
        _show(arguments, rulebook, allocation, goal, found)
        return FINE
    if None in ends or ends[0] == ends[1]:
        raise _bad(say("bad_range", what=goal))
    first, last = (_number(option, text) for option, text in zip(("--from", "--to"), ends, strict=True))
    rulebook, path, found = services.figure_frontier(
        arguments.rulebook,
        rules_of(arguments),
        overlay_of(arguments),
        goal,
        (min(first, last), max(first, last)),
        points,
        more=arguments.more,
        time_limit=seconds,
    )
    _show(arguments, rulebook, services.allocation_of(rulebook, arguments.allocation), path, found)
    if found.points:
        return FINE
    return INFEASIBLE if found.complete else FAULTY


def _show(
    arguments: argparse.Namespace, rulebook: Rulebook, allocation: str, goal: str, found: Frontier
) -> None:
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.frontier_answers import frontier_sheets

        tables = frontier_sheets(found, rulebook, allocation, goal, lang, more=arguments.more)
        return [*tables, *overlaid_tables(rulebook, lang)]

    def data() -> dict[str, Any]:
        from api.frontier_answers import frontier_answer

        return frontier_answer(found, rulebook, allocation, goal, more=arguments.more)

    def chart() -> Chart:
        from api.charts.frontier import frontier
        from api.charts.names import names_of

        return frontier(data(), names_of(rulebook, allocation, lang))

    def records() -> list[dict[str, Any]]:
        return [
            {"point": at, "goal": point["goal"], "objective": point["objective"], **one}
            for at, point in enumerate(data()["points"], start=1)
            for one in point["by_unit"]
        ]

    columns = ("point", "goal", "objective", "quota", "unit", "value")
    workbook = workbook_of(arguments, sheets)
    deliver(Answer(sheets, data, records, workbook, columns, overlaid=rulebook.overlaid), arguments)
    draw(arguments, chart)


def _goal(text: str) -> str:
    """The goal beside fairness. Raises RuleError (bad_setting)."""
    match text.split(","):
        case ["fairness", other] | [other, "fairness"] if other not in ("", "fairness"):
            return other
    raise _bad(say("bad_goals", what=text))


def _number(option: str, text: str) -> Decimal:
    try:
        return parse_machine_number(text)
    except NumberFormError:
        message = say("bad_setting", what=f"{option} {text}")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("bad_number.hint"))]) from None


def _bad(message: Message) -> RuleError:
    return RuleError([Issue(Code.BAD_SETTING, message)])
