"""``chitieu report``: a report written from a rulebook's figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from api.cli.asking import date_of, loaded, time_limit_of
from api.cli.output import Answer, deliver, write_text
from api.cli.wording import template_of

FINE = 0
COLUMNS = ("block", "kind", "row", "column", "text")


def report(arguments: argparse.Namespace) -> int:
    """``chitieu report``: what it can't say is told beside it, and stands in it as not known."""
    from api.writing import write_report
    from api.written_text import markdown, plain, written_answer, written_records

    template = template_of(arguments)
    rulebook = loaded(arguments)
    lang = arguments.lang
    written = write_report(
        rulebook,
        arguments.report,
        lang,
        date_of(arguments),
        arguments.basis,
        arguments.allocation,
        time_limit_of(arguments),
    )
    for issue in written.issues:
        print(issue.text(lang), file=sys.stderr)
    suffix = Path(arguments.output or "").suffix.lower()
    if arguments.format is None and suffix == ".md":
        write_text(markdown(written.document), arguments)
        return FINE

    def document(path: Path) -> None:
        from api.documents.word import report_bytes
        from api.saving import save

        save(path, report_bytes(written.document, rulebook.office, template))

    answer = Answer(
        text=lambda: plain(written.document),
        data=lambda: written_answer(written, rulebook),
        records=lambda: written_records(written),
        workbook=None,
        columns=COLUMNS,
        document=document,
    )
    deliver(answer, arguments)
    return FINE
