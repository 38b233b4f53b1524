"""``chitieu needed``: what one unit must reach so that the root makes its target."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.asking import date_of, loaded, overlaid_tables, workbook_of
from api.cli.output import Answer, deliver

if TYPE_CHECKING:
    from api.tables import Table

FINE = 0


def needed(arguments: argparse.Namespace) -> int:
    """``chitieu needed``."""
    rulebook = loaded(arguments)
    basis = arguments.basis or "actual"
    found = services.needed(rulebook, arguments.indicator, arguments.unit, date_of(arguments), basis)
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.needed_answers import needed_sheet

        return [needed_sheet(found, lang), *overlaid_tables(rulebook, lang)]

    def data() -> dict[str, Any]:
        from api.needed_answers import needed_answer

        return needed_answer(found, lang)

    def records() -> list[dict[str, Any]]:
        answer = data()
        return [{key: answer[key] for key in COLUMNS}]

    answer = Answer(
        text=sheets,
        data=data,
        records=records,
        workbook=workbook_of(arguments, sheets),
        columns=COLUMNS,
        overlaid=rulebook.overlaid,
    )
    deliver(answer, arguments)
    return FINE


COLUMNS = (
    "indicator",
    "unit",
    "as_of",
    "target",
    "others",
    "needed",
    "own_target",
    "achieved",
    "landing",
    "per_month",
    "beyond",
)
