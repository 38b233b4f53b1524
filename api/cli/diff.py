"""``chitieu diff``: plans side by side."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.asking import overlay_of, rules_of, time_limit_of
from api.cli.drawing import draw, drawable
from api.cli.output import Answer, deliver, form

if TYPE_CHECKING:
    from api.charts.look import Chart
    from api.tables import Table

FINE, FAULTY, INFEASIBLE = 0, 1, 3


def diff(arguments: argparse.Namespace) -> int:
    """``chitieu diff``: exit 3 if one of the plans can't be met, 1 if none was found in time."""
    from api.diff_answers import COLUMNS, diff_answer, diff_records

    drawable(arguments)
    rulebook, found = services.diff(
        arguments.rulebook,
        [arguments.first, *arguments.others],
        rules_of(arguments),
        overlay_of(arguments),
        time_limit_of(arguments),
    )
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.diff_table import diff_sheets

        return diff_sheets(found, rulebook, lang)

    def data() -> dict[str, Any]:
        return diff_answer(found, lang)

    def chart() -> Chart:
        from api.charts.districts import districts
        from api.charts.names import names_of

        return districts(data(), names_of(rulebook, found.plans[0].allocation, lang))

    def workbook(path: Path) -> None:
        from api.workbook import write_diff

        write_diff(found, rulebook, lang, path)

    deliver(Answer(sheets, data, lambda: diff_records(found), workbook, COLUMNS), arguments)
    draw(arguments, chart)
    statuses = {plan.status for plan in found.plans if not plan.is_plan}
    for plan in found.plans:
        if not plan.is_plan:
            from api import labels

            print(f"chitieu diff: {plan.name}: {labels.PLAN_STATUS[plan.status].in_(lang)}", file=sys.stderr)
            for why in plan.conflicts if form(arguments) == "csv" else ():
                print(f"chitieu diff: {plan.name}: {why.in_(lang)}", file=sys.stderr)
    return INFEASIBLE if "infeasible" in statuses else FAULTY if statuses else FINE
