"""What workers write as Word files. Nothing here knows the web."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api import services
from api.http.plans import unpacked
from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang
from engine.overlay import Overlay
from engine.words import say


def decision(kept: bytes, lang: Lang) -> tuple[str, bytes]:
    """The decision of a plan that was made here before, with its file's name. Raises RuleError."""
    from api.decision import decision_bytes

    found = unpacked(kept)
    if not found.cells:
        message = say("bad_plan", why=say("document.none_written"))
        raise RuleError([Issue(Code.BAD_PLAN, message)])
    name = f"{found.problem.rulebook.id}-{found.problem.allocation.id}.docx"
    return name, decision_bytes(found, lang)


def report(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    chosen: str | None,
    as_of: date | None,
    basis: str | None,
    lang: Lang,
    time_limit: float,
) -> tuple[str, bytes]:
    """A report that the rulebook writes, with its file's name. Raises RuleError."""
    from api.documents.word import report_bytes
    from api.writing import write_report

    book = services.load(rulebook, root, overlay)
    written = write_report(book, chosen, lang, as_of, basis, overlay.allocation, time_limit)
    return f"{book.id}-{written.report.id}.docx", report_bytes(written.document, book.office)
