"""Explanations, issues and cases for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api import labels
from api.tables import Table, bullets, words
from engine.cases import CaseResult
from engine.errors import Issue
from engine.numbers import Lang
from engine.words import say

if TYPE_CHECKING:
    pass


def issue_lines(issues: Sequence[Issue], lang: Lang) -> str:
    """One line an issue, or that there is none."""
    if not issues:
        return say("no_issues").in_(lang) + "\n"
    return "".join(issue.text(lang) + "\n" for issue in issues)


def issue_sheet(issues: Sequence[Issue], lang: Lang) -> Table:
    """A row for each issue."""
    keys = ("severity", "code", "place", "words", "hint")
    rows = [
        [
            words(say(f"severity.{issue.severity}").in_(lang)),
            words(issue.code.value),
            words(str(issue.place or "")),
            words(issue.message.in_(lang)),
            words(issue.hint.in_(lang) if issue.hint else ""),
        ]
        for issue in issues
    ]
    notes = [] if issues else [say("no_issues").in_(lang)]
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table("", titles, rows, [False] * len(keys), notes)


def case_sheet(results: Sequence[CaseResult], lang: Lang) -> Table:
    """The cases and how they came out."""
    keys = ("name", "what", "expected", "got", "passed")
    rows = [
        [
            words(result.name),
            words(result.what),
            words(result.expected),
            words(result.got),
            words((labels.PASSED if result.passed else labels.FAILED).in_(lang)),
        ]
        for result in results
    ]
    passed = sum(result.passed for result in results)
    causes = {f"{result.name}: {cause.in_(lang)}": None for result in results for cause in result.unknown}
    note = say("cases_passed", passed=passed, count=len(results)).in_(lang)
    notes = [*bullets(labels.UNKNOWN_NOTES, list(causes), lang), note]
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table("", titles, rows, [False] * len(keys), notes)
