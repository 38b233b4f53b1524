"""Percentages, multiples and differences recomputed from the figures that they are said to be of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.report import written
from engine.report.clauses import of_other_figures
from engine.report.findings import Finding, Kind
from engine.report.items import LEFT, Figure
from engine.report.plans import STRONG, Plan, Shelf
from engine.report.reading import Report
from engine.report.reckoned import computed_of, stated_of
from engine.report.said import DOWN, EACH, OVER, REACH, REMAIN, SHARE, UP, Claim
from engine.report.scales import PERCENT, POINT, PROPORTIONS, TIMES, alike
from engine.report.verdicts import RIGHT, WRONG, Slip, Stated, Verdict, judge, slip_of
from engine.words import Message, say

_GOAL = re.compile(r"\b(?:phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|yêu cầu|dự kiến)\b")
Lookup = Callable[[Claim], Figure | None]
"""The base of a claim by a rulebook, None where it has none."""


@dataclass(slots=True)
class Ratios:
    """Checks the claims of a report. ``known``: bases from outside the report."""

    report: Report
    shelf: Shelf
    known: Lookup | None = None
    results: dict[frozenset[str], list[Claim]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def check(self, claims: list[Claim]) -> Iterator[Finding]:
        """A finding for each claim that says what it is of, in order."""
        for claim in claims:
            base = claim.base
            if (
                base
                and not claim.kind
                and claim.relation == REACH
                and (base.value, base.unit.kind) in self.shelf.said
            ):
                claim.kind = "plan"
            self.used.update(id(figure) for figure in (claim.part, claim.base) if figure is not None)
            if claim.part is None or claim.base is None or claim.relation == EACH:
                continue
            if claim.kind in {"plan", ""}:
                self.results.setdefault(claim.part.subject, []).append(claim)
        for claim in claims:
            finding = self._finding(claim)
            if finding:
                yield finding
                if finding.verdict == RIGHT and claim.part and claim.base:
                    yield from self._figure_before(claim)

    def _finding(self, claim: Claim) -> Finding | None:
        if claim.base is not None and claim.part is not None:
            judged = self.judged(claim)
            excused = _of_rounded_rates(claim) or of_other_figures(claim, self.report.folded.text)
            return None if judged.verdict == WRONG and excused else judged
        plain = claim.figure.unit.kind not in PROPORTIONS
        short = (
            claim.relation == DOWN and claim.kind == "plan" and claim.base is None
        )  # còn thiếu 7.689 người
        left = plain and (claim.figure.role in LEFT or short)
        rate = claim.part is not None and claim.part.per  # cần 0,060 tỷ đồng/ngày, gấp 5,65 lần đến nay
        if rate or claim.figure.unit.kind == POINT or claim.figure.served or left:
            return None
        if not claim.said and not (claim.named and claim.part is not None):
            return self._make(claim, "cannot_check", say("report.no_figures")) if self._bare(claim) else None
        if claim.part is None:
            return self._result_elsewhere(claim)
        if claim.kind in {"plan", ""} and claim.relation in {REACH, OVER}:
            found = self._plan_elsewhere(claim)
            if found:
                return found
        if self.known and (base := self.known(claim)) is not None:
            claim.base = base
            judged = self.judged(claim)
            return replace(judged, note=say("report.by_rulebook", how=judged.note))
        if not claim.said and claim.relation in {UP, DOWN, OVER} and not claim.kind:
            return self._make(claim, "cannot_check", say("report.no_base."))
        kind = claim.kind or "plan"
        return self._make(claim, "cannot_check", say(f"report.no_base.{kind}"))

    def _bare(self, claim: Claim) -> bool:
        """Whether a percentage is a rate of something, without its figures: no goal, and nothing's base."""
        figure, sentence = claim.figure, claim.sentence
        if figure.unit.kind != PERCENT or claim.part is not None or id(figure) in self.used:
            return False
        rate = figure.subject & {"tỷ", "tỉ"} and figure.subject & {"lệ", "suất"}
        if claim.relation not in {REACH, SHARE, REMAIN} or not (claim.named or rate):
            return False
        for item in reversed(sentence.items[: claim.where]):
            if item.kind == "from":  # từ 3,2% xuống còn 2,68%
                return False
            if item.kind in {"comma", "semi"}:
                break
        return _GOAL.search(self.report.folded.text, sentence.start, figure.start) is None

    def _plan_elsewhere(self, claim: Claim) -> Finding | None:
        """A plan that is printed for the same thing in another sentence."""
        part = claim.part
        if part is None:
            return None
        near = self.shelf.like(part.subject, part.unit)
        others = [(score, plan) for score, plan in near if plan.source is not part]
        if not others:
            if near and claim.figure.value == 100:
                return self._make(
                    claim, RIGHT, say("report.itself", part=written.amount(part)), Fraction(100)
                )
            return None
        if not claim.said and not claim.kind:
            claim.kind = "plan"
        return self._of_one(claim, others)

    def _of_one(self, claim: Claim, near: list[tuple[Fraction, Plan]]) -> Finding:
        tried = []
        for score, plan in sorted(near, key=lambda one: -one[0]):
            claim.base = plan.source
            finding = self.judged(claim)
            if finding.verdict != WRONG:
                return finding
            tried.append((score, finding))
        score, finding = tried[0]
        if len({plan.value for _, plan in near}) == 1 and score >= STRONG:
            return finding
        base = claim.base
        words = written.amount(near[0][1].source)
        claim.base = None
        return self._make(claim, "cannot_check", say("report.base_unsure", base=words)) if base else finding

    def _result_elsewhere(self, claim: Claim) -> Finding | None:
        """``đến nay đạt trên 46% kế hoạch``: of a result that is printed in another sentence."""
        subject = claim.figure.subject or claim.sentence.subject
        if claim.kind == "plan" and claim.relation == REACH:
            for other in self.results.get(subject, []):
                if other.figure is claim.figure or other.figure.estimated != claim.figure.estimated:
                    continue
                claim.part, claim.base = other.part, other.base
                finding = self.judged(claim)
                if finding.verdict != WRONG:
                    return finding
                claim.part = claim.base = None
                break
        if claim.relation in {UP, DOWN} and claim.base is None:
            return self._make(claim, "cannot_check", say("report.no_base.same"))
        return self._make(claim, "cannot_check", say("report.no_part"))

    def judged(self, claim: Claim) -> Finding:
        """A finding for a claim whose part and base are known."""
        part, base, figure = claim.part, claim.base, claim.figure
        if part is None or base is None:
            raise ValueError("a claim is judged by its part and its base")
        if base.value == 0:
            return self._make(claim, "cannot_check", say("report.base_zero"))
        stated = stated_of(figure)
        computed = computed_of(claim, part.value, base.value)
        verdict = judge(stated, computed)
        other = _otherwise(claim) if verdict == WRONG else None
        nearer = (
            other is not None
            and _of_rates(claim)
            and abs(other - stated.value) < abs(computed - stated.value)
        )
        if other is not None and (nearer or judge(stated, other) != WRONG):
            computed, verdict = other, judge(stated, other)
        if verdict != WRONG:
            return self._told(claim, computed, verdict)
        if claim.weak:
            claim.base = None
            return self._make(claim, "cannot_check", say(f"report.no_base.{claim.kind}"))
        if _within_looseness(claim, stated.value):
            return self._make(claim, "cannot_check", say("report.loose", how=self._how(claim, computed)))
        slip = self._slip(claim, stated, computed, part, base)
        return self._misnamed(claim, computed, slip) or self._told(claim, computed, WRONG, slip)

    def _misnamed(self, claim: Claim, computed: Fraction, slip: Slip | None) -> Finding | None:
        """A ratio that is told as a change, or a change as a ratio."""
        figure, part, base = claim.figure, claim.part, claim.base
        if figure.unit.kind != PERCENT or part is None or base is None:
            return None
        stated, ratio = stated_of(figure), part.value / base.value * figure.unit.whole
        words = {"how": self._how(claim, computed), "stated": self._text(figure)}
        if claim.relation == OVER and judge(stated, ratio) == RIGHT:
            return self._make(claim, "unclear", say("report.over_ratio", **words), computed)
        if claim.relation in {UP, DOWN} and judge(stated, ratio) == RIGHT:
            return self._make(claim, WRONG, say("report.is_ratio", **words), computed, slip)
        if claim.relation == REACH and judge(stated, abs(ratio - figure.unit.whole)) == RIGHT:
            return self._make(claim, WRONG, say("report.is_change", **words), computed, slip)
        return None

    def _slip(
        self, claim: Claim, stated: Stated, computed: Fraction, part: Figure, base: Figure
    ) -> Slip | None:
        for one, other in ((part.twin, base.value), (part.value, base.twin), (part.twin, base.twin)):
            if one is not None and other and judge(stated, computed_of(claim, one, other)) == RIGHT:
                return "wrong_separator"
        figures = [figure for figure in claim.sentence.figures if figure.role != "diff" and figure.value > 0]
        bases = [f for f in figures if f is not part and f is not base and alike(f.unit, base.unit)][:12]
        values = [] if claim.one_whole else [computed_of(claim, part.value, figure.value) for figure in bases]
        if claim.figure.unit.kind == PERCENT and part.value:
            values.append(computed_of(claim, base.value, part.value))
        plain = claim.relation in {REACH, SHARE} and claim.figure.unit.kind in {PERCENT, TIMES}
        plain = plain or claim.relation == EACH
        parts = [(stated_of(part), 1), (stated_of(base), -1)] if plain else []
        return slip_of(stated, computed, parts, values)

    def _figure_before(self, claim: Claim) -> Iterator[Finding]:
        """The figure in the sentence that the pair in the bracket repeats, where a slip makes them differ."""
        part = claim.part
        if part is None or part.at <= claim.where:
            return
        for figure in claim.sentence.figures:
            same = figure.role in {"", "plan"} and figure.at < claim.where and alike(figure.unit, part.unit)
            if not same or figure.value == part.value or not part.value or figure is claim.base:
                continue
            if id(figure) in self.used or figure.value in {part.value, claim.base.value if claim.base else 0}:
                continue
            slip = slip_of(stated_of(figure), part.value / figure.unit.scale)
            if slip in {"swapped_digits", "lost_digit", "wrong_separator"} and not _is_other_part(
                figure, claim
            ):
                note = say(
                    "report.figures_differ", other=written.amount(part), slip=say(f"report.slip.{slip}")
                )
                yield found_at(self.report, figure, "number", WRONG, note, part.value, slip)

    def _told(self, claim: Claim, computed: Fraction, verdict: Verdict, slip: Slip | None = None) -> Finding:
        how = self._how(claim, computed)
        figure = claim.figure
        if verdict == "truncated":
            how = say("report.truncated", how=how, rounded=_shown(figure, computed, figure.numeral.decimals))
        elif verdict == WRONG and slip:
            how = say(
                "report.wrong_slip", how=how, stated=self._text(figure), slip=say(f"report.slip.{slip}")
            )
        elif verdict == WRONG:
            how = say("report.wrong", how=how, stated=self._text(figure))
        return self._make(claim, verdict, how, computed, slip)

    def _how(self, claim: Claim, computed: Fraction) -> Message:
        figure, part, base = claim.figure, claim.part, claim.base
        if part is None or base is None:
            raise ValueError("nothing was computed")
        shown = _shown(figure, computed, max(2, figure.numeral.decimals))
        words = {"part": written.amount(part), "base": written.amount(base)}
        if figure.unit.kind == POINT or (_of_rates(claim) and computed == _otherwise(claim)):
            key = "report.points_meant" if figure.unit.kind == PERCENT else "report.points"
            return say(key, **words, computed=written.number(abs(computed), 4))
        if claim.relation == EACH:
            return say("report.each", **words, computed=shown)
        form = {UP: "up", OVER: "up", DOWN: "down", REMAIN: "ratio"}.get(claim.relation, "ratio")
        if figure.unit.kind not in {PERCENT, TIMES}:
            form = "left" if claim.relation in {DOWN, REMAIN} else "less"
        return say(f"report.{form}", **words, of=say(f"report.of.{claim.kind}"), computed=shown)

    def _text(self, figure: Figure) -> str:
        return self.report.quote(figure.start, figure.end).strip()

    def _make(
        self,
        claim: Claim,
        verdict: Verdict,
        note: Message,
        computed: Fraction | None = None,
        slip: Slip | None = None,
    ) -> Finding:
        figure = claim.figure
        kind: Kind = "ratio" if figure.unit.kind in PROPORTIONS or claim.relation == EACH else "sum"
        value = None if computed is None else computed * _unit_of(figure)
        return found_at(self.report, figure, kind, verdict, note, value, slip, claim)


