"""The answer of ``verify``: what was found in a report, as data and as a table (DESIGN §5)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from api.checking import Checked
from api.documents.text import Document
from api.tables import Entry, Table, words
from engine.numbers import Lang, exact, format_date, format_number, round_half_up
from engine.report.findings import Finding, Value
from engine.report.scales import MONEY, PERCENT, POINT, TIMES
from engine.words import say

COLUMNS = (
    "quote",
    "start",
    "end",
    "place",
    "kind",
    "stated",
    "computed",
    "verdict",
    "slip",
    "note",
    "part",
    "base",
    "of",
)
VERDICTS = ("right", "truncated", "wrong", "unclear", "cannot_check")
DIGITS = 15
"""Significant digits of a computed number that has no finite decimal."""


def report_answer(checked: Checked, lang: Lang) -> dict[str, Any]:
    """Everything found, right ones too; numbers in base measures (person, VND, ratio), unknown as null.

    ``notes``: what reading the file left out.
    """
    return {
        "file": checked.file,
        "rulebook": checked.rulebook,
        "findings": [_record(finding, checked.document, lang) for finding in checked.findings],
        "notes": [
            {
                "code": note.code,
                "words": note.words.in_(lang),
                "pages": list(note.pages),
                "details": list(note.details),
            }
            for note in checked.document.notes
        ],
    }


def _record(finding: Finding, document: Document, lang: Lang) -> dict[str, Any]:
    return {
        "quote": finding.quote,
        "start": finding.start,
        "end": finding.end,
        "place": document.place(finding.start).in_(lang),
        "kind": finding.kind,
        "stated": _plain(finding.stated),
        "computed": _plain(finding.computed),
        "verdict": finding.verdict,
        "slip": finding.slip,
        "note": finding.note.in_(lang),
        "part": _plain(finding.part),
        "base": _plain(finding.base),
        "of": finding.of or None,
    }


def _plain(value: Value) -> float | int | str | None:
    if value is None or isinstance(value, date):
        return None if value is None else value.isoformat()
    return value.numerator if value.denominator == 1 else float(value)


def report_sheets(checked: Checked, lang: Lang) -> list[Table]:
    """A row for each thing found, and how many of each verdict."""
    titles = [say(f"report.{key}").in_(lang) for key in ("place", "quote", "computed", "verdict", "note")]
    rows = [
        [
            words(checked.document.place(finding.start).in_(lang)),
            words(" ".join(finding.quote.split())),
            Entry(None, _shown(finding, lang)),
            words(say(f"report.verdict.{finding.verdict}").in_(lang)),
            words(finding.note.in_(lang)),
        ]
        for finding in checked.findings
    ]
    counted: Counter[str] = Counter(finding.verdict for finding in checked.findings)
    summary = say("report.summary", **{verdict: counted[verdict] for verdict in VERDICTS})
    note = summary if rows else say("report.nothing")
    notes = [note.in_(lang), *(left_out.words.in_(lang) for left_out in checked.document.notes)]
    title = say("report.title", file=checked.file).in_(lang)
    return [Table(title, titles, rows, [False, False, True, False, False], notes)]


def _shown(finding: Finding, lang: Lang) -> str:
    """The computed value in the form of the stated one, with two decimals more where it is a percentage."""
    value, unit = finding.computed, finding.unit
    if value is None:
        return ""
    if isinstance(value, date):
        return format_date(value, lang)
    if unit.kind in {PERCENT, POINT}:
        return _number(value * 100, max(2, finding.decimals), lang) + "%"
    if unit.kind == TIMES:
        return _number(value, max(2, finding.decimals), lang)
    scale = unit.scale if unit.kind == MONEY else 1
    decimals = max(finding.decimals, 3) if unit.kind == MONEY else 0
    return format_number(round_half_up(value / scale, decimals), decimals, lang, trim=True)


def _number(value: Fraction, decimals: int, lang: Lang) -> str:
    return format_number(exact(round_half_up(value, decimals)), decimals, lang)
