"""``-o FILE.docx`` and ``--template``: an answer as a Word document, on the office's own template."""

from __future__ import annotations

import argparse
from pathlib import Path

from api.cli.output import wants_document
from engine.errors import Code, Issue, RuleError
from engine.words import say


def template_of(arguments: argparse.Namespace) -> Path | None:
    """``--template``; refused where no Word file is written or can be, or it is faulty. Raises RuleError."""
    if not wants_document(arguments):
        if arguments.template is not None:
            hint = say("document.template_alone.hint")
            raise RuleError([Issue(Code.BAD_SETTING, say("document.template_alone"), hint=hint)])
        return None
    from api.documents.word import available, check_template

    available()
    if arguments.template is None:
        return None
    template = Path(arguments.template)
    check_template("report" if arguments.command == "report" else "decision", template)
    return template
