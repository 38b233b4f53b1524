"""``chitieu verify``: the figures of a written report, recomputed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.asking import rules_of, workbook_of
from api.cli.output import Answer, deliver, form
from api.saving import save
from engine.words import say

if TYPE_CHECKING:
    from api.tables import Table

FINE, FAULTY, USAGE, WRONG = 0, 1, 2, 4


def verify(arguments: argparse.Namespace) -> int:
    """``chitieu verify``: exit 4 if anything in the document is wrong."""
    from api.checking import check_document, with_comments
    from api.documents.text import DocumentError

    lang, comments = arguments.lang, arguments.comments
    if comments is not None and not comments.lower().endswith(".docx"):
        message = say("report.comments_docx", what=comments)
        print(f"chitieu verify: {message.in_(lang)}", file=sys.stderr)
        return USAGE
    try:
        checked = check_document(arguments.file, arguments.rulebook, rules_of(arguments))
        copy = with_comments(checked, lang) if comments is not None else b""
    except DocumentError as error:
        hint = f". {error.hint.in_(lang)}" if error.hint else ""
        print(f"chitieu verify: {error.message.in_(lang)}{hint}", file=sys.stderr)
        return FAULTY
    if comments is not None:
        save(Path(comments), copy)

    def sheets() -> list[Table]:
        from api.report_answers import report_sheets

        return report_sheets(checked, lang)

    def data() -> dict[str, Any]:
        from api.report_answers import report_answer

        return report_answer(checked, lang)

    from api.report_answers import COLUMNS

    answer = Answer(
        text=sheets,
        data=data,
        records=lambda: data()["findings"],
        workbook=workbook_of(arguments, sheets),
        columns=COLUMNS,
    )
    deliver(answer, arguments)
    for note in checked.document.notes if form(arguments) == "csv" else ():  # a CSV is findings alone
        print(f"chitieu verify: {note.words.in_(lang)}", file=sys.stderr)
    return WRONG if checked.is_wrong else FINE