def found_at(
    report: Report,
    figure: Figure,
    kind: Kind,
    verdict: Verdict,
    note: Message,
    computed: Fraction | None = None,
    slip: Slip | None = None,
    claim: Claim | None = None,
) -> Finding:
    """A finding at a figure; ``computed`` in base measures; ``claim``: whose part and base it tells."""
    start, end = report.folded.span(figure.start, figure.end)
    quote = report.folded.source[start:end]
    unit = figure.unit
    stated = figure.value if unit.whole == 1 else figure.value / unit.whole
    part = claim.part.value if claim and claim.part else None
    base = claim.base.value if claim and claim.base else None
    of, decimals = claim.kind if claim else "", figure.numeral.decimals
    return Finding(
        start, end, quote, kind, stated, computed, verdict, note, slip, part, base, of, decimals, unit
    )


def _unit_of(figure: Figure) -> Fraction:
    """One of what a figure is written in, in base measures."""
    if figure.unit.kind in PROPORTIONS:
        return Fraction(1, figure.unit.whole)
    return Fraction(figure.unit.scale)


def _within_looseness(claim: Claim, stated: Fraction) -> bool:
    """Whether a figure that is only told about ("trên 9 nghìn") may be what makes the number differ: such a
    word lets it be off by a tenth.
    """
    part, base = claim.part, claim.base
    if part is None or base is None or not (part.rounded or base.rounded):
        return False
    ends = [
        computed_of(claim, part.value * one, base.value * other)
        for one in _looseness(part)
        for other in _looseness(base)
    ]
    return min(ends) <= stated <= max(ends)


