"""Dates that a report of its year can't have: days that don't exist, estimates for the past, other years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.report.days import in_year
from engine.report.findings import Finding, Value
from engine.report.items import Item, Sentence
from engine.report.reading import Report
from engine.report.verdicts import Verdict
from engine.words import Message, say

TITLE = 3
"""Sentences at the top that may tell the year of the report."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a sentence and the part it plays: estimate, until, same, or empty."""

    item: Item
    sentence: Sentence
    role: str

    @property
    def day(self) -> date | None:
        """The date, None for a year or a period."""
        return self.item.day.day if self.item.day else None

    @property
    def year(self) -> int | None:
        """The year as written."""
        return self.item.day.year if self.item.day else None


def dated(report: Report) -> list[Dated]:
    """The dates and years of a report with the words before them."""
    found = []
    for sentence in report.sentences:
        role, far = "", 0
        estimate = False
        for item in sentence.items:
            if item.kind == "day" and item.day:
                found.append(Dated(item, sentence, role if far <= 3 else ""))
                role = ""
            elif item.kind in {"until", "same", "estimate"}:
                estimate = estimate or item.kind == "estimate"
                tally = report.folded.text[item.start : item.end] in {"tính đến", "tính tới"}
                until = "estimate" if estimate else "until" if tally else ""
                role, far = (until if item.kind == "until" else item.kind), 0
            elif item.kind in {"figure", "percent", "pair", "semi"}:
                role = ""
            far += 1
    return found


def report_year(all_dated: list[Dated]) -> int | None:
    """The year that a report is about: by its title, results' dates and years compared with."""
    votes: Counter[int] = Counter()
    for at, one in enumerate(all_dated):
        if one.year is None:
            continue
        if one.role == "same":
            votes[one.year + 1] += 2
        elif one.role == "until":
            votes[one.year] += 3
        elif one.sentence.paragraph < TITLE:
            votes[one.year] += 4
        elif at < 200 and one.day is None:
            votes[one.year] += 1
    return max(votes, key=lambda year: (votes[year], year), default=None)


def whens(report: Report) -> Iterator[Finding]:
    """A finding for each date whose part is known, and each that doesn't exist."""
    found = dated(report)
    year = report_year(found)
    actual = max(
        (one.day for one in found if one.role == "until" and one.day and one.day.year == year), default=None
    )
    for one in found:
        if one.item.day and not one.item.day.exists:
            yield _at(report, one, "wrong", say("report.no_such_day"))
        elif year is None:
            continue
        elif one.role == "same" and one.year is not None:
            yield _same_period(report, one, year)
        elif one.day is not None and one.role == "estimate":
            yield _estimate(report, one, year, actual)
        elif one.day is not None and one.role == "until":
            if one.day.year > year:
                yield _other_year(report, one, year)
            elif one.day.year == year:
                yield _at(report, one, "right", say("report.day_right", year=str(year)))


def _same_period(report: Report, one: Dated, year: int) -> Finding:
    wanted = year - 1
    if one.year == wanted:
        return _at(report, one, "right", say("report.day_right", year=str(year)))
    words = say("report.same_period_year", year=str(year), computed=str(wanted), stated=str(one.year))
    return _at(report, one, "unclear", words)


def _estimate(report: Report, one: Dated, year: int, actual: date | None) -> Finding:
    day = one.day
    if day is None:
        raise ValueError("an estimate's date is a day")
    before = actual if actual is not None and day < actual else date(year, 1, 1) if day.year < year else None
    if before is not None:
        computed = in_year(one.item.day, year) if one.item.day else None
        computed = computed if computed and computed >= before else None
        words = say("report.estimate_before", other=before, computed=computed or "?")
        return _at(report, one, "wrong", words, computed)
    if day.year > year:
        return _other_year(report, one, year)
    return _at(report, one, "right", say("report.day_right", year=str(year)))


def _other_year(report: Report, one: Dated, year: int) -> Finding:
    computed = in_year(one.item.day, year) if one.item.day else None
    words = say("report.day_other_year", stated=str(one.year), year=str(year), computed=computed or str(year))
    return _at(report, one, "unclear", words, computed)


def _at(report: Report, one: Dated, verdict: Verdict, note: Message, computed: Value = None) -> Finding:
    start, end = report.folded.span(one.item.start, one.item.end)
    stated = one.day
    quote = report.folded.source[start:end]
    right = verdict == "right"
    return Finding(start, end, quote, "date", stated, stated if right else computed, verdict, note)
