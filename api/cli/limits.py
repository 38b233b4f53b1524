"""``chitieu limits``: how far a figure may go before no plan exists."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.asking import overlaid_tables, overlay_of, rules_of, time_limit_of, workbook_of
from api.cli.output import Answer, deliver
from engine.errors import Code, Issue, RuleError
from engine.numbers import NumberFormError, parse_machine_number
from engine.words import say

if TYPE_CHECKING:
    from api.tables import Table

FINE = 0


def limits(arguments: argparse.Namespace) -> int:
    """``chitieu limits``."""
    found = services.limits(
        arguments.rulebook,
        rules_of(arguments),
        overlay_of(arguments),
        arguments.path,
        down=arguments.down,
        step=_number("--step", arguments.step),
        until=_number("--until", arguments.until),
        time_limit=time_limit_of(arguments),
    )
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.limits_answers import limits_sheet

        return [limits_sheet(found, lang), *overlaid_tables(found.rulebook, lang)]

    def data() -> dict[str, Any]:
        from api.limits_answers import limits_answer

        return limits_answer(found, lang)

    answer = Answer(
        text=sheets,
        data=data,
        records=lambda: data()["tested"],
        workbook=workbook_of(arguments, sheets),
        columns=("value", "feasible"),
        overlaid=found.rulebook.overlaid,
    )
    deliver(answer, arguments)
    return FINE


def _number(option: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return parse_machine_number(text)
    except NumberFormError:
        message = say("bad_setting", what=f"{option} {text}")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("bad_number.hint"))]) from None
