"""What a claim should say of two figures, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from engine.report.items import Figure
from engine.report.said import DOWN, EACH, OVER, REMAIN, UP, Claim
from engine.report.scales import POINT, PROPORTIONS
from engine.report.verdicts import WRONG, Stated, judge, slip_of


def stated_of(figure: Figure) -> Stated:
    """A figure as it is written, in the measure it is written in."""
    value = figure.value / figure.unit.scale
    decimals = 0 if figure.misread else figure.numeral.decimals
    digits = figure.numeral.digits
    if abs(value) != figure.numeral.value and not figure.misread:  # 1 tỷ 435 triệu
        digits = str(value.numerator)
        decimals = 0 if value.denominator == 1 else 9
    return Stated(value, decimals, digits, figure.rounded)


def computed_of(claim: Claim, part: Fraction, base: Fraction) -> Fraction:
    """What the claim should say of these figures, in the measure it is written in."""
    figure = claim.figure
    if figure.unit.kind == POINT:
        return abs(part - base)
    if claim.relation == EACH:
        return part / base / figure.unit.scale
    if figure.unit.kind not in PROPORTIONS:  # a difference
        return (base - part if claim.relation in {DOWN, REMAIN} else part - base) / figure.unit.scale
    whole = figure.unit.whole
    if claim.relation in {UP, OVER}:
        return (part / base - 1) * whole
    if claim.relation == DOWN:
        return (1 - part / base) * whole
    return part / base * whole


def make_whole(shares: Sequence[Figure]) -> bool:
    """Whether shares, each rounded as written, add up to the whole."""
    total = sum((share.value / share.unit.whole for share in shares), Fraction(0))
    return abs(total - 1) <= off_by(shares)


def off_by(shares: Sequence[Figure]) -> Fraction:
    """By how much the sum of shares may be off the whole because each was rounded."""
    return sum(
        (Fraction(1, 2 * share.unit.whole * 10**share.numeral.decimals) for share in shares), Fraction(0)
    )


def says(claim: Claim, part: Figure, base: Figure) -> bool:
    """Whether a claim is right, or cut off, of these figures."""
    if base.value <= 0:
        return False
    return judge(stated_of(claim.figure), computed_of(claim, part.value, base.value)) != WRONG


def credible(claim: Claim, part: Figure, base: Figure) -> bool:
    """Whether a claim can be of these figures: it is right, a slip of the pen, or not far off."""
    if base.value <= 0:
        return False
    stated, computed = stated_of(claim.figure), computed_of(claim, part.value, base.value)
    near = computed > 0 and computed <= 2 * stated.value <= 3 * computed
    return near or judge(stated, computed) != WRONG or slip_of(stated, computed) is not None
