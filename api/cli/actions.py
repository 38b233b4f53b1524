"""``chitieu actions``: what is done so that targets are met, beside the gaps."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from api.cli.asking import date_of, loaded, overlaid_tables, workbook_of
from api.cli.output import Answer, deliver

if TYPE_CHECKING:
    from api.tables import Table

FINE = 0


def actions(arguments: argparse.Namespace) -> int:
    """``chitieu actions``."""
    from api.action_answers import COLUMNS, action_answer, action_records, action_sheets
    from engine.followup import follow_up

    rulebook, lang = loaded(arguments), arguments.lang
    found = follow_up(rulebook, date_of(arguments), arguments.basis or "actual", arguments.unit)

    def sheets() -> list[Table]:
        return [*action_sheets(found, rulebook, lang), *overlaid_tables(rulebook, lang)]

    answer = Answer(
        text=sheets,
        data=lambda: action_answer(found, rulebook, lang),
        records=lambda: action_records(found, rulebook, lang),
        workbook=workbook_of(arguments, sheets),
        columns=COLUMNS,
        overlaid=rulebook.overlaid,
    )
    deliver(answer, arguments)
    return FINE
