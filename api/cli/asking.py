"""What the options of every command say: the rulebook, what lies over it, dates, time limits."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api import services
from engine.errors import Code, Issue, RuleError
from engine.numbers import DateFormError, Lang, NumberFormError, parse_iso_date, parse_machine_number
from engine.values import date_hint
from engine.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.tables import Table
    from engine.overlay import Overlay
    from engine.rulebook import Rulebook


def rules_of(arguments: argparse.Namespace) -> Path | None:
    """The rules root, None for the one that comes along."""
    return Path(arguments.rules) if arguments.rules is not None else None


def overlay_of(arguments: argparse.Namespace) -> Overlay:
    """What the options lay over the rulebook. Raises RuleError."""
    from engine import overlay

    makers = {
        "--overlay": lambda file: overlay.overlay_file(Path(file), file),
        "--set": overlay.setting,
        "--hold": overlay.hold,
        "--leave-out": overlay.leave_out,
        "--freeze": overlay.freeze,
    }
    layers = tuple(makers[option](text) for option, text in arguments.layers)
    return overlay.Overlay(arguments.scenario, layers, arguments.allocation)


def loaded(arguments: argparse.Namespace) -> Rulebook:
    """The rulebook with what the options lay over it. Raises RuleError."""
    return services.load(arguments.rulebook, rules_of(arguments), overlay_of(arguments))


def date_of(arguments: argparse.Namespace) -> date | None:
    """``--as-of``. Raises RuleError."""
    if arguments.as_of is None:
        return None
    try:
        return parse_iso_date(arguments.as_of)
    except DateFormError:
        message = say("bad_date", what=arguments.as_of)
        raise RuleError([Issue(Code.BAD_DATE, message, hint=date_hint(arguments.as_of))]) from None


def time_limit_of(arguments: argparse.Namespace) -> float | None:
    """``--time-limit`` in seconds. Raises RuleError (bad_setting)."""
    if arguments.time_limit is None:
        return None
    try:
        seconds = float(parse_machine_number(arguments.time_limit))
    except NumberFormError:
        seconds = 0.0
    if seconds <= 0:
        message = say("bad_time_limit")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("bad_time_limit.hint"))])
    return seconds


def overlaid_tables(rulebook: Rulebook, lang: Lang) -> list[Table]:
    """The table of what lies over the rulebook, if anything does."""
    from api.overlay_table import overlaid_sheets

    return overlaid_sheets(rulebook, lang)


def workbook_of(arguments: argparse.Namespace, sheets: Callable[[], list[Table]]) -> Callable[[Path], None]:
    """The printed tables as a workbook."""

    def write(path: Path) -> None:
        from api.workbook import Sheet, write_sheets

        write_sheets([Sheet(arguments.command, sheets())], arguments.lang, path)

    return write
