"""Where no words tie a percentage to its figures: those near it that give it, or the only ones there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from engine.report.items import Figure, Sentence
from engine.report.reckoned import says
from engine.report.said import DOWN, OVER, REACH, REMAIN, SHARE, UP, Claim, ahead, fits
from engine.report.scales import POINT, PROPORTIONS, alike

MOST = 8
"""Figures of a sentence that are tried, the nearest first."""
TELLING = 3
"""With fewer digits, a number that some two figures give says little: only the likely part is tried."""
_NEVER = frozenset({"diff", "remain", "needed"})
_NOT_ITS = {"plan": frozenset({"same"}), "same": frozenset({"plan", "total"})}


def search(claim: Claim, before: Sentence | None, likely: Figure | None) -> None:
    """Give a claim without a sure base the figures that it is right of, else what it was done of.

    ``likely``: what it is said of by its place; ``before``: the sentence before.
    """
    if claim.figure.unit.kind == POINT or claim.figure.rounded:
        return
    part, base = claim.part, claim.base
    if part is not None and base is not None and (_tied(claim) or says(claim, part, base)):
        return
    near = _candidates(claim, claim.sentence)
    telling = len(claim.figure.numeral.digits.lstrip("0")) >= TELLING
    wider = near
    if before is not None and telling and len(near) < MOST:
        wider = near + _candidates(claim, before)
    if _take_right(claim, likely, wider, any_part=telling):
        return
    if base is None and likely is not None and claim.relation in {REACH, SHARE} and claim.kind != "same":
        _done_of(claim, near, likely)


def _take_right(claim: Claim, likely: Figure | None, near: list[Figure], *, any_part: bool) -> bool:
    """Whether some two figures give what is stated: the claim's then are the first, the likely part first.

    ``any_part``: each of those near may be the part too.
    """
    wholes = _apart(near)
    parts = [] if likely is None else [(likely, likely.value.numerator / likely.value.denominator)]
    if any_part:
        parts += [one for one in wholes if one[0] is not likely]
    if not parts or not wholes:
        return False
    gives = _roughly(claim)
    for part, value in parts:
        for base, whole in wholes:
            if gives(value, whole) and _may_be(claim, part, base) and says(claim, part, base):
                if _of_another_part(claim, part, base):
                    claim.weak = True
                    continue
                claim.part, claim.base, claim.weak = part, base, False
                claim.kind = claim.kind or ("same" if claim.relation in {UP, DOWN} else "")
                return True
    return False


def _apart(figures: list[Figure]) -> list[tuple[Figure, float]]:
    """Figures with their values, of those that are alike in all that counts only the first."""
    found: dict[tuple[int, int, str, str], Figure] = {}
    for figure in figures:
        value = figure.value
        found.setdefault((value.numerator, value.denominator, figure.unit.kind, figure.role), figure)
    return [(figure, above / below) for (above, below, _, _), figure in found.items()]


def _roughly(claim: Claim) -> Callable[[float, float], bool]:
    """Whether two figures may give what is stated, in floating point: a sieve before the exact test."""
    figure, relation = claim.figure, claim.relation
    stated, step = float(figure.value), figure.unit.scale / 10.0**figure.numeral.decimals
    if figure.unit.kind not in PROPORTIONS:
        sign = -1 if relation in {DOWN, REMAIN} else 1
        step += abs(stated) * 1e-9
        return lambda part, base: abs(sign * (part - base) - stated) <= step
    one = float(figure.unit.whole)
    wanted = one + stated if relation in {UP, OVER} else one - stated if relation == DOWN else stated
    step += (abs(wanted) + one) * 1e-9
    return lambda part, base: abs(part * one - wanted * base) <= step * base


def _may_be(claim: Claim, part: Figure, base: Figure) -> bool:
    """Whether words and measures let a claim be of these two."""
    if part is claim.base or base is claim.part or base is part:
        return False  # what is turned over is a slip
    if not alike(part.unit, base.unit) or base.role in _NOT_ITS.get(claim.kind, ()):
        return False
    return claim.relation not in {REACH, SHARE} or bool(claim.kind) or base.value >= part.value


def _of_another_part(claim: Claim, part: Figure, base: Figure) -> bool:
    """Whether a share of few digits only happens to be that of another part of its whole."""
    listed = claim.base is not None and claim.relation == SHARE and base.at > claim.base.at
    few = len(claim.figure.numeral.digits.lstrip("0")) < TELLING
    return listed and few and part.value * claim.figure.unit.whole != claim.figure.value * base.value


def _tied(claim: Claim) -> bool:
    """Whether words tie the claim to its base: a pair, or the role that it names."""
    paired = any(pair.base is claim.base and pair.part is claim.part for pair in claim.sentence.pairs)
    named = claim.said and claim.base is not None and claim.base.role == claim.kind
    if claim.relation == SHARE:  # chiếm 15,8%: of a total that isn't named
        named = named and ahead(claim.sentence.items, claim.where) == claim.kind
    return not claim.weak and (paired or named)


def _candidates(claim: Claim, sentence: Sentence) -> list[Figure]:
    """The figures of a sentence next to the claim, the nearest first."""
    figures, start = sentence.figures, claim.figure.start
    at = bisect_left(figures, start, key=lambda figure: figure.start)
    found = [
        figure
        for figure in figures[max(0, at - MOST) : at + MOST]
        if figure.role not in _NEVER and figure is not claim.figure
    ]
    if claim.figure.unit.kind not in PROPORTIONS:
        found = [figure for figure in found if fits(claim, figure)]
    return sorted(found, key=lambda figure: abs(figure.start - start))[:MOST]


def _done_of(claim: Claim, near: list[Figure], part: Figure) -> None:
    """``thụ lý 4.812 vụ, đã giải quyết 2.936 vụ, đạt 61,01%``: of the only figure before what was done."""
    wholes = [
        figure
        for figure in near
        if figure.start < part.start and figure.value > part.value and alike(figure.unit, part.unit)
    ]
    if len(wholes) == 1 and wholes[0].role in {"", "total", "plan"}:
        between = claim.sentence.items[wholes[0].at : part.at]
        if any(item.kind in {"done", "among"} for item in between):
            claim.base, claim.part = wholes[0], part
