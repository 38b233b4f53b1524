"""Where an answer goes: table, JSON or CSV to standard output or a file, workbooks to a file."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Code, Issue, RuleError
from engine.words import say

if TYPE_CHECKING:
    from api.tables import Table


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in every form, each made only when it is wanted. ``columns`` names the CSV's."""

    text: Callable[[], str | Sequence[Table]]
    data: Callable[[], dict[str, Any]]
    records: Callable[[], list[dict[str, Any]]]
    workbook: Callable[[Path], None] | None = None
    columns: Sequence[str] = ()


def deliver(answer: Answer, arguments: argparse.Namespace) -> None:
    """Show or write the answer. Raises RuleError (not_supported) where a command has no workbook."""
    output = arguments.output
    if output is not None and output.lower().endswith(".xlsx"):
        if answer.workbook is None:
            what = f"chitieu {arguments.command} -o {output}"
            raise RuleError([Issue(Code.NOT_SUPPORTED, say("not_supported", what=what))])
        replace(Path(output), answer.workbook)
        return
    write_text(_text(answer, arguments.format), arguments)


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
    names = list(columns) or list(records[0] if records else [])
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue()


def write_text(text: str, arguments: argparse.Namespace) -> None:
    """Text to standard output, or to the file of -o."""
    if arguments.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    replace(Path(arguments.output), lambda path: path.write_text(text, encoding="utf-8") and None)


def replace(target: Path, write: Callable[[Path], object]) -> None:
    """Write to a temporary file beside the target, then put it there: a failed save leaves no half file."""
    handle = tempfile.NamedTemporaryFile(dir=target.parent, suffix=target.suffix, delete=False)  # noqa: SIM115
    handle.close()
    temporary = Path(handle.name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
