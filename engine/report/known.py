"""The figures of a report beside those of a rulebook: by what they are about, their date, their measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import isnan

from engine.calendar import year_before
from engine.figures import TARGET_KINDS, Series
from engine.measures import Powers
from engine.numbers import exact
from engine.report import written
from engine.report.findings import Finding
from engine.report.items import Figure, Sentence
from engine.report.ratios import found_at
from engine.report.reading import Report, subject_of
from engine.report.reckoned import stated_of
from engine.report.said import Claim
from engine.report.scales import HOUSEHOLD, MONEY, PERSON
from engine.report.verdicts import judge, slip_of
from engine.rulebook import Indicator, Rulebook
from engine.values import day_number
from engine.words import Message, say

_LIKE_ENOUGH = Fraction(3, 5)
_KINDS: Mapping[Powers, str] = {
    (("VND", 1),): MONEY,
    (("person", 1),): PERSON,
    (("household", 1),): HOUSEHOLD,
}
_COMPARED = frozenset({"", "plan", "same"})
MOST_UNITS = 400
"""Names of units that a sentence is searched for; of more, only the first ones."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """An indicator as a report would speak of it: the words of its label and what it is counted in."""

    indicator: Indicator
    words: frozenset[str]
    kind: str


@dataclass(slots=True)
class Known:
    """What a rulebook knows of its root, for one report. ``days``: by the id of a sentence, the date that
    results without their own are told for: the last one of the paragraph.
    """

    rulebook: Rulebook
    report: Report
    days: dict[int, date] = field(init=False)
    tracked: list[Tracked] = field(init=False)
    root: int = field(init=False)
    others: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        book = self.rulebook
        self.days = _days(self.report, book.year)
        self.tracked = [
            Tracked(item, subject_of(item.label.vi), _KINDS.get(item.measure.powers, item.measure.name))
            for item in book.indicators.values()
        ]
        self.root = book.units.index[book.root]
        units = [at for at in range(min(len(book.units), MOST_UNITS)) if at != self.root]
        names = [re.escape(book.units.names[at].vi.lower()) for at in units if book.units.names[at].vi]
        self.others = re.compile(rf"\b(?:{'|'.join(names)})\b") if names else None

    def about(self, figure: Figure) -> Indicator | None:
        """The indicator that a figure's subject names, None where none or several may be meant."""
        near = []
        for one in self.tracked:
            shared = len(one.words & figure.subject)
            if shared < 2 or shared < _LIKE_ENOUGH * len(one.words):
                continue
            if figure.unit.kind and figure.unit.kind != one.kind:
                continue
            near.append((Fraction(2 * shared, len(one.words) + len(figure.subject)), one.indicator))
        near.sort(key=lambda pair: -pair[0])
        if not near or (len(near) > 1 and near[0][0] == near[1][0]):
            return None
        return near[0][1]

    def target(self, indicator: Indicator) -> Fraction | None:
        """The year's target, None where there is none that is a level to reach."""
        targets = self.rulebook.figures.targets.get((indicator.id, self.rulebook.year))
        if targets is None:
            return None
        value = float(targets.values[self.root])
        return (
            None
            if isnan(value) or TARGET_KINDS[targets.kinds[self.root]] == "change_by"
            else Fraction(exact(value))
        )

    def result(self, indicator: Indicator, day: date, *, estimated: bool) -> Fraction | None:
        """The figure for a day: the actual, else for an estimate the estimate."""
        figures = self.rulebook.figures
        found = _on(figures.actual.get(indicator.id), day, self.root)
        return (
            _on(figures.estimate.get(indicator.id), day, self.root) if found is None and estimated else found
        )

    def base(self, claim: Claim) -> Figure | None:
        """The base of a claim that the report doesn't print."""
        part = claim.part
        indicator = self.about(part) if part else None
        if part is None or indicator is None or self._elsewhere(claim.sentence, part):
            return None
        day = self._day(claim.sentence, claim.figure)
        value = self.target(indicator) if claim.kind == "plan" else None
        if claim.kind == "same" and day is not None:
            value = self.result(indicator, year_before(day), estimated=False)
        return None if not value else replace(part, value=value, role=claim.kind, twin=None)

    def compare(self, claims: list[Claim]) -> Iterator[Finding]:
        """A finding for each figure that the rulebook has too, or should have, in order."""
        roles = {id(claim.base): claim.kind or "base" for claim in claims if claim.base is not None}
        for claim in claims:
            if claim.kind == "plan" and claim.figure.value == 100 and claim.part is not None:
                roles.setdefault(id(claim.part), "plan")
        for sentence in self.report.sentences:
            for figure in sentence.figures:
                finding = self._compared(sentence, figure, roles.get(id(figure), figure.role))
                if finding:
                    yield finding

    def _compared(self, sentence: Sentence, figure: Figure, role: str) -> Finding | None:
        indicator = self.about(figure)
        if indicator is None or role not in _COMPARED or figure.per or self._elsewhere(sentence, figure):
            return None
        day = self._day(sentence, figure)
        if role == "plan":
            value = self.target(indicator)
            what = say("report.target", what=indicator.label, year=str(self.rulebook.year))
        elif day is None or figure.rounded:
            return None
        else:
            when = year_before(day) if role == "same" else day
            estimated = figure.estimated and role != "same"
            value = self.result(indicator, when, estimated=estimated)
            what = say("report.estimate" if estimated else "report.actual", what=indicator.label, when=when)
        return _found(self.report, figure, what, value)

    def _day(self, sentence: Sentence, figure: Figure) -> date | None:
        if figure.day is not None and figure.day.day is not None:
            return figure.day.day
        return None if figure.estimated else self.days.get(id(sentence))

    def _elsewhere(self, sentence: Sentence, figure: Figure) -> bool:
        """Whether the sentence speaks of another unit before the figure."""
        text = self.report.folded.text
        return self.others is not None and bool(self.others.search(text, sentence.start, figure.start))


def _days(report: Report, year: int) -> dict[int, date]:
    found: dict[int, date] = {}
    day, paragraph = None, -1
    for sentence in report.sentences:
        day = day if sentence.paragraph == paragraph else None
        paragraph = sentence.paragraph
        for figure in sentence.figures:
            own = figure.day.day if figure.day else None
            if own and own.year == year and not figure.estimated:
                day = own
        if day:
            found[id(sentence)] = day
    return found


def _on(series: Series | None, day: date, unit: int) -> Fraction | None:
    if series is None:
        return None
    wanted = day_number(day)
    for at, number in enumerate(series.days.tolist()):
        if number == wanted:
            value = float(series.values[at, unit])
            return None if isnan(value) else Fraction(exact(value))
    return None


def _found(report: Report, figure: Figure, what: Message, value: Fraction | None) -> Finding:
    if value is None:
        return found_at(report, figure, "figure", "cannot_check", say("report.not_in_rulebook", what=what))
    stated, computed = stated_of(figure), value / figure.unit.scale
    verdict = judge(stated, computed)
    if verdict != "wrong":
        return found_at(report, figure, "figure", verdict, say("report.as_rulebook", what=what), value)
    slip = slip_of(stated, computed)
    words = {"what": what, "computed": written.plain(value, figure.unit.kind, figure.unit.scale)}
    if slip:
        note = say("report.not_as_rulebook_slip", **words, slip=say(f"report.slip.{slip}"))
    else:
        note = say("report.not_as_rulebook", **words)
    return found_at(report, figure, "figure", verdict, note, value, slip)
