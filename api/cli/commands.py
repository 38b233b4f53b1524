"""What each command does: ask a service, show the answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.output import Answer, deliver
from engine.errors import Code, Issue, RuleError
from engine.numbers import DateFormError, NumberFormError, parse_iso_date, parse_machine_number
from engine.words import Message, say

if TYPE_CHECKING:
    from api.tables import Table

FINE, FAULTY, USAGE, INFEASIBLE = 0, 1, 2, 3
Command = Callable[[argparse.Namespace], int]


def usage(arguments: argparse.Namespace, message: Message) -> int:
    """Refuse the words of a command."""
    print(f"chitieu {arguments.command}: {message.in_(arguments.lang)}", file=sys.stderr)
    return USAGE


def refused(arguments: argparse.Namespace) -> Message | None:
    """Why the options can't be honoured: what isn't built is never ignored."""
    for option in getattr(arguments, "not_yet", ()):
        if getattr(arguments, option.removeprefix("--").replace("-", "_")) is not None:
            return say("not_supported", what=option)
    return None


def gap(arguments: argparse.Namespace) -> int:
    """``chitieu gap``."""
    day = _date(arguments)
    table = services.gap(
        _load(arguments), day, arguments.basis, arguments.unit, arguments.level, arguments.indicator
    )

    def sheets(every_column: bool) -> list[Table]:
        from api.gap_table import gap_sheet

        return [gap_sheet(table, arguments.lang, every_column=every_column)]

    def data() -> dict[str, Any]:
        from api.answers import gap_answer

        return gap_answer(table, arguments.lang)

    def csv() -> list[dict[str, Any]]:
        from api.answers import gap_records

        return gap_records(table, arguments.lang)

    def workbook(path: Path) -> None:
        from api.workbook import write_gap

        write_gap(table, arguments.lang, path)

    deliver(Answer(lambda: sheets(False), data, csv, workbook), arguments)
    return FINE


def plan(arguments: argparse.Namespace) -> int:
    """``chitieu plan``."""
    found = services.plan(_load(arguments), arguments.allocation, _time_limit(arguments))

    def sheets() -> list[Table]:
        from api.plan_table import period_sheets, plan_sheet

        first = plan_sheet(found, arguments.lang)
        return [first, *(period_sheets(found, arguments.lang) if arguments.periods else [])]

    def data() -> dict[str, Any]:
        from api.answers import plan_answer

        return plan_answer(found, arguments.lang)

    def csv() -> list[dict[str, Any]]:
        keys = ("quota", "unit", "period", "value")
        return [{key: cell[key] for key in keys} for cell in data()["cells"]]

    def workbook(path: Path) -> None:
        from api.workbook import write_plan

        write_plan(found, arguments.lang, path)

    deliver(Answer(sheets, data, csv, workbook, ("quota", "unit", "period", "value")), arguments)
    return INFEASIBLE if found.status == "infeasible" else FINE


def explain(arguments: argparse.Namespace) -> int:
    """``chitieu explain``."""
    rulebook = _load(arguments)
    found = services.why(rulebook, arguments.what, arguments.unit, _date(arguments), arguments.basis)

    def sheets() -> list[Table]:
        from api.other_tables import explain_sheet

        return [explain_sheet(found, rulebook, arguments.lang)]

    def data() -> dict[str, Any]:
        from api.answers import explain_answer

        return explain_answer(found, arguments.lang)

    def csv() -> list[dict[str, Any]]:
        from api.answers import input_records

        return input_records(data())

    deliver(Answer(sheets, data, csv), arguments)
    return FINE


def check(arguments: argparse.Namespace) -> int:
    """``chitieu check``: exit 1 if any issue is an error."""
    issues = services.check(arguments.rulebook, _rules(arguments))

    def data() -> dict[str, Any]:
        from api.answers import issues_answer

        return issues_answer(issues, arguments.lang)

    def text() -> str:
        from api.other_tables import issue_lines

        return issue_lines(issues, arguments.lang)

    keys = ("code", "severity", "file", "line", "column", "message", "hint")
    deliver(Answer(text, data, lambda: data()["issues"], None, keys), arguments)
    return FAULTY if any(issue.severity == "error" for issue in issues) else FINE


def test(arguments: argparse.Namespace) -> int:
    """``chitieu test``: exit 1 if any case fails."""
    results = services.test(_load(arguments))

    def sheets() -> list[Table]:
        from api.other_tables import case_sheet

        return [case_sheet(results, arguments.lang)]

    def data() -> dict[str, Any]:
        from api.answers import cases_answer

        return cases_answer(results)

    keys = ("name", "what", "expected", "got", "passed")
    deliver(Answer(sheets, data, lambda: data()["cases"], None, keys), arguments)
    return FINE if all(result.passed for result in results) else FAULTY


def new(arguments: argparse.Namespace) -> int:
    """``chitieu new``: into the rules root given, else the current folder."""
    path = services.new(arguments.name, _rules(arguments) or Path())
    print(path)
    print(say("new_rulebook", what=str(path)).in_(arguments.lang), file=sys.stderr)
    return FINE


def schema(arguments: argparse.Namespace) -> int:
    """``chitieu schema``: JSON whatever the format."""
    from api.cli.output import write_text

    write_text(json.dumps(services.schema(), ensure_ascii=False, indent=2) + "\n", arguments)
    return FINE


def serve(arguments: argparse.Namespace) -> int:
    """``chitieu serve``: on this machine only."""
    from api.http.serve import serve as run

    port = arguments.port
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        return usage(arguments, say("bad_port", what=port))
    code: int = run(_rules(arguments), arguments.host, int(port))
    return code


def verify(arguments: argparse.Namespace) -> int:
    """``chitieu verify``: not built yet, and says so."""
    return usage(arguments, say("not_supported", what="verify"))


def guarded(command: Command) -> Command:
    """The command, after refusing options that aren't built."""

    def run(arguments: argparse.Namespace) -> int:
        message = refused(arguments)
        return usage(arguments, message) if message else command(arguments)

    return run


COMMANDS: Mapping[str, Command] = {
    command.__name__: guarded(command)
    for command in (gap, plan, explain, check, test, new, schema, serve, verify)
}


def _rules(arguments: argparse.Namespace) -> Path | None:
    return Path(arguments.rules) if arguments.rules is not None else None


def _load(arguments: argparse.Namespace) -> Any:
    return services.load(arguments.rulebook, _rules(arguments))


def _date(arguments: argparse.Namespace) -> date | None:
    if arguments.as_of is None:
        return None
    try:
        return parse_iso_date(arguments.as_of)
    except DateFormError:
        message = say("bad_date", what=arguments.as_of)
        raise RuleError([Issue(Code.BAD_DATE, message, hint=say("bad_date.hint"))]) from None


def _time_limit(arguments: argparse.Namespace) -> float | None:
    if arguments.time_limit is None:
        return None
    try:
        seconds = float(parse_machine_number(arguments.time_limit))
    except NumberFormError:
        seconds = 0.0
    if seconds <= 0:
        message = say("bad_time_limit")
        raise RuleError([Issue(Code.BAD_NUMBER, message)])
    return seconds
