"""``chitieu frontier``: what one goal costs in another."""

from __future__ import annotations

import argparse
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.alternatives import whole_of, without_plan
from api.cli.asking import overlaid_tables, overlay_of, rules_of, time_limit_of, workbook_of
from api.cli.drawing import draw, drawable
from api.cli.output import Answer, deliver
from engine.errors import Code, Issue, RuleError
from engine.numbers import NumberFormError, parse_machine_number
from engine.words import Message, say

if TYPE_CHECKING:
    from api.charts.look import Chart
    from api.tables import Table
    from engine.rulebook import Rulebook
    from scenarios.goals import Goal
    from scenarios.issued import Issued
    from scenarios.trading import Traded

FINE, FAULTY, INFEASIBLE = 0, 1, 3
MOST = 100
MORE, LESS = ":more", ":less"
"""What a figure's path may end in: which way is better."""


def frontier(arguments: argparse.Namespace) -> int:
    """``chitieu frontier``: exit 3 if there is no plan at all, 1 if none was found in time."""
    drawable(arguments)
    goals = _goals(arguments)
    points = whole_of(arguments.points, "bad_points", 2, MOST)
    file = arguments.stay_close_to

    def issued(rulebook: Rulebook) -> Issued:
        return services.issued(Path(file), file, rulebook, arguments.allocation)

    traded = services.frontier(
        arguments.rulebook,
        rules_of(arguments),
        overlay_of(arguments),
        goals,
        points,
        time_limit_of(arguments),
        None if file is None else issued,
    )
    if traded.found is None:
        assert traded.solved is not None
        return without_plan(traded.solved, arguments)
    _show(arguments, traded)
    if traded.found.points:
        return FINE
    return INFEASIBLE if traded.found.complete else FAULTY


def _show(arguments: argparse.Namespace, traded: Traded) -> None:
    lang, rulebook = arguments.lang, traded.rulebook

    def sheets() -> list[Table]:
        from api.frontier_answers import frontier_sheets

        return [*frontier_sheets(traded, lang), *overlaid_tables(rulebook, lang)]

    def data() -> dict[str, Any]:
        from api.frontier_answers import frontier_answer

        return frontier_answer(traded)

    def chart() -> Chart:
        from api.charts.frontier import frontier
        from api.charts.names import names_of

        return frontier(data(), names_of(rulebook, traded.allocation, lang))

    plain = traded.goals[0].name == "fairness"

    def records() -> list[dict[str, Any]]:
        return [
            {
                "point": at,
                **({} if plain else {"first": point["values"][0]}),
                "goal": point["goal"],
                "objective": point["objective"],
                **one,
            }
            for at, point in enumerate(data()["points"], start=1)
            for one in point["by_unit"]
        ]

    columns = ("point", *(() if plain else ("first",)), "goal", "objective", "quota", "unit", "value")
    workbook = workbook_of(arguments, sheets)
    deliver(Answer(sheets, data, records, workbook, columns, overlaid=rulebook.overlaid), arguments)
    draw(arguments, chart)


def _goals(arguments: argparse.Namespace) -> tuple[Goal, Goal]:
    """The two goals with their ranges. Raises RuleError (bad_setting)."""
    from scenarios.goals import Goal, in_order

    names = arguments.goals.split(",")
    if len(names) != 2:
        raise _bad(say("bad_goals", what=arguments.goals))
    goals = [Goal(_name(name), more=name.endswith(MORE)) for name in names]
    figures = [at for at, goal in enumerate(goals) if goal.is_figure]
    firsts, lasts = (
        _numbers(option, text, len(figures))
        for option, text in (("--from", arguments.first), ("--to", arguments.last))
    )
    for at, first, last in zip(figures, firsts, lasts, strict=True):
        more = goals[at].more or (arguments.more and not names[at].endswith(LESS))
        goals[at] = replace(goals[at], first=first, last=last, more=more)
    if not figures and (arguments.more or arguments.first is not None or arguments.last is not None):
        raise _bad(say("range_without_path"))
    one, two = goals
    in_order((one, two), with_plan=arguments.stay_close_to is not None)
    return one, two


def _name(text: str) -> str:
    return text.removesuffix(MORE).removesuffix(LESS)


def _numbers(option: str, text: str | None, count: int) -> list[Decimal | None]:
    """A number for each figure, in the order of the goals; without the option none has one."""
    if text is None:
        return [None] * count
    found: list[Decimal | None] = [_number(option, part) for part in text.split(",")]
    if count and len(found) != count:
        raise _bad(say("bad_range_count", what=f"{option} {text}", count=count))
    return found[:count]


def _number(option: str, text: str) -> Decimal:
    try:
        return parse_machine_number(text)
    except NumberFormError:
        message = say("bad_setting", what=f"{option} {text}")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("bad_number.hint"))]) from None


def _bad(message: Message) -> RuleError:
    return RuleError([Issue(Code.BAD_SETTING, message)])
