"""What a claim should say of two figures, and whether it does."""

from __future__ import annotations

from fractions import Fraction

from engine.report.items import Figure
from engine.report.said import DOWN, OVER, REMAIN, UP, Claim
from engine.report.scales import PERCENT, POINT, PROPORTIONS
from engine.report.verdicts import WRONG, Stated, judge


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
    if figure.unit.kind not in PROPORTIONS:  # a difference
        return (base - part if claim.relation in {DOWN, REMAIN} else part - base) / figure.unit.scale
    whole = 100 if figure.unit.kind == PERCENT else 1
    if claim.relation in {UP, OVER}:
        return (part / base - 1) * whole
    if claim.relation == DOWN:
        return (1 - part / base) * whole
    return part / base * whole


def says(claim: Claim, part: Figure, base: Figure) -> bool:
    """Whether a claim is right, or cut off, of these figures."""
    if base.value <= 0:
        return False
    return judge(stated_of(claim.figure), computed_of(claim, part.value, base.value)) != WRONG
