"""What each command does: ask a service, show the answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from api import answers, labels, services
from api.cli.actions import actions
from api.cli.alternatives import alternatives
from api.cli.asking import date_of, loaded, overlaid_tables, overlay_of, rules_of, time_limit_of, workbook_of
from api.cli.diff import diff
from api.cli.frontier import frontier
from api.cli.limits import limits
from api.cli.needed import needed
from api.cli.output import Answer, deliver, form, wants_document, write_text
from api.cli.report import report
from api.cli.staying import beside, explained_at_pace
from api.cli.sweep import sweep
from api.cli.verify import verify
from api.cli.wording import template_of
from engine.errors import Code, Issue, RuleError
from engine.explain import Explanation
from engine.words import Message, say

if TYPE_CHECKING:
    from api.tables import Table

FINE, FAULTY, USAGE, INFEASIBLE, WRONG = 0, 1, 2, 3, 4
NO_WORKBOOK = ("new", "report", "schema")
WITH_DOCUMENT = ("plan", "report")
OFFICE = (
    ".doc",
    ".docm",
    ".docx",
    ".dotx",
    ".ods",
    ".odt",
    ".pdf",
    ".rtf",
    ".xls",
    ".xlsb",
    ".xlsm",
    ".xlsx",
)
"""Endings of office programs' files: no text is written under one, whatever --format says."""
Command = Callable[[argparse.Namespace], int]


def usage(arguments: argparse.Namespace, message: Message) -> int:
    """Refuse the words of a command."""
    print(f"chitieu {arguments.command}: {message.in_(arguments.lang)}", file=sys.stderr)
    return USAGE


def refused(arguments: argparse.Namespace) -> Message | None:
    """Why the options can't be honoured: what isn't built is never ignored."""
    output = getattr(arguments, "output", None)
    if output is not None and (message := _other_ending(arguments, output)):
        return message
    for option in getattr(arguments, "not_yet", ()):
        if getattr(arguments, option.removeprefix("--").replace("-", "_")) is not None:
            return say("not_supported", what=option)
    return None


def _other_ending(arguments: argparse.Namespace, output: str) -> Message | None:
    """Why nothing is written under a file's ending: none of this command's, and text would be called what it
    isn't. ``--format`` says what is written, so that any ending but an office program's goes with it.
    """
    ending = Path(output).suffix.lower()
    known = endings_of(arguments.command)
    if ending in ("", ".", *known) or arguments.command == "sweep":  # a sweep has endings of its own
        return None
    if arguments.format is not None and arguments.command != "schema" and ending not in OFFICE:
        return None
    return say("other_ending", what=f"-o {output}", options=", ".join(known))


def endings_of(command: str) -> tuple[str, ...]:
    """The endings of files that a command writes; without one it writes text."""
    if command == "schema":
        return (".json",)
    return (
        *([".docx"] if command in WITH_DOCUMENT else []),
        *([] if command in NO_WORKBOOK else [".xlsx"]),
        ".txt",
        *([".md"] if command == "report" else []),
        ".json",
        ".csv",
    )


def once_each(arguments: argparse.Namespace) -> None:
    """Refuse an option that takes one value and is given more than once. Raises RuleError (bad_setting)."""
    issues = [
        Issue(
            Code.BAD_SETTING,
            say("option_twice", what=option),
            hint=say("option_twice.hint") if option == "--scenario" else None,
        )
        for option in dict.fromkeys(arguments.twice)
    ]
    if issues:
        raise RuleError(issues)


def gap(arguments: argparse.Namespace) -> int:
    """``chitieu gap``."""
    day = date_of(arguments)
    basis = arguments.basis or "actual"
    table = services.gap(loaded(arguments), day, basis, arguments.unit, arguments.level, arguments.indicator)
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.gap_table import gap_sheet

        return [gap_sheet(table, lang), *overlaid_tables(table.rulebook, lang)]

    def workbook(path: Path) -> None:
        from api.workbook import write_gap

        write_gap(table, lang, path)

    answer = Answer(
        text=sheets,
        data=lambda: answers.gap_answer(table, lang),
        records=lambda: answers.gap_records(table, lang),
        workbook=workbook,
        columns=answers.gap_columns(table),
        overlaid=table.rulebook.overlaid,
    )
    deliver(answer, arguments)
    return FINE


def plan(arguments: argparse.Namespace) -> int:
    """``chitieu plan``: exit 3 if there is none, 1 if none was found in time. Without one no decision."""
    template = template_of(arguments)
    rulebook, closeness = beside(arguments, loaded(arguments))
    found = services.plan(rulebook, arguments.allocation, time_limit_of(arguments), closeness)
    lang = arguments.lang

    def sheets() -> list[Table]:
        from api.plan_table import period_sheets, plan_sheets
        from api.stay_table import stay_sheets

        periods = period_sheets(found, lang) if arguments.periods else []
        beside_it = stay_sheets(found if found.relaxed is None else found.relaxed, lang)
        return [
            *plan_sheets(found, lang),
            *beside_it,
            *periods,
            *overlaid_tables(found.problem.rulebook, lang),
        ]

    def workbook(path: Path) -> None:
        from api.workbook import write_plan

        write_plan(found, lang, path)

    def document(path: Path) -> None:
        from api.decision import decision_bytes
        from api.saving import save

        save(path, decision_bytes(found, lang, template))

    if wants_document(arguments) and not found.cells:
        print(f"chitieu plan: {say('document.none_written').in_(lang)}", file=sys.stderr)
        return _without_plan(found.status, [conflict.words for conflict in found.conflicts], arguments)
    answer = Answer(
        text=sheets,
        data=lambda: answers.plan_answer(found, lang),
        records=lambda: answers.plan_answer(found, lang)["cells"],
        workbook=workbook,
        columns=("quota", "unit", "period", "value"),
        document=document,
        overlaid=rulebook.overlaid,
    )
    deliver(answer, arguments)
    if found.cells:
        return FINE
    return _without_plan(found.status, [conflict.words for conflict in found.conflicts], arguments)


