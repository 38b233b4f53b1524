"""What is left, and of what: ``kế hoạch 9.800 người, thực hiện 3.430 người, còn thiếu 6.370 người``."""

from __future__ import annotations

from fractions import Fraction

from engine.report.items import Figure
from engine.report.said import Claim, ahead
from engine.report.scales import alike

_WHOLES = frozenset({"plan", "total", "base"})
MOST = 6
"""More figures than this in a sentence are no plan and its result."""


def left_over(claim: Claim) -> None:
    """Give a claim of what is left its base and part: those that leave it, else the only ones it can be of.

    It gets none where several figures may be meant and none of them leaves it.
    """
    figure, sentence = claim.figure, claim.sentence
    compared = ahead(sentence.items, claim.where) == "plan"  # còn 10.738 người so với kế hoạch 20.000 người
    others = [
        other
        for other in sentence.figures
        if other.role in _WHOLES | {""}
        and other is not figure
        and alike(other.unit, figure.unit)
        and (other.at < claim.where or figure.role == "needed" or (compared and other.role == "plan"))
    ]
    if not 2 <= len(others) <= MOST:
        return
    for whole in others:
        for part in others:
            behind = part.start > whole.start or part.at == whole.at or figure.role == "needed" or compared
            if behind and whole is not part and whole.value - part.value == figure.value:
                claim.base, claim.part = whole, part
                return
    whole, part = sorted(others[:2], key=lambda one: (one.role not in _WHOLES, one.start))
    if (
        len(others) == 2
        and part.role not in _WHOLES
        and whole.value > part.value
        and _firm(claim, whole, part)
    ):
        claim.base, claim.part = whole, part


def _firm(claim: Claim, whole: Figure, part: Figure) -> bool:
    """Whether words say that the part was done, and that the rest is still to do."""
    items = claim.sentence.items
    if any(item.kind == "semi" for item in items[max(whole.at, part.at) : claim.where]):
        return False  # trong đó cho vay vốn 2.500 lao động; 6 tháng cuối năm còn 8.458 lao động
    between = items[min(whole.at, part.at) : max(whole.at, part.at)]
    told = whole.role in _WHOLES or any(item.kind in {"done", "reach", "among"} for item in between)
    return told and not claim.figure.rounded and claim.figure.value > Fraction(0)
