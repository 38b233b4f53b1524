"""Where an answer goes: table, JSON or CSV to standard output or a file, workbooks to a file."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.tables import Table
    from engine.overlaid import Overlaid


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in every form, each made only when it is wanted. ``columns`` names the CSV's; ``overlaid``:
    what lies over the rulebook, which a CSV, being data alone, can't tell.
    """

    text: Callable[[], str | Sequence[Table]]
    data: Callable[[], dict[str, Any]]
    records: Callable[[], list[dict[str, Any]]]
    workbook: Callable[[Path], None] | None
    columns: Sequence[str]
    document: Callable[[Path], None] | None = None
    overlaid: Sequence[Overlaid] = ()


def wants_workbook(arguments: argparse.Namespace) -> bool:
    """Whether ``-o`` names a workbook."""
    return arguments.output is not None and arguments.output.lower().endswith(".xlsx")


def wants_document(arguments: argparse.Namespace) -> bool:
    """Whether ``-o`` names a Word file."""
    output = getattr(arguments, "output", None)
    return output is not None and output.lower().endswith(".docx")


def deliver(answer: Answer, arguments: argparse.Namespace) -> None:
    """Show or write the answer; beside a CSV what lies over the rulebook is a message. Raises SaveError."""
    if answer.workbook is not None and wants_workbook(arguments):
        answer.workbook(Path(arguments.output))
    elif answer.document is not None and wants_document(arguments):
        answer.document(Path(arguments.output))
    else:
        write_text(_text(answer, form(arguments)), arguments)
        if form(arguments) == "csv":
            _tell(answer.overlaid, arguments)


def _tell(overlaid: Sequence[Overlaid], arguments: argparse.Namespace) -> None:
    """A line on standard error for each change."""
    from api import labels
    from api.tables import written

    lang = arguments.lang
    for change in overlaid:
        was, now = written(change.was, lang), written(change.now, lang)
        line = labels.OVERLAID_LINE.in_(lang).format(path=change.path, was=was, now=now, by=change.by)
        print(f"chitieu {arguments.command}: {line}", file=sys.stderr)


def form(arguments: argparse.Namespace) -> str:
    """The form asked for; without --format the one that the file's name says."""
    if arguments.format is not None:
        return str(arguments.format)
    suffix = Path(arguments.output or "").suffix.lower().removeprefix(".")
    return suffix if suffix in ("json", "csv") else "table"


def _text(answer: Answer, form: str) -> str:
    if form == "json":
        return json.dumps(answer.data(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if form == "csv":
        return _csv(answer.records(), answer.columns)
    from api.tables import render

    text = answer.text()
    return text if isinstance(text, str) else "\n\n".join(render(table) for table in text)


def _csv(records: list[dict[str, Any]], columns: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue()


def write_text(text: str, arguments: argparse.Namespace) -> None:
    """Text to standard output, or to the file of -o. Raises SaveError."""
    if arguments.output is None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader has enough; what Python still flushes at exit goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    from api.saving import save

    save(Path(arguments.output), text.encode("utf-8", "backslashreplace"))