def _without_plan(
    status: str, why: Iterable[Message], arguments: argparse.Namespace, *, shown: bool = True
) -> int:
    """Say why there is no plan where the answer's form doesn't show it, or its tables don't either."""
    name = f"chitieu {arguments.command}"
    if status != "infeasible":
        print(f"{name}: {labels.PLAN_STATUS[status].in_(arguments.lang)}", file=sys.stderr)
        return FAULTY
    if arguments.output is not None or form(arguments) == "csv" or not shown:
        for words in why:
            print(f"{name}: {words.in_(arguments.lang)}", file=sys.stderr)
    return INFEASIBLE


def explain(arguments: argparse.Namespace) -> int:
    """``chitieu explain``: of what has no plan exit 3, or 1 if none was found in time."""
    rulebook = explained_at_pace(arguments, loaded(arguments))
    found = services.why(rulebook, arguments.what, arguments.unit, date_of(arguments), arguments.basis)

    def sheets() -> list[Table]:
        from api.explain_tables import explain_sheets

        return [*explain_sheets(found, rulebook, arguments.lang), *overlaid_tables(rulebook, arguments.lang)]

    answer = Answer(
        text=sheets,
        data=lambda: answers.explain_answer(found, rulebook, arguments.lang),
        records=lambda: answers.explain_records(found),
        workbook=workbook_of(arguments, sheets),
        columns=answers.explain_columns(found),
        overlaid=rulebook.overlaid,
    )
    deliver(answer, arguments)
    if isinstance(found, Explanation) or not found.no_plan:
        return FINE
    return _without_plan(found.plan_status, found.no_plan, arguments, shown=bool(found.unknown))


def check(arguments: argparse.Namespace) -> int:
    """``chitieu check``: exit 1 if any issue is an error."""
    overlay, lang = overlay_of(arguments), arguments.lang
    issues, found = services.check(arguments.rulebook, rules_of(arguments), overlay)

    def changes() -> list[Table]:
        return [] if found is None else overlaid_tables(found, lang)

    def text() -> str:
        from api.other_tables import issue_lines
        from api.tables import render

        return "\n".join([issue_lines(issues, lang), *map(render, changes())])

    def sheets() -> list[Table]:
        from api.other_tables import issue_sheet

        return [issue_sheet(issues, lang), *changes()]

    data = answers.check_answer(issues, found, overlay.scenario, lang)
    answer = Answer(
        text=text,
        data=lambda: data,
        records=lambda: data["issues"],
        workbook=workbook_of(arguments, sheets),
        columns=("code", "severity", "file", "line", "column", "message", "hint"),
        overlaid=() if found is None else found.overlaid,
    )
    deliver(answer, arguments)
    return FAULTY if any(issue.severity == "error" for issue in issues) else FINE


def test(arguments: argparse.Namespace) -> int:
    """``chitieu test``: exit 1 if any case fails."""
    rulebook = loaded(arguments)
    results = services.test(rulebook)

    def sheets() -> list[Table]:
        from api.other_tables import case_sheet

        return [case_sheet(results, arguments.lang), *overlaid_tables(rulebook, arguments.lang)]

    data = answers.cases_answer(results, rulebook, arguments.lang)
    answer = Answer(
        text=sheets,
        data=lambda: data,
        records=lambda: [{**case, "unknown": "; ".join(case["unknown"])} for case in data["cases"]],
        workbook=workbook_of(arguments, sheets),
        columns=("name", "what", "expected", "got", "passed", "unknown"),
        overlaid=rulebook.overlaid,
    )
    deliver(answer, arguments)
    return FINE if all(result.passed for result in results) else FAULTY


def new(arguments: argparse.Namespace) -> int:
    """``chitieu new``: into the rules root given, else the current folder."""
    path = services.new(arguments.name, rules_of(arguments) or Path())
    record = {"path": str(path)}
    deliver(Answer(lambda: f"{path}\n", lambda: record, lambda: [record], None, ("path",)), arguments)
    print(say("new_rulebook", what=str(path)).in_(arguments.lang), file=sys.stderr)
    return FINE


def schema(arguments: argparse.Namespace) -> int:
    """``chitieu schema``: JSON whatever the format."""
    write_text(json.dumps(services.schema(), ensure_ascii=False, indent=2) + "\n", arguments)
    return FINE


def serve(arguments: argparse.Namespace) -> int:
    """``chitieu serve``: on this machine only."""
    port = arguments.port
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535):
        return usage(arguments, say("bad_port", what=port))
    from api.http.serve import serve as run

    code: int = run(rules_of(arguments), arguments.host, int(port))
    return code


def guarded(command: Command) -> Command:
    """The command, after refusing options that aren't built, or that are given twice."""

    def run(arguments: argparse.Namespace) -> int:
        once_each(arguments)
        message = refused(arguments)
        return usage(arguments, message) if message else command(arguments)

    return run


COMMANDS: Mapping[str, Command] = {
    command.__name__: guarded(command)
    for command in (
        *(gap, plan, diff, limits, alternatives, frontier, needed, sweep),
        *(explain, check, test, new, schema, serve, verify, report, actions),
    )
}
