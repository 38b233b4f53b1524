"""Explanations, issues and cases for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from api import labels
from api.tables import Entry, Table, amount, bullets, day, decimals_in, decimals_of, measure_words, words
from engine.cases import CaseResult
from engine.errors import Issue
from engine.explain import Explanation, Input
from engine.numbers import Lang, format_date, format_number
from engine.rulebook import Rulebook
from engine.words import say

if TYPE_CHECKING:
    from scenarios.explain import QuotaExplanation


def explain_sheet(found: Explanation | QuotaExplanation, rulebook: Rulebook, lang: Lang) -> Table:
    """The tree of inputs, each below what it feeds, with value, status, source and place."""
    keys = ("figure", "value", "measure", "achieved_on", "state", "source", "place")
    rows = list(_rows(found.top, rulebook, lang, 0))
    unit = rulebook.units.names[rulebook.units.index[found.unit]].in_(lang)
    causes = [cause.in_(lang) for cause in found.unknown]
    notes = bullets(labels.UNKNOWN_NOTES, causes, lang)
    if isinstance(found, Explanation):
        unit += f", {format_date(found.as_of, lang)} ({labels.BASIS[found.basis].in_(lang)})"
    elif found.waterfall:
        steps = [
            f"{labels.STEPS[step.step].in_(lang)}: {format_number(step.change, None, lang)}"
            for step in found.waterfall
        ]
        notes = bullets(say("waterfall"), steps, lang)
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table(f"{found.what}, {unit}", titles, rows, [key == "value" for key in keys], notes[:-1])


def _rows(item: Input, rulebook: Rulebook, lang: Lang, depth: int) -> Iterable[list[Entry]]:
    name = "· " * depth + item.name + (f" = {item.formula}" if item.formula else "")
    yield [words(name), *input_cells(item, rulebook, lang)]
    for inner in item.inputs:
        yield from _rows(inner, rulebook, lang, depth + 1)


def input_cells(item: Input, rulebook: Rulebook, lang: Lang) -> list[Entry]:
    """A number's value, measure, date, status, source and place; a figure with the decimals it has."""
    shown = item.shown
    return [
        amount(item.value, shown, _decimals(item, rulebook), lang),
        words(measure_words(rulebook, shown, lang)),
        day(item.as_of, lang) if item.as_of else words(""),
        words(labels.FIGURE_STATUS[item.status].in_(lang) if item.status else ""),
        words(rulebook.sources[item.source].in_(lang) if item.source else ""),
        words(f"{item.place.file}:{item.place.line}" if item.place else ""),
    ]


def _decimals(item: Input, rulebook: Rulebook) -> int:
    """A metric's own decimals; other numbers as they are."""
    indicator, _, metric = item.name.partition("@")[0].partition(".")
    if item.formula and indicator in rulebook.indicators and metric in rulebook.metrics:
        own = rulebook.metrics[metric].decimals
        return decimals_of(item.shown, rulebook.indicators[indicator], own)
    return decimals_in(item.value, item.shown)


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
    note = say("cases_passed", passed=passed, count=len(results)).in_(lang)
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table("", titles, rows, [False] * len(keys), [note])
