"""Explanations, issues and cases for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api import labels
from api.tables import Entry, Table, amount, bullets, decimals_of, measure_words, words
from engine.cases import CaseResult
from engine.errors import Issue
from engine.explain import Explanation, Input
from engine.numbers import Lang, format_date, format_number
from engine.rulebook import Rulebook
from engine.words import say
from scenarios.explain import QuotaExplanation


def explain_sheet(found: Explanation | QuotaExplanation, rulebook: Rulebook, lang: Lang) -> Table:
    """The tree of inputs, each below what it feeds, with value, status, source and place."""
    keys = ("figure", "value", "measure", "achieved_on", "state", "source", "place")
    rows = list(_rows(found.top, rulebook, lang, 0))
    unit = rulebook.units.names[rulebook.units.index[found.unit]].in_(lang)
    notes: list[str] = []
    if isinstance(found, Explanation):
        causes = [cause.in_(lang) for cause in found.unknown]
        notes = bullets(labels.UNKNOWN_NOTES, causes, lang)
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
    shown = item.shown
    whole = item.value is None or item.value == int(item.value)
    decimals = decimals_of(shown, None, None) if whole else 2
    name = "· " * depth + item.name + (f" = {item.formula}" if item.formula else "")
    source = rulebook.sources[item.source].in_(lang) if item.source else ""
    yield [
        words(name),
        amount(item.value, shown, decimals, lang),
        words(measure_words(rulebook, shown, lang)),
        words(format_date(item.as_of, lang) if item.as_of else ""),
        words(labels.FIGURE_STATUS[item.status].in_(lang) if item.status else ""),
        words(source),
        words(f"{item.place.file}:{item.place.line}" if item.place else ""),
    ]
    for inner in item.inputs:
        yield from _rows(inner, rulebook, lang, depth + 1)


def issue_lines(issues: Sequence[Issue], lang: Lang) -> str:
    """One line an issue, or that there is none."""
    if not issues:
        return say("no_issues").in_(lang) + "\n"
    return "".join(issue.text(lang) + "\n" for issue in issues)


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