def _looseness(figure: Figure) -> tuple[Fraction, Fraction]:
    tenth = Fraction(1, 10)
    return (1 - tenth, 1 + tenth) if figure.rounded else (Fraction(1), Fraction(1))


def _otherwise(claim: Claim) -> Fraction | None:
    """Another way to read a claim that is as good: a rate's change in points, what remains of the base."""
    part, base, figure = claim.part, claim.base, claim.figure
    if part is None or base is None or figure.unit.kind != PERCENT:
        return None
    if _of_rates(claim) and claim.relation in {UP, DOWN}:
        return part.value - base.value if claim.relation == UP else base.value - part.value
    return (1 - part.value / base.value) * figure.unit.whole if claim.relation == REMAIN else None


def _of_rates(claim: Claim) -> bool:
    """Whether what a claim compares are themselves percentages."""
    part, base = claim.part, claim.base
    return part is not None and base is not None and part.unit.kind == base.unit.kind == PERCENT


def _shown(figure: Figure, computed: Fraction, decimals: int) -> Message:
    if figure.unit.kind == PERCENT:
        return written.percent(computed, decimals, written.sign_of(figure))
    if figure.unit.kind == TIMES:
        return written.percent(computed, decimals, " lần")
    return written.plain(computed * figure.unit.scale, figure.unit.kind, figure.unit.scale)


def _is_other_part(figure: Figure, claim: Claim) -> bool:
    """Whether a figure is one of several before the percentage, and so needn't be the pair's."""
    between = [
        f for f in claim.sentence.figures if figure.at < f.at < claim.where and f.role in {"", "total"}
    ]
    return bool(between)


def _of_rounded_rates(claim: Claim) -> bool:
    """Whether rates that were rounded themselves may give it: 0,060 and 0,011 tỷ đồng/ngày 5,65 lần."""
    part, base = claim.part, claim.base
    if part is None or base is None or not (part.per and base.per) or claim.figure.unit.kind != TIMES:
        return False
    (least, most), (low, high), (down, up) = map(_within_rounding, (part, base, claim.figure))
    return low > 0 and least / high <= up and most / low >= down


def _within_rounding(figure: Figure) -> tuple[Fraction, Fraction]:
    """Between what a figure was rounded from."""
    half = (
        Fraction(1, 2) / 10**figure.numeral.decimals * (1 if figure.unit.kind == TIMES else figure.unit.scale)
    )
    return figure.value - half, figure.value + half
