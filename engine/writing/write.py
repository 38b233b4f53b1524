"""A report written from a rulebook's figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.errors import Code, Issue, RuleError
from engine.gaps import latest_date
from engine.numbers import Lang
from engine.reports import Report
from engine.rulebook import Rulebook
from engine.words import did_you_mean, say
from engine.writing.changes import change_words
from engine.writing.document import Block, Document, Heading, Items, Paragraph
from engine.writing.facts import At, Facts, PlannedQuotas
from engine.writing.sections import content
from engine.writing.sentences import Speaker

__all__ = ["Written", "choose_report", "day_of", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """A written report. ``issues``: what it can't say and why, as warnings."""

    report: Report
    at: At
    document: Document
    issues: tuple[Issue, ...]


def choose_report(rulebook: Rulebook, report: str | None) -> Report:
    """The report that is meant: the one named, or the only one. Raises RuleError (unknown_report)."""
    known = list(rulebook.reports)
    if report is None and len(known) == 1:
        return rulebook.reports[known[0]]
    if report in known:
        return rulebook.reports[report]
    if not known:
        raise RuleError([Issue(Code.UNKNOWN_REPORT, say("no_reports"))])
    if report is None:
        message = say("which_report", options=", ".join(known))
        raise RuleError([Issue(Code.UNKNOWN_REPORT, message)])
    message, hint = say("unknown_report", what=report), did_you_mean(report, known)
    raise RuleError([Issue(Code.UNKNOWN_REPORT, message, hint=hint)])


def day_of(rulebook: Rulebook, report: Report, as_of: date | None) -> date:
    """The day that a report is written of: the one given, its own, else the latest actual's.

    Its sentences are of the rulebook's year, and some state dates of it, so no other year's day will do.
    Raises RuleError (no_date, bad_date).
    """
    day = as_of or report.view.as_of or latest_date(rulebook)
    if day.year != rulebook.year:
        year = rulebook.year
        message = say("report_of_year", what=report.id, year=str(year), day=day)
        hint = say("report_of_year.hint", first=date(year, 1, 1), last=date(year, 12, 31))
        raise RuleError([Issue(Code.BAD_DATE, message, hint=hint)])
    return day


def write(
    rulebook: Rulebook,
    report: Report,
    lang: Lang,
    as_of: date | None = None,
    basis: str | None = None,
    quotas: PlannedQuotas | None = None,
) -> Written:
    """Write a report: at its own date and basis unless others are given; sentences that state theirs keep
    them. Raises RuleError (no_date, bad_date).
    """
    day = day_of(rulebook, report, as_of)
    at = At(day, basis or report.view.basis or "actual", report.view.unit or rulebook.root)
    facts = Facts(rulebook, quotas)
    speaker = Speaker(facts, lang)
    blocks = _estimated(report, at, lang)
    title = speaker.text(report.title, at)
    for section in report.sections:
        if section.heading is not None:
            blocks.append(Heading(speaker.text(section.heading, at), section.level))
        if section.kind in ("paragraph", "items"):
            said = [text for sentence in section.sentences for text in speaker.sentence(sentence, at)]
            if said:
                blocks.append(
                    Paragraph(" ".join(said)) if section.kind == "paragraph" else Items(tuple(said))
                )
        else:
            blocks += content(section, speaker, at)
    blocks += _changes(rulebook, lang)
    return Written(report, at, Document(title, tuple(blocks), day, lang), tuple(dict.fromkeys(facts.issues)))


def _estimated(report: Report, at: At, lang: Lang) -> list[Block]:
    """Sentences made for actuals don't say of themselves that they were given estimates."""
    if at.basis != "estimate" or report.view.basis == "estimate":
        return []
    return [Paragraph(say("writing.estimated", when=at.as_of).prose_in(lang))]


def _changes(rulebook: Rulebook, lang: Lang) -> list[Block]:
    """What lies over the rulebook (§12): a report never passes a what-if off as what is."""
    if not rulebook.overlaid:
        return []
    lines = [change_words(change, rulebook).prose_in(lang) for change in rulebook.overlaid]
    if rulebook.scenario is not None:
        title = rulebook.scenarios[rulebook.scenario].title
        lines.insert(0, say("decision.scenario", title=title).in_(lang))
    return [Paragraph(say("writing.over").in_(lang)), Items(tuple(lines))]
